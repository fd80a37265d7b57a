"""Passages worth a look, by indicators and by what was learned. The machine proposes, a person decides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from qcode.core.events import Json
from qcode.core.ids import decision_id
from qcode.core.spans import Span
from qcode.errors import RequestError
from qcode.services.coding import Context as CaseContext
from qcode.services.coding import passage_fields, text_of
from qcode.services.study import Study
from qcode.services.suggestion_learning import Kept, Known, hit_answers, indexed, learn, learned, model_version
from qcode.services.suggestion_material import (
    ACCEPTED,
    LATER,
    REJECTED,
    Answer,
    Examples,
    Material,
    answers,
    definition_hash,
    examples,
    read_material,
    standing,
)  # fmt: skip
from qcode.store.rows import SourceRow
from qcode.suggest.context import Context, weigh
from qcode.suggest.corpus import Corpus
from qcode.suggest.ranking import Basis, Decided, Suggestion, rank, suggest_in
from qcode.suggest.rules import CodeIndicators, Found, RuleSet
from qcode.suggest.training import FEW, fused, method_for

__all__ = [
    "PER_TRANSCRIPT", "Options", "Proposal", "Search", "accept", "best_proposals", "proposals", "put_off", "reject",
    "search",
]  # fmt: skip

PER_TRANSCRIPT = 20
"""Weak suggestions fill up a transcript to this number; strong and fair ones are all shown."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A suggestion in a transcript: a span of code points, half-open, a code, and why.

    `later`: I put it off. `version`: what the model that it rests on was made of, empty where it rests on none.
    """

    source: SourceRow
    code_uid: str
    suggestion: Suggestion
    later: bool = False
    version: str = ""

    @property
    def span(self) -> Span:
        """The proposed passage."""
        return Span(self.suggestion.start, self.suggestion.end)


@dataclass(frozen=True, slots=True)
class Options:
    """How suggestions are made: what of the surroundings counts, whether models take part, whose codings they know."""

    neighbours: bool = True
    question: bool = True
    models: bool = True
    pooled: bool = False

    @property
    def context(self) -> Context:
        """What of the surroundings of a sentence counts."""
        return Context(neighbours=self.neighbours, question=self.question)


@dataclass(frozen=True)
class Search:
    """Everything that a search for suggestions needs. It reads no project any more, so it may run in a thread.

    `run` is quick and trains nothing; `due` says which codes there is something to learn of, and `train` learns it.
    """

    source: SourceRow
    sources: tuple[SourceRow, ...]
    material: Material
    codes: tuple[CodeIndicators, ...]
    decided: Mapping[int, Decided]
    put_off: frozenset[tuple[int, str, Span]]
    answers: tuple[Answer, ...]
    examples: Mapping[str, Examples]
    uids: Mapping[str, str]
    project: str
    whose: str
    options: Options = field(default_factory=Options)

    @cached_property
    def _rules(self) -> RuleSet:
        return RuleSet.compile(self.codes, empty=True)

    def _index(self) -> tuple[Corpus, tuple[Found, ...]]:
        return indexed(self.material.documents, self._rules)

    @cached_property
    def _known(self) -> dict[str, Known]:
        """What the indicators of each code say."""
        corpus, found = self._index()
        said: dict[str, list[tuple[int, Span, bool]]] = defaultdict(list)
        places = {source.key: number for number, source in enumerate(self.material.sources)}
        for answer in self.answers:
            if answer.source in places:
                said[answer.code].append((places[answer.source], answer.span, answer.accepted))
        known = {}
        for rules, of_code in zip(self._rules.codes, found, strict=True):
            accepted = hit_answers(of_code, rules, corpus, said[rules.code])
            weighed = weigh(corpus, rules, of_code, context=self.options.context, acceptance=accepted)
            known[rules.code] = Known(rules, of_code, weighed, accepted)
        return known

    @cached_property
    def _versions(self) -> dict[str, str]:
        """The version that a model of each code would have which is worth learning."""
        if not self.options.models:
            return {}
        return {
            rules.code: model_version(self.material, rules, about, self.options.context)
            for rules in self._rules.codes
            if (about := self.examples.get(rules.code)) is not None and about.segments >= FEW
        }

    def _name(self, code: str) -> Kept:
        return Kept(self.project, self.whose, code)

    def due(self) -> list[str]:
        """Codes (ids) with coded segments enough to learn from, whose model is not there or no longer up to date."""
        corpus, _ = self._index()
        return [
            code
            for code, version in self._versions.items()
            if (model := learned(self._name(code), corpus)) is None or model[0] != version
        ]

    def train(self, *, jobs: int = 1, tick: Callable[[str], None] | None = None) -> int:
        """Learn what is due, in processes of their own, and wait for it; how many codes were learned.

        `tick` is told each code. The next `run`, of this search or of a later one, uses what was learned.
        Raises QcodeError if it fails.
        """
        corpus, _ = self._index()
        wanted = [(self._name(c), self._versions[c], self._known[c], self.examples[c]) for c in self.due()]
        return learn(corpus, self.material, wanted, jobs=jobs, tick=tick) if wanted else 0

    def run(self) -> list[Proposal]:
        """The proposals, best first, what was put off last. Loads spaCy the first time, which takes about a second.

        Codes with few coded segments, and those of which nothing was learned yet, go by their indicators alone.
        """
        corpus, _ = self._index()
        bases = [(self._basis(corpus, known), known.accepted) for known in self._known.values()]
        found: list[Proposal] = []
        for source in self.sources:
            number = self.material.place(source)
            if number is not None:
                found += self._in_one(corpus, number, source, bases)
        return sorted(found, key=lambda p: (p.later, rank(p.suggestion)[:2], p.source.position, rank(p.suggestion)))

    def _in_one(
        self,
        corpus: Corpus,
        number: int,
        source: SourceRow,
        bases: Sequence[tuple[tuple[Basis, str], Mapping[str, tuple[int, int]]]],
    ) -> list[Proposal]:
        decided = self.decided.get(source.key, Decided())
        made = [
            Proposal(
                source, self.uids[s.code], s, (source.key, s.code, Span(s.start, s.end)) in self.put_off, version
            )
            for (basis, version), accepted in bases
            for s in suggest_in(corpus, number, basis, decided, accepted)
        ]  # fmt: skip
        made.sort(key=lambda p: (p.later, rank(p.suggestion)))
        firm = sum(p.suggestion.band != "weak" for p in made)
        room = max(0, PER_TRANSCRIPT - firm)
        weak = [p for p in made if p.suggestion.band == "weak"][:room]
        return [p for p in made if p.suggestion.band != "weak"] + weak

    def _basis(self, corpus: Corpus, known: Known) -> tuple[Basis, str]:
        """What the suggestions of a code rest on, and the version of the model."""
        code = known.rules.code
        plain = Basis(known.rules, known.found, known.evidence, known.evidence.score)
        model = learned(self._name(code), corpus) if code in self._versions else None
        if model is None:
            return plain, ""
        version, told = model
        method = method_for(self.examples[code].segments)
        score = told.score if method == "model" else fused(known.evidence.score, told.score)
        return replace(plain, score=score, method=method, learned=told.score, telling=told.telling), version


def search(
    study: Study, source: SourceRow, *, codes: Sequence[str] = (), options: Options | None = None
) -> Search:  # fmt: skip
    """Prepare the search for suggestions in one transcript, for some codes or all.

    Nothing is proposed where I put the code already or rejected it. In a blind round there are none: they
    would make coders agree for the wrong reason. Raises RequestError in a blind round.
    """
    return _search(study, [source], codes, options or Options())


def _search(study: Study, sources: Sequence[SourceRow], codes: Sequence[str], options: Options) -> Search:
    if study.viewpoint.blind:
        raise RequestError("In a blind round there are no suggestions.")
    table = study.codes()
    wanted = table.below(codes)
    chosen = [code for code in table.codebook.codes if not wanted or code.id in wanted]
    return Search(
        source=sources[0],
        sources=tuple(sources),
        material=read_material(study),
        codes=tuple(CodeIndicators(code.id, code.indicators) for code in chosen),
        decided=_decided(study, sources),
        put_off=_put_off(study),
        answers=tuple(answers(study)),
        examples=examples(study, [code.id for code in chosen], pooled=options.pooled) if options.models else {},
        uids={short_id: row.uid for short_id, row in table.by_id.items()},
        project=study.file.uid,
        whose="" if options.pooled else study.me.uid,
        options=options,
    )


def proposals(
    study: Study,
    source: SourceRow,
    *,
    codes: Sequence[str] = (),
    top: int | None = None,
    options: Options | None = None,
) -> list[Proposal]:
    """Suggestions for one transcript, best first: in the participants' words only. See `search`."""
    return search(study, source, codes=codes, options=options).run()[:top]


