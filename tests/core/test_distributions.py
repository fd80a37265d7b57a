"""Student's t: against an independent implementation (its numbers are in tests/data), and at the edges."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcode.core.distributions import regularised_beta, t_quantile

JUDGED = json.loads((Path(__file__).parents[1] / "data" / "statistics_judged.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("probability", "degrees", "value"), JUDGED["t"])
def test_quantiles_of_t(probability: float, degrees: float, value: float) -> None:
    assert t_quantile(probability, degrees) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(("x", "a", "b", "value"), JUDGED["beta"])
def test_the_incomplete_beta_function(x: float, a: float, b: float, value: float) -> None:
    assert regularised_beta(x, a, b) == pytest.approx(value, rel=1e-11, abs=1e-14)


@given(st.floats(0.001, 0.999), st.floats(0.5, 300))
def test_t_is_symmetric(probability: float, degrees: float) -> None:
    assert t_quantile(probability, degrees) == pytest.approx(-t_quantile(1 - probability, degrees), rel=1e-9, abs=1e-12)


@given(st.floats(0.001, 0.999), st.floats(0.1, 400), st.floats(0.1, 400))
def test_the_two_sides_of_the_beta_function_add_up(x: float, a: float, b: float) -> None:
    assert regularised_beta(x, a, b) + regularised_beta(1 - x, b, a) == pytest.approx(1, abs=1e-9)


def test_a_denominator_of_zero_is_stepped_over() -> None:
    assert regularised_beta(0.5, 1, 3) == pytest.approx(0.875, abs=1e-15)  # (a + b) x / (a + 1) is 1
    assert (regularised_beta(0, 2, 3), regularised_beta(1, 2, 3)) == (0, 1)


@pytest.mark.parametrize(("x", "a", "b"), [(-0.1, 1, 1), (1.1, 1, 1), (0.5, 0, 1), (0.5, 1, -1), (float("nan"), 1, 1)])
def test_the_beta_function_refuses_what_it_is_not_defined_for(x: float, a: float, b: float) -> None:
    with pytest.raises(ValueError, match="incomplete beta"):
        regularised_beta(x, a, b)


@pytest.mark.parametrize(("probability", "degrees"), [(0, 3), (1, 3), (0.5, 0), (0.975, -1)])
def test_a_quantile_needs_a_probability_and_degrees(probability: float, degrees: float) -> None:
    with pytest.raises(ValueError, match="quantile of t"):
        t_quantile(probability, degrees)
