"""Transcripts from the JSON of Whisper and WhisperX. All conversations here are invented."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qcode.core.text import canonicalise
from qcode.errors import FileFaults, InputError, QcodeError, UnsafeFile
from qcode.files.whisper_json import MAX_JSON_BYTES, read_whisper_json


def read(segments, **more):
    return read_whisper_json(json.dumps({"text": "x", "segments": segments}).encode(), "a.json", **more)


def turns(found):
    names = [label.label for label in found.labels]
    return [
        (None if turn.speaker is None else names[turn.speaker], found.text[turn.body_start : turn.end], turn.time_ms)
        for turn in found.turns
    ]


def segment(text, speaker=None, start=None, end=None, **more):
    given = {"text": text, "speaker": speaker, "start": start, "end": end, **more}
    return {key: value for key, value in given.items() if value is not None}


def word(text, speaker=None, start=None):
    return segment("", speaker, start, word=text)


def faults(segments):
    with pytest.raises(FileFaults) as caught:
        read(segments)
    assert caught.value.file == "a.json"
    return [fault.what for fault in caught.value.faults]


def test_segments_of_one_speaker_are_one_turn():
    found = read(
        [
            segment(" Who began it?", "SPEAKER_00", 0.5, 1.0, id=0, tokens=[1, 2], avg_logprob=-0.2),
            segment(" The city.", "SPEAKER_01", 1.2345, 2),
            segment(" Not us.", "SPEAKER_01", 2, 3),
            segment(" Why?", "SPEAKER_00", 3, 4),
        ]
    )
    assert turns(found) == [
        ("SPEAKER_00", "Who began it?", 500),
        ("SPEAKER_01", "The city. Not us.", 1235),
        ("SPEAKER_00", "Why?", 3000),
    ]
    assert [label.role for label in found.labels] == ["interviewer", "participant"]
    assert (found.encoding, found.warnings) == ("utf-8", ())


def test_without_speakers_pauses_cut():
    found = read([segment("a", start=0, end=1), segment("b", start=1, end=2), segment("c", start=9, end=10)])
    assert turns(found) == [(None, "a b", 0), (None, "c", 9000)]
    assert "No speaker labels" in found.warnings[0]


def test_speakers_may_be_numbers_and_times_missing():
    assert turns(read([segment("a", 0), segment("b", 1), segment("c", "")])) == [
        ("Speaker 0", "a", None),
        ("Speaker 1", "b", None),
        (None, "c", None),
    ]


def test_words_tell_who_speaks_where_the_segment_does_not():
    words = [word("Who?", None, 1), word("Why?", "A", 1), word("the", "B", 2), word("city,"), word("yes.", "A", 4)]
    found = read([segment("Who? Why? The the city, yes.", start=1, end=5, words=words)])
    assert turns(found) == [("A", "Who? Why? The", 1000), ("B", "the city,", 2000), ("A", "yes.", 4000)]
    chinese = [word("谁", "A"), word("呢", "A"), word("市", "B"), word("里", "B")]
    assert turns(read([segment("谁呢？市里。", words=chinese)])) == [("A", "谁呢？", None), ("B", "市里。", None)]


def test_the_speaker_of_the_segment_goes_before_those_of_its_words():
    assert turns(read([segment("a b", "A", words=[word("a", "A"), word("b", "B")])])) == [("A", "a b", None)]
    assert turns(read([segment("a b", words=[word("a"), word("b")])])) == [(None, "a b", None)]


def test_a_word_that_is_not_found_moves_no_boundary():
    words = [word("x", "A"), word("y", "B"), word("", "B"), word("b", "A")]
    assert turns(read([segment("a b", words=words)])) == [("A", "a b", None)]


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ("text", "not an object"),
        ({}, "there is no “text”"),
        ({"text": 1}, "there is no “text”"),
        (segment("a", words="b"), "not a list of objects"),
        (segment("a", words=["b"]), "not a list of objects"),
        (segment("a", start="1"), "“start” is not a time"),
        (segment("a", start=True), "“start” is not a time"),
        (segment("a", end=-1), "“end” is not a time"),
        (segment("a", end=10**30), "“end” is not a time"),
        (segment("a", words=[{"end": "x"}]), "“end” is not a time"),
        (segment("a", speaker=[1]), "“speaker” is neither"),
        (segment("a", speaker=True), "“speaker” is neither"),
        (segment("a", words=[{"word": 1}]), "a “word” is not text"),
    ],
)
def test_segments_that_are_not_as_they_should_be(bad, said):
    (what,) = faults([segment("a"), bad])
    assert what.startswith("Segment 2: ")
    assert said in what


def test_faults_are_cut_short():
    assert faults([1] * 60)[50:] == ["… and 10 more."]
    assert len(faults([1] * 50)) == 50


@pytest.mark.parametrize("content", [b"[]", b"{}", b'{"segments": 1}', b'"text"', b"null"])
def test_other_json_is_refused(content):
    with pytest.raises(InputError, match=r"a\.json: The file has no list of “segments”"):
        read_whisper_json(content, "a.json")


@pytest.mark.parametrize(
    "content",
    [b'{"segments": [], "segments": []}', b'{"segments": [{"text": "a", "start": NaN}]}', b'{"segments": -Infinity}',
     b'{"segments": ' + b"9" * 5_000 + b"}"],
)  # fmt: skip
def test_loose_json_is_refused(content):
    with pytest.raises(InputError, match="a key twice, NaN, or a number"):
        read_whisper_json(content, "a.json")


def test_infinite_times_are_refused():
    with pytest.raises(FileFaults, match="“start” is not a time"):
        read_whisper_json(b'{"segments": [{"text": "a", "start": 1e999}]}', "a.json")


def test_broken_json_is_said_with_its_line():
    with pytest.raises(FileFaults) as caught:
        read_whisper_json(b'{"segments":\n[{"text": "secretword}', "a\x1b.json")
    assert (caught.value.where, caught.value.faults[0].line) == ("a␛.json", 2)
    assert "secretword" not in str(caught.value)


def test_hostile_json_is_refused():
    with pytest.raises(UnsafeFile, match="nested too deeply"):
        read_whisper_json(b"[" * 200_000, "a.json")
    with pytest.raises(UnsafeFile, match="larger than 20 MB"):
        read_whisper_json(b" " * (MAX_JSON_BYTES + 1), "a.json")
    with pytest.raises(UnsafeFile, match=r"a\.json: The text holds a NUL"):
        read([segment("a\x00b")])
    with pytest.raises(UnsafeFile, match=r"a\.json: The text holds half a character"):
        read([segment("a\ud800b")])


def test_files_without_words_are_refused():
    for segments in ([], [segment(" ")]):
        with pytest.raises(InputError, match=r"a\.json: The file holds no words"):
            read(segments)


def test_roles_and_encodings():
    data = json.dumps({"segments": [segment("é", "A")]}, ensure_ascii=False)
    found = read_whisper_json(data.encode("cp1252"), "a.json", encoding="cp1252", roles={"a": "other"})
    assert (found.text, found.labels[0].role) == ("A: é\n", "other")
    assert read_whisper_json(data.encode("utf-8-sig"), "a.json").text == "A: é\n"


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["text", "start", "end", "speaker", "words", "word", "segments"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@settings(deadline=None, max_examples=300)
@given(st.lists(_values, max_size=4) | _values)
def test_any_json_is_read_or_refused(segments):
    where, text = "a.json", ""
    try:
        text = read(segments).text
    except QcodeError as error:
        where = error.where
    assert (where, canonicalise(text)) == ("a.json", text)


_text = st.text(st.characters(codec="utf-8", categories=["L", "Nd", "Zs", "P"]), max_size=12)
_speakers = st.none() | st.sampled_from(["A", "B", 3])
_word = st.builds(word, _text, _speakers)


@settings(deadline=None)
@given(st.lists(st.builds(segment, _text, _speakers, words=st.lists(_word, max_size=5)), min_size=1, max_size=6))
def test_no_words_are_lost(segments):
    wanted = "".join("".join(canonicalise(s["text"]).split()) for s in segments)
    if not wanted:
        return
    found = read(segments)
    bodies = "".join(found.text[turn.body_start : turn.end] for turn in found.turns)
    assert "".join(bodies.split()) == wanted
