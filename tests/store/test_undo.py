"""Undo and redo, held to a plain model: two stacks for each coder."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from store.making import ANNA, BO, TickClock, fill, is_sound, passage

from qcode.store.project_file import ProjectFile

presses = st.lists(
    st.tuples(st.sampled_from([ANNA, BO]), st.sampled_from(["code", "code", "undo", "undo", "redo", "set up", "nothing"])),
    min_size=6, max_size=30,
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(presses)
def test_undo_and_redo_are_two_stacks_for_each_coder(game):
    done: dict[str, list[str]] = {ANNA: [], BO: []}
    back: dict[str, list[str]] = {ANNA: [], BO: []}
    coded: dict[str, str] = {}
    clock = TickClock()
    with tempfile.TemporaryDirectory() as folder:  # noqa: SIM117 - the folder outlives the project
        with ProjectFile.create(Path(folder) / "p.qcode", title="T", coder_name="Anna", clock=clock) as project:
            study = fill(project)
            for coder, press in game:
                with project.write(coder) as writer:
                    if press == "code":
                        coded[writer.act] = writer.create("coding", passage(study))
                        done[coder].append(writer.act)
                        back[coder].clear()
                    elif press == "set up":
                        writer.change(study.codes[0], {"memo": writer.act})
                    elif press == "undo" and done[coder]:
                        back[coder].append(done[coder].pop())
                        writer.turn_back(back[coder][-1], undo=True)
                    elif press == "redo" and back[coder]:
                        done[coder].append(back[coder].pop())
                        writer.turn_back(done[coder][-1], undo=False)
                _same_as(project, done, back, coded)
            is_sound(project)


def _same_as(project, done, back, coded):
    keys = {c.uid: c.key for c in project.read.coders()}
    for coder in (ANNA, BO):
        key = keys.get(coder, 0)
        assert project.read.undoable(key) == (done[coder][-1] if done[coder] else None)
        assert project.read.redoable(key) == (back[coder][-1] if back[coder] else None)
    there = {c.uid for c in project.read.codings(coders=None)}
    assert there == {coded[act] for acts in done.values() for act in acts}


def test_an_act_that_also_sets_up_is_not_undone_by_the_key(project, study):
    with project.write(ANNA) as writer:
        writer.create("coding", passage(study))
        writer.change(study.codes[0], {"memo": "x"})
    assert project.read.undoable(1) is None


def test_acts_of_several_coders_in_one_transaction(project, study):
    with project.write(ANNA) as writer:
        writer.create("coding", passage(study))
        first = writer.act
        writer.begin_act(BO)
        writer.create("coding", passage(study, code=1))
        second = writer.act
        assert writer.count == 2
    keys = {c.uid: c.key for c in project.read.coders()}
    assert (project.read.undoable(keys[ANNA]), project.read.undoable(keys[BO])) == (first, second)
    is_sound(project)


def test_undoing_an_act_that_nobody_has_heard_of_changes_nothing(project, study):
    with project.write(ANNA) as writer:
        writer.turn_back(project.clock.new_id(), undo=True)
    is_sound(project)
    assert len(project.read.codes()) == 3


def test_undoing_leaves_what_another_coder_wrote_on_top(project, study):
    with project.write(ANNA) as writer:
        uid = writer.create("coding", passage(study))
    with project.write(ANNA) as writer:
        writer.change(uid, {"stage": "one"})
        mine = writer.act
    with project.write(BO) as writer:
        writer.change(uid, {"stage": "two"})
    with project.write(ANNA) as writer:
        writer.turn_back(mine, undo=True)
    assert project.read.coding(uid).stage == "two"
    is_sound(project)


def test_nobody_turns_back_anothers_act(project, study):
    with project.write(ANNA) as writer:
        uid = writer.create("coding", passage(study))
        act = writer.act
    with project.write(BO) as writer:
        writer.turn_back(act, undo=True)
    assert project.read.coding(uid) is not None
    is_sound(project)
