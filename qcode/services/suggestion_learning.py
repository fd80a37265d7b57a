"""What was learned of each code, kept while the program runs; what is to be learned, and learning it in a process.

What was learned is kept by project, coder and code; where the codings have changed since, it is still used until it is
learned anew. Nothing here reads a project, so all of it may run in a thread.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from qcode.core.events import canonical_json
from qcode.core.spans import Span, overlap
from qcode.services.suggestion_material import Examples, Material
from qcode.suggest.context import Acceptance, Context, Evidence
from qcode.suggest.corpus import Corpus, Document
from qcode.suggest.rules import CodeRules, Found, RuleSet, find
from qcode.suggest.training import train

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from qcode.suggest.learner import Learned

__all__ = ["Kept", "Known", "hit_answers", "indexed", "labels", "learn", "learned", "model_version"]

_KEPT = 400
_LEARNER = 1  # raised with every change of what a model is made of


class Kept(NamedTuple):
    """What names a model beside its version: project, whose codings (a coder, or all), and the code's id."""

    project: str
    whose: str
    code: str


class Known(NamedTuple):
    """A code's indicators, where they stand, what they say of each sentence, how often each was accepted."""

    rules: CodeRules
    found: Found
    evidence: Evidence
    accepted: Acceptance


_models: OrderedDict[tuple[Kept, int], tuple[str, Learned]] = OrderedDict()
_lock = threading.Lock()


@lru_cache(maxsize=2)
def indexed(documents: tuple[Document, ...], rule_set: RuleSet) -> tuple[Corpus, tuple[Found, ...]]:
    """The sentences of the documents, and where the indicators stand; kept for the next search in the same texts."""
    corpus = Corpus.of(documents)
    return corpus, tuple(find(corpus, rule_set))


def model_version(material: Material, rules: CodeRules, examples: Examples, context: Context) -> str:
    """Twelve digits that change with anything that a model of the code would be made of."""
    names = {source.key: source.sha256 for source in material.sources}
    told = {
        "learner": _LEARNER,
        "texts": [[s.sha256, d.turns, d.questions] for s, d in zip(material.sources, material.documents, strict=True)],
        "indicators": [[i.text, i.exclude, i.weight] for i in rules.indicators],
        "context": [context.neighbours, context.question],
        "coded": sorted((names[s], spans) for s, spans in examples.coded.items() if s in names),
        "refused": sorted((names[s], spans) for s, spans in examples.refused.items() if s in names),
        "complete": sorted(names[s] for s in examples.complete if s in names),
    }
    return hashlib.sha256(canonical_json(told).encode("utf-8")).hexdigest()[:12]


def labels(corpus: Corpus, material: Material, examples: Examples) -> NDArray[np.int8]:
    """For each sentence 1 (coded, at least half of it or of the segment), 0 (looked for and not coded), -1 (unknown).

    A sentence of which less is coded is unknown.
    """
    import numpy as np

    found = np.full(len(corpus), -1, dtype=np.int8)
    for number, source in enumerate(material.sources):
        units, base = corpus.units[number], int(corpus.first[number])
        if source.key in examples.complete:
            found[corpus.numbers(number)] = 0
        for spans, value in ((examples.refused.get(source.key, ()), 0), (examples.coded.get(source.key, ()), 1)):
            for span in spans:
                for sentence in units.overlapping([span]):
                    half = 2 * overlap(units.spans[sentence], span) >= min(units.spans[sentence].length, span.length)
                    if half:
                        found[base + sentence] = value
                    elif value == 1 and found[base + sentence] == 0:
                        found[base + sentence] = -1
    return found


def learn(
    corpus: Corpus,
    material: Material,
    wanted: Sequence[tuple[Kept, str, Known, Examples]],
    *,
    jobs: int = 1,
    tick: Callable[[str], None] | None = None,
) -> int:
    """Learn codes, each with its name, version, indicators and examples; how many were learned.

    Raises QcodeError if the process that learns fails.
    """
    from qcode.suggest.learner import CodeTask, Task, rule_features

    sentences = tuple(units.quoted(n) for units in corpus.units for n in range(len(units)))
    tasks = tuple(
        CodeTask(known.rules.code, labels(corpus, material, about), rule_features(known.evidence))
        for _, _, known, about in wanted
    )
    made = train(Task(sentences, corpus.turn, tuple(corpus.questions()), tasks), jobs=jobs, tick=tick)
    with _lock:
        for name, version, known, _ in wanted:
            if known.rules.code in made:
                _models[name, len(corpus)] = version, made[known.rules.code]
                _models.move_to_end((name, len(corpus)))
        while len(_models) > _KEPT:
            _models.popitem(last=False)
    return len(made)


def learned(name: Kept, corpus: Corpus) -> tuple[str, Learned] | None:
    """The model of a code for these sentences with its version; None if nothing was learned yet."""
    with _lock:
        return _models.get((name, len(corpus)))


def hit_answers(
    found: Found, rules: CodeRules, corpus: Corpus, said: Sequence[tuple[int, Span, bool]]
) -> dict[str, tuple[int, int]]:
    """For each indicator how often suggestions with it were accepted, and how often decided on.

    `said`: number of the document, span, whether it was accepted.
    """
    counts: dict[str, list[int]] = {}
    for document, span, accepted in said:
        by_sentence = found.hits[document]
        inside = {
            hit.indicator
            for sentence in corpus.units[document].overlapping([span])
            for hit in by_sentence.get(sentence, ())
            if span.start <= hit.start and hit.end <= span.end
        }
        for indicator in inside:
            entry = counts.setdefault(rules.indicators[indicator].text, [0, 0])
            entry[0] += accepted
            entry[1] += 1
    return {name: (accepted, all_) for name, (accepted, all_) in counts.items()}
