"""From a folded entity to its rows: how each type of entity becomes ordinary tables.

One function for each type. A row is replaced in place (`ON CONFLICT DO UPDATE`), never deleted and inserted
again, so that the rows which refer to it stay. An entity with a missing or misshapen field gets no row; it
stands in `waiting` with an empty id, and `qcode doctor` reports it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from qcode.core.corrected import corrected_turns
from qcode.core.events import Json, canonical_json
from qcode.core.fold import TARGETS, break_cycles

if TYPE_CHECKING:
    from sqlite3 import Connection

    from qcode.core.fold import Entity

__all__ = ["CHILDREN", "OPTIONAL", "TABLES", "TYPE_ORDER", "Keys", "delete_rows", "insert_rows"]


class Keys(Protocol):
    """Gives the key of an entity by its uid; `type_` is what one that was never heard of is taken for."""

    def __call__(self, uid: str, type_: str = ...) -> int:
        """The key; KeyError if there is none and none can be made."""


# Parents before children: the order in which entities are projected.
TYPE_ORDER = (
    "project",
    "coder",
    "codebook",
    "code",
    "source",
    "speaker",
    "case",
    "column",
    "link",
    "coding",
    "ledger",
    "decision",
    "release",
    "proposal",
    "memo",
    "translation",
    "path",
    "summary",
    "claim",
)

TABLES: Mapping[str, tuple[str, ...]] = {
    "project": ("project",),
    "codebook": ("codebook",),
    "code": ("code",),
    "source": ("turn", "attribute", "source"),
    "speaker": ("attribute", "speaker"),
    "case": ("case_attribute", "case_party", "case_stage", "study_case"),
    "column": ("case_column",),
    "link": ("link",),
    "coding": ("coding",),
    "ledger": ("ledger",),
    "decision": ("decision",),
    "release": ("release",),
    "proposal": ("proposal",),
    "memo": ("memo",),
    "translation": ("translation",),
    "path": ("path",),
    "summary": ("summary",),
    "claim": ("claim",),
}

# (table, column) pairs that refer to an entity of the type: these wait again when it goes.
CHILDREN: Mapping[str, tuple[tuple[str, str], ...]] = {
    "codebook": (("code", "codebook"), ("release", "codebook"), ("proposal", "codebook")),
    "code": (("coding", "code"), ("decision", "code"), ("memo", "target"), ("summary", "code")),
    "source": (
        ("speaker", "source"), ("link", "source"), ("coding", "source"), ("ledger", "source"), ("decision", "source"),
        ("memo", "target"), ("translation", "source"), ("summary", "target"),
    ),
    "case": (("link", "study_case"), ("coding", "study_case"), ("memo", "target"), ("summary", "target")),
}  # fmt: skip

# Fields that may point at an entity which is not there: the row is made without it and made again when it comes.
OPTIONAL: Mapping[str, tuple[str, ...]] = {"coding": ("case",)}

_OWN_KEY = {
    "turn": "source",
    "attribute": "entity",
    "case_attribute": "study_case",
    "case_party": "study_case",
    "case_stage": "study_case",
}

_LIMIT = 2**63  # SQLite's integers

# For each type: table, columns after the key, in the order of the values below.
_UPSERTS = {
    "project": ("project", ("title",)),
    "codebook": ("codebook", ("short_id", "title", "fields")),
    "code": ("code", ("codebook", "short_id", "position", "target", "fields")),
    "source": ("source", ("name", "sha256", "length", "original_sha256", "kind", "language", "encoding", "canonical",
                          "at_ms", "position", "aliases")),
    "speaker": ("speaker", ("source", "label", "role", "position", "name")),
    "case": ("study_case", ("key", "name", "kind", "position")),
    "column": ("case_column", ("name", "type", "given", "position")),
    "link": ("link", ("study_case", "source", "start", "end", "stage", "coder")),
    "coding": ("coding", ("source", "code", "coder", "start", "end", "study_case", "stage", "origin", "at_ms",
                          "flagged")),
    "ledger": ("ledger", ("source", "coder", "dimension", "state", "version")),
    "decision": ("decision", ("source", "code", "coder", "start", "end", "verdict", "at_ms")),
    "release": ("release", ("codebook", "coder", "name", "version", "at_ms", "fields")),
    "proposal": ("proposal", ("codebook", "coder", "code", "state", "at_ms", "fields")),
    "memo": ("memo", ("about", "target", "start", "end", "kind", "title", "text", "coder", "at_ms", "changed_ms")),
    "translation": ("translation", ("source", "start", "end", "language", "text", "translator", "checked_by", "coder",
                                    "at_ms", "changed_ms")),
    "path": ("path", ("from_coding", "to_coding", "coder", "at_ms")),
    "summary": ("summary", ("about", "target", "value", "code", "text", "coder", "at_ms", "changed_ms")),
    "claim": ("claim", ("title", "text", "supporting", "contrary", "coder", "at_ms", "changed_ms")),
}  # fmt: skip


def _upsert(table: str, columns: tuple[str, ...]) -> str:
    names = ", ".join(f'"{c}"' for c in ("id", *columns))
    updates = ", ".join(f'"{c}" = excluded."{c}"' for c in columns)
    places = ", ".join("?" * (len(columns) + 1))
    # The names are the constants above, never data.
    return f'INSERT INTO "{table}" ({names}) VALUES ({places}) ON CONFLICT (id) DO UPDATE SET {updates}'  # noqa: S608


_SQL = {type_: _upsert(table, columns) for type_, (table, columns) in _UPSERTS.items()}


def _text(fields: Mapping[str, Json], name: str, default: str = "") -> str:
    value = fields.get(name, default)
    if not isinstance(value, str):
        raise TypeError(name)
    return value


def _number(fields: Mapping[str, Json], name: str, default: int = 0) -> int:
    return _whole(fields.get(name, default))


def _whole(value: Json) -> int:
    """The value, if it is a whole number that SQLite can hold. Raises TypeError."""
    if type(value) is not int or not -_LIMIT <= value < _LIMIT:
        raise TypeError("not a whole number")
    return value


def _maybe(fields: Mapping[str, Json], name: str) -> str | None:
    return _text(fields, name) or None if fields.get(name) is not None else None


def _texts(fields: Mapping[str, Json], name: str) -> list[str]:
    value = fields.get(name, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise TypeError(name)
    return value


def _span(fields: Mapping[str, Json]) -> tuple[int, int]:
    start, end = map(_whole, fields["span"])
    if not 0 <= start < end:
        raise TypeError("span")
    return start, end


def _row(entity: Entity, key: int, keys: Keys, coder: int) -> tuple[Any, ...]:
    """The row of an entity, in the order of `_UPSERTS`. Raises TypeError, ValueError or KeyError if it is misshapen."""
    f = entity.fields
    match entity.type:
        case "project":
            return (_text(f, "title"),)
        case "codebook":
            return (_text(f, "short_id"), _text(f, "title"), canonical_json(dict(f)))
        case "code":
            # `target` is settled for all codes together afterwards: merges form chains.
            return (
                keys(_text(f, "codebook")),
                _text(f, "short_id"),
                _number(f, "position"),
                key,
                canonical_json(dict(f)),
            )
        case "source":
            return (
                _text(f, "name"), _text(f, "sha256"), _number(f, "length"), _text(f, "original_sha256"),
                _text(f, "kind"), _text(f, "language"), _text(f, "encoding"), _number(f, "canonical"), entity.at_ms,
                _number(f, "position"), canonical_json(_texts(f, "aliases")),
            )  # fmt: skip
        case "speaker":
            return (
                keys(_text(f, "source")),
                _text(f, "label"),
                _text(f, "role"),
                _number(f, "position"),
                _text(f, "name"),
            )
        case "case":
            return (_text(f, "key"), _text(f, "name"), _text(f, "kind"), _number(f, "position"))
        case "column":
            return (_text(f, "name"), _text(f, "type"), int(f.get("given") is True), _number(f, "position"))
        case _:
            return _work_row(entity, keys, coder)


def _work_row(entity: Entity, keys: Keys, coder: int) -> tuple[Any, ...]:
    """The row of what a coder does with the material: links, codings, marks, decisions, and work on the codebook."""
    f = entity.fields
    match entity.type:
        case "link":
            start, end = _span(f) if f.get("span") is not None else (None, None)
            return (keys(_text(f, "case")), keys(_text(f, "source")), start, end, _maybe(f, "stage"), coder)
        case "coding":
            case = _maybe(f, "case")
            return (
                keys(_text(f, "source")), keys(_text(f, "code")), coder, *_span(f), keys(case) if case else None,
                _maybe(f, "stage"), _maybe(f, "origin"), entity.at_ms, int(f.get("flagged") is True),
            )  # fmt: skip
        case "ledger":
            return (keys(_text(f, "source")), coder, _text(f, "dimension"), _text(f, "state"), _text(f, "version"))
        case "release" | "proposal":
            names = ("name", "version") if entity.type == "release" else ("code", "state")
            told = (_text(f, name) for name in names)
            return (keys(_text(f, "codebook")), coder, *told, entity.at_ms, canonical_json(dict(f)))
        case "decision":
            return (
                keys(_text(f, "source")),
                keys(_text(f, "code")),
                coder,
                *_span(f),
                _text(f, "verdict"),
                entity.at_ms,
            )
        case _:
            return _written_row(entity, keys, coder)


def _written_row(entity: Entity, keys: Keys, coder: int) -> tuple[Any, ...]:
    """The row of what people write about the material: memos, translations, paths, summaries and claims."""
    f = entity.fields
    end = (coder, entity.at_ms, entity.changed_ms)
    match entity.type:
        case "memo":
            about, target = _target(entity, keys)
            place = _span(f) if about == "passage" else (None, None)
            return (about, target, *place, _text(f, "kind"), _text(f, "title"), _text(f, "text"), *end)
        case "translation":
            told = (_text(f, name) for name in ("language", "text", "translator", "checked_by"))
            return (keys(_text(f, "source")), *_span(f), *told, *end)
        case "path":
            first, second = _text(f, "from"), _text(f, "to")
            if not first or not second:
                raise TypeError("path")
            return (keys(first, "coding"), keys(second, "coding"), coder, entity.at_ms)
        case "summary":
            about, target = _target(entity, keys)
            return (about, target, _text(f, "value"), keys(_text(f, "code")), _text(f, "text"), *end)
        case _:
            passages = (_passages(f, name) for name in ("supporting", "contrary"))
            return (_text(f, "title"), _text(f, "text"), *passages, *end)


def _target(entity: Entity, keys: Keys) -> tuple[str, int | None]:
    """What something is about: the word for it, and the key of the thing itself, if it is one."""
    about = _text(entity.fields, "about")
    named = TARGETS[entity.type][about]  # an unknown word is a KeyError, that is, a misshapen field
    return about, next((keys(_text(entity.fields, name)) for name in named), None)


def _passages(fields: Mapping[str, Json], name: str) -> str:
    """Passages, each a transcript's uid, start and end, as canonical JSON."""
    found = []
    for source, start, end in fields.get(name, []):
        if not isinstance(source, str) or not 0 <= _whole(start) < _whole(end):
            raise TypeError(name)
        found.append([source, start, end])
    return canonical_json(found)


