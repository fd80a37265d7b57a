"""Counting: merged segments, code frequencies, and how much was looked at. Codes by columns: `crosstab`.

The order of work: take the codings of the coder (or the consensus) that the table speaks for; leave out
what only interviewers say (`in_scope`); find the cases (`contexts.assign`); join the overlaps
(`merge_overlaps`, `segment_cases`); count (`frequencies`, `crosstab.crosstab`). Two coders' segments are never
joined with each other. Counting both would add up two readings of one text, so the caller chooses first.

Columns are int64, keys 1 or more, positions code points, half-open.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

import numpy as np

from qcode.core.contexts import (
    Assignment,
    BoolArray,
    CodingColumns,
    IntArray,
    SpanIndex,
    check_columns,
    count_distinct,
    find_keys,
    joined_runs,
    ranges,
)

__all__ = [
    "COMPLETE",
    "COUNTED_ROLES",
    "Coverage",
    "Frequencies",
    "LedgerRow",
    "Scope",
    "Segments",
    "TurnColumns",
    "TurnRole",
    "completed",
    "frequencies",
    "in_scope",
    "merge_overlaps",
    "rolled_up",
    "segment_cases",
]

COMPLETE = "complete"
"""The state of the ledger that says: this coder finished this transcript for this dimension."""


class TurnRole(IntEnum):
    """Whose words a turn holds, as the number in `TurnColumns.role`."""

    INTERVIEWER = 0
    PARTICIPANT = 1
    TEXT = 2
    OTHER = 3
    UNKNOWN = 4


COUNTED_ROLES = frozenset(TurnRole) - {TurnRole.INTERVIEWER}
"""The roles that count unless a user asks otherwise: an interviewer's own words are no evidence."""


@dataclass(frozen=True, slots=True, eq=False)
class TurnColumns:
    """Turns as columns of int64, in any order: `start` includes the speaker's label, `role` is a TurnRole.

    Raises ValueError if the columns do not fit together.
    """

    source: IntArray
    start: IntArray
    end: IntArray
    role: IntArray

    def __post_init__(self) -> None:
        check_columns("turns", self.source, self.start, self.end, self.role)
        if np.any(self.start < 0) or np.any(self.end < self.start):
            raise ValueError("A turn must not end before it begins, and must begin at 0 or later.")


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """Which codings count, and how many do not, so that a table can say it.

    `other_roles`: codings left out because all turns that they touch have other roles (with COUNTED_ROLES:
    wholly in the interviewer's words); `outside_turns`: left out because they touch no turn at all, which
    is so for blank lines between turns.
    """

    counts: BoolArray
    other_roles: int
    outside_turns: int

    @property
    def left_out(self) -> int:
        """Number of codings that do not count."""
        return self.other_roles + self.outside_turns


def in_scope(codings: CodingColumns, turns: TurnColumns, roles: AbstractSet[int] = COUNTED_ROLES) -> Scope:
    """Which codings touch, with at least one code point, a turn whose role is in `roles`.

    The codings of a transcript without turns all count.

    >>> column = lambda *numbers: np.array(numbers, dtype=np.int64)
    >>> turns = TurnColumns(column(1, 1), column(0, 10), column(10, 20), column(0, 1))
    >>> one = column(1, 1)
    >>> scope = in_scope(CodingColumns(one, one, one, column(2, 2), column(10, 11), one), turns)
    >>> scope.counts.tolist(), scope.left_out
    ([False, True], 1)
    """
    wanted = np.isin(turns.role, np.fromiter(roles, dtype=np.int64, count=len(roles)))
    counts = ~np.isin(codings.source, turns.source) | _touched(codings, turns, wanted)
    out = np.flatnonzero(~counts)
    elsewhere = int(np.count_nonzero(_touched(codings.take(out), turns, ~wanted)))
    return Scope(counts, elsewhere, len(out) - elsewhere)


def _touched(codings: CodingColumns, turns: TurnColumns, wanted: BoolArray) -> BoolArray:
    """Per coding, whether a wanted turn shares a code point with it."""
    rows = np.flatnonzero(wanted & (turns.start < turns.end))
    sources = np.unique(turns.source[rows])
    index = SpanIndex.build(find_keys(sources, turns.source[rows]), turns.start[rows], turns.end[rows])
    low, high = index.candidates(find_keys(sources, codings.source), codings.start, codings.end)
    return low < high


