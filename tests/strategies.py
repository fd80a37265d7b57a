"""What hypothesis draws for events and histories."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from qcode.core.events import GENESIS, Event, Step, event_hash, payload_digest
from qcode.core.fold import fold

__all__ = ["CODERS", "Replica", "chain", "histories", "json_values", "payloads"]

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
payloads = st.dictionaries(texts, json_values, max_size=4)

CODERS = ("anna", "bo")


def chain(contents: list[dict[str, Any]], *, replica: str = "r1") -> list[Event]:
    """A sound chain of one replica with these payloads."""
    events: list[Event] = []
    for seq, payload in enumerate(contents, start=1):
        salt = f"{seq:016x}"
        events.append(
            Event(
                id=f"{replica}-{seq:04}", project="p", replica=replica, seq=seq,
                prev_hash=event_hash(events[-1]) if events else GENESIS, lamport=seq, at_ms=1000 + seq, coder="anna",
                act=f"act-{seq}", entity=f"e{seq}", kind="coding.created", v=1, payload=payload, salt=salt,
                digest=payload_digest(salt, payload),
            )
        )  # fmt: skip
    return events


@dataclass
class Replica:
    """One machine in a drawn history: what it has seen, and what it adds by the rules of the writer."""

    name: str
    coder: str
    seen: dict[str, Step] = field(default_factory=dict)
    made: list[Step] = field(default_factory=list)
    acts: list[str] = field(default_factory=list)

    def learn(self, steps: list[Step]) -> None:
        self.seen.update((s.id, s) for s in steps)

    def add(self, entity: str, kind: str, payload: dict[str, Any], *, act: str | None = None) -> None:
        number = len(self.made)
        lamport = 1 + max((s.lamport for s in self.seen.values()), default=0)
        if act is None:
            act = f"{self.name}-act{number}"
            if not kind.startswith("act."):
                self.acts.append(act)
        step = Step(f"{self.name}-{number:03}", lamport, number, self.coder, act, entity, kind, payload)
        self.made.append(step)
        self.learn([step])

    def change(self, entity: str, name: str, value: Any) -> None:
        """Write a field over the heads that are seen; create the entity first if it is not there."""
        folded = fold(self.seen.values())
        known = folded.entities.get(entity) or folded.removed.get(entity)
        type_ = entity.partition(":")[0]
        if known is None:
            self.add(entity, f"{type_}.created", {"fields": {**START[type_], name: value}})
        else:
            self.add(entity, f"{known.type}.set", {"set": {name: [value, list(known.heads.get(name, ()))]}})

    def remove(self, entity: str) -> None:
        known = fold(self.seen.values()).entities.get(entity)
        if known is not None:
            self.add(entity, f"{known.type}.removed", {"prev": list(known.heads.get("removed", ()))})


START: dict[str, dict[str, Any]] = {
    "codebook": {},
    "code": {"codebook": "codebook:1"},
    "source": {},
    "coding": {"source": "source:1", "code": "code:1", "span": [0, 5]},
    "memo": {"about": "code", "code": "code:1"},
    "summary": {"about": "transcript", "source": "source:1", "code": "code:1"},
}
_ENTITIES = ["codebook:1", "code:1", "code:2", "code:3", "source:1", "coding:1", "coding:2",
             "memo:1", "summary:1"]  # fmt: skip
_moves = st.one_of(
    st.tuples(st.just("learn"), st.integers(0, 2), st.integers(0, 30)),
    st.tuples(st.just("set"), st.sampled_from(_ENTITIES), st.sampled_from(["title", "memo"]), st.integers(0, 3)),
    st.tuples(st.just("code"), st.sampled_from(["coding:1", "coding:2"]), st.sampled_from(["code:1", "code:2", "code:3"])),
    st.tuples(st.just("about"), st.just("memo:1"), st.sampled_from(["code", "transcript", "project", "nothing", 5])),
    st.tuples(st.sampled_from(["merged_into", "parent"]), st.sampled_from(["code:1", "code:2", "code:3"]),
              st.sampled_from(["code:1", "code:2", "code:3", "code:9"])),
    st.tuples(st.just("remove"), st.sampled_from(_ENTITIES)),
    st.tuples(st.sampled_from(["undone", "redone"]), st.integers(0, 5)),
    st.tuples(st.just("unknown"), st.sampled_from(_ENTITIES)),
)  # fmt: skip


def _play(replica: Replica, others: list[Replica], move: tuple[Any, ...]) -> None:
    match move:
        case ("learn", who, upto):
            replica.learn(others[who].made[:upto])
        case ("set", entity, name, value):
            replica.change(entity, name, value)
        case ("code" | "merged_into" | "parent" | "about" as name, entity, value):
            replica.change(entity, name, value)
        case ("remove", entity):
            replica.remove(entity)
        case ("unknown", entity):
            replica.add(entity, "theory.grown", {"x": 1})
        case (turn, back):
            if replica.acts:
                replica.add(replica.acts[-1 - back % len(replica.acts)], f"act.{turn}", {}, act=f"{replica.name}-turn")


@st.composite
def histories(draw: st.DrawFn, *, moves: int = 24) -> list[Step]:
    """The union of what three replicas wrote, each having seen some of what the others wrote before."""
    replicas = [Replica("A", CODERS[0]), Replica("B", CODERS[1]), Replica("C", CODERS[0])]
    if draw(st.integers(0, 3)):  # mostly they begin with a common codebook and transcript
        for entity in ("codebook:1", "source:1", "code:1", "code:2", "code:3"):
            replicas[0].change(entity, "title", 0)
        for other in replicas[1:]:
            other.learn(replicas[0].made)
    for who, move in draw(st.lists(st.tuples(st.integers(0, 2), _moves), max_size=moves)):
        _play(replicas[who], replicas, move)
    return [step for replica in replicas for step in replica.made]
