"""Counts of cases, by hand: every number below can be found in the table above it."""

from __future__ import annotations

import openpyxl
import pytest

from qcode.errors import FileFaults, RequestError, UnknownName
from qcode.services.case_counts import count_cases
from qcode.services.case_edits import add_case
from qcode.services.case_files import export_cases, export_links
from qcode.services.cases import import_cases
from qcode.services.coding import link_case, text_of
from qcode.services.links import import_links
from qcode.services.listings import case_fields, case_table
from qcode.services.study import Study
from qcode.services.tables import crosstab

# c1 between two provinces; c2 inside one prefecture; c3 between prefectures; c4 by columns alone; c5 nothing known.
TABLE = """\
key,kind,mechanism,mechanism_source,mechanism_certainty,year,issue_area,province,cross_prefectural,parties,stages
c1,dataset,arranged,documents,certain,2016,economy,,,donor=A@340824;recipient=B@421127(2016),talks:2014-2015=mandated;park:2016-
c2,dataset,mandated,interview,likely,2009,environment,,,upstream=C@340824;downstream=D@340822,
c3,dataset,self-initiated,both,uncertain,2016,economy,,no,partner=E@340824;partner=F@340123,
c4,dataset,arranged,,,2012,poverty,Hubei,yes,partner=G;partner=H,a:2014=arranged
c5,dataset,,,,,,,,,
o1,other,arranged,,,2016,economy,,,,
"""


@pytest.fixture
def study(tmp_path, settings):
    with Study.create(tmp_path / "cases.qcode", title="Cases", coder="anna") as study:
        yield study


@pytest.fixture
def put(study, tmp_path):
    def write(text: str, name: str = "cases.csv", **options):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return import_cases(study, path, **options)

    return write


@pytest.fixture
def filled(study, put):
    put(TABLE)
    return study


def test_by_mechanism_in_the_order_of_the_study(filled):
    table = count_cases(filled, "mechanism")
    assert table.header == ("mechanism", "cases", "percent")
    assert table.rows == (
        ("arranged", 2, 40.0), ("mandated", 1, 20.0), ("self-initiated", 1, 20.0), ("not recorded", 1, 20.0),
    )  # fmt: skip
    assert table.total == ("total", 5, 100.0)
    assert table.notes[0] == "Counted: 5 cases of the kind dataset. Not counted: 1 other."
    assert table.notes[1].startswith("1 of the cases have another mechanism in some stage")


def test_by_year_in_order_and_other_kinds_if_asked(filled):
    assert [row[:2] for row in count_cases(filled, "year").rows] == [
        ("2009", 1), ("2012", 1), ("2016", 2), ("not recorded", 1),
    ]  # fmt: skip
    both = count_cases(filled, "kind", kinds=("dataset", "other"))
    assert [row[:2] for row in both.rows] == [("dataset", 5), ("other", 1)]
    assert both.notes[0] == "Counted: 6 cases of the kind dataset and other."


def test_a_case_between_provinces_counts_in_both_and_once_in_the_total(filled):
    table = count_cases(filled, "province")
    assert [row[:2] for row in table.rows] == [("Anhui 安徽", 3), ("Hubei 湖北", 2), ("not recorded", 1)]
    assert table.total[1] == 5
    assert "Provinces: by the codes of the parties for 3 cases, by the column province for 1." in table.notes
    assert any("Cases between provinces: 1. They count in each" in note for note in table.notes)
    two = count_cases(filled, "province", "mechanism")
    assert two.header == ("province", "arranged", "mandated", "self-initiated", "not recorded", "total")
    assert two.rows[0] == ("Anhui 安徽", 1, 1, 1, 0, 3)
    assert two.rows[1] == ("Hubei 湖北", 2, 0, 0, 0, 2)
    assert two.total == ("total", 2, 1, 1, 1, 5)


def test_crossings_follow_from_codes_before_columns(filled):
    table = count_cases(filled, "cross_prefectural")
    assert [row[:2] for row in table.rows] == [("yes", 3), ("no", 1), ("not recorded", 1)]
    assert table.notes[1] == (
        "cross_prefectural: by the codes of the parties for 3 cases, by the column for 1, unknown for 1."
    )
    assert [row[:2] for row in count_cases(filled, "cross_provincial").rows] == [
        ("yes", 1), ("no", 2), ("not recorded", 2),
    ]  # fmt: skip


