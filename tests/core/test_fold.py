"""The fold gives every machine the same project, and loses nobody's work."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import histories

from qcode.core.events import Step
from qcode.core.fold import ActKey, break_cycles, fold, fold_entity, undone_acts


def step(
    uid: str,
    lamport: int,
    kind: str,
    payload: dict[str, Any] | None,
    *,
    entity: str = "k",
    coder: str = "anna",
    act: str | None = None,
) -> Step:
    return Step(uid, lamport, 100 + lamport, coder, act or f"act-{uid}", entity, kind, payload)


def made(uid: str, lamport: int, type_: str, fields: dict[str, Any], **more: Any) -> Step:
    return step(uid, lamport, f"{type_}.created", {"fields": fields}, **more)


def wrote(
    uid: str, lamport: int, value: Any, prev: list[str], *, name: str = "x", type_: str = "code", **more: Any
) -> Step:
    return step(uid, lamport, f"{type_}.set", {"set": {name: [value, prev]}}, **more)


def turned(uid: str, lamport: int, act: str, *, coder: str = "anna", how: str = "undone") -> Step:
    return step(uid, lamport, f"act.{how}", {}, entity=act, coder=coder)


BOOK = made("b", 1, "codebook", {}, entity="book")
CODE = made("c", 2, "code", {"codebook": "book", "x": 1})


def x_of(*steps: Step) -> Any:
    return fold([BOOK, CODE, *steps]).entities["k"].fields["x"]


@settings(max_examples=150, deadline=None)
@given(histories(), st.randoms(use_true_random=False), st.data())
def test_any_permutation_and_repetition_gives_the_same_project(history, chance, data):
    again = data.draw(st.lists(st.sampled_from(history), max_size=8)) if history else []
    mixed = [*history, *again]
    chance.shuffle(mixed)
    assert fold(mixed) == fold(history)


@settings(max_examples=60, deadline=None)
@given(histories())
def test_every_head_is_a_live_write_and_the_latest_of_them_is_kept(history):
    folded = fold(history)
    undone = undone_acts(history)
    by_id = {s.id: s for s in history}
    for uid, entity in {**folded.entities, **folded.removed}.items():
        for name in entity.fields:
            heads = [by_id[head] for head in entity.heads[name]]
            assert heads
            assert all(h.entity == uid and ActKey(h.act, h.coder) not in undone for h in heads)
            assert entity.written[name] == max((h.lamport, h.id) for h in heads) == (heads[-1].lamport, heads[-1].id)
    assert set(folded.orphans) <= set(folded.entities)
    for edges in (folded.redirects, folded.parents):
        for start in edges:
            end, seen = start, set()
            while end in edges:
                assert end not in seen
                seen.add(end)
                end = edges[end]
            assert end in folded.entities
            assert end not in folded.orphans


@settings(max_examples=60, deadline=None)
@given(histories())
def test_undoing_everything_and_redoing_it_changes_no_value(history):
    top = max((s.lamport for s in history), default=0)
    acts = sorted({(s.act, s.coder) for s in history if not s.kind.startswith("act.")})
    undone = undone_acts(history)
    live = [key for key in acts if ActKey(*key) not in undone]
    off = [turned(f"z{i:03}", top + 1 + i, act, coder=coder) for i, (act, coder) in enumerate(live)]
    on = [turned(f"zz{i:03}", top + 100 + i, act, coder=coder, how="redone") for i, (act, coder) in enumerate(live)]
    assert fold([*history, *off]).entities == {}
    assert fold([*history, *off, *on]) == fold(history)


def test_concurrent_writes_the_later_wins_and_the_other_is_listed():
    a, b = wrote("w1", 5, "anna's", ["c"]), wrote("w2", 5, "bo's", ["c"], coder="bo")
    folded = fold([BOOK, CODE, a, b])
    (conflict,) = folded.conflicts
    assert folded.entities["k"].fields["x"] == "bo's"
    assert folded.entities["k"].heads["x"] == ("w1", "w2")
    assert (conflict.entity, conflict.field, conflict.kept.value, conflict.kept.coder) == ("k", "x", "bo's", "bo")
    assert [w.value for w in conflict.lost] == ["anna's"]


def test_three_at_once_are_listed_latest_first():
    writes = [wrote(f"w{i}", i, i, ["c"]) for i in (7, 5, 6)]
    (conflict,) = fold([BOOK, CODE, *writes]).conflicts
    assert [conflict.kept.value, *(w.value for w in conflict.lost)] == [7, 6, 5]


def test_the_same_value_twice_is_no_conflict():
    assert fold([BOOK, CODE, wrote("w1", 5, 2, ["c"]), wrote("w2", 6, 2, ["c"], coder="bo")]).conflicts == []


SETTLED = [
    wrote("w1", 5, "one", ["c"]),
    wrote("w2", 6, "two", ["c"], coder="bo"),
    wrote("w3", 9, "one", ["w1", "w2"], act="settle"),
]


def test_a_write_over_both_heads_settles():
    folded = fold([BOOK, CODE, *SETTLED])
    assert (x_of(*SETTLED), folded.conflicts, folded.entities["k"].heads["x"]) == ("one", [], ("w3",))


def test_undoing_the_settlement_brings_the_conflict_back_and_redo_settles_again():
    undo, redo = turned("u", 10, "settle"), turned("v", 11, "settle", how="redone")
    folded = fold([BOOK, CODE, *SETTLED, undo])
    assert (folded.entities["k"].fields["x"], len(folded.conflicts)) == ("two", 1)
    assert fold([BOOK, CODE, *SETTLED, undo, redo]) == fold([BOOK, CODE, *SETTLED])


def test_undo_gives_back_the_value_before():
    write = wrote("w1", 5, 2, ["c"], act="mine")
    assert [x_of(write), x_of(write, turned("u", 6, "mine"))] == [2, 1]


def test_undo_keeps_what_others_wrote_on_top():
    mine, theirs = wrote("w1", 5, 2, ["c"], act="mine"), wrote("w2", 6, 3, ["w1"], coder="bo")
    folded = fold([BOOK, CODE, mine, theirs, turned("u", 7, "mine")])
    assert (folded.entities["k"].fields["x"], folded.conflicts) == (3, [])


def test_nobody_undoes_another_persons_act():
    assert x_of(wrote("w1", 5, 2, ["c"], act="mine"), turned("u", 6, "mine", coder="bo")) == 2


def test_an_act_id_shared_by_two_coders_is_two_acts():
    both = [wrote("w1", 5, 2, ["c"], act="same"), wrote("w2", 6, 3, ["w1"], act="same", coder="bo")]
    assert x_of(*both, turned("u", 7, "same", coder="bo")) == 2


def test_the_latest_turn_counts_in_whatever_order_it_arrives():
    turns = [turned("u1", 6, "mine"), turned("u2", 7, "mine", how="redone"), turned("u3", 8, "mine")]
    assert undone_acts(turns) == undone_acts(reversed(turns)) == {ActKey("mine", "anna")}
    assert undone_acts(turns[:2]) == frozenset()
    assert undone_acts([turned("u1", 6, "mine"), turned("u0", 6, "mine", how="redone")]) == {ActKey("mine", "anna")}


def test_an_erased_turn_and_other_kinds_turn_nothing():
    assert undone_acts([step("u", 6, "act.undone", None, entity="mine"), CODE]) == frozenset()


def test_creation_undone_leaves_dependants_waiting_and_redo_brings_them_back():
    source = made("s", 3, "source", {}, entity="text", act="import")
    coding = made("d", 4, "coding", {"source": "text", "code": "k", "span": [0, 2]}, entity="coding")
    history = [BOOK, CODE, source, coding, turned("u", 5, "import")]
    folded = fold(history)
    assert folded.orphans == {"coding": ("text",)}
    assert set(folded.entities) == {"book", "k", "coding"}
    assert fold([*history, turned("v", 6, "import", how="redone")]).orphans == {}


def test_what_hangs_on_an_orphan_is_an_orphan():
    coding = made("d", 4, "coding", {"source": "text", "code": "k"}, entity="coding")
    source = made("s", 3, "source", {}, entity="text")
    assert fold([CODE, source, coding]).orphans == {"k": ("book",), "coding": ("k",)}


def test_a_reference_must_be_named_and_of_the_right_type():
    source = made("s", 3, "source", {}, entity="text")
    wrong = made("d", 4, "coding", {"source": "k", "code": "text"}, entity="d1")
    none = made("e", 4, "coding", {"source": 5}, entity="d2")
    assert fold([BOOK, CODE, source, wrong, none]).orphans == {"d1": ("text", "k"), "d2": ("", "")}


def test_removal_and_return():
    gone = step("r", 5, "code.removed", {"prev": []}, coder="bo")
    back = wrote("w", 6, False, ["r"], name="removed")
    assert set(fold([BOOK, CODE, gone]).removed) == {"k"}
    assert "k" in fold([BOOK, CODE, gone, back]).entities
    assert not fold([BOOK, CODE, gone]).entities["book"].removed


def test_a_late_identical_creation_does_not_turn_back_a_change():
    changed = wrote("w", 5, 2, ["c"])
    late = made("c2", 9, "code", {"codebook": "book", "x": 1}, coder="bo")
    folded = fold([BOOK, CODE, changed, late])
    assert (folded.entities["k"].fields["x"], folded.conflicts) == (2, [])


def test_a_late_creation_with_another_value_is_a_conflict():
    late = made("c2", 9, "code", {"codebook": "book", "x": 7}, coder="bo")
    folded = fold([BOOK, CODE, wrote("w", 5, 2, ["c"]), late])
    assert (folded.entities["k"].fields["x"], len(folded.conflicts)) == (7, 1)


def test_true_and_one_are_different_values():
    late = made("c2", 9, "code", {"codebook": "book", "x": True}, coder="bo")
    assert len(fold([BOOK, CODE, late]).conflicts) == 1


def test_the_first_living_creation_decides_type_and_author():
    other = made("z", 9, "case", {"key": "late"}, coder="bo")
    entity = fold([BOOK, other, CODE]).entities["k"]
    assert (entity.type, entity.coder, entity.created, entity.at_ms) == ("code", "anna", (2, "c"), 102)
    assert "key" not in entity.fields
    flipped = fold([BOOK, other, CODE, turned("u", 10, "act-c")]).entities["k"]
    assert (flipped.type, flipped.coder, flipped.fields) == ("case", "bo", {"key": "late"})


def codes(*edges: tuple[str, str, int], name: str = "merged_into") -> list[Step]:
    born = [made(f"c{n}", 2, "code", {"codebook": "book"}, entity=n) for n in "abcd"]
    return [BOOK, *born, *(wrote(f"m{s}{t}", at, t, [], name=name, entity=s) for s, t, at in edges)]


@pytest.mark.parametrize("name", ["merged_into", "parent"])
@pytest.mark.parametrize(
    ("edges", "kept"),
    [
        ([("a", "b", 5), ("b", "c", 6), ("c", "d", 7)], {"a": "b", "b": "c", "c": "d"}),
        ([("a", "b", 5), ("b", "a", 6)], {"a": "b"}),
        ([("a", "b", 6), ("b", "a", 5)], {"b": "a"}),
        ([("a", "b", 5), ("b", "c", 9), ("c", "a", 7), ("d", "a", 10)], {"a": "b", "c": "a", "d": "a"}),
        ([("a", "a", 5)], {}),
        ([("a", "nowhere", 5)], {}),
        ([("a", "book", 5)], {}),
        ([("a", "", 5), ("b", "a", 6)], {"b": "a"}),
    ],
)
def test_chains_and_cycles(name, edges, kept):
    folded = fold(codes(*edges, name=name))
    assert (folded.redirects if name == "merged_into" else folded.parents) == kept


def test_a_code_merged_into_one_that_is_gone_stands_alone():
    assert fold([*codes(("a", "b", 5)), step("r", 6, "code.removed", {"prev": []}, entity="b")]).redirects == {}


@given(
    st.dictionaries(st.sampled_from("abcdefgh"), st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 99)), max_size=8)
)
def test_breaking_cycles_takes_as_little_as_it_can(drawn):
    edges = {s: (t, (at, s)) for s, (t, at) in drawn.items()}
    kept = break_cycles(edges)
    assert all(edges[s][0] == t for s, t in kept.items())
    for s in set(edges) - set(kept):  # each that went stood in a cycle, and was its latest
        cycle, node = [s], edges[s][0]
        while node != s:
            cycle.append(node)
            node = edges[node][0]
        assert max(cycle, key=lambda n: edges[n][1]) == s
    for s in kept:
        node, hops = s, 0
        while node in kept:
            node, hops = kept[node], hops + 1
            assert hops <= len(kept)


def test_unknown_kinds_are_counted_and_not_folded():
    odd = [
        step("o1", 3, "theory.created", {"fields": {"x": 9}}),
        step("o2", 4, "code.grown", {}),
        step("o3", 5, "code.grown", {}),
    ]
    folded = fold([BOOK, CODE, *odd])
    assert folded.unknown == {"code.grown": 2, "theory.created": 1}
    assert folded.entities == fold([BOOK, CODE]).entities


def test_unknown_kinds_do_not_disturb_an_entity():
    assert fold_entity("k", [CODE, step("o", 1, "code.grown", {"fields": {"x": 2}})], set()) == fold_entity(
        "k", [CODE], set()
    )


@pytest.mark.parametrize(
    "loop", [[("w1", ["w2"]), ("w2", ["w1"])], [("w1", ["w1"])], [("w1", ["w3"]), ("w2", ["w1"]), ("w3", ["w2"])]]
)
def test_forged_loops_end(loop):
    writes = [wrote(uid, 5 + i, i, prev) for i, (uid, prev) in enumerate(loop)]
    assert fold([BOOK, CODE, *writes]).entities["k"].fields["x"] == len(loop) - 1


@pytest.mark.parametrize(
    "payload",
    [
        None,
        {},
        {"set": None},
        {"set": [1]},
        {"set": {"x": 5}},
        {"set": {"x": [5]}},
        {"set": {"x": [1, 2, 3]}},
        {"fields": {"x": 5}},
    ],
)
def test_misshapen_writes_write_nothing(payload):
    assert x_of(step("w", 5, "code.set", payload)) == 1


@pytest.mark.parametrize("prev", [None, "c", 5, {"c": 1}, [5, None]])
def test_a_misshapen_prev_replaces_nothing(prev):
    folded = fold([BOOK, CODE, step("w", 5, "code.set", {"set": {"x": [2, prev]}})])
    assert (folded.entities["k"].fields["x"], len(folded.conflicts)) == (2, 1)


@pytest.mark.parametrize("payload", [None, {}, {"fields": 5}])
def test_erased_and_misshapen_creations(payload):
    folded = fold([BOOK, step("c", 2, "code.created", payload)])
    if payload is None:
        assert set(folded.entities) == {"book"}
    else:
        assert (folded.entities["k"].fields, folded.orphans) == ({}, {"k": ("",)})


def test_what_was_erased_does_not_come_back_from_another_machine():
    erased = CODE._replace(payload=None)
    assert fold([BOOK, CODE, erased]) == fold([BOOK, erased, CODE]) == fold([BOOK, erased])


@given(
    st.permutations(
        [
            CODE,
            CODE._replace(payload={"fields": {"codebook": "book", "x": True}}),
            CODE._replace(coder="bo"),
            CODE._replace(lamport=3),
        ]
    )
)
def test_forged_twins_fold_alike_in_any_order(twins):
    folded = fold([BOOK, *twins])
    assert json.dumps(folded.entities["k"].fields) == json.dumps(
        fold([BOOK, *sorted(twins, key=repr)]).entities["k"].fields
    )


def test_nothing_gives_nothing():
    folded = fold([])
    assert (folded.entities, folded.removed, folded.orphans, folded.conflicts) == ({}, {}, {}, [])
    assert fold_entity("k", [], set()) is None
