"""What the store gives to those who read it: plain rows with integer keys.

Keys are good while the project is open; what must last travels by `uid`. Positions are code points in the
transcript's canonical text, half-open.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from qcode.core.events import Json

__all__ = [
    "CaseRow",
    "CodeRow",
    "CoderRow",
    "CodingRow",
    "ColumnRow",
    "DecisionRow",
    "EventRow",
    "LedgerRow",
    "LinkRow",
    "PartyRow",
    "SourceRow",
    "SpeakerRow",
    "StageRow",
    "TurnRow",
]


class CoderRow(NamedTuple):
    """A coder; `name` is empty while only codings of theirs have arrived."""

    key: int
    uid: str
    name: str


class SourceRow(NamedTuple):
    """A transcript without its text; `length` in code points, `at_ms` when it was imported."""

    key: int
    uid: str
    name: str
    sha256: str
    length: int
    kind: str
    language: str
    encoding: str
    position: int
    at_ms: int
    aliases: tuple[str, ...] = ()


class SpeakerRow(NamedTuple):
    """A speaker of one transcript: label, role (interviewer, participant, text or other), name (may be empty)."""

    key: int
    uid: str
    source: int
    label: str
    role: str
    name: str = ""


class TurnRow(NamedTuple):
    """One turn: the label stands from `start` to `body`, what was said from `body` to `end`.

    `position` is its number in the import from 0, or minus `start` for a part that people split off. `speaker` is who
    speaks by what people corrected, `written` whose label stands there; `role` is the turn's own role if somebody gave
    it one, else that of its speaker; None where nobody is named.
    """

    source: int
    position: int
    start: int
    body: int
    end: int
    speaker: int | None
    time_ms: int | None
    role: str | None
    written: int | None


class CodeRow(NamedTuple):
    """A code as stored: `fields` as in its events, `target` the code it became by merging (else itself)."""

    key: int
    uid: str
    short_id: str
    target: int
    fields: Mapping[str, Json]


class PartyRow(NamedTuple):
    """A party of a case; `code` is six digits (GB/T 2260) as they stood in `year`, both where they are known."""

    role: str
    name: str
    code: str | None = None
    year: int | None = None


class StageRow(NamedTuple):
    """A stage of a case: its first and last year, and its own mechanism, where they are known."""

    name: str
    first: int | None = None
    last: int | None = None
    mechanism: str | None = None


class ColumnRow(NamedTuple):
    """A column of the case table: its type, and whether a person set it (else it was inferred)."""

    name: str
    type: str
    given: bool


class CaseRow(NamedTuple):
    """A case with its attributes (name to value), parties and stages, the latter in order."""

    key: int
    uid: str
    short_key: str
    name: str
    kind: str
    attributes: Mapping[str, str]
    parties: tuple[PartyRow, ...]
    stages: tuple[StageRow, ...] = ()


class LinkRow(NamedTuple):
    """That a passage (`start` None: the whole transcript) speaks of a case, as one coder reads it."""

    key: int
    uid: str
    study_case: int
    source: int
    start: int | None
    end: int | None
    stage: str | None
    coder: int


class CodingRow(NamedTuple):
    """One code on one passage by one coder; `study_case` only where it was set by hand, `flagged` by its coder."""

    key: int
    uid: str
    source: int
    code: int
    coder: int
    start: int
    end: int
    study_case: int | None
    stage: str | None
    origin: str | None
    at_ms: int
    flagged: bool = False


class LedgerRow(NamedTuple):
    """How far a coder is with a dimension in a transcript: reading or complete."""

    source: int
    coder: int
    dimension: str
    state: str
    version: str


class DecisionRow(NamedTuple):
    """What a coder said to a suggestion: accepted or rejected."""

    uid: str
    source: int
    code: int
    coder: int
    start: int
    end: int
    verdict: str


class EventRow(NamedTuple):
    """An event as the log shows it; `payload` is None where it was erased."""

    uid: str
    replica: str
    seq: int
    lamport: int
    at_ms: int
    coder: str
    act: str
    entity: str
    kind: str
    payload: Mapping[str, Json] | None
    undone: bool
