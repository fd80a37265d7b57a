"""The first minute: making a study, opening one, the sample; by keys, and once on a real terminal."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from studies import build, write_texts
from textual.pilot import Pilot
from textual.widgets import Input, OptionList, Static
from tui.terminal import Terminal, payloads_in

from qcode.errors import EXIT_CRASH, ProjectError, RequestError
from qcode.services import samples
from qcode.services.settings import Settings, read_settings
from qcode.services.study import Study
from qcode.services.who import account_name, remembered_name
from qcode.tui.screens import first_run as module
from qcode.tui.screens.asking import AskLine
from qcode.tui.screens.bringing_in import existing_path, likely_folder
from qcode.tui.screens.first_run import DEMO_FOLDER, FirstRun, Opening, first_run, nearby
from qcode.tui.screens.notice import Notice
from qcode.tui.screens.picker import Picker


@pytest.fixture
def here(tmp_path: Path, settings: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "counties"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


class Menu:
    def __init__(self, app: FirstRun, pilot: Pilot[Opening | None]) -> None:
        self.app, self.pilot = app, pilot

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def typed(self, text: str) -> None:
        self.app.screen.query_one(Input).value = text
        await self.pilot.pause()

    def words(self, selector: str) -> str:
        return str(self.app.screen.query_one(selector, Static).content)


@asynccontextmanager
async def menu(coder: str | None = "anna", size: tuple[int, int] = (80, 24)) -> AsyncIterator[Menu]:
    app = FirstRun(coder=coder, settings=Settings())
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield Menu(app, pilot)


async def ready(m: Menu) -> None:
    """Wait until the thread that makes a study has told its result."""
    workers = [worker for worker in m.app.workers if worker.group == "make"]
    await m.app.workers.wait_for_complete(workers)
    await m.pilot.pause()


async def test_a_study_with_codebook_and_transcripts(here: Path) -> None:
    write_texts(here / "transcripts")
    async with menu() as m:
        await m.press("enter")
        assert isinstance(m.app.screen, AskLine)
        assert m.app.screen.query_one(Input).value == "counties"
        await m.typed("../up")
        await m.press("enter")
        assert "becomes a file name" in m.words("#ask-fault")
        await m.typed("counties")
        await m.press("enter")
        assert isinstance(m.app.screen, Picker)
        await m.typed("cooperation")
        await m.press("enter")
        assert m.app.screen.query_one(Input).value == "transcripts"
        await m.press("enter")
        await ready(m)
    assert m.app.return_value == Opening(Path("counties.qcode"), "anna", tour=True)
    with Study.open(here / "counties.qcode", coder="anna") as study:
        assert [s.name for s in study.file.read.sources()] == ["one", "three", "two"]
        assert len(study.codes().codebook.codes) > 20
        assert remembered_name(study.file.uid) == "anna"
        assert study.file.read.title() == "counties"


async def test_letters_own_codebook_and_what_was_refused(here: Path) -> None:
    data = write_texts(here / "data")
    (data / "old.doc").write_bytes(b"x")
    (here / "broken.toml").write_text("[codebook", encoding="utf-8")
    async with menu(coder=None) as m:
        await m.press("n", "enter")
        assert m.words("#ask-title") == "2/4  Who are you?"
        assert m.app.screen.query_one(Input).value == account_name()
        await m.typed(" ")
        await m.press("enter")
        assert "needs a name" in m.words("#ask-fault")
        await m.typed("Chén")
        await m.press("enter")
        await m.typed("file")
        await m.press("enter")
        await m.typed("no-such.toml")
        await m.press("enter")
        assert "no file or folder" in m.words("#ask-fault")
        await m.typed("broken.toml")
        await m.press("enter", "enter")
        await ready(m)
        assert isinstance(m.app.screen, Notice)
        words = str(m.app.screen.query_one("#notice-text", Static).content)
        assert "broken.toml" in words
        assert "old.doc: .doc files cannot be imported yet" in words
        await m.press("escape")
    assert m.app.return_value == Opening(Path("counties.qcode"), "Chén", tour=True)
    with Study.open(here / "counties.qcode") as study:
        assert study.me.name == "Chén"


async def test_without_codebook_and_transcripts(here: Path) -> None:
    async with menu() as m:
        await m.press("n", "enter")
        await m.typed("none")
        await m.press("enter")
        await m.typed("")
        await m.press("enter")
        await ready(m)
    with Study.open(here / "counties.qcode", coder="anna") as study:
        assert study.file.read.sources() == []


async def test_every_step_can_be_left(here: Path) -> None:
    async with menu() as m:
        await m.press("n", "x", "escape")
        assert len(m.app.screen_stack) == 1
        await m.press("n")
        assert m.app.screen.query_one(Input).value == "countiesx"  # what was typed stays
        await m.press("enter")
        await m.typed("file")
        await m.press("enter", "m", "escape")
        assert isinstance(m.app.screen, Picker)
        await m.press("enter")
        assert m.app.screen.query_one(Input).value == "m"
        await m.press("escape")
        await m.typed("none")
        await m.press("enter", "y")
        assert m.words("#ask-title").startswith("3/3")
        await m.press("escape")
        assert isinstance(m.app.screen, Picker)
        await m.press("enter")  # the one that was chosen before
        assert m.app.screen.query_one(Input).value == ".y"
        await m.press("escape", "escape")
        assert m.words("#ask-title").startswith("1/3")
        await m.press("escape")
        assert len(m.app.screen_stack) == 1
        await m.press("o")  # there is no study to open
        assert len(m.app.screen_stack) == 1
        await m.press("q")
    assert m.app.return_value is None
    assert nearby(here) == []


async def test_a_study_nearby_is_opened(here: Path) -> None:
    build(here / "first")
    (here / ".hidden.qcode").write_bytes(b"")
    build(here)
    assert nearby(Path()) == [Path("mini.qcode"), Path("first/mini.qcode")]
    assert nearby(here / "nowhere") == []
    async with menu() as m:
        await m.press("o", "escape", "o")
        await m.typed("first")
        await m.press("enter")
    assert m.app.return_value == Opening(Path("first/mini.qcode"), "anna")


async def test_the_sample_is_built(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def build_it(folder: Path, *, tick: object) -> Path:
        assert folder == DEMO_FOLDER
        assert callable(tick)
        tick("interviews")
        return folder / "sample.qcode"

    monkeypatch.setattr(module, "build_sample", build_it)
    async with menu(coder=None) as m:
        await m.press("down", "enter")
        await ready(m)
    assert m.app.return_value == Opening(DEMO_FOLDER / "sample.qcode", samples.SAMPLE_CODERS[0], tour=True)


async def test_what_cannot_be_made_is_told(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> Path:
        raise ProjectError("There is no room.")

    monkeypatch.setattr(module, "build_sample", refuse)
    async with menu() as m:
        await m.press("d")
        await ready(m)
        assert m.words("#first-told") == "There is no room."
        m.app._busy = True
        await m.press("q")
        assert m.app.return_value is None
        assert m.app.is_running
        m.app._busy = False
        await m.press("f10")
        assert read_settings().theme == "light"


def test_paths_are_checked_as_they_are_typed(here: Path) -> None:
    assert likely_folder(here) == "."
    (here / "interviews").mkdir()
    assert likely_folder(here) == "interviews"
    assert existing_path(" interviews ") == Path("interviews")
    for typed in ("", "  ", "no", "~no-such-user-here/x", "a\x00b"):
        with pytest.raises(RequestError):
            existing_path(typed)
    (here / "counties.qcode").write_bytes(b"")
    for name in ("counties", "", "a/b", ".x", "a\x1bb"):
        with pytest.raises(RequestError):
            module._new_project(name)
    assert module._new_project("new.qcode") == Path("new.qcode")


def test_the_menu_gives_a_choice_or_an_exit_code(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = Opening(Path("x.qcode"))
    monkeypatch.setattr(FirstRun, "run", lambda *_, **__: chosen)
    assert first_run() == chosen
    monkeypatch.setattr(FirstRun, "run", lambda *_, **__: None)
    assert first_run() == 0

    def crash(self: FirstRun, *, mouse: bool) -> None:
        self.crashed = True

    monkeypatch.setattr(FirstRun, "run", crash)
    assert first_run() == EXIT_CRASH


@pytest.mark.parametrize("size", [(80, 24), (160, 48), (40, 12)])
async def test_the_menu_fits(here: Path, size: tuple[int, int]) -> None:
    async with menu(size=size) as m:
        region = m.app.screen.query_one("#first").region
        assert region.right <= size[0]
        assert region.bottom <= size[1]
        assert m.app.screen.query_one(OptionList).has_focus


# -- on a terminal


pty = pytest.mark.skipif("sys.platform == 'win32'", reason="there are no pseudo-terminals")


@pty
def test_from_an_empty_folder_to_an_exported_crosstab_by_keys_only(here: Path) -> None:
    write_texts(here / "interviews")
    (here / "interviews" / "mini.toml").rename(here / "mini.toml")
    with Terminal("--coder", "anna", folder=here) as t:
        t.wait("Make a study here", "Look at the sample study")
        t.press("n")
        t.wait("1/3")
        t.press("enter")
        t.wait("2/3")
        t.press("file", "enter")
        t.wait("File of the codebook")
        t.press("mini.toml", "enter")
        t.wait("3/3", "interviews")
        t.press("enter")
        t.wait("Tour 1/", "one 1/3 · anna")
        t.press("down")
        t.wait("Tour 2/")
        t.press("escape")
        t.wait_gone("Tour")
        t.press("s", "1")
        t.wait("Money: For money.")
        t.press("L")
        t.wait("new case …")
        t.press("park")
        t.wait("new case “park” …")
        t.press("enter")
        t.wait("Key of the new case")
        t.press("enter")
        t.wait("Name of the new case park")
        t.press("enter")
        t.wait("dataset", "programme")
        t.press("enter")
        t.wait("speaks of park (dataset)")
        t.press("f8")
        t.wait("Codes by mechanism", "not recorded")
        t.press("w")
        t.wait("to which file?")
        t.press("enter")
        t.wait("Written: crosstab.csv")
        t.press("escape")
        t.wait("turn ")
        assert t.leave() == 0
        assert payloads_in(t.raw) == []
    with Study.open(here / "counties.qcode", coder="anna") as study:
        assert len(study.file.read.codings(coders=None)) == 1
        assert [link.start is not None for link in study.file.read.links(coders=None)] == [True]
    rows = (here / "crosstab.csv").read_text(encoding="utf-8-sig").splitlines()
    place = rows[0].split(",").index("not recorded")
    assert next(row for row in rows if row.startswith("money")).split(",")[place] == "1"


@pty
def test_one_may_leave_at_once(here: Path) -> None:
    with Terminal("--no-mouse", folder=here) as t:
        t.wait("Make a study here")
        t.press("escape")
        assert t.end() == 0


@pty
def test_a_letter_in_the_same_breath_as_the_leader_key_is_not_lost(mini_path: Path) -> None:
    with Terminal("--project", mini_path.name, "--coder", "anna", folder=mini_path.parent) as t:
        t.wait("one 1/3")
        for _ in range(5):
            t.press("ctrl+o", "d")
            t.wait("Debug information", "SQLite")
            t.press("escape")
            t.wait("turn 2/4")
        assert t.leave() == 0
