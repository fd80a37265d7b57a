"""What is known of a case: its attributes, what follows from its parties' codes, and the types of its columns."""

from __future__ import annotations

from collections.abc import Sequence

from qcode.core.column_types import infer_type
from qcode.core.jurisdictions import crosses_prefectures, crosses_provinces, province_of, provinces_named
from qcode.services.study import Study
from qcode.store.rows import CaseRow, ColumnRow

__all__ = ["CROSSINGS", "columns_of", "crossing", "provinces_of", "stage_doubt", "values_of"]

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


def stage_doubt(case: CaseRow, stage: str | None) -> str | None:
    """A sentence where a case has stages and this is none of them; else None."""
    names = [known.name for known in case.stages]
    if stage is None or not names or stage in names:
        return None
    return f"The case {case.short_key} has no stage “{stage}”; its stages are {', '.join(names)}."
