"""Words looked for in texts: what a searched text matches, and what stands around a place.

Letter case and character width make no difference, nor does the form of an apostrophe, ß and ss, or how much white
space stands between two words. The differences are put into the pattern and not taken out of the text, so that every
position is one in the text as it is. Nothing in the searched words is a sign of a pattern language: such a language
lets one line run for hours.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from qcode.core.spans import Span
from qcode.core.units import CJK, MARKS
from qcode.errors import RequestError

__all__ = ["LONGEST_SEARCH", "Around", "around", "pattern", "places", "places_in_pieces"]

LONGEST_SEARCH = 200
"""The most characters that can be looked for."""

_PIECE = re.compile(r"\s+|ss|SS|sS|Ss|.", re.DOTALL)
_SHARP_S = "(?:[sSｓＳ]{2}|[ßẞ])"
_APOSTROPHES = "'’‘ʼ＇"
_SIGMAS = "σςΣ"
_FULL_WIDTH = 0xFEE0  # added to the code of an ASCII character
_LETTER = rf"(?:[^\W{CJK}]|[{MARKS}])"


def pattern(wanted: str, *, whole_words: bool = False) -> re.Pattern[str]:
    """What finds `wanted` in a canonical text.

    `whole_words` holds for scripts that write words apart: a Chinese word is found wherever its characters stand
    together. Raises RequestError if there is nothing to look for, or too much of it.

    >>> [found[0] for found in pattern("STRASSE").finditer("Eine Straße, eine ｓtrasse")]
    ['Straße', 'ｓtrasse']
    >>> (
    ...     bool(pattern("art", whole_words=True).search("start")),
    ...     bool(pattern("资金", whole_words=True).search("要资金的")),
    ... )
    (False, True)
    """
    text = unicodedata.normalize("NFC", wanted).strip()
    if not text:
        raise RequestError("There is nothing to look for.", fix="Give a word or a phrase.")
    if len(text) > LONGEST_SEARCH:
        raise RequestError(f"The text to look for is longer than {LONGEST_SEARCH} characters.")
    looked_for = "".join(_variants(piece[0]) for piece in _PIECE.finditer(text))
    if whole_words and re.match(_LETTER, text[0]):
        looked_for = f"(?<!{_LETTER}){looked_for}"
    if whole_words and re.match(_LETTER, text[-1]):
        looked_for = f"{looked_for}(?!{_LETTER})"
    return re.compile(looked_for)


def _variants(piece: str) -> str:
    """What stands for a piece of the searched text: a character, a pair of s, or white space."""
    if piece.isspace():
        return r"\s+"
    if piece.casefold() == "ss":
        return _SHARP_S
    forms = {piece, piece.lower(), piece.upper(), piece.title()}
    for group in (_APOSTROPHES, _SIGMAS):
        forms |= set(group) if piece in group else set()
    forms = {form for form in forms if len(form) == 1}
    forms |= {chr(ord(form) + _FULL_WIDTH) for form in forms if "!" <= form <= "~"}
    forms |= {chr(ord(form) - _FULL_WIDTH) for form in forms if "！" <= form <= "～"}
    return f"[{''.join(map(re.escape, sorted(forms)))}]" if len(forms) > 1 else re.escape(piece)


def places(text: str, looked_for: re.Pattern[str]) -> list[Span]:
    """Where the pattern stands, from left to right, none overlapping another.

    >>> places("说资金，要资金", pattern("资金"))
    [Span(start=1, end=3), Span(start=5, end=7)]
    """
    return [Span(*found.span()) for found in looked_for.finditer(text)]


def places_in_pieces(text: str, looked_for: re.Pattern[str], size: int = 100_000) -> Iterator[list[Span]]:
    """What `places` finds, piece by piece of about `size` code points, so that others get their turn in between.

    No place is lost at an edge: a search goes on beyond it by more characters than a match can have.

    >>> list(places_in_pieces("资金，资金，资金", pattern("资金"), 4))
    [[Span(start=0, end=2), Span(start=3, end=5)], [Span(start=6, end=8)]]
    """
    if not text:
        yield []
    start = 0
    while start < len(text):
        end = min(start + size, len(text))
        found = [Span(*hit.span()) for hit in looked_for.finditer(text, start, _beyond(text, end)) if hit.start() < end]
        yield found
        start = max(end, found[-1].end if found else 0)


def _beyond(text: str, end: int) -> int:
    """A place after `end` that no match which begins before `end` can reach: white space can be of any length."""
    reach = 4 * LONGEST_SEARCH
    while end + reach < len(text) and len("".join(text[end : end + reach].split())) <= 2 * LONGEST_SEARCH:
        reach *= 2
    return end + reach


class Around(NamedTuple):
    """A place with what stands before and after it, each on one line; cut ends are marked by …."""

    left: str
    hit: str
    right: str


def around(text: str, place: Span, width: int, bounds: Span | None = None) -> Around:
    r"""A place in its context: `width` code points to each side, within `bounds` (else the text).

    >>> around("one two\nthree four five", Span(8, 13), 6)
    Around(left='…e two ', hit='three', right=' four…')
    """
    low, high = bounds or Span(0, len(text))
    start, end = max(low, place.start - width), min(high, place.end + width)
    left, right = " ".join(text[start : place.start].split()), " ".join(text[place.end : end].split())
    before = "…" if start > low and left else ""
    after = "…" if end < high and right else ""
    return Around(
        before + left + " " * (text[start : place.start][-1:].isspace() and bool(left)),
        " ".join(text[place.start : place.end].split()),
        " " * (text[place.end : end][:1].isspace() and bool(right)) + right + after,
    )
