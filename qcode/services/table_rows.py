"""The rows of frequencies and crosstabs: which codes, what each of them counts, and the words that say so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias, get_args

import numpy as np

from qcode.core import tabulate
from qcode.core.codebook import Code
from qcode.core.contexts import IntArray
from qcode.core.passage_query import Term
from qcode.core.tabulate import Segments
from qcode.errors import RequestError
from qcode.services.filters import Filters
from qcode.services.fitting import counted
from qcode.services.selection import Selection
from qcode.services.study import CodeTable, Study
from qcode.services.table_words import looked_at

__all__ = ["CONTENTS", "ROWS", "SCREEN_CONTENTS", "Asked", "Content", "Rows", "TableRows", "rows_of"]

Rows: TypeAlias = Literal["codes", "branches"]
ROWS: tuple[Rows, ...] = get_args(Rows)
"""*codes*: every code by itself; *branches*: each dimension, or each code that is named, with all below it."""

Content: TypeAlias = Literal["segments", "transcripts", "cases", "row", "column", "total", "expected", "residual"]
CONTENTS: tuple[Content, ...] = get_args(Content)
"""What stands in the cells of a crosstab.

*row*, *column* and *total* are percentages of segments; *expected* and *residual* describe how far segments are from
spreading alike. Rates and percentages of completed cases are tables of their own (`rates`).
"""
SCREEN_CONTENTS: tuple[Content, ...] = CONTENTS[:5]
"""Those that a screen offers: from each of their cells one key leads to the passages that it counts."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a table is to count. `columns` empty: frequencies; else a crosstab by what `crosstab_columns` names."""

    filters: Filters = field(default_factory=Filters)
    rows: Rows = "codes"
    columns: str = ""
    content: Content = "segments"


@dataclass(frozen=True, slots=True)
class TableRows:
    """The rows of a table, and the segments with the number of the row (from 1) that they count in as their code."""

    selection: Selection
    codes: list[tuple[Code, int]]
    numbers: list[int]
    segments: Segments
    notes: tuple[str, ...]
    queries: tuple[str, ...]
    everything: str


def rows_of(study: Study, asked: Asked, *, apart: bool = False) -> TableRows:
    """The rows that are asked for, and the segments that count in them. Raises RequestError without a codebook."""
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
    return TableRows(found.selection, chosen, numbers, segments, notes, queries, everything)


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
