"""Choosing one of many by typing a few letters of any of its names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from qcode.tui.safe import inert, line_of

__all__ = ["Choice", "Picker", "rank"]

_SHOWN = 200
_GOOD = 70.0
_DIGITS = 9
_FUZZY_FROM = 4  # letters; with fewer, everything looks alike


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose: `value` is given back, `title` and `aside` are shown, `names` are searched."""

    value: str
    title: str
    aside: str
    names: tuple[str, ...]
    detail: str = ""
    style: str = ""


def rank(choices: Sequence[Choice], typed: str) -> list[Choice]:
    """The choices that fit what was typed, best first; all in their order if nothing was.

    A name that begins so comes before one that contains it, before one with letters alike (typing errors).
    """
    wanted = typed.strip().casefold()
    if not wanted:
        return list(choices)
    from rapidfuzz import fuzz, utils

    scored = []
    for position, choice in enumerate(choices):
        names = [name.casefold() for name in choice.names]
        if wanted in names:
            score = 400.0
        elif any(name.startswith(wanted) or any(w.startswith(wanted) for w in name.split()) for name in names):
            score = 300.0
        elif any(wanted in name for name in names):
            score = 200.0
        elif len(wanted) < _FUZZY_FROM:
            continue
        else:
            score = max((fuzz.WRatio(wanted, name, processor=utils.default_process) for name in names), default=0.0)
        if score >= _GOOD:
            scored.append((-score, position, choice))
    return [choice for _, _, choice in sorted(scored, key=lambda s: s[:2])]


class Picker(ModalScreen[str | None]):
    """A list that shrinks while one types. Gives back the value that was chosen, or None.

    Where choices are `numbered` (nine at most), their number chooses at once.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back", show=False),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("pagedown", "move(10)", show=False, priority=True),
        Binding("pageup", "move(-10)", show=False, priority=True),
    ]

    def __init__(
        self, title: str, choices: Sequence[Choice], *, current: str | None = None, numbered: bool = False
    ) -> None:
        super().__init__()
        self._numbered = numbered and len(choices) <= _DIGITS
        self._title = title
        self._choices = list(choices)
        self._found = list(choices)
        self._current = current

    def compose(self) -> ComposeResult:
        """A title, a field, the list, what is said of the marked one."""
        with Vertical(id="picker"):
            yield Static(inert(self._title, "bold"), id="picker-title")
            yield Input(placeholder="type a few letters; Enter chooses, Esc leaves", id="picker-typed")
            yield OptionList(id="picker-list", markup=False)
            yield Static("", id="picker-detail", markup=False)

    def on_mount(self) -> None:
        """Show everything, the current one marked."""
        self.query_one("#picker-list", OptionList).can_focus = False
        self._fill("")
        values = [choice.value for choice in self._found]
        if self._current in values:
            self._list.highlighted = values.index(self._current)

    @property
    def _list(self) -> OptionList:
        return self.query_one("#picker-list", OptionList)

    def _fill(self, typed: str) -> None:
        self._found = rank(self._choices, typed)[:_SHOWN]
        self._list.clear_options()
        self._list.add_options(
            [Option(line_of((c.title, c.style), "  ", (c.aside, "dim"))) for c in self._found]
            or [Option(inert("nothing fits; Backspace", "dim"), disabled=True)]
        )
        self._list.highlighted = 0 if self._found else None
        self._tell()

    def _tell(self) -> None:
        marked = self._list.highlighted
        detail = self._found[marked].detail if marked is not None and marked < len(self._found) else ""
        self.query_one("#picker-detail", Static).update(inert(detail))

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        # The field takes every key that is a character, so a number is met here.
        if self._numbered and event.value in {str(i) for i in range(1, len(self._choices) + 1)}:
            self.dismiss(self._choices[int(event.value) - 1].value)
        else:
            self._fill(event.value)

    @on(Input.Submitted)
    def _submitted(self) -> None:
        marked = self._list.highlighted
        self.dismiss(self._found[marked].value if self._found and marked is not None else None)

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        if self._found:
            self.dismiss(self._found[event.option_index].value)

    @on(OptionList.OptionHighlighted)
    def _marked(self) -> None:
        self._tell()

    def action_move(self, step: int) -> None:
        """Mark another one."""
        if self._found:
            here = self._list.highlighted or 0
            self._list.highlighted = min(len(self._found) - 1, max(0, here + step))

    def action_leave(self) -> None:
        """Choose nothing."""
        self.dismiss(None)
