"""Tables of counts: against an independent implementation (its numbers are in tests/data), and at the edges."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcode.core.effects import (
    adjusted_residuals,
    benjamini_hochberg,
    chi_square,
    cramers_v,
    expected_counts,
    fisher_exact,
    sample_odds_ratio,
)

JUDGED = json.loads((Path(__file__).parents[1] / "data" / "statistics_judged.json").read_text(encoding="utf-8"))
cells = st.integers(0, 30)


@pytest.mark.parametrize("judged", JUDGED["table"], ids=lambda judged: str(np.shape(judged["table"])))
def test_measures_of_a_table(judged: dict[str, Any]) -> None:
    table = np.array(judged["table"])
    np.testing.assert_allclose(expected_counts(table), judged["expected"], rtol=1e-12)
    assert chi_square(table)[0] == pytest.approx(judged["chi_square"], rel=1e-12)
    assert cramers_v(table) == pytest.approx(judged["cramers_v"], rel=1e-12)


@pytest.mark.parametrize(("a", "b", "c", "d", "p"), JUDGED["fisher"])
def test_fishers_test(a: int, b: int, c: int, d: int, p: float) -> None:
    assert fisher_exact(a, b, c, d) == pytest.approx(p, rel=1e-11)


@pytest.mark.parametrize("judged", JUDGED["discovery"], ids=lambda judged: f"{len(judged['p'])} tests")
def test_false_discoveries(judged: dict[str, list[float]]) -> None:
    assert benjamini_hochberg(judged["p"]) == pytest.approx(judged["q"], rel=1e-12)


def test_what_was_not_tested_does_not_count_among_the_tests() -> None:
    assert benjamini_hochberg([None, 0.02, None, 0.5]) == [None, 0.04, None, 0.5]
    assert benjamini_hochberg([]) == []


@pytest.mark.parametrize("p", [-0.1, 1.1, math.nan])
def test_a_p_value_lies_between_0_and_1(p: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        benjamini_hochberg([0.5, p])


@given(cells, cells, cells, cells)
def test_the_residuals_of_four_cells_are_roots_of_chi_square(a: int, b: int, c: int, d: int) -> None:
    table = np.array([[a, b], [c, d]])
    residuals = adjusted_residuals(table)
    if 0 in {a + b, c + d, a + c, b + d}:
        assert np.isnan(residuals).all()
    else:
        np.testing.assert_allclose(residuals**2, chi_square(table)[0], rtol=1e-9, atol=1e-12)


@given(st.lists(st.tuples(st.integers(1, 30), st.integers(1, 30), st.integers(1, 30)), min_size=2, max_size=5))
def test_the_residuals_of_any_table_add_up_to_chi_square(rows: list[tuple[int, int, int]]) -> None:
    table = np.array(rows)
    others = np.outer(1 - table.sum(axis=1) / table.sum(), 1 - table.sum(axis=0) / table.sum())
    assert np.sum(adjusted_residuals(table) ** 2 * others) == pytest.approx(chi_square(table)[0], abs=1e-9)


@given(cells, cells, cells, cells)
def test_fisher_sums_the_tables_that_are_no_more_probable(a: int, b: int, c: int, d: int) -> None:
    row, column, total = a + b, a + c, a + b + c + d
    ways = {k: math.comb(column, k) * math.comb(total - column, row - k) for k in range(min(row, column) + 1)}
    found = fisher_exact(a, b, c, d)
    assert found == sum(way for way in ways.values() if way <= ways[a]) / math.comb(total, row)
    assert found == fisher_exact(b, a, d, c) == fisher_exact(c, d, a, b)
    assert 0 < found <= 1


def test_empty_rows_and_columns_stand_aside() -> None:
    table = np.array([[12, 0, 8], [0, 0, 0], [3, 0, 17]])
    assert chi_square(table) == (pytest.approx(8.64), 1)
    assert cramers_v(table) == cramers_v(np.array([[12, 8], [3, 17]]))
    assert np.isnan(adjusted_residuals(table)[1]).all()
    assert np.isnan(adjusted_residuals(table)[:, 1]).all()


def test_a_table_of_nothing() -> None:
    nothing = np.zeros((2, 2))
    assert chi_square(nothing) == (0, 0)
    assert cramers_v(nothing) is None
    assert expected_counts(nothing).tolist() == [[0, 0], [0, 0]]
    assert np.isnan(adjusted_residuals(nothing)).all()
    assert fisher_exact(0, 0, 0, 0) == 1


@pytest.mark.parametrize("table", [np.array([1, 2]), np.array([[1, -1]]), np.array([[math.nan, 1]])])
def test_what_is_no_table_of_counts(table: np.ndarray) -> None:
    with pytest.raises(ValueError, match="table of counts"):
        chi_square(table)


@pytest.mark.parametrize("of", [fisher_exact, sample_odds_ratio])
def test_no_cell_is_below_0(of: Any) -> None:
    with pytest.raises(ValueError, match="no count below 0"):
        of(1, 2, -1, 3)


@pytest.mark.parametrize(
    ("table", "ratio"),
    [((12, 8, 3, 17), 8.5), ((0, 5, 4, 6), (0.5 * 6.5) / (5.5 * 4.5)), ((5, 5, 0, 0), None), ((0, 5, 0, 5), None)],
)
def test_odds_ratios(table: tuple[int, int, int, int], ratio: float | None) -> None:
    assert sample_odds_ratio(*table) == ratio
