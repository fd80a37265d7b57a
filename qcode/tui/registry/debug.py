"""Commands on the debug information."""

from __future__ import annotations

from qcode.tui.command import Command, maker

__all__ = ["COMMANDS"]

_c = maker("debug", "debug-")

COMMANDS: tuple[Command, ...] = (
    _c("debug-write", "Write", "Write it as qcode-debug.txt into the folder where qcode was started.", "w",
       hint="file", weight=1),
    _c("debug-copy", "Copy", "Copy it to the clipboard, where the terminal lets programs do so.", "y", hint="copy",
       weight=2),
    _c("debug-back", "Back", "Back to the screen before.", "escape", hint="back", weight=90),
)  # fmt: skip
