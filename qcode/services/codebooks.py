"""The codebook into the study and out of it, and what differs between two of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from qcode.core.codebook import Code, Codebook, code_to_plain, from_plain, to_plain
from qcode.core.codebook_diff import CodebookDiff, Difference, compare_codebooks, field_text
from qcode.core.codebook_merge import HEAD, FieldName, Side, changed_fields, flat_code
from qcode.core.events import Json
from qcode.core.fold import fold_entity
from qcode.core.ids import code_id, codebook_id
from qcode.core.text import display_safe
from qcode.errors import Fault, FileFaults, RequestError, UnknownName
from qcode.files.codebook_markdown import write_codebook_markdown
from qcode.files.codebook_tables import read_codebook_csv, write_codebook_csv
from qcode.files.codebook_toml import ReadCodebook, read_codebook, write_codebook
from qcode.files.guard import read_bytes, write_file
from qcode.services.codebook_plan import ImportPlan, Past, head_fields, plan_import
from qcode.services.study import BESIDE, CodeRow, CoderRow, CodeTable, Study, near_names
from qcode.services.versions import todays_ids, version_of

if TYPE_CHECKING:
    from qcode.store.writer import Writer

__all__ = [
    "CheckReport",
    "CodebookReport",
    "check_file",
    "code_event_fields",
    "diff",
    "export_codebook",
    "find_release",
    "import_codebook",
    "need_owner",
    "owned_codebook",
    "owner",
    "uid_of",
    "write_codes",
]


@dataclass(frozen=True, slots=True)
class CodebookReport:
    """What an import did: codes by what became of them, what it left as it was, and warnings with their lines.

    `fields` names the fields that changed of every changed code (None: of the codebook itself). `missing` are codes
    that the file lacks, `kept` sentences on what the study has changed on its own and keeps.
    """

    title: str
    version: str
    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: int
    missing: tuple[str, ...]
    warnings: tuple[Fault, ...]
    fields: Mapping[str | None, tuple[str, ...]]
    kept: tuple[str, ...]
    reordered: bool


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What is wrong with a codebook file, and what it holds; a file with faults has no version."""

    file: str
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...] = ()
    codes: int = 0
    dimensions: int = 0
    version: str = ""


def code_event_fields(
    codebook: Codebook, code: Code, position: int, uids: Mapping[str, str] | None = None
) -> dict[str, Json]:
    """The fields of a code as its events hold them; `position` is its 0-based place in the codebook.

    `uids` holds the entities of the codes that are there, by id: a renamed code keeps its own.
    """
    plain = dict(code_to_plain(code))
    parent = plain.pop("parent")
    short_id = plain.pop("id")
    return {
        **plain,
        "codebook": codebook_id(codebook.id),
        "short_id": short_id,
        "parent": uid_of(codebook, str(parent), uids) if parent else None,
        "position": position,
    }


def uid_of(codebook: Codebook, short_id: str, uids: Mapping[str, str] | None = None) -> str:
    """The entity of a code: the one that is there, else the one that every machine makes of this id."""
    return (uids or {}).get(short_id) or code_id(codebook.id, short_id)


def write_codes(
    study: Study,
    writer: Writer,
    book: Codebook,
    *,
    uids: Mapping[str, str] | None = None,
    beside: Mapping[str, Mapping[str, Json]] | None = None,
) -> None:
    """Record every code of `book` that differs from the study, inside an act.

    `uids` names the entities of codes whose id is new; `beside` holds, by id, what a code is told beside its fields.
    Places are numbered anew only if the ones that are stored do not give the order. A code that was removed comes
    back as it stands in `book`, and with nothing else of what it was.
    """
    table = study.codes()
    known = {**{short_id: row.uid for short_id, row in table.by_id.items()}, **(uids or {})}
    by_uid = {row.uid: row for row in table.rows}
    stored = [by_uid.get(known.get(code.id, "")) for code in book.codes]
    before = table.codebook
    for code, row, place in zip(book.codes, stored, _places(stored), strict=True):
        same_place = row is not None and row.fields.get("position", 0) == place
        if same_place and code.id not in (beside or {}) and code.id in before and before.code(code.id) == code:
            continue
        uid = uid_of(book, code.id, known)
        fields = {**code_event_fields(book, code, place, known), **(beside or {}).get(code.id, {})}
        if row is None and (gone := writer.entity(uid)) is not None:
            fields = {**{name: None for name in gone.fields if name in BESIDE}, **fields}
        writer.put("code", uid, fields)


def _places(rows: Sequence[CodeRow | None]) -> list[int]:
    """The place of each code (None: a new one): the stored ones if they go upwards, else numbered anew."""
    found: list[int] = []
    for row in rows:
        last = found[-1] if found else -1
        place = last + 1 if row is None else row.fields.get("position", 0)
        if place <= last:
            return list(range(len(rows)))
        found.append(place)
    return found


