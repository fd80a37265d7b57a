"""The transcript view: a widget on Textual's Line API that draws only the lines one can see.

It knows texts, turns, marks and the selection; what a key means is the coding screen's business. Lines without
the selection are kept ready in a small cache; an edit drops only the lines that it touched. Scrolling jumps by
two thirds of a page at the edges, which over ssh sends a tenth of what line-by-line scrolling sends.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual import events
from textual.cache import LRUCache
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.timer import Timer

from qcode.core.spans import Span
from qcode.tui.colours import Palette, palette, palette_of
from qcode.tui.lanes import LaneIndex
from qcode.tui.layout import Measure, TextLayout
from qcode.tui.painter import GUTTER, Columns, Mark, Painter, TurnLook
from qcode.tui.selecting import Selection, Walker

__all__ = ["TranscriptView"]

_READY_LINES = 512  # a Strip is large: more of them only feeds the garbage collector
_AHEAD_LINES = 12  # painted ahead at a time: about a millisecond, which no key notices
_AHEAD_PAUSE = 0.01  # seconds between two such pieces of work
_SENTENCE_CLICKS = 2
_UNITS_OF_CLICKS = (_SENTENCE_CLICKS, 3)


class TranscriptView(ScrollView, can_focus=True, inherit_bindings=False):
    """One transcript with its codings. Feed it with `open_text`, then `add_mark` and `remove_mark`.

    It has no keys of its own: a scrolled view's arrow keys would scroll instead of moving the selection.
    """

    DEFAULT_CSS = """
    TranscriptView {
        width: 1fr;
        height: 1fr;
        overflow-x: hidden;
        overflow-y: scroll;
        scrollbar-size-vertical: 1;
    }
    """

    class Moved(Message):
        """The selection changed."""

    class Pointed(Message):
        """The bracket or the label of a mark (by its key) was clicked."""

        def __init__(self, key: int) -> None:
            super().__init__()
            self.key = key

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._measure = Measure("", [])
        self._looks: list[TurnLook] = []
        self._linked: list[Span] = []
        self._noted: list[Span] = []
        self._marks: dict[int, Mark] = {}
        self._ready: LRUCache[int, Strip] = LRUCache(_READY_LINES)
        self._wrapped_for = 0
        self._goal_cell: int | None = None
        self._dragging = False
        self._pointed_at: int | None = None
        self.adjusting = False  # the selection's ends are being moved: the mouse takes the nearer one
        self._ahead: list[int] = []
        self._ahead_timer: Timer | None = None
        self.walker = Walker("", [])
        self.selection = Selection(Span(0, 1))
        self._lay_out(80)

    # -- content

    def open_text(
        self, text: str, turns: Sequence[tuple[int, int, int, bool]], marks: Iterable[Mark], linked: Iterable[Span]
    ) -> None:
        """Show a transcript. `turns` are (start, body, end, quiet) in code points; quiet ones are interviewers'."""
        shown = [(start, body, end, quiet) for start, body, end, quiet in turns if end > start]
        self._measure = Measure(text, [(start, end) for start, _, end, _ in shown])
        self._looks = [TurnLook(start, body, quiet) for start, body, _, quiet in shown]
        self.walker = Walker(text, [(body, end) for _, body, end, _ in shown if end > body])
        self._marks = {mark.key: mark for mark in marks}
        self._linked = list(linked)
        self._noted = []
        self._pointed_at = None
        self._goal_cell = None
        self.selection = self.walker.start()
        self._lay_out(self.size.width or 80)
        self.scroll_to(y=0, animate=False)
        self.refresh()

    def set_marks(self, marks: Iterable[Mark]) -> None:
        """Show other marks on the same text; the selection and the place stay."""
        self._marks = {mark.key: mark for mark in marks}
        self._lay_out(self._wrapped_for)

    def set_links(self, linked: Iterable[Span]) -> None:
        """Show which stretches are linked to a case."""
        self._linked = list(linked)
        self._paint_anew()

    def set_memos(self, noted: Iterable[Span]) -> None:
        """Show on which passages there are memos; nothing is drawn if these are the same."""
        found = list(noted)
        if found != self._noted:
            self._noted = found
            self._paint_anew()

    def _lay_out(self, width: int) -> None:
        """Wrap for a view of that many cells and place all brackets anew."""
        self._wrapped_for = width
        self._columns = Columns.of(width - 1)  # the scrollbar
        self.layout_of_text = TextLayout(self._measure, self._columns.text)
        spans = [(m.key, m.span.start, m.span.end) for m in self._marks.values()]
        self.lanes = LaneIndex(self.layout_of_text, spans)
        self.virtual_size = Size(width - 1, self.layout_of_text.line_count)
        self._paint_anew()

    def _paint_anew(self) -> None:
        self._painter = Painter(
            self.layout_of_text, self.lanes, self._marks.__getitem__, self._looks, self._linked, self._palette(),
            self._columns, self._noted,
        )  # fmt: skip
        self._painter.pointed_at = self._pointed_at
        self._ready.clear()
        self._ahead = []
        if self.is_attached:
            self.refresh()

    def _palette(self) -> Palette:
        if not self.is_attached:
            return palette(dark=True, background="#000000", foreground="#ffffff")
        return palette_of(self)

    def notify_style_update(self) -> None:
        """Colours changed: every line is painted anew."""
        super().notify_style_update()
        self._paint_anew()

    def on_resize(self, event: events.Resize) -> None:
        """Wrap for the new width; the selection stays in view."""
        if event.size.width and event.size.width != self._wrapped_for:
            self._lay_out(event.size.width)
        self.call_after_refresh(self.show_selection)

    # -- marks

    def mark(self, key: int) -> Mark | None:
        """A mark by its key."""
        return self._marks.get(key)

    def marks_at(self, span: Span) -> list[Mark]:
        """Marks that overlap a stretch; inner ones last."""
        return [self._marks[key] for key in self.lanes.spans_on(*span)]

    def point_at(self, key: int | None) -> None:
        """Let one mark stand out among others, or none."""
        if key == self._pointed_at:
            return
        before, self._pointed_at = self._pointed_at, key
        self._painter.pointed_at = key
        for one in (before, key):
            if one in self._marks and one is not None:
                self._touch(self.lanes.lines_of(one))

    def spoken_turns(self) -> list[Span]:
        """What participants say, turn by turn: neither labels nor interviewers' turns."""
        ends = {look.body: look.quiet for look in self._looks}
        return [turn for turn in self.walker.turns if turn.length and not ends.get(turn.start, False)]

    def is_quiet(self, span: Span) -> bool:
        """Whether a stretch lies wholly in one interviewer's turn."""
        layout = self.layout_of_text
        first, last = (layout.turn_of_line(layout.line_of(position)) for position in (span.start, span.end - 1))
        return bool(self._looks) and first == last and self._looks[first].quiet

    def all_marks(self) -> list[Mark]:
        """All marks, in the order of the text."""
        return sorted(self._marks.values(), key=lambda m: (m.span, m.key))

    def add_mark(self, mark: Mark) -> None:
        """Show one more mark; only its lines are drawn again."""
        self.remove_mark(mark.key)
        self._marks[mark.key] = mark
        first, last = self.layout_of_text.line_range(*mark.span)
        self._touch(self.lanes.add(mark.key, *mark.span, first, last))

    def remove_mark(self, key: int) -> None:
        """Take a mark out, if it is there."""
        if key in self._marks:
            lines = self.lanes.remove(key)
            del self._marks[key]
            self._touch(lines)

    def _touch(self, lines: range) -> None:
        for line in lines if len(lines) < _READY_LINES else list(self._ready.keys()):
            self._ready.discard(line)
        self.refresh_lines(lines.start, len(lines))

    # -- drawing

    def render_line(self, y: int) -> Strip:
        """One visible row."""
        line = y + self.scroll_offset.y
        width = self.size.width
        if line >= self.layout_of_text.line_count:
            return Strip.blank(width, self._palette().base)
        first, last = self._selected_lines()
        if first <= line <= last:
            return self._strip(line, self.selection.span)
        strip = self._ready.get(line)
        if strip is None:
            strip = self._strip(line, None)
            self._ready.set(line, strip)
        return strip

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """The window moved: paint the pages beside it while nobody presses a key."""
        super().watch_scroll_y(old_value, new_value)
        height, top = self.size.height, round(new_value)
        beside = [*range(top + height, top + 2 * height), *range(top - height, top)]
        # The last is taken first: the next page is what most will ask for.
        self._ahead = [n for n in reversed(beside) if 0 <= n < self.layout_of_text.line_count and n not in self._ready]
        self._wait_to_paint_ahead()

    def _wait_to_paint_ahead(self) -> None:
        if self._ahead_timer is None and self._ahead and self.is_attached:
            self._ahead_timer = self.set_timer(_AHEAD_PAUSE, self._paint_ahead)

    def _paint_ahead(self) -> None:
        self._ahead_timer = None
        for _ in range(min(_AHEAD_LINES, len(self._ahead))):
            line = self._ahead.pop()
            if line < self.layout_of_text.line_count and line not in self._ready:
                self._ready.set(line, self._strip(line, None))
        self._wait_to_paint_ahead()

    def _strip(self, line: int, selected: Span | None) -> Strip:
        # The painter fills its columns to the cell, so the length need not be measured again.
        return Strip(self._painter.line(line, selected), self._columns.total).adjust_cell_length(self.size.width)

    def _selected_lines(self) -> tuple[int, int]:
        return self.layout_of_text.line_range(*self.selection.span)

    # -- selection

    def select(self, selection: Selection, *, keep_goal: bool = False) -> None:
        """Change the selection, draw the lines that differ, and keep its moving end in view."""
        if not keep_goal:
            self._goal_cell = None
        if selection == self.selection:
            return
        before = self._selected_lines()
        self.selection = selection
        after = self._selected_lines()
        if before[0] <= after[1] and after[0] <= before[1]:
            self.refresh_lines(min(before[0], after[0]), max(before[1], after[1]) - min(before[0], after[0]) + 1)
        else:
            self.refresh_lines(before[0], before[1] - before[0] + 1)
            self.refresh_lines(after[0], after[1] - after[0] + 1)
        self.show_selection()
        self.post_message(self.Moved())

    def select_span(self, span: Span) -> None:
        """Select a stretch."""
        self.select(Selection(span))

    def show_selection(self) -> None:
        """Scroll, by a jump, so that the moving end can be seen."""
        height = max(1, self.size.height)
        line = self.layout_of_text.line_of(self.selection.head)
        top = self.scroll_offset.y
        if line < top:
            self.scroll_to(y=max(0, line - 2 * height // 3), animate=False, immediate=True)
        elif line >= top + height:
            self.scroll_to(y=line - height // 3, animate=False, immediate=True)

    def move_line(self, step: int) -> None:
        """Select the word `step` lines further, at the cell where vertical movement began."""
        layout = self.layout_of_text
        head = self.selection.span.start if not self.selection.anchored else self.selection.head
        here = layout.line_of(head)
        if self._goal_cell is None:
            self._goal_cell = layout.cell_of(head)
        line = min(layout.line_count - 1, max(0, here + step))
        # A blank line between turns holds nothing to select.
        while 0 < line < layout.line_count - 1 and layout.line_cells(line) == 0:
            line += 1 if step > 0 else -1
        position = layout.position_at(line, self._goal_cell)
        start, end = layout.line_span(line)
        chosen = self.walker.to_position(self.selection, min(position, max(start, end - 1)))
        self.select(chosen, keep_goal=True)

    def page_lines(self) -> int:
        """How many lines a page key moves."""
        return max(1, self.size.height - 2)

    # -- mouse

    def _position_of(self, event: events.MouseEvent) -> int | None:
        line = event.y + self.scroll_offset.y
        cell = event.x - GUTTER
        if line >= self.layout_of_text.line_count or cell >= self._columns.text:
            return None
        start, end = self.layout_of_text.line_span(line)
        return min(self.layout_of_text.position_at(line, max(0, cell)), max(start, end - 1))

    def _mark_of(self, event: events.MouseEvent) -> int | None:
        line = event.y + self.scroll_offset.y
        return self._painter.mark_at(line, event.x) if line < self.layout_of_text.line_count else None

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Select the word that is pointed at; while a coding is adjusted, move its nearer end there."""
        position = self._position_of(event)
        if position is None:
            return
        if self.adjusting:
            span = self.selection.span
            forward = abs(position - span.end) < abs(position - span.start)
            grasped = Selection(span, forward, anchored=True)
            self.select(self.walker.to_position(grasped, position, extend=True))
        else:
            self.select(Selection(self.walker.word(position)))
        self._dragging = True
        self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Stretch the selection while the button is held."""
        position = self._position_of(event) if self._dragging else None
        if position is not None:
            self.select(self.walker.to_position(self.selection, position, extend=True))

    def on_mouse_up(self, _event: events.MouseUp) -> None:
        """Let go."""
        self._dragging = False
        self.release_mouse()

    def on_click(self, event: events.Click) -> None:
        """In the text, two clicks take the sentence and three the turn; in the margin one click takes a coding."""
        if self._position_of(event) is None:
            key = self._mark_of(event)
            if key is not None:
                self.post_message(self.Pointed(key))
        elif not self.adjusting and event.chain in _UNITS_OF_CLICKS:
            unit = self.walker.sentence if event.chain == _SENTENCE_CLICKS else self.walker.turn
            self.select(unit(self.selection))
