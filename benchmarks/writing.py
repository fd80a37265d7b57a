"""One coding written, as a key press writes it; alone, and by eight processes at once.

The floor is a bare BEGIN IMMEDIATE, one INSERT and COMMIT with the same settings in the same folder: the disk.
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from measure import add_codings, add_sources, new_study, scratch, show, spread

from qcode.core.ids import coder_id
from qcode.core.spans import Span
from qcode.services.coding import apply_codes, undo
from qcode.services.study import Study

CHARACTERS = 60_000


def open_floor(path: Path) -> sqlite3.Connection:
    """A database with one table, guarded as a project is."""
    connection = sqlite3.connect(path, timeout=30, isolation_level=None)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE IF NOT EXISTS line (id INTEGER PRIMARY KEY, start INTEGER, stop INTEGER) STRICT")
    return connection


def bare_write(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO line (start, stop) VALUES (1, 2)")
    connection.execute("COMMIT")


def coder_of(study: Study, text: str, seed: int) -> Callable[[], object]:
    """What applies one code somewhere in the first transcript."""
    chance = random.Random(seed)
    source = study.file.read.sources()[0]
    codes = [row.uid for row in study.codes().rows]

    def work() -> None:
        start = chance.randrange(len(text) - 600)
        apply_codes(study, source, text, Span(start, start + chance.randrange(50, 600)), [chance.choice(codes)])

    return work


def every(work: Callable[[], object], times: int) -> list[float]:
    """Seconds of each of several goes."""
    found = []
    for _ in range(times):
        before = time.perf_counter()
        work()
        found.append(time.perf_counter() - before)
    return found


def alone(folder: Path, text: str, writes: int) -> None:
    """Floor and codings in turn, so that both meet the same disk."""
    floor = open_floor(folder / "floor.db")
    with Study.open(folder / "writing.qcode", coder="anna") as study:
        work = coder_of(study, text, 1)
        bare, coded = [], []
        for _ in range(writes):
            bare += every(lambda: bare_write(floor), 1)
            coded += every(work, 1)
        undone = every(lambda: undo(study), writes)
    floor.close()
    middle, high = spread(bare)
    rows: list[list[str | float]] = [["floor: one bare insert", middle, high, 1.0, 1.0]]
    for name, seconds in (("apply a code", coded), ("undo", undone)):
        p50, p95 = spread(seconds)
        rows.append([name, p50, p95, p50 / middle, p95 / high])
    show(f"One write alone, {writes} times", ("", "p50 ms", "p95 ms", "p50 to the floor", "p95 to the floor"), rows)


def work_as_child(what: str, path: Path, writes: int, seed: int) -> None:
    """One of several processes: wait for the word, write, say how long each took."""
    if what == "floor":
        connection = open_floor(path)
        work: Callable[[], object] = lambda: bare_write(connection)  # noqa: E731 - the counterpart of `coder_of`
    else:
        study = Study.open(path, coder=f"coder {seed}")
        study.enrol()
        source = study.file.read.sources()[0]
        work = coder_of(study, (study.file.read.text(source.key) or ""), seed)
    print("ready", flush=True)
    sys.stdin.readline()
    print(json.dumps(every(work, writes)))


def together(what: str, path: Path, processes: int, writes: int) -> tuple[list[float], float, int]:
    """Seconds of every write, seconds for all, and processes that failed."""
    command = [sys.executable, sys.argv[0], "--child", what, "--project", str(path), "--writes", str(writes)]
    running = [
        subprocess.Popen(  # noqa: S603 - ourselves
            [*command, "--seed", str(number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        for number in range(processes)
    ]
    for process in running:
        assert process.stdout is not None
        process.stdout.readline()
    before = time.perf_counter()
    for process in running:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = [process.communicate()[0] for process in running]
    whole = time.perf_counter() - before
    failed = sum(1 for process in running if process.returncode)
    return [seconds for answer in answers if answer for seconds in json.loads(answer)], whole, failed


def crowd(folder: Path, processes: int, writes: int) -> None:
    open_floor(folder / "crowd.db").close()
    project = folder / "writing.qcode"
    bare, bare_whole, _ = together("floor", folder / "crowd.db", processes, writes)
    with Study.open(project, coder="anna") as study:
        before = len(study.file.read.coding_columns(coders=None))
    coded, whole, failed = together("code", project, processes, writes)
    with Study.open(project, coder="anna") as study:
        added = len(study.file.read.coding_columns(coders=None)) - before
    rows: list[list[str | float]] = []
    for name, seconds, total in (("floor: one bare insert", bare, bare_whole), ("apply a code", coded, whole)):
        p50, p95 = spread(seconds)
        rows.append([name, p50, p95, max(seconds) * 1000, len(seconds) / total, total / bare_whole])
    header = ("", "p50 ms", "p95 ms", "longest ms", "writes/s", "to the floor")
    note = f"{failed} processes failed; {added} of {processes * writes} codings are in the project."
    show(f"{processes} processes at once, {writes} writes each", header, rows, note)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--codings", type=int, default=20_000, help="in the project beforehand")
    parser.add_argument("--writes", type=int, default=200)
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--folder", type=Path, help="on the disk to measure; else the temporary folder")
    parser.add_argument("--child", choices=("floor", "code"), help=argparse.SUPPRESS)
    parser.add_argument("--project", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--seed", type=int, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        work_as_child(options.child, options.project, options.writes, options.seed)
        return
    with scratch(options.folder) as folder:
        with new_study(folder / "writing.qcode") as study:
            sources = add_sources(study, 20, CHARACTERS)
            add_codings(study, sources, options.codings, coders=[coder_id("anna")])
        alone(folder, sources[0][1], options.writes)
        crowd(folder, options.processes, max(1, options.writes // 4))


if __name__ == "__main__":
    main()
