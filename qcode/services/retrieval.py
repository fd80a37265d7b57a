"""Finding coded passages by codes, by what is recorded of cases, transcripts and speakers, by coder and by words.

The result holds positions only. What stands beside a passage (its words, who speaks, which case) is looked up for the
rows that are asked for, so that a screen can hold ten thousand of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple, TypeAlias, get_args

import numpy as np

from qcode.core.contexts import Assignment, CodingColumns, IntArray, distinct_pairs
from qcode.core.notes import NOTE_KINDS, verbatim_part, verbatim_spans
from qcode.core.passage_query import Anything, Either, Query, Term, parse_query, terms
from qcode.core.retrieval import Passages, retrieve
from qcode.core.spans import Span
from qcode.core.units import sentence_at
from qcode.errors import RequestError
from qcode.services.filters import Filters
from qcode.services.fitting import chosen, counted, fit
from qcode.services.study import CodingRow, SourceRow, Study
from qcode.services.surroundings import StageOf, Surroundings
from qcode.services.translations import translations_by_passage
from qcode.store.memo_reading import TranslationRow

__all__ = ["GROUPINGS", "ORDERS", "FoundPassage", "Group", "Grouping", "Order", "Retrieved", "find"]

Order: TypeAlias = Literal["transcript", "code", "case", "coder", "length"]
ORDERS: tuple[Order, ...] = get_args(Order)
"""What passages can be ordered by."""

Grouping: TypeAlias = Literal["transcript", "code", "case"]
GROUPINGS: tuple[Grouping, ...] = get_args(Grouping)
"""What passages can be grouped by."""


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """One passage with what stands beside it.

    `number` counts from 1 in the result. `cases` have the stage as it is known; `time_ms` is that of the first turn, or
    None; `codes` are those that made it fit and `also` the others of the same coders that overlap it
    (short ids, in the order of the codebook). `verbatim` says of notes whether the passage was said so: yes, part or
    no; it is yes for everything else. `codings` are those that the passage comes from.
    """

    number: int
    source: SourceRow
    span: Span
    quote: str
    speakers: tuple[str, ...]
    time_ms: int | None
    coders: tuple[str, ...]
    cases: tuple[tuple[str, str | None], ...]
    codes: tuple[str, ...]
    also: tuple[str, ...]
    flagged: bool
    verbatim: str
    translations: tuple[TranslationRow, ...]
    codings: tuple[CodingRow, ...]


class Group(NamedTuple):
    """Rows (from 0) of one transcript, code or case; its name is empty for those of no case."""

    name: str
    rows: tuple[int, ...]


class Retrieved:
    """The passages that fit, in the order of the study and its texts; `query` is as it was understood."""

    def __init__(
        self,
        study: Study,
        query: str,
        filters: Filters,
        codings: CodingColumns,
        passages: Passages,
        cases: Assignment,
        notes: tuple[str, ...],
        around: Surroundings,
    ) -> None:
        self.query = query
        self.filters = filters
        self.notes = notes
        self.passages = passages
        self._study = study
        self._codings = codings
        self._cases = cases
        self._around = around
        table = study.codes()
        order = {code.id: (place, code.id) for place, (code, _) in enumerate(table.codebook.walk())}
        self._places = {row.key: order[table.code(row.key).id] for row in table.rows}
        self._said: dict[int, tuple[Span, ...]] = {}
        self._translated: dict[int, dict[tuple[int, int, int], dict[str, TranslationRow]]] = {}

    def __len__(self) -> int:
        return len(self.passages)

    @property
    def transcripts(self) -> int:
        """In how many transcripts the passages stand."""
        return len(np.unique(self.passages.source))

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes (short ids) that made the passages fit, in the order of the codebook."""
        return self._in_order(set(np.unique(self._codings.code[self.passages.members]).tolist()))

    def places(self, rows: Iterable[int]) -> list[tuple[str, Span]]:
        """Where rows (from 0) stand: uid of the transcript, and span."""
        passages, uids = self.passages, {key: source.uid for key, source in self._around.sources.items()}
        keys, starts, ends = passages.source.tolist(), passages.start.tolist(), passages.end.tolist()
        return [(uids[keys[row]], Span(starts[row], ends[row])) for row in rows]

    def __iter__(self) -> Iterator[FoundPassage]:
        """All rows, one after the other."""
        for number in range(len(self)):
            yield self.row(number)

    def rows(self, start: int, end: int) -> list[FoundPassage]:
        """Rows `start` to `end`, half-open, as far as there are any; nothing else is read."""
        return [self.row(number) for number in range(max(0, start), min(end, len(self)))]

    def row(self, number: int) -> FoundPassage:
        """One row, counted from 0. Raises IndexError, and DamagedProject if its text was erased."""
        passages, around = self.passages, self._around
        key = int(passages.source[number])
        span = Span(int(passages.start[number]), int(passages.end[number]))
        source = around.sources[key]
        members = passages.members_of(number)
        anybody = self.filters.coders in ("any", "all")
        codings = around.coding_rows(self._codings, members, anybody=anybody)
        coders = list(dict.fromkeys(row.coder for row in codings))
        turns = around.turns_at(key, span) if self.filters.speakers == "all" else around.said(key, span)
        codes = set(self._codings.code[members].tolist())
        beside = {around.code_now(row) for row in around.overlapping(key, span) if row.coder in coders} - codes
        return FoundPassage(
            number=number + 1,
            source=source,
            span=span,
            quote=around.text(key)[span.start : span.end],
            speakers=tuple(dict.fromkeys(around.labels.get(turn.speaker or 0, "") for turn in turns if turn.speaker)),
            time_ms=turns[0].time_ms if turns else None,
            coders=tuple(around.coder_names.get(coder, "") for coder in coders),
            cases=tuple((around.cases[at.case].short_key, at.stage) for at in self._stages(number, key, span, codings)),
            codes=self._in_order(codes),
            also=self._in_order(beside),
            flagged=any(row.flagged for row in codings),
            verbatim=self._verbatim(source, span),
            translations=self._translations(key, span, codings),
            codings=tuple(codings),
        )

    def context(self, number: int) -> tuple[str, str]:
        """The sentence before a row (from 0) and the one after it, whoever says them; empty where there is none.

        Where the passage begins or ends inside a sentence, what is left of that sentence.
        """
        passages, around = self.passages, self._around
        key, start, end = (int(column[number]) for column in (passages.source, passages.start, passages.end))
        text = around.text(key)
        turn = next(iter(around.turns_at(key, Span(start, end))), None)
        if turn is not None and turn.start < start <= turn.body:
            start = turn.start  # the speaker's label is no sentence
        before = sentence_at(text, 0, start, start - 1) if start else Span(0, 0)
        after = sentence_at(text, end, len(text), end) if end < len(text) else Span(end, end)
        return text[before.start : before.end], text[after.start : after.end]

    def arranged(self, by: Order) -> IntArray:
        """The rows (from 0) in another order; those that are alike stay in the order of the study.

        By code, case and coder the first of several counts, in the order of codebook, case table and coders; what
        has none comes last. By length the longest come first.
        """
        passages, around, rows = self.passages, self._around, len(self)
        if by == "length":
            return np.argsort(passages.start - passages.end, kind="stable")
        if by == "coder":
            order = {key: place for place, key in enumerate(around.coder_names)}
            places = np.array([order.get(key, 0) for key in passages.coder.tolist()], dtype=np.int64)
            return np.argsort(places, kind="stable")
        if by == "transcript":
            return np.arange(rows, dtype=np.int64)
        row, place, names = self._pairs(by)
        first = np.full(rows, len(names), dtype=np.int64)
        np.minimum.at(first, row, place)
        return np.argsort(first, kind="stable")

    def groups(self, by: Grouping) -> list[Group]:
        """The rows by transcript, code or case, in the order of study, codebook and case table.

        A row of several codes or cases is in several groups; the rows of no case come last.
        """
        row, place, names = self._pairs(by)
        order = np.lexsort((row, place))
        cuts = np.searchsorted(place[order], np.arange(len(names) + 1)).tolist()
        found = [
            Group(name, tuple(row[order[start:end]].tolist()))
            for name, start, end in zip(names, cuts, cuts[1:], strict=False)
            if start < end
        ]
        alone = np.setdiff1d(np.arange(len(self)), row)
        return [*found, Group("", tuple(alone.tolist()))] if len(alone) else found

    def _pairs(self, by: Grouping) -> tuple[IntArray, IntArray, list[str]]:
        """Each row with the place of each of its transcripts, codes or cases in their order, and their names."""
        passages, around, rows = self.passages, self._around, np.arange(len(self), dtype=np.int64)
        if by == "transcript":
            row, keys, names = rows, passages.source, {key: s.name for key, s in around.sources.items()}
        elif by == "code":
            row = np.repeat(rows, np.diff(passages.offsets))
            keys = self._codings.code[passages.members]
            names = {key: name for key, (_, name) in sorted(self._places.items(), key=lambda item: item[1])}
        else:
            row = np.repeat(rows, np.diff(self._cases.offsets))
            keys, names = self._cases.cases, {key: case.short_key for key, case in around.cases.items()}
        order = {key: place for place, key in enumerate(names)}
        places = np.array([order[key] for key in keys.tolist()], dtype=np.int64)
        return *distinct_pairs(row, places), list(names.values())

    def _stages(self, number: int, source: int, span: Span, codings: Sequence[CodingRow]) -> list[StageOf]:
        return self._around.stages(source, span, self._cases.cases_of(number), codings)

    def _in_order(self, keys: set[int]) -> tuple[str, ...]:
        """Codes (keys) by their ids, as the codebook has them."""
        return tuple(name for _, name in sorted(self._places[key] for key in keys))

    def _verbatim(self, source: SourceRow, span: Span) -> str:
        if source.kind not in NOTE_KINDS:
            return "yes"
        text = self._around.text(source.key)
        if source.key not in self._said:
            self._said[source.key] = verbatim_spans(text)
        return verbatim_part(text, span, self._said[source.key])

    def _translations(self, source: int, span: Span, codings: Sequence[CodingRow]) -> tuple[TranslationRow, ...]:
        """Translations of exactly this passage, else of the passages that its codings stand on."""
        if source not in self._translated:
            self._translated[source] = translations_by_passage(self._study, self._around.sources[source])
        known = self._translated[source]
        exact = known.get((source, *span))
        if exact:
            return tuple(exact.values())
        places = dict.fromkeys((source, row.start, row.end) for row in codings)
        return tuple(row for place in places for row in known.get(place, {}).values())


