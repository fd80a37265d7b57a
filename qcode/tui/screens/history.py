"""The history: who did what when, the latest first; undo and redo."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from qcode.core.dates import DATE_FORMS
from qcode.core.text import display_safe
from qcode.errors import RequestError
from qcode.services import coding
from qcode.services.act_changes import ActChange
from qcode.services.history import History, check_history_file, day_range, export_history
from qcode.services.log import local_time
from qcode.services.study import Study
from qcode.tui.command import Place
from qcode.tui.commands import bindings
from qcode.tui.rows import Column, Row, RowList
from qcode.tui.safe import Parts, cut, lines_of
from qcode.tui.screens.asking import AskLine
from qcode.tui.screens.picker import Choice, Picker
from qcode.tui.screens.reading_on import free_path, read_on, typed_path
from qcode.tui.screens.slices import Slicing
from qcode.tui.screens.visiting import visit
from qcode.tui.screens.work_screen import told

__all__ = ["HistoryScreen"]

_COLUMNS = (
    Column("time", 19, drop=2),
    Column("coder", 10, drop=1),
    Column("what", least=24),
    Column("events", 6, right=True, drop=3),
    Column("undo", 8),
)
_TURNS = {
    "undo": ("u next", "bold"),
    "own": ("yours", "dim"),
    "undone": ("undone", "dim"),
    "redo": ("undone U", "bold"),
}
_SENTENCES = {
    "undo": "u takes it back next.",
    "own": "It is yours: u takes it back after what you did since.",
    "undone": "It is undone.",
    "redo": "It is undone; U does it again.",
}
_SHOWN_EVENTS = 50
_PAGE = 100  # rows: a search shows what it found as long as it has not filled the window


class HistoryScreen(Slicing):
    """All acts. Only those are read that are looked at, so that a hundred thousand open at once.

    `/` looks through them in slices between key presses; Enter goes to what an act was about.
    """

    PLACE: ClassVar[Place] = "history"
    BINDINGS: ClassVar[list[BindingType]] = bindings("history")

    def __init__(self, study: Study) -> None:
        super().__init__(study)
        self._coder = ""
        self._day = ""
        self._history: History | None = None
        self._found: array[int] | None = None  # places in the history that hold the words; None: all of it
        self._looked = 0
        self._shown = 0

    def body(self) -> Iterable[Widget]:
        """The field, the list, the pane."""
        yield Input(placeholder="words to look for; Enter keeps them, Esc shows all", id="narrow")
        yield RowList(id="rows", nothing="Nothing was done.")
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
    def history(self) -> History:
        """The acts as they were read last."""
        if self._history is None:
            self._history = History(self.study, coder=self._coder, day=self._day)
        return self._history

    def on_mount(self) -> None:
        """Read, and show."""
        self.narrow.display = False
        self.reload()
        self.rows.focus()

    def on_screen_resume(self) -> None:
        """Something may have been done on another screen."""
        if self.is_mounted and self._history is not None and self._history.stale():
            self.reload()

    @told
    def reload(self) -> None:
        """Read the list of acts again; the cursor stays on the same act."""
        marked = self._number()
        key = self.history.line(marked).key if marked is not None else None
        self._history = None
        here = self.history.number_of(key) if key is not None and not self.narrow.value else None
        self._begin(here)

    # -- the list

    def _count(self) -> int:
        return len(self.history) if self._found is None else len(self._found)

    def _number(self) -> int | None:
        """The place in the history of the act under the cursor."""
        if self._history is None or self.rows.cursor >= min(self._count(), len(self.rows)):
            return None
        return self.rows.cursor if self._found is None else self._found[self.rows.cursor]

    def _row(self, row: int) -> Row:
        line = self.history.line(row if self._found is None else self._found[row])
        act = line.act
        style = "dim" if act.undone else ""
        return [
            (local_time(act.at_ms), "dim"),
            (act.coder, style),
            (act.words, style),
            (f"{act.events:,}", "dim"),
            _TURNS.get(line.turn, ""),
        ]

    def _show(self, cursor: int) -> None:
        wanted = self.narrow.value.strip()
        looking = self.working("narrow")
        nothing = (
            "Nothing fits these words; Esc shows all." if wanted and not looking else "Looking …" if looking else ""
        )
        self._shown = self._count()
        self.rows.set_rows(_COLUMNS, self._shown, self._row, cursor=cursor, nothing=nothing or "Nothing was done.")
        self.show_title()

    def _begin(self, here: int | None = None) -> None:
        """Show all acts, or look for those that hold the words in the field."""
        wanted = self.narrow.value.casefold().split()
        self.end_work("narrow")
        if not wanted:
            self._found = None
            self._show(here or 0)
            return
        self._found, self._looked = array("q"), 0
        self.rows.move_to(0)
        self.begin_work("narrow", self._look(wanted, self._found), self._looked_on)

    def _look(self, wanted: list[str], found: array[int]) -> Iterator[None]:
        history = self.history
        for number in range(len(history)):
            if history.holds(number, wanted):
                found.append(number)
            self._looked = number + 1
            yield

    def _looked_on(self) -> None:
        """Show what came while the window is not full, and all of it in the end."""
        if (
            not self.working("narrow")
            or (self._shown < _PAGE and self._count() > self._shown)
            or self._shown > self._count()
        ):
            self._show(self.rows.cursor)
        else:
            self.show_title()

    # -- title and detail

    def title_parts(self) -> Parts:
        """How many acts there are, and what is left out."""
        number, total = self._count(), len(self.history)
        words = "1 act" if number == 1 else f"{number:,} acts"
        if self._found is not None:
            words += f" of {total:,}" + (f", {self._looked:,} looked through" if self.working("narrow") else "")
        coder = f" · {cut(self._coder, 24)} only" if self._coder else ""
        day = f" · {self._day} only" if self._day else ""
        own = " · own work only" if self.study.viewpoint.own_only else ""
        writing = " · writing …" if self.working("write") else ""
        return [(" History", "bold"), f" · {words}{coder}{day}{own}", (writing, "bold")]

    @on(RowList.Moved, "#rows")
    @told
    def _moved(self) -> None:
        number = self._number()
        content = lines_of(*self._detail(number)) if number is not None else Content("")
        self.query_one("#detail-text", Static).update(content)
        self.query_one("#detail").scroll_home(animate=False)

    def _detail(self, number: int) -> Iterator[Parts]:
        line = self.history.line(number)
        act = line.act
        yield [(act.words, "bold")]
        events = "1 event" if act.events == 1 else f"{act.events:,} events"
        yield [(f"{local_time(act.at_ms)} · {act.coder} · {events}. {_SENTENCES.get(line.turn, '')}", "dim")]
        for change in self.history.changes(number, _SHOWN_EVENTS):
            yield from _change_lines(change)
        if act.events > _SHOWN_EVENTS:
            yield [(f"and {act.events - _SHOWN_EVENTS:,} events more", "dim")]

    def action_read_on(self) -> None:
        """Scroll the pane."""
        read_on(self.query_one("#detail"))

    # -- what one can do

    @on(RowList.Chosen, "#rows")
    @told
    def _chosen(self) -> None:
        number = self._number()
        visit(self, self.history.goal(number) if number is not None else None)

    @told
    def action_undo(self) -> None:
        """Take my latest act back."""
        self._turn_back(undo=True)

    @told
    def action_redo(self) -> None:
        """Do it again."""
        self._turn_back(undo=False)

    def _turn_back(self, *, undo: bool) -> None:
        turned = coding.undo(self.study) if undo else coding.redo(self.study)
        if turned is None:
            self.tell("There is nothing to undo." if undo else "There is nothing to do again.")
            return
        self.reload()
        self.workbench.coding.renew()
        kept = f" Stays, because others wrote it since: {', '.join(turned.kept)}." if turned.kept else ""
        self.tell(f"{'Undone' if undo else 'Done again'}: {turned.act.words}.{kept}")

    @told
    def action_toggle_others(self) -> None:
        """Show or hide others' work."""
        self.study.look(own_only=not self.study.viewpoint.own_only)
        self._coder = ""
        self.reload()
        self.workbench.coding.renew()
        own = self.study.viewpoint.own_only
        self.tell("Only your own work is shown." if own else "The work of all coders is shown.")

    @told
    def action_choose_coder(self) -> None:
        """Choose whose acts are shown."""
        choices = [Choice("", "everybody", "", ("everybody", "all"))]
        choices += [Choice(c.name, c.name, "", (c.name,)) for c in self.study.coders() if c.name]
        picker = Picker("Whose acts?", choices, current=self._coder)
        self.app.push_screen(picker, lambda name: self._choose(coder=name) if name is not None else None)

    @told
    def action_choose_day(self) -> None:
        """Ask for a day."""
        ask = AskLine(
            "Which day?",
            value=self._day,
            help_text=f"{DATE_FORMS}: a year, a month or a day. Empty shows all.",
            check=lambda typed: day_range(typed) if typed.strip() else None,
        )
        self.app.push_screen(ask, lambda day: self._choose(day=day.strip()) if day is not None else None)

    @told
    def _choose(self, *, coder: str | None = None, day: str | None = None) -> None:
        self._coder = self._coder if coder is None else coder
        self._day = self._day if day is None else day
        self.reload()

    # -- narrowing

    def action_narrow(self) -> None:
        """Show the field."""
        self.narrow.display = True
        self.narrow.focus()

    @on(Input.Changed, "#narrow")
    @told
    def _narrowed(self) -> None:
        self._begin()

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

    # -- writing

    @told
    def action_write(self) -> None:
        """Ask for a file, and write the acts that are shown."""
        if self.working("write"):
            raise RequestError("A file is being written already.")
        if self.working("narrow"):
            raise RequestError("The search goes on.", fix="Wait until it has looked through all acts.")
        if not self._count():
            raise RequestError("There is nothing to write.")
        folder = self.study.file.path.parent
        ask = AskLine(
            f"Write {self._count():,} acts to which file?",
            value=display_safe(str(free_path(folder / "history.csv"))),
            help_text="A table with time, coder and what was done; no interview text is in it.",
            check=lambda typed: check_history_file(typed_path(typed)),
        )
        self.app.push_screen(ask, self._write)

    @told
    def _write(self, typed: str | None) -> None:
        if typed is None:
            return
        path, history = typed_path(typed), self.history
        numbers = array("q", range(len(history))) if self._found is None else array("q", self._found)
        rows: list[tuple[str, str, str, int, str, str]] = []

        def gather() -> Iterator[None]:
            for number in numbers:
                rows.append(history.cells(number))
                yield

        def after() -> None:
            if self.working("write"):
                return
            count = export_history(rows, path)
            self.show_title()
            self.tell(f"Wrote {count:,} {'act' if count == 1 else 'acts'} to {display_safe(path.name)}.")

        self.begin_work("write", gather(), after)
        self.show_title()


def _change_lines(change: ActChange) -> Iterator[Parts]:
    """One event: what it did, and its fields; those of something new on one line."""
    yield [f"· {change.words}"]
    new = [field for field in change.fields if not field.old]
    if new:
        yield ["  ", *(part for field in new for part in ((f"{field.name} ", "dim"), f"{field.new}   "))]
    for field in change.fields:
        if field.old:
            yield ["  ", (f"{field.name} ", "dim"), f"{field.old} → {field.new}"]
