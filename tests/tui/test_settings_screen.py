"""Settings and debug information on the screen, and the settings as the workbench obeys them."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tui.benching import Bench, bench

from qcode.services.settings import change_keys, change_setting, read_settings, settings_path
from qcode.services.study import Study
from qcode.services.who import remembered_name
from qcode.tui import base_app
from qcode.tui.app import Workbench
from qcode.tui.commands import Keys
from qcode.tui.screens.debug import DebugScreen
from qcode.tui.screens.notice import Notice
from qcode.tui.screens.settings import AskKey, SettingsScreen


@asynccontextmanager
async def obeying(study: Study, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Bench]:
    app = Workbench(study, settings=read_settings())
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await pilot.pause()
        yield Bench(app, pilot, study)


def _write(text: str) -> None:
    settings_path().parent.mkdir(exist_ok=True)
    settings_path().write_text(text, encoding="utf-8")


async def to_line(b: Bench, words: str) -> SettingsScreen:
    """On the line of the settings screen that these words leave over."""
    if not isinstance(b.app.screen, SettingsScreen):
        await b.press("ctrl+o", "o")
    await b.press("slash")
    await b.typed(words)
    await b.press("enter")
    screen = b.app.screen
    assert isinstance(screen, SettingsScreen)
    return screen


def title(b: Bench) -> str:
    return b.words("#title")


# -- obeying


async def test_without_settings_nothing_is_remembered(mini: Study) -> None:
    async with bench(mini) as b:
        await b.press("f10", "f12")
        assert b.app.theme == "textual-light"
        assert not b.app.mouse_taken
    assert not settings_path().exists()


async def test_colours_and_mouse_are_remembered(mini: Study) -> None:
    async with obeying(mini) as b:
        assert b.app.theme == "textual-dark"
        await b.press("f10", "f12")
        assert b.told.startswith("The terminal has the mouse")
    assert (read_settings().theme, read_settings().mouse) == ("light", False)
    async with obeying(mini) as b:
        assert b.app.theme == "textual-light"
        assert not b.app.mouse_taken
        await b.press("f12")
        assert b.told == "qcode has the mouse again."
    assert read_settings().mouse is True


async def test_a_setting_that_cannot_be_written_is_told(mini: Study, settings: Path) -> None:
    _write("theme = [")
    async with obeying(mini) as b:
        assert b.told.startswith("settings.toml, ")
        await b.press("f10")
        assert b.app.theme == "textual-light"
        assert b.told.startswith("It is not remembered: ")


@pytest.mark.parametrize(("colours", "theme"), [("0;15", "textual-light"), ("15;0", "textual-dark")])
async def test_auto_goes_by_the_terminal(
    mini: Study, monkeypatch: pytest.MonkeyPatch, colours: str, theme: str
) -> None:
    monkeypatch.setitem(os.environ, "COLORFGBG", colours)
    assert base_app.light_terminal(colours) == (theme == "textual-light")
    async with obeying(mini) as b:
        assert b.app.theme == theme


async def test_own_work_only_from_the_start(mini: Study) -> None:
    change_setting("own_only", value=True)
    async with obeying(mini) as b:
        assert "own work only" in b.words("#status")


async def test_own_keys_work_and_are_shown_everywhere(mini: Study) -> None:
    change_keys("remove", ["u"])
    change_keys("undo", ["x"])
    change_keys("sentence", [])
    async with obeying(mini, (160, 48)) as b:
        before = b.selected()
        await b.press("s")
        assert b.selected() == before  # the key was taken away
        await b.press("1", "x")
        assert b.codings() == []
        await b.press("1", "u")
        assert b.codings() == []
        assert "u remove" in b.told.replace("  ", " ")


async def test_keys_given_as_such_work_without_settings(mini: Study) -> None:
    app = Workbench(mini, keys=Keys({"sentence": ("alt+z",)}))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        b = Bench(app, pilot, mini)
        await b.press("alt+z")
        assert b.selected() == "The province gave us a budget for it."


async def test_faults_are_told_at_the_start_and_on_the_screen(mini: Study, settings: Path) -> None:
    _write('theme = "blue"\n[keys]\nundo = ["x"]\ngrow = ["alt+g"]\n')
    async with obeying(mini) as b:
        assert b.told.startswith("settings.toml, line 1: “theme” is one of auto, dark, light. (2 faults) See Ctrl+O o")
        await b.press("alt+g")
        assert len(b.selected()) > 3  # what holds is obeyed
        screen = await to_line(b, "grow")
        assert "2 faults: f" in title(b)
        await b.press("f")
        assert isinstance(b.app.screen, Notice)
        words = str(b.app.screen.query_one("#notice-text").content)
        assert words.splitlines() == [
            "line 1: “theme” is one of auto, dark, light.",
            "line 3: “x” means “Remove” (remove) already; the keys of “undo” stay as they were.",
        ]
        await b.press("enter")
        assert b.app.screen is screen


# -- the screen


async def test_settings_are_changed_by_enter_and_put_back(mini: Study) -> None:
    async with obeying(mini) as b:
        await to_line(b, "theme colorfgbg")
        await b.press("enter")
        assert b.told == "theme is dark."
        await b.press("enter")
        assert b.app.theme == "textual-light"
        await b.press("x")
        assert b.told == "theme is auto."
        await to_line(b, "mouse whether")
        await b.press("enter")
        assert not b.app.mouse_taken
        await b.press("A")
        assert b.told == "This is a setting and has no key. Enter changes it."
        await b.press("f")
        assert b.told == "The settings hold without a fault."
        await to_line(b, "no such line at all")
        for key in ("enter", "x", "A", "minus"):
            await b.press(key)
        assert b.told == "There is no such line."
    assert (read_settings().theme, read_settings().mouse) == ("auto", False)


async def test_ones_name_is_for_the_next_start(mini: Study) -> None:
    async with obeying(mini) as b:
        await to_line(b, "your name")
        await b.press("x")
        assert b.told == "A name has no default; Enter changes it."
        await b.press("enter")
        await b.typed("b\u200bo")
        await b.press("enter")
        assert b.words("#ask-fault")
        await b.typed("Berta")
        await b.press("enter")
        assert b.told == "From the next start on you are Berta."
        await b.press("enter", "escape")
    assert remembered_name(mini.file.uid) == "Berta"


async def test_a_key_is_pressed_checked_and_kept(mini: Study) -> None:
    async with obeying(mini) as b:
        await to_line(b, "remove coding under the cursor")
        await b.press("enter")
        assert isinstance(b.app.screen, AskKey)
        await b.press("left_shift")
        await b.press("u")
        assert b.words("#ask-fault") == "u means “Undo” already. Press another key."
        await b.press("ctrl+b")
        assert "tmux" in b.words("#ask-fault")
        await b.press("alt+x")
        assert b.told == "Remove: Alt+X."
        await b.press("A", "delete")
        assert b.told == "Remove: Alt+X, Del."
        await b.press("enter", "escape")
        assert read_settings().keys == {"remove": ("alt+x", "delete")}
        await b.press("escape", "escape", "1", "alt+x")
        assert b.codings() == []
        await to_line(b, "remove coding under the cursor")
        await b.press("minus")
        assert b.told == "Remove: no key."
        await b.press("x")
        assert b.told == "Remove: x, Del."
    assert read_settings().keys == {}


async def test_needed_keys_stay_and_defaults_wait_their_turn(mini: Study) -> None:
    async with obeying(mini) as b:
        await to_line(b, "everywhere leave qcode everything")
        await b.press("minus")
        assert b.told.startswith("“Quit” needs a key")
        change_keys("remove", ["alt+x"])
        change_keys("other-end", ["x"])
        b.app.obey(read_settings())
        await to_line(b, "remove coding under the cursor")
        await b.press("x")
        assert b.told == "x means “Other end” now. Change that one first."


# -- debug information


async def test_debug_information_is_shown_written_and_copied(
    mini: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with bench(mini) as b:
        copied: list[str] = []
        monkeypatch.setattr(b.app, "copy_to_clipboard", copied.append)
        await b.press("ctrl+o", "d")
        assert isinstance(b.app.screen, DebugScreen)
        await b.press("w")
        assert b.told == "Written: qcode-debug.txt"
        await b.press("y")
        assert b.told.startswith("Sent to the clipboard")
        await b.press("down", "escape")
        assert b.app.screen is b.coding
    text = (tmp_path / "qcode-debug.txt").read_text(encoding="utf-8")
    assert "window" in text
    assert "80 x 24" in text
    for secret in ("Miniature", "revenue", "anna"):
        assert secret not in text + copied[0]
