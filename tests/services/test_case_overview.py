"""What the list of cases shows: numbers of links and codings, doubts, order, types of columns."""

from __future__ import annotations

from pathlib import Path

import pytest
from studies import build, put

from qcode.core.spans import Span
from qcode.errors import RequestError, UnknownName
from qcode.services.case_edits import add_case, links_of, set_values
from qcode.services.case_overview import (
    CaseLine,
    CaseOverview,
    check_new_key,
    keep_shown_columns,
    party_words,
    set_column_type,
    shown_columns,
    transcripts_of_links,
)
from qcode.services.coding import apply_codes, assign_case, link_case, text_of
from qcode.services.study import Study


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return Study.open(build(tmp_path), coder="anna")


def line(study: Study, key: str) -> CaseLine:
    return next(line for line in CaseOverview(study).lines if line.case.short_key == key)


def link(study: Study, key: str, transcript: str, quote: str | None, stage: str | None = None) -> None:
    source = study.source(transcript)
    text = text_of(study, source)
    span = None if quote is None else Span(text.index(quote), text.index(quote) + len(quote))
    link_case(study, study.case(key), source, text, span, stage)


def test_links_and_my_codings_are_counted_by_place(study: Study, tmp_path: Path) -> None:
    link(study, "park", "one", "The revenue of the county was not enough.")
    link(study, "park", "one", None)
    link(study, "park", "two", None)
    put(study, "one", "money", "revenue of the county")
    put(study, "two", "money", "a budget")
    assign_case(study, put(study, "three", "office", "an office"), study.case("river"))
    with Study.open(study.file.path, coder="bo") as other:
        link(other, "park", "one", "The revenue of the county was not enough.")
        put(other, "one", "trust", "revenue")
    park, river = line(study, "park"), line(study, "river")
    assert (park.whole, park.passages, park.mine) == (2, 1, 2)  # bo linked the same place, and coded for themselves
    assert (river.whole, river.passages, river.mine) == (0, 0, 1)
    assert line(Study.open(study.file.path, coder="carl"), "park").mine == 0
    study.close()


def test_links_are_shown_as_the_list_of_links_has_them(study: Study) -> None:
    link(study, "park", "two", "a budget")
    link(study, "park", "one", "revenue")
    link(study, "park", "one", None)
    overview = CaseOverview(study)
    park = next(line for line in overview.lines if line.case.short_key == "park")
    shown = overview.links(park, 10)
    assert {x.uid for x in shown} == {x.uid for x in links_of(study, park.case.uid)}
    assert [(x.transcript, x.words) for x in shown] == [("one", ""), ("one", "revenue"), ("two", "a budget")]
    assert CaseOverview(study).links(park, 1) == shown[:1]
    assert overview.number_of_links(park) == 3
    places = transcripts_of_links(study)
    assert [places[x.uid] for x in shown] == [study.source(name).uid for name in ("one", "one", "two")]


def test_it_knows_when_it_is_stale(study: Study) -> None:
    overview = CaseOverview(study)
    assert not overview.stale()
    study.look(own_only=True)
    assert overview.stale()
    overview = CaseOverview(study)
    add_case(study, "new")
    assert overview.stale()


def test_cases_stand_in_the_order_of_a_column(study: Study) -> None:
    for key, year in (("park", "2015"), ("river", "900")):
        set_values(study, study.case(key).uid, {"budget": year})
    set_column_type(study, "budget", "number")
    link(study, "river", "one", "revenue")
    overview = CaseOverview(study)

    def keys(by: str, *, down: bool = False) -> list[str]:
        return [line.case.short_key for line in overview.arranged(by, down=down)]

    assert keys("") == ["park", "river", "talks"]
    assert keys("budget") == ["river", "park", "talks"]
    assert keys("budget", down=True) == ["park", "river", "talks"]  # without a value: last all the same
    assert keys("key", down=True) == ["talks", "river", "park"]
    assert keys("name") == ["talks", "park", "river"]
    assert keys("kind") == ["park", "river", "talks"]
    assert keys("passages", down=True)[0] == "river"


def test_doubts_and_what_follows_from_codes(study: Study) -> None:
    uid = study.case("park").uid
    set_values(
        study, uid, {"parties": "donor=A county@340824; recipient=B county@330127(2018)", "mechanism": "aranged"}
    )
    overview = CaseOverview(study)
    park = overview.lines[0]
    assert overview.doubts(park) == (
        "“aranged” in the column mechanism is none of arranged, mandated, self-initiated. Did you mean arranged?",
    )
    assert overview.doubts(overview.lines[1]) == overview.doubts(overview.lines[1]) == ()
    assert park.values["cross_provincial"] == "yes"
    assert overview.types["cross_provincial"] == "yes/no"
    assert "Zhejiang 浙江" in park.words
    assert [party_words(p) for p in park.case.parties] == [
        "A county · county · 340824 · Anhui 安徽", "B county · county · 330127 of 2018 · Zhejiang 浙江"
    ]  # fmt: skip


def test_the_type_of_a_column_is_set_and_left_to_the_cells_again(study: Study) -> None:
    for key, year in (("park", "2015"), ("river", "about 2016")):
        set_values(study, study.case(key).uid, {"year": year})
    assert CaseOverview(study).types["year"] == "text"
    assert set_column_type(study, "year", "year")
    overview = CaseOverview(study)
    assert overview.types["year"] == "year"
    assert overview.misfits("year", "year") == 1
    assert next(c for c in overview.columns if c.name == "year").given
    assert not set_column_type(study, "year", "year")
    assert set_column_type(study, "year", None)
    assert CaseOverview(study).types["year"] == "text"
    with pytest.raises(UnknownName, match="year"):
        set_column_type(study, "yaer", "year")


@pytest.mark.parametrize("key", ["park", " park ", "", "a\u200bb", "x" * 81])
def test_a_key_that_cannot_be_is_refused(study: Study, key: str) -> None:
    with pytest.raises(RequestError):
        check_new_key(study, key)


def test_a_free_key_can_be(study: Study) -> None:
    check_new_key(study, "合作")
    add_case(study, "合作")
    with pytest.raises(RequestError, match="already"):
        check_new_key(study, "合作")


def test_columns_are_kept_for_who_works_in_the_study(study: Study) -> None:
    assert shown_columns(study) is None
    keep_shown_columns(study, ["year", "省"])
    assert shown_columns(study) == ["year", "省"]
    with Study.open(study.file.path, coder="guest") as guest:
        keep_shown_columns(guest, ["year"])  # who wrote nothing has no place of their own
        assert shown_columns(guest) is None
    source = study.source("one")
    assert apply_codes(study, source, text_of(study, source), Span(0, 1), [study.codes().find("money").uid])
