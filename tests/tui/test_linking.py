"""Cases while coding: the current one with its stage, links, a new case in place, the case of a coding."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from naughty import CONTROL_SEQUENCES, MARKUP
from rich.cells import cell_len
from studies import put
from textual.widgets import Input
from tui.benching import Bench, bench

from qcode.core.spans import Span
from qcode.services.case_edits import add_case, links_of, remove_case, set_values
from qcode.services.coding import context, link_case, text_of
from qcode.services.study import Study
from qcode.tui.screens.asking import AskLine
from qcode.tui.screens.cases_asking import CasePicker
from qcode.tui.screens.picker import Picker

Open = Callable[[Path, str], Study]


@pytest.fixture
def staged(mini: Study) -> Study:
    set_values(mini, mini.case("park").uid, {"stages": "talks:2009-2012=mandated; building:2013-"})
    return mini


def options(b: Bench) -> list[str]:
    picker = b.app.screen
    assert isinstance(picker, Picker)
    return [str(picker.choice_list.get_option_at_index(n).prompt) for n in range(picker.choice_list.option_count)]


def links(study: Study) -> list[tuple[str, int | None, str | None]]:
    keys = {case.key: case.short_key for case in study.file.read.cases()}
    return [(keys[x.study_case], x.start, x.stage) for x in study.file.read.links(coders=[study.me.key])]


def status(b: Bench) -> str:
    return str(b.coding.query_one("#status").content)


# -- the current case


async def test_the_current_case_has_a_stage(staged: Study) -> None:
    async with bench(staged, (120, 30)) as b:
        await b.press("c")
        assert options(b)[0].startswith("✓ none")
        await b.typed("Coast")  # a party
        await b.press("enter")
        assert [line.split("  ")[0] for line in options(b)] == ["no stage", "talks", "building"]
        assert "2009–2012 · mandated" in options(b)[1]
        await b.typed("talks")
        await b.press("enter")
        assert status(b).rstrip().endswith("case park (mandated) · stage talks")
        assert b.told.startswith("New codings get the case park (mandated) · stage talks, ")
        await b.find("revenue")
        await b.press("1")
        (row,) = staged.file.read.codings(coders=[staged.me.key])
        assert (row.study_case, row.stage) == (staged.case("park").key, "talks")
        assert "money speaks of park (mandated) · stage talks" in b.words("#inspector")
        await b.press("c")
        assert any(line.startswith("✓ park") for line in options(b))
        await b.press("enter")  # the current one is marked
        assert any(line.startswith("✓ talks") for line in options(b))
        await b.press("up", "enter")
        assert status(b).rstrip().endswith("case park (arranged)")
        await b.press("c", "home")
        await b.typed("none")
        await b.press("enter")
        assert status(b).rstrip().endswith("case none")
        assert context(staged).case is None


async def test_leaving_a_picker_changes_nothing(staged: Study) -> None:
    async with bench(staged) as b:
        await b.press("c", "escape", "c")
        await b.typed("park")
        await b.press("enter", "escape", "L", "escape")
        await b.press("c", "ctrl+n", "escape", "c", "ctrl+n")
        await b.typed("new")
        await b.press("enter", "escape")
        assert b.app.screen is b.coding
        assert context(staged).case is None
        assert len(staged.file.read.cases()) == 3


@pytest.mark.parametrize("key", ["ctrl+n", "enter"])
async def test_a_new_case_is_made_in_place(mini: Study, key: str) -> None:
    async with bench(mini) as b:
        await b.press("c")
        assert options(b)[-1].startswith("new case …")
        await b.typed("合作 road")
        assert options(b) == ["new case “合作 road” …  made here; its kind is asked"]
        await b.press(key)
        assert isinstance(b.app.screen, AskLine)
        assert b.app.screen.query_one(Input).value == "合作 road"
        await b.typed("park")
        await b.press("enter")
        assert b.words("#ask-fault") == "There is a case “park” already. Give the new one another key."
        await b.typed("合作-road")
        await b.press("enter")
        await b.typed("x" * 81)
        await b.press("enter")
        assert b.words("#ask-fault").startswith("The case needs a name")
        await b.typed("Talks on a road")
        await b.press("enter")
        assert [line.split()[1] for line in options(b)] == ["dataset", "other", "programme", "general"]
        assert all("tables" in line for line in options(b))
        assert cell_len(max(options(b), key=cell_len)) <= 72  # each on one line of a narrow window
        await b.press("enter")  # the first one is marked
        case = mini.case("合作-road")
        assert (case.name, case.kind) == ("Talks on a road", "dataset")
        assert "case 合作-road (dataset)" in status(b)


async def test_the_kind_of_a_new_case_is_chosen_or_none_is_made(mini: Study) -> None:
    async with bench(mini) as b:
        await b.press("c", "ctrl+n")
        await b.typed("visits")
        await b.press("enter", "enter", "escape")
        assert len(mini.file.read.cases()) == 3
        await b.press("c", "ctrl+n")
        await b.typed("visits")
        await b.press("enter", "enter", "2")
        assert mini.case("visits").kind == "other"


async def test_the_first_coding_in_another_transcript_tells_of_the_current_case(mini: Study) -> None:
    reminder = "New codings are still given the case park (c changes it)."
    async with bench(mini, (120, 30)) as b:
        await b.press("c")
        await b.typed("park")
        await b.press("enter", "1")
        assert b.told != reminder  # it was chosen here
        b.coding.action_transcript(1)
        await b.find("revenue")
        await b.press("1")
        assert b.told == reminder
        await b.find("road")
        await b.press("1")
        assert b.told != reminder  # once
        await b.press("c")
        await b.typed("river")
        await b.press("enter")
        b.coding.action_transcript(-1)
        await b.find("revenue")
        await b.press("1")
        assert "still given the case river" in b.told
        await b.press("c", "home")
        await b.typed("none")
        await b.press("enter")
        b.coding.action_transcript(1)
        await b.find("budget")
        await b.press("1")
        assert "still given" not in b.told


async def test_the_current_case_may_be_removed_meanwhile(mini: Study, mini_path: Path, opened: Open) -> None:
    async with bench(mini) as b:
        await b.press("c")
        await b.typed("river")
        await b.press("enter")
        bo = opened(mini_path, "bo")
        remove_case(bo, bo.case("river").uid)
        b.coding._look_for_others()
        assert "case none" in status(b)
        await b.find("revenue")
        await b.press("1")
        (row,) = mini.file.read.codings(coders=[mini.me.key])
        assert row.study_case is None


async def test_a_case_that_went_while_one_chose_is_told(staged: Study, mini_path: Path, opened: Open) -> None:
    async with bench(staged) as b:
        await b.press("c")
        await b.typed("park")
        bo = opened(mini_path, "bo")
        remove_case(bo, bo.case("park").uid)
        await b.press("enter")
        assert b.told == "This case is not there any more."


# -- links


async def test_a_passage_is_linked_with_its_stage_and_unlinked(staged: Study) -> None:
    async with bench(staged) as b:
        await b.find("The revenue of the county was not enough.")
        await b.press("L")
        await b.typed("park")
        await b.press("enter")
        await b.typed("building")
        await b.press("enter")
        start = b.view.selection.span.start
        assert links(staged) == [("park", start, "building")]
        assert b.told == "The passage speaks of park (arranged) · stage building; u takes it back."
        assert "speaks of park (arranged) · stage building" in b.words("#inspector")
        await b.press("g", "x")
        assert links(staged) == []
        assert b.told == "The link is gone; u brings it back."
        await b.press("u")
        assert links(staged) == [("park", start, "building")]
        await b.press("g", "x", "g", "x")
        assert b.told == "None of your links is here."


async def test_the_whole_transcript_is_linked_and_a_link_is_chosen(mini: Study) -> None:
    async with bench(mini) as b:
        await b.press("g", "L")
        await b.typed("river")
        await b.press("enter")
        assert links(mini) == [("river", None, None)]
        assert b.told.startswith("The whole transcript speaks of river (mandated)")
        await b.press("g", "L")
        await b.typed("river")
        await b.press("enter")
        assert b.told == "This whole transcript is linked to that case already."
        await b.find("revenue")
        await b.press("L")
        await b.typed("park")
        await b.press("enter", "g", "x")
        assert options(b) == [
            "1  park (arranged)  a passage of 7 characters",
            "2  river (mandated)  the whole transcript",
        ]
        await b.press("escape")
        assert len(links(mini)) == 2
        await b.press("g", "x", "2")
        assert [case for case, _, _ in links(mini)] == ["park"]
        await b.press("g", "L")
        await b.typed("river")
        await b.press("enter", "home")
        await b.press("g", "x")  # a whole transcript is never unlinked unseen
        assert isinstance(b.app.screen, Picker)
        await b.press("1")
        assert [case for case, _, _ in links(mini)] == ["park"]


async def test_others_links_stay(mini: Study, mini_path: Path, opened: Open) -> None:
    bo = opened(mini_path, "bo")
    source = bo.source("one")
    link_case(bo, bo.case("park"), source, text_of(bo, source), None)
    async with bench(mini) as b:
        await b.press("g", "x")
        assert b.told == "None of your links is here."
    assert len(links_of(mini, mini.case("park").uid)) == 1


async def test_jumping_among_linked_passages(mini: Study) -> None:
    source = mini.source("one")
    text = text_of(mini, source)
    for quote in ("revenue", "a budget for it", "an office"):
        start = text.index(quote)
        link_case(mini, mini.case("park"), source, text, Span(start, start + len(quote)))
    async with bench(mini) as b:
        await b.press("home", "g", "k")
        assert b.selected() == "a budget for it"
        assert b.told == "Passage 1 of 3 linked to a case."
        await b.press("n")
        assert b.selected() == "revenue"
        await b.press("n", "n")
        assert b.selected() == "a budget for it"
        await b.press("N")
        assert b.selected() == "an office"
        await b.press("T")
        await b.typed("two")
        await b.press("enter", "g", "k")
        assert b.told.startswith("No passage here is linked")


# -- the case of a coding


async def test_a_coding_is_given_a_case_by_hand(staged: Study) -> None:
    put(staged, "one", "money", "revenue")

    def given() -> tuple[int | None, str | None]:
        (row,) = staged.file.read.codings(coders=[staged.me.key])
        return row.study_case, row.stage

    async with bench(staged) as b:
        await b.press("home", "C")
        assert b.told == "None of your codes is here."
        await b.find("revenue")
        await b.press("C")
        assert options(b)[0].startswith("✓ the links decide")
        await b.typed("park")
        await b.press("enter")
        await b.typed("talks")
        await b.press("enter")
        assert given() == (staged.case("park").key, "talks")
        assert b.told.startswith("money speaks of park (mandated) · stage talks now")
        assert "money speaks of park" in b.words("#inspector")
        await b.press("C")
        await b.typed("the links")
        await b.press("enter")
        assert given() == (None, None)
        assert b.told.startswith("The links decide again")
        await b.press("u")
        assert given() == (staged.case("park").key, "talks")
        assert "money speaks of park" in b.words("#inspector")


async def test_of_several_codings_one_is_chosen(mini: Study) -> None:
    put(mini, "one", "money", "revenue")
    put(mini, "one", "trust", "revenue")
    async with bench(mini) as b:
        await b.find("revenue")
        await b.press("C")
        assert len(options(b)) == 2
        await b.press("2")
        await b.typed("fresh")
        await b.press("enter", "enter", "enter", "enter")  # a new case: key, then no name, of the data set
        rows = mini.file.read.codings(coders=[mini.me.key])
        assert sorted(row.study_case or 0 for row in rows) == [0, mini.case("fresh").key]


# -- nothing, and the hostile


async def test_without_transcripts_nothing_can_be_linked(empty_path: Path, opened: Open) -> None:
    study = opened(empty_path, "anna")
    async with bench(study) as b:
        for keys in (["L"], ["C"], ["g", "L"], ["g", "x"]):
            await b.press(*keys)
            assert b.told == "There are no transcripts yet."
        await b.press("g", "k")
        assert b.told.startswith("No passage")
        await b.press("c", "enter")
        assert context(study).case is None


async def test_hostile_names_are_only_shown(mini: Study) -> None:
    for number, text in enumerate([*MARKUP, *CONTROL_SEQUENCES]):
        key = f"k{number}"
        safe = text.replace("\x00", "")
        set_values(
            mini,
            add_case(mini, key).uid,
            {"parties": f"role={safe.replace('=', '').replace(';', '').replace('@', '')}"},
        )
        set_values(mini, mini.case(key).uid, {"mechanism": safe, "stages": "[b]one[/b]; [/two]"})
    async with bench(mini, (80, 24)) as b:
        await b.press("c")
        assert isinstance(b.app.screen, CasePicker)
        assert any("[/b]" in line for line in options(b))
        assert not any("\x1b" in line for line in options(b))
        await b.typed("k1")
        await b.press("enter")
        assert any("[/two]" in line for line in options(b))
        await b.press("down", "enter")
        assert "[b]one[/b]" in status(b) or "…" in status(b)
        assert "\x1b" not in status(b)
        await b.press("c")
        for text in (*MARKUP, *CONTROL_SEQUENCES):
            await b.typed(text.replace("\n", " "))
        await b.press("ctrl+n")
        assert "\x1b" not in b.app.screen.query_one(Input).value
