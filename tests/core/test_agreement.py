"""Agreement between coders: published values, properties, and input that leaves a value undefined."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qcode.core import agreement
from qcode.core.agreement import CodeAgreement, Document, Measure, Result, Undefined, agree
from qcode.core.alpha import alpha, coincidences_of
from qcode.core.coincidence import IntArray, Tally, coincidence, span_array, tally
from qcode.core.ratings import ratings
from qcode.errors import RequestError

Spans = list[tuple[int, int]]
Plain = tuple[int, list[Spans | None], Spans | None]

# A slow machine is no fault: examples have no deadline.
unhurried = settings(deadline=None)

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent.parent / "data" / "agreement_cases.json").read_text(encoding="utf-8")
)["cases"]


def document(length: int, *coders: Spans | None, scope: Spans | None = None) -> Document:
    arrays = [None if spans is None else span_array(spans) for spans in coders]
    return Document(length, arrays, None if scope is None else span_array(scope))


def documents(plain: Sequence[Plain]) -> list[Document]:
    return [document(length, *coders, scope=scope) for length, coders, scope in plain]


def only(results: list[CodeAgreement]) -> CodeAgreement:
    (result,) = results
    return result


def agreement_on(*of: Document) -> CodeAgreement:
    return only(agree({"code": of}))


def nominal(rows: Sequence[Sequence[Any]]) -> Result:
    return alpha(ratings(rows))


@st.composite
def rounds(draw: st.DrawFn, *, scoped: bool = True, missing: bool = True) -> list[Plain]:
    """Up to four documents of up to 30 characters, and two to four coders."""
    coders = draw(st.integers(2, 4))

    def spans(length: int) -> st.SearchStrategy[Spans]:
        if length == 0:
            return st.just([])
        bounds = st.lists(st.integers(0, length), min_size=2, max_size=2, unique=True).map(sorted)
        return st.lists(bounds.map(lambda b: (b[0], b[1])), max_size=4)

    def one(length: int) -> st.SearchStrategy[Plain]:
        entry = st.none() | spans(length) if missing else spans(length)
        scope = st.none() | spans(length) if scoped else st.none()
        return st.tuples(st.just(length), st.lists(entry, min_size=coders, max_size=coders), scope)

    return draw(st.lists(st.integers(0, 30).flatmap(one), min_size=1, max_size=4))


def same(first: Tally, second: Tally) -> bool:
    """Equal in every digit."""
    return all(
        np.array_equal(getattr(first, field), getattr(second, field))
        for field in ("coincidences", "pair_tables", "characters", "completed", "coded")
    )


def columns_of(plain: Plain) -> list[list[int | None]]:
    """Per character in scope: what each coder did (1 coded, 0 not, None missing)."""
    length, coders, scope = plain
    inside = range(length) if scope is None else sorted({p for start, end in scope for p in range(start, end)})
    coded = [None if spans is None else {p for start, end in spans for p in range(start, end)} for spans in coders]
    return [[None if marks is None else int(p in marks) for marks in coded] for p in inside]


def exact_coincidence(plain: Plain) -> list[list[Fraction]]:
    """Coincidences of one document, character by character and pair by pair, in fractions."""
    matrix = [[Fraction(0), Fraction(0)], [Fraction(0), Fraction(0)]]
    for column in columns_of(plain):
        values = [value for value in column if value is not None]
        for i, c in enumerate(values):
            for j, k in enumerate(values):
                if i != j:
                    matrix[c][k] += Fraction(1, len(values) - 1)
    return matrix


# Published values


def test_pooled_percentage_of_the_example_with_missing_values() -> None:
    # Krippendorff 2011, section C: 40 pairable values, 8 off the diagonal. Gwet's mean over the units is .818.
    judged = ratings(CASES[0]["rows"]).paired
    assert (judged.units, judged.coders, len(judged.values)) == (11, 4, 5)
    assert coincidences_of(judged).sum() == pytest.approx(40)
    assert float(agreement.percent_of(coincidences_of(judged))) == pytest.approx(0.8)


def test_worked_example_for_1000_characters() -> None:
    # A codes 150, B 100, both 50: p_o = .85, p_e = .15 * .10 + .85 * .90 = .78
    result = agreement_on(document(1000, [(0, 150)], [(100, 200)]))
    (pair,) = result.pairs
    assert (pair.both, pair.only_first, pair.only_second, pair.neither) == (50, 100, 50, 800)
    assert pair.percent.value == result.percent.value == pytest.approx(0.85)
    assert pair.kappa.value == pytest.approx(0.07 / 0.22)
    assert pair.dice.value == result.dice.value == pytest.approx(100 / 250)
    assert [share.value for share in result.prevalence] == [0.15, 0.1]
    # D_o = .15, D_e = 2 * 250 * 1750 / (2000 * 1999)
    assert result.alpha.value == pytest.approx(1 - 0.15 / (2 * 250 * 1750 / (2000 * 1999)))


def test_three_coders_by_hand() -> None:
    # Characters 0-1: one coder of three, 2-3: two, 4-5: all three, 6-9: none.
    matrix = coincidence([document(10, [(0, 6)], [(2, 6)], [(4, 6)])])
    # o_11 = (2*2*1 + 2*3*2) / 2, o_01 = (2*2*1 + 2*1*2) / 2, o_00 = (2*2*1 + 4*3*2) / 2
    assert matrix.tolist() == [[[14.0, 4.0], [4.0, 8.0]]]
    result = agreement_on(document(10, [(0, 6)], [(2, 6)], [(4, 6)]))
    assert result.alpha.value == pytest.approx(1 - 29 * 8 / (2 * 18 * 12))
    assert result.dice.value == pytest.approx(8 / 12)


# Documents, missing coders, scope


def test_what_a_number_counts_is_said() -> None:
    shared = document(100, [(0, 10)], [(5, 15)], None)
    alone = document(50, None, [(0, 20)], None)
    result = agreement_on(shared, alone)
    assert (result.alpha.units, result.alpha.documents, result.alpha.coders) == (100, 1, 2)
    assert (result.alpha.unit, result.alpha.measure) == ("character", Measure.ALPHA)
    assert [pair.kappa.units for pair in result.pairs] == [100, 0, 0]
    assert [share.value for share in result.prevalence] == [0.1, 0.1, None]
    assert result.prevalence[2].reason is Undefined.TOOK_NO_PART
    assert [share.coders for share in result.prevalence] == [1, 1, 0]
    assert result.pairs[1].kappa.reason is Undefined.NO_SHARED_DOCUMENT


def test_a_missing_coder_is_not_one_who_coded_nothing() -> None:
    missing = agreement_on(document(10, [(0, 5)], [(0, 5)], None))
    nothing = agreement_on(document(10, [(0, 5)], [(0, 5)], []))
    assert missing.alpha.value == 1.0
    assert nothing.alpha.value is not None
    assert nothing.alpha.value < 1.0


def test_overlaps_of_one_coder_are_no_agreement() -> None:
    twice = agreement_on(document(10, [(0, 6), (2, 8), (2, 8)], []))
    assert twice.pairs[0].both == 0
    assert twice.pairs[0].only_first == 8
    assert twice.dice.value == 0.0


def test_scope_confines_what_is_counted() -> None:
    result = agreement_on(document(20, [(0, 8)], [(4, 8)], scope=[(2, 6), (5, 10)]))
    (pair,) = result.pairs
    assert (pair.both, pair.only_first, pair.only_second, pair.neither) == (4, 2, 0, 2)
    assert result.percent.units == 8


def test_spans_do_not_leak_into_the_next_document() -> None:
    result = agreement_on(document(5, [(3, 5)], []), document(0, [], []), document(5, [], [(0, 2)]))
    (pair,) = result.pairs
    assert (pair.both, pair.only_first, pair.only_second, pair.neither) == (0, 2, 2, 6)
    assert tally([document(5, [(3, 5)]), document(0, []), document(4, [])]).characters.tolist() == [5, 0, 4]


def test_matrices_stay_per_document() -> None:
    counts = tally([document(4, [(0, 2)], [(0, 2)]), document(6, [], [(0, 1)])])
    assert counts.coincidences.tolist() == [[[4.0, 0.0], [0.0, 4.0]], [[10.0, 1.0], [1.0, 0.0]]]
    assert agreement.alpha_of(counts.coincidences).tolist() == pytest.approx([1.0, 0.0])


def test_codes_keep_the_order_of_the_mapping() -> None:
    one = [document(10, [(0, 4)], [(2, 6)])]
    assert [result.code for result in agree({"trust": one, "arranged": one})] == ["trust", "arranged"]
    assert agree({}) == []


# Chance


def covering(rng: np.random.Generator, length: int, share: float) -> IntArray:
    """Segments of about ten characters that cover about `share` of the text, at random."""
    blocks = np.flatnonzero(rng.random(length // 10) < share) * 10
    return np.stack([blocks, blocks + 10], axis=1).astype(np.int64)


@pytest.mark.parametrize(("share", "wrong"), [(0.5, 0.299), (0.9, 0.817)])
def test_random_coders_do_not_agree_beyond_chance(share: float, wrong: float) -> None:
    rng = np.random.default_rng(20261121)
    length = 1_000_000
    result = agreement_on(Document(length, [covering(rng, length, share), covering(rng, length, share)]))
    (pair,) = result.pairs
    assert result.alpha.value is not None
    assert abs(result.alpha.value) < 0.02
    assert pair.kappa.value is not None
    assert abs(pair.kappa.value) < 0.02
    # What a formula found in use prints here: the union of coded characters as text, products as chance term.
    union = pair.both + pair.only_first + pair.only_second
    a, b = (pair.both + pair.only_first) / union, (pair.both + pair.only_second) / union
    chance = a * b * (1 - a) * (1 - b)
    assert (pair.both / union - chance) / (1 - chance) == pytest.approx(wrong, abs=0.02)


# Undefined


def all_results(result: CodeAgreement) -> list[Result]:
    pairs = [value for pair in result.pairs for value in (pair.percent, pair.dice, pair.kappa)]
    return [result.percent, result.alpha, result.dice, *result.prevalence, *pairs]


def test_nobody_used_the_code() -> None:
    result = agreement_on(document(10, [], []))
    assert result.alpha.value is None
    assert result.alpha.reason is Undefined.ONE_VALUE
    assert result.pairs[0].kappa.reason is Undefined.ONE_VALUE
    assert result.dice.reason is result.pairs[0].dice.reason is Undefined.NEVER_CODED
    assert (result.percent.value, result.percent.reason) == (1.0, None)


def test_everybody_coded_everything() -> None:
    result = agreement_on(document(10, [(0, 10)], [(0, 10)], [(0, 5), (5, 10)]))
    assert result.alpha.reason is Undefined.ONE_VALUE
    assert result.pairs[2].kappa.value is None
    assert result.dice.value == 1.0


def test_one_coder_uses_one_value_only() -> None:
    result = agreement_on(document(4, [(0, 4)], [(0, 2)]))
    assert result.pairs[0].kappa.value == 0.0
    assert result.alpha.value == pytest.approx(-1 / 6)


@pytest.mark.parametrize(
    ("of", "reason"),
    [
        ([], Undefined.NO_SHARED_DOCUMENT),
        ([document(10)], Undefined.NO_SHARED_DOCUMENT),
        ([document(10, [(0, 5)], None), document(10, None, [(0, 5)])], Undefined.NO_SHARED_DOCUMENT),
        ([document(10, None, None)], Undefined.NO_SHARED_DOCUMENT),
        ([document(0, [], [])], Undefined.NO_TEXT),
        ([document(10, [(0, 5)], [(0, 5)], scope=[])], Undefined.NO_TEXT),
    ],
)
def test_nothing_to_compare(of: list[Document], reason: Undefined) -> None:
    result = agreement_on(*of)
    for value in all_results(result):
        assert value.value is None
        assert value.reason is reason
        assert value.units == 0
    assert result.percent.documents == 0


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([], Undefined.NO_SHARED_UNIT),
        ([[1, None], [None, None], [None, 2]], Undefined.NO_SHARED_UNIT),
        ([[1, 1], [1, 1]], Undefined.ONE_VALUE),
        ([[1, 1], [2, None]], Undefined.ONE_VALUE),
    ],
)
def test_units_that_determine_no_alpha(rows: list[list[int | None]], reason: Undefined) -> None:
    result = nominal(rows)
    assert result.value is None
    assert result.reason is reason
    assert result.documents is None
    assert result.unit == "unit"


def test_values_are_told_apart_as_they_are() -> None:
    assert nominal([["nan", "nan"], ["a", "a"], ["b", "b"], ["a", "b"]]).value == pytest.approx(2 / 3)
    apart = nominal([["a", "A"], ["b", "b"], ["c", "c"]])
    assert apart.value == nominal([["a", "d"], ["b", "b"], ["c", "c"]]).value
    assert apart.value is not None
    assert apart.value < 1.0
    assert ratings([["Aa", "BB"], ["x", "x"]]).values == ("Aa", "BB", "x")


def test_a_single_unit_with_two_values() -> None:
    assert nominal([[1, 0]]).value == 0.0


# Refusals


@pytest.mark.parametrize("span", [(-1, 3), (3, 3), (4, 2), (5, 11)])
def test_a_span_outside_the_text_is_refused(span: tuple[int, int]) -> None:
    with pytest.raises(RequestError, match="does not lie inside a text of 10 characters"):
        document(10, [(0, 1), span])
    with pytest.raises(RequestError, match="does not lie inside"):
        document(10, [], scope=[span])


@pytest.mark.parametrize("spans", [np.array([1, 2]), np.array([[1, 2, 3]]), np.array([[0.0, 1.5]])])
def test_arrays_of_another_shape_or_type_are_refused(spans: IntArray) -> None:
    with pytest.raises(RequestError, match="two columns"):
        Document(10, [spans])


def test_a_negative_length_is_refused() -> None:
    with pytest.raises(RequestError, match="-1 characters"):
        document(-1)


def test_documents_must_speak_of_the_same_coders() -> None:
    with pytest.raises(RequestError, match="2 to 3 coders"):
        tally([document(10, [], []), document(10, [], [], [])])


def test_rows_of_unequal_length_and_not_a_number_are_refused() -> None:
    with pytest.raises(RequestError, match="one entry per coder"):
        nominal([[1, 1], [1]])
    with pytest.raises(RequestError, match="not a number"):
        nominal([[1.0, math.nan]])


def test_kappa_needs_two_different_coders() -> None:
    counts = tally([document(10, [(0, 4)], [(2, 6)])])
    assert agreement.cohen_kappa(counts, 1, 0) == agreement.cohen_kappa(counts, 0, 1)
    for first, second in [(0, 0), (0, 2), (-1, 0)]:
        with pytest.raises(RequestError, match="not two of these 2 coders"):
            agreement.cohen_kappa(counts, first, second)


# Properties


@unhurried
@given(rounds())
def test_intervals_equal_characters(plain: list[Plain]) -> None:
    counts = tally(documents(plain))
    exact = [exact_coincidence(one) for one in plain]
    assert counts.coincidences.tolist() == [[[float(cell) for cell in row] for row in matrix] for matrix in exact]
    by_character: list[Plain] = [
        (length, [None if s is None else [(p, p + 1) for a, b in s for p in range(a, b)] for s in coders], scope)
        for length, coders, scope in plain
    ]
    assert same(counts, tally(documents(by_character)))


@unhurried
@given(rounds())
def test_alpha_equals_the_fixed_unit_form_over_characters(plain: list[Plain]) -> None:
    rows = [column for one in plain for column in columns_of(one)]
    by_units = nominal(rows)
    result = agreement_on(*documents(plain))
    assert (result.alpha.value is None) == (by_units.value is None)
    assert result.alpha.units == by_units.units
    assert result.alpha.coders == by_units.coders
    if by_units.value is not None:
        assert result.alpha.value == pytest.approx(by_units.value, abs=1e-12)


@unhurried
@given(rounds(missing=False, scoped=False))
def test_coefficients_equal_their_definitions_in_fractions(plain: list[Plain]) -> None:
    columns = [(column[0], column[1]) for one in plain for column in columns_of(one)]
    pair = agreement_on(*documents(plain)).pairs[0]
    n = len(columns)
    a, b = sum(x or 0 for x, _ in columns), sum(y or 0 for _, y in columns)
    if not n or a == b == 0 or a == b == n:
        assert pair.kappa.value is None
        return
    p_o = Fraction(sum(x == y for x, y in columns), n)
    p_e = Fraction(a * b + (n - a) * (n - b), n * n)
    assert pair.percent.value == pytest.approx(float(p_o), abs=1e-12)
    assert pair.kappa.value == pytest.approx(float((p_o - p_e) / (1 - p_e)), abs=1e-12)
    assert pair.dice.value == pytest.approx(2 * pair.both / (a + b), abs=1e-12)


@unhurried
@given(rounds(), st.randoms(use_true_random=False))
def test_the_order_of_the_coders_is_without_effect(plain: list[Plain], random: Random) -> None:
    order = list(range(len(plain[0][1])))
    random.shuffle(order)
    moved: list[Plain] = [(length, [coders[i] for i in order], scope) for length, coders, scope in plain]
    before, after = agreement_on(*documents(plain)), agreement_on(*documents(moved))
    assert (before.percent, before.alpha, before.dice) == (after.percent, after.alpha, after.dice)
    assert [after.prevalence[order.index(i)] for i in sorted(order)] == list(before.prevalence)
    counts, others = tally(documents(plain)), tally(documents(moved))
    for pair in before.pairs:
        there = agreement.cohen_kappa(others, order.index(pair.first), order.index(pair.second))
        assert agreement.cohen_kappa(counts, pair.first, pair.second) == there


def complement(spans: Spans | None, length: int) -> Spans | None:
    if spans is None:
        return None
    coded = {p for start, end in spans for p in range(start, end)}
    return [(p, p + 1) for p in range(length) if p not in coded]


@unhurried
@given(rounds())
def test_coded_and_not_coded_can_change_places(plain: list[Plain]) -> None:
    turned: list[Plain] = [(n, [complement(spans, n) for spans in coders], scope) for n, coders, scope in plain]
    before, after = agreement_on(*documents(plain)), agreement_on(*documents(turned))
    # Sums run in another order, so the last digit may differ; nothing else may.
    assert equal_results(before.percent, after.percent)
    assert equal_results(before.alpha, after.alpha)
    assert all(equal_results(a.kappa, b.kappa) for a, b in zip(before.pairs, after.pairs, strict=True))
    assert [pair.both for pair in before.pairs] == [pair.neither for pair in after.pairs]


def equal_results(a: Result, b: Result) -> bool:
    """Whether two results are equal up to rounding: undefined together, or within 1e-12."""
    value = (a.value is None) == (b.value is None) and (a.value or 0.0) == pytest.approx(b.value or 0.0, abs=1e-12)
    return value and replace(a, value=None) == replace(b, value=None)


@unhurried
@given(rounds(), st.integers(1, 29))
def test_cutting_every_span_in_two_changes_nothing(plain: list[Plain], at: int) -> None:
    def cut(spans: Spans | None) -> Spans | None:
        if spans is None:
            return None
        return [part for a, b in spans for part in ([(a, at), (at, b)] if a < at < b else [(a, b)])]

    pieces: list[Plain] = [(n, [cut(spans) for spans in coders], cut(scope)) for n, coders, scope in plain]
    assert same(tally(documents(plain)), tally(documents(pieces)))


@unhurried
@given(rounds())
def test_coding_again_what_one_coded_changes_nothing(plain: list[Plain]) -> None:
    twice: list[Plain] = [
        (n, [None if s is None else [*s, *((a, (a + b + 1) // 2) for a, b in s)] for s in coders], scope)
        for n, coders, scope in plain
    ]
    assert same(tally(documents(plain)), tally(documents(twice)))


@unhurried
@given(rounds(), st.integers(0, 50), st.integers(0, 1))
def test_documents_that_fewer_than_two_completed_do_not_count(plain: list[Plain], length: int, alone: int) -> None:
    coders: list[Spans | None] = [None] * len(plain[0][1])
    if alone and length:
        coders[-1] = [(0, length)]
    more: list[Plain] = [*plain, (length, coders, None)]
    assert agreement_on(*documents(plain)) == agreement_on(*documents(more))


@unhurried
@given(rounds(scoped=False, missing=False))
def test_documents_end_to_end_give_the_same_numbers(plain: list[Plain]) -> None:
    joined: list[Spans] = [[] for _ in plain[0][1]]
    offset = 0
    for length, coders, _ in plain:
        for there, spans in zip(joined, coders, strict=True):
            there.extend((a + offset, b + offset) for a, b in spans or [])
        offset += length
    apart, one = agreement_on(*documents(plain)), agreement_on(document(offset, *joined))
    assert apart.alpha.value == pytest.approx(one.alpha.value, abs=1e-12)
    assert apart.percent.value == pytest.approx(one.percent.value, abs=1e-12)
    assert [pair.kappa.value for pair in apart.pairs] == [pair.kappa.value for pair in one.pairs]


@unhurried
@given(rounds())
def test_a_value_is_a_number_in_range_or_has_a_reason(plain: list[Plain]) -> None:
    result = agreement_on(*documents(plain))
    for value in all_results(result):
        assert (value.value is None) == (value.reason is not None)
        if value.value is not None:
            lowest = -1.0 if value.measure in (Measure.ALPHA, Measure.KAPPA) else 0.0
            assert lowest <= value.value <= 1.0
            assert value.units > 0
    for pair in result.pairs:
        assert pair.both + pair.only_first + pair.only_second + pair.neither == pair.kappa.units


@unhurried
@given(rounds(missing=False, scoped=False))
def test_alpha_of_two_coders_follows_from_scotts_pi(plain: list[Plain]) -> None:
    two: list[Plain] = [(length, coders[:2], scope) for length, coders, scope in plain]
    result = agreement_on(*documents(two))
    if result.alpha.value is None:
        assert result.alpha.reason is not None
        return
    n = result.alpha.units
    (pair,) = result.pairs
    share = (2 * pair.both + pair.only_first + pair.only_second) / (2 * n)
    assert pair.percent.value is not None
    pi = 1 - (1 - pair.percent.value) / (2 * share * (1 - share))
    assert result.alpha.value == pytest.approx(1 - (2 * n - 1) / (2 * n) * (1 - pi), abs=1e-9)
