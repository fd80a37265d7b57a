"""Finding passages in a study that was coded by hand."""

from __future__ import annotations

import pytest
from studies import put

from qcode.core.spans import Span
from qcode.errors import RequestError, UnknownName
from qcode.services.attributes import import_speaker_attributes, import_transcript_attributes
from qcode.services.case_edits import add_case, set_values
from qcode.services.coding import apply_codes, assign_case, link_case, mark, text_of
from qcode.services.filters import Filters
from qcode.services.fitting import counted
from qcode.services.importing import import_transcripts
from qcode.services.passages import find_once
from qcode.services.retrieval import find
from qcode.services.selection import select
from qcode.services.study import Study
from qcode.services.tables import frequencies


def link(study: Study, case: str, transcript: str, first: str = "", last: str = "", stage: str | None = None) -> None:
    source = study.source(transcript)
    text = text_of(study, source)
    span = Span(find_once(text, first, "first").start, find_once(text, last, "last").end) if first else None
    assert link_case(study, study.case(case), source, text, span, stage)


@pytest.fixture
def coded(anna):
    link(anna, "park", "one", "R: The province", "We trusted them from the start.")
    link(anna, "river", "one", "R: The river", "office for the river.")
    put(anna, "one", "money", "The province gave us a budget for it.")
    put(anna, "one", "money", "The revenue of the county was not enough.")
    put(anna, "one", "trust", "enough. We trusted them from the start.")
    put(anna, "one", "office", "There is an office for the river.")
    put(anna, "two", "money", "The road needs a budget")
    put(anna, "two", "trust", "Nobody trusted anybody.")
    put(anna, "three", "office", "We never had an office")
    return anna


def quotes(study: Study, query: str = "", **options) -> list[str]:
    return [row.quote for row in find(study, query, Filters.parse(study, **options))]


def test_by_code_and_all_below(coded):
    assert quotes(coded, "money") == [
        "The province gave us a budget for it.", "The revenue of the county was not enough.", "The road needs a budget",
    ]  # fmt: skip
    assert len(quotes(coded, "motive")) == 5
    assert quotes(coded, "=motive") == []
    assert quotes(coded, "资金") == quotes(coded, "funds") == quotes(coded, "money")
    assert len(quotes(coded)) == len(quotes(coded, "*")) == 7
    assert quotes(coded, codes=["money"]) == quotes(coded, "money")
    assert quotes(coded, codes=["money", "office"]) == quotes(coded, "money or office")
    assert quotes(coded, "motive", codes=["trust"]) == quotes(coded, "trust")


def test_by_operators(coded):
    assert quotes(coded, "money and trust") == ["enough."]
    assert quotes(coded, "money overlaps trust") == ["The revenue of the county was not enough."]
    assert quotes(coded, "trust and not money") == ["Nobody trusted anybody."]
    assert quotes(coded, "money near(1 sentence) trust") == [
        "The province gave us a budget for it.", "The revenue of the county was not enough.", "The road needs a budget",
    ]  # fmt: skip
    assert quotes(coded, "office near(1 turn) money") == []
    assert quotes(coded, "office near(2 turns) money") == ["There is an office for the river."]
    assert len(quotes(coded, "money near(3 words) trust")) == 1


def test_what_stands_beside_a_passage(coded):
    (row,) = find(coded, "money and trust")
    assert (row.number, row.source.name, row.speakers, row.coders) == (1, "one", ("R",), ("anna",))
    assert (row.cases, row.codes, row.also) == ((("park", None),), ("money", "trust"), ())
    assert (row.flagged, row.verbatim, row.time_ms, row.translations) == (False, "yes", None, ())
    assert len(row.codings) == 2
    rows = find(coded, "money").rows(1, 99)
    assert [row.number for row in rows] == [2, 3]
    assert rows[0].also == ("trust",)
    assert find(coded, "money").rows(-5, 1)[0].number == 1
    assert find(coded, "money").transcripts == 2


def test_conditions_and_what_is_not_recorded(coded):
    arranged = quotes(coded, where="mechanism = arranged")
    assert len(arranged) == 3
    assert quotes(coded, where="mechanism != arranged") == ["There is an office for the river."]
    assert len(quotes(coded, where="mechanism != arranged or mechanism is not recorded")) == 4
    assert quotes(coded, where="case.key = park") == quotes(coded, where="party = coast") == arranged
    assert len(quotes(coded, where="case.key is not recorded")) == 3
    found = find(coded, "", Filters.parse(coded, where="mechanism = arranged"))
    assert "Left out: 3 passage(s) of which it is not recorded whether the condition holds." in found.notes
    assert "Where case.mechanism = arranged." in found.notes
    assert "What speaks of several cases fits if one of them does." in found.notes
    misspelt = find(coded, "", Filters.parse(coded, where="mechanism = aranged"))
    assert "Nothing has case.mechanism = aranged. Near it: arranged." in misspelt.notes


