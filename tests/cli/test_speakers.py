"""Commands for speakers and for attributes."""

from __future__ import annotations

import pytest


def test_speakers_are_listed_with_and_without_the_word(mini):
    assert mini("speakers", "one").output == mini("speakers", "list", "one").output
    assert "interviewer" in mini("speakers", "one").output
    assert mini("speakers").exit_code == 2
    assert mini("speakers", "nobody").exit_code == 2
    assert mini("speakers", "--wrong").exit_code == 2
    assert mini("speakers", "one", "two").exit_code == 2


def test_a_speaker_is_corrected(mini):
    assert mini("speakers", "set", "one", "R", "--role", "other", "--name", "M").output == "R in one: changed.\n"
    assert mini("speakers", "set", "one", "R", "--role", "other").output == "R in one: as before.\n"
    assert mini("speakers", "set", "one", "R").exit_code == 2
    assert mini("speakers", "set", "one", "R", "--role", "chair").exit_code == 2


def test_a_turn_is_corrected(mini):
    assert mini("speakers", "turn", "one", "2", "--label", "Secretary").output == "Turn 2 of one is corrected.\n"
    listed = mini("speakers", "turns", "one").output
    assert "Secretary" in listed
    assert "corrected" in listed
    assert mini("speakers", "turn", "one", "2", "--reset").output == "Turn 2 of one is as it was imported.\n"
    assert "corrected" not in mini("speakers", "turns", "one").output
    for wrong in ([], ["--reset", "--role", "other"], ["--role", "chair"]):
        assert mini("speakers", "turn", "one", "2", *wrong).exit_code == 2
    assert mini("speakers", "turn", "one", "99", "--role", "other").exit_code == 2


def test_labels_are_merged_and_parted(mini):
    assert mini("speakers", "similar").output == "No labels look alike.\n"
    mini("speakers", "turn", "one", "4", "--label", "r.")
    assert "Only case, width" in mini("speakers", "similar", "one").output
    assert mini("speakers", "merge", "one", "r.", "R").output == "1 turns of r. are turns of R now.\n"
    assert mini("speakers", "part", "one", "r.").output == "r. is a speaker of its own again.\n"
    assert mini("speakers", "part", "one", "r.").output == "r. was not merged.\n"


def test_attributes_come_from_tables(mini, home):
    (home / "places.csv").write_text("transcript,aliases,province\none,009,Anhui\n", encoding="utf-8")
    (home / "people.csv").write_text("transcript,speaker,level\n009,R,county\n", encoding="utf-8")
    done = mini("transcripts", "attributes", "import", "places.csv")
    assert done.output == "Transcripts: 0 added, 1 changed, 0 unchanged (utf-8).\n"
    assert mini("speakers", "attributes", "import", "people.csv").exit_code == 0
    assert "Anhui" in mini("transcripts", "attributes", "list").output
    assert "county" in mini("speakers", "attributes", "list").output
    assert mini("speakers", "attributes", "import", "places.csv").exit_code == 3


@pytest.mark.parametrize("args", [("transcripts",), ("transcripts", "list")])
def test_transcripts_are_listed_with_and_without_the_word(mini, args):
    assert "three" in mini(*args).output
