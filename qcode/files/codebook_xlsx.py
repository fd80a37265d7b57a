"""The codebook as a spreadsheet: the table of `codebook_tables` on one sheet, every cell typed as text.

A cell that is text is never run, however it begins. A workbook from outside is opened only after the archive was
measured; formulas, dates and errors in it are faults, because what they hold is not what a person sees.
"""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from collections.abc import Sequence
from typing import Any

from qcode.core.codebook import Codebook
from qcode.core.text import canonicalise, display_safe
from qcode.errors import Fault, FileFaults, InputError, RequestError, UnsafeFile
from qcode.files.codebook_tables import ALMOST_FORMULA, CodebookRow, codebook_rows, from_rows
from qcode.files.codebook_toml import SIZE_LIMIT, ReadCodebook
from qcode.files.zip_guard import open_members

__all__ = ["read_codebook_xlsx", "write_codebook_xlsx"]

_CELL_LONGEST = 32_767  # UTF-16 units; Excel cuts what is longer
_ROWS_MOST = 5_000
_COLUMNS_MOST = 200
_WIDTHS = {"id": 24, "parent": 18, "colour": 9, "hotkey": 8, "exclusive": 10, "absence": 9}
_WIDE = 44
_SHEET = "codebook"

# Everything that the library raises for a workbook that is damaged or was made to harm.
_DAMAGED = (
    LookupError, ValueError, TypeError, AttributeError, ArithmeticError, OSError, EOFError, SyntaxError,
    zipfile.BadZipFile, zlib.error,
)  # fmt: skip


def write_codebook_xlsx(codebook: Codebook, *, written_from: str = "") -> bytes:
    """The codebook as the bytes of a workbook; `read_codebook_xlsx` gives back the same codebook.

    Raises RequestError for a codebook with faults, or with a text that is too long for a cell.
    """
    from openpyxl import Workbook  # type: ignore[import-untyped]
    from openpyxl.styles import Alignment, Font  # type: ignore[import-untyped]
    from openpyxl.utils import get_column_letter  # type: ignore[import-untyped]

    header, rows = codebook_rows(codebook, written_from)
    book = Workbook()
    book.properties.creator = "qcode"
    sheet = book.worksheets[0]
    sheet.title = _SHEET
    sheet.freeze_panes = "B2"
    for number, cells in enumerate([header, *rows], 1):
        for column, text in enumerate(cells, 1):
            if not text:
                continue
            _check_length(text, header[column - 1], cells[0])
            cell = sheet.cell(number, column)
            cell.value = _kept_apostrophe(text)
            cell.data_type = "s"  # also what begins with =
            cell.number_format = "@"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=number == 1)
    for column, name in enumerate(header, 1):
        wide = _WIDE if name not in _WIDTHS and not name.startswith("codebook_") else _WIDTHS.get(name, 20)
        sheet.column_dimensions[get_column_letter(column)].width = wide
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _kept_apostrophe(text: str) -> str:
    """An apostrophe before what looks like a formula would be taken off in reading: it gets one more."""
    return f"'{text}" if text.startswith("'") and ALMOST_FORMULA.match(text) else text


def _check_length(text: str, column: str, code: str) -> None:
    if len(text.encode("utf-16-le", "surrogatepass")) > 2 * _CELL_LONGEST:
        raise RequestError(
            f"“{column}” of the code “{code}” is longer than the {_CELL_LONGEST:,} characters of a spreadsheet's cell.",
            fix="Write TOML or CSV.",
        )


def read_codebook_xlsx(data: bytes, name: str) -> ReadCodebook:
    """The codebook on the first sheet of a workbook; `name` is what to call the file in messages.

    Raises FileFaults with every fault and its row; UnsafeFile and InputError for a file that is no sound workbook.
    """
    if len(data) > SIZE_LIMIT:
        raise UnsafeFile(f"The file is larger than {SIZE_LIMIT // 1_000_000} MB.", where=name)
    open_members(data, name)
    header: list[str] = []
    rows: list[CodebookRow] = []
    first = 1
    faults: list[Fault] = []
    for number, cells in enumerate(_cells(data, name), 1):
        texts = [_text(cell, number, faults) for cell in cells]
        if not header and any(texts):
            header, first = [canonicalise(text).strip() for text in texts], number
            while header and not header[-1]:
                header.pop()
            faults += _header_faults(header, number)
        elif any(texts):
            if any(texts[len(header) :]):
                faults.append(Fault("This row has a cell beyond the last named column.", number, "row"))
            rows.append(CodebookRow(number, dict(zip(header, texts, strict=False))))
    if not header:
        raise InputError("The table is empty.", where=name, fix="Its first row must hold the column names.")
    if faults:
        raise FileFaults(name, faults)
    return from_rows(header, rows, name, unit="row", header_line=first)


def _header_faults(header: Sequence[str], row: int) -> list[Fault]:
    faults = [Fault(f"Column {n} has no name.", row, "row") for n, text in enumerate(header, 1) if not text]
    repeated = {text for text in header if text and header.count(text) > 1}
    shown = [display_safe(text[:60]) for text in sorted(repeated)]
    return faults + [Fault(f"The column name “{text}” stands more than once.", row, "row") for text in shown]


def _cells(data: bytes, name: str) -> list[tuple[Any, ...]]:
    """The cells of the first sheet, row by row. Raises InputError for a damaged workbook, UnsafeFile for a huge one."""
    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that the library does not know
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
            try:
                sheet = book.worksheets[0]
                rows = list(sheet.iter_rows(max_row=_ROWS_MOST + 1, max_col=_COLUMNS_MOST + 1))
            finally:
                book.close()
    except _DAMAGED:
        what = "The file is damaged, or it is no workbook."
        raise InputError(what, where=name, fix="Open it in a spreadsheet and save it again as .xlsx.") from None
    if len(rows) > _ROWS_MOST or any(cell.value is not None for row in rows for cell in row[_COLUMNS_MOST:]):
        raise UnsafeFile(
            f"The sheet has more than {_ROWS_MOST:,} rows or {_COLUMNS_MOST} columns, far more than a codebook needs.",
            where=name,
        )
    return rows


def _text(cell: Any, row: int, faults: list[Fault]) -> str:
    """What a cell says, as text: numbers and flags that a person typed are taken too."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str) and cell.data_type not in {"f", "e"}:
        return value
    if isinstance(value, int):
        return str(value)
    what = "a formula" if cell.data_type == "f" else "an error" if cell.data_type == "e" else "a number or a date"
    faults.append(Fault(f"Cell {cell.coordinate} holds {what}; type its text.", row, "row"))
    return ""
