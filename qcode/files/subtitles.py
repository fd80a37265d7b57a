"""Transcripts from WebVTT (.vtt) and SubRip (.srt) files, as Zoom, Teams, Otter and noScribe write them.

Both are lines in blocks: perhaps a number or name, a line with two times, the words. Which line is what is told by
the lines with times, wherever they stand, because blank lines are missing or too many in many files. No words are
lost: those outside any cue, or under a time that cannot be read, are kept without a time, and said with their line.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from qcode.core.speaker_words import is_no_label, is_speaker
from qcode.core.text import display_safe
from qcode.core.turns import Role, label_key
from qcode.errors import InputError
from qcode.files.encoding import decode
from qcode.files.spoken import Utterance, transcript_of
from qcode.files.text_reader import ReadTranscript

__all__ = ["LONGEST_PAUSE_MS", "read_subtitles"]

LONGEST_PAUSE_MS = 10_000
"""The longest silence over which a cue without a name goes on in the turn before it: a pause to think."""
_REPEATED_SHARE = 10  # of so many names one may follow itself where names stand at changes only

_LINE_END = re.compile("\r\n|[\r\n\u2028\u2029\u0085\f]")
_CLOCK = r"(?:[0-9]{1,4}:)?[0-9]{1,2}:[0-9]{2}(?:[.,][0-9]{1,3})?"
_TIMES = re.compile(rf"\s*(?P<start>{_CLOCK})\s*-->\s*(?P<end>{_CLOCK})(?:\s.*)?")
# A line that was meant so: nothing but an arrow with something like a time on one side of it.
_MEANT_TIMES = re.compile(
    r"\S{0,12}[0-9]:[0-9]\S{0,12}[ \t]{0,9}-{1,3}>[ \t]{0,9}\S{0,24}"
    r"|\S{0,24}[ \t]{0,9}-{1,3}>[ \t]{0,9}\S{0,12}[0-9]:[0-9]\S{0,12}"
)
_NUMBER = re.compile(r"\s*[0-9]{1,9}\s*")
_TEAMS_ID = re.compile(r"\s*[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\S*\s*")
_REMARK = re.compile(r"(?:NOTE(?:[ \t]|$)|STYLE[ \t]*$|REGION[ \t]*$)")
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?(?:[ \t]+(?P<name>[^<>]*))?>|</v>")
_TAG = re.compile(r"</?(?:c|i|b|u|s|ruby|rt|lang|font)(?:[.\s][^<>]*)?>|<[0-9:.]+>|\{\\[a-zA-Z][^{}]*\}", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_IN_NAME = r"[^\n\t:：;；,，。！？!?\"“”«»<>|=\]】]"
_LABEL = re.compile(rf"(?:>>[ ]?|[-–—][ ])?[\[【]?(?P<name>[^\W_]{_IN_NAME}{{0,29}})[\]】]?[ ]?[:：](?!//|[:：])\s*")
_MOST_NAME_WORDS = 5
_MOST_WARNINGS = 10


@dataclass(slots=True)
class _Cue:
    """Lines of words under one time: `line` is the 1-based line of the time, or of the first words without one."""

    line: int
    words: list[str]
    start_ms: int | None = None
    end_ms: int | None = None


class _Piece(NamedTuple):
    """Words of one line of a cue; `voice` is the speaker whom a tag names, `cue` the number of the cue."""

    cue: int
    voice: str | None
    words: str


def read_subtitles(
    data: bytes, name: str, *, encoding: str | None = None, roles: Mapping[str, Role] | None = None
) -> ReadTranscript:
    """The transcript in the bytes of a .vtt or .srt file; `name` is the file's name, for messages.

    Speakers are those of `<v Name>` tags, and of `Name:` before the words where such names recur. A cue without a
    speaker is nobody's; but where names stand only when the speaker changes, it goes on in the turn before it, unless
    the silence between is longer than `LONGEST_PAUSE_MS`; a warning says how many did. Times are milliseconds from the
    start. Markup is taken out, entities are resolved. `encoding` overrides detection, `roles` sets the role of speakers
    by label.

    Raises InputError for a file without a single time or without words; UnsafeFile for one that is not text;
    EncodingDoubt.
    """
    decoded = decode(data, encoding=encoding, name=name)
    lines = _LINE_END.split(decoded.text.lstrip("\ufeff"))
    webvtt = lines[0].startswith("WEBVTT") or name.casefold().endswith(".vtt")
    warnings: list[str] = []
    cues = list(_cues(lines, warnings, webvtt=webvtt))
    if all(cue.start_ms is None for cue in cues):
        raise InputError("The file holds no subtitles: no line gives a time.", where=display_safe(name))
    backwards = [cue.line for cue in cues if cue.end_ms is not None and cue.end_ms < (cue.start_ms or 0)]
    if len(warnings) > _MOST_WARNINGS:
        rest = len(warnings) - _MOST_WARNINGS
        warnings[_MOST_WARNINGS:] = [f"… and {rest:,} more lines like these."]
    if backwards:
        many = f"{len(backwards):,} cues end before they begin (first: line"
        told = "1 cue ends before it begins (line" if len(backwards) == 1 else many
        warnings.append(f"{told} {backwards[0]}); look at the times.")
    pieces = [piece for number, cue in enumerate(cues) for piece in _pieces(number, cue)]
    said = list(_with_labels(pieces, {label_key(label) for label in roles or {}}))
    utterances = [Utterance(speaker, words, cues[cue].start_ms, cues[cue].end_ms) for cue, speaker, words in said]
    if not any(piece.voice for piece in pieces) and _named_at_changes(said):
        utterances, number = _continued(utterances)
        if number:
            cue_words = "1 cue without a name goes" if number == 1 else f"{number:,} cues without a name go"
            warnings.append(f"{cue_words} on in the turn before: names stand only where the speaker changes.")
    return transcript_of(utterances, decoded, data=data, name=name, roles=roles, warnings=warnings)


def _cues(lines: Sequence[str], warnings: list[str], *, webvtt: bool) -> Iterator[_Cue]:
    """The cues in order, and what stands between them; `warnings` is filled on the way."""
    timed = [number for number, line in enumerate(lines) if "->" in line and _is_timed(line)]
    # Where the cue begins: at its number or name, if there is one.
    begins: list[int] = []
    for order, number in enumerate(timed):
        room = number - 1 > (timed[order - 1] if order else -1)
        named = room and _is_cue_name(lines, number - 1, order + 1, webvtt=webvtt)
        begins.append(number - 1 if named else number)
    first = begins[0] if begins else len(lines)
    yield from _loose(lines, _head_end(lines, first) if webvtt else 0, first, warnings, webvtt=webvtt)
    for number, end in zip(timed, [*begins, len(lines)][1:], strict=True):
        times = _TIMES.fullmatch(lines[number])
        if times is None:
            warnings.append(f"Line {number + 1}: the time cannot be read; the words below it were kept without one.")
        # In WebVTT a blank line ends the words. In SubRip it should, but programs write it into the words.
        words_end = _blank(lines, number + 1, end) if webvtt else end
        cue = _Cue(number + 1, list(lines[number + 1 : words_end]))
        if times is not None:
            cue.start_ms, cue.end_ms = _milliseconds(times["start"]), _milliseconds(times["end"])
        yield cue
        yield from _loose(lines, words_end, end, warnings, webvtt=webvtt)


def _is_timed(line: str) -> bool:
    return _TIMES.fullmatch(line) is not None or _MEANT_TIMES.fullmatch(line.strip()) is not None


def _is_cue_name(lines: Sequence[str], number: int, order: int, *, webvtt: bool) -> bool:
    """Whether the line above a time names the cue, rather than being words of the one before it."""
    line = lines[number]
    if not line.strip() or line.startswith("WEBVTT"):
        return False
    after_blank = number == 0 or not lines[number - 1].strip()
    if _TEAMS_ID.fullmatch(line):
        return True
    if _NUMBER.fullmatch(line):
        return after_blank or int(line) == order
    return webvtt and after_blank


def _head_end(lines: Sequence[str], first: int) -> int:
    """Where the head of a WebVTT file ends: at the first blank line."""
    return _blank(lines, 0, first) if lines[0].startswith("WEBVTT") else 0


def _blank(lines: Sequence[str], start: int, end: int) -> int:
    return next((number for number in range(start, end) if not lines[number].strip()), end)


def _loose(lines: Sequence[str], start: int, end: int, warnings: list[str], *, webvtt: bool) -> Iterator[_Cue]:
    """Blocks that belong to no cue: remarks and styles of WebVTT are passed over, all else is kept."""
    position = start
    while position < end:
        block_end = _blank(lines, position, end)
        if block_end > position and not (webvtt and _REMARK.match(lines[position])):
            warnings.append(f"Line {position + 1}: these words belong to no time; they were kept without one.")
            yield _Cue(position + 1, list(lines[position:block_end]))
        position = block_end + 1


def _milliseconds(written: str) -> int:
    """Milliseconds of `01:02:03.004`, `02:03,004` or `02:03`.

    >>> _milliseconds("01:02:03.004"), _milliseconds("02:03,5")
    (3723004, 123500)
    """
    clock, _, fraction = written.replace(",", ".").partition(".")
    seconds = 0
    for part in clock.split(":"):
        seconds = seconds * 60 + int(part)
    return seconds * 1000 + int(fraction.ljust(3, "0"))


def _pieces(number: int, cue: _Cue) -> Iterator[_Piece]:
    """The words of a cue, cut at line ends and where the voice changes; a voice goes on over line ends."""
    voice: str | None = None
    for line in cue.words:
        position = 0
        for tag in _VOICE.finditer(line):
            yield _Piece(number, voice, _plain(line[position : tag.start()]))
            voice = _plain(tag["name"] or "") or None
            position = tag.end()
        yield _Piece(number, voice, _plain(line[position:]))


def _plain(marked: str) -> str:
    """Words without markup, entities resolved once."""
    return _ENTITY.sub(lambda found: html.unescape(found[0]), _TAG.sub("", marked)).strip()


def _with_labels(pieces: Sequence[_Piece], chosen: set[str]) -> Iterator[tuple[int, str | None, str]]:
    """Cue, speaker and words of each piece; a label before the words counts for the rest of its cue."""
    labels = [_label(piece, chosen) for piece in pieces]
    accepted = _accepted(pieces, labels) | chosen
    speaker: str | None = None
    cue = -1
    for piece, label in zip(pieces, labels, strict=True):
        if piece.cue != cue:
            cue, speaker = piece.cue, None
        if label is not None and label_key(label[0]) in accepted:
            speaker = label[0]
            yield cue, speaker, label[1]
        else:
            yield cue, piece.voice or speaker, piece.words


def _named_at_changes(said: Sequence[tuple[int, str | None, str]]) -> bool:
    """Whether names stand only where the speaker changes: hardly any name follows itself.

    Zoom, Teams and noScribe name the speaker of every cue, so there the same name follows itself all the time, and a
    cue without one is somebody whom the program did not recognise.
    """
    named: dict[int, str] = {}
    for cue, speaker, words in said:
        if speaker is not None and words:
            named.setdefault(cue, label_key(speaker))
    names = list(named.values())
    repeated = sum(one == two for one, two in pairwise(names))
    return len(set(names)) > 1 and repeated * _REPEATED_SHARE <= len(names) - 1


def _continued(utterances: Sequence[Utterance]) -> tuple[list[Utterance], int]:
    """The utterances, with those of nobody given to the speaker before where the silence is short; how many were."""
    found: list[Utterance] = []
    continued = 0
    for said in utterances:
        before = found[-1] if found else None
        if said.words and said.speaker is None and before is not None and before.speaker is not None:
            known = before.end_ms is not None and said.start_ms is not None
            if known and (said.start_ms or 0) - (before.end_ms or 0) <= LONGEST_PAUSE_MS:
                found.append(replace(said, speaker=before.speaker))
                continued += 1
                continue
        if said.words:
            found.append(said)
    return found, continued


def _label(piece: _Piece, chosen: set[str]) -> tuple[str, str] | None:
    """The name that may stand before the words of a piece without a voice, and the words after it."""
    found = None if piece.voice else _LABEL.match(piece.words)
    if found is None:
        return None
    name = found["name"].strip()
    key = label_key(name)
    if key not in chosen and (len(name.split()) > _MOST_NAME_WORDS or is_no_label(key)):
        return None
    return name, piece.words[found.end() :]


def _accepted(pieces: Sequence[_Piece], labels: Sequence[tuple[str, str] | None]) -> set[str]:
    """The names that are speakers: that recur, that say so of themselves, or any where most cues begin with one."""
    counts = Counter(label_key(label[0]) for label in labels if label is not None)
    accepted = {key for key, times in counts.items() if times > 1 or is_speaker(key)}
    spoken = {piece.cue for piece in pieces if piece.words}
    named = {
        piece.cue for piece, label in zip(pieces, labels, strict=True) if label and label_key(label[0]) in accepted
    }
    return set(counts) if len(named) * 2 > len(spoken) else accepted
