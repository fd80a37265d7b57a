"""Taking a passage out of the program, and into another language: copying with its source, translating."""

from __future__ import annotations

from qcode.core.spans import Span
from qcode.core.text import display_safe
from qcode.services.citing import quotation
from qcode.services.clipboard import copy
from qcode.services.study import Study
from qcode.services.translations import (
    TranslationRow,
    language_tag,
    remove_translation,
    set_translation,
    translations,
)
from qcode.tui.painter import Mark
from qcode.tui.safe import Parts, cut
from qcode.tui.screens.asking import AskLine
from qcode.tui.screens.desk_screen import DeskScreen, characters
from qcode.tui.screens.memo_writing import ask_words
from qcode.tui.screens.work_screen import told

__all__ = ["Quoting"]

_SHOWN_CELLS = 60
_USUAL = "en"  # what most studies are published in


class Quoting(DeskScreen):
    """The actions on a quotation."""

    def __init__(self, study: Study) -> None:
        super().__init__(study)
        self._translations: list[TranslationRow] = []  # of this transcript, in the order of the text
        self._language = ""  # the one translated into last

    def opened(self) -> None:
        """Know the translations of the transcript, then what others add."""
        self._read_translations()
        super().opened()

    @told
    def _read_translations(self) -> None:
        self._translations = translations(self.study, self.desk.source) if self.desk.sources else []

    def passage_here(self) -> tuple[Span, str]:
        """What is meant by the passage here, in characters and in words.

        The coding that O points at; else, with the cursor on a single word, the innermost coding that is there; else
        what is selected.
        """
        span = self.view.selection.span
        mark = self.chosen_mark()
        if mark is None and span == self.view.walker.word(span.start):
            mark = min(self.codings_here(), key=lambda m: m.span.length, default=None)
        if mark is not None:
            return mark.span, f"the passage coded {mark.code}"
        return span, "the selected passage"

    @told
    def action_copy(self) -> None:
        """Copy the passage as a quotation with its source."""
        if not self.desk.sources:
            self.tell("There are no transcripts yet.")
            return
        span, passage = self.passage_here()
        done = copy(quotation(self.desk.source, self.desk.text, span), osc52=self._to_terminal)
        self.tell(f"{done.words} It is {passage}, {characters(span.length)}, with its source.")

    def _to_terminal(self, sequence: str) -> None:
        # Private in Textual, whose own copying always asks the terminal, also where a program here does it surely.
        driver = self.app._driver  # noqa: SLF001
        if driver is not None:
            driver.write(sequence)

    # -- translations

    @told
    def action_translate(self) -> None:
        """Translate the passage: into which language, then the words."""
        if not self.desk.sources:
            self.tell("There are no transcripts yet.")
            return
        span, passage = self.passage_here()
        here = [row.language for row in self._translations if (row.start, row.end) == span]
        value = self._language or (here[0] if here else self._other_language())
        known = f"There is one into {', '.join(here)}." if here else "A short tag: en, de, zh."
        dialogue = AskLine(
            f"Into which language is {passage} translated?", value=value, help_text=known, check=language_tag
        )
        self.app.push_screen(dialogue, lambda tag: self._ask_translation(tag, span))

    def _other_language(self) -> str:
        """The first language of the codebook that is not the transcript's."""
        own = self.desk.source.language.partition("-")[0]
        others = [tag for tag in (_USUAL, *self.study.codes().codebook.languages) if tag.partition("-")[0] != own]
        return others[0] if others else _USUAL

    @told
    def _ask_translation(self, typed: str | None, span: Span) -> None:
        if typed is None:
            return
        tag = self._language = language_tag(typed)
        rows = [row for row in self._translations if (row.start, row.end, row.language) == (*span, tag)]
        before = display_safe(rows[0].text, keep_lines=True) if rows else ""

        def keep(text: str) -> None:
            if text.strip() == before.strip():
                self.tell("The translation is as it was.")
                return
            if text.strip():
                set_translation(self.study, self.desk.source, span, tag, text)
            else:
                remove_translation(self.study, rows[0].uid)
            self._read_translations()
            self._show_state()
            self.tell(f"Translation into {tag} {'written' if text.strip() else 'removed'}; u takes that back.")

        by = f", by {cut(rows[0].translator, 24)}" if rows and rows[0].translator else ""
        ask_words(self, f"Translation into {tag} of {characters(span.length)}{by}", keep, value=before)

    def _inspection(self, span: Span, marks: list[Mark]) -> list[Parts]:
        """As without translations; the first line ends with one that is here."""
        lines = super()._inspection(span, marks)
        row = next((row for row in self._translations if span.overlaps(Span(row.start, row.end))), None)
        if row is not None:
            lines[0] = [*lines[0], (f" · {row.language}: ", "bold"), cut(" ".join(row.text.split()), _SHOWN_CELLS)]
        return lines
