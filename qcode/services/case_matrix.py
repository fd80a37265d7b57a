"""Codes by cases: how much of each code speaks of each case. Where nobody looked, a cell is empty and not 0."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from qcode.services.code_rows import MERGED, CodeRows, code_rows
from qcode.services.coverage import Coverage, coverage
from qcode.services.filters import Filters
from qcode.services.recorded import Recorded, SpokenOf
from qcode.services.study import CaseRow, Study
from qcode.services.table import Cell, Table

__all__ = ["COUNTED", "CaseMatrix", "Counted", "case_matrix"]

Counted: TypeAlias = Literal["segments", "transcripts", "presence"]
COUNTED: tuple[Counted, ...] = get_args(Counted)
"""What stands in a cell; *presence* is 1 or 0."""

_SAID = {
    "segments": f"Counted: segments. {MERGED}",
    "transcripts": "Counted: transcripts with at least one segment that speaks of the case.",
    "presence": "1: at least one segment speaks of the case. 0: none does.",
}


@dataclass(frozen=True, slots=True)
class CaseMatrix:
    """Numbers by place of code and case; None where nothing was found and not everything was looked at.

    `queries` are the codes as `retrieval.find` is asked for them: with the condition `case.key = KEY` it finds the
    passages of a cell.
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    depth: tuple[int, ...]
    cases: tuple[CaseRow, ...]
    cells: tuple[tuple[int | None, ...], ...]
    notes: tuple[str, ...]
    queries: tuple[str, ...]
    unit: str

    def table(self, *, across: bool = False) -> Table:
        """Codes by cases; with `across` cases by codes."""
        title = "Codes by cases"
        if across:
            header = ("case", "name", *self.codes)
            columns = list(zip(*self.cells, strict=True)) or [()] * len(self.cases)
            rows = tuple((case.short_key, case.name, *column) for case, column in zip(self.cases, columns, strict=True))
            return Table(title, header, rows, self.notes, units=("", "", *[self.unit] * len(self.codes)))
        header = ("code", "name", *(case.short_key for case in self.cases))
        body = tuple((*head, *row) for *head, row in zip(self.codes, self.names, self.cells, strict=True))
        units = ("", "", *[self.unit] * len(self.cases))
        return Table(title, header, body, self.notes, depth=self.depth, units=units)

    def tidy(self) -> Table:
        """A row for each code and case."""
        body: list[tuple[Cell, ...]] = [
            (code, case.short_key, value)
            for code, row in zip(self.codes, self.cells, strict=True)
            for case, value in zip(self.cases, row, strict=True)
        ]
        units = ("", "", self.unit)
        return Table("Codes by cases, one row each", ("code", "case", "number"), tuple(body), self.notes, units=units)


def case_matrix(study: Study, filters: Filters, *, count: Counted = "segments", whole: bool = False) -> CaseMatrix:
    """Count codes by cases, over the cases that a transcript or a passage was linked to.

    A segment that speaks of several cases counts for each. Raises RequestError where there is no codebook.
    """
    found = code_rows(study, filters, whole=whole)
    at: dict[tuple[int, int], list[int]] = defaultdict(list)
    sources, codes = found.segments.source.tolist(), found.segments.code.tolist()
    unassigned = 0
    for code, source, keys in zip(codes, sources, found.cases_of(study), strict=True):
        unassigned += not keys
        for key in keys:
            at[code, key].append(source)
    everything = study.file.read.cases()
    told = _told(study, filters, at)
    fits = _fitting(study, filters, told)
    wanted = [case for case in everything if case.key in told and fits(case)]
    looked = _Looked(study, found)
    cells = tuple(
        tuple(_cell(at.get((i, case.key), []), count, known=looked.at(i - 1, told[case.key])) for case in wanted)
        for i in range(1, len(found.codes) + 1)
    )
    hidden = f"{len(everything) - len(wanted)} of {len(everything)} cases are not shown"
    notes = (
        _SAID[count],
        "A segment that speaks of several cases counts for each of them, so cases do not add up.",
        "An empty cell is unknown: no segment was found, and a transcript on the case is not completed for the code.",
        'The passages of a cell: qcode find "=CODE" --where "case.key = CASE", with the options of this table.',
        f"{unassigned} segment(s) speak of no known case and are left out.",
        f"{hidden}: they do not fit, or no transcript that was looked at speaks of them.",
        *found.notes(study, filters),
    )
    heads = [code for code, _ in found.codes]
    return CaseMatrix(
        tuple(code.id for code in heads),
        tuple(code.name() for code in heads),
        tuple(depth for _, depth in found.codes),
        tuple(wanted),
        cells,
        notes,
        tuple(map(found.query, range(len(heads)))),
        "1 or 0" if count == "presence" else count,
    )


def _cell(sources: list[int], count: Counted, *, known: bool) -> int | None:
    if not sources:
        return 0 if known else None
    return {"segments": len(sources), "transcripts": len(set(sources)), "presence": 1}[count]


def _told(study: Study, filters: Filters, at: dict[tuple[int, int], list[int]]) -> dict[int, set[int]]:
    """For each case (key) the transcripts (keys) that speak of it, by a link or by a coding."""
    chosen = {source.key for source in filters.sources(study)}
    told: dict[int, set[int]] = defaultdict(set)
    for link in study.file.read.links(coders=study.visible_coders()):
        if link.source in chosen:
            told[link.study_case].add(link.source)
    for (_, key), sources in at.items():
        told[key].update(sources)
    return told


def _fitting(study: Study, filters: Filters, told: dict[int, set[int]]) -> Callable[[CaseRow], bool]:
    """Whether a case can fit the filters at all: one that cannot would stand there with zeros."""
    recorded, where = Recorded(study), filters.where

    def fits(case: CaseRow) -> bool:
        if filters.dataset and case.kind != "dataset":
            return False
        stages: list[str | None] = [None, *(stage.name for stage in case.stages)]
        readings = [SpokenOf(source, case.key, stage) for source in told[case.key] for stage in stages]
        # Who speaks is asked of each passage; here it is left open.
        answer = True if where is None else recorded.holds(where, readings)
        return answer is True or (answer is None and where is not None and where.asks("speaker"))

    return fits


class _Looked:
    """Whether all of some transcripts were completed for a code, and for all below it where it stands for them."""

    def __init__(self, study: Study, found: CodeRows) -> None:
        self._found = found
        self._done: Coverage = coverage(study, found.selection.readers)
        self._table = study.codes()
        self._sources: dict[int, set[int]] = {}

    def at(self, place: int, sources: set[int]) -> bool:
        if place not in self._sources:
            code = self._found.codes[place][0].id
            ids = self._table.below([code]) if self._found.whole else {code}
            main = self._found.selection.main
            self._sources[place] = set.intersection(
                *({s for s, coder in self._done.looked(c) if not main or main.get(s) == coder} for c in ids)
            )
        return sources <= self._sources[place]
