"""Texts as continua that coders cut into segments, laid end to end on one axis.

A continuum is a text with the marks (coder, start, end, label) that coders made in it. The layout of several is what
all unitizing coefficients count: positions are characters *in scope*, so that a question of the interviewer in the
middle of a segment neither counts nor cuts it. A coder's marks with one label that overlap are one segment; marks
that only touch are two, because they were two decisions.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

import numpy as np

from qcode.core.coincidence import BoolArray, Document, IntArray, span_array
from qcode.errors import RequestError

__all__ = ["Continuum", "Layout", "Mark", "Overlap", "Segments", "documents_of", "lay_out", "lay_out_code"]


class Mark(NamedTuple):
    """What a coder marked: code points, half-open."""

    coder: Hashable
    start: int
    end: int
    label: Hashable


@dataclass(frozen=True, slots=True, eq=False)
class Continuum:
    """One text of `begin` to `end` (code points, half-open) and the marks in it.

    `marks` are (coder, start, end, label). `coders` completed the text, also those who marked nothing; None means
    those who marked something, in the order of their first mark. `scope` holds the stretches that count, None all.

    Raises RequestError for a mark that is empty, leaves the text, or is of somebody who did not complete it.

    >>> Continuum([("anna", 0, 4, "trust")], 10, coders=["anna", "ben"]).coders
    ('anna', 'ben')
    """

    marks: Sequence[tuple[Hashable, int, int, Hashable]]
    end: int
    begin: int = 0
    coders: Sequence[Hashable] | None = None
    scope: Sequence[tuple[int, int]] | None = None

    def __post_init__(self) -> None:
        """Refuse what could only be counted wrongly."""
        if self.begin > self.end:
            raise RequestError(f"A text cannot begin at {self.begin} and end at {self.end}.")
        named = self.coders if self.coders is not None else (coder for coder, *_ in self.marks)
        completed = dict.fromkeys(named)
        object.__setattr__(self, "marks", tuple(Mark(*mark) for mark in self.marks))
        object.__setattr__(self, "coders", tuple(completed))
        for start, end in chain(((start, end) for _, start, end, _ in self.marks), self.scope or ()):
            if not self.begin <= start < end <= self.end:
                raise RequestError(
                    f"A segment from {start} to {end} does not lie inside a text from {self.begin} to {self.end}."
                )
        for coder, *_ in self.marks:
            if coder not in completed:
                raise RequestError(f"{coder} marked something in a text that {coder} did not complete.")

    @property
    def length(self) -> int:
        """Number of code points, in scope or not."""
        return self.end - self.begin


class Overlap(NamedTuple):
    """Where one coder gave two labels of a dimension that admits one: code points of the document, half-open."""

    document: int
    coder: Hashable
    start: int
    end: int
    labels: tuple[Hashable, ...]


class Segments(NamedTuple):
    """Segments in columns, int64 [n] each: coder and label as indices, bounds on the common axis."""

    coder: IntArray
    label: IntArray
    start: IntArray
    end: IntArray

    @property
    def length(self) -> IntArray:
        """Characters in scope."""
        return self.end - self.start

    def where(self, kept: BoolArray | IntArray) -> Segments:
        """Some of the segments."""
        return Segments(*(column[kept] for column in self))


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Documents end to end, in characters in scope.

    lengths: int64 [D]; offsets: int64 [D], where each begins; completed: bool [C, D].
    segments: sorted by coder, then label, then start. overlaps: where one coder gave two labels, if those were to be
    found; `left_out` characters of such stretches count for nobody.
    """

    coders: tuple[Hashable, ...]
    labels: tuple[Hashable, ...]
    lengths: IntArray
    completed: BoolArray
    segments: Segments
    overlaps: tuple[Overlap, ...]
    left_out: int

    @property
    def offsets(self) -> IntArray:
        """Where each document begins, int64 [D]."""
        return np.cumsum(self.lengths) - self.lengths


