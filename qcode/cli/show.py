"""Putting sentences and tables on the terminal, or into a pipe.

Whatever comes from a study passes `display_safe` and goes into plain lines: nothing of it is ever read as markup or
obeyed by the terminal. Tables are drawn here: the library that can draw them takes two seconds for six thousand rows.
"""

from __future__ import annotations

import io
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import IO, TYPE_CHECKING, Self

import click

from qcode.core.text import display_safe

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

    from qcode.cli.call import Call
    from qcode.services.table import Cell, Table

__all__ = ["Progress", "cells", "complain", "deliver", "fields", "notes", "say", "table", "wrapped"]

_GAP = 2  # cells between columns
_HEAD = 6  # the head of a column of numbers may be folded to this
_FIRST = 40  # the first column, where things have their names, is not squeezed up to this
_WORDS = 12  # other columns of text may be folded to this


def say(text: str = "") -> None:
    """A line (or lines) of plain text."""
    click.echo(display_safe(text, keep_lines=True))


def complain(text: str) -> None:
    """A sentence to the standard error, with the name of the program in front."""
    click.echo(f"qcode: {display_safe(text, keep_lines=True)}", err=True)


def notes(content: Table, *, err: bool = False) -> None:
    """What a table counts, a line each."""
    stream = sys.stderr if err else sys.stdout
    width = shutil.get_terminal_size().columns if stream.isatty() else 0
    for note in content.notes:
        click.echo(wrapped(display_safe(note), width), err=err)


def wrapped(text: str, width: int) -> str:
    """The text in lines of at most `width` cells, broken between words; as it is for a width of 0."""
    if not width:
        return text
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if cells(longer) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(f"  {word}")
    return "\n".join(lines)


def cells(text: str) -> int:
    """How many cells of a terminal a text takes."""
    from rich.cells import cell_len

    return cell_len(text)


def table(content: Table, *, title: bool = True) -> None:
    """A table: numbers to the right, codes indented by their depth, what it counts below."""
    if title:
        say(content.title)
        say()
    if sys.stdout.isatty():
        _draw(content, sys.stdout, shutil.get_terminal_size().columns)
    else:
        drawn = io.StringIO()
        _draw(content, drawn, None)
        click.echo(drawn.getvalue(), nl=False)
    if content.notes:
        say()
        notes(content)


@dataclass(frozen=True, slots=True)
class _Column:
    """How one column is drawn, in terminal cells: it is `natural` cells wide, and never squeezed below `least`."""

    index: int
    decimals: int | None
    least: int
    natural: int


def _draw(content: Table, stream: IO[str], width: int | None) -> None:
    """Draw the table on a terminal of `width` cells, or as wide as it is where there is none (None).

    Where it does not fit, names of codes go, for their ids say it; numbers and ids are never cut: rather than lose
    them, lines grow longer than the terminal.
    """
    columns = [_column(content, index) for index in range(len(content.header))]
    if width is not None and content.header[:2] == ("code", "name") and _needed(columns) > width:
        del columns[1]
    widths = [column.natural for column in columns] if width is None else _widths(columns, width)
    styled = width is not None
    head = [_folded(display_safe(content.header[column.index]), w) for column, w in zip(columns, widths, strict=True)]
    longest = max(map(len, head))
    head = [[""] * (longest - len(lines)) + lines for lines in head]  # short heads stand above their column
    _put(stream, head, columns, widths, bold=styled)
    stream.write("─" * (sum(widths) + _GAP * (len(widths) - 1)) + "\n")
    for number, row in enumerate(content.rows):
        cells = [_cell(row[column.index], column.decimals or 0) for column in columns]
        indent = 2 * content.depth[number] if content.depth else 0
        _put(stream, _lines(cells, widths, indent), columns, widths)
    if content.total:
        stream.write("\n" if content.rows else "")
        total = [_cell(content.total[column.index], column.decimals or 0) for column in columns]
        _put(stream, _lines(total, widths), columns, widths, bold=styled)


def _lines(row: Sequence[str], widths: Sequence[int], indent: int = 0) -> list[list[str]]:
    """The lines of each cell of a row."""
    safe = [display_safe(value) for value in row]
    if indent:
        safe[0] = " " * indent + safe[0]
    return [_folded(value, width) for value, width in zip(safe, widths, strict=True)]


