"""A study as tidy tables: what is in it, counted by hand; types; a workbook and a folder for R of it."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

import openpyxl
import pytest
from studies import put

from qcode.core.spans import Span
from qcode.errors import RequestError
from qcode.services.attributes import import_speaker_attributes, import_transcript_attributes
from qcode.services.cases import import_cases
from qcode.services.coding import Context, apply_codes, text_of
from qcode.services.excel_export import export_table_workbook, export_workbook, study_workbook
from qcode.services.filters import Filters
from qcode.services.provenance import provenance
from qcode.services.r_export import LOADER, as_raw, export_r_study, export_r_table, r_files
from qcode.services.raw_tables import Field, RawTable, _with_attributes, raw_tables
from qcode.services.table import Table

CASES = """\
key,name,kind,mechanism,parties,stages,year,budget,big,signed,about,odd,provinces,case
park,The park,dataset,arranged,donor=Coast@340121(2019);recipient=Hills@340221(2019),talks:2009-2012=mandated;park:2013-,2019,"1,126.5",是,3.7.2019,2019-07,12,x,=1+1
river,The river,dataset,mandated,,,n.d.,5,no,2020-01-02,2020-01-02,about 5,,
talks,Failed talks,other,,,,2020,-3,,,,,,
"""


def tables(study, filters=None, *, words=False) -> dict[str, RawTable]:
    return {table.name: table for table in raw_tables(study, filters or Filters(), words=words)}


def column(table: RawTable, name: str) -> list[object]:
    place = [field.name for field in table.fields].index(name)
    return [row[place] for row in table.rows]


@pytest.fixture
def coded(anna, bo, tmp_path):
    """Money twice on overlapping passages of one, once with a case by hand; bo has a reading of his own."""
    (tmp_path / "cases.csv").write_text(CASES, encoding="utf-8")
    import_cases(anna, tmp_path / "cases.csv")
    put(anna, "one", "money", "gave us a budget")
    put(anna, "one", "money", "budget for it. The revenue")
    source = anna.source("one")
    text = text_of(anna, source)
    start = text.index("an office for the river")
    code = anna.codes().find("office").uid
    apply_codes(anna, source, text, Span(start, start + 9), [code], in_context=Context(anna.case("river")))
    put(bo, "two", "trust", "Nobody trusted anybody")
    return anna


def test_every_coding_and_what_tables_count(coded):
    found = tables(coded, words=True)
    assert column(found["codings"], "code") == ["money", "money", "office", "trust"]
    assert column(found["codings"], "coder") == ["anna", "anna", "anna", "bo"]
    assert column(found["codings"], "case") == [None, None, "river", None]
    assert column(found["codings"], "case_by_hand") == [False, False, True, False]
    assert column(found["codings"], "words")[0] == "gave us a budget"
    assert column(found["segments"], "code") == ["money", "trust", "office"]
    assert column(found["segments"], "codings") == [2, 1, 1]
    assert column(found["segments"], "words")[0] == "gave us a budget for it. The revenue"
    assert column(found["segments"], "characters")[0] == len("gave us a budget for it. The revenue")
    assert found["segment_cases"].rows == ((3, "river"),)
    assert column(found["coding_cases"], "case") == ["river"]
    assert "words" not in [field.name for field in tables(coded)["codings"].fields]


def test_filters_choose_the_segments_only(coded):
    only = tables(coded, Filters.parse(coded, codes=["motive"], coders="any"))
    assert column(only["segments"], "code") == ["money", "trust"]
    assert set(column(only["segments"], "coder")) == {"any"}
    assert len(only["codings"].rows) == 4
    each = tables(coded, Filters.parse(coded, coders="each"))
    assert column(each["segments"], "coder") == ["anna", "bo", "anna"]


def test_columns_of_cases_are_typed_where_every_cell_fits(coded):
    cases = tables(coded)["cases"]
    types = {field.name: field.type for field in cases.fields}
    assert [types[name] for name in ("year", "budget", "big", "signed", "about", "odd")] == [
        "integer", "number", "yes/no", "date", "text", "text",
    ]  # fmt: skip
    assert column(cases, "year") == [2019, None, 2020]
    assert column(cases, "budget") == [1126.5, 5.0, -3.0]
    assert column(cases, "big") == [True, False, None]
    assert column(cases, "signed") == [date(2019, 7, 3), date(2020, 1, 2), None]
    assert column(cases, "about") == ["2019-07", "2020-01-02", None]
    assert column(cases, "odd") == ["12", "about 5", None]
    assert column(cases, "cross_prefectural_by_codes") == [True, None, None]
    assert "case_case" in types
    assert column(cases, "case_provinces") == ["x", None, None]
    assert column(tables(coded)["case_stages"], "mechanism") == ["mandated", None]
    assert column(tables(coded)["case_parties"], "code") == ["340121", "340221"]


def test_a_column_with_a_cell_that_does_not_fit_stays_as_written(coded, tmp_path):
    wide = "key,year\n" + "".join(f"c{n},20{n:02}\n" for n in range(20)) + "c99,soon\nc98,n.d.\n"
    (tmp_path / "more.csv").write_text(wide, encoding="utf-8")
    import_cases(coded, tmp_path / "more.csv", types={"year": "year"})
    cases = tables(coded)["cases"]
    field = next(field for field in cases.fields if field.name == "year")
    assert field.type == "text"
    assert "some cells are no year" in field.meaning
    assert "n.d." in column(cases, "year")


def test_attributes_of_transcripts_and_speakers(coded, tmp_path):
    (tmp_path / "t.csv").write_text("transcript,place,weight\none,Hefei,99999999999\ntwo,,1\n", encoding="utf-8")
    import_transcript_attributes(coded, tmp_path / "t.csv")
    (tmp_path / "s.csv").write_text("transcript,speaker,level\none,R,county\n", encoding="utf-8")
    import_speaker_attributes(coded, tmp_path / "s.csv")
    found = tables(coded)
    assert column(found["transcripts"], "place") == ["Hefei", None, None]
    assert column(found["transcripts"], "weight") == [99999999999.0, 1.0, None]
    assert sorted(filter(None, column(found["speakers"], "level"))) == ["county"]
    assert len(found["turns"].rows) == 4 + 2 + 4
    assert column(found["turns"], "role")[:2] == ["interviewer", "participant"]


def test_every_cell_fits_its_column(coded):
    kinds = {"text": str, "integer": int, "number": float, "yes/no": bool, "date": date}
    for table in tables(coded, words=True).values():
        for row in table.rows:
            for field, value in zip(table.fields, row, strict=True):
                assert value is None or type(value) is kinds[field.type], (table.name, field.name, value)


def test_names_of_columns_never_meet():
    table = RawTable("t", "T.", (Field("a", "text", "a"), Field("case_a", "text", "b")), (("x", "y"),))
    found = _with_attributes(table, [{"a": "1"}], {}, "case")
    assert [field.name for field in found.fields] == ["a", "case_a", "case_a_"]
    assert found.rows == (("x", "y", 1),)


def test_an_empty_study_has_all_tables(anna):
    found = tables(anna)
    assert found["codings"].rows == found["ledger"].rows == found["links"].rows == ()
    assert len(found["codes"].rows) == 5


# -- for R


def read(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8"), newline="")))


def test_a_folder_for_r(coded, tmp_path):
    origin = provenance(coded, command="qcode export --for r", options={"coders": "main"})
    folder = tmp_path / "r"
    number = export_r_study(coded, folder, Filters(), origin)
    names = {path.name for path in folder.iterdir()}
    assert len(names) == number + 3
    assert {"codings.csv", "dictionary.csv", "load.R", "provenance.json"} <= names
    dictionary = read((folder / "dictionary.csv").read_bytes())
    assert dictionary[0] == ["table", "column", "type", "unit", "meaning"]
    for table in {row[0] for row in dictionary[1:]}:
        header = read((folder / f"{table}.csv").read_bytes())[0]
        assert header == [row[1] for row in dictionary if row[0] == table]
    cases = read((folder / "cases.csv").read_bytes())
    assert cases[1][cases[0].index("big")] == "TRUE"
    assert cases[1][cases[0].index("signed")] == "2019-07-03"
    assert cases[1][cases[0].index("case_case")] == "=1+1"
    about = json.loads((folder / "provenance.json").read_bytes())
    assert about["tables"]["codings"]["rows"] == 4
    assert about["coder_rule"] == "main"
    assert any(note.startswith("Coder rule main") for note in about["counts"])


def test_the_folder_is_the_same_each_time(coded):
    found = raw_tables(coded, Filters(), words=True)
    origin = provenance(coded)
    assert r_files(found, origin) == r_files(raw_tables(coded, Filters(), words=True), origin)
    assert study_workbook(found, origin) == study_workbook(found, origin)


def test_nothing_of_the_study_stands_in_the_script(coded):
    hostile = Table("x", ('a"); system("rm', "n"), (('"); q(', 1), ("", 2)), (), total=("total", 3))
    files = r_files([as_raw(hostile)], provenance(coded))
    assert files["load.R"].decode() == LOADER
    assert LOADER.isascii()
    assert read(files["table.csv"]) == [['a"); system("rm', "n"], ['"); q(', "1"], ["", "2"]]


def test_folders_that_hold_something_are_left_alone(coded, tmp_path):
    origin, table = provenance(coded), Table("x", ("a",), (("b",),), ("Counted: segments.",))
    folder = tmp_path / "r"
    folder.mkdir()
    export_r_table(table, folder, origin)
    with pytest.raises(RequestError, match="something in this folder"):
        export_r_table(table, folder, origin)
    export_r_table(table, folder, origin, overwrite=True)
    (tmp_path / "file").touch()
    with pytest.raises(RequestError, match="a file, not a folder"):
        export_r_table(table, tmp_path / "file", origin)
    with pytest.raises(RequestError, match="cannot be made: No such file"):
        export_r_table(table, tmp_path / "no" / "r", origin)
    with pytest.raises(RequestError, match="its name cannot be used"):
        export_r_table(table, tmp_path / "a\0b", origin)


# -- for a spreadsheet


def test_a_workbook_of_a_study(coded, tmp_path):
    origin = provenance(coded, command="qcode export --for excel", options={"coders": "main"})
    path = tmp_path / "study.xlsx"
    filters = Filters.parse(coded, codes=["motive"])
    assert export_workbook(coded, path, filters, origin, words=True) == 14
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[0] == "Read me"
    assert book.sheetnames[-1] == "columns"
    said = {str(row[0].value): str(row[1].value) for row in book["Read me"].iter_rows()}
    assert said["command"] == "qcode export --for excel"
    assert said["sheet codings"].endswith("Rows: 4.")
    assert any(row[1].value == "Codes: motive, and all below." for row in book["Read me"].iter_rows())
    cases = book["cases"]
    head = [cell.value for cell in cases[1]]
    first = dict(zip(head, cases[2], strict=True))
    assert first["year"].data_type == "n"
    assert first["big"].data_type == "b"
    assert first["signed"].is_date
    assert (first["case_case"].data_type, first["case_case"].value) == ("s", "=1+1")
    kinds = {cell.data_type for page in book.worksheets for row in page.iter_rows() for cell in row}
    assert "f" not in kinds
    with pytest.raises(RequestError, match="no name for a workbook"):
        export_workbook(coded, tmp_path / "study.csv", filters, origin)


def test_a_workbook_of_a_table(coded, tmp_path):
    table = Table("Codes: =1+1", ("code", "segments"), (("=x", 1),), ("=note",), total=("total", 1))
    path = tmp_path / "t.xlsx"
    export_table_workbook(table, path, provenance(coded))
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Read me", "Codes  =1+1"]
    assert [cell.value for cell in book.worksheets[1][3]] == ["total", 1]
    assert {cell.data_type for page in book.worksheets for row in page.iter_rows() for cell in row} == {"s", "n"}
    said = [tuple(cell.value for cell in row) for row in book["Read me"].iter_rows()]
    assert ("counts", "=note") in said
    assert ("column", "segments: segments") in said


def test_fields_say_what_they_are(coded):
    for table in raw_tables(coded, Filters()):
        assert table.meaning.endswith((".", "looked for."))
        names = [field.name for field in table.fields]
        assert len(set(names)) == len(names)
        assert all(isinstance(field, Field) and field.meaning for field in table.fields)
