"""Commands for transcripts."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from qcode.cli.attributes import attribute_commands
from qcode.cli.call import Call, pass_call
from qcode.cli.options import encoding_option
from qcode.cli.show import Progress, say, table
from qcode.core.text import as_argument

if TYPE_CHECKING:
    from qcode.core.turns import Role
    from qcode.services.importing import ImportedFile, ImportReport, Status

__all__ = ["import_", "transcripts"]


class _NamedPath(click.Path):
    """A path that has a name: an empty one would mean this folder."""

    def convert(
        self, value: str | os.PathLike[str], param: click.Parameter | None, ctx: click.Context | None
    ) -> str | bytes | os.PathLike[str]:
        if not os.fspath(value).strip():
            raise click.UsageError("A name is empty: give a file or a folder; this folder is “.”.", ctx)
        return super().convert(value, param, ctx)


@click.command("import")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=_NamedPath(path_type=Path))
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
    from qcode.services.table import Table

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
    for folder in report.empty:
        say(f"There is no transcript in {folder}.")
    for file in report.files:
        reason = f"it was not imported. {file.reason}" if file.status == "refused" else file.reason
        for sentence in filter(None, (reason, *(file.warnings if file.status == "imported" else ()))):
            say(f"{file.shown}: {sentence}")
    counts = [(report.count("imported"), "imported"), (report.count("already here"), "already here")]
    counts.append((report.count("refused"), "refused"))
    more: tuple[Status, ...] = ("brought back", "passed over")
    counts += [(report.count(status), status) for status in more if report.count(status)]
    say(", ".join(f"{number} {what}" for number, what in counts) + ".")


def _labels(file: ImportedFile) -> str:
    return ", ".join(f"{label.label} x {label.turns} {label.role}" for label in file.labels)


@click.group(invoke_without_command=True)
@click.pass_context
def transcripts(ctx: click.Context) -> None:
    """List, remove and restore transcripts, and record attributes.

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


@transcripts.command("remove")
@click.argument("transcript")
@click.option("--yes", is_flag=True, help="Remove it even though codings, links or marks of progress hang on it.")
@pass_call
def remove(call: Call, transcript: str, yes: bool) -> None:
    """Take a transcript out of the study.

    What hangs on it goes out of sight with it, and comes back with it: by `qcode transcripts restore`, or when the
    same text is imported again. The text stays in the project file: this does not erase what somebody said.

    Example: qcode transcripts remove 009 --yes
    """
    from qcode.services.transcripts import hanging_on, remove_transcript

    with call.study() as study:
        source = study.source(transcript)
        hanging = hanging_on(study, source)
        remove_transcript(study, source, certain=yes)
    with_it = f", and with it {hanging.words}" if hanging.words else ""
    say(f"{source.name} is out of the study{with_it}.")
    say(
        f"`qcode transcripts restore {as_argument(source.name)}` brings it back, "
        "and so does importing the same text again."
    )
    say("The text stays in the project file; a command that erases it does not exist yet.")


@transcripts.command("restore")
@click.argument("transcript", required=False)
@pass_call
def restore(call: Call, transcript: str | None) -> None:
    """Bring a removed transcript back, with all that hangs on it.

    Without a name, the removed transcripts are listed.

    Example: qcode transcripts restore 009
    """
    from qcode.services.transcripts import removed_table, restore_transcript

    with call.study() as study:
        if transcript is None:
            listed = removed_table(study)
            if listed.rows:
                table(listed)
            else:
                say("No transcript was removed.")
            return
        back = restore_transcript(study, transcript)
    say(f"{back.name} is back in the study" + (f", with {back.words}." if back.words else "."))


attribute_commands(
    transcripts,
    "transcripts",
    such_as="place, date, other names",
    columns="transcript (name or alias); aliases (separated by ;), which are added, kind and language where they"
    " should change",
    file="places.csv",
    listed="other names and attributes",
    options=(
        click.Option(["--replace-aliases"], is_flag=True, help="Aliases of the table take the place of those before."),
    ),
)
