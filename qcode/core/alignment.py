"""The cheapest way to put the units of two or three coders side by side, exactly.

Units that lie far apart are never put together. So the problem falls into small pieces: two coders' pieces are
assignment problems; three coders' pieces are searched from left to right, with what is left as memory.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from qcode.core.coincidence import BoolArray, FloatArray, IntArray
from qcode.errors import RequestError

__all__ = ["Group", "assign", "cheapest_cover", "pieces"]

# Steps of the search: the first is some hundredths of a second, the second some seconds.
_TRIALS_WITHOUT_PRICES = 50_000
_TRIALS = 2_000_000
_BEAM = 200
_TURNS = 150


class Group(NamedTuple):
    """Units that could be put together, by number, and what that costs."""

    units: tuple[int, ...]
    cost: float


def assign(cost: FloatArray) -> IntArray:
    """For each row its column, all different, so that the sum of costs is least; rows are no more than columns.

    Shortest augmenting paths with potentials: Jonker and Volgenant (1987). Time grows with rows^2 x columns.

    >>> assign(np.array([[4.0, 1.0, 3.0], [2.0, 0.0, 5.0]])).tolist()
    [1, 0]
    """
    rows, columns = cost.shape
    if rows > columns:
        raise RequestError(f"{rows} rows cannot get {columns} different columns.")
    of_row, of_column = np.zeros(rows), np.zeros(columns)
    row_at: IntArray = np.full(columns, -1)
    for start in range(rows):
        least, came_from = np.full(columns, np.inf), np.full(columns, -1)
        done = np.zeros(columns, dtype=np.bool_)
        row, column = start, -1
        while True:
            reduced = cost[row] - of_row[row] - of_column
            if column >= 0:
                reduced += least[column]
            better = ~done & (reduced < least)
            least[better], came_from[better] = reduced[better], column
            column = int(np.where(done, np.inf, least).argmin())
            done[column] = True
            if row_at[column] < 0:
                break
            row = int(row_at[column])
        _raise_potentials(of_row, of_column, row_at, least, done, start, least[column])
        while column >= 0:
            before = int(came_from[column])
            row_at[column] = row_at[before] if before >= 0 else start
            column = before
    chosen = np.empty(rows, dtype=np.int64)
    chosen[row_at[row_at >= 0]] = np.flatnonzero(row_at >= 0)
    return chosen


def _raise_potentials(
    of_row: FloatArray,
    of_column: FloatArray,
    row_at: IntArray,
    least: FloatArray,
    done: BoolArray,
    start: int,
    end: float,
) -> None:
    """Keep reduced costs at 0 or above along the tree that the search has built."""
    of_row[start] += end
    inside = done & (row_at >= 0)
    of_row[row_at[inside]] += end - least[inside]
    of_column[done] += least[done] - end


def pieces(units: int, groups: Sequence[Group]) -> list[tuple[list[int], list[Group]]]:
    """Units that groups hold together, with these groups; units in no group are in no piece.

    >>> pieces(4, [Group((0, 2), 1.0), Group((2, 3), 1.0)])
    [([0, 2, 3], [Group(units=(0, 2), cost=1.0), Group(units=(2, 3), cost=1.0)])]
    """
    root = list(range(units))

    def find(unit: int) -> int:
        while root[unit] != unit:
            root[unit] = root[root[unit]]
            unit = root[unit]
        return unit

    for group in groups:
        for unit in group.units[1:]:
            root[find(unit)] = find(group.units[0])
    found: dict[int, tuple[list[int], list[Group]]] = {}
    for unit in sorted({unit for group in groups for unit in group.units}):
        found.setdefault(find(unit), ([], []))[0].append(unit)
    for group in groups:
        found[find(group.units[0])][1].append(group)
    return list(found.values())


def cheapest_cover(units: Sequence[int], groups: Sequence[Group], alone: float) -> float:
    """Least cost of parting the units into groups of two or three and units `alone`, exactly.

    Units must be numbered in the order of their place in the text: the first one that is still free is decided next,
    so that what is left differs only around that place. Where it differs in many ways, prices of the units first tell
    which groups cannot belong to a cheapest parting. Raises RequestError where even that leaves too many.

    >>> cheapest_cover([0, 1, 2], [Group((0, 1), 0.5), Group((0, 1, 2), 1.8), Group((1, 2), 1.9)], 1.0)
    1.5
    """
    place = {unit: number for number, unit in enumerate(sorted(units))}
    cover = _Cover.of([([place[unit] for unit in group.units], group.cost) for group in groups], len(place), alone)
    nothing = np.zeros(len(place))
    found = _search(cover, nothing, np.inf, trials=_TRIALS_WITHOUT_PRICES)
    if found is None:
        prices = _prices(cover, _search(cover, cover.shares(), np.inf, beam=_BEAM))
        worst = _search(cover, prices, np.inf, beam=_BEAM)
        # Reduced costs only ever add up: what exceeds a parting that is known cannot be part of a cheaper one.
        found = _search(cover, prices, (worst or 0.0) - float(prices.sum()) + 1e-9, trials=_TRIALS)
    if found is None:
        raise RequestError(
            "The segments of the three coders overlap in too many ways to align them exactly.",
            fix="Compare two coders at a time, or one dimension of codes at a time.",
        )
    return found


class _Cover(NamedTuple):
    """Groups and units alone: `members` [G, 3] (filled up with `units`, which is no unit), their cost and size [G]."""

    members: IntArray
    cost: FloatArray
    size: IntArray
    units: int

    @classmethod
    def of(cls, groups: Sequence[tuple[Sequence[int], float]], units: int, alone: float) -> _Cover:
        rows = [(*sorted(members), *[units] * (3 - len(members))) for members, _ in groups]
        members = np.array([*rows, *((unit, units, units) for unit in range(units))], dtype=np.int64)
        cost = np.array([*(cost for _, cost in groups), *[alone] * units], dtype=np.float64)
        return cls(members, cost, (members < units).sum(axis=1), units)

    def shares(self) -> FloatArray:
        """For each unit its share in the cheapest group that it can join: never more than any group costs together."""
        return self._least(self.cost / self.size)

    def slack(self, prices: FloatArray) -> FloatArray:
        """What each group costs beyond the prices of its units."""
        return np.asarray(self.cost - np.append(prices, 0.0)[self.members].sum(axis=1), dtype=np.float64)

    def _least(self, values: FloatArray) -> FloatArray:
        least = np.full(self.units + 1, np.inf)
        np.minimum.at(least, self.members.ravel(), np.repeat(values, 3))
        return least[:-1]

    def lowered(self, prices: FloatArray) -> FloatArray:
        """Prices such that no group is too dear for its units: each unit gives its part of what is too much."""
        return np.asarray(prices + self._least(np.minimum(self.slack(prices), 0) / self.size), dtype=np.float64)

    def raised(self, prices: FloatArray) -> FloatArray:
        """Prices raised one after the other as far as the groups allow."""
        found, slack = prices.copy(), self.slack(prices)
        order = np.argsort(self.members.ravel(), kind="stable")
        bounds = np.searchsorted(self.members.ravel()[order], np.arange(self.units + 1))
        for unit in range(self.units):
            joined = order[bounds[unit] : bounds[unit + 1]] // 3
            more = slack[joined].min()
            found[unit] += more
            slack[joined] -= more
        return found


def _prices(cover: _Cover, known: float | None) -> FloatArray:
    """Prices of the units that add up to nearly the least cost, no group being cheaper than its units.

    The dual of the cover problem, by subgradients with Polyak's steps towards a cost that is `known` to suffice.
    """
    prices = cover.shares()
    best = cover.raised(prices)
    for turn in range(_TURNS):
        slack = cover.slack(prices)
        wanted = slack < 0
        times = np.bincount(cover.members[wanted].ravel(), minlength=cover.units + 1)[:-1]
        wrong = 1 - times
        if not wrong.any():
            break
        missing = max((known or 0.0) - float(prices.sum() + slack[wanted].sum()), 1e-6)
        prices = prices + 0.985**turn * missing / float((wrong**2).sum()) * wrong
        if turn % 5 == 4:
            lowered = cover.raised(cover.lowered(prices))
            best = max(best, lowered, key=lambda found: float(found.sum()))
    return best


def _search(
    cover: _Cover, prices: FloatArray, budget: float, *, trials: float = np.inf, beam: int | None = None
) -> float | None:
    """Least cost of a cover whose cost beyond the prices keeps the budget; None after too many `trials`.

    With a `beam`, only so many of the cheapest beginnings are followed: a cost that suffices, not always the least.
    """
    starting: list[list[tuple[float, int]]] = [[] for _ in range(cover.units)]
    rows = zip(cover.members.tolist(), cover.slack(prices).tolist(), strict=True)
    for members, beyond in rows:
        starting[members[0]].append((beyond, sum(1 << unit for unit in members if unit < cover.units)))
    full = (1 << cover.units) - 1
    best = {full: 0.0}
    tried = 0
    for unit, choices in enumerate(starting):
        choices.sort()
        after: dict[int, float] = {}
        for free, cost in best.items():
            # A unit that an earlier group has taken is passed over.
            within = choices[: bisect_right(choices, (budget - cost, full))] if free >> unit & 1 else ((0.0, 0),)
            tried += len(within)
            for beyond, mask in within:
                if mask & free == mask and cost + beyond < after.get(free & ~mask, np.inf):
                    after[free & ~mask] = cost + beyond
        if tried > trials:
            return None
        best = after if beam is None else dict(sorted(after.items(), key=lambda item: item[1])[:beam])
    return best[0] + float(prices.sum())
