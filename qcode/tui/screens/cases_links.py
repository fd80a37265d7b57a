"""The links of one case: where the interviews speak of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget

from qcode.core.spans import Span
from qcode.errors import QcodeError, RequestError
from qcode.services import coding
from qcode.services.case_edits import CaseLink, links_of, unlink
from qcode.services.case_overview import transcripts_of_links
from qcode.services.coding import text_of
from qcode.services.study import CaseRow, Study
from qcode.tui.command import Place
from qcode.tui.commands import COMMANDS, bindings
from qcode.tui.rows import Column, Row, RowList
from qcode.tui.safe import Parts, cut, inert, line_of
from qcode.tui.screens.list_screen import ListScreen
from qcode.tui.screens.reading_on import read_on
from qcode.tui.screens.work_screen import told

__all__ = ["CaseLinksScreen", "fix_pane", "here_only"]

_HERE = ("cases-narrow", "cases-remove", "cases-undo", "cases-redo", "cases-others", "cases-read", "cases-back")
_LONGEST = 4_000  # characters of a passage in the pane
_PLACE_CELLS = 15
_PANE = "42%"
_KEY_CELLS = 40


def fix_pane(pane: Widget) -> None:
    """Keep a pane as high as it is: if it grew with what it tells, each step in the list would paint all rows again."""
    # Set here, because the shared style sheet, which decides for all lists, goes before a screen's own.
    pane.styles.height = _PANE
    pane.styles.max_height = _PANE


def here_only(commands: Iterable[str]) -> tuple[list[BindingType], frozenset[str]]:
    """The bindings of some commands of the cases, and the ids of all others of that place."""
    kept = frozenset(commands)
    own = [binding for binding in bindings("cases") if isinstance(binding, Binding) and binding.id in kept]
    return [*own], frozenset(c.id for c in COMMANDS if c.place == "cases") - kept


class CaseLinksScreen(ListScreen[CaseLink]):
    """The links of one case, of all coders who may be seen. Enter goes to the passage."""

    PLACE: ClassVar[Place] = "cases"
    BINDINGS: ClassVar[list[BindingType]] = here_only(_HERE)[0]
    NOTHING = "No link is left: L links a passage while coding."

    def __init__(self, study: Study, case: CaseRow) -> None:
        super().__init__(study)
        self._case = case
        self._transcripts: dict[str, str] = {}

    def on_mount(self) -> None:
        """Read, and show."""
        fix_pane(self.query_one("#detail"))
        super().on_mount()

    def idle_commands(self) -> Iterable[str]:
        """What only the list of the cases can do."""
        return here_only(_HERE)[1]

    def columns(self) -> Sequence[Column]:
        """Narrow windows lose the coder, then the stage."""
        return [
            Column("transcript", least=12, share=2),
            Column("place", _PLACE_CELLS, drop=1),
            Column("stage", least=8, drop=2),
            Column("coder", 10, drop=3),
            Column("words", least=20, share=5),
        ]

    def load(self) -> Iterable[CaseLink]:
        """The links as they are now; none if the case is not there any more."""
        try:
            found = links_of(self.study, self._case.uid)
        except QcodeError as error:
            self.call_after_refresh(self.tell, str(error))
            return []
        self._transcripts = transcripts_of_links(self.study)
        return found

    def row(self, item: CaseLink) -> Row:
        """The cells of a link."""
        return [
            (item.transcript, "bold"),
            _place(item),
            item.stage or "",
            (item.coder, "" if item.mine else "dim"),
            item.words,
        ]

    def key_of(self, item: CaseLink) -> object:
        """A link is the same while its id is."""
        return item.uid

    def title_parts(self) -> Parts:
        """Whose links, and how many."""
        number = len(self.items)
        own = " · own work only" if self.study.viewpoint.own_only else ""
        words = "1 link" if number == 1 else f"{number} links"
        return [(f" {cut(self._case.short_key, _KEY_CELLS)}", "bold"), f" · {self._case.name} · {words}{own}"]

    def detail(self, item: CaseLink | None) -> Content:
        """The passage whole."""
        if item is None:
            return Content("")
        stage = f" · stage {item.stage}" if item.stage else ""
        head = line_of((item.transcript, "bold"), (f" · {_place(item)}{stage} · {item.coder}", "dim"))
        return Content("\n").join([head, self._passage(item)])

    def _passage(self, item: CaseLink) -> Content:
        uid = self._transcripts.get(item.uid)
        source = next((source for source in self.study.file.read.sources() if source.uid == uid), None)
        if source is None or item.start is None or item.end is None:
            return inert("The whole transcript speaks of the case." if item.start is None else "")
        try:
            words = text_of(self.study, source)[item.start : item.end]
        except QcodeError as error:
            return inert(str(error))
        return inert(words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…", keep_lines=True)

    def moved(self) -> None:
        """Another passage is shown from its beginning."""
        self.query_one("#detail").scroll_home(animate=False)

    def action_read_on(self) -> None:
        """Scroll the pane."""
        read_on(self.query_one("#detail"))

    # -- what one can do

    def _span(self, item: CaseLink) -> Span | None:
        return Span(item.start, item.end) if item.start is not None and item.end is not None else None

    @on(RowList.Chosen, "#rows")
    @told
    def _chosen(self) -> None:
        if self.marked is None:
            return
        item, bench = self.marked, self.workbench
        places = [(self._transcripts[x.uid], span) for x in self.items if (span := self._span(x)) is not None]
        words = f"Linked to {self._case.short_key}."
        bench.jump(self._transcripts[item.uid], self._span(item), words)
        if places:
            bench.coding.set_trail(places, words.rstrip("."))

    @told
    def action_remove(self) -> None:
        """Take my link away."""
        if self.marked is None:
            raise RequestError("No link is marked.")
        if not self.marked.mine:
            raise RequestError("This link is another coder's; only they can take it away.")
        unlink(self.study, self.marked.uid)
        self._changed()
        self.tell(f"The link is gone; {self.workbench.shortcuts.name('cases-undo')} brings it back.")

    def _changed(self) -> None:
        self.reload()
        self.workbench.coding.renew()

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
        self._changed()
        self.tell(f"{'Undone' if undo else 'Done again'}: {turned.act.words}.")

    @told
    def action_toggle_others(self) -> None:
        """Show or hide others' work."""
        self.study.look(own_only=not self.study.viewpoint.own_only)
        self._changed()
        own = self.study.viewpoint.own_only
        self.tell("Only your own work is shown." if own else "The work of all coders is shown.")


def _place(item: CaseLink) -> str:
    return "whole" if item.start is None else f"{item.start}-{item.end}"
