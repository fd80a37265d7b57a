"""Hostile text in every place where text can stand: it is shown, and does nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from naughty import CONTROL_SEQUENCES, MARKUP, WIDTH
from tui.terminal import Terminal, payloads_in

from qcode.core.spans import Span
from qcode.errors import QcodeError
from qcode.services.case_edits import add_case
from qcode.services.codebooks import import_codebook
from qcode.services.coding import apply_codes, link_case, text_of
from qcode.services.importing import import_transcripts
from qcode.services.study import Study

pytestmark = pytest.mark.skipif("sys.platform == 'win32'", reason="there are no pseudo-terminals")

CLICK = "[@click=app.quit]q[b]"
STEERING = "\x1b[7777m\x1b]52;c;cm0gLXJm\x07\x9b31m\u202eback\u200bward [/b]"

# Written as TOML escapes: a codebook comes from outside, too.
CODEBOOK = r"""
[codebook]
id = "hostile"
title = "[/b] title"

[[code]]
id = "click"
name = { en = "[@click=app.quit]q[b]", zh = "[/b]信任" }
brief = "[red]brief[/red] [/b] [@click=app.quit]x[/]"
definition = "%s {0}"
aliases = ["[link=https://example.org]"]
colour = "red"
hotkey = "1"
[code.indicators]
en = ["marvel*", "-[/b]"]
"""


def transcript() -> str:
    """Invented: an interview of hostile lines."""
    strings = [*MARKUP, *CONTROL_SEQUENCES, *(w[:300] for w in WIDTH), STEERING, CLICK]
    lines = [s.replace("\x00", "").replace("\r", " ").replace("\x1e", "") for s in strings]
    answers = "\n\n".join(f"[R/b]: {line}" for line in lines)
    return f"[INTERVIEWER]: hello [unclear]\n\n[R/b]: bold [unclear]\n\n{answers}\n\n[R/b]: That was a marvellous idea, a marvel [red].\n"


@pytest.fixture
def project(tmp_path: Path, settings: Path) -> Path:
    """A study whose every name is hostile, as far as names are let in; others must be refused with a sentence."""
    data = tmp_path / "data"
    data.mkdir()
    (data / f"{CLICK}.txt").write_text(transcript(), encoding="utf-8")
    (data / "hostile.toml").write_text(CODEBOOK, encoding="utf-8")
    path = tmp_path / "hostile.qcode"
    with Study.create(path, title="[/b]", coder="[b]anna[red]") as study:
        import_codebook(study, data / "hostile.toml")
        report = import_transcripts(study, [data])
        assert report.count("imported") == 1, report
        add_case(
            study, CLICK, name="[/b]case", kind="dataset", attributes={"mechanism": STEERING, "[/b]year": "[red]2016"}
        )
        _code(study, 30)
        for hostile in CONTROL_SEQUENCES:
            with pytest.raises(QcodeError):
                add_case(study, hostile, attributes={})
    for hostile in (*CONTROL_SEQUENCES, "user\u202egnp", "con\u200bsensus"):
        with pytest.raises(QcodeError):
            Study.open(path, coder=hostile)
    with Study.open(path, coder=CLICK) as study:
        _code(study, 40)
    return path


def _code(study: Study, length: int) -> None:
    (source,) = study.file.read.sources()
    text = text_of(study, source)
    start = text.index("bold [unclear]")
    span = Span(start, start + length)
    apply_codes(study, source, text, span, [study.codes().find("click").uid])
    link_case(study, study.case(CLICK), source, text, span)


def choose(t: Terminal) -> None:
    """Through all lists to choose from, and a code applied from one of them."""
    t.click(*t.place_of("@click"))  # in the status line
    for title, key in (("Code for the", "enter"), ("Current case", "c"), ("Transcripts", "T"), ("Which case", "L")):
        t.press(key)
        t.wait(title, "[@click=app.quit]q[b]" if key != "enter" else "[/b]信任")
        t.press("escape")
        t.wait_gone(title)
    t.press("enter")
    t.wait("Code for the")
    t.press("[/b]")
    t.wait("[@click=app.quit]q[b] / [/b]信任")
    t.press("enter")
    t.wait_gone("Code for the")
    t.wait("[@click=app.quit]q[b]: [red]brief[/red] [/b] [@click=app.quit]x[/]")


def count(t: Terminal) -> None:
    """Through all tables."""
    for table, keys in (("Codes by mechanism", "f8"), ("Code frequencies", "ctrl+o f"), ("Agreement", "f9")):
        t.press(*keys.split())
        t.wait(table)
        t.press("r")
        t.wait("Rows", "type a few letters")
        t.press("escape")
        t.wait_gone("type a few letters")
        t.press("w")
        t.wait("to which file?")
        t.press("enter")
        t.wait("Written:")
        t.press("enter")
        t.wait("of 1 transcript", "query")
        t.press("escape")
        t.wait(table)
        t.press("escape")
        t.wait("turn ")
    t.press("f8")
    t.wait("Codes by")
    t.press("c")
    t.wait("Columns by", "[/b]year")
    t.press("[/b]year", "enter")
    t.wait("Codes by [/b]year", "[red]2016")
    t.press("escape")
    t.wait("turn ")


def look_around(t: Terminal) -> None:
    """Help, the palette with something pasted, suggestions, others' work, and the text from end to end."""
    t.press("f1")
    t.wait("Keys (Esc")
    t.press("escape")
    t.wait_gone("Keys (Esc")
    t.press("ctrl+p")
    t.wait("Search for commands")
    t.press("\x1b[200~\x9b31m[/b]\u202e\x1b[201~")
    t.wait("�31m[/b]�")
    t.press("escape")
    t.wait_gone("31m[/b]")
    t.press("f4")
    t.wait("1 suggestion; Tab goes on.")
    t.press("tab")
    t.wait("Tab next")
    t.press("escape")
    t.wait_gone("Tab next")
    t.press("v")
    t.wait("Only your own work")
    t.press("v")
    t.wait("The work of all")
    t.press("f2", "f2")
    t.press(*["pagedown"] * 8, "end")
    t.wait("a marvellous idea")
    t.click(*t.place_of("@click=app.quit]q[b]", below=1))  # in the transcript
    t.press("home")
    t.wait("[INTERVIEWER]: hello [unclear]")


def test_hostile_text_is_shown_and_does_nothing(project: Path) -> None:
    with Terminal("--project", project.name, "--coder", "[b]anna[red]", folder=project.parent) as t:
        t.wait("[INTERVIEWER]: hello [unclear]", "bold [unclear]", "[@click=app.quit]q[b] 1/1", "[b]anna[red]")
        t.wait("[@click=app.quit]q[b] (", "�31m")
        choose(t)
        count(t)
        look_around(t)
        assert t.leave() == 0
        assert payloads_in(t.raw) == []
        assert "\x1b[7777m" not in t.raw


def test_the_check_would_notice() -> None:
    plain = "\x1b[?25l\x1b[38;2;1;2;3;48;2;0;0;0mwords\x1b[1;1H\n"
    assert payloads_in(plain) == []
    for payload in (*CONTROL_SEQUENCES[:6], "bell\x07", "\x9b31m", "user\u202egnp", "con\u200bsensus"):
        assert payloads_in(plain + payload + plain), payload
