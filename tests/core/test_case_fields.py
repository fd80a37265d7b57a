"""Names of columns: known however they are written, near ones told, double ones refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcode.core.case_fields import KNOWN_ATTRIBUTES, LINK_FIELDS, OWN_FIELDS, known_field, near_field, read_header

FIELDS = (*OWN_FIELDS, *KNOWN_ATTRIBUTES)


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("Mechanism", "mechanism"),
        ("PARTIES", "parties"),
        ("issue-area", "issue_area"),
        (" Issue  Area ", "issue_area"),
        ("issuearea", "issue_area"),
        ("Ｋｅｙ", "key"),
        ("cross—prefectural", "cross_prefectural"),
        ("mechanisms", None),
        ("", None),
        ("--", None),
    ],
)
def test_a_field_is_known_by_its_letters(name, field):
    assert known_field(name, FIELDS) == field


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("mechansm", "mechanism"),
        ("mechanisms", "mechanism"),
        ("mechanism_sources", "mechanism_source"),
        ("yaer", "year"),
        ("keys", "key"),
        ("party", "parties"),
        ("stage", "stages"),
        ("isue aera", "issue_area"),
        ("size", None),
        ("remark", None),
        ("", None),
    ],
)
def test_a_slip_of_the_pen_is_near(name, field):
    assert near_field(name, FIELDS) == field


def test_a_header_with_everything():
    header = read_header(["Key", "stages", "stage", "Own Thing", "mechansm", ""], FIELDS, ["own_thing"])
    assert header.names == ("key", "stages", "stage", "own_thing", "mechansm", "")
    assert header.near == (("mechansm", "mechanism"),)  # “stage” stands beside “stages”: it is meant
    assert header.notes == ("Columns read as known ones: “Key” as key, “Own Thing” as own_thing.",)
    assert header.faults == ()
    assert read_header(["key"], FIELDS).notes == ()


def test_one_field_in_two_columns():
    header = read_header(["Year", "key", "YEAR", "year"], FIELDS)
    assert header.twice == (("Year", "YEAR"), ("Year", "year"))
    assert read_header(["a", "a"], FIELDS).twice == ()  # the reader of the table tells that


@given(st.lists(st.text(max_size=20)), st.sampled_from([FIELDS, LINK_FIELDS]))
def test_every_column_keeps_its_place(columns, fields):
    header = read_header(columns, fields)
    assert len(header.names) == len(columns)
    assert all(known_field(column, fields) in (name, None) for column, name in zip(columns, header.names, strict=True))
