"""Killing a writer again and again, and looking what is left."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

from store.making import is_sound

from qcode.store.project_file import ProjectFile

CHILDREN = Path(__file__).with_name("children.py")
ROOT = Path(__file__).resolve().parents[2]


def start(what: str, path: Path, name: str, count: int) -> subprocess.Popen[str]:
    """One of the programs of `children.py`."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(CHILDREN), what, str(path), name, str(count)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finish(child: subprocess.Popen[str]) -> str:
    """What the program said; it must have ended well and without a word of complaint."""
    out, err = child.communicate(timeout=120)
    assert (child.returncode, err) == (0, "")
    return out


def kill_loop(path: Path, kills: int, seed: int) -> int:
    """Kill a coder at random moments; every coding that was acknowledged must be there. The number of those."""
    chance = random.Random(seed)  # noqa: S311 - moments of crashes
    acknowledged: set[str] = set()
    for _ in range(kills):
        child = start("code", path, "Anna", 100_000)
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        time.sleep(chance.uniform(0.0, 0.25))  # the moment of the crash, not a wait for anything
        child.kill()
        out, _ = child.communicate(timeout=30)
        acknowledged |= {line for line in out.split("\n")[:-1] if line}
        with ProjectFile.open(path) as project:
            rows = project.read.codings(coders=None)
            assert acknowledged <= {row.uid for row in rows}
            assert {row.stage for row in rows} <= {"twin"}  # an act is there as a whole
            assert project.database.conn.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    with ProjectFile.open(path) as project:
        is_sound(project)
    return len(acknowledged)
