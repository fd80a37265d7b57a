"""New codes per further interview: in which order, over which interviews, and with the warning that belongs to it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from qcode.core.column_types import sort_key
from qcode.core.saturation import FIXED_CODEBOOK_WARNING, code_presence, new_information, saturation
from qcode.errors import RequestError, UnknownName
from qcode.services.code_rows import CodeRows, code_rows
from qcode.services.coverage import coverage
from qcode.services.filters import Filters
from qcode.services.listings import shortened
from qcode.services.recorded import Recorded
from qcode.services.study import SourceRow, Study, near_names
from qcode.services.table import Cell, Table

__all__ = ["saturation_table"]

_STUDY = "study"
_DATE = "date"


def saturation_table(
    study: Study, filters: Filters, *, order: str | None = None, base: int = 4, run: int = 2, orders: int = 999
) -> Table:
    """New codes per further transcript, in the order of the study or by an attribute of the transcripts.

    `order`: *study* or the name of an attribute; None = the date, where all transcripts have one, else the study's.
    Only transcripts that were completed for all codes count: in others a code is unknown. `base` and `run` are those
    of `core.saturation.new_information`. Raises RequestError if no transcript was completed, and UnknownName for an
    attribute that there is not.
    """
    found = code_rows(study, filters)
    sources, by = _in_order(study, filters.sources(study), order)
    done = _completed(study, found)
    read = [source for source in sources if source.key in done]
    if not read:
        raise RequestError(
            "No transcript was completed for all of these codes.",
            fix="Note what you finished with `qcode done`, or narrow the codes with --codes.",
        )
    numbers = range(1, len(found.codes) + 1)
    presence = code_presence(found.segments.source, found.segments.code, [s.key for s in read], numbers)
    result = saturation(presence, orders=orders)
    late = [None] * (base + run - 1) + new_information(result.total, base=base, run=run)
    seen = np.zeros(len(found.codes), dtype=np.bool_)
    body: list[tuple[Cell, ...]] = []
    for i, source in enumerate(read):
        new = [code.id for (code, _), fresh in zip(found.codes, presence[i] & ~seen, strict=True) if fresh]
        seen |= presence[i]
        band = (round(float(column[i]), 1) for column in (result.mean, result.low, result.high))
        share = late[i] if i < len(late) else None
        percent = None if share is None else round(100 * share, 1)
        body.append(
            (
                i + 1,
                source.name,
                int(result.new[i]),
                int(result.total[i]),
                *band,
                percent,
                shortened(", ".join(new), 200),
            )
        )
    left = len(sources) - len(read)
    notes = (
        FIXED_CODEBOOK_WARNING,
        f"Order: {by}.",
        f"{int(seen.sum())} of {len(found.codes)} codes occur in {len(read)} completed transcripts.",
        *([f"Left out: {left} transcript(s) that were not completed for all of these codes."] if left else []),
        f"mean, low, high: codes in so many transcripts, over {orders} random orders (seed {result.seed}; 95 %).",
        f"new %: codes that the last {run} transcripts brought, in percent of those of the first {base}.",
        "That share is after Guest, Namey and Chen (2020).",
        *found.notes(study, filters),
    )  # fmt: skip
    header = ("number", "transcript", "new", "total", "mean", "low", "high", "new %", "new codes")
    units = ("transcripts", "", *["codes"] * 5, "percent", "")
    return Table("New codes per further transcript", header, tuple(body), notes, units=units)


def _in_order(study: Study, sources: Sequence[SourceRow], order: str | None) -> tuple[list[SourceRow], str]:
    """The transcripts in order, and the order in words."""
    in_study = "that of the study; give --order to take another one"
    if order == _STUDY:
        return list(sources), "that of the study"
    recorded = Recorded(study)
    known = {a.name.casefold(): a for a in recorded.schema if a.scope == "transcript"}
    attribute = known.get((order or _DATE).casefold())
    if attribute is None:
        if order is None:
            return list(sources), in_study
        raise UnknownName("transcript attribute", order, near_names(order, [a.name for a in known.values()]))
    labels = recorded.labels(attribute)
    missing = [source for source in sources if not labels[source.key]]
    if order is None and missing:
        return list(sources), in_study
    type_ = recorded.schema[attribute]
    dated = [source for source in sources if labels[source.key]]
    dated.sort(key=lambda source: sort_key(labels[source.key] or "", type_))
    last = f"; {len(missing)} of which it is not recorded come last" if missing else ""
    return [*dated, *missing], f"by {attribute.words}{last}"


def _completed(study: Study, found: CodeRows) -> set[int]:
    """The transcripts (keys) that were completed for all codes by who speaks for them."""
    done, main = coverage(study, found.selection.readers), found.selection.main
    looked = [{s for s, coder in done.looked(code) if not main or main.get(s) == coder} for code in found.ids]
    return set.intersection(*looked)
