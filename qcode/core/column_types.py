"""Types of the columns of a case table: text, number, year, yes/no and date.

A type says how a column is sorted, which of its cells look wrong, and which ways of writing are one value when cases
are counted (5 and 5.0, yes and 是). The cells stay as they were written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, cast

__all__ = [
    "COLUMN_TYPES",
    "ColumnType",
    "OddCells",
    "as_yes_no",
    "fits",
    "infer_type",
    "is_column_type",
    "normal",
    "odd_cells",
    "says_missing",
    "sort_key",
]

ColumnType: TypeAlias = Literal["text", "number", "year", "yes/no", "date"]
COLUMN_TYPES: tuple[ColumnType, ...] = ("text", "number", "year", "yes/no", "date")

_ENOUGH = 20  # values; from here on a few that do not fit are slips of the pen, and are listed
_SLIPS = 20  # at most one value in so many

_YES = frozenset({"yes", "y", "true", "ja", "j", "wahr", "是", "对", "1"})
_NO = frozenset({"no", "n", "false", "nein", "falsch", "否", "不是", "0"})
_DIGITS_ONLY = frozenset({"1", "0"})  # yes and no where somebody said so; by themselves they are numbers
_MISSING = frozenset({
    "?", "-", "–", "—", "n/a", "na", "n.a.", "n.d.", "nd", "none", "null", "nan", "unknown", "not known", "missing",
    "k.a.", "k. a.", "unbekannt", "不详", "未知", "不明", "缺失",
})  # fmt: skip
_NUMBER = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?", re.ASCII)
_NUMBER_OF_AN_ID = re.compile(r"0\d+", re.ASCII)  # 007 is a name made of digits
_YEAR = re.compile(r"(18|19|20|21)\d\d", re.ASCII)
_DATE = re.compile(r"(\d{4})[-/年](\d{1,2})(?:[-/月](\d{1,2})日?|月)?", re.ASCII)
_DATE_DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def is_column_type(name: str) -> bool:
    """Whether there is such a type."""
    return name in COLUMN_TYPES


def as_yes_no(value: str) -> bool | None:
    """What a cell of a yes/no column says, in English, German, Chinese or by 1 and 0; None if it says neither.

    >>> as_yes_no("Yes"), as_yes_no("否"), as_yes_no("1"), as_yes_no("perhaps")
    (True, False, True, None)
    """
    word = unicodedata.normalize("NFKC", value).casefold().strip()
    return True if word in _YES else False if word in _NO else None


def says_missing(value: str) -> bool:
    """Whether a cell says in words that its value is not known.

    >>> says_missing("n.d."), says_missing("不详"), says_missing("0")
    (True, True, False)
    """
    return unicodedata.normalize("NFKC", value).casefold().strip() in _MISSING


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


_NARROW: tuple[ColumnType, ...] = ("year", "yes/no", "date", "number")


def _looks_like(value: str, type_: ColumnType) -> bool:
    """Whether a cell speaks for a type by itself: stricter than `fits`, which asks whether it may stand there."""
    if type_ == "yes/no" and value in _DIGITS_ONLY:
        return False
    return _FITS[type_](value) and not (type_ == "number" and _NUMBER_OF_AN_ID.fullmatch(value))


def infer_type(values: Iterable[str]) -> ColumnType:
    """The narrowest type that all non-empty cells fit; of 20 or more cells, one in twenty may not.

    Cells that say that the value is not known (`says_missing`) speak for nothing. A column without any other cell is
    text, and so is one of digits with zeros in front, for these are names.

    >>> infer_type(["2019", "", "2020"]), infer_type(["1", "2.5"]), infer_type(["yes", "no"]), infer_type(["1", "x"])
    ('year', 'number', 'yes/no', 'text')
    >>> infer_type(["2019", "n.d."]), infer_type(["007", "012"])
    ('year', 'text')
    """
    filled = [value for value in values if value and not says_missing(value)]
    allowed = len(filled) // _SLIPS if len(filled) >= _ENOUGH else 0
    for type_ in _NARROW:
        if filled and sum(1 for value in filled if not _looks_like(value, type_)) <= allowed:
            return type_
    return "text"


@dataclass(frozen=True, slots=True)
class OddCells:
    """Why a column is text: it would be `type`, as `fitting` cells are, but for the cells at the places `odd`."""

    type: ColumnType
    fitting: int
    odd: tuple[int, ...]


def odd_cells(values: Iterable[str]) -> OddCells | None:
    """The few cells that keep a column from a narrower type; None where there is no such type, or they are not few.

    Few = one of three or more filled cells, or at most a quarter of them. Places count from 0.

    >>> odd_cells(["2019", "2020", "", "about 2015"])
    OddCells(type='year', fitting=2, odd=(3,))
    >>> odd_cells(["a", "b", "2015"]) is odd_cells(["2019", "2020"]) is None
    True
    """
    filled = [(place, value) for place, value in enumerate(values) if value and not says_missing(value)]
    best: OddCells | None = None
    for type_ in _NARROW:
        odd = tuple(place for place, value in filled if not _looks_like(value, type_))
        few = len(odd) == 1 < len(filled) - 1 or 4 * len(odd) <= len(filled)
        if odd and few and (best is None or len(odd) < len(best.odd)):
            best = OddCells(type_, len(filled) - len(odd), odd)
    return best


def normal(value: str, type_: str) -> str:
    """One way of writing for all cells of a column that mean the same; what does not fit the type stays as it is.

    >>> normal("是", "yes/no"), normal("1,126.0", "number"), normal("3.7.2019", "date"), normal("soon", "year")
    ('yes', '1126', '2019-07-03', 'soon')
    """
    if not value or not fits(value, type_):
        return value
    if type_ == "yes/no":
        return "yes" if as_yes_no(value) else "no"
    if type_ == "number":
        return _plain_number(value)
    if type_ == "date":
        year, month, day = _date(value) or (0, 0, 0)
        return f"{year:04d}-{month:02d}" + (f"-{day:02d}" if day else "")
    return value


def _plain_number(value: str) -> str:
    """Digits only: done on the text, so that no digit of a long number is lost."""
    whole, _, part = value.replace(",", "").lstrip("+-").partition(".")
    plain = (whole.lstrip("0") or "0") + (f".{part}".rstrip("0") if part.strip("0") else "")
    return f"-{plain}" if value.startswith("-") and plain != "0" else plain


def sort_key(value: str, type_: str) -> tuple[int, float, str]:
    """By what the values of a column are sorted: numbers, years and dates by size, yes before no, the rest as text.

    >>> sorted(["10", "9", "?"], key=lambda value: sort_key(value, "number"))
    ['9', '10', '?']
    """
    if not fits(value, type_):
        return (1, 0.0, value)
    if type_ in ("number", "year"):
        return (0, float(value.replace(",", "")), value)
    if type_ == "date":
        year, month, day = _date(value) or (0, 0, 0)
        return (0, year * 10_000.0 + month * 100 + day, value)
    return (0, float(as_yes_no(value) is not True) if type_ == "yes/no" else 0.0, value)
