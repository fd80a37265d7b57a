"""False alarms, power and interval coverage in simulated studies: our test and intervals beside chi-square on segments.

Every study is invented: interviews that speak of cases, cases in three columns, segments with one of thirteen codes.
Interviews and cases have tilts of their own (Dirichlet, with the intra-class correlation of the row), so segments
resemble each other. “Nested”: one to four cases in an interview, mostly in one column. “m:n”: one to three, and some
told in a second interview too. “Words differ”: the columns are spoken of at different length, and nothing else
differs. A test should cry out in 3 to 7 % of the studies without an effect; an interval should hold the truth in 93
to 97 %. The table is Markdown. Nothing here passes or fails.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before numpy: two processes of one thread each are quicker

import argparse
import multiprocessing
import time
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from qcode.core.blocks import find_blocks
from qcode.core.inference import Observations, associate
from qcode.core.jackknife import block_effects

SHARES = (0.59, 0.12, 0.29)  # of the mechanisms in the first study
COLUMNS = len(SHARES)
CODES = 12
SHIFTED = 3  # the code that an effect makes more frequent in the last column
FOLLOWED = (0, 3, 6, 9)  # codes, frequent to rare, whose intervals are looked at
PERMUTATIONS = 499  # 500 arrangements: .05 is one of the p-values that can occur
LIMIT = 5.991  # of chi-square with 2 degrees of freedom, at 5 %


@dataclass(frozen=True, slots=True)
class Design:
    name: str
    interviews: int = 76
    icc: float = 0.05
    kind: str = "single"
    balanced: bool = False
    sticky: float = 1.0
    differ: float = 0.0
    effect: float = 0.0


DESIGNS = [
    *(Design(f"20 balanced, ICC {icc}", 20, icc, balanced=True) for icc in (0.0, 0.02, 0.05, 0.1)),
    *(Design(f"76 as published, ICC {icc}", 76, icc) for icc in (0.0, 0.02, 0.05, 0.1)),
    Design("nested, 30, ICC 0.05", 30, kind="nested", sticky=0.7),
    Design("nested, 76, ICC 0.05", kind="nested", sticky=0.7),
    Design("nested, 76, ICC 0.1, one column each", icc=0.1, kind="nested"),
    Design("m:n, 76, ICC 0.05", kind="m:n", sticky=0.7),
    Design("m:n, 76, ICC 0.1, one column each", icc=0.1, kind="m:n"),
    Design("76 as published, words differ", differ=0.4),
    Design("nested, 76, words differ", kind="nested", differ=0.4),
    Design("m:n, 76, words differ", kind="m:n", differ=0.4),
    Design("effect: 20 balanced", 20, balanced=True, effect=0.1),
    Design("effect: 76 as published", effect=0.1),
    Design("effect: nested, 76", kind="nested", sticky=0.7, effect=0.1),
    Design("effect: m:n, 76", kind="m:n", sticky=0.7, effect=0.1),
]


@dataclass(frozen=True, slots=True)
class Simulated:
    segments: np.ndarray  # [codes + 1 x cases]; the last code stands for all others
    column: np.ndarray
    block: np.ndarray
    words: np.ndarray


def shares_of_codes(effect: float) -> np.ndarray:
    base = np.tile(np.append(np.geomspace(0.1, 0.004, CODES), 0.0), (COLUMNS, 1))
    base[-1, SHIFTED] += effect
    base[:, -1] = 1 - base.sum(axis=1)
    return base


def tilted(chance: np.random.Generator, shares: np.ndarray, icc: float) -> np.ndarray:
    """Dirichlet with that intra-class correlation around the shares."""
    drawn = chance.gamma(shares * (1 - icc) / icc) + 1e-12
    return drawn / drawn.sum(axis=1, keepdims=True)


def simulate(chance: np.random.Generator, design: Design) -> Simulated:
    number = design.interviews
    per = {
        "single": np.ones(number, int),
        "nested": chance.integers(1, 5, number),
        "m:n": chance.integers(1, 4, number),
    }
    interview = np.repeat(np.arange(number), per[design.kind])
    cases = len(interview)
    if design.balanced:
        column = chance.permutation(np.arange(cases) % COLUMNS)
    else:
        usual, own = chance.choice(COLUMNS, number, p=SHARES), chance.choice(COLUMNS, cases, p=SHARES)
        column = np.where(chance.random(cases) < design.sticky, usual[interview], own)
    case = np.arange(cases)
    if design.kind == "m:n":
        again = np.flatnonzero(chance.random(cases) < 0.15)
        interview = np.concatenate((interview, chance.integers(0, number, len(again))))
        case = np.concatenate((case, again))
    words = chance.lognormal(7.3, 0.6, len(case)) * np.exp(design.differ * (column[case] - 1))
    told = chance.poisson((40 if design.kind == "single" else 15) * words / 1800)
    shares = shares_of_codes(design.effect)
    of_link = shares[column[case]]
    if design.icc:
        tilt = tilted(chance, np.tile(shares[0], (number, 1)), design.icc) / shares[0]
        of_link = of_link * tilt[interview]
        of_link = tilted(chance, of_link / of_link.sum(axis=1, keepdims=True) + 1e-12, design.icc)
    segments = np.zeros((cases, CODES + 1), dtype=np.int64)
    np.add.at(segments, case, chance.multinomial(told, of_link / of_link.sum(axis=1, keepdims=True)))
    blocks = find_blocks(interview.astype(np.int64), case.astype(np.int64))
    return Simulated(segments.T, column.astype(np.int64), blocks.case_block, np.bincount(case, words, minlength=cases))


def segment_tests(study: Simulated) -> np.ndarray:
    """Chi-square of each code by column over segments, as if they were independent; 0 where there is none."""
    by_column = np.stack([study.segments[:, study.column == k].sum(axis=1) for k in range(COLUMNS)], axis=1)
    code, column = by_column.sum(axis=1, keepdims=True), by_column.sum(axis=0, keepdims=True)
    share = code / column.sum()
    variance = column * share * (1 - share)
    squares = (by_column - column * share) ** 2
    return np.divide(squares, variance, out=np.zeros(by_column.shape), where=variance > 0).sum(axis=1)[:CODES]


def truth(design: Design, replicates: int = 2000) -> tuple[np.ndarray, np.ndarray]:
    """The true risk difference and log odds ratio [codes x columns], by a simulation of its own."""
    if not design.effect and not design.differ:
        return np.zeros((CODES, COLUMNS)), np.zeros((CODES, COLUMNS))
    chance = np.random.default_rng(7)
    coded, number = np.zeros((CODES, COLUMNS)), np.zeros(COLUMNS)
    for _ in range(replicates):
        study = simulate(chance, design)
        for k in range(COLUMNS):
            inside = study.column == k
            coded[:, k] += (study.segments[:CODES, inside] > 0).sum(axis=1)
            number[k] += inside.sum()
    here = coded / number
    rest = (coded.sum(axis=1, keepdims=True) - coded) / (number.sum() - number)
    return here - rest, np.log(here / (1 - here)) - np.log(rest / (1 - rest))


def examine(design: Design, true: tuple[np.ndarray, np.ndarray], seed: int) -> dict[str, list[float]]:
    """What one simulated study shows, as lists of 0 and 1; `untested` where nothing could be tested."""
    study = simulate(np.random.default_rng(seed), design)
    cases = len(study.column)
    coded = study.segments[:CODES] > 0
    observations = Observations(
        np.arange(cases), study.column, study.block, np.ones(cases, dtype=np.bool_), study.words
    )  # fmt: skip
    found = associate(observations, coded, COLUMNS, permutations=PERMUTATIONS, seed=seed)
    if all(test.p is None for test in found.tests):
        return {"untested": [1.0]}
    results: dict[str, list[float]] = defaultdict(list, untested=[0.0])
    naive = segment_tests(study)
    for code, test in enumerate(found.tests):
        kind = "power" if design.effect and code == SHIFTED else "alarm"
        results[f"naive {kind}"].append(float(naive[code] > LIMIT))
        if test.p is not None:
            results[kind].append(float(test.p <= 0.05))
            results[f"{kind} {code}"].append(float(test.p <= 0.05))
    results["naive any"] = [float(any(results["naive alarm"]))]
    unshifted = [test.q for i, test in enumerate(found.tests) if not (design.effect and i == SHIFTED)]
    results["any q"] = [float(any(q is not None and q <= 0.05 for q in unshifted))]
    for code in FOLLOWED:
        for column in range(COLUMNS):
            effects = block_effects(coded[code], study.column == column, study.block)
            low, high = effects.risk_difference.low, effects.risk_difference.high
            if low is not None and high is not None:
                results["difference"].append(float(low <= true[0][code, column] <= high))
            low, high = effects.odds_ratio.low, effects.odds_ratio.high
            if low is not None and high is not None:
                results["ratio"].append(float(np.log(low) <= true[1][code, column] <= np.log(high)))
    return results


def run(design: Design, replicates: int, pool: multiprocessing.pool.Pool) -> dict[str, list[float]]:
    work = partial(examine, design, truth(design))
    total: dict[str, list[float]] = defaultdict(list)
    for found in pool.imap_unordered(work, range(1, replicates + 1), chunksize=25):
        for key, values in found.items():
            total[key] += values
    return total


def percent(values: list[float]) -> str:
    return f"{100 * float(np.mean(values)):.1f}" if values else ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--replicates", type=int, default=2000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--icc", type=float, help="one intra-class correlation for all rows")
    options = parser.parse_args()
    header = (
        "study", "not testable", "segments: alarm", "segments: any code", "ours: alarm", "ours: by code",
        "ours: any q", "segments: power", "ours: power", "difference covered", "ratio covered",
    )  # fmt: skip
    print(f"{options.replicates:,} studies a row; in %.\n")
    print("| " + " | ".join(header) + " |")
    print("|---" + "|--:" * (len(header) - 1) + "|", flush=True)
    began = time.perf_counter()
    with multiprocessing.get_context("spawn").Pool(options.processes) as pool:
        for given in DESIGNS:
            design = given if options.icc is None else replace(given, icc=options.icc)
            found = run(design, options.replicates, pool)
            by_code = [float(np.mean(v)) * 100 for k, v in found.items() if k.startswith("alarm ")]
            cells = [
                design.name,
                percent(found["untested"]), percent(found["naive alarm"]), percent(found["naive any"]),
                percent(found["alarm"]), f"{min(by_code, default=0):.1f}-{max(by_code, default=0):.1f}",
                percent(found["any q"]), percent(found["naive power"]), percent(found["power"]),
                percent(found["difference"]), percent(found["ratio"]),
            ]  # fmt: skip
            print("| " + " | ".join(cells) + " |", flush=True)
    print(f"\n{len(DESIGNS)} rows in {time.perf_counter() - began:.0f} seconds.")


if __name__ == "__main__":
    main()
