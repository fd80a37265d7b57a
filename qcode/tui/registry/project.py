"""Commands on the project's screen: transcripts in and out, how far they are, what is recorded of them."""

from __future__ import annotations

from qcode.tui.command import Command, maker

__all__ = ["COMMANDS"]

_c = maker("project", "project-")

COMMANDS: tuple[Command, ...] = (
    _c(
        "project-complete",
        "Completed",
        "Mark the transcript as completed, being read or not started, in one dimension or in all.",
        "M",
        hint="completed",
        weight=3,
    ),
    _c(
        "project-edit",
        "Edit",
        "Change what is recorded of the transcript: kind, language, other names, date, place, any attribute.",
        "e",
        hint="edit",
        weight=4,
    ),
    _c(
        "project-import",
        "Import",
        "Import transcripts: a file, or a folder of them.",
        "i",
        "import_transcripts",
        hint="import",
        weight=1,
    ),
    _c(
        "project-codebook",
        "Codebook",
        "Import a codebook: one that comes with qcode, or a file.",
        "b",
        "choose_codebook",
        hint="codebook",
        weight=7,
    ),
    _c(
        "project-remove",
        "Remove",
        "Take the transcript out of the study, with all that hangs on it, after a question.",
        "x delete",
        hint="remove",
        weight=6,
    ),
    _c("project-restore", "Bring back", "Bring a removed transcript back, with all that hung on it.", "r"),
    _c("project-undo", "Undo", "Take back my last act.", "u backspace ctrl+z", hint="undo", weight=5),
    _c("project-redo", "Redo", "Do again what was undone last.", "U ctrl+y"),
    _c("project-narrow", "Narrow", "Show only transcripts with some words.", "slash", hint="narrow", weight=2),
    _c("project-others", "Other coders", "Show or hide the work of other coders.", "v", "toggle_others"),
    _c("project-back", "Back", "Back to the screen before.", "escape", hint="back", weight=90),
)
