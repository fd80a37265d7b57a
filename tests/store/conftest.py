from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from store.making import Study, TickClock, fill

from qcode.store import connect
from qcode.store.project_file import ProjectFile


@pytest.fixture(scope="session", autouse=True)
def _without_waiting_for_the_disk() -> Iterator[None]:
    """Nothing here outlives a power cut; the tests that kill a writer run it as a program of its own."""
    pragmas = tuple(p.replace("synchronous = FULL", "synchronous = OFF") for p in connect._PRAGMAS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connect, "_PRAGMAS", pragmas)
        yield


@pytest.fixture
def project(tmp_path: Path) -> Iterator[ProjectFile]:
    with ProjectFile.create(tmp_path / "p.qcode", title="Trial", coder_name="Anna", clock=TickClock()) as made:
        yield made


@pytest.fixture
def study(project: ProjectFile) -> Study:
    return fill(project)
