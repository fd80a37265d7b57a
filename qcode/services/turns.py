"""Single turns corrected after the import: who speaks, where a turn is really two, or two are one.

Turns keep the numbers that the import gave them. The parts of turn 12 that people split off are 12.2, 12.3; a turn that
is joined to the one before it leaves a gap. The text and every coding stay where they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qcode.core.corrected import turn_numbers
from qcode.core.events import Json
from qcode.core.ids import speaker_id
from qcode.core.lonely import label_at
from qcode.core.text import as_argument, canonicalise, display_safe
from qcode.core.turns import ROLES, label_key
from qcode.errors import RequestError
from qcode.services.study import SourceRow, Study, clean_name
from qcode.services.table import Cell, Table
from qcode.store.rows import TurnRow

if TYPE_CHECKING:
    from qcode.store.writer import Writer

__all__ = [
    "SplitTurn",
    "check_role",
    "correct_turn",
    "join_turn",
    "reset_turn",
    "split_turn",
    "turn_table",
    "turns_by_number",
]

_QUOTE = 60
_MOST_DIGITS = 9  # of the number of a turn


@dataclass(frozen=True, slots=True)
class SplitTurn:
    """A part that was split off: its number, and the label of its speaker, “” where nobody is named."""

    number: str
    label: str


def turns_by_number(study: Study, source: SourceRow) -> dict[str, TurnRow]:
    """The turns of a transcript by the numbers that people use, in the order of the text."""
    rows = study.file.read.turns(source.key)
    return dict(zip(turn_numbers([row.position for row in rows]), rows, strict=True))


def check_role(role: str) -> str:
    """The role, if there is such a one; RequestError otherwise."""
    if role not in ROLES:
        raise RequestError(f"There is no role “{display_safe(role)}”.", fix=f"Use one of {', '.join(ROLES)}.")
    return role


def _turn(study: Study, source: SourceRow, number: str) -> TurnRow:
    turns = turns_by_number(study, source)
    if number not in turns:
        shown = display_safe(source.name)
        raise RequestError(
            f"There is no turn {display_safe(number)} in “{shown}”, which has {len(turns)} turns.",
            fix=f"`qcode speakers turns {as_argument(shown)}` lists them.",
        )
    return turns[number]


def _place(turn: TurnRow) -> str:
    """The beginning of the names of the fields that correct a turn."""
    return f"turn:{turn.position}" if turn.position >= 0 else f"split:{-turn.position}"


def correct_turn(
    study: Study, source: SourceRow, number: int | str, *, role: str | None = None, label: str | None = None
) -> None:
    """Give one turn another speaker, a role of its own, or both.

    A label that the transcript has not yet becomes a new speaker of it, a participant unless `role` is given, which
    then is the role of that speaker. Raises RequestError if there is no such turn or role, or nothing is given.
    """
    turn = _turn(study, source, str(number))
    if role is None and label is None:
        raise RequestError("There is nothing to correct.", fix="Give a role, a label or both.")
    with study.act() as writer:
        writer.change(source.uid, _speaking(study, writer, source, _place(turn), label, role))


def _speaking(
    study: Study, writer: Writer, source: SourceRow, place: str, label: str | None, role: str | None
) -> dict[str, Json]:
    """The fields that say who speaks in a turn; a speaker who is new is written first."""
    changes: dict[str, Json] = {} if role is None else {f"{place}:role": check_role(role)}
    if label is None:
        return changes
    speakers = study.file.read.speakers(source.key)
    known = {label_key(speaker.label): speaker.uid for speaker in speakers}
    uid = known.get(label_key(label))
    if uid is None:
        written = clean_name(label, "speaker")
        uid = speaker_id(source.uid, written)
        fields = {"source": source.uid, "label": written, "position": len(speakers)}
        writer.put("speaker", uid, {**fields, "role": role or "participant"})
        changes = {}  # the role is the speaker's, so that it can be changed for all turns at once
    return {**changes, f"{place}:speaker": uid}


def reset_turn(study: Study, source: SourceRow, number: int | str) -> bool:
    """Leave a turn as the import found it: its speaker and role, and whole. Whether anything changed.

    Raises RequestError for a part that was split off (join it), and where the import found no such turn.
    """
    if not str(number).isdecimal() or len(str(number)) > _MOST_DIGITS:
        _turn(study, source, str(number))
        raise RequestError("A part that was split off was not imported.", fix="Join it to the one before: --join.")
    with study.act() as writer:
        entity = writer.entity(source.uid)
        fields = entity.fields if entity is not None else {"turns": []}
        if not 1 <= int(number) <= len(fields["turns"]):
            shown = display_safe(source.name)
            raise RequestError(
                f"There is no turn {number} in “{shown}”, which was imported with {len(fields['turns'])} turns."
            )
        start, _, end, *_ = fields["turns"][int(number) - 1]
        place = f"turn:{int(number) - 1}"
        changes: dict[str, Json] = {f"{place}:{what}": None for what in ("role", "speaker", "joined")}
        for at in [int(name.split(":")[1]) for name in fields if name.startswith("split:")]:
            if start < at < end:
                changes |= _unsplit(at)
        # What nobody ever corrected needs no event that says so.
        return writer.change(source.uid, {name: value for name, value in changes.items() if name in fields})


def _unsplit(at: int) -> dict[str, Json]:
    return {f"split:{at}": None, f"split:{at}:speaker": None, f"split:{at}:role": None}


def split_turn(
    study: Study, source: SourceRow, number: int | str, quote: str, *, label: str | None = None, role: str | None = None
) -> SplitTurn:
    """Split a turn in two where the words `quote` begin.

    If a speaker's label stands there in the text, it becomes the speaker of the second turn unless `label` says
    otherwise; with neither, the same speaker goes on. Raises RequestError if the words do not stand exactly once in
    the turn, or at its very beginning.
    """
    from qcode.services.coding import text_of

    turn = _turn(study, source, str(number))
    text = text_of(study, source)
    speakers = {speaker.key: speaker for speaker in study.file.read.speakers(source.key)}
    labels = [speaker.label for speaker in speakers.values()]
    at = _split_place(text, turn, str(number), quote, labels)
    before = turn.body + len(text[turn.body : at].rstrip())
    head = label_at(text, at, [*labels, *([label] if label else [])])
    if head is not None and label is not None and label_key(head.label) != label_key(label):
        head = None  # those words are said, then
    body = min(head.body, turn.end) if head else at
    if before == turn.body or body == turn.end:
        raise RequestError("There would be no words in one of the two turns.", fix="Quote where the second one begins.")
    who = label or (head.label if head else None)
    with study.act() as writer:
        changes = _speaking(study, writer, source, f"split:{at}", who, role)
        if who is None and turn.speaker is not None:
            changes[f"split:{at}:speaker"] = speakers[turn.speaker].uid
        written = changes.get(f"split:{at}:speaker") if head else None
        writer.change(source.uid, {f"split:{at}": [before, body, written], **changes})
    numbers = {row.position: name for name, row in turns_by_number(study, source).items()}
    goes_on = speakers[turn.speaker].label if turn.speaker is not None else ""
    return SplitTurn(numbers[-at], who or goes_on)


def _split_place(text: str, turn: TurnRow, number: str, quote: str, labels: list[str]) -> int:
    """Where the words begin, or the label before them, if they are the first after one at the head of a line."""
    wanted = canonicalise(quote).strip()
    at = text.find(wanted, turn.body, turn.end) if wanted else -1
    if at < 0:
        raise RequestError(f"These words do not stand in turn {number}.", fix="Copy them from the transcript.")
    if text.find(wanted, at + 1, turn.end) >= 0:
        raise RequestError(f"These words stand more than once in turn {number}.", fix="Give more of them.")
    line = text.rfind("\n", turn.body, at) + 1
    head = label_at(text, line, labels) if line > turn.body else None
    return line if head is not None and head.body == at else at


def join_turn(study: Study, source: SourceRow, number: int | str) -> str:
    """Join a turn to the one before it; the number of that one. Of a part that was split off, it takes the split back.

    Raises RequestError for the first turn, and for a turn with parts: they would lose the turn that they are of.
    """
    turn = _turn(study, source, str(number))
    numbers = list(turns_by_number(study, source))
    place = numbers.index(str(number))
    if place == 0:
        raise RequestError("Before the first turn there is none.")
    following = numbers[place + 1] if place + 1 < len(numbers) else ""
    if turn.position >= 0 and following.startswith(f"{number}."):
        raise RequestError(
            f"Turn {number} has parts.", fix=f"Join them first, beginning with {following}: that takes the split back."
        )
    changes = {f"turn:{turn.position}:joined": True} if turn.position >= 0 else _unsplit(-turn.position)
    with study.act() as writer:
        writer.change(source.uid, changes)
    return numbers[place - 1]


def turn_table(study: Study, source: SourceRow) -> Table:
    """The turns of a transcript with their numbers, speakers as corrected, roles, times and first words."""
    from qcode.services.coding import text_of
    from qcode.services.listings import shortened

    text = text_of(study, source)
    labels = {speaker.key: speaker.label for speaker in study.file.read.speakers(source.key)}
    rows: list[tuple[Cell, ...]] = [
        (
            int(number) if turn.position >= 0 else number, labels.get(turn.speaker or 0, ""), turn.role or "",
            _clock(turn), _changed(turn), shortened(text[turn.body : turn.end], _QUOTE),
        )
        for number, turn in turns_by_number(study, source).items()
    ]  # fmt: skip
    return Table(f"Turns of {source.name}", ("turn", "speaker", "role", "time", "", "words"), tuple(rows), ())


def _changed(turn: TurnRow) -> str:
    if turn.position < 0:
        return "split off"
    return "corrected" if turn.speaker != turn.written else ""


def _clock(turn: TurnRow) -> str:
    """The time of a turn in the recording, as hours, minutes and seconds."""
    if turn.time_ms is None:
        return ""
    minutes, seconds = divmod(turn.time_ms // 1000, 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
