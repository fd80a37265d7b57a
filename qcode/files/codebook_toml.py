"""The codebook as a TOML file, read strictly and written so that it reads back as it was.

Why TOML: it has no aliases and no guessed types (`no` stays a word), and a key that stands twice is an error.
Reading finds every fault at once, each with its line, and never takes half a codebook.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from qcode.core.codebook import (
    ANY_LANGUAGE,
    Code,
    Codebook,
    CodebookFault,
    check,
    normal_id,
    normal_indicator,
    normal_name,
)
from qcode.core.text import display_safe, han_count
from qcode.errors import Fault, FileFaults, RequestError, UnsafeFile
from qcode.files.toml_lines import Place, Statement, line_of, line_table, statements

__all__ = ["SIZE_LIMIT", "ReadCodebook", "read_codebook", "write_codebook"]

SIZE_LIMIT = 2_000_000
"""The largest codebook file in bytes; thirty codes with all fields need about 40,000."""

_DOTS_MOST = 16  # tomllib takes the square of the length of a dotted key: hours for a hostile file
_SHOWN_LONGEST = 40
_WIDTH = 100  # columns, after which a text is folded: a change then shows as one line of a diff
_TOML_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


@dataclass(frozen=True, slots=True)
class ReadCodebook:
    """A codebook from a file, and what is worth a second look in it, by line.

    `written_from` names the version of the study's codebook that the file was exported from; empty if it was not.
    """

    codebook: Codebook
    warnings: tuple[Fault, ...]
    written_from: str = ""


def read_codebook(data: bytes, name: str) -> ReadCodebook:
    """The codebook in a TOML file; `name` is what to call the file in messages.

    Ids, names, aliases and indicators are brought to normal form; all other text stays as it is written.
    Raises UnsafeFile for a file over SIZE_LIMIT or with a NUL character, FileFaults for everything else, with
    all faults in the order of their lines (a breach of TOML itself comes alone: reading stops there).
    """
    text = _decoded(data, name)
    found = list(statements(text))
    reader = _Reader()
    codebook = reader.codebook(_parsed(text, found, name))
    for fault in check(codebook):
        reader.add_checked(fault)
    if not reader.faults and not reader.warnings:
        return ReadCodebook(codebook, (), reader.written_from)
    lines = line_table(found)
    if reader.faults:
        raise FileFaults(name, _with_lines(reader.faults, lines))
    return ReadCodebook(codebook, tuple(_with_lines(reader.warnings, lines)), reader.written_from)


def _with_lines(found: Iterable[tuple[str, Place]], lines: Mapping[Place, int]) -> list[Fault]:
    faults = [Fault(what, line_of(lines, place)) for what, place in found]
    return sorted(faults, key=lambda fault: fault.line or 0)


def _decoded(data: bytes, name: str) -> str:
    if len(data) > SIZE_LIMIT:
        raise UnsafeFile(
            f"The file is larger than {SIZE_LIMIT // 1_000_000} MB, far more than a codebook needs.",
            where=name,
            fix="Check that it is the right file.",
        )
    if b"\x00" in data:
        raise UnsafeFile(
            "The file holds a NUL character, so it is not a text file, or not in UTF-8.",
            where=name,
            fix="Save it as UTF-8 text.",
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FileFaults(name, [Fault("This is not UTF-8. Save the file as UTF-8 text.", line)]) from None
    return text.replace("\r\n", "\n")


def _parsed(text: str, found: Iterable[Statement], name: str) -> dict[str, Any]:
    deep = [Fault("There are too many dots in this line.", part.line) for part in found if part.dots > _DOTS_MOST]
    if deep:
        raise FileFaults(name, deep)
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise FileFaults(name, [Fault("Brackets are nested too deeply for a codebook.")]) from None
    except ValueError as error:  # TOMLDecodeError is one; so is a number with too many digits
        raise FileFaults(name, [_syntax_fault(error, text)]) from None


def _syntax_fault(error: ValueError, text: str) -> Fault:
    if not isinstance(error, tomllib.TOMLDecodeError):
        return Fault("A number has too many digits.")
    message = str(error)
    place = _TOML_PLACE.search(message)
    line = int(place[1]) if place and place[1] else text.rstrip("\n").count("\n") + 1
    bare = _TOML_PLACE.sub("", message)
    hint = ' Text stands between straight quotation marks, as in brief = "...".' if bare == "Invalid value" else ""
    return Fault(f"This is not valid TOML ({display_safe(bare)}).{hint}", line)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _id(value: object) -> str | None:
    return normal_id(value) if isinstance(value, str) else None


def _texts(value: object) -> tuple[str, ...] | None:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    return None


def _aliases(value: object) -> tuple[str, ...] | None:
    texts = _texts(value)
    return None if texts is None else tuple(normal_name(text) for text in texts)


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _names(value: object) -> tuple[tuple[str, str], ...] | None:
    if isinstance(value, dict) and all(isinstance(name, str) for name in value.values()):
        return tuple((language, normal_name(name)) for language, name in value.items())
    return None


def _indicators(value: object) -> tuple[tuple[str, tuple[str, ...]], ...] | None:
    if not isinstance(value, dict):
        return None
    lists = {language: _texts(items) for language, items in value.items()}
    if None in lists.values():
        return None
    return tuple((language, tuple(map(normal_indicator, items or ()))) for language, items in lists.items())


@dataclass(frozen=True, slots=True)
class _Kind:
    """What a key must hold, in words, and how it is taken over (None: it holds something else)."""

    wanted: str
    take: Callable[[object], object | None]


_TEXT = _Kind('text in quotation marks, as in "..."', _text)
_ID = _Kind(_TEXT.wanted, _id)
_TEXTS = _Kind('a list of texts, as in ["...", "..."]', _texts)
_FLAG = _Kind("true or false, without quotation marks", _flag)

_BOOK_KEYS = {"id": _ID, "title": _TEXT, "description": _TEXT, "languages": _TEXTS, "written_from": _TEXT}
_CODE_KEYS = {
    "id": _ID,
    "parent": _ID,
    "name": _Kind('names by language, as in { en = "..." }', _names),
    "brief": _TEXT,
    "definition": _TEXT,
    "when_to_use": _TEXT,
    "when_not_to_use": _TEXT,
    "examples": _TEXTS,
    "counterexamples": _TEXTS,
    "aliases": _Kind(_TEXTS.wanted, _aliases),
    "colour": _TEXT,
    "hotkey": _TEXT,
    "exclusive": _FLAG,
    "defines": _TEXT,
    "absence": _FLAG,
    "indicators": _Kind('lists of indicators by language, as in en = ["trust*"]', _indicators),
}
_FIELD_OF_KEY = {"name": "names"}
_KEY_OF_FIELD = {"names": "name"}


@dataclass(slots=True)
class _Reader:
    """Turns the parsed file into a codebook and gathers what is wrong on the way, each with its place."""

    faults: list[tuple[str, Place]] = field(default_factory=list)
    warnings: list[tuple[str, Place]] = field(default_factory=list)
    entries: list[int] = field(default_factory=list)  # of each code, its number in the file
    known: set[Place] = field(default_factory=set)  # places whose faults are told already
    written_from: str = ""

    def fault(self, what: str, place: Place) -> None:
        self.faults.append((what, place))
        self.known.add(place)

    def codebook(self, document: dict[str, Any]) -> Codebook:
        self.unknown_keys(document, ("codebook", "code"), ())
        head = document.get("codebook")
        values: dict[str, Any] = {"id": "", "title": ""}
        if isinstance(head, dict):
            values |= self.values(head, _BOOK_KEYS, ("codebook",))
        else:
            self.fault("The file has no table [codebook] with id and title.", ("codebook",))
            self.known |= {("codebook", "id"), ("codebook", "title")}
        self.written_from = values.pop("written_from", "")
        return Codebook(**values, codes=tuple(self.codes(document.get("code", []))))

    def codes(self, entries: object) -> Iterator[Code]:
        if not isinstance(entries, list):
            self.fault("Every code stands under a line [[code]] in double brackets.", ("code",))
            return
        for number, entry in enumerate(entries):
            if not isinstance(entry, dict):
                self.fault("Every code stands under a line [[code]] in double brackets.", ("code", number))
                continue
            self.entries.append(number)
            values = {"id": "", "parent": None, "names": (), **self.values(entry, _CODE_KEYS, ("code", number))}
            yield Code(**values)

    def values(self, table: dict[str, Any], kinds: Mapping[str, _Kind], place: Place) -> dict[str, Any]:
        self.unknown_keys(table, kinds, place)
        values: dict[str, Any] = {}
        for key, kind in kinds.items():
            if key not in table:
                continue
            taken = kind.take(table[key])
            if taken is None:
                self.fault(f"“{key}” must be {kind.wanted}.", (*place, key))
            else:
                values[_FIELD_OF_KEY.get(key, key)] = taken
        return values

    def unknown_keys(self, table: dict[str, Any], known: Iterable[str], place: Place) -> None:
        for key in table:
            if key in known:
                continue
            near = difflib.get_close_matches(key[:_SHOWN_LONGEST].casefold(), known, n=1)
            hint = f"Did you mean “{near[0]}”?" if near else f"The keys here are {', '.join(known)}."
            self.fault(f"“{display_safe(key[:_SHOWN_LONGEST])}” is not a key of a codebook file. {hint}", (*place, key))

    def add_checked(self, found: CodebookFault) -> None:
        """Take over what `check` found, unless the file's own fault at that place explains it."""
        key = _KEY_OF_FIELD.get(found.field or "", found.field or "")
        above: Place = ("codebook",) if found.position is None else ("code", self.entries[found.position])
        place = (*above, key)
        if place in self.known:
            return
        if found.language is not None:
            place = (*place, found.language)
        (self.faults if found.severity == "fault" else self.warnings).append((found.what, place))


