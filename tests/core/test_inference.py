"""The permutation test over blocks: against enumeration by hand, Fisher's test, and simulated studies without an effect."""

from __future__ import annotations

from itertools import permutations as orders

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qcode.core import inference
from qcode.core.effects import benjamini_hochberg, fisher_exact
from qcode.core.inference import NO_COLUMN, Association, NotTestable, Observations, associate


def observed(
    column: list[int] | np.ndarray, block: list[int] | np.ndarray | None = None, words: np.ndarray | None = None
) -> Observations:
    label = np.array(column, dtype=np.int64)
    case = np.arange(len(label))
    of_case = case if block is None else np.array(block, dtype=np.int64)
    return Observations(case, label, of_case, np.ones(len(label), dtype=np.bool_), words)


def codes(*rows: list[int]) -> np.ndarray:
    return np.array(rows, dtype=np.bool_)


def reason_of(observations: Observations, columns: int = 2) -> NotTestable | None:
    coded = np.arange(len(observations.case)) % 3 == 0
    return associate(observations, coded[np.newaxis], columns).tests[0].reason


def by_hand(coded: list[int], column: list[int], words: np.ndarray | None, columns: int) -> float:
    """The p of single cases, over all orders of the columns, with T written out."""
    y, terms = np.array(coded, dtype=float), [np.ones(len(coded))]
    if words is not None:
        terms += [np.log(words), words]
    residual = y - np.column_stack(terms) @ np.linalg.lstsq(np.column_stack(terms), y, rcond=None)[0]
    share = np.bincount(column, minlength=columns) / len(column)

    def statistic(labels: tuple[int, ...]) -> float:
        scores = (np.array(labels)[:, np.newaxis] == np.arange(columns)) - share
        scores = scores * residual[:, np.newaxis]
        return float(sum(s.sum() ** 2 / (s**2).sum() for s in scores.T if (s**2).sum() > 1e-18))

    observed_value = statistic(tuple(column))
    values = [statistic(labels) for labels in set(orders(column))]
    return float(np.mean([value >= observed_value * (1 - 1e-9) for value in values]))


# Two columns need five blocks each, and ten blocks have 252 arrangements.
@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 1), min_size=10, max_size=10), st.permutations([0] * 5 + [1] * 5))
def test_single_cases_against_fisher(coded: list[int], column: list[int]) -> None:
    if len(set(coded)) == 1:
        return
    found = associate(observed(column), codes(coded), 2)
    a, c = (sum(x for x, k in zip(coded, column, strict=True) if k == side) for side in (0, 1))
    assert found.exact
    assert found.arrangements == found.compared == 252
    assert found.tests[0].p == pytest.approx(fisher_exact(a, 5 - a, c, 5 - c))


@pytest.mark.parametrize("seed", [1, 2])
def test_words_are_allowed_for_as_by_hand(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inference, "MIN_BLOCKS", 2)
    chance = np.random.default_rng(seed)
    coded, column = [0, 1, 1, 0, 1, 0, 1], [0, 0, 1, 1, 2, 2, 2]
    words = chance.lognormal(7, 1, 7)
    found = associate(observed(column, None, words), codes(coded), 3)
    assert found.arrangements == 210
    assert found.tests[0].p == pytest.approx(by_hand(coded, column, words, 3))


def test_a_code_that_goes_with_the_words_alone_is_not_told_from_chance() -> None:
    words = np.array([100.0, 1000.0] * 12)
    column = [int(w > 500) for w in words]
    found = associate(observed(column, None, words), codes([int(w > 500) for w in words]), 2)
    assert found.tests[0].reason is NotTestable.NO_VARIATION
    unadjusted = associate(observed(column), codes([int(w > 500) for w in words]), 2)
    assert unadjusted.tests[0].p is not None
    assert unadjusted.tests[0].p < 0.001


def study(seed: int, blocks: int = 40) -> tuple[Observations, np.ndarray]:
    """Blocks of one to four cases, each in one column and with codes of its own: no association."""
    chance = np.random.default_rng(seed)
    size = chance.integers(1, 5, blocks)
    block = np.repeat(np.arange(blocks), size)
    column = np.repeat(chance.permutation(np.arange(blocks) % 3), size)
    tilt = chance.beta(0.5, 0.7, (6, blocks))
    coded = chance.random((6, len(block))) < tilt[:, block]
    return observed(column, block, chance.lognormal(7, 0.5, len(block))), coded


