"""Commands for transcripts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from qcode.cli.call import Call, pass_call
from qcode.cli.cases import say_report
from qcode.cli.options import encoding_option
from qcode.cli.show import Progress, say, table

if TYPE_CHECKING:
    from qcode.core.turns import Role
    from qcode.services.importing import ImportedFile, ImportReport

__all__ = ["import_", "transcripts"]


@click.command("import")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path))
@encoding_option
@click.option(
    "--speaker", "roles", multiple=True, metavar="LABEL=ROLE", help="Set a speaker's role, e.g. I=interviewer."
)
@click.option("--language", metavar="CODE", help="Language of the transcripts (zh, en, de); else it is guessed.")
@click.option("--kind", metavar="KIND", help="recorded, notes, memory, ...; else the file's header, else recorded.")
@pass_call
@click.pass_context
def import_(
    ctx: click.Context,
    call: Call,
    paths: tuple[Path, ...],
    encoding: str | None,
    roles: tuple[str, ...],
    language: str | None,
    kind: str | None,
) -> None:
    """Import transcripts: files, or folders of them.

    Text (.txt, .md), Word (.docx), subtitles (.vtt, .srt) and Whisper's JSON are read. All good files are
    imported together; a bad one is refused alone, and then the exit code is 1.
    Kinds are recorded, notes, memory, observation and document.

    Example: qcode import interviews/ --speaker I=interviewer
    """
    from qcode.services.importing import import_transcripts

    chosen = _roles(roles)
    with call.study() as study:
        with Progress("reading") as tick:
            report = import_transcripts(
                study, paths, encoding=encoding, roles=chosen, language=language, kind=kind, tick=tick
            )
        _show_report(report)
    if report.count("refused"):
        ctx.exit(1)


def _roles(given: tuple[str, ...]) -> dict[str, Role]:
    from qcode.core.turns import ROLES

    roles: dict[str, Role] = {}
    for text in given:
        label, _, role = text.rpartition("=")
        if not label.strip() or role.strip() not in ROLES:
            raise click.BadParameter(f"“{text}” should read LABEL=ROLE; roles are {', '.join(ROLES)}.")
        roles[label.strip()] = cast("Role", role.strip())
    return roles


def _show_report(report: ImportReport) -> None:
    """Show what became of every file."""
    from qcode.services.tables import Table

    rows = tuple(
        (
            file.name or file.shown, file.status, file.encoding, file.language,
            file.characters or None, file.turns or None, _labels(file),
        )
        for file in report.files
    )  # fmt: skip
    if rows:
        header = ("transcript", "", "encoding", "language", "characters", "turns", "speakers")
        table(Table("Import", header, rows, ()), title=False)
        say()
    for file in report.files:
        for sentence in filter(None, (file.reason, *(file.warnings if file.status == "imported" else ()))):
            say(f"{file.shown}: {sentence}")
    counts = [(report.count("imported"), "imported"), (report.count("already here"), "already here")]
    counts.append((report.count("refused"), "refused"))
    if report.count("passed over"):
        counts.append((report.count("passed over"), "passed over"))
    say(", ".join(f"{number} {what}" for number, what in counts) + ".")


def _labels(file: ImportedFile) -> str:
    return ", ".join(f"{label.label} x {label.turns} {label.role}" for label in file.labels)


@click.group(invoke_without_command=True)
@click.pass_context
def transcripts(ctx: click.Context) -> None:
    """List transcripts, and record their attributes.

    Without a command, the transcripts are listed.

    Example: qcode transcripts
    """
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_)


@transcripts.command("list")
@pass_call
def list_(call: Call) -> None:
    """List the transcripts.

    With their length, turns and speakers, how much each coder coded, who completed how many dimensions, and
    which texts look as if they were read or saved wrongly.

    Example: qcode transcripts list
    """
    from qcode.services.listings import transcript_table

    with call.study() as study:
        listed = transcript_table(study)
        if listed.rows:
            table(listed)
        else:
            say("There are no transcripts yet. Import some with `qcode import PATH`.")


@transcripts.group("attributes")
def attributes() -> None:
    """What is recorded of the transcripts: place, date, other names.

    Example: qcode transcripts attributes list
    """


@attributes.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@encoding_option
@pass_call
def import_attributes(call: Call, file: Path, encoding: str | None) -> None:
    """Import attributes of transcripts from CSV or Excel (.xlsx).

    Columns: transcript (name or alias); aliases (separated by ;), kind and language where they should change; every
    other column is an attribute. An empty cell takes an attribute away.

    Example: qcode transcripts attributes import places.csv
    """
    from qcode.services.attributes import import_transcript_attributes

    with call.study() as study:
        report = import_transcript_attributes(study, file, encoding=encoding)
    say_report(report, "Transcripts")


@attributes.command("list")
@pass_call
def list_attributes(call: Call) -> None:
    """List the transcripts with other names and attributes.

    Example: qcode transcripts attributes list
    """
    from qcode.services.attributes import attribute_table

    with call.study() as study:
        table(attribute_table(study))
