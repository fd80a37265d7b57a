"""Agreement of coders: speed beside the library on one row per character, memory, growth, and what intervals cover.

Floor: the library `krippendorff`, once for each code, on expanded characters. Then the whole of 2,000 resamples for
all codes and pairs, the time per segment up to a million segments, and how often an interval of 95 % held the true
value in invented rounds of 10, 20 and 50 transcripts (as Markdown).
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import numpy as np
from measure import best, child, peak_mb, report, show, timed

from qcode.core.agreement import alpha_of, dice_of, kappa_of, krippendorff_alpha
from qcode.core.coincidence import Document, FloatArray, IntArray, Tally, tally
from qcode.core.resampling import Statistic, document_intervals
from qcode.core.u_alpha import u_alpha, u_alpha_of, unitize_code

CODERS, CODES, CHARACTERS = 5, 20, 60_000
SEGMENTS_PER_DOCUMENT = 240  # of all coders and codes
FASTER, SECONDS, MEGABYTES = 100, 1.0, 200
COVERED = (92, 97)


def invented_code(rng: np.random.Generator, documents: int, per_document: float) -> list[Document]:
    """What five coders did with one code: they mostly find the same passages, with other bounds."""
    found = []
    for _ in range(documents):
        passages = rng.integers(0, CHARACTERS - 600, size=rng.poisson(per_document / CODERS * 1.25))
        lengths = rng.integers(80, 500, size=passages.size)
        coders = []
        for _ in range(CODERS):
            kept = rng.random(passages.size) < 0.8
            start = np.clip(passages[kept] + rng.integers(-30, 31, size=int(kept.sum())), 0, None)
            end = np.clip(start + lengths[kept] + rng.integers(-30, 31, size=start.size), start + 1, CHARACTERS)
            coders.append(np.stack([start, end], axis=1).astype(np.int64))
        found.append(Document(CHARACTERS, coders))
    return found


def invented_round(documents: int, segments: int) -> list[list[Document]]:
    rng = np.random.default_rng(1)
    return [invented_code(rng, documents, segments / documents / CODES) for _ in range(CODES)]


def marked(codes: Sequence[Sequence[Document]]) -> int:
    return sum(len(spans) for code in codes for d in code for spans in d.spans_by_coder if spans is not None)


def expanded(documents: Sequence[Document]) -> IntArray:
    """[coders, characters]: 1 coded, 0 not."""
    table = np.zeros((CODERS, sum(d.length for d in documents)), dtype=np.int8)
    at = 0
    for d in documents:
        for row, spans in zip(table, d.spans_by_coder, strict=True):
            for start, end in spans if spans is not None else ():
                row[at + start : at + end] = 1
        at += d.length
    return table


# Speed


def measure_ours(documents: int) -> None:
    codes = invented_round(documents, documents * SEGMENTS_PER_DOCUMENT)
    before = peak_mb()
    sweep = best(lambda: [krippendorff_alpha(tally(code)) for code in codes])
    unitized = best(lambda: [u_alpha(unitize_code(code)) for code in codes])
    counts = [tally(code) for code in codes]
    resampled = best(lambda: intervals(counts))
    values = {f"code{i}": krippendorff_alpha(one).value or 0.0 for i, one in enumerate(counts)}
    report(
        segments=marked(codes), sweep=sweep, unitized=unitized, resampled=resampled, before=before, peak=peak_mb(),
        **values,
    )  # fmt: skip


def intervals(counts: Sequence[Tally]) -> None:
    document_intervals(alpha_of, [np.stack([one.coincidences for one in counts], axis=1)], seed=1)
    pairs = np.concatenate([one.pair_tables for one in counts]).transpose(1, 0, 2, 3)
    document_intervals(kappa_of, [pairs], seed=1)


def measure_library(documents: int) -> None:
    import krippendorff

    codes = invented_round(documents, documents * SEGMENTS_PER_DOCUMENT)
    seconds, values = 0.0, {}
    for number, code in enumerate(codes):
        table = expanded(code)
        found: list[float] = []
        seconds += timed(
            lambda table=table, found=found: found.append(
                krippendorff.alpha(reliability_data=table, value_domain=[0, 1], level_of_measurement="nominal")
            )
        )
        values[f"code{number}"] = float(found[0])
    report(seconds=seconds, peak=peak_mb(), **values)


def show_speed(documents: int) -> None:
    ours = child("--measure", "ours", "--documents", documents)
    library = child("--measure", "library", "--documents", documents)
    apart = max(abs(ours[f"code{i}"] - library[f"code{i}"]) for i in range(CODES))
    ratio = library["seconds"] / ours["sweep"]
    rows = [
        ["library, per character", library["seconds"] * 1000, 1.0, library["peak"], ""],
        ["alpha of all codes", ours["sweep"] * 1000, ratio, ours["peak"], "yes" if ratio >= FASTER else "NO"],
        ["|u-alpha of all codes", ours["unitized"] * 1000, library["seconds"] / ours["unitized"], ours["peak"], ""],
        ["2,000 resamples, codes and pairs", ours["resampled"] * 1000, library["seconds"] / ours["resampled"],
         ours["peak"], "yes" if ours["resampled"] < SECONDS else "NO"],
        ["memory", "", "", ours["peak"], "yes" if ours["peak"] < MEGABYTES else "NO"],
    ]  # fmt: skip
    show(
        f"{CODERS} coders, {documents} transcripts of {CHARACTERS:,} characters, {CODES} codes,"
        f" {ours['segments']:,.0f} segments",
        ("", "ms", "times as fast", "MB peak", f">= {FASTER}x, < {SECONDS:.0f} s, < {MEGABYTES} MB"), rows,
        f"Largest difference between the alphas: {apart:.1e}",
        f"Of the memory, {ours['before']:.0f} MB are the program, numpy and the segments.",
    )  # fmt: skip


# Growth


def measure_growth(segments: int) -> None:
    codes = invented_round(max(10, segments // SEGMENTS_PER_DOCUMENT), segments)
    report(
        segments=marked(codes), seconds=best(lambda: [krippendorff_alpha(tally(c)) for c in codes], 2), peak=peak_mb()
    )


def show_growth(largest: int) -> None:
    rows = []
    for segments in (10_000, 100_000, 1_000_000):
        if segments <= largest:
            found = child("--measure", "growth", "--segments", segments)
            each = found["seconds"] / found["segments"] * 1e6
            rows.append([f"{found['segments']:,.0f}", found["seconds"] * 1000, each, found["peak"]])
    show("Growth", ("segments", "ms", "us each", "MB peak"), rows)


# Coverage


def invented_sums(rng: np.random.Generator, documents: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Coincidences of three coders, tables of two, and pairings, of transcripts that differ as interviews do.

    How often a transcript speaks of a code, and how hard its passages are to agree on, varies from one to the next.
    """
    found = []
    for often, hard in zip(rng.gamma(4, 3, size=documents), rng.beta(6, 2.5, size=documents), strict=True):
        length = int(rng.integers(20_000, 60_000))
        passages = rng.integers(0, length - 600, size=rng.poisson(often * length / 40_000) + 1)
        lengths = rng.integers(80, 500, size=passages.size)
        coders = []
        for _ in range(3):
            kept = rng.random(passages.size) < hard
            more = rng.integers(0, length - 600, size=rng.poisson(often * (1 - hard) / 3))
            start = np.concatenate(
                [np.clip(passages[kept] + rng.integers(-40, 41, size=int(kept.sum())), 0, None), more]
            )
            end = start + np.concatenate([lengths[kept], rng.integers(80, 500, size=more.size)])
            coders.append(np.stack([start, end], axis=1).astype(np.int64))
        found.append(Document(length, coders))
    counts = unitize_code(found)
    return counts.coincidences, counts.pair_tables[0].astype(np.float64), counts.pairings


