"""Proposals to the codebook's owner, and the decisions on them."""

from __future__ import annotations

import pytest
from studies import CODEBOOK

from qcode.errors import RequestError, UnknownName
from qcode.services import codebook_edits, codebooks, proposals
from qcode.store.rebuild import compare


def table(study, *, every=False):
    return [(*row[1:3], row[4], *row[5:]) for row in proposals.proposal_table(study, every=every).rows]


def test_a_change_is_proposed_and_accepted(anna, bo):
    uid = proposals.propose(bo, "资金", ["definition=Any funds.", "name.de=Geld"], note="Too narrow")
    assert table(anna) == [
        ("money", "bo", "open", "why", "", "Too narrow"),
        ("money", "bo", "open", "names", "en: Money\nzh: 资金".replace("\n", " "), "en: Money zh: 资金 de: Geld"),
        ("money", "bo", "open", "definition", "Money is the reason.", "Any funds."),
    ]
    before = anna.codes().codebook.content_hash()
    decided = proposals.decide(anna, uid[-8:], accept=True, reason="Right")
    assert (decided.code, decided.accepted) == ("money", True)
    code = anna.codes().codebook.code("money")
    assert (code.definition, code.name("de"), code.hotkey) == ("Any funds.", "Geld", "1")
    assert anna.codes().codebook.content_hash() != before
    assert table(anna) == []
    assert {row[2] for row in table(bo, every=True)} == {"accepted: Right"}
    assert compare(anna.file) == []
    with pytest.raises(RequestError, match="accepted already"):
        proposals.decide(anna, uid, accept=False)


def test_a_refused_proposal_changes_nothing(anna, bo):
    before = anna.codes().codebook
    uid = proposals.propose(bo, "trust", ["absence=no"])
    assert not proposals.decide(anna, uid, accept=False).accepted
    assert anna.codes().codebook == before
    assert [row[2] for row in table(anna, every=True)] == ["refused"]


def test_a_new_code_is_proposed_and_accepted(anna, bo):
    uid = proposals.propose(bo, "tax", ["parent=money", "name.en=Tax", "brief=T.", "indicators.en=tax*"], add=True)
    assert [row[3:] for row in table(anna)][:1] == [("parent", "", "money")]
    proposals.decide(anna, uid, accept=True)
    book = anna.codes().codebook
    assert [c.id for c in book.children("money")] == ["tax"]
    assert book.codes[-1].id == "tax"
    second = proposals.propose(bo, "levy", ["name.en=Levy"], add=True)
    with pytest.raises(RequestError, match="already"):
        proposals.propose(bo, "levy" if "levy" in book else "tax", ["name.en=X"], add=True)
    third = proposals.propose(bo, "levy", ["name.en=Levies"], add=True)
    proposals.decide(anna, second, accept=True)
    with pytest.raises(RequestError, match="changed since"):
        proposals.decide(anna, third, accept=True)


def test_what_the_codebook_has_outgrown_is_not_accepted(anna, bo, tmp_path):
    definition = proposals.propose(bo, "money", ["definition=Any funds."])
    key = proposals.propose(bo, "trust", ["hotkey=2"])
    gone = proposals.propose(bo, "office", ["brief=O."])
    file = tmp_path / "next.toml"
    text = CODEBOOK.replace("Money is the reason.", "Cash.").replace('id = "setup"\n', 'id = "setup"\nhotkey = "2"\n')
    file.write_text(text, encoding="utf-8")
    codebooks.import_codebook(anna, file)
    rows = anna.codes().by_id
    with anna.act() as writer:
        writer.change(rows["office"].uid, {"merged_into": rows["setup"].uid})
    with pytest.raises(RequestError, match="changed since"):
        proposals.decide(anna, definition, accept=True)
    with pytest.raises(RequestError, match="hot key"):
        proposals.decide(anna, key, accept=True)
    with pytest.raises(RequestError, match="changed since"):
        proposals.decide(anna, gone, accept=True)
    assert ("office", "bo", "open", "", "the code is not there any more", "") in table(anna)
    proposals.decide(anna, gone, accept=False)


def test_what_cannot_be_proposed(anna, bo):
    with pytest.raises(RequestError, match="is yours"):
        proposals.propose(anna, "money", ["brief=x"])
    with pytest.raises(RequestError, match="nothing to propose"):
        proposals.propose(bo, "money", ["brief=For money."])
    with pytest.raises(RequestError, match="would have a fault"):
        proposals.propose(bo, "trust", ["hotkey=1"])
    with pytest.raises(RequestError, match="has no name"):
        proposals.propose(bo, "tax", ["brief=T."], add=True)
    with pytest.raises(UnknownName):
        proposals.propose(bo, "mony", ["brief=x"])
    assert table(bo) == []


def test_only_the_owner_decides_and_hands_on(anna, bo):
    uid = proposals.propose(bo, "trust", ["brief=x"])
    with pytest.raises(RequestError, match="only its owner can decide"):
        proposals.decide(bo, uid, accept=True)
    with pytest.raises(RequestError, match="hand it on"):
        proposals.hand_on(bo, "bo")
    with pytest.raises(RequestError, match="no proposal"):
        proposals.decide(anna, "0123456789", accept=True)
    assert proposals.hand_on(anna, "bo").name == "bo"
    assert codebooks.owner(anna).name == "bo"
    assert proposals.decide(bo, uid, accept=True).accepted
    with pytest.raises(RequestError, match="bo's"):
        proposals.hand_on(anna, "anna")


def test_a_proposal_follows_a_code_that_is_renamed(anna, bo):
    uid = proposals.propose(bo, "money", ["definition=Any funds."])
    moved = proposals.propose(bo, "office", ["parent=motive", "defines="])
    codebook_edits.rename_code(anna, "money", "funding")
    codebook_edits.rename_code(anna, "motive", "drive")
    with pytest.raises(RequestError, match="id of another code before"):
        proposals.propose(bo, "money", ["name.en=Money"], add=True)
    assert table(anna)[0] == ("funding", "bo", "open", "definition", "Money is the reason.", "Any funds.")
    assert proposals.decide(anna, uid, accept=True).code == "funding"
    assert anna.codes().codebook.code("funding").definition == "Any funds."
    proposals.decide(anna, moved, accept=True)
    assert anna.codes().codebook.code("office").parent == "drive"
    assert compare(anna.file) == []
