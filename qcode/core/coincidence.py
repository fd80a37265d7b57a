"""How often coders coincide: the one table from which every agreement coefficient follows.

The boundaries of all coders cut a document into elementary intervals. Inside one interval nothing begins or
ends, so all its characters carry the same values, and the interval counts as many times as it has characters.
This gives the same numbers as a table with one row per character, at a small part of the cost.

A code either covers a character or it does not. Values are indices: 0 not coded, 1 coded. Matrices are kept
per document, because resampling for an interval of confidence draws documents, never characters.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from qcode.errors import RequestError

__all__ = [
    "BoolArray",
    "Document",
    "FloatArray",
    "IntArray",
    "Tally",
    "coincidence",
    "span_array",
    "tally",
    "weighted_coincidence",
]

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

_PAIR = 2


def span_array(spans: Iterable[tuple[int, int]]) -> IntArray:
    """Spans (code points, half-open) as an int64 array of shape [k, 2]; none at all gives shape [0, 2].

    >>> span_array([(0, 4), (6, 9)]).tolist(), span_array([]).shape
    ([[0, 4], [6, 9]], (0, 2))
    """
    return np.array(list(spans), dtype=np.int64).reshape(-1, 2)


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """What each coder did with one code in one document.

    `length` is in code points. `spans_by_coder` has one entry per coder, in the same order in all documents: an
    int64 array of shape [k, 2] (code points, half-open; overlaps allowed, any order), or None where the coder
    was not assigned or has not completed the document. None is missing; an empty array is "looked, coded
    nothing". `scope`, of the same shape, confines counting to some stretches (the participants' turns, say);
    None means the whole text.

    Raises RequestError for a span that is empty or leaves the text, and for arrays of another shape or type.

    >>> Document(10, [span_array([(0, 4)]), None]).coders
    2
    """

    length: int
    spans_by_coder: Sequence[IntArray | None]
    scope: IntArray | None = None

    def __post_init__(self) -> None:
        """Refuse what could only be counted wrongly."""
        if self.length < 0:
            raise RequestError(f"A document cannot have {self.length} characters.")
        for spans in (*self.spans_by_coder, self.scope):
            if spans is not None:
                _check_spans(spans, self.length)

    @property
    def coders(self) -> int:
        """Number of coders in the round, with those who are missing here."""
        return len(self.spans_by_coder)


def _check_spans(spans: IntArray, length: int) -> None:
    if spans.ndim != _PAIR or spans.shape[1] != _PAIR or not np.issubdtype(spans.dtype, np.integer):
        raise RequestError("Spans must be whole numbers in an array of two columns, start and end.")
    bad = (spans[:, 0] < 0) | (spans[:, 0] >= spans[:, 1]) | (spans[:, 1] > length)
    if bad.any():
        start, end = spans[int(bad.argmax())].tolist()
        raise RequestError(f"A segment from {start} to {end} does not lie inside a text of {length} characters.")


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """Counts of one code over D documents and C coders, in characters within the scope.

    coincidences: float64 [D, 2, 2], see `coincidence`; all 0 where fewer than two coders completed the document.
    pairs: the P = C(C-1)/2 pairs of coder indices, lower first.
    pair_tables: int64 [P, D, 2, 2], contingency tables (row: value of the first coder, column: of the second);
        all 0 where one of the two did not complete the document.
    characters: int64 [D], characters in scope.
    completed: bool [C, D], whether the coder completed the document.
    coded: int64 [C, D], characters that the coder coded, counted once each.
    """

    coincidences: FloatArray
    pairs: tuple[tuple[int, int], ...]
    pair_tables: IntArray
    characters: IntArray
    completed: BoolArray
    coded: IntArray


def tally(documents: Sequence[Document]) -> Tally:
    """Everything that agreement on one code needs, from one sweep over all documents.

    Raises RequestError where the documents differ in their number of coders.

    >>> t = tally([Document(10, [span_array([(0, 4)]), span_array([(2, 6)])])])
    >>> t.pair_tables[0, 0].tolist(), t.coded.tolist()
    ([[4, 2], [2, 2]], [[4], [4]])
    """
    coders = _number_of_coders(documents)
    sweep = _sweep(documents, coders)
    completed = np.array(
        [[document.spans_by_coder[coder] is not None for document in documents] for coder in range(coders)],
        dtype=np.bool_,
    ).reshape(coders, len(documents))
    present = completed.sum(axis=0, dtype=np.int64)
    ones = sweep.covered.sum(axis=0, dtype=np.int64)
    counts = np.stack([present[sweep.document] - ones, ones])
    pairs = tuple(combinations(range(coders), 2))
    return Tally(
        coincidences=weighted_coincidence(counts, sweep.lengths, sweep.document, present),
        pairs=pairs,
        pair_tables=_pair_tables(sweep, completed, pairs),
        characters=_lengths_by(sweep.document, sweep.lengths, len(documents)),
        completed=completed,
        coded=_coded_by_coder(sweep, completed),
    )


def coincidence(documents: Sequence[Document]) -> FloatArray:
    """Coincidence matrices per document, weighted by length: float64 [documents, 2, 2].

    o_ck = sum of λ n_c (n_k - [c=k]) / (m - 1) over the elementary intervals, with λ characters, n_c coders who
    gave the value c, and m coders who completed the document, m >= 2. Krippendorff (2011), Computing
    Krippendorff's alpha-reliability, section C; with λ as number of equal units. Each character adds m to the
    sum of the matrix.

    Below, two characters have both coders' code and four have one coder's:

    >>> coincidence([Document(10, [span_array([(0, 4)]), span_array([(2, 6)])])]).tolist()
    [[[8.0, 4.0], [4.0, 4.0]]]
    """
    return tally(documents).coincidences


def weighted_coincidence(counts: IntArray, lengths: IntArray, group: IntArray, present: IntArray) -> FloatArray:
    """Coincidence matrices per group of units: float64 [G, q, q], for any number q of values.

    counts: int64 [q, units], coders who gave the unit this value; lengths: int64 [units], the weight of a unit;
    group: int64 [units], 0 to G-1; present: int64 [G], values per unit, the same for all units of a group.

    Numerators are sums of whole numbers, exact below 2**53, and are divided once per group: so cutting a unit
    in two changes no digit.

    >>> one_unit_with_values_0_0_1 = np.array([[2], [1]])
    >>> one = np.array([1])
    >>> weighted_coincidence(one_unit_with_values_0_0_1, one, np.array([0]), np.array([3])).tolist()
    [[[1.0, 1.0], [1.0, 0.0]]]
    """
    values, groups = counts.shape[0], present.size
    matrices = np.zeros((groups, values, values))
    for c in range(values):
        for k in range(c, values):
            paired = counts[c] * (counts[k] - int(c == k)) * lengths
            matrices[:, c, k] = matrices[:, k, c] = np.bincount(group, weights=paired, minlength=groups)
    # With fewer than two values nothing pairs: the numerators are 0 already, and 1 only keeps 0/0 away.
    return matrices / np.maximum(present - 1, 1)[:, np.newaxis, np.newaxis]


class _Sweep(NamedTuple):
    """Elementary intervals in scope: `lengths` and `document` [I], `covered` [C, I]."""

    lengths: IntArray
    document: IntArray
    covered: BoolArray


def _number_of_coders(documents: Sequence[Document]) -> int:
    numbers = {document.coders for document in documents}
    if len(numbers) > 1:
        raise RequestError(
            f"The documents speak of {min(numbers)} to {max(numbers)} coders.",
            fix="Give every document one entry per coder, and none where the coder did not complete it.",
        )
    return numbers.pop() if numbers else 0


def _sweep(documents: Sequence[Document], coders: int) -> _Sweep:
    """Lay the documents end to end and cut them at every boundary.

    One difference array per coder and one for the scope (the last row): +1 where a span begins, -1 where it
    ends. Its running sum is the number of open spans, and more than 0 means coded, however often one coder
    coded the same characters.
    """
    lengths = np.array([document.length for document in documents], dtype=np.int64)
    offsets = np.cumsum(lengths) - lengths
    row, spans = _stack(documents, offsets)
    edges = np.unique(np.concatenate([offsets, offsets + lengths, spans.ravel()]))
    at = np.searchsorted(edges, spans) + (row * edges.size)[:, np.newaxis]
    size = (coders + 1) * edges.size
    steps = np.bincount(at[:, 0], minlength=size) - np.bincount(at[:, 1], minlength=size)
    is_open = np.cumsum(steps.reshape(coders + 1, edges.size), axis=1)[:, :-1] > 0
    scope = is_open[coders]
    # Of documents that begin at one place, all but the last are empty: "right" finds the one that has the text.
    document = np.searchsorted(offsets, edges[:-1], side="right") - 1
    return _Sweep(np.diff(edges)[scope], document[scope].astype(np.int64), is_open[:coders, scope])


def _stack(documents: Sequence[Document], offsets: IntArray) -> tuple[IntArray, IntArray]:
    """All spans on the common axis: their row (the coder; the scope comes last) and their bounds [k, 2]."""
    rows: list[IntArray] = [np.empty(0, dtype=np.int64)]
    bounds: list[IntArray] = [np.empty((0, 2), dtype=np.int64)]
    for document, offset in zip(documents, offsets, strict=True):
        scope = document.scope if document.scope is not None else np.array([[0, document.length]], dtype=np.int64)
        for row, spans in enumerate((*document.spans_by_coder, scope)):
            if spans is not None:
                rows.append(np.full(len(spans), row, dtype=np.int64))
                bounds.append(spans + offset)
    return np.concatenate(rows), np.concatenate(bounds)


def _lengths_by(group: IntArray, lengths: IntArray, groups: int) -> IntArray:
    return np.bincount(group, weights=lengths, minlength=groups).astype(np.int64)


def _coded_by_coder(sweep: _Sweep, completed: BoolArray) -> IntArray:
    coded = np.zeros(completed.shape, dtype=np.int64)
    for coder, covered in enumerate(sweep.covered):
        coded[coder] = _lengths_by(sweep.document[covered], sweep.lengths[covered], completed.shape[1])
    return coded


def _pair_tables(sweep: _Sweep, completed: BoolArray, pairs: Sequence[tuple[int, int]]) -> IntArray:
    documents = completed.shape[1]
    tables = np.zeros((len(pairs), documents, 2, 2), dtype=np.int64)
    for pair, (first, second) in enumerate(pairs):
        cell = sweep.document * 4 + sweep.covered[first] * 2 + sweep.covered[second]
        both = (completed[first] & completed[second])[:, np.newaxis, np.newaxis]
        tables[pair] = _lengths_by(cell, sweep.lengths, documents * 4).reshape(documents, 2, 2) * both
    return tables
