"""Coding passages: apply, remove, move, assign to a case, undo and redo. Each call is one act."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qcode.core.events import Json
from qcode.core.ids import ledger_id
from qcode.core.spans import Span, check_span
from qcode.core.text import quote_hash
from qcode.errors import DamagedProject, RequestError
from qcode.services.log import Act, act_of
from qcode.services.study import CODE_MARK, Study
from qcode.store.rows import CaseRow, CodingRow, LinkRow, SourceRow

if TYPE_CHECKING:
    from qcode.store.writer import Writer

__all__ = [
    "LEDGER_STATES",
    "Context",
    "Turned",
    "adjust_coding",
    "apply_codes",
    "assign_case",
    "context",
    "link_case",
    "mark",
    "move_coding",
    "passage_fields",
    "redo",
    "remove_coding",
    "remove_link",
    "set_context",
    "set_flag",
    "set_flags",
    "text_of",
    "undo",
    "write_mark",
]

LEDGER_STATES = ("not started", "reading", "complete")


@dataclass(frozen=True, slots=True)
class Context:
    """The case (by key; None = none) and stage that new codings are given, as a coder set it."""

    case: CaseRow | None = None
    stage: str | None = None


@dataclass(frozen=True, slots=True)
class Turned:
    """An act that was undone or done again.

    `kept` names fields (`type: field`) that others wrote since and that stay; `codings` are the uids touched.
    """

    act: Act
    kept: tuple[str, ...]
    codings: frozenset[str]


def text_of(study: Study, source: SourceRow) -> str:
    """A transcript's canonical text. Raises DamagedProject if it was erased or lost."""
    text = study.file.read.text(source.key)
    if text is None:
        raise DamagedProject(f"The text of “{source.name}” is not in the project any more.")
    return text


def passage_fields(source: SourceRow, text: str, span: Span) -> dict[str, Json]:
    """The event fields that place something on a passage: transcript, span, and a hash of the quote."""
    check_span(span.start, span.end, len(text))
    return {"source": source.uid, "span": [span.start, span.end], "quote": quote_hash(text[span.start : span.end])}


def apply_codes(
    study: Study,
    source: SourceRow,
    text: str,
    span: Span,
    code_uids: Sequence[str],
    *,
    in_context: Context | None = None,
    origin: str | None = None,
) -> list[str]:
    """Put codes on a passage (code points, half-open) as one act; the uids of the new codings.

    A code that I put on exactly this passage already is left out. `origin` names the suggestion, if any.
    Raises RequestError if the span does not lie in the text.
    """
    fields = passage_fields(source, text, span)
    here = study.file.read.codes_at(source.key, span.start, span.end, coder=study.me.key) if study.me.key else set()
    new = [uid for uid in dict.fromkeys(code_uids) if uid not in here]
    if not new:
        return []
    extra: dict[str, Json] = {}
    if in_context is not None and in_context.case is not None:
        extra["case"] = in_context.case.uid
        if in_context.stage:
            extra["stage"] = in_context.stage
    if origin is not None:
        extra["origin"] = origin
    with study.act() as writer:
        return [writer.create("coding", {**fields, "code": uid, **extra}) for uid in new]


def _own(study: Study, uid: str) -> CodingRow:
    row = study.file.read.coding(uid)
    if row is None:
        raise RequestError("This coding is not there any more.")
    if row.coder != study.me.key:
        raise RequestError("This coding is another coder's; only they can change it.")
    return row


def remove_coding(study: Study, uid: str) -> None:
    """Take one of my codings away. Raises RequestError if it is another's or gone."""
    _own(study, uid)
    with study.act() as writer:
        writer.remove(uid)


def move_coding(study: Study, uid: str, source: SourceRow, text: str, span: Span) -> None:
    """Give one of my codings other boundaries. Raises RequestError if it is another's, gone, or off the text."""
    _own(study, uid)
    fields = passage_fields(source, text, span)
    with study.act() as writer:
        writer.change(uid, {"span": fields["span"], "quote": fields["quote"]})


def adjust_coding(study: Study, uid: str, start: int, end: int) -> bool:
    """Give one of my codings other boundaries in its transcript (code points, half-open); whether they are others.

    Raises RequestError if it is another's, gone, or off the text.
    """
    row = _own(study, uid)
    source = next(source for source in study.file.read.sources() if source.key == row.source)
    move_coding(study, uid, source, text_of(study, source), Span(start, end))
    return (row.start, row.end) != (start, end)


def set_flag(study: Study, uid: str, *, on: bool) -> bool:
    """Flag one of my codings as worth a second look or quoting, or take the flag away; whether that changed it.

    Raises RequestError if it is another's or gone.
    """
    return set_flags(study, [uid], on=on) == 1


def set_flags(study: Study, uids: Sequence[str], *, on: bool) -> int:
    """Flag several of my codings as one act, or take their flags away; how many that changed.

    Raises RequestError, before any is changed, if one of them is another's or gone.
    """
    differing = [uid for uid in dict.fromkeys(uids) if _own(study, uid).flagged != on]
    if differing:
        with study.act() as writer:
            for uid in differing:
                writer.change(uid, {"flagged": on})
    return len(differing)