def find(study: Study, query: str = "", filters: Filters | None = None) -> Retrieved:
    """The passages that fit a query over codes (see `core.passage_query`) and the filters.

    Without a query: all passages of the codes of the filters, else all coded passages. Raises RequestError for what is
    no query, and UnknownName, with near names, for a code that there is not.
    """
    filters = filters if filters is not None else Filters.parse(study)
    table = study.codes()
    if not table.rows:
        raise RequestError("The study has no codebook yet.", fix="Import one with `qcode codebook import FILE`.")
    asked: Query = _of_codes(filters.codes)
    if query.strip():
        asked = parse_query(query, lambda name: table.code(table.find(name).key).id)
    around = Surroundings(study)
    selection, left = chosen(study, filters, apart=True), filters
    left_out: tuple[str, ...] = ()
    if filters.each_code and filters.of_passages:
        held = counted(study, filters, apart=True)
        selection, left_out = replace(held.selection, codings=held.codings), held.left_out
        left = Filters(coders=filters.coders, speakers=filters.speakers, codes=filters.codes)

    def keys_of(term: Term) -> IntArray:
        wanted = {term.code} if term.alone else table.below([term.code])
        return np.array([row.key for row in table.rows if row.short_id in wanted], dtype=np.int64)

    found = fit(
        study, left, selection.codings, retrieve(asked, selection.codings, keys_of, around.units), around=around
    )
    order = _reading_order(found.passages, list(around.sources))
    number = np.diff(found.cases.offsets)
    pairs = np.repeat(np.argsort(order), number), found.cases.cases
    passages = found.passages.take(order)
    cases = Assignment.from_pairs(len(order), *pairs)
    notes = _notes(study, asked, filters, passages, (*selection.notes, *filters.words, *left_out, *found.notes))
    return Retrieved(study, asked.words, filters, selection.codings, passages, cases, notes, around)


