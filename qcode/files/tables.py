"""Tables out: CSV that opens in a spreadsheet and starts nothing there.

A spreadsheet runs a cell that begins like a formula, and a transcript may hold any text: so text cells are made
inert, numbers never are. The form is RFC 4180 (commas, CRLF, quotes doubled), UTF-8, with a byte order mark so that
Excel recognises it.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Sequence
from typing import Literal

from qcode.core.text import display_safe

__all__ = ["Cell", "csv_bytes", "inert_cell"]

Cell = str | int | float | None
"""What a cell may hold; None is an empty cell, which is not the same as 0."""

_BLANKS = " \u00a0\u2002\u2003\u2009\u202f\u3000"
_FORMULA_STARTS = frozenset("=+-@\t\r\n＝＋－＠")


def inert_cell(value: str) -> str:
    """The text as a spreadsheet shows it without running it.

    Control, bidirectional and zero-width characters are made visible (`display_safe`); line ends stay. Where the
    first character that is no space could begin a formula, `'` is put in front (OWASP ASVS 1.2.10, CWE-1236).

    >>> inert_cell("=1+1"), inert_cell("plain"), inert_cell("  @SUM(A1)")
    ("'=1+1", 'plain', "'  @SUM(A1)")
    """
    first = value.lstrip(_BLANKS)[:1]
    shown = display_safe(value, keep_lines=True)
    return f"'{shown}" if first in _FORMULA_STARTS else shown


def _written(value: Cell, *, raw: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value if raw else inert_cell(value)
    if isinstance(value, float):
        return "" if math.isnan(value) else repr(float(value))
    return str(value)


def csv_bytes(
    header: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    raw: bool = False,
    bom: bool = True,
    delimiter: Literal[",", "\t"] = ",",
) -> bytes:
    r"""A table as the bytes of a CSV file, or of a TSV file where a tab is the `delimiter`.

    Numbers are written as they are (a decimal point, never a prefix); None and NaN are empty cells. `raw` leaves text
    untouched, for programs that read the file; a character that UTF-8 cannot hold becomes `?` even then. `bom=False`
    leaves out the byte order mark.

    >>> csv_bytes(["case", "n"], [["A, B", 2], ["-x", None]], bom=False)
    b'case,n\r\n"A, B",2\r\n\'-x,\r\n'
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n", delimiter=delimiter)
    writer.writerow([_written(name, raw=raw) for name in header])
    writer.writerows([_written(value, raw=raw) for value in row] for row in rows)
    return stream.getvalue().encode("utf-8-sig" if bom else "utf-8", errors="replace")
