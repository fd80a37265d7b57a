"""Contexts of codings: which case a coded passage speaks of.

One interview speaks of several cases and often of none, so a case belongs to a passage and never simply to
a transcript. This module decides it for many codings at once, on columns of integers: row `i` of every
column belongs to the same coding. Keys are the integer keys of the store (1 or more); positions are code
points, half-open.
The array helpers at the end are shared with `tabulate`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "WHOLE_TRANSCRIPT",
    "Assignment",
    "AssignmentKind",
    "BoolArray",
    "CodingColumns",
    "IntArray",
    "LinkColumns",
    "SpanIndex",
    "assign",
    "check_columns",
    "count_distinct",
    "distinct_pairs",
    "find_keys",
    "joined_runs",
    "ranges",
]

IntArray: TypeAlias = NDArray[np.int64]
BoolArray: TypeAlias = NDArray[np.bool_]

WHOLE_TRANSCRIPT = -1
"""Start and end of a link that holds for a whole transcript."""

_PAIRS_AT_ONCE = 2_000_000  # pairs of coding and passage compared in one go: bounds the memory


@dataclass(frozen=True, slots=True, eq=False)
class CodingColumns:
    """Codings as columns of int64, one row per coding, in any order.

    `code`, `coder`, `source` are keys (1 or more); `start` and `end` code points, half-open, never empty;
    `case` the case that was set by hand, 0 = none. Raises ValueError if the columns do not fit together.
    """

    code: IntArray
    coder: IntArray
    source: IntArray
    start: IntArray
    end: IntArray
    case: IntArray

    def __post_init__(self) -> None:
        check_columns("codings", self.code, self.coder, self.source, self.start, self.end, self.case)
        if np.any(self.start < 0) or np.any(self.end <= self.start):
            raise ValueError("A coding must be a non-empty stretch that begins at 0 or later.")

    def __len__(self) -> int:
        return len(self.code)

    def take(self, rows: IntArray | BoolArray) -> CodingColumns:
        """The codings of these rows only: positions, or one true or false per row."""
        columns = (self.code, self.coder, self.source, self.start, self.end, self.case)
        return CodingColumns(*(column[rows] for column in columns))


@dataclass(frozen=True, slots=True, eq=False)
class LinkColumns:
    """Links between cases and transcripts as columns of int64, one row per link, in any order.

    A link of a passage has code points, half-open, never empty; a link of the whole transcript has
    WHOLE_TRANSCRIPT as start and end. Raises ValueError if the columns do not fit together.
    """

    case: IntArray
    source: IntArray
    start: IntArray
    end: IntArray
    coder: IntArray

    def __post_init__(self) -> None:
        check_columns("links", self.case, self.source, self.start, self.end, self.coder)
        whole = (self.start == WHOLE_TRANSCRIPT) & (self.end == WHOLE_TRANSCRIPT)
        if not np.all(whole | ((self.start >= 0) & (self.start < self.end))):
            raise ValueError("A link must hold for a non-empty stretch or for the whole transcript.")


class AssignmentKind(IntEnum):
    """How many cases a coding speaks of, as far as is known."""

    UNASSIGNED = 0
    ONE = 1
    SEVERAL = 2


@dataclass(frozen=True, slots=True, eq=False)
class Assignment:
    """The cases of each coding (or of each merged segment).

    The distinct cases of row `i` are `cases[offsets[i]:offsets[i + 1]]`, ascending; so `offsets` has one
    entry more than there are rows. `kind` (int8) and `case` follow from them: `case` is the only case of a
    row of kind ONE, and 0 for the others.
    """

    kind: NDArray[np.int8]
    case: IntArray
    offsets: IntArray
    cases: IntArray

    @classmethod
    def from_pairs(cls, rows: int, row: IntArray, case: IntArray) -> Assignment:
        """The assignment of `rows` rows to the cases of these (row, case) pairs; repeated pairs count once.

        >>> found = Assignment.from_pairs(3, np.array([2, 0, 2]), np.array([9, 7, 4]))
        >>> found.kind.tolist(), found.case.tolist(), found.cases_of(2)
        ([1, 0, 2], [7, 0, 0], (4, 9))
        """
        row, case = distinct_pairs(row, case)
        number = np.bincount(row, minlength=rows)
        offsets = np.zeros(rows + 1, dtype=np.int64)
        np.cumsum(number, out=offsets[1:])
        single = number == 1
        only = np.zeros(rows, dtype=np.int64)
        only[single] = case[offsets[:-1][single]]
        return cls(np.minimum(number, AssignmentKind.SEVERAL).astype(np.int8), only, offsets, case)

    def __len__(self) -> int:
        return len(self.kind)

    def cases_of(self, row: int) -> tuple[int, ...]:
        """The distinct cases of one row, ascending."""
        return tuple(self.cases[self.offsets[row] : self.offsets[row + 1]].tolist())


def assign(codings: CodingColumns, links: LinkColumns) -> Assignment:
    """The case or cases of each coding, by the first of these that applies.

    1. The case that was set by hand.
    2. Passage links that cover at least half of the coding's code points. All passages of one case are
       united first, so that what two of them share is counted once. Several such cases = SEVERAL.
    3. The transcript's only case linked as a whole.
    4. Nothing: UNASSIGNED. A coding between two cases that are both linked as a whole is not put into both.

    Which links count: those that the coding's own coder made on that transcript, if there are any (of
    either sort), else all links on it. For contexts are double-coded like codes: a coder's own reading of
    what a passage is about goes with that coder's codings, and another's must not turn it into SEVERAL.

    >>> column = lambda *numbers: np.array(numbers, dtype=np.int64)
    >>> codings = CodingColumns(column(1, 1), column(1, 1), column(5, 5), column(0, 40), column(10, 50), column(0, 0))
    >>> links = LinkColumns(column(7, 8), column(5, 5), column(5, -1), column(20, -1), column(1, 1))
    >>> assign(codings, links).case.tolist()
    [7, 8]
    """
    readings = _Readings.build(links)
    reading = readings.of(codings.source, codings.coder)
    by_hand = codings.case > 0
    open_rows = np.flatnonzero(~by_hand & (reading >= 0))
    row, case = _by_passages(codings, links, readings, open_rows, reading[open_rows])
    covered = np.zeros(len(codings), dtype=np.bool_)
    covered[row] = True
    left = open_rows[~covered[open_rows]]
    only = _only_whole_cases(links, readings)[reading[left]]
    hand_rows, whole_rows = np.flatnonzero(by_hand), left[only > 0]
    return Assignment.from_pairs(
        len(codings),
        np.concatenate((hand_rows, row, whole_rows)),
        np.concatenate((codings.case[hand_rows], case, only[only > 0])),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Readings:
    """Sets of links that count together: one per transcript and coder, one per transcript for everybody.

    Each link is in two of them: entry `j` says that the link `link[j]` is in the set `reading[j]`.
    """

    sources: IntArray
    coders: IntArray
    keys: IntArray
    reading: IntArray
    link: IntArray

    @classmethod
    def build(cls, links: LinkColumns) -> _Readings:
        sources, coders = np.unique(links.source), np.unique(links.coder)
        everybody = find_keys(sources, links.source) * (len(coders) + 1)
        own = everybody + 1 + find_keys(coders, links.coder)
        keys, reading = np.unique(np.concatenate((own, everybody)), return_inverse=True)
        link = np.arange(len(links.case), dtype=np.int64)
        return cls(sources, coders, keys, reading.astype(np.int64, copy=False), np.concatenate((link, link)))

    def of(self, source: IntArray, coder: IntArray) -> IntArray:
        """The set that counts for a coder on a transcript; -1 where the transcript has no links."""
        # A source that is not found (-1) gives keys below 0, and a coder that is not found gives the key of
        # everybody: neither can hit a wrong set.
        everybody = find_keys(self.sources, source) * (len(self.coders) + 1)
        own = find_keys(self.keys, everybody + 1 + find_keys(self.coders, coder))
        return np.where(own >= 0, own, find_keys(self.keys, everybody))


def _only_whole_cases(links: LinkColumns, readings: _Readings) -> IntArray:
    """Per set of links: the only case that is linked as a whole, 0 where there is none or more than one."""
    whole = links.start[readings.link] == WHOLE_TRANSCRIPT
    reading, case = distinct_pairs(readings.reading[whole], links.case[readings.link[whole]])
    only = np.zeros(len(readings.keys), dtype=np.int64)
    only[reading] = case
    only[np.bincount(reading, minlength=len(only)) != 1] = 0
    return only


def _by_passages(
    codings: CodingColumns, links: LinkColumns, readings: _Readings, rows: IntArray, reading: IntArray
) -> tuple[IntArray, IntArray]:
    """Pairs (row of the coding, case) where the passages of the case cover at least half of the coding."""
    united, case_of, start, end = _united_passages(links, readings)
    index = SpanIndex.build(united, start, end)
    low, high = index.candidates(reading, codings.start[rows], codings.end[rows])
    found_rows, found_cases = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    for block in _blocks(high - low):
        number = high[block] - low[block]
        row = np.repeat(rows[block], number)
        span = index.order[ranges(low[block], number)]
        shared = np.minimum(codings.end[row], end[span]) - np.maximum(codings.start[row], start[span])
        row, case, total = _sum_by_pair(row, case_of[span], np.maximum(shared, 0))
        half = 2 * total >= codings.end[row] - codings.start[row]
        found_rows.append(row[half])
        found_cases.append(case[half])
    return np.concatenate(found_rows), np.concatenate(found_cases)


def _united_passages(links: LinkColumns, readings: _Readings) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """Set of links, case, start and end of the linked passages; those of one case in one set do not overlap."""
    passage = links.start[readings.link] != WHOLE_TRANSCRIPT
    reading, link = readings.reading[passage], readings.link[passage]
    order = np.lexsort((links.start[link], links.case[link], reading))
    reading, link = reading[order], link[order]
    case, start, end = links.case[link], links.start[link], links.end[link]
    begins, reach = joined_runs(start, end, reading, case)
    last = np.roll(begins, -1)
    return reading[begins], case[begins], start[begins], reach[last]


def _blocks(number: IntArray) -> Iterator[slice]:
    """Slices of rows, in order, each with at most _PAIRS_AT_ONCE pairs (or with a single row)."""
    total = np.cumsum(number)
    first = 0
    while first < len(number):
        before = int(total[first - 1]) if first else 0
        after = max(first + 1, int(np.searchsorted(total, before + _PAIRS_AT_ONCE, side="right")))
        yield slice(first, after)
        first = after


def _sum_by_pair(a: IntArray, b: IntArray, value: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Distinct pairs of `a` and `b`, ascending, and the sum of `value` over each."""
    order = np.lexsort((b, a))
    a, b, value = a[order], b[order], value[order]
    first = np.flatnonzero(_changes(a, b))
    return a[first], b[first], np.add.reduceat(value, first)


