"""What is compared between coders: whose work, on which transcripts, in whose words, and who looked for what.

A transcript that a coder did not complete is missing for that coder, and is not “coded nothing”. A transcript in which
one of them answered suggestions of the program is told apart: two who accept the same suggestion agree with it, and not
with each other.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from qcode.core.contexts import CodingColumns, IntArray
from qcode.core.resampling import REPLICATES
from qcode.core.spans import Span
from qcode.core.tabulate import Segments, merge_overlaps
from qcode.errors import RequestError
from qcode.services.coverage import Coverage, Place, coverage
from qcode.services.filters import Filters
from qcode.services.recorded import Recorded, SpokenOf
from qcode.services.study import CodeTable, Study
from qcode.store.rows import CoderRow, SourceRow, TurnRow

__all__ = ["BY", "SUGGESTIONS", "UNITS", "Asked", "Label", "Material", "Stretch", "material"]

UNITS = ("transcript", "case", "speaker", "turn", "sentence", "character")
"""What can be one decision of a coder."""

BY = ("overall", "dimension", "code", "transcript", "pair")
"""What the rows of the table can be."""

SUGGESTIONS = ("exclude", "include", "only")
"""What to do with transcripts in which somebody answered suggestions."""

_NAMED = 12  # transcripts that a note names; the rest is counted
_ORIGIN = "suggestion:"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be compared, and how.

    `of`: *codes*, or *links* (which case a passage speaks of). `statistics`: names of `agreement_statistics`; none
    means the short table. `by`: the rows, several of them crossed. `whole`: each dimension, or code that is named, with
    all below it as one code. `non_space` and `coded_only` narrow the text that counts; `overlap` is the share, both /
    either, from which two segments are taken for one. Raises RequestError for a choice that there is not.
    """

    coders: tuple[str, ...] = ()
    filters: Filters = field(default_factory=Filters)
    of: str = "codes"
    unit: str = "turn"
    statistics: tuple[str, ...] = ()
    by: tuple[str, ...] = ("code",)
    whole: bool = False
    assume_complete: bool = False
    suggestions: str = "exclude"
    non_space: bool = False
    coded_only: bool = False
    overlap: float = 0.9
    seed: int = 1
    replicates: int = REPLICATES

    def __post_init__(self) -> None:
        """Refuse what there is not."""
        for what, name, known in (
            ("object", self.of, ("codes", "links")),
            ("unit", self.unit, UNITS),
            ("choice of suggestions", self.suggestions, SUGGESTIONS),
            *(("kind of row", name, BY) for name in self.by),
        ):
            if name not in known:
                raise RequestError(f"There is no {what} “{name}” in agreement.", fix=f"Use {' or '.join(known)}.")
        if self.of == "links" and (self.unit == "case" or "dimension" in self.by or self.whole or self.filters.codes):
            raise RequestError(
                "Links between cases and passages have neither codes nor dimensions, and cases are what they say.",
                fix="Compare links by turn, sentence, speaker, transcript or character, without codes.",
            )
        if not 0 < self.overlap <= 1:
            raise RequestError(f"The least overlap lies above 0 and at most at 1, and is not {self.overlap}.")
        if self.seed < 0:
            raise RequestError("A seed is a whole number from 0 on.")


class Label(NamedTuple):
    """What coders decide on: a code by its id, or a case by its key. `group` is the code's dimension."""

    id: str
    group: str
    exclusive: bool


class Stretch(NamedTuple):
    """Words that count: code points, half-open, and who speaks (key, 0 = nobody is named)."""

    start: int
    end: int
    speaker: int


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """What is compared.

    `segments`: merged, their `code` is the number of a label from 1. `codings`: those that they come from. `looked`:
    where each label (id) was looked for. `words`: the stretches of each transcript (key) that count, in order.
    `seen`: transcripts in which somebody answered suggestions.
    """

    people: tuple[CoderRow, ...]
    sources: tuple[SourceRow, ...]
    labels: tuple[Label, ...]
    codings: CodingColumns
    segments: Segments
    looked: Mapping[str, Collection[Place]]
    words: Mapping[int, tuple[Stretch, ...]]
    seen: frozenset[int]
    notes: tuple[str, ...]

    def rows_of(self, label: str) -> dict[Place, IntArray]:
        """The rows of the segments of a label (id), by transcript and coder (keys)."""
        number = next(i for i, known in enumerate(self.labels, 1) if known.id == label)
        found: dict[Place, list[int]] = defaultdict(list)
        for row in np.flatnonzero(self.segments.code == number).tolist():
            found[int(self.segments.source[row]), int(self.segments.coder[row])].append(row)
        return {place: np.array(rows, dtype=np.int64) for place, rows in found.items()}

    def spans(self, rows: IntArray) -> list[Span]:
        """The stretches of some segments."""
        return list(map(Span, self.segments.start[rows].tolist(), self.segments.end[rows].tolist()))


