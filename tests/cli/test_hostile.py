"""Hostile names and texts through every listing: shown, and never obeyed."""

from __future__ import annotations

from pathlib import Path

import pytest
from naughty import CONTROL_SEQUENCES, FORMULAS, MARKUP, WIDTH

from qcode.core.spans import Span
from qcode.services.case_edits import add_case
from qcode.services.coding import apply_codes, link_case, text_of
from qcode.services.study import Study

SHORT = [text for text in (*MARKUP, *CONTROL_SEQUENCES, *WIDTH, *FORMULAS) if len(text) < 60 and "\x00" not in text]
LISTINGS = (
    ["transcripts"], ["speakers", "one"], ["codebook", "show"], ["cases", "list"],
    ["code", "list"], ["freq"], ["crosstab", "--columns", "mechanism"], ["log", "--all"],
    ["whoami"], ["suggest"], ["doctor"], ["cases", "context"],
    ["find"], ["find", "--format", "quotes"], ["find", "--format", "json"], ["search", "Number"],
)  # fmt: skip


MARKED = [text for text in SHORT if text in MARKUP]


@pytest.fixture
def poisoned(mini, home):
    """A study where hostile strings stand for names: as events may bring them, past every check of an import."""
    for number in range(len(SHORT)):
        (home / f"t{number}.txt").write_text(f"I: Who?\n\nR: Number {number} of them.\n", encoding="utf-8")
    mini("import", *(f"t{number}.txt" for number in range(len(SHORT))))
    with Study.open(Path("study.qcode"), coder="anna") as study:
        money = study.codes().find("money")
        for number, text in enumerate(SHORT):
            source = study.source(f"t{number}")
            case = study.case(add_case(study, f"k{number}").uid)
            with study.act() as writer:
                code = dict(money.fields) | {"short_id": f"c{number}", "names": [["en", text]], "brief": text}
                code |= {"definition": text, "examples": [text], "aliases": [text], "hotkey": None}
                writer.put("code", f"code-{number}", code)
                writer.change(case.uid, {"name": text, "attr:mechanism": text, "attr:where": text})
                writer.change(study.file.read.speakers(source.key)[0].uid, {"label": text})
                writer.change(source.uid, {"name": text})
                writer.put("coder", f"coder-{number}", {"name": text})
            stored = text_of(study, source)
            apply_codes(study, source, stored, Span(3, 9), [f"code-{number}"])
            link_case(study, case, source, stored, Span(3, 9), text)
    return mini


@pytest.mark.parametrize("listing", LISTINGS, ids=" ".join)
def test_names_are_shown_and_never_obeyed(poisoned, listing):
    result = poisoned(*listing)  # the fixture looks for control characters
    assert result.exit_code == 0, result.output
    if listing[0] in ("transcripts", "freq", "crosstab", "whoami") or listing[-1] in ("show", "list"):
        assert [text for text in MARKED if text not in result.output] == []


def test_pages_of_hostile_codes_cases_and_transcripts(poisoned):
    for number, text in enumerate(SHORT):
        pages = [poisoned("codebook", "show", f"c{number}"), poisoned("cases", "show", f"k{number}")]
        for page in pages:
            assert page.exit_code == 0
            assert text not in MARKED or page.output.count(text) >= 2


def test_texts_are_shown_and_never_obeyed(run, home):
    run("init", "new", "--codebook", "cooperation")
    said = [f"R: We trusted {text} and they knew each other from the same class for many years.\n" for text in SHORT]
    (home / "a.txt").write_text("\nI: Who?\n\n".join(["I: Begin.\n\n", *said]), encoding="utf-8", newline="")
    assert run("import", "a.txt", "--encoding", "utf-8").exit_code == 0
    with Study.open(home / "new.qcode") as study:
        source = study.source("a")
        stored = text_of(study, source)
        trust = study.codes().find("trust").uid
        for start in (at for at in range(len(stored)) if stored.startswith("We trusted", at)):
            apply_codes(study, source, stored, Span(start, min(len(stored), start + 80)), [trust])
    listed = run("code", "list")
    assert listed.exit_code == 0
    assert [text for text in MARKED if f"We trusted {text[:30]}" not in listed.output] == []
    suggested = run("--coder", "other", "suggest", "--top", "500")
    assert suggested.exit_code == 0
    assert suggested.output.count("We trusted") > 5


@pytest.mark.parametrize("text", [*MARKED[:3], *CONTROL_SEQUENCES[:3], "half \udcff", "", "con\u200bsensus"])
def test_names_from_the_command_line_are_never_obeyed(mini, text):
    for args in (
        ["speakers", text], ["codebook", "show", text], ["cases", "show", text], ["cases", "add", text],
        ["code", "add", "one", text, "--quote", "x"], ["code", "list", text], ["freq", "--coders", text],
        ["crosstab", "--columns", text], ["import", text], ["--project", text, "log"], ["--coder", text, "log"],
        ["codebook", "import", text], ["code", "remove", text], ["done", "one", "--state", text], [text],
    ):  # fmt: skip
        result = mini(*args)
        assert result.exit_code in (0, 1, 2, 3, 4), (args, result.output)


def test_file_names_are_shown_and_never_obeyed(run, home):
    run("init", "new")
    folder = home / "in"
    folder.mkdir()
    for number, text in enumerate(SHORT):
        try:
            (folder / f"{number} {text}.txt").write_text(f"I: Who?\n\nR: Number {number}.\n", encoding="utf-8")
        except OSError:
            continue
    (folder / "half \udcff.txt").write_text("I: Who?\n\nR: Nobody at all.\n", encoding="utf-8")
    result = run("import", "in")
    assert result.exit_code == 1
    assert "[INTERVIEWER]: hello [unclear]" in result.output
    assert "holds an invisible or control character" in result.output
    assert run("transcripts").exit_code == 0
