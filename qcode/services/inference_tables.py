"""The tests of a crosstab as tables, with all that a reviewer asks: who was compared, how, and what it does not say."""

from __future__ import annotations

from collections.abc import Sequence

from qcode.core.inference import MIN_BLOCKS, Association
from qcode.core.jackknife import MIN_INTERVAL_BLOCKS, BlockEffects
from qcode.services.inference import CodeResult, Compared
from qcode.services.table import Cell, Table

__all__ = ["effect_table", "full_test_table", "test_table"]

_TEST_HEAD = ("p", "q", "smallest p", "not tested because")
_TEST_UNITS = ("p", "q", "p", "")
_EFFECT_HEAD = (
    "coded", "cases", "percent", "percent elsewhere", "difference", "difference low", "difference high", "odds ratio",
    "odds ratio low", "odds ratio high", "design effect",
)  # fmt: skip
_EFFECT_UNITS = (
    "cases", "cases", "percent", "percent", *("percentage points",) * 3, *("odds ratio",) * 3, "ratio of variances",
)  # fmt: skip
_PATTERN = (
    "A small p is a pattern in this material: interviews and cases were chosen, not drawn at random, so nothing is "
    "said about others."
)


def test_table(tested: Compared) -> Table:
    """A row for each code: cases compared, cases with the code, p, q, and why there is no test."""
    rows = [(r.code.id, r.code.name(), r.association.rows, r.test.coded, *_test(r)) for r in tested.results]
    return Table(
        f"Tests by {tested.name}: a pattern in this material?",
        ("code", "name", "cases compared", "cases with it", *_TEST_HEAD),
        tuple(rows),
        (*_about_cases(tested), *_about_blocks(tested), *_about_p(tested), _PATTERN, *tested.notes),
        units=("", "", "cases", "cases", *_TEST_UNITS),
    )


def effect_table(tested: Compared) -> Table:
    """A row for each code and column: cases with the code there and elsewhere, difference and ratio with intervals."""
    rows = [
        (r.code.id, r.code.name(), column, *_effect(effect))
        for r in tested.results
        for column, effect in zip(tested.columns, r.effects, strict=False)
        if effect.inside or effect.coded_outside
    ]
    return Table(
        f"How far each {tested.name} differs from the others",
        ("code", "name", tested.name, *_EFFECT_HEAD),
        tuple(rows),
        tuple(_about_effects(tested)),
        units=("", "", "", *_EFFECT_UNITS),
    )


def full_test_table(tested: Compared) -> Table:
    """Both in one, for files: a row for each code and column, with the test of the code in each of its rows."""
    rows: list[tuple[Cell, ...]] = []
    for r in tested.results:
        effects: Sequence[BlockEffects | None] = r.effects or (None,) * len(tested.columns)
        for column, effect in zip(tested.columns, effects, strict=True):
            cells = _effect(effect) if effect else (None,) * len(_EFFECT_HEAD)
            rows.append((r.code.id, r.code.name(), column, *cells, *_test(r)))
    first = test_table(tested)
    return Table(
        first.title,
        ("code", "name", tested.name, *_EFFECT_HEAD, *_TEST_HEAD),
        tuple(rows),
        (*first.notes, *_about_effects(tested)),
        units=("", "", "", *_EFFECT_UNITS, *_TEST_UNITS),
    )


# -- cells


def _test(result: CodeResult) -> tuple[Cell, Cell, Cell, Cell]:
    test = result.test
    reason = None
    if test.reason is not None:
        looked = "" if result.completed else "No transcript was completed for it. "
        reason = looked + test.reason.value
    return _rounded(test.p, 4), _rounded(test.q, 4), _rounded(test.smallest, 4), reason


def _effect(effect: BlockEffects) -> tuple[Cell, ...]:
    difference, ratio = effect.risk_difference, effect.odds_ratio
    return (
        effect.coded_inside,
        effect.inside,
        _share(effect.coded_inside, effect.inside),
        _share(effect.coded_outside, effect.outside),
        *(_rounded(None if v is None else 100 * v, 1) for v in (difference.value, difference.low, difference.high)),
        *(_rounded(v, 2) for v in (ratio.value, ratio.low, ratio.high)),
        _rounded(effect.design_effect, 2),
    )


