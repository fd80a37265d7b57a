"""Agreement on where segments lie: by position, by boundaries, and by matching segment to segment.

alpha_U              Krippendorff (1995, 2004): one code, offsets of segments squared; for experts
boundary similarity  Fournier (2013): two segmentations of the whole text
segment match        what most programs report: a segment is found again if it overlaps enough
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations
from statistics import median
from typing import NamedTuple

import numpy as np

from qcode.core.coincidence import FloatArray, IntArray
from qcode.core.continuum import Continuum, Layout, Mark, Segments, lay_out
from qcode.core.measures import Measure, Result, Undefined, number, ratio, whether_undefined
from qcode.core.reliability import chance_corrected, holsti
from qcode.core.spans import Span, merge, overlap
from qcode.errors import RequestError

__all__ = [
    "Matched",
    "SegmentMatch",
    "alpha_u",
    "alpha_u_overall",
    "boundary_pi",
    "boundary_similarity",
    "match_by_free_margins",
    "match_segments",
    "mean_boundary_similarity",
]


def alpha_u(continuum: Continuum, label: Hashable) -> Result:
    """Krippendorff's alpha_U of one label in one text; `observed` and `expected` are disagreements.

    Krippendorff (1995), Sociological Methodology 25: 47, with the expected disagreement as corrected in Krippendorff
    (2004), pp. 251-256. Offsets count squared, so that one long segment out of place outweighs many small ones.
    A coder who marked nothing still counts, as one long gap.

    >>> marks = [("i", 2, 10, "A"), ("i", 14, 20, "A"), ("j", 4, 8, "A"), ("j", 15, 17, "A")]
    >>> found = alpha_u(Continuum(marks, 24), "A")
    >>> found.observed, round(found.value, 3)
    (0.03125, 0.515)
    """
    layout = lay_out([continuum], [label])
    coders, length = layout.completed.shape[0], int(layout.lengths.sum())
    segments = len(layout.segments.start)
    if coders < 2 or not length or not segments:
        why = Undefined.NO_SHARED_DOCUMENT if coders < 2 else Undefined.NO_SEGMENT if length else Undefined.NO_TEXT
        return Result(Measure.ALPHA_U, None, why, segments, 1, coders, "segment")
    observed, expected = _observed(layout), _expected(layout)
    value = 1 - ratio(observed, expected)
    reason = whether_undefined(value, (False, Undefined.ONE_VALUE))
    return Result(
        Measure.ALPHA_U, number(value), reason, segments, 1, coders, "segment", observed=observed, expected=expected
    )


def alpha_u_overall(continuum: Continuum, labels: Sequence[Hashable]) -> Result:
    """alpha_U over several labels: 1 - Σ D_o / Σ D_e over those that somebody used.

    >>> marks = [("i", 0, 4, "A"), ("j", 0, 4, "A"), ("i", 6, 8, "B"), ("j", 6, 8, "B")]
    >>> alpha_u_overall(Continuum(marks, 10), ["A", "B"]).value
    1.0
    """
    single = [alpha_u(continuum, label) for label in labels]
    defined = [found for found in single if found.observed is not None and found.expected is not None]
    observed = sum(found.observed or 0.0 for found in defined)
    expected = sum(found.expected or 0.0 for found in defined)
    value = 1 - ratio(observed, expected)
    nothing = single[0].reason if single and not defined else None
    reason = nothing or whether_undefined(value, (not defined, Undefined.NO_SEGMENT), (False, Undefined.ONE_VALUE))
    coders = len(continuum.coders or ())
    return Result(
        Measure.ALPHA_U, number(value) if reason is None else None, reason, sum(found.units for found in single), 1,
        coders, "segment", observed=observed if defined else None, expected=expected if defined else None,
    )  # fmt: skip


def _of_coder(segments: Segments, coder: int) -> Segments:
    return segments.where(segments.coder == coder)


def _observed(layout: Layout) -> float:
    """D_o: squared offsets of segments that overlap, squared lengths of those that lie in a gap of the other."""
    coders, length = layout.completed.shape[0], float(layout.lengths.sum())
    total = 0.0
    for i, j in permutations(range(coders), 2):
        here, there = _of_coder(layout.segments, i), _of_coder(layout.segments, j)
        first, last = _overlapping(here, there)
        met = last - first
        a = np.repeat(np.arange(met.size), met)
        b = np.arange(a.size) - np.repeat(np.cumsum(met) - met, met) + np.repeat(first, met)
        apart = (here.start[a] - there.start[b]).astype(np.float64) ** 2
        apart += (here.end[a] - there.end[b]).astype(np.float64) ** 2
        # Both directions: i's segment in j's gap, and j's gap around i's segment.
        total += apart.sum() + 2 * (here.length[met == 0].astype(np.float64) ** 2).sum()
    return float(total / (coders * (coders - 1) * length**2))


def _overlapping(here: Segments, there: Segments) -> tuple[IntArray, IntArray]:
    """For each segment here, which ones there it overlaps: from the first to before the last."""
    first = np.searchsorted(there.end, here.start, side="right")
    last = np.searchsorted(there.start, here.end, side="left")
    return first.astype(np.int64), last.astype(np.int64)


def _expected(layout: Layout) -> float:
    """D_e of Krippendorff (2004), from the lengths of all segments and gaps."""
    coders, length = layout.completed.shape[0], int(layout.lengths.sum())
    gaps = np.sort(np.concatenate([_gaps(_of_coder(layout.segments, coder), length) for coder in range(coders)]))
    lengths = layout.segments.length.astype(np.float64)
    # Gaps at least as long as the segment, and by how much they exceed it, from sums over the longest.
    at = np.searchsorted(gaps, lengths)
    beyond = np.concatenate([np.cumsum(gaps[::-1])[::-1], [0]])
    places = beyond[at] - (gaps.size - at) * (lengths - 1)
    inside = (lengths.size - 1) / 3 * (2 * lengths**3 - 3 * lengths**2 + lengths)
    units = float(coders * length)
    pairs = units * (units - 1) - (lengths * (lengths - 1)).sum()
    return float(2 / length * (inside + lengths**2 * places).sum() / pairs) if pairs else 0.0


def _gaps(segments: Segments, length: int) -> FloatArray:
    start = np.concatenate([[0], segments.end])
    end = np.concatenate([segments.start, [length]])
    gaps = (end - start).astype(np.float64)
    return np.asarray(gaps[gaps > 0], dtype=np.float64)


def boundary_similarity(first: Sequence[int], second: Sequence[int], nearness: int = 2) -> Result:
    """Boundary similarity of two segmentations of a text, 0 to 1. Fournier (2013), Proceedings of the 51st ACL.

    `first` and `second` are the lengths of the segments, in order, in whatever unit; they add up to the same.
    B = 1 - (|A| + Σ d / n) / (|A| + |T| + |M|): boundaries that only one set (A), pairs of boundaries that are less
    than n = `nearness` units apart (T, d is how far), and boundaries that both set (M). The nearest pair up first.

    Raises RequestError for lengths below 1 and for texts of unequal length.

    >>> boundary_similarity([2, 3, 6], [5, 6]).value, boundary_similarity([2, 3, 6], [2, 2, 7]).value
    (0.5, 0.75)
    """
    if sum(first) != sum(second) or min((*first, *second), default=1) < 1 or nearness < 1:
        raise RequestError("Two segmentations must cut the same text, into segments of at least one unit.")
    a, b = (set(np.cumsum(lengths)[:-1].tolist()) for lengths in (first, second))
    both = len(a & b)
    a, b = a - b, b - a
    moved: list[int] = []
    for distance in range(1, nearness):
        for place in sorted(a):
            near = next((place + d for d in (-distance, distance) if place + d in b), None)
            if near is not None:
                a.remove(place)
                b.remove(near)
                moved.append(distance)
    alone = len(a) + len(b)
    value = 1 - ratio(alone + sum(moved) / nearness, alone + len(moved) + both)
    reason = whether_undefined(value, (False, Undefined.NO_BOUNDARY))
    return Result(Measure.BOUNDARY, number(value), reason, alone + len(moved) + both, 1, 2, "boundary")


def mean_boundary_similarity(segmentations: Sequence[Sequence[int]], nearness: int = 2) -> Result:
    """Mean boundary similarity over all pairs of coders; pairs without any boundary are left out.

    >>> mean_boundary_similarity([[2, 3, 6], [5, 6], [2, 3, 6]]).value
    0.6666666666666666
    """
    pairs = [boundary_similarity(a, b, nearness) for a, b in combinations(segmentations, 2)]
    defined = [found.value for found in pairs if found.value is not None]
    value = ratio(sum(defined), len(defined))
    none = (len(segmentations) < 2, Undefined.NO_SHARED_DOCUMENT)
    reason = whether_undefined(value, none, (False, Undefined.NO_BOUNDARY))
    units = sum(found.units for found in pairs)
    return Result(Measure.BOUNDARY, number(value), reason, units, 1, len(segmentations), "boundary")


def boundary_pi(segmentations: Sequence[Sequence[int]], nearness: int = 2) -> Result:
    """Boundary similarity of all pairs of coders beyond what chance gives, by one share of boundaries for all.

    `observed` is the similarity pooled over the pairs, p_e = p^2 with p the share of places that coders made a
    boundary. Fournier (2013), section 5.

    >>> round(boundary_pi([[2, 3, 6], [5, 6], [2, 3, 6]]).value, 4)
    0.6571
    """
    pairs = [boundary_similarity(a, b, nearness) for a, b in combinations(segmentations, 2)]
    units = sum(found.units for found in pairs)
    observed = ratio(sum((found.value or 0.0) * found.units for found in pairs), units)
    places = sum(sum(lengths) - 1 for lengths in segmentations)
    share = ratio(sum(len(lengths) - 1 for lengths in segmentations), places)
    value = chance_corrected(observed, share**2)
    none = (len(segmentations) < 2, Undefined.NO_SHARED_DOCUMENT)
    reason = whether_undefined(value, none, (units == 0, Undefined.NO_BOUNDARY), (False, Undefined.ONE_VALUE))
    return Result(
        Measure.BOUNDARY_PI, number(value) if reason is None else None, reason, units, 1, len(segmentations),
        "boundary", observed=number(observed), expected=number(share**2),
    )  # fmt: skip


class Matched(NamedTuple):
    """Two segments that were taken for the same, and how much they share: both / either, 0 to 1."""

    label: Hashable
    first: Span
    second: Span
    share: float


@dataclass(frozen=True, slots=True)
class SegmentMatch:
    """Segments of two coders, matched one to one.

    `only_first`, `only_second`: (label, span) that the other did not mark, or elsewhere. `start_error`, `end_error`:
    median distance of matched bounds, in code points; None where nothing matched. `holsti` is 2M / (N1 + N2).
    """

    matched: tuple[Matched, ...]
    only_first: tuple[tuple[Hashable, Span], ...]
    only_second: tuple[tuple[Hashable, Span], ...]
    holsti: Result
    start_error: float | None
    end_error: float | None


def match_segments(first: Sequence[Mark], second: Sequence[Mark], share: float = 0.9) -> SegmentMatch:
    """Match the segments of two coders that have the same label and share enough.

    `share` is the least overlap, both / either (0 to 1, above 0). Above .5 a segment has one partner at most; at or
    below, partners are chosen so that the shares add up to the most. Segments of one coder with one label that
    overlap are one; whose marks they are is not looked at.

    >>> a, b = [Mark("a", 0, 10, "x"), Mark("a", 20, 30, "x")], [Mark("b", 1, 10, "x")]
    >>> found = match_segments(a, b)
    >>> found.matched[0].share, found.only_first, round(found.holsti.value, 3), found.start_error
    (0.9, (('x', Span(start=20, end=30)),), 0.667, 1)
    """
    if not 0 < share <= 1:
        raise RequestError(f"The least share lies above 0 and at most at 1, and is not {share}.")
    matched: list[Matched] = []
    alone: tuple[list[tuple[Hashable, Span]], list[tuple[Hashable, Span]]] = ([], [])
    for label in dict.fromkeys(mark.label for mark in (*first, *second)):
        ours, theirs = (merge(Span(m.start, m.end) for m in marks if m.label == label) for marks in (first, second))
        chosen = _best(_edges(ours, theirs, share))
        matched += [Matched(label, ours[edge.here], theirs[edge.there], edge.share) for edge in chosen]
        for spans, taken, kept in (
            (ours, {edge.here for edge in chosen}, alone[0]),
            (theirs, {edge.there for edge in chosen}, alone[1]),
        ):
            kept += [(label, span) for i, span in enumerate(spans) if i not in taken]
    return SegmentMatch(
        tuple(matched), tuple(alone[0]), tuple(alone[1]),
        holsti(len(matched), len(matched) + len(alone[0]), len(matched) + len(alone[1])),
        median(abs(m.first.start - m.second.start) for m in matched) if matched else None,
        median(abs(m.first.end - m.second.end) for m in matched) if matched else None,
    )  # fmt: skip


class _Edge(NamedTuple):
    here: int
    there: int
    share: float


def _edges(ours: Sequence[Span], theirs: Sequence[Span], least: float) -> list[_Edge]:
    """Pairs that share enough, in order of their place in the text."""
    found = []
    j = 0
    for i, span in enumerate(ours):
        while j < len(theirs) and theirs[j].end <= span.start:
            j += 1
        k = j
        while k < len(theirs) and theirs[k].start < span.end:
            both = overlap(span, theirs[k])
            part = both / (span.length + theirs[k].length - both)
            if part >= least:
                found.append(_Edge(i, k, part))
            k += 1
    return found


def _best(edges: Sequence[_Edge]) -> list[_Edge]:
    """Edges without a common segment whose shares add up to the most.

    Neither coder's segments overlap among themselves. So, in order, the edges of one segment follow each other, and
    an edge excludes only the run of edges right before it that has a segment in common with it.
    """
    best, before = [0.0], []
    for k, edge in enumerate(edges):
        free = k
        while free and (edges[free - 1].here == edge.here or edges[free - 1].there == edge.there):
            free -= 1
        before.append(free)
        best.append(max(best[k], best[free] + edge.share))
    chosen = []
    k = len(edges)
    while k:
        if best[k] > best[k - 1]:
            chosen.append(edges[k - 1])
            k = before[k - 1]
        else:
            k -= 1
    return chosen[::-1]


def match_by_free_margins(match: SegmentMatch, codes: int) -> float | None:
    """Share of matched segments beyond 1 / codes, as one program prints it under the name of kappa.

    (P - 1 / codes) / (1 - 1 / codes), Brennan and Prediger (1981). Segments that neither coder marked do not exist, so
    the fourth cell of the table is 0 by definition: read it with that in mind. None where nothing was marked or
    fewer than two codes could be chosen.

    >>> match_by_free_margins(match_segments([Mark("a", 0, 9, "x")], [Mark("b", 0, 9, "x")]), 4)
    1.0
    """
    if match.holsti.value is None or codes < 2:
        return None
    return float(chance_corrected(match.holsti.value, 1 / codes))
