"""Found passages as quotations and as files."""

from __future__ import annotations

import csv
import io
import json
import zipfile

import pytest
from naughty import CONTROL_SEQUENCES, FORMULAS, MARKUP
from studies import put

from qcode.core.spans import Span
from qcode.errors import RequestError
from qcode.services.coding import apply_codes, set_flag, text_of
from qcode.services.filters import Filters
from qcode.services.importing import import_transcripts
from qcode.services.passages import find_once
from qcode.services.quotations import (
    ati_table,
    citation,
    export_passages,
    format_of,
    passage_bytes,
    passage_json,
    passage_markdown,
    passage_table,
    quotation_lines,
    short_table,
)
from qcode.services.retrieval import Retrieved, find
from qcode.services.study import Study
from qcode.services.translations import set_translation

HOSTILE = [text for text in (*MARKUP, *CONTROL_SEQUENCES, *FORMULAS) if "\x00" not in text]


def add_text(study: Study, tmp_path, name: str, text: str, **options: str) -> None:
    path = tmp_path / f"{name}.txt"
    path.write_text(text, encoding="utf-8", newline="")
    import_transcripts(study, [path], encoding="utf-8", **options)


@pytest.fixture
def notes(anna, tmp_path) -> Retrieved:
    add_text(anna, tmp_path, "009", "A: He said “too poor for it”, and left early.\n\nA: It was late.\n", kind="notes")
    for code, quote in (("money", "“too poor for it”"), ("trust", "He said “too poor"), ("office", "It was late.")):
        put(anna, "009", code, quote)
    return find(anna, "", Filters.parse(anna, kinds=["notes"]))


def row_of(table, number: int = 0) -> dict[str, object]:
    return dict(zip(table.header, table.rows[number], strict=True))


def test_a_paraphrase_never_stands_in_quotation_marks(notes):
    assert [citation(row) for row in notes] == [
        "He said “too poor (partly paraphrase, transcript 009)",
        "'too poor for it' (transcript 009)",
        "It was late. (paraphrase, transcript 009)",
    ]
    page = passage_markdown(notes)
    assert "> “too poor for it”" in page
    assert "\nParaphrase: It was late." in page
    assert "> It was late" not in page
    assert [row["verbatim"] for row in json.loads(passage_json(notes))["passages"]] == ["part", "yes", "no"]
    assert row_of(ati_table(notes), 2)["source excerpt"] == "It was late. (paraphrase, transcript 009)"
    assert row_of(ati_table(notes), 1)["source excerpt"] == "'too poor for it'"
    assert any("[paraphrase]" in str(cell) for row in short_table(notes).rows for cell in row)


def test_a_document_is_named_so_and_chinese_marks_stay_inside(anna, tmp_path):
    add_text(anna, tmp_path, "plan", "县里说：“没有\n资金”，就这样。\n", kind="document")
    put(anna, "plan", "money", "县里说：“没有\n资金”")
    (row,) = find(anna, "money")
    assert citation(row) == "'县里说：“没有 资金”' (document plan)"
    assert row_of(ati_table(find(anna, "money")))["full citation"] == "Document: document plan, characters 0-11."


@pytest.fixture
def translated(anna) -> Retrieved:
    uid = put(anna, "two", "money", "The road needs a budget")
    set_flag(anna, uid, on=True)
    put(anna, "two", "trust", "budget and the revenue is gone")
    source = anna.source("two")
    span = find_once(text_of(anna, source), "The road needs a budget", "quote")
    set_translation(anna, source, span, "de", "Die Straße braucht Geld", translator="Bo")
    return find(anna, "money")


def test_translations_stand_beside(translated, anna):
    row = row_of(passage_table(translated))
    assert (row["translation"], row["translation language"], row["translator"]) == (
        "Die Straße braucht Geld",
        "de",
        "Bo",
    )
    assert (row["flagged"], row["also"], row["citation"]) == (
        "yes",
        "trust",
        "'The road needs a budget' (transcript two)",
    )
    assert "  de: 'Die Straße braucht Geld' (transcript two), translated by Bo" in quotation_lines(translated)
    assert row_of(ati_table(translated))["source excerpt translation"] == "Die Straße braucht Geld"
    assert "de: Die Straße braucht Geld, translated by Bo" in passage_markdown(translated)
    assert json.loads(passage_json(translated))["passages"][0]["translations"][0]["translator"] == "Bo"
    # What was cut out of the passage still has the words of the whole beside it.
    (piece,) = find(anna, "money and trust")
    assert (piece.quote, [t.text for t in piece.translations]) == ("budget", ["Die Straße braucht Geld"])


def test_times_stand_beside(anna, tmp_path):
    path = tmp_path / "t.vtt"
    path.write_text(
        "WEBVTT\n\n00:12:05.000 --> 00:12:09.000\n<v R>We had the money.\n\n"
        "00:12:10.000 --> 00:12:15.000\n<v I>And then?\n",
        encoding="utf-8",
    )
    import_transcripts(anna, [path])
    put(anna, "t", "money", "We had the money.")
    found = find(anna, "money")
    assert row_of(passage_table(found))["time"] == "0:12:05"
    assert "at 0:12:05" in str(row_of(ati_table(found))["full citation"])
    assert "R · 0:12:05 · characters" in quotation_lines(found)[1]


