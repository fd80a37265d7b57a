"""Whatever people do, the tables are what the fold of all events says."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from store.making import ANNA, BO, Study, TickClock, fill, is_sound, passage, steps, stored, told

from qcode.core.fold import fold
from qcode.core.ids import decision_id, ledger_id, translation_id
from qcode.store import rebuild
from qcode.store.connect import transaction
from qcode.store.project_file import ProjectFile
from qcode.store.projector import Projector
from qcode.store.schema import PROJECTIONS

small = st.integers(0, 2)
span = st.tuples(st.integers(0, 50), st.integers(1, 20)).map(lambda p: (p[0], p[0] + p[1]))
moves = st.one_of(
    st.tuples(st.just("code"), small, span, st.sampled_from([None, 0, 1, "", "unheard-of"])),
    st.tuples(st.just("code"), small, span, st.none()),
    st.tuples(st.just("move"), small, span),
    st.tuples(st.just("recode"), small, small),
    st.tuples(st.just("assign"), small, st.sampled_from([0, 1, None])),
    st.tuples(st.just("link"), small, span | st.none()),
    st.tuples(st.just("ledger"), small, st.sampled_from(["reading", "complete"])),
    st.tuples(st.just("decide"), small, st.sampled_from(["accepted", "rejected"])),
    st.tuples(st.just("merge"), small, small),
    st.tuples(st.just("flag"), small, st.booleans()),
    st.tuples(st.just("memo"), st.sampled_from(["project", "code", "case", "transcript", "passage"]), small, span),
    st.tuples(st.just("rewrite"), small, st.sampled_from(["code", "case", "project", "transcript"])),
    st.tuples(st.just("translate"), small, span),
    st.tuples(st.just("lead"), small, small),
    st.tuples(st.just("sum_up"), small, st.sampled_from(["case", "transcript", "value"])),
    st.tuples(st.just("remove"), st.integers(0, 30)),
    st.tuples(st.just("return"), st.integers(0, 30)),
    st.tuples(st.just("turn"), st.integers(0, 30), st.booleans()),
    st.tuples(st.just("undo")),
    st.tuples(st.just("redo")),
    st.tuples(st.just("reopen")),
)


class Table:
    """Two coders at one project."""

    def __init__(self, project: ProjectFile) -> None:
        self.project = project
        self.study = fill(project)
        self.codings: list[str] = []
        self.notes: list[str] = []

    def play(self, coder: str, move: tuple[Any, ...]) -> None:
        if move[0] == "reopen":
            self.project.close()
            self.project = ProjectFile.open(self.project.path, clock=self.project.clock)
            return
        with self.project.write(coder) as writer:
            getattr(self, f"_{move[0]}")(writer, coder, *move[1:])

    def _code(self, writer, _coder, code, place, case):
        extra = {} if case is None else {"case": self.study.cases[case] if isinstance(case, int) else case}
        fields = passage(self.study, code=code, source=code % 2, span=place, **extra)
        self.codings.append(writer.create("coding", fields))

    def _some(self, writer, which):
        uid = self.codings[which % len(self.codings)] if self.codings else None
        return uid if uid is not None and writer.entity(uid) is not None else None

    def _move(self, writer, _coder, which, place):
        if (uid := self._some(writer, which)) is not None:
            source = self.study.sources.index(writer.entity(uid).fields["source"])
            fresh = passage(self.study, source=source, span=place)
            writer.change(uid, {"span": fresh["span"], "quote": fresh["quote"]})

    def _recode(self, writer, _coder, which, code):
        if (uid := self._some(writer, which)) is not None:
            writer.change(uid, {"code": self.study.codes[code]})

    def _assign(self, writer, _coder, which, case):
        if (uid := self._some(writer, which)) is not None:
            writer.change(uid, {"case": None if case is None else self.study.cases[case], "stage": "two"})

    def _link(self, writer, _coder, which, place):
        fields = {"case": self.study.cases[which % 2], "source": self.study.sources[0], "span": place and list(place)}
        writer.create("link", fields)

    def _ledger(self, writer, coder, which, state):
        source = self.study.sources[which % 2]
        fields = {"source": source, "dimension": "consensus", "state": state, "version": "1"}
        writer.put("ledger", ledger_id(source, coder, "consensus"), fields)

    def _decide(self, writer, coder, which, verdict):
        code, source = self.study.codes[which], self.study.sources[0]
        fields = {"source": source, "code": code, "span": [0, 9], "verdict": verdict}
        writer.put("decision", decision_id(coder, code, source, 0, 9), fields)

    def _flag(self, writer, _coder, which, on):
        if (uid := self._some(writer, which)) is not None:
            writer.change(uid, {"flagged": on})

    def _about(self, about, which):
        named = {"code": {"code": self.study.codes[which]}, "case": {"case": self.study.cases[which % 2]}}
        return {"about": about, **named.get(about, {"source": self.study.sources[which % 2]})}

    def _memo(self, writer, _coder, about, which, place):
        spot = passage(self.study, source=which % 2, span=place) if about == "passage" else {}
        fields = {**self._about(about, which), **{n: spot[n] for n in ("span", "quote") if n in spot}}
        self.notes.append(writer.create("memo", {**fields, "kind": "memo", "title": "", "text": "invented"}))

    def _rewrite(self, writer, _coder, which, about):
        uid = self.notes[which % len(self.notes)] if self.notes else ""
        if (entity := writer.entity(uid)) is not None and entity.type == "memo" and entity.fields["about"] != "passage":
            writer.change(uid, {**self._about(about, which), "text": about})

    def _translate(self, writer, coder, which, place):
        spot = {n: v for n, v in passage(self.study, source=which % 2, span=place).items() if n != "code"}
        uid = translation_id(spot["source"], *place, "en")
        writer.put("translation", uid, {**spot, "language": "en", "text": coder, "translator": "", "checked_by": ""})
        self.notes.append(uid)

    def _lead(self, writer, _coder, first, second):
        if self.codings:
            ends = (self.codings[which % len(self.codings)] for which in (first, second))
            self.notes.append(writer.create("path", dict(zip(("from", "to"), ends, strict=True))))

    def _sum_up(self, writer, _coder, which, about):
        fields = {**self._about(about, which), "value": "x", "code": self.study.codes[which], "text": "s"}
        self.notes.append(writer.create("summary", fields))

    def _merge(self, writer, _coder, code, into):
        if writer.entity(self.study.codes[code]) is not None:
            writer.change(self.study.codes[code], {"merged_into": self.study.codes[into]})

    def _all(self):
        return [self.study.book, *self.study.codes, *self.study.sources, *self.study.cases, *self.codings, *self.notes]

    def _remove(self, writer, _coder, which):
        uid = self._all()[which % len(self._all())]
        if writer.entity(uid) is not None:
            writer.remove(uid)

    def _return(self, writer, _coder, which):
        uid = self._all()[which % len(self._all())]
        if (entity := writer.entity(uid)) is not None and entity.removed:
            writer.put(entity.type, uid, {})

    def _turn(self, writer, coder, back, undo):
        acts = [s.act for s in steps(self.project) if s.coder == coder and not s.kind.startswith("act.")]
        if acts:
            writer.turn_back(acts[back % len(acts)], undo=undo)

    def _undo(self, writer, coder):
        keys = {c.uid: c.key for c in self.project.read.coders()}
        if (act := self.project.read.undoable(keys.get(coder, 0))) is not None:
            writer.turn_back(act, undo=True)

    def _redo(self, writer, coder):
        keys = {c.uid: c.key for c in self.project.read.coders()}
        if (act := self.project.read.redoable(keys.get(coder, 0))) is not None:
            writer.turn_back(act, undo=False)


def played(folder: str, game: list[tuple[str, tuple[Any, ...]]]) -> ProjectFile:
    table = Table(ProjectFile.create(Path(folder) / "p.qcode", title="T", coder_name="Anna", clock=TickClock()))
    for coder, move in game:
        table.play(coder, move)
    return table.project


games = st.lists(st.tuples(st.sampled_from([ANNA, BO]), moves), min_size=4, max_size=14)
_few = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@_few
@given(games)
def test_tables_are_what_the_events_say_after_anything(game):
    with tempfile.TemporaryDirectory() as folder, played(folder, game) as project:
        is_sound(project)
        before = stored(project.database.conn)
        rebuild.rebuild(project)
        assert stored(project.database.conn) == before


@settings(_few, max_examples=40)
@given(games, st.randoms(use_true_random=False))
def test_entities_may_be_projected_in_any_order(game, chance):
    with tempfile.TemporaryDirectory() as folder, played(folder, game) as project:
        conn = project.database.conn
        before = stored(conn)
        keys = [key for (key,) in conn.execute("SELECT id FROM entity")]
        chance.shuffle(keys)
        with transaction(conn, project.path):
            conn.execute("PRAGMA defer_foreign_keys = ON")
            for table in PROJECTIONS:
                conn.execute(f'DELETE FROM "{table}"')  # noqa: S608 - constants
            for key in keys:
                Projector(conn).project([key])
        assert stored(conn) == before


def foreign(project: ProjectFile, lamport: int, entity: str, kind: str, payload: str, *, uid: str = "foreign") -> None:
    """An event as it arrives from another machine, in the middle of the order; what it touches is projected."""
    conn = project.database.conn
    with transaction(conn, project.path):
        conn.execute("PRAGMA defer_foreign_keys = ON")
        projector = Projector(conn)
        coder = projector.coder_key(BO)
        conn.execute(
            "INSERT OR IGNORE INTO replica (uid, last_seq, last_hash, last_lamport) VALUES ('other', 0, x'00', 0)"
        )
        conn.execute("INSERT OR IGNORE INTO entity (uid, type) VALUES (?, ?)", (entity, kind.partition(".")[0]))
        conn.execute(
            "INSERT INTO act (uid, coder, made, undoable) VALUES (?, ?, ?, ?)",
            (f"act of {uid}", coder, lamport, kind.startswith("ledger")),
        )
        conn.execute(
            "INSERT INTO event (uid, replica, seq, lamport, at_ms, act, entity, kind, v, prev_hash, payload, digest)"
            " SELECT ?, (SELECT id FROM replica WHERE uid = 'other'), (SELECT count(*) FROM event), ?, 1,"
            " (SELECT max(id) FROM act), entity.id, ?, 1, x'', ?, x'' FROM entity WHERE uid = ?",
            (uid, lamport, kind, payload, entity),
        )
        projector.project([projector.key(entity)])


def agrees(project: ProjectFile) -> None:
    assert stored(project.database.conn) == told(fold(steps(project)))
    assert rebuild.compare(project) == []


def test_an_earlier_creation_of_another_type_takes_the_entity_over(project: ProjectFile, study: Study):
    with project.write(ANNA) as writer:
        writer.create("link", {"case": study.cases[0], "source": study.sources[0]})
        writer.create("coding", passage(study, case=study.cases[0]))
    foreign(project, 0, study.cases[0], "ledger.created", '{"fields":{}}')
    assert [c.uid for c in project.read.cases()] == [study.cases[1]]
    assert project.read.links(coders=None) == []
    assert [c.study_case for c in project.read.codings(coders=None)] == [None]
    assert ("", True) in [
        (target, required) for uid, _, target, required in project.read.waiting() if uid == study.cases[0]
    ]
    assert rebuild.compare(project) == []


def test_a_code_that_turns_out_to_be_a_coder_takes_its_codings_along(project: ProjectFile, study: Study):
    with project.write(ANNA) as writer:
        writer.create("coding", passage(study))
    foreign(project, 0, study.codes[0], "coder.created", '{"fields":{"name":"Eve"}}')
    assert project.read.codings(coders=None) == []
    assert "Eve" in [c.name for c in project.read.coders()]
    agrees(project)


def test_a_coder_that_turns_out_to_be_a_case_has_no_name(project: ProjectFile, study: Study):
    with project.write(BO) as writer:
        writer.create("coder", {"name": "Bo"}, uid=BO)
    foreign(project, 0, BO, "case.created", '{"fields":{"key":"k","name":"n","kind":"general"}}')
    assert [c.name for c in project.read.coders()] == ["Anna", ""]
    assert "k" in [c.short_key for c in project.read.cases()]
    agrees(project)


def test_concurrent_writes_are_listed_until_somebody_settles(project: ProjectFile, study: Study):
    code = study.codes[0]
    created = next(s for s in steps(project) if s.entity == code)
    with project.write(ANNA) as writer:
        writer.change(code, {"names": {"en": "Anna's"}})
    foreign(project, 999, code, "code.set", '{"set":{"names":[{"en":"Bo\'s"},["' + created.id + '"]]}}')
    assert project.read.conflicts() == [(code, "code", "names")]
    agrees(project)
    with project.write(ANNA) as writer:
        assert not writer.change(code, {"names": {"en": "Bo's"}})
        assert writer.change(code, {"names": {"en": "Bo's"}, "position": 0}, settle=True)
    assert project.read.conflicts() == []
    agrees(project)


def test_a_speaker_may_come_after_the_transcript(project: ProjectFile):
    fields = {
        "name": "S", "sha256": "x", "length": 9, "original_sha256": "y", "kind": "notes", "language": "", "encoding": "",
        "canonical": 1, "position": 0, "speakers": ["late"], "turns": [[0, 2, 9, 0, None]],
    }  # fmt: skip
    with project.write(ANNA) as writer:
        source = writer.create("source", fields)
    assert len(project.read.turns()) == 1
    with project.write(ANNA) as writer:
        writer.create("speaker", {"source": source, "label": "B", "role": "participant", "position": 0}, uid="late")
    assert project.read.turns()[0].speaker == project.read.speakers()[0].key
    is_sound(project)


GOOD = {
    "source": {"name": "S", "sha256": "x", "length": 9, "original_sha256": "y", "kind": "notes", "language": "", "encoding": "",
               "canonical": 1, "position": 0, "speakers": ["w"], "turns": [[0, 2, 9, 0, None]]},
    "case": {"key": "k", "name": "n", "kind": "dataset", "position": 1, "parties": []},
    "coding": {"span": [0, 5]},
    "codebook": {"short_id": "x", "title": "y"},
    "project": {"title": "y"},
}  # fmt: skip
BAD: list[tuple[str, dict[str, Any]]] = [
    ("source", {"turns": [[0, 2, 9, 1, None]]}),
    ("source", {"turns": [[0, 2, 9, -1, None]]}),
    ("source", {"turns": [[0, 2, 9, True, None]]}),
    ("source", {"turns": [[0, "2", 9, 0, None]]}),
    ("source", {"turns": [[0, 2, 2**70, 0, None]]}),
    ("source", {"turns": [[0, 2, 9, 0, "soon"]]}),
    ("source", {"turns": [[0, 2, 9]]}),
    ("source", {"turns": [[]]}),
    ("source", {"turns": 5}),
    ("source", {"turns": None}),
    ("source", {"speakers": [5]}),
    ("source", {"speakers": None}),
    ("source", {"length": 2**63}),
    ("source", {"length": -(2**70)}),
    ("source", {"length": "9"}),
    ("source", {"name": None}),
    ("case", {"parties": ["甲县"]}),
    ("case", {"parties": [5]}),
    ("case", {"parties": [{"role": 1}]}),
    ("case", {"parties": None}),
    ("case", {"key": ["k"]}),
    ("coding", {"span": [5, 5]}),
    ("coding", {"span": [-1, 5]}),
    ("coding", {"span": [0, 2**63]}),
    ("coding", {"span": "ab"}),
    ("coding", {"span": [0]}),
    ("coding", {"span": None}),
    ("coding", {"span": [0.0, 5]}),
    ("coding", {"case": 5}),
    ("coding", {"case": ["x"]}),
    ("coding", {"stage": 1}),
    ("codebook", {"title": {}}),
    ("project", {"title": 7}),
]


@pytest.mark.parametrize(("type_", "fields"), BAD)
def test_a_misshapen_entity_waits_and_harms_nothing(project: ProjectFile, study: Study, type_, fields):
    base = passage(study) if type_ == "coding" else {}
    with project.write(ANNA) as writer:
        uid = writer.create(type_, {**GOOD[type_], **base, **fields})
    assert [w for w in project.read.waiting() if w[0] == uid] == [(uid, type_, "", True)]
    assert rebuild.compare(project) == []
    assert rebuild.check_storage(project) == []
    with project.write(ANNA) as writer:
        writer.change(uid, {name: {**GOOD[type_], "case": None, "stage": None, **base}[name] for name in fields})
    assert project.read.waiting() == []
    assert rebuild.compare(project) == []


def test_a_row_goes_when_its_entity_becomes_misshapen(project: ProjectFile, study: Study):
    with project.write(ANNA) as writer:
        uid = writer.create("coding", passage(study))
    with project.write(ANNA) as writer:
        writer.change(uid, {"span": [9, 3]})
    assert project.read.coding(uid) is None
    assert rebuild.compare(project) == []
