"""Blocks: connected components against a slow search, and the larger level."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qcode.core.blocks import components, find_blocks

edges = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=14)


def columns(rows: list[tuple[int, ...]], width: int) -> tuple[np.ndarray, ...]:
    return tuple(np.array(rows, dtype=np.int64).reshape(-1, width).T)


def reached(start: int, pairs: list[tuple[int, int]]) -> set[int]:
    found, open_ = {start}, [start]
    while open_:
        node = open_.pop()
        near = {b for a, b in pairs if a == node} | {a for a, b in pairs if b == node}
        open_ += near - found
        found |= near
    return found


@settings(deadline=None)
@given(edges)
def test_components_are_what_a_search_reaches(pairs: list[tuple[int, int]]) -> None:
    found = components(12, *columns(pairs, 2)).tolist()
    for node in range(12):
        assert {other for other in range(12) if found[other] == found[node]} == reached(node, pairs)
    assert list(dict.fromkeys(found)) == list(range(len(set(found))))


@settings(deadline=None)
@given(edges, st.randoms())
def test_the_numbering_does_not_depend_on_the_order_of_edges(pairs: list[tuple[int, int]], chance: object) -> None:
    turned = [(b, a) for a, b in reversed(pairs)]
    assert components(12, *columns(pairs, 2)).tolist() == components(12, *columns(turned, 2)).tolist()


@pytest.mark.parametrize("edge", [(0, 3), (-1, 0)])
def test_an_edge_leads_to_a_node_that_exists(edge: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="3 nodes"):
        components(3, *columns([edge], 2))


def test_a_chain_of_interviews_and_cases_is_one_block() -> None:
    found = find_blocks(*columns([(1, 70), (1, 80), (2, 80), (2, 90), (3, 60)], 2))
    assert found.cases.tolist() == [60, 70, 80, 90]
    assert found.case_block.tolist() == [0, 1, 1, 1]
    assert found.interview_block.tolist() == [1, 1, 0]
    assert (found.number, found.sizes.tolist(), found.largest, found.largest_share) == (2, [1, 3], 1, 0.75)
    assert found.of(np.array([90, 60, 65])).tolist() == [1, 0, -1]


def test_a_place_joins_its_interviews() -> None:
    interview, case, place = columns([(1, 7, 5), (2, 8, 6), (3, 9, 5), (4, 10, -1), (5, 11, -1)], 3)
    assert find_blocks(interview, case, place).case_block.tolist() == [0, 1, 0, 2, 3]
    assert find_blocks(interview, case).number == 5


def test_no_links_no_blocks() -> None:
    none = np.empty(0, dtype=np.int64)
    found = find_blocks(none, none, none)
    assert (found.number, found.largest, found.largest_share) == (0, -1, 0)
    assert found.of(np.array([1])).tolist() == [-1]


def test_columns_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="different lengths"):
        find_blocks(np.arange(2), np.arange(2), np.arange(3))
