"""Columns of a crosstab: attributes by their types, stages in their order, the mechanism of a stage."""

from __future__ import annotations

import pytest
from studies import put

from qcode.core.spans import Span
from qcode.errors import UnknownName
from qcode.services.case_columns import crosstab_columns
from qcode.services.case_edits import add_case, set_stages, set_values
from qcode.services.coding import assign_case, link_case, text_of
from qcode.services.passages import find_once
from qcode.services.study import Study
from qcode.services.tables import Table, crosstab

STAGES = "talks:2009-2012=mandated; park:2013-"


def row(table: Table, code: str = "money") -> dict[str, object]:
    (found,) = [r for r in table.rows if r[0] == code]
    return {name: value for name, value in zip(table.header[2:], found[2:], strict=True) if value}


def link(study: Study, case: str, first: str, last: str, stage: str | None = None) -> None:
    source = study.source("one")
    text = text_of(study, source)
    span = Span(find_once(text, first, "first").start, find_once(text, last, "last").end)
    assert link_case(study, study.case(case), source, text, span, stage)


@pytest.fixture
def coded(anna):
    """Three codings on the park: one in each stage, one in none; and one of the failed talks."""
    set_stages(anna, anna.case("park").uid, STAGES)
    link(anna, "park", "The province gave", "budget for it.", "talks")
    link(anna, "park", "The revenue", "not enough.", "park")
    link(anna, "park", "We trusted", "the start.")
    put(anna, "one", "money", "The province gave us a budget for it.")
    put(anna, "one", "money", "The revenue of the county was not enough.")
    put(anna, "one", "money", "We trusted them from the start.")
    assign_case(anna, put(anna, "one", "money", "The river was an order from above."), anna.case("talks"))
    return anna


def test_a_passage_of_a_stage_counts_under_the_mechanism_of_the_stage(coded):
    table = crosstab(coded, "Mechanism")
    assert table.title == "Codes by mechanism"
    assert row(table) == {"arranged": 2, "mandated": 1, "other": 1, "total": 4}
    assert "A passage of a stage with a mechanism of its own counts under that one: 1 coding(s)." in table.notes


def test_stages_stand_in_their_order(coded):
    table = crosstab(coded, "stage")
    assert table.header[2:] == ("talks", "park", "other", "not recorded", "unassigned", "total")
    assert row(table) == {"talks": 1, "park": 1, "not recorded": 1, "other": 1, "total": 4}
    assert any(note.startswith("Stages stand in their order") for note in table.notes)


def test_a_stage_by_hand_goes_before_links_and_may_be_gone(coded):
    uid = put(coded, "one", "trust", "The revenue of the county was not enough.")
    assign_case(coded, uid, coded.case("park"), "talks")
    assert row(crosstab(coded, "stage"), "trust") == {"talks": 1, "total": 1}
    assert row(crosstab(coded, "mechanism"), "trust") == {"mandated": 1, "total": 1}
    assign_case(coded, uid, coded.case("park"), "ruin")
    table = crosstab(coded, "stage")
    assert table.header[2:5] == ("talks", "park", "ruin")
    assert row(table, "trust") == {"ruin": 1, "total": 1}
    assert "Stages that no case has (any more): ruin." in table.notes
    assert row(crosstab(coded, "mechanism"), "trust") == {"arranged": 1, "total": 1}
    assign_case(coded, uid, coded.case("park"))
    assert row(crosstab(coded, "stage"), "trust") == {"park": 1, "total": 1}  # of the link of the same case


def test_a_passage_over_two_stages_is_several_by_stage_and_by_mechanism(coded):
    put(coded, "one", "trust", "us a budget for it. The revenue of the")
    link(coded, "park", "us a budget", "The revenue of the", "talks")
    link(coded, "park", "us a budget for", "The revenue of the", "park")
    assert row(crosstab(coded, "stage"), "trust") == {"several": 1, "total": 1}
    assert row(crosstab(coded, "mechanism"), "trust") == {"several": 1, "total": 1}
    set_stages(coded, coded.case("park").uid, "talks=arranged; park=arranged")
    assert row(crosstab(coded, "mechanism"), "trust") == {"arranged": 1, "total": 1}  # they share it


def test_stages_are_those_of_cases_of_every_kind(coded):
    set_stages(coded, coded.case("talks").uid, "begun=arranged; broken")
    uid = put(coded, "two", "money", "The road needs a budget")
    assign_case(coded, uid, coded.case("talks"), "broken")
    table = crosstab(coded, "stage")
    assert set(table.header[2:6]) == {"talks", "park", "begun", "broken"}
    assert row(table)["broken"] == 1
    assert row(crosstab(coded, "mechanism"))["other"] == 2  # by mechanism they stay under their kind


