"""Speakers corrected after the import: role and name, single turns, and labels that are one person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from qcode.core.alike import alike_labels
from qcode.core.events import Json
from qcode.core.ids import speaker_id
from qcode.core.turns import ROLES, label_key
from qcode.errors import RequestError, UnknownName
from qcode.services.study import SourceRow, Study, clean_name, near_names
from qcode.services.tables import Cell, Table
from qcode.store.rows import SpeakerRow, TurnRow

__all__ = [
    "correct_turn", "find_speaker", "merge_speakers", "part_speaker", "set_speaker", "similar_table", "turn_table",
]  # fmt: skip

_QUOTE = 60


def find_speaker(study: Study, source: SourceRow, label: str) -> SpeakerRow:
    """A speaker of the transcript by label, without regard to case; UnknownName with near ones, otherwise."""
    speakers = study.file.read.speakers(source.key)
    found = [s for s in speakers if s.label == label] or [s for s in speakers if label_key(s.label) == label_key(label)]
    if not found:
        raise UnknownName("speaker", label, near_names(label, [speaker.label for speaker in speakers]))
    return found[0]


def set_speaker(
    study: Study, source: SourceRow, label: str, *, role: str | None = None, name: str | None = None
) -> bool:
    """Set what is known of a speaker; whether anything changed. An empty `name` takes the name away.

    Raises RequestError for an unknown role, or where there is nothing to set; UnknownName.
    """
    changes: dict[str, Json] = {}
    if role is not None:
        changes["role"] = _role(role)
    if name is not None:
        changes["name"] = clean_name(name, "speaker") if name.strip() else ""
    if not changes:
        raise RequestError("There is nothing to set.", fix="Give --role, --name or both.")
    speaker = find_speaker(study, source, label)
    with study.act() as writer:
        return writer.change(speaker.uid, changes)


def _role(role: str) -> str:
    if role not in ROLES:
        raise RequestError(f"There is no role “{role}”.", fix=f"Use one of {', '.join(ROLES)}.")
    return role


def correct_turn(
    study: Study, source: SourceRow, number: int, *, role: str | None = None, label: str | None = None
) -> None:
    """Give one turn (`number` counts from 1) another speaker, a role of its own, or both.

    A label that the transcript has not yet becomes a new speaker of it, a participant unless `role` is given, which
    then is the role of that speaker. With neither, the turn is as the import found it.
    Raises RequestError if there is no such turn or role.
    """
    turns = study.file.read.turns(source.key)
    if not 1 <= number <= len(turns):
        raise RequestError(f"“{source.name}” has {len(turns)} turns, so there is no turn {number}.")
    place = f"turn:{number - 1}"
    changes: dict[str, Json] = {}
    if role is not None:
        changes[f"{place}:role"] = _role(role)
    if role is None and label is None:
        changes = {f"{place}:role": None, f"{place}:speaker": None}
    with study.act() as writer:
        if label is not None:
            speakers = study.file.read.speakers(source.key)
            known = {label_key(speaker.label): speaker.uid for speaker in speakers}
            uid = known.get(label_key(label))
            if uid is None:
                written = clean_name(label, "speaker")
                uid = speaker_id(source.uid, written)
                fields = {"source": source.uid, "label": written, "position": len(speakers)}
                writer.put("speaker", uid, {**fields, "role": role or "participant"})
            changes[f"{place}:speaker"] = uid
        writer.change(source.uid, changes)


def merge_speakers(study: Study, source: SourceRow, label: str, into: str) -> int:
    """Say that two labels of a transcript are one person: the turns of the first go to the second; their number.

    The labels in the text stay. Raises RequestError if both are one already; UnknownName.
    """
    speaker, target = find_speaker(study, source, label), find_speaker(study, source, into)
    if speaker.uid == target.uid:
        raise RequestError("These are the same speaker already.")
    before = study.file.read.turns(source.key)
    with study.act() as writer:
        # Who merged the other way round before has thought better of it.
        writer.change(source.uid, {f"same:{speaker.uid}": target.uid, f"same:{target.uid}": None})
    after = study.file.read.turns(source.key)
    return sum(one.speaker != two.speaker for one, two in zip(before, after, strict=True))


def part_speaker(study: Study, source: SourceRow, label: str) -> bool:
    """Take a merge back: the label stands for a speaker of its own again. Whether it was merged."""
    speaker = find_speaker(study, source, label)
    with study.act() as writer:
        entity = writer.entity(source.uid)
        merged = entity is not None and entity.fields.get(f"same:{speaker.uid}") is not None
        return merged and writer.change(source.uid, {f"same:{speaker.uid}": None})


def similar_table(study: Study, sources: Sequence[SourceRow]) -> Table:
    """Labels that may be one person, transcript by transcript, with the reason for doubt. Nothing is merged."""
    rows: list[tuple[Cell, ...]] = []
    for source in sources:
        speakers = study.file.read.speakers(source.key)
        turns = Counter(turn.speaker for turn in study.file.read.turns(source.key))
        times = {speaker.label: turns[speaker.key] for speaker in speakers}
        for pair in alike_labels([label for label, number in times.items() if number]):
            numbers = (times[pair.first], times[pair.second])
            rows.append((source.name, pair.first, numbers[0], pair.second, numbers[1], pair.likeness, pair.why))
    header = ("transcript", "label", "turns", "and label", "their turns", "alike %", "but")
    notes = (
        "Nothing was merged: `qcode speakers merge TRANSCRIPT LABEL INTO` does it, if they are one person.",
        "Alike: share of characters in common, in order.",
    )
    return Table("Labels that look alike", header, tuple(rows), notes if rows else ())


def turn_table(study: Study, source: SourceRow) -> Table:
    """The turns of a transcript with their numbers, speakers as corrected, roles, times and first words."""
    from qcode.services.coding import text_of
    from qcode.services.listings import shortened

    text = text_of(study, source)
    labels = {speaker.key: speaker.label for speaker in study.file.read.speakers(source.key)}
    rows: list[tuple[Cell, ...]] = [
        (
            number, labels.get(turn.speaker or 0, ""), turn.role or "", _clock(turn),
            "corrected" if turn.speaker != turn.written else "", shortened(text[turn.body : turn.end], _QUOTE),
        )
        for number, turn in enumerate(study.file.read.turns(source.key), 1)
    ]  # fmt: skip
    return Table(f"Turns of {source.name}", ("turn", "speaker", "role", "time", "", "words"), tuple(rows), ())


def _clock(turn: TurnRow) -> str:
    """The time of a turn in the recording, as hours, minutes and seconds."""
    if turn.time_ms is None:
        return ""
    minutes, seconds = divmod(turn.time_ms // 1000, 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
