"""What is known of a case: its attributes, what follows from codes, its stages, the types of its columns."""

from __future__ import annotations

from collections.abc import Sequence
from shlex import quote

from qcode.core.column_types import infer_type, normal, says_missing
from qcode.core.jurisdictions import crosses_prefectures, crosses_provinces, province_of
from qcode.core.place_names import provinces_named
from qcode.core.text import as_argument
from qcode.errors import RequestError
from qcode.services.study import Study, near_names
from qcode.store.rows import CaseRow, ColumnRow

__all__ = [
    "CROSSINGS",
    "columns_of",
    "crossing",
    "find_stage",
    "normal_values",
    "provinces_of",
    "stage_doubt",
    "values_of",
]

CROSSINGS = {"cross_prefectural": crosses_prefectures, "cross_provincial": crosses_provinces}
"""Attributes that follow from the codes of the parties, where every party has one."""


def crossing(case: CaseRow, name: str) -> bool | None:
    """Whether the parties stand in several prefectures or provinces, by their codes; None if that is not known."""
    return CROSSINGS[name]([party.code for party in case.parties])


def values_of(case: CaseRow) -> dict[str, str]:
    """The attributes of a case. What follows from the codes of its parties goes before what a column says."""
    found = dict(case.attributes)
    for name in CROSSINGS:
        derived = crossing(case, name)
        if derived is not None:
            found[name] = "yes" if derived else "no"
    return found


def normal_values(cases: Sequence[CaseRow], name: str, type_: str) -> tuple[list[str], list[str]]:
    """The value of an attribute for each case as tables count it (empty = not recorded), and what to say of that.

    One value for all ways of writing it, by the type of the column (see `core.column_types.normal`). In a column that
    is no text, a cell such as “n.d.” is not recorded. A crossing is yes or no, whatever the type of its column.
    """
    kind = "yes/no" if name in CROSSINGS else type_
    values: list[str] = []
    written: dict[str, dict[str, None]] = {}
    missing: dict[str, None] = {}
    for case in cases:
        cell = values_of(case).get(name, "")
        if kind != "text" and cell and says_missing(cell):
            missing[cell] = None
            cell = ""
        value = normal(cell, kind)
        values.append(value)
        if value:
            written.setdefault(value, {})[cell] = None
    notes = []
    joined = [f"{value} ({', '.join(cells)})" for value, cells in written.items() if len(cells) > 1]
    if joined:
        notes.append(f"{name}: written in several ways, counted as one: {_first(joined, '; ')}.")
    if missing:
        notes.append(f"{name}: counted as not recorded: {_first([f'“{cell}”' for cell in missing], ', ')}.")
    return values, notes


_NAMED = 5  # so many are named; the rest is counted


def _first(words: Sequence[str], mark: str) -> str:
    return mark.join(words[:_NAMED]) + (f" and {len(words) - _NAMED} more" if len(words) > _NAMED else "")


def provinces_of(case: CaseRow) -> tuple[list[str], bool]:
    """The provinces of a case as tables show them, and whether they come from codes.

    They are those of its parties' codes; where no party has one, those that the attribute `province` names, and a
    text there that names none stands for itself.
    """
    coded = {p.code: p for party in case.parties if party.code and (p := province_of(party.code))}
    if coded:
        return [p.label for p in dict.fromkeys(coded[code] for code in sorted(coded))], True
    text = case.attributes.get("province", "")
    return [p.label for p in provinces_named(text)] or ([text] if text else []), False


def columns_of(study: Study, cases: Sequence[CaseRow] | None = None) -> list[ColumnRow]:
    """The columns of the case table in their order; what only a case made by hand has comes last."""
    listed = study.file.read.case_columns()
    rows = study.file.read.cases() if cases is None else cases
    known = {column.name for column in listed}
    values: dict[str, list[str]] = {}
    for case in rows:
        for name, value in case.attributes.items():
            if name not in known:
                values.setdefault(name, []).append(value)
    return [*listed, *(ColumnRow(name, infer_type(found), given=False) for name, found in values.items())]


def find_stage(case: CaseRow, name: str, *, any_stage: bool = False) -> str:
    """The stage of a case by name, also where only upper and lower case differ.

    A name that the case does not have is refused with the nearest ones, and with what to do where it has no stages at
    all; with `any_stage` it is taken as it is. Raises RequestError.
    """
    names = [stage.name for stage in case.stages]
    found = name if name in names else next((n for n in names if n.casefold() == name.casefold()), None)
    if found is not None or any_stage:
        return found if found is not None else name
    key = as_argument(case.short_key)
    if not names:
        raise RequestError(
            f"The case {case.short_key} has no stages yet.",
            fix=f"Give it some first, such as `qcode cases set {key} {quote(f'stages={name}')}`.",
        )
    near = near_names(name, names)
    raise RequestError(
        f"The case {case.short_key} has no stage “{name}”; its stages are {', '.join(names)}.",
        fix=f"Did you mean {', '.join(near)}?" if near else f"`qcode cases set {key} stages=...` changes its stages.",
    )


def stage_doubt(case: CaseRow, name: str) -> str | None:
    """What is wrong with a stage that a case is to have, as a sentence; None where it has it, or none is named."""
    try:
        if name:
            find_stage(case, name)
    except RequestError as fault:
        return str(fault)
    return None
