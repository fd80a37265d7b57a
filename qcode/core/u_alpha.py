"""How far coders agree on segments *and* codes of a continuum: the alpha family for unitizing.

Each coder partitions the text: a stretch has one code, or is a gap between coded stretches. So a dimension whose
codes exclude each other can be compared as a whole; one whose codes do not, code by code ("coded or not").

    u-alpha      codes and gaps together
    |u-alpha     coded or gap, whatever the code
    cu-alpha     codes, where two coders coded
    (k)u-alpha   one code, where two coders coded
    character    characters as units, with codes and gaps as values

Krippendorff, Mathet, Bouvry and Widlöcher (2016), Quality & Quantity 50: 2347; Krippendorff (2019), section 12.6.
They differ from alpha over characters by what chance may pair: a segment never pairs with itself as a whole.

The functions that end in `_of` are the bare formulas, on arrays of any leading shape, for resampling; sums over
documents go in, not-a-number comes out where a value is undefined.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

import numpy as np

from qcode.core.agreement import alpha_of
from qcode.core.coincidence import Document, FloatArray, IntArray
from qcode.core.continuum import Continuum, Layout, Overlap, lay_out, lay_out_code
from qcode.core.measures import Measure, Result, Undefined, number, off_diagonal, ratio, whether_undefined

__all__ = [
    "Unitized",
    "character_alpha",
    "cu_alpha",
    "cu_alpha_of",
    "ku_alpha_of",
    "ku_alphas",
    "u_alpha",
    "u_alpha_binary",
    "u_alpha_binary_of",
    "u_alpha_of",
    "unitize",
    "unitize_code",
]


@dataclass(frozen=True, slots=True, eq=False)
class Unitized:
    """Lengths by value, per document: value 0 is the gap, 1 to q are the labels.

    coincidences: float64 [D, q+1, q+1], characters that two coders gave these two values (from both sides, divided by
        the coders less one; 0 where fewer than two coders completed the document).
    pairings: float64 [D, q+1], what each segment would add by pairing with itself: its squared length; for gaps their
        length, because each character of a gap is a unit of its own.
    coded_pairings: float64 [D, q], the same of what the *other* coders coded inside the segment, on average.
    pairs, pair_tables: the P pairs of coders, int64 [P, D, q+1, q+1] (row: first coder's value).
    overlaps, left_out: where a coder gave two labels, and how many characters were left out for that.
    """

    layout: Layout
    coincidences: FloatArray
    pairings: FloatArray
    coded_pairings: FloatArray
    pairs: tuple[tuple[int, int], ...]
    pair_tables: IntArray

    @property
    def overlaps(self) -> tuple[Overlap, ...]:
        """Where one coder gave two labels; these stretches count for nobody."""
        return self.layout.overlaps


def unitize(continua: Sequence[Continuum], labels: Sequence[Hashable] | None = None) -> Unitized:
    """Count a dimension whose labels exclude each other.

    Where a coder gave one stretch two labels all the same, it is listed in `overlaps` and left out for all coders.

    >>> counts = unitize([Continuum([("a", 0, 4, "x"), ("b", 2, 6, "y")], 10)])
    >>> counts.coincidences[0].tolist()
    [[8.0, 2.0, 2.0], [2.0, 0.0, 2.0], [2.0, 2.0, 0.0]]
    """
    return _unitized(lay_out(continua, labels, exclusive=True))


def unitize_code(documents: Sequence[Document]) -> Unitized:
    """Count one code as coded or not: for |u-alpha of any code, whether it excludes others or not.

    >>> from qcode.core.coincidence import span_array
    >>> counts = unitize_code([Document(10, [span_array([(0, 4)]), span_array([(2, 6)])])])
    >>> counts.coincidences[0].tolist(), counts.pairings[0].tolist()
    ([[8.0, 4.0], [4.0, 4.0]], [12.0, 32.0])
    """
    return _unitized(lay_out_code(documents))


class _Cut(NamedTuple):
    """Elementary intervals: edges [I+1], lengths [I], document [I], and the value of each coder [C, I]."""

    edges: IntArray
    lengths: IntArray
    document: IntArray
    values: IntArray


def _unitized(layout: Layout) -> Unitized:
    cut = _cut(layout)
    coders, documents = layout.completed.shape
    values = len(layout.labels) + 1
    present = layout.completed.sum(axis=0)
    pairs = tuple(combinations(range(coders), 2))
    tables = np.zeros((len(pairs), documents, values, values), dtype=np.int64)
    for number_, (first, second) in enumerate(pairs):
        cell = (cut.document * values + cut.values[first]) * values + cut.values[second]
        counted = np.bincount(cell, weights=cut.lengths, minlength=documents * values * values)
        both = (layout.completed[first] & layout.completed[second])[:, np.newaxis, np.newaxis]
        tables[number_] = counted.reshape(documents, values, values).astype(np.int64) * both
    sums = tables.sum(axis=0)
    coincidences = (sums + sums.transpose(0, 2, 1)) / np.maximum(present - 1, 1)[:, np.newaxis, np.newaxis]
    return Unitized(layout, coincidences, _pairings(layout), _coded_pairings(layout, cut), pairs, tables)


def _cut(layout: Layout) -> _Cut:
    segments, offsets = layout.segments, layout.offsets
    edges = np.unique(np.concatenate([offsets, offsets + layout.lengths, segments.start, segments.end]))
    values = np.zeros((len(layout.coders), max(edges.size - 1, 0)), dtype=np.int64)
    for coder in range(len(layout.coders)):
        own = segments.where(segments.coder == coder)
        # The labels of one coder do not overlap here, so marking where each begins and ends tells all.
        steps = np.bincount(np.searchsorted(edges, own.start), weights=own.label + 1, minlength=edges.size)
        steps -= np.bincount(np.searchsorted(edges, own.end), weights=own.label + 1, minlength=edges.size)
        values[coder] = np.cumsum(steps)[:-1]
    document = np.searchsorted(offsets, edges[:-1], side="right") - 1
    return _Cut(edges, np.diff(edges), document.astype(np.int64), values)


def _document_of(layout: Layout) -> IntArray:
    """Document of each segment."""
    return np.asarray(np.searchsorted(layout.offsets, layout.segments.start, side="right") - 1, dtype=np.int64)


def _pairings(layout: Layout) -> FloatArray:
    values, documents = len(layout.labels) + 1, layout.lengths.size
    segments = layout.segments
    cell = _document_of(layout) * values + segments.label + 1
    size = documents * values
    squares = np.bincount(cell, weights=segments.length.astype(np.float64) ** 2, minlength=size)
    coded = np.bincount(cell, weights=segments.length, minlength=size).reshape(documents, values).sum(axis=1)
    found = squares.reshape(documents, values)
    present = layout.completed.sum(axis=0)
    found[:, 0] = present * layout.lengths - coded
    return np.asarray(found * (present > 1)[:, np.newaxis], dtype=np.float64)


def _coded_pairings(layout: Layout, cut: _Cut) -> FloatArray:
    """Σ over segments of the square of what the other coders coded inside it, on average over them.

    For two coders all readings of the published formula agree. For more, only the mean over the others gives the
    published value of the example in Krippendorff (2019), figure 12.11.
    """
    labels, documents = len(layout.labels), layout.lengths.size
    segments, document = layout.segments, _document_of(layout)
    present = layout.completed.sum(axis=0)
    coded = cut.values > 0
    everybody = coded.sum(axis=0)
    found = np.zeros(documents * labels)
    for coder in range(len(layout.coders)):
        own = np.flatnonzero(segments.coder == coder)
        others = np.concatenate([[0], np.cumsum(cut.lengths * (everybody - coded[coder]))])
        begin, end = (np.searchsorted(cut.edges, bound[own]) for bound in (segments.start, segments.end))
        inside = (others[end] - others[begin]) / np.maximum(present[document[own]] - 1, 1)
        found += np.bincount(document[own] * labels + segments.label[own], weights=inside**2, minlength=found.size)
    return found.reshape(documents, labels)


def _chance(matrix: FloatArray, pairings: FloatArray) -> FloatArray:
    """What a product of margins is multiplied by to be expected: the total, by the pairs that chance can form."""
    total = matrix.sum(axis=(-2, -1))
    return ratio(total, total**2 - pairings.sum(axis=-1))


def u_alpha_of(coincidences: FloatArray, pairings: FloatArray) -> FloatArray:
    """u-alpha from sums of lengths [..., q+1, q+1] and pairings [..., q+1]: 1 - D_o / D_e over all different values.

    >>> round(float(u_alpha_of(np.array([[8.0, 4.0], [4.0, 4.0]]), np.array([12.0, 32.0]))), 4)
    0.2583
    """
    margin = coincidences.sum(axis=-1)
    expected = off_diagonal(margin[..., :, np.newaxis] * margin[..., np.newaxis, :]) * _chance(coincidences, pairings)
    return 1 - ratio(off_diagonal(coincidences), expected)


def u_alpha_binary_of(coincidences: FloatArray, pairings: FloatArray) -> FloatArray:
    """|u-alpha: only gap against coded counts. Shapes as for `u_alpha_of`; the same with one label.

    >>> round(float(u_alpha_binary_of(np.array([[8.0, 4.0], [4.0, 4.0]]), np.array([12.0, 32.0]))), 4)
    0.2583
    """
    margin = coincidences.sum(axis=-1)
    expected = margin[..., 0] * margin[..., 1:].sum(axis=-1) * _chance(coincidences, pairings)
    return 1 - ratio(coincidences[..., 0, 1:].sum(axis=-1), expected)


def cu_alpha_of(coincidences: FloatArray, coded_pairings: FloatArray) -> FloatArray:
    """cu-alpha, from sums of lengths [..., q+1, q+1] and coded pairings [..., q]: u-alpha without gaps.

    >>> both = np.array([[0.0, 0.0, 0.0], [0.0, 4.0, 1.0], [0.0, 1.0, 4.0]])
    >>> round(float(cu_alpha_of(both, np.array([10.0, 10.0]))), 4)
    0.68
    """
    return u_alpha_of(coincidences[..., 1:, 1:], coded_pairings)


def ku_alpha_of(coincidences: FloatArray, coded_pairings: FloatArray) -> FloatArray:
    """(k)u-alpha of each label [..., q]: how reliably what one coder gave the label got it from another who coded.

    >>> both = np.array([[0.0, 0.0, 0.0], [0.0, 4.0, 1.0], [0.0, 1.0, 4.0]])
    >>> ku_alpha_of(both, np.array([10.0, 10.0])).round(4).tolist()
    [0.68, 0.68]
    """
    coded = coincidences[..., 1:, 1:]
    margin = coded.sum(axis=-1)
    others = coded.sum(axis=(-2, -1))[..., np.newaxis] - margin
    missed = margin - np.diagonal(coded, axis1=-2, axis2=-1)
    # 1 - (ε_k / ℓ_k) (ℓ_k - ℓ_kk) / (ε_k - ε_kk), where the common factor of the ε cancels out.
    share = ratio(margin * (margin + others) - coded_pairings, margin * margin * others)
    return np.asarray(1 - share * missed, dtype=np.float64)


def _shared(counts: Unitized) -> tuple[int, int, int, Undefined | None]:
    """Characters, documents and coders that count, and why nothing does."""
    completed, lengths = counts.layout.completed, counts.layout.lengths
    shared = completed.sum(axis=0) > 1
    counted = shared & (lengths > 0)
    reason = None
    if not counted.any():
        reason = Undefined.NO_TEXT if shared.any() else Undefined.NO_SHARED_DOCUMENT
    return int(lengths[counted].sum()), int(counted.sum()), int(completed[:, counted].any(axis=1).sum()), reason


def _result(
    measure: Measure,
    counts: Unitized,
    value: FloatArray,
    *otherwise: tuple[bool, Undefined],
    coverage: float | None = None,
) -> Result:
    units, documents, coders, nothing = _shared(counts)
    reason = nothing or whether_undefined(value, *otherwise, (False, Undefined.ONE_VALUE))
    return Result(
        measure, None if reason else float(value), reason, units, documents, coders,
        coverage=None if nothing else coverage,
    )  # fmt: skip


def u_alpha(counts: Unitized) -> Result:
    """u-alpha: codes and gaps together, at most 1.

    >>> round(u_alpha(unitize([Continuum([("a", 0, 4, "x"), ("b", 2, 6, "x")], 10)])).value, 4)
    0.2583
    """
    return _result(Measure.U_ALPHA, counts, u_alpha_of(counts.coincidences.sum(axis=0), counts.pairings.sum(axis=0)))


def u_alpha_binary(counts: Unitized) -> Result:
    """|u-alpha: whether coders coded the same stretches, whatever the code, at most 1.

    >>> round(u_alpha_binary(unitize([Continuum([("a", 0, 4, "x"), ("b", 2, 6, "y")], 10)])).value, 4)
    0.2583
    """
    value = u_alpha_binary_of(counts.coincidences.sum(axis=0), counts.pairings.sum(axis=0))
    return _result(Measure.U_ALPHA_BINARY, counts, value)


def character_alpha(counts: Unitized) -> Result:
    """Krippendorff's alpha over characters, with each code and the gap as nominal values.

    >>> round(character_alpha(unitize([Continuum([("a", 0, 4, "x"), ("b", 2, 6, "x")], 10)])).value, 4)
    0.2083
    """
    return _result(Measure.ALPHA, counts, alpha_of(counts.coincidences.sum(axis=0)))


def cu_alpha(counts: Unitized) -> Result:
    """cu-alpha: the codes, where two coders coded. `coverage` is the share of the text (counted once per coder).

    >>> marks = [("a", 0, 4, "x"), ("b", 0, 4, "x"), ("a", 4, 8, "y"), ("b", 4, 7, "y")]
    >>> cu_alpha(unitize([Continuum(marks, 10)])).value, cu_alpha(unitize([Continuum(marks, 10)])).coverage
    (1.0, 0.7)
    """
    summed = counts.coincidences.sum(axis=0)
    coded = float(summed[1:, 1:].sum())
    value = cu_alpha_of(summed, counts.coded_pairings.sum(axis=0))
    coverage = number(ratio(coded, summed.sum()))
    return _result(Measure.CU_ALPHA, counts, value, (coded == 0, Undefined.NEVER_TOGETHER), coverage=coverage)


def ku_alphas(counts: Unitized) -> dict[Hashable, Result]:
    """(k)u-alpha of each label. `coverage` is the share of its text on which another coder coded as well.

    >>> marks = [("a", 0, 4, "x"), ("b", 0, 4, "x"), ("a", 4, 8, "y"), ("b", 4, 8, "z")]
    >>> [(label, found.value) for label, found in ku_alphas(unitize([Continuum(marks, 10)])).items()]
    [('x', 1.0), ('y', 0.0), ('z', 0.0)]
    """
    summed = counts.coincidences.sum(axis=0)
    values = ku_alpha_of(summed, counts.coded_pairings.sum(axis=0))
    together = summed[1:, 1:].sum(axis=0)
    coverage = ratio(together, summed[1:].sum(axis=1))
    return {
        label: _result(
            Measure.KU_ALPHA, counts, values[k],
            (bool(summed[k + 1].sum() == 0), Undefined.NEVER_CODED), (bool(together[k] == 0), Undefined.NEVER_TOGETHER),
            coverage=number(coverage[k]),
        )
        for k, label in enumerate(counts.layout.labels)
    }  # fmt: skip
