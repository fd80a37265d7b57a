"""How well suggestions find what people coded, in whole transcripts that were held out.

For each seed two fifths of the documents are held out. The others are read in random order until a code has so many
coded segments as asked for; what was read and not coded is a negative example. Every ranking then orders all sentences
of the held-out documents. Codes that do not reach the number in a seed are left out there, and so are those that nobody
used in what is held out.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qcode.core.spans import Span
from qcode.suggest.context import Evidence
from qcode.suggest.corpus import Corpus
from qcode.suggest.measures import average_precision, precision_at, recall_in_top, span_overlap
from qcode.suggest.passages import passages
from qcode.suggest.training import fused, train

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from qcode.suggest.learner import CodeTask, Learned

__all__ = ["METHODS", "Figures", "Trial", "Truth", "evaluate", "trials"]

METHODS = ("random", "any hit", "rules", "rules and context", "fusion", "model", "model, sentence only")
_HELD_OUT = 0.4
_LOOKED_AT = 20
_LEAST = 2  # documents, on either side


@dataclass(frozen=True, slots=True)
class Truth:
    """What is known of a code, or of several taken together.

    `labels`: int8 [sentences], 1 coded, 0 not, -1 unknown. `coded`: for each document the coded spans. `plain` and
    `full`: what the indicators say of each sentence without its surroundings and with them.
    """

    code: str
    labels: NDArray[np.int8]
    coded: tuple[tuple[Span, ...], ...]
    plain: Evidence
    full: Evidence


@dataclass(frozen=True, slots=True)
class Trial:
    """One code in one seed: what may be learned from (int8 [sentences], -1 is hidden) and what is ranked (bool)."""

    truth: Truth
    seed: int
    segments: int
    known: NDArray[np.int8]
    held_out: NDArray[np.bool_]

    @property
    def name(self) -> str:
        """Names the trial among all."""
        return f"{self.seed} {self.segments} {self.truth.code}"


@dataclass(frozen=True, slots=True)
class Figures:
    """How good one ranking is over several trials: means, 0 to 1. `trials` and `codes` say over how many."""

    method: str
    segments: int
    codes: int
    trials: int
    average_precision: float
    precision_10: float
    precision_20: float
    recall_top_tenth: float
    span_overlap: float


def trials(corpus: Corpus, truths: Sequence[Truth], segments: Sequence[int], seeds: Sequence[int]) -> list[Trial]:
    """All trials that can be made, in the order of seeds, codes and numbers of segments."""
    import numpy as np

    made: list[Trial] = []
    for seed in seeds:
        order = list(range(len(corpus.documents)))
        random.Random(seed).shuffle(order)  # noqa: S311 - a split, no secret
        cut = math.floor(len(order) * (1 - _HELD_OUT))
        if min(cut, len(order) - cut) < _LEAST:
            continue
        read, kept = order[:cut], order[cut:]
        for truth in truths:
            held_out = np.zeros(len(corpus), dtype=np.bool_)
            for number in kept:
                held_out[corpus.numbers(number)] = True
            held_out &= truth.labels >= 0
            if (truth.labels[held_out] == 1).any() and (truth.labels[held_out] == 0).any():
                for count in segments:
                    known = _read_until(corpus, truth, read, count)
                    if known is not None:
                        made.append(Trial(truth, seed, count, known, held_out))
    return made


def _read_until(corpus: Corpus, truth: Truth, order: Sequence[int], count: int) -> NDArray[np.int8] | None:
    """The labels of the documents up to the one in which the last segment stands; None if there are too few."""
    import numpy as np

    known = np.full(len(corpus), -1, dtype=np.int8)
    found = 0
    for number in order:
        if found >= count:
            break
        known[corpus.numbers(number)] = truth.labels[corpus.numbers(number)]
        found += len(truth.coded[number])
    return known if found >= count else None


def evaluate(
    corpus: Corpus,
    made: Sequence[Trial],
    *,
    methods: Sequence[str] = METHODS,
    jobs: int = 1,
    tick: Callable[[int, int], None] | None = None,
) -> list[Figures]:
    """The means over all trials, by number of segments and method. Raises QcodeError if learning fails."""
    learned = _learn(corpus, [t for t in made if t.segments], methods, jobs, tick)
    found: list[Figures] = []
    for count in sorted({trial.segments for trial in made}):
        of_count = [trial for trial in made if trial.segments == count]
        for method in methods:
            rows = [
                _measured(corpus, trial, score)
                for trial in of_count
                if (score := _ranking(trial, method, learned)) is not None
            ]
            if rows:
                means = (_mean([row[i] for row in rows]) for i in range(5))
                codes = len({trial.truth.code for trial in of_count})
                found.append(Figures(method, count, codes, len(rows), *means))
    return found


def _mean(values: Sequence[float]) -> float:
    known = [value for value in values if not math.isnan(value)]
    return math.fsum(known) / len(known) if known else math.nan


def _learn(
    corpus: Corpus,
    made: Sequence[Trial],
    methods: Sequence[str],
    jobs: int,
    tick: Callable[[int, int], None] | None,
) -> dict[tuple[str, bool], Learned]:
    """What is learned in each trial, by its name and whether the surroundings take part."""
    import numpy as np

    from qcode.suggest.learner import CodeTask, Task

    sentences = tuple(units.quoted(n) for units in corpus.units for n in range(len(units)))
    full = [trial for trial in made if {"model", "fusion"} & set(methods)]
    alone = [trial for trial in made if "model, sentence only" in methods]
    done: list[str] = []

    def one(name: str) -> None:
        done.append(name)
        if tick is not None:
            tick(len(done), len(full) + len(alone))

    with_context = Task(sentences, corpus.turn, tuple(corpus.questions()), tuple(map(_task, full)))
    nothing = np.zeros((len(sentences), 1))
    bare = tuple(CodeTask(trial.name, trial.known, nothing) for trial in alone)
    without = Task(sentences, np.arange(len(sentences)), ("",) * len(sentences), bare)
    found = {(name, True): told for name, told in train(with_context, jobs=jobs, tick=one).items()}
    return found | {(name, False): told for name, told in train(without, jobs=jobs, tick=one).items()}


def _task(trial: Trial) -> CodeTask:
    from qcode.suggest.learner import CodeTask, rule_features

    return CodeTask(trial.name, trial.known, rule_features(trial.truth.full))


def _ranking(
    trial: Trial, method: str, learned: Mapping[tuple[str, bool], Learned]
) -> NDArray[np.float64] | None:  # fmt: skip
    """The scores by which a method ranks; None if it learned nothing in this trial."""
    import numpy as np

    truth, model = trial.truth, learned.get((trial.name, method != "model, sentence only"))
    unlearned: dict[str, Callable[[], NDArray[np.float64]]] = {
        "random": lambda: np.random.default_rng(trial.seed).random(len(truth.labels)),
        "any hit": lambda: (truth.plain.own > 0).astype(np.float64),
        "rules": lambda: truth.plain.score,
        "rules and context": lambda: truth.full.score,
    }
    if method in unlearned:
        return unlearned[method]()
    if model is None:
        return None
    return fused(truth.full.score, model.score) if method == "fusion" else model.score


def _measured(corpus: Corpus, trial: Trial, score: NDArray[np.float64]) -> tuple[float, float, float, float, float]:
    coded = trial.truth.labels[trial.held_out] == 1
    ranked = score[trial.held_out]
    return (
        average_precision(ranked, coded), precision_at(ranked, coded, 10), precision_at(ranked, coded, 20),
        recall_in_top(ranked, coded), _overlap(corpus, trial, score),
    )  # fmt: skip


def _overlap(corpus: Corpus, trial: Trial, score: NDArray[np.float64]) -> float:
    """How well the passages around the first sentences fit what is coded."""
    import numpy as np

    places = np.flatnonzero(trial.held_out)
    best = places[np.argsort(-score[places], kind="stable")][:_LOOKED_AT]
    shares: list[float] = []
    for number in range(len(corpus.documents)):
        first, stop = int(corpus.first[number]), int(corpus.first[number + 1])
        inside = sorted(int(n) - first for n in best if first <= n < stop)
        units = corpus.units[number]
        spans = [Span(units.spans[u.first].start, units.spans[u.last].end) for u in passages(inside, units, set())]
        shares += [span_overlap([span], trial.truth.coded[number]) for span in spans]
    return _mean(shares)
