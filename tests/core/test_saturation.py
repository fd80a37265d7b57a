"""New codes per transcript: by hand, and against the exact mean over all orders."""

from __future__ import annotations

import math

import numpy as np
import pytest

from qcode.core.saturation import FIXED_CODEBOOK_WARNING, code_presence, new_information, saturation


def exact_mean(presence: np.ndarray) -> list[float]:
    number = len(presence)
    return [
        sum(1 - math.comb(number - n, t) / math.comb(number, t) for n in presence.sum(axis=0).tolist())
        for t in range(1, number + 1)
    ]


def test_presence_keeps_to_the_order_that_is_asked_for() -> None:
    source, code = np.array([5, 5, 6, 8, 6]), np.array([1, 3, 2, 1, 9])
    assert code_presence(source, code, [6, 7, 5], [3, 2]).tolist() == [[False, True], [False, False], [True, False]]


@pytest.mark.parametrize(("sources", "codes"), [([1, 1], [2]), ([1], [2, 2])])
def test_nothing_is_named_twice(sources: list[int], codes: list[int]) -> None:
    with pytest.raises(ValueError, match="named twice"):
        code_presence(np.array([1]), np.array([2]), sources, codes)


def test_random_orders_come_near_the_exact_mean() -> None:
    presence = np.random.default_rng(1).random((12, 20)) < 0.25
    presence[:, 3] = False
    found = saturation(presence, orders=4000)
    np.testing.assert_allclose(found.mean, exact_mean(presence), atol=0.2)
    assert (found.low <= found.mean).all()
    assert (found.mean <= found.high).all()
    assert found.total[-1] == found.mean[-1] == presence.any(axis=0).sum()
    assert found.total.tolist() == [presence[: i + 1].any(axis=0).sum() for i in range(12)]
    assert found.new.tolist() == np.diff(found.total, prepend=0).tolist()


def test_orders_follow_the_seed() -> None:
    presence = np.random.default_rng(2).random((8, 10)) < 0.3
    first, again, other = (saturation(presence, orders=50, seed=seed).mean for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()


def test_no_transcripts_and_no_codes() -> None:
    assert saturation(np.zeros((0, 3), dtype=np.bool_)).total.tolist() == []
    assert saturation(np.zeros((2, 0), dtype=np.bool_)).high.tolist() == [0, 0]
    with pytest.raises(ValueError, match="one random order"):
        saturation(np.zeros((2, 2), dtype=np.bool_), orders=0)


def test_the_share_of_new_information() -> None:
    total = np.array([4, 6, 9, 10, 11, 11, 12])
    assert new_information(total, base=4, run=2) == [0.1, 0.1]
    assert new_information(total, base=2, run=3) == pytest.approx([5 / 6, 2 / 6, 2 / 6])
    assert new_information(total, base=6, run=2) == []
    assert new_information(np.array([0, 0, 3]), base=2, run=1) == [None]
    assert new_information(total[:0]) == []
    with pytest.raises(ValueError, match="one transcript or more"):
        new_information(total, base=0)


def test_the_warning_is_there_to_be_shown() -> None:
    assert "fixed beforehand" in FIXED_CODEBOOK_WARNING
