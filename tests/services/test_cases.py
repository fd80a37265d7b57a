"""The case table and the links: strict reading, faults with lines, nothing twice."""

from __future__ import annotations

import pytest
from studies import TEXTS

from qcode.errors import FileFaults, RequestError, UnknownName
from qcode.services.case_edits import add_case, set_stages
from qcode.services.cases import import_cases
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
    assert "check that it reads well" in import_links(anna, path, any_stage=True).notes[0]


def test_a_province_that_the_codes_confirm_is_no_problem(anna, table):
    parties = "donor=A@340824;recipient=B@340825"
    report = import_cases(anna, table(f"key,province,parties\na,Anhui,{parties}\nb,Anhui and Zhejiang,{parties}\n"))
    (problem,) = report.problems
    assert (problem.line, "The column province says" in problem.what, "Zhejiang" in problem.what) == (3, True, True)


def test_a_case_made_by_hand(anna):
    uid = add_case(anna, "hand", name="By hand", kind="general", attributes={"year": "2020"}).uid
    case = anna.case("hand")
    assert (case.uid, case.name, case.kind, case.attributes) == (uid, "By hand", "general", {"year": "2020"})
    assert add_case(anna, "bare").uid == anna.case("bare").uid
    with pytest.raises(RequestError, match="There is a case “hand” already"):
        add_case(anna, "hand", attributes={})
    with pytest.raises(RequestError, match="kind of case “movie”"):
        add_case(anna, "x", kind="movie", attributes={})


def test_names_of_columns_are_known_however_they_are_written(anna, table):
    report = import_cases(
        anna, table("KEY,Kind,Parties,issue-area,Mechanism,mechansm_source\na,other,x=A,roads,arranged,?\n")
    )
    case = anna.case("a")
    assert (case.kind, case.parties[0].name) == ("other", "A")
    assert case.attributes == {"issue_area": "roads", "mechanism": "arranged", "mechansm_source": "?"}
    known = "“KEY” as key, “Kind” as kind, “Parties” as parties, “issue-area” as issue_area, “Mechanism” as mechanism"
    assert report.notes == (
        f"Columns read as known ones: {known}.",
        "The column “mechansm_source” is kept as an attribute of its own. Did you mean mechanism_source?",
    )
    assert import_cases(anna, table("key,Mechansm-Source\na,both\n")).changed == 1
    assert anna.case("a").attributes["mechansm_source"] == "both"  # a column that the study knows


def test_two_columns_for_one_field_are_a_fault(anna, table):
    with pytest.raises(FileFaults) as caught:
        import_cases(anna, table("key,Mechanism,mechanism\na,x,y\n"))
    assert faults(caught) == {1: "The columns “Mechanism” and “mechanism” are the same field. Keep one of them."}


def test_faults_of_header_rows_and_types_come_in_one_round(anna, table):
    text = "kee,kind,kind,parties\na,other,film,donor;x\nb,other\n"
    with pytest.raises(FileFaults) as caught:
        import_cases(anna, table(text), types={"yaer": "text", "kind": "roman"})
    assert [(fault.line, fault.what.partition(".")[0]) for fault in caught.value.faults] == [
        (1, "The column name “kind” stands more than once"),
        (1, "There is no column “key”; the columns are kee, kind, kind, parties"),
        (2, "There is no kind of case “film”"),
        (2, "The party “donor” should read role=name, such as donor=Suzhou"),
        (2, "The party “x” should read role=name, such as donor=Suzhou"),
        (3, "This row has 2 cells, but the header has 4 columns"),
        (None, "There is no column of attributes “yaer” in this project"),
        (None, "There is no column of attributes “kind” in this project"),
    ]
    assert "Rename “kee” if that is what it holds." in caught.value.faults[1].what
    with pytest.raises(RequestError, match="no type “roman”"):
        import_cases(anna, table("key,Year\na,2019\n"), types={"year": "roman"})
    with pytest.raises(UnknownName):
        import_cases(anna, table("key,year\na,2019\n"), types={"size": "number"})


def test_many_faults_are_counted_after_the_first_fifty(anna, table):
    with pytest.raises(FileFaults) as caught:
        import_cases(anna, table("key,kind\n" + "".join(f"k{i},film\n" for i in range(70))))
    assert len(caught.value.faults) == 51
    assert "20 more" in caught.value.faults[-1].what


def test_the_cell_that_makes_a_column_text_is_named(anna, table):
    rows = "".join(f"k{i},{2000 + i},{i}.5,x\n" for i in range(5))
    report = import_cases(anna, table(f"key,year,size,word\n{rows}a,about 2015,n.d.,y\n"))
    assert [(c.name, c.type) for c in report.columns] == [("year", "text"), ("size", "number"), ("word", "text")]
    (note,) = report.notes
    assert note == (
        "The column year is text because of line 7 (“about 2015”); the other 5 filled cells are years. "
        "`--type year=year` makes it a column of years, and lists such cells as odd."
    )
    assert [(p.line, p.what) for p in report.problems] == [
        (7, "“n.d.” in the column size is counted as not recorded. Better leave the cell empty.")
    ]
    report = import_cases(anna, table(f"key,year\n{'k1,2001' + chr(10)}a,about 2015\n"), types={"Year": "year"})
    assert report.notes == ()
    assert report.problems[0].placed == "line 3: “about 2015” in the column year does not fit its type, year."


