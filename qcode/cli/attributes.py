"""The commands for attributes, which transcripts and speakers have alike: in from a table, and listed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from qcode.cli.call import Call, pass_call
from qcode.cli.options import encoding_option
from qcode.cli.reports import say_report
from qcode.cli.show import table

if TYPE_CHECKING:
    from qcode.services.cases import TableReport
    from qcode.services.study import Study
    from qcode.services.table import Table

__all__ = ["attribute_commands"]


def _services(of: str) -> tuple[Callable[..., TableReport], Callable[[Study], Table]]:
    """What takes a table in, and what lists, for transcripts or speakers."""
    from qcode.services import attributes as service

    if of == "transcripts":
        return service.import_transcript_attributes, service.attribute_table
    return service.import_speaker_attributes, service.speaker_attribute_table


def attribute_commands(
    group: click.Group,
    of: Literal["transcripts", "speakers"],
    *,
    such_as: str,
    columns: str,
    file: str,
    listed: str,
    options: tuple[click.Option, ...] = (),
) -> None:
    """Give the group of the commands for `of` the commands `attributes import` and `attributes list`.

    The texts go into their help: examples of attributes, the columns that mean something else, the name of a file, and
    what is listed. `options` are more options of the import, which its service takes by name.
    """

    @group.group("attributes", help=f"What is recorded of the {of}: {such_as}.\n\nExample: qcode {of} attributes list")
    def attributes() -> None:
        pass

    @attributes.command(
        "import",
        params=list(options),
        help=f"Import attributes of {of} from CSV or Excel (.xlsx).\n\nColumns: {columns}; every other column is an"
        f" attribute. An empty cell takes an attribute away.\n\nExample: qcode {of} attributes import {file}",
    )
    @click.argument("file", type=click.Path(path_type=Path))
    @encoding_option
    @pass_call
    def import_(call: Call, /, file: Path, encoding: str | None, **more: Any) -> None:
        with call.study() as study:
            report = _services(of)[0](study, file, encoding=encoding, **more)
        say_report(report, of.capitalize())

    @attributes.command("list", help=f"List the {of} with {listed}.\n\nExample: qcode {of} attributes list")
    @pass_call
    def list_(call: Call) -> None:
        with call.study() as study:
            table(_services(of)[1](study))
