"""Commands that count, compare and suggest."""

from __future__ import annotations

import click

from qcode.cli.call import Call, pass_call
from qcode.cli.options import codes_option, csv_options, selection_options
from qcode.cli.show import deliver, notes, say

__all__ = ["agree", "crosstab", "freq", "suggest"]


@click.command()
@selection_options
@pass_call
def freq(
    call: Call, *, coders: str, speakers: str, codes: tuple[str, ...], csv: str | None, force: bool, raw: bool
) -> None:
    """Count how often each code is used.

    Segments, transcripts and characters for each code, and below the table what exactly was counted.

    Example: qcode freq --codes rationality --csv frequencies.csv
    """
    from qcode.services.tables import frequencies

    with call.study() as study:
        content = frequencies(study, coders=coders, speakers=speakers, codes=codes)
        deliver(call, content, csv, force=force, raw=raw)


@click.command()
@click.option("--columns", required=True, metavar="ATTRIBUTE", help="The attribute of the cases, such as mechanism.")
@click.option(
    "--percent",
    type=click.Choice(["none", "row", "column"]),
    default="none",
    show_default=True,
    help="Percentages instead of counts, and of what.",
)
@selection_options
@pass_call
def crosstab(
    call: Call,
    *,
    columns: str,
    percent: str,
    coders: str,
    speakers: str,
    codes: tuple[str, ...],
    csv: str | None,
    force: bool,
    raw: bool,
) -> None:
    """Count codes by an attribute of the cases.

    Each passage stands in the column of the case that it speaks of.

    Example: qcode crosstab --columns mechanism --codes conflict --percent row
    """
    from qcode.services.tables import crosstab as count

    with call.study() as study:
        content = count(study, columns, coders=coders, speakers=speakers, codes=codes, percent=percent)
        deliver(call, content, csv, force=force, raw=raw)


@click.command()
@click.argument("coders", nargs=-1, metavar="[CODER]...")
@codes_option
@click.option("--assume-complete", is_flag=True, help="Count every transcript that somebody coded as complete.")
@csv_options
@pass_call
def agree(
    call: Call,
    *,
    coders: tuple[str, ...],
    codes: tuple[str, ...],
    assume_complete: bool,
    csv: str | None,
    force: bool,
    raw: bool,
) -> None:
    """Compare coders, code by code.

    Percent agreement, Krippendorff's alpha, and Cohen's kappa for each pair; a value that is undefined says why.

    Example: qcode agree anna bo --codes consensus
    """
    from qcode.services.agreement import agreement, agreement_table

    with call.study() as study:
        found = agreement(study, coders, codes=codes, assume_complete=assume_complete)
        deliver(call, agreement_table(found), csv, force=force, raw=raw)


@click.command()
@click.argument("transcripts", nargs=-1, metavar="[TRANSCRIPT]...")
@codes_option
@click.option("--top", type=click.IntRange(min=1), default=20, show_default=True, help="How many, in all.")
@csv_options
@pass_call
def suggest(
    call: Call,
    *,
    transcripts: tuple[str, ...],
    codes: tuple[str, ...],
    top: int,
    csv: str | None,
    force: bool,
    raw: bool,
) -> None:
    """List passages that the codebook points at.

    The indicators of the codebook find them; each says why. Nothing is coded: that is for you to decide.

    Example: qcode suggest 001 --codes trust --top 5
    """
    from qcode.services.listings import suggestion_table
    from qcode.services.suggestions import best_proposals

    with call.study() as study:
        sources = [study.source(name) for name in transcripts] or study.file.read.sources()
        found = best_proposals(study, sources, codes=codes, top=top)
        content = suggestion_table(study, found)
        if found or csv is not None:
            deliver(call, content, csv, force=force, raw=raw)
        else:
            say(
                "There are no suggestions: no passage that you have not coded holds two different indicators of a "
                "code, or one that is rare in its transcript."
            )
            notes(content)
