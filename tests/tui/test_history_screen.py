"""The history: acts, what each did, undo and redo, one coder or day, words, a file; and a very long one."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from studies import TEXTS, put
from textual.widgets import Input, Static
from tui.benching import Bench, bench

from qcode.core.spans import Span
from qcode.errors import ProjectBusy
from qcode.services.coding import adjust_coding
from qcode.services.history import History
from qcode.services.log import acts, local_time
from qcode.services.memos import add_memo
from qcode.services.study import Study
from qcode.tui.commands import COMMANDS
from qcode.tui.screens import slices
from qcode.tui.screens.asking import AskLine
from qcode.tui.screens.coding import CodingScreen
from qcode.tui.screens.history import HistoryScreen
from qcode.tui.screens.work_screen import WorkScreen

Open = Callable[[Path, str], Study]
Finish = Callable[[HistoryScreen, str], None]
ONE = TEXTS["one"]
SIZES = pytest.mark.parametrize("size", [(80, 24), (160, 48)])


def shown(b: Bench) -> list[str]:
    view = b.app.screen.query_one("#rows")
    lines = ["".join(s.text for s in view.render_line(y)).rstrip() for y in range(view.size.height)]
    return [line for line in lines[1:] if line]


def title(b: Bench) -> str:
    return str(b.app.screen.query_one("#title", Static).content).strip()


def detail(b: Bench) -> str:
    return str(b.app.screen.query_one("#detail-text", Static).content)


async def go(b: Bench) -> HistoryScreen:
    await b.press("ctrl+o", "h")
    assert isinstance(b.app.screen, HistoryScreen)
    return b.app.screen


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Callable[[HistoryScreen, str], None]:
    """Work stops after its first short slice, until what this gives is called with the screen and the work's name."""
    monkeypatch.setattr(slices, "_SLICE", 0.0)
    monkeypatch.setattr(slices, "_PAUSE", 60.0)

    def finish(screen: HistoryScreen, name: str) -> None:
        monkeypatch.setattr(slices, "_SLICE", 60.0)
        screen._slice(name, screen._works[name][0])

    return finish


async def worked(b: Bench, name: str) -> None:
    """Wait until a work in slices is done."""
    screen = b.app.screen
    assert isinstance(screen, HistoryScreen)
    while screen.working(name):
        await b.pilot.pause(0.005)
    await b.pilot.pause()


def many(study: Study, number: int) -> None:
    """So many acts of mine, of one coding each."""
    source, code = study.source("one"), study.codes().find("money")
    with study.act() as writer:
        for n in range(number):
            writer.begin_act(study.me.uid)
            fields = {"source": source.uid, "span": [n % 90, n % 90 + 3], "quote": "", "code": code.uid}
            writer.create("coding", fields)


# -- what is shown


@SIZES
async def test_it_lists_acts_the_latest_first(mini: Study, size: tuple[int, int]) -> None:
    uid = put(mini, "one", "money", "The revenue")
    adjust_coding(mini, uid, 3, 9)
    async with bench(mini, size) as b:
        await go(b)
        assert title(b) == "History · 6 acts"
        first, second, *_, last = shown(b)
        assert first.startswith(local_time(acts(mini, last=1)[0].at_ms))
        assert "changed coding: money on one" in first
        assert first.endswith("1 u next")
        assert second.endswith("1 yours")
        assert last.endswith("2")
        assert all(len(line) <= size[0] for line in shown(b))
        place = ONE.index("The revenue")
        assert detail(b).splitlines()[1].endswith("anna · 1 event. u takes it back next.")
        assert detail(b).splitlines()[2:] == [
            "· coding changed: money on one", f"  place {place}-{place + 11} → 3-9"
        ]  # fmt: skip
        await b.press("down")
        assert detail(b).splitlines()[-1] == f"  code money   transcript one   place {place}-{place + 11}   "


async def test_of_many_events_the_first_are_told(mini: Study) -> None:
    with mini.act() as writer:
        for n in range(60):
            fields = {"source": mini.source("one").uid, "span": [n, n + 3], "quote": "", "code": ""}
            writer.create("coding", fields)
    async with bench(mini) as b:
        screen = await go(b)
        assert detail(b).endswith("and 10 events more")
        pane = screen.query_one("#detail")
        await b.press("space")
        assert pane.scroll_offset.y > 0
        await b.press("down")
        assert pane.scroll_offset.y == 0


# -- undo and redo


