"""Description of tables of counts: expected counts, residuals, association, Fisher's test, many tests at once.

Chi-square appears here as a measure only. On segments its tail probability raises false alarms, since the
segments of one interview are not independent; tests are in `qcode.core.inference`. Fisher's test is for tables
of cases that are independent of each other, one case to a block.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from qcode.core.contexts import IntArray

__all__ = [
    "FloatArray",
    "adjusted_residuals",
    "benjamini_hochberg",
    "chi_square",
    "cramers_v",
    "expected_counts",
    "fisher_exact",
    "sample_odds_ratio",
]

FloatArray: TypeAlias = NDArray[np.float64]


def expected_counts(table: IntArray | FloatArray) -> FloatArray:
    """Counts that independence of rows and columns would give: row sum times column sum over the total [r x c].

    Pearson (1900). All are 0 for a table of zeros. Raises ValueError unless the table has two dimensions and no
    count below 0.

    >>> expected_counts(np.array([[12, 8], [3, 17]])).tolist()
    [[7.5, 12.5], [7.5, 12.5]]
    """
    counts = _checked(table)
    total = counts.sum()
    return np.outer(counts.sum(axis=1), counts.sum(axis=0)) / (total or 1)


def _checked(table: IntArray | FloatArray) -> FloatArray:
    counts = np.asarray(table, dtype=np.float64)
    if counts.ndim != 2 or bool(np.any(~(counts >= 0))):
        raise ValueError("A table of counts has two dimensions and no count below 0.")
    return counts


def chi_square(table: IntArray | FloatArray) -> tuple[float, int]:
    """Pearson's chi-square without correction, 0 or more, and its degrees of freedom; empty rows and columns aside.

    Σ (O - E)² / E over the cells. Pearson (1900).

    >>> chi_square(np.array([[12, 8], [3, 17]]))
    (8.64, 1)
    """
    counts = _checked(table)
    counts = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    expected = expected_counts(counts)
    value = float(np.sum((counts - expected) ** 2 / expected))
    return value, max(counts.shape[0] - 1, 0) * max(counts.shape[1] - 1, 0)


def cramers_v(table: IntArray | FloatArray) -> float | None:
    """Cramér's V, 0 to 1: strength of association in a table; None where fewer than two rows or columns are used.

    sqrt(chi-square / (n (min(r, c) - 1))), empty rows and columns aside. Cramér (1946), section 21.9.

    >>> cramers_v(np.array([[10, 0], [0, 10]])), cramers_v(np.array([[3, 4]]))
    (1.0, None)
    """
    counts = _checked(table)
    smaller = min(int((counts.sum(axis=1) > 0).sum()), int((counts.sum(axis=0) > 0).sum()))
    if smaller < 2:
        return None
    return math.sqrt(chi_square(counts)[0] / (float(counts.sum()) * (smaller - 1)))


def adjusted_residuals(table: IntArray | FloatArray) -> FloatArray:
    """How far each count is from the expected one, in standard errors under independence [r x c].

    (O - E) / sqrt(E (1 - row share) (1 - column share)); not-a-number where a row or column is empty or holds
    everything. Haberman (1973). Some programs call this “corrected standardized”; their “standardized” residual
    leaves out the two shares, and is smaller. The normal distribution is a fair yardstick for independent
    counts only.

    >>> adjusted_residuals(np.array([[12, 8], [3, 17]])).round(3).tolist()
    [[2.939, -2.939], [-2.939, 2.939]]
    """
    counts = _checked(table)
    expected = expected_counts(counts)
    total = counts.sum() or 1.0
    rows = 1 - counts.sum(axis=1, keepdims=True) / total
    columns = 1 - counts.sum(axis=0, keepdims=True) / total
    variance = expected * rows * columns
    residuals: FloatArray = np.full(counts.shape, np.nan)
    np.divide(counts - expected, np.sqrt(variance), out=residuals, where=variance > 0)
    return residuals


def sample_odds_ratio(a: int, b: int, c: int, d: int) -> float | None:
    """The odds ratio a d / (b c) of a table [[a, b], [c, d]], 0 or more; None where a row or column is empty.

    Where a cell is empty, 1/2 is added to all four (Haldane 1956; Anscombe 1956): the ratio stays finite.

    >>> sample_odds_ratio(12, 8, 3, 17), sample_odds_ratio(5, 0, 2, 4), sample_odds_ratio(0, 0, 2, 4)
    (8.5, 19.8, None)
    """
    _check_cells(a, b, c, d)
    if 0 in {a + b, c + d, a + c, b + d}:
        return None
    half = 0.0 if a and b and c and d else 0.5
    return (a + half) * (d + half) / ((b + half) * (c + half))


def fisher_exact(a: int, b: int, c: int, d: int) -> float:
    """Fisher's exact test of a table [[a, b], [c, d]], two-sided, 0 to 1; 1 where a row or column is empty.

    The probability, with all margins fixed, of the tables that are no more probable than this one (Fisher
    1935; the two-sided rule of Irwin 1935). Computed in whole numbers, so that ties are ties.

    >>> round(fisher_exact(12, 8, 3, 17), 6), fisher_exact(0, 0, 2, 4)
    (0.007912, 1.0)
    """
    _check_cells(a, b, c, d)
    row, column, total = a + b, a + c, a + b + c + d
    # Each table has comb(column, k) comb(total - column, row - k) of comb(total, row) ways. Terms follow from
    # their neighbours by whole multiplication and division.
    low, high = max(0, row + column - total), min(row, column)
    ways = [math.comb(column, low) * math.comb(total - column, row - low)]
    for k in range(low, high):
        ways.append(ways[-1] * (column - k) * (row - k) // ((k + 1) * (total - column - row + k + 1)))
    limit = ways[a - low]
    return sum(way for way in ways if way <= limit) / math.comb(total, row)


def _check_cells(*cells: int) -> None:
    if min(cells) < 0:
        raise ValueError("A table of counts has no count below 0.")


def benjamini_hochberg(p_values: Sequence[float | None]) -> list[float | None]:
    """Per test, the smallest rate of false discoveries at which it would be reported, 0 to 1 (“q”).

    The smallest of p m / rank over all tests with this or a larger p, m being the number of tests. None is no
    test: it is not counted, and stays None. Benjamini and Hochberg (1995). Raises ValueError for a p that is
    not between 0 and 1.

    >>> benjamini_hochberg([0.01, 0.04, None, 0.03])
    [0.03, 0.04, None, 0.04]
    """
    tested = [(p, i) for i, p in enumerate(p_values) if p is not None]
    if any(not 0 <= p <= 1 for p, _ in tested):
        raise ValueError("A p-value lies between 0 and 1.")
    found: list[float | None] = [None] * len(p_values)
    smallest = 1.0
    for rank, (p, i) in reversed(list(enumerate(sorted(tested), start=1))):
        smallest = min(smallest, p * (len(tested) / rank))
        found[i] = smallest
    return found
