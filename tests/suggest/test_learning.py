"""Learning from coded sentences, and measuring it. All texts are invented."""

from __future__ import annotations

import math
import random
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcode.core.spans import Span
from qcode.core.units import sentences
from qcode.errors import QcodeError, RequestError
from qcode.suggest import training
from qcode.suggest.context import Evidence, smoothed, weigh
from qcode.suggest.corpus import Corpus, Document
from qcode.suggest.evaluation import METHODS, Truth, evaluate, trials
from qcode.suggest.learner import CodeTask, Task, learn, rule_features
from qcode.suggest.measures import average_precision, precision_at, recall_in_top, span_overlap
from qcode.suggest.rules import CodeIndicators, RuleSet, find
from qcode.suggest.training import fused, method_for, train

RIVER = ("The river was cleaned upstream by them.", "他们在上游治理了河水。", "Der Fluss wurde oben gereinigt.")
OTHER = ("The road was built for all of the firms.", "企业在园区里招工。", "Die Straße wurde im Mai gebaut.")


def task(count: int = 12, codes: tuple[str, ...] = ("river",)) -> Task:
    said = tuple(part for n in range(count) for part in (RIVER[n % 3], OTHER[n % 3]))
    labels = np.array([1, 0] * count, dtype=np.int8)
    labels[-4:] = -1
    turn = np.repeat(np.arange(count), 2)
    parts = tuple(CodeTask(code, labels, np.zeros((2 * count, 3))) for code in codes)
    return Task(said, turn, ("What about it?",) * count, parts)


def test_what_was_coded_is_told_from_what_was_not_and_why() -> None:
    (found,) = learn(task())
    coded, other = found.score[-4::2], found.score[-3::2]
    assert coded.min() > other.max()
    assert "upstream" in " ".join(found.telling[18])
    assert any("河水" in words or "上游" in words for words in found.telling.values())
    assert all(len(word) > 1 for words in found.telling.values() for word in words)


def test_the_same_task_gives_the_same_scores_in_any_process() -> None:
    here = {one.code: one for one in learn(task(codes=("a", "b", "c")))}
    told: list[str] = []
    there = train(task(codes=("a", "b", "c")), jobs=2, tick=told.append)
    assert list(there) == ["a", "b", "c"]
    assert sorted(told) == ["a", "b", "c"]
    for code, learned in there.items():
        assert np.array_equal(learned.score, here[code].score)
        assert learned.telling == here[code].telling


def test_a_code_without_both_kinds_of_sentences_is_left_out() -> None:
    whole = task()
    only = CodeTask("only", np.ones(24, dtype=np.int8), np.zeros((24, 3)))
    assert list(learn(Task(whole.sentences, whole.turn, whole.questions, (only,)))) == []
    assert train(Task(whole.sentences, whole.turn, whole.questions, ())) == {}


def test_a_process_that_fails_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training.sys, "executable", "/bin/false")
    with pytest.raises(QcodeError, match="Learning from the codings failed"):
        train(task())


def test_a_tick_that_breaks_off_ends_the_process() -> None:
    def stop(code: str) -> None:
        raise KeyboardInterrupt(code)

    with pytest.raises(KeyboardInterrupt):
        train(task(codes=("a", "b")), tick=stop)


