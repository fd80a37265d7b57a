"""Suggestions on the coding screen: looked for in a thread, gone through by Tab, accepted or rejected by one key."""

from __future__ import annotations

from textual import on, work
from textual.message import Message

from qcode.errors import QcodeError
from qcode.services.suggestions import Proposal, Search
from qcode.tui.screens.desk_screen import DeskScreen
from qcode.tui.screens.work_screen import told

__all__ = ["Suggesting"]


class Suggesting(DeskScreen):
    """The actions on suggestions. They are off until asked for."""

    suggesting = False

    class Searched(Message):
        """The search for suggestions in a transcript (by uid) has ended; `problem` says why it found nothing.

        `asked` is True where a key asked for it; otherwise the result does not take the place of another message.
        """

        def __init__(self, source: str, found: list[Proposal], problem: str = "", *, asked: bool = False) -> None:
            super().__init__()
            self.asked = asked
            self.source = source
            self.found = found
            self.problem = problem

    def opened(self) -> None:
        """Look for suggestions in the new transcript, if they are wanted; then what others add."""
        super().opened()
        if self.suggesting:
            self._search(self.desk.search(), asked=False)

    @told
    def action_toggle_suggestions(self) -> None:
        """Show suggestions, or hide them."""
        if not self.suggesting:
            search = self.desk.search()
            self.suggesting = True
            self.tell("Looking for passages…")
            self._search(search, asked=True)
        else:
            self.suggesting = False
            self._focused = None
            for key in list(self.desk.proposals):
                self.view.remove_mark(key)
            self.desk.proposals = {}
            self._show_state()

    @work(thread=True, exclusive=True, group="suggest")
    def _search(self, search: Search, *, asked: bool) -> None:
        # A message, and no call that waits for its answer: while the program ends, nobody answers.
        try:
            self.post_message(self.Searched(search.source.uid, search.run(), asked=asked))
        except QcodeError as error:
            self.post_message(self.Searched(search.source.uid, [], str(error), asked=True))

    @on(Searched)
    @told
    def _found(self, event: Searched) -> None:
        if not self.suggesting or event.source != self.desk.source.uid:
            return
        found = event.found
        for key in list(self.desk.proposals):
            self.view.remove_mark(key)
        for mark in self.desk.show_proposals(found):
            self.view.add_mark(mark)
        if event.asked or not self._told_something:
            number = "1 suggestion" if len(found) == 1 else f"{len(found)} suggestions"
            self.tell(event.problem or (f"{number}; Tab goes on." if found else "No suggestions for this text."))
        self._show_state()

    def action_suggestion(self, step: int) -> None:
        """Next or previous suggestion in the text."""
        if not self.suggesting:
            self.action_toggle_suggestions()
            return
        marks = [m for m in self.view.all_marks() if m.suggested]
        if not marks:
            self._focused = None
            self.tell("There are no more suggestions.")
            self._show_state()
            return
        here = self.view.mark(self._focused) if self._focused is not None else None
        # Keys of suggestions are negative: one that begins just here is the next one, not the previous one.
        place = (here.span, here.key) if here else (self.view.selection.span, min(m.key for m in marks) - 1)
        order = [(m.span, m.key) for m in marks]
        later = (
            [i for i, o in enumerate(order) if o > place] if step > 0 else [i for i, o in enumerate(order) if o < place]
        )
        chosen = marks[(later[0] if step > 0 else later[-1]) if later else (0 if step > 0 else -1)]
        self._focused = chosen.key
        self.view.select_span(chosen.span)
        self._show_state()

    @told
    def action_accept(self) -> None:
        """Make a coding of the suggestion that Tab went to."""
        if self._focused not in self.desk.proposals or self._focused is None:
            self.tell("Tab goes to a suggestion first.")
            return
        self._show(self.desk.accept(self._focused, self.view.selection.span))
        self.action_suggestion(1)
        self.remind_of_case()
