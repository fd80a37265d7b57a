"""Canonical text, version 1, is fixed: a change of these tables needs a new version number."""

from __future__ import annotations

import hashlib
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import get_character_cell_size

from qcode.core.text import CANONICAL_VERSION, canonicalise, display_safe, han_count, quote_hash, text_sha256
from qcode.errors import UnsafeFile

VERSION_1 = {
    "": "",
    "\ufeffA": "A",
    "\ufeff\ufeffA": "A",
    "a\ufeffb": "a\ufeffb",
    "a\r\nb\rc\nd": "a\nb\nc\nd",
    "a\r\r\nb": "a\n\nb",
    "a\u2028b\u2029c\x85d\x0ce": "a\nb\nc\nd\ne",
    "a\tb": "a\tb",
    "a\x0bb\x1cc\x1ed\x07e\x1bf": "a\ufffdb\ufffdc\ufffdd\ufffde\ufffdf",
    "a\x7fb\x9bc": "a\x7fb\x9bc",
    "a\xa0b\u3000c": "a b c",
    "a\u202fb\u2003c": "a\u202fb\u2003c",
    "e\u0301 A\u030a \u212b": "é Å Å",
    "ﬁ １２ ％ ①": "ﬁ １２ ％ ①",
    "\u1112\u1161\u11ab": "한",
    "豈\uf900": "豈豈",
    "a\u200bb\u200dc\u202ed\u2066e": "a\u200bb\u200dc\u202ed\u2066e",
    "e\x07\u0301": "e\ufffd\u0301",
    "  I: 我们县… \n\n": "  I: 我们县… \n\n",
    "😀\U0001f3fd": "😀\U0001f3fd",
}
any_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=60)
nasty = st.text(
    st.sampled_from("a县e\u0301\r\n\t\f\x0b\x85\u2028\ufeff\u200b\xa0\u3000\x1b\u0345\u1100\u1161"), max_size=30
)


def test_version_1_is_what_it_was():
    assert CANONICAL_VERSION == 1
    assert {raw: canonicalise(raw) for raw in VERSION_1} == VERSION_1


@given(any_text | nasty)
def test_canonical_text_is_a_fixed_point(raw):
    text = canonicalise(raw)
    assert canonicalise(text) == text
    assert not set("\r\f\x85\u2028\u2029\xa0\u3000\x1b\x00") & set(text)


@given(any_text | nasty)
def test_composed_and_decomposed_forms_meet(raw):
    assert canonicalise(unicodedata.normalize("NFD", raw)) == canonicalise(raw)


@pytest.mark.parametrize("bad", ["a\x00secret", "\x00", "a\ud800", "\udfffb"])
def test_nul_and_half_characters_are_refused_without_their_text(bad):
    with pytest.raises(UnsafeFile) as refusal:
        canonicalise(bad)
    assert "secret" not in str(refusal.value)
    assert refusal.value.fix


def test_hashes_are_fixed():
    assert text_sha256("县") == hashlib.sha256(b"\xe5\x8e\xbf").hexdigest()
    assert quote_hash("县") == text_sha256("县")[:16]


@pytest.mark.parametrize(
    ("text", "count"), [("", 0), ("abc é", 0), ("县and省", 2), ("㐀\uf900\U00020000", 3), ("、。カ한", 0)]
)
def test_han_count(text, count):
    assert han_count(text) == count


@given(st.text(max_size=60))
def test_display_keeps_every_position(text):
    assert len(display_safe(text)) == len(text) == len(display_safe(text, keep_lines=True))
    assert "".join(map(display_safe, text)) == display_safe(text)


def test_no_character_of_unicode_gets_through_that_moves_hides_or_breaks():
    through = []
    for number in range(sys.maxunicode + 1):
        shown = display_safe(chr(number))
        assert len(shown) == 1
        category = unicodedata.category(shown)
        cells = get_character_cell_size(shown)
        # Characters that this Python does not know yet may be combining ones that rich knows.
        weightless = cells == 0 and category not in {"Mn", "Me", "Mc", "Cn"}
        if category in {"Cc", "Cf", "Cs", "Zl", "Zp"} or weightless or cells not in {0, 1, 2}:
            through.append(f"U+{number:04X}")
    assert through == []


def test_what_is_shown_instead():
    assert display_safe("a\x1b[2J\x9b\x7f\u202e\u200b\n\t\x00") == "a␛[2J\ufffd␡\ufffd·␊ ␀"
    assert display_safe("a\nb\tc\r", keep_lines=True) == "a\nb c␍"
    assert display_safe("王县长 über [b] é 🏳️") == "王县长 über [b] é 🏳·"
    assert display_safe("😀\U0001f3fd\U000e0041\U000e0100") == "😀·\ufffd·"
