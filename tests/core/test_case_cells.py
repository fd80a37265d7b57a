"""Parties and stages, from the cell of a table and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcode.core.case_cells import (
    Party,
    Stage,
    parties_cell,
    parties_of,
    read_parties,
    read_stages,
    stage_doubts,
    stages_cell,
    stages_of,
)
from qcode.errors import RequestError

words = st.text(st.characters(whitelist_categories=["L", "Nd"]), min_size=1, max_size=8)
years = st.integers(1990, 2030)
codes = st.from_regex(r"[1-6][0-9]{5}", fullmatch=True)
parties = st.builds(Party, words, words) | st.builds(Party, words, words, codes, st.none() | years)
spans = st.tuples(years | st.none(), years | st.none()).filter(lambda s: None in s or s[0] <= s[1])
stages = st.builds(lambda name, span, m: Stage(name, *span, m), words, spans, st.none() | words)


@given(st.lists(parties))
def test_parties_come_back(found):
    assert parties_of(parties_cell(found)) == tuple(found)


@given(st.lists(stages, unique_by=lambda stage: stage.name))
def test_stages_come_back(found):
    assert stages_of(stages_cell(found)) == tuple(found)


def test_parties_as_people_type_them():
    assert parties_of(" donor = Lanwan district @ 310115 ( 2018 ) ;recipient=county X;") == (
        Party("donor", "Lanwan district", "310115", 2018),
        Party("recipient", "county X"),
    )
    assert parties_of("上游＝潜山县（安徽）＠340824（2018）；下游=黄梅县（湖北）") == (
        Party("上游", "潜山县(安徽)", "340824", 2018),
        Party("下游", "黄梅县（湖北）"),
    )
    assert parties_of("") == ()


@pytest.mark.parametrize("cell", ["donor", "=X", "donor=", "donor=;x"])
def test_a_party_without_role_or_name(cell):
    with pytest.raises(RequestError, match="should read role=name"):
        parties_of(cell)


@pytest.mark.parametrize(
    "place",
    ["X@310", "X@31011", "X@3101155", "X@31011a", "@310115", "X@310115(18)", "X@310115 2018", "X@", "X@Y@310115"],
)
def test_a_place_that_cannot_be_read(place):
    with pytest.raises(RequestError, match="six digits"):
        parties_of(f"donor={place}")


def test_short_codes_are_those_of_provinces_and_prefectures():
    assert [party.code for party in parties_of("a=X@34; b=Y@3408(2016); c=Z@340824")] == ["340000", "340800", "340824"]


def test_all_faults_of_a_cell_are_found():
    parties, wrong = read_parties("donor; a=X; =Y; b=Z@1")
    assert ([p.name for p in parties], len(wrong)) == (["X"], 3)
    stages, wrong = read_stages("a:soon; b:2009; b:2010; c:2012-2009; b")
    assert [fault.what.split(" ")[1] for fault in wrong] == ["stage"] * 3
    assert [stage.name for stage in stages] == ["b", "b", "b"]


def test_stages_as_people_type_them():
    assert stages_of("planning : 2009–2012 = arranged；园区：2013-; end:-2020; talks; last: 2021; x=mandated") == (
        Stage("planning", 2009, 2012, "arranged"),
        Stage("园区", 2013),
        Stage("end", None, 2020),
        Stage("talks"),
        Stage("last", 2021, 2021),
        Stage("x", mechanism="mandated"),
    )


@pytest.mark.parametrize(
    ("cell", "what"),
    [
        ("planning:soon", "should read name:years"),
        (":2009", "should read name:years"),
        ("planning:2012-2009", "ends before it begins"),
        ("a:2009; a:2010", "The stage “a” stands twice"),
    ],
)
def test_faulty_stages(cell, what):
    with pytest.raises(RequestError, match=what):
        stages_of(cell)


def test_stages_out_of_order_are_doubted():
    assert stage_doubts(stages_of("a:2009-2012; b; c:2012-; d:2010")) == [
        "The stage “d” begins before the stage “c”, which stands before it."
    ]
    assert stage_doubts(stages_of("a:-2012; b:2009")) == []
