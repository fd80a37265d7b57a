"""The turns of a transcript with what people corrected: other speakers and roles, turns split and joined.

Corrections are fields of the transcript, each with a history of its own. A turn of the import is named by its number
from 0, a part that people split off by the place where it begins, so that a split moves no other correction:

- `turn:N:speaker`, `turn:N:role`: who speaks, and a role of its own; `turn:N:joined`: it goes on from the one before;
- `split:AT`: `[end of the part before, begin of what is said, label there or null]`: a part begins at AT;
- `split:AT:speaker`, `split:AT:role`: as for turns.

All places are code points in the canonical text, half-open.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from qcode.core.events import Json

__all__ = ["CorrectedTurn", "corrected_turns", "turn_numbers"]

_LIMIT = 2**63  # what a database can hold


class CorrectedTurn(NamedTuple):
    """One turn as people left it; speakers are uids, None where nobody is named.

    `position` is the turn's number in the import from 0; of a part that was split off, minus the place where it
    begins, so that it never changes. `written` is the speaker whose label stands there.
    """

    position: int
    start: int
    body: int
    end: int
    speaker: str | None
    written: str | None
    time_ms: int | None
    role: str | None


def corrected_turns(fields: Mapping[str, Json]) -> list[CorrectedTurn]:
    """The turns in the order of the text; `fields` are those of the transcript.

    A split that lies in no turn any more (somebody split or joined at the same time) has no effect. Raises TypeError,
    ValueError or KeyError for fields that are misshapen.

    >>> fields = {"speakers": ["i", "r"], "turns": [[0, 3, 9, 0, None], [10, 13, 40, 1, None]]}
    >>> fields |= {"split:20": [19, 23, None], "split:20:speaker": "i"}
    >>> [(turn.position, turn.start, turn.end, turn.speaker) for turn in corrected_turns(fields)]
    [(0, 0, 9, 'i'), (1, 10, 19, 'r'), (-20, 20, 40, 'i')]
    """
    speakers = dict(enumerate(map(_uid, fields["speakers"])))  # a number that is not there is a KeyError, -1 too
    imported = [_imported(position, turn, speakers) for position, turn in enumerate(fields["turns"])]
    # Most transcripts have no corrections, and have thousands of turns.
    if any(name.startswith("turn:") for name in fields):
        imported = _corrected(imported, fields)
    splits = dict(_splits(fields))
    if not splits:
        return imported
    places = sorted(splits)
    return [part for turn in imported for part in _parts(turn, places, splits, fields)]


def _imported(position: int, turn: Sequence[Json], speakers: Mapping[int, str]) -> CorrectedTurn:
    start, body, end, speaker, time = turn
    written = None if speaker is None else speakers[_whole(speaker)]
    time_ms = None if time is None else _whole(time)
    return CorrectedTurn(position, _whole(start), _whole(body), _whole(end), written, written, time_ms, None)


def _corrected(imported: Sequence[CorrectedTurn], fields: Mapping[str, Json]) -> list[CorrectedTurn]:
    turns: list[CorrectedTurn] = []
    for turn in imported:
        name = f"turn:{turn.position}"
        if turns and fields.get(f"{name}:joined"):
            turns[-1] = turns[-1]._replace(end=turn.end)
        else:
            speaker = _maybe(fields, f"{name}:speaker") or turn.written
            turns.append(turn._replace(speaker=speaker, role=_maybe(fields, f"{name}:role")))
    return turns


_Split = tuple[int, int, str | None]


def _splits(fields: Mapping[str, Json]) -> Iterator[tuple[int, _Split]]:
    for name, value in fields.items():
        if name.startswith("split:") and name.count(":") == 1 and value is not None:
            before, body, label = value
            at = int(name.removeprefix("split:"))
            yield at, (_whole(before), _whole(body), None if label is None else _uid(label))


def _parts(
    turn: CorrectedTurn, places: Sequence[int], splits: Mapping[int, _Split], fields: Mapping[str, Json]
) -> Iterator[CorrectedTurn]:
    """The turn, cut where a split lies in what is said."""
    here = turn
    for at in places[bisect_right(places, turn.body) : bisect_left(places, turn.end)]:
        before, body, label = splits[at]
        if not here.body <= before <= at <= body <= turn.end:
            continue
        yield here._replace(end=before)
        speaker, role = _maybe(fields, f"split:{at}:speaker"), _maybe(fields, f"split:{at}:role")
        here = CorrectedTurn(-at, at, body, turn.end, speaker, label or turn.written, None, role)
    yield here


def turn_numbers(positions: Sequence[int]) -> list[str]:
    """The numbers by which people name the turns; `positions` are theirs, in the order of the text.

    The turns of the import keep theirs, whatever is split: the parts of turn 12 are 12, 12.2, 12.3.

    >>> turn_numbers([0, 1, -20, -35, 2])
    ['1', '2', '2.2', '2.3', '3']
    """
    numbers: list[str] = []
    whole, part = 0, 1
    for position in positions:
        whole, part = (position + 1, 1) if position >= 0 else (whole, part + 1)
        numbers.append(str(whole) if part == 1 else f"{whole}.{part}")
    return numbers


def _whole(value: Json) -> int:
    if type(value) is not int or not -_LIMIT <= value < _LIMIT:
        raise TypeError("not a whole number")
    return value


def _uid(value: Json) -> str:
    if not isinstance(value, str):
        raise TypeError("not an id")
    return value


def _maybe(fields: Mapping[str, Json], name: str) -> str | None:
    value = fields.get(name)
    return None if value is None or value == "" else _uid(value)
