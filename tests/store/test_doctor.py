"""Damage is found, named, and never shown with what people said."""

from __future__ import annotations

import json

import pytest
from store.making import ANNA, BO, TEXT, is_sound, passage, stored, write_notes

from qcode.core.text import text_sha256
from qcode.errors import DamagedProject
from qcode.store import rebuild
from qcode.store.project_file import ProjectFile
from qcode.store.schema import PROJECTIONS


@pytest.fixture
def coded(project: ProjectFile, study) -> ProjectFile:
    for number in range(3):
        with project.write(ANNA) as writer:
            writer.create("coding", passage(study, span=(number, number + 4), case=study.cases[0]))
    with project.write(ANNA) as writer:
        writer.create("link", {"case": study.cases[0], "source": study.sources[0]})
        writer.create("ledger", {"source": study.sources[0], "dimension": "d", "state": "reading", "version": "1"})
        writer.create(
            "decision", {"source": study.sources[0], "code": study.codes[0], "span": [0, 4], "verdict": "rejected"}
        )
        writer.create("coding", passage(study, span=(1, 2), case="elsewhere"))
        writer.create("release", {"codebook": study.book, "name": "pilot", "version": "1", "content": {}})
        writer.create("proposal", {"codebook": study.book, "code": "c0", "state": "open", "after": {}})
    write_notes(project, study)
    is_sound(project)
    return project


def _run(project: ProjectFile, sql: str, *values: object) -> None:
    project.database.conn.execute("PRAGMA foreign_keys = OFF")
    project.database.conn.execute(sql, values)


TAMPERED = [
    ("project", "UPDATE project SET title = 'x'"),
    ("codebook", "UPDATE codebook SET title = 'x'"),
    ("code", "UPDATE code SET position = 9 WHERE position = 0"),
    ("source", "UPDATE source SET name = 'x' WHERE id = (SELECT min(id) FROM source)"),
    ("turn", "UPDATE turn SET start = 1 WHERE position = 0"),
    ("speaker", "UPDATE speaker SET role = 'participant'"),
    ("attribute", "UPDATE attribute SET value = 'x'"),
    ("study_case", "UPDATE study_case SET kind = 'other'"),
    ("case_attribute", "DELETE FROM case_attribute"),
    ("case_party", "UPDATE case_party SET role = 'recipient'"),
    ("case_stage", "UPDATE case_stage SET last = 2013"),
    ("case_column", "UPDATE case_column SET type = 'year'"),
    ("link", "UPDATE link SET stage = 'x'"),
    ("coding", "UPDATE coding SET study_case = NULL"),
    ("ledger", "UPDATE ledger SET state = 'complete'"),
    ("decision", "UPDATE decision SET verdict = 'accepted'"),
    ("release", "UPDATE release SET version = '2'"),
    ("proposal", "UPDATE proposal SET state = 'accepted'"),
    ("memo", "UPDATE memo SET text = 'x'"),
    ("translation", "UPDATE translation SET checked_by = 'Eve'"),
    ("path", "DELETE FROM path"),
    ("summary", "UPDATE summary SET value = 'x'"),
    ("claim", "UPDATE claim SET contrary = '[]'"),
    ("waiting", "DELETE FROM waiting"),
    ("conflict", "INSERT INTO conflict SELECT id, 'span', '', '[]' FROM coding LIMIT 1"),
    ("coder", "UPDATE coder SET name = 'Eve'"),
    ("act", "UPDATE act SET undone = 1 WHERE id = (SELECT max(id) FROM act)"),
]


@pytest.mark.parametrize(("table", "sql"), TAMPERED, ids=[t for t, _ in TAMPERED])
def test_a_table_that_was_changed_is_named_and_made_again(coded, table, sql):
    before = stored(coded.database.conn)
    _run(coded, sql)
    assert f"The table “{table}” differs from what the events say." in rebuild.compare(coded)
    assert rebuild.rebuild(coded) > 10
    assert rebuild.compare(coded) == []
    assert stored(coded.database.conn) == before


def test_every_table_of_the_projections_is_tampered_with_above():
    assert {t for t, _ in TAMPERED} == {*PROJECTIONS, "act", "coder"}


def test_wrong_types_of_entities_are_mended(coded):
    _run(coded, "UPDATE entity SET type = 'coding' WHERE type = 'source'")
    assert rebuild.compare(coded) != [] or stored(coded.database.conn)
    rebuild.rebuild(coded)
    is_sound(coded)


