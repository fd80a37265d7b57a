"""Queries over codes: `conflict and not trust`, `money near(2 sentences) office`.

What the words mean, strongest first. A and B stand for codes (a code means itself and all below it, `=A` only itself,
`*` any code) or for queries in parentheses:

- `A overlaps B`: passages of A that share a character with a passage of B.
- `A within B` (or `inside`): passages of A that lie wholly in one passage of B.
- `A near(2 sentences) B`: passages of A with a passage of B at most two sentences away: `near(0 sentences)` is the same
  sentence, `near(1 sentence)` the same or a neighbouring one. Units are sentences, words and turns.
- `A not overlaps B`, `A not within B`, `A not near(...) B`: the passages of A that do not.
- `A and B`: the stretches that are coded with both: what the passages of A and of B share.
- `A and not B`: passages of A that share no character with any passage of B. `not B` alone: of all coded passages.
- `A or B`: passages of A and passages of B.

Passages are compared within one coder's work on one transcript.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from qcode.core.tokens import Kind, Token, Tokens, quoted
from qcode.errors import RequestError

__all__ = [
    "UNITS", "Anything", "Both", "Either", "Query", "Related", "Relation", "Term", "Unit", "parse_query", "terms",
]  # fmt: skip

Relation: TypeAlias = Literal["overlaps", "within", "near"]
Unit: TypeAlias = Literal["sentences", "words", "turns"]
UNITS: tuple[Unit, ...] = get_args(Unit)
"""What distances are counted in."""

_SUBJECT = "the query"
_KEYWORDS = frozenset({"and", "or", "not", "overlaps", "within", "inside", "near", "*"})
_RELATIONS: dict[str, Relation] = {"overlaps": "overlaps", "within": "within", "inside": "within", "near": "near"}
_DEEPEST = 40
_FURTHEST = 1000
_OPERATORS = "and, and not, or, overlaps, within, near(2 sentences)"


@dataclass(frozen=True, slots=True)
class Term:
    """Passages of a code (its short id) and of all below it; of the code itself only, if `alone`."""

    code: str
    alone: bool = False

    @property
    def words(self) -> str:
        """As queries write it."""
        return f"{'=' * self.alone}{quoted(self.code, _KEYWORDS)}"


@dataclass(frozen=True, slots=True)
class Anything:
    """All coded passages."""

    words: str = "*"


@dataclass(frozen=True, slots=True)
class Either:
    """Passages of any of the parts."""

    parts: tuple[Query, ...]

    @property
    def words(self) -> str:
        """As queries write it."""
        return " or ".join(f"({part.words})" if isinstance(part, Either) else part.words for part in self.parts)


@dataclass(frozen=True, slots=True)
class Both:
    """What the passages of all `parts` share, where no passage of any `without` is; without parts: of any code."""

    parts: tuple[Query, ...]
    without: tuple[Query, ...] = ()

    @property
    def words(self) -> str:
        """As queries write it."""
        parts = [_inner(part) for part in self.parts] + [f"not {_inner(part)}" for part in self.without]
        return " and ".join(parts)


@dataclass(frozen=True, slots=True)
class Related:
    """Passages of `left` that stand in the relation to some passage of `right` (or to none, if `denied`).

    `distance` counts units and is for *near* only.
    """

    left: Query
    relation: Relation
    right: Query
    denied: bool = False
    distance: int = 0
    unit: Unit = "sentences"

    @property
    def words(self) -> str:
        """As queries write it."""
        unit = self.unit[:-1] if self.distance == 1 else self.unit
        relation = f"near({self.distance} {unit})" if self.relation == "near" else self.relation
        left = self.left.words if isinstance(self.left, Related) else _inner(self.left)
        return f"{left} {'not ' * self.denied}{relation} {_inner(self.right)}"


Query: TypeAlias = "Term | Anything | Either | Both | Related"


def _inner(query: Query) -> str:
    return query.words if isinstance(query, Term | Anything) else f"({query.words})"


def terms(query: Query) -> tuple[Term, ...]:
    """All terms of a query, from left to right; those behind `not` too.

    >>> [term.words for term in terms(parse_query("trust and not (=money or office)", str))]
    ['trust', '=money', 'office']
    """
    match query:
        case Term():
            return (query,)
        case Anything():
            return ()
        case Related(left, _, right):
            return (*terms(left), *terms(right))
        case Either(parts):
            return tuple(term for part in parts for term in terms(part))
        case Both(parts, without):
            return tuple(term for part in (*parts, *without) for term in terms(part))


def parse_query(text: str, find: Callable[[str], str]) -> Query:
    """The query that a text says; `find` gives the short id of the code that a name means.

    Raises RequestError for a text that is none, with the place (characters counted from 1), and whatever `find` raises
    for a name that it does not know.

    >>> parse_query("trust and not (=money or office)", str).words
    'trust and not (=money or office)'
    >>> parse_query("动机 NEAR(1 sentence) “two words”", str).words
    '动机 near(1 sentence) “two words”'
    """
    tokens = Tokens(text, _SUBJECT)
    if tokens.here.kind is Kind.END:
        raise RequestError("The query is empty.", fix="Name a code, or join codes with and, or, not.")
    query = _Parser(tokens, find).either()
    left = tokens.here
    if left.is_sign(")"):
        raise tokens.fault(left, "This parenthesis was never opened.")
    if left.is_word("not"):
        raise tokens.fault(left, "“not” stands alone here.", "Write “and not”.")
    if left.kind is not Kind.END:
        fix = f"Write {_OPERATORS} between codes, and quotation marks around a name of several words."
        raise tokens.fault(left, f"Before {left.shown} an operator is missing.", fix)
    return query


class _Parser:
    """Reads a query from left to right: or, and, relations, parentheses, codes."""

    def __init__(self, tokens: Tokens, find: Callable[[str], str]) -> None:
        self._tokens = tokens
        self._find = find
        self._depth = 0

    def either(self) -> Query:
        parts = [self._both()]
        while self._tokens.took("or"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _both(self) -> Query:
        parts: list[Query] = []
        without: list[Query] = []
        while True:
            times = 0
            while self._tokens.took("not"):
                times += 1
            (without if times % 2 else parts).append(self._related())
            if not self._tokens.took("and"):
                break
        return parts[0] if len(parts) == 1 and not without else Both(tuple(parts), tuple(without))

    def _related(self) -> Query:
        left = self._single()
        while True:
            denied = self._tokens.here.is_word("not") and self._tokens.following.is_word(*_RELATIONS)
            if denied:
                self._tokens.take()
            if not self._tokens.here.is_word(*_RELATIONS):
                return left
            relation = _RELATIONS[self._tokens.take().text.casefold()]
            distance, unit = self._distance() if relation == "near" else (0, UNITS[0])
            left = Related(left, relation, self._single(), denied, distance, unit)

    def _distance(self) -> tuple[int, Unit]:
        opened = self._tokens.take()
        how = "Write how near, such as near(2 sentences), near(10 words) or near(1 turn)."
        if not opened.is_sign("("):
            raise self._tokens.fault(opened, f"After “near” no distance is given, but {opened.shown}.", how)
        number, unit = self._tokens.take(), self._tokens.take()
        if not (number.text.isascii() and number.text.isdigit() and len(number.text) <= len(str(_FURTHEST))):
            raise self._tokens.fault(number, f"{number.shown} is no whole number of units.", how)
        if int(number.text) > _FURTHEST:
            raise self._tokens.fault(number, f"The distance is more than {_FURTHEST}.", how)
        plural = unit.text.casefold().removesuffix("s") + "s"
        for known in UNITS:
            if known == plural:
                self._tokens.close(opened)
                return int(number.text), known
        raise self._tokens.fault(unit, f"{unit.shown} is no unit of distance.", how)

    def _single(self) -> Query:
        token = self._tokens.take()
        if token.is_sign("("):
            return self._inside(token)
        if token.is_sign("="):
            return Term(self._name(self._tokens.take()), alone=True)
        if token.is_word("*"):
            return Anything()
        return Term(self._name(token))

    def _inside(self, opened: Token) -> Query:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._tokens.fault(opened, f"There are more than {_DEEPEST} parentheses in one another.")
        query = self.either()
        self._tokens.close(opened)
        self._depth -= 1
        return query

    def _name(self, token: Token) -> str:
        if token.kind not in (Kind.WORD, Kind.QUOTED) or token.is_word(*_KEYWORDS):
            fix = "Put quotation marks around it if it is the name of a code." if token.kind is Kind.WORD else None
            raise self._tokens.fault(token, f"Here a code should stand, not {token.shown}.", fix)
        return self._find(token.text)
