"""Run commands on a copy of the sample study, and look at every byte that they print."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from studies import build

from qcode.cli.main import cli
from qcode.services.samples import build_sample

CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")

Run = Callable[..., Result]


@pytest.fixture(scope="session")
def sample_file(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sample")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("QCODE_CONFIG", str(folder / "settings"))
        return build_sample(folder / "study")


@pytest.fixture(scope="session")
def mini_file(tmp_path_factory):
    return build(tmp_path_factory.mktemp("mini"))


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An empty folder to work in, with settings of its own."""
    monkeypatch.setenv("QCODE_CONFIG", str(tmp_path / "settings"))
    monkeypatch.delenv("QCODE_PROJECT", raising=False)
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def run(home) -> Run:
    """Run a command; whatever it prints must hold no control character."""

    def call(*args: str | Path, raw: bool = False) -> Result:
        result = CliRunner().invoke(cli, [str(arg) for arg in args], prog_name="qcode")
        if not raw:
            assert not CONTROLS.search(result.output), repr(CONTROLS.findall(result.output))
        assert isinstance(result.exception, SystemExit | None), result.exception
        return result

    return call


def _in(home: Path, file: Path, run: Run, coder: str) -> Run:
    shutil.copyfile(file, home / "study.qcode")
    assert run("whoami", coder).exit_code == 0
    return run


@pytest.fixture
def qcode(home, run, sample_file) -> Run:
    """Run commands on a copy of the sample study, as anna."""
    return _in(home, sample_file, run, "anna")


@pytest.fixture
def mini(home, run, mini_file) -> Run:
    """Run commands on a copy of the miniature study, as anna."""
    return _in(home, mini_file, run, "anna")
