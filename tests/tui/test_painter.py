"""Every line fills its columns to the cell, whatever stands in it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from naughty import CONTROL_SEQUENCES, MARKUP, WIDTH
from rich.cells import cell_len
from rich.segment import Segment

from qcode.core.spans import Span
from qcode.core.text import canonicalise
from qcode.errors import UnsafeFile
from qcode.tui.colours import palette
from qcode.tui.lanes import LaneIndex
from qcode.tui.layout import Measure, TextLayout
from qcode.tui.painter import GUTTER, Columns, Mark, Painter, TurnLook

FAMILIES = ("blue", "teal", "green", "orange", "red", "purple", "brown", "grey")
LOOK = palette(dark=True, background="#121212", foreground="#e0e0e0")


def painter(
    bodies: list[str],
    marks: list[Mark],
    *,
    width: int = 80,
    linked: list[Span] | None = None,
    quiet: int = -1,
    noted: list[Span] | None = None,
) -> tuple[Painter, TextLayout, Columns]:
    """A painter of one turn for each body; `quiet` is the number of the interviewer's."""
    text, turns, looks = "", [], []
    for number, body in enumerate(bodies):
        start = len(text)
        text += f"R: {body}"
        turns.append((start, len(text)))
        looks.append(TurnLook(start, start + 3, number == quiet))
        text += "\n\n"
    columns = Columns.of(width)
    layout = TextLayout(Measure(text, turns), columns.text)
    lanes = LaneIndex(layout, [(m.key, *m.span) for m in marks])
    by_key = {m.key: m for m in marks}
    drawn = Painter(layout, lanes, by_key.__getitem__, looks, linked or [], LOOK, columns, noted or [])
    return drawn, layout, columns


def words_of(segments: list[Segment]) -> str:
    return "".join(s.text for s in segments)


def mark(key: int, start: int, end: int, label: str = "trust", family: str = "blue") -> Mark:
    return Mark(key, Span(start, end), "trust", family, label)


def safe_sample(text: str) -> str:
    try:
        return canonicalise(text)[:60].strip() or "x"
    except UnsafeFile:
        return "x"


hostile = st.sampled_from([safe_sample(t) for t in (*CONTROL_SEQUENCES, *MARKUP, *WIDTH)])
plain = st.text(
    alphabet=st.sampled_from([*"ab ,。，合作县", "\n", "\t", "e", "\u0301", "👩", "👍", "🏽", "ﷺ", "한", "\u202e", "\u200b", "\x9b"]),
    min_size=1, max_size=60,
).map(lambda t: canonicalise(t).strip() or "x")  # fmt: skip
texts = st.lists(st.one_of(plain, hostile), min_size=1, max_size=3)


@st.composite
def scenes(draw: st.DrawFn) -> tuple[list[str], list[Mark], int, Span | None]:
    bodies = draw(texts)
    length = sum(len(body) + 5 for body in bodies)
    spans = st.tuples(st.integers(0, length - 3), st.integers(1, 80)).map(
        lambda s: Span(s[0], min(length - 2, s[0] + s[1]))
    )
    labels = st.one_of(st.sampled_from(["trust", "信任", "partner-by-superior·bo"]), hostile)
    made = draw(st.lists(st.tuples(spans, st.booleans(), labels, st.sampled_from(FAMILIES)), max_size=12))
    marks = [
        Mark(-i if suggested else i, span, "code", family, label)
        for i, (span, suggested, label, family) in enumerate(made, 1)
    ]
    return bodies, marks, draw(st.integers(20, 180)), draw(st.none() | spans)


@given(scenes())
def test_every_line_fills_its_columns_and_holds_no_control_character(
    scene: tuple[list[str], list[Mark], int, Span | None],
) -> None:
    bodies, marks, width, selected = scene
    drawn, layout, columns = painter(bodies, marks, width=width, linked=[m.span for m in marks[:1]])
    for line in range(layout.line_count):
        segments = drawn.line(line, selected)
        assert sum(cell_len(s.text) for s in segments) == columns.total
        for segment in segments:
            assert segment.style is not None
            assert segment.style.bgcolor is not None  # nothing else paints behind a segment
            assert not any(unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for c in segment.text)


