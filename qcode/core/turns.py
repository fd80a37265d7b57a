"""Who speaks where: a transcript cut into turns, and its speaker labels with a role each.

Transcripts mark speakers in many ways, and a line that begins “Note:” looks like one that begins “Wang:”. So no line is
judged alone: every line that could head a turn is collected first, and what counts as a label is decided over the
whole document. A label

1. has at most 30 characters and 5 words, is not in the list of words that head other things, and does not read like
   the beginning of a sentence;
2. stands before a colon, in brackets or bold type, or beside a time;
3. recurs; or stands once in brackets with a colon or beside a time; or stands once as the partner in a dialogue of which
   the other side is known, as after a first `I:`.

Lines at the very beginning that fill in a form (“Date: …”) head no turns. The result is a proposal: people see
the labels with their counts, and can set a role by label, which also makes a label of it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from qcode.core.turn_words import INTERVIEWER_LABEL, PARTICIPANT_LABEL, is_form_line, is_no_label, speaks_for

__all__ = ["ROLES", "Role", "SpeakerLabel", "Turn", "find_turns", "label_key"]

Role = Literal["interviewer", "participant", "text", "other"]
ROLES: tuple[Role, ...] = get_args(Role)
"""What a speaker can be; `text` is for documents, `other` for whoever is neither asked nor asking."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker says until the next one speaks: code points in the canonical text, half-open.

    `start` is the beginning of the line with the label, `body_start` the first character that is spoken (`end` if
    there is none), `end` excludes the line end and blank lines that follow. `speaker` is an index into the labels,
    None where nobody is named. `time_ms` is the time written in the heading (or, as f4 does, at the end of the
    turn) in milliseconds from the start of the recording, None where there is none.
    """

    start: int
    body_start: int
    end: int
    speaker: int | None
    time_ms: int | None


@dataclass(frozen=True, slots=True)
class SpeakerLabel:
    """A speaker's label as first written, the number of turns under it, and the role that was set or guessed."""

    label: str
    turns: int
    role: Role


@dataclass(frozen=True, slots=True)
class _Heading:
    """A line that could head a turn. `form`: colon, bracket (without colon), beside (a time) or tab."""

    start: int
    body: int
    key: str
    label: str
    time_ms: int | None
    form: Literal["colon", "bracket", "beside", "tab"]
    stands_alone: bool


_CLOCK = r"[0-9]{1,3}[:：][0-5][0-9](?:[:：][0-5][0-9])?(?:[.,-][0-9]{1,3})?(?![0-9])"
_TIME = rf"(?:[\[(（【<#]{_CLOCK}[\])）】>#]|{_CLOCK})"
_NAME = r"[^\W_](?:[^\n\t:：;；,，。！？!?\"“”«»\[\]【】*<>#|=]{0,28}[^\s:：;；,，。！？!?\"“”«»\[\]【】*<>#|=])?"
_MARK = r"(?:\*\*|__)"

# The first two alternatives of _NAME and brackets share what follows them, so they share one pattern.
_SPOKEN = re.compile(
    rf"(?P<bold>{_MARK})?(?:(?P<before>{_TIME})[ \t]{{0,8}})?"
    rf"(?:[\[【][ ]?(?P<inner>{_NAME})[ ]?(?P<inside>[:：])?[ ]?[\]】]|(?P<plain>{_NAME}))"
    rf"(?:[ \t]{{0,4}}(?P<middle>{_TIME}))?"
    rf"[ ]?(?P<colon>[:：](?![:：/]{{2}}))?(?P<unbold>{_MARK})?(?P<late>[ ]?[:：])?"
    rf"(?:[ \t]{{0,8}}(?P<after>{_TIME}))?"
)
_BESIDE = re.compile(rf"(?P<plain>{_NAME})(?P<gap>[ \t]+)(?P<time>{_TIME})[ \t]*$", re.MULTILINE)
_UNDER = re.compile(rf"(?P<time>{_TIME})(?P<gap>[ \t]*)(?P<plain>{_NAME})[ \t]*$", re.MULTILINE)
_TABBED = re.compile(rf"(?P<time>{_TIME})\t[ ]?(?P<plain>{_NAME})[ ]?\t(?=[^\n])")

# Every kind of heading has a colon (perhaps that of a time) or a closing mark near its beginning.
_POSSIBLE = re.compile(r"^[ \t]{0,8}(?:>[ ]?)?(?=[^\n]{1,60}(?:[:：\]】]|\*\*|__))", re.MULTILINE)
_LEADING_TIME = re.compile(rf"[ \t]{{0,8}}(?P<time>{_TIME})[ \t]*")
_CLOSING_TIME = re.compile(rf"#(?P<time>{_CLOCK})#\s*$")
_SPACE = re.compile(r"\s*")
_DIGITS = re.compile("[0-9]+")
_BLANK_LINE = re.compile(r"\n[ \t]*\n")

_TIMESTAMP_ROOM = 24
_WIDE_GAP = 2
_ASKS_MOSTLY = 0.5
_QUESTION_ENDS = ("?", "？")
_AFTER_QUESTION = " \t\n”\"’'」』)）*_"


def find_turns(
    text: str, roles: Mapping[str, Role] | None = None
) -> tuple[tuple[Turn, ...], tuple[SpeakerLabel, ...]]:
    """The turns of a canonical text in order, and its speaker labels in the order of their first turn.

    Turns do not overlap, and between them there is nothing but white space. Text before the first label is a turn
    without a speaker; where there are no labels, each paragraph is one (each line, in a text without blank lines).
    `roles` gives roles by label, without regard to case, and makes labels of these names wherever they head a line.
    Never raises.

    >>> turns, labels = find_turns("I: Who began it?\\n\\nR: The city.\\n\\nI: Why?\\n\\nR: Money.")
    >>> [(label.label, label.turns, label.role) for label in labels]
    [('I', 2, 'interviewer'), ('R', 2, 'participant')]
    >>> turns[1]
    Turn(start=18, body_start=21, end=30, speaker=1, time_ms=None)
    """
    chosen = {label_key(label): role for label, role in (roles or {}).items()}
    headings = list(_headings(text, chosen.keys()))
    accepted = _accepted_keys(headings, chosen.keys())
    headings = [heading for heading in headings if heading.key in accepted]
    if not headings:
        return tuple(_paragraphs(text)), ()
    order = {key: number for number, key in enumerate(dict.fromkeys(h.key for h in headings))}
    turns = _cut(text, headings, order)
    written: dict[str, str] = {}
    for heading in headings:
        written.setdefault(heading.key, heading.label)
    counts = Counter(heading.key for heading in headings)
    guessed = _guess_roles(text, turns, list(order))
    labels = [SpeakerLabel(written[key], counts[key], chosen.get(key, guessed[key])) for key in order]
    return tuple(turns), tuple(labels)


def label_key(label: str) -> str:
    """What makes two labels the same: letters without regard to case, single spaces.

    >>> label_key(" Li   MING ")
    'li ming'
    """
    return " ".join(label.split()).casefold()


def _headings(text: str, wanted: Mapping[str, Role] | object) -> Iterator[_Heading]:
    raise NotImplementedError
