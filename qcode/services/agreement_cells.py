"""The table of agreement with the way from its cells to the passages that were compared."""

from __future__ import annotations

from collections.abc import Sequence

from qcode.core.passage_query import Term
from qcode.services.agreement import agreement, agreement_table
from qcode.services.crosstab_columns import CODER
from qcode.services.filters import Filters, InColumn
from qcode.services.study import Study
from qcode.services.tables import Tabulated

__all__ = ["agreement_cells"]


def agreement_cells(study: Study, codes: Sequence[str] = ()) -> Tabulated:
    """How far all coders agree, code by code; behind a cell stand the passages of all coders, or of its own.

    Only what two coders completed is compared; the passages behind a cell are all that there are. Raises what
    `agreement` raises.
    """
    found = agreement(study, codes=codes)
    table = agreement_table(found)
    of_coder = {f"{coder.name} %": InColumn(CODER, coder.name) for coder in found.coders}
    return Tabulated(
        table,
        Filters(coders="each"),
        tuple(Term(code, alone=True).words for code in found.labels),
        " or ".join(Term(name).words for name in found.asked.filters.codes),
        tuple(of_coder.get(name) for name in table.header),
    )
