"""What a command of the workbench is: one entry from which keys, bottom line, palette, help and handbook are made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

__all__ = ["LEADERS", "PLACES", "Command", "Place", "maker"]

Place = Literal[
    "everywhere", "list", "coding", "table", "project", "codebook", "recheck", "proposals", "releases", "cases",
    "retrieval", "search", "memos", "history", "settings", "debug",
]  # fmt: skip

PLACES: dict[Place, str] = {
    "everywhere": "Everywhere",
    "list": "In every list",
    "coding": "While coding",
    "project": "On the project's screen",
    "codebook": "In the codebook",
    "recheck": "On what is to be rechecked",
    "proposals": "Among proposals to change the codebook",
    "releases": "Among releases of the codebook",
    "cases": "Among the cases",
    "retrieval": "Among retrieved segments",
    "search": "Among places found",
    "memos": "Among memos",
    "table": "On a table",
    "history": "In the history",
    "settings": "In the settings",
    "debug": "On the debug information",
}
"""Where commands belong, with the heading of each place in help and handbook."""

LEADERS: dict[Place, str] = {"everywhere": "screens", "coding": "jump"}
"""For each place with a leader key: the id of the command that shows its letters."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command. `keys` are Textual's names, the first is the one that is shown; `hint` is its word in the footer.

    `weight` orders the bottom line: the lower, the longer it stays when the window gets narrow. `letter` calls it
    after the leader key of its place (Ctrl+O everywhere, g while coding).
    """

    id: str
    title: str
    description: str
    place: Place
    keys: tuple[str, ...]
    action: str
    hint: str = ""
    weight: int = 50
    letter: str = ""


def maker(place: Place, prefix: str = "") -> Callable[..., Command]:
    """A short way to write the commands of one place.

    The action is the id in snake case, without the prefix that tells its place.

    >>> maker("table", "table-")("table-write", "Write", "Write it.", "w").action
    'write'
    """

    def make(
        id_: str, title: str, description: str, keys: str, action: str = "", hint: str = "", weight: int = 50,
        letter: str = "",
    ) -> Command:  # fmt: skip
        called = action or id_.removeprefix(prefix).replace("-", "_")
        return Command(id_, title, description, place, tuple(keys.split()), called, hint, weight, letter)

    return make
