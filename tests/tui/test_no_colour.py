"""Without colour, what stands out is reversed, and nothing else is coloured."""

from __future__ import annotations

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.widgets import OptionList

from qcode.services.study import Study
from qcode.tui.app import Workbench
from qcode.tui.base_app import light_terminal
from qcode.tui.colours import palette
from qcode.tui.no_colour import WithoutColour, uncoloured


@pytest.mark.parametrize("dark", [True, False])
def test_the_selection_is_reversed_and_tints_are_not(*, dark: bool) -> None:
    look = palette(dark=dark, background="#121212" if dark else "#e0e0e0", foreground="#e0e0e0" if dark else "#1f1f1f")
    assert uncoloured(look.selected, dark=dark).reverse
    for style in (look.base, look.quiet, *look.tints.values(), *look.signs.values()):
        plain = uncoloured(style, dark=dark)
        assert not plain.reverse
        assert plain.color is None
        assert plain.bgcolor is None


def test_other_marks_stay() -> None:
    style = Style(bold=True, underline=True, italic=True, reverse=True, color="#ff0000")
    plain = uncoloured(style, dark=True)
    assert (plain.bold, plain.underline, plain.italic, plain.reverse) == (True, True, True, True)
    assert uncoloured(Style(bgcolor="default"), dark=True) == Style()


def test_segments_without_a_style_pass() -> None:
    line = WithoutColour(lambda: True).apply([Segment("a"), Segment("b", Style(bgcolor="#ffffff"))], Color(0, 0, 0))
    assert [segment.text for segment in line] == ["a", "b"]
    assert line[0].style is None
    assert line[1].style == Style(reverse=True)


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light"])
async def test_the_workbench_without_colour(mini: Study, monkeypatch: pytest.MonkeyPatch, theme: str) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = Workbench(mini)
    async with app.run_test(size=(100, 24)) as pilot:
        app.theme = theme
        await pilot.press("s")
        await pilot.pause()
        lines = app.coding.view.render_lines(app.coding.view.size.region)
        styles = {str(segment.style) for line in lines for segment in line if segment.style}
        assert any("reverse" in style for style in styles)
        assert not any("#" in style for style in styles)
        await pilot.press("enter", "down")
        await pilot.pause()
        choices = app.screen.query_one(OptionList)
        rows = choices.render_lines(choices.size.region)
        marked = [number for number, row in enumerate(rows) if any(s.style and s.style.reverse for s in list(row)[:1])]
        assert marked == [1]


def test_a_light_terminal_is_recognised() -> None:
    assert [light_terminal(c) for c in ("0;15", "0;default;7", "15;0", "12;8", "", "x")] == [
        True, True, False, False, False, False
    ]  # fmt: skip
