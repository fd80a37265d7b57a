"""The grid: a cursor on a cell, columns that stay and columns that move, Chinese aligned, nothing cut in two."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from naughty import CONTROL_SEQUENCES, MARKUP
from rich.cells import cell_len
from textual import on
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from qcode.tui.cell_grid import CellGrid
from qcode.tui.rows import Column, Row

COLUMNS = [Column("code", 12), *(Column(f"列{i}" if i % 2 else f"c{i}", 6, right=True) for i in range(1, 41))]


class Grid(App[None]):
    CSS = "CellGrid { height: 1fr; }"

    def __init__(self, columns: list[Column], rows: int, fixed: int = 1) -> None:
        super().__init__()
        self._columns, self._rows, self._fixed = columns, rows, fixed
        self.asked: set[int] = set()
        self.stood: list[tuple[int, int]] = []
        self.chosen: list[int] = []

    def compose(self) -> ComposeResult:
        yield CellGrid(id="grid")

    def on_mount(self) -> None:
        self.grid.set_cells(self._columns, self._rows, self.cells, fixed=self._fixed)
        self.grid.focus()

    def cells(self, number: int) -> Row:
        self.asked.add(number)
        return [
            f"行{number}" if number % 2 else f"row{number}",
            *(f"{number}.{i}" for i in range(1, len(self._columns))),
        ]

    @property
    def grid(self) -> CellGrid:
        return self.query_one(CellGrid)

    @on(CellGrid.Stood)
    def _stood(self, event: CellGrid.Stood) -> None:
        self.stood.append((event.grid.cursor, event.grid.column))

    @on(CellGrid.Chosen)
    def _chosen(self, event: CellGrid.Chosen) -> None:
        self.chosen.append(event.number)

    def lines(self) -> list[str]:
        return [self.grid.render_line(y).text for y in range(self.grid.size.height)]


@asynccontextmanager
async def grid(
    rows: int = 30, size: tuple[int, int] = (60, 10), columns: list[Column] | None = None, fixed: int = 1
) -> AsyncIterator[tuple[Grid, Pilot[None]]]:
    app = Grid(columns if columns is not None else COLUMNS, rows, fixed)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield app, pilot


async def test_only_what_is_visible_is_drawn() -> None:
    async with grid(rows=10_000) as (app, pilot):
        assert len(app.asked) < 40
        app.grid.action_edge(1)
        await pilot.pause()
        assert app.grid.cursor == 9_999
        assert len(app.asked) < 80
        assert app.lines()[-1].startswith("行9999")


async def test_the_first_column_and_the_head_stay() -> None:
    async with grid() as (app, pilot):
        assert app.lines()[0].startswith("code")
        assert app.lines()[0].endswith(">")
        app.grid.page_column(1)
        await pilot.pause()
        first = app.lines()
        assert first[0].startswith("code        <")
        assert first[1].startswith("row0")
        assert "0.1 " not in first[1]
        app.grid.stand_in(40)
        app.grid.action_edge(1)
        await pilot.pause()
        last = app.lines()
        assert not last[0].endswith(">")
        assert last[0].startswith("code        <")
        assert "c40" in last[0]
        assert last[-1].rstrip().endswith("29.40")
        app.grid.stand_in(0)
        assert app.grid.column == 1
        assert app.lines()[0].startswith("code         ")


async def test_columns_move_by_two_thirds_of_the_window_at_its_edges() -> None:
    async with grid() as (app, _):
        firsts = []
        for step in (1,) * 39 + (-1,) * 39:
            app.grid.move_column(step)
            assert app.grid.column in app.grid.shown()
            firsts.append(app.grid.shown()[1])
        assert len(set(firsts)) < 20
        assert firsts[38] == 41 - (len(app.grid.shown()) - 1)  # the last columns fill the window
        assert firsts[-1] == 1


async def test_columns_are_aligned_and_never_cut_in_two() -> None:
    async with grid() as (app, _):
        assert {cell_len(line) for line in app.lines()} == {60 - 1}  # the scroll bar takes one
        head, line = app.lines()[0], app.lines()[2]
        assert cell_len(head[: head.index("列1") + 2]) == cell_len(line[: line.index("1.1") + 3])
        whole = [COLUMNS[i].title for i in app.grid.shown()]
        assert head.split() == [*whole, ">"]


async def test_the_cursor_moves_over_cells_and_tells() -> None:
    async with grid() as (app, pilot):
        app.grid.move_column(1)
        app.grid.action_move(2)
        app.grid.move_column(-5)
        await pilot.pause()
        assert len(app.stood) == 3
        assert app.stood[-1] == (2, 1)
        app.grid.action_choose()
        await pilot.pause()
        assert app.chosen == [2]
        marked = [segment for segment in app.grid.render_line(3) if segment.text.strip() == "2.1"]
        assert marked[0].style is not None
        assert marked[0].style.bgcolor != app.grid.render_line(2)._segments[1].style.bgcolor
        # No other row keeps the look of a cell that had the cursor before.
        app.grid.move_column(1)
        app.grid.action_move(-1)
        app.grid.action_move(1)
        await pilot.pause()
        selected = [segment.text.strip() for segment in app.grid.render_line(3) if segment.style == marked[0].style]
        assert selected == ["2.2"]


async def test_the_mouse_marks_a_cell_and_opens_it() -> None:
    async with grid() as (app, pilot):
        place = app.lines()[4].index("3.2")
        await pilot.click(CellGrid, offset=(place + 2, 4))
        assert (app.grid.cursor, app.grid.column) == (3, 2)
        assert app.chosen == []
        await pilot.click(CellGrid, offset=(place + 2, 4))
        await pilot.pause()
        assert app.chosen == [3]
        await pilot.click(CellGrid, offset=(2, 6))  # on the first column: the row, not the column
        assert (app.grid.cursor, app.grid.column) == (5, 2)
        await pilot.click(CellGrid, offset=(2, 0))
        assert (app.grid.cursor, app.grid.column) == (5, 2)


async def test_clicks_beside_the_cells_do_nothing() -> None:
    async with grid(rows=2, columns=COLUMNS[:3]) as (app, pilot):
        await pilot.click(CellGrid, offset=(50, 1))
        await pilot.click(CellGrid, offset=(2, 7))
        assert (app.grid.cursor, app.grid.column, app.chosen) == (0, 1, [])


async def test_the_wheel_moves_columns() -> None:
    from textual.events import MouseScrollLeft, MouseScrollRight

    async with grid() as (app, pilot):
        for kind, column in ((MouseScrollRight, 2), (MouseScrollLeft, 1)):
            app.grid.post_message(kind(app.grid, 5, 5, 0, 0, 0, False, False, False))
            await pilot.pause()
            assert app.grid.column == column


async def test_a_narrow_window_keeps_a_cell_visible() -> None:
    async with grid(size=(14, 6), columns=[Column("a name of a code", 34), *COLUMNS[1:]], fixed=1) as (app, pilot):
        app.grid.stand_in(7)
        await pilot.pause()
        assert app.grid.shown() == [0, 7]
        assert all(cell_len(line) <= 14 for line in app.lines())
        await pilot.resize_terminal(80, 6)
        await pilot.pause()
        assert 7 in app.grid.shown()
        assert len(app.grid.shown()) > 4


async def test_two_columns_can_stay() -> None:
    async with grid(columns=[COLUMNS[0], Column("name", 10), *COLUMNS[1:]], fixed=2) as (app, _):
        app.grid.stand_in(30)
        assert app.grid.shown()[:2] == [0, 1]
        assert app.lines()[0].startswith("code         name      <")


async def test_no_rows_and_no_columns() -> None:
    async with grid(rows=0) as (app, pilot):
        app.grid.move_column(1)
        app.grid.action_choose()
        await pilot.pause()
        assert (app.grid.column, app.stood, app.chosen) == (1, [], [])
        assert "Nothing here yet." in app.lines()[1]
    async with grid(rows=3, columns=[COLUMNS[0]]) as (app, _):
        app.grid.move_column(3)
        assert app.grid.shown() == [0]
        assert app.lines()[1].startswith("row0")


async def test_hostile_cells_are_only_shown() -> None:
    texts = [text for text in (*MARKUP, *CONTROL_SEQUENCES) if "\n" not in text]
    async with grid(rows=0, size=(120, 40)) as (app, pilot):
        app.grid.set_cells([Column("a", 20), Column("[b]x", 30)], len(texts), lambda i: [texts[i], texts[i]])
        await pilot.pause()
        lines = app.lines()
        assert not any(character < " " or "\x7f" <= character < "\xa0" for line in lines for character in line)
        assert "[b]x" in lines[0]


async def test_without_the_focus_the_cell_is_still_marked() -> None:
    async with grid() as (app, pilot):
        before = app.grid.render_line(1)
        app.screen.set_focus(None)
        await pilot.pause()
        after = app.grid.render_line(1)
        assert before.text == after.text
        assert [s.style for s in before] != [s.style for s in after]
        assert any(s.style is not None and s.style.reverse for s in after)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    widths=st.lists(st.integers(1, 40), min_size=2, max_size=30),
    width=st.integers(10, 120),
    column=st.integers(0, 40),
    fixed=st.integers(1, 2),
)
async def test_any_widths_fit_and_show_the_cursor(widths: list[int], width: int, column: int, fixed: int) -> None:
    columns = [Column(f"c{i}", w) for i, w in enumerate(widths)]
    async with grid(rows=3, size=(width, 5), columns=columns, fixed=fixed) as (app, _):
        app.grid.stand_in(column)
        shown = app.grid.shown()
        if len(columns) > fixed:
            assert app.grid.column in shown
        assert shown == sorted(set(shown))
        assert all(cell_len(line) == width for line in app.lines())
