"""Changing the study's codebook code by code: by its owner, one act each, refused where it would bring a fault.

Codings stay what their coders made them. A code keeps its entity under every id, so renaming it moves nothing; no
id is given to another code later, so an old file or release still names the code that it meant.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from shlex import quote

from qcode.core.codebook import Code, Codebook, code_from_plain, normal_id
from qcode.core.codebook_diff import field_text, with_ids
from qcode.core.codebook_edit import new_faults, settled, with_code, with_settings
from qcode.core.codebook_merge import changed_fields, flat_code
from qcode.core.codebook_tree import moved, subtree
from qcode.core.events import Json
from qcode.core.fold import Entity, fold_entity
from qcode.core.text import display_safe
from qcode.errors import RequestError, UnknownName
from qcode.services.codebook_plan import Past
from qcode.services.codebooks import need_owner, owned_codebook, write_codes
from qcode.services.coverage import Place, coverage
from qcode.services.listings import shortened
from qcode.services.log import local_time
from qcode.services.study import OF_ENTITY, CodeRow, Study, former_ids
from qcode.services.tables import Table
from qcode.store.codebook_reading import Standing

__all__ = [
    "CodeChange",
    "Edited",
    "Settings",
    "add_code",
    "find_merged",
    "free_id",
    "history_of",
    "history_table",
    "move_code",
    "named",
    "recheck_words",
    "remove_code",
    "rename_code",
    "save",
    "set_fields",
    "split_code",
    "standing",
    "standing_words",
]

_LONGEST = 200  # characters of a text that the history shows
Settings = Sequence[str] | Mapping[str, Sequence[str]]
"""Fields and values: `FIELD=VALUE` each, or by field a list of values; see `qcode.core.codebook_edit`."""


@dataclass(frozen=True, slots=True)
class Edited:
    """What an edit did: the code (its id now), and sentences that say it."""

    code: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CodeChange:
    """One change in the life of a code: when (milliseconds since 1970), by whom, which field, and its two states."""

    at_ms: int
    coder: str
    field: str
    before: str
    after: str


def _settings(given: Settings) -> dict[str, list[str]]:
    if isinstance(given, Mapping):
        given = [f"{name}={value}" for name, values in given.items() for value in (values or ("",))]
    return settled(given)


def _mine(study: Study) -> Codebook:
    """The codebook that I may change. Raises RequestError if there is none, or it is another coder's."""
    book = owned_codebook(study)
    need_owner(study, "change it")
    return book


def _found(study: Study, name: str) -> tuple[Code, CodeRow]:
    row = study.codes().find(name)
    return study.codes().code(row.key), row


def save(
    study: Study,
    before: Codebook,
    after: Codebook,
    *,
    uids: Mapping[str, str] | None = None,
    beside: Mapping[str, Mapping[str, Json]] | None = None,
    gone: Mapping[str, Mapping[str, Json] | None] | None = None,
) -> None:
    """Record what makes `after` of `before`, as one act; `gone` holds codes (uids) that go, with what they are told.

    None removes a code. `uids` and `beside` are as for `write_codes`. Raises RequestError, before anything is
    written, if the codebook would have a fault that it has not now.
    """
    faults = new_faults(before, after)
    if faults:
        raise RequestError(f"The codebook would have a fault: {faults[0]}", fix="Nothing was changed.")
    with study.act() as writer:
        for uid, fields in (gone or {}).items():
            if fields is None:
                writer.remove(uid)
            else:
                writer.change(uid, fields)
        write_codes(study, writer, after, uids=uids, beside=beside)


def free_id(study: Study, text: str, *, own: CodeRow | None = None) -> str:
    """An id, in normal form, that a code can have. Raises RequestError if another has it or once had it.

    `own` is a code that may come back to an id which it had before.
    """
    wanted = normal_id(text)
    table = study.codes()
    row = table.by_id.get(wanted)
    if row is not None and row.target != row.key:
        into = table.by_key[row.target].short_id
        raise RequestError(
            f"“{wanted}” was merged into “{into}”.", fix=f"Choose another id, or `qcode codebook unmerge {wanted}`."
        )
    if row is not None:
        raise RequestError(f"There is a code “{wanted}” already.", fix="Choose another id.")
    row = table.former.get(wanted)
    if row is not None and (own is None or row.uid != own.uid):
        raise RequestError(f"“{display_safe(wanted)}” was the id of “{row.short_id}” before.", fix="Choose another id.")
    if own is not None and row is None and Past(study).removed(wanted) is not None:
        raise RequestError(f"“{wanted}” was the id of a code that was removed.", fix="Choose another id.")
    return wanted


