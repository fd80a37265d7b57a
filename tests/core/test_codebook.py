"""The codebook: look-ups, tree, checks, plain form, content hash."""

from __future__ import annotations

import copy
import hashlib
import json
import pickle
from collections import Counter
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcode.core.codebook import (
    COLOUR_FAMILIES,
    ID_LONGEST,
    Code,
    Codebook,
    CodebookFault,
    check,
    code_from_plain,
    code_to_plain,
    from_plain,
    near_codes,
    normal_id,
    normal_indicator,
    normal_name,
    to_plain,
)
from qcode.errors import InputError, UnknownName


def code(code_id: str, above: str | None = None, **more: object) -> Code:
    """A code without faults or warnings, unless `more` brings some."""
    values: dict[str, object] = {"names": (("en", f"Name of {code_id}"),), "brief": "Something.", "parent": above}
    return Code(**{"id": code_id, **values, **more})  # type: ignore[arg-type]


def book(*codes: Code, languages: tuple[str, ...] = ()) -> Codebook:
    return Codebook("study", "A study", codes, languages=languages)


TREE = book(
    code("consensus", colour="blue"),
    code("action"),
    code("trust", "consensus", names=(("en", "Trust and familiarity"), ("zh", "信任与熟悉")), aliases=("closeness",)),
    code("flagship", "action"),
    code("park", "flagship", colour="red"),
    code("doubt", "consensus"),
)

texts = st.text(max_size=12)
small_ids = st.sampled_from(["a", "b", "c", "d", "e", "unknown"])
lists = st.lists(texts, max_size=3).map(tuple)
any_code = st.builds(
    Code,
    id=small_ids | texts,
    parent=st.none() | small_ids | texts,
    names=st.lists(st.tuples(texts, texts), max_size=3).map(tuple),
    brief=texts,
    definition=texts,
    when_to_use=texts,
    when_not_to_use=texts,
    examples=lists,
    counterexamples=lists,
    aliases=lists,
    colour=st.none() | st.sampled_from(COLOUR_FAMILIES) | texts,
    hotkey=st.none() | st.sampled_from("1239") | texts,
    indicators=st.lists(st.tuples(texts, lists), max_size=3).map(tuple),
    exclusive=st.booleans(),
    defines=st.none() | texts,
    absence=st.booleans(),
)
any_book = st.builds(
    Codebook, id=texts, title=texts, codes=st.lists(any_code, max_size=8).map(tuple), description=texts, languages=lists
)
tangled_book = st.lists(
    st.builds(Code, id=small_ids, parent=st.none() | small_ids, names=st.just(())), max_size=12
).map(lambda codes: book(*codes))


def whats(codebook: Codebook, severity: str = "fault") -> list[str]:
    return [fault.what for fault in check(codebook) if fault.severity == severity]


class TestNames:
    def test_name_falls_back_from_language_to_variant_to_first_to_id(self) -> None:
        named = Code("t", None, (("en", "Trust"), ("zh-Hant", "信任感"), ("zh-Hans", "信任")))
        assert [named.name(tag) for tag in (None, "zh-Hans", "zh", "zh-CN", "de")] == [
            "Trust",
            "信任",
            "信任感",
            "信任感",
            "Trust",
        ]
        assert Code("t", None, ()).name("en") == "t"

    @pytest.mark.parametrize(
        ("typed", "near"),
        [
            ("trsut", ("trust",)),
            ("TRUST", ("trust",)),
            ("信任", ("trust",)),
            ("familiarity", ("trust",)),
            ("closenes", ("trust",)),
            ("zzzz", ()),
            ("", ()),
            ("p" * 10_000, ()),
        ],
        ids=lambda value: value[:12] if isinstance(value, str) else None,
    )
    def test_near_codes(self, typed: str, near: tuple[str, ...]) -> None:
        assert near_codes(TREE, typed)[: max(1, len(near))] == near

    def test_near_codes_keeps_to_the_limit(self) -> None:
        many = book(*(code(f"trust-{n}") for n in range(9)))
        assert near_codes(many, "trust-0", limit=2)[0] == "trust-0"
        assert len(near_codes(many, "trust-0", limit=2)) == 2

    def test_unknown_code_offers_near_ones(self) -> None:
        with pytest.raises(UnknownName) as caught:
            TREE.code("dout")
        assert caught.value.near == ("doubt",)
        assert caught.value.kind == "code"


