"""What a condition consists of, and whether it holds: the tree that `where` reads from a text.

Every node answers True, False or None: None where it is not recorded what the condition asks for. `and`, `or` and `not`
follow Kleene's strong three-valued logic (Introduction to Metamathematics, 1952, § 64).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from qcode.core.column_types import ColumnType, as_yes_no, fits, sort_key
from qcode.core.tokens import quoted

__all__ = [
    "KEYWORDS", "Attribute", "Compared", "Denied", "Joined", "Literal", "Node", "Recorded", "Schema", "Values",
    "folded", "size_range",
]  # fmt: skip

KEYWORDS = frozenset({"and", "or", "not", "in", "contains", "is", "recorded"})
"""Words of the language; a name or value that is one of them stands in quotation marks."""


class Attribute(NamedTuple):
    """Something recorded of a case, a transcript or a speaker.

    >>> Attribute("case", "mechanism").words
    'case.mechanism'
    """

    scope: str
    name: str

    @property
    def words(self) -> str:
        """As conditions write it."""
        return f"{self.scope}.{quoted(self.name, KEYWORDS)}"


Schema: TypeAlias = Mapping[Attribute, ColumnType]
"""The attributes that there are, with their types."""

Values: TypeAlias = Callable[[Attribute], Sequence[str]]
"""What is recorded: no value at all, one, or several (a case of two provinces)."""

SizeRange: TypeAlias = tuple[float, float]


def folded(text: str) -> str:
    """The text as comparisons see it: NFKC, without letter case, runs of white space as one space.

    >>> folded("  Ｈefei   CITY ")
    'hefei city'
    """
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


@dataclass(frozen=True, slots=True)
class Literal:
    """A value in a condition: its words, and for ordered types the numbers that it stands for, both included."""

    text: str
    key: str
    range: SizeRange | None


@dataclass(frozen=True, slots=True)
class Compared:
    """A comparison; with several values (`in`) it holds if it holds for one of them."""

    attribute: Attribute
    type: ColumnType
    sign: str
    values: tuple[Literal, ...]

    def holds(self, values: Values) -> bool | None:
        """Whether it holds for what is recorded; None where that leaves it open."""
        found = [self._one(text, literal) for text in values(self.attribute) if text for literal in self.values]
        return _any(found) if found else None

    def _one(self, text: str, literal: Literal) -> bool | None:
        if self.sign == "contains":
            return literal.key in folded(text)
        if self.type == "text":
            return folded(text) == literal.key
        known = size_range(text, self.type)
        return None if known is None or literal.range is None else _by_size(self.sign, known, literal.range)

    @property
    def words(self) -> str:
        """As conditions write it."""
        shown = [quoted(value.text, KEYWORDS) for value in self.values]
        value = f"({', '.join(shown)})" if self.sign == "in" else shown[0]
        return f"{self.attribute.words} {self.sign} {value}"


@dataclass(frozen=True, slots=True)
class Recorded:
    """Whether an attribute has any value: never open."""

    attribute: Attribute

    def holds(self, values: Values) -> bool | None:
        """Whether it holds for what is recorded; None where that leaves it open."""
        return any(values(self.attribute))

    @property
    def words(self) -> str:
        """As conditions write it."""
        return f"{self.attribute.words} is recorded"


@dataclass(frozen=True, slots=True)
class Denied:
    """The opposite of a part; open where the part is."""

    part: Node

    def holds(self, values: Values) -> bool | None:
        """Whether it holds for what is recorded; None where that leaves it open."""
        found = self.part.holds(values)
        return None if found is None else not found

    @property
    def words(self) -> str:
        """As conditions write it."""
        match self.part:
            case Recorded(attribute):
                return f"{attribute.words} is not recorded"
            case Compared(sign="=") as same:
                return f"{same.attribute.words} != {quoted(same.values[0].text, KEYWORDS)}"
        return f"not {_bracketed(self.part)}"


@dataclass(frozen=True, slots=True)
class Joined:
    """Parts joined by “and” or “or”."""

    word: str
    parts: tuple[Node, ...]

    def holds(self, values: Values) -> bool | None:
        """Whether it holds for what is recorded; None where that leaves it open."""
        found = [part.holds(values) for part in self.parts]
        return _any(found) if self.word == "or" else _all(found)

    @property
    def words(self) -> str:
        """As conditions write it."""
        return f" {self.word} ".join(_bracketed(part) for part in self.parts)


Node: TypeAlias = "Compared | Recorded | Denied | Joined"


def _bracketed(node: Node) -> str:
    return f"({node.words})" if isinstance(node, Joined) else node.words


def _any(found: Iterable[bool | None]) -> bool | None:
    known = set(found)
    return True if True in known else None if None in known else False


def _all(found: Iterable[bool | None]) -> bool | None:
    known = set(found)
    return False if False in known else None if None in known else True


def size_range(text: str, type_: ColumnType) -> SizeRange | None:
    """The numbers that a value stands for, both included; None if it does not fit the type."""
    if type_ == "yes/no":
        answer = as_yes_no(text)
        return None if answer is None else (float(answer), float(answer))
    if type_ == "date" and fits(text, "year"):
        first = sort_key(text, "year")[1] * 10_000
        return first, first + 9_999
    if not fits(text, type_):
        return None
    size = sort_key(text, type_)[1]
    # Dates are year, month and day as one number; the day 0 stands for all days of the month.
    return (size, size + 99) if type_ == "date" and size % 100 == 0 else (size, size)


def _by_size(sign: str, known: SizeRange, wanted: SizeRange) -> bool | None:
    """Whether the comparison holds; None where a value that stands for many days leaves it open."""
    if sign in (">", "<="):
        later = True if known[0] > wanted[1] else False if known[1] <= wanted[1] else None
        return later if sign == ">" or later is None else not later
    if sign in ("<", ">="):
        earlier = True if known[1] < wanted[0] else False if known[0] >= wanted[0] else None
        return earlier if sign == "<" or earlier is None else not earlier
    if wanted[0] <= known[0] and known[1] <= wanted[1]:
        return True
    return False if known[1] < wanted[0] or wanted[1] < known[0] else None
