"""What every screen but the coding screen stands on: a title line, the body, and a bottom line that tells and hints."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import update_wrapper
from typing import TYPE_CHECKING, ClassVar, Concatenate, ParamSpec, Protocol, TypeVar

from textual.app import ComposeResult
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from qcode.errors import QcodeError
from qcode.tui.command import Place
from qcode.tui.commands import Keys
from qcode.tui.safe import Parts, line_of

if TYPE_CHECKING:
    from qcode.services.study import Study
    from qcode.tui.app import Workbench

__all__ = ["Telling", "WorkScreen", "hint_parts", "told"]

_STYLES = {"error": "bold $error", "warning": "bold $warning"}
_P = ParamSpec("_P")


class Telling(Protocol):
    """A screen with a bottom line for sentences."""

    def tell(self, message: str, *, severity: str = "") -> None:
        """Show a sentence until the next key."""


_Self = TypeVar("_Self", bound=Telling)


def told(action: Callable[Concatenate[_Self, _P], None]) -> Callable[Concatenate[_Self, _P], None]:
    """An action whose refusals are told in a sentence instead of ending the program."""

    def act(self: _Self, /, *args: _P.args, **kwargs: _P.kwargs) -> None:
        try:
            action(self, *args, **kwargs)
        except QcodeError as error:
            self.tell(str(error), severity="error")

    return update_wrapper(act, action)


def hint_parts(keys: Keys, place: Place, cells: int, without: Iterable[str] = ()) -> Parts:
    """The bottom line of a place, in the width of the window."""
    parts: Parts = []
    for key, word in keys.hints(place, cells, without=frozenset(without)):
        parts += [(f" {key} ", "bold"), f"{word} "]
    return parts


class WorkScreen(Screen[None]):
    """A full screen over one study. Subclasses give `body`, `PLACE` and `BINDINGS = bindings(PLACE)`.

    `tell` shows a sentence in the bottom line until the next key; no pop-up, which would hide what is read.
    """

    PLACE: ClassVar[Place] = "everywhere"

    def __init__(self, study: Study) -> None:
        super().__init__()
        self.study = study
        self.called = ""  # the name by which `go` opened it; empty above another screen
        self._told_something = False

    @property
    def workbench(self) -> Workbench:
        """The program, which knows the other screens."""
        return self.app  # type: ignore[return-value]  # the only program that these screens are made for

    def body(self) -> Iterable[Widget]:
        """The widgets between title and bottom line."""
        return ()

    def compose(self) -> ComposeResult:
        """Title, body, bottom line."""
        yield Static("", id="title", markup=False)
        yield from self.body()
        yield Static("", id="hints", markup=False)

    def title_parts(self) -> Parts:
        """What the title line says now."""
        return []

    def idle_commands(self) -> Iterable[str]:
        """Ids of commands that would do nothing now, so that the bottom line leaves them out."""
        return ()

    def show_title(self) -> None:
        """Bring the title line up to date."""
        self.query_one("#title", Static).update(line_of(*self.title_parts()), layout=False)

    def tell(self, message: str, *, severity: str = "") -> None:
        """A sentence in the bottom line until the next key. Never with interview text."""
        self._told_something = True
        line = line_of((f" {message}", _STYLES.get(severity, "bold")))
        self.query_one("#hints", Static).update(line, layout=False)

    def show_hints(self) -> None:
        """The keys of this screen, as many as fit."""
        self._told_something = False
        parts = hint_parts(self.workbench.shortcuts, self.PLACE, self.app.size.width, self.idle_commands())
        self.query_one("#hints", Static).update(line_of(*parts), layout=False)

    def on_resize(self) -> None:
        """The bottom line tells what fits."""
        self.show_hints()

    def on_key(self) -> None:
        """What was told goes with the next key."""
        if self._told_something:
            self.show_hints()

    def action_back(self) -> None:
        """Back to the screen before."""
        self.dismiss(None)
