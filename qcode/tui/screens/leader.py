"""One letter after a leader key: the letters are shown, so that nobody has to remember them."""

from __future__ import annotations

from typing import ClassVar

from rich.table import Table
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from qcode.tui.command import Place
from qcode.tui.commands import lettered
from qcode.tui.safe import inert

__all__ = ["LeaderScreen"]


class LeaderScreen(ModalScreen[str | None]):
    """Shows the lettered commands of a place; gives back the action of the one that was chosen, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Back", show=False)]

    def __init__(self, place: Place, title: str) -> None:
        super().__init__()
        self._title = title
        self._letters = {entry.letter: entry for entry in lettered(place)}

    def compose(self) -> ComposeResult:
        """A line for each letter."""
        grid = Table.grid(padding=(0, 2))
        for letter, entry in self._letters.items():
            words = Text.assemble(entry.title, ": ", (entry.description, "dim"))
            grid.add_row(Text(letter, style="bold"), words)
        with Vertical(id="leader"):
            yield Static(inert(self._title, "bold"))
            yield Static(grid)

    def on_key(self, event: events.Key) -> None:
        """A letter chooses, any other sign goes back; keys that only hold others do nothing."""
        entry = self._letters.get(event.character or "")
        if entry is not None:
            event.stop()
            self.dismiss(entry.action)
        elif event.is_printable:
            event.stop()
            self.dismiss(None)

    def action_leave(self) -> None:
        """Choose nothing."""
        self.dismiss(None)
