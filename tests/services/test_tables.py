"""Frequencies and crosstabs of a study that was counted by hand."""

from __future__ import annotations

import pytest
from studies import put

from qcode.core.spans import Span
from qcode.errors import RequestError, UnknownName
from qcode.services.coding import apply_codes, assign_case, link_case, mark, text_of
from qcode.services.passages import find_once
from qcode.services.selection import select
from qcode.services.study import Study
from qcode.services.tables import Table, crosstab, export_table, frequencies, table_csv

DIMENSIONS = ["motive", "setup"]


def rows(table: Table) -> dict[str, tuple]:
    return {row[0]: row[2:] for row in table.rows}


def link(study: Study, case: str, transcript: str, first: str = "", last: str = "") -> None:
    source = study.source(transcript)
    text = text_of(study, source)
    span = Span(find_once(text, first, "first").start, find_once(text, last, "last").end) if first else None
    assert link_case(study, study.case(case), source, text, span)


@pytest.fixture
def coded(anna):
    """Two cases in `one` by passages, two cases on the whole of `two`, nothing on `three`."""
    link(anna, "park", "one", "R: The province", "We trusted them from the start.")
    link(anna, "river", "one", "R: The river", "office for the river.")
    link(anna, "park", "two")
    link(anna, "river", "two")
    put(anna, "one", "money", "The province gave us a budget for it.")
    put(anna, "one", "money", "The revenue of the county was not enough.")
    put(anna, "one", "trust", "We trusted them from the start.")
    put(anna, "one", "office", "There is an office for the river.")
    put(anna, "two", "money", "The road needs a budget")
    put(anna, "three", "office", "We never had an office")
    return anna


def test_frequencies_by_hand(coded):
    table = frequencies(coded)
    assert table.header == ("code", "name", "segments", "transcripts of 3", "characters")
    assert rows(table) == {
        "motive": (0, 0, 0),
        "money": (
            3,
            2,
            len(
                "The province gave us a budget for it.The revenue of the county was not enough.The road needs a budget"
            ),
        ),
        "trust": (1, 1, len("We trusted them from the start.")),
        "setup": (0, 0, 0),
        "office": (2, 2, len("There is an office for the river.We never had an office")),
    }
    assert table.depth == (0, 1, 1, 0, 1)
    assert table.total == ("total", "", 6, None, None)


def test_overlaps_of_one_coder_are_one_segment_and_touching_ones_two(anna):
    source = anna.source("one")
    text, money = text_of(anna, source), [anna.codes().find("money").uid]
    for start, end in ((40, 50), (45, 60), (60, 70)):
        apply_codes(anna, source, text, Span(start, end), money)
    assert rows(frequencies(anna))["money"] == (2, 1, 30)


def test_a_code_used_only_for_the_first_case_counts_nothing_for_the_second(coded):
    table = crosstab(coded, "mechanism")
    assert table.header == ("code", "name", "arranged", "mandated", "other", "unassigned", "total")
    # money: two on the park; in `two` two cases hold for the whole, so the third stands in neither of them.
    assert rows(table) == {
        "motive": (0, 0, 0, 0, 0),
        "money": (2, 0, 0, 1, 3),
        "trust": (1, 0, 0, 0, 1),
        "setup": (0, 0, 0, 0, 0),
        "office": (0, 1, 0, 1, 2),
    }
    assert table.total == ("total", "", 3, 1, 0, 2, 6)
    assert any("their column is no finding: office." in note for note in table.notes)


def test_several_cases_of_different_values_have_a_column_of_their_own(coded):
    link(coded, "river", "one", "R: The province", "We trusted them from the start.")
    table = crosstab(coded, "mechanism", codes=["money"])
    assert table.header[2:] == ("arranged", "mandated", "other", "several", "unassigned", "total")
    assert rows(table) == {"money": (0, 0, 0, 2, 1, 3)}


def test_cases_outside_the_data_set_stand_under_their_kind(coded):
    uid = put(coded, "three", "money", "that kind of thing")
    assign_case(coded, uid, coded.case("talks"))
    table = crosstab(coded, "mechanism", codes=["money"])
    assert table.header[2:] == ("arranged", "mandated", "other", "unassigned", "total")
    assert rows(table) == {"money": (2, 0, 1, 1, 4)}


def test_percentages_say_their_base_and_leave_no_base_empty(coded):
    by_row = crosstab(coded, "mechanism", percent="row")
    assert rows(by_row)["money"] == (66.7, 0.0, 0.0, 33.3, 3)
    assert rows(by_row)["motive"] == (None, None, None, None, 0)
    assert "Percent of the row's segments, rounded to one decimal; the base is the total." in by_row.notes
    by_column = crosstab(coded, "mechanism", percent="column")
    assert rows(by_column)["money"] == (66.7, 0.0, None, 50.0, 3)
    with pytest.raises(RequestError, match="no percentage “both”"):
        crosstab(coded, "mechanism", percent="both")


