"""What is selected, and how keys change it. A selection always exists, so that one key can code.

Pure: texts and spans, no widget. Positions are code points, half-open. Movement looks at the neighbourhood
only, never at the whole text: it runs on every key press.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from qcode.core.spans import Span
from qcode.core.units import clauses, next_word, previous_word, sentence_at, word_at

__all__ = ["Selection", "Walker"]

_CLAUSE_LOOK = 2000  # a sentence longer than this is not cut into clauses


@dataclass(frozen=True, slots=True)
class Selection:
    """A selected stretch; `forward` says that the end moves when it is extended, `anchored` that moving extends."""

    span: Span
    forward: bool = True
    anchored: bool = False

    @property
    def head(self) -> int:
        """A position inside the unit at the moving end."""
        return self.span.end - 1 if self.forward else self.span.start


class Walker:
    """Moves selections over one transcript. `turns` are the spoken bodies, in order, none empty."""

    def __init__(self, text: str, turns: Sequence[tuple[int, int]]) -> None:
        self.text = text
        self.turns = [Span(*turn) for turn in turns] or [Span(0, len(text))]
        self._starts = [turn.start for turn in self.turns]

    def turn_number(self, position: int) -> int:
        """Index of the turn that holds the position, or the one before it."""
        return max(0, bisect_right(self._starts, position) - 1)

    def turn_at(self, position: int) -> Span:
        """The turn that holds the position, or the one before it."""
        return self.turns[self.turn_number(position)]

    def word(self, position: int) -> Span:
        """The word at a position of a turn; between words the one before, else the next.

        Outside the turns, on a speaker's label or a blank line, it is the first word of the next turn.
        """
        number = self.turn_number(position)
        turn = self.turns[number]
        if position >= turn.end and number + 1 < len(self.turns):
            turn = self.turns[number + 1]
        position = min(max(position, turn.start), max(turn.start, turn.end - 1))
        found = word_at(self.text, position, *turn)
        if found.length:
            return found
        near = previous_word(self.text, position, *turn) or next_word(self.text, position, *turn)
        return near or Span(position, position + 1)

    def _word_after(self, position: int) -> Span | None:
        """The first word of a turn that starts after a position; speakers' labels are passed over."""
        number = self.turn_number(position)
        found = next_word(self.text, position, self.turns[number].start, self.turns[number].end)
        if found is not None:
            return found
        return self.word(self.turns[number + 1].start) if number + 1 < len(self.turns) else None

    def _word_before(self, position: int) -> Span | None:
        """The last word of a turn that starts before a position; speakers' labels are passed over."""
        number = self.turn_number(position)
        found = previous_word(self.text, position, *self.turns[number])
        if found is not None:
            return found
        return self.word(self.turns[number - 1].end - 1) if number else None

    def start(self) -> Selection:
        """The first word of the first turn."""
        return Selection(self.word(self.turns[0].start))

    def _reach(self, selection: Selection, word: Span, *, extend: bool) -> Selection:
        """Select the word; or, extending, stretch the moving end to it (across the fixed end if need be)."""
        if not (extend or selection.anchored):
            return Selection(word)
        if selection.forward:
            if word.end > selection.span.start:
                return replace(selection, span=Span(selection.span.start, word.end))
            fixed = self.word(selection.span.start)
            return replace(selection, span=Span(word.start, fixed.end), forward=False)
        if word.start < selection.span.end:
            return replace(selection, span=Span(word.start, selection.span.end))
        fixed = self.word(selection.span.end - 1)
        return replace(selection, span=Span(fixed.start, word.end), forward=True)

    def by_word(self, selection: Selection, step: int, *, extend: bool = False) -> Selection:
        """One word on (`step` 1) or back (-1); stays where there is none."""
        extending = extend or selection.anchored
        if step > 0:
            # A word starts after `edge` at the earliest: the last code point that is still inside.
            edge = selection.head if extending else selection.span.end - 1
            word = self._word_after(edge)
        else:
            edge = self.word(selection.head).start if extending else selection.span.start
            word = self._word_before(edge)
        return selection if word is None else self._reach(selection, word, extend=extend)

    def to_position(self, selection: Selection, position: int, *, extend: bool = False) -> Selection:
        """The word at a position."""
        return self._reach(selection, self.word(position), extend=extend)

    def by_sentence(self, selection: Selection, step: int) -> Selection:
        """Extend the moving end to the end of this sentence or the next one (back: to its beginning)."""
        forward = step > 0
        here = selection if selection.forward == forward else replace(selection, forward=forward)
        turn = self.turn_at(here.head)
        sentence = sentence_at(self.text, *turn, here.head)
        if forward:
            end = sentence.end
            if end <= here.span.end:
                word = self._word_after(here.span.end - 1)
                if word is None:
                    return here
                end = sentence_at(self.text, *self.turn_at(word.start), word.start).end
            return replace(here, span=Span(here.span.start, end))
        start = sentence.start
        if start >= here.span.start:
            word = self._word_before(here.span.start)
            if word is None:
                return here
            start = sentence_at(self.text, *self.turn_at(word.start), word.start).start
        return replace(here, span=Span(start, here.span.end))

    def move_boundary(self, selection: Selection, unit: str, step: int) -> Selection:
        """The moving end by one unit (word, sentence or turn) on or back, never across the fixed end.

        An end stops where units end, a beginning where they begin; it stays where there is no further one.
        """
        start, end = selection.span
        forward = selection.forward
        edge = end if forward else start
        found = self._edge_after(edge, unit, end=forward) if step > 0 else self._edge_before(edge, unit, end=forward)
        if found is None or not (found > start if forward else found < end):
            return selection
        return replace(selection, span=Span(start, found) if forward else Span(found, end))

    def _edge_after(self, position: int, unit: str, *, end: bool) -> int | None:
        """Where the first unit ends (or begins) after a position."""
        word = self._word_at_or_after(position)
        while word is not None:
            here = self._unit(word.start, unit)
            edge = here.end if end else here.start
            if edge > position:
                return edge
            word = self._word_after(here.end - 1)
        return None

    def _edge_before(self, position: int, unit: str, *, end: bool) -> int | None:
        """Where the last unit ends (or begins) before a position."""
        word: Span | None = self.word(max(0, position - 1))
        while word is not None:
            here = self._unit(word.start, unit)
            edge = here.end if end else here.start
            if edge < position:
                return edge
            word = self._word_before(here.start)
        return None

    def _word_at_or_after(self, position: int) -> Span | None:
        here = self.word(position)
        return here if here.end > position else self._word_after(position)

    def by_turn(self, selection: Selection, step: int) -> Selection:
        """The first word of the next turn; back: of this turn, or of the one before if already there.

        An anchored selection grows or shrinks by turns instead.
        """
        if selection.anchored:
            return self.move_boundary(selection, "turn", step)
        number = self.turn_number(selection.span.start)
        first = self.word(self.turns[number].start)
        if step < 0 and selection.span.start > first.start:
            number += 1
        target = self.turns[min(len(self.turns) - 1, max(0, number + step))]
        return Selection(self.word(target.start))

    def sentence(self, selection: Selection) -> Selection:
        """All sentences that the selection touches."""
        return Selection(self._hull(selection.span, "sentence"))

    def turn(self, selection: Selection) -> Selection:
        """All turns that the selection touches."""
        return Selection(self._hull(selection.span, "turn"))

    def _unit(self, position: int, unit: str) -> Span:
        turn = self.turn_at(position)
        if unit == "turn":
            return turn
        if unit == "word":
            return self.word(position)
        sentence = sentence_at(self.text, *turn, position)
        if unit == "clause" and 0 < sentence.length <= _CLAUSE_LOOK:
            for clause in clauses(self.text, *sentence):
                if position < clause.end:
                    return clause
        return sentence

    def _hull(self, span: Span, unit: str) -> Span:
        return self._unit(span.start, unit).hull(self._unit(span.end - 1, unit))

    def grow(self, selection: Selection) -> Selection:
        """The next larger unit: word, clause, sentence, turn."""
        for unit in ("word", "clause", "sentence", "turn"):
            larger = self._hull(selection.span, unit)
            if larger.contains(selection.span) and larger != selection.span:
                return Selection(larger)
        return selection

    def shrink(self, selection: Selection) -> Selection:
        """The next smaller unit at the beginning of the selection."""
        for unit in ("turn", "sentence", "clause", "word"):
            smaller = self._unit(selection.span.start, unit)
            if smaller.length and smaller != selection.span and selection.span.contains(smaller):
                return Selection(smaller)
        return selection

    def collapse(self, selection: Selection) -> Selection:
        """The word at the moving end, no longer anchored."""
        return Selection(self.word(selection.head))
