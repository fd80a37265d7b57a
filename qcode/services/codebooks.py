"""The codebook into the study and out of it, and what differs between two of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from qcode.core.codebook import Code, Codebook, code_to_plain, from_plain
from qcode.core.codebook_diff import CodebookDiff, compare_codebooks
from qcode.core.events import Json
from qcode.core.fold import fold_entity
from qcode.core.ids import code_id, codebook_id
from qcode.core.text import display_safe
from qcode.errors import Fault, FileFaults, RequestError, UnknownName
from qcode.files.codebook_markdown import write_codebook_markdown
from qcode.files.codebook_tables import read_codebook_csv, write_codebook_csv
from qcode.files.codebook_toml import ReadCodebook, read_codebook, write_codebook
from qcode.files.guard import read_bytes, write_file
from qcode.services.study import CoderRow, Study, near_names

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
]

VERSION_DIGITS = 12
"""So many digits of the content hash name a version."""


@dataclass(frozen=True, slots=True)
class CodebookReport:
    """What an import did: numbers of codes by what became of them, and warnings with their lines."""

    title: str
    version: str
    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: int
    missing: tuple[str, ...]
    warnings: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What is wrong with a codebook file, and what it holds; a file with faults has no version."""

    file: str
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...] = ()
    codes: int = 0
    dimensions: int = 0
    version: str = ""


def code_event_fields(codebook: Codebook, code: Code, position: int) -> dict[str, Json]:
    """The fields of a code as its events hold them; `position` is its 0-based place in the codebook."""
    plain = dict(code_to_plain(code))
    parent = plain.pop("parent")
    short_id = plain.pop("id")
    return {
        **plain,
        "codebook": codebook_id(codebook.id),
        "short_id": short_id,
        "parent": code_id(codebook.id, str(parent)) if parent else None,
        "position": position,
    }


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
    match path.suffix.casefold():
        case ".csv":
            return write_codebook_csv(book)
        case ".xlsx":
            from qcode.files.codebook_xlsx import write_codebook_xlsx

            return write_codebook_xlsx(book)
        case ".md":
            return write_codebook_markdown(book).encode("utf-8")
        case ".toml":
            return write_codebook(book).encode("utf-8")
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
    version = book.content_hash()[:VERSION_DIGITS]
    return CheckReport(shown, (), found.warnings, len(book.codes), len(book.dimensions()), version)


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


def need_owner(study: Study, what: str) -> None:
    """Raises RequestError, which says who may, unless I own the codebook (or there is none yet)."""
    holder = owner(study)
    if holder is not None and holder.uid != study.me.uid:
        raise RequestError(
            f"The codebook is {holder.name}'s; only its owner can {what}.",
            fix="Propose a change with `qcode codebook propose CODE --set FIELD=VALUE`.",
        )


def import_codebook(study: Study, path: Path) -> CodebookReport:
    """Import a codebook (TOML, CSV, XLSX), or bring the study's codebook up to date with the file.

    Codes that the file lacks stay in the study and are named in `missing`: codings may stand on them.
    Raises FileFaults with every fault and its line, or RequestError if the study has another codebook, or another
    coder owns it and the file would change it.
    """
    found = _read(path)
    book = found.codebook
    table = study.codes()
    if table.uid not in (None, codebook_id(book.id)):
        raise RequestError(
            f"This study uses the codebook “{table.codebook.id}”; the file holds “{book.id}”.",
            where=display_safe(path.name),
            fix="Make another study for another codebook.",
        )
    added: list[str] = []
    changed: list[str] = []
    if table.codebook != book:
        need_owner(study, "change it")
        with study.act() as writer:
            head = {
                "short_id": book.id, "title": book.title, "description": book.description,
                "languages": list(book.languages),
            }  # fmt: skip
            writer.put("codebook", codebook_id(book.id), head)
            for position, code in enumerate(book.codes):
                if writer.put("code", code_id(book.id, code.id), code_event_fields(book, code, position)):
                    (changed if code.id in table.by_id else added).append(code.id)
    ids = {code.id for code in book.codes}
    return CodebookReport(
        title=book.title,
        version=study.codes().codebook.content_hash()[:VERSION_DIGITS],
        added=tuple(added),
        changed=tuple(changed),
        unchanged=len(book.codes) - len(added) - len(changed),
        missing=tuple(row.short_id for row in table.rows if row.short_id not in ids),
        warnings=found.warnings,
    )


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

    Without `second`: from a release to the study's codebook as it is now, or from the study's codebook to the file.
    """
    if second is not None:
        return compare_codebooks(_named(study, first), _named(study, second))
    now = owned_codebook(study)
    if first in {row.name for row in study.file.codebook.releases()}:
        return compare_codebooks(find_release(study, first), now)
    return compare_codebooks(now, _named(study, first))


def _named(study: Study, name: str) -> Codebook:
    from qcode.services.samples import find_codebook

    releases = {row.name for row in study.file.codebook.releases()}
    if name in releases:
        return find_release(study, name)
    path = find_codebook(name)
    if not path.exists() and not path.suffix:
        raise UnknownName("release", name, near_names(name, releases))
    return _read(path).codebook
