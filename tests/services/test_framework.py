"""The framework matrix: its cells by hand, who may write in them, and Table 1 of the first study."""

from __future__ import annotations

from zipfile import ZipFile

import pytest
from studies import put

from qcode.errors import RequestError, UnknownName
from qcode.services.case_edits import add_case
from qcode.services.coding import link_case, redo, text_of, undo
from qcode.services.filters import Filters
from qcode.services.framework import FrameworkAsked, clear_summary, find_row, framework, set_summary
from qcode.services.framework_tables import FrameworkWords
from qcode.services.samples import build_sample
from qcode.services.study import Study
from qcode.services.table_files import export_table, table_csv, table_markdown
from qcode.services.tables import crosstab


def asked(study: Study, rows: str, *codes: str, attributes: tuple[str, ...] = (), **more):
    return framework(study, FrameworkAsked(Filters.parse(study, codes=codes, **more), rows, attributes))


@pytest.fixture
def coded(anna) -> Study:
    """`one` is about the park, `two` about the failed talks, `three` about nothing known."""
    for case, name in (("park", "one"), ("talks", "two")):
        source = anna.source(name)
        link_case(anna, anna.case(case), source, text_of(anna, source), None)
    put(anna, "one", "money", "a budget for it.")
    put(anna, "one", "trust", "We trusted them from the start.")
    put(anna, "one", "office", "There is an office for the river.")
    put(anna, "two", "money", "The road needs a budget")
    put(anna, "three", "office", "We never had an office")
    return anna


def shape(found) -> dict[tuple[str, str], tuple[int, int]]:
    return {
        (found.rows[i].label, found.columns[j].id): (len(cell.passages), cell.transcripts)
        for (i, j), cell in found.cells.items()
    }


def test_cells_by_case_by_value_and_by_transcript(coded):
    assert shape(asked(coded, "case")) == {
        ("park", "motive"): (2, 1), ("park", "setup"): (1, 1), ("talks", "motive"): (1, 1), ("unassigned", "setup"): (1, 1)
    }  # fmt: skip
    by_mechanism = asked(coded, "mechanism")
    assert shape(by_mechanism) == {
        ("arranged", "motive"): (2, 1), ("arranged", "setup"): (1, 1), ("other", "motive"): (1, 1),
        ("unassigned", "setup"): (1, 1),
    }  # fmt: skip
    assert [row.label for row in by_mechanism.rows] == ["arranged", "mandated", "other", "unassigned"]
    assert any("define mechanism" in note and "office" in note for note in by_mechanism.notes)
    assert shape(asked(coded, "transcript", "trust")) == {("one", "trust"): (1, 1)}
    assert [row.label for row in asked(coded, "case").rows] == ["park", "talks", "unassigned"]
    assert any(note.startswith("1 rows without") for note in asked(coded, "case").notes)


def test_one_summary_of_each_coder(coded, bo):
    park, motive = find_row(coded, "case", "park"), coded.codes().find("motive")
    assert set_summary(coded, park, motive, "  Money and trust. ")
    assert not set_summary(coded, park, motive, "Money and trust.")
    assert set_summary(coded, park, motive, "Money first.\nThen trust.")
    assert set_summary(bo, find_row(bo, "case", "park"), motive, "Trust alone.")
    cell = asked(coded, "case").cell(0, 0)
    assert [(s.text, s.coder, s.mine) for s in cell.summaries] == [
        ("Money first.\nThen trust.", "anna", True), ("Trust alone.", "bo", False)
    ]  # fmt: skip
    assert [s.coder for s in asked(bo, "case").cell(0, 0).summaries] == ["bo", "anna"]
    assert [s.coder for s in asked(coded, "case", coders="bo").cell(0, 0).summaries] == ["bo"]
    lines = FrameworkWords(coded, asked(coded, "case"), quotes=1).lines()
    assert "  anna: Money first." in lines
    assert "  bo: Trust alone." in lines
    assert "  [2 passages in 1 transcript]" in lines
    assert "  'a budget for it.' (transcript one)" in lines
    undo(coded)
    assert asked(coded, "case").cell(0, 0).summaries[0].text == "Money and trust."
    redo(coded)
    clear_summary(coded, park, motive)
    with pytest.raises(RequestError, match="nothing in this cell"):
        clear_summary(coded, park, motive)
    assert [s.coder for s in asked(coded, "case").cell(0, 0).summaries] == ["bo"]


def test_summaries_of_values_and_transcripts_stand_in_their_own_matrix(coded):
    motive = coded.codes().find("motive")
    set_summary(coded, find_row(coded, "mechanism", "Mandated"), motive, "Ordered.")
    set_summary(coded, find_row(coded, "transcript", "three"), motive, "Says little.")
    by_value = asked(coded, "mechanism")
    assert [s.text for s in by_value.cell(1, 0).summaries] == ["Ordered."]
    assert any(note.startswith("1 summaries stand in cells") for note in by_value.notes)
    found = asked(coded, "transcript")
    assert [s.text for s in found.cell([row.label for row in found.rows].index("three"), 0).summaries] == [
        "Says little."
    ]
    # Another attribute with the same value is another row.
    add_case(coded, "copy", kind="dataset", attributes={"mechanism": "arranged", "issue": "mandated"})
    assert all(not cell.summaries for cell in asked(coded, "issue").cells.values())


