"""Which case a coding speaks of: hand-made miniatures, and a slow reference that counts single characters."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcode.core import contexts
from qcode.core.contexts import (
    WHOLE_TRANSCRIPT,
    Assignment,
    AssignmentKind,
    CodingColumns,
    IntArray,
    LinkColumns,
    SpanIndex,
    assign,
    count_distinct,
    distinct_pairs,
    find_keys,
    joined_runs,
    ranges,
)

WHOLE = (WHOLE_TRANSCRIPT, WHOLE_TRANSCRIPT)
Coding = tuple[int, int, int, int, int, int]  # code, coder, source, start, end, case
Link = tuple[int, int, int, int, int]  # case, source, start, end, coder


def coding_columns(rows: Sequence[Coding]) -> CodingColumns:
    return CodingColumns(*np.array(rows, dtype=np.int64).reshape(-1, 6).T)


def link_columns(rows: Sequence[Link]) -> LinkColumns:
    return LinkColumns(*np.array(rows, dtype=np.int64).reshape(-1, 5).T)


def cases(codings: Sequence[Coding], links: Sequence[Link]) -> list[tuple[int, ...]]:
    assignment = assign(coding_columns(codings), link_columns(links))
    return [assignment.cases_of(row) for row in range(len(assignment))]


def coding(start: int, end: int, *, coder: int = 1, source: int = 1, case: int = 0) -> Coding:
    return (1, coder, source, start, end, case)


def slow_assign(codings: Sequence[Coding], links: Sequence[Link]) -> list[tuple[int, ...]]:
    """The rule as it is told to a person, one character at a time."""
    found: list[tuple[int, ...]] = []
    for _, coder, source, start, end, by_hand in codings:
        there = [link for link in links if link[1] == source]
        counting = [link for link in there if link[4] == coder] or there
        characters = set(range(start, end))
        shared: dict[int, set[int]] = {}
        for case, _, first, last, _ in counting:
            if first != WHOLE_TRANSCRIPT:
                shared.setdefault(case, set()).update(characters & set(range(first, last)))
        by_passage = sorted(case for case, common in shared.items() if 2 * len(common) >= len(characters))
        whole = {case for case, _, first, _, _ in counting if first == WHOLE_TRANSCRIPT}
        if by_hand:
            found.append((by_hand,))
        elif by_passage:
            found.append(tuple(by_passage))
        else:
            found.append(tuple(whole) if len(whole) == 1 else ())
    return found


spans = st.tuples(st.integers(0, 12), st.integers(1, 9)).map(lambda pair: (pair[0], sum(pair)))
codings_drawn = st.lists(
    st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(1, 4), spans, st.sampled_from([0, 0, 0, 1, 6])).map(
        lambda row: (row[0], row[1], row[2], *row[3], row[4])
    ),
    max_size=12,
)
links_drawn = st.lists(
    st.tuples(st.integers(1, 4), st.integers(1, 3), st.one_of(spans, st.just(WHOLE)), st.integers(1, 3)).map(
        lambda row: (row[0], row[1], *row[2], row[3])
    ),
    max_size=12,
)


@given(codings_drawn, links_drawn)
def test_assign_agrees_with_the_slow_reference(codings: list[Coding], links: list[Link]) -> None:
    assert cases(codings, links) == slow_assign(codings, links)


@given(codings=codings_drawn, links=links_drawn, size=st.integers(1, 5))
def test_working_in_small_blocks_changes_nothing(codings: list[Coding], links: list[Link], size: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(contexts, "_PAIRS_AT_ONCE", size)
        assert cases(codings, links) == slow_assign(codings, links)


@given(st.lists(st.integers(0, 9), max_size=20), st.integers(1, 12))
def test_blocks_hold_every_row_once_and_few_pairs(number: list[int], size: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(contexts, "_PAIRS_AT_ONCE", size)
        blocks = [number[block] for block in contexts._blocks(np.array(number, dtype=np.int64))]
    assert [pairs for block in blocks for pairs in block] == number
    assert all(sum(block) <= size or len(block) == 1 for block in blocks)


@given(codings_drawn, links_drawn)
def test_neither_order_matters(codings: list[Coding], links: list[Link]) -> None:
    turned = list(reversed(codings))
    shuffled = sorted(links, key=lambda link: (link[4], -link[0]))
    assert cases(turned, shuffled) == list(reversed(cases(codings, links)))


def test_a_case_set_by_hand_goes_before_every_link() -> None:
    links = [(7, 1, 0, 100, 1), (8, 1, *WHOLE, 1)]
    assert cases([coding(0, 10, case=3), coding(0, 10)], links) == [(3,), (7,)]


def test_two_cases_linked_as_a_whole_leave_a_coding_unassigned() -> None:
    assignment = assign(coding_columns([coding(0, 10)]), link_columns([(7, 1, *WHOLE, 1), (8, 1, *WHOLE, 1)]))
    assert assignment.kind.tolist() == [AssignmentKind.UNASSIGNED]
    assert assignment.cases_of(0) == ()


def test_one_case_linked_as_a_whole_twice_is_still_the_only_one() -> None:
    assert cases([coding(0, 10, coder=3)], [(7, 1, *WHOLE, 1), (7, 1, *WHOLE, 2)]) == [(7,)]


@pytest.mark.parametrize(("end", "expected"), [(4, ()), (5, (7,)), (6, (7,))])
def test_exactly_half_of_a_coding_is_enough(end: int, expected: tuple[int, ...]) -> None:
    assert cases([coding(0, 10)], [(7, 1, 0, end, 1)]) == [expected]


def test_half_of_an_odd_length_is_not_rounded_down() -> None:
    links = [(7, 1, 0, 4, 1)]
    assert cases([coding(0, 9), coding(0, 8)], links) == [(), (7,)]


def test_what_two_passages_of_one_case_share_is_counted_once() -> None:
    # Two times 4 of 10 characters, but the same four: less than half.
    assert cases([coding(0, 10)], [(7, 1, 0, 4, 1), (7, 1, 0, 4, 1)]) == [()]


def test_passages_of_one_case_are_added_up() -> None:
    assert cases([coding(0, 10)], [(7, 1, 0, 3, 1), (7, 1, 8, 20, 1)]) == [(7,)]


def test_several_cases_with_half_each_are_kept_apart_in_order() -> None:
    assignment = assign(coding_columns([coding(0, 10)]), link_columns([(9, 1, 0, 5, 1), (7, 1, 5, 10, 1)]))
    assert assignment.kind.tolist() == [AssignmentKind.SEVERAL]
    assert assignment.case.tolist() == [0]
    assert assignment.cases_of(0) == (7, 9)


def test_a_passage_goes_before_the_whole_transcript_and_the_rest_falls_back_to_it() -> None:
    links = [(7, 1, 0, 10, 1), (8, 1, *WHOLE, 1)]
    assert cases([coding(0, 10), coding(9, 20)], links) == [(7,), (8,)]


def test_own_links_on_the_transcript_shut_out_those_of_others() -> None:
    links = [(7, 1, 0, 10, 1), (8, 1, 0, 10, 2), (9, 2, 0, 10, 2)]
    codings = [coding(0, 10, coder=1), coding(0, 10, coder=2), coding(0, 10, coder=3), coding(0, 10, source=2)]
    assert cases(codings, links) == [(7,), (8,), (7, 8), (9,)]


def test_own_links_shut_out_those_of_others_even_where_they_do_not_reach() -> None:
    links = [(7, 1, 50, 60, 1), (8, 1, 0, 10, 2), (9, 1, *WHOLE, 2)]
    assert cases([coding(0, 10, coder=1)], links) == [()]


def test_positions_far_behind_all_links_do_not_reach_the_next_transcript() -> None:
    links = [(7, 1, 0, 10, 1), (8, 2, 0, 10, 1)]
    assert cases([coding(11, 14), coding(10, 1000), coding(5, 15, source=2)], links) == [(), (), (8,)]


def test_nothing_in_nothing_out() -> None:
    assert cases([], []) == []
    assert cases([coding(0, 1)], []) == [()]
    assert cases([], [(7, 1, 0, 4, 1)]) == []


def test_taking_rows_by_mask_and_by_position() -> None:
    columns = coding_columns([coding(0, 1), coding(1, 2), coding(2, 3)])
    assert columns.take(np.array([True, False, True])).start.tolist() == [0, 2]
    assert columns.take(np.array([2, 0])).start.tolist() == [2, 0]


@pytest.mark.parametrize("row", [(1, 1, 1, 4, 4, 0), (1, 1, 1, -1, 4, 0)])
def test_an_impossible_coding_is_refused(row: Coding) -> None:
    with pytest.raises(ValueError, match="non-empty stretch"):
        coding_columns([row])


@pytest.mark.parametrize("link", [(1, 1, -1, 4, 1), (1, 1, 4, -1, 1), (1, 1, 4, 4, 1), (1, 1, -2, -2, 1)])
def test_an_impossible_link_is_refused(link: Link) -> None:
    with pytest.raises(ValueError, match="the whole transcript"):
        link_columns([link])


@pytest.mark.parametrize("bad", [np.zeros(2, dtype=np.float64), np.zeros((2, 1), dtype=np.int64)])
def test_columns_of_another_type_or_shape_are_refused(bad: IntArray) -> None:
    good = np.zeros(2, dtype=np.int64)
    with pytest.raises(ValueError, match="one-dimensional arrays of int64"):
        LinkColumns(good, good, good, good, bad)


def test_columns_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="different lengths"):
        LinkColumns(*(np.zeros(n, dtype=np.int64) for n in (2, 2, 2, 2, 3)))


pairs = st.lists(st.tuples(st.integers(0, 4), st.integers(1, 4)), max_size=20)


def two_columns(rows: Sequence[tuple[int, int]]) -> tuple[IntArray, IntArray]:
    a, b = np.array(rows, dtype=np.int64).reshape(-1, 2).T
    return a, b


@given(pairs)
def test_distinct_pairs_and_what_is_built_on_them(rows: list[tuple[int, int]]) -> None:
    a, b = distinct_pairs(*two_columns(rows))
    assert list(zip(a.tolist(), b.tolist(), strict=True)) == sorted(set(rows))
    assert count_distinct(*two_columns(rows), 5).tolist() == [len({y for x, y in rows if x == i}) for i in range(5)]
    assignment = Assignment.from_pairs(5, *two_columns(rows))
    for row in range(5):
        expected = tuple(sorted({case for at, case in rows if at == row}))
        assert assignment.cases_of(row) == expected
        assert assignment.kind[row] == min(len(expected), 2)
        assert assignment.case[row] == (expected[0] if len(expected) == 1 else 0)


@given(st.sets(st.integers(-5, 20)), st.lists(st.integers(-6, 22)))
def test_find_keys_agrees_with_a_dictionary(keys: set[int], wanted: list[int]) -> None:
    places = {key: place for place, key in enumerate(sorted(keys))}
    found = find_keys(np.array(sorted(keys), dtype=np.int64), np.array(wanted, dtype=np.int64))
    assert found.tolist() == [places.get(number, -1) for number in wanted]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 4)), max_size=9))
def test_ranges_agree_with_range(rows: list[tuple[int, int]]) -> None:
    expected = [place for first, number in rows for place in range(first, first + number)]
    assert ranges(*two_columns(rows)).tolist() == expected


Grouped = list[tuple[int, int, int]]  # group, start, end
grouped = st.lists(st.tuples(st.integers(0, 3), spans).map(lambda row: (row[0], *row[1])), max_size=12)


@given(grouped, grouped)
def test_the_index_finds_all_that_overlaps(known: Grouped, asked: Grouped) -> None:
    index = SpanIndex.build(*np.array(known, dtype=np.int64).reshape(-1, 3).T)
    low, high = index.candidates(*np.array(asked, dtype=np.int64).reshape(-1, 3).T)
    for i, (g, first, last) in enumerate(asked):
        places = index.order[low[i] : high[i]].tolist()
        overlapping = {j for j, (h, start, end) in enumerate(known) if h == g and start < last and first < end}
        assert overlapping <= set(places)
        assert all(known[j][0] == g for j in places)
        assert bool(places) == bool(overlapping)
        assert not places or places[0] in overlapping


def test_a_long_span_reaches_over_the_short_ones_inside_it() -> None:
    begins, reach = joined_runs(np.array([0, 1, 5, 3]), np.array([9, 3, 6, 4]), np.array([1, 1, 1, 2]))
    assert begins.tolist() == [True, False, False, True]
    assert reach.tolist() == [9, 9, 9, 4]
