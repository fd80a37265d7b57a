"""Our coefficients of agreement against statsmodels, scikit-learn and nltk, each only where it is right.

Left out, because they are not: nltk's kappa, pi and S with missing values (they stop), nltk on a single value (it
says 1), scikit-learn and statsmodels on a single value (not-a-number). What we say there stands in the tests of the
modules themselves.
"""

from __future__ import annotations

import warnings
from collections.abc import Hashable, Sequence
from itertools import combinations

import numpy as np
import pytest
from nltk.metrics import agreement as nltk_agreement
from nltk.metrics import distance as nltk_distance
from sklearn.metrics import cohen_kappa_score, f1_score, jaccard_score
from statsmodels.stats.inter_rater import cohens_kappa, fleiss_kappa

from qcode.core.alpha import Level, alpha, alpha_categories, alpha_sets, jaccard_distance, masi_distance
from qcode.core.coincidence import IntArray
from qcode.core.measures import Undefined
from qcode.core.ratings import Weighting, contingency, ratings, ratings_of_table, weights
from qcode.core.reliability import (
    brennan_prediger,
    cohen,
    conger,
    fleiss,
    fleiss_categories,
    holsti,
    jaccard,
    mean_percent,
    pooled_kappa,
    scott,
)

EXACT = 1e-12
SEEDS = range(6)


def judgements(seed: int, coders: int, *, values: int = 4, units: int = 120) -> IntArray:
    """[units, coders]: coders who mostly see the same, each with a leaning of their own; every value is used."""
    chance = np.random.default_rng([seed, coders, values])
    truth = chance.choice(values, units, p=chance.dirichlet(np.full(values, 2.0)))
    leaning = np.stack([chance.choice(values, units, p=chance.dirichlet(np.ones(values))) for _ in range(coders)], 1)
    table = np.where(chance.random((units, coders)) < 0.6, truth[:, np.newaxis], leaning)
    table[:values] = np.arange(values)[:, np.newaxis]
    return table.astype(np.int64)


def with_gaps(table: IntArray, seed: int) -> list[list[int | None]]:
    gone = np.random.default_rng(seed).random(table.shape) < 0.3
    return [
        [None if g else int(v) for v, g in zip(row, holes, strict=True)] for row, holes in zip(table, gone, strict=True)
    ]


def nltk_task(rows: Sequence[Sequence[Hashable | None]], distance: object = None) -> nltk_agreement.AnnotationTask:
    """What nltk takes: it wants (coder, unit, value), and knows missing values by their absence."""
    data = [(f"c{c}", u, value) for u, row in enumerate(rows) for c, value in enumerate(row) if value is not None]
    return nltk_agreement.AnnotationTask(data=data, distance=distance or nltk_distance.binary_distance)


def times_given(table: IntArray) -> IntArray:
    """[units, values]: how many coders gave each value."""
    return np.stack([(table == value).sum(axis=1) for value in range(table.max() + 1)], axis=1)


# -- two coders


@pytest.mark.parametrize("seed", SEEDS)
def test_kappa_with_its_error_and_maximum(seed: int) -> None:
    table = judgements(seed, 2)
    ours = cohen(ratings(table.tolist()))
    judge = cohens_kappa(contingency(ratings(table.tolist())))
    assert ours.value == pytest.approx(judge.kappa, abs=EXACT)
    assert ours.standard_error == pytest.approx(judge.std_kappa, abs=EXACT)
    assert ours.maximum == pytest.approx(judge.kappa_max, abs=EXACT)
    assert ours.value == pytest.approx(cohen_kappa_score(table[:, 0], table[:, 1]), abs=EXACT)
    assert ours.value == pytest.approx(nltk_task(table.tolist()).kappa(), abs=EXACT)
    assert conger(ratings(table.tolist())).value == pytest.approx(judge.kappa, abs=EXACT)


