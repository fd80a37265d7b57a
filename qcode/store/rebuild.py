"""Making the projections again from the events, and comparing: what `qcode doctor` stands on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from qcode.core.events import (
    GENESIS,
    UNDOABLE_TYPES,
    Event,
    Json,
    Step,
    broken_links,
    event_hash,
    is_known_kind,
)
from qcode.core.fold import ActKey, Entity, fold_entity
from qcode.core.text import quote_hash
from qcode.errors import DamagedProject
from qcode.store.connect import GuardedReads, plain_sentences, transaction
from qcode.store.projection import TYPE_ORDER
from qcode.store.projector import Projector, payload_of, turn_act
from qcode.store.schema import PROJECTIONS

if TYPE_CHECKING:
    from collections.abc import Callable
    from sqlite3 import Connection

    from qcode.store.project_file import ProjectFile

__all__ = [
    "CHANGED_ON_DISK",
    "check_chain",
    "check_quotes",
    "check_storage",
    "compare",
    "fingerprints",
    "rebuild",
    "unknown_kinds",
]

_STREAM = """
SELECT event.entity, entity.uid, event.uid, event.lamport, event.at_ms, coder.uid, act.uid, event.kind, event.payload,
    act.undone
FROM entity JOIN event ON event.entity = entity.id JOIN act ON act.id = event.act JOIN coder ON coder.id = act.coder
WHERE entity.type = ? ORDER BY entity.id
"""


# What stands on passages: what it is called, what it did to the passage, its table, and the column of the transcript.
_PLACED = (
    ("Coding", "was coded", "coding", "source"),
    ("Memo", "it is about", "memo", "target"),
    ("Translation", "it translates", "translation", "source"),
)
_PLACES = 'SELECT id, start, "end" FROM {0} WHERE {1} = ? AND start IS NOT NULL'
_ON_PASSAGES = """
SELECT event.entity, entity.uid, event.uid, event.lamport, event.at_ms, coder.uid, act.uid, event.kind, event.payload,
    act.undone
FROM {0} CROSS JOIN entity USING (id) JOIN event ON event.entity = {0}.id JOIN act ON act.id = event.act
    JOIN coder ON coder.id = act.coder
