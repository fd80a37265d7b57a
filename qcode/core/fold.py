"""From events to the project: a pure function that gives the same on every machine.

Events are ordered by (Lamport time, id). Each field of an entity is a small history of writes; a write
names in `prev` the writes that it replaced. A write that no later one replaced is a head: with one head
the field is settled, with several heads people wrote at the same time, the latest wins and the others are
listed. `prev` is a list, so that a person who has seen several heads can settle them with one write.

An undone act's writes count as not made. What others wrote on top of them stays, because their writes are
heads of their own. Folding any permutation and any repetition of the same events gives the same project.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from qcode.core.events import Json, Step, canonical_json, is_known_kind

__all__ = [
    "REFERENCES",
    "TARGETS",
    "ActKey",
    "Conflict",
    "Entity",
    "Folded",
    "Write",
    "break_cycles",
    "fold",
    "fold_entity",
    "references_of",
    "undone_acts",
]

# Fields that must point at a living entity of that type; until then the entity waits as an orphan.
REFERENCES: Mapping[str, Mapping[str, str]] = {
    "code": {"codebook": "codebook"},
    "speaker": {"source": "source"},
    "link": {"case": "case", "source": "source"},
    "coding": {"code": "code", "source": "source"},
    "ledger": {"source": "source"},
    "decision": {"code": "code", "source": "source"},
    "release": {"codebook": "codebook"},
    "proposal": {"codebook": "codebook"},
    "translation": {"source": "source"},
    "summary": {"code": "code"},
}

# Types that are about one of several things: what the field `about` may say, and what must be there then as well.
TARGETS: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "memo": {
        "project": {},
        "code": {"code": "code"},
        "case": {"case": "case"},
        "transcript": {"source": "source"},
        "passage": {"source": "source"},
    },
    "summary": {"case": {"case": "case"}, "transcript": {"source": "source"}, "value": {}},
}

_REMOVED = "removed"  # the field behind TYPE.removed


def _order(step: Step) -> tuple[int, str]:
    return (step.lamport, step.id)


class ActKey(NamedTuple):
    """An act and its coder: nobody can undo another person's act, even under the same act id."""

    act: str
    coder: str


@dataclass(frozen=True, slots=True)
class Write:
    """One write to one field."""

    event: str
    lamport: int
    coder: str
    value: Json
    prev: tuple[str, ...]
    live: bool

    @property
    def order(self) -> tuple[int, str]:
        """Position in the one order of all writes."""
        return (self.lamport, self.event)


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that was written by several at the same time: `kept` won, `lost` are the others, latest first."""

    entity: str
    field: str
    kept: Write
    lost: tuple[Write, ...]


@dataclass(slots=True)
class Entity:
    """One folded entity: fields as they stand, each field's heads (event ids), and when each was last written.

    `at_ms` is when it was made and `changed_ms` when it was last written at all (undone acts do not count), both in
    milliseconds since 1970 by the clock of whoever wrote.
    """

    uid: str
    type: str
    coder: str
    created: tuple[int, str]
    at_ms: int
    fields: dict[str, Json] = field(default_factory=dict)
    heads: dict[str, tuple[str, ...]] = field(default_factory=dict)
    written: dict[str, tuple[int, str]] = field(default_factory=dict)
    conflicts: list[Conflict] = field(default_factory=list)
    changed_ms: int = 0

    @property
    def removed(self) -> bool:
        """Whether it carries a tombstone."""
        return bool(self.fields.get(_REMOVED))


@dataclass(slots=True)
class Folded:
    """The whole project.

    `entities` holds the living ones; `removed` those with a tombstone; `orphans` maps an entity to the ids
    that it waits for; `unknown` counts events of unknown kinds; `redirects` (merged codes point at the code that
    they became) and `parents` hold codes that are there, and no cycles.
    """

    entities: dict[str, Entity]
    removed: dict[str, Entity]
    orphans: dict[str, tuple[str, ...]]
    conflicts: list[Conflict]
    unknown: dict[str, int]
    redirects: dict[str, str]
    parents: dict[str, str]


def undone_acts(events: Iterable[Step]) -> frozenset[ActKey]:
    """The acts that are undone now: for each, its coder's latest `act.undone` or `act.redone` decides."""
    latest: dict[ActKey, tuple[tuple[int, str], bool]] = {}
    for event in events:
        if event.kind not in ("act.undone", "act.redone") or event.payload is None:
            continue
        key = ActKey(event.entity, event.coder)
        state = (_order(event), event.kind == "act.undone")
        if key not in latest or latest[key] < state:
            latest[key] = state
    return frozenset(key for key, (_, undone) in latest.items() if undone)


