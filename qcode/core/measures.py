"""What a measure of agreement is called, when it is undefined, and how one value is reported."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from qcode.core.coincidence import FloatArray, IntArray

__all__ = ["Measure", "Result", "Undefined", "number", "off_diagonal", "ratio", "whether_undefined"]


class Measure(StrEnum):
    """What a value is, named so that a table can say which of several definitions it follows."""

    AC1 = "Gwet's AC1"
    AC2 = "Gwet's AC2 (weighted)"
    ALPHA = "Krippendorff's alpha (nominal)"
    ALPHA_DISTANCE = "Krippendorff's alpha (differences as given)"
    ALPHA_INTERVAL = "Krippendorff's alpha (interval)"
    ALPHA_JACCARD = "Krippendorff's alpha (sets, Jaccard)"
    ALPHA_MASI = "Krippendorff's alpha (sets, MASI)"
    ALPHA_ORDINAL = "Krippendorff's alpha (ordinal)"
    ALPHA_RATIO = "Krippendorff's alpha (ratio)"
    ALPHA_U = "Krippendorff's alpha_U (1995, one code, by position)"
    BOUNDARY = "boundary similarity"
    BOUNDARY_PI = "boundary similarity beyond chance (pi)"
    BRENNAN_PREDIGER = "Brennan-Prediger (free marginals)"
    CONGER = "Conger's kappa"
    CU_ALPHA = "cu-alpha (codes, where two coders coded)"
    DICE = "positive agreement (Dice)"
    FLEISS = "Fleiss' kappa"
    GAMMA = "gamma"
    HOLSTI = "Holsti's 2A / (N1 + N2)"
    JACCARD = "agreement on what was coded (Jaccard)"
    KAPPA = "Cohen's kappa"
    KAPPA_POOLED = "Cohen's kappa, pooled over codes"
    KAPPA_WEIGHTED = "Cohen's kappa (weighted)"
    KU_ALPHA = "(k)u-alpha (one code, where two coders coded)"
    PERCENT = "agreement (pooled pairs, 1 - D_o)"
    PERCENT_UNITS = "agreement (mean over units)"
    PREVALENCE = "prevalence (share of the text that is coded)"
    SCOTT = "Scott's pi"
    U_ALPHA = "u-alpha (codes and gaps)"
    U_ALPHA_BINARY = "|u-alpha (coded or not)"


class Undefined(StrEnum):
    """Why a value does not exist."""

    NO_SHARED_DOCUMENT = "No document was completed by two of the coders."
    NO_SHARED_UNIT = "No unit was given a value by two of the coders."
    NO_TEXT = "The documents that two coders completed hold no text to count."
    ONE_VALUE = "Only one value was used, so agreement beyond chance cannot be computed."
    NEVER_CODED = "None of the coders used the code in the documents that two of them completed."
    NEVER_TOGETHER = "No stretch was coded by two of the coders, with whatever code."
    NO_SEGMENT = "None of the coders marked a segment."
    NO_BOUNDARY = "None of the coders set a boundary."
    NO_CODE = "No code is left that could be pooled."
    TOOK_NO_PART = "The coder completed none of the documents that two coders completed."
    FEW_DOCUMENTS = "An interval needs at least three documents that two coders completed."
    FEW_BEARERS = "The value rests on so few documents that an interval cannot be told without them."


@dataclass(frozen=True, slots=True)
class Result:
    """One number with what it counts.

    `value` is None where it is undefined, and then `reason` says why. `units` counts what the value rests on,
    in the unit that `unit` names; `documents` and `coders` likewise (documents is None for bare units).

    The others are given where the measure has them: `observed` and `expected` agreement, 0 to 1 (disorder for gamma,
    disagreement for alpha_U), `standard_error` for units drawn independently of each other (characters are not),
    `maximum` that the margins leave possible, and `coverage`, the share of the code's text that the value looks at.
    """

    measure: Measure
    value: float | None
    reason: Undefined | None
    units: int
    documents: int | None
    coders: int
    unit: str = "character"
    observed: float | None = None
    expected: float | None = None
    standard_error: float | None = None
    maximum: float | None = None
    coverage: float | None = None


def off_diagonal(matrices: FloatArray | IntArray) -> FloatArray:
    """Sum of the cells off the diagonal, per matrix [..., q, q].

    >>> float(off_diagonal(np.array([[8, 4], [3, 4]])))
    7.0
    """
    q = matrices.shape[-1]
    return np.asarray((matrices * ~np.eye(q, dtype=np.bool_)).sum(axis=(-2, -1)), dtype=np.float64)


def ratio(numerator: object, denominator: object) -> FloatArray:
    """Quotient, and not-a-number where the denominator is 0.

    >>> ratio([1, 1], [2, 0]).tolist()
    [0.5, nan]
    """
    top, bottom = np.asarray(numerator, dtype=np.float64), np.asarray(denominator, dtype=np.float64)
    quotient: FloatArray = np.full(np.broadcast(top, bottom).shape, np.nan)
    np.divide(top, bottom, out=quotient, where=bottom != 0)
    return quotient


def number(value: FloatArray | float) -> float | None:
    """A plain number, and None for not-a-number.

    >>> number(np.float64(0.5)), number(float("nan"))
    (0.5, None)
    """
    return None if np.isnan(value) else float(value)


def whether_undefined(value: FloatArray | float, *reasons: tuple[bool, Undefined]) -> Undefined | None:
    """The first reason that holds; for a value that is not a number the last one, whether it holds or not.

    >>> whether_undefined(0.5, (False, Undefined.NO_TEXT)) is None
    True
    >>> whether_undefined(float("nan"), (False, Undefined.NO_TEXT), (False, Undefined.ONE_VALUE)).name
    'ONE_VALUE'
    """
    holding = [reason for holds, reason in reasons if holds]
    if not holding and np.isnan(value):
        holding = [reasons[-1][1]]
    return holding[0] if holding else None
