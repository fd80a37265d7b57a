"""Passages that the codebook's indicators point at. The machine proposes, a person decides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from qcode.core.ids import decision_id
from qcode.core.spans import Span
from qcode.errors import RequestError
from qcode.services.coding import Context, apply_codes, passage_fields, text_of
from qcode.services.study import Study
from qcode.store.rows import SourceRow
from qcode.suggest.rules import CodeIndicators, RuleSet, Suggestion, suggest

__all__ = ["Proposal", "Search", "accept", "best_proposals", "proposals", "reject", "search"]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A suggestion in a transcript: a span of code points, half-open, a code, and why."""

    source: SourceRow
    code_uid: str
    suggestion: Suggestion

    @property
    def span(self) -> Span:
        """The proposed passage."""
        return Span(self.suggestion.start, self.suggestion.end)


@dataclass(frozen=True, slots=True)
class Search:
    """Everything that a search for suggestions needs: `run` reads no project, so it may run in a thread."""

    source: SourceRow
    text: str
    scope: tuple[Span, ...]
    codes: tuple[CodeIndicators, ...]
    already: dict[str, list[Span]]
    rejected: dict[str, list[Span]]
    uids: dict[str, str]

    def run(self) -> list[Proposal]:
        """The proposals, best first. Loads spaCy the first time, which takes about a second."""
        rules = RuleSet.compile(self.codes)
        found = suggest(self.text, self.scope, rules, already=self.already, rejected=self.rejected)
        return [Proposal(self.source, self.uids[s.code], s) for s in found]


def search(study: Study, source: SourceRow, *, codes: Sequence[str] = ()) -> Search:
    """Prepare the search for suggestions in one transcript, for some codes or all.

    Nothing is proposed where I put the code already or rejected it. In a blind round there are none: they
    would make coders agree for the wrong reason. Raises RequestError in a blind round.
    """
    if study.viewpoint.blind:
        raise RequestError("In a blind round there are no suggestions.")
    table = study.codes()
    wanted = table.below(codes)
    return Search(
        source=source,
        text=text_of(study, source),
        scope=tuple(_scope(study, source)),
        codes=tuple(CodeIndicators(c.id, c.indicators) for c in table.codebook.codes if not wanted or c.id in wanted),
        already=_coded(study, source),
        rejected=_rejected(study, source),
        uids={short_id: row.uid for short_id, row in table.by_id.items()},
    )


def proposals(study: Study, source: SourceRow, *, codes: Sequence[str] = (), top: int | None = None) -> list[Proposal]:
    """Suggestions for one transcript, best first: in the participants' words only. See `search`."""
    return search(study, source, codes=codes).run()[:top]


def best_proposals(
    study: Study, sources: Sequence[SourceRow], *, codes: Sequence[str] = (), top: int = 20
) -> list[Proposal]:
    """The `top` suggestions of several transcripts: the best of each, then the second of each, and so on.

    Scores rank within one transcript only, so they are never compared across transcripts, save to order a round.
    """
    ranked = [
        (rank, -proposal.suggestion.score, number, proposal)
        for number, source in enumerate(sources)
        for rank, proposal in enumerate(proposals(study, source, codes=codes, top=top))
    ]
    return [proposal for *_, proposal in sorted(ranked, key=lambda entry: entry[:3])[:top]]


def _scope(study: Study, source: SourceRow) -> list[Span]:
    named = bool(study.file.read.speakers(source.key))
    return [
        Span(turn.body, turn.end)
        for turn in study.file.read.turns(source.key)
        if turn.body < turn.end and (turn.role or "participant") in ("participant", "text")
        and (turn.role is not None or not named)
    ]  # fmt: skip


def _coded(study: Study, source: SourceRow) -> dict[str, list[Span]]:
    """My codings of the transcript by code."""
    found: dict[str, list[Span]] = defaultdict(list)
    table = study.codes()
    for coding in study.file.read.codings(source.key, coders=[study.me.key]):
        found[table.code(coding.code).id].append(Span(coding.start, coding.end))
    return found


def _rejected(study: Study, source: SourceRow) -> dict[str, list[Span]]:
    """What I said no to, by code."""
    found: dict[str, list[Span]] = defaultdict(list)
    table = study.codes()
    for decision in study.file.read.decisions(source.key, coders=[study.me.key]):
        if decision.verdict == "rejected":
            found[table.code(decision.code).id].append(Span(decision.start, decision.end))
    return found


def accept(
    study: Study, proposal: Proposal, *, span: Span | None = None, in_context: Context | None = None
) -> str | None:
    """Make an ordinary coding of a suggestion, with other boundaries if `span` is given; its uid.

    The coding remembers where it came from. None if I put the code on exactly this passage already.
    """
    text = text_of(study, proposal.source)
    place = span or proposal.span
    origin = f"suggestion:{_decision(study, proposal)}"
    made = apply_codes(study, proposal.source, text, place, [proposal.code_uid], in_context=in_context, origin=origin)
    return made[0] if made else None


def reject(study: Study, proposal: Proposal) -> None:
    """Say no: this code is not suggested to me on this passage again."""
    fields = passage_fields(proposal.source, text_of(study, proposal.source), proposal.span)
    with study.act() as writer:
        writer.put("decision", _decision(study, proposal), {**fields, "code": proposal.code_uid, "verdict": "rejected"})


def _decision(study: Study, proposal: Proposal) -> str:
    return decision_id(study.me.uid, proposal.code_uid, proposal.source.uid, *proposal.span)
