"""The statistics of agreement by name: for each, when it is right, and how it is computed for the rows of a table."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from qcode.core import agreement as formulas
from qcode.core import reliability
from qcode.core.alpha import Distance, Level, alpha, alpha_categories, alpha_sets, jaccard_distance, masi_distance
from qcode.core.coincidence import FloatArray
from qcode.core.measures import Measure, Result, Undefined
from qcode.core.ratings import Ratings, Weighting, ratings, ratings_of_table, weights
from qcode.core.resampling import Interval, document_intervals
from qcode.services.agreement_readings import Compared, Part, Reading, Sums

__all__ = ["NOT_EXCLUSIVE", "Compute", "Formula", "alone", "by_sums", "each_pair", "fixed_unit_statistics"]

Compute: TypeAlias = Callable[[Compared, Sequence[Part], str], list[list[Reading]]]
"""From the parts and the unit: for each part its readings."""

NOT_EXCLUSIVE = "The codebook does not declare that the codes of this dimension exclude each other."
_NO_DIMENSION = "It is about the codes of one dimension: compare by dimension, or by code."
_NEEDS_UNITS = "It needs units larger than a character."


@dataclass(frozen=True, slots=True)
class Formula:
    """A value that follows from sums over transcripts, so that transcripts can be resampled for an interval."""

    measure: Measure
    of: Callable[..., FloatArray]
    pairs: bool
    otherwise: Undefined


_FORMULAS = {
    "percent": Formula(Measure.PERCENT, formulas.percent_of, pairs=False, otherwise=Undefined.NO_TEXT),
    "dice": Formula(Measure.DICE, formulas.dice_of, pairs=False, otherwise=Undefined.NEVER_CODED),
    "alpha": Formula(Measure.ALPHA, formulas.alpha_of, pairs=False, otherwise=Undefined.ONE_VALUE),
    "kappa": Formula(Measure.KAPPA, formulas.kappa_of, pairs=True, otherwise=Undefined.ONE_VALUE),
    "scott": Formula(
        Measure.SCOTT,
        lambda tables: formulas.pi_of(tables + np.swapaxes(tables, -1, -2)),
        pairs=True,
        otherwise=Undefined.ONE_VALUE,
    ),
    "jaccard": Formula(Measure.JACCARD, formulas.jaccard_of, pairs=True, otherwise=Undefined.NEVER_CODED),
}


def fixed_unit_statistics() -> dict[str, Compute]:
    """How each statistic for given units is computed, by name."""
    found: dict[str, Compute] = {name: _formula(name) for name in _FORMULAS}
    found["prevalence"] = alone("prevalence", _prevalence)
    found["holsti"] = alone("holsti", each_pair(_holsti))
    found["kappa-pooled"] = alone("kappa-pooled", each_pair(_pooled))
    for name, weighting in (("kappa-linear", Weighting.LINEAR), ("kappa-quadratic", Weighting.QUADRATIC)):
        found[name] = alone(name, each_pair(_weighted(weighting)))
    for name, rated in (
        ("percent-units", reliability.mean_percent),
        ("conger", reliability.conger),
        ("brennan-prediger", reliability.brennan_prediger),
        ("ac1", reliability.gwet),
        ("fleiss", reliability.fleiss),
    ):
        found[name] = alone(name, _rated(rated))
    found["ac2"] = alone("ac2", _counted(lambda r: reliability.gwet(r, weights(r.values, Weighting.QUADRATIC))))
    for level in (Level.ORDINAL, Level.INTERVAL, Level.RATIO):
        found[f"alpha-{level}"] = alone(f"alpha-{level}", _counted(_alpha_at(level)))
    for name, distance in (("alpha-jaccard", jaccard_distance), ("alpha-masi", masi_distance)):
        found[name] = alone(name, _sets(distance))
    found["alpha-codes"] = alone("alpha-codes", _values(alpha, alpha_categories))
    found["fleiss-codes"] = alone("fleiss-codes", _values(reliability.fleiss, reliability.fleiss_categories))
    return found


_Single: TypeAlias = Callable[[Compared, Part, str], list[Reading]]
_OfPair: TypeAlias = Callable[[Compared, Part, str, tuple[int, int]], Reading]


def alone(name: str, compute: _Single) -> Compute:
    """A statistic that is computed part by part."""

    def every(compared: Compared, parts: Sequence[Part], unit: str) -> list[list[Reading]]:
        return [[replace(reading, statistic=name) for reading in compute(compared, part, unit)] for part in parts]

    return every


def each_pair(compute: _OfPair) -> _Single:
    """A statistic of two coders, for each pair of a part."""

    def every(compared: Compared, part: Part, unit: str) -> list[Reading]:
        return [
            replace(compute(compared, replace(part, coders=pair), unit, pair), of=compared.pair_name(pair))
            for pair in part.pairs
        ]

    return every


# -- what follows from sums over transcripts


def by_sums(
    compared: Compared, formula: Formula, sums: Sequence[Sequence[FloatArray]], bases: Sequence[Result]
) -> list[tuple[Result, Interval]]:
    """Values and intervals: for each of K coefficients its arrays [D, ...], and a result that says what it rests on."""
    if not sums:
        return []
    stacked = [np.stack([np.asarray(one[i], dtype=np.float64) for one in sums], axis=1) for i in range(len(sums[0]))]
    values = formula.of(*(array.sum(axis=0) for array in stacked))
    intervals = document_intervals(formula.of, stacked, seed=compared.asked.seed, replicates=compared.asked.replicates)
    found = []
    for value, basis, interval in zip(values.tolist(), bases, intervals, strict=True):
        reason = basis.reason or (formula.otherwise if np.isnan(value) else None)
        result = replace(basis, measure=formula.measure, value=None if reason else float(value), reason=reason)
        found.append((result, interval))
    return found


def _basis(sums: Sums, unit: str) -> Result:
    return Result(
        Measure.PERCENT, None, sums.nothing, int(sums.units.sum()), sums.documents, sums.coders, unit
    )  # fmt: skip


def _formula(name: str) -> Compute:
    formula = _FORMULAS[name]

    def every(compared: Compared, parts: Sequence[Part], unit: str) -> list[list[Reading]]:
        wanted: list[tuple[Part, str, Sums, FloatArray]] = []
        for part in parts:
            if formula.pairs:
                for pair in part.pairs:
                    own = replace(part, coders=pair)
                    sums = compared.sums(own, unit)
                    wanted.append((part, compared.pair_name(pair), sums, sums.tables[0].astype(np.float64)))
            else:
                sums = compared.sums(part, unit)
                wanted.append((part, "", sums, sums.coincidences))
        found = by_sums(compared, formula, [[w[3]] for w in wanted], [_basis(w[2], unit) for w in wanted])
        readings: dict[int, list[Reading]] = {id(part): [] for part in parts}
        for (part, of, _, array), (result, interval) in zip(wanted, found, strict=True):
            more = _with_errors(name, compared, part, unit, array, result)
            readings[id(part)].append(Reading(name, unit, of, more, interval))
        return [readings[id(part)] for part in parts]

    return every


def _with_errors(name: str, compared: Compared, part: Part, unit: str, array: FloatArray, result: Result) -> Result:
    """The result with its standard error and maximum, where there are formulas for them."""
    if result.value is None:
        return result
    if name == "kappa":
        table = array.sum(axis=0).astype(np.int64)
        cohen = reliability.cohen(ratings_of_table(table))
        error = None if unit == "character" else cohen.standard_error
        return replace(
            result, standard_error=error, maximum=cohen.maximum, observed=cohen.observed, expected=cohen.expected
        )
    if name == "alpha" and unit != "character" and compared.asked.statistics:
        return replace(result, standard_error=reliability.alpha_error(compared.ratings(part, unit)))
    return result


def _prevalence(compared: Compared, part: Part, unit: str) -> list[Reading]:
    sums = compared.sums(part, unit)
    found = []
    for coder in part.coders:
        counted = int(sums.counted[coder].sum())
        reason = None if counted else sums.nothing or Undefined.TOOK_NO_PART
        value = None if reason else float(sums.coded[coder].sum() / counted)
        documents = int(np.count_nonzero(sums.counted[coder]))
        result = Result(Measure.PREVALENCE, value, reason, counted, documents, int(counted > 0), unit)
        found.append(Reading("prevalence", unit, compared.names[coder], result))
    return found


# -- two coders


def _placed(result: Result, sums: Sums, unit: str) -> Result:
    """The result with its unit and transcripts; undefined for their reason, if they have one."""
    reason = sums.nothing or result.reason
    return replace(
        result, documents=sums.documents, unit=unit, reason=reason, value=None if reason else result.value,
        standard_error=None if unit == "character" else result.standard_error,
    )  # fmt: skip


def _holsti(compared: Compared, part: Part, unit: str, _pair: tuple[int, int]) -> Reading:
    sums = compared.sums(part, unit)
    (_, second), (first, both) = sums.tables[0].sum(axis=0).tolist()
    result = reliability.holsti(both, both + first, both + second)
    return Reading("", unit, "", _placed(result, sums, unit))


def _pooled(compared: Compared, part: Part, unit: str, _pair: tuple[int, int]) -> Reading:
    tables = [
        compared.sums(replace(part, labels=(label,)), unit).tables[0].sum(axis=0) for label in part.labels
    ]  # fmt: skip
    result = reliability.pooled_kappa(tables)
    sums = compared.sums(part, unit)
    return Reading("", unit, "", replace(_placed(result, sums, unit), unit="code"))


def _weighted(weighting: Weighting) -> _OfPair:
    def compute(compared: Compared, part: Part, unit: str, _pair: tuple[int, int]) -> Reading:
        (reading,) = _counted(lambda r: reliability.cohen(r, weights(r.values, weighting)))(compared, part, unit)
        return reading

    return compute


# -- any number of coders, unit by unit


def _rated(coefficient: Callable[[Ratings], Result]) -> _Single:
    def compute(compared: Compared, part: Part, unit: str) -> list[Reading]:
        result = coefficient(compared.ratings(part, unit))
        return [Reading("", unit, "", _placed(result, compared.sums(part, unit), unit))]

    return compute


def _counted(coefficient: Callable[[Ratings], Result]) -> _Single:
    """A coefficient of how many segments of the code a unit has."""

    def compute(compared: Compared, part: Part, unit: str) -> list[Reading]:
        if unit == "character":
            return [Reading("", unit, "", None, remark=_NEEDS_UNITS)]
        result = coefficient(compared.ratings(part, unit, counts=True))
        return [Reading("", unit, "", _placed(result, compared.sums(part, unit), unit))]

    return compute


def _alpha_at(level: Level) -> Callable[[Ratings], Result]:
    return lambda judged: alpha(judged, level)


# -- several codes at once


def _sets(distance: Distance) -> _Single:
    def compute(compared: Compared, part: Part, unit: str) -> list[Reading]:
        if unit == "character":
            return [Reading("", unit, "", None, remark=_NEEDS_UNITS)]
        found = _shared(compared.sets(part, unit))
        rows = [row for document in found for row in document]
        return [Reading("", unit, "", _over(alpha_sets(rows, distance), found, unit))]

    return compute


_Sets: TypeAlias = list[list[list[frozenset[str] | None]]]


def _shared(found: _Sets) -> _Sets:
    """The transcripts that two coders judged."""
    return [document for document in found if document and sum(value is not None for value in document[0]) > 1]


def _over(result: Result, found: _Sets, unit: str) -> Result:
    nothing = None if found else Undefined.NO_SHARED_DOCUMENT
    return replace(result, documents=len(found), unit=unit, reason=nothing or result.reason)


def _values(whole: Callable[[Ratings], Result], categories: Callable[[Ratings], dict[Hashable, Result]]) -> _Single:
    """A coefficient of which code of an exclusive dimension a unit has; for one code, of this code against the rest.

    Units to which a coder gave several codes are missing for that coder.
    """

    def compute(compared: Compared, part: Part, unit: str) -> list[Reading]:
        if unit == "character":
            return [Reading("", unit, "", None, remark=_NEEDS_UNITS)]
        groups = {label.group for label in part.labels}
        if len(groups) != 1 or not part.labels[0].group:
            return [Reading("", unit, "", None, remark=_NO_DIMENSION)]
        if not part.labels[0].exclusive:
            return [Reading("", unit, "", None, remark=NOT_EXCLUSIVE)]
        siblings = tuple(label for label in compared.found.labels if label.group in groups)
        found = _shared(compared.sets(replace(part, labels=siblings), unit))
        rows = [[_one(value) for value in row] for document in found for row in document]
        several = sum(value is not None and len(value) > 1 for document in found for row in document for value in row)
        judged = ratings(rows, ["", *(label.id for label in siblings)])
        single = len(part.labels) == 1 < len(siblings)
        result = categories(judged)[part.labels[0].id] if single else whole(judged)
        more = (("several codes", float(several)),) if several else ()
        return [Reading("", unit, "", _over(result, found, unit), more=more)]

    return compute


def _one(value: frozenset[str] | None) -> str | None:
    """The only code of a unit, “” for none; None where it is missing, or several."""
    if value is None or len(value) > 1:
        return None
    return next(iter(value), "")
