"""What the screen of retrieved segments says of them: a row, the pane of one segment, the heads of groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from textual.content import Content

from qcode.services.case_values import values_of
from qcode.services.memos import Memo, MemoFilter, memos
from qcode.services.retrieval import FoundPassage, Group, Grouping, Retrieved
from qcode.services.study import CaseRow, Study
from qcode.services.surroundings import clock
from qcode.tui.rows import Column, Row
from qcode.tui.safe import Parts, inert, line_of

__all__ = ["COLUMNS", "Teller", "segments"]

COLUMNS = (
    Column("transcript", share=5),
    Column("speaker", 10, drop=3),
    Column("codes", share=6, least=15),
    Column("coder", 8, drop=4),
    Column("case", share=5, drop=1),
    Column("segment", share=14, least=30),
)
_ROW_LONGEST = 400  # characters of a quote that a row can show
_PANE_LONGEST = 4000
_OPEN, _CLOSED = "▾", "▸"


def segments(number: int) -> str:
    """A number of segments in words.

    >>> segments(1), segments(1200)
    ('1 segment', '1,200 segments')
    """
    return "1 segment" if number == 1 else f"{number:,} segments"


class Teller:
    """Puts one result into words. Cases and memos are read once, the rest for the rows that are asked for."""

    def __init__(self, study: Study, found: Retrieved) -> None:
        self._study = study
        self._found = found
        self._cases: Mapping[str, CaseRow] = {case.short_key: case for case in study.file.read.cases()}
        self._memos: dict[int, list[Memo]] = {}
        for memo in memos(study, MemoFilter(about=["passage"])):
            self._memos.setdefault(memo.row.target or 0, []).append(memo)

    def row(self, number: int, *, indent: bool) -> Row:
        """The cells of a segment (from 0)."""
        one = self._found.row(number)
        first = self._study.codes().codebook.colour_of(one.codes[0]) if one.codes else ""
        quote = " ".join(one.quote[:_ROW_LONGEST].split())
        marks = "! " * one.flagged + "[paraphrase] " * (one.verbatim != "yes")
        return (
            f"{'  ' * indent}{one.source.name}",
            (", ".join(one.speakers), "dim"),
            (", ".join(one.codes), first),
            (", ".join(one.coders), "dim"),
            ", ".join(dict.fromkeys(case for case, _ in one.cases)),
            marks + quote,
        )

    def head(self, group: Group, by: Grouping, *, opened: bool) -> str:
        """The line above the segments of a group."""
        texts = len(np.unique(self._found.passages.source[list(group.rows)]))
        where = "" if by == "transcript" else f" in {texts} {'transcript' if texts == 1 else 'transcripts'}"
        return f"{_OPEN if opened else _CLOSED} {self._named(group, by)} · {segments(len(group.rows))}{where}"

    def _named(self, group: Group, by: Grouping) -> str:
        if not group.name:
            return "no case"
        if by == "code":
            return f"{group.name}  {self._study.codes().codebook.code(group.name).name()}"
        if by == "case":
            return f"{group.name}  {self._cases[group.name].name}"
        return group.name

    def told_of_group(self, group: Group, by: Grouping, *, several: bool) -> Content:
        """The pane of a group."""
        lines = [inert(self.head(group, by, opened=True)[2:], "bold"), inert("Enter opens or closes it.", "dim")]
        if several:
            lines.append(inert(f"A segment of several {by}s stands under each of them.", "dim"))
        return Content("\n").join([*lines, *self._notes()])

    def told(self, number: int) -> Content:
        """The pane of a segment (from 0)."""
        one = self._found.row(number)
        before, after = self._found.context(number)
        said = [line_of((", ".join(one.codes), "bold"), *self._also(one)), line_of(*self._place(one)), Content("")]
        quote = one.quote
        if len(quote) > _PANE_LONGEST:
            quote = f"{quote[:_PANE_LONGEST]} … {len(quote) - _PANE_LONGEST:,} more characters; Enter shows them"
        words = [
            inert(" ".join(before.split()), "dim"),
            inert(" ".join(quote.split())),
            inert(" ".join(after.split()), "dim"),
        ]
        if one.verbatim != "yes":
            said.append(inert("paraphrase" if one.verbatim == "no" else "partly paraphrase", "italic"))
        said.append(Content(" ").join([part for part in words if len(part)]))
        said += [self._translated(one, place) for place in range(len(one.translations))]
        said += [
            line_of((f"memo of {memo.coder}: ", "dim"), " ".join(f"{memo.row.title} {memo.row.text}".split()))
            for memo in self._memos.get(one.source.key, [])
            if memo.span is not None and memo.span.overlaps(one.span)
        ]
        return Content("\n").join([*said, *self._notes()])

    def _also(self, one: FoundPassage) -> Parts:
        parts: Parts = [(f" · also {', '.join(one.also)}", "dim")] if one.also else []
        return [*parts, f" · coded by {', '.join(one.coders)}", *([" · flagged"] if one.flagged else [])]

    def _place(self, one: FoundPassage) -> Parts:
        cases = [self._case(key, stage) for key, stage in one.cases]
        parts = [
            one.source.name,
            ", ".join(one.speakers),
            clock(one.time_ms),
            f"case {'; '.join(cases)}" if cases else "no case",
        ]
        return [(" · ".join(part for part in parts if part), "dim")]

    def _case(self, key: str, stage: str | None) -> str:
        case = self._cases.get(key)
        mechanism = values_of(case).get("mechanism", "") if case else ""
        own = next((s.mechanism for s in case.stages if s.name == stage and s.mechanism), None) if case else None
        known = own or mechanism
        return f"{key}{f' ({known})' if known else ''}{f', stage {stage}' if stage else ''}"

    @staticmethod
    def _translated(one: FoundPassage, place: int) -> Content:
        row = one.translations[place]
        by = f" · translated by {row.translator}" if row.translator else ""
        checked = f", checked by {row.checked_by}" if row.checked_by else ""
        return line_of((f"{row.language}: ", "dim"), " ".join(row.text.split()), (f"{by}{checked}", "dim"))

    def nothing(self) -> Content:
        """The pane where no segment fits."""
        return Content("\n").join(self._notes()[1:])

    def _notes(self) -> Sequence[Content]:
        return [Content(""), *(inert(note, "dim") for note in self._found.notes)]
