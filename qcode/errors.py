"""Everything that qcode can refuse or fail at, as one tree.

    QcodeError                     exit 1   the base; never raised itself
    ├── RequestError               exit 2   asked for something that cannot be
    │   └── UnknownName            exit 2   a code, case, coder, transcript that is not there; offers near names
    ├── InputError                 exit 3   a file from outside cannot be used
    │   ├── UnsafeFile             exit 3   too large, a link, a pipe, a NUL character
    │   ├── EncodingDoubt          exit 3   the bytes fit no encoding well enough
    │   └── FileFaults             exit 3   a codebook or table with faults, each with its line
    └── ProjectError               exit 4   the project file itself
        ├── NoProject              exit 4   none here, or several
        ├── NotAProject            exit 4   some other file
        ├── NewerProject           exit 4   written by a newer qcode
        ├── ProjectBusy            exit 4   another process holds it too long
        └── DamagedProject         exit 4   what is stored contradicts itself

A crash (a fault of qcode) leaves with exit 70. Messages are sentences for researchers: what is wrong, where, what
to do. None of them ever holds interview text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = [
    "EXIT_CRASH",
    "DamagedProject",
    "EncodingDoubt",
    "Fault",
    "FileFaults",
    "InputError",
    "NewerProject",
    "NoProject",
    "NotAProject",
    "ProjectBusy",
    "ProjectError",
    "QcodeError",
    "RequestError",
    "UnknownName",
    "UnsafeFile",
]

EXIT_CRASH = 70


class QcodeError(Exception):
    """Something that a user can understand and mend.

    `what` is a full sentence; `where` a file, line, row or name; `fix` a sentence that says what to do.
    """

    exit_code = 1

    def __init__(self, what: str, *, where: str | None = None, fix: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.fix = fix

    def __str__(self) -> str:
        head = f"{self.where}: {self.what}" if self.where else self.what
        if not self.fix:
            return head
        return f"{head}{self.fix}" if head.endswith("\n") else f"{head} {self.fix}"  # below a list it is a line


class RequestError(QcodeError):
    """The request itself cannot be carried out."""

    exit_code = 2


class UnknownName(RequestError):
    """A name that the project does not have; `near` holds the closest ones, best first."""

    def __init__(self, kind: str, name: str, near: Sequence[str] = ()) -> None:
        fix = f"Did you mean {', '.join(near)}?" if near else None
        super().__init__(f"There is no {kind} “{name}” in this project.", fix=fix)
        self.kind = kind
        self.name = name
        self.near = tuple(near)


class InputError(QcodeError):
    """A file from outside cannot be used."""

    exit_code = 3


class UnsafeFile(InputError):
    """A file that is refused before it is parsed."""


class EncodingDoubt(InputError):
    """The bytes of a file fit no encoding well enough to be trusted."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault in a file: a sentence, and the 1-based line where it stands (None where no line applies).

    `unit` is what the number counts: lines, or the rows of a spreadsheet.
    """

    what: str
    line: int | None = None
    unit: str = "line"

    @property
    def placed(self) -> str:
        """The sentence with its place in front."""
        return f"{self.unit} {self.line}: {self.what}" if self.line else self.what


class FileFaults(InputError):
    """A file with one or more faults, each with its line."""

    def __init__(self, file: str, faults: Iterable[Fault]) -> None:
        self.file = file
        self.faults = tuple(faults)
        lines = [f"  {fault.placed}" for fault in self.faults]
        count = "1 fault" if len(self.faults) == 1 else f"{len(self.faults)} faults"
        super().__init__(f"{count}; nothing was imported.\n" + "\n".join(lines), where=file)


class ProjectError(QcodeError):
    """The project file cannot be used."""

    exit_code = 4


class NoProject(ProjectError):
    """No project was found, or more than one."""


class NotAProject(ProjectError):
    """The file is not a qcode project."""


class NewerProject(ProjectError):
    """The project was written by a newer qcode."""


class ProjectBusy(ProjectError):
    """Another process held the project for too long; nothing was written."""


class DamagedProject(ProjectError):
    """What is stored contradicts itself."""