@dataclass(frozen=True, slots=True, eq=False)
class Segments:
    """Merged segments as columns, sorted by code, coder, source and start.

    The codings that were joined to segment `i` are the rows `members[offsets[i]:offsets[i + 1]]` of the
    codings, by start; `offsets` has one entry more than there are segments.
    """

    code: IntArray
    coder: IntArray
    source: IntArray
    start: IntArray
    end: IntArray
    members: IntArray
    offsets: IntArray

    @property
    def representative(self) -> IntArray:
        """Per segment, the row of its first coding."""
        return self.members[self.offsets[:-1]]

    @property
    def joined(self) -> IntArray:
        """Per segment, the number of codings that were joined to it, 1 or more."""
        return np.diff(self.offsets)


def merge_overlaps(codings: CodingColumns) -> Segments:
    """Join the overlapping codings of one code by one coder on one transcript; those that only touch stay apart.

    >>> column = lambda *numbers: np.array(numbers, dtype=np.int64)
    >>> one = column(1, 1, 1)
    >>> merged = merge_overlaps(CodingColumns(one, one, one, column(4, 0, 9), column(9, 5, 12), one))
    >>> merged.start.tolist(), merged.end.tolist(), merged.representative.tolist(), merged.joined.tolist()
    ([0, 9], [9, 12], [1, 2], [2, 1])
    """
    order = _reading_order(codings)
    code, coder, source = codings.code[order], codings.coder[order], codings.source[order]
    start, end = codings.start[order], codings.end[order]
    begins, reach = joined_runs(start, end, code, coder, source)
    first = np.flatnonzero(begins)
    offsets = np.append(first, len(order)).astype(np.int64, copy=False)
    ends = reach[offsets[1:] - 1]
    return Segments(code[first], coder[first], source[first], start[first], ends, order, offsets)


def _reading_order(codings: CodingColumns) -> IntArray:
    """Rows by code, coder, source and start, equal ones in the order given; no sort if they stand so already."""
    columns = (codings.code, codings.coder, codings.source, codings.start)
    tied = np.ones(max(len(codings) - 1, 0), dtype=np.bool_)
    for column in columns:
        before, after = column[:-1], column[1:]
        if np.any(tied & (after < before)):
            return np.lexsort(columns[::-1])
        tied &= after == before
    return np.arange(len(codings), dtype=np.int64)


def segment_cases(segments: Segments, assignment: Assignment) -> Assignment:
    """The cases of each merged segment: the distinct cases of all codings that were joined to it.

    `assignment` is that of the codings from which the segments were merged.

    >>> column = lambda *numbers: np.array(numbers, dtype=np.int64)
    >>> one = column(1, 1)
    >>> codings = CodingColumns(one, one, one, column(0, 3), column(5, 9), column(7, 8))
    >>> by_coding = Assignment.from_pairs(2, column(0, 1), column(7, 8))
    >>> segment_cases(merge_overlaps(codings), by_coding).cases_of(0)
    (7, 8)
    """
    number = np.diff(assignment.offsets)[segments.members]
    segment = np.repeat(np.repeat(np.arange(len(segments.code), dtype=np.int64), segments.joined), number)
    case = assignment.cases[ranges(assignment.offsets[:-1][segments.members], number)]
    return Assignment.from_pairs(len(segments.code), segment, case)


def rolled_up(segments: Segments, groups: Sequence[IntArray]) -> Segments:
    """The segments of groups of codes: code `i + 1` of the result stands for the codes (keys) in `groups[i]`.

    Segments of several codes of one group at exactly the same place, by one coder, are one; others stay apart, so
    that those of a group may overlap. A code may be in several groups.

    >>> column = lambda *numbers: np.array(numbers, dtype=np.int64)
    >>> one = column(1, 1, 1)
    >>> merged = merge_overlaps(CodingColumns(column(4, 5, 6), one, one, column(0, 0, 2), column(9, 9, 9), one))
    >>> found = rolled_up(merged, [column(4, 5), column(6, 5)])
    >>> found.code.tolist(), found.start.tolist(), found.members.tolist(), found.offsets.tolist()
    ([1, 2, 2], [0, 0, 2], [0, 1, 1, 2], [0, 2, 3, 4])
    """
    chosen = [np.flatnonzero(np.isin(segments.code, codes)) for codes in groups]
    segment = np.concatenate([np.empty(0, dtype=np.int64), *chosen])
    group = np.repeat(np.arange(1, len(groups) + 1, dtype=np.int64), [len(rows) for rows in chosen])
    columns = [group, *(c[segment] for c in (segments.coder, segments.source, segments.start, segments.end))]
    order = np.lexsort(columns[::-1])
    segment, columns = segment[order], [column[order] for column in columns]
    first = np.ones(len(segment), dtype=np.bool_)
    first[1:] = np.any([column[1:] != column[:-1] for column in columns], axis=0)
    number = segments.joined[segment]
    members = segments.members[ranges(segments.offsets[:-1][segment], number)]
    offsets = np.append((np.cumsum(number) - number)[first], len(members)).astype(np.int64, copy=False)
    code, coder, source, start, end = (column[first] for column in columns)
    return Segments(code, coder, source, start, end, members, offsets)


