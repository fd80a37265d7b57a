"""Commands for codings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from qcode.cli.call import Call, pass_call
from qcode.cli.options import encoding_option, force_option, raw_option, stage_options
from qcode.cli.reports import say_report
from qcode.cli.show import say, table

if TYPE_CHECKING:
    from qcode.core.spans import Span

__all__ = ["code", "done"]


def _passage(text: str, start: int | None, end: int | None, quote: str) -> Span:
    """The passage that the options name; RequestError if they name none."""
    from qcode.errors import RequestError
    from qcode.services.passages import find_passage

    span = find_passage(text, start=start, end=end, quote=quote)
    if span is None:
        raise RequestError("There is no passage.", fix="Give --quote, or --start and --end.")
    return span


@click.group()
def code() -> None:
    """Add, move, flag, remove, list, import and export codings.

    Example: qcode code list 001 --code trust
    """


@code.command("add")
@click.argument("transcript")
@click.argument("code")
@click.option("--quote", default="", metavar="WORDS", help="The passage; it must stand in the transcript exactly once.")
@click.option("--start", type=click.IntRange(min=0), help="First character of the passage (0 is the first of all).")
@click.option("--end", type=click.IntRange(min=0), help="First character after the passage.")
@click.option("--case", "key", metavar="KEY", help="The case that the passage speaks of; else the current context.")
@stage_options
@pass_call
def add(
    call: Call,
    *,
    transcript: str,
    code: str,
    quote: str,
    start: int | None,
    end: int | None,
    key: str | None,
    stage: str | None,
    any_stage: bool,
) -> None:
    """Put a code on a passage.

    Example: qcode code add 001 trust --quote "We have known each other for years."
    """
    from qcode.services.case_values import find_stage
    from qcode.services.coding import Context, apply_codes, context, text_of

    with call.study() as study:
        source, row = study.source(transcript), study.codes().find(code)
        text = text_of(study, source)
        span = _passage(text, start, end, quote)
        given = Context(study.case(key)) if key else context(study)
        if stage:
            if given.case is None:
                raise click.UsageError("A stage needs a case: give --case, or set one with `qcode cases context`.")
            given = Context(given.case, find_stage(given.case, stage, any_stage=any_stage))
        made = apply_codes(study, source, text, span, [row.uid], in_context=given)
        place = f"characters {span.start}-{span.end} of {source.name}"
        say(f"Put {row.short_id} on {place}." if made else f"You have put {row.short_id} on {place} already.")


@code.command("remove")
@click.argument("coding_id")
@pass_call
def remove(call: Call, coding_id: str) -> None:
    """Take one of your codings away.

    `qcode code list` shows the ids.

    Example: qcode code remove 5f0c91d2
    """
    from qcode.services.coding import remove_coding
    from qcode.services.listings import find_coding

    with call.study() as study:
        remove_coding(study, find_coding(study, coding_id).uid)
    say("The coding is gone. `qcode undo` brings it back.")


@code.command("move")
@click.argument("coding_id")
@click.option("--quote", default="", metavar="WORDS", help="The passage; it must stand in the transcript exactly once.")
@click.option("--start", type=click.IntRange(min=0), help="First character of the passage (0 is the first of all).")
@click.option("--end", type=click.IntRange(min=0), help="First character after the passage.")
@pass_call
def move(call: Call, coding_id: str, quote: str, start: int | None, end: int | None) -> None:
    """Give one of your codings other boundaries.

    Example: qcode code move 5f0c91d2 --quote "for years"
    """
    from qcode.services.coding import move_coding, text_of
    from qcode.services.listings import find_coding

    with call.study() as study:
        row = find_coding(study, coding_id)
        source = next(s for s in study.file.read.sources() if s.key == row.source)
        text = text_of(study, source)
        span = _passage(text, start, end, quote)
        move_coding(study, row.uid, source, text, span)
        say(f"The coding stands on characters {span.start}-{span.end} of {source.name} now.")


@code.command("assign")
@click.argument("coding_id")
@click.argument("key")
@stage_options
@pass_call
def assign(call: Call, *, coding_id: str, key: str, stage: str | None, any_stage: bool) -> None:
    """Say which case one of your codings speaks of.

    This goes before what the links say; `none` leaves it to the links again.

    Example: qcode code assign 5f0c91d2 park-x
    """
    from qcode.services.case_values import find_stage
    from qcode.services.coding import assign_case
    from qcode.services.listings import find_coding

    with call.study() as study:
        row = find_coding(study, coding_id)
        case = None if key == "none" else study.case(key)
        named = find_stage(case, stage, any_stage=any_stage) if case and stage else None
        assign_case(study, row.uid, case, named)
        say(f"The coding speaks of {case.short_key} now." if case else "The links decide what the coding speaks of.")


@code.command("flag")
@click.argument("coding_ids", nargs=-1, required=True, metavar="CODING_ID...")
@pass_call
def flag(call: Call, coding_ids: tuple[str, ...]) -> None:
    """Flag codings of yours: worth quoting, or a second look.

    `qcode code list` shows the ids, and with --flagged the flagged ones.

    Example: qcode code flag 5f0c91d2
    """
    _flag(call, coding_ids, on=True)


@code.command("unflag")
@click.argument("coding_ids", nargs=-1, required=True, metavar="CODING_ID...")
@pass_call
def unflag(call: Call, coding_ids: tuple[str, ...]) -> None:
    """Take the flag from codings of yours.

    Example: qcode code unflag 5f0c91d2
    """
    _flag(call, coding_ids, on=False)


def _flag(call: Call, coding_ids: tuple[str, ...], *, on: bool) -> None:
    from qcode.services.coding import set_flags
    from qcode.services.listings import find_coding

    with call.study() as study:
        uids = list(dict.fromkeys(find_coding(study, coding_id).uid for coding_id in coding_ids))
        changed = set_flags(study, uids, on=on)
        before = f"; {len(uids) - changed} had it so already" if changed < len(uids) else ""
        say(f"{'Flagged' if on else 'Took the flag from'} {changed} of your codings{before}.")


@code.command("list")
@click.argument("transcript", required=False)
@click.option("--code", "name", metavar="CODE", help="Only this code and those below it.")
@click.option("--flagged", is_flag=True, help="Only codings that their coder has flagged.")
@pass_call
def list_(call: Call, *, transcript: str | None, name: str | None, flagged: bool) -> None:
    """List codings in text order.

    Example: qcode code list 001 --code trust
    """
    from qcode.services.listings import coding_table

    with call.study() as study:
        listed = coding_table(study, study.source(transcript) if transcript else None, name, flagged=flagged)
        if listed.rows:
            table(listed)
        else:
            say("There are no such codings.")


@code.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@encoding_option
@pass_call
def import_(call: Call, file: Path, encoding: str | None) -> None:
    """Import codings from CSV.

    Columns: transcript, code, then quote, or start and end; coder, case and stage if wanted.

    Example: qcode code import codings.csv
    """
    from qcode.services.codings import import_codings

    with call.study() as study:
        report = import_codings(study, file, encoding=encoding)
    say_report(report, "Codings")


@code.command("export")
@click.argument("file", type=click.Path(path_type=Path))
@force_option
@raw_option
@pass_call
def export(call: Call, file: Path, force: bool, raw: bool) -> None:
    """Write the codings as CSV, one row each, with the passages.

    The file holds what people said: keep it where you keep the interviews.

    Example: qcode code export codings.csv
    """
    from qcode.services.codings import export_codings

    with call.study() as study:
        call.will_write()
        count = export_codings(study, file, overwrite=force, raw=raw)
    say(f"Wrote {count} codings to {file}.")


@click.command()
@click.argument("transcript")
@click.option("--dimension", "dimensions", multiple=True, metavar="CODE", help="Only this dimension; else all.")
@click.option("--state", default="complete", show_default=True, metavar="STATE", help="complete, reading, not started.")
@pass_call
def done(call: Call, transcript: str, dimensions: tuple[str, ...], state: str) -> None:
    """Note how far you are with a transcript.

    Only where a transcript is complete does a missing code mean that it is not there.

    Example: qcode done 001 --dimension consensus
    """
    from qcode.errors import RequestError
    from qcode.services.coding import mark

    with call.study() as study:
        source = study.source(transcript)
        table_of_codes = study.codes()
        chosen = [table_of_codes.find(name).short_id for name in dimensions]
        chosen = chosen or [d.id for d in table_of_codes.codebook.dimensions()]
        if not chosen:
            raise RequestError("The study has no codebook yet.", fix="Import one with `qcode codebook import FILE`.")
        changed = mark(study, source, chosen, state)
        say(f"{source.name}: {', '.join(chosen)} {state}" + ("." if changed else ", as before."))
