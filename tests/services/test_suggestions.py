"""Suggestions: the machine proposes, a person decides."""

from __future__ import annotations

from dataclasses import replace

import pytest
from studies import TEXTS, put

from qcode.core.spans import Span
from qcode.errors import RequestError
from qcode.services.coding import undo
from qcode.services.suggestions import accept, best_proposals, proposals, reject


def found(study, transcript: str = "one", **options) -> list[tuple[str, str]]:
    source = study.source(transcript)
    text = TEXTS[transcript]
    return [(p.suggestion.code, text[p.span.start : p.span.end]) for p in proposals(study, source, **options)]


def test_suggestions_stand_in_participants_words_and_say_why(anna):
    one = dict(found(anna))
    assert "money" in one
    assert "How did the budget begin" not in " ".join(one.values())
    (money, *_) = (p for p in proposals(anna, anna.source("one")) if p.suggestion.code == "money")
    assert money.suggestion.reason == "2 different indicators: budget*, revenue*; the question holds budget*"
    assert anna.file.read.codings(coders=None) == []


def test_codes_and_number_can_be_limited(anna):
    assert {code for code, _ in found(anna, codes=["trust"])} == {"trust"}
    assert {code for code, _ in found(anna, codes=["Money"])} == {"money"}
    assert len(found(anna, top=1)) == 1
    assert found(anna, "three") == []


def test_an_accepted_suggestion_is_a_coding_that_remembers_its_origin(anna):
    (proposal,) = proposals(anna, anna.source("one"), codes=["money"])
    uid = accept(anna, proposal)
    assert uid is not None
    row = anna.file.read.coding(uid)
    assert row is not None
    assert (row.start, row.end) == tuple(proposal.span)
    assert (row.origin or "").startswith("suggestion:")
    assert found(anna, codes=["money"]) == []
    assert accept(anna, proposal) is None


def test_undoing_an_acceptance_brings_the_proposal_back(anna):
    (proposal,) = proposals(anna, anna.source("one"), codes=["money"])
    accept(anna, proposal)
    assert undo(anna) is not None
    (again,) = proposals(anna, anna.source("one"), codes=["money"])
    assert again.span == proposal.span


def test_a_suggestion_can_be_accepted_with_other_boundaries(anna):
    (proposal,) = proposals(anna, anna.source("one"), codes=["money"])
    uid = accept(anna, proposal, span=Span(34, 71))
    assert uid is not None
    row = anna.file.read.coding(uid)
    assert row is not None
    assert (row.start, row.end) == (34, 71)


def test_a_rejected_suggestion_never_comes_again_to_me_but_to_others(anna, bo, open_as):
    (proposal,) = proposals(anna, anna.source("one"), codes=["money"])
    reject(anna, proposal)
    assert found(anna, codes=["money"]) == []
    assert found(open_as("anna"), codes=["money"]) == []
    assert proposals(bo, bo.source("one"), codes=["money"]) == [proposal]
    turned = undo(anna)
    assert turned is not None
    assert turned.act.words == "added answer to a suggestion: money on one"
    assert found(anna, codes=["money"]) != []


def test_what_i_coded_already_is_not_suggested(anna, bo):
    put(anna, "one", "trust", "We trusted them from the start.")
    assert found(anna, codes=["trust"]) == []
    assert found(bo, codes=["trust"]) != []


def test_a_blind_round_has_none(anna):
    anna.viewpoint = replace(anna.viewpoint, round="r1")
    with pytest.raises(RequestError, match="blind round"):
        proposals(anna, anna.source("one"))


def test_the_best_of_each_transcript_come_first(anna):
    sources = anna.file.read.sources()
    everything = best_proposals(anna, sources)
    assert [p.source.name for p in everything[:2]] in (["one", "two"], ["two", "one"])
    assert best_proposals(anna, sources, top=1) == everything[:1]
    assert {p.source.name for p in best_proposals(anna, sources, codes=["money"])} == {"one", "two"}


def test_only_rejections_keep_a_suggestion_away(anna):
    from qcode.services.coding import passage_fields

    (proposal,) = proposals(anna, anna.source("one"), codes=["money"])
    fields = passage_fields(proposal.source, TEXTS["one"], proposal.span)
    with anna.act() as writer:
        writer.put("decision", "d", {**fields, "code": proposal.code_uid, "verdict": "accepted"})
    (again,) = proposals(anna, anna.source("one"), codes=["money"])
    assert again.span == proposal.span
