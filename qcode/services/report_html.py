"""A report as one HTML page that asks nothing of the network.

Whatever comes from a study is escaped, and its control and bidirectional characters are made visible. A content
security policy lets the browser use the page's own style and script and nothing else, so that even a fault here could
run nothing and send nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from qcode.core.codebook import Code
from qcode.core.text import display_safe
from qcode.services.report import CodeQuotations, Quotation, Report, ReportTable
from qcode.services.report_pictures import picture
from qcode.services.report_style import SCRIPT, STYLE, content_policy
from qcode.services.table import Cell, Table

__all__ = ["report_page"]

_DEEPEST = 4
_KIND = {True: ' class="n"', False: ""}  # of a cell, by whether its column is one of numbers
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_WARNING = (
    "This page holds words of interviewees, and speakers as the transcripts label them. Keep it as carefully as the "
    "transcripts, and check what you may pass on."
)


def report_page(report: Report) -> str:
    """The whole page; the same report gives the same text."""
    title = _safe(report.title)
    sections = [*_tables(report.tables), *_codebook(report), *_quotations(report)]
    links = "".join(f'<a href="#{anchor}">{anchor.capitalize()}</a>' for anchor, _, _ in sections)
    search = (
        '<label id="finder" hidden>Search <input id="search" type="search" autocomplete="off">'
        ' <span id="told" role="status"></span></label>'
    )
    body = "\n".join(
        f'<section id="{anchor}"><h2>{_safe(heading)}</h2>\n{content}</section>'
        for anchor, heading, content in sections
    )
    return "\n".join(
        (
            "<!DOCTYPE html>",
            '<html lang="en"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{escape(content_policy(), quote=True)}">',
            '<meta name="viewport" content="width=device-width,initial-scale=1">',
            '<meta name="referrer" content="no-referrer"><meta name="robots" content="noindex">',
            f"<title>{title}</title>",
            f"<style>{STYLE}</style></head><body>",
            f"<header><h1>{title}</h1>{_begin(report)}</header>",
            f"<nav><div>{links}{search}</div></nav>",
            f"<main>\n{body}\n</main>",
            f"<footer><h2>Where it comes from</h2>{_facts(report.origin.words)}</footer>",
            f"<script>{SCRIPT}</script></body></html>",
            "",
        )
    )


def _safe(text: str) -> str:
    """Text of a study as HTML holds it, its lines kept."""
    return escape(display_safe(text, keep_lines=True), quote=True)


def _begin(report: Report) -> str:
    warning = f'<p class="warn">{_WARNING}</p>' if report.quotations else ""
    filters = _notes(report.filters) if report.filters else ""
    return f"{_facts(report.facts)}{filters}{warning}"


def _facts(pairs: Sequence[tuple[str, str]]) -> str:
    rows = "".join(f"<dt>{_safe(name)}</dt><dd>{_safe(value)}</dd>" for name, value in pairs)
    return f'<dl class="facts">{rows}</dl>'


def _notes(notes: Sequence[str]) -> str:
    return f'<ul class="notes">{"".join(f"<li>{_safe(note)}</li>" for note in notes)}</ul>' if notes else ""


# -- tables


def _tables(tables: Sequence[ReportTable]) -> list[tuple[str, str, str]]:
    """Anchor, heading and content of each heading's tables."""
    found: dict[str, list[str]] = {}
    for item in tables:
        drawn = picture(item.table, item.figure)
        found.setdefault(item.heading, []).append(f"<div data-group>{_table(item.table)}{drawn}</div>")
    return [(_anchor(heading), heading, "\n".join(parts)) for heading, parts in found.items()]


def _anchor(heading: str) -> str:
    """The letters of the first word, by which the page's own links find a heading."""
    return re.sub(r"[^a-z]", "", heading.partition(" ")[0].casefold()) or "tables"


