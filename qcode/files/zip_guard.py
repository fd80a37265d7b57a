"""The members of a ZIP archive from outside (.docx and its like), counted and measured before any is unpacked.

Nothing is ever written to the disk. What the archive's directory declares is checked first, all of it; then each
read is bounded by what really comes out, because the directory may lie.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from qcode.core.text import display_safe
from qcode.errors import InputError, UnsafeFile

__all__ = ["MAX_MEMBERS", "MAX_RATIO", "MAX_UNPACKED", "ZipMembers", "open_members"]

MAX_MEMBERS = 2_000
MAX_UNPACKED = 50_000_000
"""Largest sum of the declared sizes of all members, in bytes."""
MAX_RATIO = 200
"""Largest number of bytes that one packed byte may become; the XML of real documents stays below 40."""
_RATIO_FLOOR = 1_000_000  # bytes: what unpacks to less does no harm, however well it was packed

_DIRECTORY_ENTRY = b"PK\x01\x02"
_ENCRYPTED = 0x1 | 0x40
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_SAVE_AGAIN = "Open it in the program that wrote it and save it again."


@dataclass(frozen=True, slots=True)
class ZipMembers:
    """The members of a checked archive, by name without regard to case; made by `open_members`.

    `where` is the file's name, harmless on a screen.
    """

    where: str
    _archive: zipfile.ZipFile
    _members: Mapping[str, zipfile.ZipInfo]

    def __contains__(self, member: object) -> bool:
        return isinstance(member, str) and member.casefold() in self._members

    def __iter__(self) -> Iterator[str]:
        return (info.filename for info in self._members.values())

    def read(self, member: str, limit: int = MAX_UNPACKED) -> bytes:
        """The unpacked bytes of a member, at most `limit` of them.

        Raises InputError if there is no such member or it is damaged; UnsafeFile if it is larger than `limit`.
        """
        info = self._members.get(member.casefold())
        if info is None:
            raise InputError(f"The file has no part “{_named(member)}”.", where=self.where, fix=_SAVE_AGAIN)
        if info.file_size > limit:
            what = f"The part “{_named(member)}” unpacks to more than {limit / 1_000_000:g} MB."
            raise UnsafeFile(what, where=self.where)
        with _archive_faults(self.where), self._archive.open(info) as stream:
            data = stream.read(info.file_size + 1)
            # To the end, and no further: only there the checksum is compared.
            if len(data) != info.file_size or stream.read(1):
                raise zipfile.BadZipFile
        return data


def open_members(data: bytes, name: str) -> ZipMembers:
    """The members of the ZIP archive in `data`; `name` is the file's name, for messages.

    Raises InputError if this is no archive or a damaged one; UnsafeFile for more than `MAX_MEMBERS` members, more
    than `MAX_UNPACKED` bytes in all, a member packed more than `MAX_RATIO` times, two members of one name (upper and
    lower case are the same), encrypted members, and names with control characters.
    """
    where = display_safe(name)
    # Counted in the raw bytes, because reading a directory with a million entries is itself the harm.
    if data.count(_DIRECTORY_ENTRY) > MAX_MEMBERS:
        raise _too_many(where)
    with _archive_faults(where):
        archive = zipfile.ZipFile(io.BytesIO(data))
    infos = archive.infolist()
    _check_sizes(infos, where)
    members: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        _check_member(info, where)
        if members.setdefault(info.filename.casefold(), info) is not info:
            raise UnsafeFile(f"The part “{_named(info.filename)}” is there more than once.", where=where)
    return ZipMembers(where, archive, members)


def _named(member: str) -> str:
    return display_safe(member[:80])


def _too_many(where: str) -> UnsafeFile:
    return UnsafeFile(f"The file holds more than {MAX_MEMBERS:,} parts.", where=where)


def _check_sizes(infos: Iterable[zipfile.ZipInfo], where: str) -> None:
    total = sum(info.file_size for info in infos)
    if total > MAX_UNPACKED:
        what = f"The file unpacks to {total / 1_000_000:,.0f} MB; at most {MAX_UNPACKED / 1_000_000:g} MB are read."
        fix = "If it holds pictures or recordings, save it without them, or save it as text."
        raise UnsafeFile(what, where=where, fix=fix)


def _check_member(info: zipfile.ZipInfo, where: str) -> None:
    shown = _named(info.orig_filename)
    if info.orig_filename != info.filename or not info.filename.isprintable():
        raise UnsafeFile(f"A part has control characters in its name: “{shown}”.", where=where)
    if info.flag_bits & _ENCRYPTED:
        fix = "Remove the password in the program that wrote it."
        raise UnsafeFile(f"The part “{shown}” is encrypted.", where=where, fix=fix)
    if info.compress_type not in _METHODS:
        raise UnsafeFile(f"The part “{shown}” is packed in an unusual way.", where=where, fix=_SAVE_AGAIN)
    if info.file_size > max(_RATIO_FLOOR, MAX_RATIO * info.compress_size):
        raise UnsafeFile(f"The part “{shown}” unpacks to more than {MAX_RATIO} times its size.", where=where)


@contextmanager
def _archive_faults(where: str) -> Iterator[None]:
    """Every way in which zipfile says that an archive is damaged, as one sentence."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, ValueError) as error:
        # Broken offsets raise OSError or ValueError, a name that is no UTF-8 also; RuntimeError and its child
        # NotImplementedError stand for what the module does not know.
        raise InputError("The file is damaged, or it is not of its kind.", where=where, fix=_SAVE_AGAIN) from error
