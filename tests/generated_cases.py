"""A generated case table with the published margins of a nested study; everything else in it is invented.

Published (Jiang, Eaton and Kostka, Regional Studies) are: 1,126 cases of 820 counties in eight provinces, signed from
2009 to 2020; 59 % arranged, 12 % mandated, 29 % self-initiated; 85 % between counties of different prefectures, and
91 % of the economic ones; 33 cases in Shanxi. The rest is made here: which other provinces, the years, the issue areas,
which county meets which. No row is a real cooperation. Every row says so in its column `origin`, the names of the
counties say so too, and the last two digits of their codes are numbers that no county has.

Run as a program it writes `transcripts/generated-cases.csv`.
"""

from __future__ import annotations

import csv
import io
from collections import deque
from pathlib import Path
from random import Random
from typing import NamedTuple, TypeVar

__all__ = ["FILE", "generated_cases"]

FILE = Path(__file__).resolve().parent.parent / "transcripts" / "generated-cases.csv"

_Item = TypeVar("_Item")
_SEED = 1126
_HEADER = (
    "key", "name", "kind", "mechanism", "mechanism_source", "mechanism_certainty", "year", "issue_area", "origin",
    "parties",
)  # fmt: skip

# Cases by issue area and mechanism; the sums by mechanism are the published shares of 1,126.
_MECHANISMS = {
    "economy": {"arranged": 236, "self-initiated": 176},
    "poverty": {"arranged": 296, "mandated": 5, "self-initiated": 5},
    "environment": {"arranged": 44, "mandated": 92, "self-initiated": 52},
    "infrastructure": {"arranged": 62, "mandated": 38, "self-initiated": 42},
    "security": {"arranged": 26, "self-initiated": 52},
}
# How many of them join counties of different prefectures: 957 in all, 375 of the economic ones.
_CROSSING = {"economy": 375, "poverty": 240, "environment": 140, "infrastructure": 130, "security": 72}
_YEARS = (38, 45, 52, 61, 70, 84, 98, 112, 131, 146, 152, 137)  # from 2009
_BETWEEN_PROVINCES = 96


class _Province(NamedTuple):
    """A province: its two digits, its prefectures, how many counties take part, how many cases begin in it."""

    code: str
    name: str
    prefectures: tuple[int, ...]
    counties: int
    cases: int


_PROVINCES = (
    _Province("14", "Shanxi", tuple(range(1, 12)), 48, 31),  # and two that begin elsewhere: 33
    _Province("33", "Zhejiang", tuple(range(1, 12)), 90, 212),
    _Province("34", "Anhui", tuple(range(1, 17)), 105, 203),
    _Province("36", "Jiangxi", tuple(range(1, 12)), 100, 148),
    _Province("42", "Hubei", tuple(range(1, 14)), 103, 156),
    _Province("43", "Hunan", tuple(range(1, 14)), 122, 139),
    _Province("51", "Sichuan", tuple(range(1, 21)), 183, 167),
    _Province("52", "Guizhou", (1, 2, 3, 4, 5, 6, 23, 26, 27), 69, 70),
)
_NO_COUNTY = 61  # no county has a number from here to 79
_ROLES = {"poverty": ("donor", "recipient"), "environment": ("upstream", "downstream")}


class _County(NamedTuple):
    code: str
    name: str

    @property
    def prefecture(self) -> str:
        return self.code[:4]


class _Plan(NamedTuple):
    issue: str
    mechanism: str
    crossing: bool


def _shuffled(random: Random, items: list[_Item]) -> list[_Item]:
    """In an order that any version of Python gives for a seed: only `random()` is promised to stay as it is."""
    return [item for _, item in sorted(((random.random(), item) for item in items), key=lambda pair: pair[0])]


def _plans(random: Random) -> list[_Plan]:
    plans = []
    for issue, mechanisms in _MECHANISMS.items():
        kinds = _shuffled(random, [name for name, number in mechanisms.items() for _ in range(number)])
        plans += [_Plan(issue, kind, i < _CROSSING[issue]) for i, kind in enumerate(kinds)]
    return _shuffled(random, plans)


def _counties(province: _Province) -> deque[_County]:
    rows = len(province.prefectures)
    return deque(
        _County(
            f"{province.code}{province.prefectures[i % rows]:02}{_NO_COUNTY + i // rows}",
            f"invented county {province.name} {i + 1:03}",
        )
        for i in range(province.counties)
    )


def _pair(first: deque[_County], second: deque[_County], *, crossing: bool) -> tuple[_County, _County]:
    """The county that waited longest, and the one that waited longest among those that fit it."""
    one = first.popleft()
    other = next(c for c in second if (c.prefecture != one.prefecture) == crossing)
    second.remove(other)
    first.append(one)
    second.append(other)
    return one, other


def _second_provinces(random: Random, plans: list[_Plan], homes: list[_Province]) -> dict[int, _Province]:
    """For cases between two provinces (by their number) the second one: twice Shanxi, else any other."""
    others = _PROVINCES[1:]
    able = [i for i, plan in enumerate(plans) if plan.crossing and homes[i].name != "Shanxi"]
    chosen = sorted(_shuffled(random, able)[:_BETWEEN_PROVINCES])
    found = {
        i: others[(others.index(homes[i]) + 1 + n % (len(others) - 1)) % len(others)] for n, i in enumerate(chosen)
    }
    return found | dict.fromkeys(chosen[:2], _PROVINCES[0])


def generated_cases() -> bytes:
    """The table as CSV; the same bytes every time."""
    random = Random(_SEED)  # noqa: S311 - nothing here is secret
    plans = _plans(random)
    years = _shuffled(random, [2009 + i for i, number in enumerate(_YEARS) for _ in range(number)])
    homes = _shuffled(random, [province for province in _PROVINCES for _ in range(province.cases)])
    away = _second_provinces(random, plans, homes)
    counties = {province.code: _counties(province) for province in _PROVINCES}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_HEADER)
    for i, (plan, year, home) in enumerate(zip(plans, years, homes, strict=True)):
        second = away.get(i, home)
        pair = _pair(counties[home.code], counties[second.code], crossing=plan.crossing)
        roles = _ROLES.get(plan.issue, ("partner", "partner"))
        parties = "; ".join(f"{r}={c.name}@{c.code}({year})" for r, c in zip(roles, pair, strict=True))
        row = (plan.mechanism, "documents", "certain", year, plan.issue, "generated", parties)
        writer.writerow((f"g{i + 1:04}", f"Generated case {i + 1:04}", "dataset", *row))
    return text.getvalue().encode("utf-8")


if __name__ == "__main__":
    FILE.write_bytes(generated_cases())
