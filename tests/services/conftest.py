"""Open miniature studies for the tests of the use cases."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from studies import build

from qcode.services.study import Study


@pytest.fixture(scope="session")
def mini_file(tmp_path_factory):
    return build(tmp_path_factory.mktemp("mini"))


@pytest.fixture
def settings(tmp_path, monkeypatch):
    folder = tmp_path / "settings"
    monkeypatch.setenv("QCODE_CONFIG", str(folder))
    monkeypatch.delenv("QCODE_PROJECT", raising=False)
    return folder


@pytest.fixture
def mini_path(tmp_path, mini_file, settings) -> Path:
    return Path(shutil.copyfile(mini_file, tmp_path / "mini.qcode"))


@pytest.fixture
def open_as(mini_path) -> Iterator[Callable[[str], Study]]:
    studies: list[Study] = []

    def open_study(coder: str) -> Study:
        studies.append(Study.open(mini_path, coder=coder))
        return studies[-1]

    yield open_study
    for study in studies:
        study.close()


@pytest.fixture
def anna(open_as) -> Study:
    return open_as("anna")


@pytest.fixture
def bo(open_as) -> Study:
    return open_as("bo")
