"""What there is of each case: who took part with whom, and how much was said of it in how many interviews."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations

import numpy as np

from qcode.core.contexts import assign
from qcode.services.case_rows import CASE_KINDS, check_kind
from qcode.services.filters import Filters
from qcode.services.selection import link_columns, select
from qcode.services.spoken import spoken, whose_reading
from qcode.services.study import Study
from qcode.services.table import Cell, Table
from qcode.store.rows import PartyRow

__all__ = ["case_words", "party_pairs"]


def party_pairs(study: Study, *, kinds: Sequence[str] = ("dataset",)) -> Table:
    """Every pair of parties that took part in a case together, as the edges of a network: with their number of cases.

    The party that stands first in a case is *from*. A case of three parties makes three pairs. Raises RequestError for
    a kind that there is not.
    """
    for kind in kinds:
        check_kind(kind)
    cases = [case for case in study.file.read.cases() if case.kind in kinds]
    found: dict[tuple[tuple[str, str, str], tuple[str, str, str]], list[str]] = defaultdict(list)
    for case in cases:
        for pair in dict.fromkeys(combinations(dict.fromkeys(map(_end, case.parties)), 2)):
            found[pair].append(case.short_key)
    lonely = sum(len(case.parties) < 2 for case in cases)
    rows: list[tuple[Cell, ...]] = [
        (*first, *second, len(keys), "; ".join(keys))
        for (first, second), keys in sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    ]
    return Table(
        "Pairs of parties",
        ("from", "from code", "from role", "to", "to code", "to role", "cases", "keys"),
        tuple(rows),
        (
            (
                f"Counted: {len(cases)} cases of the kind {' and '.join(kinds)}; a case counts once for each pair of "
                "its parties, so a case of three parties makes three pairs."
            ),
            (
                "From is the party that stands first in the case; the roles say whether the pair has a direction. The "
                "same parties in other roles are another pair."
            ),
            f"{lonely} case(s) have fewer than two parties, and so no pair.",
        ),
        units=("", "", "", "", "", "", "cases", ""),
    )


def _end(party: PartyRow) -> tuple[str, str, str]:
    return party.name, party.code or "", party.role


def case_words(study: Study, *, filters: Filters, kinds: Sequence[str] = CASE_KINDS) -> Table:
    """Interviews, passages and words that speak of each case, by the rules that give codings to cases.

    A word that speaks of several cases counts for each. Raises RequestError for a kind that there is not.
    """
    for kind in kinds:
        check_kind(kind)
    sources = filters.sources(study)
    selection = select(study, coders=filters.coders, speakers=filters.speakers)
    pieces = spoken(study, speakers=filters.speakers, sources=sources)
    found = assign(pieces.as_codings(whose_reading(selection, sources)), link_columns(study))
    row = np.repeat(np.arange(len(found)), np.diff(found.offsets))
    body: list[tuple[Cell, ...]] = []
    without = 0
    for case in study.file.read.cases():
        if case.kind not in kinds:
            continue
        own = row[found.cases == case.key]
        words, han = int(pieces.words[own].sum()), int(pieces.han[own].sum())
        without += not words
        interviews = len(np.unique(pieces.source[own]))
        body.append((case.short_key, case.name, case.kind, interviews, words - han, han))
    said = pieces.total(found.kind > 0)
    everything = pieces.total()
    return Table(
        "Words and interviews per case",
        ("case", "name", "kind", "interviews", "words", "Chinese characters"),
        tuple(body),
        (
            (
                f"Counted: words of {filters.speakers} in the text that is linked to a case, whether it is coded or "
                "not; in words, Chinese characters are not counted. A word that speaks of several cases counts for "
                "each."
            ),
            (
                f"Of {everything.total:,} words and characters in {len(sources)} transcripts, {said.total:,} speak of "
                "a case. A transcript that is linked to several cases as a whole speaks of none of them by itself."
            ),
            f"{without} case(s) have no text.",
            selection.notes[0],
        ),
        units=("", "", "", "interviews", "words", "characters"),
    )