def share_of_alarms(*, free: bool) -> float:
    """Share of codes with p of at most .05, over whole blocks or over cases as if they were independent."""
    found = []
    for seed in range(120):
        observations, coded = study(seed)
        if free:
            observations = observed(observations.column, None, observations.words)
        tests = associate(observations, coded, 3, permutations=199, seed=seed).tests
        found += [test.p <= 0.05 for test in tests if test.p is not None]
    assert len(found) == 720
    return float(np.mean(found))


def test_without_association_few_codes_raise_an_alarm() -> None:
    assert 0.02 < share_of_alarms(free=False) < 0.08
    assert share_of_alarms(free=True) > 0.15


def test_a_strong_association_is_found() -> None:
    observations, coded = study(5)
    coded[0] = observations.column == 1
    found = associate(observations, coded, 3)
    first = found.tests[0]
    assert first.p is not None
    assert first.p < 0.001
    assert not found.exact
    assert found.compared == 10_000
    assert first.smallest is not None
    assert 1e-4 <= first.smallest <= first.p


def same(a: Association, b: Association) -> bool:
    return [test.p for test in a.tests] == [test.p for test in b.tests]


def test_the_seed_decides() -> None:
    observations, coded = study(6)
    first, again, other = (associate(observations, coded, 3, permutations=300, seed=seed) for seed in (1, 1, 2))
    assert same(first, again)
    assert not same(first, other)


def test_parts_of_the_arrangements_give_what_the_whole_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    observations, coded = study(7)
    whole = associate(observations, coded, 3, permutations=300)
    monkeypatch.setattr(inference, "_CELLS_AT_ONCE", 5000)
    assert same(associate(observations, coded, 3, permutations=300), whole)


def test_the_order_of_rows_and_codes_does_not_matter() -> None:
    observations, coded = study(8)
    order = np.random.default_rng(1).permutation(len(observations.case))
    assert observations.words is not None
    turned = Observations(
        observations.case[order], observations.column[order], observations.block[order],
        observations.completed[order], observations.words[order],
    )  # fmt: skip
    found = associate(observations, coded, 3, permutations=300)
    again = associate(turned, coded[::-1, order], 3, permutations=300)
    assert [test.p for test in found.tests] == pytest.approx([test.p for test in again.tests[::-1]])


def test_many_tests_at_once_are_allowed_for() -> None:
    observations, coded = study(9)
    found = associate(observations, coded, 3, defines=np.array([True] + [False] * 5))
    assert found.tests[0].reason is NotTestable.DEFINES
    assert [test.q for test in found.tests] == benjamini_hochberg([test.p for test in found.tests])


def test_the_smallest_p_of_a_rare_code() -> None:
    found = associate(observed([0] * 6 + [1] * 6), codes([1] + [0] * 11, [1] * 6 + [0] * 6), 2)
    assert (found.tests[0].p, found.tests[0].smallest) == (1, 1)  # one case is in one column or the other
    assert found.tests[1].smallest == found.tests[1].p == pytest.approx(2 / 924)
    assert [test.coded for test in found.tests] == [1, 6]


def test_a_vector_that_moves_to_a_larger_block_is_stretched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inference, "MIN_BLOCKS", 1)
    column, block = [0, 1, 1, 0, 0, 0], [0, 0, 1, 1, 1, 1]
    observations = observed(column, block, np.array([2.0, 1, 4, 3, 2, 1]))
    monkeypatch.setattr(inference, "_LARGEST_SHARE", 0.9)
    found = associate(observations, codes([1, 0, 1, 1, 0, 0]), 2)
    assert (found.strata, found.arrangements, found.fixed) == (1, 2, 0)
    # Stretched to four, (0, 1) is (0, 0, 1, 1); squeezed to two, (1, 0, 0, 0) keeps its second and fourth place.
    grid = inference._Grid.build(observations, np.arange(6), 2)
    (stratum,) = grid.strata()
    scores = inference._scores(grid, stratum, np.array([[1.0, 2, 10, 20, 30, 40]]))
    difference = scores[:, stratum.patterns.index((0, 1))] - scores[:, stratum.patterns.index((1, 0, 0, 0))]
    assert difference[0].tolist() == [1 - 3, 2 - 0]
    assert difference[1].tolist() == [30 - 90, 70 - 10]


