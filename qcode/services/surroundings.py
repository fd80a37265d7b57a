"""What stands around a passage: who speaks and when, which stage of which case it is about, which codings it holds.

Everything is read once for each transcript that is asked about, so that a screen can ask for the few rows that it
shows and a filter for all of them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from qcode.core.contexts import CodingColumns, IntArray
from qcode.core.passage_query import Unit
from qcode.core.spans import Span
from qcode.core.units import sentences, words
from qcode.services.coding import text_of
from qcode.services.study import Study
from qcode.store.rows import CaseRow, CodingRow, LinkRow, SourceRow, TurnRow

__all__ = ["StageOf", "Surroundings", "clock"]


class StageOf(NamedTuple):
    """That a passage speaks of a case (key), and of a stage of it, if one is known."""

    case: int
    stage: str | None


class _InOrder:
    """Codings in the order of the text, of which those at a place are found without looking at all of them."""

    def __init__(self, rows: Iterable[CodingRow]) -> None:
        self.rows = sorted(rows, key=lambda row: row.start)
        self._starts = [row.start for row in self.rows]
        self._reach = list(accumulate((row.end for row in self.rows), max))

    def meeting(self, start: int, end: int) -> list[CodingRow]:
        """Those that share a character with a place."""
        near = self.rows[bisect_right(self._reach, start) : bisect_left(self._starts, end)]
        return [row for row in near if row.end > start]


class Surroundings:
    """Look-ups around passages of one study, as it stands when they are first asked for."""

    def __init__(self, study: Study) -> None:
        self._study = study
        self._turns: dict[int, tuple[list[TurnRow], list[int], list[int]]] = {}
        self._texts: dict[int, str] = {}
        self._codings: dict[int, _InOrder] = {}
        self._of_code: dict[int, dict[int, _InOrder]] = {}
        self._units: dict[tuple[Unit, int], IntArray] = {}
        self._staged: dict[int, bool] = {}

    @cached_property
    def sources(self) -> dict[int, SourceRow]:
        """The transcripts by key, in the order of the study."""
        return {source.key: source for source in self._study.file.read.sources()}

    @cached_property
    def cases(self) -> dict[int, CaseRow]:
        """The cases by key, in the order of the case table."""
        return {case.key: case for case in self._study.file.read.cases()}

    @cached_property
    def labels(self) -> dict[int, str]:
        """The speakers' labels by key."""
        return {speaker.key: speaker.label for speaker in self._study.file.read.speakers()}

    @cached_property
    def coder_names(self) -> dict[int, str]:
        """The names of the coders who may be seen, by key."""
        return {coder.key: coder.name for coder in self._study.coders()}

    @cached_property
    def _codes_now(self) -> dict[int, int]:
        """What each code (key) became by merging; mostly itself."""
        return {row.key: row.target for row in self._study.codes().rows}

    @cached_property
    def _links(self) -> dict[int, list[LinkRow]]:
        """The links that may be seen, by transcript."""
        found: dict[int, list[LinkRow]] = {}
        for link in self._study.file.read.links(coders=self._study.visible_coders()):
            found.setdefault(link.source, []).append(link)
        return found

    def text(self, source: int) -> str:
        """The canonical text of a transcript (key). Raises DamagedProject if it was erased."""
        if source not in self._texts:
            self._texts[source] = text_of(self._study, self.sources[source])
        return self._texts[source]

    def forget_texts(self) -> None:
        """Let go of the texts that were read: they are much larger than all else."""
        self._texts.clear()

    def codings(self, source: int) -> list[CodingRow]:
        """The codings on a transcript that may be seen, in the order of the text."""
        return self._in_order(source).rows

    def _in_order(self, source: int) -> _InOrder:
        if source not in self._codings:
            coders = self._study.visible_coders()
            self._codings[source] = _InOrder(self._study.file.read.codings(source, coders=coders))
        return self._codings[source]

    def _by_code(self, source: int) -> dict[int, _InOrder]:
        """The codings on a transcript by code (key), after merges of codes."""
        if source not in self._of_code:
            found: dict[int, list[CodingRow]] = {}
            for row in self.codings(source):
                found.setdefault(self._codes_now[row.code], []).append(row)
            self._of_code[source] = {code: _InOrder(rows) for code, rows in found.items()}
        return self._of_code[source]

    def coding_rows(self, codings: CodingColumns, members: IntArray, *, anybody: bool) -> list[CodingRow]:
        """The stored codings behind rows of columns, in the order of the text.

        `anybody`: the columns do not say whose they are (coders *any* and *all*), so every coding of the code that
        shares a character counts.
        """
        found: dict[int, CodingRow] = {}
        for member in members.tolist():
            start, end = int(codings.start[member]), int(codings.end[member])
            coder = int(codings.coder[member])
            known = self._by_code(int(codings.source[member])).get(int(codings.code[member]))
            for row in known.meeting(start, end) if known else ():
                same = (row.start, row.end, row.coder) == (start, end, coder)
                if same or anybody:
                    found[row.key] = row
        return sorted(found.values(), key=lambda row: (row.start, row.end, row.key))

    def units(self, unit: Unit, source: int) -> IntArray:
        """Where the sentences, words or turns of a transcript begin; speakers' labels are no words."""
        if (unit, source) not in self._units:
            turns, text = self.turns(source), self.text(source)
            cut = {"sentences": sentences, "words": words}.get(unit)
            if cut is None:
                starts = [turn.start for turn in turns]
            else:
                parts = [(turn.body, turn.end) for turn in turns] or [(0, len(text))]
                starts = [span.start for body, end in parts for span in cut(text, body, end)]
            self._units[unit, source] = np.array(starts, dtype=np.int64)
        return self._units[unit, source]

    def turns(self, source: int) -> list[TurnRow]:
        """The turns of a transcript, in the order of the text."""
        return self._turns_of(source)[0]

    def _turns_of(self, source: int) -> tuple[list[TurnRow], list[int], list[int]]:
        if source not in self._turns:
            rows = sorted(self._study.file.read.turns(source), key=lambda turn: turn.start)
            self._turns[source] = rows, [turn.start for turn in rows], [turn.end for turn in rows]
        return self._turns[source]

    def turns_at(self, source: int, span: Span) -> list[TurnRow]:
        """The turns that share a character with a passage."""
        rows, starts, ends = self._turns_of(source)
        return rows[bisect_right(ends, span.start) : bisect_left(starts, span.end)]

    def said(self, source: int, span: Span) -> list[TurnRow]:
        """The turns at a passage, without interviewers' unless there are no others."""
        turns = self.turns_at(source, span)
        return [turn for turn in turns if turn.role != "interviewer"] or turns

    def code_now(self, row: CodingRow) -> int:
        """The code (key) of a coding, after merges of codes."""
        return self._codes_now[row.code]

    def overlapping(self, source: int, span: Span) -> list[CodingRow]:
        """The codings that share a character with a passage and may be seen."""
        return self._in_order(source).meeting(span.start, span.end)

    def has_stages(self, source: int) -> bool:
        """Whether anything on a transcript, a link or a coding, names a stage."""
        if source not in self._staged:
            linked = any(link.stage for link in self._links.get(source, []))
            self._staged[source] = linked or any(row.stage for row in self.codings(source))
        return self._staged[source]

    def stages(self, source: int, span: Span, cases: Iterable[int], codings: Iterable[CodingRow]) -> list[StageOf]:
        """The cases of a passage, each with every stage of it that is known, in the order of the case's stages.

        `codings` are those that the passage comes from. A coding whose case was set by hand says the stage itself;
        else the links of the case that hold there say it: the coder's own, if that coder linked anything in the
        transcript, else everybody's.
        """
        rows = list(codings)
        found: list[StageOf] = []
        for case in cases:
            stages = {row.stage for row in rows if row.study_case == case and row.stage}
            if any(row.study_case != case for row in rows) or not rows:
                stages |= self._linked_stages(source, span, case, {row.coder for row in rows})
            order = [stage.name for stage in self.cases[case].stages]
            known = sorted(stages, key=lambda name: (order.index(name) if name in order else len(order), name))
            found += [StageOf(case, stage) for stage in known] or [StageOf(case, None)]
        return found

    def _linked_stages(self, source: int, span: Span, case: int, coders: set[int]) -> set[str]:
        links = self._links.get(source, [])
        own = [link for link in links if link.coder in coders]
        return {
            link.stage
            for link in own or links
            if link.study_case == case and link.stage and (link.start is None or _meets(link, span))
        }


def _meets(link: LinkRow, span: Span) -> bool:
    return link.start is not None and link.end is not None and link.start < span.end and span.start < link.end


def clock(time_ms: int | None) -> str:
    """A time in a recording (milliseconds) as hours, minutes and seconds; nothing where there is none.

    >>> clock(725_900), clock(None)
    ('0:12:05', '')
    """
    if time_ms is None:
        return ""
    minutes, seconds = divmod(time_ms // 1000, 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