def _folded(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` cells: broken between words, and within a word that is longer."""
    if (len(text) if text.isascii() else cells(text)) <= width:
        return [text.rstrip()]
    from rich.console import Console
    from rich.text import Text

    return [line.plain.rstrip() for line in Text(text).wrap(Console(), width, overflow="fold")]


def _put(
    stream: IO[str], row: Sequence[list[str]], columns: Sequence[_Column], widths: Sequence[int], *, bold: bool = False
) -> None:
    """Write one row, whose cells have several lines perhaps."""
    for parts in zip_longest(*row, fillvalue=""):
        line = ""
        for text, column, width in zip(parts, columns, widths, strict=True):
            room = " " * (width - (len(text) if text.isascii() else cells(text)))
            line += (text + room if column.decimals is None else room + text) + " " * _GAP
        line = line.rstrip()
        stream.write(f"\x1b[1m{line}\x1b[0m\n" if bold and line else f"{line}\n")


def _needed(columns: Sequence[_Column]) -> int:
    return sum(column.least for column in columns) + _GAP * (len(columns) - 1)


def _widths(columns: Sequence[_Column], available: int) -> list[int]:
    """What each column gets: its least, and an even share of the rest, as far as it has a use for it."""
    widths = [column.least for column in columns]
    rest = available - _needed(columns)
    wishes = sorted(range(len(columns)), key=lambda i: columns[i].natural - columns[i].least)
    for done, i in enumerate(wishes):
        share = max(0, rest) // (len(wishes) - done)
        given = min(share, columns[i].natural - columns[i].least)
        widths[i] += given
        rest -= given
    return widths


def _column(content: Table, index: int) -> _Column:
    from rich.cells import cell_len

    values = [*(row[index] for row in content.rows), *([content.total[index]] if content.total else [])]
    decimals = _decimals(values)
    indents = [2 * depth for depth in content.depth] if index == 0 else []
    widths = [
        cell_len(display_safe(_cell(value, decimals or 0))) + indent
        for value, indent in zip_longest(values, indents, fillvalue=0)
    ]
    widest, head = max(widths, default=0), cell_len(display_safe(content.header[index]))
    natural = max(widest, head, 1)
    if decimals is not None:
        return _Column(index, decimals, max(widest, min(head, _HEAD)), natural)
    return _Column(index, None, min(natural, _FIRST if index == 0 else _WORDS), natural)


def _decimals(values: list[Cell]) -> int | None:
    """How many decimals a column of numbers shows; None for a column of text."""
    numbers = [value for value in values if isinstance(value, int | float)]
    if not numbers or any(isinstance(value, str) and value for value in values):
        return None
    return max((len(repr(n).partition(".")[2]) for n in numbers if isinstance(n, float)), default=0)


def _cell(value: Cell, decimals: int) -> str:
    if value is None:
        return ""
    return f"{value:.{decimals}f}" if isinstance(value, float) else str(value)


def fields(pairs: list[tuple[str, str]]) -> None:
    """Names and values, one pair a line, the values aligned."""
    width = max((len(name) for name, _ in pairs), default=0)
    for name, value in pairs:
        first, *rest = display_safe(value, keep_lines=True).strip().split("\n")
        click.echo(f"{display_safe(name).ljust(width)}  {first}")
        for line in rest:
            click.echo(f"{' ' * width}  {line}".rstrip())


def deliver(call: Call, content: Table, csv: str | None, *, force: bool, raw: bool) -> None:
    """Show a table, or write it as CSV: to a file, or with `-` to the standard output (notes to the error output)."""
    if csv is None:
        table(content)
        return
    from qcode.services.tables import export_table, table_csv

    if csv == "-":
        sys.stdout.flush()
        sys.stdout.buffer.write(table_csv(content, raw=raw))
        sys.stdout.buffer.flush()
        notes(content, err=True)
        return
    call.will_write()
    beside = export_table(content, Path(csv), overwrite=force, raw=raw)
    say(f"Wrote {csv}" + (f", and what it counts to {beside}." if beside != Path(csv) else " with what it counts."))


class Progress:
    """A bar on the error output for work that takes longer than a second; silent where there is no terminal."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._begun = time.monotonic()
        self._bar: Bar | None = None

    def __call__(self, done: int, total: int) -> None:
        """Note how far the work is."""
        if self._bar is None:
            if time.monotonic() - self._begun < 1 or not sys.stderr.isatty():
                return
            self._bar = self._begin()
        self._bar.update(self._bar.task_ids[0], completed=done, total=total)

    def _begin(self) -> Bar:
        from rich.console import Console
        from rich.progress import Progress as Bar

        bar = Bar(console=Console(stderr=True, markup=False, highlight=False), transient=True)
        bar.add_task(self._what)
        bar.start()
        return bar

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()
