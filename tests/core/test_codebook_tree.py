"""Codes that move within the tree."""

from __future__ import annotations

import pytest

from qcode.core.codebook import Code, Codebook
from qcode.core.codebook_tree import moved, subtree
from qcode.errors import UnknownName

TREE = (("a", None), ("b", "a"), ("c", "b"), ("x", "a"), ("d", None), ("e", "d"))
BOOK = Codebook("c", "C", tuple(Code(i, above, ()) for i, above in TREE))


def drawn(book: Codebook) -> str:
    return " ".join(f"{'.' * depth}{code.id}" for code, depth in book.walk())


def test_what_stands_below():
    assert [code.id for code in subtree(BOOK, "a")] == ["a", "b", "c", "x"]
    with pytest.raises(UnknownName):
        subtree(BOOK, "nowhere")


@pytest.mark.parametrize(
    ("code", "parent", "before", "tree"),
    [
        ("b", "d", None, "a .x d .e .b ..c"),
        ("b", "d", "e", "a .x d .b ..c .e"),
        ("b", None, None, "a .x d .e b .c"),
        ("b", None, "a", "b .c a .x d .e"),
        ("d", "c", None, "a .b ..c ...d ....e .x"),
        ("x", "a", "b", "a .x .b ..c d .e"),
        ("a", "d", None, "d .e .a ..b ...c ..x"),
    ],
)
def test_moves(code, parent, before, tree):
    after = moved(BOOK, code, parent, before=before)
    assert drawn(after) == tree
    assert [c.id for c, _ in after.walk()] == [c.id for c in after.codes]


@pytest.mark.parametrize(("code", "parent", "before"), [("b", "a", "x"), ("e", "d", None), ("a", None, "d")])
def test_a_code_that_stands_there_stays(code, parent, before):
    assert moved(BOOK, code, parent, before=before) is BOOK
