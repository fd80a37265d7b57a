"""Frequencies and crosstabs, with the words that say what they count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from qcode.core import tabulate
from qcode.core.codebook import Code
from qcode.core.contexts import CodingColumns, IntArray, assign
from qcode.core.tabulate import ColumnKind, Crosstab, Segments
from qcode.core.text import display_safe
from qcode.errors import RequestError, UnknownName
from qcode.files.guard import write_file
from qcode.files.tables import csv_bytes
from qcode.services.case_values import values_of
from qcode.services.cases import CASE_KINDS, MECHANISMS
from qcode.services.selection import Selection, link_columns, select
from qcode.services.study import CodeTable, Study, near_names

__all__ = ["Cell", "Table", "crosstab", "export_table", "frequencies", "table_csv"]

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Table:
    """A table ready to be shown or written: `notes` say what it counts; `depth` indents each row's first cell."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...]
    depth: tuple[int, ...] = field(default=())
    total: tuple[Cell, ...] | None = None


def _chosen(study: Study, names: Sequence[str]) -> list[tuple[Code, int]]:
    """The codes of the table with their depth: all in tree order, or these and what stands below them."""
    table = study.codes()
    walk = list(table.codebook.walk())
    if not names:
        return walk
    wanted = table.below(names)
    return [(code, depth) for code, depth in walk if code.id in wanted]


def _dense(codings: CodingColumns, keys: IntArray) -> CodingColumns:
    """Codes numbered 1 to n by ascending key: keeps the order in which the store gave them."""
    code = np.searchsorted(keys, codings.code) + 1
    return CodingColumns(code, codings.coder, codings.source, codings.start, codings.end, codings.case)


@dataclass(frozen=True, slots=True)
class _Counted:
    selection: Selection
    codes: list[tuple[Code, int]]
    number: dict[str, int]
    codings: CodingColumns
    segments: Segments
    notes: tuple[str, ...]


def _count(study: Study, coders: str, speakers: str, codes: Sequence[str]) -> _Counted:
    table = study.codes()
    if not table.rows:
        raise RequestError("The study has no codebook yet.", fix="Import one with `qcode codebook import FILE`.")
    selection = select(study, coders=coders, speakers=speakers)
    chosen = _chosen(study, codes)
    keys = np.array(sorted(row.key for row in table.rows), dtype=np.int64)
    number = {table.by_key[key].short_id: i + 1 for i, key in enumerate(keys.tolist())}
    codings = _dense(selection.codings, keys)
    notes = (
        "Counted: segments. Overlapping codings of one code by one coder are one segment; touching ones are two.",
        *_own_rows(table, chosen),
        *selection.notes,
        *_coverage(study, table, selection, chosen),
        f"Codebook {table.codebook.id}, version {table.codebook.content_hash()[:12]}.",
    )
    return _Counted(selection, chosen, number, codings, tabulate.merge_overlaps(codings), notes)


def _own_rows(table: CodeTable, codes: list[tuple[Code, int]]) -> list[str]:
    if not any(table.codebook.children(code.id) for code, _ in codes):
        return []
    return ["A row counts its own code only: what stands below a dimension or group is not added to it."]


def _coverage(study: Study, table: CodeTable, selection: Selection, codes: list[tuple[Code, int]]) -> list[str]:
    """How much was looked at, by dimension: where a code is missing there, it was looked for."""
    ledger = [
        tabulate.LedgerRow(row.source, row.coder, row.dimension, row.state)
        for row in study.file.read.ledger(coders=selection.readers)
        if not selection.main or selection.main.get(row.source) == row.coder
    ]
    sources = [source.key for source in study.file.read.sources()]
    dimensions = dict.fromkeys(table.codebook.dimension_of(code.id).id for code, _ in codes)
    parts = [f"{d} {tabulate.completed(ledger, sources, selection.readers, d)}" for d in dimensions]
    if len({part.partition(" ")[2] for part in parts}) == 1:
        parts = [f"{parts[0].partition(' ')[2]} in every dimension"] if len(parts) > 1 else parts
    note = f"Looked at (completed transcripts): {'; '.join(parts)}."
    unread = " Where a transcript is not completed, a missing code is unknown, not absent."
    return [note + ("" if all(_all_done(part) for part in parts) else unread)]


def _all_done(part: str) -> bool:
    words = part.split(" coded", maxsplit=1)[0].split(" of ")
    return words[0].rpartition(" ")[2] == words[-1]


def frequencies(
    study: Study, *, coders: str = "main", speakers: str = "participants", codes: Sequence[str] = ()
) -> Table:
    """How often each code is used: merged segments, transcripts with it, characters covered."""
    counted = _count(study, coders, speakers, codes)
    found = tabulate.frequencies(counted.segments, len(counted.number))
    transcripts = len(study.file.read.sources())
    rows: list[tuple[Cell, ...]] = []
    for code, _ in counted.codes:
        i = counted.number[code.id] - 1
        rows.append((code.id, code.name(), int(found.segments[i]), int(found.transcripts[i]), int(found.characters[i])))
    return Table(
        title="Code frequencies",
        header=("code", "name", "segments", f"transcripts of {transcripts}", "characters"),
        rows=tuple(rows),
        notes=counted.notes,
        depth=tuple(depth for _, depth in counted.codes),
        total=("total", "", sum(int(str(row[2])) for row in rows), None, None),
    )