def _read(path: Path) -> ReadCodebook:
    """The codebook in a file of any form that is read back. Raises FileFaults, InputError or RequestError."""
    shown = display_safe(path.name)
    match path.suffix.casefold():
        case ".csv":
            return read_codebook_csv(read_bytes(path), shown)
        case ".xlsx":
            from qcode.files.codebook_xlsx import read_codebook_xlsx

            return read_codebook_xlsx(read_bytes(path), shown)
        case ".md":
            raise RequestError(
                "A codebook in Markdown is for reading; it is not read back.",
                where=shown,
                fix="Import TOML, CSV or XLSX.",
            )
        case _:
            return read_codebook(read_bytes(path), shown)


def _written(book: Codebook, path: Path) -> bytes:
    version = version_of(book)
    match path.suffix.casefold():
        case ".csv":
            return write_codebook_csv(book, written_from=version)
        case ".xlsx":
            from qcode.files.codebook_xlsx import write_codebook_xlsx

            return write_codebook_xlsx(book, written_from=version)
        case ".md":
            return write_codebook_markdown(book).encode("utf-8")
        case ".toml":
            return write_codebook(book, written_from=version).encode("utf-8")
        case _:
            raise RequestError(
                "The ending of the file says in which form the codebook is written, and this one says nothing.",
                where=display_safe(path.name),
                fix="Use .toml, .csv, .xlsx or .md.",
            )


def check_file(path: Path) -> CheckReport:
    """Look through a codebook file without a study: every fault and every warning with its line."""
    shown = display_safe(path.name)
    try:
        found = _read(path)
    except FileFaults as error:
        return CheckReport(shown, error.faults)
    book = found.codebook
    return CheckReport(shown, (), found.warnings, len(book.codes), len(book.dimensions()), version_of(book))


def owner(study: Study) -> CoderRow | None:
    """The coder who owns the codebook: who imported it first, unless they handed it on; None without a codebook."""
    uid = study.codes().uid
    if uid is None:
        return None
    entity = fold_entity(uid, [step for step in study.file.codebook.history() if step.entity == uid], frozenset())
    if entity is None:
        return None
    named = entity.fields.get("owner") or entity.coder
    return next((coder for coder in study.file.read.coders() if coder.uid == named), None)


def owned_codebook(study: Study) -> Codebook:
    """The study's codebook. Raises RequestError if there is none yet."""
    book = study.codes().codebook
    if study.codes().uid is None:
        raise RequestError("The study has no codebook yet.", fix="Import one with `qcode codebook import FILE`.")
    return book


_PROPOSE = "Propose a change with `qcode codebook propose CODE --set FIELD=VALUE`."


def need_owner(study: Study, what: str, fix: str = _PROPOSE) -> None:
    """Raises RequestError, which says who may and what to do, unless I own the codebook (or there is none yet)."""
    holder = owner(study)
    if holder is not None and holder.uid != study.me.uid:
        raise RequestError(
            f"The codebook is {holder.name}'s; only its owner can {what}.",
            fix=fix,
        )


def import_codebook(study: Study, path: Path, *, take: Side | None = None) -> CodebookReport:
    """Import a codebook (TOML, CSV, XLSX), or bring the study's codebook up to date with the file.

    The file is held against the one imported before (or the version it was exported from): what only the study
    changed since is kept, and said in `kept`; where both changed a field differently, `take` says whose value
    stands. Codes that the file lacks stay in the study and are named in `missing`: codings may stand on them.
    Raises FileFaults with every fault and its line, or RequestError if the study has another codebook, if another
    coder owns it and the file would change it, or for conflicts that `take` does not settle.
    """
    found = _read(path)
    table = study.codes()
    shown = display_safe(path.name)
    _refuse_another(table, found.codebook, shown)
    plan = plan_import(study, found.codebook, found.written_from, take=take)
    before = table.codebook
    if plan.book != before or plan.refusals or (plan.conflicts and take is None):
        need_owner(study, "change it")
    _refuse_conflicts(plan, shown, take)
    if plan.book != before or _is_new_base(study, found):
        _write_import(study, plan.book, found)
    return _report(study, before, plan, found)


def _report(study: Study, before: Codebook, plan: ImportPlan, found: ReadCodebook) -> CodebookReport:
    """What an import by this plan did to the codebook as it was before."""
    table = study.codes()
    shared = [code for code in plan.book.codes if code.id in before]
    head = tuple(name for name in HEAD if before.id and getattr(before, name) != getattr(plan.book, name))
    changed = {
        code.id: changed_fields(before.code(code.id), code) for code in shared if before.code(code.id) != code
    }  # fmt: skip
    in_file = {table.now(code.id) for code in found.codebook.codes}
    missing = tuple(code.id for code in before.codes if code.id not in in_file)
    fields: dict[str | None, tuple[str, ...]] = {None: head} if head else {}
    fields.update(changed)
    return CodebookReport(
        title=found.codebook.title,
        version=version_of(table.codebook),
        added=tuple(code.id for code in plan.book.codes if code.id not in before),
        changed=tuple(changed),
        unchanged=len(shared) - len(changed) - len(missing),
        missing=missing,
        warnings=found.warnings,
        fields=fields,
        kept=(*(told.words for told in plan.kept), *plan.passed_over),
        reordered=[code.id for code in shared] != [code.id for code in before.codes],
    )