def test_one_case_must_fit_all_of_a_condition(coded):
    set_values(coded, coded.case("park").uid, {"year": "2015"})
    set_values(coded, coded.case("river").uid, {"year": "2019"})
    link(coded, "river", "one", "R: The province", "We trusted them from the start.")
    assert len(quotes(coded, where="mechanism = arranged and year = 2015")) == 3
    assert quotes(coded, where="mechanism = arranged and year = 2019") == []
    assert len(quotes(coded, where="year > 2015")) == 4
    with pytest.raises(RequestError, match="holds a year such as 2015"):
        quotes(coded, where="year > soon")


def test_attributes_of_transcripts_and_speakers(coded, tmp_path):
    table = tmp_path / "t.csv"
    table.write_text("transcript,aliases,place,talks\none,A1,Hefei,3\ntwo,,Wuhu,n.d.\n", encoding="utf-8")
    import_transcript_attributes(coded, table)
    table.write_text("transcript,speaker,级别,place\none,R,county,x\ntwo,R,province,y\n", encoding="utf-8")
    import_speaker_attributes(coded, table)
    assert len(quotes(coded, "money", where="transcript.place = HEFEI")) == 2
    assert len(quotes(coded, "money", where="transcript.name = A1 and 级别 = county")) == 2
    assert quotes(coded, "money", where="speaker.role = participant and 级别 = province") == ["The road needs a budget"]
    assert quotes(coded, "money", where="talks is not recorded") == ["The road needs a budget"]
    assert len(quotes(coded, "money", where="speaker.label = r")) == 3
    assert quotes(coded, "money", where="speaker.role = interviewer") == []
    with pytest.raises(RequestError, match=r"can mean transcript.place or speaker.place"):
        quotes(coded, where="place = Hefei")
    with pytest.raises(UnknownName, match=r"Did you mean transcript\.place"):
        quotes(coded, where="transcript.plaec = Hefei")


def test_transcripts_kinds_words_and_the_data_set(coded):
    assert quotes(coded, "money", transcripts=["two"]) == ["The road needs a budget"]
    assert quotes(coded, "money", kinds=["notes"]) == []
    assert len(quotes(coded, "money", kinds=["Recorded"])) == 3
    assert len(quotes(coded, text="BUDGET")) == 2
    assert len(quotes(coded, dataset=True)) == 4
    uid = put(coded, "three", "money", "that kind of thing")
    assign_case(coded, uid, coded.case("talks"))
    assert len(quotes(coded, "money", where="case.kind = other")) == 1
    assert len(quotes(coded, "money", dataset=True)) == 2
    for options, what in (
        ({"kinds": ["note"]}, "Did you mean notes"), ({"kinds": ["zzz"]}, "Use one of recorded"),
        ({"transcripts": ["tow"]}, "no transcript “tow”"), ({"codes": ["mony"]}, "Did you mean money"),
        ({"coders": "ana"}, "no coder “ana”"), ({"stages": ["talks"]}, "no stage “talks”"),
        ({"speakers": "nobody"}, "no choice “nobody”"), ({"text": "x" * 999}, "longer than"),
    ):  # fmt: skip
        with pytest.raises(RequestError, match=what):
            Filters.parse(coded, **options)


def test_interviewers_words(coded):
    put(coded, "one", "money", "How did the budget begin?")
    assert len(quotes(coded, "money")) == 3
    assert len(quotes(coded, "money", speakers="all")) == 4
    (row,) = find(coded, "money", Filters.parse(coded, speakers="interviewers"))
    assert (row.quote, row.speakers) == ("How did the budget begin?", ("I",))
    put(coded, "one", "setup", "begin?\n\nR: The province")
    (row,) = find(coded, "=setup", Filters.parse(coded, where="speaker.role = participant"))
    assert row.speakers == ("R",)
    (row,) = find(coded, "=setup", Filters.parse(coded, speakers="all", where="speaker.role = interviewer"))
    assert row.speakers == ("I", "R")


def test_flagged(coded):
    from qcode.services.coding import set_flag

    uid = put(coded, "one", "setup", "budget for it")
    set_flag(coded, uid, on=True)
    assert quotes(coded, flagged=True) == ["budget for it"]
    (row,) = find(coded, "setup", Filters.parse(coded, flagged=True))
    assert row.flagged


