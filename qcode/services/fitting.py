"""Filters applied: to the segments that a table counts, and to passages that a query found.

A passage that speaks of several cases, or in which several people speak, fits a condition if one case with one speaker
fits all of it. What is not recorded never fits by itself, and how many passages are left out for that is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from qcode.core.contexts import Assignment, BoolArray, CodingColumns, IntArray, assign, ranges
from qcode.core.crosstab import Column, numbered_columns, table_columns
from qcode.core.keyword import pattern
from qcode.core.retrieval import Passages
from qcode.core.spans import Span
from qcode.core.tabulate import Segments, merge_overlaps
from qcode.core.where import Where
from qcode.services.crosstab_columns import columns_of_codings
from qcode.services.filters import Filters, InColumn
from qcode.services.recorded import Recorded, SpokenOf
from qcode.services.selection import Selection, link_columns, select
from qcode.services.study import Study
from qcode.services.surroundings import StageOf, Surroundings
from qcode.store.rows import CodingRow

__all__ = ["Counted", "Fitted", "cases_of", "chosen", "counted", "fit", "of_passages"]


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """Passages that fit, the cases that each speaks of, and sentences on what was left out."""

    passages: Passages
    cases: Assignment
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """What a table counts: segments by code (key), whose members are rows of the selection's codings.

    `notes` say by what they were narrowed, `left_out` what could not be decided.
    """

    selection: Selection
    segments: Segments
    notes: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def codings(self) -> CodingColumns:
        """The codings of the segments."""
        return self.selection.codings.take(np.unique(self.segments.members))


def chosen(study: Study, filters: Filters, *, apart: bool = False) -> Selection:
    """The codings by the filters' coders, speakers and transcripts; `apart` allows the coder rule *each*."""
    selection = select(study, coders=filters.coders, speakers=filters.speakers, apart=apart)
    if not (filters.transcripts or filters.kinds):
        return selection
    keys = np.array([source.key for source in filters.sources(study)], dtype=np.int64)
    return replace(selection, codings=selection.codings.take(np.isin(selection.codings.source, keys)))


def counted(study: Study, filters: Filters, *, apart: bool = False) -> Counted:
    """The merged segments that a table counts: those of each code that fit the filters.

    They are exactly the passages that `retrieval.find` finds for the code alone: segments are merged first, and each is
    held to the filters as a whole. `codes` choose the rows of a table, not its segments, and are left to the table.
    `apart` allows the coder rule *each*, which a table that adds coders up must not.
    """
    selection = chosen(study, filters, apart=apart)
    segments = merge_overlaps(selection.codings)
    asked = replace(filters, codes=())
    if not asked.of_passages:
        return Counted(selection, segments, asked.words)
    alone = Passages(segments.coder, segments.source, segments.start, segments.end, segments.offsets, segments.members)
    fitted = fit(study, asked, selection.codings, alone)
    kept = fitted.passages
    code = selection.codings.code[kept.members[kept.offsets[:-1]]]
    segments = Segments(code, kept.coder, kept.source, kept.start, kept.end, kept.members, kept.offsets)
    return Counted(selection, segments, asked.words, fitted.notes)


def of_passages(assignment: Assignment, passages: Passages) -> Assignment:
    """The contexts of passages: those of all codings that they come from, whose `assignment` it is."""
    passage = np.repeat(np.arange(len(passages), dtype=np.int64), np.diff(passages.offsets))
    number = np.diff(assignment.offsets)[passages.members]
    context = assignment.cases[ranges(assignment.offsets[:-1][passages.members], number)]
    return Assignment.from_pairs(len(passages), np.repeat(passage, number), context)


def cases_of(study: Study, codings: CodingColumns, passages: Passages) -> Assignment:
    """The cases that passages speak of: those of all codings that they come from."""
    return of_passages(assign(codings, link_columns(study)), passages)


def fit(
    study: Study,
    filters: Filters,
    codings: CodingColumns,
    passages: Passages,
    *,
    cases: Assignment | None = None,
    around: Surroundings | None = None,
) -> Fitted:
    """The passages that fit the filters, in their order. `cases` are theirs, where they are known already."""
    assigned = cases if cases is not None else cases_of(study, codings, passages)
    if not filters.of_passages:
        return Fitted(passages, assigned)
    return _Fitting(study, filters, codings, passages, assigned, around or Surroundings(study)).fitted()


