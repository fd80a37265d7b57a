"""Agreement as a table, and as JSON with everything that stands behind each number."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from qcode.core.resampling import BOOTSTRAP_FROM
from qcode.core.text import display_safe
from qcode.errors import RequestError
from qcode.files.guard import write_file
from qcode.services.agreement_catalogue import CHARACTERS, ON_TEXT, STATISTICS, Statistic
from qcode.services.agreement_compare import Agreement, Row
from qcode.services.agreement_readings import Reading
from qcode.services.agreement_text import GAMMA_SAMPLES
from qcode.services.provenance import Json, Provenance, json_bytes
from qcode.services.table import Cell, Table
from qcode.services.table_files import table_json

__all__ = ["agreement_json", "agreement_table", "export_agreement_json"]

_ROWS = {"overall": "rows", "dimension": "dimension", "code": "code", "transcript": "transcript", "pair": "pair"}
_UNITS = {
    "transcript": "transcripts; one has a code where the coder gave it anywhere in it",
    "case": "the cases that a transcript is linked to; one has a code where a passage with it speaks of the case",
    "speaker": "speakers of a transcript; one has a code where the coder gave it to any of their words",
    "turn": "turns; one has a code where the coder gave it to any of its characters",
    "sentence": "sentences; one has a code where the coder gave it to any of its characters",
    CHARACTERS: "characters, cut at every coder's boundaries; long segments weigh more than short ones",
}
_WORDS = {
    "participants": "Counted: participants' words, and those of nobody who is named; interviewers' are left out.",
    "interviewers": "Counted: interviewers' words.",
    "all": "Counted: the words of all speakers, interviewers too.",
}


def agreement_table(found: Agreement) -> Table:
    """The agreement as a table: undefined values say why in the last column."""
    columns = list(_columns(found))
    rows = tuple(_cells(found, row, columns) for row in found.rows)
    overall = found.overall if found.rows or "overall" in found.asked.by else None
    heads = [_ROWS[kind] for kind in found.asked.by if kind != "overall"] or ["rows"]
    if found.asked.of == "links":
        heads = ["case" if head == "code" else head for head in heads]
    total = None if overall is None else _cells(found, overall, columns)
    title = "Agreement between coders" + (" on what passages speak of" if found.asked.of == "links" else "")
    header = (*heads, *(name for name, *_ in columns), "transcripts", "remark")
    if total is not None and not rows:
        rows, total = (total,), None
    units = (*("" for _ in heads), *(_counts_in(column) for column in columns), "transcripts", "")
    return Table(title, header, rows, tuple(_notes(found)), total=total, units=units)


# -- columns

_Column = tuple[str, str, str, str, str]
"""Heading, statistic, unit, whose, and which of its numbers."""

_NUMBERS = ("value", "low", "high", "error", "maximum", "coverage")
_SUFFIX = {"low": " from", "high": " to", "error": " s.e.", "maximum": " at most", "coverage": " share of text"}


def _columns(found: Agreement) -> Iterator[_Column]:
    """The columns: those of which a row has something, and all values."""
    everything = [reading for row in _all(found) for reading in row.readings]
    for name, unit in found.plan:
        statistic = STATISTICS[name]
        own = [reading for reading in everything if reading.statistic == name and _planned(reading, unit, found)]
        whose = dict.fromkeys(r.of for r in own) or dict.fromkeys(_nobody(found, statistic))
        for of in whose:
            these = [reading for reading in own if reading.of == of]
            head = _heading(found, statistic, unit, of)
            yield head, name, unit, of, "value"
            for number in _NUMBERS[1:]:
                if _wanted(found, name, unit, number) and any(_number(r, number) is not None for r in these):
                    yield head + _SUFFIX[number], name, unit, of, number
            for more in dict.fromkeys(what for reading in these for what, _ in reading.more):
                yield (f"{of}: {more}" if of else more), name, unit, of, more


def _counts_in(column: _Column) -> str:
    """What the numbers of a column are."""
    _, name, _, _, number = column
    if number in ("start error", "end error"):
        return CHARACTERS + "s"
    if number not in _NUMBERS and number != "beyond 1 / codes":
        return "segments" if name == "segments" else "units"
    return "percent" if STATISTICS[name].percent and number in _NUMBERS else "coefficient"


def _nobody(found: Agreement, statistic: Statistic) -> Iterable[str]:
    """Whose columns a table without rows has: coders' for prevalence, none for pairs."""
    if statistic.name == "prevalence":
        return [coder.name for coder in found.coders]
    return () if statistic.pairs else ("",)


def _planned(reading: Reading, unit: str, found: Agreement) -> bool:
    """Whether a reading belongs to a unit of the plan; those on the text itself belong to whatever was asked for."""
    return bool(found.asked.statistics) or reading.unit == unit