@pytest.mark.parametrize(
    ("kind", "name", "power"), [(Weighting.LINEAR, "linear", 1), (Weighting.QUADRATIC, "quadratic", 2)]
)
@pytest.mark.parametrize("seed", SEEDS)
def test_weighted_kappa(kind: Weighting, name: str, power: int, seed: int) -> None:
    table = judgements(seed, 2, values=5)
    judged = ratings(table.tolist())
    ours = cohen(judged, weights(judged.values, kind))
    judge = cohens_kappa(contingency(judged), weights=np.arange(5), wt="linear" if power == 1 else "quadratic")
    assert ours.value == pytest.approx(judge.kappa, abs=EXACT)
    assert ours.standard_error == pytest.approx(judge.std_kappa, abs=EXACT)
    assert ours.value == pytest.approx(cohen_kappa_score(table[:, 0], table[:, 1], weights=name), abs=EXACT)
    # Distances up to 1: nltk divides only what is expected by a largest distance that one names, not what is observed.
    task = nltk_task(table.tolist(), lambda a, b: (abs(a - b) / 4) ** power)
    assert ours.value == pytest.approx(task.weighted_kappa(), abs=EXACT)


@pytest.mark.parametrize("seed", SEEDS)
def test_pi_and_the_coefficient_with_equal_chances(seed: int) -> None:
    table = judgements(seed, 2)
    judge = nltk_task(table.tolist())
    judged = ratings(table.tolist())
    assert scott(judged).value == pytest.approx(judge.pi(), abs=EXACT)
    assert brennan_prediger(judged).value == pytest.approx(judge.S(), abs=EXACT)
    assert mean_percent(judged).value == pytest.approx(judge.avg_Ao(), abs=EXACT)


@pytest.mark.parametrize("seed", SEEDS)
def test_overlap_of_two_coders(seed: int) -> None:
    first, second = judgements(seed, 2, values=2).T
    both = int((first & second).sum())
    ours = jaccard(both, int(first.sum()) - both, int(second.sum()) - both)
    assert ours.value == pytest.approx(jaccard_score(first, second), abs=EXACT)
    shared = holsti(both, int(first.sum()), int(second.sum()))
    assert shared.value == pytest.approx(f1_score(first, second), abs=EXACT)


def test_one_kappa_for_several_codes() -> None:
    """With one code it is Cohen's; several are the mean shares of agreement and of chance."""
    pairs = [judgements(seed, 2, values=2) for seed in SEEDS]
    tables = [contingency(ratings(pair.tolist(), values=[0, 1])) for pair in pairs]
    assert pooled_kappa(tables[:1]).value == pytest.approx(cohen_kappa_score(*pairs[0].T), abs=EXACT)
    judged = [nltk_task(pair.tolist()) for pair in pairs]
    observed = np.mean([task.avg_Ao() for task in judged])
    expected = np.mean([task.Ae_kappa("c0", "c1") for task in judged])
    assert pooled_kappa(tables).value == pytest.approx((observed - expected) / (1 - expected), abs=EXACT)


# -- several coders


@pytest.mark.parametrize("coders", [2, 3, 5])
@pytest.mark.parametrize("seed", SEEDS)
def test_several_coders_without_gaps(coders: int, seed: int) -> None:
    table = judgements(seed, coders)
    judged, given, task = ratings(table.tolist()), times_given(table), nltk_task(table.tolist())
    assert fleiss(judged).value == pytest.approx(fleiss_kappa(given, method="fleiss"), abs=EXACT)
    assert fleiss(judged).value == pytest.approx(task.pi(), abs=EXACT)
    assert brennan_prediger(judged).value == pytest.approx(fleiss_kappa(given, method="randolph"), abs=EXACT)
    assert brennan_prediger(judged).value == pytest.approx(task.S(), abs=EXACT)
    assert conger(judged).value == pytest.approx(task.multi_kappa(), abs=EXACT)
    assert mean_percent(judged).value == pytest.approx(task.avg_Ao(), abs=EXACT)
    for value, ours in fleiss_categories(judged).items():
        against_all_others = np.stack([given[:, value], coders - given[:, value]], axis=1)
        assert ours.value == pytest.approx(fleiss_kappa(against_all_others), abs=EXACT)


