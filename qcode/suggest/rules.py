"""Suggestions from a codebook's indicators alone: no training, the same text and codebook always give the same.

How a suggestion comes about:

1. Indicators are looked for in the participants' turns; exclusions strike out what they overlap. Of hits of one code
   that overlap one another the longest counts, so that one word is never two pieces of evidence.
2. A sentence of at least `MIN_TRIGGER_WORDS` words with a hit is a trigger. Triggers of one code and turn are joined,
   nearest first, as long as the unit stays within `MAX_UNIT` sentences; the unit then takes up to `CONTEXT` sentences
   on each side. It never leaves the turn, never overlaps another unit of its code, and drops sentences under
   `MIN_EDGE_WORDS` words at its ends.
3. It is shown if it holds `MIN_INDICATORS` different indicators or a rare one. Suggestions are ranked by score.

The unit of about five sentences and the ranking by different indicators are what worked best on coded interviews; the
limits on what is shown are a proposal, not a measurement. Importing this module does not import spaCy.
"""

from __future__ import annotations

import functools
import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Self

from qcode.core.spans import Span, check_span, merge, overlap
from qcode.core.units import has_words, sentences
from qcode.errors import RequestError
from qcode.suggest.indicators import Indicator, Vocabulary, parse_indicators
from qcode.suggest.tokenizer import blank_pipeline

if TYPE_CHECKING:
    from spacy.matcher import PhraseMatcher
    from spacy.tokens import Doc

__all__ = [
    "CONTEXT",
    "MAX_UNIT",
    "MIN_EDGE_WORDS",
    "MIN_INDICATORS",
    "MIN_TRIGGER_WORDS",
    "RARE_SENTENCES",
    "RARE_SHARE",
    "CodeIndicators",
    "RuleSet",
    "Suggestion",
    "Trigger",
    "suggest",
]

CONTEXT = 2
MAX_UNIT = 7
MIN_EDGE_WORDS = 3
MIN_TRIGGER_WORDS = 5
MIN_INDICATORS = 2
# Rare: in at most this share of the sentences, or in at most so many where the text is short.
RARE_SHARE = 0.02
RARE_SENTENCES = 2


@dataclass(frozen=True, slots=True)
class CodeIndicators:
    """A code's id and its indicator strings by language, as the codebook holds them."""

    code_id: str
    indicators: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Trigger:
    """One place where an indicator stands: code points, half-open; `indicator` as people read it."""

    start: int
    end: int
    indicator: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A passage worth a look for a code: `text[start:end]` is the passage, code points, half-open.

    `score` is the sum over the different indicators in it of 1 + ln(sentences / sentences with that indicator): it
    ranks within one text and is no probability. `triggers` are in text order. `reason` names indicators, never text.
    """

    code: str
    start: int
    end: int
    score: float
    triggers: tuple[Trigger, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class _CodeRules:
    code: str
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The parsed indicators of a codebook. Made by `compile`."""

    codes: tuple[_CodeRules, ...]

    @classmethod
    def compile(cls, codes: Sequence[CodeIndicators]) -> Self:
        """Parses the indicators of each code; codes without any are left out.

        Raises RequestError, with the code's id as its place, for a faulty indicator, and for a code listed twice.
        """
        compiled: dict[str, _CodeRules] = {}
        for code in codes:
            if code.code_id in compiled:
                raise RequestError("The code is listed twice.", where=code.code_id)
            try:
                indicators = parse_indicators(code.indicators)
            except RequestError as fault:
                raise RequestError(fault.what, where=code.code_id, fix=fault.fix) from fault
            compiled[code.code_id] = _CodeRules(code.code_id, tuple(indicators))
        return cls(tuple(rules for rules in compiled.values() if rules.indicators))


class _Hit(NamedTuple):
    """An indicator (by its place in the code's list) found in the text."""

    start: int
    end: int
    indicator: int


class _Unit(NamedTuple):
    """First and last sentence of a passage, both inside."""

    first: int
    last: int


class _Sentences:
    """All sentences in scope, in order, with their turn."""

    def __init__(self, text: str, turns: Sequence[Span]) -> None:
        self.spans: list[Span] = []
        self.turn: list[int] = []
        self._text = text
        for number, turn in enumerate(turns):
            found = sentences(text, turn.start, turn.end)
            self.spans += found
            self.turn += [number] * len(found)
        self._starts = [span.start for span in self.spans]

    def __len__(self) -> int:
        return len(self.spans)

    def holding(self, hit: _Hit) -> int | None:
        """The sentence that a hit lies in; None if it runs across the end of one."""
        number = bisect_right(self._starts, hit.start) - 1
        return number if hit.end <= self.spans[number].end else None

    def has_words(self, number: int, count: int) -> bool:
        """Whether a sentence has at least so many words."""
        return has_words(self._text, count, *self.spans[number])

    def overlapping(self, spans: Iterable[Span]) -> set[int]:
        """The sentences that share a code point with one of the spans."""
        found: set[int] = set()
        for span in spans:
            number = max(0, bisect_right(self._starts, span.start) - 1)
            while number < len(self.spans) and self.spans[number].start < span.end:
                if self.spans[number].overlaps(span):
                    found.add(number)
                number += 1
        return found


