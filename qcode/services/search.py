"""Words looked for in all transcripts, each hit in its context.

Texts are searched as they are, without an index: two million characters take some hundredths of a second, and an index
of words would not find two Chinese characters in a row. What is looked for is plain text: a pattern language would let
one line of a transcript run for hours, so there is none.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby

import numpy as np

from qcode.core.contexts import CodingColumns
from qcode.core.keyword import Around, around, pattern, places_in_pieces
from qcode.core.retrieval import single_passages
from qcode.core.spans import Span
from qcode.errors import RequestError
from qcode.services.filters import Filters
from qcode.services.fitting import fit
from qcode.services.study import SourceRow, Study
from qcode.services.surroundings import Surroundings, clock
from qcode.services.table import Cell, Table
from qcode.store.rows import TurnRow

__all__ = ["CONTEXT", "FoundWord", "Search", "Searched", "search_table"]

CONTEXT = 40
"""Characters to each side of a hit, unless asked for otherwise."""


@dataclass(frozen=True, slots=True)
class FoundWord:
    """One hit with its context; `number` counts from 1, positions are code points of the transcript, half-open."""

    number: int
    source: SourceRow
    span: Span
    around: Around
    speaker: str
    time_ms: int | None


@dataclass(frozen=True, slots=True)
class _Hits:
    source: SourceRow
    spans: list[Span]


class Searched:
    """The hits of a search, in the order of the study; their contexts are cut when they are asked for."""

    def __init__(self, wanted: str, hits: Sequence[_Hits], notes: tuple[str, ...], look: Surroundings) -> None:
        self.wanted = wanted
        self.notes = notes
        self._hits = [one for one in hits if one.spans]
        self._before = [0, *accumulate(len(one.spans) for one in self._hits)]
        self._look = look

    def __len__(self) -> int:
        return self._before[-1]

    @property
    def counts(self) -> list[tuple[SourceRow, int]]:
        """How many hits each transcript has that has any."""
        return [(one.source, len(one.spans)) for one in self._hits]

    @property
    def places(self) -> list[tuple[SourceRow, Span]]:
        """Where all hits stand."""
        return [(one.source, span) for one in self._hits for span in one.spans]

    def rows(self, start: int, end: int, *, width: int = CONTEXT) -> list[FoundWord]:
        """Hits `start` to `end`, half-open, with `width` characters to each side."""
        found: list[FoundWord] = []
        for one, first in zip(self._hits, self._before, strict=False):
            low, high = max(0, start - first), min(len(one.spans), end - first)
            found += [self._row(first + i, one.source, one.spans[i], width) for i in range(low, max(low, high))]
        return found

    def _row(self, number: int, source: SourceRow, span: Span, width: int) -> FoundWord:
        turn = _turn_at(self._look, source, span)
        return FoundWord(
            number=number + 1,
            source=source,
            span=span,
            around=around(self._look.text(source.key), span, width),
            speaker=self._look.labels.get(turn.speaker or 0, "") if turn else "",
            time_ms=turn.time_ms if turn else None,
        )


def _turn_at(look: Surroundings, source: SourceRow, span: Span) -> TurnRow | None:
    return next(iter(look.turns_at(source.key, span)), None)


class Search:
    """Searches one study again and again: every text is read once, as long as this is kept."""

    def __init__(self, study: Study) -> None:
        self._study = study
        self._state = study.file.read.state()
        self._look = Surroundings(study)

    def _refreshed(self) -> Surroundings:
        state = self._study.file.read.state()
        if state != self._state:
            self._state, self._look = state, Surroundings(self._study)
        return self._look

    def by_transcript(
        self, wanted: str, filters: Filters | None = None, *, whole_words: bool = False
    ) -> Iterator[tuple[SourceRow, list[Span]]]:
        """Transcripts with their hits, one after the other. Raises what `in_pieces` raises."""
        for source, pieces in groupby(self.in_pieces(wanted, filters, whole_words=whole_words), key=lambda one: one[0]):
            yield source, [span for _, spans in pieces for span in spans]

    def in_pieces(
        self, wanted: str, filters: Filters | None = None, *, whole_words: bool = False
    ) -> Iterator[tuple[SourceRow, list[Span]]]:
        """The hits as they are found, some of a long transcript at a time: a screen takes keys in between.

        Of the filters: transcripts, kinds, speakers, conditions on them and on the case that the links give the place,
        stages and the data set. Hits that lie in speakers' labels only are none. Raises RequestError if there is
        nothing to look for, or for filters that are for codings (codes, coders, flagged).
        """
        looked_for = pattern(wanted, whole_words=whole_words)
        asked = filters if filters is not None else Filters()
        if asked.codes or asked.flagged or asked.coders != Filters().coders:
            raise RequestError(
                "A search is in the words of transcripts; codes, coders and flags belong to codings.",
                fix="Use `qcode find --text WORDS` to look in coded passages.",
            )
        look = self._refreshed()
        for source in asked.sources(self._study):
            for found in places_in_pieces(look.text(source.key), looked_for):
                yield source, self._fitting(asked, source, _spoken(look, source, found, asked.speakers), look)

    def _fitting(self, filters: Filters, source: SourceRow, spans: list[Span], look: Surroundings) -> list[Span]:
        if not spans or not filters.of_passages:
            return spans
        table = np.array(spans, dtype=np.int64).reshape(-1, 2)
        same = np.full(len(spans), 1, dtype=np.int64)
        # Nobody coded these places; my own links go before others', as they do for codings of mine.
        codings = CodingColumns(
            same, same * self._study.me.key, same * source.key, table[:, 0].copy(), table[:, 1].copy(), same * 0
        )
        found = fit(self._study, filters, codings, single_passages(codings), around=look)
        return [spans[i] for i in found.passages.members.tolist()]

    def find(self, wanted: str, filters: Filters | None = None, *, whole_words: bool = False) -> Searched:
        """All hits. Raises what `by_transcript` raises."""
        asked = filters if filters is not None else Filters()
        found = list(self.by_transcript(wanted, asked, whole_words=whole_words))
        return self.collected(wanted, found, asked, whole_words=whole_words)

    def collected(
        self,
        wanted: str,
        found: Iterable[tuple[SourceRow, list[Span]]],
        filters: Filters | None = None,
        *,
        whole_words: bool = False,
    ) -> Searched:
        """All that `in_pieces` or `by_transcript` found, with the same arguments, as one result."""
        asked = filters if filters is not None else Filters()
        hits = [
            _Hits(source, [span for _, spans in pieces for span in spans])
            for source, pieces in groupby(found, key=lambda one: one[0])
        ]
        number, texts = sum(len(one.spans) for one in hits), sum(1 for one in hits if one.spans)
        whose = "all speakers" if asked.speakers == "all" else asked.speakers
        times = "once" if number == 1 else f"{number} times"
        notes = (
            f"Found: {times} in {texts} of {len(hits)} transcripts, in the words of {whose}.",
            "Letter case, character width and line ends make no difference"
            + ("; whole words only." if whole_words else "; parts of words count."),
            *asked.words,
        )
        return Searched(wanted, hits, notes, self._look)


def _spoken(look: Surroundings, source: SourceRow, spans: list[Span], speakers: str) -> list[Span]:
    """The hits that are in words of these speakers, and not in a label only; where nobody is named, all are."""
    turns = look.turns(source.key) if spans else []
    if not turns:
        return spans
    kept = []
    at = bisect_right(turns, spans[0].start, key=lambda turn: turn.end)
    for span in spans:
        while at < len(turns) and turns[at].end <= span.start:
            at += 1
        turn = turns[at] if at < len(turns) else None
        if turn is None or span.end <= turn.start:
            kept.append(span)  # between turns there is white space only
        elif span.end > turn.body and (
            speakers == "all" or (turn.role == "interviewer") == (speakers == "interviewers")
        ):
            kept.append(span)
    return kept


def search_table(found: Searched, *, width: int = CONTEXT, most: int | None = None) -> Table:
    """The hits as a table: transcript, place, speaker, time, what stands before, the hit, what stands after."""
    rows: list[tuple[Cell, ...]] = [
        (
            row.source.name, f"{row.span.start}-{row.span.end}", row.speaker, clock(row.time_ms), row.around.left,
            row.around.hit, row.around.right,
        )
        for row in found.rows(0, len(found) if most is None else most, width=width)
    ]  # fmt: skip
    left = len(found) - len(rows)
    more = (f"{left} more are not shown.",) if left > 0 else ()
    header = ("transcript", "place", "speaker", "time", "before", "words", "after")
    return Table(f"“{found.wanted.strip()}” in the transcripts", header, tuple(rows), (*more, *found.notes))
