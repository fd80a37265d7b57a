"""Writing: events in, projections brought up to date, all in one transaction."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from qcode.core.events import (
    EVENT_VERSION,
    GENESIS,
    UNDOABLE_TYPES,
    Event,
    Json,
    canonical_json,
    event_hash,
    payload_digest,
)
from qcode.core.fold import Entity
from qcode.core.ids import uuid7
from qcode.errors import DamagedProject, ProjectError, RequestError
from qcode.store.connect import transaction
from qcode.store.projector import Projector, turn_act

if TYPE_CHECKING:
    from sqlite3 import Connection

__all__ = ["Clock", "Writer", "place_of", "write"]


class Clock:
    """Time and chance, in one place so that tests can stop them."""

    def now_ms(self) -> int:
        """Milliseconds since 1970."""
        return time.time_ns() // 1_000_000

    def new_id(self) -> str:
        """A fresh UUIDv7."""
        return uuid7(self.now_ms(), secrets.randbits(74))

    def new_salt(self) -> bytes:
        """Eight random bytes."""
        return secrets.token_bytes(8)


_MACHINE_IDS = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))


def place_of(path: Path) -> str:
    """What tells this file on this machine from a copy of it elsewhere: machine and inode.

    A copied project has another inode, so it notices that it is a copy and becomes a replica of its own:
    two files that number their events alike could never be merged.
    """
    return f"{_machine()}:{path.stat().st_ino}"


@cache
def _machine() -> str:
    for candidate in _MACHINE_IDS:
        try:
            machine = candidate.read_text(encoding="ascii").strip()
        except (OSError, ValueError):
            continue
        if machine:
            return machine
    return os.environ.get("COMPUTERNAME", "")


@dataclass(slots=True)
class _Replica:
    key: int
    uid: str
    seq: int
    hash: str


class Writer:
    """One act in the making; given out by `write`.

    Everything that one writer records is one act: it is undone as a whole.
    """

    def __init__(self, conn: Connection, clock: Clock, place: str, project: str, coder: str) -> None:
        self._conn = conn
        self._clock = clock
        self._place = place
        self._projector = Projector(conn)
        self.project = project
        self.coder = coder
        self.act = clock.new_id()
        self.count = 0
        self._replica = self._own_replica()
        self._lamport = int(conn.execute("SELECT max(last_lamport) FROM replica").fetchone()[0])
        self._touched: set[int] = set()
        self._known: dict[str, int] = {}
        self._fresh: set[int] = set()
        self._act_key: int | None = None

    def _own_replica(self) -> _Replica:
        find = "SELECT id, uid, last_seq, last_hash FROM replica WHERE place = ?"
        row = self._conn.execute(find, (self._place,)).fetchone()
        if row is None:
            values = (self._clock.new_id(), self._place, bytes.fromhex(GENESIS))
            self._conn.execute(
                "INSERT INTO replica (uid, place, last_seq, last_hash, last_lamport) VALUES (?, ?, 0, ?, 0)", values
            )
            row = self._conn.execute(find, (self._place,)).fetchone()
        return _Replica(row[0], row[1], row[2], row[3].hex())

    def begin_act(self, coder: str) -> None:
        """What follows belongs to another act, of this coder, in the same transaction (imports of several coders)."""
        self.coder = coder
        self.act = self._clock.new_id()
        self._act_key = None

    def create(self, type_: str, fields: Mapping[str, Json], *, uid: str | None = None) -> str:
        """Record that an entity came to be; its uid (a fresh one unless given)."""
        uid = uid or self._clock.new_id()
        self._record(f"{type_}.created", uid, {"fields": dict(fields)})
        return uid

    def entity(self, uid: str) -> Entity | None:
        """An entity as its events, including those of this act, make it; removed ones too."""
        row = self._conn.execute("SELECT id FROM entity WHERE uid = ?", (uid,)).fetchone()
        return None if row is None else self._projector.fold(row[0], uid)

    def change(self, uid: str, changes: Mapping[str, Json], *, settle: bool = False) -> bool:
        """Record changed fields of an entity; those that have the value already are left out. Whether any changed.

        With `settle`, a field that several wrote at the same time is written even so: somebody has seen what the
        others wrote, and decides for the value that stands.
        """
        entity = self._living(uid)
        open_ = {conflict.field for conflict in entity.conflicts} if settle else set()
        differing = {
            name: [value, list(entity.heads.get(name, ()))]
            for name, value in changes.items()
            if name in open_
            or name not in entity.fields
            or canonical_json(entity.fields[name]) != canonical_json(value)
        }
        if differing:
            self._record(f"{entity.type}.set", uid, {"set": differing})
        return bool(differing)

    def put(self, type_: str, uid: str, fields: Mapping[str, Json]) -> bool:
        """Create the entity, or change it where it differs; a removed one comes back. Whether anything changed."""
        entity = self.entity(uid)
        if entity is None:
            self.create(type_, fields, uid=uid)
            return True
        return self.change(uid, {**fields, "removed": False} if entity.removed else fields)

    def remove(self, uid: str) -> None:
        """Record that an entity was removed. Its events stay."""
        entity = self._living(uid)
        self._record(f"{entity.type}.removed", uid, {"prev": list(entity.heads.get("removed", ()))})

    def turn_back(self, act: str, *, undo: bool) -> None:
        """Record that one of the coder's own acts is undone, or done again."""
        self._record("act.undone" if undo else "act.redone", act, {})

    def _living(self, uid: str) -> Entity:
        entity = self.entity(uid)
        if entity is None:
            raise DamagedProject(f"The project refers to {uid}, which it does not hold.", fix="Run `qcode doctor`.")
        return entity

    def _entity_key(self, uid: str, type_: str) -> int:
        key = self._known.get(uid)
        if key is None:
            insert = "INSERT INTO entity (uid, type) VALUES (?, ?) ON CONFLICT (uid) DO NOTHING"
            cursor = self._conn.execute(insert, (uid, type_))
            if cursor.rowcount == 1:
                key = int(cursor.lastrowid or 0)
                self._fresh.add(key)
            else:
                key = int(self._conn.execute("SELECT id FROM entity WHERE uid = ?", (uid,)).fetchone()[0])
            self._known[uid] = key
        return key

    def _record(self, kind: str, uid: str, payload: dict[str, Json]) -> None:
        salt = self._clock.new_salt()
        digest = _digest_of(salt.hex(), payload)
        self._lamport += 1
        self._replica.seq += 1
        event = Event(
            id=self._clock.new_id(), project=self.project, replica=self._replica.uid, seq=self._replica.seq,
            prev_hash=self._replica.hash, lamport=self._lamport, at_ms=self._clock.now_ms(), coder=self.coder,
            act=self.act, entity=uid, kind=kind, v=EVENT_VERSION, payload=payload, salt=salt.hex(),
            digest=digest,
        )  # fmt: skip
        self._replica.hash = event_hash(event)
        key = self._entity_key(uid, kind.partition(".")[0])
        self._insert(event, key, salt)
        self.count += 1
        if kind.startswith("act."):
            self._touched |= self._turn_act(event)
        else:
            self._touched.add(key)

    def _insert(self, event: Event, key: int, salt: bytes) -> None:
        values = (
            event.id, self._replica.key, event.seq, event.lamport, event.at_ms, self._act(event), key, event.kind,
            event.v, bytes.fromhex(event.prev_hash), canonical_json(event.payload), salt, bytes.fromhex(event.digest),
        )  # fmt: skip
        self._conn.execute(
            "INSERT INTO event (uid, replica, seq, lamport, at_ms, act, entity, kind, v, prev_hash, payload, salt,"
            " digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            values,
        )

    def _act(self, event: Event) -> int:
        """Key of this writer's act; undoable as long as everything in it is a coder's own work."""
        undoable = event.kind.partition(".")[0] in UNDOABLE_TYPES
        if self._act_key is None:
            coder = self._projector.coder_key(self.coder)
            cursor = self._conn.execute(
                "INSERT INTO act (uid, coder, undoable, made) VALUES (?, ?, ?, ?)",
                (event.act, coder, int(undoable), event.lamport),
            )
            self._act_key = int(cursor.lastrowid or 0)
        elif not undoable:
            self._conn.execute("UPDATE act SET undoable = 0 WHERE id = ?", (self._act_key,))
        return self._act_key

    def _turn_act(self, event: Event) -> set[int]:
        """Mark the act that an undo or redo names; the entities that must be refolded."""
        coder = self._projector.coder_key(event.coder)
        self._conn.execute(
            "INSERT INTO act (uid, coder) VALUES (?, ?) ON CONFLICT (uid, coder) DO NOTHING", (event.entity, coder)
        )
        turn_act(self._conn, event.entity, coder, undone=event.kind == "act.undone", order=(event.lamport, event.id))
        rows = self._conn.execute(
            "SELECT DISTINCT entity FROM event WHERE act = (SELECT id FROM act WHERE uid = ? AND coder = ?)",
            (event.entity, coder),
        )
        return {int(key) for (key,) in rows}

    def finish(self) -> None:
        """Project what was touched and note how far this replica has come."""
        self._projector.project(self._touched, fresh=self._fresh)
        self._touched.clear()
        self._fresh.clear()
        self._conn.execute(
            "UPDATE replica SET last_seq = ?, last_hash = ?, last_lamport = ? WHERE id = ?",
            (self._replica.seq, bytes.fromhex(self._replica.hash), self._lamport, self._replica.key),
        )


