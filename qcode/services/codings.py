"""Codings in and out as a table."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from pathlib import Path

from qcode.core.events import Json
from qcode.core.notes import NOTE_KINDS, verbatim_part, verbatim_spans
from qcode.core.spans import Span
from qcode.core.text import display_safe
from qcode.errors import Fault, FileFaults, QcodeError
from qcode.files.guard import read_bytes, write_file
from qcode.files.table_reader import CsvTable, read_csv
from qcode.files.tables import csv_bytes
from qcode.services.case_values import stage_doubt
from qcode.services.cases import TableReport
from qcode.services.coding import text_of
from qcode.services.passages import Passages
from qcode.services.study import Study, clean_name
from qcode.services.translations import translations_by_passage

__all__ = ["CODING_COLUMNS", "export_codings", "import_codings"]

CODING_COLUMNS = ("transcript", "coder", "code", "start", "end", "case", "stage", "quote", "verbatim", "flagged")
_YES = "yes"


def import_codings(study: Study, path: Path, *, encoding: str | None = None) -> TableReport:
    """Import codings from CSV in one transaction, each coder's as one act of that coder.

    Columns `transcript`, `code`, the passage (`quote`, which must stand there exactly once, or `start` and
    `end` in code points), and if wanted `coder` (else me), `case`, `stage` and `flagged` (yes). A coding that is
    there already changes nothing. A stage that the case does not have is imported and listed. Raises FileFaults with
    every faulty row.
    """
    shown = display_safe(path.name)
    table = read_csv(read_bytes(path), shown, encoding=encoding)
    passages = Passages(study)
    faults: list[Fault] = []
    problems: list[Fault] = []
    ready: dict[str, list[dict[str, Json]]] = defaultdict(list)
    for row in table.rows:
        try:
            values = row.values
            coder = clean_name(values.get("coder") or study.me.name, "coder")
            # With numbers given, the quote column is for people.
            place = {**values, "quote": ""} if values.get("start", "").strip() else values
            fields = passages.quoted(place) | {"code": study.codes().find(values.get("code", "").strip()).uid}
            if values.get("case", "").strip():
                case = study.case(values["case"].strip())
                fields["case"] = case.uid
                doubt = stage_doubt(case, values.get("stage", "").strip())
                problems += [Fault(doubt, row.line)] if doubt else []
            if values.get("stage", "").strip():
                fields["stage"] = values["stage"].strip()
            if values.get("flagged", "").strip().casefold() == _YES:
                fields["flagged"] = True
        except QcodeError as error:
            faults.append(Fault(str(error), row.line))
            continue
        ready[coder].append(fields)
    if faults:
        raise FileFaults(shown, faults)
    return replace(_store(study, table, ready), problems=tuple(problems))


def _store(study: Study, table: CsvTable, ready: dict[str, list[dict[str, Json]]]) -> TableReport:
    read = study.file.read
    codes, sources = study.codes(), {source.key: source.uid for source in read.sources()}
    uids = {coder.key: coder.uid for coder in read.coders()}
    here = {
        (uids[c.coder], codes.by_key[c.code].uid, sources[c.source], c.start, c.end) for c in read.codings(coders=None)
    }
    added = total = 0
    with study.act() as writer:
        for uid, rows in study.acts_of(writer, ready):
            for fields in rows:
                total += 1
                place = (uid, fields["code"], fields["source"], *fields["span"])
                if place not in here:
                    here.add(place)
                    writer.create("coding", fields)
                    added += 1
    notes = (table.encoding_note,) if table.encoding_note else ()
    return TableReport(added, 0, total - added, table.encoding, notes)


def export_codings(study: Study, path: Path, *, overwrite: bool = False, raw: bool = False) -> int:
    """Write the codings that I may see as CSV, one row each, with offsets and quotes; their number.

    `verbatim` says of passages in notes whether they stand in quotation marks (yes, part, no): the rest is paraphrase.
    Each language of the study's translations has a column, such as `translation_en`, filled where exactly the coded
    passage was translated.
    Cells that a spreadsheet would run as a formula are made harmless unless `raw`.
    """
    read = study.file.read
    coders = {c.key: c.name for c in study.coders()}
    cases = {c.key: c.short_key for c in read.cases()}
    codes = study.codes()
    translated = translations_by_passage(study)
    languages = sorted({language for found in translated.values() for language in found})
    rows = []
    for source in read.sources():
        text = text_of(study, source)
        said = verbatim_spans(text) if source.kind in NOTE_KINDS else None
        for c in read.codings(source.key, coders=study.visible_coders()):
            case = cases.get(c.study_case, "") if c.study_case else ""
            quote = text[c.start : c.end]
            here = translated.get((source.key, c.start, c.end), {})
            rows.append(
                (
                    source.name,
                    coders.get(c.coder, ""),
                    codes.code(c.code).id,
                    c.start,
                    c.end,
                    case,
                    c.stage or "",
                    quote,
                    "" if said is None else verbatim_part(text, Span(c.start, c.end), said),
                    _YES if c.flagged else "",
                    *(here[language].text if language in here else "" for language in languages),
                )
            )
    header = (*CODING_COLUMNS, *(f"translation_{language}" for language in languages))
    write_file(path, csv_bytes(header, rows, raw=raw), overwrite=overwrite)
    return len(rows)
