"""Claims: what a coder says of the material, with the passages for and against it, and the interviews that are silent.

A claim belongs to its coder. Silent is an interview that could have said it and did not: it was completed for all codes
of the claim, and no passage of it stands for or against the claim.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from qcode.core.events import Json
from qcode.core.spans import Span, check_span
from qcode.errors import RequestError
from qcode.services.code_rows import code_rows
from qcode.services.coding import text_of
from qcode.services.coverage import coverage
from qcode.services.filters import Filters
from qcode.services.listings import pick_id
from qcode.services.recorded import Recorded, SpokenOf
from qcode.services.study import CodeRow, SourceRow, Study
from qcode.services.written import clean_text, clean_title
from qcode.store.memo_reading import ClaimRow, PassageOf

__all__ = [
    "SIDES", "Claim", "Heard", "Side", "add_claim", "add_passage", "change_claim", "claims", "drop_passage",
    "find_claim", "heard", "remove_claim",
]  # fmt: skip

Side: TypeAlias = Literal["supporting", "contrary"]
SIDES: tuple[Side, ...] = ("supporting", "contrary")
"""What a passage does for a claim."""

_MOST_PASSAGES = 2_000


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim, its codes (ids; empty if none were named), the name of its coder, and whether I may change it."""

    row: ClaimRow
    codes: tuple[str, ...]
    coder: str
    mine: bool

    def passages(self, side: Side) -> tuple[PassageOf, ...]:
        """The passages of one side."""
        return self.row.supporting if side == "supporting" else self.row.contrary


def add_claim(study: Study, title: str, *, text: str = "", codes: Sequence[CodeRow] = ()) -> str:
    """Write down a claim; its uid. `codes` say where it would have been coded: they decide which interviews are silent.

    Raises RequestError for a title that is empty, or words that are too many.
    """
    head = clean_title(title, "claim")
    if not head:
        raise RequestError("The claim is empty.", fix="Say it in a sentence.")
    fields: dict[str, Json] = {"title": head, "text": clean_text(text, "text of the claim") if text else ""}
    fields |= {"supporting": [], "contrary": [], "codes": list(dict.fromkeys(code.uid for code in codes))}
    with study.act() as writer:
        return writer.create("claim", fields)


def change_claim(
    study: Study, uid: str, *, title: str | None = None, text: str | None = None, codes: Sequence[CodeRow] | None = None
) -> bool:
    """Change the title, the text or the codes of one of my claims; whether anything changed."""
    _own(study, uid)
    changes: dict[str, Json] = {}
    if title is not None:
        changes["title"] = clean_title(title, "claim")
        if not changes["title"]:
            raise RequestError("The claim is empty.", fix="Say it in a sentence.")
    if text is not None:
        changes["text"] = clean_text(text, "text of the claim")
    if codes is not None:
        changes["codes"] = list(dict.fromkeys(code.uid for code in codes))
    with study.act() as writer:
        return writer.change(uid, changes)


def remove_claim(study: Study, uid: str) -> None:
    """Take one of my claims away. Raises RequestError if it is another's or gone."""
    _own(study, uid)
    with study.act() as writer:
        writer.remove(uid)


def add_passage(study: Study, uid: str, side: Side, source: SourceRow, span: Span) -> bool:
    """Put a passage (code points, half-open) on one side of one of my claims; False if it stands there already.

    Raises RequestError if it stands on the other side, or does not lie in the text.
    """
    row = _own(study, uid)
    check_span(span.start, span.end, len(text_of(study, source)))
    passage = PassageOf(source.uid, *span)
    here, there = (row.supporting, row.contrary) if side == "supporting" else (row.contrary, row.supporting)
    if passage in there:
        raise RequestError("This passage stands on the other side of the claim.", fix="Take it away there first.")
    if passage in here:
        return False
    if len(here) >= _MOST_PASSAGES:
        raise RequestError(f"A claim has {_MOST_PASSAGES:,} passages on one side at most.")
    _write(study, uid, side, (*here, passage))
    return True


def drop_passage(study: Study, uid: str, source: SourceRow, span: Span) -> None:
    """Take a passage away from one of my claims. Raises RequestError if it is not there."""
    row = _own(study, uid)
    passage = PassageOf(source.uid, *span)
    for side, here in ((SIDES[0], row.supporting), (SIDES[1], row.contrary)):
        if passage in here:
            _write(study, uid, side, tuple(other for other in here if other != passage))
            return
    raise RequestError("This passage does not stand in the claim.", fix="`qcode claim show` lists its passages.")


def _write(study: Study, uid: str, side: Side, passages: Sequence[PassageOf]) -> None:
    with study.act() as writer:
        writer.change(uid, {side: [list(passage) for passage in passages]})


