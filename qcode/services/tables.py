"""Frequencies and crosstabs, with the words that say what they count and the way from every cell to its passages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple, TypeAlias, get_args

import numpy as np

from qcode.core import tabulate
from qcode.core.codebook import Code
from qcode.core.contexts import IntArray, assign
from qcode.core.crosstab import ColumnKind, Crosstab
from qcode.core.crosstab import crosstab as count_cells
from qcode.core.passage_query import Term
from qcode.core.tabulate import Segments
from qcode.errors import RequestError
from qcode.services.case_columns import CaseColumns
from qcode.services.crosstab_columns import CODER, columns_of_codings, full_name
from qcode.services.filters import Filters, InColumn
from qcode.services.fitting import counted
from qcode.services.selection import Selection, link_columns
from qcode.services.study import CodeTable, Study
from qcode.services.table import Cell, Table
from qcode.services.table_files import export_table, table_csv, table_markdown
from qcode.services.table_words import looked_at

__all__ = [
    "CONTENTS", "ROWS", "Asked", "Behind", "Cell", "Content", "Rows", "Table", "Tabulated", "crosstab", "export_table",
    "frequencies", "table_csv", "table_markdown", "tabulated",
]  # fmt: skip

Rows: TypeAlias = Literal["codes", "branches"]
ROWS: tuple[Rows, ...] = get_args(Rows)
"""*codes*: every code by itself; *branches*: each dimension, or each code that is named, with all below it."""

Content: TypeAlias = Literal["segments", "transcripts", "cases", "row", "column"]
CONTENTS: tuple[Content, ...] = get_args(Content)
"""What stands in the cells of a crosstab; *row* and *column* are percentages of segments."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a table is to count. `columns` empty: frequencies; else a crosstab by what `crosstab_columns` names."""

    filters: Filters = field(default_factory=Filters)
    rows: Rows = "codes"
    columns: str = ""
    content: Content = "segments"


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


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of a table, and the segments with the number of the row (from 1) that they count in as their code."""

    selection: Selection
    codes: list[tuple[Code, int]]
    numbers: list[int]
    segments: Segments
    notes: tuple[str, ...]
    queries: tuple[str, ...]
    everything: str


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
) -> Table:
    """Codes by columns: by an attribute of the cases that their passages speak of, such as `mechanism`, or by others.

    See `crosstab_columns` for what can be `columns`. `count`: *segments*, *transcripts* or *cases*; `percent` of
    segments: *none*, *row* (of the code's segments) or *column* (of the column's segments).
    `filters` take the place of `coders`, `speakers` and `codes`. Raises RequestError, and UnknownName for columns that
    there are not.
    """
    if percent not in ("none", "row", "column"):
        raise RequestError(f"There is no percentage “{percent}”.", fix="Use none, row or column.")
    if count not in ("segments", "transcripts", "cases"):
        raise RequestError(f"“{count}” are not counted.", fix="Use segments, transcripts or cases.")
    if percent != "none" and count != "segments":
        raise RequestError(f"There is no percentage of {count}: they do not add up.", fix="Count segments.")
    chosen = filters or Filters.parse(study, coders=coders, speakers=speakers, codes=codes)
    content = next(name for name in CONTENTS if name == (count if percent == "none" else percent))
    return tabulated(study, Asked(chosen, rows, full_name(study, columns), content)).table


# -- rows


def _rows(study: Study, asked: Asked, *, apart: bool = False) -> _Rows:
    table = study.codes()
    if not table.rows:
        raise RequestError("The study has no codebook yet.", fix="Import one with `qcode codebook import FILE`.")
    found = counted(study, asked.filters, apart=apart)
    names = asked.filters.codes
    whole = asked.rows == "branches"
    chosen = _branches(table, names) if whole else _each(table, names)
    if whole:
        keys = [_keys(table, table.below([code.id])) for code, _ in chosen]
        numbers, segments = list(range(1, len(chosen) + 1)), tabulate.rolled_up(found.segments, keys)
    else:
        numbers, segments = _numbered(table, chosen, found.segments)
    sources = [source.key for source in asked.filters.sources(study)]
    ids = table.below([code.id for code, _ in chosen]) if whole else {code.id for code, _ in chosen}
    notes = (
        _COUNTED.get(asked.content, _COUNTED["segments"]),
        *_about_rows(table, chosen, whole=whole),
        *found.selection.notes,
        *found.notes,
        *found.left_out,
        *looked_at(study, found.selection, [code.id for code, _ in table.codebook.walk() if code.id in ids], sources),
        f"Codebook {table.codebook.id}, version {table.codebook.content_hash()[:12]}.",
    )
    queries = tuple(Term(code.id, alone=not whole).words for code, _ in chosen)
    everything = " or ".join(Term(name).words for name in names)
    return _Rows(found.selection, chosen, numbers, segments, notes, queries, everything)


_MERGED = "Overlapping codings of one code by one coder are one segment; touching ones are two."
_COUNTED = {
    "segments": f"Counted: segments. {_MERGED}",
    "transcripts": "Counted: transcripts with at least one segment. One can be in several cells: they do not add up.",
    "cases": "Counted: cases that at least one segment speaks of. One can be in several cells: they do not add up.",
}


def _each(table: CodeTable, names: Sequence[str]) -> list[tuple[Code, int]]:
    """The codes of the table with their depth: all in tree order, or these and what stands below them."""
    walk = list(table.codebook.walk())
    wanted = table.below(names)
    return [(code, depth) for code, depth in walk if code.id in wanted] if names else walk


def _branches(table: CodeTable, names: Sequence[str]) -> list[tuple[Code, int]]:
    """The dimensions, or the codes that are named, in tree order."""
    return [(code, 0) for code, depth in table.codebook.walk() if (code.id in names if names else depth == 0)]


def _keys(table: CodeTable, ids: set[str]) -> IntArray:
    return np.array([row.key for row in table.rows if row.short_id in ids], dtype=np.int64)


def _numbered(table: CodeTable, chosen: Sequence[tuple[Code, int]], segments: Segments) -> tuple[list[int], Segments]:
    """The number of each code, and the segments with these: by ascending key, which keeps the order of the segments."""
    keys = np.array(sorted(row.key for row in table.rows), dtype=np.int64)
    number = {
        table.by_key[key].short_id: i for i, key in enumerate(keys.tolist(), 1) if table.by_key[key].target == key
    }
    dense = replace(segments, code=np.searchsorted(keys, segments.code) + 1)
    return [number[code.id] for code, _ in chosen], dense


def _about_rows(table: CodeTable, codes: Sequence[tuple[Code, int]], *, whole: bool) -> list[str]:
    if not any(table.codebook.children(code.id) for code, _ in codes):
        return []
    if not whole:
        return ["A row counts its own code only: what stands below a dimension or group is not added to it."]
    said = "A row counts its code and all below it; segments of several of them at one place are one."
    ids = {code.id for code, _ in codes}
    nested = any(ids & {above.id for above in table.codebook.path(code.id)[:-1]} for code, _ in codes)
    return [said + (" Rows lie in one another, so they add up to more than there is." if nested else "")]


# -- tables


def _frequencies(study: Study, asked: Asked) -> Tabulated:
    rows = _rows(study, replace(asked, content="segments"))
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
    rows = _rows(study, asked, apart=by_coder)
    filters, codings = asked.filters, rows.selection.codings
    found = columns_of_codings(study, asked.columns, codings, coders=filters.coders, speakers=filters.speakers)
    cases = None
    if asked.content == "cases":
        cases = tabulate.segment_cases(rows.segments, assign(codings, link_columns(study)))
    by_segment = tabulate.segment_cases(rows.segments, found.assignment)
    result = count_cells(rows.segments, by_segment, found.labels, rows.numbers, found.order, cases=cases)
    kept = [i for i, column in enumerate(result.columns) if _shown(column.kind, result.counts[:, i], found)]
    content = _PerCent(asked.content) if asked.content in ("row", "column") else _COUNTS[asked.content]
    cells, total = content(result, kept, summed=not by_coder)
    heads = [result.columns[i] for i in kept]
    table = Table(
        title=f"Codes by {found.name}" + (f": {asked.content}" if asked.content in ("transcripts", "cases") else ""),
        header=("code", "name", *(column.label for column in heads), *(() if by_coder else ("total",))),
        rows=tuple((code.id, code.name(), *row) for (code, _), row in zip(rows.codes, cells, strict=True)),
        notes=(*rows.notes, *found.notes, *_about_cells(asked, rows, found)),
        depth=tuple(depth for _, depth in rows.codes),
        total=("total", "", *total),
    )
    columns = [InColumn(found.name, column.label, column.kind) for column in heads]
    standing = (None, None, *columns, *(() if by_coder else (None,)))
    return Tabulated(table, filters, rows.queries, rows.everything, standing, asked.rows == "codes")


def _each_coder(asked: Asked) -> Filters:
    """The filters of a table by coder: everybody's own work, or that of the one who is named."""
    if asked.content == "row":
        raise RequestError("Coders are never added up, so there is no percent of a row.", fix="Use percent of columns.")
    rule = asked.filters.coders
    return replace(asked.filters, coders="each") if rule in ("main", "any", "all") else asked.filters


