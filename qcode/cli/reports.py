"""What an import did, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qcode.cli.show import say

if TYPE_CHECKING:
    from qcode.services.cases import TableReport

__all__ = ["say_report"]

_PROBLEMS = 50  # so many are shown; the rest is counted


def say_report(report: TableReport, what: str) -> None:
    """What an import of a table did, in words."""
    say(f"{what}: {report.added} added, {report.changed} changed, {report.unchanged} unchanged ({report.encoding}).")
    if report.columns:
        types = ", ".join(f"{c.name}: {c.type}{' (set)' if c.given else ''}" for c in report.columns)
        say(f"Types of the columns: {types}. Set another one with --type COLUMN=TYPE.")
    for note in report.notes:
        say(note)
    if report.problems:
        say(f"Imported, but worth a look: {len(report.problems)}.")
        for problem in report.problems[:_PROBLEMS]:
            say(f"  {problem.placed}")
        if len(report.problems) > _PROBLEMS:
            say(f"  … and {len(report.problems) - _PROBLEMS} more.")
