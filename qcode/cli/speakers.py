"""Commands for speakers: who they are, which turns are theirs, and what is recorded of them."""

from __future__ import annotations

from pathlib import Path

import click

from qcode.cli.call import Call, pass_call
from qcode.cli.cases import say_report
from qcode.cli.options import encoding_option
from qcode.cli.show import say, table

__all__ = ["speakers"]


class _ListsUnlessTold(click.Group):
    """A group that takes a first word which is none of its commands for a transcript to list."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it, with `list` put in where it is left out."""
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            args = ["list", *args]
        return super().resolve_command(ctx, args)


@click.group(cls=_ListsUnlessTold)
def speakers() -> None:
    """List speakers, and correct who speaks where.

    `qcode speakers TRANSCRIPT` lists. What you correct changes counts and suggestions, and never the text.

    Example: qcode speakers 001
    """


@speakers.command("list")
@click.argument("transcript")
@pass_call
def list_(call: Call, transcript: str) -> None:
    """List the speakers of a transcript, with role and how much they say.

    Example: qcode speakers list 001
    """
    from qcode.services.listings import speaker_table

    with call.study() as study:
        table(speaker_table(study, study.source(transcript)))


@speakers.command("set")
@click.argument("transcript")
@click.argument("label")
@click.option("--role", metavar="ROLE", help="interviewer, participant, text or other.")
@click.option("--name", metavar="TEXT", help="Who it is, or a pseudonym; empty takes it away.")
@pass_call
def set_(call: Call, transcript: str, label: str, role: str | None, name: str | None) -> None:
    """Set the role or the name of a speaker.

    Example: qcode speakers set 001 R --role participant --name "the magistrate"
    """
    from qcode.services.speakers import set_speaker

    with call.study() as study:
        source = study.source(transcript)
        changed = set_speaker(study, source, label, role=role, name=name)
    say(f"{label} in {source.name}: " + ("changed." if changed else "as before."))


@speakers.command("turns")
@click.argument("transcript")
@pass_call
def turns(call: Call, transcript: str) -> None:
    """List the turns of a transcript with their numbers, speakers and times.

    Example: qcode speakers turns 001
    """
    from qcode.services.speakers import turn_table

    with call.study() as study:
        table(turn_table(study, study.source(transcript)))


@speakers.command("turn")
@click.argument("transcript")
@click.argument("number", type=click.IntRange(min=1))
@click.option("--role", metavar="ROLE", help="A role for this turn alone.")
@click.option("--label", metavar="LABEL", help="Who speaks; a new label is a new speaker.")
@click.option("--reset", is_flag=True, help="Leave the turn as the import found it.")
@pass_call
def turn(call: Call, transcript: str, number: int, role: str | None, label: str | None, reset: bool) -> None:
    """Correct who speaks in one turn, or the role of that turn.

    Example: qcode speakers turn 001 12 --label R
    """
    from qcode.services.speakers import correct_turn

    if reset == (role is not None or label is not None):
        raise click.UsageError("Give --role, --label or both; or --reset alone.")
    with call.study() as study:
        source = study.source(transcript)
        correct_turn(study, source, number, role=role, label=label)
    say(f"Turn {number} of {source.name} is " + ("as it was imported." if reset else "corrected."))


@speakers.command("similar")
@click.argument("transcripts", nargs=-1, metavar="[TRANSCRIPT]...")
@pass_call
def similar(call: Call, transcripts: tuple[str, ...]) -> None:
    """List labels that may be one person under two spellings.

    Nothing is merged: each pair is shown with what speaks against it.

    Example: qcode speakers similar 001
    """
    from qcode.services.speakers import similar_table

    with call.study() as study:
        sources = [study.source(name) for name in transcripts] or study.file.read.sources()
        listed = similar_table(study, sources)
        if listed.rows:
            table(listed)
        else:
            say("No labels look alike.")


@speakers.command("merge")
@click.argument("transcript")
@click.argument("label")
@click.argument("into")
@pass_call
def merge(call: Call, transcript: str, label: str, into: str) -> None:
    """Say that two labels of a transcript are one person.

    `qcode speakers part` takes it back.

    Example: qcode speakers merge 001 "Mr Li" "Li, director"
    """
    from qcode.services.speakers import merge_speakers

    with call.study() as study:
        number = merge_speakers(study, study.source(transcript), label, into)
    say(f"{number} turns of {label} are turns of {into} now.")


@speakers.command("part")
@click.argument("transcript")
@click.argument("label")
@pass_call
def part(call: Call, transcript: str, label: str) -> None:
    """Take a merge back: the label stands for a speaker of its own again.

    Example: qcode speakers part 001 "Mr Li"
    """
    from qcode.services.speakers import part_speaker

    with call.study() as study:
        parted = part_speaker(study, study.source(transcript), label)
    say(f"{label} is a speaker of its own again." if parted else f"{label} was not merged.")


@speakers.group("attributes")
def attributes() -> None:
    """What is recorded of the speakers: group, level, bureau, side.

    Example: qcode speakers attributes list
    """


@attributes.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@encoding_option
@pass_call
def import_attributes(call: Call, file: Path, encoding: str | None) -> None:
    """Import attributes of speakers from CSV or Excel (.xlsx).

    Columns: transcript (name or alias) and speaker (the label); role and name where they should change; every other
    column is an attribute. An empty cell takes an attribute away.

    Example: qcode speakers attributes import people.csv
    """
    from qcode.services.attributes import import_speaker_attributes

    with call.study() as study:
        report = import_speaker_attributes(study, file, encoding=encoding)
    say_report(report, "Speakers")


@attributes.command("list")
@pass_call
def list_attributes(call: Call) -> None:
    """List all speakers with roles, names and attributes.

    Example: qcode speakers attributes list
    """
    from qcode.services.attributes import speaker_attribute_table

    with call.study() as study:
        table(speaker_attribute_table(study))
