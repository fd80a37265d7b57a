"""Every statistic, unit and kind of row, held against the slow way: one decision at a time."""

from __future__ import annotations

import json
import random
from itertools import combinations

import pytest
from studies import put

from qcode.core.ids import decision_id
from qcode.core.measures import Undefined
from qcode.core.spans import Span
from qcode.core.units import sentences
from qcode.errors import RequestError
from qcode.services.agreement_catalogue import STATISTICS, statistic_list, statistics_named
from qcode.services.agreement_compare import Agreement, compare
from qcode.services.agreement_selection import Asked
from qcode.services.agreement_statistics import NOT_EXCLUSIVE, fixed_unit_statistics
from qcode.services.agreement_table import agreement_json, agreement_table
from qcode.services.agreement_text import text_statistics
from qcode.services.coding import apply_codes, assign_case, link_case, mark, passage_fields, text_of
from qcode.services.filters import Filters
from qcode.services.passages import find_once
from qcode.services.study import Study

CODES = ("money", "trust", "office")
NAMES = ("anna", "bo", "chen")


def code_at(study: Study, transcript: str, code: str, start: int, end: int) -> None:
    source = study.source(transcript)
    apply_codes(study, source, text_of(study, source), Span(start, end), [study.codes().find(code).uid])


@pytest.fixture
def three(anna, bo, open_as):
    """Three coders who code at random; chen left `two` out."""
    chance = random.Random(5)  # noqa: S311 - the same codings each time
    chen = open_as("chen")
    for study in (anna, bo, chen):
        for name in ("one", "two", "three"):
            if (study, name) == (chen, "two"):
                continue
            mark(study, study.source(name), ["motive", "setup"], "complete")
            length = study.source(name).length
            for _ in range(6):
                start = chance.randrange(length - 1)
                code_at(study, name, chance.choice(CODES), start, min(length, start + chance.randint(1, 60)))
    return anna


def read(study: Study, statistic: str, **options) -> dict[tuple[str, ...], float | None]:
    """Values by row and whose they are."""
    found = compare(study, Asked(statistics=(statistic,), **options))
    rows = [*found.rows, *([found.overall] if found.overall else [])]
    return {(*row.keys, reading.of): reading.value for row in rows for reading in row.readings}


def by_hand(study: Study, unit: str, code: str) -> list[list[int | None]]:
    """Units x coders, character by character: 1 where a coder gave the code to any character of the unit."""
    rows: list[list[int | None]] = []
    key = study.codes().find(code).key
    for source in study.file.read.sources():
        text = text_of(study, source)
        turns = [t for t in study.file.read.turns(source.key) if t.role != "interviewer" and t.body < t.end]
        groups: dict[str, list[list[int]]] = {
            "turn": [list(range(t.body, t.end)) for t in turns],
            "sentence": [list(range(*s)) for t in turns for s in sentences(text, t.body, t.end)],
            "character": [[i] for t in turns for i in range(t.body, t.end)],
            "transcript": [[i for t in turns for i in range(t.body, t.end)]],
            "speaker": [
                [i for t in turns if t.speaker == speaker for i in range(t.body, t.end)]
                for speaker in {t.speaker for t in turns}
            ],
        }
        coded: list[set[int] | None] = []
        for name in NAMES:
            coder = study.coder(name).key
            mine = study.file.read.codings(source.key, coders=[coder])
            done = (source.name, name) != ("two", "chen")
            coded.append({i for c in mine if c.code == key for i in range(c.start, c.end)} if done else None)
        rows += [[None if own is None else int(bool(own & set(unit_))) for own in coded] for unit_ in groups[unit]]
    return rows


def alpha_by_hand(rows: list[list[int | None]]) -> float:
    pairs = {(0, 0): 0.0, (0, 1): 0.0, (1, 0): 0.0, (1, 1): 0.0}
    for row in rows:
        values = [v for v in row if v is not None]
        for i, a in enumerate(values):
            for j, b in enumerate(values):
                if i != j:
                    pairs[a, b] += 1 / (len(values) - 1)
    n1, n0 = pairs[1, 0] + pairs[1, 1], pairs[0, 0] + pairs[0, 1]
    return 1 - (n1 + n0 - 1) * pairs[0, 1] / (n1 * n0)


