"""The screen of words in their context: found while one types, in all transcripts."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual import on
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, Static

from qcode.core.spans import Span
from qcode.core.text import display_safe
from qcode.errors import QcodeError, RequestError
from qcode.services.filters import Filters
from qcode.services.search import Search, Searched, search_table
from qcode.services.study import SourceRow
from qcode.services.surroundings import clock
from qcode.services.tables import export_table
from qcode.tui.command import Place
from qcode.tui.commands import bindings
from qcode.tui.rows import Column, Row, RowList, widths
from qcode.tui.safe import Parts, cut_left, inert, line_of
from qcode.tui.screens.asking import AskLine
from qcode.tui.screens.filtering import FilterDialogue
from qcode.tui.screens.pane import Pane, keep_loaded
from qcode.tui.screens.past_input import PastInput, note_asked
from qcode.tui.screens.reading_on import free_path, read_on, typed_path
from qcode.tui.screens.trails import follow
from qcode.tui.screens.work_screen import WorkScreen, told

if TYPE_CHECKING:
    from qcode.services.study import Study

__all__ = ["SearchScreen", "hits"]

_LIVE_FROM = 2  # characters; Enter looks for a single one, too
_PAUSE = 0.12  # seconds without a key before a search begins
_SLICE = 0.004  # seconds of searching before keys get their turn
_REST = 0.004  # seconds for keys between two slices
_HIT_CELLS = 24
_LEAST_CONTEXT = 60  # characters to each side in the pane; else as many as a line has cells


def hits(number: int) -> str:
    """A number of hits in words.

    >>> hits(1), hits(1200)
    ('1 hit', '1,200 hits')
    """
    return "1 hit" if number == 1 else f"{number:,} hits"


@dataclass(slots=True)
class _Sought:
    """What is looked for and shown; kept while the program runs. `search` holds the texts that were read."""

    search: Search
    words: str = ""
    whole: bool = False
    filters: Filters = field(default_factory=Filters)
    found: Searched | None = None
    loaded: bool = False
    cursor: int = 0
    past: list[str] = field(default_factory=list)


class SearchScreen(WorkScreen):
    """Words in their context. Without words to begin with, what was looked for last is shown again."""

    PLACE: ClassVar[Place] = "search"
    BINDINGS: ClassVar[list[BindingType]] = bindings("search")
    DEFAULT_CSS = """
    SearchScreen #words-line { height: 1; background: $surface; }
    SearchScreen #words-word { width: 10; padding: 0 1; color: $text-muted; }
    SearchScreen #words { width: 1fr; border: none; height: 1; padding: 0; background: $surface; }
    SearchScreen #pane { height: 7; }
    """

    def __init__(self, study: Study, words: str = "") -> None:
        super().__init__(study)
        self._given = words
        self._sought = _Sought(Search(study))
        self._timer: Timer | None = None
        self._count: int | None = None  # hits so far, while a search runs
        self._sent = False  # words were sent by Enter, and what they find is not known yet

    def body(self) -> Iterable[Widget]:
        """The field, the hits, the pane of one."""
        with Horizontal(id="words-line"):
            yield Static("words", id="words-word", markup=False)
            yield PastInput(id="words", placeholder="two characters or more; ↑ brings back what was looked for")
        yield RowList(id="rows", nothing="Type words; what stands in the transcripts is shown here.")
        yield Pane(id="pane")

    @property
    def rows(self) -> RowList:
        """The list."""
        return self.query_one("#rows", RowList)

    @property
    def words_field(self) -> PastInput:
        """The field of the words."""
        return self.query_one("#words", PastInput)

    def on_mount(self) -> None:
        """Take up what is looked for, or what was looked for last."""
        kept = self.workbench.kept.get(self.PLACE)
        if isinstance(kept, _Sought):
            self._sought = kept
        self.workbench.kept[self.PLACE] = self._sought
        self.words_field.remembered = self._sought.past
        if self._given:
            self._sought.words, self._sought.found, self._sought.cursor = self._given, None, 0
            note_asked(self._sought.past, self._given)
        with self.prevent(Input.Changed):
            self.words_field.value = display_safe(self._sought.words)
        self._show(self._sought.found, self._sought.cursor)
        if self._given:
            self.rows.focus()
        else:
            self.words_field.enter()
        if self._sought.words:
            self._begin(self._sought.words)  # something may have been written since

    # -- looking

    @on(Input.Changed, "#words")
    def _changed(self, event: Input.Changed) -> None:
        """Look a moment after the last key."""
        if self._timer is not None:
            self._timer.stop()
        wanted = event.value
        if len(wanted.strip()) < _LIVE_FROM:
            self.workers.cancel_group(self, "search")
            self._sought.words, self._count = wanted, None
            self._show(None, 0)
        else:
            self._timer = self.set_timer(_PAUSE, lambda: self._begin(wanted, fresh=True))

    @on(Input.Submitted, "#words")
    def _submitted(self, event: Input.Submitted) -> None:
        """Look at once, and go to the hits; where there are none the field stays, so that the words can be mended."""
        if self._timer is not None:
            self._timer.stop()
        note_asked(self._sought.past, event.value)
        if event.value.strip():
            known = self._sought.found if event.value == self._sought.words and self._count is None else None
            self._begin(event.value, fresh=event.value != self._sought.words)
            if known is None or len(known):
                self.rows.focus()  # at once: the next key is for the hits
                self._sent = True

    def _begin(self, wanted: str, *, fresh: bool = False) -> None:
        if fresh:
            self._sought.cursor = 0
        self._sought.words = wanted
        self.run_worker(self._look(wanted), group="search", exclusive=True)

    async def _look(self, wanted: str) -> None:
        """Search in slices; keys get their turn in between."""
        sought = self._sought
        found: list[tuple[SourceRow, list[Span]]] = []
        self._count = 0
        try:
            due = perf_counter() + _SLICE
            for piece in sought.search.in_pieces(wanted, sought.filters, whole_words=sought.whole):
                found.append(piece)
                self._count += len(piece[1])
                if perf_counter() >= due:
                    self.show_title()
                    await asyncio.sleep(_REST)
                    due = perf_counter() + _SLICE
            self._count = None
            result = sought.search.collected(wanted, found, sought.filters, whole_words=sought.whole)
        except QcodeError as error:
            self._count = None
            self._show(None, 0)
            self.tell(str(error), severity="error")
        else:
            self._show(result, sought.cursor)
            if self._sent and not len(result):
                self.words_field.focus()
            self._sent = False
            if not sought.loaded:
                sought.loaded = True
                self.call_after_refresh(keep_loaded)

    def _show(self, found: Searched | None, cursor: int) -> None:
        self._sought.found = found
        nothing = (
            "Type words; what stands in the transcripts is shown here."
            if found is None
            else "These words stand nowhere there."
        )
        self.rows.set_rows(self._columns(), len(found) if found else 0, self._row, cursor=cursor, nothing=nothing)
        self._sought.cursor = self.rows.cursor
        self.show_title()

    def _columns(self) -> tuple[Column, ...]:
        wanted = " ".join(display_safe(self._sought.words).split())
        return (
            Column("transcript", 14),
            Column("speaker", 8, drop=1),
            Column("", right=True, glued=True),
            Column("", min(_HIT_CELLS, max(1, cell_len(wanted))), glued=True),
            Column(""),
        )

    def _row(self, number: int) -> Row:
        found = self._sought.found
        if found is None:
            return ()
        room = widths(self._columns(), self.rows.scrollable_content_region.width)
        try:
            (one,) = found.rows(number, number + 1, width=max(room))
        except QcodeError:
            return (("This place cannot be read; qcode doctor says more.", "warn"),)
        left = cut_left(one.around.left, room[2])
        return (
            one.source.name,
            (one.speaker, "dim"),
            (left, "dim"),
            (one.around.hit, "bold"),
            (one.around.right, "dim"),
        )

    # -- what is said

    def title_parts(self) -> Parts:
        """How many hits in how many transcripts, and where one looked."""
        sought, found = self._sought, self._sought.found
        speakers = "all speakers" if sought.filters.speakers == "all" else sought.filters.speakers
        if self._count is not None:
            head = f" {hits(self._count)} so far …"
        elif found is None:
            head = " Words in the transcripts"
        else:
            texts, looked_at = len(found.counts), len(sought.filters.sources(self.study))
            head = f" {hits(len(found))} in {texts} of {looked_at} {'transcript' if looked_at == 1 else 'transcripts'}"
        rest = [f"words of {speakers}", "whole words" if sought.whole else "", *sought.filters.words]
        return [(head, "bold"), "".join(f" · {part}" for part in rest if part)]

    @on(RowList.Moved, "#rows")
    def _moved(self) -> None:
        self._sought.cursor = self.rows.cursor
        self.query_one(Pane).show_told(self._told_of_line)

    def _told_of_line(self) -> Content:
        found, number = self._sought.found, self.rows.cursor
        if found is None or number >= len(found):
            notes = () if found is None else found.notes
            return Content("\n").join([inert(note, "dim") for note in notes])
        try:
            (one,) = found.rows(number, number + 1, width=max(_LEAST_CONTEXT, self.app.size.width))
        except QcodeError as error:
            return inert(str(error), "bold")
        place = [one.source.name, one.speaker, clock(one.time_ms), f"characters {one.span.start}-{one.span.end}"]
        return Content("\n").join(
            [
                inert(" · ".join(part for part in place if part), "dim"),
                line_of(one.around.left, (one.around.hit, "bold reverse"), one.around.right),
                *(inert(note, "dim") for note in ("", *found.notes)),
            ]
        )

    # -- commands

    def action_edit_words(self) -> None:
        """To the field."""
        self.words_field.enter()

    @on(PastInput.Left)
    def _left(self) -> None:
        self.rows.focus()

    def action_interviewers(self) -> None:
        """Interviewers' words in or out."""
        inside = self._sought.filters.speakers == "all"
        self._filtered(replace(self._sought.filters, speakers="participants" if inside else "all"))
        self.tell("Interviewers' words are left out." if inside else "The words of all speakers, interviewers too.")

    def action_whole(self) -> None:
        """Whole words only, or parts of words too."""
        self._sought.whole = not self._sought.whole
        self._again()
        self.tell("Whole words only." if self._sought.whole else "Parts of words too.")

    def action_filters(self) -> None:
        """Choose a filter."""
        FilterDialogue(self, self._sought.filters, self._filtered, of_codings=False).start()

    def _filtered(self, filters: Filters) -> None:
        self._sought.filters = filters
        self._again()

    def _again(self) -> None:
        if self._sought.words.strip():
            self._begin(self._sought.words, fresh=True)
        else:
            self.show_title()

    def action_clear(self) -> None:
        """No words and no filters."""
        note_asked(self._sought.past, self.words_field.value)
        self._sought.filters = Filters()
        self.words_field.value = ""
        self.words_field.focus()
        self.show_title()

    @on(RowList.Chosen, "#rows")
    @told
    def _chosen(self, event: RowList.Chosen) -> None:
        found = self._sought.found
        if found is None:
            return
        note_asked(self._sought.past, self._sought.words)
        (one,) = found.rows(event.number, event.number + 1)
        bench, next_ = self.workbench, self.workbench.shortcuts.name("next")
        bench.jump(one.source.uid, one.span, f"Hit {one.number} of {len(found)}; {next_} goes to the next.")
        follow(bench.coding, [(source.uid, span) for source, span in found.places], "Hits")

    @told
    def action_write(self) -> None:
        """Ask for a file, and write the hits."""
        found = self._sought.found
        if found is None or not len(found):
            raise RequestError("There are no hits to write.")
        ask = AskLine(
            f"Write {hits(len(found))} to which file?",
            value=display_safe(str(free_path(self.study.file.path.parent / "hits.csv"))),
            help_text="A table (.csv); what it counts stands beside it.\n"
            "It holds passages of the interviews: keep it where you keep them.",
            check=lambda typed: export_table(search_table(found), typed_path(typed)),
        )
        self.app.push_screen(ask, lambda typed: self._wrote(typed, len(found)))

    def _wrote(self, typed: str | None, number: int) -> None:
        if typed is not None:
            self.tell(f"Wrote {hits(number)} to {display_safe(typed_path(typed).name)}.")

    def action_read_on(self) -> None:
        """Scroll what is told of the place."""
        read_on(self.query_one(Pane))

    def action_back(self) -> None:
        """From the field to the hits, if there are any; else to the screen before."""
        if self.words_field.has_focus and self._sought.found is not None and len(self._sought.found):
            self.rows.focus()
        else:
            self.dismiss(None)
