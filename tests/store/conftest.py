from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from store.making import Study, TickClock, fill

from qcode.store.project_file import ProjectFile


@pytest.fixture
def project(tmp_path: Path) -> Iterator[ProjectFile]:
    with ProjectFile.create(tmp_path / "p.qcode", title="Trial", coder_name="Anna", clock=TickClock()) as made:
        yield made


@pytest.fixture
def study(project: ProjectFile) -> Study:
    return fill(project)
