"""What every part of the coding screen stands on: its panes, the desk, and how they show where one is."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import update_wrapper
from typing import Concatenate, ParamSpec, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.screen import Screen
from textual.widgets import Static

from qcode.core.spans import Span
from qcode.errors import QcodeError
from qcode.services.study import Study
from qcode.tui.codebook_pane import CodebookPane
from qcode.tui.commands import hints
from qcode.tui.desk import Change, Desk
from qcode.tui.painter import Mark
from qcode.tui.safe import Parts, cut, inert, line_of, lines_of
from qcode.tui.selecting import Selection
from qcode.tui.transcript import TranscriptView

__all__ = ["DeskScreen", "characters", "told"]

_NAME_CELLS = 24
_SIGNS = {"complete": "✓", "reading": "…"}
_LOOK_SECONDS = 2.0  # how often a glance is taken at what other processes wrote
_NARROW = 100  # cells; below, the codebook pane is folded away until asked for
_P = ParamSpec("_P")
_Self = TypeVar("_Self", bound="DeskScreen")


def characters(number: int) -> str:
    """A number of characters in words.

    >>> characters(1), characters(1200)
    ('1 character', '1,200 characters')
    """
    return "1 character" if number == 1 else f"{number:,} characters"


def told(action: Callable[Concatenate[_Self, _P], None]) -> Callable[Concatenate[_Self, _P], None]:
    """An action whose refusals are told in a sentence instead of ending the program."""

    def act(self: _Self, /, *args: _P.args, **kwargs: _P.kwargs) -> None:
        try:
            action(self, *args, **kwargs)
        except QcodeError as error:
            self.tell(str(error), severity="error")

    return update_wrapper(act, action)


class DeskScreen(Screen[None]):
    """Transcript, codebook, inspector and bottom line, over one desk. The actions are in its subclasses."""

    def __init__(self, study: Study) -> None:
        super().__init__()
        self.study = study
        self.desk = Desk(study)
        self._focused: int | None = None  # key of the suggestion that Tab went to
        self._told_something = False
        self._progress = ""
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
        self.set_interval(_LOOK_SECONDS, self._look_for_others)

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
    @told
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
            (f" {cut(desk.source.name, _NAME_CELLS)}", "bold"),
            f" {desk.number + 1}/{len(desk.sources)}{_SIGNS.get(self._progress, '')} · ",
            (cut(self.study.me.name, _NAME_CELLS), "bold"), others,
            f" · {turn} · {characters(span.length)}{mode} · case ", (desk.context_words(), "bold"),
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
        given = self.desk.case_of(inner)
        if given:
            linked = f" {inner.label} speaks of {given}: set by hand or by the current case"
        return [[(f" {names}", "bold")], [f" {code.name()}: ", (code.brief or code.definition, "dim")], [linked]]

    def _show(self, change: Change) -> None:
        for key in change.gone:
            self.view.remove_mark(key)
        for mark in change.marks:
            self.view.add_mark(mark)
        self._show_state()
