"""What keys select: always something, always words that were spoken."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcode.core.spans import Span
from qcode.core.units import words
from qcode.tui.selecting import Selection, Walker

Step = Callable[[Walker, Selection], Selection]

BODIES = (
    "They trusted us, of course. Nobody asked! 信任很重要。",
    "好的，我们同意。",
    "No. 3.5 million don't-know",
    "…",
)


def walker_of(bodies: list[str] | tuple[str, ...], label: str = "R: ") -> Walker:
    """One turn for each body, each after a label and a blank line."""
    text, turns = "", []
    for body in bodies:
        text += label
        turns.append((len(text), len(text) + len(body)))
        text += body + "\n\n"
    return Walker(text, turns)


def chosen(walker: Walker, selection: Selection) -> str:
    return walker.text[slice(*selection.span)]


def word_spans(walker: Walker) -> list[Span]:
    return [word for turn in walker.turns for word in words(walker.text, *turn)]


STEPS: dict[str, Step] = {
    "right": lambda w, s: w.by_word(s, 1),
    "left": lambda w, s: w.by_word(s, -1),
    "extend right": lambda w, s: w.by_word(s, 1, extend=True),
    "extend left": lambda w, s: w.by_word(s, -1, extend=True),
    "sentence on": lambda w, s: w.by_sentence(s, 1),
    "sentence back": lambda w, s: w.by_sentence(s, -1),
    "turn on": lambda w, s: w.by_turn(s, 1),
    "turn back": lambda w, s: w.by_turn(s, -1),
    "sentence": Walker.sentence,
    "turn": Walker.turn,
    "grow": Walker.grow,
    "shrink": Walker.shrink,
    "collapse": Walker.collapse,
    "anchor": lambda _, s: Selection(s.span, s.forward, not s.anchored),
    "other end": lambda _, s: Selection(s.span, not s.forward, anchored=True),
    "first": lambda w, s: w.to_position(s, 0),
    "last": lambda w, s: w.to_position(s, len(w.text)),
    "drag to the middle": lambda w, s: w.to_position(s, len(w.text) // 2, extend=True),
}

pieces = st.sampled_from(
    [
        "合",
        "作",
        "。",
        "，",
        "trust",
        "don't",
        "3.5",
        " ",
        " ",
        "\n",
        ". ",
        "! ",
        "(",
        ")",
        "“",
        "”",
        "e\u0301",
        "👩",
        "\u200b",
    ]
)
bodies = st.lists(pieces, max_size=25).map(lambda p: "x" + "".join(p).strip() + "。")
walkers = st.lists(bodies, min_size=1, max_size=5).map(walker_of)


@given(walkers, st.lists(st.sampled_from(sorted(STEPS)), max_size=25))
def test_whatever_is_pressed_something_spoken_is_selected(walker: Walker, names: list[str]) -> None:
    selection = walker.start()
    for name in names:
        selection = STEPS[name](walker, selection)
        start, end = selection.span
        assert start < end, name
        assert any(turn.start <= start < turn.end for turn in walker.turns), name
        assert any(turn.start < end <= turn.end for turn in walker.turns), name
        assert start <= selection.head < end, name


@given(walkers)
def test_right_goes_through_all_words_and_never_to_a_label(walker: Walker) -> None:
    visited, selection = [], walker.start()
    while selection.span not in visited:
        visited.append(selection.span)
        selection = walker.by_word(selection, 1)
    assert visited == word_spans(walker)


@given(walkers, st.data())
def test_right_then_left_returns(walker: Walker, data: st.DataObject) -> None:
    here = Selection(data.draw(st.sampled_from(word_spans(walker))))
    on = walker.by_word(here, 1)
    if on != here:
        assert walker.by_word(on, -1) == here
    back = walker.by_word(here, -1)
    if back != here:
        assert walker.by_word(back, 1) == here


@given(walkers, st.data(), st.lists(st.sampled_from([1, -1]), max_size=30))
def test_anchored_the_fixed_word_stays_and_the_other_end_walks(
    walker: Walker, data: st.DataObject, steps: list[int]
) -> None:
    spans = word_spans(walker)
    fixed = moving = data.draw(st.integers(0, len(spans) - 1))
    selection = Selection(spans[fixed], anchored=True)
    for step in steps:
        selection = walker.by_word(selection, step)
        moving = min(len(spans) - 1, max(0, moving + step))
        assert selection.span == spans[fixed].hull(spans[moving])
        assert selection.anchored


@given(walkers, st.data())
def test_growing_ends_at_the_turn_and_shrinking_at_a_word(walker: Walker, data: st.DataObject) -> None:
    word = data.draw(st.sampled_from(word_spans(walker)))
    selection = Selection(word)
    while (larger := walker.grow(selection)) != selection:
        assert larger.span.contains(selection.span)
        assert larger.span.length > selection.span.length
        selection = larger
    assert selection.span == walker.turn_at(word.start)
    while (smaller := walker.shrink(selection)) != selection:
        assert selection.span.contains(smaller.span)
        assert smaller.span.length < selection.span.length
        assert smaller.span.start == selection.span.start
        selection = smaller
    assert selection.span == walker.word(walker.turn_at(word.start).start)


@given(walkers, st.data())
def test_sentences_are_taken_one_by_one(walker: Walker, data: st.DataObject) -> None:
    selection = Selection(data.draw(st.sampled_from(word_spans(walker))))
    for _ in range(4):
        larger = walker.by_sentence(selection, 1)
        assert larger.span.start == selection.span.start
        assert larger.span.end >= selection.span.end
        selection = larger
    for _ in range(4):
        larger = walker.by_sentence(selection, -1)
        assert larger.span.end == selection.span.end
        assert larger.span.start <= selection.span.start
        selection = larger


@given(walkers, st.data())
def test_turns_on_and_back(walker: Walker, data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(walker.turns) - 1))
    here = Selection(walker.word(walker.turns[number].start))
    on, back = walker.by_turn(here, 1), walker.by_turn(here, -1)
    assert walker.turn_number(on.span.start) == min(number + 1, len(walker.turns) - 1)
    assert walker.turn_number(back.span.start) == max(number - 1, 0)
    inside = Selection(walker.word(walker.turns[number].end - 1))
    if inside.span.start > here.span.start:
        assert walker.by_turn(inside, -1) == here


def test_chinese_goes_by_character() -> None:
    walker = walker_of(["我们很信任", "ja"])
    selection, seen = walker.start(), []
    for _ in range(6):
        seen.append(chosen(walker, selection))
        selection = walker.by_word(selection, 1)
    assert seen == ["我", "们", "很", "信", "任", "ja"]


def test_units_of_one_turn() -> None:
    walker = walker_of(BODIES)
    selection = walker.to_position(walker.start(), walker.text.index("trusted"))
    units = [chosen(walker, selection)]
    for _ in range(3):
        selection = walker.grow(selection)
        units.append(chosen(walker, selection))
    assert units == ["trusted", "They trusted us,", "They trusted us, of course.", BODIES[0]]
    assert walker.grow(selection) == selection


def test_a_turn_without_words_can_be_selected() -> None:
    walker = walker_of(BODIES)
    last = walker.to_position(walker.start(), len(walker.text))
    assert chosen(walker, last) == "…"


def test_sentence_and_turn_take_all_that_the_selection_touches() -> None:
    walker = walker_of(BODIES)
    start = walker.text.index("asked")
    both = Selection(Span(start, walker.text.index("同意")))
    assert chosen(walker, walker.sentence(both)) == "Nobody asked! 信任很重要。\n\nR: 好的，我们同意。"
    assert walker.turn(both).span == walker.turns[0].hull(walker.turns[1])


def test_a_label_and_a_blank_line_lead_to_the_next_words() -> None:
    walker = walker_of(BODIES)
    label = walker.text.index("R: 好")
    for position in (label - 1, label, label + 2):
        assert walker.text[slice(*walker.word(position))] == "好"
    assert walker.text[slice(*walker.word(0))] == "They"


def test_other_end_then_extending_moves_the_beginning() -> None:
    walker = walker_of(["one two three four"])
    two = walker.by_word(walker.start(), 1)
    three = walker.by_word(two, 1, extend=True)
    turned = Selection(three.span, not three.forward, anchored=True)
    assert chosen(walker, walker.by_word(turned, -1)) == "one two three"
    assert chosen(walker, walker.collapse(turned)) == "two"


def test_a_very_long_sentence_has_no_clauses() -> None:
    walker = walker_of(["word, " * 500 + "end"])
    assert walker.grow(walker.start()).span == walker.turns[0]


@pytest.mark.parametrize("name", sorted(STEPS))
def test_an_empty_text_stands_all_keys(name: str) -> None:
    walker = Walker("", [])
    selection = STEPS[name](walker, walker.start())
    assert selection.span.start == 0
    assert walker.turn_number(0) == 0


def test_a_text_of_labels_only_is_one_turn() -> None:
    walker = Walker("I:", [])
    assert walker.turns == [Span(0, 2)]
    assert chosen(walker, walker.start()) == "I"


@pytest.mark.parametrize(
    ("start", "end", "forward", "unit", "step", "moved"),
    [
        ("They", "trusted", True, "word", 1, "They trusted us"),
        ("They", "trusted", True, "word", -1, "They"),
        ("They", "They", True, "word", -1, "They"),
        ("trusted", "of", False, "word", -1, "They trusted us, of"),
        ("trusted", "of", False, "word", 1, "us, of"),
        ("course", "course", False, "word", 1, "course"),
        ("They", "of", True, "sentence", 1, "They trusted us, of course."),
        ("They", "asked!", True, "sentence", -1, "They trusted us, of course."),
        ("us", "asked!", False, "sentence", 1, "Nobody asked!"),
        ("Nobody", "asked", False, "sentence", -1, "They trusted us, of course. Nobody asked"),
        ("Nobody", "asked", True, "turn", 1, "Nobody asked! 信任很重要。"),
        ("Nobody", "asked", False, "turn", -1, "They trusted us, of course. Nobody asked"),
        ("They", "of", False, "turn", -1, "They trusted us, of"),
        ("…", "…", True, "turn", 1, "…"),
    ],
)
def test_a_boundary_moves_and_never_crosses_the_other(
    *, start: str, end: str, forward: bool, unit: str, step: int, moved: str
) -> None:
    walker = walker_of(BODIES)
    last = walker.text.index(end) + len(end)
    selection = Selection(Span(walker.text.index(start), last), forward, anchored=True)
    after = walker.move_boundary(selection, unit, step)
    assert chosen(walker, after) == moved
    assert (after.forward, after.anchored) == (forward, True)


def test_a_boundary_reaches_over_turns() -> None:
    walker = walker_of(BODIES)
    selection = Selection(walker.turns[0], anchored=True)
    further = walker.move_boundary(selection, "turn", 1)
    assert further.span == walker.turns[0].hull(walker.turns[1])
    assert walker.move_boundary(further, "turn", -1) == selection
    assert walker.by_turn(selection, 1) == further
    back = Selection(walker.turns[1], forward=False, anchored=True)
    assert walker.by_turn(back, -1).span == walker.turns[0].hull(walker.turns[1])


@given(
    st.lists(st.text("ab 好。,.!… ", min_size=1, max_size=12), min_size=1, max_size=4),
    st.sampled_from(["word", "sentence", "turn"]),
    st.lists(st.sampled_from([1, -1]), max_size=8),
    st.booleans(),
)
def test_a_boundary_that_moves_leaves_the_other_alone(
    bodies: list[str],
    unit: str,
    steps: list[int],
    forward: bool,  # noqa: FBT001 - drawn by the test
) -> None:
    walker = walker_of(bodies)
    selection = Selection(walker.start().span, forward, anchored=True)
    for step in steps:
        after = walker.move_boundary(selection, unit, step)
        assert 0 <= after.span.start < after.span.end <= len(walker.text)
        fixed = "start" if forward else "end"
        assert getattr(after.span, fixed) == getattr(selection.span, fixed)
        moved = (after.span.end - selection.span.end) + (after.span.start - selection.span.start)
        assert moved * step >= 0
        selection = after
