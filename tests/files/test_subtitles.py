"""Transcripts from subtitles. All conversations here are invented."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from naughty import NAUGHTY

from qcode.core.text import canonicalise
from qcode.errors import EncodingDoubt, InputError, QcodeError, UnsafeFile
from qcode.files.subtitles import read_subtitles

ZOOM = """WEBVTT

1
00:00:02.000 --> 00:00:05.500
Li Ming: Who began it?

2
00:00:06.000 --> 00:00:09.000
Wang Fang: The city did.

3
00:00:09.000 --> 00:00:12.000
Wang Fang: Not us. The rule was: the river decides.

4
00:01:00.000 --> 00:01:02.000
Li Ming: Why?
"""

TEAMS = """WEBVTT

61d8e6fd-6c1a-4e55-a9a6-b53c86b0c88d/10-0
00:00:03.239 --> 00:00:04.329
<v Li Ming>Who began
it?</v>

61d8e6fd-6c1a-4e55-a9a6-b53c86b0c88d/15-0
00:00:05.239 --> 00:00:07.000 align:start position:0%
<v Wang &amp; Sons>The <i>city</i> &lt;did&gt;.</v>
"""

NOSCRIBE = """WEBVTT interview.mp3

NOTE
Transcribed by a program
with two lines

NOTE media: interview.mp3

1
00:00:00.000 --> 00:00:03.000
<v S00>Wer hat das angefangen?

2
00:00:03.500 --> 00:00:05.000
<v S01>Die Stadt. //S00: mhm//
"""

OTTER = """1
00:00:00,510 --> 00:00:03,000
Speaker 1: Who began it?

