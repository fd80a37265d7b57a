"""The screen of words in their context, by keys."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from naughty import CONTROL_SEQUENCES, MARKUP, NAUGHTY
from textual.widgets import Input
from tui.benching import Bench, bench

from qcode.services.importing import import_transcripts
from qcode.services.study import Study
from qcode.tui.commands import COMMANDS
from qcode.tui.safe import cut_left
from qcode.tui.screens import search as search_module
from qcode.tui.screens.asking import AskLine
from qcode.tui.screens.past_input import note_asked
from qcode.tui.screens.picker import Picker
from qcode.tui.screens.search import SearchScreen


def screen(b: Bench) -> SearchScreen:
    assert isinstance(b.app.screen, SearchScreen)
    return b.app.screen


def cells(b: Bench) -> list[list[str]]:
    rows = [screen(b)._row(i) for i in range(len(screen(b).rows))]
    return [[cell if isinstance(cell, str) else cell[0] for cell in row] for row in rows]


async def go(b: Bench) -> None:
    await b.press("ctrl+o", "s")


async def settle(b: Bench) -> None:
    """Until the pause after the last key is over and all was searched."""
    await asyncio.sleep(search_module._PAUSE)
    for _ in range(3):
        await b.pilot.pause()
        await b.searched()


async def look(b: Bench, words: str) -> None:
    await b.press("slash")
    screen(b).words_field.value = words
    await settle(b)


async def test_hits_in_their_context_while_one_types(mini: Study) -> None:
    async with bench(mini, (120, 30)) as b:
        await go(b)
        assert screen(b).words_field.has_focus
        await b.press("b", "u", "d")
        await settle(b)
        assert b.words("#title") == " 2 hits in 2 of 3 transcripts · words of participants"
        one, two = cells(b)
        assert (one[0], one[1], one[3]) == ("one", "R", "bud")
        assert one[2].endswith("The province gave us a ")
        assert one[4].startswith("get for it. The revenue")
        assert two[0] == "two"
        lines = ["".join(s.text for s in strip) for strip in b.app.screen._compositor.render_strips()]
        assert any(line.startswith("one ") and "gave us a budget for it." in line for line in lines)
        assert "characters 56-59" in b.words("#pane-text")


async def test_two_characters_begin_a_search_and_enter_looks_for_one(mini: Study, tmp_path: Path) -> None:
    (tmp_path / "zh.txt").write_text("问：有没有？\n\n答：县里要资金，没有资金不行。\n", encoding="utf-8")
    import_transcripts(mini, [tmp_path / "zh.txt"])
    async with bench(mini) as b:
        await go(b)
        await look(b, "资")
        assert cells(b) == []
        assert b.words("#title") == " Words in the transcripts · words of participants"
        await look(b, "资金")
        assert [row[3] for row in cells(b)] == ["资金", "资金"]
        assert [row[2][-5:] for row in cells(b)] == ["答：县里要", "资金，没有"]
        assert [row[4] for row in cells(b)] == ["，没有资金不行。", "不行。"]
        await look(b, "县")
        await b.press("enter")
        await b.searched()
        assert len(cells(b)) == 1
        assert screen(b).rows.has_focus
        await look(b, "")
        await b.press("enter")
        assert cells(b) == []


async def test_interviewers_and_whole_words(mini: Study) -> None:
    async with bench(mini) as b:
        await go(b)
        await look(b, "budget")
        await b.press("down", "i")
        await settle(b)
        assert b.words("#title").startswith(" 3 hits in 2 of 3 transcripts · words of all speakers")
        await b.press("i")
        await settle(b)
        assert len(cells(b)) == 2
        assert b.told == "Interviewers' words are left out."
        await look(b, "the")
        count = len(cells(b))
        await b.press("down", "W")
        await settle(b)
        assert len(cells(b)) < count
        assert "whole words" in b.words("#title")
        await b.press("W")
        assert b.told == "Parts of words too."
        await settle(b)
        assert len(cells(b)) == count


async def test_filters_and_clear(mini: Study) -> None:
    async with bench(mini) as b:
        await go(b)
        await b.press("down", "escape")
        assert b.app.screen is b.coding
        await go(b)
        screen(b).rows.focus()
        await b.press("f")
        for text in ("transcripts", "two"):
            assert isinstance(b.app.screen, Picker)
            await b.press(*text, "enter")
        assert "Transcripts: two." in b.words("#title")
        await look(b, "budget")
        assert [row[0] for row in cells(b)] == ["two"]
        await b.press("ctrl+g")
        await settle(b)
        assert screen(b).words_field.value == ""
        assert "Transcripts" not in b.words("#title")
        await b.press("up")
        assert screen(b).words_field.value == "budget"


async def test_enter_jumps_and_one_comes_back_to_the_same_hit(mini: Study) -> None:
    async with bench(mini) as b:
        await go(b)
        await look(b, "office")
        await b.press("enter")
        await settle(b)
        await b.press("down", "enter")
        assert b.app.screen is b.coding
        assert b.selected() == "office"
        assert b.coding.desk.source.name == "three"
        assert b.told.startswith("Hit 2 of 2;")
        await b.press("N")
        assert b.coding.desk.source.name == "one"
        assert b.told == "Hits: 1 of 2."
        await b.press("slash")
        await settle(b)
        assert screen(b).words_field.value == "office"
        await b.press("escape", "escape")
        assert b.app.screen is b.coding
        await go(b)
        await settle(b)
        await b.press("enter")
        await settle(b)
        assert screen(b).rows.has_focus
        assert screen(b).rows.cursor == 1
        assert screen(b).words_field.value == "office"
        await b.press("slash", "escape")
        assert screen(b).rows.has_focus
        await b.press("escape")
        assert b.app.screen is b.coding


async def test_words_given_from_elsewhere(mini: Study) -> None:
    async with bench(mini) as b:
        b.app.drill(SearchScreen(mini, "river"))
        await settle(b)
        assert len(cells(b)) == 2
        assert screen(b).rows.has_focus
        await b.press("escape")
        await go(b)
        await settle(b)
        assert len(cells(b)) == 2


async def test_writing_the_hits(mini: Study, tmp_path: Path) -> None:
    async with bench(mini) as b:
        await go(b)
        await b.press("escape")
        await go(b)
        screen(b).rows.focus()
        await b.press("w")
        assert b.told == "There are no hits to write."
        await look(b, "river")
        await b.press("down", "w")
        assert isinstance(b.app.screen, AskLine)
        await b.press("enter")
        assert b.told == "Wrote 2 hits to hits.csv."
        assert (tmp_path / "hits.csv").read_text(encoding="utf-8-sig").count("river") >= 2
        await b.press("w")
        assert b.app.screen.query_one(Input).value.endswith("hits-2.csv")
        await b.press("escape")
        assert not (tmp_path / "hits-2.csv").exists()


async def test_keys_get_their_turn_during_a_long_search(mini: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_module, "_SLICE", 0.0)
    seen: list[str] = []
    async with bench(mini) as b:
        show = SearchScreen.show_title
        monkeypatch.setattr(SearchScreen, "show_title", lambda s: (show(s), seen.append(b.words("#title")))[0])
        await go(b)
        await look(b, "the")
        assert any(" so far … · words of participants" in title for title in seen)
        assert "so far" not in b.words("#title")
        assert len(cells(b)) == int(b.words("#title").split()[0])
        long = "x" * 201
        await look(b, long)
        assert b.told == "The text to look for is longer than 200 characters."
        assert cells(b) == []


async def test_nothing_found_is_said(mini: Study) -> None:
    async with bench(mini) as b:
        await go(b)
        await look(b, "zebra")
        assert b.words("#title").startswith(" 0 hits in 0 of 3 transcripts")
        assert b.words("#pane-text").startswith("Found: 0 times")
        lines = ["".join(s.text for s in strip) for strip in b.app.screen._compositor.render_strips()]
        assert any("These words stand nowhere there." in line for line in lines)
        await b.press("space", "down", "enter")
        assert b.app.screen is screen(b)


async def test_hostile_words_are_only_looked_for(mini: Study) -> None:
    async with bench(mini) as b:
        await go(b)
        for words in NAUGHTY:
            screen(b)._begin(words[:300])
            await b.searched()
            shown = "\n".join("".join(s.text for s in strip) for strip in b.app.screen._compositor.render_strips())
            assert "\x1b" not in shown + b.words("#title") + b.told
            assert len(cells(b)) == 0 or words.strip()


async def test_hostile_text_is_only_shown(mini: Study, tmp_path: Path) -> None:
    lines = [line.replace("\x00", "").replace("\r", " ") for line in (*MARKUP, *CONTROL_SEQUENCES)]
    said = "\n\n".join(f"R: needle {line}" for line in lines) + "\n\n" + "R: Plain words, and many of them.\n\n" * 60
    text = f"I: So?\n\n{said}"
    (tmp_path / "[b]x.txt").write_text(text, encoding="utf-8")
    import_transcripts(mini, [tmp_path / "[b]x.txt"])
    async with bench(mini) as b:
        await go(b)
        await look(b, "needle")
        assert len(cells(b)) == len(lines)
        shown = "\n".join("".join(s.text for s in strip) for strip in b.app.screen._compositor.render_strips())
        assert "[@click=app.quit]q[/]" in shown
        assert "\x1b" not in shown + b.words("#pane-text")


async def test_a_text_that_is_gone_is_told_in_its_place(mini: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    from qcode.errors import DamagedProject
    from qcode.services.surroundings import Surroundings

    def gone(*_: object) -> str:
        raise DamagedProject("The text is gone.")

    async with bench(mini) as b:
        await go(b)
        await look(b, "river")
        monkeypatch.setattr(Surroundings, "text", gone)
        assert cells(b)[0] == ["This place cannot be read; qcode doctor says more."]
        await b.press("down", "down")
        assert b.words("#pane-text") == "The text is gone."


async def test_every_command_of_the_screen_has_an_effect(mini: Study) -> None:
    async with bench(mini) as b:
        await go(b)
        for command in [c for c in COMMANDS if c.place == "search" and c.id not in ("search-back", "search-read")]:
            await look(b, "the")
            screen(b).rows.focus()
            await b.pilot.pause()
            before = (b.app.screen, b.told, b.app.screen.focused)
            await b.press(command.keys[0])
            assert (b.app.screen, b.app.screen.focused) != before[::2] or b.told != before[1], command.id
            if not isinstance(b.app.screen, SearchScreen):
                await b.press("escape")


def test_what_was_asked_is_remembered_once_and_not_for_ever() -> None:
    past: list[str] = []
    for number in range(80):
        note_asked(past, f"word {number}")
    note_asked(past, "word 40")
    note_asked(past, "  ")
    assert (len(past), past[-1], past.count("word 40")) == (50, "word 40", 1)


@pytest.mark.parametrize(
    ("cells_", "shown"), [(0, ""), (1, "…"), (2, "…"), (3, "…金"), (4, "…金"), (5, "…资金"), (9, "里要资金")]
)
def test_the_end_of_a_line_in_some_cells(cells_: int, shown: str) -> None:
    assert cut_left("里要资金", cells_) == shown


async def test_the_key_that_leads_to_the_field_writes_nothing_first(mini: Study) -> None:
    async with bench(mini) as b:
        await go(b)
        await b.press("slash")
        assert screen(b).words_field.value == ""
        await b.press("b", "u", "slash")
        assert screen(b).words_field.value == "bu/"
        await b.press("ctrl+u")
        await look(b, "budget")
        await b.press("enter", "slash", "slash")
        assert (screen(b).words_field.value, screen(b).words_field.selected_text) == ("budget", "budget")
        await b.press("r")
        assert screen(b).words_field.value == "r"


async def test_without_hits_the_field_stays(mini: Study) -> None:
    async with bench(mini) as b:
        await go(b)
        await look(b, "budgetq")
        await b.press("enter")  # it is known already that there are none
        await settle(b)
        assert screen(b).words_field.has_focus
        await b.press("q", "enter")  # not known yet
        await settle(b)
        assert screen(b).words_field.has_focus
        await b.press("backspace", "backspace", "enter")
        await settle(b)
        assert screen(b).words_field.value == "budget"
        assert screen(b).rows.has_focus
