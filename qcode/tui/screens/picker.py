"""Choosing one of many by typing a few letters of any of its names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from qcode.tui.initials import initials
from qcode.tui.safe import inert, line_of

__all__ = ["BasePicker", "Choice", "Picker", "rank"]

R = TypeVar("R")

_SHOWN = 200
_DIGITS = 9
_SLIP_FROM = 4  # letters; with fewer, everything looks alike
_TWO_SLIPS_FROM = 8
_CUT_FROM = 6  # letters; from here a slip is forgiven in the beginning of a word, too
_WORDS = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose: `value` is given back, `title` and `aside` are shown, `names` are searched.

    `detail` is said of the marked one; `style` is that of its title.
    """

    value: str
    title: str
    aside: str
    names: tuple[str, ...]
    detail: str = ""
    style: str = ""


def rank(choices: Sequence[Choice], typed: str) -> list[Choice]:
    """The choices that fit what was typed, best first; all in their order if nothing was.

    A name that begins so comes before one whose pinyin initials do, before one that contains it, before those that
    hold all the typed words somewhere, before those that do so but for typing errors. Every typed word has to fit,
    so that more words never find more.
    """
    wanted = typed.strip().casefold()
    if not wanted:
        return list(choices)
    scored = []
    for position, choice in enumerate(choices):
        score = _score([name.casefold() for name in (*choice.names, choice.title)], wanted)
        if score is not None:
            scored.append((-score, position, choice))
    return [choice for _, _, choice in sorted(scored, key=lambda s: s[:2])]


def _score(names: Sequence[str], wanted: str) -> int | None:
    """The higher the better; None if it does not fit."""
    if wanted in names:
        return 400
    if any(name.startswith(wanted) or any(w.startswith(wanted) for w in name.split()) for name in names):
        return 300
    if _begins_initials(names, wanted):
        return 250
    if any(wanted in name for name in names):
        return 200
    slips = 0
    for word in wanted.split():
        found = _slips_of(names, word)
        if found is None:
            return None
        slips += found
    return 100 - slips


def _begins_initials(names: Sequence[str], wanted: str) -> bool:
    return wanted.isascii() and any(initials(name).startswith(wanted) for name in names)


def _slips_of(names: Sequence[str], typed: str) -> int | None:
    """With how many slips of the fingers a typed word stands in the names: 0 if as it is, None if it does not."""
    word = "".join(_WORDS.findall(typed)) if not typed.isalnum() else typed
    if any(typed in name for name in names) or _begins_initials(names, typed):
        return 0
    if len(word) < _SLIP_FROM:
        return 0 if word and any(word in name for name in names) else None
    from rapidfuzz.distance import OSA

    most = 2 if len(word) >= _TWO_SLIPS_FROM else 1
    held = {part for name in names for part in (*_WORDS.findall(name), "".join(_WORDS.findall(name)))}
    if len(word) >= _CUT_FROM:
        held |= {part[: len(word)] for part in held}
    least = min((OSA.distance(word, part, score_cutoff=most) for part in held), default=most + 1)
    return least if least <= most else None


class _Field(Input):
    """A field whose Enter counts at once: keys that came in one piece with it must not come before it."""

    async def on_key(self, event: events.Key) -> None:
        """Enter."""
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            await self.action_submit()


