"""Do coders agree? Per code, on the text that at least two of them completed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from qcode.core.agreement import CodeAgreement, PairAgreement, agree
from qcode.core.coincidence import Document, IntArray, span_array
from qcode.core.spans import Span
from qcode.core.tabulate import COMPLETE
from qcode.errors import RequestError
from qcode.services.study import Study
from qcode.services.tables import Cell, Table
from qcode.store.rows import CoderRow, SourceRow

__all__ = ["Agreement", "agreement", "agreement_table"]


@dataclass(frozen=True, slots=True)
class Agreement:
    """What coders agree on: one entry for each code that one of them used, coders in the order of the pairs."""

    coders: tuple[CoderRow, ...]
    codes: tuple[CodeAgreement, ...]
    notes: tuple[str, ...]


def agreement(
    study: Study, coders: Sequence[str] = (), *, codes: Sequence[str] = (), assume_complete: bool = False
) -> Agreement:
    """Compare coders, all of them or those named, code by code.

    A transcript counts for a coder and a code if the ledger says that they completed its dimension; with
    `assume_complete`, if they coded anything in it. Otherwise it is missing, not “coded nothing”. Counted are
    characters of the participants' turns. Raises RequestError for fewer than two coders.
    """
    people = list(dict.fromkeys(study.coder(name) for name in coders)) or _active(study)
    if len(people) < 2:
        raise RequestError(
            "Agreement needs two coders who may be seen and have coded.", fix="Name them, or show others."
        )
    table = study.codes()
    wanted = table.below(codes)
    keys = [p.key for p in people]
    spans: dict[tuple[str, int, int], list[Span]] = defaultdict(list)
    for coding in study.file.read.codings(coders=keys):
        spans[table.code(coding.code).id, coding.source, coding.coder].append(Span(coding.start, coding.end))
    done = _completed(study, keys, {pair[1:] for pair in spans}, assume_complete=assume_complete)
    sources = study.file.read.sources()
    scopes = {source.key: _scope(study, source) for source in sources}
    used = {code for code, _, _ in spans}
    documents: dict[str, list[Document]] = {}
    for code in table.codebook.codes:
        if code.id in used and (not wanted or code.id in wanted):
            dimension = table.codebook.dimension_of(code.id).id
            documents[code.id] = [
                Document(s.length, [_spans(spans, done, code.id, dimension, s.key, k) for k in keys], scopes[s.key])
                for s in sources
            ]
    basis = "coded anything in it" if assume_complete else "marked its dimension as complete"
    notes = (
        f"Coders: {', '.join(p.name for p in people)}.",
        "Counted: characters of participants' turns, cut at every coder's boundaries; a coder's own overlaps are one.",
        f"A transcript counts for a code where at least two coders {basis}.",
        "Percent is 1 - observed disagreement; alpha is Krippendorff's, nominal; kappa is Cohen's, by pairs of coders.",
        f"Codebook {table.codebook.id}, version {table.codebook.content_hash()[:12]}.",
    )
    return Agreement(tuple(people), tuple(agree(documents)), notes)


def _active(study: Study) -> list[CoderRow]:
    codings = study.file.read.coding_columns(coders=study.visible_coders())
    active = set(np.unique(codings[:, 1]).tolist())
    return [coder for coder in study.coders() if coder.key in active]


def _completed(
    study: Study, keys: list[int], coded: set[tuple[int, int]], *, assume_complete: bool
) -> set[tuple[int, int, str]]:
    """(transcript, coder, dimension) that count as completed."""
    if assume_complete:
        dimensions = [d.id for d in study.codes().codebook.dimensions()]
        return {(source, coder, d) for source, coder in coded for d in dimensions}
    ledger = study.file.read.ledger(coders=keys)
    return {(row.source, row.coder, row.dimension) for row in ledger if row.state == COMPLETE}


def _spans(
    spans: dict[tuple[str, int, int], list[Span]],
    done: set[tuple[int, int, str]],
    code: str,
    dimension: str,
    source: int,
    coder: int,
) -> IntArray | None:
    return span_array(spans.get((code, source, coder), [])) if (source, coder, dimension) in done else None


def _scope(study: Study, source: SourceRow) -> IntArray | None:
    """Stretches of the participants' and documents' words; None = the whole text, where no speaker is known."""
    turns = study.file.read.turns(source.key)
    if all(turn.role is None for turn in turns):
        return None
    return span_array((t.body, t.end) for t in turns if t.body < t.end and t.role != "interviewer")


def agreement_table(found: Agreement) -> Table:
    """The agreement as a table: undefined values say why in the last column."""
    pairs = [f"{found.coders[p.first].name}-{found.coders[p.second].name}" for p in _pairs(found)]
    header = (
        "code", *(f"{c.name} %" for c in found.coders), "percent", "alpha", *(f"kappa {pair}" for pair in pairs),
        "transcripts", "remark",
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for code in found.codes:
        reason = code.alpha.reason or code.percent.reason
        rows.append(
            (
                code.code, *(_percent(r.value) for r in code.prevalence), _percent(code.percent.value),
                _rounded(code.alpha.value), *(_rounded(p.kappa.value) for p in code.pairs), code.alpha.documents,
                f"undefined: {reason}" if reason else "",
            )
        )  # fmt: skip
    note = "The columns with coders' names: share of the text that they gave the code."
    return Table("Agreement between coders", header, tuple(rows), (*found.notes, note))


def _pairs(found: Agreement) -> Sequence[PairAgreement]:
    return found.codes[0].pairs if found.codes else ()


def _percent(value: float | None) -> float | None:
    return None if value is None else round(100 * value, 1)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3) + 0.0  # no “-0.0” in a table
