"""What a text file says of itself: an optional header in TOML, between two lines of `+++` at its very beginning.

    +++
    kind = "recorded"
    language = "zh"
    date = 2019-08-14
    place = "county X"
    aliases = ["AH002"]

    [attributes]
    province = "Anhui"
    +++

It is read strictly and taken out: it is no part of the transcript.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar

from qcode.core.text import canonicalise, display_safe
from qcode.errors import Fault, FileFaults
from qcode.files.toml_lines import Place, line_of, line_table, statements

__all__ = ["HEADER_KEYS", "KINDS", "Header", "Value", "split_header"]

KINDS = ("recorded", "notes", "memory", "observation", "document")
HEADER_KEYS = ("kind", "language", "date", "place", "aliases", "attributes")
Value = str | int | float | bool
"""What an attribute can be; a date is text, year first."""

_MARK = "+++"
_MOST_LINES = 200
_LONGEST = 20_000  # code points
_LARGEST = 1e15  # a larger number is a slip of the pen, and not exact everywhere
_LINE = re.compile("[^\r\n]*(?:\r\n|\r|\n|$)")
_BLANK_LINES = re.compile("^(?:[^\\S\r\n]*(?:\r\n|\r|\n))+")
_LONGEST_VALUE = 500
_DOTS_MOST = 16  # tomllib takes the square of the length of a dotted key
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")
_DATE = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?)?")
_T = TypeVar("_T")
_TOML_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


@dataclass(frozen=True, slots=True)
class Header:
    """What the header says; None and empty where it says nothing.

    `kind` is one of `KINDS`; `language` a tag such as “zh” or “zh-Hant”; `date` a year, month or day (“2019”,
    “2019-08”, “2019-08-14”); `aliases` are other names of the transcript.
    """

    kind: str | None = None
    language: str | None = None
    date: str | None = None
    place: str | None = None
    aliases: tuple[str, ...] = ()
    attributes: Mapping[str, Value] = field(default_factory=dict)


def split_header(text: str, name: str = "") -> tuple[Header | None, str]:
    r"""The header of a text, None if it has none, and the text after it; `name` is the file's name, for messages.

    Line ends may be LF, CRLF or CR. Blank lines between header and text are taken out with the header; a text
    without header comes back as it is.

    Raises FileFaults for an unclosed header, broken TOML, and every key or value that is not as it should be.

    >>> split_header("+++\ndate = 2019\n+++\n\nI: Why?")
    (Header(kind=None, language=None, date='2019', place=None, aliases=(), attributes={}), 'I: Why?')
    """
    start = text.lstrip("\ufeff")
    lines: list[str] = []
    for found in islice(_LINE.finditer(start), _MOST_LINES):
        line = found[0].rstrip()
        if not lines and line != _MARK:
            return None, text
        if lines and line == _MARK:
            # The mark itself becomes a blank line, so that lines count as in the file.
            header = _header("\n".join(["", *lines[1:], ""]), display_safe(name))
            return header, _BLANK_LINES.sub("", start[found.end() :])
        lines.append(found[0].rstrip("\r\n"))
        if found.end() > _LONGEST:
            break
    what = f"The header that begins here does not end: a line {_MARK} must close it, at most {_MOST_LINES} lines below."
    raise FileFaults(display_safe(name), [Fault(what, 1)])


def _header(toml: str, shown: str) -> Header:
    found = list(statements(toml))
    deep = [Fault("There are too many dots in this line.", part.line) for part in found if part.dots > _DOTS_MOST]
    if deep:
        raise FileFaults(shown, deep)
    try:
        table = tomllib.loads(toml)
    except RecursionError:
        raise FileFaults(shown, [Fault("Brackets are nested too deeply for a header.")]) from None
    except ValueError as error:  # TOMLDecodeError is one; so is a number with too many digits
        raise FileFaults(shown, [_syntax_fault(error, toml)]) from None
    reader = _Reader()
    header = reader.header(table)
    if reader.faults:
        lines = line_table(found)
        faults = [Fault(what, line_of(lines, place)) for what, place in reader.faults]
        raise FileFaults(shown, sorted(faults, key=lambda fault: fault.line or 0))
    return header


def _syntax_fault(error: ValueError, toml: str) -> Fault:
    if not isinstance(error, tomllib.TOMLDecodeError):
        return Fault("A number has too many digits.")
    place = _TOML_PLACE.search(str(error))
    line = int(place[1]) if place and place[1] else toml.rstrip("\n").count("\n") + 1
    what = 'This is not valid TOML. Text stands between straight quotation marks, as in place = "county X".'
    return Fault(what, line)


@dataclass(slots=True)
class _Reader:
    """Reads the table, and collects everything that is wrong with it, with its place."""

    faults: list[tuple[str, Place]] = field(default_factory=list)

    def header(self, table: Mapping[str, Any]) -> Header:
        for key in table:
            if key not in HEADER_KEYS:
                what = f"There is no “{display_safe(key[:40])}” in a header; there are {', '.join(HEADER_KEYS)}."
                self.faults.append((what, (key,)))
        return Header(
            kind=self._value(table, "kind", _kind, f"one of {', '.join(KINDS)}"),
            language=self._value(table, "language", _language, "a tag such as “zh”, “en” or “zh-Hant”"),
            date=self._value(table, "date", _date, "a date: 2019, 2019-08 or 2019-08-14"),
            place=self._value(table, "place", _text, f"text of at most {_LONGEST_VALUE} characters"),
            aliases=self._value(table, "aliases", _texts, "a list of different names") or (),
            attributes=self._attributes(table),
        )

    def _value(self, table: Mapping[str, Any], key: str, read: Callable[[object], _T | None], wanted: str) -> _T | None:
        if key not in table:
            return None
        value = read(table[key])
        if value is None:
            self.faults.append((f"“{key}” must be {wanted}.", (key,)))
        return value

    def _attributes(self, table: Mapping[str, Any]) -> dict[str, Value]:
        given = table.get("attributes", {})
        if not isinstance(given, dict):
            self.faults.append(
                ("“attributes” must be a table: [attributes], and below it name = value.", ("attributes",))
            )
            return {}
        found: dict[str, Value] = {}
        for key, written in given.items():
            value = _attribute(written)
            if value is None or not _text(key):
                what = f"The attribute “{display_safe(key[:40])}” must be text, a number, true or false, or a date."
                self.faults.append((what, ("attributes", key)))
            else:
                found[canonicalise(key).strip()] = value
        return found


def _text(value: object) -> str | None:
    """Text of one line, canonical; None for anything else, and for none."""
    if not isinstance(value, str) or "\x00" in value:
        return None
    text = canonicalise(value).strip()
    return text if text and "\n" not in text and len(text) <= _LONGEST_VALUE else None


def _texts(value: object) -> tuple[str, ...] | None:
    if not isinstance(value, list):
        return None
    texts = [text for item in value if (text := _text(item)) is not None]
    return tuple(texts) if len(texts) == len(value) and len(set(texts)) == len(texts) else None


def _kind(value: object) -> str | None:
    return value if isinstance(value, str) and value in KINDS else None


def _language(value: object) -> str | None:
    return value if isinstance(value, str) and _LANGUAGE.fullmatch(value) else None


def _date(value: object) -> str | None:
    """A date as text, as exact as it is written: a date of TOML, a year as a number, or text."""
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value.isoformat()
    written = str(value) if isinstance(value, int | str) else ""
    found = _DATE.fullmatch(written)
    if found is None:
        return None
    try:
        dt.date(int(found["year"]), int(found["month"] or 1), int(found["day"] or 1))
    except ValueError:
        return None
    return written


def _attribute(value: object) -> Value | None:
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return value if abs(value) < _LARGEST else None
    return _text(value) or (_date(value) if isinstance(value, dt.date) else None)
