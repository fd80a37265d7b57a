"""How much was looked at, in the words that stand below every count."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from qcode.core import tabulate
from qcode.services.coverage import Coverage, coverage
from qcode.services.selection import Selection
from qcode.services.study import Study

__all__ = ["looked_at"]

_RECHECKS_SHOWN = 12  # codes that are to be rechecked, each with a note of its own; the rest is counted


def looked_at(study: Study, selection: Selection, codes: Sequence[str], sources: Collection[int]) -> list[str]:
    """How much was looked at, by dimension of the codes (ids): where a code is missing there, it was looked for.

    `sources` are the transcripts (keys) that were asked about.
    """
    found = coverage(study, selection.readers)
    book = study.codes().codebook
    ledger = [
        tabulate.LedgerRow(row.source, row.coder, row.dimension, row.state)
        for row in found.entries
        if not selection.main or selection.main.get(row.source) == row.coder
    ]
    dimensions = dict.fromkeys(book.dimension_of(code).id for code in codes)
    parts = [f"{d} {tabulate.completed(ledger, sources, selection.readers, d)}" for d in dimensions]
    if len({part.partition(" ")[2] for part in parts}) == 1:
        parts = [f"{parts[0].partition(' ')[2]} in every dimension"] if len(parts) > 1 else parts
    note = f"Looked at (completed transcripts): {'; '.join(parts)}."
    unread = " Where a transcript is not completed, a missing code is unknown, not absent."
    rechecks = _rechecks(found, selection, codes, sources)
    return [note + ("" if all(map(_all_done, parts)) and not rechecks else unread), *rechecks]


def _rechecks(found: Coverage, selection: Selection, codes: Sequence[str], sources: Collection[int]) -> list[str]:
    """For each code that is to be looked for again somewhere, how much is left of what was completed."""
    told = []
    for code in codes:
        looked, again = found.of_transcripts(code, selection.main, sources) if code in found.stale else (0, 0)
        if again:
            told.append(f"{code}: {looked} of {len(sources)} completed; {again} to be rechecked for this code.")
    more = len(told) - _RECHECKS_SHOWN
    if more > 0:
        told[_RECHECKS_SHOWN:] = [f"{more} more codes are to be rechecked somewhere: see `qcode codebook recheck`."]
    return told


def _all_done(part: str) -> bool:
    words = part.split(" coded", maxsplit=1)[0].split(" of ")
    return words[0].rpartition(" ")[2] == words[-1]
