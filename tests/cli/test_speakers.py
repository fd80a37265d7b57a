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
    assert mini("speakers", "merge", "one", "r.", "R").output == (
        "r. and R are one person now: 1 turn changed hands. `qcode speakers part` takes it back.\n"
    )
    assert mini("speakers", "merge", "one", "r.", "R").output == "r. was one with R already.\n"
    assert mini("speakers", "part", "one", "r.").output == "r. is a speaker of its own again.\n"
    assert mini("speakers", "part", "one", "r.").output == "r. was not merged.\n"


def test_attributes_come_from_tables(mini, home):
    (home / "places.csv").write_text("transcript,aliases,province\none,009,Anhui\n", encoding="utf-8")
    (home / "people.csv").write_text("transcript,speaker,level\n009,R,county\n", encoding="utf-8")
    done = mini("transcripts", "attributes", "import", "places.csv")
    assert done.output == "Transcripts: 0 added, 1 changed, 0 unchanged (utf-8).\nAliases added: 1.\n"
    (home / "places.csv").write_text("transcript,aliases,date\none,X,in May\n", encoding="utf-8")
    done = mini("transcripts", "attributes", "import", "places.csv", "--replace-aliases")
    assert "Aliases added: 1.\nAliases taken away: 1.\n" in done.output
    assert "line 2: “date” is no date such as" in done.output
    mini("transcripts", "attributes", "import", "places.csv")
    (home / "places.csv").write_text("transcript,aliases\none,009\n", encoding="utf-8")
    mini("transcripts", "attributes", "import", "places.csv")
    assert mini("speakers", "attributes", "import", "people.csv").exit_code == 0
    assert "Anhui" in mini("transcripts", "attributes", "list").output
    assert "county" in mini("speakers", "attributes", "list").output
    assert mini("speakers", "attributes", "import", "places.csv").exit_code == 3


@pytest.mark.parametrize("args", [("transcripts",), ("transcripts", "list")])
def test_transcripts_are_listed_with_and_without_the_word(mini, args):
    assert "three" in mini(*args).output


def test_a_turn_is_split_joined_and_reset(mini):
    split = mini("speakers", "turn", "one", "2", "--split", "The revenue", "--label", "Aide", "--role", "other")
    assert split.output == "Turn 2 of one is split: the second part is turn 2.2; there speaks Aide.\n"
    assert "2.2   Aide" in mini("speakers", "turns", "one").output
    assert mini("speakers", "turn", "one", "2.2", "--role", "text").output == "Turn 2.2 of one is corrected.\n"
    assert mini("speakers", "turn", "one", "2.2", "--join").output == "Turn 2.2 of one is a part of turn 2 again.\n"
    joined = mini("speakers", "turn", "one", "3", "--join").output
    assert joined == "Turn 3 of one is a part of turn 2 now; `qcode speakers turn --reset one 3` takes it back.\n"
    assert mini("speakers", "turn", "one", "3", "--reset").output == "Turn 3 of one is as it was imported.\n"
    assert mini("speakers", "turn", "one", "3", "--reset").output == "Turn 3 of one was never corrected.\n"
    for wrong in (
        ["--join", "--reset"],
        ["--split", "x", "--join"],
        ["--join", "--label", "x"],
        ["--split", "nowhere"],
    ):
        assert mini("speakers", "turn", "one", "2", *wrong).exit_code == 2
    assert mini("speakers", "turn", "one", "2.9", "--role", "other").exit_code == 2


def test_a_slip_of_the_finger_leaves_no_ghost(mini):
    mini("speakers", "turn", "one", "2", "--label", "Secretery")
    mini("speakers", "turn", "one", "2", "--label", "R")
    listed = mini("speakers", "one").output
    assert "Without any turn: “Secretery”. `qcode speakers remove one LABEL` takes one away." in listed
    assert mini("speakers", "remove", "one", "Secretery").output == "Secretery is no speaker of one any more.\n"
    assert "Secretery" not in mini("speakers", "one").output
    assert mini("speakers", "remove", "one", "R").exit_code == 2
    assert mini("speakers", "remove", "one", "Secretery").exit_code == 2


def test_labels_of_different_transcripts_are_compared_if_asked(mini):
    mini("speakers", "turn", "one", "2", "--label", "Wang Fang")
    mini("speakers", "turn", "two", "2", "--label", "wang  fang")
    mini("speakers", "turn", "two", "1", "--label", "Wang Fan")
    assert "Wang Fang" not in mini("speakers", "similar").output
    found = mini("speakers", "similar", "--all").output
    assert "Labels that look alike" in found
    assert "Labels of different transcripts that look alike" in found
    assert mini("speakers", "similar", "three", "--all").output == "No labels look alike.\n"


def test_a_transcript_is_removed_and_restored(mini, home):
    assert mini("transcripts", "restore").output == "No transcript was removed.\n"
    mini("code", "add", "one", "money", "--quote", "The revenue")
    refused = mini("transcripts", "remove", "one")
    assert refused.exit_code == 2
    assert "1 coding would go with “one”; nothing was removed. With --yes" in refused.stderr
    gone = mini("transcripts", "remove", "one", "--yes").output
    assert gone.startswith("one is out of the study, and with it 1 coding.\n")
    assert "a command that erases it does not exist yet" in gone
    assert "one" not in mini("transcripts").output.split()
    assert mini("doctor").exit_code == 0
    assert "one" in mini("transcripts", "restore").output
    assert mini("transcripts", "restore", "one").output == "one is back in the study, with 1 coding.\n"
    assert mini("transcripts", "remove", "three").output.startswith("three is out of the study.\n")
    assert mini("transcripts", "restore", "three").output == "three is back in the study.\n"
    assert mini("transcripts", "restore", "three").exit_code == 2
    assert mini("transcripts", "remove", "nobody").exit_code == 2


def test_an_import_brings_a_removed_text_back(mini, home):
    from studies import TEXTS

    mini("code", "add", "one", "money", "--quote", "The revenue")
    mini("transcripts", "remove", "one", "--yes")
    (home / "one.txt").write_text(TEXTS["one"], encoding="utf-8")
    found = mini("import", ".")
    assert found.exit_code == 0
    assert "one.txt: It had been removed: it is back as it was, with 1 coding." in found.output
    assert found.output.endswith("0 imported, 0 already here, 0 refused, 1 brought back.\n")


def test_folders_and_files_that_are_not_there(mini, home):
    (home / "empty").mkdir()
    found = mini("import", "empty", "nowhere")
    assert found.exit_code == 1
    assert "There is no transcript in empty." in found.output
    assert "nowhere: it was not imported. There is no such file or folder. Check the name." in found.output
