"""Encodings. All texts here are invented."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcode.errors import EncodingDoubt, InputError, UnsafeFile
from qcode.files.encoding import decode

CHINESE = "问：县里为什么要签这个协议？\n答：主要是上级要求，再说我们这里没有钱，也没有技术。"
TRADITIONAL = "問：縣裡為什麼要簽這個協議？\n答：主要是上級要求，再說我們這裡沒有錢，也沒有技術。"
GERMAN = "I: Warum hat der Bürgermeister unterschrieben?\nB: Für größere Straßen – „natürlich“."
FRENCH = "Q : À qui la faute ? R : À l’État, déjà très occupé à réformer."
ENGLISH = "I: Who began it?\nR: The county did, in the spring."
MIXED = "I: Was heißt 断头路?\nR: A road 没有出口 that ends: für alle."


@pytest.mark.parametrize("text", [CHINESE, TRADITIONAL, GERMAN, FRENCH, ENGLISH, MIXED, ""])
@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_utf_8_and_byte_order_marks(text, mark, encoding):
    found = decode(mark + text.encode(encoding))
    assert (found.text, found.encoding, found.certain, found.note) == (text, encoding, True, None)


@pytest.mark.parametrize("text", [CHINESE, TRADITIONAL, GERMAN, FRENCH, ENGLISH, MIXED, CHINESE.replace("\n", "")])
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_mark(text, encoding):
    found = decode(text.encode(encoding))
    assert (found.text, found.encoding, found.certain) == (text, encoding, True)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (CHINESE, "gb18030"),
        (TRADITIONAL, "gb18030"),
        (CHINESE + GERMAN.replace("–", "-"), "gb18030"),
        (TRADITIONAL, "big5"),
        ("答：他們住在山的裏面，問：恒大怎麼說？", "big5hkscs"),
        (GERMAN, "cp1252"),
        (FRENCH, "cp1252"),
        ("“Yes” – he said", "cp1252"),
        ("Bürgermeister, größer", "cp1252"),
        ("你好", "gb18030"),
    ],
)
def test_older_encodings(text, encoding):
    found = decode(text.encode(encoding))
    assert (found.text, found.encoding, found.certain, found.note) == (text, encoding, True, None)


@pytest.mark.parametrize(
    ("text", "encoding", "shown"),
    [("縣長說", "big5", "Big5"), ("县长说", "gb18030", "GB18030"), ("Müller", "cp1252", "Windows-1252")],
)
def test_short_texts_are_read_right_but_doubted(text, encoding, shown):
    found = decode(text.encode(encoding))
    assert (found.text, found.encoding, found.certain) == (text, encoding, False)
    assert found.note == f"The file looks like {shown}; check that it reads well, or pass --encoding."


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("これは県の協力についての話です。ありがとうございます。", "shift_jis"),
        ("Жители уезда говорят о сотрудничестве.", "cp1251"),
        ("Wszyscy mówili, że było dobrze: źródło, łąka, gęś.", "cp1250"),
        ("쀼쫌춥 꿰쨍", "johab"),
    ],
)
def test_encodings_that_are_not_tried_are_refused(text, encoding):
    with pytest.raises(EncodingDoubt, match="none of the encodings") as caught:
        decode(text.encode(encoding), name="a\u202eb.txt")
    assert str(caught.value).startswith("a�b.txt: ")


def test_bytes_that_fit_nothing_are_refused():
    with pytest.raises(EncodingDoubt, match="none of the encodings"):
        decode(b"\xff\x81 \xff\x8d")


def test_damaged_utf_8_is_not_taken_for_another_encoding():
    data = CHINESE.encode()
    with pytest.raises(EncodingDoubt, match="byte 3 does not fit: it is damaged there") as caught:
        decode(data[:3] + b"\xff" + data[3:])
    assert "县" not in str(caught.value)


def test_an_encoding_that_is_named_is_used():
    found = decode("縣長說".encode("big5"), encoding="BIG5")
    assert (found.text, found.encoding, found.certain) == ("縣長說", "big5", True)
    assert decode(b"\xe9", encoding="latin-1").text == "é"
    assert decode(codecs.BOM_UTF8 + b"x", encoding="utf-8").text == "x"


def test_an_encoding_that_does_not_fit_is_refused_with_the_position():
    with pytest.raises(EncodingDoubt, match="not in ascii: byte 7 does not fit"):
        decode("secret ü".encode(), encoding="ascii")
    with pytest.raises(EncodingDoubt, match="not in utf-16-le: byte 4 does not fit"):
        decode(codecs.BOM_UTF16_LE + b"a\x00b")


@pytest.mark.parametrize(
    "encoding",
    ["klingon", "", "hex", "rot13", "punycode", "undefined", "unicode_escape", "utf-7", "a\x00b", "\ud800", "x" * 999],
)
def test_names_that_are_no_text_encoding(encoding):
    with pytest.raises(EncodingDoubt, match="no text encoding called") as caught:
        decode(b"abc", encoding=encoding)
    assert len(str(caught.value)) < 200
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    "data",
    [
        b"abc\x00def",
        b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 4,
        bytes(1000),
        b"PK\x03\x04\x14\x00\x06\x00" + bytes(range(64)) * 9,
        b"\x01\x02\x03\x04\x05 some text",
        "ab".encode("utf-32-le"),
        codecs.BOM_UTF8 + b"a\x00b",
    ],
)
def test_binary_data_is_refused(data):
    with pytest.raises(UnsafeFile, match="not a text file"):
        decode(data, name="x.txt")


def test_a_stray_control_character_is_no_binary_data():
    assert decode(b"a\x0bb\x0cc\x1b").text == "a\x0bb\x0cc\x1b"


@given(st.binary(max_size=200))
def test_any_bytes_are_decoded_or_refused(data):
    try:
        found = decode(data)
    except InputError:
        return
    assert found.text.removeprefix("\ufeff").encode(found.encoding) in data
    assert found.certain == (found.note is None)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])).filter(lambda text: not text.startswith("\ufeff")))
def test_utf_8_round_trip(text):
    assert decode(text.encode()).text == text


@given(st.integers(0, len(CHINESE) - 12), st.sampled_from(["gb18030", "utf-16-le", "utf-16-be"]))
def test_pieces_of_chinese_text(start, encoding):
    piece = CHINESE[start : start + 12]
    assert decode(piece.encode(encoding)).text == piece
