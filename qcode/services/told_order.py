"""In which order codes are told of: a telling is one interview, or what one interview tells of one case.

This is the order in which people speak, and not the order in which things happened, nor what leads to what.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal, TypeAlias

import numpy as np

from qcode.core.paths import NOT_TOLD, FirstMentions, Path, first_mentions, paths
from qcode.services.code_rows import MERGED, code_rows, take_segments
from qcode.services.filters import Filters
from qcode.services.listings import shortened
from qcode.services.paths import path_steps
from qcode.services.study import Study
from qcode.services.table import Cell, Table

__all__ = ["Per", "told_order"]

Per: TypeAlias = Literal["interview", "case"]
"""What a telling is: a whole interview, or what an interview tells of one case."""

_LONGEST = 60


def told_order(
    study: Study, filters: Filters, names: Sequence[str], *, per: Per = "interview", most: int | None = None
) -> Table:
    """The paths through one code of each step in the order in which they are told, such as consensus, organization.

    `names` are codes, each a step with all below it. `filters.codes` are left aside. Raises RequestError for fewer
    than two steps or steps that overlap, UnknownName for a code that there is not.
    """
    steps = path_steps(study, names)
    found = code_rows(study, filters, names=list(names))
    place = {code.id: i for i, (code, _) in enumerate(found.codes, 1)}
    numbers = [[place[code] for code in step] for step in steps]
    segments, context, notes = found.segments, None, []
    if per == "case":
        cases = found.cases_of(study)
        rows = np.array([row for row, keys in enumerate(cases) for _ in keys], dtype=np.int64)
        context = np.array([key for keys in cases for key in keys], dtype=np.int64)
        segments = take_segments(segments, rows)
        alone = sum(not keys for keys in cases)
        notes.append(f"Left out: {alone} segment(s) of no known case. One of several cases counts in each of them.")
    told = first_mentions(segments, range(1, len(found.codes) + 1), context)
    body: list[tuple[Cell, ...]] = []
    label = _Labels(study, told, per)
    everything = paths(told, numbers)
    for path in everything[:most]:
        codes = [found.codes[number - 1][0].id for number in path.codes]
        body.append((*codes, path.in_order, path.together, label.of(path)))
    header = (*(f"step {i}" for i in range(1, len(steps) + 1)), "in this order", "told", "where in this order")
    what = "one interview" if per == "interview" else "what one interview tells of one case"
    said = (
        f"Order of telling, not of time: a telling is {what}, and a code begins where its first segment begins.",
        "told: tellings with every code of the row; in this order: those in which each begins before the next.",
        _overall(told, numbers, names),
        *notes,
        *([f"{len(everything) - len(body)} more paths are not shown."] if len(body) < len(everything) else []),
        MERGED,
    )
    units = (*[""] * len(steps), "tellings", "tellings", "")
    return Table(
        "Paths in the order of telling", header, tuple(body), (*said, *found.notes(study, filters)), units=units
    )


def _overall(told: FirstMentions, steps: Sequence[Sequence[int]], names: Sequence[str]) -> str:
    """How many tellings hold every step, and in how many the steps as a whole begin in their order."""
    beyond = np.iinfo(np.int64).max
    start = np.where(told.start == NOT_TOLD, beyond, told.start)
    columns = [np.array(step, dtype=np.int64) - 1 for step in steps]
    begins = np.array([start[:, column].min(axis=1, initial=beyond) for column in columns])
    every = (begins < beyond).all(axis=0)
    in_order = every & (np.diff(begins, axis=0) > 0).all(axis=0)
    return (
        f"{every.sum()} of {len(told.source)} tellings with any of the codes speak of every step; in {in_order.sum()} "
        f"of these {', '.join(names)} begin in this order."
    )


class _Labels:
    """The names of the tellings in which a path is told in order."""

    def __init__(self, study: Study, told: FirstMentions, per: Per) -> None:
        self._told = told
        sources = {source.key: source.name for source in study.file.read.sources()}
        cases = {case.key: case.short_key for case in study.file.read.cases()}
        self._names = [
            sources[source] + (f" ({cases[context]})" if per == "case" else "")
            for source, context in zip(told.source.tolist(), told.context.tolist(), strict=True)
        ]
        self._column = {code: i for i, code in enumerate(told.codes)}

    def of(self, path: Path) -> str:
        """As many as fit on a line."""
        start = self._told.start[:, [self._column[code] for code in path.codes]]
        columns = list(start.T)
        fits = (start != NOT_TOLD).all(axis=1)
        for before, after in pairwise(columns):
            fits &= before < after
        names = dict.fromkeys(self._names[row] for row in np.flatnonzero(fits).tolist())
        return shortened(", ".join(names), _LONGEST)
