"""Putting tables and sentences on a terminal."""

from __future__ import annotations

import io
import re
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from naughty import NAUGHTY

from qcode.cli import show
from qcode.services.tables import Table


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def printed(table: Table, capsys) -> list[str]:
    show.table(table)
    return capsys.readouterr().out.splitlines()


def test_numbers_stand_right_with_equal_decimals(capsys):
    table = Table(
        "T", ("code", "share"), (("a", 1.5), ("b", 12.25), ("c", None), ("d", 3)), ("A note.",), total=("sum", 16.75)
    )
    lines = printed(table, capsys)
    assert lines[0] == "T"
    assert [line for line in lines[3:] if line] == [
        "─" * 11, "a      1.50", "b     12.25", "c", "d         3", "sum   16.75", "A note.",
    ]  # fmt: skip


def test_a_column_of_text_with_numbers_is_text(capsys):
    lines = printed(Table("T", ("a",), ((1,), ("x",), (True,)), ()), capsys)
    assert lines[-3:] == ["1", "x", "True"]


def test_on_a_terminal_a_table_fits_its_width(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("TERM", "xterm")
    show.table(Table("T", ("id", "a", "n"), (("x", "word " * 30, 7),), ()))
    lines = re.sub("\x1b\\[[0-9;]*m", "", terminal.getvalue()).splitlines()
    assert 30 < max(map(len, lines)) <= 40
    assert " ".join(lines).count("word") == 30


@pytest.mark.parametrize("text", NAUGHTY)
def test_hostile_text_is_inert_everywhere(text, capsys):
    table = Table(f"T {text}", (f"h {text}", "n"), ((text, 1),), (f"note {text}",), (1,), (f"sum {text}", 1))
    show.table(table)
    show.fields([(f"name {text[:50]}", f"value {text}")])
    show.say(text)
    show.complain(text)
    caught = capsys.readouterr()
    for character in caught.out + caught.err:
        assert character == "\n" or character.isprintable() or character in "\u3000\xa0", hex(ord(character))
    for word in ("[unclear]", "[INTERVIEWER]:", "[/b]", "[red]", "[@click=app.quit]q[/]"):
        if word in text:
            assert caught.out.count(word) >= 7


@given(st.lists(st.tuples(st.text(max_size=30), st.integers() | st.none()), max_size=5))
def test_every_row_is_one_line(rows):
    table = Table("T", ("a", "b"), tuple(rows), ())
    stream = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdout", stream)
        show.table(table)
    assert stream.getvalue().count("\n") == 4 + len(rows)


def test_fields_keep_lines_under_one_another(capsys):
    show.fields([("a", "one\ntwo"), ("long", "three"), ("b", "")])
    assert capsys.readouterr().out == "a     one\n      two\nlong  three\nb     \n"
    show.fields([])
    assert capsys.readouterr().out == ""


def test_progress_is_silent_without_a_terminal(capsys):
    with show.Progress("reading") as tick:
        tick._begun -= 5
        tick(1, 2)
    assert capsys.readouterr() == ("", "")


def test_progress_shows_after_a_second_on_a_terminal(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with show.Progress("reading") as tick:
        tick(1, 3)
        assert terminal.getvalue() == ""
        tick._begun -= 5
        tick(2, 3)
        tick(3, 3)
    assert "reading" in terminal.getvalue()


def on_terminal(table: Table, columns: int, monkeypatch) -> list[str]:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setenv("COLUMNS", str(columns))
    show.table(table)
    return [line.rstrip() for line in re.sub("\x1b\\[[0-9;]*m", "", terminal.getvalue()).splitlines()]


WIDE = Table(
    "T",
    ("code", "name", *(f"heading {n}" for n in range(6)), "total"),
    (("dimension", "A dimension", *range(6), 15), ("partner-by-superior", "Partner chosen from above", *range(6), 15)),
    (),
    (0, 1),
    ("total", "", *range(6), 30),
)


def test_where_a_table_does_not_fit_names_go_and_never_ids_or_numbers(monkeypatch):
    assert "Partner chosen from above" in " ".join(on_terminal(WIDE, 200, monkeypatch))
    narrow = on_terminal(WIDE, 80, monkeypatch)
    assert "Partner" not in " ".join(narrow)
    (row,) = [line for line in narrow if "partner-by-superior" in line]
    assert row.split() == ["partner-by-superior", "0", "1", "2", "3", "4", "5", "15"]
    assert max(map(len, narrow)) <= 80


def test_a_table_wider_than_any_terminal_loses_nothing(monkeypatch):
    lines = on_terminal(WIDE, 20, monkeypatch)
    (row,) = [line for line in lines if "partner-by-superior" in line]
    assert row.split() == ["partner-by-superior", "0", "1", "2", "3", "4", "5", "15"]


def test_notes_are_broken_between_words():
    from qcode.cli.show import wrapped

    assert wrapped("one two three", 0) == "one two three"
    assert wrapped("one two three", 8) == "one two\n  three"
    assert wrapped("县里和市里 合作", 10) == "县里和市里\n  合作"
    assert wrapped("unbreakable", 4) == "unbreakable"
