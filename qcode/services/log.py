"""Who did what when: acts in words, from the events. Never with interview text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import groupby, islice

from qcode.services.study import Study
from qcode.store.rows import EventRow

__all__ = ["Act", "act_of", "acts", "local_time"]

_VERBS = {"created": "added", "set": "changed", "removed": "removed"}
_NOUNS = {
    "coding": ("coding", "codings"), "link": ("case link", "case links"), "source": ("transcript", "transcripts"),
    "speaker": ("speaker", "speakers"), "code": ("code", "codes"), "codebook": ("codebook", "codebooks"),
    "case": ("case", "cases"), "column": ("column", "columns"), "coder": ("coder", "coders"),
    "ledger": ("mark of progress", "marks of progress"),
    "decision": ("rejection of a suggestion", "rejections of suggestions"), "project": ("study", "studies"),
    "release": ("release", "releases"), "proposal": ("proposal", "proposals"),
}  # fmt: skip
_NAMED = 3  # so many names are said before the rest is counted


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


class _Names:
    """Names of codes, transcripts, cases and coders by uid; each kind is read when the first is asked for."""

    def __init__(self, study: Study) -> None:
        self._study = study

    @cached_property
    def code(self) -> dict[str, str]:
        return {row.uid: row.short_id for row in self._study.codes().rows}

    @cached_property
    def source(self) -> dict[str, str]:
        return {row.uid: row.name for row in self._study.file.read.sources()}

    @cached_property
    def case(self) -> dict[str, str]:
        return {row.uid: row.short_key for row in self._study.file.read.cases()}

    @cached_property
    def coder(self) -> dict[str, str]:
        return {row.uid: row.name or row.uid[:8] for row in self._study.file.read.coders()}

    def turned(self, event: EventRow) -> str:
        """An undo or redo, and of what."""
        coders = [c.key for c in self._study.coders() if c.uid == event.coder]
        target = list(self._study.file.read.events(coders=coders, act=event.entity))
        verb = "undid" if event.kind == "act.undone" else "did again"
        return f"{verb}: {_words(target, self)}" if target else f"{verb} an act"

    def subject(self, event: EventRow) -> str:
        """What an event is about, in a word or two; empty if nothing short says it."""
        fields = (event.payload or {}).get("fields") or self._study.file.read.created_fields(event.entity)
        match event.kind.partition(".")[0]:
            case "coding" | "decision":
                code, source = self.code.get(fields.get("code", "")), self.source.get(fields.get("source", ""))
                return f"{code} on {source}" if code and source else ""
            case "link":
                case, source = self.case.get(fields.get("case", "")), self.source.get(fields.get("source", ""))
                return f"{case} in {source}" if case and source else ""
            case "ledger":
                changed = (event.payload or {}).get("set", {}).get("state")
                source = self.source.get(fields.get("source", ""))
                return f"{source} {changed[0] if changed else fields.get('state')}" if source else ""
            case "source":
                return self.source.get(event.entity, "")
            case "case":
                return self.case.get(event.entity, "")
            case "code":
                return self.code.get(event.entity, "")
            case "coder":
                return self.coder.get(event.entity, "")
            case _:
                return ""


def acts(study: Study, *, last: int | None = None) -> list[Act]:
    """The acts of the coders who may be seen, latest first; only the `last` ones if a number is given."""
    names = _Names(study)
    rows = study.file.read.events(coders=study.visible_coders())
    grouped = groupby(rows, key=lambda row: (row.act, row.coder))
    # Rows come lazily, latest first: no more is read than the acts that are wanted.
    return [_act(list(events)[::-1], names) for _, events in islice(grouped, last)]


def act_of(study: Study, uid: str) -> Act:
    """One of my own acts."""
    return _act(list(study.file.read.events(coders=[study.me.key], act=uid)), _Names(study))


def _act(events: list[EventRow], names: _Names) -> Act:
    first = events[0]
    coder = names.coder.get(first.coder, first.coder[:8])
    return Act(first.act, coder, min(e.at_ms for e in events), _words(events, names), len(events), first.undone)


def _words(events: Iterable[EventRow], names: _Names) -> str:
    """What the events did, e.g. `added coding: trust on 001`, `added 4 transcripts`."""
    listed = list(events)
    phrases: list[str] = []
    for kind, count in Counter(event.kind for event in listed).items():
        if kind in ("act.undone", "act.redone"):
            phrases += [names.turned(event) for event in listed if event.kind == kind]
            continue
        type_, _, verb = kind.partition(".")
        singular, plural = _NOUNS.get(type_, (type_, type_))
        noun = singular if count == 1 else f"{count} {plural}"
        subjects = list(dict.fromkeys(names.subject(e) for e in listed if e.kind == kind))
        about = f": {', '.join(subjects)}" if len(subjects) <= _NAMED and all(subjects) else ""
        phrases.append(f"{_VERBS.get(verb, verb)} {noun}{about}")
    return "; ".join(phrases)
