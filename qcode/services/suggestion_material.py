"""What suggestions are looked for in, and what they learn from: read from a study at once, so that the rest needs none.

Only participants' turns and texts are looked at; what an interviewer asked before a turn is kept beside it. What is
learned comes from one coder's codings, or pooled from everybody's whose work may be seen. A sentence is a negative
example of a code where a coder completed the transcript for it and did not code it, or said no to it there.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from qcode.core.codebook import Code
from qcode.core.events import canonical_json
from qcode.core.spans import Span, merge
from qcode.services.study import Study
from qcode.store.rows import DecisionRow, SourceRow, TurnRow
from qcode.suggest.corpus import Document

__all__ = [
    "ACCEPTED", "LATER", "REJECTED", "Answer", "Examples", "Material", "answers", "definition_hash", "examples",
    "read_material", "standing",
]  # fmt: skip

ACCEPTED, REJECTED, LATER = "accepted", "rejected", "later"
_LOOKED_AT = ("participant", "text")
_ASKING = "interviewer"


@dataclass(frozen=True, slots=True)
class Material:
    """The transcripts of a study whose text is there, and the documents made of them, in the same order."""

    sources: tuple[SourceRow, ...]
    documents: tuple[Document, ...]

    def place(self, source: SourceRow) -> int | None:
        """The number of a transcript's document; None if its text is gone."""
        return next((n for n, known in enumerate(self.sources) if known.key == source.key), None)


@dataclass(frozen=True, slots=True)
class Examples:
    """What is known of one code, spans by transcript (key).

    `coded`: overlapping ones of one coder joined. `refused`: suggestions turned down. `complete`: transcripts in which
    a coder looked for the code and is done.
    """

    coded: Mapping[int, tuple[Span, ...]]
    refused: Mapping[int, tuple[Span, ...]]
    complete: frozenset[int]

    @property
    def segments(self) -> int:
        """How many coded segments there are."""
        return sum(map(len, self.coded.values()))


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said to a suggestion: transcript (key), the code's id, the span, and whether it was accepted."""

    source: int
    code: str
    span: Span
    accepted: bool


def read_material(study: Study) -> Material:
    """Every transcript whose text is in the project."""
    read = study.file.read
    turns: dict[int, list[TurnRow]] = defaultdict(list)
    for turn in read.turns():
        turns[turn.source].append(turn)
    named = {speaker.source for speaker in read.speakers()}
    found = [
        (source, _document(text, turns[source.key], named=source.key in named))
        for source in read.sources()
        if (text := read.text(source.key)) is not None
    ]
    return Material(tuple(source for source, _ in found), tuple(document for _, document in found))


def _document(text: str, turns: Sequence[TurnRow], *, named: bool) -> Document:
    scope: list[Span] = []
    questions: list[Span | None] = []
    asked: Span | None = None
    for turn in turns:
        if turn.role == _ASKING:
            asked = Span(turn.body, turn.end) if turn.body < turn.end else asked
        elif turn.body < turn.end and (turn.role in _LOOKED_AT or (turn.role is None and not named)):
            scope.append(Span(turn.body, turn.end))
            questions.append(asked)
    return Document.of(text, scope, questions)


def examples(study: Study, codes: Collection[str], *, pooled: bool = False) -> dict[str, Examples]:
    """What is known of each code (ids): by my own work, or with `pooled` by everybody's whose work may be seen."""
    from qcode.services.coverage import coverage  # it needs numpy, which the screen's first picture does not wait for

    table = study.codes()
    keys = study.visible_coders() if pooled else [study.me.key]
    coded: dict[str, dict[int, dict[int, list[Span]]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    for row in study.file.read.codings(coders=keys):
        coded[table.code(row.code).id][row.source][row.coder].append(Span(row.start, row.end))
    refused: dict[str, dict[int, list[Span]]] = defaultdict(lambda: defaultdict(list))
    for decision in standing(study, study.file.read.decisions(coders=keys)):
        refused[table.code(decision.code).id][decision.source].append(Span(decision.start, decision.end))
    looked = coverage(study, keys)
    return {
        code: Examples(
            {
                source: tuple(span for spans in by_coder.values() for span in merge(spans))
                for source, by_coder in coded[code].items()
            },
            {source: tuple(spans) for source, spans in refused[code].items()},
            frozenset(source for source, _ in looked.looked(code)),
        )
        for code in codes
    }


def standing(study: Study, decisions: Sequence[DecisionRow]) -> Iterator[DecisionRow]:
    """The rejections that still stand: one falls with a change of what the code means."""
    table = study.codes()
    hashes: dict[str, str] = {}
    for decision in decisions:
        if decision.verdict != REJECTED:
            continue
        code = table.code(decision.code)
        now = hashes.setdefault(code.id, definition_hash(code))
        entity = study.file.acts.entity(decision.uid)
        if entity is None or entity.fields.get("definition", now) == now:
            yield decision


def definition_hash(code: Code) -> str:
    """Twelve digits that change with what a code means: its definition and when to use it or not."""
    told = [code.brief, code.definition, code.when_to_use, code.when_not_to_use]
    return hashlib.sha256(canonical_json(told).encode("utf-8", "replace")).hexdigest()[:12]


def answers(study: Study) -> list[Answer]:
    """What I said to suggestions, in every transcript; what I put off is left out."""
    table = study.codes()
    verdicts = {ACCEPTED: True, REJECTED: False}
    return [
        Answer(d.source, table.code(d.code).id, Span(d.start, d.end), verdicts[d.verdict])
        for d in study.file.read.decisions(coders=[study.me.key])
        if d.verdict in verdicts
    ]
