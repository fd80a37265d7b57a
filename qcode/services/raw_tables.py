"""A whole study as tidy tables, one row for each thing, every column with its type and meaning.

What people said is in none of them unless it is asked for. Times of events are in none either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

import numpy as np

from qcode.core.column_types import as_yes_no, fits, infer_type, normal, says_missing
from qcode.core.contexts import AssignmentKind, CodingColumns, assign
from qcode.core.tabulate import segment_cases
from qcode.services.case_values import CROSSINGS, columns_of, crossing, provinces_of
from qcode.services.coding import text_of
from qcode.services.filters import Filters
from qcode.services.fitting import counted
from qcode.services.selection import link_columns
from qcode.services.study import Study

__all__ = ["Field", "FieldType", "RawTable", "Value", "raw_tables"]

Value: TypeAlias = str | int | float | bool | date | None
"""A cell; None is not recorded."""

FieldType: TypeAlias = Literal["text", "integer", "number", "yes/no", "date"]

_MOST_INTEGER = 2**31 - 1  # of R


@dataclass(frozen=True, slots=True)
class Field:
    """A column: its name, the type of its values, what it says, and the unit of its numbers ("" for none)."""

    name: str
    type: FieldType
    meaning: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class RawTable:
    """A table, its meaning (a sentence) and its columns; every cell is None or fits the type of its column."""

    name: str
    meaning: str
    fields: tuple[Field, ...]
    rows: tuple[tuple[Value, ...], ...]


def raw_tables(study: Study, filters: Filters, *, words: bool = False) -> list[RawTable]:
    """The tables of a study as far as it may be seen; `words` adds the passages to codings and segments.

    `filters` choose the segments and their cases; all other tables hold everything.
    """
    makers: tuple[Callable[[Study], RawTable], ...] = (
        _coders, _codes, _transcripts, _speakers, _turns, _cases, _parties, _stages, _links, _ledger,
    )  # fmt: skip
    return [
        *_codings(study, words=words), *_segments(study, filters, words=words), *(maker(study) for maker in makers),
    ]  # fmt: skip


# -- columns whose types are not known beforehand


def _typed(name: str, kind: str, values: Sequence[str], meaning: str) -> tuple[Field, list[Value]]:
    """A column of what people wrote: typed where every cell fits the type, else as it was written."""
    if kind == "text":
        return Field(name, "text", meaning), [value or None for value in values]
    known = ["" if says_missing(value) else value for value in values]
    if all(fits(value, kind) for value in known):
        plain = [normal(value, kind) for value in known]
        if kind == "yes/no":
            return Field(name, "yes/no", meaning), [as_yes_no(value) for value in plain]
        if kind == "date" and all(len(value) in (0, 10) for value in plain):
            return Field(name, "date", meaning), [date.fromisoformat(value) if value else None for value in plain]
        if kind == "date":
            return Field(name, "text", f"{meaning}; some dates are not known to the day"), [v or None for v in plain]
        return _numbers(name, plain, meaning)
    return Field(name, "text", f"{meaning}; some cells are no {kind}, so all are as written"), [
        v or None for v in values
    ]


def _numbers(name: str, plain: Sequence[str], meaning: str) -> tuple[Field, list[Value]]:
    whole = all("." not in value and abs(int(value or 0)) <= _MOST_INTEGER for value in plain)
    if whole:
        return Field(name, "integer", meaning), [int(value) if value else None for value in plain]
    return Field(name, "number", meaning), [float(value) if value else None for value in plain]


def _with_attributes(
    table: RawTable, attributes: Sequence[Mapping[str, str]], types: Mapping[str, str], what: str
) -> RawTable:
    """The table with a column for each attribute that something has; `attributes` are those of each row."""
    fields, rows = list(table.fields), [list(row) for row in table.rows]
    for name in dict.fromkeys([*types, *(name for row in attributes for name in row)]):
        values = [row.get(name, "") for row in attributes]
        taken = {field.name for field in fields}
        column = name if name not in taken else f"{what}_{name}"
        while column in taken:
            column += "_"
        field, typed = _typed(column, types.get(name) or infer_type(values), values, f"attribute of the {what}")
        fields.append(field)
        for row, value in zip(rows, typed, strict=True):
            row.append(value)
    return RawTable(table.name, table.meaning, tuple(fields), tuple(map(tuple, rows)))


# -- codings and segments

_PLACE = (
    Field("start", "integer", "first character, from 0, in the transcript's text", "characters"),
    Field("end", "integer", "first character after it", "characters"),
    Field("characters", "integer", "length", "characters"),
)
_CASE = (
    Field("case", "text", "the only case that it speaks of; empty where there is none, or several"),
    Field("cases", "integer", "how many cases it speaks of; 0 is unassigned", "cases"),
)
_WORDS = Field("words", "text", "the passage")


def _codings(study: Study, *, words: bool) -> list[RawTable]:
    read = study.file.read
    codes, names = study.codes(), {coder.key: coder.name for coder in study.coders()}
    cases = {case.key: case.short_key for case in read.cases()}
    rows: list[tuple[Value, ...]] = []
    pairs: list[tuple[Value, ...]] = []
    links = link_columns(study)
    for source in read.sources():
        codings = read.codings(source.key, coders=study.visible_coders())
        if not codings:
            continue
        text = text_of(study, source) if words else ""
        table = np.array(
            [(c.code, c.coder, c.source, c.start, c.end, c.study_case or 0) for c in codings], dtype=np.int64
        )
        found = assign(CodingColumns(*table.T), links)
        for number, c in enumerate(codings):
            spoken = [cases[key] for key in found.cases_of(number)]
            code = codes.code(c.code).id
            place = (c.start, c.end, c.end - c.start)
            about = (spoken[0] if len(spoken) == 1 else None, len(spoken), c.study_case is not None, c.stage)
            said = (text[c.start : c.end],) if words else ()
            rows.append((c.uid, source.name, code, names.get(c.coder), *place, *about, c.flagged, *said))
            pairs += [(c.uid, key) for key in spoken]
    fields = (
        Field("coding", "text", "id of the coding"),
        Field("transcript", "text", "name of the transcript"),
        Field("code", "text", "id of the code, after merges"),
        Field("coder", "text", "who coded"),
        *_PLACE,
        *_CASE,
        Field("case_by_hand", "yes/no", "whether the case was set by hand; else it follows from the links"),
        Field("stage", "text", "stage of the case, where it was set with the coding"),
        Field("flagged", "yes/no", "flagged by its coder"),
        *((_WORDS,) if words else ()),
    )
    joined = (Field("coding", "text", "id of the coding"), Field("case", "text", "key of a case that it speaks of"))
    return [
        RawTable("codings", "One row for each coding of each coder, as it was made.", fields, tuple(rows)),
        RawTable("coding_cases", "One row for each case that a coding speaks of.", joined, tuple(pairs)),
    ]


def _segments(study: Study, filters: Filters, *, words: bool) -> list[RawTable]:
    found = counted(study, filters, apart=filters.coders == "each")
    segments, table = found.segments, study.codes()
    spoken = segment_cases(segments, assign(found.selection.codings, link_columns(study)))
    cases = {case.key: case.short_key for case in study.file.read.cases()}
    sources = {source.key: source for source in study.file.read.sources()}
    coders = {coder.key: coder.name for coder in study.coders()}
    rule = filters.coders if filters.coders in ("any", "all") else None
    wanted = table.below(filters.codes) if filters.codes else None
    texts: dict[int, str] = {}
    rows: list[tuple[Value, ...]] = []
    pairs: list[tuple[Value, ...]] = []
    columns = (segments.code, segments.coder, segments.source, segments.start, segments.end, segments.joined)
    for row, (code, coder, source, start, end, joined) in enumerate(zip(*(c.tolist() for c in columns), strict=True)):
        name = table.code(code).id
        if wanted is not None and name not in wanted:
            continue
        number = len(rows) + 1
        if words and source not in texts:
            texts[source] = text_of(study, sources[source])
        about = [cases[key] for key in spoken.cases_of(row)]
        only = about[0] if spoken.kind[row] == AssignmentKind.ONE else None
        who = rule or coders.get(coder)
        said = (texts[source][start:end],) if words else ()
        rows.append((number, name, who, sources[source].name, start, end, end - start, only, len(about), joined, *said))
        pairs += [(number, key) for key in about]
    fields = (
        Field("segment", "integer", "number of the segment in this table"),
        Field("code", "text", "id of the code, after merges"),
        Field("coder", "text", "who coded; under the coder rules any and all the name of the rule"),
        Field("transcript", "text", "name of the transcript"),
        *_PLACE,
        *_CASE,
        Field("codings", "integer", "overlapping codings that were joined", "codings"),
        *((_WORDS,) if words else ()),
    )
    meaning = "One row for each segment that tables count under the coder rule and the filters of the export."
    joined_fields = (
        Field("segment", "integer", "number of the segment"),
        Field("case", "text", "key of a case that it speaks of"),
    )
    return [
        RawTable("segments", meaning, fields, tuple(rows)),
        RawTable("segment_cases", "One row for each case that a segment speaks of.", joined_fields, tuple(pairs)),
    ]


# -- what is coded, and by what


def _coders(study: Study) -> RawTable:
    fields = (Field("coder", "text", "name"),)
    return RawTable("coders", "One row for each coder.", fields, tuple((c.name,) for c in study.coders()))


def _codes(study: Study) -> RawTable:
    book = study.codes().codebook
    walk = list(book.walk())
    languages = list(dict.fromkeys([*book.languages, *(tag for code, _ in walk for tag, _ in code.names)]))
    rows: list[tuple[Value, ...]] = []
    for position, (code, depth) in enumerate(walk, 1):
        names = dict(code.names)
        tree = (code.id, code.parent, book.dimension_of(code.id).id, depth, position)
        rest = (code.brief or None, code.definition or None, code.exclusive, code.defines, code.absence)
        rows.append((*tree, *(names.get(tag) for tag in languages), *rest))
    fields = (
        Field("code", "text", "id of the code"),
        Field("parent", "text", "the code above; empty for a dimension"),
        Field("dimension", "text", "the dimension that it stands in"),
        Field("depth", "integer", "0 for a dimension"),
        Field("position", "integer", "place in the codebook, from 1"),
        *(Field(f"name_{tag}", "text", f"name in the language {tag}") for tag in languages),
        Field("brief", "text", "in a few words"),
        Field("definition", "text", "the definition"),
        Field("exclusive", "yes/no", "for a dimension: at most one of its codes on a stretch"),
        Field("defines", "text", "the case attribute that the code defines, against which it is never tested"),
        Field("absence", "yes/no", "whether it explains why nothing happened"),
    )
    return RawTable("codes", "One row for each code of the codebook.", fields, tuple(rows))


def _transcripts(study: Study) -> RawTable:
    sources, found = study.file.read.sources(), study.file.read.attributes()
    fields = (
        Field("transcript", "text", "name"),
        Field("kind", "text", "recorded, notes, memory, observation or document"),
        Field("language", "text", "main language"),
        Field("characters", "integer", "length of the text", "characters"),
    )
    rows = tuple((s.name, s.kind, s.language or None, s.length) for s in sources)
    table = RawTable("transcripts", "One row for each transcript.", fields, rows)
    return _with_attributes(table, [found.get(s.key, {}) for s in sources], {}, "transcript")


def _speakers(study: Study) -> RawTable:
    names, found = _names(study), study.file.read.attributes()
    speakers = study.file.read.speakers()
    fields = (
        Field("transcript", "text", "name of the transcript"),
        Field("speaker", "text", "label in the transcript"),
        Field("role", "text", "interviewer, participant, text or other"),
        Field("name", "text", "name, where it was given"),
    )
    rows = tuple((names[s.source], s.label, s.role, s.name or None) for s in speakers)
    table = RawTable("speakers", "One row for each speaker of each transcript.", fields, rows)
    return _with_attributes(table, [found.get(s.key, {}) for s in speakers], {}, "speaker")


def _names(study: Study) -> dict[int, str]:
    return {source.key: source.name for source in study.file.read.sources()}


def _turns(study: Study) -> RawTable:
    names = _names(study)
    labels = {speaker.key: speaker.label for speaker in study.file.read.speakers()}
    fields = (
        Field("transcript", "text", "name of the transcript"),
        Field("speaker", "text", "label of the speaker"),
        Field("role", "text", "role of the turn"),
        *_PLACE[:2],
        Field("characters", "integer", "length of what was said, without the label", "characters"),
    )
    rows: Iterable[tuple[Value, ...]] = (
        (names[t.source], None if t.speaker is None else labels.get(t.speaker), t.role, t.start, t.end, t.end - t.body)
        for t in study.file.read.turns()
    )
    return RawTable("turns", "One row for each turn, without its words.", fields, tuple(rows))


# -- cases


def _cases(study: Study) -> RawTable:
    cases = study.file.read.cases()
    fields = (
        Field("case", "text", "key"),
        Field("name", "text", "name"),
        Field("kind", "text", "dataset, other, programme or general"),
        Field("provinces", "text", "provinces of the parties, separated by “; ”"),
        *(Field(f"{name}_by_codes", "yes/no", "as follows from the codes of the parties") for name in CROSSINGS),
    )
    rows = tuple(
        (c.short_key, c.name, c.kind, "; ".join(provinces_of(c)[0]) or None, *(crossing(c, n) for n in CROSSINGS))
        for c in cases
    )
    types = {column.name: column.type for column in columns_of(study, cases)}
    table = RawTable("cases", "One row for each case.", fields, rows)
    return _with_attributes(table, [case.attributes for case in cases], types, "case")


def _parties(study: Study) -> RawTable:
    fields = (
        Field("case", "text", "key of the case"),
        Field("role", "text", "role of the party"),
        Field("name", "text", "name of the party"),
        Field("code", "text", "code of the jurisdiction (GB/T 2260)"),
        Field("year", "integer", "year of the code"),
    )
    rows = tuple(
        (c.short_key, p.role or None, p.name, p.code, p.year) for c in study.file.read.cases() for p in c.parties
    )
    return RawTable("case_parties", "One row for each party of each case.", fields, rows)


def _stages(study: Study) -> RawTable:
    fields = (
        Field("case", "text", "key of the case"),
        Field("position", "integer", "place among the stages of the case, from 1"),
        Field("stage", "text", "name of the stage"),
        Field("first", "integer", "first year"),
        Field("last", "integer", "last year"),
        Field("mechanism", "text", "mechanism of this stage, where it has its own"),
    )
    rows = tuple(
        (case.short_key, number, stage.name, stage.first, stage.last, stage.mechanism)
        for case in study.file.read.cases()
        for number, stage in enumerate(case.stages, 1)
    )
    return RawTable("case_stages", "One row for each stage of each case.", fields, rows)


def _links(study: Study) -> RawTable:
    read = study.file.read
    names, cases = _names(study), {case.key: case.short_key for case in read.cases()}
    coders = {coder.key: coder.name for coder in study.coders()}
    fields = (
        Field("case", "text", "key of the case"),
        Field("transcript", "text", "name of the transcript"),
        Field("start", "integer", "first character, from 0; empty for the whole transcript", "characters"),
        Field("end", "integer", "first character after it", "characters"),
        Field("stage", "text", "stage of the case"),
        Field("coder", "text", "who linked"),
    )
    rows = tuple(
        (cases[x.study_case], names[x.source], x.start, x.end, x.stage, coders.get(x.coder))
        for x in read.links(coders=study.visible_coders())
    )
    return RawTable("links", "One row for each link between a case and a passage or a transcript.", fields, rows)


def _ledger(study: Study) -> RawTable:
    names, coders = _names(study), {coder.key: coder.name for coder in study.coders()}
    fields = (
        Field("transcript", "text", "name of the transcript"),
        Field("coder", "text", "who read it"),
        Field("dimension", "text", "the dimension of codes that was looked for"),
        Field("state", "text", "reading or complete; where there is no row, nobody began"),
        Field("version", "text", "version of the codebook"),
    )
    rows = tuple(
        (names[row.source], coders.get(row.coder), row.dimension, row.state, row.version[:12])
        for row in study.ledger(coders=study.visible_coders())
    )
    return RawTable("ledger", "How far each coder is with each transcript: where a code was looked for.", fields, rows)
