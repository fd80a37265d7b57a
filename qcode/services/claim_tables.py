"""Claims as tables and lines to read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from qcode.core.spans import Span
from qcode.services.citing import quotation
from qcode.services.claims import SIDES, Claim, Heard
from qcode.services.listings import short_ids
from qcode.services.study import Study
from qcode.services.surroundings import Surroundings
from qcode.services.table import Cell, Table
from qcode.store.memo_reading import PassageOf

__all__ = ["claim_lines", "claim_table", "heard_table"]

_HEADS = {"supporting": "Passages that support it", "contrary": "Passages that speak against it"}


def claim_table(study: Study, found: Sequence[Claim]) -> Table:
    """All claims: how many passages in how many transcripts stand on each side."""
    ids = short_ids(claim.row.uid for claim in found)
    rows: list[tuple[Cell, ...]] = []
    for claim in found:
        sides = [claim.passages(side) for side in SIDES]
        transcripts = len({passage.source for passages in sides for passage in passages})
        numbers = (*map(len, sides), transcripts)
        rows.append((ids[claim.row.uid], claim.row.title, ", ".join(claim.codes), *numbers, claim.coder))
    gone = _gone(study, found)
    note = [f"{gone} passages stand in transcripts that are not there any more."] if gone else []
    header = ("id", "claim", "codes", "supporting", "contrary", "transcripts", "coder")
    units = ("", "", "", "passages", "passages", "transcripts", "")
    return Table("Claims", header, tuple(rows), tuple(note), units=units)


def _gone(study: Study, found: Sequence[Claim]) -> int:
    here = {source.uid for source in study.file.read.sources()}
    return sum(passage.source not in here for claim in found for side in SIDES for passage in claim.passages(side))


def claim_lines(study: Study, claim: Claim) -> list[str]:
    """A claim with its passages as quotations, each with its place."""
    row = claim.row
    lines = [row.title, *([row.text] if row.text else []), ""]
    lines += [f"Coder: {claim.coder}. Codes: {', '.join(claim.codes) or 'none named'}.", ""]
    around = Surroundings(study)
    sources = {source.uid: source for source in around.sources.values()}

    def words(passage: PassageOf) -> list[str]:
        source = sources.get(passage.source)
        if source is None:
            return ["(The transcript is not there any more.)"]
        text = around.text(source.key)
        if passage.end > len(text):
            return [f"(The passage does not lie in {source.name}.)"]
        cited = quotation(source, text, Span(passage.start, passage.end))
        return [cited, f"  characters {passage.start}-{passage.end}"]

    for side in SIDES:
        passages = claim.passages(side)
        lines += [f"{_HEADS[side]}: {len(passages) or 'none'}", *(line for p in passages for line in words(p)), ""]
    return lines


def heard_table(rows: Sequence[Heard], notes: Sequence[str]) -> Table:
    """What each interview says to a claim; the first note counts them."""
    counts = Counter(row.answer for row in rows)
    order = ("supports", "both", "contradicts", "silent", "unknown")
    summed = ", ".join(f"{counts[answer]} {answer}" for answer in order if counts[answer]) or "none"
    body = tuple((row.source.name, row.answer, row.supporting, row.contrary, row.coded) for row in rows)
    first = f"Of {len(rows)} interviews: {summed}."
    header = ("transcript", "answer", "supporting", "contrary", "coded")
    units = ("", "", "passages", "passages", "segments")
    return Table("What the interviews say to it", header, body, (first, *notes), units=units)
