"""Claims: their passages, whose they are, and which interviews are silent; counted by hand."""

from __future__ import annotations

import pytest
from studies import put

from qcode.core.spans import Span
from qcode.errors import RequestError
from qcode.services.claim_tables import claim_lines, claim_table, heard_table
from qcode.services.claims import (
    add_claim,
    add_passage,
    change_claim,
    claims,
    drop_passage,
    find_claim,
    heard,
    remove_claim,
)
from qcode.services.coding import link_case, mark, text_of, undo
from qcode.services.filters import Filters
from qcode.services.passages import find_once
from qcode.services.study import Study
from qcode.services.transcripts import remove_transcript

MONEY = "a budget for it."


def place(study: Study, name: str, quote: str) -> tuple:
    source = study.source(name)
    return source, find_once(text_of(study, source), quote, "quote")


@pytest.fixture
def coded(anna) -> str:
    """`one` and `two` are completed for both dimensions, `three` for one; a claim on motives with a passage of `one`."""
    put(anna, "one", "money", MONEY)
    put(anna, "two", "money", "The road needs a budget")
    put(anna, "two", "trust", "Nobody trusted anybody.")
    for name in ("one", "two"):
        mark(anna, anna.source(name), ["motive", "setup"], "complete")
    mark(anna, anna.source("three"), ["setup"], "complete")
    uid = add_claim(anna, " Money  comes first. ", text="Said often.", codes=[anna.codes().find("motive")])
    assert add_passage(anna, uid, "supporting", *place(anna, "one", MONEY))
    return uid


def answers(study: Study, uid: str, **filters) -> dict[str, tuple[str, int]]:
    rows, _ = heard(study, find_claim(study, uid), Filters.parse(study, **filters))
    return {row.source.name: (row.answer, row.coded) for row in rows}


def test_silent_is_completed_without_a_passage(anna, coded):
    assert answers(anna, coded) == {"one": ("supports", 1), "two": ("silent", 2), "three": ("unknown", 0)}
    assert answers(anna, coded, codes=["setup"]) == {
        "one": ("supports", 0), "two": ("silent", 0), "three": ("silent", 0)
    }  # fmt: skip
    add_passage(anna, coded, "contrary", *place(anna, "one", "We trusted them from the start."))
    assert answers(anna, coded)["one"] == ("both", 1)
    add_passage(anna, coded, "contrary", *place(anna, "three", "No."))
    assert answers(anna, coded)["three"] == ("contradicts", 0)
    rows, notes = heard(anna, find_claim(anna, coded), Filters.parse(anna))
    table = heard_table(rows, notes)
    assert table.notes[0] == "Of 3 interviews: 1 both, 1 contradicts, 1 silent."
    assert table.rows[0] == ("one", "both", 1, 1, 1)
    assert heard_table([], ()).notes == ("Of 0 interviews: none.",)


def test_whose_ledger_counts(anna, bo, coded):
    mark(bo, bo.source("three"), ["motive"], "complete")
    assert answers(anna, coded, coders="bo")["three"] == ("silent", 0)
    assert answers(anna, coded, coders="bo")["two"] == ("unknown", 0)
    mark(bo, bo.source("two"), ["motive"], "complete")
    assert answers(anna, coded, coders="bo")["two"] == ("silent", 0)


def test_a_claim_without_codes_asks_for_all(anna, coded):
    uid = add_claim(anna, "Something else.")
    assert answers(anna, uid) == {"one": ("silent", 1), "two": ("silent", 2), "three": ("unknown", 0)}
    _, notes = heard(anna, find_claim(anna, uid), Filters.parse(anna))
    assert notes[0] == "Codes (all, for the claim names none): all."


