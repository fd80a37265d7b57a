"""The codebook as CSV and as a workbook: nothing is lost on the way, and every fault has its place."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import fields, replace

import openpyxl
import pytest
from files.test_codebook_toml import FULL, good_codebooks
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from qcode.core.codebook import Code, Codebook, check
from qcode.errors import FileFaults, InputError, QcodeError, RequestError, UnsafeFile
from qcode.files.codebook_tables import read_codebook_csv, write_codebook_csv
from qcode.files.codebook_toml import read_codebook
from qcode.files.codebook_xlsx import read_codebook_xlsx, write_codebook_xlsx

FORMS = [(write_codebook_csv, read_codebook_csv), (write_codebook_xlsx, read_codebook_xlsx)]
forms = pytest.mark.parametrize(("write", "read"), FORMS, ids=["csv", "xlsx"])
CHINESE = Codebook(
    "合作",
    "地方政府合作",
    (
        Code("共识", None, (("zh", "共识"),), brief="为什么。", definition="第一行\n\u3000\u3000第二行", exclusive=True),
        Code("信任-熟悉", "共识", (("en", "Trust"), ("zh", "信任")), brief="认识。", examples=("“我们认识。”", "", "a\nb"),
             indicators=(("zh", ("信任", "-信任危机")),), hotkey="1", defines="机制", absence=True),
        Code("c", None, (("zh", "丙"), ("en", "C")), brief="=1+1", colour="teal",
             indicators=(("*", ("-x",)), ("en", ("a*",)))),
        Code("d", None, (("zh", "丁"),), brief="'=2", indicators=(("en", ("b*",)), ("*", ("y",)))),
    ),
    description="说明 \\ _x000D_",
    languages=("zh", "en"),
)  # fmt: skip


@forms
@pytest.mark.parametrize("book", [CHINESE, read_codebook(FULL.encode(), "f").codebook], ids=["chinese", "full"])
def test_codebooks_come_back_as_they_went(write, read, book):
    assert read(write(book), "f").codebook == book
    assert read(write(book), "f").codebook.content_hash() == book.content_hash()


def sound(book: Codebook) -> Codebook:
    """The codebook, with every field that has a fault emptied."""
    empty = {part.name: part.default for part in fields(Code)}
    while faulty := [fault for fault in check(book) if fault.severity == "fault"]:
        codes = list(book.codes)
        for fault in faulty:
            if fault.position is None:
                book = replace(book, **{fault.field: () if fault.field == "languages" else "Sound"})
                continue
            code = codes[fault.position]
            value = (("en", f"Name of {code.id}"),) if fault.field == "names" else empty[fault.field]
            codes[fault.position] = replace(code, **{fault.field: value})
        book = replace(book, codes=tuple(codes))
    return book


@forms
@given(book=good_codebooks())
@settings(max_examples=40, deadline=None)
def test_any_codebook_comes_back(write, read, book):
    assume(book.codes)
    book = sound(book)
    assert read(write(book), "f").codebook == book


@forms
@given(text=st.text(st.sampled_from("'=+-@ \t\n\\nu0_xX5F-dé县\u200b\x07\uffff\U0001f600"), max_size=12))
@settings(max_examples=50, deadline=None)
def test_any_text_comes_back(write, read, text):
    one = Code("a", None, (("en", "A"),), brief="B.", definition=text, examples=(text, text), counterexamples=(text,))
    book = Codebook("b", "B", (one,), description=text)
    assert read(write(book), "f").codebook == book


def test_cells_of_csv_run_nowhere():
    rows = list(csv.reader(io.StringIO(write_codebook_csv(CHINESE).decode("utf-8-sig"), newline="")))
    assert not [cell for row in rows for cell in row if cell.lstrip(" \u3000")[:1] in {*"=+-@\t\r"} - {""} and cell]
    assert "'=1+1" in rows[3]


def test_cells_of_a_workbook_are_text():
    sheet = openpyxl.load_workbook(io.BytesIO(write_codebook_xlsx(CHINESE))).worksheets[0]
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert kinds == {"s"}
    assert "=1+1" in [cell.value for cell in sheet[4]]


@forms
def test_what_cannot_be_read_back_is_not_written(write, read):
    for book in (Codebook("b", "B", ()), replace(CHINESE, id="")):
        with pytest.raises(RequestError):
            write(book)


def test_a_cell_has_a_limit():
    with pytest.raises(RequestError, match="definition"):
        write_codebook_xlsx(Codebook("b", "B", (Code("a", None, (("en", "A"),), definition="县" * 32_768),)))


HEAD = "id,parent,name (en),brief,exclusive,codebook_id,codebook_title,codebook_languages\n"


def faults(data: bytes | str, read=read_codebook_csv) -> list[tuple[int | None, str]]:
    with pytest.raises(FileFaults) as raised:
        read(data.encode() if isinstance(data, str) else data, "f.csv")
    return [(fault.line, fault.what) for fault in raised.value.faults]


def test_faults_have_lines():
    found = faults(HEAD + 'a,,A,"two\nlines",no,b,B,en\n' + "b,nowhere,B,B.,perhaps,,,\n" + ",a,,B.,,,Other,\n")
    assert [(line, what[:30]) for line, what in found] == [
        (4, "“exclusive” is yes or no."[:30]),
        (4, "The code “b” has the parent “n"),
        (5, "“codebook_title” differs from "),
        (5, "Code number 3 has no id."),
        (5, "Code number 3 has no name."),
    ]  # fmt: skip


def test_faults_of_the_header():
    assert faults("id,nmae (en),codebook_id\na,A,b\n") == [
        (1, "“nmae (en)” is not a column of a codebook table. Did you mean “name (en)”?"),
        (1, "There is no column “codebook_title”."),
        (1, "There is no column “name (en)” (or of another language)."),
    ]
    assert faults("id,%%%%,name (zh),codebook_id,codebook_title\na,,A,b,B\n")[0][1].endswith("codebook table.")
    assert faults(HEAD) == [(None, "The table has no codes.")]
    assert faults(HEAD.replace("parent", "name_order") + "a,zh,A,B.,,b,B,\n")[0][0] == 2


def test_warnings_have_lines():
    read = read_codebook_csv((HEAD + "a,,A,B.,YES,b,B,en\nb,,B,,0,,,\n").encode(), "f")
    assert [(fault.line, fault.unit) for fault in read.warnings] == [(3, "line")]
    assert read.codebook.code("a").exclusive


def workbook(*rows: list[object]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


COLUMNS = ["id", "name (en)", "brief", "hotkey", "absence", "codebook_id", "codebook_title"]


def test_a_workbook_that_a_person_made():
    rows = [[], [*COLUMNS, None], ["a", "A", "B.", 1, True, "b", "B"], [], ["b", "B", "C.", 2.0, False]]
    book = read_codebook_xlsx(workbook(*rows), "f").codebook
    assert [(c.id, c.hotkey, c.absence) for c in book.codes] == [("a", "1", True), ("b", "2", False)]


def test_faults_of_a_workbook_have_rows():
    data = workbook(COLUMNS, ["a", "A", "=1+1", 1.5, None, "b", "B", "beyond"], ["b", "B", "#N/A"])
    assert faults(data, read_codebook_xlsx) == [
        (2, "Cell C2 holds a formula; type its text."),
        (2, "Cell D2 holds a number or a date; type its text."),
        (2, "This row has a cell beyond the last named column."),
        (3, "Cell C3 holds an error; type its text."),
    ]
    with pytest.raises(FileFaults, match="row 3: The code “b” has no name"):
        read_codebook_xlsx(workbook(COLUMNS, ["a", "A", "B.", None, None, "b", "B"], ["b", None, "B."]), "f")
    assert faults(workbook(["id", None, "id", "x"], ["a"]), read_codebook_xlsx)[:2] == [
        (1, "Column 2 has no name."), (1, "The column name “id” stands more than once.")
    ]  # fmt: skip


def without(data: bytes, member: str, content: bytes = b"") -> bytes:
    """The archive with one part replaced."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for info in old.infolist():
            new.writestr(info.filename, content if info.filename == member else old.read(info))
    return stream.getvalue()