_FOLD = re.compile(r"(?<=[ 。\uff1b\uff0c\uff01\uff1f])(?=\S)")
_LOOSE_QUOTE = re.compile(r'"(?="|\Z)')
_SHORT_ESCAPES = {
    "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\",
}  # fmt: skip


def write_codebook(codebook: Codebook, *, written_from: str = "") -> str:
    """The codebook as TOML text (LF, one at the end); `read_codebook` gives back the same codebook.

    `written_from` names the version that the file holds: an import of it, edited, is held against that version.
    Characters that steer the screen are escaped, so that they show. Raises RequestError for a codebook with
    faults, since its file could not be read back.
    """
    faults = [fault.what for fault in check(codebook) if fault.severity == "fault"]
    if faults:
        count = "a fault" if len(faults) == 1 else f"{len(faults)} faults, the first of them"
        raise RequestError(
            f"The codebook cannot be written, since it has {count}: {faults[0]}", fix="Settle this first."
        )
    head = [
        "[codebook]",
        f"id = {_one_line(codebook.id)}",
        f"title = {_one_line(codebook.title)}",
        *_texts_of(codebook, ("description",)),
        *_lists_of(codebook, ("languages",)),
        *([f"written_from = {_one_line(written_from)}"] if written_from else []),
    ]
    return "\n\n".join(["\n".join(head), *("\n".join(_code_lines(code)) for code in codebook.codes)]) + "\n"