def best_proposals(
    study: Study,
    sources: Sequence[SourceRow],
    *,
    codes: Sequence[str] = (),
    top: int = 20,
    options: Options | None = None,
    jobs: int = 1,
    tick: Callable[[str], None] | None = None,
) -> list[Proposal]:
    """The `top` suggestions of several transcripts, best first; what there is to learn is learned before.

    `tick` is told each code that was learned. Raises RequestError in a blind round, QcodeError if learning fails.
    """
    if not sources:
        return []
    looked_for = _search(study, sources, codes, options or Options())
    looked_for.train(jobs=jobs, tick=tick)
    return looked_for.run()[:top]


def _decided(study: Study, sources: Sequence[SourceRow]) -> dict[int, Decided]:
    """By transcript (key), my codings and what I said no to, by code."""
    table = study.codes()
    found: dict[int, Decided] = {}
    for source in sources:
        already: dict[str, list[Span]] = defaultdict(list)
        for coding in study.file.read.codings(source.key, coders=[study.me.key]):
            already[table.code(coding.code).id].append(Span(coding.start, coding.end))
        rejected: dict[str, list[Span]] = defaultdict(list)
        for decision in standing(study, study.file.read.decisions(source.key, coders=[study.me.key])):
            rejected[table.code(decision.code).id].append(Span(decision.start, decision.end))
        found[source.key] = Decided(already, rejected)
    return found


