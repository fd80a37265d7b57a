"""Codes over cases, over the text of a transcript, and over the interviews in their order; counted by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from studies import put

from qcode.core.saturation import FIXED_CODEBOOK_WARNING
from qcode.core.spans import Span, covered_length
from qcode.errors import RequestError, UnknownName
from qcode.services.attributes import set_transcript_field
from qcode.services.case_matrix import case_matrix
from qcode.services.codeline import codeline, shares
from qcode.services.coding import link_case, mark, text_of
from qcode.services.filters import Filters
from qcode.services.passages import find_once
from qcode.services.retrieval import find
from qcode.services.saturation import saturation_table
from qcode.services.study import Study


def link(study: Study, case: str, transcript: str, first: str = "", last: str = "") -> None:
    source = study.source(transcript)
    text = text_of(study, source)
    span = Span(find_once(text, first, "first").start, find_once(text, last, "last").end) if first else None
    assert link_case(study, study.case(case), source, text, span)


@pytest.fixture
def coded(anna) -> Study:
    """`one` tells of two cases and is complete; `two` tells of the park too, and only its motives are complete."""
    link(anna, "park", "one", "R: The province", "We trusted them from the start.")
    link(anna, "river", "one", "R: The river", "office for the river.")
    link(anna, "park", "two")
    put(anna, "one", "money", "a budget for it. The revenue")
    put(anna, "one", "money", "The revenue of the county")  # overlaps: one segment with the one before
    put(anna, "one", "trust", "We trusted them from the start.")
    put(anna, "one", "office", "There is an office for the river.")
    put(anna, "two", "money", "The road needs a budget")
    put(anna, "three", "office", "We never had an office")
    mark(anna, anna.source("one"), ["motive", "setup"], "complete")
    mark(anna, anna.source("two"), ["motive"], "complete")
    return anna


def test_codes_by_cases_with_unknown_apart_from_none(coded):
    found = case_matrix(coded, Filters.parse(coded))
    assert [case.short_key for case in found.cases] == ["park", "river"]
    assert dict(zip(found.codes, found.cells, strict=True)) == {
        "motive": (0, 0), "money": (2, 0), "trust": (1, 0), "setup": (None, 0), "office": (None, 1)
    }  # fmt: skip
    assert "1 segment(s) speak of no known case and are left out." in found.notes
    assert any(note.startswith("1 of 3 cases are not shown") for note in found.notes)
    assert found.table().rows[1] == ("money", "Money", 2, 0)
    assert found.table(across=True).rows[0] == ("park", "The park", 0, 2, 1, None, None)
    assert found.tidy().rows[2:4] == (("money", "park", 2), ("money", "river", 0))


def test_the_passages_of_a_cell_are_found(coded):
    found = case_matrix(coded, Filters.parse(coded))
    for query, row in zip(found.queries, found.cells, strict=True):
        for case, number in zip(found.cases, row, strict=True):
            passages = find(coded, query, Filters.parse(coded, where=f"case.key = {case.short_key}"))
            assert len(passages) == (number or 0)


def test_other_contents_of_the_cells(coded):
    assert case_matrix(coded, Filters.parse(coded, codes=["money"]), count="transcripts").cells == ((2, 0),)
    assert case_matrix(coded, Filters.parse(coded, codes=["money"]), count="presence").cells == ((1, 0),)
    whole = case_matrix(coded, Filters.parse(coded), whole=True)
    assert whole.cells == ((3, 0), (None, 1))
    one = case_matrix(coded, Filters.parse(coded, transcripts=["one"]), whole=True)
    assert one.cells == ((2, 0), (0, 1))


def test_only_cases_that_fit_stand_there(coded):
    link(coded, "talks", "three")
    found = case_matrix(coded, Filters.parse(coded, where="mechanism = mandated"))
    assert [case.short_key for case in found.cases] == ["river"]
    assert [c.short_key for c in case_matrix(coded, Filters.parse(coded)).cases] == ["park", "river", "talks"]
    assert [c.short_key for c in case_matrix(coded, Filters.parse(coded, dataset=True)).cases] == ["park", "river"]


def test_no_cases_at_all(anna):
    found = case_matrix(anna, Filters.parse(anna))
    assert found.cases == ()
    assert found.table(across=True).rows == ()


def test_the_codeline_has_a_line_for_each_code_used(coded):
    source = coded.source("one")
    text = text_of(coded, source)
    found = codeline(coded, source, Filters.parse(coded))
    assert [(line.code, line.depth, len(line.segments)) for line in found.lines] == [
        ("money", 1, 1), ("trust", 1, 1), ("office", 1, 1)
    ]  # fmt: skip
    start = text.index("a budget for it.")
    assert found.lines[0].segments == (Span(start, text.index(" was not enough")),)
    assert [(number, asks) for number, _, asks in found.turns] == [(1, True), (2, False), (3, True), (4, False)]
    assert found.table().rows[0] == ("money", None, 2, start, text.index(" was not enough"))
    assert found.table().rows[-1][2] == 4
    assert found.notes[0] == "2 codes do not stand here."
    assert [line.code for line in codeline(coded, source, Filters.parse(coded), whole=True).lines] == [
        "motive",
        "setup",
    ]


def test_the_codeline_of_several_coders(coded, bo):
    put(bo, "one", "money", "a budget for it.")
    found = codeline(coded, coded.source("one"), Filters.parse(coded, codes=["money"], coders="each"))
    assert [(line.code, line.coder) for line in found.lines] == [("money", "anna"), ("money", "bo")]
    assert [line.coder for line in codeline(coded, coded.source("one"), Filters.parse(coded)).lines] == ["", "", ""]


def test_shares_of_a_text():
    assert shares([Span(0, 10)], 10, 3) == [1.0, 1.0, 1.0]
    assert shares([Span(2, 3), Span(2, 3)], 8, 2) == [0.25, 0.0]
    assert shares([], 5, 2) == [0.0, 0.0]
    assert shares([], 0, 2) == []


@given(st.lists(st.tuples(st.integers(0, 90), st.integers(1, 30))), st.integers(120, 500), st.integers(1, 80))
def test_shares_add_up_to_what_is_covered(pairs, length, width):
    spans = [Span(start, start + size) for start, size in pairs]
    found = shares(spans, length, width)
    assert len(found) == width
    assert all(0 <= share <= 1 for share in found)
    assert sum(found) * length / width == pytest.approx(covered_length(spans))


def test_new_codes_by_hand(coded):
    for name in ("two", "three"):
        mark(coded, coded.source(name), ["motive", "setup"], "complete")
    table = saturation_table(coded, Filters.parse(coded), base=1, run=1, orders=19)
    assert [row[:4] for row in table.rows] == [(1, "one", 3, 3), (2, "two", 0, 3), (3, "three", 0, 3)]
    assert [row[7] for row in table.rows] == [None, 0.0, 0.0]
    assert table.rows[0][8] == "money, trust, office"
    assert table.notes[0] == FIXED_CODEBOOK_WARNING
    assert table.rows[-1][4:7] == (3.0, 3.0, 3.0)
    assert "3 of 5 codes occur in 3 completed transcripts." in table.notes
    again = saturation_table(coded, Filters.parse(coded), base=1, run=1, orders=19)
    assert again == table


def test_the_order_of_the_interviews(coded):
    for name in ("two", "three"):
        mark(coded, coded.source(name), ["motive", "setup"], "complete")
    for name, date in (("one", "2019-10-02"), ("two", "2019-09-30"), ("three", "2019-07-01")):
        set_transcript_field(coded, coded.source(name), "date", date)
        if name == "one":
            table = saturation_table(coded, Filters.parse(coded))
            assert any(note.startswith("Order: that of the study; give") for note in table.notes)
    table = saturation_table(coded, Filters.parse(coded), base=1, run=2)
    assert [row[1:4] for row in table.rows] == [("three", 1, 1), ("two", 1, 2), ("one", 1, 3)]
    assert table.rows[-1][7] == 200.0
    assert any(note.startswith("Order: by transcript.date") for note in table.notes)
    assert [r[1] for r in saturation_table(coded, Filters.parse(coded), order="study").rows] == ["one", "two", "three"]
    set_transcript_field(coded, coded.source("two"), "wave", "1")
    table = saturation_table(coded, Filters.parse(coded), order="Wave")
    assert [row[1] for row in table.rows] == ["two", "one", "three"]
    assert any("2 of which it is not recorded come last" in note for note in table.notes)
    with pytest.raises(UnknownName, match="Did you mean date"):
        saturation_table(coded, Filters.parse(coded), order="dates")


def test_what_is_not_completed_is_left_out(coded):
    table = saturation_table(coded, Filters.parse(coded))
    assert [row[1] for row in table.rows] == ["one"]
    assert "Left out: 2 transcript(s) that were not completed for all of these codes." in table.notes
    assert [row[1] for row in saturation_table(coded, Filters.parse(coded, codes=["motive"])).rows] == ["one", "two"]
    with pytest.raises(RequestError, match="No transcript was completed"):
        saturation_table(coded, Filters.parse(coded, transcripts=["three"]))
