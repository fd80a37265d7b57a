"""Memos, translations, flags, paths, summaries and claims: their tables, their readers, and how they come and go."""

from __future__ import annotations

import pytest
from naughty import NAUGHTY
from store.making import ANNA, BO, TEXT, is_sound, passage, steps, write_notes

from qcode.core.fold import fold
from qcode.core.ids import translation_id
from qcode.store import rebuild
from qcode.store.memo_reading import ClaimRow, MemoRow, PassageOf, PathRow, SummaryRow, TranslationRow

MEMO = {"about": "project", "kind": "note", "title": "Invented", "text": "Words."}


def uids(rows) -> list[str]:
    return [row.uid for row in rows]


def test_every_kind_has_its_rows(project, study):
    made = write_notes(project, study)
    notes, read = project.notes, project.read
    first, second = (c.key for c in read.codings(coders=None))
    code, case, source = read.codes()[0].key, read.cases()[0].key, read.sources()[0].key
    assert uids(notes.memos(coders=None)) == [made[n] for n in ("project", "code", "case", "transcript", "passage")]
    assert uids(notes.memos(source, coders=None)) == [made["transcript"], made["passage"]]
    assert uids(notes.memos(code, coders=[1])) == [made["code"]]
    on_passage = notes.memo(made["passage"])
    assert on_passage == MemoRow(
        on_passage.key, made["passage"], "passage", source, 0, 5, "memo", "", "invented", 1, on_passage.at_ms,
        on_passage.at_ms,
    )  # fmt: skip
    assert notes.memo(made["claim"]) is None
    assert notes.memo_counts(coders=None) == {
        ("project", None): 1, ("code", code): 1, ("case", case): 1, ("transcript", source): 1, ("passage", source): 1
    }  # fmt: skip
    (translation,) = notes.translations(source)
    assert translation[2:10] == (source, 0, 5, "en", "Why?", "Anna", "", 1)
    assert isinstance(translation, TranslationRow)
    assert notes.translations(read.sources()[1].key) == []
    (path,) = notes.paths(coders=None)
    assert path == PathRow(path.key, made["path"], first, second, 1, path.at_ms)
    (summary,) = notes.summaries(coders=None)
    assert isinstance(summary, SummaryRow)
    assert summary[2:8] == ("case", case, "", code, "s", 1)
    (claim,) = notes.claims(coders=None)
    assert isinstance(claim, ClaimRow)
    assert claim.supporting == (PassageOf(study.sources[0], 0, 5),)
    assert claim.contrary == (PassageOf("gone", 1, 2),)
    is_sound(project)


def test_whose_work_is_read(project, study):
    mine = write_notes(project, study)
    theirs = write_notes(project, study, coder=BO)
    bo = next(c.key for c in project.read.coders() if c.uid == BO)
    notes = project.notes
    for rows, name in [
        (notes.memos(coders=[bo])[:1], "project"),
        (notes.translations(coders=[bo]), "translation"),
        (notes.paths(coders=[bo]), "path"),
        (notes.summaries(coders=[bo]), "summary"),
        (notes.claims(coders=[bo]), "claim"),
    ]:
        assert uids(rows) == [theirs[name]]
    assert sum(notes.memo_counts(coders=[bo]).values()) == 5
    for rows in (
        notes.memos(coders=[]),
        notes.paths(coders=[]),
        notes.claims(coders=[]),
        notes.translations(coders=[]),
    ):
        assert rows == []
    assert len(notes.memos(coders=None)) == 10
    assert mine["path"] in uids(notes.paths(coders=None))


def test_what_is_about_something_waits_for_it(project, study):
    made = write_notes(project, study)
    waits = {
        study.sources[0]: ("transcript", "passage", "translation"),
        study.codes[0]: ("code", "summary"),
        study.cases[0]: ("case", "summary"),
    }
    for uid, names in waits.items():
        with project.write(ANNA) as writer:
            writer.remove(uid)
        waiting = {entity for entity, _, target, required in project.read.waiting() if target == uid and required}
        assert {made[name] for name in names} <= waiting
        assert waiting == set(fold(steps(project)).orphans)
        is_sound(project)
        with project.write(ANNA) as writer:
            writer.change(uid, {"removed": False})
        assert project.read.waiting() == []
        is_sound(project)


def test_a_path_shows_only_where_both_its_codings_are(project, study):
    made = write_notes(project, study)
    coding = project.read.codings(coders=None)[1].uid
    with project.write(ANNA) as writer:
        writer.remove(coding)
        act = writer.act
    assert project.notes.paths(coders=None) == []
    is_sound(project)
    with project.write(ANNA) as writer:
        writer.turn_back(act, undo=True)
    assert uids(project.notes.paths(coders=None)) == [made["path"]]
    is_sound(project)


def test_a_path_may_come_before_its_codings(project, study):
    late, early = project.clock.new_id(), project.clock.new_id()
    with project.write(ANNA) as writer:
        writer.create("path", {"from": early, "to": late})
    assert project.notes.paths(coders=None) == []
    is_sound(project)
    with project.write(ANNA) as writer:
        for uid, code in ((early, 0), (late, 1)):
            writer.create("coding", passage(study, code=code), uid=uid)
    assert len(project.notes.paths(coders=None)) == 1
    is_sound(project)


def test_a_claim_stays_when_its_transcript_goes(project, study):
    write_notes(project, study)
    with project.write(ANNA) as writer:
        writer.remove(study.sources[0])
    assert project.notes.claims(coders=None)[0].supporting == (PassageOf(study.sources[0], 0, 5),)


