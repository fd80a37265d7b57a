"""What was completed counts only as long as the codebook means the same."""

from __future__ import annotations

import pytest
from studies import put

from qcode.core.ids import ledger_id
from qcode.services import codebook_edits as edits
from qcode.services import releases
from qcode.services.agreement import agreement
from qcode.services.coding import mark, redo, undo
from qcode.services.coverage import coverage
from qcode.services.listings import transcript_table
from qcode.services.tables import frequencies
from qcode.store.rebuild import compare

DIMENSIONS = ["motive", "setup"]


@pytest.fixture
def both(anna, bo):
    """Two coders who completed all three transcripts, before two codes changed."""
    for study in (anna, bo):
        put(study, "one", "money", "The revenue of the county was not enough.")
        put(study, "one", "trust", "We trusted them from the start.")
        for name in ("one", "two", "three"):
            mark(study, study.source(name), DIMENSIONS, "complete")
    edits.set_fields(anna, "money", ["definition=Cash."])
    edits.add_code(anna, "tax", ["name.en=Tax", "brief=T."], below="motive")
    return anna


def looked(study, code):
    names = {s.key: s.name for s in study.file.read.sources()}
    coders = {c.key: c.name for c in study.coders()}
    return sorted((names[s], coders[c]) for s, c in coverage(study, None).looked(code))


def left(study):
    return [(r.source.name, r.coder, r.code) for r in releases.recheck(study)]


def test_a_code_is_not_looked_for_where_it_changed_since(both):
    assert looked(both, "money") == looked(both, "tax") == []
    assert len(looked(both, "trust")) == len(looked(both, "office")) == 6


def test_looking_again_is_noted_code_by_code(both, bo):
    one = both.source("one")
    assert releases.settle(both, one, "money") == 1
    assert looked(both, "money") == [("one", "anna")]
    assert ("one", "anna", "tax") in left(both)
    assert ("one", "bo", "money") in left(both)
    assert releases.settle(both, one, "money") == releases.settle(both, one) == 0
    assert undo(both) is not None
    assert looked(both, "money") == []
    assert redo(both) is not None
    # With the last code the dimension itself is complete under this version.
    assert releases.rechecked(both, one, codes=["tax"]) == 1
    version = both.codes().codebook.content_hash()[:12]
    key = both.source("one").key
    (row,) = [r for r in both.ledger(coders=[both.me.key]) if r.source == key and r.dimension == "motive"]
    assert row.version == version
    assert looked(both, "tax") == [("one", "anna")]
    # It is no mark of progress of its own, and outlives nothing that the codebook does later.
    assert [row[-1] for row in transcript_table(both).rows] == ["anna 2, bo 2"] * 3
    edits.set_fields(both, "money", ["definition=Coins."])
    assert ("one", "anna", "money") in left(both)
    assert ("one", "anna", "tax") not in left(both)
    assert compare(both.file) == []


def test_a_code_looked_for_again_and_renamed_stays_settled(both):
    releases.settle(both, both.source("one"), "money")
    edits.rename_code(both, "money", "funds")
    edits.rename_code(both, "motive", "drive")
    assert looked(both, "funds") == [("one", "anna")]
    assert ("one", "anna", "funds") not in left(both)
    edits.set_fields(both, "trust", ["brief=Met."])
    assert looked(both, "funds") == [("one", "anna")]
    edits.set_fields(both, "funds", ["definition=Coins."])
    assert looked(both, "funds") == []


def test_a_dimension_that_is_read_again_counts_for_nothing(both):
    releases.settle(both, both.source("one"), "money")
    mark(both, both.source("one"), ["motive"], "reading")
    assert looked(both, "money") == []
    assert ("one", "anna", "tax") not in left(both)


