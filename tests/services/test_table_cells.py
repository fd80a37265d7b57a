"""Behind every cell of a table stand exactly the passages that it counts, whatever was asked for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from studies import put

from qcode.core.crosstab import ColumnKind
from qcode.core.spans import Span
from qcode.errors import RequestError, UnknownName
from qcode.services.agreement_cells import agreement_cells
from qcode.services.case_edits import set_stages
from qcode.services.coding import assign_case, link_case, mark, set_flag, text_of
from qcode.services.crosstab_columns import column_names, full_name
from qcode.services.filters import Filters, InColumn
from qcode.services.passages import find_once
from qcode.services.retrieval import Retrieved, find
from qcode.services.samples import build_sample
from qcode.services.study import Study
from qcode.services.tables import Asked, Tabulated, crosstab, frequencies, tabulated


def link(study: Study, case: str, transcript: str, first: str = "", last: str = "", stage: str | None = None) -> None:
    source = study.source(transcript)
    text = text_of(study, source)
    span = Span(find_once(text, first, "first").start, find_once(text, last, "last").end) if first else None
    assert link_case(study, study.case(case), source, text, span, stage=stage)


@pytest.fixture
def coded(anna, bo):
    """Two cases in `one` by passages, two on the whole of `two`, none on `three`; bo reads some of it otherwise."""
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
    put(anna, "three", "money", "We never had an office")
    put(anna, "three", "motive", "that kind of thing")
    put(bo, "one", "money", "budget for it. The revenue")
    put(bo, "one", "money", "The river was an order from above.")
    put(bo, "one", "trust", "for it. The revenue of the county was not enough. We trusted")
    put(bo, "three", "office", "We never had an office for that")
    uid = put(bo, "three", "money", "that kind of thing")
    assign_case(bo, uid, bo.case("talks"))
    return anna


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sample")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("QCODE_CONFIG", str(folder / "settings"))
        path = build_sample(folder)
        with Study.open(path, coder="anna") as study:
            yield study


def behind(study: Study, shown: Tabulated, row: int, column: int) -> Retrieved:
    query, filters = shown.behind(row, column)
    return find(study, query, filters)


def counted(content: str, found: Retrieved, study: Study, codes: set[str]) -> int:
    """What a cell must say of the passages behind it, counted the slow way."""
    if content == "transcripts":
        return found.transcripts
    if content == "cases":
        return len({case for row in found for case, _ in row.cases})
    return sum(len(codes & set(row.codes)) for row in found)


def check(study: Study, asked: Asked) -> int:
    """Hold every cell of a table against the passages behind it; the number of cells."""
    shown = tabulated(study, asked)
    table = shown.table
    codes = {code.id for code in study.codes().codebook.codes}
    cells = 0
    for i, row in enumerate(table.rows):
        below = study.codes().below([str(row[0])]) if asked.rows == "branches" else {str(row[0])}
        for j in range(2, len(row)):
            content = {"segments": "segments", "characters": "characters"}.get(table.header[j], asked.content)
            if table.header[j].startswith("transcripts of"):
                content = "transcripts"
            found = behind(study, shown, i, j)
            said = int(row[j] or 0)
            if content == "characters":
                assert (said > 0) == (len(found) > 0)
            elif asked.rows == "branches" and content == "segments":
                assert said == len(found), (row[0], table.header[j])
                assert {code for one in found for code in one.codes} <= below
            else:
                assert said == counted(content, found, study, below), (row[0], table.header[j])
            cells += 1
    if asked.rows == "codes":
        for j, total in enumerate(table.total or ()):
            if j > 1 and total is not None:
                found = behind(study, shown, len(table.rows), j)
                assert total == counted(asked.content, found, study, codes), table.header[j]
                cells += 1
    return cells


@pytest.mark.parametrize("rows", ["codes", "branches"])
@pytest.mark.parametrize("coders", ["main", "any", "all", "anna", "bo"])
@pytest.mark.parametrize("columns", ["", "mechanism", "transcript.name", "speaker.role", "coder"])
def test_every_cell_counts_the_passages_behind_it(coded, rows, coders, columns):
    link(coded, "river", "one", "R: The province", "We trusted them from the start.")
    for speakers in ("participants", "all"):
        filters = Filters.parse(coded, coders=coders, speakers=speakers)
        for content in ("segments", "transcripts", "cases") if columns else ("segments",):
            assert check(coded, Asked(filters, rows, columns, content)) >= 4


@pytest.mark.parametrize("columns", ["", "mechanism", "issue_area", "speaker.role"])
def test_every_cell_of_the_sample(sample, columns):
    assert check(sample, Asked(Filters.parse(sample), "codes", columns)) > 60


@pytest.mark.parametrize(
    "narrowed",
    [
        {"where": "mechanism = arranged"},
        {"transcripts": ["one", "three"]},
        {"kinds": ["recorded"]},
        {"text": "budget"},
        {"dataset": True},
        {"flagged": True},
        {"codes": ["motive"]},
        {"codes": ["motive", "money"], "coders": "any", "text": "the"},
    ],
)
def test_filters_keep_cells_and_passages_together(coded, narrowed):
    flagged = coded.file.read.codings(coders=[coded.me.key])[0]
    assert set_flag(coded, flagged.uid, on=True)
    for columns in ("", "mechanism"):
        for rows in ("codes", "branches"):
            assert check(coded, Asked(Filters.parse(coded, **narrowed), rows, columns)) >= 3


def test_a_stretch_is_held_to_a_filter_as_a_whole(coded):
    # The word stands in the first of two overlapping codings: the table counts the joined segment, as `find` does.
    put(coded, "two", "money", "budget and the revenue")
    filters = Filters.parse(coded, text="road", codes=["money"])
    assert tabulated(coded, Asked(filters)).table.rows[0][2:] == (1, 1, len("The road needs a budget and the revenue"))
    assert [row.quote for row in find(coded, "=money", replace(filters, codes=()))] == [
        "The road needs a budget and the revenue"
    ]


@pytest.mark.parametrize("coders", ["main", "any", "all", "bo"])
def test_by_stage(coded, bo, coders):
    set_stages(coded, coded.case("park").uid, "talks:2009-2012=mandated; park:2013-")
    link(coded, "park", "three", "R: No.", "that kind of thing.", stage="talks")
    link(bo, "park", "three", "R: No.", "We never", stage="park")
    filters = Filters.parse(coded, coders=coders)
    for content in ("segments", "transcripts", "cases"):
        for columns in ("stage", "mechanism"):
            assert check(coded, Asked(filters, "codes", columns, content)) > 5
    assert "talks" in crosstab(coded, "stage", coders=coders).header


def test_the_columns_that_there_are(coded):
    names = column_names(coded)
    assert names[0] == "mechanism"
    assert {"transcript.name", "transcript.kind", "speaker.label", "coder"} <= set(names)
    assert [full_name(coded, n) for n in ("Mechanism", "case.mechanism", "label", "Transcript.NAME", "CODER")] == [
        "mechanism", "mechanism", "speaker.label", "transcript.name", "coder",
    ]  # fmt: skip
    with pytest.raises(RequestError, match=r"“name” can mean transcript.name or speaker.name"):
        full_name(coded, "name")
    with pytest.raises(UnknownName, match="speaker attribute “rol”") as caught:
        full_name(coded, "speaker.rol")
    assert caught.value.near == ("role",)
    with pytest.raises(UnknownName, match="case attribute"):
        full_name(coded, "case.mechanisms")
    with pytest.raises(UnknownName, match="case attribute"):
        full_name(coded, "")


def test_columns_by_transcript_stand_in_the_order_of_the_study(coded):
    table = crosstab(coded, "transcript.name", codes=["money"])
    assert table.header[2:] == ("one", "two", "three", "total")
    assert table.rows[0][2:] == (2, 1, 1, 4)
    assert any("transcript that a passage stands in" in note for note in table.notes)
    assert not any("no case linked" in note for note in table.notes)


def test_columns_by_speaker(coded):
    put(coded, "one", "trust", "How did the budget begin?\n\nR: The province")
    table = crosstab(coded, "speaker.role", codes=["trust"], speakers="all")
    # The third passage is said by both: it stands under neither.
    assert table.header[2:] == ("interviewer", "participant", "several", "total")
    assert table.rows[0][2:] == (0, 1, 1, 2)
    # Without interviewers' words, the same passage is the participant's.
    assert crosstab(coded, "speaker.role", codes=["trust"]).header[2:] == ("participant", "total")
    only = crosstab(coded, "speaker.label", codes=["trust"], speakers="interviewers")
    assert (only.header[2:], only.rows[0][2:]) == (("I", "R", "total"), (1, 0, 1))


def test_coders_stand_side_by_side_and_are_never_added(coded):
    table = crosstab(coded, "coder", codes=["money"])
    assert table.header == ("code", "name", "anna", "bo")
    assert table.rows[0][2:] == (4, 3)
    assert table.total == ("total", "", 4, 3)
    assert any("there is no total" in note for note in table.notes)
    assert crosstab(coded, "coder", codes=["money"], percent="column").rows[0][2:] == (100.0, 100.0)
    with pytest.raises(RequestError, match="never added up"):
        crosstab(coded, "coder", percent="row")
    assert crosstab(coded, "coder", coders="bo", codes=["money"]).header == ("code", "name", "anna", "bo")
    coded.look(own_only=True)
    assert "coder" not in column_names(coded)


def test_transcripts_and_cases_are_counted_once_in_every_total(coded):
    by_transcripts = crosstab(coded, "mechanism", coders="anna", count="transcripts")
    assert by_transcripts.title == "Codes by mechanism: transcripts"
    rows = {row[0]: row[2:] for row in by_transcripts.rows}
    # money: two segments of `one` on the park, one in `two` and one in `three` of no case.
    assert by_transcripts.header[2:] == ("arranged", "mandated", "other", "unassigned", "total")
    assert rows["money"] == (1, 0, 0, 2, 3)
    assert rows["office"] == (0, 1, 0, 1, 2)
    assert by_transcripts.total == ("total", "", 1, 1, 0, 2, 3)
    cases = crosstab(coded, "mechanism", coders="anna", count="cases")
    assert {row[0]: row[2:] for row in cases.rows}["money"] == (1, 0, 0, 0, 1)
    assert cases.total == ("total", "", 1, 1, 0, 0, 2)
    assert cases.notes[0].startswith("Counted: cases that at least one segment speaks of.")
    by_name = crosstab(coded, "transcript.name", coders="anna", count="cases")
    assert by_name.total == ("total", "", 2, 0, 0, 2)
    for wrong in ({"count": "words"}, {"count": "cases", "percent": "row"}):
        with pytest.raises(RequestError):
            crosstab(coded, "mechanism", **wrong)


def test_branches_count_all_below_and_one_place_once(coded):
    put(coded, "three", "trust", "that kind of thing")  # where `motive` itself stands already
    table = frequencies(coded, coders="anna", rows="branches")
    assert [row[0] for row in table.rows] == ["motive", "setup"]
    assert table.depth == (0, 0)
    # money 4, trust 1, and one place of motive and trust; characters are those that are covered.
    assert table.rows[0][2:4] == (6, 3)
    texts = [
        "The province gave us a budget for it.", "The revenue of the county was not enough.",
        "We trusted them from the start.", "The road needs a budget", "We never had an office", "that kind of thing",
    ]  # fmt: skip
    assert table.rows[0][4] == sum(map(len, texts))
    assert any("one place are one" in note for note in table.notes)
    nested = frequencies(coded, coders="anna", rows="branches", codes=["motive", "money"])
    assert [row[0] for row in nested.rows] == ["motive", "money"]
    assert any("add up to more than there is" in note for note in nested.notes)
    assert len(find(coded, "motive", Filters.parse(coded, coders="anna"))) == 6


def test_overlapping_codes_of_a_branch_cover_characters_once(coded):
    put(coded, "two", "trust", "needs a budget and")
    table = frequencies(coded, coders="anna", rows="branches", codes=["motive"], filters=None)
    before = frequencies(coded, coders="anna", codes=["money"]).rows[0][4]
    trust = frequencies(coded, coders="anna", codes=["trust"]).rows[0][4]
    motive = len("that kind of thing")
    assert table.rows[0][4] == before + trust + motive - len("needs a budget")


def test_tables_take_filters_and_say_so(coded):
    table = frequencies(coded, filters=Filters.parse(coded, where="mechanism = arranged", codes=["money"]))
    assert table.rows[0][2:4] == (2, 1)
    assert "Where case.mechanism = arranged." in table.notes
    two = frequencies(coded, filters=Filters.parse(coded, transcripts=["two"]))
    assert two.header[3] == "transcripts of 1"
    assert any(note.startswith("Looked at (completed transcripts): 0 of 1 coded") for note in two.notes)
    with pytest.raises(RequestError, match="never adds up coders"):
        frequencies(coded, filters=Filters.parse(coded, coders="each"))


def test_a_column_is_a_filter_of_its_own(coded):
    def words(column: InColumn) -> list[str]:
        return sorted(
            row.quote for row in find(coded, "=money", replace(Filters.parse(coded, coders="anna"), column=column))
        )

    assert len(words(InColumn("mechanism", "arranged"))) == 2
    assert words(InColumn("mechanism", "unassigned", ColumnKind.UNASSIGNED)) == [
        "The road needs a budget", "We never had an office",
    ]  # fmt: skip
    # A value that is called so is not the kind of that name.
    assert words(InColumn("mechanism", "unassigned")) == []
    found = find(coded, "", replace(Filters.parse(coded), column=InColumn("mechanism", "arranged")))
    assert "Only what a table by mechanism counts under “arranged”." in found.notes


def test_what_is_to_be_rechecked_is_told_of_the_transcripts_that_are_asked_about(coded):
    mark(coded, coded.source("one"), ["motive", "setup"], "complete")
    one = frequencies(coded, filters=Filters.parse(coded, transcripts=["one"]))
    assert "Looked at (completed transcripts): 1 of 1 coded in every dimension." in one.notes


def test_behind_agreement_stand_the_passages_of_each_coder(coded, bo):
    for study in (coded, bo):
        for name in ("one", "three"):
            mark(study, study.source(name), ["motive", "setup"], "complete")
    shown = agreement_cells(coded)
    header = shown.table.header
    row = [r[0] for r in shown.table.rows].index("money")
    of_bo = behind(coded, shown, row, header.index("bo %"))
    assert [one.coders for one in of_bo] == [("bo",)] * 3
    everybody = behind(coded, shown, row, header.index("alpha"))
    assert sorted(one.coders for one in everybody) == [("anna",)] * 4 + [("bo",)] * 3
    assert [r[0] for r in agreement_cells(coded, ["setup"]).table.rows] == ["office"]
