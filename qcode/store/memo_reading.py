"""Reading what people wrote about the material: memos, translations, paths between codings, summaries and claims.

As everywhere in the store, `coders` says whose work is read: keys, or None for everybody. Positions are code points
in the transcript's canonical text, half-open; times are milliseconds since 1970.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from qcode.store.connect import GuardedReads

if TYPE_CHECKING:
    from sqlite3 import Connection

__all__ = ["ClaimRow", "MemoReader", "MemoRow", "PassageOf", "PathRow", "SummaryRow", "TranslationRow"]


class MemoRow(NamedTuple):
    """A memo: `target` is the key of the code, case or transcript that it is about, None for the study.

    `about` is project, code, case, transcript or passage; only a memo about a passage has `start` and `end`.
    """

    key: int
    uid: str
    about: str
    target: int | None
    start: int | None
    end: int | None
    kind: str
    title: str
    text: str
    coder: int
    at_ms: int
    changed_ms: int


class TranslationRow(NamedTuple):
    """A passage in another language; `coder` recorded it first, `checked_by` is empty while nobody has checked it."""

    key: int
    uid: str
    source: int
    start: int
    end: int
    language: str
    text: str
    translator: str
    checked_by: str
    coder: int
    at_ms: int
    changed_ms: int


class PathRow(NamedTuple):
    """That what one coding says leads to what another says (keys of codings), as a coder reads it."""

    key: int
    uid: str
    from_coding: int
    to_coding: int
    coder: int
    at_ms: int


class SummaryRow(NamedTuple):
    """A cell of a framework matrix: what a coder says of a code (key) in one row.

    `about` is case, transcript or value: `target` is the key of the case or transcript, `value` a value's own words.
    """

    key: int
    uid: str
    about: str
    target: int | None
    value: str
    code: int
    text: str
    coder: int
    at_ms: int
    changed_ms: int


class PassageOf(NamedTuple):
    """A passage by the uid of its transcript, which need not be there any more."""

    source: str
    start: int
    end: int


class ClaimRow(NamedTuple):
    """A claim of a coder's, with the passages that support it and those that speak against it."""

    key: int
    uid: str
    title: str
    text: str
    supporting: tuple[PassageOf, ...]
    contrary: tuple[PassageOf, ...]
    coder: int
    at_ms: int
    changed_ms: int


def _columns(table: str, names: str) -> str:
    """The columns of a row after key and uid. All names are constants of this module."""
    return ", ".join(f'{table}."{name}"' for name in names.split())


_MEMO = _columns("memo", "about target start end kind title text coder at_ms changed_ms")
_TRANSLATION = _columns(
    "translation", "source start end language text translator checked_by coder at_ms changed_ms"
)  # fmt: skip
_SUMMARY = _columns("summary", "about target value code text coder at_ms changed_ms")
_CLAIM = _columns("claim", "title text supporting contrary coder at_ms changed_ms")


def _whose(column: str, coders: Collection[int] | None) -> tuple[str, list[int]]:
    """A condition that holds for these coders, and its parameters. The column is a constant of this module."""
    if coders is None:
        return "1", []
    return f"{column} IN ({','.join('?' * len(coders))})", sorted(coders)


class MemoReader:
    """The queries on what people wrote about one project's material."""

    def __init__(self, conn: Connection, path: Path) -> None:
        self._conn = GuardedReads(conn, path)

    def memos(self, target: int | None = None, *, coders: Collection[int] | None) -> list[MemoRow]:
        """Memos on one code, case or transcript (by key; its passages too), or all; in the order of their making."""
        whose, parameters = _whose("coder", coders)
        here = "1" if target is None else "target = ?"
        sql = (
            f"SELECT memo.id, uid, {_MEMO} FROM memo CROSS JOIN entity USING (id) WHERE {whose} AND {here}"  # noqa: S608 - constants
            " ORDER BY at_ms, memo.id"
        )
        rows = self._conn.execute(sql, [*parameters, *([] if target is None else [target])])
        return [MemoRow._make(row) for row in rows]

    def memo(self, uid: str) -> MemoRow | None:
        """One memo, or None if it is not there (any more)."""
        sql = f"SELECT memo.id, uid, {_MEMO} FROM memo JOIN entity USING (id) WHERE uid = ?"  # noqa: S608 - constants
        row = self._conn.execute(sql, (uid,)).fetchone()
        return None if row is None else MemoRow._make(row)

    def memo_counts(self, *, coders: Collection[int] | None) -> dict[tuple[str, int | None], int]:
        """How many memos there are on each target: by what they are about and the key of the target."""
        whose, parameters = _whose("coder", coders)
        sql = f"SELECT about, target, count(*) FROM memo WHERE {whose} GROUP BY about, target ORDER BY 1, 2"  # noqa: S608
        return {(about, target): count for about, target, count in self._conn.execute(sql, parameters)}

    def translations(self, source: int | None = None, *, coders: Collection[int] | None = None) -> list[TranslationRow]:
        """Translations of passages of one transcript (or of all), in the order of the text."""
        whose, parameters = _whose("coder", coders)
        here = "1" if source is None else "source = ?"
        sql = (
            f"SELECT translation.id, uid, {_TRANSLATION} FROM translation CROSS JOIN entity USING (id)"  # noqa: S608
            f' WHERE {whose} AND {here} ORDER BY source, start, "end", language'
        )
        rows = self._conn.execute(sql, [*parameters, *([] if source is None else [source])])
        return [TranslationRow._make(row) for row in rows]

    def paths(self, *, coders: Collection[int] | None) -> list[PathRow]:
        """Paths of which both codings are there, in the order of their making."""
        whose, parameters = _whose("path.coder", coders)
        rows = self._conn.execute(
            "SELECT path.id, uid, from_coding, to_coding, path.coder, path.at_ms FROM path"  # noqa: S608 - constants
            " CROSS JOIN entity USING (id) JOIN coding a ON a.id = from_coding JOIN coding b ON b.id = to_coding"
            f" WHERE {whose} ORDER BY path.at_ms, path.id",
            parameters,
        )
        return [PathRow._make(row) for row in rows]

    def summaries(self, *, coders: Collection[int] | None) -> list[SummaryRow]:
        """All summaries, in the order of their making."""
        return [SummaryRow._make(row) for row in self._written("summary", _SUMMARY, coders)]

    def claims(self, *, coders: Collection[int] | None) -> list[ClaimRow]:
        """All claims, in the order of their making."""
        return [
            ClaimRow(key, uid, title, text, _passages(supporting), _passages(contrary), *end)
            for key, uid, title, text, supporting, contrary, *end in self._written("claim", _CLAIM, coders)
        ]

    def _written(self, table: str, columns: str, coders: Collection[int] | None) -> list[Any]:
        whose, parameters = _whose("coder", coders)
        sql = (
            f"SELECT {table}.id, uid, {columns} FROM {table} CROSS JOIN entity USING (id)"  # noqa: S608 - constants
            f" WHERE {whose} ORDER BY at_ms, {table}.id"
        )
        return self._conn.execute(sql, parameters).fetchall()


def _passages(stored: str) -> tuple[PassageOf, ...]:
    return tuple(PassageOf(*passage) for passage in json.loads(stored))