def test_rows_that_there_are_not(coded):
    with pytest.raises(UnknownName, match="Did you mean arranged"):
        find_row(coded, "mechanism", "arrangd")
    with pytest.raises(UnknownName):
        find_row(coded, "case", "parc")
    with pytest.raises(UnknownName):
        asked(coded, "mechanisms")
    unassigned = asked(coded, "case").rows[-1]
    with pytest.raises(RequestError, match="nothing can be said of it"):
        set_summary(coded, unassigned, coded.codes().find("motive"), "x")
    with pytest.raises(RequestError, match="no coders"):
        asked(coded, "coder")
    with pytest.raises(RequestError, match="summary is empty"):
        set_summary(coded, find_row(coded, "case", "park"), coded.codes().find("motive"), "  ")


def test_attributes_are_listed(coded):
    found = asked(coded, "mechanism", attributes=("name", "Kind"))
    assert found.listed[0] == (("The park",), ("dataset",))
    assert found.listed[2] == (("Failed talks",), ("other",))
    assert FrameworkWords(coded, found).matrix().header[:3] == ("row", "name", "Kind")
    assert asked(coded, "case", attributes=("mechanism",)).listed[0] == (("arranged",),)
    assert "name: The park" in FrameworkWords(coded, found).lines()
    with pytest.raises(UnknownName, match="mechanism"):
        asked(coded, "case", attributes=("mechanisn",))
    with pytest.raises(RequestError, match="listed where the rows are cases"):
        asked(coded, "transcript.kind", attributes=("name",))
    for number in range(14):
        add_case(coded, f"c{number}", kind="dataset", attributes={"mechanism": "arranged"})
    assert "; and 3 more" in str(
        FrameworkWords(coded, asked(coded, "mechanism", attributes=("key",))).matrix().rows[0][1]
    )


def test_files_hold_every_cell_and_nothing_runs(coded, tmp_path):
    motive = coded.codes().find("motive")
    set_summary(coded, find_row(coded, "mechanism", "arranged"), motive, "=1+1 <script> [x](y)")
    words = FrameworkWords(coded, asked(coded, "mechanism"), quotes=0)
    assert words.matrix().rows[0] == (
        "arranged",
        "=1+1 <script> [x](y)\n[2 passages in 1 transcript]",
        "[1 passage in 1 transcript]",
    )
    assert words.cells().rows[0] == ("arranged", "motive", "=1+1 <script> [x](y)", "anna", 2, 1, "")
    assert b"'=1+1 <script>" in table_csv(words.cells())
    assert "\\<script\\> \\[x\\](y)" in table_markdown(words.matrix())
    export_table(words.matrix(), tmp_path / "t.xlsx")
    with ZipFile(tmp_path / "t.xlsx") as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


def test_table_1_of_the_first_study(tmp_path, settings):
    """Mechanism by form of involvement, rationality, choice of partner and conflict, with cases as examples."""
    with Study.open(build_sample(tmp_path / "s1")) as study:
        codes = ("trigger", "rationality", "partner-choice", "conflict")
        said = {
            ("arranged", "rationality"): "Development gap, environmental crisis.",
            ("mandated", "conflict"): "Fiscal capacity, power asymmetry.",
            ("self-initiated", "partner-choice"): "Complementary industry.",
        }
        for (row, code), text in said.items():
            assert set_summary(study, find_row(study, "mechanism", row), study.codes().find(code), text)
        found = asked(study, "mechanism", *codes, attributes=("name", "year"))
        order = [code.id for code in found.columns]
        assert order == ["trigger", "partner-choice", "rationality", "conflict"]  # as the codebook has them
        assert [row.label for row in found.rows][:3] == ["arranged", "mandated", "self-initiated"]
        words = FrameworkWords(study, found, quotes=2)
        matrix = words.matrix()
        assert matrix.header == ("row", "name", "year", *order)
        for (row, code), text in said.items():
            line = next(cells for cells in matrix.rows if cells[0] == row)
            cell = str(line[matrix.header.index(code)])
            assert cell.startswith(text)
            assert cell.count("(transcript ") + cell.count("paraphrase") >= 2
        # Its numbers are those of the crosstab.
        counted = crosstab(study, "mechanism", codes=list(codes), rows="branches")
        numbers = {
            (row.label, code.id): len(found.cell(i, j).passages)
            for i, row in enumerate(found.rows)
            for j, code in enumerate(found.columns)
        }
        assert numbers == {
            (column, str(line[0])): line[counted.header.index(column)]
            for line in counted.rows
            for column in counted.header[2:-1]
            if column in {row.label for row in found.rows}
        }
        assert any("define mechanism" in note for note in found.notes)
