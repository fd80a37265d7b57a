"""The command reference in the docs, made from the commands themselves.

`python tests/reference.py` writes docs/commands.md; test_docs.py holds it to the program.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from qcode.cli.main import cli

COMMANDS_FILE = Path(__file__).resolve().parent.parent / "docs" / "commands.md"
_WIDTH = 100
_HELP = ["-h", "--help"]  # as the program sets it for all its commands


def walk(command: click.Command, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """A command and all commands below it, with the words that call it."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=path[-1])
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from walk(found, (*path, name))


def help_text(command: click.Command, path: tuple[str, ...]) -> str:
    """The help of a command as `--help` prints it, in a fixed width."""
    context: click.Context | None = None
    for name in path[:-1]:
        context = click.Context(click.Group(name), info_name=name, parent=context, help_option_names=_HELP)
    with click.Context(
        command, info_name=path[-1], parent=context, max_content_width=_WIDTH, terminal_width=_WIDTH,
        help_option_names=_HELP,
    ) as own:  # fmt: skip
        return command.get_help(own)


def commands_page() -> str:
    """docs/commands.md."""
    parts = [
        "# Commands",
        "",
        "What `--help` says of every command. Exit codes: 0 done, 1 partly refused, 2 asked wrongly,",
    ]
    parts += ["3 a file cannot be used, 4 the project cannot be used, 70 a fault of qcode.", ""]
    for path, command in walk(cli, ("qcode",)):
        parts += [f"## `{' '.join(path)}`", "", "```text", help_text(command, path).rstrip(), "```", ""]
    return "\n".join(parts)


if __name__ == "__main__":
    COMMANDS_FILE.write_text(commands_page(), encoding="utf-8")
