"""Coefficients of agreement for given units: percentages, and what is left of them when chance is taken away.

All follow (p_o - p_e) / (1 - p_e) and differ in p_e, the agreement expected by chance. Weights w [q, q] let values
that differ agree in part; without them values agree or do not.

Standard errors are for units that were drawn independently of each other. Characters of a text are not: use
`qcode.core.resampling` for them.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple

import numpy as np

from qcode.core.coincidence import FloatArray, IntArray
from qcode.core.measures import Measure, Result, Undefined, number, ratio, whether_undefined
from qcode.core.ratings import Ratings, contingency
from qcode.errors import RequestError

__all__ = [
    "alpha_error",
    "brennan_prediger",
    "chance_corrected",
    "cohen",
    "conger",
    "fleiss",
    "fleiss_categories",
    "gwet",
    "holsti",
    "jaccard",
    "mean_percent",
    "pooled_kappa",
    "scott",
]

_TWO = 2


def chance_corrected(observed: FloatArray | float, expected: FloatArray | float) -> FloatArray:
    """(p_o - p_e) / (1 - p_e), and not-a-number where chance alone explains everything.

    >>> round(float(chance_corrected(0.29, 0.35)), 4)
    -0.0923
    """
    # Sums of shares miss 1 by a rounding, and what divides by that is noise.
    left = 1 - np.asarray(expected, dtype=np.float64)
    return ratio(np.asarray(observed) - expected, np.where(np.abs(left) < 1e-14, 0, left))


def _weights_for(q: int, weights: FloatArray | None) -> FloatArray:
    if weights is None:
        return np.eye(q)
    if weights.shape != (q, q) or not np.allclose(np.diag(weights), 1):
        raise RequestError(f"Weights of agreement between {q} values are {q} x {q} numbers with 1 on the diagonal.")
    return weights


class _Table(NamedTuple):
    """Two coders: p [q, q], row and column sums a and b, weights w, p_o and n."""

    p: FloatArray
    a: FloatArray
    b: FloatArray
    w: FloatArray
    observed: float
    n: int


def _table(judged: Ratings, weights: FloatArray | None) -> _Table:
    counts = contingency(judged) if judged.cells.shape[1] == _TWO else None
    if counts is None:
        raise RequestError(
            f"This coefficient compares two coders, not {judged.cells.shape[1]}.", fix="Compare the pairs one by one."
        )
    w = _weights_for(len(counts), weights)
    n = int(counts.sum())
    p = counts / max(n, 1)
    return _Table(p, p.sum(axis=1), p.sum(axis=0), w, float((w * p).sum()), n)


def _two_coders(
    measure: Measure, table: _Table, expected: float, error: float | None = None, maximum: float | None = None
) -> Result:
    used = int(np.count_nonzero(table.a + table.b))
    value = chance_corrected(table.observed, expected)
    reason = whether_undefined(value, (table.n == 0, Undefined.NO_SHARED_UNIT), (used < _TWO, Undefined.ONE_VALUE))
    return Result(
        measure, None if reason else float(value), reason, table.n, None, _TWO if table.n else 0, "unit",
        observed=table.observed if table.n else None, expected=expected if table.n else None,
        standard_error=None if reason else error, maximum=None if reason else maximum,
    )  # fmt: skip


def cohen(judged: Ratings, weights: FloatArray | None = None) -> Result:
    """Cohen's kappa of two coders over the units that both judged, with its standard error and maximum.

    p_e = Σ w_kl a_k b_l. Cohen (1960), weighted (1968). Standard error: Fleiss, Cohen and Everitt (1969), for large
    samples. Maximum: with the margins as they are, Σ min(a_k, b_k) could agree at most (unweighted only).

    >>> from qcode.core.ratings import ratings_of_table
    >>> found = cohen(ratings_of_table([[88, 14, 18], [10, 40, 10], [2, 6, 12]]))
    >>> round(found.value, 3), round(found.maximum, 3), found.units
    (0.492, 0.831, 200)
    """
    table = _table(judged, weights)
    expected = float(table.a @ table.w @ table.b)
    kappa = float(chance_corrected(table.observed, expected))
    highest = None if weights is not None else number(chance_corrected(np.minimum(table.a, table.b).sum(), expected))
    measure = Measure.KAPPA if weights is None else Measure.KAPPA_WEIGHTED
    return _two_coders(measure, table, expected, _cohen_error(table, kappa, expected), highest)


def _cohen_error(table: _Table, kappa: float, expected: float) -> float | None:
    along = (table.w @ table.b)[:, np.newaxis] + (table.w.T @ table.a)
    spread = (table.p * (table.w - along * (1 - kappa)) ** 2).sum() - (kappa - expected * (1 - kappa)) ** 2
    return number(np.sqrt(ratio(max(spread, 0.0), table.n * (1 - expected) ** 2)))


def scott(judged: Ratings, weights: FloatArray | None = None) -> Result:
    """Scott's pi of two coders: p_e = Σ w_kl s_k s_l with the shares s of both coders together. Scott (1955).

    >>> from qcode.core.ratings import ratings_of_table
    >>> round(scott(ratings_of_table([[46, 0, 0], [6, 32, 6], [0, 0, 10]])).value, 4)
    0.7995
    """
    table = _table(judged, weights)
    shares = (table.a + table.b) / 2
    return _two_coders(Measure.SCOTT, table, float(shares @ table.w @ shares))


class _Many(NamedTuple):
    """Any number of coders: counts r [n, q], `times` and coders `present` per unit, mean shares, weights, p_o."""

    judged: Ratings
    r: FloatArray
    times: IntArray
    present: FloatArray
    by_unit: FloatArray
    shares: FloatArray
    w: FloatArray
    observed: float

    @property
    def pairing(self) -> float:
        """Units that two coders judged."""
        return float(self.times[self.present >= _TWO].sum())


def _many(judged: Ratings, weights: FloatArray | None) -> _Many:
    """What Gwet (2014), chapter 2, counts: units of one value still tell how often a value is used."""
    r = judged.counts.astype(np.float64)
    kept = r.sum(axis=1) > 0
    r, times = r[kept], judged.times[kept]
    present = r.sum(axis=1)
    w = _weights_for(len(judged.values), weights)
    by_unit = ratio((r * (r @ w.T - 1)).sum(axis=1), present * (present - 1))
    by_unit = np.where(present >= _TWO, by_unit, 0.0)
    pairing = times[present >= _TWO].sum()
    shares = ratio((times[:, np.newaxis] * r / present[:, np.newaxis]).sum(axis=0), times.sum())
    observed = float(ratio((by_unit * times).sum(), pairing))
    return _Many(judged, r, times, present, by_unit, shares, w, observed)


def _result(measure: Measure, many: _Many, expected: float, error: float | None = None) -> Result:
    value = chance_corrected(many.observed, expected)
    judged = many.judged.paired
    fixed = measure is Measure.BRENNAN_PREDIGER and many.judged.declared
    one = many.judged.used < _TWO and not fixed
    reason = whether_undefined(value, (judged.units == 0, Undefined.NO_SHARED_UNIT), (one, Undefined.ONE_VALUE))
    return Result(
        measure, None if reason else float(value), reason, judged.units, None, judged.coders, "unit",
        observed=number(many.observed), expected=number(expected), standard_error=None if reason else error,
    )  # fmt: skip


def _error(many: _Many, expected: float, by_unit: FloatArray | float) -> float | None:
    """Gwet (2014), chapter 5: each unit's share in the coefficient, and in the chance taken away (`by_unit`)."""
    n = float(many.times.sum())
    value = float(chance_corrected(many.observed, expected))
    pairs = many.present >= _TWO
    part = n / max(many.pairing, 1) * ratio(many.by_unit - expected * pairs, 1 - expected)
    part -= 2 * (1 - value) * ratio(by_unit - expected, 1 - expected)
    return number(np.sqrt(ratio((many.times * (part - value) ** 2).sum(), n * (n - 1))))


