# ruff: noqa: PT012 - what is written before the break belongs to the test
"""Several processes, crashes and full disks: nothing that was acknowledged is lost."""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path

import pytest
from store.crash import finish, kill_loop, start
from store.making import ANNA, BO, is_sound, passage

from qcode.core.ids import coder_id
from qcode.errors import NoProject, ProjectBusy, ProjectError, RequestError
from qcode.store import writer as writing
from qcode.store.project_file import ProjectFile
from qcode.store.schema import SCHEMA_VERSION


def test_killed_writers_lose_nothing(project, study):
    project.close()
    assert kill_loop(project.path, 5, seed=1) >= 5


def test_eight_processes_at_once(project, study):
    project.close()
    children = [start("code", project.path, f"Coder {n}", 40) for n in range(8)]
    said = [finish(child).split() for child in children]
    assert all(len(lines) == 41 for lines in said)
    with ProjectFile.open(project.path) as again:
        assert len(again.read.codings(coders=None)) == 320
        assert len({c.coder for c in again.read.codings(coders=None)}) == 8
        is_sound(again)


def test_four_processes_create_one_project(tmp_path):
    path = tmp_path / "new.qcode"
    said = [finish(child).strip() for child in [start("create", path, f"C{n}", n) for n in range(4)]]
    assert sorted(said) == ["created", "there", "there", "there"]
    assert [p.name for p in tmp_path.iterdir()] == ["new.qcode"]
    with ProjectFile.open(path) as project:
        assert len(project.read.coders()) >= 5
        is_sound(project)


def test_four_processes_make_the_tables_of_one_file(tmp_path):
    path = tmp_path / "empty.qcode"
    path.touch()
    moment = int(time.time()) + 3
    said = [finish(child).strip() for child in [start("tables", path, "-", moment) for _ in range(4)]]
    assert said == [str(SCHEMA_VERSION)] * 4


@pytest.mark.skipif(sys.platform == "win32", reason="no limits there")
def test_a_full_disk_is_told_and_loses_nothing(project, study):
    project.close()
    said = finish(start("fill_disk", project.path, "Anna", 20_000))
    done, kind, *sentence = said.split()
    assert (kind, int(done) > 0) == ("ProjectError", True)
    assert "nothing was written" in " ".join(sentence)
    with ProjectFile.open(project.path) as again:
        assert len(again.read.codings(coders=None)) == int(done)
        is_sound(again)


def test_a_full_database_is_told_and_goes_on_when_there_is_room(project, study):
    conn = project.database.conn
    pages = conn.execute("PRAGMA page_count").fetchone()[0]
    conn.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(ProjectError, match="nothing was written"), project.write(ANNA) as writer:
        for _ in range(2000):
            writer.create("coding", passage(study))
    assert project.read.codings(coders=None) == []
    conn.execute("PRAGMA max_page_count = 1000000")
    with project.write(ANNA) as writer:
        writer.create("coding", passage(study))
    is_sound(project)


def _state(project: ProjectFile) -> list[tuple[object, ...]]:
    tables = [name for (name,) in project.database.conn.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    return [(t, *row) for t in sorted(tables) for row in project.database.conn.execute(f'SELECT * FROM "{t}"')]  # noqa: S608


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, RequestError])
def test_nothing_remains_of_a_broken_act(project, study, error):
    before = _state(project)
    with pytest.raises(error), project.write(BO) as writer:
        writer.create("coding", passage(study))
        writer.finish()
        project.keep_blob(b"bytes")
        raise error("stop")
    assert _state(project) == before
    with project.write(BO) as writer:
        writer.create("coding", passage(study))
    is_sound(project)


@pytest.mark.parametrize("value", ["half \ud800", float("nan"), {1: 2, "a": 3}, {3}])
def test_what_cannot_be_stored_is_refused_whole(project, study, value):
    before = _state(project)
    with pytest.raises(RequestError, match="cannot be stored"), project.write(ANNA) as writer:
        writer.create("coding", passage(study))
        writer.create("case", {"key": value})
    assert _state(project) == before


def test_a_project_that_another_holds_is_busy(project, study):
    with ProjectFile.open(project.path, wait_seconds=0.05) as other, project.write(ANNA) as writer:
        writer.create("coding", passage(study))
        with pytest.raises(ProjectBusy, match="nothing was written"), other.write(BO):
            pytest.fail("two writers at once")
    assert len(project.read.codings(coders=None)) == 1


