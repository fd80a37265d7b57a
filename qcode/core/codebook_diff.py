"""What differs between two codebooks: code by code and field by field, and what a difference reopens.

A code is the same code as long as its id stays. A code that went while one came that says the same in every
field, down to the names, was given another id: *renamed*.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Literal

from qcode.core.codebook import Code, Codebook

__all__ = [
    "MEANING",
    "NO_LINEAGE",
    "CodebookDiff",
    "Difference",
    "Lineage",
    "Reopened",
    "compare_codebooks",
    "field_text",
    "reopened",
    "with_ids",
]

MEANING: tuple[str, ...] = ("brief", "definition", "when_to_use", "when_not_to_use", "exclusive")
"""The fields that say what a code means: whoever looked for it before they changed, looked for something else."""

_FIELDS = tuple(part.name for part in fields(Code) if part.name != "id")
_HEAD = ("id", "title", "description", "languages")


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference, its texts as people read them.

    `code` is None for the codebook itself; where a whole code came or went, `field` is empty and the text is its
    name; `renamed` holds the ids in `before` and `after`. Of a file that is to be imported, codes and fields that
    the import leaves as they are in the study are *only here* and *kept*; what both changed is a *conflict*.
    """

    kind: Literal["added", "removed", "renamed", "moved", "changed", "only here", "kept", "conflict"]
    code: str | None
    field: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class CodebookDiff:
    """All differences: of the codebook itself, then in the order of the new codebook, then what went.

    `reordered` says whether codes that stand in both stand in another order.
    """

    differences: tuple[Difference, ...]
    reordered: bool

    def __bool__(self) -> bool:
        """Whether there is any difference."""
        return bool(self.differences) or self.reordered


@dataclass(frozen=True, slots=True)
class Reopened:
    """A code of a dimension that must be looked for again, and why: a phrase."""

    code: str
    why: str


