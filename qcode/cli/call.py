"""What one call of `qcode` knows: which project, who, and whether anything was changed so far."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qcode.errors import NoProject, RequestError

if TYPE_CHECKING:
    from qcode.services.study import Study

__all__ = ["Call", "begin", "is_terminal", "open_screen", "pass_call"]


class Call:
    """One call of the program.

    `untouched` is True as long as nothing can have been changed: then an interruption may say so. `opened` is the
    project while it is open.
    """

    def __init__(self, project: Path | None = None, coder: str | None = None) -> None:
        self.project = project
        self.coder = coder
        self.untouched = True
        self.opened: Study | None = None

    def path(self) -> Path:
        """The project that is meant. Raises NoProject if there is none, or several."""
        from qcode.services.study import find_project

        return find_project(self.project)

    @contextmanager
    def study(self) -> Iterator[Study]:
        """The project, open."""
        from qcode.services.study import Study

        with Study.open(self.path(), coder=self.coder) as study:
            before = study.file.read.state()
            self.opened = study
            try:
                yield study
            except KeyboardInterrupt:
                self._compare(study, before)
                raise
            finally:
                self.opened = None
            self._compare(study, before)

    def _compare(self, study: Study, before: tuple[int, int]) -> None:
        if study.file.read.state() != before:
            self.untouched = False

    def will_write(self) -> None:
        """Say that something outside the events is about to be written: a file, a setting."""
        self.untouched = False


pass_call = click.make_pass_decorator(Call)


def is_terminal() -> bool:
    """Whether somebody sits in front of the program and can use a full screen: a terminal, or a browser's window."""
    in_browser = os.environ.get("TEXTUAL_DRIVER", "").endswith("WebDriver")  # as `qcode serve` starts it
    return in_browser or (sys.stdin.isatty() and sys.stdout.isatty())


def open_screen(path: Path, coder: str | None, *, mouse: bool = True, tour: bool = False) -> int:
    """Open the project on the screen; the exit code. `tour` offers the tour the first time."""
    from qcode.tui.app import run

    _need_screen()
    return run(path, coder, mouse=mouse, tour=tour)


def begin(call: Call, *, mouse: bool = True) -> int:
    """Open the project that is meant; where there is none, or several, offer what one can do. The exit code."""
    _need_screen()
    try:
        path = call.path()
    except NoProject:
        from qcode.tui.screens.first_run import first_run

        opening = first_run(call.coder, mouse=mouse)
        if isinstance(opening, int):
            return opening
        return open_screen(opening.path, opening.coder, mouse=mouse, tour=opening.tour)
    return open_screen(path, call.coder, mouse=mouse)


def _need_screen() -> None:
    """RequestError for a terminal that can show lines only."""
    term = os.environ.get("TERM", "")
    if term.casefold() in ("dumb", "unknown"):
        raise RequestError(
            f"This terminal (TERM={term}) shows lines only, and the workbench needs a whole screen.",
            fix="Use another terminal, or the commands: `qcode --help` lists them.",
        )
