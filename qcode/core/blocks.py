"""Blocks: the groups of cases that may be taken as independent of each other.

Cases told in one interview share the teller, the interviewer and the day; and one case may be told in several
interviews. So what is independent is neither the case nor the interview: it is the connected component of the
graph in which every interview is joined to its cases. A larger level, such as the place of an interview, may
be named; then all that shares a place is one block too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qcode.core.contexts import BoolArray, IntArray, check_columns, find_keys

__all__ = ["Blocks", "components", "find_blocks"]


def components(nodes: int, left: IntArray, right: IntArray) -> IntArray:
    """The connected component of each of the nodes 0 to `nodes` - 1, given edges from `left[i]` to `right[i]`.

    Components are numbered from 0 on in the order of their first node. Union-find with path halving (Tarjan
    and van Leeuwen 1984); the smaller root wins, so that the numbering does not depend on the order of edges.
    Raises ValueError for an edge to a node that does not exist.

    >>> components(5, np.array([0, 4]), np.array([2, 1])).tolist()
    [0, 1, 0, 2, 1]
    """
    check_columns("edges", left, right)
    if len(left) and not 0 <= min(left.min(), right.min()) <= max(left.max(), right.max()) < nodes:
        raise ValueError(f"An edge leads to a node that is not one of the {nodes} nodes.")
    parent = list(range(nodes))
    for a, b in zip(left.tolist(), right.tolist(), strict=True):
        first, second = _root(parent, a), _root(parent, b)
        parent[max(first, second)] = min(first, second)
    roots = np.array([_root(parent, node) for node in range(nodes)], dtype=np.int64)
    return np.unique(roots, return_inverse=True)[1].astype(np.int64, copy=False)


def _root(parent: list[int], node: int) -> int:
    while parent[node] != node:
        parent[node] = parent[parent[node]]
        node = parent[node]
    return node


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    """The block of every case and of every interview, numbered from 0 on.

    `cases` and `interviews` hold the distinct keys, ascending; `case_block` and `interview_block` the block of
    each. A block has at least one case and one interview.
    """

    cases: IntArray
    case_block: IntArray
    interviews: IntArray
    interview_block: IntArray

    @property
    def number(self) -> int:
        """How many blocks there are."""
        return int(self.case_block.max(initial=-1)) + 1

    @property
    def sizes(self) -> IntArray:
        """Number of cases in each block."""
        return np.bincount(self.case_block, minlength=self.number).astype(np.int64, copy=False)

    @property
    def largest(self) -> int:
        """The block with most cases, the first of several; -1 where there is none."""
        return int(self.sizes.argmax()) if self.number else -1

    @property
    def largest_share(self) -> float:
        """Share of all cases that are in the largest block, 0 to 1; above a half, one block holds most data."""
        return float(self.sizes.max() / len(self.cases)) if self.number else 0.0

    def of(self, cases: IntArray) -> IntArray:
        """The block of each of these cases, -1 for a case that no interview speaks of."""
        place = find_keys(self.cases, cases)
        found = np.full(len(cases), -1, dtype=np.int64)
        found[place >= 0] = self.case_block[place[place >= 0]]
        return found


def find_blocks(interview: IntArray, case: IntArray, level: IntArray | None = None) -> Blocks:
    """The blocks of a graph with one edge per row: this interview speaks of this case.

    Keys may be any integers; repeated rows do no harm. `level` holds, per row, the key of a larger level to
    which the interview belongs (its place, say), below 0 where none is recorded: rows of one level are one block.
    Raises ValueError if the columns do not fit together.

    >>> column = lambda *numbers: np.array(numbers, dtype=np.int64)
    >>> nested = find_blocks(column(1, 1, 2, 3), column(7, 8, 8, 9))
    >>> nested.case_block.tolist(), nested.interview_block.tolist(), nested.largest_share
    ([0, 0, 1], [0, 0, 1], 0.6666666666666666)
    >>> find_blocks(column(1, 2, 3), column(7, 8, 9), column(5, -1, 5)).case_block.tolist()
    [0, 1, 0]
    """
    check_columns("links", interview, case)
    interviews, left = np.unique(interview, return_inverse=True)
    cases, right = np.unique(case, return_inverse=True)
    # Nodes: the cases first, so that blocks are numbered by their first case; then interviews, then levels.
    edges = [(right, len(cases) + left)]
    nodes = len(cases) + len(interviews)
    if level is not None:
        check_columns("links", interview, level)
        recorded: BoolArray = level >= 0
        levels, place = np.unique(level[recorded], return_inverse=True)
        edges.append((right[recorded], nodes + place))
        nodes += len(levels)
    ends = (np.concatenate(side).astype(np.int64, copy=False) for side in zip(*edges, strict=True))
    found = components(nodes, *ends)
    return Blocks(cases, found[: len(cases)], interviews, found[len(cases) : len(cases) + len(interviews)])
