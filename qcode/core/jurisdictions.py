"""Jurisdiction codes of China's mainland: six digits by GB/T 2260, two each for province, prefecture and county.

`340824` is Qianshan: 34 Anhui, 3408 Anqing, 340824 the county. `340800` is the prefecture, `340000` the province
itself. Codes change when a county becomes a district, so a code belongs to a year; the first two digits do not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = [
    "PROVINCES",
    "Province",
    "crosses_prefectures",
    "crosses_provinces",
    "place_doubt",
    "prefecture_of",
    "province_of",
    "provinces_named",
]


@dataclass(frozen=True, slots=True)
class Province:
    """A province, region or municipality: its two digits, its short name in Chinese, its usual names in English."""

    code: str
    zh: str
    names: tuple[str, ...]

    @property
    def label(self) -> str:
        """Its name in English and Chinese, as tables show it."""
        return f"{self.names[0]} {self.zh}"


_TABLE = """
11 北京 Beijing|Peking; 12 天津 Tianjin; 13 河北 Hebei; 14 山西 Shanxi; 15 内蒙古 Inner Mongolia|Neimenggu|Nei Mongol
21 辽宁 Liaoning; 22 吉林 Jilin; 23 黑龙江 Heilongjiang; 31 上海 Shanghai; 32 江苏 Jiangsu; 33 浙江 Zhejiang
34 安徽 Anhui; 35 福建 Fujian; 36 江西 Jiangxi; 37 山东 Shandong; 41 河南 Henan; 42 湖北 Hubei; 43 湖南 Hunan
44 广东 Guangdong; 45 广西 Guangxi; 46 海南 Hainan; 50 重庆 Chongqing; 51 四川 Sichuan; 52 贵州 Guizhou
53 云南 Yunnan; 54 西藏 Tibet|Xizang; 61 陕西 Shaanxi; 62 甘肃 Gansu; 63 青海 Qinghai; 64 宁夏 Ningxia
65 新疆 Xinjiang
"""


def _read(entry: str) -> Province:
    code, zh, names = entry.split(" ", 2)
    return Province(code, zh, tuple(names.split("|")))


PROVINCES = {p.code: p for p in map(_read, re.split(r"; |\n", _TABLE.strip()))}
"""The 31 provinces, regions and municipalities of the mainland by their two digits."""

_DIRECT = "90"
_MUNICIPALITIES = frozenset({"11", "12", "31", "50"})  # their counties stand under no prefecture

# “Hainan prefecture” lies in Qinghai and 河北区 in Tianjin: what such a word follows is no province.
_NO_PROVINCE = r"county|district|prefecture|township|town|village|mongol\w*|tibetan|road|street"
_NO_PROVINCE_ZH = r"县|区|州|旗|乡|镇|村|路|街|新区|经济|藏族|蒙古族"
_BY_NAME = {name.casefold(): p for p in PROVINCES.values() for name in (*p.names, p.zh)}
_LATIN = "|".join(name for p in PROVINCES.values() for name in p.names)
_HAN = "|".join(p.zh for p in PROVINCES.values())
# In the middle of a Chinese name the same two characters may be anything, so nothing Chinese stands before them.
_NAMED = re.compile(
    rf"(?<!\w)(?:{_LATIN})(?!\w)(?!\s+(?:{_NO_PROVINCE})\b)|(?<![\u3400-\u9fff])(?:{_HAN})(?!{_NO_PROVINCE_ZH})",
    re.IGNORECASE,
)


def province_of(code: str) -> Province | None:
    """The province of a code; None where the first two digits are no province of the mainland.

    >>> province_of("340824").names
    ('Anhui',)
    """
    return PROVINCES.get(code[:2])


def prefecture_of(code: str) -> str | None:
    """What stands for the prefecture: the first four digits; None for a province itself.

    Counties right under a province (90 in the middle, such as Xiantao) have no prefecture: each is its own.

    Districts (01) and counties (02) of a municipality such as Chongqing stand directly under it: one place.

    >>> prefecture_of("340824"), prefecture_of("340000"), prefecture_of("500229") == prefecture_of("500101")
    ('3408', None, True)
    >>> prefecture_of("429004") == prefecture_of("429005")
    False
    """
    if code[:2] in _MUNICIPALITIES:
        return code[:2] + "00"
    if code[2:4] == _DIRECT:
        return code
    return None if code[2:4] == "00" else code[:4]


def _differ(places: Sequence[str | None]) -> bool | None:
    if len(places) < 2 or any(place is None for place in places):
        return None
    return len(set(places)) > 1


def crosses_provinces(codes: Sequence[str | None]) -> bool | None:
    """Whether the parties of these codes belong to more than one province; None if a code is missing, or all but one.

    >>> crosses_provinces(["340824", "421127"]), crosses_provinces(["340824", None])
    (True, None)
    """
    return _differ([code and code[:2] for code in codes])


def crosses_prefectures(codes: Sequence[str | None]) -> bool | None:
    """Whether the parties of these codes belong to more than one prefecture; None where that cannot be known.

    It cannot if a code is missing, if there is only one, or if a province takes part in its own name.

    >>> crosses_prefectures(["340824", "340123"]), crosses_prefectures(["340824", "340800"])
    (True, False)
    """
    if crosses_provinces(codes):
        return True
    return _differ([code and prefecture_of(code) for code in codes])


def provinces_named(text: str) -> tuple[Province, ...]:
    """The provinces that a text names, in English or Chinese, in the order of their codes.

    A county, district or prefecture of the same name is none: 河北区 is in Tianjin.

    >>> [p.code for p in provinces_named("Qianshan county (Hubei)")], provinces_named("海南藏族自治州")
    (['42'], ())
    """
    found = {_BY_NAME[match.group().casefold()].code for match in _NAMED.finditer(text)}
    return tuple(PROVINCES[code] for code in sorted(found))


def place_doubt(name: str, code: str) -> str | None:
    """What does not fit between a party's name and its code, as a sentence; None where nothing is wrong.

    >>> place_doubt("Qianshan county, Hubei", "340824")
    'The code 340824 lies in Anhui 安徽, but the name says Hubei 湖北.'
    """
    province = province_of(code)
    if province is None:
        return f"The code {code} begins with {code[:2]}, which is no province of the mainland."
    named = provinces_named(name)
    if named and province not in named:
        return f"The code {code} lies in {province.label}, but the name says {' and '.join(p.label for p in named)}."
    return None
