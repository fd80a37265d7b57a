"""Transcripts taken out of the study, and brought back with all that hangs on them.

A removed transcript carries a tombstone: its codings, links and marks wait until it comes back. Nothing is erased.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qcode.core.text import display_safe
from qcode.errors import RequestError, UnknownName
from qcode.services.log import counted
from qcode.services.study import SourceRow, Study, near_names
from qcode.services.table import Cell, Table

if TYPE_CHECKING:
    from qcode.store.writer import Writer

__all__ = [
    "Hanging",
    "bring_back",
    "hanging_on",
    "remove_transcript",
    "removed_names",
    "removed_table",
    "restore_transcript",
]


@dataclass(frozen=True, slots=True)
class Hanging:
    """What hangs on a transcript: numbers by type, of all coders, and the same in words (“” for nothing)."""

    name: str
    numbers: Mapping[str, int]

    @property
    def words(self) -> str:
        """For example: 3 codings, 1 case link."""
        return ", ".join(counted(type_, number) for type_, number in self.numbers.items())


def hanging_on(study: Study, source: SourceRow) -> Hanging:
    """What would go out of sight with a transcript. Speakers are a part of it and are not told.

    Everybody's work counts, even where this view hides it: it is numbers only, and they would lose it.
    """
    numbers = study.file.read.hanging_on("source", source.key)
    return Hanging(source.name, {type_: n for type_, n in numbers.items() if n and type_ != "speaker"})


def remove_transcript(study: Study, source: SourceRow, *, certain: bool = False) -> Hanging:
    """Take a transcript out of the study; what hung on it.

    Raises RequestError, with the numbers, if something hangs on it and the caller is not `certain`.
    """
    hanging = hanging_on(study, source)
    if hanging.numbers and not certain:
        raise RequestError(
            f"{hanging.words} would go with “{display_safe(source.name)}”; nothing was removed.",
            fix="With --yes all of that goes out of the study; text and work stay in the file and can come back.",
        )
    with study.act() as writer:
        writer.remove(source.uid)
    return hanging


def _removed(study: Study) -> dict[str, Mapping[str, object]]:
    """The removed transcripts by uid, each with the fields of its import."""
    read = study.file.read
    here = {source.uid for source in read.sources()}
    return {uid: read.created_fields(uid) for uid in read.removed("source") if uid not in here}


def removed_names(study: Study) -> dict[str, str]:
    """The names of the removed transcripts, as their import gave them, by uid."""
    return {uid: str(fields.get("name", "")) for uid, fields in _removed(study).items()}


def removed_table(study: Study) -> Table:
    """The removed transcripts, under the names of their import."""
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (str(fields.get("name", "")), str(fields.get("language", "")), _length(fields))
        for fields in _removed(study).values()
    )
    notes = ("`qcode transcripts restore NAME` brings one back.",)
    return Table("Removed transcripts", ("transcript", "language", "characters"), rows, notes if rows else ())


def _length(fields: Mapping[str, object]) -> int | None:
    length = fields.get("length")
    return length if isinstance(length, int) else None


def restore_transcript(study: Study, name: str) -> Hanging:
    """Bring a removed transcript back, with all that hangs on it.

    Raises UnknownName if none of this name was removed; RequestError if several were, or if another transcript has the
    name meanwhile.
    """
    gone = removed_names(study)
    found = [uid for uid, known in gone.items() if name in (known, uid)]
    if not found:
        raise UnknownName("removed transcript", name, near_names(name, gone.values()))
    if len(found) > 1:
        raise RequestError(
            f"{len(found)} transcripts “{display_safe(name)}” were removed.", fix="Import the file of the one you mean."
        )
    names = {known: source.uid for source in study.file.read.sources() for known in (source.name, *source.aliases)}
    with study.act() as writer:
        back = bring_back(writer, found[0], names)
        if back is None:
            raise RequestError(
                f"The study has another transcript under the name “{display_safe(name)}”.",
                fix="Remove that one first, or import the file of this one under another name.",
            )
    return hanging_on(study, study.source(found[0]))


def bring_back(writer: Writer, uid: str, names: Mapping[str, str], other_name: str | None = None) -> str | None:
    """Take the tombstone off a transcript, which is then as it was; the name under which it is back.

    `names` are those of the study, each with its transcript. Where another has the name now, `other_name` is taken, and
    None is given (and nothing written) if that is no help. Aliases that others have now are left out.
    """
    entity = writer.entity(uid)
    fields = entity.fields if entity is not None else {}
    free = [name for name in (fields.get("name"), other_name) if name and names.get(name, uid) == uid]
    if not free:
        return None
    aliases = [alias for alias in fields.get("aliases", []) if names.get(alias, uid) == uid]
    writer.change(uid, {"removed": False, "name": free[0], "aliases": aliases})
    return str(free[0])
