"""Words in texts: letter case, width, apostrophes, white space; and nothing that can hang."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from naughty import NAUGHTY

from qcode.core.keyword import LONGEST_SEARCH, around, pattern, places, places_in_pieces
from qcode.core.spans import Span
from qcode.errors import RequestError


def hits(wanted: str, text: str, *, whole_words: bool = False) -> list[str]:
    return [text[a:b] for a, b in places(text, pattern(wanted, whole_words=whole_words))]


@pytest.mark.parametrize(
    ("wanted", "text", "expected"),
    [
        ("资金", "要资金，没资金。", ["资金", "资金"]),
        ("budget", "Budget BUDGETS ｂｕｄｇｅｔ", ["Budget", "BUDGET", "ｂｕｄｇｅｔ"]),
        ("ＧＤＰ", "gdp", ["gdp"]),
        ("strasse", "Straße STRASSE", ["Straße", "STRASSE"]),
        ("don't", "don’t DON‘T", ["don’t", "DON‘T"]),
        ("two  words", "two\n words", ["two\n words"]),
        ("ΟΔΟΣ", "οδος", ["οδος"]),
        ("a.b", "axb a.b", ["a.b"]),
        ("[笑]", "他说 [笑] 好", ["[笑]"]),
        ("(.*)+", "x (.*)+ y", ["(.*)+"]),
        ("aa", "aaa", ["aa"]),
    ],
)
def test_what_is_found(wanted, text, expected):
    assert hits(wanted, text) == expected


def test_whole_words_are_for_scripts_that_part_words():
    assert hits("art", "art start arts Art, 他art的", whole_words=True) == ["art", "Art", "art"]
    assert hits("资金", "有资金的", whole_words=True) == ["资金"]
    assert hits("C.", "C.D C. e", whole_words=True) == ["C.", "C."]
    assert hits("-x", "a-x b -xy", whole_words=True) == ["-x"]


def test_too_much_and_nothing_are_refused():
    with pytest.raises(RequestError, match="nothing to look for"):
        pattern(" \n")
    with pytest.raises(RequestError, match=f"longer than {LONGEST_SEARCH}"):
        pattern("x" * (LONGEST_SEARCH + 1))


@pytest.mark.parametrize("wanted", NAUGHTY)
def test_hostile_words_find_themselves_or_are_refused(wanted):
    import unicodedata

    try:
        looked_for = pattern(wanted)
    except RequestError:
        return
    text = unicodedata.normalize("NFC", f"before {wanted} after")
    assert places(text, looked_for)
    assert places("x" * 1000, looked_for) == []


@given(st.text(min_size=1, max_size=8), st.text(max_size=20), st.text(max_size=20))
def test_whatever_stands_there_is_found(wanted, before, after):
    import unicodedata

    wanted = unicodedata.normalize("NFC", wanted).strip()
    if wanted:
        assert places(f"{before}\n{wanted}\n{after}", pattern(wanted))


def test_the_context_is_one_line_and_says_where_it_was_cut():
    text = "one two\nthree four five"
    assert around(text, Span(8, 13), 100) == ("one two ", "three", " four five")
    assert around(text, Span(8, 13), 3) == ("…wo ", "three", " fo…")
    assert around(text, Span(8, 13), 100, Span(8, 15)) == ("", "three", " f")
    assert around(text, Span(0, 3), 0) == ("", "one", "")


@given(
    st.text("ab ß\n资金sS", max_size=80), st.text("ab 资金s", min_size=1, max_size=4), st.integers(1, 9), st.booleans()
)
def test_pieces_lose_nothing_at_their_edges(text: str, wanted: str, size: int, whole: bool) -> None:  # noqa: FBT001 - hypothesis passes it by position
    if not wanted.strip():
        return
    looked_for = pattern(wanted, whole_words=whole)
    assert [span for piece in places_in_pieces(text, looked_for, size) for span in piece] == places(text, looked_for)


def test_white_space_of_any_length_at_the_edge_of_a_piece() -> None:
    text = "two" + " " * 5000 + "words" + " " * 5000
    assert next(places_in_pieces(text, pattern("two words"), 2)) == [Span(0, 5008)]
    assert list(places_in_pieces("", pattern("a"))) == [[]]
