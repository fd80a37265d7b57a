"""The case table: imported from CSV or a workbook. What one case may hold is settled in `case_rows`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from qcode.core.case_fields import KNOWN_ATTRIBUTES, OWN_FIELDS, Header, known_field, read_header
from qcode.core.column_types import COLUMN_TYPES, infer_type, is_column_type
from qcode.core.ids import case_id, column_id
from qcode.core.text import display_safe
from qcode.errors import Fault, QcodeError, RequestError, UnknownName
from qcode.files.guard import read_bytes
from qcode.files.table_reader import CsvTable, raise_faults
from qcode.files.xlsx_reader import read_table
from qcode.services.case_doubts import MECHANISMS, text_note
from qcode.services.case_rows import (
    CASE_KINDS,
    CaseText,
    case_state,
    plain_cell,
    put_case,
    read_case,
    state_doubts,
)
from qcode.services.study import Study, near_names
from qcode.store.rows import CaseRow, ColumnRow

__all__ = ["CASE_KINDS", "MECHANISMS", "TableReport", "doubts", "header_notes", "import_cases", "plain_cell"]

_FIELDS = (*OWN_FIELDS, *KNOWN_ATTRIBUTES)


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
class _Row:
    line: int
    case: CaseText
    before: CaseRow | None


def import_cases(
    study: Study, path: Path, *, encoding: str | None = None, types: Mapping[str, str] | None = None
) -> TableReport:
    """Import the case table from CSV or .xlsx, or bring the study's cases up to date with it, in one transaction.

    Columns: `key` (needed, unique), `name`, `kind`, `parties` and `stages` (see `core.case_cells`); every other
    column is an attribute, among them `mechanism`, `mechanism_source`, `mechanism_certainty`. A name that differs from
    a known one by case, blanks or hyphens only is that one. Of a case that the study holds, only what the table has
    columns for is changed. `types` sets the types of columns by name; a type that was set stays until it is set again,
    all others are inferred. Raises FileFaults with every fault of header and rows, or where the file is sound,
    RequestError or UnknownName for a type or a column that is not there.
    """
    shown = display_safe(path.name)
    faults: list[Fault] = []
    table = read_table(read_bytes(path), shown, encoding=encoding, faults=faults)
    header = read_header(
        [display_safe(name) for name in table.header], _FIELDS, [c.name for c in study.file.read.case_columns()]
    )
    faults += _header_faults(header, table.unit)
    attributes = [name for name in dict.fromkeys(header.names) if name not in OWN_FIELDS]
    given, wrong_types = _types(types or {}, attributes)
    cases = {case.uid: case for case in study.file.read.cases()}
    ready = _rows(table, header, cases, faults)
    if faults:
        faults += [Fault(str(error)) for error in wrong_types]
        raise_faults(shown, sorted(faults, key=lambda fault: (fault.line is None, fault.line or 0)))
    if wrong_types:
        raise wrong_types[0]
    columns = _columns(study, attributes, ready, cases, given)
    kinds = {column.name: column.type for column in columns}
    problems = [
        Fault(doubt, row.line, table.unit)
        for row in ready
        for doubt in state_doubts(case_state(row.case, row.before), kinds)
    ]
    notes = (*doubts(table), *header_notes(header), *_text_notes(ready, columns, table.unit))
    return _store(study, table, ready, columns, problems, notes)


def header_notes(header: Header) -> tuple[str, ...]:
    """What is worth a look in the names of the columns."""
    near = (
        f"The column “{name}” is kept as an attribute of its own. Did you mean {field}?" for name, field in header.near
    )
    return (*header.notes, *near)


def _header_faults(header: Header, unit: str) -> list[Fault]:
    found = [Fault(what, 1, unit) for what in header.faults]
    if "key" not in header.names:
        near = next((name for name, field in header.near if field == "key"), None)
        meant = f" Rename “{near}” if that is what it holds." if near else ""
        names = ", ".join(filter(None, header.names))
        found.append(Fault(f"There is no column “key”; the columns are {names}.{meant}", 1, unit))
    return found


def _types(types: Mapping[str, str], header: Sequence[str]) -> tuple[dict[str, str], list[QcodeError]]:
    """The types by column, and what is wrong with them."""
    found: dict[str, str] = {}
    wrong: list[QcodeError] = []
    for given, type_ in types.items():
        name = known_field(given, header)
        if name is None:
            wrong.append(UnknownName("column of attributes", given, near_names(given, header)))
        elif not is_column_type(type_):
            wrong.append(RequestError(f"There is no type “{type_}”.", fix=f"Use one of {', '.join(COLUMN_TYPES)}."))
        else:
            found[name] = type_
    return found, wrong


def _rows(table: CsvTable, header: Header, cases: Mapping[str, CaseRow], faults: list[Fault]) -> list[_Row]:
    """The cases of all rows that can be read; what is wrong with the others is added to `faults`."""
    ready: list[_Row] = []
    seen: dict[str, int] = {}
    for row in table.rows:
        cells = zip(header.names, table.header, strict=True)
        case, wrong = read_case({name: plain_cell(row.values[column].strip()) for name, column in cells})
        if case.key and case.key in seen:
            wrong.append(RequestError(f"The key “{case.key}” stands in {table.unit} {seen[case.key]} already."))
        faults += (Fault(str(error), row.line, table.unit) for error in wrong)
        seen.setdefault(case.key, row.line)
        ready.append(_Row(row.line, case, cases.get(case_id(case.key))))
    return ready


def _columns(
    study: Study, header: Sequence[str], ready: Sequence[_Row], cases: Mapping[str, CaseRow], types: Mapping[str, str]
) -> list[ColumnRow]:
    """The columns of the table with their types: set now, set before, or inferred from the cells.

    Cells of cases that the table does not name speak too: a table of three rows does not say what the column is.
    """
    before = {column.name: column for column in study.file.read.case_columns() if column.given}
    touched = {row.before.uid for row in ready if row.before}
    others = [case.attributes for uid, case in cases.items() if uid not in touched]
    found = []
    for name in header:
        if name in types:
            found.append(ColumnRow(name, types[name], given=True))
        elif name in before:
            found.append(before[name])
        else:
            cells = [*(row.case.values[name] for row in ready), *(values.get(name, "") for values in others)]
            found.append(ColumnRow(name, infer_type(cells), given=False))
    return found


def _text_notes(ready: Sequence[_Row], columns: Sequence[ColumnRow], unit: str) -> list[str]:
    """For each column that a few odd cells made text: which."""
    found = (
        text_note(column.name, [(row.line, row.case.values[column.name]) for row in ready], unit)
        for column in columns
        if column.type == "text" and not column.given
    )
    return [note for note in found if note]


def _store(
    study: Study,
    table: CsvTable,
    ready: Sequence[_Row],
    columns: Sequence[ColumnRow],
    problems: Sequence[Fault],
    notes: Sequence[str],
) -> TableReport:
    number = len(study.file.read.cases())
    places = {column.name: place for place, column in enumerate(study.file.read.case_columns())}
    added = changed = 0
    with study.act() as writer:
        for column in columns:
            place = places.setdefault(column.name, len(places))
            writer.put("column", column_id(column.name), {**column._asdict(), "position": place})
        for row in ready:
            if row.before is not None:
                changed += put_case(writer, row.case, row.before)
            else:
                added += put_case(writer, row.case, None, position=number + added)
    unchanged = len(ready) - added - changed
    return TableReport(added, changed, unchanged, table.encoding, tuple(notes), tuple(problems), tuple(columns))


def doubts(table: CsvTable) -> tuple[str, ...]:
    """What is worth a look in how the table was read."""
    return (table.encoding_note,) if table.encoding_note else ()
