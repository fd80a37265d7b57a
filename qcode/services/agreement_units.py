"""The units that coders decide on, as the counts in `core` take them.

A unit larger than a character has a code where the coder gave the code to any character of it. So the units of a
transcript can be counted as if each were one character: a transcript of 40 turns is a text of length 40, and every
coefficient for characters holds for turns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

from qcode.core.coincidence import Document, IntArray, Tally, span_array, tally
from qcode.core.contexts import Assignment, assign
from qcode.core.spans import Span, intersection, merge, subtract
from qcode.core.tabulate import segment_cases
from qcode.core.units import sentences
from qcode.services.agreement_selection import Material
from qcode.services.coding import text_of
from qcode.services.selection import link_columns
from qcode.services.study import Study
from qcode.store.rows import SourceRow

__all__ = ["Cells", "Units"]

_SPACE = re.compile(r"\s+")
_MISSING = -1


class Cells(NamedTuple):
    """Units with what each coder said of them: values int64 [n, C] (-1 missing), times [n], document [n]."""

    values: IntArray
    times: IntArray
    document: IntArray


class _Grid(NamedTuple):
    """Units of one transcript: stretches [k, 2] in order, the number of the unit that each belongs to, how many."""

    pieces: IntArray
    unit: IntArray
    size: int


class Units:
    """All compared transcripts cut into units of one kind, with what coders did in them, label by label."""

    def __init__(
        self, study: Study, found: Material, kind: str, *, non_space: bool = False, coded_only: bool = False
    ) -> None:
        self._study = study
        self._found = found
        self.kind = kind
        self._assigned = _assigned(study, found) if kind == "case" else None
        self._cases = _cases(study, found) if kind == "case" else {}
        self._scopes = [self._scope(source, non_space=non_space) for source in found.sources]
        self._grids = [self._grid(source) for source in found.sources]
        self.documents: Callable[[str], list[Document]] = cache(self._documents)
        self.tally: Callable[[str], Tally] = cache(lambda label: tally(self.documents(label)))
        self.cells: Callable[[str], Cells] = cache(lambda label: _cells(self.documents(label)))
        self._kept: list[IntArray | None] = [None] * len(found.sources)
        if coded_only:
            self._kept = self._coded()

    # -- how a transcript is cut

    def _scope(self, source: SourceRow, *, non_space: bool) -> list[Span]:
        """The characters of a transcript that count."""
        words = [Span(w.start, w.end) for w in self._found.words[source.key]]
        if not non_space:
            return words
        text = text_of(self._study, source)
        return [left for w in words for left in subtract(w, [Span(*m.span()) for m in _SPACE.finditer(text, *w)])]

    def _grid(self, source: SourceRow) -> _Grid:
        words = self._found.words[source.key]
        spans = [Span(w.start, w.end) for w in words]
        if self.kind == "transcript":
            return _Grid(span_array(spans), np.zeros(len(spans), dtype=np.int64), int(bool(spans)))
        if self.kind == "speaker":
            number = {key: i for i, key in enumerate(dict.fromkeys(w.speaker for w in words))}
            unit = np.array([number[w.speaker] for w in words], dtype=np.int64)
            return _Grid(span_array(spans), unit, len(number))
        if self.kind == "sentence":
            text = text_of(self._study, source)
            spans = [sentence for w in spans for sentence in sentences(text, *w)]
        return _Grid(span_array(spans), np.arange(len(spans), dtype=np.int64), len(spans))

    # -- what coders did

    def _documents(self, label: str) -> list[Document]:
        rows = self._found.rows_of(label)
        looked = self._found.looked[label]
        found = []
        for at, source in enumerate(self._found.sources):
            own = [
                self._marks(at, rows.get((source.key, p.key))) if (source.key, p.key) in looked else None
                for p in self._found.people
            ]
            found.append(Document(self._length(at), own, self._counted(at)))
        return found

    def _length(self, at: int) -> int:
        source = self._found.sources[at]
        if self.kind == "character":
            return source.length
        return len(self._cases.get(source.key, ())) if self.kind == "case" else self._grids[at].size

    def _counted(self, at: int) -> IntArray | None:
        """What counts of a transcript, on the axis of its units; None = all."""
        if self.kind != "character":
            return self._kept[at]
        return span_array(self._scopes[at]) if self._kept[at] is None else self._kept[at]

    def _marks(self, at: int, rows: IntArray | None) -> IntArray:
        """What a coder marked with a label in a transcript, as stretches on the axis of the units."""
        if rows is None:
            return span_array([])
        if self.kind == "character":
            return span_array(self._found.spans(rows))
        touched = sorted({unit for units in self._units_of(at, rows) for unit in units})
        return span_array((unit, unit + 1) for unit in touched)

    def _units_of(self, at: int, rows: IntArray) -> list[list[int]]:
        """For each of the segments the units that it lies in."""
        if self._assigned is not None:
            cases = self._cases[self._found.sources[at].key]
            return [[cases[case] for case in self._assigned.cases_of(row)] for row in rows.tolist()]
        grid = self._grids[at]
        first = np.searchsorted(grid.pieces[:, 1], self._found.segments.start[rows], side="right")
        last = np.searchsorted(grid.pieces[:, 0], self._found.segments.end[rows], side="left")
        return [sorted(set(grid.unit[a:b].tolist())) for a, b in zip(first.tolist(), last.tolist(), strict=True)]

    def _coded(self) -> list[IntArray | None]:
        """What somebody coded, with whatever label, of each transcript."""
        labels = [self._documents(label.id) for label in self._found.labels]
        kept: list[IntArray | None] = []
        for at in range(len(self._found.sources)):
            given = [own.tolist() for of in labels for own in of[at].spans_by_coder if own is not None]
            spans = [Span(*span) for own in given for span in own]
            kept.append(span_array(intersection(self._scopes[at], spans) if self.kind == "character" else merge(spans)))
        return kept

    # -- how often

    def counts(self, label: str) -> Cells:
        """Units with how many segments of the label each coder has in them; segments that touch two count in both."""
        rows = self._found.rows_of(label)
        looked = self._found.looked[label]
        values, document = [], []
        for at, source in enumerate(self._found.sources):
            table = np.full((self._length(at), len(self._found.people)), _MISSING, dtype=np.int64)
            for coder, person in enumerate(self._found.people):
                place = (source.key, person.key)
                if place in looked:
                    table[:, coder] = 0
                    for units in self._units_of(at, rows[place]) if place in rows else ():
                        table[units, coder] += 1
            kept = self._kept[at]
            table = table if kept is None else table[[unit for span in kept.tolist() for unit in range(*span)]]
            values.append(table)
            document.append(np.full(len(table), at, dtype=np.int64))
        stacked = np.concatenate([np.empty((0, len(self._found.people)), dtype=np.int64), *values])
        return Cells(stacked, np.ones(len(stacked), dtype=np.int64), np.concatenate([_none(), *document]))


def _none() -> IntArray:
    return np.empty(0, dtype=np.int64)


def _assigned(study: Study, found: Material) -> Assignment:
    """The cases that each segment speaks of, by the rules of all tables."""
    return segment_cases(found.segments, assign(found.codings, link_columns(study)))


def _cases(study: Study, found: Material) -> dict[int, dict[int, int]]:
    """The cases of each transcript with a number each: those that anybody linked there, or set for a coding."""
    pairs = set(zip(found.codings.source.tolist(), found.codings.case.tolist(), strict=True))
    links = link_columns(study)
    pairs |= set(zip(links.source.tolist(), links.case.tolist(), strict=True))
    return {
        source.key: {case: i for i, case in enumerate(sorted(c for s, c in pairs if s == source.key and c))}
        for source in found.sources
    }


def _cells(documents: Sequence[Document]) -> Cells:
    """Documents cut at every boundary: each piece with what every coder said of it."""
    coders = max((document.coders for document in documents), default=0)
    values, times, numbers = [np.empty((0, coders), dtype=np.int64)], [_none()], [_none()]
    for number, document in enumerate(documents):
        scope = document.scope if document.scope is not None else span_array([(0, document.length)])
        given = [own for own in document.spans_by_coder if own is not None]
        edges = np.unique(np.concatenate([_none(), scope.ravel(), *(own.ravel() for own in given)]))
        counted = _covered(edges, scope)
        missing = np.full(int(counted.sum()), _MISSING, dtype=np.int64)
        columns = [
            missing if own is None else _covered(edges, own)[counted].astype(np.int64)
            for own in document.spans_by_coder
        ]
        values.append(np.stack(columns, axis=1))
        times.append(np.diff(edges)[counted])
        numbers.append(np.full(int(counted.sum()), number, dtype=np.int64))
    return Cells(np.concatenate(values), np.concatenate(times), np.concatenate(numbers))


def _covered(edges: IntArray, spans: IntArray) -> IntArray:
    """Which of the pieces between the edges lie in one of the spans."""
    at = np.searchsorted(edges, spans)
    steps = np.bincount(at[:, 0], minlength=edges.size) - np.bincount(at[:, 1], minlength=edges.size)
    return np.asarray(np.cumsum(steps)[:-1] > 0)
