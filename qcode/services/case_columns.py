"""The columns of a crosstab: an attribute of the cases, or their stages, for every coding that speaks of a case."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from qcode.core.case_fields import known_field
from qcode.core.column_types import sort_key
from qcode.core.contexts import Assignment, CodingColumns, IntArray, assign
from qcode.core.stages import Contexts, assign_stages, stage_order
from qcode.errors import UnknownName
from qcode.services.case_doubts import MECHANISMS
from qcode.services.case_rows import CASE_KINDS
from qcode.services.case_values import columns_of, normal_values, values_of
from qcode.services.selection import link_columns
from qcode.services.study import Study, near_names
from qcode.store.rows import CaseRow, StageRow
from qcode.store.stage_reading import StagedCoding, staged_codings

__all__ = ["CASE", "KIND", "STAGE", "CaseColumns", "case_columns", "crosstab_columns"]

STAGE = "stage"
"""The column that no attribute is: the stage of the case."""

KIND = "kind"
"""The column that says of every case, of the data set or not, of what kind it is."""

CASE = "case"
"""The columns that are the cases themselves, by their keys (unless there is an attribute that is called so)."""


@dataclass(frozen=True, slots=True)
class CaseColumns:
    """What a crosstab needs to know: the label of every context, their order, and the contexts of each coding.

    A context is a case (by key), or where stages matter a case with one of its stages (by number). `name` is the
    attribute that was meant; `notes` say how it was found. `of_cases` holds the case (key) of every context that is a
    stage; it is empty where contexts are the cases themselves.
    """

    name: str
    labels: Mapping[int, str | None]
    order: tuple[str, ...]
    assignment: Assignment
    notes: tuple[str, ...]
    of_cases: Mapping[int, int] = field(default_factory=dict)


def crosstab_columns(study: Study, *, recorded: bool = False) -> list[str]:
    """What can be the columns of a crosstab: *mechanism*, *stage*, the other attributes by name, *kind* and *case*.

    Where there are cases, *mechanism* is there before any is recorded, unless only what is `recorded` is wanted;
    without cases there are no columns.
    """
    cases = study.file.read.cases()
    names = _attributes(cases)
    if cases and not recorded:
        names.add("mechanism")
    if _staged(cases):
        names.add(STAGE)
    first = [name for name in ("mechanism", STAGE) if name in names]
    last = [name for name in (KIND, CASE) if cases and name not in names]
    return [*first, *sorted(names - set(first)), *last]


def _attributes(cases: Iterable[CaseRow]) -> set[str]:
    return {name for case in cases for name in values_of(case)}


def _staged(cases: Iterable[CaseRow]) -> bool:
    return any(case.stages for case in cases)


def case_columns(study: Study, column: str, codings: CodingColumns, *, apart: bool) -> CaseColumns:
    """The column of every case, and the cases of every coding.

    Values are normalised by the type of the attribute and stand in its order; cases outside the data set stand under
    their kind. *stage* is the stage, of cases of every kind. *mechanism* is that of the stage, where a passage is of a
    stage with a mechanism of its own. `codings` carry keys of codes after merges; `apart` says that they carry their
    coders, and not one for all. Raises UnknownName, with near ones.
    """
    known = crosstab_columns(study)
    name = known_field(column, known)
    if name is None:
        raise UnknownName("case attribute", column, near_names(column, known))
    cases = study.file.read.cases()
    if name == STAGE and _staged(cases):
        return _by_stage(study, cases, codings, apart=apart)
    if name in (KIND, CASE) and name not in _attributes(cases):
        itself = {case.key: case.kind if name == KIND else case.short_key for case in cases}
        used = dict.fromkeys(itself.values())
        order = tuple(used) if name == CASE else tuple(kind for kind in CASE_KINDS if kind in used)
        return CaseColumns(name, itself, order, assign(codings, link_columns(study)), ())
    labels, order, notes = _by_attribute(study, name, cases)
    if name == "mechanism" and any(stage.mechanism for case in cases for stage in case.stages):
        return _by_mechanism(study, cases, labels, codings, apart=apart)
    return CaseColumns(name, labels, order, assign(codings, link_columns(study)), tuple(notes))


def _by_attribute(
    study: Study, name: str, cases: Sequence[CaseRow]
) -> tuple[dict[int, str | None], tuple[str, ...], list[str]]:
    """The label of every case by its key, the labels in their order, and what to say of them."""
    type_ = next((column.type for column in columns_of(study, cases) if column.name == name), "yes/no")
    dataset = [case for case in cases if case.kind == "dataset"]
    values, notes = normal_values(dataset, name, type_)
    labels: dict[int, str | None] = {case.key: case.kind for case in cases}
    labels |= {case.key: value or None for case, value in zip(dataset, values, strict=True)}
    kind = "yes/no" if name.startswith("cross_") else type_
    return labels, _order(labels, sorted({*values} - {""}, key=lambda value: sort_key(value, kind)), name), notes


def _order(labels: Mapping[int, str | None], values: Sequence[str], name: str) -> tuple[str, ...]:
    first = MECHANISMS if name == "mechanism" else ()
    used = set(labels.values())
    wanted = dict.fromkeys((*first, *(value for value in values if value not in CASE_KINDS[1:]), *CASE_KINDS[1:]))
    return tuple(label for label in wanted if label in used)


@dataclass(frozen=True, slots=True)
class _Staged:
    """Codings with the stages of their cases: each context's number with its case (key) and stage (None = none)."""

    contexts: dict[int, tuple[int, StageRow | None]]
    assignment: Assignment

    @property
    def of_cases(self) -> dict[int, int]:
        """The case (key) of every context."""
        return {i: case for i, (case, _) in self.contexts.items()}


