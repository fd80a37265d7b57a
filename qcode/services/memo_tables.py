"""Memos and translations as tables to read, and memos as files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from qcode.core.text import display_safe
from qcode.errors import RequestError
from qcode.files.guard import write_file
from qcode.files.markdown import plain_block, plain_line, quoted_block
from qcode.files.tables import csv_bytes
from qcode.services.listings import short_ids, shortened
from qcode.services.log import local_time
from qcode.services.memos import ABOUT, Memo
from qcode.services.study import Study
from qcode.services.table import Cell, Table
from qcode.store.memo_reading import TranslationRow

__all__ = ["MEMO_COLUMNS", "export_memos", "memo_fields", "memo_table", "translation_table"]

MEMO_COLUMNS = (
    "id", "about", "target", "start", "end", "kind", "title", "text", "coder", "created", "changed", "passage",
)  # fmt: skip
_HEADINGS = {
    "project": "The study", "code": "Codes", "case": "Cases", "transcript": "Transcripts", "passage": "Passages",
}  # fmt: skip


def memo_table(memos: Sequence[Memo]) -> Table:
    """Memos in the order given: what each is about, its kind, its title (else how it begins), coder and last change."""
    ids = short_ids(memo.row.uid for memo in memos)
    rows = tuple(
        (
            ids[memo.row.uid], memo.subject, memo.row.kind, memo.row.title or shortened(memo.row.text), memo.coder,
            local_time(memo.row.changed_ms),
        )
        for memo in memos
    )  # fmt: skip
    return Table("Memos", ("id", "about", "kind", "memo", "coder", "changed"), rows, ())


def memo_fields(study: Study, memo: Memo) -> list[tuple[str, str]]:
    """Everything that there is to read of a memo, as (what, text); empty fields left out."""
    row = memo.row
    fields = [
        ("about", memo.subject),
        ("passage", _Passages(study).of(memo)),
        ("kind", row.kind),
        ("coder", memo.coder),
        ("written", local_time(row.at_ms)),
        ("changed", local_time(row.changed_ms) if row.changed_ms != row.at_ms else ""),
        ("title", row.title),
        ("text", row.text),
    ]
    return [(what, text) for what, text in fields if text]


class _Passages:
    """The words of passages; the text of the transcript that was asked for last is kept."""

    def __init__(self, study: Study) -> None:
        self._study = study
        self._source: int | None = None
        self._text = ""

    def of(self, memo: Memo) -> str:
        """The words that a memo is about; empty if it is about no passage, or if they were erased."""
        if memo.span is None or memo.row.target is None:
            return ""
        if memo.row.target != self._source:
            self._source = memo.row.target
            self._text = self._study.file.read.text(memo.row.target) or ""
        return self._text[memo.span.start : memo.span.end]


def export_memos(study: Study, memos: Sequence[Memo], path: Path, *, overwrite: bool = False, raw: bool = False) -> int:
    """Write memos as CSV or Markdown, by the ending of the file; their number.

    Cells that a spreadsheet would run as a formula are made harmless unless `raw`. Raises RequestError for another
    ending, or if the file is there.
    """
    match path.suffix.casefold():
        case ".csv":
            data = csv_bytes(MEMO_COLUMNS, _cells(study, memos), raw=raw)
        case ".md":
            data = _markdown(study, memos).encode("utf-8", errors="replace")
        case _:
            raise RequestError(
                "Memos are written as .csv or .md.", where=display_safe(str(path)), fix="Choose such an ending."
            )
    write_file(path, data, overwrite=overwrite)
    return len(memos)


def _cells(study: Study, memos: Sequence[Memo]) -> Iterator[tuple[Cell, ...]]:
    passages = _Passages(study)
    for memo in memos:
        row = memo.row
        yield (
            row.uid, row.about, memo.target, row.start, row.end, row.kind, row.title, row.text, memo.coder,
            local_time(row.at_ms), local_time(row.changed_ms), passages.of(memo),
        )  # fmt: skip


def _markdown(study: Study, memos: Sequence[Memo]) -> str:
    """Memos by what they are about, and within that by its name; a passage stands as a block quotation."""
    passages = _Passages(study)
    parts = [f"# Memos of {plain_line(study.file.read.title())}", f"{len(memos)} in all."]
    for about in ABOUT:
        here = sorted(
            (m for m in memos if m.row.about == about), key=lambda m: (m.target, m.row.start or 0, m.row.at_ms)
        )
        if here:
            parts.append(f"## {_HEADINGS[about]}")
        for memo in here:
            row = memo.row
            subject = f"{memo.subject}: " if memo.target else ""
            parts.append(f"### {plain_line(subject + (row.title or row.kind))}")
            parts.append(f"{row.kind}, {plain_line(memo.coder)}, {local_time(row.at_ms)}")
            if passage := passages.of(memo):
                parts.append(quoted_block(passage))
            parts.append(plain_block(row.text))
    return "\n\n".join(parts) + "\n"


def translation_table(study: Study, rows: Sequence[TranslationRow]) -> Table:
    """Translations in the order given, each with its passage; a note tells how many nobody has checked."""
    ids = short_ids(row.uid for row in rows)
    sources = {source.key: source.name for source in study.file.read.sources()}
    texts: dict[int, str] = {}
    cells: list[tuple[Cell, ...]] = []
    for row in rows:
        text = texts.setdefault(row.source, study.file.read.text(row.source) or "")
        cells.append(
            (
                ids[row.uid], sources[row.source], f"{row.start}-{row.end}", row.language,
                shortened(text[row.start : row.end]), shortened(row.text), row.translator, row.checked_by,
            )
        )  # fmt: skip
    unchecked = sum(not row.checked_by for row in rows)
    notes = (f"{unchecked} of {len(rows)} checked by nobody yet.",) if unchecked else ()
    header = ("id", "transcript", "place", "language", "passage", "translation", "translator", "checked by")
    return Table("Translations", header, tuple(cells), notes)
