"""The coding screen: transcript, codebook, what is under the cursor, and where one is."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import update_wrapper
from typing import ClassVar, Concatenate, ParamSpec

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Static

from qcode.core.spans import Span
from qcode.errors import QcodeError
from qcode.services import coding as coding_service
from qcode.services.study import Study
from qcode.services.suggestions import Proposal, Search
from qcode.tui.codebook_pane import CodebookPane
from qcode.tui.commands import bindings, hints
from qcode.tui.desk import Change, Desk
from qcode.tui.painter import Mark
from qcode.tui.safe import Parts, cut, inert, line_of, lines_of
from qcode.tui.screens.picker import Choice, Picker
from qcode.tui.screens.table import TableKind, TableScreen
from qcode.tui.selecting import Selection
from qcode.tui.transcript import TranscriptView

__all__ = ["CodingScreen"]

_P = ParamSpec("_P")
_NAME_CELLS = 24
_NARROW = 100  # cells; below, the codebook pane is folded away until asked for
_Action = Callable[Concatenate["CodingScreen", _P], None]


def _characters(number: int) -> str:
    return "1 character" if number == 1 else f"{number:,} characters"


def _told(action: _Action[_P]) -> _Action[_P]:
    """An action whose refusals are told in a sentence instead of ending the program."""

    def act(self: CodingScreen, /, *args: _P.args, **kwargs: _P.kwargs) -> None:
        try:
            action(self, *args, **kwargs)
        except QcodeError as error:
            self.tell(str(error), severity="error")

    return update_wrapper(act, action)


class CodingScreen(Screen[None]):
    """Where coding happens."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("coding")

    class Searched(Message):
        """The search for suggestions in a transcript (by uid) has ended; `problem` says why it found nothing."""

        def __init__(self, source: str, found: list[Proposal], problem: str = "") -> None:
            super().__init__()
            self.source = source
            self.found = found
            self.problem = problem

    def __init__(self, study: Study) -> None:
        super().__init__()
        self.study = study
        self.desk = Desk(study)
        self._focused: int | None = None  # key of the suggestion that Tab went to
        self._suggesting = False
        self._told_something = False
        self._pane_wanted: bool | None = None  # None: as the width of the window allows

    def compose(self) -> ComposeResult:
        """Status above, text and codebook, inspector, keys."""
        yield Static("", id="status", markup=False)
        with Horizontal(id="middle"):
            yield TranscriptView(id="transcript")
            yield CodebookPane(id="codebook")
        yield Static("", id="inspector", markup=False)
        yield Static("", id="hints", markup=False)

    @property
    def view(self) -> TranscriptView:
        """The transcript view."""
        return self.query_one(TranscriptView)

    @property
    def pane(self) -> CodebookPane:
        """The codebook pane."""
        return self.query_one(CodebookPane)

    def on_mount(self) -> None:
        """Open where I stopped."""
        self.pane.show_codebook(self.study.codes().codebook)
        self.view.focus()
        if self.desk.sources:
            self._open(self.desk.last_place())
        else:
            self._show_state()

    @_told
    def _open(self, number: int) -> None:
        opened = self.desk.open(number)
        self._focused = None
        self.view.open_text(opened.text, opened.turns, opened.marks, opened.linked)
        if opened.place is not None:
            self.view.select_span(opened.place)
        else:
            self.view.select(Selection(self.view.walker.word(opened.first)))
        # What was loaded stays for long: keep the collector from walking it while keys are pressed.
        gc.collect()
        gc.freeze()
        if self._suggesting:
            self._search(self.desk.search())
        self._show_state()

    def tell(self, message: str, *, severity: str = "") -> None:
        """A sentence in the bottom line until the next key. Never with interview text.

        No pop-up: it would hide text, and drawing it costs more than a key press may take.
        """
        style = {"error": "bold $error", "warning": "bold $warning"}.get(severity, "bold")
        self._told_something = True
        self.query_one("#hints", Static).update(line_of((f" {message}", style)), layout=False)

    def _hint(self) -> None:
        parts: Parts = []
        for key, word in hints("coding", self.app.size.width):
            parts += [(f" {key} ", "bold"), f"{word} "]
        self._told_something = False
        self.query_one("#hints", Static).update(line_of(*parts), layout=False)

    def on_resize(self) -> None:
        """The codebook needs room, unless it was asked for; the bottom line tells what fits."""
        self._fold_codebook()
        self._hint()

    def _fold_codebook(self) -> None:
        wanted = self.app.size.width >= _NARROW if self._pane_wanted is None else self._pane_wanted
        if wanted != self.pane.display:
            self.pane.display = wanted
            self._show_state()

    def on_key(self) -> None:
        """What was told goes with the next key."""
        if self._told_something:
            self._hint()

    # -- what is shown

    @on(TranscriptView.Moved)
    @_told
    def _moved(self) -> None:
        self._show_state()

    def _show_state(self) -> None:
        if not self.desk.sources:
            nothing = " There are no transcripts yet. Leave with Ctrl+Q and type: qcode import FOLDER"
            self.query_one("#status", Static).update(inert(nothing, "bold"), layout=False)
            return
        span = self.view.selection.span
        marks = self.view.marks_at(span)
        here = frozenset(m.code for m in marks if not m.suggested)
        self.query_one("#status", Static).update(line_of(*self._status(span)), layout=False)
        self.query_one("#inspector", Static).update(lines_of(*self._inspection(span, marks)), layout=False)
        if self.pane.display:
            self.pane.show_state(self.desk.counts, here)

    def _status(self, span: Span) -> Parts:
        desk, walker = self.desk, self.view.walker
        turn = f"turn {walker.turn_number(span.start) + 1}/{len(walker.turns)}"
        mode = " extending" if self.view.selection.anchored else ""
        others = "" if not self.study.viewpoint.own_only else " · own work only"
        # The case comes last: a narrow window cuts it, and its beginning is the key.
        return [
            (f" {cut(desk.source.name, _NAME_CELLS)}", "bold"), f" {desk.number + 1}/{len(desk.sources)} · ",
            (cut(self.study.me.name, _NAME_CELLS), "bold"), others,
            f" · {turn} · {_characters(span.length)}{mode} · case ", (desk.context_words(), "bold"),
        ]  # fmt: skip

    def _inspection(self, span: Span, marks: list[Mark]) -> list[Parts]:
        """Three lines: what is here, what it means, which case it speaks of."""
        cases = self.desk.cases_at(span)
        linked = f" speaks of {', '.join(cases)}" if cases else " linked to no case"
        if self._focused is not None and self._focused in self.desk.proposals:
            suggestion = self.desk.proposals[self._focused].suggestion
            head: Parts = [(" suggestion ", "reverse"), (f" {suggestion.code}", "bold"), f": {suggestion.reason}"]
            keys = " a accept (also with changed boundaries) · x reject · Tab next · Esc leave"
            return [head, [(keys, "dim")], [linked]]
        codings = [m for m in marks if not m.suggested]
        if not codings:
            return [[(" no code here", "dim")], [], [linked]]
        book = self.study.codes().codebook
        inner = min(codings, key=lambda m: m.span.length)
        code = book.code(inner.code)
        names = ", ".join(dict.fromkeys(m.label for m in codings))
        return [[(f" {names}", "bold")], [f" {code.name()}: ", (code.brief or code.definition, "dim")], [linked]]

    def _show(self, change: Change) -> None:
        for key in change.gone:
            self.view.remove_mark(key)
        for mark in change.marks:
            self.view.add_mark(mark)
        self._show_state()

    # -- moving and selecting

    def _select(self, selection: Selection) -> None:
        self.view.select(selection)

    def action_word(self, step: int) -> None:
        """Next or previous word."""
        self._select(self.view.walker.by_word(self.view.selection, step))

    def action_line(self, step: int) -> None:
        """Up or down a line."""
        self.view.move_line(step)

    def action_page(self, step: int) -> None:
        """Up or down a page."""
        self.view.move_line(step * self.view.page_lines())

    def action_turn(self, step: int) -> None:
        """Next or previous turn."""
        self._select(self.view.walker.by_turn(self.view.selection, step))

    def action_edge(self, end: int) -> None:
        """Beginning or end of the transcript."""
        walker = self.view.walker
        position = walker.turns[-1].end - 1 if end else walker.turns[0].start
        self._select(walker.to_position(self.view.selection, position))

    def action_extend_word(self, step: int) -> None:
        """Move the moving end by a word."""
        self._select(self.view.walker.by_word(self.view.selection, step, extend=True))

    def action_extend_sentence(self, step: int) -> None:
        """Move an end by a sentence."""
        self._select(self.view.walker.by_sentence(self.view.selection, step))

    def action_anchor(self) -> None:
        """Fix one end, or let go."""
        selection = self.view.selection
        self._select(Selection(selection.span, selection.forward, not selection.anchored))

    def action_other_end(self) -> None:
        """Let the other end move."""
        selection = self.view.selection
        self._select(Selection(selection.span, not selection.forward, anchored=True))

    def action_collapse(self) -> None:
        """Back to one word."""
        self._focused = None
        self._select(self.view.walker.collapse(self.view.selection))
        self._show_state()

    def action_select_sentence(self) -> None:
        """The sentence."""
        self._select(self.view.walker.sentence(self.view.selection))

    def action_select_turn(self) -> None:
        """The turn."""
        self._select(self.view.walker.turn(self.view.selection))

    def action_grow(self) -> None:
        """The next larger unit."""
        self._select(self.view.walker.grow(self.view.selection))

    def action_shrink(self) -> None:
        """The next smaller unit."""
        self._select(self.view.walker.shrink(self.view.selection))

    # -- coding

    @_told
    def _apply(self, code: str) -> None:
        change = self.desk.apply(self.view.selection.span, [code])
        if not change.marks:
            self.tell(f"{code} stands on exactly this passage already.")
        self._show(change)

    @_told
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

    @_told
    def action_pick_code(self) -> None:
        """Find a code and apply it."""
        book = self.study.codes().codebook
        if not book.codes:
            self.tell("The study has no codebook yet: qcode codebook import FILE", severity="warning")
            return
        choices = [
            Choice(
                value=code.id,
                title="  " * depth + code.id,
                aside=" / ".join(name for _, name in code.names),
                names=(code.id, *(name for _, name in code.names), *code.aliases),
                detail=code.brief or code.definition,
                style="bold" if depth == 0 else "",
            )
            for code, depth in book.walk()
        ]
        picker = Picker("Code for the selected passage", choices, current=self.desk.last_code)
        self.app.push_screen(picker, lambda code: self._apply(code) if code else None)

    @_told
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
                Choice(str(m.key), f"{i}  {m.label}", _characters(m.span.length), (m.label,))
                for i, m in enumerate(mine, 1)
            ]
            self.app.push_screen(Picker("Remove which code?", choices, numbered=True), self._remove_chosen)

    @_told
    def _remove_chosen(self, key: str | None) -> None:
        if key is not None:
            self._show(self.desk.remove(int(key)))

    @_told
    def action_undo(self) -> None:
        """Take my latest act back."""
        self._turn_back(undo=True)

    @_told
    def action_redo(self) -> None:
        """Do it again."""
        self._turn_back(undo=False)

    def _turn_back(self, *, undo: bool) -> None:
        change = self.desk.turn_back(undo=undo)
        if change is None:
            self.tell("There is nothing to undo." if undo else "There is nothing to do again.")
            return
        self._show(change)
        if (
            self.desk.sources and not change.gone and not change.marks
        ):  # a link, a mark in the ledger, or another transcript
            self.view.set_links(self.desk.read_links())
            self._show_state()
        words = f"{'Undone' if undo else 'Done again'}: {change.act.words}" if change.act else ""
        kept = f" Stays, because others wrote it since: {', '.join(change.kept)}." if change.kept else ""
        self.tell(words + kept)

    # -- cases

    def _case_choices(self) -> list[Choice]:
        choices = []
        for case in self.study.file.read.cases():
            parties = ", ".join(name for _, name in case.parties)
            aside = f"{case.attributes.get('mechanism') or case.kind} · {parties or case.name}"
            names = (case.short_key, case.name, *(name for _, name in case.parties))
            choices.append(Choice(case.uid, case.short_key, aside, names, case.name))
        return choices

    @_told
    def action_set_context(self) -> None:
        """Choose the case for new codings."""
        choices = [Choice("", "none", "the links decide", ("none",)), *self._case_choices()]
        current = self.desk.context.case.uid if self.desk.context.case else ""
        self.app.push_screen(Picker("Current case: given to new codings", choices, current=current), self._set_context)

    @_told
    def _set_context(self, uid: str | None) -> None:
        if uid is not None:
            self.desk.set_context(uid or None)
            self._show_state()

    @_told
    def action_link_passage(self) -> None:
        """Link the passage to a case."""
        choices = self._case_choices()
        if not choices:
            self.tell("The study has no cases yet: qcode cases import FILE", severity="warning")
            return
        current = self.desk.context.case.uid if self.desk.context.case else None
        picker = Picker("Which case does the selected passage speak of?", choices, current=current)
        self.app.push_screen(picker, self._link)

    @_told
    def _link(self, uid: str | None) -> None:
        if uid is None:
            return
        if not self.desk.link(self.view.selection.span, uid):
            self.tell("This passage is linked to that case already.")
        self.view.set_links(self.desk.read_links())
        self._show_state()

    # -- suggestions

    @_told
    def action_toggle_suggestions(self) -> None:
        """Show suggestions, or hide them."""
        if not self._suggesting:
            search = self.desk.search()
            self._suggesting = True
            self.tell("Looking for passages…")
            self._search(search)
        else:
            self._suggesting = False
            self._focused = None
            for key in list(self.desk.proposals):
                self.view.remove_mark(key)
            self.desk.proposals = {}
            self._show_state()

    @work(thread=True, exclusive=True, group="suggest")
    def _search(self, search: Search) -> None:
        # A message, and no call that waits for its answer: while the program ends, nobody answers.
        try:
            self.post_message(self.Searched(search.source.uid, search.run()))
        except QcodeError as error:
            self.post_message(self.Searched(search.source.uid, [], str(error)))

    @on(Searched)
    @_told
    def _found(self, event: Searched) -> None:
        if not self._suggesting or event.source != self.desk.source.uid:
            return
        found = event.found
        for key in list(self.desk.proposals):
            self.view.remove_mark(key)
        for mark in self.desk.show_proposals(found):
            self.view.add_mark(mark)
        number = "1 suggestion" if len(found) == 1 else f"{len(found)} suggestions"
        self.tell(event.problem or (f"{number}; Tab goes on." if found else "No suggestions for this text."))
        self._show_state()

    def action_suggestion(self, step: int) -> None:
        """Next or previous suggestion in the text."""
        if not self._suggesting:
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

    @_told
    def action_accept(self) -> None:
        """Make a coding of the suggestion that Tab went to."""
        if self._focused not in self.desk.proposals or self._focused is None:
            self.tell("Tab goes to a suggestion first.")
            return
        self._show(self.desk.accept(self._focused, self.view.selection.span))
        self._focused = None
        self._show_state()

    # -- view

    def action_toggle_codebook(self) -> None:
        """Show or hide the codebook."""
        self._pane_wanted = not self.pane.display
        self._fold_codebook()

    def action_choose_transcript(self) -> None:
        """Choose another transcript."""
        if not self.desk.sources:
            self.tell("There are no transcripts yet.")
            return
        choices = [
            Choice(
                str(i), source.name, f"{source.language} · {source.kind} · {source.length:,} characters", (source.name,)
            )
            for i, source in enumerate(self.desk.sources)
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

    @_told
    def leave_place(self) -> None:
        """Note where I stopped."""
        if self.desk.sources:
            self.desk.remember_place(self.view.selection.span)

    @_told
    def action_toggle_others(self) -> None:
        """Show or hide others' work."""
        self.study.look(own_only=not self.study.viewpoint.own_only)
        span = self.view.selection.span
        self._open(self.desk.number)
        self.view.select_span(span)
        self.tell(
            "Only your own work is shown." if self.study.viewpoint.own_only else "The work of all coders is shown."
        )

    @_told
    def action_mark_complete(self) -> None:
        """Mark the transcript as completed, or as being read."""
        dimensions = [code.id for code in self.study.codes().codebook.dimensions()]
        rows = self.study.file.read.ledger(coders=[self.study.me.key]) if self.study.me.key else []
        done = {r.dimension for r in rows if r.source == self.desk.source.key and r.state == "complete"}
        state = "reading" if done >= set(dimensions) else "complete"
        coding_service.mark(self.study, self.desk.source, dimensions, state)
        self.tell(f"{self.desk.source.name} is marked as {state} in every dimension.")

    @_told
    def action_show_table(self, kind: TableKind) -> None:
        """Frequencies, crosstab or agreement."""
        self.app.push_screen(TableScreen(self.study, kind))
