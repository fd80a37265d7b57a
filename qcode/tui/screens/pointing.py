"""The mouse on the coding screen's margin: a bracket or a label takes its coding or its suggestion."""

from __future__ import annotations

from textual import on

from qcode.tui.screens.suggesting import Suggesting
from qcode.tui.transcript import TranscriptView

__all__ = ["Pointing"]


class Pointing(Suggesting):
    """What a click in the margin does."""

    @on(TranscriptView.Pointed)
    def _pointed(self, event: TranscriptView.Pointed) -> None:
        mark = self.view.mark(event.key)
        if mark is None or self.view.adjusting:
            return
        self.view.select_span(mark.span)
        if mark.suggested:
            self._focused = mark.key
            self.inspect(None)
        else:
            self._focused = None
            self.inspect(mark.key)
        self._show_state()
