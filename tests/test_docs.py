"""The docs are held to the program: what they show is what it does."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from reference import COMMANDS_FILE, commands_page, walk

from qcode.cli.main import cli

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_command_reference_is_what_help_says() -> None:
    assert COMMANDS_FILE.read_text(encoding="utf-8") == commands_page(), "run: python tests/reference.py"


def test_links_in_the_docs_lead_somewhere() -> None:
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        for target in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_the_readme_names_only_commands_and_options_that_exist() -> None:
    known = {path[1:]: command for path, command in walk(cli, ("qcode",))}
    for line in tour_lines():
        words = shlex.split(line)
        assert words[0] == "qcode"
        flags = {o for p in cli.params for o in p.opts}
        called = words[1:]
        while called and called[0] in flags:
            called = called[2:]
        path = tuple(called[:2]) if tuple(called[:2]) in known else tuple(called[:1])
        assert path in known or not called, line
        options = {o for p in known[path].params for o in p.opts} if called else set()
        for word in called[len(path) :]:
            assert not re.fullmatch(r"--[a-z-]+", word) or word in options, f"{line}: {word}"


def tour_lines() -> list[str]:
    """The commands of the README's tour, in order."""
    tour = README.split("## A tour in five minutes")[1].split("\n## ")[0]
    blocks = re.findall(r"```console\n(.*?)```", tour, flags=re.DOTALL)
    return [line.removeprefix("$ ") for block in blocks for line in block.splitlines() if line.startswith("$ ")]


def test_the_readme_tour_works_when_typed(tmp_path: Path) -> None:
    lines = tour_lines()
    assert len(lines) >= 12
    environment = {**os.environ, "QCODE": str(ROOT), "QCODE_CONFIG": str(tmp_path / "config"), "PYTHONPATH": str(ROOT)}
    environment.pop("QCODE_PROJECT", None)
    for line in lines:
        if line == "qcode":
            continue  # opens the screen: tests/tui goes through it by keys
        words = [os.path.expandvars(word.replace("$QCODE", str(ROOT))) for word in shlex.split(line)]
        done = subprocess.run(
            [sys.executable, "-m", "qcode", *words[1:]],
            cwd=tmp_path, env=environment, capture_output=True, text=True, encoding="utf-8", check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
        if words[1] == "suggest":
            assert "vertical-management" in done.stdout  # a dimension stands for the codes below it
        if "agree" in words:
            assert "fiscal-capacity" in done.stdout
    assert (tmp_path / "organization.csv").read_text(encoding="utf-8-sig").startswith("code,name,")


@pytest.mark.parametrize("page", sorted(p.name for p in (ROOT / "docs").glob("*.md")))
def test_commands_named_in_the_docs_exist(page: str) -> None:
    known = {path[1:] for path, _ in walk(cli, ("qcode",))}
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    for called in re.findall(r"`qcode ([a-z-]+)(?: ([a-z-]+))?[^`]*`", text):
        assert called in known or called[:1] in known, f"{page}: qcode {' '.join(called)}"
