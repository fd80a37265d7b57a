"""Two cells of a case table that hold lists: the parties of a case, and its stages.

Parties: `role=name@code(year); role=name`. Stages: `name:first-last=mechanism; name:first-`. Whatever is in doubt
may be left out: code, year, mechanism. Full-width marks, as Chinese keyboards write them, are the same.

`read_parties` and `read_stages` give every fault at once, for tables; `parties_of` and `stages_of` raise the first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from qcode.core.jurisdictions import full_code
from qcode.errors import RequestError

__all__ = [
    "Party",
    "Stage",
    "parties_cell",
    "parties_of",
    "read_parties",
    "read_stages",
    "stage_doubts",
    "stages_cell",
    "stages_of",
]

_Part = TypeVar("_Part")


@dataclass(frozen=True, slots=True)
class Party:
    """A party: `code` is six digits (GB/T 2260) as they stood in `year`, each None where it is not given."""

    role: str
    name: str
    code: str | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage: its first and last year, and the mechanism in it, each None where it is not given."""

    name: str
    first: int | None = None
    last: int | None = None
    mechanism: str | None = None


_HALF_WIDTH = str.maketrans("；：＝＠（）", ";:=@()")
_YEAR = r"(?:18|19|20|21)\d\d"
_PLACE = re.compile(
    rf"(?P<name>[^@]*[^@\s])\s*(?:@\s*(?P<code>\d{{6}}|\d{{4}}|\d{{2}})\s*(?:\(\s*(?P<year>{_YEAR})\s*\))?)?", re.ASCII
)
_STAGE = re.compile(
    rf"(?P<name>[^:=]*[^:=\s])\s*"
    rf"(?::\s*(?P<first>{_YEAR})?\s*(?P<to>[-–—~]\s*(?P<last>{_YEAR})?)?\s*)?"
    rf"(?:=\s*(?P<mechanism>[^:=]*[^:=\s]))?",
    re.ASCII,
)


def _parts(cell: str) -> Iterator[str]:
    return filter(None, (part.strip() for part in re.split("[;；]", cell)))


def _read(cell: str, read: Callable[[str], _Part]) -> tuple[list[_Part], list[RequestError]]:
    found: list[_Part] = []
    faults: list[RequestError] = []
    for part in _parts(cell):
        try:
            found.append(read(part))
        except RequestError as fault:
            faults.append(fault)
    return found, faults


def read_parties(cell: str) -> tuple[tuple[Party, ...], tuple[RequestError, ...]]:
    """The parties that a cell lists, in its order, and what is wrong with each part that does not read so.

    >>> parties, faults = read_parties("donor=Suzhou; Suqian")
    >>> len(parties), faults[0].what
    (1, 'The party “Suqian” should read role=name, such as donor=Suzhou.')
    """
    parties, faults = _read(cell, _party)
    return tuple(parties), tuple(faults)


def parties_of(cell: str) -> tuple[Party, ...]:
    """The parties that a cell lists, in its order. Raises RequestError with the first part that does not read so.

    A code of two digits is that of a province, one of four that of a prefecture; zeros are put behind it.

    >>> parties_of("upstream=Qianshan county@340824(2018); downstream=county X")[0]
    Party(role='upstream', name='Qianshan county', code='340824', year=2018)
    >>> parties_of("initiator=Anqing@3408")[0].code
    '340800'
    """
    parties, faults = read_parties(cell)
    if faults:
        raise faults[0]
    return parties


def _party(part: str) -> Party:
    role, mark, place = part.replace("＝", "=", 1).partition("=")
    if not mark or not role.strip() or not place.strip():
        raise RequestError(f"The party “{part}” should read role=name, such as donor=Suzhou.")
    if "@" not in place and "＠" not in place:
        return Party(role.strip(), place.strip())
    found = _PLACE.fullmatch(place.strip().translate(_HALF_WIDTH))
    if found is None or found["code"] is None:
        raise RequestError(
            f"The place of the party “{part}” cannot be read.",
            fix="A code has six digits (four for a prefecture, two for a province), and a year may follow in brackets: "
            "donor=Lanwan district@310115(2018).",
        )
    year = int(found["year"]) if found["year"] else None
    return Party(role.strip(), found["name"].strip(), full_code(found["code"]), year)


