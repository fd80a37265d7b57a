"""What was said so in notes, and what is a paraphrase."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcode.core.notes import verbatim_part, verbatim_spans
from qcode.core.spans import Span


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("He said “too poor” and left.", ["too poor"]),
        ("Er sagte: „kein Geld“, dann “so what”.", ["kein Geld", "so what"]),
        ("„mixed”", ["mixed"]),
        ("他说「没钱」，又说『以后』。", ["没钱", "以后"]),
        ('She said "no" and "never".', ["no", "never"]),
        ("“他说「没钱」”", ["他说「没钱」"]),
        ("“open\nnext line”", []),
        ('a "stray mark', []),
        ("“”", []),
        ("plain", []),
        ("", []),
    ],
)
def test_what_stands_in_quotation_marks(text, said):
    assert [text[span.start : span.end] for span in verbatim_spans(text)] == said


NOTES = "Blunt: “too poor”, he said, “and tired”. Then he left."


@pytest.mark.parametrize(
    ("quote", "part"),
    [
        ("too poor", "yes"),
        ("“too poor”", "yes"),
        (" “too poor”, ", "yes"),
        ("poor", "yes"),
        ("Blunt: “too poor”", "part"),
        (NOTES, "part"),
        ("poor”, he said, “and", "part"),
        ("Then he left.", "no"),
        (", ", "no"),
    ],
)
def test_how_much_of_a_passage_was_said_so(quote, part):
    start = NOTES.index(quote)
    assert verbatim_part(NOTES, Span(start, start + len(quote)), verbatim_spans(NOTES)) == part


def test_two_quotations_with_only_marks_between_are_verbatim():
    text = "“one” “two”"
    assert verbatim_part(text, Span(0, len(text)), verbatim_spans(text)) == "yes"


@given(st.text(alphabet='ab “”„「」『』"\n县', max_size=60), st.data())
def test_spans_are_ordered_apart_and_without_line_ends(text, data):
    spans = verbatim_spans(text)
    assert all(span.start < span.end and "\n" not in text[span.start : span.end] for span in spans)
    assert all(one.end < two.start for one, two in pairwise(spans))
    if text:
        start = data.draw(st.integers(0, len(text) - 1))
        end = data.draw(st.integers(start + 1, len(text)))
        letters = [i for i in range(start, end) if text[i].isalnum()]
        inside = [i for i in letters if any(span.start <= i < span.end for span in spans)]
        expected = "no" if not inside else "yes" if len(inside) == len(letters) else "part"
        assert verbatim_part(text, Span(start, end), spans) == expected