def mean_percent(judged: Ratings, weights: FloatArray | None = None) -> Result:
    """Mean over the units of the share of agreeing pairs of coders, 0 to 1. Gwet (2014).

    Every unit weighs the same, however many coders judged it: so it differs from the pooled percentage, 1 - D_o,
    where values are missing.

    >>> from qcode.core.ratings import ratings
    >>> mean_percent(ratings([[1, 1, 1], [1, 2, None]])).value
    0.5
    """
    many = _many(judged, weights)
    units, coders = judged.paired.units, judged.paired.coders
    reason = None if units else Undefined.NO_SHARED_UNIT
    return Result(Measure.PERCENT_UNITS, number(many.observed), reason, units, None, coders, "unit")


def fleiss(judged: Ratings, weights: FloatArray | None = None) -> Result:
    """Fleiss' kappa of any number of coders, with its standard error.

    p_e = Σ w_kl π_k π_l with π the mean shares of the values. Fleiss (1971); missing values and standard error as in
    Gwet (2014).

    >>> from qcode.core.ratings import ratings
    >>> round(fleiss(ratings([["y", "y", "y"], ["y", "y", "n"], ["n", "n", "y"], ["n", "n", "n"]])).value, 2)
    0.33
    """
    many = _many(judged, weights)
    expected = float(many.shares @ many.w @ many.shares)
    by_unit = many.r @ ((many.w + many.w.T) @ many.shares / 2) / many.present
    return _result(Measure.FLEISS, many, expected, _error(many, expected, by_unit))


