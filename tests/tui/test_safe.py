"""Text cut to the cells of a column: as wide as it may be, whatever it is made of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len, set_cell_size

from qcode.core.text import display_safe
from qcode.tui.safe import cut

texts = st.text(st.sampled_from("ab 我们。é\u0301\u0308\ufe0f\u200d☺👩你[]\t\u200b"), max_size=80) | st.text(
    max_size=60
)


@given(texts, st.integers(0, 40))
def test_what_is_cut_fits_and_is_the_beginning(text: str, cells: int) -> None:
    found = cut(text, cells)
    safe = display_safe(text)
    assert cell_len(found) <= cells
    if cell_len(safe) <= cells:
        assert found == safe
    elif cells:
        assert found == set_cell_size(safe, cells - 1).rstrip() + "…"


@pytest.mark.parametrize(
    ("text", "cells", "found"),
    [
        ("abcdef", 4, "abc…"), ("我们和对方", 6, "我们…"), ("我们和对方", 5, "我们…"), ("我们", 4, "我们"), ("abc", 0, ""),
        ("a b c", 3, "a…"), ("e\u0301" * 3, 3, "e\u0301" * 3), ("e\u0301" * 5, 3, "e\u0301e\u0301…"),
        ("word " * 1000, 9, "word wor…"),
    ],
)  # fmt: skip
def test_examples(text: str, cells: int, found: str) -> None:
    assert cut(text, cells) == found
