"""The cases on the coding screen's desk: the current one, links of passages, what codings were given by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from qcode.core.spans import Span, overlap
from qcode.services import coding
from qcode.services.case_edits import case_of as stored_case

if TYPE_CHECKING:
    from qcode.services.study import CaseRow, LinkRow, SourceRow, Study
    from qcode.tui.painter import Mark

__all__ = ["DeskCases"]


class DeskCases:
    """The part of a desk that knows of cases. `by_hand` holds, for keys of codings, a case (key) and its stage."""

    study: Study
    text: str
    context: coding.Context
    links: list[LinkRow]

    def __init__(self) -> None:
        self._cases: dict[int, CaseRow] = {}
        self.by_hand: dict[int, tuple[int, str | None]] = {}

    @property
    def source(self) -> SourceRow:
        """The transcript on the desk."""
        raise NotImplementedError

    def uid_of(self, key: int) -> str:
        """The uid of a coding on the desk."""
        raise NotImplementedError

    def read_links(self) -> list[Span]:
        """Read the links of the transcript again; the stretches that are linked to a case."""
        read = self.study.file.read
        self._cases = {case.key: case for case in read.cases()}
        self.links = read.links(self.source.key, coders=self.study.visible_coders())
        return [Span(link.start, link.end or 0) for link in self.links if link.start is not None]

    # -- the current case

    def set_context(self, uid: str | None, stage: str | None = None) -> None:
        """Set the current case by uid, and its stage; None sets none. Raises RequestError if the case is gone."""
        self.context = coding.set_context(self.study, stored_case(self.study, uid) if uid else None, stage)

    def renew_context(self) -> bool:
        """Read the current case again; whether it is another one, or has other attributes."""
        before, self.context = self.context, coding.context(self.study)
        return self.context != before

    def context_words(self) -> str:
        """The current case as the status line shows it."""
        return self.case_words(self.context.case, self.context.stage) if self.context.case else "none"

    @staticmethod
    def case_words(case: CaseRow, stage: str | None = None) -> str:
        """A case as one line shows it: key, mechanism (of the stage, where it has its own) or kind, and stage."""
        own = next((s.mechanism for s in case.stages if s.name == stage), None) if stage else None
        words = f"{case.short_key} ({own or case.attributes.get('mechanism') or case.kind})"
        return f"{words} · stage {stage}" if stage else words

    # -- links

    def link(self, span: Span | None, uid: str, stage: str | None = None) -> bool:
        """Link a passage, or the whole transcript (None), to a case; whether that is new."""
        case = stored_case(self.study, uid)
        return coding.link_case(self.study, case, self.source, self.text, span, stage) is not None

    def unlink(self, uid: str) -> None:
        """Take one of my links away."""
        coding.remove_link(self.study, uid)

    def my_links_at(self, span: Span) -> list[LinkRow]:
        """My links that hold there: passages that share a character with it, then the whole transcript's."""
        mine = [link for link in self.links if link.coder == self.study.me.key]
        here = [link for link in mine if link.start is not None and span.overlaps(Span(link.start, link.end or 0))]
        return [*here, *(link for link in mine if link.start is None)]

    def words_of(self, uid: str, stage: str | None) -> str:
        """A case (uid) and stage in words, as they stood when the links were read."""
        case = next((case for case in self._cases.values() if case.uid == uid), None)
        return self.case_words(case, stage) if case else "a case that is not there any more"

    def link_words(self, link: LinkRow) -> str:
        """A link in words, without those of the interview."""
        case = self._cases.get(link.study_case)
        return self.case_words(case, link.stage) if case else "a case that is not there any more"

    def linked_places(self) -> list[Span]:
        """The passages that are linked to a case, in the order of the text, each once."""
        return sorted({Span(link.start, link.end or 0) for link in self.links if link.start is not None})

    def cases_at(self, span: Span) -> list[str]:
        """Words for the cases that a passage is linked to: passages first, else the whole transcript's."""
        passages = [
            link for link in self.links
            if link.start is not None and link.end is not None
            and 2 * overlap(span, Span(link.start, link.end)) >= span.length
        ]  # fmt: skip
        chosen: Sequence[LinkRow] = passages or [link for link in self.links if link.start is None]
        return list(dict.fromkeys(self.link_words(link) for link in chosen if link.study_case in self._cases))

    # -- cases of codings

    def case_by_hand(self, key: int) -> tuple[CaseRow | None, str | None]:
        """The case and stage that a coding (key) was given by hand or by the current case; None: the links decide."""
        found = self.by_hand.get(key)
        case = self._cases.get(found[0]) if found else None
        return (case, found[1]) if case and found else (None, None)

    def case_of(self, mark: Mark) -> str:
        """The same in words; empty if the links decide."""
        case, stage = self.case_by_hand(mark.key)
        return self.case_words(case, stage) if case else ""

    def assign(self, key: int, uid: str | None, stage: str | None = None) -> None:
        """Give one of my codings (key) a case by hand; None leaves it to the links."""
        case = stored_case(self.study, uid) if uid else None
        coding.assign_case(self.study, self.uid_of(key), case, stage)
        self.by_hand.pop(key, None)
        if case is not None:
            self._cases[case.key] = case
            self.by_hand[key] = (case.key, stage)
