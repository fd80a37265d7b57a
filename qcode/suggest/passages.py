"""From sentences that point at a code to passages: about five sentences, never beyond the turn.

Triggers of one turn are joined, nearest first, as long as the passage stays within `MAX_UNIT` sentences; it then takes
up to `CONTEXT` sentences on each side. Passages of one code never overlap one another or what is coded, and sentences
under `MIN_EDGE_WORDS` words at their ends are dropped. About five sentences are what people code in interviews.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from qcode.suggest.corpus import Sentences

__all__ = ["CONTEXT", "MAX_UNIT", "MIN_EDGE_WORDS", "MIN_TRIGGER_WORDS", "Unit", "passages"]

CONTEXT = 2
MAX_UNIT = 7
MIN_EDGE_WORDS = 3
MIN_TRIGGER_WORDS = 5


class Unit(NamedTuple):
    """First and last sentence of a passage, both inside."""

    first: int
    last: int


def passages(triggers: Sequence[int], units: Sentences, blocked: set[int]) -> Iterator[Unit]:
    """The passages around trigger sentences (ascending), in order, apart from one another and from what is blocked.

    All numbers are those of one document's sentences.
    """
    groups = _groups(triggers, units, blocked)
    free = 0
    for place, group in enumerate(groups):
        limit = groups[place + 1].first - 1 if place + 1 < len(groups) else len(units) - 1
        room = MAX_UNIT - (group.last - group.first + 1)
        before = min(CONTEXT, room // 2)
        after = min(CONTEXT, room - before)
        first = _reach(group.first, -1, before, free, units, blocked)
        last = _reach(group.last, 1, after, limit, units, blocked)
        while first < group.first and not units.has_words(first, MIN_EDGE_WORDS):
            first += 1
        while last > group.last and not units.has_words(last, MIN_EDGE_WORDS):
            last -= 1
        free = last + 1
        yield Unit(first, last)


def _reach(number: int, step: int, count: int, limit: int, units: Sentences, blocked: set[int]) -> int:
    """The sentence up to `count` steps from `number`, not beyond `limit`, its turn or a blocked sentence."""
    for _ in range(count):
        following = number + step
        if number == limit or following in blocked or units.turn[following] != units.turn[number]:
            break
        number = following
    return number


def _groups(triggers: Sequence[int], units: Sentences, blocked: set[int]) -> list[Unit]:
    """Trigger sentences joined into groups of at most MAX_UNIT sentences, nearest neighbours first."""
    head = list(range(len(triggers)))  # for the last trigger of a group, its first one
    tail = list(range(len(triggers)))  # for the first trigger of a group, its last one
    gaps = sorted((triggers[i + 1] - triggers[i], i) for i in range(len(triggers) - 1))
    for gap, i in gaps:
        if gap >= MAX_UNIT:
            break
        first, last = head[i], tail[i + 1]
        between = range(triggers[i], triggers[i + 1] + 1)
        one_turn = units.turn[between[0]] == units.turn[between[-1]]
        if one_turn and triggers[last] - triggers[first] < MAX_UNIT and blocked.isdisjoint(between):
            head[last], tail[first] = first, last
    joined: list[Unit] = []
    position = 0
    while position < len(triggers):
        joined.append(Unit(triggers[position], triggers[tail[position]]))
        position = tail[position] + 1
    return joined
