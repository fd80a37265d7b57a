"""Commands for cases, and for the links between cases and passages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from qcode.cli.call import Call, pass_call
from qcode.cli.options import csv_options, encoding_option, force_option, raw_option
from qcode.cli.show import deliver, fields, say, table

if TYPE_CHECKING:
    from qcode.services.cases import TableReport
    from qcode.services.coding import Context

__all__ = ["cases", "say_report"]

_PROBLEMS = 50  # so many are shown; the rest is counted


def say_report(report: TableReport, what: str) -> None:
    """What an import of a table did, in words."""
    say(f"{what}: {report.added} added, {report.changed} changed, {report.unchanged} unchanged ({report.encoding}).")
    if report.columns:
        types = ", ".join(f"{c.name}: {c.type}{' (set)' if c.given else ''}" for c in report.columns)
        say(f"Types of the columns: {types}. Set another one with --type COLUMN=TYPE.")
    for note in report.notes:
        say(note)
    if report.problems:
        say(f"Imported, but worth a look: {len(report.problems)}.")
        for problem in report.problems[:_PROBLEMS]:
            say(f"  {problem.placed}")
        if len(report.problems) > _PROBLEMS:
            say(f"  … and {len(report.problems) - _PROBLEMS} more.")


def _pairs(given: tuple[str, ...], shape: str) -> dict[str, str]:
    """Options that read NAME=VALUE, as they were given. Raises BadParameter for one that does not."""
    found: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise click.BadParameter(f"“{text}” should read {shape}.")
        found[name.strip()] = value.strip()
    return found


@click.group()
def cases() -> None:
    """The case table, and which passages speak of a case.

    A case is what the interviews speak of: a cooperation, a programme, a place in general.

    Example: qcode cases import cases.csv
    """


@cases.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--type",
    "types",
    multiple=True,
    metavar="COLUMN=TYPE",
    help="Type of a column: text, number, year, yes/no or date; else it is inferred. May be given several times.",
)
@encoding_option
@pass_call
def import_(call: Call, file: Path, types: tuple[str, ...], encoding: str | None) -> None:
    """Import the case table from CSV or Excel, or bring it up to date.

    Columns: key, name, kind, parties (role=name@code(year); role=name), stages (name:2009-2012=mechanism;
    name:2013-); every other column is an attribute, such as mechanism, mechanism_source, year, issue_area.
    The types of the columns are shown, and what looks wrong is listed with its row.

    Example: qcode cases import cases.csv --type year=text
    """
    from qcode.services.cases import import_cases

    given = _pairs(types, "COLUMN=TYPE")
    with call.study() as study:
        report = import_cases(study, file, encoding=encoding, types=given)
    say_report(report, "Cases")


@cases.command("import-links")
@click.argument("file", type=click.Path(path_type=Path))
@encoding_option
@pass_call
def import_links_(call: Call, file: Path, encoding: str | None) -> None:
    """Import links between cases and passages from CSV or Excel (.xlsx).

    Columns: case, transcript, then start and end, or start_quote and end_quote, or neither (the whole
    transcript); stage if wanted.

    Example: qcode cases import-links links.csv
    """
    from qcode.services.links import import_links

    with call.study() as study:
        report = import_links(study, file, encoding=encoding)
    say_report(report, "Links")


@cases.command("export")
@click.argument("file", type=click.Path(path_type=Path))
@force_option
@raw_option
@pass_call
def export_(call: Call, file: Path, *, force: bool, raw: bool) -> None:
    """Write the case table as CSV.

    `qcode cases import` reads the file again.

    Example: qcode cases export cases.csv
    """
    from qcode.services.case_files import export_cases

    with call.study() as study:
        call.will_write()
        number = export_cases(study, file, overwrite=force, raw=raw)
    say(f"Wrote {number} cases to {file}.")


@cases.command("export-links")
@click.argument("file", type=click.Path(path_type=Path))
@force_option
@raw_option
@pass_call
def export_links_(call: Call, file: Path, *, force: bool, raw: bool) -> None:
    """Write the links between cases and passages as CSV.

    `qcode cases import-links` reads the file again.

    Example: qcode cases export-links links.csv
    """
    from qcode.services.case_files import export_links

    with call.study() as study:
        call.will_write()
        number = export_links(study, file, overwrite=force, raw=raw)
    say(f"Wrote {number} links to {file}.")


@cases.command("count")
@click.option(
    "--by",
    multiple=True,
    required=True,
    metavar="ATTRIBUTE",
    help="mechanism, year, issue_area, province, cross_prefectural, cross_provincial, kind or any other attribute; "
    "give it twice to count two together.",
)
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    default=("dataset",),
    show_default=True,
    metavar="KIND",
    help="Cases of this kind; may be given several times.",
)
@csv_options
@pass_call
def count(call: Call, *, by: tuple[str, ...], kinds: tuple[str, ...], csv: str | None, force: bool, raw: bool) -> None:
    """Count cases by an attribute, or by two together.

    A case between two provinces counts in both and once in the total; the notes say how many do.

    Example: qcode cases count --by year --by issue_area
    """
    from qcode.services.case_counts import count_cases

    if len(by) > 2:
        raise click.BadParameter("A table has two sides: give --by once or twice.")
    with call.study() as study:
        deliver(call, count_cases(study, *by, kinds=kinds), csv, force=force, raw=raw)


@cases.command("list")
@pass_call
def list_(call: Call) -> None:
    """List the cases with their attributes and numbers of links.

    Example: qcode cases list
    """
    from qcode.services.listings import case_table

    with call.study() as study:
        listed = case_table(study)
        if listed.rows:
            table(listed)
        else:
            say("There are no cases yet. Import them with `qcode cases import FILE`.")


@cases.command("show")
@click.argument("key")
@pass_call
def show_(call: Call, key: str) -> None:
    """Show a case with its attributes, parties, stages and links.

    Example: qcode cases show park-x-jinpu
    """
    from qcode.services.listings import case_fields, link_table

    with call.study() as study:
        case = study.case(key)
        fields(case_fields(case))
        links = link_table(study, case)
        if links.rows:
            say()
            table(links)


@cases.command("add")
@click.argument("key")
@click.option("--name", default="", metavar="TEXT", help="The name; else the key.")
@click.option(
    "--kind", default="other", show_default=True, metavar="KIND", help="dataset, other, programme or general."
)
@click.option(
    "--set", "attributes", multiple=True, metavar="NAME=VALUE", help="An attribute; may be given several times."
)
@click.option("--parties", default="", metavar="TEXT", help="As in the table: role=name@code(year); role=name.")
@click.option("--stages", default="", metavar="TEXT", help="As in the table: name:2009-2012; name:2013-.")
@pass_call
def add(call: Call, key: str, *, name: str, kind: str, parties: str, stages: str, attributes: tuple[str, ...]) -> None:
    """Add a case by hand.

    Example: qcode cases add road-x --name "Talks on the road" --set year=2017
    """
    from qcode.services.cases import add_case

    given = _pairs(attributes, "NAME=VALUE")
    with call.study() as study:
        add_case(study, key, name=name, kind=kind, parties=parties, stages=stages, attributes=given)
    say(f"Added the case {key}.")


@cases.command("link")
@click.argument("key")
@click.argument("transcript")
@click.option("--start", type=click.IntRange(min=0), help="First character of the passage (0 is the first of all).")
@click.option("--end", type=click.IntRange(min=0), help="First character after the passage.")
@click.option("--from", "first", default="", metavar="WORDS", help="The first words of the passage.")
@click.option("--to", "last", default="", metavar="WORDS", help="The last words of the passage.")
@click.option("--stage", metavar="NAME", help="The stage of the case.")
@pass_call
def link(
    call: Call,
    key: str,
    transcript: str,
    start: int | None,
    end: int | None,
    first: str,
    last: str,
    stage: str | None,
) -> None:
    """Say that a passage, or a whole transcript, speaks of a case.

    Without a passage the whole transcript is meant.

    Example: qcode cases link park-x 001 --from "That was ours" --to "twice a year."
    """
    from qcode.services.case_values import stage_doubt
    from qcode.services.coding import link_case, text_of
    from qcode.services.passages import find_passage

    with call.study() as study:
        case, source = study.case(key), study.source(transcript)
        text = text_of(study, source)
        span = find_passage(text, start=start, end=end, first=first, last=last)
        uid = link_case(study, case, source, text, span, stage)
        place = f"characters {span.start}-{span.end} of {source.name}" if span else f"the whole of {source.name}"
        say(f"Linked {case.short_key} to {place}." if uid else "You have linked this already.")
        if doubt := stage_doubt(case, stage):
            say(doubt)


@cases.command("unlink")
@click.argument("link_id")
@pass_call
def unlink(call: Call, link_id: str) -> None:
    """Take one of your links away.

    `qcode cases show KEY` lists the links of a case with their ids.

    Example: qcode cases unlink 5f0c91d2
    """
    from qcode.services.coding import remove_link
    from qcode.services.listings import find_link

    with call.study() as study:
        remove_link(study, find_link(study, link_id).uid)
    say("The link is gone. `qcode undo` brings it back.")


@cases.command("context")
@click.argument("key", required=False, metavar="[KEY|none]")
@click.option("--stage", metavar="NAME", help="The stage of the case.")
@pass_call
def context(call: Call, key: str | None, stage: str | None) -> None:
    """Show or set the case that your new codings are given.

    It holds until you change it; `none` leaves new codings to the links again.

    Example: qcode cases context park-x --stage planning
    """
    from qcode.services.case_values import stage_doubt
    from qcode.services.coding import context as current
    from qcode.services.coding import set_context

    if stage is not None and key in (None, "none"):
        raise click.UsageError("A stage needs a case.")
    with call.study() as study:
        if key is None:
            say(_context_words(current(study)))
            return
        call.will_write()
        found = set_context(study, None if key == "none" else study.case(key), stage)
        say(_context_words(found))
        if found.case is not None and (doubt := stage_doubt(found.case, stage)):
            say(doubt)


def _context_words(found: Context) -> str:
    if found.case is None:
        return "New codings are given no case; links decide."
    return f"New codings are given the case {found.case.short_key}" + (
        f", stage {found.stage}." if found.stage else "."
    )
