"""One case by hand: checked as an import checks it, told what hangs on it, with its links."""

from __future__ import annotations

import pytest
from studies import TEXTS, put

from qcode.core.spans import Span
from qcode.errors import FileFaults, RequestError, UnknownName
from qcode.services.case_edits import (
    add_case,
    case_of,
    hanging_on,
    links_of,
    parties_line,
    remove_case,
    set_parties,
    set_stages,
    set_values,
    stages_line,
    unlink,
)
from qcode.services.case_values import find_stage, stage_doubt
from qcode.services.cases import import_cases
from qcode.services.coding import assign_case, link_case, text_of
from qcode.services.study import Study

PARTIES = "donor=Lanwan district@310115(2016); recipient=county X@340824"
STAGES = "talks:2009-2012=mandated; park:2013-"


def link(study: Study, case: str, transcript: str, span: Span | None, stage: str | None = None) -> str:
    source = study.source(transcript)
    uid = link_case(study, study.case(case), source, text_of(study, source), span, stage)
    assert uid
    return uid


def test_a_case_is_added_as_a_table_would_add_it(anna, tmp_path):
    edit = add_case(
        anna, "new", name="New", kind="dataset", parties=PARTIES, stages=STAGES, attributes={"Issue-Area": "roads"}
    )
    assert (edit.changed, edit.doubts) == (True, ())
    assert edit.notes == ("Columns read as known ones: “Issue-Area” as issue_area.",)
    case = case_of(anna, edit.uid)
    assert (parties_line(case), stages_line(case)) == (PARTIES, STAGES)
    path = tmp_path / "one.csv"
    path.write_text(
        f'key,name,kind,parties,stages,issue_area\nnew,New,dataset,"{PARTIES}","{STAGES}",roads\n', encoding="utf-8"
    )
    assert import_cases(anna, path).unchanged == 1


def test_what_looks_wrong_is_told_as_an_import_tells_it(anna, tmp_path):
    values = {"mechanism": "mandatd", "mechanism_source": "hearsay", "year": "20155"}
    edit = add_case(anna, "odd", kind="dataset", parties="province=Anhui@340824", attributes=values)
    assert set(edit.doubts) == {
        "“20155” in the column year does not fit its type, year.",
        "“mandatd” in the column mechanism is none of arranged, mandated, self-initiated. Did you mean mandated?",
        "“hearsay” in the column mechanism_source is none of documents, interview, both. Check the spelling.",
        "The code 340824 does not end in 00 and is that of a county, but the party is of the level province.",
        "A case of the data set has two parties or more; this one has one.",
    }
    again = set_values(anna, edit.uid, {"mechanism": "mandated", "mechanism_certainty": "sure"})
    assert again.doubts == (  # what looked wrong before is not told again
        "“sure” in the column mechanism_certainty is none of certain, likely, uncertain. Check the spelling.",
    )
    path = tmp_path / "odd.csv"
    path.write_text(
        "key,kind,mechanism,mechanism_source,year,parties\nb,dataset,mandatd,hearsay,20155,province=Anhui@340824\n",
        encoding="utf-8",
    )
    told = {problem.what for problem in import_cases(anna, path, types={"year": "year"}).problems}
    assert told == set(edit.doubts)


def test_a_value_is_held_to_what_other_cases_have(anna):
    for i in range(3):
        add_case(anna, f"k{i}", attributes={"size": str(i)})
    assert add_case(anna, "big", attributes={"size": "big"}).doubts == (
        "“big” in the column size does not fit its type, number.",
    )


def test_faults_come_all_at_once_and_nothing_is_stored(anna):
    before = anna.file.read.state()
    with pytest.raises(RequestError) as caught:
        add_case(anna, "park", kind="film", parties="donor; x=A", stages="a:9")
    assert [line.partition(".")[0] for line in str(caught.value).split("\n")] == [
        "There is no kind of case “film”",
        "The party “donor” should read role=name, such as donor=Suzhou",
        "The stage “a:9” should read name:years or name:years=mechanism",
        "There is a case “park” already",
    ]
    for values, what in (
        ({"key": "other"}, "key of a case cannot be changed"),
        ({"kind": "datasett"}, "Did you mean dataset"),
        ({"parties": "donor"}, "should read role=name"),
        ({"stages": "a; a"}, "stands twice"),
        ({"name": "x" * 81}, "1 to 80 characters"),
        ({"year": "1", "Year": "2"}, "are the same field"),
        ({" ": "1"}, "column needs a name"),
    ):
        with pytest.raises(RequestError, match=what):
            set_values(anna, anna.case("park").uid, values)
    for key in ("", "x" * 81, "a\u202eb"):
        with pytest.raises(RequestError, match="key of the case"):
            add_case(anna, key, name="x")
    with pytest.raises(RequestError, match="“parties” is no attribute"):
        add_case(anna, "x", attributes={"Parties": "a=b"})
    assert anna.file.read.state() == before


