"""Who speaks where: a transcript cut into turns, and its speaker labels with a role each.

Transcripts mark speakers in many ways, and a line that begins “Note:” looks like one that begins “Wang:”. So no
line is judged alone: every line that could head a turn is collected first, and then the whole document decides what
a label is. A label

1. has at most 30 characters and 5 words, is not in the list of words that head other things, and does not read like
   the beginning of a sentence;
2. stands before a colon, in brackets or bold type, or beside a time;
3. recurs; or stands once in brackets with a colon, or beside a time like its neighbours; or stands once as the
   partner in a dialogue of which the other side is known, as after a first `I:`.

Lines at the very beginning that fill in a form (“Date: …”) head no turns. The result is a proposal: people see
the labels with their counts, and can set a role by label, which also makes a label of it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Literal, get_args

from qcode.core.speaker_words import is_form_line, is_no_label, is_speaker, role_of_label

__all__ = ["ROLES", "Role", "SpeakerLabel", "Turn", "find_turns", "guess_roles", "label_key"]

Role = Literal["interviewer", "participant", "text", "other"]
ROLES: tuple[Role, ...] = get_args(Role)
"""What a speaker can be; `text` is for documents, `other` for whoever is neither asked nor asking."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker says until the next one speaks: code points in the canonical text, half-open.

    `start` is the beginning of the line with the label, `body_start` the first character that is spoken (`end` if
    there is none), `end` excludes the line end and blank lines that follow. `speaker` is an index into the labels,
    None where nobody is named. `time_ms` is the time written in the heading (or, as f4 does, at the end of the
    turn) in milliseconds from the start of the recording, None where there is none.
    """

    start: int
    body_start: int
    end: int
    speaker: int | None
    time_ms: int | None


@dataclass(frozen=True, slots=True)
class SpeakerLabel:
    """A speaker's label as first written, the number of turns under it, and the role that was set or guessed."""

    label: str
    turns: int
    role: Role


_Form = Literal["colon", "boxed", "timed", "above", "below", "tab", "mark"]


@dataclass(frozen=True, slots=True)
class _Heading:
    """A line that could head a turn: `start` of the line, `body` where the heading itself ends.

    Forms: `Wang:` is colon, `[Wang]:` boxed, `[00:01] Wang:` timed; alone on a line, `Wang 0:01` is above and
    `0:01 Wang` below (what the name stands to its time); `0:01 TAB Wang TAB` tab; `[Wang]` or `**Wang**` mark.
    """

    start: int
    body: int
    key: str
    label: str
    time_ms: int | None
    form: _Form


_CLOCK = r"[0-9]{1,3}[:：][0-5][0-9](?:[:：][0-5][0-9])?(?:[.,-][0-9]{1,3})?(?![0-9])"
_BOXED_TIME = rf"[\[(（【<#]{_CLOCK}[\])）】>#]"
_TIME = rf"(?:{_BOXED_TIME}|{_CLOCK})"
_NO_TIME = r"(?![\[(（【<#]?[0-9]{1,3}[:：][0-5][0-9])"
_INNER = rf"{_NO_TIME}[^\n\t:：;；,，。！？!?\"“”«»\[\]【】*<>#|=]"
_NAME = rf"{_NO_TIME}[^\W_](?:(?:{_INNER}){{0,28}}(?:{_INNER})(?<!\s))?"

_SPOKEN = re.compile(
    rf"(?P<bold>\*\*)?(?:(?P<before>{_TIME})[ \t]{{0,8}})?"
    rf"(?:(?P<box>[\[【])[ ]?(?P<inner>{_NAME})[ ]?(?P<inside>[:：])?[ ]?[\]】]|(?P<plain>{_NAME}))"
    rf"(?:[ \t]{{0,4}}(?P<middle>{_BOXED_TIME}))?"
    rf"(?P<colon>[ ]?[:：](?!//|[:：]))?(?P<unbold>\*\*)?(?P<late>[ ]?[:：])?"
    rf"(?:[ \t]{{0,8}}(?P<after>{_BOXED_TIME}))?"
)
_ABOVE = re.compile(rf"(?P<plain>{_NAME})(?P<gap>[ \t]+)(?P<time>{_TIME})[ \t]*$", re.MULTILINE)
_BELOW = re.compile(rf"(?P<time>{_BOXED_TIME}[ \t]*|{_CLOCK}[ \t]+)(?P<plain>{_NAME})[ \t]*$", re.MULTILINE)
_TABBED = re.compile(rf"(?P<time>{_TIME})\t[ ]?(?P<plain>{_NAME})[ ]?\t")

