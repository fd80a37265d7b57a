"""Effects with intervals over blocks: against a slow reference, and where there is no interval."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qcode.core.distributions import t_quantile
from qcode.core.jackknife import MIN_INTERVAL_BLOCKS, BlockEffects, block_effects, jackknife_variance

Case = tuple[bool, bool, int]  # coded, inside, block
cases = st.lists(st.tuples(st.booleans(), st.booleans(), st.integers(0, 7)), max_size=40)


def effects_of(rows: Sequence[Case], *, level: float = 0.95) -> BlockEffects:
    coded, inside = (np.array([row[i] for row in rows], dtype=np.bool_) for i in (0, 1))
    return block_effects(coded, inside, np.array([row[2] for row in rows], dtype=np.int64), level=level)


def share(rows: Sequence[Case], *, inside: bool, added: int) -> float:
    coded = [row[0] for row in rows if row[1] == inside]
    return (sum(coded) + added) / (len(coded) + 2 * added)


def spread(values: Sequence[float]) -> float:
    mean = sum(values) / len(values)
    return (len(values) - 1) / len(values) * sum((v - mean) ** 2 for v in values)


@settings(deadline=None)
@given(cases)
def test_intervals_delete_one_block_at_a_time(rows: list[Case]) -> None:
    found = effects_of(rows)
    blocks = sorted({row[2] for row in rows})
    sides = [len({row[2] for row in rows if row[1] == side}) for side in (True, False)]
    assert [found.blocks_inside, found.blocks_outside] == sides
    if min(sides) < MIN_INTERVAL_BLOCKS:
        assert (found.risk_difference.low, found.odds_ratio.low) == (None, None)
        return
    left = [[row for row in rows if row[2] != block] for block in blocks]
    centre = share(rows, inside=True, added=1) - share(rows, inside=False, added=1)
    reach = math.sqrt(spread([share(some, inside=True, added=1) - share(some, inside=False, added=1) for some in left]))
    reach *= t_quantile(0.975, len(blocks) - 1)
    assert found.risk_difference.low == pytest.approx(max(centre - reach, -1), abs=1e-12)
    assert found.risk_difference.high == pytest.approx(min(centre + reach, 1), abs=1e-12)
    assert found.risk_difference.value == pytest.approx(
        share(rows, inside=True, added=0) - share(rows, inside=False, added=0), abs=1e-12
    )
    if len({row[0] for row in rows}) == 1:
        assert found.odds_ratio.value is None
        return

    def log_odds(some: Sequence[Case]) -> float:
        return math.log(share(some, inside=True, added=1) / (1 - share(some, inside=True, added=1))) - math.log(
            share(some, inside=False, added=1) / (1 - share(some, inside=False, added=1))
        )

    reach = math.sqrt(spread([log_odds(some) for some in left])) * t_quantile(0.975, min(sides) - 1)
    assert found.odds_ratio.low == pytest.approx(math.exp(log_odds(rows) - reach), rel=1e-9)
    assert found.odds_ratio.high == pytest.approx(math.exp(log_odds(rows) + reach), rel=1e-9)


def test_the_plain_numbers() -> None:
    rows = [(True, True, 0), (True, True, 1), (False, True, 2), (False, False, 3), (True, False, 4), (False, False, 5)]
    found = effects_of(rows)
    assert (found.coded_inside, found.inside, found.coded_outside, found.outside) == (2, 3, 1, 3)
    assert found.risk_difference.value == pytest.approx(1 / 3)
    assert found.odds_ratio.value == 4


def test_single_cases_have_a_design_effect_of_one() -> None:
    chance = np.random.default_rng(1)
    coded, inside = chance.random(400) < 0.4, np.arange(400) < 200
    found = block_effects(coded, inside, np.arange(400))
    assert found.design_effect == pytest.approx(1, abs=0.01)


def test_cases_that_repeat_their_block_have_the_design_effect_of_its_size() -> None:
    chance = np.random.default_rng(2)
    coded = np.repeat(chance.random(100) < 0.4, 4)
    found = block_effects(coded, np.arange(400) < 200, np.arange(400) // 4)
    assert found.design_effect == pytest.approx(4, rel=0.1)
    alone = block_effects(coded, np.arange(400) < 200, np.arange(400))
    assert found.risk_difference.low is not None
    assert alone.risk_difference.low is not None
    assert found.risk_difference.low < alone.risk_difference.low


def test_no_design_effect_without_variance_or_with_one_block_on_a_side() -> None:
    assert effects_of([(True, i < 5, i) for i in range(10)]).design_effect is None
    assert effects_of([(i % 2 == 0, i < 5, max(i, 4)) for i in range(10)]).design_effect is None


def test_a_column_without_cases_has_no_effect() -> None:
    found = effects_of([(True, False, 0), (False, False, 1)])
    assert (found.risk_difference.value, found.odds_ratio.value, found.design_effect) == (None, None, None)
    assert effects_of([]).inside == 0


def test_a_higher_level_gives_a_wider_interval() -> None:
    rows = [(i % 3 == 0, i < 8, i) for i in range(16)]
    narrow, wide = effects_of(rows, level=0.9).risk_difference, effects_of(rows, level=0.99).risk_difference
    assert narrow.low is not None
    assert wide.low is not None
    assert wide.low < narrow.low


def test_what_does_not_fit_is_refused() -> None:
    two, three = np.ones(2, dtype=np.bool_), np.arange(3)
    with pytest.raises(ValueError, match="different lengths"):
        block_effects(two, two, three)
    with pytest.raises(ValueError, match="level"):
        block_effects(two, two, three[:2], level=1)


def test_one_replicate_has_no_variance() -> None:
    assert jackknife_variance(np.array([3.0])) == 0
