"""Which codings stand on a line, and in which lane of the margin their brackets run.

Pure, like the layout. A coding fills one lane from the line of its first character to the line of its last; codings
that share a line never share a lane. While codings are added and removed, the brackets of all others stay where
they are, so that only the lines of the changed coding must be drawn again; opening a transcript or resizing the
window packs the lanes anew.

Codings are looked up through buckets of 256 code points and of 8 lines. A coding that reaches over several buckets
is in each of them, in order of its start, so a query reads few codings however long the transcript is.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from heapq import heappop, heappush
from typing import Literal

from qcode.tui.layout import TextLayout

__all__ = ["LaneIndex", "LaneMark", "LanePart"]

LanePart = Literal["top", "middle", "bottom", "single"]
LaneMark = tuple[int, int, LanePart]

# Plain tuples, not records, and one of each for all buckets: opening a transcript makes thousands of them.
_Key = tuple[int, int, int]  # start, -end, coding: in order of start, the longer first
_Stretch = tuple[int, int, int, int]  # lane, coding, first line, last line

_TEXT_SHIFT = 8
_LINE_SHIFT = 3


class LaneIndex:
    """The codings of one transcript: by position, and by line and lane.

    `spans` are (coding, start, end): a number of the caller's own for each coding, and code points, half-open.
    Raises ValueError for an empty span and for a number that is given twice.

    >>> from qcode.tui.layout import Measure
    >>> layout = TextLayout(Measure("one two three four", [(0, 18)]), 10)
    >>> lanes = LaneIndex(layout, [(1, 0, 18), (2, 4, 7)])
    >>> lanes.lanes_on_line(0), lanes.spans_on(8, 13), lanes.lane_count
    ([(0, 1, 'top'), (1, 2, 'single')], [1], 2)
    >>> lanes.add(3, 14, 18, 1, 1), lanes.lane_of(3), lanes.remove(1), lanes.lane_of(3)
    (range(1, 2), 1, range(0, 2), 1)
    """

    __slots__ = ("_by_line", "_by_text", "_lane_use", "_places")

    def __init__(self, layout: TextLayout, spans: Iterable[tuple[int, int, int]] = ()) -> None:
        self._by_text: defaultdict[int, list[_Key]] = defaultdict(list)
        self._by_line: defaultdict[int, list[_Stretch]] = defaultdict(list)
        self._places: dict[int, tuple[_Key, _Stretch]] = {}
        self._lane_use: list[int] = []
        keys = sorted([(start, -end, coding) for coding, start, end in spans])
        codings: set[int] = set()
        for key in keys:
            _check_new(key, codings)
            codings.add(key[2])
            for bucket in _text_buckets(key):
                self._by_text[bucket].append(key)
        self._place_all(layout, keys)

    def _place_all(self, layout: TextLayout, keys: Sequence[_Key]) -> None:
        ranges = layout.line_ranges([(start, -negative_end) for start, negative_end, _ in keys])
        lanes = _pack(ranges)
        self._places = {}
        self._by_line = defaultdict(list)
        self._lane_use = [0] * (max(lanes, default=-1) + 1)
        for key, (first, last), lane in zip(keys, ranges, lanes, strict=True):
            self._put(key, (lane, key[2], first, last))

    def _put(self, key: _Key, stretch: _Stretch) -> None:
        lane, coding, first, last = stretch
        self._lane_use[lane] += 1
        self._places[coding] = (key, stretch)
        for bucket in range(first >> _LINE_SHIFT, (last >> _LINE_SHIFT) + 1):
            self._by_line[bucket].append(stretch)

    def rebuild(self, layout: TextLayout) -> None:
        """Place all codings anew, in the lowest lanes, on the lines of `layout` (the window was resized)."""
        self._place_all(layout, sorted([key for key, _ in self._places.values()]))

    def add(self, coding: int, start: int, end: int, first_line: int, last_line: int) -> range:
        """Put one coding into the lowest lane that is free on all its lines; the lines to draw again are returned.

        `first_line` and `last_line` (both inclusive) are the `line_range` of the current layout. Raises ValueError
        for an empty span, a number that is there already, and lines out of order.
        """
        key = (start, -end, coding)
        _check_new(key, self._places)
        if not 0 <= first_line <= last_line:
            raise ValueError(f"Lines {first_line} to {last_line} are out of order.")
        lane = self._free_lane(first_line, last_line)
        if lane == len(self._lane_use):
            self._lane_use.append(0)
        for bucket in _text_buckets(key):
            insort(self._by_text[bucket], key)
        self._put(key, (lane, coding, first_line, last_line))
        return range(first_line, last_line + 1)

    def remove(self, coding: int) -> range:
        """Take one coding out; the lines to draw again are returned. Raises KeyError for a number that is not there."""
        key, stretch = self._places.pop(coding)
        lane, _, first_line, last_line = stretch
        self._lane_use[lane] -= 1
        while self._lane_use and not self._lane_use[-1]:
            self._lane_use.pop()
        for bucket in _text_buckets(key):
            keys = self._by_text[bucket]
            del keys[bisect_left(keys, key)]
        for bucket in range(first_line >> _LINE_SHIFT, (last_line >> _LINE_SHIFT) + 1):
            self._by_line[bucket].remove(stretch)
        return range(first_line, last_line + 1)

    def _free_lane(self, first_line: int, last_line: int) -> int:
        used: set[int] = set()
        for bucket in range(first_line >> _LINE_SHIFT, (last_line >> _LINE_SHIFT) + 1):
            stretches = self._by_line.get(bucket, ())
            used.update(lane for lane, _, first, last in stretches if first <= last_line and first_line <= last)
        return next(lane for lane in range(len(used) + 1) if lane not in used)

    @property
    def lane_count(self) -> int:
        """Number of lanes that the margin needs: the highest lane in use, plus one."""
        return len(self._lane_use)

    def lane_of(self, coding: int) -> int:
        """The lane of a coding, 0 being the lowest. Raises KeyError for a number that is not there."""
        return self._places[coding][1][0]

    def lines_of(self, coding: int) -> range:
        """The lines of a coding. Raises KeyError for a number that is not there."""
        _, (_, _, first_line, last_line) = self._places[coding]
        return range(first_line, last_line + 1)

    def lanes_on_line(self, line: int) -> list[LaneMark]:
        """What the margin of `line` shows, as (lane, coding, part) in order of lanes.

        The part is "single" where the coding begins and ends on this line, else "top", "middle" or "bottom".
        """
        stretches = self._by_line.get(line >> _LINE_SHIFT, ())
        return sorted(
            (lane, coding, _part(line, first, last)) for lane, coding, first, last in stretches if first <= line <= last
        )

    def spans_on(self, start: int, end: int) -> list[int]:
        """The codings with at least one character from `start` to `end` (code points, half-open).

        In order of their start; of those that begin together the longer first, so an inner coding follows the outer.
        """
        if start >= end:
            return []
        first_bucket = start >> _TEXT_SHIFT
        keys = self._by_text.get(first_bucket, ())
        found = [coding for begin, negative_end, coding in keys if begin < end and start < -negative_end]
        for bucket in range(first_bucket + 1, (end - 1 >> _TEXT_SHIFT) + 1):
            # What began in an earlier bucket and reaches into this one has been found there.
            edge = bucket << _TEXT_SHIFT
            found.extend(coding for begin, _, coding in self._by_text.get(bucket, ()) if edge <= begin < end)
        return found


def _text_buckets(key: _Key) -> range:
    return range(key[0] >> _TEXT_SHIFT, (-key[1] - 1 >> _TEXT_SHIFT) + 1)


def _check_new(key: _Key, known: Container[int]) -> None:
    start, negative_end, coding = key
    if not 0 <= start < -negative_end:
        raise ValueError(f"Coding {coding} from {start} to {-negative_end} is empty or begins before the text.")
    if coding in known:
        raise ValueError(f"Coding {coding} is there twice.")


def _pack(ranges: Sequence[tuple[int, int]]) -> list[int]:
    """The lowest free lane for each range of lines (first, last; inclusive), which come in order of `first`.

    Greedy colouring of an interval graph: it uses as many lanes as the deepest line has ranges, never more.
    """
    busy: list[tuple[int, int]] = []
    free: list[int] = []
    lanes: list[int] = []
    for first, last in ranges:
        while busy and busy[0][0] < first:
            heappush(free, heappop(busy)[1])
        # All lanes in use are busy when none is free, so the next one has their number.
        lane = heappop(free) if free else len(busy)
        heappush(busy, (last, lane))
        lanes.append(lane)
    return lanes


def _part(line: int, first: int, last: int) -> LanePart:
    if first == last:
        return "single"
    if line == first:
        return "top"
    return "bottom" if line == last else "middle"
