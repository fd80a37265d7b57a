"""Writing a memo by key: about what, then its words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from textual.app import App

from qcode.errors import QcodeError
from qcode.services.memos import add_memo
from qcode.services.study import CaseRow, CodeRow, SourceRow
from qcode.tui.safe import cut
from qcode.tui.screens.asking import AskText
from qcode.tui.screens.picker import Choice, Picker
from qcode.tui.screens.work_screen import WorkScreen, told

__all__ = ["MemoWriting", "ask_words"]

_NAME_CELLS = 40
_KINDS = {"study": "the study", "code": "a code", "case": "a case", "transcript": "a transcript"}


class _Asking(Protocol):
    """A screen that asks, and tells in its bottom line."""

    @property
    def app(self) -> App[Any]:
        """The program."""

    def tell(self, message: str, *, severity: str = "") -> None:
        """Show a sentence until the next key."""


def ask_words(screen: _Asking, title: str, keep: Callable[[str], None], *, value: str = "") -> None:
    """Ask for a longer text and have it kept; what `keep` refuses is shown again with the reason, and not lost."""

    def answered(text: str | None) -> None:
        if text is None:
            return
        try:
            keep(text)
        except QcodeError as error:
            ask_words(screen, f"{error} Ctrl+G throws the text away.", keep, value=text)

    screen.app.push_screen(AskText(title, value=value), answered)


class MemoWriting(WorkScreen):
    """The action that writes a memo. `written` is called when it is stored."""

    def written(self, uid: str) -> None:
        """A memo came: subclasses show it."""

    @told
    def action_new(self) -> None:
        """Ask what it is about."""
        choices = [
            Choice(kind, f"{number}  {words}", "", (kind, words))
            for number, (kind, words) in enumerate(_KINDS.items(), 1)
        ]
        self.app.push_screen(Picker("A memo about what?", choices, numbered=True), self._ask_which)

    @told
    def _ask_which(self, kind: str | None) -> None:
        match kind:
            case "study":
                self._ask_words("the study")
            case "code":
                self._pick_code()
            case "case":
                self._pick_case()
            case "transcript":
                self._pick_transcript()
            case _:
                pass

    def _pick(self, title: str, choices: list[Choice], then: Callable[[str], None], nothing: str) -> None:
        if not choices:
            self.tell(nothing, severity="warning")
            return
        self.app.push_screen(Picker(title, choices), lambda value: then(value) if value is not None else None)

    def _pick_code(self) -> None:
        table = self.study.codes()
        choices = [
            Choice(
                code.id,
                f"{'  ' * depth}{code.id}",
                " / ".join(name for _, name in code.names),
                (code.id, *(name for _, name in code.names), *code.aliases),
                code.brief or code.definition,
            )
            for code, depth in table.codebook.walk()
        ]
        self._pick(
            "Memo on which code?",
            choices,
            lambda name: self._ask_words(f"code {name}", code=table.find(name)),
            "The study has no codebook yet.",
        )

    def _pick_case(self) -> None:
        cases = {case.uid: case for case in self.study.file.read.cases()}
        choices = [
            Choice(case.uid, case.short_key, case.name, (case.short_key, case.name, *(p.name for p in case.parties)))
            for case in cases.values()
        ]
        self._pick(
            "Memo on which case?",
            choices,
            lambda uid: self._ask_words(f"case {cases[uid].short_key}", case=cases[uid]),
            "The study has no cases yet.",
        )

    def _pick_transcript(self) -> None:
        sources = {source.uid: source for source in self.study.file.read.sources()}
        choices = [
            Choice(source.uid, source.name, source.language, (source.name, *source.aliases))
            for source in sources.values()
        ]
        self._pick(
            "Memo on which transcript?",
            choices,
            lambda uid: self._ask_words(f"transcript {sources[uid].name}", source=sources[uid]),
            "There are no transcripts yet.",
        )

    def _ask_words(
        self, about: str, *, code: CodeRow | None = None, case: CaseRow | None = None, source: SourceRow | None = None
    ) -> None:
        def keep(text: str) -> None:
            if not text.strip():
                self.tell("No words, so no memo was written.")
                return
            self.written(add_memo(self.study, text, code=code, case=case, source=source))
            self.tell("The memo is written; T gives it a title, K a kind, u takes it back.")

        ask_words(self, f"Memo on {cut(about, _NAME_CELLS)}", keep)