def test_other_attributes_are_columns_too_and_unknown_ones_are_refused(coded):
    with pytest.raises(UnknownName, match="mechanism"):
        crosstab(coded, "mechanisms")
    from qcode.services.case_edits import add_case

    add_case(coded, "new", kind="dataset", attributes={"year": "2019"})
    table = crosstab(coded, "year", codes=["money"])
    assert table.header[2:] == ("2019", "other", "not recorded", "unassigned", "total")
    assert rows(table) == {"money": (0, 0, 2, 1, 3)}


def test_codes_below_a_chosen_one_come_along(coded):
    assert [row[0] for row in frequencies(coded, codes=["motive"]).rows] == ["motive", "money", "trust"]
    assert [row[0] for row in frequencies(coded, codes=["资金"]).rows] == ["money"]


def test_the_coder_rules(coded, open_as):
    bo = open_as("bo")
    put(bo, "one", "money", "for it. The revenue")
    for quote in ("No.", "We never had an office", "kind of thing"):
        put(bo, "three", "money", quote)
    main = frequencies(coded, codes=["money"])
    # Who completed nothing is judged by codings: anna for one and two, bo for three.
    assert rows(main) == {"money": (6, 3, 37 + 41 + 23 + 3 + 22 + 13)}
    assert (
        "Coder rule main: for each transcript who completed most of it, then who coded most, then by name (anna 2, bo 1)."
        in main.notes
    )
    # With anybody's codings the two of anna and the one of bo in `one` overlap and are one stretch.
    anybody = frequencies(coded, coders="any", codes=["money"])
    assert rows(anybody)["money"][:2] == (5, 3)
    assert "Coders: any of anna, bo; a stretch that several coded counts once." in anybody.notes
    only = frequencies(coded, coders="bo", codes=["money"])
    assert rows(only)["money"][:2] == (4, 2)
    assert "Coder: bo." in only.notes
    with pytest.raises(UnknownName, match="no coder “carla”"):
        frequencies(coded, coders="carla")


def test_who_completed_more_speaks_for_a_transcript(coded, open_as):
    bo = open_as("bo")
    put(bo, "one", "trust", "The province gave us a budget for it.")
    mark(bo, bo.source("one"), DIMENSIONS, "complete")
    assert rows(frequencies(coded))["trust"][:2] == (1, 1)
    assert rows(frequencies(coded))["money"][:2] == (1, 1)


def test_what_was_looked_at_is_said(coded):
    unread = " Where a transcript is not completed, a missing code is unknown, not absent."
    assert "Looked at (completed transcripts): 0 of 3 coded in every dimension." + unread in frequencies(coded).notes
    mark(coded, coded.source("one"), ["motive"], "complete")
    looked = [note for note in frequencies(coded).notes if note.startswith("Looked at")]
    assert looked == ["Looked at (completed transcripts): motive 1 of 3 coded; setup 0 of 3 coded." + unread]
    for name in ("one", "two", "three"):
        mark(coded, coded.source(name), DIMENSIONS, "complete")
    assert "Looked at (completed transcripts): 3 of 3 coded in every dimension." in frequencies(coded).notes
    assert "Looked at (completed transcripts): motive 3 of 3 coded." in frequencies(coded, codes=["money"]).notes


def test_the_interviewers_words_are_left_out_unless_asked_for(coded):
    put(coded, "one", "money", "How did the budget begin?")
    table = frequencies(coded, codes=["money"])
    assert rows(table)["money"][0] == 3
    assert any(note.startswith("Words of participants; 1 coding(s)") for note in table.notes)
    everything = frequencies(coded, codes=["money"], speakers="all")
    assert rows(everything)["money"][0] == 4
    assert "Words of all speakers, interviewers too." in everything.notes
    with pytest.raises(RequestError, match="no choice “nobody”"):
        frequencies(coded, speakers="nobody")


def test_an_empty_study_is_counted_too(anna, tmp_path, settings):
    table = frequencies(anna)
    assert table.total == ("total", "", 0, None, None)
    assert (
        "Coder rule main: for each transcript who completed most of it, then who coded most, then by name (nobody has coded yet)."
        in table.notes
    )
    assert crosstab(anna, "mechanism").total == ("total", "", 0, 0, 0, 0, 0)
    with (
        Study.create(tmp_path / "bare.qcode", title="Bare", coder="anna") as bare,
        pytest.raises(RequestError, match="no codebook yet"),
    ):
        frequencies(bare)


def test_hidden_coders_are_not_counted(coded, open_as):
    bo = open_as("bo")
    put(bo, "three", "trust", "No.")
    bo.look(own_only=True)
    assert frequencies(bo).total == ("total", "", 1, None, None)
    with pytest.raises(RequestError, match="hidden from you"):
        select(bo, coders="anna")


def test_a_table_goes_into_csv_and_what_it_counts_beside_it(coded, tmp_path):
    table = frequencies(coded, codes=["money"])
    path = tmp_path / "out.csv"
    assert export_table(table, path) == tmp_path / "out.txt"
    assert path.read_bytes() == table_csv(table)
    assert path.read_text(encoding="utf-8-sig").splitlines()[-1] == "total,,3,,"
    assert (tmp_path / "out.txt").read_text(encoding="utf-8").startswith("Code frequencies\n\nCounted: segments.")