def lay_out(
    continua: Sequence[Continuum], labels: Sequence[Hashable] | None = None, *, exclusive: bool = False
) -> Layout:
    """The continua end to end.

    `labels` fixes which labels count, and their order; others are left out; None means all, as they appear. With
    `exclusive`, stretches to which one coder gave two labels are listed and count for nobody.

    >>> layout = lay_out([Continuum([("a", 0, 4, "x"), ("b", 2, 6, "x"), ("a", 3, 5, "x")], 10)])
    >>> layout.segments.start.tolist(), layout.segments.end.tolist(), layout.coders
    ([0, 2], [5, 6], ('a', 'b'))
    """
    people = {coder: i for i, coder in enumerate(dict.fromkeys(chain(*(c.coders or () for c in continua))))}
    names = labels if labels is not None else dict.fromkeys(mark[3] for c in continua for mark in c.marks)
    order = {label: i for i, label in enumerate(names)}
    lengths = np.array([c.length for c in continua], dtype=np.int64)
    shifts = np.cumsum(lengths) - lengths - np.array([c.begin for c in continua], dtype=np.int64)
    rows = [
        (people[coder], order[label], start + shift, end + shift)
        for c, shift in zip(continua, shifts.tolist(), strict=True)
        for coder, start, end, label in c.marks
        if label in order
    ]
    columns = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    completed = np.zeros((len(people), len(continua)), dtype=np.bool_)
    for number, c in enumerate(continua):
        completed[[people[coder] for coder in c.coders or ()], number] = True
    scopes = [
        span_array(c.scope if c.scope is not None else [(c.begin, c.end)]) + shift
        for c, shift in zip(continua, shifts.tolist(), strict=True)
    ]
    raw = _Raw(tuple(people), tuple(order), lengths, shifts, completed, Segments(*columns), scopes)
    return _layout(raw, exclusive=exclusive)


def lay_out_code(documents: Sequence[Document]) -> Layout:
    """Documents of one code (see `qcode.core.coincidence`) end to end; coders are their numbers, the label is 0.

    >>> lay_out_code([Document(10, [span_array([(0, 4)]), None])]).completed.tolist()
    [[True], [False]]
    """
    coders = max((document.coders for document in documents), default=0)
    lengths = np.array([document.length for document in documents], dtype=np.int64)
    shifts = np.cumsum(lengths) - lengths
    people, bounds, scopes = [np.empty(0, np.int64)], [np.empty((0, 2), np.int64)], []
    completed = np.zeros((coders, len(documents)), dtype=np.bool_)
    for number, (document, shift) in enumerate(zip(documents, shifts.tolist(), strict=True)):
        for coder, own in enumerate(document.spans_by_coder):
            if own is not None:
                completed[coder, number] = True
                people.append(np.full(len(own), coder))
                bounds.append(own + shift)
        scope = document.scope if document.scope is not None else np.array([[0, document.length]])
        scopes.append(scope + shift)
    spans, coders_of = np.concatenate(bounds), np.concatenate(people)
    marks = Segments(coders_of, np.zeros_like(coders_of), spans[:, 0], spans[:, 1])
    return _layout(_Raw(tuple(range(coders)), (0,), lengths, shifts, completed, marks, scopes), exclusive=False)


def documents_of(continua: Sequence[Continuum], label: Hashable) -> list[Document]:
    """What each coder did with one label: for `tally`, `krippendorff_alpha` and `cohen_kappa` on characters.

    >>> (one,) = documents_of([Continuum([("a", 3, 5, "x")], 10, begin=2, coders=["a", "b"])], "x")
    >>> one.length, [spans.tolist() for spans in one.spans_by_coder]
    (8, [[[1, 3]], []])
    """
    people = tuple(dict.fromkeys(chain(*(c.coders or () for c in continua))))
    found = []
    for c in continua:
        spans: dict[Hashable, list[tuple[int, int]]] = {coder: [] for coder in c.coders or ()}
        for coder, start, end, name in c.marks:
            if name == label:
                spans[coder].append((start - c.begin, end - c.begin))
        arrays = [span_array(spans[coder]) if coder in spans else None for coder in people]
        found.append(Document(c.length, arrays, None if c.scope is None else span_array(c.scope) - c.begin))
    return found


class _Raw(NamedTuple):
    """What was given, on an axis of all characters; `shifts` lead there from the positions in a document."""

    coders: tuple[Hashable, ...]
    labels: tuple[Hashable, ...]
    lengths: IntArray
    shifts: IntArray
    completed: BoolArray
    marks: Segments
    scopes: Sequence[IntArray]


