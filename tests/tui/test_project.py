"""The project's screen: what it shows, and that every key does in the project what it says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from naughty import CONTROL_SEQUENCES, MARKUP
from studies import put, write_texts
from textual.widgets import Input, Static
from tui.benching import Bench, bench

from qcode.services.coding import mark
from qcode.services.study import Study
from qcode.tui.screens.asking import AskLine, AskYes
from qcode.tui.screens.notice import Notice
from qcode.tui.screens.picker import Picker
from qcode.tui.screens.project import ProjectScreen

Open = Callable[[Path, str], Study]
SIZES = pytest.mark.parametrize("size", [(80, 24), (160, 48)])


def rows(b: Bench) -> list[str]:
    view = b.app.screen.query_one("#rows")
    return ["".join(s.text for s in view.render_line(y)).rstrip() for y in range(view.size.height)]


def title(b: Bench) -> str:
    return str(b.app.screen.query_one("#title", Static).content).strip()


def detail(b: Bench) -> str:
    return str(b.app.screen.query_one("#detail-text", Static).content)


@SIZES
async def test_it_shows_transcripts_codings_and_progress(mini: Study, size: tuple[int, int]) -> None:
    put(mini, "one", "money", "revenue")
    mark(mini, mini.source("two"), ["motive", "setup"], "complete")
    mark(mini, mini.source("three"), ["motive"], "reading")
    async with bench(mini, size) as b:
        await b.press("f3")
        assert isinstance(b.app.screen, ProjectScreen)
        assert title(b) == "Miniature · 3 transcripts · anna · 1 of 3 complete"
        shown = rows(b)
        assert [line.split()[0] for line in shown[:4]] == ["transcript", "one", "two", "three"]
        assert [line.split()[-1] for line in shown[1:4]] == ["·", "✓", "0/2…"]
        assert "speakers I interviewer, 2 turns" in detail(b)
        assert all(len(line) <= size[0] for line in shown)
        await b.press("down")
        assert detail(b).splitlines()[-3:-1] == [
            "       motive        setup         ", "anna   ✓             ✓             "
        ]  # fmt: skip


async def test_enter_opens_the_transcript(mini: Study) -> None:
    async with bench(mini) as b:
        await b.press("f3", "down", "enter")
        assert b.app.screen is b.coding
        assert b.coding.desk.source.name == "two"


async def test_narrowing_and_back(mini: Study) -> None:
    async with bench(mini) as b:
        await b.press("f3", "slash")
        await b.typed("tw")
        await b.press("enter")
        assert [line.split()[0] for line in rows(b)[1:] if line] == ["two"]
        await b.press("escape")
        assert len([line for line in rows(b) if line]) == 4
        await b.press("escape")
        assert b.app.screen is b.coding


async def test_a_dimension_or_all_are_marked_and_undone(mini: Study) -> None:
    def states() -> dict[str, str]:
        return {row.dimension: row.state for row in mini.ledger(coders=[mini.me.key])}

    async with bench(mini) as b:
        await b.press("f3", "M", "1")
        assert states() == {"motive": "complete", "setup": "complete"}
        assert b.told == "one is marked as complete in every dimension."
        await b.press("M", "2")
        assert states() == {"motive": "reading", "setup": "complete"}
        await b.press("u")
        assert states() == {"motive": "complete", "setup": "complete"}
        assert b.told.startswith("Undone: ")
        await b.press("U")
        assert states()["motive"] == "reading"
        await b.press("M", "5")
        assert states() == {"motive": "not started", "setup": "not started"}
        await b.press("M", "escape")
        assert states() == {"motive": "not started", "setup": "not started"}
        await b.press("escape", "u", "u", "u", "u")
    assert "complete" not in states().values()


async def test_there_may_be_nothing_to_undo(mini_path: Path, opened: Open) -> None:
    async with bench(opened(mini_path, "carl")) as b:
        await b.press("f3", "u")
        assert b.told == "There is nothing to undo."
        await b.press("U")
        assert b.told == "There is nothing to do again."


async def test_a_transcript_goes_and_comes_back(mini: Study) -> None:
    put(mini, "one", "money", "revenue")
    async with bench(mini) as b:
        await b.press("f3", "r")
        assert b.told == "No transcript was removed."
        await b.press("x")
        assert isinstance(b.app.screen, AskYes)
        assert "1 coding" in b.words("#ask-help")
        await b.press("n")
        assert len(mini.file.read.sources()) == 3
        await b.press("x", "y")
        assert [s.name for s in mini.file.read.sources()] == ["two", "three"]
        assert b.told == "one is out of the study; r brings it back."
        assert b.coding.desk.source.name == "two"  # what was open is gone
        await b.press("r", "escape", "r", "enter")
        assert b.told == "one is back in the study, with 1 coding."
        assert len(mini.file.read.codings(coders=None)) == 1
        for _ in range(3):
            await b.press("home", "delete", "y")
        assert title(b).startswith("Miniature · 0 transcripts")
        await b.press("x")
        assert b.told.startswith("No transcript is marked.")
        await b.press("M", "e", "escape")
        assert "qcode import FOLDER" in b.words("#status")


async def test_what_is_recorded_can_be_changed(mini: Study) -> None:
    def one() -> tuple[str, str, tuple[str, ...], dict[str, str]]:
        source = mini.source("one")
        return source.kind, source.language, source.aliases, mini.file.read.attributes().get(source.key, {})

    async def choose(b: Bench, field: str) -> None:
        await b.press("e")
        assert isinstance(b.app.screen, Picker)
        await b.typed(field)
        await b.press("enter")

    async with bench(mini) as b:
        await b.press("f3")
        await choose(b, "kind")
        await b.typed("notes")
        await b.press("enter")
        await choose(b, "place")
        await b.typed("Lanwan")
        await b.press("enter")
        await choose(b, "aliases")
        await b.typed("009; AH002")
        await b.press("enter")
        await choose(b, "another")
        await b.typed("bureau")
        await b.press("enter")
        await b.typed("water")
        await b.press("enter")
        assert one() == ("notes", "en", ("009", "AH002"), {"place": "Lanwan", "bureau": "water"})
        assert "also 009, AH002" in detail(b)
        await choose(b, "place")
        await b.typed("")
        await b.press("enter")
        await choose(b, "language")
        await b.typed("no tag at all")
        await b.press("enter")
        assert b.told == "A language is a tag such as zh, en or zh-Hant."
        await choose(b, "language")
        await b.press("escape")
        await choose(b, "aliases")
        await b.typed("")
        await b.press("enter")
        assert one() == ("notes", "en", (), {"bureau": "water"})
        await choose(b, "another")
        await b.typed("transcript")
        await b.press("enter", "enter")
        assert b.told.startswith("“transcript” is what tables call")


async def test_others_are_hidden_and_shown(mini: Study, mini_path: Path, opened: Open) -> None:
    bo = opened(mini_path, "bo")
    put(bo, "one", "money", "revenue")
    mark(bo, bo.source("one"), ["motive"], "complete")
    async with bench(mini, (160, 48)) as b:
        await b.press("f3")
        assert "others" in rows(b)[0]
        assert "bo 1/2" in rows(b)[1]
        await b.press("v")
        assert "others" not in rows(b)[0]
        assert "bo" not in rows(b)[1]
        assert title(b).endswith("own work only")
        await b.press("v")
        assert "bo 1/2" in rows(b)[1]


# -- bringing transcripts in


async def test_a_folder_is_imported_into_an_empty_study(
    empty_path: Path, opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = tmp_path / "here"
    write_texts(work / "interviews")
    (work / "interviews" / "old.doc").write_bytes(b"x")
    monkeypatch.chdir(work)
    study = opened(empty_path, "anna")
    async with bench(study) as b:
        assert "F3, then i imports some" in b.words("#status")
        await b.press("f3")
        assert "no codebook yet: b" in title(b)
        assert "i imports a folder" in rows(b)[1]
        await b.press("M")
        assert b.told.startswith("No transcript is marked.")
        await b.press("i")
        assert b.app.screen.query_one(Input).value == "interviews"
        await b.press("enter")
        await b.searched()
        assert isinstance(b.app.screen, Notice)
        assert "old.doc: .doc files cannot be imported yet" in str(b.app.screen.query_one("#notice-text").content)
        await b.press("escape")
        assert [s.name for s in study.file.read.sources()] == ["one", "three", "two"]
        await b.press("M")
        assert b.told.startswith("The study has no codebook yet.")
        await b.press("b")
        await b.typed("cooperation")
        await b.press("enter")
        assert study.codes().codebook.title
        await b.press("enter")
        assert b.app.screen is b.coding
        await b.press("s", "1")
        assert len(b.codings()) == 1
        await b.press("f3", "u")
        assert study.file.read.codings(coders=None) == []


async def test_imports_that_cannot_be_are_told(mini: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "nothing").mkdir()
    monkeypatch.chdir(tmp_path)
    async with bench(mini) as b:
        await b.press("f3", "i")
        for typed in ("", "no-such-file", "~nobody-of-that-name/x", "\x1b[2J"):
            await b.typed(typed)
            await b.press("enter")
            assert isinstance(b.app.screen, AskLine), typed
            assert b.words("#ask-fault")
        await b.typed("nothing")
        await b.press("enter")
        await b.searched()
        assert b.told == "There is no transcript in that folder."
        await b.press("i", "escape", "b", "escape", "b")
        await b.typed("file")
        await b.press("enter")
        await b.typed("nothing")
        await b.press("enter")
        assert b.app.screen.query_one("#hints", Static)
        assert b.told.startswith(("nothing: ", f"{tmp_path}"))


async def test_while_importing_no_other_import_begins(mini: Study) -> None:
    async with bench(mini) as b:
        await b.press("f3")
        screen = b.app.screen
        assert isinstance(screen, ProjectScreen)
        screen.importing = "importing 1 of 2"
        await b.press("i")
        assert b.told == "An import is still running."
        screen.post_message(ProjectScreen.Progressed(2, 2))
        await b.pilot.pause()
        assert title(b).endswith("importing 2 of 2")
        screen.post_message(ProjectScreen.Imported(None, "It could not be."))
        await b.pilot.pause()
        assert b.told == "It could not be."
        assert "importing" not in title(b)


@SIZES
async def test_hostile_names_are_only_shown(
    tmp_path: Path, settings: Path, opened: Open, size: tuple[int, int]
) -> None:
    path = tmp_path / "hostile.qcode"
    Study.create(path, title="[/b] title", coder="[b]anna").close()
    study = opened(path, "[b]anna")
    folder = tmp_path / "[red]texts"
    folder.mkdir()
    (folder / "[@click=app.quit]q[b].txt").write_text("[I/b]: hello\n\n[/R]: bold [unclear]\n", encoding="utf-8")
    async with bench(study, size) as b:
        await b.press("f3", "i")
        await b.typed(str(folder))
        await b.press("enter")
        await b.searched()
        await b.press("escape")
        if b.app.screen is b.coding:
            await b.press("f3")
        assert any("[@click=app.quit]q" in line for line in rows(b))
        for value in (*MARKUP[:4], *CONTROL_SEQUENCES[:4]):
            await b.press("e")
            await b.typed("date")
            await b.press("enter")
            await b.typed(value.replace("\x00", "").replace("\n", " "))
            await b.press("enter")
            assert isinstance(b.app.screen, ProjectScreen)
            assert "\x1b" not in detail(b)
        assert title(b).startswith("[/b] title")
