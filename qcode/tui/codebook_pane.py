"""The codebook beside the transcript: hot keys, colours, how often each code stands here, what is under the cursor."""

from __future__ import annotations

from collections.abc import Mapping

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from qcode.core.codebook import Code, Codebook
from qcode.tui.colours import palette_of
from qcode.tui.safe import cut

__all__ = ["CodebookPane"]


class CodebookPane(ScrollView, can_focus=False):
    """The tree of codes. A click applies a code; keys are the coding screen's."""

    DEFAULT_CSS = """
    CodebookPane {
        width: 36;
        height: 1fr;
        overflow-x: hidden;
        scrollbar-size-vertical: 1;
    }
    """

    class Chosen(Message):
        """A code was clicked."""

        def __init__(self, code: str) -> None:
            super().__init__()
            self.code = code

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._rows: list[tuple[Code, int]] = []
        self._book = Codebook("", "", ())
        self._counts: Mapping[str, int] = {}
        self._here: frozenset[str] = frozenset()

    def show_codebook(self, book: Codebook) -> None:
        """Show another codebook, or this one after a change."""
        self._book = book
        self._rows = list(book.walk())
        self.virtual_size = Size(1, len(self._rows))
        self.refresh()

    def show_state(self, counts: Mapping[str, int], here: frozenset[str]) -> None:
        """Show how often each code stands in the transcript, and which are under the cursor."""
        if counts == self._counts and here == self._here:
            return
        changed = (self._here ^ here) | {c for c in {*counts, *self._counts} if counts.get(c) != self._counts.get(c)}
        self._counts, self._here = dict(counts), here
        for line, (code, _) in enumerate(self._rows):
            if code.id in changed:
                self.refresh_lines(line)

    def render_line(self, y: int) -> Strip:
        """One visible row."""
        look = palette_of(self)
        line = y + self.scroll_offset.y
        width = self.scrollable_content_region.width
        if line >= len(self._rows):
            return Strip.blank(width, look.base)
        code, depth = self._rows[line]
        count = self._counts.get(code.id, 0)
        key = code.hotkey or " "
        name = cut(code.name(), max(4, width - 3 - 2 * depth - 5))
        bold = Style(bold=depth == 0, reverse=code.id in self._here)
        number = f"{count:>4}" if count else "    "
        sign = look.signs[self._book.colour_of(code.id)]
        return Strip(
            [
                Segment(f"{key} ", look.quiet),
                Segment("  " * depth, look.base),
                Segment(name, sign + bold),
                Segment(" " * max(0, width - 2 - 2 * depth - cell_len(name) - 4), look.base),
                Segment(number, look.quiet),
            ]
        ).adjust_cell_length(width, look.base)

    def on_click(self, event: events.Click) -> None:
        """Apply the code that is clicked."""
        line = event.y + self.scroll_offset.y
        if 0 <= line < len(self._rows):
            self.post_message(self.Chosen(self._rows[line][0].id))