def test_fields_are_changed_one_by_one(anna):
    uid = anna.case("park").uid
    assert set_values(anna, uid, {"name": "Park", "year": "2016"}).changed
    assert not set_values(anna, uid, {"Name": "Park", "YEAR": " 2016 "}).changed
    case = case_of(anna, uid)
    assert (case.name, case.attributes["year"], len(case.parties)) == ("Park", "2016", 2)
    set_values(anna, uid, {"name": "", "year": "", "kind": "", "nothing": ""})
    case = case_of(anna, uid)
    assert (case.name, case.kind, case.attributes) == ("park", "dataset", {"mechanism": "arranged"})
    assert set_values(anna, uid, {"mechansm": "x"}).notes == (
        "The column “mechansm” is kept as an attribute of its own. Did you mean mechanism?",
    )
    assert set_values(anna, uid, {"mechansm": "y"}).notes == ()  # told once
    set_parties(anna, uid, "donor=Coast@31")
    assert parties_line(case_of(anna, uid)) == "donor=Coast@310000"
    set_parties(anna, uid, "")
    assert case_of(anna, uid).parties == ()


def test_a_stage_that_goes_while_it_is_used_is_told(anna):
    uid = anna.case("park").uid
    assert set_stages(anna, uid, STAGES).notes == ()
    link(anna, "park", "one", None, "talks")
    coding = put(anna, "one", "money", "The revenue of the county was not enough.")
    assign_case(anna, coding, anna.case("park"), "talks")
    edit = set_stages(anna, uid, "park:2013-")
    assert edit.notes == ("2 of the links and codings name the stage “talks”, which is gone.",)
    assert set_stages(anna, uid, "").notes == ()


def test_stages_are_found_by_name(anna):
    park = anna.case("park")
    assert find_stage(park, "any", any_stage=True) == "any"
    with pytest.raises(RequestError, match="no stages yet"):
        find_stage(park, "talks")
    set_stages(anna, park.uid, STAGES)
    park = anna.case("park")
    assert (find_stage(park, "Park"), find_stage(park, "TALKS", any_stage=True)) == ("park", "talks")
    assert stage_doubt(park, "") is stage_doubt(park, "park") is None
    assert "Did you mean talks" in (stage_doubt(park, "talk") or "")


def test_what_hangs_on_a_case_is_told_before_it_goes(anna, bo):
    uid = anna.case("river").uid
    assert hanging_on(anna, uid).words == ""
    mine = link(anna, "river", "one", None)
    assert hanging_on(anna, uid).words == "1 link of anna hangs on it."
    link(bo, "river", "two", Span(3, 9))
    assign_case(anna, put(anna, "one", "money", "The revenue of the county was not enough."), anna.case("river"))
    hanging = hanging_on(anna, uid)
    assert (hanging.links, hanging.codings, hanging.coders) == (2, 1, ("anna", "bo"))
    assert hanging.words == "2 links and 1 coding of anna, bo hang on it."
    with pytest.raises(RequestError, match="2 links and 1 coding of anna, bo hang on it"):
        remove_case(anna, uid)
    assert remove_case(anna, uid, anyway=True) == hanging
    with pytest.raises(UnknownName):
        anna.case("river")
    with pytest.raises(RequestError, match="not there any more"):
        links_of(anna, uid)
    add_case(anna, "river", attributes={"year": "2019"})
    assert case_of(anna, uid).attributes == {"year": "2019"}  # nothing of what it was
    assert hanging_on(anna, uid) == hanging
    unlink(anna, mine)
    assert hanging_on(anna, uid).links == 1


def test_a_case_without_anything_goes_at_once_and_a_table_brings_it_back(anna, tmp_path):
    uid = anna.case("talks").uid
    assert remove_case(anna, uid).words == ""
    assert [case.short_key for case in anna.file.read.cases()] == ["park", "river"]
    path = tmp_path / "again.csv"
    path.write_text("key,kind\ntalks,programme\n", encoding="utf-8")
    assert import_cases(anna, path).added == 1
    assert (case_of(anna, uid).kind, case_of(anna, uid).name) == ("programme", "talks")


def test_links_with_their_words(anna, bo):
    start = TEXTS["one"].index("The revenue")
    set_stages(anna, anna.case("park").uid, STAGES)
    first = link(bo, "park", "one", Span(start, start + 27), "talks")
    link(anna, "park", "two", None)
    found = links_of(anna, anna.case("park").uid)
    assert [(x.transcript, x.start, x.stage, x.coder, x.mine, x.words) for x in found] == [
        ("one", start, "talks", "bo", False, "The revenue of the county w"),
        ("two", None, None, "anna", True, ""),
    ]
    with pytest.raises(RequestError, match="not yours"):
        unlink(anna, first)
    anna.look(own_only=True)
    assert [x.coder for x in links_of(anna, anna.case("park").uid)] == ["anna"]
    unlink(bo, first)
    assert len(links_of(bo, bo.case("park").uid)) == 1


def test_a_fault_of_a_table_and_of_a_hand_are_the_same(anna, tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text("key,kind,parties,stages\nx,film,donor,a:9\n", encoding="utf-8")
    with pytest.raises(FileFaults) as table:
        import_cases(anna, path)
    with pytest.raises(RequestError) as hand:
        add_case(anna, "x", kind="film", parties="donor", stages="a:9")
    assert [fault.what for fault in table.value.faults] == str(hand.value).split("\n")
