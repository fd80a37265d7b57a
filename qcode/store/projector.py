"""Keeps the projections true: refolds the entities that events touched, and those that wait for them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from qcode.core.events import Step, canonical_json
from qcode.core.fold import REFERENCES, ActKey, Entity, break_cycles, fold_entity
from qcode.store.projection import CHILDREN, OPTIONAL, TABLES, TYPE_ORDER, delete_rows, insert_rows

if TYPE_CHECKING:
    from sqlite3 import Connection

__all__ = ["Projector", "steps_of"]

_STEPS = """
SELECT event.uid, event.lamport, event.at_ms, coder.uid, act.uid, entity.uid, event.kind, event.payload, act.undone
FROM event JOIN act ON act.id = event.act JOIN coder ON coder.id = act.coder JOIN entity ON entity.id = event.entity
WHERE event.entity = ?
"""
_RANK = {type_: rank for rank, type_ in enumerate(TYPE_ORDER)}


def steps_of(conn: Connection, key: int) -> tuple[list[Step], set[ActKey]]:
    """The steps of one entity as stored, and which of their acts are undone."""
    steps: list[Step] = []
    undone: set[ActKey] = set()
    for *head, payload, is_undone in conn.execute(_STEPS, (key,)):
        steps.append(Step._make([*head, None if payload is None else json.loads(payload)]))
        if is_undone:
            undone.add(ActKey(steps[-1].act, steps[-1].coder))
    return steps, undone


class Projector:
    """Projects entities inside a running transaction (with `PRAGMA defer_foreign_keys` on)."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self._coders: dict[str, int] = {}

    def key(self, uid: str) -> int:
        """Key of the entity with that uid. Raises KeyError if it was never heard of."""
        row = self._conn.execute("SELECT id FROM entity WHERE uid = ?", (uid,)).fetchone()
        if row is None:
            raise KeyError(uid)
        return int(row[0])

    def coder_key(self, uid: str) -> int:
        """Key of a coder; a coder whose name has not come yet is known by the id alone."""
        if uid not in self._coders:
            self._conn.execute("INSERT INTO coder (uid, name) VALUES (?, '') ON CONFLICT (uid) DO NOTHING", (uid,))
            row = self._conn.execute("SELECT id FROM coder WHERE uid = ?", (uid,)).fetchone()
            self._coders[uid] = int(row[0])
        return self._coders[uid]

    def fold(self, key: int, uid: str) -> Entity | None:
        """One entity as its stored events make it."""
        steps, undone = steps_of(self._conn, key)
        return fold_entity(uid, steps, undone)

    def project(self, keys: Iterable[int]) -> None:
        """Refold these entities and everything whose row depends on their being there."""
        todo = set(keys)
        codes_touched = False
        while todo:
            # The marks bind integers; 500 at a time stays below every limit of SQLite.
            batch = [todo.pop() for _ in range(min(500, len(todo)))]
            rows = self._conn.execute(
                f"SELECT id, uid, type FROM entity WHERE id IN ({','.join('?' * len(batch))})",  # noqa: S608 - marks only
                batch,
            ).fetchall()
            for key, uid, type_ in sorted(rows, key=lambda r: _RANK.get(r[2], 99)):
                codes_touched |= type_ == "code"
                todo |= self.place(key, uid, type_, self.fold(key, uid))
        if codes_touched:
            self.settle_codes()

    def place(self, key: int, uid: str, type_: str, entity: Entity | None) -> set[int]:
        """Bring the rows of one folded entity up to date; the keys of entities that must follow."""
        conn = self._conn
        conn.execute("DELETE FROM waiting WHERE entity = ?", (key,))
        conn.execute("DELETE FROM conflict WHERE entity = ?", (key,))
        if entity is not None and entity.type != type_:
            conn.execute("UPDATE entity SET type = ? WHERE id = ?", (entity.type, key))
            delete_rows(conn, type_, key)
            type_ = entity.type
        if type_ == "coder":
            self._place_coder(uid, entity)
            return set()
        was_there = self._is_there(type_, key)
        is_there = entity is not None and not entity.removed and self._insert(key, entity)
        if was_there and not is_there:
            followers = self._children(type_, key)
            # Rows of children go when they are placed; the foreign keys are checked at the end of the transaction.
            delete_rows(conn, type_, key)
            return followers
        if is_there and not was_there:
            return {int(k) for (k,) in conn.execute("SELECT entity FROM waiting WHERE uid = ?", (uid,))}
        return set()

    def _place_coder(self, uid: str, entity: Entity | None) -> None:
        name = entity.fields.get("name") if entity is not None else None
        key = self.coder_key(uid)
        self._conn.execute("UPDATE coder SET name = ? WHERE id = ?", (name if isinstance(name, str) else "", key))

    def _is_there(self, type_: str, key: int) -> bool:
        tables = TABLES.get(type_)
        if tables is None:
            return False
        sql = f'SELECT 1 FROM "{tables[-1]}" WHERE id = ?'  # noqa: S608 - constants
        return self._conn.execute(sql, (key,)).fetchone() is not None

    def _insert(self, key: int, entity: Entity) -> bool:
        """Write the rows if everything that the entity needs is there; otherwise note what it waits for."""
        missing = self._missing(entity, REFERENCES.get(entity.type, {}))
        optional = self._missing(entity, dict.fromkeys(OPTIONAL.get(entity.type, ()), "case"))
        self._wait(key, missing, required=True)
        self._wait(key, optional, required=False)
        if missing:
            return False
        for name in [n for n in OPTIONAL.get(entity.type, ()) if entity.fields.get(n) in optional]:
            entity.fields[name] = None
        try:
            insert_rows(self._conn, entity, key, self.key, self.coder_key(entity.coder))
        except (TypeError, ValueError, KeyError, IndexError):
            self._wait(key, [""], required=True)
            return False
        for conflict in entity.conflicts:
            self._conn.execute(
                "INSERT INTO conflict VALUES (?, ?, ?, ?)",
                (key, conflict.field, conflict.kept.event, canonical_json([w.event for w in conflict.lost])),
            )
        return True

    def _missing(self, entity: Entity, references: Mapping[str, str]) -> list[str]:
        found = []
        for name, type_ in references.items():
            uid = entity.fields.get(name)
            if uid is None and name in OPTIONAL.get(entity.type, ()):
                continue
            try:
                there = isinstance(uid, str) and self._is_there(type_, self.key(uid))
            except KeyError:
                there = False
            if not there:
                found.append(uid if isinstance(uid, str) else "")
        return found

    def _wait(self, key: int, uids: list[str], *, required: bool) -> None:
        rows = [(key, uid, int(required)) for uid in dict.fromkeys(uids)]
        self._conn.executemany("INSERT INTO waiting VALUES (?, ?, ?) ON CONFLICT DO NOTHING", rows)

    def _children(self, type_: str, key: int) -> set[int]:
        found: set[int] = set()
        for table, column in CHILDREN.get(type_, ()):
            sql = f'SELECT id FROM "{table}" WHERE "{column}" = ?'  # noqa: S608 - constants
            found.update(int(k) for (k,) in self._conn.execute(sql, (key,)))
        return found

    def settle_codes(self) -> None:
        """Work out for every code the code that it became by merging; chains are followed, cycles are broken."""
        edges: dict[str, tuple[str, tuple[int, str]]] = {}
        keys: dict[str, int] = {}
        rows = self._conn.execute("SELECT code.id, entity.uid FROM code JOIN entity USING (id)").fetchall()
        for key, uid in rows:
            keys[uid] = key
            entity = self.fold(key, uid)
            target = entity.fields.get("merged_into") if entity is not None else None
            if entity is not None and isinstance(target, str) and target:
                edges[uid] = (target, entity.written["merged_into"])
        redirects = break_cycles({uid: edge for uid, edge in edges.items() if edge[0] in keys})
        for uid, key in keys.items():
            end = uid
            while end in redirects:
                end = redirects[end]
            self._conn.execute("UPDATE code SET target = ? WHERE id = ? AND target <> ?", (keys[end], key, keys[end]))
        # Readers keep the codebook until this number changes: it is asked for at every key press.
        self._conn.execute(
            "INSERT INTO meta VALUES ('codes', '1') ON CONFLICT (key) DO UPDATE SET value = CAST(value + 1 AS TEXT)"
        )
