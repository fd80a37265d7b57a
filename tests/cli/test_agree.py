"""Agreement by command: what is asked for, in what form, and what is refused."""

from __future__ import annotations

import csv
import io
import json

import pytest


def rows(result) -> list[dict[str, str]]:
    assert result.exit_code == 0, result.output
    return list(csv.DictReader(io.StringIO(result.stdout.lstrip("\ufeff"))))


def test_the_short_table(qcode):
    result = qcode("agree", "anna", "bo", "--codes", "conflict")
    assert result.exit_code == 0
    assert "Krippendorff's alpha, nominal" in result.output
    found = rows(qcode("agree", "--codes", "conflict", "--format", "csv", raw=True))
    assert list(found[0]) == [
        "code", "anna %", "bo %", "percent", "Dice", "alpha", "alpha from", "alpha to", "kappa anna-bo",
        "alpha, characters", "kappa anna-bo, characters (NVivo)", "transcripts", "remark",
    ]  # fmt: skip
    fiscal = next(row for row in found if row["code"] == "fiscal-capacity")
    # The sample was counted by hand once: 176 turns, of which anna and bo coded 11 each, 10 of them together.
    assert (fiscal["anna %"], fiscal["percent"], fiscal["Dice"], fiscal["kappa anna-bo"]) == (
        "6.2",
        "98.9",
        "0.909",
        "0.903",
    )
    assert float(fiscal["alpha from"]) < float(fiscal["alpha"]) <= float(fiscal["alpha to"]) <= 1
    assert found[-1]["code"] == "overall"


def test_every_statistic_is_explained(run):
    result = run("agree", "--statistic", "list")
    assert result.exit_code == 0
    for name in ("alpha-masi", "ac1", "segments", "gamma", "ku-alpha"):
        assert name in result.output
    assert "MAXQDA" in result.output


def test_other_statistics_units_and_rows(qcode):
    found = rows(
        qcode("agree", "--unit", "document", "--by", "pair", "--by", "dimension", "--statistic", "ac1", "--format", "csv",
              raw=True)
    )  # fmt: skip
    assert [row["dimension"] for row in found][:2] == ["consensus", "organization"]
    assert list(found[0]) == ["pair", "dimension", "AC1", "AC1 s.e.", "transcripts", "remark"]
    found = rows(qcode("agree", "--by", "document", "--statistic", "percent", "--format", "csv", raw=True))
    assert found[0]["transcript"].startswith("001")
    links = rows(qcode("agree", "--of", "links", "--format", "csv", raw=True))
    assert links[0]["case"] == "air-yunting-puhe"


@pytest.mark.parametrize("options", [["--coded-only"], ["--non-space", "--unit", "character"], ["--rows", "branches"],
                                     ["--speakers", "all"], ["--where", "speaker.role = participant"],
                                     ["--suggestions", "include"], ["--kind", "recorded"], ["--transcript", "001"]])  # fmt: skip
def test_options_that_narrow_change_the_numbers_or_the_words(qcode, options):
    plain = qcode("agree", "--by", "overall").output
    narrowed = qcode("agree", "--by", "overall", *options)
    assert narrowed.exit_code == 0
    changed = narrowed.output != plain
    assert changed or options == ["--suggestions", "include"]  # nobody answered a suggestion in the sample


def test_json_holds_every_value_with_its_ground(qcode, home):
    shown = json.loads(qcode("agree", "--codes", "trust", "--format", "json", raw=True).stdout)
    assert {value["statistic"] for value in shown["values"]} == {"prevalence", "percent", "dice", "alpha", "kappa"}
    assert shown["provenance"]["command"] == "qcode agree --codes trust"
    assert shown["provenance"]["seed"] == 1
    assert qcode("agree", "--codes", "trust", "--out", "a.json").exit_code == 0
    assert json.loads((home / "a.json").read_text(encoding="utf-8")) == shown | {"provenance": shown["provenance"]}
    refused = qcode("agree", "--codes", "trust", "--out", "a.json")
    assert (refused.exit_code, "already" in refused.stderr) == (2, True)
    assert qcode("agree", "--codes", "conflict", "--out", "a.json", "--force").exit_code == 0
    assert json.loads((home / "a.json").read_text(encoding="utf-8")) != shown
    assert qcode("agree", "--out", "a.csv", "--format", "json").exit_code == 0
    assert json.loads((home / "a.csv").read_text(encoding="utf-8"))["values"]


def test_files_and_markdown(qcode, home):
    assert qcode("agree", "--csv", "a.csv").exit_code == 0
    assert (home / "a.csv").read_bytes().startswith(b"\xef\xbb\xbfcode,anna %")
    result = qcode("agree", "--format", "md", "--by", "overall", raw=True)
    assert result.stdout.startswith("# Agreement between coders")
    assert "## What this counts" in result.stdout


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--statistic", "kapa"], "Did you mean kappa"),
        (["--where", "mechanism = arranged"], "cannot be narrowed by cases"),
        (["--of", "links", "--unit", "case"], "neither codes nor dimensions"),
        (["--overlap", "0"], "0<x<=1"),
        (["--unit", "word"], "'word' is not one of"),
        (["--seed", "-1"], "x>=0"),
        (["nobody"], "There is no coder “nobody”"),
        (["anna"], "needs two coders"),
        (["--format", "json", "--csv", "a.csv"], "--csv"),
    ],
)
def test_what_cannot_be_is_refused_in_words(qcode, options, words):
    result = qcode("agree", *options)
    assert result.exit_code == 2
    assert words in result.stderr
