"""Tables as pictures made of characters: bars for one column, a heat map for several of one unit.

A picture is lines of pieces, each with its shade, so that whoever shows it may colour it. Numbers stand in it
everywhere: the shade only helps to find them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import NamedTuple

from qcode.core.text import display_safe
from qcode.errors import RequestError
from qcode.services.table import Cell, Table
from qcode.services.table_files import units_of

__all__ = ["SHADES", "Picture", "Piece", "bars", "heat_map", "measured_columns", "picture_of"]

SHADES = " ░▒▓█"
"""Shades of a heat map: the first for 0, the last for the largest value; a value that is not recorded has none."""

_EIGHTHS = " ▏▎▍▌▋▊▉"
_LEAST_BAR = 8  # cells
_MOST_HEAD = 10  # cells
_NO_VALUE = "–"


class Piece(NamedTuple):
    """A stretch of a line; `shade` is a place in SHADES, or None for what is no cell of a heat map."""

    text: str
    shade: int | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """Lines of pieces, harmless on a screen, none with a line end."""

    lines: tuple[tuple[Piece, ...], ...]

    @property
    def plain(self) -> list[str]:
        """The lines without colours."""
        return ["".join(piece.text for piece in line).rstrip() for line in self.lines]


def picture_of(table: Table, width: int) -> Picture:
    """A heat map where several columns hold one unit, else bars. Raises RequestError where there is no number."""
    columns = measured_columns(table)
    return heat_map(table, width) if len(columns) > 1 else bars(table, width)


def measured_columns(table: Table) -> list[int]:
    """The columns that a picture shows: the first of numbers, and those beside it of the same unit, without totals.

    Raises RequestError where there is no number.
    """
    units = units_of(table)
    numbers = [i for i in range(len(table.header)) if _is_measured([row[i] for row in table.rows])]
    if not numbers:
        raise RequestError("There is no number in this table, so there is nothing to draw.")
    unit = units[numbers[0]]
    if not unit:
        return numbers[:1]
    same = takewhile(lambda i: i in numbers and units[i] == unit, range(numbers[0], len(table.header)))
    return [i for i in same if i == numbers[0] or table.header[i] != "total"]


def _is_measured(values: Sequence[Cell]) -> bool:
    return any(_number(value) is not None for value in values) and not any(
        isinstance(value, str) and value for value in values
    )


def _number(value: Cell) -> float | None:
    """The number in a cell; None where there is none."""
    if isinstance(value, str) or value is None or value != value:  # noqa: PLR0124 - NaN
        return None
    return float(value)


def _largest(values: Sequence[float | None]) -> float:
    """The largest value. Raises RequestError for what no length and no shade shows."""
    found = [value for value in values if value is not None]
    if any(value < 0 or value == float("inf") for value in found):
        raise RequestError(
            "A picture shows values from 0 on, and here some are below or without end.", fix="Show the table itself."
        )
    return max(found, default=0.0)


def _labels(table: Table, most: int) -> list[str]:
    """The first cell of each row, indented, all of the same width of at most `most` cells."""
    depths = table.depth or (0,) * len(table.rows)
    texts = [
        "  " * depth + display_safe("" if row[0] is None else str(row[0]))
        for row, depth in zip(table.rows, depths, strict=True)
    ]
    return _same_width(texts, most)


def _same_width(texts: Sequence[str], most: int, *, right: bool = False) -> list[str]:
    from rich.cells import cell_len, set_cell_size

    width = min(most, max(map(cell_len, texts), default=0))
    cut = [text if cell_len(text) <= width else f"{set_cell_size(text, width - 1)}…" for text in texts]
    return [" " * (width - cell_len(text)) + text if right else set_cell_size(text, width) for text in cut]


def _written(values: Sequence[Cell]) -> list[str]:
    decimals = max((len(repr(v).partition(".")[2]) for v in values if isinstance(v, float) and v == v), default=0)  # noqa: PLR0124
    return [
        _NO_VALUE if _number(v) is None else f"{v:.{decimals}f}" if isinstance(v, float) else str(v) for v in values
    ]


def bars(table: Table, width: int) -> Picture:
    """A bar for each row, for the first column of numbers, in at most `width` cells if that is not too narrow.

    Lengths are exact to an eighth of a cell; a value that is not recorded has a dash and no bar, 0 has a 0. Raises
    RequestError for values below 0, and where there is no number.
    """
    column = measured_columns(table)[0]
    cells = [row[column] for row in table.rows]
    values = [_number(cell) for cell in cells]
    largest = _largest(values)
    labels = _labels(table, max(_LEAST_BAR, width // 2))
    numbers = _written(cells)
    room = max(_LEAST_BAR, width - _cells(labels) - max(map(len, numbers), default=0) - 3)
    unit = units_of(table)[column]
    head = table.header[column]
    lines: list[tuple[Piece, ...]] = [(Piece(display_safe(f"{head} ({unit})" if unit not in head else head)),)]
    for label, value, number in zip(labels, values, numbers, strict=True):
        bar = _bar(value or 0.0, largest, room)
        lines.append((Piece(f"{label}  "), Piece(bar), Piece(f" {number}" if bar else number)))
    return Picture(tuple(lines))


def _cells(texts: Sequence[str]) -> int:
    from rich.cells import cell_len

    return max(map(cell_len, texts), default=0)


def _bar(value: float, largest: float, room: int) -> str:
    """A bar of at most `room` cells; what is there at all is an eighth of a cell long at least."""
    eighths = round(8 * room * value / largest) if largest else 0
    eighths = max(eighths, 1) if value else 0
    whole, part = divmod(eighths, 8)
    return "█" * whole + (_EIGHTHS[part] if part else "")


def heat_map(table: Table, width: int) -> Picture:
    """Every cell as its number on a shade: of the largest value in the table, so that rows can be compared.

    Where the columns do not fit into `width` cells, they are drawn in several bands, one below the other. Raises
    RequestError for values below 0, and where there is no number.
    """
    columns = measured_columns(table)
    cells = [[row[column] for column in columns] for row in table.rows]
    largest = _largest([_number(cell) for row in cells for cell in row])
    numbers = _written([cell for row in cells for cell in row])
    written = [numbers[i * len(columns) : (i + 1) * len(columns)] for i in range(len(cells))]
    widest = max(map(len, numbers), default=0)
    heads = _same_width([display_safe(table.header[column]) for column in columns], _MOST_HEAD, right=True)
    each = max(widest + 3, _cells(heads))
    labels = _labels(table, max(_LEAST_BAR, width // 3))
    indent = _cells(labels)
    in_band = max(1, (width - indent - 1) // (each + 1))
    lines: list[tuple[Piece, ...]] = []
    for first in range(0, len(columns), in_band):
        band = range(first, min(first + in_band, len(columns)))
        lines += [()] if first else []
        lines.append((Piece(" " * indent), *(Piece(" " + " " * (each - _cells([heads[i]])) + heads[i]) for i in band)))
        for label, row, texts in zip(labels, cells, written, strict=True):
            shaded = (_shaded(row[i], texts[i], largest, each) for i in band)
            lines.append((Piece(label), *(piece for pieces in shaded for piece in pieces)))
    lines += [(), (Piece(_legend(table, columns, largest)),)]
    return Picture(tuple(lines))


def _shaded(value: Cell, text: str, largest: float, width: int) -> tuple[Piece, Piece]:
    number = _number(value)
    if number is None:
        return Piece(" "), Piece(text.rjust(width))
    # 0 alone has no shade: what is there at all is seen.
    shade = min(len(SHADES) - 1, 1 + int((len(SHADES) - 1) * number / largest)) if number else 0
    room = width - len(text)
    return Piece(" "), Piece(SHADES[shade] * (room - 1) + " " + text if room > 1 else text.rjust(width), shade)


def _legend(table: Table, columns: Sequence[int], largest: float) -> str:
    unit = units_of(table)[columns[0]] or display_safe(table.header[columns[0]])
    steps = len(SHADES) - 1
    bounds = [f"{SHADES[step]} up to {largest * step / steps:g}" for step in range(1, steps + 1)]
    return f"{unit}: nothing 0, {', '.join(bounds)}; {_NO_VALUE} no value."