def _layout(raw: _Raw, *, exclusive: bool) -> Layout:
    size = int(raw.lengths.sum()) + 1
    marks = _merged(raw.marks, len(raw.labels), size)
    scope = np.concatenate([np.empty((0, 2), np.int64), *raw.scopes])
    scope = _stretches(scope, 1)
    overlaps: tuple[Overlap, ...] = ()
    left_out = 0
    if exclusive:
        # Every coder on an axis of its own, so that only what one of them coded twice lies twice.
        twice = _stretches(np.stack([marks.start, marks.end], axis=1) + (marks.coder * size)[:, np.newaxis], 2)
        overlaps = _overlaps(raw, marks, twice, scope, size)
        before = scope
        scope = _without(scope, _stretches(twice % size, 1))
        left_out = int((before[:, 1] - before[:, 0]).sum() - (scope[:, 1] - scope[:, 0]).sum())
    start, end = _inside(marks.start, scope), _inside(marks.end, scope)
    segments = Segments(marks.coder, marks.label, start, end).where(start < end)
    ends = np.cumsum(raw.lengths)
    lengths = _inside(ends, scope) - _inside(ends - raw.lengths, scope)
    return Layout(raw.coders, raw.labels, lengths, raw.completed, segments, overlaps, left_out)


def _merged(marks: Segments, labels: int, size: int) -> Segments:
    """Overlapping marks of one coder with one label as one, sorted by coder, label, start."""
    if not marks.start.size:
        return marks
    # Every coder and label on an axis of its own: then one running maximum finds how far the earlier marks reach.
    group = marks.coder * labels + marks.label
    order = np.lexsort((marks.start, group))
    group = group[order]
    start = marks.start[order] + group * size
    reach = np.maximum.accumulate(marks.end[order] + group * size)
    first = np.flatnonzero(np.concatenate([[True], start[1:] >= reach[:-1]]))
    last = np.append(first[1:], start.size) - 1
    shift = group[first] * size
    return Segments(group[first] // labels, group[first] % labels, start[first] - shift, reach[last] - shift)


def _stretches(bounds: IntArray, depth: int) -> IntArray:
    """Where at least `depth` of the stretches [k, 2] lie, as few stretches, in order."""
    bounds = bounds[bounds[:, 0] < bounds[:, 1]]
    edges, at = np.unique(bounds, return_inverse=True)
    at = at.reshape(-1, 2)
    steps = np.bincount(at[:, 0], minlength=edges.size) - np.bincount(at[:, 1], minlength=edges.size)
    inside = np.cumsum(steps) >= depth
    turns = np.flatnonzero(np.diff(np.concatenate([[False], inside])))
    return np.asarray(edges[turns].reshape(-1, 2), dtype=np.int64)


def _without(scope: IntArray, holes: IntArray) -> IntArray:
    """What is left of the scope; both are in order and without overlaps among themselves."""
    edges = np.unique(np.concatenate([scope.ravel(), holes.ravel()]))
    pieces = np.stack([edges[:-1], edges[1:]], axis=1)
    kept = _covers(scope, pieces[:, 0]) & ~_covers(holes, pieces[:, 0])
    return np.asarray(pieces[kept], dtype=np.int64)


def _covers(stretches: IntArray, positions: IntArray) -> BoolArray:
    if not len(stretches):
        return np.zeros(positions.size, dtype=np.bool_)
    at = np.searchsorted(stretches[:, 0], positions, side="right") - 1
    return np.asarray((at >= 0) & (positions < stretches[at, 1]), dtype=np.bool_)


def _inside(positions: IntArray, scope: IntArray) -> IntArray:
    """How many characters of the scope lie before each position."""
    if not len(scope):
        return np.zeros_like(positions)
    lengths = scope[:, 1] - scope[:, 0]
    before = np.cumsum(lengths) - lengths
    at = np.maximum(np.searchsorted(scope[:, 0], positions, side="right") - 1, 0)
    return np.asarray(before[at] + np.clip(positions - scope[at, 0], 0, lengths[at]), dtype=np.int64)


def _overlaps(raw: _Raw, marks: Segments, twice: IntArray, scope: IntArray, size: int) -> tuple[Overlap, ...]:
    """The stretches to which one coder gave several labels, where they hold anything in scope."""
    offsets = np.cumsum(raw.lengths) - raw.lengths
    found = []
    for low, high in twice.tolist():
        coder, start = divmod(low, size)
        end = high - coder * size
        seen = _inside(np.array([start, end]), scope)
        if seen[0] < seen[1]:
            these = (marks.coder == coder) & (marks.start < end) & (marks.end > start)
            document = int(np.searchsorted(offsets, start, side="right")) - 1
            shift = int(raw.shifts[document])
            labels = tuple(raw.labels[label] for label in np.unique(marks.label[these]).tolist())
            found.append(Overlap(document, raw.coders[coder], start - shift, end - shift, labels))
    return tuple(found)
