"""Tokens of mixed Chinese, English and German text, and a spaCy pipeline that uses them.

spaCy's own blank pipelines each break on mixed text: the English one leaves Chinese sentences whole, the Chinese one
cuts Latin words into letters. The tokens here depend on nothing but the characters next to one another, so a phrase
has the same tokens alone as inside a text, which is what finding phrases rests on.

Importing this module does not import spaCy.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from qcode.core.units import CJK, MARKS

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

__all__ = ["blank_pipeline", "tokens"]

# A soft hyphen or an invisible joiner inside a word does not end it; apostrophes and hyphens do, so that
# “government” is found in “government's” and “chief” in “river-chief”.
_LETTERS = rf"(?:[^\W_{CJK}]++|[{MARKS}]++)++"
_NUMBER = r"\d+(?:[.,]\d+)++"
_TOKEN = re.compile(rf"({_NUMBER}|[{CJK}]|{_LETTERS}(?:[\u00ad\u200c\u200d\u2060]++{_LETTERS})*+|\s+|.)( ?)", re.DOTALL)


def tokens(text: str) -> Iterator[tuple[str, bool]]:
    """The tokens of a text in order, each with whether one space follows it.

    Each Chinese character, each run of letters and digits, each number and each sign is one token; white space that is
    more than one space after a token is a token too. Nothing is lost: joined again, the tokens are the text.

    >>> [token for token, _ in tokens("GDP增长3.5%, it's")]
    ['GDP', '增', '长', '3.5', '%', ',', 'it', "'", 's']
    """
    return ((token, space == " ") for token, space in _TOKEN.findall(text))


class _MixedTokenizer:
    """Makes a spaCy document of `tokens`: `doc.text` is the text, `token.idx` counts its code points."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        from spacy.tokens import Doc

        found = _TOKEN.findall(text)
        return Doc(self.vocab, words=[token for token, _ in found], spaces=[space == " " for _, space in found])


@functools.cache
def blank_pipeline() -> Language:
    """The spaCy pipeline without a model: mixed tokens, nothing else. Made once; the first call imports spaCy."""
    import spacy

    pipeline = spacy.blank("en")
    pipeline.tokenizer = _MixedTokenizer(pipeline.vocab)
    # spaCy's limit guards parsers, which need memory in proportion to the text; tokens alone do not.
    pipeline.max_length = 10**9
    return pipeline
