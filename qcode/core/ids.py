"""Identifiers: deterministic where two machines must meet, UUIDv7 everywhere else.

Two laptops that import the same transcript, codebook and case table hold the same source, code and case
ids, so their codings can be compared and merged. All ids are lower-case text of 36 characters.
"""

from __future__ import annotations

import unicodedata
import uuid

__all__ = [
    "case_id",
    "code_id",
    "codebook_id",
    "coder_id",
    "column_id",
    "decision_id",
    "is_uid",
    "ledger_id",
    "release_id",
    "source_id",
    "speaker_id",
    "translation_id",
    "uuid7",
]

# Fixed for ever: every deterministic id of every project hangs on it.
_NAMESPACE = uuid.UUID("6d1c5a52-0f2b-5d8e-9a51-8f4f0a7c3b10")


def _named(kind: str, *parts: str) -> str:
    # U+001F cannot stand in any part, so ("a", "bc") and ("ab", "c") never meet.
    return str(uuid.uuid5(_NAMESPACE, "\x1f".join((kind, *parts))))


def source_id(text_sha256: str) -> str:
    """Id of a transcript: from the SHA-256 of its canonical text."""
    return _named("source", text_sha256)


def speaker_id(source: str, label: str) -> str:
    """Id of a speaker: the transcript and the label as it stands in the text."""
    return _named("speaker", source, label)


def codebook_id(short_id: str) -> str:
    """Id of a codebook: from the id that its file gives."""
    return _named("codebook", short_id)


def code_id(codebook_short_id: str, code_short_id: str) -> str:
    """Id of a code: from the codebook's id and the code's short id."""
    return _named("code", codebook_short_id, code_short_id)


def case_id(key: str) -> str:
    """Id of a case: from its key in the case table."""
    return _named("case", key)


def column_id(name: str) -> str:
    """Id of a column of the case table: from its name."""
    return _named("column", name)


def release_id(codebook_short_id: str, name: str) -> str:
    """Id of a release: from the codebook's id and the name of the release."""
    return _named("release", codebook_short_id, name)


def coder_id(name: str) -> str:
    """Id of a coder: from the name, without regard to case and to full-width forms.

    >>> coder_id("Anna") == coder_id(" ANNA ")
    True
    """
    return _named("coder", unicodedata.normalize("NFKC", name).strip().casefold())


def ledger_id(source: str, coder: str, dimension: str) -> str:
    """Id of a ledger entry: one for each transcript, coder and dimension."""
    return _named("ledger", source, coder, dimension)


def decision_id(coder: str, code: str, source: str, start: int, end: int) -> str:
    """Id of a coder's decision on a suggested span (code points, half-open) of a code."""
    return _named("decision", coder, code, source, str(start), str(end))


def translation_id(source: str, start: int, end: int, language: str) -> str:
    """Id of a translation: one for each passage (code points, half-open) and language that it is put into."""
    return _named("translation", source, str(start), str(end), language)


def uuid7(unix_ms: int, random_bits: int) -> str:
    """A UUIDv7 (RFC 9562) from milliseconds since 1970 and 74 random bits.

    The core has no clock and no source of chance, so both are given.

    >>> uuid7(0x0123456789AB, 0)
    '01234567-89ab-7000-8000-000000000000'
    """
    high = (unix_ms & 0xFFFF_FFFF_FFFF) << 16 | 0x7000 | (random_bits >> 62) & 0xFFF
    low = 0x8000_0000_0000_0000 | random_bits & 0x3FFF_FFFF_FFFF_FFFF
    text = f"{high:016x}{low:016x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def is_uid(text: str) -> bool:
    """Whether `text` is an id in the one form that qcode writes.

    >>> is_uid(uuid7(1, 2)), is_uid("not-an-id")
    (True, False)
    """
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False
