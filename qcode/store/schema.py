"""The tables of a project, and how an older project becomes a current one.

`event` is what happened; everything below `-- projections` can be deleted and made again from it. Keys are
integers inside, because text keys cost twice the time and seven times the memory at a million rows; `uid`
is what travels. A projection's key is its entity's key.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qcode.errors import DamagedProject, NewerProject, NotAProject
from qcode.store.connect import APPLICATION_ID, transaction

if TYPE_CHECKING:
    from sqlite_utils import Database

__all__ = ["PROJECTIONS", "SCHEMA_VERSION", "bring_up_to_date"]

SCHEMA_VERSION = 2

_FIRST = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE replica (
    id INTEGER PRIMARY KEY, uid TEXT NOT NULL UNIQUE, place TEXT,
    last_seq INTEGER NOT NULL, last_hash BLOB NOT NULL, last_lamport INTEGER NOT NULL
) STRICT;
CREATE TABLE coder (id INTEGER PRIMARY KEY, uid TEXT NOT NULL UNIQUE, name TEXT NOT NULL) STRICT;
CREATE TABLE blob (id INTEGER PRIMARY KEY, sha256 TEXT NOT NULL UNIQUE, content BLOB) STRICT;
CREATE TABLE entity (id INTEGER PRIMARY KEY, uid TEXT NOT NULL UNIQUE, type TEXT NOT NULL) STRICT;
CREATE INDEX entity_type ON entity (type);
CREATE TABLE act (
    id INTEGER PRIMARY KEY, uid TEXT NOT NULL, coder INTEGER NOT NULL REFERENCES coder (id),
    undoable INTEGER NOT NULL DEFAULT 0, undone INTEGER NOT NULL DEFAULT 0,
    made INTEGER NOT NULL DEFAULT 0, turned INTEGER NOT NULL DEFAULT 0, turned_by TEXT NOT NULL DEFAULT '',
    UNIQUE (uid, coder)
) STRICT;
CREATE INDEX act_coder ON act (coder, undoable, undone, made);
CREATE TABLE event (
    id INTEGER PRIMARY KEY, uid TEXT NOT NULL UNIQUE,
    replica INTEGER NOT NULL REFERENCES replica (id), seq INTEGER NOT NULL,
    lamport INTEGER NOT NULL, at_ms INTEGER NOT NULL,
    act INTEGER NOT NULL REFERENCES act (id), entity INTEGER NOT NULL REFERENCES entity (id),
    kind TEXT NOT NULL, v INTEGER NOT NULL, prev_hash BLOB NOT NULL,
    payload TEXT, salt BLOB, digest BLOB NOT NULL,
    UNIQUE (replica, seq)
) STRICT;
CREATE INDEX event_entity ON event (entity);
CREATE INDEX event_act ON event (act);
CREATE TABLE local (coder INTEGER NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (coder, key)) STRICT;
-- projections
CREATE TABLE project (id INTEGER PRIMARY KEY REFERENCES entity (id), title TEXT NOT NULL) STRICT;
CREATE TABLE codebook (
    id INTEGER PRIMARY KEY REFERENCES entity (id), short_id TEXT NOT NULL, title TEXT NOT NULL, fields TEXT NOT NULL
) STRICT;
CREATE TABLE code (
    id INTEGER PRIMARY KEY REFERENCES entity (id), codebook INTEGER NOT NULL REFERENCES codebook (id),
    short_id TEXT NOT NULL, position INTEGER NOT NULL, target INTEGER NOT NULL REFERENCES code (id),
    fields TEXT NOT NULL
) STRICT;
CREATE INDEX code_codebook ON code (codebook);
CREATE INDEX code_target ON code (target);
CREATE TABLE source (
    id INTEGER PRIMARY KEY REFERENCES entity (id), name TEXT NOT NULL, sha256 TEXT NOT NULL, length INTEGER NOT NULL,
    original_sha256 TEXT NOT NULL, kind TEXT NOT NULL, language TEXT NOT NULL, encoding TEXT NOT NULL,
    canonical INTEGER NOT NULL, at_ms INTEGER NOT NULL, position INTEGER NOT NULL, aliases TEXT NOT NULL
) STRICT;
CREATE TABLE speaker (
    id INTEGER PRIMARY KEY REFERENCES entity (id), source INTEGER NOT NULL REFERENCES source (id),
    label TEXT NOT NULL, role TEXT NOT NULL, position INTEGER NOT NULL, name TEXT NOT NULL
) STRICT;
CREATE INDEX speaker_source ON speaker (source);
CREATE TABLE turn (
    source INTEGER NOT NULL REFERENCES source (id), position INTEGER NOT NULL,
    start INTEGER NOT NULL, body INTEGER NOT NULL, "end" INTEGER NOT NULL,
    speaker INTEGER REFERENCES entity (id), time_ms INTEGER,
    -- the speaker whose label is written there, and a role that somebody gave this turn alone
    written INTEGER REFERENCES entity (id), role TEXT,
    PRIMARY KEY (source, position)
) STRICT, WITHOUT ROWID;
-- of transcripts and speakers
CREATE TABLE attribute (
    entity INTEGER NOT NULL REFERENCES entity (id), name TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (entity, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE study_case (
    id INTEGER PRIMARY KEY REFERENCES entity (id), key TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL,
    position INTEGER NOT NULL
) STRICT;
CREATE TABLE case_attribute (
    study_case INTEGER NOT NULL REFERENCES study_case (id), name TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (study_case, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE case_party (
    study_case INTEGER NOT NULL REFERENCES study_case (id), position INTEGER NOT NULL, role TEXT NOT NULL,
    name TEXT NOT NULL, code TEXT, year INTEGER, PRIMARY KEY (study_case, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE case_stage (
    study_case INTEGER NOT NULL REFERENCES study_case (id), position INTEGER NOT NULL, name TEXT NOT NULL,
    first INTEGER, last INTEGER, mechanism TEXT, PRIMARY KEY (study_case, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE case_column (
    id INTEGER PRIMARY KEY REFERENCES entity (id), name TEXT NOT NULL, type TEXT NOT NULL, given INTEGER NOT NULL,
    position INTEGER NOT NULL
) STRICT;
CREATE TABLE link (
    id INTEGER PRIMARY KEY REFERENCES entity (id), study_case INTEGER NOT NULL REFERENCES study_case (id),
    source INTEGER NOT NULL REFERENCES source (id), start INTEGER, "end" INTEGER, stage TEXT,
    coder INTEGER NOT NULL REFERENCES coder (id),
    CHECK ((start IS NULL) = ("end" IS NULL)), CHECK (start IS NULL OR (start >= 0 AND "end" > start))
) STRICT;
CREATE INDEX link_source ON link (source);
CREATE INDEX link_case ON link (study_case);
CREATE TABLE coding (
    id INTEGER PRIMARY KEY REFERENCES entity (id), source INTEGER NOT NULL REFERENCES source (id),
    code INTEGER NOT NULL REFERENCES code (id), coder INTEGER NOT NULL REFERENCES coder (id),
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, study_case INTEGER REFERENCES study_case (id), stage TEXT,
    origin TEXT, at_ms INTEGER NOT NULL, CHECK (start >= 0 AND "end" > start)
) STRICT;
-- Frequencies read this index alone, already in the order in which overlaps are merged.
CREATE INDEX coding_count ON coding (code, coder, source, start, "end", study_case);
CREATE INDEX coding_place ON coding (source, start, "end");
CREATE INDEX coding_case ON coding (study_case) WHERE study_case IS NOT NULL;
CREATE TABLE ledger (
    id INTEGER PRIMARY KEY REFERENCES entity (id), source INTEGER NOT NULL REFERENCES source (id),
    coder INTEGER NOT NULL REFERENCES coder (id), dimension TEXT NOT NULL, state TEXT NOT NULL, version TEXT NOT NULL
) STRICT;
CREATE INDEX ledger_source ON ledger (source);
CREATE TABLE decision (
    id INTEGER PRIMARY KEY REFERENCES entity (id), source INTEGER NOT NULL REFERENCES source (id),
    code INTEGER NOT NULL REFERENCES code (id), coder INTEGER NOT NULL REFERENCES coder (id),
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, verdict TEXT NOT NULL, at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX decision_source ON decision (source);
CREATE INDEX decision_code ON decision (code);
CREATE TABLE release (
    id INTEGER PRIMARY KEY REFERENCES entity (id), codebook INTEGER NOT NULL REFERENCES codebook (id),
    coder INTEGER NOT NULL REFERENCES coder (id), name TEXT NOT NULL, version TEXT NOT NULL, at_ms INTEGER NOT NULL,
    fields TEXT NOT NULL
) STRICT;
CREATE INDEX release_codebook ON release (codebook);
CREATE TABLE proposal (
    id INTEGER PRIMARY KEY REFERENCES entity (id), codebook INTEGER NOT NULL REFERENCES codebook (id),
    coder INTEGER NOT NULL REFERENCES coder (id), code TEXT NOT NULL, state TEXT NOT NULL, at_ms INTEGER NOT NULL,
    fields TEXT NOT NULL
) STRICT;
CREATE INDEX proposal_codebook ON proposal (codebook);
CREATE TABLE waiting (
    entity INTEGER NOT NULL REFERENCES entity (id), uid TEXT NOT NULL, required INTEGER NOT NULL,
    PRIMARY KEY (entity, uid)
) STRICT, WITHOUT ROWID;
CREATE INDEX waiting_uid ON waiting (uid);
CREATE TABLE conflict (
    entity INTEGER NOT NULL REFERENCES entity (id), field TEXT NOT NULL, kept TEXT NOT NULL, lost TEXT NOT NULL,
    PRIMARY KEY (entity, field)
) STRICT, WITHOUT ROWID;
"""

