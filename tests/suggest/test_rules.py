"""Suggestions from indicators: where they come from, how far they reach, how they are ranked. All texts are invented."""

from __future__ import annotations

import math
import subprocess
import sys
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qcode.core.spans import Span, overlap
from qcode.core.units import sentences
from qcode.errors import RequestError
from qcode.suggest.context import NO_CONTEXT, Context
from qcode.suggest.ranking import Suggestion, Trigger, rank, suggest
from qcode.suggest.rules import CodeIndicators, RuleSet


def rules(**codes: tuple[str, ...]) -> RuleSet:
    return RuleSet.compile([CodeIndicators(code, (("en", strings),)) for code, strings in codes.items()])


def whole(text: str) -> list[Span]:
    return [Span(0, len(text))]


def quotes(text: str, found: list[Suggestion]) -> list[str]:
    return [text[item.start : item.end] for item in found]


def triggers(text: str, found: list[Suggestion]) -> list[str]:
    return [text[trigger.start : trigger.end] for item in found for trigger in item.triggers]


def filler(count: int) -> str:
    return " ".join(f"Nothing much was said about it here {number}x." for number in range(count))


def test_one_indicator_and_its_reason() -> None:
    text = "We trusted them from the start."
    (found,) = suggest(text, whole(text), rules(trust=("trust*",)))
    assert found == Suggestion(
        "trust",
        0,
        len(text),
        0.5,
        (Trigger(3, 10, "trust*"),),
        "1 indicator: trust* (rare)",
    )


def test_capitals_do_not_matter_and_words_are_whole() -> None:
    text = "The GOVERNMENT's plan was the Government plan. Governments and ungoverned places are not."
    found = suggest(text, whole(text), rules(gov=("government",)))
    assert triggers(text, found) == ["GOVERNMENT", "Government"]


def test_an_exclusion_vetoes_what_it_overlaps() -> None:
    text = "They agreed on an Agreement and the agreements hold. The agreement was signed by all of them."
    found = suggest(text, whole(text), rules(agree=("agree*", "-agreement*")))
    assert triggers(text, found) == ["agreed"]
    alone = "The agreement was signed by all of them. More agreements were made after that."
    assert suggest(alone, whole(alone), rules(agree=("agree*", "-agreement*"))) == []


def test_an_exclusion_in_chinese_vetoes_what_it_overlaps() -> None:
    text = "那时候出现了信任危机，大家都不来。后来两个县互相信任，一起修路。"
    found = suggest(text, whole(text), rules(trust=("信任", "-信任危机")))
    assert [(item.start, item.end) for item in found[0].triggers] == [(24, 26)]
    assert suggest(text[:17], whole(text[:17]), rules(trust=("信任", "-信任危机"))) == []


def test_an_exclusion_counts_for_its_own_code_only() -> None:
    text = "We set up a trust fund for the river."
    found = suggest(text, whole(text), rules(a=("trust", "-trust fund"), b=("trust",)))
    assert [item.code for item in found] == ["b"]


def test_mixed_text_and_german() -> None:
    text = "Das war eine Städtepartnerschaft, 大家都说 win-win 合作，really good."
    found = suggest(text, whole(text), rules(partner=("STÄDTEPARTNER*", "合作", "win-win")))
    assert triggers(text, found) == ["Städtepartnerschaft", "win-win", "合作"]


def test_of_overlapping_hits_the_longest_counts_once() -> None:
    text = "We had a joint agreement with our neighbour county."
    (found,) = suggest(text, whole(text), rules(a=("agree*", "joint agreement", "agreement", "joint")))
    assert [trigger.indicator for trigger in found.triggers] == ["joint agreement"]


def test_the_unit_is_two_sentences_to_each_side() -> None:
    text = f"{filler(4)} We trusted them from the start. {filler(4)}"
    found = suggest(text, whole(text), rules(trust=("trust*",)))
    parts = sentences(text)
    assert [(item.start, item.end) for item in found] == [(parts[2].start, parts[6].end)]


def test_the_unit_never_leaves_its_turn() -> None:
    text = "I: Do you trust one another now? R: We trusted them from the start. I: And why did you trust?"
    scope = [Span(36, 67)]
    found = suggest(text, scope, rules(trust=("trust*",)))
    assert quotes(text, found) == ["We trusted them from the start."]
    assert suggest(text, [], rules(trust=("trust*",))) == []
    assert suggest(text, [Span(3, 3)], rules(trust=("trust*",))) == []


