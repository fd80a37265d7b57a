"""The tour: every step goes on by its key, nothing that it makes people do stays, and Esc leaves it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from studies import CODEBOOK
from tui.benching import Bench, bench

from qcode.services import coding
from qcode.services.settings import Settings, read_settings
from qcode.services.study import Study
from qcode.tui.app import Workbench
from qcode.tui.commands import Keys, command
from qcode.tui.screens.tour import STEPS, Tour, TourPanel

Open = Callable[[Path, str], Study]


async def go(b: Bench, *keys: str) -> None:
    await b.press(*keys)
    if b.app.tour is not None:
        b.app.tour.look()
    await b.pilot.pause()


def panel(b: Bench) -> str:
    return str(b.app.screen.query_one(TourPanel).content)


def number(b: Bench) -> int:
    tour = b.app.tour
    assert isinstance(tour, Tour)
    return tour.number + 1


def test_every_key_named_in_the_tour_is_a_command() -> None:
    for step in STEPS:
        for name in (part.partition("}")[0] for part in step.words.split("{")[1:]):
            assert command(name).id == name
    assert 8 <= len(STEPS) <= 11  # two of them are never in one tour


@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
async def test_the_whole_tour_leaves_nothing_behind(mini: Study, size: tuple[int, int]) -> None:
    case = mini.case("park")
    coding.set_context(mini, case)
    before = mini.file.read.codings(coders=None)
    async with bench(mini, size) as b:
        b.coding.desk.context = coding.context(mini)
        await go(b, "ctrl+o", "t")
        assert panel(b).startswith("Tour 1/10 What is marked in the text is selected.")
        assert "press ↓." in panel(b)
        assert b.coding.query_one(TourPanel).region.bottom == size[1] - 1  # above the bottom line, below the text
        await go(b, "1")
        assert number(b) == 1  # another key does not count
        await go(b, "u")
        await go(b, "down")
        assert number(b) == 2
        await go(b, "s")
        await go(b, "shift+right")
        assert number(b) == 4
        await go(b, "enter", "t", "r", "u", "s", "t")
        assert number(b) == 4
        await go(b, "enter")
        assert number(b) == 5
        assert len(b.codings()) == 1
        await go(b, "t", "full_stop")
        assert number(b) == 6
        await go(b, "u")
        assert number(b) == 6
        await go(b, "u")
        assert number(b) == 7
        await go(b, "c", "up", "enter")  # the line above the current case: none
        assert b.coding.desk.context.case is None
        assert number(b) == 8
        await go(b, "f8")
        assert number(b) == 9
        assert panel(b).startswith("Tour 9/10 w writes")
        await go(b, "escape")
        assert number(b) == 10
        await go(b, "f1")
        assert b.app.tour is None
        await b.press("escape")
        assert not b.app.screen.query(TourPanel)
        assert coding.context(mini).case == case
    assert mini.file.read.codings(coders=None) == before


async def test_on_other_screens_the_tour_says_the_way_back(mini: Study) -> None:
    async with bench(mini) as b:
        await go(b, "ctrl+o", "t")
        await go(b, "f3")
        assert panel(b) == "Tour 1/10 The tour goes on in the transcript: Esc goes back to it."
        await go(b, "escape")
        assert b.app.tour is not None
        assert "press ↓." in panel(b)
        assert panel(b).endswith("Esc on the text leaves.")


async def test_a_study_without_cases_hears_of_groups_of_transcripts(
    mini_path: Path, opened: Open, empty_path: Path
) -> None:
    from qcode.services.codebooks import import_codebook
    from qcode.services.importing import import_transcripts

    text = empty_path.parent / "one.txt"
    text.write_text("R: We had a budget.\n", encoding="utf-8")
    book = empty_path.parent / "mini.toml"
    book.write_text(CODEBOOK, encoding="utf-8")
    study = opened(empty_path, "anna")
    import_transcripts(study, [text])
    import_codebook(study, book)
    async with bench(study) as b:
        await go(b, "ctrl+o", "t")
        tour = b.app.tour
        assert isinstance(tour, Tour)
        words = [step.words for step in tour.steps]
        assert len(words) == 9
        assert sum("groups of transcripts" in one for one in words) == 1
        assert not any("in the cases of each kind" in one for one in words)


async def test_escape_on_the_text_leaves_the_tour(mini: Study) -> None:
    async with bench(mini) as b:
        await go(b, "ctrl+o", "t")
        await go(b, "down")
        await go(b, "escape")
        assert b.app.tour is None
        assert not b.coding.query(TourPanel)
        await go(b, "ctrl+o", "t")
        await go(b, "ctrl+o", "t")  # once more from the beginning, with one panel
        assert len(b.coding.query(TourPanel)) == 1
        assert number(b) == 1


async def test_steps_that_a_study_has_nothing_for_are_left_out(empty_path: Path, opened: Open, tmp_path: Path) -> None:
    from qcode.services.importing import import_transcripts

    study = opened(empty_path, "anna")
    async with bench(study) as b:
        await go(b, "ctrl+o", "t")
        assert b.told == "The tour needs a transcript: import some first."
        assert b.app.tour is None
    (tmp_path / "one.txt").write_text("R: We had a budget.\n", encoding="utf-8")
    import_transcripts(study, [tmp_path / "one.txt"])
    async with bench(study) as b:
        await go(b, "ctrl+o", "t")
        assert panel(b).startswith("Tour 1/4")


async def test_the_tour_names_the_users_own_keys(mini: Study) -> None:
    app = Workbench(mini, keys=Keys({"line-down": ("alt+n",), "sentence": ()}))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        b = Bench(app, pilot, mini)
        await go(b, "ctrl+o", "t")
        assert "press Alt+N." in panel(b)
        await go(b, "alt+n")
        assert "press Ctrl+P." in panel(b)


async def test_the_tour_is_offered_once(mini: Study) -> None:
    for settings in (Settings(), None):
        app = Workbench(mini, settings=settings, tour=True)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            await pilot.pause()
            assert app.tour is not None
        assert read_settings().first_tour_seen
