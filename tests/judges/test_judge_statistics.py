"""Our tables, tests and quantiles against scipy and statsmodels, where these are installed.

Numbers of scipy are also kept in tests/data/statistics_judged.json, and compared everywhere.
"""

from __future__ import annotations

import numpy as np
import pytest

from qcode.core.distributions import regularised_beta, t_quantile
from qcode.core.effects import (
    adjusted_residuals,
    benjamini_hochberg,
    chi_square,
    cramers_v,
    expected_counts,
    fisher_exact,
)

stats = pytest.importorskip("scipy.stats", reason="a judge that is not installed")


@pytest.mark.parametrize("seed", range(5))
def test_scipy_on_tables(seed: int) -> None:
    contingency = pytest.importorskip("scipy.stats.contingency", reason="a judge that is not installed")
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
    special = pytest.importorskip("scipy.special", reason="a judge that is not installed")
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
    tables = pytest.importorskip("statsmodels.stats.contingency_tables", reason="a judge that is not installed")
    multitest = pytest.importorskip("statsmodels.stats.multitest", reason="a judge that is not installed")
    chance = np.random.default_rng(seed)
    table = chance.integers(1, 40, (4, 3))
    judge = tables.Table(table, shift_zeros=False)
    np.testing.assert_allclose(expected_counts(table), judge.fittedvalues, rtol=1e-12)
    # What statsmodels calls “standardized” residuals are the adjusted ones.
    np.testing.assert_allclose(adjusted_residuals(table), judge.standardized_resids, rtol=1e-12)
    p = chance.random(20)
    judged = multitest.multipletests(p, method="fdr_bh")[1]
    assert benjamini_hochberg(p.tolist()) == pytest.approx(judged.tolist(), rel=1e-12)
