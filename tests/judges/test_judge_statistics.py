"""Our tables, tests and quantiles against scipy and statsmodels.

Numbers of scipy are also kept in tests/data/statistics_judged.json, and compared everywhere.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special, stats
from scipy.stats import contingency
from statsmodels.stats import multitest
from statsmodels.stats.contingency_tables import Table, Table2x2

from qcode.core.distributions import regularised_beta, t_quantile
from qcode.core.effects import (
    adjusted_residuals,
    benjamini_hochberg,
    chi_square,
    cramers_v,
    expected_counts,
    fisher_exact,
    sample_odds_ratio,
)


@pytest.mark.parametrize("seed", range(5))
def test_scipy_on_tables(seed: int) -> None:
    chance = np.random.default_rng(seed)
    table = chance.integers(1, 40, (int(chance.integers(2, 6)), int(chance.integers(2, 6))))
    np.testing.assert_allclose(expected_counts(table), contingency.expected_freq(table), rtol=1e-12)
    judge = stats.chi2_contingency(table, correction=False)
    assert chi_square(table) == (pytest.approx(judge.statistic, rel=1e-12), judge.dof)
    assert cramers_v(table) == pytest.approx(contingency.association(table, method="cramer"), rel=1e-12)
    four = chance.integers(0, 60, (2, 2))
    assert fisher_exact(*four.ravel().tolist()) == pytest.approx(stats.fisher_exact(four).pvalue, rel=1e-10)


@pytest.mark.parametrize("degrees", [1, 2.5, 6, 19, 75, 1125])
def test_scipy_on_student(degrees: float) -> None:
    for probability in (0.01, 0.4, 0.9, 0.975, 0.999):
        assert t_quantile(probability, degrees) == pytest.approx(stats.t.ppf(probability, degrees), rel=1e-12)
        x = probability / 2
        assert regularised_beta(x, degrees / 2, 0.5) == pytest.approx(special.betainc(degrees / 2, 0.5, x), rel=1e-11)


@pytest.mark.parametrize("number", [1, 5, 25])
def test_scipy_on_false_discoveries(number: int) -> None:
    p = np.random.default_rng(number).random(number)
    assert benjamini_hochberg(p.tolist()) == pytest.approx(stats.false_discovery_control(p).tolist(), rel=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_statsmodels_on_residuals_and_false_discoveries(seed: int) -> None:
    chance = np.random.default_rng(seed)
    table = chance.integers(1, 40, (4, 3))
    judge = Table(table, shift_zeros=False)
    np.testing.assert_allclose(expected_counts(table), judge.fittedvalues, rtol=1e-12)
    # What statsmodels calls “standardized” residuals are the adjusted ones.
    np.testing.assert_allclose(adjusted_residuals(table), judge.standardized_resids, rtol=1e-12)
    p = chance.random(20)
    judged = multitest.multipletests(p, method="fdr_bh")[1]
    assert benjamini_hochberg(p.tolist()) == pytest.approx(judged.tolist(), rel=1e-12)


@pytest.mark.parametrize("seed", range(8))
def test_both_on_two_by_two(seed: int) -> None:
    four = np.random.default_rng(seed).integers(1, 60, (2, 2))
    cells = four.ravel().tolist()
    odds = sample_odds_ratio(*cells)
    assert odds == pytest.approx(contingency.odds_ratio(four, kind="sample").statistic, rel=1e-12)
    assert odds == pytest.approx(Table2x2(four).oddsratio, rel=1e-12)
    assert cramers_v(four) == pytest.approx(contingency.association(four, method="cramer"), rel=1e-12)
    # A fourfold table has one residual, and its square is chi-square.
    judge = stats.chi2_contingency(four, correction=False).statistic
    assert adjusted_residuals(four)[0, 0] ** 2 == pytest.approx(judge, rel=1e-12)


@pytest.mark.parametrize("cells", [(5, 0, 2, 4), (0, 7, 3, 1), (3, 4, 0, 9), (8, 1, 2, 0), (0, 6, 5, 0)])
def test_statsmodels_on_empty_cells(cells: tuple[int, int, int, int]) -> None:
    # Its own `shift_zeros` adds 1/2 to the empty cells only, against its documentation and against Haldane.
    judge = Table2x2(np.reshape(cells, (2, 2)) + 0.5, shift_zeros=False)
    assert sample_odds_ratio(*cells) == pytest.approx(judge.oddsratio, rel=1e-12)
    assert fisher_exact(*cells) == pytest.approx(stats.fisher_exact(np.reshape(cells, (2, 2))).pvalue, rel=1e-10)


def test_scipy_on_a_large_and_sparse_table() -> None:
    """Nearly everything in one cell, as a code that most cases lack."""
    table = np.array([[990_000, 12, 3], [1_200, 1, 7], [45, 2, 90]])
    judge = stats.chi2_contingency(table, correction=False)
    assert chi_square(table) == (pytest.approx(judge.statistic, rel=1e-12), judge.dof)
    assert cramers_v(table) == pytest.approx(contingency.association(table, method="cramer"), rel=1e-12)
    np.testing.assert_allclose(
        adjusted_residuals(table), Table(table, shift_zeros=False).standardized_resids, rtol=1e-9
    )


def test_ties_among_p_values() -> None:
    p = [0.04, 0.01, 0.04, 0.2, 0.01, 1.0, 0.0]
    assert benjamini_hochberg(p) == pytest.approx(stats.false_discovery_control(p).tolist(), rel=1e-12)
    assert benjamini_hochberg(p) == pytest.approx(multitest.multipletests(p, method="fdr_bh")[1].tolist(), rel=1e-12)