def test_compare_changes_nothing(coded):
    before = coded.path.read_bytes()
    _run(coded, "DELETE FROM coding")
    assert rebuild.compare(coded) == ["The table “coding” differs from what the events say."]
    assert coded.read.codings(coders=None) == []
    assert before != coded.path.read_bytes()


def test_rebuild_tells_how_far_it_is(project, study):
    with project.write(BO) as writer:
        for number in range(5000):
            writer.create("coding", passage(study, span=(number % 50, 60)))
    told: list[int] = []
    assert rebuild.rebuild(project, tick=told.append) == 5000 + 13
    assert told == [5000]
    assert rebuild.check_quotes(project) == []


def test_a_rebuild_that_breaks_leaves_everything(coded, monkeypatch):
    before = stored(coded.database.conn)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(rebuild.Projector, "settle_codes", stop)
    with pytest.raises(KeyboardInterrupt):
        rebuild.rebuild(coded)
    assert stored(coded.database.conn) == before


CHAIN = [
    ("DELETE FROM event WHERE seq = 5", "Before event 6 of"),
    ("DELETE FROM event WHERE seq = (SELECT max(seq) FROM event)", "The last events of replica"),
    ("UPDATE event SET payload = '{}' WHERE seq = 5", "The content of event 5 of"),
    ("UPDATE event SET payload = '{\"fie' WHERE seq = 5", "The content of event 5 of"),
    ("UPDATE event SET payload = '[]' WHERE seq = 5", "The content of event 5 of"),
    ("UPDATE event SET payload = CAST(x'7bff7d' AS TEXT) WHERE seq = 5", "The content of event 5 of"),
    ("UPDATE event SET salt = NULL WHERE seq = 5", "lost its salt"),
    ("UPDATE event SET lamport = 999 WHERE seq = 5", "What stands before event 6"),
    ("UPDATE event SET at_ms = 1 WHERE seq = (SELECT max(seq) FROM event)", "The last events of replica"),
    ("UPDATE event SET kind = 'coding.grown' WHERE seq = 5", "What stands before event 6"),
    ("UPDATE event SET entity = 1 WHERE seq = 5", "What stands before event 6"),
    ("UPDATE replica SET last_seq = 3", "The last events of replica"),
]


@pytest.mark.parametrize(("sql", "fault"), CHAIN)
def test_a_changed_event_is_found(coded, sql, fault):
    _run(coded, sql)
    assert any(fault in sentence for sentence in rebuild.check_chain(coded))


def test_a_replica_without_events_is_sound(coded):
    _run(coded, "INSERT INTO replica (uid, last_seq, last_hash, last_lamport) VALUES ('r', 0, zeroblob(32), 0)")
    assert rebuild.check_chain(coded) == []


def test_an_erased_payload_is_no_fault_of_the_chain(coded):
    _run(coded, "UPDATE event SET payload = NULL, salt = NULL WHERE seq = 7")
    assert rebuild.check_chain(coded) == []
    rebuild.rebuild(coded)
    assert rebuild.compare(coded) == []


@pytest.mark.parametrize("damage", ["CAST(x'7b2273656372657422ff' AS TEXT)", "'{\"secret'"])
def test_a_damaged_payload_is_a_sentence_everywhere_and_never_quoted(coded, study, damage):
    coding = coded.read.codings(coders=None)[0].uid
    _run(coded, f"UPDATE event SET payload = {damage} WHERE entity = (SELECT id FROM entity WHERE uid = '{coding}')")  # noqa: S608

    def remove() -> None:
        with coded.write(ANNA) as writer:
            writer.remove(coding)

    for use in (
        lambda: rebuild.rebuild(coded), lambda: list(coded.read.events(coders=None)), lambda: rebuild.check_quotes(coded),
        remove,
    ):  # fmt: skip
        with pytest.raises(DamagedProject) as refusal:
            use()
        assert "secret" not in repr(refusal.value)
        assert refusal.value.__cause__ is None
    assert len(rebuild.compare(coded)) == 1


@pytest.mark.parametrize("byte", [0, 9, len(TEXT.encode())])
def test_a_flipped_bit_names_the_transcript(coded, byte):
    sha = text_sha256(TEXT + "1")
    content = bytearray(coded.read.blob(sha))
    content[byte] ^= 0x80
    _run(coded, "UPDATE blob SET content = ? WHERE sha256 = ?", bytes(content), sha)
    assert rebuild.check_storage(coded) == ["The text of “S1” was changed on the disk."]
    assert rebuild.check_quotes(coded) == []
    key = next(s.key for s in coded.read.sources() if s.name == "S1")
    with pytest.raises(DamagedProject, match="text of “S1” was changed"):
        coded.read.text(key)


