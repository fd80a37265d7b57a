"""The options of the filter language, the same on every command that has them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from qcode.cli.options import codes_option, not_empty

if TYPE_CHECKING:
    from qcode.services.filters import Filters
    from qcode.services.study import Study

__all__ = ["coding_filters", "filters_of", "place_filters"]

_Command = TypeVar("_Command", bound=Callable[..., object])

_PLACES = (
    click.option(
        "--where",
        default="",
        metavar="CONDITION",
        callback=not_empty,
        help="Only where this holds of case, transcript or speaker, such as “mechanism = arranged and year >= 2015”.",
    ),
    click.option("--transcript", "transcripts", multiple=True, metavar="NAME", help="Only this one; may be repeated."),
    click.option(
        "--kind",
        "kinds",
        multiple=True,
        metavar="KIND",
        help="Only transcripts of this kind: recorded, notes, memory, ...",
    ),
    click.option("--stage", "stages", multiple=True, metavar="NAME", help="Only what speaks of this stage of a case."),
    click.option("--dataset", is_flag=True, help="Only what speaks of a case of the data set."),
    click.option(
        "--speakers",
        type=click.Choice(["participants", "interviewers", "all"]),
        default="participants",
        show_default=True,
        help="Whose words count.",
    ),
)
_CODINGS = (
    codes_option,
    click.option(
        "--coders",
        default="main",
        show_default=True,
        metavar="main|any|all|each|NAME",
        help="Whose codings: one coder per transcript, anybody's, what all coded, all side by side, or one coder's.",
    ),
    click.option("--flagged", is_flag=True, help="Only flagged codings."),
    click.option("--text", default="", metavar="WORDS", callback=not_empty, help="Only passages with these words."),
)


def place_filters(command: _Command) -> _Command:
    """Options that narrow by what is recorded of a place in a transcript."""
    return _with(_PLACES, command)


def coding_filters(command: _Command) -> _Command:
    """All options of the filter language."""
    return _with((*_CODINGS, *_PLACES), command)


def _with(options: tuple[Callable[[_Command], _Command], ...], command: _Command) -> _Command:
    for option in reversed(options):
        command = option(command)
    return command


def filters_of(study: Study, options: dict[str, Any]) -> Filters:
    """The filters that the options say. Raises RequestError and UnknownName."""
    from qcode.services.filters import Filters

    return Filters.parse(study, **options)
