"""The workbench as it is used: keys, mouse, and what stands in the project and on the screen afterwards."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from studies import CODEBOOK, TEXTS, put
from textual.widgets import Input, OptionList
from tui.benching import bench

from qcode.core.spans import Span
from qcode.errors import EXIT_CRASH, ProjectBusy, ProjectError, RequestError
from qcode.services import coding as coding_service
from qcode.services.codebooks import import_codebook
from qcode.services.study import Study
from qcode.tui import app as app_module
from qcode.tui.app import Workbench, run
from qcode.tui.codebook_pane import CodebookPane
from qcode.tui.commands import COMMANDS, Keys
from qcode.tui.painter import GUTTER
from qcode.tui.screens.cases_asking import CasePicker
from qcode.tui.screens.code_picker import CodePicker
from qcode.tui.screens.coding import CodingScreen
from qcode.tui.screens.help import HelpScreen
from qcode.tui.screens.picker import Choice, Picker, rank
from qcode.tui.selecting import Selection

Open = Callable[[Path, str], Study]
MARKER = "wordsOfAnInterview"


# -- every command

BEFORE = {
    "collapse": ["s"], "shrink": ["s"], "remove": ["1"], "undo": ["1"], "redo": ["1", "u"],
    "text-start": ["right"], "page-up": ["end"], "line-up": ["down"], "turn-previous": ["right"],
    "transcript-previous": ["right_square_bracket"], "adjust": ["1"], "cycle": ["1"], "flag": ["1"],
    "search-selected": ["escape"],
    "recents": ["1"], "repeat": ["1", "right"], "next": ["asterisk", "right"], "previous": ["asterisk", "right"],
}  # fmt: skip
SUGGESTING = ("suggestion-next", "suggestion-previous", "accept")


async def test_every_command_of_the_coding_screen_does_something(mini: Study) -> None:
    async with bench(mini) as b:
        for command in [c for c in COMMANDS if c.place == "coding" and c.keys]:
            if b.coding.desk.number:
                await b.press("left_square_bracket")
            await b.find("revenue")
            await b.press(*BEFORE.get(command.id, []))
            if command.id in SUGGESTING:
                await b.press("f4")
                await b.searched()
                await b.press("tab")
            before = b.state()
            await b.press(command.keys[0])
            await b.searched()
            assert b.state() != before, command.id
            if b.app.screen is not b.coding or command.id == "adjust":
                await b.press("escape")
            if command.id in SUGGESTING:
                await b.press("escape", "f4")
            assert b.app.screen is b.coding, command.id


async def test_every_key_of_a_command_is_bound(mini: Study) -> None:
    async with bench(mini) as b:
        for command in COMMANDS:
            if command.place not in ("everywhere", "coding"):
                continue
            for key in command.keys:
                bound = {binding.binding.action for binding in [b.app.screen.active_bindings[key]]}
                assert command.action in {a.removeprefix("app.") for a in bound}, (command.id, key)


# -- moving and selecting


async def test_one_begins_with_the_first_participant(mini: Study) -> None:
    async with bench(mini) as b:
        assert b.selected() == "The"
        assert b.words("#status").startswith(" one 1/3 · anna · turn 2/4 · 3 characters · case none")


async def test_words_sentences_and_turns_by_keys(mini: Study) -> None:
    async with bench(mini) as b:
        await b.press("right", "l")
        assert b.selected() == "gave"
        await b.press("shift+right")
        assert b.selected() == "gave us"
        await b.press("shift+left", "s")
        assert b.selected() == "The province gave us a budget for it."
        await b.press("shift+down")
        assert b.selected().endswith("was not enough.")
        await b.press("t")
        assert b.selected().endswith("from the start.")
        await b.press("escape", "end")
        assert b.selected() == "river"
        await b.press("home")
        assert b.selected() == "How"


async def test_an_anchor_holds_until_escape(mini: Study) -> None:
    async with bench(mini) as b:
        await b.press("space", "right", "right")
        assert b.selected() == "The province gave"
        assert "extending" in b.words("#status")
        await b.press("o", "home")
        assert b.selected().startswith("How did")
        await b.press("escape")
        assert "extending" not in b.words("#status")


async def test_lines_and_pages_keep_the_selection_in_view(sample: Study) -> None:
    async with bench(sample) as b:
        for key in ("pagedown", "pagedown", "down", "end", "pageup", "up", "home"):
            await b.press(key)
            top, line = b.view.scroll_offset.y, b.view.layout_of_text.line_of(b.view.selection.head)
            assert top <= line < top + b.view.size.height, key


async def test_a_goal_cell_is_kept_over_short_lines(sample: Study) -> None:
    async with bench(sample) as b:
        await b.press("down", "down", "up", "up")
        assert b.selected() == "Well"


async def test_resizing_keeps_the_selection_and_shows_it(sample: Study) -> None:
    async with bench(sample, (160, 48)) as b:
        assert b.coding.pane.display
        await b.press("pagedown", "pagedown", "s")
        before = b.selected()
        for size in ((60, 12), (80, 24), (200, 50)):
            await b.pilot.resize_terminal(*size)
            await b.pilot.pause()
            await b.pilot.pause()
            assert b.selected() == before
            top, line = b.view.scroll_offset.y, b.view.layout_of_text.line_of(b.view.selection.head)
            assert top <= line < top + b.view.size.height
            assert b.coding.pane.display == (size[0] >= 100)
            assert b.words("#hints").rstrip().endswith("quit")


async def test_f2_shows_the_codebook_in_a_narrow_window_too(mini: Study) -> None:
    async with bench(mini) as b:
        assert not b.coding.pane.display
        await b.press("1", "f2")
        assert b.coding.pane.display
        row = "".join(s.text for s in b.coding.pane.render_line(1))
        assert row.split() == ["1", "Money", "1"]
        await b.pilot.resize_terminal(90, 24)
        await b.pilot.pause()
        assert b.coding.pane.display


# -- mouse


async def test_a_click_selects_a_word_and_dragging_stretches(mini: Study) -> None:
    async with bench(mini) as b:
        line = b.view.layout_of_text.line_of(b.view.selection.span.start)
        await b.pilot.click(b.view, offset=(GUTTER + 3 + 5, line))
        assert b.selected() == "province"
        await b.pilot.mouse_down(b.view, offset=(GUTTER + 3 + 5, line))
        await b.pilot.hover(b.view, offset=(GUTTER + 3 + 19, line))
        await b.pilot.mouse_up(b.view, offset=(GUTTER + 3 + 19, line))
        assert b.selected() == "province gave us"
        await b.pilot.hover(b.view, offset=(GUTTER, line))
        assert b.selected() == "province gave us"
        await b.pilot.click(b.view, offset=(70, line))
        assert b.selected() == "province gave us"


async def test_both_halves_of_a_wide_character_select_it(sample: Study) -> None:
    async with bench(sample) as b:
        await b.press("right_square_bracket")
        line, cell = b.view.layout_of_text.line_of(b.view.selection.head), GUTTER + 4
        for half in (0, 1):
            await b.pilot.click(b.view, offset=(cell + half, line - b.view.scroll_offset.y))
            assert b.selected() == "我"


async def test_a_click_on_a_code_applies_it(mini: Study) -> None:
    async with bench(mini, (160, 48)) as b:
        await b.pilot.click(CodebookPane, offset=(5, 2))
        await b.pilot.pause()
        assert b.codings() == [("trust", "The")]
        await b.pilot.click(CodebookPane, offset=(5, 30))
        assert b.codings() == [("trust", "The")]


# -- coding


async def test_a_hot_key_codes_the_selection(mini: Study) -> None:
    async with bench(mini) as b:
        await b.press("s", "1")
        assert b.codings() == [("money", "The province gave us a budget for it.")]
        assert "Money: For money." in b.words("#inspector")
        await b.press("1")
        assert b.told == "money stands on exactly this passage already."
        await b.press("2")
        assert b.told == "No code has the hot key 2."
        await b.press("right")
        assert b.told.startswith("Enter code")


async def test_the_picker_finds_codes_by_any_of_their_names(sample: Study) -> None:
    async with bench(sample) as b:
        already = b.codings()
        for text in ("信任", "熟人", "Vertrauen", "familiarity", "trust"):
            await b.press("enter")
            await b.typed(text)
            screen = b.app.screen
            assert isinstance(screen, CodePicker)
            if text != "Vertrauen":
                assert screen._found[0].value == "trust"
            await b.press("escape")
        assert b.codings() == already
        await b.press("s", "enter")
        await b.typed("信任")
        await b.press("enter")
        assert (
            "trust",
            "Well, I'm in the development and reform bureau, I've been here, let me count, eleven years.",
        ) in b.codings()
        await b.press("pagedown", "full_stop")
        assert len(b.codings()) == len(already) + 2


async def test_the_picker_marks_moves_and_chooses(mini: Study) -> None:
    async with bench(mini) as b:
        await b.press("enter", "down", "down", "up", "pagedown", "pageup", "down")
        listed = b.app.screen.query_one(OptionList)
        assert (listed.highlighted, listed.option_count) == (1, 5)
        assert b.words("#picker-detail").splitlines()[:2] == ["For money.", "Money is the reason."]
        await b.press("enter")
        assert b.codings() == [("money", "The")]
        await b.press("enter")
        assert b.app.screen.query_one(OptionList).highlighted == 1  # the one used last
        await b.typed("zzzz")
        assert listed is not b.app.screen.query_one(OptionList)
        await b.press("down", "enter")
        assert b.app.screen is b.coding
        await b.press("enter")
        await b.pilot.click(OptionList, offset=(4, 3))
        await b.pilot.pause()
        assert b.codings() == [("money", "The"), ("setup", "The")]


async def test_a_digit_searches_where_choices_have_no_numbers(sample: Study) -> None:
    async with bench(sample) as b:
        await b.press("T", "2", "enter")
        assert b.coding.desk.source.name.startswith("002")


def test_names_that_begin_so_come_first_and_slips_are_forgiven() -> None:
    choices = [Choice(n, n, "", (n,)) for n in ("mistrust", "trust", "trustee", "the trust", "office")]
    assert [c.value for c in rank(choices, "trust")] == ["trust", "trustee", "the trust", "mistrust"]
    assert [c.value for c in rank(choices, "ofice")] == ["office"]
    assert rank(choices, "zz") == []
    assert rank(choices, " ") == choices


_NAMES = ("ranking-of-partners", "national-strategy", "the official line", "官方说法", "c++", "office")
_CHOICES = [Choice(name, name, "", (name,)) for name in _NAMES]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("2mThis sounds like the official line. 官方说法", []),
        ("xyz qqq of", []),
        ("strategy national", ["national-strategy"]),
        ("natoinal, startegy", ["national-strategy"]),
        ("nationalstrategy", ["national-strategy"]),
        ("rankng", ["ranking-of-partners"]),
        ("line oficial", ["the official line"]),
        ("官方说发", ["官方说法"]),
        ("++", ["c++"]),
        ("++ --", []),
        ("nationalistic partners", []),
    ],
)
def test_every_typed_word_has_to_fit(typed: str, found: list[str]) -> None:
    assert [c.value for c in rank(_CHOICES, typed)] == found


_WORD = st.sampled_from(
    ["of", "ranking", "rankign", "offi", "ofice", "line", "++", "官方", "-", "xr", "national"]
) | st.text(max_size=6)


@given(typed=st.lists(_WORD, min_size=1, max_size=3).map(" ".join), more=_WORD)
def test_more_words_never_find_more(typed: str, more: str) -> None:
    if typed.strip():
        before = {c.value for c in rank(_CHOICES, typed)}
        assert {c.value for c in rank(_CHOICES, f"{typed} {more}")} <= before


async def test_what_the_fields_of_pickers_say_fits_a_narrow_window(mini: Study) -> None:
    async with bench(mini) as b:
        await b.press("enter")
        field = b.app.screen.query_one(Input)
        for kind in (CodePicker, Picker, CasePicker):
            assert cell_len(kind.PROMPT) <= field.content_region.width


async def test_x_removes_my_code_and_asks_when_there_are_several(mini: Study) -> None:
    async with bench(mini) as b:
        await b.press("x")
        assert b.told == "None of your codes is here."
        await b.press("1", "x")
        assert b.codings() == []
        await b.press("1", "enter")
        await b.typed("office")
        await b.press("enter", "x")
        assert isinstance(b.app.screen, Picker)
        await b.press("escape")
        assert len(b.codings()) == 2
        await b.press("x", "1")
        assert len(b.codings()) == 1


async def test_undo_and_redo(mini: Study) -> None:
    async with bench(mini) as b:
        await b.press("u")
        assert b.told == "There is nothing to undo."
        await b.press("s", "1", "u")
        assert b.codings() == []
        assert b.told.startswith("Undone: ")
        await b.press("U")
        assert len(b.codings()) == 1
        assert b.told.startswith("Done again: ")
        await b.press("ctrl+y")
        assert b.told == "There is nothing to do again."


async def test_what_others_wrote_on_top_stays_and_is_named(mini: Study, mini_path: Path, opened: Open) -> None:
    async with bench(mini) as b:
        await b.press("1", "x")
        kept = coding_service.Turned(next(iter(_acts(mini))), ("coding: case",), frozenset())
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(coding_service, "undo", lambda _: kept)
            await b.press("u")
        assert "Stays, because others wrote it since: coding: case." in b.told


def _acts(study: Study) -> list[object]:
    from qcode.services.log import act_of

    target = study.file.read.undoable(study.me.key)
    assert target is not None
    return [act_of(study, target)]


# -- cases


async def test_a_coding_carries_the_current_case(mini: Study) -> None:
    async with bench(mini) as b:
        await b.press("c")
        await b.typed("river")
        await b.press("enter", "1")
        assert "case river (mandated)" in b.words("#status")
        (row,) = mini.file.read.codings(coders=[mini.me.key])
        assert row.study_case == mini.case("river").key
        await b.press("c")
        await b.typed("none")
        await b.press("enter")
        assert "case none" in b.words("#status")


async def test_a_passage_is_linked_to_a_case_and_unlinked_by_undo(mini: Study) -> None:
    async with bench(mini) as b:
        await b.press("s", "L")
        await b.typed("Coast")  # a party of the case
        await b.press("enter")
        (link,) = mini.file.read.links(coders=[mini.me.key])
        assert link.study_case == mini.case("park").key
        assert "speaks of park (arranged)" in b.words("#inspector")
        line = b.view.layout_of_text.line_of(b.view.selection.span.start)
        assert "│" in "".join(s.text for s in b.view.render_line(line))[:GUTTER]
        await b.press("L")
        await b.typed("park")
        await b.press("enter")
        assert b.told == "This passage is linked to that case already."
        await b.press("L", "escape", "u")
        assert mini.file.read.links(coders=[mini.me.key]) == []
        assert "linked to no case" in b.words("#inspector")


# -- suggestions


async def test_suggestions_are_shown_accepted_and_rejected(mini: Study) -> None:
    async with bench(mini) as b:
        await b.press("a")
        assert b.told == "Tab goes to a suggestion first."
        await b.press("tab")  # shows them first
        await b.searched()
        suggested = [m for m in b.view.all_marks() if m.suggested]
        assert b.told == f"{len(suggested)} suggestions; Tab goes on."
        await b.press("tab")
        first = b.view.mark(b.coding._focused)
        assert first is not None
        assert "suggestion" in b.words("#inspector")
        await b.press("a")
        assert [code for code, _ in b.codings()] == [first.code]
        await b.press("shift+tab")
        second = b.view.mark(b.coding._focused)
        assert second is not None
        await b.press("x")
        assert b.view.mark(second.key) is None
        answers = mini.file.read.decisions(b.coding.desk.source.key, coders=[mini.me.key])
        assert sorted(d.verdict for d in answers) == ["accepted", "rejected"]
        assert [(d.start, d.end) for d in answers if d.verdict == "rejected"] == [second.span]
        await b.press("f4")
        assert not [m for m in b.view.all_marks() if m.suggested]


async def test_two_suggestions_on_one_passage_come_one_after_the_other(sample: Study) -> None:
    async with bench(sample) as b:
        await b.press("f4")
        await b.searched()
        seen = []
        for _ in [m for m in b.view.all_marks() if m.suggested]:
            await b.press("tab")
            seen.append(b.coding._focused)
            await b.press("x") if len(seen) == 1 else None
        assert len(set(seen)) == len(seen)


async def test_suggestions_follow_to_the_next_transcript_and_can_be_none(mini: Study) -> None:
    async with bench(mini) as b:
        await b.press("f4")
        await b.searched()
        await b.press("right_square_bracket", "right_square_bracket")
        await b.searched()
        assert b.told == "No suggestions for this text."
        await b.press("tab")
        assert b.told == "There are no more suggestions."


async def test_a_search_that_ends_too_late_or_twice_does_no_harm(mini: Study) -> None:
    async with bench(mini) as b:
        found = b.coding.desk.search().run()
        uid = b.coding.desk.source.uid
        await b.press("f4")
        await b.searched()
        shown = b.state()["marks"]
        b.coding.post_message(CodingScreen.Searched("another transcript", []))
        b.coding.post_message(CodingScreen.Searched(uid, found))
        await b.pilot.pause()
        assert b.state()["marks"] == shown
        await b.press("f4")
        b.coding.post_message(CodingScreen.Searched(uid, found))
        await b.pilot.pause()
        assert b.state()["marks"] == frozenset()


async def test_a_search_that_cannot_be_done_is_told(mini: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: object) -> None:
        raise RequestError("The indicators cannot be used.")

    monkeypatch.setattr("qcode.services.suggestions.Search.run", refuse)
    async with bench(mini) as b:
        await b.press("f4")
        await b.searched()
        assert b.told == "The indicators cannot be used."
        await b.press("1")
        assert b.codings() == [("money", "The")]


# -- transcripts, others, ledger


async def test_transcripts_one_after_another_and_by_name(mini: Study) -> None:
    async with bench(mini) as b:
        await b.press("left_square_bracket")
        assert b.told == "There is no other transcript in that direction."
        await b.press("right_square_bracket")
        assert b.words("#status").startswith(" two")
        await b.press("T")
        await b.typed("one")
        await b.press("enter")
        assert b.words("#status").startswith(" one")


async def test_others_work_is_shown_or_hidden(mini: Study, mini_path: Path, opened: Open) -> None:
    put(opened(mini_path, "bo"), "one", "trust", "We trusted them")
    async with bench(mini) as b:
        await b.find("trusted")
        assert "trust·bo" in b.words("#inspector")
        await b.press("x")
        assert b.told == "None of your codes is here."
        await b.press("v")
        assert b.selected() == "trusted"
        assert "no code here" in b.words("#inspector")
        assert "own work only" in b.words("#status")
        await b.press("v")
        assert "trust·bo" in b.words("#inspector")


async def test_the_ledger_says_complete_and_reading(mini: Study) -> None:
    async with bench(mini) as b:
        for state in ("complete", "reading", "complete"):
            await b.press("M")
            assert b.told == f"one is marked as {state} in every dimension."
            rows = mini.file.read.ledger(coders=[mini.me.key])
            assert {(r.dimension, r.state) for r in rows} == {("motive", state), ("setup", state)}


# -- help, palette, colours, leaving


async def test_help_shows_the_keys_of_the_screen(mini: Study) -> None:
    async with bench(mini, (160, 48)) as b:
        await b.press("f1")
        assert isinstance(b.app.screen, HelpScreen)
        await b.press("f1")
        assert b.app.screen is b.coding
        await b.press("f8", "question_mark")
        assert not b.app.screen.query("#help-legend")
        await b.press("q", "escape")
        assert b.app.screen is b.coding


async def test_the_palette_lists_the_commands_with_their_keys(mini: Study) -> None:
    async with bench(mini) as b:
        for keys, place in (([], "coding"), (["f8"], "table")):
            await b.press(*keys)
            listed = {c.title: c.help for c in b.app.get_system_commands(b.app.screen)}
            expected = {
                f"{c.title} ({Keys().name(c.id)})": c.description
                for c in COMMANDS
                if c.place in (place, "everywhere") and c.id != "palette"
            }
            assert listed == expected
        await b.press("f1")
        everywhere = [c for c in COMMANDS if c.place == "everywhere" and c.id != "palette"]
        assert {c.title for c in b.app.get_system_commands(b.app.screen)} == {
            f"{c.title} ({Keys().name(c.id)})" for c in everywhere
        }


async def test_a_command_of_the_palette_runs(mini: Study) -> None:
    async with bench(mini) as b:
        await b.press("ctrl+p")
        await b.typed("Sentence")
        await b.searched()
        await b.press("down", "enter")
        await b.searched()
        assert b.app.screen is b.coding
        commands = {c.title: c.callback for c in b.app.get_system_commands(b.coding)}
        await commands["Sentence (s)"]()
        await commands["Light or dark (F10)"]()
        await b.pilot.pause()
        assert b.selected() == "The province gave us a budget for it."
        assert b.app.theme == "textual-light"


async def test_light_colours_reach_text_and_codebook(mini: Study) -> None:
    async with bench(mini, (120, 30)) as b:
        for theme, ink in (("textual-dark", "#e0e0e0"), ("textual-light", "#1f1f1f")):
            assert b.app.theme == theme
            style = next(s.style for s in b.view.render_line(2) if "province" in s.text)
            assert style.color.get_truecolor().hex == ink
            pane = list(b.coding.pane.render_line(1))[-1].style
            assert pane.bgcolor == style.bgcolor
            await b.press("f10")


async def test_leaving_remembers_the_place(mini: Study, mini_path: Path, opened: Open) -> None:
    async with bench(mini) as b:
        await b.press("1", "right_square_bracket", "right", "s", "ctrl+q")
        sentence = b.selected()
    assert b.app.return_code == 0
    stored = mini.file.read.local(mini.me.key, "place")
    assert json.loads(stored)["source"] == mini.source("two").uid
    async with bench(opened(mini_path, "anna")) as b:
        assert b.words("#status").startswith(" two 2/3")
        assert b.selected() == sentence


# -- a study without anything


async def test_an_empty_study_says_what_to_do_and_stands_every_key(empty_path: Path, opened: Open) -> None:
    async with bench(opened(empty_path, "anna")) as b:
        for command in [c for c in COMMANDS if c.place == "coding" and c.keys]:
            await b.press(command.keys[0])
            await b.searched()
            if b.app.screen is not b.coding:
                await b.press("escape")
            assert "qcode import FOLDER" in b.words("#status"), command.id
        await b.pilot.click(b.view, offset=(8, 0))
        await b.pilot.click(b.view, offset=(8, 5))
        await b.press("enter")
        assert b.told == "The study has no codebook yet. F3, then b imports one."
        await b.press("L")
        assert b.told == "There are no transcripts yet."
        await b.press("f4")
        assert b.told.startswith("There are no transcripts yet. ")
        await b.press("ctrl+q")
    assert b.app.return_code == 0


async def test_codes_without_transcripts_cannot_be_applied(empty_path: Path, opened: Open, tmp_path: Path) -> None:
    study = opened(empty_path, "anna")
    (tmp_path / "mini.toml").write_text(CODEBOOK, encoding="utf-8")
    import_codebook(study, tmp_path / "mini.toml")
    async with bench(study, (160, 48)) as b:
        await b.press("1")
        assert b.told.startswith("There are no transcripts yet. ")
        await b.pilot.click(CodebookPane, offset=(5, 2))
        await b.pilot.pause()
        await b.press("u")
        assert study.file.read.codings(coders=None) == []


# -- what goes wrong


async def test_a_refusal_is_told_and_the_program_goes_on(mini: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object, **__: object) -> None:
        raise ProjectBusy("Another program holds the project.", fix="Try again.")

    async with bench(mini) as b:
        with monkeypatch.context() as patch:
            patch.setattr(coding_service, "apply_codes", busy)
            await b.press("1")
            assert b.told == "Another program holds the project. Try again."
        await b.press("1")
        assert b.codings() == [("money", "The")]


async def test_a_project_locked_by_another_program_is_told(mini_path: Path, opened: Open, settings: Path) -> None:
    study = Study.open(mini_path, coder="anna", wait_seconds=0.05)
    async with bench(study) as b:
        other = sqlite3.connect(mini_path, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        await b.press("1", "right", "T", "escape", "c")
        other.execute("ROLLBACK")
        other.close()
        await b.press("escape", "s", "1")
        assert b.codings() == [("money", "The province gave us a budget for it.")]
    study.close()


async def test_what_is_pasted_cannot_steer_the_terminal(mini: Study) -> None:
    from textual import events

    async with bench(mini) as b:
        await b.press("enter")
        b.app.post_message(events.Paste("tr\x1b[2J\u202eust\nmore"))
        await b.pilot.pause()
        assert b.app.screen.query_one(Input).value == "tr␛[2J�ust"


def test_a_crash_leaves_a_report_without_words(
    mini_path: Path, settings: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail(self: CodingScreen) -> None:
        said = MARKER
        raise ValueError(f"{MARKER} {said}")

    monkeypatch.setattr(CodingScreen, "on_mount", fail)
    monkeypatch.setattr(app_module.Workbench, "run", _headless)
    assert run(mini_path, "anna") == EXIT_CRASH
    out, err = capfd.readouterr()
    assert MARKER not in out + err
    assert "Traceback" not in out + err
    assert "What was coded is stored." in out + err
    (report,) = (settings / "crash").iterdir()
    assert MARKER not in report.read_text(encoding="utf-8")
    assert "ValueError" in report.read_text(encoding="utf-8")


def test_a_crash_whose_report_cannot_be_written_still_ends_cleanly(
    mini_path: Path, settings: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail(self: CodingScreen) -> None:
        raise ValueError(MARKER)

    settings.write_text("a file where the folder should be", encoding="utf-8")
    monkeypatch.setattr(CodingScreen, "on_mount", fail)
    monkeypatch.setattr(app_module.Workbench, "run", _headless)
    assert run(mini_path, "anna") == EXIT_CRASH
    out, err = capfd.readouterr()
    assert MARKER not in out + err
    assert "The report could not be written." in " ".join((out + err).split())


def test_a_fault_outside_the_screens_is_a_crash_too(
    mini_path: Path, settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Workbench, **_: object) -> int:
        raise ValueError(MARKER)

    def refuse(self: Workbench, **_: object) -> int:
        raise ProjectError("Gone.")

    monkeypatch.setattr(app_module.Workbench, "run", fail)
    assert run(mini_path, "anna") == EXIT_CRASH
    assert len(list((settings / "crash").iterdir())) == 1
    monkeypatch.setattr(app_module.Workbench, "run", refuse)
    with pytest.raises(ProjectError):
        run(mini_path, "anna")


def _headless(self: Workbench, *, mouse: bool = True) -> int | None:
    return super(Workbench, self).run(headless=True, mouse=mouse, size=(80, 24))


def test_leaving_gives_exit_code_0(mini_path: Path, settings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def leave(self: CodingScreen) -> None:
        self.call_after_refresh(self.app.action_quit)

    monkeypatch.setattr(CodingScreen, "on_resize", leave)
    monkeypatch.setattr(app_module.Workbench, "run", _headless)
    assert run(mini_path, "anna") == 0


def test_a_selection_is_what_the_tests_say() -> None:
    assert TEXTS["one"].startswith("I: How")
    assert Selection(Span(0, 1)).head == 0


async def test_the_pages_beside_the_window_are_painted_ahead(sample: Study) -> None:
    async with bench(sample) as b:
        view = b.view
        await b.press("pagedown", "pagedown")
        while view._ahead:
            await b.pilot.pause(0.02)
        top, height = view.scroll_offset.y, view.size.height
        beside = [n for n in range(top - height, top + 2 * height) if 0 <= n < view.layout_of_text.line_count]
        first, last = view._selected_lines()
        lines = [n for n in beside if not first <= n <= last]
        assert len(lines) > height
        for line in lines:
            assert view._ready.get(line) == view._strip(line, None)


async def test_what_another_process_writes_appears_and_moves_nothing(mini_path: Path, mini: Study) -> None:
    async with bench(mini) as b:
        await b.find("We trusted them from the start.")
        before = b.view.selection
        with Study.open(mini_path, coder="bo") as other:
            source = other.source("one")
            text = other.file.read.text(source.key)
            assert text is not None
            start = text.index("There is an office")
            coding_service.apply_codes(other, source, text, Span(start, start + 18), [other.codes().find("office").uid])
        assert not any(m.code == "office" and not m.mine for m in b.view.all_marks())
        b.coding._look_for_others()
        await b.pilot.pause()
        assert [m.label for m in b.view.all_marks() if m.code == "office" and not m.mine] == ["office·bo"]
        assert b.view.selection == before
        assert not b.coding.desk.others_wrote()


async def test_undo_goes_to_what_it_changed(sample: Study) -> None:
    async with bench(sample) as b:
        await b.press("1")
        coded = b.view.selection.span
        await b.press("end", "u")
        assert b.view.selection.span == coded
        top = b.view.scroll_offset.y
        assert top <= b.view.layout_of_text.line_of(coded.start) < top + b.view.size.height


async def test_coding_an_interviewers_words_is_told(mini: Study) -> None:
    async with bench(mini) as b:
        await b.press("end", "home")
        quiet = next(look for look in b.view._looks if look.quiet)
        b.view.select_span(Span(quiet.body, quiet.body + 3))
        await b.press("1")
        assert "interviewer's words" in b.told
        await b.find("We trusted them from the start.")
        await b.press("1")
        assert "interviewer" not in b.told


async def test_the_case_given_to_a_coding_is_what_the_inspector_says(mini: Study) -> None:
    async with bench(mini) as b:
        await b.find("We trusted them from the start.")
        await b.press("c")
        await b.typed("river")
        await b.press("enter")
        assert "New codings get the case river" in b.told
        await b.press("1")
        assert "speaks of river" in b.words("#inspector")
        assert "by hand" in b.words("#inspector")


async def test_a_speaker_gets_another_role_everywhere_or_in_one_turn(mini: Study) -> None:
    async with bench(mini) as b:
        quiet = [look.quiet for look in b.view._looks]
        await b.find("We trusted them from the start.")
        span = b.view.selection.span
        turn, label, role = b.coding.desk.speaker_at(span.start)
        assert role == "participant"
        await b.press("R")
        assert f"{label}, now participant" in b.words("#picker-title")
        await b.typed("interviewer in this")
        await b.press("enter")
        assert b.view.selection.span == span
        assert b.told == "The role is interviewer now, in this turn only."
        after = [look.quiet for look in b.view._looks]
        assert [n for n, (x, y) in enumerate(zip(quiet, after, strict=True)) if x != y] == [int(turn) - 1]
        await b.press("R")
        await b.typed("other in all")
        await b.press("enter")
        assert {s.role for s in mini.file.read.speakers(b.coding.desk.source.key) if s.label == label} == {"other"}
        await b.press("R", "escape")
        assert b.coding.desk.speaker_at(span.start) == (turn, label, "interviewer")


@pytest.mark.parametrize("keys", [["c"], ["f1"], ["ctrl+o"]])
async def test_nothing_of_the_screen_stands_beside_a_dialogue_where_it_is_narrow(mini: Study, keys: list[str]) -> None:
    async with bench(mini, (80, 24)) as b:
        await b.press(*keys)
        assert b.app.screen is not b.coding
        assert b.app.screen.styles.background.a == 1
        middle = "".join(segment.text for segment in b.app.screen._compositor.render_strips()[12])
        assert middle[:1] + middle[-1:] == "  "
    async with bench(mini, (120, 30)) as b:
        await b.press(*keys)
        assert b.app.screen.styles.background.a < 1
