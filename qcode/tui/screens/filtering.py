"""Choosing filters: one list of all that can be asked for, and for each the values that the study has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from qcode.core.condition_tree import KEYWORDS
from qcode.core.text import display_safe
from qcode.core.tokens import quoted
from qcode.core.where import Attribute
from qcode.services.filters import Filters
from qcode.services.recorded import Recorded
from qcode.services.selection import CODER_RULES, SPEAKERS
from qcode.services.study import Study
from qcode.tui.screens.asking import AskLine
from qcode.tui.screens.picker import Choice, Picker
from qcode.tui.screens.work_screen import WorkScreen, told

__all__ = ["FilterDialogue", "code_choices"]

_ANY = "any"
_HINTS = {
    "where": ("condition", "What is recorded of cases, transcripts and speakers, such as mechanism = arranged."),
    "codes": ("codes", "Each with all below it."),
    "coders": ("coders", "main: one coder for each transcript; any, all, each; or one coder."),
    "speakers": ("speakers", "Whose words."),
    "transcripts": ("transcripts", "Only some of them."),
    "kinds": ("kinds", "Only some kinds of transcripts."),
    "stages": ("stages", "Only what speaks of some stages of a case."),
    "dataset": ("data set", "Only what speaks of a case of the data set."),
    "flagged": ("flagged", "Only flagged codings."),
    "text": ("words", "Only segments with these words."),
}
_OF_CODINGS = ("codes", "coders", "flagged", "text")
_RULES = {
    "main": "one coder for each transcript",
    "any": "a stretch counts if anybody coded it",
    "all": "a stretch counts if every coder of the transcript coded it",
    "each": "all coders side by side",
}
_COMPARISONS = {
    "text": ("=", "!=", "contains", "is recorded", "is not recorded"),
    "yes/no": ("=", "is recorded", "is not recorded"),
    "number": ("=", "!=", "<", "<=", ">", ">=", "is recorded", "is not recorded"),
}
_CONDITION_HELP = (
    "Compare with =, !=, <, <=, >, >=, in (a, b), contains, is recorded; join with and, or, not.\n"
    "Example: case.mechanism = arranged and case.year >= 2015"
)
_VALUES_SHOWN = 4


def code_choices(study: Study) -> list[Choice]:
    """The codes to choose from, as the codebook has them."""
    return [
        Choice(
            value=code.id,
            title=f"{'  ' * depth}{code.id}",
            aside=" / ".join(name for _, name in code.names),
            names=(code.id, *(name for _, name in code.names), *code.aliases),
            detail=code.brief or code.definition,
            style="bold" if depth == 0 else "",
        )
        for code, depth in study.codes().codebook.walk()
    ]


class FilterDialogue:
    """One round of choosing: which filter, then its value. `done` gets the filters as they are then.

    `of_codings` False leaves out what can only be asked of codings, for a search in the words themselves.
    """

    def __init__(
        self, screen: WorkScreen, filters: Filters, done: Callable[[Filters], None], *, of_codings: bool = True
    ) -> None:
        self._screen = screen
        self._study = screen.study
        self._filters = filters
        self._done = done
        self._names = [name for name in _HINTS if of_codings or name not in _OF_CODINGS]
        self._recorded: Recorded | None = None

    def tell(self, message: str, *, severity: str = "") -> None:
        """A sentence in the bottom line of the screen."""
        self._screen.tell(message, severity=severity)

    def start(self) -> None:
        """Show all filters with what they are now."""
        choices = [
            Choice(name, _HINTS[name][0], self._now(name), (_HINTS[name][0], name), _HINTS[name][1])
            for name in self._names
        ]
        self._pick("Narrow by", choices, self._ask)

    def _now(self, name: str) -> str:
        filters = self._filters
        if name == "where":
            return filters.where.words if filters.where else _ANY
        if name == "transcripts":
            return ", ".join(source.name for source in filters.transcripts) or _ANY
        value = getattr(filters, name)
        if isinstance(value, bool):
            return "only" if value else _ANY
        return value or _ANY if isinstance(value, str) else ", ".join(value) or _ANY

    def _pick(
        self, title: str, choices: Sequence[Choice], then: Callable[[str], None], *, current: str | None = None
    ) -> None:
        def chosen(value: str | None) -> None:
            if value is not None:
                then(value)

        self._screen.app.push_screen(Picker(title, choices, current=current), chosen)

    def _line(
        self, title: str, then: Callable[[str], None], *, value: str, help_text: str, check: Callable[[str], object]
    ) -> None:
        def written(line: str | None) -> None:
            if line is not None:
                then(line)

        self._screen.app.push_screen(
            AskLine(title, value=display_safe(value), help_text=help_text, check=check), written
        )

    @told
    def _ask(self, name: str) -> None:
        """Ask for the value of one filter."""
        filters = self._filters
        if name == "dataset":
            self._done(replace(filters, dataset=not filters.dataset))
        elif name == "flagged":
            self._done(replace(filters, flagged=not filters.flagged))
        elif name == "where":
            self._ask_attribute()
        elif name == "text":
            self._line(
                "Only segments with these words",
                self._set_text,
                value=filters.text,
                help_text="Letter case makes no difference. Empty: all segments.",
                check=lambda line: Filters.parse(self._study, text=line),
            )
        elif name in ("coders", "speakers"):
            self._ask_one(name)
        else:
            self._ask_several(name)

    def _set_text(self, line: str) -> None:
        self._done(replace(self._filters, text=line.strip()))

    def _ask_one(self, name: str) -> None:
        if name == "speakers":
            choices = [Choice(one, one, "", (one,)) for one in SPEAKERS]
        else:
            choices = [Choice(rule, rule, _RULES[rule], (rule,)) for rule in CODER_RULES]
            choices += [Choice(c.name, c.name, "one coder", (c.name,)) for c in self._study.coders() if c.name]
        now = str(getattr(self._filters, name))
        self._pick(_HINTS[name][1], choices, lambda value: self._set_one(name, value), current=now)

    @told
    def _set_one(self, name: str, value: str) -> None:
        known = Filters.parse(self._study, **{name: value})  # type: ignore[arg-type]  # coders or speakers: a text
        self._done(replace(self._filters, **{name: getattr(known, name)}))

    # -- filters of several values: choosing one puts it in, or takes it out again

    def _ask_several(self, name: str) -> None:
        chosen = self._chosen(name)
        values = self._values(name)
        if not values:
            self.tell(f"The study has no {_HINTS[name][0]} to choose from.")
            return
        choices = [Choice("", "any", "no such filter", (_ANY,))] if chosen else []
        choices += [
            replace(choice, title=f"{'✓' if choice.value in chosen else ' '} {choice.title}") for choice in values
        ]
        self._pick(f"{_HINTS[name][1]} The chosen ones have a ✓.", choices, lambda value: self._turn(name, value))

    def _chosen(self, name: str) -> list[str]:
        value = getattr(self._filters, name)
        return [one.name for one in value] if name == "transcripts" else list(value)

    def _values(self, name: str) -> list[Choice]:
        if name == "codes":
            return code_choices(self._study)
        read = self._study.file.read
        if name == "transcripts":
            return [Choice(s.name, s.name, s.kind, (s.name, *s.aliases)) for s in read.sources()]
        if name == "kinds":
            kinds = dict.fromkeys(source.kind for source in read.sources())
            return [Choice(kind, kind, "", (kind,)) for kind in kinds]
        stages = {stage.name: case.short_key for case in read.cases() for stage in case.stages}
        return [Choice(stage, stage, f"such as of {key}", (stage,)) for stage, key in stages.items()]

    @told
    def _turn(self, name: str, value: str) -> None:
        chosen = self._chosen(name)
        left = [one for one in chosen if one != value] if value in chosen else [*chosen, value]
        known = Filters.parse(self._study, **{name: left if value else []})  # type: ignore[arg-type]  # names of values
        self._done(replace(self._filters, **{name: getattr(known, name)}))

    # -- conditions

    def _ask_attribute(self) -> None:
        self._recorded = Recorded(self._study)
        choices = [
            Choice("", "by hand", "write the condition", ("by hand", "write"), _CONDITION_HELP.partition("\n")[0])
        ]
        if self._filters.where is not None:
            choices.append(Choice("-", "no condition", "take it away", ("no condition", "remove")))
        for number, (attribute, type_) in enumerate(self._recorded.schema.items()):
            values = self._recorded.values(attribute)
            shown = ", ".join(values[:_VALUES_SHOWN]) + (", …" if len(values) > _VALUES_SHOWN else "")
            choices.append(Choice(str(number), attribute.words, type_, (attribute.words, attribute.name), shown))
        now = self._filters.where
        also = f"; it is joined to {now.words}" if now else ""
        self._pick(f"A condition on what{also}", choices, self._ask_comparison)

    @told
    def _ask_comparison(self, chosen: str) -> None:
        if chosen == "-":
            self._done(replace(self._filters, where=None, doubts=()))
        elif not chosen:
            self._line(
                "The condition",
                self._set_where,
                value=self._filters.where.words if self._filters.where else "",
                help_text=_CONDITION_HELP,
                check=self._checked,
            )
        elif self._recorded is not None:
            attribute, type_ = list(self._recorded.schema.items())[int(chosen)]
            signs = _COMPARISONS.get(type_, _COMPARISONS["number"])
            choices = [Choice(sign, f"{i} {sign}", "", (sign,)) for i, sign in enumerate(signs, 1)]

            def compared(sign: str | None) -> None:
                if sign is not None:
                    self._ask_value(attribute, type_, sign)

            self._screen.app.push_screen(Picker(attribute.words, choices, numbered=True), compared)

    def _checked(self, line: str) -> Filters:
        """The line as a condition; an empty one is none."""
        return Filters.parse(self._study, where=line)

    @told
    def _ask_value(self, attribute: Attribute, type_: str, sign: str) -> None:
        begun = f"{attribute.words} {sign}"
        values = self._recorded.values(attribute) if self._recorded is not None else []
        if sign.startswith("is"):
            self._join(begun)
        elif type_ == "yes/no":
            choices = [Choice(value, value, "", (value,)) for value in ("yes", "no")]
            self._pick(begun, choices, lambda value: self._join(f"{begun} {value}"))
        elif type_ == "text" and sign != "contains" and values:
            choices = [Choice(value, value, "", (value,)) for value in values]
            self._pick(begun, choices, lambda value: self._join(f"{begun} {quoted(value, KEYWORDS)}"))
        else:
            known = f"There are {', '.join(values[:_VALUES_SHOWN])} and others." if values else "Nothing is recorded."
            self._line(
                begun,
                lambda line: self._join(f"{begun} {quoted(line.strip(), KEYWORDS)}"),
                value="",
                help_text=known,
                check=lambda line: self._checked(f"{begun} {quoted(line.strip(), KEYWORDS)}"),
            )

    def _join(self, condition: str) -> None:
        now = self._filters.where
        if now is None:
            self._set_where(condition)
        else:
            before = f"({now.words})" if " or " in now.words else now.words
            self._set_where(f"{before} and {condition}")

    @told
    def _set_where(self, line: str) -> None:
        found = self._checked(line)
        self._done(replace(self._filters, where=found.where, doubts=found.doubts))
