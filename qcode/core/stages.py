"""Stages of cases: which stage of its case a coded passage speaks of, and in what order stages stand in a table.

A *context* is a case with one of its stages, or with none. Contexts are numbered by the caller, 1 or more; here they
are columns of integers as cases are in `contexts`, so that the same rules hold for both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from qcode.core.contexts import Assignment, BoolArray, CodingColumns, IntArray, LinkColumns, assign, find_keys

__all__ = ["Contexts", "assign_stages", "stage_order"]


@dataclass(frozen=True, slots=True)
class Contexts:
    """Numbered contexts: context `i + 1` is stage `stage[i]` of case `case[i]` (int64; stage 0 = no stage)."""

    case: IntArray
    stage: IntArray

    @classmethod
    def of(cls, pairs: Iterable[tuple[int, int]]) -> Contexts:
        """The contexts of these (case, stage) pairs, each once, by case and stage."""
        rows = np.array(sorted(set(pairs)), dtype=np.int64).reshape(-1, 2)
        return cls(rows[:, 0].copy(), rows[:, 1].copy())

    def number(self, case: IntArray, stage: IntArray) -> IntArray:
        """The number of each context, 0 where it is none of these.

        >>> Contexts.of([(7, 0), (7, 2)]).number(np.array([7, 7, 8]), np.array([2, 1, 0])).tolist()
        [2, 0, 0]
        """
        stages = int(self.stage.max(initial=0)) + 1
        keys = np.where(stage < stages, case * stages + stage, -1)
        return find_keys(self.case * stages + self.stage, keys) + 1


def assign_stages(
    codings: CodingColumns,
    links: LinkColumns,
    contexts: Contexts,
    coding_stage: IntArray,
    link_stage: IntArray,
) -> Assignment:
    """The contexts of each coding: its cases as `assign` finds them, each with its stage.

    `coding_stage` and `link_stage` are the stages that were set on codings and links, 0 = none; `contexts` must hold
    every case alone (stage 0) and every pair of a case and a stage that occurs. The stage of a case on a coding, by
    the first of these that applies:

    1. The stage that was set by hand together with the case.
    2. The stage of those links of this case by which `assign` would give the coding its case, each stage taken as a
       case of its own. One that names a stage goes before one that names none.
    3. No stage. Of several stages the coding has all: tables count it under what they share, else as *several*.

    >>> column = lambda *numbers: np.array(numbers, dtype=np.int64)
    >>> one = column(1, 1)
    >>> codings = CodingColumns(one, one, one, column(0, 40), column(9, 50), column(0, 0))
    >>> links = LinkColumns(column(7, 7), one, column(0, -1), column(20, -1), one)
    >>> found = assign_stages(codings, links, Contexts.of([(7, 0), (7, 3)]), column(0, 0), column(3, 0))
    >>> found.case.tolist()
    [2, 1]
    """
    row, case = _pairs(assign(codings, links))
    by_hand = np.where(coding_stage > 0, contexts.number(codings.case, coding_stage), 0)
    staged = CodingColumns(codings.code, codings.coder, codings.source, codings.start, codings.end, by_hand)
    stage_row, context = _pairs(assign(staged, _as_contexts(links, contexts, link_stage)))
    stage_case, names = contexts.case[context - 1], contexts.stage[context - 1] > 0
    # A stage never brings in a case that the rules left out.
    kept = names & _among(stage_row, stage_case, row, case)
    stage_row, stage_case, context = stage_row[kept], stage_case[kept], context[kept]
    bare = ~_among(row, case, stage_row, stage_case)
    alone = contexts.number(case[bare], np.zeros(np.count_nonzero(bare), dtype=np.int64))
    return Assignment.from_pairs(len(codings), np.concatenate((stage_row, row[bare])), np.concatenate((context, alone)))


def _as_contexts(links: LinkColumns, contexts: Contexts, stage: IntArray) -> LinkColumns:
    """Links whose case is a context. A link without stage goes where its coder made the same one with a stage."""
    place = np.stack((links.coder, links.source, links.case, links.start, links.end))
    same = {tuple(column) for column in place[:, stage > 0].T.tolist()}
    kept = np.array(
        [s > 0 or tuple(p) not in same for p, s in zip(place.T.tolist(), stage, strict=True)], dtype=np.bool_
    )
    context = contexts.number(links.case, stage)
    columns = (context, links.source, links.start, links.end, links.coder)
    return LinkColumns(*(column[kept] for column in columns))


def _pairs(assignment: Assignment) -> tuple[IntArray, IntArray]:
    """Row and case of every pair of an assignment."""
    rows = np.repeat(np.arange(len(assignment), dtype=np.int64), np.diff(assignment.offsets))
    return rows, assignment.cases


def _among(row: IntArray, case: IntArray, rows: IntArray, cases: IntArray) -> BoolArray:
    """Per pair (row, case), whether it is one of the pairs (rows, cases), which are ascending, as assignments are."""
    size = max(int(case.max(initial=0)), int(cases.max(initial=0))) + 1
    return find_keys(rows * size + cases, row * size + case) >= 0


def stage_order(cases: Iterable[Sequence[str]]) -> list[str]:
    """All stages of all cases in one order that keeps each case's own, as far as they agree.

    A stage that is new stands right behind the one before it in its case.

    >>> stage_order([["talks", "park"], ["talks", "pilot", "park", "end"], ["park", "talks"]])
    ['talks', 'pilot', 'park', 'end']
    """
    order: list[str] = []
    for names in cases:
        place = 0
        for name in names:
            if name not in order:
                order.insert(place, name)
            place = order.index(name) + 1
    return order
