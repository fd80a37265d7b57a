"""Making the projections again from the events, and comparing: what `qcode doctor` stands on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from qcode.core.events import GENESIS, Event, Json, Step, broken_links, event_hash, is_known_kind
from qcode.core.fold import ActKey, fold_entity
from qcode.core.spans import Span
from qcode.core.text import quote_hash
from qcode.store.connect import plain_sentences
from qcode.store.projection import TYPE_ORDER
from qcode.store.projector import Projector
from qcode.store.schema import PROJECTIONS

if TYPE_CHECKING:
    from collections.abc import Callable
    from sqlite3 import Connection

    from qcode.store.project_file import ProjectFile

__all__ = ["check_chain", "check_quotes", "check_storage", "compare", "fingerprints", "rebuild", "unknown_kinds"]

_STREAM = """
SELECT event.entity, entity.uid, event.uid, event.lamport, event.at_ms, coder.uid, act.uid, event.kind, event.payload,
    act.undone
FROM entity JOIN event ON event.entity = entity.id JOIN act ON act.id = event.act JOIN coder ON coder.id = act.coder
WHERE entity.type = ? ORDER BY entity.id
"""


def rebuild(project: ProjectFile, *, tick: Callable[[int], None] | None = None) -> int:
    """Empty every projection and make it again from the events; the number of entities folded.

    Streams: entities are read in the order of their keys, parents before children, so memory does not grow
    with the number of codings. `tick` is told the count now and then. One transaction: a break leaves the
    project as it was.
    """
    conn = project.database.conn
    with plain_sentences(project.path):
        conn.execute("BEGIN IMMEDIATE")
        try:
            count = _refill(conn, tick)
            conn.execute("COMMIT")
        except BaseException:
            conn.execute("ROLLBACK")
            raise
    return count


def _refill(conn: Connection, tick: Callable[[int], None] | None) -> int:
    conn.execute("PRAGMA defer_foreign_keys = ON")
    for table in PROJECTIONS:
        conn.execute(f'DELETE FROM "{table}"')  # noqa: S608 - constants
    projector = Projector(conn)
    count = 0
    for type_ in TYPE_ORDER:
        for key, uid, steps, undone in _stream(conn, type_):
            projector.place(key, uid, type_, fold_entity(uid, steps, undone))
            count += 1
            if tick is not None and count % 5000 == 0:
                tick(count)
        if type_ == "code":
            projector.settle_codes()
    return count


def _stream(conn: Connection, type_: str) -> Iterator[tuple[int, str, list[Step], set[ActKey]]]:
    for (key, uid), rows in groupby(conn.execute(_STREAM, (type_,)), key=itemgetter(0, 1)):
        steps: list[Step] = []
        undone: set[ActKey] = set()
        for _, _, event, lamport, at_ms, coder, act, kind, payload, is_undone in rows:
            content: Json = None if payload is None else json.loads(payload)
            steps.append(Step(event, lamport, at_ms, coder, act, uid, kind, content))
            if is_undone:
                undone.add(ActKey(act, coder))
        yield key, uid, steps, undone


def fingerprints(conn: Connection) -> dict[str, str]:
    """SHA-256 of every projection's rows, in the order of their keys."""
    found = {}
    for table in PROJECTIONS:
        digest = hashlib.sha256()
        for row in conn.execute(f'SELECT * FROM "{table}" ORDER BY 1, 2'):  # noqa: S608 - constants
            digest.update(repr(row).encode("utf-8", "surrogatepass"))
        found[table] = digest.hexdigest()
    return found


def compare(project: ProjectFile) -> list[str]:
    """Projections that differ from what the events say, as sentences. Writes nothing that stays."""
    conn = project.database.conn
    with plain_sentences(project.path):
        conn.execute("BEGIN IMMEDIATE")
        try:
            before = fingerprints(conn)
            _refill(conn, None)
            after = fingerprints(conn)
        finally:
            conn.execute("ROLLBACK")
    return [f"The table “{t}” differs from what the events say." for t in PROJECTIONS if before[t] != after[t]]