@dataclass(frozen=True, slots=True, eq=False)
class SpanIndex:
    """Spans in numbered groups (0 or more), to be asked which of them may overlap another span.

    `order` holds the rows of the given spans by group and start. `starts` and `reach` are the start of
    each and the furthest end so far in its group, with the group's number times `stride` added: so that
    one sorted array serves all groups.
    """

    order: IntArray
    starts: IntArray
    reach: IntArray
    stride: int

    @classmethod
    def build(cls, group: IntArray, start: IntArray, end: IntArray) -> SpanIndex:
        """The index of non-empty spans: code points, half-open, 0 or more; in any order."""
        order = np.lexsort((start, group))
        stride = int(end.max(initial=0)) + 1
        base = group[order] * stride
        return cls(order, base + start[order], np.maximum.accumulate(base + end[order]), stride)

    def candidates(self, group: IntArray, start: IntArray, end: IntArray) -> tuple[IntArray, IntArray]:
        """For each asked span the range of places in `order` that holds all spans of the group that overlap it.

        Returned as two arrays, first place and one after the last. The range is empty just when nothing
        overlaps; else its first span does overlap, the others may not. A group of -1 has no spans.

        >>> column = lambda *numbers: np.array(numbers, dtype=np.int64)
        >>> index = SpanIndex.build(column(0, 0, 1), column(0, 8, 0), column(5, 9, 3))
        >>> low, high = index.candidates(column(0, 0, 1, -1), column(4, 5, 2, 0), column(9, 8, 99, 9))
        >>> (high - low).tolist()
        [2, 0, 1, 0]
        """
        base = group * self.stride
        low = np.searchsorted(self.reach, base + start, side="right")
        # An end behind every span is brought back to the last one: else it would reach into the next group.
        # A start may lie behind them: then `low` is not below `high`.
        high = np.searchsorted(self.starts, base + np.minimum(end, self.stride - 1), side="left")
        return low.astype(np.int64, copy=False), np.maximum(low, high).astype(np.int64, copy=False)


