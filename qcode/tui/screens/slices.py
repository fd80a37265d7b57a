"""Long work in slices of a few milliseconds, so that no key has to wait for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from qcode.services.study import Study
from qcode.tui.screens.work_screen import WorkScreen, told

__all__ = ["Slicing"]

_SLICE = 0.006  # seconds of work at a time
_PAUSE = 0.002  # seconds between two slices, in which keys are heard


class Slicing(WorkScreen):
    """A screen with work that goes on between key presses. Work is an iterator: each step is short.

    There may be several works, by name; one that begins again takes the place of the one with its name.
    """

    def __init__(self, study: Study) -> None:
        super().__init__(study)
        self._works: dict[str, tuple[Iterator[object], Callable[[], None]]] = {}

    def begin_work(self, name: str, steps: Iterator[object], after: Callable[[], None]) -> None:
        """Begin a work; `after` is called after each slice and at the end, when `working` says no more."""
        self._works[name] = (steps, after)
        self._slice(name, steps)

    def end_work(self, name: str) -> None:
        """Leave a work as it is."""
        self._works.pop(name, None)

    def working(self, name: str) -> bool:
        """Whether that work goes on."""
        return name in self._works

    @told
    def _slice(self, name: str, steps: Iterator[object]) -> None:
        found = self._works.get(name)
        if found is None or found[0] is not steps or not self.is_attached:
            return
        end = time.monotonic() + _SLICE
        try:
            while time.monotonic() < end:
                next(steps)
        except StopIteration:
            del self._works[name]
        found[1]()
        if self.working(name):
            self.set_timer(_PAUSE, lambda: self._slice(name, steps))
