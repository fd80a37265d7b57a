"""Which codings a table counts: whose, in whose words, on which codes. Every choice is also put into words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal

import numpy as np

from qcode.core.contexts import BoolArray, CodingColumns, IntArray, LinkColumns
from qcode.core.tabulate import COMPLETE, COUNTED_ROLES, TurnColumns, TurnRole, in_scope
from qcode.errors import RequestError
from qcode.services.study import Study
from qcode.store.rows import CoderRow

__all__ = ["SPEAKERS", "Selection", "link_columns", "select", "turn_columns"]

SPEAKERS = ("participants", "all")
Speakers = Literal["participants", "all"]
_ANY = 1  # the one coder that all become where anybody's coding counts
_ROLE_NUMBER = {
    "interviewer": TurnRole.INTERVIEWER, "participant": TurnRole.PARTICIPANT, "text": TurnRole.TEXT,
    "other": TurnRole.OTHER,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Selection:
    """The codings that count, and the sentences that say how they were chosen.

    `codings.code` are keys of codes after merges. `main` is the coder (key) who speaks for each transcript
    (key) under the rule *main*; under other rules it is empty. `readers` are the coders whose ledger counts.
    """

    codings: CodingColumns
    notes: tuple[str, ...]
    main: dict[int, int]
    readers: tuple[int, ...]


def select(study: Study, *, coders: str = "main", speakers: str = "participants") -> Selection:
    """Choose the codings that a table counts.

    `coders`: *main* (for each transcript one coder: who completed most of its dimensions, then who has most
    codings on it, then by name), *any* (a stretch counts if anybody coded it), or a coder's name. Never the sum.
    `speakers`: *participants* leaves out codings wholly in the interviewer's words; *all* keeps them.
    Raises RequestError or UnknownName.
    """
    if speakers not in SPEAKERS:
        raise RequestError(f"There is no choice “{speakers}” of speakers.", fix=f"Use {' or '.join(SPEAKERS)}.")
    visible = study.visible_coders()
    people = study.coders()
    main: dict[int, int] = {}
    if coders not in ("main", "any"):
        one = study.coder(coders)
        visible, people = [one.key], [one]
    # One row for each column: what follows reads whole columns, and a million codings do not fit a cache.
    columns = np.ascontiguousarray(study.file.read.coding_columns(coders=visible).T)
    _merge_codes(study, columns)
    if coders == "main":
        main = _main_coders(study, columns, people)
        columns = columns[:, _belongs(columns, main)]
        note = _main_words(people, main)
    elif coders == "any":
        columns[1] = _ANY
        note = f"Coders: any of {', '.join(p.name for p in people)}; a stretch that several coded counts once."
    else:
        note = f"Coder: {people[0].name}."
    codings = CodingColumns(*columns)
    notes = [note]
    if speakers == "participants":
        scope = in_scope(codings, turn_columns(study), COUNTED_ROLES)
        notes.append(f"Words of participants; {scope.left_out} coding(s) in interviewers' words only are left out.")
        codings = codings.take(scope.counts) if scope.left_out else codings
    else:
        notes.append("Words of all speakers, interviewers too.")
    return Selection(codings, tuple(notes), main, tuple(p.key for p in people))


def _merge_codes(study: Study, columns: IntArray) -> None:
    """Replace merged codes by what they became, in place."""
    for row in study.codes().rows:
        if row.target != row.key:
            columns[0, columns[0] == row.key] = row.target


def _main_coders(study: Study, columns: IntArray, people: list[CoderRow]) -> dict[int, int]:
    """For each transcript (key) the coder (key) who speaks for it."""
    names = {p.key: p.name for p in people}
    complete = Counter(
        (row.source, row.coder) for row in study.file.read.ledger(coders=list(names)) if row.state == COMPLETE
    )
    number = _numbers(columns[2], columns[1])
    best: dict[int, int] = {}
    for source, coder in sorted({*number, *complete}, key=lambda pair: names.get(pair[1], "")):

        def rank(candidate: int, source: int = source) -> tuple[int, int]:
            return (complete[source, candidate], number.get((source, candidate), 0))

        if source not in best or rank(coder) > rank(best[source]):
            best[source] = coder
    return best


def _numbers(source: IntArray, coder: IntArray) -> dict[tuple[int, int], int]:
    """How many codings each coder has on each transcript.

    Keys are small numbers, so they are counted in a table instead of sorted: this runs over all codings.
    """
    sources, coders = (np.flatnonzero(np.bincount(keys)) for keys in (source, coder))
    place = np.zeros(int(source.max(initial=0)) + 1, dtype=np.int64)
    place[sources] = np.arange(len(sources)) * len(coders)
    whose = np.zeros(int(coder.max(initial=0)) + 1, dtype=np.int64)
    whose[coders] = np.arange(len(coders))
    counts = np.bincount(place[source] + whose[coder], minlength=len(sources) * len(coders))
    cells = ((s, c) for s in sources.tolist() for c in coders.tolist())
    return {cell: number for cell, number in zip(cells, counts.tolist(), strict=True) if number}


def _belongs(columns: IntArray, main: dict[int, int]) -> BoolArray:
    """Per coding, whether it is by the coder who speaks for its transcript."""
    chosen = np.zeros(max(main, default=0) + 1, dtype=np.int64)
    chosen[list(main)] = list(main.values())
    belongs: BoolArray = chosen[columns[2]] == columns[1]
    return belongs


def _main_words(people: list[CoderRow], main: dict[int, int]) -> str:
    names = {p.key: p.name for p in people}
    parts = [f"{names.get(coder, '?')} {count}" for coder, count in sorted(Counter(main.values()).items())]
    who = ", ".join(parts) or "nobody has coded yet"
    return f"Coder rule main: for each transcript who completed most of it, then who coded most, then by name ({who})."


def turn_columns(study: Study) -> TurnColumns:
    """All turns with the role of their speaker."""
    table = study.file.read.turn_columns(_ROLE_NUMBER, unknown=TurnRole.UNKNOWN)
    return TurnColumns(*np.ascontiguousarray(table.T))


def link_columns(study: Study) -> LinkColumns:
    """All links that may be seen."""
    links = study.file.read.links(coders=study.visible_coders())
    rows = [
        (x.study_case, x.source, -1 if x.start is None else x.start, -1 if x.end is None else x.end, x.coder)
        for x in links
    ]
    table = np.array(rows, dtype=np.int64).reshape(-1, 5)
    return LinkColumns(*(table[:, i] for i in range(5)))
