"""Where the indicators of a codebook stand in the texts: no training, the same texts and codebook give the same.

Indicators are compiled to phrases that occur in the texts, stars written out, and found by spaCy's PhraseMatcher;
“A ~5 B” is then told by the positions of words. Exclusions strike out what they overlap. Of hits of one code that
overlap one another the longest counts, so that one word is never two pieces of evidence.

Importing this module does not import spaCy.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Self

from qcode.core.spans import Span
from qcode.errors import RequestError
from qcode.suggest.corpus import Corpus
from qcode.suggest.indicators import Indicator, Vocabulary, parse_indicators
from qcode.suggest.tokenizer import blank_pipeline

if TYPE_CHECKING:
    from spacy.matcher import PhraseMatcher
    from spacy.tokens import Doc

__all__ = ["CodeIndicators", "CodeRules", "Found", "Hit", "RuleSet", "find"]


@dataclass(frozen=True, slots=True)
class CodeIndicators:
    """A code's id and its indicator strings by language, as the codebook holds them."""

    code_id: str
    indicators: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class CodeRules:
    """The parsed indicators of one code."""

    code: str
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The parsed indicators of a codebook. Made by `compile`."""

    codes: tuple[CodeRules, ...]

    @classmethod
    def compile(cls, codes: Sequence[CodeIndicators], *, empty: bool = False) -> Self:
        """Parses the indicators of each code; codes without any are left out, unless `empty`.

        Raises RequestError, with the code's id as its place, for a faulty indicator, and for a code listed twice.
        """
        compiled: dict[str, CodeRules] = {}
        for code in codes:
            if code.code_id in compiled:
                raise RequestError("The code is listed twice.", where=code.code_id)
            try:
                indicators = parse_indicators(code.indicators)
            except RequestError as fault:
                raise RequestError(fault.what, where=code.code_id, fix=fault.fix) from fault
            compiled[code.code_id] = CodeRules(code.code_id, tuple(indicators))
        return cls(tuple(rules for rules in compiled.values() if rules.indicators or empty))


class Hit(NamedTuple):
    """An indicator (by its place in the code's list) found in a text: code points, half-open."""

    start: int
    end: int
    indicator: int


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of one code: by document and sentence in the participants' words, by turn in the questions.

    `hits`: for each document, sentence (numbered in its document) to hits in text order. `asked`: turn (numbered
    through all documents) to the indicators that stand in the question before it.
    """

    hits: tuple[dict[int, list[Hit]], ...]
    asked: dict[int, frozenset[int]]


class _Raw(NamedTuple):
    """Part of an indicator: code points and token positions in its stretch."""

    hit: Hit
    part: int
    first: int
    stop: int


def find(corpus: Corpus, rule_set: RuleSet) -> list[Found]:
    """Where the indicators stand, by code in the order of the rules. Hits that run over a sentence's end are none."""
    if not rule_set.codes:
        return []
    pipeline = blank_pipeline()
    texts: dict[tuple[int, Span], Doc] = {}
    for number, document in enumerate(corpus.documents):
        for span in (*document.turns, *document.questions):
            if span is not None and (number, span) not in texts:
                texts[number, span] = pipeline.make_doc(document.text[span.start : span.end])
    matcher, owners = _matcher(rule_set, list(texts.values()))
    raw = {place: _matches(matcher, owners, doc, place[1].start) for place, doc in texts.items()}
    return [_of_code(corpus, code, rules, raw) for code, rules in enumerate(rule_set.codes)]


def _matches(
    matcher: PhraseMatcher, owners: dict[int, tuple[int, int, int]], doc: Doc, base: int
) -> dict[int, list[_Raw]]:
    found: dict[int, list[_Raw]] = {}
    for key, first, stop in matcher(doc):
        code, indicator, part = owners[key]
        last = doc[stop - 1]
        hit = Hit(base + doc[first].idx, base + last.idx + len(last), indicator)
        found.setdefault(code, []).append(_Raw(hit, part, first, stop))
    return found


def _of_code(corpus: Corpus, code: int, rules: CodeRules, raw: dict[tuple[int, Span], dict[int, list[_Raw]]]) -> Found:
    hits: list[dict[int, list[Hit]]] = []
    asked: dict[int, frozenset[int]] = {}
    for number, (document, units) in enumerate(zip(corpus.documents, corpus.units, strict=True)):
        by_sentence: dict[int, list[Hit]] = {}
        start = int(corpus.first_turn[number])
        for place, (turn, question) in enumerate(zip(document.turns, document.questions, strict=True), start):
            for hit in _valid(rules, raw[number, turn].get(code, ())):
                sentence = units.holding(hit.start, hit.end)
                if sentence is not None:
                    by_sentence.setdefault(sentence, []).append(hit)
            said = _valid(rules, raw[number, question].get(code, ())) if question is not None else []
            if said:
                asked[place] = frozenset(hit.indicator for hit in said)
        hits.append(by_sentence)
    return Found(tuple(hits), asked)


def _matcher(rule_set: RuleSet, docs: Sequence[Doc]) -> tuple[PhraseMatcher, dict[int, tuple[int, int, int]]]:
    """A matcher for what the indicators stand for in these texts; per key, code, indicator and part by number."""
    from spacy.matcher import PhraseMatcher
    from spacy.tokens import Doc

    vocab = blank_pipeline().vocab

    # By the numbers of the words, because asking each token for its text costs as much as making the documents.
    @functools.cache
    def lower_case(number: int) -> str:
        return vocab.strings[number]

    vocabulary = Vocabulary([lower_case(number) for number in doc.to_array("LOWER").tolist()] for doc in docs)
    matcher = PhraseMatcher(vocab, attr="LOWER")
    owners: dict[int, tuple[int, int, int]] = {}
    for code, rules in enumerate(rule_set.codes):
        for number, indicator in enumerate(rules.indicators):
            for part in range(len(indicator.parts)):
                phrases = vocabulary.phrases(indicator, part)
                if phrases:
                    name = f"{code}:{number}:{part}"
                    matcher.add(name, [Doc(vocab, words=list(phrase)) for phrase in phrases])
                    owners[vocab.strings[name]] = code, number, part
    return matcher, owners


def _valid(rules: CodeRules, raw: Iterable[_Raw]) -> list[Hit]:
    """The hits that no exclusion overlaps, without those that overlap a longer one, in text order."""
    struck: set[int] = set()
    standing: list[Hit] = []
    for hit in _joined(rules, raw):
        if rules.indicators[hit.indicator].exclude:
            struck.update(range(hit.start, hit.end))
        else:
            standing.append(hit)
    kept: list[Hit] = []
    standing = [hit for hit in standing if struck.isdisjoint(range(hit.start, hit.end))]
    for hit in sorted(standing, key=lambda hit: (hit.start - hit.end, hit)):
        places = range(hit.start, hit.end)
        if struck.isdisjoint(places):
            struck.update(places)
            kept.append(hit)
    return sorted(kept)


def _joined(rules: CodeRules, raw: Iterable[_Raw]) -> Iterator[Hit]:
    """Hits of indicators of one part as they are; of “A ~5 B”, each A with the nearest B that is near enough."""
    halves: dict[int, tuple[list[_Raw], list[_Raw]]] = {}
    for found in raw:
        if rules.indicators[found.hit.indicator].near < 0:
            yield found.hit
        else:
            halves.setdefault(found.hit.indicator, ([], []))[found.part].append(found)
    for number, (firsts, seconds) in halves.items():
        for first in firsts:
            near = sorted(
                (gap, second)
                for second in seconds
                if (gap := max(second.first - first.stop, first.first - second.stop)) >= 0
                and gap <= rules.indicators[number].near
            )
            if near:
                start, end = first.hit[:2]
                other = near[0][1].hit
                yield Hit(min(start, other.start), max(end, other.end), number)
