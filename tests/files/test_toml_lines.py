"""Where things stand in a TOML file."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcode.files.toml_lines import Place, line_of, line_table, statements

EXAMPLE = '''# a comment with [[code]] and a "quote
[codebook]
title = "x # no comment = no key"   # [[code]]
"a.b" . c = 1
text = """
[[code]]
id = \\"""not one
""quoted"" """""
literal = \'\'\'
[[code]]
''quoted'' \'\'\'\'\'

[[code]]
id = "a\\"b"
list = [ # comment ]
  "]", '[',
  [1.5],
]
name = { en = "A", zh = "甲" }
[[code]]
id = 'b\\'
[code.indicators]
en = ["x"]
[["code"]]
[code."indicators".'d.e']
last = 1'''


def test_strings_comments_and_brackets_are_skipped() -> None:
    assert len(tomllib.loads(EXAMPLE)["code"]) == 3
    assert [(part.line, part.head) for part in statements(EXAMPLE)] == [
        (2, "[codebook]"),
        (3, "title"),
        (4, '"a.b" . c'),
        (5, "text"),
        (9, "literal"),
        (13, "[[code]]"),
        (14, "id"),
        (15, "list"),
        (19, "name"),
        (20, "[[code]]"),
        (21, "id"),
        (22, "[code.indicators]"),
        (23, "en"),
        (24, '[["code"]]'),
        (25, "[code.\"indicators\".'d.e']"),
        (26, "last"),
    ]


def test_places_follow_the_entries_of_an_array() -> None:
    lines = line_table(statements(EXAMPLE))
    assert lines[("codebook", "a.b", "c")] == 4
    assert lines[("code",)] == 13
    assert lines[("code", 0, "list")] == 15
    assert lines[("code", 1)] == 20
    assert lines[("code", 1, "indicators", "en")] == 23
    assert lines[("code", 2)] == 24
    assert lines[("code", 2, "indicators", "d.e", "last")] == 26


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("code", 0, "name", "zh"), 19),
        (("code", 0, "missing"), 13),
        (("code", 2, "id"), 24),
        (("missing",), None),
        ((), None),
    ],
)
def test_a_place_without_a_line_has_that_of_what_is_around_it(place: Place, line: int | None) -> None:
    assert line_of(line_table(statements(EXAMPLE)), place) == line


def test_dots_outside_strings_are_counted() -> None:
    text = 'a.b."c.d" = [1.5, {x.y = "....", z = \'...\'}] # ...\nb = 1'
    assert [part.dots for part in statements(text)] == [4, 0]


@pytest.mark.parametrize(
    ("broken", "heads"),
    [
        ('a = "open\nb = 1', ["a", "b"]),
        ("a = 'open\nb = 1", ["a", "b"]),
        ('a = """open\nb = 1\\', ["a"]),
        ("a = '''open\nb = 1", ["a"]),
        ("a = ]]\nb = [\nc = 1", ["a", "b"]),
        ("  \n\n", []),
        ("word", ["word"]),
    ],
)
def test_broken_text_gives_what_can_be_made_out(broken: str, heads: list[str]) -> None:
    assert [part.head for part in statements(broken)] == heads


@given(st.text(alphabet=st.sampled_from("ab.=[]{}#\"'\\\n ")))
def test_any_text_is_cut_up_in_order(text: str) -> None:
    found = list(statements(text))
    starts = [part.line for part in found]
    assert starts == sorted(starts)
    assert all(1 <= line <= text.count("\n") + 1 for line in starts)
    assert sum(part.dots for part in found) <= text.count(".")


@given(st.text(alphabet=st.sampled_from("ab.=[]{}#\"'\\\n "), max_size=12))
def test_valid_toml_has_a_line_for_each_key(text: str) -> None:
    broken = False
    try:
        document = tomllib.loads(f"{text}\nz = 1")
    except tomllib.TOMLDecodeError:
        broken, document = True, {}
    lines = {} if broken else line_table(statements(f"{text}\nz = 1"))
    assert all((key,) in lines for key in document if key != "z")