@pytest.mark.parametrize("unit", ["transcript", "speaker", "turn", "sentence", "character"])
def test_alpha_and_kappa_are_those_of_a_table_with_one_row_for_each_unit(three, unit):
    alphas, kappas = read(three, "alpha", unit=unit), read(three, "kappa", unit=unit)
    percents, dices = read(three, "percent", unit=unit), read(three, "dice", unit=unit)
    checked = 0
    for code in CODES:
        rows = by_hand(three, unit, code)
        if len({v for row in rows for v in row if v is not None}) > 1:
            assert alphas[code, ""] == pytest.approx(alpha_by_hand(rows))
            checked += 1
        for a, b in combinations(range(3), 2):
            pairs = [(row[a], row[b]) for row in rows if row[a] is not None and row[b] is not None]
            n = len(pairs)
            first, second = sum(x for x, _ in pairs), sum(y for _, y in pairs)
            chance = (first * second + (n - first) * (n - second)) / n**2
            observed = sum(x == y for x, y in pairs) / n
            kappa = kappas[code, f"{NAMES[a]}-{NAMES[b]}"]
            assert kappa is None if chance == 1 else kappa == pytest.approx((observed - chance) / (1 - chance))
        assert 0 <= percents[code, ""] <= 1
        assert dices[code, ""] is None or 0 <= dices[code, ""] <= 1
    assert checked >= 1


def test_pooled_rows_add_up_the_decisions(three):
    rows = [row for code in CODES for row in by_hand(three, "turn", code)]
    assert read(three, "alpha")["overall", ""] == pytest.approx(alpha_by_hand(rows))
    motive = [row for code in ("money", "trust") for row in by_hand(three, "turn", code)]
    assert read(three, "alpha", by=("dimension",))["motive", ""] == pytest.approx(alpha_by_hand(motive))
    assert read(three, "alpha", by=("overall",)) == {("overall", ""): pytest.approx(alpha_by_hand(rows))}


def test_rows_by_pair_and_transcript_are_crossed(three):
    found = compare(three, Asked(by=("pair", "transcript"), statistics=("percent", "kappa")))
    table = agreement_table(found)
    assert table.header[:3] == ("pair", "transcript", "percent")
    assert "kappa" in table.header
    assert [row[:2] for row in table.rows][:4] == [
        ("anna-bo", "one"), ("anna-bo", "two"), ("anna-bo", "three"), ("anna-chen", "one"),
    ]  # fmt: skip
    cells = {row[:2]: row[2:] for row in table.rows}
    assert cells["anna-chen", "two"][0] is None
    assert "kappa: No document was completed by two of the coders." in str(cells["anna-chen", "two"][-1])
    pooled = [row[:2] for code in CODES for row in by_hand(three, "turn", code)]
    agreeing = sum(a == b for a, b in pooled) / len(pooled)
    assert read(three, "percent", by=("pair",))["anna-bo", ""] == pytest.approx(agreeing)
    assert table.total is not None
    assert table.total[:2] == ("overall", "")


def test_a_pair_alone_has_the_value_that_it_has_among_others(three):
    among = read(three, "kappa", unit="sentence")
    for pair in combinations(NAMES, 2):
        alone = read(three, "kappa", unit="sentence", coders=pair)
        for code in CODES:
            assert alone[code, "-".join(pair)] == among[code, "-".join(pair)]
        by_pair = read(three, "alpha", unit="sentence", by=("pair", "code"))
        for code in CODES:
            assert by_pair["-".join(pair), code, ""] == read(three, "alpha", unit="sentence", coders=pair)[code, ""]


