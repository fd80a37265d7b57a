"""`qcode find` and `qcode search`."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from naughty import NAUGHTY

PUT = ("code", "add", "one")


@pytest.fixture
def coded(mini):
    mini(*PUT, "money", "--quote", "The revenue of the county was not enough.")
    mini(*PUT, "trust", "--quote", "enough. We trusted them from the start.")
    mini("code", "add", "two", "money", "--quote", "The road needs a budget")
    mini("cases", "link", "park", "one")
    return mini


def test_a_table_with_what_it_counts(coded):
    result = coded("find", "money")
    assert result.exit_code == 0
    assert "The revenue of the county was not enough." in result.stdout
    assert "Found: 2 passages in 2 of 3 transcripts." in result.stdout
    assert "Query: money.\n" in result.stdout  # nothing is below it
    assert "Query: motive. A code means itself and all below it." in coded("find", "motive").stdout
    assert "Query: =motive.\n" in coded("find", "=motive").stdout
    assert "Coder rule main" in result.stdout
    top = coded("find", "money", "--top", "1")
    assert "1 more are not shown." in top.stdout
    assert "The road needs" not in top.stdout


def test_quotations(coded):
    result = coded("find", "money and trust", "--format", "quotes")
    assert "'enough.' (transcript one)" in result.stdout
    assert "R · characters 105-112 · case park · codes money, trust · coded by anna" in result.stdout


def test_conditions_and_filters(coded):
    assert "Found: 1 passage in" in coded("find", "money", "--where", "mechanism = arranged").stdout
    assert "Found: 1 passage in" in coded("find", "--codes", "trust", "--transcript", "one", "--text", "TRUSTED").stdout
    empty = coded("find", "money", "--where", "mechanism = mandated")
    assert empty.exit_code == 0
    assert empty.stdout.startswith("No passage fits.\n\nFound: 0 passages")
    assert "Where case.mechanism = mandated." in empty.stdout


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["mony"], "Did you mean money?"),
        (["money trust"], "The query, character 7: Before “trust” an operator is missing."),
        (["--where", "mechansm = x"], "Did you mean mechanism?"),
        (["--coders", "bob"], "There is no coder “bob”"),
        (["--kind", "note"], "Did you mean notes?"),
        (["--csv", "x.csv", "--format", "json"], "--csv says already"),
        (["--format", "xlsx"], "Add --output FILE.xlsx"),
        (["--format", "quotes", "--output", "x.md"], "“quotes” is for reading"),
        (["--output", "x.doc"], "ends in “.doc”"),
    ],
)
def test_what_cannot_be_is_refused(coded, arguments, what):
    result = coded("find", *arguments)
    assert result.exit_code == 2
    assert what in result.stderr


def test_csv_and_ati_to_the_output(coded):
    result = coded("find", "money", "--csv", "-", raw=True)
    rows = list(csv.DictReader(io.StringIO(result.stdout_bytes.decode("utf-8-sig"))))
    assert [row["citation"] for row in rows] == [
        "'The revenue of the county was not enough.' (transcript one)", "'The road needs a budget' (transcript two)",
    ]  # fmt: skip
    assert "Found: 2 passages" in result.stderr
    ati = coded("find", "money", "--format", "ati", raw=True)
    assert "source excerpt translation" in ati.stdout


def test_json_and_markdown_to_the_output(coded):
    found = json.loads(coded("find", "money", "--format", "json").stdout)
    assert [row["start"] for row in found["passages"]] == [71, 28]
    assert "> The road needs a budget" in coded("find", "money", "--format", "markdown").stdout


def test_files(coded, home):
    assert "Wrote 2 passages to out.md." in coded("find", "money", "--output", "out.md").stdout
    assert coded("find", "money", "--output", "out.md").exit_code == 2
    assert coded("find", "money", "--output", "out.md", "--force").exit_code == 0
    result = coded("find", "money", "--csv", "out.csv")
    assert "Wrote 2 passages to out.csv, and what they are to out.txt." in result.stdout
    assert "Found: 2 passages" in (home / "out.txt").read_text(encoding="utf-8")
    assert coded("find", "money", "--output", "o.xlsx").exit_code == 0
    assert coded("find", "money", "--format", "ati", "--output", "ati.csv").exit_code == 0
    assert (home / "ati.csv").read_text(encoding="utf-8-sig").startswith("annotation,")


def test_search(coded):
    result = coded("search", "BUDGET")
    assert result.exit_code == 0
    assert "Found: 2 times in 2 of 3 transcripts, in the words of participants." in result.stdout
    assert "Found: 3 times" in coded("search", "budget", "--speakers", "all").stdout
    assert coded("search", "budge", "--whole").stdout.startswith("These words stand nowhere there.")
    assert "1 more are not shown." in coded("search", "budget", "--top", "1", "--width", "5").stdout
    rows = list(csv.DictReader(io.StringIO(coded("search", "budget", "--csv", "-", raw=True).stdout.lstrip("\ufeff"))))
    assert [row["words"] for row in rows] == ["budget", "budget"]
    assert coded("search", " ").exit_code == 2


def test_the_context_fits_the_terminal(coded, monkeypatch):
    from qcode.cli import finding
    from qcode.services.search import Search
    from qcode.services.study import Study

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    with Study.open(Path("study.qcode")) as study:
        found = Search(study).find("budget")
        assert finding._width(found) == 40
        monkeypatch.setattr(finding.sys, "stdout", Terminal())
        monkeypatch.setenv("COLUMNS", "80")
        assert 12 <= finding._width(found) < 40
        monkeypatch.setenv("COLUMNS", "20")
        assert finding._width(found) == 12


@pytest.mark.parametrize("text", [text for text in NAUGHTY if len(text) < 60 and "\x00" not in text])
def test_hostile_words_are_answered_by_a_sentence(mini, text):
    for arguments in (
        ["find", text], ["find", f"“{text}”"], ["find", "--where", f"mechanism = “{text}”"], ["find", "--where", text],
        ["find", "--text", f"x{text}"], ["find", "--stage", text], ["search", "--", text],
    ):  # fmt: skip
        result = mini(*arguments)
        assert result.exit_code in (0, 2), (arguments, result.output)


def test_counts_take_the_new_rules_too(coded):
    assert "what all coders" not in coded("freq", "--coders", "all").stderr
    assert "Coders: all;" in coded("freq", "--coders", "all").stdout
    assert "Words of interviewers;" in coded("freq", "--speakers", "interviewers").stdout
    refused = coded("freq", "--coders", "each")
    assert (refused.exit_code, "never adds up coders" in refused.stderr) == (2, True)
