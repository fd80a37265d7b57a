"""The framework matrix as lines to read, as a matrix, and as a list of cells."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from qcode.services.citing import quotation
from qcode.services.framework import Framework, FrameworkCell, Summary
from qcode.services.study import SourceRow, Study
from qcode.services.surroundings import Surroundings
from qcode.services.table import Cell, Table

__all__ = ["FrameworkWords"]

_MOST_LISTED = 12


class FrameworkWords:
    """A matrix in words; of each cell so many `quotes` at most are written out, and the rest is counted."""

    def __init__(self, study: Study, found: Framework, *, quotes: int = 3) -> None:
        self._found = found
        self._quotes = quotes
        self._around = Surroundings(study)

    @cached_property
    def _sources(self) -> dict[int, SourceRow]:
        return self._around.sources

    def _quotations(self, cell: FrameworkCell) -> list[str]:
        return [
            quotation(self._sources[source], self._around.text(source), span)
            for source, span in cell.passages[: self._quotes]
        ]

    @staticmethod
    def _passages(cell: FrameworkCell) -> str:
        number = len(cell.passages)
        what = "1 passage" if number == 1 else f"{number} passages"
        return f"{what} in {cell.transcripts} transcript{'' if cell.transcripts == 1 else 's'}"

    @staticmethod
    def _summaries(summaries: Sequence[Summary]) -> list[str]:
        if len(summaries) == 1:
            return [summaries[0].text]
        return [f"{summary.coder}: {summary.text}" for summary in summaries]

    def _listed(self, row: int) -> list[str]:
        """The values of each attribute, in one text."""
        texts = []
        for values in self._found.listed.get(row, ()):
            more = len(values) - _MOST_LISTED
            texts.append("; ".join(values[:_MOST_LISTED]) + (f"; and {more} more" if more > 0 else ""))
        return texts

    def lines(self) -> list[str]:
        """The matrix to read, row by row; cells with nothing in them are left out."""
        found = self._found
        lines = ["Framework matrix", ""]
        for i, row in enumerate(found.rows):
            lines += [f"== {row.label} ==", ""]
            for name, text in zip(found.attributes, self._listed(i), strict=False):
                lines += [f"{name}: {text}", ""] if text else []
            for j, code in enumerate(found.columns):
                cell = found.cell(i, j)
                if cell.summaries or cell.passages:
                    lines += [f"{code.name()} ({code.id})", *(f"  {text}" for text in self._cell_lines(cell)), ""]
        return [*lines, *found.notes]

    def _cell_lines(self, cell: FrameworkCell) -> list[str]:
        written = [line for text in self._summaries(cell.summaries) for line in text.split("\n")]
        evidence = [f"[{self._passages(cell)}]"] if cell.passages else []
        return [*written, *evidence, *self._quotations(cell)]

    def matrix(self) -> Table:
        """Rows by codes: in each cell summaries, how many passages there are, and quotations."""
        found = self._found
        body: list[tuple[Cell, ...]] = []
        for i, row in enumerate(found.rows):
            cells = ["\n".join(self._cell_lines(found.cell(i, j))) or None for j in range(len(found.columns))]
            body.append((row.label, *(self._listed(i) if found.attributes else []), *cells))
        header = ("row", *found.attributes, *(code.id for code in found.columns))
        return Table("Framework matrix", header, tuple(body), found.notes)

    def cells(self) -> Table:
        """A row for each cell with something in it, and for each summary of it."""
        found = self._found
        body: list[tuple[Cell, ...]] = []
        for (i, j), cell in sorted(found.cells.items()):
            quotes = "\n".join(self._quotations(cell))
            for summary in cell.summaries or (Summary("", "", "", mine=False),):
                numbers = (len(cell.passages), cell.transcripts)
                body.append((found.rows[i].label, found.columns[j].id, summary.text, summary.coder, *numbers, quotes))
        header = ("row", "code", "summary", "coder", "passages", "transcripts", "quotations")
        units = ("", "", "", "", "passages", "transcripts", "")
        return Table("Framework matrix, cell by cell", header, tuple(body), found.notes, units=units)
