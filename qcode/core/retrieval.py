"""Passages that fit a query over codes, on columns of integers.

A *passage* is a stretch of one transcript in one coder's work, together with the codings that it comes from. Passages
of a code are its merged segments: overlapping codings of one code by one coder are one passage, touching ones two, as
in every count. Passages at exactly the same place are one passage of several codes.

What the operators mean is said in `passage_query`. All of them are sorts and binary searches, so a query takes
O(n log n) for n codings, plus the pairs of a passage and a coding that it comes from.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from qcode.core.contexts import BoolArray, CodingColumns, IntArray, SpanIndex, distinct_pairs, joined_runs, ranges
from qcode.core.passage_query import Anything, Both, Either, Query, Related, Term, Unit
from qcode.core.tabulate import merge_overlaps

__all__ = ["Passages", "Spans", "UnitStarts", "overlapping_pairs", "retrieve", "single_passages"]

UnitStarts: TypeAlias = Callable[[Unit, int], IntArray]
"""Where the units of a transcript (key) begin: code points, ascending."""

Spans: TypeAlias = tuple[IntArray, IntArray, IntArray]
"""Number of the group (0 or more), start and end of spans: code points, half-open."""


@dataclass(frozen=True, slots=True, eq=False)
class Passages:
    """Distinct passages as columns of int64, by transcript, start, end and coder (keys).

    The codings that passage `i` comes from are the rows `members[offsets[i]:offsets[i + 1]]` of the codings,
    ascending; `offsets` has one entry more than there are passages.
    """

    coder: IntArray
    source: IntArray
    start: IntArray
    end: IntArray
    offsets: IntArray
    members: IntArray

    def __len__(self) -> int:
        return len(self.source)

    def members_of(self, passage: int) -> IntArray:
        """The rows of the codings that a passage comes from."""
        return self.members[self.offsets[passage] : self.offsets[passage + 1]]

    def take(self, rows: IntArray | BoolArray) -> Passages:
        """These passages only: positions, or one true or false per passage."""
        places = np.arange(len(self), dtype=np.int64)[rows]
        number = np.diff(self.offsets)[places]
        members = self.members[ranges(self.offsets[:-1][places], number)]
        return Passages(
            self.coder[places], self.source[places], self.start[places], self.end[places], _offsets(number), members
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """Passages in numbered groups (one for each coder and transcript), by group, start and end, all distinct."""

    group: IntArray
    start: IntArray
    end: IntArray
    offsets: IntArray
    members: IntArray

    @classmethod
    def of(cls, group: IntArray, start: IntArray, end: IntArray, passage: IntArray, member: IntArray) -> _Found:
        """Passages in any order, and pairs of a passage (its place there) and a coding; repetitions count once."""
        order = np.lexsort((end, start, group))
        columns = group[order], start[order], end[order]
        first = np.zeros(len(order), dtype=np.bool_)
        first[:1] = True
        for column in columns:
            first[1:] |= column[1:] != column[:-1]
        place = np.empty(len(order), dtype=np.int64)
        place[order] = np.cumsum(first) - 1
        passage, member = distinct_pairs(place[passage], member)
        number = np.bincount(passage, minlength=int(first.sum()))
        return cls(columns[0][first], columns[1][first], columns[2][first], _offsets(number), member)

    def keep(self, rows: BoolArray) -> _Found:
        number = np.diff(self.offsets)
        members = self.members[np.repeat(rows, number)]
        return _Found(self.group[rows], self.start[rows], self.end[rows], _offsets(number[rows]), members)

    def pairs(self) -> tuple[IntArray, IntArray]:
        """Passage and coding, one row for each coding that a passage comes from."""
        return np.repeat(np.arange(len(self.group), dtype=np.int64), np.diff(self.offsets)), self.members

    def stretches(self) -> tuple[IntArray, IntArray, IntArray]:
        """Group, start and end of what the passages cover: overlapping ones joined, touching ones apart."""
        if not len(self.group):
            return self.group, self.start, self.end
        begins, reach = joined_runs(self.start, self.end, self.group)
        return self.group[begins], self.start[begins], reach[np.roll(begins, -1)]


def _offsets(number: IntArray) -> IntArray:
    offsets = np.zeros(len(number) + 1, dtype=np.int64)
    np.cumsum(number, out=offsets[1:])
    return offsets


def retrieve(
    query: Query, codings: CodingColumns, keys_of: Callable[[Term], IntArray], unit_starts: UnitStarts
) -> Passages:
    """The passages that fit a query.

    `keys_of` gives the codes (keys) that a term means; `unit_starts` is asked only where a query says *near*.

    >>> from qcode.core.passage_query import parse_query
    >>> column = lambda *numbers: np.array(numbers, dtype=np.int64)
    >>> one = column(1, 1, 1)
    >>> codings = CodingColumns(column(1, 2, 1), one, one, column(0, 5, 20), column(10, 12, 25), one)
    >>> keys = lambda term: column(int(term.code))
    >>> found = retrieve(parse_query("1 and 2", str), codings, keys, lambda unit, source: column(0))
    >>> found.start.tolist(), found.end.tolist(), found.members_of(0).tolist()
    ([5], [10], [0, 1])
    >>> retrieve(parse_query("1 and not 2", str), codings, keys, lambda unit, source: column(0)).start.tolist()
    [20]
    """
    return _Retrieval(codings, keys_of, unit_starts).passages(query)


def single_passages(codings: CodingColumns) -> Passages:
    """Each coding as a passage of its own, in the order of the codings."""
    rows = np.arange(len(codings), dtype=np.int64)
    offsets = np.arange(len(codings) + 1, dtype=np.int64)
    return Passages(codings.coder, codings.source, codings.start, codings.end, offsets, rows)


class _Retrieval:
    """One query over one set of codings."""

    def __init__(self, codings: CodingColumns, keys_of: Callable[[Term], IntArray], unit_starts: UnitStarts) -> None:
        self._keys_of = keys_of
        self._unit_starts = unit_starts
        self._segments = merge_overlaps(codings)
        width = int(codings.source.max(initial=0)) + 1
        keys, group = np.unique(self._segments.coder * width + self._segments.source, return_inverse=True)
        self._coder, self._source = keys // width, keys % width
        self._group = group.astype(np.int64, copy=False)

    def passages(self, query: Query) -> Passages:
        found = self._find(query)
        coder, source = self._coder[found.group], self._source[found.group]
        passages = Passages(coder, source, found.start, found.end, found.offsets, found.members)
        return passages.take(np.lexsort((coder, found.end, found.start, source)))

    def _find(self, query: Query) -> _Found:
        match query:
            case Term():
                return self._of_segments(np.isin(self._segments.code, self._keys_of(query)))
            case Anything():
                return self._of_segments(np.ones(len(self._segments.code), dtype=np.bool_))
            case Either(parts):
                return _united([self._find(part) for part in parts])
            case Both(parts, without):
                found = self._shared([self._find(part) for part in parts or (Anything(),)])
                for part in without:
                    found = found.keep(~_overlapping(found, self._find(part)))
                return found
            case Related():
                return self._related(query)

    def _of_segments(self, rows: BoolArray) -> _Found:
        segments = self._segments
        number = segments.joined[rows]
        members = segments.members[ranges(segments.offsets[:-1][rows], number)]
        passage = np.repeat(np.arange(len(number), dtype=np.int64), number)
        return _Found.of(self._group[rows], segments.start[rows], segments.end[rows], passage, members)

    def _shared(self, parts: list[_Found]) -> _Found:
        """The stretches that all parts cover; a stretch comes from the codings that overlap it."""
        if len(parts) == 1:
            return parts[0]
        group, start, end = parts[0].stretches()
        for part in parts[1:]:
            group, start, end = _intersection((group, start, end), part.stretches())
        passages: list[IntArray] = []
        members: list[IntArray] = []
        for part in parts:
            piece, passage = overlapping_pairs((group, start, end), (part.group, part.start, part.end))
            number = np.diff(part.offsets)[passage]
            passages.append(np.repeat(piece, number))
            members.append(part.members[ranges(part.offsets[:-1][passage], number)])
        return _Found.of(group, start, end, np.concatenate(passages), np.concatenate(members))

    def _related(self, query: Related) -> _Found:
        left, right = self._find(query.left), self._find(query.right)
        if query.relation == "near":
            fits = self._near(left, right, query.distance, query.unit)
        else:
            fits = _within(left, right) if query.relation == "within" else _overlapping(left, right)
        return left.keep(~fits if query.denied else fits)

    def _near(self, left: _Found, right: _Found, distance: int, unit: Unit) -> BoolArray:
        """Per passage of `left`, whether one of `right` is at most `distance` units away, in unit numbers."""
        fits = np.isin(left.group, right.group)
        # Finding the units of a text is slow; only where both sides stand, they are needed.
        near, other = left.keep(fits), right.keep(np.isin(right.group, left.group))
        first, last = self._unit_numbers(near, unit)
        begin, close = self._unit_numbers(other, unit)
        index = SpanIndex.build(other.group, np.maximum(begin - distance, 0), close + distance + 1)
        low, high = index.candidates(near.group, first, last + 1)
        fits[fits] = low < high
        return fits

    def _unit_numbers(self, found: _Found, unit: Unit) -> tuple[IntArray, IntArray]:
        """The number of the unit that each passage begins in, and of the one that it ends in."""
        first, last = np.zeros(len(found.group), dtype=np.int64), np.zeros(len(found.group), dtype=np.int64)
        sources = self._source[found.group]
        for source in np.unique(sources).tolist():
            starts = self._unit_starts(unit, source)
            here = sources == source
            # What stands before the first unit belongs to it.
            first[here] = np.maximum(np.searchsorted(starts, found.start[here], side="right") - 1, 0)
            last[here] = np.maximum(np.searchsorted(starts, found.end[here] - 1, side="right") - 1, 0)
        return first, last


def _united(parts: list[_Found]) -> _Found:
    before = np.cumsum([0, *(len(part.group) for part in parts)])
    pairs = [part.pairs() for part in parts]
    return _Found.of(
        np.concatenate([part.group for part in parts]),
        np.concatenate([part.start for part in parts]),
        np.concatenate([part.end for part in parts]),
        np.concatenate([passage + shift for (passage, _), shift in zip(pairs, before.tolist(), strict=False)]),
        np.concatenate([member for _, member in pairs]),
    )


def _overlapping(left: _Found, right: _Found) -> BoolArray:
    index = SpanIndex.build(right.group, right.start, right.end)
    low, high = index.candidates(left.group, left.start, left.end)
    return low < high


def _within(left: _Found, right: _Found) -> BoolArray:
    """Per passage of `left`, whether it lies wholly in one passage of `right`."""
    if not len(right.group):
        return np.zeros(len(left.group), dtype=np.bool_)
    stride = int(max(right.end.max(), left.end.max(initial=0))) + 1
    # By group and start, so the running maximum is the furthest end of all that begin at or before a place.
    starts, reach = right.group * stride + right.start, np.maximum.accumulate(right.group * stride + right.end)
    last = np.searchsorted(starts, left.group * stride + left.start, side="right") - 1
    # What begins in an earlier group ends there too: before any passage of this one ends.
    inside: BoolArray = (last >= 0) & (reach[last] >= left.group * stride + left.end)
    return inside


def _intersection(left: Spans, right: Spans) -> Spans:
    """What two sets of stretches share; those of one set do not overlap one another in a group."""
    piece, other = overlapping_pairs(left, right)
    start, end = np.maximum(left[1][piece], right[1][other]), np.minimum(left[2][piece], right[2][other])
    order = np.lexsort((start, left[0][piece]))
    return left[0][piece][order], start[order], end[order]


def overlapping_pairs(left: Spans, right: Spans) -> tuple[IntArray, IntArray]:
    """All pairs of spans that overlap, as places; both sides stand by group and start.

    Of two that overlap, either the right one begins inside the left one, or the left one begins inside the right one
    and not at its first character: each kind is a range of places, so no pair is looked at that does not overlap.

    >>> column = lambda *numbers: np.array(numbers, dtype=np.int64)
    >>> left, right = (column(0, 0), column(0, 4), column(9, 6)), (column(0, 1), column(5, 0), column(7, 2))
    >>> [places.tolist() for places in overlapping_pairs(left, right)]
    [[0, 1], [0, 0]]
    """
    stride = int(max(left[2].max(initial=0), right[2].max(initial=0))) + 1
    line = [(group * stride + start, group * stride + end) for group, start, end in (left, right)]
    (left_start, left_end), (right_start, right_end) = line
    low, high = np.searchsorted(right_start, left_start), np.searchsorted(right_start, left_end)
    begun = np.repeat(np.arange(len(left_start), dtype=np.int64), high - low), ranges(low, high - low)
    low, high = np.searchsorted(left_start, right_start, side="right"), np.searchsorted(left_start, right_end)
    high = np.maximum(low, high)
    covered = ranges(low, high - low), np.repeat(np.arange(len(right_start), dtype=np.int64), high - low)
    return np.concatenate((begun[0], covered[0])), np.concatenate((begun[1], covered[1]))