def _shown(kind: ColumnKind, counts: IntArray, found: CaseColumns) -> bool:
    """Columns that must be there: all values, all that holds something, and those of no case, be it only a 0."""
    of_cases = "." not in found.name and found.name != CODER
    return kind is ColumnKind.VALUE or bool(counts.any()) or (kind is ColumnKind.UNASSIGNED and of_cases)


def _about_cells(asked: Asked, rows: _Rows, found: CaseColumns) -> list[str]:
    notes = []
    if asked.content in ("row", "column"):
        base = "the base is the total" if found.name != CODER or asked.content == "row" else "each coder is a base"
        notes.append(f"Percent of the {asked.content}'s segments, rounded to one decimal; {base}.")
    circular = [code.id for code, _ in rows.codes if code.defines == found.name]
    if circular:
        notes.append(f"These codes define {found.name}, so their column is no finding: {', '.join(circular)}.")
    return notes


_Body: TypeAlias = tuple[list[tuple[Cell, ...]], tuple[Cell, ...]]


def _plain(cells: IntArray, rows: Sequence[int], columns: Sequence[int], everything: int, *, summed: bool) -> _Body:
    """Counts with the totals of rows (if they may be summed up) and columns."""
    body: list[tuple[Cell, ...]] = [
        (*map(int, row), *((int(total),) if summed else ())) for row, total in zip(cells, rows, strict=True)
    ]
    return body, (*map(int, columns), *((everything,) if summed else ()))