class BasePicker(ModalScreen[R | None], Generic[R]):
    """A list that shrinks while one types. Subclasses say in `choose` what is given back; Esc gives None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back", show=False),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("pagedown", "move(10)", show=False, priority=True),
        Binding("pageup", "move(-10)", show=False, priority=True),
    ]
    PROMPT = "type a few letters; Enter chooses, Esc leaves"
    DEFAULT_CSS = """
    BasePicker { align: center middle; background: $background 60%; }
    """

    def __init__(self, title: str, choices: Sequence[Choice], *, current: str | None = None) -> None:
        super().__init__()
        self._title = title
        self._choices = list(choices)
        self._found = list(choices)
        self._current = current

    # -- what a subclass gives

    def choose(self, choice: Choice) -> None:
        """Enter, or a click, on a choice."""
        raise NotImplementedError

    def body(self) -> Iterable[Widget]:
        """The list and what is said of the marked one."""
        yield OptionList(id="picker-list", markup=False)
        yield Static("", id="picker-detail", markup=False)

    def line(self, choice: Choice) -> Content:
        """A choice as the list shows it."""
        return line_of((choice.title, choice.style), "  ", (choice.aside, "dim"))

    def show_detail(self, choice: Choice | None) -> None:
        """Say something of the marked choice."""
        self.query_one("#picker-detail", Static).update(inert(choice.detail if choice else ""))

    # -- the list

    def compose(self) -> ComposeResult:
        """A title, a field, the list, what is said of the marked one."""
        with Vertical(id="picker"):
            yield Static(inert(self._title, "bold"), id="picker-title")
            yield _Field(placeholder=self.PROMPT, id="picker-typed")
            yield from self.body()

    def on_mount(self) -> None:
        """Show everything, the current one marked."""
        self.choice_list.can_focus = False
        self.fill("")
        values = [choice.value for choice in self._found]
        if self._current in values:
            self.choice_list.highlighted = values.index(self._current)

    @property
    def choice_list(self) -> OptionList:
        """The list."""
        return self.query_one("#picker-list", OptionList)

    @property
    def marked(self) -> Choice | None:
        """The choice that the cursor is on."""
        number = self.choice_list.highlighted
        return self._found[number] if number is not None and number < len(self._found) else None

    def fill(self, typed: str) -> None:
        """Show what fits."""
        self._found = rank(self._choices, typed)[:_SHOWN]
        self.choice_list.clear_options()
        self.choice_list.add_options(
            [Option(self.line(choice)) for choice in self._found]
            or [Option(inert("nothing fits; Backspace", "dim"), disabled=True)]
        )
        self.choice_list.highlighted = 0 if self._found else None
        self.show_detail(self.marked)

    def on_key(self, event: events.Key) -> None:
        """Keys typed ahead, as a slow line sends them in one piece: they come before the field can take them."""
        field = self.query_one("#picker-typed", Input)
        if event.key == "enter" and not field.has_focus:
            event.stop()
            self._submitted()
        elif event.is_printable and event.character:  # the field stops those that it took
            event.stop()
            with field.prevent(Input.Changed):
                field.value += event.character
                field.cursor_position = len(field.value)
            self.typed(field.value)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self.typed(event.value)

    def typed(self, text: str) -> None:
        """Something was typed into the field."""
        self.fill(text)

    @on(Input.Submitted)
    def _submitted(self) -> None:
        marked = self.marked
        if marked is not None:
            self.choose(marked)
        else:
            self.dismiss(None)

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        if self._found:
            self.choose(self._found[event.option_index])

    @on(OptionList.OptionHighlighted)
    def _marked(self) -> None:
        self.show_detail(self.marked)

    def action_move(self, step: int) -> None:
        """Mark another one."""
        if self._found and self.is_mounted:
            here = self.choice_list.highlighted or 0
            self.choice_list.highlighted = min(len(self._found) - 1, max(0, here + step))

    def action_leave(self) -> None:
        """Choose nothing."""
        self.dismiss(None)


class Picker(BasePicker[str]):
    """Gives back the value that was chosen, or None.

    Where choices are `numbered` (nine at most), their number chooses at once.
    """

    def __init__(
        self, title: str, choices: Sequence[Choice], *, current: str | None = None, numbered: bool = False
    ) -> None:
        super().__init__(title, choices, current=current)
        self._numbered = numbered and len(choices) <= _DIGITS

    def choose(self, choice: Choice) -> None:
        """That one."""
        self.dismiss(choice.value)

    def typed(self, text: str) -> None:
        """The field takes every key that is a character, so a number is met here."""
        if self._numbered and text in {str(i) for i in range(1, len(self._choices) + 1)}:
            self.dismiss(self._choices[int(text) - 1].value)
        else:
            self.fill(text)
