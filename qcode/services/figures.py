"""Figures as files: a table or a transcript drawn as SVG or PNG, the same bytes each time.

matplotlib draws them; it is an extra of the distribution (`figures`) and loads only here.
"""

from __future__ import annotations

import io
import os
import re
import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

from qcode.core.text import display_safe
from qcode.errors import RequestError
from qcode.files.guard import write_file
from qcode.services.figure_drawing import BarsDrawing, Codeline, Drawing, HeatDrawing, Lane, StackedDrawing
from qcode.services.filters import Filters
from qcode.services.fitting import counted
from qcode.services.provenance import PROGRAM, Provenance, json_bytes
from qcode.services.study import SourceRow, Study
from qcode.services.table import Cell, Table
from qcode.services.table_files import beside_of, units_of
from qcode.services.terminal_pictures import measured_columns

__all__ = [
    "FIGURE_FORMS", "Figure", "FigureForm", "bars", "codeline", "columns", "export_figure", "figure_bytes", "heat_map",
]  # fmt: skip

FigureForm: TypeAlias = Literal["svg", "png"]
FIGURE_FORMS: tuple[FigureForm, ...] = get_args(FigureForm)

_MOST_ROWS = 200
_MOST_COLUMNS = 60
_MOST_LABEL = 48  # cells of a terminal
_MOST_TITLE = 80
_DOTS = 300  # an inch
_YEAR = re.compile(r"(1[89]|20|21)\d\d", re.ASCII)
_YEARS_MOST = 80


@dataclass(frozen=True, slots=True)
class Figure:
    """What is drawn, under which title, and the sentences that say what it counts."""

    title: str
    drawing: Drawing
    notes: tuple[str, ...]


# -- what is drawn


def bars(table: Table, *, names: bool = False) -> Figure:
    """The first column of numbers as bars, in the order of the table.

    With `names` the rows have the names of codes instead of their ids. Raises RequestError where nothing can be drawn.
    """
    column = measured_columns(table)[0]
    values = tuple(_number(row[column]) for row in table.rows)
    _check(values, len(table.rows), 1)
    return Figure(table.title, BarsDrawing(_labels(table, names=names), values, _unit(table, column)), table.notes)


def columns(table: Table) -> Figure:
    """The rows as columns side by side, stacked from the columns of the table; years that are not there stand at 0."""
    chosen = measured_columns(table)
    labels = _labels(table, names=False)
    values = {label: [_number(row[i]) for i in chosen] for label, row in zip(labels, table.rows, strict=True)}
    every = _all_years(labels)
    stacked = tuple(tuple(values.get(label, [0.0] * len(chosen))[i] for label in every) for i in range(len(chosen)))
    _check([value for series in stacked for value in series], len(every), len(chosen))
    series = tuple(_short(table.header[i]) for i in chosen)
    return Figure(table.title, StackedDrawing(every, series, stacked, _unit(table, chosen[0])), table.notes)


def heat_map(table: Table, *, names: bool = False) -> Figure:
    """All columns of the first unit as a heat map. Raises RequestError where nothing can be drawn."""
    chosen = measured_columns(table)
    values = tuple(tuple(_number(row[i]) for i in chosen) for row in table.rows)
    _check([value for row in values for value in row], len(table.rows), len(chosen))
    heads = tuple(_short(table.header[i]) for i in chosen)
    drawing = HeatDrawing(_labels(table, names=names), heads, values, _unit(table, chosen[0]))
    return Figure(table.title, drawing, table.notes)


def codeline(study: Study, source: SourceRow, filters: Filters, *, names: bool = False) -> Figure:
    """Where in a transcript each code stands, by the coder rule and the filters. Raises RequestError for none."""
    found = counted(study, replace(filters, transcripts=(source,)))
    table, segments = study.codes(), found.segments
    wanted = table.below(filters.codes) if filters.codes else None
    spans: dict[str, list[tuple[int, int]]] = {}
    for code, start, end in zip(segments.code.tolist(), segments.start.tolist(), segments.end.tolist(), strict=True):
        spans.setdefault(table.code(code).id, []).append((start, end))
    book = table.codebook
    dimensions = {dimension.id: number for number, dimension in enumerate(book.dimensions())}
    lanes = tuple(
        Lane(
            _short(code.name() if names else code.id), dimensions[book.dimension_of(code.id).id], tuple(spans[code.id])
        )
        for code, _ in book.walk()
        if code.id in spans and (wanted is None or code.id in wanted)
    )
    if not lanes:
        raise RequestError("No passage of this transcript fits, so there is nothing to draw.", where=source.name)
    codes = (f"Codes: {', '.join(filters.codes)}, and all below.",) if filters.codes else ()
    notes = (*codes, *found.selection.notes, *found.notes, *found.left_out)
    return Figure(f"Codeline of {display_safe(source.name)}", Codeline(lanes, source.length), notes)


def _labels(table: Table, *, names: bool) -> tuple[str, ...]:
    named = names and table.header[:2] == ("code", "name")
    return tuple(_short("" if row[named] is None else str(row[named])) for row in table.rows)


def _short(text: str, most: int = _MOST_LABEL) -> str:
    """The text on one line, harmless and at most so many cells of a terminal wide."""
    from rich.cells import cell_len, set_cell_size

    safe = display_safe(" ".join(text.split()))
    return safe if cell_len(safe) <= most else f"{set_cell_size(safe, most - 1)}…"


