"""The list of rows: widths, cursor, paging, mouse; ten thousand rows cost no more than those that are visible."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st
from naughty import CONTROL_SEQUENCES, MARKUP
from rich.cells import cell_len
from textual import on
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from qcode.tui.rows import Cell, Column, Row, RowList, widths

COLUMNS = [Column("name", 10), Column("words"), Column("n", 4, right=True), Column("aside", 8, drop=1)]


class Rows(App[None]):
    CSS = "RowList { height: 1fr; }"

    def __init__(self, columns: Sequence[Column], rows: int) -> None:
        super().__init__()
        self._columns, self._rows = columns, rows
        self.asked: set[int] = set()
        self.moved: list[int] = []
        self.chosen: list[int] = []

    def compose(self) -> ComposeResult:
        yield RowList(id="rows", nothing="None yet.")

    def on_mount(self) -> None:
        self.rows.set_rows(self._columns, self._rows, self.cells)
        self.rows.focus()

    def cells(self, number: int) -> Row:
        self.asked.add(number)
        cells: list[Cell] = [
            f"row{number}",
            ("我们和对方谈过" if number % 2 else "some words", "dim"),
            str(number),
            "x",
        ]
        return cells[: len(self._columns)]

    @property
    def rows(self) -> RowList:
        return self.query_one(RowList)

    @on(RowList.Moved, "#rows")
    def _moved(self, event: RowList.Moved) -> None:
        self.moved.append(event.number)

    @on(RowList.Chosen, "#rows")
    def _chosen(self, event: RowList.Chosen) -> None:
        self.chosen.append(event.number)

    def lines(self) -> list[str]:
        return [self.rows.render_line(y).text for y in range(self.rows.size.height)]


@asynccontextmanager
async def rows(
    count: int = 30, size: tuple[int, int] = (60, 10), columns: Sequence[Column] = COLUMNS
) -> AsyncIterator[tuple[Rows, Pilot[None]]]:
    app = Rows(columns, count)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield app, pilot


# -- widths

columns_of = st.lists(
    st.builds(
        Column,
        title=st.just("c"),
        width=st.integers(0, 30),
        drop=st.integers(0, 3),
        share=st.integers(1, 4),
        least=st.integers(1, 20),
    ),
    min_size=1,
    max_size=8,
)


@given(columns_of, st.integers(1, 200))
def test_widths_fill_the_room_and_leave_out_what_may_go(columns: list[Column], room: int) -> None:
    found = widths(columns, room)
    assert len(found) == len(columns)
    assert all(cells >= 0 for cells in found)
    for column, cells in zip(columns, found, strict=True):
        if column.width and not column.drop:
            assert cells == column.width
    gone = {column.drop for column, cells in zip(columns, found, strict=True) if column.width and not cells}
    there = {column.drop for column, cells in zip(columns, found, strict=True) if column.width and cells}
    if gone:
        assert 0 not in gone
        assert max(there, default=0) <= min(gone)  # what may go first has gone first


@given(st.lists(st.integers(1, 9), min_size=1, max_size=6), st.integers(40, 200))
def test_columns_without_a_width_fill_the_room(shares: list[int], room: int) -> None:
    columns = [Column("c", share=share, least=1) for share in shares]
    found = widths(columns, room)
    assert sum(found) + len(columns) - 1 == room
    assert all(
        abs(cells - room * share / sum(shares)) <= len(shares) + 1 for cells, share in zip(found, shares, strict=True)
    )


def test_shares_are_shared_and_the_first_gets_the_rest() -> None:
    assert widths([Column("a", share=1), Column("b", share=2)], 31) == [10, 20]
    assert widths([Column("a", share=1), Column("b", share=2)], 33) == [11, 21]
    assert widths([Column("a", 5), Column("b", drop=2), Column("c", 9, drop=1)], 16) == [5, 0, 9]


# -- drawing


async def test_ten_thousand_rows_are_not_asked_for() -> None:
    async with rows(10_000) as (app, pilot):
        assert len(app.asked) <= 10
        await pilot.press("end")
        await pilot.pause()
        assert app.rows.cursor == 9_999
        assert app.lines()[-1].startswith("row9999")
        assert app.lines()[0].startswith("name")
        await pilot.press("home")
        await pilot.pause()
        assert app.lines()[1].startswith("row0")
        assert len(app.asked) <= 40


async def test_columns_are_aligned_in_chinese_too() -> None:
    async with rows(size=(44, 10)) as (app, _):
        ends = {cell_len(line[: line.index(f" {i} ") + 2]) for i, line in enumerate(app.lines()[1:4])}
        assert len(ends) == 1
        assert all(cell_len(line) == 44 - 1 for line in app.lines())
    async with rows(size=(26, 10)) as (app, _):
        assert "aside" not in app.lines()[0]
        assert "…" in app.lines()[2]
        assert all(cell_len(line) == 26 - 1 for line in app.lines())


async def test_a_single_cell_takes_the_whole_width() -> None:
    async with rows() as (app, pilot):
        app.rows.set_rows(COLUMNS, 2, lambda _: (("A group of many words that is longer than the columns", "bold"),))
        await pilot.pause()
        assert "longer than the columns" in app.lines()[2]


async def test_a_row_is_drawn_again_when_it_has_changed() -> None:
    async with rows() as (app, pilot):
        app.asked.clear()
        app.rows.update_row(3)
        await pilot.pause()
        app.lines()
        assert app.asked == {3}


async def test_an_empty_list_says_so_and_may_have_no_head() -> None:
    async with rows(0) as (app, pilot):
        assert app.lines()[1].strip() == "None yet."
        assert app.lines()[2].strip() == ""
        await pilot.press("down", "enter", "end", "pageup")
        assert (app.rows.cursor, app.chosen) == (0, [])
        app.rows.set_rows([Column("", 10)], 0, lambda _: (), nothing="Nothing fits.")
        await pilot.pause()
        assert app.lines()[0].strip() == "Nothing fits."
        assert bool(app.rows)
        assert len(app.rows) == 0


async def test_hostile_cells_are_only_shown() -> None:
    texts = [text for text in (*MARKUP, *CONTROL_SEQUENCES) if "\n" not in text]
    async with rows(0, size=(120, 40)) as (app, pilot):
        app.rows.set_rows([Column("[b]x", 40)], len(texts), lambda i: (texts[i],))
        await pilot.pause()
        assert not any(c < " " or "\x7f" <= c < "\xa0" for line in app.lines() for c in line)
        assert app.lines()[0].startswith("[b]x")


@pytest.mark.parametrize("name", ["dim", "warn", "underline", "bold", "blue", "", "no such style"])
async def test_styles_by_name(name: str) -> None:
    async with rows() as (app, pilot):
        app.rows.set_rows([Column("a", 10)], 2, lambda _: (("text", name),))
        await pilot.pause()
        style = app.rows.render_line(2)._segments[0].style
        assert style is not None
        assert bool(style.bold) is (name == "bold")
        assert bool(style.underline) is (name == "underline")
        assert style.bgcolor is not None  # the line API paints no background behind a segment


# -- the cursor


async def test_keys_move_the_cursor_and_tell() -> None:
    async with rows() as (app, pilot):
        assert app.moved == [0]
        for keys, cursor in (
            (["down"], 1), (["j", "j"], 3), (["up"], 2), (["k"], 1), (["pagedown"], 10), (["pageup"], 1),
            (["end"], 29), (["down"], 29), (["home"], 0), (["up"], 0),
        ):  # fmt: skip
            await pilot.press(*keys)
            assert app.rows.cursor == cursor, keys
        assert app.moved[-1] == 0
        await pilot.press("down", "enter")
        await pilot.pause()
        assert app.chosen == [1]


async def test_the_cursor_is_always_visible_and_scrolls_by_half_a_page() -> None:
    async with rows(200) as (app, pilot):
        tops = set()
        for _ in range(60):
            await pilot.press("down")
            top = app.rows.scroll_offset.y
            tops.add(top)
            assert top <= app.rows.cursor < top + 9
        assert len(tops) < 20
        for _ in range(60):
            await pilot.press("up")
            assert app.rows.scroll_offset.y <= app.rows.cursor < app.rows.scroll_offset.y + 9
        assert app.rows.scroll_offset.y == 0


async def test_other_rows_keep_the_cursor_inside() -> None:
    async with rows(30) as (app, pilot):
        await pilot.press("end")
        app.rows.set_rows(COLUMNS, 5, app.cells, cursor=29)
        await pilot.pause()
        assert app.rows.cursor == 4
        app.rows.set_rows(COLUMNS, 0, app.cells, cursor=3)
        assert app.rows.cursor == 0
        app.rows.set_rows(COLUMNS, 5, app.cells, cursor=-2)
        assert app.rows.cursor == 0


async def test_the_mouse_marks_and_opens() -> None:
    async with rows(30) as (app, pilot):
        await pilot.click(RowList, offset=(3, 4))
        assert (app.rows.cursor, app.chosen) == (3, [])
        await pilot.click(RowList, offset=(3, 4))
        await pilot.pause()
        assert app.chosen == [3]
        await pilot.click(RowList, offset=(3, 0))
        assert app.rows.cursor == 3
        await pilot.press("end")
        await pilot.pause()
        await pilot.click(RowList, offset=(3, 1))
        assert app.rows.cursor == app.rows.scroll_offset.y
    async with rows(2) as (app, pilot):
        await pilot.click(RowList, offset=(3, 7))
        assert (app.rows.cursor, app.chosen) == (0, [])


async def test_the_cursor_looks_different_without_the_focus_and_in_other_colours() -> None:
    async with rows() as (app, pilot):
        focused = app.rows.render_line(1)._segments[0].style
        app.screen.set_focus(None)
        await pilot.pause()
        blurred = app.rows.render_line(1)._segments[0].style
        assert focused != blurred
        before = app.rows.render_line(2)._segments[0].style
        app.theme = "textual-light"
        await pilot.pause()
        assert app.rows.render_line(2)._segments[0].style != before


async def test_columns_share_a_new_width() -> None:
    async with rows(30, size=(60, 10)) as (app, pilot):
        await pilot.press("end")
        await pilot.resize_terminal(100, 6)
        await pilot.pause()
        assert all(cell_len(line) == 100 - 1 for line in app.lines())
        assert app.lines()[-1].startswith("row29")