def _segments(result: Crosstab, kept: list[int], *, summed: bool) -> _Body:
    counts = result.counts[:, kept]
    sums = counts.sum(axis=0).tolist()
    return _plain(counts, counts.sum(axis=1).tolist(), sums, sum(sums), summed=summed)


def _transcripts(result: Crosstab, kept: list[int], *, summed: bool) -> _Body:
    columns = result.column_transcripts[kept].tolist()
    cells, rows = result.transcripts[:, kept], result.row_transcripts.tolist()
    return _plain(cells, rows, columns, result.all_transcripts, summed=summed)


def _cases(result: Crosstab, kept: list[int], *, summed: bool) -> _Body:
    columns = result.column_cases[kept].tolist()
    return _plain(result.cases[:, kept], result.row_cases.tolist(), columns, result.all_cases, summed=summed)


_COUNTS = {"segments": _segments, "transcripts": _transcripts, "cases": _cases}


@dataclass(frozen=True, slots=True)
class _PerCent:
    """Percentages of the segments of a row or a column, beside the totals as numbers."""

    of: str

    def __call__(self, result: Crosstab, kept: list[int], *, summed: bool) -> _Body:
        counts = result.counts[:, kept]
        totals = counts.sum(axis=1)
        base = totals[:, None] if self.of == "row" else counts.sum(axis=0)[None, :]
        base = np.broadcast_to(base, counts.shape)
        share = np.divide(100.0 * counts, base, out=np.full(counts.shape, np.nan), where=base > 0)
        # A base of nothing gives no percentage: an empty cell, never 0.
        body: list[tuple[Cell, ...]] = [
            (*(None if np.isnan(v) else round(float(v), 1) for v in row), *((int(total),) if summed else ()))
            for row, total in zip(share, totals, strict=True)
        ]
        return body, _segments(result, kept, summed=summed)[1]
