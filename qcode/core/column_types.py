"""Types of the columns of a case table: text, number, year, yes/no and date.

A type says how a column is sorted and which of its cells look wrong. The cells stay as they were written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Literal, TypeAlias, cast

__all__ = ["COLUMN_TYPES", "ColumnType", "as_yes_no", "fits", "infer_type", "is_column_type", "sort_key"]

ColumnType: TypeAlias = Literal["text", "number", "year", "yes/no", "date"]
COLUMN_TYPES: tuple[ColumnType, ...] = ("text", "number", "year", "yes/no", "date")

_ENOUGH = 20  # values; from here on a few that do not fit are slips of the pen, and are listed
_SLIPS = 20  # at most one value in so many

_YES = frozenset({"yes", "y", "true", "ja", "是"})
_NO = frozenset({"no", "n", "false", "nein", "否"})
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)
_YEAR = re.compile(r"(18|19|20|21)\d\d", re.ASCII)
_DATE = re.compile(r"(\d{4})[-/年](\d{1,2})(?:[-/月](\d{1,2})日?|月)?", re.ASCII)
_DATE_DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def is_column_type(name: str) -> bool:
    """Whether there is such a type."""
    return name in COLUMN_TYPES


def as_yes_no(value: str) -> bool | None:
    """What a cell of a yes/no column says, in English, German or Chinese; None if it says neither.

    >>> as_yes_no("Yes"), as_yes_no("否"), as_yes_no("perhaps")
    (True, False, None)
    """
    word = value.casefold()
    return True if word in _YES else False if word in _NO else None


def _date(value: str) -> tuple[int, int, int] | None:
    """Year, month and day (0 = not given) of a date; None if it is none."""
    found = _DATE.fullmatch(value)
    if found:
        year, month, day = (int(part or 0) for part in found.groups())
    else:
        found = _DATE_DAY_FIRST.fullmatch(value)
        if not found:
            return None
        day, month, year = map(int, found.groups())
        if day == 0:
            return None
    if not 1 <= month <= 12 or not 0 <= day <= _DAYS[month - 1]:
        return None
    if month == 2 and day == 29 and (year % 4 or (year % 100 == 0 and year % 400)):
        return None
    return year, month, day


_FITS: Mapping[ColumnType, Callable[[str], bool]] = {
    "text": lambda _: True,
    "number": lambda value: _NUMBER.fullmatch(value) is not None,
    "year": lambda value: _YEAR.fullmatch(value) is not None,
    "yes/no": lambda value: as_yes_no(value) is not None,
    "date": lambda value: _date(value) is not None,
}


def fits(value: str, type_: str) -> bool:
    """Whether a cell fits the type of its column; an empty cell fits all.

    >>> fits("2019-02-29", "date"), fits("2020年2月", "date"), fits("", "number")
    (False, True, True)
    """
    return not value or _FITS[cast("ColumnType", type_)](value)


def infer_type(values: Iterable[str]) -> ColumnType:
    """The narrowest type that all non-empty cells fit; of 20 or more cells, one in twenty may not.

    A column without any cell is text.

    >>> infer_type(["2019", "", "2020"]), infer_type(["1", "2.5"]), infer_type(["yes", "no"]), infer_type(["1", "x"])
    ('year', 'number', 'yes/no', 'text')
    """
    filled = [value for value in values if value]
    allowed = len(filled) // _SLIPS if len(filled) >= _ENOUGH else 0
    narrow: tuple[ColumnType, ...] = ("year", "yes/no", "date", "number")
    for type_ in narrow:
        if filled and sum(1 for value in filled if not _FITS[type_](value)) <= allowed:
            return type_
    return "text"


def sort_key(value: str, type_: str) -> tuple[int, float, str]:
    """By what the values of a column are sorted: numbers, years and dates by size, yes before no, the rest as text.

    >>> sorted(["10", "9", "?"], key=lambda value: sort_key(value, "number"))
    ['9', '10', '?']
    """
    if not fits(value, type_):
        return (1, 0.0, value)
    if type_ in ("number", "year"):
        return (0, float(value), value)
    if type_ == "date":
        year, month, day = _date(value) or (0, 0, 0)
        return (0, year * 10_000.0 + month * 100 + day, value)
    return (0, float(as_yes_no(value) is not True) if type_ == "yes/no" else 0.0, value)
