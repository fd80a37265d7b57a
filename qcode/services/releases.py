"""Named versions of the codebook, and what a newer version asks coders to look for again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from qcode.core.codebook import Codebook, to_plain
from qcode.core.codebook_diff import CodebookDiff, reopened
from qcode.core.events import Step
from qcode.core.fold import fold
from qcode.core.ids import release_id
from qcode.core.tabulate import COMPLETE
from qcode.errors import RequestError
from qcode.services.codebooks import VERSION_DIGITS, find_release, need_owner, owned_codebook
from qcode.services.coding import mark
from qcode.services.listings import shortened
from qcode.services.log import local_time
from qcode.services.study import CodeRow, CodeTable, SourceRow, Study, clean_name
from qcode.services.tables import Cell, Table

__all__ = [
    "Recheck",
    "diff_table",
    "recheck",
    "recheck_table",
    "rechecked",
    "release",
    "release_table",
    "versions",
]

_LONGEST = 200  # characters of a text that a difference shows


@dataclass(frozen=True, slots=True)
class Recheck:
    """A code that a coder has to look for again in a transcript whose dimension they had completed."""

    source: SourceRow
    coder: str
    dimension: str
    code: str
    why: str


def release(study: Study, name: str, note: str = "") -> str:
    """Give the codebook as it is now a name; its version.

    Raises RequestError if the name is taken, or I do not own the codebook.
    """
    name = clean_name(name, "release")
    book = owned_codebook(study)
    need_owner(study, "release it")
    if name in {row.name for row in study.file.codebook.releases()}:
        raise RequestError(f"There is a release “{name}” already.", fix="Choose another name.")
    version = book.content_hash()[:VERSION_DIGITS]
    fields = {
        "codebook": study.codes().uid, "name": name, "note": note.strip(), "version": version, "content": to_plain(book)
    }  # fmt: skip
    with study.act() as writer:
        writer.put("release", release_id(book.id, name), fields)
    return version


def release_table(study: Study) -> Table:
    """The releases, the oldest first, and whether the codebook was changed since."""
    coders = {coder.key: coder.name for coder in study.file.read.coders()}
    rows: list[tuple[Cell, ...]] = [
        (row.name, row.version, local_time(row.at_ms), coders.get(row.coder, ""), str(row.fields.get("note", "")))
        for row in study.file.codebook.releases()
    ]
    now = study.codes().codebook.content_hash()[:VERSION_DIGITS]
    note = f"The codebook now has version {now}."
    return Table("Releases", ("release", "version", "time", "by", "note"), tuple(rows), (note,) if rows else ())


def diff_table(found: CodebookDiff) -> Table:
    """Differences between two codebooks as a table, texts cut after 200 characters."""
    rows: list[tuple[Cell, ...]] = [
        (
            d.code or "(codebook)",
            d.kind,
            d.field.replace("_", " "),
            shortened(d.before, _LONGEST),
            shortened(d.after, _LONGEST),
        )
        for d in found.differences
    ]
    notes = ("Codes that stand in both stand in another order.",) if found.reordered else ()
    return Table("Differences", ("code", "what", "field", "before", "after"), tuple(rows), notes)


def versions(study: Study, wanted: Iterable[str]) -> dict[str, Codebook]:
    """The codebook's content by version (12 digits), for those of `wanted` that releases or the events tell.

    The events are folded up to each act that touched the codebook, the latest first, until all are found.
    """
    missing = set(wanted)
    found: dict[str, Codebook] = {}
    for row in study.file.codebook.releases():
        if row.version in missing:
            found[row.version] = find_release(study, row.name)
    missing -= set(found)
    steps = study.file.codebook.history() if missing else []
    ends = [0]
    for _, group in groupby(steps, key=lambda step: (step.act, step.coder)):
        ends.append(ends[-1] + len(list(group)))
    for end in reversed(ends):
        if not missing:
            break
        book = _as_of(steps[:end])
        version = book.content_hash()[:VERSION_DIGITS]
        if version in missing:
            found[version] = book
            missing.discard(version)
    return found


def _as_of(steps: Sequence[Step]) -> Codebook:
    """The codebook that these events make, read as the study reads its own."""
    folded = fold(steps)
    there = {uid: entity for uid, entity in folded.entities.items() if uid not in folded.orphans}
    books = sorted((e for e in there.values() if e.type == "codebook"), key=lambda entity: entity.created)
    codes = [entity for entity in there.values() if entity.type == "code"]
    codes.sort(key=lambda entity: (entity.fields.get("position", 0), entity.uid))
    keys = {entity.uid: key for key, entity in enumerate(codes)}
    rows = [
        CodeRow(key, e.uid, str(e.fields.get("short_id", "")), -1 if e.uid in folded.redirects else key, e.fields)
        for key, e in zip(keys.values(), codes, strict=True)
    ]
    return CodeTable((books[0].uid, books[0].fields) if books else None, rows).codebook


def recheck(study: Study) -> list[Recheck]:
    """Where a dimension was completed under a version of the codebook that has changed since in what it means.

    In the order of transcripts, coders and the codebook; only of the coders who may be seen. Where the version
    cannot be made again from the events, the whole dimension is named.
    """
    book = study.codes().codebook
    now = book.content_hash()[:VERSION_DIGITS]
    coders = {coder.key: coder.name for coder in study.coders()}
    done = [
        row
        for row in study.file.read.ledger(coders=list(coders))
        if row.state == COMPLETE and row.version != now and row.dimension in book
    ]
    known = versions(study, {row.version for row in done})
    sources = {source.key: source for source in study.file.read.sources()}
    reasons: dict[tuple[str, str], list[tuple[str, str]]] = {}
    found = []
    for row in done:
        why = reasons.get((row.version, row.dimension))
        if why is None:
            why = _reasons(known.get(row.version), book, row.dimension)
            reasons[row.version, row.dimension] = why
        found += [Recheck(sources[row.source], coders[row.coder], row.dimension, *reason) for reason in why]
    places = {key: number for number, key in enumerate(sources)}
    return sorted(found, key=lambda item: (places[item.source.key], item.coder))


def _reasons(old: Codebook | None, now: Codebook, dimension: str) -> list[tuple[str, str]]:
    if old is None:
        return [(dimension, "completed under a version that is not known here")]
    return [(item.code, item.why) for item in reopened(old, now, dimension)]


def recheck_table(found: Sequence[Recheck]) -> Table:
    """What is to be looked at again, as a table."""
    rows = tuple((item.source.name, item.coder, item.dimension, item.code, item.why) for item in found)
    notes = (
        "Completed before the codebook changed in what it means there.",
        "Settle an entry with `qcode codebook recheck --done TRANSCRIPT`.",
    )
    return Table("To recheck", ("transcript", "coder", "dimension", "code", "why"), rows, notes if rows else ())


def rechecked(study: Study, source: SourceRow, dimensions: Sequence[str] = ()) -> int:
    """Note that I looked again: my entries of a transcript (all, or these dimensions) are complete under this version.

    The number of entries that were to be rechecked. Raises UnknownName for an unknown dimension.
    """
    mine = {item.dimension for item in recheck(study) if item.source == source and item.coder == study.me.name}
    wanted = {study.codes().code(study.codes().find(name).key).id for name in dimensions} or mine
    settled = [dimension for dimension in study.codes().codebook.dimensions() if dimension.id in wanted & mine]
    return mark(study, source, [dimension.id for dimension in settled], COMPLETE) if settled else 0
