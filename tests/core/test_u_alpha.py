"""Layouts of continua and the u-alpha family: against definitions, character by character and segment by segment."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qcode.core import u_alpha as family
from qcode.core.agreement import Document, cohen_kappa, kappa_of, krippendorff_alpha, span_array, tally
from qcode.core.continuum import Continuum, documents_of, lay_out, lay_out_code
from qcode.core.measures import Result, Undefined
from qcode.errors import RequestError

Marks = list[tuple[str, int, int, str]]
unhurried = settings(deadline=None)
PEOPLE = ("a", "b", "c")
LABELS = ("x", "y")


@st.composite
def partitions(draw: st.DrawFn, *, length: int = 24, scoped: bool = True) -> Continuum:
    """Two or three coders who each cut a text into segments that do not overlap."""
    people = PEOPLE[: draw(st.integers(2, 3))]
    marks: Marks = []
    for coder in people:
        cuts = sorted(draw(st.sets(st.integers(0, length), max_size=7)))
        labels = draw(st.lists(st.sampled_from(["", *LABELS]), min_size=len(cuts), max_size=len(cuts)))
        spans = zip(cuts, cuts[1:], labels, strict=False)
        marks += [(coder, start, end, label) for start, end, label in spans if label]
    scope = draw(st.none() | st.just([(3, 9), (12, 20)])) if scoped else None
    return Continuum(marks, length, coders=people, scope=scope)


def matrix_by_characters(texts: Sequence[Continuum]) -> list[list[Fraction]]:
    """Coincidences of gap (0) and labels (1 ...), character by character, over all texts."""
    found = [[Fraction(0)] * (len(LABELS) + 1) for _ in range(len(LABELS) + 1)]
    for text in texts:
        inside = [text.scope is None or any(a <= p < b for a, b in text.scope) for p in range(text.end)]
        for p in range(text.begin, text.end):
            if inside[p] and len(text.coders or ()) > 1:
                values = [
                    next((LABELS.index(str(m[3])) + 1 for m in text.marks if m[0] == c and m[1] <= p < m[2]), 0)
                    for c in text.coders or ()
                ]
                for c, k in permutations(values, 2):
                    found[c][k] += Fraction(1, len(values) - 1)
    return found


def lengths_inside(text: Continuum) -> list[tuple[object, int, int, set[int]]]:
    """Coder, value, length in scope and positions in scope of each segment."""
    allowed = {p for p in range(text.end) if text.scope is None or any(a <= p < b for a, b in text.scope)}
    found = []
    for coder, start, end, label in text.marks:
        places = allowed & set(range(start, end))
        found.append((coder, LABELS.index(str(label)) + 1, len(places), places))
    return found


def by_definition(texts: Sequence[Continuum]) -> dict[str, Fraction | None]:
    matrix = matrix_by_characters(texts)
    q = len(LABELS) + 1
    own, coded = [Fraction(0)] * q, [Fraction(0)] * q
    for text in texts:
        segments = lengths_inside(text)
        people = text.coders or ()
        size = text.end if text.scope is None else sum(b - a for a, b in text.scope)
        own[0] += len(people) * size - sum(length for _, _, length, _ in segments)
        for coder, value, length, places in segments:
            own[value] += length**2
            others = sum((len(places & there) for c, _, _, there in segments if c != coder), 0)
            coded[value] += Fraction(others, len(people) - 1) ** 2

    def one(m: list[list[Fraction]], s: Sequence[Fraction], *, only_gap: bool = False) -> Fraction | None:
        margin = [sum(row, Fraction(0)) for row in m]
        total = sum(margin, Fraction(0))
        cells = [(c, k) for c in range(len(m)) for k in range(len(m)) if c != k and (not only_gap or 0 in {c, k})]
        observed = sum((m[c][k] for c, k in cells), Fraction(0))
        pairs = total**2 - sum(s, Fraction(0))
        expected = sum((margin[c] * margin[k] for c, k in cells), Fraction(0))
        return 1 - observed * pairs / (total * expected) if expected else None

    inner = [row[1:] for row in matrix[1:]]
    return {"u": one(matrix, own), "binary": one(matrix, own, only_gap=True), "cu": one(inner, coded[1:])}


def close(found: Result, exact: Fraction | None) -> None:
    assert (found.value is None) == (exact is None)
    if exact is not None:
        assert found.value == pytest.approx(float(exact), abs=1e-12)


@unhurried
@given(st.lists(partitions(), min_size=1, max_size=3))
def test_the_family_equals_its_definition(texts: list[Continuum]) -> None:
    counts = family.unitize(texts, LABELS)
    exact = [[float(cell) for cell in row] for row in matrix_by_characters(texts)]
    np.testing.assert_allclose(counts.coincidences.sum(axis=0), exact, rtol=1e-14)
    values = by_definition(texts)
    close(family.u_alpha(counts), values["u"])
    close(family.u_alpha_binary(counts), values["binary"])
    close(family.cu_alpha(counts), values["cu"])
    assert counts.overlaps == ()


@unhurried
@given(partitions(scoped=False))
def test_character_by_character_is_exactly_the_same(text: Continuum) -> None:
    single = [(c, p, p + 1, label) for c, start, end, label in text.marks for p in range(start, end)]
    expanded = Continuum(single, text.end, coders=text.coders)
    ours, theirs = family.unitize([text], LABELS), family.unitize([expanded], LABELS)
    assert np.array_equal(ours.coincidences, theirs.coincidences)
    assert np.array_equal(ours.pair_tables, theirs.pair_tables)
    assert family.character_alpha(ours).value == family.character_alpha(theirs).value
    # When every character is a segment of its own, what chance may pair is the same for both alphas.
    unit, character = family.u_alpha(theirs).value, family.character_alpha(theirs).value
    assert (unit is None) == (character is None)
    if unit is not None:
        assert unit == pytest.approx(character, abs=1e-12)


@unhurried
@given(st.lists(partitions(), min_size=1, max_size=3), st.permutations([0, 1]), st.permutations([0, 1, 2]))
def test_names_and_orders_are_without_effect(texts: list[Continuum], labels: list[int], people: list[int]) -> None:
    renamed = [
        Continuum(
            [(PEOPLE[people[PEOPLE.index(str(c))]], a, b, LABELS[labels[LABELS.index(str(k))]]) for c, a, b, k in t.marks],
            t.end, coders=[PEOPLE[people[PEOPLE.index(str(c))]] for c in reversed(t.coders or ())], scope=t.scope,
        )
        for t in reversed(texts)
    ]  # fmt: skip
    before, after = family.unitize(texts, LABELS), family.unitize(renamed, LABELS)
    for function in (family.u_alpha, family.u_alpha_binary, family.cu_alpha, family.character_alpha):
        a, b = function(before), function(after)
        assert (a.reason, a.units, a.documents, a.coders) == (b.reason, b.units, b.documents, b.coders)
        assert (a.value or 0.0) == pytest.approx(b.value or 0.0, abs=1e-12)
    ours, theirs = family.ku_alphas(before), family.ku_alphas(after)
    for number, label in enumerate(LABELS):
        moved = theirs[LABELS[labels[number]]]
        assert ours[label].reason is moved.reason
        assert (ours[label].value or 0.0) == pytest.approx(moved.value or 0.0, abs=1e-12)
        assert (ours[label].coverage or 0.0) == pytest.approx(moved.coverage or 0.0, abs=1e-12)


@unhurried
@given(st.lists(partitions(), min_size=1, max_size=2), st.sampled_from([0, 30]))
def test_a_text_that_adds_nothing_changes_nothing(texts: list[Continuum], length: int) -> None:
    more = Continuum([("a", 2, 9, "x")], length) if length else Continuum([], 0, coders=["a", "b"])
    before, after = family.unitize(texts, LABELS), family.unitize([more, *texts], LABELS)
    for function in (family.u_alpha, family.u_alpha_binary, family.cu_alpha):
        assert function(before) == function(after)
    assert family.ku_alphas(before) == family.ku_alphas(after)


@unhurried
@given(partitions())
def test_a_label_is_compared_as_its_own_code(text: Continuum) -> None:
    documents = documents_of([text], "x")
    own = [mark for mark in text.marks if mark[3] == "x"]
    alone = Continuum(own, text.end, coders=text.coders, scope=text.scope)
    by_code, by_text = family.unitize_code(documents), family.unitize([alone], ["x"])
    assert np.array_equal(by_code.coincidences, by_text.coincidences)
    assert np.array_equal(by_code.pairings, by_text.pairings)
    assert family.u_alpha(by_code).value == family.u_alpha_binary(by_code).value == family.u_alpha(by_text).value
    counts = tally(documents)
    assert np.array_equal(counts.coincidences, by_code.coincidences)
    assert np.array_equal(counts.pair_tables, by_code.pair_tables)
    character = krippendorff_alpha(counts).value
    assert family.character_alpha(by_code).value == character
    kappa = cohen_kappa(counts, 0, 1).value
    bare = float(kappa_of(by_code.pair_tables[0].sum(axis=0)))
    assert np.isnan(bare) if kappa is None else bare == kappa


# What one coder marked twice


def test_overlaps_with_one_label_are_one_segment() -> None:
    layout = lay_out([Continuum([("a", 5, 9, "x"), ("a", 0, 6, "x"), ("a", 9, 12, "x"), ("b", 0, 1, "x")], 20)])
    own = layout.segments.where(layout.segments.coder == 0)
    assert list(zip(own.start.tolist(), own.end.tolist(), strict=True)) == [(0, 9), (9, 12)]


def test_two_labels_on_one_stretch_are_listed_and_left_out() -> None:
    marks = [("a", 0, 10, "x"), ("a", 6, 14, "y"), ("b", 0, 14, "x"), ("b", 20, 24, "y"), ("b", 21, 23, "x")]
    text = Continuum([(c, s + 100, e + 100, k) for c, s, e, k in marks], 130, begin=100)
    counts = family.unitize([Continuum([], 50, coders=["a", "b"]), text])
    assert [(o.document, o.coder, o.start, o.end, o.labels) for o in counts.overlaps] == [
        (1, "a", 106, 110, ("x", "y")),
        (1, "b", 121, 123, ("x", "y")),
    ]
    assert counts.layout.left_out == 6
    kept = [("a", 0, 6, "x"), ("a", 6, 10, "y"), ("b", 0, 10, "x"), ("b", 16, 18, "y")]
    clean = family.unitize([Continuum([], 50, coders=["a", "b"]), Continuum(kept, 24, coders=["a", "b"])], ["x", "y"])
    assert np.array_equal(counts.coincidences, clean.coincidences)
    assert np.array_equal(counts.pairings, clean.pairings)
    # Where labels may overlap, nothing is looked for and nothing is left out.
    assert lay_out([text]).overlaps == ()
    assert lay_out([text]).lengths.tolist() == [30]


def test_an_overlap_outside_the_scope_does_not_matter() -> None:
    marks = [("a", 0, 10, "x"), ("a", 6, 14, "y"), ("b", 0, 3, "x")]
    counts = family.unitize([Continuum(marks, 20, scope=[(0, 6), (12, 20)])])
    assert counts.overlaps == ()
    assert counts.layout.lengths.tolist() == [14]


def test_a_question_in_between_does_not_cut_a_segment() -> None:
    marks = [("a", 0, 10, "x"), ("b", 0, 10, "x")]
    asked = family.unitize([Continuum(marks, 20, scope=[(0, 4), (7, 20)])])
    plain = family.unitize([Continuum([("a", 0, 7, "x"), ("b", 0, 7, "x")], 17)])
    assert np.array_equal(asked.pairings, plain.pairings)
    assert asked.layout.segments.length.tolist() == [7, 7]


def test_touching_segments_count_by_their_own_lengths() -> None:
    one = family.unitize([Continuum([("a", 0, 8, "x"), ("b", 0, 8, "x")], 20)])
    two = family.unitize([Continuum([("a", 0, 4, "x"), ("a", 4, 8, "x"), ("b", 0, 8, "x")], 20)])
    assert np.array_equal(one.coincidences, two.coincidences)
    assert one.pairings[0].tolist() == [24, 128]
    assert two.pairings[0].tolist() == [24, 96]


# Undefined


def test_nothing_to_compare() -> None:
    for texts, reason in (
        ([], Undefined.NO_SHARED_DOCUMENT),
        ([Continuum([("a", 0, 5, "x")], 10)], Undefined.NO_SHARED_DOCUMENT),
        ([Continuum([], 0, coders=["a", "b"])], Undefined.NO_TEXT),
        ([Continuum([("a", 0, 5, "x")], 10, coders=["a", "b"], scope=[])], Undefined.NO_TEXT),
    ):
        counts = family.unitize(texts, LABELS)
        for function in (family.u_alpha, family.u_alpha_binary, family.cu_alpha, family.character_alpha):
            found = function(counts)
            assert (found.value, found.reason, found.units, found.coverage) == (None, reason, 0, None)
        assert {found.reason for found in family.ku_alphas(counts).values()} == {reason}


def test_nobody_coded_and_nobody_coded_together() -> None:
    counts = family.unitize([Continuum([], 10, coders=["a", "b"])], LABELS)
    assert family.u_alpha(counts).reason is Undefined.ONE_VALUE
    assert family.cu_alpha(counts).reason is Undefined.NEVER_TOGETHER
    assert family.ku_alphas(counts)["x"].reason is Undefined.NEVER_CODED
    apart = family.unitize([Continuum([("a", 0, 4, "x"), ("b", 5, 9, "x")], 10)], LABELS)
    assert family.u_alpha(apart).value is not None
    assert family.cu_alpha(apart).reason is Undefined.NEVER_TOGETHER
    assert family.cu_alpha(apart).coverage == 0
    assert family.ku_alphas(apart)["x"].reason is Undefined.NEVER_TOGETHER
    alone = family.unitize([Continuum([("a", 0, 4, "x"), ("b", 2, 9, "x")], 10)], LABELS)
    assert family.cu_alpha(alone).reason is Undefined.ONE_VALUE
    assert family.ku_alphas(alone)["x"].reason is Undefined.ONE_VALUE


def test_coders_who_code_at_random_agree_by_chance_only() -> None:
    rng = np.random.default_rng(3)
    for share in (0.05, 0.5, 0.9):
        documents = []
        for _ in range(40):
            coders = []
            for _ in range(2):
                blocks = np.flatnonzero(rng.random(2000) < share) * 10
                coders.append(np.stack([blocks, blocks + 10], axis=1).astype(np.int64))
            documents.append(Document(20_000, coders))
        counts = family.unitize_code(documents)
        assert family.u_alpha(counts).value == pytest.approx(0, abs=0.02)
        assert family.character_alpha(counts).value == pytest.approx(0, abs=0.02)
        assert float(kappa_of(counts.pair_tables[0].sum(axis=0))) == pytest.approx(0, abs=0.02)


# Refusals and forms


def test_what_is_no_continuum_is_refused() -> None:
    with pytest.raises(RequestError, match="cannot begin at 5 and end at 4"):
        Continuum([], 4, begin=5)
    for mark in (("a", 4, 4, "x"), ("a", -1, 4, "x"), ("a", 4, 11, "x")):
        with pytest.raises(RequestError, match="does not lie inside a text from 0 to 10"):
            Continuum([mark], 10)
    with pytest.raises(RequestError, match="does not lie inside"):
        Continuum([], 10, scope=[(4, 12)])
    with pytest.raises(RequestError, match="did not complete"):
        Continuum([("a", 0, 4, "x")], 10, coders=["b"])


def test_labels_that_are_not_asked_for_are_left_out() -> None:
    layout = lay_out([Continuum([("a", 0, 4, "x"), ("b", 2, 6, "z")], 10)], ["x", "y"])
    assert layout.labels == ("x", "y")
    assert layout.segments.start.tolist() == [0]
    assert layout.coders == ("a", "b")


def test_documents_in_a_row() -> None:
    layout = lay_out_code([
        Document(10, [span_array([(2, 4)]), None]),
        Document(0, [span_array([]), span_array([])]),
        Document(6, [span_array([(0, 6)]), span_array([(5, 6)])], span_array([(1, 6)])),
    ])  # fmt: skip
    assert layout.lengths.tolist() == [10, 0, 5]
    assert layout.offsets.tolist() == [0, 10, 10]
    assert layout.completed.tolist() == [[True, True, True], [False, True, True]]
    assert layout.segments.start.tolist() == [2, 10, 14]
    assert layout.segments.end.tolist() == [4, 15, 15]
    assert lay_out_code([]).completed.shape == (0, 0)
