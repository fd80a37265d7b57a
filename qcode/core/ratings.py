"""Given units and what each coder said of each: the form in which all coefficients for fixed units take their data."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite
from numbers import Real
from typing import cast

import numpy as np

from qcode.core.coincidence import FloatArray, IntArray
from qcode.errors import RequestError

__all__ = ["Ratings", "Weighting", "contingency", "numbers_of", "ratings", "ratings_of_table", "weights"]

_MISSING = -1


class Weighting(StrEnum):
    """How much two values that differ still agree."""

    IDENTITY = "identity"
    LINEAR = "linear"
    QUADRATIC = "quadratic"


@dataclass(frozen=True, slots=True, eq=False)
class Ratings:
    """Units x coders, with missing ones.

    cells: int64 [n, m], the index of the value, -1 where it is missing.
    times: int64 [n], how often this row occurs (or the length of the stretch that it stands for), at least 1.
    values: the q values, in their order: declared, or sorted where they are numbers, or as they appeared.
    declared: whether the caller named the values, so that one that nobody used counts as a choice all the same.
    """

    cells: IntArray
    times: IntArray
    values: tuple[Hashable, ...]
    declared: bool

    @property
    def counts(self) -> IntArray:
        """int64 [n, q]: how many coders gave the unit this value."""
        found = [(self.cells == value).sum(axis=1) for value in range(len(self.values))]
        return np.array(found, dtype=np.int64).reshape(len(self.values), len(self.cells)).T

    @property
    def paired(self) -> Ratings:
        """Without the units that fewer than two coders judged."""
        kept = (self.cells != _MISSING).sum(axis=1) > 1
        return Ratings(self.cells[kept], self.times[kept], self.values, self.declared)

    @property
    def units(self) -> int:
        """Number of units, each as often as it occurs."""
        return int(self.times.sum())

    @property
    def coders(self) -> int:
        """Coders who judged at least one of these units."""
        return int((self.cells != _MISSING).any(axis=0).sum()) if len(self.cells) else 0

    @property
    def used(self) -> int:
        """Number of different values in use."""
        return np.unique(self.cells[self.cells != _MISSING]).size


def ratings(rows: Sequence[Sequence[Hashable | None]], values: Sequence[Hashable] | None = None) -> Ratings:
    """Units x coders from one row per unit and one column per coder; None is missing.

    `values` declares the values, lowest first; without it numbers are sorted and all else keeps the order in which
    it appeared. Values are told apart as they are: "a" is not "A", and the text "nan" is a value.

    Raises RequestError for rows of unequal length, a not-a-number, and a value that was not declared.

    >>> ratings([["yes", "no"], ["yes", None], ["yes", "no"]]).values
    ('yes', 'no')
    >>> ratings([["yes", "no"], ["yes", None], ["yes", "no"]]).times.tolist()
    [1, 2]
    """
    widths = {len(row) for row in rows}
    if len(widths) > 1:
        raise RequestError("Every unit must have one entry per coder: a value, or nothing where it is missing.")
    index = _index(rows, values)
    try:
        cells = [[_MISSING if value is None else index[value] for value in row] for row in rows]
    except KeyError as unknown:
        raise RequestError(
            f"The value {unknown.args[0]!r} is not among the {len(index)} declared ones.",
            fix="Declare every value that a coder could give.",
        ) from None
    table = np.array(cells, dtype=np.int64).reshape(len(rows), widths.pop() if widths else 0)
    distinct, times = np.unique(table, axis=0, return_counts=True) if table.size else (table, np.ones(len(rows)))
    return Ratings(distinct, times.astype(np.int64), tuple(index), values is not None)


def _index(rows: Sequence[Sequence[Hashable | None]], values: Sequence[Hashable] | None) -> dict[Hashable, int]:
    """Number of each value."""
    found = dict.fromkeys(value for row in rows for value in row if value is not None)
    if any(value != value for value in found):  # noqa: PLR0124 - only a not-a-number differs from itself
        raise RequestError("A value is not a number. Leave it out where the value is missing.")
    order = list(found)
    if values is not None:
        order = list(dict.fromkeys(values))
    elif all(_is_number(value) for value in found):
        cast("list[float]", order).sort()
    return {value: number for number, value in enumerate(order)}


def _is_number(value: object) -> bool:
    return isinstance(value, Real)


def ratings_of_table(table: Sequence[Sequence[int]] | IntArray, values: Sequence[Hashable] | None = None) -> Ratings:
    """Two coders from their contingency table of counts: row the first coder's value, column the second's.

    The values are those of `values`, else 1 to q, and they count as declared. Raises RequestError for a table that
    is not square, counts below 0, and another number of values.

    >>> ratings_of_table([[2, 1], [0, 3]]).units
    6
    """
    counts = _square(table)
    names = tuple(range(1, len(counts) + 1)) if values is None else tuple(values)
    if len(names) != len(counts):
        raise RequestError(f"The table has {len(counts)} rows, but {len(names)} values were named.")
    cells = np.argwhere(counts > 0).astype(np.int64)
    return Ratings(cells, counts[counts > 0], names, declared=True)


def _square(table: Sequence[Sequence[int]] | IntArray) -> IntArray:
    counts = np.array(table)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or not np.issubdtype(counts.dtype, np.integer):
        raise RequestError("A table of two coders must be square and hold whole numbers.")
    if (counts < 0).any():
        raise RequestError("A table of two coders cannot hold counts below 0.")
    return counts.astype(np.int64)


def contingency(judged: Ratings, first: int = 0, second: int = 1) -> IntArray:
    """Contingency table int64 [q, q] of two coders (columns of the ratings) over the units that both judged.

    >>> contingency(ratings([["a", "a"], ["a", "b"], [None, "b"]])).tolist()
    [[1, 1], [0, 0]]
    """
    if not {first, second} <= set(range(judged.cells.shape[1])):
        raise RequestError(f"There are {judged.cells.shape[1]} coders; {first} and {second} are not two of them.")
    q = len(judged.values)
    both = (judged.cells[:, [first, second]] != _MISSING).all(axis=1)
    cell = judged.cells[both, first] * q + judged.cells[both, second]
    return np.bincount(cell, weights=judged.times[both], minlength=q * q).astype(np.int64).reshape(q, q)


def weights(values: Sequence[Hashable] | int, kind: Weighting) -> FloatArray:
    """Weights of agreement [q, q], 0 to 1, with 1 on the diagonal.

    Linear 1 - |x - y| / range, quadratic 1 - (x - y)^2 / range^2 (Cicchetti and Allison 1971, Fleiss and Cohen 1973),
    with the distances of the values where they are numbers; a plain number of values means steps of 1.

    >>> weights(3, Weighting.LINEAR).tolist()
    [[1.0, 0.5, 0.0], [0.5, 1.0, 0.5], [0.0, 0.5, 1.0]]
    """
    q = values if isinstance(values, int) else len(values)
    if kind is Weighting.IDENTITY or q < 2:
        return np.eye(q)
    scale = np.arange(q, dtype=np.float64) if isinstance(values, int) else numbers_of(values)
    apart = np.abs(scale[:, np.newaxis] - scale) / (scale.max() - scale.min())
    return np.asarray(1 - (apart if kind is Weighting.LINEAR else apart**2), dtype=np.float64)


def numbers_of(values: Sequence[Hashable]) -> FloatArray:
    """The values as numbers, float64 [q]. Raises RequestError where one is none, or is endless.

    >>> numbers_of([1, 2.5]).tolist()
    [1.0, 2.5]
    """
    if not all(_is_number(value) and isfinite(cast("float", value)) for value in values):
        raise RequestError(
            "Distances between values need values that are numbers.",
            fix="Give the values as numbers, or count them as nominal.",
        )
    return np.array(values, dtype=np.float64)