def test_filters_choose_the_interviews(anna, coded):
    assert set(answers(anna, coded, transcripts=["two"])) == {"two"}
    source = anna.source("one")
    link_case(anna, anna.case("park"), source, text_of(anna, source), None)
    assert set(answers(anna, coded, where="mechanism = arranged")) == {"one"}
    assert set(answers(anna, coded, where="transcript.name = two")) == {"two"}
    _, notes = heard(anna, find_claim(anna, coded), Filters.parse(anna, where="mechanism = arranged"))
    assert "2 transcripts do not fit the filters." in notes


def test_only_its_coder_changes_a_claim(anna, bo, coded):
    for change in (
        lambda: remove_claim(bo, coded),
        lambda: change_claim(bo, coded, title="Mine"),
        lambda: add_passage(bo, coded, "contrary", *place(bo, "two", "Nobody trusted anybody.")),
        lambda: drop_passage(bo, coded, *place(bo, "one", MONEY)),
    ):
        with pytest.raises(RequestError, match="another coder's"):
            change()
    (seen,) = claims(bo)
    assert (seen.row.title, seen.row.text, seen.coder, seen.mine) == (
        "Money comes first.",
        "Said often.",
        "anna",
        False,
    )
    bo.look(own_only=True)
    assert claims(bo) == []


def test_changing_a_claim_and_undoing_it(anna, coded):
    assert change_claim(anna, coded, title="Trust comes first.", text="No.", codes=[anna.codes().find("office")])
    assert find_claim(anna, coded).codes == ("office",)
    assert not change_claim(anna, coded, title="Trust comes first.")
    assert not change_claim(anna, coded, text="No.")
    undo(anna)
    found = find_claim(anna, coded)
    assert (found.row.title, found.codes) == ("Money comes first.", ("motive",))
    remove_claim(anna, coded)
    assert claims(anna) == []
    undo(anna)
    assert len(claims(anna)) == 1
    for nothing in (lambda: add_claim(anna, " "), lambda: change_claim(anna, coded, title=" ")):
        with pytest.raises(RequestError, match="claim is empty"):
            nothing()


def test_a_passage_stands_on_one_side_once(anna, coded):
    here = place(anna, "one", MONEY)
    assert not add_passage(anna, coded, "supporting", *here)
    with pytest.raises(RequestError, match="other side"):
        add_passage(anna, coded, "contrary", *here)
    with pytest.raises(RequestError, match="does not lie inside"):
        add_passage(anna, coded, "contrary", here[0], Span(0, 10_000))
    drop_passage(anna, coded, *here)
    with pytest.raises(RequestError, match="does not stand in the claim"):
        drop_passage(anna, coded, *here)
    add_passage(anna, coded, "contrary", *here)
    drop_passage(anna, coded, *here)
    assert find_claim(anna, coded).row.contrary == ()


def test_so_many_passages_and_no_more(anna, coded, monkeypatch):
    monkeypatch.setattr("qcode.services.claims._MOST_PASSAGES", 1)
    with pytest.raises(RequestError, match="at most"):
        add_passage(anna, coded, "supporting", *place(anna, "two", "Nobody trusted anybody."))


def test_a_claim_to_read(anna, coded):
    lines = claim_lines(anna, find_claim(anna, coded))
    assert lines[:2] == ["Money comes first.", "Said often."]
    assert "'a budget for it.' (transcript one)" in lines
    assert "Passages that speak against it: none" in lines
    (row,) = claim_table(anna, claims(anna)).rows
    assert row[1:] == ("Money comes first.", "motive", 1, 0, 1, "anna")
    remove_transcript(anna, anna.source("one"), certain=True)
    assert "(The transcript is not there any more.)" in claim_lines(anna, find_claim(anna, coded))
    assert claim_table(anna, claims(anna)).notes == ("1 passages stand in transcripts that are not there any more.",)
    assert set(answers(anna, coded)) == {"two", "three"}


def test_a_passage_of_another_text_is_told(anna, coded):
    with anna.act() as writer:
        writer.change(coded, {"contrary": [[anna.source("two").uid, 5, 10_000]]})
    assert "(The passage does not lie in two.)" in claim_lines(anna, find_claim(anna, coded))
