"""Canonical text, version 1, and the one-to-one table that makes any text harmless on a screen.

A transcript is canonicalised once, at import, and never changes after that: every position that qcode
stores counts code points in this text. The version number is stored with the transcript.
"""

from __future__ import annotations

import hashlib
import re
import shlex
import unicodedata

from qcode.errors import UnsafeFile

__all__ = [
    "CANONICAL_VERSION",
    "as_argument",
    "canonicalise",
    "display_safe",
    "han_count",
    "holds_han",
    "quote_hash",
    "text_sha256",
]

CANONICAL_VERSION = 1

_LINE_ENDS = ("\r\n", "\r", "\u2028", "\u2029", "\u0085", "\f")  # in this order: CRLF is one line end
_CONTROLS = {c: "\ufffd" for c in range(0x20) if c not in (0x09, 0x0A)}
_SPACES = {0xA0: " ", 0x3000: " "}
_REPLACE = str.maketrans({**_CONTROLS, **_SPACES})
_REPLACED = re.compile(f"[{''.join(map(re.escape, map(chr, _REPLACE)))}]")
_PLAIN_WORD = re.compile(r"[\w.,:@%+=/-]+")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


def canonicalise(text: str) -> str:
    r"""Canonical text, version 1.

    In this order: NUL and lone surrogates are refused; leading byte order marks go; NFC; every kind of
    line end becomes LF; TAB stays; other C0 controls become U+FFFD; NBSP and U+3000 become a space.
    Zero-width and bidirectional characters stay: they are data, and are made visible when shown.

    Raises UnsafeFile for NUL and for lone surrogates. Canonical text is a fixed point:

    >>> canonicalise("\ufeffI:\u00a0yes\r\n\x07"), canonicalise(canonicalise("e\u0301\r"))
    ('I: yes\n�', 'é\n')
    """
    if "\x00" in text:
        raise UnsafeFile(
            "The text holds a NUL character, so it is not a text file, or it is in another encoding.",
            fix="Open it in the program that wrote it and save it as UTF-8 text.",
        )
    try:
        text.encode("utf-8")  # quicker than looking for them
    except UnicodeEncodeError:
        what = "The text holds half a character (a lone surrogate)."
        raise UnsafeFile(what, fix="Save it again as UTF-8 text.") from None
    text = text.lstrip("\ufeff")  # all of them: joined files have two, and one that stays would go the next time
    # NFC first: it maps no character to a line end, but composes across nothing that is replaced below.
    text = unicodedata.normalize("NFC", text)
    for line_end in _LINE_ENDS:
        text = text.replace(line_end, "\n")
    # Few texts hold any of them, and looking takes a tenth of the time of replacing.
    return text.translate(_REPLACE) if _REPLACED.search(text) else text


def text_sha256(text: str) -> str:
    """SHA-256 of the canonical text's UTF-8 bytes, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def quote_hash(quote: str) -> str:
    """A short hash of a coded passage (16 hexadecimal digits), to prove that it still stands where it stood."""
    return hashlib.sha256(quote.encode("utf-8")).hexdigest()[:16]


def han_count(text: str) -> int:
    """Number of Chinese characters.

    >>> han_count("县 and 省")
    2
    """
    return len(_HAN.findall(text))


def holds_han(text: str) -> bool:
    """Whether there is any Chinese character; stops at the first.

    >>> holds_han("county 县"), holds_han("county")
    (True, False)
    """
    return _HAN.search(text) is not None


def _display_table() -> dict[int, str]:
    table: dict[int, str] = {c: chr(0x2400 + c) for c in range(0x20)}
    table[0x7F] = "\u2421"
    replaced = [
        *range(0x80, 0xA0),  # C1 controls: 0x9b starts a terminal sequence
        # Format characters that say how their neighbours are drawn (Arabic, Kaithi, hieroglyphs, shorthand, music)
        *range(0x0600, 0x0606), 0x06DD, 0x070F, 0x0890, 0x0891, 0x08E2, 0x110BD, 0x110CD,
        *range(0x13430, 0x13456), *range(0x1BCA0, 0x1BCA4), *range(0x1D173, 0x1D17B),
        0x061C,
        *range(0x200E, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2066, 0x2070),  # bidirectional controls
        *range(0x2028, 0x202A),  # line and paragraph separator: one line must stay one line
        *range(0xFFF0, 0xFFFC),
        *range(0xD800, 0xE000),  # lone surrogates cannot be written at all
        *range(0xE0000, 0xE1000),  # tags: invisible text
    ]  # fmt: skip
    table.update(dict.fromkeys(replaced, "\ufffd"))
    # No width of their own, or a width that depends on the neighbour: shown as one dot, so that every
    # character's width is known alone.
    hidden = [
        0xAD, 0x034F, 0x115F, *range(0x1160, 0x1200), 0x17B4, 0x17B5, 0x180E, *range(0x200B, 0x200E),
        *range(0x2060, 0x2066), 0x3164, *range(0xD7B0, 0xD800), *range(0xFE00, 0xFE10), 0xFEFF, 0xFFA0,
        *range(0x1F3FB, 0x1F400), *range(0xE0100, 0xE01F0),
    ]  # fmt: skip
    table.update(dict.fromkeys(hidden, "·"))
    return table


_DISPLAY = _display_table()
_DISPLAY_LINES = {**_DISPLAY, 0x0A: "\n"}
_TAB_AS_SPACE = {0x09: " "}
_DISPLAY.update(_TAB_AS_SPACE)
_DISPLAY_LINES.update(_TAB_AS_SPACE)


def display_safe(text: str, *, keep_lines: bool = False) -> str:
    r"""The text with every control, bidirectional and zero-width character made visible, one for one.

    Same length as the input, so positions stay valid. LF becomes U+240A unless `keep_lines`; TAB a space.

    >>> display_safe("a\x1b[2J\u202eb\u200bc")
    'a␛[2J�b·c'
    """
    return text.translate(_DISPLAY_LINES if keep_lines else _DISPLAY)


def as_argument(name: str) -> str:
    """A name as one types it in a command after all options: quoted if need be, behind `--` if it begins with a hyphen.

    >>> as_argument("001"), as_argument("-dash"), as_argument("Mr Li")
    ('001', '-- -dash', "'Mr Li'")
    """
    word = name if _PLAIN_WORD.fullmatch(name) else shlex.quote(name)
    return f"-- {word}" if name.startswith("-") else word
