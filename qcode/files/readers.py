"""Every kind of transcript through one door: bytes and a file name in; text, turns and warnings out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import PurePath
from typing import Protocol

from qcode.core.text import canonicalise, display_safe
from qcode.core.turns import Role, find_turns
from qcode.errors import InputError
from qcode.files.docx_reader import read_docx
from qcode.files.subtitles import read_subtitles
from qcode.files.text_reader import ReadTranscript, read_transcript, speaker_warnings
from qcode.files.whisper_json import read_whisper_json

__all__ = ["TRANSCRIPT_SUFFIXES", "Reader", "read_any"]


class Reader(Protocol):
    """What reads one kind of file: the same for all kinds."""

    def __call__(
        self, data: bytes, name: str, *, encoding: str | None = None, roles: Mapping[str, Role] | None = None
    ) -> ReadTranscript:
        """The transcript in `data`; raises InputError and its children."""


def _read_word(
    data: bytes, name: str, *, encoding: str | None = None, roles: Mapping[str, Role] | None = None
) -> ReadTranscript:
    """A Word document; it says itself how it is encoded, so `encoding` has no part in it."""
    del encoding
    rich = read_docx(data, name)
    text = canonicalise(rich.text)  # XML can hold neither of the characters that this refuses
    if not text.strip():
        raise InputError("The file holds no text.", where=display_safe(name))
    turns, labels = find_turns(text, roles)
    return ReadTranscript(
        text=text,
        turns=turns,
        labels=labels,
        encoding="utf-8",
        encoding_certain=True,
        original_sha256=hashlib.sha256(data).hexdigest(),
        warnings=(*rich.warnings, *speaker_warnings(labels, roles or {})),
    )


_READERS: Mapping[str, Reader] = {
    ".txt": read_transcript,
    ".md": read_transcript,
    ".docx": _read_word,
    ".vtt": read_subtitles,
    ".srt": read_subtitles,
    ".json": read_whisper_json,
}
TRANSCRIPT_SUFFIXES = frozenset(_READERS)
"""The endings of files that can be read, in small letters, each with its dot."""


def read_any(
    data: bytes, name: str, *, encoding: str | None = None, roles: Mapping[str, Role] | None = None
) -> ReadTranscript:
    """The transcript in the bytes of a file, read as the ending of its `name` says.

    Raises InputError for an ending that has no reader, and what the reader raises.
    """
    suffix = PurePath(name).suffix.casefold()
    reader = _READERS.get(suffix)
    if reader is None:
        raise InputError(
            f"qcode cannot import {display_safe(suffix) or 'files without an ending'}.",
            where=display_safe(name),
            fix="Save the interview as .docx or as UTF-8 text (.txt) and import that.",
        )
    return reader(data, name, encoding=encoding, roles=roles)