def suggest(
    text: str,
    scope: Sequence[Span],
    rule_set: RuleSet,
    *,
    already: Mapping[str, Sequence[Span]] | None = None,
    rejected: Mapping[str, Sequence[Span]] | None = None,
    per_code_limit: int | None = None,
) -> list[Suggestion]:
    """Passages of `text` worth a look, best first: by score, then by position, then by code.

    `scope` are the participants' turns without their labels; nothing outside is looked at or suggested, and no
    suggestion runs from one span into the next. `already` are the spans of each code that are coded: no suggestion of
    that code overlaps them. `rejected` are the spans that were turned down: none is made that shares with one of them
    at least half of the shorter of the two. `per_code_limit` keeps the best so many of each code.

    Raises RequestError for a scope outside the text and for a limit below 1.
    """
    if per_code_limit is not None and per_code_limit < 1:
        raise RequestError(f"At most {per_code_limit} suggestions per code were asked for.", fix="Ask for 1 or more.")
    turns = merge(check_span(*span, len(text)) for span in scope if span.start != span.end)
    units = _Sentences(text, turns)
    found: list[Suggestion] = []
    for rules, hits in zip(rule_set.codes, _find(text, turns, rule_set), strict=True):
        coded = (already or {}).get(rules.code, ())
        refused = (rejected or {}).get(rules.code, ())
        ranked = sorted(_of_code(rules, _valid(rules, hits), units, coded, refused), key=_rank)
        found += ranked[:per_code_limit]
    return sorted(found, key=_rank)


def _rank(suggestion: Suggestion) -> tuple[float, int, int, str]:
    return -suggestion.score, suggestion.start, suggestion.end, suggestion.code


def _find(text: str, turns: Sequence[Span], rule_set: RuleSet) -> list[list[_Hit]]:
    """Every place of every indicator, exclusions too, by code."""
    found: list[list[_Hit]] = [[] for _ in rule_set.codes]
    if not turns or not rule_set.codes:
        return found
    pipeline = blank_pipeline()
    docs = [pipeline.make_doc(text[turn.start : turn.end]) for turn in turns]
    matcher, owners = _matcher(rule_set, docs)
    for turn, doc in zip(turns, docs, strict=True):
        for key, first, stop in matcher(doc):
            code, indicator = owners[key]
            last = doc[stop - 1]
            found[code].append(_Hit(turn.start + doc[first].idx, turn.start + last.idx + len(last), indicator))
    return found


def _matcher(rule_set: RuleSet, docs: Sequence[Doc]) -> tuple[PhraseMatcher, dict[int, tuple[int, int]]]:
    """A matcher for what the indicators stand for in these texts; per key, the code and indicator by number."""
    from spacy.matcher import PhraseMatcher
    from spacy.tokens import Doc

    vocab = blank_pipeline().vocab

    # By the numbers of the words, because asking each token for its text costs as much as making the documents.
    @functools.cache
    def lower_case(number: int) -> str:
        return vocab.strings[number]

    vocabulary = Vocabulary([lower_case(number) for number in doc.to_array("LOWER").tolist()] for doc in docs)
    matcher = PhraseMatcher(vocab, attr="LOWER")
    owners: dict[int, tuple[int, int]] = {}
    for code, rules in enumerate(rule_set.codes):
        for number, indicator in enumerate(rules.indicators):
            phrases = vocabulary.phrases(indicator)
            if phrases:
                name = f"{code}:{number}"
                matcher.add(name, [Doc(vocab, words=list(phrase)) for phrase in phrases])
                owners[vocab.strings[name]] = code, number
    return matcher, owners


def _valid(rules: _CodeRules, hits: Iterable[_Hit]) -> list[_Hit]:
    """The hits that no exclusion overlaps, without those that overlap a longer one, in text order."""
    struck: set[int] = set()
    standing: list[_Hit] = []
    for hit in hits:
        if rules.indicators[hit.indicator].exclude:
            struck.update(range(hit.start, hit.end))
        else:
            standing.append(hit)
    kept: list[_Hit] = []
    standing = [hit for hit in standing if struck.isdisjoint(range(hit.start, hit.end))]
    for hit in sorted(standing, key=lambda hit: (hit.start - hit.end, hit)):
        places = range(hit.start, hit.end)
        if struck.isdisjoint(places):
            struck.update(places)
            kept.append(hit)
    return sorted(kept)