def test_workbooks_that_are_none():
    good = workbook(COLUMNS, ["a", "A", "B.", None, None, "b", "B"])
    bomb = b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet>&a;</worksheet>'
    for bad in (b"", b"PK\x03\x04", good[:200], *(without(good, part, content) for part, content in [
        ("xl/workbook.xml", b""), ("xl/worksheets/sheet1.xml", b"<x"), ("[Content_Types].xml", b"<a/>"),
        ("xl/worksheets/sheet1.xml", bomb),
    ])):  # fmt: skip
        with pytest.raises(QcodeError) as raised:
            read_codebook_xlsx(bad, "f.xlsx")
        assert isinstance(raised.value, InputError)
    with pytest.raises(InputError, match="empty"):
        read_codebook_xlsx(workbook(), "f")
    with pytest.raises(UnsafeFile, match="larger"):
        read_codebook_xlsx(b"x" * 2_000_001, "f")
    with pytest.raises(UnsafeFile, match="200 columns"):
        read_codebook_xlsx(workbook(["x"] * 201), "f")


@given(st.binary(max_size=60), st.integers(0, 5_000))
@settings(max_examples=30, deadline=None)
def test_broken_workbooks_never_crash(junk, place):
    good = workbook(COLUMNS, ["a", "A", "B.", None, None, "b", "B"])
    data = good[: place % len(good)] + junk + good[place % len(good) + len(junk) :]
    refused = None
    try:
        book = read_codebook_xlsx(data, "f").codebook
    except QcodeError as error:
        refused = error
    assert refused is not None or book.codes


@pytest.mark.parametrize(("write", "read"), FORMS)
def test_the_version_that_a_table_was_written_from_stands_in_it(write, read):
    found = read(write(CHINESE, written_from="0123456789ab"), "c")
    assert (found.codebook, found.written_from) == (CHINESE, "0123456789ab")
    assert read(write(CHINESE), "c").written_from == ""