def standing(study: Study, row: CodeRow) -> Standing:
    """What stands on a code and on those that were merged into it: everybody's codings."""
    keys = [other.key for other in study.codes().rows if other.target == row.key]
    return study.file.codebook.standing(keys, study.me.key)


def standing_words(found: Standing) -> str:
    """How much stands on a code, as a sentence goes on: `3 codings (2 of them yours) in 2 transcripts`."""
    codings = "1 coding" if found.codings == 1 else f"{found.codings} codings"
    place = "1 transcript" if found.transcripts == 1 else f"{found.transcripts} transcripts"
    return f"{codings} ({found.own} of them yours) in {place}" if found.codings else "no codings"


def recheck_words(study: Study, codes: Iterable[str]) -> list[str]:
    """In how many transcripts these codes are to be looked for again, as sentences; none where nothing is."""
    found = coverage(study, study.visible_coders())
    by_number: dict[int, list[str]] = {}
    for code in codes:
        by_number.setdefault(len({source for source, _ in found.stale.get(code, ())}), []).append(code)
    return [
        f"{'1 completed transcript is' if number == 1 else f'{number} completed transcripts are'}"
        f" to be rechecked for {', '.join(named)}."
        for number, named in by_number.items()
        if number
    ]


def named(study: Study, name: str, settings: Sequence[str] = ()) -> list[str]:
    """Settings of a new code with its name, in the first language of the codebook."""
    book = study.codes().codebook
    used = [language for code in book.codes for language, _ in code.names]
    return [f"name.{(*book.languages, *used, 'en')[0]}={name}", *settings]


def set_fields(study: Study, code: str, changes: Settings) -> Edited:
    """Set fields of a code; an empty value empties a field, several values make a list.

    Raises RequestError if nothing would change or a fault would come in (a hot key that another code has), or if I
    do not own the codebook; UnknownName for an unknown code.
    """
    book = _mine(study)
    old, _ = _found(study, code)
    new = with_settings(old, _settings(changes))
    if new == old:
        raise RequestError(f"“{old.id}” says this already; nothing was changed.")
    if new.parent is not None and new.parent in {below.id for below in subtree(book, old.id)}:
        raise RequestError(f"“{new.parent}” stands below “{old.id}” itself.", fix="Choose another parent.")
    save(study, book, with_code(book, new))
    named = ", ".join(name.replace("_", " ") for name in changed_fields(old, new))
    return Edited(new.id, (f"Changed {named} of {new.id}.", *recheck_words(study, [new.id])))


def add_code(
    study: Study, code_id: str, given: Settings, *, below: str | None = None, before: str | None = None
) -> Edited:
    """Add a code, below another or as a dimension; last among those beside it, or before one of them.

    Raises RequestError and UnknownName as `set_fields`, and if a code has the id already or once had it.
    """
    book = _mine(study)
    new, after = _with_new(study, book, code_id, given, below=below, before=before)
    save(study, book, after)
    place = f"below {new.parent}" if new.parent else "as a dimension"
    return Edited(new.id, (f"Added {new.id} {place}.", *recheck_words(study, [new.id])))


def _with_new(
    study: Study, book: Codebook, code_id: str, given: Settings, *, below: str | None, before: str | None
) -> tuple[Code, Codebook]:
    settings = _settings(given)
    if below is not None and "parent" in settings:
        raise RequestError("The code above is named twice.")
    parent = _found(study, below)[0].id if below is not None else None
    sibling = _found(study, before)[0] if before is not None else None
    if sibling is not None and below is None and "parent" not in settings:
        parent = sibling.parent
    new = with_settings(Code(free_id(study, code_id), parent, ()), settings)
    book = replace(book, codes=(*book.codes, new))
    if new.parent is not None and new.parent not in book:
        raise UnknownName("code", new.parent)
    return new, moved(book, new.id, new.parent, before=sibling.id if sibling else None)