def test_a_small_table_does_not_change_the_type_of_a_large_one(anna, table):
    import_cases(anna, table("key,year\n" + "".join(f"k{i},{2000 + i}\n" for i in range(20))))
    (column,) = import_cases(anna, table("key,year\nnew,soon\n")).columns
    assert column.type == "year"


def test_what_looks_wrong_is_judged_by_the_whole_case(anna, table):
    add_case(anna, "talk", kind="other", parties="x=A", attributes={"mechanism": "arranged"})
    report = import_cases(anna, table("key,mechanism_source\ntalk,both\n"))
    assert report.problems == ()
    assert anna.case("talk").attributes == {"mechanism": "arranged", "mechanism_source": "both"}


LINKS = """\
case,transcript,start_quote,end_quote,start,end,stage
park,one,R: The province,We trusted them from the start.,,,planning
river,two,,,,,
park,three,,,5,10,
"""


def test_links_by_quotes_by_numbers_and_of_whole_transcripts(anna, table):
    set_stages(anna, anna.case("park").uid, "planning:2009")
    assert counts(import_links(anna, table(LINKS))) == (3, 0, 0)
    names = {case.key: case.short_key for case in anna.file.read.cases()}
    first, second, third = anna.file.read.links(coders=None)
    start = TEXTS["one"].index("R: The province")
    end = TEXTS["one"].index("We trusted them from the start.") + len("We trusted them from the start.")
    assert (names[first.study_case], first.start, first.end, first.stage) == ("park", start, end, "planning")
    assert (names[second.study_case], second.start, second.end, second.stage) == ("river", None, None, None)
    assert (names[third.study_case], third.start, third.end) == ("park", 5, 10)


def test_links_are_not_added_twice_but_each_coder_has_their_own(anna, bo, table):
    path = table(LINKS.replace("planning", ""))
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


def test_a_stage_that_a_case_lacks_is_refused_and_near_ones_are_named(anna, table):
    set_stages(anna, anna.case("park").uid, "talks:2009; park:2012-")
    text = "case,transcript,stage\npark,one,Parck\npark,two,TALKS\nriver,two,planning\npark,three,zz\n"
    with pytest.raises(FileFaults) as caught:
        import_links(anna, table(text))
    assert faults(caught) == {
        2: "The case park has no stage “Parck”; its stages are talks, park. Did you mean park?",
        4: "The case river has no stages yet. Give it some first, such as `qcode cases set river stages=planning`.",
        5: "The case park has no stage “zz”; its stages are talks, park. `qcode cases set park stages=...` changes its "
        "stages.",
    }
    report = import_links(anna, table(text), any_stage=True)
    assert [problem.line for problem in report.problems] == [2, 4, 5]
    assert [link.stage for link in anna.file.read.links(coders=None)] == ["Parck", "talks", "planning", "zz"]
    with pytest.raises(FileFaults) as caught:
        import_links(anna, table("case,transcript,start,end,stage\npark,one,1,x,zz\n"))
    assert [fault.line for fault in caught.value.faults] == [2, 2]
    # What is there already may come again: an export can be imported.
    assert import_links(anna, table(text.replace("TALKS", "talks"))).unchanged == 4


def test_columns_of_links_are_known_and_a_misspelt_one_is_a_fault(anna, table):
    report = import_links(anna, table("Case,Transcript,Start,END,note\npark,one,0,9,x\n"))
    assert report.notes == (
        "Columns read as known ones: “Case” as case, “Transcript” as transcript, “Start” as start, “END” as end.",
        "Columns that were passed over: note.",
    )
    assert (anna.file.read.links(coders=None)[0].start, report.added) == (0, 1)
    with pytest.raises(FileFaults) as caught:
        import_links(anna, table("case,transcript,strat_quote\nprak,eleven,x\npark,one\n"))
    assert [(fault.line, fault.what.partition(".")[0]) for fault in caught.value.faults] == [
        (1, "There is no use for the column “strat_quote”"),
        (2, "There is no case “prak” in this project"),
        (2, "There is no transcript “eleven” in this project"),
        (3, "This row has 2 cells, but the header has 3 columns"),
    ]
    with pytest.raises(FileFaults) as caught:
        import_links(anna, table("kase,place\npark,one\n"))
    assert [fault.what for fault in caught.value.faults] == [
        "There is no use for the column “kase”. Did you mean case?",
        "There is no column “transcript”; the columns are kase, place.",
    ]
