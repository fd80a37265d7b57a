"""Commands for paths: what leads to what as coders read it, and what is told before what."""

from __future__ import annotations

from typing import Any

import click

from qcode.cli.call import Call, pass_call
from qcode.cli.filters import coding_filters, filters_of
from qcode.cli.outputs import Output, deliver, output_options
from qcode.cli.show import say

__all__ = ["paths"]

_step_option = click.option(
    "--step", "steps", multiple=True, metavar="CODE", help="A step: this code and those below it; in their order."
)


@click.group()
def paths() -> None:
    """Draw what leads to what, and count such paths.

    A path is drawn from one coding to another. `qcode code list` shows the ids of codings.

    Example: qcode paths count --step consensus --step organization --step action
    """


@paths.command("draw")
@click.argument("first", metavar="FROM")
@click.argument("second", metavar="TO")
@pass_call
def draw(call: Call, *, first: str, second: str) -> None:
    """Say that one coding leads to another.

    FROM and TO are ids of codings, as `qcode code list` shows them. The codings may be another coder's; the path is
    yours.

    Example: qcode paths draw 5f0c91d2 77ab03e1
    """
    from qcode.services.listings import find_coding
    from qcode.services.paths import draw_path

    with call.study() as study:
        ends = find_coding(study, first), find_coding(study, second)
        one, other = (study.codes().code(row.code).id for row in ends)
        uid = draw_path(study, *ends)
        say(f"{one} leads to {other}." if uid else "You have drawn this path already.")


@paths.command("list")
@coding_filters
@output_options
@pass_call
def list_(call: Call, /, *, output: Output, **filters: Any) -> None:
    """List the paths that were drawn, with their words.

    Example: qcode paths list --codes consensus
    """
    from qcode.services.paths import drawn_paths

    with call.study() as study:
        deliver(call, drawn_paths(study, filters_of(study, filters)).table(), output)


@paths.command("remove")
@click.argument("path_id")
@pass_call
def remove(call: Call, *, path_id: str) -> None:
    """Take one of your paths away.

    `qcode paths list` shows the ids.

    Example: qcode paths remove 5f0c91d2
    """
    from qcode.services.paths import find_path, remove_path

    with call.study() as study:
        remove_path(study, find_path(study, path_id).uid)
    say("The path is gone. `qcode undo` brings it back.")


@paths.command("count")
@_step_option
@coding_filters
@output_options
@pass_call
def count(
    call: Call, /, *, steps: tuple[str, ...], output: Output, **filters: Any
) -> None:  # fmt: skip
    """Count drawn paths by their codes.

    Without steps each path counts by itself; with two steps or more, chains of paths that lead through one code of
    each step.

    Example: qcode paths count --step consensus --step organization --step action
    """
    from qcode.services.paths import drawn_paths, path_steps

    with call.study() as study:
        through = path_steps(study, steps) if steps else []
        deliver(call, drawn_paths(study, filters_of(study, filters)).counted(through), output)


@paths.command("told")
@_step_option
@click.option(
    "--per",
    type=click.Choice(["interview", "case"]),
    default="interview",
    show_default=True,
    help="What is one telling: an interview, or what an interview tells of one case.",
)
@click.option("--top", type=click.IntRange(min=1), help="Show only so many paths.")
@coding_filters
@output_options
@pass_call
def told(
    call: Call,
    /,
    *,
    steps: tuple[str, ...],
    per: Any,
    top: int | None,
    output: Output,
    **filters: Any,
) -> None:
    """Count which codes are told of before which.

    This is the order in which people speak, not the order of events, and nobody drew it: for paths that coders drew
    see `qcode paths count`.

    Example: qcode paths told --step consensus --step organization --step action --per case
    """
    from qcode.services.told_order import told_order

    with call.study() as study:
        content = told_order(study, filters_of(study, filters), steps, per=per, most=top)
        deliver(call, content, output)
