"""Which codes stand together: overlapping, on the same segment, in the same turn, within a few sentences.

All are counted over the merged segments of one coder (`tabulate.merge_overlaps`), on one transcript. By default a
segment meets only segments of its own coder: two coders' readings of one passage are no co-occurrence of codes.

Every way of standing together becomes one question: do two intervals of whole numbers overlap? The numbers are
code points, turns, or windows of sentences. All intervals cut the line into elementary pieces (as in
`coincidence`); a matrix of pieces by codes says which codes hold in each piece; and all counts are products of
such matrices. The cost grows with the number of segments, not with the number of their pairs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from qcode.core.contexts import IntArray, SpanIndex, check_columns, find_keys, ranges
from qcode.core.effects import FloatArray
from qcode.core.tabulate import Segments

__all__ = ["CoOccurrence", "Nearness", "UnitStarts", "co_occurrence", "pairs_of"]

_CELLS_AT_ONCE = 4_000_000  # of the matrix of pieces by codes: bounds the memory
_SLICE = 512  # pieces multiplied at a time


class Nearness(StrEnum):
    """When two segments of different codes count as standing together, and what `shared` then counts."""

    OVERLAP = "share at least one character"
    SAME_SEGMENT = "have the same start and end"
    SAME_TURN = "touch the same turn"
    WITHIN_SENTENCES = "stand within a number of sentences"

    @property
    def unit(self) -> str:
        """What `CoOccurrence.shared` and the coefficient of Jaccard count."""
        return {
            Nearness.OVERLAP: "character",
            Nearness.SAME_SEGMENT: "segment",
            Nearness.SAME_TURN: "turn",
            Nearness.WITHIN_SENTENCES: "window of sentences",
        }[self]


@dataclass(frozen=True, slots=True, eq=False)
class UnitStarts:
    """Where the turns or sentences of each transcript begin: int64, sorted by `source`, then `start` (code points).

    A unit ends where the next one begins. What stands before the first is a unit of its own. Raises ValueError
    if the columns do not fit together or are not sorted so.
    """

    source: IntArray
    start: IntArray

    def __post_init__(self) -> None:
        check_columns("units", self.source, self.start)
        later = (np.diff(self.source) > 0) | ((np.diff(self.source) == 0) & (np.diff(self.start) > 0))
        if not np.all(later) or int(self.start.min(initial=0)) < 0:
            raise ValueError("Units must be sorted by transcript and start, each start once and none below 0.")

    def number_of(self, source: IntArray, position: IntArray) -> IntArray:
        """The unit of each position, numbered within its transcript; 0 is what stands before the first unit."""
        stride = max(int(self.start.max(initial=0)), int(position.max(initial=0))) + 1
        sources, first = np.unique(self.source, return_index=True)
        place = find_keys(sources, source)
        keys = find_keys(sources, self.source) * stride + self.start
        behind = np.searchsorted(keys, np.maximum(place, 0) * stride + position, side="right")
        # A transcript without units has place -1, and is one unit as a whole.
        begins = np.append(first, 0)[place]
        return np.where(place >= 0, behind - begins, 0).astype(np.int64, copy=False)


@dataclass(frozen=True, slots=True, eq=False)
class CoOccurrence:
    """Counts for every two codes, in the order of `codes`; the matrices are int64 [codes x codes].

    `pairs`: pairs of a segment of one code and one of the other that stand together; symmetric, 0 on the
    diagonal. `segments`: segments of the row's code that stand together with at least one of the column's; on
    the diagonal all segments of the code. `shared`: units (`nearness.unit`) in which both codes hold; on the
    diagonal, those in which the code holds. Units are counted once per coder unless coders were mixed.
    """

    codes: tuple[int, ...]
    nearness: Nearness
    pairs: IntArray
    segments: IntArray
    shared: IntArray

    @property
    def jaccard(self) -> FloatArray:
        """Units with both codes over units with either, 0 to 1 [codes x codes]; not-a-number where neither is used.

        Jaccard (1912). For sentences the units are windows of n + 1 consecutive sentences, so that a code that
        stands near is in the same window.
        """
        own = np.diagonal(self.shared)
        either = own[:, np.newaxis] + own[np.newaxis, :] - self.shared
        share: FloatArray = np.full(self.shared.shape, np.nan)
        np.divide(self.shared, either, out=share, where=either > 0)
        return share


def co_occurrence(
    segments: Segments,
    code_order: Sequence[int],
    nearness: Nearness = Nearness.OVERLAP,
    *,
    units: UnitStarts | None = None,
    sentences: int = 0,
    same_coder: bool = True,
) -> CoOccurrence:
    """How often every two of the codes in `code_order` stand together; segments of other codes are left aside.

    `units`: the turns for SAME_TURN, the sentences for WITHIN_SENTENCES. `sentences`: how many sentences may lie
    from the last of one segment to the first of the other: 0 is the same sentence, 1 the next. With
    `same_coder` off, segments of all coders of a transcript meet each other. Raises ValueError if a code is
    named twice, if units are missing or not asked for, or if `sentences` is below 0.

    >>> from qcode.core.contexts import CodingColumns
    >>> from qcode.core.tabulate import merge_overlaps
    >>> column = lambda *numbers: np.array(numbers, dtype=np.int64)
    >>> one, start, end = column(1, 1, 1), column(0, 4, 20), column(9, 12, 30)
    >>> merged = merge_overlaps(CodingColumns(column(1, 2, 2), one, one, start, end, one))
    >>> found = co_occurrence(merged, [1, 2])
    >>> found.pairs.tolist(), found.shared.tolist(), round(float(found.jaccard[0, 1]), 3)  # 5 of 22 characters
    ([[0, 1], [1, 0]], [[9, 5], [5, 18]], 0.227)
    """
    asked = _asked(segments, code_order, nearness, units, sentences, same_coder=same_coder)
    size = (len(code_order), len(code_order))
    pairs, having, shared = (np.zeros(size, dtype=np.int64) for _ in range(3))
    for part in asked.batches():
        pieces = _Pieces.build(part, len(code_order))
        pairs += pieces.pairs()
        having += pieces.segments_with()
        shared += pieces.shared()
    np.fill_diagonal(pairs, 0)
    np.fill_diagonal(having, np.bincount(asked.code, minlength=len(code_order)))
    return CoOccurrence(tuple(code_order), nearness, pairs, having, shared)


def pairs_of(
    segments: Segments,
    first: int,
    second: int,
    nearness: Nearness = Nearness.OVERLAP,
    *,
    units: UnitStarts | None = None,
    sentences: int = 0,
    same_coder: bool = True,
) -> tuple[IntArray, IntArray]:
    """The pairs behind one cell: rows of `segments` with the first code, and beside each the row with the second.

    In the order of the segments; as many as `pairs` says. The other arguments are those of `co_occurrence`.

    >>> from qcode.core.contexts import CodingColumns
    >>> from qcode.core.tabulate import merge_overlaps
    >>> column = lambda *numbers: np.array(numbers, dtype=np.int64)
    >>> one, start, end = column(1, 1, 1), column(0, 4, 20), column(9, 12, 30)
    >>> merged = merge_overlaps(CodingColumns(column(1, 2, 2), one, one, start, end, one))
    >>> [rows.tolist() for rows in pairs_of(merged, 2, 1)]
    [[1], [0]]
    """
    asked = _asked(segments, (first, second), nearness, units, sentences, same_coder=same_coder)
    here, there = np.flatnonzero(asked.code == 0), np.flatnonzero(asked.code == 1)
    index = SpanIndex.build(asked.group[there], asked.start[there], asked.end[there])
    low, high = index.candidates(asked.group[here], asked.start[here], asked.end[here])
    left = np.repeat(here, high - low)
    right = there[index.order[ranges(low, high - low)]]
    # Between the first and the last that overlap there may be shorter ones that do not.
    meet = asked.end[right] > asked.start[left]
    rows, others = asked.row[left[meet]], asked.row[right[meet]]
    order = np.lexsort((others, rows))
    return rows[order], others[order]


@dataclass(frozen=True, slots=True, eq=False)
class _Intervals:
    """Half-open intervals, sorted by group: two segments of a group stand together if their intervals overlap.

    `row`: the segment; `code`: its place in the order of codes; `group`: transcript, and coder if coders are
    kept apart, numbered from 0 on.
    """

    row: IntArray
    group: IntArray
    code: IntArray
    start: IntArray
    end: IntArray
    codes: int

    def batches(self) -> Iterator[_Intervals]:
        """Parts of whole groups, each small enough to be laid out as a matrix (or with a single group)."""
        most = max(1, _CELLS_AT_ONCE // max(2 * self.codes, 1))
        begins = np.flatnonzero(np.diff(self.group, prepend=-1))
        edges = np.append(begins, len(self.group))
        at = 0
        while at < len(begins):
            after = max(at + 1, int(np.searchsorted(edges, edges[at] + most, side="right")) - 1)
            part = slice(edges[at], edges[after])
            columns = (self.row[part], self.group[part], self.code[part], self.start[part], self.end[part])
            yield _Intervals(*columns, self.codes)
            at = after


def _asked(
    segments: Segments,
    code_order: Sequence[int],
    nearness: Nearness,
    units: UnitStarts | None,
    sentences: int,
    *,
    same_coder: bool,
) -> _Intervals:
    """The segments of these codes as intervals of the numbers that the nearness compares."""
    if len(set(code_order)) < len(code_order):
        raise ValueError("A code is named twice.")
    if (units is not None) != (nearness in {Nearness.SAME_TURN, Nearness.WITHIN_SENTENCES}):
        raise ValueError("Turns or sentences are needed for these ways of standing together, and for no others.")
    if sentences < 0 or (sentences and nearness is not Nearness.WITHIN_SENTENCES):
        raise ValueError("A number of sentences is 0 or more, and for segments within sentences only.")
    wanted = np.array(code_order, dtype=np.int64)
    rank = np.argsort(wanted)
    place = find_keys(wanted[rank], segments.code)
    row = np.flatnonzero(place >= 0)
    source, coder = segments.source[row], segments.coder[row]
    group = _numbered(source, coder) if same_coder else _numbered(source)
    start, end = segments.start[row], segments.end[row]
    if nearness is Nearness.SAME_SEGMENT:
        start = _numbered(start, end)
        end = start + 1
    elif units is not None:
        start, end = units.number_of(source, start), units.number_of(source, end - 1) + 1 + sentences
    order = np.argsort(group, kind="stable")
    return _Intervals(
        row[order], group[order], rank[place[row[order]]], start[order], end[order], len(code_order)
    )  # fmt: skip


def _numbered(*columns: IntArray) -> IntArray:
    """A number for every distinct row of the columns."""
    number = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        names, place = np.unique(column, return_inverse=True)
        number = np.unique(number * (len(names) + 1) + place, return_inverse=True)[1].astype(np.int64, copy=False)
    return number


@dataclass(frozen=True, slots=True, eq=False)
class _Pieces:
    """The line of all groups, end to end, cut at every start and end; inside a piece nothing begins or ends.

    `first`, `last` [segments]: the pieces that each covers, half-open. `begun`, `held` [pieces x codes]: how
    many segments of the code begin with the piece, and how many hold in it. `length` [pieces]: in units.
    """

    code: IntArray
    first: IntArray
    last: IntArray
    length: FloatArray
    begun: FloatArray
    held: FloatArray

    @classmethod
    def build(cls, part: _Intervals, codes: int) -> _Pieces:
        stride = int(part.end.max(initial=0)) + 1
        start, end = part.group * stride + part.start, part.group * stride + part.end
        cuts, place = np.unique(np.concatenate((start, end)), return_inverse=True)
        first, last = place[: len(start)], place[len(start) :]
        shape = (len(cuts), codes)
        begun = np.bincount(first * codes + part.code, minlength=len(cuts) * codes).reshape(shape)
        ended = np.bincount(last * codes + part.code, minlength=len(cuts) * codes).reshape(shape)
        held = np.cumsum(begun - ended, axis=0)
        length = np.diff(cuts, append=cuts[-1:])
        # As floats, which hold these counts exactly: products of matrices of integers are far slower.
        return cls(part.code, first, last, length.astype(np.float64), begun.astype(np.float64), held.astype(np.float64))

    def pairs(self) -> IntArray:
        """Of two that overlap, one begins while the other holds; both do where they begin together."""
        later = _product(self.begun, self.held)
        return later + later.T - _product(self.begun, self.begun)

    def shared(self) -> IntArray:
        """Length of the pieces in which both codes hold."""
        holds = (self.held > 0).astype(np.float64)
        return _product(holds, holds * self.length[:, np.newaxis])

    def segments_with(self) -> IntArray:
        """Segments of the row's code in one of whose pieces the column's code holds."""
        pieces = np.cumsum(self.held > 0, axis=0, dtype=np.int32)
        before = np.where(self.first[:, np.newaxis] > 0, pieces[self.first - 1], 0)
        met = pieces[self.last - 1] > before
        codes = self.held.shape[1]
        found = [np.bincount(self.code[met[:, other]], minlength=codes) for other in range(codes)]
        return np.array(found, dtype=np.int64).reshape(codes, codes).T


def _product(left: FloatArray, right: FloatArray) -> IntArray:
    """The transpose of `left` times `right`, both whole numbers [pieces x codes]."""
    total = np.zeros((left.shape[1], right.shape[1]))
    # In slices too small for the library to start threads, which cost more than they do here.
    for at in range(0, len(left), _SLICE):
        total += left[at : at + _SLICE].T @ right[at : at + _SLICE]
    return total.astype(np.int64)
