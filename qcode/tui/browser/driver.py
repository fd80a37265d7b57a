"""Textual's driver for a process behind a server, which also notices that the server is gone."""

from __future__ import annotations

import os
from functools import partial

from textual import messages
from textual.app import App
from textual.drivers.web_driver import WebDriver

__all__ = ["ServedWebDriver"]


class ServedWebDriver(WebDriver):
    """As Textual's, and it ends the program when nobody is left at the other end of the pipes.

    A server that was killed could not say goodbye: without this, each window would leave a process behind for good.
    """

    def __init__(
        self, app: App[object], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._write = partial(self._pass_on)
        self.abandoned = False

    def _pass_on(self, data: bytes) -> int:
        """Write to the server; nothing is left to write to once it is gone."""
        if not self.abandoned:
            try:
                return os.write(self.fileno, data)
            except BrokenPipeError:
                self.abandoned = True
        return len(data)

    def run_input_thread(self) -> None:
        """Hand on what is typed; where the input ends before the program does, end the program."""
        super().run_input_thread()
        if not self.exit_event.is_set():
            self._app.post_message(messages.ExitApp())
