"""Questions about cases that several screens ask: which case, which stage, key and name of a new one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar, Protocol

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import OptionList, Static, TextArea
from textual.widgets.option_list import Option

from qcode.core.text import display_safe
from qcode.errors import QcodeError
from qcode.services.case_edits import add_case, case_of
from qcode.services.case_overview import check_new_key
from qcode.services.case_rows import CASE_KINDS
from qcode.services.study import CaseRow, Study, clean_name
from qcode.tui.safe import inert
from qcode.tui.screens.asking import AskLine, AskText
from qcode.tui.screens.picker import Choice, Picker

__all__ = [
    "NO_CASE",
    "AskLines",
    "CaseAsking",
    "CasePicker",
    "case_choices",
    "kind_choices",
    "stage_choices",
    "years_words",
]

NO_CASE = ""
"""The choice of no case."""

_NEW = "new:"  # begins the value of the choice of a new case; what was typed follows
_KINDS = dict(
    zip(
        CASE_KINDS,
        (
            "of the data set: tables count it under its attributes",
            "failed, informal, between cities: tables show it as “other”",
            "a programme: tables show it as “programme”",
            "a mechanism or place in general: tables show it as “general”",
        ),
        strict=True,
    )
)
_CURRENT = "✓ "


class _Asking(Protocol):
    """A screen over a study that asks, and tells in its bottom line."""

    @property
    def app(self) -> App[Any]:
        """The program."""

    @property
    def study(self) -> Study:
        """The study."""

    def tell(self, message: str, *, severity: str = "") -> None:
        """Show a sentence until the next key."""


def years_words(first: int | None, last: int | None) -> str:
    """Years as people write them.

    >>> years_words(2009, 2012), years_words(2013, None), years_words(2013, 2013), years_words(None, None)
    ('2009–2012', 'from 2013', '2013', '')
    """
    if first is not None and last is not None:
        return str(first) if first == last else f"{first}–{last}"
    return f"from {first}" if first is not None else f"until {last}" if last is not None else ""


def case_choices(cases: Iterable[CaseRow], current: str | None = None) -> list[Choice]:
    """Cases to choose from, found by key, name and the names of their parties; the current one (uid) has a sign."""
    choices = []
    for case in cases:
        parties = ", ".join(party.name for party in case.parties)
        aside = f"{case.attributes.get('mechanism') or case.kind} · {parties or case.name}"
        names = (case.short_key, case.name, *(party.name for party in case.parties))
        sign = _CURRENT if case.uid == current else ""
        choices.append(Choice(case.uid, f"{sign}{case.short_key}", aside, names, case.name))
    return choices


def stage_choices(case: CaseRow, current: str | None) -> list[Choice]:
    """The stages of a case in their order, after *no stage*; the current one has a sign."""
    none = Choice("", "no stage", "the case as a whole", ("no stage", "none"))
    return [none] + [
        Choice(
            stage.name,
            f"{_CURRENT if stage.name == current else ''}{stage.name}",
            " · ".join(word for word in (years_words(stage.first, stage.last), stage.mechanism) if word),
            (stage.name,),
        )
        for stage in case.stages
    ]


def kind_choices() -> list[Choice]:
    """The kinds of cases, numbered."""
    return [Choice(kind, f"{n}  {kind}", words, (kind,)) for n, (kind, words) in enumerate(_KINDS.items(), 1)]


class CasePicker(Picker):
    """Gives back the uid of a case, or `new:` with what was typed: the last line, or Ctrl+N, makes a new case."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+n", "new", "New case", show=False, priority=True)]
    PROMPT = "key, name or party; Enter chooses, Ctrl+N: new case, Esc leaves"

    def __init__(self, title: str, choices: Sequence[Choice], *, current: str | None = None) -> None:
        super().__init__(title, choices, current=current)
        self._written = ""

    def fill(self, typed: str) -> None:
        """What fits, and below it the way to a new case."""
        super().fill(typed)
        self._written = typed.strip()
        fits = bool(self._found)
        words = f"new case “{self._written}” …" if self._written else "new case …"
        new = Choice(_NEW + self._written, words, "made here; its kind is asked", ())
        if not fits:
            self.choice_list.clear_options()
        self._found.append(new)
        self.choice_list.add_option(Option(self.line(new)))
        if not fits:
            self.choice_list.highlighted = 0
            self.show_detail(new)

    @property
    def choice_list(self) -> OptionList:
        """The list."""
        return self.query_one("#picker-list", OptionList)

    def action_new(self) -> None:
        """A new case, with what was typed as its key."""
        self.dismiss(_NEW + self._written)


