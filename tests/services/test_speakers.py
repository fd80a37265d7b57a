"""Speakers corrected after the import, per speaker and per turn. All words are invented."""

from __future__ import annotations

import pytest

from qcode.errors import RequestError, UnknownName
from qcode.services.importing import import_transcripts
from qcode.services.listings import speaker_table
from qcode.services.selection import turn_columns
from qcode.services.speakers import (
    Merged,
    find_speaker,
    merge_speakers,
    part_speaker,
    remove_speaker,
    set_speaker,
    similar_across,
    similar_table,
    unused_speakers,
)
from qcode.services.suggestions import proposals
from qcode.services.turns import correct_turn, reset_turn, turn_table
from qcode.store import rebuild

TALK = "访员：[00:00:05] 合作是谁开始的？\n\n李县长：[01:01:06] 省里。\n\n访员：为什么？\n\n李副县长：因为钱。\n\n李县长：对。\n\n李副县长：是。\n"


@pytest.fixture
def talk(anna, tmp_path):
    (tmp_path / "talk.txt").write_text(TALK, encoding="utf-8")
    (file,) = import_transcripts(anna, [tmp_path / "talk.txt"]).files
    assert "“李县长” and “李副县长” look alike; see `qcode speakers similar`." in file.warnings
    return anna.source("talk")


def speakers(study, source) -> list[tuple[object, ...]]:
    return [row[:3] for row in speaker_table(study, source).rows]


def test_a_role_and_a_name_can_be_set_later(anna, talk):
    assert set_speaker(anna, talk, "李县长", role="other", name="县长甲")
    assert not set_speaker(anna, talk, "李县长", role="other")
    table = speaker_table(anna, talk)
    assert table.header[-1] == "name"
    assert table.rows[1] == ("李县长", "other", 2, 5, "县长甲")
    assert set_speaker(anna, talk, "李县长", name=" ")
    assert "name" not in speaker_table(anna, talk).header
    assert rebuild.compare(anna.file) == []


def test_wrong_roles_and_labels_are_refused(anna, talk):
    with pytest.raises(RequestError, match="no role “chair”"):
        set_speaker(anna, talk, "李县长", role="chair")
    with pytest.raises(RequestError, match="nothing to set"):
        set_speaker(anna, talk, "李县长")
    with pytest.raises(UnknownName, match="李县长"):
        set_speaker(anna, talk, "李县", role="other")
    assert find_speaker(anna, anna.source("one"), "r").label == "R"


def test_a_role_changes_what_counts_and_what_is_suggested(anna):
    source = anna.source("one")
    before = proposals(anna, source)
    set_speaker(anna, source, "R", role="interviewer")
    assert before
    assert proposals(anna, source) == []
    correct_turn(anna, source, 2, role="participant")
    assert proposals(anna, source)
    assert len(set(turn_columns(anna).role.tolist())) == 2


def test_a_turn_gets_another_speaker(anna, talk):
    correct_turn(anna, talk, 5, label="访员")
    correct_turn(anna, talk, 6, label="王秘书", role="other")
    assert speakers(anna, talk) == [
        ("访员", "interviewer", 3), ("李县长", "participant", 1), ("李副县长", "participant", 1), ("王秘书", "other", 1),
    ]  # fmt: skip
    assert speaker_table(anna, talk).notes == ("2 turn(s) stand under another label in the text.",)
    rows = turn_table(anna, talk).rows
    assert rows[0] == (1, "访员", "interviewer", "0:00:05", "", "合作是谁开始的？")
    assert rows[1][3] == "1:01:06"
    assert rows[4][1:5] == ("访员", "interviewer", "", "corrected")
    assert reset_turn(anna, talk, 5)
    assert reset_turn(anna, talk, "6")
    assert not reset_turn(anna, talk, 6)
    assert speakers(anna, talk) == [
        ("访员", "interviewer", 2),
        ("李县长", "participant", 2),
        ("李副县长", "participant", 2),
    ]
    assert [speaker.label for speaker in unused_speakers(anna, talk)] == ["王秘书"]
    assert speaker_table(anna, talk).notes[-1].startswith("Without any turn: “王秘书”.")
    assert rebuild.compare(anna.file) == []