def _own(study: Study, uid: str) -> ClaimRow:
    claim = find_claim(study, uid)
    if not claim.mine:
        raise RequestError("This claim is another coder's; only they can change it.")
    return claim.row


def claims(study: Study) -> list[Claim]:
    """The claims that I may see, in the order of their making."""
    names = {coder.key: coder.name for coder in study.coders()}
    rows = study.file.notes.claims(coders=study.visible_coders())
    return [Claim(row, _codes(study, row.uid), names.get(row.coder, ""), row.coder == study.me.key) for row in rows]


def _codes(study: Study, uid: str) -> tuple[str, ...]:
    """The codes of a claim by their ids of now, in the order of the codebook; those that are gone are left out."""
    entity = study.file.acts.entity(uid)
    listed = entity.fields.get("codes", []) if entity is not None else []
    wanted = set(listed) if isinstance(listed, list) else set()
    table = study.codes()
    found = {table.code(row.key).id for row in table.rows if row.uid in wanted}
    return tuple(code.id for code, _ in table.codebook.walk() if code.id in found)


def find_claim(study: Study, text: str) -> Claim:
    """A claim that I may see by its id or the last digits of it. Raises RequestError if there is none, or several."""
    found = {claim.row.uid: claim for claim in claims(study)}
    return found[pick_id("claim", text, found)]


class Heard(NamedTuple):
    """What one interview says to a claim.

    `answer` is supports, contradicts, both, silent (completed, and nothing of it in the claim) or unknown (not
    completed). `coded` counts the segments of the claim's codes in it.
    """

    source: SourceRow
    supporting: int
    contrary: int
    answer: str
    coded: int


def heard(study: Study, claim: Claim, filters: Filters) -> tuple[list[Heard], tuple[str, ...]]:
    """What each interview that fits the filters says to a claim, and what that rests on.

    The codes are those of `filters`, else of the claim, else all. Raises RequestError where there is no codebook.
    """
    names = filters.codes or claim.codes
    found = code_rows(study, filters, names=names)
    sources, left = _interviews(study, filters)
    done = coverage(study, found.selection.readers)
    main = found.selection.main
    looked = set.intersection(
        *({s for s, coder in done.looked(code) if not main or main.get(s) == coder} for code in found.ids)
    )
    number = dict(
        zip(*(column.tolist() for column in np.unique(found.segments.source, return_counts=True)), strict=True)
    )
    rows = []
    for source in sources:
        sides = [sum(passage.source == source.uid for passage in claim.passages(side)) for side in SIDES]
        answer = _answer(sides[0], sides[1], completed=source.key in looked)
        rows.append(Heard(source, sides[0], sides[1], answer, number.get(source.key, 0)))
    which = "of the filter" if filters.codes else "of the claim" if claim.codes else "all, for the claim names none"
    notes = (
        f"Codes ({which}): {', '.join(names) if names else 'all'}{', and all below' if names else ''}.",
        "Silent: completed for all these codes, and no passage of it stands in the claim. Unknown: not completed.",
        "coded: segments of these codes in the interview, in the claim or not.",
        *([f"{left} transcripts do not fit the filters."] if left else []),
        *found.notes(study, filters)[1:],
    )
    return rows, notes


def _answer(supporting: int, contrary: int, *, completed: bool) -> str:
    if supporting and contrary:
        return "both"
    if supporting or contrary:
        return "supports" if supporting else "contradicts"
    return "silent" if completed else "unknown"


def _interviews(study: Study, filters: Filters) -> tuple[list[SourceRow], int]:
    """The transcripts that fit, and how many do not. A condition fits one in which a case or speaker fits it."""
    sources = filters.sources(study)
    everything = len(study.file.read.sources())
    if filters.where is not None:
        recorded, read = Recorded(study), study.file.read
        cases: dict[int, set[int | None]] = {}
        for link in read.links(coders=study.visible_coders()):
            cases.setdefault(link.source, set()).add(link.study_case)
        speakers: dict[int, set[int | None]] = {}
        for speaker in read.speakers():
            speakers.setdefault(speaker.source, set()).add(speaker.key)
        where = filters.where

        def fits(source: SourceRow) -> bool:
            of_case: Collection[int | None] = cases.get(source.key, {None})
            of_speaker: Collection[int | None] = speakers.get(source.key, {None})
            readings = [SpokenOf(source.key, case, None, speaker) for case in of_case for speaker in of_speaker]
            return recorded.holds(where, readings) is True

        sources = [source for source in sources if fits(source)]
    return sources, everything - len(sources)
