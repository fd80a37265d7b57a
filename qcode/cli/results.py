"""Commands that count."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from qcode.cli.call import Call, pass_call
from qcode.cli.filters import coding_filters, filters_of
from qcode.cli.outputs import Output, deliver, output_options

if TYPE_CHECKING:
    from qcode.services.tables import Rows

__all__ = ["crosstab", "freq"]


_rows_option = click.option(
    "--rows",
    type=click.Choice(["codes", "branches"]),
    default="codes",
    show_default=True,
    help="Each code by itself, or each dimension (with --codes, each of these) with all below it.",
)


@click.command()
@coding_filters
@_rows_option
@output_options
@pass_call
def freq(call: Call, /, *, rows: str, output: Output, **filters: Any) -> None:
    """Count how often each code is used.

    Segments, transcripts and characters for each code, and below the table what exactly was counted. Every number can
    be read: `qcode find` with the same options finds the passages that it counts (=CODE means the code by itself).

    Example: qcode freq --codes rationality --where "stakeholder = firm" --out frequencies.csv
    """
    from qcode.services.tables import frequencies

    with call.study() as study:
        content = frequencies(study, filters=filters_of(study, filters), rows=_rows(rows))
        deliver(call, content, output)


def _rows(name: str) -> Rows:
    return "branches" if name == "branches" else "codes"


@click.command()
@click.option(
    "--columns",
    required=True,
    metavar="NAME",
    help="By what: an attribute of the cases such as mechanism; stage; transcript.place, speaker.role; coder.",
)
@click.option(
    "--count",
    type=click.Choice(["segments", "transcripts", "cases"]),
    default="segments",
    show_default=True,
    help="What is counted; transcripts are the interviews.",
)
@click.option(
    "--percent",
    type=click.Choice(["none", "row", "column"]),
    default="none",
    show_default=True,
    help="Percentages of segments instead of counts, and of what.",
)
@coding_filters
@_rows_option
@output_options
@pass_call
def crosstab(
    call: Call,
    /,
    *,
    columns: str,
    count: str,
    percent: str,
    rows: str,
    output: Output,
    **filters: Any,
) -> None:
    """Count codes by an attribute of cases, transcripts or speakers.

    Each passage stands in the column of the case that it speaks of, of the transcript that it stands in, or of those
    who say it. By `coder` everybody's own work stands side by side.

    Example: qcode crosstab --columns mechanism --codes conflict --percent row
    """
    from qcode.services.tables import crosstab as count_cells

    with call.study() as study:
        content = count_cells(
            study, columns, filters=filters_of(study, filters), percent=percent, rows=_rows(rows), count=count
        )
        deliver(call, content, output)
