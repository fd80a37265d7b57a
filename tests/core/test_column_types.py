"""Types of columns: what fits, what is inferred, how it is sorted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcode.core.column_types import COLUMN_TYPES, as_yes_no, fits, infer_type, is_column_type, sort_key

EXAMPLES = {
    "number": (["0", "-3", "+2.50", "1126", "12.5"], ["", "1,5", "1.", ".5", "1e5", "五", "１２", "x"]),
    "year": (["1999", "2009", "2150"], ["209", "20099", "3000", "2009.0"]),
    "yes/no": (["yes", "No", "TRUE", "是", "nein"], ["perhaps", "1", "0"]),
    "date": (
        ["2019-07-03", "2019/7/3", "2019年7月3日", "2019年7月", "2019-07", "3.7.2019", "29.2.2020", "29.2.2000"],
        ["2019-13-01", "2019-02-29", "1900-02-29", "31.4.2019", "0.4.2019", "2019", "July 2019", "2019.5"],
    ),
}


@pytest.mark.parametrize("type_", EXAMPLES)
def test_what_fits(type_):
    good, bad = EXAMPLES[type_]
    assert [value for value in good if not fits(value, type_)] == []
    assert [value for value in bad if value and fits(value, type_)] == []
    assert fits("", type_)
    assert infer_type(good) == type_


def test_types_have_names():
    assert all(map(is_column_type, COLUMN_TYPES))
    assert not is_column_type("roman")
    assert as_yes_no("") is None


def test_a_few_slips_among_many_do_not_change_the_type():
    assert infer_type(["2019"] * 19 + ["soon"]) == "year"
    assert infer_type(["2019"] * 18 + ["soon"]) == "text"
    assert infer_type(["2019"] * 18 + ["soon", "later"]) == "text"
    assert infer_type(["2019"] * 30 + [""] * 30 + ["soon", "later"]) == "text"
    assert infer_type([]) == infer_type(["", ""]) == "text"


@pytest.mark.parametrize(
    ("type_", "sorted_"),
    [
        ("number", ["-1", "9", "10", "?"]),
        ("year", ["1999", "2020", "n.d."]),
        ("yes/no", ["yes", "no", "perhaps"]),
        ("date", ["31.12.2018", "2019-07", "2019-07-03", "soon"]),
        ("text", ["10", "9", "a"]),
    ],
)
def test_order(type_, sorted_):
    backwards = sorted_[::-1]
    assert sorted(backwards, key=lambda value: sort_key(value, type_)) == sorted_


@given(st.lists(st.text()))
def test_few_values_always_fit_the_type_that_they_are_given(values):
    type_ = infer_type(values[:19])
    assert all(fits(value, type_) for value in values[:19])
