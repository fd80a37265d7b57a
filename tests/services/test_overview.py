"""How far a study is: counts, states and signs, as far as they may be seen."""

from __future__ import annotations

from pathlib import Path

import pytest
from studies import CODEBOOK, build, put

from qcode.services.attributes import set_transcript_field
from qcode.services.codebooks import import_codebook
from qcode.services.coding import mark
from qcode.services.overview import RECHECK, overview
from qcode.services.study import Study


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("QCODE_CONFIG", str(tmp_path / "settings"))
    path = build(tmp_path)
    with Study.open(path, coder="bo") as bo:
        put(bo, "one", "money", "revenue")
        mark(bo, bo.source("one"), ["motive"], "complete")
    with Study.open(path, coder="anna") as anna:
        yield anna


def test_an_empty_study_has_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QCODE_CONFIG", str(tmp_path / "settings"))
    with Study.create(tmp_path / "empty.qcode", title="Empty", coder="anna") as empty:
        table = overview(empty)
    assert (table.title, table.lines, table.dimensions, table.completed) == ("Empty", (), (), 0)


def test_codings_are_counted_mine_and_others(study: Study) -> None:
    put(study, "one", "trust", "budget for it")
    put(study, "two", "money", "revenue")
    lines = overview(study).lines
    assert [(line.source.name, line.mine, line.others) for line in lines] == [
        ("one", 1, 1), ("two", 1, 0), ("three", 0, 0)
    ]  # fmt: skip
    study.look(own_only=True)
    hidden = overview(study)
    assert [(line.mine, line.others) for line in hidden.lines] == [(1, None), (1, None), (0, None)]
    assert [coder.name for coder in hidden.coders] == ["anna"]
    assert hidden.lines[0].states == {}


def test_speakers_come_with_roles_and_turns(study: Study) -> None:
    (one, *_) = overview(study).lines
    assert [(s.label, s.role, s.turns) for s in one.speakers] == [("I", "interviewer", 2), ("R", "participant", 2)]
    assert [s.label for s in one.participants] == ["R"]


def test_progress_is_told_in_signs(study: Study) -> None:
    me = study.me.key
    assert [overview(study).progress(line, me) for line in overview(study).lines] == ["", "", ""]
    mark(study, study.source("one"), ["motive"], "reading")
    mark(study, study.source("two"), ["motive", "setup"], "complete")
    table = overview(study)
    assert [table.progress(line, me) for line in table.lines] == ["0/2…", "✓", ""]
    assert table.completed == 1
    bo = next(coder.key for coder in table.coders if coder.name == "bo")
    assert table.progress(table.lines[0], bo) == "1/2"
    mark(study, study.source("one"), ["motive"], "not started")
    assert overview(study).progress(overview(study).lines[0], me) == ""


def test_a_changed_codebook_reopens_what_it_touches(study: Study, tmp_path: Path) -> None:
    mark(study, study.source("two"), ["motive", "setup"], "complete")
    changed = CODEBOOK.replace('definition = "Money is the reason."', 'definition = "Grants are the reason."')
    (tmp_path / "mini.toml").write_text(changed, encoding="utf-8")
    import_codebook(study, tmp_path / "mini.toml")
    table = overview(study)
    line = table.lines[1]
    assert line.states[study.me.key] == {"motive": RECHECK, "setup": "complete"}
    assert table.progress(line, study.me.key) == "1/2!"
    assert not table.is_complete(line, study.me.key)
    mark(study, study.source("two"), ["motive"], "complete")
    assert overview(study).completed == 1


def test_attributes_are_shown(study: Study) -> None:
    assert set_transcript_field(study, study.source("one"), "place", " Lanwan ")
    assert overview(study).lines[0].attributes == {"place": "Lanwan"}