def _of_codes(codes: Sequence[str]) -> Query:
    wanted = tuple(Term(code) for code in codes)
    return Anything() if not wanted else wanted[0] if len(wanted) == 1 else Either(wanted)


def _reading_order(passages: Passages, sources: list[int]) -> IntArray:
    """Places of the passages in the order of the study: its transcripts, their text, then coders."""
    place = np.zeros(max(sources, default=0) + 1, dtype=np.int64)
    place[sources] = np.arange(len(sources))
    return np.lexsort((passages.coder, passages.end, passages.start, place[passages.source]))


def _notes(
    study: Study, query: Query, filters: Filters, passages: Passages, others: tuple[str, ...]
) -> tuple[str, ...]:
    below = any(not term.alone and len(study.codes().below([term.code])) > 1 for term in terms(query))
    looked_at = len(filters.sources(study))
    book = study.codes().codebook
    number = "1 passage" if len(passages) == 1 else f"{len(passages)} passages"
    return (
        f"Found: {number} in {len(np.unique(passages.source))} of {looked_at} transcripts.",
        "All coded passages."
        if query == Anything()
        else f"Query: {query.words}.{' A code means itself and all below it.' if below else ''}",
        "Passages are merged segments: overlapping codings of one code by one coder are one passage.",
        *others,
        f"Codebook {book.id}, version {book.content_hash()[:12]}.",
    )