class _Fitting:
    """One set of passages held to one set of filters; what costs least is asked first."""

    def __init__(
        self,
        study: Study,
        filters: Filters,
        codings: CodingColumns,
        passages: Passages,
        cases: Assignment,
        around: Surroundings,
    ) -> None:
        self._study = study
        self._filters = filters
        self._codings = codings
        self._passages = passages
        self._cases = cases
        self._around = around
        self._open = 0

    def fitted(self) -> Fitted:
        filters = self._filters
        rows = np.arange(len(self._passages), dtype=np.int64)
        if filters.codes:
            rows = rows[self._of_codes()[rows]]
        if filters.dataset:
            rows = rows[self._of_data_set()[rows]]
        if filters.column is not None:
            rows = rows[self._in_column(filters.column)[rows]]
        if filters.text:
            rows = self._kept(rows, self._with_text())
        if filters.flagged:
            rows = self._kept(rows, lambda row: any(coding.flagged for coding in self._coding_rows(row)))
        if filters.stages:
            rows = self._kept(rows, lambda row: any(at.stage in filters.stages for at in self._stages(row)))
        if filters.where is not None:
            rows = self._kept(rows, self._where(filters.where))
        kept = self._passages.take(rows)
        number = np.diff(self._cases.offsets)[rows]
        case = self._cases.cases[ranges(self._cases.offsets[:-1][rows], number)]
        passage = np.repeat(np.arange(len(rows), dtype=np.int64), number)
        return Fitted(kept, Assignment.from_pairs(len(rows), passage, case), self._notes())

    def _notes(self) -> tuple[str, ...]:
        if not self._open:
            return ()
        return (f"Left out: {self._open} passage(s) of which it is not recorded whether the condition holds.",)

    @staticmethod
    def _kept(rows: IntArray, fits: Callable[[int], bool]) -> IntArray:
        return np.array([row for row in rows.tolist() if fits(row)], dtype=np.int64)

    def _any_member(self, fits: BoolArray, owner_offsets: IntArray) -> BoolArray:
        """Per passage, whether any of its members (codings, or cases) fits."""
        before: IntArray = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(fits, dtype=np.int64)))
        found: BoolArray = before[owner_offsets[1:]] > before[owner_offsets[:-1]]
        return found

    def _of_codes(self) -> BoolArray:
        table = self._study.codes()
        wanted = table.below(self._filters.codes)
        keys = np.array([row.key for row in table.rows if row.short_id in wanted], dtype=np.int64)
        fits = np.isin(self._codings.code[self._passages.members], keys)
        return self._any_member(fits, self._passages.offsets)

    def _of_data_set(self) -> BoolArray:
        keys = np.array([case.key for case in self._around.cases.values() if case.kind == "dataset"], dtype=np.int64)
        return self._any_member(np.isin(self._cases.cases, keys), self._cases.offsets)

    def _in_column(self, column: InColumn) -> BoolArray:
        """As a crosstab counts: see `crosstab_columns`."""
        filters = self._filters
        found = columns_of_codings(
            self._study, column.name, self._codings, coders=filters.coders, speakers=filters.speakers
        )
        columns = table_columns(found.labels, found.order)
        wanted = Column(column.kind, column.label)
        place = columns.index(wanted) if wanted in columns else -1
        numbers = numbered_columns(of_passages(found.assignment, self._passages), found.labels, columns)
        fits: BoolArray = numbers == place
        return fits

    def _with_text(self) -> Callable[[int], bool]:
        looked_for = pattern(self._filters.text)

        def fits(row: int) -> bool:
            source, span = self._place(row)
            return looked_for.search(self._around.text(source), span.start, span.end) is not None

        return fits

    def _place(self, row: int) -> tuple[int, Span]:
        passages = self._passages
        return int(passages.source[row]), Span(int(passages.start[row]), int(passages.end[row]))

    def _coding_rows(self, row: int) -> list[CodingRow]:
        anybody = self._filters.coders in ("any", "all")
        return self._around.coding_rows(self._codings, self._passages.members_of(row), anybody=anybody)

    def _stages(self, row: int) -> list[StageOf]:
        source, span = self._place(row)
        cases = self._cases.cases_of(row)
        if not cases or not self._around.has_stages(source):
            return [StageOf(case, None) for case in cases]
        return self._around.stages(source, span, cases, self._coding_rows(row))

    def _where(self, where: Where) -> Callable[[int], bool]:
        recorded = Recorded(self._study)
        answers: dict[tuple[SpokenOf, ...], bool | None] = {}

        def fits(row: int) -> bool:
            readings = tuple(self._readings(where, row))
            if readings not in answers:
                answers[readings] = recorded.holds(where, readings)
            answer = answers[readings]
            self._open += answer is None
            return answer is True

        return fits

    def _readings(self, where: Where, row: int) -> Iterable[SpokenOf]:
        """What a passage may be read as: every case that it speaks of with everybody who speaks in it."""
        source, span = self._place(row)
        cases: list[tuple[int | None, str | None]] = [(None, None)]
        if where.asks("case"):
            cases = [(at.case, at.stage) for at in self._stages(row)] or cases
        speakers: list[tuple[int | None, str | None]] = [(None, None)]
        if where.asks("speaker"):
            turns = self._around.turns_at(source, span)
            if self._filters.speakers != "all":
                interviewers = self._filters.speakers == "interviewers"
                turns = [turn for turn in turns if (turn.role == "interviewer") == interviewers]
            speakers = list(dict.fromkeys((turn.speaker, turn.role) for turn in turns)) or speakers
        for (case, stage), (speaker, role) in product(cases, speakers):
            yield SpokenOf(source, case, stage, speaker, role)