class TestTree:
    def test_look_ups(self) -> None:
        assert TREE.code("park").parent == "flagship"
        assert [c.id for c in TREE.dimensions()] == ["consensus", "action"]
        assert [c.id for c in TREE.children("consensus")] == ["trust", "doubt"]
        assert TREE.children("park") == ()
        assert [c.id for c in TREE.path("park")] == ["action", "flagship", "park"]
        assert TREE.dimension_of("park").id == "action"
        assert TREE.dimension_of("action").id == "action"
        assert [TREE.depth(name) for name in ("action", "flagship", "park")] == [0, 1, 2]
        assert [c.id for c in TREE.leaves()] == ["trust", "doubt", "park"]
        assert "park" in TREE
        assert "parks" not in TREE

    def test_walk_goes_down_before_it_goes_on(self) -> None:
        assert [(c.id, depth) for c, depth in TREE.walk()] == [
            ("consensus", 0),
            ("trust", 1),
            ("doubt", 1),
            ("action", 0),
            ("flagship", 1),
            ("park", 2),
        ]

    @pytest.mark.parametrize("method", ["children", "path", "dimension_of", "depth", "colour_of"])
    def test_unknown_ids_are_refused(self, method: str) -> None:
        with pytest.raises(UnknownName):
            getattr(TREE, method)("parks")

    def test_colour_is_the_nearest_above(self) -> None:
        assert [TREE.colour_of(name) for name in ("trust", "park", "flagship")] == ["blue", "red", "grey"]

    def test_a_colour_that_is_none_is_passed_over(self) -> None:
        assert book(code("a", colour="blue"), code("b", "a", colour="pink")).colour_of("b") == "blue"

    def test_an_unknown_parent_counts_as_none(self) -> None:
        orphaned = book(code("a"), code("b", "gone"))
        assert [c.id for c in orphaned.dimensions()] == ["a", "b"]

    def test_a_circle_opens_at_the_code_that_comes_first(self) -> None:
        circular = book(code("x", "b"), code("a", "c"), code("b", "a"), code("c", "b"))
        assert [(c.id, depth) for c, depth in circular.walk()] == [("a", 0), ("b", 1), ("x", 2), ("c", 2)]
        assert circular.circles() == (("a", "b", "c"),)

    def test_a_code_that_is_its_own_parent(self) -> None:
        assert book(code("a", "a")).circles() == (("a",),)

    def test_of_two_codes_with_one_id_the_first_is_taken(self) -> None:
        double = book(code("a", brief="first"), code("a", brief="second"), code("b", "a"))
        assert [(c.brief, depth) for c, depth in double.walk()] == [("first", 0), ("Something.", 1)]

    def test_deep_trees_need_no_recursion(self) -> None:
        deep = book(code("c0"), *(code(f"c{n}", f"c{n - 1}") for n in range(1, 5000)))
        assert deep.depth("c4999") == 4999
        assert sum(1 for _ in deep.walk()) == 5000

    @given(tangled_book)
    def test_any_tangle_has_a_whole_tree(self, tangled: Codebook) -> None:
        walked = [(c.id, depth) for c, depth in tangled.walk()]
        assert Counter(name for name, _ in walked) == Counter({c.id for c in tangled.codes})
        assert all(tangled.depth(name) == depth for name, depth in walked)
        assert all(tangled.dimension_of(name) in tangled.dimensions() for name, _ in walked)
        assert {c.id for c in tangled.leaves()} == {name for name, _ in walked if not tangled.children(name)}

    @given(tangled_book)
    def test_a_tangle_is_reported_exactly_if_there_is_one(self, tangled: Codebook) -> None:
        ids = [c.id for c in tangled.codes]
        first = {c.id: c for c in reversed(tangled.codes)}
        unknown = any(c.parent is not None and c.parent not in first for c in tangled.codes)
        cut = sum(1 for c in first.values() if c.parent in first and c in tangled.dimensions())
        found = [fault for fault in check(tangled) if fault.field == "parent"]
        assert bool(found) == (unknown or cut > 0)
        assert cut == len(tangled.circles())
        assert sum(fault.field == "id" for fault in check(tangled)) == len(ids) - len(first)

    def test_a_codebook_can_be_compared_hashed_copied_and_replaced(self) -> None:
        same = from_plain(to_plain(TREE))
        assert same == TREE
        assert hash(same) == hash(TREE)
        assert copy.deepcopy(TREE) == TREE
        again = pickle.loads(pickle.dumps(TREE))  # noqa: S301  our own bytes
        assert again.path("park") == TREE.path("park")
        assert replace(TREE, codes=TREE.codes[:1]).leaves() == TREE.codes[:1]


