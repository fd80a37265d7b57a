"""Tables in: a CSV file with a header line, read strictly.

Every fault of the file is reported with its line, all at once; nothing is guessed about a row that does not fit.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from qcode.core.text import canonicalise, display_safe
from qcode.errors import Fault, FileFaults, InputError, UnsafeFile
from qcode.files.encoding import decode

__all__ = [
    "MAX_CELL",
    "MAX_COLUMNS",
    "MAX_TABLE_BYTES",
    "CsvRow",
    "CsvTable",
    "header_faults",
    "raise_faults",
    "read_csv",
    "row_fault",
]

MAX_TABLE_BYTES = 20_000_000
MAX_CELL = 100_000
"""Longest cell, in code points; below the csv module's own limit of 131,072, so that ours speaks first."""
MAX_COLUMNS = 500
_MOST_FAULTS = 50


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One row: the 1-based line of the file where it begins, and its cells by column name."""

    line: int
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class CsvTable:
    """A table as read. `encoding_note` is a sentence where the encoding was a guess, else None.

    `unit` is what the line numbers of the rows count: lines of a file, or rows of a sheet.
    """

    header: tuple[str, ...]
    rows: tuple[CsvRow, ...]
    encoding: str
    encoding_note: str | None = None
    unit: str = "line"


def _delimiter(text: str) -> str:
    """The one of comma, semicolon and TAB that stands most often outside quotes in the header line."""
    counts = dict.fromkeys(",;\t", 0)
    quoted = False
    for character in text:
        if character == '"':
            quoted = not quoted
        elif quoted:
            continue
        elif character in "\r\n":
            break
        elif character in counts:
            counts[character] += 1
    return max(counts, key=counts.__getitem__)


def _records(text: str, faults: list[Fault]) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line where it begins; blank records left out. Broken quoting ends it with a fault."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    line = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error:
            what = "The quotation marks of this row do not match, or a cell is far too long; reading stopped here."
            faults.append(Fault(what, line))
            return
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield line, cells
        line = reader.line_num + 1


def header_faults(header: tuple[str, ...], line: int) -> list[Fault]:
    """What is wrong with the column names: empty, repeated, too many."""
    faults = [Fault(f"Column {n} has no name.", line) for n, name in enumerate(header, 1) if not name]
    repeated = [name for name, times in Counter(header).items() if name and times > 1]
    faults += [Fault(f"The column name “{display_safe(name[:60])}” stands more than once.", line) for name in repeated]
    if len(header) > MAX_COLUMNS:
        faults.append(Fault(f"There are {len(header)} columns; at most {MAX_COLUMNS} are read.", line))
    return faults


def row_fault(cells: list[str], columns: int, line: int) -> Fault | None:
    """What is wrong with the shape of a row: its number of cells, or a cell that is too long."""
    if len(cells) != columns:
        row = "1 cell" if len(cells) == 1 else f"{len(cells)} cells"
        header = "1 column" if columns == 1 else f"{columns} columns"
        return Fault(f"This row has {row}, but the header has {header}.", line)
    longest = max(map(len, cells))
    if longest > MAX_CELL:
        return Fault(f"A cell has {longest:,} characters; at most {MAX_CELL:,} are read.", line)
    return None


def raise_faults(name: str, faults: list[Fault]) -> None:
    """Raise FileFaults with the first fifty faults, if there are any."""
    if not faults:
        return
    shown = faults[:_MOST_FAULTS]
    if len(faults) > len(shown):
        shown.append(Fault(f"… and {len(faults) - len(shown)} more rows with faults."))
    raise FileFaults(name, shown)


def read_csv(
    data: bytes,
    name: str,
    *,
    encoding: str | None = None,
    exact: bool = False,
    faults: list[Fault] | None = None,
) -> CsvTable:
    """The table in the bytes of a CSV file; `name` is the file's name, for messages.

    Cells are separated by comma, semicolon or TAB, whichever the header line uses. Column names and cells are made
    canonical (see `canonicalise`) and stripped of outer spaces; blank rows are passed over. With `exact` the cells of
    the rows stay as they are. Faults of header and rows are added to `faults` where it is given, and the rows that can
    be read are returned, so that a caller can tell them together with its own.

    Raises FileFaults for missing or repeated column names, rows of another length, broken quoting and cells over
    `MAX_CELL`; InputError for an empty file; UnsafeFile over `MAX_TABLE_BYTES` or for binary data; EncodingDoubt.
    """
    shown = display_safe(name)
    if len(data) > MAX_TABLE_BYTES:
        raise UnsafeFile(f"The table is larger than {MAX_TABLE_BYTES // 1_000_000} MB.", where=shown)
    decoded = decode(data, encoding=encoding, name=name)
    found: list[Fault] = []
    records = _records(decoded.text, found)
    line, cells = next(records, (1, []))
    raise_faults(shown, found)
    if not cells:
        raise InputError("The table is empty.", where=shown, fix="Its first line must hold the column names.")
    header = tuple(canonicalise(cell).strip() for cell in cells)
    found += header_faults(header, line)
    rows: list[CsvRow] = []
    for line, cells in records:
        fault = row_fault(cells, len(header), line)
        if fault:
            found.append(fault)
        else:
            values = cells if exact else [canonicalise(cell).strip() for cell in cells]
            rows.append(CsvRow(line, dict(zip(header, values, strict=True))))
    if faults is None:
        raise_faults(shown, found)
    else:
        faults += found
    return CsvTable(header, tuple(rows), decoded.encoding, decoded.note)
