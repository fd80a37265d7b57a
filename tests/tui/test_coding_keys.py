"""The coding screen, command by command: adjusting, recents, in vivo, overlaps, flags, quotations, translations."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.cells import cell_len
from studies import put
from textual import events
from textual.widgets import Input, TextArea
from tui.benching import Bench, bench

from qcode.core.spans import Span
from qcode.errors import RequestError
from qcode.services import clipboard, recents
from qcode.services.citing import quotation
from qcode.services.coding import set_flag
from qcode.services.study import Study
from qcode.services.translations import set_translation, translations
from qcode.tui.initials import initials
from qcode.tui.painter import GUTTER
from qcode.tui.screens.applying import id_from_name, language_of
from qcode.tui.screens.asking import AskLine, AskText
from qcode.tui.screens.code_picker import CodePicker
from qcode.tui.screens.coding import CodingScreen
from qcode.tui.screens.picker import Choice, Picker, rank

Open = Callable[[Path, str], Study]
BUDGET = "The province gave us a budget for it."


def span_of(b: Bench, quote: str) -> Span:
    start = b.view.walker.text.index(quote)
    return Span(start, start + len(quote))


# -- adjusting


async def test_a_coding_is_adjusted_by_words_and_sentences_in_one_act(mini: Study) -> None:
    async with bench(mini) as b:
        await b.find("gave us")
        await b.press("1", "e")
        assert b.coding._adjusted is not None
        assert b.told.startswith("adjust: end")
        await b.press("right", "right")
        assert b.selected() == "gave us a budget"
        await b.press("tab")
        assert b.told.startswith("adjust: beginning")
        await b.press("shift+left")
        assert b.selected() == "province gave us a budget"
        await b.press("shift+up")
        assert b.selected() == "The province gave us a budget"
        await b.press("tab", "shift+down")
        assert b.selected() == BUDGET
        assert b.codings() == [("money", "gave us")]
        await b.press("enter")
        assert b.codings() == [("money", BUDGET)]
        assert b.told == "money stands on 37 characters now; u takes that back."
        assert b.coding._adjusted is None
        await b.press("u")
        assert b.codings() == [("money", "gave us")]


async def test_bracket_and_lengths_follow_the_ends_that_move(mini: Study) -> None:
    async with bench(mini) as b:
        await b.find("gave us")
        await b.press("1", "e", "right", "right")
        (mark,) = b.view.all_marks()
        assert mark.span == span_of(b, "gave us a budget")
        assert "adjusting 16 characters" in b.words("#status")
        assert "money 7 → 16 characters" in b.words("#inspector")
        assert cell_len(b.words("#hints")) <= 80
        await b.press("tab")
        assert cell_len(b.words("#hints")) <= 80
        assert b.told.startswith("adjust: beginning  Enter keep  Esc leave  Tab end")
        assert b.told.endswith("Shift+↑↓ sentence")
        await b.press("escape")
        (mark,) = b.view.all_marks()
        assert mark.span == span_of(b, "gave us")
        assert "adjusting" not in b.words("#status")


async def test_a_narrow_bottom_line_keeps_the_way_out(mini: Study) -> None:
    async with bench(mini, (50, 24)) as b:
        await b.find("gave us")
        await b.press("1", "e", "tab")
        assert b.told == "adjust: beginning  Enter keep  Esc leave  Tab end"


async def test_a_wide_bottom_line_names_the_coding(mini: Study) -> None:
    async with bench(mini, (120, 24)) as b:
        await b.find("gave us")
        await b.press("1", "e")
        assert b.told.startswith("adjust money: end")
        assert "adjusting" in b.words("#status")


async def test_escape_leaves_the_boundaries_and_the_old_ones_are_kept_without_an_act(mini: Study) -> None:
    async with bench(mini) as b:
        await b.find("gave us")
        await b.press("1", "e", "right", "escape")
        assert b.codings() == [("money", "gave us")]
        assert (b.selected(), b.view.selection.anchored) == ("gave us", False)
        await b.press("e", "right", "left", "e")
        assert b.told == "money keeps its boundaries."
        await b.press("u")
        assert b.codings() == []  # the act before is the coding itself


async def test_while_a_coding_is_adjusted_other_keys_do_nothing(mini: Study) -> None:
    async with bench(mini) as b:
        await b.find("gave us")
        await b.press("1", "e", "2", "x", "u", "c", "m", "T", "f", "f4", "O", "i", "y", "M", "v")
        assert b.app.screen is b.coding
        assert b.codings() == [("money", "gave us")]
        assert b.coding._adjusted is not None
        assert b.told.startswith("adjust: ")
        await b.pilot.click(b.coding.pane, offset=(5, 3))
        assert b.codings() == [("money", "gave us")]
        await b.press("plus")
        assert b.selected() == BUDGET
        await b.press("minus", "t", "s", "enter")
        assert b.coding._adjusted is None


async def test_the_boundaries_never_cross(mini: Study) -> None:
    async with bench(mini) as b:
        await b.find("gave us")
        await b.press("1", "e", *["left"] * 5)
        assert b.selected() == "gave"
        await b.press("tab", *["right"] * 5, "right_curly_bracket")
        assert b.selected() == "gave"
        await b.press("left_curly_bracket")
        assert b.selected() == "The province gave"
        await b.press("o", "home", "pagedown", "down", "up", "end")
        assert len(b.selected()) > 4
        await b.press("escape")
        assert b.selected() == "gave us"


async def test_the_mouse_moves_the_nearer_boundary(mini: Study) -> None:
    async with bench(mini, (120, 30)) as b:
        await b.find("gave us a")
        await b.press("1", "e")
        line = b.view.layout_of_text.line_of(span_of(b, "gave").start)
        cell = b.view.layout_of_text.cell_of(span_of(b, "budget for").start)
        await b.pilot.click(b.view, offset=(GUTTER + cell + 1, line))
        assert b.selected() == "gave us a budget"
        cell = b.view.layout_of_text.cell_of(span_of(b, "province").start)
        await b.pilot.click(b.view, offset=(GUTTER + cell, line))
        assert b.selected() == "province gave us a budget"
        await b.press("enter")
        assert b.codings() == [("money", "province gave us a budget")]


async def test_of_several_codings_one_is_chosen_to_adjust(mini: Study) -> None:
    async with bench(mini) as b:
        await b.find("gave us")
        await b.press("e")
        assert b.told == "None of your codes is here."
        await b.press("1", "enter")
        await b.typed("trust")
        await b.press("enter", "e", "2", "right", "enter")
        assert b.codings() == [("money", "gave us"), ("trust", "gave us a")]


async def test_a_coding_does_not_become_another_one_s_double(mini: Study) -> None:
    async with bench(mini) as b:
        await b.find("gave us a")
        await b.press("1")
        await b.find("gave us")
        await b.press("1", "O", "e", "right", "enter")
        assert b.told.startswith("money stands on exactly this passage already")
        await b.press("escape")
        assert b.codings() == [("money", "gave us"), ("money", "gave us a")]


async def test_going_elsewhere_ends_adjusting(mini: Study) -> None:
    async with bench(mini) as b:
        await b.find("gave us")
        await b.press("1", "e", "right")
        b.app.jump(b.coding.desk.sources[1].uid, None, "Here.")
        await b.pilot.pause()
        assert (b.coding._adjusted, b.view.adjusting) == (None, False)
        await b.press("1")
        assert b.codings() == [("money", "The")]


async def test_a_coding_removed_by_another_window_cannot_be_adjusted(
    mini: Study, mini_path: Path, opened: Open
) -> None:
    async with bench(mini) as b:
        await b.find("gave us")
        await b.press("1", "e", "right")
        from qcode.services.coding import undo

        undo(opened(mini_path, "anna"))
        b.coding._look_for_others()
        await b.press("enter")
        assert b.told == "This coding is not there any more."


# -- recents, picker, in vivo


async def test_recent_codes_are_numbered_and_survive_a_restart(mini: Study, mini_path: Path, opened: Open) -> None:
    async with bench(mini) as b:
        await b.press("r")
        assert b.told == "You have applied no code yet."
        await b.press("1", "enter")
        await b.typed("trust")
        await b.press("enter")
    mini.close()
    later = opened(mini_path, "anna")
    assert recents.recent_codes(later) == ["trust", "money"]
    assert recents.recent_codes(later, 1) == ["trust"]
    async with bench(later) as b:
        await b.find("revenue")
        await b.press("full_stop")  # the code of the day before
        assert ("trust", "revenue") in b.codings()
        await b.press("r")
        assert isinstance(b.app.screen, Picker)
        await b.press("2")
        assert b.app.screen is b.coding
        assert ("money", "revenue") in b.codings()
        await b.press("r", "escape")
        assert len(b.codings()) == 4


def test_somebody_new_has_no_recent_codes(mini_path: Path, opened: Open) -> None:
    assert recents.recent_codes(opened(mini_path, "carl")) == []


async def test_keys_that_a_slow_line_sends_in_one_piece_are_not_lost(mini: Study) -> None:
    async with bench(mini) as b:
        for key, character in (("enter", "\r"), ("t", "t"), ("r", "r"), ("enter", "\r"), ("right", None), ("1", "1")):
            b.app.post_message(events.Key(key, character))
        for _ in range(6):
            await b.pilot.pause(0.02)
        assert b.codings() == [("trust", "The")]


async def test_a_picker_takes_keys_before_its_field_does(mini: Study) -> None:
    async with bench(mini) as b:
        await b.press("1", "enter")
        b.app.screen.set_focus(None)
        await b.press("t", "r", "f2", "enter")
        assert b.codings() == [("money", "The"), ("trust", "The")]
        await b.press("r")
        b.app.screen.set_focus(None)
        await b.press("2")
        assert b.app.screen is b.coding
        assert b.told.startswith("money stands on exactly this passage")


async def test_tab_marks_several_codes_which_become_one_act(mini: Study) -> None:
    async with bench(mini) as b:
        await b.press("s", "enter")
        await b.typed("office")
        await b.press("tab")
        assert b.app.screen.query_one("#picker-typed", Input).value == ""
        await b.press("down", "tab", "tab", "up", "up", "tab", "down", "tab")
        chosen = list(b.app.screen._chosen)  # type: ignore[attr-defined]
        await b.press("enter")
        assert {code for code, _ in b.codings()} == set(chosen)
        assert len(chosen) >= 2
        assert "office" in chosen
        await b.press("u")
        assert b.codings() == []


async def test_the_definition_stands_beside_or_below(mini: Study) -> None:
    async with bench(mini, (160, 40)) as b:
        await b.press("enter", "down")
        assert "They had the time." in b.words("#picker-definition")
        assert b.app.screen.query_one("#picker-beside").region.width
        await b.pilot.resize_terminal(80, 24)
        await b.pilot.pause()
        assert not b.app.screen.query_one("#picker-beside").region.width
        assert b.words("#picker-detail").startswith("For money.\nMoney is the reason.")
        await b.typed("nothing like this")
        assert b.words("#picker-detail") == ""
        await b.press("tab", "enter")
        assert (b.app.screen, b.codings()) == (b.coding, [])


def test_pinyin_initials_find_codes() -> None:
    choices = [Choice(n, n, "", (n, *names)) for n, *names in (("trust", "信任"), ("xray", "X"), ("gap", "发展差距"))]
    assert [c.value for c in rank(choices, "xr")] == ["xray", "trust"]
    assert [c.value for c in rank(choices, "fzcj")] == ["gap"]
    assert [c.value for c in rank(choices, "trust xr")] == ["trust"]
    assert [initials(n) for n in ("GDP竞争", "財", "", "ａ", "、县")] == ["gdpjz", "", "", "", "x"]


async def test_words_of_the_interview_become_a_code(mini: Study) -> None:
    async with bench(mini) as b:
        await b.find("an order from above")
        await b.press("i")
        assert isinstance(b.app.screen, AskLine)
        assert b.app.screen.query_one(Input).value == "an order from above"
        await b.press("enter")
        await b.typed("motive")
        await b.press("enter")
        assert b.codings() == [("an-order-from-above", "an order from above")]
        code = mini.codes().codebook.code("an-order-from-above")
        assert (code.parent, code.names) == ("motive", (("en", "an order from above"),))
        assert b.told == "an-order-from-above is a new code below motive, and stands on the passage."
        assert "an-order-from-above" in {row.id for row, _ in b.coding.pane._rows}
        # The same words again: another id; the parent of before is offered.
        await b.press("i", "enter", "enter")
        assert "same name" in b.told
        await b.press("i")
        await b.typed("An order, from above")
        await b.press("enter", "enter")
        assert "an-order-from-above-2" in mini.codes().codebook
        await b.press("i", "escape")
        await b.press("i", "enter", "escape")
        await b.press("i")
        await b.typed("  ")
        await b.press("enter")
        assert "needs a name" in b.words("#ask-fault")
        await b.typed("River")
        await b.press("enter")
        await b.typed("dimension")
        await b.press("enter")
        assert mini.codes().codebook.code("river").parent is None


async def test_who_does_not_own_the_codebook_proposes(mini_path: Path, opened: Open) -> None:
    study = opened(mini_path, "bo")
    study.enrol()
    async with bench(study) as b:
        await b.find("an order from above")
        await b.press("i", "enter", "enter")
        assert b.told.startswith("an-order-from-above is not applied yet: it is proposed to anna")
        assert b.codings() == []
        assert [row.code for row in study.file.codebook.proposals()] == ["an-order-from-above"]


async def test_without_a_codebook_there_is_nothing_to_add_to(empty_path: Path, opened: Open) -> None:
    async with bench(opened(empty_path, "anna")) as b:
        await b.press("i")
        assert b.told.startswith("The study has no codebook yet.")


def test_ids_are_made_of_names(mini: Study) -> None:
    assert [id_from_name(n) for n in ("Ａ b!", "...", "要 钱", "x" * 60)] == ["a-b", "code", "要-钱", "x" * 40]
    book = mini.codes().codebook
    assert [language_of(book, tag) for tag in ("zh-Hans", "de", "")] == ["zh", None, None]


# -- overlaps and flags


async def test_o_goes_through_the_codings_that_are_here(mini: Study, mini_path: Path, opened: Open) -> None:
    put(opened(mini_path, "bo"), "one", "office", BUDGET)
    async with bench(mini, (120, 30)) as b:
        await b.find("budget for")
        await b.press("1")
        await b.find("gave us a budget")
        await b.press("enter")
        await b.typed("trust")
        await b.press("enter")
        await b.find("budget for")
        assert b.words("#inspector").splitlines()[0] == " office·bo, trust, money"
        await b.press("O")
        assert b.words("#inspector").splitlines()[:2] == [" 1/3  money 10 characters", " Money: For money."]
        await b.press("O")
        assert b.words("#inspector").splitlines()[:2] == [" 2/3  trust 16 characters", " Trust: They know each other."]
        assert b.view._painter.pointed_at == b.coding.inspected
        await b.press("O")
        assert b.words("#inspector").splitlines()[0] == " 3/3  office·bo 37 characters, not yours"
        for key in ("x", "e", "f"):
            await b.press(key)
            assert b.told == "This coding is another coder's; only they can change it."
        await b.press("O")
        assert b.coding.inspected is None
        await b.press("O", "O", "x")
        assert [code for code, _ in b.codings()] == ["money"]
        assert b.coding.inspected is None
        await b.press("O", "escape")
        assert b.coding.inspected is None
        await b.find("river was")
        await b.press("O")
        assert b.told == "No coding is here."


async def test_pointing_ends_where_the_coding_is_left(mini: Study) -> None:
    async with bench(mini) as b:
        await b.find("budget for")
        await b.press("1", "O")
        assert b.coding.inspected is not None
        await b.press("right")
        assert b.coding.inspected is None
        assert b.view._painter.pointed_at is None


async def test_a_flag_is_set_shown_taken_away_and_undone(mini: Study) -> None:
    async with bench(mini) as b:
        await b.find("budget for")
        await b.press("f")
        assert b.told == "None of your codes is here."
        await b.press("1", "f")
        (row,) = mini.file.read.codings(coders=None)
        assert row.flagged
        assert b.told == "money is flagged: g f goes to the next one."
        assert b.words("#inspector").startswith(" !money")
        await b.press("f")
        assert b.told == "money is not flagged any more."
        await b.press("u")
        assert b.words("#inspector").startswith(" !money")
        await b.press("u", "u")
        assert b.codings() == []


# -- quotations


@pytest.fixture
def copied(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was sent to the terminal's clipboard."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME", "TMUX", "STY"):
        monkeypatch.delenv(name, raising=False)
    found: list[str] = []
    monkeypatch.setattr(CodingScreen, "_to_terminal", lambda _, sequence: found.append(sequence))
    return found


def words_of(sequence: str) -> str:
    return base64.b64decode(sequence.removeprefix("\x1b]52;c;").removesuffix("\x07")).decode()


async def test_a_quotation_is_copied_with_its_source(mini: Study, copied: list[str]) -> None:
    async with bench(mini, (160, 30)) as b:
        await b.press("s", "y")
        assert words_of(copied[-1]) == f"'{BUDGET}' (transcript one)"
        assert "the selected passage, 37 characters" in b.told
        assert BUDGET not in b.told
        await b.press("1", "escape", "y")  # the cursor stands in a coding
        assert words_of(copied[-1]) == f"'{BUDGET}' (transcript one)"
        assert "the passage coded money" in b.told


async def test_the_terminal_is_asked_by_a_sequence(mini: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    monkeypatch.setattr(clipboard, "local_tools", lambda *_: iter(()))
    async with bench(mini) as b:
        assert b.app._driver is not None
        monkeypatch.setattr(b.app._driver, "write", written.append)
        await b.press("s", "y")
    assert any(w.startswith("\x1b]52;c;") for w in written)


def test_paraphrase_gets_no_quotation_marks(mini: Study) -> None:
    source = mini.source("one")._replace(kind="notes")
    text = "He was blunt. “Too poor.”"
    assert quotation(source, text, Span(0, 13)) == "He was blunt. (paraphrase, transcript one)"
    assert quotation(source, text, Span(14, 25)) == "'Too poor.' (transcript one)"
    with pytest.raises(RequestError):
        quotation(source, text, Span(14, 99))


async def test_a_passage_is_translated_changed_and_undone(mini: Study) -> None:
    async with bench(mini) as b:
        await b.find(BUDGET)
        await b.press("Z")
        assert isinstance(b.app.screen, AskLine)
        await b.typed("nonsense!")
        await b.press("enter")
        assert "is no language" in b.words("#ask-fault")
        await b.typed("zh")
        await b.press("enter")
        assert isinstance(b.app.screen, AskText)
        b.app.screen.query_one(TextArea).text = "省里给了预算。"
        await b.press("escape")
        (row,) = translations(mini)
        assert (row.language, row.text, row.translator, (row.start, row.end)) == (
            "zh", "省里给了预算。", "anna", tuple(span_of(b, BUDGET)),
        )  # fmt: skip
        assert "zh: 省里给了预算。" in b.words("#inspector").splitlines()[0]
        await b.press("Z", "enter")  # the language of before
        assert b.app.screen.query_one(TextArea).text == "省里给了预算。"
        await b.press("escape")
        assert b.told == "The translation is as it was."
        await b.press("Z", "enter")
        b.app.screen.query_one(TextArea).text = ""
        await b.press("escape")
        assert translations(mini) == []
        await b.press("u")
        assert len(translations(mini)) == 1
        assert "zh:" in b.words("#inspector")
        await b.press("Z", "enter", "ctrl+g")
        await b.press("Z", "escape")
        assert len(translations(mini)) == 1


async def test_the_language_that_is_there_is_offered(mini: Study) -> None:
    async with bench(mini) as b:
        await b.find(BUDGET)
        set_translation(mini, b.coding.desk.source, span_of(b, BUDGET), "de", "Die Provinz gab uns Geld.")
        b.coding.renew()
        await b.press("Z")
        assert b.app.screen.query_one(Input).value == "de"
        assert "There is one into de." in b.words("#ask-help")


# -- the status line, the margin, the place


@pytest.mark.parametrize("width", [40, 80, 100, 160])
async def test_definition_and_case_are_seen_together(sample: Study, width: int) -> None:
    async with bench(sample, (width, 24)) as b:
        case = sample.file.read.cases()[0]
        b.coding.desk.set_context(case.uid)
        await b.press("s", "1")
        status = b.words("#status")
        assert case.short_key in status
        code = sample.codes().codebook.code(b.codings()[0][0] if width < 80 else b.coding.desk.last_code or "")
        if width >= 80:
            assert code.brief[:20] in b.words("#inspector").splitlines()[1]
            assert "turn" in status


async def test_a_narrow_status_line_leaves_out_what_matters_least(mini: Study) -> None:
    async with bench(mini, (44, 24)) as b:
        status = b.words("#status")
        assert "characters" not in status
        assert status.endswith(" · case none")
        await b.press("space")
        assert "extending" in b.words("#status")


async def test_a_click_on_a_label_or_bracket_takes_its_coding(mini: Study) -> None:
    async with bench(mini, (120, 30)) as b:
        await b.find(BUDGET)
        await b.press("1", "home")
        columns = b.view._columns
        line = b.view.layout_of_text.line_of(span_of(b, BUDGET).start)
        await b.pilot.click(b.view, offset=(columns.total - columns.labels + 1, line))
        await b.pilot.pause()
        assert b.selected() == BUDGET
        assert b.coding.inspected is not None
        await b.press("home")
        assert b.coding.inspected is None
        await b.pilot.click(b.view, offset=(GUTTER + columns.text + 1, line))
        await b.pilot.pause()
        assert b.selected() == BUDGET
        await b.press("home")
        await b.pilot.click(b.view, offset=(columns.total - 1, line))  # nothing is there
        await b.pilot.click(b.view, offset=(columns.total - 1, 28))
        assert b.coding.inspected is None


async def test_a_click_on_a_suggestion_goes_to_it(mini: Study) -> None:
    async with bench(mini, (120, 30)) as b:
        await b.press("f4")
        await b.searched()
        mark = next(m for m in b.view.all_marks() if m.suggested)
        line = b.view.layout_of_text.line_of(mark.span.start)
        columns = b.view._columns
        await b.pilot.click(b.view, offset=(columns.total - columns.labels + 1, line))
        await b.pilot.pause()
        assert b.coding._focused in b.coding.desk.proposals
        assert "suggestion" in b.words("#inspector")
        assert "suggestions ·" in b.words("#status")


async def test_two_clicks_take_the_sentence_and_three_the_turn(mini: Study) -> None:
    async with bench(mini, (120, 30)) as b:
        span = span_of(b, "gave")
        line, cell = b.view.layout_of_text.line_of(span.start), b.view.layout_of_text.cell_of(span.start)
        await b.pilot.click(b.view, offset=(GUTTER + cell, line), times=2)
        assert b.selected() == BUDGET
        await b.pilot.click(b.view, offset=(GUTTER + cell, line), times=3)
        assert b.selected().endswith("from the start.")


async def test_the_wheel_scrolls_text_and_codebook(sample: Study) -> None:
    async with bench(sample, (120, 24)) as b:
        for widget in (b.view, b.coding.pane):
            before = widget.scroll_offset.y
            widget.post_message(events.MouseScrollDown(widget, 3, 3, 0, 1, 0, False, False, False))
            await b.pilot.pause()
            assert widget.scroll_offset.y > before


async def test_each_transcript_remembers_where_i_stopped(mini: Study, mini_path: Path, opened: Open) -> None:
    async with bench(mini) as b:
        await b.press("1")
        await b.find("revenue of the county")
        await b.press("right_square_bracket", "s")
        second = b.selected()
        await b.press("left_square_bracket")
        assert b.selected() == "revenue of the county"
        await b.press("right_square_bracket")
        assert b.selected() == second
        await b.press("ctrl+q")
    mini.close()
    async with bench(opened(mini_path, "anna")) as b:
        assert (b.coding.desk.source.name, b.selected()) == ("two", second)
        await b.press("left_square_bracket")
        assert b.selected() == "revenue of the county"


async def test_five_codes_on_three_passages_take_few_keys(sample_file: Path, tmp_path: Path, opened: Open) -> None:
    path = Path(shutil.copyfile(sample_file, tmp_path / "mine.qcode"))
    study = opened(path, "dora")
    study.enrol()
    async with bench(study, (120, 30)) as b:
        keys = [
            "s", "1", "2",  # two codes on this sentence, by their hot keys
            "right_curly_bracket", "right_curly_bracket", "s", "enter", *"xr", "enter",  # 信任 on the next answer
            "right_curly_bracket", "right_curly_bracket", "s", "full_stop", "3",  # the same again, and a third
        ]  # fmt: skip
        await b.press(*keys)
        made = b.codings()
        assert len(made) == 5
        assert len({quote for _, quote in made}) == 3
        assert len(keys) <= 20
        assert "trust" in {code for code, _ in made}


async def test_hostile_names_are_only_shown(mini: Study) -> None:
    async with bench(mini, (160, 40)) as b:
        await b.find("an order from above")
        await b.press("i")
        await b.typed("[red]\x1b[2J[/b] x")
        await b.press("enter", "enter")
        (code, _), *_ = b.codings()
        assert "\x1b" not in mini.codes().codebook.code(code).name()
        await b.press("O", "enter")
        assert isinstance(b.app.screen, CodePicker)
        await b.typed("red")
        assert "[red]" in b.words("#picker-definition")


async def test_flags_of_others_are_shown(mini: Study, mini_path: Path, opened: Open) -> None:
    other = opened(mini_path, "bo")
    set_flag(other, put(other, "one", "office", BUDGET), on=True)
    async with bench(mini) as b:
        await b.find("budget for")
        assert b.words("#inspector").startswith(" !office·bo")
