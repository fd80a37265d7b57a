"""Memos while coding: written and opened by one key, shown in gutter and inspector, jumped to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from studies import TEXTS
from textual.widgets import OptionList, TextArea
from tui.benching import Bench, bench

from qcode.core.spans import Span
from qcode.services.memos import add_memo, memos
from qcode.services.study import Study
from qcode.services.transcripts import remove_transcript
from qcode.tui.screens.asking import AskText
from qcode.tui.screens.coding import CodingScreen
from qcode.tui.screens.memos import MemosScreen
from qcode.tui.screens.picker import Picker

Open = Callable[[Path, str], Study]
ONE = TEXTS["one"]


def place(words: str) -> Span:
    return Span(ONE.index(words), ONE.index(words) + len(words))


def on(study: Study, words: str, text: str, **more: str) -> str:
    return add_memo(study, text, source=study.source("one"), span=place(words), **more)


def line_with(b: Bench, words: str) -> str:
    lines = ("".join(s.text for s in b.view.render_line(y)) for y in range(b.view.size.height))
    return next(line for line in lines if words in line)


def listed(b: Bench) -> list[str]:
    options = b.app.screen.query_one(OptionList)
    return [str(options.get_option_at_index(n).prompt) for n in range(options.option_count)]


async def answer(b: Bench, text: str, *, key: str = "escape") -> None:
    assert isinstance(b.app.screen, AskText)
    b.app.screen.query_one(TextArea).text = text
    await b.press(key)


async def test_m_writes_a_memo_on_the_selected_passage(mini: Study) -> None:
    async with bench(mini) as b:
        assert " m " not in line_with(b, "We trusted")[:6]
        await b.find("We trusted them")
        await b.press("m")
        await answer(b, "Since when?\n合作")
        (found,) = memos(mini)
        assert (found.span, found.row.text, found.target) == (place("We trusted them"), "Since when?\n合作", "one")
        assert isinstance(b.app.screen, CodingScreen)
        assert "The memo is written" in b.told
        assert line_with(b, "We trusted").startswith("   m ")
        assert b.words("#inspector").splitlines()[-1] == " memo: Since when? · linked to no case"
        await b.press("u")
        assert memos(mini) == []
        assert "memo" not in b.words("#inspector")
        assert line_with(b, "We trusted").startswith("     ")
        await b.press("U")
        assert line_with(b, "We trusted").startswith("   m ")
        await b.press("1", "x")
        assert line_with(b, "We trusted").startswith("   m ")


async def test_the_sign_tells_links_and_memos_apart(mini: Study) -> None:
    async with bench(mini) as b:
        await b.find("And the river")
        await b.press("L", "enter")
        assert line_with(b, "And the river").startswith("  3│ ")
        on(mini, "And the river", "Both.")
        b.coding.memos_changed()
        await b.pilot.pause()
        assert line_with(b, "And the river").startswith("  3M ")


async def test_without_words_there_is_no_memo(mini: Study) -> None:
    async with bench(mini) as b:
        await b.press("m")
        await answer(b, " \n")
        assert "no memo was written" in b.told
        await b.press("m")
        await answer(b, "Thrown away.", key="ctrl+g")
        assert memos(mini) == []


async def test_where_there_is_one_it_is_opened_or_a_new_one_written(mini: Study) -> None:
    uid = on(mini, "We trusted them", "First.\nMore.", title="Trust", kind="theory")
    async with bench(mini) as b:
        await b.find("trusted")
        await b.press("m")
        assert isinstance(b.app.screen, Picker)
        first, second = listed(b)
        assert first.startswith("1  Trust")
        assert "theory · anna" in first
        assert second.startswith("2  a new memo")
        await b.press("1")
        assert b.app.screen.query_one(TextArea).text == "First.\nMore."
        await answer(b, "Changed.")
        assert [m.row.text for m in memos(mini)] == ["Changed."]
        before = mini.file.read.state()
        await b.press("m", "1", "escape")
        await b.press("m", "escape")
        assert mini.file.read.state() == before
        await b.press("m", "2")
        await answer(b, "Second.")
        found = memos(mini)
        assert [(m.row.text, m.span) for m in found] == [
            ("Changed.", place("We trusted them")),
            ("Second.", place("trusted")),
        ]
        assert found[0].row.uid == uid
        assert b.words("#inspector").splitlines()[-1].startswith(" memo: Trust (+1) ·")


async def test_anothers_memo_is_shown_and_not_changed(mini: Study, mini_path: Path, opened: Open) -> None:
    uid = on(opened(mini_path, "bo"), "We trusted them", "Of bo.")
    async with bench(mini) as b:
        await b.find("trusted")
        await b.press("m", "1")
        assert isinstance(b.app.screen, MemosScreen)
        assert b.app.screen.marked is not None
        assert b.app.screen.marked.row.uid == uid
        await b.press("escape")
        assert b.app.screen is b.coding
        await b.press("v")
        await b.find("trusted")
        assert "memo" not in b.words("#inspector")


async def test_g_m_goes_round_the_memos(mini: Study) -> None:
    async with bench(mini) as b:
        await b.press("g", "m")
        assert "no memos on passages" in b.told
        on(mini, "an order from above", "Second.")
        on(mini, "The province", "First.")
        on(mini, "The province", "First again.")
        b.coding.memos_changed()
        await b.press("home", "g", "m")
        assert b.selected() == "The province"
        assert b.told == "Passage 1 of 2 with a memo."
        await b.press("g", "m")
        assert b.selected() == "an order from above"
        await b.press("g", "m")
        assert b.selected() == "The province"
        b.coding.action_memo_next(-1)
        assert b.selected() == "an order from above"
        assert b.told == "Passage 2 of 2 with a memo."
        b.coding.action_memo_next(-1)
        assert b.selected() == "The province"


async def test_signs_follow_the_transcript_and_what_others_write(mini: Study, mini_path: Path, opened: Open) -> None:
    on(mini, "We trusted them", "First.")
    async with bench(mini) as b:
        assert line_with(b, "We trusted").startswith("   m ")
        await b.press("right_square_bracket")
        assert "m" not in line_with(b, "The road needs")[:5]
        await b.press("left_square_bracket")
        assert line_with(b, "We trusted").startswith("   m ")
        on(opened(mini_path, "bo"), "an order from above", "Second.")
        b.coding._look_for_others()
        await b.pilot.pause()
        assert line_with(b, "an order from above")[3] == "m"


async def test_changes_on_the_screen_of_memos_are_seen(mini: Study) -> None:
    on(mini, "We trusted them", "First.")
    async with bench(mini) as b:
        await b.press("ctrl+o", "m", "x", "escape")
        assert line_with(b, "We trusted").startswith("     ")


async def test_without_transcripts_there_is_nothing_to_write_on(mini: Study, empty_path: Path, opened: Open) -> None:
    async with bench(opened(empty_path, "anna")) as b:
        await b.press("m")
        assert "no transcripts yet" in b.told
        await b.press("g", "m")
        assert "no memos" in b.told
    on(mini, "We trusted them", "First.")
    async with bench(mini) as b:
        for name in ("one", "two", "three"):
            remove_transcript(mini, mini.source(name), certain=True)
        b.coding.renew()
        b.coding.memos_changed()
        await b.press("g", "m", "m")
        assert "no transcripts yet" in b.told
