"""The case table and the links: strict reading, faults with lines, nothing twice."""

from __future__ import annotations

import pytest
from studies import TEXTS

from qcode.errors import FileFaults, RequestError
from qcode.services.cases import add_case, import_cases
from qcode.services.links import import_links


@pytest.fixture
def table(tmp_path):
    def write(text: str):
        path = tmp_path / "table.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def counts(report) -> tuple[int, int, int]:
    return (report.added, report.changed, report.unchanged)


def faults(caught) -> dict[int | None, str]:
    return {fault.line: fault.what for fault in caught.value.faults}


def test_cases_come_with_attributes_and_parties(anna):
    park, river, talks = anna.file.read.cases()
    assert (park.short_key, park.name, park.kind) == ("park", "The park", "dataset")
    assert park.attributes == {"mechanism": "arranged"}
    assert park.parties == (("donor", "Coast", None, None), ("recipient", "Hills", None, None))
    assert (river.parties, talks.kind) == ((), "other")
    assert anna.case("The park").uid == anna.case("pa").uid == park.uid


def test_a_second_import_changes_nothing_and_a_changed_table_only_what_differs(anna, table):
    from studies import CASES

    before = anna.file.read.state()
    assert counts(import_cases(anna, table(CASES))) == (0, 0, 3)
    assert anna.file.read.state() == before
    changed = CASES.replace("Failed talks", "Talks that failed") + "new,New,programme,,\n"
    assert counts(import_cases(anna, table(changed))) == (1, 1, 2)
    assert [case.short_key for case in anna.file.read.cases()] == ["park", "river", "talks", "new"]


def test_name_and_kind_have_defaults(anna, table):
    assert counts(import_cases(anna, table("key\nbare\n"))) == (1, 0, 0)
    bare = anna.case("bare")
    assert (bare.name, bare.kind, bare.parties) == ("bare", "dataset", ())


def test_every_faulty_row_is_named_and_nothing_is_imported(anna, table):
    text = (
        "key,kind,parties\n"
        "good,dataset,\n"
        ",dataset,\n"
        "film,movie,\n"
        "pair,dataset,donor\n"
        "empty-role,dataset,=X\n"
        "empty-name,dataset,donor=\n"
        "good,other,\n"
        f"{'x' * 81},dataset,\n"
    )
    with pytest.raises(FileFaults) as caught:
        import_cases(anna, table(text))
    found = faults(caught)
    assert sorted(found) == [3, 4, 5, 6, 7, 8, 9]
    assert "kind of case “movie”" in found[4]
    assert found[5] == "The party “donor” should read role=name, such as donor=Suzhou."
    assert found[8] == "The key “good” stands in line 2 already."
    assert len(anna.file.read.cases()) == 3


def test_a_table_without_keys_is_refused(anna, table):
    with pytest.raises(FileFaults, match="no column “key”; the columns are name, year"):
        import_cases(anna, table("name,year\na,2019\n"))


def test_unusual_mechanisms_and_guessed_encodings_are_remarked(anna, tmp_path):
    path = tmp_path / "cases.csv"
    path.write_bytes("key,name,mechanism\na,石岭县,ordered\n".encode("gb18030"))
    report = import_cases(anna, path)
    assert [(p.line, p.what) for p in report.problems] == [
        (2, "“ordered” in the column mechanism is none of arranged, mandated, self-initiated. Check the spelling.")
    ]
    assert len(report.notes) == 1
    assert report.encoding == "gb18030"
    path.write_bytes("case,transcript,stage\na,one,筹备\n".encode("gb18030"))
    assert "check that it reads well" in import_links(anna, path).notes[0]


def test_a_province_that_the_codes_confirm_is_no_problem(anna, table):
    parties = "donor=A@340824;recipient=B@340825"
    report = import_cases(anna, table(f"key,province,parties\na,Anhui,{parties}\nb,Anhui and Zhejiang,{parties}\n"))
    (problem,) = report.problems
    assert (problem.line, "The column province says" in problem.what, "Zhejiang" in problem.what) == (3, True, True)


def test_a_case_made_by_hand(anna):
    uid = add_case(anna, "hand", name="By hand", kind="general", attributes={"year": "2020"})
    case = anna.case("hand")
    assert (case.uid, case.name, case.kind, case.attributes) == (uid, "By hand", "general", {"year": "2020"})
    assert add_case(anna, "bare", attributes={}) == anna.case("bare").uid
    with pytest.raises(RequestError, match="There is a case “hand” already"):
        add_case(anna, "hand", attributes={})
    with pytest.raises(RequestError, match="kind of case “movie”"):
        add_case(anna, "x", kind="movie", attributes={})


LINKS = """\
case,transcript,start_quote,end_quote,start,end,stage
park,one,R: The province,We trusted them from the start.,,,planning
river,two,,,,,
park,three,,,5,10,
"""


def test_links_by_quotes_by_numbers_and_of_whole_transcripts(anna, table):
    assert counts(import_links(anna, table(LINKS))) == (3, 0, 0)
    names = {case.key: case.short_key for case in anna.file.read.cases()}
    first, second, third = anna.file.read.links(coders=None)
    start = TEXTS["one"].index("R: The province")
    end = TEXTS["one"].index("We trusted them from the start.") + len("We trusted them from the start.")
    assert (names[first.study_case], first.start, first.end, first.stage) == ("park", start, end, "planning")
    assert (names[second.study_case], second.start, second.end, second.stage) == ("river", None, None, None)
    assert (names[third.study_case], third.start, third.end) == ("park", 5, 10)


def test_links_are_not_added_twice_but_each_coder_has_their_own(anna, bo, table):
    path = table(LINKS)
    import_links(anna, path)
    assert counts(import_links(anna, path)) == (0, 0, 3)
    assert counts(import_links(bo, path)) == (3, 0, 0)


def test_links_of_several_coders_are_each_their_own(anna, table):
    text = "case,transcript,start,end,coder\npark,one,0,9,\npark,one,0,9,chen\nriver,one,0,9,Chen\n"
    assert counts(import_links(anna, table(text))) == (3, 0, 0)
    names = {coder.key: coder.name for coder in anna.file.read.coders()}
    assert sorted(names[link.coder] for link in anna.file.read.links(coders=None)) == ["anna", "chen", "chen"]
    assert counts(import_links(anna, table(text))) == (0, 0, 3)


def test_faulty_links_are_named_by_line(anna, table):
    text = (
        "case,transcript,start_quote,end_quote,start,end\n"
        "park,one,,,,\n"
        "prak,one,,,,\n"
        "park,eleven,,,,\n"
        "park,one,not there,We trusted them from the start.,,\n"
        "park,one,The river,We trusted them from the start.,,\n"
        "park,one,the river,the river,,\n"
        "park,one,R: The province,,,\n"
        "park,one,,,1,x\n"
        "park,one,,,1,100000\n"
        "park,one,,,7,\n"
        "park,one,There is an office,R: The province,,\n"
    )
    with pytest.raises(FileFaults) as caught:
        import_links(anna, table(text))
    found = faults(caught)
    assert sorted(found) == [3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    assert "Did you mean park" in found[3]
    assert found[5].startswith("The words of “start_quote” do not stand in the transcript.")
    assert found[7].startswith("The words of “start_quote” stand in the transcript more than once.")
    assert "belong together" in found[8]
    assert "whole numbers" in found[9]
    assert "does not lie inside" in found[10]
    assert "not there" not in str(caught.value)  # a fault never repeats what somebody said
    assert anna.file.read.links(coders=None) == []
