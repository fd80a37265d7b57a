"""Keeps the projections true: refolds the entities that events touched, and those that wait for them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from qcode.core.events import Json, Step, canonical_json
from qcode.core.fold import ActKey, Entity, break_cycles, fold_entity, references_of
from qcode.errors import DamagedProject
from qcode.store.projection import CHILDREN, OPTIONAL, TABLES, TYPE_ORDER, delete_rows, insert_rows

if TYPE_CHECKING:
    from sqlite3 import Connection

__all__ = ["Projector", "Steps", "payload_of", "steps_of", "turn_act"]

Steps = tuple[list[Step], set[ActKey]]  # the steps of one entity, and which of their acts are undone

_STEPS = """
SELECT event.entity, event.uid, event.lamport, event.at_ms, coder.uid, act.uid, entity.uid, event.kind, act.undone,
    event.payload
FROM event JOIN act ON act.id = event.act JOIN coder ON coder.id = act.coder JOIN entity ON entity.id = event.entity
WHERE event.entity IN
"""
_BATCH = 500  # marks in one statement: below every limit of SQLite
_CODEBOOK = ("codebook", "code")
_RANK = {type_: rank for rank, type_ in enumerate(TYPE_ORDER)}


def payload_of(event: str, text: str | None) -> Json:
    """A stored payload (None: erased). Raises DamagedProject if it is no JSON any more."""
    try:
        return None if text is None else json.loads(text)
    except ValueError:
        raise DamagedProject(
            f"The content of event {event} was changed on the disk.", fix="Restore a backup."
        ) from None


def _marks(values: Sequence[int]) -> str:
    return f"({','.join('?' * len(values))})"


def steps_of(conn: Connection, keys: Sequence[int]) -> dict[int, Steps]:
    """The stored steps of up to 500 entities, and which of their acts are undone. Raises DamagedProject."""
    found: dict[int, Steps] = {key: ([], set()) for key in keys}
    for key, uid, lamport, at_ms, coder, act, entity, kind, is_undone, payload in conn.execute(
        _STEPS + _marks(keys), keys
    ):
        steps, undone = found[key]
        steps.append(Step(uid, lamport, at_ms, coder, act, entity, kind, payload_of(uid, payload)))
        if is_undone:
            undone.add(ActKey(act, coder))
    return found


def turn_act(conn: Connection, act: str, coder: int, *, undone: bool, order: tuple[int, str]) -> None:
    """Mark an act (by uid, and key of its coder) as undone or done again by the event of that place in the order.

    Events may arrive late from another replica: the latest turn in the one order decides.
    """
    conn.execute(
        "UPDATE act SET undone = ?, turned = ?, turned_by = ? WHERE uid = ? AND coder = ?"
        " AND (turned, turned_by) < (?, ?)",
        (int(undone), *order, act, coder, *order),
    )


class Projector:
    """Projects entities inside a running transaction (with `PRAGMA defer_foreign_keys` on)."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self._coders: dict[str, int] = {}
        # What others refer to is asked for with every coding: its key, which never changes, and whether it has a row.
        self._keys: dict[str, int] = {}
        self._present: set[tuple[str, str]] = set()
        self._parent_went = False

    def key(self, uid: str) -> int:
        """Key of the entity with that uid. Raises KeyError if it was never heard of."""
        key = self._keys.get(uid)
        if key is None:
            row = self._conn.execute("SELECT id FROM entity WHERE uid = ?", (uid,)).fetchone()
            if row is None:
                raise KeyError(uid)
            key = self._keys[uid] = int(row[0])
        return key

    def _reference_key(self, uid: str, type_: str = "speaker") -> int:
        """Key of what a row refers to. It is known to be there, except for what a row does not wait for.

        That is a speaker, who may come after the text, and the codings of a path.
        """
        try:
            return self.key(uid)
        except KeyError:
            self._conn.execute("INSERT INTO entity (uid, type) VALUES (?, ?)", (uid, type_))
            return self.key(uid)

    def coder_key(self, uid: str) -> int:
        """Key of a coder; a coder whose name has not come yet is known by the id alone."""
        if uid not in self._coders:
            self._conn.execute("INSERT INTO coder (uid, name) VALUES (?, '') ON CONFLICT (uid) DO NOTHING", (uid,))
            row = self._conn.execute("SELECT id FROM coder WHERE uid = ?", (uid,)).fetchone()
            self._coders[uid] = int(row[0])
        return self._coders[uid]

    def fold(self, key: int, uid: str) -> Entity | None:
        """One entity as its stored events make it."""
        return fold_entity(uid, *steps_of(self._conn, [key])[key])

    def project(self, keys: Iterable[int], *, fresh: Iterable[int] = ()) -> None:
        """Refold these entities and everything whose row depends on their being there.

        `fresh` are keys that were made in this transaction: they have no rows that could be in the way.
        """
        todo, new = set(keys), set(fresh)
        codes_touched = False
        while todo:
            # Parents mostly have lower keys than their children: in this order few have to wait and follow.
            ordered, todo = sorted(todo), set()
            for first in range(0, len(ordered), _BATCH):
                batch = ordered[first : first + _BATCH]
                steps = steps_of(self._conn, batch)
                sql = f"SELECT id, uid, type FROM entity WHERE id IN {_marks(batch)}"  # noqa: S608 - marks only
                rows = self._conn.execute(sql, batch).fetchall()
                for key, uid, type_ in sorted(rows, key=lambda r: _RANK.get(r[2], 99)):
                    entity = fold_entity(uid, *steps[key])
                    codes_touched |= type_ in _CODEBOOK or (entity is not None and entity.type in _CODEBOOK)
                    todo |= self.place(key, uid, type_, entity, fresh=key in new)
            new.clear()
            if self._parent_went:
                # Whoever waits for something else has no row to be found by, and may now wait for this too.
                self._parent_went = False
                todo.update(int(k) for (k,) in self._conn.execute("SELECT DISTINCT entity FROM waiting"))
        if codes_touched:
            self.settle_codes()

    def place(self, key: int, uid: str, type_: str, entity: Entity | None, *, fresh: bool = False) -> set[int]:
        """Bring the rows of one folded entity up to date; the keys of entities that must follow."""
        if not fresh:
            self._conn.execute("DELETE FROM waiting WHERE entity = ?", (key,))
            self._conn.execute("DELETE FROM conflict WHERE entity = ?", (key,))
        followers: set[int] = set()
        if entity is not None and entity.type != type_:
            followers = self._retype(key, uid, type_, entity.type)
            type_ = entity.type
        if type_ == "coder":
            self._place_coder(uid, entity)
            return followers
        was_there = not fresh and self._is_there(type_, key)
        is_there = entity is not None and not entity.removed and self._insert(key, entity)
        if was_there and not is_there:
            followers |= self._take_out(key, uid, type_)
        elif is_there and not was_there and type_ in CHILDREN:
            waiting = self._conn.execute("SELECT entity FROM waiting WHERE uid = ?", (uid,))
            followers.update(int(k) for (k,) in waiting)
        return followers

    def _retype(self, key: int, uid: str, old: str, new: str) -> set[int]:
        """An earlier creation has come, of another type: the old rows go. The keys of entities that must follow."""
        self._conn.execute("UPDATE entity SET type = ? WHERE id = ?", (new, key))
        if old == "coder":
            self._place_coder(uid, None)
        return self._take_out(key, uid, old)

    def _take_out(self, key: int, uid: str, type_: str) -> set[int]:
        """Delete the rows; the keys of the children, whose own rows go when they are placed.

        The foreign keys are checked at the end of the transaction.
        """
        followers = self._children(type_, key)
        delete_rows(self._conn, type_, key)
        self._present.discard((type_, uid))
        self._parent_went |= type_ in CHILDREN
        return followers

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
        missing = self._missing(entity, references_of(entity.type, entity.fields))
        named = {n: "case" for n in OPTIONAL.get(entity.type, ()) if isinstance(f := entity.fields.get(n), str) and f}
        optional = self._missing(entity, named)
        self._wait(key, missing, required=True)
        self._wait(key, optional, required=False)
        if missing:
            return False
        for name in [n for n in named if entity.fields[n] in optional]:
            entity.fields[name] = None
        try:
            insert_rows(self._conn, entity, key, self._reference_key, self.coder_key(entity.coder))
        except (TypeError, ValueError, KeyError):
            self._wait(key, [""], required=True)
            return False
        for conflict in entity.conflicts:
            self._conn.execute(
                "INSERT INTO conflict VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (key, conflict.field, conflict.kept.event, canonical_json([w.event for w in conflict.lost])),
            )
        return True

    def _missing(self, entity: Entity, references: Mapping[str, str]) -> list[str]:
        found = []
        for name, type_ in references.items():
            uid = entity.fields.get(name)
            if not isinstance(uid, str):
                found.append("")
            elif not self._has(type_, uid):
                found.append(uid)
        return found

    def _has(self, type_: str, uid: str) -> bool:
        """Whether the entity has a row of that type."""
        if (type_, uid) in self._present:
            return True
        try:
            key = self.key(uid)
        except KeyError:
            return False
        if there := self._is_there(type_, key):
            self._present.add((type_, uid))
        return there

    def _wait(self, key: int, uids: list[str], *, required: bool) -> None:
        if not uids:
            return
        rows = [(key, uid, int(required)) for uid in dict.fromkeys(uids)]
        self._conn.executemany("INSERT INTO waiting VALUES (?, ?, ?) ON CONFLICT DO NOTHING", rows)

    def _children(self, type_: str, key: int) -> set[int]:
        found: set[int] = set()
        for table, column in CHILDREN.get(type_, ()):
            sql = f'SELECT id FROM "{table}" WHERE "{column}" = ?'  # noqa: S608 - constants
            found.update(int(k) for (k,) in self._conn.execute(sql, (key,)))
        return found

    def _note_open_circles(self, uids: list[str]) -> None:
        """Keep the codes that count as dimensions because their parent would close a circle; mostly there is none."""
        self._conn.execute("DELETE FROM meta WHERE key = 'open circles'")
        if uids:
            self._conn.execute("INSERT INTO meta VALUES ('open circles', ?)", (canonical_json(uids),))

    def settle_codes(self) -> None:
        """Work out for every code the code that it became by merging; chains are followed, cycles are broken.

        Codes whose parent would close a circle are noted: the latest of its edges goes, as the fold says.
        """
        edges: dict[str, tuple[str, tuple[int, str]]] = {}
        parents: dict[str, tuple[str, tuple[int, str]]] = {}
        keys: dict[str, int] = {}
        rows = self._conn.execute(
            "SELECT code.id, entity.uid FROM code CROSS JOIN entity USING (id) ORDER BY code.id"
        ).fetchall()
        for key, uid in rows:
            keys[uid] = key
            entity = self.fold(key, uid)
            target = entity.fields.get("merged_into") if entity is not None else None
            if entity is not None and isinstance(target, str):
                edges[uid] = (target, entity.written["merged_into"])
            parent = entity.fields.get("parent") if entity is not None else None
            if entity is not None and isinstance(parent, str):
                parents[uid] = (parent, entity.written["parent"])
        redirects = break_cycles({uid: edge for uid, edge in edges.items() if edge[0] in keys})
        for uid, key in keys.items():
            end = uid
            while end in redirects:
                end = redirects[end]
            self._conn.execute("UPDATE code SET target = ? WHERE id = ? AND target <> ?", (keys[end], key, keys[end]))
        whole = {uid: edge for uid, edge in parents.items() if edge[0] in keys}
        self._note_open_circles(sorted(set(whole) - set(break_cycles(whole))))
        # Readers keep the codebook until this number changes: it is asked for at every key press.
        self._conn.execute(
            "INSERT INTO meta VALUES ('codes', '1') ON CONFLICT (key) DO UPDATE SET value = CAST(value + 1 AS TEXT)"
        )
