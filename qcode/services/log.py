"""Who did what when: acts in words, from the events. Never with interview text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import groupby, islice

from qcode.core.events import Json
from qcode.services.log_fields import field_names, field_words
from qcode.services.study import Study
from qcode.store.rows import EventRow

__all__ = ["Act", "Names", "act_of", "act_words", "acts", "counted", "local_time"]

_VERBS = {"created": "added", "set": "changed", "removed": "removed"}
_NOUNS = {
    "coding": ("coding", "codings"), "link": ("case link", "case links"), "source": ("transcript", "transcripts"),
    "speaker": ("speaker", "speakers"), "code": ("code", "codes"), "codebook": ("codebook", "codebooks"),
    "case": ("case", "cases"), "column": ("column", "columns"), "coder": ("coder", "coders"),
    "ledger": ("mark of progress", "marks of progress"),
    "decision": ("answer to a suggestion", "answers to suggestions"), "project": ("study", "studies"),
    "release": ("release", "releases"), "proposal": ("proposal", "proposals"), "memo": ("memo", "memos"),
    "translation": ("translation", "translations"), "path": ("path", "paths"), "summary": ("summary", "summaries"),
    "claim": ("claim", "claims"),
}  # fmt: skip
_NAMED = 3  # so many names are said before the rest is counted
_FIELDS = 5


@dataclass(frozen=True, slots=True)
class Act:
    """What one key press or command did. `at_ms` is milliseconds since 1970; `events` their number."""

    uid: str
    coder: str
    at_ms: int
    words: str
    events: int
    undone: bool


def local_time(at_ms: int) -> str:
    """The time for people, in this machine's time zone, to the second."""
    return datetime.fromtimestamp(at_ms / 1000).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def counted(type_: str, number: int) -> str:
    """A number of things of a type, in words.

    >>> counted("coding", 1), counted("link", 3)
    ('1 coding', '3 case links')
    """
    singular, plural = _NOUNS.get(type_, (type_, type_))
    return f"{number} {singular if number == 1 else plural}"


_IN_TRANSCRIPTS = frozenset({"coding", "decision", "link", "ledger", "translation"})


class Names:
    """Names of codes, transcripts, cases and coders by uid; each kind is read when the first is asked for."""

    def __init__(self, study: Study) -> None:
        self._study = study

    @cached_property
    def code(self) -> dict[str, str]:
        """Codes by their ids of now."""
        return {row.uid: row.short_id for row in self._study.codes().rows}

    @cached_property
    def source(self) -> dict[str, str]:
        """Transcripts that are in the study."""
        return {row.uid: row.name for row in self._study.file.read.sources()}

    def source_name(self, uid: str) -> str:
        """The name of a transcript; of a removed one, that of its import."""
        return self.source.get(uid) or str(self._study.file.read.created_fields(uid).get("name", ""))

    @cached_property
    def speaker(self) -> dict[str, str]:
        """Speakers by their labels."""
        return {row.uid: row.label for row in self._study.file.read.speakers()}

    def label(self, uid: str) -> str:
        """The label of a speaker, also of one who was removed."""
        return self.speaker.get(uid) or str(self._study.file.read.created_fields(uid).get("label", "somebody"))

    def changed(self, event: EventRow) -> str:
        """What an event is about, and which of its fields became what, where that is short."""
        subject, words = self.subject(event), field_words(event, self.label)
        return f"{subject} ({words})" if subject and words else subject

    @cached_property
    def case(self) -> dict[str, str]:
        """Cases by their keys in the case table."""
        return {row.uid: row.short_key for row in self._study.file.read.cases()}

    @cached_property
    def coder(self) -> dict[str, str]:
        """Coders; one whose name has not come by the beginning of their id."""
        return {row.uid: row.name or row.uid[:8] for row in self._study.file.read.coders()}

    def turned(self, event: EventRow) -> str:
        """An undo or redo, and of what."""
        coders = [c.key for c in self._study.coders() if c.uid == event.coder]
        target = list(self._study.file.read.events(coders=coders, act=event.entity))
        verb = "undid" if event.kind == "act.undone" else "did again"
        return f"{verb}: {act_words(target, self)}" if target else f"{verb} an act"

    def subject(self, event: EventRow) -> str:
        """What an event is about, in a word or two; empty if nothing short says it."""
        fields = (event.payload or {}).get("fields") or self._study.file.read.created_fields(event.entity)
        type_ = event.kind.partition(".")[0]
        if type_ in _IN_TRANSCRIPTS:
            source = self.source_name(fields.get("source", ""))
            return self._in_transcript(type_, event, fields, source) if source else ""
        match type_:
            case "memo":
                return self.memo(fields)
            case "source":
                return self.source_name(event.entity)
            case "speaker":
                label, source = self.label(event.entity), self.source_name(fields.get("source", ""))
                return f"{label} in {source}" if source else label
            case "proposal":
                return str(fields.get("code", ""))
            case "release":
                return str(fields.get("name", ""))
            case "case" | "code" | "coder":
                names: dict[str, str] = getattr(self, type_)
                return names.get(event.entity, "") or (self._gone_code(event.entity) if type_ == "code" else "")
            case _:
                return ""

    def _in_transcript(self, type_: str, event: EventRow, fields: Mapping[str, Json], source: str) -> str:
        """What is about a place of a transcript: the other thing that it joins to it, and the transcript."""
        match type_:
            case "ledger":
                changed = (event.payload or {}).get("set", {}).get("state")
                return f"{source} {changed[0] if changed else fields.get('state')}"
            case "translation":
                return f"{fields.get('language')} of {source}"
            case "link":
                case = self.case.get(fields.get("case", ""))
                return f"{case} in {source}" if case else ""
            case _:
                code = self.code.get(fields.get("code", ""))
                return f"{code} on {source}" if code else ""

    def _gone_code(self, uid: str) -> str:
        """The last id of a code that was removed."""
        entity = self._study.file.acts.entity(uid)
        return str(entity.fields.get("short_id", "")) if entity is not None else ""

    def memo(self, fields: Mapping[str, Json]) -> str:
        """The kind of a memo and what it is about, never its title or its words."""
        match fields.get("about"):
            case "project":
                about = "the study"
            case "code":
                about = self.code.get(fields.get("code", ""), "")
            case "case":
                about = self.case.get(fields.get("case", ""), "")
            case _:
                about = self.source_name(fields.get("source", ""))
        return f"{fields.get('kind')} on {about}" if about else ""


