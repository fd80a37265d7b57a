"""Where a table goes: every form from every command, what stands beside it, and what does not go together."""

from __future__ import annotations

import csv
import io
import json
import sys

import click
import openpyxl
import pytest
from click.testing import CliRunner

from qcode.cli import outputs
from qcode.cli.call import Call
from qcode.cli.main import cli


def test_the_file_beside_says_how_to_make_it_again(qcode, home):
    asked = ("crosstab", "--columns", "mechanism", "--codes", "conflict", "--where", "year >= 2015", "--coders", "anna")
    result = qcode(*asked, "--out", "c.csv")
    assert result.output == "Wrote c.csv, and what it counts to c.csv.provenance.json.\n"
    about = json.loads((home / "c.csv.provenance.json").read_bytes())
    assert about["command"] == (
        "qcode crosstab --columns mechanism --codes conflict --coders anna --where 'year >= 2015'"
    )
    assert about["coder_rule"] == "anna"
    assert about["filters"]["where"] == "year >= 2015"
    assert about["filters"]["codes"] == ["conflict"]
    assert about["options"]["columns"] == "mechanism"
    assert any("Where" in note for note in about["counts"])
    assert str(home) not in json.dumps(about)


def test_the_same_command_gives_the_same_bytes_wherever_it_is_written(qcode, home):
    forms = ("csv", "tsv", "json", "md", "xlsx")
    for folder in ("a", "b"):
        (home / folder).mkdir()
        for form in forms:
            assert qcode("freq", "--out", f"{folder}/f.{form}").exit_code == 0
        assert qcode("freq", "--for", "excel", "--out", f"{folder}/e.xlsx").exit_code == 0
        assert qcode("freq", "--for", "r", "--out", f"{folder}/r").exit_code == 0
        assert qcode("figure", "bars", "--out", f"{folder}/f.svg").exit_code == 0
    first = {path.relative_to(home / "a"): path.read_bytes() for path in (home / "a").rglob("*") if path.is_file()}
    second = {path.relative_to(home / "b"): path.read_bytes() for path in (home / "b").rglob("*") if path.is_file()}
    assert first == second
    assert len(first) == 8 + 1 + 4 + 2  # tables with what stands beside them, the workbook, the folder, the figure


def test_forms_on_the_output(qcode):
    found = qcode("freq", "--codes", "trust", "--format", "json", raw=True)
    assert json.loads(found.stdout_bytes)["columns"][2]["unit"] == "segments"
    assert json.loads(found.stdout_bytes)["provenance"]["command"] == "qcode freq --codes trust"
    assert found.stderr == ""
    tabs = qcode("freq", "--codes", "trust", "--format", "tsv", "--out", "-", raw=True)
    rows = list(csv.reader(io.StringIO(tabs.stdout_bytes.decode("utf-8-sig")), delimiter="\t"))
    assert rows[1][0] == "trust"
    assert "Counted: segments." in tabs.stderr
    assert qcode("freq", "--codes", "trust", "--format", "md", raw=True).stdout.startswith("# ")


def test_csv_is_as_before(qcode, home):
    assert qcode("freq", "--csv", "f.csv").exit_code == 0
    assert qcode("freq", "--csv", "f.csv").exit_code == 2
    assert qcode("freq", "--csv", "f.csv", "--force", "--raw").exit_code == 0
    assert qcode("freq", "--csv", "f.md").output == "Wrote f.md with what it counts.\n"
    assert (home / "f.md").read_text(encoding="utf-8").startswith("# ")


def test_for_a_spreadsheet_and_for_r(qcode, home):
    assert qcode("cases", "count", "--by", "year", "--for", "excel", "--out", "y.xlsx").exit_code == 0
    book = openpyxl.load_workbook(home / "y.xlsx")
    assert book.sheetnames == ["Read me", "Cases by year"]
    assert qcode("cases", "count", "--by", "year", "--for", "r", "--out", "y").exit_code == 0
    assert sorted(path.name for path in (home / "y").iterdir()) == [
        "dictionary.csv", "load.R", "provenance.json", "table.csv",
    ]  # fmt: skip
    again = qcode("cases", "count", "--by", "year", "--for", "r", "--out", "y")
    assert again.exit_code == 2
    assert "something in this folder" in again.stderr


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--csv", "a.csv", "--out", "b.csv"), "--csv says file and form"),
        (("--csv", "a.csv", "--format", "json"), "--csv says file and form"),
        (("--for", "excel"), "--out FILE.xlsx"),
        (("--for", "r", "--out", "-"), "--out FOLDER"),
        (("--for", "r", "--out", "x", "--format", "csv"), "--for says the form"),
        (("--for", "r", "--csv", "x"), "--for says the form"),
        (("--picture", "--out", "x.csv"), "for the terminal"),
        (("--picture", "--format", "csv"), "for the terminal"),
        (("--format", "xlsx"), "no text for the terminal"),
        (("--out", "x.svg"), "qcode figure"),
    ],
)
def test_what_does_not_go_together(qcode, home, options, words):
    before = set(home.iterdir())
    result = qcode("freq", *options)
    assert result.exit_code == 2
    assert words in result.stderr
    assert set(home.iterdir()) == before


def test_without_options_it_is_a_table(qcode):
    assert "Code frequencies" in qcode("freq", "--codes", "trust").output


