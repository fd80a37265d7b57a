"""The settings: colours, mouse, whose work is shown, one's name here; and every command with its keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from qcode.core.text import display_safe
from qcode.errors import QcodeError, RequestError
from qcode.services.settings import (
    NAMES,
    THEMES,
    Settings,
    change_keys,
    change_setting,
    read_settings,
    settings_path,
)
from qcode.services.study import clean_name
from qcode.services.who import remember_name, remembered_name
from qcode.tui.command import PLACES, Command, Place
from qcode.tui.commands import COMMANDS, Keys, bindings, key_name
from qcode.tui.keymap import NEEDED, clash, key_of
from qcode.tui.rows import Column, Row, RowList
from qcode.tui.safe import Parts, cut, inert, lines_of
from qcode.tui.screens.asking import AskLine
from qcode.tui.screens.list_screen import ListScreen
from qcode.tui.screens.notice import Notice
from qcode.tui.screens.work_screen import told

__all__ = ["AskKey", "Line", "SettingsScreen"]

_NAME = "your name in this study"
_MODIFIERS = ("shift", "ctrl", "control", "alt", "super", "hyper", "meta", "caps_lock", "num_lock")


@dataclass(frozen=True, slots=True)
class Line:
    """One line: a setting by its name, or a command."""

    name: str
    command: Command | None = None


class SettingsScreen(ListScreen[Line]):
    """Settings first, then all commands by the place where they belong."""

    PLACE: ClassVar[Place] = "settings"
    BINDINGS: ClassVar[list[BindingType]] = bindings("settings")
    NOTHING = "There is no such line."

    def columns(self) -> Sequence[Column]:
        """Name, value or keys, default, what it means."""
        return [
            Column("where", 12, drop=2),
            Column("setting", 24),
            Column("value", 22),
            Column("", 1),
            Column("what it is", least=16, drop=1),
        ]

    def load(self) -> Iterable[Line]:
        """All of them."""
        self._settings = read_settings()
        named = [Line(name) for name in (*NAMES, _NAME)]
        places = {place: number for number, place in enumerate(PLACES)}
        return [*named, *(Line(c.id, c) for c in sorted(COMMANDS, key=lambda c: places[c.place]))]

    @property
    def _keys(self) -> Keys:
        return self.workbench.shortcuts

    def row(self, item: Line) -> Row:
        """The cells of a line; a star beside what is not the default."""
        if item.command is None:
            changed = item.name in NAMES and self._settings.value(item.name) != Settings().value(item.name)
            return [("settings", "dim"), (item.name, "bold"), self._value(item.name), "*" if changed else "",
                    (NAMES.get(item.name, "Kept for you and this study."), "dim")]  # fmt: skip
        entry = item.command
        star = "*" if entry.id in self._keys.changed else ""
        return [(entry.place, "dim"), entry.title, (self._keys.names(entry) or "no key", "bold"), star,
                (entry.description, "dim")]  # fmt: skip

    def _value(self, name: str) -> str:
        if name == _NAME:
            return self.study.me.name
        value = self._settings.value(name)
        return value if isinstance(value, str) else "yes" if value else "no"

    def key_of(self, item: Line) -> object:
        """The name."""
        return item.name

    def words_of(self, item: Line) -> str:
        """All that the row says, and the id."""
        return f"{super().words_of(item)} {item.name}"

    def title_parts(self) -> Parts:
        """Where the file is, and whether all of it holds."""
        faults = len(self.workbench.setting_faults())
        words = "" if not faults else " · 1 fault: f" if faults == 1 else f" · {faults} faults: f"
        return [(" Settings", "bold"), f" · {settings_path()}", (words, "bold")]

    def detail(self, item: Line | None) -> Content:
        """What the line means, its default, and how to change it."""
        return lines_of(*self._detail(item)) if item is not None else Content("")

    def _detail(self, item: Line) -> Iterator[Parts]:
        if item.command is None:
            yield [(item.name, "bold"), " = ", self._value(item.name)]
            yield [NAMES.get(item.name, "Under this name your work in this study is kept.")]
            yield [("Enter changes it, x goes back to the default.", "dim")]
            return
        entry = item.command
        default = Keys().names(entry) or "none"
        yield [(entry.title, "bold"), f" · {PLACES[entry.place]} · {entry.id}"]
        yield [entry.description]
        yield [("default ", "dim"), f"{default}   ", ("Enter: another key   A: one more   x: default   -: none", "dim")]

    # -- changing

    def _line(self) -> Line:
        """The line under the cursor. Raises RequestError if there is none."""
        if self.marked is None:
            raise RequestError(self.NOTHING)
        return self.marked

    @on(RowList.Chosen, "#rows")
    @told
    def _chosen(self) -> None:
        line = self._line()
        if line.command is not None:
            self._ask_key(line.command, more=False)
        elif line.name == _NAME:
            dialog = AskLine(
                "Your name in this study",
                value=display_safe(remembered_name(self.study.file.uid)),
                help_text="It holds from the next start on; what you did so far stays under the name of today.",
                check=lambda typed: clean_name(typed, "coder"),
            )
            self.app.push_screen(dialog, self._rename)
        else:
            now = self._settings.value(line.name)
            later = (not now) if isinstance(now, bool) else THEMES[(THEMES.index(now) + 1) % len(THEMES)]
            self._change(line.name, later)

    @told
    def _rename(self, typed: str | None) -> None:
        if typed is not None:
            name = clean_name(typed, "coder")
            remember_name(self.study.file.uid, name)
            self.tell(f"From the next start on you are {name}.")

    def _change(self, name: str, value: str | bool) -> None:  # noqa: FBT001 - a value, not a switch
        change_setting(name, value)
        self.reload()
        self.workbench.obey(read_settings())
        self.tell(f"{name} is {self._value(name)}.")

    def _command(self) -> Command:
        line = self._line()
        if line.command is None:
            raise RequestError("This is a setting and has no key.", fix="Enter changes it.")
        return line.command

    @told
    def action_add_key(self) -> None:
        """One more key."""
        self._ask_key(self._command(), more=True)

    @told
    def action_no_key(self) -> None:
        """None at all."""
        entry = self._command()
        if entry.id in NEEDED:
            raise RequestError(f"“{entry.title}” needs a key: without it nobody finds the way.")
        self._keep(entry, ())

    def _ask_key(self, entry: Command, *, more: bool) -> None:
        before = self._keys.of(entry) if more else ()

        def check(key: str) -> str:
            found = key_of(key)
            other = clash(self._keys, entry, found)
            if other is not None:
                raise RequestError(f"{key_name(found)} means “{other.title}” already.", fix="Press another key.")
            return found

        words = f"{'One more' if more else 'The'} key for “{entry.title}”"
        now = self._keys.names(entry) or "none"
        self.app.push_screen(
            AskKey(words, now, check), lambda key: self._keep(entry, (*before, key)) if key is not None else None
        )

    @told
    def _keep(self, entry: Command, keys: Sequence[str]) -> None:
        kept = tuple(dict.fromkeys(keys))
        change_keys(entry.id, kept if kept != entry.keys else None)
        self.workbench.obey(read_settings())
        self.reload()
        self.tell(f"{entry.title}: {self._keys.names(entry) or 'no key'}.")

    @told
    def action_default(self) -> None:
        """The default again."""
        line = self._line()
        if line.command is not None:
            for key in line.command.keys:
                other = clash(self._keys, line.command, key)
                if other is not None:
                    raise RequestError(f"{key_name(key)} means “{other.title}” now.", fix="Change that one first.")
            self._keep(line.command, line.command.keys)
        elif line.name == _NAME:
            self.tell("A name has no default; Enter changes it.")
        else:
            self._change(line.name, Settings().value(line.name))

    def action_faults(self) -> None:
        """What does not hold."""
        faults = [fault.placed for fault in self.workbench.setting_faults()]
        if faults:
            self.app.push_screen(Notice(cut(str(settings_path()), 80), faults))
        else:
            self.tell("The settings hold without a fault.")


class AskKey(ModalScreen[str | None]):
    """Waits for one key and gives its name back, or None. `check` refuses a key by raising a QcodeError."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Back", show=False)]
    DEFAULT_CSS = "AskKey { align: center middle; background: $background 60%; }"

    def __init__(self, title: str, now: str, check: Callable[[str], str]) -> None:
        super().__init__()
        self._title, self._now, self._check = title, now, check

    def compose(self) -> ComposeResult:
        """What is asked, what holds now, what was wrong."""
        with Vertical(id="ask"):
            yield Static(inert(self._title, "bold"), id="ask-title")
            yield Static(
                inert(f"Now: {self._now}\nPress the key. Esc changes nothing.", keep_lines=True), id="ask-help"
            )
            yield Static("", id="ask-fault", markup=False)

    def on_key(self, event: events.Key) -> None:
        """The key that was pressed; keys that only hold others do nothing."""
        if event.key == "escape" or any(event.key.endswith(name) for name in _MODIFIERS):
            return
        event.stop()
        event.prevent_default()
        try:
            self.dismiss(self._check(event.key))
        except QcodeError as error:
            self.query_one("#ask-fault", Static).update(inert(str(error), "bold $error"))

    def action_leave(self) -> None:
        """Change nothing."""
        self.dismiss(None)
