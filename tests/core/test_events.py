"""The envelope, the chain and the line: what is proved of every event."""

from __future__ import annotations

import json
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import chain, json_values, payloads

from qcode.core.events import (
    ENTITY_TYPES,
    GENESIS,
    UNDOABLE_TYPES,
    Event,
    broken_links,
    canonical_json,
    event_hash,
    from_line,
    is_known_kind,
    order_key,
    payload_digest,
    to_line,
)
from qcode.errors import DamagedProject

THREE = chain([{"a": 1}, {"b": "县"}, {"c": None}])


def test_formats_are_fixed_for_ever():
    assert canonical_json({"b": [1, 1.5, True, None], "a": "县\n"}) == '{"a":"县\\n","b":[1,1.5,true,null]}'
    assert payload_digest("00ff", {"a": "县"}) == "903af1919919a0705bb02aa25de90e025f952f476a63387d5f6f278000a7d29b"
    assert event_hash(THREE[0]) == "2863d81aa8ea08ab3ef5ee37ce8ada50e5f01a62530146a1d99248b4d0bd3f33"
    assert to_line(THREE[0]).startswith('{"act":"act-1","at_ms":1001,"coder":"anna","digest":"')


@given(payloads)
def test_equal_values_give_equal_bytes(payload):
    backwards = dict(reversed(payload.items()))
    assert canonical_json(backwards) == canonical_json(payload)
    assert canonical_json(json.loads(canonical_json(payload))) == canonical_json(payload)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_no_number_that_is_none(number):
    with pytest.raises(ValueError, match="JSON compliant"):
        canonical_json({"a": number})


@given(st.lists(payloads, max_size=6))
def test_a_sound_chain_holds(contents):
    assert broken_links(chain(contents)) == []


@pytest.mark.parametrize("name", [f.name for f in fields(Event)])
@pytest.mark.parametrize("position", [0, 1])
def test_every_field_is_sealed(name, position):
    changed = {
        "seq": 7, "lamport": 7, "at_ms": 7, "v": 7, "payload": {"x": 1}, "salt": "ff", "prev_hash": "1" * 64,
        "digest": "1" * 64,
    }.get(name, "changed")  # fmt: skip
    events = list(THREE)
    events[position] = replace(events[position], **{name: changed})
    assert broken_links(events)


def test_a_forger_who_mends_the_digest_is_found_too():
    forged = replace(THREE[1], payload={"b": "省"}, digest=payload_digest(str(THREE[1].salt), {"b": "省"}))
    assert broken_links([THREE[0], forged, THREE[2]]) == [
        "What stands before event 3 of replica r1 was changed after it was written."
    ]


def test_an_erased_payload_leaves_the_chain_whole():
    erased = [replace(e, payload=None, salt=None) for e in THREE]
    assert broken_links(erased) == []
    assert event_hash(erased[1]) == event_hash(THREE[1])


def test_a_payload_without_salt_is_a_fault():
    assert broken_links([replace(THREE[0], salt=None), *THREE[1:]]) == [
        "The content of event 1 of replica r1 has lost its salt."
    ]


@pytest.mark.parametrize(
    ("order", "fault"),
    [
        ([0, 2], "Before event 3 of replica r1, 1 event(s) are missing."),
        ([1, 2], "Before event 2 of replica r1, 1 event(s) are missing."),
        ([0, 0, 1], "The number of event 1 of replica r1 is there twice."),
        ([0, 1, 0], "The number of event 1 of replica r1 is there twice."),
    ],
)
def test_missing_and_repeated_numbers(order, fault):
    assert broken_links([THREE[i] for i in order])[0] == fault


def test_the_first_event_stands_on_nothing():
    assert THREE[0].prev_hash == GENESIS
    assert broken_links([replace(THREE[0], prev_hash="2" * 64)])


