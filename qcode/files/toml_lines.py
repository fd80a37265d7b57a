"""On which line of a TOML file a thing stands. No TOML library of the standard kind tells.

The text is cut into statements without being understood: strings and comments are skipped, so that a header
that is quoted in a definition is not taken for one. Each statement is a table header or the key before `=`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

__all__ = ["Place", "Statement", "line_of", "line_table", "statements"]

Place = tuple[str | int, ...]
"""Keys from the top of the file; an entry of an array of tables by its 0-based number: ("code", 2, "name")."""

# Every alternative can end without its closing mark: no input makes the search start over, so it stays linear.
_TOKEN = re.compile(
    r"""
    \"{3} (?: [^"\\]+ | \\. | "(?!"") )* (?: "{3,5} | \\?\Z )  # text over several lines
    | '{3} .*? (?: '{3,5} | \Z )                             # the same, taken literally
    | " (?: [^"\\\n]+ | \\[^\n] )* "?                        # text on one line
    | ' [^'\n]* '?                                           # the same, taken literally
    | \# [^\n]*                                              # a comment
    | [\[\]{}=\n]
    | [^"'\#\[\]{}=\n]+
    """,
    re.DOTALL | re.VERBOSE,
)
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Statement:
    """A table header (`[x]`, `[[x]]`) or a key, its 1-based line, and the dots outside strings up to its end."""

    head: str
    line: int
    dots: int


def statements(text: str) -> Iterator[Statement]:
    """The statements of a TOML text whose line ends are LF; of broken TOML, what can be made out."""
    line = start = 1
    head: list[str] = []
    depth = dots = 0
    in_value = False
    for match in _TOKEN.finditer(text):
        token = match[0]
        first = token[0]
        if first == "\n" and not depth:
            if head:
                yield Statement("".join(head).strip(), start, dots)
            head, dots, in_value = [], 0, False
        elif in_value:
            depth = max(0, depth + (first in "[{") - (first in "]}"))
        elif first == "=":
            in_value = True
        elif first != "#" and token.strip():
            start = start if head else line
            head.append(token)
        if first not in "\"'#":
            dots += token.count(".")
        line += token.count("\n")
    if head:
        yield Statement("".join(head).strip(), start, dots)


def line_table(found: Iterable[Statement]) -> dict[Place, int]:
    r"""The first line of every place in a valid TOML file, entries inside a value left out.

    >>> line_table(statements('[[code]]\nid = "a"\n[[code]]\nname.en = "B"'))[("code", 1, "name", "en")]
    4
    """
    lines: dict[Place, int] = {}
    newest: dict[Place, int] = {}
    table: Place = ()
    for statement in found:
        if statement.head.startswith("["):
            table = place = _table_place(statement.head, newest)
        else:
            place = (*table, *_keys(statement.head))
        for length in range(1, len(place) + 1):
            lines.setdefault(place[:length], statement.line)
    return lines


def line_of(lines: Mapping[Place, int], place: Place) -> int | None:
    """The line of a place, else of the nearest thing around it that has a line of its own; None if nothing has.

    >>> line_of({("code",): 1, ("code", 0): 1, ("code", 0, "name"): 3}, ("code", 0, "name", "en"))
    3
    """
    for length in range(len(place), 0, -1):
        if place[:length] in lines:
            return lines[place[:length]]
    return None


def _table_place(head: str, newest: dict[Place, int]) -> Place:
    """The place of a header; `newest` holds the number of the last entry of each array of tables, and is kept."""
    *above, last = _keys(head.strip("[]"))
    place: Place = ()
    for key in above:
        place = (*place, key)
        # A header below an array of tables means the entry that came last.
        if place in newest:
            place = (*place, newest[place])
    place = (*place, last)
    if head.startswith("[["):
        newest[place] = newest.get(place, -1) + 1
        place = (*place, newest[place])
    return place


def _keys(dotted: str) -> list[str]:
    """The parts of a key, quotes undone.

    >>> _keys('name . "zh.Hans"')
    ['name', 'zh.Hans']
    """
    if _BARE_KEY.fullmatch(dotted.strip()):
        return [dotted.strip()]
    keys: list[str] = []
    nested: object = tomllib.loads(f"{dotted} = 0")
    while isinstance(nested, dict):
        ((key, nested),) = nested.items()
        keys.append(key)
    return keys