def _table(table: Table) -> str:
    everything = [*table.rows, *([table.total] if table.total else [])]
    numbers = [_numeric([row[i] for row in everything]) for i in range(len(table.header))]
    decimals = [_decimals([row[i] for row in everything]) if number else 0 for i, number in enumerate(numbers)]
    head = "".join(
        f'<th scope="col"{_KIND[number]}><button type="button">{_safe(name)}</button></th>'
        for name, number in zip(table.header, numbers, strict=True)
    )
    depths = table.depth or (0,) * len(table.rows)
    rows = "\n".join(
        f"<tr>{_cells(row, numbers, decimals, depth)}</tr>" for row, depth in zip(table.rows, depths, strict=True)
    )
    total = f"<tfoot><tr>{_cells(table.total, numbers, decimals, 0)}</tr></tfoot>" if table.total else ""
    return (
        f'<h3>{_safe(table.title)}</h3>\n<div class="scroll"><table><thead><tr>{head}</tr></thead>\n'
        f"<tbody>\n{rows}\n</tbody>{total}</table></div>\n{_notes(table.notes)}\n"
    )


def _numeric(values: Sequence[Cell]) -> bool:
    """Whether a column is one of numbers; an empty cell is neither."""
    told = [value for value in values if value not in (None, "")]
    return bool(told) and not any(isinstance(value, str) for value in told)


def _decimals(values: Sequence[Cell]) -> int:
    return max((len(repr(v).partition(".")[2]) for v in values if isinstance(v, float)), default=0)


def _cells(row: Sequence[Cell], numbers: Sequence[bool], decimals: Sequence[int], depth: int) -> str:
    parts = []
    for i, (value, number) in enumerate(zip(row, numbers, strict=True)):
        if number and isinstance(value, int | float):
            shown = f"{value:.{decimals[i]}f}" if isinstance(value, float) else str(value)
            parts.append(f'<td class="n" data-v="{value}">{shown}</td>')
        else:
            deep = f' class="d{min(depth, _DEEPEST)}"' if depth and i == 0 else _KIND[number]
            parts.append(f"<td{deep}>{'' if value is None else _safe(str(value))}</td>")
    return "".join(parts)


# -- codebook


def _codebook(report: Report) -> list[tuple[str, str, str]]:
    if not report.codebook:
        return []
    entries = "\n".join(_code(code, depth) for code, depth in report.codebook)
    return [("codebook", f"Codebook: {report.codebook_title}" if report.codebook_title else "Codebook", entries)]


def _code(code: Code, depth: int) -> str:
    flags = [f"defines {code.defines}"] if code.defines else []
    flags += [name for name in ("exclusive", "absence") if getattr(code, name)]
    said = [
        ("definition", code.definition),
        ("when to use", code.when_to_use),
        ("when not to use", code.when_not_to_use),
        *(("example", text) for text in code.examples),
        *(("counterexample", text) for text in code.counterexamples),
        ("aliases", ", ".join(code.aliases)),
        ("flags", ", ".join(flags)),
    ]
    names = " / ".join(f"<span{_language(tag)}>{_safe(name)}</span>" for tag, name in code.names)
    details = _facts([(name, text) for name, text in said if text])
    return (
        f'<details class="seek d{min(depth, _DEEPEST)}"><summary>{names or _safe(code.id)} <span class="id">'
        f"{_safe(code.id)}</span> {_safe(code.brief)}</summary>{details}</details>"
    )


def _language(tag: str) -> str:
    return f' lang="{tag}"' if _LANGUAGE.fullmatch(tag) else ""


# -- quotations


def _quotations(report: Report) -> list[tuple[str, str, str]]:
    if not report.quotations:
        return []
    parts = "\n".join(_of_code(item) for item in report.quotations)
    return [("quotations", "Quotations", f"{parts}\n{_notes(report.quotation_notes)}")]


def _of_code(item: CodeQuotations) -> str:
    quotes = "".join(_quotation(quotation) for quotation in item.quotations)
    head = f'{_safe(item.code.name())} <span class="id">{_safe(item.code.id)}</span>'
    return f"<div data-group><h3>{head} ({len(item.quotations)} of {item.passages})</h3>{quotes}</div>"


def _quotation(quotation: Quotation) -> str:
    others = "".join(f"<p{_language(tag)}>{_safe(tag)}: {_safe(words)}</p>" for tag, words in quotation.translations)
    return (
        f'<blockquote class="seek"><p{_language(quotation.language)}>{_safe(quotation.words)}</p>{others}'
        f'<p class="beside">{_safe(quotation.beside)}</p></blockquote>'
    )
