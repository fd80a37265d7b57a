"""Found passages as quotations, and as files: CSV, a workbook, Markdown, JSON, and the table that ATI asks for.

A quotation is `'...' (transcript 009)`. What somebody wrote down in their own words is a paraphrase, and never stands
inside quotation marks, whatever the form.

ATI, Annotation for Transparent Inquiry (Qualitative Data Repository, A Guide to ATI, version 1.0, 2017), lets a reader
of a publication look at the evidence behind a sentence. An annotation has a full citation, an analytic note, an
excerpt of the source, its translation and a link to the source. What only the author can write stays empty.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from qcode.core.text import display_safe
from qcode.errors import RequestError
from qcode.files.guard import write_file
from qcode.files.markdown import plain_line, quoted_block
from qcode.files.tables import csv_bytes
from qcode.services.listings import shortened
from qcode.services.retrieval import FoundPassage, Retrieved
from qcode.services.surroundings import clock
from qcode.services.table import Cell, Table
from qcode.services.tables import export_table

__all__ = [
    "FORMATS", "Format", "ati_table", "beside", "citation", "export_passages", "format_of", "notes_of", "passage_bytes",
    "passage_json", "passage_markdown", "passage_table", "quotation_lines", "refuse_contradiction", "short_table",
]  # fmt: skip

Format: TypeAlias = Literal["csv", "xlsx", "markdown", "json", "ati"]
FORMATS: tuple[Format, ...] = get_args(Format)
"""The forms that files can have."""

_ENDINGS: dict[str, Format] = {".csv": "csv", ".xlsx": "xlsx", ".md": "markdown", ".json": "json"}
_EXCERPT_WORDS = 150
_OUTER = {"“": "”", "「": "」", "『": "』", '"': '"', "„": "“”"}

_COLUMNS = (
    "transcript", "kind", "start", "end", "speaker", "time", "coder", "codes", "also", "case", "stage", "flagged",
    "verbatim", "quote", "language", "translation", "translation language", "translator", "checked by", "citation",
)  # fmt: skip
_ATI_COLUMNS = (
    "annotation", "text in the manuscript", "full citation", "analytic note", "source excerpt",
    "source excerpt translation", "translator", "source", "link to data source", "codes", "case", "verbatim",
)  # fmt: skip


def citation(row: FoundPassage, words: str | None = None) -> str:
    """The passage on one line as a text quotes it: `'...' (transcript 009)`; `words` instead of its own, if given.

    A paraphrase stands without quotation marks, and says so.
    """
    said = " ".join((row.quote if words is None else words).split())
    place = _source_words(row)
    if row.verbatim == "no":
        return f"{said} (paraphrase, {place})"
    if row.verbatim == "part":
        return f"{said} (partly paraphrase, {place})"
    return f"'{_unmarked(said) if row.source.kind in ('notes', 'memory') else said}' ({place})"


def _unmarked(said: str) -> str:
    """Words that notes put into quotation marks as a whole, without these."""
    closers = _OUTER.get(said[:1], "")
    inside = said[1:-1]
    return inside if len(said) > 2 and said[-1] in closers and not set(inside) & {said[0], *closers} else said


def _cases(row: FoundPassage) -> str:
    return "; ".join(dict.fromkeys(case for case, _ in row.cases))


def _stages(row: FoundPassage) -> str:
    return "; ".join(dict.fromkeys(stage for _, stage in row.cases if stage))


def short_table(found: Retrieved, *, most: int | None = None) -> Table:
    """The passages as a list to read: place, speaker, codes, case and the first words of each."""
    rows = found.rows(0, len(found) if most is None else most)
    several = len({coder for row in rows for coder in row.coders}) > 1
    body: list[tuple[Cell, ...]] = [
        (
            row.source.name,
            f"{row.span.start}-{row.span.end}",
            ", ".join(row.speakers),
            ", ".join(row.codes),
            _cases(row),
            *([", ".join(row.coders)] if several else []),
            ("⚑ " if row.flagged else "") + _marked(row),
        )
        for row in rows
    ]
    header = ("transcript", "place", "speaker", "codes", "case", *(["coder"] if several else []), "quote")
    return Table("Passages", header, tuple(body), notes_of(found, most=most))


def notes_of(found: Retrieved, *, most: int | None = None) -> tuple[str, ...]:
    """What the passages are, and how many are not among the first `most`."""
    left = 0 if most is None else len(found) - most
    return ((f"{left} more are not shown.",) if left > 0 else ()) + found.notes


def _marked(row: FoundPassage) -> str:
    return shortened(row.quote) if row.verbatim == "yes" else f"[paraphrase] {shortened(row.quote)}"


def quotation_lines(found: Retrieved, *, most: int | None = None) -> list[str]:
    """The passages as quotations, each with a line of what stands beside it and with its translations below."""
    lines = []
    for row in found.rows(0, len(found) if most is None else most):
        lines += [citation(row), f"  {beside(row)}"]
        for translation in row.translations:
            by = f", translated by {translation.translator}" if translation.translator else ""
            lines.append(f"  {translation.language}: {citation(row, translation.text)}{by}")
        lines.append("")
    return lines


def beside(row: FoundPassage) -> str:
    """What stands beside a passage, on one line: speakers, time, place, cases with stages, codes, coders."""
    cases = [f"{case}, {stage}" if stage else case for case, stage in row.cases]
    parts = [
        ", ".join(row.speakers),
        clock(row.time_ms),
        f"characters {row.span.start}-{row.span.end}",
        f"case {' and '.join(cases)}" if cases else "no case",
        f"codes {', '.join(row.codes)}",
        f"coded by {', '.join(row.coders)}",
        "flagged" if row.flagged else "",
    ]
    return " · ".join(part for part in parts if part)


def passage_table(found: Retrieved) -> Table:
    """The passages with everything that stands beside them, a row each."""
    rows: list[tuple[Cell, ...]] = []
    for row in found:
        first = row.translations[0] if row.translations else None
        rows.append(
            (
                row.source.name, row.source.kind, row.span.start, row.span.end, "; ".join(row.speakers),
                clock(row.time_ms), "; ".join(row.coders), "; ".join(row.codes), "; ".join(row.also), _cases(row),
                _stages(row), "yes" if row.flagged else "", row.verbatim, row.quote, row.source.language,
                first.text if first else "", first.language if first else "", first.translator if first else "",
                first.checked_by if first else "", citation(row),
            )
        )  # fmt: skip
    return Table("Passages", _COLUMNS, tuple(rows), found.notes)


def ati_table(found: Retrieved) -> Table:
    """The passages as annotations for ATI: citation, excerpt and translation filled in, the author's part empty."""
    rows: list[tuple[Cell, ...]] = []
    long = 0
    for row in found:
        long += len(row.quote.split()) > _EXCERPT_WORDS
        translation = row.translations[0] if row.translations else None
        excerpt = citation(row).removesuffix(f" ({_source_words(row)})") if row.verbatim == "yes" else citation(row)
        rows.append(
            (
                row.number, "", _full_citation(row), "", excerpt, translation.text if translation else "",
                translation.translator if translation else "", _source_words(row), "", "; ".join(row.codes),
                _cases(row), row.verbatim,
            )
        )  # fmt: skip
    notes = [
        "Annotations for Transparent Inquiry: the text in the manuscript, the analytic note and the link are yours."
    ]
    if long:
        notes.append(f"{long} excerpt(s) have more than {_EXCERPT_WORDS} words: shorten them.")
    return Table("Annotations", _ATI_COLUMNS, tuple(rows), (*notes, *found.notes))


