"""Adjusting a coding: its boundaries are moved by keys, and kept by one more."""

from __future__ import annotations

from dataclasses import replace

from rich.cells import cell_len

from qcode.tui.painter import Mark
from qcode.tui.safe import Parts, cut, line_of
from qcode.tui.screens.applying import Applying
from qcode.tui.screens.desk_screen import characters
from qcode.tui.screens.moving import Moving
from qcode.tui.screens.work_screen import told
from qcode.tui.selecting import Selection

__all__ = ["Adjusting"]

_ALLOWED = frozenset({
    "adjust", "collapse", "edge", "extend_sentence", "extend_word", "grow", "line", "other_end", "page", "pick_code",
    "select_sentence", "select_turn", "shrink", "suggestion", "turn", "word",
})  # fmt: skip
_LABEL_CELLS = 20
_WIDE = 110  # cells; from here the bottom line has room for the name of the code


class Adjusting(Applying, Moving):
    """`e` makes a coding's span the selection. Tab picks the boundary, arrows move it, Enter keeps it, Esc leaves it.

    While that lasts, only keys that move boundaries do anything, and the bracket and the inspector follow them.
    """

    _adjusted: Mark | None = None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While a coding is adjusted, a key that would do something else does nothing."""
        if self._adjusted is not None and action not in _ALLOWED:
            return False
        return super().check_action(action, parameters)

    @told
    def action_adjust(self) -> None:
        """Begin with the coding that is here; or keep what was adjusted."""
        if self._adjusted is not None:
            self._keep()
        else:
            self.with_mine("Adjust which coding?", self._begin)

    @told
    def _begin(self, mark: Mark) -> None:
        self._adjusted = mark
        self.view.adjusting = True
        self.inspect(mark.key)
        self.view.select(Selection(mark.span, forward=True, anchored=True))
        self._hint()
        self._show_state()

    def leave_modes(self) -> None:
        """No longer adjusting; nothing is changed."""
        super().leave_modes()
        mark, self._adjusted = self._adjusted, None
        self.view.adjusting = False
        if mark is not None:
            self._draw(mark)

    def _draw(self, mark: Mark) -> None:
        """Show the coding so; not if it was removed meanwhile."""
        shown = self.view.mark(mark.key)
        if shown is not None and shown.span != mark.span:
            self.view.add_mark(mark)

    def _show_state(self) -> None:
        """The bracket follows the boundaries."""
        if self._adjusted is not None:
            self._draw(replace(self._adjusted, span=self.view.selection.span))
        super()._show_state()

    def length_words(self, mark: Mark) -> str:
        """How long a coding was and would be."""
        before = self._adjusted
        if before is None or mark.key != before.key or mark.span == before.span:
            return super().length_words(mark)
        return f"{before.span.length:,} → {characters(mark.span.length)}"

    @told
    def _keep(self) -> None:
        mark, span = self._adjusted, self.view.selection.span
        if mark is None:
            return
        twins = [m for m in self.view.marks_at(span) if m.mine and not m.suggested and m.key != mark.key]
        if any((m.code, m.span) == (mark.code, span) for m in twins):
            self.tell(f"{mark.code} stands on exactly this passage already; Esc leaves the coding as it was.")
            return
        self.leave_modes()
        self.view.select_span(span)
        self._hint()
        if span == mark.span:
            self._show_state()
            self.tell(f"{mark.code} keeps its boundaries.")
            return
        self._show(self.desk.adjust(mark.key, span))
        self.tell(f"{mark.code} stands on {characters(span.length)} now; u takes that back.")

    def _hint(self) -> None:
        mark = self._adjusted
        if mark is None:
            super()._hint()
            return
        self._told_something = False
        end, other = ("end", "beginning") if self.view.selection.forward else ("beginning", "end")
        name = f" {cut(mark.label, _LABEL_CELLS)}" if self.app.size.width >= _WIDE else ""  # the inspector names it too
        head, keys = f" adjust{name}: {end} ", " Enter keep  Esc leave"
        for hint in (f"  Tab {other}", "  ←→ word", "  Shift+↑↓ sentence"):
            if cell_len(head + keys + hint) > self.app.size.width:
                break
            keys += hint
        parts: Parts = [(head, "bold reverse"), keys]
        self.hints.update(line_of(*parts), layout=False)

    # -- keys that mean something else now

    def _select(self, selection: Selection) -> None:
        if self._adjusted is None:
            super()._select(selection)
        else:
            # Units (sentence, turn, grow) give a plain selection: the boundary that moves stays the same.
            self.view.select(replace(selection, anchored=True))

    def action_pick_code(self) -> None:
        """Enter keeps the boundaries."""
        if self._adjusted is None:
            super().action_pick_code()
        else:
            self._keep()

    def action_collapse(self) -> None:
        """Esc leaves them as they were."""
        mark = self._adjusted
        if mark is None:
            super().action_collapse()
            return
        self.leave_modes()
        self.view.select_span(mark.span)
        self._hint()
        self._show_state()

    def action_suggestion(self, step: int) -> None:
        """Tab picks the other boundary."""
        if self._adjusted is None:
            super().action_suggestion(step)
        else:
            self.action_other_end()

    def action_other_end(self) -> None:
        """The other boundary moves."""
        super().action_other_end()
        if self._adjusted is not None:
            self._hint()

    def _move_boundary(self, unit: str, step: int) -> None:
        self.view.select(self.view.walker.move_boundary(self.view.selection, unit, step))

    def action_word(self, step: int) -> None:
        """The boundary moves by a word."""
        if self._adjusted is None:
            super().action_word(step)
        else:
            self._move_boundary("word", step)

    def action_extend_word(self, step: int) -> None:
        """The boundary moves by a word, as ends of selections do."""
        if self._adjusted is None:
            super().action_extend_word(step)
        else:
            self._move_boundary("word", step)

    def action_extend_sentence(self, step: int) -> None:
        """The boundary moves by a sentence."""
        if self._adjusted is None:
            super().action_extend_sentence(step)
        else:
            self._move_boundary("sentence", step)

    def action_turn(self, step: int) -> None:
        """The boundary moves by a turn."""
        if self._adjusted is None:
            super().action_turn(step)
        else:
            self._move_boundary("turn", step)
