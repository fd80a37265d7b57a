"""The overlap algebra, held to sets of integers."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcode.core.spans import (
    Span,
    check_span,
    covered_length,
    elementary_intervals,
    intersection,
    merge,
    overlap,
    subtract,
)
from qcode.errors import RequestError

spans = st.tuples(st.integers(0, 40), st.integers(1, 15)).map(lambda p: Span(p[0], p[0] + p[1]))
several = st.lists(spans, max_size=8)


def points(*some: Span) -> set[int]:
    return {i for s in some for i in range(s.start, s.end)}


@given(spans, spans)
def test_two_spans_agree_with_their_points(a, b):
    assert a.length == len(points(a))
    assert overlap(a, b) == len(points(a) & points(b)) == overlap(b, a)
    assert a.overlaps(b) == bool(points(a) & points(b)) == b.overlaps(a)
    assert a.touches(b) == bool((points(a) | {a.end}) & (points(b) | {b.end}) or a.overlaps(b)) == b.touches(a)
    assert a.contains(b) == (points(b) <= points(a))
    assert a.hull(b) == Span(min(points(a, b)), max(points(a, b)) + 1)


@given(several)
def test_merge_covers_the_same_and_never_overlaps(some):
    merged = merge(some)
    assert points(*merged) == points(*some)
    assert all(a.end <= b.start for a, b in pairwise(merged))
    assert merge(merged) == merged
    assert covered_length(some) == len(points(*some))


def test_neighbours_are_two_decisions():
    assert merge([Span(5, 8), Span(0, 5)]) == [Span(0, 5), Span(5, 8)]


@given(several, several)
def test_intersection(a, b):
    found = intersection(a, b)
    assert points(*found) == points(*a) & points(*b)
    assert all(x.end <= y.start for x, y in pairwise(found))
    assert all(s.length > 0 for s in found)


@given(spans, several)
def test_subtract(whole, holes):
    left = subtract(whole, holes)
    assert points(*left) == points(whole) - points(*holes)
    assert all(x.end < y.start for x, y in pairwise(left))


@given(several, spans)
def test_inside_an_elementary_interval_nothing_begins_or_ends(some, whole):
    pieces = elementary_intervals(some, whole)
    assert points(*pieces) == points(whole)
    assert [pieces[0].start, pieces[-1].end] == [*whole]
    for piece in pieces:
        assert not {edge for s in some for edge in s} & set(range(piece.start + 1, piece.end))
        assert all(s.contains(piece) or not s.overlaps(piece) for s in some)


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (3, 3), (4, 3), (0, 11), (10, 11)])
def test_a_span_outside_the_text_is_refused(start, end):
    with pytest.raises(RequestError, match="does not lie inside a text of 10"):
        check_span(start, end, 10)


def test_a_span_inside_is_given_back():
    assert check_span(0, 10, 10) == Span(0, 10)
