"""Changes of cases taken back and done again: only what nobody changed since."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from studies import build

from qcode.errors import RequestError
from qcode.services.case_edits import add_case, remove_case, set_values
from qcode.services.case_overview import set_column_type
from qcode.services.case_steps import CaseSteps
from qcode.services.case_values import columns_of
from qcode.services.study import Study


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("steps"))


@pytest.fixture
def study(tmp_path: Path) -> Iterator[Study]:
    with Study.open(build(tmp_path), coder="anna") as opened:
        yield opened


def state(study: Study) -> dict[str, object]:
    return {c.short_key: (c.name, c.kind, dict(c.attributes), c.parties, c.stages) for c in study.file.read.cases()}


def changed(study: Study, steps: CaseSteps, key: str, values: dict[str, str]) -> None:
    uid = study.case(key).uid
    steps.begin(study)
    set_values(study, uid, values)
    steps.end(study, uid=uid)


def test_changes_go_back_one_by_one_and_come_again(study: Study) -> None:
    steps, states = CaseSteps(), [state(study)]
    changed(study, steps, "park", {"year": "2014", "parties": "donor=甲@340824(2018); recipient=乙"})
    states.append(state(study))
    steps.begin(study)
    uid = add_case(study, "fresh", stages="one:2009-2012=arranged").uid
    steps.end(study, uid=uid)
    states.append(state(study))
    uid = study.case("river").uid
    steps.begin(study)
    remove_case(study, uid)
    steps.end(study, uid=uid)
    states.append(state(study))
    for before in states[-2::-1]:
        steps.turn_back(study, undo=True)
        assert state(study) == before
    with pytest.raises(RequestError, match="take back"):
        steps.turn_back(study, undo=True)
    for after in states[1:]:
        steps.turn_back(study, undo=False)
        assert state(study) == after
    with pytest.raises(RequestError, match="do again"):
        steps.turn_back(study, undo=False)


def test_what_changed_nothing_is_no_step_and_new_work_ends_redo(study: Study) -> None:
    steps = CaseSteps()
    changed(study, steps, "park", {"year": "2014"})
    changed(study, steps, "park", {"year": "2014"})
    assert steps.turn_back(study, undo=True) == ("Taken back: year of park.", study.case("park").uid)
    changed(study, steps, "river", {"year": "2009"})
    with pytest.raises(RequestError):
        steps.turn_back(study, undo=False)


def test_another_field_that_was_changed_since_is_left_alone(study: Study) -> None:
    steps = CaseSteps()
    changed(study, steps, "park", {"year": "2014"})
    set_values(study, study.case("park").uid, {"issue_area": "water"})
    steps.turn_back(study, undo=True)
    assert study.case("park").attributes == {"mechanism": "arranged", "issue_area": "water"}


def test_a_case_that_went_meanwhile_stays_away(study: Study) -> None:
    steps = CaseSteps()
    changed(study, steps, "park", {"year": "2014"})
    remove_case(study, study.case("park").uid)
    with pytest.raises(RequestError, match="changed since"):
        steps.turn_back(study, undo=True)


def test_a_type_is_taken_back_unless_it_was_changed_since(study: Study) -> None:
    def type_() -> tuple[str, bool]:
        return next((c.type, c.given) for c in columns_of(study) if c.name == "mechanism")

    steps = CaseSteps()
    before = type_()
    for wanted in ("year", "year", "number"):
        steps.begin(study)
        set_column_type(study, "mechanism", wanted)
        steps.end(study, column="mechanism")
    assert steps.turn_back(study, undo=True) == ("Taken back: the type of mechanism is year.", None)
    steps.turn_back(study, undo=True)
    assert type_() == before
    steps.turn_back(study, undo=False)
    set_column_type(study, "mechanism", "date")
    with pytest.raises(RequestError, match="The type of mechanism was changed since"):
        steps.turn_back(study, undo=True)


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["park", "river"]), st.sampled_from(["year", "note"]), st.sampled_from(["", "1", "二"])
        )
    )
)
def test_all_steps_back_give_what_was_there(file: Path, edits: list[tuple[str, str, str]]) -> None:
    with Study.open(file, coder="anna") as study:
        steps, before = CaseSteps(), state(study)
        for key, name, value in edits:
            changed(study, steps, key, {name: value})
        after = state(study)
        number = 0
        while True:
            try:
                steps.turn_back(study, undo=True)
            except RequestError:
                break
            number += 1
        assert state(study) == before
        for _ in range(number):
            steps.turn_back(study, undo=False)
        assert state(study) == after
