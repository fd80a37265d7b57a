"""Reading what was done, act by act: a project holds hundreds of thousands of acts, so nothing here reads them all.

The keys of the acts come first, in order; the events of an act are read when somebody looks at it. Times are
milliseconds since 1970.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from qcode.core.events import Json
from qcode.core.fold import Entity, fold_entity
from qcode.store.connect import GuardedReads, plain_sentences
from qcode.store.projector import payload_of, steps_of
from qcode.store.rows import EventRow

if TYPE_CHECKING:
    from sqlite3 import Connection

__all__ = ["ActEvents", "ActReader"]

_EVENT = (
    "SELECT event.uid, replica.uid, event.seq, event.lamport, event.at_ms, coder.uid, act.uid, entity.uid,"
    " event.kind, event.payload, act.undone FROM event JOIN act ON act.id = event.act"
    " JOIN coder ON coder.id = act.coder JOIN entity ON entity.id = event.entity"
    " JOIN replica ON replica.id = event.replica WHERE event.act = ? ORDER BY event.id LIMIT ?"
)
_COUNTED = "SELECT kind, count(*) FROM event WHERE act = ? GROUP BY kind ORDER BY min(id)"


class ActEvents(NamedTuple):
    """An act's first events, and how many there are of each kind in all; `undoable` if it holds only own work."""

    events: list[EventRow]
    kinds: Mapping[str, int]
    undoable: bool


class ActReader:
    """The queries on the acts of one project."""

    def __init__(self, conn: Connection, path: Path) -> None:
        self._raw = conn
        self._conn = GuardedReads(conn, path)
        self._path = path

    def heads(self) -> list[tuple[str, int, str]]:
        """Where each writer's chain of events ends: uid, number of events, hash in hexadecimal digits; by uid.

        Writers of no event are left out, so that a copy that was only read has the heads of the original.
        """
        rows = self._conn.execute("SELECT uid, last_seq, last_hash FROM replica WHERE last_seq > 0 ORDER BY uid")
        return [(str(uid), int(number), bytes(last).hex()) for uid, number, last in rows]

    def keys(
        self, *, coders: Collection[int] | None = None, since_ms: int | None = None, until_ms: int | None = None
    ) -> array[int]:
        """Keys of the acts of these coders (None: everybody's), the latest first.

        With both times only acts of which an event was made in that stretch (half-open).
        """
        parameters: list[int] = []
        sql = "SELECT id FROM act WHERE made > 0"  # one that is known by its undoing alone was never seen
        if coders is not None:
            sql += f" AND coder IN ({','.join('?' * len(coders))})"
            parameters += sorted(coders)
        if since_ms is not None and until_ms is not None:
            sql += " AND id IN (SELECT act FROM event WHERE at_ms >= ? AND at_ms < ?)"
            parameters += [since_ms, until_ms]
        rows = self._conn.execute(f"{sql} ORDER BY made DESC, uid DESC", parameters)
        return array("q", (key for (key,) in rows))

    def events(self, act: int, *, most: int) -> ActEvents:
        """An act (by key) with at most so many of its events, in the order in which they were made."""
        rows = self._conn.execute(_EVENT, (act, most))
        events = [
            EventRow._make([*head, payload_of(head[0], payload), bool(undone)]) for *head, payload, undone in rows
        ]
        if len(events) < most:
            kinds: dict[str, int] = {}
            for event in events:
                kinds[event.kind] = kinds.get(event.kind, 0) + 1
        else:
            kinds = dict(self._conn.execute(_COUNTED, (act,)))
        row = self._conn.execute("SELECT undoable FROM act WHERE id = ?", (act,)).fetchone()
        return ActEvents(events, kinds, bool(row and row[0]))

    def key_of(self, uid: str, coder: str) -> int | None:
        """The key of a coder's act, both by uid; None if it has not come yet."""
        sql = "SELECT act.id FROM act JOIN coder ON coder.id = act.coder WHERE act.uid = ? AND coder.uid = ?"
        row = self._conn.execute(sql, (uid, coder)).fetchone()
        return None if row is None else int(row[0])

    def payloads(self, events: Collection[str]) -> dict[str, Mapping[str, Json]]:
        """What these events (by uid) wrote; one that was erased or has not come is left out."""
        found: dict[str, Mapping[str, Json]] = {}
        for uid in dict.fromkeys(events):
            row = self._conn.execute("SELECT payload FROM event WHERE uid = ?", (uid,)).fetchone()
            payload = payload_of(uid, row[0]) if row is not None else None
            if payload is not None:
                found[uid] = payload
        return found

    def entity(self, uid: str) -> Entity | None:
        """A thing as its events make it now, removed or not; None if its making was undone or erased."""
        row = self._conn.execute("SELECT id FROM entity WHERE uid = ?", (uid,)).fetchone()
        if row is None:
            return None
        with plain_sentences(self._path):
            return fold_entity(uid, *steps_of(self._raw, [row[0]])[row[0]])
