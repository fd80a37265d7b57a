"""A project of an older schema opens, becomes a current one, and loses nothing."""

from __future__ import annotations

import sqlite3

import pytest
from store.making import ANNA, is_sound, passage, stored, write_notes

from qcode.errors import DamagedProject, NewerProject
from qcode.store import schema
from qcode.store.connect import APPLICATION_ID
from qcode.store.project_file import ProjectFile
from qcode.store.schema import SCHEMA_VERSION


@pytest.fixture
def older(project, study, tmp_path):
    """The project as schema 1 held it: its tables from the first script, and in them every row that fits."""
    for number in range(4):
        with project.write(ANNA) as writer:
            writer.create("coding", passage(study, code=number % 3, span=(number, number + 5), case=study.cases[0]))
    with project.write(ANNA) as writer:
        writer.turn_back(project.read.undoable(1), undo=True)
    path = tmp_path / "older.qcode"
    conn = sqlite3.connect(path, isolation_level=None)
    for statement in schema._statements(schema._FIRST):
        conn.execute(statement)
    tables = [name for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    conn.execute("ATTACH ? AS newer", (str(project.path),))
    for table in tables:
        columns = ", ".join(f'"{row[1]}"' for row in conn.execute(f'PRAGMA main.table_info("{table}")'))
        conn.execute(f'INSERT INTO main."{table}" ({columns}) SELECT {columns} FROM newer."{table}"')  # noqa: S608
    # The first version noted the step that it had taken, as every later one does.
    conn.execute("CREATE TABLE main._sqlite_migrations AS SELECT * FROM newer._sqlite_migrations WHERE name = 'first'")
    assert conn.execute("SELECT count(*) FROM main._sqlite_migrations").fetchone() == (1,)
    conn.execute(f"PRAGMA main.application_id = {APPLICATION_ID}")
    conn.execute("PRAGMA main.user_version = 1")
    conn.close()
    assert "memo" not in tables
    return path


def test_an_older_project_is_brought_up_to_date(project, study, older):
    before = stored(project.database.conn)
    with ProjectFile.open(older) as opened:
        assert opened.database.conn.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
        assert opened.database.conn.execute("PRAGMA foreign_keys").fetchone() == (1,)
        assert stored(opened.database.conn) == before
        assert [c.flagged for c in opened.read.codings(coders=None)] == [False] * 3
        is_sound(opened)
        write_notes(opened, study)
        uid = opened.read.codings(coders=None)[0].uid
        with opened.write(ANNA) as writer:
            writer.change(uid, {"flagged": True})
        is_sound(opened)
    with ProjectFile.open(older) as again:
        assert len(again.notes.memos(coders=None)) == 5
        is_sound(again)


def test_an_older_and_a_new_project_have_the_same_tables(project, older):
    def tables(conn):
        names = [n for (n,) in conn.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'index')")]
        return {name: conn.execute(f'PRAGMA table_xinfo("{name}")').fetchall() for name in names}

    with ProjectFile.open(older) as opened:
        found = tables(opened.database.conn)
        expected = tables(project.database.conn)
        del found["_sqlite_migrations"], expected["_sqlite_migrations"]
        assert {k: v for k, v in found.items() if "_sqlite_migrations" not in k} == {
            k: v for k, v in expected.items() if "_sqlite_migrations" not in k
        }


def test_a_migration_that_breaks_leaves_the_older_project(older, monkeypatch):
    before = older.read_bytes()
    monkeypatch.setattr(schema, "_SECOND", schema._SECOND + "CREATE TABLE memo (x);\n")
    with pytest.raises(DamagedProject):
        ProjectFile.open(older)
    monkeypatch.undo()
    conn = sqlite3.connect(older)
    assert conn.execute("PRAGMA user_version").fetchone() == (1,)
    assert conn.execute("SELECT count(*) FROM sqlite_master WHERE name = 'memo'").fetchone() == (0,)
    conn.close()
    assert len(older.read_bytes()) == len(before)
    with ProjectFile.open(older) as opened:
        is_sound(opened)


def test_a_newer_project_is_refused_and_not_migrated(older):
    conn = sqlite3.connect(older)
    conn.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    conn.close()
    before = older.read_bytes()
    with pytest.raises(NewerProject, match="newer qcode"):
        ProjectFile.open(older)
    assert older.read_bytes() == before