class TestNormalForms:
    @given(st.text())
    def test_normal_forms_are_fixed_points(self, text: str) -> None:
        for normal in (normal_id, normal_name, normal_indicator):
            assert normal(normal(text)) == normal(text)

    def test_names_are_compared_by_look_and_indicators_by_canonical_text(self) -> None:
        assert normal_name("\uff34rust\uff08a\uff09") == "Trust(a)"
        assert normal_indicator("\uff08a\uff09\u3000b") == "\uff08a\uff09 b"


CHANGED: dict[str, object] = {
    "id": "other",
    "parent": "action",
    "names": (("en", "Trust"),),
    "brief": "b",
    "definition": "d",
    "when_to_use": "w",
    "when_not_to_use": "n",
    "examples": ("e",),
    "counterexamples": ("c",),
    "aliases": ("l",),
    "colour": "red",
    "hotkey": "4",
    "indicators": (("en", ("trust*",)),),
    "exclusive": True,
    "defines": "mechanism",
    "absence": True,
}


class TestPlainForm:
    @given(any_book)
    def test_round_trip_through_json(self, codebook: Codebook) -> None:
        again = from_plain(json.loads(json.dumps(to_plain(codebook))))
        assert again == codebook
        assert again.content_hash() == codebook.content_hash()

    @given(any_code)
    def test_round_trip_of_a_code(self, single: Code) -> None:
        plain = code_to_plain(single)
        assert code_from_plain(plain) == single
        assert list(plain) == [part.name for part in fields(Code)]

    def test_optional_fields_may_be_missing(self) -> None:
        assert code_from_plain({"id": "a", "parent": None, "names": []}) == Code("a", None, ())

    @pytest.mark.parametrize(
        "wrong",
        [
            {"id": 1},
            {"parent": 1},
            {"names": "Trust"},
            {"names": [["en"]]},
            {"names": [["en", 1]]},
            {"names": [[1, "Trust"]]},
            {"names": {"en": "Trust"}},
            {"brief": None},
            {"examples": "one"},
            {"examples": [1]},
            {"hotkey": 1},
            {"indicators": [["en", "trust*"]]},
            {"indicators": [["en", [1]]]},
            {"exclusive": 1},
            {"absence": "true"},
            {"later_field": ""},
        ],
    )
    def test_wrong_plain_codes_are_refused(self, wrong: dict[str, object]) -> None:
        with pytest.raises(InputError) as caught:
            code_from_plain({"id": "a", "parent": None, "names": [], **wrong})
        assert next(iter(wrong)) in caught.value.what

    @pytest.mark.parametrize(
        "wrong", [{"title": 1}, {"languages": "en"}, {"codes": {}}, {"codes": ["a"]}, {"codes": [{"id": "a"}]}]
    )
    def test_wrong_plain_codebooks_are_refused(self, wrong: dict[str, object]) -> None:
        with pytest.raises(InputError):
            from_plain({"id": "c", "title": "C", "codes": [], **wrong})

    def test_missing_fields_are_refused(self) -> None:
        with pytest.raises(InputError, match="no field “title”"):
            from_plain({"id": "c", "codes": []})


class TestContentHash:
    def test_form_is_fixed(self) -> None:
        # Changing this value would make every stored codebook version look changed.
        hashed = (
            'qcode codebook 1\n{"codes":[{"brief":"Something.","id":"a","names":[["en","Name of a"]],"parent":null}],'
            '"id":"study","title":"A study"}'
        )
        assert book(code("a")).content_hash() == hashlib.sha256(hashed.encode("ascii")).hexdigest()

    def test_every_field_has_a_change_in_this_test(self) -> None:
        assert set(CHANGED) == {part.name for part in fields(Code)}

    @pytest.mark.parametrize("name", list(CHANGED))
    def test_changes_with_every_field_of_a_code(self, name: str) -> None:
        before = book(code("consensus"), code("action"), code("trust", "consensus"))
        trust = replace(before.codes[2], **{name: CHANGED[name]})  # type: ignore[arg-type]
        assert replace(before, codes=(*before.codes[:2], trust)).content_hash() != before.content_hash()

    @pytest.mark.parametrize(
        "change", [{"id": "x"}, {"title": "x"}, {"description": "x"}, {"languages": ("x",)}, {"codes": ()}]
    )
    def test_changes_with_every_field_of_the_codebook(self, change: dict[str, object]) -> None:
        assert replace(TREE, **change).content_hash() != TREE.content_hash()  # type: ignore[arg-type]

    @pytest.mark.parametrize("name", ["parent", "colour", "hotkey", "defines"])
    def test_empty_is_not_none(self, name: str) -> None:
        empty: dict[str, object] = {name: ""}
        none: dict[str, object] = {name: None}
        assert book(code("a", None, **empty)).content_hash() != book(code("a", None, **none)).content_hash()

    def test_order_counts(self) -> None:
        assert replace(TREE, codes=TREE.codes[::-1]).content_hash() != TREE.content_hash()

    @given(any_book, any_book)
    def test_is_equal_for_equal_codebooks_only(self, one: Codebook, other: Codebook) -> None:
        assert (one.content_hash() == other.content_hash()) == (one == other)


