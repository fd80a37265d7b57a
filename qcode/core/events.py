"""The event envelope: what is stored of everything that happens, and the chain that proves it whole.

An event says that one coder, in one act (what one key press or command did), created, changed or removed
one entity. Ordinary tables are projections of the events. Kinds are `TYPE.created`, `TYPE.set` and
`TYPE.removed` for the types below, and `act.undone` and `act.redone`; any other kind is kept and reported,
and not folded, so that an older qcode loses nothing of a newer one's work.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

from qcode.errors import DamagedProject

__all__ = [
    "ENTITY_TYPES",
    "EVENT_VERSION",
    "GENESIS",
    "UNDOABLE_TYPES",
    "Event",
    "Json",
    "Step",
    "broken_links",
    "canonical_json",
    "event_hash",
    "from_line",
    "is_known_kind",
    "order_key",
    "payload_digest",
    "to_line",
]

Json = Any  # what json.loads gives: None, bool, int, float, str, list, dict

EVENT_VERSION = 1
GENESIS = "0" * 64  # prev_hash of a replica's first event

ENTITY_TYPES = (
    "project", "coder", "codebook", "code", "source", "speaker", "case", "column", "link", "coding", "ledger",
    "decision", "release", "proposal", "memo", "translation", "path", "summary", "claim",
)  # fmt: skip

# What the undo key takes back: a coder's own work. Set-up (imports, codebooks, coders) is changed by its own commands.
UNDOABLE_TYPES = frozenset({"link", "coding", "ledger", "decision", "memo", "translation", "path", "summary", "claim"})

_VERBS = ("created", "set", "removed")
_KNOWN = frozenset({f"{t}.{v}" for t in ENTITY_TYPES for v in _VERBS} | {"act.undone", "act.redone"})


def is_known_kind(kind: str) -> bool:
    """Whether this version folds events of the kind."""
    return kind in _KNOWN


class Step(NamedTuple):
    """What the fold needs of an event; `Event.step` gives it."""

    id: str
    lamport: int
    at_ms: int
    coder: str
    act: str
    entity: str
    kind: str
    payload: Mapping[str, Json] | None


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened.

    `replica` is one project file on one machine and numbers its events by `seq` from 1; `lamport` orders
    events across replicas; `at_ms` is milliseconds since 1970 and only for people to read. `payload` and
    `salt` are None once the payload has been erased; `digest` stays, so that the chain still holds.
    """

    id: str
    project: str
    replica: str
    seq: int
    prev_hash: str
    lamport: int
    at_ms: int
    coder: str
    act: str
    entity: str
    kind: str
    v: int
    payload: Mapping[str, Json] | None
    salt: str | None
    digest: str

    @property
    def step(self) -> Step:
        """The part of it that the fold reads."""
        return Step(self.id, self.lamport, self.at_ms, self.coder, self.act, self.entity, self.kind, self.payload)


_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def canonical_json(value: Json) -> str:
    """JSON with sorted keys and no white space: equal values give equal bytes.

    >>> canonical_json({"b": 1, "a": "县"})
    '{"a":"县","b":1}'
    """
    return _ENCODER.encode(value)


def payload_digest(salt: str, payload: Mapping[str, Json]) -> str:
    """SHA-256 over salt and canonical payload, as 64 hexadecimal digits.

    The salt is random and is erased with the payload: without it a short name could be guessed from the digest.
    """
    return hashlib.sha256((salt + canonical_json(payload)).encode("utf-8")).hexdigest()


_HASHED = tuple(f.name for f in fields(Event) if f.name not in ("payload", "salt"))


def event_hash(event: Event) -> str:
    """SHA-256 over everything but payload and salt (their digest is in it), as 64 hexadecimal digits."""
    plain = {name: getattr(event, name) for name in _HASHED}
    return hashlib.sha256(canonical_json(plain).encode("utf-8")).hexdigest()