def test_a_picture_of_what_says_nothing_has_no_notes(capsys):
    from qcode.services.table import Table

    outputs._draw(Table("T", ("a", "n"), (("x", 1),), ()))
    assert capsys.readouterr().out.splitlines()[0] == "T"
    assert capsys.readouterr().out == ""


def test_pictures_on_the_terminal(qcode):
    bars = qcode("freq", "--codes", "trust", "--picture").output
    assert "█" in bars
    assert "Counted: segments." in bars
    heat = qcode("crosstab", "--columns", "mechanism", "--codes", "conflict", "--picture").output
    assert "░" in heat
    assert "up to" in heat


class _Terminal(io.StringIO):
    def isatty(self):
        return True


def test_pictures_are_coloured_where_somebody_sees_them(monkeypatch):
    from qcode.services.table import Table

    table = Table("T", ("a", "x", "y"), (("c\x1b", 1, 0),), ("Counted: cases.",))
    shown = {}
    for no_colour in ("", "1"):
        monkeypatch.setenv("NO_COLOR", no_colour)
        stream = _Terminal()
        monkeypatch.setattr(sys, "stdout", stream)
        outputs._draw(table)
        shown[no_colour] = stream.getvalue()
    assert shown[""].count("\x1b[") == 2
    assert "\x1b" not in shown["1"]


def test_options_and_arguments_are_told_as_typed():
    said = []

    @click.group()
    def top() -> None:
        pass

    @top.command("count")
    @click.argument("names", nargs=-1)
    @click.option("--pair", nargs=2)
    @click.option("-b", "--by", multiple=True)
    @click.option("--deep/--flat", default=True)
    @click.option("--file", type=click.Path())
    @click.option("--top", type=int, default=3)
    @outputs.output_options
    def count(*, output: outputs.Output, **_: object) -> None:
        said.append((*outputs.command_of(click.get_current_context()), output))

    typed = "count a 'b c' --pair x y -b 1 --by 2 --flat --file secret/f --raw"
    CliRunner().invoke(top, typed, catch_exceptions=False)
    command, options, output = said[0]
    assert command == "qcode count a 'b c' --pair x y --by 1 --by 2 --flat"
    assert options == {"names": ["a", "b c"], "pair": ["x", "y"], "by": ["1", "2"], "deep": False, "top": 3}
    assert output.raw
    assert output.shown


def test_values_of_other_kinds_are_told_as_text():
    assert outputs._plain({1}) == "{1}"
    assert outputs._plain((1, None, True)) == [1, None, True]


def test_a_table_is_delivered_while_its_project_is_open():
    with pytest.raises(AssertionError, match="while its project is open"):
        outputs.origin_of(Call())


def test_figures_of_every_kind(qcode, home):
    for name, *asked in (
        ("a.svg", "bars", "--codes", "conflict", "--names"),
        ("b.svg", "heatmap", "--columns", "mechanism", "--codes", "conflict", "--percent", "row"),
        ("c.png", "codeline", "001"),
        ("d.svg", "cases", "--by", "mechanism"),
        ("e.svg", "cases-by-year", "--split", "issue_area"),
        ("f.svg", "cases-by-year"),
    ):
        result = qcode("figure", *asked, "--out", name)
        assert result.output == f"Wrote {name}, and what it counts to {name}.provenance.json.\n", result.output
        about = json.loads((home / f"{name}.provenance.json").read_bytes())
        assert about["command"].startswith(f"qcode figure {asked[0]}")
        assert name not in about["command"]
    assert qcode("figure", "cases", "--by", "a", "--by", "b", "--by", "c", "--out", "x.svg").exit_code == 2
    assert qcode("figure", "bars", "--out", "a.svg").exit_code == 2


def test_figures_without_the_library(qcode, monkeypatch, home):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    result = qcode("figure", "bars", "--out", "x.svg")
    assert result.exit_code == 2
    assert 'pip install "qcode-tui[figures]"' in result.stderr
    assert not (home / "x.svg").exists()


def test_figures_tell_of_fonts(qcode, monkeypatch):
    monkeypatch.setattr("qcode.services.figures.export_figure", lambda *_, **__: ("No font.",))
    assert "No font." in qcode("figure", "bars", "--out", "x.svg").output


def test_the_whole_study(qcode, home):
    result = qcode("export", "--for", "r", "r", "--codes", "trust")
    assert result.output.startswith("Wrote 14 tables to r: in R")
    about = json.loads((home / "r" / "provenance.json").read_bytes())
    assert about["command"] == "qcode export --for r --codes trust"
    words = (home / "r" / "codings.csv").read_text(encoding="utf-8").splitlines()[0]
    assert "words" not in words.split(",")
    assert qcode("export", "--for", "excel", "all.xlsx", "--words").exit_code == 0
    head = [cell.value for cell in openpyxl.load_workbook(home / "all.xlsx")["codings"][1]]
    assert head[-1] == "words"
    assert qcode("export", "--for", "excel", "all").exit_code == 2
    assert qcode("export", "x").exit_code == 2


def test_the_forms_are_those_of_the_services():
    from qcode.services.table_files import FORMS

    assert outputs._FORMS == FORMS
    assert {"figure", "export"} <= set(cli.table)
