"""A running workbench for tests, with short words for what they look at."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual.pilot import Pilot
from textual.widgets import Input, Static

from qcode.core.spans import Span
from qcode.services.study import Study
from qcode.tui.app import Workbench
from qcode.tui.cell_grid import CellGrid
from qcode.tui.screens.table import TableScreen
from qcode.tui.transcript import TranscriptView

__all__ = ["Bench", "bench"]


class Bench:
    """A running workbench, and short words for what the tests look at."""

    def __init__(self, app: Workbench, pilot: Pilot[int], study: Study) -> None:
        self.app = app
        self.pilot = pilot
        self.study = study
        self.coding = app.coding
        self.view: TranscriptView = self.coding.view

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def find(self, quote: str) -> None:
        """Select the only place where a quote stands."""
        start = self.view.walker.text.index(quote)
        self.view.select_span(Span(start, start + len(quote)))
        await self.pilot.pause()

    async def typed(self, text: str) -> None:
        self.app.screen.query_one(Input).value = text
        await self.pilot.pause()

    async def searched(self) -> None:
        await self.app.workers.wait_for_complete()
        await self.pilot.pause()

    def selected(self) -> str:
        return self.view.walker.text[slice(*self.view.selection.span)]

    def words(self, selector: str) -> str:
        return str(self.app.screen.query_one(selector, Static).content)

    @property
    def told(self) -> str:
        return self.words("#hints").strip()

    def codings(self) -> list[tuple[str, str]]:
        """(code, quote) of my codings in this transcript, as stored."""
        table = self.study.codes()
        text = self.view.walker.text
        rows = self.study.file.read.codings(self.coding.desk.source.key, coders=[self.study.me.key])
        return sorted((table.code(r.code).id, text[r.start : r.end]) for r in rows)

    @property
    def grid(self) -> CellGrid:
        return self.app.screen.query_one(CellGrid)

    def rows(self) -> list[list[str]]:
        return [self.grid.texts(number) for number in range(len(self.grid))]

    def header(self) -> list[str]:
        return [column.title for column in self.grid.columns]

    def state(self) -> dict[str, object]:
        """Everything that a command may change."""
        coding, read = self.coding, self.study.file.read
        screen = self.app.screen
        table = isinstance(screen, TableScreen)
        return {
            "screen": type(screen).__name__,
            "theme": self.app.theme,
            "running": self.app._exit,
            "selection": self.view.selection,
            "top": self.view.scroll_offset.y,
            "marks": frozenset(m.key for m in self.view.all_marks()),
            "focused": coding._focused,
            "inspected": coding.inspected,
            "pane": coding.pane.display,
            "text": coding.desk.number,
            "others": self.study.viewpoint.own_only,
            "ledger": tuple(read.ledger(coders=[self.study.me.key])) if self.study.me.key else (),
            "told": str(coding.query_one("#hints", Static).content),
            "table": (self.header(), self.rows(), self.told, self.words("#table-words"), self.grid.column)
            if table
            else None,
            "keys go to": getattr(screen.focused, "id", ""),
            "files": tuple(sorted(p.name for p in self.study.file.path.parent.iterdir() if p.suffix == ".csv")),
        }


@asynccontextmanager
async def bench(study: Study, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Bench]:
    app = Workbench(study)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield Bench(app, pilot, study)
