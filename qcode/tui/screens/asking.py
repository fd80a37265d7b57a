"""Small dialogues: a line, a longer text, yes or no."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static, TextArea

from qcode.errors import QcodeError
from qcode.tui.safe import inert

__all__ = ["AskLine", "AskText", "AskYes"]


class AskLine(ModalScreen[str | None]):
    """Asks for one line; gives it back, or None.

    `check` may refuse what was typed by raising a QcodeError: its sentence is shown, and the line can be mended.
    A value that is given is there to be changed: one writes on at its end. `typed` is what stood there at last.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Back", show=False)]

    def __init__(
        self, title: str, *, value: str = "", help_text: str = "", check: Callable[[str], object] | None = None
    ) -> None:
        super().__init__()
        self._title, self._value, self._help, self._check = title, value, help_text, check
        self.typed = value

    def compose(self) -> ComposeResult:
        """Title, field, what to write, what was wrong."""
        with Vertical(id="ask"):
            yield Static(inert(self._title, "bold"), id="ask-title")
            yield Input(value=self._value, id="ask-line", select_on_focus=False)
            yield Static(inert(self._help, "dim", keep_lines=True), id="ask-help")
            yield Static("", id="ask-fault", markup=False)

    def on_mount(self) -> None:
        """Write at the end."""
        field = self.query_one(Input)
        field.cursor_position = len(field.value)
        field.focus()

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        self.typed = event.value

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        if self._check is not None:
            try:
                self._check(event.value)
            except QcodeError as error:
                self.query_one("#ask-fault", Static).update(inert(str(error), "bold $error", keep_lines=True))
                return
        self.dismiss(event.value)

    def action_leave(self) -> None:
        """Change nothing."""
        self.dismiss(None)


class AskText(ModalScreen[str | None]):
    """A longer text to write or change. Esc keeps what is written: nothing is lost; Ctrl+G throws the change away."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "keep", "Keep", show=False, priority=True),
        Binding("ctrl+g", "leave", "Throw away", show=False, priority=True),
    ]

    def __init__(self, title: str, *, value: str = "") -> None:
        super().__init__()
        self._title, self._value = title, value

    def compose(self) -> ComposeResult:
        """Title, text, keys."""
        with Vertical(id="ask-long"):
            yield Static(inert(self._title, "bold"), id="ask-title")
            yield TextArea(self._value, id="ask-text", soft_wrap=True, show_line_numbers=False)
            yield Static(inert("Esc keeps the text and goes back · Ctrl+G throws the change away", "dim"))

    def on_mount(self) -> None:
        """Write at the end."""
        area = self.query_one(TextArea)
        area.move_cursor(area.document.end)
        area.focus()

    def action_keep(self) -> None:
        """Give the text back."""
        self.dismiss(self.query_one(TextArea).text)

    def action_leave(self) -> None:
        """Change nothing."""
        self.dismiss(None)


class AskYes(ModalScreen[bool]):
    """A question before what cannot be taken back by one key. `y` or Enter says yes, everything else no."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,Y,enter", "answer(True)", "Yes", show=False),
        Binding("n,N,escape", "answer(False)", "No", show=False),
    ]

    def __init__(self, question: str, *, explain: str = "") -> None:
        super().__init__()
        self._question, self._explain = question, explain

    def compose(self) -> ComposeResult:
        """The question, what follows from it, the keys."""
        with Vertical(id="ask"):
            yield Static(inert(self._question, "bold", keep_lines=True), id="ask-title")
            yield Static(inert(self._explain, keep_lines=True), id="ask-help")
            yield Static(inert("y yes · n or Esc no", "dim"))

    def action_answer(self, yes: bool) -> None:  # noqa: FBT001 - Textual passes it by position
        """Yes or no."""
        self.dismiss(yes)
