"""The one way for text from outside onto the screen.

Textual reads markup in plain strings: `[unclear]` would vanish, `[/b]` crash and `[@click=...]` run. And it
passes control characters on to the terminal. Everything a user or a file wrote goes through here.
"""

from __future__ import annotations

from rich.cells import cell_len, get_character_cell_size, set_cell_size
from rich.text import Text
from textual.content import Content

from qcode.core.text import display_safe

__all__ = ["Parts", "cut", "cut_left", "inert", "inert_text", "line_of", "lines_of"]

Parts = list[tuple[str, str] | str]
"""Pieces of one line: plain text, or text with a style."""

_WIDEST = 2  # characters to a cell; only combining signs make it more


def inert(text: str, style: str = "", *, keep_lines: bool = False) -> Content:
    """Text that is only shown: no markup, no control characters, one character for one."""
    safe = display_safe(text, keep_lines=keep_lines)
    return Content.styled(safe, style) if style else Content(safe)


def inert_text(text: str, style: str = "") -> Text:
    """The same for the tables, which take rich's Text and no Content."""
    return Text(display_safe(text), style=style, no_wrap=True, end="")


def line_of(*parts: tuple[str, str] | str) -> Content:
    """One line from (text, style) pairs or plain texts, each of them inert."""
    return Content("").join([inert(*part) if isinstance(part, tuple) else inert(part) for part in parts])


def lines_of(*lines: Parts) -> Content:
    """Several lines, each as `line_of` makes it."""
    return Content("\n").join([line_of(*parts) for parts in lines])


def cut(text: str, cells: int) -> str:
    """The text made safe and cut to that many cells, with an ellipsis where something is missing."""
    # Of a long text, mostly a quote in a list, the beginning is enough: measuring all of it takes longer than drawing.
    head = display_safe(text[: _WIDEST * cells]) if cells > 0 else ""
    safe = head if cell_len(head) > cells else display_safe(text)
    if cell_len(safe) <= cells:
        return safe
    return _beginning(safe, cells - 1).rstrip() + "…" if cells > 0 else ""


def _beginning(text: str, cells: int) -> str:
    """As many characters as fit into that many cells, of a text that does not."""
    if "\u200d" in text or "\ufe0f" in text:  # what joins characters, or widens the one before
        return set_cell_size(text, cells)
    room = cells
    for place, character in enumerate(text):
        room -= get_character_cell_size(character)
        if room < 0:
            return text[:place]
    return text


def cut_left(text: str, cells: int) -> str:
    """The end of the text in that many cells, made safe, with an ellipsis where its beginning is missing.

    >>> cut_left("one two", 4), cut_left("县里资金", 5)
    ('…two', '…资金')
    """
    safe = display_safe(text)
    if cell_len(safe) <= cells:
        return safe
    tail = safe[-cells:] if cells > 0 else ""
    while tail and cell_len(tail) >= cells:
        tail = tail[1:]
    return f"…{tail.lstrip()}" if cells > 0 else ""