class _Given(NamedTuple):
    """One decision of a coder as it stands in the project; `label` is the code's or the case's id."""

    label: str
    coder: int
    source: int
    start: int
    end: int
    case: int


def material(study: Study, asked: Asked) -> Material:
    """Read what is to be compared. Raises RequestError for fewer than two coders, and UnknownName."""
    links = asked.of == "links"
    people = _people(study, asked)
    given = _links(study, people) if links else _codings(study, people)
    seen = _answered(study, people)
    sources, told = _sources(study, asked, seen)
    groups = _cases(study) if links else _rows(study.codes(), asked)
    words, open_ = _words(study, sources, asked.filters)
    counted = _counted(given, words)
    used = {one.label for one in counted}
    labels = [label for label, ids in groups if used & ids]
    ids_of = {label.id: ids for label, ids in groups}
    found = None if links or asked.assume_complete else coverage(study, [p.key for p in people])
    coded = frozenset((one.source, one.coder) for one in given)
    looked = {label.id: _looked(found, ids_of[label.id], coded) for label in labels}
    if links:
        looked, labels = _shared_cases(counted, looked, labels)
    numbers: dict[str, list[int]] = defaultdict(list)  # a code below two that are named counts as both
    for number, label in enumerate(labels, 1):
        for id_ in ids_of[label.id]:
            numbers[id_].append(number)
    codings = _columns([(number, *one[1:]) for one in counted for number in numbers[one.label]])
    notes = (
        f"Coders: {', '.join(p.name for p in people)}.",
        _completed(asked),
        *_left_out(found, dict.fromkeys(id_ for label in labels for id_ in sorted(ids_of[label.id]))),
        *told,
        *asked.filters.words,
        *([f"Left out: {open_} turn(s) of which it is not recorded whether the condition holds."] if open_ else []),
    )
    return Material(
        tuple(people), tuple(sources), tuple(labels), codings, merge_overlaps(codings), looked, words,
        frozenset(seen & words.keys()), notes,
    )  # fmt: skip


# -- whose work


def _people(study: Study, asked: Asked) -> list[CoderRow]:
    people = list(dict.fromkeys(study.coder(name) for name in asked.coders)) or _active(study, asked.of)
    if len(people) < 2:
        did = "linked passages" if asked.of == "links" else "coded"
        raise RequestError(
            f"Agreement needs two coders who may be seen and have {did}.", fix="Name them, or show others."
        )
    return people


def _active(study: Study, of: str) -> list[CoderRow]:
    visible = study.visible_coders()
    if of == "links":
        active = {link.coder for link in study.file.read.links(coders=visible)}
    else:
        active = set(np.unique(study.file.read.coding_columns(coders=visible)[:, 1]).tolist())
    return [coder for coder in study.coders() if coder.key in active]


def _codings(study: Study, people: Sequence[CoderRow]) -> list[_Given]:
    table = study.codes()
    ids = {row.key: table.code(row.key).id for row in table.rows}
    return [
        _Given(ids[code], coder, source, start, end, case)
        for code, coder, source, start, end, case in study.file.read.coding_columns(
            coders=[p.key for p in people]
        ).tolist()
    ]


def _links(study: Study, people: Sequence[CoderRow]) -> list[_Given]:
    """Links as decisions; one of the whole transcript covers all of it."""
    ids = {case.key: case.short_key for case in study.file.read.cases()}
    lengths = {source.key: source.length for source in study.file.read.sources()}
    return [
        _Given(ids[x.study_case], x.coder, x.source, x.start or 0, lengths[x.source] if x.end is None else x.end, 0)
        for x in study.file.read.links(coders=[p.key for p in people])
        if lengths[x.source]
    ]


def _columns(rows: Sequence[tuple[int, int, int, int, int, int]]) -> CodingColumns:
    return CodingColumns(*np.ascontiguousarray(np.array(rows, dtype=np.int64).reshape(-1, 6).T))


# -- what is decided on


def _rows(table: CodeTable, asked: Asked) -> list[tuple[Label, set[str]]]:
    """The labels in the order of the codebook, each with the ids of the codes that count as it."""
    book = table.codebook
    walk = [code.id for code, _ in book.walk()]
    named = asked.filters.codes
    if asked.whole:
        tops = [i for i in walk if (i in named if named else book.dimension_of(i).id == i)]
        return [(Label(i, book.dimension_of(i).id, exclusive=False), table.below([i])) for i in tops]
    wanted = table.below(named) if named else set(walk)
    return [
        (Label(i, book.dimension_of(i).id, book.dimension_of(i).exclusive), {i}) for i in walk if i in wanted
    ]  # fmt: skip


def _cases(study: Study) -> list[tuple[Label, set[str]]]:
    return [(Label(c.short_key, "", exclusive=False), {c.short_key}) for c in study.file.read.cases()]


# -- where it was looked for


