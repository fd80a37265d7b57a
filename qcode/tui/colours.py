"""Colours of code families: fixed entries of the 256-colour palette, so that they stay apart over ssh.

Mixed colours collapse there: twelve hues become six. A colour never stands alone; brackets and labels say the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rich.style import Style

if TYPE_CHECKING:
    from textual.widget import Widget

__all__ = ["Palette", "palette", "palette_of"]

# family: (dark background, dark foreground, light background, light foreground)
_FAMILIES = {
    "blue": ("#00005f", "#5fafff", "#d7d7ff", "#005faf"),
    "teal": ("#005f5f", "#5fd7d7", "#d7ffff", "#005f5f"),
    "green": ("#005f00", "#87d787", "#d7ffd7", "#005f00"),
    "orange": ("#5f3700", "#ffaf5f", "#ffd7af", "#af5f00"),
    "red": ("#5f0000", "#ff8787", "#ffd7d7", "#af0000"),
    "purple": ("#5f005f", "#d7afff", "#ffd7ff", "#8700af"),
    "brown": ("#5f5f00", "#d7af87", "#d7d7af", "#875f00"),
    "grey": ("#444444", "#bcbcbc", "#e4e4e4", "#585858"),
}


@dataclass(frozen=True, slots=True)
class Palette:
    """The styles of the transcript view for a dark or a light theme."""

    base: Style
    label: Style
    quiet: Style
    selected: Style
    suggestion: Style
    gutter: Style
    tints: dict[str, Style]
    signs: dict[str, Style]


def palette_of(widget: Widget) -> Palette:
    """The palette for a widget as the theme paints it now: its own colours, or those that it inherits."""
    _, _, background, ink = widget.colors
    return palette(
        dark=widget.app.current_theme.dark,
        background=background.rich_color.get_truecolor().hex,
        foreground=(background + ink).rich_color.get_truecolor().hex,
    )


@lru_cache(maxsize=16)
def palette(*, dark: bool, background: str, foreground: str) -> Palette:
    """The palette for a theme whose plain text has these two colours (as `#rrggbb`)."""
    base = Style(color=foreground, bgcolor=background)
    quiet = "#8a8a8a" if dark else "#6c6c6c"
    tints, signs = {}, {}
    for family, colours in _FAMILIES.items():
        tint, sign = colours[:2] if dark else colours[2:]
        tints[family] = Style(color=foreground, bgcolor=tint)
        signs[family] = Style(color=sign, bgcolor=background)
    chosen = Style(color="#000000", bgcolor="#ffd75f") if dark else Style(color="#ffffff", bgcolor="#005faf")
    return Palette(
        base=base,
        label=base + Style(bold=True),
        quiet=Style(color=quiet, bgcolor=background),
        selected=chosen,
        suggestion=base + Style(underline=True, italic=True),
        gutter=Style(color=quiet, bgcolor=background),
        tints=tints,
        signs=signs,
    )
