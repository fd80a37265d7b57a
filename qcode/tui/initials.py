"""The pinyin initials of Chinese names, so that `xr` finds 信任.

No table of characters is needed: the first level of GB 2312 (3,755 characters, nearly all that names are made of) is
in the order of pinyin, so the place of a character in it tells its initial. A character with several readings has one
place only (行 counts as x, 重 as z), and characters of the second level have no initial here: such names are found by
their characters, ids and aliases.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache

__all__ = ["initials"]

# The first character of each initial in GB 2312, level 1; no syllable begins with i, u or v.
_FIRST = {
    "a": 0xB0A1, "b": 0xB0C5, "c": 0xB2C1, "d": 0xB4EE, "e": 0xB6EA, "f": 0xB7A2, "g": 0xB8C1, "h": 0xB9FE,
    "j": 0xBBF7, "k": 0xBFA6, "l": 0xC0AC, "m": 0xC2E8, "n": 0xC4C3, "o": 0xC5B6, "p": 0xC5BE, "q": 0xC6DA,
    "r": 0xC8BB, "s": 0xC8F6, "t": 0xCBFA, "w": 0xCDDA, "x": 0xCEF4, "y": 0xD1B9, "z": 0xD4D1,
}  # fmt: skip
_LETTERS = "".join(_FIRST)
_BEGINS = list(_FIRST.values())
_LAST = 0xD7F9
_TWO_BYTES = 2


@lru_cache(maxsize=4096)
def initials(name: str) -> str:
    """The initials of a name's Chinese characters, with its other letters and digits as they are; lower case.

    Empty where the name holds no Chinese character that has one.

    >>> initials("信任"), initials("地方财力"), initials("GDP 竞争"), initials("Trust")
    ('xr', 'dfcl', 'gdpjz', '')
    """
    found = [_initial(character) for character in name]
    if not any(letter for letter, chinese in found if chinese):
        return ""
    return "".join(letter for letter, _ in found)


def _initial(character: str) -> tuple[str, bool]:
    """A character's letter (empty if it has none), and whether it is a Chinese one."""
    if character.isascii():
        return (character.lower() if character.isalnum() else ""), False
    try:
        code = character.encode("gb2312")
    except UnicodeEncodeError:
        return "", False
    number = int.from_bytes(code, "big")
    if len(code) != _TWO_BYTES or not _BEGINS[0] <= number <= _LAST:
        return "", False
    return _LETTERS[bisect_right(_BEGINS, number) - 1], True
