"""Which province and which level the name of a place speaks of, and whether that fits its code.

Names are read as places only. Streets, banks and firms carry names of provinces too: 四川北路 is a street in Shanghai.
"""

from __future__ import annotations

import re
import unicodedata

from qcode.core.jurisdictions import PROVINCES, Level, Province, code_doubt, level_of, province_of

__all__ = ["level_named", "place_doubts", "provinces_named"]

_BY_NAME = {name.casefold(): p for p in PROVINCES.values() for name in (*p.names, p.zh)}
_LATIN = "|".join(name for p in PROVINCES.values() for name in p.names if name != "Canton")
_HAN = "|".join(p.zh for p in PROVINCES.values())

# “Hainan prefecture” lies in Qinghai: what such a word follows is no province.
_OTHER_PLACE = r"county|district|prefecture|township|town|village|mongol\w*|tibetan"
_STREET_OR_FIRM = (
    "road|street|avenue|boulevard|lane|square|plaza|bridge|tower|mansion|bank|university|college|institute|academy|"
    "company|co|corp|corporation|group|ltd|limited|inc|gmbh|ag|holding|holdings|hotel|airline|airlines|airways|hospital|"
    "chamber|association|restaurant|branch|straße|strasse|platz|firma|universität"
)
_ASIDE = r"(?:\s+(?!(?:and|or|und|oder|with|mit)\b)[\w.&'-]+){0,2}"
_OF = "".join(rf"(?<!{word} of )" for word in ("bank", "university", "college", "hotel", "institute", "academy"))
# 河北区 is in Tianjin. In the middle of a Chinese name the same characters may be anything, so nothing Chinese stands
# before them.
_OTHER_PLACE_ZH = r"县|区|州|旗|乡|镇|村|新区|经济|藏族|蒙古族"
_STREET_ZH = r"[^\W省市州县区旗]{0,3}?(?:路(?!桥|南县)|大道|大街|街道|街|巷|弄|道(?!真|县|孚|外)|广场|大厦|大桥|立交)"
_FIRM_ZH = (
    r"\w{0,12}?(?:银行|公司|集团|股份|大学|学院|中学|小学|酒店|宾馆|饭店|医院|航空|证券|保险|商会|协会|会馆|同乡会|"
    r"日报|电视台)"
)
_NAMED = re.compile(
    rf"{_OF}(?<!\w)(?:{_LATIN}|(?-i:Canton(?!\s+of\b)))(?!\w)"
    rf"(?!\s+(?:{_OTHER_PLACE})\b)(?!{_ASIDE}\s+(?:{_STREET_OR_FIRM})\b)"
    rf"|(?<![\u3400-\u9fff])(?:{_HAN})(?!{_OTHER_PLACE_ZH}|{_STREET_ZH}|{_FIRM_ZH})",
    re.IGNORECASE,
)

_LEVELS: tuple[tuple[Level, re.Pattern[str]], ...] = (
    ("county", re.compile(r"\b(?:county|(?<!development )(?<!economic )(?<!new )district|banner)\b", re.IGNORECASE)),
    ("prefecture", re.compile(r"\b(?:prefecture|prefectural|league)\b", re.IGNORECASE)),
    ("province", re.compile(r"\b(?:province|provincial|autonomous region)\b", re.IGNORECASE)),
)
_BRACKETS = re.compile(r"[(\[][^)\]]*[)\]]")
_BODY_ZH = re.compile(r"(?:人民)?政府$|(?<=[县区市省州旗])委$|党委$|委员会$")
_LEVELS_ZH: tuple[tuple[Level, re.Pattern[str]], ...] = (
    ("province", re.compile("(?:省|自治区|直辖市)$")),
    ("prefecture", re.compile("(?:自治州|地区|盟|地级市)$")),
    ("county", re.compile("(?:县|县级市|(?<![自地新发园业治作范济])区|旗)$")),
)


