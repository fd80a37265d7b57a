"""Codes of provinces, prefectures and counties, and names that do not fit them."""

from __future__ import annotations

import pytest

from qcode.core.jurisdictions import (
    PROVINCES,
    code_doubt,
    crosses_prefectures,
    crosses_provinces,
    prefecture_of,
    province_of,
)


def test_there_are_31_provinces():
    assert len(PROVINCES) == 31
    for province in PROVINCES.values():
        assert province_of(f"{province.code}0101") is province
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
    assert prefecture_of("429004") == "429004"
    assert prefecture_of("310115") == prefecture_of("310230") == "3100"


@pytest.mark.parametrize(
    ("code", "part"),
    [
        ("340824", None),
        ("340000", None),
        ("341800", None),
        ("341900", "middle digits 19 are no prefecture of Anhui"),
        ("347724", "middle digits 77"),
        ("340024", "digits of a county, but none of a prefecture"),
        ("429004", None),
        ("222401", None),
        ("445102", None),
        ("345102", "middle digits 51"),
        ("310115", None),
        ("310230", None),
        ("310315", "middle digits 03"),
        ("500381", None),
        ("990101", "no province of the mainland"),
    ],
)
def test_codes_that_cannot_be(code, part):
    doubt = code_doubt(code)
    assert (doubt is None) if part is None else (part in (doubt or ""))
