"""The codes that a table is about, and the segments of each: what counts by codes have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from qcode.core.codebook import Code
from qcode.core.contexts import IntArray, assign, find_keys, ranges
from qcode.core.passage_query import Term
from qcode.core.tabulate import Segments, rolled_up, segment_cases
from qcode.errors import RequestError
from qcode.services.filters import Filters
from qcode.services.fitting import counted
from qcode.services.selection import Selection, link_columns
from qcode.services.study import CodeTable, Study
from qcode.services.table_words import looked_at

__all__ = ["MERGED", "CodeRows", "code_rows", "take_segments"]

MERGED = "Overlapping codings of one code by one coder are one segment; touching ones are two."
"""What a segment is, as every count says it."""


@dataclass(frozen=True, slots=True, eq=False)
class CodeRows:
    """Codes in tree order with their depth, and the segments that count.

    A segment with the code `i + 1` is one of `codes[i]`; `segments.members` are rows of `selection.codings`. `whole`
    says that each code stands for all below it too. `ids` are all codes that count.
    """

    codes: tuple[tuple[Code, int], ...]
    segments: Segments
    selection: Selection
    whole: bool
    ids: tuple[str, ...]

    def query(self, place: int) -> str:
        """The passages of a code, by its place from 0, as `retrieval.find` is asked for them."""
        return Term(self.codes[place][0].id, alone=not self.whole).words

    def cases_of(self, study: Study) -> tuple[tuple[int, ...], ...]:
        """The distinct cases (keys) that each segment speaks of."""
        found = segment_cases(self.segments, assign(self.selection.codings, link_columns(study)))
        return tuple(found.cases_of(row) for row in range(len(found)))

    def notes(self, study: Study, filters: Filters) -> tuple[str, ...]:
        """Whose codings they are, how they were narrowed, how much was looked at, and by which codebook."""
        book = study.codes().codebook
        sources = [source.key for source in filters.sources(study)]
        rows = "A code counts with all below it." if self.whole else "A code counts by itself, without those below it."
        return (
            rows,
            *self.selection.notes,
            *looked_at(study, self.selection, self.ids, sources),
            f"Codebook {book.id}, version {book.content_hash()[:12]}.",
        )


def code_rows(
    study: Study, filters: Filters, *, whole: bool = False, names: Sequence[str] | None = None, apart: bool = False
) -> CodeRows:
    """The codes of the filters (else all), or those in `names` (short ids), with their segments.

    Without `whole` each code named and each below it is a row of its own; with it each code named (else each
    dimension) is a row, with all below it. `apart` allows the coder rule *each*. Raises RequestError where there is no
    codebook.
    """
    table = study.codes()
    if not table.rows:
        raise RequestError("The study has no codebook yet.", fix="Import one with `qcode codebook import FILE`.")
    wanted = tuple(filters.codes if names is None else names)
    found = counted(study, filters, apart=apart)
    chosen = _chosen(table, wanted, whole=whole)
    keys = {row.short_id: row.target for row in table.rows}
    if whole:
        groups = [_keys([keys[name] for name in table.below([code.id])]) for code, _ in chosen]
        segments = rolled_up(found.segments, groups)
    else:
        segments = _numbered(found.segments, _keys([keys[code.id] for code, _ in chosen]))
    ids = table.below([code.id for code, _ in chosen]) if whole else {code.id for code, _ in chosen}
    in_order = tuple(code.id for code, _ in table.codebook.walk() if code.id in ids)
    return CodeRows(tuple(chosen), segments, found.selection, whole, in_order)


def _keys(keys: Sequence[int]) -> IntArray:
    return np.array(keys, dtype=np.int64)


def _chosen(table: CodeTable, names: Sequence[str], *, whole: bool) -> list[tuple[Code, int]]:
    walk = list(table.codebook.walk())
    if whole:
        return [(code, 0) for code, depth in walk if (code.id in names if names else depth == 0)]
    wanted = table.below(names)
    return [(code, depth) for code, depth in walk if not names or code.id in wanted]


def _numbered(segments: Segments, keys: IntArray) -> Segments:
    """The segments of these codes (keys), each with the place of its code, counted from 1, in place of the key."""
    order = np.argsort(keys)
    place = find_keys(keys[order], segments.code)
    rows = np.flatnonzero(place >= 0)
    return take_segments(segments, rows, order[place[rows]] + 1)


def take_segments(segments: Segments, rows: IntArray, code: IntArray | None = None) -> Segments:
    """These segments only, by place; a place may stand twice. `code` takes the place of their codes."""
    number = np.diff(segments.offsets)[rows]
    members = segments.members[ranges(segments.offsets[:-1][rows], number)]
    offsets = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(number, dtype=np.int64)))
    columns = (segments.coder, segments.source, segments.start, segments.end)
    coder, source, start, end = (column[rows] for column in columns)
    return Segments(segments.code[rows] if code is None else code, coder, source, start, end, members, offsets)
