"""Codes that stand together: against a reference that looks at every pair of segments."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qcode.core import cooccurrence
from qcode.core.contexts import CodingColumns
from qcode.core.cooccurrence import CoOccurrence, Nearness, UnitStarts, co_occurrence, pairs_of
from qcode.core.tabulate import Segments, merge_overlaps

Row = tuple[int, int, int, int, int]  # code, coder, source, start, length
CODES = [2, 1, 3]
rows_drawn = st.lists(
    st.tuples(st.integers(1, 4), st.integers(1, 2), st.integers(1, 3), st.integers(0, 30), st.integers(1, 9)),
    max_size=25,
)
starts_drawn = st.dictionaries(st.integers(1, 3), st.sets(st.integers(0, 40), max_size=6), max_size=3)
nearness_drawn = st.sampled_from(Nearness)


def merged(rows: list[Row]) -> Segments:
    code, coder, source, start, length = np.array(rows, dtype=np.int64).reshape(-1, 5).T
    return merge_overlaps(CodingColumns(code, coder, source, start, start + length, np.zeros_like(code)))


def unit_starts(starts: dict[int, set[int]]) -> UnitStarts:
    rows = [(source, start) for source in sorted(starts) for start in sorted(starts[source])]
    return UnitStarts(*np.array(rows, dtype=np.int64).reshape(-1, 2).T)


def interval(segments: Segments, row: int, nearness: Nearness, starts: dict[int, set[int]], n: int) -> set[object]:
    """What the segment holds: characters, itself, turns, or windows of n + 1 sentences by their last."""
    start, end = int(segments.start[row]), int(segments.end[row])
    if nearness is Nearness.OVERLAP:
        return set(range(start, end))
    if nearness is Nearness.SAME_SEGMENT:
        return {(start, end)}
    units = [sum(s <= p for s in starts.get(int(segments.source[row]), ())) for p in (start, end - 1)]
    return set(range(units[0], units[1] + 1 + n))


@settings(deadline=None)
@given(rows=rows_drawn, starts=starts_drawn, nearness=nearness_drawn, n=st.integers(0, 3), same_coder=st.booleans())
def test_counts_are_those_of_every_pair(
    rows: list[Row], starts: dict[int, set[int]], nearness: Nearness, n: int, *, same_coder: bool
) -> None:
    segments = merged(rows)
    with_units = nearness in {Nearness.SAME_TURN, Nearness.WITHIN_SENTENCES}
    n = n if nearness is Nearness.WITHIN_SENTENCES else 0
    units = unit_starts(starts) if with_units else None
    found = co_occurrence(segments, CODES, nearness, units=units, sentences=n, same_coder=same_coder)
    holds = [interval(segments, row, nearness, starts, n) for row in range(len(segments.code))]
    groups = [
        (s, c if same_coder else 0) for s, c in zip(segments.source.tolist(), segments.coder.tolist(), strict=True)
    ]
    for (i, a), (j, b) in product(enumerate(CODES), enumerate(CODES)):
        here = np.flatnonzero(segments.code == a).tolist()
        there = np.flatnonzero(segments.code == b).tolist()
        meet = [(x, y) for x in here for y in there if groups[x] == groups[y] and holds[x] & holds[y]]
        units_a = {(groups[x], unit) for x in here for unit in holds[x]}
        units_b = {(groups[y], unit) for y in there for unit in holds[y]}
        assert found.shared[i, j] == len(units_a & units_b)
        if a == b:
            assert (found.pairs[i, i], found.segments[i, i]) == (0, len(here))
            continue
        assert found.pairs[i, j] == len(meet)
        assert found.segments[i, j] == len({x for x, _ in meet})
        left, right = pairs_of(segments, a, b, nearness, units=units, sentences=n, same_coder=same_coder)
        assert list(zip(left.tolist(), right.tolist(), strict=True)) == sorted(meet)
        if units_a | units_b:
            assert found.jaccard[i, j] == pytest.approx(len(units_a & units_b) / len(units_a | units_b))
        else:
            assert np.isnan(found.jaccard[i, j])


def same(a: CoOccurrence, b: CoOccurrence) -> bool:
    return all((getattr(a, name) == getattr(b, name)).all() for name in ("pairs", "segments", "shared"))


@settings(deadline=None)
@given(rows_drawn)
def test_parts_add_up_to_the_whole(rows: list[Row]) -> None:
    segments = merged(rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cooccurrence, "_CELLS_AT_ONCE", 12)
        in_parts = co_occurrence(segments, CODES)
    assert same(co_occurrence(segments, CODES), in_parts)


def test_two_coders_on_one_passage_are_no_co_occurrence() -> None:
    segments = merged([(1, 1, 1, 0, 9), (2, 2, 1, 0, 9)])
    assert co_occurrence(segments, [1, 2]).pairs.sum() == 0
    assert co_occurrence(segments, [1, 2], same_coder=False).pairs.tolist() == [[0, 1], [1, 0]]


def test_sentences_apart() -> None:
    segments = merged([(1, 1, 1, 0, 5), (2, 1, 1, 25, 3)])
    sentences = unit_starts({1: {0, 10, 20, 30}})  # first and third
    near = [
        co_occurrence(segments, [1, 2], Nearness.WITHIN_SENTENCES, units=sentences, sentences=n).pairs[0, 1]
        for n in (0, 1, 2)
    ]
    assert near == [0, 0, 1]


def test_no_segments() -> None:
    found = co_occurrence(merged([]), [1, 2])
    assert (found.pairs.sum(), found.shared.sum(), found.segments.sum()) == (0, 0, 0)
    assert np.isnan(found.jaccard).all()
    assert [len(rows) for rows in pairs_of(merged([]), 1, 2)] == [0, 0]


@pytest.mark.parametrize("nearness", Nearness)
def test_every_nearness_names_its_unit(nearness: Nearness) -> None:
    assert nearness.unit in {"character", "segment", "turn", "window of sentences"}


def test_requests_that_make_no_sense() -> None:
    segments, turns = merged([(1, 1, 1, 0, 5)]), unit_starts({1: {0}})
    with pytest.raises(ValueError, match="named twice"):
        co_occurrence(segments, [1, 1])
    with pytest.raises(ValueError, match="are needed"):
        co_occurrence(segments, [1], Nearness.SAME_TURN)
    with pytest.raises(ValueError, match="are needed"):
        co_occurrence(segments, [1], units=turns)
    with pytest.raises(ValueError, match="0 or more"):
        co_occurrence(segments, [1], Nearness.WITHIN_SENTENCES, units=turns, sentences=-1)
    with pytest.raises(ValueError, match="within sentences only"):
        co_occurrence(segments, [1], Nearness.SAME_TURN, units=turns, sentences=2)


@pytest.mark.parametrize("rows", [[(1, 5), (1, 5)], [(1, 5), (1, 4)], [(2, 0), (1, 0)], [(1, -1)]])
def test_units_stand_in_order(rows: list[tuple[int, int]]) -> None:
    with pytest.raises(ValueError, match="sorted"):
        UnitStarts(*np.array(rows, dtype=np.int64).T)