def _heading(found: Agreement, statistic: Statistic, unit: str, of: str) -> str:
    tool = statistic.tool(unit)
    second = not found.asked.statistics and unit != found.asked.unit
    if statistic.name == "prevalence":
        return f"{of} %"
    return (
        f"{statistic.heading}{f' {of}' if of else ''}{', characters' if second else ''}{f' ({tool})' if tool else ''}"
    )


def _wanted(found: Agreement, name: str, unit: str, number: str) -> bool:
    """Whether a number beside the value has a column: of the short table only alpha's interval has."""
    if found.asked.statistics:
        return True
    return name == "alpha" and unit == found.asked.unit and number in ("low", "high")


def _number(reading: Reading, number: str) -> float | None:
    if number == "value":
        return reading.value
    if number in ("low", "high"):
        return None if reading.interval is None or reading.value is None else getattr(reading.interval, number)
    if number in ("error", "maximum", "coverage"):
        name = "standard_error" if number == "error" else number
        return None if reading.result is None else getattr(reading.result, name)
    return dict(reading.more).get(number)


def _cells(found: Agreement, row: Row, columns: Sequence[_Column]) -> tuple[Cell, ...]:
    readings = {(r.statistic, unit, r.of): r for r in row.readings for unit in _units_of(found, r)}
    cells: list[Cell] = list(row.keys)
    for _, name, unit, of, number in columns:
        reading = readings.get((name, unit, of))
        cells.append(None if reading is None else _shown(STATISTICS[name], number, _number(reading, number)))
    return (*cells, _documents(row), _remark(found, row))


def _units_of(found: Agreement, reading: Reading) -> list[str]:
    return [unit for name, unit in found.plan if name == reading.statistic and _planned(reading, unit, found)]


def _shown(statistic: Statistic, number: str, value: float | None) -> Cell:
    if value is None:
        return None
    if number not in _NUMBERS:
        return int(value) if value == int(value) else round(value, 3)
    if statistic.percent:
        return round(100 * value, 1) + 0.0
    return round(value, 3) + 0.0  # no “-0.0” in a table


def _documents(row: Row) -> int | None:
    """Transcripts that count: of what speaks of all coders, else of what has the most."""
    results = [r.result for r in row.readings if r.result is not None and r.statistic != "prevalence"]
    return max((result.documents or 0 for result in results), default=None)


def _remark(found: Agreement, row: Row) -> str:
    """Why values are undefined. In the short table alpha speaks for all, and percent where alpha exists."""
    if not found.asked.statistics:
        first = [r for r in row.readings if r.statistic in ("alpha", "percent") and r.unit == found.asked.unit]
        reason = next((r.reason for r in sorted(first, key=lambda r: r.statistic) if r.reason), "")
        return f"undefined: {reason}" if reason else ""
    told: dict[str, None] = {}
    for reading in row.readings:
        if reading.reason:
            whose = f" {reading.of}" if reading.of else ""
            what = f"{STATISTICS[reading.statistic].heading}{whose}" if len(row.readings) > 1 else "undefined"
            told[f"{what}: {reading.reason}"] = None
    return " ".join(told)


# -- words


def _all(found: Agreement) -> list[Row]:
    return [*found.rows, *([found.overall] if found.overall is not None else [])]


def _notes(found: Agreement) -> Iterator[str]:
    asked = found.asked
    coders, *rest = found.notes
    yield coders
    if asked.of == "links":
        yield "Compared: which case a passage speaks of; a link of a whole transcript covers all of it."
    yield f"Unit: {_unit(asked.unit, asked.of)}."
    yield f"{_WORDS[asked.filters.speakers]} A coder's overlapping codings of one code are one."
    if asked.coded_only:
        yield "Only units that at least one of the coders gave one of the codes: what nobody coded is left out."
    if asked.non_space:
        yield "Of characters, white space does not count."
    if asked.whole:
        yield "A row counts its code and all below it as one code."
    yield from rest[:-1]
    yield from _about_statistics(found)
    yield from _about_intervals(found)
    if found.overall is not None:
        yield "overall: the decisions on all codes of the table added up; codes that nobody used are left out."
    yield from rest[-1:]


def _unit(unit: str, of: str) -> str:
    words = _UNITS[unit]
    return words.replace("has a code", "speaks of a case").replace("gave it", "linked it") if of == "links" else words