def show_coverage(rounds: int, population: int) -> None:
    rng = np.random.default_rng(2)
    coincidences, table, pairings = invented_sums(rng, population)
    measures: list[tuple[str, Statistic, list[FloatArray]]] = [
        ("alpha, 3 coders", alpha_of, [coincidences]),
        ("kappa, 2 coders", kappa_of, [table]),
        ("positive agreement", dice_of, [coincidences]),
        ("u-alpha of one code", u_alpha_of, [coincidences, pairings]),
    ]
    print(f"\nShare of {rounds:,} invented rounds in which the interval of 95 % held the value of all {population:,}")
    print("transcripts from which each round was drawn, and the mean width of the interval:\n")
    sizes = (5, 10, 20, 50)
    print("| coefficient | " + " | ".join(f"{n} transcripts" for n in sizes) + " | 92-97 % from 10 on |")
    print("|---|" + "---:|" * (len(sizes) + 1))
    for name, formula, sums in measures:
        truth = float(formula(*(one.sum(axis=0) for one in sums)))
        cells, held = [], True
        for documents in sizes:
            drawn = rng.integers(0, population, size=(documents, rounds))
            found = document_intervals(formula, [one[drawn] for one in sums], seed=1, replicates=1000)
            bounds = np.array([(i.low, i.high) for i in found], dtype=np.float64)
            share = 100 * float(((bounds[:, 0] <= truth) & (truth <= bounds[:, 1])).mean())
            cells.append(f"{share:.1f} % ({np.nanmean(bounds[:, 1] - bounds[:, 0]):.2f})")
            held &= documents < 10 or COVERED[0] <= share <= COVERED[1]
        print(f"| {name} ({truth:.2f}) | " + " | ".join(cells) + f" | {'yes' if held else 'NO'} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=50)
    parser.add_argument("--segments", type=int, default=1_000_000, help="the largest round of the growth table")
    parser.add_argument("--rounds", type=int, default=2000)
    parser.add_argument("--population", type=int, default=4000)
    parser.add_argument("--measure", choices=("ours", "library", "growth"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    match options.measure:
        case "ours":
            measure_ours(options.documents)
        case "library":
            measure_library(options.documents)
        case "growth":
            measure_growth(options.segments)
        case _:
            show_speed(options.documents)
            show_growth(options.segments)
            show_coverage(options.rounds, options.population)


if __name__ == "__main__":
    main()
