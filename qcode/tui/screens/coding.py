"""The coding screen: what its parts do, and the way to other transcripts."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from qcode.core.turns import ROLES
from qcode.services import coding as coding_service
from qcode.tui.commands import bindings
from qcode.tui.safe import cut
from qcode.tui.screens.adjusting import Adjusting
from qcode.tui.screens.jumping import Jumping
from qcode.tui.screens.linking import Linking
from qcode.tui.screens.memoing import Memoing
from qcode.tui.screens.picker import Choice, Picker
from qcode.tui.screens.pointing import Pointing
from qcode.tui.screens.quoting import Quoting
from qcode.tui.screens.work_screen import told

__all__ = ["CodingScreen"]


class CodingScreen(Adjusting, Jumping, Quoting, Pointing, Linking, Memoing):
    """Where coding happens."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("coding")

    # -- speakers

    @told
    def action_set_speaker(self) -> None:
        """Choose the role of the speaker of this turn."""
        if not self.desk.sources:
            self.tell("There are no transcripts yet.")
            return
        turn, label, role = self.desk.speaker_at(self.view.selection.span.start)
        everywhere = [] if label is None else [(label, r, f"in all turns of {label}") for r in ROLES]
        choices = [
            Choice(f"{'all' if name else 'turn'} {r}", r, where, (r, f"{r} {where}"))
            for name, r, where in [*everywhere, *((None, r, "in this turn only") for r in ROLES)]
        ]
        who = f"{cut(label, 40)}, now {role}" if label else f"turn {turn}, nobody named, now {role}"
        picker = Picker(f"Role of the speaker: {who}", choices)
        self.app.push_screen(picker, lambda chosen: self._set_role(chosen, turn, label))

    @told
    def _set_role(self, chosen: str | None, turn: str, label: str | None) -> None:
        if chosen is None:
            return
        extent, _, role = chosen.partition(" ")
        span = self.view.selection.span
        self.desk.set_role(turn, label if extent == "all" else None, role)
        self._open(self.desk.number)
        self.view.select_span(span)
        self.tell(f"The role is {role} now, {'in all turns' if extent == 'all' else 'in this turn only'}.")

    # -- view

    def action_toggle_codebook(self) -> None:
        """Show or hide the codebook."""
        self._pane_wanted = not self.pane.display
        self._fold_codebook()

    @told
    def action_choose_transcript(self) -> None:
        """Choose another transcript."""
        if not self.desk.sources:
            self.tell("There are no transcripts yet.")
            return
        choices = [
            Choice(str(i), source.name, words, (source.name,))
            for i, (source, words) in enumerate(zip(self.desk.sources, self.desk.sources_in_words(), strict=True))
        ]
        picker = Picker("Transcripts", choices, current=str(self.desk.number))
        self.app.push_screen(picker, lambda number: self._go(int(number)) if number is not None else None)

    def action_transcript(self, step: int) -> None:
        """Next or previous transcript."""
        number = self.desk.number + step
        if 0 <= number < len(self.desk.sources):
            self._go(number)
        else:
            self.tell("There is no other transcript in that direction.")

    def _go(self, number: int) -> None:
        self.leave_place()
        self._open(number)

    @told
    def action_toggle_others(self) -> None:
        """Show or hide others' work."""
        self.study.look(own_only=not self.study.viewpoint.own_only)
        span = self.view.selection.span
        self._open(self.desk.number)
        self.view.select_span(span)
        self.tell(
            "Only your own work is shown." if self.study.viewpoint.own_only else "The work of all coders is shown."
        )

    @told
    def action_mark_complete(self) -> None:
        """Mark the transcript as completed, or as being read."""
        dimensions = [code.id for code in self.study.codes().codebook.dimensions()]
        if not dimensions:
            self.tell("The study has no codebook yet. F3, then b imports one.", severity="warning")
            return
        rows = self.study.ledger(coders=[self.study.me.key]) if self.study.me.key else []
        done = {r.dimension for r in rows if r.source == self.desk.source.key and r.state == "complete"}
        state = "reading" if done >= set(dimensions) else "complete"
        coding_service.mark(self.study, self.desk.source, dimensions, state)
        self._progress = self.desk.progress()
        self._show_state()
        self.tell(f"{self.desk.source.name} is marked as {state} in every dimension.")
