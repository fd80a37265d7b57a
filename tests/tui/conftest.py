"""Studies and workbenches for the tests of the terminal program; all words in them are invented."""

from __future__ import annotations

import os

os.environ["TEXTUAL_ANIMATIONS"] = "none"  # read when textual is loaded

import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from studies import build

from qcode.services.samples import build_sample
from qcode.services.study import Study
from qcode.store.writer import Clock

_NOON_MS = 1_571_400_000_000  # 18 October 2019, 12:00 UTC


@pytest.fixture(scope="session")
def mini_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("mini"))


@pytest.fixture(scope="session")
def sample_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    ticks = count(_NOON_MS, 1000)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("QCODE_CONFIG", str(folder / "settings"))
        # One second for each event, from the same noon on: pictures of screens that show times stay the same.
        patch.setattr(Clock, "now_ms", lambda _: next(ticks))
        return build_sample(folder)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "settings"
    monkeypatch.setenv("QCODE_CONFIG", str(folder))
    monkeypatch.delenv("QCODE_PROJECT", raising=False)
    return folder


@pytest.fixture
def mini_path(tmp_path: Path, mini_file: Path, settings: Path) -> Path:
    return Path(shutil.copyfile(mini_file, tmp_path / "mini.qcode"))


@pytest.fixture
def sample_path(tmp_path: Path, sample_file: Path, settings: Path) -> Path:
    return Path(shutil.copyfile(sample_file, tmp_path / "sample.qcode"))


@pytest.fixture
def empty_path(tmp_path: Path, settings: Path) -> Path:
    path = tmp_path / "empty.qcode"
    Study.create(path, title="Empty", coder="anna").close()
    return path


@pytest.fixture
def opened() -> Iterator[Callable[[Path, str], Study]]:
    studies: list[Study] = []

    def open_study(path: Path, coder: str = "anna") -> Study:
        studies.append(Study.open(path, coder=coder))
        return studies[-1]

    yield open_study
    for study in studies:
        study.close()


@pytest.fixture
def mini(mini_path: Path, opened: Callable[[Path, str], Study]) -> Study:
    return opened(mini_path, "anna")


@pytest.fixture
def sample(sample_path: Path, opened: Callable[[Path, str], Study]) -> Study:
    return opened(sample_path, "anna")
