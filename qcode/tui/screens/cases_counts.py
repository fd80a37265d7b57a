"""Counts of cases: by one attribute, or by two together, with what is counted and what is not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import DataTable, Static

from qcode.core.text import display_safe
from qcode.services.case_counts import count_cases
from qcode.services.case_values import CROSSINGS, columns_of
from qcode.services.study import Study
from qcode.services.table import Cell, Table
from qcode.services.tables import export_table
from qcode.tui.command import Place
from qcode.tui.safe import Parts, cut, inert, inert_text
from qcode.tui.screens.asking import AskLine
from qcode.tui.screens.cases_links import here_only
from qcode.tui.screens.picker import Choice, Picker
from qcode.tui.screens.reading_on import free_path, read_on, typed_path
from qcode.tui.screens.work_screen import WorkScreen, told

__all__ = ["CaseCountsScreen", "count_choices"]

_HERE = ("cases-counts", "cases-columns", "cases-write", "cases-read", "cases-back")
_FIRST = ("mechanism", "year", "issue_area", "province")
_CELLS = 30
_ONLY_ONE = ""


def count_choices(study: Study, *, without: str = "") -> list[Choice]:
    """What cases can be counted by; the usual ones first."""
    types = {column.name: column.type for column in columns_of(study)}
    derived = {"province": "by the codes of the parties, else by the column", "kind": "dataset or not"}
    derived |= dict.fromkeys(CROSSINGS, "by the codes of the parties, else by the column")
    names = dict.fromkeys([*(name for name in _FIRST if name in types or name in derived), *types, *derived])
    return [Choice(name, name, derived.get(name) or types[name], (name,)) for name in names if name != without]


class CaseCountsScreen(WorkScreen):
    """One table of counts; `n` counts by something else, `c` by a second attribute too."""

    PLACE: ClassVar[Place] = "cases"
    BINDINGS: ClassVar[list[BindingType]] = here_only(_HERE)[0]

    def __init__(self, study: Study, by: str) -> None:
        super().__init__(study)
        self._by = by
        self._second: str | None = None
        self._table = Table("", (), (), ())

    def body(self) -> Iterable[Widget]:
        """Table and notes."""
        yield DataTable(id="table", cursor_type="row", zebra_stripes=True)
        with VerticalScroll(id="table-notes", can_focus=False):
            yield Static("", id="table-words", markup=False)

    def on_mount(self) -> None:
        """Count."""
        self._count(self._by, None)
        self.query_one(DataTable).focus()

    def idle_commands(self) -> Iterable[str]:
        """What only the list of the cases can do."""
        return here_only(_HERE)[1]

    def title_parts(self) -> Parts:
        """What is counted."""
        return [(f" {self._table.title}", "bold")]

    @told
    def _count(self, by: str, second: str | None) -> None:
        self._table = count_cases(self.study, by, second if second != by else None)
        self._by, self._second = by, second if second != by else None
        self.show_title()
        self.query_one("#table-words", Static).update(inert("\n".join(self._table.notes), "dim", keep_lines=True))
        grid = self.query_one(DataTable)
        grid.clear(columns=True)
        grid.fixed_columns = 1
        for number, name in enumerate(self._table.header):
            head = inert_text(cut(name, _CELLS))
            head.justify = "right" if number else "left"
            grid.add_column(head)
        for row in self._table.rows:
            grid.add_row(*(_cell(value) for value in row))
        if self._table.total:
            grid.add_row(*(_cell(value, "bold") for value in self._table.total))

    @told
    def action_counts(self) -> None:
        """Count by something else."""
        picker = Picker("Count the cases by", count_choices(self.study), current=self._by)
        self.app.push_screen(picker, lambda by: self._count(by, self._second) if by is not None else None)

    @told
    def action_columns(self) -> None:
        """Count by a second attribute too, or by one only."""
        one = Choice(_ONLY_ONE, "one attribute only", "", ("one", "none"))
        choices = [one, *count_choices(self.study, without=self._by)]
        picker = Picker(f"Count by {self._by}, and by", choices, current=self._second or _ONLY_ONE)
        self.app.push_screen(picker, lambda name: self._count(self._by, name or None) if name is not None else None)

    def action_read_on(self) -> None:
        """Scroll the notes."""
        read_on(self.query_one("#table-notes"))

    @told
    def action_write(self) -> None:
        """Ask for a file, and write the counts."""
        table = self._table
        ask = AskLine(
            "Write these counts to which file?",
            value=display_safe(str(free_path(self.study.file.path.parent / f"cases-by-{_plain(self._by)}.csv"))),
            help_text="CSV; what it counts is written beside it, as .txt.",
            check=lambda typed: export_table(table, typed_path(typed)),
        )
        self.app.push_screen(ask, self._wrote)

    def _wrote(self, typed: str | None) -> None:
        if typed is not None:
            path = typed_path(typed)
            self.tell(f"Wrote {display_safe(path.name)}, and what it counts: {display_safe(path.stem)}.txt.")


def _cell(value: Cell, style: str = "") -> object:
    """A cell; numbers stand right, percentages have one decimal."""
    if isinstance(value, str) or value is None:
        return inert_text(cut(value or "", _CELLS), style)
    text = inert_text(f"{value:.1f}" if isinstance(value, float) else f"{value:,}", style or ("" if value else "dim"))
    text.justify = "right"
    return text


def _plain(name: str) -> str:
    """A name that can be part of a file's name."""
    return "".join(character if character.isalnum() or character in "-_" else "-" for character in name)[:_CELLS]
