"""Student's t, without a statistics library: what the intervals of the block jackknife need.

The tests compare both functions with an independent implementation, to 1e-12.
"""

from __future__ import annotations

import math
from functools import lru_cache

__all__ = ["regularised_beta", "t_quantile"]

_TINY = 1e-300  # stands for a denominator of 0 in the continued fraction


def regularised_beta(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function I_x(a, b), 0 to 1, for `x` from 0 to 1 and `a`, `b` above 0.

    By its continued fraction (Abramowitz and Stegun 1964, 26.5.8), evaluated by the method of Lentz (1976).
    Raises ValueError outside these ranges.

    >>> regularised_beta(0.5, 2, 2), round(regularised_beta(0.25, 1, 3), 12)  # 1 - (3 / 4) ** 3
    (0.5, 0.578125)
    """
    if not (0 <= x <= 1 and a > 0 and b > 0):
        raise ValueError("The incomplete beta function needs x from 0 to 1, and a and b above 0.")
    if x in {0, 1}:
        return float(x)
    # The fraction converges quickly on this side only; on the other the complement is taken.
    if x > (a + 1) / (a + b + 2):
        return 1 - regularised_beta(1 - x, b, a)
    front = math.exp(a * math.log(x) + b * math.log1p(-x) - _log_beta(a, b)) / a
    return front * _beta_fraction(x, a, b)


def _log_beta(a: float, b: float) -> float:
    """Logarithm of B(a, b); for large and unequal arguments by Stirling's series, since the gammas would cancel."""
    low, high = sorted((a, b))
    if high < 100:
        return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
    # ln Γ(high) - ln Γ(high + low), where each alone would lose as many digits as it has before the point
    total = high + low
    ratio = -(high - 0.5) * math.log1p(low / high) - low * math.log(total) + low
    return math.lgamma(low) + ratio + _stirling_rest(high) - _stirling_rest(total)


def _stirling_rest(x: float) -> float:
    """What (x - 1/2) ln x - x + ln(2π) / 2 leaves of ln Γ(x), for x of 100 or more (Abramowitz and Stegun, 6.1.41)."""
    square = x * x
    return (1 / 12 - (1 / 360 - 1 / (1260 * square)) / square) / x


def _beta_fraction(x: float, a: float, b: float) -> float:
    """The continued fraction of I_x(a, b), for x below its turning point."""
    c = 1.0
    d = 1 / (_away_from_zero(1 - (a + b) * x / (a + 1)))
    value = d
    m = 0
    while abs(c * d - 1) > 1e-15 or not m:  # some sqrt(max(a, b)) terms are enough
        m += 1
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for factor in (even, odd):
            d = 1 / _away_from_zero(1 + factor * d)
            c = _away_from_zero(1 + factor / c)
            value *= c * d
    return value


def _away_from_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


@lru_cache(maxsize=1024)
def t_quantile(probability: float, degrees: float) -> float:
    """The value below which Student's t with these degrees of freedom (above 0) lies with that probability.

    By halving: P(T > t) = I_x(ν / 2, 1 / 2) / 2 with x = ν / (ν + t²) (Abramowitz and Stegun 1964, 26.7.1).
    Raises ValueError for a probability that is not between 0 and 1, and for degrees that are not above 0.

    >>> round(t_quantile(0.975, 1), 6), round(t_quantile(0.975, 19), 6), t_quantile(0.5, 3)
    (12.706205, 2.093024, 0.0)
    """
    if not (0 < probability < 1 and degrees > 0):
        raise ValueError("A quantile of t needs a probability between 0 and 1, and degrees of freedom above 0.")
    if probability == 0.5:
        return 0.0
    if probability < 0.5:
        return -t_quantile(1 - probability, degrees)
    tail = 1 - probability
    low, high = 0.0, 1.0
    while _upper_tail(high, degrees) > tail:
        low, high = high, 2 * high
    while True:
        middle = (low + high) / 2
        if middle in {low, high}:
            return high
        if _upper_tail(middle, degrees) > tail:
            low = middle
        else:
            high = middle


def _upper_tail(t: float, degrees: float) -> float:
    square = t * t
    # The smaller of the two shares is computed, so that neither end loses digits.
    if square < degrees:
        return 0.5 - regularised_beta(square / (degrees + square), 0.5, degrees / 2) / 2
    return regularised_beta(degrees / (degrees + square), degrees / 2, 0.5) / 2
