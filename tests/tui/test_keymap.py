"""The user's own keys: names as people write them, clashes, keys that terminals lose; and what Textual is given."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.widgets import Static

from qcode.errors import RequestError
from qcode.services.settings import Settings
from qcode.services.study import Study
from qcode.tui.app import Workbench
from qcode.tui.command import PLACES
from qcode.tui.commands import COMMANDS, Keys, command
from qcode.tui.keymap import NEEDED, clash, find_command, key_of, scope, shortcuts, textual_keymap
from qcode.tui.screens.memos import MemosScreen


def wanted(**keys: tuple[str, ...]) -> Settings:
    named = {name.replace("_", "-"): found for name, found in keys.items()}
    return Settings(keys=named, lines={name: line for line, name in enumerate(named, 2)})


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("x", "x"), ("U", "U"), ("?", "question_mark"), ("+", "plus"), (",", "comma"), ("？", "fullwidth_question_mark"),
        (" ", "space"), ("Del", "delete"), ("Esc", "escape"), ("PgDn", "pagedown"), ("F5", "f5"), ("Ctrl+K", "ctrl+k"),
        ("shift+Left", "shift+left"), ("alt+x", "alt+x"), ("full_stop", "full_stop"), ("共", "共"), ("ö", "ö"),
    ],
)  # fmt: skip
def test_keys_are_understood_as_people_write_them(written: str, key: str) -> None:
    assert key_of(written) == key
    assert key_of(key) == key


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("ctrl+i", "from Tab"), ("ctrl+m", "from Enter"), ("ctrl+[", "from Esc"), ("ctrl+c", "stops programs"),
        ("ctrl+b", "tmux"), ("f11", "full screen"), ("f13", "gets lost"), ("ctrl+shift+x", "gets lost"),
        ("shift+enter", "gets lost"), ("ctrl+space", "gets lost"), ("shift+a", "capital letter: A"),
        ("deleet", "Did you mean “delete”?"), ("", "There is no key “”."), ("super+k", "There is no key"),
        ("\x1b[2J", "There is no key “␛[2J”."),
    ],
)  # fmt: skip
def test_keys_that_do_not_arrive_are_refused_with_a_sentence(written: str, sentence: str) -> None:
    with pytest.raises(RequestError, match="“") as refused:
        key_of(written)
    assert sentence in str(refused.value)


@settings(deadline=None)
@given(st.text(max_size=20))
def test_any_text_is_a_key_or_a_sentence(text: str) -> None:
    try:
        key = key_of(text)
    except RequestError as error:
        key = str(error)
        assert key.endswith((".", "?"))
    else:
        assert "," not in key
    assert key


def test_every_default_key_is_one_that_users_may_have() -> None:
    assert [key for entry in COMMANDS for key in entry.keys if key_of(key) != key] == []


def test_every_default_is_free_of_clashes() -> None:
    keys = Keys()
    assert [(c.id, key) for c in COMMANDS for key in c.keys if clash(keys, c, key)] == []


def test_keys_of_other_places_do_not_clash() -> None:
    assert scope("coding") == {"coding", "everywhere"}
    assert scope("project") == {"project", "everywhere", "list"}
    assert clash(Keys(), command("table-write"), "x") is None  # means Remove while coding only
    assert clash(Keys(), command("project-edit"), "j") == command("list-down")
    written = clash(Keys(), command("help"), "w")
    assert written is not None
    assert "w" in written.keys


def test_wishes_that_hold_become_the_keys() -> None:
    keys, faults = shortcuts(wanted(remove=("Alt+X", "Del"), anchor=(), help=("f1", "f1")))
    assert faults == ()
    assert keys.of(command("remove")) == ("alt+x", "delete")
    assert keys.of(command("anchor")) == ()
    assert keys.of(command("help")) == ("f1",)
    assert textual_keymap(keys) == {"remove": "alt+x,delete", "anchor": "no_key_for_anchor", "help": "f1"}


def test_two_commands_may_change_places() -> None:
    keys, faults = shortcuts(wanted(remove=("u",), undo=("x",)))
    assert faults == ()
    assert (keys.of(command("remove")), keys.of(command("undo"))) == (("u",), ("x",))


def test_a_clash_leaves_the_default_for_that_command_only() -> None:
    keys, faults = shortcuts(wanted(anchor=("j",), grow=("alt+g",)))
    assert set(keys.changed) == {"grow"}
    assert [(fault.line, fault.what) for fault in faults] == [
        (2, "“j” means “Line down” (line-down) already; the keys of “anchor” stay as they were.")
    ]


def test_of_two_changed_commands_the_later_gives_way() -> None:
    keys, faults = shortcuts(wanted(anchor=("alt+z",), grow=("alt+z",)))
    assert set(keys.changed) == {"anchor"}
    assert [fault.line for fault in faults] == [3]


def test_giving_way_may_bring_the_next_one_down() -> None:
    # grow takes what anchor gave up; anchor cannot have what it wants, so grow cannot have it either
    keys, faults = shortcuts(wanted(grow=("space",), anchor=("j",)))
    assert keys.changed == {}
    assert len(faults) == 2


def test_unknown_commands_and_needed_ones_are_told() -> None:
    keys, faults = shortcuts(wanted(sentnce=("s",), help=(), qqqqqq=("s",), pick=("ctrl+i",)))
    assert keys.changed == {}
    words = " ".join(fault.what for fault in faults)
    assert "Did you mean “sentence”?" in words
    assert "“help” needs a key." in words
    assert "`qcode settings list` shows the ids." in words
    assert "from Tab" in words
    assert [fault.line for fault in faults] == [2, 3, 4, 5]
    assert {"help", "quit", "palette"} == NEEDED
    assert find_command("undo") is command("undo")


@settings(deadline=None)
@given(
    st.dictionaries(
        st.sampled_from([c.id for c in COMMANDS]),
        st.lists(st.sampled_from(["x", "u", "U", "j", "s", "9", "alt+z", "g"]), max_size=2),
    )
)
def test_whatever_is_wished_no_key_means_two_things(wishes: dict[str, list[str]]) -> None:
    keys, faults = shortcuts(Settings(keys={name: tuple(found) for name, found in wishes.items()}))
    assert len(keys.changed) + len(faults) == len(wishes)
    for place in PLACES:
        alive = [key for c in COMMANDS if c.place in scope(place) for key in keys.of(c)]
        assert sorted(alive) == sorted(set(alive))


async def test_a_command_behind_a_leader_key_takes_a_key_of_its_own(mini: Study) -> None:
    app = Workbench(mini, keys=Keys({"go-memos": ("B",), "jump-flagged": ("w",)}))
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.press("w")
        assert "flag" in str(app.coding.query_one("#hints", Static).content)
        await pilot.press("B")
        await pilot.pause()
        assert isinstance(app.screen, MemosScreen)