def test_no_case_at_all_gives_an_empty_table(study):
    table = count_cases(study, "kind")
    assert (table.rows, table.total) == ((), ("total", 0, None))
    assert [note for note in count_cases(study, "province").notes if "between provinces" in note] == []


def test_what_cannot_be_counted(filled):
    with pytest.raises(UnknownName, match="Did you mean mechanism"):
        count_cases(filled, "mechansm")
    with pytest.raises(RequestError, match="kind of case “film”"):
        count_cases(filled, "year", kinds=("film",))
    with pytest.raises(RequestError, match="the same"):
        count_cases(filled, "year", "year")


def test_types_are_inferred_kept_where_they_were_set_and_inferred_again_elsewhere(study, put):
    report = put("key,year,size,since,open\na,2019,1.5,2019-07-03,yes\n")
    assert [tuple(c) for c in report.columns] == [
        ("year", "year", False), ("size", "number", False), ("since", "date", False), ("open", "yes/no", False),
    ]  # fmt: skip
    put("key,year,size\na,2019,1.5\n", types={"year": "text"})
    again = put("key,year,size\na,2019,big\n")
    assert [(c.type, c.given) for c in again.columns] == [("text", True), ("text", False)]
    assert [c.name for c in study.file.read.case_columns()] == ["year", "size", "since", "open"]
    with pytest.raises(UnknownName, match="Did you mean year"):
        put("key,year\na,2019\n", types={"yaer": "text"})
    with pytest.raises(RequestError, match="There is no type “roman”"):
        put("key,year\na,2019\n", types={"year": "roman"})


def test_only_what_the_table_has_columns_for_is_changed(study, put):
    put("key,name,kind,parties,stages,year\na,The A,other,donor=X,talks:2009,2019\n")
    before = study.case("a")
    report = put("key,year\na,2020\n")
    assert (report.added, report.changed) == (0, 1)
    after = study.case("a")
    assert after._replace(attributes={}) == before._replace(attributes={})
    assert after.attributes == {"year": "2020"}
    assert put("key,name,kind\na,,\n").changed == 1
    assert (study.case("a").name, study.case("a").kind) == ("a", "dataset")


def problems(report) -> list[tuple[int, str]]:
    return [(problem.line, problem.what) for problem in report.problems]


def test_problems_are_listed_with_their_row(put):
    rows = "".join(f"n{i},,,,2019,,,x=A;y=B,\n" for i in range(20))
    head = "key,mechanism,mechanism_source,mechanism_certainty,year,province,cross_prefectural,parties,stages\n"
    faulty = (
        "a,ordered,hearsay,very,soon,,,x=A;y=B,\n"
        "b,,documents,certain,2019,,,x=A;y=B,\n"
        "c,,,,2019,Hubei,no,x=Qianshan Hubei@340824;y=B@340123,\n"
        "d,,,,2019,,yes,x=A@340824,late:2015;early:2009=ordered\n"
        "e,,,,2019,Hubei,,x=A@340824;y=B,\n"
        f"f,{'o' * 50},,,2019,,,x=A@990101;y=B,\n"
    )
    found = problems(put(head + rows + faulty))
    assert found == [
        (22, "“soon” in the column year does not fit its type, year."),
        (22, "“ordered” in the column mechanism is none of arranged, mandated, self-initiated. Check the spelling."),
        (22, "“hearsay” in the column mechanism_source is none of documents, interview, both. Check the spelling."),
        (22, "“very” in the column mechanism_certainty is none of certain, likely, uncertain. Check the spelling."),
        (23, "There is a mechanism_source, but no mechanism."),
        (23, "There is a mechanism_certainty, but no mechanism."),
        (24, "The code 340824 lies in Anhui 安徽, but the name says Hubei 湖北."),
        (24, "The column cross_prefectural says no, but the codes of the parties say yes."),
        (24, "The column province says Hubei 湖北, but the codes of the parties lie in Anhui 安徽."),
        (25, "“ordered”, the mechanism of the stage “early”, is none of arranged, mandated, self-initiated. Check the spelling."),
        (25, "The stage “early” begins before the stage “late”, which stands before it."),
        (25, "A case of the data set has two parties or more; this one has one."),
        (27, f"“{'o' * 39}…” in the column mechanism is none of arranged, mandated, self-initiated. Check the spelling."),
        (27, "The code 990101 begins with 99, which is no province of the mainland."),
    ]  # fmt: skip


