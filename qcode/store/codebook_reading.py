"""Reading what became of a codebook: its releases, the proposals to its owner, and every event that made it."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from qcode.core.events import Json, Step
from qcode.store.connect import GuardedReads
from qcode.store.projector import payload_of

if TYPE_CHECKING:
    from sqlite3 import Connection

__all__ = ["CodebookReader", "ProposalRow", "ReleaseRow", "Standing"]


class ReleaseRow(NamedTuple):
    """A named version of the codebook: who released it when (`coder` a key, `at_ms` since 1970), and its fields."""

    uid: str
    coder: int
    name: str
    version: str
    at_ms: int
    fields: Mapping[str, Json]


class ProposalRow(NamedTuple):
    """A change of one code (by short id) that a coder proposed: open, accepted or refused."""

    uid: str
    coder: int
    code: str
    state: str
    at_ms: int
    fields: Mapping[str, Json]


class Standing(NamedTuple):
    """What stands on codes: codings of everybody, transcripts that they are in, and codings of one coder."""

    codings: int
    transcripts: int
    own: int


class CodebookReader:
    """The queries on the history of one project's codebook."""

    def __init__(self, conn: Connection, path: Path) -> None:
        self._conn = GuardedReads(conn, path)

    def releases(self) -> list[ReleaseRow]:
        """All releases, the oldest first."""
        rows = self._conn.execute(
            "SELECT uid, coder, name, version, at_ms, fields FROM release CROSS JOIN entity USING (id)"
            " ORDER BY at_ms, uid"
        )
        return [ReleaseRow._make([*head, json.loads(fields)]) for *head, fields in rows]

    def proposals(self) -> list[ProposalRow]:
        """All proposals, the oldest first."""
        rows = self._conn.execute(
            "SELECT uid, coder, code, state, at_ms, fields FROM proposal CROSS JOIN entity USING (id)"
            " ORDER BY at_ms, uid"
        )
        return [ProposalRow._make([*head, json.loads(fields)]) for *head, fields in rows]

    def accepted(self) -> dict[str, str]:
        """The acts (uid) by which proposals were accepted, with the coder (uid) who made the proposal."""
        rows = self._conn.execute(
            "SELECT act.uid, coder.uid FROM proposal JOIN entity ON entity.id = proposal.id"
            " JOIN coder ON coder.id = proposal.coder JOIN event ON event.entity = entity.id"
            " JOIN act ON act.id = event.act WHERE proposal.state = 'accepted' AND act.undone = 0"
        )
        return dict(rows)

    def standing(self, codes: Collection[int], coder: int) -> Standing:
        """What stands on these codes (keys); `own` are codings of this coder (key)."""
        marks = ",".join("?" * len(codes))
        row = self._conn.execute(
            "SELECT count(*), count(DISTINCT source), coalesce(sum(coder = ?), 0) FROM coding"  # noqa: S608 - marks only
            f" WHERE code IN ({marks})",
            [coder, *sorted(codes)],
        ).fetchone()
        return Standing._make(row)

    def used_last(self, coder: int) -> list[int]:
        """The codes (keys) that a coder has put on passages, the one used last first."""
        rows = self._conn.execute(
            "SELECT code FROM coding WHERE coder = ? GROUP BY code ORDER BY max(at_ms) DESC, max(id) DESC", (coder,)
        )
        return [int(code) for (code,) in rows]

    def tally(self) -> list[tuple[int, int, int]]:
        """How often each code stands: code and coder (keys), and the number of codings."""
        return [
            (code, coder, number)
            for code, coder, number in self._conn.execute(
                "SELECT code, coder, count(*) FROM coding GROUP BY code, coder"
            )
        ]

    def last_changes(self) -> dict[str, tuple[int, int]]:
        """When each code (uid) was written last, in milliseconds since 1970, and by which coder (key)."""
        rows = self._conn.execute(
            "SELECT entity.uid, at_ms, act.coder FROM entity CROSS JOIN event ON event.entity = entity.id"
            " JOIN act ON act.id = event.act WHERE entity.type = 'code' AND act.undone = 0 ORDER BY lamport, event.uid"
        )
        return {uid: (at_ms, coder) for uid, at_ms, coder in rows}

    def history(self) -> list[Step]:
        """The events of codebook and codes that are not undone, in their one order. Raises DamagedProject."""
        rows = self._conn.execute(
            "SELECT event.uid, lamport, at_ms, coder.uid, act.uid, entity.uid, kind, payload FROM entity"
            " CROSS JOIN event ON event.entity = entity.id JOIN act ON act.id = event.act"
            " JOIN coder ON coder.id = act.coder WHERE entity.type IN ('codebook', 'code') AND act.undone = 0"
            " ORDER BY lamport, event.uid"
        )
        return [Step._make([*head, payload_of(head[0], payload)]) for *head, payload in rows]
