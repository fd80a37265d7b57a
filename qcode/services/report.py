"""What a report of a study holds: its tables, the pictures of them, its codebook and its quotations.

Nothing is counted here that another service does not count: a report lays side by side what `freq`, `crosstab`,
`cases count` and `find` say, with the same notes. How it looks is for `report_html` to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, TypeAlias

from qcode.core.codebook import Code
from qcode.errors import RequestError
from qcode.files.guard import write_file
from qcode.services.case_counts import count_cases
from qcode.services.claim_tables import claim_table
from qcode.services.claims import claims
from qcode.services.crosstab_columns import column_names, full_name
from qcode.services.filters import Filters
from qcode.services.framework import FrameworkAsked, framework
from qcode.services.framework_tables import FrameworkWords
from qcode.services.provenance import Json, Provenance, provenance
from qcode.services.quotations import beside, citation
from qcode.services.retrieval import FoundPassage, find
from qcode.services.study import Study
from qcode.services.table import Table
from qcode.services.tables import crosstab, frequencies

__all__ = [
    "CASE_ATTRIBUTES", "CodeQuotations", "Figure", "Quotation", "Report", "ReportAsked", "ReportTable", "report",
    "write_report",
]  # fmt: skip

Figure: TypeAlias = Literal["", "bars", "heat", "columns"]
"""The picture of a table: bars of its first numbers, a heat map, bars that stand (years), or none."""

CASE_ATTRIBUTES = ("mechanism", "year", "issue_area", "province", "cross_prefectural")
"""What cases are counted by if nobody says otherwise, as far as it is recorded."""


@dataclass(frozen=True, slots=True)
class ReportAsked:
    """What a report shall hold.

    `by`: what codes are tabulated by; empty = mechanism, where cases have one. `cases_by`: what cases are counted by,
    one or two attributes each; empty = CASE_ATTRIBUTES. `quotations`: how many of each code at most; 0 = none.
    """

    filters: Filters = field(default_factory=Filters)
    by: tuple[str, ...] = ()
    cases_by: tuple[tuple[str, ...], ...] = ()
    quotations: int = 3
    title: str = ""


@dataclass(frozen=True, slots=True)
class ReportTable:
    """A table with the picture that goes with it, under one of the headings of the report."""

    heading: str
    table: Table
    figure: Figure = ""


@dataclass(frozen=True, slots=True)
class Quotation:
    """A passage as a text quotes it, its language, what stands beside it, and its translations with their language."""

    words: str
    language: str
    beside: str
    translations: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class CodeQuotations:
    """The quotations of a code, and how many passages it has in all."""

    code: Code
    quotations: tuple[Quotation, ...]
    passages: int


@dataclass(frozen=True, slots=True)
class Report:
    """All that a report says, in its order."""

    title: str
    facts: tuple[tuple[str, str], ...]
    filters: tuple[str, ...]
    tables: tuple[ReportTable, ...]
    codebook: tuple[tuple[Code, int], ...]
    codebook_title: str
    quotations: tuple[CodeQuotations, ...]
    quotation_notes: tuple[str, ...]
    origin: Provenance


def report(study: Study, asked: ReportAsked, *, command: str = "", options: dict[str, Json] | None = None) -> Report:
    """Everything that was asked for. Raises RequestError, and UnknownName with the nearest names."""
    by = [full_name(study, name) for name in asked.by] or [
        name for name in ("mechanism",) if name in column_names(study, recorded=True)
    ]
    table = study.codes()
    wanted = table.below(asked.filters.codes)
    codes = tuple((c, depth) for c, depth in table.codebook.walk() if not wanted or c.id in wanted)
    tables = [
        ReportTable("Frequencies", frequencies(study, filters=asked.filters), "bars"),
        *(ReportTable("Crosstabs", crosstab(study, name, filters=asked.filters), "heat") for name in by),
        *_of_cases(study, asked.cases_by),
        *_written(study, asked.filters),
    ]
    quoted, notes = _quotations(study, asked, [code for code, _ in codes]) if asked.quotations else ((), ())
    return Report(
        title=asked.title or study.file.read.title(),
        facts=_facts(study),
        filters=asked.filters.words,
        tables=tuple(tables),
        codebook=codes,
        codebook_title=table.codebook.title,
        quotations=quoted,
        quotation_notes=notes,
        origin=provenance(study, command=command, options=options),
    )


def write_report(
    study: Study,
    path: Path,
    asked: ReportAsked,
    *,
    overwrite: bool = False,
    command: str = "",
    options: dict[str, Json] | None = None,
) -> int:
    """Write the report as one HTML file that needs nothing else; its size in bytes.

    Raises RequestError for a name that does not end in .html, for a folder, or a file that is there (unless
    `overwrite`); nothing is written then.
    """
    from qcode.services.report_html import report_page

    if path.suffix.casefold() not in (".html", ".htm"):
        raise RequestError("A report is an HTML file.", where=path.name, fix="Give it a name in .html.")
    if not path.parent.is_dir():
        raise RequestError("There is no such folder.", where=str(path.parent), fix="Make it first.")
    data = report_page(report(study, asked, command=command, options=options)).encode("utf-8", "replace")
    write_file(path, data, overwrite=overwrite)
    return len(data)


# -- parts


def _facts(study: Study) -> tuple[tuple[str, str], ...]:
    """What the study is, as names and values."""
    read = study.file.read
    kinds: dict[str, int] = {}
    for source in read.sources():
        kinds[source.kind] = kinds.get(source.kind, 0) + 1
    cases: dict[str, int] = {}
    for case in read.cases():
        cases[case.kind] = cases.get(case.kind, 0) + 1
    coders = [coder.name for coder in study.coders() if coder.name]
    return tuple(
        (name, words)
        for name, words in (
            ("transcripts", _counted(kinds)),
            ("cases", _counted(cases)),
            ("codes", str(len(study.codes().codebook.codes))),
            ("coders", ", ".join(coders)),
        )
        if words
    )


def _counted(kinds: dict[str, int]) -> str:
    """How many in all, and of each kind.

    >>> _counted({"recorded": 12, "notes": 2})
    '14 (12 recorded, 2 notes)'
    """
    if not kinds:
        return ""
    return f"{sum(kinds.values())} ({', '.join(f'{number} {kind}' for kind, number in kinds.items())})"


def _of_cases(study: Study, asked: Sequence[tuple[str, ...]]) -> list[ReportTable]:
    """Counts of the cases of the data set; what nothing is recorded of is left out, unless it was asked for."""
    if not asked and not any(case.kind == "dataset" for case in study.file.read.cases()):
        return []
    if asked:
        tables = [count_cases(study, *names) for names in asked]
    else:
        named = {*column_names(study), "province"}
        tables = [count_cases(study, name) for name in CASE_ATTRIBUTES if name in named]
        tables = [table for table in tables if any(row[0] != "not recorded" for row in table.rows)]
    return [ReportTable("Cases", table, _figure_of_cases(table)) for table in tables]


def _figure_of_cases(table: Table) -> Figure:
    if table.header[-1] == "total":
        return "heat"
    return "columns" if all(str(row[0]).isdecimal() for row in table.rows if row[0] != "not recorded") else "bars"


def _written(study: Study, filters: Filters) -> list[ReportTable]:
    """What the team wrote: framework matrices, of the rows and codes that have summaries, and claims."""
    table = study.codes()
    wanted = table.below(filters.codes)
    codes: dict[str, set[str]] = {}
    for row in study.file.notes.summaries(coders=study.visible_coders()):
        code = table.code(row.code).id
        if not wanted or code in wanted:
            codes.setdefault(row.about if row.about != "value" else row.value.partition(" = ")[0], set()).add(code)
    tables = []
    names = {"case", "transcript", *column_names(study, recorded=True)}
    for rows, ids in codes.items():
        if rows not in names:
            continue  # of an attribute that is not there any more
        told = tuple(code.id for code, _ in table.codebook.walk() if code.id in ids)
        matrix = framework(study, FrameworkAsked(replace(filters, codes=told), rows))
        tables.append(ReportTable("Framework matrix", FrameworkWords(study, matrix, quotes=0).matrix()))
    found = claims(study)
    if found:
        tables.append(ReportTable("Claims", claim_table(study, found)))
    return tables


def _quotations(
    study: Study, asked: ReportAsked, codes: Sequence[Code]
) -> tuple[tuple[CodeQuotations, ...], tuple[str, ...]]:
    """Quotations code by code, spread over the transcripts, and what they are."""
    found = find(study, "", asked.filters)
    groups = {group.name: group.rows for group in found.groups("code")}
    parts = []
    for code in codes:
        rows = groups.get(code.id, ())
        if rows:
            spread = _spread([source for source, _ in found.places(rows)], asked.quotations)
            quoted = tuple(_quotation(found.row(rows[place])) for place in spread)
            parts.append(CodeQuotations(code, quoted, len(rows)))
    said = (
        f"At most {asked.quotations} of each code, from as many transcripts as possible. All: qcode find =CODE.",
        "What somebody wrote down in their own words stands without quotation marks.",
    )
    return tuple(parts), (*said, *found.notes[2:])


def _spread(sources: Sequence[str], most: int) -> list[int]:
    """Places (from 0) of up to `most` passages, so that as many transcripts as possible are heard.

    >>> _spread(["a", "a", "a", "b", "b", "c"], 4)
    [0, 1, 3, 5]
    """
    turn: dict[str, int] = {}
    ranked = []
    for place, source in enumerate(sources):
        turn[source] = turn.get(source, 0) + 1
        ranked.append((turn[source], place))
    return sorted(place for _, place in sorted(ranked)[:most])


def _quotation(row: FoundPassage) -> Quotation:
    translations = tuple((t.language, citation(row, t.text)) for t in row.translations)
    return Quotation(citation(row), row.source.language, beside(row), translations)
