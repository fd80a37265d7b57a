from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qcode.core.lonely import lonely_labels

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