def acts(study: Study, *, last: int | None = None) -> list[Act]:
    """The acts of the coders who may be seen, latest first; only the `last` ones if a number is given."""
    names = Names(study)
    rows = study.file.read.events(coders=study.visible_coders())
    grouped = groupby(rows, key=lambda row: (row.act, row.coder))
    # Rows come lazily, latest first: no more is read than the acts that are wanted.
    return [_act(list(events)[::-1], names) for _, events in islice(grouped, last)]


def act_of(study: Study, uid: str) -> Act:
    """One of my own acts."""
    return _act(list(study.file.read.events(coders=[study.me.key], act=uid)), Names(study))


def _act(events: list[EventRow], names: Names) -> Act:
    first = events[0]
    coder = names.coder.get(first.coder, first.coder[:8])
    return Act(first.act, coder, min(e.at_ms for e in events), act_words(events, names), len(events), first.undone)


def _kind(event: EventRow) -> str:
    """The kind of an event; setting and taking away a flag, and nothing else, have kinds of their own."""
    changed = (event.payload or {}).get("set", {}) if event.kind == "coding.set" else {}
    if set(changed) != {"flagged"}:
        return event.kind
    return "coding.flagged" if changed["flagged"][0] else "coding.unflagged"


def act_words(events: Iterable[EventRow], names: Names, kinds: Mapping[str, int] | None = None) -> str:
    """What the events did, e.g. `added coding: trust on 001`, `added 4 transcripts`.

    `kinds` counts all events of an act by kind, where `events` are only the first of many.
    """
    listed = list(events)
    phrases: list[str] = []
    for kind, count in _counts(listed, kinds or {}).items():
        if kind in ("act.undone", "act.redone"):
            phrases += [names.turned(event) for event in listed if event.kind == kind]
            continue
        type_, _, verb = kind.partition(".")
        singular, plural = _NOUNS.get(type_, (type_, type_))
        noun = singular if count == 1 else f"{count} {plural}"
        alike = [event for event in listed if _kind(event) == kind]
        about = _about(alike, names, whole=len(alike) == count)
        phrases.append(f"{_VERBS.get(verb, verb)} {noun}{about}")
    return "; ".join(phrases)


def _counts(events: Sequence[EventRow], kinds: Mapping[str, int]) -> Counter[str]:
    """How many events there are of each kind; those that were not read count as kinds that the others have."""
    found = Counter(map(_kind, events))
    of_kind = {event.kind: _kind(event) for event in events}
    read = Counter(event.kind for event in events)
    for kind, number in kinds.items():
        if number > read[kind]:
            found[of_kind.get(kind, kind)] += number - read[kind]
    return found


def _about(events: Sequence[EventRow], names: Names, *, whole: bool) -> str:
    """What events of one kind are about, one by one; of many, or if these are not all, only the changed fields."""
    subjects: dict[str, None] = {}
    for event in events if whole else ():
        subjects[names.changed(event)] = None
        if len(subjects) > _NAMED:
            break
    if 0 < len(subjects) <= _NAMED and all(subjects):
        return f": {', '.join(subjects)}"
    changed = dict.fromkeys(name for event in events for name in field_names(event))
    return f" ({', '.join(list(changed)[:_FIELDS])})" if changed else ""
