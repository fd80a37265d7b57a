from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcode.core.lonely import LabelHere, label_at, lonely_labels

TALK = "问：谁先提出的？\n李县长：省里。\n李副县长：补充一下，财政困难。\n问：还有呢？\n李县长：没有。\n"


def test_a_speaker_who_speaks_once_is_named():
    assert lonely_labels(TALK, ["问", "李县长"]) == ("李副县长",)
    assert lonely_labels("I: Why?\nR: He said: no.\nHerr Müller: Ja.\nI: So?\nR: So.", ["I", "R"]) == ("Herr Müller",)


def test_words_that_head_something_else_are_not():
    text = (
        "I: Why?\nNote: the line was bad.\nhttp://example\nR: Well.\nTo be honest with all of you: no.\nI: So?\nR: So."
    )
    assert lonely_labels(text, ["I", "R"]) == ()


def test_a_list_is_no_company_of_speakers():
    words = ["Apples", "Roads", "Rivers", "Schools", "Grants", "Ports", "Buses"]
    assert lonely_labels("\n".join(f"{word}: some" for word in words), []) == ()


def test_what_recurs_is_not_lonely():
    assert lonely_labels("Gu: a\nGu: b", []) == ()


@given(st.text(alphabet="ab:：\n 县I", max_size=60))
def test_every_text_is_borne(text):
    for label in lonely_labels(text, ["I"]):
        assert label in text


@pytest.mark.parametrize(
    ("text", "known", "expected"),
    [
        ("Interpreter: He", [], LabelHere("Interpreter", 13)), ("  Wang Fang： 是", [], LabelHere("Wang Fang", 13)),
        ("Note: loud", [], None), ("Note: loud", ["note"], LabelHere("Note", 6)), ("http://x", [], None), ("no label", [], None),
        ("[Wang]: yes", ["Wang"], LabelHere("Wang", 8)), ("[Wang:] yes", ["wang"], LabelHere("Wang", 8)), ("[Wang] yes", [], None),
        ("【问】为什么", ["问"], LabelHere("问", 3)), ("one two three four five: x", [], None), ("x" * 31 + ": y", [], None), ("A:", [], LabelHere("A", 2)),
    ],
)  # fmt: skip
def test_the_label_at_a_place(text, known, expected):
    assert label_at(text, 0, known) == expected


def test_in_the_middle_of_a_line_only_known_labels_count():
    text = "R: Yes. Bo: No."
    assert label_at(text, 8, ["R"]) is None
    assert label_at(text, 8, ["R", "BO"]) == LabelHere("Bo", 12)
