"""Which words in notes were really said: field notes and notes from memory mark them by quotation marks.

Everything else in notes is a paraphrase, and is never shown as if somebody had said it. A quotation begins and ends
in one line; a mark that is not closed there marks nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from qcode.core.spans import Span

__all__ = ["NOTE_KINDS", "Verbatim", "verbatim_part", "verbatim_spans"]

NOTE_KINDS = frozenset({"notes", "memory"})
"""Kinds of sources in which only what stands in quotation marks was said so."""

Verbatim = Literal["yes", "part", "no"]

# In German the sign that opens an English quotation closes one, so what closes depends on what opened.
_QUOTED = re.compile('„([^“”„\n]*)[“”]|“([^“”\n]*)”|「([^「」\n]*)」|『([^『』\n]*)』|"([^"\n]*)"')


def verbatim_spans(text: str) -> tuple[Span, ...]:
    r"""What stands in quotation marks, without the marks: code points, half-open, in order; empty ones left out.

    Marks are “ ”, „ “, 「 」, 『 』 and " ". In a quotation of one kind others are ordinary signs.

    >>> verbatim_spans('He said “too poor”, then left. 他说：「没钱」。\n"open')
    (Span(start=9, end=17), Span(start=35, end=37))
    """
    found = []
    for quoted in _QUOTED.finditer(text):
        start, end = quoted.span(quoted.lastindex or 0)
        if start < end:
            found.append(Span(start, end))
    return tuple(found)


def verbatim_part(text: str, passage: Span, spans: Iterable[Span]) -> Verbatim:
    """Whether a passage of notes was said so: all of it, a part, or nothing.

    `spans` are those of `verbatim_spans(text)`. Only letters and digits are asked: marks and spaces at the edge of a
    quotation change nothing.

    >>> text = "He was blunt: “too poor”."
    >>> [verbatim_part(text, Span(*place), verbatim_spans(text)) for place in ((14, 25), (0, 25), (0, 6))]
    ['yes', 'part', 'no']
    """
    said = sum(
        _letters(text[max(span.start, passage.start) : min(span.end, passage.end)])
        for span in spans
        if span.start < passage.end and passage.start < span.end
    )
    if not said:
        return "no"
    return "yes" if said == _letters(text[passage.start : passage.end]) else "part"


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))
