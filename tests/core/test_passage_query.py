"""Queries over codes: what they read and what they refuse."""

from __future__ import annotations

import pytest
from naughty import NAUGHTY

from qcode.core.passage_query import Anything, Both, Either, Related, Term, parse_query, terms
from qcode.errors import RequestError, UnknownName

A, B, C = Term("a"), Term("b"), Term("c")


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("a", A),
        ("=a", Term("a", alone=True)),
        ("＝ “a”", Term("a", alone=True)),
        ("*", Anything()),
        ("a AND b", Both((A, B))),
        ("a or b and c", Either((A, Both((B, C))))),
        ("(a or b) and c", Both((Either((A, B)), C))),
        ("a and not b", Both((A,), (B,))),
        ("not b", Both((), (B,))),
        ("not not b", B),
        ("a overlaps b", Related(A, "overlaps", B)),
        ("a inside b", Related(A, "within", B)),
        ("a not within b", Related(A, "within", B, denied=True)),
        ("a near(2 sentences) b", Related(A, "near", B, distance=2)),
        ("a not near(1 turn) b", Related(A, "near", B, denied=True, distance=1, unit="turns")),
        ("a near（10 Words） b", Related(A, "near", B, distance=10, unit="words")),
        ("a overlaps b within c", Related(Related(A, "overlaps", B), "within", C)),
        ("“and”", Term("and")),
        ("共识 and 信任", Both((Term("共识"), Term("信任")))),
    ],
)
def test_what_is_read(text, query):
    assert parse_query(text, str) == query
    assert parse_query(query.words, str) == query


def test_the_plain_form():
    text = "(a or (b or c)) overlaps (a and b) and not (a near(1 sentences) b)"
    query = parse_query(text, str)
    assert query.words == "((a or (b or c)) overlaps (a and b)) and not (a near(1 sentence) b)"
    assert parse_query(query.words, str) == query
    assert [term.words for term in terms(query)] == ["a", "b", "c", "a", "b", "a", "b"]
    assert terms(Anything()) == ()


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "The query is empty"),
        ("a b", "character 3: Before “b” an operator is missing"),
        ("a not b", "“not” stands alone here. Write “and not”"),
        ("a)", "This parenthesis was never opened"),
        ("(a", "is not closed before the end"),
        ("(" * 50 + "a", "more than 40 parentheses"),
        ("a and", "Here a code should stand, not the end"),
        ("a and or", "Here a code should stand, not “or”. Put quotation marks around it"),
        ("= =", "Here a code should stand, not “=”"),
        ("a near b", "After “near” no distance is given, but “b”"),
        ("a near(two sentences) b", "“two” is no whole number"),
        ("a near(99999 words) b", "“99999” is no whole number"),
        ("a near(2000 words) b", "more than 1000"),
        ("a near(2 pages) b", "“pages” is no unit of distance"),
        ("a near(2 words b", "is not closed before “b”"),
    ],
)
def test_faults_are_sentences(text, what):
    with pytest.raises(RequestError) as caught:
        parse_query(text, str)
    assert what in str(caught.value)


def test_an_unknown_code_is_refused_by_who_knows_the_codebook():
    def find(name: str) -> str:
        raise UnknownName("code", name, ["a"])

    with pytest.raises(UnknownName, match="Did you mean a"):
        parse_query("aa", find)


@pytest.mark.parametrize("text", NAUGHTY)
def test_hostile_text_is_refused_or_read_back(text):
    for asked in (text, f"“{text}”", f"a and {text}"):
        try:
            query = parse_query(asked, str)
        except RequestError:
            continue
        assert parse_query(query.words, str) == query
