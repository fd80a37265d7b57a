"""What a project knows of its own making, as facts for a methods section. No interview text is in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from functools import cached_property

import numpy as np

from qcode.core.column_types import sort_key
from qcode.core.notes import NOTE_KINDS
from qcode.core.tabulate import COMPLETE
from qcode.core.text import han_count
from qcode.core.where import Attribute
from qcode.errors import RequestError
from qcode.services.claims import claims
from qcode.services.filters import Filters
from qcode.services.listings import shortened
from qcode.services.memos import memos
from qcode.services.provenance import PROGRAM
from qcode.services.recorded import Recorded
from qcode.services.saturation import saturation_table
from qcode.services.study import SourceRow, Study
from qcode.services.versions import version_of

__all__ = ["Facts"]

_SETTING = ("place", "setting", "location", "city", "county", "province")
_CONSENT = ("consent", "ethics", "scope", "withdrawn")
_OF_TURNS = {"label", "name", "role"}  # of every speaker, so no description of a sample
_OF_SOURCES = {"name", "kind", "language"}
_MOST_VALUES = 12


class Facts:
    """The facts of one study, each read when it is asked for; `of` gives them as lines."""

    def __init__(self, study: Study) -> None:
        self._study = study
        self._read = study.file.read
        self._recorded = Recorded(study)
        self._makers: dict[str, Callable[[], list[str]]] = {
            "interviewers": self._interviewers,
            "sample": self._sample,
            "setting": self._setting,
            "participants": self._participants,
            "recording": self._recording,
            "notes": self._notes,
            "duration": self._duration,
            "saturation": self._saturation,
            "coders": self._coders,
            "tree": self._tree,
            "derivation": self._derivation,
            "software": self._software,
            "quotations": self._quotations,
            "title": lambda: [self._read.title()],
            "consent": self._consent,
            "collection": self._collection,
            "units": self._units,
            "processing": self._processing,
            "analysis": self._analysis,
            "trustworthiness": self._trustworthiness,
        }

    def of(self, fact: str) -> list[str]:
        """The lines that answer one fact; none where nothing is recorded. Raises KeyError for a fact there is not."""
        return self._makers[fact]()

    @cached_property
    def _sources(self) -> list[SourceRow]:
        return self._read.sources()

    @cached_property
    def _interviews(self) -> list[SourceRow]:
        return [source for source in self._sources if source.kind not in ("document", "observation")]

    def _values(self, scope: str, name: str) -> Counter[str]:
        labels = self._recorded.labels(Attribute(scope, name))
        if scope == "speaker":
            kept = {s.key for s in self._read.speakers() if s.role == "participant"}
            labels = {key: label for key, label in labels.items() if key in kept}
        return Counter(label or "not recorded" for label in labels.values())

    def _names(self, scope: str) -> list[str]:
        """Attributes of which something is recorded, without those that everything has."""
        always = _OF_TURNS if scope == "speaker" else _OF_SOURCES
        return [a.name for a in self._recorded.schema if a.scope == scope and a.name not in always]

    # -- who and what

    def _interviewers(self) -> list[str]:
        names = {s.name or s.label for s in self._read.speakers() if s.role == "interviewer"}
        here = sum(
            1 for source in self._interviews if any(t.role == "interviewer" for t in self._read.turns(source.key))
        )
        return (
            [f"{len(names)} names or labels of interviewers, in {here} of {len(self._interviews)} interviews."]
            if names
            else []
        )

    def _sample(self) -> list[str]:
        if not self._sources:
            return []
        kinds = Counter(source.kind for source in self._sources)
        participants = sum(1 for s in self._read.speakers() if s.role == "participant")
        lines = [f"{len(self._interviews)} interviews ({_listed(kinds)})."]
        if participants:
            lines.append(
                f"{participants} speakers with the role of participant; one person in two interviews counts twice."
            )
        cases = Counter(case.kind for case in self._read.cases())
        return [*lines, *([f"{sum(cases.values())} cases ({_listed(cases)})."] if cases else [])]

    def _setting(self) -> list[str]:
        known = {name.casefold(): name for name in self._names("transcript")}
        return [self._spread("transcript", known[name]) for name in _SETTING if name in known]

    def _participants(self) -> list[str]:
        lines = [self._spread("speaker", name) for name in self._names("speaker")]
        languages = Counter(source.language or "unknown" for source in self._sources)
        return [*lines, *([f"Languages of the transcripts: {_listed(languages)}."] if languages else [])]

    def _spread(self, scope: str, name: str) -> str:
        counts = self._values(scope, name)
        type_ = self._recorded.schema[Attribute(scope, name)]
        if type_ in ("date", "year", "number"):
            told = sorted((v for v in counts if v != "not recorded"), key=lambda v: sort_key(v, type_))
            missing = f", not recorded for {counts['not recorded']}" if counts["not recorded"] else ""
            return f"{name}: {told[0]} to {told[-1]}{missing}."
        return f"{name} ({scope}): {_listed(counts)}."

    # -- how it was collected

    def _recording(self) -> list[str]:
        number = sum(source.kind == "recorded" for source in self._interviews)
        return (
            [f"{number} of {len(self._interviews)} interviews are transcripts of recordings."]
            if self._interviews
            else []
        )

    def _notes(self) -> list[str]:
        kinds = Counter(s.kind for s in self._sources if s.kind in NOTE_KINDS)
        if not kinds:
            return []
        return [f"{_listed(kinds)}. What is paraphrase in them never stands inside quotation marks."]

    def _duration(self) -> list[str]:
        lines = []
        if "duration" in {name.casefold() for name in self._names("transcript")}:
            lines.append(
                self._spread("transcript", next(n for n in self._names("transcript") if n.casefold() == "duration"))
            )
        last: dict[int, int] = {}
        for turn in self._read.turns():
            if turn.time_ms is not None:
                last[turn.source] = max(last.get(turn.source, 0), turn.time_ms)
        minutes = sorted(ms / 60_000 for ms in last.values())
        if minutes:
            span = f"{minutes[0]:.0f} to {minutes[-1]:.0f} minutes"
            lines.append(
                f"By the last time mark in {len(minutes)} of {len(self._sources)} transcripts: {span}, so at least."
            )
        return lines

    def _collection(self) -> list[str]:
        dated = [name for name in self._names("transcript") if name.casefold() == "date"]
        return [*self._sample()[:1], *(self._spread("transcript", name) for name in dated)]

    def _consent(self) -> list[str]:
        known = {name.casefold(): name for name in self._names("transcript")}
        return [self._spread("transcript", known[name]) for name in _CONSENT if name in known]

    def _saturation(self) -> list[str]:
        try:
            table = saturation_table(self._study, Filters())
        except RequestError:
            return []
        last = [(str(row[1]), int(str(row[2]))) for row in table.rows if row[2]]
        new = f"The last transcript with a new code is number {self._number(table.rows)} of {len(table.rows)}."
        return [*([new] if last else []), *table.notes[:3]]

    @staticmethod
    def _number(rows: Iterable[tuple[object, ...]]) -> object:
        return max((row[0] for row in rows if row[2]), key=lambda number: int(str(number)))

    # -- how it was analysed

    @cached_property
    def _coded(self) -> dict[int, set[int]]:
        """The coders (keys) of each transcript (key) that may be seen."""
        columns = self._read.coding_columns(coders=self._study.visible_coders())
        found: dict[int, set[int]] = {}
        for coder, source in np.unique(columns[:, 1:3], axis=0).tolist():
            found.setdefault(source, set()).add(coder)
        return found

    def _coders(self) -> list[str]:
        number = len({coder for coders in self._coded.values() for coder in coders})
        if not number:
            return []
        twice = sum(len(coders) > 1 for coders in self._coded.values())
        return [
            f"{number} coders.",
            f"{len(self._coded)} of {len(self._sources)} transcripts coded, {twice} of them by two coders or more.",
        ]

    def _tree(self) -> list[str]:
        book = self._study.codes().codebook
        if not book.codes:
            return []
        deepest = max(depth for _, depth in book.walk()) + 1
        lines = [f"{book.title}: {len(book.dimensions())} dimensions, {len(book.codes)} codes on {deepest} levels."]
        lines.append(f"Codebook {book.id}, version {version_of(book)}.")
        full = sum(bool(c.definition and c.when_to_use and c.when_not_to_use and c.examples) for c in book.codes)
        return [
            *lines,
            f"{full} codes have a definition, when to use, when not to use, and examples (qcode codebook export).",
        ]

    def _derivation(self) -> list[str]:
        releases = self._study.file.codebook.releases()
        return [f"Released versions of the codebook: {', '.join(row.name for row in releases)}."] if releases else []

    def _software(self) -> list[str]:
        return [f"{PROGRAM}."]

    def _quotations(self) -> list[str]:
        if not self._coded:
            return []
        lines = ["Quotations name their transcript: qcode find and qcode report write them."]
        found = [row for source in self._sources for row in self._study.file.notes.translations(source.key)]
        if found:
            checked = sum(bool(row.checked_by) for row in found)
            lines.append(f"{len(found)} translations of passages, {checked} of them checked by somebody.")
        return lines

    def _units(self) -> list[str]:
        if not self._sources:
            return []
        texts = [self._read.text(source.key) or "" for source in self._sources]
        han = sum(map(han_count, texts))
        return [
            f"{len(self._sources)} transcripts of {sum(map(len, texts))} characters, {han} of them Chinese characters.",
            *self._sample()[1:],
        ]

    def _processing(self) -> list[str]:
        if not self._sources:
            return []
        encodings = Counter(source.encoding for source in self._sources)
        return [
            f"Read as {_listed(encodings)}; brought into one canonical form at import, and unchanged since (SHA-256).",
            "Codings stand on characters of that text. Whether names were replaced before the import is not recorded.",
        ]

    def _analysis(self) -> list[str]:
        done = Counter(row.state for row in self._study.ledger(coders=self._study.visible_coders()))
        lines = [*self._tree()[:2], *self._coders()[:1]]
        if done[COMPLETE]:
            lines.append(f"{done[COMPLETE]} dimensions of transcripts completed (transcript by coder by dimension).")
        return (
            [*lines, "Tables say what they count: unit, coder rule, filters, and how much was looked at."]
            if lines
            else []
        )

    def _trustworthiness(self) -> list[str]:
        lines = [f"Audit trail: {self._read.state()[0]} events, in a chain of hashes (qcode log, qcode doctor)."]
        lines += self._coders()[1:]
        if any(len(coders) > 1 for coders in self._coded.values()):
            lines.append("Agreement between coders: qcode agree.")
        written = Counter(memo.row.kind for memo in memos(self._study))
        if written:
            lines.append(f"{sum(written.values())} memos ({_listed(written)}).")
        found = claims(self._study)
        if found:
            against = sum(bool(claim.row.contrary) for claim in found)
            lines.append(f"{len(found)} claims, {against} of them with passages that speak against them.")
        return lines


def _listed(counts: Counter[str]) -> str:
    """Numbers and names, the most frequent first.

    >>> _listed(Counter(["notes", "recorded", "recorded"]))
    '2 recorded, 1 notes'
    """
    ranked = sorted(counts.items(), key=lambda item: (item[0] == "not recorded", -item[1], item[0]))
    more = len(ranked) - _MOST_VALUES
    words = ", ".join(f"{number} {shortened(name)}" for name, number in ranked[:_MOST_VALUES])
    return f"{words}, and {more} other values" if more > 0 else words
