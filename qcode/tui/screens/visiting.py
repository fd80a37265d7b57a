"""The way from a line of a list to what it is about: a passage, a transcript, a code, a case."""

from __future__ import annotations

from qcode.services.act_changes import Goal
from qcode.tui.screens.work_screen import WorkScreen

__all__ = ["visit"]


def visit(screen: WorkScreen, goal: Goal | None, words: str = "") -> None:
    """Go to what a goal names, with a sentence in the bottom line; without one, say so.

    Transcripts take the place of the screen; codes and cases come above it, so that Esc leads back.
    """
    if goal is None:
        screen.tell("There is nothing to go to: it is about the study, or it is not there any more.")
    elif goal.kind in ("passage", "transcript"):
        screen.workbench.jump(goal.name, goal.span, words)
    else:
        from qcode.tui.screens.cases import CasesScreen
        from qcode.tui.screens.codebook import CodebookScreen

        target = (CodebookScreen if goal.kind == "code" else CasesScreen)(screen.study)
        screen.workbench.drill(target)
        target.call_after_refresh(target.point_at, goal.name)