# Every kind of heading has a colon (perhaps that of a time) or a closing mark near its beginning.
_POSSIBLE = re.compile(r"^[ \t]{0,8}(?:>[ ]?)?(?=[^\n]{1,60}(?:[:：\]】]|\*\*))", re.MULTILINE)
_LEADING_TIME = re.compile(rf"\s*(?P<time>{_TIME})(?!\w)")
_CLOSING_TIME = re.compile(rf"#(?P<time>{_CLOCK})#\s*$")
_FRACTION = re.compile("[.,-]")
_COLON = re.compile("[:：]")
_AROUND_TIME = " \t[](（）)【】<>#"
_SPACE = re.compile(r"\s*")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")

_MOST_WORDS = 5
_FORM_LINES = 20
_FORM_LINE_LENGTH = 100
_TIMESTAMP_ROOM = 24
_MOSTLY = 0.5
_QUESTION_ENDS = ("?", "？")
_AFTER_QUESTION = " \t\n”\"’'」』)）*_"


def find_turns(text: str, roles: Mapping[str, Role] | None = None) -> tuple[tuple[Turn, ...], tuple[SpeakerLabel, ...]]:
    r"""The turns of a canonical text in order, and its speaker labels in the order of their first turn.

    Turns do not overlap, and outside them there is nothing but white space. Text before the first label is a turn
    without a speaker; where there are no labels, each paragraph is one (each line, in a text without blank lines).
    `roles` gives roles by label, without regard to case, and makes a label of each such name that heads a line.
    Never raises.

    >>> turns, labels = find_turns("I: Who began it?\n\nR: The city.\n\nI: Why?\n\nR: Money.")
    >>> [(label.label, label.turns, label.role) for label in labels]
    [('I', 2, 'interviewer'), ('R', 2, 'participant')]
    >>> turns[1]
    Turn(start=18, body_start=21, end=30, speaker=1, time_ms=None)
    """
    chosen = {label_key(label): role for label, role in (roles or {}).items()}
    headings, bare_times = _collect(text, chosen.keys())
    accepted = _accepted_keys(headings, bare_times) | chosen.keys()
    headings = [heading for heading in headings if heading.key in accepted]
    if not headings:
        return tuple(_paragraphs(text)), ()
    written: dict[str, str] = {}
    for heading in headings:
        written.setdefault(heading.key, heading.label)
    keys = list(written)
    turns = _cut(text, headings, {key: number for number, key in enumerate(keys)})
    counts = Counter(heading.key for heading in headings)
    guessed = guess_roles(text, turns, keys)
    labels = [SpeakerLabel(written[key], counts[key], chosen.get(key, guessed[key])) for key in keys]
    return tuple(turns), tuple(labels)


def label_key(label: str) -> str:
    """What makes two labels the same: letters without regard to case, single spaces.

    >>> label_key(" Li   MING ")
    'li ming'
    """
    return " ".join(label.split()).casefold()


def _collect(text: str, chosen: AbstractSet[str]) -> tuple[list[_Heading], int]:
    """All lines that could head a turn, and the number of lines that begin with a time but name nobody."""
    headings: list[_Heading] = []
    bare_times = 0
    for possible in _POSSIBLE.finditer(text):
        heading = _heading(text, possible.start(), possible.end())
        if heading and (heading.key in chosen or _may_be_label(heading)):
            headings.append(heading)
        elif _LEADING_TIME.match(text, possible.end()):
            bare_times += 1
    counts = Counter(heading.key for heading in headings)
    talk = next((h.start for h in headings if counts[h.key] > 1 or h.key in chosen), len(text))
    form_end = _form_end(text, talk)
    return [heading for heading in headings if heading.start >= form_end], bare_times


def _may_be_label(heading: _Heading) -> bool:
    label = heading.label
    balanced = label.count("(") + label.count("（") == label.count(")") + label.count("）")
    return balanced and len(label.split()) <= _MOST_WORDS and not is_no_label(heading.key)


