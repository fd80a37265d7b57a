"""Opening, guarding, writing and asking."""

from __future__ import annotations

import os
import sqlite3
import stat
import sys

import pytest
from naughty import NAUGHTY
from store.making import ANNA, BO, TEXT, TickClock, add_source, is_sound, passage, stored

from qcode.errors import DamagedProject, NewerProject, NoProject, NotAProject, ProjectBusy, ProjectError
from qcode.store import schema
from qcode.store import writer as writing
from qcode.store.connect import APPLICATION_ID, connect, plain_sentences, transaction
from qcode.store.project_file import ProjectFile
from qcode.store.projection import delete_rows
from qcode.store.rows import ColumnRow, PartyRow, StageRow
from qcode.store.schema import SCHEMA_VERSION, bring_up_to_date
from qcode.store.writer import Clock, place_of

posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX modes")


@posix
@pytest.mark.parametrize(("group", "mode"), [(False, 0o600), (True, 0o660)])
@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_only_the_owner_or_the_group_may_read(tmp_path, group, mode, umask):
    before = os.umask(umask)
    try:
        with ProjectFile.create(tmp_path / "p.qcode", title="T", coder_name="A", group=group) as project:
            assert stat.S_IMODE(project.path.stat().st_mode) == mode
            with project.write(ANNA) as writer:
                writer.create("codebook", {"short_id": "b", "title": "B"})
                assert {stat.S_IMODE(p.stat().st_mode) for p in tmp_path.iterdir()} == {mode}
    finally:
        os.umask(before)
    assert [p.name for p in tmp_path.iterdir()] == ["p.qcode"]


def test_a_connection_is_guarded(project):
    asked = {name: project.database.conn.execute(f"PRAGMA {name}").fetchone()[0] for name in
             ("foreign_keys", "secure_delete", "trusted_schema", "cell_size_check", "application_id", "user_version")}  # fmt: skip
    assert asked == {"foreign_keys": 1, "secure_delete": 1, "trusted_schema": 0, "cell_size_check": 1,
                     "application_id": APPLICATION_ID, "user_version": SCHEMA_VERSION}  # fmt: skip
    assert project.database.conn.execute("PRAGMA journal_mode").fetchone()[0] == "delete"
    with pytest.raises(sqlite3.IntegrityError):
        project.database.conn.execute("INSERT INTO speaker VALUES (1, 99, 'x', 'y', 0, '')")
    with pytest.raises(sqlite3.IntegrityError):
        project.database.conn.execute("INSERT INTO meta VALUES ('x', x'00')")


def test_foreign_keys_that_cannot_be_had_are_refused(project, monkeypatch):
    from qcode.store import connect as module

    monkeypatch.setattr(module, "_PRAGMAS", ("PRAGMA foreign_keys = OFF",))
    with pytest.raises(ProjectError, match="cannot enforce references"):
        ProjectFile.open(project.path)


def _database(path, *statements):
    conn = sqlite3.connect(path)
    for statement in statements:
        conn.execute(statement)
    conn.commit()
    conn.close()


@pytest.mark.parametrize(
    "statements",
    [
        ["CREATE TABLE x (y)"],
        ["CREATE TABLE x (y)", "PRAGMA application_id = 5"],
        ["CREATE TABLE x (y)", "PRAGMA user_version = 1"],
        ["CREATE TABLE x (y)", "PRAGMA user_version = 99"],
        ["PRAGMA user_version = 1"],
    ],
)
def test_another_programs_database_is_refused_and_left_alone(tmp_path, statements):
    path = tmp_path / "other.qcode"
    _database(path, *statements)
    before = path.read_bytes()
    with pytest.raises(NotAProject):
        ProjectFile.open(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"hello", b"SQLite format 2\x00" + b"x" * 99])
def test_other_files_are_refused_and_left_alone(tmp_path, content):
    path = tmp_path / "other.qcode"
    path.write_bytes(content)
    with pytest.raises(NotAProject):
        ProjectFile.open(path)
    assert path.read_bytes() == content


def test_a_header_alone_is_no_project(tmp_path):
    path = tmp_path / "p.qcode"
    path.write_bytes(b"SQLite format 3\x00" + b"\xff" * 4096)
    with pytest.raises(ProjectError):
        ProjectFile.open(path)


