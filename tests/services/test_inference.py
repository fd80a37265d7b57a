"""The test of a crosstab: who is in it, counted by hand, and what is said of it. All words are invented."""

from __future__ import annotations

from dataclasses import replace

import pytest
from studies import CODEBOOK, put

from qcode.core.inference import NotTestable
from qcode.core.spans import Span
from qcode.errors import RequestError, UnknownName
from qcode.services import inference_tables
from qcode.services.attributes import set_transcript_field
from qcode.services.case_edits import set_stages
from qcode.services.cases import import_cases
from qcode.services.codebooks import import_codebook
from qcode.services.coding import assign_case, link_case, mark, text_of
from qcode.services.filters import Filters
from qcode.services.importing import import_transcripts
from qcode.services.inference import Compared, HowTested, run_tests
from qcode.services.inference_tables import effect_table, full_test_table
from qcode.services.passages import find_once
from qcode.services.study import Study
from qcode.services.tables import Asked

DIMENSIONS = ["motive", "setup"]


def link(study: Study, case: str, transcript: str, first: str = "", last: str = "", stage: str | None = None) -> None:
    source = study.source(transcript)
    text = text_of(study, source)
    span = Span(find_once(text, first, "first").start, find_once(text, last, "last").end) if first else None
    assert link_case(study, study.case(case), source, text, span, stage=stage)


def run(study: Study, how: HowTested | None = None, columns: str = "mechanism", **filters) -> Compared:
    rows = filters.pop("rows", "codes")
    return run_tests(study, Asked(Filters.parse(study, **filters), rows, columns), how)


def of(tested: Compared, code: str):
    return next(result for result in tested.results if result.code.id == code)


@pytest.fixture
def coded(anna):
    """Park and river in `one`, park in the whole of `two`; `three` speaks of nothing."""
    link(anna, "park", "one", "R: The province", "We trusted them from the start.")
    link(anna, "river", "one", "R: The river", "office for the river.")
    link(anna, "park", "two")
    put(anna, "one", "money", "The province gave us a budget for it.")
    put(anna, "one", "office", "There is an office for the river.")
    put(anna, "two", "trust", "Nobody trusted anybody.")
    return anna


def effects(tested: Compared, code: str) -> dict[str, tuple[int, int]]:
    found = of(tested, code).effects
    return {c: (e.coded_inside, e.inside) for c, e in zip(tested.columns, found, strict=True)} if found else {}


def test_a_case_is_without_a_code_only_where_somebody_completed_the_transcript(coded):
    nothing = run(coded)
    assert nothing.columns == ("arranged", "mandated")
    assert {(r.completed, r.association.rows, r.association.incomplete) for r in nothing.results} == {(0, 0, 2)}
    mark(coded, coded.source("one"), ["motive"], "complete")
    tested = run(coded)
    money, trust, office = (of(tested, code) for code in ("money", "trust", "office"))
    # Motive was completed in `one`, which tells of both cases; what was coded in `two` does not count yet.
    assert (money.completed, money.association.rows, money.test.coded) == (1, 2, 1)
    assert effects(tested, "money") == {"arranged": (1, 1), "mandated": (0, 1)}
    assert (trust.association.rows, trust.test.coded, trust.effects) == (2, 0, ())
    assert (office.completed, office.association.rows) == (0, 0)
    mark(coded, coded.source("two"), ["motive"], "complete")
    assert effects(run(coded), "trust") == {"arranged": (1, 1), "mandated": (0, 1)}
    # One interview tells of both, so they are one block; none of this can be tested.
    assert tested.blocks.number == 1
    assert money.test.reason is NotTestable.ONE_BLOCK


def test_a_code_that_defines_the_column_is_never_tested(coded):
    for name in ("one", "two", "three"):
        mark(coded, coded.source(name), DIMENSIONS, "complete")
    tested = run(coded)
    assert (of(tested, "office").test.reason, of(tested, "office").effects) == (NotTestable.DEFINES, ())
    whole = run(coded, rows="branches")
    assert [(r.code.id, r.test.reason is NotTestable.DEFINES) for r in whole.results] == [
        ("motive", False),
        ("setup", True),
    ]


def test_words_on_a_case_are_those_of_participants_in_its_links(anna):
    from qcode.services.selection import select
    from qcode.services.spoken import spoken, whose_reading

    link(anna, "park", "one", "I: How did", "We trusted them from the start.")
    selection, sources = select(anna), anna.file.read.sources()
    pieces = spoken(anna, speakers="participants", sources=sources)
    from qcode.services.crosstab_columns import columns_of_codings

    columns = columns_of_codings(
        anna, "mechanism", pieces.as_codings(whose_reading(selection, sources)), coders="main", speakers="participants"
    )
    arranged = columns.assignment.case == anna.case("park").key
    # The province gave us a budget for it. (8) The revenue of the county was not enough. (8) We trusted ... start. (6)
    assert (pieces.total(arranged).total, pieces.total(arranged).han) == (22, 0)
    everybody = spoken(anna, speakers="all", sources=sources)
    assert everybody.total().total - pieces.total().total == 5 + 3 + 4 + 2 + 1
    assert spoken(anna, speakers="interviewers", sources=sources).total().total == 15


