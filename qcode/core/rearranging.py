"""Which blocks may trade their labels, and the arrangements that follow: the reference of the permutation test.

A block's labels (the columns that its cases stand in) move as a whole, since labels cluster within interviews
as codes do. Blocks trade only within a stratum of like number of cases and like exposure. Cases of a block are
taken in the order of their words, so that the case spoken of most trades with the case spoken of most. Where a
size is too rare for a stratum of its own, neighbouring sizes are joined, and a vector of labels that moves to a
block of another size is stretched or squeezed to its length.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from qcode.core.contexts import IntArray
from qcode.core.effects import FloatArray

__all__ = ["Stratum", "arrangement_count", "every_arrangement", "random_arrangements", "stratify"]

_SIZE_BLOCKS = 6  # blocks that a stratum of like size needs; fewer, and the next size joins
_EXPOSURE_BLOCKS = 8  # blocks that each class of exposure within a size needs
_EXPOSURE_CLASSES = 3
_STRETCH = 2  # a leftover of large blocks joins smaller ones up to this ratio of sizes


@dataclass(frozen=True, slots=True, eq=False)
class Stratum:
    """Blocks that trade with each other.

    `blocks`: their numbers. `patterns`: the distinct vectors of labels among them. `pattern`: the index of each
    block's own vector.
    """

    blocks: IntArray
    patterns: tuple[tuple[int, ...], ...]
    pattern: IntArray

    @property
    def arrangements(self) -> int:
        """In how many ways the vectors can be dealt out that differ from each other."""
        ways, left = 1, len(self.blocks)
        for number in np.bincount(self.pattern).tolist():
            ways *= math.comb(left, number)
            left -= number
        return ways


def stratify(labels: IntArray, first: IntArray, size: IntArray, exposure: FloatArray) -> list[Stratum]:
    """The strata of the blocks, from the labels of all cases sorted by block.

    `first` and `size` [blocks]: where each block begins in `labels`, and its number of cases; `exposure`
    [blocks]: any number by which they are to be alike (the mean logarithm of words). Sizes are joined, small
    ones first, until a stratum has 6 blocks; the largest that are left over join the stratum before them if
    they are at most twice as large, and else stand alone. A stratum of 16 blocks or more is then cut into two
    classes of exposure, one of 24 or more into three.

    >>> labels = np.array([0, 0, 1, 1, 0, 1, 1])
    >>> size = np.array([1, 1, 1, 1, 1, 2])
    >>> [stratum] = stratify(labels, np.cumsum(size) - size, size, np.zeros(6))
    >>> stratum.patterns, stratum.pattern.tolist(), stratum.arrangements  # 6! / (3! 2!)
    (((0,), (1,), (1, 1)), [0, 0, 1, 1, 0, 2], 60)
    """
    strata = []
    for group in _by_size(size):
        classes = min(_EXPOSURE_CLASSES, max(1, len(group) // _EXPOSURE_BLOCKS))
        ordered = group[np.argsort(exposure[group], kind="stable")]
        strata += [_stratum(np.sort(part), labels, first, size) for part in np.array_split(ordered, classes)]
    return strata


def _by_size(size: IntArray) -> list[IntArray]:
    groups: list[IntArray] = []
    waiting = np.empty(0, dtype=np.int64)
    for number in np.unique(size):
        waiting = np.concatenate((waiting, np.flatnonzero(size == number)))
        if len(waiting) >= _SIZE_BLOCKS:
            groups.append(waiting)
            waiting = waiting[:0]
    if len(waiting) and groups and size[waiting].max() <= _STRETCH * size[groups[-1]].max():
        waiting = np.concatenate((groups.pop(), waiting))
    return [*groups, waiting] if len(waiting) else groups


def _stratum(blocks: IntArray, labels: IntArray, first: IntArray, size: IntArray) -> Stratum:
    vectors = [tuple(labels[first[b] : first[b] + size[b]].tolist()) for b in blocks.tolist()]
    patterns = tuple(sorted(set(vectors)))
    place = {vector: i for i, vector in enumerate(patterns)}
    return Stratum(blocks, patterns, np.array([place[vector] for vector in vectors], dtype=np.int64))


def arrangement_count(strata: list[Stratum]) -> int:
    """In how many ways all labels can be rearranged, this one included."""
    return math.prod(stratum.arrangements for stratum in strata)


def every_arrangement(strata: list[Stratum]) -> list[IntArray]:
    """Every arrangement once: per stratum, the pattern of each block [arrangements x blocks of the stratum].

    Row `i` of all strata together is one arrangement of the whole. For few arrangements only.

    >>> one = Stratum(np.arange(3), ((0,), (1,)), np.array([0, 0, 1]))
    >>> every_arrangement([one])[0].tolist()
    [[0, 0, 1], [0, 1, 0], [1, 0, 0]]
    """
    total = arrangement_count(strata)
    found, before = [], 1
    for stratum in strata:
        own = np.array(list(_orders(np.bincount(stratum.pattern).tolist())), dtype=np.int64)
        after = total // (before * len(own))
        found.append(np.tile(np.repeat(own, after, axis=0), (before, 1)))
        before *= len(own)
    return found


def _orders(left: list[int]) -> Iterator[tuple[int, ...]]:
    """All distinct orders of patterns, given how often each one is left; in ascending order."""
    if not any(left):
        yield ()
    for pattern, number in enumerate(left):
        if number:
            rest = [*left[:pattern], number - 1, *left[pattern + 1 :]]
            yield from ((pattern, *others) for others in _orders(rest))


def random_arrangements(strata: list[Stratum], number: int, seed: int) -> list[IntArray]:
    """The observed arrangement, then `number` random ones: per stratum, patterns [1 + number x blocks].

    >>> one = Stratum(np.arange(3), ((0,), (1,)), np.array([0, 0, 1]))
    >>> random_arrangements([one], 9, 1)[0].sum(axis=1).tolist()
    [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]
    """
    chance = np.random.default_rng(seed)
    found = []
    for stratum in strata:
        shuffled = chance.permuted(np.tile(stratum.pattern, (number, 1)), axis=1)
        found.append(np.concatenate((stratum.pattern[np.newaxis], shuffled)))
    return found
