"""What every list and count becomes: a table with the words that say what it counts. Needs no library."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["Cell", "Table"]

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Table:
    """A table ready to be shown or written: `notes` say what it counts; `depth` indents each row's first cell.

    `units` says of each column what its numbers are (segments, percent, ...), with "" for text; left empty, they are
    read from the header and the notes (`table_files.units_of`).
    """

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...]
    depth: tuple[int, ...] = field(default=())
    total: tuple[Cell, ...] | None = None
    units: tuple[str, ...] = ()