def assign_case(study: Study, uid: str, case: CaseRow | None, stage: str | None = None) -> None:
    """Set by hand which case one of my codings speaks of; None leaves it to the links again."""
    _own(study, uid)
    with study.act() as writer:
        writer.change(uid, {"case": case.uid if case else None, "stage": stage})


def link_case(
    study: Study, case: CaseRow, source: SourceRow, text: str, span: Span | None, stage: str | None = None
) -> str | None:
    """Say that a passage (None: the whole transcript) speaks of a case; None if I said so already."""
    own: list[LinkRow] = [] if study.me.key == 0 else study.file.read.links(source.key, coders=[study.me.key])
    place = (span.start, span.end) if span else (None, None)
    if any((link.study_case, link.start, link.end, link.stage) == (case.key, *place, stage) for link in own):
        return None
    fields = passage_fields(source, text, span) if span else {"source": source.uid, "span": None}
    with study.act() as writer:
        return writer.create("link", {**fields, "case": case.uid, "stage": stage})


def remove_link(study: Study, uid: str) -> None:
    """Take one of my links between a case and a passage away."""
    mine = [] if study.me.key == 0 else study.file.read.links(coders=[study.me.key])
    if uid not in {link.uid for link in mine}:
        raise RequestError("This link is not yours, or not there any more.")
    with study.act() as writer:
        writer.remove(uid)


def mark(study: Study, source: SourceRow, dimensions: Sequence[str], state: str) -> int:
    """Note in the ledger how far I am with a transcript, by dimension (short ids); how many entries changed.

    Raises RequestError for an unknown state, UnknownName for an unknown dimension.
    """
    if state not in LEDGER_STATES:
        raise RequestError(f"There is no state “{state}”.", fix=f"Choose one of: {', '.join(LEDGER_STATES)}.")
    codebook = study.codes().codebook
    for dimension in dimensions:
        if codebook.dimension_of(dimension).id != dimension:
            raise RequestError(f"“{dimension}” is a code, not a dimension.")
    version = codebook.content_hash()[:12]
    with study.act() as writer:
        return sum(write_mark(study, writer, source, d, state, version) for d in dimensions)


def write_mark(
    study: Study, writer: Writer, source: SourceRow, code: str, state: str, version: str, *, alone: bool = False
) -> bool:
    """Write one entry of my ledger: of a dimension, or with `alone` of one code; whether it changed anything.

    Entries keep to the id under which a code came into the study, so that renaming it leaves them where they are.
    """
    about = (CODE_MARK if alone else "") + study.codes().first_id(code)
    fields = {"source": source.uid, "dimension": about, "state": state, "version": version}
    return writer.put("ledger", ledger_id(source.uid, study.me.uid, about), fields)


def undo(study: Study) -> Turned | None:
    """Take back my latest act; what others wrote on top of it stays. None if there is nothing of mine to undo."""
    return _turn(study, undo=True)


def redo(study: Study) -> Turned | None:
    """Do again what I undid last, unless I did something new since; None if there is nothing."""
    return _turn(study, undo=False)


def _turn(study: Study, *, undo: bool) -> Turned | None:
    if study.me.key == 0:
        return None
    read = study.file.read
    target = read.undoable(study.me.key) if undo else read.redoable(study.me.key)
    if target is None:
        return None
    act = act_of(study, target)
    codings = {e.entity for e in read.events(coders=[study.me.key], act=target) if e.kind.startswith("coding.")}
    with study.act() as writer:
        kept = _written_by_others(study, writer, target) if undo else []
        writer.turn_back(target, undo=undo)
    return Turned(act, tuple(kept), frozenset(codings))


def _written_by_others(study: Study, writer: Writer, act: str) -> list[str]:
    """Fields of the act's entities that somebody else wrote on top, as `type: field`; their writes stay."""
    kept: list[str] = []
    for event in list(study.file.read.events(coders=[study.me.key], act=act)):
        entity = writer.entity(event.entity)
        if entity is None or event.payload is None:
            continue
        for name in _fields_written(event.payload):
            heads = entity.heads.get(name, ())
            if event.uid not in heads and any(study.file.read.event_coder(h) != study.me.uid for h in heads):
                kept.append(f"{entity.type}: {name}")
    return list(dict.fromkeys(kept))


def _fields_written(payload: Mapping[str, Json]) -> list[str]:
    return [*payload.get("fields", {}), *payload.get("set", {}), *(["removed"] if "prev" in payload else [])]


def context(study: Study) -> Context:
    """The case and stage that I set for new codings; kept on this machine."""
    stored = study.file.read.local(study.me.key, "context") if study.me.key else None
    if stored is None:
        return Context()
    values = json.loads(stored)
    for case in study.file.read.cases():
        if case.uid == values.get("case"):
            return Context(case, values.get("stage"))
    return Context()


def set_context(study: Study, case: CaseRow | None, stage: str | None = None) -> Context:
    """Set the case and stage that new codings are given; None sets none."""
    study.enrol()
    value = json.dumps({"case": case.uid if case else None, "stage": stage})
    study.file.remember(study.me.key, "context", value)
    return Context(case, stage)