def _writes_of(event: Step) -> Iterable[tuple[str, Json, tuple[str, ...]]]:
    """The (field, value, replaced writes) that an event makes; nothing if its payload was erased or is misshapen."""
    payload = event.payload
    if payload is None:
        return
    verb = event.kind.rpartition(".")[2]
    if verb == "created":
        values = payload.get("fields")
        if isinstance(values, dict):
            for name, value in values.items():
                yield name, value, ()
    elif verb == "removed":
        yield _REMOVED, True, _event_ids(payload.get("prev"))
    else:
        changes = payload.get("set")
        if isinstance(changes, dict):
            for name, change in changes.items():
                if isinstance(change, list) and len(change) == 2:
                    yield name, change[0], _event_ids(change[1])


def _event_ids(value: Json) -> tuple[str, ...]:
    return tuple(v for v in value if isinstance(v, str)) if isinstance(value, list) else ()


def _heads(writes: Sequence[Write]) -> list[Write]:
    """Live writes that no live write replaced, directly or through undone ones; latest last.

    Two machines that import the same file both write the same first value: who replaced one replaced both,
    or a late import on one machine would turn back what was changed on the other.
    """
    if len(writes) == 1:
        return [w for w in writes if w.live]
    by_event = {w.event: w for w in writes}
    covered: set[str] = set()
    for write in writes:
        if not write.live:
            continue
        stack = list(write.prev)
        while stack:
            replaced = stack.pop()
            # A write cannot replace a later one: this also ends a loop that a forged file may hold.
            if replaced in covered or replaced not in by_event or by_event[replaced].order >= write.order:
                continue
            covered.add(replaced)
            stack.extend(by_event[replaced].prev)
    replaced_first = {canonical_json(w.value) for w in writes if not w.prev and w.event in covered}
    heads = [w for w in writes if w.live and w.event not in covered]
    heads = [w for w in heads if w.prev or canonical_json(w.value) not in replaced_first]
    return sorted(heads, key=lambda w: w.order)


def references_of(type_: str, fields: Mapping[str, Json]) -> Mapping[str, str]:
    """The fields of such an entity that must point at a living entity, each with the type of what it points at.

    >>> dict(references_of("memo", {"about": "code"})), dict(references_of("memo", {"about": "project"}))
    ({'code': 'code'}, {})
    """
    always = REFERENCES.get(type_, {})
    about = fields.get("about") if type_ in TARGETS else None
    return {**always, **TARGETS[type_].get(about, {})} if isinstance(about, str) else always


def fold_entity(uid: str, events: Sequence[Step], undone: frozenset[ActKey] | set[ActKey]) -> Entity | None:
    """One entity from its events (any order, no repetition), or None if no living event created it.

    The first creation in the one order decides the type; events of another type on the same id do not count.
    """
    ordered = sorted(events, key=_order)
    entity: Entity | None = None
    history: dict[str, list[Write]] = defaultdict(list)
    for event in ordered:
        if not is_known_kind(event.kind) or event.kind.startswith("act."):
            continue
        live = ActKey(event.act, event.coder) not in undone
        type_ = event.kind.partition(".")[0]
        if live and entity is None and event.kind.endswith(".created") and event.payload is not None:
            entity = Entity(uid, type_, event.coder, _order(event), event.at_ms)
        if live and entity is not None and type_ == entity.type:
            entity.changed_ms = event.at_ms
        for name, value, prev in _writes_of(event):
            # Types are compared below: writes may come before the creation that gives the type.
            history[f"{type_}\x1f{name}"].append(Write(event.id, event.lamport, event.coder, value, prev, live))
    if entity is None:
        return None
    for key, writes in history.items():
        type_, _, name = key.partition("\x1f")
        if type_ == entity.type:
            _settle(entity, name, writes)
    return entity


