"""From evidence to suggestions: passages worth a look, the best first, each with its reason.

A sentence of at least `MIN_TRIGGER_WORDS` words points at a code if it holds an indicator, if its turn answers a
question that does, or if what was learned says so. The passage around it (see `passages`) has the score of its best
sentence, and a band: strong, fair, or weak, where nothing but one indicator that is everywhere, or the question, speaks
for it. Bands and limits are proposals, not measurements.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qcode.core.spans import Span, overlap
from qcode.errors import RequestError
from qcode.suggest.context import ALL_CONTEXT, Acceptance, Context, Evidence, weigh
from qcode.suggest.corpus import Corpus, Document, Sentences
from qcode.suggest.passages import MIN_TRIGGER_WORDS, Unit, passages
from qcode.suggest.rules import CodeRules, Found, Hit, RuleSet, find

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "BANDS", "MIN_INDICATORS", "Basis", "Decided", "Suggestion", "Trigger", "rank", "suggest", "suggest_in",
]  # fmt: skip

BANDS = ("strong", "fair", "weak")
MIN_INDICATORS = 2
_STRONG = 0.66
_LEARNED = 0.5
_FAR = 24  # code points before a hit in which a negation is looked for
_NEGATIONS = re.compile(
    r"\b(?:not|no|never|nobody|nothing|none|without|\w+n['’]t|cannot|nicht|kein\w*|nie|niemals|niemand|ohne|nichts)\b"
    r"(?=(?:\W+\w+){0,3}\W*$)|[不没無无未非别](?=.{0,6}$)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Trigger:
    """One place where an indicator stands: code points, half-open; `indicator` as people read it.

    `negation`: a word of negation just before it, as it stands there; a cue for the reader, nothing more.
    """

    start: int
    end: int
    indicator: str
    negation: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A passage worth a look for a code: `text[start:end]` is the passage, code points, half-open.

    `score` ranks, from 0 to below 1, and is no probability. `triggers` are in text order. `reason` names indicators and
    never holds words of the text; `words` does: what a learned model found most telling. `method` is rules, fusion or
    model; `asked` are the indicators in the question before it; `decided` says how often suggestions with its most
    decided indicator were accepted, and how often decided on.
    """

    code: str
    start: int
    end: int
    score: float
    triggers: tuple[Trigger, ...]
    reason: str
    band: str = "fair"
    method: str = "rules"
    asked: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    decided: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Basis:
    """What suggestions of one code rest on.

    `score`: float64 [sentences]. `method`: rules, fusion or model. `learned`: what a model says, float64 [sentences], 0
    to 1, if there is one: from one half on it points at a sentence. `telling`: for some sentences (numbered through all
    documents) the words that a model found most telling.
    """

    rules: CodeRules
    found: Found
    evidence: Evidence
    score: NDArray[np.float64]
    method: str = "rules"
    learned: NDArray[np.float64] | None = None
    telling: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decided:
    """What stands against suggestions in one document: by code, spans that are coded, and spans turned down."""

    already: Mapping[str, Sequence[Span]] = field(default_factory=dict)
    rejected: Mapping[str, Sequence[Span]] = field(default_factory=dict)


def rank(suggestion: Suggestion) -> tuple[int, float, int, int, str]:
    """Sorts suggestions, the best first: by band, by score, then as they stand in the text."""
    return (
        BANDS.index(suggestion.band), -suggestion.score, suggestion.start, suggestion.end, suggestion.code
    )  # fmt: skip


