"""Counting: miniatures counted by hand, and slow references in plain Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcode.core.contexts import WHOLE_TRANSCRIPT, Assignment, CodingColumns, LinkColumns, assign
from qcode.core.crosstab import ColumnKind, Crosstab, crosstab
from qcode.core.tabulate import (
    COMPLETE,
    COUNTED_ROLES,
    LedgerRow,
    Segments,
    TurnColumns,
    TurnRole,
    completed,
    frequencies,
    in_scope,
    merge_overlaps,
    rolled_up,
    segment_cases,
)

WHOLE = (WHOLE_TRANSCRIPT, WHOLE_TRANSCRIPT)
Coding = tuple[int, int, int, int, int, int]  # code, coder, source, start, end, case
Link = tuple[int, int, int, int, int]  # case, source, start, end, coder
Turn = tuple[int, int, int, int]  # source, start, end, role
Place = tuple[int, int, int]  # code, coder, source
TRUST, MONEY = 1, 2


def coding_columns(rows: Sequence[Coding]) -> CodingColumns:
    return CodingColumns(*np.array(rows, dtype=np.int64).reshape(-1, 6).T)


def link_columns(rows: Sequence[Link]) -> LinkColumns:
    return LinkColumns(*np.array(rows, dtype=np.int64).reshape(-1, 5).T)


def turn_columns(rows: Sequence[Turn]) -> TurnColumns:
    return TurnColumns(*np.array(rows, dtype=np.int64).reshape(-1, 4).T)


def merged(rows: Sequence[Coding]) -> Segments:
    return merge_overlaps(coding_columns(rows))


def spans_of(segments: Segments) -> list[tuple[int, int]]:
    return list(zip(segments.start.tolist(), segments.end.tolist(), strict=True))


def table_of(
    codings: Sequence[Coding],
    links: Sequence[Link],
    values: Mapping[int, str | None],
    codes: Sequence[int] = (TRUST, MONEY),
) -> Crosstab:
    columns = coding_columns(codings)
    segments = merge_overlaps(columns)
    return crosstab(segments, segment_cases(segments, assign(columns, link_columns(links))), values, codes)


def row_of(table: Crosstab, code: int) -> dict[str, int]:
    """Column label -> count, without the zeros."""
    numbers = table.counts[table.rows.index(code)].tolist()
    return {column.label: number for column, number in zip(table.columns, numbers, strict=True) if number}


drawn_spans = st.tuples(st.integers(0, 14), st.integers(1, 8)).map(lambda pair: (pair[0], sum(pair)))
drawn_codings = st.lists(
    st.tuples(st.integers(1, 3), st.integers(1, 2), st.integers(1, 3), drawn_spans, st.integers(0, 4)).map(
        lambda row: (row[0], row[1], row[2], *row[3], row[4])
    ),
    max_size=20,
)
drawn_turns = st.lists(
    st.tuples(st.integers(1, 3), st.integers(0, 14), st.integers(0, 8), st.integers(0, 4)).map(
        lambda row: (row[0], row[1], row[1] + row[2], row[3])
    ),
    max_size=8,
)


def overlapping(a: Coding, b: Coding) -> bool:
    return a[:3] == b[:3] and bool(set(range(a[3], a[4])) & set(range(b[3], b[4])))


def slow_segments(codings: Sequence[Coding]) -> list[tuple[Place, int, int, frozenset[int]]]:
    """Code, coder and source, start, end and the joined rows of each segment: what overlaps belongs together."""
    parts: list[set[int]] = []
    for row, coding in enumerate(codings):
        near = [part for part in parts if any(overlapping(coding, codings[other]) for other in part)]
        parts = [part for part in parts if part not in near]
        parts.append({row}.union(*near))
    return sorted(
        (
            (codings[min(part)][0], codings[min(part)][1], codings[min(part)][2]),
            min(codings[row][3] for row in part),
            max(codings[row][4] for row in part),
            frozenset(part),
        )
        for part in parts
    )


class TestMergeOverlaps:
    @given(drawn_codings)
    def test_agrees_with_the_slow_reference(self, codings: list[Coding]) -> None:
        segments = merged(codings)
        found = []
        for i, span in enumerate(spans_of(segments)):
            place = (int(segments.code[i]), int(segments.coder[i]), int(segments.source[i]))
            members = segments.members[segments.offsets[i] : segments.offsets[i + 1]].tolist()
            assert segments.representative[i] == members[0]
            assert segments.joined[i] == len(members)
            assert codings[members[0]][3] == span[0]
            found.append((place, *span, frozenset(members)))
        assert found == slow_segments(codings)

    @given(drawn_codings)
    def test_codings_that_stand_in_order_need_no_sort_and_give_the_same(self, codings: list[Coding]) -> None:
        in_order = sorted(codings, key=lambda coding: coding[:4])
        segments = merged(in_order)
        assert segments.members.tolist() == list(range(len(codings)))
        assert spans_of(segments) == spans_of(merged(codings))

    def test_what_stands_in_order_is_not_sorted(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delattr(np, "lexsort")
        in_order = [(TRUST, 1, 2, 50, 60, 0), (TRUST, 2, 1, 30, 40, 0), (MONEY, 1, 1, 0, 9, 0), (MONEY, 1, 1, 0, 4, 0)]
        assert spans_of(merged(in_order)) == [(50, 60), (30, 40), (0, 9)]
        with pytest.raises(AttributeError):
            merged(in_order[::-1])

    @given(drawn_codings)
    def test_merging_again_changes_nothing(self, codings: list[Coding]) -> None:
        once = merged(codings)
        none = np.zeros_like(once.code)
        twice = merge_overlaps(CodingColumns(once.code, once.coder, once.source, once.start, once.end, none))
        assert spans_of(twice) == spans_of(once)
        assert twice.joined.tolist() == [1] * len(once.code)

    def test_two_coders_are_not_merged_with_each_other(self) -> None:
        segments = merged([(TRUST, 1, 1, 0, 10, 0), (TRUST, 2, 1, 5, 15, 0)])
        assert spans_of(segments) == [(0, 10), (5, 15)]
        assert segments.coder.tolist() == [1, 2]

    def test_two_codes_and_two_transcripts_are_not_merged(self) -> None:
        segments = merged([(TRUST, 1, 1, 0, 10, 0), (MONEY, 1, 1, 0, 10, 0), (TRUST, 1, 2, 0, 10, 0)])
        assert segments.joined.tolist() == [1, 1, 1]

    def test_neighbours_that_touch_stay_two_decisions(self) -> None:
        assert spans_of(merged([(TRUST, 1, 1, 0, 5, 0), (TRUST, 1, 1, 5, 9, 0)])) == [(0, 5), (5, 9)]

    def test_a_long_coding_joins_all_inside_it(self) -> None:
        segments = merged([(TRUST, 1, 1, 0, 30, 0), (TRUST, 1, 1, 2, 4, 0), (TRUST, 1, 1, 20, 25, 0)])
        assert spans_of(segments) == [(0, 30)]
        assert segments.joined.tolist() == [3]

    def test_of_no_codings_there_are_no_segments(self) -> None:
        segments = merged([])
        assert spans_of(segments) == []
        assert segments.representative.tolist() == []


class TestSegmentCases:
    @given(drawn_codings)
    def test_the_union_of_the_members_cases(self, codings: list[Coding]) -> None:
        by_coding = assign(coding_columns(codings), link_columns([]))
        by_segment = segment_cases(merged(codings), by_coding)
        expected = [tuple(sorted({codings[row][5] for row in part} - {0})) for *_, part in slow_segments(codings)]
        assert [by_segment.cases_of(row) for row in range(len(by_segment))] == expected

    def test_an_unassigned_member_takes_nothing_away(self) -> None:
        codings = coding_columns([(TRUST, 1, 1, 0, 5, 0), (TRUST, 1, 1, 3, 9, 7)])
        cases = segment_cases(merge_overlaps(codings), assign(codings, link_columns([])))
        assert cases.case.tolist() == [7]


class TestInScope:
    @given(drawn_codings, drawn_turns, st.sets(st.sampled_from(TurnRole)))
    def test_agrees_with_the_slow_reference(
        self, codings: list[Coding], turns: list[Turn], roles: set[TurnRole]
    ) -> None:
        scope = in_scope(coding_columns(codings), turn_columns(turns), roles)
        counts, other_roles, outside = [], 0, 0
        for _, _, source, start, end, _ in codings:
            touched = {
                role
                for at, first, last, role in turns
                if at == source and set(range(first, last)) & set(range(start, end))
            }
            counts.append(bool(touched & roles) or all(turn[0] != source for turn in turns))
            other_roles += not counts[-1] and bool(touched)
            outside += not counts[-1] and not touched
        assert scope.counts.tolist() == counts
        assert (scope.other_roles, scope.outside_turns) == (other_roles, outside)
        assert scope.left_out == counts.count(False)

    def test_what_only_the_interviewer_says_is_left_out_and_counted(self) -> None:
        turns = turn_columns([(1, 0, 10, TurnRole.INTERVIEWER), (1, 11, 30, TurnRole.PARTICIPANT)])
        codings = [(TRUST, 1, 1, 0, 10, 0), (TRUST, 1, 1, 8, 12, 0), (TRUST, 1, 1, 20, 25, 0), (TRUST, 1, 2, 0, 5, 0)]
        scope = in_scope(coding_columns(codings), turns)
        assert scope.counts.tolist() == [False, True, True, True]
        assert (scope.left_out, scope.other_roles, scope.outside_turns) == (1, 1, 0)

    def test_an_empty_turn_inside_a_coding_makes_no_difference(self) -> None:
        turns = turn_columns([(1, 0, 10, TurnRole.INTERVIEWER), (1, 5, 5, TurnRole.PARTICIPANT)])
        assert in_scope(coding_columns([(TRUST, 1, 1, 2, 9, 0)]), turns).left_out == 1

    def test_the_interviewer_counts_when_asked_for(self) -> None:
        turns = turn_columns([(1, 0, 10, TurnRole.INTERVIEWER)])
        codings = coding_columns([(TRUST, 1, 1, 0, 10, 0)])
        assert in_scope(codings, turns, {TurnRole.INTERVIEWER}).left_out == 0
        assert in_scope(codings, turns).left_out == 1

    def test_a_blank_line_between_turns_is_told_apart(self) -> None:
        turns = turn_columns([(1, 0, 10, TurnRole.PARTICIPANT), (1, 12, 20, TurnRole.PARTICIPANT)])
        scope = in_scope(coding_columns([(TRUST, 1, 1, 10, 12, 0)]), turns)
        assert (scope.left_out, scope.other_roles, scope.outside_turns) == (1, 0, 1)

    def test_documents_and_unknown_speakers_count_unless_asked_otherwise(self) -> None:
        assert {TurnRole.PARTICIPANT, TurnRole.TEXT, TurnRole.OTHER, TurnRole.UNKNOWN} == COUNTED_ROLES

    @pytest.mark.parametrize("turn", [(1, 5, 4, 0), (1, -1, 4, 0)])
    def test_an_impossible_turn_is_refused(self, turn: Turn) -> None:
        with pytest.raises(ValueError, match="A turn must not end before it begins"):
            turn_columns([turn])


class TestFrequencies:
    @given(drawn_codings)
    def test_agrees_with_the_slow_reference(self, codings: list[Coding]) -> None:
        found = frequencies(merged(codings), 4)
        parts = slow_segments(codings)
        for code in range(1, 5):
            own = [(place, start, end) for place, start, end, _ in parts if place[0] == code]
            assert found.segments[code - 1] == len(own)
            assert found.transcripts[code - 1] == len({place[2] for place, *_ in own})
            assert found.coders[code - 1] == len({place[1] for place, *_ in own})
            # The characters straight from the codings, so that nothing rests on the merged segments.
            covered = {(c[1], c[2], position) for c in codings if c[0] == code for position in range(c[3], c[4])}
            assert found.characters[code - 1] == len(covered)

    def test_a_self_overlap_is_counted_once(self) -> None:
        found = frequencies(merged([(TRUST, 1, 1, 0, 10, 0), (TRUST, 1, 1, 5, 15, 0)]), 2)
        assert found.segments.tolist() == [1, 0]
        assert found.characters.tolist() == [15, 0]

    def test_the_caller_chooses_the_coder_and_nothing_is_added_up(self) -> None:
        both = coding_columns([(TRUST, 1, 1, 0, 10, 0), (TRUST, 2, 1, 0, 10, 0)])
        one = frequencies(merge_overlaps(both.take(both.coder == 1)), 1)
        assert (one.segments.tolist(), one.coders.tolist()) == ([1], [1])
        assert frequencies(merge_overlaps(both), 1).coders.tolist() == [2]

    def test_a_code_beyond_the_last_is_refused(self) -> None:
        with pytest.raises(ValueError, match="beyond the 1 codes"):
            frequencies(merged([(MONEY, 1, 1, 0, 10, 0)]), 1)

    def test_no_segments(self) -> None:
        assert frequencies(merged([]), 2).characters.tolist() == [0, 0]


VALUES: dict[int, str | None] = {1: "arranged", 2: "mandated", 3: "arranged", 4: None}


def slow_column(cases: set[int], values: Mapping[int, str | None]) -> str:
    if not cases:
        return "unassigned"
    labels = {values.get(case) or "not recorded" for case in cases}
    return labels.pop() if len(labels) == 1 else "several"


class TestCrosstab:
    @given(drawn_codings, st.sampled_from([(3, 1), (1, 2, 3), (2,), ()]))
    def test_agrees_with_the_slow_reference(self, codings: list[Coding], codes: tuple[int, ...]) -> None:
        table = table_of(codings, [], VALUES, codes)
        assert table.rows == codes
        labels = ["arranged", "mandated", "not recorded", "several", "unassigned"]
        assert [column.label for column in table.columns] == labels
        parts = [(place, {codings[row][5] for row in part} - {0}) for place, _, _, part in slow_segments(codings)]
        for i, code in enumerate(codes):
            row = [(place[2], cases) for place, cases in parts if place[0] == code]
            assert table.row_cases[i] == len(set().union(*(cases for _, cases in row)))
            assert table.row_transcripts[i] == len({source for source, _ in row})
            assert table.counts[i].sum() == len(row)
            for j, label in enumerate(labels):
                cell = [(source, cases) for source, cases in row if slow_column(cases, VALUES) == label]
                assert table.counts[i, j] == len(cell)
                assert table.cases[i, j] == len(set().union(*(cases for _, cases in cell)))
                assert table.transcripts[i, j] == len({source for source, _ in cell})

    def test_a_code_used_for_the_first_case_of_a_transcript_is_not_counted_for_the_second(self) -> None:
        links = [(1, 1, 0, 100, 1), (2, 1, 100, 200, 1)]
        codings = [(TRUST, 1, 1, 10, 20, 0), (TRUST, 1, 1, 30, 40, 0), (MONEY, 1, 1, 110, 120, 0)]
        table = table_of(codings, links, VALUES)
        assert row_of(table, TRUST) == {"arranged": 2}
        assert row_of(table, MONEY) == {"mandated": 1}
        assert table.cases[:, :2].tolist() == [[1, 0], [0, 1]]
        assert table.transcripts[:, :2].tolist() == [[1, 0], [0, 1]]

    def test_between_two_whole_transcript_links_a_segment_is_unassigned(self) -> None:
        table = table_of([(TRUST, 1, 1, 10, 20, 0)], [(1, 1, *WHOLE, 1), (2, 1, *WHOLE, 1)], VALUES)
        assert row_of(table, TRUST) == {"unassigned": 1}
        assert table.row_cases.tolist() == [0, 0]

    def test_two_cases_with_one_value_are_that_value(self) -> None:
        table = table_of([(TRUST, 1, 1, 10, 20, 0)], [(1, 1, 0, 50, 1), (3, 1, 0, 50, 1)], VALUES)
        assert row_of(table, TRUST) == {"arranged": 1}
        assert table.cases[0, 0] == 2

    def test_two_cases_with_two_values_are_several(self) -> None:
        table = table_of([(TRUST, 1, 1, 10, 20, 0)], [(1, 1, 0, 50, 1), (2, 1, 0, 50, 1)], VALUES)
        assert row_of(table, TRUST) == {"several": 1}

    def test_a_recorded_and_an_unrecorded_value_are_several(self) -> None:
        table = table_of([(TRUST, 1, 1, 10, 20, 0)], [(1, 1, 0, 50, 1), (4, 1, 0, 50, 1)], VALUES)
        assert row_of(table, TRUST) == {"several": 1}

    @pytest.mark.parametrize("values", [{4: None}, {4: ""}, {4: " \t"}, {}])
    def test_an_empty_attribute_is_not_recorded(self, values: dict[int, str | None]) -> None:
        table = table_of([(TRUST, 1, 1, 10, 20, 4), (TRUST, 1, 1, 30, 40, 4)], [], values)
        assert row_of(table, TRUST) == {"not recorded": 2}
        assert [column.kind for column in table.columns] == [*ColumnKind][1:]

    def test_overlapping_segments_with_different_cases_count_once_as_several(self) -> None:
        table = table_of([(TRUST, 1, 1, 10, 20, 1), (TRUST, 1, 1, 15, 25, 2)], [], VALUES)
        assert row_of(table, TRUST) == {"several": 1}

    def test_cases_and_transcripts_do_not_add_up_but_their_totals_are_right(self) -> None:
        codings = [(TRUST, 1, 1, 0, 10, 1), (TRUST, 1, 1, 20, 30, 2), (TRUST, 1, 1, 40, 50, 0), (TRUST, 1, 2, 0, 9, 1)]
        links = [(1, 1, 40, 50, 1), (2, 1, 40, 50, 1)]
        table = table_of(codings, links, VALUES)
        assert table.counts[0].tolist() == [2, 1, 0, 1, 0]
        assert table.cases[0].tolist() == [1, 1, 0, 2, 0]
        assert table.transcripts[0].tolist() == [2, 1, 0, 1, 0]
        assert (table.row_cases[0], table.row_transcripts[0]) == (2, 2)

    def test_a_value_called_like_a_special_column_stays_apart_from_it(self) -> None:
        table = table_of([(TRUST, 1, 1, 0, 10, 1), (TRUST, 1, 1, 20, 30, 0)], [], {1: "unassigned"})
        assert table.columns[0] == (ColumnKind.VALUE, "unassigned")
        assert table.counts[0].tolist() == [1, 0, 0, 1]

    def test_the_columns_follow_the_wanted_order_and_then_the_alphabet(self) -> None:
        segments = merged([(TRUST, 1, 1, 0, 10, 0)])
        nothing = Assignment.from_pairs(1, np.array([], dtype=np.int64), np.array([], dtype=np.int64))
        values = {1: "b", 2: "县", 3: "a", 4: "c", 5: "b"}
        wanted = ["c", "", "never", "c"]
        table = crosstab(segments, nothing, values, [TRUST], wanted)
        labels = [column.label for column in table.columns if column.kind is ColumnKind.VALUE]
        assert labels == ["c", "never", "a", "b", "县"]
        turned = crosstab(segments, nothing, dict(reversed(values.items())), [TRUST], wanted)
        assert turned.columns == table.columns

    def test_a_code_named_twice_is_refused(self) -> None:
        with pytest.raises(ValueError, match="named twice"):
            table_of([], [], VALUES, (TRUST, TRUST))

    def test_the_assignment_of_the_codings_is_refused(self) -> None:
        codings = coding_columns([(TRUST, 1, 1, 0, 10, 0), (TRUST, 1, 1, 5, 15, 0)])
        with pytest.raises(ValueError, match="must be that of the segments"):
            crosstab(merge_overlaps(codings), assign(codings, link_columns([])), VALUES, [TRUST])


class TestCompleted:
    LEDGER = (
        LedgerRow(1, 1, "action", COMPLETE),
        LedgerRow(1, 2, "action", COMPLETE),
        LedgerRow(2, 2, "action", COMPLETE),
        LedgerRow(3, 1, "action", "reading"),
        LedgerRow(3, 1, "consensus", COMPLETE),
        LedgerRow(9, 1, "action", COMPLETE),
    )

    @pytest.mark.parametrize(
        ("coders", "dimension", "expected"),
        [({1}, "action", 1), ({1, 2}, "action", 2), ({1}, "consensus", 1), ({3}, "action", 0), (set(), "action", 0)],
    )
    def test_each_transcript_counts_once(self, coders: set[int], dimension: str, expected: int) -> None:
        assert completed(self.LEDGER, [1, 2, 3, 4], coders, dimension) == (expected, 4)

    def test_how_it_is_said(self) -> None:
        ledger = [LedgerRow(source, 1, "action", COMPLETE) for source in range(1, 42)]
        assert str(completed(ledger, range(1, 77), {1}, "action")) == "41 of 76 coded"


def slow_rolled(segments: Segments, groups: Sequence[Sequence[int]]) -> list[tuple[int, ...]]:
    found = set()
    for number, codes in enumerate(groups, 1):
        for i, code in enumerate(segments.code.tolist()):
            if code in codes:
                place = segments.coder[i], segments.source[i], segments.start[i], segments.end[i]
                found.add((number, *map(int, place)))
    return sorted(found)


some_codings = st.lists(
    st.builds(
        lambda code, coder, source, start, length: (code, coder, source, start, start + length, 0),
        st.integers(1, 4), st.integers(1, 2), st.integers(1, 2), st.integers(0, 12), st.integers(1, 6),
    ),
    max_size=25,
)  # fmt: skip


class TestRolledUp:
    @given(some_codings, st.lists(st.lists(st.integers(1, 5), max_size=4), min_size=1, max_size=3))
    def test_places_count_once_for_each_group(self, rows: list[Coding], groups: list[list[int]]) -> None:
        codings = coding_columns(rows)
        segments = merge_overlaps(codings)
        found = rolled_up(segments, [np.array(codes, dtype=np.int64) for codes in groups])
        columns = (found.code, found.coder, found.source, found.start, found.end)
        assert [tuple(row) for row in np.array(columns).T.tolist()] == slow_rolled(segments, groups)
        for i, group in enumerate(found.code.tolist()):
            members = found.members[found.offsets[i] : found.offsets[i + 1]]
            assert len(set(members.tolist())) == len(members) > 0
            assert set(codings.code[members].tolist()) <= set(groups[group - 1])
            assert int(codings.start[members].min()) == found.start[i]
            assert int(codings.end[members].max()) == found.end[i]

    @given(some_codings)
    def test_characters_are_those_that_are_covered(self, rows: list[Coding]) -> None:
        segments = rolled_up(merge_overlaps(coding_columns(rows)), [np.array([1, 2, 3, 4], dtype=np.int64)])
        found = frequencies(segments, 1)
        covered = {(coder, source, at) for _, coder, source, start, end, _ in rows for at in range(start, end)}
        assert found.characters.tolist() == [len(covered)]
        assert found.transcripts.tolist() == [len({row[2] for row in rows})]


class TestDistinct:
    @given(some_codings, st.lists(st.sets(st.integers(1, 3), max_size=2), min_size=25, max_size=25))
    def test_totals_count_cases_and_transcripts_once(self, rows: list[Coding], cases: list[set[int]]) -> None:
        segments = merge_overlaps(coding_columns(rows))
        number = len(segments.code)
        pairs = [(i, case) for i in range(number) for case in sorted(cases[i])]
        row, case = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
        own = Assignment.from_pairs(number, row, case)
        labels = {1: "a", 2: "b", 3: "a"}
        by_source = Assignment.from_pairs(number, np.arange(number, dtype=np.int64), segments.source)
        for contexts, names in ((own, labels), (by_source, {1: "x", 2: None})):
            table = crosstab(segments, contexts, names, [1, 3], cases=own)
            of_row = {i: cases[i] for i in range(number) if segments.code[i] in (1, 3)}
            assert table.all_cases == len(set().union(*of_row.values()))
            assert table.all_transcripts == len({int(segments.source[i]) for i in of_row})
            assert table.row_cases.tolist() == [
                len(set().union(*(cases[i] for i in of_row if segments.code[i] == code))) for code in (1, 3)
            ]
            assert int(table.column_transcripts.max(initial=0)) <= table.all_transcripts
            assert np.all(table.column_cases >= table.cases.max(axis=0, initial=0))
            assert np.all(table.column_cases <= table.cases.sum(axis=0))

    def test_cases_must_be_those_of_the_segments(self) -> None:
        segments = merged([(1, 1, 1, 0, 5, 0)])
        none = np.empty(0, dtype=np.int64)
        with pytest.raises(ValueError, match="that of the segments"):
            crosstab(
                segments, Assignment.from_pairs(1, none, none), {}, [1], cases=Assignment.from_pairs(2, none, none)
            )
