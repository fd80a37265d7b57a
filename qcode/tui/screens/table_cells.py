"""How a table looks as a grid: numbers stand right with the same number of decimals, codes are indented."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from qcode.services.table import Cell, Table
from qcode.tui.rows import Column, Row
from qcode.tui.safe import cut

__all__ = ["TableLook"]

_NAME_CELLS = 34
_HEAD_CELLS = 16
_NUMBER_CELLS = 5


@dataclass(frozen=True, slots=True)
class _ColumnLook:
    """The cells of one column: `decimals` None = text."""

    decimals: int | None

    @classmethod
    def of(cls, cells: Sequence[Cell]) -> _ColumnLook:
        values = [cell for cell in cells if isinstance(cell, (int, float))]
        if not values or any(isinstance(cell, str) and cell for cell in cells):
            return cls(None)
        parts = [value for value in values if isinstance(value, float)]
        # Percentages need one decimal, coefficients between -1 and 1 three.
        return cls(0 if not parts else 1 if any(abs(part) > 1 for part in parts) else 3)

    def text(self, value: Cell) -> str:
        if value is None:
            return ""
        return f"{value:.{self.decimals or 0}f}" if isinstance(value, float) else str(value)


class TableLook:
    """A table as the columns and rows of a grid; columns that `left_out` names are not shown."""

    def __init__(self, table: Table, left_out: Sequence[str] = ()) -> None:
        self.table = table
        self.kept = [i for i, name in enumerate(table.header) if name not in left_out]
        self._looks = [_ColumnLook.of([row[i] for row in table.rows]) for i in range(len(table.header))]

    def __len__(self) -> int:
        """The number of rows, that of the totals too."""
        return len(self.table.rows) + (self.table.total is not None)

    def columns(self) -> list[Column]:
        """The columns, each as wide as what it holds."""
        return [self._column(i) for i in self.kept]

    def _column(self, i: int) -> Column:
        title = cut(self.table.header[i], _HEAD_CELLS)
        widest = max((cell_len(self._text(number, i)) for number in range(len(self))), default=0)
        number = self._looks[i].decimals is not None
        least = _NUMBER_CELLS if number else 1
        return Column(title, max(least, cell_len(title), min(widest, _NAME_CELLS)), right=number)

    def row(self, number: int) -> Row:
        """The cells of a row; the last one is that of the totals, where there is one."""
        total = number == len(self.table.rows)
        return [(self._text(number, i), "bold" if total else self._style(number, i)) for i in self.kept]

    def value(self, number: int, column: int) -> str:
        """What a cell says, by its place among the columns that are shown."""
        return self._text(number, self.kept[column]).strip()

    def _values(self, number: int) -> Sequence[Cell]:
        if number < len(self.table.rows):
            return self.table.rows[number]
        return self.table.total or ()

    def _style(self, number: int, i: int) -> str:
        value = self._values(number)[i]
        return "dim" if isinstance(value, (int, float)) and not value else ""

    def _text(self, number: int, i: int) -> str:
        text = self._looks[i].text(self._values(number)[i])
        depth = self.table.depth[number] if i == 0 and number < len(self.table.depth) else 0
        return cut("  " * depth + text, _NAME_CELLS)
