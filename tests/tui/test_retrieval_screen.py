"""The screen of retrieved segments, by keys: what is shown, what stands in the project and in files afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest
from naughty import CONTROL_SEQUENCES, MARKUP, NAUGHTY
from studies import put
from textual.widgets import Input, Static
from tui.benching import Bench, bench

from qcode.core.spans import Span
from qcode.services.attributes import import_transcript_attributes
from qcode.services.codebooks import import_codebook
from qcode.services.coding import apply_codes, link_case, set_flag, text_of
from qcode.services.filters import Filters
from qcode.services.importing import import_transcripts
from qcode.services.memos import add_memo
from qcode.services.study import Study
from qcode.services.translations import set_translation
from qcode.tui.commands import COMMANDS
from qcode.tui.screens.asking import AskLine
from qcode.tui.screens.filtering import FilterDialogue
from qcode.tui.screens.picker import Picker
from qcode.tui.screens.retrieval import RetrievalScreen
from qcode.tui.screens.retrieval_words import COLUMNS

KEYS = {" ": "space", "(": "left_parenthesis", ")": "right_parenthesis", "=": "equals_sign", ".": "full_stop"}


@pytest.fixture
def coded(mini: Study) -> Study:
    put(mini, "one", "money", "The province gave us a budget for it.")
    put(mini, "one", "trust", "budget for it.")
    put(mini, "one", "trust", "We trusted them from the start.")
    put(mini, "one", "office", "There is an office for the river.")
    put(mini, "two", "money", "The road needs a budget and the revenue is gone.")
    put(mini, "three", "office", "We never had an office")
    source = mini.source("one")
    link_case(mini, mini.case("park"), source, text_of(mini, source), Span(31, 150))
    return mini


def screen(b: Bench) -> RetrievalScreen:
    assert isinstance(b.app.screen, RetrievalScreen)
    return b.app.screen


def cells(b: Bench) -> list[list[str]]:
    """What all lines say."""
    rows = [screen(b)._row(i) for i in range(len(screen(b).rows))]
    return [[cell if isinstance(cell, str) else cell[0] for cell in row] for row in rows]


def quotes(b: Bench) -> list[str]:
    return [row[-1] for row in cells(b)]


async def write(b: Bench, text: str) -> None:
    await b.press(*[KEYS.get(c, c) for c in text])


async def ask(b: Bench, query: str) -> None:
    await b.press("slash")
    screen(b).query_field.value = query
    await b.press("enter")


async def choose(b: Bench, *letters: str) -> None:
    """Type into each picker in turn, and take what it marks."""
    for text in letters:
        assert isinstance(b.app.screen, Picker)
        await write(b, text)
        await b.press("enter")


# -- what is shown


async def test_all_segments_with_what_they_are(coded: Study) -> None:
    async with bench(coded, (120, 30)) as b:
        await b.press("f7")
        assert b.words("#title") == " 6 segments · 3 codes · 3 of 3 transcripts · coders main · participants"
        assert cells(b)[0] == ["one", "R", "money", "anna", "park", "The province gave us a budget for it."]
        assert quotes(b)[-1] == "We never had an office"
        assert b.words("#filters").startswith("No filters; f chooses some.")
        assert [column.title for column in COLUMNS][-1] == "segment"


async def test_the_pane_tells_of_the_marked_segment(coded: Study) -> None:
    source = coded.source("one")
    text = text_of(coded, source)
    start = text.index("The province")
    span = Span(start, start + len("The province gave us a budget for it."))
    set_translation(coded, source, span, "de", "Die Provinz gab uns Geld.", translator="bo", checked_by="cy")
    add_memo(coded, "ask again", source=source, span=span, title="Look")
    (uid,) = [c.uid for c in coded.file.read.codings(source.key, coders=None) if (c.start, c.end) == tuple(span)]
    set_flag(coded, uid, on=True)
    async with bench(coded, (120, 30)) as b:
        await b.press("f7")
        told = b.words("#pane-text").split("\n")
        assert told[0] == "money · also trust · coded by anna · flagged"
        assert told[1] == "one · R · case park (arranged)"
        assert told[3] == (
            "I: How did the budget begin? The province gave us a budget for it."
            " The revenue of the county was not enough."
        )
        assert told[4] == "de: Die Provinz gab uns Geld. · translated by bo, checked by cy"
        assert told[5] == "memo of anna: Look ask again"
        assert told[7].startswith("Found: 6 passages in 3 of 3 transcripts.")
        assert quotes(b)[0].startswith("! The province")
        await b.press("down")
        assert b.words("#pane-text").startswith("trust · also money")


async def test_notes_say_that_they_are_paraphrases_and_long_quotes_are_cut(mini: Study, tmp_path: Path) -> None:
    (tmp_path / "long.txt").write_text(
        "---\nkind: notes\n---\nI: So?\n\nR: " + "They said it was about money. " * 300 + "\n", encoding="utf-8"
    )
    import_transcripts(mini, [tmp_path / "long.txt"])
    source = mini.source("long")
    text = text_of(mini, source)
    start = text.index("They")
    apply_codes(mini, source, text, Span(start, len(text) - 1), [mini.codes().find("money").uid])
    async with bench(mini) as b:
        await b.press("f7")
        assert quotes(b)[0].startswith("[paraphrase] They said")
        told = b.words("#pane-text")
        assert "\nparaphrase\n" in told
        assert "more characters; Enter shows them" in told
        before = screen(b).query_one("#pane").scroll_offset.y
        await b.press("space")
        assert screen(b).query_one("#pane").scroll_offset.y > before


@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
async def test_it_fits_the_window(coded: Study, size: tuple[int, int]) -> None:
    async with bench(coded, size) as b:
        await b.press("f7")
        lines = ["".join(s.text for s in strip) for strip in b.app.screen._compositor.render_strips()]
        assert any("The province gave us a" in line for line in lines)
        assert any("transcript" in line and "codes" in line for line in lines)
        assert lines[-1].rstrip().endswith("Ctrl+Q quit")


async def test_an_empty_study_says_what_is_missing(empty_path: Path, opened) -> None:
    async with bench(opened(empty_path)) as b:
        await b.press("f7")
        assert b.words("#fault").startswith("The study has no codebook yet.")
        assert b.words("#title") == " Segments"
        await b.press("tab")
        assert b.told.startswith("The study has no codebook yet.")
        await b.press("w")
        assert b.told == "There are no segments to write."
        await b.press("enter", "b", "s", "1", "down", "space")
        assert b.app.screen is screen(b)


# -- the query


async def test_a_query_by_keys(coded: Study) -> None:
    async with bench(coded) as b:
        await b.press("f7", "slash")
        await write(b, "money and not trust")
        await b.press("enter")
        assert quotes(b) == ["The road needs a budget and the revenue is gone."]
        assert b.words("#title").startswith(" 1 segment · 1 code · 1 of 3 transcripts")
        assert screen(b).rows.has_focus


async def test_what_is_no_query_is_told_with_its_place_and_changes_nothing(coded: Study) -> None:
    async with bench(coded) as b:
        await b.press("f7")
        await ask(b, "money and trus")
        assert "There is no code “trus”" in b.words("#fault")
        assert len(quotes(b)) == 6
        await ask(b, "money trust")
        assert b.words("#fault").startswith("The query, character 7")
        assert screen(b).query_field.has_focus
        await b.press("x")
        assert not screen(b).query_one("#fault", Static).display
        await b.press("escape")
        assert screen(b).query_field.value == ""
        assert screen(b).rows.has_focus
        await b.press("slash", "up")
        assert screen(b).query_field.value == "money trustx"


async def test_codes_are_chosen_for_the_query(coded: Study) -> None:
    async with bench(coded) as b:
        await b.press("f7", "tab")
        await choose(b, "funds")
        assert screen(b).query_field.value == "money"
        await write(b, " or (")
        await b.press("tab")
        await choose(b, "offi")
        await write(b, ")")
        assert screen(b).query_field.value == "money or (office)"
        await b.press("home", "tab", "escape")
        assert screen(b).query_field.value == "money or (office)"
        await b.press("tab")
        await choose(b, "trust")
        assert screen(b).query_field.value == "trust money or (office)"
        assert screen(b).query_field.cursor_position == len("trust ")


async def test_earlier_queries_come_back(coded: Study) -> None:
    async with bench(coded) as b:
        await b.press("f7")
        await ask(b, "money")
        await ask(b, "office")
        await b.press("ctrl+g")
        assert len(quotes(b)) == 6
        assert screen(b).query_field.value == ""
        await b.press("slash", "up", "up")
        assert screen(b).query_field.value == "money"
        await b.press("up")
        assert screen(b).query_field.value == "money"
        await b.press("down", "down")
        assert screen(b).rows.has_focus


async def test_other_entries_ask_for_themselves(coded: Study) -> None:
    async with bench(coded) as b:
        await b.press("f7")
        await ask(b, "money")
        b.app.drill(RetrievalScreen(coded, query="trust", filters=Filters.parse(coded, transcripts=["one"])))
        await b.pilot.pause()
        assert quotes(b) == ["budget for it.", "We trusted them from the start."]
        assert b.words("#filters") == "Transcripts: one."
        await b.press("enter")
        assert b.selected() == "budget for it."
        await b.press("f7")
        assert quotes(b)[0] == "budget for it."
        await b.press("slash", "up")
        assert screen(b).query_field.value == "trust"


# -- filters


async def test_a_condition_is_put_together_by_pickers(coded: Study) -> None:
    async with bench(coded) as b:
        await b.press("f7", "f")
        await choose(b, "condition", "case.mechanism")
        await b.press("1")
        await choose(b, "arr")
        assert b.words("#filters").startswith("Where case.mechanism = arranged.")
        assert {row[4] for row in cells(b)} == {"park"}
        count = len(quotes(b))
        await b.press("f")
        await choose(b, "condition", "transcript.name")
        await b.press("3")
        assert isinstance(b.app.screen, AskLine)
        await write(b, "zzz")
        await b.press("enter")
        assert "case.mechanism = arranged and transcript.name contains zzz" in b.words("#filters")
        assert quotes(b) == []
        assert b.words("#pane-text").startswith("Found: 0 passages")
        await b.press("f")
        await choose(b, "condition", "no condition")
        assert len(quotes(b)) == 6 > count


async def test_a_condition_by_hand_is_checked_while_it_is_asked(coded: Study) -> None:
    async with bench(coded) as b:
        await b.press("f7", "f")
        await choose(b, "condition", "by hand")
        b.app.screen.query_one(Input).value = "case.mechanism ="
        await b.press("enter")
        assert b.words("#ask-fault").startswith("The condition, character")
        b.app.screen.query_one(Input).value = "case.mechanism = arranged or case.mechanism = mandated"
        await b.press("enter")
        assert len(quotes(b)) == 3
        await b.press("f")
        await choose(b, "condition", "speaker.role")
        await b.press("4")
        assert "Where (case.mechanism = arranged or" in b.words("#filters")
        await b.press("f")
        await choose(b, "condition", "by hand")
        assert b.app.screen.query_one(Input).value.startswith("(case.mechanism = arranged or")
        await b.press("escape")


async def test_conditions_on_years_and_yes_and_no(coded: Study, tmp_path: Path) -> None:
    table = tmp_path / "attributes.csv"
    table.write_text("transcript,year,recorded\none,2015,yes\ntwo,2019,no\n", encoding="utf-8")
    import_transcript_attributes(coded, table)
    async with bench(coded) as b:
        await b.press("f7", "f")
        await choose(b, "condition", "transcript.year")
        await b.press("6")
        await write(b, "soon")
        await b.press("enter")
        assert "is none" in b.words("#ask-fault")
        b.app.screen.query_one(Input).value = "2018"
        await b.press("enter")
        assert {row[0] for row in cells(b)} == {"two"}
        await b.press("ctrl+g", "f")
        await choose(b, "condition", "recorded")
        await b.press("1")
        await choose(b, "yes")
        assert {row[0] for row in cells(b)} == {"one"}


async def test_every_other_filter(coded: Study) -> None:
    async with bench(coded) as b:
        await b.press("f7", "f")
        await choose(b, "words")
        await write(b, "budget")
        await b.press("enter")
        assert len(quotes(b)) == 3
        await b.press("f")
        await choose(b, "transcripts", "two")
        assert quotes(b) == ["The road needs a budget and the revenue is gone."]
        await b.press("f")
        await choose(b, "transcripts", "one")
        assert b.words("#filters").startswith("Transcripts: two, one.")
        await b.press("f")
        await choose(b, "transcripts", "two")
        assert b.words("#filters").startswith("Transcripts: one.")
        await b.press("f")
        await choose(b, "transcripts", "any")
        await b.press("f")
        await choose(b, "codes", "trust")
        assert quotes(b) == ["budget for it."]
        await b.press("ctrl+g", "f")
        await choose(b, "kinds", "recorded")
        assert "Kinds of transcripts: recorded." in b.words("#filters")
        await b.press("f")
        await choose(b, "data set")
        assert len(quotes(b)) == 3
        await b.press("f")
        await choose(b, "flagged")
        assert quotes(b) == []
        await b.press("ctrl+g", "f")
        await choose(b, "speakers", "all")
        assert "· all speakers" in b.words("#title")
        await b.press("f")
        await choose(b, "coders", "anna")
        assert "coders anna" in b.words("#title")
        await b.press("f")
        await choose(b, "stages")
        assert b.told == "The study has no stages to choose from."
        await b.press("f", "escape")
        assert screen(b).rows.has_focus


async def test_filters_of_a_search_leave_out_what_belongs_to_codings(coded: Study) -> None:
    async with bench(coded) as b:
        await b.press("f7")
        dialogue = FilterDialogue(screen(b), Filters(), lambda _: None, of_codings=False)
        dialogue.start()
        await b.pilot.pause()
        shown = [choice.value for choice in b.app.screen._choices]
        assert shown == ["where", "speakers", "transcripts", "kinds", "stages", "dataset"]


# -- order and groups


async def test_groups_with_counts_open_and_close(coded: Study) -> None:
    async with bench(coded) as b:
        await b.press("f7", "b")
        assert [row[0] for row in cells(b)] == ["▸ one · 4 segments", "▸ two · 1 segment", "▸ three · 1 segment"]
        await b.press("b")
        assert quotes(b) == [
            "▸ money  Money · 2 segments in 2 transcripts",
            "▸ trust  Trust · 2 segments in 1 transcript",
            "▸ office  Office · 2 segments in 2 transcripts",
        ]
        assert "A segment of several codes stands under each of them." in b.words("#pane-text")
        await b.press("enter")
        assert [row[0] for row in cells(b)][:3] == ["▾ money  Money · 2 segments in 2 transcripts", "  one", "  two"]
        await b.press("enter", "b")
        assert quotes(b) == ["▸ park  The park · 3 segments in 1 transcript", "▸ no case · 3 segments in 3 transcripts"]
        assert "by case" in b.words("#title")
        await b.press("b")
        assert len(quotes(b)) == 6


async def test_orders(coded: Study) -> None:
    async with bench(coded) as b:
        await b.press("f7", "s", "5")
        lengths = [len(quote) for quote in quotes(b)]
        assert lengths == sorted(lengths, reverse=True)
        assert "ordered by length" in b.words("#title")
        await b.press("b", "enter")
        assert len(quotes(b)) == 3 + 4
        assert len(quotes(b)[1]) >= len(quotes(b)[2]) >= len(quotes(b)[3])
        await b.press("b", "b", "b", "s", "2")
        assert [row[2] for row in cells(b)] == ["money", "money", "trust", "trust", "office", "office"]
        await b.press("s", "escape")
        assert b.app.screen is screen(b)


async def test_the_marked_segment_stays_marked_in_another_order(coded: Study) -> None:
    async with bench(coded) as b:
        await b.press("f7", "end", "s", "5")
        assert quotes(b)[screen(b).rows.cursor] == "We never had an office"


async def test_others_work_in_and_out(coded: Study, mini_path: Path, opened) -> None:
    put(opened(mini_path, "bo"), "three", "office", "an office for that kind of thing.")
    async with bench(coded) as b:
        await b.press("f7", "f")
        await choose(b, "coders", "each")
        assert len(quotes(b)) == 7
        await b.press("v")
        assert len(quotes(b)) == 6
        assert b.told == "Only your own work is shown."
        assert "own work only" in b.words("#title")
        await b.press("v")
        assert len(quotes(b)) == 7
        await b.press("f")
        await choose(b, "coders", "bo")
        assert len(quotes(b)) == 1
        await b.press("v")
        assert b.words("#fault").startswith("The work of “bo” is hidden")
        assert quotes(b) == []


# -- the way to the places


async def test_enter_jumps_and_f7_leads_back_to_the_same_segment(coded: Study) -> None:
    async with bench(coded) as b:
        await b.press("f7")
        await ask(b, "motive")
        await b.press("down", "down", "enter")
        assert b.app.screen is b.coding
        assert b.selected() == "We trusted them from the start."
        assert b.told == "Segment 3 of 4; n goes to the next, F7 back to all."
        await b.press("f7")
        assert screen(b).rows.cursor == 2
        assert screen(b).query_field.value == "motive"
        await b.press("escape")
        assert b.app.screen is b.coding


async def test_what_was_written_since_is_found(coded: Study) -> None:
    async with bench(coded) as b:
        await b.press("f7", "end", "enter", "f7")
        found = screen(b)._asked.found
        await b.press("escape")
        put(coded, "one", "trust", "The river was an order from above.")
        await b.press("f7")
        assert screen(b)._asked.found is not found
        assert len(quotes(b)) == 7
        assert quotes(b)[screen(b).rows.cursor] == "We never had an office"
        await b.press("s")
        put(coded, "two", "trust", "Nobody trusted anybody.")
        await b.press("escape")
        assert len(quotes(b)) == 8


async def test_n_goes_from_segment_to_segment(coded: Study) -> None:
    async with bench(coded) as b:
        await b.press("f7", "b", "b", "enter", "down", "enter")
        assert b.selected() == "The province gave us a budget for it."
        await b.press("n")
        assert b.coding.desk.source.name == "two"
        assert b.selected().startswith("The road needs")
        assert b.told == "Segments: 2 of 2."
        await b.press("N")
        assert b.selected() == "The province gave us a budget for it."


async def test_write_by_the_ending_of_the_name(coded: Study, tmp_path: Path) -> None:
    async with bench(coded) as b:
        await b.press("f7", "w")
        assert Path(b.app.screen.query_one(Input).value).name == "segments.csv"
        await b.press("enter")
        assert b.told == "Wrote 6 segments to segments.csv."
        assert "The road needs a budget" in (tmp_path / "segments.csv").read_text(encoding="utf-8-sig")
        assert (tmp_path / "segments.txt").exists()
        for name in ("a.md", "b.json", "c.xlsx", "d.ati.csv"):
            await b.press("w")
            await b.typed(str(tmp_path / name))
            await b.press("enter")
            assert (tmp_path / name).stat().st_size
        assert "full citation" in (tmp_path / "d.ati.csv").read_text(encoding="utf-8-sig").splitlines()[0]
        await b.press("w")
        await b.typed(str(tmp_path / "segments.csv"))
        await b.press("enter")
        assert isinstance(b.app.screen, AskLine)
        assert "segments.csv" in b.words("#ask-fault")
        await b.typed("x.pdf")
        await b.press("enter")
        assert "which form" in b.words("#ask-fault")
        await b.press("escape")
        assert b.app.screen is screen(b)


# -- what may go wrong


async def test_hostile_names_and_words_are_only_shown(mini: Study, tmp_path: Path) -> None:
    lines = [line.replace("\x00", "").replace("\r", " ") for line in (*MARKUP, *CONTROL_SEQUENCES)]
    said = "\n\n".join(f"[R/b]: {line}" for line in lines) + "\n\n" + "R: Plain words, and many of them.\n\n" * 60
    (tmp_path / "[b]x.txt").write_text(f"I: So?\n\n{said}", encoding="utf-8")
    book = tmp_path / "h.toml"
    book.write_text(
        '[codebook]\nid = "mini"\ntitle = "M"\n\n[[code]]\nid = "click"\n'
        'name = { en = "[@click=app.quit]q[b]" }\nbrief = "[/b]"\n',
        encoding="utf-8",
    )
    import_codebook(mini, book)
    import_transcripts(mini, [tmp_path / "[b]x.txt"])
    source = mini.source("[b]x")
    text = text_of(mini, source)
    apply_codes(mini, source, text, Span(8, len(text)), [mini.codes().find("click").uid])
    async with bench(mini) as b:
        await b.press("f7")
        shown = "\n".join("".join(s.text for s in strip) for strip in b.app.screen._compositor.render_strips())
        assert "[b]x" in shown
        assert "\x1b" not in shown + b.words("#pane-text") + b.words("#title")
        assert "[@click=app.quit]q[/]" in b.words("#pane-text")
        await b.press("b", "b")
        assert cells(b)[0][0].startswith("▸ click  [@click=app.quit]q[b]")


async def test_hostile_queries_are_refused_in_a_sentence(coded: Study) -> None:
    async with bench(coded) as b:
        await b.press("f7")
        for query in [query for query in NAUGHTY if query.strip()]:
            assert not screen(b)._look(query, Filters())
            assert b.words("#fault")
            assert "\x1b" not in b.words("#fault")
            assert len(quotes(b)) == 6


async def test_a_text_that_is_gone_is_told_in_its_place(coded: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    from qcode.errors import DamagedProject
    from qcode.services import surroundings

    def gone(*_: object) -> str:
        raise DamagedProject("The text is gone.")

    async with bench(coded) as b:
        await b.press("f7", "escape")
        monkeypatch.setattr(surroundings, "text_of", gone)
        b.app.kept.clear()
        await b.press("f7")
        assert quotes(b)[0] == "This segment cannot be read; qcode doctor says more."
        assert b.words("#pane-text") == "The text is gone."
        await b.press("enter")
        assert b.told == "The text is gone."


async def test_every_command_of_the_screen_has_an_effect(coded: Study) -> None:
    async with bench(coded) as b:
        await b.press("f7")

        def state() -> tuple[object, ...]:
            here = b.app.screen
            shown = (quotes(b), b.told, here.query_field.value) if isinstance(here, RetrievalScreen) else ()
            return here, here.focused, shown

        for command in [
            c for c in COMMANDS if c.place == "retrieval" and c.id not in ("retrieval-back", "retrieval-read")
        ]:
            await ask(b, "money")
            before = state()
            await b.press(command.keys[0])
            assert state() != before, command.id
            if not isinstance(b.app.screen, RetrievalScreen):
                await b.press("escape")


async def test_typing_replaces_the_query_and_a_chosen_code_is_put_behind_it(coded: Study) -> None:
    async with bench(coded) as b:
        await b.press("ctrl+o", "r")
        await b.press("slash")
        await b.typed("trust")
        await b.press("enter", "slash")
        assert screen(b).query_field.selected_text == "trust"
        await b.press(*"money")
        assert screen(b).query_field.value == "money"
        await b.press("enter", "slash", "end", "space", "o", "r", "tab")
        assert isinstance(b.app.screen, Picker)
        await b.typed("office")
        await b.press("enter")
        await b.press("space", "x")
        assert screen(b).query_field.value == "money or office x"


async def test_a_line_to_be_changed_is_written_on_at_its_end(coded: Study) -> None:
    async with bench(coded) as b:
        b.app.push_screen(AskLine("Which?", value="old"))
        await b.pilot.pause()
        await b.press("e", "r")
        assert b.app.screen.query_one(Input).value == "older"
