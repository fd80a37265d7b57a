"""The command that counts which codes stand together."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from qcode.cli.call import Call, pass_call
from qcode.cli.filters import coding_filters, filters_of
from qcode.cli.outputs import Output, deliver, output_options

if TYPE_CHECKING:
    from qcode.services.cooccurrence import Content

__all__ = ["cooccur"]


@click.command()
@click.option("--with", "beside", multiple=True, metavar="CODE", help="With this code and those below it only.")
@click.option(
    "--by",
    "way",
    type=click.Choice(["overlap", "segment", "turn", "sentences"]),
    help="Together: sharing a character (default), exactly the same passage, in one turn, within --within sentences.",
)
@click.option("--within", type=click.IntRange(0, 100), metavar="N", help="So many sentences apart; 0 is the same one.")
@click.option(
    "--rows",
    type=click.Choice(["codes", "branches"]),
    default="codes",
    show_default=True,
    help="Each code by itself, or each dimension (with --codes, each of these) with all below it.",
)
@click.option(
    "--matrix",
    type=click.Choice(["pairs", "segments", "shared", "jaccard"]),
    help="A matrix with this in its cells, instead of a list of pairs.",
)
@click.option("--read", nargs=2, metavar="CODE CODE", help="Show the passages behind the number of two codes.")
@click.option("--top", type=click.IntRange(min=1), help="Show only so many pairs of codes.")
@coding_filters
@output_options
@pass_call
def cooccur(
    call: Call,
    /,
    *,
    beside: tuple[str, ...],
    way: str | None,
    within: int | None,
    rows: str,
    matrix: Content | None,
    read: tuple[str, str] | None,
    top: int | None,
    output: Output,
    **filters: Any,
) -> None:
    """Count which codes stand together, and show where.

    Pairs of segments, the segments of each code that are in one, what both share, and the coefficient of Jaccard.
    Codes stand together where one coder gave them; with --coders any, whoever gave them.

    Example: qcode cooccur --codes conflict --with rationality --by turn
    """
    from qcode.services.cooccurrence import TogetherAsked, together

    if within is not None and way not in (None, "sentences"):
        raise click.UsageError("--within counts sentences: leave out --by.")
    with call.study() as study:
        table = study.codes()
        asked = TogetherAsked(
            filters=filters_of(study, filters),
            beside=tuple(dict.fromkeys(table.code(table.find(name).key).id for name in beside)),
            whole=rows == "branches",
            way="sentences" if within is not None else way or "overlap",
            sentences=within or 0,
        )
        if read is not None:
            first, second = (table.code(table.find(name).key).id for name in read)
            asked = replace(asked, filters=replace(asked.filters, codes=(first,)), beside=(second,))
            content = together(study, asked).meeting_table(first, second)
        else:
            found = together(study, asked)
            content = found.matrix(matrix) if matrix else found.pair_table(most=top)
        deliver(call, content, output)
