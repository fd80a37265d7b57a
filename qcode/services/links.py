"""Links between cases and passages, in as a table. Each coder reads the context for themselves."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from pathlib import Path

from qcode.core.events import Json
from qcode.core.text import display_safe
from qcode.errors import Fault, FileFaults, QcodeError
from qcode.files.guard import read_bytes
from qcode.files.table_reader import CsvTable
from qcode.files.xlsx_reader import read_table
from qcode.services.case_values import stage_doubt
from qcode.services.cases import TableReport, doubts, plain_cell
from qcode.services.passages import Passages
from qcode.services.study import Study, clean_name

__all__ = ["import_links"]


def import_links(study: Study, path: Path, *, encoding: str | None = None) -> TableReport:
    """Import links from CSV or .xlsx in one transaction, each coder's as one act of that coder.

    Columns `case`, `transcript`, and the passage: `start` and `end` (code points), or `start_quote` and
    `end_quote` (each must stand in the transcript exactly once), or nothing: the whole transcript. If wanted
    `coder` (else me) and `stage`. A link that is there already changes nothing. A stage that the case does not have
    is imported and listed with its row. Raises FileFaults.
    """
    shown = display_safe(path.name)
    table = read_table(read_bytes(path), shown, encoding=encoding)
    passages = Passages(study)
    cases = {case.short_key: case for case in study.file.read.cases()}
    faults: list[Fault] = []
    problems: list[Fault] = []
    ready: dict[str, list[dict[str, Json]]] = defaultdict(list)
    for row in table.rows:
        try:
            values = {name: plain_cell(value) for name, value in row.values.items()}
            coder = clean_name(values.get("coder", "").strip() or study.me.name, "coder")
            name = values.get("case", "").strip()
            case = cases.get(name) or study.case(name)  # which reads them all again, and offers near names
            stage = values.get("stage", "").strip() or None
            fields = passages.between(values)
        except QcodeError as error:
            faults.append(Fault(str(error), row.line, table.unit))
            continue
        if doubt := stage_doubt(case, stage):
            problems.append(Fault(doubt, row.line, table.unit))
        ready[coder].append({**fields, "case": case.uid, "stage": stage})
    if faults:
        raise FileFaults(shown, faults)
    return replace(_store(study, table, ready), problems=tuple(problems))


def _store(study: Study, table: CsvTable, ready: dict[str, list[dict[str, Json]]]) -> TableReport:
    read = study.file.read
    cases = {case.key: case.uid for case in read.cases()}
    sources = {source.key: source.uid for source in read.sources()}
    coders = {coder.key: coder.uid for coder in read.coders()}
    here = {
        (coders[x.coder], cases[x.study_case], sources[x.source], x.start, x.end, x.stage)
        for x in read.links(coders=None)
    }
    added = total = 0
    with study.act() as writer:
        for uid, rows in study.acts_of(writer, ready):
            for fields in rows:
                total += 1
                start, end = fields["span"] or (None, None)
                place = (uid, fields["case"], fields["source"], start, end, fields["stage"])
                if place not in here:
                    here.add(place)
                    writer.create("link", fields)
                    added += 1
    return TableReport(added, 0, total - added, table.encoding, doubts(table))
