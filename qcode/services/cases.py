"""The case table and the links between cases and passages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from qcode.core.events import Json
from qcode.core.ids import case_id
from qcode.core.text import display_safe
from qcode.errors import Fault, FileFaults, QcodeError, RequestError
from qcode.files.guard import read_bytes
from qcode.files.table_reader import CsvRow, CsvTable, read_csv
from qcode.services.study import Study, clean_name

__all__ = ["CASE_KINDS", "MECHANISMS", "TableReport", "add_case", "doubts", "import_cases"]

CASE_KINDS = ("dataset", "other", "programme", "general")
MECHANISMS = ("arranged", "mandated", "self-initiated")
_OWN_COLUMNS = frozenset({"key", "name", "kind", "parties"})


@dataclass(frozen=True, slots=True)
class TableReport:
    """What an import of a table did: numbers of rows by what became of them, and sentences worth reading."""

    added: int
    changed: int
    unchanged: int
    encoding: str
    notes: tuple[str, ...] = ()


def import_cases(study: Study, path: Path, *, encoding: str | None = None) -> TableReport:
    """Import the case table from CSV, or bring the study's cases up to date with it, in one transaction.

    Columns: `key` (needed, unique), `name`, `kind`, `parties` (`role=name; role=name`); every other column is
    an attribute, among them `mechanism`. Raises FileFaults with every faulty row.
    """
    shown = display_safe(path.name)
    table = read_csv(read_bytes(path), shown, encoding=encoding)
    if "key" not in table.header:
        raise FileFaults(shown, [Fault(f"There is no column “key”; the columns are {', '.join(table.header)}.", 1)])
    faults: list[Fault] = []
    ready: list[tuple[str, dict[str, Json]]] = []
    seen: dict[str, int] = {}
    for row in table.rows:
        try:
            key, fields = _case(row)
        except QcodeError as error:
            faults.append(Fault(str(error), row.line))
            continue
        if key in seen:
            faults.append(Fault(f"The key “{key}” stands in line {seen[key]} already.", row.line))
        seen[key] = row.line
        ready.append((key, fields))
    if faults:
        raise FileFaults(shown, faults)
    return _store(study, table, ready)


def _case(row: CsvRow) -> tuple[str, dict[str, Json]]:
    values = {name: display_safe(value.strip()) for name, value in row.values.items()}
    key = clean_name(values["key"], "case")
    kind = values.get("kind") or "dataset"
    if kind not in CASE_KINDS:
        raise RequestError(f"There is no kind of case “{kind}”.", fix=f"Use one of {', '.join(CASE_KINDS)}.")
    fields: dict[str, Json] = {
        "key": key,
        "name": clean_name(values.get("name") or key, "case"),
        "kind": kind,
        "parties": _parties(values.get("parties", "")),
    }
    fields |= {f"attr:{name}": value for name, value in values.items() if name not in _OWN_COLUMNS}
    return key, fields


def _parties(text: str) -> list[dict[str, str]]:
    found = []
    for part in filter(None, (p.strip() for p in text.split(";"))):
        role, equals, name = part.partition("=")
        if not equals or not role.strip() or not name.strip():
            raise RequestError(f"The party “{part}” should read role=name, such as donor=Suzhou.")
        found.append({"role": role.strip(), "name": name.strip()})
    return found


def _store(study: Study, table: CsvTable, ready: list[tuple[str, dict[str, Json]]]) -> TableReport:
    known = {case.uid for case in study.file.read.cases()}
    added = changed = 0
    with study.act() as writer:
        for position, (key, fields) in enumerate(ready):
            uid = case_id(key)
            place = {} if uid in known else {"position": len(known) + position}
            if writer.put("case", uid, {**fields, **place}):
                added, changed = (added, changed + 1) if uid in known else (added + 1, changed)
    notes = [*doubts(table)]
    unusual = {str(f["attr:mechanism"]) for _, f in ready if f.get("attr:mechanism")} - set(MECHANISMS)
    if unusual:
        names = ", ".join(sorted(unusual))
        notes.append(f"Mechanisms other than {', '.join(MECHANISMS)}: {names}. Check the spelling.")
    return TableReport(added, changed, len(ready) - added - changed, table.encoding, tuple(notes))


def doubts(table: CsvTable) -> tuple[str, ...]:
    """What is worth a look in how the table was read."""
    return (table.encoding_note,) if table.encoding_note else ()


def add_case(study: Study, key: str, *, name: str = "", kind: str = "other", attributes: Mapping[str, str]) -> str:
    """A new case made by hand; its uid. Raises RequestError if the key is taken or something is misnamed."""
    fields: dict[str, Json] = {"key": clean_name(key, "case"), "name": clean_name(name or key, "case"), "kind": kind}
    if kind not in CASE_KINDS:
        raise RequestError(f"There is no kind of case “{kind}”.", fix=f"Use one of {', '.join(CASE_KINDS)}.")
    cases = study.file.read.cases()
    uid = case_id(str(fields["key"]))
    if uid in {case.uid for case in cases}:
        raise RequestError(f"There is a case “{key}” already.")
    fields |= {"parties": [], "position": len(cases)} | {f"attr:{n}": v for n, v in attributes.items()}
    with study.act() as writer:
        writer.put("case", uid, fields)
    return uid