def test_every_statistic_has_a_way_and_a_place_in_every_form(three):
    assert set(fixed_unit_statistics()) | set(text_statistics()) == set(STATISTICS)
    for unit in ("turn", "character", "case"):
        for by in (("code",), ("dimension", "pair"), ("transcript",)):
            found = compare(three, Asked(statistics=tuple(STATISTICS), unit=unit, by=by))
            for row in found.rows:
                assert {reading.statistic for reading in row.readings} == set(STATISTICS)
                for reading in row.readings:
                    assert (reading.value is None) == bool(reading.reason), reading
            table = agreement_table(found)
            assert len(set(table.header)) == len(table.header)
            assert all(len(row) == len(table.header) for row in table.rows)
            values = json.loads(agreement_json(found))["values"]
            assert {value["statistic"] for value in values} == set(STATISTICS)


def test_two_coders_agree_on_what_several_statistics_have_in_common(three):
    def one(statistic: str, **options) -> float | None:
        return next(iter(read(three, statistic, coders=("anna", "bo"), by=("overall",), **options).values()))

    for unit in ("turn", "sentence", "character"):
        assert one("conger", unit=unit) == pytest.approx(one("kappa", unit=unit))
        assert one("fleiss", unit=unit) == pytest.approx(one("scott", unit=unit))
        assert one("holsti", unit=unit) == pytest.approx(one("dice", unit=unit))
        assert one("percent-units", unit=unit) == pytest.approx(one("percent", unit=unit))
        share = one("percent", unit=unit)
        assert one("brennan-prediger", unit=unit) == pytest.approx(2 * share - 1)
        dice = one("dice", unit=unit)
        assert one("jaccard", unit=unit) == pytest.approx(dice / (2 - dice))
    assert one("ac1") > one("alpha")  # rare codes


def test_numbers_of_segments(anna, bo):
    for study, quotes in ((anna, ["The province", "a budget", "We trusted"]), (bo, ["The province", "The river was"])):
        for quote in quotes:
            put(study, "one", "money", quote)
        mark(study, study.source("one"), ["motive", "setup"], "complete")
    # Two turns: anna has 3 and 0 segments, bo 1 and 1. D_o: (2^2 + 1) * 2 / 4; D_e over 3, 0, 1, 1: 2 * 19 / 12.
    assert read(anna, "alpha-interval")["money", ""] == pytest.approx(1 - (10 / 4) / (38 / 12))
    # Linear weights 1 - |x - y| / 3 over the values 0, 1, 3: observed (1/3 + 2/3) / 2, expected the same.
    assert read(anna, "kappa-linear")["money", "anna-bo"] == pytest.approx(0)
    assert {read(anna, name)["money", ""] is None for name in ("alpha-ordinal", "alpha-ratio", "ac2")} == {False}
    assert read(anna, "kappa-quadratic", unit="character")["money", "anna-bo"] is None


def test_sets_of_codes(three):
    single = read(three, "alpha-jaccard")
    assert single["money", ""] == pytest.approx(read(three, "alpha")["money", ""])
    by_dimension = read(three, "alpha-masi", by=("dimension",))
    assert by_dimension["motive", ""] < 1
    assert by_dimension["setup", ""] == pytest.approx(read(three, "alpha")["office", ""])


# -- dimensions whose codes exclude each other


@pytest.fixture
def exclusive(anna, bo):
    """`setup` excludes: anna and bo cut it into `setup` and `office`; anna gives both to one stretch."""
    for study in (anna, bo):
        for name in ("one", "two", "three"):
            mark(study, study.source(name), ["motive", "setup"], "complete")
    for name, quote, code, other in (
        ("one", "The river was an order from above.", "setup", "setup"),
        ("one", "There is an office for the river.", "office", "office"),
        ("two", "The road needs a budget", "office", "setup"),
        ("three", "We never had an office", "office", "office"),
    ):
        put(anna, name, code, quote)
        put(bo, name, other, quote)
    return anna


