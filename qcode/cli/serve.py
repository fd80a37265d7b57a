"""The workbench in a browser."""

from __future__ import annotations

import os

import click

from qcode.cli.call import Call, pass_call
from qcode.cli.show import say

__all__ = ["serve"]


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), help="The port; else 8437, or another if that is taken.")
@click.option(
    "--idle",
    type=click.IntRange(1, 1440),
    default=120,
    show_default=True,
    metavar="MINUTES",
    help="Close a window that nobody has touched for so long.",
)
@click.option("--mouse/--no-mouse", default=True, help="Let qcode take the mouse, or leave it to the browser.")
@pass_call
def serve(call: Call, port: int | None, idle: int, mouse: bool) -> None:
    """Show the workbench in a browser on this computer.

    It prints an address that works once, for the browser that opens it first; nobody else sees anything. Only this
    computer can reach it. From another one, come through ssh with -L, as the printed line shows. Ctrl-C ends it.

    Example: qcode serve --idle 30
    """
    from qcode.services.study import Study
    from qcode.tui.browser.server import WorkbenchServer, listen
    from qcode.tui.browser.window import child_command

    path = call.path()
    with Study.open(path, coder=call.coder):
        pass  # what cannot be opened is better said here than in the browser
    command = child_command(path, call.coder, mouse=mouse)
    server = WorkbenchServer(command, title=f"{path.stem} - qcode", idle=idle * 60, tell=say)
    with listen(port) as door:
        number = door.getsockname()[1]
        say("Open this address in a browser on this computer. It works once.")
        say(f"  http://127.0.0.1:{number}/open/{server.gate.token}")
        if os.environ.get("SSH_CONNECTION"):
            say("To open it on the computer that you sit at, first run there, with the name of this server:")
            say(f"  ssh -N -L {number}:127.0.0.1:{number} SERVER")
        say("Ctrl-C ends it.")
        server.run(door)
    say("Ended.")
