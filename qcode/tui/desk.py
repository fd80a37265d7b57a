"""What lies on the coding screen's desk: one transcript, its marks, the current case, the suggestions.

Between services and widgets, and without Textual: it turns codings into marks and keeps the counts that the
panes show, so that a key press touches only what it changed.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from qcode.core.spans import Span
from qcode.errors import RequestError
from qcode.services import coding, speakers, suggestions
from qcode.services.log import Act
from qcode.services.study import CodeTable, CodingRow, LinkRow, SourceRow, Study
from qcode.services.suggestions import Proposal, Search
from qcode.services.turns import correct_turn, turns_by_number
from qcode.tui.desk_cases import DeskCases
from qcode.tui.painter import Mark

__all__ = ["Change", "Desk", "Opened"]

_PLACES = 200  # as many transcripts remember where I stopped


@dataclass(frozen=True, slots=True)
class Opened:
    """A transcript ready for the view: turns are (start, body, end, interviewer or not).

    `place` is where I stopped, if here; `first` where the first participant begins to speak.
    """

    text: str
    turns: list[tuple[int, int, int, bool]]
    marks: list[Mark]
    linked: list[Span]
    place: Span | None
    first: int


@dataclass(frozen=True, slots=True)
class Change:
    """What an act did to the marks: keys that are gone, marks that came or changed."""

    gone: tuple[int, ...]
    marks: tuple[Mark, ...]
    act: Act | None = None
    kept: tuple[str, ...] = ()


class Desk(DeskCases):
    """One coder's desk in one study."""

    def __init__(self, study: Study) -> None:
        super().__init__()
        self.study = study
        self.sources = study.file.read.sources()
        self.number = 0
        self.version = 0
        self.text = ""
        self.context = coding.context(study)
        self.counts: Counter[str] = Counter()
        self.last_code: str | None = None
        self.proposals: dict[int, Proposal] = {}
        self.links: list[LinkRow] = []
        self._coders: dict[int, str] = {}
        self._keys: dict[str, int] = {}  # uid of each coding on the transcript -> its key
        self._mine: dict[int, str] = {}  # key of each coding of mine -> its code

    # -- transcripts

    @property
    def source(self) -> SourceRow:
        """The transcript on the desk. Raises RequestError if the study has none."""
        if not self.sources:
            raise RequestError("There are no transcripts yet.", fix="F3 shows the project: i imports some.")
        return self.sources[self.number]

    def last_place(self) -> int:
        """Number of the transcript where I stopped last time."""
        place = self._stored_place()
        for number, source in enumerate(self.sources):
            if source.uid == place.get("source"):
                return number
        return 0

    def _stored_place(self) -> dict[str, object]:
        stored = self.study.file.read.local(self.study.me.key, "place") if self.study.me.key else None
        found = json.loads(stored) if stored else {}
        return found if isinstance(found, dict) else {}

    def renew(self) -> bool:
        """Read the list of transcripts again; whether the one on the desk is still in the study."""
        before = self.source.uid if self.sources and self.version else None
        self.sources = self.study.file.read.sources()
        places = [number for number, source in enumerate(self.sources) if source.uid == before]
        self.number = places[0] if places else max(0, min(self.number, len(self.sources) - 1))
        return bool(places)

    def remember_place(self, span: Span) -> None:
        """Note where I am, for the next time."""
        if self.study.me.key and self.sources:
            places = {uid: place for uid, place in self._places().items() if uid != self.source.uid}
            latest = [*places.items(), (self.source.uid, list(span))][-_PLACES:]
            value = json.dumps({"source": self.source.uid, "places": dict(latest)})
            self.study.file.remember(self.study.me.key, "place", value)

    def _places(self) -> dict[str, list[int]]:
        """Where I stopped in each transcript (uid), the latest last."""
        places = self._stored_place().get("places", {})
        return places if isinstance(places, dict) else {}

    def open(self, number: int) -> Opened:
        """Put a transcript on the desk."""
        self.sources = self.study.file.read.sources()
        self.number = max(0, min(number, len(self.sources) - 1))
        read, source = self.study.file.read, self.source
        self.text = coding.text_of(self.study, source)
        rows = read.turns(source.key)
        turns = [(turn.start, turn.body, turn.end, turn.role == "interviewer") for turn in rows]
        place = self._places().get(source.uid)
        stopped = Span(*place) if place and 0 <= place[0] < place[1] <= len(self.text) else None
        first = next((turn.body for turn in rows if turn.role == "participant"), 0)
        self.proposals = {}
        return Opened(self.text, turns, self.read_marks(), self.read_links(), stopped, first)

    def read_marks(self) -> list[Mark]:
        """All codings of the transcript that may be seen, as marks."""
        self._coders = {coder.key: coder.name for coder in self.study.coders()}
        rows = self.study.file.read.codings(self.source.key, coders=self.study.visible_coders())
        self._keys, self._mine, self.by_hand, self.counts = {}, {}, {}, Counter()
        self.version = self.study.file.read.version()
        table = self.study.codes()  # asked for once: each time it looks into the project
        return [self._note(row, table) for row in rows]

    def _mark(self, row: CodingRow, table: CodeTable) -> Mark:
        code = table.code(row.code)
        mine = row.coder == self.study.me.key
        label = ("!" if row.flagged else "") + (code.id if mine else f"{code.id}·{self._coders.get(row.coder, '?')}")
        family = table.codebook.colour_of(code.id)
        return Mark(row.key, Span(row.start, row.end), code.id, family, label, mine, row.flagged)

    # -- coding

    def apply(self, span: Span, codes: Sequence[str]) -> Change:
        """Put codes (short ids) on a passage."""
        table = self.study.codes()
        rows = [table.find(code) for code in codes]
        made = coding.apply_codes(
            self.study, self.source, self.text, span, [row.uid for row in rows], in_context=self.context
        )
        self.last_code = codes[-1]
        return self._came(made)

    def _came(self, uids: Sequence[str]) -> Change:
        marks = []
        for uid in uids:
            row = self.study.file.read.coding(uid)
            if row is not None and row.source == self.source.key:
                marks.append(self._note(row))
        if uids and not marks and self.source not in self.study.file.read.sources():
            raise RequestError(
                "This transcript was removed meanwhile; the coding comes back with it.",
                fix=f"qcode transcripts restore {self.source.name}",
            )
        return Change((), tuple(marks))

    def remove(self, key: int) -> Change:
        """Take one of my codings away."""
        uid = self.uid_of(key)
        coding.remove_coding(self.study, uid)
        self._forget(key)
        return Change((key,), ())

    def adjust(self, key: int, span: Span) -> Change:
        """Give one of my codings other boundaries."""
        uid = self.uid_of(key)
        coding.move_coding(self.study, uid, self.source, self.text, span)
        return self._came([uid])

    def flag(self, mark: Mark) -> Change:
        """Flag one of my codings, or take its flag away."""
        uid = self.uid_of(mark.key)
        coding.set_flag(self.study, uid, on=not mark.flagged)
        return self._came([uid])

    def uid_of(self, key: int) -> str:
        """The uid of a coding on the desk. Raises RequestError if it is gone."""
        for uid, known in self._keys.items():
            if known == key:
                return uid
        raise RequestError("This coding is not there any more.")

    def turn_back(self, *, undo: bool) -> Change | None:
        """Undo my latest act, or redo; None if there is nothing."""
        turned = coding.undo(self.study) if undo else coding.redo(self.study)
        if turned is None:
            return None
        gone: list[int] = []
        marks: list[Mark] = []
        for uid in sorted(turned.codings):
            row = self.study.file.read.coding(uid)
            key = self._keys.get(uid)
            if row is None and key is not None:
                self._forget(key)
                gone.append(key)
            elif row is not None and row.source == self.source.key:
                marks.append(self._note(row))
        return Change(tuple(gone), tuple(marks), turned.act, turned.kept)

    def _note(self, row: CodingRow, table: CodeTable | None = None) -> Mark:
        """Remember a coding that stands on the transcript, and count it if it is mine."""
        self._keys[row.uid] = row.key
        self.by_hand.pop(row.key, None)
        if row.study_case is not None:
            self.by_hand[row.key] = (row.study_case, row.stage)
        mark = self._mark(row, table or self.study.codes())
        if mark.mine and row.key not in self._mine:
            self._mine[row.key] = mark.code
            self.counts[mark.code] += 1
        return mark

    def _forget(self, key: int) -> None:
        """A coding is gone."""
        code = self._mine.pop(key, None)
        if code is not None:
            self.counts[code] -= 1

    def others_wrote(self) -> bool:
        """Whether another process wrote to the project since the marks were read."""
        return self.study.file.read.version() not in (self.version, -1)

    def sources_in_words(self) -> list[str]:
        """Every transcript as a list shows it: language, kind, length, how far I am."""
        progress = self._progress()
        parts = [[s.language, s.kind, f"{s.length:,} characters", progress.get(s.key, "")] for s in self.sources]
        return [" · ".join(word for word in words if word) for words in parts]

    def progress(self) -> str:
        """How far I am with this transcript: empty, reading, or complete."""
        return self._progress().get(self.source.key, "")

    def _progress(self) -> dict[int, str]:
        """How far I am with each transcript (key) that I began."""
        states: dict[int, set[str]] = {}
        for row in self.study.ledger(coders=[self.study.me.key]):
            states.setdefault(row.source, set()).add(row.state)
        begun = {source: found for source, found in states.items() if found & {"reading", "complete"}}
        return {source: "complete" if found == {"complete"} else "reading" for source, found in begun.items()}

    # -- speakers

    def speaker_at(self, position: int) -> tuple[str, str | None, str]:
        """The turn at a position: its number, the speaker's label (None: nobody is named), and the role."""
        by_number = turns_by_number(self.study, self.source)
        number, turn = next(
            ((number, turn) for number, turn in reversed(by_number.items()) if turn.start <= position),
            next(iter(by_number.items())),
        )
        speaker = next((s for s in self.study.file.read.speakers(self.source.key) if s.key == turn.speaker), None)
        return number, speaker.label if speaker else None, turn.role or "unknown"

    def set_role(self, turn: str, label: str | None, role: str) -> None:
        """Set the role of a speaker in all turns, or (without a label) of one turn alone."""
        if label is None:
            correct_turn(self.study, self.source, turn, role=role)
        else:
            speakers.set_speaker(self.study, self.source, label, role=role)

    # -- suggestions

    def search(self) -> Search:
        """The search for suggestions, ready to run in a thread."""
        return suggestions.search(self.study, self.source)

    def show_proposals(self, found: Sequence[Proposal]) -> list[Mark]:
        """Marks for suggestions (negative keys), best first."""
        book = self.study.codes().codebook
        self.proposals = {-1 - i: proposal for i, proposal in enumerate(found)}
        return [
            Mark(key, p.span, p.suggestion.code, book.colour_of(p.suggestion.code), f"?{p.suggestion.code}")
            for key, p in self.proposals.items()
        ]

    def accept(self, key: int, span: Span) -> Change:
        """Make a coding of a suggestion, with these boundaries."""
        proposal = self.proposals.pop(key)
        made = suggestions.accept(self.study, proposal, span=span, in_context=self.context)
        self.last_code = proposal.suggestion.code
        came = self._came([made] if made else [])
        return Change((key,), came.marks)

    def reject(self, key: int) -> Change:
        """Say no to a suggestion."""
        suggestions.reject(self.study, self.proposals.pop(key))
        return Change((key,), ())