def test_a_reader_in_the_way_of_a_commit(project, study):
    with ProjectFile.open(project.path, wait_seconds=0.05) as other:
        project.database.conn.execute("BEGIN")
        project.read.coders()
        with pytest.raises(ProjectBusy), other.write(BO) as writer:
            writer.create("coding", passage(study))
        project.database.conn.execute("COMMIT")
    assert project.read.codings(coders=None) == []


def test_a_copy_is_a_replica_of_its_own(project, study, tmp_path):
    copy = shutil.copy(project.path, tmp_path / "copy.qcode")
    with ProjectFile.open(Path(copy)) as other:
        for number, (file, coder) in enumerate([(project, ANNA), (other, BO), (project, ANNA), (other, BO)]):
            with file.write(coder) as writer:
                writer.create("coding", passage(study, span=(number, 9)))
        mine = {(e.replica, e.seq) for e in project.read.events(coders=None)}
        theirs = {(e.replica, e.seq): e.uid for e in other.read.events(coders=None)}
        shared = {(e.replica, e.seq): e.uid for e in project.read.events(coders=None)}
        assert len({r for r, _ in theirs}) == 2
        assert len({r for r, _ in mine}) == 1
        assert all(shared[k] == theirs[k] for k in shared.keys() & theirs.keys())
        assert other.uid == project.uid
        is_sound(other)
    is_sound(project)


def test_the_replica_stays_when_the_file_moves_and_reopens(project, study, tmp_path):
    project.close()
    moved = project.path.rename(tmp_path / "moved.qcode")
    with ProjectFile.open(moved) as again:
        with again.write(ANNA) as writer:
            writer.create("coding", passage(study))
        assert len({e.replica for e in again.read.events(coders=None)}) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="open files stay there")
@pytest.mark.parametrize("fate", ["deleted", "replaced", "moved"])
def test_a_file_that_went_away_takes_no_work(project, study, tmp_path, fate):
    if fate == "deleted":
        project.path.unlink()
    elif fate == "replaced":
        shutil.copy(project.path, tmp_path / "other")
        (tmp_path / "other").replace(project.path)
    else:
        project.path.rename(tmp_path / "elsewhere")
    with pytest.raises(ProjectError, match="nothing was written"), project.write(ANNA):
        pytest.fail("written into nowhere")


def test_coding_undo_and_restart_lose_nothing(project, study):
    for number in range(6):
        with project.write(ANNA) as writer:
            writer.create("coding", passage(study, span=(number, 9)))
        if number % 2:
            act = project.read.undoable(1)
            with project.write(ANNA) as writer:
                writer.turn_back(act, undo=True)
        project.close()
        project = ProjectFile.open(project.path)
    assert [c.start for c in project.read.codings(coders=None)] == [0, 2, 4]
    with project.write(ANNA) as writer:
        writer.turn_back(project.read.redoable(1), undo=False)
    assert [c.start for c in project.read.codings(coders=None)] == [0, 2, 4, 5]
    is_sound(project)
    project.close()


def test_create_leaves_no_file_behind_when_it_fails(tmp_path, monkeypatch):
    monkeypatch.setattr(writing.Writer, "finish", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        ProjectFile.create(tmp_path / "p.qcode", title="T", coder_name="Anna")
    assert list(tmp_path.iterdir()) == []


def test_create_never_overwrites(project):
    before = project.path.read_bytes()
    with pytest.raises(ProjectError, match="there already"):
        ProjectFile.create(project.path, title="T", coder_name=str(coder_id("x")))
    assert project.path.read_bytes() == before
    assert [p.name for p in project.path.parent.iterdir()] == [project.path.name]


def test_create_without_hard_links(tmp_path, monkeypatch):
    def refuse(*_: object) -> None:
        raise PermissionError(1, "no links here")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    with ProjectFile.create(tmp_path / "p.qcode", title="T", coder_name="Anna") as made:
        assert made.read.title() == "T"
    with pytest.raises(ProjectError, match="there already"):
        ProjectFile.create(tmp_path / "p.qcode", title="T", coder_name="Anna")
    assert [p.name for p in tmp_path.iterdir()] == ["p.qcode"]


def test_no_project_where_there_is_no_folder(tmp_path):
    with pytest.raises(ProjectError, match="cannot be written here"):
        ProjectFile.create(tmp_path / "none" / "p.qcode", title="T", coder_name="Anna")
    with pytest.raises(NoProject):
        ProjectFile.open(tmp_path / "none" / "p.qcode")