def test_importing_what_learns_loads_no_learner() -> None:
    program = (
        "import sys, qcode.suggest.training, qcode.suggest.learner; print({'sklearn', 'scipy'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_numbers_of_segments_decide_the_method() -> None:
    assert [method_for(n) for n in (0, 9, 10, 24, 25)] == ["rules", "rules", "fusion", "fusion", "model"]


def test_fusion_follows_the_ranks_of_both_and_keeps_their_scale() -> None:
    rules, learned = np.array([0.9, 0.5, 0.1, 0.0]), np.array([0.2, 0.9, 0.1, 0.0])
    joint = fused(rules, learned)
    assert np.argsort(-joint, kind="stable").tolist() == [1, 0, 2, 3] or joint[0] >= joint[1]
    assert joint[2] > joint[3]
    assert sorted(joint) == pytest.approx(sorted((rules + learned) / 2))
    assert fused(rules, rules).tolist() == pytest.approx(rules.tolist())


def test_measures() -> None:
    coded = np.array([True, False, True, False])
    best, worst, even = np.array([4.0, 1, 3, 0]), np.array([0.0, 3, 1, 4]), np.zeros(4)
    assert average_precision(best, coded) == 1
    assert average_precision(worst, coded) == pytest.approx((1 / 3 + 2 / 4) / 2)
    assert average_precision(even, coded) == average_precision(worst, coded)
    assert math.isnan(average_precision(best, np.zeros(4, dtype=bool)))
    assert precision_at(best, coded, 2) == 1
    assert math.isnan(precision_at(best[:0], coded[:0], 2))
    assert recall_in_top(best, coded, 0.25) == 0.5
    assert math.isnan(recall_in_top(best, np.zeros(4, dtype=bool)))
    assert span_overlap([Span(0, 10)], [Span(0, 10), Span(5, 10)]) == 1
    assert math.isnan(span_overlap([Span(0, 10)], [Span(20, 30)]))


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=30))
def test_average_precision_is_never_better_for_ties(rows: list[tuple[float, bool]]) -> None:
    score, coded = np.array([s for s, _ in rows]), np.array([c for _, c in rows])
    value = average_precision(score, coded)
    assert math.isnan(value) or 0 < average_precision(np.zeros(len(rows)), coded) <= 1
    assert math.isnan(value) or 0 < value <= 1


# -- the texts


def test_documents_put_turns_and_questions_in_order() -> None:
    document = Document.of("0123456789", [Span(6, 9), Span(2, 4), Span(5, 5)], [Span(4, 6), None, None])
    assert document.turns == (Span(2, 4), Span(6, 9))
    assert document.questions == (None, Span(4, 6))
    with pytest.raises(RequestError, match="does not lie inside"):
        Document.of("0123", [Span(0, 2)], [Span(2, 9)])


def test_neighbours_stay_in_their_turn_and_document() -> None:
    corpus = Corpus.of(
        [Document.of("One. Two. Three.", [Span(0, 9), Span(10, 16)]), Document.of("Four.", [Span(0, 5)])]
    )
    assert smoothed(corpus, np.array([1.0, 0, 0, 0])).tolist() == [1, 0.5, 0, 0]
    assert corpus.questions() == ["", "", ""]
    assert len(Corpus.of([])) == 0


def test_what_was_accepted_and_rejected_moves_an_indicator() -> None:
    text = "We trusted them from the start."
    corpus = Corpus.of([Document.of(text, [Span(0, len(text))])])
    rules = RuleSet.compile([CodeIndicators("t", (("en", ("trust*",)),))])
    (found,) = find(corpus, rules)
    scores = [
        weigh(corpus, rules.codes[0], found, acceptance=said).score[0]
        for said in ({"trust*": (0, 9)}, {}, {"trust*": (9, 9)})
    ]
    assert scores == sorted(scores)
    assert len(set(scores)) == 3


def test_twenty_thousand_mixed_strings_slice_to_their_sentences() -> None:
    chance = random.Random(7)  # noqa: S311 - no secret
    pieces = [
        *'县我，。！；…“”" \n\tab3🙂',
        "é\u0301",
        "\u200b",
        "……",
        "3.5亿",
        "Mr. ",
        "z. B. ",
        "trust ",
        "信任",
        "U.S. ",
        "\u00ad",
    ]
    rules = RuleSet.compile([CodeIndicators("t", (("*", ("trust*", "信任", "3.5", "-信任危机", "我 ~3 县")),))])
    texts = ["".join(chance.choices(pieces, k=chance.randrange(1, 30))) for _ in range(20_000)]
    corpus = Corpus.of([Document.of(text, [Span(0, len(text))]) for text in texts])
    (found,) = find(corpus, rules)
    seen = 0
    for text, units, by_sentence in zip(texts, corpus.units, found.hits, strict=True):
        assert "".join("".join(text[a:b] for a, b in units.spans).split()) == "".join(text.split())  # nothing is lost
        for number, hits in by_sentence.items():
            for hit in hits:
                seen += 1
                quote = text[hit.start : hit.end]
                assert units.spans[number].start <= hit.start < hit.end <= units.spans[number].end
                assert quote.strip() == quote
                assert {"trust", "信任", "3.5"} & {quote} or {"我", "县"} == {quote[0], quote[-1]}
    assert seen > 1000


