"""A list of rows in columns, over any number of rows: only what is visible is drawn.

Textual's own table takes 1.2 s for ten thousand rows and 40 to 60 ms for a page; this one asks for a row when
it is drawn, and keeps the strips that it drew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.cache import LRUCache
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from qcode.tui.colours import Palette, palette_of
from qcode.tui.commands import bindings
from qcode.tui.safe import cut

__all__ = ["Cell", "Column", "Row", "RowList", "style_of", "widths"]

Cell = str | tuple[str, str]
"""Text, or text with a style: `bold`, `dim`, `warn`, `underline`, or the name of a colour family."""

Row = Sequence[Cell]
"""The cells of a row, one for each column; a single cell in a list of several columns takes the whole width."""

_KEPT = 512
_GAP = 1


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `width` 0 takes a share of the room that is left, by `share`.

    Where the window is narrow, the columns with the highest `drop` go first; 0 never goes.
    """

    title: str
    width: int = 0
    right: bool = False
    drop: int = 0
    share: int = 1
    least: int = 12
    glued: bool = False

    @property
    def gap(self) -> int:
        """The blank cells after it; none where what follows is `glued` to it."""
        return 0 if self.glued else _GAP


def widths(columns: Sequence[Column], room: int) -> list[int]:
    """Cells for each column in that much room; 0 for those that are left out.

    >>> widths([Column("a", 4), Column("b"), Column("c", 10, drop=1)], 20)
    [4, 15, 0]
    """
    kept = list(range(len(columns)))

    def needed() -> int:
        return sum(columns[i].width or columns[i].least for i in kept) + gaps()

    def gaps() -> int:
        return sum(columns[i].gap for i in kept[:-1])

    while needed() > room and any(columns[i].drop for i in kept):
        kept.remove(max(kept, key=lambda i: (columns[i].drop, i)))
    found = [columns[i].width if i in kept else 0 for i in range(len(columns))]
    flexible = [i for i in kept if not columns[i].width]
    left = max(0, room - sum(found) - gaps())
    shares = sum(columns[i].share for i in flexible)
    for i in flexible:
        found[i] = left * columns[i].share // shares
    if flexible:
        found[flexible[0]] += left - sum(found[i] for i in flexible)
    return found


