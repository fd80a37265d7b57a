"""The history: acts page by page, what became what, where to look, and nothing that anybody said or wrote."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta

import pytest
from studies import CODEBOOK, TEXTS, put

from qcode.core.spans import Span
from qcode.errors import RequestError, UnknownName
from qcode.services import history as history_module
from qcode.services.act_changes import FieldChange, Goal
from qcode.services.attributes import import_transcript_attributes
from qcode.services.case_edits import add_case
from qcode.services.codebooks import import_codebook
from qcode.services.coding import (
    adjust_coding,
    assign_case,
    link_case,
    mark,
    redo,
    remove_coding,
    set_flag,
    undo,
)
from qcode.services.history import HISTORY_COLUMNS, History, check_history_file, day_range, export_history
from qcode.services.log import acts
from qcode.services.memos import add_memo, change_memo
from qcode.services.speakers import merge_speakers, set_speaker
from qcode.services.translations import set_translation
from qcode.services.turns import correct_turn

DAY_MS = 86_400_000
SAID = "We trusted them from the start."


def lines(history: History) -> list[tuple[str, str, str]]:
    return [(line.act.coder, line.act.words, line.turn) for line in map(history.line, range(len(history)))]


def fields(history: History, number: int = 0) -> dict[str, tuple[str, str]]:
    (change,) = history.changes(number)
    return {field.name: (field.old, field.new) for field in change.fields}


def where(text: str, words: str) -> Span:
    return Span(text.index(words), text.index(words) + len(words))


# -- the list


def test_the_history_is_the_log_with_what_undo_would_do(anna, open_as):
    put(anna, "one", "money", "The revenue")
    put(anna, "one", "trust", SAID)
    put(open_as("bo"), "two", "trust", "Nobody trusted anybody.")
    undo(anna)
    found = lines(History(anna))
    assert found[:5] == [
        ("anna", "undid: added coding: trust on one", ""),
        ("bo", "added coding: trust on two", ""),
        ("bo", "added coder: bo", ""),
        ("anna", "added coding: trust on one", "redo"),
        ("anna", "added coding: money on one", "undo"),
    ]
    assert [words for _, words, _ in found] == [act.words for act in acts(anna)]
    put(anna, "one", "trust", "There is an office")
    assert [turn for _, _, turn in lines(History(anna))[:6]] == ["undo", "", "", "", "undone", "own"]


def test_acts_are_read_when_they_are_looked_at(anna, monkeypatch):
    put(anna, "one", "money", "The revenue")
    asked: list[int] = []
    read = type(anna.file.acts).events
    monkeypatch.setattr(
        type(anna.file.acts), "events", lambda self, key, *, most: asked.append(key) or read(self, key, most=most)
    )
    history = History(anna)
    assert len(history) == 5
    assert asked == []
    assert history.line(0) is history.line(0)
    assert len(asked) == 1


def test_one_coder_and_hidden_work(anna, open_as):
    put(open_as("bo"), "two", "trust", "Nobody trusted anybody.")
    assert {coder for coder, _, _ in lines(History(anna, coder="bo"))} == {"bo"}
    with pytest.raises(UnknownName):
        History(anna, coder="nobody")
    anna.look(own_only=True)
    assert {coder for coder, _, _ in lines(History(anna))} == {"anna"}


def test_somebody_who_did_nothing_yet_has_nothing_to_undo(open_as):
    found = lines(History(open_as("new")))
    assert {turn for _, _, turn in found} == {""}


def test_a_day_a_month_a_year(anna):
    put(anna, "one", "money", "The revenue")
    today = datetime.fromtimestamp(acts(anna, last=1)[0].at_ms / 1000, tz=UTC).astimezone()
    for form in ("%Y", "%Y-%m", "%Y-%m-%d"):
        found = History(anna, day=today.strftime(form))
        assert ("anna", "added coding: money on one", "undo") in lines(found), form
    before = (today - timedelta(days=3)).strftime("%Y-%m-%d")
    assert len(History(anna, day=before)) == 0


def test_days_are_those_of_the_calendar():
    start, end = day_range("2019-02-28")
    assert end - start in (DAY_MS, DAY_MS - 3_600_000, DAY_MS + 3_600_000)
    assert day_range("2019-12")[1] == day_range("2020-01")[0] == day_range("2019")[1]
    assert day_range(" 2019-02 ") == (day_range("2019-02-01")[0], day_range("2019-03-01")[0])
    for wrong in ("14.8.2019", "2019-02-30", "", "9999"):
        with pytest.raises(RequestError):
            day_range(wrong)


def test_an_act_is_found_again_and_a_history_grows_old(anna):
    history = History(anna)
    key = history.line(1).key
    assert not history.stale()
    put(anna, "one", "money", "The revenue")
    assert history.stale()
    later = History(anna)
    assert later.line(later.number_of(key)).act == history.line(1).act
    assert later.number_of(10**9) is None


def test_words_are_looked_for_in_all_that_a_line_says(anna):
    put(anna, "one", "money", "The revenue")
    history = History(anna)
    for _ in range(2):
        assert [n for n in range(len(history)) if history.holds(n, ["money", "anna"])] == [0]
    assert not history.holds(0, ["money", "trust"])


# -- what an act did


def test_a_coding_from_its_making_to_its_end(anna):
    uid = put(anna, "one", "money", "The revenue")
    place = where(TEXTS["one"], "The revenue")
    at = f"{place.start}-{place.end}"
    assert fields(History(anna)) == {"code": ("", "money"), "transcript": ("", "one"), "place": ("", at)}
    adjust_coding(anna, uid, place.start, place.end + 4)
    assert fields(History(anna)) == {"place": (at, f"{place.start}-{place.end + 4}")}
    set_flag(anna, uid, on=True)
    assert fields(History(anna)) == {"flagged": ("", "yes")}
    set_flag(anna, uid, on=False)
    assert fields(History(anna)) == {"flagged": ("yes", "no")}
    assign_case(anna, uid, anna.case("park"))
    assert fields(History(anna))["case"] == ("", "park")
    assign_case(anna, uid, None)
    assert fields(History(anna)) == {"case": ("park", "none")}
    moved = Goal("passage", anna.source("one").uid, Span(place.start, place.end + 4))
    assert History(anna).goal(0) == moved
    remove_coding(anna, uid)
    history = History(anna)
    assert history.changes(0)[0].words == "coding removed: money on one"
    assert history.goal(0) == moved
    undo(anna)
    history = History(anna)
    assert history.changes(0)[0].words == "undid: removed coding: money on one"
    assert history.goal(0) == moved


def test_a_coding_whose_making_was_undone_is_found_where_it_was(anna):
    put(anna, "one", "money", "The revenue")
    undo(anna)
    history = History(anna)
    place = Goal("passage", anna.source("one").uid, where(TEXTS["one"], "The revenue"))
    assert [history.goal(0), history.goal(1)] == [place, place]
    redo(anna)
    assert History(anna).changes(0)[0].words == "did again: added coding: money on one"


def test_where_one_can_look(anna, tmp_path):
    one = anna.source("one")
    link_case(anna, anna.case("park"), one, TEXTS["one"], None)
    assert History(anna).goal(0) == Goal("transcript", one.uid)
    mark(anna, one, ["motive"], "reading")
    assert History(anna).goal(0) == Goal("transcript", one.uid)
    set_speaker(anna, one, "R", role="other")
    assert History(anna).goal(0) == Goal("transcript", one.uid)
    add_case(anna, "new", attributes={})
    assert History(anna).goal(0) == Goal("case", anna.case("new").uid)
    add_memo(anna, "Words.", case=anna.case("park"))
    assert History(anna).goal(0) == Goal("case", anna.case("park").uid)
    add_memo(anna, "Words.", code=anna.codes().find("trust"))
    assert History(anna).goal(0) == Goal("code", anna.codes().find("trust").uid)
    add_memo(anna, "Words.")
    assert History(anna).goal(0) is None
    history = History(anna)
    assert history.goal(len(history) - 1) is None  # the coder and the study
    (tmp_path / "m.toml").write_text(CODEBOOK.replace("For money.", "For all money."), encoding="utf-8")
    import_codebook(anna, tmp_path / "m.toml")
    assert History(anna).goal(0) == Goal("code", anna.codes().find("money").uid)


@pytest.mark.parametrize("span", [[3, 10_000], [9, 3], [-1, 4], [1.5, 3], ["a", "b"], [True, 4], [1], "3-9", None])
def test_a_place_that_is_none_is_not_gone_to(anna, span):
    one = anna.source("one")
    with anna.act() as writer:
        writer.create("coding", {"source": one.uid, "code": "?", "span": span, "quote": ""})
    assert History(anna).goal(0) == Goal("transcript", one.uid)


def test_an_act_that_was_never_seen_leads_nowhere(anna):
    with anna.act() as writer:
        writer.turn_back("no-such-act", undo=True)
    history = History(anna)
    assert history.goal(0) is None
    assert history.changes(0)[0].words == "undid an act"
    assert "no-such-act" not in [line[1] for line in lines(history)]


def test_what_changed_in_transcripts_and_speakers(anna, tmp_path):
    one = anna.source("one")
    set_speaker(anna, one, "R", role="other", name="M")
    assert fields(History(anna)) == {"role": ("participant", "other"), "name": ("", "M")}
    merge_speakers(anna, one, "R", "I")
    assert fields(History(anna)) == {"turns": ("", "R became one with I")}
    correct_turn(anna, one, 2, role="text")
    assert fields(History(anna)) == {"turns": ("", "turn 2: role became text")}
    for value in ("a", "x" * 60):
        (tmp_path / "a.csv").write_text(f"transcript,aliases,place\none,009,{value}\n", encoding="utf-8")
        import_transcript_attributes(anna, tmp_path / "a.csv")
    assert fields(History(anna)) == {"place": ("a", f"{'x' * 39}…")}
    assert fields(History(anna), 1) == {"aliases": ("none", "009"), "place": ("", "a")}


def test_of_what_people_wrote_only_the_length_is_told(anna, tmp_path):
    one = anna.source("one")
    span = where(TEXTS["one"], SAID)
    uid = add_memo(anna, "secret thoughts", title="secret title", source=one, span=span)
    assert fields(History(anna))["text"] == ("", "15 characters")
    change_memo(anna, uid, text="secret again", title="secret")
    assert fields(History(anna)) == {
        "text": ("15 characters", "12 characters"),
        "title": ("12 characters", "6 characters"),
    }
    set_translation(anna, one, span, "de", "Geheim vertrauten wir ihnen.")
    (tmp_path / "m.toml").write_text(
        CODEBOOK.replace("They had the money.", "secret").replace("Then.", "x" * 99), "utf-8"
    )
    import_codebook(anna, tmp_path / "m.toml")
    history = History(anna)
    (change,) = [change for change in history.changes(0) if change.words == "code changed: money"]
    assert change.fields == (
        FieldChange("examples", "1 entry", "1 entry"),
        FieldChange("when to use", "5 characters", "99 characters"),
    )
    told = "".join(str(history.changes(number)) for number in range(len(history))).casefold()
    assert "secret" not in told
    assert "geheim" not in told
    assert "trusted" not in told


def test_names_stand_for_ids_and_what_is_gone_is_said(anna):
    with anna.act() as writer:
        gone = writer.create(
            "summary", {"about": "case", "case": "?", "source": "?", "code": "?", "odd": {"a": "b", "c": 1}}
        )
        writer.create(
            "summary", {"about": "value", "places": [[1, 2], [3, 4]], "number": 5, "long": "x" * 99, "empty": ""}
        )
    first, second = History(anna).changes(0)
    assert first.fields == (
        FieldChange("about", "", "case"),
        FieldChange("case", "", "a case that is not here"),
        FieldChange("code", "", "a code that is not here"),
        FieldChange("odd", "", "a: b"),
        FieldChange("transcript", "", "a transcript that is not here"),
    )
    assert second.fields == (
        FieldChange("about", "", "value"),
        FieldChange("long", "", "99 characters"),
        FieldChange("number", "", "5"),
        FieldChange("places", "", "2 entries"),
    )
    with anna.file.database.conn as conn:
        conn.execute(
            "UPDATE event SET payload = NULL, salt = NULL WHERE entity = (SELECT id FROM entity WHERE uid = ?)", (gone,)
        )
    history = History(anna)
    assert history.changes(0)[0].words == "summary added; what it held was erased"
    assert anna.file.acts.entity("never heard of") is None


def test_of_a_replaced_value_that_was_erased_nothing_is_said(anna):
    uid = put(anna, "one", "money", "The revenue")
    set_flag(anna, uid, on=True)
    set_flag(anna, uid, on=False)
    with anna.file.database.conn as conn:
        conn.execute("UPDATE event SET payload = NULL, salt = NULL WHERE kind = 'coding.set' AND payload LIKE '%true%'")
    assert fields(History(anna)) == {"flagged": ("", "no")}


# -- acts of many events


def test_of_a_large_act_the_first_events_are_read_and_all_are_counted(anna, monkeypatch):
    monkeypatch.setattr(history_module, "MOST_EVENTS", 3)
    one, code = anna.source("one"), anna.codes().find("trust")
    with anna.act() as writer:
        made = [
            writer.create("coding", {"source": one.uid, "span": [n, n + 5], "quote": "", "code": code.uid})
            for n in range(7)
        ]
    with anna.act() as writer:
        for uid in made:
            writer.change(uid, {"flagged": True})
        writer.create("memo", {"about": "project", "kind": "memo", "title": "", "text": "x"})
    found = [History(anna).line(number).act for number in (0, 1)]
    assert [(act.words, act.events) for act in found] == [("flagged 7 codings; added memo", 8), ("added 7 codings", 7)]
    assert len(History(anna).changes(1)) == 7
    assert len(History(anna).changes(1, most=2)) == 2


# -- as a file


def test_the_history_as_a_table(anna, tmp_path):
    put(anna, "one", "money", "The revenue")
    undo(anna)
    history = History(anna)
    path = tmp_path / "h.csv"
    assert export_history([history.cells(number) for number in range(len(history))], path) == len(history)
    header, *rows = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
    assert tuple(header) == HISTORY_COLUMNS
    assert [row[1:5] for row in rows[:2]] == [
        ["anna", "undid: added coding: money on one", "1", ""],
        ["anna", "added coding: money on one", "1", "undone"],
    ]
    assert rows[1][5] == history.line(1).act.uid
    with pytest.raises(RequestError, match="there already"):
        export_history([], path)


def test_a_file_that_cannot_be(tmp_path):
    with pytest.raises(RequestError, match=r"as \.csv"):
        check_history_file(tmp_path / "h.txt")
    with pytest.raises(RequestError, match="No file can be written"):
        check_history_file(tmp_path / f"{'x' * 5000}.csv")
    check_history_file(tmp_path / "h.csv")