def _of_code(
    rules: _CodeRules, hits: Sequence[_Hit], units: _Sentences, coded: Sequence[Span], refused: Sequence[Span]
) -> Iterator[Suggestion]:
    by_sentence: dict[int, list[_Hit]] = {}
    for hit in hits:
        number = units.holding(hit)
        if number is not None:
            by_sentence.setdefault(number, []).append(hit)
    spread: dict[int, int] = {}
    for group in by_sentence.values():
        for indicator in {hit.indicator for hit in group}:
            spread[indicator] = spread.get(indicator, 0) + 1
    blocked = units.overlapping(coded)
    triggers = [n for n in by_sentence if n not in blocked and units.has_words(n, MIN_TRIGGER_WORDS)]
    for unit in _passages(sorted(triggers), units, blocked):
        inside = [hit for n in range(unit.first, unit.last + 1) for hit in by_sentence.get(n, ())]
        span = Span(units.spans[unit.first].start, units.spans[unit.last].end)
        weighty = _worth_showing(inside, spread, len(units))
        if weighty and not any(_same_passage(span, other) for other in refused):
            yield _suggestion(rules, span, inside, spread, len(units))


def _same_passage(span: Span, other: Span) -> bool:
    shorter = min(span.length, other.length)
    return shorter > 0 and 2 * overlap(span, other) >= shorter


def _passages(triggers: Sequence[int], units: _Sentences, blocked: set[int]) -> Iterator[_Unit]:
    """The units around the trigger sentences, in order, apart from one another and from what is blocked."""
    groups = _groups(triggers, units, blocked)
    free = 0
    for place, group in enumerate(groups):
        limit = groups[place + 1].first - 1 if place + 1 < len(groups) else len(units) - 1
        room = MAX_UNIT - (group.last - group.first + 1)
        before = min(CONTEXT, room // 2)
        after = min(CONTEXT, room - before)
        first = _reach(group.first, -1, before, free, units, blocked)
        last = _reach(group.last, 1, after, limit, units, blocked)
        while first < group.first and not units.has_words(first, MIN_EDGE_WORDS):
            first += 1
        while last > group.last and not units.has_words(last, MIN_EDGE_WORDS):
            last -= 1
        free = last + 1
        yield _Unit(first, last)


def _reach(number: int, step: int, count: int, limit: int, units: _Sentences, blocked: set[int]) -> int:
    """The sentence up to `count` steps from `number`, not beyond `limit`, its turn or a blocked sentence."""
    for _ in range(count):
        following = number + step
        if number == limit or following in blocked or units.turn[following] != units.turn[number]:
            break
        number = following
    return number


def _groups(triggers: Sequence[int], units: _Sentences, blocked: set[int]) -> list[_Unit]:
    """Trigger sentences joined into groups of at most MAX_UNIT sentences, nearest neighbours first."""
    head = list(range(len(triggers)))  # for the last trigger of a group, its first one
    tail = list(range(len(triggers)))  # for the first trigger of a group, its last one
    gaps = sorted((triggers[i + 1] - triggers[i], i) for i in range(len(triggers) - 1))
    for gap, i in gaps:
        if gap >= MAX_UNIT:
            break
        first, last = head[i], tail[i + 1]
        between = range(triggers[i], triggers[i + 1] + 1)
        one_turn = units.turn[between[0]] == units.turn[between[-1]]
        if one_turn and triggers[last] - triggers[first] < MAX_UNIT and blocked.isdisjoint(between):
            head[last], tail[first] = first, last
    joined: list[_Unit] = []
    position = 0
    while position < len(triggers):
        joined.append(_Unit(triggers[position], triggers[tail[position]]))
        position = tail[position] + 1
    return joined


def _is_rare(indicator: int, spread: Mapping[int, int], total: int) -> bool:
    return spread[indicator] <= max(RARE_SENTENCES, int(total * RARE_SHARE))


def _worth_showing(hits: Sequence[_Hit], spread: Mapping[int, int], total: int) -> bool:
    distinct = {hit.indicator for hit in hits}
    return len(distinct) >= MIN_INDICATORS or any(_is_rare(indicator, spread, total) for indicator in distinct)


def _suggestion(
    rules: _CodeRules, span: Span, hits: Sequence[_Hit], spread: Mapping[int, int], total: int
) -> Suggestion:
    counts: dict[int, int] = {}
    for hit in hits:
        counts[hit.indicator] = counts.get(hit.indicator, 0) + 1
    parts = []
    for indicator, count in counts.items():
        notes = [f"{count} times"] if count > 1 else []
        # Only where it is the reason: in a short text nearly every indicator is rare.
        notes += ["rare in this text"] if len(counts) < MIN_INDICATORS else []
        name = rules.indicators[indicator].text
        parts.append(f"{name} ({', '.join(notes)})" if notes else name)
    score = math.fsum(1 + math.log(total / spread[indicator]) for indicator in counts)
    triggers = tuple(Trigger(hit.start, hit.end, rules.indicators[hit.indicator].text) for hit in hits)
    noun = "indicator" if len(counts) == 1 else "different indicators"
    return Suggestion(rules.code, span.start, span.end, score, triggers, f"{len(counts)} {noun}: {', '.join(parts)}")