def _code_lines(code: Code) -> Iterator[str]:
    yield "[[code]]"
    yield f"id = {_one_line(code.id)}"
    if code.parent is not None:
        yield f"parent = {_one_line(code.parent)}"
    names = ", ".join(f"{language} = {_one_line(name)}" for language, name in code.names)
    yield f"name = {{ {names} }}"
    yield from _texts_of(code, ("brief", "definition", "when_to_use", "when_not_to_use"))
    yield from _lists_of(code, ("examples", "counterexamples", "aliases"))
    yield from _texts_of(code, ("colour", "hotkey", "defines"))
    for flag in ("exclusive", "absence"):
        if getattr(code, flag):
            yield f"{flag} = true"
    if code.indicators:
        yield "[code.indicators]"
        for language, indicators in code.indicators:
            key = f'"{ANY_LANGUAGE}"' if language == ANY_LANGUAGE else language
            yield f"{key} = {_list(indicators)}"


def _texts_of(source: Code | Codebook, names: Iterable[str]) -> Iterator[str]:
    for name in names:
        if text := getattr(source, name):
            yield f"{name} = {_any_text(text)}"


def _lists_of(source: Code | Codebook, names: Iterable[str]) -> Iterator[str]:
    for name in names:
        if items := getattr(source, name):
            yield f"{name} = {_list(items)}"


def _list(items: Iterable[str]) -> str:
    written = [_one_line(item) for item in items]
    short = f"[{', '.join(written)}]"
    if _columns(short) <= _WIDTH:
        return short
    return "\n".join(["[", *(f"  {item}," for item in written), "]"])


def _columns(text: str) -> int:
    return len(text) + han_count(text)


def _escaped(text: str, keep: str = "") -> str:
    return "".join(character if character in keep else _escaped_character(character) for character in text)


def _escaped_character(character: str) -> str:
    if character in _SHORT_ESCAPES:
        return _SHORT_ESCAPES[character]
    # "·" stands for what has no width, such as the joiners inside an emoji: harmless, and usual in text.
    if display_safe(character) in (character, "·"):
        return character
    return f"\\U{ord(character):08X}"


def _one_line(text: str) -> str:
    return f'"{_escaped(text)}"'


def _any_text(text: str) -> str:
    """A text as a TOML string: over several lines if it has several, or is long."""
    if "\n" not in text and _columns(text) <= _WIDTH:
        return _one_line(text)
    body = _LOOSE_QUOTE.sub(r'\\"', _escaped(text, keep='\n"'))
    lines = "\n".join(_folded(line) for line in body.split("\n"))
    return f'"""\n{lines}"""'


def _folded(line: str) -> str:
    r"""The line broken between words by `\` at a line's end, which TOML takes back."""
    lines = [""]
    for piece in _FOLD.split(line):
        if lines[-1] and _columns(lines[-1] + piece) > _WIDTH:
            lines.append("")
        lines[-1] += piece
    return "\\\n".join(lines)
