"""Where a table goes: to the terminal, as a picture, into a file or a pipe, for a spreadsheet or for R.

Every command that counts takes `output_options` and ends in `deliver`, so that all of them write the same forms, and
beside each file where its numbers come from.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

import click

from qcode.cli import show
from qcode.cli.options import force_option, raw_option

if TYPE_CHECKING:
    from qcode.cli.call import Call
    from qcode.services.provenance import Json, Provenance
    from qcode.services.table import Table
    from qcode.services.table_files import Form
    from qcode.services.terminal_pictures import Picture

__all__ = ["Output", "command_of", "deliver", "origin_of", "output_options"]

_Command = TypeVar("_Command", bound=Callable[..., object])

_FORMS = ("csv", "tsv", "json", "md", "xlsx")  # as `table_files.FORMS`, which is loaded only when a table is written
_OURS = frozenset({"csv", "out", "form", "reader", "picture", "force", "raw"})
_PICTURE_WIDTH = 80  # cells, where there is no terminal
# Viridis, from dark to light: backgrounds of the 256 colours, each with a foreground that stands out.
_COLOURS = ("", "48;5;54;38;5;231", "48;5;24;38;5;231", "48;5;36;38;5;16", "48;5;220;38;5;16")


@dataclass(frozen=True, slots=True)
class Output:
    """What the options said. Raises click.UsageError for what does not go together."""

    csv: str | None = None
    out: str | None = None
    form: Form | None = None
    reader: Literal["excel", "r"] | None = None
    picture: bool = False
    force: bool = False
    raw: bool = False

    def __post_init__(self) -> None:
        given = [name for name, value in (("--csv", self.csv), ("--out", self.out)) if value is not None]
        if len(given) > 1 or (self.csv is not None and self.form not in (None, "csv")):
            raise click.UsageError("--csv says file and form at once: leave out --out and --format.")
        if self.reader is not None and (self.form or self.csv is not None):
            raise click.UsageError("--for says the form: leave out --format and --csv.")
        if self.reader is not None and self.out in (None, "-"):
            what = "FILE.xlsx" if self.reader == "excel" else "FOLDER"
            raise click.UsageError(f"--for {self.reader} needs a place: --out {what}.")
        if self.picture and (given or self.form or self.reader):
            raise click.UsageError("--picture is for the terminal; `qcode figure` draws files.")
        if self.form == "xlsx" and self.path is None:
            raise click.UsageError("A workbook is no text for the terminal: give --out FILE.xlsx.")

    @property
    def path(self) -> str | None:
        """The file or folder that is named; None for the standard output."""
        named = self.csv if self.csv is not None else self.out
        return None if named == "-" else named

    @property
    def shown(self) -> bool:
        """Whether the table is for people in front of the terminal."""
        return self.csv is None and self.out is None and self.form is None


def output_options(command: _Command) -> _Command:
    """Options that say where a table goes; the command gets them as `output`, an `Output`."""

    @wraps(command)
    def with_output(*args: Any, **kwargs: Any) -> object:
        return command(*args, output=Output(**{name: kwargs.pop(name) for name in _OURS}), **kwargs)

    for option in reversed(_OPTIONS):
        with_output = option(with_output)
    return cast("_Command", with_output)


_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.option("--csv", metavar="FILE|-", help="Write CSV to a file, or with - to the output."),
    click.option(
        "--out",
        metavar="FILE",
        help="Write to a file: .csv, .tsv, .json, .md or .xlsx, by its ending. Where the numbers come from is "
        "written beside it as FILE.provenance.json.",
    ),
    click.option("--format", "form", type=click.Choice(_FORMS), help="The form; without --out, to the output."),
    click.option(
        "--for",
        "reader",
        type=click.Choice(["excel", "r"]),
        help="With --out: a workbook with a “Read me” sheet, or a folder for R with a script that loads it.",
    ),
    click.option("--picture", is_flag=True, help="Draw bars or a heat map on the terminal."),
    force_option,
    raw_option,
)


# -- where a result comes from


def command_of(context: click.Context) -> tuple[str, dict[str, Json]]:
    """The command as it can be typed again, and its options by name.

    Places of files and how a result was written are left out: they change nothing in it, and say where somebody works.
    """
    words = ["qcode", *_names(context)]
    options: dict[str, Json] = {}
    for parameter in context.command.params:
        name = parameter.name or ""
        if name in _OURS or parameter.expose_value is False or isinstance(parameter.type, click.Path):
            continue
        value = context.params.get(name)
        options[name] = _plain(value)
        source = context.get_parameter_source(name)
        if source is not None and source.name == "COMMANDLINE":
            words += _typed(parameter, value)
    return shlex.join(words), options


def _names(context: click.Context) -> list[str]:
    names: list[str] = []
    at: click.Context | None = context
    while at is not None and at.parent is not None:
        names.insert(0, at.info_name or "")
        at = at.parent
    return names


def _plain(value: object) -> Json:
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value if isinstance(value, str | bool | int | float | None) else str(value)


def _typed(parameter: click.Parameter, value: Any) -> Iterator[str]:
    """An option or argument as it is typed."""
    several = parameter.multiple if isinstance(parameter, click.Option) else parameter.nargs == -1
    for one in value if several else (value,):
        parts = one if isinstance(one, tuple) else (one,)
        if isinstance(parameter, click.Option):
            yield max(parameter.opts if one is not False else parameter.secondary_opts, key=len)
            if parameter.is_flag:
                continue
        yield from (PurePath(part).name if isinstance(part, PurePath) else str(part) for part in parts)


def origin_of(call: Call) -> Provenance:
    """Where the result of the command that runs now comes from. The project must be open."""
    from qcode.services.provenance import provenance

    if call.opened is None:
        raise AssertionError("A table is delivered while its project is open.")
    command, options = command_of(click.get_current_context())
    return provenance(call.opened, command=command, options=options)


# -- writing


def deliver(call: Call, content: Table, output: Output) -> None:
    """Show a table, draw it, or write it, as the options say. Call it while the project is open."""
    if output.picture:
        _draw(content)
    elif output.shown:
        show.table(content)
    elif output.path is None:
        _to_output(call, content, output)
    else:
        call.will_write()
        _to_file(call, content, output, Path(output.path))


def _to_output(call: Call, content: Table, output: Output) -> None:
    """Bytes to the standard output; what they count to the error output, unless the form holds it."""
    from qcode.services.table_files import table_bytes

    form = output.form or "csv"
    origin = origin_of(call) if form in ("json", "md") else None
    sys.stdout.flush()
    sys.stdout.buffer.write(table_bytes(content, form, origin, raw=output.raw))
    sys.stdout.buffer.flush()
    if origin is None:
        show.notes(content, err=True)


def _to_file(call: Call, content: Table, output: Output, path: Path) -> None:
    if output.reader == "r":
        from qcode.services.r_export import export_r_table

        export_r_table(content, path, origin_of(call), overwrite=output.force)
        show.say(f"Wrote the folder {path}: in R, source load.R there and call load_tables().")
        return
    if output.reader == "excel":
        from qcode.services.excel_export import export_table_workbook

        export_table_workbook(content, path, origin_of(call), overwrite=output.force)
        show.say(f"Wrote {path}; its first sheet says what the numbers count.")
        return
    from qcode.services.table_files import export_table

    origin = origin_of(call)
    beside = export_table(content, path, overwrite=output.force, raw=output.raw, form=output.form, origin=origin)
    rest = " with what it counts." if beside == path else f", and what it counts to {beside}."
    show.say(f"Wrote {path}{rest}")


def _draw(content: Table) -> None:
    from qcode.services.terminal_pictures import picture_of

    at_terminal = sys.stdout.isatty()
    picture = picture_of(content, shutil.get_terminal_size().columns if at_terminal else _PICTURE_WIDTH)
    show.say(content.title)
    show.say()
    if at_terminal and not os.environ.get("NO_COLOR"):
        _coloured(picture)
    else:
        for line in picture.plain:
            show.say(line)
    if content.notes:
        show.say()
        show.notes(content)


def _coloured(picture: Picture) -> None:
    """The picture with the shades as colours; the shades stay, for terminals and eyes that see no colours."""
    for line in picture.lines:
        parts = (f"\x1b[{_COLOURS[piece.shade]}m{piece.text}\x1b[0m" if piece.shade else piece.text for piece in line)
        click.echo("".join(parts).rstrip(), color=True)