def test_the_queue_is_mine_with_the_codings_that_stand_there(both, bo):
    queue = releases.recheck_queue(bo)
    assert [(q.source.name, q.dimension, q.code, q.why, q.codings) for q in queue][:2] == [
        ("one", "motive", "money", "changed: definition", 1),
        ("one", "motive", "tax", "new code", 0),
    ]
    assert len(queue) == 6
    for item in queue:
        assert releases.settle(bo, item.source, item.code) == 1
    assert releases.recheck_queue(bo) == []
    assert len(releases.recheck_queue(both)) == 6


def test_a_table_says_how_much_is_to_be_rechecked(both):
    notes = frequencies(both).notes
    assert "money: 0 of 3 completed; 3 to be rechecked for this code." in notes
    assert any(note.startswith("Looked at") and note.endswith("unknown, not absent.") for note in notes)
    releases.settle(both, both.source("one"), "money")
    assert "money: 1 of 3 completed; 2 to be rechecked for this code." in frequencies(both).notes
    assert not any("rechecked" in note for note in frequencies(both, codes=["setup"]).notes)
    # Anybody will do where anybody counts; else it is who speaks for the transcript.
    assert "money: 0 of 3 completed; 3 to be rechecked for this code." in frequencies(both, coders="bo").notes
    assert "money: 1 of 3 completed; 2 to be rechecked for this code." in frequencies(both, coders="any").notes


def test_many_codes_to_recheck_are_counted_in_one_note(anna):
    mark(anna, anna.source("one"), ["motive"], "complete")
    for number in range(14):
        edits.add_code(anna, f"n{number}", [f"name.en=N{number}", "brief=N."], below="motive")
    notes = [note for note in frequencies(anna).notes if "rechecked" in note]
    assert len(notes) == 13
    assert notes[-1].startswith("2 more codes are to be rechecked")


def compared(found):
    """How many transcripts alpha rests on, by code; 0 where nothing could be compared."""
    place = [name for name, _ in found.plan].index("alpha")
    rows = {row.keys[0]: row.readings[place].result.documents for row in found.rows}
    return {label: rows.get(label, 0) for label in found.labels}


def test_agreement_leaves_out_what_is_to_be_rechecked(both, bo):
    found = agreement(both)
    assert compared(found) == {"money": 0, "trust": 3}
    assert any("(transcripts): money 3." in note for note in found.notes)
    for study in (both, bo):
        releases.settle(study, study.source("one"), "money")
    assert compared(agreement(both)) == {"money": 1, "trust": 3}
    assert not any("rechecked" in note for note in agreement(both, assume_complete=True).notes)


def test_an_unknown_version_counts_for_nothing_until_the_dimension_is_settled(anna):
    source = anna.source("one")
    mark(anna, source, ["motive"], "complete")
    with anna.act() as writer:
        writer.change(ledger_id(source.uid, anna.me.uid, "motive"), {"version": "0" * 12})
    assert looked(anna, "money") == looked(anna, "motive") == []
    assert releases.settle(anna, source, "money") == 0
    assert releases.settle(anna, source, "motive") == 1
    assert looked(anna, "money") == [("one", "anna")]


def test_an_entry_about_one_code_of_an_unknown_version_settles_nothing(both):
    source = both.source("one")
    releases.settle(both, source, "money")
    with both.act() as writer:
        writer.change(ledger_id(source.uid, both.me.uid, "code:money"), {"version": "0" * 12})
    assert ("one", "anna", "money") in left(both)


def test_a_dimension_that_is_none_any_more_is_passed_over(anna):
    mark(anna, anna.source("one"), DIMENSIONS, "complete")
    edits.set_fields(anna, "setup", ["exclusive=no"])
    edits.move_code(anna, "setup", below="motive")
    assert [(c, w) for _, _, _, c, w in ((r.source, r.coder, r.dimension, r.code, r.why) for r in releases.recheck(anna))] == [
        ("setup", "moved from setup"), ("office", "moved from setup")
    ]  # fmt: skip
    assert len(coverage(anna, None).entries) == 1