def _form_end(text: str, talk: int) -> int:
    """Where the form at the head of a transcript ends (“Date: …”, “Place: …”), before `talk`; 0 if there is none."""
    end = position = 0
    for _ in range(_FORM_LINES):
        line_end = text.find("\n", position, position + _FORM_LINE_LENGTH)
        if line_end < 0 or position >= talk:
            break
        if is_form_line(text[position:line_end]):
            end = line_end
        position = line_end + 1
    return end


def _heading(text: str, line: int, position: int) -> _Heading | None:
    """The heading at `position` of the line that starts at `line`, in the first form that fits."""
    found = _TABBED.match(text, position)
    form: _Form = "tab"
    if not found:
        found = _ABOVE.match(text, position)
        # Nobody writes two spaces before a time in running text: so do the programs that export transcripts.
        form = "tab" if found and (len(found["gap"]) > 1 or "\t" in found["gap"]) else "above"
    if not found:
        found, form = _BELOW.match(text, position), "below"
    if found:
        label = found["plain"]
        return _Heading(line, found.end(), label_key(label), label, _milliseconds(found["time"]), form)
    return _spoken_heading(text, line, position)


def _spoken_heading(text: str, line: int, position: int) -> _Heading | None:
    found = _SPOKEN.match(text, position)
    if not found:
        return None
    label = found["inner"] or found["plain"]
    colon = found["inside"] or found["colon"] or found["late"]
    time = found["before"] or found["middle"] or found["after"]
    form: _Form = "timed" if time else "boxed" if found["box"] else "colon"
    if not colon:
        if not found["box"] and not (found["bold"] and found["unbold"]):
            return None
        form = "mark"
    elif label[-1:].isdigit() and text[found.end() : found.end() + 1].isdigit():
        return None  # “3:1” is a ratio
    return _Heading(line, found.end(), label_key(label), label, _milliseconds(time) if time else None, form)


def _milliseconds(written: str) -> int:
    """The time in `1:05`, `00:01:05.5`, `#00:01:05-5#` and the like: minutes first, unless there are three parts."""
    clock, *fraction = _FRACTION.split(written.strip(_AROUND_TIME))
    seconds = 0
    for part in _COLON.split(clock):
        seconds = seconds * 60 + int(part)
    return seconds * 1000 + int("".join(fraction).ljust(3, "0"))


def _accepted_keys(headings: Sequence[_Heading], bare_times: int) -> set[str]:
    """The labels, by the rules at the head of this module."""
    spoken = [heading for heading in headings if heading.form != "mark"]
    marks = Counter(heading.key for heading in headings if heading.form == "mark")
    accepted = {key for key, times in Counter(heading.key for heading in spoken).items() if times > 1}
    if any(map(is_speaker, marks)):
        # Text in brackets is mostly a remark of the transcriber, unless 【问】 shows that it is used for speakers.
        accepted |= {key for key, times in marks.items() if times > 1 or is_speaker(key)}
    by_form: dict[_Form, set[str]] = {}
    for heading in spoken:
        by_form.setdefault(heading.form, set()).add(heading.key)
    accepted |= by_form.get("boxed", set()) | by_form.get("tab", set())
    for form in ("timed", "above", "below"):
        group = by_form.get(form, set())
        sure = {key for key in group if key in accepted or is_speaker(key)}
        alone = form == "timed" and not bare_times and "below" not in by_form
        accepted |= group if sure or alone else sure
    return accepted | _partners(spoken, accepted)


def _partners(spoken: Sequence[_Heading], accepted: set[str]) -> set[str]:
    """Labels that stand once, in a dialogue with a label that is sure or names the interviewer."""
    sure = [n for n, h in enumerate(spoken) if h.key in accepted or role_of_label(h.key, set()) == "interviewer"]
    if not sure:
        return set()
    later = [heading.key for heading in spoken[sure[0] :]]
    partners = {key for key in later if is_speaker(key)}
    both = accepted | partners
    if all(role_of_label(key, both) == "interviewer" for key in both):
        partners |= set([key for key in later if key not in both][:1])
    return partners if len(accepted | partners) > 1 else set()


