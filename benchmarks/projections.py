"""Tables made again from the events, and counted: is it linear, and how far from the least that it could cost?

    python benchmarks/projections.py --codings 1000000

Rebuilding is measured at a quarter, a half and all of the codings, each in a fresh process; its floor is reading
every event and its JSON. Counting is held against fetching the five integers of every coding.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sqlite3
import time
from collections import deque
from pathlib import Path

from measure import add_coder, add_codings, add_sources, best, child, new_study, peak_mb, report, scratch, show, timed

from qcode.services.study import Study

LIMIT = 3.0  # times the floor that counting may take
CODERS = ("anna", "bo", "chen")


def generate(folder: Path, codings: int, sources: int, characters: int) -> list[tuple[int, Path]]:
    """Projects with a quarter, a half and all of the codings; what is there already is kept."""
    steps = [(codings // 4, folder / "quarter.qcode"), (codings // 2, folder / "half.qcode")]
    whole = folder / f"whole-{codings}.qcode"
    if whole.exists():
        return [*steps, (codings, whole)]
    growing = folder / "growing.qcode"
    growing.unlink(missing_ok=True)
    before = time.perf_counter()
    with new_study(growing) as study:
        coders = [study.me.uid, *(add_coder(study, name) for name in CODERS[1:])]
        known = add_sources(study, sources, characters)
        done = 0
        for wanted, path in [*steps, (codings, whole)]:
            add_codings(study, known, wanted - done, coders=coders, seed=done)
            done = wanted
            shutil.copyfile(growing, path)
    growing.unlink()
    seconds = time.perf_counter() - before
    print(
        f"{codings:,} codings in {sources} transcripts written in {seconds:.0f} s, {whole.stat().st_size / 1e6:,.0f} MB"
    )
    return [*steps, (codings, whole)]


def measure_rebuild(path: Path) -> None:
    """Rebuild once, beside reading every event once."""
    from qcode.services.doctor import mend

    with sqlite3.connect(path) as floor:
        payloads = "SELECT payload FROM event ORDER BY entity"
        read = timed(lambda: deque((json.loads(payload) for (payload,) in floor.execute(payloads)), maxlen=0))
    floor.close()
    with Study.open(path, coder="anna") as study:
        base = peak_mb()
        count = 0

        def work() -> None:
            nonlocal count
            count = mend(study)

        seconds = timed(work)
    report(seconds=seconds, floor=read, entities=count, base_mb=base, peak_mb=peak_mb())


def measure_fetch(path: Path) -> None:
    """The floor of counting: the five integers of every coding, as SQLite gives them."""
    connection = sqlite3.connect(path)
    sql = 'SELECT code, coder, source, start, "end" FROM coding'
    report(seconds=best(lambda: connection.cursor().execute(sql).fetchall()), peak_mb=peak_mb())
    connection.close()


def measure_core(path: Path) -> None:
    """Codings as columns, overlaps merged, counted: what every table stands on."""
    from qcode.core.contexts import CodingColumns
    from qcode.core.tabulate import frequencies, merge_overlaps

    with Study.open(path, coder="anna") as study:

        def work() -> None:
            columns = study.file.read.coding_columns(coders=None)
            segments = merge_overlaps(CodingColumns(*(columns[:, i] for i in range(6))))
            frequencies(segments, int(columns[:, 0].max()))

        report(seconds=best(work), peak_mb=peak_mb())


def measure_service(path: Path, coders: str, speakers: str) -> None:
    """The table of frequencies as a user gets it."""
    from qcode.services.tables import frequencies

    with Study.open(path, coder="anna") as study:
        report(seconds=best(lambda: frequencies(study, coders=coders, speakers=speakers)), peak_mb=peak_mb())


def show_rebuild(projects: list[tuple[int, Path]]) -> None:
    rows: list[list[str | float]] = []
    first = 0.0
    for codings, path in projects:
        found = child("--measure", "rebuild", "--project", path)
        each = found["seconds"] / codings * 1e6
        first = first or each
        rows.append(
            [f"{codings:,}", found["seconds"], each, each / first, found["seconds"] / found["floor"],
             found["base_mb"], found["peak_mb"]]
        )  # fmt: skip
    header = ("codings", "s", "µs each", "to the smallest", "to reading events", "MB before", "MB peak")
    show("Rebuild", header, rows, "Linear if µs each stays; streaming if MB peak does not grow with the codings.")


def show_counting(path: Path) -> None:
    floor = child("--measure", "fetch", "--project", path)
    ways = {
        "core: columns, merge, count": ("core", "", ""),
        "table, one coder": ("service", CODERS[0], "all"),
        "table, rule any, all speakers": ("service", "any", "all"),
        "table, rule main, all speakers": ("service", "main", "all"),
        "table, rule main, participants": ("service", "main", "participants"),
    }
    rows: list[list[str | float]] = [["floor: fetch five integers", floor["seconds"] * 1000, 1.0, "", floor["peak_mb"]]]
    for title, (what, coders, speakers) in ways.items():
        found = child("--measure", what, "--project", path, "--coders", coders, "--speakers", speakers)
        ratio = found["seconds"] / floor["seconds"]
        rows.append([title, found["seconds"] * 1000, ratio, "yes" if ratio <= LIMIT else "NO", found["peak_mb"]])
    show("Frequencies", ("", "ms", "to the floor", f"within {LIMIT:.0f}", "MB peak"), rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--codings", type=int, default=1_000_000)
    parser.add_argument("--sources", type=int, help="else one for every thousand codings")
    parser.add_argument("--characters", type=int, default=60_000, help="of each transcript")
    parser.add_argument("--keep", type=Path, help="folder for the projects; they are used again if they are there")
    parser.add_argument("--measure", choices=("rebuild", "fetch", "core", "service"), help=argparse.SUPPRESS)
    parser.add_argument("--project", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--coders", default="main", help=argparse.SUPPRESS)
    parser.add_argument("--speakers", default="participants", help=argparse.SUPPRESS)
    options = parser.parse_args()
    match options.measure:
        case "rebuild":
            measure_rebuild(options.project)
        case "fetch":
            measure_fetch(options.project)
        case "core":
            measure_core(options.project)
        case "service":
            measure_service(options.project, options.coders, options.speakers)
        case _:
            with scratch(options.keep) as folder:
                sources = options.sources or max(1, options.codings // 1000)
                projects = generate(folder, options.codings, sources, options.characters)
                show_counting(projects[-1][1])
                show_rebuild(projects)


if __name__ == "__main__":
    main()
