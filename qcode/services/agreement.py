"""Do coders agree? Code by code, on the text that at least two of them completed: the short table.

`agreement_compare.compare` does the same for every statistic, unit and kind of row.
"""

from __future__ import annotations

from collections.abc import Sequence

from qcode.services.agreement_compare import Agreement, compare
from qcode.services.agreement_selection import Asked
from qcode.services.agreement_table import agreement_table
from qcode.services.filters import Filters
from qcode.services.study import Study

__all__ = ["Agreement", "agreement", "agreement_table"]


def agreement(
    study: Study, coders: Sequence[str] = (), *, codes: Sequence[str] = (), assume_complete: bool = False
) -> Agreement:
    """Compare coders, all of them or those named, code by code, turn by turn of the participants.

    A transcript counts for a coder and a code if the ledger says that they completed its dimension, and the codebook
    has not changed since in what the code means; with `assume_complete`, if they coded anything in it. Otherwise it is
    missing, not “coded nothing”. Raises RequestError for fewer than two coders.
    """
    filters = Filters.parse(study, codes=codes)
    return compare(study, Asked(coders=tuple(coders), filters=filters, assume_complete=assume_complete))
