"""Provinces and levels in the names of places, and what does not fit the code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcode.core.jurisdictions import PROVINCES
from qcode.core.place_names import level_named, place_doubts, provinces_named


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("湖北省黄梅县", ["42"]),
        ("Qianshan county (Hubei)", ["42"]),
        ("潜山县（安徽）", ["34"]),
        ("Ankang, Shaanxi", ["61"]),
        ("Datong, Shanxi", ["14"]),
        ("Inner Mongolia and Ningxia", ["15", "64"]),
        ("吉林市", ["22"]),
        ("海南藏族自治州", []),
        ("海南州", []),
        ("河北区", []),
        ("河南县", []),
        ("岱山浙江路", []),
        ("Hainan Tibetan Autonomous Prefecture", []),
        ("Hebei District", []),
        ("Shanxiang county", []),
        ("county X", []),
        ("", []),
    ],
)
def test_provinces_that_a_text_names(text, codes):
    assert [p.code for p in provinces_named(text)] == codes


def test_each_province_is_found_by_each_of_its_names():
    for province in PROVINCES.values():
        for name in (province.zh, *province.names, province.names[0].upper()):
            assert provinces_named(f"{name}") == (province,), name


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("四川北路街道", []),
        ("上海市四川北路街道", ["31"]),
        ("江苏银行", []),
        ("浙江大学", []),
        ("海南航空", []),
        ("北京东路", []),
        ("重庆道", []),
        ("浙江台州路桥区", ["33"]),
        ("贵州道真县", ["52"]),
        ("云南路南县", ["53"]),
        ("湖北省黄梅县", ["42"]),
        ("广东发展银行", []),
        ("Sichuan North Road", []),
        ("Bank of Jiangsu", []),
        ("Zhejiang University", []),
        ("Jiangsu Construction Group", []),
        ("Hubei and the road", ["42"]),
        ("Hunan, a road", ["43"]),
        ("Kiangsu", ["32"]),
        ("Szechuan", ["51"]),
        ("Peking", ["11"]),
        ("Canton", ["44"]),
        ("Canton of Zurich", []),
        ("canton Zurich", []),
    ],
)
def test_streets_and_firms_are_no_places_and_old_names_are(text, codes):
    assert [p.code for p in provinces_named(text)] == codes


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("county X", "county"),
        ("Qianshan county, Anhui province", "county"),
        ("Lanwan district", "county"),
        ("economic development district", None),
        ("Yanbian prefecture", "prefecture"),
        ("Anhui province", "province"),
        ("潜山县人民政府", "county"),
        ("海珠区（广东省）", "county"),
        ("浦东新区", None),
        ("经济开发区", None),
        ("广西壮族自治区", "province"),
        ("延边朝鲜族自治州", "prefecture"),
        ("阿拉善盟", "prefecture"),
        ("阿拉善左旗", "county"),
        ("安徽省委", "province"),
        ("合肥市", None),
        ("donor", None),
        ("县", "county"),
    ],
)
def test_levels_that_a_text_names(text, level):
    assert level_named(text) == level


def test_doubts_about_a_place():
    assert place_doubts("donor", "Qianshan county, Anhui", "340824") == []
    assert place_doubts("donor", "county on the border of Anhui and Hubei", "340824") == []
    assert place_doubts("donor", "四川北路街道", "310109") == []
    assert "Anhui 安徽, but the name says Hubei 湖北" in place_doubts("donor", "湖北潜山县", "340824")[0]
    assert "no province of the mainland" in place_doubts("donor", "X", "990101")[0]
    assert "middle digits 77" in place_doubts("donor", "X", "347724")[0]


@pytest.mark.parametrize(
    ("role", "name", "code", "part"),
    [
        ("donor", "county X", "340800", "ends in 00 and is that of a prefecture, but the party is of the level county"),
        ("province", "Anhui", "340824", "does not end in 00 and is that of a county"),
        ("prefecture", "Anqing", "340000", "ends in 0000 and is that of a province"),
        ("donor", "Qianshan county", "340814", "last digits of a district"),
        ("donor", "潜山县", "340882", "last digits of a city"),
        ("donor", "county-level city of Qianshan", "340882", None),
        ("donor", "潜山县级市", "340882", None),
        ("donor", "Lanwan district", "310115", None),
        ("county", "Qianshan", "340814", None),
        ("prefecture", "Qianshan county", "340824", None),
    ],
)
def test_the_level_of_a_party_fits_its_code(role, name, code, part):
    found = place_doubts(role, name, code)
    assert (found == []) if part is None else (part in found[0])


@given(st.text(), st.text(), st.from_regex(r"[0-9]{6}", fullmatch=True))
def test_any_name_and_code_give_sentences(role, name, code):
    assert all(doubt.endswith(".") for doubt in place_doubts(role, name, code))