def _unit(table: Table, column: int) -> str:
    return units_of(table)[column] or _short(table.header[column])


def _number(value: Cell) -> float | None:
    """The number in a cell; None where there is none."""
    number = None if isinstance(value, str) or value is None else float(value)
    return None if number is None or number != number else number  # noqa: PLR0124 - NaN


def _all_years(labels: tuple[str, ...]) -> tuple[str, ...]:
    """The labels; where some are years, with all years between them, for a gap in time must be seen."""
    years = [int(label) for label in labels if _YEAR.fullmatch(label)]
    others = tuple(label for label in labels if not _YEAR.fullmatch(label))
    if not years or max(years) - min(years) >= _YEARS_MOST:
        return labels
    return (*(str(year) for year in range(min(years), max(years) + 1)), *others)


def _check(values: list[float | None] | tuple[float | None, ...], rows: int, across: int) -> None:
    """Raises RequestError for what no page holds and what no bar shows."""
    if rows > _MOST_ROWS or across > _MOST_COLUMNS:
        raise RequestError(
            f"There are {rows} rows and {across} columns; a figure holds {_MOST_ROWS} and {_MOST_COLUMNS}.",
            fix="Narrow it, for example with --codes.",
        )
    if any(value is not None and (value < 0 or value == float("inf")) for value in values):
        raise RequestError("A figure shows values from 0 on, and here some are below or without end.")


# -- bytes and files


def figure_bytes(figure: Figure, form: FigureForm) -> tuple[bytes, tuple[str, ...]]:
    """The figure as a file, and sentences on what a reader of it should know.

    Text of an SVG is drawn as outlines, which look the same everywhere, unless no font here has its characters: then it
    is kept as text. The bytes depend on nothing but the figure, the fonts of the computer and matplotlib.

    Raises RequestError without matplotlib, and for a PNG with characters that no font here has.
    """
    try:
        import matplotlib as mpl
    except ModuleNotFoundError:
        raise RequestError(
            "Figures are drawn by matplotlib, which is not installed.",
            fix='Install it with `pip install "qcode-tui[figures]"`; `--picture` draws on the terminal without it.',
        ) from None
    from qcode.services.figure_fonts import CHINESE, families_for, lacking_words, quiet_fonts

    with quiet_fonts(), mpl.rc_context(), warnings.catch_warnings():
        families, missing = families_for([*figure.drawing.texts, _short(figure.title, _MOST_TITLE), "0123456789–.…"])
        if missing and form == "png":
            raise RequestError(
                f"No font on this computer has {lacking_words(missing)} of this figure.",
                fix="Install a font for Chinese such as Noto Sans CJK SC, or write SVG, which keeps them as text.",
            )
        if missing:  # drawn by the reader's fonts, so that a missing glyph here is no fault
            warnings.filterwarnings("ignore", message="Glyph .* missing from")
            families = [*families, *(name for name in CHINESE if name not in families), "sans-serif"]
        mpl.rcdefaults()
        mpl.rcParams.update(_look(families, as_text=bool(missing)))
        data = _drawn(figure, form)
    told = f"No font on this computer has {lacking_words(missing)} of this figure: they are kept as text in it."
    return data, (told,) if missing else ()


def _look(families: list[str], *, as_text: bool) -> dict[Any, Any]:
    return {
        "font.family": families,
        "svg.fonttype": "none" if as_text else "path",
        "svg.hashsalt": "qcode",
        "text.parse_math": False,  # a label with $ is no formula
        "text.usetex": False,
        "axes.unicode_minus": False,
        "savefig.dpi": _DOTS,
        "hatch.linewidth": 0.5,
    }


def _drawn(figure: Figure, form: FigureForm) -> bytes:
    from matplotlib.figure import Figure as Page

    title = _short(figure.title, _MOST_TITLE)
    page = Page(figsize=figure.drawing.size, layout="constrained")
    axes = page.add_subplot()
    figure.drawing.draw(axes)
    page.suptitle(title, fontsize=9)
    metadata: dict[str, str | None] = {"Software": PROGRAM, "Title": title}
    if form == "svg":
        metadata = {"Date": None, "Creator": PROGRAM, "Title": title}
    stream = io.BytesIO()
    page.savefig(stream, format=form, metadata=metadata)
    return stream.getvalue()


def export_figure(figure: Figure, path: Path, origin: Provenance, *, overwrite: bool = False) -> tuple[str, ...]:
    """Write the figure, and beside it what it counts and where it comes from; sentences as `figure_bytes` gives them.

    Raises RequestError, before anything is written, for a name that is neither .svg nor .png and for files that are
    there already (unless `overwrite`); and as `figure_bytes` does.
    """
    form = next((form for form in FIGURE_FORMS if path.suffix.casefold() == f".{form}"), None)
    if form is None:
        raise RequestError("Figures are .svg or .png.", where=display_safe(str(path)), fix="Name it so.")
    beside = beside_of(path)
    for file in (path, beside):
        if not overwrite and os.path.lexists(file):
            fix = "Choose another name, or let it be overwritten (--force)."
            raise RequestError("There is a file of this name already.", where=display_safe(str(file)), fix=fix)
    data, told = figure_bytes(figure, form)
    write_file(path, data, overwrite=overwrite)
    about = {"title": figure.title, "counts": list(figure.notes), **origin.plain()}
    write_file(beside, json_bytes(about), overwrite=overwrite)
    return told
