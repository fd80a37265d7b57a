"""Words, signs and quotations of conditions and queries."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from naughty import NAUGHTY

from qcode.core.tokens import LONGEST, Kind, Tokens, quoted
from qcode.errors import RequestError


def texts(text: str) -> list[str]:
    tokens = Tokens(text, "the condition")
    found = []
    while tokens.here.kind is not Kind.END:
        found.append(tokens.take().text)
    return found


def test_full_width_signs_are_the_plain_ones():
    assert texts("a＝b！＝c≠d<>e＜＞f＜＝g≤h＞＝i≥j＜k＞l（m）n，o、p；q==r") == [
        "a", "=", "b", "!=", "c", "!=", "d", "!=", "e", "!=", "f", "<=", "g", "<=", "h", ">=", "i", ">=", "j", "<", "k",
        ">", "l", "(", "m", ")", "n", ",", "o", ",", "p", ",", "q", "=", "r",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text", ['"two words"', "“two words”", "„two words“", "„two words”", "「two words」", "'two words'", "«two words»"]
)
def test_every_kind_of_quotation(text):
    tokens = Tokens(text, "x")
    assert (tokens.here.kind, tokens.take().text, tokens.here.kind) == (Kind.QUOTED, "two words", Kind.END)


def test_an_apostrophe_in_a_word_belongs_to_it():
    assert texts("O'Connor don’t self-initiated 3.5 2019-05-01") == [
        "O'Connor", "don’t", "self-initiated", "3.5", "2019-05-01",
    ]  # fmt: skip


def test_faults_say_where_and_nothing_after_the_end():
    with pytest.raises(RequestError, match=r"The condition, character 3: The quotation .* does not end"):
        Tokens("a “b", "the condition")
    with pytest.raises(RequestError, match=r"character 3: The sign “!” means nothing"):
        Tokens("a ! b", "the condition")
    with pytest.raises(RequestError, match=f"longer than {LONGEST} characters"):
        Tokens("x" * (LONGEST + 1), "the condition")
    tokens = Tokens("a", "x")
    tokens.take()
    assert tokens.take() == tokens.take() == tokens.following
    assert tokens.here.shown == "the end"


@pytest.mark.parametrize("text", NAUGHTY)
def test_hostile_text_is_read_or_refused(text):
    try:
        found = texts(text)
    except RequestError:
        return
    assert all(found)


@given(st.text(max_size=30).filter(lambda text: not set(text) & set('”"」»') and text.strip()))
def test_what_is_quoted_reads_back(text):
    tokens = Tokens(quoted(text, {"or"}), "x")
    assert tokens.take().text == Tokens(f"“{text}”", "x").take().text
    assert tokens.here.kind is Kind.END


def test_quoting_looks_for_marks_that_do_not_stand_in_the_text():
    assert quoted("a ” b") == '"a ” b"'
    assert quoted('a ” " b') == '「a ” " b」'
    assert quoted('a ” " 」 b') == '«a ” " 」 b»'
    assert quoted('”"」»') == '“”"」»”'
