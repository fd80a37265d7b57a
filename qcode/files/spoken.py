"""From single utterances, each with a speaker and a time, to a transcript: what subtitles and Whisper files share.

Every turn becomes one paragraph, `Name: words`, with a blank line after it; words whose speaker is not known become
paragraphs without a name. Utterances of one speaker that follow each other are one turn, with the time of the first.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from qcode.core.text import canonicalise, display_safe
from qcode.core.turns import Role, SpeakerLabel, Turn, guess_roles, label_key
from qcode.errors import InputError, UnsafeFile
from qcode.files.encoding import Decoded
from qcode.files.text_reader import ReadTranscript, speaker_warnings, text_warnings

__all__ = ["LONGEST_NAME", "MOST_SPEAKERS", "Utterance", "transcript_of"]

LONGEST_NAME = 100
"""Longest name of a speaker, in code points; what is longer is taken for words."""
MOST_SPEAKERS = 1_000
_PARAGRAPH_ENOUGH = 500  # code points, after which words of nobody in particular begin a paragraph at a sentence's end
_PAUSE_MS = 2_000  # silence after which they do so at once
_SENTENCE_END = re.compile("[.?!…。？！][”\"’'」』)）]*$")
_NO_SPACE_AFTER = re.compile("[，。、：；？！）」』》】…]$")


@dataclass(frozen=True, slots=True)
class Utterance:
    """A piece of speech: speaker (None: unknown), words, begin and end in milliseconds (None: unknown)."""

    speaker: str | None
    words: str
    start_ms: int | None
    end_ms: int | None


@dataclass(slots=True)
class _Paragraph:
    speaker: str | None
    words: list[str]
    start_ms: int | None
    end_ms: int | None
    length: int = field(default=0)

    def takes(self, other: Utterance) -> bool:
        """Whether the next utterance goes on in this paragraph."""
        if self.speaker is not None and other.speaker is not None:
            return label_key(self.speaker) == label_key(other.speaker)
        if self.speaker is not None or other.speaker is not None:
            return False
        if self.end_ms is not None and other.start_ms is not None and other.start_ms - self.end_ms >= _PAUSE_MS:
            return False
        return self.length < _PARAGRAPH_ENOUGH or not _SENTENCE_END.search(self.words[-1])

    def take(self, other: Utterance) -> None:
        self.words.append(other.words)
        self.length += len(other.words)
        self.end_ms = other.end_ms


def transcript_of(
    utterances: Iterable[Utterance],
    decoded: Decoded,
    *,
    data: bytes,
    name: str,
    roles: Mapping[str, Role] | None = None,
    warnings: Sequence[str] = (),
) -> ReadTranscript:
    """The transcript of these utterances in their order; `data` and `decoded` are the file that they come from.

    `roles` sets the role of speakers by label; the others are guessed as for text files. `warnings` go before those
    about characters and speakers.

    Raises InputError where nobody says anything; UnsafeFile for characters that no text may hold, and for more than
    `MOST_SPEAKERS` speakers.
    """
    shown = display_safe(name)
    try:
        paragraphs = _paragraphs(filter(None, map(_clean, utterances)))
    except UnsafeFile as error:
        error.where = shown
        raise
    if not paragraphs:
        raise InputError("The file holds no words.", where=shown)
    text, turns, written = _laid_out(paragraphs)
    if len(written) > MOST_SPEAKERS:
        raise UnsafeFile(f"The file names more than {MOST_SPEAKERS:,} speakers.", where=shown)
    chosen = {label_key(label): role for label, role in (roles or {}).items()}
    guessed = guess_roles(text, turns, list(written))
    counts = [0] * len(written)
    for turn in turns:
        if turn.speaker is not None:
            counts[turn.speaker] += 1
    labels = tuple(
        SpeakerLabel(label, count, chosen.get(key, guessed[key]))
        for (key, label), count in zip(written.items(), counts, strict=True)
    )
    said = [*warnings, *text_warnings(text, decoded), *speaker_warnings(labels, roles or {})]
    return ReadTranscript(
        text=text,
        turns=tuple(turns),
        labels=labels,
        encoding=decoded.encoding,
        encoding_certain=decoded.certain,
        original_sha256=hashlib.sha256(data).hexdigest(),
        warnings=tuple(said),
    )


def _line(text: str) -> str:
    """Canonical text on one line: outer spaces off, inner runs of spaces one."""
    return " ".join(canonicalise(text).split()).lstrip("\ufeff ")


def _clean(utterance: Utterance) -> Utterance | None:
    """The utterance in canonical text; None if it says nothing."""
    words, speaker = _line(utterance.words), _line(utterance.speaker or "")
    if len(speaker) > LONGEST_NAME:
        words, speaker = f"{speaker} {words}", ""
    return Utterance(speaker or None, words, utterance.start_ms, utterance.end_ms) if words else None


def _paragraphs(utterances: Iterable[Utterance]) -> list[_Paragraph]:
    paragraphs: list[_Paragraph] = []
    for said in utterances:
        if not paragraphs or not paragraphs[-1].takes(said):
            paragraphs.append(_Paragraph(said.speaker, [], said.start_ms, None))
        paragraphs[-1].take(said)
    return paragraphs


def _joined(words: Sequence[str]) -> str:
    """Pieces with a space between them, but none after the punctuation marks of Chinese."""
    return "".join(
        piece if not number or _NO_SPACE_AFTER.search(words[number - 1]) else f" {piece}"
        for number, piece in enumerate(words)
    )


def _laid_out(paragraphs: Iterable[_Paragraph]) -> tuple[str, list[Turn], dict[str, str]]:
    """Text, turns, and each label by its key as it is first written."""
    pieces: list[str] = []
    turns: list[Turn] = []
    written: dict[str, str] = {}
    numbers: dict[str, int] = {}
    position = 0
    for paragraph in paragraphs:
        head = "" if paragraph.speaker is None else f"{paragraph.speaker}: "
        speaker = None
        if paragraph.speaker is not None:
            key = label_key(paragraph.speaker)
            written.setdefault(key, paragraph.speaker)
            speaker = numbers.setdefault(key, len(numbers))
        piece = head + _joined(paragraph.words)
        turns.append(Turn(position, position + len(head), position + len(piece), speaker, paragraph.start_ms))
        pieces.append(piece)
        position += len(piece) + len("\n\n")
    return "\n\n".join(pieces) + "\n", turns, written
