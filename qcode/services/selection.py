"""Which codings a table counts: whose, in whose words, on which codes. Every choice is also put into words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from qcode.core.contexts import BoolArray, CodingColumns, IntArray, LinkColumns
from qcode.core.tabulate import COMPLETE, COUNTED_ROLES, TurnColumns, TurnRole, in_scope
from qcode.errors import RequestError
from qcode.services.study import Study
from qcode.store.rows import CoderRow

__all__ = ["CODER_RULES", "SPEAKERS", "Selection", "link_columns", "select", "turn_columns"]

SPEAKERS = ("participants", "all", "interviewers")
CODER_RULES = ("main", "any", "all", "each")
"""Whose codings; what is none of these is a coder's name."""

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


def select(study: Study, *, coders: str = "main", speakers: str = "participants", apart: bool = False) -> Selection:
    """Choose the codings that a table counts.

    `coders`: *main* (for each transcript one coder: who completed most of its dimensions, then who has most codings
    on it, then by name), *any* (a stretch counts if anybody coded it), *all* (a stretch counts if every coder who
    worked on the transcript coded it), or a coder's name. Never the sum: *each*, which keeps the work of all coders
    side by side, is for lists and needs `apart`.
    `speakers`: *participants* leaves out codings wholly in the interviewer's words, *interviewers* keeps those that
    touch an interviewer's words, *all* keeps everything. Raises RequestError or UnknownName.
    """
    if speakers not in SPEAKERS:
        raise RequestError(f"There is no choice “{speakers}” of speakers.", fix=f"Use {' or '.join(SPEAKERS)}.")
    if coders == "each" and not apart:
        raise RequestError("A count never adds up coders.", fix="Use main, any, all or a coder's name.")
    visible, people = study.visible_coders(), study.coders()
    if coders not in CODER_RULES:
        one = study.coder(coders)
        visible, people = [one.key], [one]
    # One row for each column: what follows reads whole columns, and a million codings do not fit a cache.
    columns = np.ascontiguousarray(study.file.read.coding_columns(coders=visible).T)
    _merge_codes(study, columns)
    columns, note, main = _by_rule(study, coders, columns, people)
    codings = CodingColumns(*columns)
    notes = [note]
    if speakers == "all":
        notes.append("Words of all speakers, interviewers too.")
    else:
        roles = COUNTED_ROLES if speakers == "participants" else frozenset({TurnRole.INTERVIEWER})
        scope = in_scope(codings, turn_columns(study), roles)
        others = "interviewers" if speakers == "participants" else "others"
        notes.append(f"Words of {speakers}; {scope.left_out} coding(s) in {others}' words only are left out.")
        codings = codings.take(scope.counts) if scope.left_out else codings
    return Selection(codings, tuple(notes), main, tuple(p.key for p in people))


def _by_rule(
    study: Study, rule: str, columns: IntArray, people: list[CoderRow]
) -> tuple[IntArray, str, dict[int, int]]:
    """The codings that a rule keeps, the sentence that says so, and who speaks for each transcript under *main*."""
    names = ", ".join(p.name for p in people)
    if rule == "main":
        main = _main_coders(study, columns, people)
        return columns[:, _belongs(columns, main)], _main_words(people, main), main
    if rule == "any":
        columns[1] = _ANY
        return columns, f"Coders: any of {names}; a stretch that several coded counts once.", {}
    if rule == "all":
        return *_coded_by_all(study, columns, people), {}
    if rule == "each":
        return columns, f"Coders: each of {names}, side by side; nothing is added up.", {}
    return columns, f"Coder: {names}.", {}


def _coded_by_all(study: Study, columns: IntArray, people: list[CoderRow]) -> tuple[IntArray, str]:
    """What every coder of a transcript coded. Coders of it are those who coded or completed anything there."""
    from qcode.core.agreed import coded_by_all

    worked = {(row.source, row.coder) for row in study.ledger(coders=[p.key for p in people]) if row.state == COMPLETE}
    readers = Counter(source for source, _ in worked | set(_numbers(columns[2], columns[1])))
    sources = np.array(sorted(readers), dtype=np.int64)
    number = np.array([readers[source] for source in sources.tolist()], dtype=np.int64)
    found = coded_by_all(CodingColumns(*columns), sources, number, _ANY)
    alone = int(np.count_nonzero(number == 1))
    note = "Coders: all; a stretch counts where every coder who worked on the transcript coded it."
    if alone:
        note += f" In {alone} transcript(s) that is one coder alone."
    return np.stack((found.code, found.coder, found.source, found.start, found.end, found.case)), note


def _merge_codes(study: Study, columns: IntArray) -> None:
    """Replace merged codes by what they became, in place."""
    for row in study.codes().rows:
        if row.target != row.key:
            columns[0, columns[0] == row.key] = row.target


def _main_coders(study: Study, columns: IntArray, people: list[CoderRow]) -> dict[int, int]:
    """For each transcript (key) the coder (key) who speaks for it."""
    names = {p.key: p.name for p in people}
    complete = Counter((row.source, row.coder) for row in study.ledger(coders=list(names)) if row.state == COMPLETE)
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
