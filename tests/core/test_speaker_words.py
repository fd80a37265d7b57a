from __future__ import annotations

import pytest

from qcode.core.speaker_words import is_form_line, is_no_label, is_speaker, role_of_label

INTERVIEWERS = [
    "i",
    "int",
    "interviewer",
    "q",
    "moderator",
    "m",
    "f",
    "问",
    "访问者",
    "访谈者",
    "采访者",
    "主持人",
    "i2",
    "訪談者",
]
PARTICIPANTS = ["r", "r12", "b", "participant 3", "答", "受访者", "受访者a", "interviewee", "befragte", "respondent-2"]
NEITHER = ["am", "ip address", "wang", "王主任", "iq", "question time", "发改委", ""]


@pytest.mark.parametrize("key", INTERVIEWERS)
def test_names_of_interviewers(key):
    assert role_of_label(key, {key, "x"}) == "interviewer"
    assert is_speaker(key)
    assert not is_no_label(key)


@pytest.mark.parametrize("key", PARTICIPANTS)
def test_names_of_participants(key):
    assert role_of_label(key, {key, "x"}) == "participant"
    assert role_of_label(f"{key} (npo)", set()) == "participant"
    assert is_speaker(key)


@pytest.mark.parametrize("key", NEITHER)
def test_other_names_say_no_role(key):
    assert role_of_label(key, set()) is None
    assert not is_speaker(key)


def test_numbered_speakers_have_no_role_by_name():
    assert is_speaker("speaker 1")
    assert role_of_label("speaker 1", set()) is None


@pytest.mark.parametrize(("others", "role"), [("fb", "interviewer"), ("fm", None), ("fbc", None), ("f", "interviewer")])
def test_a_single_f_is_frage_only_in_a_dialogue(others, role):
    assert role_of_label("f", set(others)) == role


@pytest.mark.parametrize(
    "line", ["Date: May", "  File name: x", "访谈地点：某县", "## Interview 12", "**Place**: Anhui", "Ort: Bonn"]
)
def test_form_lines(line):
    assert is_form_line(line)


@pytest.mark.parametrize(
    "line", ["", "I: Date: May", "Wang: yes", "Dates of all kinds of meetings that we had: many", ": x"]
)
def test_lines_of_no_form(line):
    assert not is_form_line(line)


@pytest.mark.parametrize(
    "key",
    ["note", "note 3", "http", "第一", "第三点", "一", "其二", "比如", "编号", "12", "…", "he said", "is it", "because of", "我觉得",
     "就是说", "领导问", "某省某市某县某乡某村某组"],
)  # fmt: skip
def test_no_labels(key):
    assert is_no_label(key)


@pytest.mark.parametrize(
    "key", ["wang fang", "dr. müller", "李主任（扶贫办）", "mayor 2", "说话人1", "s00", "ngo staff"]
)
def test_possible_labels(key):
    assert not is_no_label(key)
