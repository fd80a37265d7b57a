"""Commands that change the study's codebook code by code."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import click

from qcode.cli.call import Call, pass_call
from qcode.cli.options import csv_options
from qcode.cli.show import deliver, say

if TYPE_CHECKING:
    from qcode.services.codebook_edits import Edited

__all__ = ["COMMANDS", "add", "history", "merge", "move", "remove", "rename", "set_", "split", "unmerge"]

_Command = TypeVar("_Command", bound=Callable[..., object])


def _new_code_options(command: _Command) -> _Command:
    """Options that say what a new code says."""
    command = click.option(
        "--set", "settings", multiple=True, metavar="FIELD=VALUE",
        help="A field of the new code, as brief=... or name.zh=...; may be given several times.",
    )(command)  # fmt: skip
    return click.option(
        "--name", required=True, metavar="TEXT", help="Its name, in the first language of the codebook."
    )(command)


def _tell(edited: Edited) -> None:
    for sentence in edited.words:
        say(sentence)


@click.command("set")
@click.argument("code")
@click.argument("settings", nargs=-1, required=True, metavar="FIELD=VALUE...")
@pass_call
def set_(call: Call, code: str, settings: tuple[str, ...]) -> None:
    """Set fields of a code.

    Fields: brief, definition, when_to_use, when_not_to_use, examples, counterexamples, aliases, parent,
    colour, hotkey, defines, exclusive, absence, name.LANGUAGE, indicators.LANGUAGE. A list takes several
    values, each written as FIELD=VALUE; they replace what is there. An empty value empties the field.

    Example: qcode codebook set trust hotkey=7 "when_not_to_use=Trust in a product."
    """
    from qcode.services.codebook_edits import set_fields

    with call.study() as study:
        _tell(set_fields(study, code, settings))


@click.command("add")
@click.argument("new_id", metavar="ID")
@_new_code_options
@click.option("--below", metavar="CODE", help="The code above it; else it is a dimension.")
@click.option("--before", metavar="CODE", help="The code that it stands before; else it stands last.")
@pass_call
def add(
    call: Call, new_id: str, *, name: str, settings: tuple[str, ...], below: str | None, before: str | None
) -> None:
    """Add a code to the codebook.

    Whoever completed the dimension has to look for it: see `qcode codebook recheck`.

    Example: qcode codebook add tax --below money --name "Tax revenue" --set "brief=Taxes as a reason."
    """
    from qcode.services.codebook_edits import add_code, named

    with call.study() as study:
        _tell(add_code(study, new_id, named(study, name, settings), below=below, before=before))


@click.command("move")
@click.argument("code")
@click.option("--below", metavar="CODE", help="The code that shall stand above it.")
@click.option("--top", is_flag=True, help="Make it a dimension.")
@click.option("--before", metavar="CODE", help="The code that it shall stand before; else it stands last.")
@pass_call
def move(call: Call, code: str, *, below: str | None, top: bool, before: str | None) -> None:
    """Move a code, with all below it, to another place in the tree.

    Example: qcode codebook move trust --below motive --before money
    """
    from qcode.services.codebook_edits import move_code

    with call.study() as study:
        _tell(move_code(study, code, below=below, top=top, before=before))


@click.command("rename")
@click.argument("code")
@click.argument("new_id", metavar="NEWID")
@pass_call
def rename(call: Call, code: str, new_id: str) -> None:
    """Give a code another id.

    The old id stays as an alias, so that scripts and older files still find the code; codings stay as they
    are. The name is another matter: `qcode codebook set CODE name.en=...`.

    Example: qcode codebook rename trust confidence
    """
    from qcode.services.codebook_edits import rename_code

    with call.study() as study:
        _tell(rename_code(study, code, new_id))


@click.command("split")
@click.argument("code")
@click.argument("new_id", metavar="NEWID")
@_new_code_options
@click.option("--beside", is_flag=True, help="Put the new code beside CODE; else it stands below it.")
@pass_call
def split(call: Call, code: str, new_id: str, *, name: str, settings: tuple[str, ...], beside: bool) -> None:
    """Split a new code off from another.

    Codings stay where they are, and their number is said: they must be looked at. Work that was completed
    is to be rechecked for both codes.

    Example: qcode codebook split money tax --name "Tax revenue"
    """
    from qcode.services.codebook_edits import named, split_code

    with call.study() as study:
        _tell(split_code(study, code, new_id, named(study, name, settings), beside=beside))


@click.command("merge")
@click.argument("code")
@click.argument("into")
@click.option("--without-words", is_flag=True, help="INTO does not take over names, aliases and indicators.")
@pass_call
def merge(call: Call, code: str, into: str, *, without_words: bool) -> None:
    """Merge a code into another.

    Its codings count as the other's from now on, and none is rewritten: `qcode codebook unmerge` takes it
    back. What stands below the code moves below the other.

    Example: qcode codebook merge funds money
    """
    from qcode.services.codebook_merges import merge_code

    with call.study() as study:
        _tell(merge_code(study, code, into, words=not without_words))


@click.command("unmerge")
@click.argument("code")
@pass_call
def unmerge(call: Call, code: str) -> None:
    """Take a merge back: the code stands for itself again.

    Example: qcode codebook unmerge funds
    """
    from qcode.services.codebook_merges import unmerge_code

    with call.study() as study:
        _tell(unmerge_code(study, code))


@click.command("remove")
@click.argument("code")
@pass_call
def remove(call: Call, code: str) -> None:
    """Take a code out of the codebook, where no coding stands on it.

    A code with codings can be merged into another.

    Example: qcode codebook remove tax
    """
    from qcode.services.codebook_edits import remove_code

    with call.study() as study:
        _tell(remove_code(study, code))


@click.command("history")
@click.argument("code")
@csv_options
@pass_call
def history(call: Call, code: str, csv: str | None, *, force: bool, raw: bool) -> None:
    """List what was changed of a code, when and by whom.

    Example: qcode codebook history trust
    """
    from qcode.services.codebook_edits import history_table

    with call.study() as study:
        deliver(call, history_table(study, code), csv, force=force, raw=raw)


COMMANDS: tuple[click.Command, ...] = (
    set_, add, move, rename, split, merge, unmerge, remove, history
)  # fmt: skip
