"""Bars and heat maps of characters: lengths and shades by hand, 0 and nothing told apart, any width, any text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from naughty import NAUGHTY
from rich.cells import cell_len

from qcode.errors import RequestError
from qcode.services.table import Table
from qcode.services.terminal_pictures import SHADES, bars, heat_map, measured_columns, picture_of

COUNTS = Table(
    "Frequencies",
    ("code", "segments", "transcripts of 3"),
    (("all", 8, 3), ("half", 4, 1), ("one", 1, 1), ("none", 0, 0), ("unknown", None, None)),
    (),
    depth=(0, 1, 1, 1, 1),
)
CELLS = Table(
    "Codes by mechanism",
    ("code", "name", "arranged", "mandated", "total"),
    (("money", "Money", 8, 4, 12), ("trust", "Trust", 1, 0, 1), ("资金", "", None, 3, 3)),
    ("Counted: segments.",),
)


def test_bars_are_as_long_as_their_numbers():
    lines = bars(COUNTS, 30).plain
    assert lines == [
        "segments",
        "all        " + "█" * 17 + " 8",
        "  half     " + "█" * 8 + "▌ 4",
        "  one      ██▏ 1",
        "  none     0",
        "  unknown  –",
    ]


def test_what_is_there_at_all_is_seen():
    table = Table("T", ("a", "segments"), (("much", 10_000), ("little", 1)), ())
    assert bars(table, 40).plain[2] == "little  ▏ 1"


def test_a_heat_map_shades_by_the_largest_value_of_all():
    lines = heat_map(CELLS, 60).plain
    assert lines[0] == "      arranged mandated"
    assert lines[1] == "money " + "█" * 6 + " 8 " + "▓" * 6 + " 4"
    assert lines[-1].startswith("segments: nothing 0, ░ up to 2, ▒ up to 4, ▓ up to 6, █ up to 8")
    shades = [piece.shade for piece in heat_map(CELLS, 60).lines[2] if piece.text.strip() and piece.shade is not None]
    assert shades == [1, 0]
    assert "–" in lines[3]


def test_columns_that_do_not_fit_come_below():
    lines = heat_map(CELLS, 20).plain
    assert sum("money" in line for line in lines) == 2
    assert "" in lines
    assert heat_map(CELLS, 1).plain


def test_which_columns_are_drawn():
    assert measured_columns(COUNTS) == [1]
    assert measured_columns(CELLS) == [2, 3]
    assert measured_columns(Table("A", ("code", "alpha", "kappa"), (("a", 0.5, 0.4),), ())) == [1]
    assert measured_columns(Table("A", ("code", "total"), (("a", 5),), ("Counted: cases.",))) == [1]
    assert picture_of(COUNTS, 80) == bars(COUNTS, 80)
    assert picture_of(CELLS, 80) == heat_map(CELLS, 80)


@pytest.mark.parametrize("value", [-1, float("inf")])
def test_what_no_bar_shows_is_refused(value):
    table = Table("T", ("a", "residual", "more"), (("x", value, 1),), (), units=("", "x", "x"))
    for draw in (bars, heat_map):
        with pytest.raises(RequestError, match="from 0 on"):
            draw(table, 80)


def test_nothing_to_draw_is_refused():
    for rows in ((), (("a", "b"),), (("a", None),), (("a", float("nan")),)):
        with pytest.raises(RequestError, match="no number"):
            picture_of(Table("T", ("a", "b"), rows, ()), 80)


def test_decimals_are_the_same_in_all_rows():
    table = Table("T", ("a", "percent"), (("x", 50.0), ("y", 12.25), ("z", 3), ("n", float("nan"))), ())
    assert [line.split()[-1] for line in bars(table, 60).plain[1:]] == ["50.00", "12.25", "3", "–"]
    zeros = Table("T", ("a", "segments"), (("x", 0),), ())
    assert bars(zeros, 60).plain[1] == "x  0"
    assert heat_map(zeros, 60).plain


@pytest.mark.parametrize("text", NAUGHTY, ids=repr)
def test_hostile_text_is_harmless(text):
    table = Table(text, (text, text, text), ((text, 1, 2),), (), units=("", "x", "x"))
    for draw in (bars, heat_map):
        lines = draw(table, 60).plain
        assert all(line.replace("\xa0", " ").replace("\u3000", " ").isprintable() for line in lines)


@given(
    st.lists(st.tuples(st.text(max_size=30), st.integers(0, 10**6), st.integers(0, 10**6)), min_size=1, max_size=6),
    st.integers(60, 200),
)
def test_lines_fit_into_the_width(rows, width):
    table = Table("T", ("a", "x", "y"), tuple(rows), (), units=("", "u", "u"))
    for draw in (bars, heat_map):
        assert max(cell_len(line) for line in draw(table, width).plain[:-1]) <= width
    shades = {piece.shade for line in heat_map(table, width).lines for piece in line}
    assert shades <= {None, *range(len(SHADES))}