def check_columns(name: str, *columns: IntArray) -> None:
    """Raise ValueError unless all columns are one-dimensional int64 arrays of one length.

    >>> check_columns("codings", np.zeros(2, dtype=np.int64), np.zeros(3, dtype=np.int64))
    Traceback (most recent call last):
    ...
    ValueError: The columns of the codings have different lengths.
    """
    if any(column.ndim != 1 or column.dtype != np.int64 for column in columns):
        raise ValueError(f"The columns of the {name} must be one-dimensional arrays of int64.")
    if len({len(column) for column in columns}) > 1:
        raise ValueError(f"The columns of the {name} have different lengths.")


def find_keys(keys: IntArray, wanted: IntArray) -> IntArray:
    """Place of each wanted number among `keys` (ascending, distinct), -1 where it is not there.

    >>> find_keys(np.array([3, 5, 9]), np.array([5, 4, 10])).tolist()
    [1, -1, -1]
    """
    if not len(keys):
        return np.full(len(wanted), -1, dtype=np.int64)
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[place] == wanted, place, -1).astype(np.int64, copy=False)


def distinct_pairs(a: IntArray, b: IntArray) -> tuple[IntArray, IntArray]:
    """The distinct pairs (a[i], b[i]), ascending.

    >>> [column.tolist() for column in distinct_pairs(np.array([2, 1, 2]), np.array([5, 8, 5]))]
    [[1, 2], [8, 5]]
    """
    # Most repetitions stand side by side: dropping those first shortens the sort.
    new = _changes(a, b)
    a, b = a[new], b[new]
    order = np.lexsort((b, a))
    a, b = a[order], b[order]
    first = _changes(a, b)
    return a[first], b[first]


