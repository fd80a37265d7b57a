"""Commands for cases: the case table in and out, and single cases."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from qcode.cli import links
from qcode.cli.call import Call, pass_call
from qcode.cli.options import encoding_option, force_option, raw_option
from qcode.cli.outputs import Output, deliver, output_options
from qcode.cli.reports import say_report
from qcode.cli.show import fields, say, table

if TYPE_CHECKING:
    from qcode.services.case_edits import CaseEdit

__all__ = ["add", "cases", "remove", "set_"]


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
    Issue-Area is read as issue_area. The types of the columns are shown, and what looks wrong is listed with
    its row; a few odd cells that make a column text are named.

    Example: qcode cases import cases.csv --type year=number
    """
    from qcode.services.cases import import_cases

    given = _pairs(types, "COLUMN=TYPE")
    with call.study() as study:
        report = import_cases(study, file, encoding=encoding, types=given)
    say_report(report, "Cases")


@cases.command("export")
@click.argument("file", type=click.Path(path_type=Path))
@force_option
@raw_option
@pass_call
def export_(call: Call, file: Path, *, force: bool, raw: bool) -> None:
    """Write the case table, as CSV or Excel.

    A name in .xlsx gives a workbook, any other CSV. `qcode cases import` reads the file again.

    Example: qcode cases export cases.csv
    """
    from qcode.services.case_files import export_cases

    with call.study() as study:
        call.will_write()
        number = export_cases(study, file, overwrite=force, raw=raw)
    say(f"Wrote {'1 case' if number == 1 else f'{number} cases'} to {file}.")


_kind_option = click.option(
    "--kind",
    "kinds",
    multiple=True,
    default=("dataset",),
    show_default=True,
    metavar="KIND",
    help="Cases of this kind; may be given several times.",
)


@cases.command("count")
@click.option(
    "--by",
    multiple=True,
    required=True,
    metavar="ATTRIBUTE",
    help="mechanism, year, issue_area, province, cross_prefectural, cross_provincial, kind or any other attribute; "
    "give it two or three times to count these together.",
)
@_kind_option
@output_options
@pass_call
def count(call: Call, *, by: tuple[str, ...], kinds: tuple[str, ...], output: Output) -> None:
    """Count cases by an attribute, or by two or three together.

    A case between two provinces counts in both and once in the total; the notes say how many do. What means
    the same by the type of the column counts as one: yes and 是, 5 and 5.0.

    Example: qcode cases count --by year --by issue_area

    Example: qcode cases count --by cross_prefectural --by mechanism --by issue_area
    """
    from qcode.services.case_counts import count_cases

    if len(by) > 3:
        raise click.BadParameter("Give --by once, twice or three times.")
    with call.study() as study:
        deliver(call, count_cases(study, *by, kinds=kinds), output)


@cases.command("pairs")
@_kind_option
@output_options
@pass_call
def pairs(call: Call, *, kinds: tuple[str, ...], output: Output) -> None:
    """List which parties share cases: the edges of a network.

    Example: qcode cases pairs --out edges.csv
    """
    from qcode.services.case_material import party_pairs

    with call.study() as study:
        deliver(call, party_pairs(study, kinds=kinds), output)


@cases.command("words")
@click.option(
    "--speakers",
    type=click.Choice(["participants", "interviewers", "all"]),
    default="participants",
    show_default=True,
    help="Whose words count.",
)
@_kind_option
@output_options
@pass_call
def words(call: Call, *, speakers: str, kinds: tuple[str, ...], output: Output) -> None:
    """Count how many interviews and words speak of each case.

    Example: qcode cases words --out words.csv
    """
    from qcode.services.case_material import case_words
    from qcode.services.filters import Filters

    with call.study() as study:
        deliver(call, case_words(study, filters=Filters.parse(study, speakers=speakers), kinds=kinds), output)


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
def add(call: Call, *, key: str, name: str, kind: str, parties: str, stages: str, attributes: tuple[str, ...]) -> None:
    """Add a case by hand.

    It is checked as a row of the case table is.

    Example: qcode cases add road-x --name "Talks on the road" --set year=2017
    """
    from qcode.services.case_edits import add_case

    given = _pairs(attributes, "NAME=VALUE")
    with call.study() as study:
        edit = add_case(study, key, name=name, kind=kind, parties=parties, stages=stages, attributes=given)
    say(f"Added the case {key}.")
    _say_edit(edit)


@cases.command("set")
@click.argument("key")
@click.argument("values", nargs=-1, required=True, metavar="NAME=VALUE...")
@pass_call
def set_(call: Call, *, key: str, values: tuple[str, ...]) -> None:
    """Change a case: attributes, name, kind, parties or stages.

    They are written as in the case table, and checked as a row of it. Nothing after the = takes an attribute away.

    Example: qcode cases set park-x-jinpu mechanism=arranged "stages=talks:2009-2012; park:2013-"
    """
    from qcode.services.case_edits import set_values

    given = _pairs(values, "NAME=VALUE")
    with call.study() as study:
        case = study.case(key)
        edit = set_values(study, case.uid, given)
        say(f"Changed the case {case.short_key}." if edit.changed else f"The case {case.short_key} is so already.")
    _say_edit(edit)


def _say_edit(edit: CaseEdit) -> None:
    for note in edit.notes:
        say(note)
    if edit.doubts:
        say("Stored, but worth a look:")
        for doubt in edit.doubts:
            say(f"  {doubt}")


@cases.command("remove")
@click.argument("key")
@click.option("--yes", is_flag=True, help="Also if links or codings hang on it.")
@pass_call
def remove(call: Call, *, key: str, yes: bool) -> None:
    """Take a case out of the study.

    Where links or codings hang on it, this is told and needs --yes. They are not deleted: they wait, and come back
    when a case with the same key is added or imported again.

    Example: qcode cases remove road-x
    """
    from qcode.services.case_edits import remove_case

    with call.study() as study:
        case = study.case(key)
        hanging = remove_case(study, case.uid, anyway=yes)
        waits = (
            f" {hanging.words} That waits, and comes back when {case.short_key} is added again."
            if hanging.words
            else ""
        )
        say(f"Removed the case {case.short_key}.{waits}")


for _command in links.COMMANDS:
    cases.add_command(_command)
