"""Commands on the program itself: settings, keys, and what helps to find a fault."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import click

from qcode.cli.call import Call, pass_call
from qcode.cli.show import fields, say, table

__all__ = ["debug", "keys", "settings"]


@click.group(invoke_without_command=True)
@click.pass_context
def settings(ctx: click.Context) -> None:
    """Show, check and change your settings.

    They stand in settings.toml in your settings folder, and hold for all studies. Without a command, they are listed.

    Example: qcode settings
    """
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_)


@settings.command("list")
def list_() -> None:
    """List the settings, and the keys that you changed.

    Example: qcode settings list
    """
    from qcode.services.settings import NAMES, read_settings, settings_path

    found = read_settings()
    say(f"{settings_path()}{'' if settings_path().exists() else ' (not there yet: the defaults hold)'}")
    say()
    values = [(name, found.value(name)) for name in NAMES]
    shown = [(name, value if isinstance(value, str) else "true" if value else "false") for name, value in values]
    fields([(name, f"{value:<6} {NAMES[name]}") for name, value in shown])
    if found.keys:
        say()
        fields([(f"keys.{name}", " ".join(listed) or "none") for name, listed in found.keys.items()])
    _tell_faults()


@settings.command("path")
def path_() -> None:
    """Say where the file of the settings is.

    Example: qcode settings path
    """
    from qcode.services.settings import settings_path

    say(str(settings_path()))


@settings.command("check")
@click.pass_context
def check(ctx: click.Context) -> None:
    """Check the settings: names, values, keys and clashes between keys.

    Leaves with 1 if something does not hold; the program starts all the same.

    Example: qcode settings check
    """
    if _tell_faults():
        ctx.exit(1)
    say("The settings hold without a fault.")


def _tell_faults() -> bool:
    from qcode.services.settings import read_settings
    from qcode.tui.keymap import shortcuts

    found = read_settings()
    faults = [*found.faults, *shortcuts(found)[1]]
    for fault in faults:
        say(f"settings.toml, {fault.placed}")
    return bool(faults)


@settings.command("set")
@click.argument("name")
@click.argument("values", nargs=-1, required=True, metavar="VALUE...")
@pass_call
def set_(call: Call, name: str, values: tuple[str, ...]) -> None:
    """Change one setting, or the keys of one command.

    Keys are given for a command by its id, as keys.ID; `default` goes back to those of qcode, `none` takes all away.
    `qcode keys --ids` lists the ids.

    Example: qcode settings set theme light; qcode settings set keys.remove x delete
    """
    from qcode.services.settings import change_setting, parse_setting

    call.will_write()
    if name.startswith("keys."):
        _set_keys(name.removeprefix("keys."), values)
        return
    value = parse_setting(name, " ".join(values))
    change_setting(name, value)
    say(f"{name} is {value if isinstance(value, str) else str(value).lower()} now.")


def _set_keys(id_: str, values: tuple[str, ...]) -> None:
    from dataclasses import replace

    from qcode.errors import RequestError
    from qcode.services.settings import change_keys, read_settings
    from qcode.tui.keymap import find_command, key_of, shortcuts

    entry = find_command(id_)
    if values == ("default",):
        change_keys(entry.id, None)
        say(f"{entry.title} has the keys of qcode again: {' '.join(entry.keys) or 'none'}.")
        return
    wanted = () if values == ("none",) else tuple(key_of(value) for value in values)
    found = read_settings()
    others = {name: listed for name, listed in found.keys.items() if name != entry.id}
    _, faults = shortcuts(replace(found, keys={**others, entry.id: wanted}))
    faults_before = {fault.what for fault in shortcuts(replace(found, keys=others))[1]}
    new = [fault for fault in faults if fault.what not in faults_before]
    if new:
        raise RequestError(new[0].what)
    change_keys(entry.id, wanted)
    say(f"{entry.title} has {'the keys ' + ' '.join(wanted) if wanted else 'no keys'} now.")


@click.command()
@click.option("--ids", is_flag=True, help="Show the id of each command, for `qcode settings set keys.ID`.")
def keys(ids: bool) -> None:
    """List the keys of the workbench, with yours.

    Example: qcode keys
    """
    from qcode.services.settings import read_settings
    from qcode.services.tables import Table
    from qcode.tui.commands import COMMANDS, PLACES
    from qcode.tui.keymap import shortcuts

    mine, _ = shortcuts(read_settings())
    rows = []
    for place, heading in PLACES.items():
        for entry in (c for c in COMMANDS if c.place == place):
            changed = "*" if entry.id in mine.changed else ""
            first = entry.id if ids else heading
            rows.append((first, mine.names(entry), changed, entry.title, entry.description))
    header = ("id" if ids else "where", "keys", "", "command", "what it does")
    notes = ("*: your own, from settings.toml.",) if mine.changed else ()
    table(Table("Keys", header, tuple(rows), notes), title=False)
    _tell_faults()


@click.command()
@click.option("--write", is_flag=True, help="Write it to qcode-debug.txt here instead.")
@pass_call
def debug(call: Call, write: bool) -> None:
    """Show what helps to find a fault.

    Versions, terminal, sizes. Never a title, a name of a person, or a word of a transcript.

    Example: qcode debug
    """
    from qcode.errors import ProjectError
    from qcode.services.debug import debug_facts, write_facts
    from qcode.services.settings import read_settings

    with ExitStack() as stack:
        problem = ""
        try:
            study = stack.enter_context(call.study())
        except ProjectError as error:
            study, problem = None, str(error)
        facts = debug_facts(study, read_settings())
    if problem:
        facts.append(("why no project", problem))
    if write:
        call.will_write()
        say(f"Written: {write_facts(facts, Path())}")
    else:
        fields(facts)
