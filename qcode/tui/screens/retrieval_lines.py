"""What the screen of retrieved segments keeps: what was asked, and the lines that follow from it, in order."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from qcode.services.filters import Filters
from qcode.services.retrieval import Group, Grouping, Order, Retrieved

__all__ = ["Asked", "Line", "Mark"]

Line = int | Group
"""A segment, by its number in the result from 0, or the head of a group."""

Mark = tuple[int, int, int, int] | str
"""What tells that a line is the same in another result: place and coder of a segment, or the name of a group."""


@dataclass(slots=True)
class Asked:
    """What is asked and shown; it is kept while the program runs, so that one comes back to the same segment.

    `state` is that of the study when it was looked at; `cursor` and `top` the marked line and the first one in view;
    `past` the queries that were asked, the latest last.
    """

    query: str = ""
    filters: Filters = field(default_factory=Filters)
    order: Order = "transcript"
    grouping: Grouping | None = None
    opened: set[str] = field(default_factory=set)
    found: Retrieved | None = None
    lines: list[Line] = field(default_factory=list)
    state: object = None
    cursor: int = 0
    top: int = 0
    past: list[str] = field(default_factory=list)

    def arrange(self) -> None:
        """Make the lines: segments in their order, or groups with the segments of those that are open."""
        if self.found is None:
            self.lines = []
            return
        order = self.found.arranged(self.order)
        if self.grouping is None:
            self.lines = list(order.tolist())
            return
        rank = np.argsort(order).tolist()
        self.lines = []
        for group in self.found.groups(self.grouping):
            self.lines.append(group)
            if group.name in self.opened:
                self.lines += sorted(group.rows, key=rank.__getitem__)

    def segments(self) -> list[int]:
        """The segments that are shown, each once, in their order."""
        return list(dict.fromkeys(line for line in self.lines if isinstance(line, int)))

    def mark(self, number: int) -> Mark | None:
        """What tells which line that is; None where there is none."""
        if self.found is None or not 0 <= number < len(self.lines):
            return None
        line, passages = self.lines[number], self.found.passages
        if isinstance(line, Group):
            return line.name
        place = passages.source[line], passages.start[line], passages.end[line]
        return int(place[0]), int(place[1]), int(place[2]), int(passages.coder[line])

    def place_of(self, mark: Mark | None) -> int:
        """The number of the line with a mark; where the cursor was, if there is none such."""
        if mark is None:
            return self.cursor
        return next((i for i in range(len(self.lines)) if self.mark(i) == mark), self.cursor)