def test_faulty_parties_and_stages_stop_the_import(study, put):
    with pytest.raises(FileFaults) as caught:
        put("key,parties,stages\na,donor=X@123;y,\nb,,soon:later\n")
    assert [fault.line for fault in caught.value.faults] == [2, 2, 3]
    assert study.file.read.cases() == []


def test_a_workbook_names_its_rows(study, tmp_path):
    workbook = openpyxl.Workbook()
    for row in (("key", "year", "mechanism"), ("a", 2016, "ordered"), ("b", 2017, "arranged")):
        workbook.active.append(row)
    workbook.save(tmp_path / "cases.xlsx")
    report = import_cases(study, tmp_path / "cases.xlsx")
    assert (report.added, report.encoding) == (2, "xlsx")
    assert report.problems[0].placed.startswith("row 2: “ordered”")
    assert study.case("a").attributes["year"] == "2016"


def test_the_case_table_goes_out_and_comes_back_unchanged(filled, tmp_path, put):
    put("key,level,remark\nc1,-5,=1+1\nc2,2.50,-draft\nc3,many,'quoted\n" + "".join(f"n{i},1,\n" for i in range(60)))
    path = tmp_path / "out.csv"
    assert export_cases(filled, path) == 66
    text = path.read_text(encoding="utf-8-sig")
    assert text.splitlines()[0] == (
        "key,name,kind,mechanism,mechanism_source,mechanism_certainty,year,issue_area,province,cross_prefectural,"
        "level,remark,parties,stages"
    )
    assert ",-5,'=1+1," in text
    assert ",2.50,'-draft," in text
    with Study.create(tmp_path / "second.qcode", title="Second", coder="bo") as second:
        assert import_cases(second, path).added == 66
        strip = [case._replace(key=0) for case in second.file.read.cases()]
        assert strip == [case._replace(key=0) for case in filled.file.read.cases()]
        assert second.file.read.case_columns() == filled.file.read.case_columns()
    with pytest.raises(RequestError, match="file of this name"):
        export_cases(filled, path)


def test_the_list_and_one_case(filled):
    table = case_table(filled)
    assert table.header[3:] == (
        "mechanism", "mechanism_source", "mechanism_certainty", "year", "issue_area", "province", "cross_prefectural",
        "cross_provincial", "links",
    )  # fmt: skip
    assert table.rows[0][9:11] == ("yes", "yes")
    assert table.rows[3][9:11] == ("yes", "")
    shown = case_fields(filled.case("c1"))
    assert shown[-4:] == [
        ("donor", "A · 340824 · Anhui 安徽"), ("recipient", "B · 421127 of 2016 · Hubei 湖北"),
        ("stage", "talks:2014-2015=mandated"), ("stage", "park:2016-"),
    ]  # fmt: skip


def test_links_go_out_and_come_back(anna, bo, tmp_path):
    source = anna.source("one")
    text = text_of(anna, source)
    link_case(anna, anna.case("park"), source, text, None, "talks")
    table = tmp_path / "links.csv"
    table.write_text("case,transcript,start,end\nriver,two,3,20\n", encoding="utf-8")
    import_links(bo, table)
    assert export_links(anna, table, overwrite=True) == 2
    assert table.read_text(encoding="utf-8-sig").splitlines() == [
        "case,transcript,start,end,stage,coder", "park,one,,,talks,anna", "river,two,3,20,,bo",
    ]  # fmt: skip
    report = import_links(anna, table)
    assert (report.added, report.unchanged, report.problems) == (0, 2, ())
    before = anna.file.read.state()
    assert export_links(anna, tmp_path / "links.xlsx") == 2
    assert (import_links(anna, tmp_path / "links.xlsx").unchanged, anna.file.read.state()) == (2, before)
    anna.look(own_only=True)
    assert export_links(anna, table, overwrite=True) == 1