def test_short_sentences_at_the_edges_are_dropped_and_never_trigger() -> None:
    text = "Yes. Well yes. We trusted them from the start. Of course. Trust!"
    found = suggest(text, whole(text), rules(trust=("trust*",)))
    assert quotes(text, found) == ["We trusted them from the start."]
    assert suggest("Trust! We trust them.", whole("Trust! We trust them."), rules(trust=("trust*",))) == []


def test_near_triggers_make_one_unit_and_far_ones_two() -> None:
    trust = "We trusted them from the start."
    near = f"{filler(3)} {trust} {filler(3)} {trust} {filler(3)}"
    (one,) = suggest(near, whole(near), rules(trust=("trust*",)))
    assert len(sentences(near, one.start, one.end)) == 7
    far = f"{trust} {filler(7)} {trust}"
    assert len(suggest(far, whole(far), rules(trust=("trust*",)))) == 2


def test_a_long_run_of_triggers_is_cut_into_units_of_at_most_seven_that_do_not_overlap() -> None:
    text = " ".join("We trusted the mayor from the start." for _ in range(20))
    found = suggest(text, whole(text), rules(trust=("trust*", "mayor")))
    found.sort(key=lambda item: item.start)
    assert len(found) >= 3
    assert all(len(sentences(text, item.start, item.end)) <= 7 for item in found)
    assert all(a.end < b.start for a, b in pairwise(found))
    assert sum(len(item.triggers) for item in found) == 40


def test_the_nearest_triggers_are_joined_first() -> None:
    trust = "We trusted them from the start."
    text = f"{trust} {filler(5)} {trust} {trust}"
    found = sorted(suggest(text, whole(text), rules(trust=("trust*", "start"))), key=lambda item: item.start)
    assert [len(item.triggers) for item in found] == [2, 4]


def test_scores_and_bands() -> None:
    common = " ".join("The county has a plan for the road." for _ in range(30))
    text = f"{common}\n{filler(20)}\nThe mayor has a plan for the county."
    codes = rules(plan=("plan", "county"), one=("plan",), rare=("mayor",))
    found = suggest(text, whole(text), codes, context=NO_CONTEXT)
    bands = {(item.code, item.band) for item in found}
    assert bands == {("plan", "fair"), ("rare", "fair"), ("one", "weak")}
    half = 1 + math.log(51)
    (rare,) = (item for item in found if item.code == "rare")
    assert rare.score == pytest.approx(half / (half + half))
    two = 2 * (1 + math.log(51 / 31))
    assert all(item.score == pytest.approx(two / (two + half)) for item in found if item.code == "plan")
    assert found == sorted(found, key=rank)


def test_a_word_said_in_every_answer_is_suggested_in_the_weakest_band() -> None:
    text = "\n".join("The county has a plan for the road." for _ in range(200))
    found = suggest(text, sentences(text), rules(one=("plan",)), context=NO_CONTEXT)
    assert len(found) == 200
    assert {item.band for item in found} == {"weak"}


def test_weights_count() -> None:
    text = "We trusted them from the start."
    plain, double = (suggest(text, whole(text), rules(a=(indicator,))) for indicator in ("trust*", "trust* ^2"))
    assert double[0].score == pytest.approx(2 / 3)
    assert plain[0].score < double[0].score


def test_neighbours_in_the_turn_count() -> None:
    sentence = "We trusted them from the start."
    together = f"{sentence} {filler(1)} {sentence}"
    apart = f"{sentence}\n{filler(1)}\n{sentence}"
    codes = rules(trust=("trust*",))
    (one,) = suggest(together, whole(together), codes)
    assert one.score > suggest(apart, sentences(apart), codes)[0].score
    assert one.score > suggest(together, whole(together), codes, context=NO_CONTEXT)[0].score


def test_the_question_counts_and_is_told() -> None:
    text = "I: Did you trust one another then? R: We met every week in the old town hall, all of us."
    question, answer = Span(3, 34), Span(38, len(text))
    (found,) = suggest(text, [answer], rules(trust=("trust*",)), questions=[question])
    assert (found.band, found.asked, found.triggers) == ("weak", ("trust*",), ())
    assert found.reason == "the question holds trust*"
    assert text[found.start : found.end] == text[answer.start : answer.end]
    off = Context(question=False)
    assert suggest(text, [answer], rules(trust=("trust*",)), questions=[question], context=off) == []


