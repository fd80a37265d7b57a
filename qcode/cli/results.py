"""Commands that count."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from qcode.cli.call import Call, pass_call
from qcode.cli.filters import coding_filters, filters_of
from qcode.cli.outputs import Output, deliver, output_options
from qcode.cli.show import say

if TYPE_CHECKING:
    from qcode.services.inference import HowTested
    from qcode.services.study import Study
    from qcode.services.tables import Asked, Rows, Table

__all__ = ["crosstab", "freq"]

_Command = TypeVar("_Command", bound=Callable[..., object])


_rows_option = click.option(
    "--rows",
    type=click.Choice(["codes", "branches"]),
    default="codes",
    show_default=True,
    help="Each code by itself, or each dimension (with --codes, each of these) with all below it.",
)


@click.command()
@click.option("--by", type=click.Choice(["interview", "speaker", "coder"]), help="A column for each of them.")
@click.option("--presence", is_flag=True, help="With --by: 1 and 0 instead of numbers; empty where nobody looked.")
@click.option("--tidy", is_flag=True, help="With --by: a row for each code and interview, speaker or coder.")
@click.option("--words", is_flag=True, help="Count the words in the segments too, and their share of the text.")
@coding_filters
@_rows_option
@output_options
@pass_call
def freq(
    call: Call,
    /,
    *,
    by: str | None,
    presence: bool,
    tidy: bool,
    words: bool,
    rows: str,
    output: Output,
    **filters: Any,
) -> None:
    """Count how often each code is used.

    Segments, transcripts and characters for each code, and below the table what exactly was counted. Every number can
    be read: `qcode find` with the same options finds the passages that it counts (=CODE means the code by itself).

    Example: qcode freq --codes rationality --where "stakeholder = firm" --out frequencies.csv

    Example: qcode freq --by interview --presence --out matrix.csv
    """
    from qcode.services.frequencies import frequencies_by, with_words
    from qcode.services.tables import frequencies

    if (presence or tidy) and by is None:
        raise click.UsageError("--presence and --tidy need --by.")
    if words and by is not None:
        raise click.UsageError("--words counts over all interviews: leave out --by.")
    with call.study() as study:
        chosen = filters_of(study, filters)
        if by is not None:
            content = frequencies_by(study, by, filters=chosen, rows=_rows(rows), presence=presence, tidy=tidy)
        else:
            content = (with_words if words else frequencies)(study, filters=chosen, rows=_rows(rows))
        deliver(call, content, output)


def _rows(name: str) -> Rows:
    return "branches" if name == "branches" else "codes"


_TEST_OPTIONS = (
    click.option("--test", is_flag=True, help="Test each code, over cases: is it a pattern in this material?"),
    click.option(
        "--between", multiple=True, metavar="VALUE", help="Test these columns only; may be given several times."
    ),
    click.option(
        "--blocks",
        default="",
        metavar="ATTRIBUTE",
        help="Take transcripts of one value, such as one place, as one block when testing.",
    ),
    click.option(
        "--permutations", default=9_999, show_default=True, type=click.IntRange(1, 1_000_000),
        help="Random arrangements of a test; where there are no more than that in all, each is taken once.",
    ),
    click.option("--seed", default=20_100_401, show_default=True, help="Of the random arrangements of a test."),
)  # fmt: skip


def _test_options(command: _Command) -> _Command:
    for option in reversed(_TEST_OPTIONS):
        command = option(command)
    return command


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
    type=click.Choice(["none", "row", "column", "total", "completed"]),
    default="none",
    show_default=True,
    help="Percentages of segments instead of counts, and of what; completed: cases with the code of those completed.",
)
@click.option(
    "--show",
    type=click.Choice(["counts", "expected", "residual", "rate"]),
    default="counts",
    show_default=True,
    help="Expected segments, adjusted residuals, or segments per 10,000 words or Chinese characters.",
)
@_test_options
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
    show: str,
    rows: str,
    test: bool,
    between: tuple[str, ...],
    blocks: str,
    permutations: int,
    seed: int,
    output: Output,
    **filters: Any,
) -> None:
    """Count codes by an attribute of cases, transcripts or speakers.

    Each passage stands in the column of the case that it speaks of, of the transcript that it stands in, or of those
    who say it. By `coder` everybody's own work stands side by side.

    With --test each code is compared over cases, not segments: coded or not in completed text, by a permutation test
    over whole blocks of interviews and cases. The tests stand below the crosstab; a file (--out, --csv, --format) holds
    the tests alone.

    Example: qcode crosstab --columns mechanism --codes conflict --percent row

    Example: qcode crosstab --columns mechanism --test --blocks place
    """
    from qcode.services.inference import HowTested
    from qcode.services.tables import Asked
    from qcode.services.tables import crosstab as count_cells

    if not test and (between or blocks):
        raise click.UsageError("--between and --blocks say how to test: add --test.")
    if test and output.picture:
        raise click.UsageError("A test is no picture: leave out --picture or --test.")
    with call.study() as study:
        chosen = filters_of(study, filters)
        # Tests first: what cannot be tested is refused before anything is shown.
        how = HowTested(between, blocks, permutations, seed)
        tests = _tests(study, Asked(chosen, _rows(rows), columns), how, output) if test else []
        if not test or output.shown:
            content = count_cells(
                study, columns, filters=chosen, percent=percent, rows=_rows(rows), count=count, show=show
            )
            deliver(call, content, output)
        for content in tests:
            if output.shown:
                say()
            deliver(call, content, output)


def _tests(study: Study, asked: Asked, how: HowTested, output: Output) -> list[Table]:
    """The tests: two tables to be shown, or one to be written."""
    from qcode.services.inference import run_tests
    from qcode.services.inference_tables import effect_table, full_test_table, test_table

    compared = run_tests(study, asked, how)
    return [test_table(compared), effect_table(compared)] if output.shown else [full_test_table(compared)]