def test_stages(coded):
    set_values(coded, coded.case("park").uid, {"stages": "early:2010-2012=mandated; late:2013-"})
    uid = put(coded, "one", "setup", "budget for it")
    assign_case(coded, uid, coded.case("park"), "early")
    link(coded, "park", "two", stage="late")
    assert quotes(coded, stages=["Early"]) == ["budget for it"]
    assert quotes(coded, stages=["late"]) == ["The road needs a budget", "Nobody trusted anybody."]
    (row,) = find(coded, "setup", Filters.parse(coded, stages=["early"]))
    assert row.cases == (("park", "early"),)
    # A stage with a mechanism of its own goes before that of the case.
    assert quotes(coded, "setup and not office", where="mechanism = mandated") == ["budget for it"]
    assert quotes(coded, "money", where="mechanism = mandated") == []
    with pytest.raises(UnknownName, match="Did you mean early"):
        Filters.parse(coded, stages=["earl"])


def test_the_coder_rules(coded, open_as):
    bo = open_as("bo")
    put(bo, "one", "money", "gave us a budget")
    put(bo, "one", "trust", "The province gave")
    assert len(quotes(coded, "money")) == 3
    assert len(quotes(coded, "money", coders="each")) == 4
    assert quotes(coded, "money", coders="bo") == ["gave us a budget"]
    assert quotes(coded, "money", coders="all") == ["gave us a budget", "The road needs a budget"]
    assert quotes(coded, "money and trust", coders="any") == ["The province gave", "enough."]
    assert quotes(coded, "money and trust", coders="each") == ["gave", "enough."]
    (row,) = find(coded, "money and trust", Filters.parse(coded, coders="any", transcripts=["one"])).rows(0, 1)
    assert sorted(row.coders) == ["anna", "bo"]
    row = find(coded, "money", Filters.parse(coded, coders="all")).row(0)
    assert sorted(row.coders) == ["anna", "bo"]
    with pytest.raises(RequestError, match="never adds up coders"):
        select(coded, coders="each")
    bo.look(own_only=True)
    assert len(quotes(bo, coders="each")) == 2


def test_all_counts_who_finished_without_finding_anything(coded, open_as):
    bo = open_as("bo")
    put(bo, "three", "trust", "No.")
    mark(bo, bo.source("one"), ["motive"], "complete")
    found = find(coded, "money", Filters.parse(coded, coders="all"))
    assert [row.source.name for row in found] == ["two"]
    assert any("In 1 transcript(s) that is one coder alone." in note for note in found.notes)


def test_filters_for_tables(coded):
    found = counted(coded, Filters.parse(coded, where="mechanism = arranged", codes=["money"]))
    assert len(found.segments.code) == 3
    assert found.left_out[-1].startswith("Left out: 3 passage(s)")
    assert len(counted(coded, Filters.parse(coded)).segments.code) == len(select(coded).codings) == 7
    assert len(counted(coded, Filters.parse(coded, transcripts=["two"])).segments.code) == 2
    assert frequencies(coded, coders="all").total == ("total", "", 7, None, None)


def test_notes_are_paraphrase_unless_marked(coded, tmp_path):
    path = tmp_path / "n.txt"
    path.write_text("A: He said “too poor for it”, and left the room early.\n\nA: It was late.\n", encoding="utf-8")
    import_transcripts(coded, [path], kind="notes")
    for code, quote in (("money", "“too poor for it”"), ("trust", "He said “too poor"), ("office", "It was late.")):
        put(coded, "n", code, quote)
    found = find(coded, "", Filters.parse(coded, kinds=["notes"]))
    assert {row.codes: row.verbatim for row in found} == {("money",): "yes", ("trust",): "part", ("office",): "no"}


def test_an_empty_study_and_one_without_a_codebook(anna, tmp_path, settings):
    found = find(anna)
    assert (len(found), found.rows(0, 9), list(found), found.transcripts) == (0, [], [], 0)
    assert found.notes[0] == "Found: 0 passages in 0 of 3 transcripts."
    assert "All coded passages." in found.notes
    with (
        Study.create(tmp_path / "bare.qcode", title="Bare", coder="anna") as bare,
        pytest.raises(RequestError, match="no codebook yet"),
    ):
        find(bare, "money")


def test_unknown_codes_and_bad_queries(coded):
    with pytest.raises(UnknownName, match="Did you mean money"):
        find(coded, "mony and trust")
    with pytest.raises(RequestError, match="The query, character 7"):
        find(coded, "money trust")


def test_merged_codes_are_found_under_what_they_became(coded):
    from qcode.services.codebook_merges import merge_code

    merge_code(coded, "trust", "money")
    row = find(coded, "money").row(1)
    assert (row.quote, row.codes) == (
        "The revenue of the county was not enough. We trusted them from the start.", ("money",),
    )  # fmt: skip


