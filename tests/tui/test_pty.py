"""The program on a real terminal, by keys only: what was coded is counted, written, and there again."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from tui.terminal import Terminal, payloads_in

pytestmark = pytest.mark.skipif("sys.platform == 'win32'", reason="there are no pseudo-terminals")


def start(project: Path, coder: str = "anna") -> Terminal:
    return Terminal("--project", project.name, "--coder", coder, folder=project.parent)


def cell(path: Path, code: str, column: str) -> int:
    rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    place = rows[0].index(column)
    return next(int(row[place]) for row in rows[1:] if row[0].strip() == code)


def test_from_a_passage_to_the_table_and_back_by_keys(sample_path: Path) -> None:
    with start(sample_path) as t:
        t.wait("001-county-official", "case none", "Well, I'm in the development")
        t.press("f8")
        t.wait("Codes by mechanism", "self-initiated")
        t.press("w")
        t.wait("to which file?")
        t.press("enter")
        t.wait("Written: crosstab.csv")
        t.press("escape")
        t.wait("turn 3/43")
        t.press("c")
        t.wait("Current case")
        t.press("pairing-x")
        t.wait_gone("river-liuxi")
        t.press("enter")
        t.wait("case pairing-x-lanwan (arranged)")
        t.press("s")
        t.wait("91 characters")
        t.press("enter")
        t.wait("Code for the selected passage")
        t.press("信任")
        t.wait_gone("national-strategy")
        t.press("enter")
        t.wait("Trust, familiarity and nearness: The parties know")
        t.press("f8")
        t.wait("Codes by mechanism", "self-initiated")
        t.press("w")
        t.wait("to which file?")
        t.press("enter")
        t.wait("Written: crosstab-2.csv")
        t.press("escape")
        t.wait("turn 3/43")
        assert t.leave() == 0
        assert payloads_in(t.raw) == []
    folder = sample_path.parent
    before, after = folder / "crosstab.csv", folder / "crosstab-2.csv"
    assert cell(after, "trust", "arranged") == cell(before, "trust", "arranged") + 1
    assert cell(after, "trust", "total") == cell(before, "trust", "total") + 1
    assert after.with_suffix(".txt").exists()
    with start(sample_path) as t:
        t.wait("case pairing-x-lanwan (arranged)", "91 characters", "Trust, familiarity and nearness: The parties know")
        assert t.leave() == 0


def test_what_is_painted_survives_a_kill(sample_path: Path) -> None:
    for key, words in (("4", "Trust, familiarity and nearness:"), ("1", "trust, trigger")):
        with start(sample_path) as t:
            t.wait("001-county-official", "turn 3/43")
            t.press(key)
            t.wait(words)
            t.kill()
    with start(sample_path) as t:
        t.wait("trust, trigger", "4 characters")
        assert t.leave() == 0


def test_leaving_while_suggestions_are_sought_does_not_hang(sample_path: Path) -> None:
    with start(sample_path) as t:
        t.wait("turn 3/43")
        t.press("f4")
        t.wait("Looking for passages…")
        assert t.leave() == 0
