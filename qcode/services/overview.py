"""How far a study is: every transcript with who is in it, what was coded, and what each coder completed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from qcode.core.tabulate import COMPLETE
from qcode.services.coverage import coverage
from qcode.services.study import CoderRow, SourceRow, Study

__all__ = ["RECHECK", "SIGNS", "Overview", "SpeakerLine", "TranscriptLine", "overview"]

RECHECK = "to recheck"
"""A dimension that was completed under a codebook which meant something else by one of its codes."""

SIGNS = {"complete": "✓", "reading": "…", RECHECK: "!", "": "·"}
"""One sign for each state of a dimension, told apart without colour; “” is not started."""


@dataclass(frozen=True, slots=True)
class SpeakerLine:
    """A speaker of a transcript: label, role, name (may be empty), and the number of turns."""

    label: str
    role: str
    name: str
    turns: int


@dataclass(frozen=True, slots=True)
class TranscriptLine:
    """One transcript. `states` holds the state of each dimension that a coder (key) began.

    `mine` and `others` count codings; `others` is None where others' work is hidden.
    """

    source: SourceRow
    speakers: tuple[SpeakerLine, ...]
    attributes: Mapping[str, str]
    mine: int
    others: int | None
    states: Mapping[int, Mapping[str, str]]

    @property
    def participants(self) -> tuple[SpeakerLine, ...]:
        """Speakers who are no interviewers."""
        return tuple(speaker for speaker in self.speakers if speaker.role != "interviewer")


@dataclass(frozen=True, slots=True)
class Overview:
    """All transcripts in order, with the coders who may be seen and the codebook's dimensions (short ids)."""

    title: str
    me: CoderRow
    coders: tuple[CoderRow, ...]
    dimensions: tuple[str, ...]
    lines: tuple[TranscriptLine, ...]

    def is_complete(self, line: TranscriptLine, coder: int) -> bool:
        """Whether a coder completed every dimension of a transcript, and has nothing to recheck there."""
        states = line.states.get(coder, {})
        return bool(self.dimensions) and all(states.get(name) == "complete" for name in self.dimensions)

    def progress(self, line: TranscriptLine, coder: int) -> str:
        """How far a coder is with a transcript, in a few signs; empty where nothing was begun."""
        if self.is_complete(line, coder):
            return SIGNS["complete"]
        found = Counter(line.states.get(coder, {}).values())
        if not found:
            return ""
        rest = "".join(SIGNS[state] for state in ("reading", RECHECK) if found[state])
        return f"{found['complete']}/{len(self.dimensions)}{rest}"

    @property
    def completed(self) -> int:
        """How many transcripts I completed."""
        return sum(self.is_complete(line, self.me.key) for line in self.lines)


def overview(study: Study) -> Overview:
    """The transcripts and how far everybody is who may be seen from here."""
    read, visible = study.file.read, study.visible_coders()
    counts = Counter((coder, source) for _, coder, source, *_ in read.coding_columns(coders=visible).tolist())
    attributes = read.attributes()
    states = _states(study)
    speakers = _speakers(study)
    hidden = study.viewpoint.own_only
    totals: Counter[int] = Counter()
    for (_, source), number in counts.items():
        totals[source] += number
    lines = []
    for source in read.sources():
        mine = counts[study.me.key, source.key]
        lines.append(
            TranscriptLine(
                source,
                tuple(speakers[source.key]),
                attributes.get(source.key, {}),
                mine,
                None if hidden else totals[source.key] - mine,
                states[source.key],
            )
        )
    dimensions = tuple(code.id for code in study.codes().codebook.dimensions())
    return Overview(read.title(), study.me, tuple(study.coders()), dimensions, tuple(lines))


def _states(study: Study) -> defaultdict[int, dict[int, dict[str, str]]]:
    """By transcript, coder and dimension: how far; dimensions that the codebook lost are left out."""
    coders = study.visible_coders()
    dimensions = {code.id for code in study.codes().codebook.dimensions()}
    found: defaultdict[int, dict[int, dict[str, str]]] = defaultdict(dict)
    for row in study.ledger(coders=coders):
        if row.dimension in dimensions and row.state in (COMPLETE, "reading"):
            found[row.source].setdefault(row.coder, {})[row.dimension] = row.state
    for row in coverage(study, coders).reasons:
        found[row.source].setdefault(row.coder, {})[row.dimension] = RECHECK
    return found


def _speakers(study: Study) -> defaultdict[int, list[SpeakerLine]]:
    read = study.file.read
    turns = Counter(turn.speaker for turn in read.turns())
    found: defaultdict[int, list[SpeakerLine]] = defaultdict(list)
    for speaker in read.speakers():
        found[speaker.source].append(SpeakerLine(speaker.label, speaker.role, speaker.name, turns[speaker.key]))
    return found
