"""Who looked for which code where: the ledger, read under the codebook as it is now.

A coder has looked for a code in a transcript if they completed its dimension there, and the codebook has not
changed since in what the code means; or if they looked again for this code alone. Whatever a table, an agreement or
a suggestion says about absence rests on this.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from qcode.core.codebook import Codebook
from qcode.core.codebook_diff import reopened
from qcode.core.tabulate import COMPLETE
from qcode.services.study import CODE_MARK, Study
from qcode.services.versions import todays_ids, version_of, versions
from qcode.store.rows import LedgerRow

__all__ = ["Coverage", "Place", "coverage"]

Place: TypeAlias = tuple[int, int]
"""A transcript and a coder, by key."""

_UNKNOWN = "completed under a version that is not known here"


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was completed, and what of it is to be rechecked.

    `entries`: complete entries of the ledger whose dimension the codebook has. `reasons`: for an entry that the
    codebook has outgrown, the codes to be looked for again, each with a phrase that says why. `stale`: for a code,
    where it was looked for once and is to be looked for again.
    """

    book: Codebook
    entries: tuple[LedgerRow, ...]
    reasons: Mapping[LedgerRow, Mapping[str, str]]
    stale: Mapping[str, frozenset[Place]]
    done: Mapping[str, frozenset[Place]]

    def looked(self, code: str) -> frozenset[Place]:
        """Where a code (by id) was looked for, under what it means now."""
        found = self.done.get(self.book.dimension_of(code).id, frozenset())
        return found - self.stale[code] if code in self.stale else found

    def of_transcripts(
        self, code: str, main: Mapping[int, int], among: Collection[int] | None = None
    ) -> tuple[int, int]:
        """In how many transcripts a code was looked for, and in how many more it is to be looked for again.

        `main` says which coder (key) speaks for a transcript (key); where it is empty, everybody does. `among` are the
        transcripts (keys) that are asked about; None = all.
        """

        def sources(places: Collection[Place]) -> set[int]:
            return {
                source
                for source, coder in places
                if (not main or main.get(source) == coder) and (among is None or source in among)
            }

        looked = sources(self.looked(code))
        return len(looked), len(sources(self.stale.get(code, frozenset())) - looked)


def coverage(study: Study, coders: Collection[int] | None) -> Coverage:
    """What these coders (keys; None = all) completed, held against the codebook as it is now.

    What changed is worked out once for each version that the ledger names.
    """
    book = study.codes().codebook
    tops = {code.id for code in book.dimensions()}
    entries = tuple(
        row for row in study.ledger(coders=coders) if row.state == COMPLETE and row.dimension in tops
    )  # fmt: skip
    done: dict[str, set[Place]] = defaultdict(set)
    for row in entries:
        done[row.dimension].add((row.source, row.coder))
    reasons = _reasons(study, entries, coders)
    stale: dict[str, set[Place]] = defaultdict(set)
    for row, why in reasons.items():
        whole = _UNKNOWN in why.values()
        for code in _below(book, row.dimension) if whole else why:
            stale[code].add((row.source, row.coder))
    return Coverage(
        book,
        entries,
        reasons,
        {code: frozenset(places) for code, places in stale.items()},
        {dimension: frozenset(places) for dimension, places in done.items()},
    )


def _below(book: Codebook, dimension: str) -> list[str]:
    return [code.id for code in book.codes if book.dimension_of(code.id).id == dimension]


def _reasons(
    study: Study, entries: Collection[LedgerRow], coders: Collection[int] | None
) -> dict[LedgerRow, dict[str, str]]:
    """For every entry that was outgrown: its codes to be looked for again, with why; those left after rechecks."""
    book = study.codes().codebook
    now = version_of(book)
    outgrown = [row for row in entries if row.version != now]
    if not outgrown:
        return {}
    again = _looked_again(study, coders)
    known = versions(study, {row.version for row in outgrown} | {v for found in again.values() for v in found} - {now})
    told: dict[tuple[str, str], dict[str, str]] = {}

    def why(version: str, dimension: str) -> dict[str, str]:
        if (version, dimension) not in told:
            old = known.get(version)
            told[version, dimension] = (
                {dimension: _UNKNOWN}
                if old is None
                else {c.code: c.why for c in reopened(todays_ids(study, old), book, dimension, study.codes().lineage)}
            )
        return told[version, dimension]

    def settled(row: LedgerRow, code: str) -> bool:
        found = again.get((row.source, row.coder, code), ())
        return any(v == now or (v in known and code not in why(v, row.dimension)) for v in found)

    open_ = {
        row: {code: phrase for code, phrase in why(row.version, row.dimension).items() if not settled(row, code)}
        for row in outgrown
    }
    return {row: codes for row, codes in open_.items() if codes}


def _looked_again(study: Study, coders: Collection[int] | None) -> dict[tuple[int, int, str], list[str]]:
    """Transcript, coder and code of every entry about one code alone, with the versions under which it was made."""
    table = study.codes()
    found: dict[tuple[int, int, str], list[str]] = defaultdict(list)
    for row in study.file.read.ledger(coders=coders):
        if row.dimension.startswith(CODE_MARK) and row.state == COMPLETE:
            code = table.now(row.dimension.removeprefix(CODE_MARK))
            found[row.source, row.coder, code].append(row.version)
    return found
