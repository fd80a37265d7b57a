"""Acts are found by coder and time, the latest first, and their events are read a few at a time."""

from __future__ import annotations

from qcode.core.ids import coder_id
from qcode.store.project_file import ProjectFile

ANNA, BO = coder_id("Anna"), coder_id("Bo")


def write_acts(project: ProjectFile, coder: str, *sizes: int) -> None:
    for size in sizes:
        with project.write(coder) as writer:
            for _ in range(size):
                writer.create("memo", {"about": "project", "kind": "memo", "title": "", "text": "x"})


def test_keys_come_latest_first_by_coder_and_time(project: ProjectFile) -> None:
    write_acts(project, ANNA, 1, 1)
    write_acts(project, BO, 1)
    acts = project.acts
    keys = list(acts.keys())
    assert len(keys) == 4
    made = [acts.events(key, most=1).events[0] for key in keys]
    assert [event.lamport for event in made] == sorted((event.lamport for event in made), reverse=True)
    bo = next(coder.key for coder in project.read.coders() if coder.uid == BO)
    assert list(acts.keys(coders=[bo])) == keys[:1]
    assert list(acts.keys(coders=[])) == []
    at = [event.at_ms for event in made]
    assert list(acts.keys(since_ms=at[1], until_ms=at[1] + 1)) == [
        key for key, ms in zip(keys, at, strict=True) if ms == at[1]
    ]
    assert list(acts.keys(since_ms=at[0] + 10**9, until_ms=at[0] + 10**10)) == []
    assert acts.key_of(made[0].act, BO) == keys[0]
    assert acts.key_of(made[0].act, ANNA) is None


def test_of_many_events_the_first_are_read_and_all_are_counted(project: ProjectFile) -> None:
    write_acts(project, ANNA, 5)
    (key, first) = project.acts.keys()
    few, all_ = project.acts.events(key, most=2), project.acts.events(key, most=9)
    assert (len(few.events), len(all_.events)) == (2, 5)
    assert few.kinds == all_.kinds == {"memo.created": 5}
    assert few.events == all_.events[:2]
    assert few.undoable
    assert not project.acts.events(first, most=9).undoable
    assert project.acts.events(10**6, most=9) == ([], {}, False)


def test_payloads_and_things(project: ProjectFile) -> None:
    write_acts(project, ANNA, 1)
    event = project.acts.events(project.acts.keys()[0], most=1).events[0]
    found = project.acts.payloads([event.uid, "nothing", event.uid])
    assert found == {event.uid: event.payload}
    thing = project.acts.entity(event.entity)
    assert thing is not None
    assert thing.fields["kind"] == "memo"
    assert project.acts.entity("nothing") is None
