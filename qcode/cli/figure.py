"""Commands that draw figures as files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from qcode.cli.call import Call, pass_call
from qcode.cli.filters import coding_filters, filters_of
from qcode.cli.options import force_option
from qcode.cli.outputs import origin_of
from qcode.cli.show import say

if TYPE_CHECKING:
    from qcode.services.figures import Figure
    from qcode.services.tables import Rows

__all__ = ["figure"]

_Command = TypeVar("_Command", bound=Callable[..., object])

_names_option = click.option("--names", is_flag=True, help="The names of codes instead of their ids.")
_rows_option = click.option(
    "--rows",
    type=click.Choice(["codes", "branches"]),
    default="codes",
    show_default=True,
    help="Each code by itself, or each dimension (with --codes, each of these) with all below it.",
)
_kind_option = click.option(
    "--case-kind",
    "case_kinds",
    multiple=True,
    default=("dataset",),
    show_default=True,
    metavar="KIND",
    help="Cases of this kind; may be given several times.",
)


def _file_options(command: _Command) -> _Command:
    out = click.option(
        "--out", required=True, type=click.Path(path_type=Path), metavar="FILE", help="The file, in .svg or .png."
    )
    return out(force_option(command))


def _write(call: Call, drawn: Figure, out: Path, *, force: bool) -> None:
    from qcode.services.figures import export_figure
    from qcode.services.table_files import beside_of

    call.will_write()
    told = export_figure(drawn, out, origin_of(call), overwrite=force)
    say(f"Wrote {out}, and what it counts to {beside_of(out)}.")
    for sentence in told:
        say(sentence)


@click.group()
def figure() -> None:
    """Draw figures as SVG or PNG.

    What each counts is written beside it. They are drawn by matplotlib: pip install "qcode-tui[figures]".
    Colours are told apart without red and green. For a picture on the terminal give --picture to the command
    that counts.

    Example: qcode figure heatmap --columns mechanism --out mechanism.svg
    """


@figure.command("bars")
@coding_filters
@_rows_option
@_names_option
@_file_options
@pass_call
def bars(call: Call, /, *, rows: Rows, names: bool, out: Path, force: bool, **filters: Any) -> None:
    """Draw how often each code is used, as bars.

    Segments, as `qcode freq` counts them with the same options.

    Example: qcode figure bars --codes rationality --names --out rationality.svg
    """
    from qcode.services.figures import bars as draw
    from qcode.services.tables import frequencies

    with call.study() as study:
        table = frequencies(study, filters=filters_of(study, filters), rows=rows)
        _write(call, draw(table, names=names), out, force=force)


@figure.command("heatmap")
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
@_names_option
@_file_options
@pass_call
def heatmap(
    call: Call,
    /,
    *,
    columns: str,
    count: str,
    percent: str,
    rows: Rows,
    names: bool,
    out: Path,
    force: bool,
    **filters: Any,
) -> None:
    """Draw codes by an attribute as a heat map with its numbers.

    The attribute is one of cases, transcripts or speakers. It shows what `qcode crosstab` counts with the same options.

    Example: qcode figure heatmap --columns mechanism --codes conflict --percent row --out conflict.png
    """
    from qcode.services.figures import heat_map
    from qcode.services.tables import crosstab

    with call.study() as study:
        table = crosstab(
            study, columns, filters=filters_of(study, filters), percent=percent, rows=rows, count=count
        )  # fmt: skip
        _write(call, heat_map(table, names=names), out, force=force)


@figure.command("codeline")
@click.argument("name", metavar="TRANSCRIPT")
@coding_filters
@_names_option
@_file_options
@pass_call
def codeline(call: Call, /, *, name: str, names: bool, out: Path, force: bool, **filters: Any) -> None:
    """Draw where in a transcript each code stands.

    One line for each code that is used there, from the first character of the transcript to the last; colours are
    dimensions.

    Example: qcode figure codeline 001 --out 001.svg
    """
    from qcode.services.figures import codeline as draw

    with call.study() as study:
        _write(call, draw(study, study.source(name), filters_of(study, filters), names=names), out, force=force)


@figure.command("cases")
@click.option(
    "--by",
    multiple=True,
    required=True,
    metavar="ATTRIBUTE",
    help="As in `qcode cases count`; a second one divides the columns.",
)
@_kind_option
@_file_options
@pass_call
def cases(call: Call, *, by: tuple[str, ...], case_kinds: tuple[str, ...], out: Path, force: bool) -> None:
    """Draw how many cases there are of each value of an attribute.

    Such as mechanism, province or issue_area; two attributes give stacked columns.

    Example: qcode figure cases --by province --by mechanism --out provinces.svg
    """
    if len(by) > 2:
        raise click.BadParameter("A figure has two sides: give --by once or twice.")
    _cases(call, by, case_kinds, out, force=force)


@figure.command("cases-by-year")
@click.option("--split", metavar="ATTRIBUTE", help="Divide each column, such as by mechanism or issue_area.")
@_kind_option
@_file_options
@pass_call
def cases_by_year(call: Call, *, split: str | None, case_kinds: tuple[str, ...], out: Path, force: bool) -> None:
    """Draw how many cases there are of each year.

    Years without any stand there empty.

    Example: qcode figure cases-by-year --split issue_area --out years.svg
    """
    _cases(call, ("year", split) if split else ("year",), case_kinds, out, force=force)


def _cases(call: Call, by: tuple[str, ...], kinds: tuple[str, ...], out: Path, *, force: bool) -> None:
    from qcode.services.case_counts import count_cases
    from qcode.services.figures import columns

    with call.study() as study:
        _write(call, columns(count_cases(study, *by, kinds=kinds)), out, force=force)
