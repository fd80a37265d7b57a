"""A field that remembers what was asked before."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input

__all__ = ["PastInput", "note_asked"]

_REMEMBERED = 50


def note_asked(past: list[str], asked: str) -> None:
    """Remember what was asked, the latest last and nothing twice.

    >>> past = ["one", "two"]
    >>> note_asked(past, " one ")
    >>> past
    ['two', 'one']
    """
    wanted = asked.strip()
    if wanted:
        past[:] = [*(one for one in past if one != wanted), wanted][-_REMEMBERED:]


class PastInput(Input):
    """↑ in the empty field brings back what was asked before, ↓ leaves the field for the list below.

    What stands in it is selected when one comes to the field, so that typing replaces it. `/`, the key that leads
    here, writes nothing as the first character.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "past(1)", "Asked before", show=False),
        Binding("down", "past(-1)", "To the list", show=False),
    ]

    class Left(Message):
        """Somebody goes from the field to the list."""

    def __init__(self, *, id: str, placeholder: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id, placeholder=placeholder, select_on_focus=False)
        self.remembered: list[str] = []

    def enter(self) -> None:
        """To the field, to ask for something else: what stands there is selected."""
        self.focus()
        self.select_all()

    async def on_key(self, event: events.Key) -> None:
        """One who pressed `/` to come here, and is here already, wants to write."""
        if event.key == "slash" and len(self.selected_text) == len(self.value):
            event.stop()
            event.prevent_default()

    def action_past(self, step: int) -> None:
        """What was asked before; on from the latest to the list."""
        here = self.remembered.index(self.value) if self.value in self.remembered else len(self.remembered)
        number = here - step
        if step < 0 and number >= len(self.remembered):
            self.post_message(self.Left())
        elif number >= 0 and (not self.value or self.value in self.remembered):
            self.value = self.remembered[number]
            self.cursor_position = len(self.value)
