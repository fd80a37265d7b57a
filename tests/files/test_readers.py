"""One door for every kind of transcript. All conversations here are invented."""

from __future__ import annotations

import hashlib

import pytest
from docx_making import docx, paragraph

from qcode.errors import InputError
from qcode.files.readers import TRANSCRIPT_SUFFIXES, read_any

VTT = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v I>Why?\n\n00:02.000 --> 00:03.000\n<v R>Money.\n"
FILES = {
    "a.txt": b"I: Why?\nR: Money.\n",
    "a.MD": b"I: Why?\nR: Money.\n",
    "a.docx": docx(paragraph("I: Why?") + paragraph("R: Money.")),
    "a.vtt": VTT.encode(),
    "a.srt": b"1\n00:00:01,000 --> 00:00:02,000\nI: Why?\n\n2\n00:00:02,000 --> 00:00:03,000\nR: Money.\n",
    "a.json": b'{"segments": [{"text": "Why?", "speaker": "I"}, {"text": "Money.", "speaker": "R"}]}',
}


def test_every_kind_is_tried_here():
    assert {"." + name.partition(".")[2].lower() for name in FILES} == TRANSCRIPT_SUFFIXES


@pytest.mark.parametrize("name", FILES)
def test_every_kind_gives_the_same(name):
    found = read_any(FILES[name], name)
    assert [(label.label, label.role) for label in found.labels] == [("I", "interviewer"), ("R", "participant")]
    assert [found.text[turn.body_start : turn.end] for turn in found.turns] == ["Why?", "Money."]
    assert [found.text[turn.start : turn.end] for turn in found.turns] == ["I: Why?", "R: Money."]
    assert found.original_sha256 == hashlib.sha256(FILES[name]).hexdigest()
    assert found.warnings == ()


@pytest.mark.parametrize("name", FILES)
def test_every_kind_takes_roles(name):
    found = read_any(FILES[name], name, roles={"r": "other", "X": "text"})
    assert [label.role for label in found.labels] == ["interviewer", "other"]
    assert found.warnings[-1] == "No turn is labelled “X”."


@pytest.mark.parametrize(("name", "said"), [("a.odt", "cannot import .odt"), ("a", "cannot import files without")])
def test_other_kinds_are_refused(name, said):
    with pytest.raises(InputError, match=said):
        read_any(b"", name)


def test_a_word_document_without_words_is_refused():
    with pytest.raises(InputError, match=r"a\.docx: The file holds no text"):
        read_any(docx("<w:p/>"), "a.docx")


def test_warnings_of_the_document_come_through():
    data = docx(paragraph("only words") + '<w:altChunk r:id="x"/>')
    assert read_any(data, "a.docx").warnings == (
        "1 chart, diagram or inserted document was not read.",
        "No speaker labels were found, so every paragraph is a turn without a speaker.",
    )
