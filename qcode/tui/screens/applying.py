"""Putting codes on passages and taking them away: hot keys, recents, the picker, in vivo, flags."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from textual import on

from qcode.core.codebook import ID_LONGEST, Codebook, normal_id, normal_name
from qcode.core.spans import Span
from qcode.core.text import display_safe
from qcode.errors import RequestError
from qcode.services.codebook_edits import add_code, free_id, named
from qcode.services.codebooks import owned_codebook, owner
from qcode.services.proposals import propose
from qcode.services.recents import recent_codes
from qcode.tui.codebook_pane import CodebookPane
from qcode.tui.painter import Mark
from qcode.tui.screens.asking import AskLine
from qcode.tui.screens.code_picker import CodePicker, code_choice, code_choices
from qcode.tui.screens.picker import Choice, Picker
from qcode.tui.screens.suggesting import Suggesting
from qcode.tui.screens.work_screen import told

__all__ = ["Applying", "id_from_name", "language_of"]

_NAME_LONGEST = 60  # characters of the selection that an in-vivo code is named after
_SAME_NAMES = 99


def id_from_name(name: str) -> str:
    """An id made of a name: its letters and digits, in lower case, hyphens between words.

    >>> id_from_name("They had the money!"), id_from_name("县里 没有 资金。")
    ('they-had-the-money', '县里-没有-资金')
    """
    kept = [c if c.isalnum() or unicodedata.category(c).startswith("M") else " " for c in normal_id(name)]
    words = "".join(kept).casefold().split()
    return normal_id("-".join(words))[:ID_LONGEST].strip("-") or "code"


def language_of(book: Codebook, language: str) -> str | None:
    """The codebook's tag for a transcript's language, if it lists one."""
    main = language.partition("-")[0]
    return next((tag for tag in book.languages if main and tag.partition("-")[0] == main), None)


class Applying(Suggesting):
    """The actions that make, change and remove codings."""

    _last_parent: str | None = None  # of the in-vivo code made last

    # -- applying

    @told
    def apply_codes(self, codes: Sequence[str]) -> None:
        """Put codes on the selected passage, as one act."""
        span = self.view.selection.span
        change = self.desk.apply(span, codes)
        shown = ", ".join(codes)
        if not change.marks:
            self.tell(f"{shown} {'stands' if len(codes) == 1 else 'stand'} on exactly this passage already.")
        elif self.view.is_quiet(span):
            self.tell(f"On the interviewer's words: tables leave {shown} out unless asked.", severity="warning")
        else:
            self.remind_of_case()
        self._show(change)

    @told
    def action_hot(self, number: int) -> None:
        """Apply the code with that hot key."""
        for code in self.study.codes().codebook.codes:
            if code.hotkey == str(number):
                self.apply_codes([code.id])
                return
        self.tell(f"No code has the hot key {number}.")

    @told
    def action_repeat_code(self) -> None:
        """Apply the code that I applied last, also on an earlier day."""
        last = self.desk.last_code or next(iter(recent_codes(self.study, 1)), None)
        if last is None:
            self.tell("No code was applied yet.")
        else:
            self.apply_codes([last])

    @on(CodebookPane.Chosen)
    def _clicked(self, event: CodebookPane.Chosen) -> None:
        if not self.view.adjusting:
            self.apply_codes([event.code])

    @told
    def action_pick_code(self) -> None:
        """Find codes and apply them."""
        book = self.study.codes().codebook
        if not book.codes:
            key = self.workbench.shortcuts.name("go-project")
            self.tell(f"The study has no codebook yet. {key}, then b imports one.", severity="warning")
            return
        picker = CodePicker("Code for the selected passage", book, code_choices(book), current=self.desk.last_code)
        self.app.push_screen(picker, lambda codes: self.apply_codes(codes) if codes else None)

    @told
    def action_recents(self) -> None:
        """The codes that I used last, each with a number that applies it."""
        book = self.study.codes().codebook
        recents = [book.code(code) for code in recent_codes(self.study) if code in book]
        if not recents:
            self.tell("You have applied no code yet.")
            return
        choices = [code_choice(code, number=f"{number} ") for number, code in enumerate(recents, 1)]
        picker = Picker("The codes that you used last: a number applies one", choices, numbered=True)
        self.app.push_screen(picker, lambda code: self.apply_codes([code]) if code else None)

    # -- in vivo

    @told
    def action_in_vivo(self) -> None:
        """Make a code of the selected words: its name first, then where it belongs."""
        owned_codebook(self.study)
        span = self.view.selection.span
        name = normal_name(display_safe(self.desk.text[slice(*span)]))[:_NAME_LONGEST].strip()
        help_text = "The name of the new code, in the words of the interview. Enter goes on to where it belongs."
        dialogue = AskLine("New code in vivo", value=name, help_text=help_text, check=_some_name)
        self.app.push_screen(dialogue, lambda named_so: self._ask_parent(named_so, span))

    def _ask_parent(self, name: str | None, span: Span) -> None:
        if name is None:
            return
        book = self.study.codes().codebook
        top = Choice("", "  a dimension of its own", "above all codes", ("dimension", "top"))
        last = self.desk.last_code
        near = self._last_parent or (book.code(last).parent if last in book and last is not None else None)
        picker = Picker("Below which code?", [*code_choices(book), top], current=near)
        self.app.push_screen(picker, lambda parent: self._make_code(name, parent, span))

    @told
    def _make_code(self, typed: str, parent: str | None, span: Span) -> None:
        if parent is None:
            return
        name = normal_name(display_safe(typed))
        new_id = self._free_id(id_from_name(name))
        tag = language_of(self.study.codes().codebook, self.desk.source.language)
        given = [f"name.{tag}={name}"] if tag else named(self.study, name)
        holder = owner(self.study)
        if holder is not None and holder.uid != self.study.me.uid:
            place = f"in vivo, {self.desk.source.name} {span.start}-{span.end}"
            propose(self.study, new_id, [*given, *([f"parent={parent}"] if parent else [])], add=True, note=place)
            self.tell(f"{new_id} is not applied yet: it is proposed to {holder.name}, who owns the codebook.")
            return
        made = add_code(self.study, new_id, given, below=parent or None).code
        self._last_parent = parent or None
        self.pane.show_codebook(self.study.codes().codebook)
        self._show(self.desk.apply(span, [made]))
        self.tell(f"{made} is a new code{f' below {parent}' if parent else ''}, and stands on the passage.")
        self.remind_of_case()

    def _free_id(self, wanted: str) -> str:
        """The id, or with a number behind it if others have or had it."""
        for number in range(1, _SAME_NAMES):
            tail = f"-{number}" if number > 1 else ""
            try:
                return free_id(self.study, wanted[: ID_LONGEST - len(tail)] + tail)
            except RequestError:
                continue
        return free_id(self.study, wanted)

    # -- what is here

    @told
    def action_cycle(self) -> None:
        """Point at one coding after the other of those that are here."""
        here = self.codings_here()
        if not here:
            self.tell("No coding is here.")
            return
        keys = [mark.key for mark in here]
        at = keys.index(self.inspected) + 1 if self.inspected in keys else 0
        # From the innermost outwards: that is the one that is meant most often.
        self.inspect(keys[at] if at < len(keys) else None)
        self._show_state()

    @told
    def action_flag(self) -> None:
        """Flag my coding here, or take its flag away."""
        self.with_mine("Flag which coding?", self._flag)

    @told
    def _flag(self, mark: Mark) -> None:
        self._show(self.desk.flag(mark))
        self.tell(f"{mark.code} is {'not flagged any more' if mark.flagged else 'flagged: g f goes to the next one'}.")

    @told
    def action_remove(self) -> None:
        """Remove my coding here, or reject the suggestion."""
        if self._focused in self.desk.proposals and self._focused is not None:
            self._show(self.desk.reject(self._focused))
            self.action_suggestion(1)
            return
        self.with_mine("Remove which coding?", self._remove)

    @told
    def _remove(self, mark: Mark) -> None:
        self._show(self.desk.remove(mark.key))

    # -- undo

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
            if not places:  # a link, a mark in the ledger, a translation, or something in another transcript
                self.view.set_links(self.desk.read_links())
                self._progress = self.desk.progress()
                self.opened()
                self._show_state()
            elif self.suggesting:
                self.opened()  # what was accepted or rejected may be a suggestion again
        words = f"{'Undone' if undo else 'Done again'}: {change.act.words}" if change.act else ""
        kept = f" Stays, because others wrote it since: {', '.join(change.kept)}." if change.kept else ""
        self.tell(words + kept)


def _some_name(typed: str) -> None:
    if not normal_name(typed):
        raise RequestError("A code needs a name.")