class RowList(ScrollView, can_focus=True, inherit_bindings=False):
    """Rows in columns with a cursor. `row(i)` gives the cells of a row when it is drawn."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("list")
    DEFAULT_CSS = """
    RowList { height: 1fr; overflow-x: hidden; scrollbar-size-vertical: 1; }
    """

    class Moved(Message):
        """The cursor stands on another row."""

        def __init__(self, rows: RowList, number: int) -> None:
            super().__init__()
            self.rows = rows
            self.number = number

        @property
        def control(self) -> RowList:
            """The list, for `@on(RowList.Moved, "#id")`."""
            return self.rows

    class Chosen(Message):
        """A row was opened, by Enter or by a click on the row under the cursor."""

        def __init__(self, rows: RowList, number: int) -> None:
            super().__init__()
            self.rows = rows
            self.number = number

        @property
        def control(self) -> RowList:
            """The list, for `@on(RowList.Chosen, "#id")`."""
            return self.rows

    def __init__(self, *, id: str | None = None, nothing: str = "Nothing here yet.") -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._nothing = nothing
        self._columns: Sequence[Column] = ()
        self._count = 0
        self._row: Callable[[int], Row] = lambda _: ()
        self._widths: list[int] = []
        self._palette: Palette | None = None
        self._strips: LRUCache[tuple[int, bool], Strip] = LRUCache(_KEPT)
        self.cursor = 0

    # -- what is shown

    def set_rows(
        self, columns: Sequence[Column], count: int, row: Callable[[int], Row], *, cursor: int = 0, nothing: str = ""
    ) -> None:
        """Show other rows; `row` is asked for the cells of a row by its number from 0, only when it is drawn."""
        self._columns, self._count, self._row = columns, count, row
        self._nothing = nothing or self._nothing
        self.cursor = max(0, min(cursor, count - 1))
        self._fit()
        self._keep_in_view()
        self.post_message(self.Moved(self, self.cursor))

    def update_row(self, number: int) -> None:
        """A row has changed: draw it again."""
        for here in (True, False):
            self._strips.discard((number, here))
        self._refresh_row(number)

    def __len__(self) -> int:
        """The number of rows."""
        return self._count

    def __bool__(self) -> bool:
        """A widget is there, with or without rows."""
        return True

    def _fit(self) -> None:
        self._strips.clear()
        self._widths = widths(self._columns, max(1, self.scrollable_content_region.width))
        self.virtual_size = Size(1, self._count + self._head())
        self.refresh()

    def _head(self) -> int:
        return 1 if any(column.title for column in self._columns) else 0

    def on_resize(self) -> None:
        """Columns share the new width."""
        self._fit()
        self._keep_in_view()

    def notify_style_update(self) -> None:
        """Other colours: nothing drawn before can be kept."""
        super().notify_style_update()
        self._palette = None
        self._strips.clear()

    def on_focus(self) -> None:
        """The cursor looks different with the focus."""
        self._strips.clear()

    on_blur = on_focus

    def render_line(self, y: int) -> Strip:
        """One visible line: the head, which does not scroll, or a row."""
        # The colours are worked out from all that the list stands in: too slow to do for every line.
        look = self._palette = self._palette or palette_of(self)
        width = self.scrollable_content_region.width
        if y == 0 and self._head():
            titles: Row = [(column.title, "head") for column in self._columns]
            return self._strip(titles, look, width)
        number = y - self._head() + self.scroll_offset.y
        if number >= self._count:
            if self._count == 0 and number == 0:
                return Strip([Segment(f" {cut(self._nothing, width - 1)}", look.quiet)]).adjust_cell_length(
                    width, look.base
                )
            return Strip.blank(width, look.base)
        key = (number, number == self.cursor)
        strip = self._strips.get(key)
        if strip is None or strip.cell_length != width:
            strip = self._strip(self._row(number), look, width, here=number == self.cursor)
            self._strips[key] = strip
        return strip

    def _strip(self, row: Row, look: Palette, width: int, *, here: bool = False) -> Strip:
        base = (look.selected if self.has_focus else look.quiet + Style(reverse=True)) if here else look.base
        if len(row) == 1 and len(self._columns) > 1:
            text, name = row[0] if isinstance(row[0], tuple) else (row[0], "")
            style = base if here else style_of(name, look)
            return Strip([Segment(cut(text, width), style + Style(bold=name == "bold"))]).adjust_cell_length(
                width, base
            )
        segments: list[Segment] = []
        length = 0
        for column, cells, cell in zip(self._columns, self._widths, row, strict=False):
            if not cells:
                continue
            text, name = cell if isinstance(cell, tuple) else (cell, "")
            shown = cut(text, cells)
            blank = " " * (cells - cell_len(shown))
            style = base if here else style_of(name, look)
            if name in ("bold", "head"):
                style += Style(bold=True)
            segments.append(Segment(blank + shown if column.right else shown + blank, style))
            segments.append(Segment(" " * column.gap, base))
            length += cells + column.gap
        return Strip(segments, length).adjust_cell_length(width, base)

    # -- the cursor

    def move_to(self, number: int) -> None:
        """Put the cursor on a row."""
        number = max(0, min(number, self._count - 1))
        if number == self.cursor or not self._count:
            return
        before, self.cursor = self.cursor, number
        self._refresh_row(before)
        self._refresh_row(number)
        self._keep_in_view()
        self.post_message(self.Moved(self, number))

    def _refresh_row(self, number: int) -> None:
        self.refresh_lines(number + self._head())

    def _page(self) -> int:
        return max(1, self.scrollable_content_region.height - self._head())

    def _keep_in_view(self) -> None:
        """Scroll by half a page at the edges: line by line would send each page again, over ssh too."""
        page, top = self._page(), self.scroll_offset.y
        if self.cursor < top:
            target = max(0, min(self.cursor, top - page // 2))
        elif self.cursor >= top + page:
            target = max(self.cursor - page + 1, min(self.cursor, top + page // 2))
        else:
            return
        self.scroll_to(y=target, animate=False)

    def action_move(self, step: int) -> None:
        """Some rows on or back."""
        self.move_to(self.cursor + step)

    def action_page(self, step: int) -> None:
        """A page on or back."""
        self.move_to(self.cursor + step * self._page())

    def action_edge(self, end: int) -> None:
        """The first or the last row."""
        self.move_to(self._count - 1 if end else 0)

    def action_choose(self) -> None:
        """Open the row."""
        if self._count:
            self.post_message(self.Chosen(self, self.cursor))

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor there; one more opens the row."""
        number = event.y - self._head() + self.scroll_offset.y
        if event.y < self._head() or not 0 <= number < self._count:
            return
        if number == self.cursor:
            self.action_choose()
        else:
            self.move_to(number)


def style_of(name: str, look: Palette) -> Style:
    """The style that a cell names."""
    if name in ("dim", "head"):
        return look.quiet
    if name == "warn":
        return look.signs["orange"]
    if name == "underline":
        return look.base + Style(underline=True)
    return look.signs.get(name, look.base)
