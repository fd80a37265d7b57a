"""A grid of cells with a cursor on one of them: the first columns stay while the others move sideways.

What is not visible is never drawn. Columns move as wholes, so that no number is ever cut in two.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from qcode.tui.colours import Palette
from qcode.tui.rows import Column, Row, RowList, style_of
from qcode.tui.safe import cut

__all__ = ["CellGrid"]

_GAP = 1
_EDGE = 1  # the last cell of a line, where the head says that there is more
_LEAST = 8  # cells that the first column keeps in any window


class CellGrid(RowList):
    """Rows and columns with a cursor on a cell. All columns need a width of their own."""

    DEFAULT_CSS = """
    CellGrid { overflow-x: hidden; }
    """
    STEP: ClassVar[int] = 1

    class Stood(Message):
        """The cursor stands on another cell."""

        def __init__(self, grid: CellGrid) -> None:
            super().__init__()
            self.grid = grid

        @property
        def control(self) -> CellGrid:
            """The grid, for `@on(CellGrid.Stood, "#id")`."""
            return self.grid

    def __init__(self, *, id: str | None = None, nothing: str = "Nothing here yet.") -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id, nothing=nothing)
        self._fixed = 1
        self._left = 1
        self.column = 1

    # -- what is shown

    def set_cells(
        self,
        columns: Sequence[Column],
        count: int,
        row: Callable[[int], Row],
        *,
        fixed: int = 1,
        cursor: int = 0,
        column: int = 0,
    ) -> None:
        """Show other cells: `fixed` columns stay at the left, the cursor moves over the others (as far as any are)."""
        self._fixed = self._left = min(fixed, len(columns))
        self.column = max(self._fixed, min(column, len(columns) - 1))
        self.set_rows(columns, count, row, cursor=cursor)

    @property
    def columns(self) -> Sequence[Column]:
        """All columns."""
        return self._columns

    def texts(self, number: int) -> list[str]:
        """What the cells of a row say."""
        return [cell if isinstance(cell, str) else cell[0] for cell in self._row(number)]

    def _fit(self) -> None:
        super()._fit()
        self._widths = self._cells()
        self._bring_column()

    def _cells(self) -> list[int]:
        """Cells for each column; those that stay at the left get half of the window at most."""
        wanted = [column.width for column in self._columns]
        room = max(_LEAST, self._room() // 2)
        for i in range(self._fixed):
            wanted[i] = max(1, min(wanted[i], room))
            room = max(0, room - wanted[i] - _GAP)
        return wanted

    def _room(self) -> int:
        return max(1, self.scrollable_content_region.width) - _EDGE

    def shown(self) -> list[int]:
        """The columns that are visible now, from left to right."""
        found = list(range(self._fixed))
        room = self._room() - sum(self._widths[i] + _GAP for i in found)
        for i in range(self._left, len(self._columns)):
            room -= self._widths[i]
            if room < 0 and i > self._left:
                break
            found.append(i)
            room -= _GAP
        return found

    def _bring_column(self) -> None:
        """Move the columns so that the one with the cursor is visible: by two thirds of what is shown, not one by one.

        Moving sends the whole grid again, over ssh too.
        """
        number = len(self.shown()) - self._fixed
        if self.column < self._left:
            self._left = max(self._fixed, self.column - 2 * number // 3)
        elif self.column not in self.shown():
            self._left = max(self._left, min(self.column - number // 3, self._furthest()))
        while self._left < self.column and self.column not in self.shown():
            self._left += 1

    def _furthest(self) -> int:
        """How far the columns need to move for the last one to be visible."""
        room = self._room() - sum(self._widths[i] + _GAP for i in range(self._fixed))
        left = len(self._columns)
        while left > self._fixed and room >= self._widths[left - 1]:
            left -= 1
            room -= self._widths[left] + _GAP
        return left

    def _strip(self, row: Row, look: Palette, width: int, *, here: bool = False) -> Strip:
        segments: list[Segment] = []
        head = bool(row) and row[0] == (self._columns[0].title, "head")
        shown = self.shown()
        room = width - _EDGE
        for i in shown:
            cell = row[i]
            text, name = cell if isinstance(cell, tuple) else (cell, "")
            cells = max(0, min(self._widths[i], room))
            style = self._cell_style(i, name, look, here=here, head=head)
            said = cut(text, cells)
            blank = " " * (cells - cell_len(said))
            segments.append(Segment(blank + said if self._columns[i].right else said + blank, style))
            more = head and i == self._fixed - 1 and self._left > self._fixed
            gap = max(0, min(_GAP, room - cells))
            segments.append(Segment(("<" if more else " ") * gap, look.base))
            room -= cells + gap
        strip = Strip(segments).adjust_cell_length(max(0, width - _EDGE), look.base)
        further = head and bool(shown) and shown[-1] < len(self._columns) - 1
        return Strip([*strip, Segment(">" if further else " ", look.base)]).adjust_cell_length(width, look.base)

    def _cell_style(self, column: int, name: str, look: Palette, *, here: bool, head: bool) -> Style:
        style = style_of(name, look)
        if here and column == self.column:
            return look.selected if self.has_focus else look.quiet + Style(reverse=True)
        if name == "bold" or (here and column < self._fixed) or (head and column == self.column):
            style += Style(bold=True)
        return style

    # -- the cursor

    def move_to(self, number: int) -> None:
        """Put the cursor on a row."""
        before = self.cursor
        super().move_to(number)
        if self.cursor != before:
            self.post_message(self.Stood(self))

    def move_column(self, step: int) -> None:
        """Some columns on or back."""
        self.stand_in(self.column + step)

    def page_column(self, step: int) -> None:
        """As many columns on or back as are visible."""
        self.move_column(step * max(1, len(self.shown()) - self._fixed))

    def stand_in(self, column: int) -> None:
        """Put the cursor into a column."""
        column = max(self._fixed, min(column, len(self._columns) - 1))
        if column == self.column or not len(self):
            return
        left, self.column = self._left, column
        self._bring_column()
        self._redraw(whole=left != self._left)
        self.post_message(self.Stood(self))

    def _redraw(self, *, whole: bool) -> None:
        self._strips.clear()  # rows that had the cursor keep its column in their strips
        if whole:
            self.refresh()
        else:
            self.update_row(self.cursor)
            self.refresh(Region(0, 0, self.scrollable_content_region.width, self._head()))

    # -- the mouse

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor there; one more opens the cell."""
        event.prevent_default()  # what every list does with a click
        number = event.y - self._head() + self.scroll_offset.y
        column = self._column_at(event.x)
        if event.y < self._head() or not 0 <= number < len(self) or column is None:
            return
        if number == self.cursor and column == self.column:
            self.action_choose()
            return
        self.move_to(number)
        self.stand_in(column)

    def _column_at(self, x: int) -> int | None:
        """The column at a cell of a line; where it is one of those that stay at the left, the present one."""
        place = 0
        for i in self.shown():
            place += self._widths[i] + _GAP
            if x < place:
                return i if i >= self._fixed else self.column
        return None

    def on_mouse_scroll_right(self, event: events.MouseScrollRight) -> None:
        """The columns move."""
        event.stop()
        self.move_column(self.STEP)

    def on_mouse_scroll_left(self, event: events.MouseScrollLeft) -> None:
        """The columns move."""
        event.stop()
        self.move_column(-self.STEP)