def crosstab(
    study: Study,
    columns: str,
    *,
    coders: str = "main",
    speakers: str = "participants",
    codes: Sequence[str] = (),
    percent: str = "none",
) -> Table:
    """Codes by an attribute of the cases that their passages speak of, such as `mechanism`.

    `percent`: *none*, *row* (of the code's segments) or *column* (of the column's segments).
    Raises UnknownName for an attribute that no case has.
    """
    if percent not in ("none", "row", "column"):
        raise RequestError(f"There is no percentage “{percent}”.", fix="Use none, row or column.")
    counted = _count(study, coders, speakers, codes)
    labels = _case_labels(study, columns)
    assignment = assign(counted.codings, link_columns(study))
    by_segment = tabulate.segment_cases(counted.segments, assignment)
    numbers = [counted.number[code.id] for code, _ in counted.codes]
    order = [*(MECHANISMS if columns == "mechanism" else sorted(set(_values(study, columns)))), *CASE_KINDS[1:]]
    used = set(labels.values())
    result = tabulate.crosstab(counted.segments, by_segment, labels, numbers, [c for c in order if c in used])
    return _crosstab_table(columns, counted, result, percent)


def _values(study: Study, attribute: str) -> list[str]:
    found = (values_of(case).get(attribute) for case in study.file.read.cases())
    return [value for value in found if value is not None]


def _case_labels(study: Study, attribute: str) -> dict[int, str | None]:
    """The column of every case: the attribute for cases of the data set, the kind for all others."""
    cases = study.file.read.cases()
    values = {case.key: values_of(case) for case in cases}
    known = sorted({name for found in values.values() for name in found})
    if attribute not in known:
        raise UnknownName("case attribute", attribute, near_names(attribute, known))
    return {c.key: values[c.key].get(attribute) if c.kind == "dataset" else c.kind for c in cases}


def _crosstab_table(columns: str, counted: _Counted, result: Crosstab, percent: str) -> Table:
    kept = [
        i
        for i, column in enumerate(result.columns)
        if column.kind is ColumnKind.VALUE or int(result.counts[:, i].sum()) > 0 or column.kind is ColumnKind.UNASSIGNED
    ]
    counts = result.counts[:, kept]
    header = ("code", "name", *(result.columns[i].label for i in kept), "total")
    rows = [
        (code.id, code.name(), *cells) for (code, _), cells in zip(counted.codes, _cells(counts, percent), strict=True)
    ]
    sums = [int(n) for n in counts.sum(axis=0)]
    circular = [code.id for code, _ in counted.codes if code.defines == columns]
    notes = [
        *counted.notes,
        f"Columns: {columns} of the case that a passage speaks of; cases outside the data set stand under their kind.",
        "A passage is in exactly one column: several = cases of different values, unassigned = no case linked.",
    ]
    if percent != "none":
        notes.append(f"Percent of the {percent}'s segments, rounded to one decimal; the base is the total.")
    if circular:
        notes.append(f"These codes define {columns}, so their column is no finding: {', '.join(circular)}.")
    return Table(
        title=f"Codes by {columns}",
        header=header,
        rows=tuple(rows),
        notes=tuple(notes),
        depth=tuple(depth for _, depth in counted.codes),
        total=("total", "", *sums, sum(sums)),
    )


def _cells(counts: IntArray, percent: str) -> list[tuple[Cell, ...]]:
    totals = counts.sum(axis=1)
    if percent == "none":
        return [(*map(int, row), int(total)) for row, total in zip(counts, totals, strict=True)]
    base = totals[:, None] if percent == "row" else counts.sum(axis=0)[None, :]
    base = np.broadcast_to(base, counts.shape)
    share = np.divide(100.0 * counts, base, out=np.full(counts.shape, np.nan), where=base > 0)
    # A base of nothing gives no percentage: an empty cell, never 0.
    return [
        (*(None if np.isnan(v) else round(float(v), 1) for v in row), int(total))
        for row, total in zip(share, totals, strict=True)
    ]


def table_csv(table: Table, *, raw: bool = False) -> bytes:
    """The table as CSV, header first; without the notes, so that other programs read it."""
    rows = [*table.rows, table.total] if table.total else list(table.rows)
    return csv_bytes(table.header, rows, raw=raw)


def export_table(table: Table, path: Path, *, overwrite: bool = False, raw: bool = False) -> Path:
    """Write the table as CSV, and what it counts beside it as `NAME.txt`; the path of the latter.

    Raises RequestError, before anything is written, if either is there already (unless `overwrite`).
    """
    beside = path.with_suffix(".txt")
    if beside == path:
        raise RequestError("What a table counts is written beside it as .txt.", fix="Give the table a name in .csv.")
    if not overwrite and beside.exists():
        raise RequestError(
            "There is a file of this name already, and it was left as it is.",
            where=display_safe(str(beside)),
            fix="Choose another name for the table, or say that it may be overwritten.",
        )
    write_file(path, table_csv(table, raw=raw), overwrite=overwrite)
    notes = "\n".join([table.title, "", *table.notes, ""])
    write_file(beside, notes.encode("utf-8"), overwrite=overwrite)
    return beside
