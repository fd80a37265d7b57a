"""One open project file."""

from __future__ import annotations

import hashlib
import secrets
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Self

from qcode.core.ids import coder_id
from qcode.errors import DamagedProject, ProjectError
from qcode.store.act_reading import ActReader
from qcode.store.codebook_reading import CodebookReader
from qcode.store.connect import BUSY_SECONDS, connect, create_file, plain_sentences
from qcode.store.memo_reading import MemoReader
from qcode.store.reading import Reader
from qcode.store.schema import bring_up_to_date
from qcode.store.writer import Clock, Writer, place_of, write

if TYPE_CHECKING:
    from sqlite_utils import Database

__all__ = ["ProjectFile"]


def _fill(path: Path, title: str, coder_name: str, clock: Clock) -> None:
    """Make the tables of a new project and record its first coder and title."""
    database = connect(path, new=True)
    try:
        uid = clock.new_id()
        with plain_sentences(path):
            bring_up_to_date(database, str(path))
            database.conn.execute("INSERT INTO meta VALUES ('project', ?)", (uid,))
        coder = coder_id(coder_name)
        with write(database.conn, path, place_of(path), clock=clock, project=uid, coder=coder) as writer:
            writer.create("coder", {"name": coder_name}, uid=coder)
            writer.create("project", {"title": title}, uid=uid)
    finally:
        database.conn.close()


def _publish(draft: Path, path: Path) -> None:
    """Give the finished file its name, never over another file. Raises ProjectError."""
    try:
        path.hardlink_to(draft)  # keeps the inode, by which the project knows that it is no copy
    except FileExistsError:
        raise ProjectError("The file is there already.", where=str(path), fix="Choose another name.") from None
    except OSError:  # a file system without hard links: take the name first, then put the project there
        create_file(path, group=False)
        draft.replace(path)


class ProjectFile:
    """An open project: `read` asks, `write` records.

    `codebook` asks for the codebook's history, `notes` for memos and translations and what else people wrote,
    `acts` for what was done, act by act.

    Close it, or use it in a `with` statement.
    """

    def __init__(self, path: Path, database: Database, clock: Clock) -> None:
        self.path = path
        self.database = database
        self.clock = clock
        self.read = Reader(database.conn, path)
        self.codebook = CodebookReader(database.conn, path)
        self.notes = MemoReader(database.conn, path)
        self.acts = ActReader(database.conn, path)
        self._place = place_of(path)
        uid = self.read.meta("project")
        if uid is None:
            raise DamagedProject("The project has lost its id.", where=str(path))
        self.uid = uid

    @classmethod
    def create(
        cls, path: Path, *, title: str, coder_name: str, group: bool = False, clock: Clock | None = None
    ) -> ProjectFile:
        """A new project with its first coder; `group` lets the folder's group read and write it.

        Raises ProjectError if the file is there already. A failure leaves no file behind.
        """
        clock = clock or Clock()
        # Made under another name, so that whoever looks meanwhile finds no project rather than half a one.
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        create_file(draft, group=group)
        try:
            _fill(draft, title, coder_name, clock)
            _publish(draft, path)
        finally:
            draft.unlink(missing_ok=True)
        return cls.open(path, clock=clock)

    @classmethod
    def open(cls, path: Path, *, clock: Clock | None = None, wait_seconds: float = BUSY_SECONDS) -> ProjectFile:
        """An existing project; an older one is brought up to date, a newer one refused."""
        with ExitStack() as unless_opened, plain_sentences(path):
            database = connect(path, wait_seconds=wait_seconds)
            unless_opened.callback(database.conn.close)
            bring_up_to_date(database, str(path))
            project = cls(path, database, clock or Clock())
            unless_opened.pop_all()
        return project

    def write(self, coder: str) -> AbstractContextManager[Writer]:
        """One act of a coder (by uid); see `qcode.store.writer.write`."""
        return write(self.database.conn, self.path, self._place, clock=self.clock, project=self.uid, coder=coder)

    def keep_blob(self, content: bytes) -> str:
        """Store bytes under their SHA-256 (inside a `write`); the SHA-256 in hexadecimal digits."""
        sha256 = hashlib.sha256(content).hexdigest()
        self.database.conn.execute(
            "INSERT INTO blob (sha256, content) VALUES (?, ?)"
            " ON CONFLICT (sha256) DO UPDATE SET content = excluded.content",
            (sha256, content),
        )
        return sha256

    def remember(self, coder: int, key: str, value: str) -> None:
        """Note something of this machine's that is no event, such as where a coder stopped."""
        with plain_sentences(self.path):
            self.database.conn.execute(
                "INSERT INTO local VALUES (?, ?, ?) ON CONFLICT (coder, key) DO UPDATE SET value = excluded.value",
                (coder, key, value),
            )

    def close(self) -> None:
        """Close the connection; the project is one file at rest."""
        self.database.conn.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
