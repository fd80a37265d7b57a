"""What every change on the codebook's screen stands on: whose the codebook is, how a change is told and taken back.

What the codebook's owner changes is done at once. What others change becomes a proposal to the owner.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from qcode.core.codebook import Codebook
from qcode.core.text import display_safe
from qcode.errors import RequestError
from qcode.services.codebook_edits import Edited, set_fields
from qcode.services.codebook_lines import CodeLine
from qcode.services.codebooks import owner
from qcode.services.proposals import propose
from qcode.services.study import Study
from qcode.tui.screens.asking import AskLine
from qcode.tui.screens.codebook_values import value_of
from qcode.tui.screens.list_screen import ListScreen
from qcode.tui.screens.work_screen import told

__all__ = ["CodebookChanging", "Kept", "Settings"]

_MOST_BACK = 50
Settings = Mapping[str, Sequence[str]]
"""Fields of a code, each with its values; an empty list empties the field."""


@dataclass(slots=True)
class _Back:
    """A change that can be taken back, as long as the codebook is as the change left it."""

    after: Codebook
    turn_back: Callable[[], Edited]


@dataclass(slots=True)
class Kept:
    """What the screen keeps while the program runs: folded branches (ids), the language of names, what can go back."""

    folded: set[str] = field(default_factory=set)
    language: str = ""
    back: list[_Back] = field(default_factory=list)


class CodebookChanging(ListScreen[CodeLine]):
    """The screen of the codebook, as far as its changes need it."""

    def __init__(self, study: Study) -> None:
        super().__init__(study)
        self.stored = Kept()
        self.owner_name = ""  # empty if the codebook is mine, or there is none

    def read_owner(self) -> None:
        """Find out whose the codebook is."""
        holder = owner(self.study)
        self.owner_name = holder.name if holder is not None and holder.uid != self.study.me.uid else ""

    @property
    def line(self) -> CodeLine:
        """The code under the cursor. Raises RequestError if there is none."""
        if self.marked is None:
            raise RequestError("No code is marked.", fix="i imports a codebook, A adds a code.")
        return self.marked

    def need_mine(self, what: str) -> None:
        """Raises RequestError for what only the owner can do."""
        if self.owner_name:
            raise RequestError(
                f"The codebook is {display_safe(self.owner_name)}'s; only they can {what}.",
                fix="Fields, new codes and moves can be proposed to them.",
            )

    # -- after a change

    def came(self, mark: str | None = None) -> None:
        """The codebook changed: show it here and while coding. `mark` is the id of the code to be marked."""
        row = self.study.codes().by_id.get(mark) if mark is not None else None
        self.reload(mark=row.uid if row is not None else None)
        self.workbench.coding.renew()

    def done(self, edited: Edited, turn_back: Callable[[], Edited]) -> None:
        """A change was made: show it, remember the way back, and tell both."""
        self.stored.back.append(_Back(self.study.codes().codebook, turn_back))
        del self.stored.back[:-_MOST_BACK]
        self.came(edited.code)
        first, rest = _spoken(edited)
        head, semicolon, tail = first.rstrip(".").partition("; ")
        self.tell(f"{head} ({self._key('undo')} takes it back){semicolon}{tail}.{rest}")

    @told
    def action_undo(self) -> None:
        """Take back the last change of this screen, by the change that makes up for it."""
        back = self.stored.back
        if not back:
            raise RequestError("Nothing was changed here that could be taken back.", fix="H shows what a code was.")
        if back[-1].after != self.study.codes().codebook:
            back.clear()
            raise RequestError("The codebook was changed elsewhere since; H shows what a code was.")
        edited = back[-1].turn_back()
        back.pop()
        if back:
            back[-1].after = self.study.codes().codebook
        self.came(edited.code)
        first, rest = _spoken(edited)
        self.tell(f"Taken back: {first}{rest}")

    # -- fields

    def put(self, code: str, settings: Settings, again: Callable[[], object] | None = None) -> None:
        """Set fields of a code, or propose it to the owner; `again` asks anew where somebody leaves the proposal.

        Raises RequestError for what the codebook refuses, if it is mine; others are told in the dialogue.
        """
        if self.owner_name:
            self.ask_why(code, settings, again=again)
            return
        before = {name: value_of(self.study.codes().codebook.code(code), name) for name in settings}
        uid = self.study.codes().by_id[code].uid

        def turn_back() -> Edited:
            return set_fields(self.study, self._id_of(uid), before)

        self.done(set_fields(self.study, code, settings), turn_back)

    def _id_of(self, uid: str) -> str:
        """The id that a code has now."""
        return next(row.short_id for row in self.study.codes().rows if row.uid == uid)

    def ask_why(
        self, code: str, settings: Settings, *, add: bool = False, again: Callable[[], object] | None = None
    ) -> None:
        """Ask for the reason of a proposal, and send it."""
        given = [f"{name}={value}" for name, values in settings.items() for value in (values or ("",))]

        def send(note: str) -> None:
            propose(self.study, code, given, add=add, note=note)

        def sent(note: str | None) -> None:
            if note is not None:
                self.came(code)
                self.tell(f"Proposed to {display_safe(self.owner_name)}; {self._key('proposals')} lists proposals.")
            elif again is not None:
                again()

        words = ", ".join(name.replace("_", " ") for name in settings)
        ask = AskLine(
            f"Why should {display_safe(self.owner_name)} change {display_safe(code)} ({words})?",
            help_text="Enter sends the proposal, with or without a reason. Esc goes back and sends nothing.",
            check=send,
        )
        self.app.push_screen(ask, sent)

    def _key(self, command: str) -> str:
        return self.workbench.shortcuts.name(f"codebook-{command}")


def _spoken(edited: Edited) -> tuple[str, str]:
    """What was done, and the sentences after it; without those that name commands of the shell."""
    first, *rest = edited.words
    more = [sentence for sentence in rest if "`" not in sentence]
    return first.partition(" `")[0], "".join(f" {sentence}" for sentence in more)
