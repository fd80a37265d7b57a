"""What all coders coded, held to a look at every character."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from qcode.core.agreed import coded_by_all
from qcode.core.contexts import CodingColumns

rows_of = st.lists(
    st.tuples(
        st.integers(1, 2),
        st.integers(1, 3),
        st.integers(1, 2),
        st.integers(0, 15),
        st.integers(1, 9),
        st.integers(0, 1),
    ),
    max_size=14,
)


def columns(rows):
    table = np.array([(a, b, c, s, s + n, k) for a, b, c, s, n, k in rows], dtype=np.int64).reshape(-1, 6)
    return CodingColumns(*(table[:, i].copy() for i in range(6)))


@given(rows_of, st.integers(0, 1))
def test_every_character_that_all_coded_and_no_other(rows, idle):
    sources = sorted({row[2] for row in rows})
    readers = [len({row[1] for row in rows if row[2] == source}) + idle for source in sources]
    found = coded_by_all(columns(rows), np.array(sources, dtype=np.int64), np.array(readers, dtype=np.int64), 7)
    covered = {
        (int(code), int(source), at)
        for code, source, start, end in zip(found.code, found.source, found.start, found.end, strict=True)
        for at in range(start, end)
    }
    expected = set()
    for code in (1, 2):
        for source, number in zip(sources, readers, strict=True):
            for at in range(30):
                coders = {r[1] for r in rows if r[0] == code and r[2] == source and r[3] <= at < r[3] + r[4]}
                if len(coders) == number:
                    expected.add((code, source, at))
    assert covered == expected
    assert set(found.coder.tolist()) <= {7}


def test_the_case_stays_where_all_say_the_same():
    rows = [(1, 1, 1, 0, 9, 4), (1, 2, 1, 5, 9, 4), (2, 1, 1, 0, 9, 4), (2, 2, 1, 5, 9, 3)]
    found = coded_by_all(columns(rows), np.array([1]), np.array([2]), 1)
    assert (found.code.tolist(), found.case.tolist()) == ([1, 2], [4, 0])
