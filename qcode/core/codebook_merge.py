"""A codebook file and the study's codebook, each changed on its own since they last agreed: brought together.

Field by field: what only one side changed is taken from that side; what both changed alike is settled; what both
changed differently is a conflict, which a person decides. Names and indicators are compared language by language.
Codes are matched by id, so the caller brings all three codebooks to the ids of today first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, NamedTuple

from qcode.core.codebook import Code, Codebook, code_to_plain

__all__ = [
    "HEAD",
    "FieldName",
    "Merged",
    "Side",
    "changed_fields",
    "flat_code",
    "merge_codebooks",
    "merge_order",
    "unflat_code",
]

HEAD = ("title", "description", "languages")
"""The fields of a codebook itself that a file can change."""

Side = Literal["file", "study"]
_PAIRS = {"names": "name", "indicators": "indicators"}


class FieldName(NamedTuple):
    """A field (`definition`, `name.en`, `order`) of a code by id, or of the codebook itself (None)."""

    field: str
    code: str | None = None

    def __str__(self) -> str:
        """The field as a sentence names it.

        >>> str(FieldName("name.en", "trust")), str(FieldName("when_to_use", None))
        ('name.en of trust', 'when to use of the codebook')
        """
        return f"{self.field.replace('_', ' ')} of {self.code or 'the codebook'}"


@dataclass(frozen=True, slots=True)
class Merged:
    """The codebook that comes of it, and how.

    `kept`: fields where the study had moved on and the file had not. `conflicts`: fields that both changed
    differently; in `codebook` they stand as the side says that was asked for, else as in the study.
    """

    codebook: Codebook
    kept: tuple[FieldName, ...]
    conflicts: tuple[FieldName, ...]


def flat_code(code: Code) -> dict[str, object]:
    """The fields of a code but its id, names and indicators by language: as settings name them.

    >>> flat = flat_code(Code("t", None, (("en", "Trust"),), brief="B."))
    >>> flat["name.en"], flat["brief"], flat["parent"]
    ('Trust', 'B.', None)
    """
    found: dict[str, object] = {}
    for part in fields(Code):
        value = getattr(code, part.name)
        if part.name in _PAIRS:
            found |= {f"{_PAIRS[part.name]}.{language}": item for language, item in value}
        elif part.name != "id":
            found[part.name] = value
    return found


def unflat_code(code_id: str, flat: Mapping[str, object]) -> Code:
    """The code that `flat_code` took apart; a name or indicators that are empty are left out.

    >>> code = Code("t", None, (("en", "Trust"), ("zh", "信任")), indicators=(("en", ("trust*",)),), absence=True)
    >>> unflat_code("t", flat_code(code)) == code
    True
    """
    values: dict[str, Any] = {"names": (), "indicators": ()}
    for name, value in flat.items():
        part, dot, language = name.partition(".")
        if not dot:
            values[name] = value
        elif value:
            field = "names" if part == "name" else part
            values[field] = (*values[field], (language, value))
    return Code(id=code_id, **values)


_EMPTY = flat_code(Code("", None, ()))


def merge_codebooks(base: Codebook, here: Codebook, file: Codebook, *, take: Side | None = None) -> Merged:
    """The study's codebook `here` and a `file`, both grown out of `base`, as one.

    A code that the file lacks stays; a code that `here` lacks comes in (what was removed from the study on purpose
    is the caller's to leave out of `file`). `take` says whose value stands in a conflict.

    >>> a, b, c = (
    ...     Codebook("x", "X", (Code("d", None, (("en", "D"),), **more),))
    ...     for more in ({}, {"definition": "Ours."}, {"brief": "Theirs."})
    ... )
    >>> found = merge_codebooks(a, b, c)
    >>> found.codebook.code("d").definition, found.codebook.code("d").brief, [str(name) for name in found.kept]
    ('Ours.', 'Theirs.', ['definition of d'])
    """
    kept: list[FieldName] = []
    conflicts: list[FieldName] = []

    def settle(name: FieldName, was: object, ours: object, theirs: object) -> object:
        if theirs in (was, ours):
            if ours not in (was, theirs):
                kept.append(name)
            return ours
        if ours == was:
            return theirs
        conflicts.append(name)
        return theirs if take == "file" else ours

    head: dict[str, Any] = {
        name: settle(FieldName(name), getattr(base, name), getattr(here, name), getattr(file, name)) for name in HEAD
    }
    codes: dict[str, Code] = {code.id: code for code in here.codes}
    for code in file.codes:
        if code.id not in here:
            codes[code.id] = code
            continue
        was = flat_code(base.code(code.id)) if code.id in base else _EMPTY
        ours, theirs = flat_code(here.code(code.id)), flat_code(code)
        flat = {
            name: settle(FieldName(name, code.id), *(side.get(name, _nothing(name)) for side in (was, ours, theirs)))
            for name in _field_order(was, ours, theirs)
        }
        codes[code.id] = unflat_code(code.id, flat)
    orders = [[code.id for code in book.codes] for book in (base, here, file)]
    order, moved = merge_order(*orders, theirs_wins=take == "file")
    conflicts += moved
    return Merged(replace(here, **head, codes=tuple(codes[code] for code in order)), tuple(kept), tuple(conflicts))


def _nothing(name: str) -> object:
    """What a field holds that a code does not have: only names and indicators of a language can be missing."""
    return () if name.startswith("indicators") else ""


def _field_order(was: Mapping[str, object], ours: Mapping[str, object], theirs: Mapping[str, object]) -> list[str]:
    """All fields of the three; languages in the file's order if that was changed, else in the study's."""
    shared = set(was) & set(theirs)
    file_moved = [name for name in was if name in shared] != [name for name in theirs if name in shared]
    first, second = (theirs, ours) if file_moved else (ours, theirs)
    return list(dict.fromkeys([*first, *second, *was]))


def merge_order(
    base: Sequence[str], here: Sequence[str], file: Sequence[str], *, theirs_wins: bool = False
) -> tuple[list[str], list[FieldName]]:
    """The ids of `here` and `file` in one order, and the conflict, if both brought what they share into another order.

    Who moved nothing follows the other side; what only one side has stands after what stands before it there.

    >>> merge_order("abc", "bac", "abxc")
    (['b', 'x', 'a', 'c'], [])
    """
    shared = set(here) & set(file)
    known = shared & set(base)

    def among(ids: Iterable[str], wanted: set[str]) -> list[str]:
        return [code for code in ids if code in wanted]

    differ = among(here, shared) != among(file, shared)
    file_moved = among(base, known) != among(file, known)
    here_moved = among(base, known) != among(here, known)
    conflict = differ and file_moved and here_moved
    file_leads = differ and file_moved and (theirs_wins or not here_moved)
    lead, other = (file, here) if file_leads else (here, file)
    order = list(lead)
    for place, code in enumerate(other):
        if code not in shared:
            order.insert(order.index(other[place - 1]) + 1 if place else 0, code)
    return order, [FieldName("order")] if conflict else []


def changed_fields(old: Code, new: Code) -> tuple[str, ...]:
    """The fields that differ between two states of a code, as settings name them."""
    one, two = flat_code(old), flat_code(new)
    names = dict.fromkeys([*one, *two])
    found = tuple(name for name in names if one.get(name, _nothing(name)) != two.get(name, _nothing(name)))
    return found or (("order of languages",) if code_to_plain(old) != code_to_plain(new) else ())
