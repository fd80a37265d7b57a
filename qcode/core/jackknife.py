"""How far the cases of a column differ from the others: differences and ratios with intervals over whole blocks.

The cases of one block are not independent, so the intervals delete one *block* at a time (the jackknife of
Quenouille and Tukey, over clusters). They say how far the numbers hang on single blocks of this material; they
need no random numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from qcode.core.contexts import BoolArray, IntArray
from qcode.core.distributions import t_quantile
from qcode.core.effects import FloatArray, sample_odds_ratio

__all__ = ["MIN_INTERVAL_BLOCKS", "BlockEffects", "Estimate", "block_effects", "jackknife_variance"]

MIN_INTERVAL_BLOCKS = 3
"""Blocks inside and outside a column below which no interval is given."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its interval; all three None where the data do not determine it."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class BlockEffects:
    """One code in one column against the other columns; counts are cases.

    `risk_difference`: share of coded cases inside less that outside, -1 to 1. `odds_ratio`: odds of being coded
    inside over those outside, 0 or more, with 1/2 added to the cells where one is empty. `design_effect`: the
    variance of the risk difference over blocks divided by that of independent cases (Kish 1965), 0 or more;
    above 1, cases of a block resemble each other; None where the latter is 0. `blocks_inside` and
    `blocks_outside`: blocks with at least one such case; a block can be both.
    """

    coded_inside: int
    inside: int
    coded_outside: int
    outside: int
    blocks_inside: int
    blocks_outside: int
    risk_difference: Estimate
    odds_ratio: Estimate
    design_effect: float | None


def jackknife_variance(replicates: FloatArray) -> float:
    """Variance of an estimate from its values with one block deleted [blocks]: (B - 1) / B Σ (θ_b - mean)².

    Tukey (1958); with blocks instead of cases: Shao and Tu (1995), section 6.2. 0 for fewer than two.

    >>> jackknife_variance(np.array([2.0, 3.0, 4.0]))  # (2 / 3) * 2
    1.3333333333333333
    """
    if len(replicates) < 2:
        return 0.0
    deviations = replicates - replicates.mean()
    return float((len(replicates) - 1) / len(replicates) * (deviations @ deviations))


def block_effects(coded: BoolArray, inside: BoolArray, block: IntArray, *, level: float = 0.95) -> BlockEffects:
    """The effects of one code in one column, from three arrays with one entry per case.

    `coded`: whether the case has the code; `inside`: whether the case is in the column; `block`: any integers.

    The values are the plain ones. For the intervals one coded and one uncoded case are added to each side
    (Agresti and Caffo 2000), and this is jackknifed over blocks: with few cases, or shares near 0 and 1, the
    plain jackknife gives intervals that are too short. Quantiles of t: blocks - 1 degrees for the difference;
    for the ratio, whose variance hangs on the sparser side, one less than the blocks of that side. Simulated
    coverage is printed by `benchmarks/inference.py`. No interval with fewer than MIN_INTERVAL_BLOCKS blocks on
    either side. Raises ValueError for arrays of different lengths, or for a level that is not between 0 and 1.

    >>> coded = np.array([1, 1, 1, 0, 1, 0, 0, 0], dtype=np.bool_)
    >>> found = block_effects(coded, np.arange(8) < 4, np.arange(8))
    >>> found.risk_difference.value, round(found.risk_difference.low, 2), found.odds_ratio.value
    (0.5, -0.21, 9.0)
    """
    if not len(coded) == len(inside) == len(block):
        raise ValueError("The columns of the cases have different lengths.")
    if not 0 < level < 1:
        raise ValueError("The level of an interval lies between 0 and 1.")
    counts = _by_block(coded, inside, block)
    total = counts.sum(axis=0)
    coded_in, all_in, coded_out, all_out = (int(number) for number in total)
    blocks_in, blocks_out = int((counts[:, 1] > 0).sum()), int((counts[:, 3] > 0).sum())
    difference = coded_in / all_in - coded_out / all_out if all_in and all_out else None
    ratio = sample_odds_ratio(coded_in, all_in - coded_in, coded_out, all_out - coded_out)
    if min(blocks_in, blocks_out) >= MIN_INTERVAL_BLOCKS:
        quantile = t_quantile((1 + level) / 2, len(counts) - 1)
        low, high = _interval(_difference, counts, quantile)
        of_difference = Estimate(difference, max(low, -1.0), min(high, 1.0))
        of_ratio = _ratio_estimate(ratio, counts, t_quantile((1 + level) / 2, min(blocks_in, blocks_out) - 1))
    else:
        of_difference, of_ratio = Estimate(difference, None, None), Estimate(ratio, None, None)
    return BlockEffects(
        coded_in, all_in, coded_out, all_out, blocks_in, blocks_out, of_difference, of_ratio, _design_effect(counts)
    )  # fmt: skip


def _by_block(coded: BoolArray, inside: BoolArray, block: IntArray) -> FloatArray:
    """Per block: coded inside, all inside, coded outside, all outside [blocks x 4]."""
    names, place = np.unique(block, return_inverse=True)
    columns = (coded & inside, inside, coded & ~inside, ~inside)
    return np.stack([np.bincount(place, weights=column, minlength=len(names)) for column in columns], axis=1)


def _difference(counts: FloatArray, added: float = 1.0) -> FloatArray:
    """Difference of the shares, with that many coded and uncoded cases added to each side [..., 4] -> [...]."""
    coded_in, all_in, coded_out, all_out = np.moveaxis(counts, -1, 0)
    shares: FloatArray = (coded_in + added) / (all_in + 2 * added) - (coded_out + added) / (all_out + 2 * added)
    return shares


def _log_ratio(counts: FloatArray) -> FloatArray:
    """Logarithm of the odds ratio, with one coded and one uncoded case added to each side [..., 4] -> [...]."""
    coded_in, all_in, coded_out, all_out = np.moveaxis(counts, -1, 0)
    inside = np.log((coded_in + 1) / (all_in - coded_in + 1))
    outside = np.log((coded_out + 1) / (all_out - coded_out + 1))
    ratio: FloatArray = inside - outside
    return ratio


def _interval(
    statistic: Callable[[FloatArray], FloatArray], counts: FloatArray, quantile: float
) -> tuple[float, float]:
    """Centre and reach of the statistic of the summed counts, its variance jackknifed over blocks."""
    total = counts.sum(axis=0)
    centre = float(statistic(total))
    reach = quantile * math.sqrt(jackknife_variance(statistic(total - counts)))
    return centre - reach, centre + reach


def _ratio_estimate(ratio: float | None, counts: FloatArray, quantile: float) -> Estimate:
    if ratio is None:
        return Estimate(None, None, None)
    low, high = _interval(_log_ratio, counts, quantile)
    return Estimate(ratio, math.exp(low), math.exp(high))


def _design_effect(counts: FloatArray) -> float | None:
    """Variance over blocks by that of independent cases; the plain difference, so that single cases give about 1."""
    total = counts.sum(axis=0)
    left = total - counts
    if min(total[1], total[3]) < 2 or bool(np.any(left[:, [1, 3]] == 0)):
        return None
    shares, sizes = total[[0, 2]] / total[[1, 3]], total[[1, 3]]
    independent = float(np.sum(shares * (1 - shares) / (sizes - 1)))
    return jackknife_variance(_difference(left, 0.0)) / independent if independent else None