def count_distinct(group: IntArray, member: IntArray, groups: int) -> IntArray:
    """Number of distinct members in each of the groups 0 to `groups` - 1.

    >>> count_distinct(np.array([2, 0, 2]), np.array([5, 8, 5]), 3).tolist()
    [1, 0, 1]
    """
    return np.bincount(distinct_pairs(group, member)[0], minlength=groups).astype(np.int64, copy=False)


def joined_runs(start: IntArray, end: IntArray, *groups: IntArray) -> tuple[BoolArray, IntArray]:
    """Join the overlapping spans of each group: rows sorted by the columns of `groups`, then by start.

    Returns, per row, whether a new joined span begins there, and the furthest end so far in the group.
    Spans that only touch stay apart, as in `spans.merge`. Linear.

    >>> begins, reach = joined_runs(np.array([0, 4, 9]), np.array([9, 6, 12]), np.array([5, 5, 5]))
    >>> begins.tolist(), reach.tolist()
    ([True, False, True], [9, 9, 12])
    """
    begins = _changes(*groups)
    # Groups are laid end to end on one line, so that a running maximum never reaches into the next one.
    base = (np.cumsum(begins) - 1) * (int(end.max(initial=0)) + 1)
    reach: IntArray = np.maximum.accumulate(base + end) - base
    begins[1:] |= start[1:] >= reach[:-1]
    return begins, reach


def ranges(first: IntArray, number: IntArray) -> IntArray:
    """`number[i]` consecutive numbers from `first[i]` on, for each `i`, one after the other.

    >>> ranges(np.array([5, 0]), np.array([2, 3])).tolist()
    [5, 6, 0, 1, 2]
    """
    before = np.cumsum(number) - number
    shift: IntArray = np.repeat(first - before, number)
    return shift + np.arange(len(shift))


def _changes(*columns: IntArray) -> BoolArray:
    """Per row, whether it differs from the row before in any column; the first row always does."""
    changed = np.ones(len(columns[0]), dtype=np.bool_)
    changed[1:] = False
    for column in columns:
        changed[1:] |= column[1:] != column[:-1]
    return changed
