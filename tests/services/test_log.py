"""Who did what when, in words that never hold interview text."""

from __future__ import annotations

import re

from studies import TEXTS, put

from qcode.core.spans import Span
from qcode.services.cases import add_case
from qcode.services.coding import link_case, mark, redo, remove_coding, undo
from qcode.services.log import acts, local_time
from qcode.services.suggestions import proposals, reject

CASES_ADDED = "added column; added 3 cases: park, river, talks"


def test_acts_in_words_latest_first(anna, open_as):
    uid = put(anna, "one", "money", "The revenue")
    link_case(anna, anna.case("park"), anna.source("one"), TEXTS["one"], Span(3, 9))
    mark(anna, anna.source("two"), ["motive"], "reading")
    add_case(anna, "new", attributes={})
    reject(anna, proposals(anna, anna.source("two"), codes=["money"])[0])
    put(open_as("bo"), "two", "trust", "Nobody trusted anybody.")
    remove_coding(anna, uid)
    undo(anna)
    redo(anna)
    found = [(act.coder, act.words, act.undone) for act in acts(anna)]
    assert found == [
        ("anna", "did again: removed coding: money on one", False),
        ("anna", "undid: removed coding: money on one", False),
        ("anna", "removed coding: money on one", False),
        ("bo", "added coding: trust on two", False),
        ("bo", "added coder: bo", False),
        ("anna", "added rejection of a suggestion: money on two", False),
        ("anna", "added case: new", False),
        ("anna", "added mark of progress: two reading", False),
        ("anna", "added case link: park in one", False),
        ("anna", "added coding: money on one", False),
        ("anna", CASES_ADDED, False),
        ("anna", "added 3 transcripts: one, two, three; added 6 speakers", False),
        ("anna", "added codebook; added 5 codes", False),
        ("anna", "added coder: anna; added study", False),
    ]


def test_the_number_limits_acts_and_not_events(anna):
    assert [act.words for act in acts(anna, last=2)] == [
        CASES_ADDED,
        "added 3 transcripts: one, two, three; added 6 speakers",
    ]
    assert len(acts(anna, last=100)) == 4


def test_what_was_undone_is_marked(anna):
    put(anna, "one", "money", "The revenue")
    undo(anna)
    latest, before = acts(anna, last=2)
    assert (latest.words, before.words, before.undone, before.events) == (
        "undid: added coding: money on one",
        "added coding: money on one",
        True,
        1,
    )


def test_what_is_gone_has_no_name(anna):
    put(anna, "one", "money", "The revenue")
    link_case(anna, anna.case("park"), anna.source("one"), TEXTS["one"], None)
    mark(anna, anna.source("one"), ["motive"], "reading")
    with anna.file.write(anna.me.uid) as writer:
        writer.remove(anna.source("one").uid)
    words = [act.words for act in acts(anna, last=4)]
    assert words == ["removed transcript", "added mark of progress", "added case link", "added coding"]


def test_no_word_of_an_interview_is_in_the_log(anna):
    put(anna, "one", "trust", "We trusted them from the start.")
    assert not any("trusted" in act.words for act in acts(anna))


def test_times_are_local_to_the_second():
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", local_time(1_700_000_000_123))
