"""A few pictures of whole screens. Written and compared on one Python only, so that they change for one reason."""

from __future__ import annotations

import sys

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from qcode.services.study import Study
from qcode.tui.app import Workbench

pytestmark = pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="pictures are compared on Python 3.11 only")

SCREENS = {
    "coding": ["s"],
    "picker": ["s", "enter"],
    "help": ["f1"],
    "crosstab": ["f8", "right", "down"],
    "frequencies": ["ctrl+o", "f"],
    "agreement": ["f9"],
    "retrieval": ["f7", "down"],
    "search": ["ctrl+o", "s", "资", "金", "enter"],
    "project": ["f3"],
    "cases": ["ctrl+o", "k", "down"],
    "tour": ["ctrl+o", "t"],
}


@pytest.mark.parametrize("size", [(80, 24), (160, 48)], ids=["80x24", "160x48"])
@pytest.mark.parametrize("screen", SCREENS)
def test_screen(snap_compare, sample: Study, screen: str, size: tuple[int, int]) -> None:
    assert snap_compare(Workbench(sample), terminal_size=size, run_before=_steps(*SCREENS[screen]))


def test_light_colours(snap_compare, sample: Study) -> None:
    assert snap_compare(
        Workbench(sample), terminal_size=(120, 30), run_before=_steps("right_square_bracket", "s", "f10")
    )


def _steps(*keys: str):
    async def run(pilot: Pilot[int]) -> None:
        await pilot.pause()
        await pilot.press(*keys)
        await pilot.pause()
        for field in pilot.app.screen.query(Input):
            field.cursor_blink = False
        await pilot.pause()

    return run
