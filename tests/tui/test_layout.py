"""The pure layout: every character on one line, no line too wide, legal breaks, and positions there and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from qcode.core.text import display_safe
from qcode.tui.layout import MINIMUM_WIDTH, Measure, TextLayout

# Few characters of every kind, so that all neighbourhoods occur.
ALPHABET = "县省合ab1é ß  \t\n，。“”（）《》…—·.,-()\"'\u0301\u0308\u200b\u00ad\ufe0f😀ｗ\u2003"
CLOSING = "，。！？；：、”’）】》…"
OPENING = "（【《"
texts = st.text(ALPHABET, max_size=120)
widths = st.integers(1, 24)


@st.composite
def transcripts(draw: st.DrawFn) -> tuple[str, list[tuple[int, int]]]:
    text = draw(st.sampled_from(["", "\n", "  \n\n"]))
    turns = []
    for turn in draw(st.lists(st.text(ALPHABET, min_size=1, max_size=60), max_size=5)):
        turns.append((len(text), len(text) + len(turn)))
        text += turn + draw(st.sampled_from(["", " ", "\n", "\n\n", " \n \n\n"]))
    return text, turns


def lay_out(text: str, width: int) -> TextLayout:
    return TextLayout(Measure(text, [(0, len(text))] if text else []), width)


def lines(text: str, width: int) -> list[str]:
    layout = lay_out(text, width)
    return [layout.display_text(line) for line in range(layout.line_count)]


def spans(layout: TextLayout) -> list[tuple[int, int]]:
    return [layout.line_span(line) for line in range(layout.line_count)]


# --- what every layout must hold to ------------------------------------------------------------------------------


@given(transcripts(), widths)
def test_lines_hold_all_text_but_blanks_once_and_in_order(
    transcript: tuple[str, list[tuple[int, int]]], width: int
) -> None:
    text, turns = transcript
    position = 0
    for start, end in spans(TextLayout(Measure(text, turns), width)):
        assert position <= start <= end
        assert not text[position:start].strip()
        assert "\n" not in text[start:end]
        position = end
    assert not text[position:].strip()


@given(transcripts(), widths)
def test_no_line_is_wider_than_the_window(transcript: tuple[str, list[tuple[int, int]]], width: int) -> None:
    layout = TextLayout(Measure(*transcript), width)
    assert layout.width == max(width, MINIMUM_WIDTH)
    for line in range(layout.line_count):
        shown = layout.display_text(line)
        assert cell_len(shown) == layout.line_cells(line) <= layout.width
        assert len(shown) == layout.line_span(line)[1] - layout.line_span(line)[0]


@given(transcripts(), widths)
def test_positions_lead_to_cells_and_back(transcript: tuple[str, list[tuple[int, int]]], width: int) -> None:
    text, turns = transcript
    layout = TextLayout(Measure(text, turns), width)
    for line, (start, end) in enumerate(spans(layout)):
        for position in range(start, end):
            assert layout.line_of(position) == line
            wide = cell_len(display_safe(text[position]))
            cell = layout.cell_of(position)
            assert cell == cell_len(display_safe(text[start:position]))
            assert [layout.position_at(line, cell + half) for half in range(wide)] == [position] * wide
        assert layout.line_of(end) in {line, line + 1}
        assert layout.position_at(line, layout.line_cells(line)) == end
        assert layout.position_at(line, 1000) == end
        assert layout.position_at(line, -1) == layout.position_at(line, 0)


@given(transcripts(), widths)
def test_line_of_is_the_last_line_that_has_begun(transcript: tuple[str, list[tuple[int, int]]], width: int) -> None:
    text, turns = transcript
    layout = TextLayout(Measure(text, turns), width)
    starts = [start for start, _ in spans(layout)]
    assert starts == sorted(set(starts))
    for position in range(len(text) + 1):
        assert layout.line_of(position) == max([n for n, start in enumerate(starts) if start <= position], default=0)
        assert 0 <= layout.cell_of(position) <= layout.width
    segments = [(p, q) for p in range(len(text)) for q in (p + 1, len(text))]
    assert layout.line_ranges(segments) == [layout.line_range(*segment) for segment in segments]


@given(transcripts(), widths)
def test_each_turn_begins_on_a_line_of_its_own(transcript: tuple[str, list[tuple[int, int]]], width: int) -> None:
    text, turns = transcript
    layout = TextLayout(Measure(text, turns), width)
    assert layout.turn_count == max(len(turns), 1)
    for turn, (start, end) in enumerate(turns):
        first = layout.first_line_of_turn(turn)
        assert layout.line_span(first)[0] == start
        assert layout.turn_of_line(first) == turn
        assert layout.turn_of_line(first - 1) == turn - 1
        assert {layout.turn_of_line(layout.line_of(position)) for position in range(start, end)} == {turn}


def certainly_legal(text: str, position: int) -> bool:
    """Whether a line may break here by any rule: between two Chinese characters, or after a comma before one."""
    return text[position - 1] in "县省合，。" and text[position] in "县省合"


@given(texts.filter(str.strip), widths)
def test_a_line_begins_illegally_only_where_no_break_was_legal(text: str, width: int) -> None:
    layout = lay_out(text, width)
    for (start, _), (following, _) in zip(spans(layout), spans(layout)[1:], strict=False):
        wrapped = "\n" not in text[start:following]
        before = text[start:following].rstrip(" \t\u2003")
        illegal = (
            text[following] in CLOSING
            or display_safe(text[following]) in CLOSING
            or (before and before[-1] in OPENING)
            or (text[following].isascii() and text[following].isalnum() and text[following - 1] in "ab1éß")
        )
        if wrapped and illegal:
            assert not [p for p in range(start + 1, following) if certainly_legal(text, p)]


@given(texts.filter(str.strip), widths)
def test_marks_without_width_stay_with_their_base(text: str, width: int) -> None:
    for start, _ in spans(lay_out(text, width))[1:]:
        if text[start] in "\u0301\u0308":
            assert text[start - 1] == "\n"


@given(st.text("县省合，。", min_size=1, max_size=60), widths)
def test_chinese_lines_are_filled(text: str, width: int) -> None:
    """Stepping back happens only for punctuation: a line that leaves room is followed by what could not join it."""
    layout = lay_out(text, width)
    for line in range(layout.line_count - 1):
        room = (layout.width - layout.line_cells(line)) // 2
        _, end = layout.line_span(line)
        assert all(text[p + 1] in "，。" for p in range(end, end + room))


# --- the rules, one by one ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        pytest.param("两县合作，很好", 8, ["两县合", "作，很好"], id="a comma takes its character along"),
        pytest.param("两县（合作）好", 6, ["两县", "（合", "作）好"], id="no opening bracket at the end"),
        pytest.param("说：“好”吧", 6, ["说：", "“好”吧"], id="narrow Chinese quotes"),
        pytest.param("我他们……合作", 8, ["我他们……", "合作"], id="an ellipsis may end a line"),
        pytest.param("我他们……合作", 7, ["我他", "们……合", "作"], id="an ellipsis is not split"),
        pytest.param("甲乙丙——丁", 7, ["甲乙", "丙——丁"], id="a dash is not split and begins no line"),
        pytest.param("the county signed", 8, ["the ", "county ", "signed"], id="words stay whole"),
        pytest.param("the county", 5, ["the ", "count", "y"], id="but for one that is too long"),
        pytest.param("we don’t know", 7, ["we ", "don’t ", "know"], id="an apostrophe is inside a word"),
        pytest.param("am Wort“ und", 9, ["am Wort“ ", "und"], id="a German closing quote ends a line"),
        pytest.param("es „Wort“", 8, ["es ", "„Wort“"], id="a German opening quote does not"),
        pytest.param("inter-county", 8, ["inter-co", "unty"], id="a hyphen is inside a word"),
        pytest.param("aus – und", 6, ["aus – ", "und"], id="a dash between blanks"),
        pytest.param("GDP增长了", 6, ["GDP增", "长了"], id="Latin before Chinese"),
        pytest.param("合作GDP增", 6, ["合作", "GDP增"], id="Chinese before Latin"),
        pytest.param("县的,县", 4, ["县", "的,", "县"], id="a narrow comma after Chinese"),
        pytest.param("县２０县", 6, ["县２０", "县"], id="full-width digits"),
        pytest.param("县县２０", 6, ["县县", "２０"], id="full-width digits stay together"),
        pytest.param("（ 县县", 4, ["（ ", "县县"], id="a line of four cells has no better break"),
        pytest.param("省（ 县县", 6, ["省", "（ 县", "县"], id="a blank does not free a bracket"),
        pytest.param('县县"县"', 6, ["县", '县"县"'], id="straight quotes hold on both sides"),
        pytest.param("县😀😀", 4, ["县😀", "😀"], id="emoji break like Chinese"),
    ],
)
def test_breaks(text: str, width: int, expected: list[str]) -> None:
    assert lines(text, width) == expected


def test_a_long_word_moves_down_whole_however_far_back_the_line_must_break() -> None:
    word = "Bundesausbildungsförderungsgesetz"
    assert lines(f"两县合作{word} gilt", 40) == ["两县合作", f"{word} gilt"]


def test_blanks_hang_at_the_end_of_a_line() -> None:
    text = "abcd    efgh"
    layout = lay_out(text, 6)
    assert spans(layout) == [(0, 6), (8, 12)]
    assert [layout.line_of(position) for position in (5, 6, 7, 8)] == [0, 0, 0, 1]
    assert layout.cell_of(7) == 6


def test_blanks_alone_make_no_second_line() -> None:
    assert spans(lay_out("ab" + " " * 40 + "\nc", 6)) == [(0, 6), (43, 44)]
    assert spans(lay_out("a（" + " " * 40 + "\nc", 6)) == [(0, 5), (43, 44)]


def test_a_mark_on_a_hanging_blank_takes_the_blank_down() -> None:
    assert lines("abcd \u0301e", 4) == ["abcd", " \u0301e"]
    assert lines("abcd  e", 4) == ["abcd", "e"]


def test_a_combining_mark_is_no_place_to_break() -> None:
    assert lines("abe\u0301" * 3, 6) == ["abe\u0301abe\u0301", "abe\u0301"]
    assert lines("a县\u0301bcd", 4) == ["a县\u0301", "bcd"]
    assert lines("县\u0301，县县", 4) == ["县\u0301，", "县县"]


def test_line_feeds_break_inside_a_turn() -> None:
    assert lines("a\n\nb\n c\n", 9) == ["a", "", "b", " c"]


@pytest.mark.parametrize(
    ("gap", "blank_lines"), [("", 0), ("  ", 0), ("\n", 0), (" \n ", 0), ("\n\n", 1), ("\n \n", 1), ("\n\n\n\n", 1)]
)
def test_blank_lines_between_turns_are_shown_as_one(gap: str, blank_lines: int) -> None:
    text = f"ab{gap}cd"
    layout = TextLayout(Measure(text, [(0, 2), (2 + len(gap), len(text))]), 10)
    shown = [layout.display_text(line) for line in range(layout.line_count)]
    assert shown == ["ab", *[""] * blank_lines, "cd"]
    assert [layout.turn_of_line(line) for line in range(layout.line_count)] == [0, *[0] * blank_lines, 1]
    assert layout.line_of(2 + len(gap)) == layout.first_line_of_turn(1)


def test_line_feeds_at_the_end_of_a_turn_count_as_between_turns() -> None:
    assert [s for s, _ in Measure("ab\n\n\ncd", [(0, 4), (5, 7)]).paragraphs] == [0, 3, 5]


def test_a_turn_of_blanks_has_an_empty_line() -> None:
    layout = TextLayout(Measure("ab\n  \ncd", [(0, 2), (3, 5), (6, 8)]), 10)
    assert [layout.display_text(layout.first_line_of_turn(turn)) for turn in range(3)] == ["ab", "", "cd"]


def test_a_text_without_turns_has_one_empty_line() -> None:
    for text in ("", " \n\n "):
        layout = TextLayout(Measure(text, []), 10)
        assert spans(layout) == [(0, 0)]
        assert (layout.turn_count, layout.turn_of_line(0), layout.line_of(len(text))) == (1, 0, 0)


def test_what_is_shown_is_harmless_and_one_for_one() -> None:
    assert lines("a\x1b[2J\tb\u202ec\u200bd", 40) == ["a␛[2J b\ufffdc·d"]


@pytest.mark.parametrize("width", [-3, 0, 1, 2, 3, 4])
def test_a_window_too_narrow_counts_as_four_cells(width: int) -> None:
    assert lines("县县县abcdef", width) == ["县县", "县", "abcd", "ef"]


def test_a_resized_layout_is_the_layout_of_that_width() -> None:
    text = "两县合作，很好。 We signed it together."
    layout = lay_out(text, 30)
    assert spans(layout.resized(7)) == spans(lay_out(text, 7)) != spans(layout)
    assert spans(layout.resized(7).resized(30)) == spans(layout)


@pytest.mark.parametrize(
    ("turns", "reason"),
    [
        ([(0, 3)], "outside all turns between 3 and 7"),
        ([(4, 7)], "outside all turns between 0 and 4"),
        ([(0, 2), (3, 7)], "outside all turns between 2 and 3"),
        ([], "outside all turns between 0 and 7"),
        ([(0, 3), (4, 8)], "Turn 1 .4 to 8."),
        ([(0, 5), (4, 7)], "Turn 1 .4 to 7."),
        ([(4, 7), (0, 3)], "outside all turns"),
        ([(0, 0), (0, 7)], "Turn 0 .0 to 0."),
        ([(-1, 7)], "Turn 0 .-1 to 7."),
    ],
)
def test_turns_that_hide_text_are_refused_without_quoting_it(turns: list[tuple[int, int]], reason: str) -> None:
    with pytest.raises(ValueError, match=reason) as caught:
        Measure("abc def", turns)
    assert "def" not in str(caught.value)
