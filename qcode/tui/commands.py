"""Every command of the workbench, once: keys, footer, palette, help and the table in the docs come from here."""

from __future__ import annotations

from collections.abc import Container, Mapping

from textual.binding import Binding, BindingType

from qcode.tui.command import LEADERS, PLACES, Command, Place
from qcode.tui.registry import (
    cases,
    codebook,
    coding,
    debug,
    everywhere,
    history,
    memos,
    project,
    retrieval,
    search,
    settings,
    tables,
)

__all__ = [
    "COMMANDS",
    "PLACES",
    "Command",
    "Keys",
    "Place",
    "bindings",
    "command",
    "key_name",
    "key_table",
    "lettered",
    "no_key",
]

COMMANDS: tuple[Command, ...] = (
    *everywhere.COMMANDS,
    *coding.COMMANDS,
    *project.COMMANDS,
    *codebook.COMMANDS,
    *cases.COMMANDS,
    *retrieval.COMMANDS,
    *search.COMMANDS,
    *memos.COMMANDS,
    *tables.COMMANDS,
    *history.COMMANDS,
    *settings.COMMANDS,
    *debug.COMMANDS,
    *everywhere.LIST_COMMANDS,
)

_BY_ID = {c.id: c for c in COMMANDS}
# Carried out before the next key is looked at: the letter after a leader key may come in the same breath.
_AT_ONCE = frozenset(LEADERS.values())
_HINT_BLANKS = 3  # around a key and after its word
_NAMES = {
    "question_mark": "?", "fullwidth_question_mark": "？", "full_stop": ".", "colon": ":", "fullwidth_colon": "：",
    "plus": "+", "minus": "-", "equals_sign": "=", "left_curly_bracket": "{", "right_curly_bracket": "}",
    "left_square_bracket": "[", "right_square_bracket": "]", "escape": "Esc", "enter": "Enter", "space": "Space",
    "tab": "Tab", "delete": "Del", "backspace": "Backspace", "pagedown": "PgDn", "pageup": "PgUp", "home": "Home",
    "end": "End", "up": "↑", "down": "↓", "left": "←", "right": "→", "slash": "/", "asterisk": "*",
    "comma": ",", "semicolon": ";", "number_sign": "#", "exclamation_mark": "!", "apostrophe": "'",
    "quotation_mark": '"', "less_than_sign": "<", "greater_than_sign": ">", "backslash": "\\", "at": "@",
    "percent_sign": "%", "ampersand": "&", "underscore": "_", "tilde": "~", "grave_accent": "`", "dollar_sign": "$",
    "left_parenthesis": "(", "right_parenthesis": ")", "circumflex_accent": "^", "vertical_line": "¦",
}  # fmt: skip


def key_name(key: str) -> str:
    """A key as people call it.

    >>> key_name("shift+right"), key_name("ctrl+q"), key_name("f1")
    ('Shift+→', 'Ctrl+Q', 'F1')
    """
    *modifiers, last = key.split("+")
    name = _NAMES.get(last) or (last.upper() if modifiers or (last[0] == "f" and last[1:].isdigit()) else last)
    return "+".join([*(m.capitalize() for m in modifiers), name])


def command(id_: str) -> Command:
    """The command with that id."""
    return _BY_ID[id_]


def bindings(place: Place) -> list[BindingType]:
    """Textual's bindings for the commands of one place, by their default keys.

    A command without a key has a binding too: a key that the user gives it needs one to take the place of.
    """
    return [
        Binding(",".join(c.keys) or no_key(c.id), c.action, c.title, show=False, id=c.id, priority=c.id in _AT_ONCE)
        for c in COMMANDS
        if c.place == place
    ]


def no_key(id_: str) -> str:
    """The name of a key that no keyboard has, for a command without any: Textual takes no empty one."""
    return f"no_key_for_{id_}"


def lettered(place: Place) -> list[Command]:
    """The commands that the leader key of a place shows."""
    return [c for c in COMMANDS if c.place == place and c.letter]


class Keys:
    """Which keys each command has now: the defaults, or those that the user's settings give it instead."""

    def __init__(self, changed: Mapping[str, tuple[str, ...]] | None = None) -> None:
        self.changed: Mapping[str, tuple[str, ...]] = dict(changed or {})

    def of(self, entry: Command) -> tuple[str, ...]:
        """The keys of a command, the one that is shown first; none if the user took them away."""
        return self.changed.get(entry.id, entry.keys)

    def name(self, id_: str) -> str:
        """The shown key of a command, as people call it; else its letter after the leader key; else nothing."""
        entry = _BY_ID[id_]
        keys = self.of(entry)
        if keys:
            return key_name(keys[0])
        leader = LEADERS.get(entry.place, "")
        return f"{self.name(leader)} {entry.letter}" if entry.letter and self.of(_BY_ID[leader]) else ""

    def names(self, entry: Command) -> str:
        """All keys of a command, as help and handbook show them."""
        shown = [key_name(key) for key in self.of(entry)]
        leader = _BY_ID.get(LEADERS.get(entry.place, ""))
        if entry.letter and leader is not None and self.of(leader):
            shown.append(f"{key_name(self.of(leader)[0])} {entry.letter}")
        return ", ".join(shown)

    def hints(self, place: Place, cells: int, *, without: Container[str] = ()) -> list[tuple[str, str]]:
        """(key, word) pairs for the bottom line of a screen, the weightiest first: as many as `cells` can hold.

        Help and quit are always among them; `without` names commands that do nothing now.
        """
        own = [c for c in COMMANDS if c.hint and c.place == place and c.id not in without and self.of(c)]
        own.sort(key=lambda c: c.weight)
        always = [(self.name(c.id), c.hint) for c in everywhere.COMMANDS if c.hint and self.of(c)]
        shown = [(self.name(c.id), c.hint) for c in own]
        while shown and sum(len(key) + len(word) + _HINT_BLANKS for key, word in [*shown, *always]) > cells:
            shown.pop()
        return [*shown, *always]


def key_table() -> list[tuple[str, str, str, str]]:
    """(place, keys, title, description) of every command, in order: what help and the docs show."""
    plain = Keys()
    return [(c.place, plain.names(c), c.title, c.description) for c in COMMANDS]