def _source_words(row: FoundPassage) -> str:
    return f"{'document' if row.source.kind == 'document' else 'transcript'} {row.source.name}"


def _full_citation(row: FoundPassage) -> str:
    kinds = {"recorded": "Interview, recorded", "notes": "Interview, notes", "memory": "Interview, notes from memory"}
    kind = kinds.get(row.source.kind, row.source.kind.capitalize())
    speakers = f", {', '.join(row.speakers)}" if row.speakers else ""
    time = f", at {clock(row.time_ms)}" if row.time_ms is not None else ""
    return f"{kind}: {_source_words(row)}{speakers}{time}, characters {row.span.start}-{row.span.end}."


def passage_json(found: Retrieved) -> str:
    """The passages as JSON: what was asked and counted, then one object each; positions are code points, half-open."""
    rows = [
        {
            "transcript": row.source.name,
            "kind": row.source.kind,
            "language": row.source.language,
            "start": row.span.start,
            "end": row.span.end,
            "quote": row.quote,
            "verbatim": row.verbatim,
            "citation": citation(row),
            "speakers": list(row.speakers),
            "time_ms": row.time_ms,
            "cases": [{"case": case, "stage": stage} for case, stage in row.cases],
            "coders": list(row.coders),
            "codes": list(row.codes),
            "also": list(row.also),
            "flagged": row.flagged,
            "translations": [
                {"language": t.language, "text": t.text, "translator": t.translator, "checked_by": t.checked_by}
                for t in row.translations
            ],
        }
        for row in found
    ]
    content = {"query": found.query, "notes": list(found.notes), "passages": rows}
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    # JSON may name any character by its number: so none is left that a terminal would obey.
    obeyed = {ord(c): json.dumps(c)[1:-1] for c in set(text) if c != "\n" and display_safe(c) != c}
    return text.translate(obeyed) if obeyed else text


