"""Listings of what a study holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from studies import TEXTS, put

from qcode.core.spans import Span
from qcode.errors import RequestError, UnknownName
from qcode.services import listings
from qcode.services.coding import assign_case, link_case, mark, set_flag
from qcode.services.log import acts


def test_transcripts_with_codings_and_completed_dimensions(anna, open_as):
    bo = open_as("bo")
    put(anna, "one", "money", "The revenue")
    put(bo, "one", "money", "The revenue")
    put(bo, "one", "trust", "We trusted them from the start.")
    mark(bo, bo.source("one"), ["motive", "setup"], "complete")
    mark(anna, anna.source("one"), ["motive"], "reading")
    table = listings.transcript_table(anna)
    assert table.header[-3:] == ("anna", "bo", "complete")
    assert table.rows[0] == ("one", "recorded", "en", len(TEXTS["one"]), 4, 2, 1, 2, "bo 2")
    assert table.rows[1][-3:] == (0, 0, "")
    assert "Complete: how many of 2 dimensions each coder has completed." in table.notes


def test_hidden_coders_are_in_no_listing(anna, bo):
    put(anna, "one", "money", "The revenue")
    link_case(anna, anna.case("park"), anna.source("one"), TEXTS["one"], None)
    put(bo, "one", "trust", "We trusted them from the start.")
    bo.look(own_only=True)
    assert listings.transcript_table(bo).header[-2:] == ("bo", "complete")
    assert [row[3] for row in listings.coding_table(bo).rows] == ["trust"]
    assert listings.link_table(bo, bo.case("park")).rows == ()
    assert [row[-1] for row in listings.case_table(bo).rows] == [0, 0, 0]


def test_speakers(anna, tmp_path):
    from qcode.services.importing import import_transcripts

    table = listings.speaker_table(anna, anna.source("two"))
    road = "The road needs a budget and the revenue is gone. Nobody trusted anybody."
    assert table.rows == (("I", "interviewer", 1, 20), ("R", "participant", 1, len(road)))
    (tmp_path / "plain.txt").write_text("A plan.\n\nMore of it.\n", encoding="utf-8")
    import_transcripts(anna, [tmp_path / "plain.txt"])
    assert listings.speaker_table(anna, anna.source("plain")).rows == (("", "nobody named", 2, 18),)


def test_the_codebook_as_a_tree(anna):
    table = listings.codebook_table(anna)
    assert table.depth == (0, 1, 1, 0, 1)
    assert table.rows[1] == ("money", "Money / 资金", "1", "For money.", "")
    assert [row[4] for row in table.rows] == ["", "", "absence", "exclusive", "defines mechanism"]
    assert table.notes[0].endswith(": 5 codes.")


def test_all_that_the_codebook_says_of_a_code(anna):
    fields = listings.code_fields(anna, "funds")
    assert fields[:4] == [("code", "money"), ("path", "motive > money"), ("name (en)", "Money"), ("name (zh)", "资金")]
    assert ("definition", "Money is the reason.") in fields
    assert fields[-1] == ("indicators (en)", "budget*, revenue*")
    assert ("absence", "explains why nothing happened") in listings.code_fields(anna, "trust")
    assert ("exclusive", "at most one code of this dimension on a passage") in listings.code_fields(anna, "setup")
    with pytest.raises(UnknownName):
        listings.code_fields(anna, "nothing like it")


def test_cases_and_their_links(anna):
    source = anna.source("one")
    link_case(anna, anna.case("park"), source, TEXTS["one"], Span(33, 70), "planning")
    link_case(anna, anna.case("park"), anna.source("two"), TEXTS["two"], None)
    table = listings.case_table(anna)
    assert table.header == ("case", "name", "kind", "mechanism", "links")
    assert table.rows == (
        ("park", "The park", "dataset", "arranged", 2),
        ("river", "The river", "dataset", "mandated", 0),
        ("talks", "Failed talks", "other", "", 0),
    )
    links = listings.link_table(anna, anna.case("park"))
    assert [row[1:] for row in links.rows] == [
        ("one", "33-70", "planning", "anna", "The province gave us a budget for it."),
        ("two", "whole", "", "anna", ""),
    ]
    shown = str(links.rows[0][0])
    assert listings.find_link(anna, shown).stage == "planning"


def test_codings_with_the_case_that_they_speak_of(anna):
    source = anna.source("one")
    put(anna, "one", "money", "The province gave us a budget for it.")
    put(anna, "two", "money", "The road needs a budget")
    by_hand = put(anna, "three", "office", "We never had an office")
    link_case(anna, anna.case("park"), source, TEXTS["one"], Span(33, 70))
    link_case(anna, anna.case("park"), anna.source("two"), TEXTS["two"], Span(0, 100))
    link_case(anna, anna.case("river"), anna.source("two"), TEXTS["two"], Span(0, 100))
    assign_case(anna, by_hand, anna.case("talks"))
    table = listings.coding_table(anna)
    assert [row[1:6] for row in table.rows] == [
        ("one", "33-70", "money", "anna", "park"),
        ("two", "28-51", "money", "anna", "several"),
        ("three", "26-48", "office", "anna", "talks"),
    ]
    assert [row[3] for row in listings.coding_table(anna, source).rows] == ["money"]
    assert len(listings.coding_table(anna, code="motive").rows) == 2
    assert listings.coding_table(anna, source, "office").rows == ()


def test_flagged_codings_are_told_apart(anna):
    put(anna, "one", "money", "The province gave us a budget for it.")
    assert "flag" not in listings.coding_table(anna).header
    assert listings.coding_table(anna, flagged=True).rows == ()
    set_flag(anna, put(anna, "two", "money", "The road needs a budget"), on=True)
    table = listings.coding_table(anna)
    assert (table.header[-1], [row[-1] for row in table.rows]) == ("flag", ["", "flag"])
    assert [row[1] for row in listings.coding_table(anna, flagged=True).rows] == ["two"]
    assert listings.coding_table(anna, code="trust", flagged=True).rows == ()


def test_codings_are_found_by_the_last_digits_of_their_id(anna):
    uid = put(anna, "one", "money", "The revenue")
    assert listings.find_coding(anna, uid).uid == uid
    assert listings.find_coding(anna, uid[-8:]).uid == uid
    for text in (uid[-7:], "00000000", ""):
        with pytest.raises(RequestError, match="no coding with the id"):
            listings.find_coding(anna, text)


def test_ids_are_as_long_as_it_takes():
    assert listings.short_ids([]) == {}
    assert listings.short_ids(["a-12345678"]) == {"a-12345678": "12345678"}
    twins = ["x" + "1" * 35, "y" + "1" * 35]
    assert listings.short_ids(twins) == {twin: twin for twin in twins}
    near = ["aaaa000012345678", "aaaa100012345678"]
    assert list(listings.short_ids(near).values()) == ["000012345678", "100012345678"]
    with pytest.raises(RequestError, match="stands for 2 links"):
        listings.pick_id("link", "12345678", near)


def test_the_log_as_a_table(anna):
    from qcode.services.coding import undo

    put(anna, "one", "money", "The revenue")
    undo(anna)
    rows = listings.log_table(acts(anna, last=2)).rows
    assert [row[1:] for row in rows] == [
        ("anna", "undid: added coding: money on one"),
        ("anna", "added coding: money on one (undone)"),
    ]


@given(st.text(max_size=400), st.integers(2, 60))
def test_shortened_text_is_one_line_within_the_limit(text, limit):
    short = listings.shortened(text, limit)
    assert len(short) <= limit
    assert len(short.splitlines()) <= 1
    if len(text) <= limit and text == " ".join(text.split()):
        assert short == text