def _events_of(conn: Connection, project: str, replica: tuple[int, str]) -> Iterator[Event]:
    rows = conn.execute(
        "SELECT event.uid, seq, lamport, at_ms, coder.uid, act.uid, entity.uid, event.kind, v, prev_hash, payload,"
        " salt, digest FROM event JOIN act ON act.id = event.act JOIN coder ON coder.id = act.coder"
        " JOIN entity ON entity.id = event.entity WHERE replica = ? ORDER BY seq",
        (replica[0],),
    )
    for uid, seq, lamport, at_ms, coder, act, entity, kind, v, prev, payload, salt, digest in rows:
        yield Event(
            uid, project, replica[1], seq, bytes(prev).hex(), lamport, at_ms, coder, act, entity, kind, v,
            None if payload is None else json.loads(payload), None if salt is None else bytes(salt).hex(), digest.hex(),
        )  # fmt: skip


def _remembering(events: Iterator[Event], last: list[Event]) -> Iterator[Event]:
    """Pass events on, keeping the latest in `last`: the chain is read once, and its end compared."""
    for event in events:
        last[:] = [event]
        yield event


def check_chain(project: ProjectFile) -> list[str]:
    """Faults of the chains of all replicas, as sentences: events that are missing or were changed."""
    conn = project.database.conn
    faults: list[str] = []
    for key, uid, last_seq, last_hash in conn.execute("SELECT id, uid, last_seq, last_hash FROM replica").fetchall():
        last: list[Event] = []
        faults += broken_links(_remembering(_events_of(conn, project.uid, (key, uid)), last))
        seq, final = (last[0].seq, event_hash(last[0])) if last else (0, GENESIS)
        if (seq, final) != (last_seq, bytes(last_hash).hex()):
            faults.append(f"The last events of replica {uid} are missing or were changed.")
    return faults


def check_storage(project: ProjectFile) -> list[str]:
    """What SQLite itself finds wrong, and texts that no longer match their hash, as sentences."""
    conn = project.database.conn
    faults = [f"SQLite: {row[0]}." for row in conn.execute("PRAGMA integrity_check(20)") if row[0] != "ok"]
    faults += [f"A row of “{row[0]}” refers to nothing." for row in conn.execute("PRAGMA foreign_key_check")]
    names = dict(conn.execute("SELECT sha256, name FROM source").fetchall())
    for sha256, content in conn.execute("SELECT sha256, content FROM blob"):
        if content is not None and hashlib.sha256(content).hexdigest() != sha256:
            faults.append(f"The text of “{names.get(sha256, 'an original file')}” was changed on the disk.")
    return faults


def check_quotes(project: ProjectFile) -> list[str]:
    """Codings whose passage is no longer what it was when it was coded, as sentences without the passage."""
    faults: list[str] = []
    for source in project.read.sources():
        text = project.read.text(source.key)
        if text is None:
            continue
        rows = project.database.conn.execute(
            'SELECT entity.uid, start, "end", payload FROM coding JOIN entity USING (id) JOIN event ON event.entity ='
            " coding.id WHERE source = ? AND event.kind = 'coding.created'",
            (source.key,),
        )
        for uid, start, end, payload in rows:
            expected, span = _quote(payload)
            moved = span is not None and span != Span(start, end)
            if end > len(text) or (expected and not moved and quote_hash(text[start:end]) != expected):
                faults.append(f"Coding {uid} in “{source.name}” does not stand on the passage that was coded.")
    return faults


def _quote(payload: str | None) -> tuple[str | None, Span | None]:
    fields: Any = {} if payload is None else json.loads(payload).get("fields", {})
    span = fields.get("span")
    return fields.get("quote"), Span(*span) if span else None


def unknown_kinds(project: ProjectFile) -> dict[str, int]:
    """Kinds of events that this version does not know, and how many of each are kept."""
    rows = project.database.conn.execute("SELECT kind, count(*) FROM event GROUP BY kind ORDER BY kind")
    return {kind: count for kind, count in rows if not is_known_kind(kind)}
