"""Commands for the codebook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from qcode.cli import codebook_changes, codebook_edits
from qcode.cli.call import Call, pass_call
from qcode.cli.options import force_option
from qcode.cli.show import fields, say, table
from qcode.cli.suggest import test_indicators
from qcode.errors import InputError

if TYPE_CHECKING:
    from qcode.core.codebook_merge import Side
    from qcode.services.codebooks import CodebookReport

__all__ = ["codebook"]


@click.group()
def codebook() -> None:
    """Check, import, compare and release the codebook.

    Change it code by code with the commands below, or as a file (TOML, CSV or XLSX) that you edit and import
    again. Who imported it first owns it and alone changes it; others propose.

    Example: qcode codebook import cooperation
    """


@codebook.command("import")
@click.argument("name", metavar="FILE|NAME")
@click.option(
    "--take", type=click.Choice(["file", "study"]), help="Whose value stands where file and study changed a field."
)
@pass_call
def import_(call: Call, name: str, take: Side | None) -> None:
    """Import a codebook, or bring the study's codebook up to date.

    The file is TOML, CSV or XLSX; NAME is one of those that `qcode codebook list` shows. What was changed
    in the study since the file was imported or exported is kept, unless the file changed it as well: then
    say whose change stands with --take. Codes that the file lacks stay in the study. Only the codebook's
    owner can change it; see `qcode codebook propose`.

    Example: qcode codebook import my-codebook.toml
    """
    from qcode.services.codebooks import import_codebook
    from qcode.services.samples import find_codebook

    with call.study() as study:
        report = import_codebook(study, find_codebook(name), take=take)
    _say_import(report)


def _say_import(report: CodebookReport) -> None:
    for fault in report.warnings:
        say(fault.placed)
    say(
        f"{report.title}, version {report.version}: {len(report.added)} added, {len(report.changed)} changed,"
        f" {report.unchanged} unchanged."
    )
    for code, changed in report.fields.items():
        say(f"  {code or 'the codebook'}: {', '.join(name.replace('_', ' ') for name in changed)}")
    if report.reordered:
        say("The codes stand in another order now.")
    for words in report.kept:
        say(f"kept: {words}")
    if report.missing:
        say(f"Not in the file, and kept in the study: {', '.join(report.missing)}.")


@codebook.command("show")
@click.argument("code", required=False)
@pass_call
def show_(call: Call, code: str | None) -> None:
    """Show the codebook as a tree, or all that it says of one code.

    A code is named by its id, by its name in any language, or by an alias.

    Example: qcode codebook show trust
    """
    from qcode.services.listings import code_fields, codebook_table

    with call.study() as study:
        if code is not None:
            fields(code_fields(study, code))
            return
        listed = codebook_table(study)
        if listed.rows:
            table(listed)
        else:
            say("The study has no codebook yet. Import one with `qcode codebook import FILE`.")


@codebook.command("export")
@click.argument("file", type=click.Path(path_type=Path))
@force_option
@click.option("--release", metavar="NAME", help="The codebook as it was released under this name.")
@pass_call
def export(call: Call, file: Path, force: bool, release: str | None) -> None:
    """Write the study's codebook as a file.

    The ending of its name says the form: .toml, .csv, .xlsx or .md. TOML, CSV and XLSX can be edited and
    imported again; Markdown is for reading.

    Example: qcode codebook export codebook.xlsx
    """
    from qcode.services.codebooks import export_codebook

    with call.study() as study:
        call.will_write()
        count = export_codebook(study, file, overwrite=force, release=release)
    say(f"Wrote {count} codes to {file}.")


@codebook.command("list")
def list_() -> None:
    """List the codebooks that come with qcode.

    Example: qcode codebook list
    """
    from qcode.services.samples import codebooks

    for name in codebooks():
        say(name)


@codebook.command("check")
@click.argument("file", metavar="FILE|NAME")
def check_(file: str) -> int:
    """Check a codebook file: every fault with its line.

    No project is needed. The exit code is 3 if there are faults. Warnings ask for a second look.

    Example: qcode codebook check my-codebook.toml
    """
    from qcode.services.codebooks import check_file
    from qcode.services.samples import find_codebook

    report = check_file(find_codebook(file))
    for fault in report.faults:
        say(f"{report.file}, {fault.placed}")
    for fault in report.warnings:
        say(f"{report.file}, {fault.placed} (warning)")
    if report.faults:
        say(f"{len(report.faults)} to mend.")
        return InputError.exit_code
    say(
        f"{report.file} can be imported: {report.codes} codes, {report.dimensions} of them dimensions,"
        f" version {report.version}."
    )
    return 0


for _command in (*codebook_edits.COMMANDS, *codebook_changes.COMMANDS, test_indicators):
    codebook.add_command(_command)
