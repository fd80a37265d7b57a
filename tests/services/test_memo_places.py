"""Where memos stand, and the way there."""

from __future__ import annotations

from studies import TEXTS

from qcode.core.spans import Span
from qcode.services.act_changes import Goal
from qcode.services.memo_places import MemoPassage, MemoPlaces
from qcode.services.memos import Memo, add_memo, memo

ONE = TEXTS["one"]
TRUSTED = Span(ONE.index("We trusted"), ONE.index("We trusted") + 10)


def written(study, **about) -> Memo:
    return memo(study, add_memo(study, "Words.", **about))


def test_a_passage_with_what_is_said_around_it(anna):
    note = written(anna, source=anna.source("one"), span=TRUSTED)
    places = MemoPlaces(anna)
    assert places.subject(note) == "turn 2 of one"
    body = ONE.index("The province")
    assert places.passage(note) == MemoPassage(
        ONE[max(body, TRUSTED.start - 120) : TRUSTED.start], "We trusted", " them from the start.", 2, "R"
    )
    assert places.goal(note) == Goal("passage", anna.source("one").uid, TRUSTED)


def test_what_is_said_around_is_cut(anna, monkeypatch):
    monkeypatch.setattr("qcode.services.memo_places._AROUND", 8)
    note = written(anna, source=anna.source("one"), span=TRUSTED)
    found = MemoPlaces(anna).passage(note)
    assert found is not None
    assert (found.before, found.after) == ("…enough. ", " them fr…")


def test_a_long_passage_is_cut_and_one_over_turns_begins_with_the_first(anna, monkeypatch):
    monkeypatch.setattr("qcode.services.memo_places._LONGEST", 20)
    note = written(anna, source=anna.source("one"), span=Span(3, len(ONE)))
    found = MemoPlaces(anna).passage(note)
    assert found is not None
    assert (found.words, found.before, found.after, found.turn, found.speaker) == (ONE[3:22] + "…", "", "", 1, "I")


def test_a_passage_between_the_turns(anna):
    gap = ONE.index("\n\n")
    note = written(anna, source=anna.source("one"), span=Span(gap, gap + 1))
    places = MemoPlaces(anna)
    assert places.subject(note) == f"passage one {gap}-{gap + 1}"
    assert places.passage(note) == MemoPassage("", "\n", "", 0, "")


def test_what_is_no_passage(anna):
    code, case, one = anna.codes().find("trust"), anna.case("park"), anna.source("one")
    notes = [written(anna), written(anna, code=code), written(anna, case=case), written(anna, source=one)]
    places = MemoPlaces(anna)
    assert [places.subject(note) for note in notes] == ["the study", "code trust", "case park", "transcript one"]
    assert [places.passage(note) for note in notes] == [None] * 4
    assert [places.goal(note) for note in notes] == [
        None, Goal("code", code.uid), Goal("case", case.uid), Goal("transcript", one.uid)
    ]  # fmt: skip


def test_what_is_gone_meanwhile_leads_nowhere(anna):
    one = anna.source("one")
    notes = [written(anna, source=one, span=TRUSTED), written(anna, case=anna.case("park"))]
    with anna.file.write(anna.me.uid) as writer:
        writer.remove(one.uid)
        writer.remove(anna.case("park").uid)
    places = MemoPlaces(anna)
    assert [places.goal(note) for note in notes] == [None, None]
    assert places.passage(notes[0]) is None


def test_a_text_that_was_erased_is_not_shown(anna):
    note = written(anna, source=anna.source("one"), span=TRUSTED)
    with anna.file.database.conn as conn:
        conn.execute("UPDATE blob SET content = NULL")
    assert MemoPlaces(anna).passage(note) is None
