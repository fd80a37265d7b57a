"""Speaker labels that may be one person under two spellings: proposals for people, never decisions.

李县长 and 李副县长 differ by one character and are two people; 李主任（扶贫办） and 李主任 may be one. So every
proposal says why it is made and what speaks against it, and only spellings of the same characters are called sure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

from qcode.core.speaker_words import is_speaker

__all__ = ["MOST_LABELS", "Alike", "alike_labels"]

MOST_LABELS = 200
"""So many labels of one transcript are compared; no interview has more people."""

_NEAR = 75.0  # percent: one character of four, as in 李县长 and 李副县长 (86)
_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
_DIGITS = re.compile(r"\d+")
_SPLIT = re.compile(r"[\W_]+")

# What makes another person of the same family name.
_TITLES = re.compile(
    "副|代|前|原|老|小|大|正|书记|書記|县长|縣長|市长|市長|区长|區長|镇长|鎮長|乡长|局长|局長|处长|處長|科长|科長|主任|主席|部长|部長|省长"
    "|秘书|秘書|经理|經理|总|先生|女士|小姐|教授|老师|博士|书记员|male|female"
    r"|\b(?:deputy|vice|former|acting|mr|mrs|ms|dr|prof|professor|director|mayor|herr|frau|stellvertretende[rn]?|junior|senior)\b"
)


@dataclass(frozen=True, slots=True)
class Alike:
    """Two labels of one transcript that may be the same person.

    `likeness` is in percent (100: the same characters but for case, width, spaces and punctuation). `sure` says that
    nothing but the spelling differs; `why` is a sentence for people.
    """

    first: str
    second: str
    likeness: float
    sure: bool
    why: str


def alike_labels(labels: Sequence[str], *, most: int = MOST_LABELS) -> list[Alike]:
    """Pairs of labels that look alike, sure ones first, then by likeness; of the first `most` labels.

    Labels that only number or name a part in the talk (`I`, `S1`, 问) are alike only if their spelling is the same.

    >>> [
    ...     (pair.first, pair.second, pair.sure)
    ...     for pair in alike_labels(["李县长", "李副县长", "王 主任", "王主任", "S1", "S2"])
    ... ]
    [('王 主任', '王主任', True), ('李县长', '李副县长', False)]
    """
    forms = [_form(label) for label in labels[:most]]
    found = [pair for one, two in combinations(forms, 2) if (pair := _compare(one, two)) is not None]
    return sorted(found, key=lambda pair: (not pair.sure, -pair.likeness, pair.first, pair.second))


class _Form(NamedTuple):
    """A label in the forms that are compared; `short` is without what stands in brackets."""

    label: str
    plain: str
    squeezed: str
    short: str
    speaker: bool


def _form(label: str) -> _Form:
    plain = _plain(label)
    return _Form(label, plain, _squeezed(plain), _squeezed(_ASIDE.sub(" ", plain)), is_speaker(plain))


def _compare(one: _Form, two: _Form) -> Alike | None:
    if one.squeezed == two.squeezed != "":
        return Alike(one.label, two.label, 100.0, sure=True, why="Only case, width, spaces or punctuation differ.")
    short, other = one.short, two.short
    if one.speaker or two.speaker or not short or not other:
        return None
    if short == other:
        return Alike(one.label, two.label, 95.0, sure=False, why=_aside_words(one.plain, two.plain))
    if len(short) == 1 or len(other) == 1:
        return None  # A and B are two people
    if 200 * min(len(short), len(other)) < _NEAR * (len(short) + len(other)):
        return None  # too different in length to have so much in common
    likeness = _likeness(short, other)
    if likeness < _NEAR or _DIGITS.sub("", short) == _DIGITS.sub("", other):
        return None  # “official 1” and “official 2” are numbered because they are two
    return Alike(one.label, two.label, round(likeness, 1), sure=False, why=_doubt(one.plain, two.plain, short, other))


def _plain(label: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", label).casefold().split())


def _squeezed(plain: str) -> str:
    return _SPLIT.sub("", plain)


def _likeness(one: str, two: str) -> float:
    """Share of characters in common, in order, in percent (normalised indel similarity)."""
    from rapidfuzz import fuzz

    return float(fuzz.ratio(one, two))


def _aside_words(first: str, second: str) -> str:
    if _ASIDE.search(first) and _ASIDE.search(second):
        return "The name is the same, but what stands in brackets differs: they may be two people."
    return "The name is the same, and one has an addition in brackets."


def _doubt(first: str, second: str, short: str, other: str) -> str:
    """What speaks against the two being one person."""
    if _TITLES.findall(first) != _TITLES.findall(second):
        return "The title differs: they may be two people."
    if _DIGITS.findall(short) != _DIGITS.findall(other):
        return "A number differs: they may be two people."
    if len(short) == len(other):
        return "A letter differs: they may be two people."
    return "One is spelled longer than the other: they may be two people."