@dataclass(frozen=True, slots=True, eq=False)
class Frequencies:
    """Counts per code; entry `i` belongs to the code with key `i + 1`.

    `segments`: merged segments; `transcripts`: distinct transcripts with one or more; `coders`: distinct
    coders who used the code; `characters`: code points that the segments cover, summed over the coders.
    """

    segments: IntArray
    transcripts: IntArray
    coders: IntArray
    characters: IntArray


def frequencies(segments: Segments, n_codes: int) -> Frequencies:
    """How often each of the codes 1 to `n_codes` is used.

    Give it the segments of one coder or of the consensus. With several coders, `segments` and `characters`
    add up their readings, and `coders` shows by how many. Raises ValueError for a code beyond `n_codes`.

    >>> column = lambda *numbers: np.array(numbers, dtype=np.int64)
    >>> one = column(1, 1)
    >>> codings = CodingColumns(column(2, 2), one, column(5, 6), column(0, 0), column(4, 3), one)
    >>> found = frequencies(merge_overlaps(codings), 2)
    >>> found.segments.tolist(), found.transcripts.tolist(), found.characters.tolist()
    ([0, 2], [0, 2], [0, 7])
    """
    if int(segments.code.max(initial=0)) > n_codes:
        raise ValueError(f"A segment has a code beyond the {n_codes} codes to be counted.")
    last = np.searchsorted(segments.code, np.arange(n_codes + 1), side="right")
    covered = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(_new_characters(segments))))
    return Frequencies(
        segments=np.diff(last).astype(np.int64, copy=False),
        transcripts=count_distinct(segments.code, segments.source, n_codes + 1)[1:],
        coders=count_distinct(segments.code, segments.coder, n_codes + 1)[1:],
        characters=np.diff(covered[last]),
    )


def _new_characters(segments: Segments) -> IntArray:
    """Per segment, how many of its code points no earlier segment of the same code and coder covers."""
    new: IntArray = segments.end - segments.start
    same = (
        (segments.code[1:] == segments.code[:-1])
        & (segments.coder[1:] == segments.coder[:-1])
        & (segments.source[1:] == segments.source[:-1])
    )
    if np.any(same & (segments.start[1:] < segments.end[:-1])):
        begins, reach = joined_runs(segments.start, segments.end, segments.code, segments.coder, segments.source)
        before = np.where(begins, segments.start, np.append(0, reach[:-1]))
        new = np.maximum(segments.end - np.maximum(segments.start, before), 0)
    return new


class LedgerRow(NamedTuple):
    """One entry of the ledger: how far a coder is with a transcript, for one dimension of the codebook."""

    source: int
    coder: int
    dimension: str
    state: str


class Coverage(NamedTuple):
    """How much was looked at: transcripts completed, of all transcripts asked about."""

    completed: int
    total: int

    def __str__(self) -> str:
        return f"{self.completed} of {self.total} coded"


def completed(
    ledger: Iterable[LedgerRow], sources: Collection[int], coders: Collection[int], dimension: str
) -> Coverage:
    """How many of the transcripts were completed for the dimension by at least one of the coders.

    A transcript without an entry counts as not looked at: there an unused code is unknown and not absent.

    >>> ledger = [LedgerRow(1, 9, "action", COMPLETE), LedgerRow(2, 9, "action", "reading")]
    >>> str(completed(ledger, {1, 2, 3}, {9}, "action"))
    '1 of 3 coded'
    """
    asked = set(sources)
    done = {
        row.source for row in ledger if row.state == COMPLETE and row.dimension == dimension and row.coder in coders
    }
    return Coverage(len(done & asked), len(asked))
