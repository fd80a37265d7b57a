"""Which field of a case the name of a column stands for, however people write it: Issue-Area is issue_area."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass

__all__ = ["KNOWN_ATTRIBUTES", "LINK_FIELDS", "OWN_FIELDS", "Header", "known_field", "near_field", "read_header"]

OWN_FIELDS = ("key", "name", "kind", "parties", "stages")
"""Columns of a case table that are no attributes."""

KNOWN_ATTRIBUTES = (
    "mechanism", "mechanism_source", "mechanism_certainty", "year", "issue_area", "province", "cross_prefectural",
    "cross_provincial",
)  # fmt: skip
"""Attributes whose names mean something to tables and checks."""

LINK_FIELDS = ("case", "transcript", "start", "end", "start_quote", "end_quote", "stage", "coder")
"""Columns of a table of links."""

_BETWEEN = re.compile(r"[\s_\-‐‑‒–—]+")
_LONG = 6  # names longer than this may have two letters wrong


@dataclass(frozen=True, slots=True)
class Header:
    """The column names of a table as they were read.

    `names` are the fields, in the order of the columns; `renamed` says how many stand for another writing; `near` are
    pairs of a column and the field that it nearly names; `twice` are pairs of columns that stand for one field.
    """

    names: tuple[str, ...]
    renamed: tuple[tuple[str, str], ...]
    near: tuple[tuple[str, str], ...]
    twice: tuple[tuple[str, str], ...]

    @property
    def notes(self) -> tuple[str, ...]:
        """What was read otherwise than it stands, as sentences."""
        if not self.renamed:
            return ()
        return (f"Columns read as known ones: {', '.join(f'“{name}” as {field}' for name, field in self.renamed)}.",)

    @property
    def faults(self) -> tuple[str, ...]:
        """Columns that stand for one and the same field, as sentences."""
        return tuple(
            f"The columns “{one}” and “{two}” are the same field. Keep one of them." for one, two in self.twice
        )


def _plain(name: str) -> str:
    """Letters and digits only, casefolded."""
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", name).casefold())


def known_field(name: str, fields: Collection[str]) -> str | None:
    """The one of `fields` that a name stands for: itself, or the first that differs by case, blanks or hyphens only.

    >>> known_field("Issue Area", KNOWN_ATTRIBUTES), known_field("issues", KNOWN_ATTRIBUTES)
    ('issue_area', None)
    """
    if name in fields:
        return name
    plain = _plain(name)
    return next((field for field in fields if _plain(field) == plain), None) if plain else None


def near_field(name: str, fields: Collection[str]) -> str | None:
    """The one of `fields` that a name is a slip of the pen for; None if it is far from all.

    One letter may differ, two in longer names; one in the plural, or in the singular, is near too.

    >>> near_field("mechansm", KNOWN_ATTRIBUTES), near_field("party", OWN_FIELDS), near_field("size", OWN_FIELDS)
    ('mechanism', 'parties', None)
    """
    from rapidfuzz.distance import OSA

    plain = _plain(name)
    best: tuple[int, str] | None = None
    for field in fields:
        other = _plain(field)
        distance = 1 if _singular(plain) == _singular(other) else OSA.distance(plain, other)
        if distance <= (2 if min(len(plain), len(other)) > _LONG else 1) and (best is None or distance < best[0]):
            best = (distance, field)
    return best[1] if best else None


def _singular(plain: str) -> str:
    return plain[:-3] + "y" if plain.endswith("ies") else plain.removesuffix("s")


def read_header(header: Sequence[str], fields: Sequence[str], others: Collection[str] = ()) -> Header:
    """Which fields the columns of a table stand for; `others` are attributes that the study has already.

    A column that nearly names one of `fields` stays what it is, and is listed in `near` unless the field has a column
    of its own.

    >>> read_header(["Key", "issue-area", "yeer"], ("key", "issue_area", "year")).names
    ('key', 'issue_area', 'yeer')
    """
    names: list[str] = []
    first: dict[str, str] = {}
    twice: list[tuple[str, str]] = []
    for column in header:
        name = known_field(column, fields) or known_field(column, others) or column
        if name in first and first[name] != column:
            twice.append((first[name], column))
        first.setdefault(name, column)
        names.append(name)
    renamed = tuple((column, name) for column, name in zip(header, names, strict=True) if column != name)
    missing = [field for field in fields if field not in first]
    strange = [name for name in dict.fromkeys(names) if name and name not in fields]
    near = tuple((name, field) for name in strange if (field := near_field(name, missing)))
    return Header(tuple(names), renamed, near, tuple(twice))
