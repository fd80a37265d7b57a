"""The screen without any colour, for those who set NO_COLOR: what stood out by its background is reversed instead.

Textual's own way turns colours into greys, which are colours too, and fails on segments without a style.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

__all__ = ["WithoutColour", "uncoloured"]

_BRIGHT = 0.35  # of 1: what a dark theme marks is brighter than this; panels and tints of codes are darker
_DARK = 0.5  # what a light theme marks is darker than this


@lru_cache(maxsize=2048)
def uncoloured(style: Style, *, dark: bool) -> Style:
    """The style without colours; reversed where its background stands out in a dark or in a light theme.

    >>> str(uncoloured(Style(color="#000000", bgcolor="#ffd75f", bold=True), dark=True))
    'bold reverse'
    """
    plain = style.without_color
    if style.bgcolor is None or style.bgcolor.is_default:
        return plain
    brightness = Color.from_rich_color(style.bgcolor).brightness
    marked = brightness > _BRIGHT if dark else brightness < _DARK
    return plain + Style(reverse=True) if marked else plain


class WithoutColour(LineFilter):
    """Takes the colours out of every line. `dark` says whether the theme is dark now."""

    def __init__(self, dark: Callable[[], bool]) -> None:
        super().__init__()
        self._dark = dark

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002 - Textual's signature
        """The segments of one line, uncoloured."""
        dark = self._dark()
        return [Segment(text, uncoloured(style, dark=dark) if style else None) for text, style, _ in segments]
