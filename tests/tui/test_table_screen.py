"""Tables on the screen: every choice, the way from a cell to its words, and out into files."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from studies import CODEBOOK, put
from textual.widgets import Input
from tui.benching import Bench, bench

from qcode.errors import ProjectError
from qcode.services.case_edits import remove_case, set_values
from qcode.services.codebooks import import_codebook
from qcode.services.coding import link_case, mark, set_flag, text_of
from qcode.services.retrieval import find
from qcode.services.study import Study
from qcode.services.tables import crosstab, frequencies
from qcode.tui.commands import COMMANDS
from qcode.tui.screens.picker import Picker
from qcode.tui.screens.retrieval import RetrievalScreen
from qcode.tui.screens.table import TableScreen

Open = Callable[[Path, str], Study]


@pytest.fixture
def coded(mini: Study, opened: Open) -> Study:
    """Money twice in `one` (on the park) and once in `two`; trust by bo in `three`."""
    source = mini.source("two")
    assert link_case(mini, mini.case("park"), source, text_of(mini, source), None)
    put(mini, "one", "money", "The province gave us a budget for it.")
    put(mini, "one", "money", "The revenue of the county was not enough.")
    put(mini, "one", "office", "There is an office for the river.")
    put(mini, "two", "money", "The road needs a budget")
    bo = opened(mini.file.path, "bo")
    put(bo, "one", "money", "budget for it. The revenue")
    put(bo, "three", "trust", "No.")
    return mini


def screen(b: Bench) -> TableScreen:
    found = b.app.screen
    assert isinstance(found, TableScreen), found
    return found


def row(b: Bench, code: str) -> dict[str, str]:
    return dict(zip(b.header(), next(r for r in b.rows() if r[0].strip() == code), strict=True))


async def pick(b: Bench, key: str, typed: str) -> None:
    """Choose from a list by typing."""
    await b.press(key)
    assert isinstance(b.app.screen, Picker)
    await b.typed(typed)
    await b.press("enter")
    await b.pilot.pause()


async def stand_on(b: Bench, code: str, column: str) -> None:
    """Put the cursor on a cell."""
    b.grid.move_to(next(i for i, r in enumerate(b.rows()) if r[0].strip() == code))
    b.grid.stand_in(b.header().index(column))
    await b.pilot.pause()


async def test_every_command_does_something(mini: Study) -> None:
    async with bench(mini) as b:
        await b.press("f8")
        for command in [c for c in COMMANDS if c.place == "table" and c.id not in ("table-back", "table-left")]:
            if command.id == "table-page-left":
                await b.press("shift+right")
            before = b.state()
            await b.press(command.keys[0])
            assert b.state() != before, command.id
            if not isinstance(b.app.screen, TableScreen):
                await b.press("escape")
            if command.id == "table-notes":
                await b.press("tab")
        await b.press("escape")
        assert b.app.screen is b.coding


async def test_arrows_move_the_cell_and_the_line_below_tells_of_it(coded: Study) -> None:
    async with bench(coded) as b:
        await b.press("f8")
        await b.press("down")
        assert (b.grid.cursor, b.grid.column) == (1, 1)
        assert b.words("#table-cell") == "1 · arranged · money Money · Enter: the segments"
        await b.press("right", "l")
        assert b.grid.column == 3
        await b.press("left", "h", "h")
        assert b.grid.column == 1
        await b.press("shift+right")
        assert b.grid.column > 2
        await b.press("shift+left", "end")
        assert b.words("#table-cell") == "1 · arranged · total · Enter: the segments"


async def test_a_cell_leads_to_the_segments_that_it_counts(coded: Study) -> None:
    async with bench(coded) as b:
        await b.press("f8")
        for code, column in (("money", "arranged"), ("money", "total"), ("office", "unassigned"), ("total", "total")):
            await stand_on(b, code, column)
            said = int(row(b, code)[column])
            await b.press("enter")
            assert isinstance(b.app.screen, RetrievalScreen)
            assert len(b.app.screen.rows) == said
            assert b.words("#title").strip().startswith(f"{said} segment")
            await b.press("escape")
            assert screen(b).grid.column == b.header().index(column)


async def test_every_cell_of_the_samples_tables_leads_to_its_segments(sample: Study) -> None:
    async with bench(sample) as b:
        for keys in (["f8"], ["ctrl+o", "f"]):
            await b.press(*keys)
            shown = screen(b)._shown
            assert shown is not None
            segments = [i for i, name in enumerate(shown.table.header) if name not in ("code", "name", "characters")]
            for i, cells in enumerate(shown.table.rows):
                for j in segments:
                    query, filters = shown.behind(i, j)
                    found = find(sample, query, filters)
                    said = found.transcripts if "transcripts of" in shown.table.header[j] else len(found)
                    assert cells[j] == said, (cells[0], shown.table.header[j])
            await b.press("escape")


async def test_rows_are_all_codes_dimensions_or_one_branch(coded: Study) -> None:
    async with bench(coded) as b:
        await b.press("f8")
        assert [r[0].strip() for r in b.rows()] == ["motive", "money", "trust", "setup", "office", "total"]
        await pick(b, "r", "dimensions")
        assert [r[0] for r in b.rows()] == ["motive", "setup", "total"]
        assert row(b, "motive")["total"] == str(len(find(coded, "motive")))
        assert "dimensions with all below" in b.words("#title")
        await stand_on(b, "motive", "total")
        await b.press("enter")
        assert len(b.app.screen.query_one("#rows")) == len(find(coded, "motive"))  # type: ignore[arg-type]  # a list of rows
        await b.press("escape")
        await pick(b, "r", "setup")
        assert [r[0].strip() for r in b.rows()] == ["setup", "office", "total"]
        assert "setup and below" in b.words("#title")
        await pick(b, "r", "all codes")
        assert len(b.rows()) == 6


async def test_columns_are_by_cases_transcripts_speakers_coders_or_none(coded: Study) -> None:
    async with bench(coded, (160, 48)) as b:
        await b.press("f8")
        for typed, header in (
            ("transcript.name", ["one", "two", "three", "total"]),
            ("speaker.role", ["participant", "total"]),
            ("coder", ["anna", "bo"]),
        ):
            await pick(b, "c", typed)
            assert b.header()[2:] == header
        assert row(b, "money")["bo"] == "1"
        assert "coders each" in b.words("#title")
        await stand_on(b, "money", "bo")
        await b.press("enter")
        assert b.words("#title").strip().startswith("1 segment")
        await b.press("escape")
        await pick(b, "c", "none")
        assert b.header()[2:] == ["segments", "transcripts of 3"[:16], "characters"]
        await b.press("t")
        assert b.header()[2:] == ["anna", "bo"]


async def test_content(coded: Study) -> None:
    async with bench(coded, (160, 48)) as b:
        await b.press("f8")
        await pick(b, "c", "mechanism")
        for digit, expected in (("2", "transcripts"), ("3", "cases"), ("4", "% of the row"), ("5", "% of the column")):
            await b.press("p", digit)
            await b.pilot.pause()
            assert f"{expected} ·" in b.words("#title")
            assert b.words("#title").count("transcripts") == (expected == "transcripts")
        assert {len(cell.split(".")[1]) for r in b.rows()[:-1] for cell in r[2:-1] if cell} == {1}
        await pick(b, "c", "coder")
        await b.press("p", "4")
        assert b.told.startswith("Coders are never added up")
        assert "% of the column" in b.words("#title")  # what cannot be counted changes nothing
        await b.press("p", "1")
        assert "· segments ·" in b.words("#title")


async def test_coders_and_filters(coded: Study) -> None:
    async with bench(coded, (160, 48)) as b:
        await b.press("ctrl+o", "f")
        assert row(b, "trust")["segments"] == "1"
        await pick(b, "v", "anna")
        assert (row(b, "trust")["segments"], row(b, "money")["segments"]) == ("0", "3")
        assert "coders anna" in b.words("#title")
        await pick(b, "v", "any")
        assert row(b, "money")["segments"] == "2"
        await pick(b, "f", "words")
        await b.typed("road")
        await b.press("enter")
        assert row(b, "money")["segments"] == "1"
        assert "“road”" in b.words("#title")
        assert "Only passages with “road”." in b.words("#table-words")
        await b.press("ctrl+g")
        assert row(b, "money")["segments"] == "2"
        assert "coders any" in b.words("#title")
        await b.press("f")
        await b.press("escape")
        await pick(b, "f", "coders")
        await b.typed("each")
        await b.press("enter")
        assert b.told.startswith("A count never adds up coders")
        assert "coders any" in b.words("#title")


async def test_choices_stay_for_the_session(coded: Study) -> None:
    async with bench(coded, (160, 48)) as b:
        await b.press("f8")
        await pick(b, "c", "transcript.name")
        await b.press("escape", "f9", "f8")
        assert b.header()[2] == "one"
        await b.press("t")
        assert b.header()[2] == "segments"
        await b.press("t")
        assert b.header()[2] == "one"
        await b.press("escape", "ctrl+o", "f")
        assert b.header()[2] == "segments"


async def test_what_is_coded_meanwhile_is_counted_on_coming_back(coded: Study) -> None:
    async with bench(coded) as b:
        await b.press("ctrl+o", "f")
        await stand_on(b, "money", "segments")
        await b.press("enter")
        put(coded, "three", "money", "Bye.")
        set_flag(coded, coded.file.read.codings(coders=[coded.me.key])[0].uid, on=True)
        await b.press("escape")
        assert (row(b, "money")["segments"], b.grid.cursor) == ("4", 1)


async def test_agreement_leads_to_what_was_compared(sample: Study) -> None:
    async with bench(sample, (160, 48)) as b:
        await b.press("f9")
        assert "alpha" in b.header()
        alpha = [r[b.header().index("alpha")] for r in b.rows()]
        assert {len(cell.split(".")[1]) for cell in alpha if cell} == {3}
        for key, told in (
            ("v", "Agreement is between all coders."), ("c", "Agreement has its own columns."),
            ("p", "Only the crosstab has a content to choose."), ("f", "Agreement has no filters."),
            ("ctrl+g", "Agreement has no filters."), ("t", "Agreement has no other side."),
        ):  # fmt: skip
            await b.press(key)
            assert b.told == told
        b.grid.stand_in(b.header().index("bo %"))
        code = b.rows()[0][0]
        await b.press("enter")
        assert isinstance(b.app.screen, RetrievalScreen)
        assert {one.coders for one in b.app.screen._asked.found or ()} == {("bo",)}
        await b.press("escape")
        await pick(b, "r", "conflict")
        assert 0 < len(b.rows()) < len(alpha)
        assert code not in [r[0] for r in b.rows()]
        await b.press("w", "enter")
        assert b.told == "Written: agreement.csv, and what it counts: agreement.txt"


async def test_a_table_is_written_by_the_ending_of_its_name(coded: Study) -> None:
    folder = coded.file.path.parent
    async with bench(coded, (160, 48)) as b:
        await b.press("f8", "w", "enter")
        assert b.told == "Written: crosstab.csv, and what it counts: crosstab.txt"
        await b.press("w")
        assert b.app.screen.query_one(Input).value.endswith("crosstab-2.csv")
        await b.typed(str(folder / "crosstab.csv"))
        await b.press("enter")
        assert "already" in b.words("#ask-fault")
        await b.typed(str(folder / "out.xlsx"))
        await b.press("enter")
        assert b.told == "Written: out.xlsx, and what it counts: out.txt"
        await b.press("w")
        await b.typed(str(folder / "out.md"))
        await b.press("enter")
        assert b.told == "Written: out.md"
        await b.press("w", "escape")
        assert b.told.startswith("c columns")
        (folder / "crosstab-2.txt").write_text("mine", encoding="utf-8")
        await b.press("w")
        assert b.app.screen.query_one(Input).value.endswith("crosstab-3.csv")
    rows = list(csv.reader((folder / "crosstab.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [r[0] for r in rows] == ["code", "motive", "money", "trust", "setup", "office", "total"]
    assert (folder / "out.xlsx").read_bytes().startswith(b"PK")
    text = (folder / "out.md").read_text(encoding="utf-8")
    assert text.startswith("# Codes by mechanism\n\n| code | name |")
    assert "| &nbsp;&nbsp;money | Money | 1 |" in text
    assert "## What this counts" in text


async def test_names_of_codes_come_with_the_width(coded: Study) -> None:
    async with bench(coded) as b:
        await b.press("f8")
        assert "name" not in b.header()
        await stand_on(b, "money", "arranged")
        await b.pilot.resize_terminal(160, 40)
        await b.pilot.pause()
        assert b.header()[:2] == ["code", "name"]
        assert b.grid.cursor == 1


async def test_the_notes_take_the_arrows_and_give_them_back(coded: Study) -> None:
    async with bench(coded) as b:
        await b.press("f8", "tab")
        assert b.app.screen.focused is b.app.screen.query_one("#table-notes")
        await b.press("tab")
        assert b.app.screen.focused is b.grid


async def test_a_table_that_cannot_be_counted_says_why(empty_path: Path, opened: Open) -> None:
    async with bench(opened(empty_path, "anna")) as b:
        for keys in (["ctrl+o", "f"], ["f8"], ["f9"]):
            await b.press(*keys)
            assert b.words("#table-words")
            assert b.words("#table-cell") == ""
            await b.press("enter", "right")
            await b.press("w")
            assert b.told == "There is nothing to write."
            await b.press("escape")


async def test_a_crosstab_of_nothing_says_what_to_bring(empty_path: Path, opened: Open, tmp_path: Path) -> None:
    study = opened(empty_path, "anna")
    (tmp_path / "mini.toml").write_text(CODEBOOK, encoding="utf-8")
    import_codebook(study, tmp_path / "mini.toml")
    async with bench(study) as b:
        await b.press("f8")
        assert "qcode cases import FILE" in b.words("#table-words")
        await b.press("t")
        assert b.told.startswith("There is nothing to make columns of.")


async def test_a_crosstab_is_by_mechanism_as_soon_as_there_are_cases(coded: Study) -> None:
    for case in coded.file.read.cases():
        set_values(coded, case.uid, {"mechanism": ""})
    async with bench(coded, (160, 48)) as b:
        await b.press("f8")
        assert "mechanism" in b.words("#title")
        assert "no cases" not in b.words("#table-words")
        await pick(b, "c", "kind")
        assert "dataset" in b.header()
        await pick(b, "c", "case")
        assert {"park", "river"} <= set(b.header())


async def test_without_cases_a_crosstab_says_why_it_is_by_transcripts(coded: Study) -> None:
    for case in coded.file.read.cases():
        remove_case(coded, case.uid, anyway=True)
    async with bench(coded, (160, 48)) as b:
        await b.press("f8")
        assert "transcript." in b.words("#title")
        assert b.words("#table-words").startswith("There are no cases yet, so the columns are by transcript.")


async def test_a_table_that_cannot_be_written_is_told(mini: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise ProjectError("The disk is full.")

    monkeypatch.setattr("qcode.services.tables.export_table", refuse)
    async with bench(mini) as b:
        await b.press("f8", "w", "enter")
        assert b.words("#ask-fault") == "The disk is full."


async def test_what_stands_on_the_screen_is_what_the_command_says(coded: Study) -> None:
    for name in ("one", "two", "three"):
        mark(coded, coded.source(name), ["motive", "setup"], "complete")
    async with bench(coded, (160, 48)) as b:
        await b.press("f8")
        table = crosstab(coded, "mechanism")
        assert [r[0].strip() for r in b.rows()[:-1]] == [r[0] for r in table.rows]
        assert [r[2:] for r in b.rows()[:-1]] == [[str(cell) for cell in r[2:]] for r in table.rows]
        assert b.words("#table-words") == "\n".join(table.notes)
        await b.press("t")
        assert [r[2] for r in b.rows()[:-1]] == [str(r[2]) for r in frequencies(coded).rows]
