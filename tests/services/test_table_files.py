"""Tables in every form: units, types, injection, the file beside, the same bytes each time."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from naughty import FORMULAS, NAUGHTY

from qcode.errors import RequestError
from qcode.services.provenance import Provenance
from qcode.services.table import Table
from qcode.services.table_files import (
    FORMS,
    beside_of,
    export_table,
    form_of,
    provenance_bytes,
    table_bytes,
    table_json,
    table_markdown,
    types_of,
    units_of,
)

ORIGIN = Provenance("p-1", "Study", "0" * 64, ("mini", "abc"), command="qcode freq")
SEGMENTS = Table(
    "Codes by mechanism",
    ("code", "name", "arranged", "mandated", "total"),
    (("money", "Money", 1, 2, 3), ("trust", "Trust", None, 0, 0)),
    ("Counted: segments. Merged.",),
    depth=(1, 1),
    total=("total", "", 1, 2, 3),
)


def test_units_come_from_the_table_the_header_or_the_notes():
    assert units_of(SEGMENTS) == ("", "", "segments", "segments", "segments")
    by_code = Table("F", ("code", "segments", "transcripts of 14", "alpha"), (("a", 1, 2, 0.5),), ())
    assert units_of(by_code) == ("", "segments", "transcripts", "")
    share = Table(
        "P", ("code", "x", "total"), (("a", 33.3, 3),), ("Counted: segments.", "Percent of the row's segments.")
    )
    assert units_of(share) == ("", "percent", "segments")
    cases = Table("C", ("year", "arranged"), (("2019", 3),), ("Counted: 45 cases of the kind dataset.",))
    assert units_of(cases) == ("", "cases")
    said = Table("S", ("a", "b"), ((1, 2),), (), units=("km", "kg"))
    assert units_of(said) == ("km", "kg")
    odd = Table("O", ("a", "b"), (("x", 2),), ("Counted: mice.",))
    assert units_of(odd) == ("", "")


def test_types():
    table = Table(
        "T", ("text", "whole", "number", "empty", "mixed"), (("a", 1, 1.5, None, "x"), ("b", 2, 2, "", 3)), ()
    )
    assert types_of(table) == ["text", "integer", "number", "text", "text"]
    assert types_of(Table("T", ("a",), (), ())) == ["text"]


def test_json_has_types_units_and_the_total_apart():
    found = json.loads(table_json(SEGMENTS, ORIGIN))
    assert found["columns"][2] == {"name": "arranged", "type": "integer", "unit": "segments"}
    assert found["rows"] == [["money", "Money", 1, 2, 3], ["trust", "Trust", None, 0, 0]]
    assert found["total"] == ["total", "", 1, 2, 3]
    assert found["depth"] == [1, 1]
    assert found["counts"] == ["Counted: segments. Merged."]
    assert found["provenance"]["command"] == "qcode freq"
    bare = json.loads(table_json(Table("T", ("a",), (("x",),), ())))
    assert (bare["total"], bare["depth"], "provenance" in bare) == (None, None, False)


def test_tabs_divide_and_stay_out_of_the_cells():
    table = Table("T", ("a", "b"), (("x\ty", "=1+1"), ('say "z"', 2)), ())
    assert table_bytes(table, "tsv").decode("utf-8-sig") == 'a\tb\r\nx y\t\'=1+1\r\n"say ""z"""\t2\r\n'


def test_markdown_says_where_it_comes_from():
    text = table_markdown(SEGMENTS, ORIGIN)
    assert "## Where it comes from" in text
    assert "- command: qcode freq" in text
    assert "Where it comes from" not in table_markdown(SEGMENTS)


@pytest.mark.parametrize("form", FORMS)
def test_the_same_table_gives_the_same_bytes(form):
    assert table_bytes(SEGMENTS, form, ORIGIN) == table_bytes(SEGMENTS, form, ORIGIN)


@pytest.mark.parametrize("text", FORMULAS)
@pytest.mark.parametrize("form", ["csv", "tsv"])
def test_formulas_are_inert_wherever_they_stand(form, text):
    table = Table(text, (text, "n"), ((text, 1),), (text,), total=(text, 1))
    data = table_bytes(table, form).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(data, newline=""), delimiter="\t" if form == "tsv" else ","))
    assert [row[0][:1] for row in rows] == ["'"] * 3


@pytest.mark.parametrize("text", [*NAUGHTY, "<script>alert(1)</script>", "![x](http://a)", "[b]x[/b]"], ids=repr)
def test_hostile_text_stays_text(text):
    table = Table(text, (text, "n"), ((text, 1),), (text,))
    assert json.loads(table_json(table, raw=True))["rows"][0][1] == 1
    shown = table_json(table).decode()
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    lines = table_markdown(table).splitlines()
    assert len(lines) == 9  # title, blank, header, rule, row, blank, heading, blank, note
    assert not re.search(r"(?<!\\)<", lines[4])


def test_the_file_beside_has_the_whole_name(tmp_path):
    path = tmp_path / "out.csv"
    beside = export_table(SEGMENTS, path, origin=ORIGIN)
    assert beside == beside_of(path) == tmp_path / "out.csv.provenance.json"
    about = json.loads(beside.read_bytes())
    assert about["counts"] == ["Counted: segments. Merged."]
    assert about["columns"][2]["unit"] == "segments"
    assert about["coder_rule"] is None
    assert beside.read_bytes() == provenance_bytes(SEGMENTS, ORIGIN)
    assert export_table(SEGMENTS, tmp_path / "out.xlsx", origin=ORIGIN).name == "out.xlsx.provenance.json"
    assert export_table(SEGMENTS, tmp_path / "out.json", origin=ORIGIN) == tmp_path / "out.json"
    assert export_table(SEGMENTS, tmp_path / "out.txt", form="csv", origin=ORIGIN).exists()


def test_nothing_is_written_where_the_file_beside_is_there(tmp_path):
    (tmp_path / "out.csv.provenance.json").write_text("mine", encoding="utf-8")
    with pytest.raises(RequestError, match="nothing was written"):
        export_table(SEGMENTS, tmp_path / "out.csv", origin=ORIGIN)
    assert not (tmp_path / "out.csv").exists()
    export_table(SEGMENTS, tmp_path / "out.csv", origin=ORIGIN, overwrite=True)


@pytest.mark.parametrize(("name", "words"), [("a.svg", "qcode figure"), ("a.PDF", "figure"), ("a.ods", r"\.xlsx")])
def test_other_endings_are_refused(tmp_path, name, words):
    with pytest.raises(RequestError, match=words):
        form_of(tmp_path / name)


def test_endings_say_the_form(tmp_path):
    names = ("a.csv", "a.TSV", "a.json", "a.md", "a.xlsx", "a")
    assert [form_of(tmp_path / name) for name in names] == ["csv", "tsv", "json", "md", "xlsx", "csv"]
