"""The codeline of a transcript: where in it each code stands, from the first character to the last."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from qcode.core.spans import Span, merge
from qcode.services.code_rows import MERGED, code_rows
from qcode.services.filters import Filters
from qcode.services.study import SourceRow, Study
from qcode.services.surroundings import Surroundings
from qcode.services.table import Cell, Table

__all__ = ["CodeLine", "Codeline", "codeline", "shares"]


class CodeLine(NamedTuple):
    """Where a code (id) stands: segments in the order of the text. `coder` is empty where one coder speaks for all."""

    code: str
    depth: int
    coder: str
    segments: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Codeline:
    """The lines of a transcript of `length` code points, in tree order; codes that do not occur have none.

    `turns` are the turns with their number from 1 and whether an interviewer speaks.
    """

    source: SourceRow
    length: int
    lines: tuple[CodeLine, ...]
    turns: tuple[tuple[int, Span, bool], ...]
    notes: tuple[str, ...]

    def table(self) -> Table:
        """Every segment of every line, with the number of the turn in which it begins."""
        starts = [(turn.start, number) for number, turn, _ in self.turns]
        body: list[tuple[Cell, ...]] = []
        for line in self.lines:
            for span in line.segments:
                turn = max((number for start, number in starts if start <= span.start), default=None)
                body.append((line.code, line.coder or None, turn, span.start, span.end))
        header = ("code", "coder", "turn", "start", "end")
        units = ("", "", "number", "characters", "characters")
        return Table(f"Codeline of {self.source.name}", header, tuple(body), self.notes, units=units)


def codeline(study: Study, source: SourceRow, filters: Filters, *, whole: bool = False) -> Codeline:
    """The codeline of one transcript. With the coder rule *each* every coder has lines of their own.

    `whole`: a line for each code named (else each dimension) with all below it, else for each code by itself. Raises
    RequestError where there is no codebook.
    """
    asked = replace(filters, transcripts=(source,))
    each = filters.coders == "each"
    found = code_rows(study, asked, whole=whole, apart=each)
    names = {coder.key: coder.name for coder in study.coders()}
    at: dict[tuple[int, int], list[Span]] = {}
    segments = found.segments
    columns = (segments.code, segments.coder, segments.start, segments.end)
    for code, coder, start, end in zip(*(column.tolist() for column in columns), strict=True):
        at.setdefault((code, coder if each else 0), []).append(Span(start, end))
    coders = [key for key in names if each] or [0]
    lines = [
        CodeLine(code.id, depth, names.get(coder, ""), tuple(sorted(at[number, coder])))
        for number, (code, depth) in enumerate(found.codes, 1)
        for coder in coders
        if (number, coder) in at
    ]
    turns = tuple(
        (number, Span(turn.start, turn.end), turn.role == "interviewer")
        for number, turn in enumerate(Surroundings(study).turns(source.key), 1)
    )
    unused = len(found.codes) - len({line.code for line in lines})
    said = (f"{unused} codes do not stand here.",) if unused else ()
    return Codeline(source, source.length, tuple(lines), turns, (*said, MERGED, *found.notes(study, asked)))


def shares(spans: Iterable[Span], length: int, width: int) -> list[float]:
    """How much of each of `width` equal parts of a text of `length` code points the spans cover, 0 to 1.

    >>> shares([Span(0, 5), Span(3, 8)], 16, 4)
    [1.0, 1.0, 0.0, 0.0]
    """
    joined = merge(spans)
    return [_covered(joined, length * i / width, length * (i + 1) / width) for i in range(width)] if length else []


def _covered(spans: Sequence[Span], start: float, end: float) -> float:
    inside = sum(max(0.0, min(span.end, end) - max(span.start, start)) for span in spans)
    return min(1.0, inside / (end - start))
