"""The cases as a list shows them: attributes with their types, links, my codings, doubts; and what the list needs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from qcode.core.column_types import fits, infer_type, normal, sort_key
from qcode.core.ids import case_id, column_id
from qcode.core.jurisdictions import level_of, province_of
from qcode.core.place_names import level_named
from qcode.errors import RequestError, UnknownName
from qcode.services.case_edits import CaseLink
from qcode.services.case_rows import CaseText, case_state, read_case, state_doubts
from qcode.services.case_values import CROSSINGS, columns_of, crossing, values_of
from qcode.services.study import Study, near_names
from qcode.store.rows import CaseRow, ColumnRow, LinkRow, PartyRow

__all__ = [
    "CaseLine",
    "CaseOverview",
    "check_new_key",
    "keep_shown_columns",
    "party_words",
    "set_column_type",
    "shown_columns",
    "transcripts_of_links",
]

_SHOWN = "case-columns"


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case with its attributes (what follows from codes goes first) and numbers.

    `whole` counts transcripts that speak of it as a whole, `passages` distinct passages, of all coders who may be
    seen; `mine` my codings that speak of it, by hand or by links. `words` is everything that can be looked for.
    """

    case: CaseRow
    values: Mapping[str, str]
    whole: int
    passages: int
    mine: int
    words: str


class CaseOverview:
    """All cases of a study as they stood when this was made."""

    def __init__(self, study: Study) -> None:
        self._study = study
        self._read_at = self._now()
        self._cases = study.file.read.cases()
        self._doubts: dict[int, tuple[str, ...]] = {}
        self._shown_links: dict[int, list[CaseLink]] = {}
        listed = columns_of(study, self._cases)
        known = {column.name for column in listed}
        derived = {name for name in CROSSINGS if any(crossing(case, name) is not None for case in self._cases)}
        self.columns = (
            *listed,
            *(ColumnRow(name, "yes/no", given=False) for name in CROSSINGS if name in derived - known),
        )
        self.types = {column.name: column.type for column in self.columns}

    def _now(self) -> tuple[object, ...]:
        study = self._study
        return study.file.read.state(), study.me.key, study.viewpoint

    def stale(self) -> bool:
        """Whether something was written since, by whichever process, or somebody else looks now."""
        return self._now() != self._read_at

    @cached_property
    def _links(self) -> dict[int, list[LinkRow]]:
        """The links that may be seen, by case."""
        found: dict[int, list[LinkRow]] = {}
        for link in self._study.file.read.links(coders=self._study.visible_coders()):
            found.setdefault(link.study_case, []).append(link)
        return found

    @cached_property
    def lines(self) -> list[CaseLine]:
        """The cases, in the order of the case table."""
        mine = _coded(self._study)
        return [self._line(case, mine.get(case.key, 0)) for case in self._cases]

    def _line(self, case: CaseRow, mine: int) -> CaseLine:
        links = self._links.get(case.key, [])
        values = values_of(case)
        return CaseLine(
            case,
            values,
            len({link.source for link in links if link.start is None}),
            len({(link.source, link.start, link.end) for link in links if link.start is not None}),
            mine,
            "\n".join(_searched(case, values)),
        )

    def doubts(self, line: CaseLine) -> tuple[str, ...]:
        """What looks wrong in a case, as sentences."""
        case = line.case
        if case.key not in self._doubts:
            state = case_state(CaseText(case.short_key, {}), case)
            self._doubts[case.key] = tuple(state_doubts(state, self.types))
        return self._doubts[case.key]

    def links(self, line: CaseLine, most: int) -> list[CaseLink]:
        """The first links of a case, in the order of the transcripts and of the text."""
        key = line.case.key
        if key not in self._shown_links:
            self._shown_links[key] = self._first_links(key, most)
        return self._shown_links[key]

    def _first_links(self, key: int, most: int) -> list[CaseLink]:
        from qcode.services.listings import shortened

        read = self._study.file.read
        sources = {source.key: (number, source) for number, source in enumerate(read.sources())}
        coders = {coder.key: coder.name for coder in self._study.coders()}
        rows = [link for link in self._links.get(key, []) if link.source in sources]
        rows.sort(key=lambda link: (sources[link.source][0], link.start or 0, link.end or 0, link.key))
        found: list[CaseLink] = []
        texts: dict[int, str] = {}
        for x in rows[:most]:
            words = ""
            if x.start is not None:
                if x.source not in texts:
                    texts[x.source] = read.text(x.source) or ""
                words = shortened(texts[x.source][x.start : x.end])
            name, mine = sources[x.source][1].name, x.coder == self._study.me.key
            found.append(CaseLink(x.uid, name, x.start, x.end, x.stage, coders.get(x.coder, ""), mine, words))
        return found

    def number_of_links(self, line: CaseLine) -> int:
        """How many links a case has, of all coders who may be seen."""
        return len(self._links.get(line.case.key, []))

    def arranged(self, by: str, *, down: bool = False) -> list[CaseLine]:
        """The cases by an attribute, or by `key`, `name`, `kind`, `passages` or `mine`; empty: as the table has them.

        Values are compared by the type of their column; cases without one stand last, also `down` from the largest.
        """
        if not by:
            return list(self.lines)
        numbers = by in ("whole", "passages", "mine")
        type_ = "number" if numbers else self.types.get(by, "text")

        def value(line: CaseLine) -> str:
            if numbers:
                return str(getattr(line, by))
            own = {"key": line.case.short_key, "name": line.case.name, "kind": line.case.kind}
            return own.get(by) or normal(line.values.get(by, ""), type_)

        filled = [line for line in self.lines if value(line)]
        filled.sort(key=lambda line: sort_key(value(line), type_), reverse=down)
        return [*filled, *(line for line in self.lines if not value(line))]

    def misfits(self, column: str, type_: str) -> int:
        """How many cases hold something in a column that does not fit a type."""
        return sum(1 for case in self._cases if not fits(case.attributes.get(column, ""), type_))


