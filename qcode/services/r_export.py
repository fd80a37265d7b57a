"""Folders for R: tidy tables as CSV, what every column is, a script that loads them, and where they come from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from qcode.core.text import display_safe
from qcode.errors import RequestError
from qcode.files.guard import write_file
from qcode.files.tables import Cell, csv_bytes
from qcode.services.excel_export import filter_notes
from qcode.services.filters import Filters
from qcode.services.provenance import Json, Provenance, json_bytes
from qcode.services.raw_tables import Field, RawTable, Value, raw_tables
from qcode.services.study import Study
from qcode.services.table import Table
from qcode.services.table_files import types_of, units_of

__all__ = ["LOADER", "as_raw", "export_r_study", "export_r_table", "r_files"]

LOADER = """\
# Reads the tables in this folder into a list of data frames; dictionary.csv says what every column is.
#
#   source("load.R", encoding = "UTF-8")
#   tables <- load_tables(".")
#   str(tables, max.level = 1)
#
# An empty cell is NA: not recorded, never 0 or no. Positions are characters, counted from 0, the end left out.
# Needs no package.

load_tables <- function(folder = ".") {
  read <- function(name) {
    utils::read.csv(
      file.path(folder, paste0(name, ".csv")), colClasses = "character", check.names = FALSE, na.strings = "",
      encoding = "UTF-8", stringsAsFactors = FALSE, blank.lines.skip = FALSE
    )
  }
  typed <- function(values, type) {
    switch(type,
      "integer" = as.integer(values),
      "number" = as.numeric(values),
      "yes/no" = values == "TRUE",
      "date" = as.Date(values),
      values
    )
  }
  dictionary <- read("dictionary")
  names <- unique(dictionary$table)
  tables <- lapply(names, function(name) {
    types <- dictionary$type[dictionary$table == name]
    found <- read(name)
    stopifnot(ncol(found) == length(types))
    for (i in seq_along(types)) found[[i]] <- typed(found[[i]], types[[i]])
    found
  })
  stats::setNames(tables, names)
}
"""

_DICTIONARY = ("table", "column", "type", "unit", "meaning")


def as_raw(table: Table, name: str = "table") -> RawTable:
    """A table of results with its columns described; without its row of totals, which no program should add in."""
    fields = tuple(
        Field(head, kind, f"{table.title}: {head}", unit)
        for head, kind, unit in zip(table.header, types_of(table), units_of(table), strict=True)
    )
    rows = tuple(tuple(None if value == "" else value for value in row) for row in table.rows)
    return RawTable(name, table.title, fields, rows)


def r_files(tables: Sequence[RawTable], origin: Provenance, notes: Sequence[str] = ()) -> dict[str, bytes]:
    """The files of a folder for R by name. Text is as it is, in UTF-8 without a mark: not for spreadsheets."""
    files = {
        f"{table.name}.csv": csv_bytes(
            [field.name for field in table.fields],
            ([_written(value) for value in row] for row in table.rows),
            raw=True,
            bom=False,
        )
        for table in tables
    }
    described = [(t.name, f.name, f.type, f.unit, f.meaning) for t in tables for f in t.fields]
    about: dict[str, Json] = {
        "counts": list(notes),
        "tables": {table.name: {"meaning": table.meaning, "rows": len(table.rows)} for table in tables},
        **origin.plain(),
    }
    return {
        **files,
        "dictionary.csv": csv_bytes(_DICTIONARY, described, raw=True, bom=False),
        "load.R": LOADER.encode("utf-8"),
        "provenance.json": json_bytes(about),
    }


def _written(value: Value) -> Cell:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return value.isoformat() if isinstance(value, date) else value


def export_r_study(
    study: Study, folder: Path, filters: Filters, origin: Provenance, *, words: bool = False, overwrite: bool = False
) -> int:
    """Write a study as a folder for R; the number of its tables. Raises RequestError as `export_r_table` does."""
    tables = raw_tables(study, filters, words=words)
    _write(folder, r_files(tables, origin, filter_notes(study, filters)), overwrite=overwrite)
    return len(tables)


def export_r_table(table: Table, folder: Path, origin: Provenance, *, overwrite: bool = False) -> None:
    """Write one table as a folder for R.

    Raises RequestError, before anything is written, if there is something in the folder (unless `overwrite`), or if it
    cannot be made.
    """
    _write(folder, r_files([as_raw(table)], origin, table.notes), overwrite=overwrite)


def _write(folder: Path, files: dict[str, bytes], *, overwrite: bool) -> None:
    where = display_safe(str(folder))
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        full = not overwrite and any(folder.iterdir())
    except FileExistsError:
        raise RequestError("This is a file, not a folder.", where=where, fix="Name a folder.") from None
    except (OSError, ValueError) as error:
        reason = (isinstance(error, OSError) and error.strerror) or "its name cannot be used"
        raise RequestError(f"The folder cannot be made: {reason}.", where=where) from error
    if full:
        fix = "Name a new folder, or let its files be overwritten (--force)."
        raise RequestError("There is something in this folder already; nothing was written.", where=where, fix=fix)
    for name, data in files.items():
        write_file(folder / name, data, overwrite=overwrite)
