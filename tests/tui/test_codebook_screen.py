"""The codebook's screen: what it shows, and that every key does in the codebook what it says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from naughty import CONTROL_SEQUENCES, MARKUP
from studies import CODEBOOK, put
from textual.widgets import Input, Static, TextArea
from tui.benching import Bench, bench

from qcode.core.codebook import Code
from qcode.services.codebook_edits import set_fields
from qcode.services.codebook_merges import merge_code
from qcode.services.codebooks import export_codebook, import_codebook, owner
from qcode.services.coding import mark
from qcode.services.proposals import code_proposals, propose
from qcode.services.releases import recheck_queue, release
from qcode.services.study import Study
from qcode.tui.screens.asking import AskLine, AskText, AskYes
from qcode.tui.screens.codebook import CodebookScreen
from qcode.tui.screens.codebook_proposals import ProposalsScreen
from qcode.tui.screens.codebook_recheck import RecheckScreen
from qcode.tui.screens.codebook_releases import ReleasesScreen
from qcode.tui.screens.notice import Notice
from qcode.tui.screens.picker import Picker

Open = Callable[[Path, str], Study]
SIZES = pytest.mark.parametrize("size", [(80, 24), (160, 48)])


def rows(b: Bench) -> list[str]:
    view = b.app.screen.query_one("#rows")
    lines = ["".join(s.text for s in view.render_line(y)).rstrip() for y in range(view.size.height)]
    return [line for line in lines if line]


def ids(b: Bench) -> list[str]:
    """The codes that the tree shows, with their indent."""
    return [line[2:].replace("▾", " ").replace("▸", "+").split("  M")[0].rstrip() for line in rows(b)[1:]]


def shown(b: Bench) -> list[str]:
    screen = b.app.screen
    assert isinstance(screen, CodebookScreen)
    return [line.code.id for line in screen.items]


def title(b: Bench) -> str:
    return str(b.app.screen.query_one("#title", Static).content).strip()


def detail(b: Bench) -> str:
    return str(b.app.screen.query_one("#detail-text", Static).content)


def code(study: Study, name: str) -> Code:
    return study.codes().codebook.code(name)


def tree(study: Study) -> list[tuple[str, int]]:
    return [(code.id, depth) for code, depth in study.codes().codebook.walk()]


async def goto(b: Bench, name: str) -> None:
    """To the codebook, and to a code of it."""
    if not isinstance(b.app.screen, CodebookScreen):
        await b.press("f6")
    await b.press("home", *["down"] * shown(b).index(name))
    assert b.app.screen.marked.code.id == name


async def choose(b: Bench, typed: str) -> None:
    """The first choice that fits."""
    assert isinstance(b.app.screen, Picker)
    await b.typed(typed)
    await b.press("enter")


async def answer(b: Bench, typed: str) -> None:
    assert isinstance(b.app.screen, AskLine)
    await b.typed(typed)
    await b.press("enter")


async def write(b: Bench, typed: str) -> None:
    assert isinstance(b.app.screen, AskText)
    b.app.screen.query_one(TextArea).text = typed
    await b.press("escape")


@pytest.fixture
def bo(mini: Study, mini_path: Path, opened: Open) -> Study:
    """Another coder, who does not own the codebook."""
    study = opened(mini_path, "bo")
    study.enrol()
    return study


# -- what is shown


@SIZES
async def test_the_tree_counts_and_every_field(mini: Study, bo: Study, size: tuple[int, int]) -> None:
    put(mini, "one", "money", "revenue")
    put(bo, "two", "money", "the revenue is gone")
    async with bench(mini, size) as b:
        await goto(b, "money")
        assert title(b) == "Miniature · 5 codes"
        assert rows(b)[0].split() == ["code", "name", "mine", "all"]
        assert shown(b) == ["motive", "money", "trust", "setup", "office"]
        assert rows(b)[2].split() == ["1", "money", "Money", "1", "2"]
        assert [row.split()[-1] for row in rows(b)[3:]] == ["ab", "ex", "de"]
        words = detail(b)
        for part in (
            "money  below motive", "Money (en) / 资金 (zh) · blue, as above · hot key 1", "brief definition: For money.",
            "full definition: Money is the reason.", "when to use: Then.", "when not to use: Not then.",
            "+ They had the money.", "- They had the time.", "aliases: funds", "indicators (en): budget*, revenue*",
            "1 coding of mine, 1 of others · changed ", " by anna",
        ):  # fmt: skip
            assert part in words
        assert all(len(line) <= size[0] for line in rows(b))
        await b.press("down")
        assert "examples: not written yet" in detail(b)
        assert "absence (ab): explains why nothing happened" in detail(b)
        await b.press("down")
        assert "exclusive (ex): at most one code" in detail(b)
        await b.press("down")
        assert "defines (de) the attribute mechanism" in detail(b)
        pane, listed = b.app.screen.query_one("#code").region, b.app.screen.query_one("#rows").region
        assert (pane.x > listed.x) == (size[0] >= 100)
        assert (pane.y > listed.y) == (size[0] < 100)


async def test_others_are_hidden_and_names_change_language(mini: Study, bo: Study) -> None:
    put(bo, "two", "money", "the revenue is gone")
    async with bench(mini) as b:
        await goto(b, "money")
        await b.press("v")
        assert title(b).endswith("own work only")
        assert "all" not in rows(b)[0]
        assert "of others" not in detail(b)
        assert b.told == "Only your own work is shown."
        await b.press("v", "g")
        assert b.told == "Names in zh, where there are any."
        assert "资金" in rows(b)[2]
        await b.press("escape", "f6")
        assert "资金" in rows(b)[2]
        await b.press("g")
        assert "Money" in rows(b)[2]


async def test_branches_fold(mini: Study) -> None:
    async with bench(mini) as b:
        await goto(b, "trust")
        await b.press("left")
        assert b.app.screen.marked.code.id == "motive"
        await b.press("left")
        assert shown(b) == ["motive", "setup", "office"]
        assert rows(b)[1].split()[0] == "▸"
        await b.press("left", "escape", "f6")
        assert shown(b) == ["motive", "setup", "office"]  # also when one comes back
        await b.press("right")
        assert shown(b)[:3] == ["motive", "money", "trust"]
        await b.press("right")
        assert b.app.screen.marked.code.id == "money"
        await b.press("right", "z")
        assert shown(b) == ["motive", "setup"]
        assert b.app.screen.marked.code.id == "motive"
        await b.press("z")
        assert len(shown(b)) == 5
        await b.press("home", "z")
        await b.press("slash")
        await b.typed("revenue")
        assert shown(b) == ["money"]  # what is folded is found
        await b.press("enter", "escape")
        assert shown(b) == ["motive", "setup"]


async def test_another_screen_may_point_at_a_code(mini: Study) -> None:
    office, money = mini.codes().by_id["office"].uid, mini.codes().by_id["money"].uid
    merge_code(mini, "money", "trust")
    async with bench(mini) as b:
        await b.press("f6", "z")
        b.app.screen.point_at(office)
        await b.pilot.pause()
        assert b.app.screen.marked.code.id == "office"
        b.app.screen.point_at(money)
        await b.pilot.pause()
        assert b.app.screen.marked.code.id == "trust"
        assert "merged into it: money" in detail(b)
        b.app.screen.point_at("nothing")
        assert b.app.screen.marked.code.id == "trust"


async def test_the_pane_scrolls_by_one_key(mini: Study) -> None:
    set_fields(mini, "money", {"definition": ["\n".join(f"line {n}" for n in range(60))]})
    async with bench(mini) as b:
        await goto(b, "money")
        pane = b.app.screen.query_one("#code")
        await b.press("space")
        assert pane.scroll_offset.y > 0
        await b.press("down")
        assert pane.scroll_offset.y == 0


async def test_the_history_of_a_code(mini: Study) -> None:
    set_fields(mini, "money", {"brief": ["For cash."]})
    async with bench(mini) as b:
        await goto(b, "money")
        await b.press("H")
        assert isinstance(b.app.screen, Notice)
        assert "    before: For money.\n    after: For cash." in b.words("#notice-text")
        await b.press("escape")
        assert isinstance(b.app.screen, CodebookScreen)


async def test_without_a_codebook(empty_path: Path, opened: Open) -> None:
    async with bench(opened(empty_path, "anna")) as b:
        await b.press("f6")
        assert rows(b)[1:] == [" There are no codes yet: i imports a codebook."]
        for key in ("e", "c", "1", "r", "m", "p", "x", "M", "H", "less_than_sign"):
            await b.press(key)
            assert b.told.startswith("No code is marked."), key
        for key in ("A", "w"):
            await b.press(key)
            assert b.told.startswith("The study has no codebook yet."), key
        for key in ("left", "right", "z", "enter", "T", "g"):
            await b.press(key)
        assert b.told == "The codes have no names yet."
        await b.press("u")
        assert b.told.startswith("Nothing was changed here")
        await b.press("O")
        assert b.told == "There is no other coder in the study."
        await b.press("q")
        assert title(b) == "To recheck · 0 entries of anna"
        await b.press("y")
        assert b.told == "Nothing of yours is to be rechecked."
        await b.press("tab", "y")
        assert b.told == "No proposal is marked."
        await b.press("tab", "A")
        assert b.told == "The study has no codebook yet."
        await b.press("d")
        assert b.told.startswith("No release is marked.")


# -- fields


async def test_a_line_a_text_and_a_list_are_changed(mini: Study) -> None:
    async with bench(mini) as b:
        await goto(b, "money")
        await b.press("enter")
        await choose(b, "brief")
        assert b.app.screen.query_one(Input).value == "For money."
        await answer(b, "For  money or goods. ")
        assert code(mini, "money").brief == "For  money or goods."
        assert b.told == "Changed brief of money (u takes it back)."
        assert "For  money or goods." in detail(b)
        await b.press("e")
        await choose(b, "full definition")
        await write(b, "One line.\n\nAnd another.\n")
        assert code(mini, "money").definition == "One line.\n\nAnd another."
        await b.press("e")
        await choose(b, "examples")
        await write(b, "They had it.\n\n  They had more.  \n")
        assert code(mini, "money").examples == ("They had it.", "They had more.")
        await b.press("e")
        await choose(b, "indicators (any")
        await write(b, "预算\nbudget*")
        assert dict(code(mini, "money").indicators)["*"] == ("预算", "budget*")
        await b.press("e")
        await choose(b, "name (zh)")
        await answer(b, "")
        assert code(mini, "money").names == (("en", "Money"),)
        for _ in range(5):
            await b.press("u")
        assert b.told == "Taken back: Changed brief of money."
        assert code(mini, "money").definition == "Money is the reason."
        assert code(mini, "money").examples == ("They had the money.",)
        assert code(mini, "money").names == (("en", "Money"), ("zh", "资金"))


async def test_what_is_not_changed_is_not_written(mini: Study) -> None:
    before = mini.file.read.version()
    async with bench(mini) as b:
        await goto(b, "money")
        for name in ("brief", "full definition", "examples", "hot key"):
            await b.press("e")
            await choose(b, name)
            await b.press("escape" if isinstance(b.app.screen, AskText) else "enter")
            assert isinstance(b.app.screen, CodebookScreen)
        await b.press("e", "escape", "e")
        await choose(b, "brief")
        await b.press("escape", "c", "escape", "1")
    assert mini.file.read.version() == before


async def test_entries_with_lines_of_their_own_stay_whole(mini: Study) -> None:
    set_fields(mini, "money", {"examples": ["one\nline", "two"], "brief": ["a\nb"]})
    async with bench(mini) as b:
        await goto(b, "money")
        await b.press("e")
        await choose(b, "examples")
        area = b.app.screen.query_one(TextArea)
        assert area.text == "one\nline\n\ntwo"
        await write(b, area.text + "\n\nthree")
        assert code(mini, "money").examples == ("one\nline", "two", "three")
        await b.press("e")
        await choose(b, "brief")
        await write(b, "a\nb\nc")
        assert code(mini, "money").brief == "a\nb\nc"


async def test_faults_are_told_and_nothing_is_lost(mini: Study) -> None:
    async with bench(mini) as b:
        await goto(b, "money")
        await b.press("e")
        await choose(b, "name (en)")
        await answer(b, "Trust")
        assert "has the same name (en) as “money” beside it" in b.words("#ask-fault")
        await answer(b, "Funds")
        assert code(mini, "money").name() == "Funds"
        await b.press("e")
        await choose(b, "indicators (en)")
        await write(b, "-\nbudget*")
        assert isinstance(b.app.screen, AskText)
        assert "has an indicator (en) that is empty" in b.words("#ask-title")
        await write(b, "budget*")
        assert dict(code(mini, "money").indicators)["en"] == ("budget*",)
        await b.press("e")
        await choose(b, "another language")
        await answer(b, "not a tag!")
        await answer(b, "Geld")
        assert "a language is a short tag" in b.words("#ask-fault")
        await b.press("escape", "e")
        await choose(b, "another language")
        await answer(b, "de")
        await answer(b, "Geld")
        assert code(mini, "money").name("de") == "Geld"
        await b.press("e")
        await choose(b, "another language")
        await b.press("escape")


async def test_flags_and_the_attribute(mini: Study) -> None:
    async with bench(mini) as b:
        await goto(b, "setup")
        await b.press("e")
        await choose(b, "exclusive")
        await b.press("2")
        assert not code(mini, "setup").exclusive
        await b.press("e")
        await choose(b, "absence")
        await b.press("1")
        assert code(mini, "setup").absence
        await b.press("e")
        await choose(b, "absence")
        await b.press("1", "e")
        await choose(b, "absence")
        await b.press("escape")
        assert code(mini, "setup").absence
        await b.press("e")
        await choose(b, "defines")
        await answer(b, "mechanism")
        assert code(mini, "setup").defines == "mechanism"
        await b.press("u", "u", "u")
        assert (code(mini, "setup").exclusive, code(mini, "setup").absence) == (True, False)
        assert code(mini, "setup").defines is None


async def test_colours(mini: Study) -> None:
    async with bench(mini) as b:
        await goto(b, "motive")
        await b.press("c", "5")
        assert code(mini, "motive").colour == "red"
        assert mini.codes().codebook.colour_of("money") == "red"
        await b.press("e")
        await choose(b, "colour")
        await b.press("9")
        assert code(mini, "motive").colour is None
        await b.press("u", "u")
        assert code(mini, "motive").colour == "blue"


async def test_hot_keys_move_from_code_to_code(mini: Study) -> None:
    async with bench(mini) as b:
        await goto(b, "trust")
        await b.press("7")
        assert code(mini, "trust").hotkey == "7"
        await b.press("1")
        assert isinstance(b.app.screen, AskYes)
        await b.press("n")
        assert code(mini, "trust").hotkey == "7"
        await b.press("1", "y")
        assert (code(mini, "trust").hotkey, code(mini, "money").hotkey) == ("1", None)
        await b.press("u")
        assert (code(mini, "trust").hotkey, code(mini, "money").hotkey) == ("7", "1")
        await b.press("0")
        assert code(mini, "trust").hotkey is None
        await b.press("0")
        assert b.told == "trust has no hot key."
        await b.press("e")
        await choose(b, "hot key")
        await answer(b, "x")
        assert "a hot key is a digit from 1 to 9" in b.told
        await b.press("3", "escape")
        await b.find("budget for it")
        await b.press("3")
        assert b.codings() == [("trust", "budget for it")]  # while coding, too


# -- the tree


async def test_new_codes_below_behind_and_at_the_top(mini: Study) -> None:
    mark(mini, mini.source("one"), ["motive", "setup"], "complete")
    async with bench(mini) as b:
        await goto(b, "money")
        await b.press("A", "1")
        await answer(b, "trust")
        assert b.words("#ask-fault").startswith("There is a code “trust” already.")
        await answer(b, "tax")
        await answer(b, "")
        assert "has no name" in b.words("#ask-fault")
        await answer(b, "Tax")
        assert b.told.startswith("Added tax below money (u takes it back). 1 completed transcript is to be rechecked")
        assert b.app.screen.marked.code.id == "tax"
        assert title(b).endswith("1 to recheck: q")
        await goto(b, "money")
        await b.press("A", "2")
        await answer(b, "goods")
        await answer(b, "Goods")
        await b.press("A", "3")
        await answer(b, "action")
        await answer(b, "Action")
        await goto(b, "office")
        await b.press("A", "2")
        await answer(b, "bureau")
        await answer(b, "Bureau")
        assert tree(mini) == [
            ("motive", 0), ("money", 1), ("tax", 2), ("goods", 1), ("trust", 1), ("setup", 0), ("office", 1),
            ("bureau", 1), ("action", 0),
        ]  # fmt: skip
        await b.press("A", "escape", "A", "1", "escape", "A", "1")
        await answer(b, "x")
        await b.press("escape")
        assert "x" not in mini.codes().codebook
        for _ in range(4):
            await b.press("u")
        assert shown(b) == ["motive", "money", "trust", "setup", "office"]


async def test_splitting(mini: Study) -> None:
    put(mini, "one", "money", "revenue")
    async with bench(mini) as b:
        await goto(b, "money")
        await b.press("p", "2")
        await answer(b, "tax")
        await answer(b, "Tax")
        assert b.told.startswith("Split tax off from money, beside it (u takes it back). On money stand 1 coding")
        await goto(b, "money")
        await b.press("p", "1")
        await answer(b, "levy")
        await answer(b, "Levy")
        assert tree(mini)[1:4] == [("money", 1), ("levy", 2), ("tax", 1)]
        await b.press("u", "u")
        assert "tax" not in mini.codes().codebook


async def test_moving(mini: Study) -> None:
    before = tree(mini)
    async with bench(mini) as b:
        await goto(b, "money")
        await b.press("m")
        await choose(b, "setup")
        assert tree(mini) == [("motive", 0), ("trust", 1), ("setup", 0), ("office", 1), ("money", 1)]
        assert b.told.startswith("Moved money below setup (u takes it back).")
        await b.press("less_than_sign")
        assert tree(mini)[3:] == [("money", 1), ("office", 1)]
        await b.press("less_than_sign")
        assert b.told == "money is the first of those beside it."
        await b.press("greater_than_sign")
        assert tree(mini)[3:] == [("office", 1), ("money", 1)]
        await b.press("greater_than_sign")
        assert b.told == "money is the last of those beside it."
        await b.press("m")
        await choose(b, "top")
        assert tree(mini)[-1] == ("money", 0)
        await b.press("less_than_sign", "less_than_sign", "m", "escape")
        assert tree(mini)[0] == ("money", 0)
        for _ in range(6):
            await b.press("u")
        assert tree(mini) == before
        await b.press("u")
        assert b.told.startswith("Nothing was changed here")


async def test_a_lonely_code_has_nowhere_to_go(empty_path: Path, opened: Open, tmp_path: Path) -> None:
    study = opened(empty_path, "anna")
    (tmp_path / "b.toml").write_text(CODEBOOK[: CODEBOOK.index("[[code]]", 150)], encoding="utf-8")
    import_codebook(study, tmp_path / "b.toml")
    async with bench(study) as b:
        await b.press("f6", "m")
        assert b.told == "There is no other code to stand below."
        await b.press("M")
        assert b.told == "There is no other code to merge it into."


async def test_a_codebook_that_lost_all_codes_grows_again(mini: Study) -> None:
    async with bench(mini) as b:
        await b.press("f6", "end", *["x"] * 3, "end", *["x"] * 2)
        assert shown(b) == []
        await b.press("A")
        await answer(b, "first")
        await answer(b, "First")
        assert tree(mini) == [("first", 0)]
        await b.press("u", "A", "escape")
        assert shown(b) == []


async def test_renaming(mini: Study) -> None:
    async with bench(mini) as b:
        await goto(b, "motive")
        await b.press("left", "r")
        await answer(b, "trust")
        assert b.words("#ask-fault").startswith("There is a code “trust” already.")
        await answer(b, "reason")
        assert code(mini, "money").parent == "reason"
        assert b.told == "Renamed motive to reason (u takes it back); “motive” still finds it."
        assert shown(b) == ["reason", "setup", "office"]  # still folded
        await b.press("r", "enter", "right", "r")
        await answer(b, "why")
        await b.press("u")
        assert b.app.screen.marked.code.id == "reason"
        await b.press("u")
        assert code(mini, "money").parent == "motive"


async def test_merging_says_what_it_means_and_can_be_taken_apart(mini: Study, bo: Study) -> None:
    put(mini, "one", "money", "revenue")
    put(bo, "two", "money", "the revenue is gone")
    async with bench(mini) as b:
        await goto(b, "money")
        await b.press("M")
        await choose(b, "trust")
        assert "On money stand 2 codings (1 of them yours) in 2 transcripts" in b.words("#ask-help")
        await b.press("n")
        assert "money" in mini.codes().codebook
        await b.press("M")
        await choose(b, "trust")
        await b.press("y")
        assert b.told.startswith("Merged money into trust (u takes it back); 2 codings")
        assert shown(b) == ["motive", "trust", "setup", "office"]
        assert "1 coding of mine, 1 of others · merged into it: money" in detail(b)
        assert {m.code for m in b.view.all_marks()} == {"trust"}
        await b.press("u")
        assert "money" in shown(b)
        await b.press("T")
        assert b.told == "No code was merged into another."
        await goto(b, "motive")
        await b.press("M")
        await choose(b, "setup")
        assert "Moves below setup: money, trust." in b.words("#ask-help")
        await b.press("y", "T")
        await choose(b, "motive")
        assert tree(mini)[:3] == [("motive", 0), ("money", 1), ("trust", 1)]
        await b.press("u")
        assert "motive" not in mini.codes().codebook
        await b.press("T", "escape", "M", "escape")
        assert "motive" not in mini.codes().codebook


async def test_removing(mini: Study) -> None:
    put(mini, "one", "trust", "budget for it")
    async with bench(mini) as b:
        await goto(b, "money")
        before = code(mini, "money")
        await b.press("x")
        assert shown(b) == ["motive", "trust", "setup", "office"]
        assert b.told == "Removed money (u takes it back)."
        await b.press("u")
        assert code(mini, "money") == before
        assert shown(b)[:2] == ["motive", "money"]
        await goto(b, "office")
        await b.press("delete", "u")
        assert tree(mini)[-1] == ("office", 1)
        await goto(b, "setup")
        await b.press("x")
        assert b.told.startswith("Below “setup” stand office.")
        await goto(b, "trust")
        await b.press("x")
        assert "stand 1 coding (1 of them yours)" in b.words("#ask-title")
        await b.press("n", "x", "y")
        await choose(b, "office")
        await b.press("y")
        assert "trust" not in mini.codes().codebook


async def test_what_was_changed_elsewhere_is_not_taken_back(mini: Study) -> None:
    async with bench(mini) as b:
        await goto(b, "money")
        await b.press("c", "5")
        set_fields(mini, "money", {"brief": ["Elsewhere."]})
        await b.press("u")
        assert b.told.startswith("The codebook was changed elsewhere since")
        assert code(mini, "money").colour == "red"
        await b.press("u")
        assert b.told.startswith("Nothing was changed here")


# -- who does not own it proposes


async def test_changes_of_others_become_proposals(mini: Study, bo: Study) -> None:
    async with bench(bo) as b:
        await goto(b, "money")
        assert "owner: anna; your changes become proposals" in title(b)
        await b.press("e")
        await choose(b, "brief")
        await answer(b, "For cash.")
        await b.press("escape")  # back to the value, which is not lost
        assert b.app.screen.query_one(Input).value == "For cash."
        await b.press("enter")
        await answer(b, "Too wide")
        assert b.told == "Proposed to anna; P lists proposals."
        assert title(b).endswith("1 proposal: P")
        await b.press("e")
        await choose(b, "full definition")
        await write(b, "Cash.")
        await answer(b, "")
        await b.press("A", "1")
        await answer(b, "tax")
        await answer(b, "Tax")
        await answer(b, "Missing")
        await b.press("m")
        await choose(b, "setup")
        await b.press("escape", "c", "5")
        await answer(b, "")
        await b.press("7")
        await answer(b, "")
        await goto(b, "trust")
        await b.press("1")
        await answer(b, "")
        assert "has the hot key 1" in b.words("#ask-fault")
        await b.press("escape")
        found = [(p.code, p.adds, p.note, [name for name, _, _ in p.changes]) for p in code_proposals(bo)]
        assert found == [
            ("money", False, "Too wide", ["brief"]), ("money", False, "", ["definition"]),
            ("tax", True, "Missing", ["parent", "names"]), ("money", False, "", ["colour"]),
            ("money", False, "", ["hotkey"]),
        ]  # fmt: skip
        assert code(bo, "money").brief == "For money."


async def test_new_codes_of_others_are_proposed_at_their_place(mini: Study, bo: Study) -> None:
    async with bench(bo) as b:
        await goto(b, "money")
        for keys, name in (
            (("A", "2"), "one-more"),
            (("A", "3"), "top-one"),
            (("p", "1"), "part"),
            (("p", "2"), "twin"),
        ):
            await b.press(*keys)
            await answer(b, name)
            await answer(b, name.title())
            await answer(b, "")
        await goto(b, "motive")
        await b.press("p", "2")
        await answer(b, "wide")
        await answer(b, "Wide")
        await b.press("escape")
        assert isinstance(b.app.screen, AskLine)  # the name again
        await b.press("escape", "m")
        await choose(b, "setup")
        await answer(b, "")
        parents = [next((after for name, _, after in p.changes if name == "parent"), "") for p in code_proposals(bo)]
        assert parents == ["motive", "", "money", "motive", "setup"]


async def test_what_only_the_owner_can_do_is_told(mini: Study, bo: Study) -> None:
    async with bench(bo) as b:
        await goto(b, "trust")
        for key, what in (
            ("r", "rename codes"), ("M", "merge codes"), ("T", "take codes apart"), ("x", "remove codes"),
            ("less_than_sign", "order its codes"), ("O", "hand it on"),
        ):  # fmt: skip
            await b.press(key)
            assert b.told.startswith(f"The codebook is anna's; only they can {what}."), key
        await b.press("R", "A")
        assert b.told.startswith("The codebook is anna's; only its owner can release it.")


# -- rechecks


async def test_the_queue_is_settled_one_key_each(mini: Study) -> None:
    put(mini, "one", "money", "revenue")
    for name in ("one", "two"):
        mark(mini, mini.source(name), ["motive", "setup"], "complete")
    set_fields(mini, "money", {"definition": ["Cash."]})
    set_fields(mini, "trust", {"definition": ["Trust."]})
    async with bench(mini) as b:
        await b.press("f6")
        assert title(b).endswith("4 to recheck: q")
        await b.press("q")
        assert isinstance(b.app.screen, RecheckScreen)
        assert title(b) == "To recheck · 4 entries of anna"
        assert [row.split()[:2] for row in rows(b)[1:]] == [
            ["one", "money"], ["one", "trust"], ["two", "money"], ["two", "trust"]
        ]  # fmt: skip
        assert rows(b)[1].split()[2:] == ["changed:", "definition", "1"]
        assert "full definition: Cash." in detail(b)
        await b.press("space", "y")
        assert b.told == "Settled (u takes it back). 3 left. money in one."
        assert b.app.screen.marked.code == "trust"
        await b.press("u")
        assert b.told.startswith("Undone: ")
        assert len(recheck_queue(mini)) == 4
        await b.press("U")
        assert len(recheck_queue(mini)) == 3
        await b.press("end", "Y")
        assert b.told == "Settled (u takes it back). 1 left. 2 codes in two."
        await b.press("slash")
        await b.typed("trust")
        await b.press("enter", "escape", "Y")
        assert b.told == "Settled (u takes it back). Nothing is left. 1 code in one."
        await b.press("escape")
        assert title(b) == "Miniature · 5 codes"


async def test_from_the_queue_to_the_transcript(mini: Study) -> None:
    for name in ("one", "two"):
        mark(mini, mini.source(name), ["motive"], "complete")
    put(mini, "two", "money", "the revenue is gone")
    put(mini, "two", "money", "a budget")
    set_fields(mini, "money", {"definition": ["Cash."]})
    async with bench(mini) as b:
        await b.press("f6", "q", "end", "enter")
        assert b.coding.desk.source.name == "two"
        assert b.selected() == "a budget"
        assert b.told == "Look again for money (changed: definition)."
        await b.press("f6", "q", "home", "enter")
        assert b.coding.desk.source.name == "one"
        assert b.view.selection.span.start == 0


async def test_nothing_to_undo_on_the_queue(mini_path: Path, opened: Open) -> None:
    async with bench(opened(mini_path, "carl")) as b:
        await b.press("f6", "q", "u")
        assert b.told == "There is nothing to undo."
        await b.press("U")
        assert b.told == "There is nothing to do again."
        await b.press("enter")


# -- proposals


async def test_proposals_are_accepted_and_refused(mini: Study, bo: Study) -> None:
    propose(bo, "money", ["definition=Cash."], note="Too wide")
    propose(bo, "trust", ["hotkey=7", "brief=T."])
    propose(bo, "tax", ["name.en=Tax"], add=True)
    propose(bo, "office", ["brief=O."])
    merge_code(mini, "office", "setup")
    async with bench(mini, (160, 48)) as b:
        await b.press("f6", "P")
        assert isinstance(b.app.screen, ProposalsScreen)
        assert title(b) == "Proposals · 4 open"
        listed = rows(b)[1:]
        assert "definition: Money is the reason. → Cash." in listed[0]
        assert "brief, hotkey" in listed[1]
        assert "a new code" in listed[2]
        assert "the code is not there any more" in listed[3]
        assert "bo proposed a change: Too wide." in detail(b)
        assert "  now  Money is the reason.\n  then Cash." in detail(b)
        await b.press("enter")
        assert "definition now:\nMoney is the reason.\ndefinition as proposed:\nCash." in b.words("#notice-text")
        await b.press("escape", "space", "y")
        assert code(mini, "money").definition == "Cash."
        assert b.told == "money is changed as bo proposed."
        await b.press("x", "escape")
        assert title(b) == "Proposals · 3 open"
        await b.press("x")
        await answer(b, "No need")
        assert b.told == "The proposal of bo for trust is refused."
        await b.press("end", "y")
        assert b.told.startswith("The code “office” was changed since")
        assert "can only be refused" in detail(b)
        await b.press("t")
        assert title(b) == "Proposals · 2 open, 2 decided"
        await b.press("home", "down")
        assert "It was refused: No need" in detail(b)
        await b.press("y")
        assert b.told == "This proposal was refused already."
        await b.press("t")
        assert title(b) == "Proposals · 2 open"


async def test_only_the_owner_decides(mini: Study, bo: Study) -> None:
    propose(bo, "money", ["definition=Cash."])
    async with bench(bo) as b:
        await b.press("f6", "P", "y")
        assert "only its owner can decide on proposals" in b.told
        await b.press("x")
        assert "only its owner can decide on proposals" in b.told


# -- releases


async def test_releases_and_what_differs(mini: Study, tmp_path: Path) -> None:
    async with bench(mini, (120, 30)) as b:
        await b.press("f6", "R", "A")
        assert isinstance(b.app.screen, AskLine)
        await answer(b, " ")
        assert b.words("#ask-fault") == "A release needs a name."
        await b.press("escape", "A")
        await answer(b, "pilot")
        await b.press("escape")
        assert len(rows(b)) == 2
        await b.press("A")
        await answer(b, "pilot")
        await answer(b, "before round 2")
        assert b.told == "Released for good as pilot: the codebook as it is now."
        assert "before round 2" in rows(b)[1]
        assert "The codebook is as it was released." in detail(b)
        await b.press("enter")
        assert b.told == "There is no difference."
        set_fields(mini, "money", {"definition": ["Cash.\nOnly."]})
        release(mini, "second")
        set_fields(mini, "money", {"brief": ["B."], "hotkey": []})
        import_codebook(mini, _reordered(mini, tmp_path))
        await b.press("escape", "f6", "R", "A")
        await answer(b, "pilot")
        assert b.words("#ask-fault").startswith("There is a release “pilot” already.")
        await answer(b, "third")
        await b.press("escape", "home", "enter")
        assert isinstance(b.app.screen, Notice)
        words = b.words("#notice-text")
        assert "money: brief, changed\n    before: For money.\n    after: B." in words
        assert "    after: Cash.\n        Only." in words
        assert words.endswith("Codes that stand in both stand in another order.")
        await b.press("escape", "d")
        await choose(b, "second")
        assert "brief" not in b.words("#notice-text")
        await b.press("escape", "end", "d")
        await choose(b, "pilot")
        assert "after: Cash." in b.words("#notice-text")  # the older one first
        await b.press("escape", "d")
        await choose(b, "now")
        assert "after: B." in b.words("#notice-text")
        await b.press("escape", "d", "escape")


def _reordered(study: Study, folder: Path) -> Path:
    path = folder / "again.toml"
    export_codebook(study, path)
    head, *blocks = path.read_text(encoding="utf-8").split("[[code]]")
    blocks[0], blocks[3] = blocks[3], blocks[0]
    path.write_text("[[code]]".join([head, *blocks]), encoding="utf-8")
    return path


async def test_a_release_is_compared_with_a_file_and_written(mini: Study, tmp_path: Path) -> None:
    release(mini, "pilot", "note")
    (tmp_path / "other.toml").write_text(CODEBOOK.replace("For money.", "For cash."), encoding="utf-8")
    set_fields(mini, "money", {"definition": ["Later."]})
    async with bench(mini) as b:
        await b.press("f6", "R", "d")
        await choose(b, "file")
        await answer(b, str(tmp_path / "nothing.toml"))
        assert "There is no file" in b.words("#ask-fault")
        await answer(b, str(tmp_path / "other.toml"))
        assert "before: For money.\n    after: For cash." in b.words("#notice-text")
        await b.press("escape", "d")
        await choose(b, "file")
        await b.press("escape", "w")
        await answer(b, str(tmp_path / "pilot.toml"))
        assert b.told == "Wrote 5 codes to pilot.toml."
        assert "Later." not in (tmp_path / "pilot.toml").read_text(encoding="utf-8")


async def test_tab_goes_from_list_to_list(mini: Study) -> None:
    async with bench(mini) as b:
        kinds = []
        await b.press("f6")
        for _ in range(4):
            await b.press("tab")
            kinds.append(type(b.app.screen))
        assert kinds == [RecheckScreen, ProposalsScreen, ReleasesScreen, CodebookScreen]
        await b.press("tab", "tab", "escape")
        assert isinstance(b.app.screen, CodebookScreen)
        await b.press("escape")
        assert b.app.screen is b.coding


# -- files and the owner


async def test_writing_in_every_form(mini: Study, tmp_path: Path) -> None:
    async with bench(mini) as b:
        await b.press("f6", "w")
        assert b.app.screen.query_one(Input).value.endswith("codebook.toml")
        await answer(b, str(tmp_path / "c.doc"))
        assert "Use .toml, .csv, .xlsx or .md." in b.words("#ask-fault")
        for ending in ("csv", "xlsx", "md", "toml"):
            await answer(b, str(tmp_path / f"c.{ending}"))
            assert b.told == f"Wrote 5 codes to c.{ending}."
            assert (tmp_path / f"c.{ending}").stat().st_size
            await b.press("w")
        await answer(b, str(tmp_path / "c.toml"))
        assert b.words("#ask-fault")  # it is there already
        await b.press("escape")


async def test_an_import_says_what_it_did(mini: Study, tmp_path: Path) -> None:
    set_fields(mini, "money", {"when_to_use": ["Here."]})
    text = CODEBOOK.replace("For money.", "For cash.").replace('title = "Miniature"', 'title = "Larger"')
    text = text[: text.index('[[code]]\nid = "office"')] + '[[code]]\nid = "new"\nname = { en = "New" }\n'
    (tmp_path / "new.toml").write_text(text, encoding="utf-8")
    async with bench(mini) as b:
        await b.press("f6", "i")
        await answer(b, str(tmp_path / "new.toml"))
        assert isinstance(b.app.screen, Notice)
        words = b.words("#notice-text")
        for line in (
            "new: new", "the codebook: title changed", "money: brief changed", "office: not in the file; it stays",
            "Kept: ", "has no definition",
        ):  # fmt: skip
            assert line in words, line
        await b.press("escape")
        assert b.told.startswith("Imported: 1 new, 1 changed, ")
        assert code(mini, "money").when_to_use == "Here."
        assert "new" in shown(b)
        await b.press("i", "escape")


async def test_conflicts_ask_whose_values_stand(mini: Study, tmp_path: Path) -> None:
    (tmp_path / "next.toml").write_text(CODEBOOK.replace("For money.", "For cash."), encoding="utf-8")
    set_fields(mini, "money", {"brief": ["For goods."]})
    async with bench(mini) as b:
        for key, brief in (("3", "For goods."), ("escape", "For goods."), ("2", "For goods."), ("1", "For cash!")):
            if key == "1":  # what was settled before is not asked again
                (tmp_path / "next.toml").write_text(CODEBOOK.replace("For money.", "For cash!"), encoding="utf-8")
            await b.press("f6", "i")
            await answer(b, str(tmp_path / "next.toml"))
            assert isinstance(b.app.screen, Notice)
            assert "money: brief, changed in both\n    study: For goods." in b.words("#notice-text")
            await b.press("escape")
            assert isinstance(b.app.screen, Picker)
            await b.press(key, "escape" if key in "12" else "f1", "escape")
            assert code(mini, "money").brief == brief
            await b.press("escape")


async def test_a_broken_file_is_told(mini: Study, bo: Study, tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text(CODEBOOK.replace('colour = "teal"', 'colour = "mauve"'), encoding="utf-8")
    (tmp_path / "other.toml").write_text(CODEBOOK.replace('id = "mini"', 'id = "maxi"'), encoding="utf-8")
    (tmp_path / "next.toml").write_text(CODEBOOK.replace("For money.", "For cash."), encoding="utf-8")
    async with bench(mini) as b:
        await b.press("f6", "i")
        await answer(b, str(tmp_path / "bad.toml"))
        assert "mauve" in b.words("#notice-text")
        await b.press("escape", "i")
        await answer(b, str(tmp_path / "other.toml"))
        assert "This study uses the codebook “mini”" in b.told
    async with bench(bo) as b:
        await b.press("f6", "i")
        await answer(b, str(tmp_path / "next.toml"))
        assert "The codebook is anna's" in b.told


async def test_the_first_import(empty_path: Path, opened: Open, tmp_path: Path) -> None:
    (tmp_path / "mini.toml").write_text(CODEBOOK, encoding="utf-8")
    study = opened(empty_path, "anna")
    async with bench(study) as b:
        await b.press("f6", "i", "escape", "i")
        await choose(b, "file")
        await b.press("escape", "i")
        await choose(b, "file")
        await answer(b, str(tmp_path / "mini.toml"))
        assert len(study.codes().codebook.codes) == 5
        await b.press("escape")
        assert shown(b)[0] == "motive"
    assert study.codes().codebook.title == "Miniature"


async def test_a_codebook_that_comes_with_qcode(empty_path: Path, opened: Open) -> None:
    study = opened(empty_path, "anna")
    async with bench(study) as b:
        await b.press("f6", "i")
        await choose(b, "cooperation")
        await b.press("escape")
        assert len(shown(b)) > 40


async def test_handing_it_on(mini: Study, bo: Study) -> None:
    async with bench(mini) as b:
        await b.press("f6", "O")
        await choose(b, "bo")
        await b.press("n", "O", "escape", "O")
        await choose(b, "bo")
        await b.press("y")
        assert owner(mini).name == "bo"
        assert b.told == "The codebook is bo's now."
        assert "owner: bo; your changes become proposals" in title(b)


# -- hostile text


async def test_hostile_words_are_shown_and_do_nothing(mini: Study, bo: Study) -> None:
    hostile = [*MARKUP, *(text.replace("\x00", "") for text in CONTROL_SEQUENCES)]
    set_fields(mini, "money", {"definition": ["\n".join(hostile)], "examples": hostile})
    set_fields(mini, "money", {"name.en": ["[/b][red]x"], "aliases": ["[@click=app.quit]q[/]"]})
    propose(bo, "trust", [f"definition={hostile[0]}{hostile[-1]}"], note="[/b]\x1b[2J")
    async with bench(mini) as b:
        await goto(b, "money")
        assert "[@click=app.quit]q[/]" in detail(b)
        assert "[/b][red]x" in rows(b)[2]
        assert "\x1b" not in detail(b)
        await b.press("H")
        assert "\x1b" not in b.words("#notice-text")
        await b.press("escape", "e")
        await choose(b, "full definition")
        assert "\x1b" not in b.app.screen.query_one(TextArea).text
        await b.press("ctrl+g", "P", "enter")
        assert "[/b]" in b.words("#notice-text")
        assert "\x1b" not in b.words("#notice-text")