def insert_rows(conn: Connection, entity: Entity, key: int, keys: Keys, coder: int) -> None:
    """Write the rows of one living entity whose references are all there.

    `keys` gives the key of a uid, `coder` is the key of the entity's coder.
    Raises TypeError, ValueError or KeyError, before anything is written, if a field is missing or misshapen.
    """
    row = _row(entity, key, keys, coder)
    parts: list[tuple[str, list[tuple[Any, ...]]]] = []
    if entity.type == "source":
        parts.append(("INSERT INTO turn VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", _turns(entity, key, keys)))
    if entity.type in ("source", "speaker"):
        parts.append(("INSERT INTO attribute VALUES (?, ?, ?)", _attributes(entity, key)))
    elif entity.type == "case":
        parts.append(("INSERT INTO case_attribute VALUES (?, ?, ?)", _attributes(entity, key)))
        parts.append(("INSERT INTO case_party VALUES (?, ?, ?, ?, ?, ?)", _case_parties(entity, key)))
        parts.append(("INSERT INTO case_stage VALUES (?, ?, ?, ?, ?, ?)", _case_stages(entity, key)))
    conn.execute(_SQL[entity.type], (key, *row))
    for table in TABLES[entity.type][:-1]:
        conn.execute(f'DELETE FROM "{table}" WHERE "{_OWN_KEY[table]}" = ?', (key,))  # noqa: S608 - constants
    for sql, rows in parts:
        conn.executemany(sql, rows)


