"""Frequencies by interview, speaker or coder, as 0 and 1 or with a row for each cell; words and share of the text."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import replace

from qcode.core.units import word_count
from qcode.errors import RequestError
from qcode.services.coding import text_of
from qcode.services.coverage import coverage
from qcode.services.filters import Filters
from qcode.services.selection import select
from qcode.services.spoken import spoken
from qcode.services.study import Study
from qcode.services.table import Cell, Table
from qcode.services.table_rows import Asked, Rows, rows_of
from qcode.services.tables import crosstab, frequencies

__all__ = ["BY", "frequencies_by", "with_words"]

BY = {"interview": "transcript.name", "speaker": "speaker.label", "coder": "coder"}
"""By what frequencies can be divided, and the columns of a crosstab that do so."""


def frequencies_by(
    study: Study, by: str, *, filters: Filters, rows: Rows = "codes", presence: bool = False, tidy: bool = False
) -> Table:
    """Segments of each code by interview, speaker or coder.

    `presence`: 1 where there is at least one segment, else 0; by interview the cell is empty where there is none and
    nobody completed the interview for the code, as that is unknown. `tidy`: a row for each code and interview (or
    other), instead of a column for each. Raises RequestError for another `by`.
    """
    if by not in BY:
        raise RequestError(f"There are no frequencies by “{by}”.", fix=f"Use {', '.join(BY)}, or `qcode crosstab`.")
    table = crosstab(study, BY[by], filters=filters, rows=rows)
    title = f"Code frequencies by {by}"
    if presence:
        table = _presence(study, table, by, filters)
        title = f"Codes by {by}: 1 = at least one segment"
    return _tidy(replace(table, title=title), by) if tidy else replace(table, title=title)


def _presence(study: Study, table: Table, by: str, filters: Filters) -> Table:
    heads = [i for i, head in enumerate(table.header) if i > 1 and not (head == "total" and by != "coder")]
    looked = _looked(study, filters) if by == "interview" else {}
    note = "1: at least one segment; 0: none."
    if by == "interview":
        note = (
            "1: at least one segment; 0: none, and completed for the code; empty: none, and not completed, so unknown."
        )
    below = study.codes().below
    branches = any(note.startswith("A row counts its code and all below it") for note in table.notes)

    def cell(code: str, head: str, count: Cell) -> Cell:
        if count:
            return 1
        codes = below([code]) if branches else {code}
        return None if by == "interview" and not all((c, head) in looked for c in codes) else 0

    return Table(
        table.title,
        (*table.header[:2], *(table.header[i] for i in heads)),
        tuple((*row[:2], *(cell(str(row[0]), table.header[i], row[i]) for i in heads)) for row in table.rows),
        (note, *table.notes),
        table.depth,
        units=("", "", *("presence" for _ in heads)),
    )


def _looked(study: Study, filters: Filters) -> set[tuple[str, str]]:
    """Codes (by id) and names of the transcripts that were completed for them."""
    selection = select(study, coders=filters.coders, speakers=filters.speakers, apart=True)
    known, main = coverage(study, selection.readers), selection.main
    names = {source.key: source.name for source in filters.sources(study)}
    return {
        (code.id, names[source])
        for code in study.codes().codebook.codes
        for source, coder in known.looked(code.id)
        if source in names and (not main or main.get(source) == coder)
    }


def _tidy(table: Table, by: str) -> Table:
    """A row for each code and column; totals, which are no cells, are left out."""
    last = len(table.header) - (table.header[-1] == "total" and by != "coder" and table.total is not None)
    what = "present" if table.units else "segments"
    body = [
        (row[0], row[1], table.header[i], row[i]) for row in table.rows for i in range(2, last)
    ]  # fmt: skip
    return Table(
        table.title,
        ("code", "name", by, what),
        tuple(body),
        table.notes,
        units=("", "", "", table.units[2] if table.units else what),
    )


# -- words


def with_words(study: Study, *, filters: Filters, rows: Rows = "codes") -> Table:
    """Frequencies, and for each code the words in its segments and their percentage of all words said.

    Words are those of the speakers who count, a Chinese character being one; a word under several segments of a row
    counts once. Raises what `frequencies` raises.
    """
    table = frequencies(study, filters=filters, rows=rows)
    found = rows_of(study, Asked(filters, rows))
    sources = filters.sources(study)
    pieces = spoken(study, speakers=filters.speakers, sources=sources)
    all_words = pieces.total().total
    parts: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for source, start, end in zip(pieces.source.tolist(), pieces.start.tolist(), pieces.end.tolist(), strict=True):
        parts[source].append((start, end))
    texts = {source.key: text_of(study, source) for source in sources}
    spans: dict[int, dict[int, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
    segments = found.segments
    columns = (segments.code, segments.source, segments.start, segments.end)
    for code, source, start, end in zip(*(column.tolist() for column in columns), strict=True):
        spans[code][source].append((start, end))
    words = [
        sum(_words(texts[source], parts[source], own) for source, own in spans[number].items())
        for number in found.numbers
    ]
    note = (
        f"Words: those of {filters.speakers} in the segments, each once, of {all_words:,} words in all (a Chinese "
        "character is a word); percent of text is their share. They do not add up where codes share words."
    )
    return replace(
        table,
        header=(*table.header, "words", "percent of text"),
        rows=tuple((*row, n, _percent(n, all_words)) for row, n in zip(table.rows, words, strict=True)),
        notes=(*table.notes, note),
        total=(*table.total, None, None) if table.total else None,
    )


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 2) if whole else None


def _words(text: str, parts: list[tuple[int, int]], spans: list[tuple[int, int]]) -> int:
    """The words of the parts (in order, apart) that lie in any of the spans."""
    total, reach = 0, 0
    starts, ends = [start for start, _ in parts], [end for _, end in parts]
    for start, end in sorted(spans):
        begin = max(start, reach)
        for place in range(bisect_right(ends, begin), bisect_left(starts, end)):
            total += word_count(text, max(begin, starts[place]), min(end, ends[place]))
        reach = max(reach, end)
    return total