def test_a_passage_outside_every_turn_has_no_speaker(coded):
    source = coded.source("one")
    text = text_of(coded, source)
    blank = text.index("\n\n")
    apply_codes(coded, source, text, Span(blank, blank + 2), [coded.codes().find("setup").uid])
    assert quotes(coded, "=setup", speakers="all", where="speaker.label is recorded") == []
    assert quotes(coded, "=setup", speakers="all", where="speaker.label is not recorded") == ["\n\n"]


def test_units_of_a_transcript_without_turns(coded, monkeypatch):
    from qcode.services.surroundings import Surroundings

    around = Surroundings(coded)
    monkeypatch.setattr(Surroundings, "turns", lambda _self, _source: [])
    assert around.units("sentences", coded.source("two").key)[0] == 0
    around.forget_texts()
    assert around.units("words", coded.source("two").key)[0] == 0


def test_provinces_and_crossings(coded):
    add_case(coded, "pair", kind="dataset", parties="a=One@340121; b=Two@330102")
    uid = put(coded, "three", "money", "that kind of thing")
    assign_case(coded, uid, coded.case("pair"))
    for where in ("province = Anhui", "province = 浙江", "province = “Anhui 安徽”", "cross_provincial = yes"):
        assert quotes(coded, "money", where=where) == ["that kind of thing"]


# -- order, groups and what stands around, for screens


def test_arranged_by_what_is_asked(coded):
    found = find(coded)
    said = [row.quote[:12] for row in found]
    assert [said[i] for i in found.arranged("transcript")] == said
    lengths = [len(found.row(i).quote) for i in found.arranged("length").tolist()]
    assert lengths == sorted(lengths, reverse=True)
    codes = [found.row(i).codes[0] for i in found.arranged("code").tolist()]
    assert codes == ["money"] * 3 + ["trust"] * 2 + ["office"] * 2
    cases = [found.row(i).cases for i in found.arranged("case").tolist()]
    assert [case[0][0] if case else "" for case in cases] == ["park"] * 3 + ["river"] + [""] * 3


def test_arranged_by_coder_in_the_order_of_coders(coded, bo):
    put(bo, "one", "money", "The province gave us a budget for it.")
    put(bo, "three", "office", "We never had an office")
    found = find(bo, "", Filters.parse(bo, coders="each"))
    coders = [found.row(i).coders for i in found.arranged("coder").tolist()]
    assert coders == [("anna",)] * 7 + [("bo",)] * 2
    anybody = find(bo, "", Filters.parse(bo, coders="any"))
    assert anybody.arranged("coder").tolist() == list(range(7))


def test_grouped_with_every_row_in_each_of_its_groups(coded):
    put(coded, "two", "trust", "The road needs a budget")
    found = find(coded)
    by_code = {group.name: group.rows for group in found.groups("code")}
    assert {name: len(rows) for name, rows in by_code.items()} == {"money": 3, "trust": 3, "office": 2}
    assert list(by_code) == ["money", "trust", "office"]
    assert set(by_code["money"]) & set(by_code["trust"])
    assert {group.name: len(group.rows) for group in found.groups("transcript")} == {"one": 4, "two": 2, "three": 1}
    cases = found.groups("case")
    assert [(group.name, len(group.rows)) for group in cases] == [("park", 3), ("river", 1), ("", 3)]
    assert find(coded, "", Filters.parse(coded, text="river")).groups("case")[0].name == "river"
    assert find(coded, "", Filters.parse(coded, text="zebra")).groups("code") == []


def test_codes_and_places_of_a_result(coded):
    found = find(coded, "money or office")
    assert found.codes == ("money", "office")
    uid = coded.source("three").uid
    last = len(found) - 1
    assert found.places([last, 0]) == [
        (uid, found.row(last).span), (coded.source("one").uid, found.row(0).span)
    ]  # fmt: skip


def test_the_sentences_before_and_after(coded):
    around = {row.quote: found.context(i) for found in [find(coded)] for i, row in enumerate(found)}
    assert around["The province gave us a budget for it."] == (
        "I: How did the budget begin?", "The revenue of the county was not enough.",
    )  # fmt: skip
    assert around["The road needs a budget"] == ("I: What about the road?", "and the revenue is gone.")
    assert around["There is an office for the river."] == ("R: The river was an order from above.", "")
    text = text_of(coded, coded.source("one"))
    apply_codes(coded, coded.source("one"), text, Span(0, len(text)), [coded.codes().find("setup").uid])
    assert find(coded, "=setup").context(0) == ("", "")