def _turns(entity: Entity, key: int, keys: Keys) -> list[tuple[Any, ...]]:
    """The turns of a transcript, with what people corrected.

    Besides the fields of `corrected_turns`, `same:UID` says that the speaker of that uid is the one whose uid it holds.
    """
    merged = _merged_speakers(entity)
    key_of = cache(keys)
    rows = []
    for turn in corrected_turns(entity.fields):
        who = turn.speaker
        while who in merged:
            who = merged[who]
        rows.append(
            (
                key, turn.position, turn.start, turn.body, turn.end, None if who is None else key_of(who),
                turn.time_ms, None if turn.written is None else key_of(turn.written), turn.role,
            )
        )  # fmt: skip
    return rows


def _merged_speakers(entity: Entity) -> dict[str, str]:
    """Speakers (uids) that somebody merged into others; cycles, which two people can make together, are broken."""
    edges = {
        name.removeprefix("same:"): (_text(entity.fields, name), entity.written[name])
        for name, target in entity.fields.items()
        if name.startswith("same:") and target is not None
    }
    return break_cycles(edges)


def _attributes(entity: Entity, key: int) -> list[tuple[Any, ...]]:
    return [
        (key, name.removeprefix("attr:"), str(value))
        for name, value in entity.fields.items()
        if name.startswith("attr:") and value not in (None, "")
    ]


def _year(fields: Mapping[str, Json], name: str) -> int | None:
    return None if fields.get(name) is None else _number(fields, name)


def _case_parties(entity: Entity, key: int) -> list[tuple[Any, ...]]:
    return [
        (key, position, _text(party, "role"), _text(party, "name"), _maybe(party, "code"), _year(party, "year"))
        for position, party in enumerate(map(dict, entity.fields.get("parties", ())))
    ]


def _case_stages(entity: Entity, key: int) -> list[tuple[Any, ...]]:
    return [
        (key, position, _text(stage, "name"), _year(stage, "first"), _year(stage, "last"), _maybe(stage, "mechanism"))
        for position, stage in enumerate(map(dict, entity.fields.get("stages", ())))
    ]


def delete_rows(conn: Connection, type_: str, key: int) -> bool:
    """Take the rows of an entity out; whether there were any."""
    gone = 0
    for table in TABLES.get(type_, ()):
        column = _OWN_KEY.get(table, "id")
        gone = conn.execute(f'DELETE FROM "{table}" WHERE "{column}" = ?', (key,)).rowcount  # noqa: S608 - constants
    return gone > 0