def test_too_few_blocks_in_a_column() -> None:
    assert reason_of(observed([0] * 12 + [1] * 4)) is NotTestable.FEW_BLOCKS
    assert reason_of(observed([0] * 12 + [1] * 8, [*range(12), 12, 12, 13, 13, 14, 14, 15, 15])) is (
        NotTestable.FEW_BLOCKS
    )
    assert reason_of(observed([0] * 12 + [1] * 5)) is None


def test_one_block_that_holds_most_cases() -> None:
    block = [0] * 13 + list(range(1, 13))
    assert reason_of(observed([0, 1] * 12 + [0], block)) is NotTestable.ONE_BLOCK


def test_one_column() -> None:
    assert reason_of(observed([1] * 12)) is NotTestable.ONE_COLUMN
    assert reason_of(observed([])) is NotTestable.ONE_COLUMN


def test_a_column_without_cases_takes_no_part() -> None:
    found = associate(observed([0] * 6 + [2] * 6), codes([1] * 5 + [0] * 7), 3)
    assert found.blocks_by_column == (6, 0, 6)
    assert found.tests[0].p == pytest.approx(12 / 792)


def test_nothing_to_exchange() -> None:
    # Every block has a case in each column, the most spoken of in column 0: all vectors are alike.
    block, column = np.repeat(np.arange(8), 2), np.tile([0, 1], 8)
    words = np.where(column == 0, 900.0, 100.0) + np.arange(16)
    found = associate(observed(column, block, words), codes([1, 0, 0] * 5 + [1]), 2)
    assert found.tests[0].reason is NotTestable.NO_EXCHANGE
    assert (found.fixed, found.arrangements, found.compared) == (8, 1, 0)


@pytest.mark.parametrize("value", [0, 1])
def test_no_variation(value: int) -> None:
    assert associate(observed([0] * 6 + [1] * 6), codes([value] * 12), 2).tests[0].reason is NotTestable.NO_VARIATION


def test_a_code_that_defines_the_column_says_so_even_where_nothing_can_be_tested() -> None:
    found = associate(observed([0] * 12), codes([1, 0] * 6, [1, 0] * 6), 2, defines=np.array([True, False]))
    assert [test.reason for test in found.tests] == [NotTestable.DEFINES, NotTestable.ONE_COLUMN]


def test_what_is_not_known_is_left_out_and_counted() -> None:
    rows = np.arange(16)
    observations = Observations(
        rows, np.array([0] * 6 + [1] * 6 + [NO_COLUMN, 0, 1, 1]), rows, rows != 13, np.where(rows == 14, 0.0, 10.0)
    )
    found = associate(observations, (rows % 2 == 0)[np.newaxis], 2)
    assert (found.rows, found.incomplete, found.without_column, found.without_words) == (13, 1, 1, 1)
    assert found.tests[0].coded == 6
    assert found.largest_share == 1 / 13


def test_a_case_may_stand_in_several_columns_but_in_one_block() -> None:
    case = np.repeat(np.arange(8), 2)
    both = Observations(case, np.tile([0, 1], 8), case, np.ones(16, dtype=np.bool_))
    assert associate(both, codes([1, 0] * 8), 2).blocks_by_column == (8, 8)
    with pytest.raises(ValueError, match="two blocks"):
        Observations(case, np.tile([0, 1], 8), np.arange(16), np.ones(16, dtype=np.bool_))


@pytest.mark.parametrize("words", [np.array([1.0, -1.0]), np.array([1.0, np.nan]), np.array([1.0, np.inf])])
def test_words_are_numbers(words: np.ndarray) -> None:
    with pytest.raises(ValueError, match="words spoken"):
        observed([0, 1], None, words)


def test_arrays_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="different lengths"):
        observed([0, 1], None, np.ones(3))
    with pytest.raises(ValueError, match="from 0 on"):
        observed([0, -2])
    with pytest.raises(ValueError, match="one entry per case"):
        associate(observed([0, 1]), codes([1, 0, 1]), 2)
    with pytest.raises(ValueError, match="one entry per case"):
        associate(observed([0, 1]), codes([1, 0]), 2, defines=np.ones(2, dtype=np.bool_))
    with pytest.raises(ValueError, match="beyond the 2 columns"):
        associate(observed([0, 2]), codes([1, 0]), 2)
    with pytest.raises(ValueError, match="nothing to compare"):
        associate(observed([0, 1]), codes([1, 0]), 2, permutations=0)