2
00:00:03,000 --> 00:00:05,000
Speaker 2: The city.
"""


def read(text, name="a.vtt", **more):
    return read_subtitles(text.encode(), name, **more)


def turns(found):
    """Speaker, words and time of each turn."""
    names = [label.label for label in found.labels]
    return [
        (None if turn.speaker is None else names[turn.speaker], found.text[turn.body_start : turn.end], turn.time_ms)
        for turn in found.turns
    ]


def said(text, name="a.vtt"):
    return [(speaker, words) for speaker, words, _ in turns(read(text, name))]


def cues(*words, vtt=True):
    """A file with these words, a cue each."""
    body = "".join(f"{n}\n00:00:{n:02}.000 --> 00:00:{n + 1:02}.000\n{text}\n\n" for n, text in enumerate(words, 1))
    return f"WEBVTT\n\n{body}" if vtt else body.replace(".", ",")


def test_zoom_names_before_the_words():
    found = read(ZOOM)
    assert turns(found) == [
        ("Li Ming", "Who began it?", 2_000),
        ("Wang Fang", "The city did. Not us. The rule was: the river decides.", 6_000),
        ("Li Ming", "Why?", 60_000),
    ]
    assert found.text.startswith("Li Ming: Who began it?\n\nWang Fang: The city did.")
    assert [(label.label, label.turns, label.role) for label in found.labels] == [
        ("Li Ming", 2, "interviewer"),
        ("Wang Fang", 1, "participant"),
    ]
    assert found.warnings == ()


def test_teams_ids_stay_out_of_the_words():
    for text in (TEAMS, TEAMS.replace("\n", "\r\n"), "\ufeff" + TEAMS, TEAMS.replace("</v>\n\n6", "</v>\n6")):
        assert turns(read(text)) == [("Li Ming", "Who began it?", 3_239), ("Wang & Sons", "The city <did>.", 5_239)]


def test_noscribe_remarks_are_passed_over():
    assert turns(read(NOSCRIBE)) == [
        ("S00", "Wer hat das angefangen?", 0),
        ("S01", "Die Stadt. //S00: mhm//", 3_500),
    ]


def test_srt_with_speakers_who_talk_once():
    found = read(OTTER, "a.srt")
    assert turns(found) == [("Speaker 1", "Who began it?", 510), ("Speaker 2", "The city.", 3_000)]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_encodings(encoding):
    data = cues("问：谁先提出来的？", "答：是市里，没有钱，没有技术。").encode(encoding)
    found = read_subtitles(data, "a.vtt")
    assert [words for _, words, _ in turns(found)] == ["谁先提出来的？", "是市里，没有钱，没有技术。"]
    assert [label.role for label in found.labels] == ["interviewer", "participant"]
    assert read_subtitles(data, "a.vtt", encoding=encoding).text == found.text


@pytest.mark.parametrize(
    ("words", "seen"),
    [
        ("<v.loud.first Wang>a</v>", [("Wang", "a")]),
        ("<v Wang>a\nb <v Li>c", [("Wang", "a b"), ("Li", "c")]),
        ("before <v Wang>a</v> after", [(None, "before"), ("Wang", "a"), (None, "after")]),
        ("<v>a", [(None, "a")]),
        ("<v >a", [(None, "a")]),
        ("<v Wang a", [(None, "<v Wang a")]),
        (f"<v {'x' * 101}>a", [(None, f"{'x' * 101} a")]),
        ("<c.yellow>a</c> <00:00:01.500><b>b</b><ruby>县<rt>x</rt></ruby>", [(None, "a b县x")]),
        ("<lang en>a</lang> <inaudible> 3 < 4 > 2 <b", [(None, "a <inaudible> 3 < 4 > 2 <b")]),
        ('{\\an8}<font color="red">a</font>', [(None, "a")]),
        ("R&amp;D &lt;b&gt; x&nbsp;y &#39;q&#39; &#x53BF; &amp;lt; &copy &unknown;", [(None, "R&D <b> x y 'q' 县 &lt; &copy &unknown;")]),
        ("&lrm;a", [(None, "\u200ea")]),
        ("<v Wang>Note: a", [("Wang", "Note: a")]),
        ("see http://x: a", [(None, "see http://x: a")]),
        ("->", [(None, "->")]),
        ("from 2019 -> 2020", [(None, "from 2019 -> 2020")]),
    ],
)  # fmt: skip
def test_what_stands_in_a_cue(words, seen):
    assert said(cues(words)) == seen


def test_a_cue_without_a_speaker_continues_nobody():
    assert said(cues("<v Wang>a", "b", "<v WANG>c", "<v wang>d")) == [("Wang", "a"), (None, "b"), ("Wang", "c d")]
    assert said(cues("Wang: a", "b", "Wang: c")) == [("Wang", "a"), (None, "b"), ("Wang", "c")]


def test_names_within_a_cue():
    assert said(cues("Wang: a\nb\nLi: c", "Li: d", "Wang: e")) == [("Wang", "a b"), ("Li", "c d"), ("Wang", "e")]
    assert said(cues(">> Wang: a", "- Li: b", "[Wang]: c", "Li：d")) == [
        ("Wang", "a"),
        ("Li", "b"),
        ("Wang", "c"),
        ("Li", "d"),
    ]


@pytest.mark.parametrize(
    "words", [["Note: a", "Note: b"], ["the point is: a", "b", "c"], ["a b c d e f: g"] * 2, ["Wang: a", "b", "c"]]
)
def test_what_is_no_name(words):
    assert all(speaker is None for speaker, _ in said(cues(*words)))


def test_a_name_that_stands_once_among_names():
    assert said(cues("Wang: a", "Wang: b", "Li: c")) == [("Wang", "a b"), ("Li", "c")]


def test_a_name_can_be_given():
    found = read(cues("The mayor: a", "b", "c"), roles={"the MAYOR": "participant"})
    assert turns(found)[0][:2] == ("The mayor", "a")
    assert read(cues("Note: a", "b", "c"), roles={"note": "other"}).labels[0].role == "other"


def test_words_of_nobody_are_cut_at_pauses_and_long_ends():
    text = cues("a", "b") + "00:00:10.000 --> 00:00:11.000\nc\n\n" + "00:00:11.000 --> 00:00:12.000\nd\n"
    assert turns(read(text)) == [(None, "a b", 1_000), (None, "c d", 10_000)]
    long = "x" * 300
    assert [words for _, words in said(cues(long, long, "end.", "next"))] == [f"{long} {long} end.", "next"]


def test_chinese_marks_need_no_space():
    assert said(cues("有钱，", "有技术")) == [(None, "有钱，有技术")]
    assert said(cues("有钱", "有技术")) == [(None, "有钱 有技术")]


def test_blank_lines_inside_a_cue():
    srt = "1\n00:00:01,000 --> 00:00:02,000\na\n\nb\n\n2\n00:00:02,000 --> 00:00:03,000\nc\n"
    found = read(srt, "a.srt")
    assert (turns(found), found.warnings[:-1]) == ([(None, "a b c", 1_000)], ())
    found = read("WEBVTT\n\n" + srt)
    assert [words for _, words, _ in turns(found)] == ["a b c"]
    assert found.warnings[0] == "Line 7: these words belong to no time; they were kept without one."


def test_missing_blank_lines_and_numbers():
    assert said("1\n00:01,000 --> 00:02,000\na\n2\n00:02,000 --> 00:03,000\nb\n", "a.srt") == [(None, "a b")]
    assert said("00:01,000 --> 00:02,000\nin\n2019\n00:02,000 --> 00:03,000\nb\n", "a.srt") == [(None, "in 2019 b")]
    assert said("00:01 --> 00:02\na\n\nb\n00:02 --> 00:03\nc\n", "a.srt") == [(None, "a b c")]
    assert said("WEBVTT\n00:01.000 --> 00:02.000\na\n\nname\n00:02.000 --> 00:03.000\nc\n") == [(None, "a c")]
    assert said("00:01.000 --> 00:02.000\n00:02.000 --> 00:03.000\nc\n", "a.vtt") == [(None, "c")]


def test_overlapping_cues_lose_nothing():
    text = "WEBVTT\n\n00:01.000 --> 00:09.000\n<v A>a\n\n00:02.000 --> 00:03.000\n<v B>b\n\n00:00.500 --> 00:03.000\n<v A>c\n"
    assert turns(read(text)) == [("A", "a", 1_000), ("B", "b", 2_000), ("A", "c", 500)]


@pytest.mark.parametrize(
    "broken",
    [
        "00:00:1x --> 00:00:02.000",
        "00:00:01.000 -> 00:00:02.000",
        "00:00:01.000 -->",
        "--> 00:00:02.000",
        "00:00:01,0000 --> 00:00:02",
    ],
)
def test_a_broken_time_is_said_and_its_words_kept(broken):
    found = read(f"WEBVTT\n\n{broken}\n<v A>a\n\n00:02.000 --> 00:03.000\n<v B>b\n")
    assert turns(found) == [("A", "a", None), ("B", "b", 2_000)]
    assert found.warnings[0] == "Line 3: the time cannot be read; the words below it were kept without one."


def test_many_warnings_are_cut_short():
    found = read("WEBVTT\n\n00:02.000 --> 00:03.000\nb\n\n" + "loose\n\n" * 30)
    assert len(found.warnings) == 12
    assert found.warnings[10] == "… and 20 more lines like these."


def test_words_before_the_first_cue():
    found = read("Interview 1\n\n00:02.000 --> 00:03.000\nb\n", "a.srt")
    assert turns(found) == [(None, "Interview 1 b", None)]
    assert "Line 1" in found.warnings[0]
    text = "WEBVTT\nKind: captions\n\nSTYLE\n::cue { }\n\nREGION\nid:x\n\nNOTED words\n\n00:02.000 --> 00:03.000\nb\n"
    assert said(text) == [(None, "NOTED words b")]


@pytest.mark.parametrize("text", ["", "WEBVTT\n\nNOTE nothing\n", "only words", "1 -> 2"])
def test_files_without_times_are_refused(text):
    with pytest.raises(InputError, match=r"a␛\.srt: The file holds no subtitles"):
        read(text, "a\x1b.srt")


def test_files_without_words_are_refused():
    with pytest.raises(InputError, match=r"a\.vtt: The file holds no words"):
        read(cues("<v Wang>", " "))


def test_hostile_files_are_refused():
    with pytest.raises(UnsafeFile, match="more than 1,000 speakers"):
        read(cues(*(f"<v n{n}>a" for n in range(1_001))))
    with pytest.raises(UnsafeFile, match="not a text file"):
        read(cues("a\x00b"))
    with pytest.raises(EncodingDoubt, match=r"a\.vtt"):
        read(cues("é"), encoding="ascii")


def test_half_characters_are_refused_with_the_file_name(monkeypatch):
    monkeypatch.setattr("qcode.files.subtitles._plain", lambda _: "\ud800")
    with pytest.raises(UnsafeFile, match=r"a\.vtt: The text holds half a character"):
        read(cues("a"))


@pytest.mark.parametrize("text", NAUGHTY, ids=range(len(NAUGHTY)))
def test_hostile_text_is_read_or_refused(text):
    try:
        found = read_subtitles(cues(f"<v A>secretword {text}").encode("utf-8", "surrogatepass"), "a.vtt")
        heard = found.warnings
    except QcodeError as error:
        heard = (str(error),)
    else:
        assert canonicalise(found.text) == found.text
    assert not any("secretword" in sentence for sentence in heard)


_words = st.text(st.characters(codec="utf-8", categories=["L", "Nd"]), min_size=1, max_size=6)
_spoken = st.lists(_words, min_size=1, max_size=6).map(" ".join)
_names = st.none() | st.sampled_from(["A", "Li Ming", "王主任", "S00"])


@settings(deadline=None)
@given(
    st.lists(st.tuples(_names, _spoken), min_size=1, max_size=12), st.booleans(), st.sampled_from(["\n", "\r\n", "\r"])
)
def test_no_words_of_generated_subtitles_are_lost(spoken, vtt, end):
    if vtt:
        text = cues(*(f"<v {name}>{words}" if name else words for name, words in spoken))
    else:
        text = cues(*(f"{name}: {words}" if name else words for name, words in spoken), vtt=False)
    found = read_subtitles(text.replace("\n", end).encode(), "a.vtt" if vtt else "a.srt")
    bodies = [found.text[turn.body_start : turn.end] for turn in found.turns]
    names = {name for name, _ in spoken if name}
    heard = re.findall(r"[^\s:]+", " ".join(bodies)) if vtt else re.findall(r"[^\s:]+", found.text)
    wanted = [canonicalise(word) for _, words in spoken for word in words.split()]
    if vtt:
        assert heard == wanted
    else:
        parts = {part for name in names for part in name.split()}
        assert [w for w in heard if w not in parts] == [w for w in wanted if w not in parts]
    assert canonicalise(found.text) == found.text
    assert sum(label.turns for label in found.labels) == sum(turn.speaker is not None for turn in found.turns)


_line = st.one_of(
    st.sampled_from(["", "WEBVTT", "1", "NOTE", "00:01.000 --> 00:02.000", "00:01 -->", "<v A>", "A: b", "</v>", "STYLE", "-->"]),
    st.text(max_size=12),
)  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(st.lists(_line, max_size=14).map("\n".join), st.sampled_from(["a.vtt", "a.srt"]))
def test_any_file_is_read_or_refused(text, name):
    try:
        found = read(text, name)
    except QcodeError as error:
        where = error.where
        found = None
    if found is None:
        assert where == name
        return
    assert canonicalise(found.text) == found.text
    ends = [0]
    for turn in found.turns:
        assert ends[-1] <= turn.start <= turn.body_start < turn.end
        assert not found.text[ends[-1] : turn.start].strip()
        ends.append(turn.end)
    assert found.text[ends[-1] :] == "\n"


def srt(*cues: tuple[float, float, str]) -> bytes:
    def clock(seconds: float) -> str:
        return f"00:{int(seconds) // 60:02}:{int(seconds) % 60:02},{round(seconds % 1 * 1000):03}"

    blocks = (f"{n}\n{clock(start)} --> {clock(end)}\n{words}\n" for n, (start, end, words) in enumerate(cues, 1))
    return "\n".join(blocks).encode()


def spoken(data: bytes, name: str = "a.srt") -> tuple[list[tuple[str | None, str]], tuple[str, ...]]:
    read = read_subtitles(data, name)
    said = [
        (None if t.speaker is None else read.labels[t.speaker].label, read.text[t.body_start : t.end])
        for t in read.turns
    ]
    return said, read.warnings


BO = (40, 41, "Bo: Yes.")  # so that both names recur


def test_where_names_stand_at_changes_a_cue_without_one_goes_on():
    cues = [(2, 4, "Bo: The city did,"), (4, 6, "and the county."), (6, 8, "In May."), (9, 10, "Anna: Why?")]
    said, warnings = spoken(srt((0, 2, "Anna: Who began it?"), *cues, BO))
    assert said == [
        ("Anna", "Who began it?"), ("Bo", "The city did, and the county. In May."), ("Anna", "Why?"), ("Bo", "Yes."),
    ]  # fmt: skip
    assert "2 cues without a name go on in the turn before: names stand only where the speaker changes." in warnings


def test_after_a_long_silence_nobody_goes_on():
    cues = [(2, 4, "Bo: So."), (20, 22, "Later."), (22, 23, "Still."), (24, 25, "Anna: Oh."), (34.9, 36, "Yes.")]
    said, warnings = spoken(srt((0, 2, "Anna: Why?"), *cues, BO))
    assert said[2:] == [(None, "Later. Still."), ("Anna", "Oh. Yes."), ("Bo", "Yes.")]
    assert warnings[0].startswith("1 cue without a name goes on")


def test_where_every_cue_is_named_one_without_is_nobodys():
    cues = [(n, n + 1, f"{'Anna' if n < 6 else 'Bo'}: words {n}.") for n in range(12)]
    said, warnings = spoken(srt(*cues, (12, 13, "Who was that?")))
    assert said[-1] == (None, "Who was that?")
    assert not any("go on" in warning for warning in warnings)


def test_a_cue_without_a_voice_tag_is_nobodys():
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v A>Why?\n\n00:02.000 --> 00:03.000\n<v B>So.\n\n00:03.000 --> 00:04.000\nHm.\n"
    said, _ = spoken(text.encode(), "a.vtt")
    assert said == [("A", "Why?"), ("B", "So."), (None, "Hm.")]


def test_words_without_a_time_go_on_nowhere():
    data = srt((0, 2, "Anna: Why?"), (2, 4, "Bo: So."), (5, 6, "Hm."), (7, 8, "Anna: Oh."), BO)
    said, _ = spoken(data.replace(b"00:00:02,000 -->", b"0:0x -->"))
    assert said[1:3] == [("Bo", "So."), (None, "Hm.")]


def test_one_speaker_alone_changes_with_nobody():
    said, _ = spoken(srt((0, 2, "Anna: Why?"), (2, 4, "So."), (4, 6, "Anna: Oh.")))
    assert said == [("Anna", "Why?"), (None, "So."), ("Anna", "Oh.")]


@pytest.mark.parametrize(
    ("cues", "words"),
    [(1, "1 cue ends before it begins (line 3)"), (3, "3 cues end before they begin (first: line 3)")],
)
def test_cues_that_end_before_they_begin_are_counted(cues, words):
    cue = "00:00:09.000 --> 00:00:04.000\nAnna: So.\n\n"
    found = read_subtitles(("WEBVTT\n\n" + cue * cues).encode(), "a.vtt")
    assert f"{words}; look at the times." in found.warnings
    assert not read_subtitles(ZOOM.encode(), "a.vtt").warnings
