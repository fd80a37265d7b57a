from __future__ import annotations

from pathlib import Path

import pytest
from store.crash import kill_loop
from store.making import fill

from qcode.store.project_file import ProjectFile


@pytest.mark.soak
def test_sixty_kills_lose_nothing(tmp_path: Path):
    with ProjectFile.create(tmp_path / "p.qcode", title="T", coder_name="Anna") as project:
        fill(project)
    assert kill_loop(tmp_path / "p.qcode", 60, seed=2) > 60