# -- evaluation


def invented(count: int = 10) -> tuple[Corpus, list[Truth]]:
    """Interviews in which every answer to a question about trust is coded, most of them without its words."""
    chance = random.Random(3)  # noqa: S311 - no secret
    documents, coded = [], []
    for number in range(count):
        text, scope, asked, marks = "", [], [], []
        for part in range(8):
            about = (number + part) % 4 == 0
            question = "Did you trust them?" if about else "What about the road?"
            said = (
                ["They came to us every week.", "We met them there."]
                if about
                else ["The road is long.", "It was dear."]
            )
            said += ["We trusted them from the start."] if about and chance.random() < 0.5 else []
            start = len(text)
            text += question + "\n"
            asked.append(Span(start, start + len(question)))
            start = len(text)
            text += " ".join(said) + "\n"
            scope.append(Span(start, len(text) - 1))
            marks += [scope[-1]] if about else []
        documents.append(Document.of(text, scope, asked))
        coded.append(tuple(marks))
    corpus = Corpus.of(documents)
    rules = RuleSet.compile([CodeIndicators("trust", (("en", ("trust*",)),))])
    (found,) = find(corpus, rules)
    labels = np.zeros(len(corpus), dtype=np.int8)
    for number, marks in enumerate(coded):
        for sentence in corpus.units[number].overlapping(marks):
            labels[int(corpus.first[number]) + sentence] = 1
    from qcode.suggest.context import NO_CONTEXT

    plain = weigh(corpus, rules.codes[0], found, context=NO_CONTEXT)
    return corpus, [Truth("trust", labels, tuple(coded), plain, weigh(corpus, rules.codes[0], found))]


def test_rules_with_context_beat_rules_alone_and_everything_beats_chance() -> None:
    corpus, told = invented()
    made = trials(corpus, told, (0, 10), (0, 1))
    ticks: list[tuple[int, int]] = []
    found = {(f.segments, f.method): f for f in evaluate(corpus, made, tick=lambda a, b: ticks.append((a, b)))}
    assert set(found) == {(0, method) for method in METHODS[:4]} | {(10, method) for method in METHODS}
    assert found[0, "rules and context"].average_precision > found[0, "rules"].average_precision
    assert found[10, "model"].average_precision > found[10, "model, sentence only"].average_precision * 0.99
    assert found[0, "rules and context"].average_precision > found[0, "random"].average_precision
    assert ticks[-1] == (4, 4)
    assert found[10, "model"].trials == 2


def test_too_little_makes_no_trial() -> None:
    corpus, told = invented(3)
    assert trials(corpus, told, (0,), (0,)) == []
    corpus, told = invented(6)
    assert trials(corpus, told, (100,), (0,)) == []
    nothing = Truth("none", np.zeros(len(corpus), dtype=np.int8), ((),) * 6, told[0].plain, told[0].full)
    assert trials(corpus, [nothing], (0,), (0,)) == []


def test_sentences_are_what_the_evidence_counts() -> None:
    corpus, told = invented(4)
    assert (
        len(told[0].labels) == len(corpus) == sum(len(sentences(d.text, *t)) for d in corpus.documents for t in d.turns)
    )
    assert rule_features(told[0].full).shape == (len(corpus), 3)
    assert isinstance(told[0].full, Evidence)
