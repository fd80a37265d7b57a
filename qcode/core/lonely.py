"""Labels that stand once: words at the head of one line that look like a speaker and were taken as spoken."""

from __future__ import annotations

import re
from collections.abc import Collection

from qcode.core.speaker_words import is_no_label
from qcode.core.turns import label_key

__all__ = ["lonely_labels"]

_MOST = 6  # more of them are lists or headings, and no speakers
_MOST_WORDS = 4
_HEAD = re.compile(r"^[ \t]*(?P<label>[^\W\d_][^\n:：,，。.!?！？;；()（）\[\]\"“”]{0,24})[:：](?!//)", re.MULTILINE)


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
