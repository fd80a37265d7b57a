"""Where memos stand: the turn of a passage, its words with some of what is said around them, and the way there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from qcode.services.act_changes import Goal
from qcode.services.memos import Memo
from qcode.services.surroundings import Surroundings

if TYPE_CHECKING:
    from qcode.services.study import SourceRow, Study

__all__ = ["MemoPassage", "MemoPlaces"]

_AROUND = 120  # characters on both sides of a passage
_LONGEST = 2_000  # characters of a passage that are shown


@dataclass(frozen=True, slots=True)
class MemoPassage:
    """The words that a memo is about, and what is said before and after them in the same turns, cut with an ellipsis.

    `turn` counts from 1 (0: in no turn); `speaker` is the label of who says the first word, empty if nobody is named.
    """

    before: str
    words: str
    after: str
    turn: int
    speaker: str


class MemoPlaces:
    """Look-ups for the memos of one study, as it stands when they are first asked for."""

    def __init__(self, study: Study) -> None:
        self._study = study
        self._around = Surroundings(study)

    @cached_property
    def _codes(self) -> dict[int, str]:
        table = self._study.codes()
        return {row.key: table.by_key[row.target].uid for row in table.rows}

    def _source(self, memo: Memo) -> SourceRow | None:
        return self._around.sources.get(memo.row.target or 0) if memo.row.about in ("transcript", "passage") else None

    def _turn(self, memo: Memo) -> int:
        span = memo.span
        if span is None or memo.row.target is None:
            return 0
        found = self._around.turns_at(memo.row.target, span)
        return self._around.turns(memo.row.target).index(found[0]) + 1 if found else 0

    def subject(self, memo: Memo) -> str:
        """What a memo is about, in a few words; a passage by its turn: `turn 12 of 009`."""
        turn = self._turn(memo)
        return f"turn {turn} of {memo.target}" if turn else memo.subject

    def passage(self, memo: Memo) -> MemoPassage | None:
        """The passage that a memo is about; None if it is about none, or if the text is not there any more."""
        source, span = self._source(memo), memo.span
        text = self._study.file.read.text(source.key) if source is not None else None
        if source is None or span is None or text is None:
            return None
        turns = self._around.turns_at(source.key, span)
        first, last = (turns[0].body, turns[-1].end) if turns else (span.start, span.end)
        begun, done = max(first, span.start - _AROUND), min(last, span.end + _AROUND)
        before = ("…" if begun > first else "") + text[begun : span.start]
        after = text[span.end : done] + ("…" if done < last else "")
        words = text[span.start : span.end]
        shown = words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"
        speaker = self._around.labels.get(turns[0].speaker or 0, "") if turns else ""
        return MemoPassage(before, shown, after, self._turn(memo), speaker)

    def goal(self, memo: Memo) -> Goal | None:
        """Where one can look at what a memo is about; None for the study, or if it is not there any more."""
        source = self._source(memo)
        if source is not None:
            return Goal("passage" if memo.span else "transcript", source.uid, memo.span)
        if memo.row.about == "code":
            uid = self._codes.get(memo.row.target or 0)
            return Goal("code", uid) if uid else None
        case = self._around.cases.get(memo.row.target or 0) if memo.row.about == "case" else None
        return Goal("case", case.uid) if case is not None else None
