"""Tokens of mixed text and the spaCy documents made of them. All texts are invented."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qcode.suggest.tokenizer import blank_pipeline, tokens

PIECES = st.sampled_from(
    [*"abI县我。，“'’-. \t\n3é\u0301\u200b\u00ad\u200d🙂ß  ", "3.5", "don't ", "亿元", "GDP", "\r\n", " \n "]
)
MIXED = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=40).map("".join))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("The county's river-chief", ["The", "county", "'", "s", "river", "-", "chief"]),
        ("3.5亿元, 5G", ["3.5", "亿", "元", ",", "5G"]),
        ("GDP增长", ["GDP", "增", "长"]),
        ("  a  b\n", ["  ", "a", " ", "b", "\n"]),
        ("agree\u00adment cafe\u0301", ["agree\u00adment", "cafe\u0301"]),
    ],
)
def test_tokens(text: str, expected: list[str]) -> None:
    assert [token for token, _ in tokens(text)] == expected


@given(MIXED)
def test_tokens_joined_are_the_text(text: str) -> None:
    assert "".join(token + " " * spaced for token, spaced in tokens(text)) == text


@settings(max_examples=500, deadline=None)
@given(MIXED)
def test_documents_keep_the_text_and_count_code_points(text: str) -> None:
    doc = blank_pipeline().make_doc(text)
    assert doc.text == text
    assert all(text[token.idx : token.idx + len(token)] == token.text for token in doc)


@given(st.text("ab 县-'3.", max_size=12), st.text("ab县", min_size=1, max_size=5))
def test_a_phrase_has_the_same_tokens_alone_and_between_spaces(around: str, phrase: str) -> None:
    alone = [token for token, _ in tokens(phrase)]
    inside = [token for token, _ in tokens(f"{around} {phrase} {around}")]
    assert any(inside[i : i + len(alone)] == alone for i in range(len(inside)))


def test_the_pipeline_is_made_once_and_takes_texts_of_any_length() -> None:
    assert blank_pipeline() is blank_pipeline()
    assert len(blank_pipeline().make_doc("x" * 1_000_001)) == 1
