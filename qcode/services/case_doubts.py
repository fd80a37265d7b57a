"""What looks wrong in a case, as sentences: it is stored all the same, and told with its row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from shlex import quote

from qcode.core.case_cells import Party, Stage, stage_doubts
from qcode.core.column_types import OddCells, as_yes_no, fits, odd_cells, says_missing
from qcode.core.jurisdictions import province_of
from qcode.core.place_names import place_doubts, provinces_named
from qcode.services.case_values import CROSSINGS

__all__ = ["MECHANISMS", "WORDS", "row_doubts", "text_note"]

MECHANISMS = ("arranged", "mandated", "self-initiated")
WORDS = {
    "mechanism": MECHANISMS,
    "mechanism_source": ("documents", "interview", "both"),
    "mechanism_certainty": ("certain", "likely", "uncertain"),
}
"""Attributes that have a vocabulary, and its words."""

_ALIKE = 75.0  # of 100: a word as like as this is probably meant
_NATURAL = {"year": "year", **dict.fromkeys(CROSSINGS, "yes/no")}
_CELLS = {"year": "years", "number": "numbers", "date": "dates", "yes/no": "yes or no"}
_SHOWN = 3  # so many odd cells are named; the rest is counted


def row_doubts(
    values: Mapping[str, str],
    types: Mapping[str, str],
    kind: str,
    parties: Sequence[Party],
    stages: Sequence[Stage],
) -> Iterator[str]:
    """What looks wrong in one case: `values` are its attributes, `types` the types of the columns."""
    for name, value in values.items():
        yield from _about_type(name, value, types.get(name))
    yield from _about_mechanism(values, stages)
    yield from stage_doubts(stages)
    for party in parties:
        if party.code:
            yield from place_doubts(party.role, party.name, party.code)
    if kind == "dataset" and len(parties) == 1:
        yield "A case of the data set has two parties or more; this one has one."
    yield from _about_crossings(values, parties)
    yield from _about_province(values, parties)


def _short(value: str) -> str:
    return value if len(value) <= 40 else value[:39] + "…"


def _about_type(name: str, value: str, type_: str | None) -> Iterator[str]:
    """A cell that does not fit its column; a year is looked at even where its column is of no type yet."""
    type_ = type_ or _NATURAL.get(name, "text")
    if fits(value, type_):
        return
    said = f"“{_short(value)}” in the column {name}"
    if says_missing(value):
        yield f"{said} is counted as not recorded. Better leave the cell empty."
    else:
        yield f"{said} does not fit its type, {type_}."


def _about_mechanism(values: Mapping[str, str], stages: Sequence[Stage]) -> Iterator[str]:
    for name, words in WORDS.items():
        value = values.get(name)
        if value and value not in words:
            yield f"“{_short(value)}” in the column {name} is none of {', '.join(words)}. {_meant(value, words)}"
    if not values.get("mechanism"):
        for name in ("mechanism_source", "mechanism_certainty"):
            if values.get(name):
                yield f"There is a {name}, but no mechanism."
    for stage in stages:
        if stage.mechanism and stage.mechanism not in MECHANISMS:
            named = f"“{_short(stage.mechanism)}”, the mechanism of the stage “{stage.name}”,"
            yield f"{named} is none of {', '.join(MECHANISMS)}. {_meant(stage.mechanism, MECHANISMS)}"


def _meant(value: str, words: Sequence[str]) -> str:
    from rapidfuzz import fuzz, process, utils

    found = process.extractOne(
        value[:80], words, scorer=fuzz.ratio, processor=utils.default_process, score_cutoff=_ALIKE
    )
    return f"Did you mean {found[0]}?" if found else "Check the spelling."


def _about_crossings(values: Mapping[str, str], parties: Sequence[Party]) -> Iterator[str]:
    codes = [party.code for party in parties]
    for name, derive in CROSSINGS.items():
        derived, said = derive(codes), as_yes_no(values.get(name, ""))
        if derived is not None and said is not None and derived != said:
            answer = "yes" if derived else "no"
            yield f"The column {name} says {values[name]}, but the codes of the parties say {answer}."


def _about_province(values: Mapping[str, str], parties: Sequence[Party]) -> Iterator[str]:
    by_code = {p for party in parties if party.code and (p := province_of(party.code))}
    if not by_code or any(party.code is None for party in parties):
        return
    for province in provinces_named(values.get("province", "")):
        if province not in by_code:
            codes = ", ".join(sorted(p.label for p in by_code))
            yield f"The column province says {province.label}, but the codes of the parties lie in {codes}."


def text_note(name: str, cells: Sequence[tuple[int, str]], unit: str) -> str | None:
    """Why a column became text: the few cells that kept it from a narrower type, with their rows; None if no few did.

    `cells` are pairs of row and cell; `unit` is what the rows count.
    """
    found = odd_cells(cell for _, cell in cells)
    return _told(name, found, [cells[place] for place in found.odd], unit) if found else None


def _told(name: str, found: OddCells, odd: Sequence[tuple[int, str]], unit: str) -> str:
    named = ", ".join(f"{unit} {row} (“{_short(cell)}”)" for row, cell in odd[:_SHOWN])
    more = f" and {len(odd) - _SHOWN} more" if len(odd) > _SHOWN else ""
    option = f"--type {quote(f'{name}={found.type}')}"
    return (
        f"The column {name} is text because of {named}{more}; the other {found.fitting} filled cells are "
        f"{_CELLS[found.type]}. `{option}` makes it a column of {_CELLS[found.type]}, and lists such cells as odd."
    )