@pytest.mark.parametrize("width", [44, 60, 80, 100, 124, 160, 240])
def test_the_text_keeps_at_least_half(width: int) -> None:
    columns = Columns.of(width)
    assert columns.total == width
    assert columns.text >= width // 2
    assert columns.labels >= 8


def test_turns_are_numbered_and_links_shown_beside_them() -> None:
    drawn, layout, _ = painter(["one", "two"], [], linked=[Span(0, 6)])
    gutters = [words_of(drawn.line(line, None))[:GUTTER] for line in range(layout.line_count)]
    assert gutters == ["  1│ ", "     ", "  2  "]


def test_brackets_show_where_codings_begin_and_end() -> None:
    body = "word " * 40
    drawn, layout, columns = painter([body.strip()], [mark(1, 3, 130), mark(2, 3, 7, "motive", "red")])
    signs = [words_of(drawn.line(line, None))[GUTTER + columns.text :] for line in range(layout.line_count)]
    assert signs[0].split() == ["┌▪", "trust", "motive"]
    assert signs[1].split() == ["│"]
    assert signs[2].split() == ["└"]
    assert signs[3].split() == []


def test_brackets_without_room_are_counted_where_they_begin() -> None:
    body = ("word " * 60).strip()
    spans = [(3, 90), (3, 90), (3, 90), (3, 250), (10, 130)]
    drawn, layout, columns = painter([body], [mark(n, *span) for n, span in enumerate(spans, 1)])
    at = GUTTER + columns.text + 1
    margins = [words_of(drawn.line(line, None))[at : at + columns.lanes + 1] for line in range(layout.line_count)]
    assert margins[0] == "┌┌+2"
    assert not any("+" in margin for margin in margins[1:])
    for line, margin in enumerate(margins[1:], 1):
        hidden = [lane for lane, _, _ in drawn._lanes.lanes_on_line(line) if lane >= columns.lanes]
        assert bool(hidden) or "·" not in margin
    assert any("·" in margin for margin in margins)


def test_labels_that_do_not_fit_are_counted() -> None:
    marks = [mark(n, 3, 10, f"code-number-{n}") for n in range(1, 6)]
    drawn, _, columns = painter(["some words here"], marks)
    assert columns.labels == 20
    assert words_of(drawn.line(0, None))[-20:] == "code-number-1 +4    "


def test_the_first_label_is_cut_rather_than_left_out() -> None:
    marks = [mark(1, 3, 10, "infrastructure-services"), mark(2, 3, 10, "capital")]
    drawn, _, columns = painter(["some words here"], marks)
    assert words_of(drawn.line(0, None))[-columns.labels :] == "infrastructure-s… +1"


def test_the_last_label_is_cut_where_room_is_left() -> None:
    marks = [mark(1, 3, 10, "trust"), mark(2, 3, 10, "infrastructure-services")]
    drawn, _, columns = painter(["some words here"], marks)
    assert words_of(drawn.line(0, None))[-columns.labels :] == "trust infrastructur…"


def test_a_single_label_too_long_is_cut() -> None:
    drawn, _, columns = painter(["words"], [mark(1, 3, 6, "partner-by-superior-government·bo")])
    assert words_of(drawn.line(0, None))[-columns.labels :] == "partner-by-superior…"


def test_codings_beyond_the_lanes_are_a_plus() -> None:
    marks = [mark(n, 3, 10, f"c{n}") for n in range(1, 6)]
    drawn, _, columns = painter(["some words here"], marks)
    assert columns.lanes == 3
    assert words_of(drawn.line(0, None))[GUTTER + columns.text + 1 :][:3] == "▪▪+"


def style_of(segments: list[Segment], words: str) -> object:
    return next(s.style for s in segments if s.text.startswith(words))


def test_the_selection_is_drawn_over_codings() -> None:
    drawn, _, _ = painter(["coded words stay"], [mark(1, 3, 14)])
    plain_line = drawn.line(0, None)
    assert style_of(plain_line, "coded words") == LOOK.tints["blue"]
    segments = drawn.line(0, Span(9, 19))
    assert style_of(segments, "coded ") == LOOK.tints["blue"]
    for words in ("words", " stay"):
        style = style_of(segments, words)
        assert (style.color, style.bgcolor) == (LOOK.selected.color, LOOK.selected.bgcolor)