async def test_undo_and_redo_from_the_list(mini: Study) -> None:
    put(mini, "one", "money", "The revenue")
    put(mini, "one", "trust", "We trusted them")
    async with bench(mini) as b:
        await go(b)
        await b.press("down", "u")
        assert b.told == "Undone: added coding: trust on one."
        assert [line.split("  ")[-1].strip() for line in shown(b)[:3]] == ["1", "1 undone U", "1 u next"]
        assert "money" in detail(b)  # the cursor stays on its act
        assert b.codings() == [("money", "The revenue")]
        assert len(b.view.all_marks()) == 1
        await b.press("up")
        assert "It is undone; U does it again." in detail(b)
        await b.press("U")
        assert b.told == "Done again: added coding: trust on one."
        assert len(b.view.all_marks()) == 2
        await b.press("U")
        assert b.told == "There is nothing to do again."
        await b.press("u", "u", "u")
        assert b.told == "There is nothing to undo."


async def test_undo_tells_what_others_wrote_since(mini: Study, mini_path: Path, opened: Open) -> None:
    uid = add_memo(mini, "First.")
    with opened(mini_path, "bo").act() as writer:
        writer.change(uid, {"text": "Of bo."})
    async with bench(mini) as b:
        await go(b)
        await b.press("u")
        assert "Stays, because others wrote it since: memo: text." in b.told


# -- going


async def test_enter_goes_where_it_was_done(mini: Study) -> None:
    put(mini, "one", "trust", "We trusted them")
    add_memo(mini, "x", code=mini.codes().find("trust"))
    add_memo(mini, "x")
    async with bench(mini) as b:
        await go(b)
        await b.press("enter")
        assert "nothing to go to" in b.told
        await b.press("down", "enter")
        assert isinstance(b.app.screen, WorkScreen)
        assert b.app.screen.PLACE == "codebook"
        await b.press("escape", "down", "enter")
        assert isinstance(b.app.screen, CodingScreen)
        assert b.selected() == "We trusted them"


async def test_what_was_done_meanwhile_is_there_when_one_comes_back(mini: Study) -> None:
    add_memo(mini, "x", code=mini.codes().find("trust"))
    async with bench(mini) as b:
        await go(b)
        await b.press("enter")
        put(mini, "one", "trust", "We trusted them")
        await b.press("escape")
        assert title(b) == "History · 6 acts"
        assert "memo" in detail(b)


# -- filters


async def test_one_coder_one_day_and_own_work(mini: Study, mini_path: Path, opened: Open) -> None:
    put(opened(mini_path, "bo"), "two", "trust", "Nobody trusted anybody.")
    async with bench(mini) as b:
        await go(b)
        assert len(shown(b)) == 6
        await b.press("c")
        await b.typed("bo")
        await b.press("enter")
        assert title(b) == "History · 2 acts · bo only"
        await b.press("d")
        await b.typed("2019-02-30")
        await b.press("enter")
        assert isinstance(b.app.screen, AskLine)
        await b.typed("2019-02")
        await b.press("enter")
        assert title(b) == "History · 0 acts · bo only · 2019-02 only"
        assert shown(b) == [" Nothing was done."]
        assert detail(b) == ""
        await b.press("enter", "down", "w")
        assert b.told == "There is nothing to write."
        await b.press("d")
        await b.typed("")
        await b.press("enter", "c", "escape", "d", "escape")
        assert title(b) == "History · 2 acts · bo only"
        await b.press("v")
        assert title(b) == "History · 4 acts · own work only"
        assert b.told == "Only your own work is shown."
        await b.press("v", "c", "enter")
        assert title(b) == "History · 6 acts"


async def test_words_are_looked_for_while_one_types(mini: Study) -> None:
    put(mini, "one", "money", "The revenue")
    put(mini, "one", "trust", "We trusted them")
    async with bench(mini) as b:
        await go(b)
        await b.press("slash")
        await b.typed("CODING money")
        await worked(b, "narrow")
        assert title(b) == "History · 1 act of 6"
        assert "money" in shown(b)[0]
        assert "money" in detail(b)
        await b.typed("nothing like this")
        await worked(b, "narrow")
        assert shown(b) == [" Nothing fits these words; Esc shows all."]
        await b.typed("coding")
        await worked(b, "narrow")
        await b.press("enter", "down", "u")
        await worked(b, "narrow")
        assert title(b) == "History · 3 acts of 7"
        assert b.codings() == [("money", "The revenue")]
        await b.press("escape")
        assert title(b) == "History · 7 acts"
        await b.press("escape")
        assert b.app.screen is b.coding


async def test_a_long_history_is_looked_through_in_slices(mini: Study, slow: Finish) -> None:
    many(mini, 600)
    put(mini, "one", "trust", "We trusted them")
    async with bench(mini) as b:
        screen = await go(b)
        await b.press("slash")
        screen.narrow.value = "added"
        await b.pilot.pause()
        assert screen.working("narrow")
        assert "looked through" in title(b)
        screen.rows.focus()
        await b.press("w")
        assert "The search goes on." in b.told
        slow(screen, "narrow")
        await b.pilot.pause()
        assert title(b) == "History · 605 acts of 605"
        await b.press("end", "enter")
        assert isinstance(b.app.screen, HistoryScreen)  # the study itself: nothing to go to