def _digest_of(salt: str, payload: Mapping[str, Json]) -> str:
    """The digest of a payload. Raises RequestError, before anything is recorded, if it cannot be stored."""
    try:
        return payload_digest(salt, payload)
    except (ValueError, TypeError):  # half a character, an infinite number, a key that is no text
        raise RequestError("A value cannot be stored: it holds half a character or is no number.") from None


@contextmanager
def write(conn: Connection, path: Path, place: str, *, clock: Clock, project: str, coder: str) -> Iterator[Writer]:
    """One act: what happens inside is written as a whole, or not at all.

    `place` is what `place_of` said when the file was opened. Takes the write lock at once (a deferred
    transaction fails under concurrency without waiting), and refuses if the file was replaced or deleted
    since: SQLite would report success and lose the work. Raises ProjectBusy, DamagedProject or ProjectError.
    """
    with transaction(conn, path):
        _same_place(path, place)
        conn.execute("PRAGMA defer_foreign_keys = ON")
        writer = Writer(conn, clock, place, project, coder)
        yield writer
        writer.finish()


def _same_place(path: Path, place: str) -> None:
    try:
        now = place_of(path)
    except OSError:
        now = ""
    if now != place:
        raise ProjectError(
            "The project file was moved, replaced or deleted while it was open; nothing was written.",
            where=str(path),
            fix="Close qcode and open the project again.",
        )
