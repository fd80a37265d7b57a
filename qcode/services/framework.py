"""The framework matrix: cases, transcripts or values by codes, with what the team says of each cell and the evidence.

After Gale et al. (2013), Using the framework method for the analysis of qualitative data in multi-disciplinary health
research, BMC Medical Research Methodology 13:117. A cell holds the summaries that coders wrote, one from each, and the
passages that are coded so and speak of the row. A summary belongs to its coder.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from qcode.core.codebook import Code
from qcode.core.contexts import IntArray
from qcode.core.crosstab import ColumnKind, numbered_columns, table_columns
from qcode.core.events import Json
from qcode.core.spans import Span
from qcode.core.tabulate import segment_cases
from qcode.core.where import Attribute
from qcode.errors import RequestError, UnknownName
from qcode.services.code_rows import MERGED, CodeRows, code_rows
from qcode.services.crosstab_columns import CODER, columns_of_codings, full_name
from qcode.services.filters import Filters
from qcode.services.recorded import Recorded
from qcode.services.study import CodeRow, Study, near_names
from qcode.services.written import clean_text
from qcode.store.memo_reading import SummaryRow

__all__ = [
    "Framework", "FrameworkAsked", "FrameworkCell", "FrameworkRow", "Summary", "clear_summary", "find_row", "framework",
    "set_summary",
]  # fmt: skip

_ROWS = ("case", "transcript")


class FrameworkRow(NamedTuple):
    """A row: a case, a transcript (by uid) or a value. `value` is a condition such as `mechanism = arranged`.

    A row of passages that no case or value names (several, unassigned) is about nothing: no summary can stand there.
    """

    about: str
    label: str
    uid: str = ""
    value: str = ""


class Summary(NamedTuple):
    """What a coder wrote of a cell; `mine` says whether I may change it."""

    uid: str
    text: str
    coder: str
    mine: bool


@dataclass(frozen=True, slots=True)
class FrameworkCell:
    """The summaries of a cell, and its passages: transcript (key) and span, in the order of the study and its texts."""

    summaries: tuple[Summary, ...] = ()
    passages: tuple[tuple[int, Span], ...] = ()

    @property
    def transcripts(self) -> int:
        """In how many transcripts the passages stand."""
        return len({source for source, _ in self.passages})


@dataclass(frozen=True, slots=True)
class FrameworkAsked:
    """What a matrix is to show: `rows` is *case*, *transcript* or what a crosstab can have as columns.

    The columns are the codes of `filters`, else the dimensions, each with all below it; `attributes` of the cases
    stand beside them.
    """

    filters: Filters = field(default_factory=Filters)
    rows: str = "case"
    attributes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Framework:
    """A matrix: `cells` by place of row and column (an empty one is left out), `listed` what cases have, by row."""

    rows: tuple[FrameworkRow, ...]
    columns: tuple[Code, ...]
    cells: dict[tuple[int, int], FrameworkCell]
    attributes: tuple[str, ...]
    listed: dict[int, tuple[tuple[str, ...], ...]]
    notes: tuple[str, ...]

    def cell(self, row: int, column: int) -> FrameworkCell:
        """A cell by its place from 0."""
        return self.cells.get((row, column), FrameworkCell())


def find_row(study: Study, rows: str, name: str) -> FrameworkRow:
    """The row of a matrix by what its rows are and by its name. Raises UnknownName with near ones."""
    if rows == "case":
        case = study.case(name)
        return FrameworkRow("case", case.short_key, case.uid)
    if rows == "transcript":
        source = study.source(name)
        return FrameworkRow("transcript", source.name, source.uid)
    column = _column_of(study, rows)
    labels = [row.label for row in _value_rows(study, column)]
    found = [label for label in labels if label == name] or [x for x in labels if x.casefold() == name.casefold()]
    if not found:
        raise UnknownName(f"value of {column}", name, near_names(name, labels))
    return _value_row(column, found[0])


def _column_of(study: Study, rows: str) -> str:
    column = full_name(study, rows)
    if column == CODER:
        raise RequestError("The rows of a framework matrix are no coders.", fix="Choose coders with --coders.")
    return column


def _value_row(column: str, label: str) -> FrameworkRow:
    return FrameworkRow("value", label, value=f"{column} = {label}")


def _value_rows(study: Study, column: str) -> list[FrameworkRow]:
    nothing = code_rows(study, Filters(), whole=True).selection.codings
    found = columns_of_codings(study, column, nothing, coders="main", speakers="all")
    columns = table_columns(found.labels, found.order)
    return [_value_row(column, c.label) for c in columns if c.kind is ColumnKind.VALUE]


def set_summary(study: Study, row: FrameworkRow, code: CodeRow, text: str) -> bool:
    """Write my summary of a cell, in place of the one that I wrote before; whether anything changed.

    Raises RequestError if the text is empty or too long, or for a row of which nothing can be said.
    """
    if not (row.uid or row.value):
        raise RequestError(f"“{row.label}” is no case, transcript or value, so nothing can be said of it.")
    words = clean_text(text, "summary")
    old = _mine(study, row, code)
    with study.act() as writer:
        if old is not None:
            return writer.change(old.uid, {"text": words})
        target: dict[str, Json] = {"value": row.value}
        if row.uid:
            target = {"case" if row.about == "case" else "source": row.uid}
        writer.create("summary", {"about": row.about, **target, "code": code.uid, "text": words})
    return True


def clear_summary(study: Study, row: FrameworkRow, code: CodeRow) -> None:
    """Take my summary of a cell away. Raises RequestError if there is none."""
    old = _mine(study, row, code)
    if old is None:
        raise RequestError("You have written nothing in this cell.")
    with study.act() as writer:
        writer.remove(old.uid)


def _mine(study: Study, row: FrameworkRow, code: CodeRow) -> SummaryRow | None:
    """My latest summary of a cell."""
    own = study.file.notes.summaries(coders=[study.me.key]) if study.me.key else []
    places = _Places(study)
    here = [old for old in own if places.of(old) == (row.about, row.uid or row.value, code.target)]
    return here[-1] if here else None


class _Places:
    """Which cell a stored summary stands in."""

    def __init__(self, study: Study) -> None:
        read = study.file.read
        self._uids = {case.key: case.uid for case in read.cases()} | {s.key: s.uid for s in read.sources()}
        self._codes = {row.key: row.target for row in study.codes().rows}

    def of(self, row: SummaryRow) -> tuple[str, str, int]:
        """What it is about, the uid or the value of that, and the code (key) that it became by merging."""
        named = row.value if row.about == "value" else self._uids.get(row.target or 0, "")
        return row.about, named, self._codes.get(row.code, row.code)


def framework(study: Study, asked: FrameworkAsked) -> Framework:
    """The matrix that is asked for. Raises RequestError, and UnknownName with near names."""
    found = code_rows(study, asked.filters, whole=True)
    rows, place, notes = _rows_of(study, asked, found)
    segments = found.segments
    order = {source.key: i for i, source in enumerate(study.file.read.sources())}
    passages: dict[tuple[int, int], set[tuple[int, int, Span]]] = defaultdict(set)
    columns = (segments.code, segments.source, segments.start, segments.end)
    for i, (code, source, start, end) in enumerate(zip(*(c.tolist() for c in columns), strict=True)):
        for row in place[i]:
            passages[row, code - 1].add((order[source], source, Span(start, end)))
    summaries, elsewhere = _summaries(study, asked, rows, found)
    cells = {
        at: FrameworkCell(tuple(summaries.get(at, ())), tuple((key, span) for _, key, span in sorted(passages[at])))
        for at in sorted({*passages, *summaries})
    }
    used = sorted({row for row, _ in cells} | _always(rows, asked.rows))
    renumbered = {row: i for i, row in enumerate(used)}
    cells = {(renumbered[row], column): cell for (row, column), cell in cells.items()}
    left = len(rows) - len(used)
    shown = tuple(rows[row] for row in used)
    listed, more = _listed(study, asked, shown)
    said = (
        "A cell: the summaries that coders wrote of it, one from each, and its passages so coded.",
        *notes,
        *([f"{left} rows without a passage or a summary are not shown."] if left else []),
        *([f"{elsewhere} summaries stand in cells that are not shown here."] if elsewhere else []),
        *more,
        f"Counted: segments. {MERGED}",
        *found.notes(study, asked.filters),
    )
    return Framework(shown, tuple(code for code, _ in found.codes), cells, asked.attributes, listed, said)


def _always(rows: Sequence[FrameworkRow], kind: str) -> set[int]:
    """Rows that stand in a matrix even if nothing is in them: all values."""
    return set() if kind in _ROWS else {i for i, row in enumerate(rows) if row.about == "value"}


def _rows_of(
    study: Study, asked: FrameworkAsked, found: CodeRows
) -> tuple[list[FrameworkRow], list[tuple[int, ...]], list[str]]:
    """All rows, the rows that each segment stands in, and what to say of them."""
    read = study.file.read
    if asked.rows == "transcript":
        sources = read.sources()
        number = {source.key: i for i, source in enumerate(sources)}
        rows = [FrameworkRow("transcript", source.name, source.uid) for source in sources]
        return rows, [(number[key],) for key in found.segments.source.tolist()], ["Rows: transcripts."]
    if asked.rows == "case":
        cases = read.cases()
        number = {case.key: i for i, case in enumerate(cases)}
        rows = [FrameworkRow("case", case.short_key, case.uid) for case in cases]
        rows.append(FrameworkRow("", ColumnKind.UNASSIGNED.value))
        place = [tuple(number[key] for key in keys) or (len(cases),) for keys in found.cases_of(study)]
        return rows, place, ["Rows: cases. A passage that speaks of several cases stands with each of them."]
    column = _column_of(study, asked.rows)
    filters, codings = asked.filters, found.selection.codings
    of = columns_of_codings(study, column, codings, coders=filters.coders, speakers=filters.speakers)
    columns = table_columns(of.labels, of.order)
    numbers: IntArray = numbered_columns(segment_cases(found.segments, of.assignment), of.labels, columns)
    rows = [
        _value_row(column, c.label) if c.kind is ColumnKind.VALUE else FrameworkRow("", c.label) for c in columns
    ]  # fmt: skip
    notes = [note.replace("Columns:", "Rows:").replace("one column", "one row") for note in of.notes]
    book = study.codes().codebook
    circular = [name for name in found.ids if book.code(name).defines == column]
    if circular:
        notes.append(f"These codes define {column}, so that they differ by it is no finding: {', '.join(circular)}.")
    return rows, [(number,) for number in numbers.tolist()], notes


def _summaries(
    study: Study, asked: FrameworkAsked, rows: Sequence[FrameworkRow], found: CodeRows
) -> tuple[dict[tuple[int, int], list[Summary]], int]:
    """The summaries by place of row and column, my own first, and how many stand in cells that are not there."""
    rule = asked.filters.coders
    visible = study.visible_coders() if rule in ("main", "any", "all", "each") else [study.coder(rule).key]
    names = {coder.key: coder.name for coder in study.coders()}
    table = study.codes()
    row_of = {(row.about, row.uid or row.value): i for i, row in enumerate(rows) if row.about}
    column_of = {table.by_id[code.id].target: i for i, (code, _) in enumerate(found.codes)}
    places = _Places(study)
    cells: dict[tuple[int, int], list[Summary]] = defaultdict(list)
    elsewhere = 0
    for stored in study.file.notes.summaries(coders=visible):
        about, named, code = places.of(stored)
        row, column = row_of.get((about, named)), column_of.get(code)
        if row is None or column is None:
            elsewhere += 1
            continue
        mine = stored.coder == study.me.key
        cells[row, column].append(Summary(stored.uid, stored.text, names.get(stored.coder, ""), mine))
    return {at: sorted(found_, key=lambda s: not s.mine) for at, found_ in cells.items()}, elsewhere


def _listed(
    study: Study, asked: FrameworkAsked, rows: Sequence[FrameworkRow]
) -> tuple[dict[int, tuple[tuple[str, ...], ...]], list[str]]:
    """For each row (by place) the distinct values that its cases have of each attribute, and what to say of them."""
    if not asked.attributes:
        return {}, []
    recorded = Recorded(study)
    attributes = [_known(recorded, name) for name in asked.attributes]
    values = [recorded.labels(attribute) for attribute in attributes]
    cases = study.file.read.cases()
    groups: dict[str, list[int]] = defaultdict(list)
    if asked.rows == "case":
        for case in cases:
            groups[case.short_key].append(case.key)
    else:
        by = Attribute("case", _column_of(study, asked.rows))
        if by not in recorded.schema:
            raise RequestError("Attributes of cases are listed where the rows are cases, or an attribute of cases.")
        own = recorded.labels(by)
        for case in cases:
            groups[(own[case.key] or ColumnKind.NOT_RECORDED) if case.kind == "dataset" else case.kind].append(case.key)
    note = f"{', '.join(asked.attributes)}: what is recorded of all cases of the row, coded or not."
    return {
        i: tuple(tuple(dict.fromkeys(v for key in groups[row.label] if (v := column[key]))) for column in values)
        for i, row in enumerate(rows)
    }, [note]


def _known(recorded: Recorded, name: str) -> Attribute:
    names = [attribute.name for attribute in recorded.schema if attribute.scope == "case"]
    found = next((known for known in names if known.casefold() == name.casefold()), None)
    if found is None:
        raise UnknownName("case attribute", name, near_names(name, names))
    return Attribute("case", found)
