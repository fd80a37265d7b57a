"""gamma: the best alignment against all alignments, chance by seed, and what has no gamma."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations, permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qcode.core import alignment
from qcode.core.alignment import Group, assign, cheapest_cover, pieces
from qcode.core.continuum import Continuum
from qcode.core.gamma import Dissimilarity, disorder, gamma
from qcode.core.measures import Undefined
from qcode.errors import RequestError

unhurried = settings(deadline=None)
Unit = tuple[int, int, str]

unit_lists = st.lists(
    st.tuples(st.integers(0, 20), st.integers(1, 8), st.sampled_from("xy")).map(lambda u: (u[0], u[0] + u[1], u[2])),
    max_size=3,
)


def separate(units: list[Unit]) -> list[Unit]:
    """Without those that overlap one before with the same label: they would be one."""
    kept: list[Unit] = []
    for unit in sorted(units):
        if not any(u[2] == unit[2] and u[0] < unit[1] and unit[0] < u[1] for u in kept):
            kept.append(unit)
    return kept


def cost(a: Unit | None, b: Unit | None) -> float:
    if a is None or b is None:
        return 1.0
    apart = (abs(a[0] - b[0]) + abs(a[1] - b[1])) / (a[1] - a[0] + b[1] - b[0])
    return apart**2 + (a[2] != b[2])


def alignments(coders: list[list[Unit]]) -> Iterator[float]:
    """Cost of every way to align the units of all coders."""
    if not any(coders):
        yield 0.0
        return
    first = next(i for i, units in enumerate(coders) if units)
    unit = coders[first][0]
    choices = [[unit] if i == first else [None, *units] if i > first else [None] for i, units in enumerate(coders)]
    for row in product(*choices):
        left = [[u for u in units if u is not chosen] for units, chosen in zip(coders, row, strict=True)]
        pairs = list(combinations(row, 2))
        own = sum(cost(a, b) for a, b in pairs) / len(pairs)
        yield from (own + rest for rest in alignments(left))


@settings(deadline=None, max_examples=60)
@given(st.lists(unit_lists, min_size=2, max_size=3))
def test_no_alignment_costs_less(coders: list[list[Unit]]) -> None:
    coders = [separate(units) for units in coders]
    marks = [(i, *unit) for i, units in enumerate(coders) for unit in units]
    found = disorder(Continuum(marks, 30, coders=range(len(coders))))
    if not marks:
        assert found is None
        return
    mean = len(marks) / len(coders)
    assert found == pytest.approx(min(alignments(coders)) / mean, abs=1e-12)


@unhurried
@given(st.lists(unit_lists, min_size=3, max_size=3), st.permutations([0, 1, 2]), st.integers(1, 50))
def test_order_names_and_scale_are_without_effect(coders: list[list[Unit]], order: list[int], scale: int) -> None:
    coders = [separate(units) for units in coders]
    before = Continuum([(i, *u) for i, units in enumerate(coders) for u in units], 30, coders=range(3))
    marks = [(order[i], a * scale, b * scale, k + "!") for i, units in enumerate(coders) for a, b, k in reversed(units)]
    after = Continuum(marks, 30 * scale, coders=range(3))
    assert disorder(before) == pytest.approx(disorder(after), abs=1e-12)


def test_three_coders_by_hand() -> None:
    marks = [
        ("1", 1, 5, "a"),
        ("1", 10, 14, "b"),
        ("2", 2, 6, "a"),
        ("2", 11, 15, "b"),
        ("3", 1, 4, "a"),
        ("3", 9, 14, "c"),
    ]
    first = Fraction(1, 16) + Fraction(1, 49) + Fraction(9, 49)
    second = Fraction(1, 16) + 1 + Fraction(1, 81) + 1 + Fraction(1, 9)
    assert disorder(Continuum(marks, 15)) == pytest.approx(float((first + second) / 6), abs=1e-14)


def test_weights_of_position_code_and_nothing() -> None:
    marks = [("i", 0, 4, "a"), ("j", 1, 5, "b")]
    assert disorder(Continuum(marks, 10)) == pytest.approx(1 / 16 + 1)
    assert disorder(Continuum(marks, 10), Dissimilarity(3, 0.5)) == pytest.approx(3 / 16 + 0.5)
    assert disorder(Continuum(marks, 10), Dissimilarity(empty=0.5)) == pytest.approx((1 / 16 + 1) / 2)
    # Dearer than two units alone: they stay apart.
    assert disorder(Continuum(marks, 10), Dissimilarity(code=2)) == 2.0
    for weights in ((-1.0, 1.0, 1.0), (1.0, -1.0, 1.0), (1.0, 1.0, 0.0)):
        with pytest.raises(RequestError, match="cannot be below 0"):
            Dissimilarity(*weights)


def test_the_seed_fixes_chance_and_perfect_agreement_is_one() -> None:
    ours = [("i", 1, 5, "a"), ("i", 9, 12, "b"), ("i", 20, 30, "a")]
    same = Continuum([*ours, *(("j", a, b, k) for _, a, b, k in ours)], 40)
    assert gamma(same, seed=3).result.value == 1.0
    shifted = Continuum([*ours, *(("j", a + 1, b + 2, k) for _, a, b, k in ours)], 40)
    first, again, other = (gamma(shifted, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert first.result.value != other.result.value
    assert first.result.value == pytest.approx(other.result.value, abs=0.05)
    assert (first.samples, first.result.units, first.result.coders) == (100, 6, 2)
    assert first.spread is not None
    assert first.spread > 0


def test_random_coders_agree_by_chance_only() -> None:
    rng = np.random.default_rng(1)
    values = []
    for seed in range(12):
        marks = []
        for coder in "ij":
            at = 0
            for _ in range(40):
                start = at + int(rng.integers(1, 60))
                at = start + int(rng.integers(10, 60))
                marks.append((coder, start, at, "xyz"[rng.integers(3)]))
        values.append(gamma(Continuum(marks, 6000), seed=seed).result.value or 0.0)
    assert np.mean(values) == pytest.approx(0, abs=0.06)


def test_one_coder_without_units_and_nobody_with_any() -> None:
    found = gamma(Continuum([("i", 2, 5, "a")], 10, coders=["i", "j"]), seed=1)
    assert found.result.observed == 2.0
    nothing = gamma(Continuum([], 10, coders=["i", "j", "k"]), seed=1)
    assert (nothing.result.value, nothing.result.reason) == (None, Undefined.NO_SEGMENT)
    assert (nothing.samples, nothing.spread) == (0, None)


def test_refusals() -> None:
    with pytest.raises(RequestError, match="two or three coders, not 4"):
        disorder(Continuum([(i, 0, 4, "a") for i in range(4)], 10))
    with pytest.raises(RequestError, match="not 1"):
        gamma(Continuum([("i", 0, 4, "a")], 10), seed=1)
    with pytest.raises(RequestError, match="29 samples are too few"):
        gamma(Continuum([("i", 0, 4, "a"), ("j", 0, 4, "a")], 10), seed=1, samples=29)


def crowded(units: int) -> Continuum:
    """Three coders who found most of the same passages, of which many lie over each other."""
    rng = np.random.default_rng(units)
    passages = [
        (int(s), int(s) + int(rng.integers(50, 600)), "xyzwuv"[rng.integers(6)]) for s in rng.integers(0, 9000, units)
    ]
    marks = [
        (coder, start + int(rng.integers(0, 60)), end + int(rng.integers(60, 90)), label)
        for coder in "ijk"
        for start, end, label in passages
        if rng.random() < 0.8
    ]
    return Continuum(marks, 10_000)


def test_prices_change_the_way_and_not_the_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    text = crowded(25)
    monkeypatch.setattr(alignment, "_TRIALS_WITHOUT_PRICES", np.inf)
    plain = disorder(text)
    monkeypatch.setattr(alignment, "_TRIALS_WITHOUT_PRICES", 0)
    assert disorder(text) == pytest.approx(plain, abs=1e-9)


def test_a_crowded_text_is_still_exact_for_few_trials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alignment, "_TRIALS", 5000)
    found = disorder(crowded(60))
    assert found is not None
    assert 0 < found < 1


def test_too_many_ways_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alignment, "_TRIALS_WITHOUT_PRICES", 0)
    monkeypatch.setattr(alignment, "_TRIALS", 1)
    with pytest.raises(RequestError, match="too many ways to align"):
        disorder(crowded(25))


@unhurried
@given(
    st.integers(3, 9).flatmap(
        lambda n: st.tuples(
            st.just(n),
            st.lists(
                st.tuples(st.sets(st.integers(0, n - 1), min_size=2, max_size=3), st.integers(0, 30)), max_size=14
            ),
        )
    )
)  # fmt: skip
def test_no_cover_costs_less(drawn: tuple[int, list[tuple[set[int], int]]]) -> None:
    units, sets = drawn
    groups = [Group(tuple(sorted(members)), cost / 10) for members, cost in sets]

    def least(free: frozenset[int]) -> float:
        if not free:
            return 0.0
        first = min(free)
        ways = [g for g in groups if first in g.units and free.issuperset(g.units)]
        return min([1 + least(free - {first}), *(g.cost + least(free.difference(g.units)) for g in ways)])

    exact = least(frozenset(range(units)))
    assert cheapest_cover(range(units), groups, 1.0) == pytest.approx(exact, abs=1e-9)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(alignment, "_TRIALS_WITHOUT_PRICES", 0)
        assert cheapest_cover(range(units), groups, 1.0) == pytest.approx(exact, abs=1e-9)


# The parts


@unhurried
@given(
    st.integers(1, 4).flatmap(
        lambda n: st.integers(n, 5).flatmap(
            lambda k: st.lists(
                st.lists(st.integers(-9, 9), min_size=k, max_size=k), min_size=n, max_size=n
            )
        )
    )
)  # fmt: skip
def test_no_assignment_costs_less(table: list[list[int]]) -> None:
    matrix = np.array(table, dtype=np.float64)
    chosen = assign(matrix)
    assert len(set(chosen.tolist())) == len(table)
    best = min(
        sum(matrix[i, j] for i, j in enumerate(columns)) for columns in permutations(range(matrix.shape[1]), len(table))
    )
    assert matrix[np.arange(len(table)), chosen].sum() == pytest.approx(best)


def test_a_large_assignment_against_its_dual() -> None:
    matrix = np.random.default_rng(4).random((120, 150))
    chosen = assign(matrix)
    total = matrix[np.arange(120), chosen].sum()
    # No exchange of two rows, and no move to a free column, is better.
    swapped = matrix[:, chosen] + matrix[:, chosen].T
    kept = matrix[np.arange(120), chosen]
    assert (swapped - kept - kept[:, np.newaxis]).min() > -1e-9
    free = np.setdiff1d(np.arange(150), chosen)
    assert (matrix[:, free] - kept[:, np.newaxis]).min() > -1e-9
    assert total < np.sort(matrix, axis=1)[:, 1].sum()


def test_more_rows_than_columns_are_refused() -> None:
    with pytest.raises(RequestError, match="3 rows cannot get 2"):
        assign(np.zeros((3, 2)))
    assert assign(np.zeros((0, 2))).tolist() == []


def test_pieces_and_covers() -> None:
    groups = [Group((0, 1), 0.5), Group((3, 4), 0.2), Group((1, 2), 0.4)]
    assert [members for members, _ in pieces(6, groups)] == [[0, 1, 2], [3, 4]]
    assert pieces(3, []) == []
    assert cheapest_cover([0, 1, 2], [groups[0], groups[2]], 1.0) == pytest.approx(1.4)
    assert cheapest_cover([7], [], 1.0) == 1.0
