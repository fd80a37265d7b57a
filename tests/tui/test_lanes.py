"""Lanes of the margin: codings that share a line never share a lane, whatever is added and removed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcode.tui.lanes import LaneIndex
from qcode.tui.layout import Measure, TextLayout

LENGTH = 1200
TEXT = ("两县合作很好。we signed\n" * 100)[: LENGTH - 1] + "。"
MEASURE = Measure(TEXT, [(0, LENGTH)])
LAYOUT = TextLayout(MEASURE, 12)

Span = tuple[int, int]
segments = st.builds(
    lambda start, length: (start, min(start + length, LENGTH)),
    st.integers(0, LENGTH - 1),
    st.one_of(st.integers(1, 20), st.integers(1, LENGTH)),
)
segment_lists = st.lists(segments, max_size=25)
# A segment is added; a number takes out one of those that are there.
edits = st.lists(st.one_of(segments, st.integers(0, 30)), max_size=40)


def build(segment_list: list[Span], layout: TextLayout = LAYOUT) -> LaneIndex:
    return LaneIndex(layout, [(coding, start, end) for coding, (start, end) in enumerate(segment_list)])


def edit(index: LaneIndex, codings: dict[int, Span], changes: list[Span | int]) -> None:
    """Carry out the changes on the index and on the plain dictionary alike."""
    for number, change in enumerate(changes, start=1000):
        if isinstance(change, tuple):
            codings[number] = change
            first, last = LAYOUT.line_range(*change)
            assert index.add(number, *change, first, last) == range(first, last + 1)
        elif codings:
            coding = sorted(codings)[change % len(codings)]
            first, last = LAYOUT.line_range(*codings.pop(coding))
            assert index.remove(coding) == range(first, last + 1)


def check(index: LaneIndex, codings: dict[int, Span], layout: TextLayout = LAYOUT) -> None:
    """Every line shows the codings that it must, each in a lane of its own, with the right part."""
    ranges = {coding: layout.line_range(*span) for coding, span in codings.items()}
    for line in range(layout.line_count):
        marks = index.lanes_on_line(line)
        expected = {coding for coding, (first, last) in ranges.items() if first <= line <= last}
        assert {coding for _, coding, _ in marks} == expected
        lanes = [lane for lane, _, _ in marks]
        assert lanes == sorted(set(lanes))
        for lane, coding, part in marks:
            first, last = ranges[coding]
            assert lane == index.lane_of(coding)
            assert part == {
                (True, True): "single", (True, False): "top", (False, True): "bottom", (False, False): "middle"
            }[first == line, last == line]  # fmt: skip
    assert index.lane_count == max((index.lane_of(coding) + 1 for coding in codings), default=0)
    assert {coding: index.lines_of(coding) for coding in codings} == {
        coding: range(first, last + 1) for coding, (first, last) in ranges.items()
    }


def brute_force(codings: dict[int, Span], start: int, end: int) -> list[int]:
    found = [(first, -last, coding) for coding, (first, last) in codings.items() if max(first, start) < min(last, end)]
    return [coding for _, _, coding in sorted(found)]


@given(segment_lists)
def test_a_fresh_build_needs_no_more_lanes_than_its_deepest_line(segment_list: list[Span]) -> None:
    index = build(segment_list)
    check(index, dict(enumerate(segment_list)))
    assert index.lane_count == max(len(index.lanes_on_line(line)) for line in range(LAYOUT.line_count))


@given(segment_lists, edits)
def test_any_sequence_of_changes_keeps_lanes_apart(segment_list: list[Span], changes: list[Span | int]) -> None:
    index, codings = build(segment_list), dict(enumerate(segment_list))
    edit(index, codings, changes)
    check(index, codings)


@given(segment_lists, edits, st.lists(segments, min_size=1, max_size=10))
def test_spans_on_finds_what_a_search_through_all_finds(
    segment_list: list[Span], changes: list[Span | int], queries: list[Span]
) -> None:
    index, codings = build(segment_list), dict(enumerate(segment_list))
    edit(index, codings, changes)
    for start, end in queries:
        assert index.spans_on(start, end) == brute_force(codings, start, end)


@given(segment_lists, segments)
def test_a_change_moves_no_other_bracket(segment_list: list[Span], segment: Span) -> None:
    index = build(segment_list)
    before = [index.lane_of(coding) for coding in range(len(segment_list))]
    touched = index.add(99, *segment, *LAYOUT.line_range(*segment))
    others = {mark[0] for line in touched for mark in index.lanes_on_line(line) if mark[1] != 99}
    assert index.lane_of(99) == min(set(range(len(others) + 1)) - others)
    assert [index.lane_of(coding) for coding in range(len(segment_list))] == before
    index.remove(99)
    assert [index.lane_of(coding) for coding in range(len(segment_list))] == before


@given(segment_lists, edits, st.integers(4, 60))
def test_after_a_resize_the_lanes_are_those_of_a_fresh_build(
    segment_list: list[Span], changes: list[Span | int], width: int
) -> None:
    index, codings = build(segment_list), dict(enumerate(segment_list))
    edit(index, codings, changes)
    layout = LAYOUT.resized(width)
    index.rebuild(layout)
    check(index, codings, layout)
    fresh = LaneIndex(layout, [(coding, *span) for coding, span in codings.items()])
    assert {coding: index.lane_of(coding) for coding in codings} == {
        coding: fresh.lane_of(coding) for coding in codings
    }


def test_the_lowest_free_lane_is_taken_again() -> None:
    index = build([(0, 200), (0, 150), (0, 100)])
    assert [index.lane_of(coding) for coding in range(3)] == [0, 1, 2]
    index.remove(0)
    index.add(7, 0, 20, *LAYOUT.line_range(0, 20))
    assert (index.lane_of(7), index.lane_count) == (0, 3)
    index.remove(2)
    assert index.lane_count == 2


def test_codings_that_touch_on_one_line_get_two_lanes() -> None:
    index = build([(0, 3), (3, 5)])
    assert index.lanes_on_line(0) == [(0, 0, "single"), (1, 1, "single")]


def test_an_empty_index_answers() -> None:
    index = LaneIndex(LAYOUT)
    assert (index.spans_on(0, LENGTH), index.lanes_on_line(0), index.lane_count) == ([], [], 0)


def test_an_empty_stretch_holds_no_coding() -> None:
    assert build([(0, LENGTH)]).spans_on(5, 5) == []


@pytest.mark.parametrize("span", [(5, 5), (6, 5), (-1, 5)])
def test_a_span_that_holds_nothing_is_refused(span: Span) -> None:
    with pytest.raises(ValueError, match="Coding 4 from"):
        LaneIndex(LAYOUT, [(4, *span)])
    index = build([(0, 9)])
    with pytest.raises(ValueError, match="Coding 4 from"):
        index.add(4, *span, 0, 0)
    check(index, {0: (0, 9)})


def test_the_same_number_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="Coding 4 is there twice"):
        LaneIndex(LAYOUT, [(4, 0, 5), (4, 8, 9)])
    index = build([(0, 9)])
    with pytest.raises(ValueError, match="Coding 0 is there twice"):
        index.add(0, 3, 5, 0, 0)
    check(index, {0: (0, 9)})


@pytest.mark.parametrize("lines", [(3, 2), (-1, 2)])
def test_lines_out_of_order_are_refused(lines: Span) -> None:
    index = build([])
    with pytest.raises(ValueError, match="out of order"):
        index.add(1, 0, 5, *lines)
    check(index, {})


def test_a_number_that_is_not_there_is_a_key_error() -> None:
    index = build([(0, 9)])
    for ask in (index.remove, index.lane_of, index.lines_of):
        with pytest.raises(KeyError):
            ask(5)