def test_a_question_raises_what_answers_it() -> None:
    text = "I: Did you trust them? R: We trusted them from the start. I: Yes? R: We trusted them from the start."
    answers = [Span(26, 57), Span(69, 100)]
    codes = rules(trust=("trust*",))
    first, second = suggest(text, answers, codes, questions=[Span(3, 22), Span(61, 65)])
    assert (first.start, second.start) == (26, 69)
    assert first.score > second.score
    assert "the question holds trust*" in first.reason


@pytest.mark.parametrize(
    ("text", "word", "negation"),
    [
        ("We never really trusted them at all.", "trust*", "never"),
        ("They didn’t trust us in those days.", "trust*", "didn’t"),
        ("Es gab kein Vertrauen zwischen den Städten.", "Vertrauen", "kein"),
        ("他们从来没有信任过我们这边的人。", "信任", "没"),
        ("We trusted them, not the mayor, then.", "trust*", ""),
        ("Not then, but later on in the next year, they trusted us.", "trust*", ""),
    ],
)
def test_a_negation_is_a_cue_and_drops_nothing(text: str, word: str, negation: str) -> None:
    (found,) = suggest(text, whole(text), rules(trust=(word,)))
    assert found.triggers[0].negation == negation
    assert ("a negation stands before" in found.reason) == bool(negation)


def test_near_indicators_are_found_in_either_order_within_a_sentence() -> None:
    codes = rules(a=("levy ~2 county",))
    for text in ("They levy what the county wants to have.", "The county has a levy on all of the land."):
        (found,) = suggest(text, whole(text), codes)
        assert found.triggers[0].indicator == "levy ~2 county"
    for text in ("They levy what nobody in the county wants.", "There was the levy. County people came along then."):
        assert suggest(text, whole(text), codes) == []
    chinese = "这个税收归了那个县里的人。"
    (hit,) = suggest(chinese, whole(chinese), rules(a=("税收 ~4 县里",)))
    assert triggers(chinese, [hit]) == ["税收归了那个县里"]


def test_the_limit_is_per_code_and_keeps_the_best() -> None:
    text = "\n".join(["We trusted the mayor of the county.", "We trusted them from the start."] * 2)
    scope = sentences(text)
    codes = rules(trust=("trusted", "mayor"), start=("start", "county"))
    everything = suggest(text, scope, codes)
    best = suggest(text, scope, codes, per_code_limit=1)
    assert [item.code for item in best] == ["trust", "start"]
    assert best == [next(item for item in everything if item.code == code) for code in ("trust", "start")]
    with pytest.raises(RequestError, match="At most 0"):
        suggest(text, scope, codes, per_code_limit=0)


def test_what_is_coded_is_left_alone_and_its_neighbours_are_not() -> None:
    text = f"{filler(2)} We trusted them from the start. {filler(1)} We trusted them to the end. {filler(2)}"
    parts = sentences(text)
    codes = rules(trust=("trust*",))
    found = suggest(text, whole(text), codes, already={"trust": [Span(parts[2].start + 3, parts[2].end)], "x": []})
    assert [(item.start, item.end) for item in found] == [(parts[3].start, parts[6].end)]
    assert suggest(text, whole(text), codes, already={"trust": whole(text)}) == []
    assert suggest(text, whole(text), codes, already={"other": whole(text)}) == suggest(text, whole(text), codes)


def test_what_was_rejected_stays_away_where_at_least_half_of_the_shorter_is_shared() -> None:
    text = "We trusted them from the start."
    codes = rules(trust=("trust*",))
    assert suggest(text, whole(text), codes, rejected={"trust": [Span(0, 31)]}) == []
    assert suggest(text, whole(text), codes, rejected={"trust": [Span(16, 31)]}) == []
    wide = text + " " * 31
    assert suggest(wide, [Span(0, 31)], codes, rejected={"trust": [Span(16, 46)]}) == []
    assert len(suggest(wide, [Span(0, 31)], codes, rejected={"trust": [Span(17, 62), Span(5, 5)]})) == 1
    assert len(suggest(text, whole(text), codes, rejected={"other": [Span(0, 31)]})) == 1


def test_a_hit_that_runs_over_a_sentence_end_is_none() -> None:
    text = "We went to Bonn! Chengdu was the other one we saw."
    assert suggest(text, whole(text), rules(a=("bonn! chengdu",))) == []


