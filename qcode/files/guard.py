"""The only door through which bytes from outside come in, and results go out.

Reading: regular files only, never through a link, never more than a limit. Writing: a complete file or none.
"""

from __future__ import annotations

import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from qcode.core.text import display_safe
from qcode.errors import InputError, RequestError, UnsafeFile
from qcode.files.readers import TRANSCRIPT_SUFFIXES

__all__ = ["MAX_BYTES", "FolderListing", "Skipped", "list_transcripts", "read_bytes", "write_file"]

MAX_BYTES = 20_000_000
"""Largest file that is read unless a caller says otherwise: about a hundred times a long interview."""

_LATER_SUFFIXES = frozenset({".doc", ".odt", ".rtf", ".pdf"})
_CHUNK = 1 << 20

# Names that Windows lacks, or that only Windows has, count as 0 where they are missing.
_READ_FLAGS = os.O_RDONLY
for _name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"):
    _READ_FLAGS |= getattr(os, _name, 0)


class Skipped(NamedTuple):
    """A file that was left out, and why: a full sentence."""

    path: Path
    reason: str

    @property
    def shown(self) -> str:
        """The file's name, harmless on a screen."""
        return display_safe(self.path.name)


@dataclass(frozen=True, slots=True)
class FolderListing:
    """What a folder offers for import: `files` and `skipped`, each in the order of names."""

    files: tuple[Path, ...]
    skipped: tuple[Skipped, ...]


def _kind_refusal(mode: int) -> str | None:
    """Why a file of this kind is refused, as a sentence; None for a regular file."""
    if stat.S_ISREG(mode):
        return None
    if stat.S_ISLNK(mode):
        return "This is a symbolic link, and links are not followed."
    if stat.S_ISDIR(mode):
        return "This is a folder, not a file."
    return "This is a pipe, a socket or a device, not a file."


def _shown(path: Path) -> str:
    return display_safe(str(path))


def _unreadable(path: Path, error: OSError | ValueError) -> InputError:
    if isinstance(error, FileNotFoundError):
        return InputError("There is no such file.", where=_shown(path), fix="Check the name.")
    reason = error.strerror if isinstance(error, OSError) and error.strerror else "its name cannot be used"
    return InputError(f"The file cannot be read: {reason}.", where=_shown(path))


def _too_large(path: Path, limit: int) -> UnsafeFile:
    return UnsafeFile(
        f"The file is larger than {limit / 1_000_000:g} MB.", where=_shown(path), fix="Split it into smaller files."
    )


def _read_bounded(descriptor: int, limit: int) -> bytes:
    """At most `limit` + 1 bytes: one too many shows that the file grew after its size was read."""
    pieces: list[bytes] = []
    left = limit + 1
    while left > 0:
        piece = os.read(descriptor, min(left, _CHUNK))
        if not piece:
            break
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)


def read_bytes(path: Path, *, limit: int = MAX_BYTES) -> bytes:
    """The content of a regular file of at most `limit` bytes.

    The file is looked at before and after it is opened, so that a link or a pipe put in its place in between is
    noticed; opening never waits for the other end of a pipe.

    Raises InputError if it is missing or not readable; UnsafeFile if it is a link, a folder, a pipe or a device, if
    it is too large, or if it was exchanged meanwhile.
    """
    try:
        before = os.lstat(path)
        refusal = _kind_refusal(before.st_mode)
        if refusal:
            raise UnsafeFile(refusal, where=_shown(path), fix="Name a plain file.")
        if before.st_size > limit:
            raise _too_large(path, limit)
        descriptor = os.open(path, _READ_FLAGS)
        try:
            after = os.fstat(descriptor)
            if not stat.S_ISREG(after.st_mode) or not os.path.samestat(before, after):
                raise UnsafeFile("The file was exchanged while it was being opened.", where=_shown(path))
            data = _read_bounded(descriptor, limit)
        finally:
            os.close(descriptor)
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    if len(data) > limit:
        raise _too_large(path, limit)
    return data


def _suffix_refusal(suffix: str) -> str | None:
    if suffix in TRANSCRIPT_SUFFIXES:
        return None
    if suffix in _LATER_SUFFIXES:
        return f"{suffix} files cannot be imported yet: save it as .docx or .txt (UTF-8)."
    return "Only .txt, .md, .docx, .vtt, .srt and .json files are imported: save it as .txt (UTF-8)."


def list_transcripts(folder: Path) -> FolderListing:
    """The transcripts directly in `folder`: files with an ending that has a reader, in the order of their names.

    Hidden files (a leading dot) are passed over; everything else that cannot be imported is listed with its reason.
    Folders inside are not entered. Raises InputError if `folder` is missing or not a folder.
    """
    try:
        with os.scandir(folder) as entries:
            found = sorted((entry.name, entry.stat(follow_symlinks=False).st_mode) for entry in entries)
    except (OSError, ValueError) as error:
        if isinstance(error, NotADirectoryError):
            raise InputError("This is not a folder.", where=_shown(folder)) from error
        raise _unreadable(folder, error) from error
    files: list[Path] = []
    skipped: list[Skipped] = []
    for name, mode in found:
        if name.startswith("."):
            continue
        path = folder / name
        reason = _kind_refusal(mode) or _suffix_refusal(path.suffix.casefold())
        if reason:
            skipped.append(Skipped(path, reason))
        else:
            files.append(path)
    return FolderListing(tuple(files), tuple(skipped))


def _check_target(path: Path, *, overwrite: bool) -> None:
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return
    refusal = _kind_refusal(mode)
    if refusal:
        raise UnsafeFile(refusal, where=_shown(path), fix="Name a plain file to write to.")
    if not overwrite:
        raise _already_there(path)


def _already_there(path: Path) -> RequestError:
    return RequestError(
        "There is a file of this name already, and it was left as it is.",
        where=_shown(path),
        fix="Choose another name, or let it be overwritten (--force).",
    )


def _put_in_place(temporary: Path, path: Path, *, overwrite: bool) -> None:
    if overwrite:
        temporary.replace(path)
        return
    try:
        # A hard link fails where the name is taken, however late somebody took it; a rename would not.
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:
        # Some USB sticks know no hard links: take the name first, then move the complete file over it.
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        temporary.replace(path)
    else:
        temporary.unlink()


def _sync_folder(folder: Path) -> None:
    """Make the new name itself survive a power cut, where the system can do so."""
    if hasattr(os, "O_DIRECTORY"):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def write_file(path: Path, data: bytes, *, mode: int = 0o600, overwrite: bool = False) -> None:
    """Write `data` as the file `path`: the old file stays untouched until the new one is complete on the disk.

    `mode` holds the permission bits; by default only the user may read the file.

    Raises RequestError if the file exists (unless `overwrite`) or cannot be written; UnsafeFile if there is
    something at `path` that is not a plain file.
    """
    temporary: Path | None = None
    try:
        _check_target(path, overwrite=overwrite)
        descriptor, name = tempfile.mkstemp(prefix=".qcode-", suffix=".part", dir=path.parent)
        temporary = Path(name)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(mode)
        _put_in_place(temporary, path, overwrite=overwrite)
        _sync_folder(path.parent)
    except FileExistsError as error:
        raise _already_there(path) from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "its name cannot be used"
        raise RequestError(f"The file cannot be written: {reason}.", where=_shown(path)) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
