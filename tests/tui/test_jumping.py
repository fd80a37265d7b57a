"""Jumps on the coding screen: by kind, by number, by words, along the hits of a search."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from studies import put
from tui.benching import Bench, bench

from qcode.core.spans import Span
from qcode.services import coding as coding_service
from qcode.services.codebook_edits import set_fields
from qcode.services.coding import set_flag
from qcode.services.study import Study
from qcode.tui.screens import jumping
from qcode.tui.screens.leader import LeaderScreen
from qcode.tui.screens.picker import Picker
from qcode.tui.screens.search import SearchScreen

Open = Callable[[Path, str], Study]


async def asked(b: Bench, place: str) -> None:
    await b.press("g", "l")
    await b.typed(place)
    await b.press("enter")


async def test_uncoded_turns_one_after_the_other(mini: Study) -> None:
    put(mini, "one", "money", "revenue")
    async with bench(mini) as b:
        await b.press("home", "g")
        assert isinstance(b.app.screen, LeaderScreen)
        await b.press("u")
        assert (b.selected(), b.told) == ("The", "Turn 4 has no coding of yours.")
        await b.press("n")
        assert b.told == "From here on every turn of a participant has a coding of yours."
        await b.press("1", "N")
        assert b.told == "Up to here every turn of a participant has a coding of yours."


async def test_others_codings_leave_a_turn_uncoded(mini: Study, mini_path: Path, opened: Open) -> None:
    put(opened(mini_path, "bo"), "one", "money", "revenue")
    async with bench(mini) as b:
        await b.press("home", "g", "u")
        assert b.told == "Turn 2 has no coding of yours."
        await b.press("end", "N")
        assert b.told == "Turn 2 has no coding of yours."


async def test_codings_of_one_code_round_the_text(mini: Study, mini_path: Path, opened: Open) -> None:
    put(mini, "one", "money", "revenue")
    put(opened(mini_path, "bo"), "one", "money", "an order")
    put(mini, "one", "trust", "The revenue of the county was not enough.")
    async with bench(mini) as b:
        await b.find("revenue")
        await b.press("g", "c")  # of what is here: the innermost
        assert (b.selected(), b.told) == ("an order", "money: 2 of 2.")
        assert b.words("#inspector").startswith(" 1/1  money·bo 8 characters, not yours")
        await b.press("n")
        assert (b.selected(), b.told) == ("revenue", "money: 1 of 2, round the end of the transcript.")
        await b.press("N")
        assert b.selected() == "an order"
        await b.press("O", "home", "g", "c")
        assert isinstance(b.app.screen, Picker)  # no code is here
        await b.typed("trust")
        await b.press("enter")
        assert b.selected().startswith("The revenue")
        await b.press("g", "C", "escape")
        await b.find("revenue")
        await b.press("escape", "O", "O", "g", "c")  # of what stands out
        assert b.told.startswith("trust: 1 of 1")


async def test_without_codings_there_is_no_code_to_go_to(mini: Study) -> None:
    async with bench(mini) as b:
        await b.press("n")
        assert b.told.startswith("Nothing was jumped to yet")
        await b.press("g", "c")
        assert b.told == "There are no codings in this transcript."
        await b.press("g", "f")
        assert b.told == "No coding here is flagged; f flags one."
        await b.press("g", "r")
        assert b.told == "Nothing is to be rechecked in this transcript."
        await b.press("g", "escape", "g", "0")
        assert b.app.screen is b.coding


async def test_flagged_codings(mini: Study) -> None:
    set_flag(mini, put(mini, "one", "money", "revenue"), on=True)
    set_flag(mini, put(mini, "one", "trust", "an order"), on=True)
    put(mini, "one", "trust", "We trusted them")
    async with bench(mini) as b:
        await b.press("home", "g", "f")
        assert (b.selected(), b.told) == ("revenue", "Flagged: 1 of 2.")
        await b.press("n")
        assert b.selected() == "an order"


async def test_what_is_to_be_rechecked(mini: Study) -> None:
    put(mini, "one", "money", "revenue")
    coding_service.mark(mini, mini.source("one"), ["motive"], "complete")
    set_fields(mini, "money", {"definition": ("Money and nothing else is the reason.",)})
    async with bench(mini) as b:
        await b.press("home", "g", "r")
        assert (b.selected(), b.told) == ("revenue", "To be rechecked: money; your coding 1 of 1.")
        await b.press("x", "n")
        assert b.told == "Read this transcript again for: money. You put none of them on it."


async def test_suggestions_and_memos_can_be_repeated_too(mini: Study) -> None:
    async with bench(mini) as b:
        await b.press("g", "s")
        await b.searched()
        await b.press("n")
        first = b.selected()
        await b.press("n", "N")
        assert b.selected() == first
        await b.press("g", "m", "N")
        assert b.told.startswith("There are no memos on passages")


@pytest.mark.parametrize(
    ("typed", "selected"), [("2", "The"), (" 4 ", "The"), ("38-46", ""), ("0-3", "I: "), ("1", "How")]
)
async def test_places_by_number(mini: Study, typed: str, selected: str) -> None:
    async with bench(mini) as b:
        await asked(b, typed)
        text = b.view.walker.text
        assert b.app.screen is b.coding
        assert b.selected() == (selected or text[38:46])


@pytest.mark.parametrize(
    "typed", ["0", "99", "5-3", "1-99999", "here", "", "0:00:05", "1.2", "99999999999999999999999"]
)
async def test_places_that_are_not_there(mini: Study, typed: str) -> None:
    async with bench(mini) as b:
        await asked(b, typed)
        assert b.words("#ask-fault")
        await b.press("escape")
        assert b.selected() == "The"


async def test_times_and_parts_of_turns(mini: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = dict(enumerate(mini.file.read.turns(mini.source("one").key)))
    timed = {str(n + 1): replace_time(row, 60_000 * n + 1000) for n, row in rows.items()}
    timed["3.2"] = timed.pop("3")
    monkeypatch.setattr(jumping, "turns_by_number", lambda *_: timed)
    async with bench(mini) as b:
        for typed, word in (("3.2", "And"), ("1:30", "The"), ("0:00:00", "How"), ("1\uff1a01", "The")):
            await asked(b, typed)
            assert b.selected() == word


def replace_time(row, time_ms: int):
    return row._replace(time_ms=time_ms)


async def test_the_same_words_and_the_screen_of_search(mini: Study) -> None:
    async with bench(mini) as b:
        await b.find("the county")
        await b.press("shift+left", "asterisk")
        assert (b.selected(), b.told) == ("The", "The selected words: 2 of 7.") or b.told.startswith(
            "The selected words: "
        )
        first = b.view.selection
        await b.press("n")
        assert b.view.selection.span > first.span
        await b.press("N")
        assert b.view.selection == first
        await b.press("t", "asterisk")
        assert b.told.startswith("The selected words: 1 of 1.") or "longer" in b.told
        await b.press("slash")
        assert isinstance(b.app.screen, SearchScreen)


async def test_a_trail_leads_through_transcripts(mini: Study) -> None:
    one, two, three = (mini.source(name).uid for name in ("one", "two", "three"))
    async with bench(mini) as b:
        b.coding.action_trail(1)
        assert b.told == "There are no places to go to."
        b.coding.set_trail([(one, Span(3, 6)), (one, Span(40, 44)), (three, Span(3, 8))], "“x”")
        await b.press("home", "n")
        assert (b.view.selection.span, b.told) == (Span(40, 44), "“x”: 2 of 3.")
        await b.press("n")
        assert (b.coding.desk.source.uid, b.view.selection.span) == (three, Span(3, 8))
        await b.press("n")
        assert (b.coding.desk.source.uid, b.view.selection.span) == (one, Span(3, 6))
        await b.press("N")
        assert b.coding.desk.source.uid == three
        # Gone elsewhere: on from where one stands.
        await b.press("left_square_bracket", "left_square_bracket", "end", "N")
        assert b.view.selection.span == Span(40, 44)
        await b.press("end", "n")
        assert b.coding.desk.source.uid == three
        await b.press("home", "N", "left_square_bracket")
        assert b.coding.desk.source.uid in (one, two)
        await b.press("n")
        assert b.told.startswith("“x”: ")


async def test_a_trail_outside_the_transcript_begins_at_its_end(mini: Study) -> None:
    one, three = (mini.source(name).uid for name in ("one", "three"))
    async with bench(mini) as b:
        b.coding.set_trail([(three, Span(3, 8)), (three, Span(10, 12))], "x")
        await b.press("N")
        assert b.view.selection.span == Span(10, 12)
        b.coding.set_trail([(one, Span(50, 52))], "x")
        b.app.jump(one, Span(0, 2))
        await b.press("N")
        assert b.view.selection.span == Span(50, 52)
        b.coding.set_trail([("gone", Span(50, 52))], "x")
        await b.press("n")
        assert b.told.startswith("That transcript is not in the study any more.")


async def test_an_empty_study_has_no_places(empty_path: Path, opened: Open) -> None:
    async with bench(opened(empty_path, "anna")) as b:
        for letter in "ucCfrlm":
            await b.press("g", letter)
            assert b.app.screen is b.coding
        await b.press("asterisk", "n", "N", "y", "Z", "O", "e", "f")
        assert b.app.screen is b.coding
