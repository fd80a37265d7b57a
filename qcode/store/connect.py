"""Opening a project file: the only place where a connection to SQLite is made.

A connection is guarded (foreign keys on and read back, no memory map, erased content overwritten) and every
error of SQLite leaves as a sentence. The rollback journal is kept: a project is then one file at rest, and
versions of SQLite before 3.51.3 can corrupt a write-ahead log that two processes write.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from qcode.errors import DamagedProject, NoProject, NotAProject, ProjectBusy, ProjectError

if TYPE_CHECKING:
    from sqlite3 import Connection, Cursor

    from sqlite_utils import Database

__all__ = [
    "APPLICATION_ID",
    "BUSY_SECONDS",
    "GuardedReads",
    "GuardedRows",
    "connect",
    "create_file",
    "plain_sentences",
    "transaction",
]

APPLICATION_ID = 0x71636F64  # "qcod"
BUSY_SECONDS = 30.0
_HEADER = b"SQLite format 3\x00"

_PRAGMAS = (
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = FULL",
    "PRAGMA secure_delete = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
    "PRAGMA mmap_size = 0",
)


def create_file(path: Path, *, group: bool) -> None:
    """An empty file that only its owner (with `group`: also the folder's group) can read and write.

    Raises ProjectError if the file is there already or the folder cannot be written.
    """
    mode = 0o660 if group else 0o600
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, mode)
        os.close(descriptor)
        path.chmod(mode)  # whatever the umask took away or left
    except FileExistsError:
        raise ProjectError("The file is there already.", where=str(path), fix="Choose another name.") from None
    except OSError as error:
        raise ProjectError(
            f"The project cannot be written here ({error.strerror}).", where=str(path), fix="Choose another folder."
        ) from None


class GuardedReads:
    """The asking half of a connection: rows as they come, errors as sentences."""

    def __init__(self, conn: Connection, path: Path) -> None:
        self._conn = conn
        self._path = path

    def execute(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> GuardedRows:
        """The rows of a query. Raises ProjectError and its kin."""
        with plain_sentences(self._path):
            return GuardedRows(self._conn.execute(sql, parameters), self._path)


class GuardedRows:
    """Rows of one query, fetched when asked for. Every way of asking raises ProjectError and its kin."""

    def __init__(self, cursor: Cursor, path: Path) -> None:
        self._cursor = cursor
        self._path = path

    def fetchone(self) -> Any:
        """The next row, or None."""
        with plain_sentences(self._path):
            return self._cursor.fetchone()

    def fetchall(self) -> list[Any]:
        """All rows that are left."""
        with plain_sentences(self._path):
            return self._cursor.fetchall()

    def __iter__(self) -> Iterator[Any]:
        with plain_sentences(self._path):
            yield from self._cursor


def connect(path: Path, *, wait_seconds: float = BUSY_SECONDS, new: bool = False) -> Database:
    """A guarded connection to an existing project file, or to an empty one that becomes a project (`new`).

    Raises NoProject, NotAProject, ProjectBusy or DamagedProject. The schema is checked by `qcode.store.schema`.
    """
    _check_header(path, new=new)
    from sqlite_utils import Database

    sqlite3 = _driver()
    with plain_sentences(path):
        # isolation_level None: a transaction begins where the code says BEGIN IMMEDIATE, and nowhere else.
        raw = sqlite3.connect(path, timeout=wait_seconds, isolation_level=None)
        with ExitStack() as unless_sound:
            unless_sound.callback(raw.close)
            database = Database(raw, recursive_triggers=False, execute_plugins=False, strict=True)
            for pragma in _PRAGMAS:
                raw.execute(pragma).close()
            if raw.execute("PRAGMA foreign_keys").fetchone()[0] != 1:
                raise ProjectError("This SQLite cannot enforce references.", fix="Use another Python.")
            application = raw.execute("PRAGMA application_id").fetchone()[0]
            if application not in (0, APPLICATION_ID):
                raise NotAProject("This is a database of another program.", where=str(path))
            unless_sound.pop_all()
    return database


def _driver() -> ModuleType:
    """The module that sqlite-utils itself uses: its exceptions are other classes where pysqlite3 is installed."""
    from sqlite_utils import utils

    driver: ModuleType = utils.sqlite3  # type: ignore[attr-defined]
    return driver


def _check_header(path: Path, *, new: bool) -> None:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise NotAProject("This is not a file.", where=str(path))
        with path.open("rb") as file:
            head = file.read(len(_HEADER))
    except FileNotFoundError:
        raise NoProject("There is no such project.", where=str(path), fix="Make one with `qcode init`.") from None
    except OSError as error:
        raise ProjectError(f"The project cannot be read ({error.strerror}).", where=str(path)) from None
    if head != _HEADER and not (new and not head):
        raise NotAProject("This is not a qcode project.", where=str(path))


@contextmanager
def plain_sentences(path: Path) -> Iterator[None]:
    """Errors of SQLite inside become ProjectError and its kin, without what is stored."""
    try:
        yield
    except _driver().Error as error:
        # Without its cause, which may quote what is stored.
        raise _sentence(str(error), str(path)) from None


@contextmanager
def transaction(conn: Connection, path: Path, *, keep: bool = True) -> Iterator[None]:
    """Everything inside is written as a whole, or not at all; never, if not `keep`.

    The write lock is taken at once: a deferred transaction fails under concurrency without waiting.
    Raises ProjectError and its kin.
    """
    with plain_sentences(path):
        conn.execute("BEGIN IMMEDIATE")
        try:
            yield
            conn.execute("COMMIT" if keep else "ROLLBACK")
        finally:
            if conn.in_transaction:  # something went wrong, and it was no full disk: that has rolled back already
                conn.execute("ROLLBACK")


def _sentence(message: str, where: str) -> ProjectError:
    if "locked" in message or "busy" in message:
        return ProjectBusy(
            "Another program has been writing to this project for too long; nothing was written.",
            where=where,
            fix="Try again; if it goes on, close other windows of qcode.",
        )
    if "disk is full" in message or "disk I/O" in message:
        return ProjectError(f"The disk refuses to write ({message}); nothing was written.", where=where)
    if "readonly" in message:
        return ProjectError("You may read this project, but not write to it.", where=where)
    if "not a database" in message:
        return NotAProject("This is not a qcode project.", where=where)
    if "unable to open" in message:
        return ProjectError("The project or its folder cannot be written or read.", where=where)
    if "Could not decode" in message:
        message = "a text is no text any more"  # the message quotes what is stored
    return DamagedProject(
        f"The project contradicts itself ({message}); nothing was written.",
        where=where,
        fix="Run `qcode doctor`.",
    )
