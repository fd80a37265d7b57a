"""Passages by queries, held to a slow reading of the same words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qcode.core.contexts import CodingColumns
from qcode.core.passage_query import Anything, Both, Either, Query, Related, Term, parse_query
from qcode.core.retrieval import overlapping_pairs, retrieve, single_passages
from qcode.core.spans import Span, intersection, merge

UNIT = 5  # every sentence, word and turn of the invented texts is so long


def columns(rows: list[tuple[int, int, int, int, int]]) -> CodingColumns:
    table = np.array([(*row, 0) for row in rows], dtype=np.int64).reshape(-1, 6)
    return CodingColumns(*(table[:, i].copy() for i in range(6)))


def keys_of(term: Term) -> np.ndarray:
    return np.array([int(term.code)], dtype=np.int64)


def units(unit: str, source: int) -> np.ndarray:
    return np.arange(0, 200, UNIT, dtype=np.int64)


def found(query: Query, codings: CodingColumns) -> dict[tuple[int, int, int, int], list[int]]:
    passages = retrieve(query, codings, keys_of, units)
    places = [passages.coder, passages.source, passages.start, passages.end]
    rows = list(zip(*(column.tolist() for column in places), strict=True))
    assert len(set(rows)) == len(rows)
    assert rows == sorted(rows, key=lambda row: (row[1], row[2], row[3], row[0]))
    return {row: passages.members_of(i).tolist() for i, row in enumerate(rows)}


@dataclass
class Slow:
    """The same by looking at every pair."""

    rows: list[tuple[int, int, int, int, int]]

    def spans(self, query: Query, coder: int, source: int) -> dict[Span, set[int]]:  # noqa: C901 - one case each
        here = [(i, row) for i, row in enumerate(self.rows) if row[1:3] == (coder, source)]
        match query:
            case Term(code) | Anything(code):
                found: dict[Span, set[int]] = {}
                for key in {row[0] for _, row in here}:
                    if code in ("*", str(key)):
                        mine = [(i, Span(*row[3:])) for i, row in here if row[0] == key]
                        for whole in merge(span for _, span in mine):
                            members = {i for i, span in mine if whole.contains(span)}
                            found.setdefault(whole, set()).update(members)
                return found
            case Either(parts):
                found = {}
                for part in parts:
                    for span, members in self.spans(part, coder, source).items():
                        found.setdefault(span, set()).update(members)
                return found
            case Both(parts, without):
                sides = [self.spans(part, coder, source) for part in parts or (Anything(),)]
                shared = dict(sides[0])
                if len(sides) > 1:
                    pieces = list(sides[0])
                    for side in sides[1:]:
                        pieces = intersection(pieces, list(side))
                    shared = {
                        piece: {i for side in sides for span, m in side.items() if span.overlaps(piece) for i in m}
                        for piece in pieces
                    }
                holes = [span for part in without for span in self.spans(part, coder, source)]
                return {span: m for span, m in shared.items() if not any(span.overlaps(hole) for hole in holes)}
            case Related(left, relation, right, denied, distance):
                others = list(self.spans(right, coder, source))
                return {
                    span: m
                    for span, m in self.spans(left, coder, source).items()
                    if any(self.stand(span, other, relation, distance) for other in others) != denied
                }

    @staticmethod
    def stand(one: Span, other: Span, relation: str, distance: int) -> bool:
        if relation == "near":
            first, last = one.start // UNIT, (one.end - 1) // UNIT
            begin, close = other.start // UNIT, (other.end - 1) // UNIT
            return max(0, begin - last, first - close) <= distance
        return other.contains(one) if relation == "within" else one.overlaps(other)


row_lists = st.lists(
    st.tuples(st.integers(1, 3), st.integers(1, 2), st.integers(1, 2), st.integers(0, 40), st.integers(1, 20)).map(
        lambda row: (*row[:4], row[3] + row[4])
    ),
    max_size=12,
)
queries = st.recursive(
    st.sampled_from([Term("1"), Term("2"), Term("3"), Anything()]),
    lambda inner: st.one_of(
        st.builds(lambda a, b: Either((a, b)), inner, inner),
        st.builds(lambda a, b, c: Both((a, b), (c,)), inner, inner, inner),
        st.builds(lambda a, b: Both((a,), (b,)), inner, inner),
        st.builds(lambda a, b: Both((a, b)), inner, inner),
        st.builds(lambda a: Both((), (a,)), inner),
        st.builds(
            Related, inner, st.sampled_from(["overlaps", "within", "near"]), inner, st.booleans(), st.integers(0, 3)
        ),
    ),
    max_leaves=5,
)


@settings(max_examples=300, deadline=None)
@given(row_lists, queries)
def test_the_sweep_finds_what_every_pair_finds(rows, query):
    slow = Slow(rows)
    expected = {
        (coder, source, *span): sorted(members)
        for coder in (1, 2)
        for source in (1, 2)
        for span, members in slow.spans(query, coder, source).items()
    }
    assert found(query, columns(rows)) == expected


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 30), st.integers(1, 9)), max_size=15),
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 30), st.integers(1, 9)), max_size=15),
)
def test_overlapping_pairs_are_all_and_once(left, right):
    sides = []
    for side in (left, right):
        table = np.array(sorted((g, s, s + n) for g, s, n in side), dtype=np.int64).reshape(-1, 3)
        sides.append((table[:, 0], table[:, 1], table[:, 2]))
    one, two = sides
    pairs = list(zip(*(places.tolist() for places in overlapping_pairs(one, two)), strict=True))
    expected = {
        (i, j)
        for i in range(len(one[0]))
        for j in range(len(two[0]))
        if one[0][i] == two[0][j] and one[1][i] < two[2][j] and two[1][j] < one[2][i]
    }
    assert len(pairs) == len(set(pairs))
    assert set(pairs) == expected


def test_coders_are_never_mixed():
    rows = [(1, 1, 1, 0, 10), (2, 2, 1, 0, 10)]
    assert found(parse_query("1 and 2", str), columns(rows)) == {}
    assert found(parse_query("1 overlaps 2", str), columns(rows)) == {}


def test_touching_codings_are_two_passages_and_do_not_overlap():
    rows = [(1, 1, 1, 0, 10), (1, 1, 1, 10, 20), (2, 1, 1, 20, 30)]
    assert list(found(parse_query("1", str), columns(rows))) == [(1, 1, 0, 10), (1, 1, 10, 20)]
    assert found(parse_query("1 overlaps 2", str), columns(rows)) == {}


def test_the_same_place_under_two_codes_is_one_passage():
    rows = [(1, 1, 1, 0, 10), (2, 1, 1, 0, 10)]
    assert found(parse_query("1 or 2", str), columns(rows)) == {(1, 1, 0, 10): [0, 1]}
    assert found(parse_query("*", str), columns(rows)) == {(1, 1, 0, 10): [0, 1]}


@pytest.mark.parametrize(("asked", "expected"), [("near(0 words)", 1), ("near(1 word)", 2), ("near(2 words)", 3)])
def test_nearness_counts_units(asked, expected):
    rows = [(1, 1, 1, 0, 2), (1, 1, 1, 6, 8), (1, 1, 1, 11, 13), (2, 1, 1, 3, 4)]
    assert len(found(parse_query(f"1 {asked} 2", str), columns(rows))) == expected


def test_nothing_gives_nothing():
    for text in ("1", "1 and 2", "1 within 2", "not 1", "1 near(1 word) 2", "1 or 2"):
        assert found(parse_query(text, str), columns([])) == {}


def test_units_are_asked_for_only_where_both_sides_stand():
    asked: list[int] = []

    def watched(unit: str, source: int) -> np.ndarray:
        asked.append(source)
        return units(unit, source)

    rows = [(1, 1, 1, 0, 2), (1, 1, 2, 0, 2), (2, 1, 2, 5, 6)]
    retrieve(parse_query("1 near(1 sentence) 2", str), columns(rows), keys_of, watched)
    assert set(asked) == {2}


def test_single_passages_are_the_codings():
    codings = columns([(1, 1, 1, 4, 9), (1, 1, 1, 0, 5)])
    alone = single_passages(codings)
    assert (alone.start.tolist(), [alone.members_of(i).tolist() for i in range(2)]) == ([4, 0], [[0], [1]])
    assert alone.take(np.array([1])).members.tolist() == [1]


def test_codings_inside_one_long_coding_cost_no_square():
    rows = [(1, 1, 1, 0, 2_000_000), *((2, 1, 1, 10 * i, 10 * i + 5) for i in range(20_000))]
    assert len(found(parse_query("1 and 2", str), columns(rows))) == 20_000
