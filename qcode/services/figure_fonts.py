"""Fonts for figures: which of those on this computer have all characters that a figure needs, Chinese ones too."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

from qcode.core.text import holds_han

__all__ = ["CHINESE", "families_for", "lacking_words", "quiet_fonts"]

_FIRST = "DejaVu Sans"  # comes with the drawing library, so that figures look the same everywhere

CHINESE = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "Microsoft YaHei", "PingFang SC",
    "Hiragino Sans GB", "Heiti SC", "SimHei", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Droid Sans Fallback",
    "Noto Serif CJK SC", "SimSun", "Arial Unicode MS",
)  # fmt: skip
"""Fonts for Chinese as the systems call them, those that read best in small figures first."""

_NO_FONT = "Last Resort"  # has a box for everything


def families_for(texts: Iterable[str]) -> tuple[list[str], str]:
    """Names of fonts that together have the characters of the texts, in order; and the characters that none has."""
    wanted = {character for text in texts for character in text if not character.isspace()}
    families, missing = _chosen(wanted)
    if missing and _take_in_new_fonts():
        families, missing = _chosen(wanted)
    return families or [_FIRST], "".join(sorted(missing))


def _chosen(wanted: set[str]) -> tuple[list[str], set[str]]:
    """The fonts that are needed for the characters, and those that are left."""
    missing, families = set(wanted), []
    for name, path in _known():
        if not missing:
            break
        found = _held(path, missing)
        if found:
            families.append(name)
            missing -= found
    return families, missing


def _known() -> list[tuple[str, str]]:
    """Names and files of the upright fonts of plain weight that the drawing library knows, best first."""
    from matplotlib import font_manager

    order = {name: place for place, name in enumerate((_FIRST, *CHINESE))}
    plain = {
        entry.name: str(entry.fname)
        for entry in sorted(font_manager.fontManager.ttflist, key=lambda e: (e.name, str(e.fname)), reverse=True)
        if not entry.name.startswith(_NO_FONT) and entry.style == "normal" and str(entry.weight) in _PLAIN
    }
    return sorted(plain.items(), key=lambda item: (order.get(item[0], len(order)), item[0]))


_PLAIN = ("400", "normal", "regular", "book", "500", "medium")


def _take_in_new_fonts() -> bool:
    """Let the drawing library know fonts that were installed after it had looked; whether there are any."""
    from matplotlib import font_manager

    known = {str(entry.fname) for entry in font_manager.fontManager.ttflist}
    new = [path for path in sorted(font_manager.findSystemFonts()) if path not in known]
    for path in new:
        with suppress(OSError, RuntimeError):  # what is no font after all
            font_manager.fontManager.addfont(path)
    return bool(new)


def _held(path: str, characters: Iterable[str]) -> set[str]:
    """Those of the characters that a font has."""
    from matplotlib.ft2font import FT2Font

    try:
        font = FT2Font(path)
    except (OSError, RuntimeError):
        return set()
    return {character for character in characters if font.get_char_index(ord(character))}


def lacking_words(missing: str) -> str:
    """What no font has, for a sentence."""
    return "Chinese characters" if holds_han(missing) else "some of its characters"


@contextmanager
def quiet_fonts() -> Iterator[None]:
    """The drawing library does not tell on the terminal that it looks for fonts."""
    logger = logging.getLogger("matplotlib.font_manager")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)
