"""Our alpha against an independent implementation, on one column per character."""

from __future__ import annotations

import krippendorff
import numpy as np
import pytest

from qcode.core.agreement import Document, krippendorff_alpha
from qcode.core.alpha import Level, alpha
from qcode.core.coincidence import FloatArray, IntArray, tally
from qcode.core.continuum import Continuum
from qcode.core.ratings import ratings
from qcode.core.u_alpha import character_alpha, unitize, unitize_code


def random_document(rng: np.random.Generator, coders: int, length: int, missing: float) -> Document:
    """Coders who shift the same few segments, leave some out, and do not complete every document."""
    starts = rng.integers(0, length - 80, size=int(rng.integers(0, 12)))

    def one() -> IntArray | None:
        if rng.random() < missing:
            return None
        kept = starts[rng.random(starts.size) < 0.8]
        begin = np.maximum(kept + rng.integers(-15, 16, size=kept.size), 0)
        end = np.minimum(begin + rng.integers(1, 80, size=kept.size), length)
        return np.stack([begin, end], axis=1).astype(np.int64)

    scope = np.array([[10, length // 2], [length // 2 + 30, length]]) if rng.random() < 0.5 else None
    return Document(length, [one() for _ in range(coders)], scope)


def characters(document: Document) -> FloatArray:
    """[coders, characters in scope]: 1 coded, 0 not coded, not-a-number missing."""
    table = np.zeros((document.coders, document.length))
    for row, spans in zip(table, document.spans_by_coder, strict=True):
        if spans is None:
            row[:] = np.nan
        else:
            for start, end in spans:
                row[start:end] = 1
    inside = np.ones(document.length, dtype=np.bool_)
    if document.scope is not None:
        inside[:] = False
        for start, end in document.scope:
            inside[start:end] = True
    return table[:, inside]


@pytest.mark.parametrize("coders", [2, 3, 5])
@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_alpha_over_characters(coders: int, missing: float) -> None:
    rng = np.random.default_rng(1000 * coders + int(10 * missing))
    documents = [random_document(rng, coders, int(rng.integers(200, 2000)), missing) for _ in range(8)]
    table = np.concatenate([characters(document) for document in documents], axis=1)
    judge = krippendorff.alpha(reliability_data=table, value_domain=[0, 1], level_of_measurement="nominal")
    assert krippendorff_alpha(tally(documents)).value == pytest.approx(judge, abs=1e-12)
    assert character_alpha(unitize_code(documents)).value == pytest.approx(judge, abs=1e-12)


@pytest.mark.parametrize("values", [2, 3, 7])
def test_alpha_over_given_units(values: int) -> None:
    rng = np.random.default_rng(values)
    truth = rng.integers(0, values, size=300)
    noise = rng.integers(0, values, size=(300, 4))
    table = np.where(rng.random((300, 4)) < 0.6, truth[:, np.newaxis], noise).astype(np.float64)
    table[rng.random((300, 4)) < 0.3] = np.nan
    judge = krippendorff.alpha(reliability_data=table.T, level_of_measurement="nominal")
    rows = [[None if np.isnan(value) else int(value) for value in row] for row in table]
    assert alpha(ratings(rows)).value == pytest.approx(judge, abs=1e-12)


@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize(("values", "missing"), [(2, 0.3), (5, 0.0), (5, 0.4), (30, 0.3)])
def test_alpha_of_every_level(level: Level, values: int, missing: float) -> None:
    rng = np.random.default_rng(values)
    truth = rng.integers(0, values, size=200)
    table = np.clip(truth[:, np.newaxis] + rng.integers(-2, 3, size=(200, 4)), 0, values - 1).astype(np.float64)
    table[rng.random((200, 4)) < missing] = np.nan
    judge = krippendorff.alpha(reliability_data=table.T, level_of_measurement=level.value)
    rows = [[None if np.isnan(value) else value for value in row] for row in table]
    assert alpha(ratings(rows), level).value == pytest.approx(judge, abs=1e-12)


def test_several_codes_over_characters() -> None:
    """A dimension whose codes exclude each other, against one row per coder and one column per character."""
    rng = np.random.default_rng(7)
    marks, table = [], np.zeros((3, 3000), dtype=np.int64)
    for coder in range(3):
        cuts = np.sort(rng.choice(3000, 40, replace=False)).tolist()
        for start, end in zip(cuts[::2], cuts[1::2], strict=True):
            label = int(rng.integers(1, 4))
            marks.append((coder, start, end, label))
            table[coder, start:end] = label
    judge = krippendorff.alpha(reliability_data=table, level_of_measurement="nominal")
    assert character_alpha(unitize([Continuum(marks, 3000)])).value == pytest.approx(judge, abs=1e-12)
