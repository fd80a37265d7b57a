"""One registry holds all commands: keys are free of clashes, work in old terminals, and stand in the handbook."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

from qcode.tui.app import SCREENS, Workbench
from qcode.tui.command import PLACES
from qcode.tui.commands import COMMANDS, Command, Keys, bindings, command, key_name, key_table, lettered, no_key
from qcode.tui.rows import RowList
from qcode.tui.screens.coding import CodingScreen

PAGE = Path(__file__).resolve().parents[2] / "docs" / "keys.md"
# Not a loop over SCREENS alone: a place without a screen must be noticed.
KINDS: dict[str, type] = {"everywhere": Workbench, "coding": CodingScreen, "list": RowList} | {
    kind.PLACE: kind
    for module, name, _ in SCREENS.values()
    for kind in [getattr(import_module(f"qcode.tui.screens.{module}"), name)]
}
LISTS = {place for place in PLACES if place not in ("everywhere", "list", "coding")}
# What a terminal without the kitty protocol sends as something else, or keeps for itself.
LOST = {
    "ctrl+i", "ctrl+m", "ctrl+h", "ctrl+j", "ctrl+left_square_bracket", "ctrl+c", "ctrl+s", "f11", "shift+enter", "shift+space"
}  # fmt: skip

ids = pytest.mark.parametrize("entry", COMMANDS, ids=lambda c: c.id)


def page() -> str:
    """The page of the handbook, from the registry."""
    lines = [
        "# Keys",
        "",
        "Every command of the workbench. F1 shows them in the program, Ctrl+P finds one by its name.",
        "",
    ]
    for place, heading in PLACES.items():
        lines += [f"## {heading}", "", "| Keys | Command | What it does |", "|---|---|---|"]
        lines += [f"| {keys} | {title} | {words} |" for where, keys, title, words in key_table() if where == place]
        lines.append("")
    return "\n".join(lines)


def test_the_page_of_keys_is_what_the_registry_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


def test_ids_are_unique_and_can_be_looked_up() -> None:
    assert len({c.id for c in COMMANDS}) == len(COMMANDS)
    assert all(command(c.id) is c for c in COMMANDS)


@pytest.mark.parametrize("place", [p for p in PLACES if p not in ("everywhere", "list")])
def test_a_key_means_one_thing_on_a_screen(place: str) -> None:
    here = {place, "everywhere", *(["list"] if place in LISTS else [])}
    keys = [key for c in COMMANDS if c.place in here for key in c.keys]
    assert sorted(keys) == sorted(set(keys))


@pytest.mark.parametrize("place", ["everywhere", "coding"])
def test_a_letter_after_a_leader_key_means_one_thing(place: str) -> None:
    letters = [c.letter for c in lettered(place)]
    assert sorted(letters) == sorted(set(letters))


def test_every_command_can_be_reached_by_keys() -> None:
    assert [c.id for c in COMMANDS if not Keys().names(c)] == []


@ids
def test_the_action_is_there(entry: Command) -> None:
    name, _, arguments = entry.action.partition("(")
    assert callable(getattr(KINDS[entry.place], f"action_{name}"))
    assert not arguments or re.fullmatch(r"(-?\d+|'\w+')\)", arguments)


@ids
def test_the_keys_reach_the_program_in_old_terminals(entry: Command) -> None:
    for key in entry.keys:
        assert key not in LOST
        assert not re.search(r"ctrl\+shift|ctrl\+alt|super|ctrl\+[A-Z\d]|shift\+[a-z]$|f1[3-9]", key)


@ids
def test_it_says_what_it_does(entry: Command) -> None:
    assert entry.title
    assert entry.description.endswith(".")
    assert "|" not in entry.title + entry.description


@pytest.mark.parametrize("place", PLACES)
def test_bindings_carry_ids_and_all_keys(place: str) -> None:
    made = {b.id: b.key.split(",") for b in bindings(place)}
    assert made == {c.id: list(c.keys) or [no_key(c.id)] for c in COMMANDS if c.place == place}


@pytest.mark.parametrize("place", ["coding", "table"])
@pytest.mark.parametrize("cells", [40, 60, 80, 100, 160])
def test_hints_fit_and_always_tell_help_and_quit(place: str, cells: int) -> None:
    shown = Keys().hints(place, cells)
    assert shown[-3:] == [("F1", "help"), ("Ctrl+O", "screens"), ("Ctrl+Q", "quit")]
    assert sum(len(f" {key} {word} ") for key, word in shown) <= cells
    assert len(Keys().hints(place, 1000)) == len([c for c in COMMANDS if c.hint and c.place in (place, "everywhere")])


def test_hints_leave_out_what_does_nothing() -> None:
    assert ("p", "content") in Keys().hints("table", 200)
    assert ("p", "content") not in Keys().hints("table", 200, without=["table-content"])


def test_keys_are_named_as_people_call_them() -> None:
    assert [key_name(k) for k in ("x", "U", "f12", "ctrl+z", "shift+tab", "full_stop")] == [
        "x", "U", "F12", "Ctrl+Z", "Shift+Tab", "."
    ]  # fmt: skip