def _settle(entity: Entity, name: str, writes: list[Write]) -> None:
    heads = _heads(writes)
    if not heads:
        return
    kept = heads[-1]
    entity.fields[name] = kept.value
    entity.heads[name] = tuple(w.event for w in heads)
    entity.written[name] = kept.order
    if len(heads) > 1:
        value = canonical_json(kept.value)
        lost = tuple(w for w in reversed(heads[:-1]) if canonical_json(w.value) != value)
        if lost:
            entity.conflicts.append(Conflict(entity.uid, name, kept, lost))


def break_cycles(edges: Mapping[str, tuple[str, tuple[int, str]]]) -> dict[str, str]:
    """Edges child -> (parent, order of the write) without cycles: in each cycle the latest edge goes.

    >>> break_cycles({"a": ("b", (1, "x")), "b": ("a", (2, "y")), "c": ("a", (3, "z"))})
    {'a': 'b', 'c': 'a'}
    """
    kept = {child: parent for child, (parent, _) in edges.items()}
    state: dict[str, int] = {}  # 1 = on the way, 2 = known to end
    for first in sorted(kept):
        path: list[str] = []
        node: str | None = first
        while node is not None and node in kept and node not in state:
            state[node] = 1
            path.append(node)
            node = kept[node]
        if node is not None and state.get(node) == 1:
            cycle = path[path.index(node) :]
            del kept[max(cycle, key=lambda n: edges[n][1])]
        for n in path:
            state[n] = 2
    return kept


def _edges(codes: Mapping[str, Entity], field_name: str) -> dict[str, tuple[str, tuple[int, str]]]:
    """The edges between codes that are there: a code that points at one that is gone stands alone."""
    found = {}
    for uid, entity in codes.items():
        target = entity.fields.get(field_name)
        if isinstance(target, str) and target in codes:
            found[uid] = (target, entity.written[field_name])
    return found


def _orphans(living: Mapping[str, Entity]) -> dict[str, tuple[str, ...]]:
    """Entities that wait for others (an empty id where none is named); what hangs on an orphan is an orphan too."""
    waiting: dict[str, tuple[str, ...]] = {}
    while True:
        found = {}
        for uid, entity in living.items():
            missing = []
            for name, type_ in references_of(entity.type, entity.fields).items():
                target = entity.fields.get(name)
                known = living.get(target) if isinstance(target, str) else None
                if known is None or known.type != type_ or known.uid in waiting:
                    missing.append(target if isinstance(target, str) else "")
            if missing:
                found[uid] = tuple(missing)
        if found == waiting:
            return waiting
        waiting = found


def _without_repetition(events: Iterable[Step]) -> dict[str, Step]:
    """Each event once. Of two that share an id and differ, the erased one counts: what was erased stays erased."""
    by_id: dict[str, Step] = {}
    for event in events:
        held = by_id.setdefault(event.id, event)
        if held is not event:
            by_id[event.id] = min(held, event, key=lambda e: (e.payload is not None, canonical_json(e)))
    return by_id


def fold(events: Iterable[Step]) -> Folded:
    """The project from its events, in any order and with any repetition."""
    by_id = _without_repetition(events)
    undone = undone_acts(by_id.values())
    grouped: dict[str, list[Step]] = defaultdict(list)
    unknown: dict[str, int] = defaultdict(int)
    for event in by_id.values():
        if not is_known_kind(event.kind):
            unknown[event.kind] += 1
        elif not event.kind.startswith("act."):
            grouped[event.entity].append(event)
    living: dict[str, Entity] = {}
    removed: dict[str, Entity] = {}
    for uid in sorted(grouped):
        entity = fold_entity(uid, grouped[uid], undone)
        if entity is not None:
            (removed if entity.removed else living)[uid] = entity
    orphans = _orphans(living)
    codes = {uid: entity for uid, entity in living.items() if entity.type == "code" and uid not in orphans}
    return Folded(
        entities=living,
        removed=removed,
        orphans=orphans,
        conflicts=[c for e in living.values() for c in e.conflicts],
        unknown=dict(sorted(unknown.items())),
        redirects=break_cycles(_edges(codes, "merged_into")),
        parents=break_cycles(_edges(codes, "parent")),
    )
