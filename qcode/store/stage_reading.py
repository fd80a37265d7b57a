"""Reading the stages of cases that coders set on codings by hand."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, NamedTuple

from qcode.store.connect import GuardedReads

if TYPE_CHECKING:
    from qcode.store.project_file import ProjectFile

__all__ = ["StagedCoding", "staged_codings"]


class StagedCoding(NamedTuple):
    """A coding that was given a case and one of its stages by hand; keys, and code points, half-open."""

    code: int
    coder: int
    source: int
    start: int
    end: int
    study_case: int
    stage: str


def staged_codings(file: ProjectFile, *, coders: Collection[int] | None) -> list[StagedCoding]:
    """The codings of these coders (None = all) that have a case and a stage by hand, in no order."""
    conn = GuardedReads(file.database.conn, file.path)
    rows = conn.execute(
        'SELECT code, coder, source, start, "end", study_case, stage FROM coding'
        " WHERE study_case IS NOT NULL AND stage IS NOT NULL AND stage <> ''"
    )
    wanted = None if coders is None else set(coders)
    return [StagedCoding._make(row) for row in rows if wanted is None or row[1] in wanted]
