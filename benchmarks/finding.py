"""Finding: queries over codes, filters, the rows of a screen, and words in all transcripts.

    python benchmarks/finding.py [--codings 10000]

The floor of a query is reading the codings; the floor of a search is counting one plain string.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from measure import add_codings, add_sources, best, new_study, scratch, show

from qcode.services.filters import Filters
from qcode.services.retrieval import find
from qcode.services.search import Search

QUERIES = (
    "rationality",
    "rationality and conflict",
    "rationality and not (conflict or trust)",
    "rationality overlaps conflict",
    "rationality within consensus",
    "rationality near(1 turn) conflict",
    "rationality near(2 sentences) conflict",
    "rationality near(10 words) conflict",
)
WORDS = ("关于", "the", "Partnerschaft", "nowhere at all")
WHERE = "speaker.role = participant and transcript.language = zh"


def main(codings: int, keep: Path | None) -> None:
    with scratch(keep) as folder, new_study(folder / "finding.qcode") as study:
        sources = add_sources(study, 50, 40_000)
        add_codings(study, sources, codings, coders=[study.me.uid])
        floor = best(lambda: study.file.read.coding_columns(coders=None))
        rows: list[list[str | float]] = []
        for query in QUERIES:
            seconds = best(lambda query=query: find(study, query))
            rows.append([query, len(find(study, query)), seconds * 1000, seconds / floor])
        filters = Filters.parse(study, where=WHERE)
        seconds = best(lambda: find(study, "rationality", filters))
        rows.append(
            [f"rationality, where {WHERE}", len(find(study, "rationality", filters)), seconds * 1000, seconds / floor]
        )
        found = find(study, "*")
        found.rows(0, 50)
        seconds = best(lambda: found.rows(0, 50))
        rows.append(["50 rows of all passages", len(found), seconds * 1000, seconds / floor])
        show(f"{codings} codings, 50 transcripts", ["query", "passages", "ms", "times the floor"], rows)
        search = Search(study)
        search.find("x")
        floor = best(lambda: sum(text.count("the") for _, text in sources))
        rows = []
        for word in WORDS:
            seconds = best(lambda word=word: search.find(word))
            rows.append([word, len(search.find(word)), seconds * 1000, seconds / floor])
        seconds = best(lambda: Search(study).find("关于"))
        rows.append(["关于, texts read anew", len(search.find("关于")), seconds * 1000, seconds / floor])
        show("2,000,000 characters, 50 transcripts", ["words", "hits", "ms", "times the floor"], rows)


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--codings", type=int, default=10_000)
    options.add_argument("--keep", type=Path)
    chosen = options.parse_args(sys.argv[1:])
    main(chosen.codings, chosen.keep)
