"""Commands for speakers: who they are, which turns are theirs, and what is recorded of them."""

from __future__ import annotations

import click

from qcode.cli.attributes import attribute_commands
from qcode.cli.call import Call, pass_call
from qcode.cli.show import say, table
from qcode.core.text import as_argument

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


@speakers.command("remove")
@click.argument("transcript")
@click.argument("label")
@pass_call
def remove(call: Call, transcript: str, label: str) -> None:
    """Take away a speaker who has no turn.

    Such a one is left when a label was misspelt in `qcode speakers turn`.

    Example: qcode speakers remove 001 Secretery
    """
    from qcode.services.speakers import remove_speaker

    with call.study() as study:
        source = study.source(transcript)
        remove_speaker(study, source, label)
    say(f"{label} is no speaker of {source.name} any more.")


@speakers.command("turns")
@click.argument("transcript")
@pass_call
def turns(call: Call, transcript: str) -> None:
    """List the turns of a transcript with their numbers, speakers and times.

    Numbers stay as the import gave them; parts of turn 12 that were split off are 12.2, 12.3.

    Example: qcode speakers turns 001
    """
    from qcode.services.turns import turn_table

    with call.study() as study:
        table(turn_table(study, study.source(transcript)))


@speakers.command("turn")
@click.argument("transcript")
@click.argument("number")
@click.option("--role", metavar="ROLE", help="A role for this turn alone.")
@click.option("--label", metavar="LABEL", help="Who speaks; a new label is a new speaker.")
@click.option("--split", metavar="WORDS", help="A second turn begins at these words; --label and --role are its own.")
@click.option("--join", is_flag=True, help="The turn goes on from the one before it; of a part, take the split back.")
@click.option("--reset", is_flag=True, help="Leave the turn as the import found it.")
@pass_call
def turn(
    call: Call,
    transcript: str,
    number: str,
    role: str | None,
    label: str | None,
    split: str | None,
    join: bool,
    reset: bool,
) -> None:
    """Correct who speaks in one turn, split it, or join it to another.

    Where a label stands at the words of --split, it becomes the label of the second turn. The text, the codings and
    the numbers of all other turns stay as they are; `qcode speakers turns` lists them.

    Example: qcode speakers turn 001 12 --split "Interpreter: He means"
    """
    from qcode.services import turns as service

    ways = [split is not None, join, reset, split is None and (role is not None or label is not None)]
    if sum(ways) != 1 or ((join or reset) and (role is not None or label is not None)):
        raise click.UsageError(
            "Give --role, --label or both; or --split, perhaps with them; or --join or --reset alone."
        )
    with call.study() as study:
        source = study.source(transcript)
        if split is not None:
            part = service.split_turn(study, source, number, split, label=label, role=role)
            who = f"; there speaks {part.label}" if part.label else ""
            say(f"Turn {number} of {source.name} is split: the second part is turn {part.number}{who}.")
        elif join:
            say(_joined(source.name, number, service.join_turn(study, source, number)))
        elif reset:
            changed = service.reset_turn(study, source, number)
            say(f"Turn {number} of {source.name} " + ("is as it was imported." if changed else "was never corrected."))
        else:
            service.correct_turn(study, source, number, role=role, label=label)
            say(f"Turn {number} of {source.name} is corrected.")


def _joined(transcript: str, number: str, before: str) -> str:
    if "." in number:
        return f"Turn {number} of {transcript} is a part of turn {before} again."
    back = f"`qcode speakers turn --reset {as_argument(transcript)} {number}` takes it back"
    return f"Turn {number} of {transcript} is a part of turn {before} now; {back}."


@speakers.command("similar")
@click.argument("transcripts", nargs=-1, metavar="[TRANSCRIPT]...")
@click.option("--all", "across", is_flag=True, help="Compare labels of different transcripts with each other too.")
@pass_call
def similar(call: Call, transcripts: tuple[str, ...], across: bool) -> None:
    """List labels that may be one person under two spellings.

    Nothing is merged: each pair is shown with what speaks against it.

    Example: qcode speakers similar 001
    """
    from qcode.services.speakers import similar_across, similar_table

    with call.study() as study:
        sources = [study.source(name) for name in transcripts] or study.file.read.sources()
        listed = [similar_table(study, sources), *([similar_across(study, sources)] if across else [])]
    shown = [found for found in listed if found.rows]
    for number, found in enumerate(shown):
        if number:
            say()
        table(found)
    if not shown:
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
        done = merge_speakers(study, study.source(transcript), label, into)
    if not done.new:
        say(f"{label} was one with {done.label} already.")
        return
    number = "1 turn" if done.turns == 1 else f"{done.turns} turns"
    say(f"{label} and {done.label} are one person now: {number} changed hands. `qcode speakers part` takes it back.")


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


attribute_commands(
    speakers,
    "speakers",
    such_as="group, level, bureau, side",
    columns="transcript (name or alias) and speaker (the label); role and name where they should change",
    file="people.csv",
    listed="roles, names and attributes",
)
