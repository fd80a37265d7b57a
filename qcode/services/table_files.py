"""Tables as files: CSV, TSV, JSON, Markdown or a workbook, and beside them what they count and where they come from."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from qcode.core.text import display_safe
from qcode.errors import RequestError
from qcode.files.guard import write_file
from qcode.files.markdown import plain_line
from qcode.files.tables import csv_bytes
from qcode.files.xlsx_writer import xlsx_bytes
from qcode.services.provenance import Json, Provenance, json_bytes
from qcode.services.table import Cell, Table

__all__ = [
    "FORMS", "ColumnKind", "Form", "beside_of", "export_table", "form_of", "provenance_bytes", "table_bytes",
    "table_csv", "table_json", "table_markdown", "table_tsv", "types_of", "units_of",
]  # fmt: skip

Form: TypeAlias = Literal["csv", "tsv", "json", "md", "xlsx"]
FORMS: tuple[Form, ...] = get_args(Form)
"""The forms that a table can be written in; JSON and Markdown hold what it counts, the others have it beside them."""

ColumnKind: TypeAlias = Literal["integer", "number", "text"]

_WHOLE: tuple[Form, ...] = ("json", "md")
_BESIDE = "What the table counts would be written here, and there is a file of this name already"
_PROVENANCE = ".provenance.json"
_PICTURES = (".svg", ".png", ".pdf", ".html", ".docx")
_OTHER_SHEETS = (".xls", ".xlsm", ".xlsb", ".ods", ".numbers", ".sav", ".dta")
_COUNTABLE = (
    "segments", "transcripts", "interviews", "cases", "characters", "words", "speakers", "coders", "codings", "codes",
    "pairs", "passages", "percent", "paths", "chains",
)  # fmt: skip
_COUNTED = re.compile(r"Counted: (?:\d+ )?(\w+)")


# -- what the columns are


def units_of(table: Table) -> tuple[str, ...]:
    """What the numbers of each column are, "" for text: as the table says, else by the header, else by the notes."""
    if table.units:
        return table.units
    found = next((m[1] for note in table.notes if (m := _COUNTED.match(note)) and m[1] in _COUNTABLE), "")
    percent = any(note.startswith("Percent of") for note in table.notes)
    return tuple(_unit(head, kind, found, percent) for head, kind in zip(table.header, types_of(table), strict=True))


def _unit(head: str, kind: ColumnKind, counted: str, percent: bool) -> str:  # noqa: FBT001 - one of four facts about a column
    if kind == "text":
        return ""
    first = head.split(" ", maxsplit=1)[0].casefold()
    if first in _COUNTABLE:
        return first
    return "percent" if kind == "number" and percent else counted


def types_of(table: Table) -> list[ColumnKind]:
    """Of each column: *integer*, *number* or *text*; totals count as any other row."""
    columns = zip(*_rows(table), strict=True) if _rows(table) else [()] * len(table.header)
    return [_type([value for value in column if value not in (None, "")]) for column in columns]


def _type(values: Sequence[Cell]) -> ColumnKind:
    if not values or any(isinstance(value, str) for value in values):
        return "text"
    return "integer" if all(isinstance(value, int) for value in values) else "number"


def _columns(table: Table) -> list[Json]:
    described = zip(table.header, types_of(table), units_of(table), strict=True)
    return [{"name": name, "type": kind, "unit": unit or None} for name, kind, unit in described]


# -- forms


def table_csv(table: Table, *, raw: bool = False) -> bytes:
    """The table as CSV, header first; without the notes, so that other programs read it."""
    return csv_bytes(table.header, _rows(table), raw=raw)


def table_tsv(table: Table, *, raw: bool = False) -> bytes:
    """The table as values between tabs, header first; else as CSV."""
    return csv_bytes(table.header, _rows(table), raw=raw, delimiter="\t")


def _rows(table: Table) -> list[tuple[Cell, ...]]:
    return [*table.rows, table.total] if table.total else list(table.rows)


def table_json(table: Table, origin: Provenance | None = None, *, raw: bool = False) -> bytes:
    """The table as JSON: `columns` with type and unit, `rows` in their order, the total apart, what it counts.

    A row is a list of its cells; an empty cell is null. `depth` says how deep each row stands in the tree of codes.
    """
    whole: dict[str, Json] = {
        "title": table.title,
        "columns": _columns(table),
        "rows": [list(row) for row in table.rows],
        "depth": list(table.depth) or None,
        "total": list(table.total) if table.total else None,
        "counts": list(table.notes),
    }
    return json_bytes(whole | ({"provenance": origin.plain()} if origin else {}), raw=raw)


def table_markdown(table: Table, origin: Provenance | None = None) -> str:
    """The table as Markdown: numbers to the right, what it counts and where it comes from as lists below."""
    rows = _rows(table)
    numbers = [any(isinstance(row[i], int | float) for row in rows) for i in range(len(table.header))]
    depths = [*table.depth, *[0] * (len(rows) - len(table.depth))]
    lines = [
        _line([plain_line(name) for name in table.header]),
        _line(["---:" if number else "---" for number in numbers]),
        *(_line(_cells(row, depth)) for row, depth in zip(rows, depths, strict=True)),
    ]
    notes = [f"- {plain_line(note)}" for note in table.notes]
    whole = [f"# {plain_line(table.title)}", "", *lines, "", "## What this counts", "", *notes, ""]
    if origin:
        said = (f"- {plain_line(name)}: {plain_line(value)}" for name, value in origin.words)
        whole += ["## Where it comes from", "", *said, ""]
    return "\n".join(whole)


def _cells(row: tuple[Cell, ...], depth: int) -> list[str]:
    cells = ["" if value is None else plain_line(str(value)) for value in row]
    return [f"{'&nbsp;' * (2 * depth)}{cells[0]}", *cells[1:]]


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def provenance_bytes(table: Table, origin: Provenance) -> bytes:
    """What stands beside a file that holds the rows alone: what they count, their columns, where they come from."""
    return json_bytes({"title": table.title, "counts": list(table.notes), "columns": _columns(table), **origin.plain()})


def table_bytes(table: Table, form: Form, origin: Provenance | None = None, *, raw: bool = False) -> bytes:
    """The table in one of the forms; `raw` leaves text of CSV, TSV and JSON as it is.

    Raises RequestError for text that is too long for a cell of a workbook.
    """
    makers: dict[Form, Callable[[], bytes]] = {
        "csv": lambda: table_csv(table, raw=raw),
        "tsv": lambda: table_tsv(table, raw=raw),
        "json": lambda: table_json(table, origin, raw=raw),
        "md": lambda: table_markdown(table, origin).encode("utf-8", "replace"),
        "xlsx": lambda: xlsx_bytes(table.header, _rows(table)),
    }
    return makers[form]()


# -- files


def form_of(path: Path) -> Form:
    """The form that the ending of a name asks for; CSV if it asks for none.

    Raises RequestError for the name of another kind of spreadsheet, of a picture and of a document.
    """
    suffix = path.suffix.casefold()
    if suffix in _PICTURES:
        fix = "Give the file a name in .csv, .xlsx, .json or .md; `qcode figure` draws .svg and .png."
        raise RequestError(f"Tables are not written as {suffix}.", fix=fix)
    if suffix in _OTHER_SHEETS:
        raise RequestError(f"Tables are not written as {suffix}.", fix="Give the file a name in .csv or .xlsx.")
    return next((form for form in FORMS if suffix == f".{form}"), "csv")


def beside_of(path: Path) -> Path:
    """The name of the file that says where a file of results comes from, such as `table.csv.provenance.json`.

    The whole name stands in it, so that table.csv and table.xlsx do not share one.
    """
    return path.with_name(path.name + _PROVENANCE)


def export_table(
    table: Table,
    path: Path,
    *,
    overwrite: bool = False,
    raw: bool = False,
    form: Form | None = None,
    origin: Provenance | None = None,
) -> Path:
    """Write the table, and what it counts; the path of the latter.

    The form is `form`, else that of the name's ending (`form_of`). JSON and Markdown hold what the table counts; beside
    the others it stands as `table.csv.provenance.json` with the `origin`, or where that is not given as `table.txt`.
    Raises RequestError, before anything is written, if either is there already (unless `overwrite`), or for a name that
    asks for another form.
    """
    if path.is_dir():
        raise RequestError("This is a folder.", where=display_safe(str(path)), fix="Name the file: FOLDER/table.csv.")
    if not path.parent.is_dir():
        raise RequestError("There is no such folder.", where=display_safe(str(path.parent)), fix="Make it first.")
    form = form or form_of(path)
    beside = path if form in _WHOLE else beside_of(path) if origin else path.with_suffix(".txt")
    if beside == path and form not in _WHOLE:
        raise RequestError("What a table counts is written beside it as .txt.", fix="Give the table a name in .csv.")
    data = table_bytes(table, form, origin, raw=raw)
    _free(path, beside, overwrite=overwrite)
    write_file(path, data, overwrite=overwrite)
    if beside != path:
        notes = "\n".join([table.title, "", *table.notes, ""]).encode("utf-8", "replace")
        write_file(beside, provenance_bytes(table, origin) if origin else notes, overwrite=overwrite)
    return beside


def _free(path: Path, beside: Path, *, overwrite: bool) -> None:
    """RequestError if one of the files is there, and may not be overwritten."""
    for file, what in ((path, "There is a file of this name already"), (beside, _BESIDE)):
        if not overwrite and os.path.lexists(file):
            where, fix = display_safe(str(file)), "Choose another name, or let it be overwritten (--force)."
            raise RequestError(f"{what}; nothing was written.", where=where, fix=fix)
