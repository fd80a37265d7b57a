"""Naming a passage by words or by numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcode.core.spans import Span
from qcode.core.text import canonicalise
from qcode.errors import RequestError
from qcode.services.passages import find_once, find_passage

TEXT = "One two three, two one."


def test_each_way_of_naming_a_passage():
    assert find_passage(TEXT) is None
    assert find_passage(TEXT, quote="two three") == Span(4, 13)
    assert find_passage(TEXT, start=0, end=3) == Span(0, 3)
    assert find_passage(TEXT, first="two three", last="one.") == Span(4, 23)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"quote": "two", "start": 1}, "more than one way"),
        ({"quote": "two three", "first": "One"}, "more than one way"),
        ({"start": 1}, "--start and --end belong together"),
        ({"end": 1}, "--start and --end belong together"),
        ({"start": 5, "end": 99}, "does not lie inside"),
        ({"first": "One"}, "--from and --to belong together"),
        ({"last": "one."}, "--from and --to belong together"),
        ({"first": "three,", "last": "One"}, "stand before"),
        ({"quote": "two"}, "“--quote” stand in the transcript more than once"),
        ({"quote": "ten"}, "“--quote” do not stand in the transcript"),
        ({"quote": " "}, "more than once"),
    ],
)
def test_what_cannot_be_is_refused(options, sentence):
    with pytest.raises(RequestError, match=sentence):
        find_passage(TEXT, **options)


def test_a_quote_is_made_canonical_before_it_is_looked_for():
    assert find_once("caf\u00e9 und Tee", " cafe\u0301\u00a0und ", "quote") == Span(0, 8)


@given(st.text(min_size=1, max_size=60).filter(lambda t: "\x00" not in t), st.data())
def test_a_quote_that_is_found_stands_there(raw, data):
    try:
        text = canonicalise(raw)
    except Exception:  # noqa: BLE001 - what cannot be canonical is no transcript
        return
    start = data.draw(st.integers(0, len(text)))
    quote = text[start : data.draw(st.integers(start, len(text)))]
    try:
        found = find_once(text, quote, "quote")
    except RequestError:
        return
    assert text[found.start : found.end] == canonicalise(quote).strip()
