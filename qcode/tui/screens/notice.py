"""A list of sentences to read: what became of many files, what is wrong with a file of settings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from qcode.tui.safe import inert

__all__ = ["Notice"]


class Notice(ModalScreen[None]):
    """Sentences under a title; the arrow keys scroll, Esc or Enter goes back."""

    DEFAULT_CSS = """
    Notice { align: center middle; background: $background 60%; }
    #notice { width: 96; max-width: 98%; height: auto; max-height: 90%; border: round $primary;
              background: $surface; padding: 0 1; }
    #notice-text { height: auto; margin: 1 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter,q", "leave", "Back", show=False)]

    def __init__(self, title: str, sentences: Sequence[str]) -> None:
        super().__init__()
        self._title, self._sentences = title, tuple(sentences)

    def compose(self) -> ComposeResult:
        """Title, sentences, key."""
        with VerticalScroll(id="notice"):
            yield Static(inert(self._title, "bold"))
            yield Static(inert("\n".join(self._sentences), keep_lines=True), id="notice-text")
            yield Static(inert("Esc goes back, ↓ scrolls", "dim"))

    def on_mount(self) -> None:
        """Let the arrow keys scroll."""
        self.query_one("#notice").focus()

    def action_leave(self) -> None:
        """Back to the screen behind."""
        self.dismiss(None)
