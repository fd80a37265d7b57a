"""Suggestions: the machine proposes, a person decides."""

from __future__ import annotations

from dataclasses import replace

import pytest
from studies import TEXTS, put

from qcode.core.spans import Span
from qcode.errors import QcodeError, RequestError
from qcode.services.coding import undo
from qcode.services.suggestion_evaluation import evaluation_table
from qcode.services.suggestion_material import read_material
from qcode.services.suggestion_queue import TrainingQueue
from qcode.services.suggestion_tables import indicator_table, suggestion_table
from qcode.services.suggestions import Options, Search, accept, best_proposals, proposals, put_off, reject, search


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


# -- what becomes of suggestions


def decision(study) -> dict[str, object]:
    (row,) = study.file.read.decisions(coders=[study.me.key])
    entity = study.file.acts.entity(row.uid)
    assert entity is not None
    return dict(entity.fields)


def test_an_answer_is_stored_with_what_the_suggestion_rested_on_and_without_words(anna):
    (proposal,) = proposals(anna, anna.source("one"), codes=["money"])
    accept(anna, proposal, span=Span(34, 71), code=anna.codes().find("trust").uid)
    told = decision(anna)
    assert (told["verdict"], told["method"], told["model"], told["pipeline"]) == ("accepted", "rules", "", "blank")
    assert told["used_span"] == [34, 71]
    assert told["used_code"] == anna.codes().find("trust").uid
    assert "budget" not in str(told)
    assert [anna.codes().code(c.code).id for c in anna.file.read.codings(coders=None)] == ["trust"]


def test_one_undo_takes_back_the_coding_and_the_answer(anna):
    before = proposals(anna, anna.source("one"))
    accept(anna, before[0])
    assert len(anna.file.read.decisions(coders=None)) == 1
    undo(anna)
    assert anna.file.read.decisions(coders=None) == []
    assert proposals(anna, anna.source("one")) == before


def test_what_was_put_off_comes_last(anna):
    first, *others = proposals(anna, anna.source("one"))
    assert others
    put_off(anna, first)
    again = proposals(anna, anna.source("one"))
    assert again[-1] == replace(first, later=True)
    assert suggestion_table(anna, again).rows[-1][5].endswith("(put off)")
    reject(anna, again[-1])
    assert proposals(anna, anna.source("one")) == others


def test_a_rejection_falls_with_a_change_of_the_definition_and_not_of_the_name(anna):
    from qcode.services.codebook_edits import set_fields

    (proposal,) = proposals(anna, anna.source("one"), codes=["money"])
    reject(anna, proposal)
    set_fields(anna, "money", {"aliases": ["cash"]})
    assert found(anna, codes=["money"]) == []
    set_fields(anna, "money", {"definition": ["Money is the reason or the means."]})
    assert len(found(anna, codes=["money"])) == 1


def test_reasons_say_how_often_an_indicator_was_accepted(anna):
    (one,) = proposals(anna, anna.source("one"), codes=["money"])
    accept(anna, one)
    (two,) = proposals(anna, anna.source("two"), codes=["money"])
    assert two.suggestion.decided == (1, 1)
    assert two.suggestion.reason.endswith("budget* was accepted 1 of 1 times")
    rows = {row[1]: row for row in indicator_table(anna, ["money"]).rows}
    assert rows["budget*"][4:] == (2, 2, 2, 1, "rare", "1 of 1")
    reject(anna, two)
    rows = {row[1]: row for row in indicator_table(anna).rows}
    assert rows["revenue*"][-1] == "1 of 2"
    assert rows["trust*"][4:] == (2, 2, 2, 0, "rare", "")


# -- learning


LEARNT = ("We never had a plan like this one.", "The plan came to us in May.", "A plan of this kind is rare.")


@pytest.fixture
def coded(anna, tmp_path):
    """Six invented transcripts: in five of them two passages each are coded as office, which has no indicator."""
    from qcode.services.coding import mark
    from qcode.services.importing import import_transcripts

    paths = []
    for number in range(6):
        said = [
            f"I: And then?\n\nR: {LEARNT[(number + part) % 3]} It rained on day {number}{part}.\n" for part in range(2)
        ]
        paths.append(tmp_path / f"more{number}.txt")
        paths[-1].write_text("\n".join([*said, f"I: So?\n\nR: It was cold on day {number}.\n"]), encoding="utf-8")
    import_transcripts(anna, paths)
    for number in range(5):
        for part in range(2):
            put(anna, f"more{number}", "office", LEARNT[(number + part) % 3])
        mark(anna, anna.source(f"more{number}"), ["motive", "setup"], "complete")
    return anna