# Memos, translations, flags; links between codings, summaries and claims. No project of schema 1 holds events of them:
# a qcode of that time wrote none, and took in nobody else's. So there is nothing to be folded again.
_SECOND = """
ALTER TABLE coding ADD COLUMN flagged INTEGER NOT NULL DEFAULT 0;
-- `target` is a code, a case or a transcript: it need not have a row yet, so it refers to the entity
CREATE TABLE memo (
    id INTEGER PRIMARY KEY REFERENCES entity (id), about TEXT NOT NULL, target INTEGER REFERENCES entity (id),
    start INTEGER, "end" INTEGER, kind TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL,
    coder INTEGER NOT NULL REFERENCES coder (id), at_ms INTEGER NOT NULL, changed_ms INTEGER NOT NULL,
    CHECK ((start IS NULL) = ("end" IS NULL)), CHECK (start IS NULL OR (start >= 0 AND "end" > start))
) STRICT;
CREATE INDEX memo_target ON memo (target);
CREATE TABLE translation (
    id INTEGER PRIMARY KEY REFERENCES entity (id), source INTEGER NOT NULL REFERENCES source (id),
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, language TEXT NOT NULL, text TEXT NOT NULL,
    translator TEXT NOT NULL, checked_by TEXT NOT NULL, coder INTEGER NOT NULL REFERENCES coder (id),
    at_ms INTEGER NOT NULL, changed_ms INTEGER NOT NULL, CHECK (start >= 0 AND "end" > start)
) STRICT;
CREATE INDEX translation_place ON translation (source, start, "end");
-- the two codings are read where they are: a coding that comes or goes would otherwise have to look for paths
CREATE TABLE path (
    id INTEGER PRIMARY KEY REFERENCES entity (id), from_coding INTEGER NOT NULL REFERENCES entity (id),
    to_coding INTEGER NOT NULL REFERENCES entity (id), coder INTEGER NOT NULL REFERENCES coder (id),
    at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX path_from ON path (from_coding);
CREATE INDEX path_to ON path (to_coding);
CREATE TABLE summary (
    id INTEGER PRIMARY KEY REFERENCES entity (id), about TEXT NOT NULL, target INTEGER REFERENCES entity (id),
    value TEXT NOT NULL, code INTEGER NOT NULL REFERENCES code (id), text TEXT NOT NULL,
    coder INTEGER NOT NULL REFERENCES coder (id), at_ms INTEGER NOT NULL, changed_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX summary_target ON summary (target);
CREATE INDEX summary_code ON summary (code);
-- passages as JSON, each a transcript's uid, start and end: a claim stays when one of its transcripts goes
CREATE TABLE claim (
    id INTEGER PRIMARY KEY REFERENCES entity (id), title TEXT NOT NULL, text TEXT NOT NULL,
    supporting TEXT NOT NULL, contrary TEXT NOT NULL, coder INTEGER NOT NULL REFERENCES coder (id),
    at_ms INTEGER NOT NULL, changed_ms INTEGER NOT NULL
) STRICT;
"""

