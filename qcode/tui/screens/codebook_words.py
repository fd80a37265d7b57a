"""What the codebook's screen says of a code: its row in the tree, and all its fields beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual.content import Content

from qcode.core.codebook import Code
from qcode.services.codebook_lines import CodeLine
from qcode.services.log import local_time
from qcode.tui.rows import Cell, Column
from qcode.tui.safe import Parts, inert, line_of
from qcode.tui.screens.codebook_values import Field

__all__ = ["columns", "detail_lines", "flags", "row_of"]

_MINUTES = 16  # characters of a time without its seconds
_MAIN = ("brief", "definition", "when_to_use", "when_not_to_use", "examples", "counterexamples")
_SIGNS = {"examples": "+ ", "counterexamples": "- "}
_LONGEST = 4_000  # characters of a text in the pane; the key that edits it shows the rest


def columns(*, own_only: bool) -> list[Column]:
    """Narrow windows lose the flags, then the name."""
    counts = [Column("mine", 5, right=True)] if own_only else [
        Column("mine", 5, right=True), Column("all", 5, right=True)
    ]  # fmt: skip
    return [
        Column("", 1),
        Column("code", least=20, share=5),
        Column("name", least=14, share=4, drop=2),
        *counts,
        Column("", 6, drop=3),
    ]


def row_of(line: CodeLine, *, folded: bool, language: str) -> Sequence[Cell]:
    """Hot key, id with its place in the tree, name, codings, flags."""
    code = line.code
    sign = ("▸ " if folded else "▾ ") if line.children else "  "
    indent = "  " * len(line.above)
    counts: list[Cell] = [_number(line.mine)]
    if line.others is not None:
        counts.append(_number(line.mine + line.others))
    return [
        (code.hotkey or " ", "bold"),
        (f"{indent}{sign}{code.id}", line.colour),
        (code.name(language or None), "" if line.above else "bold"),
        *counts,
        (flags(code), "dim"),
    ]


def _number(number: int) -> Cell:
    return str(number) if number else ("·", "dim")


def flags(code: Code) -> str:
    """Signs for what sets a code apart: exclusive, defines an attribute, explains absence.

    >>> flags(Code("a", None, (), exclusive=True, absence=True))
    'ex ab'
    """
    signs = (("ex", code.exclusive), ("de", bool(code.defines)), ("ab", code.absence))
    return " ".join(sign for sign, is_set in signs if is_set)


def detail_lines(line: CodeLine) -> Iterator[Content]:
    """Everything that the codebook says of a code, and what the study knows of it."""
    code = line.code
    place = f"  below {' / '.join(reversed(line.above))}" if line.above else "  dimension"
    yield line_of((code.id, "bold"), (place, "dim"))
    key = f" · hot key {code.hotkey}" if code.hotkey else ""
    colour = line.colour if code.colour else f"{line.colour}, as above"
    yield line_of((" / ".join(f"{name} ({tag})" for tag, name in code.names), "bold"), (f" · {colour}{key}", "dim"))
    for name in _MAIN:
        yield from _field(code, name)
    if code.aliases:
        yield _labelled("aliases", ", ".join(code.aliases))
    for tag, texts in code.indicators:
        yield _labelled(Field.of(f"indicators.{tag}").called, ", ".join(texts))
    yield from _set_apart(code)
    yield line_of(*_known(line))


def _field(code: Code, name: str) -> Iterator[Content]:
    """One of the fields that every code should have; what is missing is said."""
    value = getattr(code, name)
    called = Field.of(name).called
    if not value:
        yield line_of((f"{called}: ", "dim"), ("not written yet", "dim italic"))
    elif isinstance(value, str):
        yield _labelled(called, value)
    else:
        yield line_of((f"{called}:", "dim"))
        for text in value:
            yield inert(f"{_SIGNS[name]}{_cut(text)}", keep_lines=True)


def _labelled(called: str, text: str) -> Content:
    return Content("").join([inert(f"{called}: ", "dim"), inert(_cut(text), keep_lines=True)])


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _set_apart(code: Code) -> Iterator[Content]:
    """The flags in sentences."""
    if code.exclusive:
        yield inert("exclusive (ex): at most one code of this dimension on a passage")
    if code.defines:
        yield inert(f"defines (de) the attribute {code.defines}: shown by it, never tested against it")
    if code.absence:
        yield inert("absence (ab): explains why nothing happened")


def _known(line: CodeLine) -> Parts:
    """How often it stands, what was merged into it, who changed it last."""
    merged = f" · merged into it: {', '.join(line.merged)}" if line.merged else ""
    others = f", {line.others} of others" if line.others is not None else ""
    when = f" · changed {local_time(line.changed_ms)[:_MINUTES]} by {line.changed_by}" if line.changed_ms else ""
    mine = "1 coding" if line.mine == 1 else f"{line.mine} codings"
    return [(f"{mine} of mine{others}{merged}{when}", "dim")]
