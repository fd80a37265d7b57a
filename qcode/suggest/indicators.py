"""Indicators: the words in a codebook that make a passage worth a look.

A code lists them by language, one string each:

    joint meeting    these words, one after the other; capitals do not matter
    agree*           a word that begins so: agree, agreed, agreement; the star may follow any word of a phrase
    levy ~5 county   both words or phrases in one sentence, in either order, with at most five words or signs between
    -agreement*      an exclusion: where it stands, the code's other indicators do not count
    trust ^2         counts double; any weight from 0.1 to 10, and 1 where none is given

Latin-script words match whole words only; Chinese characters match wherever they stand, so a star after one means
nothing and is dropped. The language is shown to people and decides nothing: interviews mix languages within a line.
Regular expressions are refused: some run for hours on an innocent text, and stars, phrases and ~ say the same.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NoReturn

from qcode.core.text import display_safe
from qcode.core.units import CJK
from qcode.errors import RequestError
from qcode.suggest.tokenizer import tokens

__all__ = ["Indicator", "Vocabulary", "WordPattern", "parse_indicators"]

_SHORTEST_PREFIX = 2
_FARTHEST = 20  # words between the two parts of “A ~5 B”
_WEIGHT = re.compile(r"\s\^(\S+)$")
_NUMBER = re.compile(r"\d{1,2}(\.\d{1,2})?")
_LEAST, _MOST = 0.1, 10.0
_NEAR = re.compile(r"(?<=\s)~(\d{1,2})(?=\s)")
_STARRED_CJK = re.compile(rf"(?<=[{CJK}])\*(?=\s|$)")
_MINUS = ("-", "−", "–")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
# Typewriter and printer's forms of one sign count as the same.
_SAME_SIGNS = str.maketrans({"’": "'", "‘": "'", "‐": "-", "‑": "-", "–": "-"})


@dataclass(frozen=True, slots=True)
class WordPattern:
    """One word of an indicator in its compared form; `prefix` if any word that begins so will do."""

    word: str
    prefix: bool


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator of a code: its text as people read it (without minus sign and weight), its language, its role.

    `near` is the greatest number of words between the two parts of “A ~5 B”, -1 for an indicator of one part.
    """

    text: str
    language: str
    exclude: bool
    weight: float = 1.0
    near: int = -1

    @property
    def parts(self) -> tuple[tuple[WordPattern, ...], ...]:
        """The words and signs that must follow one another; of “A ~5 B” those of A and those of B.

        >>> Indicator("joint meet*", "en", exclude=False).parts
        ((WordPattern(word='joint', prefix=False), WordPattern(word='meet', prefix=True)),)
        """
        texts = _NEAR.split(self.text)[::2] if self.near >= 0 else [self.text]
        return tuple(_patterns(text.strip()) for text in texts)

    @property
    def words(self) -> tuple[WordPattern, ...]:
        """The words and signs of all its parts."""
        return tuple(pattern for part in self.parts for pattern in part)


def _patterns(text: str) -> tuple[WordPattern, ...]:
    found: list[WordPattern] = []
    for word, _ in tokens(text):
        if word == "*":
            found[-1] = WordPattern(found[-1].word, prefix=True)
        elif not word.isspace():
            found.append(WordPattern(_compared(word), prefix=False))
    return tuple(found)


def _compared(word: str) -> str:
    """The form in which two words are compared: small letters, one form and width of each sign, nothing invisible."""
    plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", word.lower()))
    return plain.translate(_SAME_SIGNS) or word


def parse_indicators(pairs: Sequence[tuple[str, Sequence[str]]]) -> list[Indicator]:
    """The indicators of one code, from pairs of a language and its strings; repetitions are dropped.

    Raises RequestError for a string that is empty or that uses the star or minus wrongly.

    >>> [(i.text, i.exclude) for i in parse_indicators([("en", ["agree*", "-agreement*"]), ("zh", ["信任"])])]
    [('agree*', False), ('agreement*', True), ('信任', False)]
    """
    found: dict[tuple[tuple[tuple[WordPattern, ...], ...], int, bool], Indicator] = {}
    for language, strings in pairs:
        for string in strings:
            indicator = _parse(string, language)
            found.setdefault((indicator.parts, indicator.near, indicator.exclude), indicator)
    return list(found.values())


