"""The command that compares coders."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from qcode.cli.call import Call, pass_call
from qcode.cli.filters import filters_of
from qcode.cli.options import codes_option, not_empty
from qcode.cli.outputs import Output, deliver, origin_of, output_options
from qcode.cli.show import say, table

if TYPE_CHECKING:
    from collections.abc import Callable

    from qcode.services.agreement import Agreement

__all__ = ["agree"]

_UNITS = ["transcript", "document", "case", "speaker", "turn", "sentence", "character"]
_ROWS = ["overall", "dimension", "code", "transcript", "document", "pair"]
_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.option(
        "--statistic",
        "statistics",
        multiple=True,
        metavar="NAME",
        help="Another statistic than those of the short table; may be repeated. `list` explains all of them.",
    ),
    click.option(
        "--unit",
        type=click.Choice(_UNITS),
        default="turn",
        show_default=True,
        help="What is one decision of a coder; a document is a transcript.",
    ),
    click.option(
        "--by",
        multiple=True,
        type=click.Choice(_ROWS),
        default=["code"],
        show_default=True,
        help="The rows; given twice, they are crossed.",
    ),
    click.option(
        "--of",
        "what",
        type=click.Choice(["codes", "links"]),
        default="codes",
        show_default=True,
        help="Compare codes, or which case a passage speaks of.",
    ),
    click.option(
        "--rows",
        type=click.Choice(["codes", "branches"]),
        default="codes",
        show_default=True,
        help="Each code by itself, or each dimension (with --codes, each of these) with all below it as one code.",
    ),
    codes_option,
    click.option("--transcript", "transcripts", multiple=True, metavar="NAME", help="Only this one; may be repeated."),
    click.option("--kind", "kinds", multiple=True, metavar="KIND", help="Only transcripts of this kind."),
    click.option(
        "--where",
        default="",
        metavar="CONDITION",
        callback=not_empty,
        help="Only where this holds of transcript or speaker, such as “transcript.place = Anhui”.",
    ),
    click.option(
        "--speakers",
        type=click.Choice(["participants", "interviewers", "all"]),
        default="participants",
        show_default=True,
        help="Whose words count.",
    ),
    click.option("--coded-only", is_flag=True, help="Leave out units that none of the coders gave any of the codes."),
    click.option("--non-space", is_flag=True, help="Do not count white space among characters."),
    click.option(
        "--overlap",
        type=click.FloatRange(0, 1, min_open=True),
        default=0.9,
        show_default=True,
        help="For `segments`: how much two must share to be the same, both / either.",
    ),
    click.option(
        "--suggestions",
        type=click.Choice(["exclude", "include", "only"]),
        default="exclude",
        show_default=True,
        help="Transcripts in which a coder accepted or rejected suggestions.",
    ),
    click.option("--assume-complete", is_flag=True, help="Count every transcript that somebody coded as complete."),
    click.option(
        "--seed", type=click.IntRange(min=0), default=1, show_default=True, help="For whatever is drawn by chance."
    ),
)


def _options(command: Any) -> Any:
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.command()
@click.argument("coders", nargs=-1, metavar="[CODER]...")
@_options
@output_options
@pass_call
def agree(call: Call, /, *, statistics: tuple[str, ...], output: Output, **options: Any) -> None:
    """Compare coders: the statistics of agreement.

    The short table has, code by code: how often each coder used it, percent agreement, positive agreement (Dice),
    Krippendorff's alpha with its 95 % interval, and Cohen's kappa for each pair; turn by turn, and alpha and kappa
    character by character beside it. A value that is undefined says why.

    Example: qcode agree anna bo --codes consensus

    Example: qcode agree --by pair --unit sentence --statistic kappa --statistic ac1

    Example: qcode agree --statistic segments --overlap 0.5 --out segments.csv
    """
    from qcode.services.agreement_catalogue import statistic_list
    from qcode.services.agreement_compare import compare

    if "list" in statistics:
        table(statistic_list())
        return
    with call.study() as study:
        found = compare(study, _asked(study, statistics, options))
        if _as_json(output):
            _write_json(call, found, output)
        else:
            from qcode.services.agreement import agreement_table

            deliver(call, agreement_table(found), output)


def _asked(study: Any, statistics: tuple[str, ...], options: dict[str, Any]) -> Any:
    from qcode.services.agreement_selection import Asked

    filters = filters_of(
        study, {name: options[name] for name in ("codes", "transcripts", "kinds", "where", "speakers")}
    )
    return Asked(
        coders=options["coders"],
        filters=filters,
        of=options["what"],
        unit=_own(options["unit"]),
        statistics=statistics,
        by=tuple(dict.fromkeys(map(_own, options["by"]))),
        whole=options["rows"] == "branches",
        assume_complete=options["assume_complete"],
        suggestions=options["suggestions"],
        non_space=options["non_space"],
        coded_only=options["coded_only"],
        overlap=options["overlap"],
        seed=options["seed"],
    )


def _own(name: str) -> str:
    """The word of qcode for it."""
    return "transcript" if name == "document" else name


def _as_json(output: Output) -> bool:
    named = output.path is not None and output.path.casefold().endswith(".json")
    return output.form == "json" or (named and output.form is None and output.csv is None)


def _write_json(call: Call, found: Agreement, output: Output) -> None:
    """JSON holds more than the table: what stands behind each value."""
    from qcode.services.agreement_table import agreement_json, export_agreement_json

    origin = origin_of(call)
    if output.path is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(agreement_json(found, origin, raw=output.raw))
        sys.stdout.buffer.flush()
        return
    call.will_write()
    export_agreement_json(found, Path(output.path), origin, overwrite=output.force, raw=output.raw)
    say(f"Wrote {output.path} with what it counts.")