def test_exclusive_dimensions(exclusive):
    wanted = ("u-alpha", "cu-alpha")
    found = compare(exclusive, Asked(statistics=wanted, by=("dimension",)))
    (row,) = found.rows
    assert row.keys == ("setup",)
    values = {reading.statistic: reading for reading in row.readings}
    assert 0 < values["cu-alpha"].value < values["u-alpha"].value < 1
    assert values["cu-alpha"].result.coverage == pytest.approx(112 / 298, abs=0.2)
    header = agreement_table(found).header
    assert "cu-alpha (ATLAS.ti's cu-alpha)" in header
    assert "cu-alpha (ATLAS.ti's cu-alpha) share of text" in header
    by_code = read(exclusive, "ku-alpha")
    # Of two codes each is the rest of the other; they differ by which segments chance cannot pair.
    assert by_code["office", ""] == pytest.approx(by_code["setup", ""], abs=0.02)
    assert read(exclusive, "ku-alpha", by=("dimension",))["setup", ""] is None
    assert read(exclusive, "u-alpha")["office", ""] is None  # it is about the dimension


def test_an_overlap_in_an_exclusive_dimension_is_listed_and_left_out(exclusive):
    before = read(exclusive, "cu-alpha", by=("dimension",))["setup", ""]
    put(exclusive, "two", "setup", "The road needs a budget")
    found = compare(exclusive, Asked(statistics=("cu-alpha",), by=("dimension",)))
    assert any("left out for all coders: two 28-51 anna (setup, office)." in note for note in found.notes), found.notes
    assert before < 1
    assert found.rows[0].readings[0].value == 1.0  # what they differed in is what was left out
    assert not any("exclusive dimension on" in note for note in compare(exclusive, Asked()).notes)


def test_which_code_a_unit_has(exclusive):
    assert read(exclusive, "alpha-codes", unit="sentence", by=("dimension",))["setup", ""] < 1
    by_code = read(exclusive, "fleiss-codes", unit="sentence")
    assert by_code["office", ""] < 1
    # In turns of `one` both codes stand together: such units are missing, and counted.
    found = compare(exclusive, Asked(statistics=("alpha-codes",), by=("dimension",)))
    assert dict(found.rows[0].readings[0].more) == {"several codes": 2.0}
    assert "several codes" in agreement_table(found).header


def test_what_is_not_exclusive_says_so(three):
    for name in ("u-alpha", "cu-alpha", "alpha-codes", "fleiss-codes"):
        found = compare(three, Asked(statistics=(name,), by=("dimension",)))
        assert found.rows[0].readings[0].reason == NOT_EXCLUSIVE
        assert "one dimension" in found.overall.readings[0].reason


# -- segments and specialists


def test_segments_found_again(anna, bo):
    for study, end in ((anna, "enough."), (bo, "was")):
        source = study.source("one")
        text = text_of(study, source)
        start = text.index("The revenue")
        code_at(study, "one", "money", start, text.index(end, start) + len(end))
        mark(study, source, ["motive", "setup"], "complete")
    put(anna, "one", "trust", "We trusted them")
    near = compare(anna, Asked(statistics=("segments",), overlap=0.5))
    money = near.rows[0].readings[0]
    assert money.value == 1.0
    assert dict(money.more) == {
        "matched": 1.0, "only anna": 0.0, "only bo": 0.0, "start error": 0.0, "end error": 12.0, "beyond 1 / codes": None,
    }  # fmt: skip
    overall = dict(near.overall.readings[0].more)
    assert (overall["only anna"], overall["beyond 1 / codes"]) == (1.0, pytest.approx((2 / 3 - 0.5) / 0.5))
    header = agreement_table(near).header
    assert header[1:5] == (
        "segment match anna-bo (MAXQDA)", "anna-bo: matched", "anna-bo: only anna", "anna-bo: only bo",
    )  # fmt: skip
    assert read(anna, "segments", overlap=0.9)["money", "anna-bo"] == 0.0


def test_gamma_is_seeded_and_for_two_or_three(three, open_as):
    first = read(three, "gamma", by=("overall",), seed=3)
    assert first == read(three, "gamma", by=("overall",), seed=3)
    assert first != read(three, "gamma", by=("overall",), seed=4)
    put(open_as("dora"), "one", "money", "The revenue")
    found = compare(three, Asked(statistics=("gamma",)))
    assert "two or three coders" in found.rows[0].readings[0].reason
    assert compare(three, Asked(statistics=("gamma",), by=("pair",))).rows[0].readings[0].value is not None