def _about_statistics(found: Agreement) -> Iterator[str]:
    for name in dict.fromkeys(name for name, _ in found.plan):
        statistic = STATISTICS[name]
        if name == "prevalence":
            yield f"The columns with coders' names: {statistic.says}."
        else:
            yield f"{statistic.heading}: {statistic.says}."
    if not found.asked.statistics and found.asked.unit != CHARACTERS:
        yield f"The columns “characters” count {_UNITS[CHARACTERS].partition(';')[0]}; NVivo prints this kappa."
    names = {name for name, _ in found.plan}
    if names & ON_TEXT and found.asked.unit != CHARACTERS:
        yield f"On the text itself, whatever the unit: {', '.join(name for name, _ in found.plan if name in ON_TEXT)}."
    if "u-binary" in names:
        yield "|u-alpha of several codes: coded with any of them, or with none."
    if "segments" in names:
        yield (
            f"Two segments are the same from {found.asked.overlap:.0%} of shared text on (both / either); errors "
            "are medians in characters. Segments that nobody marked do not exist, so “beyond 1 / codes”, which MAXQDA "
            "calls kappa, has no fourth cell."
        )
    if "gamma" in names:
        yield f"gamma: {GAMMA_SAMPLES} samples of chance for each transcript, seed {found.asked.seed}."
    if names & {"gamma", "alpha-u"}:
        yield "gamma and alpha_U of several transcripts: 1 - observed / expected, each summed over the transcripts."


def _about_intervals(found: Agreement) -> Iterator[str]:
    readings = [r for row in _all(found) for r in row.readings if r.interval is not None and r.value is not None]
    if not found.asked.statistics:
        readings = [r for r in readings if r.statistic == "alpha" and r.unit == found.asked.unit]
    if not readings:
        return
    yield (
        f"from, to: 95 % intervals by resampling transcripts: bootstrap from {BOOTSTRAP_FROM} transcripts on "
        f"({found.asked.replicates} resamples, seed {found.asked.seed}), below it the jackknife with Student's t, none "
        "below 3."
    )
    without: dict[str, int] = {}
    for reading in readings:
        if reading.interval is not None and reading.interval.reason is not None:
            without[str(reading.interval.reason)] = without.get(str(reading.interval.reason), 0) + 1
    for reason, number in without.items():
        yield f"No interval for {number} of {len(readings)} values: {reason}"
    share = max((r.interval.undefined for r in readings if r.interval is not None), default=0.0)
    if share:
        yield f"Resamples in which a value was undefined are left out of its interval: up to {share:.1%} of them."


# -- JSON


def agreement_json(found: Agreement, origin: Provenance | None = None, *, raw: bool = False) -> bytes:
    """The table as JSON, as `table_json` writes it, and `values`: each number with all that stands behind it."""
    plain: dict[str, Json] = json.loads(table_json(agreement_table(found), origin, raw=raw))
    plain["coders"] = [coder.name for coder in found.coders]
    plain["values"] = [value for row in _all(found) for value in _values(found, row)]
    return json_bytes(plain, raw=raw)


def export_agreement_json(
    found: Agreement, path: Path, origin: Provenance, *, overwrite: bool = False, raw: bool = False
) -> None:
    """Write `agreement_json` to a file. Raises RequestError if it is there already, unless `overwrite`."""
    if not overwrite and os.path.lexists(path):
        raise RequestError(
            "There is a file of this name already; nothing was written.",
            where=display_safe(str(path)),
            fix="Choose another name, or let it be overwritten (--force).",
        )
    write_file(path, agreement_json(found, origin, raw=raw), overwrite=overwrite)


def _values(found: Agreement, row: Row) -> Iterator[dict[str, Json]]:
    kinds = [kind for kind in found.asked.by if kind != "overall"] or ["rows"]
    keys = {"row": "overall"} if row is found.overall else dict(zip(kinds, row.keys, strict=True))
    for r in row.readings:
        statistic = STATISTICS[r.statistic]
        plain: dict[str, Json] = {**keys, "statistic": r.statistic, "of": r.of or None, "value": r.value}
        plain |= {"reason": r.reason or None, "as_in": statistic.tool(r.unit) or None}
        if r.result is not None:
            plain |= {
                "definition": str(r.result.measure), "counted": r.result.units, "counted_in": r.result.unit,
                "transcripts": r.result.documents, "coders": r.result.coders, "observed": r.result.observed,
                "expected": r.result.expected, "standard_error": r.result.standard_error,
                "maximum": r.result.maximum, "coverage": r.result.coverage,
            }  # fmt: skip
        if r.interval is not None:
            plain["interval"] = {
                "low": r.interval.low, "high": r.interval.high, "level": r.interval.level,
                "method": r.interval.method, "transcripts": r.interval.documents,
                "undefined_share": r.interval.undefined,
                "reason": str(r.interval.reason) if r.interval.reason else None,
            }  # fmt: skip
        yield plain | dict(r.more)
