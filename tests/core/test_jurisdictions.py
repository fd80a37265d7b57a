"""Codes of provinces, prefectures and counties, and names that do not fit them."""

from __future__ import annotations

import pytest

from qcode.core.jurisdictions import (
    PROVINCES,
    crosses_prefectures,
    crosses_provinces,
    place_doubt,
    prefecture_of,
    province_of,
    provinces_named,
)


def test_there_are_31_provinces_and_each_finds_itself_by_each_of_its_names():
    assert len(PROVINCES) == 31
    for province in PROVINCES.values():
        assert province_of(f"{province.code}0101") is province
        for name in (province.zh, *province.names, province.names[0].upper()):
            assert provinces_named(f"{name}") == (province,), name
    assert province_of("990101") is None


@pytest.mark.parametrize(
    ("codes", "prefectural", "provincial"),
    [
        (["340824", "340822"], False, False),
        (["340824", "340123"], True, False),
        (["340824", "421127"], True, True),
        (["340824", "340800"], False, False),
        (["340824", "340000"], None, False),
        (["340000", "420000"], True, True),
        (["500101", "500229"], False, False),
        (["340824", "340822", "340123"], True, False),
        (["340824", None], None, None),
        ([None, None], None, None),
        (["340824"], None, None),
        ([], None, None),
    ],
)
def test_crossings(codes, prefectural, provincial):
    assert crosses_prefectures(codes) is prefectural
    assert crosses_provinces(codes) is provincial


def test_prefectures():
    assert prefecture_of("340824") == "3408"
    assert prefecture_of("340000") is None
    assert prefecture_of("310115") == prefecture_of("310230") == "3100"


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


def test_doubts_about_a_place():
    assert place_doubt("Qianshan county, Anhui", "340824") is None
    assert place_doubt("Qianshan county", "340824") is None
    assert place_doubt("county on the border of Anhui and Hubei", "340824") is None
    assert "Anhui 安徽, but the name says Hubei 湖北" in (place_doubt("湖北潜山县", "340824") or "")
    assert "no province of the mainland" in (place_doubt("X", "990101") or "")
