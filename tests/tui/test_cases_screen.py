"""The screen of cases: what it shows, and that every key does in the project what it says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from naughty import CONTROL_SEQUENCES, FORMULAS, MARKUP
from studies import put
from textual.widgets import DataTable, Input, Static, TextArea
from textual.widgets.data_table import Column
from tui.benching import Bench, bench

from qcode.core.spans import Span
from qcode.services.act_changes import Goal
from qcode.services.case_edits import add_case, links_of, remove_case, set_values
from qcode.services.case_overview import CaseOverview
from qcode.services.coding import link_case, set_context, text_of
from qcode.services.study import Study
from qcode.tui.commands import COMMANDS
from qcode.tui.screens.asking import AskLine, AskYes
from qcode.tui.screens.cases import CasesScreen
from qcode.tui.screens.cases_asking import AskLines
from qcode.tui.screens.cases_counts import CaseCountsScreen
from qcode.tui.screens.cases_links import CaseLinksScreen
from qcode.tui.screens.notice import Notice
from qcode.tui.screens.picker import Picker
from qcode.tui.screens.retrieval import RetrievalScreen
from qcode.tui.screens.visiting import visit

Open = Callable[[Path, str], Study]
SIZES = pytest.mark.parametrize("size", [(80, 24), (160, 48)])
SHOW = ("ctrl+o", "k")


@pytest.fixture
def full(mini: Study) -> Study:
    """The small study with everything that a case can have."""
    set_values(
        mini,
        mini.case("park").uid,
        {
            "parties": "donor=甲县 Coast county@340824(2018); recipient=乙县 Hills county@330127",
            "stages": "talks:2009-2012=mandated; building:2013-",
            "year": "2014",
            "issue_area": "economy",
        },
    )
    set_values(mini, mini.case("river").uid, {"year": "2009", "issue_area": "water"})
    link(mini, "park", "revenue", "talks")
    link(mini, "park", "a budget for it")
    link(mini, "park", None)
    return mini


def link(study: Study, key: str, quote: str | None, stage: str | None = None) -> None:
    source = study.source("one")
    text = text_of(study, source)
    span = Span(text.index(quote), text.index(quote) + len(quote)) if quote else None
    link_case(study, study.case(key), source, text, span, stage)


def rows(b: Bench) -> list[str]:
    view = b.app.screen.query_one("#rows")
    return [line for y in range(view.size.height) if (line := "".join(s.text for s in view.render_line(y)).rstrip())]


def title(b: Bench) -> str:
    return str(b.app.screen.query_one("#title", Static).content).strip()


def detail(b: Bench) -> str:
    return str(b.app.screen.query_one("#detail-text", Static).content)


def counted(b: Bench) -> list[list[str]]:
    grid = b.app.screen.query_one(DataTable)
    return [[str(cell) for cell in grid.get_row_at(number)] for number in range(grid.row_count)]


def columns(b: Bench) -> list[Column]:
    return b.app.screen.query_one(DataTable).ordered_columns


def keys(b: Bench) -> list[str]:
    screen = b.app.screen
    assert isinstance(screen, CasesScreen)
    return [item.case.short_key for item in screen.items]


def options(b: Bench) -> list[str]:
    picker = b.app.screen
    assert isinstance(picker, Picker)
    return [str(picker.choice_list.get_option_at_index(n).prompt) for n in range(picker.choice_list.option_count)]


async def choose(b: Bench, *typed: str) -> None:
    """Answer pickers and fields one after the other."""
    for text in typed:
        assert isinstance(b.app.screen, Picker | AskLine), text
        await b.typed(text)
        await b.press("enter")


# -- the list


@SIZES
async def test_it_shows_cases_with_links_and_codings(full: Study, size: tuple[int, int]) -> None:
    put(full, "one", "money", "revenue")
    async with bench(full, size) as b:
        await b.press(*SHOW)
        assert title(b) == "Cases · 3 cases: 2 dataset, 1 other"
        head, park, river, talks = rows(b)
        assert head.split()[:5] == ["case", "name", "kind", "mechanism", "year"]
        assert park.split()[0] == "park"
        assert park.split()[-2:] == ["2", "1"]
        assert ("甲县" in park) == (size[0] == 160)
        assert river.split()[-2:] == talks.split()[-2:] == ["·", "·"]
        assert "other" in talks
        assert all(len(line) <= size[0] for line in rows(b))


async def test_the_pane_tells_everything(full: Study) -> None:
    async with bench(full, (160, 48)) as b:
        await b.press(*SHOW)
        assert detail(b).splitlines() == [
            "park · The park · dataset",
            "mechanism arranged   issue_area economy   year 2014 (year)   ",
            "cross_prefectural yes   cross_provincial yes (by the codes of the parties)",
            "donor 甲县 Coast county · county · 340824 of 2018 · Anhui 安徽",
            "recipient 乙县 Hills county · county · 330127 · Zhejiang 浙江",
            "stage talks · 2009–2012 · mandated",
            "stage building · from 2013",
            "3 links · 0 codings of mine speak of it",
            "one whole transcript · anna",
            "one 54-69 · anna  a budget for it",
            "one 75-82 · stage talks · anna  revenue",
        ]
        set_values(full, full.case("river").uid, {"mechanism": "mandatd"})
        await b.press("down")
        assert "mandatd" not in detail(b)  # read again only when something is done here
        await b.press("v", "v")
        assert "! “mandatd” in the column mechanism is none of" in detail(b)
        assert rows(b)[2].startswith("!")


async def test_many_links_and_a_long_pane(full: Study) -> None:
    text = text_of(full, full.source("one"))
    for start in range(10):
        link_case(full, full.case("park"), full.source("one"), text, Span(start, start + 20))
    async with bench(full) as b:
        await b.press(*SHOW)
        assert detail(b).endswith("… and 5 more: Enter shows all")
        pane = b.app.screen.query_one("#detail")
        await b.press("space")
        assert pane.scroll_offset.y > 0
        await b.press("down")
        assert pane.scroll_offset.y == 0


@pytest.mark.parametrize("word", ["乙县", "浙江", "330127", "talks building", "COAST", "economy", "the park"])
async def test_narrowing_looks_at_everything(full: Study, word: str) -> None:
    async with bench(full) as b:
        await b.press(*SHOW, "slash")
        await b.typed(word)
        await b.press("enter")
        assert keys(b)[0] == "park"
        assert len(keys(b)) <= 2
        await b.press("escape")
        assert len(keys(b)) == 3
        await b.press("escape")
        assert b.app.screen is b.coding


async def test_sorting_and_the_other_way_round(full: Study) -> None:
    async with bench(full) as b:
        await b.press(*SHOW, "s")
        await choose(b, "year")
        assert keys(b) == ["river", "park", "talks"]
        assert title(b).endswith("· by year")
        await b.press("s", "enter")  # the current one is marked
        assert keys(b) == ["park", "river", "talks"]
        assert b.told == "Sorted by year, from the largest."
        await b.press("escape", *SHOW)  # kept while the program runs
        assert title(b).endswith("by year, from the largest")
        await b.press("s")
        await choose(b, "as in the table")
        assert title(b).endswith("1 other")
        await b.press("s", "escape")
        assert b.told != "As in the table."


async def test_columns_are_chosen_and_kept(full: Study, mini_path: Path, opened: Open) -> None:
    async with bench(full, (100, 30)) as b:
        await b.press(*SHOW, "c")
        assert any(line.startswith("✓ mechanism") for line in options(b))
        await choose(b, "mechanism", "cross_prov")
        await b.press("escape")
        assert "mechanism" not in rows(b)[0]
        assert "cross_provi" in rows(b)[0]
    async with bench(opened(mini_path, "anna"), (100, 30)) as b:
        await b.press(*SHOW)
        assert "cross_provi" in rows(b)[0]


async def test_it_marks_the_case_that_others_point_at(full: Study) -> None:
    async with bench(full) as b:
        await b.press("ctrl+o", "p")
        visit(b.app.screen, Goal("case", full.case("river").uid))
        await b.pilot.pause()
        await b.pilot.pause()
        assert detail(b).startswith("river")
        await b.press("escape")
        assert type(b.app.screen).__name__ == "ProjectScreen"


async def test_others_are_hidden_and_shown(full: Study, mini_path: Path, opened: Open) -> None:
    bo = opened(mini_path, "bo")
    link(bo, "river", "an office")
    async with bench(full) as b:
        await b.press(*SHOW, "down")
        assert "1 link" in detail(b)
        await b.press("v")
        assert "0 links" in detail(b)
        assert title(b).endswith("own work only")


# -- editing


async def change(b: Bench, field: str, *typed: str) -> None:
    await b.press("e")
    await choose(b, field, *typed)


async def test_every_kind_of_field_is_edited_and_taken_back(full: Study) -> None:
    def park() -> dict[str, str]:
        case = full.case("park")
        return {"name": case.name, "kind": case.kind, **case.attributes}

    async with bench(full) as b:
        await b.press(*SHOW)
        before = park()
        await change(b, "name", "The great park")
        await change(b, "kind", "programme")
        await change(b, "year", "2016")
        assert b.told == "Recorded; tables by attribute show it as “programme”, its kind."
        await change(b, "another", "budget", "5,000")
        await change(b, "mechanism", "mandated", "interview", "likely")
        expected = {
            "name": "The great park", "kind": "programme", "year": "2016", "budget": "5,000", "mechanism": "mandated",
            "mechanism_source": "interview", "mechanism_certainty": "likely", "issue_area": "economy",
        }  # fmt: skip
        assert park() == expected
        await change(b, "mechanism_source", "documents")
        assert park()["mechanism_source"] == "documents"
        await change(b, "mechanism", "not recorded")
        assert "mechanism" not in park()
        await b.press("u", "u")
        assert park() == expected
        assert b.told == "Taken back: mechanism_source of park."
        await b.press("U")
        assert park()["mechanism_source"] == "documents"
        await b.press(*"uuuuuu")
        assert park() == before
        await b.press("u")
        assert b.told.startswith("There is no change of a case to take back.")


async def test_what_is_odd_is_told(full: Study) -> None:
    async with bench(full, (160, 48)) as b:
        await b.press(*SHOW)
        await change(b, "mechanism", "other words")
        await choose(b, "aranged", "not recorded", "not recorded")
        assert full.case("park").attributes["mechanism"] == "aranged"
        assert b.told.startswith("Recorded, but worth a look: “aranged” in the column mechanism is none of")
        await change(b, "year", "2014")
        assert b.told != "Recorded."  # nothing was changed, and nothing is said of it
        await change(b, "name", "x" * 81)
        assert b.words("#ask-fault").startswith("The case needs a name")
        await b.press("escape", "e", "escape", "e")
        await choose(b, "another", "")
        assert b.words("#ask-fault").startswith("The attribute needs a name")
        await choose(b, "key", "other")
        assert b.told.startswith("The key of a case cannot be changed.")
        await change(b, "kind", "dataset")
        assert b.told == "That was recorded already."


async def test_yes_or_no_is_chosen(full: Study) -> None:
    async with bench(full) as b:
        await b.press(*SHOW, "down")
        set_values(full, full.case("river").uid, {"signed": "yes"})
        await b.press("v", "v")
        await change(b, "signed", "no")
        assert full.case("river").attributes["signed"] == "no"
        await change(b, "signed", "not recorded")
        assert "signed" not in full.case("river").attributes


async def test_parties_and_stages_are_lines_that_are_checked(full: Study) -> None:
    async with bench(full) as b:
        await b.press(*SHOW, "down")
        await change(b, "parties")
        assert isinstance(b.app.screen, AskLines)
        area = b.app.screen.query_one(TextArea)
        area.text = "donor：甲\nrecipient=乙@9"
        await b.press("escape")
        assert "“donor：甲” should read role=name" in b.words("#ask-fault")
        assert "“recipient=乙@9” cannot be read" in b.words("#ask-fault")
        area.text = "donor=甲县@340824(2018);\n\nrecipient＝乙县"
        await b.press("escape")
        assert [(p.role, p.name, p.code) for p in full.case("river").parties] == [
            ("donor", "甲县", "340824"), ("recipient", "乙县", None)
        ]  # fmt: skip
        await change(b, "stages")
        area = b.app.screen.query_one(TextArea)
        area.text = "one:2009\nthree"
        await b.press("ctrl+g")
        assert full.case("river").stages == ()
        await change(b, "stages")
        area = b.app.screen.query_one(TextArea)
        area.text = "one:2009\nthree=mandated"
        await b.press("escape")
        assert [stage.name for stage in full.case("river").stages] == ["one", "three"]
        await change(b, "stages")
        assert b.app.screen.query_one(TextArea).text == "one:2009\nthree=mandated"
        await b.press("escape", "u", "u")
        assert full.case("river").parties == ()


async def test_a_lost_stage_is_told(full: Study) -> None:
    async with bench(full, (160, 48)) as b:
        await b.press(*SHOW)
        await change(b, "stages")
        b.app.screen.query_one(TextArea).text = "building:2013-"
        await b.press("escape")
        assert "1 of the links and codings name the stage “talks”, which is gone." in b.told


async def test_tables_do_not_show_attributes_of_what_is_of_no_data_set(mini: Study) -> None:
    async with bench(mini, (160, 48)) as b:
        await b.press(*SHOW, "slash")
        await b.typed("talks")
        await b.press("enter")
        await change(b, "mechanism", "mandated", "interview", "likely")
        assert b.told.startswith("Recorded; tables by attribute show it as “other”, its kind.")
        await change(b, "kind", "dataset")
        assert "tables by attribute" not in b.told
        await change(b, "year", "2016")
        assert "tables by attribute" not in b.told


# -- new and gone


async def test_a_new_case_is_made_then_edited(mini: Study) -> None:
    async with bench(mini) as b:
        await b.press(*SHOW, "slash")
        await b.typed("park")
        await b.press("enter", "A")
        await choose(b, "合作-1", "The first", "programme")
        assert isinstance(b.app.screen, Picker)  # what else is known of it
        await choose(b, "year", "2019")
        case = mini.case("合作-1")
        assert (case.name, case.kind, case.attributes) == ("The first", "programme", {"year": "2019"})
        assert detail(b).startswith("合作-1")
        await b.press("u", "u")
        assert len(mini.file.read.cases()) == 3
        assert b.told == "Taken back: the case 合作-1 is out of the study."
        await b.press("U", "U")
        assert mini.case("合作-1").attributes == {"year": "2019"}
        await b.press("A", "escape", "A")
        await choose(b, "x", "")
        await b.press("escape")
        assert len(mini.file.read.cases()) == 4


async def test_a_case_goes_and_comes_back_with_what_hung_on_it(full: Study) -> None:
    set_context(full, full.case("park"))
    async with bench(full) as b:
        before = full.case("park")
        await b.press(*SHOW, "x")
        assert isinstance(b.app.screen, AskYes)
        assert b.words("#ask-help").startswith("3 links of anna hang on it.")
        await b.press("n")
        assert len(full.file.read.cases()) == 3
        await b.press("delete", "y")
        assert [c.short_key for c in full.file.read.cases()] == ["river", "talks"]
        assert "case none" in str(b.coding.query_one("#status").content)
        await b.press("u")
        again = full.case("park")
        assert (again.attributes, again.parties, again.stages) == (before.attributes, before.parties, before.stages)
        assert len(links_of(full, again.uid)) == 3
        for _ in range(3):
            await b.press("home", "x", "y")
        assert "There are no cases yet: i imports" in rows(b)[1]
        for key in ("x", "e", "r", "enter"):
            await b.press(key)
            assert isinstance(b.app.screen, CasesScreen), key
        await b.press("n")
        assert b.told == "There are no cases to count."
        await b.press("w", "1")
        assert b.told == "There are no cases to write."


async def test_what_was_changed_since_is_not_taken_back(full: Study, mini_path: Path, opened: Open) -> None:
    bo = opened(mini_path, "bo")
    async with bench(full) as b:
        await b.press(*SHOW)
        await change(b, "year", "2016")
        set_values(bo, bo.case("park").uid, {"year": "2017"})
        await b.press("u")
        assert b.told == "The case park was changed since; it stays as it is."
        assert full.case("park").attributes["year"] == "2017"
        await b.press("A")
        await choose(b, "fresh", "", "other")
        await b.press("escape")
        link(bo, "fresh", "an office")
        await b.press("u")
        assert b.told.startswith("The case fresh is in use: 1 link of bo hangs on it.")


# -- types


async def test_types_are_shown_set_and_left_to_the_cells(full: Study) -> None:
    set_values(full, full.case("river").uid, {"year": "about 2015"})

    def now() -> tuple[str, bool]:
        return next((c.type, c.given) for c in CaseOverview(full).columns if c.name == "year")

    async with bench(full) as b:
        await b.press(*SHOW, "t")
        assert any(line.startswith("year  text · inferred") for line in options(b))
        await choose(b, "year")
        assert "1 cell does not fit" in options(b)[2]
        await b.press("3")
        assert now() == ("year", True)
        assert b.told.startswith("The type of year is year. 1 cell does not fit")
        assert rows(b)[2].startswith("!")
        await b.press("t")
        await choose(b, "year", "year")
        assert b.told == "The type of year is year already."
        await b.press("u")
        assert now() == ("text", False)
        await b.press("U", "t")
        assert not any("cross_" in line for line in options(b))  # they follow from codes
        await choose(b, "year", "as the cells")
        assert now() == ("text", False)


# -- links


async def test_the_links_of_a_case_lead_to_their_places(full: Study) -> None:
    async with bench(full) as b:
        await b.press(*SHOW, "enter")
        assert isinstance(b.app.screen, CaseLinksScreen)
        assert title(b) == "park · The park · 3 links"
        assert [line.split()[1] for line in rows(b)] == ["place", "whole", "54-69", "75-82"]
        assert detail(b).endswith("The whole transcript speaks of the case.")
        await b.press("end")
        assert detail(b).splitlines() == ["one · 75-82 · stage talks · anna", "revenue"]
        await b.press("enter")
        assert b.app.screen is b.coding
        assert b.selected() == "revenue"
        assert b.told == "Linked to park."
        await b.press("N")
        assert b.selected() == "a budget for it"
        await b.press(*SHOW, "enter", "enter")
        assert b.app.screen is b.coding


async def test_my_links_are_taken_away_others_not(full: Study, mini_path: Path, opened: Open) -> None:
    bo = opened(mini_path, "bo")
    link(bo, "park", "an office")
    async with bench(full) as b:
        await b.press(*SHOW, "enter", "end", "x")
        assert b.told == "This link is another coder's; only they can take it away."
        await b.press("up", "x")
        assert len(links_of(full, full.case("park").uid)) == 3
        assert b.told == "The link is gone; u brings it back."
        await b.press("u")
        assert len(links_of(full, full.case("park").uid)) == 4
        await b.press("U", "U")
        assert b.told == "There is nothing to do again."
        await b.press("v")
        assert title(b).endswith("2 links · own work only")
        await b.press("slash")
        await b.typed("budget")
        await b.press("enter", "x", "space", "escape", "x", "x")
        assert b.told == "No link is marked."
        await b.press("enter", "escape")
        assert isinstance(b.app.screen, CasesScreen)
        await b.press("enter")
        assert b.told.startswith("The case park has no links.")


async def test_a_case_that_went_leaves_an_empty_list(full: Study, mini_path: Path, opened: Open) -> None:
    bo = opened(mini_path, "bo")
    async with bench(full) as b:
        await b.press(*SHOW, "enter")
        remove_case(bo, bo.case("park").uid, anyway=True)
        await b.press("v")
        await b.pilot.pause()
        assert b.told.startswith(("This case is not there any more.", "Only your own work"))
        assert "No link is left" in rows(b)[1]


async def test_the_segments_of_a_case_are_one_key_away(full: Study) -> None:
    put(full, "one", "money", "revenue")
    put(full, "two", "money", "a budget")
    async with bench(full) as b:
        await b.press(*SHOW, "r")
        assert isinstance(b.app.screen, RetrievalScreen)
        assert title(b).startswith("1 segment")
        await b.press("escape")
        assert isinstance(b.app.screen, CasesScreen)


# -- counts


async def test_counts_by_one_and_by_two(full: Study, tmp_path: Path) -> None:
    async with bench(full) as b:
        await b.press(*SHOW, "n")
        assert options(b)[0].startswith("mechanism")
        await choose(b, "province")
        assert isinstance(b.app.screen, CaseCountsScreen)
        assert title(b) == "Cases by province"
        assert counted(b) == [
            ["Anhui 安徽", "1", "50.0"], ["Zhejiang 浙江", "1", "50.0"], ["not recorded", "1", "50.0"], ["total", "2", "100.0"]
        ]  # fmt: skip
        assert "They count in each of their provinces and once in the total" in b.words("#table-words")
        assert "Not counted: 1 other." in b.words("#table-words")
        await b.press("n")
        await choose(b, "mechanism")
        await b.press("c")
        await choose(b, "year")
        assert title(b) == "Cases by mechanism and year"
        assert counted(b)[-1] == ["total", "1", "1", "2"]
        await b.press("space", "w")
        assert b.app.screen.query_one(Input).value.endswith("cases-by-mechanism.csv")
        await b.press("enter")
        assert b.told == "Wrote cases-by-mechanism.csv, and what it counts: cases-by-mechanism.txt."
        assert (tmp_path / "cases-by-mechanism.csv").read_text(encoding="utf-8-sig").startswith("mechanism,2009,2014")
        await b.press("c")
        await choose(b, "one attribute")
        assert title(b) == "Cases by mechanism"
        await b.press("n", "escape", "c", "escape", "w", "escape", "escape")
        assert isinstance(b.app.screen, CasesScreen)


# -- files


async def test_tables_go_out_and_come_in_again(full: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with bench(full, (160, 48)) as b:
        await b.press(*SHOW, "w", "1", "enter")
        assert b.told == "Wrote 3 cases to cases.csv."
        await b.press("w", "2")
        await b.typed(str(tmp_path / "links.xlsx"))
        await b.press("enter")
        assert b.told == "Wrote 3 links to links.xlsx."
        await b.press("w", "1")
        await b.typed(str(tmp_path / "cases.csv"))
        await b.press("enter")
        assert b.words("#ask-fault")  # it is there already
        await b.press("escape", "i", "1")
        assert b.app.screen.query_one(Input).value == "cases.csv"
        await b.press("enter")
        assert isinstance(b.app.screen, Notice)
        assert "Types of the columns" in str(b.app.screen.query_one("#notice-text").content)
        await b.press("escape", "i", "2")
        await b.typed("links.xlsx")
        await b.press("enter")
        assert b.told == "Links: 0 added, 0 changed, 3 unchanged."


async def test_what_is_wrong_with_a_table_is_told_row_by_row(mini: Study, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text("key,mechanism,parties\nnew,aranged,a=x@340824\n", encoding="utf-8")
    bad.write_text("key,kind,parties\nnew,film,a\nnew,dataset,\n", encoding="utf-8")
    async with bench(mini, (160, 48)) as b:
        await b.press(*SHOW, "i", "1")
        await b.typed(str(bad))
        await b.press("enter")
        notice = str(b.app.screen.query_one("#notice-text").content)
        assert "line 2" in notice
        assert "line 3" in notice
        await b.press("escape")
        assert len(mini.file.read.cases()) == 3
        await b.press("i", "1")
        await b.typed(str(good))
        await b.press("enter")
        assert "line 2: “aranged” in the column mechanism" in str(b.app.screen.query_one("#notice-text").content)
        await b.press("escape")
        assert "new" in keys(b)
        bad.write_text("name\nx\n", encoding="utf-8")
        await b.press("i", "1")
        await b.typed(str(bad))
        await b.press("enter")
        assert len(mini.file.read.cases()) == 4
        assert "There is no column “key”" in (
            str(b.app.screen.query_one("#notice-text").content) if isinstance(b.app.screen, Notice) else b.told
        )
        await b.press("escape", *SHOW, "i", "escape", "i", "2", "escape", "w", "escape")
        assert isinstance(b.app.screen, CasesScreen)


# -- every command, and the hostile


def test_every_command_of_the_place_has_an_action_on_one_of_its_screens() -> None:
    for command in COMMANDS:
        if command.place == "cases":
            assert hasattr(CasesScreen, f"action_{command.action}"), command.id


@SIZES
async def test_hostile_words_are_only_shown(mini: Study, size: tuple[int, int]) -> None:
    for number, text in enumerate([*MARKUP, *CONTROL_SEQUENCES, *FORMULAS]):
        safe = text.replace("\x00", "")
        add_case(mini, f"k{number}", attributes={"year": safe, "[/b]note": safe})
        set_values(mini, mini.case(f"k{number}").uid, {"stages": "[b]one; [/two]", "parties": "[red]=[/x]甲"})
        link(mini, f"k{number}", "revenue", "[b]one")
    async with bench(mini, size) as b:
        await b.press(*SHOW)
        for _ in mini.file.read.cases():
            assert "\x1b" not in detail(b) + "".join(rows(b))
            await b.press("down")
        assert any("[/b]" in line or "[red]" in line for line in [*rows(b), detail(b)])
        await b.press("e", "escape", "c", "escape", "t", "escape", "s", "escape", "enter", "escape")
        for text in (*MARKUP, *CONTROL_SEQUENCES):
            await b.press("slash")
            await b.typed(text.replace("\n", " "))
            await b.press("enter", "escape")
            assert isinstance(b.app.screen, CasesScreen)
        await change(b, "[/b]note", "[/i] new")
        await b.press("n")
        await choose(b, "[/b]note")
        assert isinstance(b.app.screen, CaseCountsScreen)
        assert "[/b]note" in title(b)
        await b.press("escape", "n")
        await choose(b, "kind")
        await b.press("c")
        await choose(b, "[/b]note")
        assert "\x1b" not in b.words("#table-words") + "".join(str(c.label) for c in columns(b))
