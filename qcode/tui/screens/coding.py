"""The coding screen: putting codes on passages, cases, and the way to other transcripts and tables."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.binding import BindingType

from qcode.core.turns import ROLES
from qcode.services import coding as coding_service
from qcode.tui.codebook_pane import CodebookPane
from qcode.tui.commands import bindings
from qcode.tui.safe import cut
from qcode.tui.screens.desk_screen import characters, told
from qcode.tui.screens.moving import Moving
from qcode.tui.screens.picker import Choice, Picker
from qcode.tui.screens.suggesting import Suggesting
from qcode.tui.screens.table import TableKind, TableScreen

__all__ = ["CodingScreen"]


class CodingScreen(Moving, Suggesting):
    """Where coding happens."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("coding")

    # -- coding

    @told
    def _apply(self, code: str) -> None:
        change = self.desk.apply(self.view.selection.span, [code])
        if not change.marks:
            self.tell(f"{code} stands on exactly this passage already.")
        elif self.view.is_quiet(self.view.selection.span):
            self.tell(
                f"{code} stands on the interviewer's words: tables leave it out unless asked.", severity="warning"
            )
        self._show(change)

    @told
    def action_hot(self, number: int) -> None:
        """Apply the code with that hot key."""
        for code in self.study.codes().codebook.codes:
            if code.hotkey == str(number):
                self._apply(code.id)
                return
        self.tell(f"No code has the hot key {number}.")

    def action_repeat_code(self) -> None:
        """Apply the last code again."""
        if self.desk.last_code is None:
            self.tell("No code was applied yet.")
        else:
            self._apply(self.desk.last_code)

    @on(CodebookPane.Chosen)
    def _clicked(self, event: CodebookPane.Chosen) -> None:
        self._apply(event.code)

    @told
    def action_pick_code(self) -> None:
        """Find a code and apply it."""
        book = self.study.codes().codebook
        if not book.codes:
            self.tell("The study has no codebook yet: qcode codebook import FILE", severity="warning")
            return
        choices = [
            Choice(
                value=code.id,
                title=f"{code.hotkey or ' '} {'  ' * depth}{code.id}",
                aside=" / ".join(name for _, name in code.names),
                names=(code.id, *(name for _, name in code.names), *code.aliases),
                detail=code.brief or code.definition,
                style="bold" if depth == 0 else "",
            )
            for code, depth in book.walk()
        ]
        picker = Picker("Code for the selected passage", choices, current=self.desk.last_code)
        self.app.push_screen(picker, lambda code: self._apply(code) if code else None)

    @told
    def action_remove(self) -> None:
        """Remove my code here, or reject the suggestion."""
        if self._focused in self.desk.proposals and self._focused is not None:
            self._show(self.desk.reject(self._focused))
            self.action_suggestion(1)
            return
        mine = [m for m in self.view.marks_at(self.view.selection.span) if m.mine and not m.suggested]
        if not mine:
            self.tell("None of your codes is here.")
        elif len(mine) == 1:
            self._show(self.desk.remove(mine[0].key))
        else:
            choices = [
                Choice(str(m.key), f"{i}  {m.label}", characters(m.span.length), (m.label,))
                for i, m in enumerate(mine, 1)
            ]
            self.app.push_screen(Picker("Remove which code?", choices, numbered=True), self._remove_chosen)

    @told
    def _remove_chosen(self, key: str | None) -> None:
        if key is not None:
            self._show(self.desk.remove(int(key)))

    @told
    def action_undo(self) -> None:
        """Take my latest act back."""
        self._turn_back(undo=True)

    @told
    def action_redo(self) -> None:
        """Do it again."""
        self._turn_back(undo=False)

    def _turn_back(self, *, undo: bool) -> None:
        change = self.desk.turn_back(undo=undo)
        if change is None:
            self.tell("There is nothing to undo." if undo else "There is nothing to do again.")
            return
        places = [mark.span for key in change.gone if (mark := self.view.mark(key))] + [m.span for m in change.marks]
        self._show(change)
        if places:
            self.view.select_span(places[0])  # what is undone out of sight is not undone knowingly
        if self.desk.sources:
            if not change.gone and not change.marks:  # a link, a mark in the ledger, or another transcript
                self.view.set_links(self.desk.read_links())
                self._show_state()
            self.opened()  # what was accepted or rejected may be a suggestion again
        words = f"{'Undone' if undo else 'Done again'}: {change.act.words}" if change.act else ""
        kept = f" Stays, because others wrote it since: {', '.join(change.kept)}." if change.kept else ""
        self.tell(words + kept)

    # -- cases

    def _case_choices(self) -> list[Choice]:
        choices = []
        for case in self.study.file.read.cases():
            parties = ", ".join(party.name for party in case.parties)
            aside = f"{case.attributes.get('mechanism') or case.kind} · {parties or case.name}"
            names = (case.short_key, case.name, *(party.name for party in case.parties))
            choices.append(Choice(case.uid, case.short_key, aside, names, case.name))
        return choices

    @told
    def action_set_context(self) -> None:
        """Choose the case for new codings."""
        choices = [Choice("", "none", "the links decide", ("none",)), *self._case_choices()]
        current = self.desk.context.case.uid if self.desk.context.case else ""
        self.app.push_screen(Picker("Current case: given to new codings", choices, current=current), self._set_context)

    @told
    def _set_context(self, uid: str | None) -> None:
        if uid is not None:
            self.desk.set_context(uid or None)
            if uid:
                self.tell(f"New codings are given the case {self.desk.context_words()}, whatever the links say.")
            else:
                self.tell("New codings are given no case: the links decide.")
            self._show_state()

    @told
    def action_link_passage(self) -> None:
        """Link the passage to a case."""
        choices = self._case_choices()
        if not choices:
            self.tell("The study has no cases yet: qcode cases import FILE", severity="warning")
            return
        current = self.desk.context.case.uid if self.desk.context.case else None
        picker = Picker("Which case does the selected passage speak of?", choices, current=current)
        self.app.push_screen(picker, self._link)

    @told
    def _link(self, uid: str | None) -> None:
        if uid is None:
            return
        if not self.desk.link(self.view.selection.span, uid):
            self.tell("This passage is linked to that case already.")
        self.view.set_links(self.desk.read_links())
        self._show_state()

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
    def _set_role(self, chosen: str | None, turn: int, label: str | None) -> None:
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
    def leave_place(self) -> None:
        """Note where I stopped."""
        if self.desk.sources:
            self.desk.remember_place(self.view.selection.span)

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
            self.tell("The study has no codebook yet: qcode codebook import FILE", severity="warning")
            return
        rows = self.study.file.read.ledger(coders=[self.study.me.key]) if self.study.me.key else []
        done = {r.dimension for r in rows if r.source == self.desk.source.key and r.state == "complete"}
        state = "reading" if done >= set(dimensions) else "complete"
        coding_service.mark(self.study, self.desk.source, dimensions, state)
        self._progress = self.desk.progress()
        self._show_state()
        self.tell(f"{self.desk.source.name} is marked as {state} in every dimension.")

    @told
    def action_show_table(self, kind: TableKind) -> None:
        """Frequencies, crosstab or agreement."""
        self.app.push_screen(TableScreen(self.study, kind))
