"""Learning beside other work: one run at a time, and at most one that waits, the latest that was asked for."""

from __future__ import annotations

import threading
from collections.abc import Callable

from qcode.errors import QcodeError
from qcode.services.suggestions import Search

__all__ = ["TrainingQueue"]


class TrainingQueue:
    """Learns for searches, one after another, in a thread that waits for a process of its own.

    `done` is called in that thread after each run, with the search and a sentence if it failed, else an empty text.
    """

    def __init__(self, done: Callable[[Search, str], None]) -> None:
        """Nothing runs until something is asked for."""
        self._done = done
        self._lock = threading.Lock()
        self._waiting: Search | None = None
        self._thread: threading.Thread | None = None

    def ask(self, search: Search) -> None:
        """Learn what is due for a search; one that waits already is forgotten for it."""
        with self._lock:
            self._waiting = search
            if self._thread is None:
                # A daemon: the program may end while something is being learned, and nothing is lost by that.
                self._thread = threading.Thread(target=self._work, name="learning", daemon=True)
                self._thread.start()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until nothing runs and nothing waits; whether that came about."""
        thread = self._thread
        if thread is not None:
            thread.join(seconds)
        return thread is None or not thread.is_alive()

    def _work(self) -> None:
        while True:
            with self._lock:
                search, self._waiting = self._waiting, None
                if search is None:
                    self._thread = None
                    return
            try:
                search.train()
                problem = ""
            except QcodeError as error:
                problem = str(error)
            self._done(search, problem)
