# ruff: noqa: T201 - what they print is what the tests read
"""What the tests of the store run as programs of their own: `python children.py WHAT PROJECT ...`."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from qcode.core.ids import coder_id
from qcode.errors import ProjectError
from qcode.store.connect import connect
from qcode.store.project_file import ProjectFile
from qcode.store.schema import bring_up_to_date


def _fields(project: ProjectFile, number: int) -> dict[str, object]:
    source, code = project.read.sources()[0], project.read.codes()[0]
    return {"source": source.uid, "code": code.uid, "span": [number, number + 3]}


def code(path: Path, name: str, count: int) -> None:
    """Write codings one by one and say the uid of each when it is safe; two events in each act."""
    with ProjectFile.open(path) as project:
        print("ready", flush=True)
        for number in range(count):
            with project.write(coder_id(name)) as writer:
                uid = writer.create("coding", _fields(project, number % 50))
                writer.change(uid, {"stage": "twin"})
            print(uid, flush=True)


def create(path: Path, name: str, count: int) -> None:
    """Create the project, or open it as soon as somebody else has."""
    try:
        ProjectFile.create(path, title="Race", coder_name=name).close()
        print("created")
    except ProjectError as refusal:
        print("there" if "there already" in str(refusal) else refusal)
    with ProjectFile.open(path) as project, project.write(coder_id(name)) as writer:
        writer.create("coder", {"name": name + str(count)})


def tables(path: Path, name: str, count: int) -> None:
    """Make the tables in an empty file, at the same moment as others."""
    time.sleep(max(0.0, count - time.time()))
    database = connect(path, new=True)
    bring_up_to_date(database, str(path))
    print(database.conn.execute("PRAGMA user_version").fetchone()[0])
    database.conn.close()


def fill_disk(path: Path, name: str, count: int) -> None:
    """Write until the system refuses; what is refused must say so."""
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + count, path.stat().st_size + count))
    done = 0
    with ProjectFile.open(path) as project:
        try:
            for number in range(10_000):
                with project.write(coder_id(name)) as writer:
                    writer.create("coding", _fields(project, number % 50))
                done += 1
        except ProjectError as refusal:
            print(done, type(refusal).__name__, refusal)


if __name__ == "__main__":
    {"code": code, "create": create, "tables": tables, "fill_disk": fill_disk}[sys.argv[1]](
        Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
    )
