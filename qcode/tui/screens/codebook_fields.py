"""Changing what a code says: its fields one by one, its colour, its hot key."""

from __future__ import annotations

from qcode.core.codebook import COLOUR_FAMILIES
from qcode.core.text import display_safe
from qcode.services.codebook_edits import Edited, set_fields
from qcode.services.codebook_lines import CodeLine
from qcode.tui.colours import palette_of
from qcode.tui.safe import cut
from qcode.tui.screens.asking import AskLine, AskYes
from qcode.tui.screens.codebook_changing import CodebookChanging
from qcode.tui.screens.codebook_values import Field, fields_of, text_of, value_of, values_in
from qcode.tui.screens.memo_writing import ask_words
from qcode.tui.screens.picker import Choice, Picker
from qcode.tui.screens.work_screen import told

__all__ = ["CodebookFields"]

_INHERITED = "as the code above"
_ANOTHER = "another language …"
_SHOWN = 60  # characters of a value in the list of fields
_OWN_KEYS = {"colour": "codebook-colour", "hot key": "codebook-hot-0"}


class CodebookFields(CodebookChanging):
    """The keys that change fields."""

    @told
    def action_edit(self) -> None:
        """Ask which field, then for its value."""
        line = self.line
        code = line.code
        fields = {field.name: field for field in fields_of(self.study.codes().codebook, code)}
        choices = [
            Choice(name, field.called, _aside(value_of(code, name)), (field.called, name))
            for name, field in fields.items()
        ]
        choices += [
            Choice("colour", "colour", code.colour or _INHERITED, ("colour", "color")),
            Choice("hotkey", "hot key", code.hotkey or "none", ("hot key", "hotkey")),
            Choice(_ANOTHER, _ANOTHER, "a name in one more language", ("another language",)),
        ]
        title = f"Change what of {display_safe(code.id)}?"
        self.app.push_screen(Picker(title, choices), lambda name: self._ask_field(line, name))

    @told
    def _ask_field(self, line: CodeLine, name: str | None) -> None:
        match name:
            case None:
                pass
            case "colour":
                self._ask_colour(line)
            case "hotkey":
                ask = AskLine(
                    f"Hot key of {display_safe(line.code.id)}", value=line.code.hotkey or "",
                    help_text="A digit from 1 to 9; empty takes it away.",
                )  # fmt: skip
                self.app.push_screen(ask, lambda typed: self._hot(line, typed))
            case _ if name == _ANOTHER:
                ask = AskLine("Which language?", help_text="A short tag such as en, zh, de.")
                self.app.push_screen(ask, lambda tag: self._ask_field(line, f"name.{tag.strip()}" if tag else None))
            case _:
                self._ask_value(line, Field.of(name))

    def _ask_value(self, line: CodeLine, field: Field, typed: str | None = None) -> None:
        """Ask for a value; `typed` is what was written before and not sent."""
        before = value_of(line.code, field.name)
        shown = text_of(before) if typed is None else typed
        title = f"{field.called} of {display_safe(line.code.id)}"
        if field.kind == "flag":
            self._ask_flag(line, field, title)
        elif field.kind == "line" and "\n" not in shown:
            ask = AskLine(
                title, value=shown, help_text="Empty takes it away. Enter keeps, Esc changes nothing.",
                check=None if self.owner_name else lambda text: self._keep(line, field, text),
            )  # fmt: skip
            self.app.push_screen(ask, lambda text: self._proposed(line, field, text))
        else:
            words = f"{title}: one on a line" if field.kind == "list" else title
            if "\n\n" in text_of(before) and field.kind == "list":
                words = f"{title}: with an empty line between two"
            ask_words(self, words, lambda text: self._keep(line, field, text), value=shown)

    def _ask_flag(self, line: CodeLine, field: Field, title: str) -> None:
        choices = [Choice("yes", "1  yes", "", ("yes",)), Choice("no", "2  no", "", ("no",))]
        (current,) = value_of(line.code, field.name)
        picker = Picker(title, choices, current=current, numbered=True)
        self.app.push_screen(picker, lambda chosen: self._flag(line, field, chosen))

    @told
    def _flag(self, line: CodeLine, field: Field, chosen: str | None) -> None:
        if chosen is not None:
            self._keep(line, field, chosen)

    @told
    def _proposed(self, line: CodeLine, field: Field, text: str | None) -> None:
        """What was typed in one line: the owner's is kept already."""
        if text is not None and self.owner_name:
            self._keep(line, field, text)

    def _keep(self, line: CodeLine, field: Field, typed: str) -> None:
        """Keep a value, or propose it. Raises RequestError for what is refused."""
        before = value_of(line.code, field.name)
        if typed == text_of(before):
            return
        values = values_in(typed, field, before)
        if tuple(values) != before:
            self.put(line.code.id, {field.name: values}, lambda: self._ask_value(line, field, typed))

    # -- colour

    @told
    def action_colour(self) -> None:
        """Choose a colour family."""
        self._ask_colour(self.line)

    def _ask_colour(self, line: CodeLine) -> None:
        signs = palette_of(self).signs
        choices = [
            Choice(family, f"{number}  ■ {family}", "", (family,), style=colour.name if colour else "")
            for number, family in enumerate(COLOUR_FAMILIES, 1)
            for colour in [signs[family].color]
        ]
        choices.append(Choice("", f"{len(choices) + 1}  {_INHERITED}", "", (_INHERITED, "none")))
        picker = Picker(
            f"Colour of {display_safe(line.code.id)}", choices, current=line.code.colour or "", numbered=True
        )
        self.app.push_screen(picker, lambda family: self._colour(line, family))

    @told
    def _colour(self, line: CodeLine, family: str | None) -> None:
        if family is not None and family != (line.code.colour or ""):
            self.put(line.code.id, {"colour": [family] if family else []})

    # -- hot key

    @told
    def action_hot(self, number: int) -> None:
        """Give the code that hot key; 0 takes its own away."""
        line = self.line
        if not number and not line.code.hotkey:
            self.tell(f"{line.code.id} has no hot key.")
        else:
            self._hot(line, str(number) if number else "")

    @told
    def _hot(self, line: CodeLine, typed: str | None) -> None:
        if typed is None or typed.strip() == (line.code.hotkey or ""):
            return
        key = typed.strip()
        holder = next((code for code in self.study.codes().codebook.codes if key and code.hotkey == key), None)
        if holder is None or self.owner_name:
            self.put(line.code.id, {"hotkey": [key] if key else []})
            return
        ask = AskYes(
            f"Hot key {key} is {cut(holder.id, 40)}'s. Give it to {cut(line.code.id, 40)}?",
            explain=f"{cut(holder.id, 40)} has none then.",
        )
        self.app.push_screen(ask, lambda yes: self._swap(line, holder.id, yes=bool(yes)))

    @told
    def _swap(self, line: CodeLine, holder: str, *, yes: bool) -> None:
        """Take a hot key from one code and give it to another."""
        if not yes:
            return
        code, own, key = line.code.id, line.code.hotkey, self.study.codes().codebook.code(holder).hotkey or ""

        def turn_back() -> Edited:
            edited = set_fields(self.study, code, {"hotkey": [own] if own else []})
            set_fields(self.study, holder, {"hotkey": [key]})
            return edited

        set_fields(self.study, holder, {"hotkey": []})
        self.done(set_fields(self.study, code, {"hotkey": [key]}), turn_back)


def _aside(values: tuple[str, ...]) -> str:
    """The beginning of a value, on one line."""
    words = " · ".join(" ".join(value.split()) for value in values)
    return cut(words, _SHOWN) if words else "empty"
