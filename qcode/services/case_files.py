"""The case table and the links, out as CSV that qcode reads in again."""

from __future__ import annotations

from pathlib import Path

from qcode.core.case_cells import Party, Stage, parties_cell, stages_cell
from qcode.core.column_types import fits
from qcode.files.guard import write_file
from qcode.files.tables import Cell, csv_bytes
from qcode.services.case_values import columns_of
from qcode.services.study import Study

__all__ = ["export_cases", "export_links"]

_LINK_COLUMNS = ("case", "transcript", "start", "end", "stage", "coder")


def _number(value: str) -> Cell:
    """A number that reads back as the same text, so that no mark has to be put before a minus; else the text."""
    number = float(value) if "." in value else int(value)
    return number if str(number) == value else value


def export_cases(study: Study, path: Path, *, overwrite: bool = False, raw: bool = False) -> int:
    """Write the case table as CSV, columns in their order; the number of cases.

    What follows from codes is not written: it follows again. Cells that a spreadsheet would run as a formula are
    made harmless unless `raw`, and read back as they were. Raises RequestError if the file is there.
    """
    cases = study.file.read.cases()
    columns = columns_of(study, cases)
    header = ("key", "name", "kind", *(column.name for column in columns), "parties", "stages")
    rows: list[tuple[Cell, ...]] = []
    for case in cases:
        values = (_value(case.attributes.get(column.name, ""), column.type) for column in columns)
        parties = parties_cell(Party(*party) for party in case.parties)
        rows.append(
            (case.short_key, case.name, case.kind, *values, parties, stages_cell(Stage(*s) for s in case.stages))
        )
    write_file(path, csv_bytes(header, rows, raw=raw), overwrite=overwrite)
    return len(rows)


def _value(value: str, type_: str) -> Cell:
    return _number(value) if value and type_ == "number" and fits(value, type_) else value


def export_links(study: Study, path: Path, *, overwrite: bool = False, raw: bool = False) -> int:
    """Write the links that I may see as CSV, one row each (a whole transcript: without start and end); their number."""
    read = study.file.read
    cases = {case.key: case.short_key for case in read.cases()}
    sources = {source.key: source.name for source in read.sources()}
    coders = {coder.key: coder.name for coder in study.coders()}
    rows: list[tuple[Cell, ...]] = [
        (cases[x.study_case], sources[x.source], x.start, x.end, x.stage or "", coders[x.coder])
        for x in read.links(coders=study.visible_coders())
    ]
    write_file(path, csv_bytes(_LINK_COLUMNS, rows, raw=raw), overwrite=overwrite)
    return len(rows)
