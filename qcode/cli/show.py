"""Putting sentences and tables on the terminal, or into a pipe.

Whatever comes from a study passes `display_safe` and goes into `rich.text.Text` cells or plain lines: nothing of it
is ever read as markup or obeyed by the terminal.
"""

from __future__ import annotations

import io
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

import click

from qcode.core.text import display_safe

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.table import Table as Grid
    from rich.text import Text

    from qcode.cli.session import Session
    from qcode.services.tables import Cell, Table

__all__ = ["Progress", "complain", "deliver", "fields", "notes", "say", "table"]

_NATURAL_WIDTH = 100_000  # columns, where there is no terminal: nothing is cut, for grep and for tests


def say(text: str = "") -> None:
    """A line (or lines) of plain text."""
    click.echo(display_safe(text, keep_lines=True))


def complain(text: str) -> None:
    """A sentence to the standard error, with the name of the program in front."""
    click.echo(f"qcode: {display_safe(text, keep_lines=True)}", err=True)


def notes(content: Table, *, err: bool = False) -> None:
    """What a table counts, a line each."""
    for note in content.notes:
        click.echo(display_safe(note), err=err)


def _text(value: str, style: str = "") -> Text:
    from rich.text import Text

    return Text(display_safe(value), style=style, overflow="fold")


def table(content: Table, *, title: bool = True) -> None:
    """A table: numbers to the right, codes indented by their depth, what it counts below."""
    if title:
        say(content.title)
        say()
    _print(_grid(content))
    if content.notes:
        say()
        notes(content)


def _grid(content: Table) -> Grid:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table as Grid

    grid = Grid(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, highlight=False)
    digits = [_decimals([row[i] for row in content.rows]) for i in range(len(content.header))]
    for name, places in zip(content.header, digits, strict=True):
        numeric = places is not None
        grid.add_column(_text(name), justify="right" if numeric else "left", no_wrap=numeric, overflow="fold")
    for number, row in enumerate(content.rows):
        cells = [_text(_cell(value, places or 0)) for value, places in zip(row, digits, strict=True)]
        if content.depth:
            cells[0].pad_left(2 * content.depth[number])
        grid.add_row(*cells)
    if content.total:
        grid.add_section()
        total = zip(content.total, digits, strict=True)
        grid.add_row(*(_text(_cell(value, places or 0), "bold") for value, places in total))
    return grid


def _print(grid: Grid) -> None:
    from rich.console import Console

    if sys.stdout.isatty():
        Console(file=sys.stdout, markup=False, highlight=False, emoji=False).print(grid)
        return
    drawn = io.StringIO()
    Console(
        file=drawn, width=_NATURAL_WIDTH, markup=False, highlight=False, emoji=False, color_system=None
    ).print(grid)  # fmt: skip
    for line in drawn.getvalue().rstrip("\n").split("\n"):
        click.echo(line.rstrip())


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


def deliver(session: Session, content: Table, csv: str | None, *, force: bool, raw: bool) -> None:
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
    session.will_write()
    beside = export_table(content, Path(csv), overwrite=force, raw=raw)
    say(f"Wrote {csv}, and what it counts to {beside}.")


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
