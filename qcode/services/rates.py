"""Shares of what was looked at: segments per 10,000 words, and cases with a code of the cases completed for it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from qcode.core.contexts import BoolArray, IntArray
from qcode.core.crosstab import ColumnKind, numbered_columns, table_columns
from qcode.core.inference import NotTestable
from qcode.core.tabulate import segment_cases
from qcode.errors import RequestError
from qcode.services.crosstab_columns import CODER, columns_of_codings
from qcode.services.inference import HowTested, run_tests
from qcode.services.spoken import Spoken, spoken, whose_reading
from qcode.services.study import Study
from qcode.services.table import Cell, Table
from qcode.services.table_rows import Asked, rows_of

__all__ = ["completed_cases", "rates"]

_PER = 10_000


def rates(study: Study, asked: Asked) -> Table:
    """Segments per 10,000 words of the text of each column; for Chinese transcripts, per 10,000 Chinese characters.

    A word of English and a character of Chinese are never added up: where both are spoken, every column stands twice,
    once for each kind of transcript. The last row holds the words. Raises RequestError for columns by coder, and for
    filters that narrow passages, as nobody counts the words that they would leave.
    """
    filters = asked.filters
    if asked.columns == CODER or filters.coders == "each":
        raise RequestError("Coders read the same words, so there is no rate by coder.", fix="Name a coder: --coders.")
    if replace(filters, codes=()).of_passages:
        fix = "Leave out conditions, stages, flags and words; --transcript, --kind and --speakers can stay."
        raise RequestError("A rate needs the words of all that was read, not of chosen passages.", fix=fix)
    rows, sources = rows_of(study, asked), filters.sources(study)
    pieces = spoken(study, speakers=filters.speakers, sources=sources)
    readings = pieces.as_codings(whose_reading(rows.selection, sources))
    codings = rows.selection.codings
    of_pieces = columns_of_codings(study, asked.columns, readings, coders=filters.coders, speakers=filters.speakers)
    of_codings = columns_of_codings(study, asked.columns, codings, coders=filters.coders, speakers=filters.speakers)
    columns = table_columns(of_codings.labels, of_codings.order)
    said_in = numbered_columns(of_pieces.assignment, of_pieces.labels, columns)
    segments = rows.segments
    coded_in = numbered_columns(segment_cases(segments, of_codings.assignment), of_codings.labels, columns)
    han_sources = _chinese(pieces)
    body: list[list[Cell]] = [[code.id, code.name()] for code, _ in rows.codes]
    heads, words = [], []
    languages = [("words", False), ("Chinese characters", True)]
    for unit, chinese in languages:
        said = np.isin(pieces.source, han_sources) == chinese
        coded = np.isin(segments.source, han_sources) == chinese
        if not said.any():
            continue
        for j, column in enumerate(columns):
            base = int((pieces.han if chinese else pieces.words)[said & (said_in == j)].sum())
            here = coded & (coded_in == j)
            if not base and not here.any() and column.kind is not ColumnKind.VALUE:
                continue
            heads.append(f"{column.label} ({unit})")
            words.append(base)
            for row, number in zip(body, rows.numbers, strict=True):
                row.append(_rate(segments.code, here, number, base))
    return Table(
        f"Codes by {of_codings.name}: segments per 10,000 words",
        ("code", "name", *heads),
        tuple(tuple(row) for row in body),
        (*rows.notes, *of_codings.notes, *_ABOUT_RATES),
        depth=tuple(depth for _, depth in rows.codes),
        total=("words", "", *words),
        units=("", "", *("segments per 10,000" for _ in heads)),
    )


_ABOUT_RATES = (
    (
        "Rate: segments per 10,000 words said in the text of the column; the last row holds these words. In "
        "transcripts that are mostly Chinese, per 10,000 Chinese characters; the two kinds are never added up. Empty: "
        "nothing is said there."
    ),
    (
        "The text of a column is found by the rules that give codings to cases, whether it is coded or not. Words of "
        "all transcripts count, completed or not."
    ),
)


def _rate(codes: IntArray, here: BoolArray, number: int, base: int) -> float | None:
    return round(_PER * int(np.count_nonzero(here & (codes == number))) / base, 2) if base else None


def _chinese(pieces: Spoken) -> IntArray:
    """The transcripts (keys) with more Chinese characters than other words."""
    sources, place = np.unique(pieces.source, return_inverse=True)
    han = np.bincount(place, weights=pieces.han, minlength=len(sources))
    words = np.bincount(place, weights=pieces.words, minlength=len(sources))
    return sources[2 * han > words]


def completed_cases(study: Study, asked: Asked) -> Table:
    """Of the cases of the data set that were completed for a code, the percentage with it; beside it their number.

    What counts as completed is what a test compares (`inference`). Raises what `run_tests` raises.
    """
    tested = run_tests(study, asked, HowTested(permutations=1))
    depth = {code.id: depth for code, depth in rows_of(study, replace(asked, content="cases")).codes}
    body: list[tuple[Cell, ...]] = []
    for result in tested.results:
        cells: list[Cell] = []
        for with_it, cases in result.by_column:
            cells += [round(100 * with_it / cases, 1) if cases else None, cases]
        body.append((result.code.id, result.code.name(), *cells))
    defining = [r.code.id for r in tested.results if r.test.reason is NotTestable.DEFINES]
    said = f"These codes define {tested.name}, so their column is no finding: {', '.join(defining)}."
    circular = (said,) if defining else ()
    heads = [head for column in tested.columns for head in (f"{column} %", f"{column} cases")]
    return Table(
        f"Codes by {tested.name}: percent of completed cases",
        ("code", "name", *heads),
        tuple(body),
        (*_ABOUT_COMPLETED, *circular, *tested.notes),
        depth=tuple(depth[result.code.id] for result in tested.results),
        units=("", "", *("percent" if head.endswith(" %") else "cases" for head in heads)),
    )


_ABOUT_COMPLETED = (
    (
        "Percent of the cases of the data set that were completed for the code: those with at least one segment of it, "
        "in transcripts completed for it. Beside it the number of completed cases, which is the base."
    ),
    (
        "A case counts as completed where a transcript that was completed for the code holds text linked to the case; "
        "in others a missing code is unknown, not absent. Empty: no case was completed."
    ),
)
