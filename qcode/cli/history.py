"""Commands on what was done, and on whether the project is whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from qcode.cli.call import Call, pass_call
from qcode.cli.show import say, table
from qcode.errors import DamagedProject

if TYPE_CHECKING:
    from qcode.services.coding import Turned
    from qcode.services.doctor import Diagnosis

__all__ = ["doctor", "log", "redo", "undo"]

_TAKE_COPY = "Take a copy of the project that you kept earlier, a backup for instance."


@click.command()
@click.option("--last", type=click.IntRange(min=1), default=20, show_default=True, metavar="N", help="So many acts.")
@click.option("--all", "everything", is_flag=True, help="All of them.")
@pass_call
def log(call: Call, last: int, everything: bool) -> None:
    """List who did what when.

    The latest comes first. The log never holds interview text.

    Example: qcode log --last 5
    """
    from qcode.services.listings import log_table
    from qcode.services.log import acts

    with call.study() as study:
        table(log_table(acts(study, last=None if everything else last)), title=False)


@click.command()
@pass_call
def undo(call: Call) -> None:
    """Take back the last thing that you did.

    Your own codings, links, marks and decisions can be undone, one after another, even after a restart.

    Example: qcode undo
    """
    from qcode.services.coding import undo as take_back

    with call.study() as study:
        _say_turned("Undone", take_back(study), "undo")


@click.command()
@pass_call
def redo(call: Call) -> None:
    """Do again what you undid last.

    Possible until you do something new.

    Example: qcode redo
    """
    from qcode.services.coding import redo as do_again

    with call.study() as study:
        _say_turned("Done again", do_again(study), "redo")


def _say_turned(verb: str, turned: Turned | None, command: str) -> None:
    if turned is None:
        say(f"There is nothing of yours to {command}.")
        return
    say(f"{verb}: {turned.act.words}.")
    if turned.kept:
        say(f"Others have written since, and that stays: {', '.join(turned.kept)}.")


@click.command()
@click.option("--mend", is_flag=True, help="Make the tables again from the events, if they differ.")
@pass_call
@click.pass_context
def doctor(ctx: click.Context, call: Call, mend: bool) -> None:
    """Check that the project is whole.

    The file, the chain of events, the texts, the coded passages, and the tables against the events. The exit code
    is 1 if there are faults.

    Example: qcode doctor --mend
    """
    from qcode.services.doctor import diagnose
    from qcode.services.doctor import mend as make_again

    try:
        with call.study() as study:
            found = diagnose(study)
            if mend and found.mendable:
                call.will_write()
                say(f"Made {make_again(study)} entries again from the events.")
                found = diagnose(study)
    except DamagedProject as damage:
        what = f"The file is damaged or cut off, so that it cannot be checked: {damage.what}"
        raise DamagedProject(what, where=damage.where, fix=_TAKE_COPY) from None
    _show(found)
    if found.faults:
        ctx.exit(1)


def _show(found: Diagnosis) -> None:
    for fault in found.faults:
        say(f"Fault: {fault}")
    for remark in found.remarks:
        say(f"Remark: {remark}")
    if not found.faults:
        say("The project is whole.")
        return
    if found.mendable:
        say("`qcode doctor --mend` makes the tables again from the events.")
    if found.changed_texts:
        say("For a text that was changed on the disk: take a copy of the project that you kept earlier; or remove")
        say("the transcript (`qcode transcripts remove NAME`), and import its original file again.")
    elif found.broken:
        say(_TAKE_COPY)
