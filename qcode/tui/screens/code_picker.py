"""Choosing codes for a passage: by any of their names, several at once, the definition beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static

from qcode.core.codebook import Code, Codebook
from qcode.tui.safe import Parts, line_of, lines_of
from qcode.tui.screens.picker import BasePicker, Choice

__all__ = ["CodePicker", "code_choice", "code_choices"]

_WIDE = 120  # cells; from here the definition stands beside the list
_WIDE_SHARE = 118  # cells of the box then
_BELOW = 5  # lines, where it stands below
_CHOSEN = "✓ "


def code_choice(code: Code, depth: int = 0, number: str = "") -> Choice:
    """A code as a list of choices shows it; found by its id, its names in all languages and its aliases."""
    return Choice(
        value=code.id,
        title=f"{number or code.hotkey or ' '} {'  ' * depth}{code.id}",
        aside=" / ".join(name for _, name in code.names),
        names=(code.id, *(name for _, name in code.names), *code.aliases),
        detail=code.brief or code.definition,
        style="bold" if depth == 0 and not number else "",
    )


def code_choices(book: Codebook) -> list[Choice]:
    """All codes of a codebook, as its tree orders them."""
    return [code_choice(code, depth) for code, depth in book.walk()]


class CodePicker(BasePicker[tuple[str, ...]]):
    """Gives back the ids of the codes that were chosen: those that Tab marked, else the one under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab", "mark", "Mark", show=False, priority=True)]
    PROMPT = "letters of a name, or pinyin initials; Tab marks, Enter applies"

    DEFAULT_CSS = """
    CodePicker #picker-body { height: 1fr; }
    CodePicker #picker-beside {
        width: 46;
        display: none;
        padding: 0 1;
        border-left: solid $panel-lighten-2;
        scrollbar-size-vertical: 1;
    }
    CodePicker #picker-beside Static { height: auto; }
    """

    def __init__(self, title: str, book: Codebook, choices: Sequence[Choice], *, current: str | None = None) -> None:
        super().__init__(title, choices, current=current)
        self._book = book
        self._chosen: dict[str, None] = {}

    def body(self) -> Iterable[Widget]:
        """The list, and the definition beside or below it."""
        with Horizontal(id="picker-body"):
            yield OptionList(id="picker-list", markup=False)
            with VerticalScroll(id="picker-beside", can_focus=False):
                yield Static("", id="picker-definition", markup=False)
        yield Static("", id="picker-detail", markup=False)

    def on_mount(self) -> None:
        """Wide or narrow, then as every picker."""
        self._arrange()
        super().on_mount()

    def on_resize(self) -> None:
        """The definition goes where there is room."""
        self._arrange()
        self.show_detail(self.marked)

    def _arrange(self) -> None:
        self._wide = self.app.size.width >= _WIDE
        # Set here, because the shared style sheet decides for all pickers otherwise.
        self.query_one("#picker").styles.width = _WIDE_SHARE if self._wide else None
        self.query_one("#picker-beside").styles.display = "block" if self._wide else "none"
        below = self.query_one("#picker-detail")
        below.styles.display = "none" if self._wide else "block"
        below.styles.height = _BELOW

    def line(self, choice: Choice) -> Content:
        """With a sign before those that are chosen already."""
        sign = _CHOSEN if choice.value in self._chosen else ""
        return line_of((sign, "bold"), (choice.title, choice.style), "  ", (choice.aside, "dim"))

    def show_detail(self, choice: Choice | None) -> None:
        """The fields that tell two codes apart."""
        code = self._book.code(choice.value) if choice is not None else None
        self.query_one("#picker-definition", Static).update(lines_of(*_definition(code)) if code else "")
        self.query_one("#picker-detail", Static).update(lines_of(*_definition(code, short=True)) if code else "")

    def action_mark(self) -> None:
        """Choose the one under the cursor as well, or no longer; what was typed goes, for the next."""
        marked = self.marked if self.is_mounted else None
        if marked is None:
            return
        if marked.value in self._chosen:
            del self._chosen[marked.value]
        else:
            self._chosen[marked.value] = None
        here = self.choice_list.highlighted or 0
        field = self.query_one("#picker-typed", Input)
        if field.value:
            field.value = ""  # which fills the list anew
            return
        self.fill("")
        self.choice_list.highlighted = min(here + 1, self.choice_list.option_count - 1)

    def choose(self, choice: Choice) -> None:
        """All that were marked; without any, this one."""
        self.dismiss(tuple(self._chosen) or (choice.value,))


def _definition(code: Code, *, short: bool = False) -> list[Parts]:
    """Name and fields of a code, each in a paragraph of its own; where there is little room without blank lines."""
    fields = [("", code.brief), ("", code.definition), ("Use: ", code.when_to_use), ("Not: ", code.when_not_to_use)]
    if not short:
        fields += [("Example: ", text) for text in code.examples]
        fields += [("But not: ", text) for text in code.counterexamples]
    shown: list[Parts] = [] if short else [[(code.name(), "bold")], []]
    for name, text in fields:
        if text.strip():
            shown.append([(name, "bold"), (text, "dim" if short else "")])
            shown += [] if short else [[]]
    return shown