def test_boundaries_of_one_text(anna, bo):
    put(anna, "one", "money", "The province gave us a budget for it.")
    put(bo, "one", "money", "The province gave us a budget for it. The revenue")
    for study in (anna, bo):
        mark(study, study.source("one"), ["motive", "setup"], "complete")
    # Five sentences: anna ends after the first, bo after the second: one boundary, moved by one.
    assert read(anna, "boundary", unit="sentence")["money", "anna-bo"] == 0.5
    assert read(anna, "boundary", unit="turn")["money", "anna-bo"] == 1.0
    assert read(anna, "boundary", unit="speaker")["money", "anna-bo"] is None
    assert read(anna, "alpha-u")["money", ""] < 1


# -- what counts


def test_white_space_and_what_nobody_coded_can_be_left_out(anna, bo):
    for study in (anna, bo):
        put(study, "one", "money", "The province gave us a budget")
        mark(study, study.source("one"), ["motive", "setup"], "complete")
    put(bo, "one", "money", "We trusted them")

    def counted(**options) -> int:
        found = compare(anna, Asked(statistics=("percent",), **options))
        return found.rows[0].readings[0].result.units

    assert counted(unit="character", coded_only=True) == 29 + 15
    assert counted(unit="character", coded_only=True, non_space=True) == 24 + 13
    assert counted(unit="turn") == 2
    assert counted(unit="turn", coded_only=True) == 1
    assert counted(unit="sentence", coded_only=True) == 2
    assert read(anna, "alpha-interval", unit="sentence", coded_only=True)["money", ""] is not None


def test_whose_words_and_where(three, anna):
    assert set(read(three, "percent", filters=Filters.parse(three, speakers="all"))) >= {("money", "")}
    everything = compare(three, Asked(statistics=("percent",), filters=Filters.parse(three, speakers="all")))
    participants = compare(three, Asked(statistics=("percent",)))
    interviewers = compare(three, Asked(statistics=("percent",), filters=Filters.parse(three, speakers="interviewers")))
    units = [
        found.overall.readings[0].result.units / len(found.labels) for found in (everything, participants, interviewers)
    ]
    assert units == [10, 5, 5]
    where = Filters.parse(three, where="transcript.name = one")
    assert compare(three, Asked(statistics=("percent",), filters=where)).overall.readings[0].result.documents == 1
    with pytest.raises(RequestError, match="cannot be narrowed by cases"):
        compare(three, Asked(filters=Filters.parse(three, where="mechanism = arranged")))
    open_ = compare(three, Asked(filters=Filters.parse(three, where="speaker.name = Li")))
    assert any("turn(s) of which it is not recorded" in note for note in open_.notes)


def test_codes_with_all_below_as_one(three):
    whole = read(three, "alpha", whole=True)
    assert set(whole) == {("motive", ""), ("setup", ""), ("overall", "")}
    rows = [
        [None if a is None else max(a, b) for a, b in zip(one, two, strict=True)]
        for one, two in zip(by_hand(three, "turn", "money"), by_hand(three, "turn", "trust"), strict=True)
    ]
    assert whole["motive", ""] == pytest.approx(alpha_by_hand(rows))
    nested = read(three, "alpha", whole=True, filters=Filters.parse(three, codes=["motive", "money"]))
    assert nested["money", ""] == pytest.approx(read(three, "alpha")["money", ""])
    assert nested["motive", ""] == pytest.approx(whole["motive", ""])


def test_cases_as_units(anna, bo):
    source = anna.source("one")
    text = text_of(anna, source)
    for case, first, last in (
        ("park", "R: The province", "We trusted them from the start."),
        ("river", "R: The river", "office for the river."),
    ):
        assert link_case(anna, anna.case(case), source, text, Span(text.index(first), find_once(text, last, "l").end))
    for study in (anna, bo):
        mark(study, source if study is anna else study.source("one"), ["motive", "setup"], "complete")
        put(study, "one", "money", "The revenue of the county was not enough.")
    put(bo, "one", "money", "The river was an order from above.")
    found = compare(anna, Asked(statistics=("prevalence", "percent"), unit="case"))
    values = {(r.statistic, r.of): r.value for r in found.rows[0].readings}
    assert values == {("prevalence", "anna"): 0.5, ("prevalence", "bo"): 1.0, ("percent", ""): 0.5}
    uid = put(bo, "one", "trust", "We trusted them from the start.")
    assign_case(bo, uid, bo.case("talks"))
    found = compare(anna, Asked(statistics=("prevalence",), unit="case"))
    assert [r.value for r in found.rows[1].readings] == [0.0, pytest.approx(1 / 3)]
    assert read(anna, "alpha-interval", unit="case")["money", ""] is not None


