"""Commands on the screen of places found."""

from __future__ import annotations

from qcode.tui.command import Command, maker

__all__ = ["COMMANDS"]

_c = maker("search", "search-")

COMMANDS: tuple[Command, ...] = (
    _c("search-words", "Words", "Look for other words; ↑ in the empty field brings earlier ones back.",
       "slash", "edit_words", hint="words", weight=1),
    _c("search-interviewers", "Interviewers", "Look in the words of interviewers too, or leave them out.",
       "i", hint="interviewers", weight=2),
    _c("search-whole", "Whole words", "Find whole words only, or parts of words too.", "W", hint="whole", weight=3),
    _c("search-filters", "Filters", "Choose by what the places are narrowed: cases, transcripts, speakers.",
       "f", hint="filter", weight=4),
    _c("search-clear", "Clear", "Empty the words and the filters.", "ctrl+g"),
    _c("search-read", "Read on", "Scroll what is told of the place; from its end back to its beginning.",
       "space", "read_on"),
    _c("search-write", "Write", "Write the hits in their context to a CSV file.", "w", hint="write", weight=5),
    _c("search-back", "Back", "Back to the screen before.", "escape", hint="back", weight=90),
)  # fmt: skip
