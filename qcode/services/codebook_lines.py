"""The codebook as a list of its codes: each with its place in the tree, how often it stands, who changed it."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from qcode.core.codebook import Code
from qcode.services.proposals import code_proposals
from qcode.services.releases import recheck_queue
from qcode.services.study import Study

__all__ = ["CodeLine", "Waiting", "codebook_lines", "waiting"]


@dataclass(frozen=True, slots=True)
class CodeLine:
    """One code. `above` are the ids of the codes above it, the dimension first; `children` are the ids right below.

    `colour` is the family that it is shown in, its own or an inherited one. `mine` and `others` count codings, those
    on codes that were merged into it (`merged`, ids) with them; `others` is None where others' work is hidden.
    `changed_ms` is milliseconds since 1970 (0: not known), `changed_by` the coder's name.
    """

    uid: str
    code: Code
    above: tuple[str, ...]
    children: tuple[str, ...]
    colour: str
    mine: int
    others: int | None
    merged: tuple[str, ...]
    changed_ms: int
    changed_by: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits in a codebook: entries that I have to recheck, and open proposals."""

    rechecks: int
    proposals: int


def codebook_lines(study: Study) -> tuple[CodeLine, ...]:
    """Every code in the order of the tree, with what may be seen from here."""
    table = study.codes()
    book = table.codebook
    numbers = _numbers(study)
    merged: defaultdict[str, list[str]] = defaultdict(list)
    for row in table.rows:
        if row.target != row.key:
            merged[table.by_key[row.target].short_id].append(row.short_id)
    changes = study.file.codebook.last_changes()
    coders = {coder.key: coder.name for coder in study.file.read.coders()}
    lines = []
    for code, _ in book.walk():
        uid = table.by_id[code.id].uid
        at_ms, coder = changes.get(uid, (0, 0))
        mine, others = numbers[code.id, True], numbers[code.id, False]
        lines.append(
            CodeLine(
                uid, code, tuple(above.id for above in book.path(code.id)[:-1]),
                tuple(child.id for child in book.children(code.id)), book.colour_of(code.id), mine,
                None if study.viewpoint.own_only else others, tuple(merged[code.id]), at_ms, coders.get(coder, ""),
            )
        )  # fmt: skip
    return tuple(lines)


def _numbers(study: Study) -> Counter[tuple[str, bool]]:
    """Codings by code (id of now) and whether they are mine; of the coders who may be seen."""
    table, visible = study.codes(), study.visible_coders()
    found: Counter[tuple[str, bool]] = Counter()
    for code, coder, number in study.file.codebook.tally():
        if code in table.by_key and (visible is None or coder in visible):
            found[table.code(code).id, coder == study.me.key] += number
    return found


def waiting(study: Study) -> Waiting:
    """How much is to be rechecked by me, and how much is to be decided."""
    return Waiting(len(recheck_queue(study)), len(code_proposals(study)))
