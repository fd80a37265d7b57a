"""Every command of the workbench, once: keys, footer, palette, help and the table in the docs come from here."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from typing import Literal

from textual.binding import Binding, BindingType

__all__ = ["COMMANDS", "Command", "bindings", "command", "hints", "key_name", "key_table"]

Place = Literal["everywhere", "coding", "table"]


@dataclass(frozen=True, slots=True)
class Command:
    """One command. `keys` are Textual's names, the first is the one that is shown; `hint` is its word in the footer."""

    id: str
    title: str
    description: str
    place: Place
    keys: tuple[str, ...]
    action: str
    hint: str = ""


def _c(id_: str, title: str, description: str, keys: str, action: str = "", hint: str = "") -> Command:
    return Command(id_, title, description, "coding", tuple(keys.split()), action or id_.replace("-", "_"), hint)


def _everywhere(id_: str, title: str, description: str, keys: str, action: str = "", hint: str = "") -> Command:
    return Command(id_, title, description, "everywhere", tuple(keys.split()), action or id_.replace("-", "_"), hint)


def _table(id_: str, title: str, description: str, keys: str, hint: str = "") -> Command:
    return Command(
        id_, title, description, "table", tuple(keys.split()), id_.removeprefix("table-").replace("-", "_"), hint
    )


COMMANDS: tuple[Command, ...] = (
    _everywhere(
        "help", "Help", "Show the keys of this screen.", "f1 question_mark fullwidth_question_mark", hint="help"
    ),
    _everywhere("palette", "Commands", "Find a command by its name.", "ctrl+p colon", "command_palette"),
    _everywhere("quit", "Quit", "Leave qcode; everything is stored already.", "ctrl+q", hint="quit"),
    _everywhere("theme", "Light or dark", "Change between dark and light colours.", "f10", "change_colours"),
    # move
    _c("word-right", "Next word", "Select the next word (in Chinese: character).", "right l", "word(1)"),
    _c("word-left", "Previous word", "Select the previous word.", "left h", "word(-1)"),
    _c("line-down", "Line down", "Select the word below.", "down j", "line(1)"),
    _c("line-up", "Line up", "Select the word above.", "up k", "line(-1)"),
    _c("page-down", "Page down", "Go one screen down.", "pagedown ctrl+f", "page(1)"),
    _c("page-up", "Page up", "Go one screen up.", "pageup", "page(-1)"),
    _c("turn-next", "Next turn", "Go to the next speaker's turn.", "right_curly_bracket J", "turn(1)"),
    _c(
        "turn-previous",
        "Previous turn",
        "Go to the beginning of this turn, or to the one before.",
        "left_curly_bracket K",
        "turn(-1)",
    ),
    _c("text-start", "Beginning", "Go to the beginning of the transcript.", "home", "edge(0)"),
    _c("text-end", "End", "Go to the end of the transcript.", "end", "edge(1)"),
    # select
    _c("extend-right", "Extend by a word", "Stretch the selection by a word.", "shift+right", "extend_word(1)"),
    _c(
        "extend-left",
        "Draw back by a word",
        "Move the moving end of the selection back.",
        "shift+left",
        "extend_word(-1)",
    ),
    _c(
        "extend-down",
        "Extend by a sentence",
        "Stretch the selection to the end of the sentence, then of the next.",
        "shift+down",
        "extend_sentence(1)",
    ),
    _c(
        "extend-up",
        "Extend back",
        "Stretch the selection back to the beginning of the sentence, then of the one before.",
        "shift+up",
        "extend_sentence(-1)",
    ),
    _c("anchor", "Anchor", "Fix this end: moving extends the selection until Esc.", "space", hint="anchor"),
    _c("other-end", "Other end", "Let the other end of the selection move.", "o"),
    _c("collapse", "Collapse", "Back to one word; also leaves a suggestion.", "escape"),
    _c("sentence", "Sentence", "Select the whole sentence.", "s", "select_sentence", hint="sentence"),
    _c("turn", "Turn", "Select the whole turn.", "t", "select_turn", hint="turn"),
    _c("grow", "Grow", "Next larger unit: word, clause, sentence, turn.", "plus equals_sign", hint="grow"),
    _c("shrink", "Shrink", "Next smaller unit.", "minus"),
    # code
    _c("pick", "Pick a code", "Find a code by name, id or alias and apply it.", "enter f5", "pick_code", hint="code"),
    _c("repeat", "Repeat", "Apply the code that was applied last.", "full_stop", "repeat_code"),
    *(_c(f"hot-{n}", f"Code {n}", f"Apply the code with hot key {n}.", str(n), f"hot({n})") for n in range(1, 10)),
    _c("remove", "Remove", "Remove my code under the cursor; on a suggestion: reject it.", "x delete", hint="remove"),
    _c("undo", "Undo", "Take back my last act, also from earlier days.", "u backspace ctrl+z", hint="undo"),
    _c("redo", "Redo", "Do again what was undone last.", "U ctrl+y"),
    # cases
    _c("context", "Current case", "Choose the case that new codings are given.", "c", "set_context", hint="case"),
    _c("link", "Link to case", "Say that the selected passage speaks of a case.", "L", "link_passage"),
    # suggestions
    _c(
        "suggest",
        "Suggestions",
        "Show or hide passages that the codebook's indicators point at.",
        "f4",
        "toggle_suggestions",
        hint="suggest",
    ),
    _c("suggestion-next", "Next suggestion", "Go to the next suggestion.", "tab", "suggestion(1)"),
    _c("suggestion-previous", "Previous suggestion", "Go to the previous suggestion.", "shift+tab", "suggestion(-1)"),
    _c(
        "accept",
        "Accept",
        "Make a coding of the suggestion; with the selection's boundaries if it was changed.",
        "a",
        "accept",
    ),
    # view
    _c("codebook", "Codebook", "Show or hide the codebook pane.", "f2", "toggle_codebook"),
    _c("transcripts", "Transcripts", "Choose another transcript.", "f3", "choose_transcript", hint="texts"),
    _c("transcript-next", "Next transcript", "Open the next transcript.", "right_square_bracket", "transcript(1)"),
    _c(
        "transcript-previous",
        "Previous transcript",
        "Open the previous transcript.",
        "left_square_bracket",
        "transcript(-1)",
    ),
    _c("speaker", "Speaker", "Set the role of this turn's speaker, for all turns or for this one.", "R", "set_speaker"),
    _c("others", "Other coders", "Show or hide the work of other coders.", "v", "toggle_others"),
    _c(
        "complete",
        "Completed",
        "Mark this transcript as completed in every dimension, or as being read again.",
        "M",
        "mark_complete",
    ),
    _c("crosstab", "Crosstab", "Codes by mechanism of the cases.", "f8", "show_table('crosstab')", hint="crosstab"),
    _c("frequencies", "Frequencies", "How often each code is used.", "f7", "show_table('frequencies')"),
    _c("agreement", "Agreement", "How far coders agree, code by code.", "f9", "show_table('agreement')"),
    # tables
    _table("table-back", "Back", "Back to coding.", "escape", hint="back"),
    _table("table-coders", "Coders", "Count another choice of coders: main, any, each one.", "r", hint="coder"),
    _table("table-percent", "Percent", "Numbers, percent of rows, percent of columns (crosstab).", "p", hint="%"),
    _table("table-attribute", "Columns", "Another attribute of the cases as columns (crosstab).", "c", hint="column"),
    _table("table-write", "Write CSV", "Write the table as CSV beside the project.", "w", hint="CSV"),
    _table("table-notes", "Notes", "Go to the notes on what is counted, or back to the table.", "tab", hint="notes"),
)

