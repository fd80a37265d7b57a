"""What the codebook was: its content at every version, made again from releases and events."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from qcode.core.codebook import Codebook, from_plain
from qcode.core.codebook_diff import with_ids
from qcode.core.events import Step
from qcode.core.fold import Entity, break_cycles, fold_entity
from qcode.services.study import CodeRow, CodeTable, Study

__all__ = ["VERSION_DIGITS", "books_of", "todays_ids", "version_of", "versions"]

VERSION_DIGITS = 12
"""So many digits of the content hash name a version."""


def version_of(book: Codebook) -> str:
    """The name of a codebook's content: the first digits of its hash."""
    return book.content_hash()[:VERSION_DIGITS]


def versions(study: Study, wanted: Iterable[str]) -> dict[str, Codebook]:
    """The codebook's content by version (12 digits), for those of `wanted` that releases or the events tell.

    The events are taken off act by act, the latest first, until all are found; only codes that an act touched are
    folded again.
    """
    asked = set(wanted)
    found = study.books
    missing = asked - set(found)
    for row in study.file.codebook.releases() if missing else ():
        if row.version in missing:
            found[row.version] = from_plain(row.fields["content"])
    missing -= set(found)
    for book in books_of(study.file.codebook.history()) if missing else ():
        version = version_of(book)
        if version in missing:
            found[version] = book
            missing.discard(version)
            if not missing:
                break
    return {version: found[version] for version in asked if version in found}


def todays_ids(study: Study, book: Codebook) -> Codebook:
    """An older codebook under the ids that its codes have now."""
    table = study.codes()
    return with_ids(book, {code.id: table.now(code.id) for code in book.codes})


def books_of(steps: Sequence[Step]) -> Iterator[Codebook]:
    """The codebook after every act of these events (in their one order), the latest first."""
    by_entity: dict[str, list[Step]] = defaultdict(list)
    for step in steps:
        by_entity[step.entity].append(step)
    folded = {uid: fold_entity(uid, own, frozenset()) for uid, own in by_entity.items()}
    acts = [list(group) for _, group in groupby(steps, key=lambda step: (step.act, step.coder))]
    for act in reversed(acts):
        yield _book(folded)
        for step in act:
            by_entity[step.entity].pop()
        for uid in {step.entity for step in act}:
            folded[uid] = fold_entity(uid, by_entity[uid], frozenset())


def _book(folded: Mapping[str, Entity | None]) -> Codebook:
    """The codebook that these entities make, read as the study reads its own."""
    there = [entity for entity in folded.values() if entity is not None and not entity.removed]
    books = sorted((e for e in there if e.type == "codebook"), key=lambda entity: entity.created)
    known = {book.uid for book in books}
    codes = [e for e in there if e.type == "code" and e.fields.get("codebook") in known]
    codes.sort(key=lambda entity: (entity.fields.get("position", 0), entity.uid))
    keys = {entity.uid: key for key, entity in enumerate(codes)}
    merged, parents = _edges(codes, keys, "merged_into"), _edges(codes, keys, "parent")
    redirects = break_cycles(merged)
    opened = set(parents) - set(break_cycles(parents))
    rows = []
    for entity in codes:
        end = entity.uid
        while end in redirects:
            end = redirects[end]
        short_id = str(entity.fields.get("short_id", ""))
        rows.append(CodeRow(keys[entity.uid], entity.uid, short_id, keys[end], entity.fields))
    return CodeTable((books[0].uid, books[0].fields) if books else None, rows, opened).codebook


def _edges(codes: Iterable[Entity], keys: Mapping[str, int], name: str) -> dict[str, tuple[str, tuple[int, str]]]:
    found = {}
    for entity in codes:
        target = entity.fields.get(name)
        if isinstance(target, str) and target in keys:
            found[entity.uid] = (target, entity.written[name])
    return found
