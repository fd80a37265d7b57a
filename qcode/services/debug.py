"""What helps to find a fault: versions, terminal, sizes. Never a title, a name of a person, or a word of a text."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from qcode import __version__
from qcode.core.text import display_safe
from qcode.errors import QcodeError
from qcode.services.settings import Settings, settings_path
from qcode.services.study import Study
from qcode.services.who import crash_folder
from qcode.store.about import database_version, schema_version

__all__ = ["Fact", "debug_facts", "last_report", "write_facts"]

Fact = tuple[str, str]
"""What it is, and what it is here."""

_LIBRARIES = (
    "textual", "rich", "click", "sqlite-utils", "spacy", "numpy", "scipy", "rapidfuzz", "tomlkit", "platformdirs"
)  # fmt: skip
_VARIABLES = (
    "TERM",
    "COLORTERM",
    "COLORFGBG",
    "TERM_PROGRAM",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "NO_COLOR",
    "TEXTUAL_DISABLE_KITTY_KEY",
)
_NUMBERED = 99  # files of one name that are looked for before giving up


def debug_facts(
    study: Study | None,
    settings: Settings,
    *,
    environment: Mapping[str, str] | None = None,
    more: Sequence[Fact] = (),
) -> list[Fact]:
    """All of it, in order. `environment` stands for the process's own; `more` is what only the screen knows."""
    there = os.environ if environment is None else environment
    return [*_program(), *_terminal(there), *more, *_files(settings), *_project(study)]


def _version_of(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _program() -> Iterator[Fact]:
    yield "qcode", __version__
    yield "Python", f"{platform.python_version()} ({platform.python_implementation()})"
    yield "system", f"{platform.system()} {platform.release()} ({platform.machine()})"
    yield "SQLite", database_version()
    for name in _LIBRARIES:
        yield name, _version_of(name)


def _terminal(there: Mapping[str, str]) -> Iterator[Fact]:
    columns, lines = shutil.get_terminal_size()
    yield "terminal", f"{columns} x {lines}"
    for name in _VARIABLES:
        yield name, display_safe(there[name])[:80] if name in there else "not set"
    inside = [word for name, word in (("TMUX", "tmux"), ("STY", "screen")) if there.get(name)]
    yield "inside", ", ".join(inside) or "neither tmux nor screen"
    # That there is a connection, and not from where to where.
    yield "over ssh", "yes" if there.get("SSH_CONNECTION") or there.get("SSH_TTY") else "no"
    yield "encoding", f"{sys.getfilesystemencoding()}, output {getattr(sys.__stdout__, 'encoding', 'unknown')}"


def _at_home(path: Path) -> str:
    """A path whose beginning does not tell the account."""
    try:
        return display_safe(f"~/{path.absolute().relative_to(Path.home()).as_posix()}")
    except (ValueError, RuntimeError):
        return display_safe(str(path.absolute()))


def _files(settings: Settings) -> Iterator[Fact]:
    path = settings_path()
    yield "settings", f"{_at_home(path)}{'' if path.exists() else ' (not there: the defaults hold)'}"
    yield "theme, mouse", f"{settings.theme}, {'on' if settings.mouse else 'off'}"
    changed = "; ".join(f"{id_}: {' '.join(keys) or 'none'}" for id_, keys in settings.keys.items())
    yield "own keys", display_safe(changed) or "none"
    for number, fault in enumerate(settings.faults, 1):
        yield f"fault {number} there", fault.placed
    report = last_report()
    yield "last report", _at_home(report) if report is not None else "none"


def last_report() -> Path | None:
    """The newest report of a fault of qcode itself; None if there is none."""
    try:
        return max(crash_folder().glob("crash-*.txt"), default=None)
    except OSError:
        return None


def _project(study: Study | None) -> Iterator[Fact]:
    yield "schema", str(schema_version())
    if study is None:
        yield "project", "none"
        return
    read = study.file.read
    yield "project", _at_home(study.file.path)
    yield "bytes", f"{study.file.path.stat().st_size:,}"
    yield "events", f"{read.state()[0]:,}"
    yield "transcripts", f"{len(read.sources()):,}"
    yield "codes", f"{len(study.codes().codebook.codes):,}"
    yield "cases", f"{len(read.cases()):,}"
    yield "coders", f"{len(read.coders()):,}"
    yield "codings", f"{len(read.coding_columns(coders=None)):,}"


def write_facts(facts: Sequence[Fact], folder: Path) -> Path:
    """Write the facts as a text that only this user can read, under a name that is free; its path."""
    from qcode.files.guard import write_file

    names = ("qcode-debug.txt", *(f"qcode-debug-{number}.txt" for number in range(2, _NUMBERED)))
    path = next((folder / name for name in names if not (folder / name).exists()), None)
    if path is None:
        raise QcodeError("There are too many files qcode-debug-….txt here.", fix="Remove some.")
    wide = max(len(name) for name, _ in facts)
    text = "".join(f"{name:<{wide}}  {value}\n" for name, value in facts)
    write_file(path, text.encode("utf-8", errors="replace"))
    return path