def test_links(anna, bo):
    for study, quotes in ((anna, ("The province", "enough.")), (bo, ("The province", "start."))):
        source = study.source("one")
        text = text_of(study, source)
        span = Span(text.index(quotes[0]), find_once(text, quotes[1], "end").end)
        assert link_case(study, study.case("park"), source, text, span)
        assert link_case(study, study.case("river"), study.source("two"), text_of(study, study.source("two")), None)
    link_case(anna, anna.case("talks"), anna.source("three"), text_of(anna, anna.source("three")), None)
    found = compare(anna, Asked(of="links", unit="sentence"))
    table = agreement_table(found)
    assert table.header[0] == "case"
    assert [row[0] for row in table.rows] == ["park", "river"]  # only anna linked anything in `three`
    assert table.rows[0][1:4] == (40.0, 60.0, 80.0)
    assert table.rows[1][-1].startswith("undefined: Only one value was used")
    assert any("which case a passage speaks of" in note for note in table.notes)
    assert not any("Codebook" in note for note in table.notes)
    for wrong in ({"by": ("dimension",)}, {"unit": "case"}, {"whole": True}, {"filters": Filters(codes=("money",))}):
        with pytest.raises(RequestError, match="neither codes nor dimensions"):
            Asked(of="links", **wrong)


def test_links_need_two_coders(anna, bo):
    link_case(anna, anna.case("park"), anna.source("one"), text_of(anna, anna.source("one")), None)
    with pytest.raises(RequestError, match="have linked passages"):
        compare(anna, Asked(of="links"))


# -- suggestions


def test_transcripts_with_answered_suggestions_are_told_apart(anna, bo):
    for study in (anna, bo):
        for name, quote in (("one", "We trusted them"), ("two", "Nobody trusted anybody."), ("three", "kind of thing")):
            put(study, name, "trust", quote)
            mark(study, study.source(name), ["motive", "setup"], "complete")

    def counted(**options) -> tuple[int, str]:
        found = compare(anna, Asked(**options))
        said = [note for note in found.notes if "accepted or rejected suggestions" in note]
        return found.overall.readings[2].result.documents, " ".join(said)

    assert counted() == (3, "")
    one, two = bo.source("one"), bo.source("two")
    code = bo.codes().find("money").uid
    apply_codes(bo, one, text_of(bo, one), Span(30, 40), [code], origin="suggestion:1")
    with bo.act() as writer:
        fields = passage_fields(two, text_of(bo, two), Span(30, 40))
        writer.put(
            "decision", decision_id(bo.me.uid, code, two.uid, 30, 40), {**fields, "code": code, "verdict": "rejected"}
        )
    assert counted() == (1, "Left out, because a coder accepted or rejected suggestions there: one, two.")
    assert counted(suggestions="include") == (
        3, "Counted although a coder accepted or rejected suggestions there: one, two.",
    )  # fmt: skip
    assert counted(suggestions="only") == (2, "Only transcripts in which a coder accepted or rejected suggestions.")
    chosen = Filters.parse(anna, transcripts=["two", "three"])
    assert counted(filters=chosen) == (1, "Left out, because a coder accepted or rejected suggestions there: two.")


def test_what_is_to_be_rechecked_does_not_count(three):
    from qcode.services.codebook_edits import set_fields

    before = compare(three, Asked(statistics=("percent",)))
    assert before.rows[0].readings[0].result.documents == 3
    set_fields(three, "money", ["definition=Money is not the reason."])
    after = compare(three, Asked(statistics=("percent",)))
    assert after.rows[0].readings[0].reason == str(Undefined.NO_SHARED_DOCUMENT)
    assert (
        "Left out until they are rechecked, as the codebook changed in meaning (transcripts): money 3." in after.notes
    )


