"""The history of a study: all acts, the latest first, of which only those are read that somebody looks at.

A history is a picture of one moment: `stale` says whether something was written since.
"""

from __future__ import annotations

import datetime as dt
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from qcode.core.dates import DATE_FORMS, is_date
from qcode.core.text import display_safe
from qcode.errors import RequestError
from qcode.files.guard import write_file
from qcode.files.tables import csv_bytes
from qcode.services.act_changes import ActChange, Goal, changes_of, goal_of
from qcode.services.log import Act, Names, act_words, local_time
from qcode.store.act_reading import ActEvents

if TYPE_CHECKING:
    from qcode.services.study import Study

__all__ = ["HISTORY_COLUMNS", "ActLine", "History", "check_history_file", "day_range", "export_history"]

HISTORY_COLUMNS = ("time", "coder", "what", "events", "undone", "act")
MOST_EVENTS = 500  # of one act: what is said of an import of thousands, its first hundreds say
_LINES_KEPT = 2048
_LOOKED_AT = 50  # events of an act, for a place that one can go to

Turn = Literal["", "undo", "own", "undone", "redo"]


@dataclass(frozen=True, slots=True)
class ActLine:
    """An act as a list shows it.

    `turn`: my act that undo takes back next (`undo`) or one day (`own`), an act that is undone (`undone`), and of
    these the one that redo does again (`redo`); else empty.
    """

    key: int
    act: Act
    turn: Turn


def day_range(text: str) -> tuple[int, int]:
    """A year, a month or a day of this machine's time zone in milliseconds since 1970, half-open.

    Raises RequestError for what is no date.
    """
    written = text.strip()
    if not is_date(written):
        raise RequestError("This is no date.", fix=f"Write {DATE_FORMS}.")
    year, month, day = ([int(part) for part in written.split("-")] + [0, 0])[:3]
    first = dt.date(year, month or 1, day or 1)
    try:
        if day:
            after = first + dt.timedelta(days=1)
        else:
            after = dt.date(year + (month or 12) // 12, month % 12 + 1 if month else 1, 1)
        return _midnight(first), _midnight(after)
    except (ValueError, OverflowError, OSError):
        raise RequestError("Nobody has used qcode so early or so late.", fix=f"Write {DATE_FORMS}.") from None


def _midnight(day: dt.date) -> int:
    return int(dt.datetime(day.year, day.month, day.day).astimezone().timestamp() * 1000)


class History:
    """The acts that may be seen: of one coder if `coder` is given, of one day, month or year if `day` is.

    Raises UnknownName for a coder that there is not, RequestError for what is no date.
    """

    def __init__(self, study: Study, *, coder: str = "", day: str = "") -> None:
        self._study = study
        coders = [study.coder(coder).key] if coder else study.visible_coders()
        since, until = day_range(day) if day else (None, None)
        self._state = study.file.read.state()
        self._keys: array[int] = study.file.acts.keys(coders=coders, since_ms=since, until_ms=until)
        self._names = Names(study)
        self._undo, self._redo = self._next_turns()
        self._words: dict[int, str] = {}
        self._line = lru_cache(maxsize=_LINES_KEPT)(self._read_line)

    def _next_turns(self) -> tuple[str | None, str | None]:
        read, me = self._study.file.read, self._study.me.key
        return (read.undoable(me), read.redoable(me)) if me else (None, None)

    def __len__(self) -> int:
        """The number of acts."""
        return len(self._keys)

    def stale(self) -> bool:
        """Whether something was written since, by whichever process."""
        return self._study.file.read.state() != self._state

    def number_of(self, key: int) -> int | None:
        """The place of an act (by key) in the list, from 0."""
        try:
            return self._keys.index(key)
        except ValueError:
            return None

    def line(self, number: int) -> ActLine:
        """The act in that place, from 0 for the latest."""
        return self._line(self._keys[number])

    def _events(self, key: int) -> ActEvents:
        return self._study.file.acts.events(key, most=MOST_EVENTS)

    def _read_line(self, key: int) -> ActLine:
        found = self._events(key)
        events = found.events
        first = events[0]
        coder = self._names.coder.get(first.coder, first.coder[:8])
        words = act_words(events, self._names, found.kinds)
        number = sum(found.kinds.values())
        act = Act(first.act, coder, min(event.at_ms for event in events), words, number, first.undone)
        return ActLine(key, act, self._turn(act, mine=first.coder == self._study.me.uid, undoable=found.undoable))

    def _turn(self, act: Act, *, mine: bool, undoable: bool) -> Turn:
        if act.undone:
            return "redo" if mine and act.uid == self._redo else "undone"
        if not mine or not undoable:
            return ""
        return "undo" if act.uid == self._undo else "own"

    def holds(self, number: int, wanted: Iterable[str]) -> bool:
        """Whether time, coder and words of an act hold all these words, given in lower case; quick when asked again."""
        key = self._keys[number]
        if key not in self._words:
            act = self._read_line(key).act
            self._words[key] = f"{local_time(act.at_ms)} {act.coder} {act.words}".casefold()
        text = self._words[key]
        return all(word in text for word in wanted)

    def changes(self, number: int, most: int = 50) -> list[ActChange]:
        """What an act did, event by event; of a large one the first of them."""
        found = self._study.file.acts.events(self._keys[number], most=most)
        return changes_of(self._study, found.events, self._names)

    def goal(self, number: int) -> Goal | None:
        """Where one can look at what an act was about; None if there is no such place."""
        return goal_of(self._study, self._study.file.acts.events(self._keys[number], most=_LOOKED_AT).events)

    def cells(self, number: int) -> tuple[str, str, str, int, str, str]:
        """An act as a row of the table that HISTORY_COLUMNS heads."""
        act = self._read_line(self._keys[number]).act
        return (local_time(act.at_ms), act.coder, act.words, act.events, "undone" if act.undone else "", act.uid)


def check_history_file(path: Path) -> None:
    """Whether the history can be written there. Raises RequestError for another ending than .csv, or if it is there."""
    shown = display_safe(str(path))
    if path.suffix.casefold() != ".csv":
        raise RequestError("The history is written as .csv.", where=shown, fix="Choose that ending.")
    try:
        there = path.exists()
    except OSError:  # a name that is too long, a folder that may not be read
        raise RequestError("No file can be written there.", where=shown, fix="Choose another name.") from None
    if there:
        raise RequestError("The file is there already.", where=shown, fix="Choose another name.")


def export_history(rows: Sequence[Sequence[str | int]], path: Path) -> int:
    """Write rows of `History.cells` as CSV; their number. Raises RequestError as `check_history_file` does."""
    check_history_file(path)
    write_file(path, csv_bytes(HISTORY_COLUMNS, rows))
    return len(rows)
