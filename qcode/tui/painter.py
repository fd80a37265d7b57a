"""One line of the transcript view as segments: gutter, text with codings and selection, brackets, labels.

Pure but for rich's Segment and Style. The text is cut where a coding, the selection or a suggestion begins or
ends; each piece gets one style from a small cache. Nothing here looks at more than one line.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from qcode.core.spans import Span
from qcode.tui.colours import Palette
from qcode.tui.lanes import LaneIndex
from qcode.tui.layout import TextLayout
from qcode.tui.safe import cut

__all__ = ["GUTTER", "Columns", "Mark", "Painter", "TurnLook"]

GUTTER = 5
_SIGNS = {"top": "┌", "middle": "│", "bottom": "└", "single": "▪"}
_SUGGESTED = {"top": "┆", "middle": "┆", "bottom": "┆", "single": "┆"}
_HIDDEN_LANES = "+"
_STILL_HIDDEN = "·"
_MOST_COUNTED = 9  # one cell for the number
_BESIDE = {(False, False): " ", (True, False): "│", (False, True): "m", (True, True): "M"}  # linked to a case; a memo
_SHORTEST_LABEL = 8  # cells; a label cut shorter than this says less than a number


@dataclass(frozen=True, slots=True)
class Mark:
    """What stands on a stretch: a coding (positive key) or a suggestion (negative), its code, family and label.

    `flagged`: its coder wants to look at it again, or to quote it; the label says so too.
    """

    key: int
    span: Span
    code: str
    family: str
    label: str
    mine: bool = True
    flagged: bool = False

    @property
    def suggested(self) -> bool:
        """Whether it is a suggestion and no coding."""
        return self.key < 0


@dataclass(frozen=True, slots=True)
class TurnLook:
    """How a turn looks: the label ends and the words begin at `body`; `quiet` for interviewers; `linked` to a case."""

    start: int
    body: int
    quiet: bool


@dataclass(frozen=True, slots=True)
class Columns:
    """Widths in cells: the text, the bracket lanes, the labels."""

    text: int
    lanes: int
    labels: int

    @classmethod
    def of(cls, width: int) -> Columns:
        """Shares of a view that is `width` cells wide: the text keeps at least half."""
        lanes = 3 if width < 100 else 6
        labels = max(8, min(30, width // 4))
        return cls(max(8, width - GUTTER - lanes - labels - 2), lanes, labels)

    @property
    def total(self) -> int:
        """Cells of a whole line, gutter and gaps included."""
        return GUTTER + self.text + 1 + self.lanes + 1 + self.labels


class _Look(NamedTuple):
    """What decides the style of a piece of text."""

    family: str
    several: bool
    suggested: bool
    chosen: bool
    quiet: bool
    pointed: bool


class Painter:
    """Paints lines of one transcript. `pointed_at` is the key of the mark that stands out among others, if one does."""

    def __init__(
        self,
        layout: TextLayout,
        lanes: LaneIndex,
        marks: Callable[[int], Mark],
        turns: Sequence[TurnLook],
        linked: Sequence[Span],
        palette: Palette,
        columns: Columns,
        noted: Sequence[Span] = (),
    ) -> None:
        self._layout = layout
        self._lanes = lanes
        self._marks = marks
        self._turns = turns
        self._linked = linked
        self._noted = {layout.line_of(span.start) for span in noted}  # lines on which a passage with a memo begins
        self._palette = palette
        self._columns = columns
        self._styles: dict[_Look, Style] = {}
        self.pointed_at: int | None = None

    def line(self, line: int, selected: Span | None) -> list[Segment]:
        """The segments of one line; `selected` is drawn over everything else."""
        start, end = self._layout.line_span(line)
        turn = self._turns[self._layout.turn_of_line(line)] if self._turns else TurnLook(0, 0, quiet=False)
        keys = self._lanes.spans_on(start, end) if end > start else []
        segments = [self._gutter(line, start, end)]
        segments += self._text(line, start, end, turn, [self._marks(k) for k in keys], selected)
        segments += self._margin(line)
        return segments

    def _gutter(self, line: int, start: int, end: int) -> Segment:
        turn = self._layout.turn_of_line(line)
        number = f"{turn + 1:>{GUTTER - 2}}" if self._layout.first_line_of_turn(turn) == line else " " * (GUTTER - 2)
        linked = any(s.start < end and start < s.end for s in self._linked)
        sign = _BESIDE[linked, line in self._noted]
        return Segment(f"{number}{sign} "[:GUTTER], self._palette.gutter)

    def _text(
        self, line: int, start: int, end: int, turn: TurnLook, marks: list[Mark], selected: Span | None
    ) -> list[Segment]:
        shown = self._layout.display_text(line)
        cuts = {start, end}
        spans = [m.span for m in marks]
        if selected is not None:
            spans.append(selected)
        if turn.start < turn.body:
            spans.append(Span(turn.start, turn.body))
        for span in spans:
            cuts.update(p for p in span if start < p < end)
        segments: list[Segment] = []
        begun, before = start, None
        for edge in sorted(cuts):
            style = None
            if edge < end:
                chosen = selected is not None and selected.start <= edge < selected.end
                style = self._style([m for m in marks if m.span.start <= edge < m.span.end], turn, edge, chosen=chosen)
            # Where a coding ends inside others nothing may change: one segment for each run of one style.
            if before is not None and style is not before:
                segments.append(Segment(shown[begun - start : edge - start], before))
                begun = edge
            before = style
        blank = self._columns.text - cell_len(shown)
        if blank > 0:
            segments.append(Segment(" " * blank, self._palette.base))
        return segments

    def _style(self, marks: list[Mark], turn: TurnLook, position: int, *, chosen: bool) -> Style:
        codings = [m for m in marks if m.key > 0]
        family = codings[-1].family if codings else ""
        label = turn.start <= position < turn.body
        pointed = self.pointed_at is not None and any(m.key == self.pointed_at for m in marks)
        look = _Look(family, len(codings) > 1, len(marks) > len(codings), chosen, label or turn.quiet, pointed)
        style = self._styles.get(look)
        if style is None:
            style = self._styles[look] = self._mixed(look)
        return style

    def _mixed(self, look: _Look) -> Style:
        palette = self._palette
        style = palette.tints[look.family] if look.family else palette.quiet if look.quiet else palette.base
        if look.several:
            style += Style(underline=True)
        if look.suggested:
            style += Style(underline=True, italic=True)
        if look.pointed:
            style += Style(bold=True, italic=True, underline=True)
        if look.chosen:
            style += palette.selected
        return style

    def _margin(self, line: int) -> list[Segment]:
        columns, base = self._columns, self._palette.base
        signs: list[tuple[str, Style]] = [(" ", base)] * columns.lanes
        labels: list[Mark] = []
        hidden, begins = 0, False
        for lane, key, part in self._lanes.lanes_on_line(line):
            mark = self._marks(key)
            if lane < columns.lanes:
                signs[lane] = (self._sign(mark, part), self._sign_style(mark))
            else:
                hidden += 1
                begins = begins or part in ("top", "single")
            if part in ("top", "single"):
                labels.append(mark)
        beside = (" ", base)
        if begins:
            # Where codings without a lane begin, so many are hidden; further down that would be a column of signs.
            signs[-1] = (_HIDDEN_LANES, self._palette.quiet)
            beside = (str(hidden) if hidden <= _MOST_COUNTED else "…", self._palette.quiet)
        elif hidden and signs[-1][0] == " ":
            signs[-1] = (_STILL_HIDDEN, self._palette.quiet)
        pieces = [(" ", base), *signs, beside]
        # One segment for each run of one style: segments are what drawing a line costs.
        runs = [Segment("".join(sign for sign, _ in run), style) for style, run in groupby(pieces, key=itemgetter(1))]
        return [*runs, *self._labels(labels)]

    @staticmethod
    def _sign(mark: Mark, part: str) -> str:
        return (_SUGGESTED if mark.suggested else _SIGNS)[part]

    def _sign_style(self, mark: Mark) -> Style:
        style = self._palette.quiet if mark.suggested else self._palette.signs[mark.family]
        return style + Style(bold=True, reverse=True) if mark.key == self.pointed_at else style

    def mark_at(self, line: int, cell: int) -> int | None:
        """The key of the mark whose bracket or label is shown in a cell of the margin (0: the leftmost of the line)."""
        columns = self._columns
        lane, place = cell - GUTTER - columns.text - 1, cell - columns.total + columns.labels
        marks = self._lanes.lanes_on_line(line)
        if 0 <= lane < columns.lanes:
            return next((key for at, key, _ in marks if at == lane), None)
        if place < 0:
            return None
        begun = [self._marks(key) for _, key, part in marks if part in ("top", "single")]
        for number, segment in enumerate(self._labels(begun)[: 2 * len(begun)]):
            place -= cell_len(segment.text)
            if place < 0:
                # Labels and the blanks after them take turns; what is left over is counted in one sign at the end.
                shown = number % 2 == 0 and not segment.text.startswith(_HIDDEN_LANES)
                return begun[number // 2].key if shown else None
        return None

    def _labels(self, marks: list[Mark]) -> list[Segment]:
        room = self._columns.labels
        segments: list[Segment] = []
        for number, mark in enumerate(marks):
            rest = len(marks) - number - 1
            space = room - len(f" +{rest}") if rest else room
            if cell_len(mark.label) > space and number and (rest or room < _SHORTEST_LABEL):
                segments.append(Segment(f"+{rest + 1}", self._palette.quiet))
                room -= len(f"+{rest + 1}")
                break
            # The first one is shown in any case, cut if need be, beside the number of those that do not fit.
            text = cut(mark.label, space)
            segments.append(Segment(text, self._sign_style(mark)))
            room -= cell_len(text)
            if room <= 0:
                break
            segments.append(Segment(" ", self._palette.base))
            room -= 1
        if room > 0:
            segments.append(Segment(" " * room, self._palette.base))
        return segments
