"""Which codes stand together, how often, and where: a list of pairs, a matrix, and the passages behind each number.

Standing together is counted as `core.cooccurrence` does: by merged segments, of one coder with the same coder's. That
two codes stand together says nothing of which leads to which; for that see `paths`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias, get_args

import numpy as np

from qcode.core.contexts import IntArray
from qcode.core.cooccurrence import CoOccurrence, Nearness, UnitStarts, co_occurrence, pairs_of
from qcode.core.spans import Span
from qcode.errors import RequestError
from qcode.services.code_rows import MERGED, CodeRows, code_rows, take_segments
from qcode.services.filters import Filters
from qcode.services.listings import shortened
from qcode.services.study import SourceRow, Study
from qcode.services.surroundings import Surroundings
from qcode.services.table import Cell, Table

__all__ = ["CONTENTS", "WAYS", "Content", "Meeting", "Together", "TogetherAsked", "together"]

WAYS = {
    "overlap": Nearness.OVERLAP, "segment": Nearness.SAME_SEGMENT, "turn": Nearness.SAME_TURN,
    "sentences": Nearness.WITHIN_SENTENCES,
}  # fmt: skip
"""The ways of standing together, by the words for them."""

Content: TypeAlias = Literal["pairs", "segments", "shared", "jaccard"]
CONTENTS: tuple[Content, ...] = get_args(Content)
"""What can stand in the cells of the matrix."""

_MOST_SENTENCES = 100
_UNITS = {way: way.unit.replace("window ", "windows ") if " " in way.unit else f"{way.unit}s" for way in Nearness}


@dataclass(frozen=True, slots=True)
class TogetherAsked:
    """What is to be counted: the codes of `filters` (else all) with those in `beside` (ids), else with one another.

    `whole`: each code with all below it. `way` is one of WAYS; `sentences` says for *sentences* how many may lie from
    the last of one segment to the first of the other: 0 is the same sentence, 1 the next.
    """

    filters: Filters = field(default_factory=Filters)
    beside: tuple[str, ...] = ()
    whole: bool = False
    way: str = "overlap"
    sentences: int = 0


class Meeting(NamedTuple):
    """Two segments of different codes that stand together: where (code points, half-open) in one transcript."""

    source: SourceRow
    first: Span
    second: Span


class _Pair(NamedTuple):
    """Two codes, by their place among the codes that count."""

    first: int
    second: int


class Together:
    """What stands together. `rows` and `columns` are the codes of the matrix, `notes` what was counted."""

    def __init__(self, study: Study, asked: TogetherAsked, found: CodeRows, units: UnitStarts | None) -> None:
        self.asked = asked
        self._study = study
        self._found = found
        self._units = units
        self._nearness = WAYS[asked.way]
        self._place = {code.id: i for i, (code, _) in enumerate(found.codes)}
        self._book = study.codes().codebook
        self._of_code = [np.flatnonzero(found.segments.code == i + 1) for i in range(len(found.codes))]
        self.counts: CoOccurrence = co_occurrence(
            found.segments,
            range(1, len(found.codes) + 1),
            self._nearness,
            units=units,
            sentences=asked.sentences,
        )
        rows, columns = _ids(study, asked.filters.codes, whole=asked.whole), asked.beside
        beside = _ids(study, columns, whole=asked.whole) if columns else rows
        self.rows = tuple(code for code, _ in found.codes if code.id in rows)
        self.columns = tuple(code for code, _ in found.codes if code.id in beside)
        self.notes = self._notes()

    def _notes(self) -> tuple[str, ...]:
        units, rule = _UNITS[self._nearness], self.asked.filters.coders
        how = f"Standing together: two segments {self._nearness.value}"
        if self._nearness is Nearness.WITHIN_SENTENCES:
            how += f" ({self.asked.sentences}; 0 = the same sentence, 1 = the next)"
        whose = "of one coder" if rule not in ("any", "all") else "of any coders: who coded is left aside here"
        left_out = "A code is not held against itself" + (", nor against those below it." if self.asked.whole else ".")
        return (
            f"{how}, {whose}.",
            MERGED,
            "pairs: a segment of one code with one of the other; a segment can be in several pairs.",
            "segments: how many of a code's segments stand together with at least one of the other code.",
            f"shared: {units} in which both codes hold. jaccard: these over the {units} in which either holds.",
            "transcripts: those with at least one pair. Pairs of one interview are not independent of one another.",
            "Standing together is no order and no cause. The passages of two codes: qcode cooccur --read CODE CODE.",
            left_out,
            *self._found.notes(self._study, self.asked.filters),
        )

    def _apart(self, a: int, b: int) -> bool:
        """Whether two codes can be held against each other: the same coding must not meet itself."""
        if a == b:
            return False
        first, second = self._found.codes[a][0].id, self._found.codes[b][0].id
        if not self.asked.whole:
            return True
        path_of = self._book.path
        return first not in {c.id for c in path_of(second)} and second not in {c.id for c in path_of(first)}

    def _pairs(self) -> list[_Pair]:
        """Every two codes that stand together at all, those with most pairs first."""
        found: dict[frozenset[int], _Pair] = {}
        for row in self.rows:
            for column in self.columns:
                a, b = self._place[row.id], self._place[column.id]
                if self._apart(a, b) and self.counts.pairs[a, b]:
                    found.setdefault(frozenset((a, b)), _Pair(a, b))
        return sorted(found.values(), key=lambda pair: (-int(self.counts.pairs[pair]), pair))

    def pair_table(self, *, most: int | None = None) -> Table:
        """The pairs of codes that stand together at all, those that do so most often first."""
        pairs, counts, jaccard = self._pairs(), self.counts, self.counts.jaccard
        body: list[tuple[Cell, ...]] = []
        for a, b in pairs[:most]:
            numbers = (
                counts.pairs[a, b], self._transcripts(a, b), counts.segments[a, b], counts.segments[a, a],
                counts.segments[b, a], counts.segments[b, b], counts.shared[a, b],
            )  # fmt: skip
            names = (self._found.codes[a][0].id, self._found.codes[b][0].id)
            body.append((*names, *map(int, numbers), round(float(jaccard[a, b]), 3)))
        header = (
            "code", "with", "pairs", "transcripts", "segments", "of", "its segments", "of its", "shared", "jaccard",
        )  # fmt: skip
        left = len(pairs) - len(body)
        more = (f"{left} more pairs of codes are not shown.",) if left else ()
        if not pairs:
            more = ("No two of these codes stand together in this way.",)
        columns = "segments, of: those of code; its segments, of its: those of the code beside it."
        unit = _UNITS[self._nearness]
        units = ("", "", "pairs", "transcripts", *["segments"] * 4, unit, "share")
        return Table("Codes that stand together", header, tuple(body), (*more, columns, *self.notes), units=units)

    def matrix(self, content: Content = "pairs") -> Table:
        """Codes by codes. A cell is empty where a code would be held against itself, or a share has no base."""
        values = {"pairs": self.counts.pairs, "segments": self.counts.segments, "shared": self.counts.shared}
        body: list[tuple[Cell, ...]] = []
        for row in self.rows:
            a = self._place[row.id]
            cells: list[Cell] = []
            for column in self.columns:
                b = self._place[column.id]
                if not self._apart(a, b):
                    cells.append(None)
                elif content == "jaccard":
                    share = float(self.counts.jaccard[a, b])
                    cells.append(None if np.isnan(share) else round(share, 3))
                else:
                    cells.append(int(values[content][a, b]))
            body.append((row.id, row.name(), *cells))
        which = {"segments": " (of the row's code)", "shared": f" ({_UNITS[self._nearness]})"}.get(content, "")
        header = ("code", "name", *(code.id for code in self.columns))
        unit = {"shared": _UNITS[self._nearness], "jaccard": "share"}.get(content, content)
        units = ("", "", *[unit] * len(self.columns))
        return Table(f"Codes that stand together: {content}{which}", header, tuple(body), self.notes, units=units)

    def _meeting(self, a: int, b: int) -> tuple[IntArray, IntArray]:
        """Places of the segments of each pair of two codes. Only the segments of the two are looked at."""
        rows = np.concatenate((self._of_code[a], self._of_code[b]))
        two = take_segments(self._found.segments, rows)
        found = pairs_of(two, a + 1, b + 1, self._nearness, units=self._units, sentences=self.asked.sentences)
        return rows[found[0]], rows[found[1]]

    def _transcripts(self, a: int, b: int) -> int:
        return len(np.unique(self._found.segments.source[self._meeting(a, b)[0]]))

    def meetings(self, first: str, second: str) -> list[Meeting]:
        """Where two codes (ids) stand together: as many as `pairs` says, in the order of the study and its texts.

        Raises RequestError for codes that are not held against each other here.
        """
        a, b = self._place.get(first), self._place.get(second)
        if a is None or b is None or not self._apart(a, b):
            raise RequestError(f"“{first}” and “{second}” are not held against each other here.")
        segments = self._found.segments
        sources = {source.key: source for source in self._study.file.read.sources()}
        place = {key: i for i, key in enumerate(sources)}
        found = []
        for row, other in zip(*(rows.tolist() for rows in self._meeting(a, b)), strict=True):
            spans = (Span(int(segments.start[i]), int(segments.end[i])) for i in (row, other))
            found.append(Meeting(sources[int(segments.source[row])], *spans))
        return sorted(found, key=lambda meeting: (place[meeting.source.key], meeting.first, meeting.second))

    def meeting_table(self, first: str, second: str) -> Table:
        """The words of every pair of two codes. Raises RequestError as `meetings` does."""
        around = Surroundings(self._study)
        body: list[tuple[Cell, ...]] = []
        for source, one, other in self.meetings(first, second):
            text = around.text(source.key)
            cells: list[Cell] = [source.name]
            for span in (one, other):
                cells += [f"{span.start}-{span.end}", shortened(text[span.start : span.end])]
            body.append(tuple(cells))
        header = ("transcript", first, f"words of {first}", second, f"words of {second}")
        return Table(f"Where {first} and {second} stand together", header, tuple(body), self.notes)


def together(study: Study, asked: TogetherAsked) -> Together:
    """Count which codes stand together. Raises RequestError, and UnknownName with near names."""
    if asked.way not in WAYS:
        raise RequestError(f"“{asked.way}” is no way of standing together.", fix=f"Use {', '.join(WAYS)}.")
    if not 0 <= asked.sentences <= _MOST_SENTENCES or (asked.sentences and asked.way != "sentences"):
        raise RequestError(f"A number of sentences, 0 to {_MOST_SENTENCES}, is for the way “sentences” only.")
    rows = _ids(study, asked.filters.codes, whole=asked.whole)
    names = rows | _ids(study, asked.beside, whole=asked.whole) if asked.beside else rows
    found = code_rows(study, asked.filters, whole=asked.whole, names=sorted(names))
    return Together(study, asked, found, _units(study, asked.way, found))


def _ids(study: Study, names: tuple[str, ...], *, whole: bool) -> set[str]:
    """The codes that are meant: these with all below them, or with `whole` these alone; without names all of them."""
    table = study.codes()
    if whole:
        return set(names) or {code.id for code in table.codebook.dimensions()}
    return table.below(names) if names else {code.id for code in table.codebook.codes}


def _units(study: Study, way: str, found: CodeRows) -> UnitStarts | None:
    """Where turns or sentences begin in the transcripts with segments."""
    if way not in ("turn", "sentences"):
        return None
    around = Surroundings(study)
    unit: Literal["turns", "sentences"] = "turns" if way == "turn" else "sentences"
    sources = np.unique(found.segments.source).tolist()
    starts = [np.unique(around.units(unit, source)) for source in sources]
    source = np.repeat(np.array(sources, dtype=np.int64), [len(column) for column in starts])
    return UnitStarts(source, np.concatenate([np.empty(0, dtype=np.int64), *starts]))
