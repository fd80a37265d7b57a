"""gamma: do two or three coders mark the same segments with the same codes, whatever overlaps?

Units of the coders are put side by side (aligned) at the least disorder. gamma = 1 - disorder / disorder by chance.
Mathet, Widlöcher and Métivier (2015), Computational Linguistics 41: 437.

The dissimilarity of two units is Δ (α p^2 + β [codes differ]), with p = (|start - start| + |end - end|) / (length +
length); a unit beside nothing costs Δ. The disorder of an alignment is the sum over its rows of the mean over the
pairs of coders, divided by the units per coder. It is exact; chance is drawn, so gamma moves with the seed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from qcode.core.alignment import Group, assign, cheapest_cover, pieces
from qcode.core.coincidence import FloatArray, IntArray
from qcode.core.continuum import Continuum, lay_out
from qcode.core.measures import Measure, Result, Undefined, number, ratio, whether_undefined
from qcode.errors import RequestError

__all__ = ["Dissimilarity", "Gamma", "disorder", "gamma"]

_SAMPLES = 100


@dataclass(frozen=True, slots=True)
class Dissimilarity:
    """Weights α of the position, β of the code, and Δ of a unit beside nothing; all at least 0, Δ above 0."""

    position: float = 1.0
    code: float = 1.0
    empty: float = 1.0

    def __post_init__(self) -> None:
        """Refuse weights that would reward disagreement."""
        if min(self.position, self.code) < 0 or self.empty <= 0:
            raise RequestError("The weights of gamma cannot be below 0, and a unit beside nothing must cost something.")


@dataclass(frozen=True, slots=True)
class Gamma:
    """gamma with what it rests on.

    `result.observed` and `result.expected` are disorders. `spread` is the standard deviation of the disorder between
    the `samples` continua that chance made, None below two.
    """

    result: Result
    samples: int
    seed: int
    spread: float | None


class _Units(NamedTuple):
    """Units of one coder: bounds and codes [n]."""

    start: FloatArray
    end: FloatArray
    code: IntArray


def _units_of(continuum: Continuum) -> list[_Units]:
    """A coder's overlapping marks with one code are one unit; one that only touches another is its own."""
    layout = lay_out([continuum])
    found = []
    for coder in range(len(layout.coders)):
        own = layout.segments.where(layout.segments.coder == coder)
        order = np.lexsort((own.label, own.end, own.start))
        start, end = (bound[order].astype(np.float64) for bound in (own.start, own.end))
        found.append(_Units(start, end, own.label[order]))
    if not 2 <= len(found) <= 3:
        raise RequestError(
            f"gamma compares two or three coders, not {len(found)}.", fix="Name the coders who are to be compared."
        )
    return found


def disorder(continuum: Continuum, dissimilarity: Dissimilarity | None = None) -> float | None:
    """Disorder of the best alignment, 0 for identical coders; None where nobody marked anything.

    Positions are characters in scope. Raises RequestError for other than two or three coders.

    >>> ours, theirs = [("i", 1, 5, "a"), ("i", 6, 10, "b")], [("j", 2, 6, "a"), ("j", 7, 11, "b")]
    >>> disorder(Continuum([*ours, *theirs], 12))
    0.0625
    """
    return _disorder(_units_of(continuum), dissimilarity or Dissimilarity())


def gamma(
    continuum: Continuum, *, seed: int, dissimilarity: Dissimilarity | None = None, samples: int = _SAMPLES
) -> Gamma:
    """Agreement of two or three coders in one text as gamma, at most 1.

    Chance makes continua that resemble the coders': as many units each, of such lengths, at such distances (normal
    distributions with the observed means and deviations), with codes as frequent as observed.

    Raises RequestError for other than two or three coders, and fewer than 30 samples.

    >>> ours, theirs = [("i", 1, 5, "a"), ("i", 9, 12, "b")], [("j", 1, 5, "a"), ("j", 9, 12, "b")]
    >>> gamma(Continuum([*ours, *theirs], 12), seed=1).result.value
    1.0
    """
    if samples < 30:
        raise RequestError(f"{samples} samples are too few to know what chance gives.", fix="Take at least 30.")
    weights = dissimilarity or Dissimilarity()
    units = _units_of(continuum)
    observed = _disorder(units, weights)
    total = sum(len(own.start) for own in units)
    if observed is None:
        nothing = Result(Measure.GAMMA, None, Undefined.NO_SEGMENT, 0, 1, len(units), "segment")
        return Gamma(nothing, 0, seed, None)
    chance = np.random.default_rng(seed)
    model = _model(units)
    drawn = np.array([_disorder(_sample(model, chance), weights) for _ in range(samples)], dtype=np.float64)
    expected = float(drawn.mean())
    value = 1 - ratio(observed, expected)
    reason = whether_undefined(value, (False, Undefined.ONE_VALUE))
    result = Result(
        Measure.GAMMA, number(value), reason, total, 1, len(units), "segment", observed=observed, expected=expected
    )
    return Gamma(result, samples, seed, float(drawn.std(ddof=1)))