@posix
def test_a_folder_a_pipe_and_nothing_are_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path, error in [(tmp_path, NotAProject), (tmp_path / "pipe", NotAProject), (tmp_path / "none", NoProject)]:
        with pytest.raises(error):
            ProjectFile.open(path)
    with pytest.raises(ProjectError, match="cannot be read"):
        ProjectFile.open(tmp_path / ("x" * 300))


def test_a_newer_project_is_refused_and_left_alone(project):
    project.database.conn.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    project.close()
    before = project.path.read_bytes()
    with pytest.raises(NewerProject, match="newer qcode"):
        ProjectFile.open(project.path)
    assert project.path.read_bytes() == before


def test_tables_that_do_not_fit_are_not_kept(tmp_path, monkeypatch):
    path = tmp_path / "p.qcode"
    path.touch()
    misfit = "INSERT INTO speaker VALUES (1, 99, 'x', 'y', 0, '');\n"
    monkeypatch.setattr(schema, "_FIRST", schema._FIRST + misfit)
    database = connect(path, new=True)
    with pytest.raises(DamagedProject, match="do not fit"):
        bring_up_to_date(database, str(path))
    assert database.table_names() == []
    assert database.conn.execute("PRAGMA foreign_keys").fetchone()[0] == 1
    database.conn.close()


def test_a_project_without_its_id(project):
    project.database.conn.execute("DELETE FROM meta WHERE key = 'project'")
    with pytest.raises(DamagedProject, match="lost its id"):
        ProjectFile.open(project.path)


@pytest.mark.parametrize(
    ("message", "error", "says"),
    [
        ("database is locked", ProjectBusy, "too long"),
        ("database or disk is full", ProjectError, "disk refuses"),
        ("disk I/O error", ProjectError, "disk refuses"),
        ("attempt to write a readonly database", ProjectError, "not write to it"),
        ("file is not a database", NotAProject, "not a qcode project"),
        ("unable to open database file", ProjectError, "cannot be written or read"),
        ("database disk image is malformed", DamagedProject, "malformed"),
        ("Could not decode to UTF-8 column 'payload' with text 'secret'", DamagedProject, "no text any more"),
    ],
)
def test_errors_of_sqlite_become_sentences(tmp_path, message, error, says):
    with pytest.raises(error, match=says) as refusal, plain_sentences(tmp_path / "p"):
        raise sqlite3.OperationalError(message)
    assert type(refusal.value) is error
    assert "secret" not in repr(refusal.value)


def test_a_transaction_inside_another_is_refused(project):
    with project.write(ANNA), pytest.raises(ProjectError), project.write(BO):
        pytest.fail("nested")
    with pytest.raises(ValueError, match="x"), transaction(project.database.conn, project.path):
        raise ValueError("x")


@posix
def test_a_project_that_may_only_be_read(project, study):
    project.database.conn.execute("PRAGMA query_only = ON")
    with pytest.raises(ProjectError, match="not write"):
        project.write(ANNA).__enter__()
    assert project.read.codings(coders=None) == []


