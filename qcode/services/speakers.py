"""Speakers corrected after the import: role and name, and labels that are one person. Single turns: `turns`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qcode.core.alike import alike_labels
from qcode.core.events import Json
from qcode.core.speaker_words import is_speaker
from qcode.core.text import display_safe
from qcode.core.turns import label_key
from qcode.errors import RequestError, UnknownName
from qcode.services.study import SourceRow, Study, clean_name, near_names
from qcode.services.table import Cell, Table
from qcode.services.turns import check_role
from qcode.store.rows import SpeakerRow

if TYPE_CHECKING:
    from qcode.store.writer import Writer

__all__ = [
    "Merged",
    "find_speaker",
    "merge_speakers",
    "part_speaker",
    "remove_speaker",
    "set_speaker",
    "similar_across",
    "similar_table",
    "unused_speakers",
]

_MOST_PLACES = 3  # transcripts that are named beside a label that stands in several


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge did: the number of turns that got another speaker, who speaks them now, whether it was new."""

    turns: int
    label: str
    new: bool


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
        changes["role"] = check_role(role)
    if name is not None:
        changes["name"] = clean_name(name, "speaker") if name.strip() else ""
    if not changes:
        raise RequestError("There is nothing to set.", fix="Give --role, --name or both.")
    speaker = find_speaker(study, source, label)
    with study.act() as writer:
        return writer.change(speaker.uid, changes)


def unused_speakers(study: Study, source: SourceRow) -> list[SpeakerRow]:
    """Speakers of a transcript without a single turn, whose label stands nowhere in it: slips of the finger."""
    turns = study.file.read.turns(source.key)
    used = {key for turn in turns for key in (turn.speaker, turn.written)}
    return [speaker for speaker in study.file.read.speakers(source.key) if speaker.key not in used]


def remove_speaker(study: Study, source: SourceRow, label: str) -> None:
    """Take away a speaker without any turn. Raises RequestError for one with turns; UnknownName."""
    speaker = find_speaker(study, source, label)
    if speaker not in unused_speakers(study, source):
        raise RequestError(
            f"“{display_safe(speaker.label)}” has turns, or the label stands in the text.",
            fix="Give the turns to another speaker (`qcode speakers turn`), or merge the two (`qcode speakers merge`).",
        )
    with study.act() as writer:
        writer.remove(speaker.uid)


def merge_speakers(study: Study, source: SourceRow, label: str, into: str) -> Merged:
    """Say that two labels of a transcript are one person: the turns of the first go to the second.

    The labels in the text stay. Where the second was merged into the first before, that is turned round. Raises
    RequestError for one and the same label; UnknownName.
    """
    speaker, target = find_speaker(study, source, label), find_speaker(study, source, into)
    if speaker.uid == target.uid:
        raise RequestError("These are the same speaker already.")
    before = study.file.read.turns(source.key)
    with study.act() as writer:
        same = _merges(writer, source)
        changes: dict[str, Json] = {f"same:{speaker.uid}": target.uid}
        if speaker.uid in _chain(same, target.uid):
            # Who merged the other way round before has thought better of it.
            changes[f"same:{target.uid}"] = None
            del same[target.uid]
        changed = writer.change(source.uid, changes)
        end = _chain({**same, speaker.uid: target.uid}, target.uid)[-1]
    after = study.file.read.turns(source.key)
    moved = sum(one.speaker != two.speaker for one, two in zip(before, after, strict=True))
    return Merged(moved, _labels(study, source).get(end, target.label), changed)


def _labels(study: Study, source: SourceRow) -> dict[str, str]:
    return {speaker.uid: speaker.label for speaker in study.file.read.speakers(source.key)}


def _merges(writer: Writer, source: SourceRow) -> dict[str, str]:
    """The speakers of a transcript (uids) that somebody merged, and into whom."""
    entity = writer.entity(source.uid)
    fields = entity.fields if entity is not None else {}
    return {name.removeprefix("same:"): uid for name, uid in fields.items() if name.startswith("same:") and uid}


