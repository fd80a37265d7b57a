"""Pictures of whole screens, dark and light. Compared on one Python only, so that they change for one reason."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from qcode.services.debug import Fact
from qcode.services.settings import Settings
from qcode.services.study import Study
from qcode.tui.app import Workbench
from qcode.tui.screens import debug
from qcode.tui.screens.first_run import FirstRun

pytestmark = pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="pictures are compared on Python 3.11 only")

SCREENS = {
    "coding": ["s"],
    "coding-zh": ["right_square_bracket", "s"],
    "adjusting": ["s", "1", "e"],
    "overlaps": ["s", "1", "2", "O"],
    "picker": ["s", "enter"],
    "recents": ["s", "r"],
    "context": ["c"],
    "memo": ["s", "m"],
    "jumps": ["g"],
    "screens": ["ctrl+o"],
    "help": ["f1"],
    "crosstab": ["f8", "right", "down"],
    "frequencies": ["ctrl+o", "f"],
    "agreement": ["f9"],
    "retrieval": ["f7", "down"],
    "search": ["ctrl+o", "s", "资", "金", "enter"],
    "project": ["f3"],
    "codebook": ["f6", "down"],
    "recheck": ["f6", "q"],
    "proposals": ["f6", "P"],
    "releases": ["f6", "R"],
    "cases": ["ctrl+o", "k", "down"],
    "case-links": ["ctrl+o", "k", "down", "enter"],
    "memos": ["ctrl+o", "m"],
    "history": ["ctrl+o", "h", "down"],
    "settings": ["ctrl+o", "o"],
    "debug": ["ctrl+o", "d"],
    "tour": ["ctrl+o", "t"],
}
sizes = pytest.mark.parametrize("size", [(80, 24), (160, 48)], ids=["80x24", "160x48"])
themes = pytest.mark.parametrize("theme", ["dark", "light"])


@pytest.fixture(autouse=True)
def nowhere_and_noon(settings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What differs from one computer to the next: where settings are, what is installed, the time of the place."""
    monkeypatch.setenv("QCODE_CONFIG", "/nowhere/settings")
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    monkeypatch.setattr(debug, "debug_facts", lambda *_, **__: [Fact("qcode", "1.2.3"), Fact("terminal", "80 x 24")])


@sizes
@themes
@pytest.mark.parametrize("screen", SCREENS)
def test_screen(snap_compare, sample: Study, screen: str, theme: str, size: tuple[int, int]) -> None:
    keys = [*(["f10"] if theme == "light" else []), *SCREENS[screen]]
    assert snap_compare(Workbench(sample), terminal_size=size, run_before=_steps(*keys))


@sizes
@themes
def test_first_run(
    snap_compare, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, theme: str, size: tuple[int, int]
) -> None:
    (tmp_path / "fieldwork").mkdir()
    monkeypatch.chdir(tmp_path / "fieldwork")
    monkeypatch.setattr(Path, "cwd", lambda: Path("/fieldwork"))
    app = FirstRun(coder="anna", settings=Settings(theme=theme))
    assert snap_compare(app, terminal_size=size, run_before=_steps())


def _steps(*keys: str):
    async def run(pilot: Pilot[int]) -> None:
        await pilot.pause()
        await pilot.press(*keys)
        await pilot.pause()
        for field in pilot.app.screen.query(Input):
            field.cursor_blink = False
        await pilot.pause()

    return run