def _share(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


# -- words


def _about_cases(tested: Compared) -> list[str]:
    notes = [
        (
            "Counted: cases of the data set, each once in its column. A case has a code if at least one segment of it "
            "speaks of the case; it counts as without the code only where the transcripts were completed for the code."
        ),
        *(_left_out(tested, association, codes) for association, codes in _groups(tested)),
    ]
    if tested.without_text:
        notes.append(
            f"{tested.without_text} more case(s) are in no test: nothing in these transcripts is linked to them."
        )
    if tested.apart:
        notes.append(
            f"{tested.apart} segment(s) are not counted: their case was set by hand, and in their transcript no text "
            "is linked to it, so nobody can say how much was looked at."
        )
    if tested.undecided:
        notes.append(f"Left out: {tested.undecided} case(s) in a transcript where the condition is not recorded.")
    return notes


def _groups(tested: Compared) -> list[tuple[Association, list[CodeResult]]]:
    """The codes by what their tests rest on: those that were completed in the same transcripts stand together."""
    found: dict[int, tuple[Association, list[CodeResult]]] = {}
    for result in tested.results:
        found.setdefault(id(result.association), (result.association, []))[1].append(result)
    return list(found.values())


def _left_out(tested: Compared, association: Association, results: Sequence[CodeResult]) -> str:
    whose = "" if len(_groups(tested)) == 1 else f" ({', '.join(r.code.id for r in results)})"
    reasons = (
        (association.incomplete, "not completed"),
        (association.without_column, f"{tested.name} not recorded"),
        (association.without_words, "no words"),
    )
    left = ", ".join(f"{number} {why}" for number, why in reasons if number)
    columns = zip(tested.columns, association.blocks_by_column, strict=True)
    blocks = ", ".join(f"{column} {number}" for column, number in columns)
    return (
        f"Compared{whose}: {association.rows} cases in {association.blocks} blocks, in {results[0].completed} of "
        f"{tested.transcripts} transcripts; left out: {left or 'none'}. Blocks by column: {blocks or 'none'}; "
        f"the largest holds {100 * association.largest_share:.0f} % of the cases."
    )


def _about_blocks(tested: Compared) -> list[str]:
    level = f" and the same {tested.how.level}" if tested.how.level else ""
    notes = [
        (
            f"Block: cases that are connected through the same interviews{level}. Labels were traded between whole "
            "blocks of like size and of like exposure, which is the words spoken on a case (a Chinese character is a "
            "word); words were allowed for in the statistic too."
        )
    ]
    for association, results in _groups(tested):
        if association.compared:
            whose = "" if len(_groups(tested)) == 1 else f" ({', '.join(r.code.id for r in results)})"
            ways = (
                f"all {association.arrangements:,} arrangements"
                if association.exact
                else f"{association.compared - 1:,} random arrangements (seed {association.seed}) and the observed one"
            )
            fixed = f"; {association.fixed} block(s) had nobody to trade with" if association.fixed else ""
            notes.append(f"p{whose} rests on {ways}, in {association.strata} strata{fixed}.")
    return notes


def _about_p(tested: Compared) -> list[str]:
    number = sum(result.test.p is not None for result in tested.results)
    return [
        (
            f"p: share of the arrangements in which the code is spread over {tested.name} as unevenly or more so. q: p "
            f"after Benjamini and Hochberg over the {number} code(s) tested here. Smallest p: what this code could "
            "reach at best; above .05 it is too rare or too frequent to be told from chance."
        ),
        (
            f"Not tested: codes that define {tested.name}, columns of fewer than {MIN_BLOCKS} blocks, one block with "
            "more than half of the cases. To leave columns out, name the others with --between."
        ),
    ]


def _about_effects(tested: Compared) -> list[str]:
    return [
        (
            f"Difference: percent of cases with the code in this {tested.name} less that in the other columns "
            "together, in percentage points. Odds ratio: odds of the code here over those elsewhere (1/2 added to all "
            "cells where one is empty)."
        ),
        (
            "Low and high: 95 % intervals, by leaving out one block at a time (jackknife, one case with and one "
            f"without the code added to each side); none below {MIN_INTERVAL_BLOCKS} blocks on a side. They say how "
            "far a number hangs on single blocks of this material."
        ),
        (
            "Design effect: variance over blocks by that of independent cases; above 1, cases of a block resemble "
            "each other."
        ),
    ]
