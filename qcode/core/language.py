"""Which of the languages of the study a text is in: enough to label a transcript, no more."""

from __future__ import annotations

import re

from qcode.core.text import han_count, holds_han

__all__ = ["garbled", "guess_language"]

_SAMPLE = 10_000
_HAN_SHARE = 0.15  # a Chinese interview full of English terms still lies far above it
_GERMAN = re.compile(
    r"\b(und|der|die|das|nicht|ist|wir|ich|auch|mit|den|dem|ein|eine|für|auf|haben|aber|dann|oder|sie|es)\b"
)
_ENGLISH = re.compile(r"\b(and|the|of|to|is|we|that|not|with|was|they|for|have|but|then|or|it|you|this|are|in|our)\b")


def guess_language(text: str) -> str:
    """`zh`, `de` or `en` by what most of the text is; empty if nothing speaks for any.

    >>> guess_language("我们县里 和 partner 合作"), guess_language("Das ist nicht die Frage und wir haben Zeit")
    ('zh', 'de')
    """
    sample = text[:_SAMPLE]
    letters = sum(map(str.isalpha, sample))
    if letters and han_count(sample) / letters >= _HAN_SHARE:
        return "zh"
    lowered = sample.lower()
    german, english = len(_GERMAN.findall(lowered)), len(_ENGLISH.findall(lowered))
    if german == english == 0:
        return ""
    return "de" if german > english else "en"


def garbled(text: str, language: str) -> str:
    """What shows that a text in that language was read or saved wrongly, as a sentence; empty if nothing does.

    Text that was copied out of a PDF can lose every Chinese character and still be full of letters.

    >>> garbled("B73k % Z:2%", "zh-Hans"), garbled("断头路", "zh"), garbled("", "zh")
    ('It should be Chinese, but holds no Chinese characters.', '', '')
    """
    if language.startswith("zh") and text.strip() and not holds_han(text):
        return "It should be Chinese, but holds no Chinese characters."
    lost = text.count("\ufffd")
    if lost:
        return f"{lost:,} character{'s' if lost > 1 else ''} could not be read and show{'' if lost > 1 else 's'} as �."
    return ""