def _with_stages(study: Study, cases: Sequence[CaseRow], codings: CodingColumns, *, apart: bool) -> _Staged:
    """The case and stage of every coding: by hand, else by links."""
    links = study.file.read.links(coders=study.visible_coders())
    by_hand = staged_codings(study.file, coders=study.visible_coders())
    rows = {(case.key, stage.name): stage for case in cases for stage in case.stages}
    # A stage that its case has lost is a stage all the same: somebody said so.
    for key, stage_name in [(x.study_case, x.stage) for x in links] + [(x.study_case, x.stage) for x in by_hand]:
        if stage_name:
            rows.setdefault((key, stage_name), StageRow(stage_name))
    number = {stage_name: i for i, stage_name in enumerate(dict.fromkeys(name for _, name in rows), 1)}
    numbered = {(case, number[stage_name]): stage for (case, stage_name), stage in rows.items()}
    contexts = Contexts.of([*((case.key, 0) for case in cases), *numbered])
    link_stage = np.array([number[x.stage] if x.stage else 0 for x in links], dtype=np.int64)
    coding_stage = _stages_by_hand(study, codings, by_hand, number, apart=apart)
    pairs = zip(contexts.case.tolist(), contexts.stage.tolist(), strict=True)
    return _Staged(
        {i: (case, numbered.get((case, stage))) for i, (case, stage) in enumerate(pairs, 1)},
        assign_stages(codings, link_columns(study), contexts, coding_stage, link_stage),
    )


def _stages_by_hand(
    study: Study, codings: CodingColumns, staged: Sequence[StagedCoding], number: Mapping[str, int], *, apart: bool
) -> IntArray:
    """Per coding the number of the stage that was set with its case, 0 where none was, or where coders differ.

    A coding is found again by code, transcript and case, and by its place: a stretch that several coders share lies
    inside each of theirs.
    """
    found = np.zeros(len(codings), dtype=np.int64)
    if not staged:
        return found
    codes = study.codes().by_key
    by_place: dict[tuple[int, int, int], list[StagedCoding]] = defaultdict(list)
    for row in staged:
        by_place[codes[row.code].target, row.source, row.study_case].append(row)
    places = (codings.code, codings.source, codings.case, codings.coder, codings.start, codings.end)
    chosen = np.flatnonzero(np.isin(codings.case, list({row.study_case for row in staged})))
    for i, *place in zip(chosen.tolist(), *(column[chosen].tolist() for column in places), strict=True):
        code, source, case, coder, start, end = place
        stages = {
            number[row.stage]
            for row in by_place.get((code, source, case), ())
            if row.start <= start and end <= row.end and (row.coder == coder or not apart)
        }
        found[i] = stages.pop() if len(stages) == 1 else 0
    return found


def _by_stage(study: Study, cases: Sequence[CaseRow], codings: CodingColumns, *, apart: bool) -> CaseColumns:
    staged = _with_stages(study, cases, codings, apart=apart)
    kinds = {case.key: None if case.kind == "dataset" else case.kind for case in cases}
    labels = {i: stage.name if stage else kinds[case] for i, (case, stage) in staged.contexts.items()}
    order = stage_order([stage.name for stage in case.stages] for case in cases)
    lost = sorted({stage.name for _, stage in staged.contexts.values() if stage} - set(order))
    said = "the stage set by hand with the case, else that of the links. Not recorded: no stage is known."
    notes = [f"Stages stand in their order and are those of cases of every kind: {said}"]
    if lost:
        notes.append(f"Stages that no case has (any more): {', '.join(lost)}.")
    ordered = _order(labels, [*order, *lost], STAGE)
    return CaseColumns(STAGE, labels, ordered, staged.assignment, tuple(notes), staged.of_cases)


def _by_mechanism(
    study: Study, cases: Sequence[CaseRow], of_case: Mapping[int, str | None], codings: CodingColumns, *, apart: bool
) -> CaseColumns:
    staged = _with_stages(study, cases, codings, apart=apart)
    dataset = {case.key for case in cases if case.kind == "dataset"}
    own = {
        i: stage.mechanism
        for i, (case, stage) in staged.contexts.items()
        if stage and stage.mechanism and case in dataset
    }
    labels = {i: own.get(i) or of_case[case] for i, (case, _) in staged.contexts.items()}
    rows = np.repeat(np.arange(len(codings)), np.diff(staged.assignment.offsets))
    number = len(np.unique(rows[np.isin(staged.assignment.cases, list(own))]))
    note = f"A passage of a stage with a mechanism of its own counts under that one: {number} coding(s)."
    others = sorted({label for label in labels.values() if label} - set(MECHANISMS))
    order = _order(labels, others, "mechanism")
    return CaseColumns("mechanism", labels, order, staged.assignment, (note,), staged.of_cases)
