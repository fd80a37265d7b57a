"""Tables out as a workbook (.xlsx) that opens in a spreadsheet, starts nothing there, and reads back as it was.

Text is typed as text, so that nothing in it is ever run, 009 stays 009 and a date stays as it was written. Only
numbers are numbers.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Sequence
from pathlib import PurePath
from typing import Any

from qcode.core.text import display_safe
from qcode.errors import RequestError
from qcode.files.tables import Cell, csv_bytes
from qcode.files.xlsx_reader import seen

__all__ = ["MAX_XLSX_CELL", "table_bytes", "xlsx_bytes"]

MAX_XLSX_CELL = 32_767
"""Longest text of a cell, in UTF-16 units; a spreadsheet cuts what is longer."""

_WIDEST = 60
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


def xlsx_bytes(header: Sequence[str], rows: Iterable[Sequence[Cell]], *, sheet: str = "table") -> bytes:
    """A table as the bytes of a workbook with one sheet; None and NaN are empty cells.

    A number stays a number where it reads back as the same text, else it is written as text.
    Raises RequestError for text over `MAX_XLSX_CELL`, with its row and column.
    """
    from openpyxl import Workbook  # type: ignore[import-untyped]
    from openpyxl.styles import Font  # type: ignore[import-untyped]
    from openpyxl.utils import get_column_letter  # type: ignore[import-untyped]

    book = Workbook()
    book.properties.creator = "qcode"
    page = book.worksheets[0]
    page.title = sheet
    page.freeze_panes = "A2"
    widths = [_NARROWEST] * len(header)
    for number, cells in enumerate([tuple(header), *rows], 1):
        for column, value in enumerate(cells, 1):
            text = _put(page, number, column, value, header[column - 1])
            widths[column - 1] = max(widths[column - 1], min(_WIDEST, len(text) + 2))
    for column in range(1, len(header) + 1):
        page.cell(1, column).font = Font(bold=True)
        page.column_dimensions[get_column_letter(column)].width = widths[column - 1]
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _put(page: Any, row: int, column: int, value: Cell, name: str) -> str:
    """Fill a cell; its text as a person sees it."""
    if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        return ""
    cell = page.cell(row, column)
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
