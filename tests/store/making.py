"""Small projects for the tests of the store, and what their tables must hold by the fold of their events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from sqlite3 import Connection
from typing import Any

from qcode.core.events import Step, canonical_json
from qcode.core.fold import Entity, Folded, fold
from qcode.core.ids import coder_id, uuid7
from qcode.core.text import quote_hash, text_sha256
from qcode.store import rebuild
from qcode.store.project_file import ProjectFile
from qcode.store.writer import Clock

ANNA, BO = coder_id("Anna"), coder_id("Bo")
TEXT = "I: 为什么合作？\nB: Wir wollten die Brücke, 县里 paid for it. " * 6  # invented


class TickClock(Clock):
    """A clock that goes one millisecond at each look, and ids that are never random."""

    def __init__(self, start: int = 1_700_000_000_000) -> None:
        self.ms = start

    def now_ms(self) -> int:
        self.ms += 1
        return self.ms

    def new_id(self) -> str:
        return uuid7(self.now_ms(), 0)

    def new_salt(self) -> bytes:
        return self.ms.to_bytes(8, "big")


@dataclass(frozen=True)
class Study:
    """Uids of what `fill` made."""

    book: str
    codes: tuple[str, ...]
    sources: tuple[str, ...]
    cases: tuple[str, ...]


def fill(project: ProjectFile, *, sources: int = 2) -> Study:
    """A codebook of three codes, transcripts and two cases, each in an act of its own."""
    with project.write(ANNA) as writer:
        book = writer.create("codebook", {"short_id": "b", "title": "Book"})
        codes = tuple(
            writer.create("code", {"codebook": book, "short_id": f"c{i}", "position": i, "names": {"en": f"Code {i}"}})
            for i in range(3)
        )
    texts = tuple(add_source(project, f"S{i}", TEXT + str(i)) for i in range(sources))
    with project.write(ANNA) as writer:
        cases = tuple(
            writer.create("case", {"key": f"K{i}", "name": f"Case {i}", "kind": "dataset", "position": i,
                                   "attr:mechanism": "arranged", "attr:year": "", "parties": [{"role": "donor", "name": "甲县", "code": "340824", "year": 2018},
                                                       {"role": "recipient", "name": "乙县"}],
                                   "stages": [{"name": "plan", "first": 2009, "last": 2012}, {"name": "park", "mechanism": "mandated"}]})
            for i in range(2)
        )  # fmt: skip
        writer.create("column", {"name": "mechanism", "type": "text", "given": False, "position": 0})
    return Study(book, codes, texts, cases)


def add_source(project: ProjectFile, name: str, text: str) -> str:
    with project.write(ANNA) as writer:
        sha256 = project.keep_blob(text.encode())
        original = project.keep_blob(b"original " + text.encode())
        uid, one = project.clock.new_id(), project.clock.new_id()
        writer.create("source", {
            "name": name, "sha256": sha256, "length": len(text), "original_sha256": original, "kind": "recorded",
            "language": "zh", "encoding": "utf-8", "canonical": 1, "position": 0, "speakers": [one], "attr:date": "2019",
            "turns": [[0, 3, 10, 0, None], [10, 10, len(text), None, 5]], "turn:1:role": "other", "attr:place": "",
        }, uid=uid)  # fmt: skip
        writer.create("speaker", {"source": uid, "label": "I", "role": "interviewer", "position": 0}, uid=one)
    assert sha256 == text_sha256(text)
    return uid


def passage(
    study: Study, *, source: int = 0, code: int = 0, span: tuple[int, int] = (0, 5), **more: Any
) -> dict[str, Any]:
    """The fields of a coding."""
    quote = quote_hash((TEXT + str(source))[span[0] : span[1]])
    return {"source": study.sources[source], "code": study.codes[code], "span": list(span), "quote": quote, **more}


def write_notes(project: ProjectFile, study: Study, *, coder: str = ANNA) -> dict[str, str]:
    """One memo on each kind of thing, and one of everything else that people write: uids by what they are."""
    place = {name: passage(study)[name] for name in ("source", "span", "quote")}
    memo = {"kind": "memo", "title": "", "text": "invented"}
    with project.write(coder) as writer:
        codings = [writer.create("coding", passage(study, code=code)) for code in (0, 1)]
        return {
            "project": writer.create("memo", {**memo, "about": "project"}),
            "code": writer.create("memo", {**memo, "about": "code", "code": study.codes[0]}),
            "case": writer.create("memo", {**memo, "about": "case", "case": study.cases[0]}),
            "transcript": writer.create("memo", {**memo, "about": "transcript", "source": study.sources[0]}),
            "passage": writer.create("memo", {**memo, "about": "passage", **place}),
            "translation": writer.create(
                "translation", {**place, "language": "en", "text": "Why?", "translator": "Anna", "checked_by": ""}
            ),
            "path": writer.create("path", {"from": codings[0], "to": codings[1]}),
            "summary": writer.create(
                "summary", {"about": "case", "case": study.cases[0], "value": "", "code": study.codes[0], "text": "s"}
            ),
            "claim": writer.create(
                "claim", {"title": "c", "text": "t", "supporting": [[study.sources[0], 0, 5]], "contrary": [["gone", 1, 2]]}
            ),
        }  # fmt: skip


def steps(project: ProjectFile) -> list[Step]:
    """All events of a project, as the fold reads them."""
    return [
        Step(e.uid, e.lamport, e.at_ms, e.coder, e.act, e.entity, e.kind, e.payload)
        for e in project.read.events(coders=None)
    ]


def is_sound(project: ProjectFile) -> None:
    """Tables, events, chain, texts and quotes all agree, and so does the fold of all events."""
    assert rebuild.check_storage(project) == []
    assert rebuild.check_chain(project) == []
    assert rebuild.check_quotes(project) == []
    assert rebuild.compare(project) == []
    assert stored(project.database.conn) == told(fold(steps(project)))


_STORED = {
    "project": "SELECT entity.uid, title FROM project JOIN entity USING (id)",
    "codebook": "SELECT entity.uid, short_id, title, fields FROM codebook JOIN entity USING (id)",
    "code": "SELECT entity.uid, b.uid, short_id, position, t.uid, fields FROM code JOIN entity USING (id)"
    " JOIN entity b ON b.id = codebook JOIN entity t ON t.id = target",
    "source": "SELECT entity.uid, name, sha256, length, kind, language, canonical, at_ms, aliases FROM source JOIN entity USING (id)",
    "turn": 'SELECT s.uid, position, start, body, "end", w.uid, time_ms, o.uid, role FROM turn'
    " JOIN entity s ON s.id = source LEFT JOIN entity w ON w.id = speaker LEFT JOIN entity o ON o.id = written",
    "note": "SELECT uid, name, value FROM attribute JOIN entity ON entity.id = attribute.entity",
    "speaker": "SELECT entity.uid, s.uid, label, role, name FROM speaker JOIN entity USING (id) JOIN entity s ON s.id = source",
    "case": "SELECT entity.uid, key, name, kind FROM study_case JOIN entity USING (id)",
    "attribute": "SELECT uid, name, value FROM case_attribute JOIN entity ON entity.id = study_case",
    "party": "SELECT uid, position, role, name, code, year FROM case_party JOIN entity ON entity.id = study_case",
    "stage": "SELECT uid, position, name, first, last, mechanism FROM case_stage JOIN entity ON entity.id = study_case",
    "column": "SELECT entity.uid, name, case_column.type, given, position FROM case_column JOIN entity USING (id)",
    "link": 'SELECT entity.uid, k.uid, s.uid, start, "end", stage, coder.uid FROM link JOIN entity USING (id)'
    " JOIN entity k ON k.id = study_case JOIN entity s ON s.id = source JOIN coder ON coder.id = coder",
    "coding": 'SELECT entity.uid, s.uid, c.uid, coder.uid, start, "end", k.uid, stage, at_ms, flagged FROM coding'
    " JOIN entity USING (id) JOIN entity s ON s.id = source JOIN entity c ON c.id = code JOIN coder ON coder.id = coder"
    " LEFT JOIN entity k ON k.id = study_case",
    "ledger": "SELECT entity.uid, s.uid, coder.uid, dimension, state FROM ledger JOIN entity USING (id)"
    " JOIN entity s ON s.id = source JOIN coder ON coder.id = coder",
    "decision": 'SELECT entity.uid, s.uid, c.uid, coder.uid, start, "end", verdict FROM decision JOIN entity USING (id)'
    " JOIN entity s ON s.id = source JOIN entity c ON c.id = code JOIN coder ON coder.id = coder",
    "release": "SELECT entity.uid, b.uid, coder.uid, release.name, version, at_ms, fields FROM release JOIN entity USING (id)"
    " JOIN entity b ON b.id = codebook JOIN coder ON coder.id = coder",
    "proposal": "SELECT entity.uid, b.uid, coder.uid, code, state, at_ms, fields FROM proposal JOIN entity USING (id)"
    " JOIN entity b ON b.id = codebook JOIN coder ON coder.id = coder",
    "memo": 'SELECT entity.uid, about, t.uid, start, "end", kind, title, text, coder.uid, at_ms, changed_ms FROM memo'
    " JOIN entity USING (id) LEFT JOIN entity t ON t.id = target JOIN coder ON coder.id = coder",
    "translation": 'SELECT entity.uid, s.uid, start, "end", language, text, translator, checked_by, coder.uid, at_ms,'
    " changed_ms FROM translation JOIN entity USING (id) JOIN entity s ON s.id = source JOIN coder ON coder.id = coder",
    "path": "SELECT entity.uid, a.uid, b.uid, coder.uid, at_ms FROM path JOIN entity USING (id)"
    " JOIN entity a ON a.id = from_coding JOIN entity b ON b.id = to_coding JOIN coder ON coder.id = coder",
    "summary": "SELECT entity.uid, about, t.uid, value, c.uid, text, coder.uid, at_ms, changed_ms FROM summary"
    " JOIN entity USING (id) LEFT JOIN entity t ON t.id = target JOIN entity c ON c.id = code"
    " JOIN coder ON coder.id = coder",
    "claim": "SELECT entity.uid, title, text, supporting, contrary, coder.uid, at_ms, changed_ms FROM claim"
    " JOIN entity USING (id) JOIN coder ON coder.id = coder",
    "waiting": "SELECT entity.uid, waiting.uid, required FROM waiting JOIN entity ON entity.id = entity",
    "conflict": "SELECT uid, field, kept, lost FROM conflict JOIN entity ON entity.id = entity",
}


_ALONE = (None, "project", "value")  # what is about no code, case or transcript


def stored(conn: Connection) -> dict[str, list[Any]]:
    """Every projection, with uids for keys, in order."""
    found = {}
    for name, sql in _STORED.items():
        clear = sql.replace("coder.id = coder", f"coder.id = {name}.coder")
        clear = clear.replace("entity.id = entity", f"entity.id = {name}.entity")
        found[name] = sorted(conn.execute(clear).fetchall(), key=repr)
    return found


def told(folded: Folded) -> dict[str, list[Any]]:
    """What every projection must hold by the fold of all events, written without the store."""
    there = {uid: e for uid, e in folded.entities.items() if uid not in folded.orphans}
    rows: dict[str, list[Any]] = {name: [] for name in _STORED}
    for uid, entity in there.items():
        for table, row in _rows(uid, entity, there, folded):
            rows[table].append(row)
        rows["conflict"] += [
            (uid, c.field, c.kept.event, canonical_json([w.event for w in c.lost])) for c in entity.conflicts
        ]
    for uid, targets in folded.orphans.items():
        rows["waiting"] += [(uid, target, 1) for target in dict.fromkeys(targets)]
    for uid, entity in folded.entities.items():
        case = entity.fields.get("case")
        if entity.type == "coding" and case and not (case in there and there[case].type == "case"):
            rows["waiting"].append((uid, case, 0))
    return {name: sorted(found, key=repr) for name, found in rows.items()}


def _rows(uid: str, entity: Entity, there: dict[str, Entity], folded: Folded) -> Iterator[tuple[str, tuple[Any, ...]]]:  # noqa: C901, PLR0912
    f = entity.fields
    span = f.get("span") or [None, None]
    match entity.type:
        case "project":
            yield "project", (uid, f["title"])
        case "codebook":
            yield "codebook", (uid, f["short_id"], f["title"], canonical_json(f))
        case "code":
            end = uid
            while end in folded.redirects:
                end = folded.redirects[end]
            yield "code", (uid, f["codebook"], f["short_id"], f["position"], end, canonical_json(f))
        case "source":
            yield (
                "source",
                (
                    uid, f["name"], f["sha256"], f["length"], f["kind"], f["language"], f["canonical"], entity.at_ms,
                    canonical_json(f.get("aliases", [])),
                ),
            )  # fmt: skip
            yield from _turn_rows(uid, f)
            yield from _notes(uid, f)
        case "speaker":
            yield "speaker", (uid, f["source"], f["label"], f["role"], f.get("name", ""))
            yield from _notes(uid, f)
        case "case":
            yield "case", (uid, f["key"], f["name"], f["kind"])
            for name, value in f.items():
                if name.startswith("attr:") and value not in (None, ""):
                    yield "attribute", (uid, name[5:], value)
            for i, party in enumerate(f.get("parties", [])):
                yield "party", (uid, i, party["role"], party["name"], party.get("code") or None, party.get("year"))
            for i, stage in enumerate(f.get("stages", [])):
                yield "stage", (uid, i, stage["name"], *(stage.get(k) or None for k in ("first", "last", "mechanism")))
        case "column":
            yield "column", (uid, f["name"], f["type"], int(f["given"]), f["position"])
        case "link":
            yield "link", (uid, f["case"], f["source"], *span, f.get("stage") or None, entity.coder)
        case "coding":
            case = f.get("case")
            known = case if case in there and there[case].type == "case" else None
            yield (
                "coding",
                (
                    uid, f["source"], f["code"], entity.coder, *span, known, f.get("stage") or None, entity.at_ms,
                    int(f.get("flagged") is True),
                ),
            )  # fmt: skip
        case "ledger":
            yield "ledger", (uid, f["source"], entity.coder, f["dimension"], f["state"])
        case "release":
            told = (uid, f["codebook"], entity.coder, f["name"], f["version"], entity.at_ms, canonical_json(f))
            yield "release", told
        case "proposal":
            told = (uid, f["codebook"], entity.coder, f["code"], f["state"], entity.at_ms, canonical_json(f))
            yield "proposal", told
        case "decision":
            yield "decision", (uid, f["source"], f["code"], entity.coder, *span, f["verdict"])
        case "memo" | "translation" | "path" | "summary" | "claim":
            yield entity.type, (uid, *_written(entity))


def _written(entity: Entity) -> tuple[Any, ...]:
    """The row of what people wrote, but for its uid."""
    f = entity.fields
    end = (entity.coder, entity.at_ms, entity.changed_ms)
    about = f.get("about")
    target = f[{"passage": "source", "transcript": "source"}.get(about, about)] if about not in _ALONE else None
    match entity.type:
        case "memo":
            span = f["span"] if about == "passage" else (None, None)
            return (about, target, *span, f["kind"], f["title"], f["text"], *end)
        case "translation":
            return (f["source"], *f["span"], f["language"], f["text"], f["translator"], f["checked_by"], *end)
        case "path":
            return (f["from"], f["to"], entity.coder, entity.at_ms)
        case "summary":
            return (about, target, f["value"], f["code"], f["text"], *end)
        case _:
            return (f["title"], f["text"], canonical_json(f["supporting"]), canonical_json(f["contrary"]), *end)


def _notes(uid: str, f: dict[str, Any]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    for name, value in f.items():
        if name.startswith("attr:") and value not in (None, ""):
            yield "note", (uid, name[5:], str(value))


def _turn_rows(uid: str, f: dict[str, Any]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Turns with what was corrected by hand; no cycles of merged speakers here: those have a test of their own."""
    for i, (start, body, stop, who, ms) in enumerate(f["turns"]):
        written = None if who is None else f["speakers"][who]
        speaker = f.get(f"turn:{i}:speaker") or written
        while speaker and f.get(f"same:{speaker}"):
            speaker = f[f"same:{speaker}"]
        yield "turn", (uid, i, start, body, stop, speaker, ms, written, f.get(f"turn:{i}:role") or None)