def _parse(string: str, language: str) -> Indicator:
    text = " ".join(_INVISIBLE.sub("", unicodedata.normalize("NFC", string)).split())
    exclude = text.startswith(_MINUS)
    text = _STARRED_CJK.sub("", text[1:].lstrip() if exclude else text)
    where = f"The indicator “{display_safe(string)}” ({display_safe(language)})"
    if not any(character.isalnum() for character in text):
        _refuse(f"{where} holds no word.", "Write a word or phrase, or delete it.")
    if text.startswith(_MINUS):
        _refuse(f"{where} starts with more than one minus sign.", "One minus sign makes an exclusion.")
    if len(text) > 2 and text[0] == text[-1] == "/":
        _refuse(f"{where} is a regular expression, which is not taken.", "Write words with stars, or A ~5 B.")
    text, weight = _weight(text, where, exclude=exclude)
    near = _distance(text, where)
    for part in _NEAR.split(text)[::2] if near >= 0 else [text]:
        _check_stars(part, where)
    return Indicator(text, language, exclude, weight, near)


def _weight(text: str, where: str, *, exclude: bool) -> tuple[str, float]:
    """The text without its weight, and the weight."""
    given = _WEIGHT.search(text)
    if given is None:
        return text, 1.0
    if exclude:
        _refuse(f"{where} is an exclusion with a weight.", "An exclusion needs none: what it overlaps does not count.")
    if not _NUMBER.fullmatch(given[1]) or not _LEAST <= float(given[1]) <= _MOST:
        _refuse(f"{where} has a weight that is no number from 0.1 to 10.", "Write it so: trust ^2.")
    return text[: given.start()].rstrip(), float(given[1])


def _distance(text: str, where: str) -> int:
    """How many words may lie between the two parts; -1 where there is one part."""
    if "~" not in text:
        return -1
    parts = _NEAR.split(text)
    fix = "It stands between two words or phrases, with a number: levy ~5 county."
    if text.count("~") != 1 or len(parts) != 3:
        _refuse(f"{where} uses the sign ~ wrongly.", fix)
    first, number, second = parts
    if not all(any(c.isalnum() for c in part) for part in (first, second)):
        _refuse(f"{where} lacks a word beside the sign ~.", fix)
    if not 1 <= int(number) <= _FARTHEST:
        _refuse(f"{where} has a distance of {number} words.", f"The distance is from 1 to {_FARTHEST} words.")
    return int(number)


def _check_stars(text: str, where: str) -> None:
    """Each star must end a word of at least two letters."""
    for part in text.split():
        *words, last = (token for token, _ in tokens(part))
        if "*" in words or (last == "*" and not (words and words[-1][0].isalnum())):
            _refuse(f"{where} has a star that does not end a word.", "The star stands at the end of a word: agree*.")
        if last == "*" and len(words[-1]) < _SHORTEST_PREFIX:
            fix = f"At least {_SHORTEST_PREFIX} letters go before a star."
            _refuse(f"{where} has a star after a single letter.", fix)


def _refuse(what: str, fix: str) -> NoReturn:
    raise RequestError(what, fix=fix)


class Vocabulary:
    """The words of some texts, and which of them follow one another: what a star can stand for there.

    `lines` are the texts' words in order, in small letters; a phrase never runs from one line into the next.
    """

    def __init__(self, lines: Iterable[Sequence[str]]) -> None:
        """Reads all lines once."""
        spelled: dict[str, set[str]] = {}
        self._after: dict[str, set[str]] = {}
        for line in lines:
            for word in line:
                self._after.setdefault(word, set())
            for word, following in pairwise(line):
                self._after[word].add(following)
        for word in self._after:
            spelled.setdefault(_compared(word), set()).add(word)
        self._spelled = spelled
        self._sorted = sorted(spelled)

    def spellings(self, pattern: WordPattern) -> set[str]:
        """The words that match one word of an indicator."""
        if not pattern.prefix:
            return self._spelled.get(pattern.word, set())
        found: set[str] = set()
        position = bisect_left(self._sorted, pattern.word)
        while position < len(self._sorted) and self._sorted[position].startswith(pattern.word):
            found |= self._spelled[self._sorted[position]]
            position += 1
        return found

    def phrases(self, indicator: Indicator, part: int = 0) -> list[tuple[str, ...]]:
        """The phrases that a part of an indicator stands for, sorted; each pair of neighbours occurs in the texts.

        >>> seen = Vocabulary([["joint", "meetings", "and", "meetings"], ["joint", "work"]])
        >>> seen.phrases(Indicator("joint meet*", "en", exclude=False))
        [('joint', 'meetings')]
        """
        first, *others = indicator.parts[part]
        paths: list[tuple[str, ...]] = [(word,) for word in sorted(self.spellings(first))]
        for pattern in others:
            options = self.spellings(pattern)
            paths = [(*path, word) for path in paths for word in sorted(options & self._after[path[-1]])]
        return paths
