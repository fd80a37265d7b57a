"""The codebook as Markdown, to be read, printed and put into an appendix. It is not read back.

Whatever a codebook says stands there as text: no word of it becomes a heading, a link or HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from qcode.core.codebook import ANY_LANGUAGE, Code, Codebook
from qcode.core.text import display_safe

__all__ = ["write_codebook_markdown"]

_INLINE = re.compile(r"([\\`*_\[\]<>|~&$])")
_LINE_START = re.compile(r"^([#+\-=:])")
_DEEPEST = 6
_LABELS = (
    ("definition", "Definition"), ("when_to_use", "When to use"), ("when_not_to_use", "When not to use"),
)  # fmt: skip
_LISTS = (("examples", "Examples"), ("counterexamples", "Counterexamples"))


def write_codebook_markdown(codebook: Codebook) -> str:
    r"""The codebook as a Markdown text (LF, one at the end): a heading for each code, dimensions first.

    >>> print(write_codebook_markdown(Codebook("c", "C", (Code("a", None, (("en", "Trust"),), brief="*Sure*."),))))
    # C
    <BLANKLINE>
    Codebook `c`, 1 code.
    <BLANKLINE>
    ## Trust `a`
    <BLANKLINE>
    \*Sure\*.
    <BLANKLINE>
    """
    count = "1 code" if len(codebook.codes) == 1 else f"{len(codebook.codes)} codes"
    parts = [f"# {_line(codebook.title)}", f"Codebook `{_line(codebook.id)}`, {count}."]
    if codebook.description:
        parts.append(_block(codebook.description))
    for code, depth in codebook.walk():
        parts.append(f"{'#' * min(depth + 2, _DEEPEST)} {' / '.join(_line(n) for _, n in code.names)} `{code.id}`")
        parts += _body(code)
    return "\n\n".join(parts) + "\n"


def _line(text: str) -> str:
    return _INLINE.sub(r"\\\1", display_safe(" ".join(text.split())))


def _block(text: str) -> str:
    lines = [line.strip() for line in _INLINE.sub(r"\\\1", display_safe(text.strip(), keep_lines=True)).split("\n")]
    plain = "\n".join(_LINE_START.sub(r"\\\1", _number(line)) for line in lines)
    # Two spaces keep a line's end, which Markdown would fold away; paragraphs need none.
    return re.sub(r"(?<!\n)\n(?!\n)", "  \n", plain)


def _number(line: str) -> str:
    """A line that begins like an item of a numbered list, made plain."""
    return re.sub(r"^(\d+)([.)])", r"\1\\\2", line)


def _body(code: Code) -> Iterator[str]:
    if code.brief:
        yield _block(code.brief)
    for part, label in _LABELS:
        if text := getattr(code, part):
            yield f"**{label}.** {_block(text)}"
    for part, label in _LISTS:
        if items := getattr(code, part):
            yield f"**{label}**"
            yield "\n".join(f"- {_line(item)}" for item in items)
    if code.aliases:
        yield f"**Aliases.** {', '.join(map(_line, code.aliases))}"
    for language, indicators in code.indicators:
        shown = "any language" if language == ANY_LANGUAGE else language
        yield f"**Indicators ({shown}).** {', '.join(map(_line, indicators))}"
    if flags := [text for text in _flags(code) if text]:
        yield f"**Flags.** {'; '.join(flags)}."


def _flags(code: Code) -> Iterator[str]:
    yield f"hot key {code.hotkey}" if code.hotkey else ""
    yield "at most one code of this dimension on a passage" if code.exclusive else ""
    yield f"defines the case attribute {_line(code.defines)}" if code.defines else ""
    yield "explains why nothing happened" if code.absence else ""
