"""A header in YAML between two lines of `---`, as other programs write it: read where it is flat, refused where not.

YAML itself is not read: it turns `no` into False and `012` into 10. A flat header has lines `key: value` only, and
every value is taken as it is written. Talk can look the same, so a block is a header only if its keys are all
different, name no speaker, and head no line of the text below.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import NamedTuple

from qcode.core.speaker_words import is_speaker
from qcode.core.text import display_safe
from qcode.core.turns import label_key
from qcode.errors import Fault, FileFaults

__all__ = ["YamlHeader", "YamlLine", "split_yaml"]

_MARK = "---"
_ENDS = frozenset({"---", "..."})
_MOST_LINES = 200
_LONGEST = 20_000  # code points
_LONGEST_VALUE = 500
_LINE = re.compile("[^\r\n]*(?:\r\n|\r|\n|$)")
_BLANK_LINES = re.compile("^(?:[^\\S\r\n]*(?:\r\n|\r|\n))+")
_PAIR = re.compile(r"(?P<key>[^\W_][^:：\n#\[\]{}\"'|>]{0,39}?)[ \t]*:(?:[ \t]+(?P<value>\S.*))?")
_COMMENT = re.compile(r"(?:^|[ \t]+)#.*$")
_QUOTED = re.compile(r"\"(?P<double>[^\"\\]*)\"|'(?P<single>[^']*)'")
_LIST = re.compile(r"\[(?P<items>[^\[\]{}\"'&*!|>]*)\]")
_NOT_PLAIN = tuple("[]{}&*!|>%@`\"'?")  # what begins a value that is more than its words


class YamlLine(NamedTuple):
    """One `key: value`: the values of it (several in a list, none where nothing stands there), and its 1-based line."""

    key: str
    values: tuple[str, ...]
    line: int


class YamlHeader(NamedTuple):
    """The lines of a flat header, and the text below it, without the blank lines between."""

    lines: tuple[YamlLine, ...]
    body: str


def split_yaml(text: str, name: str = "") -> YamlHeader | None:
    r"""The flat YAML header of a text, None if it has none; `name` is the file's name, for messages.

    Raises FileFaults for a header that has lists or tables inside one another, with how to write it.

    >>> header = split_yaml("---\ndate: 2019-08-14\nplace: county X  # hidden\n---\n\nI: Why?")
    >>> [(line.key, line.values, line.line) for line in header.lines], header.body
    ([('date', ('2019-08-14',), 2), ('place', ('county X',), 3)], 'I: Why?')
    """
    lines: list[str] = []
    for found in islice(_LINE.finditer(text), _MOST_LINES):
        line = found[0].rstrip()
        if not lines and line != _MARK:
            return None
        if lines and line in _ENDS:
            return _header(lines, _BLANK_LINES.sub("", text[found.end() :]), display_safe(name))
        lines.append(line)
        if found.end() > min(_LONGEST, len(text) - 1):
            break
    return None  # a line across the page, and no end of a header


def _header(lines: list[str], body: str, shown: str) -> YamlHeader | None:
    pairs: list[YamlLine] = []
    nested: list[int] = []
    for number, line in enumerate(lines[1:], 2):
        plain = _COMMENT.sub("", line)
        if not plain:
            continue
        pair = _PAIR.fullmatch(plain)
        values = _values(pair["value"] or "") if pair else None
        if pair is None and not line.startswith((" ", "\t", "- ", "-\t")):
            return None  # words, and no YAML
        if pair is not None:
            pairs.append(YamlLine(pair["key"].strip(), values or (), number))
        if values is None:
            nested.append(number)
    if not pairs or _is_talk(pairs, body):
        return None
    if nested:
        what = (
            "This line of the header is no plain `key: value`. Write the header as TOML: +++ as its first and last"
            ' line, place = "county X" between them, and below a line [attributes] whatever else is recorded.'
        )
        raise FileFaults(shown, [Fault(what, nested[0])])
    return YamlHeader(tuple(pairs), body)


def _values(written: str) -> tuple[str, ...] | None:
    """The values of a line; None if it is more than words, or a list of them."""
    if len(written) > _LONGEST_VALUE:
        return None
    quoted, listed = _QUOTED.fullmatch(written), _LIST.fullmatch(written)
    if quoted:
        values = [quoted["double"] or quoted["single"] or ""]
    elif listed:
        values = listed["items"].split(",")
    elif written.startswith(_NOT_PLAIN):
        return None
    else:
        values = [written]
    return tuple(value.strip() for value in values if value.strip())


def _is_talk(pairs: list[YamlLine], body: str) -> bool:
    keys = [label_key(pair.key) for pair in pairs]
    heads = {label_key(line[: line.index(":")]) for line in body.splitlines() if ":" in line[:41]}
    return len(set(keys)) < len(keys) or any(is_speaker(key) or key in heads for key in keys)
