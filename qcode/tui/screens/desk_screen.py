"""What every part of the coding screen stands on: its panes, the desk, and how they show where one is."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.screen import Screen
from textual.widgets import Static

from qcode.core.spans import Span
from qcode.services.study import Study
from qcode.tui.codebook_pane import CodebookPane
from qcode.tui.desk import Change, Desk
from qcode.tui.painter import Mark
from qcode.tui.safe import Parts, cut, inert, line_of, lines_of
from qcode.tui.screens.picker import Choice, Picker
from qcode.tui.screens.work_screen import hint_parts, told
from qcode.tui.selecting import Selection
from qcode.tui.transcript import TranscriptView

if TYPE_CHECKING:
    from qcode.tui.app import Workbench

__all__ = ["DeskScreen", "characters"]

_NAME_CELLS = 24
_LAST = 6  # what goes last where the status line is narrow
_SIGNS = {"complete": "✓", "reading": "…"}
_LOOK_SECONDS = 2.0  # how often a glance is taken at what other processes wrote
_NARROW = 100  # cells; below, the codebook pane is folded away until asked for


def characters(number: int) -> str:
    """A number of characters in words.

    >>> characters(1), characters(1200)
    ('1 character', '1,200 characters')
    """
    return "1 character" if number == 1 else f"{number:,} characters"


def _inner_first(mark: Mark) -> tuple[int, int]:
    return mark.span.length, mark.key


class DeskScreen(Screen[None]):
    """Transcript, codebook, inspector and bottom line, over one desk. The actions are in its subclasses."""

    def __init__(self, study: Study) -> None:
        super().__init__()
        self.study = study
        self.desk = Desk(study)
        self._focused: int | None = None  # key of the suggestion that Tab went to
        self.inspected: int | None = None  # key of the coding that stands out among those that are here
        self._told_something = False
        self._progress = ""
        self._pane_wanted: bool | None = None  # None: as the width of the window allows
        self._case_known: set[str] = set()  # transcripts (uids) in which the current case was chosen or told of

    def compose(self) -> ComposeResult:
        """Status above, text and codebook, inspector, keys."""
        yield Static("", id="status", markup=False)
        with Horizontal(id="middle"):
            yield TranscriptView(id="transcript")
            yield CodebookPane(id="codebook")
        yield Static("", id="inspector", markup=False)
        yield Static("", id="hints", markup=False)

    @property
    def workbench(self) -> Workbench:
        """The program, which knows the other screens."""
        return self.app  # type: ignore[return-value]  # the only program that this screen is made for

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
            self.know_case()
        else:
            self._show_state()
        self.set_interval(_LOOK_SECONDS, self._look_for_others)

    def on_screen_resume(self) -> None:
        """Codes, cases or roles may have been changed on another screen."""
        if self.is_mounted and self.desk.version and self.desk.others_wrote():
            self.pane.show_codebook(self.study.codes().codebook)
            self._look_for_others()

    @told
    def renew(self) -> None:
        """Transcripts, codes or codings were changed on another screen: show what is there now."""
        self.leave_modes()
        self.pane.show_codebook(self.study.codes().codebook)
        still_here = self.desk.renew()
        if still_here:
            self.view.set_marks(self.desk.read_marks())
            self.view.set_links(self.desk.read_links())
            self._progress = self.desk.progress()
            self.opened()
        elif self.desk.sources:
            self._open(self.desk.last_place())
        else:
            self.view.open_text("", [], [], [])
            self.query_one("#inspector", Static).update("", layout=False)
        self._show_state()

    def show_passage(self, source: str, span: Span | None, words: str) -> None:
        """Go to a passage of a transcript (by uid); it stays selected."""
        self.leave_modes()
        if not self.desk.sources or self.desk.source.uid != source:
            numbers = [i for i, row in enumerate(self.desk.sources) if row.uid == source]
            if not numbers:
                self.tell("That transcript is not in the study any more.", severity="warning")
                return
            self.leave_place()
            self._open(numbers[0])
        if span is not None:
            self.view.select_span(span)
        if words:
            self.tell(words)

    @told
    def leave_place(self) -> None:
        """Note where I stopped."""
        if self.desk.sources:
            self.desk.remember_place(self.view.selection.span)

    def leave_modes(self) -> None:
        """Whatever a key began and another key would end is over: the screen goes elsewhere."""
        self.inspect(None)

    @told
    def _look_for_others(self) -> None:
        """Another window or another coder may have written: show it, without moving anything."""
        if self.desk.sources and self.desk.others_wrote():
            self.view.set_marks(self.desk.read_marks())
            self.view.set_links(self.desk.read_links())
            self._progress = self.desk.progress()
            self.opened()
            self._show_state()

    @told
    def _open(self, number: int) -> None:
        opened = self.desk.open(number)
        self.leave_modes()
        self._focused = None
        self.view.open_text(opened.text, opened.turns, opened.marks, opened.linked)
        if opened.place is not None:
            self.view.select_span(opened.place)
        else:
            self.view.select(Selection(self.view.walker.word(opened.first)))
        # What was loaded stays for long: keep the collector from walking it while keys are pressed.
        gc.collect()
        gc.freeze()
        self._progress = self.desk.progress()
        self.opened()
        self._show_state()

    def opened(self) -> None:
        """A transcript was opened: subclasses may have something to add."""

    def tell(self, message: str, *, severity: str = "") -> None:
        """A sentence in the bottom line until the next key. Never with interview text.

        No pop-up: it would hide text, and drawing it costs more than a key press may take.
        """
        style = {"error": "bold $error", "warning": "bold $warning"}.get(severity, "bold")
        self._told_something = True
        self.hints.update(line_of((f" {message}", style)), layout=False)

    @property
    def hints(self) -> Static:
        """The bottom line."""
        return self.query_one("#hints", Static)

    def _hint(self) -> None:
        parts = hint_parts(self.workbench.shortcuts, "coding", self.app.size.width)
        self._told_something = False
        self.hints.update(line_of(*parts), layout=False)

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
    @told
    def _moved(self) -> None:
        self._show_state()

    def _show_state(self) -> None:
        if not self.desk.sources:
            key = self.workbench.shortcuts.name("go-project")
            nothing = f" There are no transcripts yet. {key}, then i imports some; so does: qcode import FOLDER"
            self.query_one("#status", Static).update(inert(nothing, "bold"), layout=False)
            return
        span = self.view.selection.span
        marks = self.view.marks_at(span)
        here = frozenset(m.code for m in marks if not m.suggested)
        if self.inspected is not None and all(m.key != self.inspected for m in marks):
            self.inspect(None)
        self.query_one("#status", Static).update(line_of(*self._status(span)), layout=False)
        self.query_one("#inspector", Static).update(lines_of(*self._inspection(span, marks)), layout=False)
        if self.pane.display:
            self.pane.show_state(self.desk.counts, here)

    def _status(self, span: Span) -> Parts:
        """Where I am, with the current case in full: what matters less goes first where the window is narrow."""
        desk, walker = self.desk, self.view.walker
        case = cut(desk.context_words(), self.app.size.width // 2)
        number = len(desk.proposals)
        suggested = f" · {number} suggestion{'s' * (number != 1)}" if number else ""
        pieces: list[tuple[str, str, int]] = [  # text, style, and in which order it goes; 0 stays
            (f" {cut(desk.source.name, _NAME_CELLS)}", "bold", 0),
            (f" {desk.number + 1}/{len(desk.sources)}{_SIGNS.get(self._progress, '')}", "", 0),
            (" · ", "", 4), (cut(self.study.me.name, _NAME_CELLS), "bold", 4),
            (" · own work only" if self.study.viewpoint.own_only else "", "", 1),
            (f" · turn {walker.turn_number(span.start) + 1}/{len(walker.turns)}", "", 2),
            *self._doing(span),
            (suggested, "", 3), (" · case ", "", _LAST if self.view.adjusting else 0),
            (case, "bold", _LAST if self.view.adjusting else 0),
        ]  # fmt: skip
        for order in (5, 4, 3, 2, 1, _LAST):
            if sum(cell_len(text) for text, _, _ in pieces) <= self.app.size.width:
                break
            pieces = [piece for piece in pieces if piece[2] != order]
        return [(text, style) for text, style, _ in pieces]

    def _doing(self, span: Span) -> list[tuple[str, str, int]]:
        """How long the selection is, and what is done to it; while a coding is adjusted, the length is the point."""
        if self.view.adjusting:
            return [(f" · adjusting {characters(span.length)}", "", 0)]
        extending = " extending" if self.view.selection.anchored else ""
        return [(f" · {characters(span.length)}", "", 5), (extending, "", 0)]

    def length_words(self, mark: Mark) -> str:
        """How long a coding is."""
        return characters(mark.span.length)

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
        order = sorted(codings, key=_inner_first)
        number = next((i for i, m in enumerate(order) if m.key == self.inspected), None)
        inner = order[number or 0]
        code = self.study.codes().codebook.code(inner.code)
        names = ", ".join(dict.fromkeys(m.label for m in codings))
        given = self.desk.case_of(inner)
        if given:
            linked = f" {inner.label} speaks of {given}: set by hand or by the current case"
        shown: Parts = [(f" {names}", "bold")]
        if number is not None:
            shown = [(f" {number + 1}/{len(order)} ", "reverse"), (f" {inner.label}", "bold")]
            shown.append(f" {self.length_words(inner)}{'' if inner.mine else ', not yours'}")
        return [shown, [f" {code.name()}: ", (code.brief or code.definition, "dim")], [linked]]

    # -- what is here

    def codings_here(self) -> list[Mark]:
        """The codings that share a character with the selection, the innermost first."""
        return sorted((m for m in self.view.marks_at(self.view.selection.span) if not m.suggested), key=_inner_first)

    def inspect(self, key: int | None) -> None:
        """Let one of the codings here stand out: what x, e, f, y and Z do is done to it. None: no one in particular."""
        self.inspected = key
        self.view.point_at(key)

    def chosen_mark(self) -> Mark | None:
        """The coding that stands out, if one does."""
        return self.view.mark(self.inspected) if self.inspected is not None else None

    def with_mine(self, question: str, act: Callable[[Mark], None]) -> None:
        """Do something to the coding of mine that is here; if there are several and none stands out, ask which."""
        mark = self.chosen_mark()
        mine = [m for m in self.view.marks_at(self.view.selection.span) if m.mine and not m.suggested]
        if mark is not None and not mark.mine:
            self.tell("This coding is another coder's; only they can change it.")
        elif mark is not None:
            act(mark)
        elif not mine:
            self.tell("None of your codes is here.")
        elif len(mine) == 1:
            act(mine[0])
        else:
            by_key = {str(m.key): m for m in mine}
            choices = [
                Choice(str(m.key), f"{i}  {m.label}", characters(m.span.length), (m.label,))
                for i, m in enumerate(mine, 1)
            ]
            picker = Picker(question, choices, numbered=True)
            self.app.push_screen(picker, lambda key: act(by_key[key]) if key is not None else None)

    def know_case(self) -> None:
        """The current case was chosen here: coding in another transcript tells of it once."""
        self._case_known = {self.desk.source.uid} if self.desk.sources else set()

    def remind_of_case(self) -> None:
        """After a coding: tell of the current case if it was chosen while another transcript was read."""
        case, here = self.desk.context.case, self.desk.source.uid
        if case is not None and here not in self._case_known:
            self._case_known.add(here)
            key = self.workbench.shortcuts.name("context")
            words = cut(case.short_key, _NAME_CELLS)
            self.tell(f"New codings are still given the case {words} ({key} changes it).", severity="warning")

    def _show(self, change: Change) -> None:
        for key in change.gone:
            self.view.remove_mark(key)
        for mark in change.marks:
            self.view.add_mark(mark)
        self._show_state()