def test_the_mean_kappa_of_pairs_is_not_congers() -> None:
    """Of nltk, `kappa` is the mean over the pairs (Light 1971): ours of the pairs give it, Conger's is another."""
    table = judgements(1, 4)
    pairs = [cohen(ratings(table[:, pair].tolist())).value for pair in map(list, combinations(range(4), 2))]
    judge = nltk_task(table.tolist()).kappa()
    assert np.mean([value for value in pairs if value is not None]) == pytest.approx(judge, abs=EXACT)
    assert conger(ratings(table.tolist())).value != pytest.approx(judge, abs=1e-6)


# -- alpha


@pytest.mark.parametrize("gaps", [False, True])
@pytest.mark.parametrize("coders", [2, 3, 5])
@pytest.mark.parametrize("seed", SEEDS)
def test_alpha(*, seed: int, coders: int, gaps: bool) -> None:
    table = judgements(seed, coders)
    rows = with_gaps(table, seed) if gaps else table.tolist()
    judged = ratings(rows)
    assert alpha(judged).value == pytest.approx(nltk_task(rows).alpha(), abs=EXACT)
    intervals = nltk_task(rows, nltk_distance.interval_distance).alpha()
    assert alpha(judged, Level.INTERVAL).value == pytest.approx(intervals, abs=EXACT)
    assert alpha(judged, nltk_distance.interval_distance).value == pytest.approx(intervals, abs=EXACT)
    for value, ours in alpha_categories(judged).items():
        against = [[None if given is None else int(given == value) for given in row] for row in rows]
        assert ours.value == pytest.approx(nltk_task(against).alpha(), abs=EXACT)


@pytest.mark.parametrize("gaps", [False, True])
@pytest.mark.parametrize("seed", SEEDS)
def test_alpha_of_sets_of_codes(*, seed: int, gaps: bool) -> None:
    chance = np.random.default_rng(seed)
    truth = chance.random((60, 1, 4)) < 0.4
    given = truth ^ (chance.random((60, 3, 4)) < 0.15)
    given[~given.any(axis=2), 0] = True  # nltk divides by nothing where both sets are empty
    rows = [[frozenset(np.flatnonzero(codes).tolist()) for codes in unit] for unit in given]
    if gaps:
        gone = chance.random((60, 3)) < 0.3
        rows = [
            [None if g else v for v, g in zip(row, holes, strict=True)] for row, holes in zip(rows, gone, strict=True)
        ]
    for ours, judge in (
        (jaccard_distance, nltk_distance.jaccard_distance),
        (masi_distance, nltk_distance.masi_distance),
    ):
        assert alpha_sets(rows, ours).value == pytest.approx(nltk_task(rows, judge).alpha(), abs=EXACT)


def test_distances_of_sets() -> None:
    sets = [frozenset(c) for size in range(1, 5) for c in combinations("abcd", size)]
    for first in sets:
        for second in sets:
            assert jaccard_distance(first, second) == pytest.approx(nltk_distance.jaccard_distance(first, second))
            assert masi_distance(first, second) == pytest.approx(nltk_distance.masi_distance(first, second), abs=EXACT)


# -- where the judges contradict each other


def test_a_single_value_is_undefined_and_no_judge_says_so() -> None:
    rows = [["a", "a"], ["a", "a"]]
    assert nltk_task(rows).alpha() == 1.0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert np.isnan(cohen_kappa_score(["a", "a"], ["a", "a"], labels=["a"]))
    for ours in (alpha(ratings(rows)), cohen(ratings(rows)), fleiss(ratings(rows)), scott(ratings(rows))):
        assert ours.value is None
        assert ours.reason is Undefined.ONE_VALUE


def test_tables_of_counts_are_the_same_as_their_units() -> None:
    """Both take the table itself."""
    table = contingency(ratings(judgements(3, 2).tolist()))
    assert cohen(ratings_of_table(table)).value == pytest.approx(cohens_kappa(table).kappa, abs=EXACT)
