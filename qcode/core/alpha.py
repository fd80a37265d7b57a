"""Krippendorff's alpha for given units: any number of coders, missing values, and values of any kind.

alpha = 1 - D_o / D_e. D_o is the mean difference between two values that two coders gave the same unit, D_e the mean
difference between any two values in the data. What a difference is depends on the level of measurement.
Krippendorff (2011), Computing Krippendorff's alpha-reliability.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from collections.abc import Set as AbstractSet
from enum import StrEnum
from typing import Any

import numpy as np

from qcode.core.coincidence import FloatArray
from qcode.core.measures import Measure, Result, Undefined, number, ratio, whether_undefined
from qcode.core.ratings import Ratings, numbers_of, ratings
from qcode.errors import RequestError

__all__ = [
    "Distance",
    "Level",
    "alpha",
    "alpha_categories",
    "alpha_sets",
    "coincidences_of",
    "differences",
    "jaccard_distance",
    "masi_distance",
]

Distance = Callable[[Any, Any], float]


class Level(StrEnum):
    """Level of measurement: what a difference between two values means."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"
    RATIO = "ratio"


_MEASURES = {
    Level.NOMINAL: Measure.ALPHA,
    Level.ORDINAL: Measure.ALPHA_ORDINAL,
    Level.INTERVAL: Measure.ALPHA_INTERVAL,
    Level.RATIO: Measure.ALPHA_RATIO,
}


def coincidences_of(judged: Ratings) -> FloatArray:
    """Coincidences of values within units, float64 [q, q]: o_ck = Σ n_uc (n_uk - [c=k]) / (m_u - 1), m_u > 1.

    Numerators are whole numbers, summed exactly below 2**53 and divided once per number of coders.

    >>> coincidences_of(ratings([["yes", "yes"], ["yes", "no"], [None, "no"]])).tolist()
    [[2.0, 1.0], [1.0, 0.0]]
    """
    counts = judged.counts.astype(np.float64)
    present = counts.sum(axis=1)
    found = np.zeros((len(judged.values), len(judged.values)))
    for m in np.unique(present[present > 1]):
        these = counts[present == m]
        weighted = these * judged.times[present == m, np.newaxis]
        found += (weighted.T @ these - np.diag(weighted.sum(axis=0))) / (m - 1)
    return found


def differences(values: Sequence[Hashable], level: Level, marginals: FloatArray) -> FloatArray:
    """Squared differences between values, float64 [q, q], in a scale in which none is above 1 (ordinal: in ranks).

    nominal [c != k]; interval (c - k)^2; ratio ((c - k) / (c + k))^2; ordinal the ranks between them,
    (Σ_{g=c..k} n_g - (n_c + n_k) / 2)^2, with n_g how often a value is paired (`marginals`) and the values in order.

    Raises RequestError for values that are no numbers (interval, ratio), below 0 (ratio), or text (ordinal; declare
    an order by using ranks as values).

    >>> differences([1, 2, 4], Level.INTERVAL, np.ones(3)).round(3).tolist()
    [[0.0, 0.111, 1.0], [0.111, 0.0, 0.444], [1.0, 0.444, 0.0]]
    """
    if level is Level.NOMINAL:
        return 1 - np.eye(len(values))
    if level is Level.ORDINAL:
        ranks = np.cumsum(marginals) - marginals / 2
        return np.asarray((ranks[:, np.newaxis] - ranks) ** 2, dtype=np.float64)
    scale = numbers_of(values)
    # The scale cancels out; without it squares of large numbers overflow.
    largest = np.abs(scale).max(initial=0.0)
    scale = scale / (largest or 1.0)
    if level is Level.INTERVAL:
        apart = scale[:, np.newaxis] - scale
        return np.asarray((apart / (np.abs(apart).max(initial=0.0) or 1.0)) ** 2, dtype=np.float64)
    if (scale < 0).any():
        raise RequestError("Values on a ratio scale cannot be below 0.", fix="Count them as interval.")
    sums = scale[:, np.newaxis] + scale
    return np.asarray(ratio(scale[:, np.newaxis] - scale, np.where(sums == 0, 1, sums)) ** 2, dtype=np.float64)


