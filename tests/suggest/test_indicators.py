"""The grammar of indicators, and what they stand for in a text. All texts are invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcode.errors import RequestError
from qcode.suggest.indicators import Indicator, Vocabulary, WordPattern, parse_indicators
from qcode.suggest.tokenizer import tokens


def indicator(string: str) -> Indicator:
    (only,) = parse_indicators([("en", [string])])
    return only


def stands_for(string: str, *texts: str) -> list[str]:
    vocabulary = Vocabulary([word.lower() for word, _ in tokens(text)] for text in texts)
    return [" ".join(phrase) for phrase in vocabulary.phrases(indicator(string))]


def test_text_language_and_role_are_kept() -> None:
    pairs = [("en", ["Joint  meeting ", "-trust fund"]), ("zh", ["信任"])]
    assert parse_indicators(pairs) == [
        Indicator("Joint meeting", "en", exclude=False),
        Indicator("trust fund", "en", exclude=True),
        Indicator("信任", "zh", exclude=False),
    ]


def test_repetitions_are_dropped_whatever_their_case_and_signs() -> None:
    found = parse_indicators([("en", ["Win-win", "win‑win", "-win-win", "don't"]), ("de", ["don’t", "WIN-WIN"])])
    assert [(i.text, i.language, i.exclude) for i in found] == [
        ("Win-win", "en", False),
        ("win-win", "en", True),
        ("don't", "en", False),
    ]


def test_words_carry_their_stars() -> None:
    assert indicator("joint* meet*").words == (WordPattern("joint", prefix=True), WordPattern("meet", prefix=True))
    assert indicator("river-chief*").words[1:] == (WordPattern("-", prefix=False), WordPattern("chief", prefix=True))


def test_a_star_after_a_chinese_word_is_dropped() -> None:
    assert indicator("信任*") == Indicator("信任", "en", exclude=False)
    assert indicator("-GDP增长*") == Indicator("GDP增长", "en", exclude=True)


def test_other_dashes_in_front_exclude_too() -> None:
    assert indicator("–agreement*") == indicator("− agreement*") == Indicator("agreement*", "en", exclude=True)


@pytest.mark.parametrize(
    ("string", "complaint"),
    [
        ("", "holds no word"),
        ("  ", "holds no word"),
        ("-", "holds no word"),
        ("*", "holds no word"),
        ("…\u200b", "holds no word"),
        ("--agree", "more than one minus"),
        ("trust ~ mayor", "the sign ~"),
        ("trust ~5", "the sign ~"),
        ("trust ~5 mayor ~5 county", "the sign ~"),
        ("trust ~5 …", "a word beside"),
        ("trust ~0 mayor", "a distance of 0"),
        ("trust ~21 mayor", "a distance of 21"),
        ("/(a+)+b/", "regular expression"),
        ("trust ^x", "a weight"),
        ("trust ^0", "a weight"),
        ("trust ^11", "a weight"),
        ("-trust ^2", "exclusion with a weight"),
        ("ag*ree", "does not end a word"),
        ("*ment", "does not end a word"),
        ("agree **", "does not end a word"),
        ("agree*-ment", "does not end a word"),
        ("合*作", "does not end a word"),
        ("joint *", "does not end a word"),
        ("a_*", "does not end a word"),
        ("a*", "a single letter"),
        ("joint m*", "a single letter"),
    ],
)
def test_faults_are_told_with_the_indicator_and_its_language(string: str, complaint: str) -> None:
    with pytest.raises(RequestError, match=complaint) as fault:
        parse_indicators([("de", ["fine", string])])
    assert "(de)" in fault.value.what
    assert fault.value.fix


def test_a_fault_shows_no_hidden_characters() -> None:
    with pytest.raises(RequestError) as fault:
        parse_indicators([("en\u202e", ["\x1b[2J*x"])])
    assert not {"\x1b", "\u202e"} & set(str(fault.value))


@given(st.text(max_size=12))
def test_a_string_is_an_indicator_with_words_or_refused(string: str) -> None:
    try:
        found = indicator(string)
    except RequestError:
        return
    assert found.words
    assert all(pattern.word for pattern in found.words)
    assert parse_indicators([("en", [found.text])]) == [Indicator(found.text, "en", exclude=False)]


def test_plain_words_stand_for_themselves_in_any_spelling_of_their_signs() -> None:
    assert stands_for("win-win", "A win-win or WIN‑WIN, not win win") == ["win - win", "win ‑ win"]
    assert stands_for("agreement", "agree\u00adment, Agreements") == ["agree\u00adment"]
    assert stands_for("gdp", "ＧＤＰ and GDP") == ["gdp", "ｇｄｐ"]
    assert stands_for("mayor", "nobody") == []


def test_stars_stand_for_the_words_of_the_text() -> None:
    assert stands_for("agree*", "They agree, Agreed; an agreement. Disagree") == ["agree", "agreed", "agreement"]
    assert stands_for("zz*", "They agree") == []


def test_phrases_run_over_neighbours_only() -> None:
    texts = ["joint meetings, then joint work", "meeting joint"]
    assert stands_for("joint meet*", *texts) == ["joint meetings"]
    assert stands_for("join* meet* work", *texts) == []
    assert stands_for("信任", "互信。任务", "信任") == ["信 任"]


def test_a_phrase_never_runs_from_one_line_into_the_next() -> None:
    assert stands_for("joint work", "joint", "work") == []


def test_weights_and_distances() -> None:
    assert indicator("trust* ^2.5") == Indicator("trust*", "en", exclude=False, weight=2.5)
    near = indicator("joint levy ~5 count*")
    assert near == Indicator("joint levy ~5 count*", "en", exclude=False, near=5)
    assert [[pattern.word for pattern in part] for part in near.parts] == [["joint", "levy"], ["count"]]
    vocabulary = Vocabulary([["joint", "levy", "counties"]])
    assert vocabulary.phrases(near, 1) == [("counties",)]
