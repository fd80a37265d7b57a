"""A table on the screen: frequencies, crosstab, agreement, each with what it counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.widgets import DataTable, Static

from qcode.errors import QcodeError
from qcode.services import agreement, tables
from qcode.services.case_values import values_of
from qcode.services.tables import Cell, Table
from qcode.tui.commands import bindings, hints
from qcode.tui.safe import Parts, cut, inert, inert_text, line_of

if TYPE_CHECKING:
    from qcode.services.study import Study

__all__ = ["TableKind", "TableScreen"]

TableKind = Literal["crosstab", "frequencies", "agreement"]
_PERCENT = ("none", "row", "column")
_NAME_CELLS = 34
_WIDE = 110


class TableScreen(Screen[None]):
    """One table; keys change what it counts and write it as CSV."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("table")

    def __init__(self, study: Study, kind: TableKind) -> None:
        super().__init__()
        self._study = study
        self._kind = kind
        self._coders = ["main", "any", *(c.name for c in study.coders() if c.name)]
        self._attributes = sorted({name for case in study.file.read.cases() for name in values_of(case)})
        self._choice = {"coders": 0, "percent": 0, "attribute": 0}
        if "mechanism" in self._attributes:
            self._choice["attribute"] = self._attributes.index("mechanism")
        self._shown: Table | None = None
        self._told_something = False

    def compose(self) -> ComposeResult:
        """Title, table, notes, keys."""
        yield Static("", id="table-title", markup=False)
        yield DataTable(id="table", cursor_type="row", zebra_stripes=True)
        with VerticalScroll(id="table-notes"):
            yield Static("", id="table-words", markup=False)
        yield Static("", id="hints", markup=False)

    def on_mount(self) -> None:
        """Count."""
        self._count()
        self.query_one(DataTable).focus()

    def on_resize(self) -> None:
        """As many hints as fit."""
        self._hint()

    def _hint(self) -> None:
        self._told_something = False
        without = {
            "crosstab": (),
            "frequencies": ("table-percent", "table-attribute"),
            "agreement": ("table-coders", "table-percent", "table-attribute"),
        }[self._kind]
        parts: Parts = []
        for key, word in hints("table", self.app.size.width, without=without):
            parts += [(f" {key} ", "bold"), f"{word} "]
        self.query_one("#hints", Static).update(line_of(*parts), layout=False)

    def tell(self, message: str, *, style: str = "bold") -> None:
        """A sentence in the bottom line until the next key; a pop-up would hide numbers."""
        self._told_something = True
        self.query_one("#hints", Static).update(line_of((f" {message}", style)), layout=False)

    def on_key(self) -> None:
        """What was told goes with the next key."""
        if self._told_something:
            self._hint()

    def _make(self) -> Table:
        coders = self._coders[self._choice["coders"]]
        if self._kind == "agreement":
            return agreement.agreement_table(agreement.agreement(self._study))
        if self._kind == "frequencies":
            return tables.frequencies(self._study, coders=coders)
        if not self._attributes:
            return Table("Codes by case", ("code",), (), ("The study has no cases yet: `qcode cases import FILE`.",))
        return tables.crosstab(
            self._study,
            self._attributes[self._choice["attribute"]],
            coders=coders,
            percent=_PERCENT[self._choice["percent"]],
        )

    def _count(self) -> None:
        try:
            self._shown = self._make()
        except QcodeError as error:
            self._shown = Table("Nothing to show", ("",), (), (str(error),))
        self._fill(self._shown)

    def _fill(self, table: Table) -> None:
        self.query_one("#table-title", Static).update(inert(table.title, "bold"))
        self.query_one("#table-words", Static).update(inert("\n".join(table.notes), "dim", keep_lines=True))
        grid = self.query_one(DataTable)
        grid.clear(columns=True)
        grid.fixed_columns = 1
        # In a narrow window the numbers matter more than the codes' long names.
        kept = [i for i, name in enumerate(table.header) if name != "name" or self.app.size.width >= _WIDE]
        looks = [_ColumnLook.of([row[i] for row in table.rows]) for i in range(len(table.header))]
        for i in kept:
            grid.add_column(looks[i].head(table.header[i]))
        depths = table.depth or (0,) * len(table.rows)
        for row, depth in zip(table.rows, depths, strict=True):
            grid.add_row(*[looks[i].cell(row[i], indent=2 * depth if i == 0 else 0) for i in kept])
        if table.total:
            grid.add_row(*[looks[i].cell(table.total[i], style="bold") for i in kept])

    def _next(self, name: str, size: int) -> None:
        self._choice[name] = (self._choice[name] + 1) % max(1, size)
        self._count()

    def action_back(self) -> None:
        """Back to coding."""
        self.dismiss(None)

    def action_coders(self) -> None:
        """Another choice of coders."""
        if self._kind == "agreement":
            self.tell("Agreement is between all coders.")
        else:
            self._next("coders", len(self._coders))

    def action_percent(self) -> None:
        """Numbers, row percent, column percent."""
        if self._kind == "crosstab":
            self._next("percent", len(_PERCENT))
        else:
            self.tell("Only the crosstab has percentages to choose.")

    def action_attribute(self) -> None:
        """Another attribute as columns."""
        if self._kind != "crosstab":
            self.tell("Only the crosstab has columns to choose.")
        elif len(self._attributes) < 2:
            self.tell("The cases have no other attribute.")
        else:
            self._next("attribute", len(self._attributes))

    def action_notes(self) -> None:
        """To the notes, so that the arrow keys scroll them, or back to the table."""
        notes = self.query_one("#table-notes")
        (self.query_one(DataTable) if notes.has_focus else notes).focus()

    def action_write(self) -> None:
        """Write what is shown beside the project, under a name that is free."""
        if self._shown is None or not self._shown.rows:
            self.tell("There is nothing to write.")
            return
        folder = self._study.file.path.parent
        path = folder / f"{self._kind}.csv"
        number = 2
        while path.exists() or path.with_suffix(".txt").exists():
            path = folder / f"{self._kind}-{number}.csv"
            number += 1
        try:
            tables.export_table(self._shown, path)
        except QcodeError as error:
            self.tell(str(error), style="bold $error")
        else:
            self.tell(f"Written: {path.name}, and what it counts: {path.stem}.txt")


@dataclass(frozen=True, slots=True)
class _ColumnLook:
    """How the cells of one column look: numbers stand right, all with the same number of decimals."""

    numbers: bool
    decimals: int

    @classmethod
    def of(cls, cells: Sequence[Cell]) -> _ColumnLook:
        values = [cell for cell in cells if isinstance(cell, (int, float))]
        parts = [value for value in values if isinstance(value, float)]
        # Percentages need one decimal, coefficients between -1 and 1 three.
        decimals = 0 if not parts else 1 if any(abs(part) > 1 for part in parts) else 3
        return cls(bool(values), decimals)

    def head(self, name: str) -> Text:
        return self._placed(inert_text(cut(name, 16)))

    def cell(self, value: Cell, *, indent: int = 0, style: str = "") -> Text:
        if value is None:
            return inert_text("")
        if isinstance(value, str):
            return self._placed(inert_text(" " * indent + cut(value, _NAME_CELLS), style))
        text = f"{value:.{self.decimals}f}" if isinstance(value, float) else str(value)
        return self._placed(inert_text(text, style if value else "dim"))

    def _placed(self, text: Text) -> Text:
        if self.numbers:
            text.justify = "right"
        return text
