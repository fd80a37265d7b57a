"""Statistics of agreement on where segments lie: the alpha family for unitizing, matched segments, and for specialists.

They look at the text itself, whatever the unit of the other statistics is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from statistics import median

import numpy as np

from qcode.core.coincidence import FloatArray
from qcode.core.continuum import Continuum, Mark, Overlap
from qcode.core.gamma import gamma
from qcode.core.measures import Measure, Result, Undefined, number, ratio
from qcode.core.reliability import chance_corrected, holsti
from qcode.core.resampling import Interval, Statistic, document_intervals
from qcode.core.u_alpha import (
    Unitized,
    cu_alpha,
    cu_alpha_of,
    ku_alpha_of,
    ku_alphas,
    u_alpha,
    u_alpha_binary,
    u_alpha_binary_of,
    u_alpha_of,
    unitize,
    unitize_code,
)
from qcode.core.unitizing import SegmentMatch, alpha_u_overall, boundary_similarity, match_segments
from qcode.services.agreement_readings import Compared, Part, Reading
from qcode.services.agreement_statistics import NOT_EXCLUSIVE, Compute, alone, each_pair

__all__ = ["GAMMA_SAMPLES", "overlaps", "text_statistics"]

GAMMA_SAMPLES = 30
_TEXT = "character"
_CODERS = (2, 3)


def text_statistics() -> dict[str, Compute]:
    """How each statistic on the text itself is computed, by name."""
    return {
        "u-binary": alone("u-binary", _binary),
        "u-alpha": alone("u-alpha", _u_alpha),
        "cu-alpha": alone("cu-alpha", _cu_alpha),
        "ku-alpha": alone("ku-alpha", _ku_alpha),
        "segments": alone("segments", each_pair(_segments)),
        "alpha-u": alone("alpha-u", _alpha_u),
        "boundary": alone("boundary", each_pair(_boundary)),
        "gamma": alone("gamma", _gamma),
    }


# -- the alpha family


def _interval(compared: Compared, formula: Statistic, *sums: FloatArray) -> Interval | None:
    if not len(sums[0]):
        return None
    (found,) = document_intervals(
        formula, [one[:, np.newaxis] for one in sums], seed=compared.asked.seed, replicates=compared.asked.replicates
    )
    return found


def _none(remark: str) -> list[Reading]:
    return [Reading("", _TEXT, "", None, remark=remark)]


def _binary(compared: Compared, part: Part, _unit: str) -> list[Reading]:
    counts = unitize_code(compared.rolled(part))
    interval = _interval(compared, u_alpha_binary_of, counts.coincidences, counts.pairings)
    return [Reading("", _TEXT, "", u_alpha_binary(counts), interval)]


def _dimension(compared: Compared, part: Part) -> tuple[Unitized, Part] | str:
    """The dimension of a part as a whole, counted; or why it cannot be."""
    groups = {label.group for label in part.labels}
    if len(groups) != 1 or not part.labels[0].group:
        return "It is about the codes of one dimension: compare by dimension."
    if not part.labels[0].exclusive:
        return NOT_EXCLUSIVE
    whole = replace(part, labels=tuple(label for label in compared.found.labels if label.group in groups))
    continua = [continuum for _, continuum in compared.continua(whole)]
    return unitize(continua, [label.id for label in whole.labels]), whole


def _whole(compared: Compared, part: Part) -> Unitized | str:
    """The same, where the part is about the dimension and not about one code of it."""
    found = _dimension(compared, part)
    if isinstance(found, str):
        return found
    counts, whole = found
    if len(part.labels) < len(whole.labels):
        return "It is about a dimension as a whole: compare by dimension."
    return counts


def _u_alpha(compared: Compared, part: Part, _unit: str) -> list[Reading]:
    counts = _whole(compared, part)
    if isinstance(counts, str):
        return _none(counts)
    interval = _interval(compared, u_alpha_of, counts.coincidences, counts.pairings)
    return [Reading("", _TEXT, "", u_alpha(counts), interval)]


def _cu_alpha(compared: Compared, part: Part, _unit: str) -> list[Reading]:
    counts = _whole(compared, part)
    if isinstance(counts, str):
        return _none(counts)
    interval = _interval(compared, cu_alpha_of, counts.coincidences, counts.coded_pairings)
    return [Reading("", _TEXT, "", cu_alpha(counts), interval)]


def _ku_alpha(compared: Compared, part: Part, _unit: str) -> list[Reading]:
    found = _dimension(compared, part)
    if isinstance(found, str):
        return _none(found)
    if len(part.labels) > 1:
        return _none("It is about one code: compare by code.")
    counts, whole = found
    place = whole.labels.index(part.labels[0])

    def of_code(coincidences: FloatArray, pairings: FloatArray) -> FloatArray:
        return np.asarray(ku_alpha_of(coincidences, pairings)[..., place], dtype=np.float64)

    interval = _interval(compared, of_code, counts.coincidences, counts.coded_pairings)
    return [Reading("", _TEXT, "", ku_alphas(counts)[part.labels[0].id], interval)]


def overlaps(compared: Compared, part: Part) -> list[tuple[str, Overlap]]:
    """Where one coder gave two codes of an exclusive dimension: the transcript's name, and the place in it."""
    found = []
    for group in dict.fromkeys(label.group for label in part.labels if label.exclusive):
        labels = tuple(label for label in part.labels if label.group == group)
        continua = compared.continua(replace(part, labels=labels))
        counts = unitize([continuum for _, continuum in continua], [label.id for label in labels])
        names = [compared.found.sources[at].name for at, _ in continua]
        found += [(names[overlap.document], overlap) for overlap in counts.overlaps]
    return found