def test_cases_set_by_hand_without_linked_text_are_told_and_left_out(coded):
    uid = put(coded, "three", "money", "that kind of thing")
    assign_case(coded, uid, coded.case("river"))
    for name in ("one", "two", "three"):
        mark(coded, coded.source(name), DIMENSIONS, "complete")
    tested = run(coded)
    assert (tested.apart, effects(tested, "money")) == (1, {"arranged": (1, 1), "mandated": (0, 1)})
    assert any(note.startswith("1 segment(s) are not counted") for note in inference_tables.test_table(tested).notes)


def test_cases_of_other_kinds_and_without_text_take_no_part(coded):
    link(coded, "talks", "three")
    for name in ("one", "two", "three"):
        mark(coded, coded.source(name), DIMENSIONS, "complete")
    from qcode.services.case_edits import add_case

    add_case(coded, "new", kind="dataset", attributes={"mechanism": "self-initiated"})
    tested = run(coded)
    assert (tested.columns, tested.without_text) == (("arranged", "mandated", "self-initiated"), 1)
    assert of(tested, "money").association.rows == 2
    assert any("1 more case(s) are in no test" in note for note in inference_tables.test_table(tested).notes)


def test_who_completed_counts_by_the_rule_of_coders(coded, open_as):
    bo = open_as("bo")
    put(bo, "one", "trust", "We trusted them from the start.")
    for name in ("one", "two"):
        mark(coded, coded.source(name), DIMENSIONS, "complete")
    assert of(run(coded, coders="bo"), "money").completed == 0
    assert of(run(coded, coders="any"), "money").completed == 2
    # Bo worked on `one` and did not complete it, so nobody knows what all would have coded there.
    assert of(run(coded, coders="all"), "money").completed == 1
    with pytest.raises(RequestError, match="never adds up coders"):
        run_tests(coded, Asked(replace(Filters(), coders="each"), "codes", "mechanism"))


def test_conditions_narrow_the_cases_and_say_what_they_leave_open(coded):
    set_transcript_field(coded, coded.source("one"), "place", "Coast")
    for name in ("one", "two"):
        mark(coded, coded.source(name), DIMENSIONS, "complete")
    tested = run(coded, where="mechanism = mandated")
    assert of(tested, "money").association.rows == 1
    assert "Where case.mechanism = mandated." in inference_tables.test_table(tested).notes
    by_place = run(coded, where="transcript.place = Coast")
    assert (of(by_place, "trust").association.rows, of(by_place, "trust").test.coded) == (2, 0)
    assert by_place.undecided == 1
    assert any("Left out: 1 case(s)" in note for note in inference_tables.test_table(by_place).notes)


def test_what_cannot_be_tested_is_refused(coded):
    for wrong, said in (
        ({"columns": "transcript.name"}, "not recorded of cases"),
        ({"columns": "coder"}, "not recorded of cases"),
        ({"flagged": True}, "some codings left out"),
        ({"text": "budget"}, "some codings left out"),
        ({"where": "speaker.role = participant"}, "who speaks"),
        ({"how": HowTested(permutations=0)}, "nothing to compare"),
    ):
        with pytest.raises(RequestError, match=said):
            run(coded, **wrong)
    with pytest.raises(UnknownName, match="aranged"):
        run(coded, HowTested(between=("aranged",)))
    with pytest.raises(UnknownName, match="transcript attribute"):
        run(coded, HowTested(level="planet"))


def test_a_case_in_stages_stands_in_the_column_of_each(coded):
    set_stages(coded, coded.case("park").uid, "talks:2009-2011=self-initiated; works:2012-")
    link(coded, "park", "one", "The province", "for it.", stage="talks")
    for name in ("one", "two"):
        mark(coded, coded.source(name), DIMENSIONS, "complete")
    tested = run(coded)
    assert tested.columns == ("arranged", "mandated", "self-initiated")
    # In its talks the park was self-initiated, and told with money; else it was arranged, and told with trust.
    assert effects(tested, "money") == {"arranged": (0, 1), "mandated": (0, 1), "self-initiated": (1, 1)}
    assert effects(tested, "trust") == {"arranged": (1, 1), "mandated": (0, 1), "self-initiated": (0, 1)}
    assert (tested.blocks.number, of(tested, "money").association.rows) == (1, 3)
    assert run(coded, columns="stage").columns == ("talks", "works")


# -- a study that can be tested: twelve interviews, each of one case, six of each kind


NUMBERS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]


