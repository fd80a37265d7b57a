"""Tables out as a workbook (.xlsx) that opens in a spreadsheet, starts nothing there, and reads back as it was.

Text is typed as text, so that nothing in it is ever run, 009 stays 009 and a date stays as it was written. Only
numbers are numbers.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from pathlib import PurePath
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from qcode.core.text import display_safe
from qcode.errors import RequestError
from qcode.files.tables import Cell, csv_bytes
from qcode.files.xlsx_reader import seen

__all__ = ["MAX_XLSX_CELL", "Sheet", "TypedCell", "book_bytes", "table_bytes", "xlsx_bytes"]

MAX_XLSX_CELL = 32_767
"""Longest text of a cell, in UTF-16 units; a spreadsheet cuts what is longer."""

TypedCell = Cell | date
"""What a cell of a workbook may hold: as in `Cell`, and dates and truth values (which are numbers to Python)."""

_WIDEST = 60
_READING = 90
_MOST_ROWS = 1_048_576
_SHEET_NAME = 31
_NO_SHEET = re.compile(r"[\[\]:*?/\\]")
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_NARROWEST = 8
_NO_XML = str.maketrans({"\ufffe": "\ufffd", "\uffff": "\ufffd"})  # no character of XML
_OTHER_SHEETS = (".xls", ".xlsm", ".xlsb", ".ods", ".numbers", ".sav", ".dta")


def table_bytes(
    path: PurePath, header: Sequence[str], rows: Iterable[Sequence[Cell]], *, raw: bool = False, sheet: str = "table"
) -> bytes:
    """A table as the bytes of the kind of file that the name asks for: a workbook for .xlsx, else CSV.

    `raw` leaves text of a CSV file as it is (see `csv_bytes`); a workbook needs no such care. Raises RequestError for
    the name of another kind of spreadsheet, and for text that is too long for a cell of a workbook.
    """
    suffix = path.suffix.casefold()
    if suffix in _OTHER_SHEETS:
        raise RequestError(f"Tables are not written as {suffix}.", fix="Give the file a name in .csv or .xlsx.")
    return xlsx_bytes(header, rows, sheet=sheet) if suffix == ".xlsx" else csv_bytes(header, rows, raw=raw)


def xlsx_bytes(header: Sequence[str], rows: Iterable[Sequence[TypedCell]], *, sheet: str = "table") -> bytes:
    """A table as the bytes of a workbook with one sheet; None and NaN are empty cells.

    A number stays a number where it reads back as the same text, else it is written as text.
    Raises RequestError for text over `MAX_XLSX_CELL`, with its row and column.
    """
    return book_bytes([Sheet(sheet, tuple(header), rows)])


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name, the header and the rows. With `reading` the cells are words to be read, folded in lines."""

    name: str
    header: tuple[str, ...]
    rows: Iterable[Sequence[TypedCell]]
    reading: bool = False


def book_bytes(sheets: Sequence[Sheet]) -> bytes:
    """A workbook of several sheets as bytes: the same sheets give the same bytes, for no clock stands in them.

    Dates and truth values are typed as what they are, numbers and text as `xlsx_bytes` says. Names of sheets are cut
    and made different where a spreadsheet needs it. Raises RequestError as `xlsx_bytes` does, and for too many rows.
    """
    from openpyxl import Workbook  # type: ignore[import-untyped]
    from openpyxl.writer.excel import ExcelWriter  # type: ignore[import-untyped]

    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator = "qcode"
    book.properties.created = book.properties.modified = datetime(*_NO_TIME)  # noqa: DTZ001 - stands for no time
    taken: set[str] = set()
    for sheet in sheets:
        page = book.create_sheet(_sheet_name(sheet.name, taken))
        _fill(page, sheet)
    stream = io.BytesIO()
    with ZipFile(stream, "w") as archive:
        ExcelWriter(book, archive).write_data()
    return _without_clock(stream.getvalue())


def _without_clock(data: bytes) -> bytes:
    """The same archive, packed, with one time for all of its parts."""
    packed = io.BytesIO()
    with ZipFile(io.BytesIO(data)) as old, ZipFile(packed, "w") as new:
        for part in old.infolist():
            plain = ZipInfo(part.filename, _NO_TIME)
            plain.compress_type = ZIP_DEFLATED
            plain.external_attr = 0o600 << 16
            new.writestr(plain, old.read(part))
    return packed.getvalue()


def _sheet_name(name: str, taken: set[str]) -> str:
    """A name that a spreadsheet allows and that no sheet before has; `taken` gets it."""
    plain = _NO_SHEET.sub(" ", display_safe(name)).translate(_NO_XML).strip(" '")[:_SHEET_NAME] or "table"
    number, found = 1, plain
    while found.casefold() in taken:
        number += 1
        found = f"{plain[: _SHEET_NAME - 4]} {number}"
    taken.add(found.casefold())
    return found


def _fill(page: Any, sheet: Sheet) -> None:
    from openpyxl.styles import Alignment, Font  # type: ignore[import-untyped]
    from openpyxl.utils import get_column_letter  # type: ignore[import-untyped]

    page.freeze_panes = "A2"
    widest = _READING if sheet.reading else _WIDEST
    widths = [_NARROWEST] * len(sheet.header)
    for number, cells in enumerate(chain([sheet.header], sheet.rows), 1):
        if number > _MOST_ROWS:
            where, most = display_safe(sheet.name), f"{_MOST_ROWS - 1:,}"
            raise RequestError(f"There are more than the {most} rows of a sheet.", where=where, fix="Write CSV.")
        for column, value in enumerate(cells, 1):
            text = _put(page, number, column, value, sheet.header[column - 1])
            widths[column - 1] = max(widths[column - 1], min(widest, len(text) + 2))
            if sheet.reading:
                page.cell(number, column).alignment = Alignment(wrap_text=True, vertical="top")
    for column in range(1, len(sheet.header) + 1):
        page.cell(1, column).font = Font(bold=True)
        page.column_dimensions[get_column_letter(column)].width = widths[column - 1]


def _put(page: Any, row: int, column: int, value: TypedCell, name: str) -> str:
    """Fill a cell; its text as a person sees it."""
    if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        return ""
    cell = page.cell(row, column)
    if isinstance(value, bool | date):
        cell.value = value
        return seen(value)
    text = str(value)
    if not isinstance(value, str) and seen(value) == text:
        cell.value = value
        return text
    text = display_safe(text, keep_lines=True).translate(_NO_XML)
    if len(text.encode("utf-16-le")) > 2 * MAX_XLSX_CELL:
        raise RequestError(
            f"A text is longer than the {MAX_XLSX_CELL:,} characters of a spreadsheet's cell.",
            where=f"row {row}, column {display_safe(name[:60])}",
            fix="Write CSV.",
        )
    cell.value = text
    cell.data_type = "s"  # also what begins with =
    cell.number_format = "@"
    return text
