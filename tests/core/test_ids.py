"""Ids must never drift: every deterministic id of every project hangs on these values."""

from __future__ import annotations

import unicodedata
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcode.core import ids

FIXED = {
    ids.source_id("ab" * 32): "5867d719-665a-5364-897c-6db78d447007",
    ids.speaker_id("s", "王县长"): "385824a5-deda-57b4-904a-9127a4a44f69",
    ids.codebook_id("cooperation"): "af71d0c9-72a3-5d1c-bf0d-98053f896043",
    ids.code_id("cooperation", "trust"): "329f0544-2a21-51de-8779-39872856cfcb",
    ids.case_id("GZ-CQ-07"): "32a0f952-6b89-5abe-b062-d5f22bc18e70",
    ids.coder_id("Anna"): "538c7f02-14ff-525c-bd08-e49931fc03ec",
    ids.ledger_id("s", "c", "consensus"): "89866f62-bc9c-50f0-9afc-5d89bf965293",
    ids.decision_id("c", "k", "s", 3, 8): "258a762d-0445-5d7f-b341-897814a159c7",
}


def test_named_ids_are_fixed_for_ever():
    assert [*FIXED] == [*FIXED.values()]


def test_parts_do_not_run_together():
    assert ids.code_id("a", "bc") != ids.code_id("ab", "c")
    assert ids.decision_id("c", "k", "s", 1, 23) != ids.decision_id("c", "k", "s", 12, 3)
    assert len({ids.source_id("x"), ids.case_id("x"), ids.codebook_id("x"), ids.coder_id("x")}) == 4


@pytest.mark.parametrize("same", [" ANNA ", "anna", "Ａｎｎａ", "anna\n", "\u3000Anna"])
def test_one_coder_whatever_the_case_and_width(same):
    assert ids.coder_id(same) == ids.coder_id("Anna")


def test_different_coders_stay_apart():
    assert len({ids.coder_id(n) for n in ("Anna", "Änna", "Anna B", "安娜", "")}) == 5


@given(st.text(max_size=12))
def test_composition_does_not_matter_for_a_coder(name):
    assert ids.coder_id(unicodedata.normalize("NFD", name)) == ids.coder_id(unicodedata.normalize("NFC", name))


@given(st.integers(0, 2**48 - 1), st.integers(0, 2**74 - 1))
def test_uuid7_has_its_bits(ms, chance):
    made = uuid.UUID(ids.uuid7(ms, chance))
    assert made.version == 7
    assert made.variant == uuid.RFC_4122
    assert made.int >> 80 == ms
    assert (made.int >> 64 & 0xFFF) << 62 | made.int & 2**62 - 1 == chance
    assert ids.is_uid(str(made))


@given(
    st.tuples(st.integers(0, 2**48 - 1), st.integers(0, 2**74 - 1)),
    st.tuples(st.integers(0, 2**48 - 1), st.integers(0, 2**74 - 1)),
)
def test_uuid7_sorts_as_text_like_its_time(a, b):
    assert (ids.uuid7(*a) < ids.uuid7(*b)) == (a < b)


@pytest.mark.parametrize(
    "text",
    ["", "x", "{6d1c5a52-0f2b-5d8e-9a51-8f4f0a7c3b10}", "6D1C5A52-0F2B-5D8E-9A51-8F4F0A7C3B10",
     "6d1c5a520f2b5d8e9a518f4f0a7c3b10", "urn:uuid:6d1c5a52-0f2b-5d8e-9a51-8f4f0a7c3b10", "县" * 36],
)  # fmt: skip
def test_other_spellings_are_no_uid(text):
    assert not ids.is_uid(text)
