"""Reports of faults of qcode itself, which hold nothing that anybody said.

A message of an exception or a local variable may hold interview text, so a report has neither: only the kinds of
exceptions, and where in the program they arose.
"""

from __future__ import annotations

import platform
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from qcode import __version__
from qcode.errors import ProjectError
from qcode.services.who import crash_folder

__all__ = ["write_report"]

_LIBRARIES = ("textual", "rich", "click", "sqlite-utils", "spacy", "numpy")
_LEVELS = 20  # exceptions that caused one another, or stand in a group: more than this say nothing new


def write_report(error: BaseException) -> Path:
    """Write what is known about a fault of qcode to a file that only this user can read; its path.

    The report holds versions, kinds of exceptions, and frames as `file:line function`: no message, no local
    variable, no line of source. Raises RequestError or ProjectError if it cannot be written.
    """
    from qcode.files.guard import write_file

    folder = crash_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as problem:
        raise ProjectError(f"The folder cannot be made ({problem.strerror}).", where=str(folder)) from None
    now = datetime.now(UTC)
    path = folder / f"crash-{now.strftime('%Y%m%d-%H%M%S-%f')}.txt"
    lines = [*_head(now), *_chain(error, _LEVELS), ""]
    write_file(path, "\n".join(lines).encode("utf-8", errors="replace"))
    return path


def _head(now: datetime) -> Iterator[str]:
    yield "A fault of qcode. This report holds no interview text, no messages and no variables."
    yield ""
    yield f"time: {now.isoformat(timespec='seconds')}"
    yield f"qcode: {__version__}"
    yield f"python: {platform.python_version()} on {sys.platform} ({platform.machine()})"
    for name in _LIBRARIES:
        try:
            yield f"{name}: {version(name)}"
        except PackageNotFoundError:
            yield f"{name}: not installed"


def _chain(error: BaseException, levels: int) -> Iterator[str]:
    """The exception with its frames, then what it arose from, then what a group holds."""
    kind = type(error)
    yield ""
    yield f"{kind.__module__}.{kind.__qualname__}"
    for frame, line in traceback.walk_tb(error.__traceback__):
        yield f"  {frame.f_code.co_filename}:{line} {frame.f_code.co_name}"
    below = [error.__cause__ or error.__context__]
    if isinstance(error, BaseExceptionGroup):
        below += error.exceptions
    for inner in below:
        if inner is not None and levels > 0:
            yield from _chain(inner, levels - 1)
