"""A table on the screen: frequencies, crosstab, agreement, each with what it counts and the way to the words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

from textual import on
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from qcode.core.text import display_safe
from qcode.errors import QcodeError, RequestError
from qcode.services import tables
from qcode.services.agreement_cells import agreement_cells
from qcode.services.crosstab_columns import column_names
from qcode.services.filters import Filters
from qcode.services.tables import Asked, Table, Tabulated
from qcode.tui.cell_grid import CellGrid
from qcode.tui.commands import Place, bindings
from qcode.tui.safe import Parts, inert, line_of
from qcode.tui.screens.asking import AskLine
from qcode.tui.screens.picker import Choice, Picker
from qcode.tui.screens.reading_on import free_path, typed_path
from qcode.tui.screens.table_cells import TableLook
from qcode.tui.screens.table_choices import (
    coder_choices,
    column_choices,
    content_choices,
    narrowed_words,
    row_choices,
    row_words,
)  # fmt: skip
from qcode.tui.screens.work_screen import WorkScreen, told

if TYPE_CHECKING:
    from qcode.services.study import Study

__all__ = ["TableKind", "TableScreen"]

TableKind = Literal["crosstab", "frequencies", "agreement"]
_WIDE = 110  # cells of a window in which the names of codes stand beside their ids
_IDLE = {
    "crosstab": (),
    "frequencies": ("table-content",),
    "agreement": ("table-columns", "table-content", "table-coders", "table-filters", "table-clear", "table-turn"),
}
_UNITS = {
    "segments": "segments", "transcripts": "transcripts", "cases": "cases", "row": "% of the row",
    "column": "% of the column",
}  # fmt: skip


class TableScreen(WorkScreen):
    """One table. Keys choose what it counts; Enter on a cell shows the passages behind it."""

    PLACE: ClassVar[Place] = "table"
    BINDINGS: ClassVar[list[BindingType]] = bindings("table")
    DEFAULT_CSS = """
    TableScreen #table-cell { height: 1; padding: 0 1; color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis; }
    TableScreen #table-words { padding: 0 1; }
    """

    def __init__(self, study: Study, kind: TableKind) -> None:
        super().__init__(study)
        self._kind = kind
        self._asked = Asked()
        self._columns = ""  # what the crosstab is by, while frequencies are shown
        self._shown: Tabulated | None = None
        self._look = TableLook(Table("", (), (), ()))
        self._state: object = None

    def body(self) -> Iterable[Widget]:
        """The table, a line on the cell under the cursor, the notes."""
        yield CellGrid(id="table", nothing="Nothing to show.")
        yield Static("", id="table-cell", markup=False)
        with VerticalScroll(id="table-notes"):
            yield Static("", id="table-words", markup=False)

    @property
    def grid(self) -> CellGrid:
        """The cells."""
        return self.query_one("#table", CellGrid)

    def on_mount(self) -> None:
        """Count what was asked for last in this kind of table."""
        kept = self.workbench.kept.get(f"table {self._kind}")
        if isinstance(kept, Asked):
            self._asked = kept
        elif self._kind == "crosstab":
            self._asked = Asked(columns=self._first_columns())
        self._count()
        self.grid.focus()

    def on_screen_resume(self) -> None:
        """Something may have been changed on another screen."""
        if self.is_mounted and self.query("#table") and self._state != self._now():
            self._count(stay=True)

    def _now(self) -> object:
        return self.study.file.read.state(), self.study.viewpoint

    def _first_columns(self) -> str:
        """By what a crosstab is at first: the mechanism where there are cases, else what there is."""
        names = column_names(self.study)
        return "mechanism" if "mechanism" in names else next(iter(names), "")

    def idle_commands(self) -> Iterable[str]:
        """What this kind of table does not have."""
        return _IDLE[self._kind]

    # -- counting

    def _count(self, *, stay: bool = False) -> None:
        """Count, and show; the cursor stays if it may."""
        try:
            self._shown = self._make()
        except QcodeError as error:
            self._shown = None
            self._fill(Table(self._heading(), ("",), (), (str(error),)), stay=False)
        else:
            self._fill(self._shown.table, stay=stay)
        self._state = self._now()

    def _make(self) -> Tabulated:
        if self._kind == "agreement":
            return agreement_cells(self.study, self._asked.filters.codes)
        if self._kind == "crosstab" and not self._asked.columns:
            raise RequestError(
                "The study has no cases and no transcripts yet.", fix="`qcode cases import FILE` brings cases in."
            )
        return tables.tabulated(self.study, self._asked)

    def _heading(self) -> str:
        return {"crosstab": "Crosstab", "frequencies": "Code frequencies", "agreement": "Agreement"}[self._kind]

    def _fill(self, table: Table, *, stay: bool) -> None:
        # In a narrow window the numbers matter more than the codes' long names.
        names = ("name",) if self.app.size.width < _WIDE else ()
        self._look = TableLook(table, names)
        grid, columns = self.grid, self._look.columns()
        fixed = 2 if len(columns) > 1 and columns[1].title == "name" else 1
        cursor, column = (grid.cursor, grid.column) if stay else (0, 0)
        grid.set_cells(columns, len(self._look), self._look.row, fixed=fixed, cursor=cursor, column=column)
        notes = "\n".join((*self._no_cases(), *table.notes))
        self.query_one("#table-words", Static).update(inert(notes, "dim", keep_lines=True))
        self.query_one("#table-notes").scroll_home(animate=False)
        self.show_title()
        self._tell_cell()

    def _no_cases(self) -> Iterable[str]:
        if self._kind == "crosstab" and self._shown is not None and not self.study.file.read.cases():
            yield f"There are no cases yet, so the columns are by {self._asked.columns}; the Cases screen makes some."

    def on_resize(self) -> None:
        """Names of codes come and go with the width."""
        super().on_resize()
        if self._look.table.header:
            self._fill(self._look.table, stay=True)

    def title_parts(self) -> Parts:
        """What the table is, and what is counted in it."""
        title = self._look.table.title
        if self._kind == "agreement":
            return [(f" {title}", "bold"), *row_words(self._asked)]
        unit = _UNITS[self._asked.content]
        content = [f" · {unit}"] if self._kind == "crosstab" and not title.endswith(unit) else []
        coders = self._shown.filters.coders if self._shown is not None else self._asked.filters.coders
        own = " · own work only" if self.study.viewpoint.own_only else ""
        narrowed = narrowed_words(self._asked.filters)
        return [(f" {title}", "bold"), *content, f" · coders {coders}", *row_words(self._asked), own, *narrowed]

    @on(CellGrid.Stood, "#table")
    def _tell_cell(self) -> None:
        """The cell under the cursor with whole names."""
        line = self.query_one("#table-cell", Static)
        place = self._place()
        if place is None:
            line.update("", layout=False)
            return
        row, column = place
        table = self._look.table
        cells = table.rows[row] if row < len(table.rows) else table.total or ()
        name = f" {cells[1]}" if table.header[1:2] == ("name",) and cells[1] else ""
        said = self._look.value(row, self.grid.column)
        key = f" · {self.workbench.shortcuts.name('list-open')}: the segments" if said not in ("", "0") else ""
        parts: Parts = [(said or "nothing", "bold"), f" · {table.header[column]} · {cells[0]}{name}{key}"]
        line.update(line_of(*parts), layout=False)

    def _place(self) -> tuple[int, int] | None:
        """Row and column of the cell under the cursor, as the table has them; None if there is none."""
        if not self._look.table.rows or self.grid.column >= len(self._look.kept):
            return None
        return self.grid.cursor, self._look.kept[self.grid.column]

    # -- the way to the words

    @on(CellGrid.Chosen, "#table")
    @told
    def _chosen(self) -> None:
        from qcode.tui.screens.retrieval import RetrievalScreen

        place = self._place()
        if place is None or self._shown is None:
            return
        behind = self._shown.behind(*place)
        self.workbench.drill(RetrievalScreen(self.study, query=behind.query, filters=behind.filters))

    def action_sideways(self, step: int) -> None:
        """Another cell of the row."""
        self.grid.move_column(step)

    def action_page_sideways(self, step: int) -> None:
        """Other columns."""
        self.grid.page_column(step)

    # -- what is counted

    def _ask(self, asked: Asked) -> None:
        """Count something else; what cannot be counted changes nothing. Raises what `tabulated` raises."""
        if self._kind != "agreement":
            self._kind = "crosstab" if asked.columns else "frequencies"
        before, self._asked = self._asked, asked
        try:
            shown = self._make()
        except QcodeError:
            self._asked = before
            if self._kind != "agreement":
                self._kind = "crosstab" if before.columns else "frequencies"
            raise
        self._shown, self._state = shown, self._now()
        self._columns = before.columns or self._columns
        self.workbench.kept[f"table {self._kind}"] = asked
        self._fill(shown.table, stay=True)
        self.show_hints()

    def _pick(
        self,
        title: str,
        choices: Sequence[Choice],
        current: str,
        then: Callable[[str], Asked],
        *,
        numbered: bool = False,
    ) -> None:
        picker = Picker(title, choices, current=current, numbered=numbered)
        self.app.push_screen(picker, lambda value: self._picked(then, value))

    @told
    def _picked(self, then: Callable[[str], Asked], value: str | None) -> None:
        if value is not None:
            self._ask(then(value))

    @told
    def action_rows(self) -> None:
        """Choose the rows."""
        choices, current = row_choices(self.study, self._asked, whole=self._kind != "agreement")

        def rows(value: str) -> Asked:
            kind, _, code = value.partition(" ")
            filters = replace(self._asked.filters, codes=(code,) if code else ())
            return replace(self._asked, rows="branches" if kind == "branches" else "codes", filters=filters)

        self._pick("Rows", choices, current, rows)

    @told
    def action_columns(self) -> None:
        """Choose the columns."""
        self._not_of_agreement("Agreement has its own columns.")
        choices = column_choices(self.study)
        self._pick("Columns by", choices, self._asked.columns, lambda name: replace(self._asked, columns=name))

    @told
    def action_content(self) -> None:
        """Choose what stands in the cells."""
        if self._kind != "crosstab":
            raise RequestError("Only the crosstab has a content to choose.")
        choices = content_choices()

        def content(value: str) -> Asked:
            return replace(self._asked, content=next(name for name in tables.CONTENTS if name == value))

        self._pick("What is counted", choices, self._asked.content, content, numbered=True)

    @told
    def action_coders(self) -> None:
        """Choose whose codings count."""
        self._not_of_agreement("Agreement is between all coders.")

        def coders(value: str) -> Asked:
            rule = Filters.parse(self.study, coders=value).coders
            return replace(self._asked, filters=replace(self._asked.filters, coders=rule))

        self._pick("Whose codings count", coder_choices(self.study), self._asked.filters.coders, coders)

    @told
    def action_filters(self) -> None:
        """Choose a filter."""
        from qcode.tui.screens.filtering import FilterDialogue

        self._not_of_agreement("Agreement has no filters.")
        FilterDialogue(self, self._asked.filters, self._filtered).start()

    @told
    def _filtered(self, filters: Filters) -> None:
        self._ask(replace(self._asked, filters=filters))
        self.grid.focus()

    @told
    def action_clear(self) -> None:
        """No filters; the coders and the rows stay."""
        self._not_of_agreement("Agreement has no filters.")
        filters = self._asked.filters
        self._ask(replace(self._asked, filters=Filters(coders=filters.coders, codes=filters.codes)))
        self.tell("No filters; all segments of participants are counted.")

    @told
    def action_turn_over(self) -> None:
        """Frequencies instead of the crosstab, and back."""
        self._not_of_agreement("Agreement has no other side.")
        if self._asked.columns:
            self._ask(replace(self._asked, columns=""))
            return
        columns = self._columns or self._first_columns()
        if not columns:
            raise RequestError("There is nothing to make columns of.", fix="Import transcripts or cases first.")
        self._ask(replace(self._asked, columns=columns))

    def _not_of_agreement(self, words: str) -> None:
        if self._kind == "agreement":
            raise RequestError(words)

    # -- notes and files

    def action_notes(self) -> None:
        """To the notes, so that the arrow keys scroll them, or back to the table."""
        notes = self.query_one("#table-notes")
        (self.grid if notes.has_focus else notes).focus()

    @told
    def action_write(self) -> None:
        """Ask for a file, and write what is shown."""
        if self._shown is None or not self._shown.table.rows:
            raise RequestError("There is nothing to write.")
        table = self._shown.table
        ask = AskLine(
            f"Write “{table.title}” to which file?",
            value=display_safe(str(self._free())),
            help_text=".csv or .xlsx, with what it counts beside it as .txt; .md holds both.",
            check=lambda typed: tables.export_table(table, typed_path(typed)),
        )
        self.app.push_screen(ask, self._wrote)

    def _free(self) -> Path:
        """A name beside the project that is free, and free for the notes too."""
        path = free_path(self.study.file.path.parent / f"{self._kind}.csv")
        while path.with_suffix(".txt").exists() or path.exists():
            stem, _, number = path.stem.partition("-")
            path = path.with_name(f"{stem}-{int(number or 1) + 1}.csv")
        return path

    def _wrote(self, typed: str | None) -> None:
        if typed is not None:
            path = typed_path(typed)
            beside = "" if path.suffix.casefold() == ".md" else f", and what it counts: {path.stem}.txt"
            self.tell(f"Written: {path.name}{beside}")
