"""Dates as people write them, year first and as exact as they are known: 2019, 2019-08, 2019-08-14."""

from __future__ import annotations

import re

__all__ = ["DATE_FORMS", "is_date", "names_a_date"]

DATE_FORMS = "2019, 2019-08 or 2019-08-14"
"""The forms that `is_date` knows, for messages."""

_DATE = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?)?", re.ASCII)
_MONTHS = 12
_FEBRUARY = 2
_SHORT_MONTHS = frozenset({4, 6, 9, 11})
_NAME = re.compile(r"(?:.*[ _-])?(?:date|datum)|\w*datum|.*日期", re.IGNORECASE)


def is_date(text: str) -> bool:
    """Whether this is a year, a month or a day that there was or will be (ISO 8601, with hyphens).

    >>> [is_date(text) for text in ("2019", "2019-08", "2019-02-30", "14.8.2019", "20190814")]
    [True, True, False, False, False]
    """
    found = _DATE.fullmatch(text)
    if found is None:
        return False
    year, month, day = int(found["year"]), int(found["month"] or 1), int(found["day"] or 1)
    return year > 0 and 1 <= month <= _MONTHS and 1 <= day <= _days(year, month)


def _days(year: int, month: int) -> int:
    """Days of a month. By hand: the core has no clock, and so no library of dates."""
    if month == _FEBRUARY:
        return 29 if year % 4 == 0 and (year % 100 or year % 400 == 0) else 28
    return 30 if month in _SHORT_MONTHS else 31


def names_a_date(name: str) -> bool:
    """Whether the name of an attribute says that it holds a date.

    >>> [name for name in ("date", "Interview date", "Datum", "访谈日期", "update", "candidate") if names_a_date(name)]
    ['date', 'Interview date', 'Datum', '访谈日期']
    """
    return _NAME.fullmatch(name.strip()) is not None
