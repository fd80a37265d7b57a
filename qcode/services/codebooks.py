"""The codebook into the study and out of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from qcode.core.codebook import Code, Codebook, code_to_plain
from qcode.core.events import Json
from qcode.core.ids import code_id, codebook_id
from qcode.core.text import display_safe
from qcode.errors import Fault, RequestError
from qcode.files.codebook_toml import read_codebook, write_codebook
from qcode.files.guard import read_bytes, write_file
from qcode.services.study import Study

__all__ = ["CodebookReport", "export_codebook", "import_codebook"]


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


def _fields(codebook: Codebook, code: Code, position: int) -> dict[str, Json]:
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


def import_codebook(study: Study, path: Path) -> CodebookReport:
    """Import a codebook (TOML), or bring the study's codebook up to date with the file.

    Codes that the file lacks stay in the study and are named in `missing`: codings may stand on them.
    Raises FileFaults with every fault and its line, or RequestError if the study has another codebook.
    """
    found = read_codebook(read_bytes(path), display_safe(path.name))
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
    with study.act() as writer:
        head = {
            "short_id": book.id, "title": book.title, "description": book.description, "languages": list(book.languages)
        }  # fmt: skip
        writer.put("codebook", codebook_id(book.id), head)
        for position, code in enumerate(book.codes):
            fields = _fields(book, code, position)
            known = code.id in table.by_id
            if writer.put("code", code_id(book.id, code.id), fields):
                (changed if known else added).append(code.id)
    ids = {code.id for code in book.codes}
    return CodebookReport(
        title=book.title,
        version=study.codes().codebook.content_hash()[:12],
        added=tuple(added),
        changed=tuple(changed),
        unchanged=len(book.codes) - len(added) - len(changed),
        missing=tuple(row.short_id for row in table.rows if row.short_id not in ids),
        warnings=found.warnings,
    )


def export_codebook(study: Study, path: Path, *, overwrite: bool = False) -> int:
    """Write the study's codebook as TOML, readable by `import_codebook`; the number of codes."""
    book = study.codes().codebook
    if not book.codes:
        raise RequestError("The study has no codebook yet.", fix="Import one with `qcode codebook import FILE`.")
    write_file(path, write_codebook(book).encode("utf-8"), overwrite=overwrite)
    return len(book.codes)
