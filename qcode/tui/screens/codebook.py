"""The codebook: a tree of all codes, every field of the one under the cursor, and the keys that change them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from qcode.core.text import display_safe
from qcode.services.codebook_edits import history_of
from qcode.services.codebook_lines import CodeLine, Waiting, codebook_lines, waiting
from qcode.services.log import local_time
from qcode.services.study import Study
from qcode.tui.command import Place
from qcode.tui.commands import bindings
from qcode.tui.rows import Column, Row, RowList
from qcode.tui.safe import Parts, cut
from qcode.tui.screens.codebook_changing import Kept
from qcode.tui.screens.codebook_fields import CodebookFields
from qcode.tui.screens.codebook_files import CodebookFiles
from qcode.tui.screens.codebook_proposals import ProposalsScreen
from qcode.tui.screens.codebook_recheck import RecheckScreen
from qcode.tui.screens.codebook_releases import ReleasesScreen
from qcode.tui.screens.codebook_shape import CodebookShape
from qcode.tui.screens.codebook_words import columns, detail_lines, row_of
from qcode.tui.screens.notice import Notice
from qcode.tui.screens.reading_on import read_on
from qcode.tui.screens.work_screen import told

__all__ = ["CodebookScreen"]

_WIDE = 100  # cells; from here the fields stand beside the tree
_TITLE_CELLS = 30
_SHORT_CELLS = 18
_NAME_CELLS = 20


class CodebookScreen(CodebookFields, CodebookShape, CodebookFiles):
    """The tree of codes. Enter changes a field of the code under the cursor."""

    PLACE: ClassVar[Place] = "codebook"
    BINDINGS: ClassVar[list[BindingType]] = bindings("codebook")
    NOTHING = "There are no codes yet: i imports a codebook."
    DEFAULT_CSS = """
    CodebookScreen #tree-and-code { height: 1fr; layout: vertical; }
    CodebookScreen #code { height: auto; max-height: 50%; background: $surface; scrollbar-size-vertical: 1; }
    CodebookScreen #detail-text { height: auto; padding: 0 1; }
    CodebookScreen.-wide #tree-and-code { layout: horizontal; }
    CodebookScreen.-wide #rows { width: 11fr; height: 1fr; }
    CodebookScreen.-wide #code { width: 9fr; height: 1fr; max-height: 100%; }
    """

    def __init__(self, study: Study) -> None:
        super().__init__(study)
        self._lines: tuple[CodeLine, ...] = ()
        self._waiting = Waiting(0, 0)

    def body(self) -> Iterable[Widget]:
        """The field, the tree, the fields of a code beside or below it."""
        yield Input(placeholder="words to look for; Enter keeps them, Esc shows all", id="narrow")
        with Container(id="tree-and-code"):
            yield RowList(id="rows", nothing=self.NOTHING)
            with VerticalScroll(id="code", can_focus=False):
                yield Static("", id="detail-text", markup=False)

    def on_mount(self) -> None:
        """Take up what was folded; what every list does comes after."""
        kept = self.workbench.kept.setdefault(self.PLACE, self.stored)
        if isinstance(kept, Kept):
            self.stored = kept

    def on_resize(self) -> None:
        """The fields go where there is room."""
        self.set_class(self.app.size.width >= _WIDE, "-wide")

    # -- the tree

    def columns(self) -> Sequence[Column]:
        """Hot key, code, name, codings, flags."""
        return columns(own_only=self.study.viewpoint.own_only)

    def load(self) -> Iterable[CodeLine]:
        """The codes as they are now."""
        self.read_owner()
        self._waiting = waiting(self.study)
        self._lines = codebook_lines(self.study)
        return self._lines

    def reload(self, *, mark: object = None) -> None:
        """Read everything again; branches unfold above the code that is to be marked."""
        super().reload(mark=mark)
        if mark is not None and (self.marked is None or self.marked.uid != mark):
            above = next((line.above for line in self._lines if line.uid == mark), ())
            self.stored.folded.difference_update(above)
            self._show(mark)

    def _show(self, here: object) -> None:
        folded = frozenset() if self.narrow.value.split() else self.stored.folded
        self._all = [line for line in self._lines if folded.isdisjoint(line.above)]
        super()._show(here)

    def row(self, item: CodeLine) -> Row:
        """The cells of a code."""
        return row_of(item, folded=item.code.id in self.stored.folded, language=self.stored.language)

    def key_of(self, item: CodeLine) -> object:
        """A code is the same under any id."""
        return item.uid

    def words_of(self, item: CodeLine) -> str:
        """Everything that the codebook says of it."""
        code = item.code
        indicators = [text for _, texts in code.indicators for text in texts]
        names = [name for _, name in code.names]
        return " ".join(
            [code.id, *names, code.brief, code.definition, code.when_to_use, code.when_not_to_use, *code.examples,
             *code.counterexamples, *code.aliases, *indicators, code.defines or "", *item.merged]
        )  # fmt: skip

    def point_at(self, uid: str) -> None:
        """Mark a code; for one that was merged, the code that it became."""
        table = self.study.codes()
        target = next((table.by_key[row.target].uid for row in table.rows if row.uid == uid), None)
        if target is not None:
            self.reload(mark=target)

    def title_parts(self) -> Parts:
        """The codebook, whose it is, and what waits in it."""
        book = self.study.codes().codebook
        number = len(self._lines)
        codes = "1 code" if number == 1 else f"{number} codes"
        name = cut(book.title or "Codebook", _SHORT_CELLS if self.owner_name else _TITLE_CELLS)
        parts: Parts = [(f" {name}", "bold")]
        if self.owner_name:
            owned = f" · owner: {cut(self.owner_name, _NAME_CELLS)}; your changes become proposals"
            parts.append((owned, "bold"))
        parts.append(f" · {codes}")
        if self._waiting.rechecks:
            parts.append((f" · {self._waiting.rechecks} to recheck: {self._key('recheck')}", "bold"))
        if self._waiting.proposals:
            words = "1 proposal" if self._waiting.proposals == 1 else f"{self._waiting.proposals} proposals"
            parts.append((f" · {words}: {self._key('proposals')}", "bold"))
        return [*parts, " · own work only" if self.study.viewpoint.own_only else ""]

    def detail(self, item: CodeLine | None) -> Content:
        """All fields of a code."""
        return Content("\n").join(detail_lines(item)) if item is not None else Content("")

    def moved(self) -> None:
        """Another code is shown from its beginning."""
        self.query_one("#code").scroll_home(animate=False)

    def action_read_on(self) -> None:
        """Scroll the fields."""
        read_on(self.query_one("#code"))

    @on(RowList.Chosen, "#rows")
    def _chosen(self) -> None:
        self.action_edit()

    # -- folding

    def action_fold(self) -> None:
        """Fold the branch, or go to the code above."""
        item = self.marked
        if item is None:
            return
        if item.children and item.code.id not in self.stored.folded:
            self.stored.folded.add(item.code.id)
            self._show(item.uid)
        elif item.above:
            self._go_to(item.above[-1])

    def action_unfold(self) -> None:
        """Unfold the branch, or go to the first code below."""
        item = self.marked
        if item is None or not item.children:
            return
        if item.code.id in self.stored.folded:
            self.stored.folded.discard(item.code.id)
            self._show(item.uid)
        else:
            self._go_to(item.children[0])

    def action_fold_all(self) -> None:
        """Fold every branch; if any is folded already, unfold all."""
        here = self.marked
        whole = {line.code.id for line in self._lines if line.children}
        self.stored.folded = set() if self.stored.folded & whole else whole
        if here is not None and here.above and self.stored.folded:
            top = next(line.uid for line in self._lines if line.code.id == here.above[0])
            self._show(top)
        else:
            self._show(here.uid if here is not None else None)

    def _go_to(self, code: str) -> None:
        for number, item in enumerate(self.items):
            if item.code.id == code:
                self.rows.move_to(number)

    # -- what is shown

    @told
    def action_language(self) -> None:
        """Names in the next language."""
        book = self.study.codes().codebook
        spoken = list(dict.fromkeys([*book.languages, *(tag for code in book.codes for tag, _ in code.names)]))
        if not spoken:
            self.tell("The codes have no names yet.")
            return
        now = self.stored.language
        self.stored.language = spoken[(spoken.index(now if now in spoken else spoken[0]) + 1) % len(spoken)]
        self._show(self.marked.uid if self.marked is not None else None)
        self.tell(f"Names in {self.stored.language}, where there are any.")

    @told
    def action_toggle_others(self) -> None:
        """Show or hide others' work."""
        self.study.look(own_only=not self.study.viewpoint.own_only)
        self.came()
        own = self.study.viewpoint.own_only
        self.tell("Only your own work is shown." if own else "The work of all coders is shown.")

    @told
    def action_history(self) -> None:
        """What was changed of the code."""
        code = self.line.code.id
        lines: list[str] = []
        for change in reversed(history_of(self.study, code)):
            lines.append(f"{local_time(change.at_ms)}  {change.coder}  {change.field}")
            sides = (("before", change.before), ("after", change.after))
            lines += [f"    {side}: {text}" for side, text in sides if text]
        self.app.push_screen(Notice(f"What was changed of {display_safe(code)}, the latest first", lines))

    # -- the other lists

    def action_recheck(self) -> None:
        """What is to be rechecked."""
        self.workbench.drill(RecheckScreen(self.study))

    def action_proposals(self) -> None:
        """What coders propose."""
        self.workbench.drill(ProposalsScreen(self.study))

    def action_releases(self) -> None:
        """Named versions."""
        self.workbench.drill(ReleasesScreen(self.study))

    def action_next_view(self) -> None:
        """The first of the other lists."""
        self.action_recheck()
