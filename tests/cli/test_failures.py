"""How failures leave the program: sentences, exit codes, crash reports, and quiet ends."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import types
from pathlib import Path
from typing import Any

import click
import pytest

from qcode.cli import call, main
from qcode.cli import coding as commands
from qcode.errors import NoProject, QcodeError, RequestError
from qcode.services import coding, crash, study, table_files, tables

ROOT = Path(__file__).resolve().parents[2]
PYTHON = os.environ.get("QCODE_RUNTIME_PYTHON") or sys.executable
HEAVY = ("sqlite_utils", "sqlite3", "numpy", "textual", "rich", "spacy", "scipy", "sklearn")


def program(*args: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    env = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    return subprocess.run([PYTHON, "-m", "qcode", *args], capture_output=True, check=False, env=env)


def loaded_by(*args: str) -> set[str]:
    script = (
        "import sys\n"
        "from qcode.cli.main import cli\n"
        f"try: cli.main({list(args)!r}, prog_name='qcode')\n"
        "except SystemExit: pass\n"
        f"print('loaded', *[name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([PYTHON, "-c", script], capture_output=True, check=True, env=env, text=True, encoding="utf-8")
    return set(done.stdout.splitlines()[-1].split()[1:])


@pytest.mark.parametrize("args", [["--help"], ["--version"], ["crosstab", "--help"], ["code", "add", "--help"], []])
def test_help_loads_no_library(args):
    assert loaded_by(*args) == set()


def test_errors_are_sentences_with_their_exit_code(qcode, home):
    result = qcode("--project", "none.qcode", "log")
    assert result.exit_code == 4
    assert result.stdout == ""
    assert result.stderr == "qcode: none.qcode: There is no such project. Make one with `qcode init`.\n"
    assert qcode("codebook", "show", "trst").exit_code == 2
    assert qcode("codebook", "import", "none.toml").exit_code == 3
    (home / "text.qcode").write_text("no database, but long enough", encoding="utf-8")
    assert qcode("--project", "text.qcode", "log").exit_code == 4
    result = qcode("log")
    assert result.exit_code == 4
    assert "several projects in this folder: study.qcode, text.qcode" in result.stderr


def test_a_fault_of_qcode_leaves_a_report_without_words(qcode, home, monkeypatch):
    marker = "wordsOfAnInterview"

    def fail(*_: object, **__: object) -> None:
        said = marker
        raise LookupError(f"{said} in the message")

    monkeypatch.setattr(tables, "frequencies", fail)
    result = qcode("freq")
    assert result.exit_code == 70
    assert result.stderr.startswith("qcode: This is a fault of qcode itself (LookupError). A report")
    assert marker not in result.output
    (report,) = (home.parent / "settings" / "crash").iterdir()
    assert str(report) in result.stderr
    assert marker not in report.read_text(encoding="utf-8")
    assert "builtins.LookupError" in report.read_text(encoding="utf-8")


def test_a_report_that_cannot_be_written_is_told(qcode, monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise LookupError

    def refuse(error: BaseException) -> Path:
        raise QcodeError("The disk is full.")

    monkeypatch.setattr(tables, "frequencies", fail)
    monkeypatch.setattr(crash, "write_report", refuse)
    result = qcode("freq")
    assert result.exit_code == 70
    assert "A report could not be written: The disk is full." in result.stderr


def interrupt(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_an_interruption_before_anything_was_written_says_so(qcode, monkeypatch):
    monkeypatch.setattr(tables, "frequencies", interrupt)
    result = qcode("freq")
    assert (result.exit_code, result.stderr.strip()) == (130, "qcode: stopped; nothing was changed")


def test_an_interruption_after_a_write_claims_nothing(qcode, monkeypatch):
    original = coding.mark

    def mark_and_interrupt(*args: Any) -> None:
        original(*args)
        raise KeyboardInterrupt

    monkeypatch.setattr(coding, "mark", mark_and_interrupt)
    result = qcode("done", "001", "--state", "reading")
    assert (result.exit_code, result.stderr.strip()) == (130, "qcode: stopped")


def test_an_interruption_after_the_work_claims_nothing(qcode, monkeypatch):
    uid = a_coding(qcode)
    monkeypatch.setattr(commands, "say", interrupt)
    assert qcode("code", "remove", uid).stderr.strip() == "qcode: stopped"


def a_coding(run) -> str:
    line = next(line for line in run("code", "list", "001").output.splitlines() if " anna " in line)
    return line.split()[0]


def test_an_interruption_while_a_file_is_written_claims_nothing(qcode, monkeypatch):
    monkeypatch.setattr(table_files, "export_table", interrupt)
    assert qcode("freq", "--csv", "out.csv").stderr.strip() == "qcode: stopped"


def test_without_a_command_the_screen_opens(qcode, monkeypatch):
    opened: list[tuple[Path, str | None]] = []
    app = types.ModuleType("qcode.tui.app")

    def start(path: Path, coder: str | None, *, mouse: bool, tour: bool) -> int:
        opened.append((path, coder))
        assert mouse
        assert not tour
        return 7

    app.run = start  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "qcode.tui.app", app)
    monkeypatch.setattr(main, "is_terminal", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    assert qcode("--coder", "bo").exit_code == 7
    assert opened == [(Path("study.qcode"), "bo")]


def test_without_a_project_a_terminal_offers_to_make_one(run, monkeypatch):
    opened: list[tuple[object, ...]] = []
    first, app = types.ModuleType("qcode.tui.screens.first_run"), types.ModuleType("qcode.tui.app")
    chosen = types.SimpleNamespace(path=Path("new.qcode"), coder="bo", tour=True)
    first.first_run = lambda *_, **__: chosen  # type: ignore[attr-defined]
    app.run = lambda path, coder, **more: opened.append((path, coder, more)) or 0  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "qcode.tui.screens.first_run", first)
    monkeypatch.setitem(sys.modules, "qcode.tui.app", app)
    monkeypatch.setattr(main, "is_terminal", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    assert run("--no-mouse").exit_code == 0
    assert opened == [(Path("new.qcode"), "bo", {"mouse": False, "tour": True})]
    first.first_run = lambda *_, **__: 3  # type: ignore[attr-defined]
    assert run().exit_code == 3


def test_without_a_project_commands_say_so(run):
    result = run("log")
    assert result.exit_code == NoProject.exit_code
    assert result.stderr.startswith("qcode: There is no project in this folder. Make one with `qcode init NAME`")


def test_a_terminal_that_shows_lines_only_is_told(qcode, monkeypatch):
    monkeypatch.setattr(main, "is_terminal", lambda: True)
    monkeypatch.setenv("TERM", "dumb")
    result = qcode()
    assert result.exit_code == RequestError.exit_code
    assert result.stderr.startswith("qcode: This terminal (TERM=dumb) shows lines only")


def test_a_terminal_is_on_both_sides(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr(sys, "stdout", Terminal())
    assert call.is_terminal()
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert not call.is_terminal()


def test_other_errors_of_the_command_line_are_sentences(run, monkeypatch):
    def fail(*_: object, **__: object) -> Path:
        raise click.ClickException("That is not possible.")

    monkeypatch.setattr(study, "find_project", fail)
    result = run("log")
    assert (result.exit_code, result.stderr) == (1, "qcode: That is not possible.\n")


def test_streams_that_cannot_be_changed_are_left_alone(run, monkeypatch):
    monkeypatch.setattr(sys, "stdout", io.StringIO())  # it has no encoding to be forgiving about
    with pytest.raises(SystemExit) as caught:
        main.cli.main(["--version"], prog_name="qcode")
    assert caught.value.code == 0


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "gbk"])
def test_no_output_dies_of_the_terminals_encoding(sample_file, tmp_path, encoding):
    settings = {"QCODE_PROJECT": str(sample_file), "QCODE_CONFIG": str(tmp_path), "PYTHONIOENCODING": encoding}
    for args in (["transcripts"], ["codebook", "show"], ["code", "list", "002"], ["log"]):
        done = program(*args, **settings)
        assert (done.returncode, done.stderr) == (0, b""), args
        assert b"002-" in done.stdout or args[0] != "transcripts"
    assert program("speakers", "没有", **settings).returncode == 2


def test_the_module_runs_and_gives_the_exit_code(tmp_path):
    done = program("log", QCODE_PROJECT=str(tmp_path / "none.qcode"), QCODE_CONFIG=str(tmp_path))
    assert done.returncode == 4
    assert b"Traceback" not in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="a closed pipe is told by EPIPE")
@pytest.mark.parametrize("args", [["code", "list"], ["freq", "--csv", "-"], ["codebook", "show"]])
def test_a_closed_pipe_is_quiet(sample_file, tmp_path, args):
    env = {**os.environ, "PYTHONPATH": str(ROOT), "QCODE_PROJECT": str(sample_file), "QCODE_CONFIG": str(tmp_path)}
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [PYTHON, "-m", "qcode", *args], stdout=writing, stderr=subprocess.PIPE, check=False, env=env
        )
    finally:
        os.close(writing)
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    assert b"BrokenPipe" not in done.stderr
    assert b"fault of qcode" not in done.stderr


def test_a_pipe_that_breaks_in_a_command_is_quiet(qcode, monkeypatch):
    def break_off(*_: object, **__: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr(tables, "frequencies", break_off)
    result = qcode("freq")
    assert (result.exit_code, result.output) == (1, "")
