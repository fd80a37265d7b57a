"""Intervals of confidence by resampling documents.

Characters, turns and segments of one interview are not independent of each other; interviews nearly are. So documents
are drawn, never characters: intervals over characters as if they were independent cover the truth one time in ten.

Every coefficient is a function of sums over documents (coincidence matrices, contingency tables, pairings). A resample
is a number of times for each document, so all resamples of all codes and pairs are one product of matrices.

From ten documents on: bootstrap, with percentiles that are moved outwards as far as Student's t lies outside the
normal distribution. Plain percentiles are too narrow for few documents, because a resample varies with n where the
data vary with n - 1: Hesterberg (2015), The American Statistician 69: 371, section 3.2. Below ten: jackknife with
Student's t. Below three: none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import cos, isnan, nan, pi, sin, sqrt, tan
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from qcode.core.coincidence import BoolArray, FloatArray, IntArray
from qcode.core.measures import Undefined, number
from qcode.errors import RequestError

__all__ = [
    "BOOTSTRAP_FROM",
    "JACKKNIFE_FROM",
    "REPLICATES",
    "Interval",
    "Statistic",
    "document_intervals",
    "student_quantile",
]

REPLICATES = 2000
BOOTSTRAP_FROM = 10
JACKKNIFE_FROM = 3
# Of a code that two documents carry, every seventh resample has nothing (e**-2); of one that three carry, every
# twentieth. What rests on two documents has no interval by the jackknife either.
_UNDEFINED_AT_MOST = 0.1

Statistic = Callable[..., FloatArray]


@dataclass(frozen=True, slots=True)
class Interval:
    """An interval of confidence, and how it came about.

    `low` and `high` are None where there is none, and then `reason` says why. `method` is "bootstrap" or "jackknife",
    None below three documents. `documents` were drawn from. `undefined` is the share of resamples in which the
    coefficient was undefined, 0 to 1; the others make up the interval.
    """

    low: float | None
    high: float | None
    reason: Undefined | None
    method: str | None
    level: float
    documents: int
    replicates: int
    seed: int
    undefined: float


class _Bounds(NamedTuple):
    """Per coefficient: bounds, and the share of undefined resamples."""

    low: FloatArray
    high: FloatArray
    undefined: FloatArray


def document_intervals(
    statistic: Statistic,
    sums: Sequence[FloatArray | IntArray],
    *,
    seed: int,
    replicates: int = REPLICATES,
    level: float = 0.95,
) -> list[Interval]:
    """Intervals for many coefficients at once, by resampling documents.

    sums: one array for each argument of `statistic`, of shape [D, K, ...]: D documents, K coefficients (codes, pairs
    or both), then what the formula takes, a matrix or a vector.
    statistic: a formula on [..., K, ...] that gives [..., K], with not-a-number for undefined; `alpha_of` and others.
    level: 0 to 1. Documents whose entries are all 0 for a coefficient (not completed by two coders, or empty) are no
    documents for it. The same seed gives the same intervals, whatever else is computed along with them.

    Raises RequestError for arrays that differ in documents or coefficients, and a level that is none.

    >>> from qcode.core.agreement import alpha_of
    >>> matrices = np.array([[[[80.0, 4], [4, 12]]], [[[70.0, 9], [9, 12]]], [[[90.0, 2], [2, 6]]]])
    >>> (found,) = document_intervals(alpha_of, [matrices], seed=1)
    >>> found.method, found.documents, found.low < 0.6 < found.high
    ('jackknife', 3, True)
    """
    if not 0 < level < 1:
        raise RequestError(f"A level of confidence lies between 0 and 1, and is not {level}.")
    if replicates < 1:
        raise RequestError("At least one resample is needed.")
    arrays = [np.asarray(array, dtype=np.float64) for array in sums]
    if len({array.shape[:2] for array in arrays}) != 1:
        raise RequestError("All sums must speak of the same documents and coefficients.")
    counted = np.any([(array != 0).any(axis=tuple(range(2, array.ndim))) for array in arrays], axis=0)
    found: list[Interval | None] = [None] * counted.shape[1]
    for together in _alike(counted):
        rows = counted[:, together[0]]
        chosen = [array[rows][:, together] for array in arrays]
        bounds = _bounds(statistic, chosen, int(rows.sum()), seed=seed, replicates=replicates, level=level)
        for place, coefficient in enumerate(together):
            found[coefficient] = _interval(bounds, place, int(rows.sum()), seed, replicates, level)
    return [interval for interval in found if interval is not None]


def _alike(counted: BoolArray) -> list[list[int]]:
    """Coefficients that rest on the same documents: they share their resamples."""
    groups: dict[bytes, list[int]] = {}
    for coefficient in range(counted.shape[1]):
        groups.setdefault(counted[:, coefficient].tobytes(), []).append(coefficient)
    return list(groups.values())


def _bounds(
    statistic: Statistic, sums: list[FloatArray], documents: int, *, seed: int, replicates: int, level: float
) -> _Bounds:
    if documents < JACKKNIFE_FROM:
        none = np.full(sums[0].shape[1], nan)
        return _Bounds(none, none, np.zeros(none.size))
    if documents < BOOTSTRAP_FROM:
        return _jackknife(statistic, sums, documents, level)
    times = np.random.default_rng(seed).multinomial(documents, np.full(documents, 1 / documents), size=replicates)
    return _bootstrap(_resampled(statistic, sums, times.astype(np.float64)), _share_outside(level, documents))


def _resampled(statistic: Statistic, sums: list[FloatArray], times: FloatArray) -> FloatArray:
    """The statistic [B, K] for each row of `times` [B, D]: how often each document counts."""
    added = [(times @ array.reshape(len(array), -1)).reshape(len(times), *array.shape[1:]) for array in sums]
    return np.asarray(statistic(*added), dtype=np.float64)


def _share_outside(level: float, documents: int) -> float:
    """Share of the resamples to leave out at each end."""
    wider = sqrt(documents / (documents - 1)) * student_quantile((1 + level) / 2, documents - 1)
    return NormalDist().cdf(-wider)


def _bootstrap(values: FloatArray, outside: float) -> _Bounds:
    """Percentiles of the resamples in which the coefficient is defined."""
    missing = np.isnan(values)
    undefined = missing.mean(axis=0)
    ordered = np.sort(values, axis=0)  # not-a-number goes to the end
    defined = (~missing).sum(axis=0)
    low, high = (_quantile(ordered, defined, share) for share in (outside, 1 - outside))
    return _Bounds(low, high, np.asarray(undefined, dtype=np.float64))


def _quantile(ordered: FloatArray, defined: IntArray, share: float) -> FloatArray:
    """Linear between the values around the place `share` x (n - 1) of the first n = `defined` of each column."""
    place = share * np.maximum(defined - 1, 0)
    below = np.floor(place).astype(np.int64)
    above = np.minimum(below + 1, np.maximum(defined - 1, 0))
    columns = np.arange(ordered.shape[1])
    first, second = ordered[below, columns], ordered[above, columns]
    return np.asarray(first + (second - first) * (place - below), dtype=np.float64)


def _jackknife(statistic: Statistic, sums: list[FloatArray], documents: int, level: float) -> _Bounds:
    """Student's t around the value, by the spread of the pseudo-values n θ - (n - 1) θ_(-i). Tukey (1958)."""
    times = np.concatenate([np.ones((1, documents)), 1 - np.eye(documents)])
    values = _resampled(statistic, sums, times)
    pseudo = documents * values[0] - (documents - 1) * values[1:]
    undefined = np.isnan(values[1:]).mean(axis=0)
    half = student_quantile((1 + level) / 2, documents - 1) * pseudo.std(axis=0, ddof=1) / sqrt(documents)
    # No coefficient of agreement is above 1. A leave-one-out value that is undefined makes the bounds so too.
    return _Bounds(values[0] - half, np.minimum(values[0] + half, 1), np.asarray(undefined, dtype=np.float64))