def fleiss_categories(judged: Ratings) -> dict[Hashable, Result]:
    """Fleiss' kappa of each value against all others.

    κ_j = (P_j - p_j) / (1 - p_j), with P_j the chance that a second coder gives the value which one coder gave.
    Fleiss (1971), p. 381, over the units that two coders judged. A value that nobody used is undefined.

    >>> from qcode.core.ratings import ratings
    >>> found = fleiss_categories(ratings([["y", "y", "y"], ["y", "y", "n"], ["n", "n", "y"], ["n", "n", "n"]]))
    >>> round(found["y"].value, 2)
    0.33
    """
    pairs = judged.paired
    r = pairs.counts.astype(np.float64)
    times = pairs.times[:, np.newaxis]
    present = np.maximum(r.sum(axis=1, keepdims=True), _TWO)
    # With the same number of coders for every unit this is Fleiss' form; else each unit weighs by its coders.
    again = ratio((times * r * (r - 1) / (present - 1)).sum(axis=0), (times * r).sum(axis=0))
    share = ratio((times * r).sum(axis=0), (times * r).sum())
    kappas = chance_corrected(again, share)
    found = {}
    for value, kappa, p, chance in zip(pairs.values, kappas, again, share, strict=True):
        none = (pairs.units == 0, Undefined.NO_SHARED_UNIT)
        reason = whether_undefined(kappa, none, (chance == 0, Undefined.NEVER_CODED), (False, Undefined.ONE_VALUE))
        found[value] = Result(
            Measure.FLEISS, None if reason else float(kappa), reason, pairs.units, None, pairs.coders, "unit",
            observed=number(p), expected=number(chance),
        )  # fmt: skip
    return found


def conger(judged: Ratings, weights: FloatArray | None = None) -> Result:
    """Conger's kappa: Cohen's for any number of coders, each with margins of their own. Conger (1980); Gwet (2014).

    >>> from qcode.core.ratings import ratings
    >>> rows = [[1, 1], [1, 2], [2, 2], [2, 2]]
    >>> conger(ratings(rows)).value == cohen(ratings(rows)).value
    True
    """
    many = _many(judged, weights)
    margins = np.zeros((judged.cells.shape[1], len(judged.values)))
    unit, coder = np.nonzero(judged.cells >= 0)
    np.add.at(margins, (coder, judged.cells[unit, coder]), judged.times[unit])
    used = margins.sum(axis=1) > 0
    p = margins[used] / margins[used].sum(axis=1, keepdims=True)
    coders = len(p)
    total = p.sum(axis=0)
    # Pairs of different coders: all pairs without each coder beside himself.
    different = total @ many.w @ total - (p @ many.w * p).sum()
    return _result(Measure.CONGER, many, float(ratio(different, coders * (coders - 1))))


def brennan_prediger(judged: Ratings, weights: FloatArray | None = None) -> Result:
    """Agreement where every value is as likely by chance: p_e = Σ w_kl / q^2, which is 1 / q without weights.

    q is the number of *declared* values; where none were declared, of those in use, which flatters. For two coders
    Bennett's S (1954) and Brennan and Prediger (1981), for more Randolph's free-marginal kappa (2005).

    >>> from qcode.core.ratings import ratings_of_table
    >>> round(brennan_prediger(ratings_of_table([[50, 0, 0], [10, 10, 10], [20, 0, 0]])).value, 2)
    0.4
    """
    many = _many(judged, weights)
    expected = float(ratio(many.w.sum(), many.w.size))
    return _result(Measure.BRENNAN_PREDIGER, many, expected, _error(many, expected, expected))


