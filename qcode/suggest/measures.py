"""How good a ranking of sentences is, held against what people coded. Ties count as in the worst order."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from qcode.core.spans import Span, covered_length, intersection, merge

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["average_precision", "precision_at", "recall_in_top", "span_overlap"]


def _hits(score: NDArray[np.float64], coded: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether each sentence is coded, by descending score; among equals the coded ones last."""
    import numpy as np

    return coded[np.lexsort((coded, -score))]


def average_precision(score: NDArray[np.float64], coded: NDArray[np.bool_]) -> float:
    """Mean over the coded sentences of the precision at their place; NaN if none is coded.

    Both arrays [sentences]. Source: Manning, Raghavan and Schütze (2008), section 8.4.

    >>> import numpy as np
    >>> round(average_precision(np.array([3.0, 2.0, 1.0]), np.array([True, False, True])), 3)
    0.833
    """
    import numpy as np

    hits = _hits(score, coded)
    if not hits.any():
        return math.nan
    places = np.flatnonzero(hits)
    return float(np.mean(np.arange(1, len(places) + 1) / (places + 1)))


def precision_at(score: NDArray[np.float64], coded: NDArray[np.bool_], count: int) -> float:
    """Share of coded sentences among the first `count`; NaN if there are no sentences."""
    hits = _hits(score, coded)[:count]
    return float(hits.mean()) if len(hits) else math.nan


def recall_in_top(score: NDArray[np.float64], coded: NDArray[np.bool_], share: float = 0.1) -> float:
    """Share of the coded sentences that stand in the top `share` of the ranking; NaN if none is coded."""
    hits = _hits(score, coded)
    total = int(hits.sum())
    return float(hits[: math.ceil(share * len(hits))].sum()) / total if total else math.nan


def span_overlap(found: Sequence[Span], coded: Sequence[Span]) -> float:
    """Mean, over the found spans that touch a coded one, of intersection by union with what they touch; NaN if none.

    >>> span_overlap([Span(0, 10), Span(50, 60)], [Span(5, 15)])
    0.3333333333333333
    """
    merged = merge(coded)
    shares = []
    for span in found:
        touched = [other for other in merged if other.overlaps(span)]
        if touched:
            shared = covered_length(intersection([span], touched))
            shares.append(shared / (span.length + covered_length(touched) - shared))
    return math.fsum(shares) / len(shares) if shares else math.nan
