"""Order of first mention: by hand, and against a slow reference."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qcode.core.contexts import CodingColumns
from qcode.core.paths import NOT_TOLD, FirstMentions, Path, first_mentions, order_of_mention, paths
from qcode.core.tabulate import Segments, merge_overlaps

Row = tuple[int, int, int, int, int]  # code, coder, source, start, length
rows_drawn = st.lists(
    st.tuples(st.integers(1, 4), st.integers(1, 2), st.integers(1, 3), st.integers(0, 9), st.integers(1, 3)),
    max_size=20,
)


def merged(rows: list[Row]) -> Segments:
    code, coder, source, start, length = np.array(rows, dtype=np.int64).reshape(-1, 5).T
    return merge_overlaps(CodingColumns(code, coder, source, start, start + length, np.zeros_like(code)))


def told(*starts: list[int]) -> FirstMentions:
    rows = np.zeros(len(starts), dtype=np.int64)
    return FirstMentions(tuple(range(1, len(starts[0]) + 1)), rows, rows, rows, np.array(starts))


def first_by_hand(rows: list[Row], codes: list[int]) -> dict[tuple[int, int], list[int]]:
    tellings = {(source, coder) for code, coder, source, *_ in rows if code in codes}
    return {
        (source, coder): [
            min((r[3] for r in rows if r[:3] == (code, coder, source)), default=NOT_TOLD) for code in codes
        ]
        for source, coder in tellings
    }


@settings(deadline=None)
@given(rows_drawn)
def test_first_mentions_and_their_order(rows: list[Row]) -> None:
    codes = [3, 1, 2]
    mentions, by_hand = first_mentions(merged(rows), codes), first_by_hand(rows, codes)
    keys = zip(mentions.source.tolist(), mentions.coder.tolist(), strict=True)
    assert dict(zip(keys, mentions.start.tolist(), strict=True)) == by_hand
    order = order_of_mention(mentions)
    for i, j in product(range(3), range(3)):
        both = [s for s in by_hand.values() if s[i] != NOT_TOLD and s[j] != NOT_TOLD]
        assert order.before[i, j] == sum(s[i] < s[j] for s in both)
        assert order.together[i, j] == sum(s[i] == s[j] for s in both)
    assert (order.before + order.before.T + order.together).trace() == order.together.trace()


@settings(deadline=None)
@given(rows_drawn)
def test_paths_of_two_steps_are_the_order_of_two_codes(rows: list[Row]) -> None:
    mentions = first_mentions(merged(rows), [1, 2, 3, 4])
    order = order_of_mention(mentions)
    found = paths(mentions, [[1, 2], [3, 4]])
    for path in found:
        a, b = (code - 1 for code in path.codes)
        assert path.in_order == order.before[a, b]
        assert path.together == order.before[a, b] + order.before[b, a] + order.together[a, b]
    assert [-p.in_order for p in found] == sorted(-p.in_order for p in found)


def test_contexts_are_told_apart_and_none_is_left_out() -> None:
    segments = merged([(1, 1, 1, 0, 2), (2, 1, 1, 5, 2), (1, 1, 1, 9, 2)])  # sorted by code: starts 0, 9, 5
    assert first_mentions(segments, [1, 2], np.array([7, 8, 8])).start.tolist() == [[0, NOT_TOLD], [9, 5]]
    assert first_mentions(segments, [1, 2], np.array([-1, 8, 8])).start.tolist() == [[9, 5]]
    with pytest.raises(ValueError, match="one context per segment"):
        first_mentions(segments, [1, 2], np.array([7]))
    with pytest.raises(ValueError, match="named twice"):
        first_mentions(segments, [1, 1])


def test_paths_of_three_steps() -> None:
    mentions = told([1, 5, 9, NOT_TOLD], [1, 9, 5, NOT_TOLD], [1, 5, NOT_TOLD, 9], [NOT_TOLD, 1, 2, 3])
    assert paths(mentions, [[1], [2], [3, 4, 99]]) == [Path((1, 2, 3), 2, 1), Path((1, 2, 4), 1, 1)]


def test_what_is_no_path() -> None:
    with pytest.raises(ValueError, match="two steps"):
        paths(told([1, 2]), [[1, 2]])
    with pytest.raises(ValueError, match="one step only"):
        paths(told([1, 2]), [[1], [2, 1]])


def test_nothing_told() -> None:
    mentions = first_mentions(merged([]), [1, 2])
    assert mentions.start.shape == (0, 2)
    assert order_of_mention(mentions).before.tolist() == [[0, 0], [0, 0]]
    assert paths(mentions, [[1], [2]]) == []