def read_stages(cell: str) -> tuple[tuple[Stage, ...], tuple[RequestError, ...]]:
    """The stages that a cell lists, in its order, and what is wrong with it.

    >>> read_stages("planning:soon; park:2013-")[1][0].what
    'The stage “planning:soon” should read name:years or name:years=mechanism.'
    """
    stages, faults = _read(cell, _stage)
    names = [stage.name for stage in stages]
    twice = dict.fromkeys(name for name in names if names.count(name) > 1)
    fix = "Give each stage of a case its own name."
    faults += [RequestError(f"The stage “{name}” stands twice.", fix=fix) for name in twice]
    return tuple(stages), tuple(faults)


def stages_of(cell: str) -> tuple[Stage, ...]:
    """The stages that a cell lists, in its order. Raises RequestError for one that cannot be read, or stands twice.

    A single year is first and last year.

    >>> stages_of("planning:2009-2012=arranged; park:2013-")[1]
    Stage(name='park', first=2013, last=None, mechanism=None)
    """
    stages, faults = read_stages(cell)
    if faults:
        raise faults[0]
    return stages


def _stage(part: str) -> Stage:
    found = _STAGE.fullmatch(part.translate(_HALF_WIDTH))
    if found is None:
        raise RequestError(
            f"The stage “{part}” should read name:years or name:years=mechanism.",
            fix="For example planning:2009-2012=arranged; park:2013-.",
        )
    first, last = (int(found[name]) if found[name] else None for name in ("first", "last"))
    if found["to"] is None:
        last = first
    if first is not None and last is not None and last < first:
        raise RequestError(f"The stage “{found['name']}” ends before it begins.")
    return Stage(found["name"].strip(), first, last, found["mechanism"] and found["mechanism"].strip())


def stage_doubts(stages: Iterable[Stage]) -> list[str]:
    """What looks wrong in the order of stages, as sentences: stages stand in the order in which they happened.

    >>> stage_doubts(stages_of("park:2013-; planning:2009-2012"))
    ['The stage “planning” begins before the stage “park”, which stands before it.']
    """
    found = []
    before: Stage | None = None
    for stage in stages:
        if stage.first is None:
            continue
        if before is not None and before.first is not None and stage.first < before.first:
            found.append(f"The stage “{stage.name}” begins before the stage “{before.name}”, which stands before it.")
        before = stage
    return found


def parties_cell(parties: Iterable[Party]) -> str:
    """The cell that `parties_of` reads as these parties.

    >>> parties_cell([Party("donor", "Lanwan", "310115", 2018), Party("recipient", "county X")])
    'donor=Lanwan@310115(2018); recipient=county X'
    """
    return "; ".join(
        f"{p.role}={p.name}" + (f"@{p.code}" + (f"({p.year})" if p.year else "") if p.code else "") for p in parties
    )


def stages_cell(stages: Iterable[Stage]) -> str:
    """The cell that `stages_of` reads as these stages.

    >>> stages_cell([Stage("planning", 2009, 2012, "arranged"), Stage("park", 2013), Stage("end", 2019, 2019)])
    'planning:2009-2012=arranged; park:2013-; end:2019'
    """
    return "; ".join(f"{s.name}{_years(s)}" + (f"={s.mechanism}" if s.mechanism else "") for s in stages)


def _years(stage: Stage) -> str:
    if stage.first is None and stage.last is None:
        return ""
    if stage.first == stage.last:
        return f":{stage.first}"
    return f":{stage.first or ''}-{stage.last or ''}"
