"""The desk shows after every act what a desk that is opened afresh shows."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as rules
from hypothesis import strategies as st
from studies import TEXTS, put

from qcode.core.spans import Span
from qcode.errors import RequestError
from qcode.services.study import Study
from qcode.tui.desk import Change, Desk
from qcode.tui.painter import Mark

Open = Callable[[Path, str], Study]


def span_of(desk: Desk, quote: str) -> Span:
    start = desk.text.index(quote)
    return Span(start, start + len(quote))


@pytest.fixture
def desk(mini: Study) -> Desk:
    made = Desk(mini)
    made.open(0)
    return made


def shown(marks: list[Mark]) -> dict[int, Mark]:
    return {m.key: m for m in marks}


def merge(marks: dict[int, Mark], change: Change | None) -> None:
    """What the view does with a change."""
    if change is not None:
        for key in change.gone:
            marks.pop(key, None)
        marks |= shown(list(change.marks))


def test_a_transcript_is_opened_with_its_turns(desk: Desk) -> None:
    opened = desk.open(0)
    assert opened.text == TEXTS["one"].rstrip("\n") or opened.text == TEXTS["one"]
    assert [quiet for *_, quiet in opened.turns] == [True, False, True, False]
    assert opened.text[opened.first :].startswith("The province")
    assert (opened.marks, opened.linked, opened.place) == ([], [], None)
    assert opened.text[opened.turns[0][1] :].startswith("How did")


def test_a_number_out_of_range_opens_the_nearest(desk: Desk) -> None:
    desk.open(99)
    assert desk.source.name == "three"
    desk.open(-5)
    assert desk.source.name == "one"


def test_applying_a_code_makes_a_mark_and_counts(desk: Desk) -> None:
    (mark,) = desk.apply(span_of(desk, "gave us a budget"), ["money"]).marks
    assert (mark.code, mark.family, mark.label, mark.mine, mark.suggested) == ("money", "blue", "money", True, False)
    assert desk.counts == Counter(money=1)
    assert desk.last_code == "money"
    assert desk.apply(span_of(desk, "gave us a budget"), ["money"]) == Change((), ())
    assert desk.counts == Counter(money=1)


def test_a_removed_code_is_gone_and_not_counted(desk: Desk) -> None:
    (mark,) = desk.apply(span_of(desk, "budget"), ["money"]).marks
    assert desk.remove(mark.key) == Change((mark.key,), ())
    assert desk.counts == Counter()
    assert desk.open(0).marks == []


def test_undo_and_redo_say_what_came_and_went(desk: Desk) -> None:
    (mark,) = desk.apply(span_of(desk, "budget"), ["money"]).marks
    undone = desk.turn_back(undo=True)
    assert undone is not None
    assert undone.gone == (mark.key,)
    assert undone.act is not None
    assert "money" in undone.act.words
    assert desk.counts == Counter()
    again = desk.turn_back(undo=False)
    assert again is not None
    assert [m.code for m in again.marks] == ["money"]
    assert desk.counts == Counter(money=1)
    assert desk.turn_back(undo=False) is None


def test_undo_reaches_over_a_restart(desk: Desk, mini_path: Path, opened: Open) -> None:
    (mark,) = desk.apply(span_of(desk, "budget"), ["money"]).marks
    desk.study.close()
    later = Desk(opened(mini_path, "anna"))
    assert [m.key for m in later.open(0).marks] == [mark.key]
    undone = later.turn_back(undo=True)
    assert undone is not None
    assert undone.gone == (mark.key,)
    assert later.counts == Counter()


def test_undo_of_work_in_another_transcript_leaves_this_one(desk: Desk) -> None:
    desk.apply(span_of(desk, "budget"), ["money"])
    desk.open(1)
    assert desk.turn_back(undo=True) is not None
    assert desk.counts == Counter()
    assert desk.turn_back(undo=False) is not None
    assert desk.counts == Counter()  # this transcript has none
    assert len(desk.open(0).marks) == 1


def test_somebody_who_did_nothing_has_nothing_to_undo(mini_path: Path, opened: Open) -> None:
    desk = Desk(opened(mini_path, "carl"))
    desk.open(0)
    assert desk.turn_back(undo=True) is None
    desk.remember_place(Span(0, 3))  # a stranger to the project leaves no trace by looking
    assert (desk.last_place(), desk.open(0).place) == (0, None)


def test_others_work_is_shown_named_and_not_counted(desk: Desk, mini_path: Path, opened: Open) -> None:
    put(opened(mini_path, "bo"), "one", "trust", "We trusted them")
    (mark,) = desk.open(0).marks
    assert (mark.label, mark.mine) == ("trust·bo", False)
    assert desk.counts == Counter()
    with pytest.raises(RequestError, match="another coder"):
        desk.remove(mark.key)
    desk.study.look(own_only=True)
    assert desk.open(0).marks == []


def test_a_code_applied_twice_by_two_coders_is_two_marks(desk: Desk, mini_path: Path, opened: Open) -> None:
    put(opened(mini_path, "bo"), "one", "trust", "We trusted them")
    desk.apply(span_of(desk, "We trusted them"), ["trust"])
    assert sorted(m.label for m in desk.open(0).marks) == ["trust", "trust·bo"]
    assert desk.counts == Counter(trust=1)


def test_the_place_is_remembered_for_the_next_time(desk: Desk, mini_path: Path, opened: Open) -> None:
    desk.apply(span_of(desk, "budget"), ["money"])
    desk.open(1)
    desk.remember_place(Span(3, 8))
    later = Desk(opened(mini_path, "anna"))
    assert later.last_place() == 1
    assert later.open(1).place == Span(3, 8)
    assert later.open(0).place is None
    other = Desk(opened(mini_path, "bo"))
    assert other.last_place() == 0


def test_a_place_beyond_the_text_is_forgotten(desk: Desk) -> None:
    desk.remember_place(Span(0, 100_000))
    assert desk.open(0).place is None


def test_the_context_goes_into_codings_and_comes_back(desk: Desk, mini_path: Path, opened: Open) -> None:
    case = desk.study.case("river")
    assert desk.context_words() == "none"
    desk.set_context(case.uid)
    assert desk.context_words() == "river (mandated)"
    (mark,) = desk.apply(span_of(desk, "budget"), ["money"]).marks
    row = desk.study.file.read.coding(desk.uid_of(mark.key))
    assert row is not None
    assert row.study_case == case.key
    assert Desk(opened(mini_path, "anna")).context_words() == "river (mandated)"
    desk.set_context(None)
    assert desk.context_words() == "none"


def test_links_say_which_case_a_passage_speaks_of(desk: Desk) -> None:
    span = span_of(desk, "The river was an order")
    case = desk.study.case("river")
    assert desk.link(span, case.uid)
    assert not desk.link(span, case.uid)
    assert desk.read_links() == [span]
    assert desk.cases_at(span) == ["river (mandated)"]
    assert desk.cases_at(Span(0, 4)) == []
    assert desk.case_words(desk.study.case("talks")) == "talks (other)"


def test_suggestions_are_accepted_or_rejected(desk: Desk) -> None:
    found = desk.search().run()
    marks = desk.show_proposals(found)
    assert marks
    assert all(m.suggested and m.label == f"?{m.code}" for m in marks)
    first, *others = marks
    change = desk.accept(first.key, Span(first.span.start, first.span.end - 1))
    assert change.gone == (first.key,)
    assert [(m.code, m.span.end) for m in change.marks] == [(first.code, first.span.end - 1)]
    assert desk.last_code == first.code
    for other in others:
        assert desk.reject(other.key) == Change((other.key,), ())
    assert desk.proposals == {}
    assert desk.search().run() == []


def test_accepting_what_stands_there_already_makes_no_second_coding(desk: Desk) -> None:
    first = desk.show_proposals(desk.search().run())[0]
    desk.apply(first.span, [first.code])
    assert desk.accept(first.key, first.span) == Change((first.key,), ())
    assert desk.counts == Counter({first.code: 1})


def test_a_study_without_transcripts_says_so(empty_path: Path, opened: Open) -> None:
    desk = Desk(opened(empty_path, "anna"))
    assert desk.last_place() == 0
    with pytest.raises(RequestError, match="no transcripts yet"):
        desk.open(0)
    desk.remember_place(Span(0, 1))
    assert desk.study.file.read.local(desk.study.me.key, "place") is None


moves = st.one_of(
    st.tuples(st.just("apply"), st.integers(0, 12), st.sampled_from(["money", "trust", "office", "motive"])),
    st.tuples(st.just("remove"), st.integers(0, 5), st.just("")),
    st.tuples(st.sampled_from(["undo", "redo", "open", "hide"]), st.integers(0, 2), st.just("")),
)


def play(desk: Desk, marks: dict[int, Mark], move: tuple[str, int, str]) -> None:
    what, number, code = move
    mine = [m for m in marks.values() if m.mine]
    if what == "apply":
        merge(marks, desk.apply(Span(3 * number, 3 * number + 7), [code]))
    elif what == "remove" and mine:
        merge(marks, desk.remove(mine[number % len(mine)].key))
    elif what in ("undo", "redo"):
        merge(marks, desk.turn_back(undo=what == "undo"))
    elif what == "open":
        marks.clear()
        marks |= shown(desk.open(number).marks)
    elif what == "hide":
        desk.study.look(own_only=not desk.study.viewpoint.own_only)
        marks.clear()
        marks |= shown(desk.open(desk.number).marks)


@rules(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(moves, max_size=14))
def test_after_any_acts_the_desk_equals_a_fresh_one(
    mini_file: Path, settings: Path, sequence: list[tuple[str, int, str]]
) -> None:
    with TemporaryDirectory() as folder:
        path = Path(shutil.copyfile(mini_file, Path(folder) / "mini.qcode"))
        with Study.open(path, coder="bo") as study:
            put(study, "one", "trust", "We trusted them")
        with Study.open(path, coder="anna") as study:
            desk = Desk(study)
            marks = shown(desk.open(0).marks)
            for move in sequence:
                play(desk, marks, move)
            fresh = Desk(study)
            expected = shown(fresh.open(desk.number).marks)
            assert marks == expected
            assert +desk.counts == +fresh.counts
            assert +desk.counts == Counter(m.code for m in expected.values() if m.mine)