def _chain(same: Mapping[str, str], uid: str) -> list[str]:
    """The speaker, whom it was merged into, whom that one was merged into, and so on."""
    chain = [uid]
    while (following := same.get(chain[-1])) is not None and following not in chain:
        chain.append(following)
    return chain


def part_speaker(study: Study, source: SourceRow, label: str) -> bool:
    """Take a merge back: the label stands for a speaker of its own again. Whether it was merged.

    Raises RequestError where others were merged into it instead: those are the ones to part.
    """
    speaker = find_speaker(study, source, label)
    with study.act() as writer:
        same = _merges(writer, source)
        if speaker.uid in same:
            return writer.change(source.uid, {f"same:{speaker.uid}": None})
        labels = _labels(study, source)
        joined = [labels[uid] for uid, target in same.items() if target == speaker.uid and uid in labels]
    if joined:
        shown = ", ".join(f"“{display_safe(one)}”" for one in joined)
        what = f"“{display_safe(speaker.label)}” was not merged; merged into it: {shown}."
        raise RequestError(what, fix="Part that label instead.")
    return False


def similar_table(study: Study, sources: Sequence[SourceRow]) -> Table:
    """Labels that may be one person, transcript by transcript, with the reason for doubt. Nothing is merged."""
    rows: list[tuple[Cell, ...]] = []
    for source in sources:
        times = _turns_by_label(study, source)
        for pair in alike_labels(list(times)):
            numbers = (times[pair.first], times[pair.second])
            rows.append((source.name, pair.first, numbers[0], pair.second, numbers[1], pair.likeness, pair.why))
    header = ("transcript", "label", "turns", "and label", "their turns", "alike %", "but")
    notes = (
        "Nothing was merged: `qcode speakers merge TRANSCRIPT LABEL INTO` does it, if they are one person.",
        _ALIKE,
    )
    return Table("Labels that look alike", header, tuple(rows), notes if rows else ())


_ALIKE = "Alike: share of characters in common, in order."


def _turns_by_label(study: Study, source: SourceRow) -> dict[str, int]:
    """The labels of a transcript that have turns, as people corrected them, and how many."""
    turns = Counter(turn.speaker for turn in study.file.read.turns(source.key))
    speakers = study.file.read.speakers(source.key)
    return {speaker.label: turns[speaker.key] for speaker in speakers if turns[speaker.key]}


def similar_across(study: Study, sources: Sequence[SourceRow]) -> Table:
    """Labels of different transcripts that may be one person under two spellings; with the transcripts of each.

    Labels that name a part in the talk (`I`, 答) are left out: everybody has them. A label that is written alike
    everywhere is no question of spelling, so it is in no pair with itself.
    """
    places: dict[str, list[str]] = defaultdict(list)
    for source in sources:
        for label in _turns_by_label(study, source):
            if not is_speaker(label_key(label)):
                places[label].append(source.name)
    found = alike_labels(list(places), most=len(places))
    rows = tuple(
        (pair.first, _named(places[pair.first]), pair.second, _named(places[pair.second]), pair.likeness, pair.why)
        for pair in found
        if places[pair.first] != places[pair.second] or len(places[pair.first]) > 1
    )
    one_name = "`qcode speakers set TRANSCRIPT LABEL --name TEXT` gives the same name to one person in several."
    notes = (f"Nothing was merged: speakers are of one transcript each. {one_name}", _ALIKE)
    header = ("label", "in", "and label", "in", "alike %", "but")
    return Table("Labels of different transcripts that look alike", header, rows, notes if rows else ())


def _named(names: Sequence[str]) -> str:
    more = len(names) - _MOST_PLACES
    return ", ".join(names[:_MOST_PLACES]) + (f" and {more} more" if more > 0 else "")
