"""Memos: what coders wrote about the study, its codes, cases, transcripts and passages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.content import Content

from qcode.core.text import display_safe
from qcode.errors import RequestError
from qcode.services import coding
from qcode.services.log import local_time
from qcode.services.memo_places import MemoPlaces
from qcode.services.memo_tables import export_memos
from qcode.services.memos import ABOUT, MEMO_KINDS, Memo, MemoFilter, change_memo, memos, remove_memo
from qcode.services.study import Study
from qcode.services.written import clean_title
from qcode.tui.command import Place
from qcode.tui.commands import bindings
from qcode.tui.rows import Column, Row, RowList
from qcode.tui.safe import Parts, inert, line_of
from qcode.tui.screens.asking import AskLine
from qcode.tui.screens.list_screen import ListScreen
from qcode.tui.screens.memo_writing import MemoWriting, ask_words
from qcode.tui.screens.picker import Choice, Picker
from qcode.tui.screens.reading_on import free_path, read_on, typed_path
from qcode.tui.screens.visiting import visit
from qcode.tui.screens.work_screen import told

__all__ = ["MemosScreen"]

_ABOUTS = ("", *ABOUT)
_KINDS = ("", *MEMO_KINDS)
_PLURALS = {
    "project": "the study",
    "code": "codes",
    "case": "cases",
    "transcript": "transcripts",
    "passage": "passages",
}
_LONGEST = 8_000  # characters of a memo in the pane; `e` shows the rest
_MINUTES = 16  # characters of a time without its seconds


class MemosScreen(ListScreen[Memo], MemoWriting):
    """All memos that I may see, the one that was changed last first. Enter goes to what one is about.

    `mark` is the uid of the memo that is marked at first.
    """

    PLACE: ClassVar[Place] = "memos"
    BINDINGS: ClassVar[list[BindingType]] = bindings("memos")
    NOTHING = "There are no memos yet: A writes one; on a passage, m does while coding."
    DEFAULT_CSS = """
    MemosScreen #detail { max-height: 50%; }
    """

    def __init__(self, study: Study, mark: str = "") -> None:
        super().__init__(study)
        self._first = mark
        self._about = ""
        self._kind = ""
        self._places = MemoPlaces(study)

    # -- the list

    def columns(self) -> Sequence[Column]:
        """Narrow windows lose the kind, then the coder."""
        return [
            Column("changed", _MINUTES, drop=3),
            Column("kind", 6, drop=2),
            Column("about", least=18, share=2),
            Column("memo", least=20, share=4),
            Column("coder", 10, drop=1),
        ]

    def load(self) -> Iterable[Memo]:
        """The memos as they are now."""
        self._places = MemoPlaces(self.study)
        wanted = MemoFilter(about=(self._about,) if self._about else (), kinds=(self._kind,) if self._kind else ())
        return sorted(memos(self.study, wanted), key=lambda memo: memo.row.changed_ms, reverse=True)

    def reload(self, *, mark: object = None) -> None:
        """Read everything again; the first time, the memo is marked that the screen was made for."""
        first, self._first = self._first, ""
        super().reload(mark=mark or first or None)

    def row(self, item: Memo) -> Row:
        """The cells of a memo."""
        row = item.row
        first = row.title or next((line for line in row.text.splitlines() if line.strip()), "")
        return [
            (local_time(row.changed_ms)[:_MINUTES], "dim"),
            row.kind,
            self._places.subject(item),
            (first, "bold" if row.title else ""),
            (item.coder, "" if item.mine else "dim"),
        ]

    def key_of(self, item: Memo) -> object:
        """A memo is the same while its id is."""
        return item.row.uid

    def words_of(self, item: Memo) -> str:
        """Everything that stands in it, what it is about, and whose it is."""
        row = item.row
        return " ".join([row.title, row.text, row.kind, self._places.subject(item), item.coder])

    # -- title and detail

    def title_parts(self) -> Parts:
        """How many there are, and what is left out."""
        number = len(self.items)
        words = "1 memo" if number == 1 else f"{number} memos"
        about = f" · about {_PLURALS[self._about]} only" if self._about else ""
        kind = f" · kind {self._kind} only" if self._kind else ""
        own = " · own work only" if self.study.viewpoint.own_only else ""
        return [(" Memos", "bold"), f" · {words}{about}{kind}{own}"]

    def detail(self, item: Memo | None) -> Content:
        """The whole memo, and the passage that it is about with what is said around it."""
        return Content("\n").join(self._detail(item)) if item is not None else Content("")

    def _detail(self, item: Memo) -> Iterator[Content]:
        row = item.row
        times = f"written {local_time(row.at_ms)[:_MINUTES]}"
        if row.changed_ms != row.at_ms:
            times += f", changed {local_time(row.changed_ms)[:_MINUTES]}"
        if row.title:
            yield line_of((row.title, "bold"))
        yield line_of((f"{row.kind} on {self._places.subject(item)} · {item.coder} · {times}", "dim"))
        shown = row.text if len(row.text) <= _LONGEST else f"{row.text[:_LONGEST]}… (e shows all of it)"
        yield inert(shown, keep_lines=True)
        passage = self._places.passage(item)
        if passage is not None:
            speaker = f"{passage.speaker}: " if passage.speaker else ""
            yield Content("")
            yield line_of((f"{speaker}{passage.before}", "dim"), (passage.words, "bold"), (f"{passage.after}", "dim"))

    def moved(self) -> None:
        """Another memo is shown from its beginning."""
        self.query_one("#detail").scroll_home(animate=False)

    def action_read_on(self) -> None:
        """Scroll the pane."""
        read_on(self.query_one("#detail"))

    # -- what one can do

    @on(RowList.Chosen, "#rows")
    @told
    def _chosen(self) -> None:
        item = self._item()
        visit(self, self._places.goal(item), "The memo is about this passage." if item.span else "")

    def _item(self) -> Memo:
        """The memo under the cursor. Raises RequestError if there is none."""
        if self.marked is None:
            raise RequestError("No memo is marked.", fix="A writes one.")
        return self.marked

    def _mine(self) -> Memo:
        """The memo under the cursor, if it is mine. Raises RequestError otherwise."""
        item = self._item()
        if not item.mine:
            raise RequestError(f"This memo is {display_safe(item.coder)}'s; only they can change it.")
        return item

    def written(self, uid: str) -> None:
        """A memo came: show it, whatever was chosen before."""
        self._about = self._kind = self.narrow.value = ""
        self.narrow.display = False
        self._came(uid)

    def _came(self, mark: str | None = None) -> None:
        self.reload(mark=mark)
        self.workbench.coding.memos_changed()

    @told
    def action_edit(self) -> None:
        """Change its words."""
        item = self._mine()
        before = display_safe(item.row.text, keep_lines=True)

        def keep(text: str) -> None:
            if text != before:
                self._store(item, text=text)

        ask_words(self, f"Memo on {self._places.subject(item)}", keep, value=before)

    @told
    def action_title(self) -> None:
        """Change its title."""
        item = self._mine()
        before = display_safe(item.row.title)
        ask = AskLine(
            "Title of the memo",
            value=before,
            help_text="Empty takes it away. Enter keeps, Esc changes nothing.",
            check=lambda typed: clean_title(typed, "title of the memo"),
        )
        self.app.push_screen(ask, lambda typed: self._change(item, typed if typed != before else None, "title"))

    @told
    def action_kind(self) -> None:
        """Change its kind."""
        item = self._mine()
        choices = [Choice(kind, f"{number}  {kind}", "", (kind,)) for number, kind in enumerate(MEMO_KINDS, 1)]
        picker = Picker("What kind of memo is it?", choices, current=item.row.kind, numbered=True)
        self.app.push_screen(picker, lambda kind: self._change(item, kind, "kind"))

    @told
    def _change(self, item: Memo, value: str | None, what: str) -> None:
        if value is not None:
            self._store(item, **{what: value})

    def _store(self, item: Memo, **what: str) -> None:
        changed = change_memo(self.study, item.row.uid, **what)
        self._came(item.row.uid)
        self.tell("The memo is changed; u brings the old one back." if changed else "Nothing is different.")

    @told
    def action_remove(self) -> None:
        """Take it away."""
        remove_memo(self.study, self._mine().row.uid)
        self._came()
        self.tell("The memo is gone; u brings it back.")

    @told
    def action_undo(self) -> None:
        """Take my latest act back."""
        self._turn_back(undo=True)

    @told
    def action_redo(self) -> None:
        """Do it again."""
        self._turn_back(undo=False)

    def _turn_back(self, *, undo: bool) -> None:
        turned = coding.undo(self.study) if undo else coding.redo(self.study)
        if turned is None:
            self.tell("There is nothing to undo." if undo else "There is nothing to do again.")
            return
        self.reload()
        self.workbench.coding.renew()
        kept = f" Stays, because others wrote it since: {', '.join(turned.kept)}." if turned.kept else ""
        self.tell(f"{'Undone' if undo else 'Done again'}: {turned.act.words}.{kept}")

    # -- what is shown

    def _filtered(self) -> None:
        self.reload()
        self.rows.move_to(0)

    @told
    def action_about(self) -> None:
        """The next thing that memos can be about."""
        self._about = _ABOUTS[(_ABOUTS.index(self._about) + 1) % len(_ABOUTS)]
        self._filtered()
        self.tell(f"Only memos about {_PLURALS[self._about]}." if self._about else "Memos about everything.")

    @told
    def action_type(self) -> None:
        """The next kind."""
        self._kind = _KINDS[(_KINDS.index(self._kind) + 1) % len(_KINDS)]
        self._filtered()
        self.tell(f"Only memos of the kind {self._kind}." if self._kind else "Memos of every kind.")

    @told
    def action_toggle_others(self) -> None:
        """Show or hide others' work."""
        self.study.look(own_only=not self.study.viewpoint.own_only)
        self.reload()
        self.workbench.coding.renew()
        own = self.study.viewpoint.own_only
        self.tell("Only your own work is shown." if own else "The work of all coders is shown.")

    @told
    def action_write(self) -> None:
        """Ask for a file, and write the memos that are shown."""
        if not self.items:
            raise RequestError("There are no memos to write.")
        found = list(self.items)
        folder = self.study.file.path.parent
        ask = AskLine(
            f"Write {len(found)} memos to which file?",
            value=display_safe(str(free_path(folder / "memos.md"))),
            help_text=".md to read, .csv for tables. It holds passages of the interviews: keep it where you keep them.",
            check=lambda typed: export_memos(self.study, found, typed_path(typed)),
        )
        self.app.push_screen(ask, lambda typed: self._wrote(typed, len(found)))

    def _wrote(self, typed: str | None, number: int) -> None:
        if typed is not None:
            self.tell(
                f"Wrote {'1 memo' if number == 1 else f'{number} memos'} to {display_safe(typed_path(typed).name)}."
            )
