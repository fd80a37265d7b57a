"""The user's own keys, checked: a key that cannot be, or that means something else already, is told and left out."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from textual.keys import KEY_NAME_REPLACEMENTS

from qcode.core.text import display_safe
from qcode.errors import Fault, QcodeError, RequestError
from qcode.services.settings import Settings
from qcode.tui.command import PLACES, Command, Place
from qcode.tui.commands import COMMANDS, Keys, key_name, no_key

__all__ = ["NEEDED", "clash", "find_command", "key_of", "scope", "shortcuts", "textual_keymap"]

NEEDED = frozenset({"help", "palette", "quit"})
"""Commands that keep at least one key: without them nobody finds the way."""

_WITHOUT_LISTS: frozenset[Place] = frozenset({"everywhere", "list", "coding", "table"})
_SPOKEN = {
    "esc": "escape", "del": "delete", "return": "enter", "pgdn": "pagedown", "pgup": "pageup", "ins": "insert",
    "page_down": "pagedown", "page_up": "pageup", "spacebar": "space", "control": "ctrl", "option": "alt",
    "meta": "alt",
}  # fmt: skip
_PLAIN = {
    *(f"f{number}" for number in range(1, 13)), "left", "right", "up", "down", "home", "end", "insert", "delete",
    "pageup", "pagedown", "tab", "enter", "escape", "space", "backspace",
}  # fmt: skip
_MOVING = {"left", "right", "up", "down", "home", "end", "pageup", "pagedown", "insert", "delete"}
_LOST = {
    "ctrl+i": "Tab", "ctrl+m": "Enter", "ctrl+h": "Backspace", "ctrl+j": "Enter", "ctrl+left_square_bracket": "Esc",
}  # fmt: skip
_TAKEN = {
    "ctrl+c": "it stops programs", "ctrl+s": "it freezes the output", "ctrl+a": "screen keeps it for itself",
    "ctrl+b": "tmux keeps it for itself", "f11": "terminals keep it for the full screen",
}  # fmt: skip


def find_command(id_: str) -> Command:
    """The command with that id. Raises RequestError with the nearest one."""
    for entry in COMMANDS:
        if entry.id == id_:
            return entry
    near = difflib.get_close_matches(id_, [entry.id for entry in COMMANDS], n=1)
    hint = f"Did you mean “{near[0]}”?" if near else "`qcode settings list` shows the ids."
    raise RequestError(f"There is no command “{display_safe(id_)}”.", fix=hint)


def _sign(character: str) -> str:
    """The name of a key that writes a sign."""
    if character.isalnum():
        return character
    name = unicodedata.name(character, character).lower().replace("-", "_").replace(" ", "_")
    return KEY_NAME_REPLACEMENTS.get(name, name)


def key_of(text: str) -> str:
    """The name of a key in Textual's spelling. Raises RequestError for what is no key, or gets lost on the way.

    >>> key_of("Ctrl+K"), key_of("?"), key_of("Del"), key_of("U")
    ('ctrl+k', 'question_mark', 'delete', 'U')
    """
    written = text.strip() or text[:1]
    if len(written) == 1 and written.isprintable():
        return "space" if written == " " else _sign(written)
    *before, last = (part.strip() for part in written.split("+"))
    modifiers = sorted({_SPOKEN.get(part.casefold(), part.casefold()) for part in before})
    last = last if len(last) == 1 and not modifiers else _SPOKEN.get(last.casefold(), last.casefold())
    key = "+".join([*modifiers, _sign(last) if len(last) == 1 else last])
    _refuse(text, key, modifiers, last)
    return key


def _refuse(text: str, key: str, modifiers: list[str], last: str) -> None:
    shown = display_safe(text)
    if key in _LOST:
        raise RequestError(f"Terminals cannot tell “{shown}” from {_LOST[key]}.", fix="Choose another key.")
    if key in _TAKEN:
        raise RequestError(f"“{shown}” does not reach the program everywhere: {_TAKEN[key]}.", fix="Choose another.")
    letter = len(last) == 1 and last.isascii() and last.isalnum()
    good = {
        "": last in _PLAIN or _names_a_sign(last),
        "shift": last in _MOVING | {"tab"},
        "ctrl": (letter and last.isalpha()) or last in _MOVING | {"underscore", "backslash", "at"},
        "alt": letter or last in _MOVING,
    }.get("+".join(modifiers), False)
    if good:
        return
    if modifiers == ["shift"] and letter:
        raise RequestError(f"“{shown}” is written as the capital letter: {last.upper()}.")
    if len(modifiers) > 1 or last in ("enter", "space", "tab", "backspace") or re.fullmatch(r"f\d+", last):
        raise RequestError(f"“{shown}” gets lost in many terminals.", fix="Choose a key with fewer others held.")
    near = difflib.get_close_matches(key, [*sorted(_PLAIN), *_signs()], n=1)
    hint = f"Did you mean “{near[0]}”?" if near else "Keys are called x, U, f5, ctrl+k, delete, question_mark."
    raise RequestError(f"There is no key “{shown}”.", fix=hint)


def _signs() -> list[str]:
    return [_sign(chr(code)) for code in range(0x21, 0x7F) if not chr(code).isalnum()]


def _names_a_sign(name: str) -> bool:
    """Whether it is a key's name such as `full_stop`, or `fullwidth_colon` of a Chinese keyboard."""
    if name in _signs():
        return True
    try:
        return "_" in name and not unicodedata.lookup(name.replace("_", " ")).isalnum()
    except KeyError:
        return False


