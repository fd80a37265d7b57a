"""Changing the tree of codes: new ones, other places and ids, merging, splitting, removing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from qcode.core.codebook import Code
from qcode.core.codebook_tree import subtree
from qcode.core.text import display_safe
from qcode.errors import RequestError
from qcode.services.codebook_edits import (
    Edited,
    add_code,
    free_id,
    move_code,
    named,
    remove_code,
    rename_code,
    split_code,
    standing,
    standing_words,
)
from qcode.services.codebook_lines import CodeLine
from qcode.services.codebook_merges import merge_code, unmerge_code
from qcode.tui.screens.asking import AskLine, AskYes
from qcode.tui.screens.code_picker import code_choices
from qcode.tui.screens.codebook_changing import CodebookChanging
from qcode.tui.screens.codebook_values import fields_of, value_of
from qcode.tui.screens.picker import Choice, Picker
from qcode.tui.screens.work_screen import told

__all__ = ["CodebookShape"]

_TOP = ""  # for a place: as a dimension


class CodebookShape(CodebookChanging):
    """The keys that change the tree."""

    # -- new codes

    @told
    def action_add(self) -> None:
        """Ask where, then for the id and the name."""
        book = self.study.codes().codebook
        if not book.id:
            raise RequestError("The study has no codebook yet.", fix="i imports one.")
        if self.marked is None:
            self._ask_id("dimension", None)
            return
        line = self.line
        shown = display_safe(line.code.id)
        places = [("below", f"below {shown}"), ("dimension", "as a dimension")]
        if line.above:
            places.insert(1, ("beside", f"behind {shown}"))
        choices = [Choice(place, f"{number}  {words}", "", (words,)) for number, (place, words) in enumerate(places, 1)]
        picker = Picker("A new code where?", choices, numbered=True)
        self.app.push_screen(picker, lambda place: self._ask_id(place, line))

    @told
    def action_split(self) -> None:
        """Ask whether below or beside, then for the id and the name."""
        line = self.line
        shown = display_safe(line.code.id)
        choices = [
            Choice("split below", f"1  below {shown}", "it stays the wider code", ("below",)),
            Choice("split beside", f"2  beside {shown}", "both are as wide", ("beside",)),
        ]
        picker = Picker(f"Split a new code off from {shown}: where?", choices, numbered=True)
        self.app.push_screen(picker, lambda place: self._ask_id(place, line))

    def _ask_id(self, place: str | None, line: CodeLine | None) -> None:
        if place is None:
            return
        ask = AskLine(
            "Id of the new code",
            help_text="Short, as it stands at a passage: letters, digits, - _ and the full stop, in any script.",
            check=lambda typed: free_id(self.study, typed.strip()),
        )
        self.app.push_screen(ask, lambda typed: self._ask_name(place, line, typed.strip() if typed else None))

    def _ask_name(self, place: str, line: CodeLine | None, new_id: str | None) -> None:
        if new_id is None:
            return
        setting = named(self.study, "")[0]
        language = setting.removeprefix("name.").partition("=")[0]
        ask = AskLine(
            f"Name of {display_safe(new_id)} ({language})",
            help_text="Enter makes the code; its other fields come after, with Enter on it.",
            check=None if self.owner_name else lambda typed: self._make(place, line, new_id, typed),
        )
        self.app.push_screen(ask, lambda typed: self._propose_new(place, line, new_id, typed))

    def _make(self, place: str, line: CodeLine | None, new_id: str, name: str) -> None:
        """Add the code to my codebook. Raises RequestError for what it refuses."""
        given = named(self.study, name)
        if line is None or place == "dimension":
            edited = add_code(self.study, new_id, given)
        elif place.startswith("split"):
            edited = split_code(self.study, line.code.id, new_id, given, beside=place == "split beside")
        elif place == "below":
            edited = add_code(self.study, new_id, given, below=line.code.id)
        else:
            after = self._behind(line.code)
            below = None if after else line.above[-1]
            edited = add_code(self.study, new_id, given, below=below, before=after)
        self.done(edited, partial(remove_code, self.study, edited.code))

    @told
    def _propose_new(self, place: str, line: CodeLine | None, new_id: str, name: str | None) -> None:
        if name is None or not self.owner_name:
            return
        field, _, _ = named(self.study, name)[0].partition("=")
        parent = self._parent_at(place, line)
        settings = {**({"parent": [parent]} if parent else {}), field: [name]}
        self.ask_why(new_id, settings, add=True, again=lambda: self._ask_name(place, line, new_id))

    @staticmethod
    def _parent_at(place: str, line: CodeLine | None) -> str | None:
        if line is None or place == "dimension":
            return None
        if place in ("below", "split below"):
            return line.code.id
        return line.above[-1] if line.above else None

    # -- places

    def _beside(self, code: Code) -> list[str]:
        """The ids of a code and of those beside it, in their order."""
        book = self.study.codes().codebook
        path = book.path(code.id)
        return [sibling.id for sibling in book.children(path[-2].id if len(path) > 1 else None)]

    def _behind(self, code: Code) -> str | None:
        """The id of the code behind this one; None for the last."""
        siblings = self._beside(code)
        return next(iter(siblings[siblings.index(code.id) + 1 :]), None)

    def _placer(self, line: CodeLine) -> Callable[[], Edited]:
        """What puts a code back to where it stands now."""
        code, behind, parent = line.code.id, self._behind(line.code), line.above[-1] if line.above else None
        if behind is not None:
            return lambda: move_code(self.study, code, below=parent, top=parent is None, before=behind)
        return lambda: move_code(self.study, code, below=parent, top=parent is None)

    @told
    def action_move(self) -> None:
        """Ask below which code."""
        line = self.line
        book = self.study.codes().codebook
        inside = {code.id for code in subtree(book, line.code.id)}
        choices = [choice for choice in code_choices(book) if choice.value not in inside]
        if line.above:
            choices.insert(0, Choice(_TOP, "  (to the top)", "as a dimension", ("top", "dimension")))
        if not choices:
            raise RequestError("There is no other code to stand below.")
        picker = Picker(
            f"Move {display_safe(line.code.id)} below which code?",
            choices,
            current=line.above[-1] if line.above else None,
        )
        self.app.push_screen(picker, lambda parent: self._move(line, parent))

    @told
    def _move(self, line: CodeLine, parent: str | None) -> None:
        if parent is None:
            return
        if self.owner_name:
            self.ask_why(line.code.id, {"parent": [parent] if parent else []})
            return
        back = self._placer(line)
        edited = move_code(self.study, line.code.id, below=parent or None, top=not parent)
        self.stored.folded.discard(parent)
        self.done(edited, back)

    @told
    def action_shift(self, step: int) -> None:
        """Up or down among those beside it."""
        line = self.line
        self.need_mine("order its codes")
        siblings = self._beside(line.code)
        place = siblings.index(line.code.id) + step
        if not 0 <= place < len(siblings):
            self.tell(f"{line.code.id} is the {'first' if step < 0 else 'last'} of those beside it.")
            return
        back = self._placer(line)
        before = siblings[place] if step < 0 else next(iter(siblings[place + 1 :]), None)
        parent = line.above[-1] if line.above else None
        self.done(move_code(self.study, line.code.id, below=parent, top=parent is None, before=before), back)

    @told
    def action_rename(self) -> None:
        """Ask for another id."""
        line = self.line
        self.need_mine("rename codes")
        old = line.code.id

        def rename(typed: str) -> None:
            if typed.strip() != old:
                edited = rename_code(self.study, old, typed.strip())
                if old in self.stored.folded:
                    self.stored.folded.add(edited.code)
                self.done(edited, lambda: rename_code(self.study, edited.code, old))

        ask = AskLine(
            f"New id of {display_safe(old)}", value=display_safe(old),
            help_text="The old id stays as an alias. The name is another field: Enter on the code.", check=rename,
        )  # fmt: skip
        self.app.push_screen(ask)

    # -- merging

    @told
    def action_merge(self) -> None:
        """Ask into which code, then tell what that means, then merge."""
        line = self.line
        self.need_mine("merge codes")
        book = self.study.codes().codebook
        inside = {code.id for code in subtree(book, line.code.id)}
        choices = [choice for choice in code_choices(book) if choice.value not in inside]
        if not choices:
            raise RequestError("There is no other code to merge it into.")
        picker = Picker(f"Merge {display_safe(line.code.id)} into which code?", choices)
        self.app.push_screen(picker, lambda into: self._ask_merge(line, into))

    @told
    def _ask_merge(self, line: CodeLine, into: str | None) -> None:
        if into is None:
            return
        code, target = display_safe(line.code.id), display_safe(into)
        found = standing_words(standing(self.study, self.study.codes().find(line.code.id)))
        words = [f"On {code} stand {found}: they count as {target} from then on, and none is rewritten."]
        if line.children:
            words.append(f"Moves below {target}: {display_safe(', '.join(line.children))}.")
        words.append(f"{target} is also found as {code}, and takes over its indicators.")
        words.append(f"{self._key('unmerge')} takes {code} apart again at any time.")
        ask = AskYes(f"Merge {code} into {target}?", explain="\n".join(words))
        self.app.push_screen(ask, lambda yes: self._merge(line.code.id, into, yes=bool(yes)))

    @told
    def _merge(self, code: str, into: str, *, yes: bool) -> None:
        if yes:
            self.done(merge_code(self.study, code, into), partial(unmerge_code, self.study, code))

    @told
    def action_unmerge(self) -> None:
        """Ask which merged code stands for itself again."""
        self.need_mine("take codes apart")
        table = self.study.codes()
        gone = [(row, table.by_key[row.target].short_id) for row in table.rows if row.target != row.key]
        if not gone:
            self.tell("No code was merged into another.")
            return
        here = self.marked.code.id if self.marked is not None else ""
        gone.sort(key=lambda pair: pair[1] != here)
        choices = [Choice(row.short_id, row.short_id, f"merged into {into}", (row.short_id,)) for row, into in gone]
        self.app.push_screen(Picker("Which code stands for itself again?", choices), self._unmerge)

    @told
    def _unmerge(self, code: str | None) -> None:
        if code is not None:
            table = self.study.codes()
            into = table.by_key[table.by_id[code].target].short_id
            self.done(unmerge_code(self.study, code), partial(merge_code, self.study, code, into))

    # -- removing

    @told
    def action_remove(self) -> None:
        """Take the code out; where codings stand on it, merge it instead."""
        line = self.line
        self.need_mine("remove codes")
        found = standing(self.study, self.study.codes().find(line.code.id))
        if found.codings:
            ask = AskYes(
                f"On {display_safe(line.code.id)} stand {standing_words(found)}, so it cannot be removed.\n"
                "Merge it into another code instead?",
                explain="Nothing is rewritten by that, and it can be taken back.",
            )
            self.app.push_screen(ask, lambda yes: self.action_merge() if yes else None)
            return
        code, parent, behind = line.code, line.above[-1] if line.above else None, self._behind(line.code)
        names = [field.name for field in fields_of(self.study.codes().codebook, code)]
        given = {name: value_of(code, name) for name in [*names, "colour", "hotkey"] if value_of(code, name)}

        def turn_back() -> Edited:
            return add_code(self.study, code.id, given, below=parent, before=behind)

        self.done(remove_code(self.study, code.id), turn_back)
