"""Jurisdiction codes of China's mainland: six digits by GB/T 2260, two each for province, prefecture and county.

`340824` is Qianshan: 34 Anhui, 3408 Anqing, 340824 the county. `340800` is the prefecture, `340000` the province
itself. Codes change when a county becomes a district, so a code belongs to a year; the first two digits do not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

__all__ = [
    "PROVINCES",
    "Level",
    "Province",
    "code_doubt",
    "crosses_prefectures",
    "crosses_provinces",
    "full_code",
    "level_of",
    "prefecture_of",
    "province_of",
]

Level: TypeAlias = Literal["province", "prefecture", "county"]


@dataclass(frozen=True, slots=True)
class Province:
    """A province, region or municipality: its two digits, its short name in Chinese, its usual names in English.

    The first of the names is today's; old romanisations follow, as books and archives have them.
    """

    code: str
    zh: str
    names: tuple[str, ...]

    @property
    def label(self) -> str:
        """Its name in English and Chinese, as tables show it."""
        return f"{self.names[0]} {self.zh}"


_TABLE = """
11 北京 Beijing|Peking|Peiping; 12 天津 Tianjin|Tientsin; 13 河北 Hebei|Hopeh|Hopei|Chihli
14 山西 Shanxi|Shansi; 15 内蒙古 Inner Mongolia|Neimenggu|Nei Mongol; 21 辽宁 Liaoning; 22 吉林 Jilin|Kirin
23 黑龙江 Heilongjiang|Heilungkiang; 31 上海 Shanghai; 32 江苏 Jiangsu|Kiangsu; 33 浙江 Zhejiang|Chekiang
34 安徽 Anhui|Anhwei|Nganhwei; 35 福建 Fujian|Fukien; 36 江西 Jiangxi|Kiangsi; 37 山东 Shandong|Shantung
41 河南 Henan|Honan; 42 湖北 Hubei|Hupeh|Hupei; 43 湖南 Hunan; 44 广东 Guangdong|Kwangtung|Canton
45 广西 Guangxi|Kwangsi; 46 海南 Hainan; 50 重庆 Chongqing|Chungking; 51 四川 Sichuan|Szechuan|Szechwan|Ssuchuan
52 贵州 Guizhou|Kweichow; 53 云南 Yunnan|Yünnan; 54 西藏 Tibet|Xizang|Sitsang; 61 陕西 Shaanxi|Shensi
62 甘肃 Gansu|Kansu; 63 青海 Qinghai|Tsinghai|Chinghai; 64 宁夏 Ningxia|Ningsia|Ninghsia
65 新疆 Xinjiang|Sinkiang
"""


def _read(entry: str) -> Province:
    code, zh, names = entry.split(" ", 2)
    return Province(code, zh, tuple(names.split("|")))


PROVINCES = {p.code: p for p in map(_read, re.split(r"; |\n", _TABLE.strip()))}
"""The 31 provinces, regions and municipalities of the mainland by their two digits."""

_DIRECT = "90"
_MUNICIPALITIES = frozenset({"11", "12", "31", "50"})  # their counties stand under no prefecture

# The highest number that a city of prefecture level ever had; regions, autonomous prefectures, leagues have 21 to 50.
_CITIES = {
    "13": 11, "14": 11, "15": 9, "21": 14, "22": 8, "23": 12, "32": 13, "33": 11, "34": 18, "35": 9, "36": 11,
    "37": 17, "41": 17, "42": 13, "43": 13, "44": 20, "45": 14, "46": 4, "51": 20, "52": 6, "53": 9, "54": 6,
    "61": 10, "62": 12, "63": 2, "64": 5, "65": 5,
}  # fmt: skip
_LATER_CITIES = {"44": range(51, 54)}  # Chaozhou, Jieyang and Yunfu in Guangdong
_REGIONS = range(21, 51)
_GROUPS = {"50": range(1, 4)}  # of a municipality: districts, counties, and once, in Chongqing, cities
_TWO_GROUPS = range(1, 3)


def province_of(code: str) -> Province | None:
    """The province of a code; None where the first two digits are no province of the mainland.

    >>> province_of("340824").label
    'Anhui 安徽'
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


def full_code(code: str) -> str:
    """Six digits: two alone mean the province itself, four the prefecture.

    >>> full_code("34"), full_code("3408"), full_code("340824")
    ('340000', '340800', '340824')
    """
    return code.ljust(6, "0")


def level_of(code: str) -> Level:
    """Of what level a place with this code (six digits) is.

    >>> level_of("340000"), level_of("340800"), level_of("340824")
    ('province', 'prefecture', 'county')
    """
    return "province" if code[2:] == "0000" else "prefecture" if code[4:] == "00" else "county"


def _is_prefecture(code: str) -> bool:
    """Whether the middle digits can be those of a prefecture in this province, now or in the past."""
    province, number = code[:2], int(code[2:4])
    if province in _MUNICIPALITIES:
        return number in _GROUPS.get(province, _TWO_GROUPS)
    if 1 <= number <= _CITIES[province]:
        return True
    return code[2:4] == _DIRECT or number in _REGIONS or number in _LATER_CITIES.get(province, ())


def code_doubt(code: str) -> str | None:
    """What cannot be in a code of six digits, as a sentence; None where its form is possible.

    No table of all places is asked: a code may pass that no place ever had.

    >>> code_doubt("340824"), code_doubt("347724")
    (None, 'In the code 347724 the middle digits 77 are no prefecture of Anhui 安徽.')
    """
    province = province_of(code)
    if province is None:
        return f"The code {code} begins with {code[:2]}, which is no province of the mainland."
    if level_of(code) == "province":
        return None
    if code[2:4] == "00":
        return f"The code {code} has the digits of a county, but none of a prefecture."
    if not _is_prefecture(code):
        return f"In the code {code} the middle digits {code[2:4]} are no prefecture of {province.label}."
    return None
