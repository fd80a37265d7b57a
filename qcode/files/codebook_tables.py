r"""The codebook as a table, for CSV and spreadsheets: one row for each code, and nothing lost on the way back.

Names and indicators have a column for each language. A cell with several texts holds one in each line. What a
spreadsheet would lose or run is escaped: a backslash is `\\`, characters that nobody sees are `\uXXXX`, an empty
item of a list is `\-`; in CSV an apostrophe stands before what would be a formula.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from qcode.core.codebook import Code, Codebook, CodebookFault, check, normal_id, normal_indicator, normal_name
from qcode.core.text import display_safe
from qcode.errors import Fault, FileFaults, RequestError
from qcode.files.codebook_toml import ReadCodebook
from qcode.files.table_reader import read_csv
from qcode.files.tables import csv_bytes

__all__ = ["ALMOST_FORMULA", "CodebookRow", "codebook_rows", "from_rows", "read_codebook_csv", "write_codebook_csv"]

_TEXTS = ("brief", "definition", "when_to_use", "when_not_to_use")
_LISTS = ("examples", "counterexamples", "aliases")
_SINGLE = ("colour", "hotkey", "defines")
_FLAGS = ("exclusive", "absence")
_HEAD = ("id", "title", "description", "languages")  # of the codebook itself: in the first row
_ORDERS = ("name_order", "indicator_order")
_WRITTEN_FROM = "codebook_written_from"
_KNOWN = (
    "id", "parent", *_TEXTS, *_LISTS, *_SINGLE, *_FLAGS, *_ORDERS, *(f"codebook_{name}" for name in _HEAD),
    _WRITTEN_FROM,
)  # fmt: skip
_BY_LANGUAGE = re.compile(r"(name|indicators) \(([^()\s]+)\)")
_YES_NO = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False, "": False}
_PART_OF_FIELD = {"names": "name"}

_UNWRITTEN = re.compile("[\ufffe\uffff]")
# Excel reads _x000D_ as a carriage return, and a library drops the x005F_ that keeps it from doing so.
_SHEET_ESCAPE = re.compile(r"x(?=[0-9A-Fa-f]{4}_)")
_ESCAPED = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([\\n-]))")
ALMOST_FORMULA = re.compile("'*[ \u00a0\u2002\u2003\u2009\u202f\u3000]*[=+\\-@\t\r\n＝＋－＠]")
"""What a spreadsheet could run, with any number of apostrophes in front."""


@dataclass(frozen=True, slots=True)
class CodebookRow:
    """One row of a table: its 1-based line or row in the file, and its cells by column name."""

    line: int
    values: Mapping[str, str]


def _escaped_character(character: str) -> str:
    if character == "\\":
        return "\\\\"
    hidden = display_safe(character) not in (character, "·") and character not in "\n\t"
    if hidden or _UNWRITTEN.match(character):
        return f"\\u{ord(character):04X}" if ord(character) <= 0xFFFF else f"\\U{ord(character):08X}"
    return character


def _escaped(text: str) -> str:
    return _SHEET_ESCAPE.sub(r"\\u0078", "".join(map(_escaped_character, text)))


def _unescaped(text: str) -> str:
    def character(found: re.Match[str]) -> str:
        number = found[1] or found[2]
        if number is not None:
            return chr(min(int(number, 16), 0x10FFFF))
        return {"n": "\n", "-": ""}.get(found[3], "\\")

    return _ESCAPED.sub(character, text)


def _list_cell(items: Iterable[str]) -> str:
    return "\n".join(_escaped(item).replace("\n", "\\n") or "\\-" for item in items)


def _items(cell: str) -> tuple[str, ...]:
    return tuple(_unescaped(line) for line in cell.split("\n") if line)


def _languages(codebook: Codebook, part: str) -> list[str]:
    """The languages of a part, those that the codebook lists first."""
    used = dict.fromkeys(language for code in codebook.codes for language, _ in getattr(code, part))
    return [language for language in dict.fromkeys((*codebook.languages, *used)) if language in used]


def _order(pairs: Sequence[tuple[str, object]], languages: Sequence[str]) -> str:
    """The order of a code's languages where the columns do not say it."""
    own = [language for language, _ in pairs]
    return "" if own == [language for language in languages if language in own] else " ".join(own)


