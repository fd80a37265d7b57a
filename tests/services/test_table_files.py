"""Tables as files: the form follows the ending of the name, and what a table counts is always written too."""

from __future__ import annotations

import csv

import pytest

from qcode.errors import RequestError
from qcode.files.xlsx_reader import read_table
from qcode.services.table import Table
from qcode.services.table_files import export_table, table_markdown

TABLE = Table(
    "Codes | by *mechanism*",
    ("code", "name", "=arranged", "share"),
    (("motive", "Motive", 0, None), ("money", "资金 [x]", 12, 33.3), ("trust", "=1+1", 2, 0.0)),
    ("Counted: segments.", "Coder <b>anna</b>."),
    depth=(0, 1, 1),
    total=("total", "", 14, None),
)


def test_markdown_holds_the_table_and_what_it_counts(tmp_path):
    path = tmp_path / "t.MD"
    assert export_table(TABLE, path) == path
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "# Codes \\| by \\*mechanism\\*"
    assert lines[3] == "| --- | --- | ---: | ---: |"
    assert lines[4] == "| motive | Motive | 0 |  |"
    assert lines[5] == "| &nbsp;&nbsp;money | 资金 \\[x\\] | 12 | 33.3 |"
    assert lines[7] == "| total |  | 14 |  |"
    assert lines[-3:] == ["", "- Counted: segments.", "- Coder \\<b\\>anna\\</b\\>."]
    assert {line.replace("\\|", "").count("|") for line in lines[2:8]} == {5}
    assert not path.with_suffix(".txt").exists()
    with pytest.raises(RequestError, match="already"):
        export_table(TABLE, path)
    assert export_table(TABLE, path, overwrite=True) == path


def test_a_workbook_reads_back(tmp_path):
    path = tmp_path / "t.xlsx"
    assert export_table(TABLE, path) == tmp_path / "t.txt"
    found = read_table(path.read_bytes(), path.name)
    assert [row.values["code"] for row in found.rows] == ["motive", "money", "trust", "total"]
    assert [row.values["=arranged"] for row in found.rows] == ["0", "12", "2", "14"]
    assert "Counted: segments." in (tmp_path / "t.txt").read_text(encoding="utf-8")


def test_every_other_name_is_csv_but_no_other_spreadsheet(tmp_path):
    export_table(TABLE, tmp_path / "t.data")
    rows = list(csv.reader((tmp_path / "t.data").read_text(encoding="utf-8-sig").splitlines()))
    assert rows[3][1] == "'=1+1"
    with pytest.raises(RequestError, match=r"not written as \.ods"):
        export_table(TABLE, tmp_path / "t.ods")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["t.data", "t.txt"]


def test_a_table_without_rows():
    empty = Table("Nothing", ("a",), (), ())
    assert table_markdown(empty) == "# Nothing\n\n| a |\n| --- |\n\n## What this counts\n\n"
