"""The texts in which passages are looked for: their turns, the sentences in them, and the question before each turn.

Sentences are numbered through all documents, so that scores are plain arrays. Positions are code points, half-open,
in the text of their document.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qcode.core.spans import Span, check_span, merge
from qcode.core.units import has_words, sentences

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Corpus", "Document", "Sentences"]


@dataclass(frozen=True, slots=True)
class Document:
    """A text, the turns in which passages may be suggested, and for each what the interviewer asked before it.

    `turns` are in order, apart from one another and without their labels; `questions` has as many entries, None where
    nobody asked. Made by `of`.
    """

    text: str
    turns: tuple[Span, ...]
    questions: tuple[Span | None, ...]

    @classmethod
    def of(cls, text: str, scope: Sequence[Span], questions: Sequence[Span | None] = ()) -> Document:
        """A document of turns in any order; without questions, turns that overlap are joined.

        Raises RequestError for a turn or question outside the text.
        """
        if questions:
            pairs = sorted(zip(scope, questions, strict=True), key=lambda pair: pair[0])
            kept = [(check_span(*turn, len(text)), asked) for turn, asked in pairs if turn.length]
            for _, asked in kept:
                if asked is not None:
                    check_span(*asked, len(text))
            return cls(text, tuple(turn for turn, _ in kept), tuple(asked for _, asked in kept))
        turns = tuple(merge(check_span(*span, len(text)) for span in scope if span.start != span.end))
        return cls(text, turns, (None,) * len(turns))


class Sentences:
    """All sentences of one document's turns, in order, with the number of their turn."""

    def __init__(self, document: Document) -> None:
        """Cuts the turns into sentences."""
        self.spans: list[Span] = []
        self.turn: list[int] = []
        self.text = document.text
        for number, turn in enumerate(document.turns):
            found = sentences(document.text, turn.start, turn.end)
            self.spans += found
            self.turn += [number] * len(found)
        self._starts = [span.start for span in self.spans]

    def __len__(self) -> int:
        """How many sentences there are."""
        return len(self.spans)

    def holding(self, start: int, end: int) -> int | None:
        """The sentence that a stretch lies in; None if it runs across the end of one."""
        number = bisect_right(self._starts, start) - 1
        return number if number >= 0 and end <= self.spans[number].end else None

    def has_words(self, number: int, count: int) -> bool:
        """Whether a sentence has at least so many words."""
        return has_words(self.text, count, *self.spans[number])

    def overlapping(self, spans: Iterable[Span]) -> set[int]:
        """The sentences that share a code point with one of the spans."""
        found: set[int] = set()
        for span in spans:
            number = max(0, bisect_right(self._starts, span.start) - 1)
            while number < len(self.spans) and self.spans[number].start < span.end:
                if self.spans[number].overlaps(span):
                    found.add(number)
                number += 1
        return found

    def quoted(self, number: int) -> str:
        """The words of a sentence."""
        return self.text[slice(*self.spans[number])]


@dataclass(frozen=True, slots=True)
class Corpus:
    """Several documents, their sentences numbered through.

    `first`: int64 [documents + 1], the number of each document's first sentence, and of all. `turn`: int64
    [sentences], the turn of each, numbered through all documents as `first_turn` says.
    """

    documents: tuple[Document, ...]
    units: tuple[Sentences, ...] = field(repr=False)
    first: NDArray[np.int64] = field(repr=False)
    first_turn: NDArray[np.int64] = field(repr=False)
    turn: NDArray[np.int64] = field(repr=False)

    @classmethod
    def of(cls, documents: Sequence[Document]) -> Corpus:
        """Cuts all turns into sentences."""
        import numpy as np

        units = tuple(Sentences(document) for document in documents)
        first = np.cumsum([0, *(len(u) for u in units)], dtype=np.int64)
        first_turn = np.cumsum([0, *(len(d.turns) for d in documents)], dtype=np.int64)
        parts = [np.array(u.turn, dtype=np.int64) + start for u, start in zip(units, first_turn.tolist(), strict=False)]
        return cls(tuple(documents), units, first, first_turn, np.concatenate([np.zeros(0, dtype=np.int64), *parts]))

    def __len__(self) -> int:
        """How many sentences there are in all documents."""
        return int(self.first[-1])

    def numbers(self, document: int) -> slice:
        """The numbers of a document's sentences."""
        return slice(int(self.first[document]), int(self.first[document + 1]))

    def questions(self) -> list[str]:
        """For each turn, numbered through, the words of the question before it; empty where nobody asked."""
        return [
            "" if asked is None else document.text[asked.start : asked.end]
            for document in self.documents
            for asked in document.questions
        ]
