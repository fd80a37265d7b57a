"""Transcripts from text files. All conversations here are invented."""

from __future__ import annotations

import hashlib

import pytest
from naughty import NAUGHTY, SURROGATES

from qcode.core.text import canonicalise
from qcode.errors import EncodingDoubt, FileFaults, InputError, QcodeError, UnsafeFile
from qcode.files.header import Header
from qcode.files.text_reader import read_transcript

DIALOGUE = "问：谁先提出来的？\r\n答：是市里。\r\n问：为什么？\r\n答：没有钱，没有技术。\r\n"


def test_reads_text_turns_and_speakers():
    data = DIALOGUE.encode("utf-8-sig")
    found = read_transcript(data, "001.txt")
    assert found.text == canonicalise(DIALOGUE)
    assert [(label.label, label.turns, label.role) for label in found.labels] == [
        ("问", 2, "interviewer"),
        ("答", 2, "participant"),
    ]
    assert [found.text[turn.body_start : turn.end] for turn in found.turns][1] == "是市里。"
    assert (found.encoding, found.encoding_certain, found.warnings) == ("utf-8", True, ())
    assert found.original_sha256 == hashlib.sha256(data).hexdigest()


def test_the_text_is_the_same_from_every_encoding():
    texts = {read_transcript(DIALOGUE.encode(name), "a.txt").text for name in ("utf-8", "utf-16", "gb18030")}
    assert texts == {canonicalise(DIALOGUE)}


@pytest.mark.parametrize("data", [b"", b" \r\n\t\n", "\ufeff\u3000\n".encode()])
def test_a_file_without_text_is_refused(data):
    with pytest.raises(InputError, match=r"empty\.txt: The file holds no text"):
        read_transcript(data, "empty.txt")


def test_a_doubtful_encoding_is_a_warning():
    found = read_transcript("縣長說".encode("big5"), "a.txt")
    assert not found.encoding_certain
    assert found.warnings[0].startswith("The file looks like Big5;")


def test_an_encoding_that_is_named():
    assert read_transcript("é".encode("cp1252"), "a.txt", encoding="cp1252").text == "é"
    with pytest.raises(EncodingDoubt, match=r"a\.txt: The file is not in ascii"):
        read_transcript("é".encode(), "a.txt", encoding="ascii")


def test_half_characters_are_refused_with_the_file_name(monkeypatch):
    monkeypatch.setattr("qcode.files.text_reader.decode", lambda _data, **_: FakeDecoded())
    with pytest.raises(UnsafeFile, match=r"a\.txt: The text holds half a character"):
        read_transcript(b"", "a.txt")


class FakeDecoded:
    text = SURROGATES[0]


def test_lost_characters_are_counted():
    assert "1 character could not be read" in read_transcript(b"I: a\x07\nR: b", "a.txt").warnings[0]
    assert "2 characters could not be read" in read_transcript("I: \ufffd\ufffd\nR: b".encode(), "a.txt").warnings[0]


def test_a_chinese_encoding_without_chinese():
    found = read_transcript(b"I: a\nR: b", "a.txt", encoding="gb18030")
    assert found.warnings == ("The file was read as gb18030, but it holds no Chinese characters.",)


def test_missing_speakers_and_interviewers_are_warnings():
    assert "No speaker labels" in read_transcript(b"Only words.", "a.txt").warnings[0]
    found = read_transcript(b"Wang: a\nLi: b\nWang: c\nLi: d", "a.txt")
    assert "No speaker was recognised as the interviewer" in found.warnings[0]


def test_roles_can_be_set():
    data = b"Wang: a\nLi: b\nWang: c\nLi: d"
    found = read_transcript(data, "a.txt", roles={"WANG": "interviewer", "Chen\x1b": "other"})
    assert [label.role for label in found.labels] == ["interviewer", "participant"]
    assert found.warnings == ("No turn is labelled “Chen␛”.",)


@pytest.mark.parametrize("text", NAUGHTY, ids=range(len(NAUGHTY)))
def test_hostile_text_is_read_or_refused(text):
    data = f"I: secretword {text}\nR: b".encode("utf-8", "surrogatepass")
    try:
        found = read_transcript(data, "a.txt")
        said = found.warnings
    except QcodeError as error:
        said = (str(error),)
    else:
        assert found.text == canonicalise(found.text)
    assert not any("secretword" in sentence for sentence in said)


def test_a_header_is_read_and_taken_out():
    data = b"+++\nkind = 'notes'\n+++\n\nI: a\nR: b\n"
    found = read_transcript(data, "a.md")
    assert (found.text, found.header) == ("I: a\nR: b\n", Header(kind="notes"))
    assert found.original_sha256 == hashlib.sha256(data).hexdigest()
    with pytest.raises(FileFaults, match=r"a\.md: 1 fault"):
        read_transcript(b"+++\nkind = 1\n+++\nI: a", "a.md")
