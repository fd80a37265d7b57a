"""Comparing coders: the rows that are asked for, and in each the values of every statistic."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from qcode.core.coincidence import BoolArray
from qcode.services.agreement_catalogue import STATISTICS, short_table, statistics_named
from qcode.services.agreement_readings import Compared, Part, Reading
from qcode.services.agreement_selection import Asked, Label, Material, material
from qcode.services.agreement_statistics import fixed_unit_statistics
from qcode.services.agreement_text import overlaps, text_statistics
from qcode.services.study import Study
from qcode.store.rows import CoderRow

__all__ = ["Agreement", "Row", "compare"]

_PAIRS_SHOWN = 3  # pairs of coders that the short table has columns for
_PLACES = 10  # overlaps of exclusive codes that are listed; the rest is counted


@dataclass(frozen=True, slots=True)
class Row:
    """One row: what it speaks of, by the kinds of rows that were asked for, and its readings."""

    keys: tuple[str, ...]
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """What coders agree on. `plan` names the statistics with their units, `overall` adds up all rows.

    `labels` are the codes (or cases) that one of the coders used; `notes` say what was compared.
    """

    asked: Asked
    coders: tuple[CoderRow, ...]
    labels: tuple[str, ...]
    plan: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    overall: Row | None
    notes: tuple[str, ...]


def compare(study: Study, asked: Asked) -> Agreement:
    """Compare coders. Raises RequestError for fewer than two coders and for choices that there are not; UnknownName."""
    names = statistics_named(asked.statistics)
    found = material(study, asked)
    compared = Compared(study, asked, found)
    plan = [(name, asked.unit) for name in names] or _short(asked, found)
    by = tuple(dict.fromkeys(kind for kind in asked.by if kind != "overall"))
    listed = list(_parts(compared, by)) if by else []
    everything = Part(found.labels, _all(found), tuple(range(len(found.people))))
    parts = [part for _, part in listed] + ([everything] if found.labels else [])
    readings = _read(compared, plan, parts)
    rows = [
        Row(keys, tuple(_in_row(own, by_pair="pair" in by)))
        for (keys, _), own in zip(listed, readings, strict=False)
    ]  # fmt: skip
    overall = None
    own = [r for r in readings[-1] if not (STATISTICS[r.statistic].pairs and "pair" in by)] if found.labels else []
    if own:
        overall = Row(("overall", *("" for _ in by[1:])), tuple(own))
    return Agreement(
        asked, found.people, tuple(label.id for label in found.labels), tuple(plan), tuple(rows), overall,
        (*found.notes, *_exclusive(compared, everything, names), *_version(study, asked)),
    )  # fmt: skip


def _short(asked: Asked, found: Material) -> list[tuple[str, str]]:
    """The short table; columns for pairs only where they are few, or each pair has a row."""
    number = len(found.people) * (len(found.people) - 1) // 2
    plan = short_table(asked.unit)
    if number <= _PAIRS_SHOWN or "pair" in asked.by:
        return plan
    return [(name, unit) for name, unit in plan if not STATISTICS[name].pairs]


def _in_row(readings: Sequence[Reading], *, by_pair: bool) -> Iterator[Reading]:
    """The readings of a row; where the row is a pair, its values need not name it again."""
    for reading in readings:
        yield replace(reading, of="") if by_pair and STATISTICS[reading.statistic].pairs else reading


def _read(compared: Compared, plan: Sequence[tuple[str, str]], parts: Sequence[Part]) -> list[list[Reading]]:
    """All readings of each part, in the order of the plan."""
    ways = fixed_unit_statistics() | text_statistics()
    found: list[list[Reading]] = [[] for _ in parts]
    for name, unit in plan:
        for own, more in zip(found, ways[name](compared, parts, unit), strict=True):
            own.extend(more)
    return found


# -- rows


def _all(found: Material) -> BoolArray:
    return np.ones(len(found.sources), dtype=np.bool_)


def _parts(compared: Compared, by: Sequence[str]) -> Iterator[tuple[tuple[str, ...], Part]]:
    """The rows by all kinds that were asked for, crossed; those without a label are left out."""
    found = compared.found
    for chosen in product(*(_choices(compared, kind) for kind in by)):
        part = Part(found.labels, _all(found), tuple(range(len(found.people))))
        for _, labels, sources, coders in chosen:
            if labels is not None:
                part = replace(part, labels=tuple(label for label in part.labels if label in labels))
            part = replace(
                part, sources=part.sources if sources is None else sources, coders=coders or part.coders
            )  # fmt: skip
        if part.labels:
            yield tuple(name for name, *_ in chosen), part


_Choice = tuple[str, tuple[Label, ...] | None, BoolArray | None, tuple[int, ...]]


def _choices(compared: Compared, kind: str) -> list[_Choice]:
    found = compared.found
    if kind == "code":
        return [(label.id, (label,), None, ()) for label in found.labels]
    if kind == "dimension":
        groups = dict.fromkeys(label.group for label in found.labels)
        return [(g, tuple(label for label in found.labels if label.group == g), None, ()) for g in groups]
    if kind == "transcript":
        here = np.arange(len(found.sources))
        return [(source.name, None, here == at, ()) for at, source in enumerate(found.sources)]
    coders = range(len(found.people))
    return [(compared.pair_name((a, b)), None, None, (a, b)) for a in coders for b in coders if a < b]


# -- words


def _exclusive(compared: Compared, everything: Part, names: Sequence[str]) -> list[str]:
    """Where coders gave two codes of a dimension that admits one: such places count for nobody."""
    if not {"u-alpha", "cu-alpha", "ku-alpha"} & set(names):
        return []
    places = overlaps(compared, everything)
    if not places:
        return []
    people = compared.found.people
    told = "; ".join(
        f"{source} {place.start}-{place.end} {people[int(str(place.coder))].name} ({', '.join(map(str, place.labels))})"
        for source, place in places[:_PLACES]
    )
    more = f"; and {len(places) - _PLACES} more" if len(places) > _PLACES else ""
    return [f"Two codes of an exclusive dimension on one stretch, left out for all coders: {told}{more}."]


def _version(study: Study, asked: Asked) -> list[str]:
    if asked.of == "links":
        return []
    book = study.codes().codebook
    return [f"Codebook {book.id}, version {book.content_hash()[:12]}."]
