"""Reading a project: every query that others may ask, each with bound parameters.

Where a coder's work is read, `coders` says whose: keys, or None for everybody. Who may see whom is decided
above, by the viewpoint; nothing here guesses. `CROSS JOIN` tells SQLite to begin with the small table: left
to itself it reads all of `entity`, which has a row for each coding.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qcode.core.events import Json
from qcode.errors import DamagedProject, ProjectBusy
from qcode.store.connect import GuardedReads
from qcode.store.projection import CHILDREN
from qcode.store.projector import payload_of
from qcode.store.rows import (
    CaseRow,
    CodeRow,
    CoderRow,
    CodingRow,
    ColumnRow,
    DecisionRow,
    EventRow,
    LedgerRow,
    LinkRow,
    PartyRow,
    SourceRow,
    SpeakerRow,
    StageRow,
    TurnRow,
)

if TYPE_CHECKING:
    from sqlite3 import Connection

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Reader"]

_CODING = (
    'coding.id, entity.uid, coding.source, coding.code, coding.coder, coding.start, coding."end",'
    " coding.study_case, coding.stage, coding.origin, coding.at_ms, coding.flagged"
)


def _among(column: str, keys: Collection[int] | None) -> tuple[str, list[int]]:
    """A condition that holds for these keys, and its parameters. The column is a constant of this module."""
    if keys is None:
        return "1", []
    return f"{column} IN ({','.join('?' * len(keys))})", sorted(keys)


class Reader:
    """The queries of one open project."""

    def __init__(self, conn: Connection, path: Path) -> None:
        self._conn = GuardedReads(conn, path)
        self._path = path

    def _rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        return self._conn.execute(sql, parameters).fetchall()

    def meta(self, key: str) -> str | None:
        """A value of the project's own notes (schema-level facts, not events)."""
        row = self._conn.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def title(self) -> str:
        """The study's title."""
        row = self._conn.execute("SELECT title FROM project").fetchone()
        return "" if row is None else str(row[0])

    def version(self) -> int:
        """A number that changes when another process writes to the project; -1 while one is just doing so.

        Does not wait: it is asked for every now and then while somebody types.
        """
        wait = int(self._conn.execute("PRAGMA busy_timeout").fetchone()[0])
        self._conn.execute("PRAGMA busy_timeout = 0").fetchone()
        try:
            return int(self._conn.execute("PRAGMA data_version").fetchone()[0])
        except ProjectBusy:
            return -1
        finally:
            # A number of SQLite's own, put back: pragmas take no parameters.
            self._conn.execute(f"PRAGMA busy_timeout = {wait}").fetchone()

    def state(self) -> tuple[int, int]:
        """A pair that changes with every write of any process: events stored, highest Lamport time."""
        row = self._conn.execute(
            "SELECT coalesce(sum(last_seq), 0), coalesce(max(last_lamport), 0) FROM replica"
        ).fetchone()
        return (int(row[0]), int(row[1]))

    def coders(self) -> list[CoderRow]:
        """All coders, in the order in which they came."""
        return [CoderRow(*row) for row in self._rows("SELECT id, uid, name FROM coder ORDER BY id")]

    def sources(self) -> list[SourceRow]:
        """All transcripts, by their place in the study and name."""
        return [
            SourceRow._make([*row, tuple(json.loads(aliases))])
            for *row, aliases in self._rows(
                "SELECT source.id, uid, name, sha256, length, kind, language, encoding, position, at_ms, aliases"
                " FROM source CROSS JOIN entity USING (id) ORDER BY position, name, uid"
            )
        ]

    def text(self, source: int) -> str | None:
        """A transcript's canonical text, or None if it was erased. Raises DamagedProject if it is no text any more."""
        row = self._conn.execute(
            "SELECT content, name FROM blob JOIN source ON blob.sha256 = source.sha256 WHERE source.id = ?", (source,)
        ).fetchone()
        try:
            return None if row is None or row[0] is None else bytes(row[0]).decode("utf-8")
        except UnicodeDecodeError:
            raise DamagedProject(
                f"The text of “{row[1]}” was changed on the disk.", where=str(self._path), fix="Restore a backup."
            ) from None

    def blob(self, sha256: str) -> bytes | None:
        """Stored bytes by their SHA-256, or None if they are not there or were erased."""
        row = self._conn.execute("SELECT content FROM blob WHERE sha256 = ?", (sha256,)).fetchone()
        return None if row is None or row[0] is None else bytes(row[0])

    def speakers(self, source: int | None = None) -> list[SpeakerRow]:
        """Speakers of one transcript (or of all), in the order of their first turn."""
        where, keys = _among("source", None if source is None else [source])
        return [
            SpeakerRow(*row)
            for row in self._rows(
                "SELECT speaker.id, uid, source, label, role, name FROM speaker CROSS JOIN entity USING (id)"  # noqa: S608
                f" WHERE {where} ORDER BY source, position, uid",
                keys,
            )
        ]

    def turns(self, source: int | None = None) -> list[TurnRow]:
        """Turns of one transcript (or of all), in order."""
        where, keys = _among("turn.source", None if source is None else [source])
        sql = (
            'SELECT turn.source, turn.position, start, body, "end", speaker, time_ms,'  # noqa: S608 - constants
            " coalesce(turn.role, speaker.role), written FROM turn LEFT JOIN speaker ON speaker.id = turn.speaker"
            f" WHERE {where} ORDER BY 1, 3"
        )
        return [TurnRow(*row) for row in self._rows(sql, keys)]

    def attributes(self) -> dict[int, dict[str, str]]:
        """What is recorded of transcripts and speakers: by their key, value by name."""
        found: dict[int, dict[str, str]] = {}
        for entity, name, value in self._rows("SELECT entity, name, value FROM attribute ORDER BY 1, 2"):
            found.setdefault(entity, {})[name] = value
        return found

    def turn_columns(self, roles: Mapping[str, int], *, unknown: int) -> NDArray[np.int64]:
        """All turns as integers, shape (n, 4): transcript, start, end, and the number that `roles` gives the role."""
        import numpy as np

        cases = " ".join("WHEN ? THEN ?" for _ in roles)
        parameters = [value for pair in roles.items() for value in pair]
        cursor = self._conn.execute(
            f'SELECT turn.source, start, "end", CASE coalesce(turn.role, speaker.role) {cases} ELSE ? END FROM turn'  # noqa: S608 - marks only
            " LEFT JOIN speaker ON speaker.id = turn.speaker ORDER BY turn.source, turn.position",
            [*parameters, unknown],
        )
        columns: NDArray[np.int64] = np.fromiter(cursor, dtype=np.dtype((np.int64, 4)))
        # Parts that people split off stand first in the table; all else is in the order of the text already.
        return columns[np.lexsort((columns[:, 1], columns[:, 0]))]

    def codebook(self) -> tuple[str, dict[str, Json]] | None:
        """The codebook's uid and fields, or None if the study has none yet."""
        sql = "SELECT uid, fields FROM codebook CROSS JOIN entity USING (id) ORDER BY codebook.id LIMIT 1"
        row = self._conn.execute(sql).fetchone()
        return None if row is None else (str(row[0]), json.loads(row[1]))

    def codes(self) -> list[CodeRow]:
        """All codes, in the order of the codebook."""
        rows = self._rows(
            "SELECT code.id, uid, short_id, target, fields FROM code CROSS JOIN entity USING (id)"
            " ORDER BY position, uid"
        )
        return [CodeRow._make([*head, json.loads(fields)]) for *head, fields in rows]

    def cases(self) -> list[CaseRow]:
        """All cases, in the order of the case table."""
        attributes: dict[int, dict[str, str]] = {}
        for case, name, value in self._rows("SELECT study_case, name, value FROM case_attribute ORDER BY 1, 2"):
            attributes.setdefault(case, {})[name] = value
        parties: dict[int, list[PartyRow]] = {}
        for case, *party in self._rows(
            "SELECT study_case, role, name, code, year FROM case_party ORDER BY study_case, position"
        ):
            parties.setdefault(case, []).append(PartyRow._make(party))
        stages: dict[int, list[StageRow]] = {}
        for case, *stage in self._rows(
            "SELECT study_case, name, first, last, mechanism FROM case_stage ORDER BY study_case, position"
        ):
            stages.setdefault(case, []).append(StageRow._make(stage))
        rows = self._rows(
            "SELECT study_case.id, uid, key, name, kind FROM study_case CROSS JOIN entity USING (id)"
            " ORDER BY position, key"
        )
        return [
            CaseRow._make(
                [*row, attributes.get(row[0], {}), tuple(parties.get(row[0], ())), tuple(stages.get(row[0], ()))]
            )
            for row in rows
        ]

    def case_columns(self) -> list[ColumnRow]:
        """The columns of the case table that hold attributes, in their order."""
        rows = self._rows("SELECT name, type, given FROM case_column ORDER BY position, name")
        return [ColumnRow(name, type_, bool(given)) for name, type_, given in rows]

    def links(self, source: int | None = None, *, coders: Collection[int] | None) -> list[LinkRow]:
        """Links between cases and passages, in the order of the text."""
        here, source_keys = _among("source", None if source is None else [source])
        whose, coder_keys = _among("coder", coders)
        return [
            LinkRow(*row)
            for row in self._rows(
                'SELECT link.id, uid, study_case, source, start, "end", stage, coder'  # noqa: S608 - constants
                f" FROM link CROSS JOIN entity USING (id) WHERE {here} AND {whose} ORDER BY source, start, link.id",
                [*source_keys, *coder_keys],
            )
        ]

    def codings(self, source: int | None = None, *, coders: Collection[int] | None) -> list[CodingRow]:
        """Codings of one transcript (or of all), in the order of the text."""
        here, source_keys = _among("source", None if source is None else [source])
        whose, coder_keys = _among("coder", coders)
        return [
            CodingRow._make([*row, bool(flagged)])
            for *row, flagged in self._rows(
                f"SELECT {_CODING} FROM coding CROSS JOIN entity USING (id) WHERE {here} AND {whose}"  # noqa: S608
                ' ORDER BY source, start, "end", coding.id',
                [*source_keys, *coder_keys],
            )
        ]

    def codes_at(self, source: int, start: int, end: int, *, coder: int) -> set[str]:
        """Uids of the codes that a coder put on exactly this passage."""
        rows = self._rows(
            "SELECT entity.uid FROM coding JOIN entity ON entity.id = coding.code"
            ' WHERE source = ? AND start = ? AND "end" = ? AND coder = ?',
            (source, start, end, coder),
        )
        return {str(uid) for (uid,) in rows}

    def coding(self, uid: str) -> CodingRow | None:
        """One coding, or None if it is not there (any more)."""
        sql = f"SELECT {_CODING} FROM coding JOIN entity USING (id) WHERE uid = ?"  # noqa: S608 - constants
        row = self._conn.execute(sql, (uid,)).fetchone()
        return None if row is None else CodingRow._make([*row[:-1], bool(row[-1])])

    def coding_columns(self, *, coders: Collection[int] | None) -> NDArray[np.int64]:
        """All codings as integers, shape (n, 6): code, coder, source, start, end, case set by hand (0 = none).

        Ordered by (code, coder, source, start), straight from one index. The code is the one that was
        applied; merged codes are mapped by the caller, who knows the codebook.
        """
        import numpy as np

        whose, keys = _among("coder", coders)
        cursor = self._conn.execute(
            'SELECT code, coder, source, start, "end", coalesce(study_case, 0) FROM coding'  # noqa: S608 - constants
            f' WHERE {whose} ORDER BY code, coder, source, start, "end"',
            keys,
        )
        columns: NDArray[np.int64] = np.fromiter(cursor, dtype=np.dtype((np.int64, 6)))
        return columns

    def ledger(self, *, coders: Collection[int] | None) -> list[LedgerRow]:
        """What coders marked as being read or complete."""
        whose, keys = _among("coder", coders)
        sql = f"SELECT source, coder, dimension, state, version FROM ledger WHERE {whose} ORDER BY 1, 2, 3"  # noqa: S608
        return [LedgerRow(*row) for row in self._rows(sql, keys)]

    def decisions(self, source: int | None = None, *, coders: Collection[int] | None) -> list[DecisionRow]:
        """What coders said to suggestions."""
        here, source_keys = _among("source", None if source is None else [source])
        whose, coder_keys = _among("coder", coders)
        sql = (
            'SELECT uid, source, code, coder, start, "end", verdict FROM decision CROSS JOIN entity USING (id)'  # noqa: S608
            f" WHERE {here} AND {whose} ORDER BY source, start"
        )
        return [DecisionRow(*row) for row in self._rows(sql, [*source_keys, *coder_keys])]

    def undoable(self, coder: int) -> str | None:
        """The coder's latest act that can be undone."""
        row = self._conn.execute(
            "SELECT uid FROM act WHERE coder = ? AND undoable = 1 AND undone = 0 ORDER BY made DESC, uid DESC LIMIT 1",
            (coder,),
        ).fetchone()
        return None if row is None else str(row[0])

    def redoable(self, coder: int) -> str | None:
        """The coder's act that was undone last, unless new work was done since."""
        row = self._conn.execute(
            "SELECT uid FROM act WHERE coder = :coder AND undoable = 1 AND undone = 1 AND turned >"
            " (SELECT coalesce(max(made), 0) FROM act WHERE coder = :coder AND undoable = 1 AND undone = 0)"
            " ORDER BY turned DESC, turned_by DESC LIMIT 1",
            {"coder": coder},
        ).fetchone()
        return None if row is None else str(row[0])

    def events(
        self, *, coders: Collection[int] | None, last: int | None = None, act: str | None = None
    ) -> Iterator[EventRow]:
        """Events, latest first; of one act, in the order in which they were made, if `act` is given."""
        whose, keys = _among("act.coder", coders)
        sql = (
            "SELECT event.uid, replica.uid, event.seq, event.lamport, event.at_ms, coder.uid, act.uid, entity.uid,"  # noqa: S608
            " event.kind, event.payload, act.undone FROM event JOIN act ON act.id = event.act"
            " JOIN coder ON coder.id = act.coder JOIN entity ON entity.id = event.entity"
            f" JOIN replica ON replica.id = event.replica WHERE {whose}"
        )
        parameters: list[Any] = list(keys)
        if act is not None:
            sql += " AND act.uid = ? ORDER BY event.lamport, event.uid"
            parameters.append(act)
        else:
            sql += " ORDER BY event.lamport DESC, event.uid DESC"
        if last is not None:
            sql += " LIMIT ?"
            parameters.append(last)
        for *head, payload, undone in self._conn.execute(sql, parameters):
            yield EventRow._make([*head, payload_of(head[0], payload), bool(undone)])

    def created_fields(self, uid: str) -> Mapping[str, Json]:
        """The fields with which an entity was first made; nothing if that was erased."""
        row = self._conn.execute(
            "SELECT payload FROM entity JOIN event ON event.entity = entity.id"
            " WHERE entity.uid = ? AND event.kind LIKE '%.created' ORDER BY event.lamport, event.uid LIMIT 1",
            (uid,),
        ).fetchone()
        fields: Mapping[str, Json] = {} if row is None or row[0] is None else json.loads(row[0]).get("fields", {})
        return fields

    def removed(self, type_: str) -> list[str]:
        """Uids of the entities of a type that were removed, or wait for something that was."""
        sql = (
            "SELECT uid FROM entity WHERE type = ? AND id IN (SELECT entity FROM event WHERE kind = ? || '.removed')"
            " ORDER BY id"
        )
        return [str(uid) for (uid,) in self._rows(sql, (type_, type_))]

    def hanging_on(self, type_: str, key: int) -> dict[str, int]:
        """How many entities of each type refer to one of `type_`; of all coders."""
        counts = {}
        for table, column in CHILDREN[type_]:
            row = self._conn.execute(f'SELECT count(*) FROM "{table}" WHERE "{column}" = ?', (key,)).fetchone()  # noqa: S608 - constants
            counts[table] = int(row[0])
        return counts

    def event_coder(self, uid: str) -> str | None:
        """The uid of the coder who wrote an event."""
        row = self._conn.execute(
            "SELECT coder.uid FROM event JOIN act ON act.id = event.act JOIN coder ON coder.id = act.coder"
            " WHERE event.uid = ?",
            (uid,),
        ).fetchone()
        return None if row is None else str(row[0])

    def waiting(self) -> list[tuple[str, str, str, bool]]:
        """Entities that wait for others: (uid, type, uid waited for, whether it is left out meanwhile)."""
        rows = self._rows(
            "SELECT entity.uid, entity.type, waiting.uid, required FROM waiting"
            " JOIN entity ON entity.id = waiting.entity"
            " ORDER BY 1, 3"
        )
        return [(uid, type_, target, bool(required)) for uid, type_, target, required in rows]

    def conflicts(self) -> list[tuple[str, str, str]]:
        """Fields that several people wrote at the same time: (uid, type of entity, field)."""
        rows = self._rows(
            "SELECT uid, type, field FROM conflict JOIN entity ON entity.id = conflict.entity ORDER BY 1, 3"
        )
        return [(uid, type_, field) for uid, type_, field in rows]

    def local(self, coder: int, key: str) -> str | None:
        """Something that this file remembers for a coder and that is no event: the context, the last place."""
        row = self._conn.execute("SELECT value FROM local WHERE coder = ? AND key = ?", (coder, key)).fetchone()
        return None if row is None else str(row[0])
