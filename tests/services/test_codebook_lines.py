"""The codebook as a list: places in the tree, numbers, who changed what last, and what waits."""

from __future__ import annotations

from studies import put

from qcode.services.codebook_edits import set_fields
from qcode.services.codebook_lines import CodeLine, Waiting, codebook_lines, waiting
from qcode.services.codebook_merges import merge_code
from qcode.services.coding import mark, remove_coding
from qcode.services.proposals import code_proposals, decide, propose
from qcode.services.study import Study


def by_id(study: Study) -> dict[str, CodeLine]:
    return {line.code.id: line for line in codebook_lines(study)}


def test_places_in_the_tree(anna):
    found = by_id(anna)
    assert list(found) == ["motive", "money", "trust", "setup", "office"]
    assert (found["motive"].above, found["motive"].children) == ((), ("money", "trust"))
    assert (found["money"].above, found["money"].children, found["money"].colour) == (("motive",), (), "blue")


def test_numbers_of_mine_and_of_others_with_those_of_merged_codes(anna, bo):
    gone = put(anna, "one", "trust", "budget for it")
    put(anna, "one", "money", "revenue")
    put(bo, "two", "money", "the revenue is gone")
    put(bo, "two", "trust", "Nobody trusted anybody")
    remove_coding(anna, gone)
    assert (by_id(anna)["money"].mine, by_id(anna)["money"].others) == (1, 1)
    assert (by_id(bo)["trust"].mine, by_id(bo)["trust"].others) == (1, 0)
    merge_code(anna, "money", "trust")
    line = by_id(anna)["trust"]
    assert (line.mine, line.others, line.merged) == (1, 2, ("money",))
    anna.look(own_only=True)
    assert (by_id(anna)["trust"].mine, by_id(anna)["trust"].others) == (1, None)


def test_who_changed_a_code_last(anna, bo):
    before = by_id(anna)["trust"]
    assert before.changed_by == "anna"
    uid = propose(bo, "trust", ["brief=T."])
    decide(anna, uid, accept=True)
    after = by_id(bo)["trust"]
    assert (after.changed_by, after.changed_ms >= before.changed_ms) == ("anna", True)
    assert by_id(anna)["money"].changed_ms == by_id(bo)["money"].changed_ms > 0


def test_what_waits(anna, bo):
    mark(anna, anna.source("one"), ["motive"], "complete")
    assert waiting(anna) == Waiting(0, 0)
    set_fields(anna, "money", ["brief=Cash."])
    propose(bo, "trust", ["brief=T."], note="Why")
    assert (waiting(anna), waiting(bo)) == (Waiting(1, 1), Waiting(0, 1))
    (found,) = code_proposals(anna)
    assert (found.code, found.by, found.state, found.note, found.adds, found.gone) == (
        "trust", "bo", "open", "Why", False, False
    )  # fmt: skip
    assert found.changes == (("brief", "They know each other.", "T."),)
    decide(anna, found.uid, accept=False, reason="No")
    assert code_proposals(anna) == []
    assert [(p.state, p.reason) for p in code_proposals(anna, every=True)] == [("refused", "No")]