# -- intervals and words


def test_intervals_say_how_they_came_about(three):
    found = compare(three, Asked())
    alpha = next(r for r in found.overall.readings if r.statistic == "alpha" and r.unit == "turn")
    assert (alpha.interval.method, alpha.interval.documents) == ("jackknife", 3)
    assert alpha.interval.low < alpha.value < alpha.interval.high
    notes = agreement_table(found).notes
    assert any("jackknife with Student's t" in note for note in notes)
    by_transcript = agreement_table(compare(three, Asked(by=("transcript",))))
    assert any("An interval needs at least three documents" in note for note in by_transcript.notes)


def test_standard_errors_are_for_units_alone(three):
    turns = agreement_table(compare(three, Asked(statistics=("kappa", "ac1", "alpha")))).header
    assert {"kappa anna-bo s.e.", "kappa anna-bo at most", "AC1 s.e.", "alpha s.e.", "alpha from"} <= set(turns)
    characters = agreement_table(compare(three, Asked(statistics=("kappa", "ac1", "alpha"), unit="character"))).header
    assert not [name for name in characters if "s.e." in name]
    assert "kappa anna-bo (NVivo)" in characters


def test_json_holds_what_stands_behind_a_number(three):
    found: Agreement = compare(three, Asked(by=("code", "pair"), statistics=("kappa", "u-binary")))
    plain = json.loads(agreement_json(found))
    assert plain["coders"] == list(NAMES)
    units = {column["name"]: column["unit"] for column in plain["columns"]}
    assert units == dict.fromkeys(units) | {
        name: "coefficient" for name in units if name.startswith(("kappa", "|u"))
    } | {"transcripts": "transcripts"}
    first = plain["values"][0]
    assert (first["code"], first["pair"], first["statistic"], first["counted_in"]) == (
        "money",
        "anna-bo",
        "kappa",
        "turn",
    )
    assert first["interval"]["level"] == 0.95
    assert {value["as_in"] for value in plain["values"]} == {None, "ATLAS.ti's alpha binary"}
    assert plain["values"][-1]["row"] == "overall"
    assert plain["counts"] == list(agreement_table(found).notes)


def test_what_there_is_not_is_refused_with_what_is_near(three):
    for wrong in ({"unit": "word"}, {"by": ("coder",)}, {"of": "memos"}, {"suggestions": "some"}):
        with pytest.raises(RequestError, match="There is no"):
            Asked(**wrong)
    with pytest.raises(RequestError, match="least overlap"):
        Asked(overlap=0)
    with pytest.raises(RequestError, match="seed"):
        Asked(seed=-1)
    with pytest.raises(RequestError, match="Did you mean kappa"):
        statistics_named(["kapa"])
    with pytest.raises(RequestError, match="list"):
        statistics_named(["?"])
    assert statistics_named(["Alpha", "alpha"]) == ["alpha"]
    assert len(statistic_list().rows) == len(STATISTICS)


def test_what_nobody_shares_is_undefined_in_every_statistic(anna, bo):
    put(anna, "one", "money", "The revenue")
    put(bo, "two", "money", "The road needs a budget")
    put(bo, "two", "office", "Nobody trusted anybody.")
    found = compare(anna, Asked(statistics=tuple(STATISTICS), by=("dimension", "code")))
    assert [row.keys for row in found.rows] == [("motive", "money"), ("setup", "office")]
    for reading in (*found.rows[0].readings, *found.rows[1].readings):
        assert reading.value is None
        assert reading.remark or reading.result.reason in (Undefined.NO_SHARED_DOCUMENT, Undefined.NO_SHARED_UNIT)
    assert agreement_table(found).rows[0][-2] == 0


def test_a_study_without_codes_or_transcripts(tmp_path, settings):
    with Study.create(tmp_path / "bare.qcode", title="Bare", coder="anna") as study, pytest.raises(RequestError):
        compare(study, Asked())
