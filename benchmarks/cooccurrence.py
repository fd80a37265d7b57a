"""Codes that stand together in a large study, beside the least that this could cost: sorting all starts and ends."""

from __future__ import annotations

import argparse

import numpy as np
from measure import best, child, peak_mb, report, show

from qcode.core.contexts import CodingColumns
from qcode.core.cooccurrence import Nearness, UnitStarts, co_occurrence
from qcode.core.paths import first_mentions, order_of_mention
from qcode.core.tabulate import Segments, merge_overlaps

TURN, SENTENCE = 300, 60  # code points, about


def invented_segments(
    coders: int, documents: int, characters: int, segments: int, codes: int, *, seed: int = 1
) -> Segments:
    """Segments of 50 to 600 code points anywhere; what overlaps with the same code by the same coder is joined."""
    chance = np.random.default_rng(seed)
    start = chance.integers(0, characters - 600, segments)
    return merge_overlaps(
        CodingColumns(
            chance.integers(1, codes + 1, segments), chance.integers(1, coders + 1, segments),
            chance.integers(1, documents + 1, segments), start, start + chance.integers(50, 600, segments),
            np.zeros(segments, dtype=np.int64),
        )
    )  # fmt: skip


def unit_starts(documents: int, characters: int, length: int) -> UnitStarts:
    starts = np.arange(0, characters, length, dtype=np.int64)
    source = np.repeat(np.arange(1, documents + 1, dtype=np.int64), len(starts))
    return UnitStarts(source, np.tile(starts, documents))


def floor(segments: Segments) -> None:
    group = segments.source * 1000 + segments.coder
    np.sort(np.concatenate((group, group)) * 1_000_000 + np.concatenate((segments.start, segments.end)))


def measure(options: argparse.Namespace) -> None:
    before = peak_mb()
    segments = invented_segments(options.coders, options.documents, options.characters, options.segments, options.codes)
    codes = range(1, options.codes + 1)
    turns = unit_starts(options.documents, options.characters, TURN)
    sentences = unit_starts(options.documents, options.characters, SENTENCE)
    numbers = {
        "floor": best(lambda: floor(segments)),
        "overlap": best(lambda: co_occurrence(segments, codes)),
        "same": best(lambda: co_occurrence(segments, codes, Nearness.SAME_SEGMENT)),
        "turn": best(lambda: co_occurrence(segments, codes, Nearness.SAME_TURN, units=turns)),
        "within": best(lambda: co_occurrence(segments, codes, Nearness.WITHIN_SENTENCES, units=sentences, sentences=2)),
        "all_coders": best(lambda: co_occurrence(segments, codes, same_coder=False)),
        "order": best(lambda: order_of_mention(first_mentions(segments, codes))),
    }
    report(**numbers, merged=len(segments.code), before=before, peak=peak_mb())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, number in (("coders", 5), ("documents", 50), ("characters", 60_000), ("segments", 68_000), ("codes", 20)):
        parser.add_argument(f"--{name}", type=int, default=number)
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        measure(options)
        return
    sizes = [part for name in ("coders", "documents", "characters", "segments", "codes")
             for part in (f"--{name}", getattr(options, name))]  # fmt: skip
    found = child("--measure", *sizes)
    rows = [
        (name, found[key], found[key] / found["floor"])
        for name, key in (
            ("sort all starts and ends (floor)", "floor"), ("overlapping", "overlap"), ("same segment", "same"),
            ("same turn", "turn"), ("within two sentences", "within"), ("overlapping, any coder", "all_coders"),
            ("order of first mention", "order"),
        )
    ]  # fmt: skip
    show(
        f"{found['merged']:,.0f} merged segments, {options.codes} codes, {options.documents} documents of "
        f"{options.characters:,} characters, {options.coders} coders",
        ("what", "seconds", "times the floor"), rows,
        f"memory: {found['peak']:.0f} MB, of which {found['before']:.0f} MB before any data",
    )  # fmt: skip


if __name__ == "__main__":
    main()
