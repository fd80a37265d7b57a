"""Named versions of the codebook, and what a newer version asks coders to look for again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from qcode.core.codebook import to_plain
from qcode.core.codebook_diff import CodebookDiff
from qcode.core.ids import release_id
from qcode.core.tabulate import COMPLETE
from qcode.errors import RequestError
from qcode.services.codebooks import need_owner, owned_codebook
from qcode.services.coding import write_mark
from qcode.services.coverage import coverage
from qcode.services.listings import shortened
from qcode.services.log import local_time
from qcode.services.study import SourceRow, Study, clean_name
from qcode.services.tables import Cell, Table
from qcode.services.versions import version_of, versions

__all__ = [
    "QueuedRecheck",
    "Recheck",
    "diff_table",
    "recheck",
    "recheck_queue",
    "recheck_table",
    "rechecked",
    "release",
    "release_table",
    "settle",
    "versions",
]

_LONGEST = 200  # characters of a text that a difference shows
_KIND_WORDS = {
    "only here": "only in the study (import keeps it)",
    "kept": "changed in the study (import keeps it)",
    "conflict": "changed in both (conflict)",
}


@dataclass(frozen=True, slots=True)
class Recheck:
    """A code that a coder has to look for again in a transcript whose dimension they had completed."""

    source: SourceRow
    coder: str
    dimension: str
    code: str
    why: str


@dataclass(frozen=True, slots=True)
class QueuedRecheck:
    """A code that I have to look for again in a transcript; `codings` of it are mine there now."""

    source: SourceRow
    dimension: str
    code: str
    why: str
    codings: int


def release(study: Study, name: str, note: str = "") -> str:
    """Give the codebook as it is now a name; its version.

    Raises RequestError if the name is taken, or I do not own the codebook.
    """
    name = clean_name(name, "release")
    book = owned_codebook(study)
    need_owner(study, "release it")
    if name in {row.name for row in study.file.codebook.releases()}:
        raise RequestError(f"There is a release “{name}” already.", fix="Choose another name.")
    version = version_of(book)
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
    now = version_of(study.codes().codebook)
    note = f"The codebook now has version {now}."
    return Table("Releases", ("release", "version", "time", "by", "note"), tuple(rows), (note,) if rows else ())


def diff_table(found: CodebookDiff) -> Table:
    """Differences between two codebooks as a table, texts cut after 200 characters."""
    rows: list[tuple[Cell, ...]] = [
        (
            d.code or "(codebook)",
            _KIND_WORDS.get(d.kind, d.kind),
            d.field.replace("_", " "),
            shortened(d.before, _LONGEST),
            shortened(d.after, _LONGEST),
        )
        for d in found.differences
    ]
    notes = ("Codes that stand in both stand in another order.",) if found.reordered else ()
    return Table("Differences", ("code", "what", "field", "before", "after"), tuple(rows), notes)


def recheck(study: Study) -> list[Recheck]:
    """Where a dimension was completed under a version of the codebook that has changed since in what it means.

    In the order of transcripts, coders and the codebook; only of the coders who may be seen. Where the version
    cannot be made again from the events, the whole dimension is named.
    """
    coders = {coder.key: coder.name for coder in study.coders()}
    found = coverage(study, list(coders))
    sources = {source.key: source for source in study.file.read.sources()}
    listed = [
        Recheck(sources[row.source], coders[row.coder], row.dimension, code, why)
        for row, reasons in found.reasons.items()
        for code, why in reasons.items()
    ]
    places = {key: number for number, key in enumerate(sources)}
    return sorted(listed, key=lambda item: (places[item.source.key], item.coder))


def recheck_table(found: Sequence[Recheck]) -> Table:
    """What is to be looked at again, as a table."""
    rows = tuple((item.source.name, item.coder, item.dimension, item.code, item.why) for item in found)
    notes = (
        "Completed before the codebook changed in what it means there.",
        "Settle what you looked at again with `qcode codebook recheck --done TRANSCRIPT`, or add --codes CODE.",
    )
    return Table("To recheck", ("transcript", "coder", "dimension", "code", "why"), rows, notes if rows else ())


def rechecked(study: Study, source: SourceRow, dimensions: Sequence[str] = (), *, codes: Sequence[str] = ()) -> int:
    """Note that I looked again in a transcript: for everything there, or for these dimensions or codes only.

    The number of codes that are settled by it; see `settle`. Raises UnknownName for an unknown dimension or code.
    """
    table = study.codes()
    wanted = {table.code(table.find(name).key).id for name in codes}
    tops = {table.code(table.find(name).key).id for name in dimensions}
    mine = [item for item in recheck(study) if item.source == source and item.coder == study.me.name]
    chosen = [
        item.code
        for item in mine
        if (not tops or item.dimension in tops) and (not wanted or item.code in wanted)
    ]  # fmt: skip
    return len(set(chosen)) if chosen and settle(study, source, *chosen) else 0


def recheck_queue(study: Study) -> list[QueuedRecheck]:
    """What I have to look for again, in the order of transcripts and the codebook, with the codings that I have there.

    One entry for each code of each transcript; `settle` takes it off.
    """
    mine = [item for item in recheck(study) if item.coder == study.me.name]
    if not mine:
        return []
    table = study.codes()
    numbers = Counter(
        (row.source, table.code(row.code).id) for row in study.file.read.codings(coders=[study.me.key])
    )  # fmt: skip
    return [
        QueuedRecheck(item.source, item.dimension, item.code, item.why, numbers[item.source.key, item.code])
        for item in mine
    ]


def settle(study: Study, source: SourceRow, *codes: str) -> int:
    """Note that I looked again for these codes (ids) in a transcript, as one act; how many entries that settled.

    Each code is an entry of the ledger of its own, under the version of now; with the last open code of a dimension
    the entry of the dimension itself moves to this version, and counts as one.
    """
    book, version = study.codes().codebook, version_of(study.codes().codebook)
    open_ = {
        row.dimension: set(reasons)
        for row, reasons in coverage(study, [study.me.key]).reasons.items()
        if row.source == source.key
    }
    wanted = {code for found in open_.values() for code in found} & set(codes)
    if not wanted:
        return 0
    count = 0
    with study.act() as writer:
        for dimension, left in open_.items():
            if left <= wanted:
                count += write_mark(study, writer, source, dimension, COMPLETE, version)
                continue
            for code in (c.id for c in book.codes if c.id in left & wanted):
                count += write_mark(study, writer, source, code, COMPLETE, version, alone=True)
    return count
