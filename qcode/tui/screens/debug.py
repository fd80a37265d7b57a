"""The debug information: versions, terminal, sizes; never a title, a name of a person, or a word of a text."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from qcode.services.debug import Fact, debug_facts, write_facts
from qcode.services.settings import read_settings
from qcode.tui.command import Place
from qcode.tui.commands import bindings
from qcode.tui.rows import Column, Row, RowList
from qcode.tui.safe import Parts
from qcode.tui.screens.work_screen import WorkScreen, told

__all__ = ["DebugScreen"]


class DebugScreen(WorkScreen):
    """Names and values, to read, write or copy."""

    PLACE: ClassVar[Place] = "debug"
    BINDINGS: ClassVar[list[BindingType]] = bindings("debug")
    _facts: list[Fact]

    def body(self) -> Iterable[Widget]:
        """One list."""
        yield RowList(id="rows")

    def title_parts(self) -> Parts:
        """What it is good for."""
        return [(" Debug information", "bold"), " · for a report of a fault; no titles, no names, no text"]

    def on_mount(self) -> None:
        """Look everything up."""
        self._facts = debug_facts(self.study, read_settings(), more=self._screen())
        columns = [Column("", 26), Column("", least=20)]
        rows = self.query_one(RowList)
        rows.set_rows(columns, len(self._facts), self._row)
        rows.focus()
        self.show_title()

    def _row(self, number: int) -> Row:
        name, value = self._facts[number]
        return [(name, "dim"), value]

    def _screen(self) -> list[Fact]:
        """What only the running program knows."""
        app = self.app
        return [
            ("window", f"{app.size.width} x {app.size.height}"),
            ("colours", f"{app.console.color_system or 'none'}, {app.theme}{', NO_COLOR' if app.no_color else ''}"),
            ("mouse", "taken" if self.workbench.mouse_taken else "left to the terminal"),
        ]

    @told
    def action_write(self) -> None:
        """Write it to a file."""
        self.tell(f"Written: {write_facts(self._facts, Path()).name}")

    def action_copy(self) -> None:
        """Copy it."""
        self.app.copy_to_clipboard("\n".join(f"{name}: {value}" for name, value in self._facts))
        self.tell("Sent to the clipboard, if the terminal takes it. w writes a file instead.")