# -- segments


def _segments(compared: Compared, part: Part, _unit: str, _pair: tuple[int, int]) -> Reading:
    matches: list[SegmentMatch] = []
    documents = set()
    for label in part.labels:
        for at, continuum in compared.continua(replace(part, labels=(label,))):
            documents.add(at)
            matches.append(match_segments(*_marks_of(continuum, part), compared.asked.overlap))
    matched = [pair for match in matches for pair in match.matched]
    first = sum(len(match.only_first) for match in matches)
    second = sum(len(match.only_second) for match in matches)
    result = holsti(len(matched), len(matched) + first, len(matched) + second)
    nothing = None if documents else Undefined.NO_SHARED_DOCUMENT
    free = None
    if result.value is not None and len(part.labels) > 1:
        free = float(chance_corrected(result.value, 1 / len(part.labels)))
    here, there = (compared.names[coder] for coder in part.coders)
    more = (
        ("matched", float(len(matched))),
        (f"only {here}", float(first)),
        (f"only {there}", float(second)),
        ("start error", _median([abs(pair.first.start - pair.second.start) for pair in matched])),
        ("end error", _median([abs(pair.first.end - pair.second.end) for pair in matched])),
        ("beyond 1 / codes", free),
    )
    result = replace(result, documents=len(documents), unit="segment", reason=nothing or result.reason)
    return Reading("", _TEXT, "", result, more=more)


def _median(values: Sequence[int]) -> float | None:
    return float(median(values)) if values else None


def _marks_of(continuum: Continuum, part: Part) -> tuple[list[Mark], list[Mark]]:
    first, second = ([Mark(*mark) for mark in continuum.marks if mark[0] == coder] for coder in part.coders)
    return first, second


# -- for specialists


def _alpha_u(compared: Compared, part: Part, _unit: str) -> list[Reading]:
    labels = [label.id for label in part.labels]
    found = [alpha_u_overall(continuum, labels) for _, continuum in compared.continua(part)]
    return [Reading("", _TEXT, "", _summed(Measure.ALPHA_U, found, part, [1.0] * len(found)))]


def _summed(measure: Measure, found: Sequence[Result], part: Part, shares: Sequence[float]) -> Result:
    """1 - observed / expected, both summed over transcripts with a share each."""
    kept = [(r, share) for r, share in zip(found, shares, strict=True) if r.observed is not None]
    observed = sum((r.observed or 0.0) * share for r, share in kept)
    expected = sum((r.expected or 0.0) * share for r, share in kept)
    value = number(1 - ratio(observed, expected))
    reason = None
    if value is None:
        reason = Undefined.NO_SHARED_DOCUMENT if not found else Undefined.ONE_VALUE if kept else Undefined.NO_SEGMENT
    units = sum(r.units for r in found)
    return Result(
        measure, value, reason, units, len(found), len(part.coders) if found else 0, "segment",
        observed=observed if kept else None, expected=expected if kept else None,
    )  # fmt: skip


def _gamma(compared: Compared, part: Part, _unit: str) -> list[Reading]:
    if len(part.coders) not in _CODERS:
        return _none("It compares two or three coders: name them, or compare by pair.")
    found = [
        gamma(continuum, seed=compared.asked.seed, samples=GAMMA_SAMPLES).result
        for _, continuum in compared.continua(part)
    ]
    # A disorder is per unit of a coder: times the units it is the disorder of the transcript.
    return [Reading("", _TEXT, "", _summed(Measure.GAMMA, found, part, [float(r.units) for r in found]))]


def _boundary(compared: Compared, part: Part, unit: str, _pair: tuple[int, int]) -> Reading:
    if unit not in ("turn", "sentence"):
        return Reading("", unit, "", None, remark="It needs turns or sentences as units.")
    cost, boundaries, documents = 0.0, 0, 0
    for document in compared.sets(part, unit):
        if document and all(value is not None for value in document[0]):
            documents += 1
            first, second = ([len(list(run)) for _, run in groupby(own)] for own in zip(*document, strict=True))
            one = boundary_similarity(first, second)
            boundaries += one.units
            cost += (1 - one.value) * one.units if one.value is not None else 0.0
    value = number(1 - ratio(cost, boundaries))
    reason = None
    if value is None:
        reason = Undefined.NO_BOUNDARY if documents else Undefined.NO_SHARED_DOCUMENT
    result = Result(Measure.BOUNDARY, value, reason, boundaries, documents, 2 if documents else 0, "boundary")
    return Reading("", unit, "", result)
