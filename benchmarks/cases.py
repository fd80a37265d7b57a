"""A case table imported and counted, beside the least that this could cost: parsing the CSV and hashing every row."""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import random
from pathlib import Path

from measure import best, child, new_study, report, scratch, show, timed

from qcode.core.jurisdictions import PROVINCES
from qcode.services.case_counts import count_cases
from qcode.services.cases import import_cases

HEADER = ("key", "name", "kind", "mechanism", "mechanism_source", "mechanism_certainty", "year", "issue_area",
          "parties", "stages")  # fmt: skip
SHARES = ((59, "arranged"), (12, "mandated"), (29, "self-initiated"))
ISSUES = ("economy", "poverty", "environment", "infrastructure", "security")


def invented_cases(number: int, *, seed: int = 1) -> bytes:
    """Invented cases of two parties with codes, as a CSV file; every tenth in two provinces, every fifth in stages."""
    chance = random.Random(seed)
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(HEADER)
    provinces = sorted(PROVINCES)[:8]
    for i in range(number):
        here = chance.choice(provinces)
        there = chance.choice(provinces) if i % 10 == 0 else here
        codes = [f"{p}{chance.randint(3, 12):02}{chance.randint(21, 35)}" for p in (here, there)]
        mechanism = chance.choices([m for _, m in SHARES], [share for share, _ in SHARES])[0]
        year = chance.randint(2009, 2020)
        parties = f"donor=County {codes[0]}@{codes[0]}({year}); recipient=County {codes[1]}@{codes[1]}({year})"
        stages = f"talks:{year}-{year + 1}=arranged; work:{year + 1}-" if i % 5 == 0 else ""
        writer.writerow(
            [f"case-{i:05}", f"Agreement {i} (invented)", "dataset", mechanism, "documents", "certain", year,
             chance.choice(ISSUES), parties, stages]
        )  # fmt: skip
    return stream.getvalue().encode("utf-8")


def floor(data: bytes) -> None:
    for row in csv.reader(io.StringIO(data.decode("utf-8"), newline="")):
        hashlib.sha256("\x1f".join(row).encode("utf-8")).digest()


def measure(folder: Path) -> None:
    path = folder / "cases.csv"
    data = path.read_bytes()
    with new_study(folder / "cases.qcode") as study:
        imported = timed(lambda: import_cases(study, path))
        again = timed(lambda: import_cases(study, path))
        by = best(lambda: count_cases(study, "year", "issue_area"))
        province = best(lambda: count_cases(study, "province"))
    report(floor=best(lambda: floor(data)), imported=imported, again=again, by=by, province=province)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=1126)
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        measure(options.measure)
        return
    with scratch(None) as folder:
        (folder / "cases.csv").write_bytes(invented_cases(options.cases))
        found = child("--measure", folder)
    least = found["floor"]
    rows = [
        (name, found[key], found[key] / least)
        for name, key in (
            ("parse and hash (floor)", "floor"), ("import", "imported"), ("import again, nothing new", "again"),
            ("count by year and issue area", "by"), ("count by province", "province"),
        )
    ]  # fmt: skip
    show(f"{options.cases:,} cases", ("what", "seconds", "times the floor"), rows)


if __name__ == "__main__":
    main()