def scope(place: Place) -> frozenset[Place]:
    """The places whose keys are alive together with those of a place."""
    lists: set[Place] = set() if place in _WITHOUT_LISTS else {"list"}
    return frozenset({place, "everywhere", *lists})


@cache
def _meet(one: Place, other: Place) -> bool:
    """Whether the keys of two places are alive together somewhere."""
    return any({one, other} <= scope(place) for place in PLACES)


def _meetings(entry: Command) -> Iterator[Command]:
    """Commands that are alive together with this one somewhere."""
    return (other for other in COMMANDS if other.id != entry.id and _meet(entry.place, other.place))


def clash(keys: Keys, entry: Command, key: str) -> Command | None:
    """The other command that a key means already where this one is alive; None if it is free."""
    return next((other for other in _meetings(entry) if key in keys.of(other)), None)


def shortcuts(settings: Settings) -> tuple[Keys, tuple[Fault, ...]]:
    """The keys as the settings want them, as far as they can be had, and a sentence for each that cannot.

    Of two commands that want one key, the one that the settings changed gives way; of two changed ones, the later.
    """
    wanted: dict[str, tuple[str, ...]] = {}
    faults: list[Fault] = []
    for id_, texts in settings.keys.items():
        try:
            entry = find_command(id_)
            found = tuple(dict.fromkeys(key_of(text) for text in texts))
            if not found and id_ in NEEDED:
                raise RequestError(f"“{id_}” needs a key.", fix="Without it nobody finds the way.")
        except QcodeError as error:
            faults.append(
                Fault(f"{error} The keys of “{display_safe(id_)}” stay as they were.", settings.lines.get(id_))
            )
            continue
        wanted[entry.id] = found
    faults += _without_clashes(wanted, settings.lines)
    return Keys(wanted), tuple(sorted(faults, key=lambda fault: fault.line or 0))


def _without_clashes(wanted: dict[str, tuple[str, ...]], lines: Mapping[str, int]) -> Iterable[Fault]:
    """Take wishes out of `wanted` until no key means two things in one place; a sentence for each."""
    found = True
    while found:
        found = False
        for id_ in reversed(wanted):
            entry = find_command(id_)
            met = [(key, other) for key in wanted[id_] if (other := clash(Keys(wanted), entry, key)) is not None]
            if met:
                key, other = met[0]
                del wanted[id_]
                yield Fault(
                    f"“{key_name(key)}” means “{other.title}” ({other.id}) already; the keys of “{id_}” stay as they"
                    " were.",
                    lines.get(id_),
                )
                found = True
                break


def textual_keymap(keys: Keys) -> dict[str, str]:
    """The keys in the form that Textual takes; a command without keys gets one that no keyboard has."""
    return {id_: ",".join(found) or no_key(id_) for id_, found in keys.changed.items()}