def passage_markdown(found: Retrieved) -> str:
    """The passages as Markdown: each a block quotation with its place below; a paraphrase is a plain paragraph."""
    parts = ["# Passages"]
    for row in found:
        words = quoted_block(row.quote) if row.verbatim == "yes" else f"Paraphrase: {plain_line(row.quote)}"
        parts += [words, f"({plain_line(_source_words(row))}) {plain_line(beside(row))}"]
        for translation in row.translations:
            by = f", translated by {translation.translator}" if translation.translator else ""
            parts.append(f"{plain_line(f'{translation.language}: {translation.text}{by}')}")
    parts.append("## What this counts")
    parts.append("\n".join(f"- {plain_line(note)}" for note in found.notes))
    return "\n\n".join(parts) + "\n"


def format_of(path: Path) -> Format:
    """The form that the name of a file asks for. Raises RequestError if it asks for none."""
    form = _ENDINGS.get(path.suffix.casefold())
    if form is None:
        raise RequestError(
            f"The name does not say which form the file shall have: it ends in “{display_safe(path.suffix)}”.",
            where=display_safe(path.name),
            fix=f"Use {', '.join(_ENDINGS)}, or say --format.",
        )
    return form


def refuse_contradiction(path: Path, form: Format) -> None:
    """Raises RequestError if the name of a file ends as another form does."""
    named = _ENDINGS.get(path.suffix.casefold(), form)
    if named not in (form, "csv" if form == "ati" else form):
        raise RequestError(
            f"The name of the file ends in {display_safe(path.suffix)}, but it would hold {form}.",
            where=display_safe(path.name),
            fix="Change the name, or leave out --format (or --csv): the ending says it.",
        )


def passage_bytes(found: Retrieved, form: Format, *, raw: bool = False) -> bytes:
    """The passages as the bytes of a file; text that a spreadsheet would run is made inert unless `raw`."""
    if form == "markdown":
        return passage_markdown(found).encode("utf-8", "replace")
    if form == "json":
        return passage_json(found).encode("utf-8", "replace")
    table = ati_table(found) if form == "ati" else passage_table(found)
    if form == "xlsx":
        from qcode.files.xlsx_writer import xlsx_bytes

        return xlsx_bytes(table.header, table.rows, sheet="passages")
    return csv_bytes(table.header, table.rows, raw=raw)


def export_passages(
    found: Retrieved, path: Path, form: Format, *, overwrite: bool = False, raw: bool = False
) -> tuple[Path, ...]:
    """Write the passages; the files written: what a table counts stands beside it as `NAME.txt`.

    Raises RequestError if a file is there already (unless `overwrite`), or a text is too long for a workbook's cell.
    """
    if form in ("csv", "ati"):
        table = ati_table(found) if form == "ati" else passage_table(found)
        return path, export_table(table, path, overwrite=overwrite, raw=raw, form="csv")
    data = passage_bytes(found, form, raw=raw)
    if form != "xlsx":
        write_file(path, data, overwrite=overwrite)
        return (path,)
    notes = path.with_suffix(".txt")
    write_file(notes, "\n".join(["Passages", "", *found.notes, ""]).encode("utf-8", "replace"), overwrite=overwrite)
    write_file(path, data, overwrite=overwrite)
    return path, notes
