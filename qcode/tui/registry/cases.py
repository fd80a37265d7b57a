"""Commands on the screen of the cases, on the list of a case's links, and on the counts of cases."""

from __future__ import annotations

from qcode.tui.command import Command, maker

__all__ = ["COMMANDS"]

_c = maker("cases", "cases-")

COMMANDS: tuple[Command, ...] = (
    _c(
        "cases-new", "New case", "Make a case by hand: key, name, kind, then its attributes.", "A", hint="new", weight=3
    ),
    _c(
        "cases-edit",
        "Edit",
        "Change the case: name, kind, mechanism with source and certainty, any attribute, parties, stages.",
        "e",
        hint="edit",
        weight=2,
    ),
    _c(
        "cases-remove",
        "Remove",
        "Take the case out of the study, after a question; in the list of its links: take my link away.",
        "x delete",
        hint="remove",
        weight=8,
    ),
    _c(
        "cases-undo",
        "Undo",
        "Take the last change of a case back that was made here since qcode was started; in the list of its links: "
        "my last act.",
        "u backspace ctrl+z",
        hint="undo",
        weight=9,
    ),
    _c("cases-redo", "Redo", "Do again what was undone last.", "U ctrl+y"),
    _c(
        "cases-narrow",
        "Narrow",
        "Show only cases with some words: in keys, names, attributes, parties with their codes and provinces, stages.",
        "slash",
        hint="narrow",
        weight=1,
    ),
    _c(
        "cases-sort",
        "Sort",
        "Sort by a column; the same column again turns the order round.",
        "s",
        hint="sort",
        weight=6,
    ),
    _c(
        "cases-columns",
        "Columns",
        "Choose which attributes are columns; among counts: count by a second attribute too.",
        "c",
        hint="columns",
        weight=7,
    ),
    _c("cases-types", "Types", "Show the types of the columns, and set them.", "t", hint="types", weight=11),
    _c(
        "cases-counts",
        "Counts",
        "Count the cases by mechanism, year, issue area, province or any other attribute.",
        "n",
        hint="counts",
        weight=4,
    ),
    _c("cases-segments", "Segments", "My coded segments that speak of the case.", "r", hint="segments", weight=10),
    _c(
        "cases-import",
        "Import",
        "Import a table of cases or of links, CSV or XLSX; what looks wrong is listed with its row.",
        "i",
        "import_table",
        hint="import",
        weight=5,
    ),
    _c("cases-write", "Write", "Write the cases, their links, or the counts to a file.", "w", hint="write", weight=12),
    _c("cases-others", "Other coders", "Show or hide the work of other coders.", "v", "toggle_others"),
    _c("cases-read", "Read on", "Scroll what is told below; from its end back to its beginning.", "space", "read_on"),
    _c("cases-back", "Back", "Back to the screen before.", "escape", hint="back", weight=90),
)