@pytest.mark.parametrize("number", [0, 7])
def test_a_turn_that_is_not_there(anna, talk, number):
    with pytest.raises(RequestError, match="has 6 turns"):
        correct_turn(anna, talk, number, role="other")
    with pytest.raises(RequestError, match="imported with 6 turns"):
        reset_turn(anna, talk, number)


def test_labels_are_proposed_and_merged_by_people_only(anna, talk):
    table = similar_table(anna, anna.file.read.sources())
    assert table.rows == (
        ("talk", "李县长", 2, "李副县长", 2, 85.7, "The title differs: they may be two people."),
    )  # fmt: skip
    assert [row[2] for row in speakers(anna, talk)] == [2, 2, 2]
    assert merge_speakers(anna, talk, "李副县长", "李县长") == Merged(2, "李县长", new=True)
    assert merge_speakers(anna, talk, "李副县长", "李县长") == Merged(0, "李县长", new=False)
    with pytest.raises(RequestError, match="merged into it: “李副县长”"):
        part_speaker(anna, talk, "李县长")
    assert [row[2] for row in speakers(anna, talk)] == [2, 4, 0]
    assert similar_table(anna, [talk]).notes == ()
    with pytest.raises(RequestError, match="same speaker"):
        merge_speakers(anna, talk, "李县长", "李县长")
    assert merge_speakers(anna, talk, "李县长", "李副县长").turns == 4  # the other way round
    assert part_speaker(anna, talk, "李县长")
    assert not part_speaker(anna, talk, "李县长")
    assert [row[2] for row in speakers(anna, talk)] == [2, 2, 2]
    assert rebuild.compare(anna.file) == []


def test_a_merge_into_one_who_was_merged_goes_all_the_way(anna, talk):
    merge_speakers(anna, talk, "李副县长", "访员")
    assert merge_speakers(anna, talk, "李县长", "李副县长") == Merged(2, "访员", new=True)
    assert [row[2] for row in speakers(anna, talk)] == [6, 0, 0]
    # A circle of three is turned round like one of two: the last word counts.
    assert merge_speakers(anna, talk, "访员", "李县长") == Merged(6, "李县长", new=True)
    assert [row[2] for row in speakers(anna, talk)] == [0, 6, 0]
    assert rebuild.compare(anna.file) == []


def test_only_a_speaker_without_turns_can_be_removed(anna, talk):
    with pytest.raises(RequestError, match="has turns"):
        remove_speaker(anna, talk, "李县长")
    merge_speakers(anna, talk, "李副县长", "李县长")
    with pytest.raises(RequestError, match="stands in the text"):
        remove_speaker(anna, talk, "李副县长")
    correct_turn(anna, talk, 2, label="李现长", role="other")
    correct_turn(anna, talk, 2, label="李县长")
    assert [row[0] for row in speakers(anna, talk)] == ["访员", "李县长", "李副县长"]
    remove_speaker(anna, talk, "李现长")
    with pytest.raises(UnknownName):
        find_speaker(anna, talk, "李现长")
    correct_turn(anna, talk, 2, label="李现长")  # and may come back
    assert speakers(anna, talk)[-1] == ("李现长", "participant", 1)
    assert rebuild.compare(anna.file) == []


def test_labels_of_different_transcripts_are_compared(anna, talk, tmp_path):
    for name, label in (("other", "李 县长"), ("third", "李县长")):
        text = TALK.replace("李县长", label).replace("李副县长", "王科长") + name
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    import_transcripts(anna, [tmp_path / "other.txt", tmp_path / "third.txt"])
    table = similar_across(anna, anna.file.read.sources())
    assert (
        "李县长",
        "talk, third",
        "李 县长",
        "other",
        100.0,
        "Only case, width, spaces or punctuation differ.",
    ) in table.rows
    assert not any({"访员", "I", "R"} & {row[0], row[2]} for row in table.rows)
    assert similar_across(anna, [talk]).rows == ()
    assert similar_across(anna, [talk]).notes == ()
