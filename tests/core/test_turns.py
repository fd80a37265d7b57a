"""Turns and speakers. All conversations here are invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from naughty import NAUGHTY

from qcode.core.turns import ROLES, Turn, find_turns, label_key

ROLE_LETTERS = {"interviewer": "I", "participant": "P", "other": "O", "text": "T"}


def shape(text, roles=None):
    """Speakers and spoken words, as short as a table can show them."""
    turns, labels = find_turns(text, roles)
    return [(None if t.speaker is None else labels[t.speaker].label, text[t.body_start : t.end]) for t in turns]


def roles_of(text, roles=None):
    return {label.label: ROLE_LETTERS[label.role] for label in find_turns(text, roles)[1]}


def times_of(text):
    return [turn.time_ms for turn in find_turns(text)[0]]


LAYOUTS = {
    "letters": (
        "I: Who began it?\nR: The city.\nI: Why?\nR: Money.",
        [("I", "Who began it?"), ("R", "The city."), ("I", "Why?"), ("R", "Money.")],
        "IP",
        [None] * 4,
    ),
    "question and answer": (
        "问：谁先提出来的？\n答：是市里。\n\n问：为什么？\n答：因为：没有钱。",
        [("问", "谁先提出来的？"), ("答", "是市里。"), ("问", "为什么？"), ("答", "因为：没有钱。")],
        "IP",
        [None] * 4,
    ),
    "name and bureau": (
        "访谈者：请介绍一下。\n李主任（扶贫办）：好的。\n访谈者：谁牵头？\n李主任（扶贫办）：县里。",
        [
            ("访谈者", "请介绍一下。"),
            ("李主任（扶贫办）", "好的。"),
            ("访谈者", "谁牵头？"),
            ("李主任（扶贫办）", "县里。"),
        ],
        "IP",
        [None] * 4,
    ),
    "square brackets": (
        "[Interviewer]: hello [unclear]\n[Mayor]: Yes: indeed.\n[laughs] More.",
        [("Interviewer", "hello [unclear]"), ("Mayor", "Yes: indeed.\n[laughs] More.")],
        "IP",
        [None] * 2,
    ),
    "lenticular brackets": (
        "【问】谁来？\n【答】我们。\n【笑】\n【问】还有呢？\n【答】没有了。",
        [("问", "谁来？"), ("答", "我们。\n【笑】"), ("问", "还有呢？"), ("答", "没有了。")],
        "IP",
        [None] * 4,
    ),
    "time in front": (
        "[00:01:05] Interviewer: Who?\n[00:01:09] Wang Fang: We: the county.",
        [("Interviewer", "Who?"), ("Wang Fang", "We: the county.")],
        "IP",
        [65_000, 69_000],
    ),
    "f4": (
        "I: Who began? #00:00:05-3#\n\nB: The city. #00:00:09-0#\n\nI: Yes? #00:00:10-1#\n\nB: Yes. #00:01:00-12#",
        [
            ("I", "Who began? #00:00:05-3#"),
            ("B", "The city. #00:00:09-0#"),
            ("I", "Yes? #00:00:10-1#"),
            ("B", "Yes. #00:01:00-12#"),
        ],
        "IP",
        [5_300, 9_000, 10_100, 60_120],
    ),
    "noScribe": (
        "S00: [00:00:01] Who began, then?\n\nS01: [00:00:04] It was the city //S00: mm// that did.\n\nS00: Why?",
        [("S00", "Who began, then?"), ("S01", "It was the city //S00: mm// that did."), ("S00", "Why?")],
        "IP",
        [1_000, 4_000, None],
    ),
    "Otter and Teams": (
        "Li Ming   0:12\nWho began?\n\nWang Fang   0:20\nThe city did.\nWe were asked.\n",
        [("Li Ming", "Who began?"), ("Wang Fang", "The city did.\nWe were asked.")],
        "IP",
        [12_000, 20_000],
    ),
    "Word 365": (
        "00:00:05 Speaker 1\nWho began?\n\n00:00:11 Speaker 2\nThe city did.\n",
        [("Speaker 1", "Who began?"), ("Speaker 2", "The city did.")],
        "IP",
        [5_000, 11_000],
    ),
    "Zoom": (
        "00:00:05\tLi Ming\tWho began?\n00:01:11\tWang Fang\tThe city: in May.",
        [("Li Ming", "Who began?"), ("Wang Fang", "The city: in May.")],
        "IP",
        [5_000, 71_000],
    ),
    "MAXQDA": (
        "00:03:40.5Zack: Who?\n00:03:44.25Anna: The city did.\n00:03:50.0Zack: Why?",
        [("Zack", "Who?"), ("Anna", "The city did."), ("Zack", "Why?")],
        "IP",
        [220_500, 224_250, 230_000],
    ),
    "Markdown": (
        "**Interviewer:** Who?\n\n**Wang Fang**: The city.\n\n**Interviewer:** Why?\n\n**Wang Fang**: Money.",
        [("Interviewer", "Who?"), ("Wang Fang", "The city."), ("Interviewer", "Why?"), ("Wang Fang", "Money.")],
        "IP",
        [None] * 4,
    ),
    "bold without colon": (
        "**Interviewer** Who?\n\n**Wang** The city.\n\n**Interviewer** Why?\n\n**Wang** Money.",
        [("Interviewer", "Who?"), ("Wang", "The city."), ("Interviewer", "Why?"), ("Wang", "Money.")],
        "IP",
        [None] * 4,
    ),
    "time behind the name": (
        "Wang (00:12): I said so. It was long.\nLi (00:15): Did you?",
        [("Wang", "I said so. It was long."), ("Li", "Did you?")],
        "PI",
        [12_000, 15_000],
    ),
    "whisper": (
        "[SPEAKER_00]: Why?\n[SPEAKER_01]: It was a long story.",
        [("SPEAKER_00", "Why?"), ("SPEAKER_01", "It was a long story.")],
        "IP",
        [None] * 2,
    ),
    "meeting software": (
        "说话人1 00:05\n谁先来？\n说话人2 00:09\n我们县里先来的。",
        [("说话人1", "谁先来？"), ("说话人2", "我们县里先来的。")],
        "IP",
        [5_000, 9_000],
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts_are_cut_into_turns(layout):
    text, expected, roles, times = LAYOUTS[layout]
    assert shape(text) == expected
    assert "".join(roles_of(text).values()) == roles
    assert times_of(text) == times


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts_survive_indentation_and_quotation_marks_of_mail(layout):
    text, expected, _, _ = LAYOUTS[layout]
    quoted = "\n".join(f"> {line}" if line else line for line in text.split("\n"))
    assert [speaker for speaker, _ in shape(quoted)] == [speaker for speaker, _ in expected]


def test_positions_are_those_of_the_text():
    text = "Invented interview.\n\n  I: Who?  \n\nR:\nThe city.\n\n\nIt did.\n\n\nI: Why?\nR:"
    turns, _ = find_turns(text)
    assert [text[t.start : t.end] for t in turns] == [
        "Invented interview.",
        "  I: Who?  ",
        "R:\nThe city.\n\n\nIt did.",
        "I: Why?",
        "R:",
    ]
    assert turns[0] == Turn(0, 0, 19, None, None)
    assert text[turns[2].body_start :].startswith("The city.")
    assert turns[4].body_start == turns[4].end == len(text)


def test_form_lines_name_nobody():
    text = (
        "Invented interview: no such person exists.\nInterviewer: Dr. Wang\nDate: 2020-05-01\nPlace: Anhui\n\n"
        "I: Who?\n\nR: We.\n\nI: Why?\n\nR: Money."
    )
    assert roles_of(text) == {"I": "I", "R": "P"}
    assert shape(text)[0][0] is None
    chinese = "虚构访谈，人物均不存在。\n访谈编号：AH001\n访谈日期：2020年5月\n受访者：某县干部\n\n问：谁？\n答：我们。"
    assert roles_of(chinese) == {"问": "I", "答": "P"}


def test_a_form_at_the_head_has_an_end():
    assert roles_of("Date: May\n" + "short\n" * 30 + "I: Who?\nR: We.") == {"I": "I", "R": "P"}


def test_a_form_word_after_the_talk_has_begun_ends_nothing():
    assert roles_of("I: Who?\nR: We.\nPlace: unknown\nI: Why?\nR: So.") == {"I": "I", "R": "P"}


@pytest.mark.parametrize(
    "line",
    [
        "Note: the phone rang.",
        "http://example.org/",
        "比如：修路。",
        "第一：修路。",
        "他说：不行。",
        "The point is: no.",
        "He said: no.",
        "日期：五月",
        "1: one",
        "ratio 3:1 for us",
        "at 10:30 we went",
        "also:: no",
        "A sentence. With far too many words here: no",
        "这是一个很长很长很长的句子开头：没有",
        "我们县里的乡镇干部都知道情况：没有",
        "broken (bracket: no",
        "[laughs] yes",
        "**Result** of it",
        "10:30 am",
    ],
)
def test_what_recurs_but_is_no_label(line):
    text = f"I: Who?\n{line}\nR: We.\n{line}\nI: Why?\n{line}\nR: So."
    assert roles_of(text) == {"I": "I", "R": "P"}


def test_a_remark_that_stands_once_is_no_label():
    assert roles_of("I: Who?\nR: We.\nMy worry: money.\nCore idea: trust.\nI: Why?\nR: So.") == {"I": "I", "R": "P"}


def test_a_known_speaker_may_talk_once():
    text = "I: Who?\nR1: We.\nI: And you?\nR1: So.\nR2: Yes."
    assert roles_of(text) == {"I": "I", "R1": "P", "R2": "P"}


def test_a_dialogue_of_one_question_and_one_answer():
    assert roles_of("访谈者：谁先？\n王主任：我们。\n结论：好。") == {"访谈者": "I", "王主任": "P"}
    assert roles_of("I: Who?") == {}
    assert roles_of("Wang: one sentence.\nLi: another one.") == {}


def test_timed_paragraphs_without_speakers():
    text = "[00:00:01] So the plan: roads.\n\n[00:00:09] Then more."
    assert shape(text) == [(None, "So the plan: roads."), (None, "Then more.")]
    assert times_of(text) == [1_000, 9_000]
    assert times_of("One. #00:00:05-3#\n\nTwo #0#\n\nThree") == [5_300, None, None]


def test_an_agenda_is_no_dialogue():
    text = "10:30 Arrival\nbus\n11:00 Meeting\nlong\n12:00 Lunch\nrice"
    assert roles_of(text) == {}


def test_names_beside_times_need_company_or_room():
    assert roles_of("Wang 0:10\nyes\nLi 0:20\nno") == {}
    assert roles_of("Wang 0:10\nyes\nLi 0:20\nno\nWang 0:30\nyes") == {"Wang": "P", "Li": "P"}
    assert roles_of("Wang\t0:10\nyes") == {"Wang": "P"}


def test_without_labels_paragraphs_are_turns():
    assert shape("One\nline.\n\n \nTwo.\n") == [(None, "One\nline."), (None, "Two.")]
    assert shape("One.\nTwo.\n") == [(None, "One."), (None, "Two.")]
    assert shape(" \n\n") == []
    assert shape("") == []


def test_roles_can_be_set_and_make_labels():
    text = "Wang: Who began?\nLi: We.\nThe end."
    assert roles_of(text) == {}
    assert roles_of(text, {"wang": "interviewer", " LI ": "other", "nobody": "text"}) == {"Wang": "I", "Li": "O"}
    assert roles_of("Note: a.\nI: b\nI: c", {"Note": "text"}) == {"Note": "T", "I": "I"}
    assert roles_of("I: a\nR: b\nI: c\nR: d", {"I": "participant", "R": "interviewer"}) == {"I": "P", "R": "I"}


def test_who_asks_briefly_is_the_interviewer():
    text = "Wang: Who began it?\nLi: The city did, in spring.\nWang: Why? (laughs)\nLi: Money.\nWang: “Why?”\nLi: Ok?"
    assert roles_of(text) == {"Wang": "I", "Li": "P"}


def test_who_asks_at_length_is_not():
    text = "Wang: That is a long story, so who would know?\nLi: No.\nWang: And then again, who could say?\nLi: No."
    assert roles_of(text) == {"Wang": "P", "Li": "P"}


def test_a_named_participant_who_asks_stays_one():
    assert roles_of("R: Who?\nWang: We did it.\nR: Why?\nWang: It was money.") == {"R": "P", "Wang": "P"}
    assert roles_of("R: Who?\nP: We did it.\nR: Why?\nP: It was money.") == {"R": "P", "P": "P"}


def test_letters_of_a_group_are_persons():
    lines = [f"{letter}: Something about roads." for letter in "CDEFM"]
    assert set(roles_of("\n".join(lines * 2)).values()) == {"P"}
    assert roles_of("F: Wer?\nB: Wir.\nF: Warum?\nB: Geld.") == {"F": "I", "B": "P"}


def test_labels_are_alike_whatever_their_case_and_spaces():
    _, labels = find_turns("Li  Ming: a\nLI MING: b\nli ming : c")
    assert [(label.label, label.turns) for label in labels] == [("Li  Ming", 3)]
    assert label_key("Li  Ming") == label_key(" LI MING")
    assert ROLES == ("interviewer", "participant", "text", "other")


def check_turns(text, roles=None):
    turns, labels = find_turns(text, roles)
    position = 0
    for turn in turns:
        assert position <= turn.start < turn.end <= len(text)
        assert turn.start <= turn.body_start <= turn.end
        assert text[position : turn.start].strip() == ""
        assert turn.start == 0 or text[turn.start - 1] == "\n"
        assert turn.end == len(text) or text[turn.end] == "\n"
        assert text[turn.start : turn.end].strip()
        assert turn.speaker is None or 0 <= turn.speaker < len(labels)
        position = turn.end
    assert text[position:].strip() == ""
    for number, label in enumerate(labels):
        assert label.turns == sum(turn.speaker == number for turn in turns) > 0


LINES = st.lists(
    st.tuples(
        st.sampled_from(["", " ", "> ", "\t", "[00:01:05] ", "0:12 ", "**", "00:00:05\t"]),
        st.sampled_from(
            ["I", "R", "问", "答", "[Interviewer]", "【问】", "Li Ming", "Note", "", "Date", "S00", "\u2028"]
        ),
        st.sampled_from([":", "：", "", "   0:12", "\t", ":**", " (0:13):", ": [00:00:01]", ":\n"]),
        st.sampled_from([" text?", "", " 谁？", " text #00:00:05-3#", "\n", " a: b", "\x1c", "\n\n more"]),
    ).map("".join),
    max_size=12,
).map("\n".join)


@given(LINES)
def test_turns_tile_texts_like_transcripts(text):
    check_turns(text)
    check_turns(text, {"Note": "text", "I": "participant"})


@given(st.text())
def test_turns_tile_any_text(text):
    check_turns(text)


@pytest.mark.parametrize("text", NAUGHTY, ids=range(len(NAUGHTY)))
def test_turns_tile_hostile_text(text):
    check_turns(text)
    check_turns(f"I: {text}\n{text}: a\n{text}: b\nR: {text}")
