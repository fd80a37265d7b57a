"""A file and the study's codebook brought together, field by field."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcode.core.codebook import Code, Codebook
from qcode.core.codebook_merge import (
    FieldName,
    changed_fields,
    flat_code,
    merge_codebooks,
    merge_order,
    unflat_code,
)

TRUST = Code("trust", "d", (("en", "Trust"), ("zh", "信任")), brief="B.", indicators=(("en", ("trust*",)),))
BASE = Codebook("b", "Book", (Code("d", None, (("en", "D"),)), TRUST), languages=("en",))


def having(book: Codebook, **more: object) -> Codebook:
    return replace(book, codes=tuple(replace(c, **more) if c.id == "trust" else c for c in book.codes))


def told(names: tuple[FieldName, ...]) -> list[str]:
    return [str(name) for name in names]


def test_each_side_gives_what_it_alone_changed():
    here = having(BASE, definition="Ours.", hotkey="1")
    found = merge_codebooks(BASE, here, having(BASE, brief="Theirs."))
    code = found.codebook.code("trust")
    assert (code.definition, code.brief, code.hotkey) == ("Ours.", "Theirs.", "1")
    assert told(found.kept) == ["definition of trust", "hotkey of trust"]
    assert found.conflicts == ()


def test_what_both_changed_alike_is_settled():
    both = having(BASE, brief="New.")
    found = merge_codebooks(BASE, both, both)
    assert (found.codebook, found.kept, found.conflicts) == (both, (), ())


@pytest.mark.parametrize(("take", "brief"), [(None, "Ours."), ("study", "Ours."), ("file", "Theirs.")])
def test_what_both_changed_differently_is_a_conflict(take, brief):
    found = merge_codebooks(BASE, having(BASE, brief="Ours."), having(BASE, brief="Theirs."), take=take)
    assert told(found.conflicts) == ["brief of trust"]
    assert found.codebook.code("trust").brief == brief


def test_names_and_indicators_meet_language_by_language():
    here = having(BASE, names=(("en", "Trust"), ("zh", "信任"), ("de", "Vertrauen")))
    file = having(BASE, names=(("en", "Confidence"), ("zh", "信任")), indicators=())
    found = merge_codebooks(BASE, here, file)
    code = found.codebook.code("trust")
    assert code.names == (("en", "Confidence"), ("zh", "信任"), ("de", "Vertrauen"))
    assert code.indicators == ()
    assert told(found.kept) == ["name.de of trust"]


def test_another_order_of_languages_is_taken_from_who_changed_it():
    turned = having(BASE, names=(("zh", "信任"), ("en", "Trust")))
    assert merge_codebooks(BASE, BASE, turned).codebook == turned
    assert merge_codebooks(BASE, turned, BASE).codebook == turned
    assert changed_fields(BASE.code("trust"), turned.code("trust")) == ("order of languages",)
    assert changed_fields(BASE.code("trust"), BASE.code("trust")) == ()


def test_the_codebook_itself_meets_too():
    found = merge_codebooks(BASE, replace(BASE, title="Ours"), replace(BASE, title="Theirs", description="D."))
    assert told(found.conflicts) == ["title of the codebook"]
    assert (found.codebook.title, found.codebook.description) == ("Ours", "D.")


def test_codes_of_either_side_are_there_and_both_added_ones_meet():
    ours, theirs = (replace(BASE, codes=(*BASE.codes, Code("tax", "d", (), brief=b), *c)) for b, c in (
        ("Ours.", (Code("one", None, ()),)), ("Theirs.", (Code("two", None, ()),))
    ))  # fmt: skip
    found = merge_codebooks(BASE, ours, theirs)
    assert [code.id for code in found.codebook.codes] == ["d", "trust", "tax", "two", "one"]
    assert told(found.conflicts) == ["brief of tax"]


@pytest.mark.parametrize(
    ("base", "here", "file", "order", "conflict"),
    [
        ("abc", "abc", "cab", "cab", False),
        ("abc", "cab", "abc", "cab", False),
        ("abc", "cab", "cab", "cab", False),
        ("abc", "bac", "cab", "bac", True),
        ("abc", "abc", "xabyc", "xabyc", False),
        ("abc", "abzc", "cab", "cabz", False),
        ("ab", "abxy", "abyx", "abxy", False),
        ("", "ab", "ba", "ab", False),
    ],
)
def test_orders(base, here, file, order, conflict):
    found, conflicts = merge_order(base, here, file)
    assert ("".join(found), bool(conflicts)) == (order, conflict)


def test_a_conflict_of_orders_can_be_the_files():
    assert merge_order("abc", "bac", "cab", theirs_wins=True)[0] == list("cab")
    assert merge_order("abc", "bac", "cab", theirs_wins=True)[1] == [FieldName("order")]


texts = st.sampled_from(["", "One.", "Two."])
codes = st.builds(
    lambda i, brief, key, name, zh: Code(
        i, None, tuple((tag, text) for tag, text in (("en", name), ("zh", zh)) if text), brief=brief, hotkey=key
    ),
    st.sampled_from("abcd"), texts, st.sampled_from([None, "1", "2"]), texts, texts,
)  # fmt: skip
books = st.builds(
    lambda found: Codebook("b", "B", tuple(found)), st.lists(codes, max_size=4, unique_by=lambda code: code.id)
)


@given(books, books)
def test_a_side_that_did_not_change_gives_way(base, other):
    shared = replace(other, codes=tuple(c for c in other.codes if c.id in base))
    left = replace(base, codes=tuple(c for c in base.codes if c.id in shared))
    found = merge_codebooks(left, left, shared)
    assert {c.id: flat_code(c) for c in found.codebook.codes} == {c.id: flat_code(c) for c in shared.codes}
    assert (found.kept, found.conflicts) == ((), ())
    assert merge_codebooks(left, shared, left).codebook == shared


@given(books, books, books)
def test_nothing_is_lost_and_only_conflicts_depend_on_the_choice(base, here, file):
    plain, theirs = merge_codebooks(base, here, file), merge_codebooks(base, here, file, take="file")
    assert {c.id for c in plain.codebook.codes} == {c.id for c in (*here.codes, *file.codes)}
    assert len(plain.codebook.codes) == len({c.id for c in plain.codebook.codes})
    assert plain.conflicts == theirs.conflicts
    if not plain.conflicts:
        assert plain == theirs
    again = merge_codebooks(file, plain.codebook, file)
    assert again.codebook == plain.codebook
    assert again.conflicts == ()


@given(codes)
def test_a_code_taken_apart_is_put_together_again(code):
    assert unflat_code(code.id, flat_code(code)) == code
