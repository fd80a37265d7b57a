"""A short tour on the open study: each step asks for one real key and goes on when it was pressed.

What the tour makes people code can be taken back by undo, and the tour asks them to do so; the current case is put
back at its end. It can be left at any moment.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from qcode.services import coding as coding_service
from qcode.tui.safe import line_of
from qcode.tui.screens.work_screen import WorkScreen

if TYPE_CHECKING:
    from qcode.tui.app import Workbench

__all__ = ["STEPS", "Step", "Tour", "TourPanel"]


class TourPanel(Static):
    """Two lines above the bottom line, so that no text is hidden."""

    DEFAULT_CSS = """
    TourPanel { height: 2; padding: 0 1; background: $primary-muted; color: $text; }
    """


@dataclass(frozen=True, slots=True)
class Step:
    """One step. In `words`, `{id}` stands for the key of that command; `done` says whether it was done.

    `possible` leaves a step out where the study has nothing for it. `where` says on which screen the advice holds:
    without one in the transcript.
    """

    words: str
    done: Callable[[Tour], bool]
    possible: Callable[[Tour], bool] = lambda _: True
    where: Callable[[Tour], bool] | None = None


def _ran(*actions: str) -> Callable[[Tour], bool]:
    return lambda tour: bool(tour.ran & set(actions))


def _has_codes(tour: Tour) -> bool:
    return bool(tour.app.study.codes().codebook.codes)


def _has_cases(tour: Tour) -> bool:
    return bool(tour.app.study.file.read.cases())


def _on_coding(tour: Tour) -> bool:
    return tour.app.screen is tour.app.coding


def _on_crosstab(tour: Tour) -> bool:
    return isinstance(tour.app.screen, WorkScreen) and tour.app.screen.called == "crosstab"


_ELSEWHERE = "The tour goes on in the transcript: Esc goes back to it."

STEPS: Sequence[Step] = (
    Step(
        "What is marked in the text is selected. The arrow keys move it by words and lines: press {line-down}.",
        _ran("line", "word", "turn", "page"),
    ),
    Step("{sentence} selects the whole sentence, {turn} the whole turn: press {sentence}.", _ran("select_sentence")),
    Step(
        "{extend-right} stretches the selection by a word, {extend-down} by a sentence: press {extend-right}.",
        _ran("extend_word", "extend_sentence"),
    ),
    Step(
        "Now a code: {pick} opens the list. Type a few letters of any name, and press Enter.",
        lambda tour: tour.codings > tour.codings_before,
        _has_codes,
    ),
    Step(
        "The bracket in the margin is your coding. Go to another sentence; {repeat} puts the same code there.",
        lambda tour: bool(tour.ran & {"repeat_code", "hot"}) and tour.codings > tour.codings_before,
        _has_codes,
    ),
    Step(
        "{undo} takes back the last thing that you did, even from earlier days. Press it until both are gone.",
        lambda tour: tour.codings <= tour.codings_at_first,
        _has_codes,
    ),
    Step(
        "Codes are counted by cases. {context} chooses the case that new codings speak of: look, and press Esc.",
        lambda tour: "set_context" in tour.ran and _on_coding(tour),
        _has_cases,
    ),
    Step(
        "{go-crosstab} shows how often each code stands in the cases of each kind: press it.",
        _on_crosstab,
        lambda tour: _has_codes(tour) and _has_cases(tour),
    ),
    Step(
        "{go-crosstab} shows how often each code stands in groups of transcripts; with cases, in theirs: press it.",
        _on_crosstab,
        lambda tour: _has_codes(tour) and not _has_cases(tour),
    ),
    Step(
        "{table-write} writes this table as CSV for other programs. {table-back} goes back to the text.",
        _on_coding,
        _has_codes,
        _on_crosstab,
    ),
    Step(
        "That is all there is to coding. {help} shows all keys, {screens} the other screens, {palette} finds commands.",
        _ran("help", "choose_screen", "command_palette"),
    ),
)


class Tour:
    """Where one is in the tour. `look` is called after every key; it goes on as far as things were done."""

    def __init__(self, app: Workbench) -> None:
        self.app = app
        self.steps = [step for step in STEPS if step.possible(self)]
        self.number = 0
        self.ran: set[str] = set()
        self.codings_at_first: int = self.codings
        self.codings_before: int = self.codings
        self._case = app.coding.desk.context
        self._timer = app.set_interval(0.25, self.look)

    @property
    def codings(self) -> int:
        """How many codings of mine stand in the transcript that is open."""
        return sum(self.app.coding.desk.counts.values())

    def note(self, action: str) -> None:
        """An action of a key or of the palette was carried out."""
        self.ran.add(action.partition("(")[0].rpartition(".")[2])
        self.look()

    def look(self) -> None:
        """Go on if the step was done, and show the step on the screen that is in front."""
        if self.app.tour is not self:
            return
        if self.steps[self.number].done(self):
            self.number += 1
            self.ran.clear()
            self.codings_before = self.codings
            if self.number == len(self.steps):
                self.app.end_tour()
                return
        self._show()

    def words(self) -> str:
        """What the step says, with the keys as they are now; on screens that it does not speak of, the way back."""
        if not (self.steps[self.number].where or _on_coding)(self):
            return _ELSEWHERE
        names = {command: self.app.shortcuts.name(command) or "Ctrl+P" for command in _commands(self.steps)}
        return _filled(self.steps[self.number].words, names)

    def _show(self) -> None:
        screen = self.app.screen
        if isinstance(screen, ModalScreen) or not screen.query("#hints"):
            return
        panels = screen.query(TourPanel)
        if panels:
            panels.first(TourPanel).update(self._content())
        else:
            screen.mount(TourPanel(self._content(), markup=False), before="#hints")

    def _content(self) -> Content:
        place = f"{self.number + 1}/{len(self.steps)} "
        leave = "  Esc on the text leaves." if _on_coding(self) else ""
        return line_of(("Tour ", "bold"), (place, "bold"), self.words(), (leave, "dim"))

    def close(self) -> None:
        """Take the panels away and put the current case back."""
        self._timer.stop()
        for screen in self.app.screen_stack:
            screen.query(TourPanel).remove()
        desk = self.app.coding.desk
        if desk.context != self._case:
            desk.context = coding_service.set_context(self.app.study, self._case.case, self._case.stage)


def _commands(steps: Sequence[Step]) -> list[str]:
    return [name.partition("}")[0] for step in steps for name in step.words.split("{")[1:]]


def _filled(words: str, names: dict[str, str]) -> str:
    for command, key in names.items():
        words = words.replace(f"{{{command}}}", key)
    return words
