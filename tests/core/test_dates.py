"""Dates as attributes hold them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcode.core.dates import is_date, names_a_date


@given(st.dates())
def test_every_day_is_a_date_in_all_three_forms(day: dt.date):
    written = day.isoformat()
    assert is_date(written)
    assert is_date(written[:7])
    assert is_date(written[:4])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "August",
        "2019-13",
        "2019-00",
        "2019-02-29",
        "2019-04-31",
        "1900-02-29",
        "2020-02-30",
        "0000",
        "2019-8-1",
        "２０１９",
        "2019-08-14 ",
        "2019/08",
    ],
)
def test_anything_else_is_none(text):
    assert not is_date(text)


@pytest.mark.parametrize(
    ("name", "is_one"),
    [("Date", True), ("interview_date", True), ("signing-date", True), (" date ", True), ("Aufnahmedatum", True), ("日期", True),
     ("dates", False), ("mandate", False), ("dated by", False), ("", False), ("place", False)],
)  # fmt: skip
def test_names_that_say_so(name, is_one):
    assert names_a_date(name) is is_one
