"""The commands for suggestions, as people type them."""

from __future__ import annotations

import csv
import io
import json

import pytest


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))


def test_suggestions_are_listed_with_their_reasons(mini, run):
    shown = run("suggest", "one", "--codes", "money")
    assert shown.exit_code == 0
    assert "2 different indicators: budget*, revenue*; the question holds budget*" in shown.stdout
    assert "Nothing was applied" in shown.stdout


def test_context_can_be_switched_off(mini, run):
    shown = run("suggest", "one", "--codes", "money", "--no-question", "--no-neighbours", "--rules-only")
    assert "the question" not in shown.stdout
    assert "budget*, revenue*" in shown.stdout


def test_suggestions_as_csv_and_json(mini, run):
    listed = rows(run("suggest", "--format", "csv", "--top", "2").stdout)
    assert len(listed) == 2
    assert {"transcript", "place", "code", "band", "score", "reason", "words", "quote"} <= set(listed[0])
    told = json.loads(run("suggest", "--format", "json", "--top", "1", "--jobs", "2").stdout)
    assert told["title"] == "Suggestions"


def test_none_is_a_sentence(mini, run):
    assert "There are no suggestions: nothing speaks for a code" in run("suggest", "three").stdout


def test_evaluating_needs_coded_transcripts_and_takes_no_names(mini, run):
    failed = run("suggest", "--evaluate")
    assert failed.exit_code > 0
    assert "nothing to hold suggestions against" in failed.stderr
    assert "name none" in run("suggest", "one", "--evaluate").stderr


def test_the_sample_study_can_be_evaluated(qcode):
    shown = qcode("suggest", "--evaluate", "--rows", "branches", "--rules-only", "--format", "csv")
    found = {row["ranking"]: float(row["average precision"]) for row in rows(shown.stdout) if row["segments"] == "0"}
    assert found["random"] < found["any hit"] < found["rules"] < found["rules and context"]


def test_indicators_are_tested(mini, run):
    listed = {row["indicator"]: row for row in rows(run("codebook", "test-indicators", "--format", "csv").stdout)}
    assert listed["budget*"]["hits"] == "2"
    assert listed["trust*"]["accepted"] == ""
    assert set(listed) == {"budget*", "revenue*", "trust*"}


@pytest.mark.parametrize("indicator", ["/(a+)+b/", "a ~ b", "trust ^99"])
def test_a_faulty_indicator_is_a_sentence(mini, run, indicator):
    assert run("codebook", "set", "trust", f"indicators.en={indicator}").exit_code == 0
    failed = run("codebook", "test-indicators")
    assert failed.exit_code > 0
    assert "trust" in failed.stderr
    assert "indicator" in failed.stderr
