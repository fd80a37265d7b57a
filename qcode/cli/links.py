"""Commands for the links between cases and passages, and for the case that new codings are given."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from qcode.cli.call import Call, pass_call
from qcode.cli.options import any_stage_option, encoding_option, force_option, raw_option, stage_options
from qcode.cli.reports import say_report
from qcode.cli.show import say

if TYPE_CHECKING:
    from qcode.services.coding import Context

__all__ = ["COMMANDS", "context", "export_links_", "import_links_", "link", "unlink"]


@click.command("import-links")
@click.argument("file", type=click.Path(path_type=Path))
@encoding_option
@any_stage_option
@pass_call
def import_links_(call: Call, file: Path, *, encoding: str | None, any_stage: bool) -> None:
    """Import links between cases and passages from CSV or Excel (.xlsx).

    Columns: case, transcript, then start and end, or start_quote and end_quote, or neither (the whole
    transcript); coder and stage if wanted. A stage that the case does not have is a fault; with --any-stage
    it is imported and listed.

    Example: qcode cases import-links links.csv
    """
    from qcode.services.links import import_links

    with call.study() as study:
        report = import_links(study, file, encoding=encoding, any_stage=any_stage)
    say_report(report, "Links")


@click.command("export-links")
@click.argument("file", type=click.Path(path_type=Path))
@force_option
@raw_option
@pass_call
def export_links_(call: Call, file: Path, *, force: bool, raw: bool) -> None:
    """Write the links between cases and passages, as CSV or Excel.

    A name in .xlsx gives a workbook, any other CSV. `qcode cases import-links` reads the file again.

    Example: qcode cases export-links links.csv
    """
    from qcode.services.case_files import export_links

    with call.study() as study:
        call.will_write()
        number = export_links(study, file, overwrite=force, raw=raw)
    say(f"Wrote {number} links to {file}.")


@click.command("link")
@click.argument("key")
@click.argument("transcript")
@click.option("--start", type=click.IntRange(min=0), help="First character of the passage (0 is the first of all).")
@click.option("--end", type=click.IntRange(min=0), help="First character after the passage.")
@click.option("--from", "first", default="", metavar="WORDS", help="The first words of the passage.")
@click.option("--to", "last", default="", metavar="WORDS", help="The last words of the passage.")
@stage_options
@pass_call
def link(
    call: Call,
    *,
    key: str,
    transcript: str,
    start: int | None,
    end: int | None,
    first: str,
    last: str,
    stage: str | None,
    any_stage: bool,
) -> None:
    """Say that a passage, or a whole transcript, speaks of a case.

    Without a passage the whole transcript is meant.

    Example: qcode cases link park-x 001 --from "That was ours" --to "twice a year."
    """
    from qcode.services.case_values import find_stage
    from qcode.services.coding import link_case, text_of
    from qcode.services.passages import find_passage

    with call.study() as study:
        case, source = study.case(key), study.source(transcript)
        text = text_of(study, source)
        span = find_passage(text, start=start, end=end, first=first, last=last)
        named = find_stage(case, stage, any_stage=any_stage) if stage else None
        uid = link_case(study, case, source, text, span, named)
        place = f"characters {span.start}-{span.end} of {source.name}" if span else f"the whole of {source.name}"
        say(f"Linked {case.short_key} to {place}." if uid else "You have linked this already.")


@click.command("unlink")
@click.argument("link_id")
@pass_call
def unlink(call: Call, link_id: str) -> None:
    """Take one of your links away.

    `qcode cases show KEY` lists the links of a case with their ids.

    Example: qcode cases unlink 5f0c91d2
    """
    from qcode.services.case_edits import unlink as take_away
    from qcode.services.listings import find_link

    with call.study() as study:
        take_away(study, find_link(study, link_id).uid)
    say("The link is gone. `qcode undo` brings it back.")


@click.command("context")
@click.argument("key", required=False, metavar="[KEY|none]")
@stage_options
@pass_call
def context(call: Call, *, key: str | None, stage: str | None, any_stage: bool) -> None:
    """Show or set the case that your new codings are given.

    It holds until you change it; `none` leaves new codings to the links again.

    Example: qcode cases context park-x --stage planning
    """
    from qcode.services.case_values import find_stage
    from qcode.services.coding import context as current
    from qcode.services.coding import set_context

    if stage is not None and key in (None, "none"):
        raise click.UsageError("A stage needs a case.")
    with call.study() as study:
        if key is None:
            say(_context_words(current(study)))
            return
        case = None if key == "none" else study.case(key)
        named = find_stage(case, stage, any_stage=any_stage) if case and stage else None
        call.will_write()
        say(_context_words(set_context(study, case, named)))


def _context_words(found: Context) -> str:
    if found.case is None:
        return "New codings are given no case; links decide."
    return f"New codings are given the case {found.case.short_key}" + (
        f", stage {found.stage}." if found.stage else "."
    )


COMMANDS = (import_links_, export_links_, link, unlink, context)
