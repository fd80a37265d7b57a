"""The case table: imported from CSV or a workbook, and cases made by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from qcode.core.case_cells import Party, Stage, parties_of, stages_of
from qcode.core.column_types import COLUMN_TYPES, infer_type, is_column_type
from qcode.core.events import Json
from qcode.core.ids import case_id, column_id
from qcode.core.text import display_safe
from qcode.errors import Fault, FileFaults, QcodeError, RequestError, UnknownName
from qcode.files.guard import read_bytes
from qcode.files.table_reader import CsvRow, CsvTable
from qcode.files.tables import inert_cell
from qcode.files.xlsx_reader import read_table
from qcode.services.case_doubts import MECHANISMS, row_doubts
from qcode.services.study import Study, clean_name, near_names
from qcode.store.rows import ColumnRow

__all__ = ["CASE_KINDS", "MECHANISMS", "TableReport", "add_case", "doubts", "import_cases", "plain_cell"]

CASE_KINDS = ("dataset", "other", "programme", "general")
_OWN_COLUMNS = frozenset({"key", "name", "kind", "parties", "stages"})


@dataclass(frozen=True, slots=True)
class TableReport:
    """What an import of a table did: numbers of rows by what became of them, and sentences worth reading.

    `problems` are rows that were imported and look wrong; `columns` the attributes with their types.
    """

    added: int
    changed: int
    unchanged: int
    encoding: str
    notes: tuple[str, ...] = ()
    problems: tuple[Fault, ...] = ()
    columns: tuple[ColumnRow, ...] = ()


@dataclass(frozen=True, slots=True)
class _Case:
    line: int
    key: str
    values: dict[str, str]
    parties: tuple[Party, ...]
    stages: tuple[Stage, ...]

    @property
    def attributes(self) -> dict[str, str]:
        return {name: value for name, value in self.values.items() if name not in _OWN_COLUMNS}


def import_cases(
    study: Study, path: Path, *, encoding: str | None = None, types: Mapping[str, str] | None = None
) -> TableReport:
    """Import the case table from CSV or .xlsx, or bring the study's cases up to date with it, in one transaction.

    Columns: `key` (needed, unique), `name`, `kind`, `parties` and `stages` (see `core.case_cells`); every other
    column is an attribute, among them `mechanism`, `mechanism_source`, `mechanism_certainty`. Of a case that the
    study holds, only what the table has columns for is changed. `types` sets the types of columns by name; a type
    that was set stays until it is set again, all others are inferred. Raises FileFaults with every faulty row,
    RequestError or UnknownName for a type or a column that is not there.
    """
    shown = display_safe(path.name)
    table = read_table(read_bytes(path), shown, encoding=encoding)
    if "key" not in table.header:
        raise FileFaults(shown, [Fault(f"There is no column “key”; the columns are {', '.join(table.header)}.", 1)])
    header = [name for name in map(display_safe, table.header) if name not in _OWN_COLUMNS]
    _check_types(types or {}, header)
    faults: list[Fault] = []
    ready: list[_Case] = []
    seen: dict[str, int] = {}
    for row in table.rows:
        try:
            case = _case(row)
        except QcodeError as error:
            faults.append(Fault(str(error), row.line, table.unit))
            continue
        if case.key in seen:
            faults.append(
                Fault(f"The key “{case.key}” stands in {table.unit} {seen[case.key]} already.", row.line, table.unit)
            )
        seen[case.key] = row.line
        ready.append(case)
    if faults:
        raise FileFaults(shown, faults)
    columns = _columns(study, header, ready, types or {})
    kinds = {column.name: column.type for column in columns}
    problems = [
        Fault(doubt, case.line, table.unit)
        for case in ready
        for doubt in row_doubts(case.attributes, kinds, case.values.get("kind") or "dataset", case.parties, case.stages)
    ]
    return _store(study, table, ready, columns, problems)


def _check_types(types: Mapping[str, str], header: list[str]) -> None:
    for name, type_ in types.items():
        if name not in header:
            raise UnknownName("column of attributes", name, near_names(name, header))
        if not is_column_type(type_):
            raise RequestError(f"There is no type “{type_}”.", fix=f"Use one of {', '.join(COLUMN_TYPES)}.")


def plain_cell(value: str) -> str:
    """The cell as it was before it was made inert for a spreadsheet (see `inert_cell`)."""
    return value[1:] if value.startswith("'") and inert_cell(value[1:]) == value else value


def _case(row: CsvRow) -> _Case:
    values = {display_safe(name): display_safe(plain_cell(value.strip())) for name, value in row.values.items()}
    key = clean_name(values["key"], "key of the case")
    _check_kind(values.get("kind") or "dataset")
    if values.get("name"):
        values["name"] = clean_name(values["name"], "case")
    return _Case(row.line, key, values, parties_of(values.get("parties", "")), stages_of(values.get("stages", "")))


def _check_kind(kind: str) -> None:
    if kind not in CASE_KINDS:
        raise RequestError(f"There is no kind of case “{kind}”.", fix=f"Use one of {', '.join(CASE_KINDS)}.")


def _columns(study: Study, header: list[str], ready: list[_Case], types: Mapping[str, str]) -> list[ColumnRow]:
    """The columns of the table with their types: set now, set before, or inferred from the cells."""
    before = {column.name: column for column in study.file.read.case_columns() if column.given}
    found = []
    for name in header:
        if name in types:
            found.append(ColumnRow(name, types[name], given=True))
        else:
            found.append(before.get(name) or ColumnRow(name, infer_type(c.values[name] for c in ready), given=False))
    return found


def _plain(rows: Iterable[Party | Stage]) -> list[dict[str, Json]]:
    return [{name: value for name, value in asdict(row).items() if value is not None} for row in rows]


def _fields(case: _Case) -> dict[str, Json]:
    """What the row says of the case; nothing of what the table has no column for."""
    fields: dict[str, Json] = {f"attr:{name}": value for name, value in case.attributes.items()}
    if "name" in case.values:
        fields["name"] = case.values["name"] or case.key
    if "kind" in case.values:
        fields["kind"] = case.values["kind"] or "dataset"
    if "parties" in case.values:
        fields["parties"] = _plain(case.parties)
    if "stages" in case.values:
        fields["stages"] = _plain(case.stages)
    return fields


def _new_case(key: str) -> dict[str, Json]:
    return {"key": key, "name": key, "kind": "dataset", "parties": [], "stages": []}


def _store(
    study: Study, table: CsvTable, ready: list[_Case], columns: list[ColumnRow], problems: list[Fault]
) -> TableReport:
    known = {case.uid for case in study.file.read.cases()}
    places = {column.name: place for place, column in enumerate(study.file.read.case_columns())}
    added = changed = 0
    with study.act() as writer:
        for column in columns:
            place = places.setdefault(column.name, len(places))
            writer.put("column", column_id(column.name), {**column._asdict(), "position": place})
        for case in ready:
            uid = case_id(case.key)
            if uid in known:
                changed += writer.put("case", uid, _fields(case))
            else:
                added += writer.put(
                    "case", uid, {**_new_case(case.key), **_fields(case), "position": len(known) + added}
                )
    return TableReport(
        added, changed, len(ready) - added - changed, table.encoding, doubts(table), tuple(problems), tuple(columns)
    )


def doubts(table: CsvTable) -> tuple[str, ...]:
    """What is worth a look in how the table was read."""
    return (table.encoding_note,) if table.encoding_note else ()


def add_case(
    study: Study,
    key: str,
    *,
    name: str = "",
    kind: str = "other",
    parties: str = "",
    stages: str = "",
    attributes: Mapping[str, str],
) -> str:
    """A new case made by hand; its uid. `parties` and `stages` read as in the case table.

    Raises RequestError if the key is taken or something is misnamed.
    """
    fields = _new_case(clean_name(key, "case"))
    fields |= {"name": clean_name(name or key, "case"), "kind": kind}
    fields |= {"parties": _plain(parties_of(display_safe(parties))), "stages": _plain(stages_of(display_safe(stages)))}
    _check_kind(kind)
    cases = study.file.read.cases()
    uid = case_id(str(fields["key"]))
    if uid in {case.uid for case in cases}:
        raise RequestError(f"There is a case “{key}” already.")
    fields |= {"position": len(cases)} | {f"attr:{n}": v for n, v in attributes.items()}
    with study.act() as writer:
        writer.put("case", uid, fields)
    return uid
