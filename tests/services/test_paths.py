"""Paths that coders draw, chains of them, and the order of telling; all counted by hand."""

from __future__ import annotations

import pytest
from studies import put

from qcode.core.spans import Span
from qcode.errors import RequestError, UnknownName
from qcode.services.coding import link_case, redo, remove_coding, text_of, undo
from qcode.services.filters import Filters
from qcode.services.listings import find_coding
from qcode.services.passages import find_once
from qcode.services.paths import draw_path, drawn_paths, find_path, path_steps, remove_path
from qcode.services.study import Study
from qcode.services.told_order import told_order


def link(study: Study, case: str, transcript: str, first: str, last: str) -> None:
    source = study.source(transcript)
    text = text_of(study, source)
    span = Span(find_once(text, first, "first").start, find_once(text, last, "last").end)
    assert link_case(study, study.case(case), source, text, span)


@pytest.fixture
def coded(anna, bo) -> dict[str, str]:
    """Money, trust, office in `one` (about two cases), money and trust at one place in `two`."""
    link(anna, "park", "one", "R: The province", "We trusted them from the start.")
    link(anna, "river", "one", "R: The river", "office for the river.")
    return {
        "money": put(anna, "one", "money", "a budget for it."),
        "trust": put(anna, "one", "trust", "We trusted them from the start."),
        "office": put(anna, "one", "office", "There is an office for the river."),
        "elsewhere": put(anna, "two", "money", "The road needs a budget"),
        "beside": put(anna, "two", "trust", "The road needs a budget"),
        "bo": put(bo, "one", "money", "a budget for it."),
    }


def draw(study: Study, coded: dict[str, str], first: str, second: str) -> str | None:
    return draw_path(study, find_coding(study, coded[first]), find_coding(study, coded[second]))


def paths(study: Study, *codes: str, coders: str = "main"):
    return drawn_paths(study, Filters.parse(study, codes=codes, coders=coders))


def test_a_path_is_drawn_once_undone_and_removed(anna, bo, coded):
    uid = draw(anna, coded, "money", "trust")
    assert uid is not None
    assert draw(anna, coded, "money", "trust") is None
    assert [row[3:7] for row in paths(anna).table().rows] == [
        ("money", "a budget for it.", "trust", "We trusted them from the start.")
    ]
    assert paths(anna).table().rows[0][1:3] == ("one", "park")
    undo(anna)
    assert paths(anna).table().rows == ()
    redo(anna)
    with pytest.raises(RequestError, match="another coder's"):
        remove_path(bo, uid)
    remove_path(anna, uid)
    assert paths(anna).table().rows == ()
    with pytest.raises(RequestError, match="no path with the id"):
        find_path(anna, uid)
    with pytest.raises(RequestError, match="another one"):
        draw(anna, coded, "money", "money")


def test_chains_lead_through_all_steps(anna, coded):
    for first, second in (("money", "trust"), ("trust", "office"), ("elsewhere", "beside"), ("office", "money")):
        draw(anna, coded, first, second)
    found = paths(anna)
    assert found.counted().rows == (
        ("money", "trust", 2, 2, 1), ("office", "money", 1, 1, 2), ("trust", "office", 1, 1, 2)
    )  # fmt: skip
    steps = path_steps(anna, ["money", "trust", "setup"])
    assert steps == [["money"], ["trust"], ["setup", "office"]]
    assert found.counted(steps).rows == (("money", "trust", "office", 1, 1, 2),)
    assert found.counted(path_steps(anna, ["trust", "money"])).rows == ()
    assert found.counted(path_steps(anna, ["trust", "office", "money"])).rows == (
        ("trust", "office", "money", 1, 1, 2),
    )
    assert len(paths(anna, "setup").paths) == 2
    assert any("at one end at least" in note for note in paths(anna, "setup").notes)


def test_whose_paths_count(anna, bo, coded):
    draw(anna, coded, "money", "trust")
    assert draw(bo, coded, "bo", "trust")
    main = paths(anna)
    assert (len(main.paths), main.left_out) == (1, 1)
    assert any(note.startswith("Left out: 1 path") for note in main.notes)
    assert len(paths(anna, coders="any").paths) == 2
    assert paths(anna, coders="any").counted().rows == (("money", "trust", 1, 1, 1),)  # one segment, whoever coded it
    assert len(paths(anna, coders="each").table().rows) == 2
    with pytest.raises(RequestError, match="never adds up coders"):
        paths(anna, coders="each").counted()
    assert paths(anna, coders="bo").paths == []  # the other end is anna's coding
    assert draw(bo, coded, "money", "trust")
    assert len(paths(anna, coders="anna").paths) == 1
    assert any("Paths of anna count." in note for note in paths(anna, coders="anna").notes)


def test_a_path_waits_for_its_codings(anna, coded):
    draw(anna, coded, "money", "trust")
    remove_coding(anna, coded["money"])
    assert paths(anna).table().rows == ()
    assert paths(anna).left_out == 0


def test_a_path_outside_the_filters_is_told(anna, coded):
    draw(anna, coded, "money", "trust")
    found = drawn_paths(anna, Filters.parse(anna, where="mechanism = mandated"))
    assert (found.paths, found.left_out) == ([], 1)


def test_steps_must_be_apart(anna):
    with pytest.raises(RequestError, match="two steps"):
        path_steps(anna, ["money"])
    with pytest.raises(RequestError, match="“money” holds what another step holds already: money"):
        path_steps(anna, ["motive", "money"])
    with pytest.raises(UnknownName):
        path_steps(anna, ["mony", "trust"])


def test_the_order_of_telling_by_hand(anna, coded):
    table = told_order(anna, Filters.parse(anna), ["money", "trust"])
    assert table.rows == (("money", "trust", 1, 2, "one"),)  # in `two` both begin at one place
    assert "2 of 2 tellings" in table.notes[2]
    assert "in 1 of these money, trust begin in this order" in table.notes[2]
    table = told_order(anna, Filters.parse(anna), ["money", "trust", "setup"])
    assert table.rows == (("money", "trust", "office", 1, 1, "one"),)
    assert told_order(anna, Filters.parse(anna), ["setup", "trust"]).rows == (("office", "trust", 0, 1, ""),)


def test_the_order_of_telling_within_a_case(anna, coded):
    table = told_order(anna, Filters.parse(anna), ["money", "trust"], per="case")
    assert table.rows == (("money", "trust", 1, 1, "one (park)"),)
    assert any(note.startswith("Left out: 2 segment(s) of no known case.") for note in table.notes)
    assert told_order(anna, Filters.parse(anna), ["trust", "office"], per="case").rows == ()


def test_only_the_first_paths_are_shown(anna, coded):
    put(anna, "one", "motive", "The river was an order from above.")
    table = told_order(anna, Filters.parse(anna), ["motive", "setup"], most=1)
    assert len(table.rows) == 1
    assert "2 more paths are not shown." in table.notes
