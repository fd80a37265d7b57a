"""Commands that lay codes out: over cases, over the text of a transcript, and over the interviews in their order."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING, Any

import click

from qcode.cli.call import Call, pass_call
from qcode.cli.filters import coding_filters, filters_of
from qcode.cli.outputs import Output, deliver, output_options
from qcode.cli.show import cells, notes, say

if TYPE_CHECKING:
    from qcode.services.codeline import Codeline

__all__ = ["codeline", "matrix", "saturation"]

_NARROWEST = 20
_WIDEST = 400
_PIPE = 100
_FULL, _SOME, _NONE = "█", "▄", "·"
_HALF = 0.5

_rows_option = click.option(
    "--rows",
    type=click.Choice(["codes", "branches"]),
    default="codes",
    show_default=True,
    help="Each code by itself, or each dimension (with --codes, each of these) with all below it.",
)


@click.group()
def matrix() -> None:
    """Lay codes out over cases.

    Example: qcode matrix codes --codes rationality
    """


@matrix.command("codes")
@click.option(
    "--count",
    type=click.Choice(["segments", "transcripts", "presence"]),
    default="segments",
    show_default=True,
    help="What stands in the cells; presence is 1 or 0.",
)
@click.option("--across", is_flag=True, help="Cases as rows and codes as columns.")
@click.option("--tidy", is_flag=True, help="A row for each code and case.")
@_rows_option
@coding_filters
@output_options
@pass_call
def codes_(
    call: Call,
    /,
    *,
    count: Any,
    across: bool,
    tidy: bool,
    rows: str,
    output: Output,
    **filters: Any,
) -> None:
    """Count codes by cases.

    An empty cell is unknown, not 0: there a transcript on the case is not completed for the code.

    Example: qcode matrix codes --codes rationality --dataset --across --csv codes-by-case.csv
    """
    from qcode.services.case_matrix import case_matrix

    if across and tidy:
        raise click.UsageError("--across and --tidy do not go together.")
    with call.study() as study:
        found = case_matrix(study, filters_of(study, filters), count=count, whole=rows == "branches")
        deliver(call, found.tidy() if tidy else found.table(across=across), output)


@click.command()
@click.option(
    "--order", metavar="study|ATTRIBUTE", help="The order of the interviews; else their date, if all have one."
)
@click.option("--base", type=click.IntRange(1, 1000), default=4, show_default=True, help="Interviews to begin with.")
@click.option("--run", "run_", type=click.IntRange(1, 1000), default=2, show_default=True, help="Interviews in a run.")
@click.option(
    "--orders", type=click.IntRange(1, 99_999), default=999, show_default=True, help="Random orders for the band."
)
@coding_filters
@output_options
@pass_call
def saturation(
    call: Call,
    /,
    *,
    order: str | None,
    base: int,
    run_: int,
    orders: int,
    output: Output,
    **filters: Any,
) -> None:
    """Count the new codes that each further interview brings.

    It says something of saturation only where codes were made from the material; see the warning below the table.

    Example: qcode saturation --codes conflict --order date --base 4 --run 3
    """
    from qcode.services.saturation import saturation_table

    with call.study() as study:
        content = saturation_table(study, filters_of(study, filters), order=order, base=base, run=run_, orders=orders)
        deliver(call, content, output)


@click.command()
@click.argument("name", metavar="TRANSCRIPT")
@click.option("--width", type=click.IntRange(_NARROWEST, _WIDEST), help="Characters for the text; else what fits.")
@_rows_option
@coding_filters
@output_options
@pass_call
def codeline(
    call: Call,
    /,
    *,
    name: str,
    width: int | None,
    rows: str,
    output: Output,
    **filters: Any,
) -> None:
    """Draw where the codes of a transcript stand in it.

    The text runs from left to right; █ is coded for the greater part, ▄ for less. The first line numbers the turns, the
    second has ? where the interviewer speaks. With --coders each every coder has lines of their own.

    Example: qcode codeline 001 --rows branches
    """
    from qcode.services.codeline import codeline as lay_out

    with call.study() as study:
        chosen = filters_of(study, filters)
        found = lay_out(study, study.source(name), chosen, whole=rows == "branches")
        if not output.shown:
            deliver(call, found.table(), output)
            return
        for line in _drawn(found, width):
            say(line)
        notes(found.table())


def _drawn(found: Codeline, width: int | None) -> list[str]:
    """The lines of a codeline; as wide as the terminal, or as `width` says."""
    from qcode.services.codeline import shares

    labels = ["  " * line.depth + line.code + (f" ({line.coder})" if line.coder else "") for line in found.lines]
    margin = max((cells(label) for label in (*labels, "turn")), default=0)
    if width is None:
        room = shutil.get_terminal_size().columns if sys.stdout.isatty() else _PIPE
        width = max(_NARROWEST, min(_WIDEST, room - margin - 6))
    asked = shares([span for _, span, interviewer in found.turns if interviewer], found.length, width)
    title = f"Codeline of {found.source.name}, {found.length} characters, {found.length / width:.0f} to a cell"
    lines = [title, ""]
    lines += [f"{'turn'.ljust(margin)}  {_scale(found, width)}".rstrip()]
    lines += [f"{' ' * margin}  {''.join('?' if share > _HALF else ' ' for share in asked)}".rstrip()]
    for label, line in zip(labels, found.lines, strict=True):
        drawn = "".join(_mark(share) for share in shares(line.segments, found.length, width))
        lines.append(f"{label}{' ' * (margin - cells(label))}  {drawn} {len(line.segments):>3}")
    return [*lines, ""]


def _mark(share: float) -> str:
    if share >= _HALF:
        return _FULL
    return _SOME if share > 0 else _NONE


def _scale(found: Codeline, width: int) -> str:
    """The numbers of turns above the places where they begin, as many as there is room for."""
    scale = [" "] * width
    free = 0
    for number, span, _ in found.turns:
        at = span.start * width // found.length if found.length else 0
        text = str(number)
        if at >= free and at + len(text) <= width:
            scale[at : at + len(text)] = text
            free = at + len(text) + 4
    return "".join(scale)
