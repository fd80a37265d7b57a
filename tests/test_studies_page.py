"""The page of the five studies does what it says: its files are made, its commands typed, its results compared."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from qcode.cli.main import cli

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "studies.md").read_text(encoding="utf-8")

_BLOCK = re.compile(r"(?:^`(?P<file>[\w.-]+)`:\n\n)?^```(?P<kind>\w+)\n(?P<body>.*?)^```$", re.DOTALL | re.MULTILINE)
_LEFT_OUT = "…"


def chapters() -> dict[str, list[tuple[str | None, str, str]]]:
    """The blocks of each chapter with commands, in order: the file that it is, its kind, and what stands in it."""
    parts = re.split(r"^## ", PAGE, flags=re.MULTILINE)
    found = {
        part.split("\n", 1)[0]: [(m["file"], m["kind"], m["body"]) for m in _BLOCK.finditer(part)] for part in parts
    }
    return {title: blocks for title, blocks in found.items() if blocks}


def typed(block: str) -> list[tuple[str, list[str]]]:
    """Commands with the lines that are shown of their output."""
    commands: list[tuple[str, list[str]]] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            commands.append((line[2:], []))
        elif line.strip() and line != _LEFT_OUT:
            commands[-1][1].append(line)
    return commands


def run(line: str, runner: CliRunner) -> str:
    """What a line prints; `mkdir` and `cd` are done here."""
    words = [word.replace("$QCODE", str(ROOT)) for word in shlex.split(line)]
    if words[0] == "mkdir":
        Path(words[1]).mkdir()
        return ""
    if words[0] == "cd":
        os.chdir(words[1])
        return ""
    assert words[0] == "qcode", line
    result = runner.invoke(cli, words[1:], prog_name="qcode")
    assert result.exit_code == 0, f"{line}\n{result.output}"
    return result.stdout


def squeezed(text: str) -> str:
    return " ".join(text.split())


def test_there_are_five_studies():
    assert [title[0] for title in chapters()] == ["1", "2", "3", "4", "5"]


def test_every_transcript_on_the_page_says_that_it_is_invented():
    texts = [body for blocks in chapters().values() for file, _, body in blocks if file and file.endswith(".md")]
    assert len(texts) == 7
    assert all(re.match(r"Invented|Erfunden|本页虚构", text) for text in texts)


@pytest.mark.parametrize("title", chapters(), ids=lambda title: f"S{title[0]}")
def test_what_the_page_shows_is_what_happens(title, tmp_path, monkeypatch):
    monkeypatch.setenv("QCODE_CONFIG", str(tmp_path / "settings"))
    monkeypatch.delenv("QCODE_PROJECT", raising=False)
    monkeypatch.chdir(tmp_path)
    runner = CliRunner()
    number = 0
    for file, kind, body in chapters()[title]:
        if file is not None:
            assert kind == "text"
            Path(file).write_text(body, encoding="utf-8")
            continue
        for line, shown in typed(body):
            printed = run(line, runner)
            lines = [squeezed(text) for text in printed.splitlines()]
            for words in shown:
                assert any(squeezed(words) in text for text in lines), f"{line}\n{words}\n\n{printed}"
            number += 1
    assert number >= 9
    assert Path.cwd() == tmp_path