def codebook_rows(codebook: Codebook, written_from: str = "") -> tuple[list[str], list[list[str]]]:
    """The header and the rows of a codebook, each row with a cell for each column; `from_rows` takes them back.

    `written_from` names the version that the table holds (empty: no column for it).
    Raises RequestError for a codebook without codes, or with faults: it could not be read back.
    """
    faults = [fault.what for fault in check(codebook) if fault.severity == "fault"]
    if faults or not codebook.codes:
        what = faults[0] if faults else "It has no codes."
        raise RequestError(f"The codebook cannot be written as a table: {what}", fix="Settle this first.")
    names, indicators = _languages(codebook, "names"), _languages(codebook, "indicators")
    rows: list[dict[str, str]] = []
    for code in codebook.codes:
        row = {"id": code.id, "parent": code.parent or ""}
        row |= {f"name ({language})": _escaped(name) for language, name in code.names}
        row |= {part: _escaped(getattr(code, part)) for part in _TEXTS}
        row |= {part: _list_cell(getattr(code, part)) for part in _LISTS}
        row |= {part: _escaped(getattr(code, part) or "") for part in _SINGLE}
        row |= {part: "yes" if getattr(code, part) else "" for part in _FLAGS}
        row |= {f"indicators ({language})": _list_cell(items) for language, items in code.indicators}
        row["name_order"], row["indicator_order"] = _order(code.names, names), _order(code.indicators, indicators)
        rows.append(row)
    rows[0] |= {f"codebook_{name}": _escaped(getattr(codebook, name)) for name in _HEAD[:-1]}
    rows[0] |= {"codebook_languages": " ".join(codebook.languages), _WRITTEN_FROM: written_from}
    header = [
        "id", "parent", *(f"name ({language})" for language in names), *_TEXTS, *_LISTS, *_SINGLE, *_FLAGS,
        *(f"indicators ({language})" for language in indicators),
        *(name for name in _ORDERS if any(row[name] for row in rows)), *(f"codebook_{name}" for name in _HEAD),
        *([_WRITTEN_FROM] if written_from else []),
    ]  # fmt: skip
    return header, [[row.get(name, "") for name in header] for row in rows]


def write_codebook_csv(codebook: Codebook, *, written_from: str = "") -> bytes:
    """The codebook as CSV (UTF-8 with byte order mark, CRLF); `read_codebook_csv` gives back the same codebook."""
    header, rows = codebook_rows(codebook, written_from)
    inert = [[f"'{cell}" if ALMOST_FORMULA.match(cell) else cell for cell in row] for row in rows]
    return csv_bytes(header, inert, raw=True)


def read_codebook_csv(data: bytes, name: str) -> ReadCodebook:
    """The codebook in a CSV file; `name` is what to call the file in messages.

    Raises FileFaults with every fault and its line, and whatever `read_csv` raises.
    """
    table = read_csv(data, name, exact=True)
    return from_rows(table.header, [CodebookRow(row.line, row.values) for row in table.rows], name)