def _refuse_another(table: CodeTable, book: Codebook, where: str) -> None:
    if table.uid not in (None, codebook_id(book.id)):
        raise RequestError(
            f"This study uses the codebook “{table.codebook.id}”; the file holds “{book.id}”.",
            where=where,
            fix="Make another study for another codebook.",
        )


def _refuse_conflicts(plan: ImportPlan, where: str, take: Side | None) -> None:
    """Raises RequestError, which lists them, for conflicts that nobody settled and for what cannot be imported."""
    if plan.refusals:
        lines = "\n".join(f"  {text}" for text in plan.refusals)
        raise RequestError(f"This cannot be imported; nothing was.\n{lines}", where=where)
    if plan.conflicts and take is None:
        lines = "\n".join(f"  {told.words}" for told in plan.conflicts)
        raise RequestError(
            f"The file and the study changed this differently since they last agreed; nothing was imported.\n{lines}\n",
            where=where,
            fix="Take the file's side with `--take file`, or leave the study's with `--take study`.",
        )


def _is_new_base(study: Study, found: ReadCodebook) -> bool:
    """Whether the study, if it is mine, should remember this file although it changes nothing."""
    holder = owner(study)
    if holder is None or holder.uid != study.me.uid:
        return False
    same = [book for stamp, book in Past(study).imports() if stamp == found.written_from]
    return same[-1] != found.codebook if same else not found.written_from


def _write_import(study: Study, book: Codebook, found: ReadCodebook) -> None:
    """One act: what differs, and the file itself, against which the next import is held."""
    imported = {"written_from": found.written_from, "content": to_plain(found.codebook)}
    with study.act() as writer:
        writer.put("codebook", codebook_id(book.id), {**head_fields(book), "imported": imported})
        write_codes(study, writer, book)


def export_codebook(study: Study, path: Path, *, overwrite: bool = False, release: str | None = None) -> int:
    """Write the study's codebook, or a release of it, in the form that the ending names; the number of codes.

    TOML, CSV and XLSX can be imported again without loss; Markdown is for reading.
    """
    book = find_release(study, release) if release is not None else study.codes().codebook
    if not book.codes:
        raise RequestError("The study has no codebook yet.", fix="Import one with `qcode codebook import FILE`.")
    write_file(path, _written(book, path), overwrite=overwrite)
    return len(book.codes)


def find_release(study: Study, name: str) -> Codebook:
    """The codebook as it was released under this name; UnknownName with near ones, otherwise."""
    rows = {row.name: row for row in study.file.codebook.releases()}
    if name not in rows:
        raise UnknownName("release", name, near_names(name, rows))
    return from_plain(rows[name].fields["content"])


def diff(study: Study, first: str, second: str | None = None) -> CodebookDiff:
    """What differs from `first` to `second`, each a release of the study or a codebook file.

    Without `second`: from a release to the study's codebook as it is now, or what importing the file would change,
    with what the import would leave as it is.
    """
    if second is not None:
        return compare_codebooks(_named(study, first).codebook, _named(study, second).codebook)
    now = owned_codebook(study)
    if first in {row.name for row in study.file.codebook.releases()}:
        return compare_codebooks(todays_ids(study, find_release(study, first)), now)
    found = _named(study, first)
    if found.codebook.id != now.id:
        return compare_codebooks(now, found.codebook)
    return _import_diff(now, plan_import(study, found.codebook, found.written_from))


def _import_diff(now: Codebook, plan: ImportPlan) -> CodebookDiff:
    """What an import by this plan changes, and what it leaves."""
    file = plan.file
    found = compare_codebooks(now, plan.book)
    held = {told.name: "kept" for told in plan.kept} | {told.name: "conflict" for told in plan.conflicts}
    left = [
        Difference("kept" if kind == "kept" else "conflict", n.code, n.field, *_both_sides(n, now, file))
        for n, kind in held.items()
    ]  # fmt: skip
    missing = [
        Difference("only here", code.id, before=code.name()) for code in plan.book.codes if code.id not in file
    ]  # fmt: skip
    return CodebookDiff((*found.differences, *left, *missing), found.reordered)


def _both_sides(name: FieldName, now: Codebook, file: Codebook) -> tuple[str, str]:
    """A field in the study and in the file, as people read it; empty where a side does not have the code."""

    def text(book: Codebook) -> str:
        if name.code is None:
            return field_text(getattr(book, name.field, None))
        return field_text(flat_code(book.code(name.code)).get(name.field)) if name.code in book else ""

    return text(now), text(file)


def _named(study: Study, name: str) -> ReadCodebook:
    from qcode.services.samples import find_codebook

    releases = {row.name for row in study.file.codebook.releases()}
    if name in releases:
        return ReadCodebook(find_release(study, name), ())
    path = find_codebook(name)
    if not path.exists() and not path.suffix:
        raise UnknownName("release", name, near_names(name, releases))
    return _read(path)