def field_text(value: object) -> str:
    r"""The value of a field of a code as people read it.

    >>> field_text((("en", "Trust"), ("zh", "信任"))), field_text(True), field_text(("a", "b")), field_text(None)
    ('en: Trust\nzh: 信任', 'yes', 'a\nb', '')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return "\n".join(
            f"{item[0]}: {item[1] if isinstance(item[1], str) else ', '.join(item[1])}"
            if isinstance(item, tuple)
            else str(item)
            for item in value
        )
    return "" if value is None else str(value)


def compare_codebooks(old: Codebook, new: Codebook) -> CodebookDiff:
    """What makes `new` of `old`.

    >>> a = Codebook("c", "C", (Code("x", None, ()),))
    >>> [(d.kind, d.code) for d in compare_codebooks(a, Codebook("c", "C", ())).differences]
    [('removed', 'x')]
    """
    found = [
        Difference("changed", None, name, field_text(getattr(old, name)), field_text(getattr(new, name)))
        for name in _HEAD
        if getattr(old, name) != getattr(new, name)
    ]
    renamed = _renamed(old, new)
    gone = {before: after for after, before in renamed.items()}
    for code in new.codes:
        if code.id in renamed:
            found.append(Difference("renamed", code.id, "id", renamed[code.id], code.id))
            found += _field_differences(old.code(renamed[code.id]), code, gone)
        elif code.id not in old:
            found.append(Difference("added", code.id, after=code.name()))
        else:
            found += _field_differences(old.code(code.id), code, gone)
    found += [
        Difference("removed", code.id, before=code.name())
        for code in old.codes
        if code.id not in new and code.id not in gone
    ]
    shared = [[gone.get(c.id, c.id) for c in book.codes if gone.get(c.id, c.id) in new] for book in (old, new)]
    kept = set(shared[0]) & set(shared[1])
    orders = [[code_id for code_id in ids if code_id in kept] for ids in shared]
    return CodebookDiff(tuple(found), orders[0] != orders[1])


def _renamed(old: Codebook, new: Codebook) -> dict[str, str]:
    """New id -> old id of codes that differ in the id alone (the parent may have been renamed with them)."""
    went: dict[Code, list[str]] = {}
    for code in old.codes:
        if code.id not in new:
            went.setdefault(_nameless(code), []).append(code.id)
    found: dict[str, str] = {}
    for code in new.codes:
        candidates = went.get(_nameless(code), [])
        if code.id not in old and len(candidates) == 1 and code.names:
            found[code.id] = candidates.pop()
    return found


def _nameless(code: Code) -> Code:
    return replace(code, id="", parent=None)


def _field_differences(old: Code, new: Code, renamed: dict[str, str]) -> list[Difference]:
    found = []
    for name in _FIELDS:
        before, after = getattr(old, name), getattr(new, name)
        if name == "parent" and before in renamed:
            before = renamed[before]  # the same parent under another id
        if before != after:
            kind: Literal["moved", "changed"] = "moved" if name == "parent" else "changed"
            found.append(Difference(kind, new.id, name, field_text(before), field_text(after)))
    return found


@dataclass(frozen=True, slots=True)
class Lineage:
    """What became of codes beside their fields, by the ids of today.

    `merged`: a code and the one that it became; `split`: a code and the one that it was split off from.
    """

    merged: Mapping[str, str] = field(default_factory=dict)
    split: Mapping[str, str] = field(default_factory=dict)


NO_LINEAGE = Lineage()


def with_ids(book: Codebook, now: Mapping[str, str]) -> Codebook:
    """The codebook with other ids for codes that were renamed since: id then -> id now.

    >>> old = Codebook("c", "C", (Code("a", None, ()), Code("b", "a", ())))
    >>> [(code.id, code.parent) for code in with_ids(old, {"a": "x"}).codes]
    [('x', None), ('b', 'x')]
    """
    if not any(now.get(code.id, code.id) != code.id for code in book.codes):
        return book
    codes = tuple(
        replace(code, id=now.get(code.id, code.id), parent=now.get(code.parent, code.parent) if code.parent else None)
        for code in book.codes
    )
    return replace(book, codes=codes)


def reopened(old: Codebook, new: Codebook, dimension: str, lineage: Lineage = NO_LINEAGE) -> tuple[Reopened, ...]:
    """The codes of a dimension of `new` that whoever completed it under `old` has to look for again.

    A code that came, that was split off from another (and that other, for what stands on it may belong to the new
    one), that moved in from another dimension or took in a code of one, or whose meaning changed. Names, examples,
    indicators and colours reopen nothing. `old` must have the ids of today (`with_ids`).

    >>> old, new = (Codebook("c", "C", (Code("d", None, (), brief=text),)) for text in ("One.", "Two."))
    >>> reopened(old, new, "d")
    (Reopened(code='d', why='changed: brief'),)
    """
    found = []
    for code, _ in new.walk():
        if new.dimension_of(code.id).id == dimension and (why := _why(old, new, code, dimension, lineage)):
            found.append(Reopened(code.id, why))
    return tuple(found)


def _why(old: Codebook, new: Codebook, code: Code, dimension: str, lineage: Lineage) -> str:
    if code.id not in old:
        above = lineage.split.get(code.id, code.parent if code.parent != dimension else None)
        return f"split off from {above}" if above is not None and above in old else "new code"
    before = old.code(code.id)
    if old.dimension_of(code.id).id != dimension:
        return f"moved from {old.dimension_of(code.id).id}"
    changed = [name.replace("_", " ") for name in MEANING if getattr(before, name) != getattr(code, name)]
    reasons = [f"changed: {', '.join(changed)}"] if changed else []
    parts = [part for part, whole in lineage.split.items() if whole == code.id and part in new and part not in old]
    reasons += [f"split: {', '.join(parts)}"] if parts else []
    taken = [part for part, whole in lineage.merged.items() if whole == code.id and part in old]
    strange = [part for part in taken if old.dimension_of(part).id != dimension]
    reasons += [f"took in {', '.join(strange)}"] if strange else []
    return "; ".join(reasons)
