"""Words in all transcripts."""

from __future__ import annotations

import pytest
from studies import put

from qcode.errors import RequestError
from qcode.services.coding import link_case, text_of
from qcode.services.filters import Filters
from qcode.services.importing import import_transcripts
from qcode.services.search import Search, search_table


def found(study, words: str, *, whole_words: bool = False, **options):
    return Search(study).find(words, Filters.parse(study, **options), whole_words=whole_words)


def places(study, words: str, **options) -> list[tuple[str, str, str]]:
    rows = found(study, words, **options).rows(0, 99, width=8)
    return [(row.source.name, row.speaker, "|".join(row.around)) for row in rows]


def test_participants_words_in_their_context(anna):
    assert places(anna, "BUDGET") == [
        ("one", "R", "…ve us a |budget| for it.…"), ("two", "R", "…needs a |budget| and the…"),
    ]  # fmt: skip
    assert len(places(anna, "budget", speakers="all")) == 3
    assert [row[1] for row in places(anna, "budget", speakers="interviewers")] == ["I"]
    assert len(found(anna, "the")) > len(found(anna, "the", whole_words=True)) > 3


def test_labels_are_no_words(anna):
    assert places(anna, "R:", speakers="all") == []
    assert places(anna, "R: The river was", speakers="all") == [("one", "R", "…river? |R: The river was| an orde…")]


def test_two_chinese_characters_width_and_line_ends(anna, tmp_path):
    path = tmp_path / "zh.txt"
    path.write_text("问：有没有资金？\n\n答：要资\n金没资金，只有ＧＤＰ。\n\n问：是吗？\n", encoding="utf-8")
    import_transcripts(anna, [path])
    assert [row[2] for row in places(anna, "资金", transcripts=["zh"])] == ["…答：要资 金没|资金|，只有ＧＤＰ。…"]
    assert len(places(anna, "资金", transcripts=["zh"], speakers="all")) == 2
    assert len(places(anna, "gdp")) == 1
    assert len(places(anna, "要资 金")) == 1


def test_rows_are_cut_as_asked(anna):
    hits = found(anna, "the", speakers="all")
    everything = hits.rows(0, len(hits))
    assert [row.number for row in everything] == list(range(1, len(hits) + 1))
    for start in range(len(hits) + 2):
        assert hits.rows(start, start + 3) == everything[start : start + 3]
    assert sum(count for _, count in hits.counts) == len(hits)
    assert [source.name for source, _ in hits.counts] == ["one", "two"]


def test_filters_hold_for_places(anna):
    source = anna.source("two")
    link_case(anna, anna.case("park"), source, text_of(anna, source), None)
    assert [row[0] for row in places(anna, "budget", where="mechanism = arranged")] == ["two"]
    assert [row[0] for row in places(anna, "budget", where="case.key is not recorded")] == ["one"]
    assert [row[0] for row in places(anna, "budget", dataset=True)] == ["two"]
    assert [row[0] for row in places(anna, "budget", where="speaker.role = participant", transcripts=["one"])] == [
        "one"
    ]
    assert places(anna, "budget", kinds=["notes"]) == []
    notes = found(anna, "budget", where="mechanism = arranged").notes
    assert "Where case.mechanism = arranged." in notes
    assert notes[0] == "Found: once in 1 of 3 transcripts, in the words of participants."
    for options in ({"codes": ["money"]}, {"flagged": True}, {"coders": "any"}):
        with pytest.raises(RequestError, match="belong to codings"):
            found(anna, "budget", **options)


def test_results_come_transcript_by_transcript(anna):
    arriving = Search(anna).by_transcript("budget")
    assert [(source.name, len(spans)) for source, spans in arriving] == [("one", 1), ("two", 1), ("three", 0)]
    with pytest.raises(RequestError, match="nothing to look for"):
        next(Search(anna).by_transcript(" "))


def test_a_kept_search_sees_what_changed(anna, tmp_path):
    search = Search(anna)
    assert len(search.find("zebra")) == 0
    path = tmp_path / "z.txt"
    path.write_text("R: A zebra.\n\nI: Oh?\n\nR: Yes.\n", encoding="utf-8")
    import_transcripts(anna, [path])
    assert len(search.find("zebra")) == 1
    put(anna, "z", "money", "A zebra.")
    assert len(search.find("zebra")) == 1


def test_the_table_says_what_was_looked_for(anna):
    table = search_table(found(anna, "budget", whole_words=True), width=5, most=1)
    assert table.title == "“budget” in the transcripts"
    assert table.rows == (("one", "56-62", "R", "", "…us a ", "budget", " for…"),)
    assert table.notes[0] == "1 more are not shown."
    assert any("whole words only" in note for note in table.notes)


def test_a_transcript_without_turns_is_all_spoken(anna, monkeypatch):
    from qcode.services.surroundings import Surroundings

    monkeypatch.setattr(Surroundings, "turns", lambda _self, _source: [])
    monkeypatch.setattr(Surroundings, "turns_at", lambda _self, _source, _span: [])
    (row, *_) = found(anna, "budget").rows(0, 9)
    assert (row.speaker, row.time_ms) == ("", None)


def test_space_between_turns_belongs_to_nobody(anna):
    from qcode.services.search import _spoken
    from qcode.services.surroundings import Surroundings

    source = anna.source("one")
    blank = text_of(anna, source).index("\n\n")
    from qcode.core.spans import Span

    end = source.length
    kept = _spoken(Surroundings(anna), source, [Span(blank, blank + 2), Span(end - 1, end)], "participants")
    assert kept == [Span(blank, blank + 2), Span(end - 1, end)]


def test_pieces_are_the_same_hits(anna):
    search = Search(anna)
    pieces = list(search.in_pieces("the"))
    assert [source.name for source, _ in pieces] == ["one", "two", "three"]
    whole, collected = search.find("the"), search.collected("the", pieces)
    assert collected.rows(0, 99) == whole.rows(0, 99)
    assert collected.notes == whole.notes
    split = [(source, [span]) for source, spans in pieces for span in spans]
    assert search.collected("the", split).counts == whole.counts
    assert whole.places == [(row.source, row.span) for row in whole.rows(0, 99)]
