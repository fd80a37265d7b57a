"""Commands on tables: frequencies, crosstab, agreement."""

from __future__ import annotations

from qcode.tui.command import Command, maker

__all__ = ["COMMANDS"]

_c = maker("table", "table-")

COMMANDS: tuple[Command, ...] = (
    _c("table-right", "Right", "The next cell of the row.", "right l", "sideways(1)"),
    _c("table-left", "Left", "The cell before.", "left h", "sideways(-1)"),
    _c("table-page-right", "Columns on", "As many columns on as fit.", "shift+right", "page_sideways(1)"),
    _c("table-page-left", "Columns back", "As many columns back as fit.", "shift+left", "page_sideways(-1)"),
    _c("table-rows", "Rows", "Choose the rows: all codes, dimensions with all below them, or one branch.", "r",
       hint="rows", weight=2),
    _c("table-columns", "Columns", "Choose by what the columns are: cases, transcripts, speakers, the coder, or none.",
       "c", hint="columns", weight=1),
    _c("table-content", "Content", "Choose what is counted: segments, transcripts, cases, percent of rows or columns.",
       "p", hint="content", weight=3),
    _c("table-coders", "Coders", "Choose whose codings count.", "v", hint="coders", weight=5),
    _c("table-filters", "Filters", "Choose by what the segments are narrowed: cases, transcripts, speakers, words.",
       "f", hint="filter", weight=4),
    _c("table-clear", "Clear", "No filters.", "ctrl+g", weight=8),
    _c("table-turn", "Frequencies", "Change between frequencies and crosstab of the same.", "t", "turn_over",
       hint="freq.", weight=7),
    _c("table-write", "Write", "Write the table to a file: .csv, .xlsx or .md, with what it counts.", "w",
       hint="write", weight=6),
    _c("table-notes", "Notes", "Go to the notes on what is counted, or back to the table.", "tab", hint="notes",
       weight=9),
    _c("table-back", "Back", "Back to the screen before.", "escape", hint="back", weight=90),
)  # fmt: skip
