"""The keys of a screen, from the command registry."""

from __future__ import annotations

from typing import ClassVar

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from qcode.tui.commands import COMMANDS, PLACES, Keys, Place
from qcode.tui.safe import inert

__all__ = ["HelpScreen"]

_LEGEND = """\
Brackets in the margin are codings: ┌ │ └, or ▪ on one line. ┆ is a suggestion.
+2 beside them: two codings here have no bracket for want of room; · they go on. A wider window shows more brackets.
+2 after a code: two more codes begin on this line.
The number at the left is the turn; │ beside it marks passages that are linked to a case.
m marks where a passage with a memo begins; M: a memo, and linked to a case.
✓ after the transcript's number: you marked it as completed; … as being read.
Underlined: several codes. Quiet text: the interviewer, and speakers' labels.
"""


def _key_grid(place: Place, shown: Keys, without: frozenset[str]) -> Table:
    """Keys at the left, what they do at the right; long lines stay in their column."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column()
    for command in COMMANDS:
        if command.place == place and command.id not in without:
            keys = Text(shown.names(command), style="bold")
            grid.add_row(keys, Text.assemble(f"{command.title}: ", (command.description, "dim")))
    return grid


class HelpScreen(ModalScreen[None]):
    """All commands of one screen and of every screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,q,question_mark,enter", "leave", "Back", show=False),
    ]

    def __init__(self, place: Place, keys: Keys, without: frozenset[str] = frozenset()) -> None:
        super().__init__()
        self._place = place
        self._keys = keys
        self._without = without

    def compose(self) -> ComposeResult:
        """One line for each command."""
        with VerticalScroll(id="help"):
            yield Static(inert("Keys (Esc goes back, ↓ scrolls)", "bold"))
            places: list[Place] = ["everywhere"]
            if self._place != "everywhere":
                lists: list[Place] = [] if self._place in ("coding", "table") else ["list"]
                places = [self._place, *lists, "everywhere"]
            for place in places:
                yield Static(inert(PLACES[place], "bold underline"), classes="help-place")
                yield Static(_key_grid(place, self._keys, self._without))
            if self._place == "coding":
                yield Static(inert(_LEGEND, keep_lines=True), id="help-legend")

    def on_mount(self) -> None:
        """Let the arrow keys scroll."""
        self.query_one("#help").focus()

    def action_leave(self) -> None:
        """Back to the screen behind."""
        self.dismiss(None)