def alpha(judged: Ratings, level: Level | Distance = Level.NOMINAL, *, measure: Measure | None = None) -> Result:
    """Krippendorff's alpha, at most 1. Units with fewer than two values drop out.

    `level` is a level of measurement, or a function that gives the difference between two values (already squared
    where that is meant; 0 for equal ones). Ordinal values count in the order of `judged.values`: numbers are sorted,
    all else must have been declared.

    >>> data = [
    ...     [1, 1, None, 1],
    ...     [2, 2, 3, 2],
    ...     [3, 3, 3, 3],
    ...     [3, 3, 3, 3],
    ...     [2, 2, 2, 2],
    ...     [1, 2, 3, 4],
    ...     [4, 4, 4, 4],
    ...     [1, 1, 2, 1],
    ...     [2, 2, 2, 2],
    ...     [None, 5, 5, 5],
    ...     [None, None, 1, 1],
    ...     [None, 3, None, None],
    ... ]
    >>> [round(alpha(ratings(data), level).value, 3) for level in Level]
    [0.743, 0.815, 0.849, 0.797]
    """
    paired = judged.paired
    observed = coincidences_of(paired)
    marginals = observed.sum(axis=0)
    if isinstance(level, Level):
        _check_order(paired, level)
        apart = differences(paired.values, level, marginals)
        measure = measure or _MEASURES[level]
    else:
        apart = np.array([[level(c, k) for k in paired.values] for c in paired.values], dtype=np.float64)
        apart = apart.reshape(observed.shape)
        measure = measure or Measure.ALPHA_DISTANCE
    expected = np.outer(marginals, marginals) - np.diag(marginals)
    n = marginals.sum()
    d_o, d_e = ratio((observed * apart).sum(), n), ratio((expected * apart).sum(), n * (n - 1))
    value = 1 - ratio(d_o, d_e)
    reason = whether_undefined(value, (paired.units == 0, Undefined.NO_SHARED_UNIT), (False, Undefined.ONE_VALUE))
    return Result(measure, number(value), reason, paired.units, None, paired.coders, "unit")


def _check_order(judged: Ratings, level: Level) -> None:
    if level is Level.ORDINAL and not judged.declared:
        try:
            numbers_of(judged.values)
        except RequestError:
            raise RequestError(
                "Values that are not numbers have no order of their own.",
                fix="Declare the values, lowest first, or count them as nominal.",
            ) from None


def alpha_categories(judged: Ratings) -> dict[Hashable, Result]:
    """Alpha of each nominal value against all others: 1 - (n - 1) (n_c - o_cc) / (n_c (n - n_c)).

    A value that occurs in no unit with two values is undefined.

    >>> found = alpha_categories(ratings([["a", "a"], ["a", "b"], ["b", "b"], ["b", "b"]]))
    >>> round(found["a"].value, 4)
    0.5333
    """
    paired = judged.paired
    observed = coincidences_of(paired)
    marginals = observed.sum(axis=0)
    n = marginals.sum()
    values = 1 - ratio((n - 1) * (marginals - np.diag(observed)), marginals * (n - marginals))
    found = {}
    for name, value, times in zip(paired.values, values, marginals, strict=True):
        none = (paired.units == 0, Undefined.NO_SHARED_UNIT)
        reason = whether_undefined(value, none, (times == 0, Undefined.NEVER_CODED), (False, Undefined.ONE_VALUE))
        found[name] = Result(Measure.ALPHA, number(value), reason, paired.units, None, paired.coders, "unit")
    return found


def jaccard_distance(first: AbstractSet[Hashable], second: AbstractSet[Hashable]) -> float:
    """1 - |both| / |either|, 0 to 1; two empty sets are equal.

    >>> jaccard_distance({"a", "b"}, {"a"})
    0.5
    """
    either = len(first | second)
    return 1 - len(first & second) / either if either else 0.0


def masi_distance(first: AbstractSet[Hashable], second: AbstractSet[Hashable]) -> float:
    """1 - Jaccard x M, with M 1 for equal sets, 2/3 for a subset, 1/3 for an overlap, 0 for none. Passonneau (2006).

    Some programs round M to .67 and .33, and differ in the third decimal.

    >>> round(masi_distance({"a", "b"}, {"a"}), 4), round(masi_distance({"a", "b"}, {"a", "c"}), 4)
    (0.6667, 0.8889)
    """
    if first == second:
        return 0.0
    part = first <= second or second <= first
    alike = 2 / 3 if part else 1 / 3 if first & second else 0.0
    return 1 - (1 - jaccard_distance(first, second)) * alike


def alpha_sets(rows: Sequence[Sequence[AbstractSet[Hashable] | None]], distance: Distance = masi_distance) -> Result:
    """Krippendorff's alpha where a coder may give one unit several codes: its value is the set of them.

    `rows` has one row per unit and one column per coder; None is missing, an empty set "looked, coded nothing".

    >>> rows = [[{"a"}, {"a"}], [{"a", "b"}, {"a"}], [set(), {"b"}], [{"b"}, {"b"}]]
    >>> round(alpha_sets(rows, jaccard_distance).value, 4)
    0.4474
    """
    frozen = [[None if value is None else frozenset(value) for value in row] for row in rows]
    named: dict[Distance, Measure] = {jaccard_distance: Measure.ALPHA_JACCARD, masi_distance: Measure.ALPHA_MASI}
    return alpha(ratings(frozen), distance, measure=named.get(distance, Measure.ALPHA_DISTANCE))
