"""Frequencies and crosstabs from the command line: with the options of the filter language, and in every form."""

from __future__ import annotations

import csv
import io

import pytest


def table(result) -> dict[str, list[str]]:
    """The CSV on the standard output: the cells behind the name, by code; the heads under `code`."""
    rows = list(csv.reader(io.StringIO(result.stdout_bytes.decode("utf-8-sig"))))
    return {row[0]: row[2:] for row in rows}


def test_tables_are_narrowed_by_the_options_of_find(qcode):
    whole = table(qcode("freq", "--csv", "-", raw=True))
    some = qcode("freq", "--where", "mechanism = arranged", "--csv", "-", raw=True)
    assert 0 < int(table(some)["trust"][0]) < int(whole["trust"][0])
    assert "Where case.mechanism = arranged." in some.stderr
    found = qcode("find", "=trust", "--where", "mechanism = arranged", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(found.stdout.lstrip("\ufeff"))))
    assert len(rows) == int(table(some)["trust"][0])
    for wrong in (["--where", "mechanism ="], ["--transcript", "nobody"], ["--coders", "each"], ["--kind", "dream"]):
        result = qcode("freq", *wrong)
        assert (result.exit_code, result.stdout) == (2, "")
    assert "never adds up coders" in qcode("freq", "--coders", "each").stderr


@pytest.mark.parametrize("command", [["freq"], ["crosstab", "--columns", "mechanism"]])
def test_rows_can_be_branches(qcode, command):
    whole = table(qcode(*command, "--rows", "branches", "--csv", "-", raw=True))
    assert list(whole) == ["code", "consensus", "organization", "action", "rationality", "conflict", "total"]
    named = table(qcode(*command, "--rows", "branches", "--codes", "partner-choice", "--csv", "-", raw=True))
    assert list(named) == ["code", "partner-choice", "total"]
    assert named["partner-choice"][0] == named["total"][0] != "0"


def test_columns_by_transcript_speaker_and_coder(qcode):
    by_transcript = table(qcode("crosstab", "--columns", "transcript.name", "--csv", "-", raw=True))
    assert len(by_transcript["code"]) == 15
    by_coder = table(qcode("crosstab", "--columns", "coder", "--csv", "-", raw=True))
    assert by_coder["code"] == ["anna", "bo"]
    assert "speaker attribute “rol”" in qcode("crosstab", "--columns", "speaker.rol").stderr
    assert "can mean transcript.name or speaker.name" in qcode("crosstab", "--columns", "name").stderr


def test_transcripts_and_cases_are_counted(qcode):
    by_cases = qcode("crosstab", "--columns", "mechanism", "--count", "cases", "--codes", "trust")
    assert by_cases.stdout.startswith("Codes by mechanism: cases\n")
    assert "Counted: cases" in by_cases.stdout
    refused = qcode("crosstab", "--columns", "mechanism", "--count", "cases", "--percent", "row")
    assert "There is no percentage of cases" in refused.stderr


def test_the_form_follows_the_name(qcode, home):
    written = qcode("freq", "--csv", "f.md")
    assert written.output.startswith("Wrote f.md")
    assert (home / "f.md").read_text(encoding="utf-8").startswith("# Code frequencies")
    assert qcode("freq", "--csv", "f.xlsx").output.startswith("Wrote f.xlsx")
    assert (home / "f.xlsx").read_bytes().startswith(b"PK")


def test_codes_are_tested_over_cases(qcode, home):
    shown = qcode("crosstab", "--columns", "mechanism", "--test", "--permutations", "199", "--codes", "rationality")
    assert shown.exit_code == 0
    parts = [shown.stdout.index(title) for title in ("Codes by mechanism", "Tests by mechanism", "How far each")]
    assert parts == sorted(parts)
    assert "pattern in this material" in shown.stdout
    written = qcode("crosstab", "--columns", "mechanism", "--test", "--permutations", "199", "--out", "tests.csv")
    assert written.exit_code == 0
    rows = list(csv.DictReader((home / "tests.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert {row["mechanism"] for row in rows} == {"arranged", "mandated", "self-initiated"}
    assert all(0 < float(row["p"]) <= 1 for row in rows if row["p"])
    assert {row["p"] for row in rows if row["code"] == "partner-by-superior"} == {""}
    for wrong in (["--between", "arranged"], ["--test", "--picture"], ["--test", "--flagged"], ["--blocks", "place"]):
        assert qcode("crosstab", "--columns", "mechanism", *wrong).exit_code == 2


def test_frequencies_by_interview_and_in_words(qcode):
    there = table(qcode("freq", "--by", "interview", "--presence", "--csv", "-", raw=True))
    assert len(there["code"]) == 14
    assert {cell for code, cells in there.items() if code != "code" for cell in cells} <= {"0", "1", ""}
    assert table(qcode("freq", "--words", "--csv", "-", raw=True))["code"][-2:] == ["words", "percent of text"]
    tidy = qcode("freq", "--by", "coder", "--tidy", "--csv", "-", raw=True)
    assert tidy.stdout.lstrip("\ufeff").splitlines()[0] == "code,name,coder,segments"
    for wrong in (["--tidy"], ["--presence"], ["--words", "--by", "coder"]):
        assert qcode("freq", *wrong).exit_code == 2


def test_contents_of_crosstabs(qcode):
    for options, title in (
        (["--show", "rate"], "segments per 10,000 words"),
        (["--show", "residual"], "adjusted residuals"),
        (["--percent", "completed"], "percent of completed cases"),
    ):
        assert title in qcode("crosstab", "--columns", "mechanism", *options).stdout
    assert qcode("crosstab", "--columns", "mechanism", "--show", "rate", "--text", "x").exit_code == 2


def test_pairs_and_words_of_cases(qcode):
    assert qcode("cases", "pairs").stdout.startswith("Pairs of parties")
    assert qcode("cases", "words", "--kind", "dataset").stdout.startswith("Words and interviews per case")
    three = qcode("cases", "count", "--by", "cross_prefectural", "--by", "mechanism", "--by", "issue_area")
    assert three.stdout.startswith("Cases by cross_prefectural, mechanism and issue_area")
