"""Labels that may be one person: proposed with the doubt, and never sure unless only the spelling differs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcode.core.alike import MOST_LABELS, alike_labels


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("李主任（扶贫办）", "李主任(扶贫办)"),
        ("Li Ming", "Li-Ming"),
        ("ＷＡＮＧ", "wang"),
        ("I", "I."),
        ("王 主任", "王主任"),
    ],
)
def test_spellings_of_the_same_characters_are_sure(one, two):
    (pair,) = alike_labels([one, two])
    assert (pair.sure, pair.likeness) == (True, 100.0)


@pytest.mark.parametrize(
    ("one", "two", "doubt"),
    [
        ("李县长", "李副县长", "The title differs"),
        ("Mayor Weber", "Deputy Mayor Weber", "The title differs"),
        ("Herr Schmidt", "Herr Schmitt", "A letter differs"),
        ("Herr Schmid", "Herr Schmidt", "spelled longer"),
        ("official 1", "oficial 2", "A number differs"),
        ("李主任", "李主任（扶贫办）", "an addition in brackets"),
        ("李主任（财政局）", "李主任（扶贫办）", "what stands in brackets differs"),
    ],
)
def test_near_labels_are_proposed_with_what_speaks_against_it(one, two, doubt):
    (pair,) = alike_labels([one, two])
    assert not pair.sure
    assert doubt in pair.why
    assert pair.likeness < 100


@pytest.mark.parametrize(
    "labels",
    [
        ["I", "R"], ["S1", "S2"], ["问", "答"], ["A", "AB"], ["official 1", "official 2"], ["Wang Fang", "Li Ming"],
        ["(x)", "y"], ["【问】", "Wang"], ["", "…"], ["张", "王"],
    ],
)  # fmt: skip
def test_other_labels_are_not_proposed(labels):
    assert alike_labels(labels) == []


def test_the_sure_ones_come_first_and_only_so_many_are_compared():
    pairs = alike_labels(["李县长", "李副县长", "Wang", "wang."])
    assert [pair.sure for pair in pairs] == [True, False]
    numbered = [f"{chr(0x4E00 + 7 * n)}{chr(0x5E00 + 11 * n)}" for n in range(MOST_LABELS)]
    assert alike_labels([*numbered, "Wang", "wang."]) == []


@given(st.lists(st.text(max_size=12), max_size=6))
def test_only_given_labels_are_paired_and_numbers_are_never_sure(labels):
    for pair in alike_labels(labels):
        assert {pair.first, pair.second} <= set(labels)
        assert pair.why.endswith(".")
