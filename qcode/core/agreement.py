"""Agreement between coders, per code, corrected for chance where that is possible.

Every coefficient follows from the counts of `qcode.core.coincidence`. A coefficient that the data cannot
determine is undefined, with the reason: it is never shown as 1, as 0 or as not-a-number. A coder who did not
complete a document is missing there, and is not taken for one who coded nothing.

The functions that end in `_of` are the bare formulas. They work on arrays of matrices [..., q, q] at once, for
resampling, and mark what is undefined by not-a-number; all others return a `Result`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from qcode.core.coincidence import Document, FloatArray, IntArray, Tally, span_array, tally
from qcode.core.measures import Measure, Result, Undefined, off_diagonal, ratio
from qcode.errors import RequestError

__all__ = [
    "CodeAgreement",
    "Document",
    "Measure",
    "PairAgreement",
    "Result",
    "Undefined",
    "ac1_of",
    "agree",
    "alpha_of",
    "cohen_kappa",
    "dice",
    "dice_of",
    "jaccard_of",
    "kappa_of",
    "krippendorff_alpha",
    "pairwise",
    "percent_agreement",
    "percent_of",
    "pi_of",
    "prevalence",
    "span_array",
    "tally",
]


@dataclass(frozen=True, slots=True)
class PairAgreement:
    """Two coders (indices, lower first) on one code: characters by who coded them, and what follows."""

    first: int
    second: int
    both: int
    only_first: int
    only_second: int
    neither: int
    percent: Result
    dice: Result
    kappa: Result


@dataclass(frozen=True, slots=True)
class CodeAgreement:
    """All coders on one code.

    `pairs` has one entry per pair of coders; their kappas are not averaged, since a mean of kappas over pairs
    is no kappa. `prevalence` has one entry per coder.
    """

    code: str
    percent: Result
    alpha: Result
    dice: Result
    pairs: tuple[PairAgreement, ...]
    prevalence: tuple[Result, ...]


def percent_of(coincidences: FloatArray | IntArray) -> FloatArray:
    """Share of agreement, 0 to 1: 1 - D_o, with D_o the off-diagonal share of coincidences [..., q, q].

    >>> float(percent_of(np.array([[8, 4], [4, 4]])))
    0.6
    """
    return 1 - ratio(off_diagonal(coincidences), coincidences.sum(axis=(-2, -1)))


def alpha_of(coincidences: FloatArray | IntArray) -> FloatArray:
    """Krippendorff's alpha for nominal values, at most 1, from coincidences [..., q, q].

    1 - D_o / D_e = 1 - (n - 1) Σ_{c≠k} o_ck / Σ_{c≠k} n_c n_k, with n_c the row sums and n the sum of all.
    Krippendorff (2011), section C.

    >>> round(float(alpha_of(np.array([[8, 4], [4, 4]]))), 4)  # 1 - 19 * 8 / (2 * 12 * 8)
    0.2083
    """
    marginal = coincidences.sum(axis=-1)
    # Products are summed off the diagonal: n**2 minus the squares would lose the digits of a rare code.
    expected = off_diagonal(marginal[..., :, np.newaxis] * marginal[..., np.newaxis, :])
    return 1 - ratio((marginal.sum(axis=-1) - 1) * off_diagonal(coincidences), expected)


def kappa_of(tables: FloatArray | IntArray) -> FloatArray:
    """Cohen's kappa, -1 to 1, from contingency tables [..., q, q] (row: first coder, column: second).

    1 - (1 - p_o) / (1 - p_e), p_e = Σ a_k b_k. Cohen (1960), A coefficient of agreement for nominal scales.

    >>> round(float(kappa_of(np.array([[4, 2], [2, 2]]))), 4)  # (.60 - .52) / (1 - .52)
    0.1667
    """
    rows, columns = tables.sum(axis=-1), tables.sum(axis=-2)
    expected = off_diagonal(rows[..., :, np.newaxis] * columns[..., np.newaxis, :])
    return 1 - ratio(rows.sum(axis=-1) * off_diagonal(tables), expected)


def dice_of(coincidences: FloatArray | IntArray) -> FloatArray:
    """Positive specific agreement, 0 to 1: o_11 / n_1 of coincidences [..., 2, 2].

    For two coders 2 both / (A + B), the coefficient of Dice (1945); for more, the chance that a second coder
    coded a character which one coder coded.

    >>> float(dice_of(np.array([[8, 4], [4, 4]])))
    0.5
    """
    return ratio(coincidences[..., 1, 1], coincidences[..., 1, :].sum(axis=-1))


def jaccard_of(tables: FloatArray | IntArray) -> FloatArray:
    """What both coded by what either coded, 0 to 1, from contingency tables [..., 2, 2] of two coders. Jaccard (1901).

    >>> float(jaccard_of(np.array([[4, 2], [2, 2]])))
    0.3333333333333333
    """
    return ratio(tables[..., 1, 1], tables.sum(axis=(-2, -1)) - tables[..., 0, 0])


def pi_of(coincidences: FloatArray | IntArray) -> FloatArray:
    """Scott's pi of two coders, Fleiss' kappa of more, from coincidences [..., q, q]: p_e = Σ (n_k / n)^2.

    Alpha without its correction for small samples. Coders who are missing in a document count as in alpha.

    >>> round(float(pi_of(np.array([[8, 4], [4, 4]]))), 4)  # (.60 - .52) / (1 - .52)
    0.1667
    """
    marginal = coincidences.sum(axis=-1)
    expected = off_diagonal(marginal[..., :, np.newaxis] * marginal[..., np.newaxis, :])
    return 1 - ratio(marginal.sum(axis=-1) * off_diagonal(coincidences), expected)


def ac1_of(coincidences: FloatArray | IntArray) -> FloatArray:
    """Gwet's AC1 from coincidences [..., q, q]: p_e = Σ p_k (1 - p_k) / (q - 1), p_k = n_k / n. Gwet (2008).

    Undefined where one value only was used. Coders who are missing in a document count as in alpha.

    >>> round(float(ac1_of(np.array([[160, 15], [15, 10]]))), 3)  # .85 and .21875
    0.808
    """
    marginal = coincidences.sum(axis=-1)
    total = marginal.sum(axis=-1)
    expected = off_diagonal(marginal[..., :, np.newaxis] * marginal[..., np.newaxis, :])
    chance = ratio(expected, total**2 * (marginal.shape[-1] - 1))
    chance = np.where(expected == 0, np.nan, chance)
    return np.asarray((percent_of(coincidences) - chance) / (1 - chance), dtype=np.float64)


def percent_agreement(counts: Tally) -> Result:
    """Share of agreeing pairs of coders, 0 to 1, pooled over characters and documents: 1 - D_o.

    A document weighs by its characters and by the number of coders who completed it. It is not corrected for
    chance, and it exists where only one value was used. Gwet's percentage, a mean over the units, differs
    from it where coders are missing.

    >>> percent_agreement(tally([Document(10, [span_array([(0, 4)]), span_array([(2, 6)])])])).value
    0.6
    """
    return _result(Measure.PERCENT, percent_of(counts.coincidences.sum(axis=0)), _basis(counts), Undefined.NO_TEXT)


def krippendorff_alpha(counts: Tally) -> Result:
    """Krippendorff's alpha for coded or not coded, with characters as units, at most 1.

    >>> counts = tally([Document(10, [span_array([(0, 4)]), span_array([(2, 6)])])])
    >>> round(krippendorff_alpha(counts).value, 4), krippendorff_alpha(counts).units
    (0.2083, 10)
    >>> print(krippendorff_alpha(tally([Document(10, [span_array([]), span_array([])])])).reason)
    Only one value was used, so agreement beyond chance cannot be computed.
    """
    return _result(Measure.ALPHA, alpha_of(counts.coincidences.sum(axis=0)), _basis(counts), Undefined.ONE_VALUE)


def dice(counts: Tally) -> Result:
    """Positive specific agreement, 0 to 1: how far coders agree on what is coded, uncoded text left aside.

    >>> dice(tally([Document(10, [span_array([(0, 4)]), span_array([(2, 6)])])])).value
    0.5
    """
    return _result(Measure.DICE, dice_of(counts.coincidences.sum(axis=0)), _basis(counts), Undefined.NEVER_CODED)


def cohen_kappa(counts: Tally, first: int, second: int) -> Result:
    """Cohen's kappa of two coders (indices) over the characters of the documents that both completed.

    Raises RequestError where the indices do not name two of the coders.

    >>> round(cohen_kappa(tally([Document(10, [span_array([(0, 4)]), span_array([(2, 6)])])]), 0, 1).value, 4)
    0.1667
    """
    pair = (min(first, second), max(first, second))
    if pair not in counts.pairs:
        raise RequestError(
            f"Coders {first} and {second} are not two of these {len(counts.completed)} coders.",
            fix="Cohen's kappa compares two different coders.",
        )
    return _pair_kappa(counts, counts.pairs.index(pair))


def pairwise(counts: Tally) -> tuple[PairAgreement, ...]:
    """Each pair of coders on the documents that both completed.

    >>> (pair,) = pairwise(tally([Document(10, [span_array([(0, 4)]), span_array([(2, 6)])])]))
    >>> pair.both, pair.only_first, pair.only_second, pair.neither, pair.percent.value, pair.dice.value
    (2, 2, 2, 4, 0.6, 0.5)
    """
    return tuple(_pair(counts, index) for index in range(len(counts.pairs)))


def prevalence(counts: Tally) -> tuple[Result, ...]:
    """Per coder: the share of characters that the coder coded, 0 to 1.

    Counted over the documents that this coder and at least one other completed: the text that the coefficients
    rest on. A rare code pulls kappa and alpha down even where the percentage is high.

    >>> [share.value for share in prevalence(tally([Document(10, [span_array([(0, 4)]), span_array([])])]))]
    [0.4, 0.0]
    """
    return tuple(_prevalence(counts, coder) for coder in range(len(counts.completed)))


def agree(code_documents: Mapping[str, Sequence[Document]]) -> list[CodeAgreement]:
    """All coefficients for each code, in the order of the mapping.

    Every code has its own documents, because coders may have looked for some codes only.

    >>> both = Document(10, [span_array([(0, 4)]), span_array([(2, 6)])])
    >>> nobody = Document(10, [None, None])
    >>> [(code.code, code.percent.value, code.alpha.documents) for code in agree({"trust": [both, nobody]})]
    [('trust', 0.6, 1)]
    """
    results = []
    for code, documents in code_documents.items():
        counts = tally(documents)
        results.append(
            CodeAgreement(
                code=code,
                percent=percent_agreement(counts),
                alpha=krippendorff_alpha(counts),
                dice=dice(counts),
                pairs=pairwise(counts),
                prevalence=prevalence(counts),
            )
        )
    return results


class _Basis(NamedTuple):
    """What a value rests on, and why it cannot exist if nothing is there."""

    units: int
    documents: int | None
    coders: int
    reason: Undefined | None
    unit: str = "character"


def _basis(counts: Tally, coders: Sequence[int] | None = None) -> _Basis:
    """Documents with text that at least two of the coders (all by default) completed."""
    completed = counts.completed if coders is None else counts.completed[list(coders)]
    shared = completed.sum(axis=0) > 1
    counted = shared & (counts.characters > 0)
    reason = None
    if not counted.any():
        reason = Undefined.NO_TEXT if shared.any() else Undefined.NO_SHARED_DOCUMENT
    return _Basis(
        units=int(counts.characters[counted].sum()),
        documents=int(counted.sum()),
        coders=int(completed[:, counted].any(axis=1).sum()),
        reason=reason,
    )


def _result(measure: Measure, value: FloatArray, basis: _Basis, otherwise: Undefined) -> Result:
    """The value with its basis; undefined for the basis's reason, else, where it is not a number, `otherwise`."""
    reason = basis.reason or (otherwise if np.isnan(value) else None)
    return Result(
        measure=measure,
        value=float(value) if reason is None else None,
        reason=reason,
        units=basis.units,
        documents=basis.documents,
        coders=basis.coders,
        unit=basis.unit,
    )


