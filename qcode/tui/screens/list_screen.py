"""A screen that is a list of things, with a field that narrows it and a pane that tells of the marked one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Generic, TypeVar

from textual import on
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from qcode.tui.rows import Column, Row, RowList
from qcode.tui.screens.work_screen import WorkScreen

__all__ = ["ListScreen"]

T = TypeVar("T")


class ListScreen(WorkScreen, Generic[T]):
    """A list of `T`, fetched whole by `load`. `/` narrows it by words, Esc widens it again, then goes back."""

    NOTHING = "Nothing here yet."

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # WorkScreen's own arguments, passed through
        self._all: list[T] = []
        self.items: list[T] = []
        self._detail_due = False

    # -- what a subclass gives

    def columns(self) -> Sequence[Column]:
        """The columns."""
        raise NotImplementedError

    def load(self) -> Iterable[T]:
        """Everything that the list shows, read again."""
        raise NotImplementedError

    def row(self, item: T) -> Row:
        """The cells of one thing."""
        raise NotImplementedError

    def key_of(self, item: T) -> object:
        """What tells that a thing is the same after the list was read again."""
        raise NotImplementedError

    def words_of(self, item: T) -> str:
        """What `/` looks through: by default all cells."""
        return " ".join(cell if isinstance(cell, str) else cell[0] for cell in self.row(item))

    def detail(self, item: T | None) -> Content:  # noqa: ARG002 - subclasses use it
        """What the pane below says of the marked thing."""
        return Content("")

    # -- the screen

    def body(self) -> Iterable[Widget]:
        """The field, the list, the pane."""
        yield Input(placeholder="words to look for; Enter keeps them, Esc shows all", id="narrow")
        yield RowList(id="rows", nothing=self.NOTHING)
        with VerticalScroll(id="detail", can_focus=False):
            yield Static("", id="detail-text", markup=False)

    @property
    def rows(self) -> RowList:
        """The list."""
        return self.query_one("#rows", RowList)

    @property
    def narrow(self) -> Input:
        """The field that narrows it."""
        return self.query_one("#narrow", Input)

    @property
    def marked(self) -> T | None:
        """The thing under the cursor."""
        number = self.rows.cursor
        return self.items[number] if number < len(self.items) else None

    def on_mount(self) -> None:
        """Read, and show."""
        self.narrow.display = False
        self.reload()
        self.rows.focus()

    def on_screen_resume(self) -> None:
        """Something may have been changed on another screen."""
        if self.is_mounted and self.query("#rows"):
            self.reload()

    def reload(self, *, mark: object = None) -> None:
        """Read everything again; the cursor stays on the same thing, or goes to the one with the key `mark`."""
        here = mark if mark is not None else self.key_of(self.marked) if self.marked is not None else None
        self._all = list(self.load())
        self._show(here)

    def _show(self, here: object) -> None:
        wanted = self.narrow.value.casefold().split()
        self.items = [
            item for item in self._all if not wanted or all(w in self.words_of(item).casefold() for w in wanted)
        ]
        keys = [self.key_of(item) for item in self.items]
        cursor = keys.index(here) if here in keys else min(self.rows.cursor, max(0, len(keys) - 1))
        nothing = "Nothing fits these words; Esc shows all." if wanted else self.NOTHING
        self.rows.set_rows(
            self.columns(), len(self.items), lambda i: self.row(self.items[i]), cursor=cursor, nothing=nothing
        )
        self.show_title()

    @on(RowList.Moved, "#rows")
    def _moved(self) -> None:
        # The row first: the pane is laid out anew each time, and while a key is held down only the last one counts.
        if not self._detail_due:
            self._detail_due = True
            self.call_after_refresh(self._show_detail)
        self.moved()

    def _show_detail(self) -> None:
        self._detail_due = False
        self.query_one("#detail-text", Static).update(self.detail(self.marked))

    def moved(self) -> None:
        """The cursor stands on another thing: subclasses may have something to add."""

    # -- narrowing

    def action_narrow(self) -> None:
        """Show the field."""
        self.narrow.display = True
        self.narrow.focus()

    @on(Input.Changed, "#narrow")
    def _narrowed(self) -> None:
        marked = self.marked
        self._show(self.key_of(marked) if marked is not None else None)

    @on(Input.Submitted, "#narrow")
    def _kept(self) -> None:
        self.rows.focus()

    def action_back(self) -> None:
        """Show all again; if all is shown, back to the screen before."""
        if self.narrow.display:
            self.narrow.value = ""
            self.narrow.display = False
            self.rows.focus()
        else:
            self.dismiss(None)