async def test_leaving_ends_the_search(mini: Study, slow: Finish) -> None:
    many(mini, 300)
    async with bench(mini) as b:
        screen = await go(b)
        screen.narrow.value = "added"
        await b.pilot.pause()
        assert screen.working("narrow")
        b.app.action_go("coding")
        await b.pilot.pause()
        slow(screen, "narrow")
        assert screen.working("narrow")  # nothing is left that could be shown
        assert b.app.screen is b.coding


async def test_a_slice_that_fills_no_more_than_the_window_leaves_the_list(mini: Study) -> None:
    many(mini, 250)
    async with bench(mini) as b:
        screen = await go(b)
        await b.press("slash")
        await b.typed("added")
        screen._shown = 150
        screen._works["narrow"] = (iter(()), screen._looked_on)
        screen._looked_on()
        assert screen._shown == 150
        screen.end_work("narrow")
        screen._looked_on()
        assert screen._shown == screen._count()


async def test_a_search_that_cannot_read_says_so(mini: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object) -> bool:
        raise ProjectBusy("Another program writes.")

    async with bench(mini) as b:
        screen = await go(b)
        monkeypatch.setattr(History, "holds", busy)
        screen.narrow.value = "added"
        await b.pilot.pause()
        assert b.told == "Another program writes."


async def test_only_rows_that_are_seen_are_read(mini: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    many(mini, 2000)
    asked: set[int] = set()
    read = History.line
    monkeypatch.setattr(History, "line", lambda self, number: asked.add(number) or read(self, number))
    async with bench(mini) as b:
        await go(b)
        assert title(b) == "History · 2,004 acts"
        assert len(asked) < 60
        await b.press("end")
        assert len(asked) < 120


# -- files


async def test_w_writes_what_is_shown(mini: Study) -> None:
    put(mini, "one", "money", "The revenue")
    folder = mini.file.path.parent
    async with bench(mini) as b:
        await go(b)
        await b.press("w")
        assert b.app.screen.query_one(Input).value == str(folder / "history.csv")
        for typed in ("", str(folder / "mini.qcode"), "a.txt", str(folder)):
            await b.typed(typed)
            await b.press("enter")
            assert isinstance(b.app.screen, AskLine), typed
        await b.typed(str(folder / "history.csv"))
        await b.press("enter")
        await worked(b, "write")
        assert b.told == "Wrote 5 acts to history.csv."
        await b.press("slash")
        await b.typed("money")
        await worked(b, "narrow")
        await b.press("enter", "w", "escape", "w", "enter")
        await worked(b, "write")
        assert b.told == "Wrote 1 act to history-2.csv."
    rows = list(csv.reader((folder / "history.csv").read_text("utf-8-sig").splitlines()))
    assert [row[2] for row in rows[1:]] == [act.words for act in acts(mini)]
    assert len((folder / "history-2.csv").read_text("utf-8-sig").splitlines()) == 2


async def test_a_long_history_is_written_in_slices_one_at_a_time(mini: Study, slow: Finish) -> None:
    many(mini, 300)
    async with bench(mini) as b:
        screen = await go(b)
        await b.press("w", "enter")
        assert screen.working("write")
        assert title(b).endswith("writing …")
        await b.press("w")
        assert b.told == "A file is being written already."
        slow(screen, "write")
        assert b.told == "Wrote 304 acts to history.csv."


async def test_a_file_that_came_meanwhile_stays(mini: Study, slow: Finish) -> None:
    path = mini.file.path.parent / "history.csv"
    async with bench(mini) as b:
        screen = await go(b)
        await b.press("w", "enter")
        path.write_text("there", encoding="utf-8")
        slow(screen, "write")
        assert "there already" in b.told
    assert path.read_text(encoding="utf-8") == "there"


# -- hostile


async def test_hostile_names_are_shown_inertly(mini_path: Path, opened: Open) -> None:
    study = opened(mini_path, "[b]x[/b]")
    text = TEXTS["one"]
    add_memo(study, "\x1b]0;x", source=study.source("one"), span=Span(3, len(text)))
    async with bench(study) as b:
        await go(b)
        assert "[b]x[/b]" in shown(b)[0]
        assert not any(c in detail(b) + "".join(shown(b)) for c in "\x1b\x07\x9b")
        await b.press("c")
        await b.typed("[b]x")
        await b.press("enter")
        assert title(b) == "History · 2 acts · [b]x[/b] only"


async def test_every_command_is_tested_here() -> None:
    pressed = {"u", "U", "slash", "c", "d", "v", "space", "w", "escape"}
    assert {c.keys[0] for c in COMMANDS if c.place == "history"} == pressed