class AskLines(AskText):
    """A text of several lines that is checked: what `check` refuses is told, and can be mended. Esc keeps."""

    def __init__(self, title: str, *, value: str, help_text: str, check: Callable[[str], object]) -> None:
        super().__init__(title, value=value)
        self._help, self._check = help_text, check

    def compose(self) -> ComposeResult:
        """Title, what to write, text, what was wrong, keys."""
        with Vertical(id="ask-long"):
            yield Static(inert(self._title, "bold"), id="ask-title")
            yield Static(inert(self._help, "dim", keep_lines=True), id="ask-help")
            yield TextArea(self._value, id="ask-text", soft_wrap=True, show_line_numbers=False)
            yield Static("", id="ask-fault", markup=False)
            yield Static(inert("Esc keeps the text and goes back · Ctrl+G throws the change away", "dim"))

    def action_keep(self) -> None:
        """Give the text back, if it holds."""
        text = self.query_one(TextArea).text
        try:
            self._check(text)
        except QcodeError as error:
            self.query_one("#ask-fault", Static).update(inert(str(error), "bold $error", keep_lines=True))
        else:
            self.dismiss(text)


class CaseAsking:
    """One round of questions that ends with a case, or with none. Nothing is called if somebody leaves."""

    def __init__(self, screen: _Asking) -> None:
        self._screen = screen

    def pick(
        self,
        title: str,
        then: Callable[[str, str | None], None],
        *,
        none: Choice | None = None,
        current: tuple[str | None, str | None] = (None, None),
    ) -> None:
        """Ask for a case and, where it has stages, for one of them; `then` gets the case's uid and the stage.

        `none` is the first choice, without a case; `current` are the uid and the stage that are so now.
        """
        uid, stage = current
        first = [] if none is None else [none]
        choices = [*first, *case_choices(self._screen.study.file.read.cases(), uid)]

        def chosen(value: str | None) -> None:
            if value is None:
                return
            if value.startswith(_NEW):
                self.new(lambda made: then(made, None), key=value.removeprefix(_NEW))
            elif value == NO_CASE:
                then(NO_CASE, None)
            else:
                self._pick_stage(value, stage if value == uid else None, then)

        picker = CasePicker(title, choices, current=uid if uid or none is None else NO_CASE)
        self._screen.app.push_screen(picker, chosen)

    def _pick_stage(self, uid: str, current: str | None, then: Callable[[str, str | None], None]) -> None:
        try:
            case = case_of(self._screen.study, uid)
        except QcodeError as error:
            self._screen.tell(str(error), severity="error")
            return
        if not case.stages:
            then(uid, None)
            return
        picker = Picker(f"Which stage of {case.short_key}?", stage_choices(case, current), current=current or "")
        self._screen.app.push_screen(picker, lambda name: then(uid, name or None) if name is not None else None)

    def new(self, then: Callable[[str], None], *, key: str = "") -> None:
        """Ask for key, name and kind of a new case and make it; `then` gets its uid."""
        study = self._screen.study

        def named(short_key: str, name: str | None) -> None:
            if name is None:
                return
            picker = Picker(f"Kind of {short_key.strip()}", kind_choices(), current=CASE_KINDS[0], numbered=True)
            self._screen.app.push_screen(
                picker, lambda picked: self._make(short_key, name, picked, then) if picked is not None else None
            )

        def keyed(short_key: str | None) -> None:
            if short_key is None:
                return
            ask = AskLine(
                f"Name of the new case {short_key.strip()}",
                help_text="Empty: the key. Enter makes the case, Esc leaves.",
                check=lambda typed: clean_name(typed, "case") if typed.strip() else None,
            )
            self._screen.app.push_screen(ask, lambda name: named(short_key, name))

        ask = AskLine(
            "Key of the new case",
            value=display_safe(key),
            help_text="Short and lasting, such as park-x-jinpu: it cannot be changed later.",
            check=lambda typed: check_new_key(study, typed),
        )
        self._screen.app.push_screen(ask, keyed)

    def _make(self, key: str, name: str, kind: str, then: Callable[[str], None]) -> None:
        try:
            edit = add_case(self._screen.study, key, name=name.strip(), kind=kind)
        except QcodeError as error:
            self._screen.tell(str(error), severity="error")
        else:
            then(edit.uid)
