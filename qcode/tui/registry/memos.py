"""Commands on the screen of memos."""

from __future__ import annotations

from qcode.tui.command import Command, maker

__all__ = ["COMMANDS"]

_c = maker("memos", "memos-")

COMMANDS: tuple[Command, ...] = (
    _c(
        "memos-new",
        "New memo",
        "Write a memo about the study, a code, a case or a transcript; on a passage: m while coding.",
        "A",
        hint="new",
        weight=1,
    ),
    _c("memos-edit", "Edit", "Change the words of my memo.", "e", hint="edit", weight=2),
    _c("memos-title", "Title", "Give my memo a title, or another one.", "T", hint="title", weight=8),
    _c("memos-kind", "Kind", "Make my memo a note, a theory, a method or a todo.", "K", hint="kind", weight=9),
    _c("memos-remove", "Remove", "Take my memo away; undo brings it back.", "x delete", hint="remove", weight=6),
    _c("memos-undo", "Undo", "Take back my last act.", "u backspace ctrl+z", hint="undo", weight=7),
    _c("memos-redo", "Redo", "Do again what was undone last.", "U ctrl+y"),
    _c("memos-narrow", "Narrow", "Show only memos with some words.", "slash", hint="narrow", weight=3),
    _c(
        "memos-about",
        "About",
        "Show only memos about the study, then codes, cases, transcripts, passages, then all again.",
        "a",
        hint="about",
        weight=4,
    ),
    _c(
        "memos-type",
        "Kinds",
        "Show only memos of one kind, then of the next, then all again.",
        "t",
        hint="kinds",
        weight=5,
    ),
    _c("memos-others", "Other coders", "Show or hide the work of other coders.", "v", "toggle_others"),
    _c("memos-read", "Read on", "Scroll the text of the memo; from its end back to its beginning.", "space", "read_on"),
    _c(
        "memos-write",
        "Write",
        "Write the memos that are shown to a file: .md to read, .csv for tables.",
        "w",
        hint="write",
        weight=10,
    ),
    _c("memos-back", "Back", "Back to the screen before.", "escape", hint="back", weight=90),
)