def test_overlapping_scope_is_joined_and_touching_scope_is_not() -> None:
    text = "We trusted them from the start. We trusted them from the start."
    codes = rules(trust=("trust*",))
    assert len(suggest(text, [Span(0, 40), Span(30, 63)], codes)) == 1
    assert len(suggest(text, [Span(0, 32), Span(32, 63)], codes)) == 2
    with pytest.raises(RequestError, match="does not lie inside"):
        suggest(text, [Span(0, 64)], codes)


def test_compile_names_the_code_of_a_fault_and_leaves_out_codes_without_indicators() -> None:
    with pytest.raises(RequestError, match="does not end a word") as fault:
        rules(trust=("*x",))
    assert fault.value.where == "trust"
    with pytest.raises(RequestError, match="listed twice"):
        RuleSet.compile([CodeIndicators("a", ()), CodeIndicators("a", ())])
    assert rules(trust=()) == RuleSet(())
    assert suggest("Some text to read here.", [Span(0, 23)], RuleSet(())) == []


def test_importing_the_rules_does_not_import_spacy() -> None:
    program = "import sys, qcode.suggest.rules; print('spacy' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"


CODES = RuleSet.compile(
    [
        CodeIndicators("trust", (("en", ("trust*", "-trust fund")), ("zh", ("信任", "-信任危机")))),
        CodeIndicators("money", (("de", ("geld*", "größe")), ("*", ("3.5", "joint meet*", "don't", "钱")))),
    ]
)
WORDS = st.sampled_from(
    [*'县我。！；…，“”" \n\t🙂', "é\u0301", "\u200b", " trust", "trusted ", " trust fund ", "信任", "信任危机", "Geld ", "GRÖSSE",
     "größe ", " joint meeting", "3.5亿", "don’t ", "We went there with them. ", "他们一起去那里修路。", ". ", "No. 5 ", "钱"]
)  # fmt: skip
TEXTS = st.lists(WORDS, max_size=60).map("".join)


@st.composite
def transcripts(draw: st.DrawFn) -> tuple[str, list[Span]]:
    """A mixed text and some turns in it, apart from one another."""
    text = draw(TEXTS)
    edges = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    return text, [Span(a, b) for a, b in zip(edges[::2], edges[1::2], strict=False)]


def check_suggestions(text: str, scope: list[Span], found: list[Suggestion]) -> None:
    for item in found:
        span = Span(item.start, item.end)
        quote = text[item.start : item.end]
        assert quote == quote.strip()
        assert any(turn.contains(span) for turn in scope)
        assert item.triggers
        for trigger in item.triggers:
            assert span.contains(Span(trigger.start, trigger.end))
            start = trigger.indicator.rstrip("*").lower().replace("'", "’")
            assert text[trigger.start : trigger.end].lower().replace("'", "’").startswith(start)
    for code in ("trust", "money"):
        spans = [Span(item.start, item.end) for item in found if item.code == code]
        assert not any(overlap(a, b) for i, a in enumerate(spans) for b in spans[:i])


@settings(max_examples=500, deadline=None)
@given(transcripts())
def test_suggestions_slice_to_their_quote_and_stay_in_scope(transcript: tuple[str, list[Span]]) -> None:
    text, scope = transcript
    found = suggest(text, scope, CODES)
    check_suggestions(text, scope, found)
    assert suggest(text, list(reversed(scope)), CODES) == found
    assert found == sorted(found, key=rank)


@settings(max_examples=200, deadline=None)
@given(transcripts(), st.randoms(use_true_random=False))
def test_nothing_is_proposed_twice_whatever_was_decided(transcript: tuple[str, list[Span]], random: object) -> None:
    text, scope = transcript
    first = suggest(text, scope, CODES)
    spans = {code: [Span(s.start, s.end) for s in first if s.code == code] for code in ("trust", "money")}
    assert suggest(text, scope, CODES, already=spans) == []
    assert suggest(text, scope, CODES, rejected=spans) == []


@settings(max_examples=200, deadline=None)
@given(transcripts(), st.data())
def test_no_suggestion_overlaps_what_is_coded(transcript: tuple[str, list[Span]], data: st.DataObject) -> None:
    text, scope = transcript
    edges = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=6)))
    coded = [Span(a, b) for a, b in pairwise(edges)][::2]
    found = suggest(text, scope, CODES, already={"trust": coded})
    check_suggestions(text, scope, found)
    trusting = [Span(item.start, item.end) for item in found if item.code == "trust"]
    assert not any(overlap(span, other) for span in trusting for other in coded)
