"""What differs between two codebooks, and what a difference reopens."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qcode.core.codebook import Code, Codebook
from qcode.core.codebook_diff import Lineage, Reopened, compare_codebooks, field_text, reopened, with_ids


def code(code_id: str, above: str | None = None, **more: object) -> Code:
    return Code(**{"id": code_id, "parent": above, "names": (("en", f"Name of {code_id}"),), "brief": "B.", **more})


BOOK = Codebook(
    "b",
    "Book",
    (code("d"), code("trust", "d"), code("money", "d", indicators=(("en", ("budget*", "tax")),)), code("e")),
    languages=("en",),
)


def changed(book: Codebook, code_id: str, **more: object) -> Codebook:
    return replace(book, codes=tuple(replace(c, **more) if c.id == code_id else c for c in book.codes))


def told(old: Codebook, new: Codebook) -> list[tuple[str, str | None, str, str, str]]:
    return [(d.kind, d.code, d.field, d.before, d.after) for d in compare_codebooks(old, new).differences]


def test_equal_codebooks_do_not_differ():
    found = compare_codebooks(BOOK, BOOK)
    assert not found
    assert found.differences == ()


def test_the_codebook_itself():
    new = replace(BOOK, title="Other", languages=("en", "zh"))
    assert told(BOOK, new) == [
        ("changed", None, "title", "Book", "Other"),
        ("changed", None, "languages", "en", "en\nzh"),
    ]


def test_codes_that_came_went_moved_and_changed():
    new = changed(changed(BOOK, "trust", parent="e"), "money", definition="New.", exclusive=True)
    new = replace(new, codes=(*new.codes, code("fresh", "d")))
    assert told(BOOK, new) == [
        ("moved", "trust", "parent", "d", "e"),
        ("changed", "money", "definition", "", "New."),
        ("changed", "money", "exclusive", "no", "yes"),
        ("added", "fresh", "", "", "Name of fresh"),
    ]
    assert told(new, BOOK)[-1] == ("removed", "fresh", "", "Name of fresh", "")


def test_another_order_is_said():
    new = replace(BOOK, codes=tuple(reversed(BOOK.codes)))
    assert compare_codebooks(BOOK, new).reordered
    assert compare_codebooks(BOOK, new)
    assert not compare_codebooks(BOOK, replace(BOOK, codes=BOOK.codes[1:])).reordered


def test_a_renamed_code_takes_what_stands_below_it_along():
    new = replace(
        BOOK,
        codes=tuple(
            replace(c, id="dim" if c.id == "d" else c.id, parent="dim" if c.parent == "d" else c.parent)
            for c in BOOK.codes
        ),
    )
    assert told(BOOK, new) == [("renamed", "dim", "id", "d", "dim")]
    assert not compare_codebooks(BOOK, new).reordered


def test_two_that_are_alike_are_not_taken_for_one_renamed():
    twins = Codebook("b", "B", tuple(code(i, names=(("en", "Same"),)) for i in ("a", "b")))
    new = Codebook("b", "B", (code("c", names=(("en", "Same"),)),))
    assert [kind for kind, *_ in told(twins, new)] == ["added", "removed", "removed"]


@pytest.mark.parametrize(
    ("value", "text"), [(False, "no"), ("x", "x"), ((("en", ("a*", "-b")),), "en: a*, -b"), ((), "")]
)
def test_values_as_people_read_them(value, text):
    assert field_text(value) == text


def test_what_reopens_a_dimension():
    new = changed(changed(BOOK, "trust", when_to_use="Then.", brief="C."), "money", names=(("en", "Cash"),))
    more = (code("fresh", "d"), code("tax", "money"), code("grandchild", "fresh"))
    new = changed(replace(new, codes=(*new.codes, *more)), "e", parent="d")
    assert [(r.code, r.why) for r in reopened(BOOK, new, "d")] == [
        ("trust", "changed: brief, when to use"),
        ("tax", "split off from money"),
        ("e", "moved from e"),
        ("fresh", "new code"),
        ("grandchild", "new code"),
    ]
    assert reopened(BOOK, BOOK, "d") == ()


def ids(found: tuple[Reopened, ...]) -> list[tuple[str, str]]:
    return [(item.code, item.why) for item in found]


def test_a_split_reopens_both_codes():
    new = replace(BOOK, codes=(*BOOK.codes, code("kin", "d")))
    lineage = Lineage(split={"kin": "trust"})
    assert ids(reopened(BOOK, new, "d", lineage)) == [("trust", "split: kin"), ("kin", "split off from trust")]
    assert reopened(new, new, "d", lineage) == ()


def test_what_was_taken_in_from_another_dimension_reopens():
    new = replace(BOOK, codes=tuple(c for c in BOOK.codes if c.id != "trust"))
    assert reopened(BOOK, new, "d", Lineage(merged={"trust": "money"})) == ()
    assert ids(reopened(BOOK, new, "e", Lineage(merged={"trust": "e"}))) == [("e", "took in trust")]
    changed_too = changed(new, "e", brief="Other.")
    assert ids(reopened(BOOK, changed_too, "e", Lineage(merged={"trust": "e"}))) == [
        ("e", "changed: brief; took in trust")
    ]


def test_a_renamed_code_reopens_nothing():
    new = with_ids(BOOK, {"d": "dim", "trust": "confidence"})
    assert [(c.id, c.parent) for c in new.codes] == [
        ("dim", None), ("confidence", "dim"), ("money", "dim"), ("e", None)
    ]  # fmt: skip
    assert reopened(with_ids(BOOK, {"d": "dim", "trust": "confidence"}), new, "dim") == ()
    assert with_ids(BOOK, {"nobody": "x", "d": "d"}) is BOOK