def _interval(bounds: _Bounds, place: int, documents: int, seed: int, replicates: int, level: float) -> Interval:
    low, high, undefined = (float(column[place]) for column in bounds)
    few = documents < JACKKNIFE_FROM
    resampled = documents >= BOOTSTRAP_FROM
    reason = None
    if few:
        reason = Undefined.FEW_DOCUMENTS
    elif undefined > (_UNDEFINED_AT_MOST if resampled else 0) or isnan(low):
        reason = Undefined.FEW_BEARERS
    return Interval(
        low=number(low) if reason is None else None,
        high=number(high) if reason is None else None,
        reason=reason,
        method=None if few else "bootstrap" if resampled else "jackknife",
        level=level,
        documents=documents,
        replicates=replicates if resampled else 0,
        seed=seed,
        undefined=undefined,
    )


def student_quantile(share: float, freedom: int) -> float:
    """Quantile of Student's t with whole degrees of freedom, at least 1; share 0 to 1.

    The distribution function has a closed form then: Abramowitz and Stegun (1964), 26.7.3 and 26.7.4. It is halved
    to the last digits.

    >>> [round(student_quantile(0.975, freedom), 3) for freedom in (1, 2, 9)]
    [12.706, 4.303, 2.262]
    """
    if freedom < 1 or not 0 < share < 1:
        raise RequestError(f"There is no quantile at {share} with {freedom} degrees of freedom.")
    inside = abs(2 * share - 1)
    low, high = 0.0, pi / 2
    for _ in range(64):
        middle = (low + high) / 2
        low, high = (middle, high) if _student_inside(middle, freedom) < inside else (low, middle)
    quantile = tan((low + high) / 2) * sqrt(freedom)
    return quantile if share >= 0.5 else -quantile


def _student_inside(angle: float, freedom: int) -> float:
    """P(|T| <= t) for t = tan(angle) √freedom."""
    square = cos(angle) ** 2
    odd = freedom % 2
    term = total = cos(angle) if odd else 1.0
    for k in range(2 + odd, freedom, 2):
        term *= square * (k - 1) / k
        total += term
    if not odd:
        return sin(angle) * total
    return 2 / pi * (angle + (sin(angle) * total if freedom > 1 else 0.0))
