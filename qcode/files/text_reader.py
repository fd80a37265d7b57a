"""A transcript from a plain-text or Markdown file: canonical text, turns and speakers, with what to look at first."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from qcode.core.text import canonicalise, display_safe, holds_han
from qcode.core.turns import Role, SpeakerLabel, Turn, find_turns, label_key
from qcode.errors import InputError, UnsafeFile
from qcode.files.encoding import Decoded, decode
from qcode.files.header import Header, split_header

__all__ = ["ReadTranscript", "read_transcript", "speaker_warnings", "text_warnings"]

_CHINESE_ENCODINGS = frozenset({"gb18030", "gbk", "gb2312", "big5", "big5hkscs", "cp950", "hz"})


@dataclass(frozen=True, slots=True)
class ReadTranscript:
    """A transcript ready for import.

    `text` is canonical; `turns` and `labels` are those of `find_turns`; `original_sha256` is the SHA-256 of the file's
    bytes, 64 hexadecimal digits; `warnings` are full sentences and hold nothing of the text; `header` is what the file
    says of itself (see `split_header`), which is no part of `text`.
    """

    text: str
    turns: tuple[Turn, ...]
    labels: tuple[SpeakerLabel, ...]
    encoding: str
    encoding_certain: bool
    original_sha256: str
    warnings: tuple[str, ...]
    header: Header | None = None


def read_transcript(
    data: bytes, name: str, *, encoding: str | None = None, roles: Mapping[str, Role] | None = None
) -> ReadTranscript:
    """The transcript in the bytes of a text file; `name` is the file's name, for messages.

    `encoding` overrides detection, `roles` sets the role of speakers by label.

    Raises InputError for a file without text, and its child FileFaults for a header with faults; UnsafeFile for a file
    that is not text; EncodingDoubt.
    """
    shown = display_safe(name)
    decoded = decode(data, encoding=encoding, name=name)
    try:
        header, body = split_header(decoded.text, name)
        text = canonicalise(body)
    except UnsafeFile as error:
        error.where = shown
        raise
    if not text.strip():
        raise InputError("The file holds no text.", where=shown)
    turns, labels = find_turns(text, roles)
    warnings = text_warnings(text, decoded) + speaker_warnings(labels, roles or {})
    return ReadTranscript(
        text=text,
        turns=turns,
        labels=labels,
        encoding=decoded.encoding,
        encoding_certain=decoded.certain,
        original_sha256=hashlib.sha256(data).hexdigest(),
        warnings=tuple(warnings),
        header=header,
    )


def text_warnings(text: str, decoded: Decoded) -> list[str]:
    """What to look at in the characters of a canonical text, in full sentences."""
    warnings = [decoded.note] if decoded.note else []
    lost = text.count("\ufffd")
    if lost:
        what = (
            "1 character could not be read and shows"
            if lost == 1
            else f"{lost:,} characters could not be read and show"
        )
        warnings.append(f"{what} as �; look at the original file.")
    if decoded.encoding in _CHINESE_ENCODINGS and not holds_han(text):
        warnings.append(f"The file was read as {decoded.encoding}, but it holds no Chinese characters.")
    return warnings


def speaker_warnings(labels: tuple[SpeakerLabel, ...], roles: Mapping[str, Role]) -> list[str]:
    """What to look at in the speakers that were found; `roles` are those that were asked for, by label."""
    if not labels:
        return ["No speaker labels were found, so every paragraph is a turn without a speaker."]
    warnings: list[str] = []
    if not any(label.role == "interviewer" for label in labels):
        warnings.append("No speaker was recognised as the interviewer; set one with --speaker LABEL=interviewer.")
    found = {label_key(label.label) for label in labels}
    absent = [label for label in roles if label_key(label) not in found]
    return warnings + [f"No turn is labelled “{display_safe(label)}”." for label in absent]
