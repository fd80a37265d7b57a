"""Links between cases and passages, in as a table. Each coder reads the context for themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from qcode.core.case_fields import LINK_FIELDS, Header, read_header
from qcode.core.events import Json
from qcode.core.text import display_safe
from qcode.errors import Fault, QcodeError
from qcode.files.guard import read_bytes
from qcode.files.table_reader import CsvTable, raise_faults
from qcode.files.xlsx_reader import read_table
from qcode.services.case_rows import plain_cell
from qcode.services.case_values import find_stage, stage_doubt
from qcode.services.cases import TableReport, doubts
from qcode.services.passages import Passages
from qcode.services.study import Study, clean_name
from qcode.store.rows import CaseRow

__all__ = ["import_links"]

_NEEDED = ("case", "transcript")
_Found = TypeVar("_Found")


def import_links(study: Study, path: Path, *, encoding: str | None = None, any_stage: bool = False) -> TableReport:
    """Import links from CSV or .xlsx in one transaction, each coder's as one act of that coder.

    Columns `case`, `transcript`, and the passage: `start` and `end` (code points), or `start_quote` and
    `end_quote` (each must stand in the transcript exactly once), or nothing: the whole transcript. If wanted
    `coder` (else me) and `stage`. A link that is there already changes nothing. A stage that the case does not have
    is a fault; with `any_stage` it is imported and listed with its row. Raises FileFaults with every fault.
    """
    shown = display_safe(path.name)
    faults: list[Fault] = []
    table = read_table(read_bytes(path), shown, encoding=encoding, faults=faults)
    header = read_header([display_safe(name) for name in table.header], LINK_FIELDS)
    faults += (Fault(what, 1, table.unit) for what in _header_faults(header))
    problems: list[Fault] = []
    ready: dict[str, list[dict[str, Json]]] = defaultdict(list)
    rows = _Rows(study, any_stage=any_stage)
    for row in table.rows if not faults or set(_NEEDED) <= set(header.names) else ():
        columns = zip(header.names, table.header, strict=True)
        link = rows.read({name: plain_cell(row.values[column]) for name, column in columns})
        if link is not None:
            coder, fields = link
            ready[coder].append(fields)
        faults += (Fault(str(fault), row.line, table.unit) for fault in rows.faults)
        problems += (Fault(doubt, row.line, table.unit) for doubt in rows.doubts)
    raise_faults(shown, sorted(faults, key=lambda fault: fault.line or 0))
    report = _store(study, table, ready)
    return replace(report, problems=tuple(problems), notes=(*report.notes, *header.notes, *_unused(header)))


def _header_faults(header: Header) -> list[str]:
    """Columns that are missing, double, or misspelt: a passage in a column that is passed over would be lost."""
    found = [*header.faults]
    for name, field in header.near:
        found.append(f"There is no use for the column “{name}”. Did you mean {field}?")
    missing = [name for name in _NEEDED if name not in header.names and name not in {f for _, f in header.near}]
    columns = ", ".join(filter(None, header.names))
    found += (f"There is no column “{name}”; the columns are {columns}." for name in missing)
    return found


def _unused(header: Header) -> tuple[str, ...]:
    others = [name for name in dict.fromkeys(header.names) if name not in LINK_FIELDS]
    return (f"Columns that were passed over: {', '.join(others)}.",) if others else ()


class _Rows:
    """Reads rows one by one; `faults` and `doubts` are those of the last one."""

    def __init__(self, study: Study, *, any_stage: bool) -> None:
        self._study = study
        self._any_stage = any_stage
        self._passages = Passages(study)
        read = study.file.read
        self._cases = {case.short_key: case for case in read.cases()}
        cases = {case.key: case.uid for case in self._cases.values()}
        sources = {source.key: source.uid for source in read.sources()}
        self._here = {
            (cases[x.study_case], sources[x.source], x.start, x.end, x.stage)
            for x in read.links(coders=study.visible_coders())
        }
        self.faults: list[QcodeError] = []
        self.doubts: list[str] = []

    def _try(self, read: Callable[[], _Found]) -> _Found | None:
        try:
            return read()
        except QcodeError as fault:
            self.faults.append(fault)
            return None

    def read(self, values: Mapping[str, str]) -> tuple[str, dict[str, Json]] | None:
        """The coder and the event fields of a link; None if anything is wrong with the row."""
        self.faults, self.doubts = [], []
        coder = self._try(lambda: clean_name(values.get("coder", "").strip() or self._study.me.name, "coder"))
        case = self._try(lambda: self._case(values["case"].strip()))
        fields = self._try(lambda: self._passages.between(values))
        stage = values.get("stage", "").strip()
        if case is not None and stage and not self._is_here(case, fields, stage):
            stage = self._stage(case, stage)
        if self.faults or coder is None or case is None or fields is None:
            return None
        return coder, {**fields, "case": case.uid, "stage": stage or None}

    def _case(self, name: str) -> CaseRow:
        # The study reads all cases again for each name, and offers near names.
        return self._cases.get(name) or self._study.case(name)

    def _is_here(self, case: CaseRow, fields: Mapping[str, Json] | None, stage: str) -> bool:
        """Whether there is this link already, with this very stage: what was exported can be imported again."""
        if fields is None:
            return False
        start, end = fields["span"] or (None, None)
        return (case.uid, fields["source"], start, end, stage) in self._here

    def _stage(self, case: CaseRow, name: str) -> str:
        if self._any_stage and (doubt := stage_doubt(case, name)):
            self.doubts.append(doubt)
            return name
        return self._try(lambda: find_stage(case, name)) or name


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
