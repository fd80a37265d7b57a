"""What people correct of turns and speakers, and attributes of transcripts and speakers, as tables hold them."""

from __future__ import annotations

import pytest
from naughty import NAUGHTY
from store.making import ANNA, BO, add_source, is_sound

from qcode.core.ids import speaker_id
from qcode.store import rebuild
from qcode.store.project_file import ProjectFile

TALK = "A: Why?\nB: Because.\nC: Indeed.\n"  # invented


@pytest.fixture
def talk(project: ProjectFile) -> str:
    """A transcript of three turns by three speakers."""
    with project.write(ANNA) as writer:
        uid = project.clock.new_id()
        speakers = [speaker_id(uid, label) for label in "ABC"]
        sha256 = project.keep_blob(TALK.encode())
        writer.create("source", {
            "name": "talk", "sha256": sha256, "length": len(TALK), "original_sha256": sha256, "kind": "recorded",
            "language": "en", "encoding": "utf-8", "canonical": 1, "position": 0, "speakers": speakers,
            "turns": [[0, 3, 7, 0, 1000], [8, 11, 19, 1, 2000], [20, 23, 30, 2, None]], "aliases": ["009"],
        }, uid=uid)  # fmt: skip
        for position, (label, speaker) in enumerate(zip("ABC", speakers, strict=True)):
            fields = {"source": uid, "label": label, "role": "participant", "position": position}
            writer.create("speaker", fields, uid=speaker)
    return uid


def labels(project: ProjectFile) -> list[tuple[str | None, str | None]]:
    """For each turn the label of its speaker and the role."""
    (source,) = project.read.sources()
    names = {speaker.key: speaker.label for speaker in project.read.speakers()}
    return [(names.get(turn.speaker or 0), turn.role) for turn in project.read.turns(source.key)]


def change(project: ProjectFile, uid: str, coder: str = ANNA, **fields: object) -> None:
    with project.write(coder) as writer:
        writer.change(uid, {name.replace("__", ":"): value for name, value in fields.items()})


def test_a_turn_may_have_another_speaker_and_a_role_of_its_own(project, talk):
    change(project, talk, turn__0__role="interviewer", turn__1__speaker=speaker_id(talk, "C"))
    assert labels(project) == [("A", "interviewer"), ("C", "participant"), ("C", "participant")]
    turns = project.read.turns()
    assert [turn.written == turn.speaker for turn in turns] == [True, False, True]
    assert [turn.time_ms for turn in turns] == [1000, 2000, None]
    assert project.read.turn_columns({"interviewer": 1, "participant": 2}, unknown=0)[:, 3].tolist() == [1, 2, 2]
    is_sound(project)
    change(project, talk, turn__0__role=None, turn__1__speaker=None)
    assert labels(project) == [(label, "participant") for label in "ABC"]
    is_sound(project)


def test_merged_speakers_follow_chains_and_can_be_parted(project, talk):
    a, b, c = (speaker_id(talk, label) for label in "ABC")
    change(project, talk, **{f"same:{a}": b, f"same:{b}": c})
    assert [label for label, _ in labels(project)] == ["C", "C", "C"]
    is_sound(project)
    change(project, talk, **{f"same:{b}": None})
    assert [label for label, _ in labels(project)] == ["B", "B", "C"]
    is_sound(project)


def test_two_people_can_make_no_endless_loop(project, talk):
    a, b = (speaker_id(talk, label) for label in "AB")
    change(project, talk, **{f"same:{a}": b})
    change(project, talk, BO, **{f"same:{b}": a})
    assert [label for label, _ in labels(project)] == ["B", "B", "C"]  # the later of the two goes
    assert rebuild.compare(project) == []


@pytest.mark.parametrize("fields", [{"turn:0:role": 5}, {"turn:0:speaker": ["x"]}, {"same:x": 7}, {"aliases": [1]}])
def test_a_misshapen_correction_makes_the_transcript_wait(project, talk, fields):
    change(project, talk, **fields)
    assert project.read.sources() == []
    assert (talk, "source", "", True) in project.read.waiting()


def test_attributes_and_aliases(project, talk):
    change(project, talk, **{"attr:place": "county X", "attr:date": ""})
    change(project, speaker_id(talk, "A"), **{"attr:level": "county", "name": "the magistrate"})
    (source,) = project.read.sources()
    first, second, _ = project.read.speakers()
    assert source.aliases == ("009",)
    assert (first.name, second.name) == ("the magistrate", "")
    assert project.read.attributes() == {source.key: {"place": "county X"}, first.key: {"level": "county"}}
    is_sound(project)
    with project.write(ANNA) as writer:
        writer.remove(talk)
    assert project.read.attributes() == {}
    is_sound(project)


def test_a_transcript_without_corrections_has_none(project):
    add_source(project, "plain", "I: Why?\nBecause of the road.")
    (source,) = project.read.sources()
    assert source.aliases == ()
    assert project.read.attributes() == {source.key: {"date": "2019"}}
    is_sound(project)


@pytest.mark.parametrize("text", [text for text in NAUGHTY if not any("\ud800" <= sign <= "\udfff" for sign in text)])
def test_hostile_text_stays_what_it_is(project, talk, text):
    change(project, talk, **{"aliases": [text], f"attr:{text}x": text + "x", "turn:0:role": text + "x"})
    change(project, speaker_id(talk, "A"), name=text)
    (source,) = project.read.sources()
    assert source.aliases == (text,)
    assert project.read.attributes() == {source.key: {f"{text}x": text + "x"}}
    assert project.read.turns()[0].role == text + "x"
    assert project.read.speakers()[0].name == text
