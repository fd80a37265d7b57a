"""Small things that screens with a list and a pane do: scroll the pane by one key, ask for the name of a file."""

from __future__ import annotations

from pathlib import Path

from textual.widget import Widget

from qcode.core.text import display_safe
from qcode.errors import RequestError

__all__ = ["free_path", "read_on", "typed_path"]


def read_on(pane: Widget) -> None:
    """Scroll a pane by what it shows; from its end back to its beginning."""
    if pane.scroll_offset.y >= pane.max_scroll_y:
        pane.scroll_home(animate=False)
    else:
        step = max(1, pane.scrollable_content_region.height - 1)
        pane.scroll_to(y=pane.scroll_offset.y + step, animate=False)


def free_path(path: Path) -> Path:
    """The path, with a number behind the name where there is such a file already."""
    number = 2
    found = path
    while found.exists():
        found = path.with_name(f"{path.stem}-{number}{path.suffix}")
        number += 1
    return found


def typed_path(text: str) -> Path:
    """The path that was typed, with `~` for the home folder. Raises RequestError if it names no file."""
    typed = text.strip()
    try:
        path = Path(typed).expanduser()
        if typed and not path.is_dir():
            return path
    except (OSError, RuntimeError, ValueError):
        pass
    raise RequestError(f"“{display_safe(typed)}” cannot be a file." if typed else "Type the name of a file.")
