"""Codes that stand together, every number of it counted by hand."""

from __future__ import annotations

import pytest
from studies import put

from qcode.errors import RequestError
from qcode.services.cooccurrence import Together, TogetherAsked, together
from qcode.services.filters import Filters
from qcode.services.retrieval import find
from qcode.services.samples import build_sample
from qcode.services.study import Study

FIRST, SECOND, BOTH = "a budget for it.", "The revenue of the county was not enough.", "Nobody trusted anybody."
BETWEEN, THIRD = "budget for it. The revenue", "We trusted them from the start."


@pytest.fixture
def coded(anna, bo) -> Study:
    """In `one`: two passages of money, one of trust across both, one of trust alone; in `two` one passage of both."""
    put(anna, "one", "money", FIRST)
    put(anna, "one", "money", SECOND)
    put(anna, "one", "trust", BETWEEN)
    put(anna, "one", "trust", THIRD)
    put(anna, "one", "office", "There is an office for the river.")
    put(anna, "two", "money", BOTH)
    put(anna, "two", "trust", BOTH)
    put(bo, "one", "office", FIRST)
    return anna


def asked(study: Study, *codes: str, coders: str = "main", **more) -> Together:
    return together(study, TogetherAsked(Filters.parse(study, codes=codes, coders=coders), **more))


def test_overlaps_counted_by_hand(coded):
    found = asked(coded, "motive")
    shared = len("budget for it.") + len("The revenue") + len(BOTH)
    money = len(FIRST) + len(SECOND) + len(BOTH)
    trust = len(BETWEEN) + len(THIRD) + len(BOTH)
    share = round(shared / (money + trust - shared), 3)
    assert found.pair_table().rows == (("money", "trust", 3, 2, 3, 3, 2, 3, shared, share),)
    assert found.matrix().rows == (
        ("motive", "Motive", None, 0, 0),
        ("money", "Money", 0, None, 3),
        ("trust", "Trust", 0, 3, None),
    )
    assert found.matrix("segments").rows[1:] == (("money", "Money", 0, None, 3), ("trust", "Trust", 0, 2, None))
    assert found.matrix("shared").rows[1] == ("money", "Money", 0, None, shared)
    assert found.matrix("shared").title.endswith("shared (characters)")
    assert found.matrix("jaccard").rows[1] == ("money", "Money", 0.0, None, share)
    assert any(note.startswith("Looked at") for note in found.notes)


@pytest.mark.parametrize(
    ("way", "sentences", "pairs", "shared"),
    [("segment", 0, 1, 1), ("turn", 0, 5, 2), ("sentences", 0, 3, 3), ("sentences", 1, 4, None), ("sentences", 2, 5, None)],
)  # fmt: skip
def test_other_ways_of_standing_together(coded, way, sentences, pairs, shared):
    found = asked(coded, "money", beside=("trust",), way=way, sentences=sentences)
    ((_, _, number, *_, units, _),) = found.pair_table().rows
    assert number == pairs == len(found.meetings("money", "trust"))
    assert shared is None or units == shared
    assert [code.id for code in found.rows] == ["money"]
    assert [code.id for code in found.columns] == ["trust"]
    assert not any("sentencess" in note for note in found.notes)


def test_the_words_behind_a_number(coded):
    found = asked(coded, "money", beside=("trust",))
    table = found.meeting_table("trust", "money")
    assert [row[0] for row in table.rows] == ["one", "one", "two"]
    assert [(row[2], row[4]) for row in table.rows] == [(BETWEEN, FIRST), (BETWEEN, SECOND), (BOTH, BOTH)]
    for names in (("money", "money"), ("money", "office"), ("nothing", "money")):
        with pytest.raises(RequestError, match="not held against each other"):
            found.meetings(*names)


def test_two_coders_meet_only_where_anybody_counts(coded):
    assert asked(coded, "money", beside=("office",)).pair_table().rows == ()
    found = asked(coded, "money", beside=("office",), coders="any")
    ((_, _, pairs, transcripts, *_),) = found.pair_table().rows
    assert (pairs, transcripts) == (1, 1)
    assert any("of any coders" in note for note in found.notes)
    with pytest.raises(RequestError, match="never adds up coders"):
        asked(coded, coders="each")


def test_branches_stand_for_all_below_and_never_meet_themselves(coded):
    found = asked(coded, "motive", "money", whole=True, way="turn")
    assert found.matrix().rows == (("motive", "Motive", None, None), ("money", "Money", None, None))
    assert found.pair_table().rows == ()
    found = asked(coded, whole=True)
    assert [code.id for code in found.rows] == ["motive", "setup"]
    found = asked(coded, whole=True, beside=("trust",), way="turn")
    assert [code.id for code in found.rows] == ["motive", "setup"]
    assert found.matrix().rows == (("motive", "Motive", None), ("setup", "Setup", 0))
    found = asked(coded, "trust", whole=True, beside=("money",))
    assert found.matrix().rows == (("trust", "Trust", 3),)


def test_only_the_first_pairs(coded):
    put(coded, "one", "office", THIRD)
    table = asked(coded).pair_table(most=1)
    assert len(table.rows) == 1
    assert table.notes[0] == "1 more pairs of codes are not shown."


def test_a_share_without_a_base_is_empty(anna):
    assert asked(anna, "money", beside=("trust",)).matrix("jaccard").rows == (("money", "Money", None),)
    table = asked(anna, way="turn").pair_table()
    assert table.rows == ()
    assert table.notes[0] == "No two of these codes stand together in this way."


@pytest.mark.parametrize(("way", "sentences"), [("near", 0), ("turn", 1), ("sentences", -1), ("sentences", 101)])
def test_what_cannot_be_asked(anna, way, sentences):
    with pytest.raises(RequestError):
        asked(anna, way=way, sentences=sentences)


def test_a_number_of_segments_is_that_of_retrieval(tmp_path, settings):
    with Study.open(build_sample(tmp_path / "s")) as study:
        filters = Filters.parse(study, where="mechanism = arranged")
        found = together(study, TogetherAsked(filters))
        for row in found.rows:
            for column in found.columns:
                if row.id != column.id and found.counts.segments[found.rows.index(row), found.columns.index(column)]:
                    passages = find(study, f"={row.id} overlaps ={column.id}", filters)
                    number = found.counts.segments[found.rows.index(row), found.columns.index(column)]
                    assert len(passages) == number, (row.id, column.id)
                    assert len(found.meetings(row.id, column.id)) >= number
        assert found.counts.pairs.sum() > 0


def test_without_a_codebook(tmp_path, settings):
    new = Study.create(tmp_path / "new.qcode", title="New", coder="anna")
    with new as study, pytest.raises(RequestError, match="no codebook"):
        asked(study)
