"""The screen of retrieved segments: a query over codes, filters, and what fits them, each with the way to its place."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from qcode.core.passage_query import Term
from qcode.core.text import display_safe
from qcode.errors import QcodeError, RequestError
from qcode.services.filters import Filters
from qcode.services.quotations import Format, export_passages, format_of
from qcode.services.retrieval import GROUPINGS, ORDERS, Group, Grouping, find
from qcode.tui.command import Place
from qcode.tui.commands import bindings
from qcode.tui.rows import Row, RowList
from qcode.tui.safe import Parts, inert
from qcode.tui.screens.asking import AskLine
from qcode.tui.screens.filtering import FilterDialogue, code_choices
from qcode.tui.screens.pane import Pane, keep_loaded
from qcode.tui.screens.past_input import PastInput, note_asked
from qcode.tui.screens.picker import Choice, Picker
from qcode.tui.screens.reading_on import free_path, read_on, typed_path
from qcode.tui.screens.retrieval_lines import Asked
from qcode.tui.screens.retrieval_words import COLUMNS, Teller, segments
from qcode.tui.screens.trails import follow
from qcode.tui.screens.work_screen import WorkScreen, told

if TYPE_CHECKING:
    from qcode.services.study import Study

__all__ = ["RetrievalScreen"]

_ATI = ".ati.csv"


class RetrievalScreen(WorkScreen):
    """Segments by a query and filters. Without either, what was asked last is shown again."""

    PLACE: ClassVar[Place] = "retrieval"
    BINDINGS: ClassVar[list[BindingType]] = bindings("retrieval")
    DEFAULT_CSS = """
    RetrievalScreen #query-line { height: 1; background: $surface; }
    RetrievalScreen #query-word { width: 8; padding: 0 1; color: $text-muted; }
    RetrievalScreen #query { width: 1fr; border: none; height: 1; padding: 0; background: $surface; }
    RetrievalScreen #filters {
        height: 1; padding: 0 1; background: $surface; color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis;
    }
    RetrievalScreen #fault { height: auto; max-height: 4; padding: 0 1; color: $error; display: none; }
    RetrievalScreen #pane { height: 35%; min-height: 6; }
    """

    def __init__(self, study: Study, query: str | None = None, filters: Filters | None = None) -> None:
        super().__init__(study)
        self._given = query is not None or filters is not None
        self._asked = Asked(query or "", filters or Filters())
        self._teller: Teller | None = None

    def body(self) -> Iterable[Widget]:
        """The query, the filters, the segments, the pane of one."""
        with Horizontal(id="query-line"):
            yield Static("query", id="query-word", markup=False)
            yield PastInput(
                id="query", placeholder="such as: conflict and not trust · Tab: codes · empty: all segments"
            )
        yield Static("", id="filters", markup=False)
        yield Static("", id="fault", markup=False)
        yield RowList(id="rows", nothing="No segment fits.")
        yield Pane(id="pane")

    @property
    def rows(self) -> RowList:
        """The list."""
        return self.query_one("#rows", RowList)

    @property
    def query_field(self) -> PastInput:
        """The field of the query."""
        return self.query_one("#query", PastInput)

    def on_mount(self) -> None:
        """Take up what was asked, or what was asked last."""
        kept = self.workbench.kept.get(self.PLACE)
        if isinstance(kept, Asked):
            if self._given:
                self._asked.past = kept.past
            else:
                self._asked = kept
        self.workbench.kept[self.PLACE] = self._asked
        self.query_field.remembered = self._asked.past
        self._write_query(self._asked.query)
        self._come_back()
        self.rows.focus()

    def on_screen_resume(self) -> None:
        """Something may have been changed on another screen."""
        if self.is_mounted and self.query("#rows") and self._asked.state != self._state():
            self._come_back()

    # -- finding

    def _state(self) -> object:
        return self.study.file.read.state(), self.study.viewpoint

    def _come_back(self) -> None:
        """Show what was asked; found again only if anything was written since."""
        if self._asked.found is None or self._asked.state != self._state():
            self._look(self._asked.query, self._asked.filters, stay=True)
        else:
            self._show(self._asked.cursor)
            self.call_after_refresh(self.rows.scroll_to, y=self._asked.top, animate=False)

    def _look(self, query: str, filters: Filters, *, stay: bool = False) -> bool:
        """Find, and show; whether the query could be read. What cannot be read changes nothing but a line."""
        asked = self._asked
        try:
            found = find(self.study, query, filters)
            teller = Teller(self.study, found)
        except QcodeError as error:
            self._fault(str(error))
            if stay:  # what is shown may be hidden now, or gone
                asked.found, asked.lines, self._teller = None, [], None
                self._set_rows(0)
            return False
        mark = self._asked.mark(asked.cursor) if stay else None
        asked.query, asked.filters, asked.found, asked.state = query, filters, found, self._state()
        self._teller = teller
        self._fault("")
        self._asked.arrange()
        self._set_rows(asked.place_of(mark) if stay else 0)
        self.call_after_refresh(keep_loaded)
        return True

    def _fault(self, words: str) -> None:
        line = self.query_one("#fault", Static)
        line.display = bool(words)
        line.update(inert(words, "bold"))

    def _show(self, cursor: int) -> None:
        if self._asked.found is not None:
            self._teller = Teller(self.study, self._asked.found)
            self._asked.arrange()
            self._set_rows(cursor)

    def _set_rows(self, cursor: int) -> None:
        self.rows.set_rows(COLUMNS, len(self._asked.lines), self._row, cursor=cursor)
        self._asked.cursor = self.rows.cursor
        words = " ".join(self._asked.filters.words)
        key = self.workbench.shortcuts.name("retrieval-filters")
        self.query_one("#filters", Static).update(inert(words or f"No filters; {key} chooses some."), layout=False)
        self.show_title()

    def _row(self, number: int) -> Row:
        line, grouping = self._asked.lines[number], self._asked.grouping
        if self._teller is None:
            return ()
        try:
            if isinstance(line, Group):
                return ((self._teller.head(line, grouping or "code", opened=line.name in self._asked.opened), "bold"),)
            return self._teller.row(line, indent=grouping is not None)
        except QcodeError:
            return (("This segment cannot be read; qcode doctor says more.", "warn"),)

    # -- what is said

    def title_parts(self) -> Parts:
        """How many segments of how many codes in how many transcripts, and whose."""
        found, filters = self._asked.found, self._asked.filters
        if found is None:
            return [(" Segments", "bold")]
        looked_at = len(filters.sources(self.study))
        parts = [
            f"{len(found.codes)} {'code' if len(found.codes) == 1 else 'codes'}",
            f"{found.transcripts} of {looked_at} {'transcript' if looked_at == 1 else 'transcripts'}",
            f"coders {filters.coders}",
            "all speakers" if filters.speakers == "all" else filters.speakers,
            "own work only" if self.study.viewpoint.own_only else "",
            f"by {self._asked.grouping}" if self._asked.grouping else "",
            f"ordered by {self._asked.order}" if self._asked.order != "transcript" else "",
        ]
        return [(f" {segments(len(found))}", "bold"), "".join(f" · {part}" for part in parts if part)]

    @on(RowList.Moved, "#rows")
    def _moved(self) -> None:
        self._asked.cursor = self.rows.cursor
        self._asked.top = self.rows.scroll_offset.y
        self.query_one(Pane).show_told(self._told_of_line)

    def _told_of_line(self) -> Content:
        number, teller, grouping = self.rows.cursor, self._teller, self._asked.grouping
        if teller is None:
            return Content("")
        if number >= len(self._asked.lines):
            return teller.nothing()
        line = self._asked.lines[number]
        try:
            if isinstance(line, Group):
                return teller.told_of_group(line, grouping or "code", several=grouping != "transcript")
            return teller.told(line)
        except QcodeError as error:
            return inert(str(error), "bold")

    # -- query and filters

    def action_edit_query(self) -> None:
        """To the field of the query."""
        self.query_field.enter()

    @on(Input.Submitted, "#query")
    def _submitted(self, event: Input.Submitted) -> None:
        note_asked(self._asked.past, event.value)
        if self._look(event.value, self._asked.filters):
            self.rows.focus()

    @on(PastInput.Left)
    def _left(self) -> None:
        self.rows.focus()

    @on(Input.Changed, "#query")
    def _changed(self) -> None:
        self._fault("")

    def _write_query(self, query: str) -> None:
        with self.prevent(Input.Changed):
            self.query_field.value = display_safe(query)

    @told
    def action_choose_code(self) -> None:
        """Choose a code by any of its names; it is put where the cursor of the query stands."""
        choices = code_choices(self.study)
        if not choices:
            raise RequestError("The study has no codebook yet.", fix="Import one with `qcode codebook import FILE`.")
        self.app.push_screen(Picker("Code for the query", choices), self._put_code)

    def _put_code(self, code: str | None) -> None:
        if code is None:
            return
        line, at = self.query_field.value, self.query_field.cursor_position
        before, after = line[:at], line[at:]
        left = "" if not before or before[-1] in "(= " else " "
        right = "" if not after or after[0] in ") " else " "
        self.query_field.value = f"{before}{left}{Term(code).words}{right}{after}"
        self.query_field.focus()
        self.query_field.cursor_position = len(self.query_field.value) - len(after)

    def action_filters(self) -> None:
        """Choose a filter."""
        FilterDialogue(self, self._asked.filters, self._filtered).start()

    def _filtered(self, filters: Filters) -> None:
        self._look(self._asked.query, filters)
        self.rows.focus()

    def action_clear(self) -> None:
        """No query and no filters."""
        note_asked(self._asked.past, self.query_field.value)
        self._write_query("")
        self._look("", Filters())

    # -- order and groups

    @told
    def action_group(self) -> None:
        """Group by the next thing."""
        kinds: list[Grouping | None] = [None, *GROUPINGS]
        asked = self._asked
        mark = self._asked.mark(self.rows.cursor)
        asked.grouping = kinds[(kinds.index(asked.grouping) + 1) % len(kinds)]
        asked.opened = set()
        self._asked.arrange()
        self._set_rows(asked.place_of(mark) if isinstance(mark, tuple) and asked.grouping is None else 0)
        self.tell(f"Grouped by {asked.grouping}; Enter opens a group." if asked.grouping else "Not grouped.")

    def action_sort(self) -> None:
        """Choose an order."""
        choices = [Choice(name, f"{i} {name}", "", (name,)) for i, name in enumerate(ORDERS, 1)]
        self.app.push_screen(Picker("Order by", choices, current=self._asked.order, numbered=True), self._sort)

    @told
    def _sort(self, name: str | None) -> None:
        for order in ORDERS:
            if order == name:
                mark = self._asked.mark(self.rows.cursor)
                self._asked.order = order
                self._asked.arrange()
                self._set_rows(self._asked.place_of(mark))
                self.tell(f"Ordered by {order}.")

    @told
    def action_toggle_others(self) -> None:
        """Show or hide others' work."""
        self.study.look(own_only=not self.study.viewpoint.own_only)
        self.workbench.coding.renew()
        self._look(self._asked.query, self._asked.filters, stay=True)
        own = self.study.viewpoint.own_only
        self.tell("Only your own work is shown." if own else "The work of all coders is shown.")

    # -- the way to the places, and out

    @on(RowList.Chosen, "#rows")
    @told
    def _chosen(self, event: RowList.Chosen) -> None:
        line, found = self._asked.lines[event.number], self._asked.found
        if found is None:
            return
        if isinstance(line, Group):
            self._asked.opened ^= {line.name}
            self._asked.arrange()
            self._set_rows(event.number)
            return
        self._asked.top = self.rows.scroll_offset.y
        one = found.row(line)
        order = self._asked.segments()
        bench, keys = self.workbench, self.workbench.shortcuts
        words = f"Segment {order.index(line) + 1} of {len(order)}; {keys.name('next')} goes to the next"
        words += f", {keys.name('go-retrieval')} back to all."
        bench.jump(one.source.uid, one.span, words)
        follow(bench.coding, found.places(order), "Segments")

    @told
    def action_write(self) -> None:
        """Ask for a file, and write the segments."""
        found = self._asked.found
        if found is None or not len(found):
            raise RequestError("There are no segments to write.")
        ask = AskLine(
            f"Write {segments(len(found))} to which file?",
            value=display_safe(str(free_path(self.study.file.path.parent / "segments.csv"))),
            help_text=f".csv, .xlsx, .md, .json, or {_ATI} for transparent inquiry. What is counted stands beside it.\n"
            "The file holds passages of the interviews: keep it where you keep them.",
            check=lambda typed: export_passages(found, typed_path(typed), _form(typed_path(typed))),
        )
        self.app.push_screen(ask, lambda typed: self._wrote(typed, len(found)))

    def _wrote(self, typed: str | None, number: int) -> None:
        if typed is not None:
            self.tell(f"Wrote {segments(number)} to {display_safe(typed_path(typed).name)}.")

    def action_read_on(self) -> None:
        """Scroll what is told of the segment."""
        read_on(self.query_one(Pane))

    def action_back(self) -> None:
        """From the field to the list, as the list was asked for; from there to the screen before."""
        if self.query_field.has_focus:
            note_asked(self._asked.past, self.query_field.value)
            self._write_query(self._asked.query)
            self._fault("")
            self.rows.focus()
        else:
            self.dismiss(None)


def _form(path: Path) -> Format:
    """The form of a file by its name. Raises RequestError if the name says none."""
    return "ati" if path.name.casefold().endswith(_ATI) else format_of(path)
