"""Counts of cases: how many by mechanism, year, province or any attribute, alone or two together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from qcode.core.case_fields import known_field
from qcode.core.column_types import as_yes_no, sort_key
from qcode.errors import RequestError, UnknownName
from qcode.services.case_doubts import MECHANISMS
from qcode.services.case_rows import CASE_KINDS, check_kind
from qcode.services.case_values import CROSSINGS, columns_of, crossing, normal_values, provinces_of
from qcode.services.study import Study, near_names
from qcode.services.table import Cell, Table
from qcode.store.rows import CaseRow

__all__ = ["count_cases"]

_NOT_RECORDED = "not recorded"


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to divide cases: the values of each case (several for provinces), the order of all, what to say of it."""

    name: str
    values: list[list[str]]
    order: list[str]
    notes: list[str]


def count_cases(
    study: Study,
    by: str,
    second: str | None = None,
    third: str | None = None,
    *,
    kinds: Sequence[str] = ("dataset",),
) -> Table:
    """How many cases there are of each value of an attribute, of each pair of values of two, or of three.

    `by` and the others are attributes, *province*, *kind*, or what follows from the parties' codes. A case of several
    provinces counts in each of them and once in the total; the notes say so. Raises UnknownName, RequestError.
    """
    for kind in kinds:
        check_kind(kind)
    everything = study.file.read.cases()
    types = {column.name: column.type for column in columns_of(study, everything)}
    by, second = _named(by, types), second if second is None else _named(second, types)
    third = third if third is None else _named(third, types)
    if by == second or (third is not None and third in (by, second)):
        raise RequestError("Both attributes are the same.", fix="Name two different ones, or one.")
    cases = [case for case in everything if case.kind in kinds]
    rows = _way(cases, by, types)
    across = _way(cases, second, types) if second is not None else None
    notes = [_counted(everything, cases, kinds), *rows.notes, *(across.notes if across else ())]
    if across is not None and third is not None:
        inside = _way(cases, third, types)
        return _three_ways([rows, across, inside], len(cases), [*notes, *inside.notes])
    return _two_ways(rows, across, len(cases), notes) if across else _one_way(rows, len(cases), notes)


def _counted(everything: Sequence[CaseRow], cases: Sequence[CaseRow], kinds: Sequence[str]) -> str:
    others = Counter(case.kind for case in everything if case.kind not in kinds)
    left = ", ".join(f"{others[kind]} {kind}" for kind in CASE_KINDS if others[kind])
    said = f"Counted: {'1 case' if len(cases) == 1 else f'{len(cases)} cases'} of the kind {' and '.join(kinds)}."
    return f"{said} Not counted: {left}." if left else said


def _way(cases: Sequence[CaseRow], by: str, types: dict[str, str]) -> _Way:
    if by == "province":
        return _by_province(cases)
    if by in CROSSINGS:
        return _by_crossing(cases, by)
    if by == "kind":
        return _Way(by, [[case.kind] for case in cases], list(CASE_KINDS), [])
    values, notes = normal_values(cases, by, types[by])
    distinct = set(values) - {""}
    first = [m for m in MECHANISMS if m in distinct] if by == "mechanism" else []
    rest = sorted(distinct - set(first), key=lambda value: sort_key(value, types[by]))
    told = [*notes, *(_about_stages(cases) if by == "mechanism" else [])]
    return _Way(by, [[value] if value else [] for value in values], [*first, *rest], told)


def _named(by: str, types: dict[str, str]) -> str:
    """The attribute that is meant. Raises UnknownName."""
    known = [*types, "province", "kind", *CROSSINGS]
    found = known_field(by, known)
    if found is None:
        raise UnknownName("case attribute", by, near_names(by, known))
    return found


def _about_stages(cases: Sequence[CaseRow]) -> list[str]:
    differing = sum(
        1 for c in cases if {s.mechanism for s in c.stages if s.mechanism} - {c.attributes.get("mechanism")}
    )
    said = f"{differing} of the cases have another mechanism in some stage; they count under the mechanism of the case."
    return [said] if differing else []