def move_code(
    study: Study, code: str, *, below: str | None = None, top: bool = False, before: str | None = None
) -> Edited:
    """Move a code with all below it: below another, to the top as a dimension, or before another code.

    Raises RequestError if no place or two are named, if the place is below the code itself, or if the code is there
    already.
    """
    book = _mine(study)
    old, _ = _found(study, code)
    if (below is not None and top) or not (below is not None or top or before is not None):
        raise RequestError("Say where to: below a code, to the top, or before a code.")
    sibling = _found(study, before)[0].id if before is not None else None
    parent = _found(study, below)[0].id if below is not None else None
    if sibling is not None and not top and below is None:
        parent = book.code(sibling).parent
    if sibling is not None and book.code(sibling).parent != parent:
        raise RequestError(f"“{sibling}” does not stand there.", fix="Name a code that has the same code above it.")
    inside = {c.id for c in subtree(book, old.id)}
    if parent in inside or sibling in inside:
        raise RequestError(
            f"“{parent or sibling}” is “{old.id}” itself or stands below it.", fix="Choose another place."
        )
    after = moved(book, old.id, parent, before=sibling)
    if after == book:
        raise RequestError(f"“{old.id}” stands there already; nothing was changed.")
    looked = _looked(study, old.id)
    save(study, book, after)
    place = f"below {parent}" if parent else "to the top"
    moved_words = f"Moved {old.id} {place}{f', before {sibling}' if sibling else ''}."
    again = recheck_words(study, [c.id for c in subtree(after, old.id)])
    return Edited(old.id, (moved_words, *_open_words(study, old.id, looked), *again))


def _looked(study: Study, code: str) -> frozenset[Place]:
    return coverage(study, study.visible_coders()).looked(code)


def _open_words(study: Study, code: str, before: Collection[Place]) -> list[str]:
    """In how many transcripts a code was looked for that stands in a dimension now which is not completed there."""
    found = coverage(study, study.visible_coders())
    number = len({place[0] for place in set(before) - found.looked(code) - found.stale.get(code, frozenset())})
    if not number:
        return []
    what = "1 completed transcript is" if number == 1 else f"{number} completed transcripts are"
    top = found.book.dimension_of(code).id
    return [f"{what} open again for {code}: complete {top} there with `qcode done`."]


def rename_code(study: Study, code: str, new_id: str) -> Edited:
    """Give a code another id. The old one stays as an alias, so that scripts and old files still find the code.

    Raises RequestError if another code has the id, or had it before.
    """
    book = _mine(study)
    old, row = _found(study, code)
    if normal_id(new_id) == old.id:
        raise RequestError(f"“{old.id}” has this id already.")
    new = free_id(study, new_id, own=row)
    after = with_ids(book, {old.id: new})
    aliases = dict.fromkeys((*old.aliases, old.id))
    renamed = replace(after.code(new), aliases=tuple(alias for alias in aliases if alias != new))
    former = list(dict.fromkeys([*former_ids(row), old.id]))
    save(study, book, with_code(after, renamed), uids={new: row.uid}, beside={new: {"former": former}})
    return Edited(new, (f"Renamed {old.id} to {new}; “{old.id}” still finds it.",))


def split_code(study: Study, code: str, new_id: str, given: Settings, *, beside: bool = False) -> Edited:
    """Split a new code off from another: below it, or beside it. Codings stay where they are.

    Whoever completed the dimension has to look for both again: what stands on the old code may belong to the new one.
    """
    book = _mine(study)
    old, row = _found(study, code)
    settings = _settings(given)
    if "parent" in settings:
        raise RequestError("A code that is split off stands below the other one, or beside it.")
    after_it = None
    if beside:
        siblings = [sibling.id for sibling in book.children(old.parent)]
        after_it = next(iter(siblings[siblings.index(old.id) + 1 :]), None)
    new = with_settings(Code(free_id(study, new_id), old.parent if beside else old.id, ()), settings)
    after = moved(replace(book, codes=(*book.codes, new)), new.id, new.parent, before=after_it)
    save(study, book, after, beside={new.id: {"split_from": row.uid}})
    found = standing(study, row)
    words = [f"Split {new.id} off from {old.id}, {'beside' if beside else 'below'} it."]
    if found.codings:
        words.append(f"On {old.id} stand {standing_words(found)}: look which of them belong to {new.id}.")
    return Edited(new.id, (*words, *recheck_words(study, [old.id, new.id])))