def _cut(text: str, headings: Sequence[_Heading], order: Mapping[str, int]) -> list[Turn]:
    turns = []
    lead = _SPACE.match(text).end()  # type: ignore[union-attr]
    if lead < headings[0].start:
        start = text.rfind("\n", 0, lead) + 1
        turns.append(Turn(start, lead, _last_line_end(text, start, headings[0].start), None, None))
    ends = [heading.start for heading in headings[1:]] + [len(text)]
    for heading, limit in zip(headings, ends, strict=True):
        end = _last_line_end(text, heading.start, limit)
        time = _closing_time(text, heading.body, end) if heading.time_ms is None else heading.time_ms
        turns.append(Turn(heading.start, _skip_space(text, heading.body, end), end, order[heading.key], time))
    return turns


def _last_line_end(text: str, start: int, limit: int) -> int:
    """The end of the last line in text[start:limit] that is not blank."""
    last = start + len(text[start:limit].rstrip())
    line_end = text.find("\n", last, limit)
    return limit if line_end < 0 else line_end


def _skip_space(text: str, position: int, end: int) -> int:
    found = _SPACE.match(text, position, end)
    return found.end() if found else end


def _closing_time(text: str, start: int, end: int) -> int | None:
    if not text[max(start, end - _TIMESTAMP_ROOM) : end].rstrip().endswith("#"):
        return None
    found = _CLOSING_TIME.search(text, max(start, end - _TIMESTAMP_ROOM), end)
    return _milliseconds(found["time"]) if found else None


def _paragraphs(text: str) -> Iterator[Turn]:
    """Turns of a text without speakers: runs of lines between blank lines, or single lines if there are no such."""
    by_line = not _BLANK_LINE.search(text.strip())
    position = 0
    start: int | None = None
    for line in text.split("\n"):
        blank = not line or line.isspace()
        if start is not None and (blank or by_line):
            yield _paragraph(text, start, position - 1)
            start = None
        if start is None and not blank:
            start = position
        position += len(line) + 1
    if start is not None:
        yield _paragraph(text, start, len(text))


def _paragraph(text: str, start: int, end: int) -> Turn:
    leading = _LEADING_TIME.match(text, start, end)
    time = _milliseconds(leading["time"]) if leading else _closing_time(text, start, end)
    return Turn(start, _skip_space(text, leading.end() if leading else start, end), end, None, time)


def guess_roles(text: str, turns: Sequence[Turn], keys: Sequence[str]) -> dict[str, Role]:
    """The role of each speaker: the one that the label names, else a participant.

    `keys` are the labels as `label_key` makes them, in the order of the turns' speaker numbers. Where no label names
    an interviewer, whoever mostly asks, and briefly, is one.
    """
    named: dict[str, Role | None] = {key: role_of_label(key, set(keys)) for key in keys}
    if "interviewer" not in named.values() and len(keys) > 1:
        asking = _who_asks(text, turns, [number for number, key in enumerate(keys) if named[key] is None])
        if asking is not None:
            named[keys[asking]] = "interviewer"
    return {key: role or "participant" for key, role in named.items()}


def _who_asks(text: str, turns: Sequence[Turn], candidates: Sequence[int]) -> int | None:
    """The speaker with the largest share of turns that end in a question, over half, and shorter turns than others."""
    lengths: dict[int, list[int]] = {}
    asked: Counter[int] = Counter()
    for turn in turns:
        if turn.speaker is not None:
            body = text[turn.body_start : turn.end]
            lengths.setdefault(turn.speaker, []).append(len(body))
            asked[turn.speaker] += _is_question(body)
    shares = {speaker: asked[speaker] / len(lengths[speaker]) for speaker in candidates}
    best = max(shares, key=shares.__getitem__, default=None)
    if best is None or shares[best] <= _MOSTLY:
        return None
    others = [length for speaker, found in lengths.items() if speaker != best for length in found]
    return best if sum(lengths[best]) / len(lengths[best]) < sum(others) / len(others) else None


def _is_question(body: str) -> bool:
    stamp = _CLOSING_TIME.search(body, max(0, len(body) - _TIMESTAMP_ROOM))
    return (body[: stamp.start()] if stamp else body).rstrip(_AFTER_QUESTION).endswith(_QUESTION_ENDS)
