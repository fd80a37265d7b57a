"""The keys of a screen, from the command registry."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from qcode.tui.commands import COMMANDS, Place, key_name
from qcode.tui.safe import inert, line_of

__all__ = ["HelpScreen"]

_LEGEND = """\
Brackets in the margin are codings: ┌ │ └, or ▪ on one line. ┆ is a suggestion, + means that there are more.
The number at the left is the turn; │ beside it marks passages that are linked to a case.
Underlined: several codes. Quiet text: the interviewer, and speakers' labels.
"""


class HelpScreen(ModalScreen[None]):
    """All commands of one screen and of every screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,q,question_mark,enter", "leave", "Back", show=False),
    ]

    def __init__(self, place: Place) -> None:
        super().__init__()
        self._place = place

    def compose(self) -> ComposeResult:
        """One line for each command."""
        with VerticalScroll(id="help"):
            yield Static(inert("Keys (Esc goes back, ↓ scrolls)", "bold"))
            for command in COMMANDS:
                if command.place in (self._place, "everywhere"):
                    keys = " ".join(key_name(key) for key in command.keys[:2])
                    yield Static(line_of((f"{keys:<18}", "bold"), f"{command.title}: ", (command.description, "dim")))
            yield Static(inert(_LEGEND, keep_lines=True), id="help-legend")

    def on_mount(self) -> None:
        """Let the arrow keys scroll."""
        self.query_one("#help").focus()

    def action_leave(self) -> None:
        """Back to the screen behind."""
        self.dismiss(None)
