"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import click

__all__ = ["codes_option", "csv_options", "encoding_option", "force_option", "raw_option", "selection_options"]

_Command = TypeVar("_Command", bound=Callable[..., object])

force_option = click.option("--force", is_flag=True, help="Overwrite files that are there.")
raw_option = click.option(
    "--raw", is_flag=True, help="Leave cells as they are, even where a spreadsheet would run them."
)
codes_option = click.option(
    "--codes", multiple=True, metavar="CODE", help="Only this code and those below it; may be given several times."
)
encoding_option = click.option("--encoding", metavar="NAME", help="Encoding of the file; else it is recognised.")


def csv_options(command: _Command) -> _Command:
    """Options to write a table as CSV instead of showing it."""
    command = raw_option(force_option(command))
    return click.option("--csv", metavar="FILE|-", help="Write CSV to a file, or with - to the output.")(command)


def selection_options(command: _Command) -> _Command:
    """Options that choose what a table counts."""
    command = codes_option(csv_options(command))
    speakers = click.Choice(["participants", "all"])
    command = click.option(
        "--speakers", type=speakers, default="participants", show_default=True, help="Whose words count."
    )(command)
    return click.option(
        "--coders",
        default="main",
        show_default=True,
        metavar="main|any|NAME",
        help="Whose codings count: one coder per transcript, anybody's, or one coder's.",
    )(command)
