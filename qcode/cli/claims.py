"""Commands for claims."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from qcode.cli.call import Call, pass_call
from qcode.cli.filters import coding_filters, filters_of
from qcode.cli.outputs import Output, deliver, output_options
from qcode.cli.show import say, table

if TYPE_CHECKING:
    from qcode.core.spans import Span
    from qcode.services.claims import Side
    from qcode.services.study import SourceRow, Study

__all__ = ["claim"]

_Command = TypeVar("_Command", bound=Callable[..., object])

_codes_option = click.option(
    "--codes", multiple=True, metavar="CODE", help="Where it would have been coded; may be given several times."
)


def _passage(command: _Command) -> _Command:
    """Options that name a passage."""
    for option in (
        click.option("--coding", metavar="ID", help="The passage of this coding; then leave out the transcript."),
        click.option("--to", "last", default="", metavar="WORDS", help="The last words of the passage."),
        click.option("--from", "first", default="", metavar="WORDS", help="The first words of the passage."),
        click.option("--end", type=click.IntRange(min=0), help="First character after the passage."),
        click.option("--start", type=click.IntRange(min=0), help="First character of the passage (0 is the first)."),
        click.option("--quote", default="", metavar="WORDS", help="The passage; it must stand there exactly once."),
        click.argument("transcript", required=False),
        click.argument("claim_id", metavar="CLAIM"),
    ):
        command = option(command)
    return command


def _place(study: Study, transcript: str | None, coding: str | None, named: dict[str, Any]) -> tuple[SourceRow, Span]:
    """The passage that the options name. Raises RequestError if they name none."""
    from qcode.core.spans import Span
    from qcode.errors import RequestError
    from qcode.services.coding import text_of
    from qcode.services.listings import find_coding
    from qcode.services.passages import find_passage

    if coding is not None:
        if transcript is not None or any(value not in ("", None) for value in named.values()):
            raise RequestError("--coding names the passage already.", fix="Leave out the transcript and the words.")
        row = find_coding(study, coding)
        source = next(source for source in study.file.read.sources() if source.key == row.source)
        return source, Span(row.start, row.end)
    if transcript is None:
        raise RequestError("A passage needs its transcript.", fix="Name it behind the claim, or give --coding.")
    source = study.source(transcript)
    span = find_passage(text_of(study, source), **named)
    if span is None:
        raise RequestError("There is no passage.", fix="Give --quote, --from and --to, or --start and --end.")
    return source, span


@click.group()
def claim() -> None:
    """Write claims, with what speaks for and against each.

    A claim leads to its passages, and to the interviews that could have said it and did not.

    Example: qcode claim show 5f0c91d2
    """


@claim.command("add")
@click.argument("title", metavar="CLAIM")
@click.option("--text", default="", metavar="WORDS", help="What else there is to say.")
@_codes_option
@pass_call
def add(call: Call, *, title: str, text: str, codes: tuple[str, ...]) -> None:
    """Write down a claim.

    The codes say where an interview would have been coded that speaks of it: without them, all codes.

    Example: qcode claim add "Poor counties cannot pay their share." --codes fiscal-capacity
    """
    from qcode.services.claims import add_claim
    from qcode.services.listings import short_ids

    with call.study() as study:
        uid = add_claim(study, title, text=text, codes=[study.codes().find(name) for name in codes])
        known = [row.uid for row in study.file.notes.claims(coders=study.visible_coders())]
        say(f"Wrote the claim {short_ids(known)[uid]}.")


@claim.command("edit")
@click.argument("claim_id", metavar="CLAIM")
@click.option("--title", metavar="WORDS", help="The claim in other words.")
@click.option("--text", metavar="WORDS", help="What else there is to say.")
@_codes_option
@pass_call
def edit(call: Call, *, claim_id: str, title: str | None, text: str | None, codes: tuple[str, ...]) -> None:
    """Change the words or the codes of one of your claims.

    Example: qcode claim edit 5f0c91d2 --codes fiscal-capacity --codes power-asymmetry
    """
    from qcode.services.claims import change_claim, find_claim

    with call.study() as study:
        uid = find_claim(study, claim_id).row.uid
        rows = [study.codes().find(name) for name in codes]
        changed = change_claim(study, uid, title=title, text=text, codes=rows or None)
    say("The claim is changed. `qcode undo` brings the old one back." if changed else "Nothing is different.")


def _put(call: Call, side: Side, claim_id: str, transcript: str | None, coding: str | None, named: Any) -> None:
    from qcode.services.claims import add_passage, find_claim

    with call.study() as study:
        uid = find_claim(study, claim_id).row.uid
        source, span = _place(study, transcript, coding, named)
        new = add_passage(study, uid, side, source, span)
        verb = "supports the claim" if side == "supporting" else "speaks against the claim"
        where = f"Characters {span.start}-{span.end} of {source.name}"
        say(f"{where}: this passage {verb}." if new else f"{where}: this passage stands there already.")


@claim.command("support")
@_passage
@pass_call
def support(call: Call, /, *, claim_id: str, transcript: str | None, coding: str | None, **named: Any) -> None:
    """Add a passage that supports one of your claims.

    Example: qcode claim support 5f0c91d2 001 --quote "We had to put up the rest"
    """
    _put(call, "supporting", claim_id, transcript, coding, named)


@claim.command("contrary")
@_passage
@pass_call
def contrary(call: Call, /, *, claim_id: str, transcript: str | None, coding: str | None, **named: Any) -> None:
    """Add a passage that speaks against one of your claims.

    Example: qcode claim contrary 5f0c91d2 --coding 77ab03e1
    """
    _put(call, "contrary", claim_id, transcript, coding, named)


@claim.command("drop")
@_passage
@pass_call
def drop(call: Call, /, *, claim_id: str, transcript: str | None, coding: str | None, **named: Any) -> None:
    """Take a passage away from one of your claims.

    Example: qcode claim drop 5f0c91d2 001 --start 1200 --end 1260
    """
    from qcode.services.claims import drop_passage, find_claim

    with call.study() as study:
        uid = find_claim(study, claim_id).row.uid
        source, span = _place(study, transcript, coding, named)
        drop_passage(study, uid, source, span)
    say("The passage is gone from the claim. `qcode undo` brings it back.")


@claim.command("list")
@output_options
@pass_call
def list_(call: Call, *, output: Output) -> None:
    """List the claims, with how many passages each has.

    Example: qcode claim list
    """
    from qcode.services.claim_tables import claim_table
    from qcode.services.claims import claims

    with call.study() as study:
        found = claims(study)
        if found or not output.shown:
            deliver(call, claim_table(study, found), output)
        else:
            say("There are no claims yet. `qcode claim add` writes one.")


@claim.command("show")
@click.argument("claim_id", metavar="CLAIM")
@coding_filters
@output_options
@pass_call
def show(call: Call, /, *, claim_id: str, output: Output, **filters: Any) -> None:
    """Show a claim, its passages, and which interviews are silent.

    Below its passages stands every interview: whether it supports the claim, speaks against it, or is silent though it
    was completed for the codes of the claim. A file holds the interviews.

    Example: qcode claim show 5f0c91d2
    """
    from qcode.services.claim_tables import claim_lines, heard_table
    from qcode.services.claims import find_claim, heard

    with call.study() as study:
        found = find_claim(study, claim_id)
        content = heard_table(*heard(study, found, filters_of(study, filters)))
        if output.shown and not output.picture:
            for line in claim_lines(study, found):
                say(line)
            table(content)
        else:
            deliver(call, content, output)


@claim.command("remove")
@click.argument("claim_id", metavar="CLAIM")
@pass_call
def remove(call: Call, *, claim_id: str) -> None:
    """Take one of your claims away.

    Example: qcode claim remove 5f0c91d2
    """
    from qcode.services.claims import find_claim, remove_claim

    with call.study() as study:
        remove_claim(study, find_claim(study, claim_id).row.uid)
    say("The claim is gone. `qcode undo` brings it back.")
