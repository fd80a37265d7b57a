"""Which blocks trade, and in how many ways."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qcode.core.rearranging import Stratum, arrangement_count, every_arrangement, random_arrangements, stratify


def strata_of(vectors: list[list[int]], exposure: list[float] | None = None) -> list[Stratum]:
    size = np.array([len(vector) for vector in vectors], dtype=np.int64)
    labels = np.array([label for vector in vectors for label in vector], dtype=np.int64)
    return stratify(labels, np.cumsum(size) - size, size, np.array(exposure or [0.0] * len(vectors)))


def test_sizes_with_enough_blocks_keep_to_themselves() -> None:
    strata = strata_of([[i % 2] for i in range(6)] + [[0, i % 2] for i in range(7)])
    assert [len(stratum.blocks) for stratum in strata] == [6, 7]


def test_rare_sizes_join_their_neighbours() -> None:
    strata = strata_of([[0], [1]] + [[0, 1]] * 3 + [[1, 1, 0]] * 2 + [[0] * 4] * 6)
    assert [stratum.blocks.tolist() for stratum in strata] == [list(range(7)), list(range(7, 13))]


def test_a_leftover_joins_what_is_half_its_size_and_else_stands_alone() -> None:
    singles = [[i % 2] for i in range(6)]
    assert [len(stratum.blocks) for stratum in strata_of([*singles, [0, 1]])] == [7]
    assert [len(stratum.blocks) for stratum in strata_of([*singles, [0, 1, 1]])] == [6, 1]
    assert [len(stratum.blocks) for stratum in strata_of([[0], [1]])] == [2]


@pytest.mark.parametrize(("blocks", "classes"), [(15, [15]), (16, [8, 8]), (24, [8, 8, 8]), (60, [20, 20, 20])])
def test_many_blocks_are_cut_into_classes_of_exposure(blocks: int, classes: list[int]) -> None:
    exposure = [float(-i) for i in range(blocks)]
    strata = strata_of([[i % 2] for i in range(blocks)], exposure)
    assert [len(stratum.blocks) for stratum in strata] == classes
    means = [np.mean([exposure[b] for b in stratum.blocks]) for stratum in strata]
    assert means == sorted(means)


def test_every_block_is_in_one_stratum_with_its_own_labels() -> None:
    chance = np.random.default_rng(1)
    vectors = [chance.integers(0, 3, int(chance.integers(1, 6))).tolist() for _ in range(40)]
    strata = strata_of(vectors, chance.random(40).tolist())
    assert sorted(b for stratum in strata for b in stratum.blocks.tolist()) == list(range(40))
    for stratum in strata:
        for block, pattern in zip(stratum.blocks.tolist(), stratum.pattern.tolist(), strict=True):
            assert list(stratum.patterns[pattern]) == vectors[block]


def test_no_blocks_no_strata() -> None:
    assert strata_of([]) == []
    assert arrangement_count([]) == 1


def stratum(counts: list[int], first: int = 0) -> Stratum:
    pattern = np.repeat(np.arange(len(counts)), counts)
    return Stratum(np.arange(first, first + len(pattern)), tuple((i,) for i in range(len(counts))), pattern)


@settings(deadline=None)
@given(st.lists(st.integers(1, 3), min_size=1, max_size=3), st.lists(st.integers(1, 2), min_size=1, max_size=2))
def test_every_arrangement_stands_there_once(some: list[int], others: list[int]) -> None:
    strata = [stratum(some), stratum(others, sum(some))]
    total = arrangement_count(strata)
    assert total == math.factorial(sum(some)) * math.factorial(sum(others)) // math.prod(
        map(math.factorial, [*some, *others])
    )
    rows = np.hstack(every_arrangement(strata))
    assert len({tuple(row) for row in rows.tolist()}) == len(rows) == total
    for part, counts in zip(every_arrangement(strata), (some, others), strict=True):
        assert all(np.bincount(row).tolist() == counts for row in part)


def test_random_arrangements_begin_with_the_observed_one_and_follow_the_seed() -> None:
    strata = [stratum([3, 2]), stratum([1, 1], 5)]
    drawn = random_arrangements(strata, 400, 7)
    assert [part[0].tolist() for part in drawn] == [[0, 0, 0, 1, 1], [0, 1]]
    assert all((again == part).all() for again, part in zip(random_arrangements(strata, 400, 7), drawn, strict=True))
    assert (random_arrangements(strata, 400, 8)[0] != drawn[0]).any()
    number = Counter(map(tuple, drawn[0][1:].tolist()))
    assert len(number) == 10  # 5! / (3! 2!), each about 40 times
    assert min(number.values()) > 15