_BY_ID = {c.id: c for c in COMMANDS}
# What a narrow window still tells comes first.
_WEIGHT = ("pick", "sentence", "turn", "remove", "undo", "context", "suggest", "anchor", "grow", "transcripts")
_HINT_BLANKS = 3  # around a key and after its word
_NAMES = {
    "question_mark": "?", "fullwidth_question_mark": "？", "full_stop": ".", "colon": ":", "plus": "+", "minus": "-",
    "equals_sign": "=", "left_curly_bracket": "{", "right_curly_bracket": "}", "left_square_bracket": "[",
    "right_square_bracket": "]", "escape": "Esc", "enter": "Enter", "space": "Space", "tab": "Tab", "delete": "Del",
    "backspace": "Backspace", "pagedown": "PgDn", "pageup": "PgUp", "home": "Home", "end": "End", "up": "↑",
    "down": "↓", "left": "←", "right": "→",
}  # fmt: skip


def key_name(key: str) -> str:
    """A key as people call it.

    >>> key_name("shift+right"), key_name("ctrl+q"), key_name("f1")
    ('Shift+→', 'Ctrl+Q', 'F1')
    """
    *modifiers, last = key.split("+")
    name = _NAMES.get(last) or (last.upper() if modifiers or (last[0] == "f" and last[1:].isdigit()) else last)
    return "+".join([*(m.capitalize() for m in modifiers), name])


def command(id_: str) -> Command:
    """The command with that id."""
    return _BY_ID[id_]


def bindings(place: Place) -> list[BindingType]:
    """Textual's bindings for the commands of one place."""
    return [Binding(",".join(c.keys), c.action, c.title, show=False, id=c.id) for c in COMMANDS if c.place == place]


def hints(place: Place, cells: int, *, without: Container[str] = ()) -> list[tuple[str, str]]:
    """(key, word) pairs for the bottom line of a screen, the most used first: as many as `cells` can hold.

    Help and quit are always among them; `without` names commands that do nothing now.
    """
    own = [c for c in COMMANDS if c.hint and c.place == place and c.id not in without]
    own.sort(key=lambda c: _WEIGHT.index(c.id) if c.id in _WEIGHT else len(_WEIGHT))
    always = [(key_name(c.keys[0]), c.hint) for c in COMMANDS if c.hint and c.place == "everywhere"]
    shown = [(key_name(c.keys[0]), c.hint) for c in own]
    while shown and sum(len(key) + len(word) + _HINT_BLANKS for key, word in [*shown, *always]) > cells:
        shown.pop()
    return [*shown, *always]


def key_table() -> list[tuple[str, str, str, str]]:
    """(place, keys, title, description) of every command, in order: what help and the docs show."""
    return [(c.place, " ".join(key_name(k) for k in c.keys), c.title, c.description) for c in COMMANDS]
