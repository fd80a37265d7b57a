"""Stretches of text and their overlap algebra.

All positions in qcode are code points in a transcript's canonical text, half-open: `start` is the first
code point inside, `end` the first one after. Half-open, because then lengths subtract, neighbours touch
without overlapping, and `text[start:end]` is the quote.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from qcode.errors import RequestError

__all__ = [
    "Span",
    "check_span",
    "covered_length",
    "elementary_intervals",
    "intersection",
    "merge",
    "overlap",
    "subtract",
]


class Span(NamedTuple):
    """A stretch of text: code points, half-open.

    >>> Span(3, 8).length, Span(3, 8).touches(Span(8, 9)), Span(3, 8).overlaps(Span(8, 9))
    (5, True, False)
    """

    start: int
    end: int

    @property
    def length(self) -> int:
        """Number of code points."""
        return self.end - self.start

    def overlaps(self, other: Span) -> bool:
        """Whether at least one code point is in both."""
        return self.start < other.end and other.start < self.end

    def touches(self, other: Span) -> bool:
        """Whether they overlap or stand side by side without a gap."""
        return self.start <= other.end and other.start <= self.end

    def contains(self, other: Span) -> bool:
        """Whether `other` lies wholly inside."""
        return self.start <= other.start and other.end <= self.end

    def hull(self, other: Span) -> Span:
        """The smallest span that holds both."""
        return Span(min(self.start, other.start), max(self.end, other.end))


def check_span(start: int, end: int, text_length: int) -> Span:
    """The span, if it is non-empty and inside a text of `text_length` code points; else RequestError."""
    if not 0 <= start < end <= text_length:
        raise RequestError(f"A segment from {start} to {end} does not lie inside a text of {text_length} characters.")
    return Span(start, end)


def overlap(a: Span, b: Span) -> int:
    """Number of code points in both.

    >>> overlap(Span(0, 5), Span(3, 9)), overlap(Span(0, 3), Span(3, 9))
    (2, 0)
    """
    return max(0, min(a.end, b.end) - max(a.start, b.start))


def merge(spans: Iterable[Span]) -> list[Span]:
    """Overlapping spans joined, in order; spans that only touch stay apart.

    Touching spans stay apart because two coded neighbours are two decisions of a coder.

    >>> merge([Span(4, 9), Span(0, 5), Span(9, 12)])
    [Span(start=0, end=9), Span(start=9, end=12)]
    """
    joined: list[Span] = []
    for span in sorted(spans):
        if joined and span.start < joined[-1].end:
            joined[-1] = joined[-1].hull(span)
        else:
            joined.append(span)
    return joined


def covered_length(spans: Iterable[Span]) -> int:
    """Number of code points in at least one of the spans.

    >>> covered_length([Span(0, 5), Span(3, 9)])
    9
    """
    return sum(span.length for span in merge(spans))


def intersection(a: Sequence[Span], b: Sequence[Span]) -> list[Span]:
    """Stretches in at least one span of `a` and at least one of `b`, in order.

    >>> intersection([Span(0, 5)], [Span(3, 9), Span(1, 2)])
    [Span(start=1, end=2), Span(start=3, end=5)]
    """
    left, right = merge(a), merge(b)
    found: list[Span] = []
    i = j = 0
    while i < len(left) and j < len(right):
        start, end = max(left[i].start, right[j].start), min(left[i].end, right[j].end)
        if start < end:
            found.append(Span(start, end))
        if left[i].end < right[j].end:
            i += 1
        else:
            j += 1
    return found


def subtract(span: Span, holes: Iterable[Span]) -> list[Span]:
    """What is left of `span` without the `holes`, in order.

    >>> subtract(Span(0, 10), [Span(2, 4), Span(8, 12)])
    [Span(start=0, end=2), Span(start=4, end=8)]
    """
    left: list[Span] = []
    position = span.start
    for hole in merge(holes):
        if hole.end <= position:
            continue
        if hole.start >= span.end:
            break
        if hole.start > position:
            left.append(Span(position, hole.start))
        position = max(position, hole.end)
    if position < span.end:
        left.append(Span(position, span.end))
    return left


def elementary_intervals(spans: Iterable[Span], whole: Span) -> list[Span]:
    """`whole` cut at every boundary of `spans`: inside each piece nothing begins or ends.

    >>> elementary_intervals([Span(2, 6), Span(4, 20)], Span(0, 10))
    [Span(start=0, end=2), Span(start=2, end=4), Span(start=4, end=6), Span(start=6, end=10)]
    """
    cuts = {whole.start, whole.end}
    for span in spans:
        cuts.update(p for p in span if whole.start < p < whole.end)
    edges = sorted(cuts)
    return [Span(a, b) for a, b in pairwise(edges)]
