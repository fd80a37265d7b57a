"""How much speaks for a code in each sentence: its indicators, those of its neighbours, and the question before it.

In interviews a code's words often stand in the sentence before or in what the interviewer asked. So the evidence of a
sentence is smoothed over the neighbours within the turn, and raised by the question. Both can be switched off.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qcode.suggest.corpus import Corpus
from qcode.suggest.rules import CodeRules, Found

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "ALL_CONTEXT", "NEIGHBOURS", "NO_CONTEXT", "QUESTION", "RARE_SENTENCES", "RARE_SHARE", "Acceptance", "Context",
    "Evidence", "smoothed", "weigh",
]  # fmt: skip

NEIGHBOURS = (0.5, 0.25)
"""What the next sentence and the one after it count, to both sides."""
QUESTION = 0.5
"""What the indicators in the question count."""
# Rare: in at most this share of the sentences, or in at most so many where there are few.
RARE_SHARE = 0.02
RARE_SENTENCES = 2
_PRIOR = 5  # as if each indicator had been accepted and rejected so often before

Acceptance = Mapping[str, tuple[int, int]]
"""For an indicator as people read it: how often suggestions with it were accepted, and how often decided on."""


@dataclass(frozen=True, slots=True)
class Context:
    """Whether neighbours and questions count."""

    neighbours: bool = True
    question: bool = True


ALL_CONTEXT = Context()
NO_CONTEXT = Context(neighbours=False, question=False)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for one code; arrays are float64 [sentences].

    `own`: the sentence's indicators, each counted once by its worth; `asked`: those of the question before its turn;
    `score`: both and the neighbours, from 0 to below 1. `worth`: for each indicator its weight times 1 + ln(sentences /
    sentences that hold it), times the doubled share of accepted suggestions with it, as if 5 of 10 had been accepted
    before. `rare`: the indicators that few sentences hold.
    """

    own: NDArray[np.float64]
    asked: NDArray[np.float64]
    score: NDArray[np.float64]
    worth: tuple[float, ...]
    rare: frozenset[int]


def weigh(
    corpus: Corpus,
    rules: CodeRules,
    found: Found,
    *,
    context: Context = ALL_CONTEXT,
    acceptance: Acceptance | None = None,
) -> Evidence:
    """What speaks for a code in each sentence, by its indicators and their surroundings."""
    import numpy as np

    total = len(corpus)
    spread = [0] * len(rules.indicators)
    distinct = [
        (int(corpus.first[number]) + sentence, indicator)
        for number, by_sentence in enumerate(found.hits)
        for sentence, hits in by_sentence.items()
        for indicator in {hit.indicator for hit in hits}
    ]
    for _, indicator in distinct:
        spread[indicator] += 1
    accepted = acceptance or {}
    worth = tuple(
        indicator.weight * _trust(accepted.get(indicator.text, (0, 0))) * (1 + math.log(max(1, total) / max(1, count)))
        for indicator, count in zip(rules.indicators, spread, strict=True)
    )
    own = np.zeros(total)
    for sentence, indicator in distinct:
        own[sentence] += worth[indicator]
    turns = np.zeros(int(corpus.first_turn[-1]))
    for turn, indicators in found.asked.items():
        turns[turn] = math.fsum(worth[indicator] for indicator in indicators)
    asked = turns[corpus.turn] if context.question else np.zeros(total)
    summed = (smoothed(corpus, own) if context.neighbours else own) + QUESTION * asked
    half = 1 + math.log(max(1, total))  # what one indicator is worth that stands in one sentence only
    few = max(RARE_SENTENCES, int(total * RARE_SHARE))
    rare = frozenset(i for i, count in enumerate(spread) if count <= few)
    return Evidence(own, asked, summed / (summed + half), worth, rare)


def _trust(decided: tuple[int, int]) -> float:
    accepted, all_ = decided
    return 2 * (accepted + _PRIOR) / (all_ + 2 * _PRIOR)


def smoothed(corpus: Corpus, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The values, float64 [sentences], with shares of their neighbours' in the same turn."""
    found = values.copy()
    for distance, share in enumerate(NEIGHBOURS, 1):
        same = corpus.turn[distance:] == corpus.turn[:-distance]
        found[distance:] += share * values[:-distance] * same
        found[:-distance] += share * values[distance:] * same
    return found
