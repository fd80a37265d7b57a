"""Workbooks out: nothing runs, everything reads back as it was."""

from __future__ import annotations

import io
from pathlib import PurePath

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from naughty import NAUGHTY

from qcode.core.text import canonicalise, display_safe
from qcode.errors import RequestError
from qcode.files.xlsx_reader import read_xlsx
from qcode.files.xlsx_writer import MAX_XLSX_CELL, table_bytes, xlsx_bytes


def back(rows, header=("a", "b")) -> list[tuple[str, ...]]:
    table = read_xlsx(xlsx_bytes(header, rows), "t.xlsx")
    return [tuple(row.values.values()) for row in table.rows]


def test_text_stays_text_and_numbers_stay_numbers():
    rows = [("009", 9), ("=1+1", -2.5), ("2019-07-03", None), ("x", float("nan")), ("", 5.0), ("_x000D_", 1e20)]
    assert back(rows) == [
        ("009", "9"), ("=1+1", "-2.5"), ("2019-07-03", ""), ("x", ""), ("", "5.0"), ("_x000D_", "1e+20"),
    ]  # fmt: skip
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(("a", "b"), rows, sheet="cases")))["cases"]
    kinds = [(sheet.cell(r, 1).data_type, sheet.cell(r, 2).data_type) for r in range(2, 4)]
    assert kinds == [("s", "n"), ("s", "n")]
    assert (sheet["A3"].value, sheet["A3"].number_format, sheet.freeze_panes) == ("=1+1", "@", "A2")
    assert sheet["A1"].font.bold


def test_an_empty_table_is_a_header():
    assert back([]) == []


@pytest.mark.parametrize("text", [text for text in NAUGHTY if len(text) < 1000])
def test_hostile_text_comes_back_as_it_is_shown(text):
    shown = canonicalise(display_safe(text, keep_lines=True)).strip()
    ((_, found),) = back([("x", text)])
    assert found == shown


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=30))
def test_any_text_can_be_written(text):
    ((first, _),) = back([(text + "x", "y")])
    assert first.endswith("x")


def test_what_no_cell_holds_is_refused():
    assert len(back([("x" * MAX_XLSX_CELL, "y")])[0][0]) == MAX_XLSX_CELL
    with pytest.raises(RequestError, match=r"row 3, column b: A text is longer than the 32,767 characters"):
        xlsx_bytes(("a", "b"), [("x", "y"), ("x", "县" * (MAX_XLSX_CELL + 1))])


def test_the_name_says_what_is_written():
    rows = [("=1", "'quoted")]
    assert table_bytes(PurePath("t.XLSX"), ("a", "b"), rows)[:2] == b"PK"
    assert b"'=1" in table_bytes(PurePath("t.csv"), ("a", "b"), rows)
    assert b"'=1" not in table_bytes(PurePath("t"), ("a", "b"), rows, raw=True)
    with pytest.raises(RequestError, match=r"not written as \.ods"):
        table_bytes(PurePath("t.ods"), ("a", "b"), rows)