def _disorder(coders: Sequence[_Units], weights: Dissimilarity) -> float | None:
    units = sum(len(own.start) for own in coders)
    if not units:
        return None
    total = _cost_of_two(coders[0], coders[1], weights) if len(coders) == 2 else _cost_of_three(coders, weights)
    return total / (units / len(coders))


def _dissimilarities(first: _Units, second: _Units, weights: Dissimilarity) -> FloatArray:
    """[n, k] between the units of two coders."""
    apart = np.abs(first.start[:, np.newaxis] - second.start) + np.abs(first.end[:, np.newaxis] - second.end)
    lengths = (first.end - first.start)[:, np.newaxis] + (second.end - second.start)
    differ = first.code[:, np.newaxis] != second.code
    cost = weights.empty * (weights.position * (apart / lengths) ** 2 + weights.code * differ)
    return np.asarray(cost, dtype=np.float64)


def _cost_of_two(first: _Units, second: _Units, weights: Dissimilarity) -> float:
    """All units alone, less what the best pairs save."""
    saved = 2 * weights.empty - _dissimilarities(first, second, weights)
    here, there = np.nonzero(saved > 0)
    n = len(first.start)
    groups = [Group((i, n + j), 0.0) for i, j in zip(here.tolist(), there.tolist(), strict=True)]
    cost = weights.empty * (n + len(second.start))
    for members, _ in pieces(n + len(second.start), groups):
        rows = np.array([unit for unit in members if unit < n])
        columns = np.array([unit - n for unit in members if unit >= n])
        block = np.maximum(saved[np.ix_(rows, columns)], 0)
        block = block if block.shape[0] <= block.shape[1] else block.T
        cost -= float(block[np.arange(len(block)), assign(-block)].sum())
    return cost


def _cost_of_three(coders: Sequence[_Units], weights: Dissimilarity) -> float:
    start = np.concatenate([own.start for own in coders])
    rank = np.empty(start.size, dtype=np.int64)
    rank[np.argsort(start, kind="stable")] = np.arange(start.size)
    firsts = np.cumsum([0, *(len(own.start) for own in coders)])
    number_of = [rank[low:high].tolist() for low, high in pairwise(firsts)]
    groups = _groups_of_three(coders, number_of, weights)
    alone = weights.empty
    found = pieces(start.size, groups)
    lonely = start.size - sum(len(members) for members, _ in found)
    return lonely * alone + sum(cheapest_cover(members, near, alone) for members, near in found)


def _groups_of_three(
    coders: Sequence[_Units], number_of: Sequence[Sequence[int]], weights: Dissimilarity
) -> list[Group]:
    """Pairs and triples that cost less than the same units apart: no best alignment needs any other."""
    empty = weights.empty
    apart = {(a, b): _dissimilarities(coders[a], coders[b], weights) for a, b in ((0, 1), (0, 2), (1, 2))}
    groups = [
        Group((number_of[a][i], number_of[b][j]), float(cost[i, j] + 2 * empty) / 3)
        for (a, b), cost in apart.items()
        for i, j in np.argwhere(cost < 4 * empty).tolist()
    ]
    for i, near in enumerate(apart[0, 1]):
        for j in range(near.size):
            triple = near[j] + apart[0, 2][i] + apart[1, 2][j]
            least = np.minimum(near[j], np.minimum(apart[0, 2][i], apart[1, 2][j])) + 5 * empty
            groups += [
                Group((number_of[0][i], number_of[1][j], number_of[2][k]), float(triple[k]) / 3)
                for k in np.flatnonzero((triple < least) & (triple < 9 * empty)).tolist()
            ]
    return groups


class _Model(NamedTuple):
    """Mean and deviation of units per coder, distances and lengths; codes with their frequency."""

    coders: int
    units: tuple[float, float]
    gaps: tuple[float, float]
    lengths: tuple[float, float]
    codes: IntArray
    shares: FloatArray


def _model(coders: Sequence[_Units]) -> _Model:
    def of(values: FloatArray) -> tuple[float, float]:
        return float(values.mean()), float(values.std())

    used = [own for own in coders if len(own.start)]
    # The distance from the beginning counts for a coder who does not start there; one 0 keeps a single unit defined.
    gaps = [0.0, *(float(own.start[0]) for own in used if own.start[0] > 0)]
    for own in used:
        gaps += (own.start[1:] - own.end[:-1]).tolist()
    codes, times = np.unique(np.concatenate([own.code for own in used]), return_counts=True)
    return _Model(
        len(coders),
        of(np.array([len(own.start) for own in coders], dtype=np.float64)),
        of(np.array(gaps)),
        of(np.concatenate([own.end - own.start for own in used])),
        codes.astype(np.int64),
        np.asarray(times / times.sum(), dtype=np.float64),
    )


def _sample(model: _Model, chance: np.random.Generator) -> list[_Units]:
    found = []
    for coder in range(model.coders):
        count = abs(int(chance.normal(*model.units)))
        if coder == 0:
            count = max(count, 1)  # a continuum without units has no disorder
        lengths = np.maximum(np.abs(chance.normal(*model.lengths, size=count)), 1e-9)
        end = np.cumsum(chance.normal(*model.gaps, size=count) + lengths)
        found.append(_Units(end - lengths, end, chance.choice(model.codes, size=count, p=model.shares)))
    return found