def _searched(case: CaseRow, values: Mapping[str, str]) -> Iterator[str]:
    yield from (case.short_key, case.name, case.kind, *values.values())
    for party in case.parties:
        yield from (party.role, party.name, party.code or "", _place(party))
    for stage in case.stages:
        yield from (stage.name, stage.mechanism or "")


def _place(party: PartyRow) -> str:
    province = province_of(party.code) if party.code else None
    return province.label if province else ""


def party_words(party: PartyRow) -> str:
    """A party as a line shows it: its name, level, code with its year, and province, as far as they are known."""
    level = level_of(party.code) if party.code else level_named(party.name) or level_named(party.role)
    code = f"{party.code} of {party.year}" if party.code and party.year else party.code
    return " · ".join(word for word in (party.name, level, code, _place(party)) if word)


def _coded(study: Study) -> dict[int, int]:
    """How many of my codings speak of each case (by key)."""
    if not study.me.key:
        return {}
    import numpy as np

    from qcode.core.contexts import CodingColumns, assign
    from qcode.services.selection import link_columns

    table = study.file.read.coding_columns(coders=[study.me.key])
    columns = CodingColumns(*np.ascontiguousarray(table.T))
    cases, numbers = np.unique(assign(columns, link_columns(study)).cases, return_counts=True)
    return dict(zip(cases.tolist(), numbers.tolist(), strict=True))


def transcripts_of_links(study: Study) -> dict[str, str]:
    """The transcript (uid) of every link (uid) that may be seen."""
    read = study.file.read
    sources = {source.key: source.uid for source in read.sources()}
    links = read.links(coders=study.visible_coders())
    return {link.uid: sources[link.source] for link in links if link.source in sources}


def check_new_key(study: Study, key: str) -> None:
    """Raises RequestError if no new case can have this key: it is taken, empty, or hides characters."""
    case, faults = read_case({"key": key})
    if faults:
        raise faults[0]
    if case_id(case.key) in {row.uid for row in study.file.read.cases()}:
        raise RequestError(f"There is a case “{case.key}” already.", fix="Give the new one another key.")


def set_column_type(study: Study, name: str, type_: str | None) -> bool:
    """Set the type of a column of the case table, for all; None: as its cells say. Whether that changed it.

    Raises UnknownName for a column that is not there.
    """
    cases = study.file.read.cases()
    names = [column.name for column in columns_of(study, cases)]
    if name not in names:
        raise UnknownName("column of attributes", name, near_names(name, names))
    said = infer_type(case.attributes.get(name, "") for case in cases)
    listed = [column.name for column in study.file.read.case_columns()]
    fields = {"name": name, "type": type_ or said, "given": type_ is not None}
    if name not in listed:  # only cases made by hand have it
        fields["position"] = len(listed)
    with study.act() as writer:
        return writer.put("column", column_id(name), fields)


def shown_columns(study: Study) -> list[str] | None:
    """The columns of the list of cases that I chose, kept on this machine; None if I did not."""
    stored = study.file.read.local(study.me.key, _SHOWN) if study.me.key else None
    found = json.loads(stored) if stored else None
    return [str(name) for name in found] if isinstance(found, list) else None


def keep_shown_columns(study: Study, names: Sequence[str]) -> None:
    """Keep the chosen columns on this machine; of somebody who wrote nothing yet nothing is kept."""
    if study.me.key:
        study.file.remember(study.me.key, _SHOWN, json.dumps(list(names)))
