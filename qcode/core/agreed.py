"""Stretches that all coders coded alike: what is left when only agreement counts."""

from __future__ import annotations

import numpy as np

from qcode.core.contexts import CodingColumns, IntArray, find_keys
from qcode.core.retrieval import overlapping_pairs
from qcode.core.tabulate import Segments, merge_overlaps

__all__ = ["coded_by_all"]


def coded_by_all(codings: CodingColumns, sources: IntArray, readers: IntArray, coder: int) -> CodingColumns:
    """The stretches of each code that every reader of the transcript coded with it.

    `sources` are transcripts (keys, ascending), `readers` the number of coders who worked on each; every coder of a
    coding on it is one of them. The stretches belong to `coder`, and to the case that was set by hand for all that
    they come from, if it is one.

    >>> column = lambda *numbers: np.array(numbers, dtype=np.int64)
    >>> one = column(1, 1)
    >>> codings = CodingColumns(one, column(1, 2), one, column(0, 5), column(9, 12), column(7, 7))
    >>> found = coded_by_all(codings, column(1), column(2), 1)
    >>> found.start.tolist(), found.end.tolist(), found.case.tolist()
    ([5], [9], [7])
    """
    segments = merge_overlaps(codings)
    wide = int(codings.source.max(initial=0)) + 1
    keys, group = np.unique(segments.code * wide + segments.source, return_inverse=True)
    group = group.astype(np.int64, copy=False)
    needed = readers[find_keys(sources, keys % wide)]
    at, begin, end = _everybody(segments, group, needed)
    case = _common_case(codings, segments, group, at, begin, end)
    return CodingColumns(keys[at] // wide, np.full(len(at), coder, dtype=np.int64), keys[at] % wide, begin, end, case)


def _everybody(segments: Segments, group: IntArray, needed: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Group, start and end of the stretches where as many segments lie on one another as are needed in the group.

    A coder's segments of one code do not overlap, so as many segments as coders means every coder.
    """
    place = np.concatenate((segments.start, segments.end))
    step = np.repeat(np.array([1, -1], dtype=np.int64), len(group))
    both = np.concatenate((group, group))
    order = np.lexsort((step, place, both))  # ends come before starts: what only touches does not meet
    place, step, both = place[order], step[order], both[order]
    opens = np.flatnonzero((step == 1) & (np.cumsum(step) == needed[both]))
    # Where all have begun, the next thing that can happen is an end.
    return both[opens], place[opens], place[opens + 1]


def _common_case(
    codings: CodingColumns, segments: Segments, group: IntArray, at: IntArray, begin: IntArray, end: IntArray
) -> IntArray:
    case = np.zeros(len(at), dtype=np.int64)
    if not len(at):
        return case
    order = np.lexsort((segments.start, group))
    spans = group[order], segments.start[order], segments.end[order]
    stretch, segment = overlapping_pairs((at, begin, end), spans)
    order, by_hand = np.argsort(stretch, kind="stable"), codings.case[segments.representative][order][segment]
    stretch, by_hand = stretch[order], by_hand[order]
    first = np.flatnonzero(np.diff(stretch, prepend=-1))
    lowest, highest = np.minimum.reduceat(by_hand, first), np.maximum.reduceat(by_hand, first)
    return np.where(lowest == highest, lowest, case)