def _by_crossing(cases: Sequence[CaseRow], by: str) -> _Way:
    values: list[list[str]] = []
    derived = stated = 0
    for case in cases:
        known = crossing(case, by)
        said = as_yes_no(case.attributes.get(by, "")) if known is None else None
        derived += known is not None
        stated += said is not None
        answer = known if known is not None else said
        values.append([] if answer is None else ["yes" if answer else "no"])
    source = f"{by}: by the codes of the parties for {derived} cases, by the column for {stated}"
    return _Way(by, values, ["yes", "no"], [f"{source}, unknown for {len(cases) - derived - stated}."])


def _by_province(cases: Sequence[CaseRow]) -> _Way:
    found = [provinces_of(case) for case in cases]
    values = [provinces for provinces, _ in found]
    several = sum(1 for provinces in values if len(provinces) > 1)
    coded = sum(1 for _, by_code in found if by_code)
    stated = sum(1 for provinces, by_code in found if provinces and not by_code)
    notes = [f"Provinces: by the codes of the parties for {coded} cases, by the column province for {stated}."]
    if several:
        notes.append(
            f"Cases between provinces: {several}. They count in each of their provinces and once in the total, "
            "so the provinces add up to more than the total."
        )
    return _Way("province", values, sorted({p for provinces in values for p in provinces}), notes)


def _one_way(way: _Way, cases: int, notes: list[str]) -> Table:
    count = Counter(value for values in way.values for value in values or [_NOT_RECORDED])
    shown = [*(v for v in way.order if count[v]), *([_NOT_RECORDED] if count[_NOT_RECORDED] else [])]
    rows: list[tuple[Cell, ...]] = [(value, count[value], _percent(count[value], cases)) for value in shown]
    return Table(
        f"Cases by {way.name}",
        (way.name, "cases", "percent"),
        tuple(rows),
        (*notes, "Percent of all counted cases, rounded to one decimal."),
        total=("total", cases, 100.0 if cases else None),
    )


def _percent(count: int, base: int) -> float:
    return round(100.0 * count / base, 1)


def _two_ways(rows: _Way, across: _Way, cases: int, notes: list[str]) -> Table:
    """Cases by two attributes. A case counts once in each cell; totals of rows and columns count cases, not cells."""
    cells: Counter[tuple[str, str]] = Counter()
    by_row: Counter[str] = Counter()
    by_column: Counter[str] = Counter()
    for left, right in zip(rows.values, across.values, strict=True):
        mine, theirs = left or [_NOT_RECORDED], right or [_NOT_RECORDED]
        by_row.update(mine)
        by_column.update(theirs)
        cells.update((a, b) for a in mine for b in theirs)
    down = [v for v in [*rows.order, _NOT_RECORDED] if by_row[v]]
    wide = [v for v in [*across.order, _NOT_RECORDED] if by_column[v]]
    body: list[tuple[Cell, ...]] = [(a, *(cells[a, b] for b in wide), by_row[a]) for a in down]
    return Table(
        f"Cases by {rows.name} and {across.name}",
        (rows.name, *wide, "total"),
        tuple(body),
        tuple(notes),
        total=("total", *(by_column[b] for b in wide), cases),
    )


def _three_ways(ways: Sequence[_Way], cases: int, notes: list[str]) -> Table:
    """A row for each combination of values that some case has, in the order of the attributes."""
    cells: Counter[tuple[str, ...]] = Counter()
    for values in zip(*(way.values for way in ways), strict=True):
        cells.update(product(*(own or [_NOT_RECORDED] for own in values)))
    orders = [[*way.order, _NOT_RECORDED] for way in ways]
    rows: list[tuple[Cell, ...]] = [
        (*names, cells[names], _percent(cells[names], cases)) for names in product(*orders) if cells[names]
    ]
    return Table(
        f"Cases by {ways[0].name}, {ways[1].name} and {ways[2].name}",
        (*(way.name for way in ways), "cases", "percent"),
        tuple(rows),
        (
            *notes,
            "A row for each combination that some case has. Percent of all counted cases, rounded to one decimal.",
        ),
        total=("total", "", "", cases, 100.0 if cases else None),
    )
