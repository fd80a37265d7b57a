"""Cases made and changed by key: every field is checked as an import of the table checks it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from qcode.core.case_cells import read_parties, read_stages
from qcode.core.case_fields import OWN_FIELDS
from qcode.core.column_types import COLUMN_TYPES
from qcode.core.text import display_safe
from qcode.errors import RequestError
from qcode.services.case_doubts import WORDS
from qcode.services.case_edits import CaseEdit, hanging_on, parties_line, remove_case, set_values, stages_line
from qcode.services.case_overview import CaseLine, CaseOverview, set_column_type
from qcode.services.case_steps import CaseSteps
from qcode.services.case_values import CROSSINGS, columns_of
from qcode.services.study import clean_name
from qcode.tui.safe import cut
from qcode.tui.screens.asking import AskLine, AskYes
from qcode.tui.screens.cases_asking import AskLines, CaseAsking, kind_choices
from qcode.tui.screens.picker import Choice, Picker
from qcode.tui.screens.work_screen import WorkScreen, told

__all__ = ["CaseEditing"]

_MECHANISM = ("mechanism", "mechanism_source", "mechanism_certainty")
_USUAL = ("year", "issue_area", "province")
_QUESTIONS = {
    "mechanism": "Mechanism of {key}",
    "mechanism_source": "Mechanism of {key}: known from what?",
    "mechanism_certainty": "Mechanism of {key}: how certain?",
}
_NOT_RECORDED = ""
_OTHER = "other words …"
_NEW = "another attribute …"
_INFERRED = "inferred"
_STEPS = "case-steps"
_KNOWN_VALUES = 6
_KEY_CELLS = 40
_LISTS = {
    "parties": "One party on a line: role=name@code(year); code and year may be left out.\n"
    "Such as donor=Lanwan district@310115(2018).",
    "stages": "One stage on a line, in their order: name:years=mechanism; years and mechanism may be left out.\n"
    "Such as planning:2009-2012=arranged, or park:2013-.",
}


def _joined(text: str) -> str:
    """Lines as one cell of the case table."""
    return "; ".join(line.strip().rstrip(";；") for line in text.splitlines() if line.strip())


def _check_list(name: str, text: str) -> None:
    """Raises RequestError with every fault of the lines."""
    _, faults = (read_parties if name == "parties" else read_stages)(_joined(text))
    if faults:
        raise RequestError("\n".join(str(fault) for fault in faults))


def _said(edit: CaseEdit, outside: str = "") -> tuple[str, str]:
    """What a change did, as a sentence, and how grave that is. `outside`: the kind that tables show the case as."""
    if not edit.changed:
        return "That was recorded already.", ""
    worth = [*edit.doubts, *edit.notes]
    shown = f"Recorded; tables by attribute show it as “{outside}”, its kind." if outside else ""
    if not worth:
        return shown or "Recorded.", "warning" if outside else ""
    more = f" (and {len(worth) - 1} more)" if len(worth) > 1 else ""
    return f"{f'{shown} W' if shown else 'Recorded, but w'}orth a look: {worth[0]}{more}", "warning"


class CaseEditing(WorkScreen):
    """The actions that make, change and remove cases, and set the types of columns."""

    def item(self) -> CaseLine:
        """The case under the cursor. Raises RequestError if there is none."""
        raise NotImplementedError

    def came(self, mark: str | None = None) -> None:
        """Something about cases has changed: show it."""
        raise NotImplementedError

    @property
    def overview(self) -> CaseOverview:
        """The cases as they stand now."""
        raise NotImplementedError

    def _pick(
        self,
        title: str,
        choices: Sequence[Choice],
        then: Callable[[str], None],
        *,
        current: str | None = None,
        numbered: bool = False,
    ) -> None:
        def chosen(value: str | None) -> None:
            if value is not None:
                then(value)

        self.app.push_screen(Picker(title, choices, current=current, numbered=numbered), chosen)

    # -- new and gone

    @told
    def action_new(self) -> None:
        """Ask for key, name and kind, then for attributes."""
        self.steps.begin(self.study)
        CaseAsking(self).new(self._made)

    @told
    def _made(self, uid: str) -> None:
        self.came(uid)
        self.steps.end(self.study, uid=uid)
        self.action_edit()

    @told
    def action_remove(self) -> None:
        """Take it out, after a question that says what hangs on it."""
        case = self.item().case
        hanging = hanging_on(self.study, case.uid).words
        waits = f"{hanging} That waits, and comes back when a case with this key is made again.\n" if hanging else ""
        back = f"{self._key('undo')} brings it back until you leave qcode; after that only its key does."
        dialog = AskYes(f"Take the case {case.short_key} out of the study?", explain=waits + back)
        self.app.push_screen(dialog, lambda yes: self._remove(case.uid, case.short_key, yes=bool(yes)))

    @told
    def _remove(self, uid: str, key: str, *, yes: bool) -> None:
        if yes:
            self.steps.begin(self.study)
            remove_case(self.study, uid, anyway=True)
            self.steps.end(self.study, uid=uid)
            self.came()
            self.tell(f"{self._key('undo')} brings it back: the case {key} is out of the study.")

    def _key(self, name: str) -> str:
        return self.workbench.shortcuts.name(f"cases-{name}")

    @property
    def steps(self) -> CaseSteps:
        """The changes of cases since the program was started."""
        kept = self.workbench.kept.get(_STEPS)
        if not isinstance(kept, CaseSteps):
            kept = self.workbench.kept[_STEPS] = CaseSteps()
        return kept

    @told
    def action_undo(self) -> None:
        """Take the last change of a case back."""
        self._turn_back(undo=True)

    @told
    def action_redo(self) -> None:
        """Do it again."""
        self._turn_back(undo=False)

    def _turn_back(self, *, undo: bool) -> None:
        words, uid = self.steps.turn_back(self.study, undo=undo)
        self.came(uid)
        self.tell(words)

    # -- editing

    @told
    def action_edit(self) -> None:
        """Ask which field, then for its value."""
        line = self.item()
        case = line.case
        values = {"name": case.name, "kind": case.kind}
        names = dict.fromkeys([*_MECHANISM, *_USUAL, *(c.name for c in self.overview.columns), *line.values])
        values |= {name: case.attributes.get(name, "") for name in names}
        values |= {"parties": parties_line(case), "stages": stages_line(case)}
        types = self.overview.types
        choices = [
            Choice(name, name, value or "not recorded", (name,), types.get(name, "")) for name, value in values.items()
        ]
        choices.append(Choice(_NEW, _NEW, "", ("another", "new")))
        title = f"Change what of {cut(case.short_key, _KEY_CELLS)}?"
        self._pick(title, choices, lambda name: self._ask_value(line, name, values))

    @told
    def _ask_value(self, line: CaseLine, name: str, values: dict[str, str]) -> None:
        key = cut(line.case.short_key, _KEY_CELLS)
        value = values.get(name, "")
        if name == _NEW:
            self._ask_new_attribute(line, values)
        elif name == "kind":
            self._pick(f"Kind of {key}", kind_choices(), self._setting(line, name), current=value, numbered=True)
        elif name == "mechanism":
            self._ask_mechanism(line, {})
        elif name in WORDS:
            self._ask_word(line, name, self._setting(line, name))
        elif name in _LISTS:
            self._ask_list(line, name, value)
        elif self.overview.types.get(name) == "yes/no":
            words = "The codes of the parties decide, where each has one." if name in CROSSINGS else ""
            choices = _numbered(["yes", "no", _NOT_RECORDED], detail=words)
            self._pick(f"{name} of {key}", choices, self._setting(line, name), current=value, numbered=True)
        else:
            self._ask_line(line, name, value)

    def _ask_new_attribute(self, line: CaseLine, values: dict[str, str]) -> None:
        ask = AskLine(
            "Name of the attribute",
            help_text="For example: policy_document, budget.",
            check=lambda typed: clean_name(typed, "attribute"),
        )
        self.app.push_screen(
            ask, lambda typed: self._ask_value(line, typed.strip(), values) if typed is not None else None
        )

    def _ask_line(self, line: CaseLine, name: str, value: str) -> None:
        known = sorted({other.values.get(name, "") for other in self.overview.lines} - {""})
        used = f"\nThere are: {', '.join(cut(one, 30) for one in known)}." if 0 < len(known) <= _KNOWN_VALUES else ""
        type_ = self.overview.types.get(name)
        kind = f"A column of the type {type_}. " if type_ else ""
        check: Callable[[str], object] | None = None
        if name == "name":
            kind, used = "Empty: the key. ", ""
            check = lambda typed: clean_name(typed, "case") if typed.strip() else None  # noqa: E731 - one of two checks
        else:
            kind += "Empty takes it away. "
        before = display_safe(value)
        dialog = AskLine(
            f"{name} of {cut(line.case.short_key, _KEY_CELLS)}",
            value=before,
            help_text=f"{kind}Enter keeps, Esc changes nothing.{used}",
            check=check,
        )
        # What is shown of hidden characters is not what is stored: without a change nothing is written.
        self.app.push_screen(
            dialog, lambda typed: self._set(line, {name: typed}) if typed not in (None, before) else None
        )

    def _ask_list(self, line: CaseLine, name: str, value: str) -> None:
        before = display_safe(value).replace("; ", "\n")
        dialog = AskLines(
            f"{name.capitalize()} of {cut(line.case.short_key, _KEY_CELLS)}",
            value=before,
            help_text=_LISTS[name],
            check=lambda text: _check_list(name, text),
        )
        self.app.push_screen(
            dialog, lambda text: self._set(line, {name: _joined(text)}) if text not in (None, before) else None
        )

    def _ask_word(self, line: CaseLine, name: str, then: Callable[[str], None]) -> None:
        """One of the words of a vocabulary, none, or other words."""
        now = line.case.attributes.get(name, "")
        title = _QUESTIONS[name].format(key=cut(line.case.short_key, _KEY_CELLS))
        choices = _numbered([*WORDS[name], _NOT_RECORDED, _OTHER])

        def chosen(word: str) -> None:
            if word == _OTHER:
                ask = AskLine(
                    f"{name} in other words", value=display_safe(now), help_text="Stored as it is, and listed as odd."
                )
                self.app.push_screen(ask, lambda typed: then(typed) if typed is not None else None)
            else:
                then(word)

        self._pick(title, choices, chosen, current=now, numbered=True)

    def _ask_mechanism(self, line: CaseLine, given: dict[str, str]) -> None:
        """The mechanism, then its source and how certain it is; nothing is stored before the last answer."""
        name = _MECHANISM[len(given)]

        def then(word: str) -> None:
            answers = {**given, name: word}
            if not answers["mechanism"]:
                self._set(line, dict.fromkeys(_MECHANISM, ""))
            elif len(answers) == len(_MECHANISM):
                self._set(line, answers)
            else:
                self._ask_mechanism(line, answers)

        self._ask_word(line, name, then)

    def _setting(self, line: CaseLine, name: str) -> Callable[[str], None]:
        return lambda value: self._set(line, {name: value})

    @told
    def _set(self, line: CaseLine, values: dict[str, str]) -> None:
        uid = line.case.uid
        self.steps.begin(self.study)
        edit = set_values(self.study, uid, values)
        self.steps.end(self.study, uid=uid)
        self.came(uid)
        kind = values.get("kind", line.case.kind)
        attributes = any(value and name not in OWN_FIELDS for name, value in values.items())
        words, severity = _said(edit, kind if attributes and kind != "dataset" else "")
        self.tell(words, severity=severity)

    # -- the types of columns

    @told
    def action_types(self) -> None:
        """Choose a column, then its type."""
        columns = columns_of(self.study)  # without those that only follow from codes
        if not columns:
            raise RequestError("The cases have no attributes yet.", fix="e records one.")
        choices = []
        for column in columns:
            odd = self.overview.misfits(column.name, column.type)
            how = "set by hand" if column.given else _INFERRED
            aside = f"{column.type} · {how}{f' · {odd} do not fit' if odd else ''}"
            choices.append(Choice(column.name, column.name, aside, (column.name, column.type)))
        self._pick("Types of the columns; Enter sets another one", choices, self._ask_type)

    @told
    def _ask_type(self, name: str) -> None:
        column = next(column for column in self.overview.columns if column.name == name)
        choices = []
        for number, type_ in enumerate(COLUMN_TYPES, 1):
            odd = self.overview.misfits(name, type_)
            words = f"{_cells(odd)} not fit" if odd else "all cells fit"
            choices.append(Choice(type_, f"{number}  {type_}", words, (type_,)))
        choices.append(Choice(_INFERRED, f"{len(choices) + 1}  as the cells say", "", ("as the cells say", _INFERRED)))
        current = column.type if column.given else _INFERRED
        self._pick(
            f"Type of the column {name}", choices, lambda t: self._set_type(name, t), current=current, numbered=True
        )

    @told
    def _set_type(self, name: str, type_: str) -> None:
        self.steps.begin(self.study)
        changed = set_column_type(self.study, name, None if type_ == _INFERRED else type_)
        self.steps.end(self.study, column=name)
        self.came()
        now = self.overview.types[name]
        odd = self.overview.misfits(name, now)
        fits = f" {_cells(odd)} not fit; such cases have a ! before them." if odd else ""
        self.tell(f"The type of {name} is {now}.{fits}" if changed else f"The type of {name} is {now} already.")


def _cells(number: int) -> str:
    return "1 cell does" if number == 1 else f"{number} cells do"


def _numbered(words: Sequence[str], detail: str = "") -> list[Choice]:
    """Words as numbered choices; the empty one is *not recorded*."""
    return [
        Choice(word, f"{number}  {word or 'not recorded'}", "", (word or "not recorded",), detail)
        for number, word in enumerate(words, 1)
    ]