def _put_off(study: Study) -> frozenset[tuple[int, str, Span]]:
    table = study.codes()
    return frozenset(
        (d.source, table.code(d.code).id, Span(d.start, d.end))
        for d in study.file.read.decisions(coders=[study.me.key])
        if d.verdict == LATER
    )


def accept(
    study: Study,
    proposal: Proposal,
    *,
    span: Span | None = None,
    code: str | None = None,
    in_context: CaseContext | None = None,
) -> str | None:
    """Make an ordinary coding of a suggestion, with other boundaries or another code (uid) if given; its uid.

    The coding remembers where it came from, and the suggestion what became of it; one undo takes both back. None if I
    put the code on exactly this passage already.
    """
    text = text_of(study, proposal.source)
    place, uid = span or proposal.span, code or proposal.code_uid
    fields = passage_fields(proposal.source, text, place)
    if study.me.key and uid in study.file.read.codes_at(proposal.source.key, *place, coder=study.me.key):
        return None
    extra: dict[str, Json] = {"origin": f"suggestion:{_decision(study, proposal)}"}
    if in_context is not None and in_context.case is not None:
        extra["case"] = in_context.case.uid
        if in_context.stage:
            extra["stage"] = in_context.stage
    used: dict[str, Json] = {} if place == proposal.span else {"used_span": list(place)}
    used |= {} if uid == proposal.code_uid else {"used_code": uid}
    answer = _answer_fields(study, proposal, text, ACCEPTED)
    with study.act() as writer:
        made = writer.create("coding", {**fields, "code": uid, **extra})
        writer.put("decision", _decision(study, proposal), {**answer, **used})
    return made


def reject(study: Study, proposal: Proposal) -> None:
    """Say no: this code is not suggested to me on this passage again, unless what it means changes."""
    _answer(study, proposal, REJECTED)


def put_off(study: Study, proposal: Proposal) -> None:
    """Say later: the suggestion stands behind all others from now on."""
    _answer(study, proposal, LATER)


def _answer(study: Study, proposal: Proposal, verdict: str) -> None:
    fields = _answer_fields(study, proposal, text_of(study, proposal.source), verdict)
    with study.act() as writer:
        writer.put("decision", _decision(study, proposal), fields)


def _answer_fields(study: Study, proposal: Proposal, text: str, verdict: str) -> dict[str, Json]:
    """What is stored of an answer: the passage, and what the suggestion rested on. Never words of the text."""
    table = study.codes()
    code = table.codebook.code(proposal.suggestion.code)
    return {
        **passage_fields(proposal.source, text, proposal.span),
        "code": proposal.code_uid,
        "verdict": verdict,
        "definition": definition_hash(code),
        "codebook": table.codebook.content_hash()[:12],
        "method": proposal.suggestion.method,
        "model": proposal.version,
        "band": proposal.suggestion.band,
        "score": round(proposal.suggestion.score, 3),
        "pipeline": "blank",
    }


def _decision(study: Study, proposal: Proposal) -> str:
    return decision_id(study.me.uid, proposal.code_uid, proposal.source.uid, *proposal.span)
