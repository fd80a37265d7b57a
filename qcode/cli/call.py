"""What one call of `qcode` knows: which project, who, and whether anything was changed so far."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from qcode.services.study import Study

__all__ = ["Call", "is_terminal", "open_screen", "pass_call"]


class Call:
    """One call of the program.

    `untouched` is True as long as nothing can have been changed: then an interruption may say so.
    """

    def __init__(self, project: Path | None = None, coder: str | None = None) -> None:
        self.project = project
        self.coder = coder
        self.untouched = True

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
            try:
                yield study
            except KeyboardInterrupt:
                self._compare(study, before)
                raise
            self._compare(study, before)

    def _compare(self, study: Study, before: tuple[int, int]) -> None:
        if study.file.read.state() != before:
            self.untouched = False

    def will_write(self) -> None:
        """Say that something outside the events is about to be written: a file, a setting."""
        self.untouched = False


pass_call = click.make_pass_decorator(Call)


def is_terminal() -> bool:
    """Whether somebody sits in front of the program and can use a full screen."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def open_screen(path: Path, coder: str | None) -> int:
    """Open the project on the screen; the exit code."""
    from qcode.tui.app import run

    return run(path, coder)
