"""The fields of a code as people see and type them: names of fields, values as text, text as values."""

from __future__ import annotations

from dataclasses import dataclass

from qcode.core.codebook import Code, Codebook
from qcode.core.text import display_safe
from qcode.services.written import clean_text

__all__ = ["LISTS", "Field", "fields_of", "text_of", "value_of", "values_in"]

LISTS = frozenset({"examples", "counterexamples", "aliases", "indicators"})
"""Fields that hold several values, one on a line."""
_WORDS = {
    "brief": "brief definition", "definition": "full definition", "when_to_use": "when to use",
    "when_not_to_use": "when not to use", "examples": "examples", "counterexamples": "examples that are none",
    "aliases": "aliases", "defines": "defines the attribute", "exclusive": "exclusive", "absence": "absence",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its name in a setting (`name.en`), how it is called on the screen, and how it is typed.

    `kind` is `line`, `text`, `list` or `flag`.
    """

    name: str
    called: str
    kind: str

    @classmethod
    def of(cls, name: str) -> Field:
        """The field of that name."""
        part, _, language = name.partition(".")
        if part == "name":
            return cls(name, f"name ({language})", "line")
        if part == "indicators":
            return cls(name, "indicators (any language)" if language == "*" else f"indicators ({language})", "list")
        kind = "flag" if part in ("exclusive", "absence") else "list" if part in LISTS else "text"
        return cls(name, _WORDS[part], "line" if part in ("brief", "defines") else kind)


def fields_of(book: Codebook, code: Code) -> list[Field]:
    """The fields that can be typed, in the order in which they are read.

    >>> [field.name for field in fields_of(Codebook("c", "C", (), languages=("en",)), Code("a", None, ()))][:2]
    ['name.en', 'brief']
    """
    languages = dict.fromkeys([*book.languages, *(tag for tag, _ in code.names)]) or {"en": None}
    spoken = dict.fromkeys([*languages, *(tag for tag, _ in code.indicators), "*"])
    names = [
        *(f"name.{tag}" for tag in languages),
        *("brief", "definition", "when_to_use", "when_not_to_use", "examples", "counterexamples", "aliases"),
        *(f"indicators.{tag}" for tag in spoken),
        *(["exclusive"] if code.parent is None else []),
        *("absence", "defines"),
    ]
    return [Field.of(name) for name in names]


def value_of(code: Code, name: str) -> tuple[str, ...]:
    """The values that a field has, as a setting takes them; none if it is empty.

    >>> value_of(Code("a", None, (("en", "A"),)), "name.en")
    ('A',)
    """
    part, _, language = name.partition(".")
    if part == "name":
        found: object = dict(code.names).get(language)
    elif part == "indicators":
        found = dict(code.indicators).get(language, ())
    else:
        found = getattr(code, part)
    if isinstance(found, tuple):
        return tuple(str(item) for item in found)
    if isinstance(found, bool):
        return ("yes",) if found else ("no",)
    return (str(found),) if found else ()


def text_of(values: tuple[str, ...]) -> str:
    r"""The values as one text to be changed: one on a line; where one has lines of its own, with empty ones between.

    >>> text_of(("one", "two")), text_of(("one\nline", "two"))
    ('one\ntwo', 'one\nline\n\ntwo')
    """
    return display_safe(_between(values).join(values), keep_lines=True)


def _between(values: tuple[str, ...]) -> str:
    return "\n\n" if any("\n" in value for value in values) else "\n"


def values_in(typed: str, field: Field, before: tuple[str, ...]) -> list[str]:
    r"""What was typed as values of a field; a list as `text_of` wrote the values before.

    Raises RequestError for what is no text, or is too long.

    >>> values_in(" one\n\ntwo ", Field("examples", "examples", "list"), ())
    ['one', 'two']
    """
    if not typed.strip():
        return []
    clean = clean_text(typed, field.called)
    if field.kind != "list":
        return [clean]
    return [part.strip() for part in clean.split(_between(before)) if part.strip()]
