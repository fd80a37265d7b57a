from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from naughty import CONTROL_SEQUENCES, FORMULAS, NAUGHTY

from qcode.files.tables import csv_bytes, inert_cell


def cells(data):
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))


@pytest.mark.parametrize("text", FORMULAS)
def test_formulas_are_made_inert(text):
    assert inert_cell(text).startswith("'")


@pytest.mark.parametrize("text", ["plain", "", "3 - 2", "a=b", "'quoted", "县＝省", "[INTERVIEWER]: hello [unclear]"])
def test_other_text_stays(text):
    assert inert_cell(text) == text


@pytest.mark.parametrize("text", CONTROL_SEQUENCES)
def test_control_characters_are_made_visible(text):
    shown = inert_cell(text)
    assert len(shown.removeprefix("'")) == len(text)
    assert shown.isprintable()


def test_lines_stay_lines():
    assert inert_cell("one\ntwo") == "one\ntwo"


@given(st.text())
def test_no_cell_begins_like_a_formula(text):
    assert inert_cell(text).lstrip()[:1] not in set("=+-@＝＋－＠")


def test_the_form_of_the_file():
    data = csv_bytes(["code", "n", "note"], [["A, B", 1, 'say "x"'], ["two\nlines", None, ""]])
    assert data.startswith(b"\xef\xbb\xbfcode,n,note\r\n")
    assert data.endswith(b'"A, B",1,"say ""x"""\r\n"two\nlines",,\r\n')
    assert csv_bytes(["a"], [], bom=False) == b"a\r\n"


def test_numbers_are_never_changed():
    rows = [[-1, -0.5, 0, 1e-9], [float("nan"), float("inf"), float("-inf"), None]]
    assert cells(csv_bytes(["=a", "b", "c", "d"], rows)) == [
        ["'=a", "b", "c", "d"],
        ["-1", "-0.5", "0", "1e-09"],
        ["", "inf", "-inf", ""],
    ]


def test_raw_leaves_text_as_it_is():
    assert cells(csv_bytes(["=a"], [["=1+1"], ["a\x1bb"], ["\ud800"]], raw=True)) == [
        ["=a"],
        ["=1+1"],
        ["a\x1bb"],
        ["?"],
    ]


@pytest.mark.parametrize("text", NAUGHTY, ids=range(len(NAUGHTY)))
def test_hostile_text_fills_one_cell(text):
    rows = cells(csv_bytes(["a", "b"], [[text, "end"]]))
    assert rows == [["a", "b"], [inert_cell(text), "end"]]
