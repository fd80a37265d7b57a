from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from naughty import NAUGHTY

from qcode.core.text import canonicalise
from qcode.errors import EncodingDoubt, FileFaults, InputError, UnsafeFile
from qcode.files import table_reader
from qcode.files.table_reader import MAX_CELL, MAX_COLUMNS, read_csv
from qcode.files.tables import csv_bytes


def faults_of(data):
    with pytest.raises(FileFaults) as caught:
        read_csv(data, "cases.csv")
    return [(fault.line, fault.what) for fault in caught.value.faults]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_reads_every_delimiter_and_line_end(delimiter, ending):
    lines = [["case", "county a", "year"], ["C1", "定远 ", "2012"], ["C2", "", "2013"]]
    data = ending.join(delimiter.join(line) for line in lines).encode()
    table = read_csv(data, "cases.csv")
    assert table.header == ("case", "county a", "year")
    assert [(row.line, row.values) for row in table.rows] == [
        (2, {"case": "C1", "county a": "定远", "year": "2012"}),
        (3, {"case": "C2", "county a": "", "year": "2013"}),
    ]
    assert (table.encoding, table.encoding_note) == ("utf-8", None)


def test_quoted_cells_and_blank_rows_keep_their_lines():
    table = read_csv(b'\n"a, b; c",n\n"x\ny ""z""",1\n\n,\n"end",2\n', "a.csv")
    assert table.header == ("a, b; c", "n")
    assert [(row.line, list(row.values.values())) for row in table.rows] == [(3, ['x\ny "z"', "1"]), (7, ["end", "2"])]


def test_one_column_needs_no_delimiter():
    assert [row.values for row in read_csv(b"case\nC1\n", "a.csv").rows] == [{"case": "C1"}]


def test_cells_are_canonical():
    table = read_csv("\ufeffcafe\u0301\na\u00a0b\x07".encode(), "a.csv")
    assert table.header == ("café",)
    assert table.rows[0].values["café"] == "a b\ufffd"


def test_other_encodings():
    data = "案例,县\nC1,定远县和我们县的合作\n".encode("gb18030")
    assert read_csv(data, "a.csv").rows[0].values["县"] == "定远县和我们县的合作"
    assert read_csv("a\nMüller".encode("cp1252"), "a.csv").encoding_note is not None
    assert read_csv(b"a\n\xe9", "a.csv", encoding="cp1252").rows[0].values == {"a": "é"}
    with pytest.raises(EncodingDoubt, match=r"a\.csv"):
        read_csv(b"a\n\xe9", "a.csv", encoding="ascii")


@pytest.mark.parametrize("data", [b"", b"\n\n", b",,\n"])
def test_an_empty_table(data):
    with pytest.raises(InputError, match=r"a\.csv: The table is empty"):
        read_csv(data, "a.csv")


def test_faults_are_reported_all_at_once_with_their_lines():
    data = b"a,b,a,\n1,2,3,4\n1,2\n1,2,3,4,5\n"
    assert faults_of(data) == [
        (1, "Column 4 has no name."),
        (1, "The column name “a” stands more than once."),
        (3, "This row has 2 cells, but the header has 4 columns."),
        (4, "This row has 5 cells, but the header has 4 columns."),
    ]


@pytest.mark.parametrize(
    ("data", "line"), [(b'a,b\n1,2\n"x" y,2\n', 3), (b'a,b\n1,"never closed\n\n', 2), (b'"a" b\n', 1), (b'"a\n', 1)]
)
def test_broken_quoting(data, line):
    assert faults_of(data) == [
        (line, "The quotation marks of this row do not match, or a cell is far too long; reading stopped here.")
    ]


def test_sizes_are_limited(monkeypatch):
    assert faults_of(b"a\n" + b"x" * (MAX_CELL + 1)) == [
        (2, "A cell has 100,001 characters; at most 100,000 are read.")
    ]
    assert "far too long" in faults_of(b"a\n" + b"x" * 200_000)[0][1]
    header = ",".join(f"c{n}" for n in range(MAX_COLUMNS + 1)).encode()
    assert faults_of(header) == [(1, "There are 501 columns; at most 500 are read.")]
    monkeypatch.setattr(table_reader, "MAX_TABLE_BYTES", 3)
    with pytest.raises(UnsafeFile, match=r"a\.csv: The table is larger"):
        read_csv(b"a\nbc", "a.csv")


def test_a_long_list_of_faults_is_cut():
    faults = faults_of(b"a,b\n" + b"x\n" * 60)
    assert len(faults) == 51
    assert faults[-1] == (None, "… and 10 more rows with faults.")


def test_binary_data_is_refused():
    with pytest.raises(UnsafeFile, match=r"a\.csv"):
        read_csv(b"a,b\n1,\x00\n", "a.csv")


def test_messages_hold_no_control_characters():
    with pytest.raises(FileFaults) as caught:
        read_csv(b"a\x1b[2J,a\x1b[2J\n", "x\x1b.csv")
    assert "\x1b" not in str(caught.value)


CELL = st.text(max_size=8).filter(str.isprintable)


@given(st.lists(st.tuples(CELL, CELL), max_size=5))
def test_what_is_written_raw_is_read_again(rows):
    data = csv_bytes(["first", "second"], rows, raw=True)
    kept = [tuple(canonicalise(cell).strip() for cell in row) for row in rows if "".join(row).strip()]
    assert [tuple(row.values.values()) for row in read_csv(data, "a.csv").rows] == kept


@pytest.mark.parametrize("text", NAUGHTY, ids=range(len(NAUGHTY)))
def test_hostile_cells_written_inert_can_be_read(text):
    data = csv_bytes(["key", "text"], [["k", text[:1000]]])
    assert read_csv(data, "a.csv").rows[0].values["key"] == "k"