# In the order in which they are emptied; a rebuild makes them again from the events.
PROJECTIONS = (
    "conflict", "waiting", "claim", "summary", "path", "translation", "memo", "proposal", "release", "decision",
    "ledger", "coding", "link", "case_party", "case_stage", "case_attribute", "case_column", "study_case",
    "turn", "attribute", "speaker", "source", "code", "codebook", "project",
)  # fmt: skip


def _statements(script: str) -> list[str]:
    lines = [line for line in script.splitlines() if not line.startswith("--")]
    return [s.strip() for s in "\n".join(lines).split(";\n") if s.strip()]


def bring_up_to_date(database: Database, where: str) -> None:
    """Make the tables of a new project, or migrate an older one; a newer one is refused.

    Everything runs inside one BEGIN IMMEDIATE, so that several processes may open a new project at once.
    Foreign keys are off meanwhile and checked before the commit: SQLite cannot rebuild tables otherwise.
    """
    if _is_current(database, where):
        return
    from sqlite_utils import Migrations

    steps = Migrations("qcode")

    @steps()
    def first(db: Database) -> None:
        for statement in _statements(_FIRST):
            db.execute(statement)

    @steps()
    def second(db: Database) -> None:
        for statement in _statements(_SECOND):
            db.execute(statement)

    database.conn.execute("PRAGMA foreign_keys = OFF")
    try:
        with transaction(database.conn, Path(where)):
            if not _is_current(database, where):
                steps.apply(database)
                if database.conn.execute("PRAGMA foreign_key_check").fetchone() is not None:
                    raise DamagedProject("Its tables do not fit together.", where=where)
                database.conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                database.conn.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    finally:
        database.conn.execute("PRAGMA foreign_keys = ON")


def _is_current(database: Database, where: str) -> bool:
    """Whether nothing needs to be done. Raises NotAProject and NewerProject."""
    application, version = (
        int(database.conn.execute(f"PRAGMA {name}").fetchone()[0]) for name in ("application_id", "user_version")
    )
    if application != APPLICATION_ID and (version or database.table_names()):
        raise NotAProject("This is a database of another program.", where=where)
    if version > SCHEMA_VERSION:
        raise NewerProject(
            "This project was written by a newer qcode.",
            where=where,
            fix="Install the newer version; nothing was changed.",
        )
    return version == SCHEMA_VERSION
