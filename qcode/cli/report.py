"""The command that writes reports: a page of tables, codebook and quotations, and what reporting guidelines ask."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from qcode.cli.call import Call, pass_call
from qcode.cli.filters import coding_filters, filters_of
from qcode.cli.options import force_option
from qcode.cli.outputs import command_of
from qcode.cli.show import say

__all__ = ["report"]


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--methods", is_flag=True, help="What COREQ and SRQR ask and the project knows, as Markdown.")
@click.option(
    "--by",
    multiple=True,
    metavar="NAME",
    help="Tabulate codes by this, as `qcode crosstab` does; may be repeated. Else: by mechanism, if cases have one.",
)
@click.option(
    "--cases-by",
    multiple=True,
    metavar="NAME[,NAME]",
    help="Count cases by one attribute or two; may be repeated. Else: mechanism, year, issue_area, province.",
)
@click.option(
    "--quotations",
    type=click.IntRange(min=0, max=1000),
    default=3,
    show_default=True,
    help="How many quotations of each code at most; 0 leaves all interview text out.",
)
@click.option("--title", default="", metavar="TEXT", help="The title; else that of the study.")
@coding_filters
@force_option
@pass_call
def report(
    call: Call,
    /,
    *,
    file: Path | None,
    methods: bool,
    by: tuple[str, ...],
    cases_by: tuple[str, ...],
    quotations: int,
    title: str,
    force: bool,
    **filters: Any,
) -> None:
    """Write a report: tables, codebook and quotations.

    It is one HTML file. Frequencies, crosstabs, counts of cases, framework matrix and claims, codebook and
    quotations, each with what it counts. The file needs no other file and no network; its tables can be sorted and
    searched in any browser.

    With --methods: the headings of COREQ and SRQR in Markdown, filled in as far as the project knows, and “not
    recorded” where it does not; to FILE, else to the output. A memo on the study whose title is that of an item, such
    as “COREQ 10”, fills it in.

    Example: qcode report report.html --by mechanism --cases-by year,issue_area
    """
    if methods:
        _methods(call, file, force=force)
        return
    if file is None:
        raise click.UsageError("Name the file to write: qcode report report.html.")
    from qcode.services.report import ReportAsked, write_report

    command, options = command_of(click.get_current_context())
    cases = tuple(_names(names) for names in cases_by)
    with call.study() as study:
        asked = ReportAsked(filters_of(study, filters), by, cases, quotations, title)
        call.will_write()
        size = write_report(study, file, asked, overwrite=force, command=command, options=options)
    say(f"Wrote {file} ({-(-size // 1024)} KB). It opens in any browser, and asks nothing of the network.")
    if quotations:
        say("It holds words of interviewees; --quotations 0 leaves them out.")


def _names(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    if len(names) not in (1, 2):
        raise click.BadParameter("A table has two sides: name one attribute, or two with a comma between.")
    return names


def _methods(call: Call, file: Path | None, *, force: bool) -> None:
    from qcode.services.methods_report import methods_markdown, write_methods

    with call.study() as study:
        if file is None:
            say(methods_markdown(study).rstrip("\n"))
            return
        call.will_write()
        write_methods(study, file, overwrite=force)
    say(f"Wrote {file}.")