@pytest.fixture
def twelve(tmp_path, settings):
    data = tmp_path / "twelve"
    data.mkdir()
    (data / "mini.toml").write_text(CODEBOOK, encoding="utf-8")
    cases = ["key,name,kind,mechanism"]
    for i, number in enumerate(NUMBERS):
        (data / f"{number}.txt").write_text(f"I: Well?\n\nR: Case {number} had a budget.\n", encoding="utf-8")
        cases.append(f"{number},Case {number},dataset,{'arranged' if i < 6 else 'mandated'}")
    (data / "cases.csv").write_text("\n".join(cases) + "\n", encoding="utf-8")
    with Study.create(tmp_path / "twelve.qcode", title="Twelve", coder="anna") as study:
        import_codebook(study, data / "mini.toml")
        import_transcripts(study, [data / f"{number}.txt" for number in NUMBERS])
        import_cases(study, data / "cases.csv")
        for i, number in enumerate(NUMBERS):
            link(study, number, number)
            mark(study, study.source(number), DIMENSIONS, "complete")
            if i < 5:
                put(study, number, "money", "had a budget")
            if i % 2:
                put(study, number, "trust", "budget")
        yield study


def test_p_and_q_by_hand(twelve):
    tested = run(twelve, codes=["motive"])
    money, trust, motive = (of(tested, code).test for code in ("money", "trust", "motive"))
    # Twelve labels, six of each: 924 ways to deal them out; all five lie on one side in 7, and 7 mirrored.
    assert (money.p, trust.p, motive.reason) == (pytest.approx(14 / 924), 1.0, NotTestable.NO_VARIATION)
    assert (money.q, trust.q, money.smallest) == (pytest.approx(2 * 14 / 924), 1.0, pytest.approx(14 / 924))
    association = of(tested, "money").association
    assert (association.blocks, association.blocks_by_column, association.exact) == (12, (6, 6), True)
    effect = of(tested, "money").effects[0]
    assert (effect.risk_difference.value, effect.coded_inside, effect.outside) == (pytest.approx(5 / 6), 5, 6)
    assert effect.odds_ratio.value == pytest.approx((5.5 * 6.5) / (1.5 * 0.5))
    table = inference_tables.test_table(tested)
    assert table.rows[1] == ("money", "Money", 12, 5, 0.0152, 0.0303, 0.0152, None)
    assert any("p rests on all 924 arrangements" in note for note in table.notes)
    assert any("pattern in this material" in note for note in table.notes)
    shown = effect_table(tested).rows[0]
    assert shown[:7] == ("money", "Money", "arranged", 5, 6, 83.3, 0.0)
    assert shown[7] == 83.3
    full = full_test_table(tested)
    assert len(full.rows) == 6
    assert {len(row) for row in full.rows} == {len(full.header)} == {len(full.units)}
    assert full.rows[0][3:14] == (None,) * 11


def test_one_place_is_one_block(twelve):
    for i, number in enumerate(NUMBERS):
        set_transcript_field(twelve, twelve.source(number), "place", f"place {i // 3}")
    tested = run(twelve, HowTested(level="place"))
    assert tested.blocks.number == 4
    assert of(tested, "money").test.reason is NotTestable.FEW_BLOCKS
    assert any("and the same place" in note for note in inference_tables.test_table(tested).notes)
    assert any(row[-1] == NotTestable.FEW_BLOCKS.value for row in inference_tables.test_table(tested).rows)


def test_columns_can_be_left_out_and_random_arrangements_are_seeded(twelve):
    one = run(twelve, HowTested(between=("arranged",)))
    assert one.columns == ("arranged",)
    assert {r.test.reason for r in one.results} >= {NotTestable.ONE_COLUMN}
    assert one.without_text == 0
    some = [run(twelve, HowTested(permutations=99, seed=7)) for _ in range(2)]
    assert some[0].results == some[1].results
    assert of(some[0], "money").association.compared == 100
    assert any("99 random arrangements (seed 7)" in note for note in inference_tables.test_table(some[0]).notes)


def test_codes_of_different_ledgers_rest_on_what_was_completed_for_them(twelve):
    mark(twelve, twelve.source("one"), ["setup"], "reading")
    tested = run(twelve)
    assert of(tested, "money").association.rows == 12
    assert of(tested, "setup").association.rows == 11
    notes = inference_tables.test_table(tested).notes
    assert any(note.startswith("Compared (motive, money, trust): 12 cases") for note in notes)
    assert any("left out: 1 not completed" in note for note in notes)


def test_a_transcript_without_turns_counts_whole(anna, tmp_path):
    from qcode.services.spoken import spoken

    (tmp_path / "notes.txt").write_text("We walked along the river. 河 is its name.\n", encoding="utf-8")
    import_transcripts(anna, [tmp_path / "notes.txt"])
    notes = anna.source("notes")
    said = spoken(anna, speakers="participants", sources=[notes]).total()
    assert (said.total, said.han, said.others) == (9, 1, 8)


def test_an_empty_study_is_tested_too(anna):
    compared = run(anna)
    assert {r.test.reason for r in compared.results} == {NotTestable.ONE_COLUMN, NotTestable.DEFINES}
    assert compared.without_text == 2
    assert effect_table(compared).rows == ()