def test_a_flipped_bit_in_an_original_and_in_a_stray_file(coded):
    _run(coded, "UPDATE blob SET content = x'00' WHERE CAST(content AS TEXT) LIKE 'original%0'")
    coded.keep_blob(b"stray")
    _run(coded, "UPDATE blob SET content = x'00' WHERE content = ?", b"stray")
    assert sorted(rebuild.check_storage(coded)) == [
        "The content of a stored file was changed on the disk.",
        "The original file of “S0” was changed on the disk.",
    ]


def test_a_flipped_bit_in_the_file_itself(coded):
    coded.close()
    content = bytearray(coded.path.read_bytes())
    text = (TEXT + "1").encode()
    place = content.index(text)
    if content[place - 9 : place] == b"original ":
        place = content.index(text, place + 1)
    content[place + 30] ^= 1
    coded.path.write_bytes(content)
    with ProjectFile.open(coded.path) as again:
        assert rebuild.check_storage(again) == ["The text of “S1” was changed on the disk."]


def test_pages_of_nonsense_are_told_in_a_sentence(coded):
    coded.close()
    content = bytearray(coded.path.read_bytes())
    content[8192:-4096] = b"\xff" * (len(content) - 12288)
    coded.path.write_bytes(content)
    with pytest.raises(DamagedProject, match="Run `qcode doctor`"):
        ProjectFile.open(coded.path)


def test_a_dangling_reference_is_named(coded):
    _run(coded, "DELETE FROM study_case")
    assert "A row of “coding” refers to nothing." in rebuild.check_storage(coded)


def test_an_erased_text_is_none(coded, study):
    _run(coded, "UPDATE blob SET content = NULL")
    assert [coded.read.text(s.key) for s in coded.read.sources()] == [None, None]
    assert coded.read.blob(text_sha256(TEXT + "0")) is None
    assert coded.read.blob("unheard of") is None
    assert rebuild.check_quotes(coded) == []
    assert rebuild.check_storage(coded) == []


def test_a_quote_that_moved_is_found_without_the_quote(coded):
    uid = coded.read.codings(coders=None)[0].uid
    _run(coded, "UPDATE coding SET start = start + 1 WHERE id = (SELECT id FROM entity WHERE uid = ?)", uid)
    assert rebuild.check_quotes(coded) == [f"Coding {uid} in “S0” does not stand on the passage that was coded."]


def test_a_coding_beyond_the_text_is_found(coded):
    _run(coded, 'UPDATE coding SET "end" = 99999')
    assert len(rebuild.check_quotes(coded)) == 6


def test_quotes_of_moved_codings_are_checked_too(project, study):
    with project.write(ANNA) as writer:
        uid = writer.create("coding", passage(study))
        bare = writer.create("coding", {k: v for k, v in passage(study).items() if k != "quote"})
    with project.write(ANNA) as writer:
        writer.change(uid, {"span": [7, 12]})
        writer.change(bare, {"span": [7, 12]})
    assert rebuild.check_quotes(project) == []  # a span without its quote proves nothing
    with project.write(ANNA) as writer:
        writer.change(uid, {"span": [8, 12], "quote": "0" * 16})
    assert len(rebuild.check_quotes(project)) == 1


def test_unknown_kinds_are_kept_and_counted(coded):
    with coded.write(ANNA) as writer:
        writer.create("theory", {"x": 1})
        writer.create("theory", {"x": 2})
    assert rebuild.unknown_kinds(coded) == {"theory.created": 2}
    assert rebuild.check_chain(coded) == []
    assert rebuild.compare(coded) == []
    rebuild.rebuild(coded)
    assert json.loads(coded.database.conn.execute("SELECT payload FROM event ORDER BY seq DESC").fetchone()[0]) == {
        "fields": {"x": 2}
    }


def test_what_sqlite_itself_cannot_read_is_a_fault_in_a_sentence(coded):
    _run(coded, "DROP TABLE blob")
    (fault,) = rebuild.check_storage(coded)
    assert fault == "The project contradicts itself (no such table: blob); nothing was written."
