"""The workbench: opens a study, shows its screens, and never shows interview text when it crashes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import ClassVar

# iTerm2 loses Chinese input under the kitty keyboard protocol; this must be set before Textual is loaded.
os.environ.setdefault("TEXTUAL_DISABLE_KITTY_KEY", "1")

from rich.segment import Segments
from rich.text import Text
from textual import events
from textual.app import App, SystemCommand
from textual.binding import BindingType
from textual.screen import Screen

from qcode.core.text import display_safe
from qcode.errors import EXIT_CRASH, QcodeError
from qcode.services.crash import write_report
from qcode.services.study import Study
from qcode.tui.commands import COMMANDS, Place, bindings, key_name
from qcode.tui.screens.coding import CodingScreen
from qcode.tui.screens.help import HelpScreen
from qcode.tui.screens.table import TableScreen

__all__ = ["Workbench", "run"]


class Workbench(App[int]):
    """The program on the terminal."""

    CSS_PATH = "qcode.tcss"
    TITLE = "qcode"
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING: ClassVar[str] = "ctrl+p"
    BINDINGS: ClassVar[list[BindingType]] = bindings("everywhere")

    def __init__(self, study: Study) -> None:
        super().__init__()
        self.study = study
        self.crashed = False
        self._coding = CodingScreen(study)

    def on_mount(self) -> None:
        """Begin with coding."""
        self.push_screen(self._coding)

    def action_help(self) -> None:
        """Keys of this screen."""
        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(_place(self.screen)))

    def action_change_colours(self) -> None:
        """Dark or light."""
        self.theme = "textual-light" if self.current_theme.dark else "textual-dark"

    async def action_quit(self) -> None:
        """Leave; where one stopped is noted."""
        self._coding.leave_place()
        self.exit(0)

    def get_system_commands(self, screen: Screen[object]) -> list[SystemCommand]:
        """The palette: the commands of the registry that this screen has, with their keys."""
        place = _place(screen)
        found = []
        for command in COMMANDS:
            if command.place not in (place, "everywhere") or command.id == "palette":
                continue
            target = self if command.place == "everywhere" else screen

            async def call(action: str = command.action, target: App[int] | Screen[object] = target) -> None:
                await self.run_action(action, target)

            title = f"{command.title} ({key_name(command.keys[0])})"
            found.append(SystemCommand(title, command.description, call))
        return found

    async def on_event(self, event: events.Event) -> None:
        """What is pasted goes into fields and onto the screen: it must not steer the terminal."""
        if isinstance(event, events.Paste):
            event.text = display_safe(event.text, keep_lines=True)
        await super().on_event(event)

    def _fatal_error(self) -> None:
        """A crash: Textual would print the locals, and with them the interview."""
        self.crashed = True
        try:
            report = f"Report: {write_report(self._exception or RuntimeError('unknown'))}"
        except QcodeError as problem:
            report = f"The report could not be written. {problem}"
        message = Text(f"qcode stopped because of a fault of its own. What was coded is stored.\n{report}")
        self._exit_renderables.append(Segments(self.console.render(message, self.console.options)))
        self._close_messages_no_wait()


def run(path: Path, coder: str | None = None, *, mouse: bool = True) -> int:
    """Open the workbench on a project; the exit code."""
    with Study.open(path, coder=coder) as study:
        app = Workbench(study)
        try:
            code = app.run(mouse=mouse)
        except QcodeError:
            raise
        except Exception as error:  # noqa: BLE001 - one of the two places where anything may be caught
            write_report(error)
            return EXIT_CRASH
    return EXIT_CRASH if app.crashed else int(code or 0)


def _place(screen: Screen[object]) -> Place:
    """Which commands a screen has; a dialogue has those of everywhere only."""
    if isinstance(screen, TableScreen):
        return "table"
    return "coding" if isinstance(screen, CodingScreen) else "everywhere"
