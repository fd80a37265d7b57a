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

It is read strictly and taken out: it is no part of the transcript. A date that is not written year first is kept as
text and told. A flat header in YAML, between two lines of `---`, is read too, and less strictly (see `yaml_header`).
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, TypeVar

from qcode.core.dates import DATE_FORMS, is_date, names_a_date
from qcode.core.text import canonicalise, display_safe
from qcode.errors import Fault, FileFaults
from qcode.files.toml_lines import Place, line_of, line_table, statements
from qcode.files.yaml_header import YamlHeader, split_yaml

__all__ = ["HEADER_KEYS", "KINDS", "Header", "Value", "split_header"]

KINDS = ("recorded", "notes", "memory", "observation", "document")
HEADER_KEYS = ("kind", "language", "date", "place", "aliases", "attributes")
Value = str | int | float | bool
"""What an attribute can be; a date is text, year first."""

_MARK = "+++"
_YAML_MARK = "---"
_MOST_LINES = 200
_LONGEST = 20_000  # code points
_LARGEST = 1e15  # a larger number is a slip of the pen, and not exact everywhere
_LINE = re.compile("[^\r\n]*(?:\r\n|\r|\n|$)")
_BLANK_LINES = re.compile("^(?:[^\\S\r\n]*(?:\r\n|\r|\n))+")
_LONGEST_VALUE = 500
_DOTS_MOST = 16  # tomllib takes the square of the length of a dotted key
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")
_WORDS_OF_QCODE = ("kind", "language")  # an attribute of such a name would be taken for the field
_T = TypeVar("_T")
_TOML_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


@dataclass(frozen=True, slots=True)
class Header:
    """What the header says; None and empty where it says nothing.

    `kind` is one of `KINDS`; `language` a tag such as “zh” or “zh-Hant”; `date` a year, month or day (“2019”,
    “2019-08”, “2019-08-14”) or what else was written there; `aliases` are other names of the transcript. `doubts` are
    sentences on what was read and should be looked at, each with its line.
    """

    kind: str | None = None
    language: str | None = None
    date: str | None = None
    place: str | None = None
    aliases: tuple[str, ...] = ()
    attributes: Mapping[str, Value] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()


def split_header(text: str, name: str = "") -> tuple[Header | None, str]:
    r"""The header of a text, None if it has none, and the text after it; `name` is the file's name, for messages.

    Line ends may be LF, CRLF or CR. Blank lines between header and text are taken out with the header; a text
    without header comes back as it is.

    Raises FileFaults for an unclosed header, broken TOML, and every key or value that is not as it should be.

    >>> header, body = split_header("+++\ndate = 2019\n+++\n\nI: Why?")
    >>> header.date, header.doubts, body
    ('2019', (), 'I: Why?')
    """
    start = text.lstrip("\ufeff")
    yaml = split_yaml(start, name)
    if yaml is not None:
        return _from_yaml(yaml), yaml.body
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
    lines = line_table(found)
    if reader.faults:
        faults = [Fault(what, line_of(lines, place)) for what, place in reader.faults]
        raise FileFaults(shown, sorted(faults, key=lambda fault: fault.line or 0))
    return replace(header, doubts=tuple(_date_doubts(header, lambda place: line_of(lines, place))))


def _date_doubts(header: Header, line: Callable[[Place], int | None]) -> Iterator[str]:
    """What is called a date and is none, as sentences; `line` gives the line of a place."""
    given: dict[Place, Value | None] = {("date",): header.date}
    given |= {("attributes", name): value for name, value in header.attributes.items() if names_a_date(name)}
    for place, value in given.items():
        if value is not None and not is_date(str(value)):
            where = line(place)
            at = f"Line {where} of the header: " if where else ""
            yield f"{at}“{display_safe(str(place[-1])[:40])}” is no date such as {DATE_FORMS}; it was kept as text."


def _from_yaml(yaml: YamlHeader) -> Header:
    """The header that a flat YAML header is; what cannot be one of its fields is an attribute."""
    reader = _Reader()
    fields: dict[str, Any] = {}
    attributes: dict[str, Value] = {}
    doubts: list[str] = []
    lines = {canonicalise(pair.key): pair.line for pair in yaml.lines}
    for pair in yaml.lines:
        value = "; ".join(pair.values)
        key = pair.key.casefold()
        one: dict[str, Any] = {key: list(dict.fromkeys(pair.values)) if key == "aliases" else value}
        wrong = _faults(one) if key in HEADER_KEYS and key != "attributes" and value else [""]
        if not wrong:
            fields |= one
        elif key in _WORDS_OF_QCODE and value:
            doubts.append(f"Line {pair.line} of the header: {wrong[0]} It was left out.")
        elif text := _text(value):
            attributes[canonicalise(pair.key)] = text
    header = replace(reader.header(fields), attributes=attributes)
    names = ", ".join(display_safe(pair.key) for pair in yaml.lines if pair.values)
    told = f"The header between {_YAML_MARK} was read, and is no part of the text: {names or 'it is empty'}."
    return replace(header, doubts=(told, *doubts, *_date_doubts(header, lambda place: lines.get(str(place[-1])))))


def _faults(table: Mapping[str, Any]) -> list[str]:
    reader = _Reader()
    reader.header(table)
    return [what for what, _ in reader.faults]


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
                what = (
                    f"There is no “{display_safe(key[:40])}” in a header; there are {', '.join(HEADER_KEYS)}. "
                    "Put what else is recorded below a line [attributes]."
                )
                self.faults.append((what, (key,)))
        return Header(
            kind=self._value(table, "kind", _kind, f"one of {', '.join(KINDS)}"),
            language=self._value(table, "language", _language, "a tag such as “zh”, “en” or “zh-Hant”"),
            date=self._value(table, "date", _date, f"a date: {DATE_FORMS}"),
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
    """A date as text, as exact as it is written: a date of TOML, a year as a number, or any text."""
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value.isoformat()
    return _text(str(value)) if isinstance(value, int | str) and not isinstance(value, bool) else None


def _attribute(value: object) -> Value | None:
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return value if abs(value) < _LARGEST else None
    return _text(value) or (_date(value) if isinstance(value, dt.date) else None)
