"""What coders propose to change in the codebook, and the owner's decisions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.content import Content

from qcode.core.text import display_safe
from qcode.errors import RequestError
from qcode.services.codebooks import need_owner
from qcode.services.log import local_time
from qcode.services.proposals import STATES, CodeProposal, code_proposals, decide
from qcode.services.study import Study
from qcode.tui.command import Place
from qcode.tui.commands import bindings
from qcode.tui.rows import Column, Row, RowList
from qcode.tui.safe import Parts, inert, line_of
from qcode.tui.screens.asking import AskLine
from qcode.tui.screens.codebook_releases import ReleasesScreen
from qcode.tui.screens.list_screen import ListScreen
from qcode.tui.screens.notice import Notice
from qcode.tui.screens.reading_on import read_on
from qcode.tui.screens.work_screen import told

__all__ = ["ProposalsScreen"]

_MINUTES = 16  # characters of a time without its seconds


class ProposalsScreen(ListScreen[CodeProposal]):
    """Open proposals, the oldest first. `y` accepts one, `x` refuses it."""

    PLACE: ClassVar[Place] = "proposals"
    BINDINGS: ClassVar[list[BindingType]] = bindings("proposals")
    NOTHING = "There are no proposals."

    def __init__(self, study: Study) -> None:
        super().__init__(study)
        self._every = False

    def columns(self) -> Sequence[Column]:
        """Narrow windows lose the time, then the reason."""
        state = [Column("state", 8)] if self._every else []
        return [
            Column("code", least=14, share=3),
            Column("from", 10),
            Column("change", least=20, share=4),
            Column("why", least=12, share=3, drop=1),
            *state,
            Column("time", _MINUTES, drop=2),
        ]

    def load(self) -> Iterable[CodeProposal]:
        """The proposals as they are now."""
        return code_proposals(self.study, every=self._every)

    def row(self, item: CodeProposal) -> Row:
        """The cells of a proposal."""
        state = [item.state] if self._every else []
        return [(item.code, "bold"), item.by, _change(item), (item.note, "dim"), *state,
                (local_time(item.at_ms)[:_MINUTES], "dim")]  # fmt: skip

    def key_of(self, item: CodeProposal) -> object:
        """A proposal is the same while its id is."""
        return item.uid

    def title_parts(self) -> Parts:
        """How many are open."""
        number = sum(item.state == STATES[0] for item in self.items)
        decided = f", {len(self.items) - number} decided" if self._every else ""
        return [(" Proposals", "bold"), f" · {number} open{decided}"]

    def detail(self, item: CodeProposal | None) -> Content:
        """What would change, and why."""
        return Content("\n").join(_lines(item)) if item is not None else Content("")

    def moved(self) -> None:
        """Another proposal is shown from its beginning."""
        self.query_one("#detail").scroll_home(animate=False)

    def action_read_on(self) -> None:
        """Scroll the pane."""
        read_on(self.query_one("#detail"))

    def _item(self) -> CodeProposal:
        if self.marked is None:
            raise RequestError("No proposal is marked.")
        return self.marked

    @on(RowList.Chosen, "#rows")
    @told
    def _chosen(self) -> None:
        """The whole difference."""
        item = self._item()
        lines = [_head(item)]
        for name, before, after in item.changes:
            lines += ["", f"{name} now:", before or "nothing", f"{name} as proposed:", after or "nothing"]
        self.app.push_screen(Notice(f"Proposal for {display_safe(item.code)}", lines))

    @told
    def action_accept(self) -> None:
        """The codebook changes."""
        item = self._item()
        decide(self.study, item.uid, accept=True)
        self._came(f"{display_safe(item.code)} is changed as {display_safe(item.by)} proposed.")

    @told
    def action_refuse(self) -> None:
        """Ask for a reason, and refuse."""
        item = self._item()
        need_owner(self.study, "decide on proposals")
        ask = AskLine(
            f"Why is the proposal for {display_safe(item.code)} refused?",
            help_text=f"{display_safe(item.by)} can read it. Enter refuses, Esc leaves the proposal open.",
            check=lambda reason: decide(self.study, item.uid, accept=False, reason=reason),
        )
        self.app.push_screen(ask, lambda reason: self._refused(item) if reason is not None else None)

    def _refused(self, item: CodeProposal) -> None:
        self._came(f"The proposal of {display_safe(item.by)} for {display_safe(item.code)} is refused.")

    def _came(self, words: str) -> None:
        self.reload()
        self.workbench.coding.renew()
        self.tell(words)

    @told
    def action_every(self) -> None:
        """Decided ones too, or not."""
        self._every = not self._every
        self.reload()
        self.tell("Decided proposals are shown too." if self._every else "Only open proposals are shown.")

    def action_next_view(self) -> None:
        """The releases, in place of this list."""
        self.app.switch_screen(ReleasesScreen(self.study))


def _change(item: CodeProposal) -> str:
    """The change in a line: the field with both sides if there is one, else the names of the fields."""
    if item.gone:
        return "the code is not there any more"
    if item.adds:
        return "a new code"
    if len(item.changes) == 1:
        ((name, before, after),) = item.changes
        return f"{name}: {before or 'nothing'} → {after or 'nothing'}"
    return ", ".join(name for name, _, _ in item.changes)


def _head(item: CodeProposal) -> str:
    what = "a new code" if item.adds else "a change"
    why = f": {item.note}" if item.note else ", without a reason"
    decided = f" It was {item.state}{f': {item.reason}' if item.reason else '.'}" if item.state != STATES[0] else ""
    return f"{item.by} proposed {what}{why}{'' if why.endswith('.') else '.'}{decided}"


def _lines(item: CodeProposal) -> Iterator[Content]:
    yield line_of((item.code, "bold"), "  ", (_head(item), "dim"))
    if item.gone:
        yield inert("The code is not there any more; the proposal can only be refused.")
    for name, before, after in item.changes:
        yield line_of((name, "bold"))
        if before:
            yield Content("").join([inert("  now  ", "dim"), inert(before, keep_lines=True)])
        yield Content("").join([inert("  then ", "dim"), inert(after or "nothing", keep_lines=True)])