@given(payloads, st.text(st.characters(exclude_categories=["Cs"]), max_size=9), st.integers(1, 2**53 - 1))
def test_a_line_gives_the_event_back(payload, name, number):
    event = replace(chain([payload])[0], coder=name, lamport=number)
    line = to_line(event)
    assert "\n" not in line
    assert from_line(line) == event
    assert to_line(from_line(line)) == line


def test_an_erased_event_travels():
    erased = replace(THREE[0], payload=None, salt=None)
    assert from_line(to_line(erased)) == erased


def _line(**changes: object) -> str:
    plain = {f.name: getattr(THREE[0], f.name) for f in fields(Event)} | changes
    return json.dumps(plain)


LINE = to_line(THREE[0])
HOSTILE = {
    "empty": "",
    "no JSON": "{",
    "a list": "[1, 2]",
    "a text": '"event"',
    "a number": "3",
    "nothing": "null",
    "field missing": '{"id": "x"}',
    "field unknown": _line(extra=1),
    "cut off": LINE[:-9],
    "key twice": LINE[:-1] + ',"id":"other"}',
    "key twice inside": _line().replace('{"a": 1}', '{"a": 1, "a": 2}'),
    "NaN": _line().replace('{"a": 1}', '{"a": NaN}'),
    "infinite": _line().replace('{"a": 1}', '{"a": -Infinity}'),
    "infinite by size": _line().replace('{"a": 1}', '{"a": 1e999}'),
    "half a character": _line(coder="\ud800"),
    "half a character inside": _line(payload={"a": ["\udc00"]}),
    "half a character as a key": _line(payload={"\udc00": 1}),
    "deep": _line(payload=0).replace('"payload": 0', '"payload": ' + '{"a":' * 40 + "1" + "}" * 40),
    "very deep": _line(payload=0).replace('"payload": 0', '"payload": ' + "[" * 200_000 + "]" * 200_000),
    "too many digits": _line().replace('{"a": 1}', '{"a": ' + "9" * 5000 + "}"),
    "huge": _line(payload={"a": "x" * 17_000_000}),
    "payload a list": _line(payload=[1]),
    "payload a text": _line(payload="{}"),
    "salt a number": _line(salt=5),
    "salt no hexadecimal": _line(salt="xyz"),
    "digest short": _line(digest="ab"),
    "digest no hexadecimal": _line(digest="z" * 64),
    "previous in capitals": _line(prev_hash="A" * 64),
    **{f"{name} {value!r}": _line(**{name: value})
       for name in ("seq", "lamport", "at_ms", "v") for value in (-1, True, 1.0, "1", None, 2**53, [])},
    **{f"{name} {value!r}": _line(**{name: value})
       for name in ("id", "project", "replica", "prev_hash", "coder", "act", "entity", "kind", "digest")
       for value in (None, 1, [], {})},
}  # fmt: skip


@pytest.mark.parametrize("line", HOSTILE.values(), ids=HOSTILE)
def test_hostile_lines_are_refused_without_quoting_them(line):
    with pytest.raises(DamagedProject) as refusal:
        from_line(line)
    assert refusal.value.__cause__ is None
    assert len(str(refusal.value)) < 120


@given(json_values)
def test_no_json_value_gets_past_as_an_event(value):
    with pytest.raises(DamagedProject):
        from_line(json.dumps(value))


def test_kinds():
    assert is_known_kind("coding.created")
    assert is_known_kind("act.undone")
    assert not any(map(is_known_kind, ["coding.moved", "act.created", "theory.set", "coding", "", "coding.created "]))
    assert set(ENTITY_TYPES) > UNDOABLE_TYPES


def test_a_step_is_the_part_that_the_fold_reads():
    event = THREE[1]
    step = event.step
    assert (step.id, step.lamport, step.at_ms, step.coder) == (event.id, event.lamport, event.at_ms, event.coder)
    assert (step.act, step.entity, step.kind, step.payload) == (event.act, event.entity, event.kind, event.payload)
    assert order_key(event) == (2, "r1-0002")
