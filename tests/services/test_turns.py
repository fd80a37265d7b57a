"""Turns split, joined and corrected. All words are invented."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qcode.errors import RequestError
from qcode.services.importing import import_transcripts
from qcode.services.listings import speaker_table
from qcode.services.selection import turn_columns
from qcode.services.speakers import merge_speakers
from qcode.services.turns import (
    SplitTurn,
    correct_turn,
    join_turn,
    reset_turn,
    split_turn,
    turn_table,
    turns_by_number,
)
from qcode.store import rebuild
from qcode.tui.desk import Desk

TALK = """I: Who began it?

R: The province. I: And then? Then we came.
Interpreter: He means the grant.
Note: a door slams.

I: Why?

R: Because of the money.
"""


@pytest.fixture
def talk(anna, tmp_path):
    (tmp_path / "talk.txt").write_text(TALK, encoding="utf-8")
    import_transcripts(anna, [tmp_path / "talk.txt"])
    return anna.source("talk")


def turns(study, source) -> dict[str, tuple[str, str]]:
    """Speaker and words of each turn by its number."""
    labels = {speaker.key: speaker.label for speaker in study.file.read.speakers(source.key)}
    text = study.file.read.text(source.key)
    return {
        number: (labels.get(turn.speaker or 0, ""), text[turn.body : turn.end])
        for number, turn in turns_by_number(study, source).items()
    }


def test_a_label_that_stands_once_becomes_a_turn(anna, talk):
    assert split_turn(anna, talk, 2, "Interpreter: He", role="other") == SplitTurn("2.2", "Interpreter")
    assert turns(anna, talk) == {
        "1": ("I", "Who began it?"),
        "2": ("R", "The province. I: And then? Then we came."),
        "2.2": ("Interpreter", "He means the grant.\nNote: a door slams."),
        "3": ("I", "Why?"),
        "4": ("R", "Because of the money."),
    }
    assert [row[:3] for row in speaker_table(anna, talk).rows][-1] == ("Interpreter", "other", 1)
    assert turn_table(anna, talk).rows[2][:5] == ("2.2", "Interpreter", "other", "", "split off")
    assert speaker_table(anna, talk).notes == ()
    columns = turn_columns(anna)
    places = list(zip(columns.source.tolist(), columns.start.tolist(), strict=True))
    assert places == sorted(places)
    assert rebuild.compare(anna.file) == []


def test_words_after_a_label_stand_for_the_label(anna, talk):
    assert split_turn(anna, talk, "2", "He means").label == "Interpreter"
    assert turns(anna, talk)["2.2"] == ("Interpreter", "He means the grant.\nNote: a door slams.")


def test_a_known_label_counts_in_the_middle_of_a_line(anna, talk):
    assert split_turn(anna, talk, 2, "I: And then?") == SplitTurn("2.2", "I")
    assert split_turn(anna, talk, "2.2", "Then we came", label="R") == SplitTurn("2.3", "R")
    found = turns(anna, talk)
    assert [found[number][0] for number in ("2", "2.2", "2.3", "3")] == ["R", "I", "R", "I"]
    assert found["2.2"] == ("I", "And then?")
    assert list(found) == ["1", "2", "2.2", "2.3", "3", "4"]
    roles = [turn.role for turn in turns_by_number(anna, talk).values()]
    assert roles == ["interviewer", "participant", "interviewer", "participant", "interviewer", "participant"]


def test_another_name_leaves_the_label_among_the_words(anna, talk):
    assert split_turn(anna, talk, 2, "Interpreter:", label="Dolmetscherin").label == "Dolmetscherin"
    assert turns(anna, talk)["2.2"][1].startswith("Interpreter: He means")
    assert split_turn(anna, talk, "2.2", "Note: a", label="note") == SplitTurn("2.3", "note")
    assert turns(anna, talk)["2.3"] == ("note", "a door slams.")


def test_without_a_label_the_same_speaker_goes_on(anna, talk):
    assert split_turn(anna, talk, 2, "Note: a door", role="other") == SplitTurn("2.2", "R")
    assert turns(anna, talk)["2.2"] == ("R", "Note: a door slams.")
    correct_turn(anna, talk, 2, label="I")
    assert [turns(anna, talk)[number][0] for number in ("2", "2.2")] == ["I", "R"]
    assert turns_by_number(anna, talk)["2.2"].role == "other"
    merge_speakers(anna, talk, "R", "I")
    assert turns(anna, talk)["2.2"][0] == "I"


def test_corrections_of_other_turns_stay_where_they_are(anna, talk):
    correct_turn(anna, talk, 3, label="Chair")
    correct_turn(anna, talk, 4, role="other")
    split_turn(anna, talk, 2, "Interpreter")
    split_turn(anna, talk, 2, "Then we came", label="I")
    assert list(turns(anna, talk)) == ["1", "2", "2.2", "2.3", "3", "4"]
    assert turns(anna, talk)["3"][0] == "Chair"
    assert turns_by_number(anna, talk)["4"].role == "other"
    correct_turn(anna, talk, "2.3", label="Chair", role="other")
    assert turns(anna, talk)["2.3"][0] == "Chair"
    assert turn_columns(anna).start.shape == turn_columns(anna).end.shape


def test_a_split_is_taken_back(anna, talk):
    before = turns(anna, talk)
    split_turn(anna, talk, 2, "Interpreter")
    split_turn(anna, talk, 2, "Then we came")
    with pytest.raises(RequestError, match=r"Turn 2 has parts\..*beginning with 2\.2"):
        join_turn(anna, talk, 2)
    assert join_turn(anna, talk, "2.3") == "2.2"
    assert join_turn(anna, talk, "2.2") == "2"
    assert turns(anna, talk) == before
    with pytest.raises(RequestError, match=r"There is no turn 2\.2 in"):
        join_turn(anna, talk, "2.2")
    assert rebuild.compare(anna.file) == []


def test_turns_of_the_import_are_joined_and_taken_apart(anna, talk):
    before = turns(anna, talk)
    with pytest.raises(RequestError, match="there is none"):
        join_turn(anna, talk, 1)
    assert join_turn(anna, talk, 3) == "2"
    found = turns(anna, talk)
    assert list(found) == ["1", "2", "4"]
    assert found["2"][1].endswith("a door slams.\n\nI: Why?")
    with pytest.raises(RequestError, match="There is no turn 3 in"):
        correct_turn(anna, talk, 3, role="other")
    assert split_turn(anna, talk, 2, "Why?") == SplitTurn("2.2", "I")  # as it was, but under another number
    join_turn(anna, talk, "2.2")
    assert reset_turn(anna, talk, 3)
    assert turns(anna, talk) == before
    assert rebuild.compare(anna.file) == []


def test_a_reset_takes_splits_back_too(anna, talk):
    before = turns(anna, talk)
    split_turn(anna, talk, 2, "Interpreter", label="X", role="other")
    correct_turn(anna, talk, 2, role="other")
    with pytest.raises(RequestError, match="was not imported"):
        reset_turn(anna, talk, "2.2")
    assert reset_turn(anna, talk, 2)
    assert turns(anna, talk) == before
    assert not reset_turn(anna, talk, 2)


@pytest.mark.parametrize(
    ("words", "message"),
    [("nowhere", "do not stand in turn 2"), ("", "do not stand in turn 2"), ("he", "more than once"),
     ("The province", "no words in one of the two"), ("R: The", "do not stand"), ("Why?", "do not stand")],
)  # fmt: skip
def test_words_that_are_no_place_to_split(anna, talk, words, message):
    with pytest.raises(RequestError, match=message):
        split_turn(anna, talk, 2, words)
    assert len(turns(anna, talk)) == 4


def test_a_label_without_words_is_no_turn(anna, tmp_path):
    (tmp_path / "short.txt").write_text("I: Why?\nR: So.\nI: Oh.\nR: Yes.\nBo:", encoding="utf-8")
    import_transcripts(anna, [tmp_path / "short.txt"])
    with pytest.raises(RequestError, match="no words in one"):
        split_turn(anna, anna.source("short"), 4, "Bo:")


@pytest.mark.parametrize("number", ["0", "x", "2.1", "-1", "\x1b[2J", "²", ""])
def test_numbers_that_are_none(anna, talk, number):
    with pytest.raises(RequestError) as caught:
        correct_turn(anna, talk, number, role="other")
    assert "\x1b" not in str(caught.value)
    with pytest.raises(RequestError):
        reset_turn(anna, talk, number)


def test_a_correction_must_say_something(anna, talk):
    with pytest.raises(RequestError, match="nothing to correct"):
        correct_turn(anna, talk, 1)
    with pytest.raises(RequestError, match="no role"):
        split_turn(anna, talk, 2, "Interpreter", role="chair")
    assert len(turns(anna, talk)) == 4


def test_a_speaker_who_is_new_has_the_role_and_not_the_turn(anna, talk):
    correct_turn(anna, talk, 2, label="Chair", role="other")
    correct_turn(anna, talk, 4, label="Chair")
    assert [turns_by_number(anna, talk)[number].role for number in ("2", "4")] == ["other", "other"]


def test_the_screen_names_parts_as_the_command_does(anna, talk):
    split_turn(anna, talk, 2, "Interpreter")
    desk = Desk(anna)
    opened = desk.open(len(desk.sources) - 1)
    assert len(opened.turns) == 5
    assert desk.speaker_at(TALK.index("He means")) == ("2.2", "Interpreter", "participant")
    assert desk.speaker_at(0)[0] == "1"
    desk.set_role("2.2", None, "text")
    assert desk.speaker_at(TALK.index("He means"))[2] == "text"
    desk.set_role("2.2", "Interpreter", "other")
    assert desk.speaker_at(TALK.index("He means"))[2] == "text"


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["split", "join", "reset", "label"]), st.integers(0, 200)), max_size=8))
def test_turns_never_overlap_and_lose_no_word(anna, tmp_path, steps):
    (tmp_path / "long.txt").write_text(TALK + "I: End.\n", encoding="utf-8")
    import_transcripts(anna, [tmp_path / "long.txt"])
    source = anna.source("long")
    text = anna.file.read.text(source.key)
    for what, number in steps:
        found = turns_by_number(anna, source)
        name = list(found)[number % len(found)]
        try:
            match what:
                case "split":
                    at = (number * 7) % len(text)
                    split_turn(anna, source, name, text[at : at + 6])
                case "join":
                    join_turn(anna, source, name)
                case "reset":
                    reset_turn(anna, source, 1 + number % 5)
                case _:
                    correct_turn(anna, source, name, label="New")
        except RequestError:
            continue
    rows = list(turns_by_number(anna, source).values())
    covered = "".join(text[turn.start : turn.end] for turn in rows)
    assert "".join(covered.split()) == "".join(text.split())
    assert all(one.end <= two.start for one, two in pairwise(rows))
    assert rebuild.compare(anna.file) == []