def test_this_machine_is_told_from_others(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    (tmp_path / "empty").touch()
    (tmp_path / "odd").write_bytes(b"\xff")
    (tmp_path / "id").write_text("abc\n")

    def place(*names):
        writing._machine.cache_clear()
        monkeypatch.setattr(writing, "_MACHINE_IDS", tuple(tmp_path / n for n in names))
        return place_of(tmp_path / "file").partition(":")[0]

    monkeypatch.setenv("COMPUTERNAME", "PC")
    assert [place("none", "odd", "empty", "id"), place("none"), place("empty")] == ["abc", "PC", "PC"]
    monkeypatch.delenv("COMPUTERNAME")
    assert place() == ""
    writing._machine.cache_clear()


def test_the_real_clock_goes_forward_and_ids_differ():
    clock = Clock()
    assert clock.now_ms() > 1_700_000_000_000
    assert clock.new_id() != clock.new_id()
    assert len(clock.new_salt()) == 8


@pytest.mark.parametrize("text", [t for t in NAUGHTY if not any("\ud800" <= c <= "\udfff" for c in t)])
def test_hostile_text_goes_through_every_field_untouched(project, text):
    before = sorted(project.database.conn.execute("SELECT sql FROM sqlite_schema").fetchall(), key=repr)
    source = add_source(project, text, TEXT)
    with project.write(ANNA) as writer:
        writer.create("coder", {"name": text})
        writer.change(project.uid, {"title": text})
        book = writer.create("codebook", {"short_id": text, "title": text, text: text})
        code = writer.create("code", {"codebook": book, "short_id": text, "position": 0, text: [text]})
        case = writer.create("case", {"key": text, "name": text, "kind": text, f"attr:{text}x": text + "x",
                                      "parties": [{"role": text, "name": text, "code": text, "year": 2018}],
                                      "stages": [{"name": text, "first": 2009, "mechanism": text}]})  # fmt: skip
        writer.create("column", {"name": text, "type": text, "given": True, "position": 0})
        fields = {"source": source, "code": code, "span": [0, 3], "case": case, "stage": text, "origin": text}
        coding = writer.create("coding", fields)
        writer.create("link", {"case": case, "source": source, "stage": text})
        writer.create("ledger", {"source": source, "dimension": text, "state": text, "version": text})
        writer.create("decision", {"source": source, "code": code, "span": [0, 3], "verdict": text})
        writer.create("release", {"codebook": book, "name": text, "version": text, "note": text})
        writer.create("proposal", {"codebook": book, "code": text, "state": text, "note": text})
        writer.create("speaker", {"source": source, "label": text, "role": text})
    project.remember(1, text, text)
    read = project.read
    assert (read.title(), read.sources()[0].name, read.coders()[-1].name) == (text, text, text)
    assert (read.codes()[0].short_id, read.codes()[0].fields[text]) == (text, [text])
    party, stage = PartyRow(text, text, text or None, 2018), StageRow(text, 2009, None, text or None)
    assert read.cases()[0][2:] == (text, text, text, {f"{text}x": text + "x"}, (party,), (stage,))
    assert read.case_columns() == [ColumnRow(text, text, True)]
    assert (read.coding(coding).stage, read.coding(coding).origin) == (text or None, text or None)
    assert (read.links(coders=None)[0].stage, read.ledger(coders=None)[0].state) == (text or None, text)
    assert (read.decisions(coders=None)[0].verdict, read.local(1, text)) == (text, text)
    (release,), (proposal,) = project.codebook.releases(), project.codebook.proposals()
    assert (release.name, release.version, release.fields["note"]) == (text, text, text)
    assert (proposal.code, proposal.state, proposal.fields["note"]) == (text, text, text)
    assert text in {s.label for s in read.speakers()}
    assert read.coding(text) is None
    assert sorted(project.database.conn.execute("SELECT sql FROM sqlite_schema").fetchall(), key=repr) == before
    is_sound(project)


def test_asking(project, study):
    read = project.read
    state = read.state()
    with project.write(ANNA) as writer:
        first = writer.create("coding", passage(study, span=(4, 9)))
        writer.create("coding", passage(study, source=1, code=1))
        writer.create("link", {"case": study.cases[0], "source": study.sources[0], "span": [0, 9]})
    with project.write(BO) as writer:
        writer.create("coding", passage(study, span=(0, 2), case=study.cases[1]))
    anna, bo = (c.key for c in read.coders())
    keys = {s.uid: s.key for s in read.sources()}
    one, two = (keys[uid] for uid in study.sources)
    codes = {c.uid: c.key for c in read.codes()}
    assert read.state() > state
    assert read.title() == "Trial"
    assert [(c.start, c.coder) for c in read.codings(one, coders=None)] == [(0, bo), (4, anna)]
    assert [c.uid for c in read.codings(one, coders=[anna])] == [first]
    assert read.codings(coders=[]) == []
    assert read.coding_columns(coders=None).tolist() == [
        [codes[study.codes[0]], anna, one, 4, 9, 0],
        [codes[study.codes[0]], bo, one, 0, 2, next(c.key for c in read.cases() if c.uid == study.cases[1])],
        [codes[study.codes[1]], anna, two, 0, 5, 0],
    ]
    assert read.coding_columns(coders=[]).shape == (0, 6)
    assert (len(read.links(one, coders=[anna])), read.links(two, coders=None)) == (1, [])
    assert (len(read.turns(one)), len(read.turns()), len(read.speakers(one))) == (2, 4, 1)
    assert read.codes_at(one, 4, 9, coder=anna) == {study.codes[0]}
    assert read.codes_at(one, 4, 9, coder=bo) == read.codes_at(one, 4, 8, coder=anna) == set()
    assert read.text(one) == TEXT + "0"
    assert read.text(999) is None
    assert read.decisions(one, coders=None) == []
    assert read.codebook()[1]["title"] == "Book"
    latest = list(read.events(coders=None, last=2))
    assert [e.lamport for e in latest] == sorted((e.lamport for e in latest), reverse=True)
    assert [read.event_coder(e.uid) for e in latest] == [e.coder for e in latest]
    assert read.event_coder("unheard of") is None
    assert [e.kind for e in read.events(coders=[bo])] == ["coding.created"]
    act = next(read.events(coders=[anna], last=1)).act
    assert [e.kind for e in read.events(coders=None, act=act)] == ["coding.created", "coding.created", "link.created"]
    assert (read.local(anna, "place"), read.meta("none")) == (None, None)
    project.remember(anna, "place", "1")
    project.remember(anna, "place", "2")
    assert read.local(anna, "place") == "2"


def test_an_empty_project_answers_too(project):
    project.database.conn.execute("DELETE FROM project")
    assert (project.read.title(), project.read.codebook(), project.read.undoable(1), project.read.redoable(1)) == (
        "",
        None,
        None,
        None,
    )


def test_put_creates_changes_and_brings_back(project, study):
    with project.write(ANNA) as writer:
        assert writer.put("case", "k", {"key": "K", "name": "N", "kind": "dataset"})
        assert not writer.put("case", "k", {"key": "K", "name": "N"})
        assert writer.put("case", "k", {"name": "M"})
        writer.remove("k")
        assert writer.entity("k").removed
    assert "K" not in [c.short_key for c in project.read.cases()]
    with project.write(ANNA) as writer:
        assert writer.put("case", "k", {"name": "M"})
    assert [c.name for c in project.read.cases() if c.short_key == "K"] == ["M"]
    is_sound(project)


def test_what_is_not_there_cannot_be_changed(project):
    for change in (lambda w: w.remove("nobody"), lambda w: w.change("nobody", {"x": 1})):
        with pytest.raises(DamagedProject, match="does not hold"), project.write(ANNA) as writer:
            change(writer)


def test_merged_codes_point_at_what_they_became(project, study):
    a, b, c = study.codes
    with project.write(ANNA) as writer:
        writer.change(a, {"merged_into": b})
        writer.change(b, {"merged_into": c})
    targets = {code.uid: code.target for code in project.read.codes()}
    assert set(targets.values()) == {next(code.key for code in project.read.codes() if code.uid == c)}
    is_sound(project)


def test_more_entities_than_fit_one_statement(project, study):
    with project.write(ANNA) as writer:
        for number in range(1100):
            writer.create("coding", passage(study, span=(number % 50, 60)))
        act = writer.act
    assert len(project.read.codings(coders=None)) == 1100
    with project.write(ANNA) as writer:
        writer.turn_back(act, undo=True)
    assert project.read.codings(coders=None) == []
    with project.write(ANNA) as writer:
        writer.remove(study.book)
    is_sound(project)


def test_reading_what_is_damaged_gives_sentences(project, study):
    project.database.conn.execute("UPDATE coder SET name = CAST(x'ff' AS TEXT)")
    project.database.conn.execute("UPDATE project SET title = CAST(x'ff' AS TEXT)")
    project.database.conn.execute("DROP TABLE local")
    for ask in (
        project.read.coders,
        project.read.title,
        lambda: project.read.local(1, "x"),
        lambda: list(project.read.events(coders=None, last=1)) and project.read.coders(),
    ):
        with pytest.raises(DamagedProject):
            ask()


def test_rows_that_are_deleted_are_told(project, study):
    conn = project.database.conn
    case = conn.execute("SELECT id FROM study_case").fetchone()[0]
    assert (delete_rows(conn, "case", case), delete_rows(conn, "case", case), delete_rows(conn, "theory", 1)) == (
        True,
        False,
        False,
    )


def test_the_same_clock_gives_the_same_file(tmp_path):
    tables = []
    for name in ("a", "b"):
        with ProjectFile.create(tmp_path / name, title="T", coder_name="Anna", clock=TickClock()) as project:
            tables.append(
                (stored(project.database.conn), project.read.state(), [e.uid for e in project.read.events(coders=None)])
            )
    assert tables[0] == tables[1]


def test_tables_that_another_process_made_meanwhile_are_left(project, monkeypatch):
    answers = iter([False, True])
    monkeypatch.setattr(schema, "_is_current", lambda *_: next(answers))
    before = project.path.read_bytes()
    bring_up_to_date(project.database, str(project.path))
    assert project.path.read_bytes() == before