def test_when_something_was_changed_last(project, study):
    uid = write_notes(project, study)["code"]
    made = project.notes.memo(uid)
    with project.write(ANNA) as writer:
        writer.change(uid, {"text": "other words"})
        act = writer.act
    changed = project.notes.memo(uid)
    assert made.at_ms == made.changed_ms == changed.at_ms < changed.changed_ms
    with project.write(ANNA) as writer:
        writer.turn_back(act, undo=True)
    assert project.notes.memo(uid) == made
    is_sound(project)


def test_notes_can_be_undone_and_done_again(project, study):
    made = write_notes(project, study)
    act = project.read.undoable(1)
    assert act is not None
    with project.write(ANNA) as writer:
        writer.turn_back(act, undo=True)
    assert project.notes.memos(coders=None) == project.notes.claims(coders=None) == []
    assert project.read.redoable(1) == act
    is_sound(project)
    with project.write(ANNA) as writer:
        writer.turn_back(act, undo=False)
    assert uids(project.notes.claims(coders=None)) == [made["claim"]]
    is_sound(project)


def test_a_coding_is_flagged_by_a_field(project, study):
    with project.write(ANNA) as writer:
        plain = writer.create("coding", passage(study))
        flagged = writer.create("coding", passage(study, code=1, flagged=True))
    assert [c.flagged for c in project.read.codings(coders=None)] == [False, True]
    for uid, value, expected in ((plain, True, True), (flagged, False, False), (plain, "yes", False)):
        with project.write(ANNA) as writer:
            writer.change(uid, {"flagged": value})
        assert project.read.coding(uid).flagged is expected
    is_sound(project)


def test_two_machines_that_translate_one_passage_meet(project, study):
    place = {name: passage(study)[name] for name in ("source", "span", "quote")}
    uid = translation_id(study.sources[0], 0, 5, "en")
    for coder, text in ((ANNA, "Why?"), (BO, "What for?")):
        with project.write(coder) as writer:
            writer.put(
                "translation", uid, {**place, "language": "en", "text": text, "translator": "", "checked_by": ""}
            )
    (row,) = project.notes.translations()
    assert (row.text, row.coder) == ("What for?", 1)
    is_sound(project)


BAD = [
    ("memo", {**MEMO, "about": "weather"}),
    ("memo", {**MEMO, "about": 5}),
    ("memo", {**MEMO, "about": ["project"]}),
    ("memo", {**MEMO, "about": None}),
    ("memo", {**MEMO, "about": "code"}),
    ("memo", {**MEMO, "about": "passage", "source": "SOURCE"}),
    ("memo", {**MEMO, "about": "passage", "source": "SOURCE", "span": [5, 5]}),
    ("memo", {**MEMO, "text": None}),
    ("memo", {**MEMO, "title": 3}),
    ("translation", {"source": "SOURCE", "span": [0, 5], "language": "en", "text": "x", "translator": 1}),
    ("path", {"from": "x"}),
    ("path", {"from": 1, "to": 2}),
    ("summary", {"about": "project", "value": "", "code": "CODE", "text": "s"}),
    ("summary", {"about": "value", "value": 5, "code": "CODE", "text": "s"}),
    ("claim", {"title": "", "text": "", "supporting": [["x", 5, 5]]}),
    ("claim", {"title": "", "text": "", "supporting": [["x", 5]]}),
    ("claim", {"title": "", "text": "", "contrary": [[7, 0, 5]]}),
    ("claim", {"title": "", "text": "", "contrary": 5}),
]


@pytest.mark.parametrize(("type_", "fields"), BAD)
def test_what_is_misshapen_waits_and_harms_nothing(project, study, type_, fields):
    named = {"SOURCE": study.sources[0], "CODE": study.codes[0]}
    with project.write(ANNA) as writer:
        uid = writer.create(type_, {k: named.get(v, v) if isinstance(v, str) else v for k, v in fields.items()})
    assert [w[0] for w in project.read.waiting()] == [uid]
    assert project.notes.memos(coders=None) == project.notes.claims(coders=None) == []
    assert rebuild.compare(project) == []
    assert rebuild.check_storage(project) == []


def test_a_memo_may_change_what_it_is_about(project, study):
    uid = write_notes(project, study)["code"]
    for about, more in [("case", {"case": study.cases[1]}), ("project", {}), ("code", {}), ("case", {"case": "gone"})]:
        with project.write(ANNA) as writer:
            writer.change(uid, {"about": about, **more})
        assert rebuild.compare(project) == []
    assert project.notes.memo(uid) is None
    is_sound(project)


def test_notes_that_stand_elsewhere_are_found_without_their_words(project, study):
    made = write_notes(project, study)
    conn = project.database.conn
    conn.execute("UPDATE memo SET start = 1 WHERE about = 'passage'")
    conn.execute('UPDATE translation SET "end" = 99999')
    assert rebuild.check_quotes(project) == [
        f"Memo {made['passage']} in “S0” does not stand on the passage that it is about.",
        f"Translation {made['translation']} in “S0” does not stand on the passage that it translates.",
    ]


@pytest.mark.parametrize("text", [text for text in NAUGHTY if not any("\ud800" <= sign <= "\udfff" for sign in text)])
def test_hostile_words_stay_what_they_are(project, study, text):
    with project.write(ANNA) as writer:
        uid = writer.create("memo", {"about": "project", "kind": text, "title": text, "text": text})
        writer.create("claim", {"title": text, "text": text, "supporting": [[text, 0, 1]], "contrary": []})
    row = project.notes.memo(uid)
    assert (row.kind, row.title, row.text) == (text, text, text)
    assert project.notes.claims(coders=None)[0].supporting == (PassageOf(text, 0, 1),)
    assert rebuild.compare(project) == []


def test_a_passage_is_what_was_said_there(project, study):
    write_notes(project, study)
    (row,) = project.notes.translations()
    assert TEXT[row.start : row.end] == "I: 为什"
