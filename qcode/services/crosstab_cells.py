"""What stands in the cells of a crosstab: counts, percentages, and how far counts are from spreading alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np

from qcode.core.contexts import IntArray
from qcode.core.crosstab import Crosstab
from qcode.core.effects import FloatArray, adjusted_residuals, expected_counts
from qcode.services.table import Cell
from qcode.services.table_rows import Content

__all__ = ["Body", "cells_of"]

Body: TypeAlias = tuple[list[tuple[Cell, ...]], tuple[Cell, ...]]
"""The cells of every row, and those of the row of totals."""


def _plain(cells: IntArray, rows: Sequence[int], columns: Sequence[int], everything: int, *, summed: bool) -> Body:
    """Counts with the totals of rows (if they may be summed up) and columns."""
    body: list[tuple[Cell, ...]] = [
        (*map(int, row), *((int(total),) if summed else ())) for row, total in zip(cells, rows, strict=True)
    ]
    return body, (*map(int, columns), *((everything,) if summed else ()))


def _segments(result: Crosstab, kept: list[int], *, summed: bool) -> Body:
    counts = result.counts[:, kept]
    sums = counts.sum(axis=0).tolist()
    return _plain(counts, counts.sum(axis=1).tolist(), sums, sum(sums), summed=summed)


def _transcripts(result: Crosstab, kept: list[int], *, summed: bool) -> Body:
    columns = result.column_transcripts[kept].tolist()
    cells, rows = result.transcripts[:, kept], result.row_transcripts.tolist()
    return _plain(cells, rows, columns, result.all_transcripts, summed=summed)


def _cases(result: Crosstab, kept: list[int], *, summed: bool) -> Body:
    columns = result.column_cases[kept].tolist()
    return _plain(result.cases[:, kept], result.row_cases.tolist(), columns, result.all_cases, summed=summed)


@dataclass(frozen=True, slots=True)
class _PerCent:
    """Percentages of the segments of a row, a column or the table, beside the totals as numbers."""

    of: str

    def __call__(self, result: Crosstab, kept: list[int], *, summed: bool) -> Body:
        counts = result.counts[:, kept]
        bases = {"row": counts.sum(axis=1)[:, None], "column": counts.sum(axis=0)[None, :]}
        base = np.broadcast_to(bases.get(self.of, np.array(counts.sum())), counts.shape)
        share = np.divide(100.0 * counts, base, out=np.full(counts.shape, np.nan), where=base > 0)
        return _beside_totals(share, result, kept, summed=summed)


def _beside_totals(cells: FloatArray, result: Crosstab, kept: list[int], *, summed: bool) -> Body:
    """Cells with one decimal, those that are no number left empty, never 0; beside them the totals of segments."""
    totals = result.counts[:, kept].sum(axis=1).tolist()
    body: list[tuple[Cell, ...]] = [
        (*(None if np.isnan(v) else round(float(v), 1) for v in row), *((int(total),) if summed else ()))
        for row, total in zip(cells, totals, strict=True)
    ]
    return body, _segments(result, kept, summed=summed)[1]


def _expected(result: Crosstab, kept: list[int], *, summed: bool) -> Body:
    return _beside_totals(expected_counts(result.counts[:, kept]), result, kept, summed=summed)


def _residuals(result: Crosstab, kept: list[int], *, summed: bool) -> Body:
    return _beside_totals(adjusted_residuals(result.counts[:, kept]), result, kept, summed=summed)


class _Fill(Protocol):
    """Makes the cells of the columns (by place) that are kept, with totals of rows if these may be `summed` up."""

    def __call__(self, result: Crosstab, kept: list[int], *, summed: bool) -> Body: ...


_FILLS: dict[Content, _Fill] = {
    "segments": _segments, "transcripts": _transcripts, "cases": _cases, "row": _PerCent("row"),
    "column": _PerCent("column"), "total": _PerCent("total"), "expected": _expected, "residual": _residuals,
}  # fmt: skip


def cells_of(content: Content, result: Crosstab, kept: list[int], *, summed: bool) -> Body:
    """The cells of every row, and the row of totals, for the columns (by place) that are kept.

    `summed`: whether rows may be added up, which is not so for coders.
    """
    return _FILLS[content](result, kept, summed=summed)
