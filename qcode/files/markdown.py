"""Text that stands in Markdown as itself: no word of it becomes a heading, a list, a link or HTML."""

from __future__ import annotations

import re

from qcode.core.text import display_safe

__all__ = ["plain_block", "plain_line", "quoted_block"]

_INLINE = re.compile(r"([\\`*_\[\]<>|~&$])")
_LINE_START = re.compile(r"^([#+\-=:])")
_NUMBERED = re.compile(r"^(\d+)([.)])")


def plain_line(text: str) -> str:
    r"""The text on one line.

    >>> plain_line("a *b*\n[c]")
    'a \\*b\\* \\[c\\]'
    """
    return _INLINE.sub(r"\\\1", display_safe(" ".join(text.split())))


def plain_block(text: str) -> str:
    r"""The text with its lines and paragraphs.

    >>> plain_block("# a\n1. b")
    '\\# a  \n1\\. b'
    """
    lines = [line.strip() for line in _INLINE.sub(r"\\\1", display_safe(text.strip(), keep_lines=True)).split("\n")]
    # A line that begins like an item of a list, numbered or not, is made plain.
    plain = "\n".join(_LINE_START.sub(r"\\\1", _NUMBERED.sub(r"\1\\\2", line)) for line in lines)
    # Two spaces keep a line's end, which Markdown would fold away; paragraphs need none.
    return re.sub(r"(?<!\n)\n(?!\n)", "  \n", plain)


def quoted_block(text: str) -> str:
    r"""The text as a block quotation, its lines and paragraphs kept.

    >>> quoted_block("a\n\nb")
    '> a\n>\n> b'
    """
    return "\n".join(f"> {line}" if line else ">" for line in plain_block(text).split("\n"))
