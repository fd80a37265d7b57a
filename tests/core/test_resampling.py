"""Intervals of confidence: from what they are drawn, when there is none, and how often they cover the truth."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qcode.core.agreement import alpha_of, dice_of, kappa_of
from qcode.core.coincidence import FloatArray
from qcode.core.measures import Undefined
from qcode.core.resampling import Interval, document_intervals, student_quantile
from qcode.core.u_alpha import u_alpha_of
from qcode.errors import RequestError

unhurried = settings(deadline=None)


def matrices(rng: np.random.Generator, documents: int) -> FloatArray:
    """Coincidences of invented documents that differ in how much is coded and how well coders agree."""
    length = rng.integers(20_000, 40_000, size=documents).astype(np.float64)
    coded = length * np.clip(rng.gamma(6, 0.01, size=documents), 0.005, 0.4)
    both = coded * (1 - rng.beta(4, 12, size=documents))
    one = coded - both
    return np.stack([2 * (length - both - 2 * one), 2 * one, 2 * one, 2 * both], axis=1).reshape(-1, 2, 2) / 2


def one(found: list[Interval]) -> Interval:
    (interval,) = found
    return interval


def interval(sums: FloatArray, seed: int = 1, **more: float) -> Interval:
    return one(document_intervals(alpha_of, [sums[:, np.newaxis]], seed=seed, **more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("documents", "method"),
    [(10, "bootstrap"), (50, "bootstrap"), (9, "jackknife"), (3, "jackknife"), (2, None), (1, None)],
)
def test_the_number_of_documents_decides_the_method(documents: int, method: str | None) -> None:
    sums = matrices(np.random.default_rng(documents), documents)
    found = interval(sums)
    assert (found.method, found.documents, found.seed, found.level) == (method, documents, 1, 0.95)
    assert found.replicates == (2000 if method == "bootstrap" else 0)
    if method is None:
        assert (found.low, found.high, found.reason) == (None, None, Undefined.FEW_DOCUMENTS)
    else:
        value = float(alpha_of(sums.sum(axis=0)))
        assert found.low is not None
        assert found.high is not None
        assert found.low < value < found.high <= 1
        assert found.undefined == 0


def test_nothing_to_draw_from() -> None:
    assert interval(np.zeros((0, 2, 2))).reason is Undefined.FEW_DOCUMENTS
    assert document_intervals(alpha_of, [np.zeros((5, 0, 2, 2))], seed=1) == []


@unhurried
@given(st.integers(3, 14), st.integers(0, 3))
def test_documents_that_hold_nothing_change_nothing(documents: int, empty: int) -> None:
    sums = matrices(np.random.default_rng(documents), documents)
    rows = [*sums, *np.zeros((empty, 2, 2))]
    assert interval(np.array([*np.zeros((empty, 2, 2)), *sums])) == interval(sums)
    assert interval(np.array(rows)) == interval(sums)


def test_each_coefficient_is_as_if_it_were_alone() -> None:
    rng = np.random.default_rng(2)
    sums = np.stack([matrices(rng, 14) for _ in range(4)], axis=1)
    sums[5:9, 1] = 0
    sums[3:, 2] = 0
    sums[1:, 3] = 0
    together = document_intervals(alpha_of, [sums], seed=9)
    assert together == [interval(sums[:, k], seed=9) for k in range(4)]
    assert [found.documents for found in together] == [14, 10, 3, 1]
    assert [found.method for found in together] == ["bootstrap", "bootstrap", "jackknife", None]


def test_the_seed_fixes_everything() -> None:
    sums = matrices(np.random.default_rng(3), 12)
    assert interval(sums, seed=1) == interval(sums, seed=1)
    assert interval(sums, seed=1) != interval(sums, seed=2)


def test_wider_levels_and_more_documents() -> None:
    sums = matrices(np.random.default_rng(4), 40)
    narrow, wide, few = interval(sums, level=0.8), interval(sums, level=0.99), interval(sums[:12])
    widths = [(found.high or 0) - (found.low or 0) for found in (narrow, wide, few)]
    assert widths[0] < widths[1]
    assert widths[0] < widths[2]
    small = interval(sums[:8], level=0.8)
    assert (small.high or 0) - (small.low or 0) < (interval(sums[:8]).high or 0) - (interval(sums[:8]).low or 0)


def test_a_resample_is_a_sum_over_drawn_documents() -> None:
    """The percentiles, recomputed by drawing documents one after the other."""
    sums = matrices(np.random.default_rng(5), 11)
    times = np.random.default_rng(1).multinomial(11, np.full(11, 1 / 11), size=2000)
    values = []
    for row in times:
        drawn = [sums[d] for d in range(11) for _ in range(row[d])]
        assert len(drawn) == 11
        values.append(float(alpha_of(np.sum(drawn, axis=0))))
    outside = 0.5 * math.erfc(math.sqrt(11 / 10) * student_quantile(0.975, 10) / math.sqrt(2))
    assert outside < 0.025
    found = interval(sums)
    assert found.low == pytest.approx(np.quantile(values, outside), abs=1e-12)
    assert found.high == pytest.approx(np.quantile(values, 1 - outside), abs=1e-12)


def test_the_jackknife_by_hand() -> None:
    sums = matrices(np.random.default_rng(6), 5)
    value = float(alpha_of(sums.sum(axis=0)))
    pseudo = [5 * value - 4 * float(alpha_of(np.delete(sums, d, axis=0).sum(axis=0))) for d in range(5)]
    half = 2.7764451051977987 * np.std(pseudo, ddof=1) / math.sqrt(5)
    found = interval(sums)
    assert found.low == pytest.approx(value - half, abs=1e-9)
    assert found.high == pytest.approx(min(value + half, 1), abs=1e-9)


def coded_in(documents: int, bearers: int) -> FloatArray:
    sums = np.zeros((documents, 2, 2))
    sums[:, 0, 0] = 1000
    sums[:bearers] = [[900, 20], [20, 60]]
    return sums


@pytest.mark.parametrize(("documents", "bearers", "there"), [
    (20, 1, False), (20, 2, False), (20, 3, True), (20, 20, True), (9, 1, False), (9, 2, True), (10, 0, False), (5, 0, False),
])  # fmt: skip
def test_what_rests_on_one_or_two_documents_has_no_interval(documents: int, bearers: int, there: bool) -> None:  # noqa: FBT001
    found = interval(coded_in(documents, bearers))
    assert (found.reason is None) == there == (found.low is not None)
    assert found.reason in {None, Undefined.FEW_BEARERS}
    if documents >= 10:
        assert found.undefined == pytest.approx((1 - bearers / documents) ** documents, abs=0.03)
    else:
        assert found.undefined == {0: 1.0, 1: 1 / 9, 2: 0.0}[bearers]


def test_several_formulas_and_shapes() -> None:
    rng = np.random.default_rng(7)
    sums = np.stack([matrices(rng, 15) for _ in range(3)], axis=1)
    for formula in (kappa_of, dice_of):
        assert len(document_intervals(formula, [sums], seed=1)) == 3
    pairings = np.stack([np.full((15, 3), 500.0), np.full((15, 3), 9e5)], axis=2)
    found = document_intervals(u_alpha_of, [sums, pairings], seed=1)
    values = u_alpha_of(sums.sum(axis=0), pairings.sum(axis=0))
    assert all((i.low or 0) < v < (i.high or 0) for i, v in zip(found, values, strict=True))


def test_perfect_agreement_has_no_width() -> None:
    for documents in (4, 12):
        found = interval(np.tile(np.array([[900.0, 0], [0, 60]]), (documents, 1, 1)))
        assert (found.low, found.high) == (1.0, 1.0)


def test_refusals() -> None:
    sums = matrices(np.random.default_rng(8), 12)[:, np.newaxis]
    for level in (0, 1, 95):
        with pytest.raises(RequestError, match="level of confidence"):
            document_intervals(alpha_of, [sums], seed=1, level=level)
    with pytest.raises(RequestError, match="At least one resample"):
        document_intervals(alpha_of, [sums], seed=1, replicates=0)
    with pytest.raises(RequestError, match="same documents"):
        document_intervals(u_alpha_of, [sums, np.zeros((11, 1, 2))], seed=1)


def test_most_intervals_cover_the_truth() -> None:
    rng = np.random.default_rng(20261121)
    truth = float(alpha_of(matrices(rng, 200_000).sum(axis=0)))
    for documents in (5, 10, 20):
        rounds = 200
        sums = np.stack([matrices(rng, documents) for _ in range(rounds)], axis=1)
        found = document_intervals(alpha_of, [sums], seed=1, replicates=500)
        covered = sum((i.low or 0) <= truth <= (i.high or 0) for i in found)
        assert 0.89 <= covered / rounds <= 0.99


# Student's t


@pytest.mark.parametrize(
    ("freedom", "quantile"),
    [
        (1, 12.706205),
        (2, 4.302653),
        (3, 3.182446),
        (4, 2.776445),
        (5, 2.570582),
        (9, 2.262157),
        (30, 2.042272),
        (200, 1.971896),
    ],
)
def test_quantiles_of_student(freedom: int, quantile: float) -> None:
    assert student_quantile(0.975, freedom) == pytest.approx(quantile, abs=1e-6)
    assert student_quantile(0.025, freedom) == pytest.approx(-quantile, abs=1e-6)
    assert student_quantile(0.5, freedom) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(("share", "freedom"), [(0.5, 0), (0, 3), (1, 3)])
def test_quantiles_that_do_not_exist(share: float, freedom: int) -> None:
    with pytest.raises(RequestError, match="no quantile"):
        student_quantile(share, freedom)
