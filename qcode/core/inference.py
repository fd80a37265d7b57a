"""Is a code told more often of some cases than of others? A permutation test over whole blocks of cases.

The unit is the case: coded or not coded, over completed text only. Segments of one interview resemble each
other, and so do the cases of one interview, so neither are independent; what may be exchanged under “no
association” are whole blocks (`blocks.find_blocks`), among those of like size and like exposure
(`rearranging.stratify`).

The statistic. A code is found more easily where more was said, so coded (0 or 1) is first regressed, by least
squares, on the logarithm of the words spoken on the case and on the words themselves (rare codes come in
proportion to words, frequent ones level off). Let r be the residuals, and s_bk the sum of r over the cases of
block b in column k, less its mean over all arrangements. Then T = Σ_k (Σ_b s_bk)² / Σ_b s_bk²: for each column a
score divided by its variance over blocks. Dividing by a variance that holds for clusters keeps the test valid
where blocks are exchangeable only by and large, for instance because their sizes differ: Chung and Romano
(2013), Exact and asymptotically robust permutation tests; Kline and Santos (2012), A score based approach to
wild bootstrap inference. With blocks of one size and no exposure the test is exact.

What p says: among the rearrangements of the columns over whole blocks, the share in which T is at least as
large. The interviews are a purposive sample; a small p is a pattern in this material, not in a population.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from qcode.core.contexts import BoolArray, IntArray, check_columns
from qcode.core.effects import FloatArray, benjamini_hochberg
from qcode.core.rearranging import Stratum, arrangement_count, every_arrangement, random_arrangements, stratify

__all__ = [
    "MIN_BLOCKS",
    "NO_COLUMN",
    "PERMUTATIONS",
    "SEED",
    "Association",
    "CodeTest",
    "NotTestable",
    "Observations",
    "associate",
]

MIN_BLOCKS = 5
"""Blocks that every column needs: below, nothing is tested."""

PERMUTATIONS = 9_999
SEED = 20_100_401
NO_COLUMN = -1
"""The column of a case whose attribute is not recorded: the case is left out."""

_LARGEST_SHARE = 0.5
_TIE = 1e-9  # arrangements that tie must not be told apart by rounding
_CELLS_AT_ONCE = 4_000_000  # of the matrix of arrangements by patterns: bounds the memory


class NotTestable(StrEnum):
    """Why there is no p-value."""

    DEFINES = "The code defines the columns, so a test would be circular."
    FEW_BLOCKS = "A column has fewer than 5 independent blocks of interviews and cases."
    NO_EXCHANGE = "No two blocks of like size and exposure differ in their columns, so nothing can be rearranged."
    NO_VARIATION = "None or all of the cases have the code, or the words spoken on them foretell it fully."
    ONE_BLOCK = "One block of connected interviews and cases holds more than half of the cases."
    ONE_COLUMN = "All cases are in one column."


@dataclass(frozen=True, slots=True, eq=False)
class Observations:
    """What is compared: one row per case, or per case and column where a case is in several (by its stages).

    `case` and `block`: any integers, 0 or more; all rows of a case are in one block. `column`: 0 or more,
    NO_COLUMN where it is not recorded. `completed`: whether the text on the case was completed for the
    dimension of the codes, else the code is unknown and not absent. `words`: words (or characters) spoken on
    the case, 0 or more, None if they are not to be allowed for.

    Raises ValueError if the columns do not fit together.
    """

    case: IntArray
    column: IntArray
    block: IntArray
    completed: BoolArray
    words: FloatArray | None = None

    def __post_init__(self) -> None:
        check_columns("cases", self.case, self.column, self.block)
        if len(self.completed) != len(self.case) or (self.words is not None and len(self.words) != len(self.case)):
            raise ValueError("The columns of the cases have different lengths.")
        if self.words is not None and not bool(np.all((self.words >= 0) & np.isfinite(self.words))):
            raise ValueError("The words spoken on a case are a number of 0 or more.")
        if np.any(self.column < NO_COLUMN) or np.any(self.block < 0):
            raise ValueError("Columns and blocks are numbered from 0 on.")
        pairs = np.unique(np.stack((self.case, self.block)), axis=1)
        if len(np.unique(pairs[0])) < pairs.shape[1]:
            raise ValueError("A case stands in two blocks.")

    @property
    def counted(self) -> BoolArray:
        """Rows that are compared: completed, in a column, and with something said on the case."""
        found: BoolArray = self.completed & (self.column != NO_COLUMN)
        return found if self.words is None else found & (self.words > 0)


@dataclass(frozen=True, slots=True)
class CodeTest:
    """The test of one code.

    `p` and `q` (Benjamini and Hochberg over the codes tested together) are above 0 and at most 1, None where
    `reason` says why there is no test. `smallest`: the smallest p that this code could have reached in these
    arrangements; where it is above .05, the code is too rare or too frequent to be told from chance.
    `coded`: cases (rows) with the code.
    """

    coded: int
    p: float | None
    q: float | None
    smallest: float | None
    reason: NotTestable | None


@dataclass(frozen=True, slots=True)
class Association:
    """The tests of all codes, and what they rest on.

    `rows` were compared, of these `incomplete`, `without_column` and `without_words` were left out beforehand,
    each row for the first of these reasons. `blocks_by_column`: blocks with a case in each column;
    `largest_share`: of all rows, in the largest block; `strata`: groups of blocks within which labels were
    traded; `fixed`: blocks that had nothing to trade. `arrangements`: all that there are; `compared`: those
    that p rests on, the observed one included; `exact`: whether these are all.
    """

    tests: tuple[CodeTest, ...]
    rows: int
    incomplete: int
    without_column: int
    without_words: int
    blocks: int
    blocks_by_column: tuple[int, ...]
    largest_share: float
    strata: int
    fixed: int
    arrangements: int
    compared: int
    exact: bool
    seed: int


def associate(
    observations: Observations,
    coded: BoolArray,
    columns: int,
    *,
    defines: BoolArray | None = None,
    permutations: int = PERMUTATIONS,
    seed: int = SEED,
) -> Association:
    """Test each code against the columns 0 to `columns` - 1, over whole blocks.

    `coded` [codes x rows]: whether the row has the code; `defines` [codes]: whether the code defines the
    attribute that the columns stand for. p is the share of arrangements, the observed one included, whose T is
    at least the observed T: all of them where there are at most `permutations` + 1, else that many random ones
    of the seed (Phipson and Smyth 2010: p is never 0). The same arrangements serve all codes. To leave a column
    out, give its cases NO_COLUMN and number the others anew. Raises ValueError if the arrays do not fit together.

    >>> twelve = np.arange(12)
    >>> cases = Observations(twelve, twelve // 6, twelve, np.ones(12, dtype=np.bool_))
    >>> found = associate(cases, (twelve < 5)[np.newaxis], 2)
    >>> found.exact, found.arrangements, round(found.tests[0].p, 4)  # 2 * 6 of 924
    (True, 924, 0.0152)
    """
    counted = observations.counted
    if coded.ndim != 2 or coded.shape[1] != len(counted) or (defines is not None and len(defines) != len(coded)):
        raise ValueError("The codes do not have one entry per case.")
    if np.any(observations.column >= columns) or permutations < 1:
        raise ValueError(f"A case is in a column beyond the {columns} columns, or there is nothing to compare with.")
    grid = _Grid.build(observations, np.flatnonzero(counted), columns)
    strata = grid.strata()
    reason = _unfit(grid, strata)
    kept = np.asarray(coded[:, grid.row], dtype=np.float64)
    residual = grid.unexplained(kept)
    defining = np.zeros(len(coded), dtype=np.bool_) if defines is None else defines
    tested = ~defining & np.any(residual, axis=1) & (reason is None)
    total = arrangement_count(strata)
    exact = total <= permutations + 1
    p, smallest = np.ones(len(coded)), np.ones(len(coded))
    if tested.any():
        drawn = every_arrangement(strata) if exact else random_arrangements(strata, permutations, seed)
        p[tested], smallest[tested] = _compare(grid, strata, drawn, residual[tested])
    return Association(
        tests=_tests(kept.sum(axis=1), defining, reason, np.where(tested, p, np.nan), smallest),
        rows=len(grid.row),
        incomplete=int((~observations.completed).sum()),
        without_column=int((observations.completed & (observations.column == NO_COLUMN)).sum()),
        without_words=int((observations.completed & (observations.column != NO_COLUMN) & ~counted).sum()),
        blocks=len(grid.size),
        blocks_by_column=grid.blocks_by_column,
        largest_share=float(grid.size.max(initial=0) / max(len(grid.row), 1)),
        strata=len(strata),
        fixed=sum(len(stratum.blocks) for stratum in strata if len(stratum.patterns) == 1),
        arrangements=total,
        compared=(total if exact else permutations + 1) if tested.any() else 0,
        exact=exact,
        seed=seed,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Grid:
    """The compared rows, sorted by block and, within it, by words, most first.

    `row`: their places in the observations; `label`: their columns; `first`, `size`, `exposure` [blocks].
    """

    row: IntArray
    label: IntArray
    columns: int
    words: FloatArray
    first: IntArray
    size: IntArray

    @classmethod
    def build(cls, observations: Observations, rows: IntArray, columns: int) -> _Grid:
        words = np.ones(len(rows)) if observations.words is None else observations.words[rows].astype(np.float64)
        order = np.lexsort((observations.column[rows], observations.case[rows], -words, observations.block[rows]))
        row = rows[order]
        first, size = np.unique(observations.block[row], return_index=True, return_counts=True)[1:]
        label = observations.column[row]
        return cls(row, label, columns, words[order], first.astype(np.int64), size.astype(np.int64))

    @property
    def blocks_by_column(self) -> tuple[int, ...]:
        block = np.repeat(np.arange(len(self.size)), self.size)
        return tuple(len(np.unique(block[self.label == column])) for column in range(self.columns))

    def strata(self) -> list[Stratum]:
        if not len(self.row):
            return []
        exposure = np.add.reduceat(np.log(self.words), self.first) / self.size
        return stratify(self.label, self.first, self.size, exposure)

    def unexplained(self, coded: FloatArray) -> FloatArray:
        """Residuals of coded after the words [codes x rows]; exactly 0 where nothing is left to explain."""
        if not len(self.row):
            return np.zeros(coded.shape)
        logarithm = np.log(self.words)
        terms = np.stack(
            (np.ones(len(self.row)), logarithm - logarithm.mean(), self.words / self.words.mean() - 1), axis=1
        )
        # Terms that say the same (all words equal, two lengths only) must not take away a direction of noise.
        directions, strength, _ = np.linalg.svd(terms, full_matrices=False)
        basis = directions[:, strength > 1e-9 * strength[0]]
        residual: FloatArray = coded - (coded @ basis) @ basis.T
        residual[np.abs(residual).max(axis=1) < _TIE] = 0
        return residual


def _unfit(grid: _Grid, strata: list[Stratum]) -> NotTestable | None:
    """Why nothing at all can be tested; a column without any case takes no part."""
    blocks = [number for number in grid.blocks_by_column if number]
    if len(blocks) < 2:
        return NotTestable.ONE_COLUMN
    if grid.size.max() > _LARGEST_SHARE * len(grid.row):
        return NotTestable.ONE_BLOCK
    if min(blocks) < MIN_BLOCKS:
        return NotTestable.FEW_BLOCKS
    return NotTestable.NO_EXCHANGE if arrangement_count(strata) == 1 else None


def _scores(grid: _Grid, stratum: Stratum, residual: FloatArray) -> FloatArray:
    """What each block adds to each score under each pattern, less its mean [blocks, patterns, codes x columns]."""
    codes = len(residual)
    found = np.zeros((len(stratum.blocks), len(stratum.patterns), codes * grid.columns))
    for i, block in enumerate(stratum.blocks.tolist()):
        size = int(grid.size[block])
        own = residual[:, grid.first[block] : grid.first[block] + size]
        for j, pattern in enumerate(stratum.patterns):
            # Stretched or squeezed to the block's size; with equal sizes every place keeps its label.
            places = (2 * np.arange(size) + 1) * len(pattern) // (2 * size)
            inside = np.array(pattern)[places][:, np.newaxis] == np.arange(grid.columns)
            found[i, j] = (own @ inside).ravel()
    share = np.bincount(stratum.pattern, minlength=len(stratum.patterns)) / len(stratum.pattern)
    mean = (found * share[:, np.newaxis]).sum(axis=1, keepdims=True)
    centred: FloatArray = found - mean
    return centred


def _compare(
    grid: _Grid, strata: list[Stratum], drawn: list[IntArray], residual: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Per code, the share of the drawn arrangements with T as large as the observed; and with the largest T."""
    scores = [_scores(grid, stratum, residual) for stratum in strata]
    observed = _statistics(grid, strata, scores, [stratum.pattern[np.newaxis] for stratum in strata])
    step = max(1, _CELLS_AT_ONCE // max(score.shape[0] * score.shape[1] for score in scores))
    parts = [
        _statistics(grid, strata, scores, [patterns[start : start + step] for patterns in drawn])
        for start in range(0, len(drawn[0]), step)
    ]
    values = np.concatenate(parts)
    return _share_reaching(values, observed), _share_reaching(values, values.max(axis=0))


def _share_reaching(values: FloatArray, limit: FloatArray) -> FloatArray:
    """Per code, the share of the arrangements whose T is the limit or more; T is of the order of 1, or is 0."""
    share: FloatArray = (values >= limit * (1 - _TIE) - _TIE).mean(axis=0)
    return share


def _statistics(grid: _Grid, strata: list[Stratum], scores: list[FloatArray], drawn: list[IntArray]) -> FloatArray:
    """T of each arrangement and code [arrangements x codes]."""
    width = scores[0].shape[2]
    total = np.zeros((len(drawn[0]), 2 * width))
    for stratum, score, patterns in zip(strata, scores, drawn, strict=True):
        # Sums over blocks as one product of matrices: which pattern each block has, times what that adds.
        chosen = patterns[:, :, np.newaxis] == np.arange(len(stratum.patterns))
        terms = score.reshape(-1, width)
        total += chosen.reshape(len(patterns), -1).astype(np.float64) @ np.hstack((terms, terms**2))
    sums, squares = total[:, :width], total[:, width:]
    ratio = np.divide(sums**2, squares, out=np.zeros_like(sums), where=squares > _TIE**2)
    values: FloatArray = ratio.reshape(len(ratio), -1, grid.columns).sum(axis=2)
    return values


def _tests(
    coded: FloatArray, defining: BoolArray, unfit: NotTestable | None, p: FloatArray, smallest: FloatArray
) -> tuple[CodeTest, ...]:
    """The results in the order of the codes; `p` is not-a-number where there was no test."""
    values = [None if np.isnan(value) else float(value) for value in p]
    found = []
    for i, (value, q) in enumerate(zip(values, benjamini_hochberg(values), strict=True)):
        reason = None
        if value is None:
            reason = NotTestable.DEFINES if defining[i] else unfit or NotTestable.NO_VARIATION
        found.append(CodeTest(int(coded[i]), value, q, None if value is None else float(smallest[i]), reason))
    return tuple(found)
