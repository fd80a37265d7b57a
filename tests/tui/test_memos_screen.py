"""The memos: listed, narrowed, written, changed, taken back, gone to, written to files; by keys."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from naughty import CONTROL_SEQUENCES, MARKUP
from studies import TEXTS
from textual.widgets import Input, Static, TextArea
from tui.benching import Bench, bench

from qcode.core.spans import Span
from qcode.core.text import canonicalise
from qcode.errors import UnsafeFile
from qcode.services.coding import undo
from qcode.services.memos import MEMO_KINDS, Memo, add_memo, memo, memos, remove_memo
from qcode.services.study import Study
from qcode.tui.commands import COMMANDS
from qcode.tui.screens.asking import AskLine, AskText
from qcode.tui.screens.cases import CasesScreen
from qcode.tui.screens.codebook import CodebookScreen
from qcode.tui.screens.coding import CodingScreen
from qcode.tui.screens.memos import MemosScreen

Open = Callable[[Path, str], Study]
ONE = TEXTS["one"]
TRUSTED = Span(ONE.index("We trusted"), ONE.index("We trusted") + len("We trusted them"))
SIZES = pytest.mark.parametrize("size", [(80, 24), (160, 48)])


def write_all(study: Study) -> dict[str, str]:
    """A memo about each kind of thing, of each kind; uids by what they are about."""
    one = study.source("one")
    return {
        "project": add_memo(study, "On all.\nAnd more.", title="Everything", kind="theory"),
        "code": add_memo(study, "On a code.", code=study.codes().find("trust"), kind="method"),
        "case": add_memo(study, "On a case.", case=study.case("park"), kind="note"),
        "transcript": add_memo(study, "On a text.", source=one),
        "passage": add_memo(study, "On words.", source=one, span=TRUSTED, kind="todo"),
    }


def shown(b: Bench) -> list[str]:
    view = b.app.screen.query_one("#rows")
    lines = ["".join(s.text for s in view.render_line(y)).rstrip() for y in range(view.size.height)]
    return [line for line in lines[1:] if line]


def title(b: Bench) -> str:
    return str(b.app.screen.query_one("#title", Static).content).strip()


def detail(b: Bench) -> str:
    return str(b.app.screen.query_one("#detail-text", Static).content)


def marked(b: Bench) -> Memo:
    screen = b.app.screen
    assert isinstance(screen, MemosScreen)
    assert screen.marked is not None
    return screen.marked


async def opened(b: Bench) -> MemosScreen:
    await b.press("ctrl+o", "m")
    assert isinstance(b.app.screen, MemosScreen)
    return b.app.screen


async def answer(b: Bench, text: str, *, key: str = "escape") -> None:
    """Write into the field that asks for a longer text, and leave it."""
    assert isinstance(b.app.screen, AskText)
    b.app.screen.query_one(TextArea).text = text
    await b.press(key)


# -- what is shown


@SIZES
async def test_it_lists_memos_the_latest_change_first(mini: Study, size: tuple[int, int]) -> None:
    write_all(mini)
    async with bench(mini, size) as b:
        await opened(b)
        assert title(b) == "Memos · 5 memos"
        assert [line[17:].split()[0] for line in shown(b)] == ["todo", "memo", "note", "method", "theory"]
        assert "turn 2 of one" in shown(b)[0]
        assert "Everything" in shown(b)[4]
        assert all(len(line) <= size[0] for line in shown(b))
        assert detail(b).splitlines()[1:] == [
            "On words.", "", "R: " + ONE[ONE.index("The province") : TRUSTED.end] + " from the start."
        ]  # fmt: skip
        await b.press("end")
        assert detail(b).startswith("Everything\ntheory on the study · anna · written ")
        assert detail(b).endswith("\nOn all.\nAnd more.")


async def test_a_changed_memo_says_so_and_comes_first(mini: Study) -> None:
    uid = write_all(mini)["project"]
    with mini.act() as writer:
        writer.change(uid, {"text": "Other."})
    async with bench(mini) as b:
        await opened(b)
        assert marked(b).row.uid == uid
        assert ", changed 20" in detail(b)


async def test_without_memos_it_says_how_to_write_one(mini: Study) -> None:
    async with bench(mini) as b:
        await opened(b)
        assert "A writes one" in shown(b)[0]
        for key in ("e", "x", "enter", "T", "K"):
            await b.press(key)
            assert isinstance(b.app.screen, MemosScreen), key
        assert "No memo is marked" in b.told
        await b.press("w")
        assert "no memos to write" in b.told
        assert detail(b) == ""


async def test_a_long_memo_is_cut_and_can_be_read_on(mini: Study) -> None:
    add_memo(mini, "word " * 3000)
    async with bench(mini) as b:
        screen = await opened(b)
        assert detail(b).endswith("(e shows all of it)")
        pane = screen.query_one("#detail")
        assert pane.scroll_offset.y == 0
        await b.press("space")
        first = pane.scroll_offset.y
        assert first > 0
        for _ in range(200):
            await b.press("space")
            if pane.scroll_offset.y == 0:
                break
            assert pane.scroll_offset.y > 0
        assert pane.scroll_offset.y == 0


async def test_slash_narrows_over_all_words(mini: Study) -> None:
    write_all(mini)
    async with bench(mini) as b:
        await opened(b)
        await b.press("slash")
        await b.typed("And more")
        assert [line.split()[-2] for line in shown(b)] == ["Everything"]
        assert title(b) == "Memos · 1 memo"
        await b.press("enter", "escape")
        assert len(shown(b)) == 5


async def test_about_and_kinds_go_round(mini: Study) -> None:
    uids = write_all(mini)
    async with bench(mini) as b:
        await opened(b)
        seen = []
        for _ in range(6):
            await b.press("a")
            seen.append([m.row.about for m in b.app.screen.items])
        assert seen[:5] == [["project"], ["code"], ["case"], ["transcript"], ["passage"]]
        assert len(seen[5]) == len(uids)
        await b.press("a")
        assert title(b) == "Memos · 1 memo · about the study only"
        await b.press(*["a"] * 5)
        seen = []
        for _ in range(6):
            await b.press("t")
            seen.append([m.row.kind for m in b.app.screen.items])
        assert seen[:5] == [[kind] for kind in MEMO_KINDS]
        await b.press("t")
        assert title(b) == "Memos · 1 memo · kind memo only"


async def test_v_hides_other_coders(mini: Study, mini_path: Path, opened: Open) -> None:
    write_all(mini)
    add_memo(opened(mini_path, "bo"), "Of bo.")
    async with bench(mini) as b:
        await b.press("ctrl+o", "m")
        assert len(shown(b)) == 6
        await b.press("v")
        assert title(b) == "Memos · 5 memos · own work only"
        await b.press("v")
        assert len(shown(b)) == 6


# -- writing


@pytest.mark.parametrize(
    ("keys", "about"),
    [
        (["1"], "the study"),
        (["2", "t", "r", "u", "s", "t", "enter"], "code trust"),
        (["3", "p", "a", "r", "k", "enter"], "case park"),
        (["4", "t", "w", "o", "enter"], "transcript two"),
    ],
)
async def test_a_new_memo_about_anything(mini: Study, keys: list[str], about: str) -> None:
    async with bench(mini) as b:
        await opened(b)
        await b.press("t", "A", *keys)
        await answer(b, "Some words.\nMore 合作.")
        (found,) = memos(mini)
        assert (found.subject, found.row.text, found.row.kind) == (about, "Some words.\nMore 合作.", "memo")
        assert marked(b).row.uid == found.row.uid
        assert title(b) == "Memos · 1 memo"
        assert "The memo is written" in b.told


@pytest.mark.parametrize("keys", [["escape"], ["1"], ["2", "escape"]])
async def test_a_new_memo_without_words_or_target_is_none(mini: Study, keys: list[str]) -> None:
    async with bench(mini) as b:
        await opened(b)
        await b.press("A", *keys)
        if isinstance(b.app.screen, AskText):
            await answer(b, " \n ")
            assert "no memo was written" in b.told
            await b.press("A", "1")
            await answer(b, "Thrown away.", key="ctrl+g")
        assert isinstance(b.app.screen, MemosScreen)
        assert memos(mini) == []


async def test_in_an_empty_study_there_is_only_the_study(empty_path: Path, opened: Open) -> None:
    study = opened(empty_path, "anna")
    async with bench(study) as b:
        await b.press("ctrl+o", "m")
        for key, words in (("2", "no codebook"), ("3", "no cases"), ("4", "no transcripts")):
            await b.press("A", key)
            assert words in b.told
        await b.press("A", "1")
        await answer(b, "Begun.")
        assert [m.row.text for m in memos(study)] == ["Begun."]


async def test_what_is_refused_is_not_lost(mini: Study) -> None:
    async with bench(mini) as b:
        await opened(b)
        await b.press("A", "1")
        await answer(b, "x" * 100_001)
        assert isinstance(b.app.screen, AskText)
        assert "100,000 are the most" in str(b.app.screen.query_one("#ask-title", Static).content)
        assert len(b.app.screen.query_one(TextArea).text) == 100_001
        await answer(b, "shorter")
        assert [m.row.text for m in memos(mini)] == ["shorter"]


# -- changing


async def test_e_changes_the_words_and_u_brings_them_back(mini: Study) -> None:
    uid = write_all(mini)["passage"]
    async with bench(mini) as b:
        await opened(b)
        await b.press("e")
        assert b.app.screen.query_one(TextArea).text == "On words."
        await answer(b, "Better words.")
        assert memo(mini, uid).row.text == "Better words."
        assert marked(b).row.uid == uid
        await b.press("u")
        assert memo(mini, uid).row.text == "On words."
        assert b.told == "Undone: changed memo: todo on one."
        await b.press("U")
        assert memo(mini, uid).row.text == "Better words."
        assert b.told.startswith("Done again: ")
        await b.press("U")
        assert b.told == "There is nothing to do again."


async def test_a_memo_that_is_left_as_it_was_is_not_written_again(mini: Study) -> None:
    add_memo(mini, "user\u202egnp and a\u200bb")
    async with bench(mini) as b:
        await opened(b)
        before = mini.file.read.state()
        await b.press("e", "escape")
        await b.press("T", "enter")
        await b.press("K", "escape")
        assert mini.file.read.state() == before
        await b.press("e")
        await answer(b, "user\u202egnp and a\u200bb")
        assert b.told == "Nothing is different."


async def test_title_and_kind(mini: Study) -> None:
    uid = write_all(mini)["passage"]
    async with bench(mini) as b:
        await opened(b)
        await b.press("T")
        await b.typed("x" * 201)
        await b.press("enter")
        assert isinstance(b.app.screen, AskLine)
        await b.typed("A title")
        await b.press("enter", "K", "3")
        row = memo(mini, uid).row
        assert (row.title, row.kind) == ("A title", "theory")
        assert "A title" in shown(b)[0]


async def test_x_takes_it_away_and_u_brings_it_back(mini: Study) -> None:
    uid = write_all(mini)["passage"]
    async with bench(mini) as b:
        await opened(b)
        await b.press("x")
        assert uid not in {m.row.uid for m in memos(mini)}
        assert "u brings it back" in b.told
        await b.press("u")
        assert uid in {m.row.uid for m in memos(mini)}
        assert len(shown(b)) == 5
        for _ in range(5):
            await b.press("u")
        assert shown(b) == [" There are no memos yet: A writes one; on a passage, m does while coding."]
        await b.press("u")
        assert b.told == "There is nothing to undo."


async def test_what_is_anothers_stays_theirs(mini: Study, mini_path: Path, opened: Open) -> None:
    add_memo(opened(mini_path, "bo"), "Of bo.")
    async with bench(mini) as b:
        await b.press("ctrl+o", "m")
        for key in ("e", "x", "T", "K"):
            await b.press(key)
            assert "is bo's" in b.told, key
        assert [m.row.text for m in memos(mini)] == ["Of bo."]


async def test_a_memo_that_went_meanwhile_is_told(mini: Study, mini_path: Path, opened: Open) -> None:
    uid = write_all(mini)["passage"]
    async with bench(mini) as b:
        await b.press("ctrl+o", "m")
        remove_memo(opened(mini_path, "anna"), uid)
        await b.press("x")
        assert "not there any more" in b.told


async def test_undo_tells_what_others_wrote_since(mini: Study, mini_path: Path, opened: Open) -> None:
    uid = write_all(mini)["passage"]
    other = opened(mini_path, "bo")
    with other.act() as writer:
        writer.change(uid, {"text": "Of bo."})
    async with bench(mini) as b:
        await b.press("ctrl+o", "m", "u")
        assert "Stays, because others wrote it since: memo: text." in b.told


# -- going


async def test_enter_goes_to_passages_and_transcripts(mini: Study) -> None:
    write_all(mini)
    async with bench(mini) as b:
        await opened(b)
        await b.press("enter")
        assert isinstance(b.app.screen, CodingScreen)
        assert b.selected() == "We trusted them"
        assert b.told == "The memo is about this passage."
        await b.press("ctrl+o", "m", "down", "enter")
        assert isinstance(b.app.screen, CodingScreen)
        assert b.coding.desk.source.name == "one"


async def test_enter_goes_to_codes_and_cases_and_esc_comes_back(mini: Study) -> None:
    write_all(mini)
    async with bench(mini) as b:
        await opened(b)
        await b.press("home", "down", "down", "enter")
        assert isinstance(b.app.screen, CasesScreen)
        assert b.app.screen.marked is not None
        assert b.app.screen.marked.case.short_key == "park"
        await b.press("escape", "down", "enter")
        assert isinstance(b.app.screen, CodebookScreen)
        assert b.app.screen.marked is not None
        assert b.app.screen.marked.uid == mini.codes().find("trust").uid
        await b.press("escape")
        assert isinstance(b.app.screen, MemosScreen)
        await b.press("end", "enter")
        assert "nothing to go to" in b.told


async def test_esc_leads_back(mini: Study) -> None:
    async with bench(mini) as b:
        await opened(b)
        await b.press("escape")
        assert b.app.screen is b.coding


# -- files


@pytest.mark.parametrize("name", ["mine.md", "mine.csv"])
async def test_w_writes_what_is_shown(mini: Study, name: str) -> None:
    write_all(mini)
    folder = mini.file.path.parent
    async with bench(mini) as b:
        await opened(b)
        await b.press("slash")
        await b.typed("one")
        await b.press("enter", "w")
        assert b.app.screen.query_one(Input).value == str(folder / "memos.md")
        await b.typed(str(folder / name))
        await b.press("enter")
        assert b.told == f"Wrote 2 memos to {name}."
    text = (folder / name).read_text("utf-8-sig")
    assert "On words." in text
    assert "On a case." not in text
    if name.endswith("csv"):
        assert len(list(csv.reader(text.splitlines()))) == 3


async def test_a_file_that_cannot_be_is_told_before_it_is_too_late(mini: Study) -> None:
    add_memo(mini, "x")
    folder = mini.file.path.parent
    (folder / "memos.md").write_text("there", encoding="utf-8")
    (folder / "memos-2.md").write_text("there", encoding="utf-8")
    async with bench(mini) as b:
        await opened(b)
        await b.press("w")
        assert b.app.screen.query_one(Input).value == str(folder / "memos-3.md")
        for typed in (
            "",
            "  ",
            str(folder),
            str(folder / "memos.md"),
            "a.txt",
            "~nobody-here/a.md",
            "a\0b.md",
            "x" * 9000,
        ):
            await b.typed(typed)
            await b.press("enter")
            assert isinstance(b.app.screen, AskLine), typed[:20]
            assert str(b.app.screen.query_one("#ask-fault", Static).content)
        await b.press("escape")
        await b.press("w", "enter")
        assert b.told == "Wrote 1 memo to memos-3.md."
    assert (folder / "memos.md").read_text("utf-8") == "there"


# -- hostile


async def test_hostile_words_are_shown_and_do_nothing(mini: Study, mini_path: Path, opened: Open) -> None:
    for text in (*MARKUP, *CONTROL_SEQUENCES):
        try:
            canonicalise(text)
        except UnsafeFile:
            continue
        add_memo(mini, f"{text}\n{text}", title=text if len(text) < 200 else "", code=mini.codes().find("trust"))
    add_memo(opened(mini_path, "[b]x[/b]"), "[/]", source=mini.source("one"), span=TRUSTED)
    async with bench(mini) as b:
        await b.press("ctrl+o", "m")
        told = set()
        for _ in range(len(b.app.screen.items)):
            assert not any(c in detail(b) for c in "\x1b\x07\x9b\u202e")
            told |= set(detail(b).splitlines())
            await b.press("down")
        assert set(MARKUP) <= told
        await b.press("e", "escape", "T", "escape", "home", "e")
        assert "is [b]x[/b]'s" in b.told
        assert b.app._exit is False


async def test_every_command_is_tested_here() -> None:
    """What the tests above press, beside Esc, is every key that the screen has of its own."""
    pressed = {"A", "e", "T", "K", "x", "u", "U", "slash", "a", "t", "v", "space", "w", "escape"}
    assert {c.keys[0] for c in COMMANDS if c.place == "memos"} == pressed


async def test_a_memo_can_be_marked_from_the_start(mini: Study) -> None:
    uids = write_all(mini)
    async with bench(mini) as b:
        b.app.drill(MemosScreen(mini, uids["code"]))
        await b.pilot.pause()
        assert marked(b).row.uid == uids["code"]
        undo(mini)
        await b.press("down")
        assert marked(b).row.uid == uids["project"]
