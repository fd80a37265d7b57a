"""Suggestions, and what indicators find, as tables."""

from __future__ import annotations

from collections.abc import Sequence

from qcode.core.spans import Span
from qcode.services.listings import shortened
from qcode.services.study import Study
from qcode.services.suggestion_learning import hit_answers, indexed
from qcode.services.suggestion_material import answers, read_material
from qcode.services.suggestions import Proposal
from qcode.services.table import Cell, Table
from qcode.suggest.context import RARE_SENTENCES, RARE_SHARE, weigh
from qcode.suggest.corpus import Corpus
from qcode.suggest.rules import CodeIndicators, CodeRules, Found, RuleSet

__all__ = ["indicator_table", "suggestion_table"]

_QUOTE = 60


def suggestion_table(study: Study, proposals: Sequence[Proposal], *, quote_limit: int = _QUOTE) -> Table:
    """Suggestions in the order given, each with its band, score, reason, most telling words, and the passage."""
    texts: dict[int, str] = {}
    rows: list[tuple[Cell, ...]] = []
    for p in proposals:
        text = texts.setdefault(p.source.key, study.file.read.text(p.source.key) or "")
        quote = shortened(text[p.span.start : p.span.end], quote_limit)
        place, told = f"{p.span.start}-{p.span.end}", p.suggestion
        reason = told.reason + (" (put off)" if p.later else "")
        rows.append(
            (p.source.name, place, told.code, told.band, round(told.score, 2), reason, ", ".join(told.words), quote)
        )
    notes = (
        "Nothing was applied: these are passages worth a look.",
        "Bands: strong and fair hold several words of the codebook, a rare one, or are like what you coded.",
        "The score ranks, from 0 to 1, and is no probability. Words: what a model found most telling in the passage.",
    )
    header = ("transcript", "place", "code", "band", "score", "reason", "words", "quote")
    return Table("Suggestions", header, tuple(rows), notes)


def indicator_table(study: Study, codes: Sequence[str] = ()) -> Table:
    """For each indicator of some codes (names) or all: where it stands, and what became of suggestions with it.

    Raises RequestError for a faulty indicator.
    """
    table = study.codes()
    wanted = table.below(codes)
    chosen = [code for code in table.codebook.codes if not wanted or code.id in wanted]
    rules = RuleSet.compile([CodeIndicators(code.id, code.indicators) for code in chosen])
    material = read_material(study)
    corpus, found = indexed(material.documents, rules)
    places = {source.key: number for number, source in enumerate(material.sources)}
    said = [(a.code, (places[a.source], a.span, a.accepted)) for a in answers(study) if a.source in places]
    rows: list[tuple[Cell, ...]] = []
    for of_code, hits in zip(rules.codes, found, strict=True):
        mine = [answer for code, answer in said if code == of_code.code]
        rows += _indicator_rows(corpus, of_code, hits, mine)
    notes = (
        f"In the participants' words of {len(material.sources)} transcripts: {len(corpus)} sentences.",
        "Hits: places that count. A word under an exclusion does not, nor one inside a longer indicator of its code.",
        (
            f"Rare: in at most {RARE_SHARE:.0%} of the sentences, or in {RARE_SENTENCES}. Questions: turns whose"
            " question holds it. Accepted: suggestions with it that you accepted, of those that you decided on."
        ),
    )
    counted = ("hits", "sentences", "transcripts", "questions")
    header = ("code", "indicator", "language", "weight", *counted, "rare", "accepted")
    return Table("What the indicators find", header, tuple(rows), notes)


def _indicator_rows(
    corpus: Corpus, rules: CodeRules, found: Found, said: Sequence[tuple[int, Span, bool]]
) -> list[tuple[Cell, ...]]:
    accepted = hit_answers(found, rules, corpus, said)
    rare = weigh(corpus, rules, found).rare
    rows: list[tuple[Cell, ...]] = []
    for number, indicator in enumerate(rules.indicators):
        if indicator.exclude:
            rows.append((rules.code, f"-{indicator.text}", indicator.language, *[None] * 6, ""))
            continue
        per_document = [
            [sum(hit.indicator == number for hit in hits) for hits in by_sentence.values()]
            for by_sentence in found.hits
        ]
        counts = [count for document in per_document for count in document if count]
        yes, all_ = accepted.get(indicator.text, (0, 0))
        rows.append(
            (
                rules.code, indicator.text, indicator.language, indicator.weight, sum(counts), len(counts),
                sum(any(document) for document in per_document), sum(number in asked for asked in found.asked.values()),
                "rare" if counts and number in rare else "", f"{yes} of {all_}" if all_ else "",
            )
        )  # fmt: skip
    return rows
