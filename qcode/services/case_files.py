"""The case table and the links, out as CSV or a workbook that qcode reads in again."""

from __future__ import annotations

from pathlib import Path

from qcode.core.case_cells import Party, Stage, parties_cell, stages_cell
from qcode.core.column_types import fits
from qcode.files.guard import write_file
from qcode.files.tables import Cell
from qcode.files.xlsx_writer import table_bytes
from qcode.services.case_rows import guarded_cell
from qcode.services.case_values import columns_of
from qcode.services.study import Study

__all__ = ["export_cases", "export_links"]

_LINK_COLUMNS = ("case", "transcript", "start", "end", "stage", "coder")


def _number(value: str) -> Cell:
    """A number that reads back as the same text, so that no mark has to be put before a minus; else the text."""
    try:
        number = float(value) if "." in value else int(value)
    except ValueError:  # 1,126
        return value
    return number if str(number) == value else value


def export_cases(study: Study, path: Path, *, overwrite: bool = False, raw: bool = False) -> int:
    """Write the case table, columns in their order; the number of cases. A name in .xlsx gives a workbook, else CSV.

    What follows from codes is not written: it follows again. Cells that a spreadsheet would run as a formula are
    made harmless unless `raw`, and read back as they were: importing the file again changes nothing. Raises
    RequestError if the file is there, or is to be a spreadsheet of another kind.
    """
    cases = study.file.read.cases()
    columns = columns_of(study, cases)
    header = ("key", "name", "kind", *(column.name for column in columns), "parties", "stages")
    rows: list[tuple[Cell, ...]] = []
    for case in cases:
        values = (_value(case.attributes.get(column.name, ""), column.type, raw=raw) for column in columns)
        own = (case.short_key, case.name, case.kind)
        lists = (parties_cell(Party(*p) for p in case.parties), stages_cell(Stage(*s) for s in case.stages))
        rows.append((*_guarded(own, raw=raw), *values, *_guarded(lists, raw=raw)))
    write_file(path, table_bytes(path, header, rows, raw=raw, sheet="cases"), overwrite=overwrite)
    return len(rows)


def _value(value: str, type_: str, *, raw: bool) -> Cell:
    if value and type_ in ("number", "year") and fits(value, type_):
        return _number(value)
    return value if raw else guarded_cell(value)


def _guarded(values: tuple[str, ...], *, raw: bool) -> tuple[str, ...]:
    return values if raw else tuple(map(guarded_cell, values))


def export_links(study: Study, path: Path, *, overwrite: bool = False, raw: bool = False) -> int:
    """Write the links that I may see, one row each (a whole transcript: without start and end); their number.

    A name in .xlsx gives a workbook, else CSV. Raises RequestError as `export_cases` does.
    """
    read = study.file.read
    cases = {case.key: case.short_key for case in read.cases()}
    sources = {source.key: source.name for source in read.sources()}
    coders = {coder.key: coder.name for coder in study.coders()}
    rows: list[tuple[Cell, ...]] = []
    for x in read.links(coders=study.visible_coders()):
        case, source, stage, coder = _guarded(
            (cases[x.study_case], sources[x.source], x.stage or "", coders[x.coder]), raw=raw
        )
        rows.append((case, source, x.start, x.end, stage, coder))
    write_file(path, table_bytes(path, _LINK_COLUMNS, rows, raw=raw, sheet="links"), overwrite=overwrite)
    return len(rows)
