"""Conditions on what is recorded of cases, transcripts and speakers: `mechanism = arranged and year >= 2015`.

The language: comparisons with = != < <= > >=, `in (a, b)`, `contains`, `is recorded`, `is not recorded`; joined with
`and`, `or`, `not` and parentheses (`not` binds closest, then `and`). A value of several words stands in quotation
marks. A name is that of an attribute, in any script, with `case.`, `transcript.` or `speaker.` in front where a bare
name could mean several.

**Missing is not false.** What is not recorded can neither be equal to a value nor differ from it, so a comparison with
it is neither true nor false but unknown: `mechanism != arranged` does not find cases without a mechanism, and neither
does `not mechanism = arranged`. Whoever wants them says so: `mechanism != arranged or mechanism is not recorded`.

Values are compared by the type of the column: numbers, years and dates by size, yes and no in three languages, all else
as text without regard to letter case and character width. A date that names a year or a month only stands for all of
its days: `date <= 2019` holds for the last of December 2019. A cell that does not fit its column's type counts as not
recorded, except for `contains`, which always compares the text.
"""

from __future__ import annotations

import difflib
import unicodedata
from dataclasses import dataclass

from qcode.core.condition_tree import (
    KEYWORDS,
    Attribute,
    Compared,
    Denied,
    Joined,
    Literal,
    Node,
    Recorded,
    Schema,
    Values,
    folded,
    size_range,
)
from qcode.core.tokens import Kind, Token, Tokens
from qcode.errors import RequestError, UnknownName

__all__ = ["SCOPES", "Attribute", "Schema", "Values", "Where", "folded", "parse_where"]

SCOPES = ("case", "transcript", "speaker")
"""What an attribute can belong to."""

