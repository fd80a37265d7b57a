"""Commands on the screen of retrieved segments."""

from __future__ import annotations

from qcode.tui.command import Command, maker

__all__ = ["COMMANDS"]

_c = maker("retrieval", "retrieval-")

COMMANDS: tuple[Command, ...] = (
    _c("retrieval-query", "Query", "Change the query: codes joined with and, or, not, overlaps, within, near.",
       "slash", "edit_query", hint="query", weight=1),
    _c("retrieval-codes", "Codes", "Choose a code for the query by any of its names.", "tab", "choose_code"),
    _c("retrieval-filters", "Filters", "Choose by what the segments are narrowed: cases, coders, speakers, words.",
       "f", hint="filter", weight=2),
    _c("retrieval-clear", "Clear", "Empty query and filters: all coded segments.", "ctrl+g", hint="clear", weight=7),
    _c("retrieval-group", "Group", "Group by transcript, by code, by case, or not at all; Enter opens a group.",
       "b", hint="group", weight=3),
    _c("retrieval-sort", "Sort", "Order by transcript, code, case, coder or length.", "s", hint="sort", weight=4),
    _c("retrieval-others", "Other coders", "Show or hide the work of other coders.", "v", "toggle_others"),
    _c("retrieval-read", "Read on", "Scroll what is told of the segment; from its end back to its beginning.",
       "space", "read_on", hint="read on", weight=6),
    _c("retrieval-write", "Write", "Write the segments to a file: .csv, .xlsx, .md, .json or .ati.csv.",
       "w", hint="write", weight=5),
    _c("retrieval-back", "Back", "Back to the screen before.", "escape", hint="back", weight=90),
)  # fmt: skip
