"""Memos on the coding screen: written on the selected passage, shown in the gutter and below the text, jumped to."""

from __future__ import annotations

from qcode.core.spans import Span
from qcode.core.text import display_safe
from qcode.services.log import local_time
from qcode.services.memos import Memo, MemoFilter, add_memo, change_memo, memos
from qcode.services.study import SourceRow, Study
from qcode.tui.desk import Change
from qcode.tui.painter import Mark
from qcode.tui.safe import Parts, cut
from qcode.tui.screens.desk_screen import DeskScreen
from qcode.tui.screens.memo_writing import ask_words
from qcode.tui.screens.picker import Choice, Picker
from qcode.tui.screens.work_screen import told

__all__ = ["Memoing"]

_TITLE_CELLS = 60
_DAY = 10  # characters of a time without its hours


def _first_words(memo: Memo) -> str:
    """A memo's title, else how it begins."""
    return memo.row.title or next((line for line in memo.row.text.splitlines() if line.strip()), "")


class Memoing(DeskScreen):
    """The actions on memos of passages."""

    def __init__(self, study: Study) -> None:
        super().__init__(study)
        self._memos: list[tuple[Span, Memo]] = []  # on passages of this transcript, in the order of the text

    def opened(self) -> None:
        """Show the memos of the transcript, then what others add."""
        self.read_memos()
        super().opened()

    @told
    def read_memos(self) -> None:
        """Read the memos on passages of this transcript again, and show where they begin."""
        found: list[Memo] = []
        if self.desk.sources:
            name = self.desk.source.uid
            found = memos(self.study, MemoFilter(about=("passage",), transcript=name))
        placed = [(memo.span, memo) for memo in found if memo.span is not None]
        self._memos = sorted(placed, key=lambda pair: (pair[0], pair[1].row.key))
        self.view.set_memos([span for span, _ in self._memos])

    def memos_changed(self) -> None:
        """Memos were written or changed on another screen."""
        self.read_memos()
        self._show_state()

    def memos_at(self, span: Span) -> list[Memo]:
        """The memos on passages that share a character with this one."""
        return [memo for place, memo in self._memos if place.overlaps(span)]

    def _show(self, change: Change) -> None:
        if change.act is not None:  # something was undone or done again: that may have been a memo
            self.read_memos()
        super()._show(change)

    def _inspection(self, span: Span, marks: list[Mark]) -> list[Parts]:
        """As without memos; the last line begins with the memos that are here."""
        lines = super()._inspection(span, marks)
        here = self.memos_at(span)
        if here:
            more = f" (+{len(here) - 1})" if len(here) > 1 else ""
            lines[-1] = [
                (" memo", "bold"),
                f": {cut(_first_words(here[0]), self.app.size.width // 3)}{more} ·",
                *lines[-1],
            ]
        return lines

    # -- writing

    @told
    def action_memo(self) -> None:
        """Write a memo on the selected passage; if there are some already, choose first."""
        if not self.desk.sources:
            self.tell("There are no transcripts yet.")
            return
        span = self.view.selection.span
        here = self.memos_at(span)
        if not here:
            self._ask_new(span)
            return
        choices = [
            Choice(
                memo.row.uid,
                f"{number}  {cut(_first_words(memo), _TITLE_CELLS)}",
                self._aside(memo),
                (_first_words(memo),),
            )
            for number, memo in enumerate(here, 1)
        ]
        choices.append(Choice("", f"{len(here) + 1}  a new memo on the selected passage", "", ("new",)))
        picker = Picker("Memos here", choices, numbered=True)
        self.app.push_screen(picker, lambda uid: self._open_memo(uid, span))

    @staticmethod
    def _aside(memo: Memo) -> str:
        kind = "" if memo.row.kind == "memo" else f"{memo.row.kind} · "
        return f"{kind}{cut(memo.coder, 24)} · {local_time(memo.row.changed_ms)[:_DAY]}"

    @told
    def _open_memo(self, uid: str | None, span: Span) -> None:
        """Change a memo of mine, look at another's, or write a new one."""
        if uid is None:
            return
        memo = next((memo for _, memo in self._memos if memo.row.uid == uid), None)
        if memo is None:
            self._ask_new(span)
        elif memo.mine:
            self._ask_change(memo)
        else:
            from qcode.tui.screens.memos import MemosScreen

            self.workbench.drill(MemosScreen(self.study, uid))

    def _ask_new(self, span: Span) -> None:
        source = self.desk.source

        def keep(text: str) -> None:
            if not text.strip():
                self.tell("No words, so no memo was written.")
                return
            add_memo(self.study, text, source=source, span=span)
            self._wrote("The memo is written; u takes it back.")

        ask_words(self, f"Memo on the selected passage of {self._place(source, span)}", keep)

    def _place(self, source: SourceRow, span: Span) -> str:
        return f"{cut(source.name, _TITLE_CELLS)}, turn {self.view.walker.turn_number(span.start) + 1}"

    def _ask_change(self, memo: Memo) -> None:
        before = display_safe(memo.row.text, keep_lines=True)

        def keep(text: str) -> None:
            if text != before:
                change_memo(self.study, memo.row.uid, text=text)
                self._wrote("The memo is changed; u brings the old one back.")

        ask_words(self, f"Memo on {cut(memo.subject, _TITLE_CELLS)}", keep, value=before)

    def _wrote(self, words: str) -> None:
        self.memos_changed()
        self.tell(words)

    # -- jumping

    @told
    def action_memo_next(self, step: int = 1) -> None:
        """Go to the next passage with a memo, or to the previous one; it goes round."""
        places = list(dict.fromkeys(span for span, _ in self._memos)) if self.desk.sources else []
        if not places:
            self.tell("There are no memos on passages of this transcript; m writes one.")
            return
        here = self.view.selection.span
        later = [number for number, span in enumerate(places) if (span > here if step > 0 else span < here)]
        number = (later[0] if step > 0 else later[-1]) if later else (0 if step > 0 else -1) % len(places)
        self.view.select_span(places[number])
        self.tell(f"Passage {number + 1} of {len(places)} with a memo.")
