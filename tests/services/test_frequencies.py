"""Frequencies by interview, speaker and coder, as 0 and 1, tidy, and in words: counted by hand."""

from __future__ import annotations

import pytest
from studies import put

from qcode.errors import RequestError
from qcode.services.coding import mark
from qcode.services.filters import Filters
from qcode.services.frequencies import frequencies_by, with_words


@pytest.fixture
def coded(anna):
    put(anna, "one", "money", "The province gave us a budget for it.")
    put(anna, "one", "money", "The revenue of the county was not enough.")
    put(anna, "one", "motive", "a budget for it. The revenue of the county")
    put(anna, "two", "trust", "Nobody trusted anybody.")
    return anna


def rows(table):
    return {row[0]: row[2:] for row in table.rows}


def test_by_interview_and_as_presence(coded):
    plain = Filters()
    table = frequencies_by(coded, "interview", filters=plain)
    assert table.header[2:] == ("one", "two", "three", "total")
    assert rows(table)["money"] == (2, 0, 0, 2)
    mark(coded, coded.source("two"), ["motive"], "complete")
    there = frequencies_by(coded, "interview", filters=plain, presence=True)
    assert there.header[2:] == ("one", "two", "three")
    assert rows(there)["money"] == (1, 0, None)
    assert rows(there)["trust"] == (None, 1, None)
    assert rows(there)["office"] == (None, None, None)
    whole = frequencies_by(coded, "interview", filters=plain, presence=True, rows="branches")
    assert rows(whole) == {"motive": (1, 1, None), "setup": (None, None, None)}
    tidy = frequencies_by(coded, "interview", filters=plain, presence=True, tidy=True)
    assert tidy.header == ("code", "name", "interview", "present")
    assert tidy.rows[3:6] == (
        ("money", "Money", "one", 1),
        ("money", "Money", "two", 0),
        ("money", "Money", "three", None),
    )


def test_by_coder_and_speaker(coded, open_as):
    put(open_as("bo"), "one", "money", "The province")
    by_coder = frequencies_by(coded, "coder", filters=Filters(), tidy=True)
    assert by_coder.rows[2:4] == (("money", "Money", "anna", 2), ("money", "Money", "bo", 1))
    by_speaker = frequencies_by(coded, "speaker", filters=Filters(), presence=True)
    assert rows(by_speaker)["money"][by_speaker.header.index("R") - 2] == 1
    with pytest.raises(RequestError, match="no frequencies by “weather”"):
        frequencies_by(coded, "weather", filters=Filters())


def test_words_and_share_of_the_text(coded):
    table = with_words(coded, filters=Filters())
    # Participants say 36 words in `one`, 13 in `two` and 12 in `three`.
    assert rows(table)["money"][-2:] == (16, round(100 * 16 / 61, 2))
    assert rows(table)["motive"][-2:] == (9, round(100 * 9 / 61, 2))
    branch = with_words(coded, filters=Filters(), rows="branches")
    assert rows(branch)["motive"][-2:] == (19, round(100 * 19 / 61, 2))
    assert rows(branch)["setup"][-2:] == (0, 0.0)
