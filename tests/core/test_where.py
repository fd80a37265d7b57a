"""The condition language: what it reads, what it refuses, and that missing is not false."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from naughty import NAUGHTY

from qcode.core.condition_tree import size_range
from qcode.core.where import Attribute, folded, parse_where
from qcode.errors import RequestError, UnknownName

SCHEMA = {
    Attribute("case", "mechanism"): "text",
    Attribute("case", "year"): "year",
    Attribute("case", "budget"): "number",
    Attribute("case", "signed"): "yes/no",
    Attribute("case", "place of origin"): "text",
    Attribute("case", "province"): "text",
    Attribute("transcript", "place"): "text",
    Attribute("transcript", "date"): "date",
    Attribute("speaker", "place"): "text",
    Attribute("speaker", "级别"): "text",
}


def holds(text: str, **values: str | list[str]) -> bool | None:
    def value(attribute: Attribute) -> list[str]:
        found = values.get(attribute.name.replace(" ", "_"), [])
        return [found] if isinstance(found, str) else found

    return parse_where(text, SCHEMA).holds(value)


@pytest.mark.parametrize(
    ("text", "mechanism", "expected"),
    [
        ("mechanism = arranged", "arranged", True),
        ("mechanism = ARRANGED", "ａrranged ", True),
        ("mechanism = arranged", "mandated", False),
        ("mechanism = arranged", "", None),
        ("mechanism != arranged", "mandated", True),
        ("mechanism != arranged", "", None),
        ("not mechanism = arranged", "", None),
        ("not not mechanism = arranged", "arranged", True),
        ("mechanism != arranged or mechanism is not recorded", "", True),
        ("mechanism is recorded", "", False),
        ("mechanism is not recorded", "x", False),
        ("mechanism in (arranged, “self-initiated”)", "self-initiated", True),
        ("mechanism in (arranged, mandated)", "", None),
        ("mechanism not in (arranged, mandated)", "self-initiated", True),
        ("mechanism contains RANG", "arranged", True),
        ("mechanism not contains rang", "mandated", True),
        ("Mechanism ＝ 「arranged」", "arranged", True),
    ],
)
def test_text(text, mechanism, expected):
    assert holds(text, mechanism=mechanism) is expected


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("year >= 2015", "2015", True),
        ("year > 2015", "2015", False),
        ("year < ２０１６", "2015", True),
        ("year <= 2014", "2015", False),
        ("year = 2015", "about 2015", None),
        ("year contains about", "about 2015", True),
        ("budget = 5", "5.0", True),
        ("budget != 5", "1,126", True),
        ("budget > 1000", "1,126", True),
        ("budget < -1", "-2.5", True),
        ("signed = ja", "yes", True),
        ("signed = no", "是", False),
        ("signed in (no, yes)", "", None),
        ("date = 2019", "2019-07-03", True),
        ("date = 2019", "2019-07", True),
        ("date = 2019-07-03", "2019-07", None),
        ("date = 2019-07-03", "2019-08", False),
        ("date != 2019", "3.7.2019", False),
        ("date <= 2019", "2019-12-31", True),
        ("date < 2019", "2019-01-01", False),
        ("date > 2019", "2020年1月", True),
        ("date > 2019-07-15", "2019-07", None),
        ("date >= 2019-07-15", "2019-07", None),
        ("date < 2019-07-15", "2019-07", None),
        ("date >= 2019-07-01", "2019", None),
        ("date > 2019-07", "2019-07-31", False),
    ],
)
def test_types(text, value, expected):
    name = text.split()[0]
    assert holds(text, **{name: value}) is expected


def test_several_values_fit_if_one_does():
    assert holds("province = Anhui", province=["Zhejiang", "Anhui"]) is True
    assert holds("province != Anhui", province=["Zhejiang", "Anhui"]) is False
    assert holds("province in (Hebei, Hubei)", province=["Zhejiang", "Anhui"]) is False


@pytest.mark.parametrize("left", ["mechanism = a", "mechanism = b", "mechanism = c"])
@pytest.mark.parametrize("right", ["year = 1", "place = a", "speaker.place = z"])
def test_kleene(left, right):
    schema = {**SCHEMA, Attribute("case", "year"): "text"}
    del schema[Attribute("transcript", "place")]
    values = {"mechanism": ["a"], "year": [], "place": ["z"]}

    def value(attribute: Attribute) -> list[str]:
        return values[attribute.name]

    one, two = (parse_where(text, schema).holds(value) for text in (left, right))
    rank = {False: 0, None: 1, True: 2}
    both = parse_where(f"{left} and {right}", schema).holds(value)
    either = parse_where(f"{left} or {right}", schema).holds(value)
    assert rank[both] == min(rank[one], rank[two])
    assert rank[either] == max(rank[one], rank[two])
    neither = parse_where(f"not ({left} or {right})", schema).holds(value)
    assert rank[neither] == 2 - rank[either]


def test_not_binds_closest_then_and():
    where = parse_where("not year = 2015 and mechanism = a or signed = yes", SCHEMA)
    assert where.words == "(case.year != 2015 and case.mechanism = a) or case.signed = yes"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("case.“place of origin” = x", "case.“place of origin” = x"),
        ("place-of-origin = “Hefei city”", "case.“place of origin” = “Hefei city”"),
        ("SPEAKER.place = “or”", "speaker.place = “or”"),
        ("not (year > 2 and signed = no) or 级别 is not recorded", None),
        ("not mechanism in (a, b)", "not case.mechanism in (a, b)"),
    ],
)
def test_the_plain_form_reads_back(text, words):
    schema = {**SCHEMA, Attribute("case", "year"): "number"}
    where = parse_where(text, schema)
    assert words in (None, where.words)
    assert parse_where(where.words, schema).words == where.words


def test_what_is_asked_is_known():
    where = parse_where("mechanism = arranged and transcript.place != “Hefei” and year = 2015", SCHEMA)
    assert [a.words for a in where.attributes] == ["case.mechanism", "transcript.place", "case.year"]
    assert where.named == ((Attribute("case", "mechanism"), "arranged"), (Attribute("transcript", "place"), "Hefei"))
    assert (where.asks("case"), where.asks("speaker")) == (True, False)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "is empty"),
        ("mechanism", "character 10: After “mechanism” a comparison is missing"),
        ("mechanism = arranged or mandated", "character 33: After “mandated” a comparison is missing"),
        ("mechanism = Hefei city", "character 19: “city” stands where the condition is over"),
        ("mechanism = a)", "character 14: This parenthesis was never opened"),
        ("((mechanism = a)", "The parenthesis of character 1 is not closed before the end"),
        ("(" * 50, "more than 40 parentheses"),
        ("place = x", "“place” can mean transcript.place or speaker.place. Write which one"),
        ("year > soon", "holds a year such as 2015, and “soon” is none"),
        ("mechanism > a", "holds text, which has no order"),
        ("signed < yes", "holds yes or no, which has no order"),
        ("mechanism =", "Here a value should stand, not the end"),
        ("mechanism = or", "Here a value should stand, not “or”. Put it into quotation marks"),
        ("mechanism = “ ”", "The value is empty. Write “is not recorded”"),
        ("mechanism is arranged", "only “recorded” or “not recorded” can stand"),
        ("mechanism not = a", "After “not” only"),
        ("mechanism in a", "the values stand in parentheses"),
        ("= a", "Here an attribute should stand, not “=”. There are case.mechanism, "),
        ("and = a", "Here an attribute should stand"),
        ("mechanism in (" + ",".join("a" * 501) + ")", "is not closed before “,”"),
    ],
)
def test_faults_are_sentences_with_a_place(text, what):
    with pytest.raises(RequestError) as caught:
        parse_where(text, SCHEMA)
    assert what in str(caught.value)


@pytest.mark.parametrize(
    ("text", "near"),
    [("mechansm = a", "mechanism"), ("case.yaer = 1", "case.year"), ("origin = x", "place of origin")],
)
def test_an_unknown_name_is_refused_with_the_nearest(text, near):
    with pytest.raises(UnknownName) as caught:
        parse_where(text, SCHEMA)
    assert near in caught.value.near
    assert caught.value.where == "The condition, character 1"


def test_a_name_that_is_near_to_none_is_answered_by_what_there_is():
    with pytest.raises(UnknownName, match=r"There are case.mechanism, .*speaker.级别"):
        parse_where("zzzzqqqq = 1", SCHEMA)
    with pytest.raises(UnknownName, match="and others"):
        parse_where("zzzzqqqq = 1", {Attribute("case", f"n{i}"): "text" for i in range(20)})


@pytest.mark.parametrize("text", NAUGHTY)
def test_hostile_text_is_refused_or_compared(text):
    for condition in (text, f"mechanism = “{text}”", f"mechanism = {text}", f"{text} = a"):
        try:
            where = parse_where(condition, SCHEMA)
        except RequestError:
            continue
        assert where.holds(lambda _: [text]) in (True, False, None)
        assert parse_where(where.words, SCHEMA).words == where.words


@given(st.integers(1900, 2100), st.integers(1900, 2100))
def test_years_are_compared_by_size(one, two):
    for sign, expected in (
        ("<", one < two),
        ("<=", one <= two),
        (">", one > two),
        (">=", one >= two),
        ("=", one == two),
    ):
        assert holds(f"year {sign} {two}", year=str(one)) is expected


def test_folding():
    assert folded("  Ａ  b\n") == "a b"
    assert size_range("perhaps", "yes/no") is None
