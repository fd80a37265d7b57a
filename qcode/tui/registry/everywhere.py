"""Commands that every screen has: help, the palette, the way to other screens; and those of every list."""

from __future__ import annotations

from qcode.tui.command import Command, maker

__all__ = ["COMMANDS", "LIST_COMMANDS"]

_c = maker("everywhere")
_list = maker("list", "list-")

COMMANDS: tuple[Command, ...] = (
    _c("help", "Help", "Show the keys of this screen.", "f1 question_mark fullwidth_question_mark", hint="help"),
    _c("palette", "Commands", "Find a command by its name.", "ctrl+p colon fullwidth_colon", "command_palette"),
    _c("screens", "Screens", "Choose a screen by one letter.", "ctrl+o", "choose_screen", hint="screens"),
    _c("go-coding", "Coding", "Back to the transcript.", "", "go('coding')", letter="c"),
    _c("go-project", "Project", "All transcripts and how far everybody is.", "f3", "go('project')", letter="p"),
    _c(
        "go-codebook",
        "Codebook",
        "All codes with their fields, proposals, and what to recheck.",
        "f6",
        "go('codebook')",
        letter="b",
    ),
    _c("go-cases", "Cases", "The cases with attributes, parties, stages and links.", "", "go('cases')", letter="k"),
    _c(
        "go-retrieval",
        "Retrieval",
        "Find coded segments by codes, cases, speakers, words.",
        "f7",
        "go('retrieval')",
        letter="r",
    ),
    _c("go-search", "Search", "Find words in all transcripts, in context.", "", "go('search')", letter="s"),
    _c("go-memos", "Memos", "All memos, and what they are about.", "", "go('memos')", letter="m"),
    _c("go-crosstab", "Crosstab", "Codes by mechanism of the cases.", "f8", "go('crosstab')", letter="x"),
    _c("go-frequencies", "Frequencies", "How often each code is used.", "", "go('frequencies')", letter="f"),
    _c("go-agreement", "Agreement", "How far coders agree, code by code.", "f9", "go('agreement')", letter="a"),
    _c("go-history", "History", "Who did what when; undo and redo.", "", "go('history')", letter="h"),
    _c("go-settings", "Settings", "Keys, colours, mouse, your name.", "", "go('settings')", letter="o"),
    _c(
        "go-debug",
        "Debug information",
        "What helps to find a fault; never interview text.",
        "",
        "go('debug')",
        letter="d",
    ),
    _c("tour", "Tour", "A short tour by keys on the open study; Esc leaves it.", "", letter="t"),
    _c("theme", "Light or dark", "Change between dark and light colours.", "f10", "change_colours"),
    _c("mouse", "Mouse", "Give the mouse to the terminal, so that it can select, or take it back.", "f12"),
    _c("quit", "Quit", "Leave qcode; everything is stored already.", "ctrl+q", hint="quit"),
)

LIST_COMMANDS: tuple[Command, ...] = (
    _list("list-down", "Down", "Next line.", "down j", "move(1)"),
    _list("list-up", "Up", "Line before.", "up k", "move(-1)"),
    _list("list-page-down", "Page down", "One screen down.", "pagedown", "page(1)"),
    _list("list-page-up", "Page up", "One screen up.", "pageup", "page(-1)"),
    _list("list-first", "First", "To the first line.", "home", "edge(0)"),
    _list("list-last", "Last", "To the last line.", "end", "edge(1)"),
    _list("list-open", "Open", "Open what the line shows.", "enter", "choose"),
)