_SUBJECT = "the condition"
_ORDERED = ("<", "<=", ">", ">=")
_DEEPEST = 40
_MOST_VALUES = 500
_NEAR_LONGEST = 80
_TYPE_WORDS = {
    "number": "a number", "year": "a year such as 2015", "date": "a date such as 2019, 2019-05 or 2019-05-31",
    "yes/no": "yes or no",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Where:
    """A condition whose names are known; `words` is its one plain form, which reads back as the same condition.

    `named` are the values that attributes of text shall equal: a value that nothing has is mostly a slip of the pen.
    """

    words: str
    attributes: tuple[Attribute, ...]
    named: tuple[tuple[Attribute, str], ...]
    _tree: Node

    def holds(self, values: Values) -> bool | None:
        """Whether it holds for what `values` gives for each attribute; None where that is not recorded."""
        return self._tree.holds(values)

    def asks(self, scope: str) -> bool:
        """Whether it asks for anything recorded of cases, of transcripts or of speakers."""
        return any(attribute.scope == scope for attribute in self.attributes)


def parse_where(text: str, schema: Schema) -> Where:
    """The condition that a text says.

    Raises RequestError for a text that is none, with the place (characters counted from 1) and what to write instead,
    and UnknownName, with near names, for an attribute that `schema` does not have.

    >>> schema = {Attribute("case", "mechanism"): "text", Attribute("case", "year"): "year"}
    >>> where = parse_where("mechanism != arranged and year >= 2015", schema)
    >>> where.words
    'case.mechanism != arranged and case.year >= 2015'
    >>> park = {"mechanism": ["mandated"], "year": ["2016"]}
    >>> where.holds(lambda attribute: park[attribute.name]), where.holds(lambda attribute: [])
    (True, None)
    """
    return _Parser(text, schema).parse()


class _Parser:
    """Reads a condition from left to right: or, and, not, parentheses, comparison."""

    def __init__(self, text: str, schema: Schema) -> None:
        self._tokens = Tokens(text, _SUBJECT)
        self._schema = schema
        self._asked: dict[Attribute, None] = {}
        self._named: list[tuple[Attribute, str]] = []
        self._depth = 0

    def parse(self) -> Where:
        if self._tokens.here.kind is Kind.END:
            raise RequestError("The condition is empty.", fix="Write one such as mechanism = arranged.")
        tree = self._joined("or")
        left = self._tokens.here
        if left.is_sign(")"):
            raise self._tokens.fault(left, "This parenthesis was never opened.")
        if left.kind is not Kind.END:
            fix = "Put quotation marks around a value of several words; join conditions with and, or."
            raise self._tokens.fault(left, f"{left.shown} stands where the condition is over.", fix)
        return Where(tree.words, tuple(self._asked), tuple(self._named), tree)

    def _joined(self, word: str) -> Node:
        parts = [self._joined("and") if word == "or" else self._denied()]
        while self._tokens.took(word):
            parts.append(self._joined("and") if word == "or" else self._denied())
        return parts[0] if len(parts) == 1 else Joined(word, tuple(parts))

    def _denied(self) -> Node:
        times = 0
        while self._tokens.took("not"):
            times += 1
        part = self._single()
        return Denied(part) if times % 2 else part

    def _single(self) -> Node:
        opened = self._tokens.here
        if not opened.is_sign("("):
            return self._comparison()
        self._tokens.take()
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._tokens.fault(opened, f"There are more than {_DEEPEST} parentheses in one another.")
        inner = self._joined("or")
        self._tokens.close(opened)
        self._depth -= 1
        return inner

    def _comparison(self) -> Node:
        name, scope, words = self._name()
        sign = self._tokens.here
        if not (sign.is_sign("=", "!=", *_ORDERED) or sign.is_word("in", "not", "contains", "is")):
            raise self._tokens.fault(
                sign,
                f"After {name.shown} a comparison is missing.",
                "Use =, !=, <, <=, >, >=, contains, is recorded, or in (a, b) for several values.",
            )
        attribute = self._attribute(name, scope, words)
        self._tokens.take()
        if sign.is_word("is"):
            return self._is_recorded(attribute)
        if sign.is_word("not"):
            return self._not_in(attribute)
        if sign.is_word("in"):
            return self._in(attribute, sign)
        values = (self._value(attribute, sign),)
        if sign.is_sign("!="):
            return Denied(Compared(attribute, self._schema[attribute], "=", values))
        return Compared(attribute, self._schema[attribute], sign.text.casefold(), values)

    def _name(self) -> tuple[Token, str | None, str]:
        """The token of a name, the scope that is written before it (None: any), and the name itself."""
        token = self._tokens.take()
        if token.kind not in (Kind.WORD, Kind.QUOTED) or token.is_word(*KEYWORDS):
            raise self._tokens.fault(token, f"Here an attribute should stand, not {token.shown}.", self._some_names())
        scope, dot, rest = token.text.partition(".")
        if token.kind is Kind.QUOTED or not dot or scope.casefold() not in SCOPES:
            return token, None, token.text
        if not rest and self._tokens.here.kind is Kind.QUOTED:
            rest = self._tokens.take().text
        return token, scope.casefold(), rest

    def _is_recorded(self, attribute: Attribute) -> Node:
        denied = self._tokens.took("not")
        if not self._tokens.took("recorded"):
            raise self._tokens.fault(
                self._tokens.here,
                "After “is” only “recorded” or “not recorded” can stand.",
                "For a value write =.",
            )
        return Denied(Recorded(attribute)) if denied else Recorded(attribute)

    def _not_in(self, attribute: Attribute) -> Node:
        sign = self._tokens.take()
        if sign.is_word("in"):
            return Denied(self._in(attribute, sign))
        if sign.is_word("contains"):
            return Denied(Compared(attribute, self._schema[attribute], "contains", (self._value(attribute, sign),)))
        raise self._tokens.fault(sign, "After “not” only “in (a, b)” or “contains” can stand here.", "Else write !=.")

    def _in(self, attribute: Attribute, sign: Token) -> Compared:
        opened = self._tokens.take()
        if not opened.is_sign("("):
            raise self._tokens.fault(opened, "After “in” the values stand in parentheses: in (a, b).")
        values = [self._value(attribute, sign)]
        while self._tokens.here.is_sign(",") and len(values) < _MOST_VALUES:
            self._tokens.take()
            values.append(self._value(attribute, sign))
        self._tokens.close(opened)
        return Compared(attribute, self._schema[attribute], "in", tuple(values))

    def _value(self, attribute: Attribute, sign: Token) -> Literal:
        token = self._tokens.take()
        type_ = self._schema[attribute]
        if token.kind not in (Kind.WORD, Kind.QUOTED) or token.is_word(*KEYWORDS):
            fix = "Put it into quotation marks if it is the value." if token.is_word(*KEYWORDS) else None
            raise self._tokens.fault(token, f"Here a value should stand, not {token.shown}.", fix)
        key = folded(token.text)
        if not key:
            raise self._tokens.fault(token, "The value is empty.", "Write “is not recorded” for what is missing.")
        if sign.text in _ORDERED and type_ in ("text", "yes/no"):
            what = f"{attribute.words} holds {'text' if type_ == 'text' else 'yes or no'}, which has no order."
            raise self._tokens.fault(sign, what, "Use =, !=, in (a, b) or contains.")
        if type_ == "text" and not sign.is_word("contains"):
            self._named.append((attribute, token.text))
        if type_ == "text" or sign.is_word("contains"):
            return Literal(token.text, key, None)
        size = size_range(unicodedata.normalize("NFKC", token.text).strip(), type_)
        if size is None:
            what = f"{attribute.words} holds {_TYPE_WORDS[type_]}, and {token.shown} is none."
            raise self._tokens.fault(token, what, "To compare the text of the cells, use contains.")
        return Literal(token.text, key, size)

    def _attribute(self, token: Token, scope: str | None, name: str) -> Attribute:
        open_to = [a for a in self._schema if scope in (None, a.scope)]
        found = [a for a in open_to if a.name == name] or [a for a in open_to if _plain(a.name) == _plain(name)]
        if not found:
            raise self._unknown(token, scope, name)
        if len(found) > 1:
            names = " or ".join(a.words for a in found)
            raise self._tokens.fault(token, f"{token.shown} can mean {names}.", "Write which one.")
        self._asked[found[0]] = None
        return found[0]

    def _unknown(self, token: Token, scope: str | None, name: str) -> UnknownName:
        known = {_plain(a.name): a for a in self._schema if scope in (None, a.scope)}
        wanted = _plain(name)[:_NEAR_LONGEST]
        close = difflib.get_close_matches(wanted, known, n=3, cutoff=0.6)
        inside = [form for form in known if len(wanted) > 1 and wanted in form]
        near = [known[form] for form in dict.fromkeys([*close, *inside])][:3]
        error = UnknownName("attribute", token.text, [a.words if scope else a.name for a in near])
        error.where = f"The condition, character {token.start + 1}"
        if not near:
            error.fix = self._some_names()
        return error

    def _some_names(self) -> str | None:
        names = [attribute.words for attribute in self._schema][:12]
        return f"There are {', '.join(names)}{' and others' if len(self._schema) > len(names) else ''}."


def _plain(name: str) -> str:
    """A name without letter case, and with all of blank, hyphen and low line as one sign."""
    return folded(name).replace("-", "_").replace(" ", "_")
