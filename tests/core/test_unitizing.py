"""alpha_U by its definition, boundaries, and segments matched one to one."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qcode.core.continuum import Continuum, Mark
from qcode.core.measures import Undefined
from qcode.core.unitizing import (
    alpha_u,
    alpha_u_overall,
    boundary_pi,
    boundary_similarity,
    match_by_free_margins,
    match_segments,
    mean_boundary_similarity,
)
from qcode.errors import RequestError

unhurried = settings(deadline=None)
LENGTH = 30

spans_of_one = st.sets(st.integers(0, LENGTH), max_size=8).map(sorted).map(
    lambda cuts: [(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=False)]
)  # fmt: skip
rounds = st.lists(spans_of_one, min_size=2, max_size=3)


def continuum(coders: list[list[tuple[int, int]]]) -> Continuum:
    marks = [(i, start, end, "x") for i, spans in enumerate(coders) for start, end in spans]
    return Continuum(marks, LENGTH, coders=range(len(coders)))


def sections(spans: list[tuple[int, int]]) -> list[tuple[int, int, bool]]:
    """Segments and gaps, in order."""
    found, at = [], 0
    for start, end in spans:
        if start > at:
            found.append((at, start, False))
        found.append((start, end, True))
        at = end
    return [*found, (at, LENGTH, False)] if at < LENGTH else found


def observed_by_definition(coders: list[list[tuple[int, int]]]) -> float:
    total = 0
    for ours, theirs in permutations(coders, 2):
        for b, e, unit in sections(ours):
            for c, f, other in sections(theirs):
                if unit and other and b < f and c < e:
                    total += (b - c) ** 2 + (e - f) ** 2
                elif unit and not other and c <= b and e <= f:
                    total += (e - b) ** 2
                elif other and not unit and b <= c and f <= e:
                    total += (f - c) ** 2
    m = len(coders)
    return total / (m * (m - 1) * LENGTH**2)


def expected_by_definition(coders: list[list[tuple[int, int]]]) -> float:
    every = [section for spans in coders for section in sections(spans)]
    lengths = [e - b for b, e, unit in every if unit]
    gaps = [e - b for b, e, unit in every if not unit]
    total = 0.0
    for v in lengths:
        total += (len(lengths) - 1) / 3 * (2 * v**3 - 3 * v**2 + v)
        total += v**2 * sum(gap - v + 1 for gap in gaps if gap >= v)
    size = len(coders) * LENGTH
    return 2 / LENGTH * total / (size * (size - 1) - sum(v * (v - 1) for v in lengths))


@unhurried
@given(rounds)
def test_alpha_u_equals_its_definition(coders: list[list[tuple[int, int]]]) -> None:
    found = alpha_u(continuum(coders), "x")
    if not any(coders):
        assert found.reason is Undefined.NO_SEGMENT
        return
    assert found.observed == pytest.approx(observed_by_definition(coders), abs=1e-12)
    assert found.expected == pytest.approx(expected_by_definition(coders), abs=1e-12)
    if found.value is not None and found.observed is not None and found.expected is not None:
        assert found.value == pytest.approx(1 - found.observed / found.expected, abs=1e-12)


def test_alpha_u_over_labels_and_without() -> None:
    text = Continuum([("i", 0, 4, "A"), ("j", 1, 4, "A"), ("i", 6, 8, "B"), ("j", 6, 8, "B")], 10)
    a, b, overall = alpha_u(text, "A"), alpha_u(text, "B"), alpha_u_overall(text, ["A", "B", "never"])
    assert b.value == 1.0
    assert a.observed is not None
    assert (overall.observed, overall.units) == (a.observed, 4)
    assert overall.value is not None
    assert a.value is not None
    assert a.value < overall.value < 1
    assert alpha_u(text, "never").reason is Undefined.NO_SEGMENT
    assert alpha_u_overall(text, ["never"]).reason is Undefined.NO_SEGMENT
    assert alpha_u_overall(text, []).reason is Undefined.NO_SEGMENT
    assert alpha_u(Continuum([("i", 0, 4, "A")], 10), "A").reason is Undefined.NO_SHARED_DOCUMENT
    assert alpha_u(Continuum([], 0, coders=["i", "j"]), "A").reason is Undefined.NO_TEXT


def test_a_text_of_one_segment_each_has_no_chance() -> None:
    # Two segments as long as the text: chance can put neither anywhere else.
    whole = alpha_u(Continuum([("i", 0, 1, "A"), ("j", 0, 1, "A")], 1), "A")
    assert whole.reason is Undefined.ONE_VALUE


# Boundaries

lengths_of_segments = st.sets(st.integers(1, 19), max_size=8).map(lambda cuts: np.diff([0, *sorted(cuts), 20]).tolist())


@unhurried
@given(lengths_of_segments, lengths_of_segments, st.integers(1, 4))
def test_boundary_similarity_is_symmetric_and_bounded(first: list[int], second: list[int], nearness: int) -> None:
    found = boundary_similarity(first, second, nearness)
    assert found == boundary_similarity(second, first, nearness)
    if len(first) == len(second) == 1:
        assert found.reason is Undefined.NO_BOUNDARY
        return
    assert found.value is not None
    assert 0 <= found.value <= 1
    assert (found.value == 1) == (first == second)


def test_near_misses_by_hand() -> None:
    # Boundaries 4, 10 and 5, 12: one apart by 1, one by 2.
    assert boundary_similarity([4, 6, 10], [5, 7, 8], 1).value == 0
    assert boundary_similarity([4, 6, 10], [5, 7, 8], 2).value == pytest.approx(1 - 2.5 / 3)
    assert boundary_similarity([4, 6, 10], [5, 7, 8], 3).value == pytest.approx(1 - (1 / 3 + 2 / 3) / 2)


def test_boundaries_of_several_coders() -> None:
    assert mean_boundary_similarity([[10], [10], [4, 6]]).value == 0
    assert mean_boundary_similarity([[10], [10]]).reason is Undefined.NO_BOUNDARY
    assert boundary_pi([[10], [10]]).reason is Undefined.NO_BOUNDARY
    assert mean_boundary_similarity([[4, 6]]).reason is Undefined.NO_SHARED_DOCUMENT
    assert boundary_pi([[4, 6]]).reason is Undefined.NO_SHARED_DOCUMENT
    assert boundary_pi([[1] * 5, [1] * 5]).reason is Undefined.ONE_VALUE
    assert boundary_pi([[4, 6], [4, 6]]).value == 1


@pytest.mark.parametrize(("first", "second"), [([2, 3], [2, 4]), ([0, 5], [5]), ([-1, 6], [5])])
def test_texts_of_another_length_are_refused(first: list[int], second: list[int]) -> None:
    with pytest.raises(RequestError, match="must cut the same text"):
        boundary_similarity(first, second)


# Segments matched


def best_by_trying(pairs: list[tuple[int, int, float]]) -> float:
    """The largest sum of shares without a common segment, by trying all."""
    if not pairs:
        return 0.0
    (i, j, share), rest = pairs[0], pairs[1:]
    taken = share + best_by_trying([p for p in rest if p[0] != i and p[1] != j])
    return max(taken, best_by_trying(rest))


@unhurried
@given(spans_of_one, spans_of_one, st.sampled_from([0.01, 0.2, 0.5, 0.9, 1.0]))
def test_matches_add_up_to_the_most(ours: list[tuple[int, int]], theirs: list[tuple[int, int]], least: float) -> None:
    found = match_segments([Mark("i", *s, "x") for s in ours], [Mark("j", *s, "x") for s in theirs], least)
    pairs = []
    for i, (a, b) in enumerate(ours):
        for j, (c, d) in enumerate(theirs):
            both = max(0, min(b, d) - max(a, c))
            share = both / (b - a + d - c - both)
            if both and share >= least:
                pairs.append((i, j, share))
    assert sum(m.share for m in found.matched) == pytest.approx(best_by_trying(pairs), abs=1e-12)
    assert len({m.first for m in found.matched}) == len({m.second for m in found.matched}) == len(found.matched)
    assert len(found.matched) + len(found.only_first) == len(ours)
    assert len(found.matched) + len(found.only_second) == len(theirs)
    back = match_segments([Mark("j", *s, "x") for s in theirs], [Mark("i", *s, "x") for s in ours], least)
    assert sum(m.share for m in back.matched) == pytest.approx(sum(m.share for m in found.matched))
    assert all(m.share >= least for m in found.matched)


def test_matching_by_hand() -> None:
    ours = [Mark("i", 0, 100, "x"), Mark("i", 0, 100, "y"), Mark("i", 190, 200, "x"), Mark("i", 195, 210, "x")]
    theirs = [Mark("j", 4, 100, "x"), Mark("j", 192, 207, "x"), Mark("j", 300, 310, "z")]
    found = match_segments(ours, theirs, 0.7)
    # The two of one coder that overlap are one: 190 to 210.
    assert [(m.label, m.first.start, m.first.end, m.share) for m in found.matched] == [
        ("x", 0, 100, 0.96),
        ("x", 190, 210, 0.75),
    ]
    assert [label for label, _ in found.only_first] == ["y"]
    assert [label for label, _ in found.only_second] == ["z"]
    assert (found.start_error, found.end_error) == (3.0, 1.5)
    assert found.holsti.value == pytest.approx(4 / 6)
    assert match_by_free_margins(found, 3) == pytest.approx((4 / 6 - 1 / 3) / (2 / 3))
    assert match_by_free_margins(found, 1) is None


def test_nothing_marked_is_no_match() -> None:
    found = match_segments([], [])
    assert (found.matched, found.start_error, found.end_error) == ((), None, None)
    assert found.holsti.reason is Undefined.NO_SEGMENT
    assert match_by_free_margins(found, 3) is None


@pytest.mark.parametrize("share", [0, -0.5, 1.1])
def test_a_share_that_is_none_is_refused(share: float) -> None:
    with pytest.raises(RequestError, match="least share"):
        match_segments([], [], share)
