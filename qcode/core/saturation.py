"""New codes per further transcript: whether more interviews still bring something that was not said before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from qcode.core.contexts import BoolArray, IntArray, find_keys
from qcode.core.effects import FloatArray

__all__ = ["FIXED_CODEBOOK_WARNING", "Saturation", "code_presence", "new_information", "saturation"]

FIXED_CODEBOOK_WARNING = (
    "These counts show when the codes of the codebook were first used, not when the material stopped bringing "
    "anything new. They speak of saturation only if codes were made from the material as it was read; a codebook "
    "that was fixed beforehand is exhausted sooner or later in any material."
)
"""To be shown with every table of this kind."""

_SEED = 20_100_401


@dataclass(frozen=True, slots=True, eq=False)
class Saturation:
    """Codes used in the first 1, 2, ... transcripts; entry `i` is for `i + 1` transcripts.

    `new` and `total`: in the observed order, codes that this transcript brings, and all so far. `mean`, `low`,
    `high`: over random orders, the mean of the total and its 2.5th and 97.5th percentile. Where the observed
    totals leave this band, the order of the interviews matters.
    """

    new: IntArray
    total: IntArray
    mean: FloatArray
    low: FloatArray
    high: FloatArray
    orders: int
    seed: int


def code_presence(source: IntArray, code: IntArray, sources: Sequence[int], codes: Sequence[int]) -> BoolArray:
    """Whether each of the transcripts, in this order, holds each of the codes [transcripts x codes].

    `source` and `code` hold one entry per segment; those of other transcripts and codes are passed over. Give
    the transcripts that were completed: in others a code is unknown, not absent. Raises ValueError if a
    transcript or a code is named twice.

    >>> column = lambda *numbers: np.array(numbers, dtype=np.int64)
    >>> code_presence(column(5, 5, 6), column(1, 1, 2), [6, 5], [1, 2]).tolist()
    [[False, True], [True, False]]
    """
    found = np.zeros((len(sources), len(codes)), dtype=np.bool_)
    places = []
    for keys, wanted in ((sources, source), (codes, code)):
        order = np.array(keys, dtype=np.int64)
        rank = np.argsort(order)
        if len(np.unique(order)) < len(order):
            raise ValueError("A transcript or a code is named twice.")
        place = find_keys(order[rank], wanted)
        places.append(np.where(place >= 0, np.append(rank, -1)[place], -1))
    row, column = places
    both = (row >= 0) & (column >= 0)
    found[row[both], column[both]] = True
    return found


def saturation(presence: BoolArray, *, orders: int = 999, seed: int = _SEED) -> Saturation:
    """New codes per further transcript, in the observed order and over `orders` random ones (1 or more).

    The mean over all orders is the species accumulation curve of ecology, T transcripts of which n_c hold code
    c: Σ_c 1 - C(T - n_c, t) / C(T, t) (Colwell, Mao and Chang 2004); the random orders come near to it and give
    its spread. Show FIXED_CODEBOOK_WARNING with it. Raises ValueError for fewer than one order.

    >>> found = saturation(np.array([[1, 1, 0], [1, 0, 0], [0, 1, 1]], dtype=np.bool_), orders=99)
    >>> found.new.tolist(), found.total.tolist(), float(found.mean[-1])
    ([2, 0, 1], [2, 2, 3], 3.0)
    """
    if orders < 1:
        raise ValueError("At least one random order is needed.")
    number = len(presence)
    total = _accumulated(presence, np.arange(number)[np.newaxis])[0]
    drawn = np.random.default_rng(seed).permuted(np.tile(np.arange(number), (orders, 1)), axis=1)
    totals = _accumulated(presence, drawn)
    low, high = np.percentile(totals, (2.5, 97.5), axis=0) if number else (np.empty(0), np.empty(0))
    return Saturation(np.diff(total, prepend=0), total, totals.mean(axis=0), low, high, orders, seed)


def _accumulated(presence: BoolArray, drawn: IntArray) -> IntArray:
    """Distinct codes in the first transcripts of each order [orders x transcripts]."""
    number, codes = presence.shape
    turn = np.empty_like(drawn)
    np.put_along_axis(turn, drawn, np.arange(number)[np.newaxis], axis=1)
    brought = np.zeros((len(drawn), number + 1), dtype=np.int64)
    for code in range(codes):
        holders = np.flatnonzero(presence[:, code])
        # The first holder in the order brings the code; one that nobody holds falls behind the last.
        first = turn[:, holders].min(axis=1, initial=number)
        brought[np.arange(len(drawn)), first] += 1
    return np.cumsum(brought[:, :number], axis=1)


def new_information(total: IntArray, *, base: int = 4, run: int = 2) -> list[float | None]:
    """New codes in each run of transcripts over the codes of the base, 0 or more; None where the base has no code.

    Entry `i` is for the run that ends with transcript `base + run + i` (counted from 1). `total` is that of
    `saturation`. Guest, Namey and Chen (2020), A simple method to assess and report thematic saturation: a usual
    choice is base 4, run 2 or 3, and at most 5 % new. Raises ValueError for a base or run below 1.

    >>> new_information(np.array([3, 5, 7, 8, 9, 9, 9]))
    [0.125, 0.0]
    """
    if base < 1 or run < 1:
        raise ValueError("The base and the run are one transcript or more.")
    start = total[base - 1 : len(total) - run] if len(total) >= base + run else total[:0]
    found = total[base - 1 + run :] - start
    first = int(total[base - 1]) if len(total) >= base else 0
    return [number / first if first else None for number in found.tolist()]