def test_from_ten_segments_on_a_model_takes_part(coded):
    looked_for = search(coded, coded.source("more5"))
    assert looked_for.due() == ["office"]
    assert [p for p in looked_for.run() if p.suggestion.code == "office"] == []
    assert looked_for.train() == 1
    assert looked_for.due() == []
    assert looked_for.train() == 0
    learned = next(p for p in looked_for.run() if p.suggestion.code == "office")
    assert learned.suggestion.method == "fusion"
    assert "plan" in " ".join(learned.suggestion.words)
    assert learned.suggestion.reason == "like passages that you coded"
    assert learned.version
    # A later search uses what was learned, says what is due, and others learn nothing from me.
    put(coded, "more0", "office", "It was cold on day 0.")
    later = search(coded, coded.source("more5"))
    assert later.due() == ["office"]
    assert any(p.suggestion.method == "fusion" for p in later.run())
    plain = search(coded, coded.source("more5"), options=Options(models=False))
    assert plain.due() == []
    assert all(p.suggestion.method == "rules" for p in plain.run())


def test_coders_learn_from_their_own_work_unless_it_is_pooled(coded, open_as):
    bo = open_as("bo")
    assert search(bo, bo.source("more0")).due() == []
    assert search(bo, bo.source("more0"), options=Options(pooled=True)).due() == ["office"]
    bo.viewpoint = replace(bo.viewpoint, own_only=True)
    assert search(bo, bo.source("more0"), options=Options(pooled=True)).due() == []


def test_a_queue_runs_one_at_a_time_and_keeps_the_latest(coded, monkeypatch):
    from threading import Event

    begun, go = Event(), Event()
    runs: list[str] = []

    def train(self, **_):
        runs.append(self.source.name)
        begun.set()
        go.wait(20)
        if self.source.name == "more2":
            raise QcodeError("It failed.")
        return 1

    monkeypatch.setattr(Search, "train", train)
    told: list[tuple[str, str]] = []
    queue = TrainingQueue(lambda looked_for, problem: told.append((looked_for.source.name, problem)))
    assert queue.wait()
    queue.ask(search(coded, coded.source("more0")))
    assert begun.wait(20)
    queue.ask(search(coded, coded.source("more1")))
    queue.ask(search(coded, coded.source("more2")))
    go.set()
    assert queue.wait(20)
    assert runs == ["more0", "more2"]
    assert told == [("more0", ""), ("more2", "It failed.")]


def test_suggestions_are_held_against_what_was_coded(coded):
    ticks: list[tuple[int, int]] = []
    table = evaluation_table(
        coded, codes=["setup"], branches=True, seeds=(0,), segments=(0, 2), tick=lambda *t: ticks.append(t)
    )
    assert [row[:2] for row in table.rows][:2] == [(0, "random"), (0, "any hit")]
    assert (2, "model", 1, 1) in [row[:4] for row in table.rows]
    assert ticks
    only = evaluation_table(coded, branches=True, options=Options(models=False), seeds=(0,), segments=(0,))
    assert [row[1] for row in only.rows] == ["random", "any hit", "rules", "rules and context"]


def test_nothing_coded_cannot_be_evaluated(anna):
    with pytest.raises(RequestError, match="nothing to hold suggestions against"):
        evaluation_table(anna)


def test_a_study_without_transcripts_has_no_suggestions(anna):
    assert best_proposals(anna, []) == []


def test_interviewers_and_speakers_without_a_role_are_left_out(anna):
    material = read_material(anna)
    said = [d.text[slice(*turn)] for d in material.documents for turn in d.turns]
    assert not any("How did the budget" in words for words in said)
    asked = [d.text[slice(*q)] for d in material.documents for q in d.questions if q is not None]
    assert "How did the budget begin?" in asked[0]


def test_suggestions_as_a_table(anna):
    table = suggestion_table(anna, proposals(anna, anna.source("one"), codes=["money"]), quote_limit=20)
    (row,) = table.rows
    assert (row[0], row[2], row[3]) == ("one", "money", "fair")
    assert len(str(row[-1])) <= 20
    assert table.notes[0].startswith("Nothing was applied")
