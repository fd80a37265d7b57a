"""Commands on the screen of the history."""

from __future__ import annotations

from qcode.tui.command import Command, maker

__all__ = ["COMMANDS"]

_c = maker("history", "history-")

COMMANDS: tuple[Command, ...] = (
    _c(
        "history-undo",
        "Undo",
        "Take back my last act, also from earlier days.",
        "u backspace ctrl+z",
        hint="undo",
        weight=1,
    ),
    _c("history-redo", "Redo", "Do again what was undone last.", "U ctrl+y", hint="redo", weight=2),
    _c("history-narrow", "Narrow", "Show only acts with some words.", "slash", hint="narrow", weight=3),
    _c("history-coder", "Coder", "Show only what one coder did.", "c", "choose_coder", hint="coder", weight=4),
    _c("history-day", "Day", "Show only one day, month or year.", "d", "choose_day", hint="day", weight=5),
    _c("history-others", "Other coders", "Show or hide the work of other coders.", "v", "toggle_others"),
    _c(
        "history-read",
        "Read on",
        "Scroll what is told of the act; from its end back to its beginning.",
        "space",
        "read_on",
    ),
    _c("history-write", "Write", "Write the acts that are shown to a CSV file.", "w", hint="write", weight=6),
    _c("history-back", "Back", "Back to the screen before.", "escape", hint="back", weight=90),
)