def test_codes_are_counted_by_what_follows_from_parties(anna, tmp_path):
    path = tmp_path / "codes.csv"
    path.write_text("key,parties\npark,donor=A@340824;recipient=B@421127\n", encoding="utf-8")
    import_cases(anna, path)
    assert "yes" in crosstab(anna, "cross_provincial").header


def test_columns_of_cases_made_by_hand_come_last(filled):
    add_case(filled, "hand", kind="dataset", attributes={"size": "12", "year": "2020"})
    assert [row[:2] for row in count_cases(filled, "size").rows] == [("12", 1), ("not recorded", 5)]
    with pytest.raises(RequestError, match="should read role=name"):
        add_case(filled, "x", parties="donor", attributes={})


def test_a_text_that_names_no_province_stands_for_itself(study, put):
    put("key,province\na,North\nb,安徽\n")
    assert [row[0] for row in count_cases(study, "province").rows] == ["Anhui 安徽", "North"]


def test_what_means_the_same_is_counted_as_one(study, put):
    cells = ("yes,5", "是,5.0", 'true,"1,126"', "Ja,1126", "0,n.d.", "nein,7")
    put("key,open,size\n" + "".join(f"c{i},{cell}\n" for i, cell in enumerate(cells)), types={"open": "yes/no"})
    table = count_cases(study, "Open")
    assert [row[:2] for row in table.rows] == [("yes", 4), ("no", 2)]
    assert "open: written in several ways, counted as one: yes (yes, 是, true, Ja); no (0, nein)." in table.notes
    table = count_cases(study, "size")
    assert [row[:2] for row in table.rows] == [("5", 2), ("7", 1), ("1126", 2), ("not recorded", 1)]
    assert "size: counted as not recorded: “n.d.”." in table.notes
    assert study.case("c2").attributes == {"open": "true", "size": "1,126"}


def test_many_ways_of_writing_are_not_all_listed(study, put):
    put("key,size\n" + "".join(f"c{i},{i % 7}\nd{i},{i % 7}.0\n" for i in range(7)))
    (note,) = [note for note in count_cases(study, "size").notes if "several ways" in note]
    assert note.endswith("4 (4, 4.0) and 2 more.")


def test_an_export_changes_nothing_when_it_comes_back(study, put, tmp_path):
    put(TABLE)
    put("key,size,remark,who\nx,5.0,=1+1,\ny,\"1,126\",'=2,\nz,007,''@x,\nw,12,'quoted,_x000D_\n")
    put('key,people\nx,"1,126"\ny,12\nz,2.50\n')
    add_case(study, "hand", parties="a=A@34; b=B@3408", stages="s", attributes={"own": "-1", "other": ""})
    cases = study.file.read.cases()
    for name in ("out.csv", "out.xlsx"):
        assert export_cases(study, tmp_path / name) == 11
        report = import_cases(study, tmp_path / name)
        assert (report.added, report.changed, report.unchanged) == (0, 0, 11)
        assert study.file.read.cases() == cases
        with Study.create(tmp_path / f"{name}.qcode", title="Second", coder="bo") as second:
            import_cases(second, tmp_path / name)
            strip = [case._replace(key=0) for case in second.file.read.cases()]
            assert strip == [case._replace(key=0) for case in cases]
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    cells = {cell.value: cell.data_type for row in book["cases"].iter_rows() for cell in row if cell.value is not None}
    assert (cells["=1+1"], cells["5.0"], cells["1,126"], cells[12], cells[2016]) == ("s", "s", "s", "n", "n")
    assert export_cases(study, tmp_path / "raw.csv", raw=True) == 11
    assert "=1+1" in (tmp_path / "raw.csv").read_text(encoding="utf-8-sig").replace("'=1+1", "")
    with pytest.raises(RequestError, match=r"not written as \.ods"):
        export_cases(study, tmp_path / "out.ods")


def test_a_name_of_an_attribute_is_known_however_it_is_written(filled):
    assert count_cases(filled, "Issue-Area").rows == count_cases(filled, "issue_area").rows
    with pytest.raises(RequestError, match="the same"):
        count_cases(filled, "year", "Year")