def suggest(
    text: str,
    scope: Sequence[Span],
    rule_set: RuleSet,
    *,
    questions: Sequence[Span | None] = (),
    context: Context = ALL_CONTEXT,
    already: Mapping[str, Sequence[Span]] | None = None,
    rejected: Mapping[str, Sequence[Span]] | None = None,
    per_code_limit: int | None = None,
) -> list[Suggestion]:
    """Passages of one text worth a look by the indicators alone, best first.

    `scope` are the participants' turns without their labels; nothing outside is looked at or suggested. `questions`:
    for each turn what was asked before it. `already` are the spans of each code that are coded: no suggestion of that
    code overlaps them. `rejected` are the spans that were turned down: none is made that shares with one of them at
    least half of the shorter of the two. `per_code_limit` keeps the best so many of each code.

    Raises RequestError for a scope outside the text and for a limit below 1.
    """
    if per_code_limit is not None and per_code_limit < 1:
        raise RequestError(f"At most {per_code_limit} suggestions per code were asked for.", fix="Ask for 1 or more.")
    corpus = Corpus.of([Document.of(text, scope, questions)])
    decided = Decided(already or {}, rejected or {})
    made: list[Suggestion] = []
    for rules, found in zip(rule_set.codes, find(corpus, rule_set), strict=True):
        evidence = weigh(corpus, rules, found, context=context)
        basis = Basis(rules, found, evidence, evidence.score)
        made += sorted(suggest_in(corpus, 0, basis, decided), key=rank)[:per_code_limit]
    return sorted(made, key=rank)


def suggest_in(
    corpus: Corpus, document: int, basis: Basis, decided: Decided, acceptance: Acceptance | None = None
) -> Iterator[Suggestion]:
    """The suggestions of one code in one document (by number), in text order."""
    units = corpus.units[document]
    blocked = units.overlapping(decided.already.get(basis.rules.code, ()))
    refused = decided.rejected.get(basis.rules.code, ())
    triggers = [n for n in _pointing(corpus, document, basis) if n not in blocked]
    for unit in passages(triggers, units, blocked):
        span = Span(units.spans[unit.first].start, units.spans[unit.last].end)
        if not any(_same_passage(span, other) for other in refused):
            yield _Maker(corpus, document, basis, acceptance or {}).suggestion(unit, span)


def _same_passage(span: Span, other: Span) -> bool:
    shorter = min(span.length, other.length)
    return shorter > 0 and 2 * overlap(span, other) >= shorter


def _pointing(corpus: Corpus, document: int, basis: Basis) -> list[int]:
    """The sentences of a document that point at the code, ascending."""
    units, numbers = corpus.units[document], corpus.numbers(document)
    found: set[int] = set()
    if basis.learned is not None:
        found.update((basis.learned[numbers] >= _LEARNED).nonzero()[0].tolist())
    if basis.method != "model":
        found.update(basis.found.hits[document])
        found.update(_answers(units, basis.evidence.asked[numbers], found))
    return sorted(n for n in found if units.has_words(n, MIN_TRIGGER_WORDS))


