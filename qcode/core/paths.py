"""Which code is first told of before which, and the paths that follow, such as consensus, organization, action.

Order is order of telling: where a code's first segment begins in a transcript. It is not order in time. What is
compared is one telling: one transcript as one coder read it, and, where contexts are given, one case or stage in
it. Positions of different transcripts are never compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import NamedTuple

import numpy as np

from qcode.core.contexts import IntArray, find_keys
from qcode.core.tabulate import Segments

__all__ = ["NOT_TOLD", "FirstMentions", "Order", "Path", "first_mentions", "order_of_mention", "paths"]

NOT_TOLD = -1
"""The first position of a code that a telling does not hold."""


@dataclass(frozen=True, slots=True, eq=False)
class FirstMentions:
    """Where each code is first told of: `start` int64 [tellings x codes], code points, NOT_TOLD where it is not.

    `source`, `coder`, `context` [tellings] say which telling a row is; `codes` which code a column is.
    """

    codes: tuple[int, ...]
    source: IntArray
    coder: IntArray
    context: IntArray
    start: IntArray


def first_mentions(segments: Segments, code_order: Sequence[int], context: IntArray | None = None) -> FirstMentions:
    """The first segment of each code in each telling that holds one of the codes at all.

    `context` holds one key per segment (its case or stage), below 0 for a segment that is to be left out. Raises
    ValueError if a code is named twice, or if the contexts are not as many as the segments.

    >>> from qcode.core.contexts import CodingColumns
    >>> from qcode.core.tabulate import merge_overlaps
    >>> column = lambda *numbers: np.array(numbers, dtype=np.int64)
    >>> one, start, end = column(1, 1, 1), column(8, 2, 5), column(9, 3, 6)
    >>> merged = merge_overlaps(CodingColumns(column(1, 2, 1), one, one, start, end, one))
    >>> first_mentions(merged, [1, 2, 3]).start.tolist()
    [[5, 2, -1]]
    """
    if len(set(code_order)) < len(code_order):
        raise ValueError("A code is named twice.")
    if context is None:
        context = np.zeros(len(segments.code), dtype=np.int64)
    if len(context) != len(segments.code):
        raise ValueError("There is not one context per segment.")
    wanted = np.array(code_order, dtype=np.int64)
    rank = np.argsort(wanted)
    place = find_keys(wanted[rank], segments.code)
    row = np.flatnonzero((place >= 0) & (context >= 0))
    keys = np.stack((segments.source[row], segments.coder[row], context[row]))
    tellings, telling = np.unique(keys, axis=1, return_inverse=True)
    beyond = np.iinfo(np.int64).max
    start = np.full((tellings.shape[1], len(wanted)), beyond, dtype=np.int64)
    np.minimum.at(start, (telling.ravel(), rank[place[row]]), segments.start[row])
    start[start == beyond] = NOT_TOLD
    source, coder, told_of = tellings
    return FirstMentions(tuple(code_order), source, coder, told_of, start)


@dataclass(frozen=True, slots=True, eq=False)
class Order:
    """Counts of tellings for every two codes; int64 [codes x codes], in the order of `codes`.

    `before`: the row's code begins before the column's. `together`: both begin at the same place; on the
    diagonal, tellings with the code. So `before`, its transpose and `together` add up to the tellings with both.
    """

    codes: tuple[int, ...]
    before: IntArray
    together: IntArray


def order_of_mention(mentions: FirstMentions) -> Order:
    """How many tellings begin to speak of one code before another, for every two codes.

    >>> column = lambda *numbers: np.array(numbers, dtype=np.int64)
    >>> one, start = column(1, 1), np.array([[5, 2], [0, 7]])
    >>> order_of_mention(FirstMentions((1, 2), column(1, 2), one, one, start)).before.tolist()
    [[0, 1], [1, 0]]
    """
    number = len(mentions.codes)
    before, together = np.zeros((number, number), dtype=np.int64), np.zeros((number, number), dtype=np.int64)
    for i in range(number):
        own = mentions.start[:, i : i + 1]
        both = (own != NOT_TOLD) & (mentions.start != NOT_TOLD)
        before[i] = (both & (own < mentions.start)).sum(axis=0)
        together[i] = (both & (own == mentions.start)).sum(axis=0)
    return Order(mentions.codes, before, together)


class Path(NamedTuple):
    """A path through one code of each step, and how many tellings hold it.

    `together`: tellings with all its codes; `in_order`: those in which each code begins before the next one.
    """

    codes: tuple[int, ...]
    together: int
    in_order: int


def paths(mentions: FirstMentions, steps: Sequence[Sequence[int]]) -> list[Path]:
    """The paths that lead through one code of each step, for instance of consensus, of organization, of action.

    All combinations that at least one telling holds, those told in order most often first. Codes of a step that
    are no column of `mentions` are passed over. Raises ValueError for fewer than two steps, or a code in two.

    >>> column = lambda *numbers: np.array(numbers, dtype=np.int64)
    >>> one, start = column(1, 1), np.array([[2, 5, 9], [7, 4, -1]])
    >>> told = FirstMentions((1, 2, 3), column(1, 2), one, one, start)
    >>> paths(told, [[1], [2], [3]]), paths(told, [[1], [2, 3]])[0]
    ([Path(codes=(1, 2, 3), together=1, in_order=1)], Path(codes=(1, 2), together=2, in_order=1))
    """
    named = [code for step in steps for code in step]
    if len(steps) < 2 or len(set(named)) < len(named):
        raise ValueError("A path needs two steps or more, and each code stands in one step only.")
    column = {code: i for i, code in enumerate(mentions.codes)}
    together: Counter[tuple[int, ...]] = Counter()
    in_order: Counter[tuple[int, ...]] = Counter()
    for start in mentions.start.tolist():
        told = {code: start[i] for code, i in column.items() if start[i] != NOT_TOLD}
        for codes in product(*([code for code in step if code in told] for step in steps)):
            together[codes] += 1
            in_order[codes] += all(told[a] < told[b] for a, b in pairwise(codes))
    found = [Path(codes, number, in_order[codes]) for codes, number in together.items()]
    # Ties stand in the order of the steps' codes, so that the list does not depend on the tellings' order.
    rank = {code: i for i, code in enumerate(named)}
    return sorted(found, key=lambda path: (-path.in_order, -path.together, [rank[code] for code in path.codes]))
