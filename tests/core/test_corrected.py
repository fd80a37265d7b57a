"""Turns as people corrected them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcode.core.corrected import corrected_turns, turn_numbers

BASE = {"speakers": ["i", "r"], "turns": [[0, 3, 9, 0, 100], [10, 13, 40, 1, None], [42, 42, 50, None, None]]}


def places(**fields) -> list[tuple[int, int, int, int, str | None]]:
    named = {name.replace("__", ":"): value for name, value in fields.items()}
    return [(t.position, t.start, t.body, t.end, t.speaker) for t in corrected_turns({**BASE, **named})]


def test_without_corrections_it_is_the_import():
    assert places() == [(0, 0, 3, 9, "i"), (1, 10, 13, 40, "r"), (2, 42, 42, 50, None)]
    assert [turn.time_ms for turn in corrected_turns(BASE)] == [100, None, None]


def test_speakers_and_roles_of_turns():
    first, second, third = corrected_turns(
        {**BASE, "turn:0:speaker": "x", "turn:1:role": "other", "turn:2:speaker": "r", "turn:9:role": "text"}
    )
    assert (first.speaker, first.written, first.role) == ("x", "i", None)
    assert (second.speaker, second.role, third.speaker, third.written) == ("r", "other", "r", None)


def test_a_joined_turn_ends_the_one_before():
    assert places(turn__1__joined=True) == [(0, 0, 3, 40, "i"), (2, 42, 42, 50, None)]
    assert places(turn__1__joined=True, turn__2__joined=True) == [(0, 0, 3, 50, "i")]
    assert places(turn__0__joined=True, turn__1__joined=None) == places()


def test_splits_cut_what_is_said():
    found = places(split__30=[29, 33, "i"], split__30__speaker="i", split__20=[20, 20, None], split__30__role="other")
    assert found[1:4] == [(1, 10, 13, 20, "r"), (-20, 20, 20, 29, None), (-30, 30, 33, 40, "i")]
    assert [turn.written for turn in corrected_turns({**BASE, "split:30": [29, 33, "i"]})][1:3] == ["r", "i"]


@pytest.mark.parametrize(
    "split", [{"split:5": None}, {"split:13": [13, 13, None]}, {"split:40": [40, 40, None]}, {"split:41": [41, 41, None]},
              {"split:30": [31, 33, None]}, {"split:30": [12, 33, None]}, {"split:30": [29, 28, None]},
              {"split:30": [29, 41, None]}, {"split:-5": [1, 2, None]}, {"split:999": [1, 2, None]}],
)  # fmt: skip
def test_a_split_that_lies_in_no_turn_has_no_effect(split):
    assert corrected_turns({**BASE, **split}) == corrected_turns(BASE)


@pytest.mark.parametrize(
    "fields", [{"split:30": 5}, {"split:30": [1, 2]}, {"split:30": ["a", 30, None]}, {"split:30": [29, 30, 5]}, {"split:x": [29, 30, None]},
               {"turn:0:speaker": 5}, {"turn:0:role": ["x"]}, {"split:30": [29, 30, None], "split:30:role": 5},
               {"turns": [[0, 1]]}, {"turns": [[0, 1, 2, 7, None]]}, {"turns": [[0, 1, 2**63, 0, None]]}, {"speakers": [1]}],
)  # fmt: skip
def test_misshapen_fields_are_refused(fields):
    with pytest.raises((TypeError, ValueError, KeyError)):
        corrected_turns({**BASE, **fields})


@given(
    st.dictionaries(st.integers(1, 60), st.tuples(st.integers(-1, 2), st.integers(0, 3)), max_size=8),
    st.sets(st.integers(0, 2)),
)
def test_turns_stay_in_order_and_keep_their_text(splits, joined):
    fields = {f"split:{at}": [at - before, at + body, None] for at, (before, body) in splits.items()}
    fields |= {f"turn:{number}:joined": True for number in joined}
    turns = corrected_turns({**BASE, **fields})
    assert all(one.start <= one.body <= one.end <= two.start for one, two in pairwise(turns))
    assert (turns[0].start, turns[-1].end) == (0, 50)
    numbers = turn_numbers([turn.position for turn in turns])
    assert len(set(numbers)) == len(numbers)
    assert len({turn.position for turn in turns}) == len(turns)
