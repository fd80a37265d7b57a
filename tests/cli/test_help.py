"""Help: quick, complete, and the same in the table and in the commands."""

from __future__ import annotations

import click
import pytest

from qcode import __version__
from qcode.cli.lazy import LazyGroup
from qcode.cli.main import SECTIONS, cli

TOP = [(name, entry) for section in SECTIONS.values() for name, entry in section.items()]


def all_commands(command: click.Command = cli, path: str = "qcode") -> list[tuple[str, click.Command]]:
    found = [(path, command)]
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            found += all_commands(inner, f"{path} {name}")
    return found


COMMANDS = all_commands()


@pytest.mark.parametrize(("name", "entry"), TOP)
def test_the_table_says_what_the_command_says(name, entry):
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert command.name == name
    assert (command.help or "").split("\n")[0] == entry.help


@pytest.mark.parametrize(("path", "command"), COMMANDS)
def test_every_help_begins_short_and_shows_an_example(path, command, run):
    first = (command.help or "").strip().split("\n")[0]
    assert 0 < len(first) <= 70
    assert first.endswith(".")
    if command is not cli:
        assert f"Example: {path} " in f"{command.help} " or f"Example: {path}" in (command.help or "")
    result = run(*path.split()[1:], "--help")
    assert result.exit_code == 0
    assert first.rstrip(".").split()[0] in result.output


def test_every_option_has_a_help_text():
    for path, command in COMMANDS:
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert parameter.help, f"{path} {parameter.name}"


def test_examples_name_options_that_exist():
    for path, command in COMMANDS:
        known = {name for parameter in command.params for name in parameter.opts}
        for line in (command.help or "").splitlines():
            if (
                line.strip().startswith("Example:")
                and f"{path} " in line + " "
                and not isinstance(command, click.Group)
            ):
                assert {word for word in line.split() if word.startswith("--")} <= known, path


def test_the_help_of_the_program_lists_all_commands(run):
    result = run("--help")
    assert [title for title in SECTIONS if f"\n{title}:\n" not in result.output] == []
    assert [name for name, entry in TOP if name not in result.output or entry.help not in result.output] == []


def test_the_version(run):
    assert run("--version").output == f"qcode {__version__}\n"


def test_without_a_terminal_there_is_help(run):
    result = run()
    assert result.exit_code == 2
    assert result.output == run("--help").output


def test_a_group_without_a_command_shows_its_help(run):
    result = run("code")
    assert result.exit_code == 2
    assert "Usage: qcode code" in result.stderr
    assert "qcode: " not in result.stderr


def test_near_commands_are_offered(run):
    result = run("crosstap")
    assert result.exit_code == 2
    assert result.stderr == "qcode: There is no command “crosstap”. Did you mean crosstab?\nSee `qcode --help`.\n"
    assert "Did you mean" not in run("zzzz").stderr
    assert run("\x1b[2J").exit_code == 2


def test_a_wrong_option_is_a_sentence(run):
    result = run("--wrong")
    assert result.exit_code == 2
    assert result.stderr.startswith("qcode: No such option")
    assert run("freq", "--speakers", "nobody").exit_code == 2


def test_a_group_knows_only_its_table():
    assert isinstance(cli, LazyGroup)
    assert cli.get_command(click.Context(cli), "nothing") is None
