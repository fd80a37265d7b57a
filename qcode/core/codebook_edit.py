"""One code changed by a few settings, as people type them: `definition=...`, `name.zh=...`, `examples=...`.

A proposal to the owner of a codebook is made of such settings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from qcode.core.codebook import Code, Codebook, check, normal_id, normal_indicator, normal_name
from qcode.core.text import display_safe
from qcode.errors import RequestError

__all__ = ["SETTINGS", "new_faults", "settled", "with_code", "with_settings"]

_TEXTS = ("brief", "definition", "when_to_use", "when_not_to_use")
_LISTS = ("examples", "counterexamples", "aliases")
_SINGLE = ("parent", "colour", "hotkey", "defines")
_FLAGS = ("exclusive", "absence")
_PER_LANGUAGE = ("name", "indicators")
_Value = TypeVar("_Value", str, tuple[str, ...])
_YES_NO = {"yes": True, "true": True, "no": False, "false": False, "": False}

SETTINGS: tuple[str, ...] = (
    *_TEXTS, *_LISTS, *_SINGLE, *_FLAGS, *(f"{part}.LANGUAGE" for part in _PER_LANGUAGE)
)  # fmt: skip
"""The fields that a setting may name."""


def settled(given: Sequence[str]) -> dict[str, list[str]]:
    """Settings `FIELD=VALUE` by field, several values of one field in their order.

    Raises RequestError for what is no setting, or names no field.

    >>> settled(["name.zh=信任", "examples=One.", "examples=Two."])
    {'name.zh': ['信任'], 'examples': ['One.', 'Two.']}
    """
    found: dict[str, list[str]] = {}
    for text in given:
        name, equals, value = text.partition("=")
        name = name.strip()
        part, dot, language = name.partition(".")
        known = (part in _PER_LANGUAGE and bool(language)) if dot else name in SETTINGS
        if not equals or not known:
            raise RequestError(
                f"“{display_safe(text[:60])}” sets no field of a code.",
                fix=f"Write FIELD=VALUE; the fields are {', '.join(SETTINGS)}.",
            )
        found.setdefault(name, []).append(value)
    for name, values in found.items():
        if len(values) > 1 and name not in _LISTS and not name.startswith("indicators."):
            raise RequestError(f"“{name}” is set twice.")
    return found


def with_settings(code: Code, settings: Mapping[str, Sequence[str]]) -> Code:
    """The code with these settings; an empty value empties the field. Raises RequestError for a flag that is no flag.

    >>> with_settings(Code("t", None, (("en", "Trust"),)), {"name.zh": ["信任"], "absence": ["yes"]}).names
    (('en', 'Trust'), ('zh', '信任'))
    """
    for name, values in settings.items():
        change: dict[str, Any] = _change(code, name, tuple(value for value in values if value.strip()))
        code = replace(code, **change)
    return code


def _change(code: Code, name: str, values: tuple[str, ...]) -> dict[str, object]:
    """The field that a setting changes, with its new value; no values empty it."""
    part, _, language = name.partition(".")
    first = values[0] if values else ""
    if part == "name":
        return {"names": _placed(code.names, language, normal_name(first))}
    if part == "indicators":
        return {part: _placed(code.indicators, language, tuple(map(normal_indicator, values)))}
    if part in _LISTS:
        return {part: tuple(map(normal_name, values)) if part == "aliases" else values}
    if part in _FLAGS:
        if first.strip().casefold() not in _YES_NO:
            raise RequestError(f"“{part}” is yes or no.")
        return {part: _YES_NO[first.strip().casefold()]}
    if part in _SINGLE:
        return {part: (normal_id(first) if part == "parent" else first) or None}
    return {part: first}


def _placed(pairs: tuple[tuple[str, _Value], ...], language: str, value: _Value) -> tuple[tuple[str, _Value], ...]:
    """The pairs with this one in its place, or at the end, or without it if it is empty."""
    kept = {**dict(pairs), language: value}
    return tuple((tag, text) for tag, text in kept.items() if text)


def with_code(book: Codebook, code: Code) -> Codebook:
    """The codebook with this code in its place; a new one stands last.

    >>> [c.id for c in with_code(Codebook("c", "C", (Code("a", None, ()),)), Code("b", "a", ())).codes]
    ['a', 'b']
    """
    if code.id not in book:
        return replace(book, codes=(*book.codes, code))
    return replace(book, codes=tuple(code if known.id == code.id else known for known in book.codes))


def new_faults(old: Codebook, new: Codebook) -> list[str]:
    """The faults of `new` that `old` does not have, as sentences."""
    known = {fault.what for fault in check(old)}
    return [fault.what for fault in check(new) if fault.severity == "fault" and fault.what not in known]
