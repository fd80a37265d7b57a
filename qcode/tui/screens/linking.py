"""Cases on the coding screen: the current one, links of passages, and what a coding was given by hand."""

from __future__ import annotations

from qcode.core.spans import Span
from qcode.tui.painter import Mark
from qcode.tui.safe import cut
from qcode.tui.screens.cases_asking import NO_CASE, CaseAsking
from qcode.tui.screens.desk_screen import DeskScreen, characters
from qcode.tui.screens.picker import Choice, Picker
from qcode.tui.screens.work_screen import told

__all__ = ["Linking"]

_NO_TEXTS = "There are no transcripts yet."
_WORDS = 60  # cells of a case in a list


class Linking(DeskScreen):
    """The actions on cases."""

    def opened(self) -> None:
        """The current case may have been changed or removed meanwhile."""
        super().opened()
        if self.desk.renew_context():
            self._show_state()

    # -- the current case

    @told
    def action_set_context(self) -> None:
        """Choose the case, and its stage, for new codings."""
        now = self.desk.context
        CaseAsking(self).pick(
            "Current case: given to new codings",
            self._set_context,
            none=Choice(NO_CASE, "none" if now.case else "✓ none", "the links decide", ("none",)),
            current=(now.case.uid if now.case else None, now.stage),
        )

    @told
    def _set_context(self, uid: str, stage: str | None) -> None:
        self.desk.set_context(uid or None, stage)
        self.know_case()
        if uid:
            self.tell(f"New codings get the case {self.desk.context_words()}, whatever the links say.")
        else:
            self.tell("New codings get no case: the links decide.")
        self._show_state()

    # -- links

    @told
    def action_link_passage(self) -> None:
        """Link the selected passage to a case."""
        self._ask_link("Which case does the selected passage speak of?", whole=False)

    @told
    def action_link_whole(self) -> None:
        """Link the whole transcript to a case."""
        self._ask_link("Which case does the whole transcript speak of?", whole=True)

    def _ask_link(self, title: str, *, whole: bool) -> None:
        if not self.desk.sources:
            self.tell(_NO_TEXTS)
            return
        span = None if whole else self.view.selection.span
        now = self.desk.context
        current = (now.case.uid if now.case else None, now.stage)
        CaseAsking(self).pick(title, lambda uid, stage: self._link(span, uid, stage), current=current)

    @told
    def _link(self, span: Span | None, uid: str, stage: str | None) -> None:
        what = "whole transcript" if span is None else "passage"
        new = self.desk.link(span, uid, stage)
        self._links_changed()
        words = self.desk.words_of(uid, stage)
        if new:
            self.tell(f"The {what} speaks of {words}; u takes it back.")
        else:
            self.tell(f"This {what} is linked to that case already.")

    def _links_changed(self) -> None:
        self.view.set_links(self.desk.read_links())
        self._show_state()

    @told
    def action_unlink(self) -> None:
        """Take my link away that is under the cursor; if there are several, choose."""
        if not self.desk.sources:
            self.tell(_NO_TEXTS)
            return
        here = self.desk.my_links_at(self.view.selection.span)
        if not here:
            self.tell("None of your links is here.")
        elif len(here) == 1 and here[0].start is not None:
            self._unlink(here[0].uid)
        else:
            choices = []
            for number, link in enumerate(here, 1):
                place = "the whole transcript"
                if link.start is not None and link.end is not None:
                    place = f"a passage of {characters(link.end - link.start)}"
                words = cut(self.desk.link_words(link), _WORDS)
                choices.append(Choice(link.uid, f"{number}  {words}", place, (words,)))
            self.app.push_screen(Picker("Take which link away?", choices, numbered=True), self._unlink)

    @told
    def _unlink(self, uid: str | None) -> None:
        if uid is not None:
            self.desk.unlink(uid)
            self._links_changed()
            self.tell("The link is gone; u brings it back.")

    @told
    def action_link_next(self, step: int) -> None:
        """Go to the next passage that is linked to a case, or to the one before; after the last comes the first."""
        places = self.desk.linked_places() if self.desk.sources else []
        if not places:
            self.tell("No passage here is linked to a case; L links the selected one.")
            return
        here = self.view.selection.span
        beyond = [number for number, span in enumerate(places) if (span > here if step > 0 else span < here)]
        number = beyond[0 if step > 0 else -1] if beyond else (0 if step > 0 else len(places) - 1)
        self.view.select_span(places[number])
        self.tell(f"Passage {number + 1} of {len(places)} linked to a case.")

    # -- the case of a coding

    @told
    def action_assign_case(self) -> None:
        """Say by hand which case my coding here speaks of."""
        if not self.desk.sources:
            self.tell(_NO_TEXTS)
            return
        self.with_mine("The case of which coding?", self._ask_case)

    @told
    def _ask_case(self, mark: Mark) -> None:
        case, stage = self.desk.case_by_hand(mark.key)
        CaseAsking(self).pick(
            f"Which case does {mark.label} speak of here?",
            lambda uid, named: self._assign(mark, uid, named),
            none=Choice(NO_CASE, "the links decide" if case else "✓ the links decide", "", ("the links decide",)),
            current=(case.uid if case else None, stage),
        )

    @told
    def _assign(self, mark: Mark, uid: str, stage: str | None) -> None:
        self.desk.assign(mark.key, uid or None, stage)
        self._show_state()
        words = self.desk.case_of(mark)
        if words:
            self.tell(f"{mark.label} speaks of {words} now (u takes it back).")
        else:
            self.tell(f"The links decide again on the case of {mark.label} (u takes it back).")