class TestCheck:
    def test_a_good_codebook_has_nothing_to_report(self) -> None:
        good = book(
            code("consensus", colour="blue", exclusive=True, names=(("en", "Consensus"), ("zh", "共识"))),
            code("信任_1.a-b", "consensus", hotkey="9", aliases=("nähe",), defines="mechanism"),
            code("doubt", "consensus", indicators=(("en", ("doubt*", "-no doubt")), ("*", ("怀疑",)))),
            languages=("en", "zh"),
        )
        assert check(good) == []

    @pytest.mark.parametrize(
        ("more", "part"),
        [
            ({"id": ""}, "has no id"),
            ({"id": "two words"}, "other than letters"),
            ({"id": "a/b"}, "other than letters"),
            ({"id": "-a"}, "begins with"),
            ({"id": ".a"}, "begins with"),
            ({"id": "a" * (ID_LONGEST + 1)}, "longer than 40"),
            ({"id": "con\u200bsensus"}, "U+200B"),
            ({"id": "a\u202eb"}, "U+202E"),
            ({"id": "a\x1b"}, "U+001B"),
            ({"id": "\uff41"}, "normal form; write “a”"),
            ({"names": ()}, "has no name"),
            ({"names": (("en", " "),)}, "(en) that is empty"),
            ({"names": (("en", "Tr\u00adust"),)}, "U+00AD"),
            ({"names": (("en", "Trust "),)}, "normal form; write “Trust”"),
            ({"names": (("en", "T\x00"),)}, "U+0000"),
            ({"names": (("english language", "Trust"),)}, "a language is a short tag"),
            ({"names": (("*", "Trust"),)}, "a language is a short tag"),
            ({"names": (("en", "Trust"), ("en", "Faith"))}, "“en” twice"),
            ({"aliases": ("",)}, "alias that is empty"),
            ({"aliases": ("a\u2066b",)}, "U+2066"),
            ({"aliases": ("\ufb01",)}, "write “fi”"),
            ({"colour": "pink"}, "none of blue"),
            ({"hotkey": "0"}, "digit from 1 to 9"),
            ({"hotkey": "12"}, "digit from 1 to 9"),
            ({"defines": ""}, "name is empty"),
            ({"exclusive": True, "parent": "top"}, "only a dimension"),
            ({"indicators": (("en", ()),)}, "empty list of indicators (en)"),
            ({"indicators": (("en", ("-",)),)}, "indicator (en) that is empty"),
            ({"indicators": (("en", ("*",)),)}, "indicator (en) that is empty"),
            ({"indicators": (("en", ("- *",)),)}, "indicator (en) that is empty"),
            ({"indicators": (("zh", ("信\u200b任",)),)}, "indicator (zh) that holds"),
            ({"indicators": (("de", ("u\u0308ber",)),)}, "write “über”"),
            ({"indicators": (("*", ("a",)), ("*", ("b",)))}, "“*” twice"),
            ({"definition": "a\x00"}, "character in “definition”"),
            ({"examples": ("fine", "\ud800")}, "character in “examples”"),
            ({"parent": "a"}, "stands above itself (circle: a)"),
            ({"parent": "topp"}, "which is not in the codebook. Did you mean top?"),
            ({"parent": "nowhere"}, "“nowhere”, which is not in the codebook."),
            ({"id": "top"}, "has an id that another code has already"),
            ({"names": (("en", "TOP OF ALL"),)}, "same name (en) as “top”"),
            ({"hotkey": "7"}, "hot key 7, as “top” has"),
        ],
    )
    def test_each_fault_is_found_alone(self, more: dict[str, object], part: str) -> None:
        top = code("top", hotkey="7", names=(("en", "Top of all"),))
        values: dict[str, object] = {"id": "a", "names": (("en", "A"),), "parent": None, "brief": "B.", **more}
        found = check(book(top, Code(**values)))  # type: ignore[arg-type]
        assert [fault.severity for fault in found] == ["fault"]
        assert part in found[0].what
        assert found[0].what.startswith(("The code “", "Code number 2 "))
        assert (found[0].position, found[0].code) == (1, values["id"])
        assert found[0].field in more

    @pytest.mark.parametrize(
        ("codes", "part"),
        [
            ((code("a", brief=" "),), "“a” has no definition"),
            ((code("a"), code("A")), "“A” differs from “a” in capital letters only"),
            ((code("a"), code("b", aliases=("A",))), "alias “A”, which also means “a”"),
            ((code("a"), code("b", aliases=("name of a",))), "also means “a”"),
            ((code("a", aliases=("x",)), code("b", aliases=("x",))), "also means “a”"),
            ((code("a", indicators=(("zh", ("信任",)), ("*", ("x",)))),), "“zh”, which the codebook does not list"),
        ],
    )
    def test_each_warning_is_found_alone(self, codes: tuple[Code, ...], part: str) -> None:
        distinct = tuple(replace(c, names=(("en", f"Name of {c.id}" if c.id != "A" else "Other"),)) for c in codes)
        found = check(Codebook("study", "A study", distinct, languages=("en",)))
        assert [fault.severity for fault in found] == ["warning"]
        assert part in found[0].what

    def test_an_alias_of_ones_own_name_is_no_warning(self) -> None:
        assert check(book(code("a", aliases=("A", "Name of a")))) == []

    @pytest.mark.parametrize(
        ("change", "part"),
        [
            ({"id": "a b"}, "id of the codebook holds"),
            ({"id": ""}, "id of the codebook is empty"),
            ({"title": " "}, "title of the codebook is empty"),
            ({"title": "a\nb"}, "U+000A"),
            ({"description": "\x00"}, "description"),
            ({"languages": ("en", "en")}, "“en” twice"),
            ({"languages": ("Chinese!",)}, "short tag"),
        ],
    )
    def test_faults_of_the_codebook_itself(self, change: dict[str, object], part: str) -> None:
        found = check(replace(TREE, **change))  # type: ignore[arg-type]
        assert part in found[0].what
        assert (found[0].code, found[0].position, found[0].field) == (None, None, next(iter(change)))

    def test_the_same_name_elsewhere_is_no_fault(self) -> None:
        other = (("en", "Other"),)
        assert whats(book(code("a"), code("b"), code("a1", "a", names=other), code("b1", "b", names=other))) == []

    def test_codes_without_an_id_are_told_apart_by_number(self) -> None:
        found = whats(book(code("", names=(("en", "X"),)), code("", names=(("en", "X"),))))
        assert found == [
            "Code number 1 has no id.",
            "Code number 2 has no id.",
            "Code number 2 has the same name (en) as code number 1 beside it.",
        ]

    def test_long_circles_are_shortened(self) -> None:
        ring = book(*(code(f"c{n}", f"c{(n + 1) % 7}") for n in range(7)))
        assert [w for w in whats(ring) if "circle" in w] == [
            "The code “c0” stands above itself (circle: c0, c1, c2, c3, c4, …); give one of them another parent."
        ]

    def test_hints_stop_after_a_while(self) -> None:
        found = whats(book(code("top"), *(code(f"c{n}", "topp") for n in range(30))))
        assert sum("Did you mean top?" in what for what in found) == 20
        assert len(found) == 30

    def test_faults_come_in_file_order_with_language(self) -> None:
        found = check(book(code("b c"), code("a", names=(("en", "A"), ("zh", "")))))
        assert [(fault.position, fault.field, fault.language) for fault in found] == [
            (0, "id", None),
            (1, "names", "zh"),
        ]

    def test_messages_are_harmless_on_a_screen(self) -> None:
        found = whats(book(code("a\x1b[2J" + "x" * 500)))
        assert "\x1b" not in found[0]
        assert len(found[0]) < 200

    @given(any_book)
    def test_check_never_fails_and_points_at_codes(self, codebook: Codebook) -> None:
        for fault in check(codebook):
            assert isinstance(fault, CodebookFault)
            assert fault.what.endswith((".", "?"))
            if fault.position is not None:
                assert codebook.codes[fault.position].id == fault.code
                assert fault.field in {part.name for part in fields(Code)}
