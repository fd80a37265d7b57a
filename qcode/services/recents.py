"""The codes that somebody used last: their own codings say it, so it holds on every machine and after every start."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qcode.services.study import Study

__all__ = ["recent_codes"]


def recent_codes(study: Study, most: int = 9) -> list[str]:
    """Ids of the codes that I used last, the latest first, at most so many; a merged code counts as what it became."""
    if study.me.key == 0:
        return []
    table = study.codes()
    keys = study.file.codebook.used_last(study.me.key)
    return list(dict.fromkeys(table.code(key).id for key in keys))[:most]
