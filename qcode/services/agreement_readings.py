"""Values of agreement with what they rest on, and the sums from which those for coded or not coded follow.

A part is what one row of the table speaks of: some labels, some transcripts, some coders. Where it holds several
labels, their decisions are added up: each label in each unit is one decision.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import NamedTuple

import numpy as np

from qcode.core.coincidence import BoolArray, Document, FloatArray, IntArray
from qcode.core.continuum import Continuum, Mark
from qcode.core.measures import Result, Undefined
from qcode.core.ratings import Ratings
from qcode.core.resampling import Interval
from qcode.services.agreement_selection import Asked, Label, Material
from qcode.services.agreement_units import Cells, Units
from qcode.services.study import Study

__all__ = ["Compared", "Part", "Reading", "Sums"]

_MISSING = -1


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """What one row speaks of: labels, transcripts (which of the compared ones), coders (their numbers)."""

    labels: tuple[Label, ...]
    sources: BoolArray
    coders: tuple[int, ...]

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """The pairs of its coders, lower first."""
        return list(combinations(self.coders, 2))


@dataclass(frozen=True, slots=True)
class Reading:
    """One value in one row.

    `of` is the coder or the pair that it speaks of, empty for all. `result` is None where the statistic does not
    fit the row, and `remark` says why. `more` are further numbers by name.
    """

    statistic: str
    unit: str
    of: str
    result: Result | None
    interval: Interval | None = None
    remark: str = ""
    more: tuple[tuple[str, float | None], ...] = ()

    @property
    def value(self) -> float | None:
        """The value itself; None where it is undefined."""
        return None if self.result is None else self.result.value

    @property
    def reason(self) -> str:
        """Why there is no value."""
        return self.remark or (str(self.result.reason) if self.result is not None and self.result.reason else "")


class Sums(NamedTuple):
    """Sums over the labels of a part, by transcript (D).

    coincidences: float64 [D, 2, 2]; tables: int64 [P, D, 2, 2] for the part's pairs; coded and counted: int64 [C, D],
    for prevalence; units: int64 [D], decisions; shared: bool [D], where two of the coders looked; coders: how many.
    """

    coincidences: FloatArray
    tables: IntArray
    coded: IntArray
    counted: IntArray
    units: IntArray
    shared: BoolArray
    coders: int

    @property
    def nothing(self) -> Undefined | None:
        """Why nothing can be counted, if nothing can."""
        if self.units.any():
            return None
        return Undefined.NO_TEXT if self.shared.any() else Undefined.NO_SHARED_DOCUMENT

    @property
    def documents(self) -> int:
        """Transcripts that count."""
        return int(np.count_nonzero(self.units))


class Compared:
    """The material with its units: what every statistic asks."""

    def __init__(self, study: Study, asked: Asked, found: Material) -> None:
        self.asked = asked
        self.found = found
        self.units = cache(
            lambda kind: Units(study, found, kind, non_space=asked.non_space, coded_only=asked.coded_only)
        )
        self.names = [person.name for person in found.people]
        self._sums: dict[tuple[object, ...], Sums] = {}

    def pair_name(self, pair: Sequence[int]) -> str:
        """A pair of coders as it is written."""
        return "-".join(self.names[coder] for coder in pair)

    def sums(self, part: Part, kind: str) -> Sums:
        """What the labels of a part add up to, in units of a kind."""
        key = (part.labels, part.sources.tobytes(), part.coders, kind)
        if key not in self._sums:
            self._sums[key] = self._added(part, kind)
        return self._sums[key]

    def _added(self, part: Part, kind: str) -> Sums:
        units, documents, coders = self.units(kind), len(self.found.sources), len(self.found.people)
        whole = len(part.coders) == coders
        coincidences = np.zeros((documents, 2, 2))
        tables = np.zeros((len(part.pairs), documents, 2, 2), dtype=np.int64)
        coded, counted = np.zeros((2, coders, documents), dtype=np.int64)
        decisions, looked = np.zeros(documents, dtype=np.int64), np.zeros(documents, dtype=np.bool_)
        took_part = np.zeros(coders, dtype=np.bool_)
        for label in part.labels:
            one = units.tally(label.id)
            own = np.stack([one.pair_tables[one.pairs.index(pair)] for pair in part.pairs])
            tables += own
            coincidences += one.coincidences if whole else own[0] + own[0].transpose(0, 2, 1)
            there = one.completed[list(part.coders)]
            shared = (there.sum(axis=0) > 1) & part.sources
            looked |= shared
            decisions += one.characters * shared
            for coder in part.coders:
                here = one.completed[coder] & shared
                coded[coder] += one.coded[coder] * here
                counted[coder] += one.characters * here
                took_part[coder] |= bool((one.characters[here] > 0).any())
        coincidences[~part.sources] = 0
        tables[:, ~part.sources] = 0
        return Sums(coincidences, tables, coded, counted, decisions, looked, int(took_part.sum()))

    # -- values unit by unit

    def ratings(self, part: Part, kind: str, *, counts: bool = False) -> Ratings:
        """Units x coders of a part: 0 and 1, or with `counts` how many segments the coder has in the unit."""
        units = self.units(kind)
        found = [self._of(part, units.counts(label.id) if counts else units.cells(label.id)) for label in part.labels]
        values = np.concatenate([np.empty((0, len(part.coders)), dtype=np.int64), *(cells.values for cells in found)])
        times = np.concatenate([np.empty(0, dtype=np.int64), *(cells.times for cells in found)])
        used = np.unique(values[values != _MISSING]) if counts else np.array([0, 1])
        index = np.where(values == _MISSING, _MISSING, np.searchsorted(used, values))
        distinct, place = np.unique(index, axis=0, return_inverse=True)
        summed = np.bincount(place.ravel(), weights=times, minlength=len(distinct)).astype(np.int64)
        kept = summed > 0
        return Ratings(distinct[kept], summed[kept], tuple(used.tolist()), declared=not counts)

    def _of(self, part: Part, cells: Cells) -> Cells:
        """The units of the part's transcripts that two of its coders judged, with these coders alone."""
        values = cells.values[:, list(part.coders)]
        kept = part.sources[cells.document] & ((values != _MISSING).sum(axis=1) > 1)
        return Cells(values[kept], cells.times[kept], cells.document[kept])

    def sets(self, part: Part, kind: str) -> list[list[list[frozenset[str] | None]]]:
        """For each transcript, for each unit, the set of labels that each coder gave it; None is missing."""
        found: list[list[list[frozenset[str] | None]]] = []
        documents = [(label.id, self.units(kind).documents(label.id)) for label in part.labels]
        for at in np.flatnonzero(part.sources).tolist():
            here = [(label, of[at]) for label, of in documents]
            columns = [_sets_of(here, coder) for coder in part.coders]
            scope = here[0][1].scope
            inside = range(here[0][1].length) if scope is None else [i for a, b in scope.tolist() for i in range(a, b)]
            found.append([[None if own is None else own[unit] for own in columns] for unit in inside])
        return found

    # -- the text itself

    def rolled(self, part: Part) -> list[Document]:
        """Characters with any of the part's labels, as one label; missing where not all of them were looked for."""
        documents = [self.units("character").documents(label.id) for label in part.labels]
        found = []
        for at, of in enumerate(zip(*documents, strict=True)):
            spans = [
                np.concatenate([_given(one.spans_by_coder[coder]) for one in of])
                if part.sources[at] and all(one.spans_by_coder[coder] is not None for one in of)
                else None
                for coder in part.coders
            ]
            found.append(Document(of[0].length, spans, of[0].scope))
        return found

    def continua(self, part: Part) -> list[tuple[int, Continuum]]:
        """The transcripts (numbers) that two coders completed, as continua; coders are their numbers."""
        documents = [(label.id, self.units("character").documents(label.id)) for label in part.labels]
        found = []
        for at in np.flatnonzero(part.sources).tolist():
            here = [(label, of[at]) for label, of in documents]
            coders = [c for c in part.coders if all(one.spans_by_coder[c] is not None for _, one in here)]
            if len(coders) > 1:
                marks = [
                    Mark(coder, start, end, label)
                    for label, one in here
                    for coder in coders
                    for start, end in _given(one.spans_by_coder[coder]).tolist()
                ]
                scope = here[0][1].scope
                stretches = None if scope is None else [(a, b) for a, b in scope.tolist()]
                found.append((at, Continuum(marks, here[0][1].length, coders=coders, scope=stretches)))
        return found


def _given(spans: IntArray | None) -> IntArray:
    return np.empty((0, 2), dtype=np.int64) if spans is None else spans


def _sets_of(here: Sequence[tuple[str, Document]], coder: int) -> list[frozenset[str]] | None:
    """The labels of each unit by one coder; None where the coder did not look for all of them."""
    found: list[set[str]] = [set() for _ in range(here[0][1].length)]
    for label, document in here:
        spans = document.spans_by_coder[coder]
        if spans is None:
            return None
        for start, end in spans.tolist():
            for unit in range(start, end):
                found[unit].add(label)
    return [frozenset(own) for own in found]
