"""Which stage of its case a coding speaks of."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from qcode.core.contexts import WHOLE_TRANSCRIPT, Assignment, CodingColumns, LinkColumns, assign
from qcode.core.stages import Contexts, assign_stages, stage_order

CASES = (7, 8)
STAGES = (0, 1, 2)
CONTEXTS = Contexts.of((case, stage) for case in CASES for stage in STAGES)


def columns(rows: list[tuple[int, ...]], width: int) -> list[np.ndarray]:
    table = np.array(rows, dtype=np.int64).reshape(-1, width)
    return [table[:, i].copy() for i in range(width)]


def found(codings: list[tuple[int, int, int, int]], links: list[tuple[int, int, int, int]]) -> list[set[tuple]]:
    """Contexts of codings (start, end, case, stage) by links (case, stage, start, end) of one coder on one text."""
    start, end, case, stage = columns(codings, 4)
    one = np.ones_like(start)
    link_case, link_stage, first, last = columns(links, 4)
    ones = np.ones_like(link_case)
    table = LinkColumns(link_case, ones, first, last, ones)
    result = assign_stages(CodingColumns(one, one, one, start, end, case), table, CONTEXTS, stage, link_stage)
    return as_pairs(result)


def as_pairs(result: Assignment) -> list[set[tuple]]:
    names = {i + 1: pair for i, pair in enumerate(zip(CONTEXTS.case.tolist(), CONTEXTS.stage.tolist(), strict=True))}
    return [{names[c] for c in result.cases_of(row)} for row in range(len(result))]


WHOLE = (WHOLE_TRANSCRIPT, WHOLE_TRANSCRIPT)


def test_by_hand_goes_before_links():
    assert found([(0, 9, 7, 2), (0, 9, 8, 0)], [(7, 1, 0, 9)]) == [{(7, 2)}, {(8, 0)}]


def test_by_hand_without_a_stage_takes_the_stage_of_links_of_the_same_case():
    assert found([(0, 9, 7, 0)], [(7, 1, 0, 9), (8, 2, 0, 9)]) == [{(7, 1)}]


def test_links_give_case_and_stage_together():
    links = [(7, 1, 0, 10), (7, 2, 10, 20), (8, 0, *WHOLE)]
    assert found([(0, 9, 0, 0), (12, 19, 0, 0), (30, 40, 0, 0)], links) == [{(7, 1)}, {(7, 2)}, {(8, 0)}]


def test_a_coding_over_two_stages_has_both_and_one_that_neither_covers_has_none():
    links = [(7, 1, 0, 10), (7, 2, 8, 20)]
    assert found([(8, 10, 0, 0)], links) == [{(7, 1), (7, 2)}]
    assert found([(4, 16, 0, 0)], [(7, 1, 0, 9), (7, 2, 11, 20)]) == [{(7, 0)}]  # half of it is of the case


def test_a_link_with_a_stage_goes_before_one_without():
    assert found([(0, 9, 0, 0)], [(7, 0, 0, 20), (7, 1, 0, 20)]) == [{(7, 1)}]
    assert found([(0, 9, 0, 0)], [(7, 0, 0, 20), (7, 1, 0, 10)]) == [{(7, 1)}]
    assert found([(0, 9, 0, 0)], [(7, 0, *WHOLE), (7, 1, *WHOLE)]) == [{(7, 1)}]
    assert found([(0, 9, 0, 0)], [(7, 2, *WHOLE), (7, 1, *WHOLE)]) == [{(7, 0)}]


def test_nothing_at_all():
    assert found([], []) == []
    assert found([(0, 9, 0, 0)], []) == [set()]
    assert Contexts.of([]).number(np.array([3]), np.array([0])).tolist() == [0]
    assert CONTEXTS.number(np.array([7, 7]), np.array([3, 9])).tolist() == [0, 0]


spans = st.tuples(st.integers(0, 12), st.integers(1, 12)).map(lambda s: (s[0], s[0] + s[1]))
codings = st.tuples(spans, st.sampled_from([0, *CASES]), st.sampled_from(STAGES)).map(
    lambda c: (*c[0], c[1], c[2] if c[1] else 0)
)
links = st.tuples(st.sampled_from(CASES), st.sampled_from(STAGES), spans | st.just(WHOLE)).map(
    lambda x: (x[0], x[1], *x[2])
)


@given(st.lists(codings, max_size=6), st.lists(links, max_size=6))
def test_the_cases_are_those_of_assign(coded, linked):
    start, end, case, _ = columns(coded, 4)
    one = np.ones_like(start)
    link_case, _, first, last = columns(linked, 4)
    ones = np.ones_like(link_case)
    plain = assign(CodingColumns(one, one, one, start, end, case), LinkColumns(link_case, ones, first, last, ones))
    assert [{c for c, _ in contexts} for contexts in found(coded, linked)] == [
        set(plain.cases_of(row)) for row in range(len(plain))
    ]


@given(st.lists(codings, max_size=6), st.lists(links, max_size=6))
def test_without_stages_nothing_is_added(coded, linked):
    bare = [(start, end, case, 0) for start, end, case, _ in coded]
    contexts = found(bare, [(case, 0, start, end) for case, _, start, end in linked])
    assert all(stage == 0 for row in contexts for _, stage in row)


@given(st.lists(st.lists(st.sampled_from("abcdef"), unique=True), max_size=5))
def test_every_stage_stands_once(cases):
    order = stage_order(cases)
    assert sorted(order) == sorted({name for names in cases for name in names})
    assert [name for name in order if name in (cases[:1] or [[]])[0]] == (cases[:1] or [[]])[0]


def test_orders_that_contradict_each_other():
    assert stage_order([["a", "b"], ["b", "a", "c"]]) == ["a", "c", "b"]
    assert stage_order([]) == []
