"""Workbooks for people: a “Read me” sheet first, then tables whose numbers are numbers and whose text runs nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from qcode.core.text import display_safe
from qcode.errors import RequestError
from qcode.files.guard import write_file
from qcode.files.xlsx_writer import Sheet, book_bytes
from qcode.services.filters import Filters
from qcode.services.fitting import counted
from qcode.services.provenance import Provenance
from qcode.services.raw_tables import RawTable, raw_tables
from qcode.services.study import Study
from qcode.services.table import Table
from qcode.services.table_files import units_of

__all__ = ["export_table_workbook", "export_workbook", "filter_notes", "study_workbook", "table_workbook"]

_READ_ME = "Read me"


def table_workbook(table: Table, origin: Provenance) -> bytes:
    """One table as a workbook: what it counts and where it comes from, then the table. Raises RequestError."""
    said = [("title", table.title), *(("counts", note) for note in table.notes)]
    said += [("column", f"{name}: {unit}") for name, unit in zip(table.header, units_of(table), strict=True) if unit]
    rows = [*table.rows, table.total] if table.total else table.rows
    return book_bytes([_read_me([*said, *origin.words]), Sheet(table.title, table.header, rows)])


def export_table_workbook(table: Table, path: Path, origin: Provenance, *, overwrite: bool = False) -> None:
    """Write one table as a workbook. Raises RequestError if the file is there (unless `overwrite`)."""
    write_file(_book(path), table_workbook(table, origin), overwrite=overwrite)


def _book(path: Path) -> Path:
    """The path, if a spreadsheet would open it. Raises RequestError for a name that does not end in .xlsx."""
    if path.suffix.casefold() != ".xlsx":
        raise RequestError("This is no name for a workbook.", where=display_safe(str(path)), fix="End it in .xlsx.")
    return path


def _read_me(said: Sequence[tuple[str, str]]) -> Sheet:
    return Sheet(_READ_ME, ("what", "which"), said, reading=True)


def filter_notes(study: Study, filters: Filters) -> tuple[str, ...]:
    """By what the segments of an export were chosen, as sentences."""
    found = counted(study, filters, apart=filters.coders == "each")
    codes = (f"Codes: {', '.join(filters.codes)}, and all below.",) if filters.codes else ()
    return (*codes, *found.selection.notes, *found.notes, *found.left_out)


def study_workbook(tables: Sequence[RawTable], origin: Provenance, notes: Sequence[str] = ()) -> bytes:
    """The tables of a study as a workbook: read me, a sheet for each, and all columns explained. Raises RequestError.

    Dates are dates, yes and no are TRUE and FALSE, ids stay text.
    """
    said = [
        *((f"sheet {table.name}", f"{table.meaning} Rows: {len(table.rows):,}.") for table in tables),
        *(("segments", note) for note in notes),
        ("empty cells", "Not recorded; never 0 or no."),
        *origin.words,
    ]
    explained = [
        (table.name, field.name, field.type, field.unit, field.meaning) for table in tables for field in table.fields
    ]
    return book_bytes(
        [
            _read_me(said),
            *(Sheet(table.name, tuple(field.name for field in table.fields), table.rows) for table in tables),
            Sheet("columns", ("sheet", "column", "type", "unit", "meaning"), explained, reading=True),
        ]
    )


def export_workbook(
    study: Study, path: Path, filters: Filters, origin: Provenance, *, words: bool = False, overwrite: bool = False
) -> int:
    """Write a study as a workbook; the number of its tables.

    Raises RequestError if the file is there (unless `overwrite`), or a table or a text is too long for a workbook.
    """
    tables = raw_tables(study, filters, words=words)
    write_file(_book(path), study_workbook(tables, origin, filter_notes(study, filters)), overwrite=overwrite)
    return len(tables)
