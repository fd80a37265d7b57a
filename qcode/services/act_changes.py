"""What an act did, event by event: which field became what, and where one can look at it. Never interview text.

What people wrote (memos, translations, definitions) is told by its length, so that a history can be shown to
somebody who may not read the interviews.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from qcode.core.events import Json
from qcode.core.spans import Span
from qcode.services.log import Names, counted
from qcode.services.log_fields import field_words
from qcode.store.rows import EventRow

if TYPE_CHECKING:
    from qcode.services.study import Study

__all__ = ["ActChange", "FieldChange", "Goal", "changes_of", "goal_of"]

_WRITTEN = {"text", "content", "note", "reason", "definition", "when_to_use", "when_not_to_use", "description"}
_OF_THE_STORE = {
    "quote", "sha256", "original_sha256", "encoding", "canonical", "position", "turns", "codebook", "imported",
    "merge_took",
}  # fmt: skip
_SPOKEN = {"span": "place", "source": "transcript", "short_id": "id", "former": "ids before", "parent": "code above"}
_COUNTED = {"supporting", "contrary", "examples", "counterexamples", "speakers"}
_CODES = {"code", "parent", "merged_into", "split_from"}
_LONGEST = 40  # characters of a value
_MOST_FIELDS = 12
_SPAN = 2


class FieldChange(NamedTuple):
    """A field and what it was and is, both as people read them; `old` is empty where there was nothing before."""

    name: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class ActChange:
    """What one event did: `words` such as `coding added`, and the fields that it wrote."""

    words: str
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class Goal:
    """Where one can look at what an act was about: a `passage`, a `transcript`, a `code` or a `case`.

    `name` is the transcript's uid, or the uid of the code or case; `span` is in code points, half-open.
    """

    kind: str
    name: str
    span: Span | None = None


def changes_of(study: Study, events: Sequence[EventRow], names: Names | None = None) -> list[ActChange]:
    """What these events did, in their order."""
    names = names or Names(study)
    before = study.file.acts.payloads([uid for event in events for uid in _replaced(event)])
    return [_change(event, names, before) for event in events]


def _replaced(event: EventRow) -> list[str]:
    """Ids of the events whose values this one replaced."""
    changes: Mapping[str, Json] = (event.payload or {}).get("set", {})
    return [uid for _, prev in changes.values() for uid in prev]


def _change(event: EventRow, names: Names, before: Mapping[str, Mapping[str, Json]]) -> ActChange:
    type_, _, verb = event.kind.partition(".")
    if type_ == "act":
        return ActChange(names.turned(event), ())
    noun = counted(type_, 1).partition(" ")[2]
    said = {"created": "added", "set": "changed", "removed": "removed"}.get(verb, verb)
    if event.payload is None:
        return ActChange(f"{noun} {said}; what it held was erased", ())
    subject = names.subject(event)
    fields = _written(type_, event, names) if verb == "created" else _set(type_, event, names, before)
    return ActChange(f"{noun} {said}{': ' if subject else ''}{subject}", tuple(fields[:_MOST_FIELDS]))


def _written(type_: str, event: EventRow, names: Names) -> list[FieldChange]:
    """The fields with which something began, without those that say nothing."""
    fields: Mapping[str, Json] = (event.payload or {}).get("fields", {})
    return [
        FieldChange(_spoken(name), "", _shown(type_, name, value, names))
        for name, value in fields.items()
        if name not in _OF_THE_STORE and value not in (None, "", [], {}, False)
    ]


def _set(type_: str, event: EventRow, names: Names, before: Mapping[str, Mapping[str, Json]]) -> list[FieldChange]:
    found: list[FieldChange] = []
    for name, (value, prev) in (event.payload or {}).get("set", {}).items():
        if name in _OF_THE_STORE:
            continue
        if type_ == "source" and name.partition(":")[0] in ("turn", "split", "same"):
            continue  # said as sentences below
        olds = [_shown(type_, name, _value_in(before[uid], name), names) for uid in prev if uid in before]
        found.append(FieldChange(_spoken(name), " / ".join(dict.fromkeys(olds)), _shown(type_, name, value, names)))
    if type_ == "source" and len(found) < len((event.payload or {}).get("set", {})):
        words = field_words(event, names.label)
        found += [FieldChange("turns", "", words)] if words else []
    return found


def _value_in(payload: Mapping[str, Json], name: str) -> Json:
    """The value that an event gave a field."""
    changed = payload.get("set", {}).get(name)
    return changed[0] if changed else payload.get("fields", {}).get(name)


def _spoken(name: str) -> str:
    """A field's name as people know it."""
    return _SPOKEN.get(name, name.removeprefix("attr:").replace("_", " "))


def _shown(type_: str, name: str, value: Json, names: Names) -> str:
    """A value as people read it; of what somebody wrote, only how much it is."""
    if value in (None, "", [], {}):
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return _text_shown(type_, name, value, names)
    if isinstance(value, list):
        return _list_shown(name, value)
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_cut(str(part))}" for key, part in value.items() if isinstance(part, str))
    return str(value)


def _text_shown(type_: str, name: str, value: str, names: Names) -> str:
    if name in _WRITTEN or (name == "title" and type_ in ("memo", "claim")) or len(value) > 2 * _LONGEST:
        return f"{len(value):,} characters"
    if name in _CODES:
        return names.code.get(value, "a code that is not here")
    if name == "source":
        return names.source_name(value) or "a transcript that is not here"
    if name == "case":
        return names.case.get(value, "a case that is not here")
    return _cut(value)


def _list_shown(name: str, value: Sequence[Json]) -> str:
    if name == "span" and len(value) == _SPAN:
        return f"{value[0]}-{value[1]}"
    if name in _COUNTED or not all(isinstance(part, str) for part in value):
        return f"{len(value)} entries" if len(value) > 1 else "1 entry"
    return _cut(", ".join(value))


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def goal_of(study: Study, events: Collection[EventRow]) -> Goal | None:
    """Where one can look at what these events did: the first of them that says so decides. None if nothing is left."""
    return next((goal for event in events if (goal := _goal(study, event)) is not None), None)


def _goal(study: Study, event: EventRow) -> Goal | None:
    type_ = event.kind.partition(".")[0]
    if type_ == "act":
        key = study.file.acts.key_of(event.entity, event.coder)
        inner = study.file.acts.events(key, most=1).events if key is not None else []
        return goal_of(study, [turned for turned in inner if not turned.kind.startswith("act.")])
    if type_ in ("source", "code", "case"):
        return Goal({"source": "transcript"}.get(type_, type_), event.entity)
    entity = study.file.acts.entity(event.entity)
    fields: Mapping[str, Json] = entity.fields if entity is not None else study.file.read.created_fields(event.entity)
    for name, kind in (("source", "transcript"), ("case", "case"), ("code", "code")):
        uid = fields.get(name)
        if isinstance(uid, str):
            span = _span(fields.get("span"), _length(study, uid)) if name == "source" else None
            return Goal("passage" if span else kind, uid, span)
    return None


def _length(study: Study, uid: str) -> int:
    """Characters of a transcript; none of one that is not there."""
    return next((source.length for source in study.file.read.sources() if source.uid == uid), 0)


def _span(value: Json, length: int) -> Span | None:
    """A place as an event holds it, if it lies in the text: a forged file may hold anything."""
    if isinstance(value, list) and len(value) == _SPAN and all(type(part) is int for part in value):
        return Span(*value) if 0 <= value[0] < value[1] <= length else None
    return None
