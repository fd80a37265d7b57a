"""What I completed before the codebook changed in what it means: to be looked at again, one entry after the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.content import Content

from qcode.core.spans import Span
from qcode.core.text import display_safe
from qcode.errors import RequestError
from qcode.services import coding
from qcode.services.codebook_lines import CodeLine, codebook_lines
from qcode.services.releases import QueuedRecheck, recheck_queue, settle
from qcode.services.study import Study
from qcode.tui.command import Place
from qcode.tui.commands import bindings
from qcode.tui.rows import Column, Row, RowList
from qcode.tui.safe import Parts
from qcode.tui.screens.codebook_proposals import ProposalsScreen
from qcode.tui.screens.codebook_words import detail_lines
from qcode.tui.screens.list_screen import ListScreen
from qcode.tui.screens.reading_on import read_on
from qcode.tui.screens.trails import follow
from qcode.tui.screens.work_screen import told

__all__ = ["RecheckScreen"]


class RecheckScreen(ListScreen[QueuedRecheck]):
    """My entries, transcript by transcript. Enter goes to the transcript, `y` settles an entry."""

    PLACE: ClassVar[Place] = "recheck"
    BINDINGS: ClassVar[list[BindingType]] = bindings("recheck")
    NOTHING = "Nothing of yours is to be rechecked."

    def __init__(self, study: Study) -> None:
        super().__init__(study)
        self._codes: Mapping[str, CodeLine] = {}

    def columns(self) -> Sequence[Column]:
        """Transcript, code, why, my codings there."""
        return [
            Column("transcript", least=12, share=2),
            Column("code", least=14, share=3),
            Column("why", least=20, share=4),
            Column("mine there", 10, right=True),
        ]

    def load(self) -> Iterable[QueuedRecheck]:
        """The entries as they are now."""
        self._codes = {line.code.id: line for line in codebook_lines(self.study)}
        return recheck_queue(self.study)

    def row(self, item: QueuedRecheck) -> Row:
        """The cells of an entry."""
        line = self._codes.get(item.code)
        mine = str(item.codings) if item.codings else ("·", "dim")
        return [(item.source.name, "bold"), (item.code, line.colour if line else ""), item.why, mine]

    def key_of(self, item: QueuedRecheck) -> object:
        """An entry is a code in a transcript."""
        return item.source.uid, item.code

    def title_parts(self) -> Parts:
        """How many there are."""
        number = len(self.items)
        words = "1 entry" if number == 1 else f"{number} entries"
        return [(" To recheck", "bold"), f" · {words} of ", (self.study.me.name, "bold")]

    def detail(self, item: QueuedRecheck | None) -> Content:
        """What the code means now."""
        line = self._codes.get(item.code) if item is not None else None
        return Content("\n").join(detail_lines(line)) if line is not None else Content("")

    def moved(self) -> None:
        """Another code is shown from its beginning."""
        self.query_one("#detail").scroll_home(animate=False)

    def action_read_on(self) -> None:
        """Scroll the pane."""
        read_on(self.query_one("#detail"))

    def _item(self) -> QueuedRecheck:
        if self.marked is None:
            raise RequestError(self.NOTHING)
        return self.marked

    @on(RowList.Chosen, "#rows")
    @told
    def _chosen(self) -> None:
        """To my first coding of the code in the transcript, else to its beginning."""
        item = self._item()
        table, read = self.study.codes(), self.study.file.read
        mine = [row for row in read.codings(item.source.key, coders=[self.study.me.key])
                if table.code(row.code).id == item.code]  # fmt: skip
        spans = sorted(Span(row.start, row.end) for row in mine)
        words = f"Look again for {item.code} ({item.why})."
        follow(self.workbench.coding, [(item.source.uid, span) for span in spans], f"codings of {item.code}")
        self.workbench.jump(item.source.uid, spans[0] if spans else Span(0, 1), words)

    # -- settling

    @told
    def action_settle(self) -> None:
        """One entry."""
        item = self._item()
        self._settle(item, [item.code], display_safe(item.code))

    @told
    def action_settle_all(self) -> None:
        """All entries of this transcript that are listed."""
        item = self._item()
        codes = [other.code for other in self.items if other.source == item.source]
        self._settle(item, codes, "1 code" if len(codes) == 1 else f"{len(codes)} codes")

    def _settle(self, item: QueuedRecheck, codes: Sequence[str], words: str) -> None:
        settle(self.study, item.source, *codes)
        self._came()
        left = f" {len(self.items)} left." if self.items else " Nothing is left."
        back = self.workbench.shortcuts.name("recheck-undo")
        self.tell(f"Settled ({back} takes it back).{left} {words} in {display_safe(item.source.name)}.")

    def _came(self) -> None:
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
        self._came()
        self.tell(f"{'Undone' if undo else 'Done again'}: {turned.act.words}.")

    def action_next_view(self) -> None:
        """The proposals, in place of this list."""
        self.app.switch_screen(ProposalsScreen(self.study))
