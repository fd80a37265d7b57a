"""Pairs of parties, words and interviews per case, three attributes together: counted by hand."""

from __future__ import annotations

import pytest
from studies import put

from qcode.core.spans import Span
from qcode.errors import RequestError
from qcode.services.case_counts import count_cases
from qcode.services.case_edits import add_case
from qcode.services.case_material import case_words, party_pairs
from qcode.services.coding import link_case, text_of
from qcode.services.filters import Filters
from qcode.services.passages import find_once


def test_pairs_are_edges_with_their_number_of_cases(anna):
    add_case(anna, "port", kind="dataset", parties="donor=Coast;recipient=Hills;recipient=Plain")
    table = party_pairs(anna)
    assert [(row[0], row[2], row[3], row[5], row[6], row[7]) for row in table.rows] == [
        ("Coast", "donor", "Hills", "recipient", 2, "park; port"),
        ("Coast", "donor", "Plain", "recipient", 1, "port"),
        ("Hills", "recipient", "Plain", "recipient", 1, "port"),
    ]
    assert "1 case(s) have fewer than two parties, and so no pair." in table.notes
    with pytest.raises(RequestError):
        party_pairs(anna, kinds=["dream"])


def test_words_and_interviews_per_case(anna):
    for case, transcript, first, last in (
        ("park", "one", "R: The province", "We trusted them from the start."),
        ("river", "one", "We trusted them", "from the start."),
        ("park", "two", "", ""),
    ):
        source = anna.source(transcript)
        text = text_of(anna, source)
        span = Span(find_once(text, first, "first").start, find_once(text, last, "last").end) if first else None
        assert link_case(anna, anna.case(case), source, text, span)
    put(anna, "three", "money", "No.")
    table = case_words(anna, filters=Filters())
    # 22 words on the park in `one`, of these 6 on the river too; 13 in `two`.
    assert [row[0:1] + row[3:] for row in table.rows] == [("park", 2, 35, 0), ("river", 1, 6, 0), ("talks", 0, 0, 0)]
    assert any("35 speak of a case" in note for note in table.notes)
    assert "1 case(s) have no text." in table.notes
    everybody = case_words(anna, filters=Filters(speakers="all"), kinds=["dataset"])
    assert everybody.rows[0][4] == 35 + 4


def test_three_attributes_together(anna):
    add_case(anna, "port", kind="dataset", attributes={"mechanism": "arranged", "issue_area": "trade"})
    table = count_cases(anna, "mechanism", "issue_area", "kind")
    assert table.header == ("mechanism", "issue_area", "kind", "cases", "percent")
    assert table.rows == (
        ("arranged", "trade", "dataset", 1, 33.3),
        ("arranged", "not recorded", "dataset", 1, 33.3),
        ("mandated", "not recorded", "dataset", 1, 33.3),
    )
    assert table.total == ("total", "", "", 3, 100.0)
    with pytest.raises(RequestError, match="the same"):
        count_cases(anna, "mechanism", "kind", "mechanism")
