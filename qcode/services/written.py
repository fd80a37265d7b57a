"""What people write down themselves: cleaned once, before it is kept."""

from __future__ import annotations

from pathlib import Path

from qcode.core.text import canonicalise
from qcode.errors import RequestError, UnsafeFile

__all__ = ["MOST_BYTES", "TEXT_LIMIT", "TITLE_LIMIT", "clean_text", "clean_title", "read_words", "words_of"]

TEXT_LIMIT = 100_000  # characters of a memo: a third of a book, and no event that could not be shared
TITLE_LIMIT = 200
MOST_BYTES = 8 * TEXT_LIMIT  # of a text, in any encoding


def clean_text(text: str, what: str) -> str:
    """The text in canonical form, without space around it; `what` names it in messages, which never hold it.

    Raises RequestError if nothing is left, if it is longer than TEXT_LIMIT characters, or if it is no text.
    """
    clean = _canonical(text, what).strip()
    if not clean:
        raise RequestError(f"The {what} is empty.")
    if len(clean) > TEXT_LIMIT:
        raise RequestError(
            f"The {what} has {len(clean):,} characters; {TEXT_LIMIT:,} are the most.", fix="Split it into several."
        )
    return clean


def clean_title(text: str, what: str) -> str:
    """The text on one line, in canonical form; it may be empty. Raises RequestError as `clean_text` does."""
    clean = " ".join(_canonical(text, what).split())
    if len(clean) > TITLE_LIMIT:
        raise RequestError(f"The {what} has {len(clean)} characters; {TITLE_LIMIT} are the most.")
    return clean


def _canonical(text: str, what: str) -> str:
    try:
        return canonicalise(text)
    except UnsafeFile:
        raise RequestError(f"The {what} holds a NUL character or half a character.", fix="Type it again.") from None


def read_words(path: Path, *, encoding: str | None = None) -> str:
    """The text of a file, its encoding recognised unless given. Raises InputError and its kin."""
    from qcode.files.guard import read_bytes

    return words_of(read_bytes(path, limit=MOST_BYTES), path.name, encoding=encoding)


def words_of(data: bytes, name: str, *, encoding: str | None = None) -> str:
    """The text in at most MOST_BYTES bytes that came from outside; `name` says from where.

    Raises RequestError for more, InputError and its kin for what is no text.
    """
    from qcode.files.encoding import decode

    if len(data) > MOST_BYTES:
        raise RequestError(f"There are more than {MOST_BYTES:,} bytes of text.", where=name)
    return decode(data, encoding=encoding, name=name).text
