"""How good suggestions are in a study: held against my own codings, in whole transcripts that were held out."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from qcode.core.spans import Span, merge
from qcode.errors import RequestError
from qcode.services.study import Study
from qcode.services.suggestion_learning import indexed, labels
from qcode.services.suggestion_material import Examples, Material, examples, read_material
from qcode.services.suggestions import Options
from qcode.services.table import Cell, Table
from qcode.suggest.context import NO_CONTEXT, Evidence, weigh
from qcode.suggest.corpus import Corpus
from qcode.suggest.evaluation import METHODS, Truth, evaluate, trials
from qcode.suggest.rules import CodeIndicators, RuleSet

__all__ = ["SEEDS", "SEGMENTS", "evaluation_table", "truths"]

SEGMENTS = (0, 10, 25, 50)
SEEDS = (0, 1, 2)
_RULES = ("random", "any hit", "rules", "rules and context")


def truths(
    study: Study,
    material: Material,
    *,
    codes: Sequence[str] = (),
    branches: bool = False,
    options: Options | None = None,
) -> tuple[Corpus, list[Truth]]:
    """What was coded, and what the indicators say: of each code, or with `branches` of each dimension with all below.

    `codes` are names; with `branches` those are the branches.
    """
    chosen = options or Options()
    table = study.codes()
    book = table.codebook
    wanted = table.below(codes)
    ids = [code.id for code in book.codes if not wanted or code.id in wanted]
    rules = RuleSet.compile([CodeIndicators(c, book.code(c).indicators) for c in ids], empty=True)
    corpus, found = indexed(material.documents, rules)
    told = examples(study, ids, pooled=chosen.pooled)
    every = [
        Truth(
            of_code.code,
            labels(corpus, material, told[of_code.code]),
            _coded(material, told[of_code.code]),
            weigh(corpus, of_code, hits, context=NO_CONTEXT),
            weigh(corpus, of_code, hits, context=chosen.context),
        )
        for of_code, hits in zip(rules.codes, found, strict=True)
    ]
    if not branches:
        return corpus, [truth for truth in every if truth.plain.worth]
    tops = [table.code(table.find(name).key).id for name in codes] or [code.id for code in book.dimensions()]
    return corpus, [
        _joined(top, [t for t in every if top in {above.id for above in book.path(t.code)}]) for top in tops
    ]  # fmt: skip


def _coded(material: Material, about: Examples) -> tuple[tuple[Span, ...], ...]:
    return tuple(tuple(merge(about.coded.get(source.key, ()))) for source in material.sources)


def _joined(code: str, parts: Sequence[Truth]) -> Truth:
    """Several codes taken together: coded where one of them is, and the indicators of the one that says most."""
    import numpy as np

    found = np.min([part.labels for part in parts], axis=0)
    found[np.max([part.labels for part in parts], axis=0) == 1] = 1
    coded = tuple(
        tuple(merge(span for part in parts for span in part.coded[number])) for number in range(len(parts[0].coded))
    )

    def best(which: Sequence[Evidence]) -> Evidence:
        own, asked, score = (
            np.max([getattr(one, name) for one in which], axis=0) for name in ("own", "asked", "score")
        )  # fmt: skip
        return Evidence(own, asked, score, (), frozenset())

    return Truth(code, found, coded, best([p.plain for p in parts]), best([p.full for p in parts]))


def evaluation_table(
    study: Study,
    *,
    codes: Sequence[str] = (),
    branches: bool = False,
    options: Options | None = None,
    segments: Sequence[int] = SEGMENTS,
    seeds: Sequence[int] = SEEDS,
    jobs: int = 1,
    tick: Callable[[int, int], None] | None = None,
) -> Table:
    """The learning curve: for numbers of coded segments and each way to rank, how good it is on what was held out.

    Raises RequestError where too little was coded and completed, QcodeError if learning fails.
    """
    chosen = options or Options()
    material = read_material(study)
    corpus, told = truths(study, material, codes=codes, branches=branches, options=chosen)
    made = trials(corpus, told, segments, seeds)
    if not made:
        raise RequestError(
            "There is nothing to hold suggestions against: no code is used in several transcripts that you completed.",
            fix="Code and complete at least four transcripts (`qcode done`), or ask for --rows branches.",
        )
    methods = METHODS if chosen.models else _RULES
    figures = evaluate(corpus, made, methods=methods, jobs=jobs, tick=tick)
    rows: list[tuple[Cell, ...]] = [
        (
            f.segments, f.method, f.codes, f.trials,
            *map(_rounded, (f.average_precision, f.precision_10, f.precision_20, f.recall_top_tenth, f.span_overlap)),
        )
        for f in figures
    ]  # fmt: skip
    what = "dimensions" if branches else "codes"
    notes = (
        (
            f"{len(material.documents)} transcripts, {len(corpus)} sentences, {len(told)} {what}; for each of the seeds"
            f" {', '.join(map(str, seeds))} two fifths of the transcripts are held out whole."
        ),
        "Segments: so many coded segments of a code were read before; codes that do not reach them are left out.",
        "Average precision: 1 if all coded sentences come first; P at 10 and 20: share of coded ones among the first.",
        (
            "Top tenth: share of the coded sentences in the first tenth. Overlap: of proposed passages with"
            " coded ones that they touch, intersection by union."
        ),
    )
    measured = ("average precision", "P at 10", "P at 20", "top tenth", "overlap")
    header = ("segments", "ranking", "codes", "trials", *measured)
    return Table("How good suggestions are", header, tuple(rows), notes)


def _rounded(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 3)
