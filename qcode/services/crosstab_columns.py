"""The columns of any crosstab: what is recorded of cases, of transcripts or of speakers, the stage, or the coder.

`mechanism`, `stage` and all that begins with `case.` say which case a passage speaks of (`case_columns`). Columns by
`transcript.` and `speaker.` say where it stands and who says it: a passage that several people say stands under what
they share, else under *several*. Columns by `coder` hold each coder's own work side by side, and are never added up.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

import numpy as np

from qcode.core.case_fields import known_field
from qcode.core.column_types import sort_key
from qcode.core.contexts import Assignment, CodingColumns, IntArray, SpanIndex, find_keys, ranges
from qcode.core.where import SCOPES, Attribute
from qcode.errors import RequestError, UnknownName
from qcode.services.case_columns import CASE, KIND, CaseColumns, case_columns, crosstab_columns
from qcode.services.recorded import Recorded
from qcode.services.study import Study, near_names

__all__ = ["CODER", "column_names", "columns_of_codings", "full_name"]

CODER = "coder"
"""The column that is no attribute of anything: whose codings they are."""

_ROLES = ("interviewer", "participant", "text", "other")


def column_names(study: Study, *, recorded: bool = False) -> list[str]:
    """By what columns can be made: attributes of cases first, then of transcripts, of speakers, and the coder.

    Attributes of transcripts and speakers have their scope in front; what nothing is recorded of is left out, but for
    *mechanism* where there are cases: that only if no more than what is `recorded` is wanted.
    """
    known = Recorded(study)
    others = [
        attribute.words
        for scope in ("transcript", "speaker")
        for attribute in known.schema
        if attribute.scope == scope and known.values(attribute)
    ]
    return [*crosstab_columns(study, recorded=recorded), *others, *([CODER] if len(study.coders()) > 1 else [])]


def full_name(study: Study, name: str) -> str:
    """What a column is called: `mechanism`, `stage`, `transcript.place`, `speaker.role`, `coder`.

    A bare name is that of an attribute of the cases, else of the only other one that is called so. Raises UnknownName,
    with near ones, and RequestError for a name that can mean several.
    """
    of_cases = crosstab_columns(study)
    scope, dot, rest = name.partition(".")
    if not dot or scope.casefold() not in SCOPES:
        scope, rest = "", name
    scope = scope.casefold()
    found = known_field(rest, of_cases) if scope in ("", "case") else None
    if found is not None:
        return found
    if not scope and rest.casefold() == CODER:
        return CODER
    attributes = [a for a in Recorded(study).schema if a.scope in ((scope,) if scope else ("transcript", "speaker"))]
    fits = [a for a in attributes if a.scope != "case" and a.name == known_field(rest, [a.name])]
    if len(fits) == 1:
        return fits[0].words
    if fits:
        raise RequestError(f"“{rest}” can mean {' or '.join(a.words for a in fits)}.", fix="Write which one.")
    if scope in ("transcript", "speaker"):
        raise UnknownName(f"{scope} attribute", rest, near_names(rest, [a.name for a in attributes]))
    raise UnknownName("case attribute", rest, near_names(rest, of_cases))


def columns_of_codings(study: Study, name: str, codings: CodingColumns, *, coders: str, speakers: str) -> CaseColumns:
    """The contexts of every coding, and the label of each: see `CaseColumns`.

    `coders` and `speakers` are those that the codings were chosen by (`Filters`): whose turns a passage is said in
    depends on them. Raises what `full_name` raises.
    """
    column = full_name(study, name)
    if column == CODER:
        people = {coder.key: coder.name for coder in study.coders()}
        note = "Columns: whose coding it is. What several coded counts for each of them, so there is no total."
        return CaseColumns(CODER, people, tuple(people.values()), _one_each(codings.coder), (note,))
    scope, _, rest = column.partition(".")
    if scope == "transcript" and rest:
        labels, order = _labels(study, Attribute(scope, rest))
        note = f"Columns: {column}, as it is recorded of the transcript that a passage stands in."
        return CaseColumns(column, labels, order, _one_each(codings.source), (note,))
    if scope == "speaker" and rest:
        return _by_speaker(study, rest, codings, speakers)
    found = case_columns(study, column, codings, apart=coders not in ("any", "all"))
    outside = "" if found.name in (CASE, KIND) else "; cases outside the data set by kind"
    what = "the case" if found.name == CASE else f"{found.name} of the case"
    notes = (
        f"Columns: {what} that a passage speaks of{outside}.",
        "A passage is in exactly one column: several = cases of different values, unassigned = no case linked.",
        *found.notes,
    )
    return replace(found, notes=notes)


def _one_each(context: IntArray) -> Assignment:
    """Each row with one context."""
    return Assignment.from_pairs(len(context), np.arange(len(context), dtype=np.int64), context)


def _labels(study: Study, attribute: Attribute) -> tuple[dict[int, str | None], tuple[str, ...]]:
    """The label of every transcript or speaker (key), and all labels in the order of their type."""
    recorded = Recorded(study)
    labels = recorded.labels(attribute)
    type_ = recorded.schema[attribute]
    if attribute == Attribute("transcript", "name"):
        return labels, _distinct(labels.values())  # in the order of the study
    return labels, tuple(sorted(_distinct(labels.values()), key=lambda label: sort_key(label, type_)))


def _distinct(labels: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(label for label in labels if label))


def _by_speaker(study: Study, name: str, codings: CodingColumns, speakers: str) -> CaseColumns:
    turns = [turn for turn in study.file.read.turns() if _counts(turn.role, speakers)]
    if name == "role":
        # The role of a turn can be another than that of its speaker.
        number = {role: i for i, role in enumerate(_ROLES, 1)}
        context = [number.get(turn.role or "", 0) for turn in turns]
        labels: dict[int, str | None] = {i: role for role, i in number.items() if i in set(context)}
        order: tuple[str, ...] = ()
    else:
        context = [turn.speaker or 0 for turn in turns]
        labels, order = _labels(study, Attribute("speaker", name))
    rows = [(t.source, t.start, t.end, c) for t, c in zip(turns, context, strict=True) if c and t.start < t.end]
    words = {"all": "", "participants": " Interviewers among them do not count."}.get(speakers, " Others do not count.")
    notes = (
        f"Columns: speaker.{name} of those in whose turns a passage stands.{words}",
        "A passage is in exactly one column: several = speakers of different values, unassigned = no speaker known.",
    )
    return CaseColumns(f"speaker.{name}", labels, order, _said_by(codings, rows), notes)


def _counts(role: str | None, speakers: str) -> bool:
    return speakers == "all" or (role == "interviewer") == (speakers == "interviewers")


def _said_by(codings: CodingColumns, turns: Collection[tuple[int, int, int, int]]) -> Assignment:
    """The contexts of the turns (transcript, start, end, context) that share a character with each coding."""
    source, start, end, context = np.array(list(turns), dtype=np.int64).reshape(-1, 4).T
    sources = np.unique(source)
    index = SpanIndex.build(find_keys(sources, source), start, end)
    low, high = index.candidates(find_keys(sources, codings.source), codings.start, codings.end)
    row = np.repeat(np.arange(len(codings), dtype=np.int64), high - low)
    # Turns of a transcript do not overlap, so all candidates do.
    return Assignment.from_pairs(len(codings), row, context[index.order[ranges(low, high - low)]])