def test_several_coders_and_cases_are_shown(anna, open_as):
    from qcode.services.coding import link_case

    for case in ("park", "river"):
        source = anna.source("one")
        text = text_of(anna, source)
        link_case(
            anna, anna.case(case), source, text, find_once(text, "The revenue of the county was", "x"), f"s-{case}"
        )
    put(anna, "one", "money", "The revenue of the county")
    bo = open_as("bo")
    put(bo, "three", "money", "No.")
    found = find(anna, "money", Filters.parse(anna, coders="each"))
    table = short_table(found)
    assert table.header[-2:] == ("coder", "quote")
    assert [row[5] for row in table.rows] == ["anna", "bo"]
    assert "case park, s-park and river, s-river" in quotation_lines(found)[1]
    assert row_of(passage_table(found))["stage"] == "s-park; s-river"
    assert short_table(found, most=1).notes[0] == "1 more are not shown."


def test_long_excerpts_are_told(anna, tmp_path):
    add_text(anna, tmp_path, "long", f"R: {'word ' * 200}\n")
    source = anna.source("long")
    apply_codes(anna, source, text_of(anna, source), Span(3, 900), [anna.codes().find("money").uid])
    assert "1 excerpt(s) have more than 150 words: shorten them." in ati_table(find(anna, "money")).notes


def test_every_form_is_written_and_nothing_is_overwritten(translated, tmp_path):
    for name in ("a.csv", "b.xlsx", "c.md", "d.json"):
        path = tmp_path / name
        written = export_passages(translated, path, format_of(path))
        assert written[0] == path
        assert all(file.stat().st_mode & 0o077 == 0 for file in written)
        with pytest.raises(RequestError, match="already"):
            export_passages(translated, path, format_of(path))
        export_passages(translated, path, format_of(path), overwrite=True)
    assert (tmp_path / "a.txt").read_text(encoding="utf-8").startswith("Passages\n\nFound: 1 passage ")
    assert (tmp_path / "b.txt").read_text(encoding="utf-8").startswith("Passages\n\nFound: 1 passage ")
    assert zipfile.is_zipfile(tmp_path / "b.xlsx")
    assert json.loads((tmp_path / "d.json").read_text(encoding="utf-8"))["query"] == "money"
    ati = export_passages(translated, tmp_path / "e.csv", "ati")
    assert ati[0].read_text(encoding="utf-8-sig").startswith("annotation,text in the manuscript,full citation,")
    with pytest.raises(RequestError, match=r"ends in “\.doc”"):
        format_of(tmp_path / "x.doc")


@pytest.fixture
def hostile(anna, tmp_path) -> Retrieved:
    said = "".join(f"R: {text} and so on\n\n" for text in HOSTILE)
    add_text(anna, tmp_path, "bad", said)
    source = anna.source("bad")
    text = text_of(anna, source)
    for turn in anna.file.read.turns(source.key):
        apply_codes(anna, source, text, Span(turn.body, turn.end), [anna.codes().find("money").uid])
    return find(anna, "money")


def test_no_cell_starts_anything_in_a_spreadsheet(hostile):
    rows = list(csv.reader(io.StringIO(passage_bytes(hostile, "csv").decode("utf-8-sig"))))
    quote = rows[0].index("quote")
    cells = [row[quote] for row in rows[1:]]
    assert len(cells) >= len(HOSTILE) // 2
    assert [cell for cell in cells if cell.lstrip(" \u3000")[:1] in tuple("=+-@＝＋－＠\t\r")] == []
    assert b"\n=1+1" not in passage_bytes(hostile, "csv")
    raw = list(csv.reader(io.StringIO(passage_bytes(hostile, "csv", raw=True).decode("utf-8-sig"))))
    assert any(row[quote].startswith("=HYPERLINK") for row in raw[1:])


def test_no_form_holds_what_a_terminal_obeys(hostile):
    import re

    obeyed = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
    for form in ("markdown", "json", "csv"):
        text = passage_bytes(hostile, form).decode("utf-8-sig")
        assert not obeyed.search(text), form
    said = [row["quote"] for row in json.loads(passage_json(hostile))["passages"]]
    assert any("\x1b[2J" in quote or "\ufffd[2J" in quote for quote in said)
    page = passage_markdown(hostile)
    assert "<script>" not in page.replace("\\<script", "")


def test_csv_is_the_same_through_a_workbook(hostile):
    from openpyxl import load_workbook

    sheet = load_workbook(io.BytesIO(passage_bytes(hostile, "xlsx"))).worksheets[0]
    assert sheet.max_row == len(hostile) + 1
    assert {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row if cell.value is not None} <= {
        "s",
        "n",
    }
