"""How much was said: the words of the transcripts, cut so that each piece is about one thing and said by one side.

A rate, a share of the text and the exposure of a case all need the same denominator: the words that the table would
count codings in. So the pieces follow the speakers whose words count, and the links that say of which case a passage
speaks, and they are given to cases by the very rules that give codings to them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from qcode.core.contexts import BoolArray, CodingColumns, IntArray
from qcode.core.text import han_count
from qcode.core.units import word_count
from qcode.services.coding import text_of
from qcode.services.selection import Selection
from qcode.services.study import SourceRow, Study
from qcode.store.rows import TurnRow

__all__ = ["Spoken", "Words", "spoken", "whose_reading"]


@dataclass(frozen=True, slots=True)
class Words:
    """A number of words: `han` Chinese characters, each a word of its own, and `others`."""

    han: int
    others: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.han + self.others


@dataclass(frozen=True, slots=True, eq=False)
class Spoken:
    """Pieces of text as int64 columns, in reading order: code points, half-open, without the speakers' labels.

    `words` are all words of a piece, `han` those of them that are Chinese characters.
    """

    source: IntArray
    start: IntArray
    end: IntArray
    words: IntArray
    han: IntArray

    def __len__(self) -> int:
        return len(self.source)

    def as_codings(self, reader: Mapping[int, int]) -> CodingColumns:
        """The pieces as if somebody had coded each: `reader` says as whose reading (coder), by transcript (key).

        So the rules for codings say of which case a piece speaks.
        """
        coder = np.array([reader.get(source, 0) for source in self.source.tolist()], dtype=np.int64)
        nothing = np.zeros(len(self), dtype=np.int64)
        return CodingColumns(nothing, coder, self.source, self.start, self.end, nothing)

    def total(self, chosen: BoolArray | None = None) -> Words:
        """The words of the pieces that are chosen, one true or false for each; None = all."""
        words, han = (c if chosen is None else c[chosen] for c in (self.words, self.han))
        return Words(int(han.sum()), int(words.sum() - han.sum()))


def spoken(study: Study, *, speakers: str, sources: Collection[SourceRow]) -> Spoken:
    """The text of these transcripts that is said by `speakers` (as `selection.select` has them), cut at every link.

    A transcript without turns counts whole. Raises DamagedProject for a text that was erased.
    """
    turns: dict[int, list[TurnRow]] = defaultdict(list)
    for turn in study.file.read.turns():
        turns[turn.source].append(turn)
    cuts: dict[int, set[int]] = defaultdict(set)
    for link in study.file.read.links(coders=study.visible_coders()):
        if link.start is not None and link.end is not None:
            cuts[link.source] |= {link.start, link.end}
    rows: list[tuple[int, int, int, int, int]] = []
    for source in sources:
        text = text_of(study, source)
        said = [(t.body, t.end) for t in turns[source.key] if _counts(t.role, speakers)]
        if not turns[source.key]:
            said = [(0, len(text))]
        for start, end in _pieces(said, sorted(cuts[source.key])):
            rows.append((source.key, start, end, word_count(text, start, end), han_count(text[start:end])))
    table = np.array(rows, dtype=np.int64).reshape(-1, 5)
    return Spoken(*np.ascontiguousarray(table.T))


def _counts(role: str | None, speakers: str) -> bool:
    return speakers == "all" or (role == "interviewer") == (speakers == "interviewers")


def _pieces(stretches: list[tuple[int, int]], cuts: list[int]) -> list[tuple[int, int]]:
    """The stretches, cut at these places."""
    found = []
    for start, end in stretches:
        places = [start, *cuts[bisect_right(cuts, start) : bisect_left(cuts, end)], end]
        found += [(a, b) for a, b in pairwise(places) if a < b]
    return found


def whose_reading(selection: Selection, sources: Collection[SourceRow]) -> dict[int, int]:
    """As whose reading (coder) of what a passage is about each transcript (key) counts: as that of its codings.

    0, which is nobody's, where the rule takes several coders together: then the links of all count.
    """
    if selection.main:
        return selection.main
    alone = selection.readers[0] if len(selection.readers) == 1 else 0
    return {source.key: alone for source in sources}
