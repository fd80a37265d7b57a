"""The codebook as Markdown, to be read, printed and put into an appendix. It is not read back.

Whatever a codebook says stands there as text: no word of it becomes a heading, a link or HTML.
"""

from __future__ import annotations

from collections.abc import Iterator

from qcode.core.codebook import ANY_LANGUAGE, Code, Codebook
from qcode.files.markdown import plain_block, plain_line

__all__ = ["write_codebook_markdown"]

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
    parts = [f"# {plain_line(codebook.title)}", f"Codebook `{plain_line(codebook.id)}`, {count}."]
    if codebook.description:
        parts.append(plain_block(codebook.description))
    for code, depth in codebook.walk():
        parts.append(f"{'#' * min(depth + 2, _DEEPEST)} {' / '.join(plain_line(n) for _, n in code.names)} `{code.id}`")
        parts += _body(code)
    return "\n\n".join(parts) + "\n"


def _body(code: Code) -> Iterator[str]:
    if code.brief:
        yield plain_block(code.brief)
    for part, label in _LABELS:
        if text := getattr(code, part):
            yield f"**{label}.** {plain_block(text)}"
    for part, label in _LISTS:
        if items := getattr(code, part):
            yield f"**{label}**"
            yield "\n".join(f"- {plain_line(item)}" for item in items)
    if code.aliases:
        yield f"**Aliases.** {', '.join(map(plain_line, code.aliases))}"
    for language, indicators in code.indicators:
        shown = "any language" if language == ANY_LANGUAGE else language
        yield f"**Indicators ({shown}).** {', '.join(map(plain_line, indicators))}"
    if flags := [text for text in _flags(code) if text]:
        yield f"**Flags.** {'; '.join(flags)}."


def _flags(code: Code) -> Iterator[str]:
    yield f"hot key {code.hotkey}" if code.hotkey else ""
    yield "at most one code of this dimension on a passage" if code.exclusive else ""
    yield f"defines the case attribute {plain_line(code.defines)}" if code.defines else ""
    yield "explains why nothing happened" if code.absence else ""
