"""Types of columns: what fits, what is inferred, how it is sorted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcode.core.column_types import (
    COLUMN_TYPES,
    OddCells,
    as_yes_no,
    fits,
    infer_type,
    is_column_type,
    normal,
    odd_cells,
    sort_key,
)

EXAMPLES = {
    "number": (
        ["0", "-3", "+2.50", "1126", "12.5", "1,126"],
        ["", "1,5", "1,1260", "1.", ".5", "1e5", "五", "１２", "x"],
    ),
    "year": (["1999", "2009", "2150"], ["209", "20099", "3000", "2009.0"]),
    "yes/no": (["yes", "No", "TRUE", "是", "nein"], ["perhaps", "2"]),
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
        ("number", ["-1", "9", "10", "1,126", "?"]),
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


def test_digits_are_yes_and_no_only_where_somebody_said_so():
    assert infer_type(["1", "0", "1"]) == "number"
    assert (fits("1", "yes/no"), fits("0", "yes/no"), as_yes_no("０")) == (True, True, False)


def test_names_made_of_digits_are_text_and_missing_cells_say_nothing():
    assert infer_type(["007", "008", "12"]) == "text"
    assert infer_type(["0", "0.5"]) == "number"
    assert infer_type(["n.d.", "unknown"]) == "text"
    assert infer_type(["2019", "不详", "?"]) == "year"


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (["2019", "2020", "soon"], OddCells("year", 2, (2,))),
        (["1", "2", "3.5", "x", "n.d."], OddCells("number", 3, (3,))),
        (["yes", "no", "是", "perhaps"], OddCells("yes/no", 3, (3,))),
        (["2019", "soon"], None),
        (["a", "b", "2019"], None),
        (["2019", "2020"], None),
        ([], None),
        ([*["2019"] * 6, "a", "b"], OddCells("year", 6, (6, 7))),
        ([*["2019"] * 5, "a", "b"], None),
        (["2019", "2020", "2021", "5"], OddCells("year", 3, (3,))),
    ],
)
def test_few_odd_cells(cells, found):
    assert odd_cells(cells) == found


@pytest.mark.parametrize(
    ("type_", "value", "plain"),
    [
        ("number", "5.0", "5"),
        ("number", "+05.50", "5.5"),
        ("number", "1,126", "1126"),
        ("number", "-0.0", "0"),
        ("number", "-2.50", "-2.5"),
        ("number", "9" * 40, "9" * 40),
        ("number", "five", "five"),
        ("yes/no", "Falsch", "no"),
        ("date", "2019年7月", "2019-07"),
        ("date", "2019/7/3", "2019-07-03"),
        ("year", "2019", "2019"),
        ("text", "5.0", "5.0"),
        ("number", "", ""),
    ],
)
def test_one_way_of_writing(type_, value, plain):
    assert normal(value, type_) == plain
    assert normal(plain, type_) == plain


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3))
def test_a_number_keeps_its_value(number):
    assert float(normal(f"{number:f}", "number")) == float(number)
