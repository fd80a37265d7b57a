"""Commands for the codebook."""

from __future__ import annotations

from pathlib import Path

import click

from qcode.cli.call import Call, pass_call
from qcode.cli.options import force_option
from qcode.cli.show import fields, say, table

__all__ = ["codebook"]


@click.group()
def codebook() -> None:
    """Import, show and export the codebook.

    A codebook is a TOML file: edit it in any editor and import it again to bring the study up to date.

    Example: qcode codebook import cooperation
    """


@codebook.command("import")
@click.argument("name", metavar="FILE|NAME")
@pass_call
def import_(call: Call, name: str) -> None:
    """Import a codebook, or bring the study's codebook up to date.

    NAME is one of those that `qcode codebook list` shows. Codes that the file lacks stay in the study.

    Example: qcode codebook import my-codebook.toml
    """
    from qcode.services.codebooks import import_codebook
    from qcode.services.samples import find_codebook

    with call.study() as study:
        report = import_codebook(study, find_codebook(name))
    for fault in report.warnings:
        say(f"line {fault.line}: {fault.what}" if fault.line else fault.what)
    say(
        f"{report.title}, version {report.version}: {len(report.added)} added, {len(report.changed)} changed,"
        f" {report.unchanged} unchanged."
    )
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
@pass_call
def export(call: Call, file: Path, force: bool) -> None:
    """Write the study's codebook as a TOML file.

    The file can be edited and imported again.

    Example: qcode codebook export codebook.toml
    """
    from qcode.services.codebooks import export_codebook

    with call.study() as study:
        call.will_write()
        count = export_codebook(study, file, overwrite=force)
    say(f"Wrote {count} codes to {file}.")


@codebook.command("list")
def list_() -> None:
    """List the codebooks that come with qcode.

    Example: qcode codebook list
    """
    from qcode.services.samples import codebooks

    for name in codebooks():
        say(name)
