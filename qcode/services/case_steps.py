"""Taking changes of cases back, and doing them again, as long as a program runs.

The case table belongs to all, so undo, which takes back one's own work, leaves it alone. A step back is therefore a
change of its own, and is only made where nobody changed the same since.
"""

from __future__ import annotations

from dataclasses import dataclass

from qcode.errors import RequestError
from qcode.services.case_edits import add_case, hanging_on, parties_line, remove_case, set_values, stages_line
from qcode.services.case_overview import set_column_type
from qcode.services.case_values import columns_of
from qcode.services.study import Study
from qcode.store.rows import CaseRow, ColumnRow

__all__ = ["CaseSteps"]

_Fields = dict[str, str]


def _fields(case: CaseRow) -> _Fields:
    """A case as the texts that it can be made of again."""
    own = {"name": case.name, "kind": case.kind, "parties": parties_line(case), "stages": stages_line(case)}
    return {**case.attributes, **own}


@dataclass(frozen=True, slots=True)
class _Step:
    """What one change did: to a case (by uid and key), None where there was none before or is none after."""

    uid: str
    key: str
    before: _Fields | None
    after: _Fields | None

    def turned(self) -> _Step:
        return _Step(self.uid, self.key, self.after, self.before)


@dataclass(frozen=True, slots=True)
class _TypeStep:
    """What one change did to the type of a column."""

    before: ColumnRow
    after: ColumnRow

    def turned(self) -> _TypeStep:
        return _TypeStep(self.after, self.before)


class CaseSteps:
    """The changes that were made to cases since the program was started, the last one at the end."""

    def __init__(self) -> None:
        self._cases: dict[str, CaseRow] = {}
        self._columns: dict[str, ColumnRow] = {}
        self._done: list[_Step | _TypeStep] = []
        self._undone: list[_Step | _TypeStep] = []

    def begin(self, study: Study) -> None:
        """Look at what there is before a change."""
        rows = study.file.read.cases()
        self._cases = {case.uid: case for case in rows}
        self._columns = {column.name: column for column in columns_of(study, rows)}

    def end(self, study: Study, *, uid: str = "", column: str = "") -> None:
        """Note what a change of a case (uid) or of a column's type did since `begin`, if it did anything.

        After that nothing that was taken back can be done again.
        """
        rows = study.file.read.cases()
        step: _Step | _TypeStep | None = None
        if column:
            types = {one.name: one for one in columns_of(study, rows)}
            if self._columns[column] != types[column]:
                step = _TypeStep(self._columns[column], types[column])
        else:
            old, new = self._cases.get(uid), next((case for case in rows if case.uid == uid), None)
            before, after = _fields(old) if old else None, _fields(new) if new else None
            key = old.short_key if old else new.short_key if new else ""
            if before != after:
                step = _Step(uid, key, before, after)
        if step is not None:
            self._done.append(step)
            self._undone.clear()

    def turn_back(self, study: Study, *, undo: bool) -> tuple[str, str | None]:
        """Take the last change back, or do it again: what happened as a sentence, and the case (uid) if it is there.

        Raises RequestError if there is none, or if somebody changed the same since.
        """
        source, target = (self._done, self._undone) if undo else (self._undone, self._done)
        if not source:
            what = "change of a case to take back" if undo else "change of a case to do again"
            raise RequestError(
                f"There is no {what}.", fix="Only changes made here since qcode was started; codings: u while coding."
            )
        step = source[-1]
        words, uid = _made(study, step.turned() if undo else step)
        target.append(source.pop())
        return f"{'Taken back' if undo else 'Done again'}: {words}", uid


def _made(study: Study, step: _Step | _TypeStep) -> tuple[str, str | None]:
    """Make the change that a step tells of. Raises RequestError if what it begins from is not so any more."""
    if isinstance(step, _TypeStep):
        return _retyped(study, step), None
    now = next((_fields(case) for case in study.file.read.cases() if case.uid == step.uid), None)
    fields = {*(step.before or {}), *(step.after or {})}
    changed = {name for name in fields if (step.before or {}).get(name, "") != (step.after or {}).get(name, "")}
    if any((now or {}).get(name, "") != (step.before or {}).get(name, "") for name in changed):
        raise RequestError(f"The case {step.key} was changed since; it stays as it is.")
    if step.after is None:
        hanging = hanging_on(study, step.uid).words
        if hanging:
            raise RequestError(f"The case {step.key} is in use: {hanging}", fix="x takes it out all the same.")
        remove_case(study, step.uid)
        return f"the case {step.key} is out of the study.", None
    if step.before is None:
        own = {name: step.after[name] for name in ("name", "kind", "parties", "stages")}
        attributes = {name: value for name, value in step.after.items() if name not in own}
        add_case(study, step.key, attributes=attributes, **own)
        return f"the case {step.key} is in the study again, with what hung on it.", step.uid
    set_values(study, step.uid, {name: step.after.get(name, "") for name in changed})
    return f"{', '.join(sorted(changed))} of {step.key}.", step.uid


def _retyped(study: Study, step: _TypeStep) -> str:
    now = next((column for column in columns_of(study) if column.name == step.before.name), None)
    if now != step.before:
        raise RequestError(f"The type of {step.before.name} was changed since; it stays as it is.")
    set_column_type(study, step.after.name, step.after.type if step.after.given else None)
    return f"the type of {step.after.name} is {step.after.type}."
