"""Where every character of a transcript stands on the screen: lines, cells, and the way back.

Pure: no widget, no screen, no clock. A `Measure` holds what does not depend on the width of the window (the width
of every character, where a line may break, the paragraphs); it is made once for a transcript. A `TextLayout` wraps
it to one width and is made anew at every resize, which costs tens of milliseconds on two million characters.

Everything is measured as `qcode.core.text.display_safe` shows it. No joiner or variation selector is left there,
so the width of each character is known alone, and a transcript can be measured by one table look-up a character.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from rich.cells import get_character_cell_size

from qcode.core.text import display_safe

__all__ = ["MINIMUM_WIDTH", "Measure", "TextLayout"]

MINIMUM_WIDTH = 4

# What a character is to a line break. An ordinary character is WORD when narrow and WIDE when wide.
_BLANK, _WORD, _WIDE, _OPEN, _BRACKET, _QUOTE, _CLOSE, _POINT, _JOINER, _GLUE, _ZERO = range(11)

_BLANKS = " \t\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u205f"
_CLASS_OF = {
    **dict.fromkeys(_BLANKS, _BLANK),
    **dict.fromkeys("（［｛【《〈「『〔〖〘〚〝﹁﹃＜", _OPEN),
    **dict.fromkeys("([{„‚", _BRACKET),
    # In Chinese and English these two open; in German they close, and a blank follows.
    **dict.fromkeys("“‘", _QUOTE),
    **dict.fromkeys("，。！？；：、）］｝】》〉」』〕〗〙〛〞〟﹂﹄＞．％～·・々ー", _CLOSE),
    **dict.fromkeys(",.!?;:)]}”’…%‰°", _POINT),
    **dict.fromkeys("-‐–—/~", _JOINER),
    # Straight quotes open and close alike, angle quotes differ by country: neither may begin or end a line in a text.
    **dict.fromkeys("\"'«»‹›\u2007\u202f", _GLUE),
    # Full-width digits and Latin letters make words although they are wide.
    **{chr(ordinary + 0xFEE0): _WORD for ordinary in range(0x21, 0x7F) if chr(ordinary).isalnum()},
}
# A line may begin with a character of the key after one of the values. What is not named here never begins a line.
_AFTER_WIDE = (_BLANK, _WIDE, _CLOSE)
_AFTER_ANY_END = (_BLANK, _WORD, _WIDE, _CLOSE, _POINT, _JOINER)
_MAY_FOLLOW = {
    _WORD: _AFTER_WIDE,
    _BRACKET: _AFTER_WIDE,
    _QUOTE: _AFTER_WIDE,
    _WIDE: _AFTER_ANY_END,
    _OPEN: _AFTER_ANY_END,
    _JOINER: (_BLANK,),
    _GLUE: (_BLANK,),
}
_ALLOWED_PAIRS = {before << 4 | after for after, befores in _MAY_FOLLOW.items() for before in befores}
_PAIR_TO_BREAK = bytes(pair in _ALLOWED_PAIRS for pair in range(256))

# One byte for each character: its class in the upper bits, its width in cells in the lower two.
_GLYPH_TO_WIDTH = bytes(glyph & 3 for glyph in range(256))
_GLYPH_TO_CLASS = bytes(glyph >> 2 for glyph in range(256))
_SHIFT_CLASS = bytes(glyph << 4 & 0xFF for glyph in range(256))

_WITH_MARKS = re.compile(rb"(.)%c+" % _ZERO, re.DOTALL)
_OPEN_AND_BLANKS = re.compile(rb"([%c%c])%c+" % (_OPEN, _BRACKET, _BLANK), re.DOTALL)


class _GlyphTable(dict[int, str]):
    """Code point -> its class and width as one character; filled as characters are met."""

    def __missing__(self, code_point: int) -> str:
        shown = display_safe(chr(code_point))
        width = get_character_cell_size(shown)
        kind = _CLASS_OF.get(shown, _WIDE if width > 1 else _WORD) if width else _ZERO
        self[code_point] = glyph = chr(kind << 2 | width)
        return glyph


_GLYPHS = _GlyphTable()


def _repeat_first(match: re.Match[bytes]) -> bytes:
    return match[1] * len(match[0])


def _legal_breaks(classes: bytes) -> bytes:
    """For each character 1 where a line may begin with it, else 0.

    A mark without width counts as its base to what follows, and blanks after an opening bracket as the bracket.
    The classes of neighbours are paired by shifting the whole text by one character as one large number: this
    stays linear and runs in C, where a loop would take a second on a long transcript.
    """
    before = _WITH_MARKS.sub(_repeat_first, classes) if _ZERO in classes else classes
    before = _OPEN_AND_BLANKS.sub(_repeat_first, before)
    shifted = int.from_bytes(before.translate(_SHIFT_CLASS), "little") << 8
    pairs = shifted | int.from_bytes(classes, "little")
    return pairs.to_bytes(len(classes) + 1, "little").translate(_PAIR_TO_BREAK)


class Measure:
    r"""A transcript measured for the screen, for every width of window.

    `text` is canonical; `turns` are (start, end) in code points, half-open, in order, none empty, with nothing but
    blanks outside them. Raises ValueError where the turns break that, since text outside them would not be shown.

    `cell_prefix[p]` is the number of cells of the characters before `p` (LF counts one); `breaks[p]` is 1 where a
    line may begin at `p`; `paragraphs` are (start, end) of unwrapped lines, blank ends of turns left off;
    `turn_paragraphs` the index of each turn's first paragraph. One empty paragraph stands for any number of blank
    lines between two turns.

    >>> m = Measure("A: 你好\n\n\nB: ok", [(0, 5), (8, 13)])
    >>> list(m.paragraphs), list(m.turn_paragraphs), m.cell_prefix[5]
    ([(0, 5), (6, 6), (8, 13)], [0, 2], 7)
    """

    __slots__ = ("breaks", "cell_prefix", "paragraphs", "text", "turn_paragraphs")

    def __init__(self, text: str, turns: Sequence[tuple[int, int]]) -> None:
        _check_turns(text, turns)
        glyphs = text.translate(_GLYPHS).encode("latin-1")
        self.text = text
        self.cell_prefix = array("I", accumulate(glyphs.translate(_GLYPH_TO_WIDTH), initial=0))
        self.breaks = _legal_breaks(glyphs.translate(_GLYPH_TO_CLASS))
        self.paragraphs: list[tuple[int, int]] = []
        self.turn_paragraphs: array[int] = array("I")
        self._divide(turns or ((0, 0),))

    def _divide(self, turns: Iterable[tuple[int, int]]) -> None:
        previous_end: int | None = None
        for start, end in turns:
            if previous_end is not None:
                line_feed = self.text.find("\n", previous_end, start)
                if line_feed >= 0 and self.text.find("\n", line_feed + 1, start) >= 0:
                    self.paragraphs.append((line_feed + 1, line_feed + 1))
            shown_end = start + len(self.text[start:end].rstrip())
            self.turn_paragraphs.append(len(self.paragraphs))
            self.paragraphs.extend(_lines_between(self.text, start, shown_end))
            previous_end = shown_end


def _lines_between(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while (line_feed := text.find("\n", start, end)) >= 0:
        yield start, line_feed
        start = line_feed + 1
    yield start, end


def _check_turns(text: str, turns: Sequence[tuple[int, int]]) -> None:
    position = 0
    for index, (start, end) in enumerate(turns):
        if not position <= start < end <= len(text):
            raise ValueError(f"Turn {index} ({start} to {end}) is empty, out of order or outside the text.")
        _check_blank(text, position, start)
        position = end
    _check_blank(text, position, len(text))


def _check_blank(text: str, start: int, end: int) -> None:
    if text[start:end].strip():
        raise ValueError(f"There is text outside all turns between {start} and {end}.")


class TextLayout:
    """The lines of a transcript at one width of window.

    `width` is in cells; one below MINIMUM_WIDTH counts as MINIMUM_WIDTH, so that every character fits. Lines and
    turns are numbered from 0, positions are code points. There is at least one line, if only an empty one.

    No line is wider than `width`. A line breaks at the last place that is legal: Latin words stay whole, no line
    begins with closing or ends with opening punctuation (except “ and ‘ before a blank, where German closes), marks
    without width stay with their base. Only a line without a legal place is cut where it is full. Blanks that do not
    fit hang at the end of the line: they are in no line's span, and `line_of` names the line that they hang from.

    >>> layout = TextLayout(Measure("甲方说：合作很好。 Then we signed.", [(0, 25)]), 10)
    >>> [layout.display_text(line) for line in range(layout.line_count)]
    ['甲方说：合', '作很好。 ', 'Then we ', 'signed.']
    >>> layout.line_of(10), layout.line_span(2), layout.cell_of(12), layout.position_at(1, 3)
    (2, (10, 18), 2, 6)
    """

    __slots__ = ("_ends", "_first_lines", "_measure", "_starts", "width")

    def __init__(self, measure: Measure, width: int) -> None:
        self.width = max(width, MINIMUM_WIDTH)
        self._measure = measure
        self._starts: array[int] = array("I")
        self._ends: array[int] = array("I")
        self._first_lines: array[int] = array("I")
        self._wrap()

    def _wrap(self) -> None:
        opening_paragraphs = frozenset(self._measure.turn_paragraphs)
        prefix, starts, ends, width = self._measure.cell_prefix, self._starts, self._ends, self.width
        for number, (start, end) in enumerate(self._measure.paragraphs):
            if number in opening_paragraphs:
                self._first_lines.append(len(starts))
            if prefix[end] - prefix[start] <= width:
                starts.append(start)
                ends.append(end)
            else:
                self._wrap_paragraph(start, end)

    def _wrap_paragraph(self, start: int, stop: int) -> None:
        measure, starts, ends, width = self._measure, self._starts, self._ends, self.width
        text, prefix, last_break = measure.text, measure.cell_prefix, measure.breaks.rfind
        while prefix[stop] - prefix[start] > width:
            # The last position that the line can end at; marks without width after a character are before it.
            full = bisect_right(prefix, prefix[start] + width, start + 1, stop) - 1
            after_blanks = full
            while after_blanks < stop and text[after_blanks] in _BLANKS:
                after_blanks += 1
            cut = last_break(1, start + 1, after_blanks + 1)
            if after_blanks == stop:
                cut = stop
            elif cut < 0:
                stands_alone = prefix[after_blanks + 1] > prefix[after_blanks]
                cut = after_blanks if stands_alone else full
            starts.append(start)
            ends.append(min(cut, full))
            if cut == stop:
                return
            start = cut
        starts.append(start)
        ends.append(stop)

    def resized(self, width: int) -> TextLayout:
        """The same transcript at another width; the measure is shared."""
        return TextLayout(self._measure, width)

    @property
    def line_count(self) -> int:
        """Number of lines, at least 1."""
        return len(self._starts)

    @property
    def turn_count(self) -> int:
        """Number of turns, at least 1: a text without turns has one empty turn."""
        return len(self._first_lines)

    def line_of(self, position: int) -> int:
        """The line that shows `position`.

        Positions that no line shows (line ends, hanging blanks, blank lines after the first) belong to the line
        before them; positions before the text belong to the first line, positions after it to the last.
        """
        return max(bisect_right(self._starts, position) - 1, 0)

    def line_range(self, start: int, end: int) -> tuple[int, int]:
        """First and last line (both inclusive) of the non-empty segment from `start` to `end`, half-open."""
        return self.line_of(start), self.line_of(end - 1)

    def line_ranges(self, segments: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
        """`line_range` of many segments, in their order; faster than asking for each."""
        # A list, because looking into an array makes a new number at every step of the search.
        starts = self._starts.tolist()
        return [
            (max(bisect_right(starts, start) - 1, 0), max(bisect_right(starts, end - 1) - 1, 0))
            for start, end in segments
        ]

    def line_span(self, line: int) -> tuple[int, int]:
        """What `line` shows: (start, end) in code points, half-open; both the same on an empty line."""
        return self._starts[line], self._ends[line]

    def line_cells(self, line: int) -> int:
        """Number of cells that `line` fills, 0 to `width`."""
        prefix = self._measure.cell_prefix
        return prefix[self._ends[line]] - prefix[self._starts[line]]

    def turn_of_line(self, line: int) -> int:
        """The turn of `line`; the blank line between two turns counts to the first of them."""
        return bisect_right(self._first_lines, line) - 1

    def first_line_of_turn(self, turn: int) -> int:
        """The line that `turn` begins on."""
        return self._first_lines[turn]

    def position_at(self, line: int, cell: int) -> int:
        """The character shown in `cell` of `line` (0 = leftmost); both halves of a wide character name it.

        Left of the line is its first character, right of its last character is the line's end.
        """
        start, end = self._starts[line], self._ends[line]
        prefix = self._measure.cell_prefix
        return bisect_right(prefix, prefix[start] + max(cell, 0), start, end + 1) - 1

    def cell_of(self, position: int) -> int:
        """The cell of its line in which the character at `position` begins, 0 to `width`.

        For a position that the line does not show (its end, hanging blanks): the cell after the last one filled.
        """
        line = self.line_of(position)
        start, end = self._starts[line], self._ends[line]
        prefix = self._measure.cell_prefix
        return prefix[min(max(position, start), end)] - prefix[start]

    def display_text(self, line: int) -> str:
        """The characters of `line`, made harmless for the screen, one for one: it fills `line_cells(line)` cells."""
        return display_safe(self._measure.text[self._starts[line] : self._ends[line]])
