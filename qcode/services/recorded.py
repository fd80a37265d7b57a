"""What is recorded of cases, transcripts and speakers, in the form that conditions ask for it.

Attributes stand in three scopes. `case.`: the columns of the case table, key, name, kind, party (names of all parties)
and province (by the parties' codes, else by the column). `transcript.`: its attributes, name (aliases too), kind and
language. `speaker.`: the attributes of a speaker, label, name and role. A case that is asked about in one of its stages
has the mechanism of that stage, where the stage has one of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from typing import NamedTuple

from qcode.core.column_types import ColumnType, infer_type, is_column_type, says_missing
from qcode.core.text import holds_han
from qcode.core.where import Attribute, Schema, Where, folded, parse_where
from qcode.services.case_values import CROSSINGS, columns_of, provinces_of, values_of
from qcode.services.study import Study, near_names
from qcode.store.rows import CaseRow, SourceRow, SpeakerRow

__all__ = ["Recorded", "SpokenOf"]

_Values = dict[str, tuple[str, ...]]


class SpokenOf(NamedTuple):
    """One of the readings of a passage: a case (key; None = no case) in a stage, and who speaks (key, role)."""

    source: int
    case: int | None = None
    stage: str | None = None
    speaker: int | None = None
    role: str | None = None


class Recorded:
    """All that is recorded, read once: the attributes that there are, and their values."""

    def __init__(self, study: Study) -> None:
        read = study.file.read
        self._attributes = read.attributes()
        self._cases = {case.key: case for case in read.cases()}
        self._sources = {source.key: source for source in read.sources()}
        self._speakers = {speaker.key: speaker for speaker in read.speakers()}
        self._columns = columns_of(study, list(self._cases.values()))
        self._known: dict[tuple[str, int, str | None], _Values] = {}

    @cached_property
    def schema(self) -> Schema:
        """Every attribute that can be asked for, with its type."""
        cases: dict[str, ColumnType] = {column.name: _type(column.type) for column in self._columns}
        for name in CROSSINGS:
            if any(name in values_of(case) for case in self._cases.values()):
                cases[name] = "yes/no"
        for name in ("key", "name", "kind", "party", "province"):
            cases[name] = "text"
        scopes = {
            "case": cases,
            "transcript": self._inferred(self._sources, ("name", "kind", "language")),
            "speaker": self._inferred(self._speakers, ("label", "name", "role")),
        }
        return {Attribute(scope, name): type_ for scope, names in scopes.items() for name, type_ in names.items()}

    def _inferred(self, keys: Iterable[int], always: tuple[str, ...]) -> dict[str, ColumnType]:
        found: dict[str, list[str]] = {}
        for key in keys:
            for name, value in self._attributes.get(key, {}).items():
                found.setdefault(name, []).append(value)
        types: dict[str, ColumnType] = {name: infer_type(values) for name, values in found.items()}
        for name in always:
            types[name] = "text"
        return types

    def where(self, text: str) -> Where:
        """The condition that a text says. Raises RequestError and UnknownName as `parse_where` does."""
        return parse_where(text, self.schema)

    def doubts(self, where: Where) -> list[str]:
        """Values that a condition names and nothing has, each with near ones: mostly slips of the pen."""
        told = []
        for attribute, value in where.named:
            there = {folded(text): text for text in self._all(attribute)}
            if there and folded(value) not in there:
                near = near_names(value, there.values())
                hint = f" Near it: {', '.join(near)}." if near else ""
                told.append(f"Nothing has {attribute.words} = {value}.{hint}")
        return told

    def values(self, attribute: Attribute) -> list[str]:
        """The values of an attribute that are recorded, each once, in their order."""
        return sorted({text for text in self._all(attribute) if text})

    def labels(self, attribute: Attribute) -> dict[int, str | None]:
        """What every case, transcript or speaker (key) is called by an attribute; None where it is not recorded."""
        keys = self._keys(attribute.scope)
        return {
            key: next(iter(self._of(attribute.scope, key, None).get(attribute.name, ())), "") or None for key in keys
        }

    def _all(self, attribute: Attribute) -> list[str]:
        keys = self._keys(attribute.scope)
        return [text for key in keys for text in self._of(attribute.scope, key, None).get(attribute.name, ())]

    def _keys(self, scope: str) -> Collection[int]:
        everything: dict[str, Collection[int]] = {
            "case": self._cases.keys(), "transcript": self._sources.keys(), "speaker": self._speakers.keys()
        }  # fmt: skip
        return everything[scope]

    def holds(self, where: Where, readings: Iterable[SpokenOf]) -> bool | None:
        """Whether a condition holds for one of the readings of a passage; None where that is not recorded."""
        answers = {self._one(where, reading) for reading in readings}
        return True if True in answers else None if None in answers else False

    def _one(self, where: Where, reading: SpokenOf) -> bool | None:
        scopes = {
            "case": self._of("case", reading.case, reading.stage),
            "transcript": self._of("transcript", reading.source, None),
            "speaker": self._of("speaker", reading.speaker, reading.role),
        }
        return where.holds(lambda attribute: scopes[attribute.scope].get(attribute.name, ()))

    def _of(self, scope: str, key: int | None, detail: str | None) -> _Values:
        if key is None:
            return {"role": (detail,)} if scope == "speaker" and detail else {}
        place = (scope, key, detail)
        if place not in self._known:
            if scope == "case":
                values = _case_values(self._cases[key], detail)
            elif scope == "transcript":
                values = _source_values(self._sources[key], self._attributes.get(key, {}))
            else:
                values = _speaker_values(self._speakers[key], detail, self._attributes.get(key, {}))
            # In a column of numbers, years or dates a cell such as “n.d.” says that nothing is recorded.
            typed = [n for n in values if self.schema.get(Attribute(scope, n), "text") != "text"]
            for name in typed:
                values[name] = tuple(text for text in values[name] if not says_missing(text))
            self._known[place] = values
        return self._known[place]


def _type(name: str) -> ColumnType:
    return name if is_column_type(name) else "text"  # type: ignore[return-value]


def _case_values(case: CaseRow, stage: str | None) -> _Values:
    values: _Values = {name: (value,) for name, value in values_of(case).items()}
    own = next((s.mechanism for s in case.stages if s.name == stage and s.mechanism), None)
    if own:
        values["mechanism"] = (own,)
    values["province"] = tuple(name for label in provinces_of(case)[0] for name in _province_names(label))
    values["party"] = tuple(party.name for party in case.parties)
    values |= {"key": (case.short_key,), "name": (case.name,), "kind": (case.kind,)}
    return values


def _province_names(label: str) -> tuple[str, ...]:
    """A province as tables show it, such as “Anhui 安徽”, and either of its names alone."""
    english, _, chinese = label.rpartition(" ")
    return (label, english, chinese) if english and holds_han(chinese) else (label,)


def _source_values(source: SourceRow, attributes: Mapping[str, str]) -> _Values:
    values: _Values = {name: (value,) for name, value in attributes.items()}
    return values | {"name": (source.name, *source.aliases), "kind": (source.kind,), "language": (source.language,)}


def _speaker_values(speaker: SpeakerRow, role: str | None, attributes: Mapping[str, str]) -> _Values:
    values: _Values = {name: (value,) for name, value in attributes.items()}
    return values | {"label": (speaker.label,), "name": (speaker.name,), "role": (role or speaker.role,)}
