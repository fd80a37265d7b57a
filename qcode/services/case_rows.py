"""One case as text: read field by field, checked, and turned into what is stored.

A row of a table, an option of a command and a field on the screen all pass here, so that nothing is taken from one
that another refuses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from qcode.core.case_cells import Party, Stage, read_parties, read_stages
from qcode.core.case_fields import OWN_FIELDS
from qcode.core.events import Json
from qcode.core.ids import case_id
from qcode.core.text import display_safe
from qcode.errors import QcodeError, RequestError
from qcode.files.tables import inert_cell
from qcode.services.case_doubts import row_doubts
from qcode.services.study import clean_name, near_names
from qcode.store.rows import CaseRow

if TYPE_CHECKING:
    from qcode.store.writer import Writer

__all__ = [
    "CASE_KINDS",
    "CaseState",
    "CaseText",
    "case_state",
    "changed_fields",
    "check_kind",
    "guarded_cell",
    "plain_cell",
    "put_case",
    "read_case",
    "state_doubts",
]

CASE_KINDS = ("dataset", "other", "programme", "general")


def plain_cell(value: str) -> str:
    """The cell as it was before it was made inert for a spreadsheet (see `inert_cell` and `guarded_cell`).

    >>> plain_cell("'=1+1"), plain_cell("'quoted"), plain_cell(guarded_cell("'=1+1"))
    ('=1+1', "'quoted", "'=1+1")
    """
    return value[1:] if value.startswith("'") and _looks_inert(value) else value


def guarded_cell(value: str) -> str:
    """The cell to be written: where it begins with an apostrophe that reading would take off, it gets one more."""
    return f"'{value}" if value.startswith("'") and _looks_inert(value) else value


def _looks_inert(value: str) -> bool:
    bare = value.lstrip("'")
    return inert_cell(bare).startswith("'")


@dataclass(frozen=True, slots=True)
class CaseText:
    """What somebody says of a case: `values` by field, as far as they were given; parties and stages read from them."""

    key: str
    values: Mapping[str, str]
    parties: tuple[Party, ...] = ()
    stages: tuple[Stage, ...] = ()

    @property
    def attributes(self) -> dict[str, str]:
        """The values that are attributes."""
        return {name: value for name, value in self.values.items() if name not in OWN_FIELDS}


@dataclass(frozen=True, slots=True)
class CaseState:
    """A case as it stands, or as it would stand: what the checks look at."""

    kind: str
    attributes: Mapping[str, str]
    parties: tuple[Party, ...]
    stages: tuple[Stage, ...]


def check_kind(kind: str) -> str:
    """The kind. Raises RequestError, with near ones, where there is no such kind."""
    if kind not in CASE_KINDS:
        near = near_names(kind, CASE_KINDS)
        fix = f"Did you mean {near[0]}?" if near else f"Use one of {', '.join(CASE_KINDS)}."
        raise RequestError(f"There is no kind of case “{kind}”.", fix=fix)
    return kind


def read_case(given: Mapping[str, str]) -> tuple[CaseText, list[QcodeError]]:
    """What is said of a case, by field, and everything that is wrong with it.

    Values are stripped and made safe to show. The key is empty where none is given; with faults nothing of it may be
    stored.
    """
    values = {display_safe(name): display_safe(value.strip()) for name, value in given.items()}
    faults: list[QcodeError] = []

    def clean(text: str, what: str) -> str:
        try:
            return clean_name(text, what)
        except RequestError as fault:
            faults.append(fault)
            return text

    # What a key hides is not made visible but refused: two keys that look alike must not be two cases.
    key = display_safe(clean(given["key"], "key of the case")) if "key" in given else ""
    if values.get("kind"):
        try:
            check_kind(values["kind"])
        except RequestError as fault:
            faults.append(fault)
    if values.get("name"):
        values["name"] = clean(values["name"], "case")
    parties, wrong_parties = read_parties(values.get("parties", ""))
    stages, wrong_stages = read_stages(values.get("stages", ""))
    faults += [*wrong_parties, *wrong_stages]
    return CaseText(key, values, parties, stages), faults


def _plain(rows: Iterable[Party | Stage]) -> list[dict[str, Json]]:
    return [{name: value for name, value in asdict(row).items() if value is not None} for row in rows]


def changed_fields(case: CaseText, before: CaseRow | None) -> dict[str, Json]:
    """The event fields of what is said of a case, and nothing of what is not.

    An empty attribute is written only where it takes a value away: a case without it stays as it is.
    """
    had: Mapping[str, str] = before.attributes if before else {}
    fields: dict[str, Json] = {
        f"attr:{name}": value for name, value in case.attributes.items() if value or had.get(name)
    }
    if "name" in case.values:
        fields["name"] = case.values["name"] or case.key
    if "kind" in case.values:
        fields["kind"] = case.values["kind"] or "dataset"
    if "parties" in case.values:
        fields["parties"] = _plain(case.parties)
    if "stages" in case.values:
        fields["stages"] = _plain(case.stages)
    return fields


def put_case(writer: Writer, case: CaseText, before: CaseRow | None, *, position: int = 0) -> bool:
    """Store what is said of a case; whether anything changed. `position` is the place of a new one.

    A case that was removed and comes again is a new one: nothing of what it had comes back with it.
    """
    if before is not None:
        return writer.put("case", before.uid, changed_fields(case, before))
    uid = case_id(case.key)
    removed = writer.entity(uid)
    old = {name: "" for name in removed.fields if name.startswith("attr:")} if removed else {}
    fresh: dict[str, Json] = {"key": case.key, "name": case.key, "kind": "dataset", "parties": [], "stages": []}
    return writer.put("case", uid, {**old, **fresh, **changed_fields(case, None), "position": position})


def case_state(case: CaseText, before: CaseRow | None) -> CaseState:
    """The case as it would stand if what is said of it were stored."""
    attributes = {**(before.attributes if before else {}), **case.attributes}
    parties = case.parties if "parties" in case.values or not before else tuple(Party(*p) for p in before.parties)
    stages = case.stages if "stages" in case.values or not before else tuple(Stage(*s) for s in before.stages)
    kind = case.values.get("kind") or (before.kind if before and "kind" not in case.values else "dataset")
    return CaseState(kind, {name: value for name, value in attributes.items() if value}, parties, stages)


def state_doubts(state: CaseState, types: Mapping[str, str]) -> list[str]:
    """What looks wrong in a case as it stands; `types` are those of the columns."""
    return list(row_doubts(state.attributes, types, state.kind, state.parties, state.stages))
