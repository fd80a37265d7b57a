"""Frequencies and crosstabs, with the words that say what they count and the way from every cell to its passages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from qcode.core import tabulate
from qcode.core.contexts import IntArray, assign
from qcode.core.crosstab import ColumnKind
from qcode.core.crosstab import crosstab as count_cells
from qcode.errors import RequestError
from qcode.services.case_columns import CaseColumns
from qcode.services.crosstab_cells import cells_of
from qcode.services.crosstab_columns import CODER, columns_of_codings, full_name
from qcode.services.filters import Filters, InColumn
from qcode.services.selection import link_columns
from qcode.services.study import Study
from qcode.services.table import Cell, Table
from qcode.services.table_files import export_table, table_csv, table_markdown
from qcode.services.table_rows import CONTENTS, ROWS, Asked, Content, Rows, TableRows, rows_of

__all__ = [
    "CONTENTS", "COUNTS", "PERCENTAGES", "ROWS", "SHOWN", "Asked", "Behind", "Cell", "Content", "Rows", "Table",
    "Tabulated", "crosstab", "export_table", "frequencies", "table_csv", "table_markdown", "tabulated",
]  # fmt: skip


COUNTS = ("segments", "transcripts", "cases")
PERCENTAGES = ("none", "row", "column", "total", "completed")
SHOWN = ("counts", "expected", "residual", "rate")


class Behind(NamedTuple):
    """The passages behind a cell, as `retrieval.find` is asked for them."""

    query: str
    filters: Filters


@dataclass(frozen=True, slots=True)
class Tabulated:
    """A table, and for every row and column what it stands for: a query, and a column of the crosstab if it is one."""

    table: Table
    filters: Filters
    queries: tuple[str, ...]
    everything: str
    columns: tuple[InColumn | None, ...]
    each_code: bool = True

    def behind(self, row: int, column: int) -> Behind:
        """The passages that a cell counts, by its place (from 0); the row after the last is that of the totals."""
        query = self.queries[row] if row < len(self.queries) else self.everything
        return Behind(query, replace(self.filters, codes=(), column=self.columns[column], each_code=self.each_code))


def tabulated(study: Study, asked: Asked) -> Tabulated:
    """Count what is asked for. Raises RequestError, and UnknownName with the nearest names."""
    return _crosstab(study, asked) if asked.columns else _frequencies(study, asked)


def frequencies(
    study: Study,
    *,
    coders: str = "main",
    speakers: str = "participants",
    codes: Sequence[str] = (),
    filters: Filters | None = None,
    rows: Rows = "codes",
) -> Table:
    """How often each code is used: merged segments, transcripts with it, characters covered.

    `filters` take the place of `coders`, `speakers` and `codes`.
    """
    chosen = filters or Filters.parse(study, coders=coders, speakers=speakers, codes=codes)
    return tabulated(study, Asked(chosen, rows)).table


def crosstab(
    study: Study,
    columns: str,
    *,
    coders: str = "main",
    speakers: str = "participants",
    codes: Sequence[str] = (),
    percent: str = "none",
    filters: Filters | None = None,
    rows: Rows = "codes",
    count: str = "segments",
    show: str = "counts",
) -> Table:
    """Codes by columns: by an attribute of the cases that their passages speak of, such as `mechanism`, or by others.

    See `crosstab_columns` for what can be `columns`. `count`: *segments*, *transcripts* or *cases*; `percent` of
    segments: *none*, *row* (of the code's segments), *column* (of the column's segments), *total* (of all), or
    *completed*: of the cases that were completed for the code, those with it. `show`: *counts*, or what is made of the
    segments: *expected*, *residual* (adjusted), *rate* (per 10,000 words or Chinese characters).
    `filters` take the place of `coders`, `speakers` and `codes`. Raises RequestError, and UnknownName for columns that
    there are not.
    """
    for given, known, what in (
        (percent, PERCENTAGES, "percentage"),
        (count, COUNTS, "count"),
        (show, SHOWN, "content"),
    ):
        if given not in known:
            raise RequestError(f"There is no {what} “{given}”.", fix=f"Use {', '.join(known[:-1])} or {known[-1]}.")
    if percent != "none" and count != "segments":
        raise RequestError(f"There is no percentage of {count}: they do not add up.", fix="Count segments.")
    if show != "counts" and (count != "segments" or percent != "none"):
        raise RequestError(f"{show.capitalize()} is made of segments.", fix="Leave out --count and --percent.")
    chosen = filters or Filters.parse(study, coders=coders, speakers=speakers, codes=codes)
    asked = Asked(chosen, rows, full_name(study, columns))
    if show == "rate" or percent == "completed":
        from qcode.services.rates import completed_cases, rates

        return rates(study, asked) if show == "rate" else completed_cases(study, asked)
    wanted = percent if percent != "none" else count if show == "counts" else show
    content = next(name for name in CONTENTS if name == wanted)
    return tabulated(study, replace(asked, content=content)).table


# -- tables


def _frequencies(study: Study, asked: Asked) -> Tabulated:
    rows = rows_of(study, replace(asked, content="segments"))
    found = tabulate.frequencies(rows.segments, max([*rows.numbers, int(rows.segments.code.max(initial=0))]))
    body: list[tuple[Cell, ...]] = []
    for (code, _), number in zip(rows.codes, rows.numbers, strict=True):
        counts = (column[number - 1] for column in (found.segments, found.transcripts, found.characters))
        body.append((code.id, code.name(), *map(int, counts)))
    table = Table(
        title="Code frequencies",
        header=("code", "name", "segments", f"transcripts of {len(asked.filters.sources(study))}", "characters"),
        rows=tuple(body),
        notes=rows.notes,
        depth=tuple(depth for _, depth in rows.codes),
        total=("total", "", sum(int(str(row[2])) for row in body), None, None),
    )
    return Tabulated(
        table, asked.filters, rows.queries, rows.everything, (None,) * len(table.header), asked.rows == "codes"
    )


def _crosstab(study: Study, asked: Asked) -> Tabulated:
    asked = replace(asked, columns=full_name(study, asked.columns))
    by_coder = asked.columns == CODER
    if by_coder:
        asked = replace(asked, filters=_each_coder(asked))
    rows = rows_of(study, asked, apart=by_coder)
    filters, codings = asked.filters, rows.selection.codings
    found = columns_of_codings(study, asked.columns, codings, coders=filters.coders, speakers=filters.speakers)
    cases = None
    if asked.content == "cases":
        cases = tabulate.segment_cases(rows.segments, assign(codings, link_columns(study)))
    by_segment = tabulate.segment_cases(rows.segments, found.assignment)
    result = count_cells(rows.segments, by_segment, found.labels, rows.numbers, found.order, cases=cases)
    kept = [i for i, column in enumerate(result.columns) if _shown(column.kind, result.counts[:, i], found)]
    cells, total = cells_of(asked.content, result, kept, summed=not by_coder)
    heads = [result.columns[i] for i in kept]
    table = Table(
        title=f"Codes by {found.name}" + _TITLES.get(asked.content, ""),
        header=("code", "name", *(column.label for column in heads), *(() if by_coder else ("total",))),
        rows=tuple((code.id, code.name(), *row) for (code, _), row in zip(rows.codes, cells, strict=True)),
        notes=(*rows.notes, *found.notes, *_about_cells(asked, rows, found)),
        depth=tuple(depth for _, depth in rows.codes),
        total=("total", "", *total),
    )
    columns = [InColumn(found.name, column.label, column.kind) for column in heads]
    standing = (None, None, *columns, *(() if by_coder else (None,)))
    return Tabulated(table, filters, rows.queries, rows.everything, standing, asked.rows == "codes")


_TITLES = {
    "transcripts": ": transcripts", "cases": ": cases", "expected": ": expected", "residual": ": adjusted residuals",
}  # fmt: skip
_MEANINGS = {
    "total": "Percent of all segments of the table, rounded to one decimal; totals are segments.",
    "expected": "Expected: segments of the row times segments of the column over all; totals are segments that were "
    "counted.",
    "residual": "Adjusted residual: counted less expected segments, in standard errors as if segments were independent "
    "(Haberman 1973). Segments of one interview are not, so this describes and tests nothing; use --test.",
}


def _each_coder(asked: Asked) -> Filters:
    """The filters of a table by coder: everybody's own work, or that of the one who is named."""
    if asked.content in ("total", "expected", "residual"):
        raise RequestError("Coders are never added up, so they have no common total.", fix="Count segments.")
    if asked.content == "row":
        raise RequestError("Coders are never added up, so there is no percent of a row.", fix="Use percent of columns.")
    rule = asked.filters.coders
    return replace(asked.filters, coders="each") if rule in ("main", "any", "all") else asked.filters


def _shown(kind: ColumnKind, counts: IntArray, found: CaseColumns) -> bool:
    """Columns that must be there: all values, all that holds something, and those of no case, be it only a 0."""
    of_cases = "." not in found.name and found.name != CODER
    return kind is ColumnKind.VALUE or bool(counts.any()) or (kind is ColumnKind.UNASSIGNED and of_cases)


def _about_cells(asked: Asked, rows: TableRows, found: CaseColumns) -> list[str]:
    notes = []
    if asked.content in ("row", "column"):
        base = "the base is the total" if found.name != CODER or asked.content == "row" else "each coder is a base"
        notes.append(f"Percent of the {asked.content}'s segments, rounded to one decimal; {base}.")
    if asked.content in _MEANINGS:
        notes.append(_MEANINGS[asked.content])
    circular = [code.id for code, _ in rows.codes if code.defines == found.name]
    if circular:
        notes.append(f"These codes define {found.name}, so their column is no finding: {', '.join(circular)}.")
    return notes
