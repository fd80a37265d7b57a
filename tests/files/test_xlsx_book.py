"""Workbooks of several sheets: the same bytes each time, names that a spreadsheet takes, types as they are."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from naughty import FORMULAS

from qcode.errors import RequestError
from qcode.files import xlsx_writer
from qcode.files.xlsx_writer import Sheet, book_bytes, xlsx_bytes


def opened(data):
    return openpyxl.load_workbook(io.BytesIO(data))


def test_no_clock_stands_in_a_workbook():
    data = xlsx_bytes(("a",), [("x",)])
    assert data == xlsx_bytes(("a",), [("x",)])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"1980-01-01T00:00:00Z" in archive.read("docProps/core.xml")


def test_dates_and_truth_are_typed():
    sheet = opened(book_bytes([Sheet("s", ("d", "t", "n"), [(date(2019, 7, 3), True, 5), (None, False, 0)])]))["s"]
    assert [cell.data_type for cell in sheet[2]] == ["d", "b", "n"]
    assert sheet["A2"].value.date() == date(2019, 7, 3)
    assert [cell.value for cell in sheet[3]] == [None, False, 0]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_formula_anywhere(text):
    book = opened(book_bytes([Sheet(text, (text,), [(text,)], reading=True), Sheet(text, (text,), [(text,)])]))
    kinds = {cell.data_type for page in book.worksheets for row in page.iter_rows() for cell in row}
    assert kinds == {"s"}


def test_names_of_sheets():
    names = ["Read me", "read me", "a/b:c*d?e[f]", "x" * 40, "x" * 50, "", "'q'", "\x07"]
    found = opened(book_bytes([Sheet(name, ("a",), []) for name in names])).sheetnames
    assert found[:3] == ["Read me", "read me 2", "a b c d e f"]
    assert len(set(map(str.casefold, found))) == len(names)
    assert max(map(len, found)) == 31


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=4))
def test_any_names_make_a_workbook(names):
    assert len(opened(book_bytes([Sheet(name, ("a",), []) for name in names])).sheetnames) == len(names)


def test_reading_sheets_are_folded():
    sheet = opened(book_bytes([Sheet("r", ("what", "which"), [("a", "b" * 200)], reading=True)]))["r"]
    assert sheet["B2"].alignment.wrap_text
    assert sheet.column_dimensions["B"].width == 90


def test_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr(xlsx_writer, "_MOST_ROWS", 3)
    assert xlsx_bytes(("a",), [("x",)] * 2)
    with pytest.raises(RequestError, match="more than the 2 rows"):
        xlsx_bytes(("a",), [("x",)] * 3)