WHERE {0}.{1} = ? AND {0}.start IS NOT NULL ORDER BY {0}.id
"""


def rebuild(project: ProjectFile, *, tick: Callable[[int], None] | None = None) -> int:
    """Empty every projection and make it again from the events; the number of entities folded.

    Streams: entities are read in the order of their keys, parents before children, so memory does not grow
    with the number of codings. `tick` is told the count now and then. One transaction: a break leaves the
    project as it was.
    """
    conn = project.database.conn
    with transaction(conn, project.path):
        return _refill(conn, tick)


def _refill(conn: Connection, tick: Callable[[int], None] | None) -> int:
    conn.execute("PRAGMA defer_foreign_keys = ON")
    # Rows enter the counting index in the order of codes, that is, everywhere: with SQLite's own 2 MB of cache a
    # million codings take half again as long for each coding as a quarter of a million.
    conn.execute("PRAGMA cache_size = -131072")
    for table in PROJECTIONS:
        conn.execute(f'DELETE FROM "{table}"')  # noqa: S608 - constants
    conn.execute("UPDATE coder SET name = ''")
    _turn_acts_again(conn)
    projector = Projector(conn)
    late: set[int] = set()
    count = 0
    for type_ in TYPE_ORDER:
        for key, uid, steps, undone in _stream(conn, _STREAM, type_):
            late |= projector.place(key, uid, type_, fold_entity(uid, steps, undone), fresh=True)
            count += 1
            if tick is not None and count % 5000 == 0:
                tick(count)
        if type_ == "code":
            projector.settle_codes()
    projector.project(late)  # none, unless types of entities were stored wrongly
    return count


def _turn_acts_again(conn: Connection) -> None:
    """Work out again from the events what each act is: when made, whether it can be undone, whether it is."""
    own = ", ".join(f"'{type_}'" for type_ in sorted(UNDOABLE_TYPES))
    conn.execute(
        "UPDATE act SET undone = 0, turned = 0, turned_by = '',"  # noqa: S608 - constants
        " made = coalesce((SELECT min(lamport) FROM event WHERE event.act = act.id), 0), undoable = coalesce("
        f"(SELECT min(substr(kind, 1, instr(kind, '.') - 1) IN ({own})) FROM event WHERE event.act = act.id), 0)"
    )
    turns = conn.execute(
        "SELECT entity.uid, act.coder, event.kind, event.lamport, event.uid FROM event"
        " JOIN act ON act.id = event.act JOIN entity ON entity.id = event.entity"
        " WHERE event.kind IN ('act.undone', 'act.redone') AND event.payload IS NOT NULL"
    ).fetchall()
    for act, coder, kind, lamport, event in turns:
        turn_act(conn, act, coder, undone=kind == "act.undone", order=(lamport, event))


def _stream(conn: Connection, sql: str, which: str | int) -> Iterator[tuple[int, str, list[Step], set[ActKey]]]:
    for (key, uid), rows in groupby(conn.execute(sql, (which,)), key=itemgetter(0, 1)):
        steps: list[Step] = []
        undone: set[ActKey] = set()
        for _, _, event, lamport, at_ms, coder, act, kind, payload, is_undone in rows:
            steps.append(Step(event, lamport, at_ms, coder, act, uid, kind, payload_of(event, payload)))
            if is_undone:
                undone.add(ActKey(act, coder))
        yield key, uid, steps, undone


_DERIVED = ("act", "coder", *PROJECTIONS)  # the first two are mended in place: events refer to them


def fingerprints(conn: Connection) -> dict[str, str]:
    """SHA-256 of the rows of everything that follows from the events, in the order of their keys."""
    found = {}
    for table in _DERIVED:
        digest = hashlib.sha256()
        for row in conn.execute(f'SELECT * FROM "{table}" ORDER BY 1, 2'):  # noqa: S608 - constants
            digest.update(repr(row).encode("utf-8", "surrogatepass"))
        found[table] = digest.hexdigest()
    return found


def compare(project: ProjectFile) -> list[str]:
    """Projections that differ from what the events say, as sentences. Writes nothing that stays."""
    conn = project.database.conn
    try:
        with transaction(conn, project.path, keep=False):
            before = fingerprints(conn)
            _refill(conn, None)
            after = fingerprints(conn)
    except DamagedProject as damage:
        return [damage.what]
    return [f"The table “{t}” differs from what the events say." for t in _DERIVED if before[t] != after[t]]


def _events_of(conn: GuardedReads, project: str, replica: tuple[int, str]) -> Iterator[Event]:
    rows = conn.execute(
        "SELECT event.uid, seq, lamport, at_ms, coder.uid, act.uid, entity.uid, event.kind, v, prev_hash,"
        " CAST(payload AS BLOB), salt, digest FROM event JOIN act ON act.id = event.act"
        " JOIN coder ON coder.id = act.coder JOIN entity ON entity.id = event.entity WHERE replica = ? ORDER BY seq",
        (replica[0],),
    )
    for uid, seq, lamport, at_ms, coder, act, entity, kind, v, prev, payload, salt, digest in rows:
        yield Event(
            uid, project, replica[1], seq, bytes(prev).hex(), lamport, at_ms, coder, act, entity, kind, v,
            _readable(payload), None if salt is None else bytes(salt).hex(), digest.hex(),
        )  # fmt: skip


def _readable(payload: bytes | None) -> Mapping[str, Json] | None:
    """A stored payload; one that is no JSON any more gives something that matches no digest."""
    try:
        found = None if payload is None else json.loads(payload)
    except ValueError:
        return {"damaged": True}
    return found if found is None or isinstance(found, dict) else {"damaged": True}


def _remembering(events: Iterator[Event], last: list[Event]) -> Iterator[Event]:
    """Pass events on, keeping the latest in `last`: the chain is read once, and its end compared."""
    for event in events:
        last[:] = [event]
        yield event


def check_chain(project: ProjectFile) -> list[str]:
    """Faults of the chains of all replicas, as sentences: events that are missing or were changed."""
    conn = GuardedReads(project.database.conn, project.path)
    faults: list[str] = []
    for key, uid, last_seq, last_hash in conn.execute("SELECT id, uid, last_seq, last_hash FROM replica").fetchall():
        last: list[Event] = []
        faults += broken_links(_remembering(_events_of(conn, project.uid, (key, uid)), last))
        seq, final = (last[0].seq, event_hash(last[0])) if last else (0, GENESIS)
        if (seq, final) != (last_seq, bytes(last_hash).hex()):
            faults.append(f"The last events of replica {uid} are missing or were changed.")
    return faults


CHANGED_ON_DISK = "was changed on the disk."
"""How a fault ends that says of stored content that it is not what was imported."""
_BLOB_NAMES = "SELECT {}, name FROM source"


def check_storage(project: ProjectFile) -> list[str]:
    """What SQLite itself finds wrong, and texts that no longer match their hash, as sentences."""
    conn = GuardedReads(project.database.conn, project.path)
    faults: list[str] = []
    try:
        faults += [f"SQLite: {row[0]}." for row in conn.execute("PRAGMA integrity_check(20)") if row[0] != "ok"]
        faults += [f"A row of “{row[0]}” refers to nothing." for row in conn.execute("PRAGMA foreign_key_check")]
        names = {sha: f"original file of “{name}”" for sha, name in conn.execute(_BLOB_NAMES.format("original_sha256"))}
        names |= {sha: f"text of “{name}”" for sha, name in conn.execute(_BLOB_NAMES.format("sha256"))}
        for sha256, content in conn.execute("SELECT sha256, content FROM blob"):
            if content is not None and hashlib.sha256(content).hexdigest() != sha256:
                faults.append(f"The {names.get(sha256, 'content of a stored file')} {CHANGED_ON_DISK}")
    except DamagedProject as damage:
        faults.append(damage.what)
    return faults


def check_quotes(project: ProjectFile) -> list[str]:
    """Codings, memos and translations whose passage is no longer what it was, as sentences without the passage."""
    faults: list[str] = []
    for source in project.read.sources():
        try:
            text = project.read.text(source.key)
        except DamagedProject:
            continue  # `check_storage` names it
        if text is not None:
            with plain_sentences(project.path):
                for noun, how, *table in _PLACED:
                    faults += [
                        f"{noun} {uid} in “{source.name}” does not stand on the passage that {how}."
                        for uid in _lost_quotes(project.database.conn, table, source.key, text)
                    ]
    return faults


def _lost_quotes(conn: Connection, table: list[str], source: int, text: str) -> Iterator[str]:
    """Uids of what does not stand where it was put; `table` is a table and its column of the transcript (by key)."""
    places = {key: (start, end) for key, start, end in conn.execute(_PLACES.format(*table), (source,))}
    for key, uid, steps, undone in _stream(conn, _ON_PASSAGES.format(*table), source):
        if not _stands(fold_entity(uid, steps, undone), *places[key], text):
            yield uid


def _stands(coding: Entity | None, start: int, end: int, text: str) -> bool:
    """Whether a row lies in the text and holds the quote that was written together with the coding's span."""
    if end > len(text):
        return False
    if coding is None or coding.written.get("span") != coding.written.get("quote"):
        return True  # the span was written without its quote; a row without a coding is for `compare`
    return quote_hash(text[start:end]) == coding.fields.get("quote")


def unknown_kinds(project: ProjectFile) -> dict[str, int]:
    """Kinds of events that this version does not know, and how many of each are kept."""
    rows = project.database.conn.execute("SELECT kind, count(*) FROM event GROUP BY kind ORDER BY kind")
    return {kind: count for kind, count in rows if not is_known_kind(kind)}