def test_no_table_overwrites_a_file_unasked(coded, tmp_path):
    table = frequencies(coded, codes=["money"])
    notes = tmp_path / "out.txt"
    notes.write_text("mine", encoding="utf-8")
    with pytest.raises(RequestError, match="already"):
        export_table(table, tmp_path / "out.csv")
    assert (notes.read_text(encoding="utf-8"), (tmp_path / "out.csv").exists()) == ("mine", False)
    export_table(table, tmp_path / "out.csv", overwrite=True)
    assert notes.read_text(encoding="utf-8") != "mine"
    (tmp_path / "only.csv").write_text("mine", encoding="utf-8")
    with pytest.raises(RequestError, match="already"):
        export_table(table, tmp_path / "only.csv")
    assert not (tmp_path / "only.txt").exists()
    with pytest.raises(RequestError, match=r"beside it as \.txt"):
        export_table(table, tmp_path / "only.txt", overwrite=True)


def test_a_folder_is_no_place_for_a_table(coded, tmp_path):
    table = frequencies(coded, codes=["money"])
    with pytest.raises(RequestError, match="This is a folder") as caught:
        export_table(table, tmp_path, overwrite=True)
    assert caught.value.where == str(tmp_path)
    with pytest.raises(RequestError, match="no such folder"):
        export_table(table, tmp_path / "nowhere" / "out.csv")


def test_formulas_in_a_table_are_inert(coded):
    table = Table("T", ("a",), (("=1+1",), (None,), (2,)), ())
    assert b"'=1+1" in table_csv(table)
    assert b"'=1+1" not in table_csv(table, raw=True)


def test_percent_of_all_expected_and_residual_by_hand(coded):
    # Segments: money 2 arranged and 1 unassigned, trust 1 arranged, office 1 mandated and 1 unassigned; 6 in all.
    assert rows(crosstab(coded, "mechanism", percent="total"))["money"] == (33.3, 0.0, 0.0, 16.7, 3)
    expected = crosstab(coded, "mechanism", show="expected")
    assert rows(expected)["money"] == (1.5, 0.5, 0.0, 1.0, 3)
    assert expected.total == ("total", "", 3, 1, 0, 2, 6)
    # money x arranged: (2 - 1.5) / sqrt(1.5 * 1/2 * 1/2) = 0.816; a column or row of nothing has no residual.
    residual = crosstab(coded, "mechanism", show="residual")
    assert rows(residual)["money"] == (0.8, -1.1, None, 0.0, 3)
    assert rows(residual)["motive"] == (None, None, None, None, 0)
    assert any("describes and tests nothing" in note for note in residual.notes)
    with pytest.raises(RequestError, match="no common total"):
        crosstab(coded, "coder", show="expected")
    with pytest.raises(RequestError, match="Rate is made of segments"):
        crosstab(coded, "mechanism", show="rate", count="cases")
    with pytest.raises(RequestError, match="no content “heat”"):
        crosstab(coded, "mechanism", show="heat")


def test_rates_by_hand(coded):
    table = crosstab(coded, "mechanism", show="rate")
    assert table.header[2:] == ("arranged (words)", "mandated (words)", "other (words)", "unassigned (words)")
    # Participants: 22 words on the park, 14 on the river; 13 words in `two` and 12 in `three` are on neither.
    assert table.total == ("words", "", 22, 14, 0, 25)
    assert rows(table)["money"] == (909.09, 0.0, None, 400.0)
    assert rows(table)["office"] == (0.0, 714.29, None, 400.0)
    with pytest.raises(RequestError, match="no rate by coder"):
        crosstab(coded, "coder", show="rate")
    from qcode.services.filters import Filters

    with pytest.raises(RequestError, match="words of all that was read"):
        crosstab(coded, "mechanism", show="rate", filters=Filters.parse(coded, text="budget"))


def test_words_of_english_and_characters_of_chinese_are_never_added_up(coded, tmp_path):
    from qcode.services.importing import import_transcripts

    (tmp_path / "four.txt").write_text("问：为什么？\n\n答：省里给了资金。OK\n", encoding="utf-8")
    import_transcripts(coded, [tmp_path / "four.txt"])
    link(coded, "park", "four")
    put(coded, "four", "money", "资金")
    table = crosstab(coded, "mechanism", show="rate", codes=["money"])
    where = table.header.index("arranged (Chinese characters)")
    assert (table.total[2], table.total[where]) == (22, 6)
    assert (table.rows[0][2], table.rows[0][where]) == (909.09, 1666.67)


def test_the_share_of_completed_cases_by_hand(coded):
    table = crosstab(coded, "mechanism", percent="completed")
    assert table.header[2:] == ("arranged %", "arranged cases", "mandated %", "mandated cases")
    assert rows(table)["money"] == (None, 0, None, 0)
    mark(coded, coded.source("one"), ["motive"], "complete")
    table = crosstab(coded, "mechanism", percent="completed")
    assert rows(table)["money"] == (100.0, 1, 0.0, 1)
    assert rows(table)["office"] == (None, 0, None, 0)
    assert "These codes define mechanism, so their column is no finding: office." in table.notes
