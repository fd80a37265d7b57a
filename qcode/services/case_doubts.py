"""What looks wrong in a row of a case table, as sentences: it is imported all the same, and listed with its row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from qcode.core.case_cells import Party, Stage, stage_doubts
from qcode.core.column_types import as_yes_no, fits
from qcode.core.jurisdictions import place_doubt, province_of, provinces_named
from qcode.services.case_values import CROSSINGS

__all__ = ["MECHANISMS", "row_doubts"]

MECHANISMS = ("arranged", "mandated", "self-initiated")
_WORDS = {
    "mechanism": MECHANISMS,
    "mechanism_source": ("documents", "interview", "both"),
    "mechanism_certainty": ("certain", "likely", "uncertain"),
}


def row_doubts(
    values: Mapping[str, str],
    types: Mapping[str, str],
    kind: str,
    parties: tuple[Party, ...],
    stages: tuple[Stage, ...],
) -> Iterator[str]:
    """What looks wrong in one case: `values` are its attributes, `types` the types of the columns."""
    for name, value in values.items():
        if not fits(value, types.get(name, "text")):
            yield f"“{_short(value)}” in the column {name} does not fit its type, {types[name]}."
    yield from _about_mechanism(values, stages)
    yield from stage_doubts(stages)
    yield from (doubt for p in parties if p.code and (doubt := place_doubt(p.name, p.code)))
    if kind == "dataset" and len(parties) == 1:
        yield "A case of the data set has two parties or more; this one has one."
    yield from _about_crossings(values, parties)
    yield from _about_province(values, parties)


def _short(value: str) -> str:
    return value if len(value) <= 40 else value[:39] + "…"


def _about_mechanism(values: Mapping[str, str], stages: tuple[Stage, ...]) -> Iterator[str]:
    for name, words in _WORDS.items():
        value = values.get(name)
        if value and value not in words:
            yield f"“{_short(value)}” in the column {name} is none of {', '.join(words)}. Check the spelling."
    if not values.get("mechanism"):
        for name in ("mechanism_source", "mechanism_certainty"):
            if values.get(name):
                yield f"There is a {name}, but no mechanism."
    for stage in stages:
        if stage.mechanism and stage.mechanism not in MECHANISMS:
            named = f"“{_short(stage.mechanism)}”, the mechanism of the stage “{stage.name}”,"
            yield f"{named} is none of {', '.join(MECHANISMS)}. Check the spelling."


def _about_crossings(values: Mapping[str, str], parties: tuple[Party, ...]) -> Iterator[str]:
    codes = [party.code for party in parties]
    for name, derive in CROSSINGS.items():
        derived, said = derive(codes), as_yes_no(values.get(name, ""))
        if derived is not None and said is not None and derived != said:
            answer = "yes" if derived else "no"
            yield f"The column {name} says {values[name]}, but the codes of the parties say {answer}."


def _about_province(values: Mapping[str, str], parties: tuple[Party, ...]) -> Iterator[str]:
    by_code = {p for party in parties if party.code and (p := province_of(party.code))}
    if not by_code or any(party.code is None for party in parties):
        return
    for province in provinces_named(values.get("province", "")):
        if province not in by_code:
            codes = ", ".join(sorted(p.label for p in by_code))
            yield f"The column province says {province.label}, but the codes of the parties lie in {codes}."
