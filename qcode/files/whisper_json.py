"""Transcripts from the JSON that Whisper writes, and WhisperX, which adds speakers: `segments` with times and words.

Read strictly: a key that stands twice, NaN, or a segment without text is no transcript that anybody should trust.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NoReturn

from qcode.core.text import display_safe
from qcode.core.turns import Role
from qcode.errors import Fault, FileFaults, InputError, UnsafeFile
from qcode.files.encoding import decode
from qcode.files.spoken import Utterance, transcript_of
from qcode.files.text_reader import ReadTranscript

__all__ = ["MAX_JSON_BYTES", "read_whisper_json"]

MAX_JSON_BYTES = 20_000_000
"""With a time for every word, an hour of speech needs about 2 MB."""
_LONGEST_TIME = 1e6  # seconds: eleven days
_MOST_FAULTS = 50
_NEAR = 1_000  # code points within which the next word is looked for


def read_whisper_json(
    data: bytes, name: str, *, encoding: str | None = None, roles: Mapping[str, Role] | None = None
) -> ReadTranscript:
    """The transcript in the bytes of a Whisper JSON file; `name` is the file's name, for messages.

    Segments that follow each other and have one speaker are one turn. Where a segment has no speaker of its own but
    its words have, it is cut where they change. `encoding` overrides detection, `roles` sets roles by label.

    Raises FileFaults for segments that are not as they should be, by their number from 1; InputError for a file that
    is no such JSON or holds no words; UnsafeFile over `MAX_JSON_BYTES` or for hostile nesting; EncodingDoubt.
    """
    shown = display_safe(name)
    if len(data) > MAX_JSON_BYTES:
        raise UnsafeFile(f"The file is larger than {MAX_JSON_BYTES // 1_000_000} MB.", where=shown)
    decoded = decode(data, encoding=encoding, name=name)
    content = _parsed(decoded.text, shown)
    segments = content.get("segments") if isinstance(content, dict) else None
    if not isinstance(segments, list):
        what = "The file has no list of “segments”, so it is not the JSON that Whisper writes."
        raise InputError(what, where=shown, fix="Export the transcript again, as JSON with times, or as .vtt or .srt.")
    faults: list[Fault] = []
    utterances: list[Utterance] = []
    for number, segment in enumerate(segments, 1):
        found = _fault(segment)
        if found is None:
            utterances += _utterances(segment)
        else:
            faults.append(Fault(f"Segment {number:,}: {found}"))
    if faults:
        rest = len(faults) - _MOST_FAULTS
        raise FileFaults(shown, [*faults[:_MOST_FAULTS], *([Fault(f"… and {rest:,} more.")] if rest > 0 else [])])
    return transcript_of(utterances, decoded, data=data, name=name, roles=roles)


def _parsed(text: str, shown: str) -> Any:
    try:
        return json.loads(text, parse_constant=_no_constant, object_pairs_hook=_unique)
    except json.JSONDecodeError as error:
        raise FileFaults(shown, [Fault("This is not valid JSON.", error.lineno)]) from None
    except RecursionError:
        raise UnsafeFile("Brackets are nested too deeply for a transcript.", where=shown) from None
    except ValueError as error:  # raised by the two functions below, and for a number with thousands of digits
        what = "The JSON holds a key twice, NaN, or a number that is far too long."
        raise InputError(what, where=shown, fix="Export the transcript again.") from error


def _no_constant(_written: str) -> NoReturn:
    raise ValueError


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _fault(segment: object) -> str | None:
    """What is wrong with a segment, as a sentence; None if nothing is."""
    if not isinstance(segment, dict):
        return "this is not an object with “text”."
    if not isinstance(segment.get("text"), str):
        return "there is no “text”."
    words = segment.get("words")
    if words is not None and not (isinstance(words, list) and all(isinstance(word, dict) for word in words)):
        return "“words” is not a list of objects."
    for item in (segment, *(words or ())):
        for key in ("start", "end"):
            if not _is_time(item.get(key)):
                return f"“{key}” is not a time in seconds."
        if not _is_speaker(item.get("speaker")):
            return "“speaker” is neither text nor a number."
    if not all(isinstance(word.get("word", ""), str) for word in words or ()):
        return "a “word” is not text."
    return None


def _is_time(value: object) -> bool:
    """Whether this is a time, or none: WhisperX leaves out what it could not align."""
    if value is None:
        return True
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= _LONGEST_TIME


def _is_speaker(value: object) -> bool:
    return value is None or isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool))


def _milliseconds(seconds: float | None) -> int | None:
    return None if seconds is None else math.floor(seconds * 1000 + 0.5)


def _speaker(item: Mapping[str, Any]) -> str | None:
    value = item.get("speaker")
    return f"Speaker {value}" if isinstance(value, int) else value or None


def _utterances(segment: Mapping[str, Any]) -> Iterator[Utterance]:
    """The segment as one utterance, or several where only its words tell who speaks."""
    speaker = _speaker(segment)
    start, end = _milliseconds(segment.get("start")), _milliseconds(segment.get("end"))
    words: Sequence[Mapping[str, Any]] = segment.get("words") or ()
    if speaker is not None or not any(_speaker(word) for word in words):
        yield Utterance(speaker, segment["text"], start, end)
        return
    text: str = segment["text"]
    cuts = _cuts(text, words)
    ends = [place for place, _ in cuts[1:]] + [len(text)]
    for (place, word), until in zip(cuts, ends, strict=True):
        begun = start if place == 0 else _milliseconds(word.get("start"))
        yield Utterance(_speaker(word), text[place:until], begun, end)


def _cuts(text: str, words: Sequence[Mapping[str, Any]]) -> list[tuple[int, Mapping[str, Any]]]:
    """Where in the text another speaker begins (the first at 0), with the word that says so.

    The words are looked up in the text one after the other, so that the text stays as it is written: joining them
    again would need to know which language has spaces. A word that is not found moves no boundary.
    """
    cuts: list[tuple[int, Mapping[str, Any]]] = []
    position = 0
    for word in words:
        written = word.get("word", "").strip()
        place = text.find(written, position, position + len(written) + _NEAR) if written else -1
        if place >= 0:
            position = place + len(written)
        speaker = _speaker(word)
        if speaker is None or (cuts and speaker == _speaker(cuts[-1][1])):
            continue
        if not cuts:
            cuts.append((0, word))
        elif place >= 0:
            cuts.append((place, word))
    return cuts
