"""A pane that tells of the marked line of a list, and does not hold up a key that is held down."""

from __future__ import annotations

import gc
from collections.abc import Callable
from time import perf_counter

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

__all__ = ["Pane", "keep_loaded"]

_QUICK = 0.09  # seconds; lines that follow one another faster are passed over
_REST = 0.07  # seconds after the last of them until the pane tells of it


def keep_loaded() -> None:
    """What was loaded stays for long: keep the collector from walking it while keys are pressed."""
    gc.collect()
    gc.freeze()


class Pane(VerticalScroll, can_focus=False):
    """Shows what is told of a line. Laying it out costs more than a key may take, so a quick one waits for the last."""

    DEFAULT_CSS = """
    Pane { background: $surface; padding: 0 1; scrollbar-size-vertical: 1; }
    Pane Static { height: auto; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._asked = 0.0
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """The text, which scrolls."""
        yield Static("", id="pane-text", markup=False)

    def show_told(self, told: Callable[[], Content]) -> None:
        """Show what `told` makes: at once, or as soon as no other is asked for."""
        now = perf_counter()
        if self._timer is not None:
            self._timer.stop()
        if now - self._asked < _QUICK:
            self._timer = self.set_timer(_REST, lambda: self._show(told))
        else:
            self._show(told)
        self._asked = now

    def _show(self, told: Callable[[], Content]) -> None:
        self.query_one(Static).update(told())
        self.scroll_home(animate=False)
