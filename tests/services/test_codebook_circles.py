"""Codes that people moved below each other at the same time: the tree and the fold open the circle alike."""

from __future__ import annotations

from qcode.core.fold import fold
from qcode.services.codebook_edits import move_code
from qcode.services.versions import books_of
from qcode.store.rebuild import compare, rebuild


def put_in_a_circle(study, first, second):
    """What is left after two machines that moved each below the other were merged."""
    rows = study.codes().by_id
    for code, above in ((first, second), (second, first)):
        with study.act() as writer:
            writer.change(rows[code].uid, {"parent": rows[above].uid})


def told(study):
    book = study.codes().codebook
    return {code.id: code.parent for code in book.codes if code.id in ("money", "trust")}


def folded_parents(study):
    names = {row.uid: row.short_id for row in study.codes().rows}
    parents = fold(study.file.codebook.history()).parents
    return {names[uid]: names.get(parents.get(uid, "")) for uid in names if names[uid] in ("money", "trust")}


def test_the_latest_of_the_moves_does_not_count(anna):
    put_in_a_circle(anna, "money", "trust")
    assert told(anna) == folded_parents(anna) == {"money": "trust", "trust": None}
    put_in_a_circle(anna, "trust", "money")
    assert told(anna) == folded_parents(anna)
    assert anna.codes().codebook.circles() == ()
    assert next(iter(books_of(anna.file.codebook.history()))) == anna.codes().codebook
    assert compare(anna.file) == []
    before = told(anna)
    rebuild(anna.file)
    anna._codes = None
    assert told(anna) == before


def test_a_circle_that_was_settled_leaves_nothing(anna):
    put_in_a_circle(anna, "money", "trust")
    assert anna.file.read.meta("open circles") is not None
    move_code(anna, "money", below="motive")
    assert anna.file.read.meta("open circles") is None
    assert told(anna) == {"money": "motive", "trust": "money"}


def test_two_codes_that_came_to_one_id_count_as_one(anna):
    rows = anna.codes().by_id
    with anna.act() as writer:
        writer.change(rows["trust"].uid, {"short_id": "money"})
    table = anna.codes()
    assert [code.id for code in table.codebook.codes] == ["motive", "money", "setup", "office"]
    assert table.code(rows["trust"].key).id == "money"
    assert table.find("money").key == rows["money"].key