@dataclass(slots=True)
class _Reader:
    """Gathers what is wrong on the way."""

    unit: str
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    told: set[tuple[int, str]] = field(default_factory=set)

    def fault(self, what: str, line: int | None, part: str = "") -> None:
        self.faults.append(Fault(what, line, self.unit))
        if line is not None:
            self.told.add((line, part))

    def header(self, header: Sequence[str], line: int) -> None:
        for name in header:
            if name in _KNOWN or _BY_LANGUAGE.fullmatch(name):
                continue
            near = difflib.get_close_matches(name[:60].casefold(), (*_KNOWN, "name (en)", "indicators (en)"), n=1)
            hint = f" Did you mean “{near[0]}”?" if near else ""
            self.fault(f"“{display_safe(name[:60])}” is not a column of a codebook table.{hint}", line)
        missing = [name for name in ("id", "codebook_id", "codebook_title") if name not in header]
        missing += ["name (en)"] if not any(name.startswith("name (") for name in header) else []
        for name in missing:
            hint = " (or of another language)" if name == "name (en)" else ""
            self.fault(f"There is no column “{name}”{hint}.", line)

    def head(self, rows: Sequence[CodebookRow]) -> dict[str, Any]:
        values: dict[str, Any] = {"id": "", "title": ""}
        for name in _HEAD:
            told = {row.values.get(f"codebook_{name}", ""): row.line for row in reversed(rows)}
            told.pop("", None)
            if len(told) > 1:
                line = max(told.values())
                self.fault(f"“codebook_{name}” differs from what an earlier {self.unit} says.", line)
            if told:
                cell = _unescaped(min(told, key=lambda text: told[text]))
                values[name] = tuple(cell.split()) if name == "languages" else cell
        return {**values, "id": normal_id(values["id"])}

    def code(self, row: CodebookRow) -> Code:
        cells = row.values
        values: dict[str, Any] = {part: _unescaped(cells.get(part, "")) for part in _TEXTS}
        values |= {part: _items(cells.get(part, "")) for part in _LISTS}
        values |= {part: _unescaped(cells.get(part, "")) or None for part in _SINGLE}
        for part in _FLAGS:
            word = cells.get(part, "").strip().casefold()
            if word not in _YES_NO:
                self.fault(f"“{part}” is yes or no.", row.line, part)
            values[part] = _YES_NO.get(word, False)
        found: dict[str, list[tuple[str, Any]]] = {"name": [], "indicators": []}
        for column, cell in cells.items():
            by_language = _BY_LANGUAGE.fullmatch(column)
            if by_language and by_language[1] == "name" and cell:
                found["name"].append((by_language[2], normal_name(_unescaped(cell))))
            elif by_language and cell:
                found["indicators"].append((by_language[2], tuple(map(normal_indicator, _items(cell)))))
        return Code(
            **{**values, "aliases": tuple(map(normal_name, values["aliases"]))},
            id=normal_id(_unescaped(cells.get("id", "")).strip()),
            parent=normal_id(_unescaped(cells.get("parent", "")).strip()) or None,
            names=self.ordered(found["name"], row, "name_order"),
            indicators=self.ordered(found["indicators"], row, "indicator_order"),
        )

    def ordered(self, pairs: list[tuple[str, Any]], row: CodebookRow, column: str) -> tuple[tuple[str, Any], ...]:
        order = row.values.get(column, "").split()
        if order and sorted(order) != sorted(language for language, _ in pairs):
            self.fault(f"“{column}” names other languages than this {self.unit} has cells for.", row.line)
            return tuple(pairs)
        return tuple((language, dict(pairs)[language]) for language in order) if order else tuple(pairs)

    def checked(self, found: CodebookFault, rows: Sequence[CodebookRow]) -> None:
        line = rows[found.position].line if found.position is not None else rows[0].line
        if (line, _PART_OF_FIELD.get(found.field or "", found.field or "")) not in self.told:
            (self.faults if found.severity == "fault" else self.warnings).append(Fault(found.what, line, self.unit))


def from_rows(
    header: Sequence[str], rows: Sequence[CodebookRow], name: str, *, unit: str = "line", header_line: int = 1
) -> ReadCodebook:
    """The codebook that the rows of a table hold; `unit` is what a row's number counts: lines or rows.

    Raises FileFaults with every fault and where it stands.
    """
    reader = _Reader(unit)
    reader.header(header, header_line)
    if not rows:
        reader.fault("The table has no codes.", None)
    if reader.faults:
        raise FileFaults(name, reader.faults)
    clean = [replace(row, values={column: _plain(cell) for column, cell in row.values.items()}) for row in rows]
    codebook = Codebook(**reader.head(clean), codes=tuple(_codes(reader, clean)))
    for fault in check(codebook):
        reader.checked(fault, clean)
    if reader.faults:
        raise FileFaults(name, sorted(reader.faults, key=lambda fault: fault.line or 0))
    written_from = next((cell for row in clean if (cell := row.values.get(_WRITTEN_FROM, "").strip())), "")
    return ReadCodebook(codebook, tuple(sorted(reader.warnings, key=lambda fault: fault.line or 0)), written_from)


def _codes(reader: _Reader, rows: Iterable[CodebookRow]) -> Iterator[Code]:
    for row in rows:
        yield reader.code(row)


def _plain(cell: str) -> str:
    """A cell without the apostrophe that kept a spreadsheet from running it, its lines ended by LF."""
    text = cell.replace("\r\n", "\n").replace("\r", "\n")
    return text[1:] if text.startswith("'") and ALMOST_FORMULA.match(text) else text
