"""Tables in: the first sheet of an Excel workbook, as the same table that a CSV file gives.

Cells come as text, as people see them: 2016 and not 2016.0, 2019-07-03 and not a number of days, 009 where the format
shows three digits. A formula gives the result that the spreadsheet stored with it; it is never run.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any
from zipfile import BadZipFile

from qcode.core.text import canonicalise, display_safe
from qcode.errors import Fault, InputError, UnsafeFile
from qcode.files.table_reader import MAX_TABLE_BYTES, CsvRow, CsvTable, header_faults, raise_faults, read_csv, row_fault
from qcode.files.zip_guard import open_members

__all__ = ["MAX_CELLS", "MAX_ROWS", "read_table", "read_xlsx", "seen"]

MAX_ROWS = 100_000
MAX_CELLS = 2_000_000
_SAVE_AGAIN = "Open it in the spreadsheet program and save it again as .xlsx, or as CSV (UTF-8)."
_DECIMALS = re.compile(r"0(?:\.(0+))?(%?)")


def read_table(data: bytes, name: str, *, encoding: str | None = None, faults: list[Fault] | None = None) -> CsvTable:
    """The table in the bytes of a file: a workbook where its `name` ends in .xlsx, else CSV.

    Faults of header and rows are added to `faults` where it is given, else raised.
    """
    if name.casefold().endswith(".xlsx"):
        return read_xlsx(data, name, faults=faults)
    return read_csv(data, name, encoding=encoding, faults=faults)


def read_xlsx(data: bytes, name: str, *, faults: list[Fault] | None = None) -> CsvTable:
    """The table in the bytes of an .xlsx file: its first visible sheet with anything in it; `name` is for messages.

    The lines of its rows are the rows of the sheet. `encoding` is *xlsx*, and `encoding_note` says what else is in
    the workbook. Raises FileFaults as `read_csv` does (or adds to `faults`), also for cells with an error and formulas
    without a result; InputError for a damaged or empty workbook; UnsafeFile for one that is too large or holds
    entities.
    """
    shown = display_safe(name)
    if len(data) > MAX_TABLE_BYTES:
        raise UnsafeFile(f"The table is larger than {MAX_TABLE_BYTES // 1_000_000} MB.", where=shown)
    formulas = _check_parts(data, name)
    found: list[Fault] = []
    rows, note = _sheet(data, shown, found, formulas=formulas)
    if not rows:
        raise InputError("The table is empty.", where=shown, fix="Its first line must hold the column names.")
    table = _table(rows, note, found)
    if faults is None:
        raise_faults(shown, found)
    else:
        faults += found
    return table


def _check_parts(data: bytes, name: str) -> bool:
    """Whether any sheet holds a formula. Raises UnsafeFile, before anything is parsed."""
    members = open_members(data, name)
    formulas = False
    for member in members:
        if not member.casefold().endswith((".xml", ".rels")):
            continue
        part = members.read(member)
        # Neither UTF-16 nor a document type is in any workbook that a spreadsheet writes.
        if b"<!DOCTYPE" in part or b"<!ENTITY" in part or b"\0" in part:
            what = f"The part “{display_safe(member[:80])}” declares a document type or is no UTF-8."
            raise UnsafeFile(what, where=members.where, fix=_SAVE_AGAIN)
        formulas |= b"<f>" in part or b"<f " in part
    return formulas


def _sheet(
    data: bytes, shown: str, faults: list[Fault], *, formulas: bool
) -> tuple[list[tuple[int, list[str]]], str | None]:
    """The rows of the first sheet with any, without blank ones, each with its number; and what was passed over."""
    book = _open(data, shown, values=True)
    sheets = [s for s in book.worksheets if s.sheet_state == "visible"]
    try:
        for number, sheet in enumerate(sheets):
            rows = _cut(list(_rows(sheet, shown, faults)))
            if rows:
                if formulas:
                    faults += _unsolved(data, shown, sheet.title, dict(rows))
                others = len(sheets) - number - 1
                named = f"Only the sheet “{display_safe(sheet.title[:60])}” was read; {others} more in the file."
                return rows, named if others else None
    except _DAMAGE as error:
        raise _damaged(shown) from error
    finally:
        book.close()
    return [], None


_DAMAGE = (KeyError, ValueError, TypeError, IndexError, AttributeError, SyntaxError, EOFError, OSError, BadZipFile)


def _damaged(shown: str) -> InputError:
    return InputError("The workbook is damaged, or it is not of its kind.", where=shown, fix=_SAVE_AGAIN)


def _open(data: bytes, shown: str, *, values: bool) -> Any:
    import warnings

    from openpyxl import load_workbook  # type: ignore[import-untyped]
    from openpyxl.utils.exceptions import InvalidFileException  # type: ignore[import-untyped]

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of extensions that a table of values does not need
            return load_workbook(io.BytesIO(data), read_only=True, data_only=values, keep_links=False)
    except (*_DAMAGE, InvalidFileException) as error:
        raise _damaged(shown) from error


def _rows(sheet: Any, shown: str, faults: list[Fault]) -> Iterator[tuple[int, list[str]]]:
    sheet.reset_dimensions()  # what a file says of its own size is not to be believed
    cells = 0
    for number, row in enumerate(sheet.iter_rows(), 1):
        cells += len(row)
        if number > MAX_ROWS or cells > MAX_CELLS:
            what = f"The sheet is larger than {MAX_ROWS:,} rows or {MAX_CELLS:,} cells."
            raise UnsafeFile(what, where=shown, fix="If the rows below the table are empty, delete them and save.")
        texts = [seen(cell.value, getattr(cell, "number_format", "General") or "General") for cell in row]
        if any(cell.value is not None and cell.data_type == "e" for cell in row):
            faults.append(Fault("A cell holds an error of the spreadsheet, such as #N/A.", number, "row"))
        if any(text.strip() for text in texts):
            yield number, texts


def _cut(rows: list[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    """All rows as long as the header: sheets end rows where they like. What stands beyond the header stays."""
    if not rows:
        return []
    header = [text.strip() for text in rows[0][1]]
    while header and not header[-1]:
        header.pop()
    width = len(header)
    found = []
    for number, texts in rows:
        while len(texts) > width and not texts[-1].strip():
            texts.pop()
        found.append((number, texts + [""] * (width - len(texts))))
    return found


def _unsolved(data: bytes, shown: str, title: str, rows: dict[int, list[str]]) -> list[Fault]:
    """Formulas whose result the file does not hold: they would come in as empty cells."""
    book = _open(data, shown, values=False)
    faults = []
    try:
        sheet = book[title]
        sheet.reset_dimensions()
        for number, row in enumerate(sheet.iter_rows(), 1):
            values = rows.get(number, [])
            if any(c.data_type == "f" and not (values[i] if i < len(values) else "") for i, c in enumerate(row)):
                faults.append(Fault(f"A formula has no stored result. {_SAVE_AGAIN}", number, "row"))
    finally:
        book.close()
    return faults


def seen(value: object, number_format: str = "General") -> str:
    """The text of a cell as people see it in the spreadsheet.

    >>> seen(2016.0), seen(9, "000"), seen(0.59, "0%"), seen(2.5, "0.00"), seen(True), seen(None)
    ('2016', '009', '59%', '2.50', 'TRUE', '')
    >>> seen(datetime(2019, 7, 3)), seen(datetime(2019, 7, 3, 9, 30))
    ('2019-07-03', '2019-07-03 09:30')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number(value, number_format)
    if isinstance(value, datetime):
        midnight = value.time() == time()
        return value.date().isoformat() if midnight else value.isoformat(" ", "seconds" if value.second else "minutes")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def _number(value: float, number_format: str) -> str:
    if re.fullmatch("0+", number_format) and value == int(value) and value >= 0:
        return str(int(value)).zfill(len(number_format))
    found = _DECIMALS.fullmatch(number_format)
    if found:
        decimals, percent = len(found[1] or ""), found[2]
        return f"{value * (100 if percent else 1):.{decimals}f}{percent}"
    # Fifteen digits are what a spreadsheet keeps: 0.1 + 0.2 is shown as 0.3.
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else f"{value:.15g}"


def _table(rows: list[tuple[int, list[str]]], note: str | None, faults: list[Fault]) -> CsvTable:
    (line, names), *others = rows
    header = tuple(canonicalise(text).strip() for text in names)
    faults += (replace(fault, unit="row") for fault in header_faults(header, line))
    found: list[CsvRow] = []
    for number, texts in others:
        fault = row_fault(texts, len(header), number)
        if fault:
            faults.append(replace(fault, unit="row"))
        else:
            values = (canonicalise(text).strip() for text in texts)
            found.append(CsvRow(number, dict(zip(header, values, strict=True))))
    return CsvTable(header, tuple(found), "xlsx", note, "row")
