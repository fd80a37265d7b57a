"""Commands on the screen of the settings."""

from __future__ import annotations

from qcode.tui.command import Command, maker

__all__ = ["COMMANDS"]

_c = maker("settings", "settings-")

COMMANDS: tuple[Command, ...] = (
    _c(
        "settings-remove",
        "Default",
        "Back to the default of this line: the value, or the keys.",
        "x delete",
        "default",
        hint="default",
        weight=2,
    ),
    _c(
        "settings-add",
        "Another key",
        "Give the command one more key; Enter gives it another instead.",
        "A",
        "add_key",
        hint="one more key",
        weight=3,
    ),
    _c(
        "settings-none",
        "No key",
        "Take all keys of the command away; the palette still finds it.",
        "minus",
        "no_key",
    ),
    _c("settings-faults", "Faults", "What does not hold in the file of the settings.", "f", hint="faults", weight=5),
    _c("settings-narrow", "Narrow", "Show only lines with some words.", "slash", hint="narrow", weight=1),
    _c("settings-back", "Back", "Back to the screen before.", "escape", hint="back", weight=90),
)
