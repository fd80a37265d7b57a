"""The small words that conditions and queries are made of, and the faults that name the place.

`where` and `passage_query` read their texts through this module, so that both accept the same quotes, the same signs
and the same scripts: full-width signs (＝ ＜ ＞ （ ） ，) are what a Chinese keyboard gives, and mean the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from enum import StrEnum
from typing import NamedTuple

from qcode.errors import RequestError

__all__ = ["LONGEST", "Kind", "Token", "Tokens", "fault", "quoted"]

LONGEST = 2_000
"""The most characters that a condition or a query may have."""

_SIGNS = {
    "=": "=", "＝": "=", "==": "=", "!=": "!=", "！＝": "!=", "!＝": "!=", "！=": "!=", "≠": "!=", "<>": "!=",
    "＜＞": "!=", "<": "<", "＜": "<", ">": ">", "＞": ">", "<=": "<=", "＜＝": "<=", "＜=": "<=", "≤": "<=",
    ">=": ">=", "＞＝": ">=", "＞=": ">=", "≥": ">=", "(": "(", "（": "(", ")": ")", "）": ")", ",": ",", "，": ",",
    "、": ",", ";": ",", "；": ",",
}  # fmt: skip
_CLOSES = {"“": "”", "„": "“”", "‘": "’", "«": "»", "「": "」", "『": "』", '"': '"', "'": "'"}
_ODD = "!！”’»」』"
# An apostrophe or a typographic one inside a word belongs to it: O'Connor.
_INSIDE = "'’‘"
_STOPS = "".join(sorted({c for sign in _SIGNS for c in sign} | (set(_CLOSES) | set(_ODD)) - set(_INSIDE)))
_SIGN = re.compile("|".join(re.escape(sign) for sign in sorted(_SIGNS, key=len, reverse=True)))
_WORD = re.compile(rf"[^\s{re.escape(_STOPS + _INSIDE)}][^\s{re.escape(_STOPS)}]*")
_SPACE = re.compile(r"\s*")
_PLAIN = re.compile(rf"{_WORD.pattern}")


class Kind(StrEnum):
    """What a token is."""

    WORD = "word"
    QUOTED = "quoted"
    SIGN = "sign"
    END = "end"


class Token(NamedTuple):
    """One word, quoted text or sign; `start` counts code points from 0, `text` is without the quotes."""

    kind: Kind
    text: str
    start: int

    def is_sign(self, *signs: str) -> bool:
        """Whether it is one of these signs."""
        return self.kind is Kind.SIGN and self.text in signs

    def is_word(self, *words: str) -> bool:
        """Whether it is one of these words, unquoted, in small letters or large."""
        return self.kind is Kind.WORD and self.text.casefold() in words

    @property
    def shown(self) -> str:
        """As a message names it."""
        return "the end" if self.kind is Kind.END else f"“{self.text}”"


def fault(subject: str, position: int, what: str, fix: str | None = None) -> RequestError:
    """A RequestError that says where in `subject` (such as “the condition”) something is wrong: code points from 0."""
    return RequestError(what, where=f"{subject[:1].upper()}{subject[1:]}, character {position + 1}", fix=fix)


def quoted(text: str, keywords: Collection[str] = ()) -> str:
    """The text as it can be read back: in quotation marks unless it is one plain word that is no keyword.

    >>> quoted("arranged"), quoted("two words"), quoted("or", {"or"})
    ('arranged', '“two words”', '“or”')
    """
    if _PLAIN.fullmatch(text) and text.casefold() not in keywords:
        return text
    if "”" not in text:
        return f"“{text}”"
    return next((f"{o}{text}{c}" for o, c in (('"', '"'), ("「", "」"), ("«", "»")) if c not in text), f"“{text}”")


class Tokens:
    """The tokens of a text, to be taken one after the other.

    `subject` is what messages call the text. Raises RequestError for a text that is too long, for a quotation that is
    not closed, and for a sign that means nothing.

    >>> words = Tokens("共识 ≥ “two words”", "the condition")
    >>> [words.take().text for _ in range(4)]
    ['共识', '>=', 'two words', '']
    """

    def __init__(self, text: str, subject: str) -> None:
        self.subject = subject
        if len(text) > LONGEST:
            raise RequestError(f"{subject[:1].upper()}{subject[1:]} is longer than {LONGEST} characters.")
        self.text = unicodedata.normalize("NFC", text)
        self._tokens = self._read()
        self._next = 0

    def _read(self) -> list[Token]:
        found: list[Token] = []
        position = 0
        while True:
            space = _SPACE.match(self.text, position)
            position = space.end() if space else position
            if position >= len(self.text):
                return [*found, Token(Kind.END, "", len(self.text))]
            token, position = self._one(position)
            found.append(token)

    def _one(self, start: int) -> tuple[Token, int]:
        sign = self.text[start]
        if sign in _CLOSES:
            return self._quotation(start, _CLOSES[sign])
        if found := _SIGN.match(self.text, start):
            return Token(Kind.SIGN, _SIGNS[found[0]], start), found.end()
        if word := _WORD.match(self.text, start):
            return Token(Kind.WORD, word[0], start), word.end()
        raise fault(self.subject, start, f"The sign “{sign}” means nothing here.")

    def _quotation(self, start: int, closers: str) -> tuple[Token, int]:
        ends = [at for sign in closers if (at := self.text.find(sign, start + 1)) >= 0]
        if not ends:
            raise fault(self.subject, start, "The quotation that begins here does not end.", "Close it.")
        return Token(Kind.QUOTED, self.text[start + 1 : min(ends)], start), min(ends) + 1

    @property
    def here(self) -> Token:
        """The next token; it stays."""
        return self._tokens[self._next]

    @property
    def following(self) -> Token:
        """The token after the next one; it stays."""
        return self._tokens[min(self._next + 1, len(self._tokens) - 1)]

    def take(self) -> Token:
        """The next token; the end is given again and again."""
        token = self.here
        self._next = min(self._next + 1, len(self._tokens) - 1)
        return token

    def took(self, *words: str) -> bool:
        """Whether the next token is one of these words; if so, it is taken."""
        if self.here.is_word(*words):
            self.take()
            return True
        return False

    def fault(self, token: Token, what: str, fix: str | None = None) -> RequestError:
        """A RequestError at a token."""
        return fault(self.subject, token.start, what, fix)

    def close(self, opened: Token) -> None:
        """Take the closing parenthesis that belongs to `opened`. Raises RequestError if it is not there."""
        if not self.here.is_sign(")"):
            where = opened.start + 1
            raise self.fault(self.here, f"The parenthesis of character {where} is not closed before {self.here.shown}.")
        self.take()