def test_whoever_the_coder_is_the_stage_is_found(coded, open_as):
    bo = open_as("bo")
    for study, stage in ((coded, "talks"), (bo, "park")):
        uid = put(study, "two", "trust", "Nobody trusted anybody.")
        assign_case(study, uid, study.case("park"), stage)
    assert row(crosstab(coded, "stage", coders="anna"), "trust") == {"talks": 1, "total": 1}
    assert row(crosstab(coded, "stage", coders="bo"), "trust") == {"park": 1, "total": 1}
    # Two coders of one stretch who differ: no stage by hand, and no link there.
    assert row(crosstab(coded, "stage", coders="any"), "trust") == {"not recorded": 1, "total": 1}
    assign_case(bo, uid, bo.case("park"), "talks")
    assert row(crosstab(coded, "stage", coders="any"), "trust") == {"talks": 1, "total": 1}
    assert row(crosstab(coded, "stage", coders="all"), "trust") == {"talks": 1, "total": 1}


def test_kinds_and_cases_are_columns(anna):
    source = anna.source("one")
    link_case(anna, anna.case("talks"), source, text_of(anna, source), None)
    put(anna, "one", "money", "revenue")
    by_kind, by_case = crosstab(anna, "kind"), crosstab(anna, "case")
    assert by_kind.header[2:] == ("dataset", "other", "unassigned", "total")
    assert row(by_kind, "money") == {"other": 1, "total": 1}
    assert by_case.header[2:] == ("park", "river", "talks", "unassigned", "total")
    assert row(by_case, "money") == {"talks": 1, "total": 1}
    assert not any("outside the data set" in note for note in (*by_kind.notes, *by_case.notes))
    set_values(anna, anna.case("park").uid, {"case": "first"})
    assert crosstab_columns(anna) == ["mechanism", "case", "kind"]
    assert crosstab(anna, "case").header[2:3] == ("first",)


def test_the_mechanism_is_a_column_before_one_is_recorded(anna):
    for case in anna.file.read.cases():
        set_values(anna, case.uid, {"mechanism": ""})
    assert crosstab_columns(anna)[0] == "mechanism"
    assert crosstab_columns(anna, recorded=True) == ["kind", "case"]
    source = anna.source("one")
    link_case(anna, anna.case("river"), source, text_of(anna, source), None)
    put(anna, "one", "money", "revenue")
    assert row(crosstab(anna, "mechanism"), "money") == {"not recorded": 1, "total": 1}


def test_what_can_be_a_column(anna):
    assert crosstab_columns(anna) == ["mechanism", "kind", "case"]
    with pytest.raises(UnknownName, match="mechanism"):
        crosstab(anna, "mechansm")
    with pytest.raises(UnknownName):
        crosstab(anna, "stage")
    set_stages(anna, anna.case("park").uid, "talks")
    set_values(anna, anna.case("park").uid, {"area": "x"})
    assert crosstab_columns(anna) == ["mechanism", "stage", "area", "kind", "case"]
    assert crosstab(anna, "mechanism").header[2:5] == ("arranged", "mandated", "other")


def test_an_attribute_called_stage_is_one_where_no_case_has_stages(anna):
    set_values(anna, anna.case("park").uid, {"stage": "early"})
    assert crosstab(anna, "stage").header[2] == "early"


def test_values_of_one_meaning_are_one_column_in_the_order_of_their_type(anna):
    for key, size, joined in (("a", "10", "yes"), ("b", "9.0", "是"), ("c", "9", "no"), ("d", "1,126", "nein")):
        add_case(anna, key, kind="dataset", attributes={"size": size, "open": joined})
    for key, quote in (("b", "The province gave us a budget for it."), ("c", "The revenue of the county")):
        assign_case(anna, put(anna, "one", "money", quote), anna.case(key))
    table = crosstab(anna, "size")
    assert table.header[2:5] == ("9", "10", "1126")
    assert row(table) == {"9": 2, "total": 2}
    assert "size: written in several ways, counted as one: 9 (9.0, 9)." in table.notes
    assert row(crosstab(anna, "open")) == {"yes": 1, "no": 1, "total": 2}


def test_crossings_are_columns_too(anna):
    set_values(anna, anna.case("park").uid, {"parties": "a=A@340824; b=B@421127"})
    set_values(anna, anna.case("river").uid, {"cross_provincial": "0"})
    assert crosstab(anna, "cross-provincial").header[2:4] == ("yes", "no")
