"""Releases, and what a newer codebook asks coders to look for again."""

from __future__ import annotations

import pytest
from studies import CODEBOOK

from qcode.core.codebook_diff import CodebookDiff
from qcode.errors import RequestError, UnknownName
from qcode.services import codebooks, releases
from qcode.services.coding import mark
from qcode.store.rebuild import compare


def bring(study, folder, text):
    file = folder / "next.toml"
    file.write_text(text, encoding="utf-8")
    return codebooks.import_codebook(study, file)


def listed(study):
    return [(r.source.name, r.coder, r.dimension, r.code, r.why) for r in releases.recheck(study)]


def test_releases_are_named_once_and_listed(anna, bo, tmp_path):
    assert releases.release_table(anna).rows == ()
    version = releases.release(anna, "pilot", "Before round two")
    bring(anna, tmp_path, CODEBOOK.replace("Why.", "Why so."))
    releases.release(anna, "main")
    rows = releases.release_table(bo).rows
    assert [(row[0], row[3], row[4]) for row in rows] == [("pilot", "anna", "Before round two"), ("main", "anna", "")]
    assert rows[0][1] == version != rows[1][1]
    assert str(rows[1][1]) in releases.release_table(bo).notes[0]
    with pytest.raises(RequestError, match="already"):
        releases.release(anna, "pilot")
    with pytest.raises(RequestError, match="only its owner can release it"):
        releases.release(bo, "mine")
    assert compare(anna.file) == []


def test_what_changed_in_meaning_is_to_be_rechecked(anna, bo, tmp_path):
    mark(anna, anna.source("one"), ["motive", "setup"], "complete")
    mark(bo, bo.source("two"), ["motive"], "complete")
    mark(bo, bo.source("three"), ["motive"], "reading")
    assert listed(anna) == []
    more = '\n[[code]]\nid = "tax"\nparent = "money"\nname = { en = "Tax" }\nbrief = "T."\n'
    bring(anna, tmp_path, CODEBOOK.replace("Money is the reason.", "Money moves them.") + more)
    changed, new = ("motive", "money", "changed: definition"), ("motive", "tax", "split off from money")
    both = [("one", "anna", *changed), ("one", "anna", *new), ("two", "bo", *changed), ("two", "bo", *new)]
    assert listed(anna) == both
    table = releases.recheck_table(releases.recheck(bo))
    assert table.rows == tuple(both)
    assert table.notes
    assert releases.rechecked(anna, anna.source("one"), ["setup"]) == 0
    assert releases.rechecked(anna, anna.source("one"), ["motive"]) == 2  # codes
    assert listed(anna) == both[2:]
    assert releases.rechecked(anna, anna.source("two")) == 0
    assert releases.rechecked(bo, bo.source("two")) == 2
    assert listed(anna) == []
    with pytest.raises(UnknownName):
        releases.rechecked(bo, bo.source("two"), ["motif"])


def test_names_and_examples_reopen_nothing(anna, tmp_path):
    mark(anna, anna.source("one"), ["motive"], "complete")
    bring(anna, tmp_path, CODEBOOK.replace("They had the money.", "Money.").replace("资金", "钱"))
    assert listed(anna) == []


def test_versions_are_made_again_from_the_events(anna, tmp_path):
    seen = {}
    for text in ("One.", "Two.", "Three."):
        bring(anna, tmp_path, CODEBOOK.replace("Why.", text))
        book = anna.codes().codebook
        seen[book.content_hash()[:12]] = book
    releases.release(anna, "three")
    assert releases.versions(anna, seen) == seen
    assert releases.versions(anna, ["0" * 12]) == releases.versions(anna, []) == {}


def test_a_version_that_is_not_known_reopens_all(anna):
    source = anna.source("one")
    mark(anna, source, ["motive"], "complete")
    with anna.act() as writer:
        from qcode.core.ids import ledger_id

        writer.change(ledger_id(source.uid, anna.me.uid, "motive"), {"version": "0" * 12})
    assert listed(anna) == [
        ("one", "anna", "motive", "motive", "completed under a version that is not known here")
    ]  # fmt: skip


def test_merged_codes_are_passed_over_as_in_the_study(anna, tmp_path):
    rows = anna.codes().by_id
    with anna.act() as writer:
        writer.change(rows["trust"].uid, {"merged_into": rows["money"].uid})
    book = anna.codes().codebook
    bring(anna, tmp_path, CODEBOOK.replace("Why.", "Two."))
    version = book.content_hash()[:12]
    assert "trust" not in book
    assert releases.versions(anna, [version]) == {version: book}


def test_another_order_is_noted():
    assert releases.diff_table(CodebookDiff((), reordered=True)).notes == (
        "Codes that stand in both stand in another order.",
    )