def remove_code(study: Study, code: str) -> Edited:
    """Take a code out of the codebook, if nothing stands on it and nothing below it. Its history stays.

    Raises RequestError, with what to do instead, otherwise.
    """
    book = _mine(study)
    old, row = _found(study, code)
    found = standing(study, row)
    if found.codings:
        raise RequestError(
            f"On “{old.id}” stand {standing_words(found)}.", fix=f"Merge it: `qcode codebook merge {old.id} INTO`."
        )
    if children := book.children(old.id):
        named = ", ".join(child.id for child in children)
        raise RequestError(f"Below “{old.id}” stand {named}.", fix="Move or remove these first.")
    merged = [other.short_id for other in study.codes().rows if other.target == row.key and other.key != row.key]
    if merged:
        raise RequestError(f"Into “{old.id}” were merged: {', '.join(merged)}.", fix="Unmerge these first.")
    after = replace(book, codes=tuple(c for c in book.codes if c.id != old.id))
    save(study, book, after, gone={row.uid: None})
    again = f"qcode codebook add {old.id} --name {quote(old.name())}"
    return Edited(old.id, (f"Removed {old.id}. `{again}` can bring it back.",))


def find_merged(study: Study, name: str) -> CodeRow:
    """The row of a code that was merged into another, by an id that it has or had, or by its name.

    Raises RequestError for a code that stands on its own, UnknownName otherwise.
    """
    table = study.codes()
    for row in table.rows:
        names = [pair[1] for pair in row.fields.get("names", []) if isinstance(pair, list) and len(pair) > 1]
        spoken = {row.short_id, *former_ids(row), *map(str, names)}
        if row.target != row.key and name in spoken:
            return row
    raise RequestError(f"“{table.code(table.find(name).key).id}” was not merged into another code.")


def history_of(study: Study, code: str) -> tuple[CodeChange, ...]:
    """What was changed of a code, the oldest first: each field that an event changed, with both of its states."""
    table = study.codes()
    row = table.by_id.get(code) or table.find(code)
    past = Past(study)
    ids = {other.uid: other.short_id for other in table.rows}
    steps = [step for step in past.steps if step.entity == row.uid]
    found: list[CodeChange] = []
    last: dict[str, object] = {}
    for number, step in enumerate(steps, 1):
        entity = fold_entity(row.uid, steps[:number], frozenset())
        now = _told_fields(entity, ids) if entity is not None else {}
        coder = past.who(step)
        found += [
            CodeChange(step.at_ms, coder, name.replace("_", " "), field_text(last.get(name)), field_text(now.get(name)))
            for name in dict.fromkeys([*last, *now])
            if field_text(last.get(name)) != field_text(now.get(name))
        ]
        last = now
    return tuple(found)


def history_table(study: Study, code: str) -> Table:
    """What was changed of a code as a table, texts cut after 200 characters."""
    rows = tuple(
        (local_time(c.at_ms), c.coder, c.field, shortened(c.before, _LONGEST), shortened(c.after, _LONGEST))
        for c in history_of(study, code)
    )
    return Table(f"History of {code}", ("time", "coder", "field", "before", "after"), rows, ())


def _told_fields(entity: Entity, ids: Mapping[str, str]) -> dict[str, object]:
    """What a code says at one time, field by field, with ids for entities; false flags say nothing."""
    fields = entity.fields
    plain = {name: value for name, value in fields.items() if name not in OF_ENTITY}
    parent = ids.get(str(fields.get("parent")))
    code = code_from_plain({"names": [], **plain, "id": str(fields.get("short_id", "")), "parent": parent})
    found: dict[str, object] = {"id": code.id, **{n: v for n, v in flat_code(code).items() if v not in (False, ())}}
    for name in ("merged_into", "split_from"):
        found[name] = ids.get(str(fields.get(name)), "")
    return {**found, "removed": bool(fields.get("removed")) or None}
