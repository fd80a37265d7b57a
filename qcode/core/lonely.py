"""Labels that stand once: words at the head of one line that look like a speaker and were taken as spoken."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple

from qcode.core.speaker_words import is_no_label
from qcode.core.turns import label_key

__all__ = ["LabelHere", "label_at", "lonely_labels"]

_MOST = 6  # more of them are lists or headings, and no speakers
_MOST_WORDS = 4
_HEAD = re.compile(r"^[ \t]*(?P<label>[^\W\d_][^\n:：,，。.!?！？;；()（）\[\]\"“”]{0,24})[:：](?!//)", re.MULTILINE)

_HERE = re.compile(
    r"[ \t]*(?:[\[【][ ]?(?P<boxed>[^\W_][^\n\t:：\]】]{0,29})[:：]?[ ]?[\]】][ ]?[:：]?"
    r"|(?P<plain>[^\W_][^\n\t:：\]】]{0,29})[:：](?!//))\s*"
)


class LabelHere(NamedTuple):
    """A speaker's label as written, and where the words after it begin (code points)."""

    label: str
    body: int


def label_at(text: str, position: int, known: Collection[str]) -> LabelHere | None:
    r"""The speaker's label that stands at a place of the text; None if there is none.

    One of `known` counts anywhere, even in the middle of a line; any other label only at the head of a line, and only
    if it does not head something else (“Note:”).

    >>> text = "R: Yes. I: And then?\nInterpreter: He means the grant.\nNote: loud."
    >>> [label_at(text, place, ["I", "R"]) for place in (8, 21, 54)]
    [LabelHere(label='I', body=11), LabelHere(label='Interpreter', body=34), None]
    """
    found = _HERE.match(text, position)
    if found is None:
        return None
    label = (found["boxed"] or found["plain"]).strip()
    key = label_key(label)
    if key not in {label_key(one) for one in known}:
        heads_line = not text[text.rfind("\n", 0, position) + 1 : position].strip()
        if not heads_line or found["boxed"] or len(label.split()) > _MOST_WORDS or is_no_label(key):
            return None
    return LabelHere(label, found.end())


def lonely_labels(text: str, known: Collection[str]) -> tuple[str, ...]:
    r"""Words before a colon at the head of exactly one line, in order; those in `known` are speakers already.

    None at all where more than a handful is found: such a text has lists. They may be speakers who speak once, which
    only a person can tell.

    >>> lonely_labels("I: Who?\nR: We.\nI: And you?\nInterpreter: He means the grant.\nNote: loud.", ["I", "R"])
    ('Interpreter',)
    """
    keys = {label_key(label) for label in known}
    found: dict[str, list[str]] = {}
    for match in _HEAD.finditer(text):
        label = match["label"].strip()
        key = label_key(label)
        if key not in keys and len(label.split()) <= _MOST_WORDS and not is_no_label(key):
            found.setdefault(key, []).append(label)
    once = tuple(labels[0] for labels in found.values() if len(labels) == 1)
    return once if len(once) <= _MOST else ()