def gwet(judged: Ratings, weights: FloatArray | None = None) -> Result:
    """Gwet's AC1, or AC2 with weights, for any number of coders and missing values, with its standard error.

    p_e = T_w / (q (q - 1)) Σ π_k (1 - π_k), T_w the sum of the weights. Gwet (2008, 2014). The standard error divides
    by n (n - 1); the form for a table of two coders in Gwet (2008) divides by n^2.

    >>> from qcode.core.ratings import ratings_of_table
    >>> round(gwet(ratings_of_table([[80, 7], [8, 5]])).value, 3)
    0.808
    """
    many = _many(judged, weights)
    q = len(judged.values)
    scale = ratio(many.w.sum(), q * (q - 1))
    expected = float(scale * (many.shares * (1 - many.shares)).sum())
    by_unit = scale * (many.r @ (1 - many.shares)) / many.present
    return _result(Measure.AC1 if weights is None else Measure.AC2, many, expected, _error(many, expected, by_unit))


def alpha_error(judged: Ratings, weights: FloatArray | None = None) -> float | None:
    """Standard error of Krippendorff's alpha by linearisation; None where alpha is undefined. Gwet (2014), chapter 5.

    It is that of alpha before the correction for small samples, as in the author's own program.
    `weights` are weights of agreement, 1 minus the difference in the scale of the largest one.

    >>> from qcode.core.ratings import ratings
    >>> round(alpha_error(ratings([[1, 1], [2, 2], [1, 2], [2, 2]])), 4)
    0.527
    """
    many = _many(judged.paired, weights)
    n, mean = many.pairing, float(ratio((many.times * many.present).sum(), many.times.sum()))
    if not n or judged.paired.used < _TWO:
        return None
    shares = (many.times[:, np.newaxis] * many.r).sum(axis=0) / (n * mean)
    expected = float(shares @ many.w @ shares)
    agreeing = many.by_unit * many.present / mean
    observed = float((many.times * agreeing).sum() / n)
    alpha = float(chance_corrected(observed, expected))
    extra = (many.present - mean) / mean
    part = ratio(agreeing - observed * extra - expected, 1 - expected)
    chance = many.r @ ((many.w + many.w.T) @ shares / 2) / mean - expected * extra
    part -= 2 * (1 - alpha) * ratio(chance - expected, 1 - expected)
    return number(np.sqrt(ratio((many.times * (part - alpha) ** 2).sum(), n * (n - 1))))


def pooled_kappa(tables: Sequence[FloatArray | IntArray]) -> Result:
    """One kappa for several codes, from the contingency tables of two coders: (mean p_o - mean p_e) / (1 - mean p_e).

    De Vries, Elliott, Kanouse and Teleki (2008), Field Methods 20: 272. Codes without any unit are left out.
    `units` counts codes.

    >>> round(pooled_kappa([np.array([[4, 2], [2, 2]]), np.array([[8, 1], [1, 0]])]).value, 4)
    0.0909
    """
    shares = [table / table.sum() for table in tables if table.sum()]
    observed = float(np.mean([np.trace(p) for p in shares])) if shares else np.nan
    expected = float(np.mean([p.sum(axis=1) @ p.sum(axis=0) for p in shares])) if shares else np.nan
    value = chance_corrected(observed, expected)
    reason = whether_undefined(value, (not shares, Undefined.NO_CODE), (False, Undefined.ONE_VALUE))
    return Result(
        Measure.KAPPA_POOLED, number(value), reason, len(shares), None, _TWO if shares else 0, "code",
        observed=number(observed), expected=number(expected),
    )  # fmt: skip


def holsti(agreed: int, first: int, second: int) -> Result:
    """Holsti's coefficient, 0 to 1: twice the decisions that two coders share, by all that they made. Holsti (1969).

    Raises RequestError where more was agreed on than one of them decided.

    >>> holsti(8, 10, 12).units
    22
    """
    if not 0 <= agreed <= min(first, second):
        raise RequestError(f"Of {first} and {second} decisions, {agreed} cannot have been agreed on.")
    value = ratio(2 * agreed, first + second)
    reason = whether_undefined(value, (False, Undefined.NO_SEGMENT))
    return Result(Measure.HOLSTI, number(value), reason, first + second, None, _TWO, "decision")


def jaccard(both: int, only_first: int, only_second: int) -> Result:
    """What both coded by what either coded, 0 to 1. Jaccard (1901).

    >>> jaccard(50, 100, 50).value
    0.25
    """
    units = both + only_first + only_second
    value = ratio(both, units)
    reason = whether_undefined(value, (False, Undefined.NEVER_CODED))
    return Result(Measure.JACCARD, number(value), reason, units, None, _TWO, "unit")
