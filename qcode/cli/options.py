"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import click

__all__ = [
    "any_stage_option",
    "codes_option",
    "csv_options",
    "encoding_option",
    "force_option",
    "not_empty",
    "raw_option",
    "stage_options",
]

_Command = TypeVar("_Command", bound=Callable[..., object])
_Given = TypeVar("_Given")


def not_empty(ctx: click.Context, parameter: click.Parameter, value: _Given) -> _Given:
    """A callback for an option that narrows: given with nothing in it, it would narrow nothing without a word."""
    given = ctx.get_parameter_source(parameter.name or "") is click.core.ParameterSource.COMMANDLINE
    texts = value if isinstance(value, tuple) else (value,)
    if given and any(isinstance(text, str) and not text.strip() for text in texts):
        raise click.UsageError(f"{parameter.opts[0]} is empty: leave the option out.", ctx)
    return value


force_option = click.option("--force", is_flag=True, help="Overwrite files that are there.")
raw_option = click.option(
    "--raw", is_flag=True, help="Leave cells as they are, even where a spreadsheet would run them."
)
codes_option = click.option(
    "--codes",
    multiple=True,
    metavar="CODE",
    callback=not_empty,
    help="Only this code and those below it; may be given several times.",
)
any_stage_option = click.option(
    "--any-stage", is_flag=True, help="Take a stage as it is, even one that the case does not have."
)
encoding_option = click.option("--encoding", metavar="NAME", help="Encoding of the file; else it is recognised.")


def stage_options(command: _Command) -> _Command:
    """Options to name a stage of the case."""
    command = any_stage_option(command)
    return click.option("--stage", metavar="NAME", help="The stage of the case.")(command)


def csv_options(command: _Command) -> _Command:
    """Options to write a table as CSV instead of showing it."""
    command = raw_option(force_option(command))
    return click.option("--csv", metavar="FILE|-", help="Write CSV to a file, or with - to the output.")(command)
