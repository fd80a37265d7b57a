"""Sentences, clauses and words of mixed text. All texts are invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcode.core import units
from qcode.core.spans import Span
from qcode.core.units import clauses, has_words, next_word, previous_word, sentence_at, sentences, word_at, words
from qcode.errors import RequestError

PIECES = st.sampled_from(
    [
        *"abI县我。！？；…，、：“”‘’「」\"'()[].,;:!?-–—_ \t\n3５é\u0301\u200b\u00ad\u200d🙂ßЖא",
        "Mr. Li ", "No. 5", "No. We", "z. B. ", "U.S. ", "3.5亿元", "am 3. Oktober", "……", "...", "\n\n", "co-sign", "don't ",
        "The ", " and", "10. 10. 2020", "[laughs] ", "J. S. ",
    ]
)  # fmt: skip
MIXED = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=40).map("".join))


def quotes(text: str, spans: list[Span]) -> list[str]:
    return [text[span.start : span.end] for span in spans]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n\t ", []),
        ("He came. She left", ["He came.", "She left"]),
        ("  He came.   She left.  ", ["He came.", "She left."]),
        ("one line\nanother line", ["one line", "another line"]),
        ("Mr. Li and Dr. Wu met. Prof. Qi left.", ["Mr. Li and Dr. Wu met.", "Prof. Qi left."]),
        ("It said No. 100 approx. 3.5 km. Then", ["It said No. 100 approx. 3.5 km.", "Then"]),
        ("No. We refused.", ["No.", "We refused."]),
        ("Some, e.g. Suzhou, i.e. a city. Yes", ["Some, e.g. Suzhou, i.e. a city.", "Yes"]),
        ("Roads, parks etc. And then", ["Roads, parks etc.", "And then"]),
        ("Roads etc. and parks", ["Roads etc. and parks"]),
        ("The U.S. Government came to the U.S. We left.", ["The U.S. Government came to the U.S.", "We left."]),
        ("J. Smith and W. E. Bo signed. Plan B. But no.", ["J. Smith and W. E. Bo signed.", "Plan B.", "But no."]),
        ("We met Li J. 我们走了", ["We met Li J.", "我们走了"]),
        ("In the U.S. 2019 was bad", ["In the U.S.", "2019 was bad"]),
        ("On the 1st. We went", ["On the 1st.", "We went"]),
        ("3.5 or 3.6. We paid", ["3.5 or 3.6.", "We paid"]),
        ("It was 2019. 3 of them left.", ["It was 2019.", "3 of them left."]),
        ("I am 35. We left.", ["I am 35.", "We left."]),
        ("They sent 35. Counties paid.", ["They sent 35.", "Counties paid."]),
        ("Wir kamen am 3. Oktober an. Gut", ["Wir kamen am 3. Oktober an.", "Gut"]),
        ("Seit 3. Oktober läuft es.", ["Seit 3. Oktober läuft es."]),
        ("Die Feier am 3. war gut.", ["Die Feier am 3. war gut."]),
        ("Es war der 5. Besuch. Ja.", ["Es war der 5. Besuch.", "Ja."]),
        ("Am 3. 10. 2020 und am 3. 10. ging es.", ["Am 3. 10. 2020 und am 3. 10. ging es."]),
        ("Sie zahlten 35. 2020 war besser.", ["Sie zahlten 35.", "2020 war besser."]),
        ("Sie zahlten 35. 12 gingen.", ["Sie zahlten 35.", "12 gingen."]),
        ("Orte, z. B. Bonn, d. h. ca. 5 bzw. mehr usw. Aber", ["Orte, z. B. Bonn, d. h. ca. 5 bzw. mehr usw.", "Aber"]),
        ("Das kostet 12 Mio. Euro in St. Gallen, Nr. 5.", ["Das kostet 12 Mio. Euro in St. Gallen, Nr. 5."]),
        ("1. We agreed.\n2. 我们同意。", ["1. We agreed.", "2. 我们同意。"]),
        ("we paid 5.我们没有", ["we paid 5.", "我们没有"]),
        ("投资3.5亿元。增长很快", ["投资3.5亿元。", "增长很快"]),
        ("真的？！没有；好吧……后来", ["真的？！", "没有；", "好吧……", "后来"]),
        ("后来......我们走了", ["后来......", "我们走了"]),
        ("我…我想说...就是", ["我…我想说...就是"]),
        ("Well... we tried… to. But... They left", ["Well... we tried… to.", "But...", "They left"]),
        ("他说：“好。”然后走了。", ["他说：“好。”", "然后走了。"]),
        ("他说。“我们走”", ["他说。", "“我们走”"]),
        ("他说“好。”，然后走了。", ["他说“好。”，然后走了。"]),
        ('他说："好。"然后"不。"我们', ['他说："好。"', '然后"不。"', "我们"]),
        ("他说：「好。」（真的。）走", ["他说：「好。」", "（真的。）", "走"]),
        ("Er sagte: „Nein.“ Dann »Ja.« Gut.", ["Er sagte: „Nein.“", "Dann »Ja.«", "Gut."]),
        ("“Really?” she asked. “Yes!” He left.", ["“Really?” she asked.", "“Yes!”", "He left."]),
        ("Why? because of money. (They paid.) So", ["Why?", "because of money.", "(They paid.)", "So"]),
        ("He came.’Then 'it' ended", ["He came.’Then 'it' ended"]),
        ("Yes. [laughs] And (approx.) then.", ["Yes.", "[laughs] And (approx.) then."]),
        ("See www.x.org/?a=b or ok?!yes now.", ["See www.x.org/?a=b or ok?!yes now."]),
        ("He said ok.我们同意", ["He said ok.", "我们同意"]),
        ("The end. “Next one", ["The end.", "“Next one"]),
        ("The end. “", ["The end.", "“"]),
        ("So *. Then", ["So *.", "Then"]),
        ("Enough.  \nNext", ["Enough.", "Next"]),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert quotes(text, sentences(text)) == expected


def test_sentences_of_a_part_have_positions_in_the_whole() -> None:
    text = "I: Why? R: Money. Trust. I: Go on."
    assert sentences(text, 11, 24) == [Span(11, 17), Span(18, 24)]
    assert sentences(text, 11, 15) == [Span(11, 15)]


@pytest.mark.parametrize("part", [(-1, 2), (3, 2), (0, 9)])
@pytest.mark.parametrize("unit", [sentences, clauses, words])
def test_a_part_outside_the_text_is_refused(unit: object, part: tuple[int, int]) -> None:
    with pytest.raises(RequestError, match="inside a text of 8 characters"):
        unit("12345678", *part)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Don't co-sign it, Jiang’s 3.5% of 1,126 in 2009-20!",
         ["Don't", "co-sign", "it", "Jiang’s", "3.5", "of", "1,126", "in", "2009-20"]),
        ("3.5亿元GDP增长", ["3.5", "亿", "元", "GDP", "增", "长"]),
        ("a--b -c d- 'e' f_g", ["a", "b", "c", "d", "e", "f", "g"]),
        ("e.g. x.5 5.x", ["e", "g", "x", "5", "5", "x"]),
        ("agree\u00adment e\u0301t 🙂👩\u200d👩 …", ["agree\u00adment", "e\u0301t"]),
        ("Größe 한국어 ひら", ["Größe", "한국어", "ひ", "ら"]),
    ],
)  # fmt: skip
def test_words(text: str, expected: list[str]) -> None:
    assert quotes(text, words(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We paid 1,126 yuan, they paid nothing; so: no.", ["We paid 1,126 yuan,", "they paid nothing;", "so:", "no."]),
        ("At 10:30 — or 10：30 – we left - late.", ["At 10:30 —", "or 10：30 –", "we left -", "late."]),
        ("不公平，“对吧，”他、我；走：好", ["不公平，", "“对吧，”", "他、", "我；", "走：", "好"]),
        ("“Yes,” he said,我们 x:y", ["“Yes,”", "he said,", "我们 x:y"]),
        ("One, two. Three,", ["One,", "two.", "Three,"]),
        ("", []),
    ],
)
def test_clauses(text: str, expected: list[str]) -> None:
    assert quotes(text, clauses(text)) == expected


def assert_proper(text: str, found: list[Span], start: int, end: int) -> None:
    edge = start
    for span in found:
        assert edge <= span.start < span.end <= end
        quote = text[span.start : span.end]
        assert quote == quote.strip()
        edge = span.end


@given(MIXED, st.data())
def test_units_are_ordered_apart_in_range_and_stripped(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    for unit in (sentences, clauses, words):
        assert_proper(text, unit(text, start, end), start, end)


@given(MIXED)
def test_sentences_and_clauses_lose_nothing_but_white_space(text: str) -> None:
    bare = "".join(text.split())
    assert "".join("".join(quotes(text, sentences(text))).split()) == bare
    assert "".join("".join(quotes(text, clauses(text))).split()) == bare


@given(MIXED)
def test_no_sentence_holds_a_line_feed_and_clauses_lie_in_sentences(text: str) -> None:
    whole = sentences(text)
    assert not any("\n" in quote for quote in quotes(text, whole))
    assert all(any(sentence.contains(clause) for sentence in whole) for clause in clauses(text))


@given(MIXED)
def test_words_hold_every_letter_and_digit_and_no_stop(text: str) -> None:
    found = words(text)
    inside = {position for word in found for position in range(word.start, word.end)}
    assert inside >= {position for position, sign in enumerate(text) if sign.isalnum()}
    assert not any(text[position] in "。！？；，、：“”!?;:()[]_ \n" for position in inside)


@given(MIXED, st.integers(0, 20))
def test_has_words_agrees_with_words(text: str, count: int) -> None:
    assert has_words(text, count) == (len(words(text)) >= count)


@given(MIXED, st.data())
def test_moving_by_words_agrees_with_words(text: str, data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(text)))
    found = words(text)
    assert next_word(text, position) == next((w for w in found if w.start > position), None)
    assert previous_word(text, position) == next((w for w in reversed(found) if w.start < position), None)
    empty = Span(position, position)
    assert word_at(text, position) == next((w for w in found if w.start <= position < w.end), empty)


@given(MIXED, st.data())
def test_sentence_at_agrees_with_sentences(text: str, data: st.DataObject) -> None:
    lo = data.draw(st.integers(0, len(text)))
    hi = data.draw(st.integers(lo, len(text)))
    position = data.draw(st.integers(lo, hi))
    found = sentences(text, lo, hi)
    last = found[-1] if found else Span(position, position)
    assert sentence_at(text, lo, hi, position) == next((s for s in found if position < s.end), last)


@given(MIXED, st.data())
def test_what_is_looked_at_first_does_not_change_the_answer(text: str, data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(text)))
    wide = [f(text, position) for f in (word_at, next_word, previous_word)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(units, "_NEAR", data.draw(st.integers(1, 12)))
        assert [f(text, position) for f in (word_at, next_word, previous_word)] == wide
        found = sentences(text)
        last = found[-1] if found else Span(position, position)
        assert sentence_at(text, 0, len(text), position) == next((s for s in found if position < s.end), last)


LONG = "Mr. Li came on 3.5. We co-signed (yes!) it… 我们同意。“好。”Then\nNo. 5 left. " * 400


def test_near_functions_agree_with_the_whole_in_a_long_text() -> None:
    whole, found = sentences(LONG), words(LONG)
    for position in range(9_000, 9_160):
        assert sentence_at(LONG, 0, len(LONG), position) == next(s for s in whole if position < s.end)
        assert next_word(LONG, position) == next(w for w in found if w.start > position)
        assert previous_word(LONG, position) == next(w for w in reversed(found) if w.start < position)


def test_near_functions_read_no_further_than_their_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(units, "REACH", 10)
    monkeypatch.setattr(units, "_NEAR", 5)
    text = "x" * 50 + " " * 50 + "y" * 50
    assert word_at(text, 25) == Span(16, 36)
    assert next_word(text, 60) is None
    assert previous_word(text, 90) is None
    assert sentence_at(text, 0, 150, 25) == Span(15, 35)
    assert sentence_at(text, 0, 150, 75) == Span(75, 75)


def test_near_functions_stay_inside_their_turn() -> None:
    text = "I: Why not? R: Money it was. I: Oh."
    assert next_word(text, 22, 15, 28) == Span(24, 27)
    assert next_word(text, 26, 15, 28) is None
    assert previous_word(text, 15, 15, 28) is None
    assert sentence_at(text, 15, 28, 15) == sentence_at(text, 15, 28, 28) == Span(15, 28)
    assert sentence_at(text, 15, 28, 3) == Span(15, 28)
    assert word_at(text, 3, 15, 28) == Span(3, 3)