def _answers(units: Sentences, asked: NDArray[np.float64], found: set[int]) -> Iterator[int]:
    """Of each turn that answers a fitting question and holds nothing else, the first sentence that is long enough."""
    turns = {units.turn[n] for n in found}
    for number in asked.nonzero()[0].tolist():
        turn = units.turn[number]
        if turn not in turns and units.has_words(number, MIN_TRIGGER_WORDS):
            turns.add(turn)
            yield number


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes the suggestions of one code in one document."""

    corpus: Corpus
    document: int
    basis: Basis
    acceptance: Acceptance

    def suggestion(self, unit: Unit, span: Span) -> Suggestion:
        """The suggestion of a passage."""
        base = int(self.corpus.first[self.document])
        hits = [h for n in range(unit.first, unit.last + 1) for h in self.basis.found.hits[self.document].get(n, ())]
        counts: dict[int, int] = {}
        for hit in hits:
            counts[hit.indicator] = counts.get(hit.indicator, 0) + 1
        score = float(self.basis.score[base + unit.first : base + unit.last + 1].max())
        asked = self._asked(unit)
        telling = next(
            (w for n in self._best_first(base, unit) if (w := self.basis.telling.get(n, ()))), ()
        )  # fmt: skip
        learned = self._learned(base, unit)
        decided = self._decided([*counts, *asked])
        triggers = tuple(self._trigger(hit) for hit in hits)
        names = tuple(self._name(i) for i in asked)
        return Suggestion(
            self.basis.rules.code, span.start, span.end, score, triggers,
            self._reason(counts, names, triggers, decided, learned=learned, telling=telling),
            self._band(score, counts, learned=learned),
            self.basis.method,
            names, telling, decided[1] if decided else None,
        )  # fmt: skip

    def _learned(self, base: int, unit: Unit) -> bool:
        """Whether a model points at the passage."""
        told = self.basis.learned
        return told is not None and bool(told[base + unit.first : base + unit.last + 1].max() >= _LEARNED)

    def _best_first(self, base: int, unit: Unit) -> list[int]:
        return sorted(range(base + unit.first, base + unit.last + 1), key=lambda n: (-self.basis.score[n], n))

    def _asked(self, unit: Unit) -> list[int]:
        turn = int(self.corpus.first_turn[self.document]) + self.corpus.units[self.document].turn[unit.first]
        counted = self.basis.evidence.asked[int(self.corpus.first[self.document]) + unit.first] > 0
        return sorted(self.basis.found.asked.get(turn, ())) if counted else []

    def _name(self, indicator: int) -> str:
        return self.basis.rules.indicators[indicator].text

    def _trigger(self, hit: Hit) -> Trigger:
        text = self.corpus.documents[self.document].text
        units = self.corpus.units[self.document]
        sentence = units.holding(hit.start, hit.end)
        start = max(hit.start - _FAR, units.spans[sentence].start if sentence is not None else hit.start)
        negation = _NEGATIONS.search(text[start : hit.start])
        return Trigger(hit.start, hit.end, self._name(hit.indicator), negation[0] if negation else "")

    def _decided(self, indicators: Sequence[int]) -> tuple[str, tuple[int, int]] | None:
        """The indicator on which most was decided, and how often it was accepted, of how many."""
        known = [(self._name(i), self.acceptance.get(self._name(i), (0, 0))) for i in indicators]
        name, numbers = max(known, key=lambda entry: entry[1][1], default=("", (0, 0)))
        return (name, numbers) if numbers[1] else None

    def _band(self, score: float, counts: Mapping[int, int], *, learned: bool) -> str:
        if score >= _STRONG and (learned or len(counts) >= MIN_INDICATORS):
            return BANDS[0]
        rare = any(indicator in self.basis.evidence.rare for indicator in counts)
        return BANDS[1] if learned or len(counts) >= MIN_INDICATORS or rare else BANDS[2]

    def _reason(
        self,
        counts: Mapping[int, int],
        asked: Sequence[str],
        triggers: Sequence[Trigger],
        decided: tuple[str, tuple[int, int]] | None,
        *,
        learned: bool,
        telling: Sequence[str],
    ) -> str:
        said: list[str] = []
        if counts:
            noun = "indicator" if len(counts) == 1 else "different indicators"
            said.append(f"{len(counts)} {noun}: {', '.join(self._counted(i, n, counts) for i, n in counts.items())}")
        if asked:
            said.append(f"the question holds {', '.join(asked)}")
        negated = dict.fromkeys(t.indicator for t in triggers if t.negation)
        if negated:
            said.append(f"a negation stands before {', '.join(negated)}")
        if learned:
            said.append(
                "like passages that you coded" if said or telling else "around it are words like where you coded"
            )
        if decided:
            name, (accepted, all_) = decided
            said.append(f"{name} was accepted {accepted} of {all_} times")
        return "; ".join(said)

    def _counted(self, indicator: int, count: int, counts: Mapping[int, int]) -> str:
        notes = [f"{count} times"] if count > 1 else []
        # Only where it is the reason: in a short text nearly every indicator is rare.
        if len(counts) < MIN_INDICATORS and indicator in self.basis.evidence.rare:
            notes.append("rare")
        name = self._name(indicator)
        return f"{name} ({', '.join(notes)})" if notes else name
