"""Codes by columns: merged segments by code and by the value of what they speak of, stand in, or are said by.

What a segment belongs to are its *contexts* (keys, 1 or more): mostly the cases that it speaks of, but also stages of
cases, its transcript, the people who speak in it, or its coder. A label of each context names its column.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from qcode.core.contexts import Assignment, IntArray, count_distinct, distinct_pairs, find_keys
from qcode.core.tabulate import Segments

__all__ = ["Column", "ColumnKind", "Crosstab", "crosstab", "numbered_columns", "table_columns"]


class ColumnKind(StrEnum):
    """What a column of a crosstab stands for."""

    VALUE = "value"
    NOT_RECORDED = "not recorded"
    SEVERAL = "several"
    UNASSIGNED = "unassigned"


class Column(NamedTuple):
    """A column of a crosstab: a value that is itself called “several” stays apart from the kind of that name."""

    kind: ColumnKind
    label: str


@dataclass(frozen=True, slots=True, eq=False)
class Crosstab:
    """Codes by columns; the arrays are int64 [rows x columns], rows in the order of `rows`.

    `counts`: merged segments; each is in exactly one column, so the columns add up to the row's total.
    `cases` and `transcripts`: distinct cases that the cell's segments speak of, distinct transcripts that
    they stand in. One case or transcript can be in several columns and rows, so these do not add up:
    `row_cases` and `row_transcripts` [rows] hold the distinct numbers of the whole row, `column_cases` and
    `column_transcripts` [columns] those of all rows together, `all_cases` and `all_transcripts` those of the table.
    """

    rows: tuple[int, ...]
    columns: tuple[Column, ...]
    counts: IntArray
    cases: IntArray
    transcripts: IntArray
    row_cases: IntArray
    row_transcripts: IntArray
    column_cases: IntArray
    column_transcripts: IntArray
    all_cases: int
    all_transcripts: int


class _Distinct(NamedTuple):
    """How many distinct members there are in each cell, row and column, and in all."""

    cells: IntArray
    rows: IntArray
    columns: IntArray
    all: int


def crosstab(
    segments: Segments,
    assignment: Assignment,
    labels: Mapping[int, str | None],
    code_order: Sequence[int],
    column_order: Sequence[str] | None = None,
    *,
    cases: Assignment | None = None,
) -> Crosstab:
    """Merged segments by code and by the label of their context: by a value of the case that they speak of, mostly.

    `assignment` gives the contexts of the segments (`segment_cases`), `cases` the cases to count where the contexts
    are no cases. `labels` names the column of each context: the value of an attribute, or for cases outside the data
    set whatever shall keep them apart; None, blank or a missing context = not recorded. `code_order` names the rows;
    segments of other codes are not counted.

    A segment of several contexts is counted under their label if they share one, else under
    *several*; “not recorded” is for this a label like others, as the case might have any. The columns:
    the labels of `column_order`, the other labels by code points, not recorded, several, unassigned;
    a column is there even if nothing is counted in it. Raises ValueError if a code is named twice, or if
    an assignment is of another length than the segments.

    >>> from qcode.core.contexts import CodingColumns
    >>> from qcode.core.tabulate import merge_overlaps
    >>> column = lambda *numbers: np.array(numbers, dtype=np.int64)
    >>> one = column(1, 1)
    >>> merged = merge_overlaps(CodingColumns(one, one, one, column(0, 5), column(4, 9), one))
    >>> table = crosstab(merged, Assignment.from_pairs(2, column(0), column(7)), {7: "arranged"}, [1])
    >>> [tuple(column) for column in table.columns][0], table.counts.tolist()
    ((<ColumnKind.VALUE: 'value'>, 'arranged'), [[1, 0, 0, 1]])
    """
    if len(set(code_order)) < len(code_order):
        raise ValueError("A code is named twice among the rows of the table.")
    counted = assignment if cases is None else cases
    if {len(assignment), len(counted)} != {len(segments.code)}:
        raise ValueError("The assignment must be that of the segments, not that of the codings.")
    columns = table_columns(labels, column_order or ())
    # One row more than the table has: it takes the segments of other codes, and is cut off at the end.
    shape = len(code_order) + 1, len(columns)
    wanted = np.array(code_order, dtype=np.int64)
    rank = np.argsort(wanted)
    # find_keys gives -1 for a code that is not in the table, and so the appended last place.
    row = np.append(rank, len(rank))[find_keys(wanted[rank], segments.code)]
    cell = row * shape[1] + numbered_columns(assignment, labels, columns)
    segment = np.repeat(np.arange(len(cell)), np.diff(counted.offsets))
    by_case = _distinct(cell[segment], counted.cases, shape)
    by_source = _distinct(cell, segments.source, shape)
    return Crosstab(
        rows=tuple(code_order),
        columns=columns,
        counts=np.bincount(cell, minlength=shape[0] * shape[1]).astype(np.int64, copy=False).reshape(shape)[:-1],
        cases=by_case.cells,
        transcripts=by_source.cells,
        row_cases=by_case.rows,
        row_transcripts=by_source.rows,
        column_cases=by_case.columns,
        column_transcripts=by_source.columns,
        all_cases=by_case.all,
        all_transcripts=by_source.all,
    )


def _distinct(cell: IntArray, member: IntArray, shape: tuple[int, int]) -> _Distinct:
    """The numbers of distinct members in a table whose last row does not count."""
    cell, member = distinct_pairs(cell, member)
    row, column = np.divmod(cell, shape[1])
    inside = row < shape[0] - 1
    return _Distinct(
        np.bincount(cell, minlength=shape[0] * shape[1]).astype(np.int64, copy=False).reshape(shape)[:-1],
        count_distinct(row[inside], member[inside], shape[0] - 1),
        count_distinct(column[inside], member[inside], shape[1]),
        len(np.unique(member[inside])),
    )


def table_columns(labels: Mapping[int, str | None], first: Sequence[str] = ()) -> tuple[Column, ...]:
    """The columns of a table: the labels of `first`, the others by code points, then those that no label names.

    >>> [column.label for column in table_columns({7: "b", 8: None, 9: "a"}, ["c"])]
    ['c', 'a', 'b', 'not recorded', 'several', 'unassigned']
    """
    names = dict.fromkeys((*first, *sorted({name for name in labels.values() if name})))
    special = (ColumnKind.NOT_RECORDED, ColumnKind.SEVERAL, ColumnKind.UNASSIGNED)
    values = [Column(ColumnKind.VALUE, name) for name in names if name and not name.isspace()]
    return (*values, *(Column(kind, kind.value) for kind in special))


def numbered_columns(assignment: Assignment, labels: Mapping[int, str | None], columns: Sequence[Column]) -> IntArray:
    """Per row of the assignment, the place of its column among `columns`, which `table_columns` made."""
    values = {column.label: i for i, column in enumerate(columns) if column.kind is ColumnKind.VALUE}
    not_recorded, several, unassigned = range(len(values), len(columns))
    cases, place = np.unique(assignment.cases, return_inverse=True)
    numbers = [values.get(labels.get(case) or "", not_recorded) for case in cases.tolist()]
    by_pair = np.array(numbers, dtype=np.int64)[place]
    found = np.full(len(assignment), unassigned, dtype=np.int64)
    some = np.flatnonzero(assignment.kind)
    first = assignment.offsets[some]
    lowest, highest = np.minimum.reduceat(by_pair, first), np.maximum.reduceat(by_pair, first)
    found[some] = np.where(lowest == highest, lowest, several)
    return found