def test_suggestions_look_unlike_codings() -> None:
    drawn, _, columns = painter(["alpha beta gamma"], [mark(1, 3, 8), mark(-1, 9, 13, "?trust")])
    segments = drawn.line(0, None)
    suggested = style_of(segments, "beta")
    assert (suggested.italic, suggested.underline, suggested.bgcolor) == (True, True, LOOK.base.bgcolor)
    assert not style_of(segments, "alpha").italic
    assert words_of(segments)[GUTTER + columns.text + 1 :].split() == ["▪┆", "trust", "?trust"]


def test_several_codes_underline() -> None:
    drawn, _, _ = painter(["alpha beta"], [mark(1, 3, 13), mark(2, 3, 8, "money", "red")])
    segments = drawn.line(0, None)
    assert style_of(segments, "alpha").underline
    assert style_of(segments, "alpha").bgcolor == LOOK.tints["red"].bgcolor  # the inner one
    assert not style_of(segments, " beta").underline


def test_interviewers_and_labels_are_quiet() -> None:
    drawn, layout, _ = painter(["question", "answer"], [], quiet=0)
    first, last = drawn.line(0, None), drawn.line(layout.line_count - 1, None)
    assert all(s.style == LOOK.quiet for s in first if "question" in s.text)
    assert style_of(last, "R: ") == LOOK.quiet
    assert style_of(last, "answer") == LOOK.base


def test_a_text_without_turns_is_drawn() -> None:
    columns = Columns.of(80)
    layout = TextLayout(Measure("", []), columns.text)
    drawn = Painter(layout, LaneIndex(layout), {}.__getitem__, [], [], LOOK, columns)
    assert words_of(drawn.line(0, None)).strip() == "1"


def test_the_gutter_tells_links_and_memos_apart() -> None:
    text_of_turns = ["one " * 40, "two", "three", "four"]
    starts = [sum(len(f"R: {body}\n\n") for body in text_of_turns[:n]) for n in range(4)]
    drawn, layout, _ = painter(
        text_of_turns,
        [],
        noted=[Span(starts[0] + 3, starts[0] + 150), Span(starts[2] + 3, starts[2] + 5)],
        linked=[Span(starts[1] + 3, starts[2] + 5)],
    )
    signs = [drawn.line(n, None)[0].text for n in map(layout.line_of, starts)]
    assert signs == ["  1m ", "  2│ ", "  3M ", "  4  "]
    assert drawn.line(1, None)[0].text == " " * GUTTER


def test_a_mark_that_is_pointed_at_stands_out_in_text_and_margin() -> None:
    drawn, _, _ = painter(["one two three"], [mark(1, 3, 10), mark(2, 3, 6, "other")])
    plain = drawn.line(0, None)
    drawn.pointed_at = 1
    pointed = drawn.line(0, None)
    assert words_of(plain) == words_of(pointed)
    styles = {segment.text: segment.style for segment in pointed}
    assert styles["trust"] is not None
    assert styles["trust"].reverse
    assert not styles["other"].reverse  # type: ignore[union-attr]
    assert any(s.style is not None and s.style.bold and s.style.italic for s in pointed)


def test_what_is_under_the_mouse_in_the_margin() -> None:
    marks = [mark(1, 3, 10), mark(2, 3, 6, "other"), mark(3, 3, 13, "third")]
    drawn, _, columns = painter(["one two three"], marks, width=120)
    line = words_of(drawn.line(0, None))
    first_label = columns.total - columns.labels
    for label, key in (("trust", 1), ("other", 2)):
        at = line.index(label)
        assert drawn.mark_at(0, at) == (key if at >= first_label else None)
        assert drawn.mark_at(0, at + len(label) - 1) == key
    lanes = [drawn.mark_at(0, GUTTER + columns.text + 1 + lane) for lane in range(columns.lanes)]
    assert sorted(key for key in lanes if key) == [1, 2, 3]
    assert drawn.mark_at(0, columns.total - 1) is None
    assert drawn.mark_at(0, first_label - 1) is None


def test_labels_that_did_not_fit_are_nobody_s() -> None:
    marks = [mark(n, 3, 10, f"label-number-{n}") for n in range(1, 9)]
    drawn, _, columns = painter(["one two three"], marks)
    line = words_of(drawn.line(0, None))
    assert drawn.mark_at(0, line.rindex("+")) is None
    assert drawn.mark_at(0, columns.total - columns.labels) is not None