def _pair_kappa(counts: Tally, index: int) -> Result:
    table = counts.pair_tables[index].sum(axis=0)
    return _result(Measure.KAPPA, kappa_of(table), _basis(counts, counts.pairs[index]), Undefined.ONE_VALUE)


def _pair(counts: Tally, index: int) -> PairAgreement:
    first, second = counts.pairs[index]
    table = counts.pair_tables[index].sum(axis=0)
    (neither, only_second), (only_first, both) = table.tolist()
    basis = _basis(counts, (first, second))
    coincidences = table + table.T  # two values per character: each pair is counted from both sides
    return PairAgreement(
        first=first,
        second=second,
        both=both,
        only_first=only_first,
        only_second=only_second,
        neither=neither,
        percent=_result(Measure.PERCENT, percent_of(coincidences), basis, Undefined.NO_TEXT),
        dice=_result(Measure.DICE, dice_of(coincidences), basis, Undefined.NEVER_CODED),
        kappa=_pair_kappa(counts, index),
    )


def _prevalence(counts: Tally, coder: int) -> Result:
    counted = counts.completed[coder] & (counts.completed.sum(axis=0) > 1) & (counts.characters > 0)
    units = int(counts.characters[counted].sum())
    reason = None if units else _basis(counts).reason or Undefined.TOOK_NO_PART
    basis = _Basis(units, int(counted.sum()), int(units > 0), reason)
    share = ratio(counts.coded[coder][counted].sum(), counts.characters[counted].sum())
    return _result(Measure.PREVALENCE, share, basis, Undefined.TOOK_NO_PART)
