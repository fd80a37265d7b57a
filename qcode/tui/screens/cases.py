"""The cases: what is recorded of each, where the interviews speak of it, and how much was coded there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual import on
from textual.binding import BindingType
from textual.content import Content

from qcode.core.condition_tree import KEYWORDS
from qcode.core.tokens import quoted
from qcode.errors import RequestError
from qcode.services.case_edits import CaseLink
from qcode.services.case_overview import CaseLine, CaseOverview, keep_shown_columns, party_words, shown_columns
from qcode.services.case_rows import CASE_KINDS
from qcode.services.case_values import CROSSINGS, crossing
from qcode.services.filters import Filters
from qcode.services.study import Study
from qcode.tui.command import Place
from qcode.tui.commands import bindings
from qcode.tui.rows import Column, Row, RowList
from qcode.tui.safe import Parts, cut, lines_of
from qcode.tui.screens.cases_asking import years_words
from qcode.tui.screens.cases_counts import CaseCountsScreen, count_choices
from qcode.tui.screens.cases_editing import CaseEditing
from qcode.tui.screens.cases_files import CaseFiles
from qcode.tui.screens.cases_links import CaseLinksScreen, fix_pane
from qcode.tui.screens.list_screen import ListScreen
from qcode.tui.screens.picker import Choice, Picker
from qcode.tui.screens.reading_on import read_on
from qcode.tui.screens.work_screen import told

__all__ = ["CasesScreen"]

_USUAL = ("mechanism", "year", "issue_area")
_WIDEST = 18  # cells of an attribute in the list
_NARROWEST = 4
_SHOWN_LINKS = 8
_MARGIN = 4  # cells beside the words of the pane
_WORDS = {"key": "key", "name": "name", "kind": "kind", "passages": "passages", "mine": "my codings"}
_NUMBERS = ("passages", "mine")


@dataclass(slots=True)
class _Look:
    """How the list looks, kept while the program runs: columns, what sorts, and whether from the largest `down`."""

    shown: list[str] | None = None
    by: str = ""
    down: bool = False


class CasesScreen(ListScreen[CaseLine], CaseEditing, CaseFiles):
    """All cases. Enter shows the links of one."""

    PLACE: ClassVar[Place] = "cases"
    BINDINGS: ClassVar[list[BindingType]] = bindings("cases")
    NOTHING = "There are no cases yet: i imports a table of them, A makes one by hand."

    def __init__(self, study: Study) -> None:
        super().__init__(study)
        self._overview: CaseOverview | None = None
        self._names: list[str] = []  # of the attributes that are columns
        self._columns: list[Column] = []
        self._look = _Look()

    # -- the list

    @property
    def overview(self) -> CaseOverview:
        """The cases as they stand now."""
        if self._overview is None or self._overview.stale():
            self._overview = CaseOverview(self.study)
        return self._overview

    def on_mount(self) -> None:
        """Look as the list looked before."""
        kept = self.workbench.kept.setdefault("cases", self._look)
        if isinstance(kept, _Look):
            self._look = kept
        if self._look.shown is None:
            self._look.shown = shown_columns(self.study)
        fix_pane(self.query_one("#detail"))
        super().on_mount()

    @property
    def _seen(self) -> CaseOverview:
        """The cases as the list shows them: read when it was filled."""
        return self._overview or self.overview

    def load(self) -> Iterable[CaseLine]:
        """The cases, sorted as it was chosen."""
        overview = self.overview
        known = (*_WORDS, *overview.types)
        self._names = self._shown(overview)
        self._columns = self._fitting(overview)
        return overview.arranged(self._look.by if self._look.by in known else "", down=self._look.down)

    def _shown(self, overview: CaseOverview) -> list[str]:
        wanted = self._look.shown
        if wanted is None:
            used = {name for line in overview.lines for name in line.values}
            wanted = [name for name in _USUAL if name in used]
        return [name for name in wanted if name in overview.types]

    def _fitting(self, overview: CaseOverview) -> list[Column]:
        """The columns, as wide as their values; narrow windows lose the parties first, then attributes."""
        attributes = []
        for number, name in enumerate(self._names):
            longest = max((cell_len(line.values.get(name, "")) for line in overview.lines), default=0)
            width = max(_NARROWEST, min(_WIDEST, max(longest, min(len(name), 12))))
            attributes.append(Column(name, width, drop=10 + number if number else 3))
        return [
            Column(" ", 1),
            Column("case", least=12, share=2),
            Column("name", least=12, share=3, drop=8),
            Column("kind", 9, drop=4),
            *attributes,
            Column("parties", least=18, share=3, drop=60),
            Column("whole", 5, right=True, drop=50),
            Column("passages", 8, right=True),
            Column("mine", 5, right=True),
        ]

    def columns(self) -> Sequence[Column]:
        """The columns as they were chosen."""
        return self._columns

    def row(self, item: CaseLine) -> Row:
        """The cells of a case; one that is outside the data set is marked by its kind."""
        case, overview = item.case, self._seen
        outside = case.kind != "dataset"
        return [
            ("!", "warn") if overview.doubts(item) else "",
            (case.short_key, "" if outside else "bold"),
            case.name,
            (case.kind, "warn" if outside else "dim"),
            *(item.values.get(name, "") for name in self._names),
            (", ".join(party.name for party in case.parties), "dim"),
            *(str(number) if number else ("·", "dim") for number in (item.whole, item.passages, item.mine)),
        ]

    def key_of(self, item: CaseLine) -> object:
        """A case is the same while its id is."""
        return item.case.uid

    def words_of(self, item: CaseLine) -> str:
        """Everything that is recorded of it."""
        return item.words

    def point_at(self, uid: str) -> None:
        """Mark the case with that uid."""
        self.reload(mark=uid)

    # -- title and detail

    def title_parts(self) -> Parts:
        """How many there are, of which kinds, and how they are sorted."""
        number = len(self.items)
        kinds = [item.case.kind for item in self.items]
        counts = ", ".join(f"{kinds.count(kind)} {kind}" for kind in CASE_KINDS if kind in kinds)
        words = "1 case" if number == 1 else f"{number:,} cases"
        by = _WORDS.get(self._look.by, self._look.by)
        order = f" · by {by}{', from the largest' if self._look.down else ''}" if by else ""
        own = " · own work only" if self.study.viewpoint.own_only else ""
        return [(" Cases", "bold"), f" · {words}{f': {counts}' if counts else ''}{order}{own}"]

    def detail(self, item: CaseLine | None) -> Content:
        """Attributes with their types, parties, what follows from their codes, stages, doubts, links."""
        return lines_of(*self._detail(item)) if item is not None else Content("")

    def _detail(self, item: CaseLine) -> Iterator[Parts]:
        case = item.case
        yield [(case.short_key, "bold"), f" · {case.name} · ", (case.kind, "bold")]
        yield from self._attributes(item)
        for party in case.parties:
            yield [(f"{party.role} ", "dim"), party_words(party)]
        for stage in case.stages:
            years = years_words(stage.first, stage.last)
            yield [("stage ", "dim"), " · ".join(word for word in (stage.name, years, stage.mechanism) if word)]
        for doubt in self._seen.doubts(item):
            yield [("! ", "bold $warning"), doubt]
        yield from self._links(item)

    def _attributes(self, item: CaseLine) -> Iterator[Parts]:
        """The attributes, as many on a line as fit, then those that follow from the codes of the parties."""
        types = self._seen.types
        derived = [name for name in CROSSINGS if crossing(item.case, name) is not None]
        names = [name for name in (*types, *item.values) if name in item.values and name not in derived]
        line: Parts = []
        room = self.app.size.width - _MARGIN
        for name in dict.fromkeys(names):
            type_ = "" if types.get(name, "text") == "text" else f" ({types[name]})"
            cells = cell_len(f"{name} {item.values[name]}{type_}   ")
            if line and cells > room:
                yield line
                line, room = [], self.app.size.width - _MARGIN
            room -= cells
            line += [(f"{name} ", "dim"), item.values[name], (f"{type_}   ", "dim")]
        if line:
            yield line
        if derived:
            words = "   ".join(f"{name} {item.values[name]}" for name in derived)
            yield [words, (" (by the codes of the parties)", "dim")]

    def _links(self, item: CaseLine) -> Iterator[Parts]:
        number = self._seen.number_of_links(item)
        codings = "1 coding" if item.mine == 1 else f"{item.mine} codings"
        links = "1 link" if number == 1 else f"{number} links"
        yield [(f"{links} · {codings} of mine speak{'s' if item.mine == 1 else ''} of it", "dim")]
        yield from (_link_parts(link) for link in self._seen.links(item, _SHOWN_LINKS))
        if number > _SHOWN_LINKS:
            yield [(f"… and {number - _SHOWN_LINKS} more: Enter shows all", "dim")]

    def moved(self) -> None:
        """Another case is told of from its beginning."""
        self.query_one("#detail").scroll_home(animate=False)

    def action_read_on(self) -> None:
        """Scroll the pane."""
        read_on(self.query_one("#detail"))

    # -- what one can do

    def item(self) -> CaseLine:
        """The case under the cursor. Raises RequestError if there is none."""
        if self.marked is None:
            raise RequestError("No case is marked.", fix="A makes one, i imports a table of them.")
        return self.marked

    def came(self, mark: str | None = None) -> None:
        """Something about cases has changed: show it, here and on the coding screen."""
        if mark is not None and self.narrow.value:
            self.narrow.value = ""
            self.narrow.display = False
        self.reload(mark=mark)
        self.workbench.coding.renew()

    @on(RowList.Chosen, "#rows")
    @told
    def _chosen(self) -> None:
        item = self.item()
        if not self.overview.number_of_links(item):
            raise RequestError(f"The case {item.case.short_key} has no links.", fix="L links a passage while coding.")
        self.workbench.drill(CaseLinksScreen(self.study, item.case))

    @told
    def action_segments(self) -> None:
        """My segments that speak of it."""
        from qcode.tui.screens.retrieval import RetrievalScreen

        item = self.item()
        filters = Filters.parse(
            self.study,
            where=f"case.key = {quoted(item.case.short_key, KEYWORDS)}",
            coders=self.study.me.name if self.study.me.key else "main",
            speakers="all",
        )
        self.workbench.drill(RetrievalScreen(self.study, filters=filters))

    # -- order and columns

    def action_sort(self) -> None:
        """Choose what the list is sorted by."""
        names = [*_WORDS.items(), *((name, name) for name in self.overview.types)]
        types = self.overview.types
        choices = [Choice("", "as in the table", "", ("table",))]
        choices += [
            Choice(name, words, "number" if name in _NUMBERS else types.get(name, ""), (words, name))
            for name, words in names
        ]
        self.app.push_screen(Picker("Sort by", choices, current=self._look.by), self._sort)

    @told
    def _sort(self, name: str | None) -> None:
        if name is None:
            return
        look = self._look
        look.down = bool(name) and name == look.by and not look.down
        look.by = name
        self.reload()
        words = _WORDS.get(name, name)
        self.tell(f"Sorted by {words}{', from the largest' if look.down else ''}." if name else "As in the table.")

    @told
    def action_columns(self) -> None:
        """Choose columns, one after the other."""
        self._ask_columns(None)

    def _ask_columns(self, current: str | None) -> None:
        shown = self._shown(self.overview)
        choices = [
            Choice(name, f"{'✓' if name in shown else ' '} {name}", type_, (name,))
            for name, type_ in self.overview.types.items()
        ]
        if not choices:
            raise RequestError("The cases have no attributes yet.", fix="e records one.")
        picker = Picker("Which attributes are columns? Enter turns one, Esc is done", choices, current=current)
        self.app.push_screen(picker, self._turn_column)

    @told
    def _turn_column(self, name: str | None) -> None:
        if name is None:
            return
        shown = self._shown(self.overview)
        self._look.shown = [one for one in shown if one != name] if name in shown else [*shown, name]
        keep_shown_columns(self.study, self._look.shown)
        self.reload()
        self._ask_columns(name)

    @told
    def action_counts(self) -> None:
        """Choose by what the cases are counted, and count them."""
        if not self.overview.lines:
            raise RequestError("There are no cases to count.")
        picker = Picker("Count the cases by", count_choices(self.study))
        self.app.push_screen(picker, self._count)

    @told
    def _count(self, by: str | None) -> None:
        if by is not None:
            self.workbench.drill(CaseCountsScreen(self.study, by))

    @told
    def action_toggle_others(self) -> None:
        """Show or hide others' work."""
        self.study.look(own_only=not self.study.viewpoint.own_only)
        self.came()
        own = self.study.viewpoint.own_only
        self.tell("Only your own work is shown." if own else "The work of all coders is shown.")


def _link_parts(link: CaseLink) -> Parts:
    """A link on one line: transcript, place, stage, coder, words."""
    place = "whole transcript" if link.start is None else f"{link.start}-{link.end}"
    stage = f" · stage {link.stage}" if link.stage else ""
    head: Parts = [(cut(link.transcript, 30), "bold"), (f" {place}{stage} · {cut(link.coder, 20)}", "dim")]
    return [*head, f"  {link.words}"] if link.words else head
