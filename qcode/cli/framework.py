"""Commands for the framework matrix."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from qcode.cli.call import Call, pass_call
from qcode.cli.filters import coding_filters, filters_of
from qcode.cli.options import encoding_option, force_option, raw_option
from qcode.cli.outputs import origin_of
from qcode.cli.show import say, wrapped

if TYPE_CHECKING:
    from qcode.services.framework_tables import FrameworkWords
    from qcode.services.study import Study

__all__ = ["framework"]

_Command = TypeVar("_Command", bound=Callable[..., object])

_rows_option = click.option(
    "--rows",
    default="case",
    show_default=True,
    metavar="case|transcript|ATTRIBUTE",
    help="What the rows are; an attribute such as mechanism makes a row of each value.",
)


def _shape(command: _Command) -> _Command:
    """Options that say what a matrix shows."""
    for option in (
        click.option(
            "--quotes", type=click.IntRange(0, 100), default=3, show_default=True, help="Quotations in each cell."
        ),
        click.option(
            "--attribute", "attributes", multiple=True, metavar="NAME", help="List this attribute of the row's cases."
        ),
        _rows_option,
    ):
        command = option(command)
    return command


@click.group()
def framework() -> None:
    """Write and show the framework matrix: rows by codes.

    Rows are cases, transcripts or the values of an attribute; columns are codes. A cell holds what the team says of it
    and the passages that are coded so and speak of the row.

    Example: qcode framework show --rows mechanism --codes rationality --codes conflict
    """


@framework.command("show")
@_shape
@coding_filters
@pass_call
def show(call: Call, /, *, rows: str, attributes: tuple[str, ...], quotes: int, **filters: Any) -> None:
    """Show the matrix, row by row, with summaries and quotations.

    The columns are the codes of --codes, each with all below it, else the dimensions.

    Example: qcode framework show --rows mechanism --codes rationality --attribute name --quotes 2
    """
    with call.study() as study:
        for line in _words(study, rows, attributes, quotes, filters).lines():
            say(line)


def _words(study: Study, rows: str, attributes: tuple[str, ...], quotes: int, filters: Any) -> FrameworkWords:
    from qcode.services.framework import FrameworkAsked
    from qcode.services.framework import framework as matrix
    from qcode.services.framework_tables import FrameworkWords

    asked = FrameworkAsked(filters_of(study, filters), rows, attributes)
    return FrameworkWords(study, matrix(study, asked), quotes=quotes)


@framework.command("set")
@click.argument("row")
@click.argument("code")
@click.argument("text", required=False)
@_rows_option
@click.option("--file", type=click.Path(path_type=Path), metavar="FILE", help="Take the words from this file.")
@encoding_option
@pass_call
def set_(
    call: Call, *, row: str, code: str, text: str | None, rows: str, file: Path | None, encoding: str | None
) -> None:  # fmt: skip
    """Write your summary of a cell.

    ROW is a case, a transcript or a value, as --rows says. Each coder has one summary in a cell: writing again changes
    it. The words stand behind the command, in a file (--file), or with `-` come from the standard input.

    Example: qcode framework set arranged rationality "Superiors see a gap." --rows mechanism
    """
    from qcode.services.framework import find_row, set_summary

    words = _given(text, file, encoding)
    with call.study() as study:
        place, found = find_row(study, rows, row), study.codes().find(code)
        changed = set_summary(study, place, found, words)
        name = study.codes().code(found.key).id
    say(f"Wrote what you say of {name} in {place.label}." if changed else "Nothing is different.")


def _given(text: str | None, file: Path | None, encoding: str | None) -> str:
    from qcode.services.written import MOST_BYTES, read_words, words_of

    if (text is None) == (file is None):
        raise click.UsageError("Give the words, or --file, and not both.")
    if file is not None:
        return read_words(file, encoding=encoding)
    if text == "-":
        return words_of(sys.stdin.buffer.read(MOST_BYTES + 1), "standard input", encoding=encoding)
    return text or ""


@framework.command("clear")
@click.argument("row")
@click.argument("code")
@_rows_option
@pass_call
def clear(call: Call, *, row: str, code: str, rows: str) -> None:
    """Take your summary of a cell away.

    Example: qcode framework clear arranged rationality --rows mechanism
    """
    from qcode.services.framework import clear_summary, find_row

    with call.study() as study:
        clear_summary(study, find_row(study, rows, row), study.codes().find(code))
    say("The summary is gone. `qcode undo` brings it back.")


@framework.command("export")
@click.argument("path", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--cells", is_flag=True, help="A row for each cell, instead of a matrix.")
@_shape
@coding_filters
@force_option
@raw_option
@pass_call
def export(
    call: Call,
    /,
    *,
    path: Path,
    cells: bool,
    rows: str,
    attributes: tuple[str, ...],
    quotes: int,
    force: bool,
    raw: bool,
    **filters: Any,
) -> None:
    """Write the matrix to a file: .csv, .xlsx or .md.

    The file holds quotations: keep it where you keep the interviews.

    Example: qcode framework export table1.xlsx --rows mechanism --codes rationality --codes conflict
    """
    from qcode.services.table_files import export_table

    with call.study() as study:
        words = _words(study, rows, attributes, quotes, filters)
        call.will_write()
        content = words.cells() if cells else words.matrix()
        beside = export_table(content, path, overwrite=force, raw=raw, origin=origin_of(call))
    say(wrapped(f"Wrote {path}" + (f", and what it counts to {beside}." if beside != path else "."), 100))
