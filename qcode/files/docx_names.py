"""The names that a Word document uses: namespaces of both editions of the standard, elements, symbol fonts."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["ELEMENTS", "SKIPPED", "attribute", "is_on", "local_name", "symbol"]

_WORD = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
)
_MATHS = (
    "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "http://purl.oclc.org/ooxml/officeDocument/math",
)
_DIAGRAM = (
    "http://schemas.openxmlformats.org/drawingml/2006/diagram",
    "http://purl.oclc.org/ooxml/drawingml/diagram",
)
_CHART = (
    "http://schemas.openxmlformats.org/drawingml/2006/chart",
    "http://purl.oclc.org/ooxml/drawingml/chart",
)
_COMPATIBILITY = ("http://schemas.openxmlformats.org/markup-compatibility/2006",)

_SKIPPED = """
    pPrChange rPrChange tblPrChange trPrChange tcPrChange tblPrExChange tblGridChange sectPrChange numberingChange
    sdtPr sdtEndPr sectPr tabs ctrlPr rt
"""
_WORD_ELEMENTS = f"""
    document p r t tab ptab br cr noBreakHyphen softHyphen sym pPr trPr tcPr tc tr tbl pStyle rStyle vanish hidden del
    ins moveFrom moveTo cellDel footnote endnote footnoteReference endnoteReference commentReference txbxContent
    altChunk subDoc {_SKIPPED}
"""


def _elements() -> dict[str, str]:
    groups = (
        (_WORD, _WORD_ELEMENTS),
        (_MATHS, "r t ctrlPr"),
        (_DIAGRAM, "relIds"),
        (_CHART, "chart"),
        (_COMPATIBILITY, "AlternateContent Choice Fallback"),
    )
    return {
        f"{{{namespace}}}{name}": name
        for namespaces, names in groups
        for namespace in namespaces
        for name in names.split()
    }


ELEMENTS: Mapping[str, str] = _elements()
"""The elements that mean something to the walk, `{namespace}name` to name; all others are passed through."""

SKIPPED = frozenset(_SKIPPED.split())
"""Those of them that hold nothing to read: earlier properties, settings of controls, tab stops, ruby text."""

_ATTRIBUTES = {
    name: tuple(f"{{{namespace}}}{name}" for namespace in _WORD)
    for name in ("val", "id", "font", "char", "styleId", "type")
}
_OFF = frozenset({"0", "false", "off"})

# What the characters of two fonts look like, by their number in the font. Only what stands in running text.
_SYMBOL_FONTS: Mapping[str, Mapping[int, str]] = {
    "symbol": {
        0x2D: "−", 0x44: "Δ", 0x53: "Σ", 0x57: "Ω", 0x61: "α", 0x62: "β", 0x63: "χ", 0x64: "δ", 0x65: "ε", 0x67: "γ",
        0x6C: "λ", 0x6D: "μ", 0x70: "π", 0x72: "ρ", 0x73: "σ", 0x77: "ω", 0xA3: "≤", 0xA5: "∞", 0xAB: "↔", 0xAC: "←",
        0xAD: "↑", 0xAE: "→", 0xAF: "↓", 0xB0: "°", 0xB1: "±", 0xB3: "≥", 0xB4: "×", 0xB7: "•", 0xB8: "÷", 0xB9: "≠",
        0xBA: "≡", 0xBB: "≈", 0xBC: "…", 0xD7: "⋅", 0xDE: "⇒", 0xE5: "∑",
    },
    "wingdings": {
        0x4A: "☺", 0x4B: "😐", 0x4C: "☹", 0x6C: "●", 0x6E: "■", 0x6F: "□", 0x71: "❑", 0x72: "❒", 0x75: "◆", 0x76: "❖",
        0xA7: "▪", 0xA8: "◻", 0xD8: "➢", 0xDF: "←", 0xE0: "→", 0xE1: "↑", 0xE2: "↓", 0xE8: "➔", 0xFB: "✗", 0xFC: "✓",
        0xFD: "☒", 0xFE: "☑",
    },
}  # fmt: skip
_LONGEST_NUMBER = 6
_PRIVATE = range(0xE000, 0xF900)


def attribute(attributes: Mapping[str, str], name: str) -> str:
    """The value of one of Word's own attributes; "" if it is not there."""
    for written in _ATTRIBUTES[name]:
        if written in attributes:
            return attributes[written]
    return ""


def is_on(attributes: Mapping[str, str]) -> bool:
    """Whether a property such as `vanish` is on: it is, unless its value says otherwise."""
    return attribute(attributes, "val").casefold() not in _OFF


def local_name(tag: str) -> str:
    """A Word element's name without its namespace; "" for elements of other namespaces.

    >>> local_name("{http://purl.oclc.org/ooxml/wordprocessingml/main}style"), local_name("style")
    ('style', '')
    """
    namespace, _, name = tag[1:].partition("}")
    return name if namespace in _WORD else ""


def symbol(font: str, number: str) -> str | None:
    """The character that a symbol stands for; None where it is not known.

    Symbol fonts number their characters from 0x20 to 0xFF, and Word adds 0xF000.

    >>> symbol("Wingdings", "F0FC"), symbol("Arial", "2713"), symbol("Webdings", "F021")
    ('✓', '✓', None)
    """
    try:
        value = int(number[:_LONGEST_NUMBER], 16)
    except ValueError:
        return None
    known = _SYMBOL_FONTS.get(font.strip().casefold())
    if known is not None:
        return known.get(value & 0xFF) if value < 0x100 or value >> 8 == 0xF0 else None
    if value > 0x10FFFF or value in _PRIVATE:
        return None
    return chr(value) if chr(value).isprintable() else None
