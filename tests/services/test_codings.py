"""Codings in and out as CSV."""

from __future__ import annotations

import csv

import pytest
from studies import TEXTS, put

from qcode.core.spans import Span
from qcode.errors import FileFaults, RequestError
from qcode.services.coding import assign_case, remove_coding, set_flag, undo
from qcode.services.codings import CODING_COLUMNS, export_codings, import_codings
from qcode.services.log import acts
from qcode.services.translations import set_translation

CODINGS = """\
transcript,coder,code,quote,case,stage
one,anna,money,The province gave us a budget for it.,park,planning
one,bo,Trust,We trusted them from the start.,,
two,bo,funds,The road needs a budget,,
"""


@pytest.fixture
def table(tmp_path):
    def write(text: str, name: str = "codings.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def codings(study) -> list[tuple]:
    coders = {c.key: c.name for c in study.file.read.coders()}
    sources = {s.key: s.name for s in study.file.read.sources()}
    codes = study.codes()
    return [
        (sources[c.source], coders[c.coder], codes.code(c.code).id, c.start, c.end)
        for c in study.file.read.codings(coders=None)
    ]


def test_codings_of_several_coders(anna, table):
    report = import_codings(anna, table(CODINGS))
    assert (report.added, report.changed, report.unchanged) == (3, 0, 0)
    one, two = TEXTS["one"], TEXTS["two"]
    assert codings(anna) == [
        ("one", "anna", "money", one.index("The province"), one.index("The province") + 37),
        ("one", "bo", "trust", one.index("We trusted"), one.index("We trusted") + 31),
        ("two", "bo", "money", two.index("The road needs"), two.index("The road needs") + 23),
    ]
    (first, *_) = anna.file.read.codings(coders=None)
    assert (first.study_case, first.stage) == (anna.case("park").key, "planning")


def test_a_second_import_adds_nothing(anna, table):
    path = table(CODINGS)
    import_codings(anna, path)
    before = anna.file.read.state()
    report = import_codings(anna, path)
    assert (report.added, report.unchanged) == (0, 3)
    assert anna.file.read.state() == before


def test_a_row_that_stands_twice_is_one_coding(anna, table):
    report = import_codings(anna, table(CODINGS + CODINGS.splitlines()[1] + "\n"))
    assert (report.added, report.unchanged) == (3, 1)


def test_every_coders_part_can_be_undone_by_that_coder(anna, open_as, table):
    import_codings(anna, table(CODINGS.replace("bo", "carla") + "one,dora,money,The revenue,,\n"))
    for name, left in (("anna", 3), ("carla", 1), ("dora", 0)):
        turned = undo(open_as(name))
        assert turned is not None, name
        assert turned.act.coder == name
        assert len(codings(anna)) == left


def test_a_guessed_encoding_is_remarked(anna, tmp_path):
    (tmp_path / "codings.csv").write_bytes(
        "transcript,code,quote,stage\none,money,The revenue,筹备\n".encode("gb18030")
    )
    assert "check that it reads well" in import_codings(anna, tmp_path / "codings.csv").notes[0]


def test_without_a_coder_they_are_mine(bo, table):
    import_codings(bo, table("transcript,code,quote\none,money,The revenue\n"))
    assert [row[1] for row in codings(bo)] == ["bo"]


def test_numbers_win_over_the_quote_column(anna, table):
    import_codings(anna, table("transcript,code,start,end,quote\none,money,3,7,anything\n"))
    assert [row[3:] for row in codings(anna)] == [(3, 7)]


def test_faults_are_named_by_line_and_never_with_the_words(anna, table):
    text = (
        "transcript,coder,code,quote,case\n"
        "one,anna,money,Nobody said that,\n"
        "one,anna,money,the river,\n"
        "one,anna,monney,We trusted them from the start.,\n"
        "none,anna,money,We trusted them from the start.,\n"
        "one,anna,money,We trusted them from the start.,prak\n"
        "one,anna,money,,\n"
        "one,a\u200bb,money,We trusted them from the start.,\n"
    )
    with pytest.raises(FileFaults) as caught:
        import_codings(anna, table(text))
    found = {fault.line: fault.what for fault in caught.value.faults}
    assert sorted(found) == [2, 3, 4, 5, 6, 7, 8]
    assert found[2].startswith("The words of “quote” do not stand in the transcript.")
    assert found[3].startswith("The words of “quote” stand in the transcript more than once.")
    assert found[7] == "There is no passage: give “quote”, or “start” and “end”."
    assert "Nobody said" not in str(caught.value)
    assert "trusted" not in str(caught.value)
    assert codings(anna) == []


def test_a_round_trip_through_csv(anna, open_as, table, tmp_path):
    import_codings(anna, table(CODINGS))
    before = codings(anna)
    assert export_codings(anna, tmp_path / "out.csv") == 3
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert tuple(rows[0]) == CODING_COLUMNS
    assert rows[1] == [
        "one",
        "anna",
        "money",
        "33",
        "70",
        "park",
        "planning",
        "The province gave us a budget for it.",
        "",
        "",
    ]
    for uid in [c.uid for c in anna.file.read.codings(coders=[anna.me.key])]:
        assign_case(anna, uid, None)
    while undo(anna) is not None:
        pass
    while undo(open_as("bo")) is not None:
        pass
    assert codings(anna) == []
    import_codings(anna, tmp_path / "out.csv")
    assert codings(anna) == before


def test_flags_and_translations_are_exported_and_flags_come_back(anna, open_as, tmp_path):
    source = anna.source("one")
    uid = put(anna, "one", "money", "The revenue")
    put(anna, "one", "trust", "We trusted them from the start.")
    set_flag(anna, uid, on=True)
    start = TEXTS["one"].index("The revenue")
    set_translation(anna, source, Span(start, start + 11), "zh", "收入")
    set_translation(anna, source, Span(start, start + 11), "de", "Einnahmen")
    set_translation(anna, source, Span(start, start + 12), "de", "another passage")
    path = tmp_path / "out.csv"
    export_codings(anna, path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == (*CODING_COLUMNS, "translation_de", "translation_zh")
    assert [(r["flagged"], r["translation_de"], r["translation_zh"]) for r in rows] == [
        ("yes", "Einnahmen", "收入"), ("", "", "")
    ]  # fmt: skip
    for coding in anna.file.read.codings(coders=None):
        remove_coding(anna, coding.uid)
    assert import_codings(anna, path).added == 2
    assert [c.flagged for c in anna.file.read.codings(coders=None)] == [True, False]


def test_an_export_overwrites_nothing_unasked_and_is_inert(anna, tmp_path):
    put(anna, "one", "money", "The revenue")
    path = tmp_path / "out.csv"
    export_codings(anna, path)
    with pytest.raises(RequestError, match="already"):
        export_codings(anna, path)
    assert export_codings(anna, path, overwrite=True) == 1


def test_hidden_coders_are_not_exported(anna, bo, table, tmp_path):
    import_codings(anna, table(CODINGS))
    bo.look(own_only=True)
    assert export_codings(bo, tmp_path / "mine.csv") == 2
    assert "anna" not in (tmp_path / "mine.csv").read_text(encoding="utf-8-sig")
    assert {act.coder for act in acts(bo)} == {"bo"}
