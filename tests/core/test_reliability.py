"""Coefficients for given units: against their definitions, pair by pair, and where they are undefined."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from itertools import combinations, permutations
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qcode.core import reliability
from qcode.core.agreement import ac1_of, alpha_of, dice_of, jaccard_of, kappa_of, percent_of, pi_of
from qcode.core.alpha import coincidences_of
from qcode.core.measures import Measure, Result, Undefined
from qcode.core.ratings import Ratings, Weighting, contingency, ratings, ratings_of_table, weights
from qcode.errors import RequestError

Rows = list[list[int | None]]
unhurried = settings(deadline=None)


def unit_rows(coders: st.SearchStrategy[int], *, missing: bool = True) -> st.SearchStrategy[Rows]:
    cell: st.SearchStrategy[int | None] = st.integers(1, 4)
    if missing:
        cell = st.none() | cell
    return coders.flatmap(lambda m: st.lists(st.lists(cell, min_size=m, max_size=m), min_size=1, max_size=12))


# Definitions, in fractions


def by_definition(rows: Rows) -> dict[str, Fraction | None]:
    """Percentage, Fleiss, Brennan-Prediger and AC1, unit by unit and pair by pair."""
    judged = [[v for v in row if v is not None] for row in rows]
    judged = [row for row in judged if row]
    paired = [row for row in judged if len(row) > 1]
    values = sorted({v for row in judged for v in row})
    if not paired or len(values) < 2:
        return {}
    q = len(values)
    agreeing = [
        Fraction(sum(a == b for a, b in combinations(row, 2)), len(row) * (len(row) - 1) // 2) for row in paired
    ]
    po = sum(agreeing, Fraction(0)) / len(paired)
    share = {v: sum((Fraction(row.count(v), len(row)) for row in judged), Fraction(0)) / len(judged) for v in values}
    chance = {
        "fleiss": sum((p * p for p in share.values()), Fraction(0)),
        "brennan_prediger": Fraction(1, q),
        "gwet": sum((p * (1 - p) for p in share.values()), Fraction(0)) / (q - 1),
    }
    return {"po": po} | {name: None if pe == 1 else (po - pe) / (1 - pe) for name, pe in chance.items()}


@unhurried
@given(unit_rows(st.integers(2, 5)))
def test_any_number_of_coders_equals_the_definition(rows: Rows) -> None:
    exact = by_definition(rows)
    judged = ratings(rows)
    if not exact:
        assert reliability.fleiss(judged).reason in {Undefined.NO_SHARED_UNIT, Undefined.ONE_VALUE}
        return
    assert reliability.mean_percent(judged).value == pytest.approx(float(exact["po"] or 0), abs=1e-12)
    for name in ("fleiss", "brennan_prediger", "gwet"):
        found = getattr(reliability, name)(judged)
        value = exact[name]
        assert (found.value is None) == (value is None)
        if value is not None:
            assert found.value == pytest.approx(float(value), abs=1e-12)


def cohen_by_definition(rows: Rows, w: list[list[Fraction]], values: list[int]) -> Fraction | None:
    pairs = [(a, b) for a, b in rows if a is not None and b is not None]
    n = len(pairs)
    if not n:
        return None
    index = {v: i for i, v in enumerate(values)}
    po = Fraction(sum((w[index[a]][index[b]] for a, b in pairs), Fraction(0)), n)
    first, second = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    pe = sum((w[index[a]][index[b]] * first[a] * second[b] for a in first for b in second), Fraction(0)) / (n * n)
    return None if pe == 1 else (po - pe) / (1 - pe)


@unhurried
@given(unit_rows(st.just(2)), st.sampled_from(list(Weighting)))
def test_kappa_equals_its_definition(rows: Rows, kind: Weighting) -> None:
    values = [1, 2, 3, 4]
    judged = ratings(rows, values)
    apart = [[Fraction(abs(a - b), 3) for b in values] for a in values]
    power = {Weighting.IDENTITY: 0, Weighting.LINEAR: 1, Weighting.QUADRATIC: 2}[kind]
    w = [[1 - (x**power if power else Fraction(int(x > 0))) for x in row] for row in apart]
    exact = cohen_by_definition(rows, w, values)
    found = reliability.cohen(judged, None if kind is Weighting.IDENTITY else weights(values, kind))
    assert (found.value is None) == (exact is None)
    if exact is not None:
        assert found.value == pytest.approx(float(exact), abs=1e-12)
        assert found.measure is (Measure.KAPPA if kind is Weighting.IDENTITY else Measure.KAPPA_WEIGHTED)
        assert found.maximum is None or found.value <= found.maximum + 1e-12
        assert (found.maximum is None) == (kind is not Weighting.IDENTITY)


@unhurried
@given(unit_rows(st.integers(2, 4)))
def test_conger_pairs_different_coders_only(rows: Rows) -> None:
    judged = ratings(rows)
    exact = by_definition(rows)
    if not exact:
        assert reliability.conger(judged).value is None
        return
    shares = [Counter(row[coder] for row in rows if row[coder] is not None) for coder in range(len(rows[0]))]
    shares = [share for share in shares if share]
    pairs = list(permutations(shares, 2))
    pe = sum(
        Fraction(a[v] * b[v], sum(a.values()) * sum(b.values())) for a, b in pairs for v in judged.values
    ) / Fraction(len(pairs))
    po = exact["po"]
    assert po is not None
    found = reliability.conger(judged)
    if pe == 1:
        assert found.value is None
    else:
        assert found.value == pytest.approx(float((po - pe) / (1 - pe)), abs=1e-12)


@unhurried
@given(unit_rows(st.integers(2, 4)))
def test_categories_of_fleiss(rows: Rows) -> None:
    judged = ratings(rows)
    paired = [[v for v in row if v is not None] for row in rows]
    paired = [row for row in paired if len(row) > 1]
    total = sum(len(row) for row in paired)
    for value, found in reliability.fleiss_categories(judged).items():
        given_ = sum(row.count(value) for row in paired)
        if not paired:
            assert found.reason is Undefined.NO_SHARED_UNIT
        elif not given_:
            assert found.reason is Undefined.NEVER_CODED
        elif given_ == total:
            assert found.reason is Undefined.ONE_VALUE
        else:
            again = sum(Fraction(row.count(value) * (row.count(value) - 1), len(row) - 1) for row in paired) / given_
            share = Fraction(given_, total)
            assert found.value == pytest.approx(float((again - share) / (1 - share)), abs=1e-12)


# Standard errors


def test_standard_errors_equal_a_jackknife_in_large_samples() -> None:
    """Linearised errors and delete-one errors agree as n grows; they are computed in quite different ways."""
    rng = np.random.default_rng(5)
    truth = rng.integers(0, 3, size=1500)
    table = np.where(rng.random((1500, 3)) < 0.7, truth[:, np.newaxis], rng.integers(0, 3, size=(1500, 3)))
    cells = table.astype(object)
    cells[rng.random((1500, 3)) < 0.1] = None
    rows: Rows = [list(row) for row in cells.tolist()]

    def pseudo_error(compute: Callable[[Ratings], float | None], judged: Ratings) -> float:
        n = judged.units
        single = []
        for row in range(len(judged.cells)):
            fewer = judged.times.copy()
            fewer[row] -= 1
            kept = fewer > 0
            left = Ratings(judged.cells[kept], fewer[kept], judged.values, judged.declared)
            single.append(compute(left))
        values = np.repeat(np.array(single, dtype=np.float64), judged.times)
        return float(np.sqrt((n - 1) / n * ((values - values.mean()) ** 2).sum()))

    judged = ratings(rows)
    for name in ("fleiss", "gwet", "brennan_prediger"):
        function = getattr(reliability, name)
        error = pseudo_error(lambda left, function=function: function(left).value, judged)
        assert function(judged).standard_error == pytest.approx(error, rel=0.01)
    two = ratings([row[:2] for row in rows])
    error = pseudo_error(lambda left: reliability.cohen(left).value, two.paired)
    assert reliability.cohen(two).standard_error == pytest.approx(error, rel=0.01)
    error = pseudo_error(lambda left: float(alpha_of(coincidences_of(left))), judged.paired)
    assert reliability.alpha_error(judged) == pytest.approx(error, rel=0.01)


def test_no_error_from_one_unit() -> None:
    assert reliability.gwet(ratings([[1, 2]])).standard_error is None
    assert reliability.alpha_error(ratings([[1, 2]])) is None
    assert reliability.alpha_error(ratings([[1, 1], [1, 1]])) is None
    assert reliability.alpha_error(ratings([[1, None]])) is None


# Relations between coefficients


@unhurried
@given(unit_rows(st.just(2), missing=False))
def test_two_coders_are_a_case_of_many(rows: Rows) -> None:
    judged = ratings(rows)
    same(reliability.scott(judged), reliability.fleiss(judged))
    same(reliability.cohen(judged), reliability.conger(judged))
    table = contingency(judged)
    both = table + table.T
    close(pi_of(both), reliability.scott(judged).value)
    close(ac1_of(both), reliability.gwet(judged).value)
    close(kappa_of(table), reliability.cohen(judged).value)
    close(percent_of(both), reliability.mean_percent(judged).value)


def same(a: Result, b: Result) -> None:
    assert a.reason is b.reason
    assert (a.value or 0.0) == pytest.approx(b.value or 0.0, abs=1e-12)


def close(bare: object, value: float | None) -> None:
    number = float(np.asarray(bare, dtype=np.float64))
    assert math.isnan(number) if value is None else number == pytest.approx(value, abs=1e-12)


@unhurried
@given(unit_rows(st.integers(2, 4)), st.randoms(use_true_random=False))
def test_order_and_names_are_without_effect(rows: Rows, random: Random) -> None:
    order = list(range(len(rows[0])))
    random.shuffle(order)
    names = [5, 6, 7, 8]
    random.shuffle(names)
    moved: Rows = [[None if row[i] is None else names[(row[i] or 0) - 1] for i in order] for row in rows]
    random.shuffle(moved)
    for name in ("fleiss", "gwet", "brennan_prediger", "conger", "mean_percent"):
        same(getattr(reliability, name)(ratings(rows)), getattr(reliability, name)(ratings(moved)))


@unhurried
@given(unit_rows(st.integers(2, 4)), st.integers(2, 5))
def test_every_unit_several_times_changes_no_coefficient(rows: Rows, times: int) -> None:
    for name in ("fleiss", "gwet", "brennan_prediger", "conger", "mean_percent"):
        same(getattr(reliability, name)(ratings(rows)), getattr(reliability, name)(ratings(rows * times)))


def test_coders_who_rate_at_random_agree_by_chance_only() -> None:
    rng = np.random.default_rng(11)
    for share in (0.02, 0.5, 0.9):
        rows: Rows = (rng.random((60_000, 3)) < share).astype(int).tolist()
        judged = ratings(rows)
        for name in ("fleiss", "conger"):
            assert getattr(reliability, name)(judged).value == pytest.approx(0, abs=0.01)
        assert reliability.cohen(ratings([row[:2] for row in rows])).value == pytest.approx(0, abs=0.015)


# Tables and counts


def test_pooled_kappa_by_hand() -> None:
    # p_o .6 and .8, p_e .52 and .82: (.7 - .67) / (1 - .67). The empty one is left out.
    tables = [np.array([[4, 2], [2, 2]]), np.array([[8, 1], [1, 0]]), np.zeros((2, 2), dtype=np.int64)]
    found = reliability.pooled_kappa(tables)
    assert found.value == pytest.approx(0.03 / 0.33)
    assert (found.units, found.unit, found.observed) == (2, "code", pytest.approx(0.7))
    assert reliability.pooled_kappa([]).reason is Undefined.NO_CODE
    assert reliability.pooled_kappa([np.array([[9, 0], [0, 0]])]).reason is Undefined.ONE_VALUE


def test_decisions_and_sets() -> None:
    assert reliability.holsti(8, 10, 12).value == pytest.approx(16 / 22)
    assert reliability.holsti(0, 0, 0).reason is Undefined.NO_SEGMENT
    assert reliability.jaccard(0, 0, 0).reason is Undefined.NEVER_CODED
    table = np.array([[800, 50], [100, 50]])
    assert float(jaccard_of(table)) == reliability.jaccard(50, 100, 50).value == 0.25
    # Dice and Holsti on characters are one coefficient.
    assert float(dice_of(table + table.T)) == pytest.approx(reliability.holsti(50, 150, 100).value)
    with pytest.raises(RequestError, match="11 cannot have been agreed on"):
        reliability.holsti(11, 10, 12)


def test_declared_values_count_as_choices() -> None:
    rows = [["a", "a"], ["b", "b"], ["a", "b"]]
    assert reliability.brennan_prediger(ratings(rows)).value == pytest.approx(1 / 3)
    assert reliability.brennan_prediger(ratings(rows, ["a", "b", "c"])).value == pytest.approx(1 / 2)
    assert reliability.brennan_prediger(ratings([["a", "a"]])).reason is Undefined.ONE_VALUE
    assert reliability.brennan_prediger(ratings([["a", "a"]], ["a", "b"])).value == 1.0
    # What nobody used is still no basis for chance that is estimated from use.
    assert reliability.gwet(ratings([["a", "a"]], ["a", "b"])).reason is Undefined.ONE_VALUE


@pytest.mark.parametrize("rows", [[], [[None, None]], [[1, None], [None, 2]]])
def test_nothing_to_compare(rows: Rows) -> None:
    judged = ratings(rows) if rows else ratings_of_table(np.zeros((2, 2), dtype=np.int64))
    for name in ("cohen", "scott", "fleiss", "gwet", "brennan_prediger", "conger", "mean_percent"):
        found = getattr(reliability, name)(judged)
        assert (found.value, found.reason, found.units, found.coders) == (None, Undefined.NO_SHARED_UNIT, 0, 0)


def test_no_rows_at_all() -> None:
    empty = ratings([])
    assert (empty.units, empty.coders, empty.used, empty.counts.shape) == (0, 0, 0, (0, 0))
    assert reliability.fleiss(empty).reason is Undefined.NO_SHARED_UNIT
    assert reliability.fleiss_categories(empty) == {}


def test_one_value_is_undefined_everywhere() -> None:
    judged = ratings([[1, 1], [1, 1]])
    for name in ("cohen", "scott", "fleiss", "gwet", "brennan_prediger", "conger"):
        found = getattr(reliability, name)(judged)
        assert (found.value, found.reason, found.standard_error) == (None, Undefined.ONE_VALUE, None)
        assert found.observed == 1.0


# Refusals


def test_what_is_no_table_is_refused() -> None:
    for table, words in (
        ([[1, 2]], "square"),
        ([[1.5, 2], [1, 1]], "whole numbers"),
        ([[1, -2], [1, 1]], "below 0"),
    ):
        with pytest.raises(RequestError, match=words):
            ratings_of_table(np.array(table))
    with pytest.raises(RequestError, match="2 rows, but 3 values"):
        ratings_of_table([[1, 2], [1, 1]], ["a", "b", "c"])


def test_what_are_no_ratings_is_refused() -> None:
    with pytest.raises(RequestError, match="one entry per coder"):
        ratings([[1, 2], [1]])
    with pytest.raises(RequestError, match="not a number"):
        ratings([[1.0, math.nan]])
    with pytest.raises(RequestError, match="not among the 2 declared"):
        ratings([[1, 3]], [1, 2])
    with pytest.raises(RequestError, match="compares two coders, not 3"):
        reliability.cohen(ratings([[1, 2, 3]]))
    with pytest.raises(RequestError, match="not two of them"):
        contingency(ratings([[1, 2]]), 0, 2)
    with pytest.raises(RequestError, match="2 x 2 numbers with 1 on the diagonal"):
        reliability.fleiss(ratings([[1, 2]]), np.zeros((2, 2)))


def test_weights_by_value() -> None:
    assert weights([1, 2, 4], Weighting.LINEAR)[0].tolist() == pytest.approx([1, 2 / 3, 0])
    assert weights(["x"], Weighting.QUADRATIC).tolist() == [[1.0]]
    assert weights(2, Weighting.IDENTITY).tolist() == [[1.0, 0.0], [0.0, 1.0]]
    with pytest.raises(RequestError, match="values that are numbers"):
        weights(["low", "high"], Weighting.LINEAR)
    with pytest.raises(RequestError, match="values that are numbers"):
        weights([1.0, math.inf], Weighting.LINEAR)


def test_numbers_are_sorted_and_names_kept() -> None:
    assert ratings([[10, 9], [2, 9]]).values == (2, 9, 10)
    assert ratings([["b", "a"]]).values == ("b", "a")
    assert ratings([["b", 1]]).values == ("b", 1)