def order_key(event: Event) -> tuple[int, str]:
    """The one order in which events are folded, on every machine: Lamport time, then id."""
    return (event.lamport, event.id)


def broken_links(events: Iterable[Event]) -> list[str]:
    """Faults of one replica's chain, as sentences; `events` in the order of `seq`. Empty if it holds.

    A payload that does not match its digest, a missing number and a wrong `prev_hash` are faults.
    An erased payload is none.
    """
    faults: list[str] = []
    expected_seq, expected_hash = 1, GENESIS
    for event in events:
        name = f"event {event.seq} of replica {event.replica}"
        if event.seq > expected_seq:
            faults.append(f"Before {name}, {event.seq - expected_seq} event(s) are missing.")
        elif event.seq < expected_seq:
            faults.append(f"The number of {name} is there twice.")
        elif event.prev_hash != expected_hash:
            faults.append(f"What stands before {name} was changed after it was written.")
        if event.payload is not None and event.salt is not None:
            if payload_digest(event.salt, event.payload) != event.digest:
                faults.append(f"The content of {name} was changed after it was written.")
        elif event.payload is not None:
            faults.append(f"The content of {name} has lost its salt.")
        expected_seq, expected_hash = event.seq + 1, event_hash(event)
    return faults


def to_line(event: Event) -> str:
    """The event as one line of canonical JSON, as bundles hold it."""
    return canonical_json({f.name: getattr(event, f.name) for f in fields(Event)})


# A stranger's line must fit whatever reads it next: SQLite's integers, JSON elsewhere, Python's stack.
_LINE_LIMIT = 16 * 1024 * 1024  # characters; the turns of the longest interview take a hundredth of it
_NUMBER_LIMIT = 2**53 - 1
_DEPTH_LIMIT = 32
_HASH = re.compile("[0-9a-f]{64}")
_SALT = re.compile("([0-9a-f]{2})+")


def _refuse_constant(name: str) -> Json:
    raise ValueError(f"{name} is not a number that qcode writes")


def _unique_keys(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("the same key stands twice")
    return found


def _check_depth(value: Json) -> None:
    level = [value]
    for _ in range(_DEPTH_LIMIT):
        level = [
            inner for outer in level if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]  # fmt: skip
        if not level:
            return
    raise ValueError("nested too deeply")


def from_line(line: str) -> Event:
    """The event of a line of JSON. Raises DamagedProject if fields are missing, unknown or of a wrong type.

    The line may come from a stranger, so every type is checked, and duplicate keys, infinite numbers, half
    characters, numbers above 2**53, nesting beyond 32 levels and lines over 16 million characters are refused.
    """
    try:
        if len(line) > _LINE_LIMIT:
            raise ValueError("the line is too long")
        plain = json.loads(line, parse_constant=_refuse_constant, object_pairs_hook=_unique_keys)
        _check_depth(plain)
        canonical_json(plain).encode("utf-8")  # refuses 1e999 and lone surrogates, which JSON can spell
        event = Event(**plain)
    except (ValueError, TypeError, RecursionError):
        # Without its cause: the messages of the JSON reader quote the line.
        raise DamagedProject("A line is no event of qcode.", fix="The file was cut off or changed.") from None
    numbers = (event.seq, event.lamport, event.at_ms, event.v)
    texts = [getattr(event, f.name) for f in fields(Event) if f.type == "str"]
    sound = (
        all(type(n) is int and 0 <= n <= _NUMBER_LIMIT for n in numbers)
        and all(isinstance(t, str) for t in texts)
        and all(_HASH.fullmatch(h) for h in (event.prev_hash, event.digest))
        and isinstance(plain["payload"], dict | None)
        and isinstance(plain["salt"], str | None)
        and (event.salt is None or _SALT.fullmatch(event.salt) is not None)
    )
    if not sound:
        raise DamagedProject("A line is no event of qcode: a field has a wrong type.")
    return event