def _looked(found: Coverage | None, ids: Iterable[str], coded: frozenset[Place]) -> frozenset[Place]:
    """Where every one of the codes was looked for."""
    return coded if found is None else frozenset.intersection(*(found.looked(code) for code in ids))


def _shared_cases(
    given: Iterable[_Given], looked: Mapping[str, Collection[Place]], labels: Iterable[Label]
) -> tuple[dict[str, frozenset[Place]], list[Label]]:
    """Cases in the transcripts that somebody linked to them: elsewhere all would agree on what nobody thought of."""
    linked = {(one.label, one.source) for one in given}
    found = {case: frozenset(p for p in places if (case, p[0]) in linked) for case, places in looked.items()}
    return found, [label for label in labels if len(found[label.id]) > len({source for source, _ in found[label.id]})]


def _completed(asked: Asked) -> str:
    if asked.of == "links":
        return (
            "A transcript counts for a case where one of them linked it and at least two linked anything; nobody marks "
            "links as complete."
        )
    basis = "coded anything in it" if asked.assume_complete else "marked its dimension as complete"
    return f"A transcript counts for a code where at least two coders {basis}."


def _left_out(found: Coverage | None, codes: Iterable[str]) -> list[str]:
    """What does not count until somebody looked again, in words: codes with numbers of transcripts."""
    again = {} if found is None else {c: len({s for s, _ in found.stale[c]}) for c in codes if c in found.stale}
    if not again:
        return []
    named = ", ".join(f"{code} {number}" for code, number in again.items())
    return [f"Left out until they are rechecked, as the codebook changed in meaning (transcripts): {named}."]


# -- which transcripts


def _answered(study: Study, people: Sequence[CoderRow]) -> set[int]:
    """Transcripts in which one of them accepted or rejected a suggestion."""
    keys = [p.key for p in people]
    accepted = {c.source for c in study.file.read.codings(coders=keys) if (c.origin or "").startswith(_ORIGIN)}
    return accepted | {decision.source for decision in study.file.read.decisions(coders=keys)}


def _sources(study: Study, asked: Asked, seen: Collection[int]) -> tuple[list[SourceRow], list[str]]:
    """The transcripts that are compared, and what is said of those in which somebody answered suggestions."""
    chosen = asked.filters.sources(study)
    answered = [source for source in chosen if source.key in seen]
    if asked.suggestions == "only":
        return answered, ["Only transcripts in which a coder accepted or rejected suggestions."]
    if not answered:
        return chosen, []
    names = ", ".join(source.name for source in answered[:_NAMED])
    more = f" and {len(answered) - _NAMED} more" if len(answered) > _NAMED else ""
    if asked.suggestions == "include":
        return chosen, [f"Counted although a coder accepted or rejected suggestions there: {names}{more}."]
    rest = [source for source in chosen if source.key not in seen]
    return rest, [f"Left out, because a coder accepted or rejected suggestions there: {names}{more}."]


# -- whose words


def _words(study: Study, sources: Sequence[SourceRow], filters: Filters) -> tuple[dict[int, tuple[Stretch, ...]], int]:
    """The words that count by transcript (key), and how many turns a condition leaves open."""
    turns: dict[int, list[TurnRow]] = defaultdict(list)
    for turn in study.file.read.turns():
        if turn.body < turn.end:
            turns[turn.source].append(turn)
    fits = _Fitting(study, filters)
    words = {
        source.key: tuple(Stretch(t.body, t.end, t.speaker or 0) for t in turns[source.key] if fits(t))
        for source in sources
    }
    return words, fits.open


def _counted(given: Sequence[_Given], words: Mapping[int, Sequence[Stretch]]) -> list[_Given]:
    """What touches words that count; a speaker's label and what the interviewer says hold nothing to agree on."""
    begins = {source: [stretch.start for stretch in own] for source, own in words.items()}
    kept = []
    for one in given:
        at = bisect_left(begins.get(one.source, []), one.end) - 1  # the last stretch that begins before it ends
        if at >= 0 and words[one.source][at].end > one.start:
            kept.append(one)
    return kept


class _Fitting:
    """Whether a turn counts: by who speaks, and by the condition, if there is one."""

    def __init__(self, study: Study, filters: Filters) -> None:
        self._filters = filters
        self._recorded = Recorded(study) if filters.where is not None else None
        self.open = 0
        if filters.where is not None and filters.where.asks("case"):
            raise RequestError(
                "Agreement cannot be narrowed by cases: coders may differ in what speaks of a case.",
                fix="Use conditions on transcripts and speakers, or compare by `--unit case`.",
            )

    def __call__(self, turn: TurnRow) -> bool:
        speakers = self._filters.speakers
        if speakers != "all" and (turn.role == "interviewer") != (speakers == "interviewers"):
            return False
        if self._recorded is None or self._filters.where is None:
            return True
        spoken = SpokenOf(turn.source, speaker=turn.speaker, role=turn.role)
        answer = self._recorded.holds(self._filters.where, [spoken])
        self.open += answer is None
        return answer is True
