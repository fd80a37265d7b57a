"""Workbooks: cells as people see them, faults with their row, nothing hostile, nothing lost in silence."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time

import openpyxl
import pytest

from qcode.errors import FileFaults, InputError, UnsafeFile
from qcode.files import xlsx_reader
from qcode.files.xlsx_reader import read_table, read_xlsx, seen


def book(*rows, formats=None, change=None) -> bytes:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    for row in rows:
        sheet.append(list(row))
    for place, number_format in (formats or {}).items():
        sheet[place].number_format = number_format
    if change:
        change(workbook)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def rewritten(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, content.replace(old, new) if name == part else content)
    return stream.getvalue()


def at(*parts: int) -> datetime:
    return datetime(2019, 7, *parts)  # noqa: DTZ001 - spreadsheets know no time zones


SHEET = "xl/worksheets/sheet1.xml"


def test_cells_come_as_people_see_them():
    table = read_xlsx(
        book(
            ("key", "year", "share", "since", "at", "sure", "id", "money"),
            ("石岭", 2016, 0.59, at(3), at(3, 9, 30), True, 9, 0.1 + 0.2),
            formats={"C2": "0%", "G2": "000"},
        ),
        "cases.xlsx",
    )
    assert table.header == ("key", "year", "share", "since", "at", "sure", "id", "money")
    (row,) = table.rows
    assert list(row.values.values()) == ["石岭", "2016", "59%", "2019-07-03", "2019-07-03 09:30", "TRUE", "009", "0.3"]
    assert (row.line, table.encoding, table.unit, table.encoding_note) == (2, "xlsx", "row", None)


def test_blank_cells_beyond_the_header_are_no_columns():
    table = read_xlsx(book(("key", "name", " ", " "), ("a", "A", " "), ("b",)), "cases.xlsx")
    assert table.header == ("key", "name")
    assert [dict(row.values) for row in table.rows] == [{"key": "a", "name": "A"}, {"key": "b", "name": ""}]


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (0.125, "0.0%", "12.5%"),
        (3.14159, "0.00", "3.14"),
        (7, "0", "7"),
        (-7, "000", "-7"),
        (7.5, "000", "7.5"),
        (1e20, "General", "1e+20"),
        (date(2019, 7, 3), "General", "2019-07-03"),
        (time(9, 30), "General", "09:30:00"),
        (at(3, 9, 30, 5), "General", "2019-07-03 09:30:05"),
        (False, "General", "FALSE"),
    ],
)
def test_single_cells(value, number_format, text):
    assert seen(value, number_format) == text


def test_blank_rows_and_ragged_ends_are_passed_over():
    table = read_xlsx(book((), ("key", "name", None), (), ("a",), ("b", "B", " ")), "x.xlsx")
    assert table.header == ("key", "name")
    assert [(row.line, *row.values.values()) for row in table.rows] == [(4, "a", ""), (5, "b", "B")]


def test_faults_name_the_row():
    with pytest.raises(FileFaults) as caught:
        read_xlsx(book(("key", "name"), ("a", "b", "c"), ("d", "x" * 32_000)), "x.xlsx")
    assert [fault.placed for fault in caught.value.faults] == [
        "row 2: This row has 3 cells, but the header has 2 columns."
    ]
    with pytest.raises(FileFaults, match=r"row 1: The column name “key” stands more than once"):
        read_xlsx(book(("key", "key"), ("a", "b")), "x.xlsx")
    with pytest.raises(FileFaults, match=r"row 1: Column 2 has no name"):
        read_xlsx(book(("key", None, "x"), ("a", "b", "c")), "x.xlsx")


def test_errors_of_the_spreadsheet_and_formulas_without_a_result_are_faults():
    with pytest.raises(FileFaults) as caught:
        read_xlsx(book(("key", "n"), ("a", "#N/A"), ("b", "=1+1"), ("c", 3)), "x.xlsx")
    faults = {fault.line: fault.what for fault in caught.value.faults}
    assert sorted(faults) == [2, 3]
    assert "#N/A" in faults[2]
    assert faults[3].startswith("A formula has no stored result.")


def test_a_formula_with_a_result_gives_it():
    data = rewritten(book(("key", "n"), ("a", "=1+1")), SHEET, b"</f><v></v>", b"</f><v>2</v>")
    data = rewritten(data, SHEET, b"</f><v />", b"</f><v>2</v>")
    assert read_xlsx(data, "x.xlsx").rows[0].values == {"key": "a", "n": "2"}


def test_the_first_visible_sheet_with_anything_in_it_is_read():
    def more(workbook):
        workbook.active.sheet_state = "hidden"
        workbook.create_sheet("Empty")
        workbook.create_sheet("Fälle").append(["key"])
        workbook["Fälle"].append(["a"])
        workbook.create_sheet("Notes").append(["remember"])

    table = read_xlsx(book(("hidden",), change=more), "x.xlsx")
    assert table.header == ("key",)
    assert table.encoding_note == "Only the sheet “Fälle” was read; 1 more in the file."


def test_an_empty_workbook_is_refused():
    with pytest.raises(InputError, match="The table is empty"):
        read_xlsx(book(), "x.xlsx")


def test_what_a_sheet_says_of_its_own_size_is_not_believed():
    data = rewritten(book(("key", "n"), ("a", 1)), SHEET, b'ref="A1:B2"', b'ref="A1:A1"')
    assert read_xlsx(data, "x.xlsx").rows[0].values == {"key": "a", "n": "1"}


def test_hostile_workbooks_are_refused(monkeypatch):
    good = book(("key",), ("a",))
    bomb = rewritten(good, SHEET, b"<worksheet", b'<!DOCTYPE a [<!ENTITY b "b">]><worksheet')
    with pytest.raises(UnsafeFile, match="document type"):
        read_xlsx(bomb, "x.xlsx")
    for damage in (b"no archive", rewritten(good, SHEET, b"<sheetData>", b"<sheetData><row><<"), good[:-30]):
        with pytest.raises(InputError):
            read_xlsx(damage, "x.xlsx")
    with pytest.raises(InputError, match="damaged"):
        read_xlsx(rewritten(good, "xl/workbook.xml", b"<sheets>", b"<sheets><"), "x.xlsx")
    monkeypatch.setattr(xlsx_reader, "MAX_ROWS", 1)
    with pytest.raises(UnsafeFile, match="larger than 1 rows"):
        read_xlsx(good, "x.xlsx")
    monkeypatch.setattr(xlsx_reader, "MAX_TABLE_BYTES", 10)
    with pytest.raises(UnsafeFile, match="larger than 0 MB"):
        read_xlsx(good, "x.xlsx")


def test_pictures_in_a_workbook_are_not_looked_at():
    stream = io.BytesIO(book(("key",), ("a",)))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("xl/media/image1.png", b"\0\0<!DOCTYPE")
    assert len(read_xlsx(stream.getvalue(), "x.xlsx").rows) == 1


def test_the_ending_of_the_name_says_what_is_read():
    assert read_table(book(("key",), ("a",)), "X.XLSX").encoding == "xlsx"
    assert read_table(b"key\na\n", "x.csv").encoding == "utf-8"
    assert read_table("key\n石岭\n".encode("gb18030"), "x.csv", encoding="gb18030").rows[0].values["key"] == "石岭"
