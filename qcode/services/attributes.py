"""What is recorded of transcripts and of speakers, in from a table: place, date, level, bureau, side."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from qcode.core.dates import DATE_FORMS, is_date, names_a_date
from qcode.core.events import Json
from qcode.core.text import display_safe
from qcode.core.turns import ROLES
from qcode.errors import Fault, FileFaults, QcodeError, RequestError
from qcode.files.guard import read_bytes
from qcode.files.header import KINDS
from qcode.files.table_reader import CsvRow, CsvTable
from qcode.files.xlsx_reader import read_table
from qcode.services.cases import TableReport, doubts
from qcode.services.speakers import find_speaker
from qcode.services.study import SourceRow, Study, clean_name
from qcode.services.table import Cell, Table
from qcode.services.written import clean_title

__all__ = [
    "attribute_table",
    "import_speaker_attributes",
    "import_transcript_attributes",
    "set_transcript_field",
    "speaker_attribute_table",
]

_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")
_Ready = dict[str, tuple[int, dict[str, Json]]]  # by uid: line of the table, changed fields


def import_transcript_attributes(
    study: Study, path: Path, *, encoding: str | None = None, replace_aliases: bool = False
) -> TableReport:
    """Attributes of transcripts from CSV or a workbook (.xlsx), in one transaction.

    Column `transcript` (name or alias) says which. `aliases` (separated by `;`) are added, or with `replace_aliases`
    take the place of those before; they, `kind` and `language` are left alone where the cell is empty. Every other
    column is an attribute, and an empty cell takes it away. Raises FileFaults with every faulty row.
    """
    sources = study.file.read.sources()
    taken = {name: source.uid for source in sources for name in (source.name, *source.aliases)}

    def row_fields(row: CsvRow) -> tuple[str, dict[str, Json]]:
        source = study.source(row.values["transcript"])
        return source.uid, _source_fields(row.values, source, taken, replace_aliases=replace_aliases)

    report = _import(study, path, ("transcript",), row_fields, encoding)
    after = {source.uid: source.aliases for source in study.file.read.sources()}
    changes = [(source.aliases, after[source.uid]) for source in sources]
    return replace(report, notes=(*report.notes, *_alias_notes(changes)))


def _alias_notes(changes: Iterable[tuple[tuple[str, ...], tuple[str, ...]]]) -> Iterator[str]:
    """What became of the aliases, as sentences; `changes` are those before and after."""
    came = gone = 0
    for before, after in changes:
        came += len(set(after) - set(before))
        gone += len(set(before) - set(after))
    if came:
        yield f"Aliases added: {came}."
    if gone:
        yield f"Aliases taken away: {gone}."


def set_transcript_field(study: Study, source: SourceRow, name: str, value: str) -> bool:
    """Record one thing of a transcript; whether that changed it.

    `kind`, `language` and `aliases` (separated by `;`) are the transcript's own; every other name is an attribute,
    which an empty value takes away. Raises RequestError for a name or a value that cannot be.
    """
    field = clean_name(name, "attribute")
    words = clean_title(value, field)
    if field in ("transcript", "name"):
        raise RequestError(f"“{field}” is what tables call the transcript itself.", fix="Choose another name.")
    if field == "aliases":
        if not words:
            with study.act() as writer:
                return writer.change(source.uid, {"aliases": []})
    elif field in ("kind", "language") and not words:
        raise RequestError(f"A transcript has a {field} always.")
    others = study.file.read.sources()
    taken = {known: other.uid for other in others for known in (other.name, *other.aliases)}
    with study.act() as writer:
        return writer.change(source.uid, _source_fields({field: words}, source, taken, replace_aliases=True))


def import_speaker_attributes(study: Study, path: Path, *, encoding: str | None = None) -> TableReport:
    """Attributes of speakers from CSV or a workbook (.xlsx), in one transaction.

    Columns `transcript` (name or alias) and `speaker` (the label) say whose; `role` and `name` are set where the cell
    is not empty; every other column is an attribute. Raises FileFaults with every faulty row.
    """

    def row_fields(row: CsvRow) -> tuple[str, dict[str, Json]]:
        values = row.values
        speaker = find_speaker(study, study.source(values["transcript"]), values["speaker"])
        fields = _others(values, {"transcript", "speaker", "role", "name"})
        if values.get("role"):
            fields["role"] = _one_of("role", values["role"], ROLES)
        if values.get("name"):
            fields["name"] = clean_name(values["name"], "speaker")
        return speaker.uid, fields

    return _import(study, path, ("transcript", "speaker"), row_fields, encoding)


def _import(
    study: Study,
    path: Path,
    needed: tuple[str, ...],
    row_fields: Callable[[CsvRow], tuple[str, dict[str, Json]]],
    encoding: str | None,
) -> TableReport:
    shown = display_safe(path.name)
    table = read_table(read_bytes(path), shown, encoding=encoding)
    missing = [name for name in needed if name not in table.header]
    if missing:
        what = f"There is no column “{missing[0]}”; the columns are {', '.join(map(display_safe, table.header))}."
        raise FileFaults(shown, [Fault(what, 1)])
    ready = _rows(shown, table, row_fields)
    with study.act() as writer:
        changed = sum(writer.change(uid, fields) for uid, (_, fields) in ready.items())
    return TableReport(0, changed, len(ready) - changed, table.encoding, doubts(table), tuple(_odd_dates(table)))


def _odd_dates(table: CsvTable) -> Iterator[Fault]:
    """Cells of columns that should hold dates and do not."""
    columns = [name for name in table.header if names_a_date(name)]
    for row in table.rows:
        for name in columns:
            if row.values[name] and not is_date(row.values[name]):
                what = f"“{display_safe(name)}” is no date such as {DATE_FORMS}; it was kept as text."
                yield Fault(what, row.line)


def _rows(shown: str, table: CsvTable, row_fields: Callable[[CsvRow], tuple[str, dict[str, Json]]]) -> _Ready:
    """The changes of every row. Raises FileFaults."""
    faults: list[Fault] = []
    ready: _Ready = {}
    for row in table.rows:
        try:
            uid, fields = row_fields(row)
        except QcodeError as error:
            faults.append(Fault(str(error), row.line))
            continue
        if uid in ready:
            faults.append(Fault(f"Line {ready[uid][0]} speaks of the same already.", row.line))
        ready[uid] = (row.line, fields)
    if faults:
        raise FileFaults(shown, faults)
    return ready


def _source_fields(
    values: dict[str, str], source: SourceRow, taken: dict[str, str], *, replace_aliases: bool
) -> dict[str, Json]:
    fields = _others(values, {"transcript", "aliases", "kind", "language"})
    if values.get("kind"):
        fields["kind"] = _one_of("kind of source", values["kind"], KINDS)
    if values.get("language"):
        if not _LANGUAGE.fullmatch(values["language"]):
            raise RequestError("A language is a tag such as zh, en or zh-Hant.")
        fields["language"] = values["language"]
    if values.get("aliases"):
        names = [clean_name(alias, "transcript") for alias in values["aliases"].split(";") if alias.strip()]
        for alias in names:
            if taken.setdefault(alias, source.uid) != source.uid:
                raise RequestError(f"The name “{display_safe(alias)}” belongs to another transcript.")
        names = [name for name in names if name != source.name]
        fields["aliases"] = list(dict.fromkeys(names if replace_aliases else [*source.aliases, *names]))
    return fields


def _others(values: dict[str, str], known: set[str]) -> dict[str, Json]:
    return {f"attr:{name}": display_safe(value) for name, value in values.items() if name not in known}


def _one_of(what: str, value: str, choices: tuple[str, ...]) -> str:
    if value not in choices:
        raise RequestError(f"There is no {what} “{display_safe(value)}”.", fix=f"Use one of {', '.join(choices)}.")
    return value


def attribute_table(study: Study) -> Table:
    """The transcripts with aliases and attributes."""
    found = study.file.read.attributes()
    sources = study.file.read.sources()
    names = _names(found, [source.key for source in sources])
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (s.name, "; ".join(s.aliases), *(found.get(s.key, {}).get(name, "") for name in names)) for s in sources
    )
    return Table("Attributes of transcripts", ("transcript", "aliases", *names), rows, ())


def speaker_attribute_table(study: Study) -> Table:
    """All speakers with names, roles and attributes."""
    found = study.file.read.attributes()
    speakers = study.file.read.speakers()
    sources = {source.key: source.name for source in study.file.read.sources()}
    names = _names(found, [speaker.key for speaker in speakers])
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (sources[s.source], s.label, s.role, s.name, *(found.get(s.key, {}).get(name, "") for name in names))
        for s in speakers
    )
    return Table("Attributes of speakers", ("transcript", "speaker", "role", "name", *names), rows, ())


def _names(found: dict[int, dict[str, str]], keys: list[int]) -> list[str]:
    return list(dict.fromkeys(name for key in keys for name in found.get(key, {})))
