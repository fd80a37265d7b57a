"""Alpha of all levels against its definition in fractions, set-valued codes, and what has no alpha."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qcode.core.alpha import (
    Level,
    alpha,
    alpha_categories,
    alpha_sets,
    jaccard_distance,
    masi_distance,
)
from qcode.core.measures import Measure, Undefined
from qcode.core.ratings import ratings, ratings_of_table
from qcode.errors import RequestError

Rows = list[list[int | None]]
unhurried = settings(deadline=None)
rows_of_units = st.integers(2, 4).flatmap(
    lambda m: st.lists(st.lists(st.none() | st.integers(0, 4), min_size=m, max_size=m), min_size=1, max_size=10)
)


def difference(level: Level, c: int, k: int, n: Counter[int]) -> Fraction:
    low, high = min(c, k), max(c, k)
    match level:
        case Level.NOMINAL:
            return Fraction(int(c != k))
        case Level.INTERVAL:
            return Fraction((c - k) ** 2)
        case Level.RATIO:
            return Fraction((c - k) ** 2, (c + k) ** 2) if c + k else Fraction(0)
        case _:
            return (sum(n[g] for g in range(low, high + 1)) - Fraction(n[c] + n[k], 2)) ** 2


def by_definition(rows: Rows, level: Level) -> Fraction | None:
    units = [[v for v in row if v is not None] for row in rows]
    units = [unit for unit in units if len(unit) > 1]
    n = Counter(v for unit in units for v in unit)
    total = sum(n.values())
    observed = sum(
        (difference(level, c, k, n) / (len(unit) - 1) for unit in units for c, k in permutations(unit, 2)), Fraction(0)
    )
    expected = sum((difference(level, c, k, n) * n[c] * n[k] for c in n for k in n), Fraction(0))
    return 1 - observed * (total - 1) / expected if expected else None


@unhurried
@given(rows_of_units, st.sampled_from(list(Level)))
def test_alpha_equals_its_definition(rows: Rows, level: Level) -> None:
    exact = by_definition(rows, level)
    found = alpha(ratings(rows), level)
    assert (found.value is None) == (exact is None)
    if exact is not None:
        assert found.value == pytest.approx(float(exact), abs=1e-12)


@unhurried
@given(rows_of_units, st.integers(1, 10**9), st.integers(-1000, 1000))
def test_scale_and_origin_are_without_effect(rows: Rows, scale: int, shift: int) -> None:
    judged = ratings(rows)
    moved = ratings([[None if v is None else v * scale + shift for v in row] for row in rows])
    for level in (Level.NOMINAL, Level.ORDINAL, Level.INTERVAL):
        before, after = alpha(judged, level), alpha(moved, level)
        assert before.reason is after.reason
        # Values far from 0 lose digits in their differences.
        assert (before.value or 0) == pytest.approx(after.value or 0, abs=1e-9)


def test_very_large_and_very_small_values() -> None:
    rows = [[1, 1], [1, 2], [3, 3], [4, 2]]
    plain = alpha(ratings(rows), Level.INTERVAL).value
    for scale in (1e200, 1e-200):
        judged = ratings([[v * scale for v in row] for row in rows])
        assert alpha(judged, Level.INTERVAL).value == pytest.approx(plain, abs=1e-12)
        assert alpha(judged, Level.RATIO).value == pytest.approx(alpha(ratings(rows), Level.RATIO).value, abs=1e-12)


def test_declared_order_makes_ranks() -> None:
    words = [["low", "mid"], ["mid", "mid"], ["high", "high"], ["low", "low"], ["high", "mid"]]
    numbers = [[{"low": 1, "mid": 2, "high": 3}[v] for v in row] for row in words]
    declared = alpha(ratings(words, ["low", "mid", "high"]), Level.ORDINAL)
    assert declared.value == alpha(ratings(numbers), Level.ORDINAL).value
    assert declared.measure is Measure.ALPHA_ORDINAL
    with pytest.raises(RequestError, match="no order of their own"):
        alpha(ratings(words), Level.ORDINAL)
    with pytest.raises(RequestError, match="need values that are numbers"):
        alpha(ratings(words), Level.INTERVAL)
    with pytest.raises(RequestError, match="cannot be below 0"):
        alpha(ratings([[-1, 1]]), Level.RATIO)


def test_categories() -> None:
    found = alpha_categories(ratings([["a", "a"], ["a", "b"], ["b", "b"], ["c", None]]))
    # n = 6: 1 - 5 * 1 / (3 * 3)
    assert found["a"].value == found["b"].value == pytest.approx(1 - 5 / 9)
    assert found["c"].reason is Undefined.NEVER_CODED
    assert alpha_categories(ratings([["a", "a"]]))["a"].reason is Undefined.ONE_VALUE
    assert alpha_categories(ratings([["a", None]]))["a"].reason is Undefined.NO_SHARED_UNIT


def test_nothing_to_compare() -> None:
    assert alpha(ratings([])).reason is Undefined.NO_SHARED_UNIT
    assert alpha(ratings([[0, 0], [0, 0]]), Level.RATIO).reason is Undefined.ONE_VALUE
    assert alpha(ratings([[1, None]]), Level.INTERVAL).reason is Undefined.NO_SHARED_UNIT


# Sets

EXAMPLE: list[list[set[str]]] = [
    [set(), set()], [{"A"}, set()], [{"A"}, {"A"}], [{"A"}, {"B"}], [{"A", "B"}, {"A"}], [{"A", "B"}, {"A", "C"}],
    [{"A", "B", "C"}, {"A", "B", "C"}], [{"C"}, {"A", "C"}], [{"C"}, {"A", "C"}],
]  # fmt: skip


def test_distances_between_sets() -> None:
    assert jaccard_distance(set(), set()) == masi_distance(set(), set()) == 0
    assert jaccard_distance({1}, set()) == masi_distance({1}, set()) == masi_distance({1}, {2}) == 1
    assert masi_distance({1, 2}, {1, 2, 3, 4}) == pytest.approx(1 - 1 / 2 * 2 / 3)
    assert masi_distance({1, 2, 3}, {2, 3, 4}) == pytest.approx(1 - 2 / 4 * 1 / 3)


@pytest.mark.parametrize("distance", [jaccard_distance, masi_distance])
def test_alpha_of_sets_equals_its_definition(distance: object) -> None:
    assert callable(distance)
    units = [[frozenset(v) for v in row] for row in EXAMPLE]
    pool = [v for unit in units for v in unit]
    observed = sum(distance(a, b) for a, b in units) / len(units)
    expected = sum(distance(a, b) for a, b in permutations(pool, 2)) / (len(pool) * (len(pool) - 1))
    found = alpha_sets(EXAMPLE, distance)
    assert found.value == pytest.approx(1 - observed / expected, abs=1e-12)
    assert found.measure in {Measure.ALPHA_JACCARD, Measure.ALPHA_MASI}


def test_sets_of_one_code_are_nominal() -> None:
    rows = [["a", "a"], ["a", "b"], ["b", "b"], ["c", None]]
    sets = [[None if v is None else {v} for v in row] for row in rows]
    for distance in (jaccard_distance, masi_distance):
        assert alpha_sets(sets, distance).value == pytest.approx(alpha(ratings(rows)).value, abs=1e-12)


def test_given_distances_from_a_published_test() -> None:
    """DKPro Statistics, WeightedAgreementTest: .333 / .409 -> .186 and .253 / .338 -> .252, with tables of its own."""
    names = ["", "A", "B", "AB", "AC", "ABC", "C"]
    rows = [["".join(sorted(v)) for v in row] for row in EXAMPLE]
    thirds = [
        [0, 1, 1, 1, 1, 1, 1], [1, 0, 3, 1, 1, 1, 3], [1, 3, 0, 1, 3, 1, 3], [1, 1, 1, 0, 2, 1, 3],
        [1, 1, 3, 2, 0, 1, 1], [1, 1, 1, 1, 1, 0, 1], [1, 3, 3, 3, 1, 1, 0],
    ]  # fmt: skip
    ninths = [
        [0, 6, 6, 6, 6, 6, 6], [6, 0, 18, 3, 3, 4, 18], [6, 18, 0, 3, 18, 4, 18], [6, 3, 3, 0, 8, 2, 18],
        [6, 3, 18, 8, 0, 2, 3], [6, 4, 4, 2, 2, 0, 4], [6, 18, 18, 18, 3, 4, 0],
    ]  # fmt: skip
    for table, whole, printed in ((thirds, 3, 0.186), (ninths, 18, 0.252)):
        found = alpha(ratings(rows), lambda a, b, t=table, w=whole: t[names.index(a)][names.index(b)] / w)
        assert found.value == pytest.approx(printed, abs=1e-3)
        assert found.measure is Measure.ALPHA_DISTANCE


def test_two_coders_from_a_table() -> None:
    # Eleven units 1-1, one 1-2, one 1-3: DKPro Statistics, testMissingVariance: alpha -.020.
    assert alpha(ratings_of_table([[11, 1, 1], [0, 0, 0], [0, 0, 0]])).value == pytest.approx(-0.020, abs=1e-3)
