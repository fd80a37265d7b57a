"""The codebook: a tree of codes with the fields that let two strangers code alike.

The fields of a code follow MacQueen et al. (1998): a short name, a brief and a full definition, when to use
it, when not to use it, examples. A code without a parent is a *dimension*.

What a codebook must hold to is said here and nowhere else; `check` lists every breach. Names and aliases are
in normal form (NFKC), so that two names that look alike are alike; ids too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from qcode.core.codes import (
    ANY_LANGUAGE,
    COLOUR_FAMILIES,
    HOTKEYS,
    Code,
    Codebook,
    code_from_plain,
    code_to_plain,
    from_plain,
    near_codes,
    to_plain,
)
from qcode.core.text import display_safe

__all__ = [
    "ANY_LANGUAGE",
    "COLOUR_FAMILIES",
    "HOTKEYS",
    "ID_LONGEST",
    "Code",
    "Codebook",
    "CodebookFault",
    "check",
    "code_from_plain",
    "code_to_plain",
    "from_plain",
    "near_codes",
    "normal_id",
    "normal_indicator",
    "normal_name",
    "to_plain",
]

ID_LONGEST = 40
"""The most characters that an id may have."""

_SHOWN_LONGEST = 40
_CIRCLE_SHOWN = 5
_HINTS_MOST = 20  # each one compares with every name of the codebook
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_LONG_TEXTS = ("brief", "definition", "when_to_use", "when_not_to_use", "examples", "counterexamples")


class _Finding(NamedTuple):
    field: str
    tail: str  # what follows on “The code x”
    language: str | None = None


@dataclass(frozen=True, slots=True)
class CodebookFault:
    """One breach of the rules of a codebook.

    `what` is a full sentence. `code` is the id of the code (None: the codebook itself), `position` its
    0-based place in `codes` (ids may be double), `field` the field of Code or Codebook, `language` the tag
    of the name or indicators in it. A codebook with a "fault" cannot be used; a "warning" only asks for a
    second look.
    """

    what: str
    code: str | None = None
    severity: Literal["fault", "warning"] = "fault"
    position: int | None = None
    field: str | None = None
    language: str | None = None


def normal_id(text: str) -> str:
    r"""An id in normal form: NFKC.

    >>> normal_id("\uff54rust")
    'trust'
    """
    return unicodedata.normalize("NFKC", text)


def normal_name(text: str) -> str:
    r"""A name or alias in normal form: NFKC, white space as single spaces, none around.

    >>> normal_name(" Trust\u00a0 and\u3000familiarity ")
    'Trust and familiarity'
    """
    return " ".join(unicodedata.normalize("NFKC", text).split())


def normal_indicator(text: str) -> str:
    r"""An indicator in the form that canonical text has: NFC (not NFKC), white space as single spaces.

    >>> normal_indicator("u\u0308ber*  ")
    'über*'
    """
    return " ".join(unicodedata.normalize("NFC", text).split())


def check(codebook: Codebook) -> list[CodebookFault]:
    """Every fault and warning: those of the codebook itself first, then code by code in file order.

    >>> [fault.what for fault in check(Codebook("c", "C", (Code("a", None, (), brief="A."),)))]
    ['The code “a” has no name.']
    """
    found = list(_head_faults(codebook))
    by_code: list[list[CodebookFault]] = [[] for _ in codebook.codes]
    for position, severity, (field, tail, language) in _all_findings(codebook):
        code_id = codebook.codes[position].id
        subject = f"The code “{_shown(code_id)}”" if code_id else f"Code number {position + 1}"
        fault = CodebookFault(f"{subject} {tail}", code_id, severity, position, field, language)
        by_code[position].append(fault)
    return found + [fault for faults in by_code for fault in faults]


def _all_findings(codebook: Codebook) -> Iterator[tuple[int, Literal["fault", "warning"], _Finding]]:
    listed = frozenset({*codebook.languages, ANY_LANGUAGE}) if codebook.languages else frozenset()
    for position, code in enumerate(codebook.codes):
        for finding in _code_faults(code):
            yield position, "fault", finding
        for finding in _code_warnings(code, listed):
            yield position, "warning", finding
    for position, finding in _tree_faults(codebook):
        yield position, "fault", finding
    for position, finding in _double_faults(codebook):
        yield position, "fault", finding
    for position, finding in _mixed_up(codebook):
        yield position, "warning", finding


def _shown(text: str) -> str:
    short = text if len(text) <= _SHOWN_LONGEST else text[: _SHOWN_LONGEST - 1] + "…"
    return display_safe(short)


def _invisible(text: str) -> str | None:
    """The first character that no one sees or that steers the screen, as its code point."""
    for character in text:
        if display_safe(character) != character or unicodedata.category(character) == "Cf":
            return f"U+{ord(character):04X}"
    return None


def _flaw(text: str, normal: str) -> str | None:
    """What is wrong with a short text that people read and search for; None if nothing."""
    if not text.strip():
        return "is empty"
    if hidden := _invisible(text):
        return f"holds the invisible character {hidden}; leave it out"
    if text != normal:
        return f"is not in normal form; write “{_shown(normal)}”"
    return None


def _id_flaw(code_id: str) -> str | None:
    if flaw := _flaw(code_id, normal_id(code_id)):
        return flaw
    if len(code_id) > ID_LONGEST:
        return f"is longer than {ID_LONGEST} characters"
    if not all(c in "-_." or c.isalnum() or unicodedata.category(c).startswith("M") for c in code_id):
        return "holds something other than letters, digits and - _ ."
    if code_id[0] in "-.":
        return "begins with - or ."
    return None


def _head_faults(codebook: Codebook) -> Iterator[CodebookFault]:
    if flaw := _id_flaw(codebook.id):
        yield CodebookFault(f"The id of the codebook {flaw}.", field="id")
    if flaw := _flaw(codebook.title, codebook.title):
        yield CodebookFault(f"The title of the codebook {flaw}.", field="title")
    if _UNSTORABLE.search(codebook.description):
        yield CodebookFault(
            "The description of the codebook holds a character that no file can hold.", field="description"
        )
    for _, tail in _language_faults(codebook.languages):
        yield CodebookFault(f"The codebook {tail}", field="languages")


def _language_faults(tags: tuple[str, ...], *, any_allowed: bool = False) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for tag in tags:
        if not (_LANGUAGE.fullmatch(tag) or (any_allowed and tag == ANY_LANGUAGE)):
            yield tag, f"has the language “{_shown(tag)}”; a language is a short tag such as en, zh or de."
        if tag in seen:
            yield tag, f"has the language “{_shown(tag)}” twice."
        seen.add(tag)


def _code_faults(code: Code) -> Iterator[_Finding]:
    """Faults that show in one code alone."""
    if not code.id:
        yield _Finding("id", "has no id.")
    elif flaw := _id_flaw(code.id):
        yield _Finding("id", f"has an id that {flaw}.")
    yield from _label_faults(code)
    yield from _indicator_faults(code)
    if code.colour is not None and code.colour not in COLOUR_FAMILIES:
        known = ", ".join(COLOUR_FAMILIES)
        yield _Finding("colour", f"has the colour “{_shown(code.colour)}”, which is none of {known}.")
    if code.hotkey is not None and code.hotkey not in HOTKEYS:
        yield _Finding("hotkey", f"has the hot key “{_shown(code.hotkey)}”; a hot key is a digit from 1 to 9.")
    if code.defines is not None and (flaw := _flaw(code.defines, normal_name(code.defines))):
        yield _Finding("defines", f"defines an attribute whose name {flaw}.")
    if code.exclusive and code.parent is not None:
        yield _Finding("exclusive", "is marked as exclusive, but only a dimension (a code without a parent) can be.")
    for part in _LONG_TEXTS:
        if any(_UNSTORABLE.search(text) for text in _texts(getattr(code, part))):
            yield _Finding(part, f"holds a character in “{part}” that no file can hold; type it anew.")


def _texts(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def _label_faults(code: Code) -> Iterator[_Finding]:
    if not code.names:
        yield _Finding("names", "has no name.")
    for language, tail in _language_faults(tuple(language for language, _ in code.names)):
        yield _Finding("names", tail, language)
    for language, name in code.names:
        if flaw := _flaw(name, normal_name(name)):
            yield _Finding("names", f"has a name ({_shown(language)}) that {flaw}.", language)
    for alias in code.aliases:
        if flaw := _flaw(alias, normal_name(alias)):
            yield _Finding("aliases", f"has an alias that {flaw}.")


def _indicator_faults(code: Code) -> Iterator[_Finding]:
    for language, tail in _language_faults(tuple(language for language, _ in code.indicators), any_allowed=True):
        yield _Finding("indicators", tail, language)
    for language, indicators in code.indicators:
        if not indicators:
            yield _Finding("indicators", f"has an empty list of indicators ({_shown(language)}).", language)
        for indicator in indicators:
            # What is left without the sign of an exclusion and the wildcard must be something.
            bare = indicator.strip().removeprefix("-").rstrip("*")
            flaw = _flaw(bare, bare) or _flaw(indicator, normal_indicator(indicator))
            if flaw:
                yield _Finding("indicators", f"has an indicator ({_shown(language)}) that {flaw}.", language)


def _code_warnings(code: Code, listed: frozenset[str]) -> Iterator[_Finding]:
    if not code.brief.strip() and not code.definition.strip():
        yield _Finding("definition", "has no definition: two coders will hardly use it alike.")
    for part, pairs in (("names", code.names), ("indicators", code.indicators)):
        for language, _ in pairs:
            if listed and language not in listed:
                tail = f"uses the language “{_shown(language)}”, which the codebook does not list."
                yield _Finding(part, tail, language)


def _called(codebook: Codebook, position: int) -> str:
    code_id = codebook.codes[position].id
    return f"“{_shown(code_id)}”" if code_id else f"code number {position + 1}"


def _tree_faults(codebook: Codebook) -> Iterator[tuple[int, _Finding]]:
    hints_left = _HINTS_MOST
    first_places: dict[str, int] = {}
    for position, code in enumerate(codebook.codes):
        first_places.setdefault(code.id, position)
        if code.parent is None or code.parent in codebook:
            continue
        near = near_codes(codebook, code.parent) if hints_left > 0 else ()
        hints_left -= 1
        hint = f" Did you mean {', '.join(_shown(code_id) for code_id in near)}?" if near else ""
        yield (
            position,
            _Finding("parent", f"has the parent “{_shown(code.parent)}”, which is not in the codebook.{hint}"),
        )
    for circle in codebook.circles():
        shown = ", ".join(_shown(code_id) for code_id in circle[:_CIRCLE_SHOWN])
        more = ", …" if len(circle) > _CIRCLE_SHOWN else ""
        tail = f"stands above itself (circle: {shown}{more}); give one of them another parent."
        yield first_places[circle[0]], _Finding("parent", tail)


def _double_faults(codebook: Codebook) -> Iterator[tuple[int, _Finding]]:
    """What two codes may not share: an id, a hot key, a name under one parent."""
    ids: set[str] = set()
    hotkeys: dict[str, int] = {}
    names: dict[tuple[str | None, str, str], int] = {}
    for position, code in enumerate(codebook.codes):
        if code.id and code.id in ids:
            yield position, _Finding("id", "has an id that another code has already.")
        ids.add(code.id)
        if code.hotkey is not None:
            other = hotkeys.setdefault(code.hotkey, position)
            if other != position:
                tail = f"has the hot key {_shown(code.hotkey)}, as {_called(codebook, other)} has."
                yield position, _Finding("hotkey", tail)
        for language, name in code.names:
            other = names.setdefault((code.parent, language, name.casefold()), position)
            if other != position:
                tail = f"has the same name ({_shown(language)}) as {_called(codebook, other)} beside it."
                yield position, _Finding("names", tail, language)


def _mixed_up(codebook: Codebook) -> Iterator[tuple[int, _Finding]]:
    """What a person may mix up: ids that differ in capitals alone, an alias that means another code as well."""
    folded: dict[str, str] = {}
    meant: dict[str, str] = {}
    for code in codebook.codes:
        for form in (code.id, *(name for _, name in code.names)):
            meant.setdefault(form.casefold(), code.id)
    for position, code in enumerate(codebook.codes):
        other = folded.setdefault(code.id.casefold(), code.id)
        if other != code.id:
            yield position, _Finding("id", f"differs from “{_shown(other)}” in capital letters only.")
        for alias in code.aliases:
            other = meant.setdefault(alias.casefold(), code.id)
            if other != code.id:
                yield (
                    position,
                    _Finding("aliases", f"has the alias “{_shown(alias)}”, which also means “{_shown(other)}”."),
                )