def provinces_named(text: str) -> tuple[Province, ...]:
    """The provinces that a text names, in English or Chinese, in the order of their codes.

    A county, district or prefecture of the same name is none: 河北区 is in Tianjin. Neither is a street, a bank or a
    firm. Old romanisations are known: Kiangsu is Jiangsu.

    >>> [p.code for p in provinces_named("Qianshan county (Hubei)")], provinces_named("海南藏族自治州")
    (['42'], ())
    >>> provinces_named("四川北路街道"), provinces_named("Bank of Jiangsu"), provinces_named("Kiangsu")[0].label
    ((), (), 'Jiangsu 江苏')
    """
    found = {_BY_NAME[match.group().casefold()].code for match in _NAMED.finditer(text)}
    return tuple(PROVINCES[code] for code in sorted(found))


def level_named(text: str) -> Level | None:
    """The level that the name of a place, or a role, speaks of; None where it says nothing, or not clearly (市).

    What stands in brackets is an aside. A county of a province is a county.

    >>> level_named("Qianshan county, Anhui province"), level_named("延边自治州"), level_named("安徽省人民政府")
    ('county', 'prefecture', 'province')
    >>> level_named("Suzhou"), level_named("浦东新区"), level_named("海珠区（广东省）")
    (None, None, 'county')
    """
    plain = _BRACKETS.sub(" ", unicodedata.normalize("NFKC", text)).strip()
    for level, pattern in _LEVELS:
        if pattern.search(plain):
            return level
    place = _BODY_ZH.sub("", plain)
    return next((level for level, pattern in _LEVELS_ZH if pattern.search(place)), None)


def place_doubts(role: str, name: str, code: str) -> list[str]:
    """What does not fit between the role of a party, its name and its code (six digits), as sentences.

    Codes change when a county becomes a district or a city, so a doubt is no more than that.

    >>> place_doubts("donor", "Qianshan county, Hubei", "340824")
    ['The code 340824 lies in Anhui 安徽, but the name says Hubei 湖北.']
    >>> place_doubts("county", "Qianshan", "340800")
    ['The code 340800 ends in 00 and is that of a prefecture, but the party is of the level county.']
    """
    wrong = code_doubt(code)
    province = province_of(code)
    if province is None:
        return [wrong] if wrong else []
    found = [wrong] if wrong else []
    named = provinces_named(name)
    if named and province not in named:
        found.append(f"The code {code} lies in {province.label}, but the name says {_listed(named)}.")
    level = level_named(name) or level_named(role)
    if level is not None and level != level_of(code):
        found.append(_level_doubt(code, level))
    elif level == "county" and (kind := _other_kind(name, code)):
        found.append(kind)
    return found


def _listed(provinces: tuple[Province, ...]) -> str:
    return " and ".join(province.label for province in provinces)


def _level_doubt(code: str, level: Level) -> str:
    here = level_of(code)
    ends = {"province": "ends in 0000", "prefecture": "ends in 00", "county": "does not end in 00"}[here]
    return f"The code {code} {ends} and is that of a {here}, but the party is of the level {level}."


_COUNTY = re.compile(r"(?<!级)县$|\bcounty\b(?!-level)", re.IGNORECASE)
_FIRST_COUNTY, _LAST_COUNTY = 21, 80


def _other_kind(name: str, code: str) -> str | None:
    """A county whose last digits are those of a district (01 to 20) or of a city (81 to 99)."""
    plain = _BRACKETS.sub(" ", unicodedata.normalize("NFKC", name)).strip()
    if _FIRST_COUNTY <= int(code[4:]) <= _LAST_COUNTY or not _COUNTY.search(_BODY_ZH.sub("", plain)):
        return None
    kind = "a district" if int(code[4:]) < _FIRST_COUNTY else "a city"
    return (
        f"The code {code} has the last digits of {kind}, but the name says county. "
        "If the county became one later, give the code and year of the time, such as 340824(2016)."
    )
