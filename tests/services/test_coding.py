"""Coding passages, links, the ledger, the context; undo and redo with words."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from studies import TEXTS, put

from qcode.core.spans import Span
from qcode.errors import DamagedProject, RequestError, UnknownName
from qcode.services.coding import (
    Context,
    adjust_coding,
    apply_codes,
    assign_case,
    context,
    link_case,
    mark,
    move_coding,
    redo,
    remove_coding,
    remove_link,
    set_context,
    set_flag,
    text_of,
    undo,
)
from qcode.services.doctor import diagnose
from qcode.services.log import acts
from qcode.services.study import Study


def spans(study: Study) -> list[tuple[str, int, int]]:
    codes = study.codes()
    return [(codes.code(c.code).id, c.start, c.end) for c in study.file.read.codings(coders=None)]


def uid_of(study: Study, code: str) -> str:
    return study.codes().find(code).uid


def test_several_codes_are_one_act(anna):
    source = anna.source("one")
    made = apply_codes(anna, source, TEXTS["one"], Span(3, 9), [uid_of(anna, "money"), uid_of(anna, "trust")])
    assert len(made) == 2
    assert spans(anna) == [("money", 3, 9), ("trust", 3, 9)]
    turned = undo(anna)
    assert turned is not None
    assert turned.act.words == "added 2 codings: money on one, trust on one"
    assert turned.codings == frozenset(made)
    assert (turned.kept, spans(anna)) == ((), [])
    again = redo(anna)
    assert again is not None
    assert again.act.words == turned.act.words
    assert spans(anna) == [("money", 3, 9), ("trust", 3, 9)]
    assert redo(anna) is None


def test_the_same_code_on_the_same_passage_is_put_once(anna):
    source, money = anna.source("one"), uid_of(anna, "money")
    assert len(apply_codes(anna, source, TEXTS["one"], Span(3, 9), [money, money])) == 1
    before = anna.file.read.state()
    assert apply_codes(anna, source, TEXTS["one"], Span(3, 9), [money]) == []
    assert anna.file.read.state() == before
    assert len(apply_codes(anna, source, TEXTS["one"], Span(3, 10), [money])) == 1


@pytest.mark.parametrize("span", [(5, 5), (9, 3), (0, 10_000), (-1, 4)])
def test_a_passage_lies_in_the_text(anna, span):
    with pytest.raises(RequestError, match="does not lie inside"):
        apply_codes(anna, anna.source("one"), TEXTS["one"], Span(*span), [uid_of(anna, "money")])
    assert spans(anna) == []


def test_codings_take_the_context(anna):
    source, money = anna.source("one"), [uid_of(anna, "money")]
    given_context = set_context(anna, anna.case("park"), "planning")
    assert context(anna) == given_context == Context(anna.case("park"), "planning")
    apply_codes(anna, source, TEXTS["one"], Span(3, 9), money, in_context=given_context)
    apply_codes(anna, source, TEXTS["one"], Span(3, 8), money, in_context=Context(anna.case("river")))
    apply_codes(anna, source, TEXTS["one"], Span(3, 7), money, in_context=Context())
    found = [(c.study_case, c.stage) for c in anna.file.read.codings(coders=None)]
    assert found == [(None, None), (anna.case("river").key, None), (anna.case("park").key, "planning")]


def test_the_context_belongs_to_one_coder_and_survives_a_restart(anna, open_as, mini_path):
    set_context(anna, anna.case("park"))
    assert context(open_as("anna")).case == anna.case("park")
    assert context(open_as("bo")) == Context()
    set_context(anna, None)
    assert context(anna) == Context()


def test_a_context_whose_case_is_gone_is_none(anna):
    set_context(anna, anna.case("park"))
    with anna.file.write(anna.me.uid) as writer:
        writer.remove(anna.case("park").uid)
    assert context(anna) == Context()


def test_codings_are_removed_moved_and_assigned_by_their_coder_only(anna, bo):
    uid = put(anna, "one", "money", "The revenue")
    source = anna.source("one")
    put(bo, "one", "trust", "We trusted them from the start.")
    for attempt in (
        lambda: remove_coding(bo, uid),
        lambda: move_coding(bo, uid, source, TEXTS["one"], Span(0, 4)),
        lambda: assign_case(bo, uid, bo.case("park")),
    ):
        with pytest.raises(RequestError, match="another coder's"):
            attempt()
    move_coding(anna, uid, source, TEXTS["one"], Span(3, 20))
    assign_case(anna, uid, anna.case("river"), "later")
    row = anna.file.read.coding(uid)
    assert row is not None
    assert (row.start, row.end, row.study_case, row.stage) == (3, 20, anna.case("river").key, "later")
    assign_case(anna, uid, None)
    remove_coding(anna, uid)
    assert spans(anna) == [("trust", TEXTS["one"].index("We trusted"), TEXTS["one"].index("We trusted") + 31)]
    with pytest.raises(RequestError, match="not there any more"):
        remove_coding(anna, uid)


def test_boundaries_are_adjusted(anna, bo):
    uid = put(anna, "one", "money", "The revenue")
    row = anna.file.read.coding(uid)
    assert not adjust_coding(anna, uid, row.start, row.end)
    assert adjust_coding(anna, uid, row.start - 1, row.end + 2)
    moved = anna.file.read.coding(uid)
    assert (moved.start, moved.end) == (row.start - 1, row.end + 2)
    diagnosis = diagnose(anna)
    assert diagnosis.faults == ()
    for study, place, says in [(anna, (5, 5), "does not lie inside"), (anna, (0, 99_999), "does not lie inside"),
                               (bo, (0, 5), "another coder's")]:  # fmt: skip
        with pytest.raises(RequestError, match=says):
            adjust_coding(study, uid, *place)
    assert undo(anna) is not None
    assert anna.file.read.coding(uid) == row


def test_a_flag_is_set_by_its_coder_and_undone(anna, bo):
    uid = put(anna, "one", "money", "The revenue")
    before = anna.file.read.state()
    assert not set_flag(anna, uid, on=False)
    assert anna.file.read.state() == before
    assert set_flag(anna, uid, on=True)
    assert not set_flag(anna, uid, on=True)
    assert anna.file.read.coding(uid).flagged
    with pytest.raises(RequestError, match="another coder's"):
        set_flag(bo, uid, on=False)
    assert undo(anna).act.words == "flagged coding: money on one"
    assert not anna.file.read.coding(uid).flagged
    redo(anna)
    assert set_flag(anna, uid, on=False)
    assert acts(anna, last=1)[0].words == "unflagged coding: money on one"
    assert [c.flagged for c in anna.file.read.codings(coders=None)] == [False]
    remove_coding(anna, uid)
    with pytest.raises(RequestError, match="not there any more"):
        set_flag(anna, uid, on=True)


def test_undo_goes_back_step_by_step_and_new_work_ends_redo(anna, open_as):
    uid = put(anna, "one", "money", "The revenue")
    move_coding(anna, uid, anna.source("one"), TEXTS["one"], Span(3, 9))
    remove_coding(anna, uid)
    later = open_as("anna")  # a restart
    words = [turned.act.words for turned in iter(lambda: undo(later), None)]
    assert words == ["removed coding: money on one", "changed coding: money on one", "added coding: money on one"]
    assert spans(later) == []
    assert redo(later) is not None
    assert [s[0] for s in spans(later)] == ["money"]
    put(later, "one", "trust", "We trusted them from the start.")
    assert redo(later) is None


def test_nobody_undoes_anothers_work(anna, bo, open_as):
    put(anna, "one", "money", "The revenue")
    assert undo(bo) is None
    assert undo(open_as("stranger")) is None
    assert redo(open_as("stranger")) is None
    assert len(spans(anna)) == 1


def test_undo_keeps_what_others_wrote_since_and_names_it(anna, bo):
    uid = put(anna, "one", "money", "The revenue")
    put(bo, "one", "trust", "We trusted them from the start.")
    with bo.file.write(bo.me.uid) as writer:  # another coder's change, as a merge would bring it
        writer.change(uid, {"span": [3, 9]})
    turned = undo(anna)
    assert turned is not None
    assert turned.kept == ("coding: span",)


def test_links_are_made_once_and_removed_by_their_coder(anna, bo):
    source, case = anna.source("one"), anna.case("park")
    whole = link_case(anna, case, source, TEXTS["one"], None)
    part = link_case(anna, case, source, TEXTS["one"], Span(3, 9), "planning")
    assert whole is not None
    assert part is not None
    assert link_case(anna, case, source, TEXTS["one"], None) is None
    assert link_case(anna, case, source, TEXTS["one"], Span(3, 9), "planning") is None
    assert link_case(anna, case, source, TEXTS["one"], Span(3, 9)) is not None
    with pytest.raises(RequestError, match="not yours"):
        remove_link(bo, whole)
    remove_link(anna, whole)
    with pytest.raises(RequestError, match="not there any more"):
        remove_link(anna, whole)
    turned = undo(anna)
    assert turned is not None
    assert turned.act.words == "removed case link: park in one"


def test_a_stranger_can_link(open_as):
    carla = open_as("carla")
    assert carla.me.key == 0
    assert link_case(carla, carla.case("park"), carla.source("one"), TEXTS["one"], None) is not None
    assert carla.me.key > 0


def test_the_ledger_notes_and_changes_states(anna):
    source = anna.source("one")
    assert mark(anna, source, ["motive", "setup"], "reading") == 2
    assert mark(anna, source, ["motive"], "complete") == 1
    assert mark(anna, source, ["motive"], "complete") == 0
    states = {row.dimension: row.state for row in anna.file.read.ledger(coders=None)}
    assert states == {"motive": "complete", "setup": "reading"}
    versions = {row.version for row in anna.file.read.ledger(coders=None)}
    assert versions == {anna.codes().codebook.content_hash()[:12]}
    with pytest.raises(RequestError, match="no state “finished”"):
        mark(anna, source, ["motive"], "finished")
    with pytest.raises(RequestError, match="“money” is a code, not a dimension"):
        mark(anna, source, ["money"], "complete")
    with pytest.raises(UnknownName, match="motiv"):
        mark(anna, source, ["motiv"], "complete")


def test_an_erased_text_is_damage(anna):
    anna.file.database.conn.execute("UPDATE blob SET content = NULL")
    with pytest.raises(DamagedProject, match="The text of “one” is not in the project any more"):
        text_of(anna, anna.source("one"))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 80), st.integers(1, 20), st.sampled_from(["money", "trust"])), max_size=5))
def test_undoing_everything_and_doing_it_again_gives_the_same(anna, wanted):
    source = anna.source("one")
    while undo(anna):
        pass
    for start, length, code in wanted:
        apply_codes(anna, source, TEXTS["one"], Span(start, start + length), [uid_of(anna, code)])
    coded = spans(anna)
    count = sum(1 for _ in iter(lambda: undo(anna), None))
    assert spans(anna) == []
    assert sum(1 for _ in iter(lambda: redo(anna), None)) >= count or not coded
    assert spans(anna) == coded


def test_what_i_added_to_my_own_codings_since_is_not_anothers(anna):
    uid = put(anna, "one", "money", "The revenue")
    with anna.file.write(anna.me.uid) as writer:
        writer.change(uid, {"origin": "by hand"})
    with anna.file.write(anna.me.uid) as writer:
        writer.change(uid, {"origin": "by hand, later"})
    turned = undo(anna)
    assert turned is not None
    assert turned.kept == ()


def test_an_act_whose_words_were_erased_is_undone_all_the_same(anna):
    put(anna, "one", "money", "The revenue")
    anna.file.database.conn.execute("UPDATE event SET payload = NULL, salt = NULL WHERE kind = 'coding.created'")
    turned = undo(anna)
    assert turned is not None
    assert (turned.act.words, turned.kept) == ("added coding", ())
