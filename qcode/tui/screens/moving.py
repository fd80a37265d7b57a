"""Moving and selecting on the coding screen."""

from __future__ import annotations

from qcode.tui.screens.desk_screen import DeskScreen
from qcode.tui.selecting import Selection

__all__ = ["Moving"]


class Moving(DeskScreen):
    """The actions that change the selection."""

    def _select(self, selection: Selection) -> None:
        self.view.select(selection)

    def action_word(self, step: int) -> None:
        """Next or previous word."""
        self._select(self.view.walker.by_word(self.view.selection, step))

    def action_line(self, step: int) -> None:
        """Up or down a line."""
        self.view.move_line(step)

    def action_page(self, step: int) -> None:
        """Up or down a page."""
        self.view.move_line(step * self.view.page_lines())

    def action_turn(self, step: int) -> None:
        """Next or previous turn."""
        self._select(self.view.walker.by_turn(self.view.selection, step))

    def action_edge(self, end: int) -> None:
        """Beginning or end of the transcript."""
        walker = self.view.walker
        position = walker.turns[-1].end - 1 if end else walker.turns[0].start
        self._select(walker.to_position(self.view.selection, position))

    def action_extend_word(self, step: int) -> None:
        """Move the moving end by a word."""
        self._select(self.view.walker.by_word(self.view.selection, step, extend=True))

    def action_extend_sentence(self, step: int) -> None:
        """Move an end by a sentence."""
        self._select(self.view.walker.by_sentence(self.view.selection, step))

    def action_anchor(self) -> None:
        """Fix one end, or let go."""
        selection = self.view.selection
        self._select(Selection(selection.span, selection.forward, not selection.anchored))

    def action_other_end(self) -> None:
        """Let the other end move."""
        selection = self.view.selection
        self._select(Selection(selection.span, not selection.forward, anchored=True))

    def action_collapse(self) -> None:
        """Back to one word; no suggestion and no coding stands out any more."""
        self._focused = None
        self.inspect(None)
        self._select(self.view.walker.collapse(self.view.selection))
        self._show_state()

    def action_select_sentence(self) -> None:
        """The sentence."""
        self._select(self.view.walker.sentence(self.view.selection))

    def action_select_turn(self) -> None:
        """The turn."""
        self._select(self.view.walker.turn(self.view.selection))

    def action_grow(self) -> None:
        """The next larger unit."""
        self._select(self.view.walker.grow(self.view.selection))

    def action_shrink(self) -> None:
        """The next smaller unit."""
        self._select(self.view.walker.shrink(self.view.selection))
